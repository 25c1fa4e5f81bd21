//! How long a record is kept: until years after it was closed and school is over.

use chrono::Datelike;

use super::day::Day;

/// Years that records of support are kept after the year in which both are over. Of the classes of the
/// school rule, 50, 20, 10, 5 and 1 years, it is the one of all other data (§ 9 of NRW's rule on pupils' data), which the municipality may choose otherwise.
pub const KEPT_YEARS: u16 = 5;

/// The age with whose school year compulsory schooling ends.
const SCHOOLING_UNTIL: i32 = 18;

/// The last day on which a record is kept: 31 December, so many years after the later one of the year
/// in which it was closed and the year in which compulsory schooling ends. `None` past the year 2199.
pub fn kept_until(closed: Day, schooling_ends: i32, years: u16) -> Option<Day> {
    let last = closed.date().year().max(schooling_ends);
    Day::of(last.checked_add(years.into())?, 12, 31)
}

/// The year in which compulsory schooling ends for somebody born on a day: the school year in which
/// they turn 18 ends in it (§ 38 of the school act of NRW). School years end on 31 July.
pub fn schooling_ends(born: Day) -> i32 {
    let born = born.date();
    let of_age = born.year() + SCHOOLING_UNTIL;
    if born.month() >= 8 { of_age + 1 } else { of_age }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_case_closed_in_2026_whose_pupil_has_school_until_2031_is_kept_until_the_end_of_2036() {
        let until = |closed, ends, years| kept_until(day(closed), ends, years).unwrap().to_string();
        assert_eq!(until("2026-05-04", 2031, 5), "2036-12-31");
        assert_eq!(until("2033-01-01", 2031, 5), "2038-12-31", "closed after school");
        assert_eq!(until("2026-05-04", 2031, 1), "2032-12-31");
        assert_eq!(kept_until(day("2160-05-04"), 2031, 50), None);
    }

    #[test]
    fn school_is_over_with_the_school_year_of_the_eighteenth_birthday() {
        assert_eq!(schooling_ends(day("2013-07-31")), 2031);
        assert_eq!(schooling_ends(day("2013-08-01")), 2032);
        assert_eq!(schooling_ends(day("2012-12-24")), 2031);
    }
}
