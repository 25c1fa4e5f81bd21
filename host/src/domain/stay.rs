//! What ends and interrupts a pupil's possible days: stays at a school, and registers not kept.

use super::day::{Day, Span};
use super::id::{PupilKey, SchoolKey};

/// A further time of a pupil at their school, who had left it and came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    /// Who.
    pub pupil: PupilKey,
    /// From when until when.
    pub span: Span,
}

/// A school day on which a register was not kept. It counts neither as possible nor as missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayNotTaken {
    /// The school.
    pub school: SchoolKey,
    /// The class; empty for the whole school.
    pub class: String,
    /// The day.
    pub day: Day,
}
