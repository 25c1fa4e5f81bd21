//! From the start of the process to the report, with a plugin that was compiled before.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use criterion::Criterion;
use tridem::domain::Lang;

use crate::timing::say;

pub(crate) fn measure(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("there is room for the demo");
    let dir = folder.path().join("city");
    tridem::app::demo(&dir, tridem::app::Place::Musterstadt, 1, Lang::De, &mut |_| {})
        .expect("the demo runs");

    say("start: `tridem report run` on the demo city, from the start of the process to its end");
    tell("everything in memory", "25 ms", 41, || run(&dir));
    match drop_caches() {
        Ok(()) => tell("nothing in memory, not even the program", "80 ms", 11, || {
            drop_caches().expect("it worked before");
            run(&dir)
        }),
        Err(error) => say(&format!("  the system keeps files in memory ({error}); not measured")),
    }
    let mut group = criterion.benchmark_group("start");
    group.bench_function("report on the demo city", |bench| bench.iter(|| run(&dir)));
    group.finish();
}

/// Runs the report once; gives how long it took by the clock and on a core.
fn run(dir: &Path) -> [Duration; 2] {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tridem"));
    command.arg("--dir").arg(dir).args(["report", "run", "org.tridem.school-comparison"]);
    command.args(["--year", "2025/26", "--format", "json"]);
    command.env_remove("TRIDEM_KEY").stdout(Stdio::null()).stderr(Stdio::null());
    let (begun, before) = (Instant::now(), children_on_core());
    let status = command.status().expect("the program can be started");
    let took = [begun.elapsed(), children_on_core().saturating_sub(before)];
    assert!(status.success());
    took
}

/// Makes the system forget what it has read from disk, which only an administrator can.
fn drop_caches() -> std::io::Result<()> {
    Command::new("sync").status()?;
    fs_err::write("/proc/sys/vm/drop_caches", "3")
}

/// Runs something many times and prints how long it took. The time on a core does not count the
/// time in which something else had it, so it is what a machine with nothing else to do comes near.
fn tell(what: &str, target: &str, times: u32, mut run: impl FnMut() -> [Duration; 2]) {
    let mut clocks = Vec::new();
    let mut on_core = Duration::ZERO;
    for _ in 0..times {
        let [clock, spent] = run();
        clocks.push(clock);
        on_core += spent;
    }
    clocks.sort_unstable();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    say(&format!(
        "  => {what}: {:.1} ms in the middle, {:.1} ms at best, {:.1} ms on a core \
         (target: {target} to the first cell)",
        milliseconds(clocks[clocks.len() / 2]),
        milliseconds(clocks[0]),
        milliseconds(on_core) / f64::from(times),
    ));
}

/// How long the processes that this one has started and waited for were on a core, in steps of
/// 10 ms; zero where the system does not say.
fn children_on_core() -> Duration {
    let text = fs_err::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program is in brackets, and may have spaces.
    let fields = text.rsplit(") ").next().unwrap_or_default().split(' ');
    let hundredths = fields.skip(13).take(2).filter_map(|field| field.parse::<u64>().ok());
    Duration::from_millis(hundredths.sum::<u64>() * 10)
}
