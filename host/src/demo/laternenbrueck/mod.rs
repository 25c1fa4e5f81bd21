//! The city region: case management and school entry consultations from March to mid-August, persons
//! that were only estimated, a true zero, and a budget for interpreting.

#[cfg(test)]
mod promises;

use super::city::{City, CityFile};
use super::consulting::{self, Practice};
use super::forms::fixed;
use super::names;
use super::people::LANGUAGES;
use super::random::Random;
use super::sheet::Sheet;
use super::support::{Budget, Case, Family, Support, interpret};
use super::working::working_days;
use crate::domain::{Day, Period};

/// A site with its consultations of each kind: first, follow-up, referral.
struct Site {
    code: &'static str,
    kinds: [usize; 3],
    /// How many of its consultations are of people in a comparable situation, and not newly arrived.
    comparable: usize,
}

/// The four sites of case management: 648 consultations. Nobody in a comparable situation came to
/// the last one, which is a true zero.
const CASE_SITES: [Site; 4] = [
    Site { code: "LP", kinds: [98, 108, 26], comparable: 93 },
    Site { code: "UT", kinds: [76, 88, 23], comparable: 121 },
    Site { code: "SB", kinds: [62, 64, 15], comparable: 28 },
    Site { code: "WR", kinds: [45, 37, 6], comparable: 0 },
];

/// The two sites for school entry: 503 consultations.
const ENTRY_SITES: [Site; 2] = [
    Site { code: "SM", kinds: [188, 83, 21], comparable: 64 },
    Site { code: "SO", kinds: [139, 58, 14], comparable: 71 },
];

const KINDS: [&str; 3] = ["first", "follow-up", "referral"];

/// Two to five people came to each consultation; nobody counted them one by one.
static CASE_MANAGEMENT: Practice = Practice {
    service: "case-management",
    team: "CM",
    minutes: (30, 90),
    persons: (2, 5),
    value_kind: "estimated",
    topics: &[
        ("housing", 20),
        ("residence", 17),
        ("work", 15),
        ("german", 13),
        ("benefit-change", 12),
        ("family-reunion", 8),
        ("recognition", 8),
        ("health", 7),
    ],
    targets: &["job-centre", "immigration-office", "language-course", "housing-office"],
    german: 40,
    interpreted: 45,
};

static SCHOOL_ENTRY: Practice = Practice {
    service: "school-entry",
    team: "SE",
    minutes: (20, 45),
    persons: (2, 4),
    value_kind: "counted",
    topics: &[("enrolment", 60), ("language", 16), ("transition", 14), ("benefits", 10)],
    targets: &["school-psychology", "language-course"],
    german: 40,
    interpreted: 40,
};

/// Families with a support case, and the interpreting that they wanted.
const FAMILIES: usize = 66;
const BOOKINGS: usize = 236;

/// What the budget holds, in cents.
const BUDGET: u32 = 3_000_000;

/// Five and a half months.
pub(super) fn period() -> Period {
    Period { first: day("2026-03-01"), last: day("2026-08-15") }
}

fn day(text: &str) -> Day {
    text.parse().expect("test: files_name_forms_and_their_columns")
}

/// Invents the city region.
pub(super) fn generate(seed: u64) -> City {
    let working = working_days(period());
    let (households, families) = families(&mut Random::new(seed, 31));
    let random = &mut Random::new(seed, 32);
    let mut cases: Vec<Case> = families
        .into_iter()
        .enumerate()
        .map(|(place, family)| Case::open(random, place + 1, family, &working))
        .collect();
    let support = Support::generate(&mut Random::new(seed, 33), &mut cases, period().last);
    let consultations = consultations(&mut Random::new(seed, 34), &working);
    let (first, last) = (day("2026-01-01"), day("2026-12-31"));
    let mut budgets = [Budget { code: "DB26", first, last, left: BUDGET }];
    let interpreting =
        interpret(&mut Random::new(seed, 35), &cases, &working, &mut budgets, BOOKINGS);

    let mut files = vec![
        staff(&mut Random::new(seed, 36)),
        households,
        fixed("providers", include_str!("providers.csv")),
        fixed("teams", include_str!("teams.csv")),
        fixed("sites", include_str!("sites.csv")),
        fixed("fundings", include_str!("fundings.csv")),
        fixed("posts", include_str!("posts.csv")),
    ];
    files.extend(support);
    files.extend([
        fixed("gaps", include_str!("gaps.csv")),
        fixed("interpreter-budgets", include_str!("interpreter-budgets.csv")),
        interpreting,
        consultations,
        fixed("reported-figures", include_str!("reported-figures.csv")),
    ]);
    City { name: "Städteregion Laternenbrück".to_owned(), files }
}

/// The seven people of case management, on six posts.
const STAFF: [&str; 7] = ["CM01", "CM02", "CM03", "CM04", "CM05", "CM06", "CM07"];

fn staff(random: &mut Random) -> CityFile {
    let mut sheet = Sheet::new(&["code", "name", "role"]);
    for (code, name) in STAFF.iter().zip(names::of_staff(random, STAFF.len())) {
        sheet.cell(code).cell(&name).cell("case-management").end();
    }
    let name = "practitioners.csv".to_owned();
    CityFile { kind: "practitioners", name, text: sheet.into_text() }
}

/// The households of the support cases, and who is in charge of each.
fn families(random: &mut Random) -> (CityFile, Vec<Family>) {
    let mut sheet = Sheet::new(&["code", "name"]);
    let mut families = Vec::with_capacity(FAMILIES);
    for number in 1..=FAMILIES {
        let code = format!("H{number:03}");
        sheet.cell(&code).cell(&format!("Familie {}", names::family(random))).end();
        families.push(Family {
            pupil: None,
            household: code,
            team: "CM",
            lead: STAFF[number % STAFF.len()],
            language: if random.percent(30) { "de" } else { random.pick(&LANGUAGES) },
        });
    }
    let name = "households.csv".to_owned();
    (CityFile { kind: "households", name, text: sheet.into_text() }, families)
}

/// The consultations of both services, each at its own sites.
fn consultations(random: &mut Random, working: &[Day]) -> CityFile {
    let mut all = Vec::with_capacity(1_151);
    let of_services = [(&CASE_MANAGEMENT, &CASE_SITES[..]), (&SCHOOL_ENTRY, &ENTRY_SITES)];
    for (practice, sites) in of_services {
        for site in sites {
            let mut kinds: Vec<&'static str> = Vec::new();
            for (kind, number) in KINDS.into_iter().zip(site.kinds) {
                kinds.extend(std::iter::repeat_n(kind, number));
            }
            random.shuffle(&mut kinds);
            for (place, kind) in kinds.into_iter().enumerate() {
                let is_comparable = place < site.comparable;
                let eligibility = if is_comparable { "comparable" } else { "newly-arrived" };
                let on = random.pick(working);
                all.push(practice.consult(random, site.code, on, kind, eligibility));
            }
        }
    }
    consulting::file(all)
}
