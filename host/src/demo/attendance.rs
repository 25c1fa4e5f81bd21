//! How the schools of the invented city record absences, and their pupils' school days.

use super::people::Pupil;
use super::plan::{SCHOOLS, day, year};
use crate::domain::Day;

/// What a school counts absences in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    /// A code of the list `absence-unit`.
    pub(super) code: &'static str,
    /// How many of them a school day has.
    pub(super) per_day: u16,
}

const DAYS: Unit = Unit { code: "day", per_day: 1 };
const HALF_DAYS: Unit = Unit { code: "half-day", per_day: 2 };
const LESSONS: Unit = Unit { code: "lesson", per_day: 6 };

/// Place of the school that counts whole days.
pub(super) const IN_DAYS: usize = 2;

/// Place of the school that counts lessons, and that handed in sums of the year before.
pub(super) const IN_LESSONS: usize = 7;

/// The schools whose second half-year does not begin on the Monday that the calendar gives,
/// 2026-02-09, but a week earlier: by their place, with the day.
pub(super) const EARLY_HALVES: [(usize, &str); 2] = [(6, "2026-02-02"), (7, "2026-02-02")];

/// What a school counts absences in, all year long.
pub(super) fn unit(school: usize) -> Unit {
    match school {
        IN_DAYS => DAYS,
        IN_LESSONS => LESSONS,
        _ => HALF_DAYS,
    }
}

/// Since when a school records absences: since the year began, or since it takes part.
pub(super) fn recorded_from(school: usize) -> Day {
    day(SCHOOLS[school].joined).max(year().first)
}

/// Those of a school's days on which absences of a pupil can be recorded: from the first day of
/// recording on, while enrolled.
pub(super) fn recorded_days<'a>(pupil: &Pupil, days: &'a [Day]) -> &'a [Day] {
    let from = recorded_from(pupil.school).max(pupil.enrolled.from);
    let end = match pupil.enrolled.until {
        Some(last) => days.partition_point(|day| *day <= last),
        None => days.len(),
    };
    let begin = days.partition_point(|day| *day < from);
    &days[begin.min(end)..end]
}

/// Those of them that count: until nobody knows any more where the pupil is.
pub(super) fn counted_days<'a>(pupil: &Pupil, days: &'a [Day]) -> &'a [Day] {
    let days = recorded_days(pupil, days);
    match pupil.unknown_from {
        Some(since) => &days[..days.partition_point(|day| *day < since)],
        None => days,
    }
}
