//! How fast the columns of a million contacts are read: by the sink, and row by row for comparison.
//!
//! `cargo bench --bench columns`. The ratio is what matters; the seconds are the machine's.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion, Throughput};
use rusqlite::{Connection, Statement, params};
use tridem::domain::{
    BATCH_ROWS, Batch, Calendar, CodeLists, Column, Day, Period, SchoolYear, Scope, TeamRoles,
    Values,
};
use tridem::store::{ColumnsError, ColumnsRequest, Numbering, columns};

const ROWS: u32 = 1_000_000;
const SCHOOLS: i64 = 9;
const HOUSEHOLDS: i64 = 6_000;
const SCHEMA: &str = include_str!("../../schemas/sql/0001_records.sql");
const KEY: &str = "x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'";

/// The eleven columns that most plugins read.
const FIELDS: [&str; 11] = [
    "school",
    "day",
    "kind",
    "team_form",
    "result",
    "attempt",
    "topics",
    "minutes",
    "persons",
    "consultation",
    "household",
];

fn main() {
    let folder = tempfile::tempdir().expect("there is room for a database");
    let encrypted = folder.path().join("encrypted.db");
    let plain = folder.path().join("plain.db");
    build(&encrypted, true);
    build(&plain, false);
    compare(&open(&encrypted, true));

    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("a million contacts, eleven columns");
    group.sample_size(10).throughput(Throughput::Elements(u64::from(ROWS)));
    let connection = open(&encrypted, true);
    group.bench_function("warm, row by row", |bench| bench.iter(|| by_rows(&connection)));
    group.bench_function("warm, by the sink", |bench| bench.iter(|| by_sink(&connection)));
    for (name, path, is_encrypted) in [("plain", &plain, false), ("encrypted", &encrypted, true)] {
        let fresh = || open(path, is_encrypted);
        group.bench_function(format!("cold, {name}, by the sink"), |bench| {
            bench.iter_batched_ref(
                fresh,
                |connection| by_sink(connection),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
    criterion.final_summary();
}

/// Runs both in turn and prints rows a second and the ratio of the medians.
#[expect(clippy::print_stdout, reason = "a benchmark prints what it has measured")]
fn compare(connection: &Connection) {
    assert_eq!(
        sum(|each| by_rows_each(connection, each)),
        sum(|each| by_sink_each(connection, each))
    );
    let timed = |run: &dyn Fn()| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    let (mut rows, mut sink) = (Vec::new(), Vec::new());
    for _ in 0..11 {
        rows.push(timed(&|| by_rows(connection)));
        sink.push(timed(&|| by_sink(connection)));
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2].as_secs_f64()
    };
    let (rows, sink) = (median(&mut rows), median(&mut sink));
    let millions = f64::from(ROWS) / 1e6;
    println!(
        "row by row {:.2}, by the sink {:.2} million rows a second: {:.2} times as fast",
        millions / rows,
        millions / sink,
        rows / sink,
    );
}

/// A number that differs where the batches do, so that both ways are known to read the same.
fn sum(read: impl FnOnce(&mut (dyn FnMut(Batch) + Send))) -> (usize, u64) {
    let (mut rows, mut sum) = (0, 0u64);
    read(&mut |batch| {
        rows += batch.rows;
        for (place, column) in (1..).zip(&batch.columns) {
            let values: Vec<u64> = match &column.values {
                Values::Codes(values) => values.iter().map(|value| u64::from(*value)).collect(),
                Values::Flags(values) => values.iter().map(|value| u64::from(*value)).collect(),
                Values::Integers(values) => {
                    values.iter().map(|value| u64::from(value.cast_unsigned())).collect()
                }
                Values::Sets(values) => values.clone(),
                Values::Indexes(values) => values.iter().map(|value| u64::from(*value)).collect(),
                other => unreachable!("no field of this request is laid out like {other:?}"),
            };
            for value in values.iter().chain(&column.present) {
                sum = sum.wrapping_mul(31).wrapping_add(value.wrapping_mul(place));
            }
        }
    });
    (rows, sum)
}

fn by_sink(connection: &Connection) {
    by_sink_each(connection, &mut |batch| drop(black_box(batch)));
}

fn by_sink_each(connection: &Connection, each: &mut (dyn FnMut(Batch) + Send)) {
    let request = ColumnsRequest {
        dataset: "contacts",
        fields: &FIELDS,
        period: SchoolYear(2025).period(),
        plugin: "org.example.bench",
    };
    let rows = columns(
        connection,
        &Scope::municipality(),
        &mut Numbering::default(),
        &request,
        |batch| -> Result<(), ColumnsError> {
            each(batch);
            Ok(())
        },
    );
    assert_eq!(rows.expect("the database is whole"), u64::from(ROWS));
}

fn by_rows(connection: &Connection) {
    by_rows_each(connection, &mut |batch| drop(black_box(batch)));
}

/// The same columns by `rows.next()` and `row.get(..)`, over the same index.
fn by_rows_each(connection: &Connection, each: &mut (dyn FnMut(Batch) + Send)) {
    let roles = CodeLists::seed().into_iter().find(|(name, _)| name == "role").expect("a list").1;
    let roles = TeamRoles::new(&roles);
    let sql = "SELECT day, kind, roles, result, attempt, topics, minutes, persons, consultation,
                      household
               FROM contact INDEXED BY contact_columns
               WHERE school = ?1 AND day BETWEEN ?2 AND ?3";
    let mut statement = connection.prepare(sql).expect("the schema has these columns");
    let mut reader = RowReader { roles, numbers: Vec::new(), numbered: 0, open: Open::default() };
    for school in 1..=SCHOOLS {
        reader.school(&mut statement, school, each).expect("the database is whole");
    }
    if !reader.open.days.is_empty() {
        each(reader.open.close());
    }
}

/// What the batch being filled holds.
#[derive(Default)]
struct Open {
    schools: Vec<u16>,
    days: Vec<i32>,
    kinds: Vec<u16>,
    forms: Vec<u16>,
    results: Vec<u16>,
    attempts: Vec<u8>,
    topics: Vec<u64>,
    minutes: Vec<i32>,
    persons: Vec<i32>,
    consultations: Vec<u16>,
    has_consultation: Vec<u64>,
    households: Vec<u32>,
    has_household: Vec<u64>,
}

impl Open {
    fn new() -> Self {
        let bits = || vec![0; BATCH_ROWS / 64];
        Self {
            schools: Vec::with_capacity(BATCH_ROWS),
            days: Vec::with_capacity(BATCH_ROWS),
            kinds: Vec::with_capacity(BATCH_ROWS),
            forms: Vec::with_capacity(BATCH_ROWS),
            results: Vec::with_capacity(BATCH_ROWS),
            attempts: Vec::with_capacity(BATCH_ROWS),
            topics: Vec::with_capacity(BATCH_ROWS),
            minutes: Vec::with_capacity(BATCH_ROWS),
            persons: Vec::with_capacity(BATCH_ROWS),
            consultations: Vec::with_capacity(BATCH_ROWS),
            has_consultation: bits(),
            households: Vec::with_capacity(BATCH_ROWS),
            has_household: bits(),
        }
    }

    fn close(&mut self) -> Batch {
        let mut full = std::mem::replace(self, Self::new());
        let rows = full.days.len();
        full.has_consultation.truncate(rows.div_ceil(64));
        full.has_household.truncate(rows.div_ceil(64));
        let column = |values| Column { values, present: Vec::new() };
        let columns = vec![
            column(Values::Codes(full.schools)),
            column(Values::Integers(full.days)),
            column(Values::Codes(full.kinds)),
            column(Values::Codes(full.forms)),
            column(Values::Codes(full.results)),
            column(Values::Flags(full.attempts)),
            column(Values::Sets(full.topics)),
            column(Values::Integers(full.minutes)),
            column(Values::Integers(full.persons)),
            Column { values: Values::Codes(full.consultations), present: full.has_consultation },
            Column { values: Values::Indexes(full.households), present: full.has_household },
        ];
        Batch { rows, columns }
    }
}

struct RowReader {
    roles: TeamRoles,
    numbers: Vec<Option<u32>>,
    numbered: u32,
    open: Open,
}

impl RowReader {
    fn school(
        &mut self,
        statement: &mut Statement<'_>,
        school: i64,
        each: &mut (dyn FnMut(Batch) + Send),
    ) -> rusqlite::Result<()> {
        let period = SchoolYear(2025).period();
        let place = u16::try_from(school - 1).expect("nine schools");
        let mut rows = statement.query(params![school, period.first.0, period.last.0])?;
        while let Some(row) = rows.next()? {
            if self.open.days.capacity() == 0 {
                self.open = Open::new();
            }
            let open = &mut self.open;
            let at = open.days.len();
            open.schools.push(place);
            open.days.push(row.get(0)?);
            open.kinds.push(row.get(1)?);
            open.forms.push(self.roles.form(row.get::<_, i64>(2)?.cast_unsigned()).place());
            open.results.push(row.get(3)?);
            open.attempts.push(row.get(4)?);
            open.topics.push(row.get::<_, i64>(5)?.cast_unsigned());
            open.minutes.push(row.get(6)?);
            open.persons.push(row.get(7)?);
            let consultation: Option<u16> = row.get(8)?;
            open.consultations.push(consultation.unwrap_or(0));
            open.has_consultation[at / 64] |= u64::from(consultation.is_some()) << (at % 64);
            let household: Option<u32> = row.get(9)?;
            let number = household.map_or(0, |key| {
                let key = key as usize;
                if self.numbers.len() <= key {
                    self.numbers.resize(key + 1, None);
                }
                *self.numbers[key].get_or_insert_with(|| {
                    self.numbered += 1;
                    self.numbered - 1
                })
            });
            open.households.push(number);
            open.has_household[at / 64] |= u64::from(household.is_some()) << (at % 64);
            if at + 1 == BATCH_ROWS {
                each(open.close());
            }
        }
        Ok(())
    }
}

/// Opens a database with a cache that holds all of it.
fn open(path: &Path, is_encrypted: bool) -> Connection {
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
fn build(path: &Path, is_encrypted: bool) {
    let mut connection = open(path, is_encrypted);
    let transaction = connection.transaction().expect("a new file");
    transaction.execute_batch(SCHEMA).expect("the schema");
    fill(&transaction).expect("rows that fit the schema");
    transaction.commit().expect("room for the rows");
}

fn fill(connection: &Connection) -> rusqlite::Result<()> {
    let mut insert = connection.prepare("INSERT INTO code VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (name, list) in CodeLists::seed() {
        for (place, code) in (0..).zip(list.codes()) {
            insert.execute(params![name, place as i64, code.code, code.de, code.en])?;
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
    }
    for household in 1..=HOUSEHOLDS {
        connection.execute(
            "INSERT INTO household VALUES (?1, ?2, ?3, '')",
            params![household, id(2, household), household.to_string()],
        )?;
    }
    let none = std::collections::BTreeSet::new();
    let days: Vec<Day> = Calendar::nrw().school_days(SchoolYear(2025).period(), &none).collect();
    let day = |random: u64| days[usize::try_from(random).expect("64 bits") % days.len()].0;

    let mut insert = connection.prepare(
        "INSERT INTO contact (id, school, day, kind, result, attempt, roles, topics, minutes,
             persons, consultation, language, interpreter, household, shared_note, recorded_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 1760000000)",
    )?;
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    let mut random = |below: u64| {
        // xorshift64*: the same rows every time, without another dependency.
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) % below
    };
    for number in 0..i64::from(ROWS) {
        let school = random(SCHOOLS as u64) + 1;
        let is_attempt = random(100) < 15;
        let topics = (0..random(3)).fold(0u64, |set, _| set | 1 << random(18));
        let consultation = (random(100) < 40).then(|| random(3));
        let language = (random(100) < 60).then(|| random(22));
        let household = (random(100) < 85).then(|| random(HOUSEHOLDS as u64) + 1);
        insert.execute(params![
            id(3, number),
            school as i64,
            day(random(1 << 32)),
            random(14) as i64,
            i64::from(is_attempt),
            is_attempt,
            [0b1, 0b11, 0b111, 0b11, 0b11][random(5) as usize],
            topics as i64,
            (random(24) * 5) as i64,
            if is_attempt { 0 } else { random(5) as i64 + 1 },
            consultation.map(u64::cast_signed),
            language.map(u64::cast_signed),
            random(100) < 20,
            household.map(u64::cast_signed),
            "Invented.",
        ])?;
    }
    Ok(())
}
