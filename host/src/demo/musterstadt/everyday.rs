//! The city's everyday work outside schools: appointments, consultations, parent cafés and interviews.

use crate::demo::city::CityFile;
use crate::demo::consulting::{self, Consultation, Practice};
use crate::demo::forms::{Records, list};
use crate::demo::random::Random;
use crate::demo::support::Case;
use crate::domain::Day;

use super::day;

/// Appointments of the four language and culture mediators on a working day, fewest and most.
const APPOINTMENTS: (u16, u16) = (15, 20);

/// Consultations in case management, in the year.
const CONSULTATIONS: usize = 420;

/// Interviews of the conflict project, and its first and last day of interviews.
const INTERVIEWS: usize = 37;
const INTERVIEWING: (&str, &str) = ("2025-10-06", "2026-05-29");

/// Where the language and culture mediators are, and how much goes on there.
const OFFICES: [(&str, u16); 3] = [("QB1", 40), ("QB2", 33), ("QB3", 27)];

static CULTURE_MEDIATION: Practice = Practice {
    service: "culture-mediation",
    team: "SK",
    minutes: (15, 60),
    persons: (1, 4),
    value_kind: "",
    topics: &[
        ("health", 20),
        ("benefits", 18),
        ("enrolment", 14),
        ("housing", 14),
        ("residence", 12),
        ("work", 10),
        ("participation", 12),
    ],
    targets: &[],
    german: 0,
    interpreted: 0,
};

static CASE_MANAGEMENT: Practice = Practice {
    service: "case-management",
    team: "CM",
    minutes: (30, 90),
    persons: (1, 5),
    value_kind: "",
    topics: &[
        ("housing", 18),
        ("residence", 16),
        ("work", 16),
        ("german", 14),
        ("benefit-change", 12),
        ("family-reunion", 7),
        ("recognition", 9),
        ("social-inclusion", 8),
    ],
    targets: &["job-centre", "immigration-office", "language-course"],
    german: 45,
    interpreted: 40,
};

/// The appointments of language and culture mediation and the consultations of case management.
pub(super) fn consultations(random: &mut Random, cases: &[Case], working: &[Day]) -> CityFile {
    let mut all = Vec::with_capacity(5_000);
    for day in working {
        for _ in 0..random.between(APPOINTMENTS.0, APPOINTMENTS.1) {
            let site = consulting::pick(random, &OFFICES);
            all.push(CULTURE_MEDIATION.consult(random, site, *day, "", ""));
        }
    }
    let in_town: Vec<&Case> = cases.iter().filter(|case| case.pupil.is_none()).collect();
    all.extend((0..CONSULTATIONS).map(|_| advice(random, &in_town, working)));
    consulting::file(all)
}

/// A consultation of case management. Follow-ups mostly belong to a case that is open then.
fn advice(random: &mut Random, cases: &[&Case], working: &[Day]) -> Consultation {
    let kind = consulting::pick(random, &[("first", 38), ("follow-up", 50), ("referral", 12)]);
    let on = random.pick(working);
    let open: Vec<&&Case> = cases.iter().filter(|case| case.is_open(on)).collect();
    if kind == "follow-up" && !open.is_empty() {
        let case = open[random.place(open.len())];
        let mut advice = CASE_MANAGEMENT.consult(random, "BS", on, kind, case.eligibility);
        advice.support_case = Some(case.code.clone());
        return advice;
    }
    let eligibility = if random.percent(66) { "newly-arrived" } else { "comparable" };
    CASE_MANAGEMENT.consult(random, "BS", on, kind, eligibility)
}

/// What is offered to groups, and whom the conflict project talked to.
pub(super) fn activities(random: &mut Random, working: &[Day]) -> CityFile {
    let mut all = Vec::new();
    let interviewing: Vec<Day> = working
        .iter()
        .copied()
        .filter(|on| day(INTERVIEWING.0) <= *on && *on <= day(INTERVIEWING.1))
        .collect();
    for _ in 0..INTERVIEWS {
        let on = random.pick(&interviewing);
        let topics = ["behaviour", "discrimination", "social-inclusion", "housing"];
        all.push(Activity {
            day: on,
            site: "",
            team: "KF",
            service: "conflict",
            kind: "interview",
            minutes: 15 * random.between(3, 6),
            persons: random.between(1, 3),
            topics: vec![random.pick(&topics)],
            value_kind: "counted",
        });
    }
    parent_cafes(random, working, &mut all);
    for on in ["2025-11-12", "2026-02-25", "2026-06-10"] {
        all.push(Activity {
            day: day(on),
            site: "",
            team: "KO",
            service: "coordination",
            kind: "training",
            minutes: 180,
            persons: random.between(14, 26),
            topics: vec!["participation"],
            value_kind: "counted",
        });
    }
    // Nobody counts at the gate of a street festival.
    all.push(Activity {
        day: day("2026-06-20"),
        site: "QB2",
        team: "QU",
        service: "neighbourhood",
        kind: "event",
        minutes: 300,
        persons: 180,
        topics: vec!["social-inclusion"],
        value_kind: "estimated",
    });
    all.sort_by_key(|activity| activity.day);
    file(&all)
}

/// A parent café at each office of the neighbourhood, on about the second working day of each fortnight.
fn parent_cafes(random: &mut Random, working: &[Day], all: &mut Vec<Activity>) {
    for (site, _) in OFFICES {
        for fortnight in working.chunks(10).filter(|days| days.len() == 10) {
            all.push(Activity {
                day: fortnight[random.place(4)],
                site,
                team: "QU",
                service: "neighbourhood",
                kind: "parent-cafe",
                minutes: 120,
                persons: random.between(5, 18),
                topics: vec![random.pick(&["participation", "german", "health", "learning"])],
                value_kind: "counted",
            });
        }
    }
}

/// A row of `group-activities.csv`.
struct Activity {
    day: Day,
    site: &'static str,
    team: &'static str,
    service: &'static str,
    kind: &'static str,
    minutes: u16,
    persons: u16,
    topics: Vec<&'static str>,
    value_kind: &'static str,
}

fn file(activities: &[Activity]) -> CityFile {
    let mut records = Records::of("group-activities");
    for (place, activity) in activities.iter().enumerate() {
        records.add(&[
            ("code", &format_args!("G{:03}", place + 1)),
            ("site", &activity.site),
            ("team", &activity.team),
            ("service", &activity.service),
            ("kind", &activity.kind),
            ("day", &activity.day),
            ("minutes", &activity.minutes),
            ("persons", &activity.persons),
            ("topics", &list(&activity.topics)),
            ("value_kind", &activity.value_kind),
        ]);
    }
    records.file()
}
