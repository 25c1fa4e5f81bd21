//! The words of the pages, in German and English, each under a key.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::domain::{Lang, Text};

/// The files of words: one for each part of the application.
const FILES: &[(&str, &str)] = &[
    ("shell", include_str!("words/shell.toml")),
    ("contact", include_str!("words/contact.toml")),
    ("family", include_str!("words/family.toml")),
    ("attendance", include_str!("words/attendance.toml")),
    ("report", include_str!("words/report.toml")),
    ("plugin", include_str!("words/plugin.toml")),
    ("admin", include_str!("words/admin.toml")),
    ("offline", include_str!("words/offline.toml")),
];

/// Every key with its words. A file has lines `key = ["deutsch", "English"]`; a key is
/// `FILE.WORD`. `{}` stands for what the page puts in.
static WORDS: LazyLock<BTreeMap<String, Text>> = LazyLock::new(|| {
    let mut words = BTreeMap::new();
    for (part, text) in FILES {
        let found: BTreeMap<String, [String; 2]> =
            toml::from_str(text).expect("a test reads every file of words");
        for (key, [de, en]) in found {
            words.insert(format!("{part}.{key}"), Text { de, en });
        }
    }
    words
});

/// The words of a key; `None` for a key that no file has, which a test finds.
pub(super) fn words(key: &str) -> Option<&'static Text> {
    WORDS.get(key)
}

/// The words of a key in one language, with something put in for each `{}` in turn.
pub(super) fn say(key: &str, lang: Lang, values: &[String]) -> Option<String> {
    let mut parts = words(key)?.get(lang).split("{}");
    let mut said = parts.next().unwrap_or_default().to_owned();
    let mut values = values.iter();
    for part in parts {
        said += values.next().map_or("", String::as_str);
        said += part;
    }
    Some(said)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// Every key that a template or a handler names is there, and every key that is there is named.
    #[test]
    fn keys_and_their_uses_fit() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web");
        let mut open = vec![folder];
        let mut text = String::new();
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(fs_err::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            } else if path.extension().is_some_and(|kind| kind == "hbs" || kind == "rs") {
                text += &fs_err::read_to_string(&path).unwrap();
            }
        }
        let unused: Vec<_> =
            WORDS.keys().filter(|key| !text.contains(&format!("\"{key}\""))).collect();
        assert!(unused.is_empty(), "nobody says {unused:?}");
        let named: BTreeSet<&str> = text
            .split("{{t \"")
            .chain(text.split("(t \""))
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .filter(|key| key.contains('.') && !key.contains('{') && !key.contains(' '))
            .collect();
        let missing: Vec<_> = named.into_iter().filter(|key| words(key).is_none()).collect();
        assert!(missing.is_empty(), "no file has {missing:?}");
    }

    #[test]
    fn both_languages_have_as_many_places_to_put_something_in() {
        for (key, text) in WORDS.iter() {
            let places = |text: &str| text.matches("{}").count();
            assert_eq!(places(&text.de), places(&text.en), "{key}");
            assert!(!text.de.is_empty() && !text.en.is_empty(), "{key}");
        }
    }
}
