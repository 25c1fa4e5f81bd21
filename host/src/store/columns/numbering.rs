//! What a plugin knows persons and records by: numbers for one run, and pseudonyms for all of its
//! runs.

use std::collections::HashMap;

use hmac::{Hmac, KeyInit, Mac};
use rusqlite::Connection;
use sha2::Sha256;

use super::{Asked, Error};
use crate::domain::{Layout, RecordKind};

/// Keys below this are looked up in a plain array, of at most 16 MiB; the store gives keys from 1
/// up, so that others come from a file somebody else has written.
const NEAR: i64 = 1 << 20;

/// Households, pupils, or records that stand for those whom they are about. Each kind is numbered
/// apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Person {
    Household,
    Pupil,
    SupportCase,
    Consent,
    Consultation,
}

impl Person {
    /// Whose numbers a field holds; `None` for a field that numbers no persons.
    pub(super) fn of(field: &str) -> Option<Self> {
        match field {
            "household" => Some(Self::Household),
            "pupil" => Some(Self::Pupil),
            "support_case" => Some(Self::SupportCase),
            "consent" => Some(Self::Consent),
            "consultation" => Some(Self::Consultation),
            _ => None,
        }
    }

    /// Whose rows are numbered.
    fn table(self) -> &'static str {
        match self {
            Self::Household => "household",
            Self::Pupil => "pupil",
            Self::SupportCase => "support_case",
            Self::Consent => "consent",
            Self::Consultation => "consultation",
        }
    }
}

/// How many of them the store has.
pub(super) fn size(connection: &Connection, person: Person) -> Result<u32, Error> {
    let sql = format!("SELECT count(*) FROM {}", person.table());
    Ok(connection.query_row(&sql, [], |row| row.get(0))?)
}

/// The keys behind the numbers that a field holds, in their order; `None` where they are the numbers
/// from 1 up, as they are as long as nobody is removed, and where the field numbers no persons.
pub(in crate::store) fn keys(
    connection: &Connection,
    field: &str,
) -> Result<Option<Vec<i64>>, Error> {
    let Some(person) = Person::of(field) else { return Ok(None) };
    if matches!(Ranks::read(connection, person)?, Ranks::Dense(_)) {
        return Ok(None);
    }
    let sql = format!("SELECT key FROM {} ORDER BY key", person.table());
    let mut statement = connection.prepare_cached(&sql)?;
    let keys = statement.query_map([], |row| row.get(0))?;
    Ok(Some(keys.collect::<Result<_, _>>()?))
}

/// How households and pupils are numbered and named for one run, the same in all its datasets.
///
/// A number is a place in the order of the keys of all households, or of all pupils, whoever may
/// be seen: from 0 without gaps. It stays the same until somebody is removed, so that what two runs
/// have counted can be put together. Only the rank goes out, never the key.
#[derive(Debug, Default)]
pub struct Numbering {
    households: Persons,
    pupils: Persons,
    support_cases: Ranks,
    consents: Ranks,
    consultations: Ranks,
    contacts: Option<Pseudonyms>,
    absences: Option<Pseudonyms>,
}

#[derive(Debug, Default)]
struct Persons {
    ranks: Ranks,
    /// The plugin that the pseudonyms are for; `None` before any was made.
    plugin: Option<String>,
    pseudonyms: Table<u64>,
}

/// The places of keys among all of their kind.
#[derive(Debug, Default)]
enum Ranks {
    /// Not read yet.
    #[default]
    Unknown,
    /// The keys are all the numbers from 1 to this one, as they are as long as nobody is removed.
    Dense(u32),
    Sparse(Table<u32>),
}

impl Ranks {
    fn read(connection: &Connection, person: Person) -> Result<Self, Error> {
        let table = person.table();
        let sql = format!("SELECT count(*), max(key), min(key) FROM {table}");
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let (count, most, least): (u32, Option<i64>, Option<i64>) =
            connection.prepare_cached(&sql)?.query_row([], read)?;
        if count == 0 || (least, most) == (Some(1), Some(i64::from(count))) {
            return Ok(Self::Dense(count));
        }
        let sql = format!("SELECT key FROM {table} ORDER BY key");
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        let mut table = Table::default();
        let mut rank = 0;
        while let Some(row) = rows.next()? {
            table.insert(row.get(0)?, rank);
            rank += 1;
        }
        Ok(Self::Sparse(table))
    }

    fn get(&self, key: i64) -> Option<u32> {
        match self {
            Self::Unknown => None,
            Self::Dense(count) => {
                let rank = u32::try_from(key.wrapping_sub(1)).ok()?;
                (rank < *count).then_some(rank)
            }
            Self::Sparse(table) => table.get(key),
        }
    }
}

impl Numbering {
    /// Reads what numbering the fields of a request takes, each once a run: the places of all keys,
    /// or the pseudonyms of all persons. Those of contacts and absences are made row by row.
    pub(super) fn prepare(
        &mut self,
        connection: &Connection,
        asked: &Asked<'_>,
    ) -> Result<(), Error> {
        for field in &asked.fields {
            if field.layout == Layout::Indexes {
                let Some(person) = Person::of(&field.name) else { continue };
                let ranks = match person {
                    Person::Household => &mut self.households.ranks,
                    Person::Pupil => &mut self.pupils.ranks,
                    Person::SupportCase => &mut self.support_cases,
                    Person::Consent => &mut self.consents,
                    Person::Consultation => &mut self.consultations,
                };
                if matches!(ranks, Ranks::Unknown) {
                    *ranks = Ranks::read(connection, person)?;
                }
            } else if field.layout == Layout::Keys {
                let Some(kind) = RecordKind::of_field(&field.name) else { continue };
                self.prepare_pseudonyms(connection, kind, asked.plugin)?;
            }
        }
        Ok(())
    }

    fn prepare_pseudonyms(
        &mut self,
        connection: &Connection,
        kind: RecordKind,
        plugin: &str,
    ) -> Result<(), Error> {
        let persons = match kind {
            RecordKind::Household => &mut self.households,
            RecordKind::Pupil => &mut self.pupils,
            RecordKind::Contact => {
                self.contacts = Some(Pseudonyms::new(connection, kind, plugin)?);
                return Ok(());
            }
            RecordKind::Absence => {
                self.absences = Some(Pseudonyms::new(connection, kind, plugin)?);
                return Ok(());
            }
        };
        if persons.plugin.as_deref() != Some(plugin) {
            let sql = match kind {
                RecordKind::Household => "SELECT key, id FROM household",
                _ => "SELECT key, id FROM pupil",
            };
            persons.pseudonyms = all_pseudonyms(connection, sql, kind, plugin)?;
            persons.plugin = Some(plugin.to_owned());
        }
        Ok(())
    }

    fn ranks(&self, person: Person) -> &Ranks {
        match person {
            Person::Household => &self.households.ranks,
            Person::Pupil => &self.pupils.ranks,
            Person::SupportCase => &self.support_cases,
            Person::Consent => &self.consents,
            Person::Consultation => &self.consultations,
        }
    }

    /// The number of each of `keys`; 0 where `is_missing`. `None` where a key is nobody's.
    pub(super) fn numbers(
        &self,
        person: Person,
        keys: &[i64],
        is_missing: impl Fn(i64) -> bool,
    ) -> Option<Vec<u32>> {
        let ranks = self.ranks(person);
        // No way out of the loop, so that it is a few instructions for several keys at once.
        let mut all_known = true;
        let mut number = |key: &i64| {
            let rank = if is_missing(*key) { Some(0) } else { ranks.get(*key) };
            all_known &= rank.is_some();
            rank.unwrap_or_default()
        };
        let numbers = keys.iter().map(&mut number).collect();
        all_known.then_some(numbers)
    }

    /// The pseudonym of each of `keys`; 0 where `is_missing`. `None` where a key is nobody's.
    pub(super) fn pseudonyms(
        &self,
        kind: RecordKind,
        keys: &[i64],
        is_missing: impl Fn(i64) -> bool,
    ) -> Option<Vec<u64>> {
        let one_by_one = |pseudonyms: &Option<Pseudonyms>| {
            let pseudonyms = pseudonyms.as_ref()?;
            Some(keys.iter().map(|key| pseudonyms.of_key(*key)).collect())
        };
        let persons = match kind {
            RecordKind::Household => &self.households,
            RecordKind::Pupil => &self.pupils,
            RecordKind::Contact => return one_by_one(&self.contacts),
            RecordKind::Absence => return one_by_one(&self.absences),
        };
        keys.iter()
            .map(|key| if is_missing(*key) { Some(0) } else { persons.pseudonyms.get(*key) })
            .collect()
    }
}

/// Makes the pseudonyms of one kind of record for one plugin: the first eight bytes of a keyed
/// digest (HMAC-SHA-256) of the plugin's id, the kind and the record's own sign, under a key that
/// stays in the store. Without that key nobody can work out the record, nor join what two plugins
/// have seen.
///
/// The sign of a person is their permanent id. That of a contact or an absence is its key, which is
/// in the indexes that they are read along: to look up a million ids would take longer than all the
/// rest of a run. No key is ever given twice, also where an absence was removed or an import taken
/// back. Test: `the_key_of_a_removed_absence_is_never_given_again`.
#[derive(Debug)]
pub(crate) struct Pseudonyms(Hmac<Sha256>);

impl Pseudonyms {
    /// Those of a kind of record for a plugin.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub(crate) fn new(
        connection: &Connection,
        kind: RecordKind,
        plugin: &str,
    ) -> Result<Self, Error> {
        let sql = "SELECT pseudonym_key FROM municipality WHERE key = 1";
        let secret: [u8; 32] = connection.query_row(sql, [], |row| row.get(0))?;
        let mut keyed =
            Hmac::<Sha256>::new_from_slice(&secret).expect("HMAC takes keys of any length");
        // The words never change, or all pseudonyms would.
        let word = match kind {
            RecordKind::Household => "household",
            RecordKind::Pupil => "pupil",
            RecordKind::Contact => "contact",
            RecordKind::Absence => "absence",
        };
        for part in [plugin, "\0", word, "\0"] {
            keyed.update(part.as_bytes());
        }
        Ok(Self(keyed))
    }

    /// That of the person with a permanent id.
    pub(crate) fn of_id(&self, id: &[u8; 16]) -> u64 {
        self.of_sign(id)
    }

    /// That of the contact or the absence with a key.
    pub(crate) fn of_key(&self, key: i64) -> u64 {
        self.of_sign(&key.to_be_bytes())
    }

    fn of_sign(&self, sign: &[u8]) -> u64 {
        let digest = self.0.clone().chain_update(sign).finalize().into_bytes();
        let (first, _) = digest.split_first_chunk().expect("a digest has 32 bytes");
        u64::from_be_bytes(*first)
    }
}

/// The pseudonyms of the persons whose keys and ids a query gives.
fn all_pseudonyms(
    connection: &Connection,
    sql: &str,
    kind: RecordKind,
    plugin: &str,
) -> Result<Table<u64>, Error> {
    let pseudonyms = Pseudonyms::new(connection, kind, plugin)?;
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut table = Table::default();
    while let Some(row) = rows.next()? {
        table.insert(row.get(0)?, pseudonyms.of_id(&row.get(1)?));
    }
    Ok(table)
}

/// A map from the keys of rows: an array for the small ones, which are all there are in practice.
#[derive(Debug)]
struct Table<T> {
    near: Vec<Option<T>>,
    far: HashMap<i64, T>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { near: Vec::new(), far: HashMap::new() }
    }
}

impl<T: Copy> Table<T> {
    fn get(&self, key: i64) -> Option<T> {
        match Self::near(key) {
            Some(index) => self.near.get(index).copied().flatten(),
            None => self.far.get(&key).copied(),
        }
    }

    fn insert(&mut self, key: i64, value: T) {
        if let Some(index) = Self::near(key) {
            if self.near.len() <= index {
                self.near.resize(index + 1, None);
            }
            self.near[index] = Some(value);
        } else {
            self.far.insert(key, value);
        }
    }

    fn near(key: i64) -> Option<usize> {
        usize::try_from(key).ok().filter(|_| key < NEAR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_missing(_: i64) -> bool {
        false
    }

    #[test]
    fn a_key_that_is_nobodys_has_no_pseudonym_and_no_number() {
        let mut numbering = Numbering::default();
        for kind in RecordKind::ALL {
            assert_eq!(numbering.pseudonyms(kind, &[7], is_missing), None, "{kind:?}");
        }
        assert_eq!(numbering.numbers(Person::Pupil, &[7], is_missing), None, "nothing was read");
        numbering.pupils.ranks = Ranks::Dense(2);
        for keys in [[3, 1], [0, 1], [-1, 1], [i64::MIN, 1]] {
            assert_eq!(numbering.numbers(Person::Pupil, &keys, is_missing), None, "{keys:?}");
        }
        assert_eq!(numbering.numbers(Person::Pupil, &[2, 1, 2], is_missing).unwrap(), [1, 0, 1]);
    }

    #[test]
    fn numbers_go_by_the_order_of_the_keys_whatever_the_keys_are() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE pupil (key INTEGER PRIMARY KEY)").unwrap();
        let ranks = |keys: &[i64]| {
            connection.execute_batch("DELETE FROM pupil").unwrap();
            for key in keys {
                connection.execute("INSERT INTO pupil VALUES (?1)", [key]).unwrap();
            }
            let ranks = Ranks::read(&connection, Person::Pupil).unwrap();
            keys.iter().map(|key| ranks.get(*key).unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(ranks(&[900, i64::MAX, -4, NEAR, NEAR - 1]), [1, 4, 0, 3, 2]);
        assert_eq!(ranks(&[3, 1, 2]), [2, 0, 1]);
        // As many as the largest says, but not from 1.
        assert_eq!(ranks(&[0, 3, 1]), [0, 2, 1]);
    }
}
