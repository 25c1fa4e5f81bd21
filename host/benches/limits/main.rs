//! What holding plugins to limits costs, and how well it does.
//!
//! `cargo bench --bench limits`, or one part of it: `start`, `meters`, `stop` or `remain`. See
//! `benches/README.md` for what each part measures and for the numbers of the last run.

mod attendance;
#[path = "../spine/metered.rs"]
mod metered;
mod runaway;
#[path = "../spine/timing.rs"]
mod timing;

use std::time::{Duration, Instant};

use attendance::Attendance;
use metered::{Guest, Meters};
use timing::{in_turn, say, tell, tell_ratio};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        // `cargo test --all-targets` starts it too, in a profile whose times say nothing.
        return;
    }
    let filter = arguments.iter().find(|argument| !argument.starts_with('-'));
    let is_wanted = |part: &str| filter.is_none_or(|filter| part.contains(filter.as_str()));
    let attendance = Attendance::new();
    if is_wanted("start") {
        start(&attendance);
    }
    if is_wanted("meters") {
        meters(&attendance);
    }
    if is_wanted("stop") {
        runaway::stop(&attendance.job);
    }
    if is_wanted("remain") {
        runaway::remain(&attendance.job);
    }
}

/// A fresh instance, held to its limits, that has taken the job; and its end.
fn start(attendance: &Attendance) {
    let mut times: Vec<f64> = (0..2_000)
        .map(|_| {
            let begun = Instant::now();
            drop(attendance.start());
            begun.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let [middle, best, slow] = [1_000, 0, 1_900].map(|place| times[place]);
    say(&format!(
        "start: {middle:.1} microseconds, {best:.1} at best, {slow:.1} in one of twenty (target: at most 50)"
    ));
}

/// What each meter costs alone and all of them together.
fn meters(attendance: &Attendance) {
    say("meters: 64 batches of 16,384 pupils, classified by the attendance plugin");
    let over = |fuel, clock, one_nan| {
        let meters = Meters { fuel, clock, one_nan };
        let mut guest = Guest::new(&attendance.component, &attendance.job, meters);
        move || {
            for _ in 0..64 {
                guest.push(&attendance.batch);
            }
            Duration::ZERO
        }
    };
    let mut none = over(false, false, false);
    let (mut fuel, mut clock) = (over(true, false, false), over(false, true, false));
    let (mut one_nan, mut all) = (over(false, false, true), over(true, true, true));
    let [without, with_fuel, with_clock, with_one_nan, with_all] =
        in_turn(21, [&mut none, &mut fuel, &mut clock, &mut one_nan, &mut all]);
    for (name, took) in [
        ("none", without),
        ("fuel", with_fuel),
        ("clock", with_clock),
        ("one NaN", with_one_nan),
        ("all three", with_all),
    ] {
        tell(name, took);
    }
    tell_ratio("fuel to none", with_fuel, without, "none");
    tell_ratio("clock to none", with_clock, without, "none");
    tell_ratio("one NaN to none", with_one_nan, without, "none");
    tell_ratio("all three to none", with_all, without, "at most 1.5");
}
