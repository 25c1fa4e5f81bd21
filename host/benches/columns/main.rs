//! How fast the columns of a million contacts are read: by the sink, and row by row for comparison.
//!
//! `cargo bench --bench columns`. The ratio is what matters; the seconds are the machine's.

mod data;
mod rows;

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion, Throughput};
use rusqlite::Connection;
use tridem::domain::{Batch, SchoolYear, Scope, Values};
use tridem::store::{ColumnsError, ColumnsRequest, Numbering, columns};

use data::{ROWS, build, open};
use rows::by_rows_each;

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
    compare_cold(&plain, &encrypted);

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

/// Runs both in turn and prints the medians: by the clock, and by the time that the reading thread
/// was on a core, which does not depend on what else the machine is doing.
#[expect(clippy::print_stdout, reason = "a benchmark prints what it has measured")]
fn compare(connection: &Connection) {
    assert_eq!(
        sum(|each| by_rows_each(connection, each)),
        sum(|each| by_sink_each(connection, each))
    );
    let (rows, sink): (Vec<_>, Vec<_>) =
        (0..11).map(|_| (measure(|| by_rows(connection)), measure(|| by_sink(connection)))).unzip();
    for (what, place) in WAYS_TO_MEASURE {
        let (rows, sink) = (median(&rows, place), median(&sink, place));
        let millions = f64::from(ROWS) / 1e6;
        println!(
            "{what}: row by row {:.2}, by the sink {:.2} million rows a second, {:.2} times as fast",
            millions / rows,
            millions / sink,
            rows / sink,
        );
    }
}

/// The same for the sink over databases opened anew, whose pages are all read and, where the
/// database is encrypted, checked and decrypted.
#[expect(clippy::print_stdout, reason = "a benchmark prints what it has measured")]
fn compare_cold(plain: &Path, encrypted: &Path) {
    let (plain, encrypted): (Vec<_>, Vec<_>) = (0..11)
        .map(|_| {
            (measure(|| by_sink(&open(plain, false))), measure(|| by_sink(&open(encrypted, true))))
        })
        .unzip();
    for (what, place) in WAYS_TO_MEASURE {
        let (plain, encrypted) = (median(&plain, place), median(&encrypted, place));
        println!(
            "cold, {what}: plain {:.1} ms, encrypted {:.1} ms, {:.2} times as long",
            plain * 1e3,
            encrypted * 1e3,
            encrypted / plain,
        );
    }
}

/// What [`measure`] gives, by its place.
const WAYS_TO_MEASURE: [(&str, usize); 2] = [("by the clock", 0), ("by time on a core", 1)];

/// How long something takes: by the clock, and how long of it this thread was on a core.
fn measure(run: impl FnOnce()) -> [Duration; 2] {
    let (start, on_core_before) = (Instant::now(), on_core());
    run();
    [start.elapsed(), on_core().saturating_sub(on_core_before)]
}

/// The time in the middle, in seconds.
fn median(times: &[[Duration; 2]], place: usize) -> f64 {
    let mut times: Vec<_> = times.iter().map(|time| time[place]).collect();
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64()
}

/// How long this thread has been on a core; zero where the system does not say.
fn on_core() -> Duration {
    let text = fs_err::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|number| number.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or(0))
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
