//! A look at records about people: who looked, by which use case, and whom they saw.

use std::collections::BTreeSet;

use super::audit::Author;
use super::contact::ContactView;
use super::entry_view::EntryView;
use super::form::{Entered, FormType};
use super::id::{HouseholdKey, PupilKey};
use super::words::Text;

/// In what form records were seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SeenAs {
    /// Among others, in a list.
    List,
    /// By itself, with everything that belongs to it.
    Detail,
    /// On a sheet.
    Sheet,
    /// In a letter.
    Letter,
    /// In a file that left the program.
    Export,
    /// A private note was opened.
    Note,
    /// Not at all: they were refused.
    Refused,
}

impl SeenAs {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::List,
        Self::Detail,
        Self::Sheet,
        Self::Letter,
        Self::Export,
        Self::Note,
        Self::Refused,
    ];

    /// Its permanent code, as it stands in the audit.
    pub fn code(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Detail => "detail",
            Self::Sheet => "sheet",
            Self::Letter => "letter",
            Self::Export => "export",
            Self::Note => "note",
            Self::Refused => "refused",
        }
    }

    /// The one with that code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Its words.
    pub fn text(self) -> Text {
        match self {
            Self::List => Text::new("in einer Liste", "in a list"),
            Self::Detail => Text::new("im Einzelnen", "in detail"),
            Self::Sheet => Text::new("auf einem Blatt", "on a sheet"),
            Self::Letter => Text::new("in einem Brief", "in a letter"),
            Self::Export => Text::new("in einer Ausgabedatei", "in an exported file"),
            Self::Note => Text::new("vertrauliche Notiz geöffnet", "private note opened"),
            Self::Refused => Text::new("abgelehnt", "refused"),
        }
    }
}

/// Whom records that were shown are about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// The pupils.
    pub pupils: BTreeSet<PupilKey>,
    /// The households.
    pub households: BTreeSet<HouseholdKey>,
    /// How many records were shown.
    pub records: u64,
    /// The professions (places in `role`) whose private notes were among them.
    pub lanes: BTreeSet<u16>,
}

impl About {
    /// So many records about nobody who is known, such as rows of a file that wait.
    pub fn records(records: usize) -> Self {
        Self { records: records as u64, ..Self::default() }
    }

    /// Pupils, each with the household they live in, a record each.
    pub fn pupils(pupils: impl IntoIterator<Item = (PupilKey, Option<HouseholdKey>)>) -> Self {
        let mut about = Self::default();
        for (pupil, household) in pupils {
            about.records += 1;
            about.pupils.insert(pupil);
            about.households.extend(household);
        }
        about
    }

    /// Households, a record each.
    pub fn households(households: impl IntoIterator<Item = HouseholdKey>) -> Self {
        let mut about = Self::default();
        for household in households {
            about.records += 1;
            about.households.insert(household);
        }
        about
    }

    /// Contacts.
    pub fn contacts<'a>(contacts: impl IntoIterator<Item = &'a ContactView>) -> Self {
        let mut about = Self::default();
        for ContactView { contact, .. } in contacts {
            about.records += 1;
            about.pupils.extend(&contact.pupils);
            about.households.extend(contact.household);
            about.lanes.extend(contact.private_notes.iter().map(|note| note.profession));
        }
        about
    }

    /// Records of a form, as far as they name pupils and households themselves. What they refer to
    /// has to be added.
    pub fn entries<'a>(entries: impl IntoIterator<Item = &'a EntryView>) -> Self {
        let mut about = Self::default();
        for EntryView { entry, .. } in entries {
            about.records += 1;
            for (field, value) in entry.form.fields.iter().zip(&entry.values) {
                match (field.kind, value) {
                    (FormType::Pupil, Entered::Key(key)) => {
                        about.pupils.insert(PupilKey(*key));
                    }
                    (FormType::Household, Entered::Key(key)) => {
                        about.households.insert(HouseholdKey(*key));
                    }
                    _ => {}
                }
            }
        }
        about
    }

    /// Both together.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.pupils.extend(other.pupils);
        self.households.extend(other.households);
        self.lanes.extend(other.lanes);
        self.records += other.records;
        self
    }

    /// Whether nothing was shown, so that there is nothing to note.
    pub fn is_nothing(&self) -> bool {
        self.records == 0
    }
}

/// One use of a use case that showed records about people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Who looked, and when.
    pub author: Author,
    /// The role in which they did; empty for the operator of the machine.
    pub role: String,
    /// The code of the use case.
    pub use_case: &'static str,
    /// In what form they saw it.
    pub kind: SeenAs,
    /// Whether they had access only because of an emergency.
    pub emergency: bool,
    /// Whom they saw.
    pub about: About,
}

/// A look at entries about one pupil or household, as the audit tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The number of the entry in the audit.
    pub seq: u64,
    /// When, in seconds since 1970-01-01 UTC.
    pub at: i64,
    /// Who, as the audit names them.
    pub actor: String,
    /// The role in which they looked; empty for the operator of the machine.
    pub role: String,
    /// The code of the use case.
    pub use_case: String,
    /// In what form.
    pub kind: Option<SeenAs>,
    /// Whether they had access only because of an emergency.
    pub emergency: bool,
    /// Whether the entry was about the pupil, and not about their household alone.
    pub of_pupil: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_seeing_have_codes_and_words_of_their_own() {
        for kind in SeenAs::ALL {
            assert_eq!(SeenAs::of_code(kind.code()), Some(kind));
            let same = SeenAs::ALL.iter().filter(|other| other.text() == kind.text()).count();
            assert_eq!(same, 1, "{kind:?}");
            assert_ne!(kind.text().de, kind.text().en);
        }
        assert_eq!(SeenAs::of_code("glance"), None);
    }

    #[test]
    fn whom_two_lists_are_about_is_told_once_and_their_records_are_counted_twice() {
        let first = About::pupils([(PupilKey(1), Some(HouseholdKey(7))), (PupilKey(2), None)]);
        let both = first.and(About::pupils([(PupilKey(1), Some(HouseholdKey(7)))]));
        assert_eq!((both.pupils.len(), both.households.len(), both.records), (2, 1, 3));
        assert!(About::default().is_nothing());
        assert!(!About::records(1).is_nothing());
    }
}
