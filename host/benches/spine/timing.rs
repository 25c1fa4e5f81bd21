//! Measures several ways to do the same in turn, so that a busy machine is busy for each of them.

use std::time::{Duration, Instant};

/// How long something took, in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Took {
    /// By the clock, the run in the middle.
    pub(crate) clock: f64,
    /// By the clock, the fastest run: what it takes when nothing else is going on.
    pub(crate) best: f64,
    /// The time that its threads were on a core, on average, since the system adds it up in steps of
    /// some milliseconds. It does not count the time in which something else had the core.
    pub(crate) on_core: f64,
}

/// Runs each of `ways` once a round and then all of them again. A way returns how long threads of
/// its own were on a core; this thread is measured here.
pub(crate) fn in_turn<const N: usize>(
    rounds: u32,
    mut ways: [&mut dyn FnMut() -> Duration; N],
) -> [Took; N] {
    let mut times = [const { Vec::new() }; N];
    for _ in 0..rounds {
        for (way, times) in ways.iter_mut().zip(&mut times) {
            let (begun, on_core_before) = (Instant::now(), on_core());
            let elsewhere = way();
            let clock = begun.elapsed();
            times.push((clock, on_core().saturating_sub(on_core_before) + elsewhere));
        }
    }
    times.map(|times| {
        let (mut clocks, on_cores): (Vec<f64>, Vec<f64>) = times
            .iter()
            .map(|(clock, on_core): &(Duration, Duration)| {
                (clock.as_secs_f64(), on_core.as_secs_f64())
            })
            .unzip();
        clocks.sort_by(f64::total_cmp);
        Took {
            clock: clocks[clocks.len() / 2],
            best: clocks[0],
            on_core: on_cores.iter().sum::<f64>() / f64::from(rounds),
        }
    })
}

/// How long this thread has been on a core; zero where the system does not say.
pub(crate) fn on_core() -> Duration {
    let text = fs_err::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|number| number.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}

/// Prints what was measured.
#[expect(clippy::print_stdout, reason = "a benchmark prints what it has measured")]
pub(crate) fn tell(what: &str, took: Took) {
    println!(
        "  {what}: {:.1} ms by the clock, {:.1} ms at best, {:.1} ms on a core",
        took.clock * 1e3,
        took.best * 1e3,
        took.on_core * 1e3,
    );
}

/// Prints a heading, or the outcome of a comparison.
#[expect(clippy::print_stdout, reason = "a benchmark prints what it has measured")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}

/// Prints by how much `one` took longer than `other`, in each of the three ways.
pub(crate) fn tell_ratio(what: &str, one: Took, other: Took, target: &str) {
    say(&format!(
        "  => {what}: {:.2} by the clock, {:.2} at best, {:.2} on a core (target: {target})",
        one.clock / other.clock,
        one.best / other.best,
        one.on_core / other.on_core,
    ));
}
