//! Reads one snapshot, as far as a scope allows; here the municipality and its schools.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, Row};

use super::{Error, SecretKey, Store, Writer, restricted};
use crate::domain::{
    Code, CodeList, CodeLists, Day, DayOff, Enrolment, Id, School, SchoolKey, SchoolYear, Schools,
    Scope, Span,
};

/// One snapshot of the records, seen through one scope.
///
/// What others write while it lives is not in it. Schools outside the scope, and whatever belongs
/// to them, do not exist for it. Readers that live at the same time share the oldest one's
/// snapshot.
#[derive(Debug)]
pub struct Reader<'store> {
    /// Where the snapshot is counted; `None` for a reader inside a writer, which takes none.
    store: Option<&'store Store>,
    /// For the modules that read more.
    pub(super) connection: &'store Connection,
    /// What may be seen.
    pub(super) scope: Scope,
    /// The keys of the scope's lanes, got when the first note is read.
    pub(super) opened: OnceCell<BTreeMap<u16, SecretKey>>,
    codes: Arc<CodeLists>,
    /// How many readers of a writer look at what is not restricted; `None` for any other reader.
    looking: Option<&'store Cell<usize>>,
}

/// The code lists as they were last read. Nearly every read needs them and hardly any change adds one.
#[derive(Debug, Default)]
pub(super) struct KnownCodes(RefCell<Option<(DataState, Arc<CodeLists>)>>);

/// What changes with every change of the records: a number for those of other processes, and how many
/// rows this one has changed.
type DataState = (i64, u64);

impl KnownCodes {
    /// The lists as they are in the snapshot that this takes, if there is none yet.
    fn now(&self, connection: &Connection) -> Result<Arc<CodeLists>, Error> {
        let mut statement = connection.prepare_cached("PRAGMA data_version")?;
        let others = statement.query_row([], |row| row.get(0))?;
        let state = (others, connection.total_changes());
        if let Some((known, lists)) = &*self.0.borrow()
            && *known == state
        {
            return Ok(Arc::clone(lists));
        }
        let lists = Arc::new(code_lists(connection)?);
        *self.0.borrow_mut() = Some((state, Arc::clone(&lists)));
        Ok(lists)
    }
}

impl Store {
    /// Takes a snapshot. There is no way to read records without a scope.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] or [`Error::Sqlite`] where the file cannot be read;
    /// [`Error::ReadUnaudited`] where earlier reads have waited long enough and cannot be noted.
    pub fn read(&self, scope: &Scope) -> Result<Reader<'_>, Error> {
        let reader = self.read_all(scope)?;
        restricted::hide_once(&self.connection)?;
        Ok(reader)
    }

    /// The same with what is restricted: for copies of the whole.
    ///
    /// # Errors
    ///
    /// As [`Store::read`].
    pub(super) fn read_all(&self, scope: &Scope) -> Result<Reader<'_>, Error> {
        if self.readers.get() == 0 {
            self.settle_reads_if_due()?;
            self.connection.execute_batch("BEGIN DEFERRED")?;
        }
        self.readers.set(self.readers.get() + 1);
        let mut reader = Reader {
            store: Some(self),
            connection: &self.connection,
            scope: scope.clone(),
            opened: OnceCell::new(),
            codes: Arc::default(),
            looking: None,
        };
        // The first read is what takes the snapshot.
        reader.codes = self.codes.now(&self.connection)?;
        Ok(reader)
    }
}

impl Writer<'_> {
    /// Reads what is there and what this writer has written so far, so that nobody else can change
    /// it before it is written on. What is restricted is not seen.
    pub fn read(&self, scope: &Scope) -> Reader<'_> {
        let is_hidden = self.looking.get() > 0 || restricted::hide(self.connection).is_ok();
        self.looking.set(self.looking.get() + 1);
        // Where hiding fails, nothing is seen at all.
        let nothing = Scope::of_schools([]);
        let mut reader = self.read_all(if is_hidden { scope } else { &nothing });
        reader.looking = Some(&self.looking);
        reader
    }

    /// Reads with what is restricted, for the writer's own use: whoever changes that is refused by the
    /// database, and so told why.
    pub(super) fn read_all(&self, scope: &Scope) -> Reader<'_> {
        Reader {
            store: None,
            connection: self.connection,
            scope: scope.clone(),
            opened: OnceCell::new(),
            codes: Arc::new(self.codes.clone()),
            looking: None,
        }
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        if let Some(looking) = self.looking {
            looking.set(looking.get() - 1);
            if looking.get() == 0 {
                // Where it fails, the next change is refused: nothing can be written to a view.
                let _ = restricted::show(self.connection);
            }
        }
        let Some(store) = self.store else { return };
        store.readers.set(store.readers.get() - 1);
        if store.readers.get() == 0 {
            // It has changed nothing, so a failure can lose nothing; the next `BEGIN` would tell.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }
}

impl Reader<'_> {
    /// The municipality's name.
    ///
    /// # Errors
    ///
    /// As [`Store::read`]; so are those of every other function of a reader.
    pub fn municipality_name(&self) -> Result<String, Error> {
        Ok(self.connection.query_row("SELECT name FROM municipality", [], |row| row.get(0))?)
    }

    /// The municipality's permanent id.
    ///
    /// # Errors
    ///
    /// As [`Store::read`].
    pub fn municipality_id(&self) -> Result<Id, Error> {
        super::ledger::municipality(self.connection)
    }

    /// The code lists with the codes that the municipality has added. School numbers are not
    /// among them.
    pub fn code_lists(&self) -> &CodeLists {
        &self.codes
    }

    /// The schools with their times in the programme, by number.
    ///
    /// # Errors
    ///
    /// As [`Store::read`].
    pub fn schools(&self) -> Result<Vec<(SchoolKey, School, Vec<Span>)>, Error> {
        let forms = self.codes.list("school-form");
        let mut schools = self.rows(
            &format!(
                "SELECT key, id, number, name, form FROM school WHERE {} ORDER BY number",
                self.in_scope("key")
            ),
            |row| {
                let school = School {
                    id: id(row, 1)?,
                    number: row.get(2)?,
                    name: row.get(3)?,
                    form: code_at(&forms, row.get(4)?),
                };
                Ok((SchoolKey(row.get(0)?), school, Vec::new()))
            },
        )?;
        let spans = self.rows(
            &format!(
                "SELECT school, first_day, last_day FROM participation WHERE {}
                 ORDER BY school, first_day",
                self.in_scope("school")
            ),
            |row| Ok((SchoolKey(row.get(0)?), span(row, 1)?)),
        )?;
        for (school, span) in spans {
            if let Some((_, _, times)) = schools.iter_mut().find(|(key, _, _)| *key == school) {
                times.push(span);
            }
        }
        Ok(schools)
    }

    /// The schools' pupil numbers, by school and year.
    ///
    /// # Errors
    ///
    /// As [`Store::read`].
    pub fn enrolments(&self) -> Result<Vec<Enrolment>, Error> {
        self.rows(
            &format!(
                "SELECT school, year, pupils FROM enrolment WHERE {} ORDER BY school, year",
                self.in_scope("school")
            ),
            |row| {
                Ok(Enrolment {
                    school: SchoolKey(row.get(0)?),
                    year: SchoolYear(row.get(1)?),
                    pupils: row.get(2)?,
                })
            },
        )
    }

    /// The days off that a school has set, oldest first; none for a school outside the scope.
    ///
    /// # Errors
    ///
    /// As [`Store::read`].
    pub fn days_off(&self, school: SchoolKey) -> Result<Vec<DayOff>, Error> {
        let sql = format!(
            "SELECT day, reason FROM day_off WHERE school = ?1 AND {} ORDER BY day",
            self.in_scope("school")
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let days = statement.query_map([school.0], |row| {
            Ok(DayOff { school, day: Day(row.get(0)?), reason: row.get(1)? })
        })?;
        Ok(days.collect::<Result<_, _>>()?)
    }

    /// A condition that holds where `column`, the key of a school, lies in the scope.
    ///
    /// It is made of our own words and of numbers, so nothing from outside can be in it.
    pub(super) fn in_scope(&self, column: &'static str) -> String {
        match &self.scope.schools {
            Schools::All => "TRUE".to_owned(),
            Schools::Only(schools) => {
                let keys: Vec<String> = schools.iter().map(|key| key.0.to_string()).collect();
                format!("{column} IN ({})", keys.join(", "))
            }
        }
    }

    /// A condition that holds where the household `column` may be seen: a pupil of a school in the
    /// scope lives in it, or no pupil at all.
    pub(super) fn household_in_scope(&self, column: &'static str) -> String {
        match &self.scope.schools {
            Schools::All => "TRUE".to_owned(),
            // Who may see no school may see no family either, not even one that is at none yet.
            Schools::Only(schools) if schools.is_empty() => "FALSE".to_owned(),
            Schools::Only(_) => format!(
                "(EXISTS (SELECT 1 FROM pupil AS known WHERE known.household = {column} AND {})
                  OR NOT EXISTS (SELECT 1 FROM pupil AS known WHERE known.household = {column}))",
                self.in_scope("known.school")
            ),
        }
    }

    /// All rows of a statement without parameters.
    pub(super) fn rows<T>(
        &self,
        sql: &str,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Error> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// The code lists as they are in the file.
pub(super) fn code_lists(connection: &Connection) -> Result<CodeLists, Error> {
    let mut statement =
        connection.prepare_cached("SELECT list, code, de, en FROM code ORDER BY list, place")?;
    let mut rows = statement.query([])?;
    let mut lists: Vec<(String, Vec<Code>)> = Vec::new();
    while let Some(row) = rows.next()? {
        let list: String = row.get(0)?;
        let code = Code { code: row.get(1)?, de: row.get(2)?, en: row.get(3)? };
        match lists.last_mut() {
            Some((name, codes)) if *name == list => codes.push(code),
            _ => lists.push((list, vec![code])),
        }
    }
    Ok(CodeLists::new(lists.into_iter().map(|(name, codes)| (name, CodeList::new(codes)))))
}

/// The code at a place that the writer has checked.
pub(super) fn code_at(list: &CodeList, place: u16) -> String {
    list.at(place).map_or_else(String::new, |code| code.code.clone())
}

/// The id in a column.
pub(super) fn id(row: &Row<'_>, column: usize) -> rusqlite::Result<Id> {
    row.get(column).map(Id::from_bytes)
}

/// The day in a column that may be empty.
pub(super) fn day(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Day>> {
    Ok(row.get::<_, Option<i32>>(column)?.map(Day))
}

/// The span whose first and last day stand in a column and the one after it.
pub(super) fn span(row: &Row<'_>, column: usize) -> rusqlite::Result<Span> {
    Ok(Span { from: Day(row.get(column)?), until: day(row, column + 1)? })
}
