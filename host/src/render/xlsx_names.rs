//! Names of worksheets: what spreadsheet programs allow, each name once in a workbook.

/// Most letters of a name, counted as spreadsheet programs count them.
const MOST: usize = 31;

/// The names for worksheets that should be called `wanted`, in the same order.
///
/// No name is longer than 31 letters, none has a letter that spreadsheet programs refuse, and no two
/// differ in capitals alone. What has to be cut ends in `…`, and what is there already gets a number.
pub(super) fn names(wanted: &[String], none: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for wanted in wanted {
        let whole = allowed(wanted);
        let whole = if whole.is_empty() { none.to_owned() } else { whole };
        let is_taken =
            |name: &String| names.iter().any(|other| other.to_lowercase() == name.to_lowercase());
        let numbered = (2..).map(|number| {
            let end = format!(" ({number})");
            cut(&whole, MOST - end.len()) + &end
        });
        let name = std::iter::once(cut(&whole, MOST)).chain(numbered).find(|name| !is_taken(name));
        names.push(name.expect("there are more numbers than worksheets"));
    }
    names
}

/// A text without letters that are not allowed. `History` is a name that one program keeps to itself.
fn allowed(text: &str) -> String {
    let kept = text.chars().map(|letter| match letter {
        '[' | '{' => '(',
        ']' | '}' => ')',
        '/' | '\\' | ':' | '*' | '?' | '|' => '-',
        '\u{fffe}' | '\u{ffff}' => ' ',
        letter if letter.is_control() => ' ',
        letter => letter,
    });
    let text: String = kept.collect();
    let text = text.trim_matches(|letter: char| letter == '\'' || letter.is_whitespace());
    if text.eq_ignore_ascii_case("history") { format!("{text} -") } else { text.to_owned() }
}

/// A text of at most `most` UTF-16 units.
fn cut(text: &str, most: usize) -> String {
    if text.encode_utf16().count() <= most {
        return text.to_owned();
    }
    shortened(text, most)
}

/// The beginning of a text with `…` after it, at most `most` UTF-16 units together.
pub(super) fn shortened(text: &str, most: usize) -> String {
    let mut kept = String::new();
    let mut units = 1;
    for letter in text.chars() {
        units += letter.len_utf16();
        if units > most {
            break;
        }
        kept.push(letter);
    }
    format!("{}…", kept.trim_end_matches(|letter: char| letter.is_whitespace() || letter == '\''))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(wanted: &[&str]) -> Vec<String> {
        names(&wanted.iter().map(|&name| name.to_owned()).collect::<Vec<_>>(), "Blatt")
    }

    #[test]
    fn what_is_not_allowed_is_replaced() {
        assert_eq!(
            of(&["a/b:c", "[x]?", "'quoted'", " ", "History"]),
            ["a-b-c", "(x)-", "quoted", "Blatt", "History -"]
        );
    }

    #[test]
    fn names_that_are_too_long_are_cut_and_stay_apart() {
        let long = "Anteil der Kontakte im Tandem nach Schule";
        assert_eq!(
            of(&[long, long, "überblick", "Überblick"]),
            [
                "Anteil der Kontakte im Tandem…",
                "Anteil der Kontakte im Tan… (2)",
                "überblick",
                "Überblick (2)",
            ]
        );
    }

    proptest! {
        #[test]
        fn every_name_is_one_that_spreadsheets_take(wanted in prop::collection::vec(".{0,40}", 1..8)) {
            let names = names(&wanted, "Blatt");
            for (place, name) in names.iter().enumerate() {
                prop_assert!(!name.is_empty() && name.encode_utf16().count() <= 31, "{name}");
                prop_assert!(!name.contains(['[', ']', ':', '*', '?', '/', '\\']), "{name}");
                prop_assert!(!name.starts_with('\'') && !name.ends_with('\''), "{name}");
                let later = &names[place + 1..];
                prop_assert!(later.iter().all(|it| it.to_lowercase() != name.to_lowercase()));
            }
        }
    }
}
