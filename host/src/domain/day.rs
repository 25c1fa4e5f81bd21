//! Days, months, periods and school years, without clock or time zone.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// Day number 0 in chrono's own count, so that the two convert by subtraction.
const EPOCH: i32 = 719_163;

/// The first and the last day that records may carry: 1900-01-01 and 2199-12-31.
///
/// A typing mistake such as the year 20225 is found by this bound, not by a crash later on.
const RANGE: (i32, i32) = (-25_567, 84_005);

/// A text that is not a day, month, period or school year.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DayError {
    /// Not of the form `YYYY-MM-DD`, or no such day.
    #[error("`{0}` is not a day; write it as YYYY-MM-DD, for example 2025-09-15")]
    NotADay(String),
    /// A day outside 1900 to 2199.
    #[error("the day {0} lies outside the years 1900 to 2199")]
    OutOfRange(String),
    /// A period that ends before it begins.
    #[error("the period ends on {last}, before it begins on {first}")]
    Backwards { first: Day, last: Day },
    /// Not of the form `2025/26`.
    #[error("`{0}` is not a school year; write it as 2025/26")]
    NotASchoolYear(String),
}

/// A calendar day: days since 1970-01-01, negative before it.
///
/// It is a day in the school's own calendar; no time zone is involved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// The day of a year, month (1 to 12) and day of month; `None` where there is none.
    pub fn of(year: i32, month: u32, day: u32) -> Option<Self> {
        Self::from_date(NaiveDate::from_ymd_opt(year, month, day)?).ok()
    }

    /// The day of a chrono date.
    ///
    /// # Errors
    ///
    /// [`DayError::OutOfRange`] outside the years 1900 to 2199.
    pub fn from_date(date: NaiveDate) -> Result<Self, DayError> {
        let number = date.num_days_from_ce() - EPOCH;
        if (RANGE.0..=RANGE.1).contains(&number) {
            Ok(Self(number))
        } else {
            Err(DayError::OutOfRange(date.to_string()))
        }
    }

    /// The day of a number from outside; `None` outside the years 1900 to 2199.
    pub fn of_number(number: i32) -> Option<Self> {
        (RANGE.0..=RANGE.1).contains(&number).then_some(Self(number))
    }

    /// The same day as a chrono date.
    pub fn date(self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.0 + EPOCH).unwrap_or(NaiveDate::MAX)
    }

    /// The day `days` later, or earlier where negative.
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Monday to Friday.
    pub fn is_weekday(self) -> bool {
        !matches!(self.date().weekday(), Weekday::Sat | Weekday::Sun)
    }

    /// Whether it is a Monday.
    pub fn is_monday(self) -> bool {
        self.date().weekday() == Weekday::Mon
    }

    /// The month this day lies in.
    pub fn month(self) -> Month {
        let date = self.date();
        Month(date.year() * 12 + date.month0().cast_signed())
    }

    /// How many whole years have passed since `earlier`; `None` where that day is still to come.
    ///
    /// Whoever was born on 29 February is a year older on 1 March where a year has no such day.
    pub fn years_since(self, earlier: Self) -> Option<u32> {
        self.date().years_since(earlier.date())
    }

    /// As German texts write it: `15.09.2025`.
    pub fn german(self) -> String {
        self.date().format("%d.%m.%Y").to_string()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date().format("%Y-%m-%d"))
    }
}

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        let bytes = text.as_bytes();
        let digits = |range: std::ops::Range<usize>| -> Option<u32> {
            bytes.get(range)?.iter().try_fold(0u32, |sum, byte| {
                byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0'))
            })
        };
        let date = (bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-')
            .then(|| Some((digits(0..4)?, digits(5..7)?, digits(8..10)?)))
            .flatten()
            .and_then(|(year, month, day)| NaiveDate::from_ymd_opt(year.cast_signed(), month, day))
            .ok_or_else(|| DayError::NotADay(text.to_owned()))?;
        Self::from_date(date)
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A calendar month: years times twelve plus the month counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(pub i32);

impl Month {
    /// The calendar year.
    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// 1 for January to 12 for December.
    pub fn number(self) -> u32 {
        self.0.rem_euclid(12).cast_unsigned() + 1
    }

    /// Its first and last day.
    pub fn period(self) -> Period {
        let first = |month: Self| {
            let date = NaiveDate::from_ymd_opt(month.year(), month.number(), 1);
            Day(date.unwrap_or(NaiveDate::MIN).num_days_from_ce() - EPOCH)
        };
        Period { first: first(self), last: first(Self(self.0 + 1)).plus(-1) }
    }
}

impl fmt::Display for Month {
    /// As `2025-09`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.number())
    }
}

/// A span of days, both ends included, never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Period {
    /// First day.
    pub first: Day,
    /// Last day, included.
    pub last: Day,
}

impl Period {
    /// A period from `first` to `last`, both included.
    ///
    /// # Errors
    ///
    /// [`DayError::Backwards`] where `last` lies before `first`.
    pub fn new(first: Day, last: Day) -> Result<Self, DayError> {
        if last < first {
            Err(DayError::Backwards { first, last })
        } else {
            Ok(Self { first, last })
        }
    }

    /// Whether `day` lies in it.
    pub fn contains(self, day: Day) -> bool {
        self.first <= day && day <= self.last
    }

    /// The days that both have; `None` where there are none.
    pub fn overlap(self, other: Self) -> Option<Self> {
        Self::new(self.first.max(other.first), self.last.min(other.last)).ok()
    }

    /// Every day, oldest first.
    pub fn days(self) -> impl Iterator<Item = Day> {
        (self.first.0..=self.last.0).map(Day)
    }

    /// Every month that has a day in it, oldest first.
    pub fn months(self) -> impl Iterator<Item = Month> {
        (self.first.month().0..=self.last.month().0).map(Month)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.first, self.last)
    }
}

/// A dated fact: from a first day, to a last day included or until further notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First day.
    pub from: Day,
    /// Last day, included; `None` means until further notice.
    pub until: Option<Day>,
}

impl Span {
    /// A span, refused when it ends before it begins.
    ///
    /// # Errors
    ///
    /// [`DayError::Backwards`].
    pub fn new(from: Day, until: Option<Day>) -> Result<Self, DayError> {
        match until {
            Some(last) if last < from => Err(DayError::Backwards { first: from, last }),
            _ => Ok(Self { from, until }),
        }
    }

    /// Whether `day` lies in it.
    pub fn contains(self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|last| day <= last)
    }

    /// The part of it that lies in `period`; `None` where there is none.
    pub fn within(self, period: Period) -> Option<Period> {
        let last = self.until.unwrap_or(period.last);
        Period::new(self.from, last.max(self.from)).ok()?.overlap(period)
    }
}

/// A school year, 1 August to 31 July, keyed by the year it starts in and written `2025/26`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchoolYear(pub i32);

impl SchoolYear {
    /// The school year that `day` lies in.
    pub fn of(day: Day) -> Self {
        let date = day.date();
        Self(if date.month() >= 8 { date.year() } else { date.year() - 1 })
    }

    /// 1 August to 31 July.
    pub fn period(self) -> Period {
        let first = Month(self.0 * 12 + 7).period().first;
        let last = Month(self.0 * 12 + 18).period().last;
        Period { first, last }
    }
}

impl fmt::Display for SchoolYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{:02}", self.0, (self.0 + 1).rem_euclid(100))
    }
}

impl FromStr for SchoolYear {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        let wrong = || DayError::NotASchoolYear(text.to_owned());
        let (start, end) = text.split_once('/').ok_or_else(wrong)?;
        let year = Self(start.parse().map_err(|_| wrong())?);
        let expected = year.to_string();
        if (1900..2200).contains(&year.0) && expected == format!("{start}/{end}") {
            Ok(year)
        } else {
            Err(wrong())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_print_and_parse_back() {
        for number in [RANGE.0, -1, 0, 59, 20_332, RANGE.1] {
            let day = Day(number);
            assert_eq!(day.to_string().parse(), Ok(day));
        }
        assert_eq!(Day::of(1970, 1, 1), Some(Day(0)));
        assert_eq!(Day::of(2025, 9, 15).map(Day::german).as_deref(), Some("15.09.2025"));
    }

    #[test]
    fn a_year_has_passed_on_the_same_day_or_else_on_the_day_after() {
        let years = |day: &str, earlier: &str| {
            day.parse::<Day>().unwrap().years_since(earlier.parse().unwrap())
        };
        assert_eq!(years("2025-09-14", "2015-09-15"), Some(9));
        assert_eq!(years("2025-09-15", "2015-09-15"), Some(10));
        assert_eq!(years("2026-02-28", "2016-02-29"), Some(9));
        assert_eq!(years("2026-03-01", "2016-02-29"), Some(10));
        assert_eq!(years("2028-02-28", "2016-02-29"), Some(11));
        assert_eq!(years("2028-02-29", "2016-02-29"), Some(12));
        assert_eq!(years("2025-09-14", "2025-09-15"), None, "not born yet");
    }

    #[test]
    fn what_is_not_a_day_is_refused() {
        for text in
            ["", "2025-9-1", "01.09.2025", "2025-02-30", "2025-09-1x", "20225-01-01", "1825-01-01"]
        {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }

    #[test]
    fn school_years_run_from_august_to_july() {
        let year: SchoolYear = "2025/26".parse().unwrap();
        assert_eq!(year.period().first, Day::of(2025, 8, 1).unwrap());
        assert_eq!(year.period().last, Day::of(2026, 7, 31).unwrap());
        assert_eq!(SchoolYear::of(Day::of(2026, 7, 31).unwrap()), year);
        assert_eq!("1999/00".parse::<SchoolYear>().unwrap().0, 1999);
        for wrong in ["2025", "2025/27", "2025/2026", "/26", "25/26"] {
            assert!(wrong.parse::<SchoolYear>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_month_ends_on_its_last_day() {
        let february = Day::of(2024, 2, 10).unwrap().month();
        assert_eq!(february.to_string(), "2024-02");
        assert_eq!(february.period().last, Day::of(2024, 2, 29).unwrap());
        assert_eq!(SchoolYear(2025).period().months().count(), 12);
    }

    #[test]
    fn open_spans_reach_to_the_end_of_a_period() {
        let period = SchoolYear(2025).period();
        let span = Span::new(Day::of(2026, 2, 1).unwrap(), None).unwrap();
        assert_eq!(span.within(period).unwrap().first, Day::of(2026, 2, 1).unwrap());
        let gone = Span::new(Day(0), Some(Day(10))).unwrap();
        assert_eq!(gone.within(period), None);
        let later = Span::new(Day::of(2027, 1, 1).unwrap(), None).unwrap();
        assert_eq!(later.within(period), None);
    }
}
