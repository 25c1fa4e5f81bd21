//! The district: seven posts of case management over nine towns, posts at the immigration authority,
//! and two sources that do not agree.

#[cfg(test)]
mod promises;

use super::city::City;
use super::consulting::{self, Practice};
use super::forms::fixed;
use super::random::Random;
use super::working::working_days;
use crate::domain::{Period, SchoolYear};

/// The site of each town, with its consultations in the year.
const TOWNS: [(&str, usize); 9] = [
    ("S1", 34),
    ("S2", 96),
    ("S3", 88),
    ("S4", 127),
    ("S5", 61),
    ("S6", 83),
    ("S7", 79),
    ("S8", 72),
    ("S9", 214),
];

/// What the towns share: topics, and how long a consultation takes.
const fn practice(team: &'static str) -> Practice {
    Practice {
        service: "case-management",
        team,
        minutes: (30, 75),
        persons: (1, 5),
        value_kind: "",
        topics: &[
            ("housing", 16),
            ("residence", 18),
            ("work", 18),
            ("german", 16),
            ("benefit-change", 10),
            ("family-reunion", 8),
            ("recognition", 8),
            ("social-inclusion", 6),
        ],
        targets: &[
            "job-centre",
            "immigration-office",
            "language-course",
            "housing-office",
            "recognition-advice",
        ],
        german: 50,
        interpreted: 35,
    }
}

static TEAMS: [Practice; 9] = [
    practice("CM1"),
    practice("CM2"),
    practice("CM3"),
    practice("CM4"),
    practice("CM5"),
    practice("CM6"),
    practice("CM7"),
    practice("CM8"),
    practice("CM9"),
];

/// The year that the records are about.
pub(super) fn period() -> Period {
    SchoolYear(2025).period()
}

/// Invents the district.
pub(super) fn generate(seed: u64) -> City {
    let random = &mut Random::new(seed, 21);
    let working = working_days(period());
    let mut all = Vec::with_capacity(900);
    for ((site, consultations), team) in TOWNS.into_iter().zip(&TEAMS) {
        for _ in 0..consultations {
            let kinds = [("first", 36), ("follow-up", 50), ("referral", 14)];
            let kind = consulting::pick(random, &kinds);
            let eligibility = if random.percent(64) { "newly-arrived" } else { "comparable" };
            let day = random.pick(&working);
            all.push(team.consult(random, site, day, kind, eligibility));
        }
    }
    let files = vec![
        fixed("providers", include_str!("providers.csv")),
        fixed("teams", include_str!("teams.csv")),
        fixed("sites", include_str!("sites.csv")),
        fixed("fundings", include_str!("fundings.csv")),
        fixed("posts", include_str!("posts.csv")),
        fixed("gaps", include_str!("gaps.csv")),
        consulting::file(all),
        fixed("reported-figures", include_str!("reported-figures.csv")),
    ];
    City { name: "Kreis Wolkenrain".to_owned(), files }
}
