//! Absences: what a school counts them in, which can be recorded, and sums kept apart from them.

use super::code::{Code, CodeLists};
use super::day::{Day, SchoolYear, Span};
use super::id::{Id, PupilKey, SchoolKey};
use super::words::Text;

/// The most units that a school day can have: twelve lessons.
pub const MOST_UNITS: u16 = 12;

/// The most minutes that somebody can be late: eight hours.
pub const MOST_LATE_MINUTES: u16 = 480;

/// When a school records absences, and in what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attendance {
    /// The school.
    pub school: SchoolKey,
    /// A place in the list `absence-unit`: day, half-day or lesson.
    pub unit: u16,
    /// How many of them a school day has: 1 day, 2 half-days, or 1 to 12 lessons.
    pub units_per_day: u16,
    /// From when until when.
    pub span: Span,
}

/// A school's own first day of the second half-year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HalfYear {
    /// The school.
    pub school: SchoolKey,
    /// The school year.
    pub year: SchoolYear,
    /// The first day of its second half.
    pub second_begins: Day,
}

/// A pupil's absence or late arrival on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    /// Its permanent id.
    pub id: Id,
    /// Who was absent, from the school they go to.
    pub pupil: PupilKey,
    /// The day.
    pub day: Day,
    /// A place in the list `absence-status`.
    pub status: u16,
    /// A place in the list `absence-unit`: the school's on that day, or minutes of a late arrival.
    pub unit: u16,
    /// How much, in that unit.
    pub amount: u16,
}

/// An absence with names in place of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsenceView {
    /// The absence.
    pub absence: Absence,
    /// The pupil's code.
    pub pupil: String,
    /// The pupil's name.
    pub pupil_name: String,
    /// The school's number.
    pub school: String,
}

/// A sum of absences that was taken over from a school's system. It has no days and no possible
/// units, so no rate can be computed from it, and it is never added to recorded absences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsenceTotal {
    /// Whose it is.
    pub pupil: PupilKey,
    /// The school year.
    pub year: SchoolYear,
    /// A place in the list `term`.
    pub term: u16,
    /// A place in the list `absence-unit`.
    pub unit: u16,
    /// Everything that was missed, the unexcused included.
    pub missed: u32,
    /// How much of it was unexcused.
    pub unexcused: u32,
    /// How much of it was excused, where the source tells it.
    pub excused: Option<u32>,
    /// Where the sum is from; may be empty.
    pub source: String,
}

impl AbsenceTotal {
    /// Whether the excused and the unexcused make up what was missed. What is open is in no sum, so
    /// less can be right; then somebody has to look. `true` where the source tells no excused ones.
    pub fn adds_up(&self) -> bool {
        self.excused.is_none_or(|excused| excused + self.unexcused == self.missed)
    }
}

/// A sum with names in place of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsenceTotalView {
    /// The sum.
    pub total: AbsenceTotal,
    /// The pupil's code.
    pub pupil: String,
    /// The pupil's name.
    pub pupil_name: String,
    /// The school's number.
    pub school: String,
}

/// The places of the codes that absences are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AbsenceCodes {
    /// Status: missed, with an excuse.
    pub excused: u16,
    /// Status: missed, without an excuse.
    pub unexcused: u16,
    /// Status: missed, and not cleared up. That is not unexcused.
    pub open: u16,
    /// Status: on leave, not missed.
    pub on_leave: u16,
    /// Status: away for the school's own reasons, not missed.
    pub school_caused: u16,
    /// Status: late, in minutes, not missed.
    pub late: u16,
    /// Unit: days, one a day.
    pub day: u16,
    /// Unit: half-days, two a day.
    pub half_day: u16,
    /// Unit: lessons, as many a day as the school says.
    pub lesson: u16,
    /// Unit: minutes, for late arrivals alone.
    pub minute: u16,
}

impl AbsenceCodes {
    /// Finds the codes in a municipality's lists. What a list lacks is nothing's place.
    pub fn new(lists: &CodeLists) -> Self {
        let (statuses, units) = (lists.list("absence-status"), lists.list("absence-unit"));
        let status = |code| statuses.place(code).unwrap_or(u16::MAX);
        let unit = |code| units.place(code).unwrap_or(u16::MAX);
        Self {
            excused: status("excused"),
            unexcused: status("unexcused"),
            open: status("open"),
            on_leave: status("on-leave"),
            school_caused: status("school-caused"),
            late: status("late"),
            day: unit("day"),
            half_day: unit("half-day"),
            lesson: unit("lesson"),
            minute: unit("minute"),
        }
    }

    /// How many of a unit a school day may have; `None` for minutes, which no school counts by.
    pub fn units_allowed(self, unit: u16) -> Option<std::ops::RangeInclusive<u16>> {
        match unit {
            unit if unit == self.day => Some(1..=1),
            unit if unit == self.half_day => Some(2..=2),
            unit if unit == self.lesson => Some(1..=MOST_UNITS),
            _ => None,
        }
    }
}

/// Why an absence cannot be recorded. The words name the day and no person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AbsenceRefusal {
    /// The pupil does not go to the school on that day.
    NotEnrolled(Day),
    /// A weekend, a holiday, or a day that the school has set free.
    NoSchoolDay(Day),
    /// The school does not record absences on that day.
    NotRecorded(Day),
    /// The unit is not the one that counts.
    Unit {
        /// The unit to use.
        expected: Box<Code>,
    },
    /// The register was not kept on that day, for the class or the whole school.
    NotTaken(Day),
    /// More than that is missed on the day.
    DayFull {
        /// The day.
        day: Day,
        /// All that would be missed.
        sum: u32,
        /// What the day has.
        units: u16,
    },
    /// Nobody is so late.
    Late,
    /// An absence without an amount or with none at all.
    Nothing,
}

impl AbsenceRefusal {
    /// What is wrong, and what would be right.
    pub fn text(&self) -> Text {
        match self {
            Self::NotEnrolled(day) => Text::new(
                format!("das Kind ist am {} nicht an der Schule angemeldet", day.german()),
                format!("the pupil is not enrolled at the school on {day}"),
            ),
            Self::NoSchoolDay(day) => Text::new(
                format!("der {} ist an dieser Schule kein Schultag", day.german()),
                format!("{day} is no school day at this school"),
            ),
            Self::NotRecorded(day) => Text::new(
                format!(
                    "die Schule erfasst am {} keine Fehlzeiten; zuerst die Erfassung (`attendance`) \
                     importieren",
                    day.german()
                ),
                format!("the school records no absences on {day}; import `attendance` first"),
            ),
            Self::NotTaken(day) => Text::new(
                format!("am {} wurden hier keine Fehlzeiten erfasst", day.german()),
                format!("absences were not taken here on {day}"),
            ),
            Self::Unit { expected } => Text::new(
                format!("hier wird in der Einheit `{}` ({}) gezählt", expected.code, expected.de),
                format!("the unit to count in is `{}` ({}) here", expected.code, expected.en),
            ),
            Self::DayFull { day, sum, units } => Text::new(
                format!(
                    "am {} wären damit {sum} Einheiten gefehlt, und der Schultag hat {units}",
                    day.german()
                ),
                format!("that makes {sum} units missed on {day}, and the school day has {units}"),
            ),
            Self::Late => Text::new(
                format!("eine Verspätung hat 1 bis {MOST_LATE_MINUTES} Minuten"),
                format!("a late arrival has 1 to {MOST_LATE_MINUTES} minutes"),
            ),
            Self::Nothing => Text::new(
                "eine Fehlzeit hat mindestens eine Einheit",
                "an absence has at least one unit",
            ),
        }
    }
}

impl std::fmt::Display for AbsenceRefusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for AbsenceRefusal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_one_day_two_half_days_or_some_lessons_and_no_minutes() {
        let codes = AbsenceCodes::new(&CodeLists::new(CodeLists::seed()));
        assert_eq!(codes.units_allowed(codes.minute), None);
        assert_eq!(codes.units_allowed(u16::MAX), None);
        assert_eq!(codes.units_allowed(codes.day), Some(1..=1));
        assert_eq!(codes.units_allowed(codes.half_day), Some(2..=2));
        assert_eq!(codes.units_allowed(codes.lesson), Some(1..=12));
    }

    #[test]
    fn codes_have_the_places_of_the_seed() {
        let codes = AbsenceCodes::new(&CodeLists::new(CodeLists::seed()));
        let statuses = [
            codes.excused,
            codes.unexcused,
            codes.open,
            codes.on_leave,
            codes.school_caused,
            codes.late,
        ];
        assert_eq!(statuses, [0, 1, 2, 3, 4, 5]);
        assert_eq!([codes.day, codes.half_day, codes.lesson, codes.minute], [0, 1, 2, 3]);
        assert_eq!(AbsenceCodes::new(&CodeLists::default()).late, u16::MAX);
    }
}
