//! Installed plugins as a catalogue shows them, each for itself; packages that are handed in; and what
//! can be run as a report, over which periods.

use crate::domain::{Period, PluginState, SchoolYear, Scope, Text, Verdict};
use crate::plugin::OperatorLimits;
use crate::store::InstalledPlugin;

use super::life::PluginStanding;
use super::packages::inspect_bytes;
use super::plugins::{PluginFacts, hex};
use super::signing::{PackageProof, prove_bytes};
use super::trust::judge;
use super::workspace::{App, day_of, today};
use super::{Actor, Error, UseCase};

/// An installed plugin. One that cannot be read any more is there as well, and says why.
#[derive(Debug, Clone)]
pub struct InstalledFacts {
    /// The plugin's id.
    pub id: String,
    /// The version.
    pub version: String,
    /// The SHA-256 of its package in hexadecimal.
    pub sha256: String,
    /// When it was installed, in seconds since 1970-01-01 UTC.
    pub installed_at: i64,
    /// What it is; `None` where it cannot be read.
    pub facts: Option<PluginFacts>,
    /// How it stands.
    pub standing: PluginStanding,
    /// What its signatures come to now; `None` where it cannot be read.
    pub verdict: Option<Verdict>,
    /// Why it cannot be used, where that is so.
    pub problem: Option<Text>,
    /// The version that one click puts in its place again, where it is the one in service.
    pub rollback: Option<String>,
}

/// What was found out about a package that somebody handed in and nobody installed yet.
#[derive(Debug, Clone)]
pub struct UploadCheck {
    /// What its signatures come to.
    pub proof: PackageProof,
    /// What it is; where it would be refused, why.
    pub facts: Result<PluginFacts, Text>,
    /// The version of the same plugin in service.
    pub in_service: Option<String>,
    /// Whether this very version is installed already.
    pub is_installed: bool,
}

/// A school year with its halves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YearParts {
    /// The year.
    pub year: SchoolYear,
    /// From August to the end of the first half-year, where schools have not set another day.
    pub first_half: Period,
    /// The rest.
    pub second_half: Period,
}

/// What somebody can run as a report.
#[derive(Debug, Clone)]
pub struct OfferedReports {
    /// The plugins in service or watched that report something.
    pub plugins: Vec<PluginFacts>,
    /// The school years that have begun, newest first.
    pub years: Vec<YearParts>,
}

impl App {
    /// Every installed version of every plugin. A package that is broken or not trusted any more keeps
    /// nobody from seeing the others.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`], and those of the store.
    pub fn catalogue(&mut self, actor: &Actor) -> Result<Vec<InstalledFacts>, Error> {
        self.permit(actor, UseCase::PluginRuns)?;
        let installed = self.store.read(&Scope::municipality())?.plugins()?;
        installed.iter().map(|plugin| self.installed_facts(plugin, &installed)).collect()
    }

    fn installed_facts(
        &mut self,
        plugin: &InstalledPlugin,
        all: &[InstalledPlugin],
    ) -> Result<InstalledFacts, Error> {
        let full = format!("{}@{}", plugin.id, plugin.version);
        let package = self.package(plugin);
        let policy = self.trust()?;
        let verdict = package.as_ref().ok();
        let verdict = verdict.map(|package| judge(&policy, package, day_of(plugin.installed_at)));
        let standing = match self.standing(plugin) {
            Ok(standing) => standing,
            Err(_) => self.bare_standing(plugin)?,
        };
        let (facts, mut problem) = match self.inspect(&full) {
            Ok(facts) => (Some(facts), None),
            Err(error) => (None, Some(text(&error))),
        };
        if let Some(verdict) = verdict.as_ref().filter(|it| !it.may_run(policy.is_development)) {
            problem = Some(verdict.status.explanation());
        }
        let service = self.store.read(&Scope::municipality())?.plugin_service(&plugin.id)?;
        let is_current = service.current == Some(plugin.sha256);
        let previous = service.previous.filter(|_| is_current);
        let rollback = previous.and_then(|sha256| all.iter().find(|it| it.sha256 == sha256));
        Ok(InstalledFacts {
            id: plugin.id.clone(),
            version: plugin.version.clone(),
            sha256: hex(&plugin.sha256),
            installed_at: plugin.installed_at,
            rollback: rollback.map(|previous| previous.version.clone()),
            facts,
            standing,
            verdict,
            problem,
        })
    }

    /// How a package stands that cannot be asked what it needs.
    fn bare_standing(&self, plugin: &InstalledPlugin) -> Result<PluginStanding, Error> {
        let reader = self.store.read(&Scope::municipality())?;
        let life = reader.plugin_life(&plugin.sha256)?;
        Ok(PluginStanding {
            state: life.as_ref().map_or(PluginState::Installed, |life| life.state),
            since: life.as_ref().map_or(plugin.installed_at, |life| life.since),
            failures: life.as_ref().map_or(0, |life| life.failures),
            reason: life.map(|life| life.reason).unwrap_or_default(),
            is_current: reader.plugin_service(&plugin.id)?.current == Some(plugin.sha256),
        })
    }

    /// Looks into a package that was handed in, and says what its signatures come to. Nothing is kept.
    ///
    /// # Errors
    ///
    /// What is no package at all. One that would be refused for another reason says so in
    /// [`UploadCheck::facts`].
    pub fn check_upload(&mut self, actor: &Actor, bytes: &[u8]) -> Result<UploadCheck, Error> {
        self.permit(actor, UseCase::PluginManage)?;
        let proof = prove_bytes(bytes, |_| self.trust())?;
        let facts = inspect_bytes(bytes).map_err(|error| text(&error));
        let (mut in_service, mut is_installed) = (None, false);
        if let Ok(facts) = &facts {
            let (id, version) = (&facts.manifest.id, facts.manifest.version.to_string());
            in_service = self.version_in_service(id, &version)?;
            let installed = self.store.read(&Scope::municipality())?.plugins()?;
            is_installed = installed.iter().any(|it| it.id == *id && it.version == version);
        }
        Ok(UploadCheck { proof, facts, in_service, is_installed })
    }

    /// The same as [`App::install`] for a package that was handed in.
    ///
    /// # Errors
    ///
    /// Those of [`App::install`].
    pub fn install_upload(&mut self, actor: &Actor, bytes: &[u8]) -> Result<PluginFacts, Error> {
        self.permit(actor, UseCase::PluginManage)?;
        self.install_bytes(actor, bytes)
    }

    /// The plugins that can be run as a report now, and the school years they can be run over. One that
    /// cannot be read is left out.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`], and those of the store.
    pub fn offered_reports(&mut self, actor: &Actor) -> Result<OfferedReports, Error> {
        self.permit(actor, UseCase::ReportRun)?;
        let installed = self.store.read(&Scope::municipality())?.plugins()?;
        let mut plugins: Vec<PluginFacts> = Vec::new();
        for plugin in &installed {
            let full = format!("{}@{}", plugin.id, plugin.version);
            let Ok(facts) = self.inspect(&full) else { continue };
            let state = facts.standing.as_ref().map(|standing| standing.state);
            let runs = matches!(state, Some(PluginState::Enabled | PluginState::Monitor));
            if runs && (facts.kinds.metrics || facts.kinds.reporting) {
                plugins.push(facts);
            }
        }
        Ok(OfferedReports { plugins, years: self.school_years()? })
    }

    /// The school years that have begun since the first school took part, newest first.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn school_years(&self) -> Result<Vec<YearParts>, Error> {
        let reader = self.store.read(&Scope::municipality())?;
        let schools = reader.schools()?;
        let begun = schools.iter().filter_map(|(_, _, spans)| spans.first());
        let now = SchoolYear::of(today());
        let first = begun.map(|span| span.from).min().map_or(now, SchoolYear::of);
        let calendar = reader.calendar()?;
        let parts = |number: i32| {
            let year = SchoolYear(number);
            let Period { first, last } = year.period();
            let second = calendar.second_half_begins(year, "");
            YearParts {
                year,
                first_half: Period { first, last: second.plus(-1) },
                second_half: Period { first: second, last },
            }
        };
        Ok((first.0..=now.0).rev().map(parts).collect())
    }

    /// The most bytes that a package may have.
    pub fn largest_package() -> u64 {
        OperatorLimits::default().package_bytes
    }
}

/// What went wrong, in both languages.
fn text(error: &Error) -> Text {
    use crate::domain::Lang;
    Text::new(error.message(Lang::De), error.message(Lang::En))
}
