//! Weighs what a plugin composed against what it composed in reports that were published before.
//!
//! The plugin counted, so the host knows neither whose rows a number counts nor how they are spread
//! over persons. What it can see is that a number stands under the same words as an earlier one. Where
//! two such numbers, or the persons they rest on, differ by fewer than may be shown, the new one is
//! withheld; so is one from which a number that was withheld earlier could be worked out.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::super::beside::{TooManyWays, readers, sees, ways};
use super::super::published::Published;
use super::withhold::Place;
use crate::domain::{Audience, Period};

/// A number of a composed report, as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComposedNumber {
    /// The words that it stands under.
    pub(in crate::report) words: String,
    /// The number itself, without its decimal point.
    pub(in crate::report) units: i64,
    /// How many decimals it has.
    pub(in crate::report) decimals: u8,
    /// Whether it has a unit, and so need not be a number of persons or records.
    pub(in crate::report) has_unit: bool,
    /// On how many persons it rests.
    pub(in crate::report) base: u64,
    /// Whether it is shown.
    pub(in crate::report) is_shown: bool,
}

impl ComposedNumber {
    fn is_count(&self) -> bool {
        !self.has_unit && self.decimals == 0
    }
}

/// Numbers by the words that they stand under. Where several do, none can be told apart, so the first
/// stands for all.
type ByWords<'a> = HashMap<&'a str, &'a ComposedNumber>;

/// The places of the numbers that must not be shown beside earlier reports.
pub(super) fn beside(
    numbers: &[(Place, ComposedNumber)],
    period: Period,
    audience: Audience,
    earlier: &[Published],
) -> Result<HashSet<Place>, TooManyWays> {
    let mut found = HashSet::new();
    for reader in readers(audience) {
        let seen: Vec<&Published> =
            earlier.iter().filter(|report| sees(reader, report.audience)).collect();
        let periods: Vec<Period> =
            [period].into_iter().chain(seen.iter().map(|report| report.period)).collect();
        let by_words: Vec<ByWords<'_>> = seen
            .iter()
            .map(|report| report.blocks.iter().rev().map(|it| (it.words.as_str(), it)).collect())
            .collect();
        for way in ways(&periods)? {
            let members: Vec<(Period, &ByWords<'_>)> =
                way.iter().map(|place| (periods[*place], &by_words[place - 1])).collect();
            let gives_away = |number: &ComposedNumber| {
                number.is_shown && gives_away(number, period, &members, reader.smallest_shown())
            };
            let hidden = numbers.iter().filter(|(_, number)| gives_away(number));
            found.extend(hidden.map(|(place, _)| *place));
        }
    }
    Ok(found)
}

/// Whether a number and those under the same words in other reports tell something about few persons.
fn gives_away(
    number: &ComposedNumber,
    period: Period,
    others: &[(Period, &ByWords<'_>)],
    smallest: u64,
) -> bool {
    let mut together = vec![(period, number)];
    for (period, by_words) in others {
        let Some(found) = by_words.get(number.words.as_str()) else { return false };
        together.push((*period, *found));
    }
    let hidden = together.iter().filter(|(_, number)| !number.is_shown).count();
    // The longest period first: the others lie within it, or overlap it.
    together.sort_by_key(|(period, _)| period.first.0 - period.last.0);
    if hidden == 1 {
        let lies_within = |(inner, _): &(Period, _)| inner.overlap(together[0].0) == Some(*inner);
        return together.iter().all(lies_within)
            && (together.len() > 2 || together[0].0 == together[1].0);
    }
    if hidden > 1 {
        return false;
    }
    let few = |all: i128, parts: i128| {
        let difference = (all - parts).unsigned_abs();
        (1..u128::from(smallest)).contains(&difference)
    };
    let (all, parts) = together.split_first().expect("the number itself is one of them");
    let sum = |value: fn(&ComposedNumber) -> i128| {
        few(value(all.1), parts.iter().map(|(_, part)| value(part)).sum())
    };
    let are_counts = together.iter().all(|(_, number)| number.is_count());
    sum(|number| number.base.into()) || (are_counts && sum(|number| number.units.into()))
}

/// Gives each number the words that it stands under, told apart where several stand under the same.
pub(super) fn told_apart(numbers: &mut [(Place, ComposedNumber)]) {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for (_, number) in numbers {
        let seen = times.entry(number.words.clone()).or_default();
        *seen += 1;
        if *seen > 1 {
            number.words = format!("{} #{seen}", number.words);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(units: i64, base: u64, is_shown: bool) -> ComposedNumber {
        let words = "Verweise|Linde".to_owned();
        ComposedNumber { words, units, decimals: 0, has_unit: false, base, is_shown }
    }

    fn period(first: &str, last: &str) -> Period {
        Period::new(first.parse().unwrap(), last.parse().unwrap()).unwrap()
    }

    fn published(period: Period, audience: Audience, number: ComposedNumber) -> Published {
        Published::of_blocks(period, audience, vec![number])
    }

    fn is_hidden(new: ComposedNumber, earlier: &[Published]) -> bool {
        let (year, place) = (period("2025-08-01", "2026-07-31"), Place::figure(0));
        let found = beside(&[(place, new)], year, Audience::Public, earlier).unwrap();
        found.contains(&place)
    }

    #[test]
    fn what_is_left_of_a_year_beside_its_first_half_is_weighed() {
        let half = || period("2025-08-01", "2026-01-31");
        let of = |number| [published(half(), Audience::Public, number)];
        // 23 of the year less 20 of the first half are 3 of the second.
        assert!(is_hidden(number(23, 23, true), &of(number(20, 20, true))));
        assert!(is_hidden(number(40, 23, true), &of(number(20, 20, true))), "3 families behind 20");
        assert!(!is_hidden(number(25, 25, true), &of(number(20, 20, true))));
        assert!(!is_hidden(number(20, 20, true), &of(number(20, 20, true))), "nothing came");
        assert!(!is_hidden(number(23, 23, true), &of(number(3, 3, false))), "only one is known");
        // Both halves, of which one was withheld.
        let second =
            published(period("2026-02-01", "2026-07-31"), Audience::Public, number(20, 20, true));
        let [first] = of(number(3, 3, false));
        assert!(is_hidden(number(23, 23, true), &[first, second]));
    }

    #[test]
    fn readers_inside_the_administration_have_both_reports() {
        let of = |few, audience| {
            [published(period("2025-08-01", "2026-01-31"), audience, number(few, 20, true))]
        };
        assert!(!is_hidden(number(23, 20, true), &of(20, Audience::Administration)));
        assert!(is_hidden(number(22, 20, true), &of(20, Audience::Administration)));
        assert!(is_hidden(number(23, 20, true), &of(20, Audience::Public)));
    }
}
