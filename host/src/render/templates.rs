//! Finds the templates, built in or in a folder of own ones, and refuses what would go wrong later.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use handlebars::template::{DecoratorTemplate, Parameter, TemplateElement};
use handlebars::{Template, TemplateErrorReason};

use super::Error;

/// The files that a folder of own templates may have.
pub(super) const NAMES: [&str; 6] =
    ["report.hbs", "_table.hbs", "_picture.hbs", "_block.hbs", "_passport.hbs", "style.css"];

/// The files built in, in the order of [`NAMES`].
const BUILT_IN: [&str; 6] = [
    include_str!("templates/report.hbs"),
    include_str!("templates/_table.hbs"),
    include_str!("templates/_picture.hbs"),
    include_str!("templates/_block.hbs"),
    include_str!("templates/_passport.hbs"),
    include_str!("templates/style.css"),
];

/// The place in [`NAMES`] of the style sheet, which is no template.
const STYLE: usize = 5;

/// Most brackets and braces that one template opens. The parser calls itself for each one inside
/// another, and some 500 levels fill the 2 MiB of stack of a thread; ours have at most 40.
const MOST_OPENED: usize = 400;

/// The style sheet built in, for pages that have no templates of one's own.
pub(super) fn built_in_style() -> &'static str {
    BUILT_IN[STYLE]
}

/// The templates of a page, checked, with the style sheet that goes into it.
#[derive(Debug)]
pub(super) struct Templates {
    /// Name without ending, and the template.
    pub(super) parsed: Vec<(&'static str, Template)>,
    pub(super) style: String,
    /// How each template is called in a message, by its name without ending.
    pub(super) files: BTreeMap<&'static str, String>,
}

impl Templates {
    /// Reads and checks the templates: those of `overrides` where it has them, ours otherwise.
    ///
    /// # Errors
    ///
    /// All of [`Error`] but [`Error::Render`] and [`Error::Json`].
    pub(super) fn load(overrides: Option<&Path>) -> Result<Self, Error> {
        let mut sources = BUILT_IN.map(str::to_owned);
        let mut files = NAMES.map(|name| format!("{name} (built in)"));
        if let Some(folder) = overrides {
            for name in own_files(folder)? {
                let place = NAMES.iter().position(|known| **known == name);
                let path = folder.join(&name);
                let file = path.display().to_string();
                let place = place.ok_or_else(|| Error::UnknownName { file: file.clone(), name })?;
                sources[place] = fs_err::read_to_string(&path)?;
                files[place] = file;
            }
        }
        if let Some(at) = sources[STYLE].find("</") {
            let line = line_of(&sources[STYLE], at);
            let reason = "`</` would end the style sheet inside the page".into();
            return Err(Error::Template { file: files[STYLE].clone(), line, reason });
        }
        let mut includes = Includes::default();
        let mut templates =
            Self { parsed: Vec::new(), style: String::new(), files: BTreeMap::new() };
        for ((name, source), file) in NAMES.iter().zip(&sources).zip(files).take(STYLE) {
            let name = name.trim_end_matches(".hbs");
            let template = parse(name, source, &file)?;
            includes.visit(&template, name, &file)?;
            templates.parsed.push((name, template));
            templates.files.insert(name, file);
        }
        includes.check()?;
        templates.style.clone_from(&sources[STYLE]);
        Ok(templates)
    }
}

/// The names in a folder that are, or look as if they were meant to be, templates or style
/// sheets, sorted.
fn own_files(folder: &Path) -> Result<BTreeSet<String>, Error> {
    let mut names = BTreeSet::new();
    for entry in fs_err::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let ending = Path::new(&name).extension().and_then(|ending| ending.to_str());
        if matches!(ending, Some("hbs" | "css")) {
            names.insert(name);
        }
    }
    Ok(names)
}

/// Reads a template; what is wrong with it is told by file and line.
pub(super) fn parse(name: &str, source: &str, file: &str) -> Result<Template, Error> {
    let opened = source.replace("{{", "{");
    let mut opened = opened.match_indices(['(', '[', '{']);
    if opened.nth(MOST_OPENED).is_some() {
        let reason = format!("more than {MOST_OPENED} brackets and braces in the file");
        return Err(Error::Template { file: file.to_owned(), line: 1, reason });
    }
    Template::compile_with_name(source, name.to_owned()).map_err(|error| {
        let reason = match error.reason() {
            // The parser's own drawing of the line has many lines; the last says what it missed.
            TemplateErrorReason::InvalidSyntax(text) => {
                let last = text.lines().last().unwrap_or_default();
                format!("this is not handlebars: {}", last.trim_start_matches([' ', '=']).trim())
            }
            other => other.to_string(),
        };
        let line = error.pos().map_or(1, |(line, _)| line);
        Error::Template { file: file.to_owned(), line, reason }
    })
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// Which template includes which. An `{{#*inline}}` counts as a template of its own; where it
/// has the name of a file, the two count as one, which may refuse too much but never too little.
#[derive(Debug, Default)]
struct Includes {
    by_name: BTreeMap<String, BTreeSet<String>>,
    /// Every place that includes something: what, in which file, in which line.
    places: Vec<(String, String, usize)>,
}

impl Includes {
    /// Collects what a template includes, and refuses what cannot be checked or is not escaped.
    fn visit(&mut self, template: &Template, name: &str, file: &str) -> Result<(), Error> {
        self.by_name.entry(name.to_owned()).or_default();
        let mut line = 1;
        for (index, element) in template.elements.iter().enumerate() {
            // A chain of `else if` has elements without a place of their own.
            line = template.mapping.get(index).map_or(line, |place| place.0);
            let refuse = |reason: &str| {
                Err(Error::Template { file: file.to_owned(), line, reason: reason.to_owned() })
            };
            match element {
                TemplateElement::HtmlExpression(_) => {
                    return refuse("text must be escaped; use two braces and no `&`");
                }
                TemplateElement::HelperBlock(block) => {
                    for inner in block.template.iter().chain(&block.inverse) {
                        self.visit(inner, name, file)?;
                    }
                }
                TemplateElement::PartialExpression(partial)
                | TemplateElement::PartialBlock(partial) => {
                    let Some(included) = partial.name.as_name() else {
                        return refuse("the name of an included template must be written out");
                    };
                    if included != "@partial-block" {
                        self.by_name.entry(name.to_owned()).or_default().insert(included.into());
                        self.places.push((included.to_owned(), file.to_owned(), line));
                    }
                    if let Some(inner) = &partial.template {
                        self.visit(inner, name, file)?;
                    }
                }
                TemplateElement::DecoratorBlock(inline) => {
                    let Some(own_name) = inline_name(inline) else {
                        return refuse("the name of an inline template must be written out");
                    };
                    if let Some(inner) = &inline.template {
                        self.visit(inner, own_name, file)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Refuses includes of what there is not, and circles: rendering one would use up the stack
    /// and end the program.
    fn check(&self) -> Result<(), Error> {
        for (name, file, line) in &self.places {
            if !self.by_name.contains_key(name) {
                let reason = format!("there is no template `{name}` to include");
                return Err(Error::Template { file: file.clone(), line: *line, reason });
            }
        }
        let mut done = BTreeSet::new();
        for name in self.by_name.keys() {
            self.follow(name, &mut Vec::new(), &mut done)?;
        }
        Ok(())
    }

    /// Follows the includes of `name`; `path` is the way to it, `done` what leads to no circle.
    /// It calls itself once for each name on the way, which [`MOST_OPENED`] bounds.
    fn follow<'a>(
        &'a self,
        name: &'a str,
        path: &mut Vec<&'a str>,
        done: &mut BTreeSet<&'a str>,
    ) -> Result<(), Error> {
        if let Some(start) = path.iter().position(|before| *before == name) {
            let circle = path[start..].iter().chain([&name]).map(|&name| name.to_owned());
            return Err(Error::Circle(circle.collect()));
        }
        if done.contains(name) {
            return Ok(());
        }
        path.push(name);
        for included in self.by_name.get(name).into_iter().flatten() {
            self.follow(included, path, done)?;
        }
        path.pop();
        done.insert(name);
        Ok(())
    }
}

fn inline_name(inline: &DecoratorTemplate) -> Option<&str> {
    match inline.params.first()? {
        Parameter::Literal(name) => name.as_str(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with one file.
    fn folder(name: &str, text: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs_err::write(folder.path().join(name), text).unwrap();
        folder
    }

    /// The message for a folder with one file, without the folder's own path.
    fn refusal(name: &str, text: &str) -> String {
        let folder = folder(name, text);
        let error = Templates::load(Some(folder.path())).unwrap_err();
        assert!(error.hint().is_some() || matches!(error, Error::Read(_)));
        error.to_string().replace(&format!("{}/", folder.path().display()), "")
    }

    #[test]
    fn files_that_would_never_be_used_are_refused() {
        for name in ["tabel.hbs", "table.hbs", "styles.css", "Report.hbs"] {
            let expected =
                format!("there is no template called `{name}`, so `{name}` would never be used");
            assert_eq!(refusal(name, ""), expected);
        }
    }

    #[test]
    fn a_missing_folder_is_an_error() {
        let gone = folder("report.hbs", "").path().join("gone");
        assert!(matches!(Templates::load(Some(&gone)), Err(Error::Read(_))));
    }

    #[test]
    fn a_broken_template_is_told_by_file_and_line() {
        let message = refusal("_table.hbs", "<p>\n{{#if rows}}\n</p>\n");
        assert!(
            message.starts_with("template `_table.hbs`, line 4: this is not handlebars"),
            "{message}"
        );
        assert_eq!(message.lines().count(), 1);
        let message = refusal("_table.hbs", "a\nb{{#if rows}}{{/each}}");
        assert_eq!(
            message,
            "template `_table.hbs`, line 2: helper \"if\" was opened, but \"each\" is closing"
        );
    }

    #[test]
    fn unescaped_text_is_refused_wherever_it_stands() {
        for text in [
            "\n{{{title}}}",
            "\n{{&title}}",
            "\n{{#if a}}{{{title}}}{{/if}}",
            "{{#if a}}{{else if b}}\n{{{title}}}{{/if}}",
            "{{#if a}}{{else}}\n{{{title}}}{{/if}}",
            "{{#> _table}}\n{{{title}}}{{/_table}}",
            "{{#*inline \"a\"}}\n{{{title}}}{{/inline}}",
        ] {
            assert_eq!(
                refusal("report.hbs", text),
                "template `report.hbs`, line 2: text must be escaped; use two braces and no `&`",
                "{text}"
            );
        }
    }

    #[test]
    fn circles_of_templates_are_refused() {
        for (text, circle) in [
            ("{{> _table}}", "_table` includes `_table"),
            ("{{> report}}", "_block` includes `_table` includes `report` includes `_block"),
            (
                "{{#if a}}{{else if b}}{{> report}}{{/if}}",
                "_block` includes `_table` includes `report` includes `_block",
            ),
            (
                "{{#> report}}{{/report}}",
                "_block` includes `_table` includes `report` includes `_block",
            ),
            ("{{#*inline \"a\"}}{{> a}}{{/inline}}{{> a}}", "a` includes `a"),
            (
                "{{#*inline \"a\"}}{{> _table}}{{/inline}}{{> a}}",
                "_table` includes `a` includes `_table",
            ),
        ] {
            assert_eq!(
                refusal("_table.hbs", text),
                format!("the templates include each other in a circle: `{circle}`"),
                "{text}"
            );
        }
    }

    #[test]
    fn includes_that_cannot_be_followed_are_refused() {
        assert_eq!(
            refusal("report.hbs", "\n\n{{> (lookup this \"title\")}}"),
            "template `report.hbs`, line 3: the name of an included template must be written out"
        );
        assert_eq!(
            refusal("report.hbs", "{{#*inline title}}{{/inline}}"),
            "template `report.hbs`, line 1: the name of an inline template must be written out"
        );
        assert_eq!(
            refusal("report.hbs", "{{> table}}"),
            "template `report.hbs`, line 1: there is no template `table` to include"
        );
    }

    #[test]
    fn templates_too_deep_for_the_parser_are_refused() {
        for (open, close) in [("[", "]"), ("(b ", ")")] {
            let text = format!("{{{{a {}{}}}}}", open.repeat(5_000), close.repeat(5_000));
            assert!(refusal("report.hbs", &text).contains("more than 400 brackets"));
        }
        let text = format!("{}{}", "{{#if a}}".repeat(5_000), "{{/if}}".repeat(5_000));
        assert!(refusal("report.hbs", &text).contains("more than 400 brackets"));
        let most =
            format!("{{{{a {}{}}}}}", "[".repeat(MOST_OPENED - 2), "]".repeat(MOST_OPENED - 2));
        assert!(!refusal("report.hbs", &format!("{most}{{{{/if}}}}")).contains("more than"));
    }

    #[test]
    fn a_style_sheet_cannot_leave_its_element() {
        assert_eq!(
            refusal("style.css", "p {}\n</STYLE><script>"),
            "template `style.css`, line 2: `</` would end the style sheet inside the page"
        );
    }

    #[test]
    fn other_files_are_left_alone_and_harmless_includes_taken() {
        let text = "{{#*inline \"a\"}}x{{/inline}}{{> a}}{{> a}}{{#> _table}}{{> a}}{{/_table}}";
        let folder = folder("_passport.hbs", text);
        fs_err::write(folder.path().join("README.md"), "{{{").unwrap();
        let templates = Templates::load(Some(folder.path())).unwrap();
        assert_eq!(templates.parsed.len(), 5);
        assert!(templates.files["_passport"].ends_with("_passport.hbs"));
        assert_eq!(templates.files["report"], "report.hbs (built in)");
    }
}
