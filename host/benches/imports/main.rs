//! A file of WebUntis with 100,000 rows: how long a preview takes, and taking it in.
//!
//! `cargo bench --bench imports`. See `benches/README.md`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion};
use tempfile::TempDir;
use tridem::app::{Actor, App, ImportOptions, KeySource, Source, SourceOrder};
use tridem::domain::{Calendar, SchoolYear};

const PUPILS: usize = 2_000;
const DAYS: usize = 50;

fn main() {
    if !std::env::args().any(|argument| argument == "--bench") {
        // `cargo test --all-targets` starts it too, in a profile whose times say nothing.
        return;
    }
    let town = Town::new();
    let (preview, import) = (town.preview(), town.import());
    let rows = PUPILS * DAYS;
    println_line(&format!(
        "{rows} rows: preview {preview:.2?} (target 3 s), import {import:.2?} (target 6 s)"
    ));
    let mut criterion =
        Criterion::default().sample_size(10).measurement_time(Duration::from_secs(20));
    criterion.bench_function("imports/preview", |bencher| bencher.iter(|| town.preview()));
    criterion.bench_function("imports/import", |bencher| {
        bencher.iter_batched(|| (), |()| town.import(), BatchSize::PerIteration);
    });
}

fn println_line(text: &str) {
    use std::io::Write as _;
    writeln!(std::io::stdout(), "{text}").expect("somebody reads it");
}

/// A school with pupils whose ids are known, and the file.
struct Town {
    dir: TempDir,
    file: PathBuf,
}

fn actor() -> Actor {
    Actor::new("bench".into(), None)
}

impl Town {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let folder = dir.path().join("records");
        let key = KeySource::File(folder.join("tridem.key"));
        App::init_for_development(&actor(), &folder, &key, "Musterstadt").expect("a new folder");
        let file = dir.path().join("AbsencePerStudent.csv");
        let write = |name: &str, text: &str| {
            let path = dir.path().join(name);
            fs_err::write(&path, text).expect("room on the disk");
            path
        };
        let schools = write("schools.csv", "number,name,form\n100001,Schule,15\n");
        let attendance = write(
            "attendance.csv",
            "school,unit,units_per_day,from,until\n100001,lesson,6,2025-08-27,\n",
        );
        let (mut pupils, mut ids) = (
            "code,given_name,family_name,birth_day,school,grade,status,enrolled_from\n".to_owned(),
            "family,given,birth,id\n".to_owned(),
        );
        for number in 0..PUPILS {
            let (day, month) = (number % 28 + 1, number / 28 % 12 + 1);
            let person = format!("Kind,Nummer{number},2014-{month:02}-{day:02}");
            writeln!(pupils, "p{number},{person},100001,05,active,2025-08-01").expect("memory");
            writeln!(ids, "Nummer{number},Kind,2014-{month:02}-{day:02},W{number}")
                .expect("memory");
        }
        let (pupils, ids) = (write("pupils.csv", &pupils), write("ids.csv", &ids));
        let mapping = write(
            "ids.toml",
            "kind = \"external-ids\"\n[match]\nsystem = \"webuntis\"\nexternal_id = \"id\"\n\
             family_name = \"family\"\ngiven_name = \"given\"\nbirth_day = \"birth\"\n\
             birth_day_format = \"yyyy-MM-dd\"\n",
        );
        fs_err::write(&file, rows()).expect("room on the disk");
        let town = Self { dir, file };
        let mut app = town.open(&folder);
        for (kind, path) in [("schools", schools), ("attendance", attendance), ("pupils", pupils)] {
            let kind = kind.parse().expect("a kind");
            app.import(&actor(), kind, &path, ImportOptions::default(), &mut |_| {})
                .expect("sound");
        }
        let order = order(Source::Table, &ids, mapping.to_str());
        let learned = app.incoming(&actor(), &order, true).expect("a sound file");
        assert_eq!(learned.ids, PUPILS);
        town
    }

    fn open(&self, folder: &Path) -> App {
        let key = KeySource::File(self.dir.path().join("records/tridem.key"));
        App::open(folder, &key).expect("a folder of records")
    }

    fn preview(&self) -> Duration {
        let mut app = self.open(&self.dir.path().join("records"));
        let begun = Instant::now();
        let outcome = app.incoming(&actor(), &order(Source::WebUntis, &self.file, None), false);
        let took = begun.elapsed();
        assert_eq!(outcome.expect("a sound file").records, PUPILS * DAYS);
        took
    }

    /// Takes the file into a copy of the records.
    fn import(&self) -> Duration {
        let copy = tempfile::tempdir().expect("a folder");
        for entry in fs_err::read_dir(self.dir.path().join("records")).expect("a folder") {
            let entry = entry.expect("an entry");
            if entry.path().is_file() {
                fs_err::copy(entry.path(), copy.path().join(entry.file_name())).expect("room");
            }
        }
        let mut app = self.open(copy.path());
        let begun = Instant::now();
        let outcome = app.incoming(&actor(), &order(Source::WebUntis, &self.file, None), true);
        let took = begun.elapsed();
        assert_eq!(outcome.expect("a sound file").records, PUPILS * DAYS);
        took
    }
}

fn order<'a>(source: Source, path: &'a Path, mapping: Option<&'a str>) -> SourceOrder<'a> {
    SourceOrder {
        source,
        path,
        school: None,
        cap: 8,
        lessons_per_day: 6,
        empty_is_zero: false,
        mapping,
        again: false,
    }
}

/// Every pupil misses something on each of the first school days.
fn rows() -> String {
    let mut text = "Schüler*innen\tExterne Id\tKlasse\tDatum\tWochentag\tFehlstd.\tFehlmin.\t\
                    Abwesenheitsgrund\tENr\tErledigt\tAbwesenheit zählt\tStatus\n"
        .to_owned();
    let period = SchoolYear(2025).period();
    let none = std::collections::BTreeSet::new();
    let begin = "2025-08-27".parse().expect("a day");
    let days: Vec<_> =
        Calendar::nrw().school_days(period, &none).filter(|day| *day >= begin).take(DAYS).collect();
    for (number, day) in days.iter().enumerate() {
        let german = day.german();
        let short = format!("{}{}", &german[..6], &german[8..]);
        for pupil in 0..PUPILS {
            let (lessons, status) =
                (pupil % 6 + 1, ["entsch.", "nicht entsch.", "offen"][pupil % 3]);
            let event = number * PUPILS + pupil;
            writeln!(
                text,
                "Nummer{pupil} Kind\tW{pupil}\t5a\t{short}\tMo\t{lessons}\t{}\t\t{event}\ttrue\ttrue\t\
                 {status}",
                lessons * 45
            )
            .expect("memory");
        }
    }
    text
}
