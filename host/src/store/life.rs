//! Keeps what was decided about each plugin package, and which version of a plugin is in service.

use rusqlite::types::Type;
use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::ledger::hex;
use super::{Error, Reader, Writer};
use crate::domain::{Action, PluginState, Text};

/// What was decided about a package. Whether it may read what it needs is not part of it: a package
/// that nobody decided about is [`PluginState::Installed`] here, whatever was granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginLife {
    /// The state; never [`PluginState::Granted`].
    pub state: PluginState,
    /// Since when, in seconds since 1970-01-01 UTC.
    pub since: i64,
    /// Who decided it.
    pub by: String,
    /// Why; empty where nobody said.
    pub reason: Text,
    /// How often it has failed in a row, up to now.
    pub failures: u32,
}

/// Which versions of a plugin are in service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PluginService {
    /// The one in service, also while it is switched off or in quarantine.
    pub current: Option<[u8; 32]>,
    /// The one before it.
    pub previous: Option<[u8; 32]>,
}

/// The life of plugins is the municipality's, so the scope changes nothing about it.
impl Reader<'_> {
    /// What was decided about a package; `None` where nothing was.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read); so are those of every function below.
    pub fn plugin_life(&self, sha256: &[u8; 32]) -> Result<Option<PluginLife>, Error> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT state, since_at, by, reason_de, reason_en, failures
                 FROM plugin_state WHERE sha256 = ?1",
            )?
            .query_row([sha256], |row| {
                let code: String = row.get(0)?;
                let wrong = || rusqlite::Error::InvalidColumnType(0, "state".into(), Type::Text);
                Ok(PluginLife {
                    state: PluginState::of_code(&code).ok_or_else(wrong)?,
                    since: row.get(1)?,
                    by: row.get(2)?,
                    reason: Text::new(row.get::<_, String>(3)?, row.get::<_, String>(4)?),
                    failures: row.get(5)?,
                })
            })
            .optional()?)
    }

    /// Which versions of a plugin are in service.
    ///
    /// # Errors
    ///
    /// As [`Reader::plugin_life`].
    pub fn plugin_service(&self, id: &str) -> Result<PluginService, Error> {
        Ok(self
            .connection
            .prepare_cached("SELECT current, previous FROM plugin_service WHERE id = ?1")?
            .query_row([id], |row| {
                Ok(PluginService { current: row.get(0)?, previous: row.get(1)? })
            })
            .optional()?
            .unwrap_or_default())
    }

    /// When the last report of a plugin was made, in seconds since 1970-01-01 UTC; `None` where none
    /// was.
    ///
    /// # Errors
    ///
    /// As [`Reader::plugin_life`].
    pub fn last_report_of(&self, id: &str) -> Result<Option<i64>, Error> {
        let sql = "SELECT max(run_at) FROM report WHERE plugin = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([id], |row| row.get(0))?)
    }
}

impl Writer<'_> {
    /// Notes what was decided about an installed package. Failures are counted anew from here on.
    ///
    /// `action` is what the audit calls it; the reason, which people type, does not get there.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuch`] where it is not installed.
    pub fn set_plugin_state(
        &mut self,
        action: Action,
        sha256: &[u8; 32],
        state: PluginState,
        by: &str,
        reason: &Text,
        now: i64,
    ) -> Result<(), Error> {
        let (id, version) = self.installed_plugin(sha256)?;
        self.put_state(sha256, state, by, reason, now)?;
        let details = json!({ "version": version, "sha256": hex(sha256) });
        self.note(action, id, &details);
        Ok(())
    }

    /// Switches a version on, in place of `replaced` where there is one in service, which goes back to
    /// what it was before it was switched on. `previous` is what a rollback leads to.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuch`] where the package is not installed.
    pub fn put_in_service(
        &mut self,
        action: Action,
        sha256: &[u8; 32],
        service: &PluginService,
        by: &str,
        now: i64,
    ) -> Result<(), Error> {
        let (id, version) = self.installed_plugin(sha256)?;
        let none = Text::default();
        if let Some(replaced) = service.current.filter(|current| current != sha256) {
            self.connection
                .prepare_cached(
                    "UPDATE plugin_state SET state = 'installed', since_at = ?2, by = ?3
                     WHERE sha256 = ?1 AND state = 'enabled'",
                )?
                .execute((replaced, now, by))?;
        }
        self.put_state(sha256, PluginState::Enabled, by, &none, now)?;
        self.insert(
            "INSERT INTO plugin_service (id, current, previous) VALUES (?1, ?2, ?3)
             ON CONFLICT (id) DO UPDATE SET current = excluded.current, previous = excluded.previous",
            params![id, sha256, service.previous],
            "the plugin",
            || ("a plugin in service", id.clone()),
        )?;
        let details = json!({
            "version": version,
            "sha256": hex(sha256),
            "replaces": service.current.filter(|current| current != sha256).map(|it| hex(&it)),
        });
        self.note(action, id, &details);
        Ok(())
    }

    /// Counts a failure of a package and gives how many there have been in a row. Who asks for it
    /// notes the run, which covers it.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`] where the file cannot be written.
    pub fn count_failure(&mut self, sha256: &[u8; 32]) -> Result<u32, Error> {
        let mut statement = self.connection.prepare_cached(
            "UPDATE plugin_state SET failures = failures + 1 WHERE sha256 = ?1 RETURNING failures",
        )?;
        Ok(statement.query_row([sha256], |row| row.get(0)).optional()?.unwrap_or(0))
    }

    /// Forgets the failures of a package, since it has done well. Who asks for it notes the run, which
    /// covers it.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`] where the file cannot be written.
    pub fn forget_failures(&mut self, sha256: &[u8; 32]) -> Result<(), Error> {
        let sql = "UPDATE plugin_state SET failures = 0 WHERE sha256 = ?1 AND failures > 0";
        self.connection.prepare_cached(sql)?.execute([sha256])?;
        Ok(())
    }

    fn put_state(
        &mut self,
        sha256: &[u8; 32],
        state: PluginState,
        by: &str,
        reason: &Text,
        now: i64,
    ) -> Result<(), Error> {
        self.insert(
            "INSERT INTO plugin_state (sha256, state, since_at, by, reason_de, reason_en, failures)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)
             ON CONFLICT (sha256) DO UPDATE SET
               state = excluded.state, since_at = excluded.since_at, by = excluded.by,
               reason_de = excluded.reason_de, reason_en = excluded.reason_en, failures = 0",
            params![sha256, state.code(), now, by, reason.de, reason.en],
            "the state of a plugin",
            || ("a state of the plugin", hex(sha256)),
        )?;
        Ok(())
    }

    /// Id and version of a package that has to be there.
    fn installed_plugin(&self, sha256: &[u8; 32]) -> Result<(String, String), Error> {
        let sql = "SELECT id, version FROM plugin WHERE sha256 = ?1";
        self.connection
            .prepare_cached(sql)?
            .query_row([sha256], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?
            .ok_or_else(|| Error::NoSuch { what: "plugin package", code: hex(sha256) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{City, NOW, author};

    const OLD: [u8; 32] = [1; 32];
    const NEW: [u8; 32] = [2; 32];
    const ID: &str = "org.example.comparison";

    fn with_versions() -> City {
        let mut city = City::new();
        let mut writer = city.store.write(&author()).unwrap();
        writer.install_plugin(&OLD, ID, "1.0.0", b"old", NOW).unwrap();
        writer.install_plugin(&NEW, ID, "1.1.0", b"new", NOW + 1).unwrap();
        writer.commit().unwrap();
        city
    }

    fn enable(city: &mut City, sha256: [u8; 32], service: PluginService) {
        let mut writer = city.store.write(&author()).unwrap();
        writer
            .put_in_service(Action::PluginEnable, &sha256, &service, "koordination", NOW + 2)
            .unwrap();
        writer.commit().unwrap();
    }

    fn state(city: &City, sha256: &[u8; 32]) -> Option<PluginState> {
        city.all().plugin_life(sha256).unwrap().map(|life| life.state)
    }

    #[test]
    fn nothing_is_decided_about_a_package_that_is_not_installed() {
        let mut city = with_versions();
        let (state, reason) = (PluginState::Disabled, Text::same("x"));
        let mut writer = city.store.write(&author()).unwrap();
        let error =
            writer.set_plugin_state(Action::PluginDisable, &[3; 32], state, "x", &reason, NOW);
        assert!(matches!(error, Err(Error::NoSuch { .. })));
        let service = PluginService::default();
        let error = writer.put_in_service(Action::PluginEnable, &[3; 32], &service, "x", NOW);
        assert!(matches!(error, Err(Error::NoSuch { .. })));
        assert_eq!(writer.count_failure(&[3; 32]).unwrap(), 0);
        drop(writer);
        assert_eq!(city.all().plugin_life(&OLD).unwrap(), None);
        assert_eq!(city.all().plugin_service(ID).unwrap(), PluginService::default());
    }

    #[test]
    fn one_version_is_in_service_and_the_one_before_it_is_known() {
        let mut city = with_versions();
        enable(&mut city, OLD, PluginService::default());
        let service = city.all().plugin_service(ID).unwrap();
        assert_eq!(service, PluginService { current: Some(OLD), previous: None });
        enable(&mut city, NEW, PluginService { current: Some(OLD), previous: Some(OLD) });
        let service = city.all().plugin_service(ID).unwrap();
        assert_eq!(service, PluginService { current: Some(NEW), previous: Some(OLD) });
        assert_eq!(state(&city, &OLD), Some(PluginState::Installed));
        assert_eq!(state(&city, &NEW), Some(PluginState::Enabled));
    }

    #[test]
    fn a_version_that_is_removed_is_in_service_no_more() {
        let mut city = with_versions();
        enable(&mut city, OLD, PluginService::default());
        enable(&mut city, NEW, PluginService { current: Some(OLD), previous: Some(OLD) });
        let mut writer = city.store.write(&author()).unwrap();
        writer.remove_plugin(&NEW).unwrap();
        writer.commit().unwrap();
        let service = city.all().plugin_service(ID).unwrap();
        assert_eq!(service, PluginService { current: None, previous: Some(OLD) });
        assert_eq!(state(&city, &NEW), None);
    }

    #[test]
    fn failures_are_counted_in_a_row_and_every_decision_begins_anew() {
        let mut city = with_versions();
        enable(&mut city, OLD, PluginService::default());
        let failed = |city: &mut City| {
            let mut writer = city.store.write(&author()).unwrap();
            let failures = writer.count_failure(&OLD).unwrap();
            assert!(matches!(writer.commit(), Err(Error::Unaudited)), "the run has to be noted");
            failures
        };
        assert_eq!(failed(&mut city), 1);
        let count = |city: &mut City, forget: bool| {
            let mut writer = city.store.write(&author()).unwrap();
            if forget {
                writer.forget_failures(&OLD).unwrap();
            } else {
                writer.count_failure(&OLD).unwrap();
            }
            writer.note(Action::PluginRun, ID, &json!({}));
            writer.commit().unwrap();
            city.all().plugin_life(&OLD).unwrap().unwrap().failures
        };
        assert_eq!(count(&mut city, false), 1);
        assert_eq!(count(&mut city, false), 2);
        assert_eq!(count(&mut city, true), 0);
        assert_eq!(count(&mut city, false), 1);
        let reason = Text::new("zu oft", "too often");
        let mut writer = city.store.write(&author()).unwrap();
        let state = PluginState::Quarantined;
        writer
            .set_plugin_state(Action::PluginQuarantine, &OLD, state, "program:tridem", &reason, 9)
            .unwrap();
        writer.commit().unwrap();
        let by = "program:tridem".to_owned();
        let expected = PluginLife { state, since: 9, by, reason, failures: 0 };
        assert_eq!(city.all().plugin_life(&OLD).unwrap(), Some(expected));
    }
}
