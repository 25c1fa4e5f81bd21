//! `plugin test`: runs what is written down in `tests/` against the compiled plugin.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::error::Error;
use super::fixture::Fixture;
use super::golden::{Writer, differences};
use super::trial::{Cut, Subject, facts};
use crate::app;

/// How the file with a test's expected result ends.
const GOLDEN: &str = "golden.json";

/// What became of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// What came out is what was expected.
    Passed,
    /// What came out is something else: each place, what was expected and what was found.
    Failed(Vec<(String, String, String)>),
    /// Nothing was expected yet, and nothing was written down.
    NothingExpected,
    /// What came out was written down as expected.
    Written,
}

/// A test that was run.
#[derive(Debug, Clone)]
pub struct TestRun {
    /// Its name: that of the file without its end.
    pub name: String,
    /// The file with what is expected.
    pub golden: PathBuf,
    /// What became of it.
    pub verdict: Verdict,
}

/// All tests of a plugin that were run.
#[derive(Debug, Clone)]
pub struct Tested {
    /// By name.
    pub runs: Vec<TestRun>,
    /// A source file that was changed after the plugin was built, which the tests know nothing of.
    pub stale: Option<PathBuf>,
}

impl Tested {
    /// How many failed.
    pub fn failed(&self) -> usize {
        let is_bad =
            |run: &&TestRun| matches!(run.verdict, Verdict::Failed(_) | Verdict::NothingExpected);
        self.runs.iter().filter(is_bad).count()
    }
}

/// Runs every test of the plugin in a folder. With `update`, what comes out is written down as
/// expected.
///
/// Each test is run as the host would run it, again one row at a time, and a third time all over:
/// what comes out must not hang on any of that.
///
/// # Errors
///
/// [`Error::NoTests`]; [`Error::Fixture`] for a test that is wrong; and everything for which a
/// package would be refused. A plugin that gives an error in a test has said so: that is its result.
pub fn test(folder: &Path, update: bool) -> Result<Tested, app::Error> {
    if folder.is_file() {
        return Err(Error::NotAFolder(folder.to_owned()).into());
    }
    let subject = Subject::open(folder)?;
    let dir = folder.join("tests");
    let mut paths: Vec<PathBuf> = Vec::new();
    if dir.is_dir() {
        for entry in fs_err::read_dir(&dir).map_err(app::Error::File)? {
            let path = entry.map_err(app::Error::File)?.path();
            if path.extension().is_some_and(|end| end == "toml") {
                paths.push(path);
            }
        }
    }
    if paths.is_empty() {
        return Err(Error::NoTests(dir).into());
    }
    paths.sort();
    let runs = paths.iter().map(|path| run(&subject, path, update)).collect::<Result<_, _>>()?;
    Ok(Tested { runs, stale: subject.project.changed_since_build() })
}

fn run(subject: &Subject, path: &Path, update: bool) -> Result<TestRun, app::Error> {
    let fixture = Fixture::read(path, subject)?;
    let found = outcome(subject, &fixture)?;
    let golden = path.with_extension(GOLDEN);
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let expected = match fs_err::read_to_string(&golden) {
        Ok(text) => Some(serde_json::from_str::<Value>(&text).map_err(|error| Error::Fixture {
            path: golden.clone(),
            mistakes: vec![error.to_string()],
        })?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(app::Error::File(error)),
    };
    let verdict = match expected {
        Some(expected) if expected == found => Verdict::Passed,
        _ if update => {
            let text = serde_json::to_string_pretty(&found).map_err(app::Error::Document)?;
            fs_err::write(&golden, text + "\n").map_err(app::Error::File)?;
            Verdict::Written
        }
        Some(expected) => Verdict::Failed(differences(&expected, &found)),
        None => Verdict::NothingExpected,
    };
    Ok(TestRun { name, golden, verdict })
}

/// What comes out of a test; the words of the plugin where it gave an error.
fn outcome(subject: &Subject, fixture: &Fixture) -> Result<Value, app::Error> {
    let task = &fixture.task;
    let said = match subject.run(task, Cut::Host, true) {
        Ok(said) => said,
        Err(app::Error::Plugin(crate::plugin::Error::Guest { message, .. })) => {
            return Ok(json!({ "refused": message }));
        }
        Err(error) => return Err(error),
    };
    let facts = facts(task.period, fixture.lists.clone(), |_, number| fixture.level(number));
    let writer =
        Writer { subject, task, job: task.job(), facts: &facts, persons: &fixture.persons };
    let mut found = writer.write(&said);
    // Answers that hang on chance are written down as such, and then are different ones.
    let single = subject.run(task, Cut::Rows(1), true)?;
    let again = subject.run(task, Cut::Host, true)?;
    if let (Value::Object(all), false) = (&mut found, said.is_like(&single) && said.is_like(&again))
    {
        let other = if said.is_like(&again) { "row by row" } else { "run again" };
        let what = writer.write(if said.is_like(&again) { &single } else { &again });
        all.insert("unsteady".into(), json!({ "how": other, "then": what }));
    }
    Ok(found)
}
