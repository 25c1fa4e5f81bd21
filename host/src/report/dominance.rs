//! Withholds sums that one family makes up, and what they could be worked out from.
//!
//! A sum of minutes may rest on many families and still tell about one: where it has given most of them,
//! the sum is nearly its own; and where a second family knows its own part, what is left is nearly the
//! first one's. So a sum is withheld, and a mean as well, where the largest part is more than 70 in 100
//! of all ([`MOST_OF_ALL`]), where all but the two largest are less than a tenth of the largest
//! ([`LEAST_LEFT`]), or where fewer families than the limit have given anything. Parts are those of
//! shares of all persons (`spread`): two families of one share look like one, which withholds rather too
//! much than too little.
//!
//! What could give a withheld sum away goes along, as with numbers of persons: it must not be possible
//! to work it out to a tenth.

use std::collections::HashMap;

use super::cube::{Cube, Quantity};
use super::disclose::{Net, Node};
use super::plan::Base;
use super::publish::Sheet;
use super::published::Place;
use super::spread::Spread;
use crate::domain::Figure;

/// The largest part may be at most so many in 100 of all.
const MOST_OF_ALL: u64 = 70;

/// All but the two largest parts must be at least so many in 100 of the largest.
const LEAST_LEFT: u64 = 10;

/// The places of the sums and means that are withheld beside those that are already.
pub(super) fn dominated(cube: &Cube, sheets: &[Sheet], smallest: u64) -> Vec<Place> {
    let mut net = Net::of_values();
    let mut known: HashMap<(usize, u128, u64, u64), usize> = HashMap::new();
    let mut hidden: Vec<usize> = Vec::new();
    let mut cells: Vec<(Place, usize)> = Vec::new();
    let mut lines: Vec<Vec<Option<usize>>> = Vec::new();
    let plan = &cube.plan;
    for (table, sheet) in sheets.iter().enumerate() {
        for (base, count) in sheet.counts.iter().enumerate() {
            let Base::Measure(measure) = count.base else { continue };
            let measure = &plan.description.measures[measure];
            let is_summed = matches!(measure.figure, Figure::Sum { .. } | Figure::Mean { .. });
            // Parts of both signs hide each other; they are treated as if they had none.
            if !is_summed {
                continue;
            }
            let dataset = plan.dataset_of(count.base);
            let nodes: Vec<Option<usize>> = count
                .quantities
                .iter()
                .enumerate()
                .map(|(place, quantity)| {
                    let (.., all) = quantity.amounts.largest();
                    if all == 0 {
                        return None;
                    }
                    let key = (dataset, quantity.fingerprint, quantity.rows, all);
                    let least = if is_dominated(quantity, smallest) { 1 } else { u64::MAX };
                    let node = *known.entry(key).or_insert_with(|| {
                        net.add(Node { is_published: true, ..Node::unprinted(all, least) })
                    });
                    if count.withheld[place] {
                        hidden.push(node);
                    }
                    cells.push(((table, base, place), node));
                    Some(node)
                })
                .collect();
            lines.push(nodes);
            relate(&mut net, sheet, lines.last().expect("just added"));
        }
    }
    if !net.nodes().iter().any(|node| node.least == 1) {
        return Vec::new();
    }
    let mut withheld: Vec<bool> = net.nodes().iter().map(|node| node.least == 1).collect();
    for node in hidden {
        withheld[node] = true;
    }
    let withheld = net.withhold_more(2, withheld);
    let is_new = |(table, base, place): Place| !sheets[table].counts[base].withheld[place];
    cells
        .into_iter()
        .filter(|(place, node)| withheld[*node] && is_new(*place))
        .map(|it| it.0)
        .collect()
}

/// The total of each row and of each column is the sum of its parts.
fn relate(net: &mut Net, sheet: &Sheet, nodes: &[Option<usize>]) {
    let (rows, columns) = (&sheet.frame.rows, &sheet.frame.columns);
    let width = columns.len();
    let total_row = rows.iter().position(|row| row.is_total);
    let total_column = columns.iter().position(|column| column.is_total);
    let mut add = |total: usize, parts: &mut dyn Iterator<Item = usize>| {
        if let Some(total) = nodes[total] {
            net.relate(total, parts.filter_map(|place| nodes[place]).collect());
        }
    };
    if let Some(total) = total_row {
        for column in 0..width {
            let mut parts =
                (0..rows.len()).filter(|row| *row != total).map(|row| row * width + column);
            add(total * width + column, &mut parts);
        }
    }
    if let Some(total) = total_column {
        for row in 0..rows.len() {
            let mut parts =
                (0..width).filter(|column| *column != total).map(|column| row * width + column);
            add(row * width + total, &mut parts);
        }
    }
}

/// Whether too much of a sum is one family's, or too few have given anything.
fn is_dominated(quantity: &Quantity, smallest: u64) -> bool {
    let (first, second, all) = quantity.amounts.largest();
    let persons = quantity.spread.as_ref().map_or(0, Spread::persons);
    let is_few = quantity.amounts.persons() < smallest.min(persons);
    let is_most = u128::from(first) * 100 > u128::from(all) * u128::from(MOST_OF_ALL);
    let left = u128::from(all - first - second);
    is_few || is_most || left * 100 < u128::from(first) * u128::from(LEAST_LEFT)
}

#[cfg(test)]
mod tests {
    use super::super::assemble;
    use super::super::fixture::{
        CONTACTS, Contact, MEAN, MINUTES, contacts, cube, facts, passport, plan,
    };
    use crate::domain::{Audience, Cell, Level, Passport, Text};

    /// Contacts, minutes and their mean at three schools and of all, with `x` for what is withheld.
    fn cells(rows: &[Contact]) -> Vec<String> {
        let mut plan = plan(3);
        plan.description.tables[0].measures = vec![CONTACTS, MINUTES, MEAN];
        let facts = facts(&[("A", Level::Primary), ("B", Level::Primary), ("C", Level::Primary)]);
        let passport = Passport { audience: Audience::Public, ..passport() };
        let report =
            assemble(&cube(plan, &[], rows), &facts, passport, Text::same("T"), "M".into());
        let cell = |cell: &Cell| match cell {
            Cell::Shown(number) => number.units.to_string(),
            _ => "x".into(),
        };
        let rows = &report.sections[0].tables[0].rows;
        rows.iter().map(|row| row.cells.iter().map(cell).collect::<Vec<_>>().join(" ")).collect()
    }

    /// A school with eight families of half an hour, and one of so many minutes.
    fn with_one_of(minutes: i64) -> Vec<Contact> {
        let mut rows = contacts(0, 9);
        rows[0].minutes = minutes;
        rows
    }

    #[test]
    fn a_sum_that_one_family_makes_up_goes_and_takes_another_along() {
        // 480 + 240 are 720 minutes: the one family has 67 in 100, which may be.
        let others = [contacts(1, 20), contacts(2, 30)].concat();
        let rows = [with_one_of(480), others.clone()].concat();
        assert_eq!(cells(&rows), ["9 720 800", "20 600 300", "30 900 300", "59 2220 376"]);
        // Where the others have but 20 minutes each it has 75 in 100. The number of contacts stays;
        // of the other schools one hides it.
        let mut rows = rows;
        rows[1..9].iter_mut().for_each(|row| row.minutes = 20);
        assert_eq!(cells(&rows), ["9 x x", "20 x x", "30 900 300", "59 2140 363"]);
    }

    #[test]
    fn what_is_left_beside_the_two_largest_must_be_a_tenth_of_the_largest() {
        let with = |rest: i64| {
            let mut rows = contacts(0, 9);
            for row in &mut rows {
                row.minutes = rest;
            }
            (rows[0].minutes, rows[1].minutes) = (480, 470);
            [rows, contacts(1, 40), contacts(2, 50)].concat()
        };
        // Seven families with 6 minutes are 42, less than 48; with 7 they are 49.
        assert_eq!(cells(&with(6))[0], "9 x x");
        assert_eq!(cells(&with(7))[0], "9 999 1110");
    }

    #[test]
    fn a_sum_to_which_only_few_have_given_anything_goes() {
        let mut rows = contacts(0, 9);
        rows[4..].iter_mut().for_each(|row| row.minutes = 0);
        let rows = [rows, contacts(1, 20), contacts(2, 30)].concat();
        assert_eq!(cells(&rows)[0], "9 x x", "four of nine");
    }

    #[test]
    fn nothing_is_dominated_where_all_give_the_same() {
        let rows = [contacts(0, 6), contacts(1, 20), contacts(2, 30)].concat();
        assert_eq!(cells(&rows)[0], "6 180 300");
    }
}
