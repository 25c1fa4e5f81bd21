//! What is remembered of a report that was published: which numbers stood in it, which of them were
//! shown, and what adds up to what.
//!
//! It holds the true numbers, also those that were withheld, because a later report is weighed against
//! them. So it stays in the encrypted file, beside the report. Of the persons behind a number it knows
//! how its rows are spread over 64 shares of all persons, and nothing else.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::compose::ComposedNumber;
use super::disclose::{Net, Node};
use super::frame::{Common, Facts, month, school};
use super::plan::{Base, Plan};
use super::publish::{Sheet, weight};
use super::spread::Spread;
use crate::domain::{Audience, Figure, Labels, Period};

/// What was published of one report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The days it looks at.
    pub period: Period,
    /// For whom it was.
    pub audience: Audience,
    pub(super) nodes: Vec<PublishedNode>,
    /// Each total with its parts.
    pub(super) sums: Vec<(usize, Vec<usize>)>,
    pub(super) cells: Vec<NamedCell>,
    /// What a plugin composed itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) blocks: Vec<ComposedNumber>,
}

/// A set of rows behind numbers of a published report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PublishedNode {
    pub(super) weight: u64,
    pub(super) least: u64,
    pub(super) is_printed: bool,
    pub(super) is_withheld: bool,
}

/// A number of a report, by what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct NamedCell {
    /// What it counts, and of whom: the measure and every label but the month.
    pub(super) name: String,
    /// The days that it is about.
    pub(super) days: Period,
    /// The rows behind it; `None` for a true zero.
    pub(super) node: Option<usize>,
    /// How the rows are spread over persons; `None` where these are a number.
    pub(super) spread: Option<Spread>,
    /// How the values are, for a sum or mean.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub(super) amounts: Spread,
    /// How many different ones there are, where these are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) different: Option<u64>,
    /// Whether the number itself may be known: it is printed, or goes into one that is, and is not
    /// withheld.
    pub(super) is_shown: bool,
    /// Where it stands: the table, the base and the place among its cells.
    #[serde(skip)]
    pub(super) place: Place,
}

/// What a reader of a number learns: what it is about, and the number.
type Shown<'a> = (&'a str, Period, i128, u64, i128);

/// The place of a number among those of a report: table, base, cell.
pub(super) type Place = (usize, usize, usize);

fn is_nothing(spread: &Spread) -> bool {
    *spread == Spread::default()
}

impl Published {
    /// How many different numbers were shown.
    pub fn numbers(&self) -> u64 {
        self.shown().count() as u64
    }

    /// How many of them none of the earlier reports showed.
    pub fn fresh(&self, earlier: &[Self]) -> u64 {
        let known: HashSet<Shown<'_>> = earlier.iter().flat_map(Self::shown).collect();
        self.shown().filter(|number| !known.contains(number)).count() as u64
    }

    fn shown(&self) -> impl Iterator<Item = Shown<'_>> {
        let cells = self.cells.iter().filter(|cell| cell.is_shown).filter_map(|cell| {
            let weight = i128::from(self.nodes[cell.node?].weight);
            let sum: i128 = cell.amounts.entries().map(|(_, amount)| i128::from(amount)).sum();
            Some((cell.name.as_str(), cell.days, weight, cell.different.unwrap_or(0), sum))
        });
        let blocks = self.blocks.iter().filter(|number| number.is_shown && number.units != 0);
        cells.chain(blocks.map(|number| {
            (number.words.as_str(), self.period, i128::from(number.units), number.base, 0)
        }))
    }

    /// What was published of a report that a plugin composed alone.
    pub fn of_blocks(period: Period, audience: Audience, blocks: Vec<ComposedNumber>) -> Self {
        Self { period, audience, nodes: Vec::new(), sums: Vec::new(), cells: Vec::new(), blocks }
    }

    /// Adds what a plugin composed beside.
    pub fn add_blocks(&mut self, blocks: Vec<ComposedNumber>) {
        self.blocks.extend(blocks);
    }

    /// How many were withheld.
    pub fn withheld(&self) -> u64 {
        let cells = self.cells.iter().filter(|cell| !cell.is_shown).count();
        let blocks = self.blocks.iter().filter(|number| !number.is_shown).count();
        (cells + blocks) as u64
    }

    pub(super) fn node(&self, place: usize) -> Node {
        let found = &self.nodes[place];
        Node {
            weight: found.weight,
            least: found.least,
            is_published: found.is_printed,
            before: Some(found.is_printed && !found.is_withheld),
        }
    }

    /// Whether every place that it names exists: what is read from a file is not believed.
    pub(super) fn is_whole(&self) -> bool {
        let is_there = |node: &usize| *node < self.nodes.len();
        self.cells.iter().filter_map(|cell| cell.node).all(|node| is_there(&node))
            && self.sums.iter().all(|(total, parts)| is_there(total) && parts.iter().all(is_there))
    }

    pub(super) fn of(
        facts: &Facts,
        audience: Audience,
        net: &Net,
        withheld: &[bool],
        cells: Vec<NamedCell>,
    ) -> Self {
        let node = |(found, is_withheld): (&Node, &bool)| PublishedNode {
            weight: found.weight,
            least: found.least,
            is_printed: found.is_published,
            is_withheld: *is_withheld,
        };
        Self {
            period: facts.period,
            audience,
            nodes: net.nodes().iter().zip(withheld).map(node).collect(),
            sums: net.relations().map(|(total, parts)| (total, parts.to_vec())).collect(),
            cells,
            blocks: Vec::new(),
        }
    }
}

/// Every number of the sheets by what it is about. Whether it is shown is filled in later.
pub(super) fn named(plan: &Plan, facts: &Facts, sheets: &[Sheet]) -> Vec<NamedCell> {
    let mut cells = Vec::new();
    for (table, sheet) in sheets.iter().enumerate() {
        let frame = &sheet.frame;
        for (base, count) in sheet.counts.iter().enumerate() {
            let what = base_name(plan, count.base);
            let figure = &plan.description.measures[count.base.measure()].figure;
            let is_own = matches!(count.base, Base::Measure(_));
            let is_distinct = is_own && matches!(figure, Figure::Distinct { .. });
            for (row, line) in frame.rows.iter().enumerate() {
                for (column, across) in frame.columns.iter().enumerate() {
                    let place = row * frame.columns.len() + column;
                    let quantity = &count.quantities[place];
                    let common = [line.common, across.common];
                    let month = common.iter().find_map(|it| month(plan, facts, *it));
                    let days = month.and_then(|month| month.period().overlap(facts.period));
                    let mut words: Vec<String> =
                        common.iter().filter_map(|it| word(plan, facts, *it)).collect();
                    words.sort_unstable();
                    words.insert(0, what.clone());
                    cells.push(NamedCell {
                        name: words.join("|"),
                        days: days.unwrap_or(facts.period),
                        node: count.nodes[place].filter(|_| weight(quantity) > 0),
                        spread: quantity.spread.clone(),
                        amounts: quantity.amounts.clone(),
                        different: is_distinct.then_some(quantity.different),
                        is_shown: false,
                        place: (table, base, place),
                    });
                }
            }
        }
    }
    cells
}

fn base_name(plan: &Plan, base: Base) -> String {
    let id = |place: usize| plan.description.measures[place].id.as_str();
    match base {
        Base::Measure(place) => id(place).to_owned(),
        Base::Rest { part, whole } => format!("{} without {}", id(whole), id(part)),
    }
}

/// What a label means; `None` for a month, which is told by its days, and where nothing is asked.
fn word(plan: &Plan, facts: &Facts, common: Common) -> Option<String> {
    let id = |dimension: usize| plan.description.dimensions[dimension].id.as_str();
    match common {
        Common::Nothing => None,
        Common::Level { dimension, level } => Some(format!("{}={}", id(dimension), level.code())),
        Common::Label { dimension, label } => {
            let code = || match &plan.description.dimensions[dimension].labels {
                Labels::Codes(list) => {
                    let place = u16::try_from(label).ok()?;
                    facts.lists.list(list).at(place).map(|code| code.code.clone())
                }
                _ => None,
            };
            if plan.description.dimensions[dimension].labels == Labels::Months {
                return None;
            }
            let known = school(plan, facts, common).map(|school| school.number.clone());
            let code = known.or_else(code).unwrap_or_else(|| label.to_string());
            Some(format!("{}={code}", id(dimension)))
        }
    }
}
