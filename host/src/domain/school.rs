//! Schools: their form and level, how many pupils they have, and when they take part.

use serde::{Deserialize, Serialize};

use super::day::{Day, SchoolYear, Span};
use super::id::{Id, SchoolKey};

/// Primary or secondary. The two are never put on one scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Form 02, Grundschule.
    Primary,
    /// Every other form.
    Secondary,
}

impl Level {
    /// The level of a school form key. Source: the school form keys of NRW, where 02 alone is primary.
    pub fn of_form(form: &str) -> Self {
        if form == "02" { Self::Primary } else { Self::Secondary }
    }

    /// Its code in the list `school-level`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
        }
    }
}

/// A school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct School {
    /// Its permanent id.
    pub id: Id,
    /// The official number: six digits, kept as text.
    pub number: String,
    /// Its name.
    pub name: String,
    /// The school form key, such as `02`; a code of the list `school-form`.
    pub form: String,
}

impl School {
    /// Primary or secondary, from its form.
    pub fn level(&self) -> Level {
        Level::of_form(&self.form)
    }

    /// Whether `text` is a school number: six digits.
    pub fn is_number(text: &str) -> bool {
        text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit())
    }
}

/// How many pupils a school has in a school year, as the official statistics count them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enrolment {
    /// The school.
    pub school: SchoolKey,
    /// The school year.
    pub year: SchoolYear,
    /// All pupils of the school, not only those in the programme.
    pub pupils: u32,
}

/// A school's time in the programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Participation {
    /// The school.
    pub school: SchoolKey,
    /// From when until when.
    pub span: Span,
}

/// A day without lessons that the school itself has set (a movable day).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayOff {
    /// The school.
    pub school: SchoolKey,
    /// The day.
    pub day: Day,
    /// Why, for the calendar; may be empty.
    pub reason: String,
}
