//! Days and the months they lie in.

use crate::batch::{Column, Integers};
use crate::job::Period;
use crate::{Day, LEFT_OUT};

/// The day of a date of the Gregorian calendar, as days since 1970-01-01.
///
/// A month or day out of its range counts on: month 13 is January of the next year.
///
/// ```
/// use tridem_sdk::day;
///
/// assert_eq!(day(1970, 1, 1), 0);
/// assert_eq!(day(2025, 9, 1), 20_332);
/// ```
pub const fn day(year: i32, month: i32, day: i32) -> Day {
    // Years begin in March here, so that the leap day is the last day of one.
    let months = year * 12 + month - 3;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12));
    let days_before_month = (153 * month + 2) / 5;
    year * 365 + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + days_before_month
        + day
        - 719_469
}

/// Year and month, 1 to 12, of a day.
pub(crate) fn year_and_month(day: Day) -> (i32, i32) {
    // 146,097 days make 400 years; counted from 0000-03-01.
    let days = i64::from(day) + 719_468;
    let (era, rest) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (rest - rest / 1_460 + rest / 36_524 - rest / 146_096) / 365;
    let month = (5 * (rest - (365 * year + year / 4 - year / 100)) + 2) / 153;
    let months = (era * 400 + year) * 12 + month + 2;
    let whole = |number: i64| i32::try_from(number).expect("an i32 of days has fewer months");
    (whole(months.div_euclid(12)), whole(months.rem_euclid(12)) + 1)
}

/// The months of a period, as labels of a dimension made with
/// [`Labels::months`](crate::Labels::months).
///
/// Label 0 is the month of the first day. Make it once, in
/// [`Metrics::begin`](crate::Metrics::begin): it holds a table of all days.
///
/// ```
/// use tridem_sdk::{Months, Period, day};
///
/// let autumn = Period { first: day(2025, 9, 15), last: day(2025, 11, 30) };
/// let months = Months::of(autumn);
/// assert_eq!(months.label(day(2025, 9, 30)), 0);
/// assert_eq!(months.label(day(2025, 11, 1)), 2);
/// assert_eq!(months.label(day(2025, 12, 1)), tridem_sdk::LEFT_OUT);
/// ```
#[derive(Debug, Clone)]
pub struct Months {
    first: Day,
    labels: Vec<u16>,
}

impl Months {
    /// The months of a period. Those after 65,535 have no label, which is after 5,461 years.
    pub fn of(period: Period) -> Self {
        let number = |day: Day| {
            let (year, month) = year_and_month(day);
            i64::from(year) * 12 + i64::from(month)
        };
        let first = number(period.first);
        let label = |day: Day| u16::try_from(number(day) - first).ok().filter(|it| *it < LEFT_OUT);
        let labels = (period.first..=period.last).map_while(label).collect();
        Self { first: period.first, labels }
    }

    /// The label of a day; [`LEFT_OUT`] for one outside the period.
    pub fn label(&self, day: Day) -> u16 {
        // A day before the first wraps to a large number, which no table is long enough for.
        let place = day.wrapping_sub(self.first).cast_unsigned() as usize;
        self.labels.get(place).copied().unwrap_or(LEFT_OUT)
    }

    /// A label for each row; [`LEFT_OUT`] where the day is missing or outside the period.
    pub fn labels(&self, days: Column<'_, Integers>) -> Vec<u16> {
        days.labels_with(|day| self.label(day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_months_fit_together() {
        for (year, month, last) in
            [(1900, 2, 28), (1969, 12, 31), (2000, 2, 29), (2024, 2, 29), (2026, 7, 31)]
        {
            assert_eq!(year_and_month(day(year, month, 1)), (year, month));
            assert_eq!(year_and_month(day(year, month, last)), (year, month));
            assert_eq!(day(year, month, last) + 1, day(year, month + 1, 1));
            assert_ne!(year_and_month(day(year, month, last + 1)), (year, month));
        }
        assert_eq!(day(2000, 1, 1), 10_957);
    }

    #[test]
    fn every_day_of_eight_centuries_lies_in_the_month_that_began_last() {
        let (mut year, mut month) = (1600, 1);
        for today in day(1600, 1, 1)..day(2400, 1, 1) {
            if today == day(year, month + 1, 1) {
                (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
            }
            assert_eq!(year_and_month(today), (year, month), "day {today}");
        }
    }

    #[test]
    fn the_longest_period_ends_the_table_and_nothing_else() {
        let months = Months::of(Period { first: i32::MIN, last: i32::MAX });
        assert_eq!(months.label(i32::MIN), 0);
        assert_eq!(months.label(i32::MAX), LEFT_OUT);
        assert_eq!(months.labels.last(), Some(&(LEFT_OUT - 1)));
        assert!(months.labels.len() < 2_000_000);
    }
}
