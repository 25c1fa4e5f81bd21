//! Days on which what was recorded of a pupil cannot all be true, and what is counted then.

use super::absence::{Absence, AbsenceCodes};
use super::day::Day;
use super::words::Text;

/// Units missed on one day, by status.
///
/// What a day has more than it can have is counted by one rule: never more than the day has, and in
/// doubt for the child. First come the units away for the school's own reasons, then those on leave,
/// which are no absences, then the excused, then the open, and the unexcused last. What does not fit
/// any more is not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DayUnits {
    /// Away for the school's own reasons.
    pub school_caused: i64,
    /// On leave.
    pub on_leave: i64,
    /// Missed, excused.
    pub excused: i64,
    /// Missed, open.
    pub open: i64,
    /// Missed, unexcused.
    pub unexcused: i64,
}

impl DayUnits {
    /// Adds units of a status. A late arrival is none of them, nor is a status that is not known.
    pub fn add(&mut self, status: u16, amount: i64, codes: AbsenceCodes) {
        let part = match status {
            status if status == codes.excused => &mut self.excused,
            status if status == codes.unexcused => &mut self.unexcused,
            status if status == codes.open => &mut self.open,
            status if status == codes.on_leave => &mut self.on_leave,
            status if status == codes.school_caused => &mut self.school_caused,
            _ => return,
        };
        *part += amount;
    }

    /// All units.
    pub fn sum(self) -> i64 {
        self.school_caused + self.on_leave + self.excused + self.open + self.unexcused
    }

    /// What of them is counted on a day of so many units.
    #[must_use]
    pub fn cut_to(mut self, units: i64) -> Self {
        let mut left = units;
        for part in [
            &mut self.school_caused,
            &mut self.on_leave,
            &mut self.excused,
            &mut self.open,
            &mut self.unexcused,
        ] {
            *part = (*part).min(left);
            left -= *part;
        }
        self
    }
}

/// A day of a pupil on which what was recorded does not, or not wholly, count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsenceConflict {
    /// The school's number.
    pub school: String,
    /// The pupil's code.
    pub pupil: String,
    /// The pupil's name.
    pub pupil_name: String,
    /// The day.
    pub day: Day,
    /// Everything recorded on it but late arrivals, in the order in which it was recorded.
    pub entries: Vec<Absence>,
    /// What contradicts what.
    pub why: Text,
    /// What is counted of it; nothing on a day that does not count.
    pub counted: DayUnits,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole order, on a day of two half-days: each status gives way to those before it.
    #[test]
    fn a_day_is_cut_in_favour_of_the_child() {
        let all = DayUnits { school_caused: 2, on_leave: 2, excused: 2, open: 2, unexcused: 2 };
        let nothing = DayUnits::default();
        assert_eq!(all.cut_to(0), nothing);
        assert_eq!(all.cut_to(2), DayUnits { school_caused: 2, ..nothing });
        assert_eq!(all.cut_to(3), DayUnits { school_caused: 2, on_leave: 1, ..nothing });
        let both = DayUnits { excused: 2, unexcused: 2, ..nothing };
        assert_eq!(both.cut_to(2), DayUnits { excused: 2, ..nothing });
        let open = DayUnits { open: 1, unexcused: 2, ..nothing };
        assert_eq!(open.cut_to(2), DayUnits { open: 1, unexcused: 1, ..nothing });
        assert_eq!(open.cut_to(3), open, "nothing is taken from a day that holds it all");
        assert_eq!(all.sum(), 10);
    }
}
