//! Fields of forms and what is wrong with them, in the same shape for every form of this part.

use serde::Serialize;

use crate::app::{Error, ErrorKind};
use crate::domain::{Code, Lang};

use super::super::fields::Fields;
use super::super::form_words::in_a_form;
use super::super::visit::Visit;
use super::shown::sentence;

/// One of several things to choose.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) text: String,
    pub(super) chosen: bool,
}

/// A field of a form.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Field {
    id: String,
    name: &'static str,
    label: String,
    hint: Option<String>,
    /// The type of the input; `select` for a list.
    kind: &'static str,
    value: String,
    choices: Vec<Choice>,
    required: bool,
    is_wrong: bool,
}

impl Field {
    /// A field whose label has the key `label`. `form` makes its id the page's only one.
    pub(super) fn new(
        visit: &Visit,
        form: &str,
        name: &'static str,
        kind: &'static str,
        label: &str,
    ) -> Self {
        Self {
            id: format!("{form}-{name}"),
            name,
            label: visit.say(label),
            hint: None,
            kind,
            value: String::new(),
            choices: Vec::new(),
            required: true,
            is_wrong: false,
        }
    }

    pub(super) fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    pub(super) fn hint(mut self, hint: String) -> Self {
        self.hint = Some(hint);
        self
    }

    /// What stands in it before anybody typed anything.
    pub(super) fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// What can be chosen: values with their words.
    pub(super) fn choices(mut self, choices: impl IntoIterator<Item = (String, String)>) -> Self {
        self.kind = "select";
        let choice = |(value, text)| Choice { value, text, chosen: false };
        self.choices = choices.into_iter().map(choice).collect();
        self
    }
}

/// A form on a page.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Form {
    /// Where it goes.
    pub(super) action: String,
    pub(super) fields: Vec<Field>,
    /// What stands on its button.
    pub(super) button: String,
    /// What is wrong with it.
    pub(super) mistakes: Vec<Mistake>,
}

/// One thing that is wrong, with the id of the field it is about.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Mistake {
    pub(super) what: String,
    pub(super) field: Option<String>,
}

impl Form {
    pub(super) fn new(action: impl Into<String>, button: String, fields: Vec<Field>) -> Self {
        Self { action: action.into(), fields, button, mistakes: Vec::new() }
    }

    /// Puts in again what somebody has typed, and says what is wrong with it.
    pub(super) fn typed(mut self, typed: &Fields, wrong: Vec<Wrong>) -> Self {
        for field in &mut self.fields {
            typed.one(field.name).clone_into(&mut field.value);
        }
        self.mistakes = wrong
            .into_iter()
            .map(|wrong| {
                let named = wrong.column.as_deref();
                let field = self.fields.iter_mut().find(|field| Some(field.name) == named);
                let (id, label) = field.map_or((None, None), |field| {
                    field.is_wrong = true;
                    (Some(field.id.clone()), Some(field.label.clone()))
                });
                let what = match label {
                    Some(label) => format!("{label}: {}", wrong.what),
                    None => sentence(&wrong.what),
                };
                Mistake { what, field: id }
            })
            .collect();
        self
    }

    /// Marks what is chosen in lists; the last thing before the form is shown.
    pub(super) fn done(mut self) -> Self {
        for field in &mut self.fields {
            for choice in &mut field.choices {
                choice.chosen = choice.value == field.value;
            }
        }
        self
    }
}

/// One thing that is wrong with what was typed, with the column it is about.
#[derive(Debug, Clone)]
pub(super) struct Wrong {
    pub(super) what: String,
    pub(super) column: Option<String>,
}

/// What somebody can put right in the form itself, apart from what makes a page of its own: that they
/// may not, or that there is no such thing.
///
/// # Errors
///
/// Everything else.
pub(super) fn judged<T>(
    result: Result<T, Error>,
    lang: Lang,
) -> Result<Result<T, Vec<Wrong>>, Error> {
    match result {
        Ok(done) => Ok(Ok(done)),
        Err(Error::Mistakes(mistakes)) => {
            let wrong = mistakes.list.into_iter().map(|found| {
                let place = (found.line > 0)
                    .then(|| format!("{} {}: ", lang.pick("Zeile", "line"), found.line));
                let what =
                    format!("{}{}", place.unwrap_or_default(), in_a_form(&found.reason, lang));
                Wrong { what, column: found.field }
            });
            Ok(Err(wrong.collect()))
        }
        Err(
            error @ (Error::NotAllowed(_)
            | Error::Account(_)
            | Error::NoSuchSchool(_)
            | Error::NoSuchPractitioner(_)),
        ) => Err(error),
        Err(error) if error.kind() == ErrorKind::Input => {
            Ok(Err(vec![Wrong { what: error.message(lang), column: None }]))
        }
        Err(error) => Err(error),
    }
}

/// Codes as choices, each with its word.
pub(super) fn of_codes(codes: &[Code], lang: Lang) -> Vec<(String, String)> {
    codes.iter().map(|code| (code.code.clone(), code.word(lang).to_owned())).collect()
}
