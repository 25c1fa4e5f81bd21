//! `plugin new`: writes a plugin that works, with a test, into a folder of its own.

use std::path::{Path, PathBuf};

use super::error::Error;
use super::files;
use super::templates::{Kind, Language, SHARED, offered, template};
use crate::app;
use crate::domain::is_plugin_id;

/// Longest title, in bytes, as the interface has it.
const LONGEST_TITLE: usize = 200;

/// What plugin to begin.
#[derive(Debug, Clone, Copy)]
pub struct NewPlugin<'a> {
    /// The folder, which is made.
    pub folder: &'a Path,
    /// What it is written in.
    pub language: Language,
    /// What it is for.
    pub kind: Kind,
    /// Its permanent name; made from that of the folder where `None`.
    pub id: Option<&'a str>,
    /// What it is called; the last part of the id where `None`.
    pub title: Option<&'a str>,
}

/// A plugin that was begun.
#[derive(Debug, Clone)]
pub struct Started {
    /// Its permanent name.
    pub id: String,
    /// The author's files, without those of the kit.
    pub files: Vec<PathBuf>,
}

/// Writes a new plugin. Nothing that is there is ever overwritten.
///
/// # Errors
///
/// [`Error::Occupied`] where the folder holds anything, [`Error::NoTemplate`], [`Error::BadId`],
/// [`Error::BadTitle`], and files that cannot be written.
pub fn new(wanted: &NewPlugin<'_>) -> Result<Started, app::Error> {
    let template = template(wanted.language, wanted.kind)
        .ok_or_else(|| Error::NoTemplate { offered: offered() })?;
    let id = match wanted.id {
        Some(id) => id.to_owned(),
        None => format!("org.example.{}", slug(wanted.folder)),
    };
    let name = id.rsplit('.').next().unwrap_or_default().to_owned();
    if !is_plugin_id(&id) {
        return Err(Error::BadId(id).into());
    }
    let title = wanted.title.unwrap_or(&name).trim();
    if title.is_empty() || title.len() > LONGEST_TITLE || title.chars().any(char::is_control) {
        return Err(Error::BadTitle.into());
    }
    if is_occupied(wanted.folder)? {
        return Err(Error::Occupied(wanted.folder.to_owned()).into());
    }
    let fill = |path: &str, text: &str| {
        // In TOML a title stands between quotes; everywhere else it is plain text.
        let is_toml = Path::new(path).extension().is_some_and(|end| end == "toml");
        let title = if is_toml { escaped(title) } else { title.to_owned() };
        text.replace("@ID@", &id).replace("@NAME@", &name).replace("@TITLE@", &title)
    };
    let mut own = Vec::new();
    for (path, text) in template.files.iter().chain(SHARED) {
        own.push(write(wanted.folder, path, &fill(path, text))?);
    }
    for (path, text) in files::kit(wanted.language == Language::Rust) {
        write(wanted.folder, &path, &text)?;
    }
    own.sort();
    Ok(Started { id, files: own })
}

/// Whether there is anything where the folder is to be.
fn is_occupied(folder: &Path) -> Result<bool, app::Error> {
    if !folder.exists() {
        return Ok(false);
    }
    if !folder.is_dir() {
        return Ok(true);
    }
    Ok(fs_err::read_dir(folder).map_err(app::Error::File)?.next().is_some())
}

fn write(folder: &Path, path: &str, text: &str) -> Result<PathBuf, app::Error> {
    let to = folder.join(path);
    if let Some(parent) = to.parent() {
        fs_err::create_dir_all(parent).map_err(app::Error::File)?;
    }
    fs_err::write(&to, text).map_err(app::Error::File)?;
    Ok(to)
}

/// The name of a folder as the last part of an id.
fn slug(folder: &Path) -> String {
    let name = folder.file_name().map(|name| name.to_string_lossy().to_lowercase());
    let name = name.unwrap_or_default();
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    let name: String = name.chars().map(plain).collect();
    let name = name.trim_matches('-');
    if name.starts_with(|first: char| first.is_ascii_lowercase()) {
        name.to_owned()
    } else {
        format!("plugin-{name}").trim_end_matches('-').to_owned()
    }
}

/// A text between quotes in TOML.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Manifest;

    fn wanted(folder: &Path) -> NewPlugin<'_> {
        let (language, kind) = (Language::Rust, Kind::Metrics);
        NewPlugin { folder, language, kind, id: None, title: None }
    }

    #[test]
    fn nothing_that_is_there_is_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        fs_err::write(dir.path().join("note.txt"), "mine").unwrap();
        let error = new(&wanted(dir.path())).unwrap_err();
        assert!(error.to_string().contains("is not empty"), "{error}");
        assert_eq!(fs_err::read_dir(dir.path()).unwrap().count(), 1);
        let file = dir.path().join("note.txt");
        assert!(new(&wanted(&file)).is_err());
    }

    #[test]
    fn an_id_or_a_title_that_no_manifest_takes_is_refused_before_anything_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("visits");
        for id in ["visits", "org.Example.visits", "org.example.", "org.example.a b"] {
            assert!(new(&NewPlugin { id: Some(id), ..wanted(&folder) }).is_err(), "{id}");
        }
        let long = "a".repeat(201);
        for title in [" ", "two\nlines", long.as_str()] {
            assert!(new(&NewPlugin { title: Some(title), ..wanted(&folder) }).is_err(), "{title}");
        }
        assert!(!folder.exists());
    }

    #[test]
    fn a_new_plugin_is_called_as_it_was_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("Home Visits 2");
        let title = "The \"quick\" ones \\ äöü";
        let started = new(&NewPlugin { title: Some(title), ..wanted(&folder) }).unwrap();
        assert_eq!(started.id, "org.example.home-visits-2");
        let text = fs_err::read_to_string(folder.join("plugin.toml")).unwrap();
        let manifest = Manifest::parse(&text).unwrap();
        assert_eq!((manifest.id, manifest.title.de), (started.id, title.to_owned()));
        for file in started.files {
            let text = fs_err::read_to_string(&file).unwrap();
            assert!(!text.contains("@ID@") && !text.contains("@NAME@"), "{}", file.display());
        }
        assert!(folder.join(".tridem/sdk/src/lib.rs").is_file());
        assert!(folder.join(".tridem/wit/1.0/types.wit").is_file());
    }

    #[test]
    fn any_name_of_a_folder_becomes_a_part_of_an_id() {
        for (name, part) in [("visits", "visits"), ("3rd", "plugin-3rd"), ("ÄÖ", "plugin")] {
            assert_eq!(slug(Path::new(name)), part);
        }
    }
}
