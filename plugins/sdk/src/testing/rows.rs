//! The rows of a test.

use std::ops::Range;

use crate::bindings::tridem::plugin::types::{self, Values};
use crate::error::{Error, Result};
use crate::mask::Mask;

/// Rows of one dataset, written down column by column.
///
/// A missing value is `None`; a column without missing values can do without `Some`.
///
/// ```
/// use tridem_sdk::testing::Rows;
///
/// let contacts = Rows::of("contacts")
///     .codes("kind", ["home-visit", "phone"])
///     .sets("topics", [vec!["learning", "health"], vec![]])
///     .indexes("household", [Some(0), None]);
/// ```
#[derive(Debug, Clone)]
pub struct Rows {
    name: String,
    fields: Vec<Field>,
}

#[derive(Debug, Clone)]
struct Field {
    name: String,
    present: Vec<bool>,
    cells: Cells,
}

/// The values of a field. Codes become indexes when the codes of the whole case are known.
#[derive(Debug, Clone)]
enum Cells {
    Codes(Vec<String>),
    Sets(Vec<Vec<String>>),
    Plain(Values),
}

macro_rules! plain {
    ($($(#[$meta:meta])* $method:ident($value:ty) $layout:ident;)+) => {$(
        $(#[$meta])*
        #[must_use]
        pub fn $method<T: Into<Option<$value>>>(
            self,
            field: &str,
            values: impl IntoIterator<Item = T>,
        ) -> Self {
            let (present, values) = split(values);
            let values = values.into_iter().map(Into::into).collect();
            self.field(field, present, Cells::Plain(Values::$layout(values)))
        }
    )+};
}

impl Rows {
    /// Rows of a dataset, with no field yet.
    pub fn of(dataset: &str) -> Self {
        Self { name: dataset.to_owned(), fields: Vec::new() }
    }

    /// Adds a field with the layout `codes`, written as the codes themselves.
    #[must_use]
    pub fn codes<'code, T: Into<Option<&'code str>>>(
        self,
        field: &str,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        let (present, values) = split(values);
        let values = values.into_iter().map(str::to_owned).collect();
        self.field(field, present, Cells::Codes(values))
    }

    /// Adds a field with the layout `sets`, written as lists of codes. A case with sets can
    /// mention at most 64 codes in all.
    #[must_use]
    pub fn sets<'code>(
        self,
        field: &str,
        values: impl IntoIterator<Item = Vec<&'code str>>,
    ) -> Self {
        let values: Vec<Vec<String>> =
            values.into_iter().map(|set| set.into_iter().map(str::to_owned).collect()).collect();
        self.field(field, vec![true; values.len()], Cells::Sets(values))
    }

    /// Adds a field with the layout `texts`.
    #[must_use]
    pub fn texts<'text, T: Into<Option<&'text str>>>(
        self,
        field: &str,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        let (present, values) = split(values);
        let values = values.into_iter().map(str::to_owned).collect();
        self.field(field, present, Cells::Plain(Values::Texts(values)))
    }

    plain! {
        /// Adds a field with the layout `flags`.
        flags(bool) Flags;
        /// Adds a field with the layout `integers`.
        integers(i32) Integers;
        /// Adds a field with the layout `longs`.
        longs(i64) Longs;
        /// Adds a field with the layout `decimals`.
        decimals(f64) Decimals;
        /// Adds a field with the layout `indexes`.
        indexes(u32) Indexes;
        /// Adds a field with the layout `keys`.
        keys(u64) Keys;
    }

    /// The dataset's name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Every code that a field mentions.
    pub(super) fn codes_used(&self) -> impl Iterator<Item = &String> {
        self.fields.iter().flat_map(|field| match &field.cells {
            // A missing code stands here as an empty text, which is no code.
            Cells::Codes(codes) => codes.iter().filter(|code| !code.is_empty()).collect(),
            Cells::Sets(sets) => sets.iter().flatten().collect(),
            Cells::Plain(_) => Vec::new(),
        })
    }

    /// The place of a field among the columns.
    pub(super) fn place(&self, field: &str) -> Option<usize> {
        self.fields.iter().position(|found| found.name == field)
    }

    /// The dataset as a job tells of it.
    pub(super) fn dataset(&self, codes: &[String]) -> types::Dataset {
        let field = |field: &Field| types::Field {
            name: field.name.clone(),
            codes: match field.cells {
                Cells::Codes(_) | Cells::Sets(_) => codes.to_vec(),
                Cells::Plain(_) => Vec::new(),
            },
            size: match &field.cells {
                Cells::Plain(Values::Indexes(of)) => of.iter().max().map_or(0, |most| most + 1),
                _ => 0,
            },
        };
        types::Dataset { name: self.name.clone(), fields: self.fields.iter().map(field).collect() }
    }

    /// The rows in batches of at most `most`.
    pub(super) fn batches(
        &self,
        dataset: u32,
        codes: &[String],
        most: usize,
    ) -> Result<Vec<types::Batch>> {
        let rows = self.fields.first().map_or(0, |field| field.present.len());
        if let Some(field) = self.fields.iter().find(|field| field.present.len() != rows) {
            return Err(Error::new(format!(
                "field `{}.{}` has {} values, the first field {rows}",
                self.name,
                field.name,
                field.present.len()
            )));
        }
        let batch = |first: usize| {
            let range = first..rows.min(first.saturating_add(most));
            let count = u32::try_from(range.len()).map_err(|_| "too many rows for a test")?;
            let columns = self.fields.iter().map(|field| field.column(range.clone(), codes));
            Ok(types::Batch { dataset, rows: count, columns: columns.collect::<Result<_>>()? })
        };
        (0..rows).step_by(most.max(1)).map(batch).collect()
    }

    fn field(mut self, name: &str, present: Vec<bool>, cells: Cells) -> Self {
        self.fields.push(Field { name: name.to_owned(), present, cells });
        self
    }
}

impl Field {
    fn column(&self, range: Range<usize>, codes: &[String]) -> Result<types::Column> {
        let place = |code: &String| codes.iter().position(|found| found == code).unwrap_or(0);
        let values = match &self.cells {
            Cells::Codes(values) => {
                let places = values[range.clone()].iter().map(|code| u16::try_from(place(code)));
                Values::Codes(places.collect::<Result<_, _>>().map_err(|_| "too many codes")?)
            }
            Cells::Sets(values) => {
                if codes.len() > 64 {
                    return Err("a case with sets can mention at most 64 codes".into());
                }
                let set =
                    |set: &Vec<String>| set.iter().fold(0, |bits, code| bits | 1 << place(code));
                Values::Sets(values[range.clone()].iter().map(set).collect())
            }
            Cells::Plain(values) => slice(values, range.clone()),
        };
        let present = &self.present[range];
        let bitmap = Mask::from_values(present, |is_there| *is_there);
        let is_whole = present.iter().all(|is_there| *is_there);
        Ok(types::Column { values, present: if is_whole { Vec::new() } else { bitmap.to_words() } })
    }
}

/// Which values are there, and the values, with an empty one where one is missing.
fn split<V: Default, T: Into<Option<V>>>(
    values: impl IntoIterator<Item = T>,
) -> (Vec<bool>, Vec<V>) {
    let cell = |value: T| {
        let value: Option<V> = value.into();
        (value.is_some(), value.unwrap_or_default())
    };
    values.into_iter().map(cell).unzip()
}

fn slice(values: &Values, range: Range<usize>) -> Values {
    match values {
        Values::Codes(values) => Values::Codes(values[range].to_vec()),
        Values::Flags(values) => Values::Flags(values[range].to_vec()),
        Values::Integers(values) => Values::Integers(values[range].to_vec()),
        Values::Longs(values) => Values::Longs(values[range].to_vec()),
        Values::Decimals(values) => Values::Decimals(values[range].to_vec()),
        Values::Sets(values) => Values::Sets(values[range].to_vec()),
        Values::Indexes(values) => Values::Indexes(values[range].to_vec()),
        Values::Keys(values) => Values::Keys(values[range].to_vec()),
        Values::Texts(values) => Values::Texts(values[range].to_vec()),
    }
}
