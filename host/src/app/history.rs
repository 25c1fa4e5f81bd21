//! The history of runs: each is written down with what it read, what it took and what came of it, and
//! a plugin that fails again and again is taken out of service.

use sha2::{Digest, Sha256};

use crate::domain::{
    Action, Audience, Author, Lang, MOST_FAILURES, Period, PluginState, Rounding, RunKind, Text,
    grant_lines,
};
use crate::plugin::interface_digest;
use crate::report;
use crate::store::{PluginRun, RunFailure};

use super::plugins::Ready;
use super::reports::Made;
use super::workspace::{new_id, now};
use super::{Actor, App, Error, TaskError, UseCase};

/// What a plugin is asked to do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order<'a> {
    /// Why it runs.
    pub(super) kind: RunKind,
    /// The days it looks at.
    pub(super) period: Period,
    /// For whom the result is.
    pub(super) audience: Audience,
    /// To what numbers are rounded.
    pub(super) rounding: Rounding,
    /// Every parameter with its value.
    pub(super) settings: &'a [(String, serde_json::Value)],
}

/// A run that begins, with all that is known of it before.
pub(super) fn begun(actor: &Actor, plugin: &Ready, order: &Order<'_>) -> PluginRun {
    PluginRun {
        id: new_id(),
        plugin: plugin.manifest.id.clone(),
        version: plugin.manifest.version.to_string(),
        package: plugin.sha256,
        kind: order.kind,
        run_at: now(),
        run_by: actor.name().to_owned(),
        period: order.period,
        audience: order.audience,
        rounding: order.rounding,
        settings: serde_json::to_string(order.settings).unwrap_or_else(|_| "[]".to_owned()),
        grants: grant_lines(&plugin.grants),
        interface: interface_digest(),
        software: software(),
        engine: plugin.engine.clone(),
        failure: None,
        work: None,
        data: None,
        output: None,
        report: None,
    }
}

/// The same run with what came of it.
pub(super) fn ended(run: PluginRun, made: &Made) -> Result<PluginRun, Error> {
    let document = serde_json::to_string(&made.report).map_err(Error::Document)?;
    Ok(PluginRun {
        work: Some(made.work),
        data: Some(made.run.data),
        output: Some(Sha256::digest(document).into()),
        ..run
    })
}

/// The program with its version, as results record it.
pub(super) fn software() -> String {
    format!("Tridem {}", env!("CARGO_PKG_VERSION"))
}

impl App {
    /// Keeps a run that went well and of which no report is kept.
    pub(super) fn keep_run(&mut self, actor: &Actor, run: &PluginRun) -> Result<(), Error> {
        let mut writer = self.store.write(&actor.author())?;
        if is_service(run.kind) {
            writer.forget_failures(&run.package)?;
        }
        writer.add_plugin_run(run)?;
        Ok(writer.commit()?)
    }

    /// Keeps a run that failed and gives back why. Where the failure is the plugin's, and one too many,
    /// the plugin is put in quarantine. What is the fault of whoever asked, such as a grant that is
    /// missing, is no run at all.
    pub(super) fn keep_failure(&mut self, actor: &Actor, run: PluginRun, error: Error) -> Error {
        if !is_of_the_plugin(&error) {
            return error;
        }
        let operator = Text::new(error.message(Lang::De), error.message(Lang::En));
        let failure = Some(RunFailure { operator, author: error.for_author() });
        let run = PluginRun { failure, ..run };
        match self.write_failure(actor, &run) {
            Ok(false) => error,
            Ok(true) => Error::Quarantined {
                plugin: format!("{}@{}", run.plugin, run.version),
                id: run.plugin,
                error: Box::new(error),
            },
            Err(error) => error,
        }
    }

    /// Gives whether the plugin is in quarantine now.
    fn write_failure(&mut self, actor: &Actor, run: &PluginRun) -> Result<bool, Error> {
        let mut writer = self.store.write(&actor.author())?;
        let is_service = is_service(run.kind);
        let failures = if is_service { writer.count_failure(&run.package)? } else { 0 };
        writer.add_plugin_run(run)?;
        let is_too_many = failures >= MOST_FAILURES;
        if is_too_many {
            let last = run.failure.as_ref().map(|failure| failure.operator.clone());
            let last = last.unwrap_or_default();
            let reason = Text::new(
                format!("{MOST_FAILURES} Fehlschläge hintereinander; zuletzt: {}", last.de),
                format!("{MOST_FAILURES} failures in a row; the last one: {}", last.en),
            );
            let by = Author::program(now()).code;
            let (state, action) = (PluginState::Quarantined, Action::PluginQuarantine);
            writer.set_plugin_state(action, &run.package, state, &by, &reason, now())?;
        }
        writer.commit()?;
        Ok(is_too_many)
    }

    /// The runs, newest first, at most `most`; those of one plugin where it is named.
    ///
    /// # Errors
    ///
    /// [`Error::OperatorOnly`]; [`Error::NoSuchPlugin`] for one that never ran and is not installed.
    pub fn plugin_runs(
        &self,
        actor: &Actor,
        plugin: Option<&str>,
        most: u32,
    ) -> Result<Vec<PluginRun>, Error> {
        self.permit(actor, UseCase::PluginRuns)?;
        let reader = self.store.read(&crate::domain::Scope::municipality())?;
        let runs = reader.plugin_runs(plugin, most)?;
        if let (Some(id), true) = (plugin, runs.is_empty())
            && !reader.plugins()?.iter().any(|installed| installed.id == id)
        {
            return Err(Error::NoSuchPlugin(id.to_owned()));
        }
        Ok(runs)
    }
}

/// Whether runs of this kind are what a plugin is in service for. How it does in the others says
/// nothing about that: they may be of another version.
fn is_service(kind: RunKind) -> bool {
    matches!(kind, RunKind::Report | RunKind::Monitor | RunKind::Proposal)
}

/// Whether it was the plugin that failed.
fn is_of_the_plugin(error: &Error) -> bool {
    match error {
        Error::Plugin(error) => error.is_failure_of_the_plugin(),
        Error::Task(error) => matches!(error, TaskError::ProposedTwice { .. }),
        Error::Report(error) => !matches!(
            error,
            report::Error::Layout { .. } | report::Error::OtherPlan | report::Error::Labels { .. }
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugin;

    #[test]
    fn only_what_the_plugin_did_counts_as_its_failure() {
        let plugin = || "x".to_owned();
        for error in [
            Error::NotGranted { plugin: plugin(), fields: vec![plugin()] },
            Error::NoPeriod,
            Error::Store(crate::store::Error::Busy),
            Error::Plugin(plugin::Error::Engine(plugin())),
            Error::Plugin(plugin::Error::Precompiled),
            Error::Report(report::Error::OtherPlan),
        ] {
            assert!(!is_of_the_plugin(&error), "{error}");
        }
        for error in [
            Error::Plugin(plugin::Error::Guest { plugin: plugin(), message: plugin() }),
            Error::Plugin(plugin::Error::Description {
                plugin: plugin(),
                interface: plugin::Interface::Classify,
                mistakes: vec![],
            }),
            Error::Report(report::Error::TooManyCells { cells: 300_000 }),
        ] {
            assert!(is_of_the_plugin(&error), "{error}");
        }
    }

    #[test]
    fn comparing_and_replaying_is_no_service() {
        let service: Vec<RunKind> =
            RunKind::ALL.iter().copied().filter(|kind| is_service(*kind)).collect();
        assert_eq!(service, [RunKind::Report, RunKind::Monitor, RunKind::Proposal]);
    }
}
