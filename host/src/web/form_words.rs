//! What is wrong with a form, in the words of a form: the same checks read files, and say so.

use crate::domain::{Lang, Text};

/// What files are told at the end of a sentence, and what a form says instead.
const ENDS: [(&str, &str); 4] = [
    ("; die Zeile entfernen oder anders benennen", "; wählen Sie ein anderes Kürzel"),
    ("; remove the row or use another", "; choose another code"),
    ("; den früheren vorher enden lassen", "; lassen Sie den früheren vorher enden"),
    ("; add it to the header line", ""),
];

/// What is told between these in files is nothing for a form.
const FILES: [(&str, &str); 2] = [("; zuerst ", " importieren"), ("; import ", " first")];

/// The reason of a mistake as a form says it.
pub(super) fn in_a_form(reason: &Text, lang: Lang) -> String {
    let text = reason.get(lang);
    for (end, instead) in ENDS {
        if let Some(front) = text.strip_suffix(end) {
            return format!("{front}{instead}");
        }
    }
    for (begins, ends) in FILES {
        if let Some((front, rest)) = text.rsplit_once(begins)
            && rest.ends_with(ends)
        {
            return front.to_owned();
        }
    }
    text.to_owned()
}

/// A message of the program, which begins small and ends without a full stop, as a sentence of a page.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.is_empty() || text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_a_sentence_on_a_page() {
        assert_eq!(sentence("das Passwort ist falsch"), "Das Passwort ist falsch.");
        assert_eq!(sentence("Übermorgen."), "Übermorgen.");
        assert_eq!(sentence(""), "");
    }

    #[test]
    fn nobody_at_a_form_is_told_of_rows_and_imports() {
        for (de, en, form_de, form_en) in [
            (
                "es gibt keine Familie `x`; zuerst Familien importieren",
                "there is no household `x`; import households first",
                "es gibt keine Familie `x`",
                "there is no household `x`",
            ),
            (
                "es gibt schon ein Kind `x`; die Zeile entfernen oder anders benennen",
                "there already is a pupil `x`; remove the row or use another",
                "es gibt schon ein Kind `x`; wählen Sie ein anderes Kürzel",
                "there already is a pupil `x`; choose another code",
            ),
            ("`x` ist kein Tag", "`x` is not a day", "`x` ist kein Tag", "`x` is not a day"),
        ] {
            let text = Text::new(de, en);
            assert_eq!(in_a_form(&text, Lang::De), form_de);
            assert_eq!(in_a_form(&text, Lang::En), form_en);
        }
    }
}
