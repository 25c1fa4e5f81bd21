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
    tridem::app::demo(&dir, 1, Lang::De, &mut |_| {}).expect("the demo runs");

    say("start: `tridem report run` on the demo city, from the start of the process to its end");
    let warm = sorted(21, || run(&dir));
    tell("everything in memory", &warm, "25 ms");
    match drop_caches() {
        Ok(()) => {
            let cold = sorted(11, || {
                drop_caches().expect("it worked before");
                run(&dir)
            });
            tell("nothing in memory, not even the program", &cold, "80 ms");
        }
        Err(error) => say(&format!("  the system keeps files in memory ({error}); not measured")),
    }
    let mut group = criterion.benchmark_group("start");
    group.bench_function("report on the demo city", |bench| bench.iter(|| run(&dir)));
    group.finish();
}

/// Runs the report once.
fn run(dir: &Path) -> Duration {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tridem"));
    command.arg("--dir").arg(dir).args(["report", "run", "org.tridem.school-comparison"]);
    command.args(["--year", "2025/26", "--format", "json"]);
    command.env_remove("TRIDEM_KEY").stdout(Stdio::null()).stderr(Stdio::null());
    let begun = Instant::now();
    let status = command.status().expect("the program can be started");
    let took = begun.elapsed();
    assert!(status.success());
    took
}

/// Makes the system forget what it has read from disk, which only an administrator can.
fn drop_caches() -> std::io::Result<()> {
    Command::new("sync").status()?;
    fs_err::write("/proc/sys/vm/drop_caches", "3")
}

fn sorted(times: usize, mut run: impl FnMut() -> Duration) -> Vec<Duration> {
    let mut times: Vec<Duration> = (0..times).map(|_| run()).collect();
    times.sort_unstable();
    times
}

fn tell(what: &str, times: &[Duration], target: &str) {
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    say(&format!(
        "  => {what}: {:.1} ms in the middle, {:.1} ms at best (target: {target} to the first cell)",
        milliseconds(times[times.len() / 2]),
        milliseconds(times[0]),
    ));
}
