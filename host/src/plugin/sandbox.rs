//! One instance of a plugin, held to its limits, and why it was stopped.

use std::time::{Duration, Instant};

use wasmtime::component::{Instance, InstancePre};
use wasmtime::{ResourceLimiter, Store, Trap};

use super::bindings::arguments;
use super::convert;
use super::engine::Engine;
use super::error::{Call, Error, words};
use super::exports::Interface;
use super::limits::OperatorLimits;
use crate::domain::Batch;

/// Most module instances, tables and memories of one plugin. Interpreters such as Python come as a
/// dozen or so modules; each memory reserves 4 GiB of addresses.
const MOST_INSTANCES: usize = 128;
pub(super) const MOST_TABLES: usize = 64;
pub(super) const MOST_MEMORIES: usize = 16;

/// Bytes of a table's element on the host.
pub(super) const ELEMENT_BYTES: usize = 8;

/// How wasmtime says that a call returned more than the hostcall fuel lets through; it gives the
/// error no type that can be asked for. Test: `a_gigabyte_of_output_is_refused`.
const OUTPUT_EXHAUSTED: &str = "fuel allocated for hostcalls has been exhausted";

/// Adds up what an instance takes, and remembers that it was refused more.
#[derive(Debug)]
pub(super) struct Guard {
    /// Bytes of all memories and tables so far.
    taken: u64,
    limit: u64,
    /// A refusal reaches the guest as a failed instruction, and then looks like a crash.
    refused: bool,
}

impl Guard {
    /// Takes `more` bytes, or refuses them for good.
    ///
    /// A maximum of the plugin's own is its own affair: the growth fails, nothing is taken, and the
    /// plugin goes on. Every memory has one at 4 GiB, so the operator's limit is looked at first.
    fn take(&mut self, more: u64, is_above_own_maximum: bool) -> wasmtime::Result<bool> {
        let taken = self.taken.saturating_add(more);
        if taken > self.limit {
            self.refused = true;
            return Err(wasmtime::Error::msg("the memory limit is reached"));
        }
        if !is_above_own_maximum {
            self.taken = taken;
        }
        Ok(!is_above_own_maximum)
    }
}

impl ResourceLimiter for Guard {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current) as u64;
        self.take(more, maximum.is_some_and(|maximum| desired > maximum))
    }

    fn memory_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        // More than 4 GiB were asked for, or the machine itself has no memory left.
        self.refused = true;
        Err(error)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current).saturating_mul(ELEMENT_BYTES) as u64;
        self.take(more, maximum.is_some_and(|maximum| desired > maximum))
    }

    fn instances(&self) -> usize {
        MOST_INSTANCES
    }

    fn tables(&self) -> usize {
        MOST_TABLES
    }

    fn memories(&self) -> usize {
        MOST_MEMORIES
    }
}

/// One instance of a plugin, with a store of its own that goes when it goes. `Guest` holds the
/// functions that are called.
pub(super) struct Sandbox<Guest> {
    store: Store<Guard>,
    guest: Guest,
    state: State,
}

/// What is known of an instance besides the instance.
struct State {
    plugin: String,
    interface: Interface,
    limits: OperatorLimits,
    /// Time spent in calls so far.
    spent: Duration,
    /// Fuel handed out since the start.
    granted: u64,
    has_failed: bool,
}

impl<Guest> Sandbox<Guest> {
    /// Makes a fresh instance, which has seen nothing, to call functions of `interface`.
    pub(super) fn new(
        engine: &Engine,
        plugin: &InstancePre<Guard>,
        (name, interface): (&str, Interface),
        limits: OperatorLimits,
        load: impl FnOnce(&mut Store<Guard>, &Instance) -> wasmtime::Result<Guest>,
    ) -> Result<Self, Error> {
        let guard = Guard { taken: 0, limit: limits.memory_bytes, refused: false };
        let mut store = Store::new(&engine.inner, guard);
        store.limiter(|guard| guard);
        store.set_hostcall_fuel(limits.output_bytes);
        store.set_max_component_handles(limits.handles);
        refuel(&mut store, limits.fuel);
        let mut state = State {
            plugin: name.to_owned(),
            interface,
            limits,
            spent: Duration::ZERO,
            granted: limits.fuel,
            has_failed: false,
        };
        let guest = state.call(&mut store, Call::Start, |store| {
            let instance = plugin.instantiate(&mut *store)?;
            load(store, &instance)
        })?;
        // What the start cost is forgotten, so that the fuel of a run is that of its calls alone.
        refuel(&mut store, limits.fuel);
        Ok(Self { store, guest, state })
    }

    /// Calls the guest, within what is left of the limits. A failure ends the instance.
    ///
    /// # Errors
    ///
    /// Every way to be stopped, and [`Error::Ended`] after any of them.
    pub(super) fn call<T>(
        &mut self,
        call: Call,
        function: impl FnOnce(&mut Store<Guard>, &Guest) -> wasmtime::Result<T>,
    ) -> Result<T, Error> {
        let guest = &self.guest;
        self.state.call(&mut self.store, call, |store| function(store, guest))
    }

    /// Lets the next calls return so many bytes.
    pub(super) fn allow_output(&mut self, bytes: usize) {
        self.state.limits.output_bytes = bytes;
        self.store.set_hostcall_fuel(bytes);
    }

    /// Hands the guest a batch by its `push`, with the fuel that the rows bring. `dataset` is a place
    /// in the job's datasets.
    ///
    /// # Errors
    ///
    /// Those of [`call`](Self::call), and [`Error::Guest`] where the plugin gives up.
    pub(super) fn push<T>(
        &mut self,
        dataset: usize,
        batch: &Batch,
        push: impl FnOnce(
            &mut Store<Guard>,
            &Guest,
            arguments::Batch<'_>,
        ) -> wasmtime::Result<Result<T, String>>,
    ) -> Result<T, Error> {
        let place = u32::try_from(dataset).expect("a manifest has few datasets");
        self.add_rows(batch.rows as u64);
        let answer = convert::with_batch(place, batch, |batch| {
            self.call(Call::Push, |store, guest| push(store, guest, batch))
        })?;
        answer.map_err(|message| self.reported(&message))
    }

    /// Adds the fuel that so many rows bring.
    pub(super) fn add_rows(&mut self, rows: u64) {
        let more = self.state.limits.fuel_per_row.saturating_mul(rows);
        let left = self.store.get_fuel().expect("the engine counts fuel");
        self.state.granted = self.state.granted.saturating_add(more);
        refuel(&mut self.store, left.saturating_add(more));
    }

    /// Fuel used since the start.
    pub(super) fn fuel_used(&self) -> u64 {
        let left = self.store.get_fuel().expect("the engine counts fuel");
        self.state.granted.saturating_sub(left)
    }

    /// Time spent in calls so far.
    pub(super) fn time_spent(&self) -> Duration {
        self.state.spent
    }

    /// Says that part of the time of the run is over.
    pub(super) fn has_spent(&mut self, time: Duration) {
        self.state.spent = self.state.spent.saturating_add(time);
    }

    /// Ends the instance with the plugin's own words.
    pub(super) fn reported(&mut self, message: &str) -> Error {
        self.state.has_failed = true;
        Error::Guest { plugin: self.state.plugin.clone(), message: words(message) }
    }

    /// Ends the instance for what the caller found wrong in an answer.
    pub(super) fn answered_wrongly(&mut self, call: Call, what: String) -> Error {
        self.state.has_failed = true;
        let (plugin, interface) = (self.state.plugin.clone(), self.state.interface);
        Error::Answer { plugin, call, interface, what }
    }

    /// Ends the instance for an answer of more than `limit` bytes.
    pub(super) fn answered_too_much(&mut self, call: Call, limit: usize) -> Error {
        self.state.has_failed = true;
        let (plugin, interface) = (self.state.plugin.clone(), self.state.interface);
        Error::Output { plugin, call, interface, limit }
    }

    /// Whether it was stopped or gave a wrong answer.
    pub(super) fn has_failed(&self) -> bool {
        self.state.has_failed
    }

    /// The plugin's id.
    pub(super) fn plugin(&self) -> &str {
        &self.state.plugin
    }
}

impl State {
    fn call<T>(
        &mut self,
        store: &mut Store<Guard>,
        call: Call,
        function: impl FnOnce(&mut Store<Guard>) -> wasmtime::Result<T>,
    ) -> Result<T, Error> {
        if self.has_failed {
            return Err(Error::Ended { plugin: self.plugin.clone() });
        }
        let left = self.limits.run.saturating_sub(self.spent);
        // Which of the two it is that ends the call is known before it begins: afterwards the clock of
        // the engine and the one looked at here may differ by a tick.
        let (allowed, limit) = if self.limits.call <= left {
            (self.limits.call, self.limits.call)
        } else {
            (left, self.limits.run)
        };
        if allowed.is_zero() {
            // A call that takes less than a tick of the clock would not be stopped by it, and a run
            // may have many parts.
            self.has_failed = true;
            return Err(Error::TooSlow { plugin: self.plugin.clone(), call, limit });
        }
        store.set_epoch_deadline(Engine::ticks(allowed));
        let begun = Instant::now();
        let result = function(store);
        self.spent = self.spent.saturating_add(begun.elapsed());
        result.map_err(|error| {
            self.has_failed = true;
            self.cause(store.data(), call, limit, &error)
        })
    }

    /// Why a call failed that had so much time. The limiter is asked first: what it refuses shows as a
    /// crash later on.
    fn cause(&self, guard: &Guard, call: Call, limit: Duration, error: &wasmtime::Error) -> Error {
        let plugin = self.plugin.clone();
        if guard.refused {
            return Error::Memory { plugin, call, limit: guard.limit };
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::OutOfFuel) => Error::OutOfFuel { plugin, call, limit: self.granted },
            Some(Trap::Interrupt) => Error::TooSlow { plugin, call, limit },
            Some(Trap::StackOverflow) => Error::StackOverflow { plugin, call },
            Some(trap) => {
                let text = trap.to_string();
                let what = text.strip_prefix("wasm trap: ").unwrap_or(&text).to_owned();
                Error::Crash { plugin, call, what }
            }
            None => {
                let text = format!("{error:#}");
                let interface = self.interface;
                if text.contains(OUTPUT_EXHAUSTED) {
                    let limit = self.limits.output_bytes;
                    return Error::Output { plugin, call, interface, limit };
                }
                if call == Call::Start {
                    return Error::Crash { plugin, call, what: words(&text) };
                }
                // Everything else is a value that could not be taken over: a list outside of the
                // plugin's memory, a text that is not UTF-8, a variant that does not exist.
                Error::Answer { plugin, call, interface, what: words(&text) }
            }
        }
    }
}

/// Sets the fuel that is left.
fn refuel(store: &mut Store<Guard>, fuel: u64) {
    store.set_fuel(fuel).expect("the engine counts fuel");
}

/// Instantiates any component that needs no imports, for tests of what the guard adds up.
#[cfg(test)]
pub(super) fn instantiate_any(engine: &Engine, component: &[u8]) -> Result<(), String> {
    use wasmtime::component::{Component, Linker};
    let limit = engine.limits().memory_bytes;
    let mut store = Store::new(&engine.inner, Guard { taken: 0, limit, refused: false });
    store.limiter(|guard| guard);
    refuel(&mut store, engine.limits().fuel);
    store.set_epoch_deadline(Engine::ticks(engine.limits().call));
    let component = Component::from_binary(&engine.inner, component).expect("a test's component");
    let instance = Linker::new(&engine.inner).instantiate(&mut store, &component);
    assert_eq!(instance.is_err(), store.data().refused);
    instance.map(drop).map_err(|error| format!("{error:#}"))
}
