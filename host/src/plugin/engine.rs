//! The engine that runs plugins: how WebAssembly is compiled, and the clock that stops it.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use wasmtime::{Config, OptLevel, WasmBacktraceDetails};

use super::error::Error;
use super::limits::OperatorLimits;
pub(super) use crate::domain::hex;

/// The engine and its version, as results record it. Test: `the_name_is_that_of_the_library`.
const NAME: &str = "wasmtime 48.0.8";

/// How often the clock is looked at.
const TICK: Duration = Duration::from_millis(10);

/// Most ticks at once, a tenth of a second. A call that begins just before them has so much less.
const MOST_TICKS: u128 = 10;

/// The stack of a plugin. Threads that call plugins have at least four times as much.
const STACK_BYTES: usize = 512 * 1024;

/// Compiles plugins and runs them within the operator's limits.
///
/// What a plugin may do is compute: it has no files, no network, no clock, no random numbers, no
/// environment and no other plugin; only so much work, time, memory and output. It sees what it is
/// handed, and the same input gives the same output on every machine.
///
/// Clones share one engine.
#[derive(Clone)]
pub struct Engine {
    /// Ticks until the last clone is gone.
    clock: Arc<Ticker>,
    pub(super) inner: wasmtime::Engine,
    pub(super) limits: OperatorLimits,
}

impl Engine {
    /// An engine with the given limits.
    ///
    /// # Errors
    ///
    /// [`Error::Engine`] where the machine is not one that plugins can be compiled for.
    pub fn new(limits: OperatorLimits) -> Result<Self, Error> {
        let inner = wasmtime::Engine::new(&config())
            .map_err(|error| Error::Engine(format!("{error:#}")))?;
        let clock = Ticker::start(inner.clone()).map_err(|e| Error::Engine(e.to_string()))?;
        Ok(Self { clock: Arc::new(clock), inner, limits })
    }

    /// The engine and its version, as results record it.
    pub fn name(&self) -> &'static str {
        NAME
    }

    /// The operator's limits.
    pub fn limits(&self) -> &OperatorLimits {
        &self.limits
    }

    /// Tells compiled plugins apart that this engine can load from those that it cannot: 64
    /// hexadecimal digits that change with the engine's version, its settings and the machine.
    pub fn compatibility(&self) -> String {
        let mut hasher = Fingerprint(Sha256::new());
        self.inner.precompile_compatibility_hash().hash(&mut hasher);
        hex(&hasher.0.finalize())
    }

    /// How many ticks of the clock a call may take. Rounded up, plus the tick under way.
    pub(super) fn ticks(time: Duration) -> u64 {
        u64::try_from(time.as_millis().div_ceil(TICK.as_millis()) + 1).unwrap_or(u64::MAX / 2)
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("name", &NAME)
            .field("limits", &self.limits)
            .field("clones", &Arc::strong_count(&self.clock))
            .finish_non_exhaustive()
    }
}

/// How WebAssembly is compiled and run.
fn config() -> Config {
    let mut config = Config::new();
    // Limits: work, time, stack.
    config.consume_fuel(true).epoch_interruption(true).max_wasm_stack(STACK_BYTES);
    // The same bits on every machine. Relaxed instructions may differ between processors.
    config.cranelift_nan_canonicalization(true).wasm_relaxed_simd(false);
    // Nothing that the interface needs; each would be more to defend.
    config.wasm_memory64(false).wasm_multi_memory(false).concurrency_support(false);
    // Instances are short-lived, and their memory images small.
    config.memory_init_cow(false);
    // Function names in messages would be the plugin's words; positions mean nothing to a reader.
    config.wasm_backtrace_max_frames(None).wasm_backtrace_details(WasmBacktraceDetails::Disable);
    config.generate_address_map(false);
    config.cranelift_opt_level(OptLevel::Speed);
    // Guard pages and the 4 GiB reservation stay as they are: without them every access to memory
    // is checked by an instruction, and plugins run a quarter slower.
    config
}

/// How many ticks there have to be now. On a busy machine this thread is woken late again and again;
/// one tick each time would let a plugin of ten seconds go on for twelve. Where the machine itself
/// stood still, plugins did too, and are not charged for it.
fn missing(ticked: u128, now: u128) -> u128 {
    now.saturating_sub(ticked).min(MOST_TICKS)
}

/// Moves the engine's clock on while it exists.
struct Ticker {
    // Dropped to stop the thread.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    fn start(engine: wasmtime::Engine) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let thread = thread::Builder::new().name("plugin-clock".into()).spawn(move || {
            let begun = Instant::now();
            let mut ticked = 0;
            while stopped.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                let now = begun.elapsed().as_millis() / TICK.as_millis();
                for _ in 0..missing(ticked, now) {
                    engine.increment_epoch();
                }
                ticked = now;
            }
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that only waits and counts has nothing to tell.
            let _ = thread.join();
        }
    }
}

/// Collects what is hashed into a digest that does not change from one start to the next.
struct Fingerprint(Sha256);

impl Hasher for Fingerprint {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let digest: [u8; 32] = self.0.clone().finalize().into();
        digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_that_of_the_library() {
        let lock = include_str!("../../../Cargo.lock");
        let version = NAME.strip_prefix("wasmtime ").unwrap();
        assert!(lock.contains(&format!("name = \"wasmtime\"\nversion = \"{version}\"\n")));
    }

    #[test]
    fn engines_of_one_program_are_compatible_whatever_their_limits() {
        let one = Engine::new(OperatorLimits::default()).unwrap();
        let other = Engine::new(OperatorLimits { fuel: 1, ..OperatorLimits::default() }).unwrap();
        assert_eq!(one.compatibility(), other.compatibility());
        assert_eq!(one.compatibility().len(), 64);
    }

    #[test]
    fn the_clock_ticks_and_stops_with_the_last_engine() {
        let engine = Engine::new(OperatorLimits::default()).unwrap();
        let clock = Arc::downgrade(&engine.clock);
        let clone = engine.clone();
        drop(engine);
        assert!(clock.upgrade().is_some());
        drop(clone);
        assert!(clock.upgrade().is_none());
    }

    #[test]
    fn a_clock_that_was_woken_late_makes_up_for_it() {
        assert_eq!((missing(0, 1), missing(4, 4), missing(4, 7)), (1, 0, 3));
        assert_eq!(missing(10, 6_000), 10, "the machine stood still for a minute");
    }

    #[test]
    fn a_call_gets_at_least_its_time() {
        assert_eq!(Engine::ticks(Duration::from_secs(10)), 1_001);
        assert_eq!(Engine::ticks(Duration::from_millis(1)), 2);
        assert!(Engine::ticks(Duration::MAX) > 1 << 60);
    }
}
