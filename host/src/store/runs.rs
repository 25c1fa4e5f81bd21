//! Keeps the history of runs: what each plugin read, what it took, and what came of it.

use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::ledger::hex;
use super::reader::id;
use super::reports::audience_word;
use super::{Error, Reader, Writer};
use crate::domain::{Action, Audience, Day, Id, Period, Rounding, RunKind, Text};

/// A run of a plugin: what it was asked, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginRun {
    /// Its permanent id.
    pub id: Id,
    /// The plugin's id.
    pub plugin: String,
    /// The plugin's version.
    pub version: String,
    /// SHA-256 of the package.
    pub package: [u8; 32],
    /// Why it ran.
    pub kind: RunKind,
    /// When it began, in seconds since 1970-01-01 UTC.
    pub run_at: i64,
    /// Who ran it.
    pub run_by: String,
    /// The days it looked at.
    pub period: Period,
    /// For whom its result was.
    pub audience: Audience,
    /// To what numbers were rounded.
    pub rounding: Rounding,
    /// The parameters as JSON: a list of pairs of name and value.
    pub settings: String,
    /// What it was granted: a line for each field, sorted.
    pub grants: String,
    /// SHA-256 of the files of the plugin interface.
    pub interface: [u8; 32],
    /// The version of the program.
    pub software: String,
    /// The engine and its version.
    pub engine: String,
    /// Why nothing came out; `None` where it went well.
    pub failure: Option<RunFailure>,
    /// What it took; `None` where it failed.
    pub work: Option<RunWork>,
    /// The keyed digest of all rows that were read; `None` where it failed.
    pub data: Option<[u8; 32]>,
    /// SHA-256 of what came out; `None` where it failed.
    pub output: Option<[u8; 32]>,
    /// The report that was kept of it.
    pub report: Option<Id>,
}

/// Why nothing came out of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunFailure {
    /// For the operator.
    pub operator: Text,
    /// For the plugin's author, in English; `None` where there is nothing to advise.
    pub author: Option<String>,
}

/// What a run took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunWork {
    /// The fuel that the plugin used.
    pub fuel: u64,
    /// The fuel that it might have used.
    pub allowed: u64,
    /// The rows that it was handed, in this run or in the earlier ones that were built on.
    pub rows: u64,
    /// Milliseconds that this run spent in the plugin.
    pub ms: u64,
}

impl RunWork {
    /// Both together, of two runs over the same rows.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            fuel: self.fuel.saturating_add(other.fuel),
            allowed: self.allowed.saturating_add(other.allowed),
            rows: self.rows.max(other.rows),
            ms: self.ms.saturating_add(other.ms),
        }
    }

    /// The fuel for each thousand rows, rounded up; `None` where there was no row.
    pub fn fuel_per_thousand_rows(self) -> Option<u64> {
        (self.rows > 0).then(|| self.fuel.saturating_mul(1_000).div_ceil(self.rows))
    }
}

impl PluginRun {
    /// SHA-256 over the granted fields, as reports have it.
    pub fn grant_digest(&self) -> [u8; 32] {
        Sha256::digest(&self.grants).into()
    }

    /// SHA-256 over the parameters as they are kept.
    pub fn parameter_digest(&self) -> [u8; 32] {
        Sha256::digest(&self.settings).into()
    }
}

const COLUMNS: &str = "SELECT id, plugin, version, package, kind, run_at, run_by, first_day,
  last_day, audience, rounding, settings, grants, interface, software, engine, failure_de,
  failure_en, author, fuel, allowed, rows, ms, data, output, report FROM plugin_run";

/// Runs are the municipality's, so the scope changes nothing about them.
impl Reader<'_> {
    /// At most `most` runs, the newest first; of one plugin where it is named.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read); so are those of every function below.
    pub fn plugin_runs(&self, plugin: Option<&str>, most: u32) -> Result<Vec<PluginRun>, Error> {
        let sql = format!("{COLUMNS} WHERE ?1 IS NULL OR plugin = ?1 ORDER BY key DESC LIMIT ?2");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let runs = statement.query_map((plugin, most), run)?;
        Ok(runs.collect::<Result<_, _>>()?)
    }

    /// The ids of all runs, the newest first.
    ///
    /// # Errors
    ///
    /// As [`Reader::plugin_runs`].
    pub fn plugin_run_ids(&self) -> Result<Vec<Id>, Error> {
        self.rows("SELECT id FROM plugin_run ORDER BY key DESC", |row| id(row, 0))
    }

    /// The run with this id, if there is one.
    ///
    /// # Errors
    ///
    /// As [`Reader::plugin_runs`].
    pub fn plugin_run(&self, id: Id) -> Result<Option<PluginRun>, Error> {
        let sql = format!("{COLUMNS} WHERE id = ?1");
        Ok(self.connection.prepare_cached(&sql)?.query_row([id.bytes()], run).optional()?)
    }

    /// The run that a report came out of; `None` for a report of an earlier version.
    ///
    /// # Errors
    ///
    /// As [`Reader::plugin_runs`].
    pub fn plugin_run_of_report(&self, report: Id) -> Result<Option<PluginRun>, Error> {
        let sql = format!("{COLUMNS} WHERE report = ?1");
        Ok(self.connection.prepare_cached(&sql)?.query_row([report.bytes()], run).optional()?)
    }
}

impl Writer<'_> {
    /// Keeps a run. Where a report came out of it, the report is to be kept after it and by the same
    /// writer: its entry in the audit stands for both.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] where the id is taken.
    pub fn add_plugin_run(&mut self, run: &PluginRun) -> Result<(), Error> {
        let (failure, work) = (run.failure.as_ref(), run.work.as_ref());
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        self.insert(
            "INSERT INTO plugin_run (id, plugin, version, package, kind, run_at, run_by, first_day,
               last_day, audience, rounding, settings, grants, interface, software, engine,
               failure_de, failure_en, author, fuel, allowed, rows, ms, data, output, report)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
               ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26)",
            params![
                run.id.bytes(),
                run.plugin,
                run.version,
                run.package,
                run.kind.code(),
                run.run_at,
                run.run_by,
                run.period.first.0,
                run.period.last.0,
                audience_word(run.audience),
                rounding_word(run.rounding),
                run.settings,
                run.grants,
                run.interface,
                run.software,
                run.engine,
                failure.map(|failure| &failure.operator.de),
                failure.map(|failure| &failure.operator.en),
                failure.and_then(|failure| failure.author.as_ref()),
                work.map(|work| number(work.fuel)),
                work.map(|work| number(work.allowed)),
                work.map(|work| number(work.rows)),
                work.map(|work| number(work.ms)),
                run.data,
                run.output,
                run.report.as_ref().map(Id::bytes),
            ],
            "the run",
            || ("a run with the id", run.id.to_string()),
        )?;
        if run.report.is_none() {
            // Not its words: a plugin may put what it has read into them.
            let details = json!({
                "run": run.id.to_string(),
                "version": run.version,
                "sha256": hex(&run.package),
                "kind": run.kind.code(),
                "from": run.period.first.to_string(),
                "until": run.period.last.to_string(),
                "failed": run.failure.is_some(),
            });
            self.note(Action::PluginRun, &*run.plugin, &details);
        }
        Ok(())
    }
}

fn run(row: &Row<'_>) -> rusqlite::Result<PluginRun> {
    let wrong = |place: usize, name: &str| {
        rusqlite::Error::InvalidColumnType(place, name.to_owned(), Type::Text)
    };
    let word = |place: usize| row.get::<_, String>(place);
    let (kind, audience, rounding) = (word(4)?, word(9)?, word(10)?);
    let mut audiences = Audience::ALL.into_iter();
    let number =
        |place: usize| row.get::<_, Option<i64>>(place).map(|found| found.map(i64::unsigned_abs));
    let took = match (number(19)?, number(20)?, number(21)?, number(22)?) {
        (Some(fuel), Some(allowed), Some(rows), Some(ms)) => {
            Some(RunWork { fuel, allowed, rows, ms })
        }
        _ => None,
    };
    let failure = match (row.get::<_, Option<String>>(16)?, row.get::<_, Option<String>>(17)?) {
        (Some(de), Some(en)) => {
            Some(RunFailure { operator: Text::new(de, en), author: row.get(18)? })
        }
        _ => None,
    };
    Ok(PluginRun {
        id: id(row, 0)?,
        plugin: row.get(1)?,
        version: row.get(2)?,
        package: row.get(3)?,
        kind: RunKind::of_code(&kind).ok_or_else(|| wrong(4, "kind"))?,
        run_at: row.get(5)?,
        run_by: row.get(6)?,
        period: Period { first: Day(row.get(7)?), last: Day(row.get(8)?) },
        audience: audiences
            .find(|found| audience_word(*found) == audience)
            .ok_or_else(|| wrong(9, "audience"))?,
        rounding: [Rounding::None, Rounding::Five]
            .into_iter()
            .find(|found| rounding_word(*found) == rounding)
            .ok_or_else(|| wrong(10, "rounding"))?,
        settings: row.get(11)?,
        grants: row.get(12)?,
        interface: row.get(13)?,
        software: row.get(14)?,
        engine: row.get(15)?,
        failure,
        work: took,
        data: row.get(23)?,
        output: row.get(24)?,
        report: row.get::<_, Option<[u8; 16]>>(25)?.map(Id::from_bytes),
    })
}

/// The word in the file; the same as in the document.
fn rounding_word(rounding: Rounding) -> &'static str {
    match rounding {
        Rounding::None => "none",
        Rounding::Five => "five",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::AuditFilter;
    use crate::store::fixture::{City, NOW, author, day, new_id};

    fn sample(plugin: &str, kind: RunKind) -> PluginRun {
        PluginRun {
            id: new_id(),
            plugin: plugin.into(),
            version: "1.2.0".into(),
            package: [1; 32],
            kind,
            run_at: NOW,
            run_by: "koordination".into(),
            period: Period::new(day("2025-08-01"), day("2026-07-31")).unwrap(),
            audience: Audience::Work,
            rounding: Rounding::Five,
            settings: "[[\"days\",10]]".into(),
            grants: "contacts.day\n".into(),
            interface: [2; 32],
            software: "Tridem 0.1.0".into(),
            engine: "wasmtime 48".into(),
            failure: None,
            work: Some(RunWork { fuel: 12, allowed: 5_000, rows: 3, ms: 1 }),
            data: Some([3; 32]),
            output: Some([4; 32]),
            report: None,
        }
    }

    fn failed() -> PluginRun {
        let operator = Text::new("Kanarienvogel", "canary");
        let failure = Some(RunFailure { operator, author: Some("look".into()) });
        let work = None;
        PluginRun { failure, work, data: None, output: None, ..sample("org.b.c", RunKind::Diff) }
    }

    #[test]
    fn a_run_comes_back_as_it_was_and_the_newest_first() {
        let mut city = City::new();
        let runs =
            [sample("org.a.b", RunKind::Monitor), failed(), sample("org.a.b", RunKind::Replay)];
        let mut writer = city.store.write(&author()).unwrap();
        for run in &runs {
            writer.add_plugin_run(run).unwrap();
        }
        assert!(matches!(writer.add_plugin_run(&runs[0]), Err(Error::Exists { .. })));
        writer.commit().unwrap();
        let reader = city.all();
        let newest: Vec<PluginRun> = runs.iter().rev().cloned().collect();
        assert_eq!(reader.plugin_runs(None, 10).unwrap(), newest);
        assert_eq!(reader.plugin_runs(None, 1).unwrap(), newest[..1]);
        assert_eq!(reader.plugin_runs(Some("org.b.c"), 10).unwrap(), [runs[1].clone()]);
        assert_eq!(reader.plugin_runs(Some("org.c"), 10).unwrap(), []);
        assert_eq!(reader.plugin_run(runs[0].id).unwrap(), Some(runs[0].clone()));
        assert_eq!(reader.plugin_run(new_id()).unwrap(), None);
        assert_eq!(reader.plugin_run_of_report(new_id()).unwrap(), None);
        assert_eq!(reader.plugin_run_ids().unwrap().len(), 3);
    }

    #[test]
    fn the_work_for_a_thousand_rows_is_rounded_up_and_no_rows_have_none() {
        let work = |fuel, rows| RunWork { fuel, allowed: 1, rows, ms: 0 }.fuel_per_thousand_rows();
        assert_eq!(work(7, 0), None);
        assert_eq!(work(7, 1), Some(7_000));
        assert_eq!(work(7, 3), Some(2_334));
    }

    #[test]
    fn the_audit_tells_of_a_run_and_not_what_the_plugin_said() {
        let mut city = City::new();
        let mut writer = city.store.write(&author()).unwrap();
        writer.add_plugin_run(&failed()).unwrap();
        writer.commit().unwrap();
        let entries = city.all().audit(&AuditFilter::default()).unwrap();
        assert_eq!((&*entries[0].action, &*entries[0].subject), ("plugin.run", "org.b.c"));
        assert!(entries[0].details.contains("\"failed\":true"), "{}", entries[0].details);
        assert!(!format!("{entries:?}").contains("canary"));
    }

    #[test]
    fn a_run_with_a_report_is_kept_with_the_report_or_not_at_all() {
        let mut city = City::new();
        let run = PluginRun { report: Some(new_id()), ..sample("org.a.b", RunKind::Report) };
        let mut writer = city.store.write(&author()).unwrap();
        writer.add_plugin_run(&run).unwrap();
        assert!(matches!(writer.commit(), Err(Error::Unaudited)));
        assert_eq!(city.all().plugin_runs(None, 10).unwrap(), []);
    }
}
