//! Coarser values in place of exact ones: what a plugin gets to see where a grant says so.

use std::fmt;
use std::str::FromStr;

use super::batch::{Column, Values};
use super::day::{Day, Month, SchoolYear};
use super::dictionary::{Field, Layout};
use super::words::Text;

/// The unit by which the data dictionary marks a day.
const DAYS: &str = "days since 1970-01-01";

/// The unit of numbers that name a year and count nothing.
const YEAR: &str = "year";

/// How a value is made coarser. Every value becomes the smallest of those that look the same, so it
/// never grows, and doing it twice is doing it once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Coarsening {
    /// A day becomes the first day of its month.
    Month,
    /// A day becomes 1 August, on which its school year began.
    SchoolYear,
    /// A birthday becomes 1 January of its year.
    Year,
    /// A birthday becomes 1 January of the year divisible by three at or before it: those born from
    /// 2016 to 2018 look the same.
    ThreeYears,
    /// A number becomes the multiple of five at or below it.
    Fives,
    /// A number becomes the multiple of ten at or below it.
    Tens,
}

/// A word that is the code of no coarsening.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a coarsening; use one of {all}", all = Coarsening::codes(&Coarsening::ALL))]
pub struct UnknownCoarsening(pub String);

impl Coarsening {
    /// Every coarsening.
    pub const ALL: [Self; 6] =
        [Self::Month, Self::SchoolYear, Self::Year, Self::ThreeYears, Self::Fives, Self::Tens];

    /// Its permanent code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::SchoolYear => "school-year",
            Self::Year => "year",
            Self::ThreeYears => "three-years",
            Self::Fives => "fives",
            Self::Tens => "tens",
        }
    }

    /// The codes of some, for a sentence.
    pub fn codes(some: &[Self]) -> String {
        let codes: Vec<String> = some.iter().map(|one| format!("`{}`", one.code())).collect();
        codes.join(", ")
    }

    /// What is left of a value, in words that follow the field's.
    pub fn text(self) -> Text {
        match self {
            Self::Month => Text::new("nur der Monat", "the month alone"),
            Self::SchoolYear => Text::new("nur das Schuljahr", "the school year alone"),
            Self::Year => Text::new("nur das Jahr", "the year alone"),
            Self::ThreeYears => {
                Text::new("nur drei Jahre zusammen", "three years taken together alone")
            }
            Self::Fives => Text::new("auf volle 5 abgerundet", "rounded down to fives"),
            Self::Tens => Text::new("auf volle 10 abgerundet", "rounded down to tens"),
        }
    }

    /// Which coarsenings fit a field. Days are told by their unit; a birthday can be coarser still.
    /// Other numbers can be rounded down, but for numbers of years, of which nothing would be left.
    /// Codes, sets, flags, numbers for counting and pseudonyms have no coarser form.
    pub fn fitting(field: &Field) -> &'static [Self] {
        match (field.layout, field.unit.as_deref()) {
            (Layout::Integers, Some(DAYS)) if field.name == "birth_day" => {
                &[Self::Month, Self::SchoolYear, Self::Year, Self::ThreeYears]
            }
            (Layout::Integers, Some(DAYS)) => &[Self::Month, Self::SchoolYear],
            (_, Some(YEAR)) => &[],
            (Layout::Integers | Layout::Longs | Layout::Decimals, _) => &[Self::Fives, Self::Tens],
            _ => &[],
        }
    }

    /// The coarser value. A day is days since 1970-01-01.
    pub fn of(self, value: i64) -> i64 {
        // Days have 32 bits; larger numbers never come here with a coarsening of days.
        let day =
            || Day(i32::try_from(value).unwrap_or(if value < 0 { i32::MIN } else { i32::MAX }));
        let january = |year: i32| i64::from(Month(year * 12).period().first.0);
        match self {
            Self::Month => i64::from(day().month().period().first.0),
            Self::SchoolYear => i64::from(SchoolYear::of(day()).period().first.0),
            Self::Year => january(day().month().year()),
            Self::ThreeYears => january(day().month().year().div_euclid(3) * 3),
            Self::Fives => value.saturating_sub(value.rem_euclid(5)),
            Self::Tens => value.saturating_sub(value.rem_euclid(10)),
        }
    }

    /// Makes a column coarser. Missing values stay missing, with what stands in their place.
    ///
    /// Columns of other layouts than numbers are left as they are: none of them has a coarsening
    /// that fits.
    pub fn apply(self, column: &mut Column) {
        let Column { values, present } = column;
        let is_present = |row: usize| super::batch::is_set(present, row);
        match values {
            Values::Integers(values) => {
                for (_, value) in values.iter_mut().enumerate().filter(|(row, _)| is_present(*row))
                {
                    // Rounding down leaves 32 bits only within ten of their end, where no record is.
                    *value = i32::try_from(self.of(i64::from(*value))).unwrap_or(i32::MIN);
                }
            }
            Values::Longs(values) => {
                for (_, value) in values.iter_mut().enumerate().filter(|(row, _)| is_present(*row))
                {
                    *value = self.of(*value);
                }
            }
            Values::Decimals(values) => {
                let step = if self == Self::Tens { 10.0 } else { 5.0 };
                for (_, value) in values.iter_mut().enumerate().filter(|(row, _)| is_present(*row))
                {
                    *value = (*value / step).floor() * step;
                }
            }
            _ => {}
        }
    }

    /// Whether this shows nothing that the other does not: whoever knows the value after `other` can
    /// work out the one after this. `None` is the exact value.
    pub fn shows_no_more_than(self, other: Option<Self>) -> bool {
        let Some(other) = other else { return true };
        self == other
            || matches!(
                (self, other),
                (Self::SchoolYear | Self::Year | Self::ThreeYears, Self::Month)
                    | (Self::ThreeYears, Self::Year)
                    | (Self::Tens, Self::Fives)
            )
    }
}

impl fmt::Display for Coarsening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Coarsening {
    type Err = UnknownCoarsening;

    fn from_str(code: &str) -> Result<Self, UnknownCoarsening> {
        let found = Self::ALL.into_iter().find(|one| one.code() == code);
        found.ok_or_else(|| UnknownCoarsening(code.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::Dictionary;

    fn field(dataset: &str, name: &str) -> &'static Field {
        Dictionary::get().dataset(dataset).unwrap().field(name).unwrap()
    }

    fn day(text: &str) -> i64 {
        i64::from(text.parse::<Day>().unwrap().0)
    }

    #[test]
    fn what_has_no_coarser_form_can_have_no_coarsening() {
        for dataset in &Dictionary::get().datasets {
            for field in &dataset.fields {
                let is_number = matches!(field.layout, Layout::Integers | Layout::Longs);
                let fits = !Coarsening::fitting(field).is_empty();
                assert_eq!(fits, is_number && field.name != "school_year", "{}", field.name);
            }
        }
        assert_eq!("weekday".parse::<Coarsening>().unwrap_err().0, "weekday");
    }

    #[test]
    fn days_fit_months_and_school_years_and_birthdays_years() {
        use Coarsening::{Fives, Month, SchoolYear, Tens, ThreeYears, Year};
        assert_eq!(Coarsening::fitting(field("contacts", "day")), [Month, SchoolYear]);
        assert_eq!(Coarsening::fitting(field("cases", "next_due")), [Month, SchoolYear]);
        let birth_day = Coarsening::fitting(field("contact_pupils", "birth_day"));
        assert_eq!(birth_day, [Month, SchoolYear, Year, ThreeYears]);
        assert_eq!(Coarsening::fitting(field("contacts", "minutes")), [Fives, Tens]);
        assert_eq!(Coarsening::fitting(field("cases", "age")), [Fives, Tens]);
    }

    #[test]
    fn days_become_the_first_of_what_is_left_of_them() {
        for (kind, exact, coarse) in [
            (Coarsening::Month, "2025-09-15", "2025-09-01"),
            (Coarsening::Month, "2025-09-01", "2025-09-01"),
            (Coarsening::Month, "2024-02-29", "2024-02-01"),
            (Coarsening::Month, "1969-12-31", "1969-12-01"),
            (Coarsening::SchoolYear, "2025-09-15", "2025-08-01"),
            (Coarsening::SchoolYear, "2026-07-31", "2025-08-01"),
            (Coarsening::SchoolYear, "2026-08-01", "2026-08-01"),
            (Coarsening::Year, "2016-12-31", "2016-01-01"),
            (Coarsening::Year, "2016-01-01", "2016-01-01"),
            (Coarsening::ThreeYears, "2016-01-01", "2016-01-01"),
            (Coarsening::ThreeYears, "2018-12-31", "2016-01-01"),
            (Coarsening::ThreeYears, "2019-01-01", "2019-01-01"),
            (Coarsening::ThreeYears, "1968-05-05", "1968-01-01"),
        ] {
            assert_eq!(kind.of(day(exact)), day(coarse), "{kind} {exact}");
        }
    }

    #[test]
    fn numbers_become_the_multiple_at_or_below_them() {
        for (kind, exact, coarse) in [
            (Coarsening::Fives, 0, 0),
            (Coarsening::Fives, 4, 0),
            (Coarsening::Fives, 5, 5),
            (Coarsening::Fives, 44, 40),
            (Coarsening::Fives, -1, -5),
            (Coarsening::Tens, 9, 0),
            (Coarsening::Tens, 45, 40),
            (Coarsening::Tens, 50, 50),
            (Coarsening::Tens, -10, -10),
        ] {
            assert_eq!(kind.of(exact), coarse, "{kind} {exact}");
        }
    }

    #[test]
    fn a_missing_value_and_a_column_of_codes_stay_as_they_are() {
        let mut column = Column { values: Values::Integers(vec![44, 7, 13]), present: vec![0b101] };
        Coarsening::Fives.apply(&mut column);
        assert_eq!(column.values, Values::Integers(vec![40, 7, 10]));
        assert_eq!(column.present, [0b101]);
        let mut codes = Column { values: Values::Codes(vec![44, 7]), present: Vec::new() };
        Coarsening::Fives.apply(&mut codes);
        assert_eq!(codes.values, Values::Codes(vec![44, 7]));
        let longs = |values| Column { values, present: Vec::new() };
        let mut column = longs(Values::Longs(vec![i64::MAX, -3]));
        Coarsening::Tens.apply(&mut column);
        assert_eq!(column.values, Values::Longs(vec![i64::MAX - 7, -10]));
        let mut column = longs(Values::Decimals(vec![12.5, -0.5]));
        Coarsening::Fives.apply(&mut column);
        assert_eq!(column.values, Values::Decimals(vec![10.0, -5.0]));
    }

    proptest! {
        #[test]
        fn a_coarser_value_is_not_larger_and_stays_as_it_is(
            kind in prop::sample::select(&Coarsening::ALL[..]),
            value in -25_567i64..84_005,
        ) {
            let coarse = kind.of(value);
            prop_assert!(coarse <= value);
            prop_assert_eq!(kind.of(coarse), coarse);
        }

        #[test]
        fn what_shows_no_more_can_be_worked_out_from_the_other(
            one in prop::sample::select(&Coarsening::ALL[..]),
            other in prop::sample::select(&Coarsening::ALL[..]),
            value in -25_567i64..84_005,
        ) {
            prop_assert!(one.shows_no_more_than(None));
            if one.shows_no_more_than(Some(other)) {
                prop_assert_eq!(one.of(other.of(value)), one.of(value));
            }
        }

        #[test]
        fn order_is_kept(
            kind in prop::sample::select(&Coarsening::ALL[..]),
            one in -25_567i64..84_005,
            other in -25_567i64..84_005,
        ) {
            prop_assert!((one <= other) <= (kind.of(one) <= kind.of(other)));
        }
    }
}
