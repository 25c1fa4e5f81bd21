//! How long a record is kept: until years after it was closed and school is over.

use std::str::FromStr;

use chrono::Datelike;

use super::day::Day;
use super::words::Text;

/// Years that records of support are kept after the year in which both are over. Of the classes of the
/// school rule, 50, 20, 10, 5 and 1 years, it is the one of all other data (§ 9 of NRW's rule on pupils' data), which the municipality may choose otherwise.
pub const KEPT_YEARS: u16 = 5;

/// Most years that a municipality can choose for a class.
pub const MOST_KEPT_YEARS: u16 = 100;

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

macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident $code:literal $years:literal $de:literal $en:literal
        $closed_de:literal $closed_en:literal;)+) => {
        /// A class of records that are kept equally long. The codes are permanent; new ones are added.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RetentionClass {
            $($(#[$doc])* $name,)+
        }

        impl RetentionClass {
            /// Every class.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Its permanent code.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// How many years the program keeps it where the municipality has not chosen otherwise.
            pub fn years(self) -> u16 {
                match self { $(Self::$name => $years,)+ }
            }

            /// What is in it.
            pub fn text(self) -> Text {
                match self { $(Self::$name => Text::new($de, $en),)+ }
            }

            /// When a record of it counts as closed.
            pub fn closing(self) -> Text {
                match self { $(Self::$name => Text::new($closed_de, $closed_en),)+ }
            }
        }
    };
}

classes! {
    /// Support cases with goals, actions, referrals and interpreting.
    Case "case" 5
        "Fallbegleitungen mit Zielen, Maßnahmen, Verweisen und Dolmetschen"
        "Support cases with goals, actions, referrals and interpreting"
        "mit dem Ende der Fallbegleitung; eine offene nie"
        "when the case is closed; an open one never is";
    /// Contacts with notes, private notes and earlier versions.
    Contact "contact" 5
        "Kontakte mit Notizen und früheren Fassungen"
        "Contacts with notes and earlier versions"
        "am Tag des Kontakts"
        "on the day of the contact";
    /// Absences with earlier versions, and sums that were taken over.
    Absence "absence" 5
        "Fehlzeiten, Verspätungen und übernommene Summen"
        "Absences, late arrivals and sums taken over"
        "mit dem Ende des Schuljahrs"
        "at the end of the school year";
    /// Steps of the ladder.
    Measure "measure" 5
        "Maßnahmen der Schule bei Fehlzeiten"
        "Measures of the school about absences"
        "am Tag der Maßnahme"
        "on the day of the measure";
    /// Transitions to another school.
    Transition "transition" 5
        "Übergänge an eine andere Schule"
        "Transitions to another school"
        "am letzten Schultag der alten Schule"
        "on the last day at the old school";
    /// Consents.
    Consent "consent" 5
        "Einwilligungen"
        "Consents"
        "mit Widerruf oder Ablauf, sonst am Tag der Erklärung"
        "when withdrawn or expired, else on the day it was given";
    /// Tasks, with the letters that were drafted for them.
    Task "task" 1
        "Aufgaben mit ihrem Verlauf und den vermerkten Briefen"
        "Tasks with their history and the letters noted there"
        "wenn die Aufgabe erledigt, verworfen oder entfallen ist"
        "when the task is done, dismissed or lapsed";
    /// Rows of imported files that nobody has decided about.
    Waiting "waiting" 1
        "Wartende Zeilen eingelesener Dateien"
        "Waiting rows of imported files"
        "am Tag des Einlesens; wann die Schule endet, zählt nicht"
        "on the day of the import; the end of school does not count";
    /// Pupils and households with what is left of them.
    Person "person" 5
        "Kinder und Haushalte: Name, Geburtstag, Schule, Klasse"
        "Pupils and households: name, birthday, school, class"
        "wenn das Kind die Schule verlassen hat, die Begleitung endet und nichts anderes über es mehr aufzuheben ist"
        "when the pupil has left school, support has ended and nothing else about them is to be kept";
}

/// A text that is no class.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a class of records; use one of {all}", all = RetentionClass::codes())]
pub struct UnknownClass(pub String);

impl RetentionClass {
    /// All codes, for messages.
    pub fn codes() -> String {
        let codes: Vec<String> = Self::ALL.iter().map(|it| format!("`{}`", it.code())).collect();
        codes.join(", ")
    }
}

impl FromStr for RetentionClass {
    type Err = UnknownClass;

    fn from_str(code: &str) -> Result<Self, UnknownClass> {
        let found = Self::ALL.iter().copied().find(|class| class.code() == code);
        found.ok_or_else(|| UnknownClass(code.to_owned()))
    }
}

/// Whether and how long something is kept.
///
/// The later ones are the stronger reasons: of somebody's records the greatest says when the person
/// themselves may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keeping {
    /// Up to this day, included.
    Until(Day),
    /// Past the year 2199.
    VeryLong,
    /// Nobody knows when school is over for somebody: a birthday is missing. A person has to say.
    BirthUnknown,
    /// Nobody has closed it, although the time would be over if somebody had. A person has to say.
    Forgotten,
    /// It is not closed, or somebody whom it is about is being supported.
    Open,
    /// Somebody has said that it must not be erased.
    Held,
}

impl Keeping {
    /// How long something is kept that was closed on a day, or is open, and is about people who were
    /// born on these days. What is open is forgotten where the schooling of all ended so long ago that
    /// `today` is past the time.
    pub fn of(closed: Option<Day>, births: &[Option<Day>], years: u16, today: Day) -> Self {
        let known: Option<Vec<i32>> = births.iter().map(|born| born.map(schooling_ends)).collect();
        let schooling = known.map(|known| known.into_iter().max());
        match (closed, schooling) {
            (None, Some(Some(ends))) => {
                let over = Day::of(ends, 7, 31).and_then(|end| kept_until(end, ends, years));
                if over.is_some_and(|over| over < today) { Self::Forgotten } else { Self::Open }
            }
            (None, _) => Self::Open,
            (Some(_), None) => Self::BirthUnknown,
            (Some(closed), Some(ends)) => {
                let ends = ends.unwrap_or(i32::MIN);
                kept_until(closed, ends, years).map_or(Self::VeryLong, Self::Until)
            }
        }
    }

    /// Whether it is past its time on a day.
    pub fn is_due(self, on: Day) -> bool {
        matches!(self, Self::Until(last) if last < on)
    }

    /// Whether a person has to look at it.
    pub fn is_undecided(self) -> bool {
        matches!(self, Self::BirthUnknown | Self::Forgotten)
    }
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

    #[test]
    fn what_is_open_or_about_somebody_without_a_birthday_is_never_due() {
        let today = day("2090-01-01");
        let born = Some(day("2013-07-31"));
        let of = |closed: Option<&str>, births: &[Option<Day>]| {
            Keeping::of(closed.map(day), births, 5, today)
        };
        assert_eq!(of(Some("2026-05-04"), &[born, None]), Keeping::BirthUnknown);
        assert_eq!(of(None, &[None]), Keeping::Open);
        assert_eq!(of(None, &[born]), Keeping::Forgotten, "school was over in 2031");
        assert_eq!(Keeping::of(None, &[born], 5, day("2036-12-31")), Keeping::Open);
        assert_eq!(Keeping::of(None, &[born], 5, day("2037-01-01")), Keeping::Forgotten);
        for keeping in [Keeping::BirthUnknown, Keeping::Open, Keeping::Forgotten, Keeping::Held] {
            assert!(!keeping.is_due(today), "{keeping:?}");
        }
    }

    #[test]
    fn the_youngest_counts_and_without_anybody_the_closing_alone() {
        let today = day("2026-11-22");
        let births = [Some(day("2010-01-01")), Some(day("2013-07-31"))];
        let until = |text| Keeping::Until(day(text));
        let closed = Some(day("2026-05-04"));
        assert_eq!(Keeping::of(closed, &births, 5, today), until("2036-12-31"));
        assert_eq!(Keeping::of(closed, &[], 1, today), until("2027-12-31"));
        let kept = until("2036-12-31");
        assert!(!kept.is_due(day("2036-12-31")), "on its last day it is still kept");
        assert!(kept.is_due(day("2037-01-01")));
    }

    #[test]
    fn every_class_has_a_code_of_its_own_and_one_of_the_years_of_the_school_rule() {
        let mut codes: Vec<&str> = RetentionClass::ALL.iter().map(|class| class.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), RetentionClass::ALL.len());
        for class in RetentionClass::ALL {
            assert_eq!(class.code().parse(), Ok(*class));
            assert!([50, 20, 10, 5, 1].contains(&class.years()), "{}", class.code());
        }
        assert!("all".parse::<RetentionClass>().is_err());
    }
}
