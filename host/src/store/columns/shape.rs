//! What the columns of a request look like: codes and sizes, known before the first row.

use std::sync::Arc;

use rusqlite::Connection;

use super::{Asked, ColumnsRequest, Error, Person, lists, numbering};
use crate::domain::{CodeList, Field, Layout, Scope, Shape, ShapeField};

/// The fields of a request in its order, with their codes and sizes.
///
/// The codes of `school` are the numbers of exactly the schools in `scope`, sorted. The size of a
/// field laid out as indexes is the number of persons in the whole store: it does not depend on
/// the scope or the period, so that it is the same for every dataset of a run.
///
/// # Errors
///
/// [`Error::NoSuchDataset`], [`Error::NoSuchField`] and [`Error::PrivateText`] where the request
/// asks for what is not there or not to be had; [`Error::TooManySchools`]; [`Error::Sqlite`].
pub fn shape(
    connection: &Connection,
    scope: &Scope,
    request: &ColumnsRequest<'_>,
) -> Result<Shape, Error> {
    let asked = Asked::new(request)?;
    let field = |field: &&Field| -> Result<ShapeField, Error> {
        let codes = match field.codes.as_deref() {
            None => CodeList::default(),
            Some("school") => lists::school_codes(&lists::schools(connection, scope)?),
            Some(list) => lists::codes(connection, list)?,
        };
        let size = match Person::of(&field.name) {
            Some(person) if field.layout == Layout::Indexes => numbering::size(connection, person)?,
            _ => 0,
        };
        Ok(ShapeField { name: field.name.clone(), codes: Arc::new(codes), size })
    };
    let fields = asked.fields.iter().map(field).collect::<Result<_, _>>()?;
    Ok(Shape { dataset: asked.dataset.name.clone(), fields })
}
