//! How fast the way from records to figures is, measured beside what it is compared with.
//!
//! `cargo bench --bench spine`, or one part of it: `cargo bench --bench spine -- whole`. See
//! `benches/README.md` for what each part measures and for the numbers of the last run.

mod contacts;
#[path = "../columns/data.rs"]
mod data;
mod grouped;
mod import;
mod metered;
mod metering;
mod native;
mod scene;
mod single;
mod start;
mod timing;
mod whole;

use std::time::Duration;

use criterion::Criterion;

use data::{build, open};
use scene::Scene;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        // `cargo test --all-targets` starts it too, in a profile whose times say nothing.
        return;
    }
    let filter = arguments.iter().find(|argument| !argument.starts_with('-'));
    let is_wanted = |part: &str| filter.is_none_or(|filter| part.contains(filter.as_str()));
    let mut criterion = Criterion::default()
        .without_plots()
        .sample_size(10)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3));

    if ["border", "metering", "whole"].iter().any(|part| is_wanted(part)) {
        let folder = tempfile::tempdir().expect("there is room for a database");
        let path = folder.path().join("encrypted.db");
        build(&path, true);
        let connection = open(&path, true);
        let scene = Scene::new(&connection);
        whole::agree(&scene, &connection);
        if is_wanted("border") {
            whole::border(&scene, &connection, &mut criterion);
        }
        if is_wanted("metering") {
            metering::measure(&scene, &connection, &mut criterion);
        }
        if is_wanted("whole") {
            whole::measure(&scene, &path, &mut criterion);
        }
    }
    if is_wanted("start") {
        start::measure(&mut criterion);
    }
    if is_wanted("import") {
        import::measure(&mut criterion);
    }
    if is_wanted("single") {
        single::measure(&mut criterion);
    }
    criterion.final_summary();
}
