//! What schools did about absences: steps of the ladder, each the school's own act.

use std::collections::{BTreeMap, BTreeSet};

use crate::demo::city::{CityFile, Schools, pupil_code};
use crate::demo::forms::Records;
use crate::demo::plan::SCHOOLS;
use crate::domain::Day;

/// The steps in their order, each with the unexcused days after which this city's schools take it.
/// The law gives an order and no numbers; these are the city's own.
const STEPS: [(&str, usize); 7] = [
    ("information", 4),
    ("educational-measure", 6),
    ("disciplinary-measure", 9),
    ("written-demand", 12),
    ("hearing", 15),
    ("absence-report", 18),
    ("fine", 25),
];

/// From this age on a pupil is heard as well.
const HEARD_FROM: u32 = 14;

/// The steps taken for accompanied pupils, by pupil and day.
pub(super) fn ladder_events(schools: &Schools) -> CityFile {
    let mut missed: BTreeMap<usize, BTreeSet<Day>> = BTreeMap::new();
    for absence in schools.absences.iter().filter(|absence| absence.status == "unexcused") {
        missed.entry(absence.pupil).or_default().insert(absence.day);
    }
    let mut records = Records::of("ladder-events");
    let mut number = 0;
    for (place, missed) in &missed {
        let pupil = &schools.people.pupils[*place];
        let Some(accompanied) = pupil.accompanied else { continue };
        let missed: Vec<Day> =
            missed.iter().copied().filter(|day| *day >= accompanied.from).collect();
        let last = accompanied.until.or(pupil.enrolled.until);
        let days = &schools.days[pupil.school];
        for (step, after) in STEPS {
            // The school acts on the next day on which it is open.
            let Some(reached) = missed.get(after - 1) else { break };
            let next = days.partition_point(|day| day <= reached);
            let Some(on) = days.get(next).filter(|on| last.is_none_or(|last| **on <= last)) else {
                break;
            };
            let is_hearing = step == "hearing";
            let is_heard = on.years_since(pupil.birth_day).is_some_and(|years| years >= HEARD_FROM);
            let flag = |answer: bool| match (is_hearing, answer) {
                (false, _) => "",
                (true, true) => "yes",
                (true, false) => "no",
            };
            let authority = match step {
                "absence-report" | "fine" => authority(SCHOOLS[pupil.school].form),
                _ => "",
            };
            number += 1;
            records.add(&[
                ("code", &format_args!("S{number:03}")),
                ("pupil", &pupil_code(*place)),
                ("step", &step),
                ("day", on),
                ("authority", &authority),
                ("parents_heard", &flag(true)),
                ("pupil_heard", &flag(is_heard)),
                ("review", &on.plus(28)),
            ]);
        }
    }
    records.file()
}

/// The authority in charge of a school form.
fn authority(form: &str) -> &'static str {
    match form {
        "02" | "04" => "school-office",
        _ => "district-government",
    }
}
