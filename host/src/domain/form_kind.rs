//! A form to hand around: the name of a kind of records, known to be one.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::str::FromStr;

use super::form::Form;

/// Test: `every_form_has_a_prefix_of_its_own`.
const PREFIXES: [(&str, &str); 19] = [
    ("providers", "tr"),
    ("teams", "te"),
    ("sites", "so"),
    ("fundings", "fo"),
    ("posts", "st"),
    ("support-cases", "fb"),
    ("goals", "zi"),
    ("actions", "mn"),
    ("referrals", "vw"),
    ("ladder-events", "sp"),
    ("transitions", "ue"),
    ("gaps", "lu"),
    ("group-activities", "ga"),
    ("interpreter-budgets", "db"),
    ("interpreting", "do"),
    ("consents", "ew"),
    ("consultations", "be"),
    ("materials", "ma"),
    ("reported-figures", "za"),
];

/// One of [`Form::all`], as small as a number.
#[derive(Clone, Copy)]
pub struct FormKind(&'static Form);

impl FormKind {
    /// Every form, in an order in which each refers to earlier ones only.
    pub fn all() -> impl Iterator<Item = Self> {
        Form::all().iter().map(Self)
    }

    /// The form of that name.
    pub fn of_name(name: &str) -> Option<Self> {
        Form::of_name(name).map(Self)
    }

    /// What the short signs begin with that the program gives to its records: letters of the German
    /// word, since those who read them speak German.
    pub fn prefix(self) -> &'static str {
        let known = PREFIXES.iter().find(|(name, _)| *name == self.0.name);
        known.map_or("e", |(_, prefix)| prefix)
    }

    /// The form itself.
    pub fn form(self) -> &'static Form {
        self.0
    }
}

/// A text that is not the name of a form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a kind of record; use one of {all}", all = FormKind::names())]
pub struct UnknownForm(pub String);

impl FormKind {
    /// The names of all, for messages.
    pub fn names() -> String {
        let names: Vec<String> = Self::all().map(|kind| format!("`{}`", kind.name)).collect();
        names.join(", ")
    }
}

impl FromStr for FormKind {
    type Err = UnknownForm;

    fn from_str(text: &str) -> Result<Self, UnknownForm> {
        Self::of_name(text).ok_or_else(|| UnknownForm(text.to_owned()))
    }
}

impl From<&'static Form> for FormKind {
    fn from(form: &'static Form) -> Self {
        Self(form)
    }
}

impl Deref for FormKind {
    type Target = Form;

    fn deref(&self) -> &Form {
        self.0
    }
}

/// Names are unique, so nothing else has to be compared.
impl PartialEq for FormKind {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for FormKind {}

impl Hash for FormKind {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.name.hash(state);
    }
}

impl fmt::Debug for FormKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FormKind").field(&self.0.name).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_form_has_a_prefix_of_its_own() {
        let prefixes: BTreeSet<&str> = FormKind::all().map(FormKind::prefix).collect();
        assert_eq!(prefixes.len(), Form::all().len());
        assert!(!prefixes.contains("e"), "a form without a prefix");
    }
}
