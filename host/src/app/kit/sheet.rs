//! Rows of a dataset in memory: made up, written down in a test, or taken from a demo city.

use std::sync::Arc;

use crate::domain::{
    BATCH_ROWS, Batch, CodeList, Column, Dataset, Layout, Shape, ShapeField, Values,
};

/// One value of a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Code(u16),
    Flag(bool),
    Integer(i32),
    Long(i64),
    Decimal(f64),
    Set(u64),
    Index(u32),
    Key(u64),
    Text(String),
}

/// All rows of one dataset, ordered by school, then by day.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    pub(super) dataset: &'static Dataset,
    /// The granted fields, in the order of the manifest; then what the host counts persons by,
    /// where the plugin does not see it.
    pub(super) fields: Vec<ShapeField>,
    /// How many of them the plugin sees.
    pub(super) granted: usize,
    /// One for each field.
    pub(super) columns: Vec<Column>,
    pub(super) rows: usize,
    /// For each row, its number where it was written down; the same as its place elsewhere.
    pub(super) numbers: Vec<usize>,
}

impl Sheet {
    /// A dataset without rows.
    pub(super) fn empty(
        dataset: &'static Dataset,
        fields: Vec<ShapeField>,
        granted: usize,
    ) -> Self {
        let layout = |field: &ShapeField| dataset.field(&field.name).map(|found| found.layout);
        let columns = fields
            .iter()
            .map(|field| Filling::new(layout(field).unwrap_or(Layout::Integers)).finish())
            .collect();
        Self { dataset, fields, granted, columns, rows: 0, numbers: Vec::new() }
    }

    /// What the plugin is told of it.
    pub(super) fn seen(&self) -> Shape {
        let fields = self.fields[..self.granted].to_vec();
        Shape { dataset: self.dataset.name.clone(), fields }
    }

    /// The place of a field among the columns.
    pub(super) fn place(&self, field: &str) -> Option<usize> {
        self.fields.iter().position(|found| found.name == field)
    }

    /// What a row has in a field.
    pub(super) fn value(&self, field: usize, row: usize) -> Option<Value> {
        value(&self.columns[field], row)
    }

    /// The same rows with another column.
    pub(super) fn with(
        &self,
        field: usize,
        mut change: impl FnMut(Option<Value>) -> Option<Value>,
    ) -> Self {
        let mut changed = self.clone();
        let layout = layout(&self.columns[field].values);
        let mut filling = Filling::new(layout);
        for row in 0..self.rows {
            filling.push(change(self.value(field, row)));
        }
        changed.columns[field] = filling.finish();
        changed
    }

    /// The same rows without a field.
    pub(super) fn without(&self, field: usize) -> Self {
        let mut changed = self.clone();
        let (shape, column) = (changed.fields.remove(field), changed.columns.remove(field));
        if field < self.granted {
            changed.granted -= 1;
        }
        // The host still counts persons by a field that the plugin does not see.
        if shape.name == self.dataset.subject {
            changed.fields.push(shape);
            changed.columns.push(column);
        }
        changed
    }

    /// Some of its rows, in the order given.
    pub(super) fn pick(&self, rows: &[usize]) -> Self {
        Self {
            dataset: self.dataset,
            fields: self.fields.clone(),
            granted: self.granted,
            columns: self.columns.iter().map(|column| pick(column, rows)).collect(),
            rows: rows.len(),
            numbers: rows.iter().map(|row| self.numbers[*row]).collect(),
        }
    }

    /// The same rows as they come from the host: by school, those without one last, then by day.
    pub(super) fn sorted(&self) -> Self {
        let mut rows: Vec<usize> = (0..self.rows).collect();
        let day = self.dataset.day().and_then(|field| self.place(&field.name));
        let school = self.place("school");
        rows.sort_by_key(|row| {
            let school = school.and_then(|field| match self.value(field, *row) {
                Some(Value::Code(code)) => Some(code),
                _ => None,
            });
            let day = day.and_then(|field| match self.value(field, *row) {
                Some(Value::Integer(day)) => Some(day),
                _ => None,
            });
            // Rows without a school stand last.
            (school.is_none(), school, day)
        });
        self.pick(&rows)
    }

    /// Its rows in batches of at most `most`, with the columns that only the host sees.
    pub(super) fn batches(&self, most: usize) -> Vec<Batch> {
        let most = most.clamp(1, BATCH_ROWS);
        if self.rows > 0 && self.rows <= most {
            return vec![Batch { rows: self.rows, columns: self.columns.clone() }];
        }
        let all: Vec<usize> = (0..self.rows).collect();
        all.chunks(most)
            .map(|rows| Batch {
                rows: rows.len(),
                columns: self.columns.iter().map(|column| pick(column, rows)).collect(),
            })
            .collect()
    }
}

/// A field of a shape.
pub(super) fn shape_field(name: &str, codes: Option<Arc<CodeList>>, size: u32) -> ShapeField {
    ShapeField { name: name.to_owned(), codes: codes.unwrap_or_default(), size }
}

/// A column that is being filled.
pub(super) struct Filling {
    values: Values,
    present: Vec<u64>,
    is_full: bool,
}

impl Filling {
    pub(super) fn new(layout: Layout) -> Self {
        Self { values: Values::with_capacity(layout, 0), present: Vec::new(), is_full: true }
    }

    /// Adds the value of the next row.
    ///
    /// # Panics
    ///
    /// Where the value has another layout than the column.
    #[expect(
        clippy::match_same_arms,
        reason = "the arms hold different types that look the same here"
    )]
    pub(super) fn push(&mut self, value: Option<Value>) {
        let row = self.values.len();
        if row.is_multiple_of(64) {
            self.present.push(0);
        }
        if value.is_some() {
            if let Some(word) = self.present.last_mut() {
                *word |= 1 << (row % 64);
            }
        } else {
            self.is_full = false;
        }
        match (&mut self.values, value) {
            (Values::Codes(all), Some(Value::Code(value))) => all.push(value),
            (Values::Codes(all), None) => all.push(0),
            (Values::Flags(all), Some(Value::Flag(value))) => all.push(value.into()),
            (Values::Flags(all), None) => all.push(0),
            (Values::Integers(all), Some(Value::Integer(value))) => all.push(value),
            (Values::Integers(all), None) => all.push(0),
            (Values::Longs(all), Some(Value::Long(value))) => all.push(value),
            (Values::Longs(all), None) => all.push(0),
            (Values::Decimals(all), Some(Value::Decimal(value))) => all.push(value),
            (Values::Decimals(all), None) => all.push(0.0),
            (Values::Sets(all), Some(Value::Set(value))) => all.push(value),
            (Values::Sets(all), None) => all.push(0),
            (Values::Indexes(all), Some(Value::Index(value))) => all.push(value),
            (Values::Indexes(all), None) => all.push(0),
            (Values::Keys(all), Some(Value::Key(value))) => all.push(value),
            (Values::Keys(all), None) => all.push(0),
            (Values::Texts(all), Some(Value::Text(value))) => all.push(value),
            (Values::Texts(all), None) => all.push(String::new()),
            (values, Some(value)) => unreachable!("{value:?} in a column of {:?}", layout(values)),
        }
    }

    pub(super) fn finish(self) -> Column {
        Column {
            values: self.values,
            present: if self.is_full { Vec::new() } else { self.present },
        }
    }
}

/// How values are laid out.
pub(super) fn layout(values: &Values) -> Layout {
    match values {
        Values::Codes(_) => Layout::Codes,
        Values::Flags(_) => Layout::Flags,
        Values::Integers(_) => Layout::Integers,
        Values::Longs(_) => Layout::Longs,
        Values::Decimals(_) => Layout::Decimals,
        Values::Sets(_) => Layout::Sets,
        Values::Indexes(_) => Layout::Indexes,
        Values::Keys(_) => Layout::Keys,
        Values::Texts(_) => Layout::Texts,
    }
}

pub(super) fn value(column: &Column, row: usize) -> Option<Value> {
    if !column.is_present(row) {
        return None;
    }
    Some(match &column.values {
        Values::Codes(all) => Value::Code(all[row]),
        Values::Flags(all) => Value::Flag(all[row] != 0),
        Values::Integers(all) => Value::Integer(all[row]),
        Values::Longs(all) => Value::Long(all[row]),
        Values::Decimals(all) => Value::Decimal(all[row]),
        Values::Sets(all) => Value::Set(all[row]),
        Values::Indexes(all) => Value::Index(all[row]),
        Values::Keys(all) => Value::Key(all[row]),
        Values::Texts(all) => Value::Text(all[row].clone()),
    })
}

fn pick(column: &Column, rows: &[usize]) -> Column {
    let mut filling = Filling::new(layout(&column.values));
    for row in rows {
        filling.push(value(column, *row));
    }
    filling.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Dictionary;

    fn sheet() -> Sheet {
        let dataset = Dictionary::get().dataset("contacts").unwrap();
        let fields = ["school", "day", "household"].map(|name| shape_field(name, None, 9));
        let mut sheet = Sheet::empty(dataset, fields.into(), 2);
        let mut columns = [Layout::Codes, Layout::Integers, Layout::Indexes].map(Filling::new);
        for (school, day, household) in [(1, 5, Some(7)), (0, 9, None), (1, 4, Some(8))] {
            columns[0].push(Some(Value::Code(school)));
            columns[1].push(Some(Value::Integer(day)));
            columns[2].push(household.map(Value::Index));
        }
        sheet.columns = columns.map(Filling::finish).into();
        sheet.rows = 3;
        sheet.numbers = vec![0, 1, 2];
        sheet
    }

    #[test]
    fn rows_come_by_school_and_day_and_remember_where_they_were_written() {
        let sorted = sheet().sorted();
        assert_eq!(sorted.numbers, [1, 2, 0]);
        assert_eq!(sorted.value(1, 1), Some(Value::Integer(4)));
        assert_eq!(sorted.value(2, 0), None);
        assert_eq!(sorted.columns[2].present, [0b110]);
        assert_eq!(sorted.columns[0].present, [0_u64; 0]);
    }

    #[test]
    fn batches_have_all_rows_once_and_in_order() {
        let batches = sheet().batches(2);
        assert_eq!(batches.iter().map(|batch| batch.rows).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(batches[1].columns[1].values, Values::Integers(vec![4]));
        assert_eq!(sheet().batches(100), sheet().batches(3));
        assert!(sheet().pick(&[]).batches(5).is_empty());
    }

    #[test]
    fn the_host_keeps_what_it_counts_persons_by() {
        let mut sheet = sheet();
        sheet.granted = 3;
        let less = sheet.without(2);
        assert_eq!((less.granted, less.place("household")), (2, Some(2)));
        let less = sheet.without(0);
        assert_eq!((less.granted, less.place("school")), (2, None));
    }
}
