//! The folder of records: where its parts lie, how it is made and opened.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Datelike, Local, Utc};

use crate::domain::{Day, Id};
use crate::plugin::{Engine, OperatorLimits};
use crate::render::Renderer;
use crate::store::{DatabaseKey, Store};

use super::{Actor, Error};

/// Where the key comes from.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// 64 hexadecimal digits, from the environment.
    Text(String),
    /// A file that its owner alone may read.
    File(PathBuf),
}

impl KeySource {
    /// A file named by the person comes first, then the environment, then the folder's own file.
    pub fn new(file: Option<PathBuf>, environment: Option<String>, dir: &Path) -> Self {
        match (file, environment) {
            (Some(file), _) => Self::File(file),
            (None, Some(text)) => Self::Text(text),
            (None, None) => Self::File(dir.join("tridem.key")),
        }
    }

    fn read(&self) -> Result<DatabaseKey, Error> {
        Ok(match self {
            Self::Text(text) => DatabaseKey::from_hex(text.trim())?,
            Self::File(path) => DatabaseKey::read_file(path)?,
        })
    }
}

/// What [`App::init`] made.
#[derive(Debug, Clone)]
pub struct Made {
    /// The file with the new key; `None` where the key came from the environment.
    pub key_file: Option<PathBuf>,
}

/// The program with an open folder of records.
pub struct App {
    pub(super) dir: PathBuf,
    pub(super) store: Store,
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
        actor.for_all_schools()?;
        let municipality = municipality.trim();
        if municipality.is_empty() {
            return Err(Error::EmptyName);
        }
        let database = database(dir);
        if database.exists() {
            return Err(Error::AlreadyThere(dir.to_owned()));
        }
        fs_err::create_dir_all(dir).map_err(Error::File)?;
        let (key, key_file) = match key {
            KeySource::File(path) if !path.exists() => {
                let new = DatabaseKey::generate()?;
                new.write_file(path)?;
                (new, Some(path.clone()))
            }
            KeySource::File(path) => (key.read()?, Some(path.clone())),
            KeySource::Text(_) => (key.read()?, None),
        };
        Store::create(&database, &key, municipality, &actor.author())?;
        Ok(Made { key_file })
    }

    /// Opens a folder of records.
    ///
    /// # Errors
    ///
    /// When there are no records, the key is missing, wrong or readable by others, or the records
    /// are not encrypted, damaged, or of a later version of the program.
    pub fn open(dir: &Path, key: &KeySource) -> Result<Self, Error> {
        let database = database(dir);
        if !database.exists() {
            return Err(Error::NotThere(dir.to_owned()));
        }
        Ok(Self { dir: dir.to_owned(), store: Store::open(&database, &key.read()?)? })
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

fn database(dir: &Path) -> PathBuf {
    dir.join("tridem.db")
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

/// A new permanent id.
pub(super) fn new_id() -> Id {
    Id(uuid::Uuid::now_v7())
}
