//! The lists that codes are places in: the schools in scope, and the code lists of the municipality.

use rusqlite::{Connection, params};

use super::Error;
use crate::domain::{Code, CodeList, Form, LEFT_OUT, SchoolKey, Scope};

/// A school that the reader may see.
#[derive(Debug)]
pub(super) struct ListedSchool {
    pub(super) key: SchoolKey,
    pub(super) number: String,
    pub(super) name: String,
    /// A place in the list `school-form`.
    pub(super) form: i64,
}

/// The schools in scope, by number. A school's place in this list is its code.
///
/// # Errors
///
/// [`Error::TooManySchools`] where a place would not fit, or would be [`LEFT_OUT`].
pub(super) fn schools(connection: &Connection, scope: &Scope) -> Result<Vec<ListedSchool>, Error> {
    let mut statement =
        connection.prepare_cached("SELECT key, number, name, form FROM school ORDER BY number")?;
    let rows = statement.query_map([], |row| {
        Ok(ListedSchool {
            key: SchoolKey(row.get(0)?),
            number: row.get(1)?,
            name: row.get(2)?,
            form: row.get(3)?,
        })
    })?;
    let is_in_scope = |school: &rusqlite::Result<ListedSchool>| {
        school.as_ref().map_or(true, |school| scope.schools.contains(school.key))
    };
    let schools = rows.filter(is_in_scope).collect::<Result<Vec<_>, _>>()?;
    // Places 0 to 65,533: a plugin that divides by school needs LEFT_OUT for itself.
    if schools.len() >= usize::from(LEFT_OUT) {
        return Err(Error::TooManySchools { count: schools.len() });
    }
    Ok(schools)
}

/// The schools as a code list: numbers with names.
pub(super) fn school_codes(schools: &[ListedSchool]) -> CodeList {
    let code = |school: &ListedSchool| Code {
        code: school.number.clone(),
        de: school.name.clone(),
        en: school.name.clone(),
    };
    CodeList::new(schools.iter().map(code).collect())
}

/// The records of a form as a code list: short signs with names, in the order of their keys.
pub(in crate::store) fn records(
    connection: &Connection,
    form: &Form,
) -> rusqlite::Result<CodeList> {
    // The name of the table is ours.
    let sql = format!("SELECT code, name FROM {} ORDER BY key", form.table);
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([], |row| {
        let name: String = row.get(1)?;
        Ok(Code { code: row.get(0)?, de: name.clone(), en: name })
    })?;
    Ok(CodeList::new(rows.collect::<Result<_, _>>()?))
}

/// A code list of the municipality, or the records of a form; empty where there is none of that name.
pub(super) fn codes(connection: &Connection, list: &str) -> Result<CodeList, Error> {
    if let Some(form) = Form::of_name(list) {
        return Ok(records(connection, form)?);
    }
    let mut statement = connection
        .prepare_cached("SELECT code, de, en FROM code WHERE list = ?1 ORDER BY place")?;
    let rows = statement.query_map(params![list], |row| {
        Ok(Code { code: row.get(0)?, de: row.get(1)?, en: row.get(2)? })
    })?;
    Ok(CodeList::new(rows.collect::<Result<_, _>>()?))
}
