//! The demo: an invented city taken the whole way a municipality goes, from files to a report.

use std::path::{Path, PathBuf};

use crate::capture::Kind;
use crate::demo::City;
use crate::domain::{Audience, Day, Lang, Rounding, SchoolYear, Text};

use super::import::ImportOptions;
use super::keys::KeySource;
use super::propose::ProposeRequest;
use super::reports::{Ran, ReportFormat, ReportRequest};
use super::workspace::{App, make_private};
use super::{Actor, Error};

/// The reference plugins that report, built from the folders in `plugins`, each with the name of its
/// report's files and for whom it is.
const REPORTING: [(&str, Audience, &[u8]); 3] = [
    (
        "report",
        Audience::Public,
        include_bytes!("../../../plugins/dist/school-comparison-1.0.1.tridem"),
    ),
    (
        "attendance",
        Audience::Public,
        include_bytes!("../../../plugins/dist/attendance-1.0.1.tridem"),
    ),
    // What it points at is for those who keep the records.
    ("records", Audience::Work, include_bytes!("../../../plugins/dist/record-check-1.0.0.tridem")),
];

/// The one that proposes next steps.
const PROPOSING: &[u8] = include_bytes!("../../../plugins/dist/parent-contact-1.0.0.tridem");

/// The public key of the packages above. Its secret half is public as well: it shows how trust works,
/// and is no reason for any.
const KEY: &str = include_str!("../../../plugins/demo.pub");

/// What that key may sign, until when (2099-12-31) and as whose.
const PREFIX: &str = "org.tridem.";
const UNTIL: Day = Day(47_481);
const OWNER: &str = "Tridem Demo";

/// The file that marks a folder as made by the demo, so that it may be made anew.
const MARK: &str = "demo-city.txt";

/// The school year that the demo is about.
const YEAR: SchoolYear = SchoolYear(2025);

/// What the demo made.
#[derive(Debug, Clone)]
pub struct DemoCity {
    /// The city's name.
    pub city: String,
    /// The school year.
    pub year: SchoolYear,
    /// How many rows of each kind were imported.
    pub imported: Vec<(Kind, usize)>,
    /// Each report's title, and its files, one for each form.
    pub reports: Vec<(Text, Vec<PathBuf>)>,
    /// How many next steps were proposed.
    pub proposals: usize,
}

/// Makes the demo city of `seed` in `dir`, imports it, installs and grants the reference plugins,
/// and writes their reports in every form. A folder that an earlier demo made is replaced.
/// `progress` is told per cent.
///
/// # Errors
///
/// [`Error::NotADemo`] where the folder holds anything else, and [`Error::File`].
#[expect(
    clippy::missing_panics_doc,
    reason = "the kinds of the demo are fixed, and its test imports them all"
)]
pub fn demo(
    dir: &Path,
    seed: u64,
    lang: Lang,
    progress: &mut dyn FnMut(u64),
) -> Result<DemoCity, Error> {
    make_room(dir)?;
    let city = City::generate(seed);
    make_private(dir)?;
    let files_dir = dir.join("files");
    fs_err::create_dir_all(&files_dir).map_err(Error::File)?;
    let mark = format!("An invented city, made by `tridem demo --seed {seed}`.\n");
    fs_err::write(dir.join(MARK), mark).map_err(Error::File)?;
    let key = KeySource::File(dir.join("tridem.key"));
    let actor = Actor::new("demo".into(), None);
    App::init_for_development(&actor, dir, &key, &city.name)?;
    let mut app = App::open(dir, &key)?;
    app.trust_key(&actor, KEY, OWNER, PREFIX, UNTIL)?;

    let all = city.files.iter().map(|file| file.text.len()).sum::<usize>().max(1);
    let (mut done, mut imported) = (0, Vec::new());
    for file in &city.files {
        let path = files_dir.join(file.name);
        fs_err::write(&path, &file.text).map_err(Error::File)?;
        let kind: Kind =
            file.kind.parse().expect("the demo names kinds that exist; its test imports all");
        let rows = app.import(&actor, kind, &path, ImportOptions::default(), &mut |percent| {
            let part = file.text.len() as u64 * percent / 100;
            progress((done + part) * 90 / all as u64);
        })?;
        done += file.text.len() as u64;
        imported.push((kind, rows));
    }

    let mut reports = Vec::new();
    for ((name, audience, package), percent) in REPORTING.into_iter().zip([91, 93, 95]) {
        progress(percent);
        let plugin = app.put_in_service(&actor, package)?;
        let request = ReportRequest {
            plugin: &plugin,
            period: YEAR.period(),
            settings: &[],
            audience,
            rounding: Rounding::None,
        };
        let Ran::Kept(id) = app.run_report(&actor, &request)? else {
            unreachable!("what was just enabled is not watched");
        };
        let id = id.to_string();
        let mut files = Vec::new();
        for (end, format, lang) in outputs(lang) {
            let path = dir.join(format!("{name}.{end}"));
            let bytes = app.report(&actor, &id, format, lang, None)?;
            fs_err::write(&path, bytes).map_err(Error::File)?;
            files.push(path);
        }
        reports.push((app.document(&actor, &id)?.title, files));
    }
    progress(98);
    let plugin = app.put_in_service(&actor, PROPOSING)?;
    let request = ProposeRequest { plugin: &plugin, period: Some(YEAR.period()), settings: &[] };
    let proposals = app.propose(&actor, &request)?.proposals;
    progress(100);
    Ok(DemoCity { city: city.name, year: YEAR, imported, reports, proposals })
}

impl App {
    /// Installs a package, grants all that it asks for and switches it on. Gives its id.
    fn put_in_service(&mut self, actor: &Actor, package: &[u8]) -> Result<String, Error> {
        let plugin = self.install_bytes(actor, package)?.manifest.id;
        self.grant(actor, &plugin, None)?;
        self.enable(actor, &plugin, false, false)?;
        Ok(plugin)
    }
}

/// How the names of the files of a report end: pages in both languages, the rest in that of the session.
fn outputs(lang: Lang) -> [(&'static str, ReportFormat, Lang); 6] {
    [
        ("de.html", ReportFormat::Html, Lang::De),
        ("en.html", ReportFormat::Html, Lang::En),
        ("txt", ReportFormat::Text, lang),
        ("csv", ReportFormat::Csv, lang),
        ("xlsx", ReportFormat::Xlsx, lang),
        ("json", ReportFormat::Json, lang),
    ]
}

/// Removes what an earlier demo made; refuses to touch anything else.
fn make_room(dir: &Path) -> Result<(), Error> {
    if !dir.exists() {
        return Ok(());
    }
    if dir.join(MARK).is_file() {
        return fs_err::remove_dir_all(dir).map_err(Error::File);
    }
    let mut entries = fs_err::read_dir(dir).map_err(Error::File)?;
    if entries.next().is_some() { Err(Error::NotADemo(dir.to_owned())) } else { Ok(()) }
}
