//! What a pupil could miss in a term and what they missed of it, with the rates and their limits.

use super::day::SchoolYear;
use super::document::Number;
use super::term::Term;

/// School days below which a pupil is not rated: too short to tell anything.
pub const LEAST_DAYS: i64 = 10;

/// The figures of one pupil in one term, all in one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttendanceFigures {
    /// The school year.
    pub year: SchoolYear,
    /// The term of it.
    pub term: Term,
    /// A place in the list `absence-unit`.
    pub unit: u16,
    /// School days that count.
    pub days: i64,
    /// Units that they have.
    pub possible: i64,
    /// Units missed, excused.
    pub excused: i64,
    /// Units missed, unexcused.
    pub unexcused: i64,
    /// Units missed and not cleared up. That is not unexcused.
    pub open: i64,
    /// Units on leave, not missed.
    pub on_leave: i64,
    /// Units away for the school's own reasons, not missed.
    pub school_caused: i64,
    /// Minutes late, not missed.
    pub late_minutes: i64,
}

impl AttendanceFigures {
    /// All units missed: excused, unexcused and open.
    pub fn missed(&self) -> i64 {
        self.excused + self.unexcused + self.open
    }

    /// Whether the pupil was there long enough to be rated.
    pub fn is_rated(&self) -> bool {
        self.days >= LEAST_DAYS
    }

    /// A tenth missed or more, of a pupil who is rated.
    pub fn is_persistent(&self) -> bool {
        self.is_rated() && 100 * self.missed() >= 10 * self.possible
    }

    /// A half missed or more, of a pupil who is rated.
    pub fn is_severe(&self) -> bool {
        self.is_rated() && 2 * self.missed() >= self.possible
    }

    /// The absence rate in per cent, with one decimal.
    pub fn absence_rate(&self) -> Option<Number> {
        per_cent(self.missed(), self.possible)
    }

    /// The unexcused rate in per cent, with one decimal.
    pub fn unexcused_rate(&self) -> Option<Number> {
        per_cent(self.unexcused, self.possible)
    }

    /// The share of what was missed that is open, in per cent, with one decimal.
    pub fn open_share(&self) -> Option<Number> {
        per_cent(self.open, self.missed())
    }
}

/// Tenths of a per cent, rounded half up; `None` of nothing.
fn per_cent(part: i64, whole: i64) -> Option<Number> {
    (whole > 0).then(|| Number { units: (2_000 * part + whole) / (2 * whole), decimals: 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(days: i64, possible: i64, missed: i64) -> AttendanceFigures {
        AttendanceFigures {
            year: SchoolYear(2025),
            term: Term::Year,
            unit: 0,
            days,
            possible,
            excused: missed,
            unexcused: 0,
            open: 0,
            on_leave: 0,
            school_caused: 0,
            late_minutes: 0,
        }
    }

    /// Acceptance rows 1, 2 and 3.
    #[test]
    fn limits_are_met_exactly_and_not_by_rounding() {
        let is_persistent =
            |days, possible, missed| figures(days, possible, missed).is_persistent();
        assert!(!is_persistent(190, 380, 37) && is_persistent(190, 380, 38));
        assert!(!is_persistent(192, 192, 19) && is_persistent(192, 192, 20));
        assert!(!figures(190, 380, 189).is_severe() && figures(190, 380, 190).is_severe());
        let short = figures(8, 8, 8);
        assert!(!short.is_rated() && !short.is_persistent() && !short.is_severe());
        assert!(!figures(9, 9, 9).is_severe() && figures(10, 10, 10).is_severe());
    }

    /// Acceptance row 4: open 6 of 8 missed.
    #[test]
    fn open_is_a_share_of_what_was_missed_and_not_unexcused() {
        let found = AttendanceFigures { open: 6, unexcused: 2, ..figures(20, 120, 0) };
        assert_eq!(found.open_share(), Some(Number { units: 750, decimals: 1 }));
        assert_eq!(found.unexcused_rate(), Some(Number { units: 17, decimals: 1 }));
        assert_eq!(figures(20, 120, 0).open_share(), None);
        assert_eq!(figures(0, 0, 0).absence_rate(), None);
    }
}
