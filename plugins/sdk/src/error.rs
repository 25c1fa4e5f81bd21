//! What a plugin tells a person when it cannot go on.

use std::fmt;

/// Why a plugin ends its run, in words for the person who started it.
///
/// The host shows it as the plugin's own words, cut to one line of 500 characters. Write it in
/// lower case without a full stop, and say what to change.
///
/// ```
/// fn check(days: i64) -> tridem_sdk::Result<()> {
///     if days > 365 {
///         return Err("`days` is more than a year; set at most 365".into());
///     }
///     Ok(())
/// }
/// assert_eq!(check(400).unwrap_err().to_string(), "`days` is more than a year; set at most 365");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(String);

/// The result of everything that may end a run.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error with these words.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    /// The words alone.
    pub(crate) fn into_words(self) -> String {
        self.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl From<String> for Error {
    fn from(words: String) -> Self {
        Self(words)
    }
}

impl From<&str> for Error {
    fn from(words: &str) -> Self {
        Self(words.to_owned())
    }
}
