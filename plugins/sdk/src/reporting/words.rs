//! Words of a composed document.

/// Some words of a document: a phrase by its id, the municipality's word for a code, a month, or
/// the plugin's own.
///
/// A text is the id of a phrase: `document.heading(1, "title")`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words(pub(super) Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Phrase(String),
    Code { dataset: String, field: String, code: u16 },
    Month(u16),
    Own(String),
}

impl Words {
    /// A phrase of the composition, by its id.
    pub fn phrase(id: &str) -> Self {
        Self(Kind::Phrase(id.to_owned()))
    }

    /// The municipality's own word for a code of a field, by the code's index.
    pub fn code(dataset: &str, field: &str, code: u16) -> Self {
        Self(Kind::Code { dataset: dataset.to_owned(), field: field.to_owned(), code })
    }

    /// A month, counted from the month of the period's first day, which is 0; as
    /// [`Months`](crate::Months) counts.
    pub fn month(month: u16) -> Self {
        Self(Kind::Month(month))
    }

    /// The plugin's own words, one line of at most 200 bytes, in the language of the municipality.
    /// They keep the document inside the team.
    pub fn own(words: impl Into<String>) -> Self {
        Self(Kind::Own(words.into()))
    }
}

impl From<&str> for Words {
    fn from(id: &str) -> Self {
        Self::phrase(id)
    }
}
