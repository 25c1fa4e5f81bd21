//! The texts of a manifest, which a stranger wrote and people read on a terminal and on paper.

use super::manifest::Manifest;
use super::words::is_unprintable;

/// Bytes of one text. A description of a sentence or two has some two hundred.
const LONGEST: usize = 2_000;

/// Most characters of a message about a manifest.
const MOST_TOLD: usize = 2_000;

/// A message that may hold anything that stands in a manifest, as it can be shown: line breaks stay,
/// and a mark stands for every other character that a line of text cannot have.
pub(super) fn told(message: &str) -> String {
    let shown =
        |c: char| if c != '\n' && is_unprintable(c) { char::REPLACEMENT_CHARACTER } else { c };
    let mut text: String = message.chars().take(MOST_TOLD).map(shown).collect();
    if message.chars().nth(MOST_TOLD).is_some() {
        text.push('…');
    }
    text
}

/// Checks that every text is one line, without characters that would control a terminal or turn the
/// direction of the text around it. So no plugin can pretend to say what the program says.
pub(super) fn check_texts(manifest: &Manifest, wrong: &mut Vec<String>) {
    let mut check = |place: &str, text: &str| {
        if text.chars().any(is_unprintable) {
            wrong.push(format!(
                "{place} has a line break or another character that cannot be shown"
            ));
        } else if text.len() > LONGEST {
            wrong.push(format!("{place} has {} bytes; at most {LONGEST}", text.len()));
        }
    };
    for (place, text) in [("title", &manifest.title), ("description", &manifest.description)] {
        check(place, &text.de);
        check(place, &text.en);
    }
    check("licence", &manifest.licence);
    check("source", &manifest.source);
    check("language", &manifest.language);
    manifest.authors.iter().for_each(|author| check("an author", author));
    for request in &manifest.requests {
        check("a purpose", &request.purpose.de);
        check("a purpose", &request.purpose.en);
    }
    for (name, parameter) in &manifest.parameters {
        check("the name of a parameter", name);
        check("the title of a parameter", &parameter.title.de);
        check("the title of a parameter", &parameter.title.en);
        check("the default of a parameter", parameter.default.as_str().unwrap_or_default());
        parameter.choices.iter().for_each(|choice| check("a choice of a parameter", choice));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        id = "org.example.visits"
        version = "1.2.3"
        api = "1.0"
        title = { de = "@title", en = "Visits" }
        description = { de = "Zählt.", en = "@description" }
        licence = "@licence"
        authors = ["Example", "@author"]
        source = "@source"
        language = "@language"

        [[request]]
        dataset = "contacts"
        fields = ["school"]
        purpose = { de = "@purpose", en = "Counting" }

        [parameters."@name"]
        type = "string"
        default = "@default"
        enum = ["@default", "@choice"]
        title = { de = "@parameter", en = "Word" }
    "#;

    const PLACES: [&str; 11] = [
        "@title",
        "@description",
        "@licence",
        "@author",
        "@source",
        "@language",
        "@purpose",
        "@name",
        "@default",
        "@choice",
        "@parameter",
    ];

    fn complaint(text: &str) -> String {
        let complaint = Manifest::parse(text).unwrap_err().to_string();
        assert!(!complaint.chars().any(|c| c != '\n' && is_unprintable(c)), "{complaint:?}");
        complaint
    }

    #[test]
    fn no_text_can_pretend_to_be_the_programs_own() {
        Manifest::parse(GOOD).unwrap();
        for place in PLACES {
            for trick in [r"a\nImports: none", r"\u001b[2J", r"\u202Etxet", r"a\tb", r"\u0085"] {
                let said = complaint(&GOOD.replace(place, trick));
                assert!(said.contains("cannot be shown"), "{place} {trick}: {said}");
            }
            let long = complaint(&GOOD.replace(place, &"x".repeat(2_001)));
            assert!(long.contains("2001 bytes; at most 2000"), "{place}: {long}");
        }
    }

    #[test]
    fn a_message_about_what_cannot_be_read_is_short_and_harmless() {
        for text in ["\u{1b}[2J", "a = \"\u{1b}]0;owned\u{7}", r#"id = "\u001b[2J""#] {
            complaint(text);
        }
        complaint(&GOOD.replace("org.example.visits", r"\u001b[2J"));
        let long = format!("a = {}", "x".repeat(100_000));
        assert!(complaint(&long).chars().count() < 2_100);
        let request =
            "[[request]]\ndataset = \"x\"\nfields = []\npurpose = { de = \"\", en = \"\" }\n";
        assert!(complaint(&(GOOD.to_owned() + &request.repeat(100))).ends_with(" more"));
    }
}
