//! The days on which offices work: weekdays that are no public holiday, school or not.

use std::collections::BTreeSet;

use crate::domain::{Calendar, Day, Period};

/// The working days of a period, oldest first.
pub(super) fn working_days(period: Period) -> Vec<Day> {
    let free: BTreeSet<Day> =
        Calendar::nrw().public_holidays_in(period).map(|(day, _)| day).collect();
    period.days().filter(|day| day.is_weekday() && !free.contains(day)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-05 has 21 weekdays; 1 May, Ascension on the 14th and Whit Monday on the 25th are free.
    #[test]
    fn may_2026_has_18_working_days() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let may = Period { first: day("2026-05-01"), last: day("2026-05-31") };
        let days = working_days(may);
        assert_eq!(days.len(), 18);
        assert_eq!((days[0], days[17]), (day("2026-05-04"), day("2026-05-29")));
    }
}
