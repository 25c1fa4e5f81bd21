//! Attacks on ten thousand published tables: no small number can be narrowed down.
//!
//! Reports of random tables over random rows are made as every report is, and a reader (`reader`,
//! `reasoning`) works out from the document alone what each withheld number can be. The rule: a number
//! that rests on 1 to `smallest - 1` rows or persons may be as many as `smallest`, for all that a
//! reader can tell, and as few as 1. A total of withheld numbers is at least their number, so it
//! must instead look as if it could be larger than it is.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::fixture::{
    CONTACTS, Contact, HOUSEHOLDS, MEAN, MINUTES, NO_MONTH, PUPILS, RATE, VISIT_SHARE, VISITS,
    cube, facts, passport, plan,
};
use super::reader::{Cut, KIND, MONTH, Reader, SCHOOL, What, Who};
use super::reasoning::{Programme, Steps};
use super::{Facts, assemble};
use crate::domain::{Audience, Description, Level, Passport, Report, Rounding, TableSpec, Text};

pub(super) const SCHOOLS: [(&str, Level); 6] = [
    ("Birken", Level::Primary),
    ("Linde", Level::Secondary),
    ("Ahorn", Level::Secondary),
    ("Esche", Level::Primary),
    ("Zeder", Level::Secondary),
    ("Eibe", Level::Primary),
];
pub(super) const MONTHS: [&str; 4] = ["2025-09", "2025-10", "2025-11", "2025-12"];
pub(super) const KINDS: [&str; 3] = ["home-visit", "parent-talk", "phone"];
/// The code lists are long, so they are read once.
pub(super) static FACTS: LazyLock<Facts> = LazyLock::new(|| facts(&SCHOOLS));
/// A school or kind that leaves a row out.
const NOWHERE: u16 = NO_MONTH;

/// Some of the rows of a case, of which there are fewer than 128, as bits by their places.
type Set = u128;

/// Random numbers: Steele, Lea and Flood's `SplitMix64`, so that a case can be made again from its
/// number on every machine.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub(super) fn below<T: TryFrom<u64>>(&mut self, end: u64) -> T {
        T::try_from(self.next() % end).ok().expect("the caller's type takes it")
    }

    pub(super) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below::<usize>(choices.len() as u64)]
    }

    pub(super) fn is(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }
}

/// A random report with all that it was made from.
struct Case {
    seed: u64,
    rows: Vec<Contact>,
    pupils: Vec<i32>,
    description: Description,
    report: Report,
    reader: Reader,
}

impl Case {
    fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let schools = 3 + random.below::<usize>(4);
        let is_complete = random.is(60);
        let rows = rows(&mut random, schools, is_complete);
        let pupils = (0..schools).map(|_| random.one_of(&[0, 1, 3, 4, 6, 12, 40])).collect();
        let mut case = Self {
            seed,
            rows,
            pupils,
            description: description(&mut random, schools),
            report: Report {
                schema: String::new(),
                title: Text::default(),
                municipality: String::new(),
                sections: Vec::new(),
                blocks: Vec::new(),
                passport: passport(),
            },
            reader: Reader::default(),
        };
        let audience = random.one_of(&[Audience::Public, Audience::Administration]);
        let rounding = if random.is(20) { Rounding::Five } else { Rounding::None };
        case.report = case.publish(audience, rounding);
        case.reader = Reader::read(&case.report, &case.description, is_complete);
        case
    }

    fn publish(&self, audience: Audience, rounding: Rounding) -> Report {
        let schools = self.pupils.len();
        let mut plan = plan(schools);
        plan.description = self.description.clone();
        let cube = cube(plan, &self.pupils, &self.rows);
        let mut facts = FACTS.clone();
        facts.schools.truncate(schools);
        for (place, school) in facts.schools.iter_mut().enumerate() {
            let rows = self.rows.iter().filter(|row| usize::from(row.school) == place);
            // Everything on different days, which tells most.
            school.coverage = Some((u32::try_from(rows.count()).unwrap().min(78), 78));
        }
        let passport = Passport { audience, rounding, ..passport() };
        assemble(&cube, &facts, passport, Text::same("Test"), "Musterstadt".into())
    }

    fn smallest(&self) -> u64 {
        self.report.passport.smallest_shown
    }

    /// The rows behind a number of contacts or visits, by their places.
    fn rows(&self, what: &What) -> Set {
        let is_in = |row: &Contact| {
            let cut = |cut: &Cut, label: Option<&str>| match cut {
                Cut::Free => true,
                Cut::Any => label.is_some(),
                Cut::One(id) => label == Some(id),
            };
            let school = SCHOOLS.get(usize::from(row.school));
            let is_theirs = match &what.who {
                Who::All => true,
                Who::Level(level) => school.is_some_and(|(_, found)| found.code() == level),
                Who::School(id) => *id == (100_001 + u32::from(row.school)).to_string(),
            };
            let month = MONTHS.get(usize::from(row.month)).copied();
            let kind = KINDS.get(usize::from(row.kind)).copied();
            let is_meant = what.measure != VISITS || row.is_visit;
            is_theirs && is_meant && cut(&what.month, month) && cut(&what.kind, kind)
        };
        let places = (0..self.rows.len()).filter(|place| is_in(&self.rows[*place]));
        places.fold(0, |set, place| set | 1 << place)
    }

    fn persons(&self, rows: Set) -> u64 {
        let is_in = |place: &usize| rows >> place & 1 == 1;
        let places = (0..self.rows.len()).filter(is_in);
        let households: BTreeSet<u32> =
            places.filter_map(|place| self.rows[place].household).collect();
        households.len() as u64
    }

    /// Whether a set of rows must not be shown.
    fn is_small(&self, rows: Set) -> bool {
        let few = 1..self.smallest();
        few.contains(&rows.count_ones().into()) || few.contains(&self.persons(rows))
    }

    /// The small numbers among those that a reader reasons about.
    fn small_ones(&self) -> Vec<(What, u32)> {
        let counts: Vec<(&What, Set)> = self
            .reader
            .ranges
            .keys()
            .filter(|what| [CONTACTS, VISITS].contains(&what.measure))
            .map(|what| (what, self.rows(what)))
            .collect();
        let mut small = Vec::new();
        for (what, rows) in counts.into_iter().filter(|(_, rows)| self.is_small(*rows)) {
            let many = rows.count_ones();
            let is_told = self.reader.exact.contains_key(what);
            assert!(!is_told, "case {}: {what:?} can be read off: {many} rows", self.seed);
            small.push((what.clone(), many));
        }
        small
    }

    /// Checks what a reader can tell about a small number of so many rows. `parts` is what can be
    /// told from below when it is only known which numbers are 0: a total is at least as many as its
    /// withheld parts, and where that is more than 1 it must look as if it could be larger than it is.
    fn check(
        &self,
        (what, many): &(What, u32),
        (low, high): (f64, f64),
        parts: impl FnOnce() -> f64,
        how: &str,
    ) {
        #[expect(clippy::cast_precision_loss, reason = "it is 3 or 5")]
        let smallest = self.smallest() as f64;
        let parts = if low < 1.5 { 1.0 } else { parts() };
        let wanted = if parts < 1.5 { smallest } else { smallest.max(f64::from(*many) + 1.0) };
        assert!(
            high > wanted - 1e-3 && low < parts + 1e-3,
            "case {} for {:?}: {how} show that {what:?} is {low} to {high}; {many} rows, and at least \
             {parts} by its parts\n{:#?}",
            self.seed,
            self.report.passport.audience,
            self.printed()
        );
    }

    /// The tables, for the message of a failure.
    fn printed(&self) -> Vec<String> {
        let tables = self.report.sections.iter().flat_map(|section| &section.tables);
        let mut lines = Vec::new();
        for table in tables {
            let columns: Vec<&str> = table.columns.iter().map(|it| it.id.as_str()).collect();
            lines.push(format!("{}: {}", table.id, columns.join(" ")));
            for row in &table.rows {
                let cells: Vec<String> = row.cells.iter().map(|cell| format!("{cell:?}")).collect();
                let cells = cells.join(" ").replace("Shown(Number { units: ", "");
                lines.push(format!("  {} {}", row.id, cells.replace(", decimals: 0 })", "")));
            }
        }
        lines
    }
}

pub(super) fn rows(random: &mut Random, schools: usize, is_complete: bool) -> Vec<Contact> {
    let mut rows = Vec::new();
    let households: u64 = random.one_of(&[3, 6, 12, 1_000]);
    let spread = 1 + random.below::<u64>(4);
    let kinds = 1 + random.below::<u64>(3);
    for school in 0..schools {
        let many = random.one_of(&[0, 1, 2, 3, 4, 5, 6, 8, 9, 14, 20]);
        for _ in 0..many {
            let left_out = |random: &mut Random| !is_complete && random.is(6);
            rows.push(Contact {
                school: if left_out(random) { NOWHERE } else { u16::try_from(school).unwrap() },
                month: if left_out(random) { NO_MONTH } else { random.below(spread) },
                kind: if left_out(random) { NOWHERE } else { random.below(kinds) },
                household: (!random.is(8)).then(|| random.below(households)),
                guest: random.below(10),
                minutes: random.one_of(&[0, 30, 60, 480]),
                is_visit: random.is(35),
            });
        }
    }
    rows
}

/// Random tables of the invented plugin.
pub(super) fn description(random: &mut Random, schools: usize) -> Description {
    let mut description = plan(schools).description;
    let columns = [CONTACTS, VISITS, VISIT_SHARE, HOUSEHOLDS, MINUTES, MEAN, PUPILS, RATE];
    let single = [CONTACTS, CONTACTS, VISITS, VISIT_SHARE, RATE];
    let shapes = [
        (SCHOOL, None),
        (SCHOOL, None),
        (SCHOOL, Some(MONTH)),
        (SCHOOL, Some(MONTH)),
        (SCHOOL, Some(KIND)),
        (MONTH, Some(SCHOOL)),
        (KIND, None),
        (MONTH, None),
    ];
    let many = 1 + random.below::<usize>(4);
    description.tables = (0..many)
        .map(|place| {
            let (rows, across) = random.one_of(&shapes);
            let measures = if across.is_some() {
                vec![random.one_of(&single)]
            } else {
                let wanted = |measure: &usize| {
                    // Pupils stand in each month and kind alike, so only schools tell them apart.
                    (rows == SCHOOL || ![PUPILS, RATE].contains(measure)) && random.is(45)
                };
                let found: Vec<usize> = columns.into_iter().filter(wanted).collect();
                if found.is_empty() { vec![CONTACTS] } else { found }
            };
            let id = format!("t{place}");
            TableSpec { title: Text::same(&id), id, rows, across, measures }
        })
        .collect();
    description
}

/// Attacks so many tables step by step.
fn attack(first: u64, tables: usize) {
    let (mut tables_seen, mut found, mut seed) = (0, 0, first);
    while tables_seen < tables {
        let case = Case::new(seed);
        let mut steps = Steps::of(&case.reader);
        steps.narrow();
        for small in case.small_ones() {
            let parts = || {
                let mut steps = Steps::of(&case.reader.told_zeros());
                steps.narrow();
                steps.range(&small.0).0
            };
            case.check(&small, steps.range(&small.0), parts, "steps");
            found += 1;
        }
        tables_seen += case.reader.tables;
        seed += 1;
    }
    assert!(found > tables, "only {found} small numbers in {tables_seen} tables");
}

#[test]
fn no_step_from_number_to_number_narrows_down_the_first_quarter_of_the_tables() {
    attack(1_000_000, 2_500);
}

#[test]
fn no_step_from_number_to_number_narrows_down_the_second_quarter_of_the_tables() {
    attack(2_000_000, 2_500);
}

#[test]
fn no_step_from_number_to_number_narrows_down_the_third_quarter_of_the_tables() {
    attack(3_000_000, 2_500);
}

#[test]
fn no_step_from_number_to_number_narrows_down_the_last_quarter_of_the_tables() {
    attack(4_000_000, 2_500);
}

#[test]
fn no_linear_programme_narrows_down_a_small_number() {
    let mut asked = 0;
    for seed in 5_000_000..5_000_150 {
        let case = Case::new(seed);
        let programme = Programme::of(&case.reader);
        for small in case.small_ones() {
            let zeros = case.reader.told_zeros();
            let parts = || Programme::of(&zeros).range(&small.0).0;
            case.check(&small, programme.range(&small.0), parts, "all numbers together");
            asked += 1;
        }
    }
    assert!(asked > 300, "only {asked} small numbers");
}
