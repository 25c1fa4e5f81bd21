//! What a source makes of a row, and what becomes of all of them together.

use std::collections::BTreeMap;

use super::super::Records;
use crate::domain::{Day, PupilKey, Text, Waiting, Who};

/// A row that a source has read, before it is known who it is about.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    /// Its line in the file.
    pub(super) line: u64,
    /// Who it is about; `None` where it is about nobody, or its fields say so by a code.
    pub(super) who: Option<Who>,
    /// What stands in it, by field.
    pub(super) fields: Vec<(String, String)>,
    /// What keeps it from being taken in, and whether a person's word on who it is would help.
    pub(super) problem: Option<(Text, bool)>,
}

/// All that a source has read.
#[derive(Debug, Default)]
pub(super) struct Drafts {
    /// What the fields are: the name of a kind, or [`super::webuntis::DAY`].
    pub(super) kind: String,
    /// The system whose ids the file has; empty where it has none.
    pub(super) system: String,
    /// The rows.
    pub(super) list: Vec<Draft>,
    /// Rows below the header.
    pub(super) rows: usize,
    /// The columns that were passed over.
    pub(super) ignored: Vec<String>,
    /// Rows that were left out for a reason that the file gives.
    pub(super) left_out: BTreeMap<LeftOut, usize>,
}

impl Drafts {
    pub(super) fn leave_out(&mut self, why: LeftOut) {
        *self.left_out.entry(why).or_default() += 1;
    }
}

/// Why a row is not taken in, without anybody having to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// The other system says that the absence does not count.
    NotCounting,
    /// No lesson and no minute was missed.
    Nothing,
    /// The same row stands in the file before.
    Repeated,
    /// A row of a single lesson, whose event has a row of its own.
    Lesson,
    /// Less than half of a day at a school that counts days.
    LessThanHalf,
    /// The sum is empty, and nobody said that this means 0.
    EmptySum,
    /// Somebody who does not go to the school, by the status in the file.
    NotActive,
    /// It is recorded already.
    Already,
}

impl LeftOut {
    /// Its words, for a list with numbers.
    pub fn text(self) -> Text {
        match self {
            Self::NotCounting => {
                Text::new("zählt laut Datei nicht als Fehlzeit", "does not count, the file says")
            }
            Self::Nothing => Text::new("nichts gefehlt", "nothing was missed"),
            Self::Repeated => {
                Text::new("steht schon weiter oben in der Datei", "repeats a row of the file")
            }
            Self::Lesson => Text::new(
                "Einzelstunde eines Ereignisses, das schon gezählt ist",
                "a single lesson of an event that is counted already",
            ),
            Self::LessThanHalf => Text::new(
                "weniger als ein halber Tag an einer Schule, die Tage zählt",
                "less than half a day at a school that counts days",
            ),
            Self::EmptySum => Text::new("keine Summe angegeben", "no sum given"),
            Self::NotActive => {
                Text::new("Status: nicht (mehr) an der Schule", "status: not at the school")
            }
            Self::Already => Text::new("ist schon erfasst", "is recorded already"),
        }
    }
}

/// An id of another system that is to be saved for a pupil, named by their code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NewId {
    /// The system.
    pub system: String,
    /// The id.
    pub value: String,
    /// The code of the pupil.
    pub code: String,
}

/// What a file comes to.
#[derive(Debug, Default)]
pub struct Reading {
    /// What would be recorded; `None` where the file holds ids alone.
    pub records: Option<Records>,
    /// Open absences that the file clears up: of whom, when, and the status.
    pub settled: Vec<(PupilKey, Day, u16)>,
    /// Rows that a person has to decide about.
    pub waiting: Vec<Waiting>,
    /// Ids that were not known before, each once.
    pub ids: Vec<NewId>,
    /// Rows below the header.
    pub rows: usize,
    /// Pupils whom the file is about and who were found.
    pub matched: usize,
    /// Columns that were passed over.
    pub ignored: Vec<String>,
    /// Rows that were left out, by reason.
    pub left_out: Vec<(LeftOut, usize)>,
    /// Pupils of whom the file says something else than the records: code and what differs. Nothing
    /// of it is changed.
    pub differing: Vec<(String, Text)>,
}

impl Reading {
    /// How many records it would make.
    pub fn records(&self) -> usize {
        self.records.as_ref().map_or(0, Records::len)
    }
}
