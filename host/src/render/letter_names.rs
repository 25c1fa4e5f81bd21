//! Looks through the template of a letter for what a letter may not say.

use handlebars::Template;
use handlebars::template::{HelperTemplate, Parameter, TemplateElement};

use super::Error;
use super::letters::{LetterTemplate, NAMES, numbers, reason_in, wrong};
use crate::domain::Text;

/// Looks for names in a template that a letter may not say, and for anything but names.
pub(super) struct Names<'a> {
    template: &'a LetterTemplate<'a>,
    known: Vec<String>,
}

impl<'a> Names<'a> {
    pub(super) fn new(template: &'a LetterTemplate<'a>) -> Self {
        let mut known: Vec<String> = NAMES.map(str::to_owned).into();
        if reason_in(template.language, &Text::default()).is_some() {
            known.push("reason".to_owned());
        }
        known.extend(numbers().map(|field| format!("facts.{}", field.name)));
        Self { template, known }
    }

    /// Walks through a template, also through what would not be printed.
    ///
    /// # Errors
    ///
    /// [`Error::Letter`] for the first thing that does not belong in a letter.
    pub(super) fn visit(&self, template: &Template) -> Result<(), Error> {
        let mut line = 1;
        for (index, element) in template.elements.iter().enumerate() {
            // A chain of `else if` has elements without a place of their own.
            line = template.mapping.get(index).map_or(line, |place| place.0);
            let refuse = |reason: &str| Err(wrong(self.template, line, reason));
            match element {
                TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
                TemplateElement::Expression(name) => {
                    if !name.params.is_empty() || !name.hash.is_empty() {
                        return refuse("a letter calls nothing; only `if` and `unless` are there");
                    }
                    self.name(&name.name, line)?;
                }
                TemplateElement::HelperBlock(block) => self.block(block, line)?,
                TemplateElement::HtmlExpression(_) => {
                    return refuse("a letter is plain text; use two braces and no `&`");
                }
                TemplateElement::PartialExpression(_) | TemplateElement::PartialBlock(_) => {
                    return refuse("a letter includes no other template");
                }
                _ => return refuse("a letter has values, `if` and `unless`, and nothing else"),
            }
        }
        Ok(())
    }

    fn block(&self, block: &HelperTemplate, line: usize) -> Result<(), Error> {
        let is_condition = matches!(block.name.as_name(), Some("if" | "unless"));
        let [condition] = &block.params[..] else {
            return Err(wrong(self.template, line, "`if` and `unless` take one name"));
        };
        if !is_condition || !block.hash.is_empty() || block.block_param.is_some() {
            let reason = "a letter has no blocks but `if` and `unless` with a name";
            return Err(wrong(self.template, line, reason));
        }
        self.name(condition, line)?;
        for inner in block.template.iter().chain(&block.inverse) {
            self.visit(inner)?;
        }
        Ok(())
    }

    fn name(&self, name: &Parameter, line: usize) -> Result<(), Error> {
        let Some(name) = name.as_name() else {
            return Err(wrong(self.template, line, "only names of values can stand here"));
        };
        if self.known.iter().any(|known| known == name) {
            return Ok(());
        }
        let reason = if name == "reason" {
            "a letter in this language has no `reason`: reasons are in German and English".into()
        } else {
            format!("a letter has no value `{name}`; it has `{}`", self.known.join("`, `"))
        };
        Err(wrong(self.template, line, &reason))
    }
}
