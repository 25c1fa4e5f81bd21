//! Attacks on pairs of successive reports: neither tells, together with the other, what is small.
//!
//! Of random rows a first report is published over some and a second over all of them: over a shorter
//! and a longer time, before and after records came, over some schools and over all. The same reader that
//! attacks single reports holds both against each other. A number that either withholds, and every
//! difference of two numbers about the same thing that rests on 1 to `smallest - 1` rows or persons, may
//! be as many as `smallest` for all that can be told.

use std::collections::BTreeSet;

use super::attacks::{FACTS, KINDS, MONTHS, Random, SCHOOLS, description, rows};
use super::fixture::{CONTACTS, Contact, NO_MONTH, VISITS, cube, passport, plan};
use super::reader::{Cut, Reader, What, Who};
use super::reasoning::{PairSteps, Programme};
use super::{Assembled, Before, assemble_beside};
use crate::domain::{Audience, Day, Description, Passport, Period, Text};

/// Two reports with all that they were made from.
struct Pair {
    seed: u64,
    smallest: u64,
    /// The rows of the second that the first has, and all.
    rows: [Vec<Contact>; 2],
    readers: [Reader; 2],
    tables: usize,
}

impl Pair {
    fn new(seed: u64, is_weighed: bool) -> Self {
        let mut random = Random(seed);
        let schools = 3 + random.below::<usize>(4);
        let is_complete = random.is(70);
        let all = rows(&mut random, schools, is_complete);
        let whole =
            Period::new(Day::of(2025, 9, 1).unwrap(), Day::of(2025, 12, 31).unwrap()).unwrap();
        let mut half = whole;
        let mut some_schools = schools;
        let some: Vec<Contact> = match random.below::<u64>(3) {
            // Up to the end of October; rows without a month are taken for late ones.
            0 => {
                half.last = Day::of(2025, 10, 31).unwrap();
                all.iter().filter(|row| row.month < 2).copied().collect()
            }
            // Before a few records came.
            1 => {
                let percent = random.one_of(&[3, 10, 30]);
                all.iter().filter(|_| !random.is(percent)).copied().collect()
            }
            // Some schools alone.
            _ => {
                some_schools = 1 + random.below::<usize>(schools as u64 - 1);
                let end = u16::try_from(some_schools).unwrap();
                all.iter().filter(|row| row.school < end).copied().collect()
            }
        };
        let description = description(&mut random, schools);
        let audience = random.one_of(&[Audience::Public, Audience::Administration]);
        let publish = |rows: &[Contact], schools: usize, period: Period, before: &Before| {
            made(&description, rows, schools, period, audience, before)
        };
        let first = publish(&some, some_schools, half, &Before::Nothing);
        let before = Before::Weigh(vec![first.published.clone()]);
        let before = if is_weighed { before } else { Before::Nothing };
        let second = publish(&all, schools, whole, &before);
        let readers =
            [&first, &second].map(|made| Reader::read(&made.report, &description, is_complete));
        let tables = readers[0].tables + readers[1].tables;
        Self { seed, smallest: audience.smallest_shown(), rows: [some, all], readers, tables }
    }

    /// Whether a number of contacts or visits rests on so few rows or persons of the first report (0),
    /// of the second (1) or of what they differ by (2) that nobody may know it.
    fn is_small(&self, of: usize, what: &What) -> bool {
        let mut rows: Vec<&Contact> =
            self.rows[of.min(1)].iter().filter(|row| is_in(row, what)).collect();
        if of == 2 {
            // Both lists have the same order, and the first is a part of the second.
            let mut first = self.rows[0].iter().filter(|row| is_in(row, what)).peekable();
            rows.retain(|row| first.next_if(|other| other == row).is_none());
        }
        let households: BTreeSet<u32> = rows.iter().filter_map(|row| row.household).collect();
        let few = 1..self.smallest;
        few.contains(&(rows.len() as u64)) || few.contains(&(households.len() as u64))
    }

    /// The small numbers of either report and of what they differ by, of contacts and visits.
    fn small(&self, steps: &PairSteps) -> Vec<(usize, What)> {
        let of = |of: usize| {
            let counted = |what: &&What| [CONTACTS, VISITS].contains(&what.measure);
            steps
                .numbers(of)
                .filter(counted)
                .filter(move |what| self.is_small(of, what))
                .map(move |what| (of, what.clone()))
        };
        (0..3).flat_map(of).collect()
    }

    /// How many small numbers can be narrowed down to fewer than may be shown.
    #[expect(clippy::cast_precision_loss, reason = "it is 3 or 5")]
    fn told(
        &self,
        small: &[(usize, What)],
        range: impl Fn(usize, &What) -> (f64, f64),
    ) -> Vec<String> {
        let mut told = Vec::new();
        for (of, what) in small {
            let (low, high) = range(*of, what);
            if high < self.smallest as f64 - 1e-3 || high - low < 0.5 {
                let seed = self.seed;
                told.push(format!("pair {seed}: {what:?} of {of} is {low} to {high}"));
            }
        }
        told
    }
}

fn made(
    description: &Description,
    rows: &[Contact],
    schools: usize,
    period: Period,
    audience: Audience,
    before: &Before,
) -> Assembled {
    let mut plan = plan(SCHOOLS.len());
    plan.description = description.clone();
    let mut facts = FACTS.clone();
    facts.schools.truncate(schools);
    facts.period = period;
    let passport = Passport { period, audience, ..passport() };
    let pupils = vec![40; schools];
    let cube = cube(plan, &pupils, rows);
    assemble_beside(&cube, &facts, passport, Text::same("Test"), "Musterstadt".into(), before)
        .unwrap()
}

fn is_in(row: &Contact, what: &What) -> bool {
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
    let month =
        if row.month == NO_MONTH { None } else { MONTHS.get(usize::from(row.month)).copied() };
    let kind = KINDS.get(usize::from(row.kind)).copied();
    let is_meant = what.measure != VISITS || row.is_visit;
    is_theirs && is_meant && cut(&what.month, month) && cut(&what.kind, kind)
}

/// Attacks pairs of so many tables step by step.
fn attack(first: u64, tables: usize) {
    let (mut many, mut found, mut seed) = (0, 0, first);
    let mut told = Vec::new();
    while many < tables {
        let pair = Pair::new(seed, true);
        let steps = PairSteps::of(&pair.readers[0], &pair.readers[1]);
        let small = pair.small(&steps);
        told.extend(pair.told(&small, |of, what| steps.range(of, what).expect("it was listed")));
        found += small.len();
        many += pair.tables;
        seed += 1;
    }
    assert!(
        told.is_empty(),
        "{} of {found}:\n{}",
        told.len(),
        told[..told.len().min(12)].join("\n")
    );
    assert!(found > tables, "only {found} small numbers in {many} tables");
}

#[test]
fn no_step_narrows_down_what_is_small_in_the_first_half_of_the_pairs() {
    attack(6_000_000, 5_000);
}

#[test]
fn no_step_narrows_down_what_is_small_in_the_second_half_of_the_pairs() {
    attack(7_000_000, 5_000);
}

#[test]
fn no_linear_programme_narrows_down_what_is_small_in_two_reports_together() {
    let (mut asked, mut unanswered) = (0, 0);
    for seed in 8_000_000..8_000_040 {
        let pair = Pair::new(seed, true);
        let steps = PairSteps::of(&pair.readers[0], &pair.readers[1]);
        let mut small = pair.small(&steps);
        // What only a step has a name for is no number of either report.
        small.retain(|(of, what)| {
            let readers = if *of == 2 { &pair.readers[..] } else { &pair.readers[*of..=*of] };
            readers.iter().all(|reader| reader.ranges.contains_key(what))
        });
        let programme = Programme::of_pair(&pair.readers[0], &pair.readers[1]);
        let layers: [&[usize]; 3] = [&[0], &[0, 1], &[1]];
        let ranges: Vec<(f64, f64)> =
            small.iter().map(|(of, what)| programme.range_in(what, layers[*of])).collect();
        let has_answer = |(low, high): &(f64, f64)| !low.is_nan() && !high.is_nan();
        unanswered += ranges.iter().filter(|range| !has_answer(range)).count();
        let answered = small.iter().zip(&ranges).filter(|(_, range)| has_answer(range));
        for (number, range) in answered {
            let told = pair.told(std::slice::from_ref(number), |_, _| *range);
            assert!(told.is_empty(), "{}", told.join("\n"));
        }
        asked += small.len();
    }
    assert!(asked > 100, "only {asked} small numbers");
    assert!(unanswered * 10 < asked, "{unanswered} of {asked} without an answer");
}

/// An attack that finds nothing anywhere would prove nothing.
#[test]
fn reports_that_are_not_weighed_against_each_other_are_found_out() {
    let mut told = 0;
    for seed in 6_000_000..6_000_300 {
        let pair = Pair::new(seed, false);
        let steps = PairSteps::of(&pair.readers[0], &pair.readers[1]);
        let small = pair.small(&steps);
        told += pair.told(&small, |of, what| steps.range(of, what).expect("it was listed")).len();
    }
    assert!(told > 100, "only {told}");
}
