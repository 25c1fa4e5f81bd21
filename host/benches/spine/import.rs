//! A file of 100,000 contacts taken in: read, checked, written and kept.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use criterion::Criterion;
use tridem::app::{Actor, App, ImportOptions, KeySource};
use tridem::demo::City;

use crate::timing::say;

const ROWS: usize = 100_000;

/// A folder of records with everything that contacts refer to, and a file of contacts.
pub(crate) struct Prepared {
    pub(crate) dir: PathBuf,
    contacts: PathBuf,
    actor: Actor,
}

impl Prepared {
    pub(crate) fn new(folder: &Path) -> Self {
        let dir = folder.join("records");
        let actor = Actor::new("bench".into(), None);
        let key = KeySource::File(dir.join("tridem.key"));
        let city = City::generate(1);
        App::init(&actor, &dir, &key, &city.name).expect("a new folder");
        let mut app = App::open(&dir, &key).expect("the folder just made");
        let contacts = folder.join("contacts.csv");
        for file in &city.files {
            if file.kind == "contacts" {
                fs_err::write(&contacts, many(&file.text)).expect("there is room");
                continue;
            }
            let path = folder.join(&file.name);
            fs_err::write(&path, &file.text).expect("there is room");
            let kind = file.kind.parse().expect("a kind");
            app.import(&actor, kind, &path, ImportOptions::default(), &mut |_| {})
                .expect("the demo's files are right");
        }
        Self { dir, contacts, actor }
    }

    /// Imports the contacts into a copy of the records.
    fn run(&self) -> Duration {
        let copy = tempfile::tempdir().expect("there is room");
        for name in ["tridem.db", "tridem.key"] {
            fs_err::copy(self.dir.join(name), copy.path().join(name)).expect("there is room");
        }
        self.fill(copy.path())
    }

    /// Imports the contacts into the records of a folder.
    pub(crate) fn fill(&self, dir: &Path) -> Duration {
        let key = KeySource::File(dir.join("tridem.key"));
        let mut app = App::open(dir, &key).expect("a folder of records");
        let begun = Instant::now();
        let rows = app
            .import(
                &self.actor,
                "contacts".parse().expect("a kind"),
                &self.contacts,
                ImportOptions::default(),
                &mut |_| {},
            )
            .expect("the demo's contacts are right");
        let took = begun.elapsed();
        assert_eq!(rows, ROWS);
        took
    }
}

/// The demo's contacts over and over, below one header.
fn many(text: &str) -> Vec<u8> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut writer = csv::Writer::from_writer(Vec::new());
    let rows: Vec<csv::ByteRecord> =
        reader.byte_records().collect::<Result<_, _>>().expect("the demo's files are right");
    writer.write_record(reader.byte_headers().expect("a header")).expect("memory takes it");
    for row in rows.iter().cycle().take(ROWS) {
        writer.write_record(row).expect("memory takes it");
    }
    writer.into_inner().expect("memory takes it")
}

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
