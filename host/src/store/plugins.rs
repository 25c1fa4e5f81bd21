//! Keeps plugin packages, and what their compiled code must look like.

use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::ledger::{Exempt, hex};
use super::{Error, Reader, Writer};
use crate::domain::Action;

/// A package that was installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalledPlugin {
    /// SHA-256 of the package: the name it is known by.
    pub sha256: [u8; 32],
    /// The plugin's id, from its manifest.
    pub id: String,
    /// The plugin's version, from its manifest.
    pub version: String,
    /// When, in seconds since 1970-01-01 UTC.
    pub installed_at: i64,
}

/// Packages are the municipality's, so the scope changes nothing about them.
impl Reader<'_> {
    /// The installed packages by id; of one id, the latest installed first.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read); so are those of every function below.
    pub fn plugins(&self) -> Result<Vec<InstalledPlugin>, Error> {
        self.rows(
            "SELECT sha256, id, version, installed_at FROM plugin
             ORDER BY id, installed_at DESC, rowid DESC",
            |row| {
                Ok(InstalledPlugin {
                    sha256: row.get(0)?,
                    id: row.get(1)?,
                    version: row.get(2)?,
                    installed_at: row.get(3)?,
                })
            },
        )
    }

    /// The bytes of a package, as they were installed.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuch`] where it is not installed.
    pub fn plugin_package(&self, sha256: &[u8; 32]) -> Result<Vec<u8>, Error> {
        self.connection
            .prepare_cached("SELECT package FROM plugin WHERE sha256 = ?1")?
            .query_row([sha256], |row| row.get(0))
            .optional()?
            .ok_or_else(|| no_package(sha256))
    }

    /// The SHA-256 of the file that `component` was compiled to by `engine`; `None` where it has
    /// not been compiled yet, and any such file must not be loaded.
    ///
    /// # Errors
    ///
    /// As [`Reader::plugins`].
    pub fn compiled(&self, component: &[u8; 32], engine: &str) -> Result<Option<[u8; 32]>, Error> {
        Ok(self
            .connection
            .prepare_cached("SELECT artifact FROM compiled WHERE component = ?1 AND engine = ?2")?
            .query_row((component, engine), |row| row.get(0))
            .optional()?)
    }
}

impl Writer<'_> {
    /// Adds a package. `now` is in seconds since 1970-01-01 UTC.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] where that package, or that version of the plugin, is there already.
    pub fn install_plugin(
        &mut self,
        sha256: &[u8; 32],
        id: &str,
        version: &str,
        package: &[u8],
        now: i64,
    ) -> Result<(), Error> {
        self.insert(
            "INSERT INTO plugin (sha256, id, version, package, installed_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![sha256, id, version, package, now],
            "the plugin",
            || ("a plugin", format!("{id} {version}")),
        )?;
        let details = json!({ "version": version, "sha256": hex(sha256) });
        self.note(Action::PluginInstall, id, &details);
        Ok(())
    }

    /// Removes a package with what it may read. Its reports stay.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuch`] where it is not installed.
    pub fn remove_plugin(&mut self, sha256: &[u8; 32]) -> Result<(), Error> {
        let (id, version) = self.plugin_of(sha256)?.ok_or_else(|| no_package(sha256))?;
        self.connection
            .prepare_cached("DELETE FROM plugin WHERE sha256 = ?1")?
            .execute([sha256])?;
        let details = json!({ "version": version, "sha256": hex(sha256) });
        self.note(Action::PluginRemove, id, &details);
        Ok(())
    }

    /// Remembers what `engine` made of `component`, in place of what it made before.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`] where the file cannot be written.
    pub fn remember_compiled(
        &mut self,
        component: &[u8; 32],
        engine: &str,
        artifact: &[u8; 32],
    ) -> Result<(), Error> {
        self.insert(
            "INSERT INTO compiled (component, engine, artifact) VALUES (?1, ?2, ?3)
             ON CONFLICT (component, engine) DO UPDATE SET artifact = excluded.artifact",
            (component, engine, artifact),
            "the compiled plugin",
            || ("a compiled plugin for", engine.to_owned()),
        )?;
        self.exempt(Exempt::Cache);
        Ok(())
    }

    /// Id and version of an installed package.
    pub(super) fn plugin_of(&self, sha256: &[u8; 32]) -> Result<Option<(String, String)>, Error> {
        Ok(self
            .connection
            .prepare_cached("SELECT id, version FROM plugin WHERE sha256 = ?1")?
            .query_row([sha256], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?)
    }
}

pub(super) fn no_package(sha256: &[u8; 32]) -> Error {
    Error::NoSuch { what: "plugin package", code: hex(sha256) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{City, NOW, author};

    const OLD: [u8; 32] = [1; 32];
    const NEW: [u8; 32] = [2; 32];
    const ID: &str = "org.example.comparison";

    fn with_plugins() -> City {
        let mut city = City::new();
        let mut writer = city.store.write(&author()).unwrap();
        writer.install_plugin(&OLD, ID, "1.0.0", b"old", NOW).unwrap();
        writer.install_plugin(&NEW, ID, "1.1.0", b"new", NOW + 1).unwrap();
        writer.commit().unwrap();
        city
    }

    #[test]
    fn a_package_is_installed_once_and_a_version_is_one_package() {
        let mut city = with_plugins();
        let mut writer = city.store.write(&author()).unwrap();
        let again = writer.install_plugin(&OLD, "org.example.other", "1.0.0", b"old", NOW);
        assert!(matches!(again, Err(Error::Exists { .. })));
        let other = writer.install_plugin(&[3; 32], ID, "1.0.0", b"other", NOW).unwrap_err();
        assert_eq!(other.to_string(), "there is already a plugin `org.example.comparison 1.0.0`");
    }

    #[test]
    fn what_is_not_installed_has_no_package() {
        let mut city = with_plugins();
        let error = city.all().plugin_package(&[3; 32]).unwrap_err();
        assert!(error.to_string().contains(&"03".repeat(32)), "{error}");
        let mut writer = city.store.write(&author()).unwrap();
        assert!(matches!(writer.remove_plugin(&[3; 32]), Err(Error::NoSuch { .. })));
    }

    #[test]
    fn removing_a_package_leaves_the_others() {
        let mut city = with_plugins();
        let mut writer = city.store.write(&author()).unwrap();
        writer.remove_plugin(&OLD).unwrap();
        writer.commit().unwrap();
        let reader = city.all();
        assert!(reader.plugin_package(&OLD).is_err());
        assert_eq!(reader.plugin_package(&NEW).unwrap(), b"new");
        let versions: Vec<_> =
            reader.plugins().unwrap().into_iter().map(|plugin| plugin.version).collect();
        assert_eq!(versions, ["1.1.0"]);
    }

    #[test]
    fn compiled_code_is_known_by_component_and_engine() {
        let mut city = with_plugins();
        let mut writer = city.store.write(&author()).unwrap();
        writer.remember_compiled(&OLD, "engine 1", &[7; 32]).unwrap();
        writer.remember_compiled(&OLD, "engine 1", &[8; 32]).unwrap();
        writer.commit().unwrap();
        let reader = city.all();
        assert_eq!(reader.compiled(&OLD, "engine 1").unwrap(), Some([8; 32]));
        assert_eq!(reader.compiled(&OLD, "engine 2").unwrap(), None);
        assert_eq!(reader.compiled(&NEW, "engine 1").unwrap(), None);
    }
}
