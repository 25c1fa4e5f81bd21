//! The demo: an invented municipality taken the whole way, from files to reports.

use std::path::{Path, PathBuf};

use crate::capture::Kind;
use crate::demo::CityFile;
use crate::domain::{Day, Lang, Period, Rounding, Text};

use super::demo_offers::{self, Leaf, Reporting};
use super::import::ImportOptions;
use super::keys::KeySource;
use super::propose::ProposeRequest;
use super::reports::{Ran, ReportFormat, ReportRequest};
use super::workspace::{App, make_private};
use super::{Actor, Error};

pub use crate::demo::Place;

/// The public key of the reference plugins. Its secret half is public as well: it shows how trust works,
/// and is no reason for any.
const KEY: &str = include_str!("../../../plugins/demo.pub");

/// What that key may sign, until when (2099-12-31) and as whose.
const PREFIX: &str = "org.tridem.";
const UNTIL: Day = Day(47_481);
const OWNER: &str = "Tridem Demo";

/// The file that marks a folder as made by the demo, so that it may be made anew.
const MARK: &str = "demo-city.txt";

/// What the demo made.
#[derive(Debug, Clone)]
pub struct DemoCity {
    /// The municipality's name.
    pub city: String,
    /// What its records are about.
    pub period: Period,
    /// How many rows of each kind were imported.
    pub imported: Vec<(Kind, usize)>,
    /// The title of each report and each sheet, and its files, one for each form.
    pub reports: Vec<(Text, Vec<PathBuf>)>,
    /// How many next steps were proposed; `None` where no plugin proposes any.
    pub proposals: Option<usize>,
}

/// Makes the municipality of `seed` in `dir`, imports it, installs and grants its plugins, and writes
/// their reports and the program's own sheets in every form. A folder that an earlier demo made is
/// replaced. `progress` is told per cent.
///
/// # Errors
///
/// [`Error::NotADemo`] where the folder holds anything else, and [`Error::File`].
pub fn demo(
    dir: &Path,
    place: Place,
    seed: u64,
    lang: Lang,
    progress: &mut dyn FnMut(u64),
) -> Result<DemoCity, Error> {
    make_room(dir)?;
    make_private(dir)?;
    let mark = format!("An invented place, made by `tridem demo --city {place} --seed {seed}`.\n");
    fs_err::write(dir.join(MARK), mark).map_err(Error::File)?;
    let city = place.generate(seed);
    let key = KeySource::File(dir.join("tridem.key"));
    let actor = Actor::new("demo".into(), None);
    App::init_for_development(&actor, dir, &key, &city.name)?;
    let mut app = App::open(dir, &key)?;
    app.trust_key(&actor, KEY, OWNER, PREFIX, UNTIL)?;
    let imported = app.take_in(&actor, dir, &city.files, progress)?;

    let offer = demo_offers::of(place);
    let mut writing = Writing { app, actor, dir, place, lang };
    let mut reports = Vec::new();
    for reporting in offer.reports {
        reports.push(writing.report(reporting)?);
    }
    progress(95);
    for (name, leaf) in offer.sheets {
        reports.push(writing.sheet(name, leaf)?);
    }
    progress(98);
    let mut proposals = None;
    for package in offer.proposing {
        *proposals.get_or_insert(0) += writing.propose(package)?;
    }
    progress(100);
    Ok(DemoCity { city: city.name, period: place.period(), imported, reports, proposals })
}

/// Writes the reports of a municipality whose records are there.
struct Writing<'a> {
    app: App,
    actor: Actor,
    dir: &'a Path,
    place: Place,
    lang: Lang,
}

/// A title, and the files in which it is told.
type Written = (Text, Vec<PathBuf>);

impl Writing<'_> {
    fn report(&mut self, reporting: &Reporting) -> Result<Written, Error> {
        let Self { app, actor, place, lang, .. } = self;
        let plugin = app.put_in_service(actor, reporting.package)?;
        let request = ReportRequest {
            plugin: &plugin,
            period: place.period(),
            settings: &[],
            audience: reporting.audience,
            rounding: Rounding::None,
            is_draft: false,
        };
        let Ran::Kept(id) = app.run_report(actor, &request)? else {
            unreachable!("what was just enabled is not watched");
        };
        let id = id.to_string();
        let mut files = Vec::new();
        for (end, format, lang) in outputs(*lang) {
            let bytes = self.app.report(&self.actor, &id, format, lang, None)?;
            files.push(self.file(reporting.name, end, &bytes)?);
        }
        Ok((self.app.document(&self.actor, &id)?.title, files))
    }

    fn sheet(&self, name: &str, leaf: &Leaf) -> Result<Written, Error> {
        let sheet = self.app.demo_sheet(&self.actor, self.place, leaf)?;
        let mut files = Vec::new();
        for (end, format, lang) in outputs(self.lang) {
            let bytes = self.app.write_sheet(&sheet, format, lang, None)?;
            files.push(self.file(name, end, &bytes)?);
        }
        Ok((sheet.title, files))
    }

    /// Lets a plugin propose next steps, and says how many there are.
    fn propose(&mut self, package: &[u8]) -> Result<usize, Error> {
        let plugin = self.app.put_in_service(&self.actor, package)?;
        let period = Some(self.place.period());
        let request = ProposeRequest { plugin: &plugin, period, settings: &[] };
        Ok(self.app.propose(&self.actor, &request)?.proposals)
    }

    fn file(&self, name: &str, end: &str, bytes: &[u8]) -> Result<PathBuf, Error> {
        let path = self.dir.join(format!("{name}.{end}"));
        fs_err::write(&path, bytes).map_err(Error::File)?;
        Ok(path)
    }
}

impl App {
    /// Writes files into the folder `files` and imports them, as a person would. Gives the rows of
    /// each kind.
    fn take_in(
        &mut self,
        actor: &Actor,
        dir: &Path,
        files: &[CityFile],
        progress: &mut dyn FnMut(u64),
    ) -> Result<Vec<(Kind, usize)>, Error> {
        let dir = dir.join("files");
        fs_err::create_dir_all(&dir).map_err(Error::File)?;
        let all = files.iter().map(|file| file.text.len()).sum::<usize>().max(1);
        let (mut done, mut imported) = (0, Vec::<(Kind, usize)>::new());
        for file in files {
            let path = dir.join(&file.name);
            fs_err::write(&path, &file.text).map_err(Error::File)?;
            let kind: Kind =
                file.kind.parse().expect("the demo names kinds that exist; its test imports all");
            let rows =
                self.import(actor, kind, &path, ImportOptions::default(), &mut |percent| {
                    let part = file.text.len() as u64 * percent / 100;
                    progress((done + part) * 90 / all as u64);
                })?;
            done += file.text.len() as u64;
            match imported.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, sum)) => *sum += rows,
                None => imported.push((kind, rows)),
            }
        }
        Ok(imported)
    }

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
