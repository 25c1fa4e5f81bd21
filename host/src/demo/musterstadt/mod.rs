//! The city: its nine schools, and the field around them: teams, posts, consultations, support cases,
//! gaps and a conflict project.

mod acts;
mod everyday;
mod families;
#[cfg(test)]
mod promises;

use super::city::{City, CityFile, Schools};
use super::forms::fixed;
use super::interpreting::{Budget, interpret};
use super::names;
use super::plan::{CITY, YEAR};
use super::random::Random;
use super::sheet::Sheet;
use super::support::Support;
use super::working::working_days;
use crate::domain::{Day, Period};

/// Those who work in the field and not at schools, with their roles. The first two bear one name.
const FIELD_STAFF: [(&str, &str); 14] = [
    ("KO01", "coordination"),
    ("KO02", "coordination"),
    ("KO03", "coordination"),
    ("CM01", "case-management"),
    ("CM02", "case-management"),
    ("CM03", "case-management"),
    ("CM04", "case-management"),
    ("CM05", "case-management"),
    ("CM06", "case-management"),
    ("CM07", "case-management"),
    ("SK01", "culture-mediation"),
    ("SK02", "culture-mediation"),
    ("SK03", "culture-mediation"),
    ("SK04", "culture-mediation"),
];

/// Interpreting that is wanted in the year.
const BOOKINGS: usize = 130;

/// The school year that the records are about.
pub(super) fn period() -> Period {
    YEAR.period()
}

/// A day written out here.
fn day(text: &str) -> Day {
    text.parse().expect("test: files_name_forms_and_their_columns")
}

/// Invents the whole city.
pub(super) fn generate(seed: u64) -> City {
    let schools = Schools::generate(seed);
    let working = working_days(period());
    let mut cases = families::open_cases(&mut Random::new(seed, 12), &schools);
    let support = Support::generate(&mut Random::new(seed, 13), &mut cases, period().last);
    let consultations = everyday::consultations(&mut Random::new(seed, 14), &cases, &working);
    let transitions = families::transitions(&mut Random::new(seed, 15), &schools);
    let activities = everyday::activities(&mut Random::new(seed, 16), &working);
    let mut budgets = [
        Budget { code: "DB25", first: day("2025-01-01"), last: day("2025-12-31"), left: 900_000 },
        Budget { code: "DB26", first: day("2026-01-01"), last: day("2026-12-31"), left: 950_000 },
    ];
    let in_town: Vec<_> = cases.into_iter().filter(|case| case.pupil.is_none()).collect();
    let interpreting =
        interpret(&mut Random::new(seed, 17), &in_town, &working, &mut budgets, BOOKINGS);
    let ladder = acts::ladder_events(&schools);

    let mut files = schools.files;
    files.push(field_staff(&mut Random::new(seed, 11)));
    files.extend([
        fixed("providers", include_str!("providers.csv")),
        fixed("teams", include_str!("teams.csv")),
        fixed("sites", include_str!("sites.csv")),
        fixed("fundings", include_str!("fundings.csv")),
        fixed("posts", include_str!("posts.csv")),
    ]);
    files.extend(support);
    files.extend([
        ladder,
        transitions,
        fixed("gaps", include_str!("gaps.csv")),
        activities,
        fixed("interpreter-budgets", include_str!("interpreter-budgets.csv")),
        interpreting,
        consultations,
        fixed("materials", include_str!("materials.csv")),
        fixed("reported-figures", include_str!("reported-figures.csv")),
    ]);
    City { name: CITY.to_owned(), files }
}

/// The people of the field, in a file beside that of the schools' practitioners.
fn field_staff(random: &mut Random) -> CityFile {
    let mut given = names::of_staff(random, FIELD_STAFF.len());
    let shared = given[0].clone();
    given[1] = shared;
    let mut sheet = Sheet::new(&["code", "name", "role"]);
    for ((code, role), name) in FIELD_STAFF.iter().zip(&given) {
        sheet.cell(code).cell(name).cell(role).end();
    }
    let name = "practitioners-of-the-field.csv".to_owned();
    CityFile { kind: "practitioners", name, text: sheet.into_text() }
}
