//! A file of 100,000 contacts taken in: read, checked, written and kept.

use criterion::Criterion;

use crate::contacts::Prepared;
use crate::timing::say;

pub(crate) fn measure(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("there is room for the records");
    let prepared = Prepared::new(folder.path());
    say("import: a file of 100,000 contacts");
    let mut times: Vec<f64> = (0..5).map(|_| prepared.run().as_secs_f64()).collect();
    times.sort_by(f64::total_cmp);
    let a_second = |seconds: f64| 100_000.0 / seconds;
    say(&format!(
        "  => {:.2} s, {:.0} rows a second in the middle, {:.0} at best (target: 60,000)",
        times[2],
        a_second(times[2]),
        a_second(times[0]),
    ));
    let mut group = criterion.benchmark_group("import");
    group.bench_function("100,000 contacts", |bench| {
        bench.iter_custom(|rounds| (0..rounds).map(|_| prepared.run()).sum());
    });
    group.finish();
}
