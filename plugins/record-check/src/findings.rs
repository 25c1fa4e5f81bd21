//! What is looked for, and what was found.

use std::collections::BTreeMap;

use tridem_sdk::reporting::{Finding, Severity};

/// Something that is looked for in records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Check {
    NoTime,
    LongAttempt,
    NobodyThere,
    TooMuchMissed,
    Twice,
    VeryLong,
}

impl Check {
    pub(crate) const ALL: [Self; 6] = [
        Self::NoTime,
        Self::LongAttempt,
        Self::NobodyThere,
        Self::TooMuchMissed,
        Self::Twice,
        Self::VeryLong,
    ];

    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::NoTime => "no-time",
            Self::LongAttempt => "long-attempt",
            Self::NobodyThere => "nobody-there",
            Self::TooMuchMissed => "too-much-missed",
            Self::Twice => "twice",
            Self::VeryLong => "very-long",
        }
    }

    /// What is wrong with a record, and how grave that is.
    pub(crate) fn words(self) -> ((&'static str, &'static str), Severity) {
        match self {
            Self::NoTime => {
                (("Ein Kontakt hat keine Dauer.", "A contact took no time."), Severity::Mistake)
            }
            Self::LongAttempt => (
                (
                    "Ein Versuch, bei dem niemand erreicht wurde, hat über eine Stunde gedauert.",
                    "An attempt that reached nobody took more than an hour.",
                ),
                Severity::Warning,
            ),
            Self::NobodyThere => (
                ("Bei einem Kontakt war niemand dabei.", "Nobody was there at a contact."),
                Severity::Warning,
            ),
            Self::TooMuchMissed => (
                (
                    "Ein Kind hat in einem Halbjahr mehr gefehlt, als möglich war.",
                    "A pupil missed more of a half-year than was possible.",
                ),
                Severity::Mistake,
            ),
            Self::Twice => (
                (
                    "Zwei Kontakte von gleicher Art und Dauer mit einem Haushalt am selben Tag.",
                    "Two contacts of the same kind and length with one household on one day.",
                ),
                Severity::Warning,
            ),
            Self::VeryLong => (
                ("Ein Kontakt hat sehr lange gedauert.", "A contact took very long."),
                Severity::Note,
            ),
        }
    }

    /// The dataset and the field with the key of the record.
    fn record(self) -> (&'static str, &'static str) {
        match self {
            Self::TooMuchMissed => ("pupil_terms", "pupil_key"),
            _ => ("contacts", "contact_key"),
        }
    }
}

/// The records that were found, for each check by school, in the order in which they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Findings(BTreeMap<(Check, u16), Vec<u64>>);

impl Findings {
    pub(crate) fn add(&mut self, school: u16, check: Check, key: u64) {
        self.0.entry((check, school)).or_default().push(key);
    }

    pub(crate) fn extend(&mut self, more: Self) {
        for (place, keys) in more.0 {
            self.0.entry(place).or_default().extend(keys);
        }
    }

    /// How many there are of a school.
    pub(crate) fn of_school(&self, school: u16) -> i64 {
        let of_school = self.0.iter().filter(|((_, found), _)| *found == school);
        of_school.map(|(_, keys)| i64::try_from(keys.len()).unwrap_or(i64::MAX)).sum()
    }

    /// All of them, for each check by school.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = Finding> + '_ {
        self.0.iter().flat_map(|((check, _), keys)| {
            let (dataset, field) = check.record();
            keys.iter().map(move |key| Finding::new(check.id(), dataset, field, *key))
        })
    }

    /// The groups as they are written down.
    pub(crate) fn groups(&self) -> impl Iterator<Item = (u8, u16, &[u64])> {
        self.0.iter().map(|((check, school), keys)| (*check as u8, *school, keys.as_slice()))
    }
}
