//! Weighs a new report against those that were published before, and withholds what would give
//! something away together with them.
//!
//! A reader subtracts. The year less its first half is the second half; the same days today and last
//! month differ by what was recorded in between; all schools less some schools are the others. So the
//! new report and the earlier ones are looked at as one system of sums, in which every number of two or
//! more reports that are about the same thing has a difference. A difference is treated as a number of
//! its own: where it rests on fewer persons than may be shown, it must not be known. Earlier numbers
//! stand as they are; what has to go, goes from the new report.
//!
//! How many persons a difference rests on follows from how rows are spread over persons, which is
//! remembered with each number and adds up as the numbers do (`spread`). So nothing has to be known
//! about what has changed in the records meanwhile, nor why two reports differ.

use std::collections::{BTreeMap, BTreeSet};

use super::disclose::{Net, Node};
use super::published::{NamedCell, Place, Published};
use super::spread::Spread;
use crate::domain::{Audience, Period};

/// Most ways to put earlier reports together with the new one that are looked at.
pub const MOST_WAYS: usize = 200;

/// Most reports in one of these ways, besides the new one: the months of a year and one more.
const MOST_TOGETHER: usize = 13;

/// What is known of earlier reports when one is made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Before {
    /// Nothing was published that it could be held against.
    #[default]
    Nothing,
    /// Weigh it against these, oldest first.
    Weigh(Vec<Published>),
    /// It was weighed when it was made, and this came of it.
    Weighed(Weighed),
}

/// What came of weighing a report against earlier ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Weighed {
    /// Against how many reports it was weighed.
    pub reports: usize,
    /// The numbers that are withheld because of them: table, base and place.
    pub(super) places: BTreeSet<Place>,
}

impl Weighed {
    /// How many numbers are withheld because of earlier reports.
    pub fn numbers(&self) -> usize {
        self.places.len()
    }
}

/// There are more ways to put earlier reports together with the new one than are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "there are more than {MOST_WAYS} ways to put it together with the reports published before"
)]
pub struct TooManyWays;

/// The audiences whose readers see a report for `audience`, each with the smallest number that they may
/// see: inside the administration, people read what is for the public, too.
pub(super) fn readers(audience: Audience) -> Vec<Audience> {
    match audience {
        Audience::Public => vec![Audience::Public, Audience::Administration],
        Audience::Administration => vec![Audience::Administration],
        Audience::Work => Vec::new(),
    }
}

/// Whether readers in one audience see reports for another.
pub fn sees(reader: Audience, report: Audience) -> bool {
    match reader {
        Audience::Public => report == Audience::Public,
        Audience::Administration => report != Audience::Work,
        Audience::Work => true,
    }
}

/// A number that is about something, in the new report or an earlier one.
#[derive(Clone, Copy)]
struct Fact<'a> {
    cell: &'a NamedCell,
    node: Option<usize>,
    /// The place of the report: 0 is the new one.
    report: usize,
}

impl Fact<'_> {
    fn days(&self) -> Period {
        self.cell.days
    }

    fn is_shown(&self) -> bool {
        self.report == 0 || self.cell.is_shown
    }
}

/// What a reader can subtract from what.
struct Difference<'a> {
    plus: Vec<Fact<'a>>,
    minus: Vec<Fact<'a>>,
}

/// Finds what has to be withheld of the numbers `cells` of a new report, beyond `withheld`: more nodes,
/// which are set there, and single numbers.
pub(super) fn weigh(
    net: &Net,
    withheld: &mut [bool],
    cells: &[NamedCell],
    (period, audience): (Period, Audience),
    earlier: &[Published],
) -> Result<BTreeSet<Place>, TooManyWays> {
    let mut single = BTreeSet::new();
    for reader in readers(audience) {
        let seen: Vec<&Published> = earlier
            .iter()
            .filter(|report| sees(reader, report.audience) && report.is_whole())
            .collect();
        let periods: Vec<Period> =
            [period].into_iter().chain(seen.iter().map(|report| report.period)).collect();
        for way in ways(&periods)? {
            let reports: Vec<&Published> = way.iter().map(|place| seen[place - 1]).collect();
            let together = Together::new(net, cells, &reports);
            together.weigh(reader.smallest_shown(), withheld, &mut single);
        }
    }
    Ok(single)
}

/// Which earlier reports are looked at together with the new one, whose period is the first: each that
/// overlaps it, and those that tile a period between them.
pub(super) fn ways(periods: &[Period]) -> Result<BTreeSet<Vec<usize>>, TooManyWays> {
    let mut ways = BTreeSet::new();
    let overlap = |one: usize, other: usize| periods[one].overlap(periods[other]).is_some();
    for place in 1..periods.len() {
        if overlap(0, place) {
            ways.insert(vec![place]);
        }
    }
    for container in 0..periods.len() {
        let within: Vec<usize> = (0..periods.len())
            .filter(|place| {
                *place != container
                    && overlap(*place, container)
                    && periods[*place] != periods[container]
            })
            .collect();
        if container != 0 && !within.contains(&0) {
            continue;
        }
        let mut packs = Packs { periods, container, within: &within, ways: &mut ways };
        let chosen = if container == 0 { Vec::new() } else { vec![0] };
        packs.choose(0, &chosen)?;
    }
    // Two that overlap, and one that is both together.
    for one in 1..periods.len() {
        for other in 1..periods.len() {
            let is_partly = |one: usize, other: usize| {
                overlap(one, other)
                    && !contains(periods[one], periods[other])
                    && !contains(periods[other], periods[one])
            };
            let hull = |one: usize, other: usize| Period {
                first: periods[one].first.min(periods[other].first),
                last: periods[one].last.max(periods[other].last),
            };
            let is_all = is_partly(one, other) && hull(one, other) == periods[0];
            let is_part = is_partly(0, one) && hull(0, one) == periods[other];
            if is_all || is_part {
                let mut way = vec![one, other];
                way.sort_unstable();
                way.dedup();
                ways.insert(way);
            }
        }
    }
    if ways.len() > MOST_WAYS { Err(TooManyWays) } else { Ok(ways) }
}

/// Sets of reports that lie side by side within another.
struct Packs<'a> {
    periods: &'a [Period],
    container: usize,
    within: &'a [usize],
    ways: &'a mut BTreeSet<Vec<usize>>,
}

impl Packs<'_> {
    /// Goes on choosing from the place `next` of those within; what cannot be made larger is a way.
    fn choose(&mut self, next: usize, chosen: &[usize]) -> Result<(), TooManyWays> {
        if self.ways.len() > MOST_WAYS {
            return Err(TooManyWays);
        }
        let (periods, container) = (self.periods, self.periods[self.container]);
        let inside =
            |place: usize| periods[place].overlap(container).expect("only those that overlap");
        let fits = |place: usize| {
            !chosen.contains(&place)
                && chosen.iter().all(|other| inside(*other).overlap(inside(place)).is_none())
        };
        let mut is_largest = true;
        for place in 0..self.within.len() {
            if fits(self.within[place]) {
                is_largest = false;
                if place >= next {
                    let mut more = chosen.to_vec();
                    more.push(self.within[place]);
                    self.choose(place + 1, &more)?;
                }
            }
        }
        let others = chosen.iter().copied().chain([self.container]).filter(|place| *place != 0);
        let mut way: Vec<usize> = others.collect();
        way.sort_unstable();
        if is_largest && way.len() > 1 {
            way.truncate(MOST_TOGETHER);
            self.ways.insert(way);
        }
        Ok(())
    }
}

fn contains(outer: Period, inner: Period) -> bool {
    outer.first <= inner.first && inner.last <= outer.last
}

/// The new report together with some earlier ones.
struct Together<'a> {
    net: Net,
    /// The nodes of the new report come first.
    own: usize,
    differences: Vec<Difference<'a>>,
}

impl<'a> Together<'a> {
    fn new(net: &Net, cells: &'a [NamedCell], reports: &[&'a Published]) -> Self {
        let own = net.nodes().len();
        let mut net = net.clone();
        // By what a number is about, by report.
        let mut names: BTreeMap<&str, Vec<Vec<Fact<'a>>>> = BTreeMap::new();
        let mut put = |cell: &'a NamedCell, node: Option<usize>, report: usize| {
            let facts =
                names.entry(&cell.name).or_insert_with(|| vec![Vec::new(); reports.len() + 1]);
            facts[report].push(Fact { cell, node, report });
        };
        for cell in cells {
            put(cell, cell.node, 0);
        }
        for (place, report) in reports.iter().enumerate() {
            let first = net.nodes().len();
            (0..report.nodes.len()).for_each(|node| _ = net.add(report.node(node)));
            for (total, parts) in &report.sums {
                net.relate(first + total, parts.iter().map(|part| first + part).collect());
            }
            for cell in &report.cells {
                put(cell, cell.node.map(|node| first + node), place + 1);
            }
        }
        let mut together = Self { net, own, differences: Vec::new() };
        let mut known = BTreeSet::new();
        for facts in names.into_values() {
            together.differ(facts, &mut known);
        }
        together
    }

    /// Finds the differences of numbers that are about the same thing.
    fn differ(&mut self, mut reports: Vec<Vec<Fact<'a>>>, known: &mut BTreeSet<[Vec<usize>; 2]>) {
        // Several tables may have left out different rows; the number with the most rows stands for
        // each, and the others follow from it inside their report.
        let weight = |net: &Net, fact: &Fact<'_>| fact.node.map_or(0, |node| net.weight(node));
        for facts in &mut reports {
            facts.sort_by_key(|fact| {
                (fact.days().first, fact.days().last, std::cmp::Reverse(weight(&self.net, fact)))
            });
            facts.dedup_by_key(|fact| fact.days());
        }
        let whole = |facts: &[Fact<'a>]| {
            facts.iter().max_by_key(|fact| fact.days().last.0 - fact.days().first.0).copied()
        };
        let wholes: Vec<Option<Fact<'a>>> = reports.iter().map(|facts| whole(facts)).collect();
        let mut found: Vec<Difference<'a>> = Vec::new();
        for earlier in &reports[1..] {
            for fact in &reports[0] {
                for other in earlier {
                    let (mine, theirs) = (fact.days(), other.days());
                    let has = |facts: &[Fact<'_>], days: Period| {
                        facts.iter().any(|fact| fact.days() == days)
                    };
                    let are_whole = whole(&reports[0]).is_some_and(|it| it.days() == mine)
                        && whole(earlier).is_some_and(|it| it.days() == theirs);
                    let is_pair = mine == theirs
                        || (are_whole && mine.overlap(theirs).is_some())
                        || (contains(mine, theirs) && !has(&reports[0], theirs))
                        || (contains(theirs, mine) && !has(earlier, mine));
                    if is_pair {
                        found.push(Difference { plus: vec![*fact], minus: vec![*other] });
                    }
                }
            }
        }
        // What lies side by side within a whole.
        for (place, container) in wholes.iter().enumerate() {
            let Some(container) = container else { continue };
            let mut pieces = Vec::new();
            let mut taken: Vec<Period> = Vec::new();
            for (other, facts) in reports.iter().enumerate() {
                let Some(whole) = wholes[other].filter(|_| other != place) else { continue };
                let run: Vec<Fact<'a>> = if contains(container.days(), whole.days()) {
                    vec![whole]
                } else {
                    facts
                        .iter()
                        .filter(|it| contains(container.days(), it.days()))
                        .copied()
                        .collect()
                };
                let is_free =
                    |fact: &Fact<'_>| taken.iter().all(|days| days.overlap(fact.days()).is_none());
                if !run.is_empty() && run.iter().all(is_free) {
                    taken.extend(run.iter().map(Fact::days));
                    pieces.extend(run);
                }
            }
            let has_new = place == 0 || pieces.iter().any(|piece| piece.report == 0);
            if pieces.len() > 1 && has_new {
                found.push(Difference { plus: vec![*container], minus: pieces });
            }
        }
        // Two that overlap, less both together.
        if let [Some(one), Some(two), Some(three)] = wholes[..] {
            for (one, two, all) in [(one, two, three), (one, three, two), (two, three, one)] {
                let (mine, theirs) = (one.days(), two.days());
                let is_partly = mine.overlap(theirs).is_some()
                    && !contains(mine, theirs)
                    && !contains(theirs, mine);
                if is_partly && contains(all.days(), mine) && contains(all.days(), theirs) {
                    found.push(Difference { plus: vec![one, two], minus: vec![all] });
                }
            }
        }
        for difference in found {
            let nodes = |facts: &[Fact<'_>]| {
                let mut nodes: Vec<usize> = facts.iter().filter_map(|fact| fact.node).collect();
                nodes.sort_unstable();
                nodes
            };
            if known.insert([nodes(&difference.plus), nodes(&difference.minus)]) {
                self.relate(&difference);
            }
            self.differences.push(difference);
        }
    }

    /// Says that one side is the other and what they differ by.
    fn relate(&mut self, Difference { plus, minus }: &Difference<'_>) {
        let least = least(&self.net, plus, minus);
        let nodes = |facts: &[Fact<'_>]| -> Vec<usize> {
            facts.iter().filter_map(|fact| fact.node).collect()
        };
        let weight = |nodes: &[usize]| nodes.iter().map(|node| self.net.weight(*node)).sum::<u64>();
        let (mut more, mut less) = (nodes(plus), nodes(minus));
        if weight(&less) > weight(&more) {
            std::mem::swap(&mut more, &mut less);
        }
        if more.is_empty() {
            return;
        }
        let (all, rest) = (weight(&more), weight(&more) - weight(&less));
        if rest > 0 {
            less.push(self.net.add(Node::unprinted(rest, least)));
        }
        if let [total] = more[..] {
            self.net.relate(total, less);
        } else {
            let total = self.net.add(Node::unprinted(all, 0));
            self.net.relate(total, more);
            self.net.relate(total, less);
        }
    }

    /// Withholds what must go where numbers from `smallest` persons on are shown.
    fn weigh(&self, smallest: u64, withheld: &mut [bool], single: &mut BTreeSet<Place>) {
        let mut all = withheld.to_vec();
        all.resize(self.net.nodes().len(), false);
        let all = self.net.withhold_more(smallest, all);
        withheld.copy_from_slice(&all[..self.own]);
        for Difference { plus, minus } in &self.differences {
            let days = |facts: &[Fact<'_>]| -> i32 {
                facts.iter().map(|fact| fact.days().last.0 - fact.days().first.0 + 1).sum()
            };
            let hidden = plus.iter().chain(minus).filter(|fact| !fact.is_shown()).count();
            // A sum that one family dominated would come out where all the others are known.
            let is_sum = plus.iter().chain(minus).any(|fact| fact.cell.amounts.persons() > 0);
            if hidden == 1 && is_sum && days(plus) == days(minus) {
                let new = plus.iter().chain(minus).filter(|fact| fact.report == 0);
                single.extend(new.filter(|fact| fact.node.is_some()).map(|fact| fact.cell.place));
            }
            if hidden > 0 {
                continue;
            }
            let is_few = |few: u64| (1..smallest).contains(&few);
            let different = match (&plus[..], &minus[..]) {
                ([one], [other]) => one.cell.different.zip(other.cell.different),
                _ => None,
            };
            let is_few_different =
                different.is_some_and(|(one, other)| is_few(one.abs_diff(other)));
            let amounts = difference(plus, minus, |cell| Some(&cell.amounts)).unwrap_or_default();
            if is_few_different || is_few(amounts.persons()) {
                let new = plus.iter().chain(minus).filter(|fact| fact.report == 0);
                single.extend(new.filter(|fact| fact.node.is_some()).map(|fact| fact.cell.place));
            }
        }
    }
}

/// One side less the other, by shares of all persons.
fn difference<'a>(
    plus: &[Fact<'a>],
    minus: &[Fact<'a>],
    spread: impl Fn(&'a NamedCell) -> Option<&'a Spread>,
) -> Option<Spread> {
    let mut all = Spread::default();
    for (facts, times) in [(plus, 1), (minus, -1)] {
        for fact in facts {
            // A true zero has nothing to add, and need not be known to be about persons.
            match spread(fact.cell) {
                Some(found) => all.add_all(found, times),
                None if fact.node.is_none() => {}
                None => return None,
            }
        }
    }
    Some(all)
}

/// On how few persons or records a difference rests.
fn least(net: &Net, plus: &[Fact<'_>], minus: &[Fact<'_>]) -> u64 {
    let facts = || plus.iter().chain(minus).filter_map(|fact| fact.node);
    if facts().all(|node| net.nodes()[node].least == 0) {
        return 0;
    }
    let weight = |facts: &[Fact<'_>]| {
        facts.iter().filter_map(|fact| fact.node).map(|node| net.weight(node)).sum::<u64>()
    };
    let rows = weight(plus).abs_diff(weight(minus));
    match difference(plus, minus, |cell| cell.spread.as_ref()) {
        None => rows,
        Some(spread) => {
            [rows, spread.persons()].into_iter().filter(|few| *few > 0).min().unwrap_or(0)
        }
    }
}
