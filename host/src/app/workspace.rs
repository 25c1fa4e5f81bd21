//! The folder of records: where its parts lie, how it is made and opened.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Datelike, Local, Utc};

use crate::domain::{Day, Id};
use crate::plugin::{Engine, OperatorLimits};
use crate::render::Renderer;
use crate::store::{DatabaseKey, Derivation, Store, sync_folder_of};

use super::keys::{KeySource, Lock, derivation_file};
use super::{Actor, Error};

/// What [`App::init`] made.
#[derive(Debug, Clone)]
pub struct Made {
    /// The file with the new key; `None` where the key came from the environment.
    pub key_file: Option<PathBuf>,
    /// The file that is needed besides the passphrase; `None` where the key is no passphrase.
    pub derivation_file: Option<PathBuf>,
}

/// The program with an open folder of records.
pub struct App {
    pub(super) dir: PathBuf,
    pub(super) store: Store,
    /// What opened it, which a backup is encrypted with as well.
    pub(super) lock: Lock,
}

impl App {
    /// Makes a new folder of records, and a key where there is none.
    ///
    /// # Errors
    ///
    /// For a practitioner, when the folder holds records already, when the name is empty, or when a file cannot be
    /// written. Then nothing of it is left behind.
    pub fn init(
        actor: &Actor,
        dir: &Path,
        key: &KeySource,
        municipality: &str,
    ) -> Result<Made, Error> {
        Self::make_folder(actor, dir, key, municipality, false)
    }

    /// The same, for invented data alone, over which unsigned plugins may run. It stays so for ever.
    ///
    /// # Errors
    ///
    /// As [`App::init`].
    pub fn init_for_development(
        actor: &Actor,
        dir: &Path,
        key: &KeySource,
        municipality: &str,
    ) -> Result<Made, Error> {
        Self::make_folder(actor, dir, key, municipality, true)
    }

    fn make_folder(
        actor: &Actor,
        dir: &Path,
        key: &KeySource,
        municipality: &str,
        is_development: bool,
    ) -> Result<Made, Error> {
        actor.for_all_schools()?;
        let municipality = municipality.trim();
        if municipality.is_empty() {
            return Err(Error::EmptyName);
        }
        let create = if is_development { Store::create_for_development } else { Store::create };
        make_records(dir, key, |database, key| {
            create(database, key, municipality, &actor.author())?;
            Ok(())
        })
    }

    /// Opens a folder of records.
    ///
    /// # Errors
    ///
    /// When there are no records, the key is missing, wrong or readable by others, or the records
    /// are not encrypted, damaged, or of a later version of the program.
    pub fn open(dir: &Path, key: &KeySource) -> Result<Self, Error> {
        // A change of the key that was interrupted is completed first; then the new key opens them.
        super::rotation::complete(dir)?;
        let database = database(dir);
        if !database.exists() {
            return Err(Error::NotThere(dir.to_owned()));
        }
        let lock = key.read(dir)?;
        let store = Store::open(&database, &lock.key).map_err(|error| lock.explain(error))?;
        Ok(Self { dir: dir.to_owned(), store, lock })
    }

    /// The name of the municipality, which is no secret.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn municipality_name(&self) -> Result<String, Error> {
        Ok(self.store.read(&crate::domain::Scope::municipality())?.municipality_name()?)
    }

    /// The sandbox with this operator's limits.
    pub(super) fn engine() -> Result<Engine, Error> {
        Ok(Engine::new(OperatorLimits::default())?)
    }

    /// The page maker, with the municipality's own templates where the folder has some.
    pub(super) fn renderer(&self) -> Result<Renderer, Error> {
        let overrides = self.dir.join("templates");
        Ok(Renderer::new(overrides.is_dir().then_some(overrides.as_path()))?)
    }

    /// Where compiled plugins lie.
    pub(super) fn compiled_dir(&self) -> PathBuf {
        self.dir.join("compiled")
    }
}

impl Drop for App {
    /// Notes what was read and is not in the audit yet. Nothing of it was shown, unless somebody was
    /// told of an error after it, so that a failure here is no read that nobody knows of.
    fn drop(&mut self) {
        let _ = self.settle_reads();
    }
}

/// Makes a folder and the key of its records, and has `create` make the database at a path under that
/// key. Where that fails nothing is left behind.
pub(super) fn make_records(
    dir: &Path,
    key: &KeySource,
    create: impl FnOnce(&Path, &DatabaseKey) -> Result<(), Error>,
) -> Result<Made, Error> {
    let database = database(dir);
    if database.exists() {
        return Err(Error::AlreadyThere(dir.to_owned()));
    }
    if let KeySource::Passphrase(passphrase) = key {
        passphrase.refuse_short()?;
    }
    let folders = make_private(dir)?;
    let mut made = Made { key_file: None, derivation_file: None };
    let fill = |made: &mut Made| -> Result<(), Error> {
        let key = match key {
            KeySource::File(path) if !path.exists() => {
                let new = DatabaseKey::generate()?;
                new.write_file(path)?;
                made.key_file = Some(path.clone());
                new
            }
            KeySource::Passphrase(_) => {
                let path = derivation_file(dir);
                let derivation = Derivation::generate()?;
                derivation.write_file(&path)?;
                made.derivation_file = Some(path);
                key.read_with(|| Ok(derivation))?.key
            }
            KeySource::File(_) | KeySource::Text(_) => key.read(dir)?.key,
        };
        create(&database, &key)
    };
    if let Err(error) = fill(&mut made) {
        // A key that opens nothing would only be taken for one that does.
        for path in [made.key_file, made.derivation_file].into_iter().flatten() {
            let _ = fs_err::remove_file(path);
        }
        for folder in folders.iter().rev() {
            let _ = fs_err::remove_dir(folder);
        }
        return Err(error);
    }
    if let KeySource::File(path) = key {
        made.key_file = Some(path.clone());
    }
    Ok(made)
}

pub(super) fn database(dir: &Path) -> PathBuf {
    dir.join("tridem.db")
}

/// Makes a folder that its owner alone may look into, and gives the folders that were not there
/// before, outermost first.
pub(super) fn make_private(dir: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut missing: Vec<PathBuf> =
        dir.ancestors().take_while(|folder| !folder.exists()).map(Path::to_owned).collect();
    // The last ancestor of a relative path is the empty one.
    missing.retain(|folder| !folder.as_os_str().is_empty());
    missing.reverse();
    for folder in &missing {
        fs_err::create_dir(folder).map_err(Error::File)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let private = std::fs::Permissions::from_mode(0o700);
            fs_err::set_permissions(folder, private).map_err(Error::File)?;
        }
        // Else a loss of power could take the folder with everything that was flushed in it.
        sync_folder_of(folder)?;
    }
    Ok(missing)
}

/// Seconds since 1970-01-01 UTC.
pub(super) fn now() -> i64 {
    Utc::now().timestamp()
}

/// Seconds since 1970-01-01 UTC as `2026-07-20 14:05 UTC`.
pub fn moment(seconds: i64) -> String {
    DateTime::from_timestamp(seconds, 0)
        .map_or_else(String::new, |moment| moment.format("%Y-%m-%d %H:%M UTC").to_string())
}

/// Today, where the person sits.
pub(super) fn today() -> Day {
    let date = Local::now().date_naive();
    Day::of(date.year(), date.month(), date.day()).unwrap_or(Day(0))
}

/// Today, where the person sits, for the edge of the program.
pub fn today_here() -> Day {
    today()
}

/// The day of a moment in seconds since 1970-01-01 UTC, where the person sits.
pub(super) fn day_of(seconds: i64) -> Day {
    let date = DateTime::from_timestamp(seconds, 0).map(|it| it.with_timezone(&Local).date_naive());
    date.and_then(|date| Day::from_date(date).ok()).unwrap_or(Day(0))
}

/// The day and the time of day of a moment in seconds since 1970-01-01 UTC, as `14:05`, where the person
/// sits.
pub fn local_moment(seconds: i64) -> (Day, String) {
    let moment = DateTime::from_timestamp(seconds, 0).map(|it| it.with_timezone(&Local));
    let time = moment.map_or_else(String::new, |it| it.format("%H:%M").to_string());
    (day_of(seconds), time)
}

/// A new permanent id.
pub(super) fn new_id() -> Id {
    Id(uuid::Uuid::now_v7())
}
