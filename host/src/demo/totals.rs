//! Invents sums of absences for the year before: what a school's own system knew, without any days.

use super::attendance::{IN_LESSONS, unit};
use super::people::People;
use super::plan::YEAR;
use super::random::Random;
use crate::domain::{Day, SchoolYear};

/// The grade whose pupils have sums: who is in it now was in the one below then.
const GRADE: &str = "07";

/// How many of its pupils have them.
const PUPILS: usize = 40;

/// The half-years, as codes of the list `term`.
const HALVES: [&str; 2] = ["first-half", "second-half"];

/// A row of `absence-totals.csv`.
#[derive(Debug)]
pub(super) struct Total {
    /// A place in [`People::pupils`].
    pub(super) pupil: usize,
    pub(super) year: SchoolYear,
    pub(super) term: &'static str,
    pub(super) unit: &'static str,
    pub(super) missed: u16,
    /// Those of them that were unexcused.
    pub(super) unexcused: u16,
}

/// The sums of pupils who were at the school all of that year.
pub(super) fn generate(random: &mut Random, people: &People) -> Vec<Total> {
    let year = SchoolYear(YEAR.0 - 1);
    let began = Day::of(year.0, 8, 1).expect("every year has an August");
    let was_there = people.pupils.iter().enumerate().filter(|(_, pupil)| {
        pupil.school == IN_LESSONS && pupil.grade == GRADE && pupil.enrolled.from <= began
    });
    let mut totals = Vec::with_capacity(PUPILS * HALVES.len());
    for (pupil, _) in was_there.take(PUPILS) {
        for term in HALVES {
            let most = [0, 12, 40, 120][random.weighted(&[12, 43, 38, 7])];
            let missed = random.between(most / 4, most);
            let unexcused = if random.percent(40) { random.between(0, missed / 2) } else { 0 };
            let unit = unit(IN_LESSONS).code;
            totals.push(Total { pupil, year, term, unit, missed, unexcused });
        }
    }
    totals
}
