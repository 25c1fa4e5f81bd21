//! Runs once more exactly what was recorded, and says whether the same comes out, or why not.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::domain::{Grant, Id, Lang, Report, RunKind, Scope, Text};
use crate::plugin::interface_digest;
use crate::store::{PluginRun, StoredReport};

use super::compare::{Difference, differences};
use super::history::{begun, ended, software};
use super::lookups::one_of;
use super::plugins::{Ready, hex};
use super::reports::{Made, Wanted, recorded_settings};
use super::{Actor, App, Error, UseCase};

/// What came of running something again.
#[derive(Debug, Clone)]
pub struct Replay {
    /// What was recorded.
    pub recorded: PluginRun,
    /// The run that it was now.
    pub run: PluginRun,
    /// Whether the same rows were read; `None` where one of the two runs failed.
    pub is_input_same: Option<bool>,
    /// Whether the same came out, letter for letter, besides the versions of program and engine; of
    /// two runs that failed, whether they failed in the same words.
    pub is_output_same: bool,
    /// What is not as it was, as sentences.
    pub causes: Vec<Text>,
    /// Every difference, where the document of then was kept.
    pub differences: Vec<Difference>,
}

impl App {
    /// Runs again what was recorded under the id of a run or a report, which may be cut short: the
    /// same package, over the same days, with the same parameters and the same granted fields. Nothing
    /// is kept but the run.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchRun`], [`Error::Ambiguous`]; [`Error::PackageNotInstalled`];
    /// [`Error::NotGranted`] where fields were taken back that it cannot do without.
    pub fn replay(&mut self, actor: &Actor, id: &str) -> Result<Replay, Error> {
        let scope = self.permit(actor, UseCase::ReportProve)?;
        let (recorded, kept) = self.recorded(actor, id)?;
        let name = format!("{}@{}", recorded.plugin, recorded.version);
        let mut plugin = self.ready_package(&hex(&recorded.package), &name)?;
        let mut causes = restrict(&mut plugin, &recorded.grants);
        causes.extend(versions(&recorded, &plugin));
        let settings: Vec<(String, Value)> =
            serde_json::from_str(&recorded.settings).map_err(Error::Document)?;
        let wanted = Wanted {
            period: recorded.period,
            audience: recorded.audience,
            rounding: recorded.rounding,
            settings: recorded_settings(&plugin.manifest, settings)?,
        };
        let run = begun(actor, &plugin, &wanted.order(RunKind::Replay));
        let entry = kept.as_ref().map(|kept| kept.entry.id);
        let entry = entry.map(|id| self.store.read(&Scope::municipality())?.published_report(id));
        let before = Self::weighed(entry.transpose()?.flatten().as_ref())?;
        match self.make(&scope, &plugin, wanted, &before) {
            Ok(made) => {
                let run = ended(run, &made)?;
                self.keep_run(actor, &run)?;
                told(recorded, run, kept, made, causes)
            }
            Err(error) => {
                let run_id = run.id;
                let error = self.keep_failure(actor, run, error);
                let reader = self.store.read(&Scope::municipality())?;
                // What is no failure of the plugin is no run, and goes to whoever asked.
                let Some(run) = reader.plugin_run(run_id)? else { return Err(error) };
                let words = |run: &PluginRun| {
                    run.failure.as_ref().map(|failure| failure.operator.get(Lang::En).to_owned())
                };
                let is_output_same = words(&recorded) == words(&run);
                if !is_output_same {
                    causes.push(Text::new(
                        format!("Jetzt schlägt es fehl: {}", error.message(Lang::De)),
                        format!("It fails now: {}", error.message(Lang::En)),
                    ));
                }
                let (is_input_same, differences) = (None, Vec::new());
                Ok(Replay { recorded, run, is_input_same, is_output_same, causes, differences })
            }
        }
    }

    /// What was recorded under an id, and the document where one was kept.
    fn recorded(
        &self,
        actor: &Actor,
        id: &str,
    ) -> Result<(PluginRun, Option<StoredReport>), Error> {
        let reader = self.store.read(&Scope::municipality())?;
        let reports = reader.reports()?.into_iter().map(|entry| entry.id);
        let ids = reader.plugin_run_ids()?.into_iter().chain(reports);
        let found = one_of(ids, id)?.ok_or_else(|| Error::NoSuchRun(id.to_owned()))?;
        if let Some(run) = reader.plugin_run(found)? {
            let report = run.report.map(|id| self.stored(actor, &id.to_string())).transpose()?;
            return Ok((run, report));
        }
        let report = self.stored(actor, &found.to_string())?;
        let run = match reader.plugin_run_of_report(found)? {
            Some(run) => run,
            None => of_passport(found, &report)?,
        };
        Ok((run, Some(report)))
    }
}

/// The run of a report from before runs were recorded, as far as its passport tells.
fn of_passport(id: Id, stored: &StoredReport) -> Result<PluginRun, Error> {
    let report: Report = serde_json::from_str(&stored.document).map_err(Error::Document)?;
    let passport = report.passport;
    let mut grants: Vec<String> = passport
        .sources
        .iter()
        .flat_map(|source| {
            source.fields.iter().map(|field| format!("{}.{field}\n", source.dataset))
        })
        .collect();
    grants.sort_unstable();
    let settings: Vec<(&String, &Value)> =
        passport.settings.iter().map(|setting| (&setting.name, &setting.value)).collect();
    Ok(PluginRun {
        id,
        version: passport.plugin_version,
        package: bytes(&passport.package_sha256).unwrap_or_default(),
        kind: RunKind::Report,
        run_at: stored.entry.run_at,
        run_by: stored.entry.run_by.clone(),
        period: passport.period,
        audience: passport.audience,
        rounding: passport.rounding,
        settings: serde_json::to_string(&settings).map_err(Error::Document)?,
        grants: grants.concat(),
        // Nobody wrote it down, so nothing can be said against it.
        interface: interface_digest(),
        software: passport.software,
        engine: passport.engine,
        failure: None,
        work: None,
        data: stored.run.map(|run| run.data),
        output: Some(Sha256::digest(&stored.document).into()),
        report: Some(id),
        plugin: passport.plugin,
    })
}

/// A SHA-256 from its 64 hexadecimal digits.
fn bytes(hex: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> = hex
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    let bytes: Vec<u8> =
        digits.chunks(2).map(|pair| pair.iter().fold(0, |all, it| all << 4 | it)).collect();
    bytes.try_into().ok()
}

/// Leaves a plugin the fields that it was granted then, and says which of them it has no more.
fn restrict(plugin: &mut Ready, then: &str) -> Vec<Text> {
    let then: Vec<&str> = then.split_inclusive('\n').collect();
    plugin.grants.retain(|grant| then.contains(&grant.line().as_str()));
    let now: Vec<String> = plugin.grants.iter().map(Grant::line).collect();
    let gone = then.iter().filter(|line| !now.iter().any(|found| found == *line));
    let gone: Vec<String> = gone.map(|line| format!("`{}`", line.trim_end())).collect();
    if gone.is_empty() {
        return Vec::new();
    }
    let gone = gone.join(", ");
    vec![Text::new(
        format!("Die Freigabe ist eine andere: {gone} durfte es damals so lesen und jetzt nicht."),
        format!("The grant has changed: it might read {gone} in that way then, and may not now."),
    )]
}

/// Which versions are not those of then.
fn versions(recorded: &PluginRun, plugin: &Ready) -> Vec<Text> {
    let mut causes = Vec::new();
    for (de, en, then, now) in [
        ("Das Programm", "the program", &recorded.software, &software()),
        ("Die Laufzeit", "the engine", &recorded.engine, &plugin.engine),
    ] {
        if then != now {
            causes.push(Text::new(
                format!("{de} ist eine andere Version: damals {then}, jetzt {now}."),
                format!("Another version of {en}: {then} then, {now} now."),
            ));
        }
    }
    if recorded.interface != interface_digest() {
        causes.push(Text::new(
            "Die Plugin-Schnittstelle ist nicht wortgleich mit der von damals.",
            "The plugin interface is not word for word that of then.",
        ));
    }
    causes
}

/// Holds what came out against what was recorded.
fn told(
    recorded: PluginRun,
    run: PluginRun,
    kept: Option<StoredReport>,
    made: Made,
    mut causes: Vec<Text>,
) -> Result<Replay, Error> {
    let is_input_same = recorded.data.map(|data| Some(data) == run.data);
    // Versions of program and engine stand in the document, and are told for themselves.
    let mut report = made.report;
    report.passport.software.clone_from(&recorded.software);
    report.passport.engine.clone_from(&recorded.engine);
    let document = serde_json::to_string(&report).map_err(Error::Document)?;
    let output: [u8; 32] = Sha256::digest(&document).into();
    let is_output_same = recorded.output == Some(output);
    if is_input_same == Some(false) {
        causes.push(Text::new(
            "Die Daten haben sich geändert: Einträge wurden seither berichtigt, ergänzt oder entfernt.",
            "The records have changed: some were corrected, added or removed since.",
        ));
    }
    if recorded.failure.is_some() {
        causes.push(Text::new(
            "Damals schlug der Lauf fehl, und jetzt nicht.",
            "The run failed then and does not now.",
        ));
    }
    let mut found = Vec::new();
    if let (Some(kept), false) = (kept, is_output_same) {
        let then: Value = serde_json::from_str(&kept.document).map_err(Error::Document)?;
        found = differences(&then, &serde_json::to_value(&report).map_err(Error::Document)?);
    }
    if !is_output_same && causes.is_empty() {
        causes.push(Text::new(
            "Gelesene Daten, Paket, Freigabe, Parameter und Programm sind dieselben: Geändert haben \
             sich Angaben daneben, etwa Namen oder Codelisten.",
            "The records read, package, grant, parameters and program are the same: what has changed \
             stands beside the figures, such as names or code lists.",
        ));
    }
    let differences = found;
    Ok(Replay { recorded, run, is_input_same, is_output_same, causes, differences })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_read_back_and_nothing_else_is() {
        assert_eq!(bytes(&hex(&[0xa7; 32])), Some([0xa7; 32]));
        assert_eq!(bytes("a7"), None);
        assert_eq!(bytes(&"xy".repeat(32)), None);
    }
}
