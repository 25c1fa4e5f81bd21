//! Words that shared notes are looked through for, with the reason why they may not belong there.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::words::Text;

/// The words that every municipality starts with.
const SEED: &str = include_str!("../../../schemas/words.toml");

/// Most characters of a word.
const LONGEST_WORD: usize = 40;

/// What a word tells about somebody.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WatchedKind {
    /// Its permanent code.
    pub code: String,
    /// What it is called.
    pub title: Text,
    /// Why it may not belong in a note, and what to write in its place.
    pub reason: Text,
    /// The words to begin with.
    words: Vec<String>,
}

/// The kinds of words, with the seed's words.
///
/// # Panics
///
/// Never: a test reads the file.
pub fn watched_kinds() -> &'static [WatchedKind] {
    #[derive(Deserialize)]
    struct File {
        kind: Vec<WatchedKind>,
    }
    static KINDS: OnceLock<Vec<WatchedKind>> = OnceLock::new();
    KINDS.get_or_init(|| {
        let file: File = toml::from_str(SEED).expect("a test reads the file");
        file.kind
    })
}

/// A word that was found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundWord {
    /// As it stands in the text.
    pub word: String,
    /// What it tells.
    pub kind: &'static WatchedKind,
}

/// The words of one municipality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedWords {
    /// The folded words; those that stand for all that begin so keep their `*`.
    words: BTreeMap<String, &'static WatchedKind>,
}

impl WatchedWords {
    /// The seed's words with what a municipality has changed: word, code of the kind, and whether it is
    /// watched for. A kind that is not known any more is passed over.
    pub fn new<'a>(changes: impl IntoIterator<Item = (&'a str, &'a str, bool)>) -> Self {
        let mut words = BTreeMap::new();
        for kind in watched_kinds() {
            words.extend(kind.words.iter().map(|word| (fold(word), kind)));
        }
        for (word, code, is_watched) in changes {
            words.remove(&fold(word));
            let kind = watched_kinds().iter().find(|kind| kind.code == code);
            if let (Some(kind), true) = (kind, is_watched) {
                words.insert(fold(word), kind);
            }
        }
        Self { words }
    }

    /// All words in the order of the alphabet, with their kinds.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &'static WatchedKind)> {
        self.words.iter().map(|(word, kind)| (word.as_str(), *kind))
    }

    /// Whether a word is watched for, as it is written.
    pub fn kind_of(&self, word: &str) -> Option<&'static WatchedKind> {
        self.words.get(&fold(word)).copied()
    }

    /// The words of a text that are watched for, each once, in the order of the text.
    pub fn find(&self, text: &str) -> Vec<FoundWord> {
        let mut found: Vec<FoundWord> = Vec::new();
        for word in text.split(|letter: char| !letter.is_alphabetic()).filter(|it| !it.is_empty()) {
            if found.iter().any(|known| known.word == word) {
                continue;
            }
            if let Some(kind) = self.kind_in_text(&fold(word)) {
                found.push(FoundWord { word: word.to_owned(), kind });
            }
        }
        found
    }

    /// The kind of a folded word: itself, or the longest beginning that is watched for.
    fn kind_in_text(&self, word: &str) -> Option<&'static WatchedKind> {
        if let Some(kind) = self.words.get(word) {
            return Some(kind);
        }
        let mut ends = word.char_indices().map(|(place, letter)| place + letter.len_utf8()).rev();
        ends.find_map(|end| self.words.get(&format!("{}*", &word[..end]))).copied()
    }
}

/// Whether a text can be a word of the list: letters, with `*` at most at its end.
pub fn is_watchable(word: &str) -> bool {
    let stem = word.strip_suffix('*').unwrap_or(word);
    let letters = stem.chars().count();
    (2..=LONGEST_WORD).contains(&letters) && stem.chars().all(char::is_alphabetic)
}

/// Small letters, with umlauts and ß written out as people do who lack them.
fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    for letter in word.to_lowercase().chars() {
        match letter {
            'ä' => folded.push_str("ae"),
            'ö' => folded.push_str("oe"),
            'ü' => folded.push_str("ue"),
            'ß' => folded.push_str("ss"),
            letter => folded.push(letter),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, String)> {
        let words = WatchedWords::new([]);
        words.find(text).into_iter().map(|it| (it.word, it.kind.code.clone())).collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(word, kind)| ((*word).to_owned(), (*kind).to_owned())).collect()
    }

    #[test]
    fn every_word_of_the_seed_can_be_one_and_stands_there_once() {
        let mut seen = std::collections::BTreeSet::new();
        for kind in watched_kinds() {
            assert!(!kind.reason.de.is_empty() && !kind.reason.en.is_empty());
            for word in &kind.words {
                assert!(is_watchable(word) && *word == word.to_lowercase(), "{word}");
                assert!(seen.insert(fold(word)), "{word} stands there twice");
            }
        }
    }

    #[test]
    fn words_are_found_however_they_are_written_and_only_as_words() {
        assert_eq!(
            found("Roma-Familie; die Mutter ist PSYCHISCH belastet, Juedin? Strafanzeigen."),
            pairs(&[
                ("Roma", "origin"),
                ("PSYCHISCH", "health"),
                ("Juedin", "origin"),
                ("Strafanzeigen", "crime"),
            ])
        );
        for harmless in [
            "Der Roman liegt in Rom an der Tafel.",
            "Gespräch auf Arabisch, mit Dolmetscherin.",
            "Termin bei der Ausländerbehörde, Versäumnisanzeige nicht nötig",
            "Haftnotiz und Christbaum",
            "",
        ] {
            let words = found(harmless);
            // The city of that name is the price of finding a single person.
            assert!(words.iter().all(|(word, _)| word == "Rom"), "{harmless}: {words:?}");
        }
        assert_eq!(found("Roma, Roma und Roma").len(), 1, "each word once");
    }

    #[test]
    fn a_municipality_adds_words_and_takes_others_out() {
        let words = WatchedWords::new([("polizei*", "crime", false), ("Klinik*", "health", true)]);
        assert!(words.find("Polizei").is_empty());
        assert_eq!(words.find("Klinikschule")[0].kind.code, "health");
        assert_eq!(words.kind_of("KLINIK*").unwrap().code, "health");
        assert!(WatchedWords::new([("x", "gone", true)]).kind_of("x").is_none());
    }

    #[test]
    fn what_is_no_word_is_not_watched_for() {
        for wrong in ["", "a", "*", "zwei worte", "a*b", "7up", &"x".repeat(41)] {
            assert!(!is_watchable(wrong), "{wrong}");
        }
        for right in ["ab", "klinik*", "süß"] {
            assert!(is_watchable(right), "{right}");
        }
    }
}
