//! From rows to figures: through the plugin, in plain Rust, and in SQL.

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::{Criterion, Throughput};
use rusqlite::Connection;
use tridem::store::Numbering;

use crate::data::{ROWS, open};
use crate::grouped::{Grouped, Queries};
use crate::native::{Codes, Figures, classify};
use crate::scene::Scene;
use crate::timing::{in_turn, on_core, say, tell, tell_ratio};

/// Reads and counts in plain Rust. Gives also how long the thread that counts was on a core.
fn native(scene: &Scene, connection: &Connection) -> (Figures, Duration) {
    let (mut figures, mut used) = (Figures::new(Codes::new(scene)), Duration::ZERO);
    scene.read(connection, &mut Numbering::default(), 0, |batch| {
        figures.add(&batch);
        used = on_core();
        Ok(())
    });
    (figures, used)
}

/// Checks that all ways come to the same figures before any of them is measured.
pub(crate) fn agree(scene: &Scene, connection: &Connection) {
    let codes = Codes::new(scene);
    let mut run = scene.start();
    for batch in scene.contacts(connection) {
        let answer = run.push(0, &batch).expect("the plugin takes the batch");
        assert!(answer == classify(&codes, &batch), "the plugin classifies like plain Rust");
    }
    let (native, _) = native(scene, connection);
    let mut grouped = Grouped::default();
    for (place, school) in (0u16..).zip(&native.schools) {
        grouped.schools.push([
            school.contacts.rows,
            school.attempts.rows,
            school.persons,
            school.contacts.households(),
            school.minutes,
            school.home_visits.rows,
            school.tandem.rows,
            school.tridem.rows,
        ]);
        let cells = |groups: &[crate::native::Group]| -> Vec<(u16, u16, u64)> {
            let cells = (0u16..).zip(groups).filter(|(_, group)| group.rows > 0);
            cells.map(|(label, group)| (place, label, group.rows)).collect()
        };
        grouped.months.extend(cells(&school.months));
        grouped.kinds.extend(cells(&school.kinds));
    }
    for with_persons in [false, true] {
        assert_eq!(Queries::new(with_persons).run(connection), grouped);
    }
}

/// A batch in and its classified rows back, against classifying in plain Rust.
pub(crate) fn border(scene: &Scene, connection: &Connection, criterion: &mut Criterion) {
    let (batches, codes, mut run) = (scene.contacts(connection), Codes::new(scene), scene.start());
    let mut plugin = || {
        for batch in &batches {
            black_box(run.push(0, batch).expect("the plugin takes the batch"));
        }
        Duration::ZERO
    };
    let mut native = || {
        for batch in &batches {
            black_box(classify(&codes, batch));
        }
        Duration::ZERO
    };
    say("border: a million contacts in memory, classified");
    let [by_plugin, by_native] = in_turn(21, [&mut plugin, &mut native]);
    tell("by the plugin", by_plugin);
    tell("in plain Rust", by_native);
    let a_row = |seconds: f64| seconds / f64::from(ROWS) * 1e9;
    say(&format!(
        "  => the border: {:.1} ns a row by the clock, {:.1} at best, {:.1} on a core (target: 10)",
        a_row(by_plugin.clock - by_native.clock),
        a_row(by_plugin.best - by_native.best),
        a_row(by_plugin.on_core - by_native.on_core),
    ));
    let mut group = criterion.benchmark_group("border");
    group.throughput(Throughput::Elements(u64::from(ROWS)));
    group.bench_function("by the plugin", |bench| bench.iter(&mut plugin));
    group.bench_function("in plain Rust", |bench| bench.iter(&mut native));
    group.finish();
}

/// The whole run: read, classified, counted.
pub(crate) fn measure(scene: &Scene, path: &Path, criterion: &mut Criterion) {
    let warm = open(path, true);
    let (alone, with_persons) = (Queries::new(false), Queries::new(true));
    let by_native = |connection: &Connection| black_box(native(scene, connection)).1;
    let by_plugin = |connection: &Connection| black_box(scene.run(connection)).1;
    let by_sql = |queries: &Queries| {
        black_box(queries.run(&warm));
        Duration::ZERO
    };

    say("whole run: a million contacts, from an open database whose pages are in memory");
    let [plugin, native] = in_turn(21, [&mut || by_plugin(&warm), &mut || by_native(&warm)]);
    tell("by the plugin", plugin);
    tell("in plain Rust", native);
    tell_ratio("plugin to plain Rust", plugin, native, "at most 1.3");
    let [plugin, alone_took, with_persons_took] = in_turn(
        3,
        [&mut || by_plugin(&warm), &mut || by_sql(&alone), &mut || by_sql(&with_persons)],
    );
    tell("as SQL, the figures alone", alone_took);
    tell("as SQL, with the households behind each", with_persons_took);
    tell_ratio("SQL, figures alone, to plugin", alone_took, plugin, "at least 5");
    tell_ratio("SQL, with households, to plugin", with_persons_took, plugin, "at least 5");

    say("whole run: a million contacts, database opened anew, so that every page is decrypted");
    let [plugin, native] =
        in_turn(11, [&mut || by_plugin(&open(path, true)), &mut || by_native(&open(path, true))]);
    tell("by the plugin", plugin);
    tell("in plain Rust", native);
    tell_ratio("plugin to plain Rust", plugin, native, "at most 1.3");

    let batches = scene.contacts(&warm);
    let mut run = scene.start();
    let answers: Vec<_> =
        batches.iter().map(|batch| run.push(0, batch).expect("the plugin takes it")).collect();
    say("counting alone: a million classified contacts in memory");
    let mut reduce = || {
        let mut reducer = scene.reducer();
        for (batch, answer) in batches.iter().zip(&answers) {
            reducer.add(0, batch, answer).expect("batches as planned");
        }
        black_box(reducer.finish());
        Duration::ZERO
    };
    let mut count = || {
        let mut figures = Figures::new(Codes::new(scene));
        for batch in &batches {
            figures.add(batch);
        }
        black_box(figures.schools.len());
        Duration::ZERO
    };
    let [reducer, native] = in_turn(21, [&mut reduce, &mut count]);
    tell("by the reducer", reducer);
    tell("in plain Rust", native);

    let mut group = criterion.benchmark_group("whole run");
    group.throughput(Throughput::Elements(u64::from(ROWS)));
    group.bench_function("by the plugin", |bench| bench.iter(|| by_plugin(&warm)));
    group.bench_function("in plain Rust", |bench| bench.iter(|| by_native(&warm)));
    group.bench_function("counting alone, by the reducer", |bench| bench.iter(&mut reduce));
    group.finish();
}
