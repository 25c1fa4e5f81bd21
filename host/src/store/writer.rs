//! Changes records: all changes of one writer are kept, or none of them.

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap};

use rusqlite::ffi::{
    SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID,
    SQLITE_CONSTRAINT_UNIQUE,
};
use rusqlite::{CachedStatement, Connection, ErrorCode, Params, Transaction, TransactionBehavior};
use serde_json::json;

use super::ledger::Ledger;
use super::note_reads::Reads;
use super::notes::{LaneKeys, lane_keys, make_lanes};
use super::reader::code_lists;
use super::restricted::REFUSAL;
use super::write_contacts::ContactStatements;
use super::{Error, Store, restricted};
use crate::domain::{
    Action, Author, Code, CodeLists, Day, Id, MOST_CODES, Month, Register, SchoolKey,
};

/// The one who may write, until it is committed or dropped. Dropped, it has changed nothing.
#[derive(Debug)]
pub struct Writer<'store> {
    transaction: Transaction<'store>,
    pub(super) connection: &'store Connection,
    pub(super) codes: CodeLists,
    /// The public halves of the lanes, to which private notes are sealed.
    pub(super) lanes: LaneKeys,
    /// Made with the first contact.
    pub(super) contacts: Option<ContactStatements<'store>>,
    /// Read with the first absence, and again after a change to one of them.
    pub(super) registers: Option<HashMap<SchoolKey, Register>>,
    /// Whether an error came when a record was there in part.
    pub(super) written_in_part: bool,
    /// Whether bookings may go beyond their budget.
    pub(super) over_budget: bool,
    /// What has been noted of the changes.
    pub(super) ledger: Ledger,
    /// The partitions whose contacts have changed.
    touched: BTreeSet<(SchoolKey, Month)>,
    /// Readers of it that live now.
    pub(super) looking: Cell<usize>,
    /// The reads that wait to be noted.
    pub(super) reads: &'store Reads,
}

impl Store {
    /// Begins to write for `author`, whom the audit names for every change. While it lives, other
    /// processes can read but not write.
    ///
    /// # Errors
    ///
    /// [`Error::Busy`] where another process has been writing for five seconds.
    pub fn write(&mut self, author: &Author) -> Result<Writer<'_>, Error> {
        let connection: &Connection = &self.connection;
        let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
        let codes = code_lists(connection)?;
        let lanes = lane_keys(connection)?;
        restricted::guard(connection)?;
        let ledger = Ledger::new(author, connection);
        Ok(Writer {
            transaction,
            connection,
            codes,
            lanes,
            contacts: None,
            registers: None,
            written_in_part: false,
            over_budget: false,
            ledger,
            touched: BTreeSet::new(),
            looking: Cell::new(0),
            reads: &self.reads,
        })
    }
}

impl Writer<'_> {
    /// Keeps all changes together with their entries in the audit, and notes the reads that wait; all
    /// is on disk when it returns.
    ///
    /// # Errors
    ///
    /// [`Error::WrittenInPart`] after an error that left a record incomplete, and
    /// [`Error::Unaudited`] where a change has no entry; nothing is kept.
    pub fn commit(mut self) -> Result<(), Error> {
        if self.written_in_part {
            return Err(Error::WrittenInPart);
        }
        self.ledger.write(self.connection, &self.reads.waiting())?;
        {
            let mut next_version = self.connection.prepare_cached(
                "INSERT INTO partition (school, month, version) VALUES (?1, ?2, 1)
                 ON CONFLICT (school, month) DO UPDATE SET version = version + 1",
            )?;
            for (school, month) in &self.touched {
                next_version.execute((school.0, month.0))?;
            }
        }
        self.transaction.commit()?;
        self.reads.forget();
        Ok(())
    }

    /// Says that the contacts of a school have changed in the month of `day`, so that nothing that
    /// was made from them before is used again. A contact that moves touches where it was and where
    /// it is.
    pub fn touch(&mut self, school: SchoolKey, day: Day) {
        self.touched.insert((school, day.month()));
    }

    /// Adds a code at the end of a list.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownList`]; [`Error::ListFull`]; [`Error::Exists`].
    pub fn add_code(&mut self, list: &str, code: &Code) -> Result<(), Error> {
        let codes = self.codes.list(list).codes().len();
        if codes == 0 {
            return Err(Error::UnknownList { list: list.to_owned() });
        }
        let place = u16::try_from(codes).unwrap_or(u16::MAX);
        if usize::from(place) >= MOST_CODES {
            return Err(Error::ListFull { list: list.to_owned() });
        }
        self.insert(
            "INSERT INTO code (list, place, code, de, en) VALUES (?1, ?2, ?3, ?4, ?5)",
            (list, place, &code.code, &code.de, &code.en),
            "a code",
            || ("a code", code.code.clone()),
        )?;
        self.codes = code_lists(self.connection)?;
        make_lanes(self.connection)?;
        self.lanes = lane_keys(self.connection)?;
        self.contacts = None;
        self.note(Action::CodeAdd, format!("{list}/{}", code.code), &json!({}));
        Ok(())
    }

    /// The place of a code.
    pub(super) fn place(&self, list: &'static str, code: &str) -> Result<u16, Error> {
        self.codes
            .list(list)
            .place(code)
            .ok_or_else(|| Error::UnknownCode { list: list.to_owned(), code: code.to_owned() })
    }

    /// The number of a school that is there, for the audit.
    pub(super) fn school_number(&self, school: SchoolKey) -> Result<String, Error> {
        let sql = "SELECT number FROM school WHERE key = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([school.0], |row| row.get(0))?)
    }

    /// The id in the one row that a statement finds by its key, for the audit.
    pub(super) fn id_of(&self, sql: &'static str, key: i64) -> Result<Id, Error> {
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row([key], |row| row.get(0).map(Id::from_bytes))?)
    }

    /// Runs a statement that adds one row and returns the row's key.
    ///
    /// `what` names the record in messages; `sign` says what is unique about it, when that turns
    /// out to be taken.
    pub(super) fn insert(
        &self,
        sql: &'static str,
        params: impl Params,
        what: &'static str,
        sign: impl FnOnce() -> (&'static str, String),
    ) -> Result<i64, Error> {
        let mut statement: CachedStatement<'_> = self.connection.prepare_cached(sql)?;
        statement.execute(params).map_err(|error| refusal(error, what, sign))?;
        Ok(self.connection.last_insert_rowid())
    }
}

/// Says in our words which rule of the schema a row has broken.
pub(super) fn refusal(
    error: rusqlite::Error,
    what: &'static str,
    sign: impl FnOnce() -> (&'static str, String),
) -> Error {
    let rusqlite::Error::SqliteFailure(failure, message) = error else {
        return error.into();
    };
    if failure.code != ErrorCode::ConstraintViolation || message.as_deref() == Some(REFUSAL) {
        return rusqlite::Error::SqliteFailure(failure, message).into();
    }
    match failure.extended_code {
        SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_ROWID => {
            let (what, code) = sign();
            Error::Exists { what, code }
        }
        SQLITE_CONSTRAINT_FOREIGNKEY => Error::Dangling { what },
        _ => Error::Refused { what, reason: message.unwrap_or_default() },
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::store::ContactFilter;
    use crate::store::fixture::{City, author, key, practitioner};

    fn code(code: &str) -> Code {
        Code { code: code.into(), de: "Wort".into(), en: "word".into() }
    }

    #[test]
    fn a_second_writer_waits_and_is_told_so_while_readers_go_on() {
        let mut city = City::new();
        let mut other = Store::open(&city.path(), &key()).unwrap();
        other.connection.busy_timeout(Duration::ZERO).unwrap();
        let writer = city.store.write(&author()).unwrap();
        assert!(matches!(other.write(&author()), Err(Error::Busy)));
        let reader = other.read(&crate::domain::Scope::municipality()).unwrap();
        assert_eq!(reader.municipality_name().unwrap(), "Musterstadt");
        drop((reader, writer));
        other.write(&author()).unwrap().commit().unwrap();
    }

    #[test]
    fn a_dropped_writer_changes_nothing() {
        let mut city = City::new();
        let (contact, before) = (city.contact(0), city.all().practitioners().unwrap());
        let mut writer = city.store.write(&author()).unwrap();
        writer.add_practitioner(&practitioner("x", "head")).unwrap();
        writer.add_contact(&contact, 0).unwrap();
        writer.add_code("topic", &code("own")).unwrap();
        drop(writer);
        let reader = city.all();
        assert_eq!(reader.practitioners().unwrap(), before);
        assert_eq!(reader.contacts(&ContactFilter::default()).unwrap(), []);
        assert_eq!(reader.code_lists().list("topic").place("own"), None);
    }

    #[test]
    fn a_code_that_this_or_another_process_has_added_is_known_to_the_next_reader() {
        let mut city = City::new();
        let mut other = Store::open(&city.path(), &key()).unwrap();
        let knows = |store: &Store, own: &str| {
            let reader = store.read(&crate::domain::Scope::municipality()).unwrap();
            reader.code_lists().list("topic").place(own).is_some()
        };
        for (number, own) in ["one", "two", "three", "four"].into_iter().enumerate() {
            assert!(!knows(&city.store, own) && !knows(&other, own));
            let store = if number % 2 == 0 { &mut city.store } else { &mut other };
            let mut writer = store.write(&author()).unwrap();
            writer.add_code("topic", &code(own)).unwrap();
            writer.commit().unwrap();
            assert!(knows(&city.store, own) && knows(&other, own), "{own}");
        }
    }

    #[test]
    fn what_was_committed_is_there_when_opened_again() {
        let mut city = City::new();
        let contact = city.contact(1);
        city.add(std::slice::from_ref(&contact));
        let path = city.path();
        let City { folder, store, .. } = city;
        drop(store);
        let store = Store::open(&path, &key()).unwrap();
        let reader = store.read(&crate::domain::Scope::municipality()).unwrap();
        assert_eq!(reader.contact(contact.id).unwrap().unwrap().contact, contact);
        assert_eq!(reader.schools().unwrap().len(), 2);
        drop(folder);
    }

    #[test]
    fn codes_are_added_at_the_end_of_lists_that_exist_and_have_room() {
        let mut city = City::new();
        let mut writer = city.store.write(&author()).unwrap();
        for unknown in ["school", "ethnicity", ""] {
            let error = writer.add_code(unknown, &code("x")).unwrap_err();
            assert!(matches!(error, Error::UnknownList { .. }), "{error}");
        }
        let error = writer.add_code("role", &code("teacher")).unwrap_err();
        assert_eq!(error.to_string(), "there is already a code `teacher`");
        for place in 8..64 {
            writer.add_code("role", &code(&format!("own-{place}"))).unwrap();
        }
        let error = writer.add_code("role", &code("one-too-many")).unwrap_err();
        assert_eq!(error.to_string(), "the code list `role` is full: it has 64 codes");
        writer.add_practitioner(&practitioner("x", "own-63")).unwrap();
        writer.commit().unwrap();
        let reader = city.all();
        assert_eq!(reader.code_lists().list("role").place("own-63"), Some(63));
        assert_eq!(reader.directory().unwrap().practitioners["x"].role, 63);
    }
}
