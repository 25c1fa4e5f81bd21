//! Rows as the host hands them over: column by column, without copying.

use std::fmt;
use std::ops::Deref;
use std::rc::Rc;

use crate::LEFT_OUT;
use crate::bindings::tridem::plugin::types;
use crate::error::{Error, Result};
use crate::mask::Mask;

/// How the values of a field are laid out, as `type` in the data dictionary says.
///
/// Only this crate implements it.
pub trait Layout: sealed::Sealed {
    /// One value.
    type Value: fmt::Debug + 'static;
    /// The word of the data dictionary.
    const NAME: &'static str;
    #[doc(hidden)]
    fn of(column: &types::Values) -> Option<&[Self::Value]>;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! layouts {
    ($($(#[$meta:meta])* $layout:ident $name:literal $value:ty;)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy)]
        pub enum $layout {}

        impl sealed::Sealed for $layout {}

        impl Layout for $layout {
            type Value = $value;
            const NAME: &'static str = $name;
            fn of(column: &types::Values) -> Option<&[$value]> {
                if let types::Values::$layout(values) = column { Some(values) } else { None }
            }
        }
    )+};
}

layouts! {
    /// Indexes into the field's list of codes.
    Codes "codes" u16;
    /// 0 for no, 1 for yes.
    Flags "flags" u8;
    /// Whole numbers in the field's unit, and days.
    Integers "integers" i32;
    /// Whole numbers that may be large.
    Longs "longs" i64;
    /// Numbers with a fraction.
    Decimals "decimals" f64;
    /// Sets of codes: bit `i` says whether the code with index `i` is in it.
    Sets "sets" u64;
    /// Persons or households, numbered from 0 for this run alone.
    Indexes "indexes" u32;
    /// Pseudonyms of persons or households, the same in every run of this plugin.
    Keys "keys" u64;
    /// Texts.
    Texts "texts" String;
}

/// Some rows of one dataset, by school, then by day.
///
/// [`fields!`](macro@crate::fields) reads it by the names of its fields.
#[derive(Debug)]
pub struct Batch {
    datasets: Rc<[types::Dataset]>,
    batch: types::Batch,
}

impl Batch {
    pub(crate) fn new(datasets: Rc<[types::Dataset]>, batch: types::Batch) -> Result<Self> {
        let batch = Self { datasets, batch };
        let fields = batch.about().map(|dataset| dataset.fields.len());
        if fields != Some(batch.batch.columns.len()) {
            return Err("the host handed over a batch that does not fit the job".into());
        }
        Ok(batch)
    }

    /// The place of the dataset among those of the job.
    pub(crate) fn place(&self) -> usize {
        self.batch.dataset as usize
    }

    /// The name of the dataset.
    pub fn dataset(&self) -> &str {
        self.about().map_or("", |dataset| &dataset.name)
    }

    /// How many rows there are, 1 to 16,384.
    pub fn rows(&self) -> usize {
        self.batch.rows as usize
    }

    /// The values of a field that the plugin cannot do without.
    ///
    /// # Errors
    ///
    /// The field was not granted, or it has another layout.
    pub fn column<L: Layout>(&self, field: &str) -> Result<Column<'_, L>> {
        self.optional(field)?.ok_or_else(|| self.wrong(field, "was not granted; request it"))
    }

    /// The values of a field that the plugin can do without; `None` where it was not granted.
    ///
    /// # Errors
    ///
    /// The field has another layout.
    pub fn optional<L: Layout>(&self, field: &str) -> Result<Option<Column<'_, L>>> {
        let fields = self.about().map_or(&[][..], |dataset| &dataset.fields);
        let mut columns = fields.iter().zip(&self.batch.columns);
        let Some((_, column)) = columns.find(|(found, _)| found.name == field) else {
            return Ok(None);
        };
        match L::of(&column.values) {
            Some(values) if values.len() == self.rows() => {
                Ok(Some(Column { values, present: &column.present }))
            }
            Some(_) => Err(self.wrong(field, "does not have one value for each row")),
            None => Err(self.wrong(field, &["does not hold `", L::NAME, "`"].concat())),
        }
    }

    fn about(&self) -> Option<&types::Dataset> {
        self.datasets.get(self.place())
    }

    fn wrong(&self, field: &str, what: &str) -> Error {
        Error::new(["field `", self.dataset(), ".", field, "` ", what].concat())
    }
}

/// The values of one field, one for each row of a batch.
///
/// It is a slice, so `column[row]` and `column.iter()` work. Where a value is missing, its place
/// holds 0 or an empty text; [`get`](Self::get), [`present`](Self::present) and the methods that
/// give a [`Mask`] know the difference.
pub struct Column<'rows, L: Layout> {
    values: &'rows [L::Value],
    present: &'rows [u64],
}

impl<'rows, L: Layout> Column<'rows, L> {
    /// The value of a row; `None` where it is missing.
    pub fn get(&self, row: usize) -> Option<&'rows L::Value> {
        let is_there = self.present.is_empty()
            || self.present.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1);
        if is_there { self.values.get(row) } else { None }
    }

    /// The rows that have a value.
    pub fn present(&self) -> Mask {
        Mask::from_bitmap(self.values.len(), self.present)
    }

    /// The rows that have a value which passes `test`.
    pub fn mask(&self, test: impl FnMut(&L::Value) -> bool) -> Mask {
        let mask = Mask::from_values(self.values, test);
        if self.present.is_empty() { mask } else { mask.and(&self.present()) }
    }

    /// A label for each row, which [`LEFT_OUT`] is where the value is missing.
    ///
    /// ```
    /// # use tridem_sdk::{Batch, Integers, Result};
    /// /// Labels for "up to half an hour" and "longer".
    /// fn lengths(batch: &Batch) -> Result<Vec<u16>> {
    ///     let minutes = batch.column::<Integers>("minutes")?;
    ///     Ok(minutes.labels_with(|minutes| u16::from(minutes > 30)))
    /// }
    /// ```
    pub fn labels_with(&self, mut label: impl FnMut(L::Value) -> u16) -> Vec<u16>
    where
        L::Value: Copy,
    {
        let mut labels: Vec<u16> = self.values.iter().map(|value| label(*value)).collect();
        if !self.present.is_empty() {
            for (row, label) in labels.iter_mut().enumerate() {
                if self.get(row).is_none() {
                    *label = LEFT_OUT;
                }
            }
        }
        labels
    }
}

impl Column<'_, Codes> {
    /// The rows that have this code; none of them where the municipality does not know it.
    pub fn is(&self, code: Option<u16>) -> Mask {
        match code {
            Some(code) => self.mask(|found| *found == code),
            None => Mask::none(self.values.len()),
        }
    }

    /// The code indexes as labels of a dimension made with
    /// [`Labels::codes`](crate::Labels::codes); [`LEFT_OUT`] where the code is missing.
    pub fn labels(&self) -> Vec<u16> {
        self.labels_with(|code| code)
    }
}

impl Column<'_, Flags> {
    /// The rows that say yes.
    pub fn yes(&self) -> Mask {
        self.mask(|flag| *flag == 1)
    }
}

impl Column<'_, Sets> {
    /// The rows whose set has this code; none of them where the municipality does not know it.
    pub fn have(&self, code: Option<u16>) -> Mask {
        match code {
            Some(code @ ..64) => self.mask(|set| set >> code & 1 == 1),
            _ => Mask::none(self.values.len()),
        }
    }
}

impl<L: Layout> Clone for Column<'_, L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L: Layout> Copy for Column<'_, L> {}

impl<L: Layout> fmt::Debug for Column<'_, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries((0..self.values.len()).map(|row| self.get(row))).finish()
    }
}

impl<L: Layout> Deref for Column<'_, L> {
    type Target = [L::Value];

    fn deref(&self) -> &[L::Value] {
        self.values
    }
}

/// Gives every value, the 0 of missing ones as well.
impl<'rows, L: Layout<Value: Copy>> IntoIterator for Column<'rows, L> {
    type Item = L::Value;
    type IntoIter = std::iter::Copied<std::slice::Iter<'rows, L::Value>>;

    fn into_iter(self) -> Self::IntoIter {
        self.values.iter().copied()
    }
}
