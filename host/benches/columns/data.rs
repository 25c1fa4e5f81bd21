//! A million invented contacts in a database file.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::{Connection, params};
use tridem::domain::{Calendar, CodeLists, Day, SchoolYear};

pub(crate) const ROWS: u32 = 1_000_000;
pub(crate) const SCHOOLS: i64 = 9;
const HOUSEHOLDS: i64 = 6_000;
const SCHEMA: &str = include_str!("../../../schemas/sql/0001_records.sql");
const KEY: &str = "x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'";

/// Opens a database with a cache that holds all of it.
pub(crate) fn open(path: &Path, is_encrypted: bool) -> Connection {
    let connection = Connection::open(path).expect("the file can be opened");
    if is_encrypted {
        connection.pragma_update(None, "key", KEY).expect("a raw key");
        connection.pragma_update(None, "cipher_page_size", 16_384).expect("a page size");
    } else {
        connection.pragma_update(None, "page_size", 16_384).expect("a page size");
    }
    connection.pragma_update(None, "cache_size", -262_144).expect("a cache size");
    connection
}

/// A year of contacts at nine schools, entered in no order of days.
pub(crate) fn build(path: &Path, is_encrypted: bool) {
    let mut connection = open(path, is_encrypted);
    let transaction = connection.transaction().expect("a new file");
    transaction.execute_batch(SCHEMA).expect("the schema");
    fill(&transaction).expect("rows that fit the schema");
    transaction.commit().expect("room for the rows");
}

fn fill(connection: &Connection) -> rusqlite::Result<()> {
    let mut insert = connection.prepare("INSERT INTO code VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (name, list) in CodeLists::seed() {
        for (place, code) in (0i64..).zip(list.codes()) {
            insert.execute(params![name, place, code.code, code.de, code.en])?;
        }
    }
    let id = |kind: u8, number: i64| {
        let mut id = [kind; 16];
        id[8..].copy_from_slice(&number.to_be_bytes());
        id
    };
    for school in 1..=SCHOOLS {
        connection.execute(
            "INSERT INTO school VALUES (?1, ?2, ?3, 'School', 0)",
            params![school, id(1, school), format!("{:06}", 100_000 + school)],
        )?;
        connection.execute("INSERT INTO participation VALUES (?1, 0, NULL)", params![school])?;
    }
    for household in 1..=HOUSEHOLDS {
        connection.execute(
            "INSERT INTO household VALUES (?1, ?2, ?3, '')",
            params![household, id(2, household), household.to_string()],
        )?;
    }
    let none = BTreeSet::new();
    let days: Vec<Day> = Calendar::nrw().school_days(SchoolYear(2025).period(), &none).collect();

    let mut insert = connection.prepare(
        "INSERT INTO contact (id, school, day, kind, result, attempt, roles, topics, minutes,
             persons, consultation, language, interpreter, household, shared_note, recorded_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 1760000000)",
    )?;
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    let mut random = |below: i64| {
        // xorshift64*: the same rows every time, without another dependency.
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11).cast_signed() % below
    };
    for number in 0..i64::from(ROWS) {
        let school = random(SCHOOLS) + 1;
        let day = days[usize::try_from(random(1 << 32)).expect("not negative") % days.len()];
        let is_attempt = random(100) < 15;
        let topics = (0..random(3)).fold(0i64, |set, _| set | 1 << random(18));
        let consultation = (random(100) < 40).then(|| random(3));
        let language = (random(100) < 60).then(|| random(22));
        let household = (random(100) < 85).then(|| random(HOUSEHOLDS) + 1);
        // Mediator; with a teacher; with a school social worker, too.
        let roles = if random(5) == 0 { 0b1 } else { 0b11 | (random(4) / 3) << 2 };
        insert.execute(params![
            id(3, number),
            school,
            day.0,
            random(14),
            i64::from(is_attempt),
            is_attempt,
            roles,
            topics,
            random(24) * 5,
            if is_attempt { 0 } else { random(5) + 1 },
            consultation,
            language,
            random(100) < 20,
            household,
            "Invented.",
        ])?;
    }
    Ok(())
}
