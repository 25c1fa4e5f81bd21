//! What a plugin asks to read, checked against the data dictionary.

use super::Error;
use crate::domain::{Dataset, Dictionary, Field, Period, Sensitivity};

/// Which of the rows that may be seen are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RowsOf {
    /// All of them.
    #[default]
    All,
    /// Those that belong to a school.
    Schools,
    /// Those that belong to none. Only records of forms can be such.
    NoSchool,
}

/// Some fields of a dataset over a period.
#[derive(Debug, Clone, Copy)]
pub struct ColumnsRequest<'a> {
    /// The dataset, as the data dictionary names it.
    pub dataset: &'a str,
    /// The fields in the order in which the columns are to come.
    pub fields: &'a [&'a str],
    /// The days that count.
    pub period: Period,
    /// The id of the plugin that reads; pseudonyms are made for it alone.
    pub plugin: &'a str,
}

/// A request whose every field exists and may be handed to a plugin.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) dataset: &'static Dataset,
    pub(super) fields: Vec<&'static Field>,
    pub(super) period: Period,
    pub(super) plugin: &'a str,
}

impl<'a> Asked<'a> {
    /// Checks a request. Private text is refused here whatever a grant may say, so that no way
    /// around the grant leads to it.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchDataset`], [`Error::NoSuchField`] and [`Error::PrivateText`].
    pub(super) fn new(request: &ColumnsRequest<'a>) -> Result<Self, Error> {
        let dataset = Dictionary::get()
            .dataset(request.dataset)
            .ok_or_else(|| Error::NoSuchDataset { dataset: request.dataset.to_owned() })?;
        let find = |name: &&str| match dataset.field(name) {
            None => {
                Err(Error::NoSuchField { dataset: dataset.name.clone(), field: (*name).to_owned() })
            }
            Some(field) if field.sensitivity == Sensitivity::PrivateText => {
                Err(Error::PrivateText { dataset: dataset.name.clone(), field: field.name.clone() })
            }
            Some(field) => Ok(field),
        };
        let fields = request.fields.iter().map(find).collect::<Result<_, _>>()?;
        Ok(Self { dataset, fields, period: request.period, plugin: request.plugin })
    }

    /// The fields whose values are read from the rows. A school is not: it is known from the query.
    pub(super) fn read_fields(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().copied().filter(|field| field.name != "school")
    }

    /// Whether one of the fields is called `name`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.name == name)
    }
}
