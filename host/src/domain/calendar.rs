//! School days: weekdays that are neither in the holidays, nor public holidays, nor set free by the school.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, OnceLock};

use super::calendar_file;
use super::day::{Day, Month, Period, SchoolYear};
use super::words::Text;

/// The calendars that come with the program, by their Land.
const BUILT_IN: [(&str, &str); 2] = [
    ("NW", include_str!("../../../schemas/calendars/nrw.toml")),
    ("NI", include_str!("../../../schemas/calendars/lower-saxony.toml")),
];

/// The school calendar of a Land.
#[derive(Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Two capital letters, such as NW.
    pub(super) land: String,
    pub(super) name: Text,
    /// Oldest first; they share no day.
    pub(super) holidays: Vec<Holidays>,
    pub(super) public: Vec<PublicHoliday>,
    pub(super) years: BTreeMap<SchoolYear, CalendarYear>,
    pub(super) known: Period,
}

/// A stretch of holidays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holidays {
    /// What they are called.
    pub name: Text,
    /// Their days.
    pub period: Period,
}

/// A public holiday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicHoliday {
    /// What it is called.
    pub name: Text,
    /// When it is.
    pub rule: HolidayRule,
    /// The first calendar year in which it is one.
    pub from_year: Option<i32>,
    /// The last one.
    pub until_year: Option<i32>,
}

/// When a public holiday is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolidayRule {
    /// Every year in this month, on this day of it.
    Fixed(u32, u32),
    /// So many days after Easter Sunday; before it where negative.
    AfterEaster(i32),
}

/// What a calendar says of one school year besides its holidays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarYear {
    /// The first day of the second half-year.
    pub second_half_begins: Day,
    /// The same for school forms that differ, by the key of the form.
    pub by_form: BTreeMap<String, Day>,
    /// Whether its days are still to be compared with what was published.
    pub to_compare: bool,
}

impl fmt::Debug for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Calendar({}, {} to {})", self.land, self.known.first, self.known.last)
    }
}

impl Calendar {
    /// The calendar of North Rhine-Westphalia: that of records for which none was chosen.
    #[expect(clippy::missing_panics_doc, reason = "it is built in, and a test reads it")]
    pub fn nrw() -> &'static Arc<Self> {
        Self::built_in("NW").expect("the first of those built in")
    }

    /// The calendar of a Land that comes with the program.
    #[expect(clippy::missing_panics_doc, reason = "they are built in, and a test reads them")]
    pub fn built_in(land: &str) -> Option<&'static Arc<Self>> {
        static CALENDARS: OnceLock<Vec<Arc<Calendar>>> = OnceLock::new();
        let all = CALENDARS.get_or_init(|| {
            let read = |(_, source): (&str, &str)| {
                Self::parse(source).expect("test: the_calendars_that_come_with_it_are_sound")
            };
            BUILT_IN.map(read).map(Arc::new).to_vec()
        });
        all.iter().find(|calendar| calendar.land == land)
    }

    /// The Länder whose calendars come with the program.
    pub fn lands() -> [&'static str; 2] {
        BUILT_IN.map(|(land, _)| land)
    }

    /// Reads a calendar file, as `schemas/calendars/README.md` describes it.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it at once.
    pub fn parse(source: &str) -> Result<Self, Vec<Text>> {
        calendar_file::parse(source)
    }

    /// The Land: two capital letters.
    pub fn land(&self) -> &str {
        &self.land
    }

    /// The name of the Land.
    pub fn name(&self) -> &Text {
        &self.name
    }

    /// The days for which holidays are listed. Outside of them only weekends and public holidays
    /// are known to be free.
    pub fn known(&self) -> Period {
        self.known
    }

    /// The days of `period` for which no holidays are listed: before those that are known, and after.
    pub fn unknown_in(&self, period: Period) -> Vec<Period> {
        let before = Period::new(period.first, period.last.min(self.known.first.plus(-1)));
        let after = Period::new(period.first.max(self.known.last.plus(1)), period.last);
        [before, after].into_iter().filter_map(Result::ok).collect()
    }

    /// The school years that it lists, oldest first.
    pub fn years(&self) -> impl Iterator<Item = (SchoolYear, &CalendarYear)> {
        self.years.iter().map(|(year, facts)| (*year, facts))
    }

    /// The holidays that share a day with `period`, oldest first.
    pub fn holidays_in(&self, period: Period) -> impl Iterator<Item = &Holidays> {
        self.holidays.iter().filter(move |found| found.period.overlap(period).is_some())
    }

    /// The public holidays of `period` on weekdays, oldest first.
    pub fn public_holidays_in(&self, period: Period) -> impl Iterator<Item = (Day, &Text)> {
        let weekdays = period.days().filter(|day| day.is_weekday());
        weekdays.filter_map(|day| Some((day, self.public_holiday(day)?)))
    }

    /// The first day of the second half-year at schools of a form, where a school has not set
    /// another one.
    ///
    /// For a year that the calendar does not list it is the first Monday in February.
    pub fn second_half_begins(&self, year: SchoolYear, form: &str) -> Day {
        let Some(facts) = self.years.get(&year) else {
            let february = Month((year.0 + 1) * 12 + 1).period();
            return february.days().find(|day| day.is_monday()).unwrap_or(february.first);
        };
        facts.by_form.get(form).copied().unwrap_or(facts.second_half_begins)
    }

    /// Whether schools in general are open on `day`.
    pub fn is_open(&self, day: Day) -> bool {
        day.is_weekday() && self.holidays_on(day).is_none() && self.public_holiday(day).is_none()
    }

    /// Why schools in general are closed on `day`; `None` where they are open.
    pub fn why_closed(&self, day: Day) -> Option<Text> {
        if !day.is_weekday() {
            return Some(Text::new("Wochenende", "weekend"));
        }
        let holidays = || self.holidays_on(day).map(|found| &found.name);
        self.public_holiday(day).or_else(holidays).cloned()
    }

    /// The school days of a school in `period`, given the days it has set free itself.
    pub fn school_days(&self, period: Period, off: &BTreeSet<Day>) -> impl Iterator<Item = Day> {
        period.days().filter(|day| self.is_open(*day) && !off.contains(day))
    }

    fn holidays_on(&self, day: Day) -> Option<&Holidays> {
        let place = self.holidays.partition_point(|found| found.period.last < day);
        self.holidays.get(place).filter(|found| found.period.first <= day)
    }

    fn public_holiday(&self, day: Day) -> Option<&Text> {
        use chrono::Datelike;
        let date = day.date();
        let after_easter = day.0 - easter_sunday(date.year()).0;
        let is_it = |found: &&PublicHoliday| {
            let year = date.year();
            found.from_year.is_none_or(|first| first <= year)
                && found.until_year.is_none_or(|last| year <= last)
                && match found.rule {
                    HolidayRule::Fixed(month, day) => (date.month(), date.day()) == (month, day),
                    HolidayRule::AfterEaster(days) => days == after_easter,
                }
        };
        self.public.iter().find(is_it).map(|found| &found.name)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn the_calendars_that_come_with_it_are_sound() {
        for (land, source) in BUILT_IN {
            let calendar =
                Calendar::parse(source).unwrap_or_else(|wrong| panic!("{land}: {wrong:?}"));
            assert_eq!(calendar.land(), land);
        }
        assert!(Calendar::built_in("XX").is_none());
    }

    #[test]
    fn the_year_2025_26_has_195_school_weekdays() {
        let year = SchoolYear(2025).period();
        let none = BTreeSet::new();
        assert_eq!(Calendar::nrw().school_days(year, &none).count(), 195);
        let movable = [day("2026-02-16"), day("2026-05-15"), day("2026-06-05")].into();
        assert_eq!(Calendar::nrw().school_days(year, &movable).count(), 192);
    }

    /// Holidays begin on the first free weekday after a school day, and school begins on a weekday.
    #[test]
    fn holidays_of_the_land_lie_on_plausible_weekdays() {
        let calendar = Calendar::nrw();
        assert_eq!(calendar.holidays.len(), 1 + 5 * 5);
        for found in &calendar.holidays {
            let Period { first, last } = found.period;
            // In NRW autumn 2026 is published from a Saturday on.
            assert!(first.is_weekday() || first == day("2026-10-17"), "{found:?}");
            let next = (1..6).map(|days| last.plus(days)).find(|day| calendar.is_open(*day));
            assert!(next.is_some_and(|next| next.0 - last.0 <= 5), "{found:?}");
        }
    }

    /// Dates as printed in any calendar of those years.
    #[test]
    fn easter_falls_where_calendars_print_it() {
        for text in [
            "2023-04-09",
            "2024-03-31",
            "2025-04-20",
            "2026-04-05",
            "2027-03-28",
            "2038-04-25",
            "2000-04-23",
        ] {
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
        let why = |text| Calendar::nrw().why_closed(day(text)).map(|text| text.en);
        assert_eq!(why("2026-06-04").as_deref(), Some("Corpus Christi"));
        assert_eq!(why("2026-05-26").as_deref(), Some("Whitsun holiday"));
        assert_eq!(why("2026-06-06").as_deref(), Some("weekend"));
        assert_eq!(why("2026-06-05"), None);
    }

    /// Corpus Christi and the Epiphany week differ; 31 October 2017 was free for once only elsewhere.
    #[test]
    fn another_land_has_other_holidays() {
        let other = Calendar::built_in("NI").unwrap();
        assert!(other.is_open(day("2026-06-04")), "no Corpus Christi");
        assert!(!other.is_open(day("2025-10-31")), "Reformation Day");
        assert!(Calendar::nrw().is_open(day("2025-10-31")));
        assert!(other.is_open(day("2016-10-31")), "it is one since 2018");
        assert!(!other.is_open(day("2026-02-03")) && other.is_open(day("2026-01-06")));
        assert!(!Calendar::nrw().is_open(day("2026-01-06")));
    }

    #[test]
    fn the_second_half_year_begins_as_listed_or_on_the_first_monday_in_february() {
        let begins = |year| Calendar::nrw().second_half_begins(SchoolYear(year), "02").to_string();
        assert_eq!(begins(2025), "2026-02-09");
        assert_eq!(begins(2026), "2027-02-01");
        assert_eq!(begins(2024), "2025-02-10");
        assert_eq!(begins(2027), "2028-02-07");
    }

    #[test]
    fn holidays_of_five_years_are_known_and_what_lies_outside_is_told() {
        let known = Calendar::nrw().known();
        assert_eq!((known.first, known.last), (day("2022-06-27"), day("2027-08-31")));
        let period = |first, last| Period::new(day(first), day(last)).unwrap();
        let unknown = |first, last| Calendar::nrw().unknown_in(period(first, last));
        assert_eq!(unknown("2022-06-27", "2027-08-31"), []);
        assert_eq!(unknown("2027-08-31", "2027-09-01"), [period("2027-09-01", "2027-09-01")]);
        assert_eq!(unknown("2021-01-01", "2021-01-02"), [period("2021-01-01", "2021-01-02")]);
        let both = [period("2022-06-26", "2022-06-26"), period("2027-09-01", "2028-01-01")];
        assert_eq!(unknown("2022-06-26", "2028-01-01"), both);
    }
}
