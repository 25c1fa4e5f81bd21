//! The pupils whose absences are written down day by day, whatever the seed: those whom reports on
//! attendance get wrong.

use super::people::{People, WHEREABOUTS_UNKNOWN};
use super::plan::{day, year};
use crate::domain::{Day, Span};

/// Grades of the late joiner that go on a trip together, whole grades at a time.
pub(super) const TRAVELLING: (usize, [&str; 2]) = (5, ["03", "04"]);

/// First day of that trip, a Monday; it takes the week.
pub(super) const TRIP: &str = "2026-05-04";

/// Absence that follows one after the other: status, units in all, first day.
pub(super) type Stretch = (&'static str, u16, &'static str);

/// A part to be played by a pupil of a school.
struct Part {
    school: usize,
    grade: &'static str,
    /// What the part changes about the pupil's enrolment.
    change: Change,
    absences: &'static [Stretch],
}

enum Change {
    Nothing,
    /// Enrolled from that day on.
    Arrives(&'static str),
    /// Enrolled from that day on, for so many school days.
    Stays(&'static str, usize),
    /// Gone on that day without a word. Nobody ends the enrolment.
    Vanishes(&'static str),
}

/// Every part. At the first school a pupil who comes on the third day has 190 school days left, which
/// are 380 half-days: 38 of them are a tenth, 190 a half.
const PARTS: [Part; 10] = [
    // Exactly a tenth, just under it, and exactly a half. Excused absence counts as well.
    Part {
        school: 0,
        grade: "03",
        change: Change::Arrives("2025-08-29"),
        absences: &[
            ("excused", 30, "2025-09-08"),
            ("unexcused", 4, "2025-12-01"),
            ("open", 4, "2026-03-09"),
        ],
    },
    Part {
        school: 0,
        grade: "03",
        change: Change::Arrives("2025-08-29"),
        absences: &[("excused", 37, "2025-11-10")],
    },
    Part {
        school: 0,
        grade: "04",
        change: Change::Arrives("2025-08-29"),
        absences: &[
            ("unexcused", 100, "2025-09-08"),
            ("excused", 60, "2026-01-12"),
            ("open", 30, "2026-04-20"),
        ],
    },
    // 20 and 19 of 192 days.
    Part {
        school: 2,
        grade: "03",
        change: Change::Nothing,
        absences: &[("excused", 12, "2025-11-03"), ("excused", 8, "2026-02-02")],
    },
    Part {
        school: 2,
        grade: "04",
        change: Change::Nothing,
        absences: &[("excused", 12, "2025-11-03"), ("excused", 7, "2026-02-02")],
    },
    // What is open is not unexcused.
    Part {
        school: 3,
        grade: "03",
        change: Change::Nothing,
        absences: &[
            ("open", 6, "2025-11-03"),
            ("unexcused", 1, "2025-12-01"),
            ("unexcused", 1, "2025-12-08"),
        ],
    },
    // More than a tenth of the time since the arrival, and far less than a tenth of the year.
    Part {
        school: 3,
        grade: "04",
        change: Change::Arrives("2026-02-02"),
        absences: &[("excused", 10, "2026-02-23"), ("unexcused", 12, "2026-04-20")],
    },
    // What was entered after the departure does not count.
    Part {
        school: 4,
        grade: "03",
        change: Change::Vanishes("2026-01-12"),
        absences: &[("excused", 6, "2025-11-17"), ("unexcused", 20, "2026-01-12")],
    },
    // Too short to be rated, although not there a single day.
    Part {
        school: 6,
        grade: "07",
        change: Change::Stays("2026-03-02", 8),
        absences: &[("unexcused", 10, "2026-03-02"), ("open", 6, "2026-03-09")],
    },
    // No entry at all, and yet a pupil with all possible units.
    Part { school: 1, grade: "03", change: Change::Nothing, absences: &[] },
];

/// Who plays the parts.
#[derive(Debug)]
pub(super) struct Cast(Vec<(usize, &'static [Stretch])>);

impl Cast {
    /// Chooses pupils for the parts and changes their enrolment.
    ///
    /// They are pupils whom nobody accompanies, so that no contact hangs on them: those of the grade
    /// who were there before the year began and stay to its end.
    pub(super) fn choose(people: &mut People, days: &[Vec<Day>]) -> Self {
        let mut chosen: Vec<(usize, &'static [Stretch])> = Vec::with_capacity(PARTS.len());
        for part in &PARTS {
            let place = people.pupils.iter().enumerate().position(|(place, pupil)| {
                pupil.school == part.school
                    && pupil.grade == part.grade
                    && pupil.household.is_none()
                    && pupil.enrolled.from <= year().first
                    && pupil.enrolled.until.is_none()
                    && chosen.iter().all(|(other, _)| *other != place)
            });
            let place = place.expect("every grade has pupils whom nobody accompanies");
            let pupil = &mut people.pupils[place];
            match part.change {
                Change::Nothing => {}
                Change::Arrives(from) => pupil.enrolled.from = day(from),
                Change::Stays(from, length) => {
                    let days = &days[part.school];
                    let last = days.partition_point(|other| *other < day(from)) + length - 1;
                    pupil.enrolled = Span { from: day(from), until: Some(days[last]) };
                    pupil.status = "moved";
                }
                Change::Vanishes(on) => {
                    pupil.status = WHEREABOUTS_UNKNOWN;
                    pupil.unknown_from = Some(day(on));
                }
            }
            chosen.push((place, part.absences));
        }
        Self(chosen)
    }

    /// What is written down about a pupil; `None` for one without a part.
    pub(super) fn absences(&self, pupil: usize) -> Option<&'static [Stretch]> {
        self.0.iter().find(|(place, _)| *place == pupil).map(|(_, absences)| *absences)
    }

    /// Whether somebody without any entry is in the class.
    pub(super) fn stays_home(&self, people: &People, school: usize, class: &str) -> bool {
        self.0.iter().any(|(place, absences)| {
            let pupil = &people.pupils[*place];
            absences.is_empty() && pupil.school == school && pupil.class == class
        })
    }
}
