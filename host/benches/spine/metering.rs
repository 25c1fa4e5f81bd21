//! What it costs to count fuel and to look at the clock: the same plugin compiled with and without.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput};
use rusqlite::Connection;
use tridem::domain::{Batch, SettingValue, Values};
use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine, Store};

use crate::data::ROWS;
use crate::scene::Scene;
use crate::timing::{in_turn, say, tell, tell_ratio};

/// The interface, as the host itself has it; a module, for it brings a `tridem` of its own.
mod interface {
    wasmtime::component::bindgen!({
        path: "../schemas/wit/1.0",
        world: "metrics-plugin",
        ownership: Borrowing { duplicate_if_necessary: true },
    });
}

use interface::MetricsPlugin;
use interface::tridem::plugin::types as arguments;

/// The plugin in an engine of its own.
struct Guest {
    store: Store<()>,
    plugin: MetricsPlugin,
}

impl Guest {
    /// As the host's own engine is set up, but for the two meters, either of which may be off.
    fn new(scene: &Scene, fuel: bool, epochs: bool) -> Self {
        let mut config = Config::new();
        config.consume_fuel(fuel).epoch_interruption(epochs);
        config.max_wasm_stack(512 * 1024);
        config.cranelift_nan_canonicalization(true).wasm_relaxed_simd(false);
        config.wasm_memory64(false).wasm_multi_memory(false).concurrency_support(false);
        config.memory_init_cow(false).generate_address_map(false);
        let engine = Engine::new(&config).expect("an engine for this machine");
        let component = Component::from_binary(&engine, &scene.component).expect("a component");
        let mut store = Store::new(&engine, ());
        if fuel {
            store.set_fuel(u64::MAX).expect("fuel is counted");
        }
        if epochs {
            store.set_epoch_deadline(u64::MAX / 2);
        }
        let plugin = MetricsPlugin::instantiate(&mut store, &component, &Linker::new(&engine))
            .expect("it imports nothing");
        let mut guest = Self { store, plugin };
        guest.begin(scene);
        guest
    }

    fn begin(&mut self, scene: &Scene) {
        let job = &scene.job;
        let parameters: Vec<_> = job
            .settings
            .iter()
            .map(|(name, value)| match value {
                SettingValue::Flag(flag) => {
                    arguments::Parameter { name, value: arguments::Setting::Flag(*flag) }
                }
                other => unreachable!("the plugin has no parameter like {other:?}"),
            })
            .collect();
        let codes: Vec<Vec<Vec<&str>>> = job
            .datasets
            .iter()
            .map(|shape| {
                let codes = shape.fields.iter().map(|field| field.codes.codes());
                codes.map(|codes| codes.iter().map(|code| &*code.code).collect()).collect()
            })
            .collect();
        let fields: Vec<Vec<_>> = job
            .datasets
            .iter()
            .zip(&codes)
            .map(|(shape, codes)| {
                let fields = shape.fields.iter().zip(codes);
                fields
                    .map(|(field, codes)| arguments::Field {
                        name: &field.name,
                        codes,
                        size: field.size,
                    })
                    .collect()
            })
            .collect();
        let datasets: Vec<_> = job
            .datasets
            .iter()
            .zip(&fields)
            .map(|(shape, fields)| arguments::Dataset { name: &shape.dataset, fields })
            .collect();
        let period = arguments::Period { first: job.period.first.0, last: job.period.last.0 };
        let job = arguments::Job {
            as_of: job.as_of.0,
            period,
            parameters: &parameters,
            datasets: &datasets,
        };
        let guest = self.plugin.tridem_plugin_classify();
        guest.call_begin(&mut self.store, job).expect("it runs").expect("it takes the job");
    }

    fn push(&mut self, batch: &Batch) {
        let columns: Vec<_> = batch
            .columns
            .iter()
            .map(|column| arguments::Column {
                values: match &column.values {
                    Values::Codes(values) => arguments::Values::Codes(values),
                    Values::Flags(values) => arguments::Values::Flags(values),
                    Values::Integers(values) => arguments::Values::Integers(values),
                    Values::Indexes(values) => arguments::Values::Indexes(values),
                    other => unreachable!("the plugin reads nothing like {other:?}"),
                },
                present: &column.present,
            })
            .collect();
        let rows = u32::try_from(batch.rows).expect("at most 16,384 rows");
        let batch = arguments::Batch { dataset: 0, rows, columns: &columns };
        let guest = self.plugin.tridem_plugin_classify();
        let answer = guest.call_push(&mut self.store, batch).expect("it runs");
        black_box(answer.expect("it takes the batch"));
    }
}

pub(crate) fn measure(scene: &Scene, connection: &Connection, criterion: &mut Criterion) {
    let batches = scene.contacts(connection);
    let over = |mut guest: Guest| {
        let batches = &batches;
        move || {
            for batch in batches {
                guest.push(batch);
            }
            Duration::ZERO
        }
    };
    let mut both = over(Guest::new(scene, true, true));
    let mut fuel = over(Guest::new(scene, true, false));
    let mut epochs = over(Guest::new(scene, false, true));
    let mut neither = over(Guest::new(scene, false, false));
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
