//! Datasets for plugins, read through a reader's snapshot and scope.

use super::columns::{self, ColumnsRequest, Numbering};
use super::{Error, Reader};
use crate::domain::{Batch, Shape};

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
}
