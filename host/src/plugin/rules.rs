//! Rules that all descriptions and answers have in common: ids, texts, numbers of things, places.

use std::collections::HashSet;

use super::bindings::arguments;
use super::error::{Error, is_unprintable, words};
use super::exports::Interface;
use crate::domain::{Manifest, Text};

/// Bytes of an id, and of a text in one language.
const LONGEST_ID: usize = 40;
pub(super) const LONGEST_TEXT: usize = 200;

/// Most mistakes told at once. A generated description tends to have one of them everywhere.
const MOST_MISTAKES: usize = 20;

/// What is wrong with a description, gathered while it is read. With any mistake noted, nothing of
/// what was read is used.
#[derive(Debug, Default)]
pub(super) struct Mistakes(Vec<String>);

impl Mistakes {
    /// Notes a mistake.
    pub(super) fn wrong(&mut self, mistake: String) {
        self.0.push(mistake);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Checks that a description is of the plugin of the manifest, and of its version.
    pub(super) fn itself(&mut self, id: &str, version: &str, manifest: &Manifest) {
        if id != manifest.id {
            self.wrong(format!("its id is `{}`; the manifest says `{}`", words(id), manifest.id));
        }
        let expected = manifest.version.to_string();
        if version != expected {
            let found = words(version);
            self.wrong(format!("its version is `{found}`; the manifest says `{expected}`"));
        }
    }

    /// Checks a number of things.
    pub(super) fn count(&mut self, what: &str, found: usize, most: usize) {
        if found > most {
            self.wrong(format!("{found} {what}; at most {most} are allowed"));
        }
    }

    /// Checks that ids are well-formed and differ.
    pub(super) fn ids<'a>(&mut self, what: &str, ids: impl Iterator<Item = &'a str>) {
        let mut seen = HashSet::new();
        for id in ids {
            if !is_id(id) {
                self.wrong(format!(
                    "the id `{}` of a {what} must be 1 to {LONGEST_ID} lower-case letters, \
                     digits and hyphens",
                    words(id)
                ));
            } else if !seen.insert(id) {
                self.wrong(format!("two {what}s have the id `{id}`"));
            }
        }
    }

    /// Checks a text in both languages and takes it over.
    pub(super) fn text(&mut self, place: &str, what: &str, found: arguments::Text) -> Text {
        for (text, language) in [(&found.de, "German"), (&found.en, "English")] {
            if let Err(mistake) = check_line(text) {
                self.wrong(format!("{place}: {what} in {language} {mistake}"));
            }
        }
        Text::new(found.de, found.en)
    }

    /// Ends the check, or a part of it without which the rest need not be read.
    ///
    /// # Errors
    ///
    /// [`Error::Description`], with every mistake that was found, up to twenty.
    pub(super) fn finish(
        &mut self,
        manifest: &Manifest,
        interface: Interface,
    ) -> Result<(), Error> {
        let mut mistakes = std::mem::take(&mut self.0);
        if mistakes.is_empty() {
            return Ok(());
        }
        if mistakes.len() > MOST_MISTAKES {
            let more = mistakes.len() - MOST_MISTAKES;
            mistakes.truncate(MOST_MISTAKES);
            mistakes.push(format!("and {more} more"));
        }
        Err(Error::Description { plugin: manifest.id.clone(), interface, mistakes })
    }
}

/// Whether `text` is 1 to 40 lower-case letters, digits and hyphens.
pub(super) fn is_id(text: &str) -> bool {
    (1..=LONGEST_ID).contains(&text.len())
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// Checks a text that is shown on one line.
///
/// # Errors
///
/// The end of a sentence that begins with the text's place.
pub(super) fn check_line(text: &str) -> Result<(), String> {
    if text.len() > LONGEST_TEXT {
        Err(format!("has {} bytes; at most {LONGEST_TEXT}", text.len()))
    } else if text.trim().is_empty() {
        Err("is empty".into())
    } else if text.chars().any(is_unprintable) {
        Err(format!(
            "has a line break or another character that cannot be shown: `{}`",
            words(text)
        ))
    } else {
        Ok(())
    }
}

/// A place in a list of `all` things.
///
/// # Errors
///
/// The end of a sentence, where there is no such place.
pub(super) fn place(what: &str, found: u32, all: usize) -> Result<usize, String> {
    let place = usize::try_from(found).ok().filter(|place| *place < all);
    place.ok_or_else(|| format!("{what} {found} of {all}, counted from 0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_within_its_list() {
        assert_eq!(place("row", 0, 0).unwrap_err(), "row 0 of 0, counted from 0");
        assert_eq!(place("row", 3, 3).unwrap_err(), "row 3 of 3, counted from 0");
        assert!(place("row", u32::MAX, 3).is_err());
        assert_eq!(place("row", 2, 3), Ok(2));
    }

    #[test]
    fn a_line_is_short_and_can_be_shown() {
        for wrong in ["", " \u{a0}", "a\nb", "a\tb", "\u{202e}a", "a\u{2028}", &"ä".repeat(101)] {
            assert!(check_line(wrong).is_err(), "{wrong:?}");
        }
        for right in ["a", "<b>fett</b> =1+1", &"ä".repeat(100)] {
            assert_eq!(check_line(right), Ok(()), "{right:?}");
        }
    }
}
