//! School days: weekdays that are neither in the holidays, nor public holidays, nor set free by the school.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::Deserialize;

use super::day::{Day, Month, Period, SchoolYear};
use super::words::Text;

/// The holidays of North Rhine-Westphalia.
const NRW: &str = include_str!("../../../schemas/calendars/nrw.toml");

/// A stretch of holidays.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Holidays {
    /// What they are called.
    name: Text,
    /// First day.
    first: Day,
    /// Last day, included.
    last: Day,
}

/// The school calendar of a Land.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    holidays: Vec<Period>,
    known: Period,
    second_halves: BTreeMap<SchoolYear, Day>,
}

impl Calendar {
    /// The calendar of North Rhine-Westphalia.
    #[expect(clippy::missing_panics_doc, reason = "the calendar is built in, and a test reads it")]
    pub fn nrw() -> &'static Self {
        static CALENDAR: OnceLock<Calendar> = OnceLock::new();
        CALENDAR.get_or_init(|| {
            Self::parse(NRW).expect("test: the_year_2025_26_has_195_school_weekdays")
        })
    }

    fn parse(source: &str) -> Result<Self, toml::de::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Year {
            #[serde(rename = "school_year")]
            name: String,
            second_half_begins: Day,
            holidays: Vec<Holidays>,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            #[serde(rename = "land")]
            _land: String,
            summer_before_first_year: Period,
            year: Vec<Year>,
        }
        let file: File = toml::from_str(source)?;
        let mut holidays = vec![file.summer_before_first_year];
        let mut second_halves = BTreeMap::new();
        for listed in file.year {
            let year = listed.name.parse().map_err(serde::de::Error::custom)?;
            second_halves.insert(year, listed.second_half_begins);
            for stretch in listed.holidays {
                let period = Period::new(stretch.first, stretch.last);
                holidays.push(period.map_err(serde::de::Error::custom)?);
            }
        }
        let first = file.summer_before_first_year.first;
        let last = holidays.iter().map(|stretch| stretch.last).max().unwrap_or(first);
        // The last stretch listed may end in the middle of a school year: the days up to 31 July
        // before the summer holidays belong to what is known.
        let last = SchoolYear::of(last).period().last.max(last);
        Ok(Self { holidays, known: Period { first, last }, second_halves })
    }

    /// The days for which holidays are listed. Outside of them only weekends and public holidays
    /// are known to be free.
    pub fn known(&self) -> Period {
        self.known
    }

    /// The first day of the second half-year, where a school has not set another one.
    ///
    /// For a year that the calendar does not list it is the first Monday in February.
    pub fn second_half_begins(&self, year: SchoolYear) -> Day {
        self.second_halves.get(&year).copied().unwrap_or_else(|| {
            let february = Month((year.0 + 1) * 12 + 1).period();
            february.days().find(|day| day.is_monday()).unwrap_or(february.first)
        })
    }

    /// Whether schools in general are open on `day`.
    pub fn is_open(&self, day: Day) -> bool {
        day.is_weekday()
            && !is_public_holiday(day)
            && !self.holidays.iter().any(|stretch| stretch.contains(day))
    }

    /// The school days of a school in `period`, given the days it has set free itself.
    pub fn school_days(&self, period: Period, off: &BTreeSet<Day>) -> impl Iterator<Item = Day> {
        period.days().filter(|day| self.is_open(*day) && !off.contains(day))
    }
}

/// Easter Sunday of a year. Source: the Gregorian computus as given by Meeus, *Astronomical
/// Algorithms*, chapter 8 (the anonymous method of 1876), valid from 1583 on.
#[expect(
    clippy::missing_panics_doc,
    reason = "the method gives a day in March or April, whatever the year"
)]
#[expect(clippy::many_single_char_names, reason = "the letters are those of the source")]
pub fn easter_sunday(year: i32) -> Day {
    let a = year.rem_euclid(19);
    let (b, c) = (year.div_euclid(100), year.rem_euclid(100));
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    Day::of(year, month.cast_unsigned(), day.cast_unsigned())
        .expect("the method gives a day in March or April")
}

/// Whether `day` is a public holiday in North Rhine-Westphalia (Feiertagsgesetz NW, § 2).
pub fn is_public_holiday(day: Day) -> bool {
    use chrono::Datelike;
    let date = day.date();
    let fixed = matches!((date.month(), date.day()), (1 | 5 | 11, 1) | (10, 3) | (12, 25 | 26));
    // Days after Easter Sunday: Good Friday, Easter Monday, Ascension, Whit Monday, Corpus Christi.
    fixed || [-2, 1, 39, 50, 60].contains(&(day.0 - easter_sunday(date.year()).0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn the_year_2025_26_has_195_school_weekdays() {
        let year = SchoolYear(2025).period();
        let none = BTreeSet::new();
        assert_eq!(Calendar::nrw().school_days(year, &none).count(), 195);
        let movable = [day("2026-02-16"), day("2026-05-15"), day("2026-06-05")].into();
        assert_eq!(Calendar::nrw().school_days(year, &movable).count(), 192);
    }

    /// Dates as printed in any calendar of those years.
    #[test]
    fn easter_falls_where_calendars_print_it() {
        for text in
            ["2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2038-04-25", "2000-04-23"]
        {
            let sunday = day(text);
            assert_eq!(easter_sunday(chrono::Datelike::year(&sunday.date())), sunday);
        }
    }

    #[test]
    fn corpus_christi_is_free_and_the_day_after_is_not() {
        assert!(!Calendar::nrw().is_open(day("2026-06-04")));
        assert!(Calendar::nrw().is_open(day("2026-06-05")));
        assert!(!Calendar::nrw().is_open(day("2026-06-06")), "a Saturday");
        assert!(!Calendar::nrw().is_open(day("2026-05-26")), "Whitsun holiday");
    }

    #[test]
    fn the_second_half_year_begins_as_listed_or_on_the_first_monday_in_february() {
        let begins = |year| Calendar::nrw().second_half_begins(SchoolYear(year)).to_string();
        assert_eq!(begins(2025), "2026-02-09");
        assert_eq!(begins(2026), "2027-02-01");
        assert_eq!(begins(2024), "2025-02-03");
        assert_eq!(begins(2027), "2028-02-07");
    }

    #[test]
    fn holidays_of_two_years_are_known() {
        let known = Calendar::nrw().known();
        assert_eq!(known.first, day("2025-07-14"));
        assert_eq!(known.last, day("2027-07-31"));
    }
}
