//! The life of plugins: watched, switched on, switched off, rolled back; and which version runs.

use crate::capture::LONGEST_TEXT;
use crate::domain::{Action, LifeEvent, LifeRefusal, PluginState, Scope, Text, VersionStep};
use crate::store::{InstalledPlugin, PluginService};

use super::error::Resting;
use super::granted::refuse_ungranted;
use super::plugins::Ready;
use super::workspace::{App, moment, now};
use super::{Actor, Error, UseCase};

/// How a version of a plugin stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginStanding {
    /// Its state.
    pub state: PluginState,
    /// Since when, in seconds since 1970-01-01 UTC.
    pub since: i64,
    /// Why; empty where nobody said.
    pub reason: Text,
    /// How often it has failed in a row, up to now.
    pub failures: u32,
    /// Whether it is what runs, or would run, when the plugin is named without a version.
    pub is_current: bool,
}

/// A version that was switched on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switched {
    /// The plugin's id.
    pub id: String,
    /// The version that runs now.
    pub version: String,
    /// The version that ran before, where it was another one.
    pub replaced: Option<String>,
}

/// What can be done next with a version of a plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// It lacks fields that it cannot do without.
    Grant,
    /// It can be switched on.
    Enable,
    /// It runs.
    Run,
}

impl App {
    /// Switches a version on, in place of the one in service where there is one. `again` is needed
    /// after a quarantine, and `downgrade` where the one in service is a higher version.
    ///
    /// # Errors
    ///
    /// [`Error::NotGranted`], [`Error::Life`], [`Error::Downgrade`], [`Error::NoSuchPlugin`],
    /// [`Error::SeveralVersions`].
    pub fn enable(
        &mut self,
        actor: &Actor,
        name: &str,
        again: bool,
        downgrade: bool,
    ) -> Result<Switched, Error> {
        self.permit(actor, UseCase::PluginManage)?;
        let installed = self.find(name)?;
        let service = self.service(&installed.id)?;
        let replaced = self.version_of(service.current)?;
        let replaced = replaced.filter(|replaced| replaced.sha256 != installed.sha256);
        self.lead(&installed, LifeEvent::Enable { again })?;
        if let Some(replaced) = &replaced
            && step(&replaced.version, &installed.version) == Some(VersionStep::Downgrade)
            && !downgrade
        {
            return Err(Error::Downgrade {
                id: installed.id,
                from: replaced.version.clone(),
                to: installed.version,
            });
        }
        let previous = replaced.as_ref().map(|replaced| replaced.sha256).or(service.previous);
        let previous = previous.filter(|previous| *previous != installed.sha256);
        let service = PluginService { previous, ..service };
        self.switch(actor, Action::PluginEnable, &installed, &service)?;
        let replaced = replaced.map(|replaced| replaced.version);
        Ok(Switched { id: installed.id, version: installed.version, replaced })
    }

    /// Switches the version on that was in service before, with what it was granted.
    ///
    /// # Errors
    ///
    /// [`Error::NoPrevious`], [`Error::NotGranted`], [`Error::Life`], [`Error::NoSuchPlugin`].
    pub fn rollback(&mut self, actor: &Actor, id: &str) -> Result<Switched, Error> {
        self.permit(actor, UseCase::PluginManage)?;
        let service = self.service(id)?;
        let Some(previous) = self.version_of(service.previous)? else {
            let is_unknown = self.installed(id)?.is_empty();
            let id = id.to_owned();
            return Err(if is_unknown { Error::NoSuchPlugin(id) } else { Error::NoPrevious(id) });
        };
        self.lead(&previous, LifeEvent::Enable { again: false })?;
        let replaced = self.version_of(service.current)?.map(|replaced| replaced.version);
        let service = PluginService { previous: None, ..service };
        self.switch(actor, Action::PluginRollback, &previous, &service)?;
        Ok(Switched { id: previous.id, version: previous.version, replaced })
    }

    /// Lets a version run and be watched, without anything of it being published. Gives its id and
    /// version.
    ///
    /// # Errors
    ///
    /// Those of [`App::enable`].
    pub fn monitor(
        &mut self,
        actor: &Actor,
        name: &str,
        again: bool,
    ) -> Result<(String, String), Error> {
        self.permit(actor, UseCase::PluginManage)?;
        let installed = self.find(name)?;
        let state = self.lead(&installed, LifeEvent::Monitor { again })?;
        self.decide(actor, Action::PluginMonitor, installed, state, &Text::default())
    }

    /// Switches a version off; the one in service where none is named. Gives its id and version.
    ///
    /// # Errors
    ///
    /// [`Error::BadPluginReason`], [`Error::Life`], [`Error::NoSuchPlugin`].
    pub fn disable(
        &mut self,
        actor: &Actor,
        name: &str,
        reason: &str,
    ) -> Result<(String, String), Error> {
        self.permit(actor, UseCase::PluginManage)?;
        let reason = reason.trim();
        let is_line = !reason.is_empty() && !reason.contains(char::is_control);
        if !is_line || reason.chars().count() > LONGEST_TEXT {
            return Err(Error::BadPluginReason);
        }
        let installed = self.serving(name)?;
        let state = self.lead(&installed, LifeEvent::Disable)?;
        self.decide(actor, Action::PluginDisable, installed, state, &Text::same(reason))
    }

    /// What can be done next with a version.
    ///
    /// # Errors
    ///
    /// Those of [`App::inspect`].
    pub fn next_step(&mut self, name: &str) -> Result<NextStep, Error> {
        let installed = self.find(name)?;
        Ok(match self.standing(&installed)?.state {
            PluginState::Installed => NextStep::Grant,
            PluginState::Enabled => NextStep::Run,
            _ => NextStep::Enable,
        })
    }

    /// The version of a plugin in service, where there is one and it is not `version` itself.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn version_in_service(&self, id: &str, version: &str) -> Result<Option<String>, Error> {
        let current = self.version_of(self.service(id)?.current)?;
        Ok(current.map(|current| current.version).filter(|current| current != version))
    }

    /// The plugin that runs when it is asked for as `name`, and whether it is only watched.
    ///
    /// # Errors
    ///
    /// [`Error::NotInService`] where it is switched off or in quarantine, or was never switched on;
    /// [`Error::NotGranted`] where it could not even be.
    pub(super) fn in_service(&mut self, name: &str) -> Result<(Ready, PluginState), Error> {
        let installed = self.serving(name)?;
        let full = format!("{}@{}", installed.id, installed.version);
        let standing = self.standing(&installed)?;
        match standing.state {
            PluginState::Enabled | PluginState::Monitor => Ok((self.ready(&full)?, standing.state)),
            state => {
                if state == PluginState::Installed {
                    // Says which fields it lacks, and how to grant them.
                    refuse_ungranted(&self.ready(&full)?)?;
                }
                Err(self.not_in_service(&installed, state, &standing)?)
            }
        }
    }

    fn not_in_service(
        &self,
        installed: &InstalledPlugin,
        state: PluginState,
        standing: &PluginStanding,
    ) -> Result<Error, Error> {
        let reader = self.store.read(&Scope::municipality())?;
        Ok(Error::NotInService(Box::new(Resting {
            id: installed.id.clone(),
            version: installed.version.clone(),
            state,
            since: moment(standing.since),
            reason: standing.reason.clone(),
            last_report: reader.last_report_of(&installed.id)?.map(moment),
            rollback: reader.plugin_service(&installed.id)?.previous.is_some(),
        })))
    }

    /// The version that `ID@VERSION` names; of `ID` the one in service, or else the only one that is
    /// watched, or else the only one there is.
    fn serving(&self, name: &str) -> Result<InstalledPlugin, Error> {
        if name.contains('@') {
            return self.find(name);
        }
        if let Some(current) = self.version_of(self.service(name)?.current)? {
            return Ok(current);
        }
        let reader = self.store.read(&Scope::municipality())?;
        let mut watched = Vec::new();
        for installed in self.installed(name)? {
            let life = reader.plugin_life(&installed.sha256)?;
            if life.is_some_and(|life| life.state == PluginState::Monitor) {
                watched.push(installed);
            }
        }
        if watched.len() == 1 { Ok(watched.remove(0)) } else { self.find(name) }
    }

    /// The name with the version that it stands for.
    pub(super) fn full_name(&self, name: &str) -> Result<String, Error> {
        let installed = self.serving(name)?;
        Ok(format!("{}@{}", installed.id, installed.version))
    }

    /// How a version stands.
    pub(super) fn standing(
        &mut self,
        installed: &InstalledPlugin,
    ) -> Result<PluginStanding, Error> {
        let life = self.store.read(&Scope::municipality())?.plugin_life(&installed.sha256)?;
        let stored = life.as_ref().map_or(PluginState::Installed, |life| life.state);
        let state = if stored == PluginState::Installed {
            let is_granted = self.needs_nothing(installed)?;
            let event = if is_granted { LifeEvent::Grant } else { LifeEvent::Revoke };
            stored.after(event).unwrap_or(stored)
        } else {
            stored
        };
        Ok(PluginStanding {
            state,
            since: life.as_ref().map_or(installed.installed_at, |life| life.since),
            failures: life.as_ref().map_or(0, |life| life.failures),
            reason: life.map(|life| life.reason).unwrap_or_default(),
            is_current: self.service(&installed.id)?.current == Some(installed.sha256),
        })
    }

    /// Whether a package was granted all that it cannot do without.
    fn needs_nothing(&mut self, installed: &InstalledPlugin) -> Result<bool, Error> {
        let plugin = self.ready(&format!("{}@{}", installed.id, installed.version))?;
        match refuse_ungranted(&plugin) {
            Ok(()) => Ok(true),
            Err(Error::NotGranted { .. } | Error::GrantExpired { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The state after an event.
    fn lead(
        &mut self,
        installed: &InstalledPlugin,
        event: LifeEvent,
    ) -> Result<PluginState, Error> {
        let standing = self.standing(installed)?;
        let full = format!("{}@{}", installed.id, installed.version);
        let is_to_run = matches!(event, LifeEvent::Enable { .. } | LifeEvent::Monitor { .. });
        // Fields may have been taken back while it ran or was switched off.
        if is_to_run {
            refuse_ungranted(&self.ready(&full)?)?;
        }
        standing.state.after(event).map_err(|refusal| Error::Life {
            id: installed.id.clone(),
            version: installed.version.clone(),
            refusal,
            is_monitor: matches!(event, LifeEvent::Monitor { .. }),
            reason: if refusal == LifeRefusal::NeedsAgain {
                standing.reason
            } else {
                Text::default()
            },
        })
    }

    fn switch(
        &mut self,
        actor: &Actor,
        action: Action,
        installed: &InstalledPlugin,
        service: &PluginService,
    ) -> Result<(), Error> {
        let mut writer = self.store.write(&actor.author())?;
        writer.put_in_service(action, &installed.sha256, service, actor.name(), now())?;
        Ok(writer.commit()?)
    }

    fn decide(
        &mut self,
        actor: &Actor,
        action: Action,
        installed: InstalledPlugin,
        state: PluginState,
        reason: &Text,
    ) -> Result<(String, String), Error> {
        let mut writer = self.store.write(&actor.author())?;
        let by = actor.name();
        writer.set_plugin_state(action, &installed.sha256, state, by, reason, now())?;
        writer.commit()?;
        Ok((installed.id, installed.version))
    }

    fn service(&self, id: &str) -> Result<PluginService, Error> {
        Ok(self.store.read(&Scope::municipality())?.plugin_service(id)?)
    }

    /// All installed versions of a plugin.
    fn installed(&self, id: &str) -> Result<Vec<InstalledPlugin>, Error> {
        let mut all = self.store.read(&Scope::municipality())?.plugins()?;
        all.retain(|installed| installed.id == id);
        Ok(all)
    }

    fn version_of(&self, sha256: Option<[u8; 32]>) -> Result<Option<InstalledPlugin>, Error> {
        let Some(sha256) = sha256 else { return Ok(None) };
        let all = self.store.read(&Scope::municipality())?.plugins()?;
        Ok(all.into_iter().find(|installed| installed.sha256 == sha256))
    }

    /// Refuses a version that differs from an installed one in its build metadata alone: nobody could
    /// say which of the two comes later.
    pub(super) fn refuse_same_version(&self, id: &str, version: &str) -> Result<(), Error> {
        let is_same = |other: &InstalledPlugin| {
            other.version != version && step(&other.version, version) == Some(VersionStep::Same)
        };
        match self.installed(id)?.into_iter().find(is_same) {
            None => Ok(()),
            Some(other) => Err(Error::SameVersion {
                id: id.to_owned(),
                version: version.to_owned(),
                installed: other.version,
            }),
        }
    }
}

/// How one version stands to another; `None` where one of them is no semantic version, which a package
/// that was installed never has.
fn step(from: &str, to: &str) -> Option<VersionStep> {
    Some(VersionStep::between(&from.parse().ok()?, &to.parse().ok()?))
}
