//! Datasets for plugins, read through a reader's snapshot and scope.

use std::collections::BTreeSet;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::columns::{self, ColumnsRequest, Numbering, Partition, PartitionRows, RowsOf};
use super::{Error, Reader};
use crate::domain::{Batch, CodeLists, Dictionary, Form, Period, Shape};

/// What the key for digests of data is made from, besides the municipality's own. It never changes,
/// or digests of the same data would.
const SEAL: &[u8] = b"org.tridem digest of the data of a run, 1";

impl Reader<'_> {
    /// What the columns of a request will be: the fields with their codes, in the order asked for.
    ///
    /// # Errors
    ///
    /// [`Error::Columns`].
    pub fn shape(&self, request: &ColumnsRequest<'_>) -> Result<Shape, Error> {
        Ok(columns::shape(self.connection, &self.scope, request)?)
    }

    /// Hands the rows of a dataset to `each`, in batches; see [`columns`](columns::columns()).
    ///
    /// # Errors
    ///
    /// The first error of `each`, unchanged; and [`Error::Columns`].
    pub fn columns<E: From<columns::Error> + Send>(
        &self,
        numbering: &mut Numbering,
        request: &ColumnsRequest<'_>,
        each: impl FnMut(Batch) -> Result<(), E> + Send,
    ) -> Result<u64, E> {
        columns::columns(self.connection, &self.scope, numbering, request, each)
    }

    /// Hands some of the rows of a dataset to `each`, as [`columns`](Self::columns) does all of them.
    ///
    /// # Errors
    ///
    /// As [`columns`](Self::columns).
    pub fn columns_of<E: From<columns::Error> + Send>(
        &self,
        rows: RowsOf,
        numbering: &mut Numbering,
        request: &ColumnsRequest<'_>,
        each: impl FnMut(Batch) -> Result<(), E> + Send,
    ) -> Result<u64, E> {
        columns::columns_of(self.connection, &self.scope, numbering, request, rows, each)
    }

    /// The code lists of the municipality, and the records of forms that fields of datasets have as
    /// codes, each under the name of its form.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn lists_for_reports(&self) -> Result<CodeLists, Error> {
        let fields = Dictionary::get().datasets.iter().flat_map(|dataset| &dataset.fields);
        let forms: BTreeSet<&str> = fields.filter_map(|field| field.codes.as_deref()).collect();
        let mut records = Vec::new();
        for form in forms.into_iter().filter_map(Form::of_name) {
            records.push((form.name.clone(), columns::records(self.connection, form)?));
        }
        Ok(self.code_lists().with(records))
    }

    /// The partitions of the dataset `contacts` with a day in `period`, in the order of its rows:
    /// by school number, then by month. Those without a row are among them if they ever had one.
    ///
    /// # Errors
    ///
    /// [`Error::Columns`].
    pub fn partitions(&self, period: Period) -> Result<Vec<Partition>, Error> {
        Ok(columns::partitions(self.connection, &self.scope, period)?)
    }

    /// Hands the rows of partitions of `contacts` to `each`, one partition after the other; see
    /// [`columns_by_partition`](columns::columns_by_partition()).
    ///
    /// # Errors
    ///
    /// The first error of `each`, unchanged; and [`Error::Columns`].
    pub fn columns_by_partition<E: From<columns::Error> + Send>(
        &self,
        numbering: &mut Numbering,
        request: &ColumnsRequest<'_>,
        partitions: &[Partition],
        each: impl FnMut(usize, PartitionRows<'_>) -> Result<(), E> + Send,
    ) -> Result<(), E> {
        columns::columns_by_partition(self.connection, numbering, request, partitions, each)
    }

    /// A digest that only this municipality can make, so that it says nothing about the data to
    /// anybody else: HMAC-SHA-256 of `transcript`, under a key of its own. The same transcript has
    /// the same digest for ever.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn seal(&self, transcript: &[u8]) -> Result<[u8; 32], Error> {
        let sql = "SELECT pseudonym_key FROM municipality WHERE key = 1";
        let secret: [u8; 32] = self.connection.query_row(sql, [], |row| row.get(0))?;
        Ok(keyed(&keyed(&secret, SEAL), transcript))
    }
}

fn keyed(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let keyed = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    keyed.chain_update(message).finalize().into_bytes().into()
}
