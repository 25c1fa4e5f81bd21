//! The templates of the pages, and how they are filled.

use std::collections::BTreeSet;

use axum::response::Html;
use handlebars::{
    Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderError,
    RenderErrorReason, handlebars_helper,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::app::drawing_markup;
use crate::domain::Lang;

use super::words::say;
use super::{Failure, admin, api, attendance, contact, family, report};

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        // From the crate's folder, as other parts of the application name theirs with it too.
        &[$((
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/templates/", $name, ".hbs")),
        )),*]
    };
}
pub(super) use templates;

/// The templates that belong to no part. A name with an underscore is a part of others.
const TEMPLATES: &[(&str, &str)] = templates![
    // The frame and what all pages share.
    "_frame",
    "_errors",
    "home",
    "failure",
    "sign-in",
    "connect",
    "authority",
    "lane-key",
];

/// The templates, checked.
pub(super) struct Pages(Handlebars<'static>);

handlebars_helper!(same: |left: Json, right: Json| left == right);
handlebars_helper!(among: |list: Json, value: Json| {
    list.as_array().is_some_and(|list| list.contains(value))
});

/// `{{t KEY value ...}}`: the words of a key in the language of the page, which is `lang` at the
/// root of its data.
fn t(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    context: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let words = said(helper, context)?;
    // Values that are put in come from people.
    out.write(&handlebars::html_escape(&words))?;
    Ok(())
}

/// `{{drawing svg}}`: a drawing of a report, whose texts are escaped on the way: no other markup comes of
/// it.
fn drawing(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let markup = helper.param(0).and_then(|drawing| drawing_markup(drawing.value()));
    let none = || RenderErrorReason::Other("`drawing` draws drawings only".into());
    Ok(out.write(&markup.ok_or_else(none)?)?)
}

fn said(helper: &Helper<'_>, context: &Context) -> Result<String, RenderError> {
    let problem = |text: String| RenderError::from(RenderErrorReason::Other(text));
    let key = helper.param(0).and_then(|key| key.value().as_str());
    let key = key.ok_or_else(|| problem("`t` needs a key".into()))?;
    let lang = match context.data()["lang"].as_str() {
        Some("en") => Lang::En,
        _ => Lang::De,
    };
    let values: Vec<String> = (1..)
        .map_while(|place| helper.param(place))
        .map(|value| match value.value() {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        })
        .collect();
    say(key, lang, &values).ok_or_else(|| problem(format!("nobody has words for `{key}`")))
}

impl Pages {
    /// Reads every template.
    pub(super) fn new() -> Self {
        let mut pages = Handlebars::new();
        pages.set_strict_mode(true);
        pages.register_helper("same", Box::new(same));
        pages.register_helper("among", Box::new(among));
        pages.register_helper("t", Box::new(t));
        pages.register_helper("drawing", Box::new(drawing));
        let mut names = BTreeSet::new();
        let parts = [
            TEMPLATES,
            contact::TEMPLATES,
            family::TEMPLATES,
            attendance::TEMPLATES,
            report::TEMPLATES,
            admin::TEMPLATES,
            api::TEMPLATES,
        ];
        for (name, text) in parts.concat() {
            assert!(names.insert(name), "the template `{name}` is there once");
            pages
                .register_template_string(name, text)
                .unwrap_or_else(|error| panic!("the template `{name}`: {error}"));
        }
        Self(pages)
    }

    /// A page: `frame` is what the frame around it needs, `view` what the page itself shows; their
    /// fields lie side by side.
    ///
    /// # Errors
    ///
    /// A failure of ours where the template asks for what is not there.
    pub(super) fn page(
        &self,
        name: &str,
        frame: &impl Serialize,
        view: &impl Serialize,
    ) -> Result<Html<String>, Failure> {
        let mut data = json!(frame);
        let (Some(all), Value::Object(own)) = (data.as_object_mut(), json!(view)) else {
            return Err(Failure::internal(&"a page's data has no fields"));
        };
        for (field, value) in own {
            let before = all.insert(field.clone(), value);
            debug_assert!(before.is_none(), "the frame has a field `{field}` of its own");
        }
        let page = self.0.render(name, &data).map_err(|error| Failure::internal(&error))?;
        Ok(Html(page))
    }
}
