//! Finds the lines of `plugin.toml` that something is about.

use std::collections::HashMap;

use toml::de::{DeTable, DeValue};

/// Where each word of a manifest stands: keys, datasets, `DATASET.FIELD`, parameters.
pub(super) struct Lines(HashMap<String, usize>);

impl Lines {
    /// Of a manifest, as far as it can be read.
    pub(super) fn of(text: &str) -> Self {
        let line =
            |start: usize| text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
        let mut lines = HashMap::new();
        let (table, _) = DeTable::parse_recoverable(text);
        for (key, value) in table.get_ref() {
            lines.insert(key.get_ref().to_string(), line(key.span().start));
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("request", DeValue::Array(requests)) => {
                    for request in
                        requests.iter().filter_map(|request| request.get_ref().as_table())
                    {
                        let Some(dataset) = request.get("dataset") else { continue };
                        let Some(name) = dataset.get_ref().as_str() else { continue };
                        lines.insert(name.to_owned(), line(dataset.span().start));
                        for key in ["fields", "optional"] {
                            let fields = request.get(key).and_then(|it| it.get_ref().as_array());
                            for field in fields.into_iter().flat_map(|fields| fields.iter()) {
                                if let Some(field_name) = field.get_ref().as_str() {
                                    let at = line(field.span().start);
                                    lines.insert(format!("{name}.{field_name}"), at);
                                }
                            }
                        }
                    }
                }
                ("parameters", DeValue::Table(parameters)) => {
                    for (name, _) in parameters {
                        lines.insert(name.get_ref().to_string(), line(name.span().start));
                    }
                }
                _ => {}
            }
        }
        Self(lines)
    }

    /// The line of a word.
    pub(super) fn line(&self, word: &str) -> Option<usize> {
        self.0.get(word).copied()
    }

    /// The line that a message is about, by the words it sets in backticks, or by how it begins.
    pub(super) fn about(&self, message: &str) -> Option<usize> {
        let ticked = message.split('`').skip(1).step_by(2);
        let first = message.split(' ').next();
        let version = message.starts_with("its version").then_some("version");
        let id = message.starts_with("its id").then_some("id");
        version.into_iter().chain(id).chain(ticked).chain(first).find_map(|word| self.line(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "id = \"org.example.x\"\nversion = \"1.0.0\"\n\n[[request]]\n\
                            dataset = \"contacts\"\nfields = [\"school\",\n  \"colour\"]\n\n\
                            [parameters.days]\ntype = \"integer\"\n";

    #[test]
    fn a_message_is_put_on_its_line() {
        let lines = Lines::of(MANIFEST);
        assert_eq!(lines.about("there is no field `contacts.colour`"), Some(7));
        assert_eq!(lines.about("the default of parameter `days` must be a whole number"), Some(9));
        assert_eq!(lines.about("its version is `2`; the manifest says `1.0.0`"), Some(2));
        assert_eq!(lines.about("id `X` must be in reverse-domain form"), Some(1));
        assert_eq!(lines.about("dataset `contacts` is requested twice"), Some(5));
        assert_eq!(lines.about("something else"), None);
    }

    #[test]
    fn a_manifest_that_cannot_be_read_has_the_lines_before_the_mistake() {
        assert_eq!(Lines::of("id = \"x\"\nversion = \n").line("id"), Some(1));
    }
}
