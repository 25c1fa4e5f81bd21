//! The terms of a school year: the whole of it and its two half-years.

use super::day::{Day, Period, SchoolYear};

/// A school year or one of its halves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term {
    /// The whole school year: the sum of its halves.
    Year,
    /// The first half-year.
    FirstHalf,
    /// The second half-year.
    SecondHalf,
}

impl Term {
    /// All of them, in the order of the code list `term`.
    pub const ALL: [Self; 3] = [Self::Year, Self::FirstHalf, Self::SecondHalf];

    /// Its code in the list `term`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::FirstHalf => "first-half",
            Self::SecondHalf => "second-half",
        }
    }
}

/// A school year with the day on which its second half begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The school year.
    pub year: SchoolYear,
    /// The first day of the second half-year.
    pub second_begins: Day,
}

impl Terms {
    /// The days of a term. A half-year has none where the other one takes up the whole year.
    pub fn period(self, term: Term) -> Option<Period> {
        let Period { first, last } = self.year.period();
        match term {
            Term::Year => Some(Period { first, last }),
            Term::FirstHalf => Period::new(first, self.second_begins.plus(-1).min(last)).ok(),
            Term::SecondHalf => Period::new(self.second_begins.max(first), last).ok(),
        }
    }

    /// Whether a day may begin the second half-year: it lies in the school year, after its first day.
    pub fn is_possible(self) -> bool {
        let Period { first, last } = self.year.period();
        first < self.second_begins && self.second_begins <= last
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CodeLists, Period};

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn terms_have_the_places_of_the_code_list() {
        let lists = CodeLists::new(CodeLists::seed());
        let codes: Vec<_> =
            lists.list("term").codes().iter().map(|code| code.code.clone()).collect();
        assert_eq!(codes, Term::ALL.map(Term::code));
    }

    #[test]
    fn the_halves_make_up_the_year_and_share_no_day() {
        let terms = Terms { year: SchoolYear(2025), second_begins: day("2026-02-09") };
        let period = |first, last| Period::new(day(first), day(last)).ok();
        assert_eq!(terms.period(Term::Year), period("2025-08-01", "2026-07-31"));
        assert_eq!(terms.period(Term::FirstHalf), period("2025-08-01", "2026-02-08"));
        assert_eq!(terms.period(Term::SecondHalf), period("2026-02-09", "2026-07-31"));
    }

    #[test]
    fn a_second_half_begins_within_its_year() {
        let is_possible =
            |text| Terms { year: SchoolYear(2025), second_begins: day(text) }.is_possible();
        for wrong in ["2025-07-31", "2025-08-01", "2026-08-01"] {
            assert!(!is_possible(wrong), "{wrong}");
        }
        assert!(is_possible("2025-08-02") && is_possible("2026-07-31"));
    }
}
