//! Invents consultations and appointments of a team.

use super::city::CityFile;
use super::forms::{Records, list, or_empty};
use super::people::LANGUAGES;
use super::random::Random;
use crate::domain::Day;

/// How a team consults.
#[derive(Debug)]
pub(super) struct Practice {
    /// The code in `service`.
    pub(super) service: &'static str,
    pub(super) team: &'static str,
    /// Shortest and longest, in steps of five minutes.
    pub(super) minutes: (u16, u16),
    /// Fewest and most people present.
    pub(super) persons: (u16, u16),
    /// The code in `value-kind`; empty where persons were counted.
    pub(super) value_kind: &'static str,
    /// Topics with their weights.
    pub(super) topics: &'static [(&'static str, u16)],
    /// Where those are referred to who come for advice that somebody else gives, each as likely.
    pub(super) targets: &'static [&'static str],
    /// How many of 100 are held in German. Which other language it is, chance says alone.
    pub(super) german: u32,
    /// How many of 100 of the others have somebody interpreting.
    pub(super) interpreted: u32,
}

/// A row of `consultations.csv`.
#[derive(Debug)]
pub(super) struct Consultation {
    pub(super) practice: &'static Practice,
    pub(super) site: &'static str,
    pub(super) day: Day,
    /// The code in `consultation`; empty for an appointment.
    pub(super) kind: &'static str,
    pub(super) eligibility: &'static str,
    topics: Vec<&'static str>,
    minutes: u16,
    pub(super) persons: u16,
    language: &'static str,
    interpreter: bool,
    referred_to: &'static str,
    pub(super) support_case: Option<String>,
}

impl Practice {
    /// Invents what is left open about a consultation.
    pub(super) fn consult(
        &'static self,
        random: &mut Random,
        site: &'static str,
        day: Day,
        kind: &'static str,
        eligibility: &'static str,
    ) -> Consultation {
        let first = pick(random, self.topics);
        let mut topics = vec![first];
        if random.percent(35) {
            let second = pick(random, self.topics);
            topics.extend(Some(second).filter(|second| *second != first));
        }
        let german = random.percent(self.german);
        let language = if german { "de" } else { random.pick(&LANGUAGES) };
        let interpreter = random.percent(self.interpreted) && language != "de";
        Consultation {
            practice: self,
            site,
            day,
            kind,
            eligibility,
            topics,
            minutes: 5 * random.between(self.minutes.0 / 5, self.minutes.1 / 5),
            persons: random.between(self.persons.0, self.persons.1),
            language,
            interpreter,
            referred_to: if kind == "referral" { random.pick(self.targets) } else { "" },
            support_case: None,
        }
    }
}

/// A code, each as likely as its weight.
pub(super) fn pick(random: &mut Random, codes: &[(&'static str, u16)]) -> &'static str {
    let weights: Vec<u16> = codes.iter().map(|(_, weight)| *weight).collect();
    codes[random.weighted(&weights)].0
}

/// The file, oldest first.
pub(super) fn file(mut consultations: Vec<Consultation>) -> CityFile {
    consultations.sort_by_key(|consultation| consultation.day);
    let mut records = Records::of("consultations");
    for (place, row) in consultations.iter().enumerate() {
        records.add(&[
            ("code", &format_args!("B{:05}", place + 1)),
            ("service", &row.practice.service),
            ("team", &row.practice.team),
            ("site", &row.site),
            ("day", &row.day),
            ("kind", &row.kind),
            ("topics", &list(&row.topics)),
            ("minutes", &row.minutes),
            ("persons", &row.persons),
            ("value_kind", &row.practice.value_kind),
            ("eligibility", &row.eligibility),
            ("language", &row.language),
            ("interpreter", &if row.interpreter { "yes" } else { "no" }),
            ("referred_to", &row.referred_to),
            ("support_case", &or_empty(row.support_case.as_ref())),
        ]);
    }
    records.file()
}
