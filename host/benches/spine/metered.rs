//! A plugin in an engine of its own, whose meters may be off.

use std::hint::black_box;

use tridem::domain::{Batch, Job, SettingValue, Values};
use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine, Store};

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

/// What an engine looks at, or does, while a plugin runs.
#[derive(Clone, Copy, Default)]
pub(crate) struct Meters {
    /// It counts fuel.
    pub(crate) fuel: bool,
    /// It looks at the clock.
    pub(crate) clock: bool,
    /// It gives every result that is no number the same bits.
    pub(crate) one_nan: bool,
}

/// A metrics plugin in an engine of its own.
pub(crate) struct Guest {
    store: Store<()>,
    plugin: MetricsPlugin,
}

impl Guest {
    /// As the host's own engine is set up, but for the meters.
    pub(crate) fn new(component: &[u8], job: &Job, meters: Meters) -> Self {
        let mut config = Config::new();
        config.consume_fuel(meters.fuel).epoch_interruption(meters.clock);
        config.max_wasm_stack(512 * 1024);
        config.cranelift_nan_canonicalization(meters.one_nan).wasm_relaxed_simd(false);
        config.wasm_memory64(false).wasm_multi_memory(false).concurrency_support(false);
        config.memory_init_cow(false).generate_address_map(false);
        let engine = Engine::new(&config).expect("an engine for this machine");
        let component = Component::from_binary(&engine, component).expect("a component");
        let mut store = Store::new(&engine, ());
        if meters.fuel {
            store.set_fuel(u64::MAX).expect("fuel is counted");
        }
        if meters.clock {
            store.set_epoch_deadline(u64::MAX / 2);
        }
        let plugin = MetricsPlugin::instantiate(&mut store, &component, &Linker::new(&engine))
            .expect("it imports nothing");
        let mut guest = Self { store, plugin };
        guest.begin(job);
        guest
    }

    fn begin(&mut self, job: &Job) {
        let parameters: Vec<_> = job
            .settings
            .iter()
            .map(|(name, value)| {
                let value = match value {
                    SettingValue::Flag(flag) => arguments::Setting::Flag(*flag),
                    SettingValue::Integer(number) => arguments::Setting::Integer(*number),
                    SettingValue::Number(number) => arguments::Setting::Number(*number),
                    SettingValue::Text(text) => arguments::Setting::Text(text),
                };
                arguments::Parameter { name, value }
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

    pub(crate) fn push(&mut self, batch: &Batch) {
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
