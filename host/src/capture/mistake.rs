//! What is wrong with a file: where, and why, in both languages.

use std::fmt;

use crate::domain::{Lang, Text};

/// The most mistakes that are kept; further ones are only counted.
pub const MOST_MISTAKES: usize = 1_000;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The line of the file, counted from 1 as an editor shows it; 0 for a row that was typed in.
    pub line: u64,
    /// The column; `None` where it is about the whole row or file.
    pub field: Option<String>,
    /// What is wrong and what would be right.
    pub reason: Text,
}

impl Mistake {
    /// The whole mistake as one line in `lang`: line, column, reason.
    pub fn say(&self, lang: Lang) -> String {
        let line = (self.line > 0).then(|| format!("{} {}", lang.pick("Zeile", "line"), self.line));
        let field = self.field.as_ref().map(|field| format!("`{field}`"));
        let place: Vec<String> = line.into_iter().chain(field).collect();
        let reason = self.reason.get(lang);
        if place.is_empty() { reason.to_owned() } else { format!("{}: {reason}", place.join(", ")) }
    }
}

/// Everything that is wrong, in the order of lines; never empty when it is returned as an error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mistakes {
    /// The first [`MOST_MISTAKES`].
    pub list: Vec<Mistake>,
    /// How many more there are.
    pub more: usize,
}

impl Mistakes {
    /// How many there are, listed or not.
    pub fn total(&self) -> usize {
        self.list.len() + self.more
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All of it as lines of text in `lang`, under one that says how many there are.
    pub fn say(&self, lang: Lang) -> String {
        let total = self.total();
        let head = if let ([only], 0) = (self.list.as_slice(), self.more) {
            return only.say(lang);
        } else {
            lang.pick(format!("{total} Angaben sind falsch"), format!("{total} things are wrong"))
        };
        let lines = self.list.iter().map(|mistake| format!("\n  {}", mistake.say(lang)));
        let mut said = lines.fold(head, |said, line| said + &line);
        if self.more > 0 {
            let more = self.more;
            said += &lang.pick(format!("\n  und {more} weitere"), format!("\n  and {more} more"));
        }
        said
    }

    /// Adds one. The reason is worded only where there is still room for it.
    pub(super) fn add(&mut self, line: u64, field: Option<&str>, reason: impl FnOnce() -> Text) {
        if self.list.len() < MOST_MISTAKES {
            let field = field.map(str::to_owned);
            self.list.push(Mistake { line, field, reason: reason() });
        } else {
            self.more += 1;
        }
    }
}

impl fmt::Display for Mistakes {
    /// The English wording: how many, and the first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} mistakes, nothing was kept", self.total())?;
        match self.list.first() {
            Some(first) => write!(f, "; the first: {}", first.say(Lang::En)),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Mistakes {}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(line: u64, field: Option<&str>) -> Mistake {
        Mistake { line, field: field.map(str::to_owned), reason: Text::new("falsch", "wrong") }
    }

    #[test]
    fn a_mistake_names_line_and_column_where_it_has_them() {
        assert_eq!(mistake(7, Some("day")).say(Lang::De), "Zeile 7, `day`: falsch");
        assert_eq!(mistake(7, None).say(Lang::En), "line 7: wrong");
        assert_eq!(mistake(0, Some("day")).say(Lang::En), "`day`: wrong");
        assert_eq!(mistake(0, None).say(Lang::De), "falsch");
    }

    #[test]
    fn mistakes_beyond_the_limit_are_counted_but_not_worded() {
        let mut mistakes = Mistakes::default();
        for line in 0..MOST_MISTAKES as u64 {
            mistakes.add(line, None, || Text::same("x"));
        }
        mistakes.add(9_999, None, || unreachable!("nobody will read it"));
        assert_eq!((mistakes.list.len(), mistakes.more), (MOST_MISTAKES, 1));
        assert_eq!(mistakes.total(), MOST_MISTAKES + 1);
    }
}
