//! Labels that fit: how wide a text is about, and how it is cut without breaking a letter.

use super::super::svg::{Anchor, Mark, Point};
use super::TEXT;

/// How wide a text is about, in units of a drawing. Fonts differ; this is on the wide side.
pub(super) fn width(text: &str) -> f64 {
    text.chars().map(letter_width).sum::<f64>() * TEXT
}

/// So much wider is a text in bold.
pub(super) const BOLD: f64 = 1.12;

/// The width of a letter in parts of the height of the font.
fn letter_width(letter: char) -> f64 {
    match letter {
        _ if joins(letter) => 0.0,
        'i' | 'j' | 'l' | 'f' | 't' | 'r' | ' ' | '.' | ',' | ':' | ';' | '\'' | '|' | 'I' => 0.4,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.99,
        '\u{0}'..='\u{24f}' if letter.is_uppercase() => 0.75,
        '\u{0}'..='\u{24f}' | '\u{2013}' => 0.63,
        '\u{250}'..='\u{10ff}' => 0.75,
        _ => 1.05,
    }
}

/// Whether a letter belongs to the one before it: accents, joiners, variants, skin tones.
fn joins(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}'
        | '\u{64b}'..='\u{65f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{200c}' | '\u{200d}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{fe20}'..='\u{fe2f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}')
}

/// The text if it fits, or as many whole letters of it as fit with an ellipsis.
pub(super) fn cut(text: &str, room: f64) -> Option<String> {
    if width(text) <= room {
        return None;
    }
    let room = room - width("…");
    let mut end = 0;
    let mut used = 0.0;
    let mut is_joined = true;
    for (place, letter) in text.char_indices() {
        // A letter may end here only if nothing that follows belongs to it.
        if !joins(letter) && !is_joined {
            end = place;
        }
        used += letter_width(letter) * TEXT;
        if used > room {
            break;
        }
        is_joined = letter == '\u{200d}';
    }
    Some(format!("{}…", text[..end].trim_end()))
}

/// A label that is cut where it is too long, and then has its full text as a title.
pub(super) fn fitting(class: &str, at: Point, anchor: Anchor, text: &str, room: f64) -> Mark {
    let is_bold = class.contains("name") || class.contains("flag-text");
    let short = cut(text, if is_bold { room / BOLD } else { room });
    let full = short.is_some().then(|| text.to_owned());
    let text = short.unwrap_or_else(|| text.to_owned());
    Mark::Label { class: class.into(), at, anchor, text, full }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_long_name_is_cut_and_keeps_its_full_text() {
        let name = "Städtische Gemeinschaftsgrundschule am Lindenplatz";
        let label = fitting("name", (0.0, 0.0), Anchor::Start, name, 200.0);
        let Mark::Label { text, full, .. } = label else { panic!() };
        assert!(text.ends_with('…') && name.starts_with(text.trim_end_matches('…')), "{text}");
        assert!(text.chars().count() > 15);
        assert_eq!(full.as_deref(), Some(name));
        let short = fitting("name", (0.0, 0.0), Anchor::Start, "Ahorn", 200.0);
        assert!(matches!(short, Mark::Label { full: None, .. }));
    }

    #[test]
    fn a_letter_of_several_signs_is_kept_whole_or_left_out() {
        // u with a combining diaeresis; a family of joined signs.
        let text = "Mu\u{308}hle";
        for room in 0..80 {
            let cut = cut(text, f64::from(room)).unwrap_or_default();
            assert!(!cut.ends_with("u…"), "{room}: {cut}");
        }
        let family = "a\u{1f469}\u{200d}\u{1f467}b";
        for room in 0..80 {
            let cut = cut(family, f64::from(room)).unwrap_or_default();
            assert!(!cut.contains('\u{200d}') || cut.contains('\u{1f467}'), "{room}: {cut}");
            assert!(!cut.contains('\u{1f469}') || cut.contains('\u{1f467}'), "{room}: {cut}");
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_cut_anywhere(text in any::<String>(), room in 0.0..400.0_f64) {
            if let Some(cut) = cut(&text, room) {
                prop_assert!(text.starts_with(cut.trim_end_matches('…').trim_end()));
                prop_assert!(width(&cut) <= room.max(width("…")) + 1e-6);
            }
        }
    }
}
