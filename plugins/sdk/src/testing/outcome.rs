//! The figures of a test run, counted in the plainest way.

use std::collections::HashSet;

use super::Rows;
use crate::bindings::exports::tridem::plugin::classify::{
    Classified, Description, Dimension, Figure, Labels,
};
use crate::bindings::tridem::plugin::types::{Batch, Values};
use crate::description::{dataset, has_values};
use crate::error::{Error, Result};
use crate::mask::Mask;
use crate::months::year_and_month;
use crate::{Day, LEFT_OUT};

/// The figures that came out of a [`Case`](super::Case).
#[derive(Debug, PartialEq)]
pub struct Outcome {
    description: Description,
    codes: Vec<String>,
    first: Day,
    /// For each measure of the description, the rows that count.
    facts: Vec<Vec<Fact>>,
}

/// One row that counts for one measure.
#[derive(Debug, PartialEq)]
struct Fact {
    /// For each dimension a label, or `None` where it does not divide the row.
    labels: Vec<Option<u16>>,
    /// The row's value, or the number of the person it is about.
    value: i64,
}

impl Outcome {
    pub(super) fn new(description: &crate::Description, codes: &[String], first: Day) -> Self {
        let description = description.0.clone();
        let facts = description.measures.iter().map(|_| Vec::new()).collect();
        Self { description, codes: codes.to_vec(), first, facts }
    }

    /// A figure for the rows under the labels given, as pairs of a dimension's id and a label;
    /// for all rows where none is given. `None` where there is nothing to divide by.
    ///
    /// A label is a code, a month such as `2025-09`, or the English text of an own label. Rows
    /// of a dataset that a dimension does not divide stand under each of its labels.
    ///
    /// # Panics
    ///
    /// There is no such measure, dimension or label in the description or in the rows.
    #[track_caller]
    pub fn figure(&self, measure: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let wanted: Vec<(usize, u16)> =
            labels.iter().map(|(dimension, label)| self.label(dimension, label)).collect();
        let place = self.description.measures.iter().position(|found| found.id == measure);
        let Some(place) = place else { panic!("there is no measure `{measure}`") };
        self.reduce(place, &wanted)
    }

    /// Adds what a plugin answered to a batch.
    pub(super) fn add(&mut self, rows: &Rows, batch: &Batch, answer: &Classified) -> Result<()> {
        let name = rows.name();
        let count = batch.rows as usize;
        self.check_labels(answer)?;
        let over = self.description.measures.iter().zip(&mut self.facts);
        let over = over.filter(|(measure, _)| dataset(&measure.figure) == Some(name));
        for ((measure, facts), measured) in over.zip(&answer.measures) {
            let counted = Mask::from_bitmap(count, &measured.counted);
            let persons = match &measure.figure {
                Figure::Distinct(distinct) => Some(persons(rows, batch, &distinct.field)?),
                _ => None,
            };
            for row in (0..count).filter(|row| counted.contains(*row)) {
                let labels = answer.labels.iter().map(|labels| labels.get(row).copied()).collect();
                let value = match &persons {
                    Some(persons) => persons[row].map(i64::from),
                    None if has_values(&measure.figure) => {
                        Some(measured.values[row].clamp(measure.least, measure.most))
                    }
                    None => Some(1),
                };
                facts.extend(value.map(|value| Fact { labels, value }));
            }
        }
        Ok(())
    }

    /// Refuses label indexes that stand for nothing.
    fn check_labels(&self, answer: &Classified) -> Result<()> {
        for (dimension, labels) in self.description.dimensions.iter().zip(&answer.labels) {
            let most = match &dimension.labels {
                Labels::Own(own) => own.len(),
                Labels::Codes(_) => self.codes.len(),
                Labels::Months => usize::from(LEFT_OUT),
            };
            let is_wrong = |label: &&u16| **label != LEFT_OUT && usize::from(**label) >= most;
            if let Some(label) = labels.iter().find(is_wrong) {
                return Err(Error::new(format!(
                    "dimension `{}` has no label with the index {label}",
                    dimension.id
                )));
            }
        }
        Ok(())
    }

    fn reduce(&self, place: usize, wanted: &[(usize, u16)]) -> Option<f64> {
        let measure = &self.description.measures[place];
        let is_meant = |fact: &&Fact| {
            let fits =
                |(place, label): &(usize, u16)| fact.labels[*place].is_none_or(|it| it == *label);
            wanted.iter().all(fits)
        };
        let mut values: Vec<i64> =
            self.facts[place].iter().filter(is_meant).map(|fact| fact.value).collect();
        let unit = 10_f64.powi(measure.scale.into());
        let total = number(values.iter().sum()) / unit;
        let rows = number(i64::try_from(values.len()).unwrap_or(i64::MAX));
        match &measure.figure {
            Figure::Count(_) => Some(rows),
            Figure::Distinct(_) => {
                let persons: HashSet<i64> = values.into_iter().collect();
                Some(number(i64::try_from(persons.len()).unwrap_or(i64::MAX)))
            }
            Figure::Sum(_) => Some(total),
            Figure::Mean(_) => (rows > 0.0).then(|| total / rows),
            Figure::Median(_) => {
                values.sort_unstable();
                let (low, high) =
                    (values.get((values.len().max(1) - 1) / 2)?, values[values.len() / 2]);
                Some(f64::midpoint(number(*low), number(high)) / unit)
            }
            Figure::Share(share) => self.quotient(&share.part, &share.whole, 100, wanted),
            Figure::Ratio(ratio) => {
                self.quotient(&ratio.numerator, &ratio.denominator, ratio.per, wanted)
            }
        }
    }

    fn quotient(&self, above: &str, below: &str, per: u32, wanted: &[(usize, u16)]) -> Option<f64> {
        let figure = |id: &str| {
            let place = self.description.measures.iter().position(|found| found.id == id)?;
            self.reduce(place, wanted)
        };
        let below = figure(below).filter(|below| *below != 0.0)?;
        Some(figure(above)? * f64::from(per) / below)
    }

    /// The place of a dimension and the index of one of its labels.
    #[track_caller]
    fn label(&self, dimension: &str, label: &str) -> (usize, u16) {
        let place = self.description.dimensions.iter().position(|found| found.id == dimension);
        let Some(place) = place else { panic!("there is no dimension `{dimension}`") };
        let index = self.index(&self.description.dimensions[place], label);
        let Some(index) = index else { panic!("`{dimension}` has no label `{label}`") };
        (place, index)
    }

    fn index(&self, dimension: &Dimension, label: &str) -> Option<u16> {
        match &dimension.labels {
            Labels::Own(own) => place_of(own.iter().map(|own| &own.en), label),
            Labels::Codes(_) => place_of(self.codes.iter(), label),
            Labels::Months => {
                let (year, month) = label.split_once('-')?;
                let (year, month): (i32, i32) = (year.parse().ok()?, month.parse().ok()?);
                let first = year_and_month(self.first);
                u16::try_from((year - first.0) * 12 + month - first.1).ok()
            }
        }
    }
}

fn place_of<'label>(mut labels: impl Iterator<Item = &'label String>, label: &str) -> Option<u16> {
    labels.position(|found| found == label)?.try_into().ok()
}

/// Exact up to 2^53, which a test does not reach.
#[expect(clippy::cast_precision_loss, reason = "tests add up small numbers")]
fn number(value: i64) -> f64 {
    value as f64
}

/// The persons of a field, row by row.
fn persons(rows: &Rows, batch: &Batch, field: &str) -> Result<Vec<Option<u32>>> {
    let column = rows.place(field).map(|place| &batch.columns[place]);
    match column.map(|column| (&column.values, &column.present)) {
        Some((Values::Indexes(persons), present)) => {
            let present = Mask::from_bitmap(persons.len(), present);
            let person = |(row, person): (usize, &u32)| present.contains(row).then_some(*person);
            Ok(persons.iter().enumerate().map(person).collect())
        }
        _ => Err(Error::new(format!(
            "field `{}.{field}` must be there as `indexes`, because persons are told apart by it",
            rows.name()
        ))),
    }
}
