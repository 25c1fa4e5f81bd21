//! What it costs to count fuel and to look at the clock: the same plugin compiled with and without.

use std::time::Duration;

use criterion::{Criterion, Throughput};
use rusqlite::Connection;

use crate::data::ROWS;
use crate::metered::{Guest, Meters};
use crate::scene::Scene;
use crate::timing::{in_turn, say, tell, tell_ratio};

pub(crate) fn measure(scene: &Scene, connection: &Connection, criterion: &mut Criterion) {
    let batches = scene.contacts(connection);
    let guest = |fuel, clock| {
        Guest::new(&scene.component, &scene.job, Meters { fuel, clock, one_nan: true })
    };
    let over = |mut guest: Guest| {
        let batches = &batches;
        move || {
            for batch in batches {
                guest.push(batch);
            }
            Duration::ZERO
        }
    };
    let mut both = over(guest(true, true));
    let mut fuel = over(guest(true, false));
    let mut epochs = over(guest(false, true));
    let mut neither = over(guest(false, false));
    say("metering: a million contacts in memory, classified by the plugin");
    let [with_both, with_fuel, with_epochs, with_neither] =
        in_turn(21, [&mut both, &mut fuel, &mut epochs, &mut neither]);
    tell("fuel and clock", with_both);
    tell("fuel", with_fuel);
    tell("clock", with_epochs);
    tell("neither", with_neither);
    tell_ratio("fuel and clock to neither", with_both, with_neither, "at most 1.2");

    let mut group = criterion.benchmark_group("metering");
    group.throughput(Throughput::Elements(u64::from(ROWS)));
    group.bench_function("fuel and clock", |bench| bench.iter(&mut both));
    group.bench_function("neither", |bench| bench.iter(&mut neither));
    group.finish();
}
