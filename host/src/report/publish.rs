//! Which numbers a report prints, which of them are the same, and which add up to which.

use std::collections::HashMap;

use super::beside::{Before, TooManyWays, Weighed, weigh};
use super::cube::{Cube, Quantity};
use super::disclose::{Net, Node};
use super::dominance::dominated;
use super::frame::{Facts, Frame};
use super::plan::Base;
use super::published::{Published, named};
use crate::domain::{Audience, Figure};

/// The counted numbers behind one table, and which of them are withheld.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) frame: Frame,
    pub(super) counts: Vec<Count>,
}

/// The numbers of one base, row by row.
#[derive(Debug)]
pub(super) struct Count {
    pub(super) base: Base,
    pub(super) quantities: Vec<Quantity>,
    pub(super) nodes: Vec<Option<usize>>,
    pub(super) withheld: Vec<bool>,
    /// Which of them only for the sake of earlier reports.
    beside: Vec<bool>,
}

/// The tables of a report with all that is decided about them.
#[derive(Debug)]
pub(super) struct Woven {
    pub(super) sheets: Vec<Sheet>,
    pub(super) published: Published,
    pub(super) weighed: Weighed,
}

impl Sheet {
    fn count(&self, base: Base) -> &Count {
        let is_it = |count: &&Count| count.base == base;
        self.counts.iter().find(is_it).expect("every base of a table is counted")
    }

    /// The counted number of a measure in a row and column.
    pub(super) fn quantity(&self, measure: usize, row: usize, column: usize) -> &Quantity {
        &self.count(Base::Measure(measure)).quantities[row * self.frame.columns.len() + column]
    }

    /// Whether anything is withheld only for the sake of earlier reports.
    pub(super) fn yields(&self) -> bool {
        self.counts.iter().any(|count| count.beside.contains(&true))
    }

    /// Whether it is withheld.
    pub(super) fn is_withheld(&self, base: Base, row: usize, column: usize) -> bool {
        self.count(base).withheld[row * self.frame.columns.len() + column]
    }
}

/// Counts every number of the tables and decides which are withheld for an audience, also beside
/// earlier reports.
pub(super) fn sheets(
    cube: &Cube,
    frames: Vec<Frame>,
    facts: &Facts,
    audience: Audience,
    before: &Before,
) -> Result<Woven, TooManyWays> {
    let smallest = audience.smallest_shown();
    let mut weaver = Weaver { cube, net: Net::default(), known: HashMap::new() };
    let mut sheets: Vec<Sheet> = frames.into_iter().map(|frame| weaver.sheet(frame)).collect();
    for sheet in &sheets {
        weaver.relate_lines(sheet);
        weaver.relate_shares(sheet);
    }
    weaver.relate_tables(&sheets);
    let net = weaver.net;
    let mut withheld = net.withhold(smallest);
    let alone = withheld.clone();
    let mut cells = named(&cube.plan, facts, &sheets);
    let mut weighed = Weighed::default();
    match before {
        Before::Nothing => {}
        Before::Weigh(earlier) => {
            weighed.reports = earlier.len();
            let about = (facts.period, audience);
            weighed.places = weigh(&net, &mut withheld, &cells, about, earlier)?;
            let more = cells
                .iter()
                .filter(|cell| cell.node.is_some_and(|node| withheld[node] && !alone[node]));
            weighed.places.extend(more.map(|cell| cell.place));
        }
        Before::Weighed(then) => weighed = then.clone(),
    }
    for count in sheets.iter_mut().flat_map(|sheet| &mut sheet.counts) {
        // A rest is never printed: it counts as withheld where it would have to be.
        let is_rest = matches!(count.base, Base::Rest { .. });
        let hidden = |quantity: &Quantity| is_rest && (1..smallest).contains(&least(quantity));
        count.withheld = count
            .nodes
            .iter()
            .zip(&count.quantities)
            .map(|(node, quantity)| node.is_some_and(|node| alone[node]) || hidden(quantity))
            .collect();
        count.beside = vec![false; count.withheld.len()];
    }
    for (table, base, place) in &weighed.places {
        let count = sheets.get_mut(*table).and_then(|sheet| sheet.counts.get_mut(*base));
        let Some(count) = count else { continue };
        if let (Some(is_withheld), Some(beside)) =
            (count.withheld.get_mut(*place), count.beside.get_mut(*place))
        {
            *beside = !*is_withheld;
            *is_withheld = true;
        }
    }
    if smallest > 1 {
        for (table, base, place) in dominated(cube, &sheets, smallest) {
            sheets[table].counts[base].withheld[place] = true;
        }
    }
    for cell in &mut cells {
        let (table, base, place) = cell.place;
        let count = &sheets[table].counts[base];
        cell.is_shown = !count.withheld[place] && matches!(count.base, Base::Measure(_));
    }
    let published = Published::of(facts, audience, &net, &withheld, cells);
    Ok(Woven { sheets, published, weighed })
}

/// On how few persons, or records about persons, a number rests; 0 where on none.
fn least(quantity: &Quantity) -> u64 {
    let records = if quantity.is_number { 0 } else { quantity.rows };
    [quantity.persons, records].into_iter().filter(|few| *few > 0).min().unwrap_or(0)
}

/// What adds up in a number: its rows, or its persons where rows are numbers of persons.
pub(super) fn weight(quantity: &Quantity) -> u64 {
    if quantity.is_number { quantity.persons } else { quantity.rows }
}

/// Builds the net of what is the same and what adds up.
pub(super) struct Weaver<'a> {
    pub(super) cube: &'a Cube,
    pub(super) net: Net,
    /// The node of each set of rows, by dataset, fingerprint and number of rows.
    pub(super) known: HashMap<(usize, u128, u64), usize>,
}

impl Weaver<'_> {
    fn sheet(&mut self, frame: Frame) -> Sheet {
        let mut counts = Vec::new();
        for base in self.cube.plan.bases(frame.table) {
            let mut count = Count {
                base,
                quantities: Vec::new(),
                nodes: Vec::new(),
                withheld: Vec::new(),
                beside: Vec::new(),
            };
            for row in &frame.rows {
                for column in &frame.columns {
                    let quantity =
                        self.cube.quantity(frame.table, base, &row.labels, &column.labels);
                    count.nodes.push(self.node(base, &quantity));
                    count.quantities.push(quantity);
                }
            }
            counts.push(count);
        }
        Sheet { frame, counts }
    }

    /// The node for a number; `None` for a true zero.
    fn node(&mut self, base: Base, quantity: &Quantity) -> Option<usize> {
        let weight = weight(quantity);
        if weight == 0 {
            return None;
        }
        let dataset = self.cube.plan.dataset_of(base);
        let key = (dataset, quantity.fingerprint, quantity.rows);
        let net = &mut self.net;
        let node = *self
            .known
            .entry(key)
            .or_insert_with(|| net.add(Node::unprinted(weight, least(quantity))));
        if let Base::Measure(place) = base {
            let figure = &self.cube.plan.description.measures[place].figure;
            let is_distinct = matches!(figure, Figure::Distinct { .. }) && quantity.different > 0;
            self.net.publish(node, is_distinct.then_some(quantity.different));
        }
        Some(node)
    }

    /// The total of each row and of each column is the sum of its parts.
    fn relate_lines(&mut self, sheet: &Sheet) {
        let Frame { rows, columns, .. } = &sheet.frame;
        let width = columns.len();
        let total_row = rows.iter().position(|row| row.is_total);
        let total_column = columns.iter().position(|column| column.is_total);
        for count in &sheet.counts {
            let mut relate = |total: usize, parts: &mut dyn Iterator<Item = usize>| {
                if let Some(total) = count.nodes[total] {
                    let parts = parts.filter_map(|place| count.nodes[place]).collect();
                    self.net.relate(total, parts);
                }
            };
            if let Some(total) = total_row {
                for column in 0..width {
                    let parts = (0..rows.len()).filter(|row| *row != total);
                    relate(total * width + column, &mut parts.map(|row| row * width + column));
                }
            }
            if let Some(total) = total_column {
                for row in 0..rows.len() {
                    let parts = (0..width).filter(|column| *column != total);
                    relate(row * width + total, &mut parts.map(|column| row * width + column));
                }
            }
        }
    }

    /// The whole of a share is its part and the rest.
    fn relate_shares(&mut self, sheet: &Sheet) {
        for rest in &sheet.counts {
            if let Base::Rest { part, whole } = rest.base {
                let whole = &sheet.count(Base::Measure(whole)).nodes;
                let part = &sheet.count(Base::Measure(part)).nodes;
                for ((whole, part), rest) in whole.iter().zip(part).zip(&rest.nodes) {
                    if let Some(whole) = whole {
                        self.net.relate(*whole, part.iter().chain(rest).copied().collect());
                    }
                }
            }
        }
    }
}
