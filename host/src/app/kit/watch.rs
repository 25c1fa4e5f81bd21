//! `plugin watch`: notices when the source of a plugin changes.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use notify::{EventKind, RecursiveMode, Watcher};

use super::error::Error;
use super::project::{is_source, manifest_text};
use crate::app;

/// How long it has to be quiet until a change is taken for finished. Editors write in several steps.
const QUIET: Duration = Duration::from_millis(250);

/// Calls `each` at once, and then after every change of a source, a test or a letter with the file
/// that changed, until it gives false. What a build writes is no change.
///
/// # Errors
///
/// [`Error::NotAPlugin`], and [`Error::Watch`] where the system cannot watch the folder.
pub fn watch(folder: &Path, each: &mut dyn FnMut(Option<&Path>) -> bool) -> Result<(), app::Error> {
    manifest_text(folder)?;
    let failed = |error: &dyn std::fmt::Display| Error::Watch {
        folder: folder.to_owned(),
        reason: error.to_string(),
    };
    let root = fs_err::canonicalize(folder).map_err(app::Error::File)?;
    let (sender, changes) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(sender).map_err(|error| failed(&error))?;
    watcher.watch(&root, RecursiveMode::NonRecursive).map_err(|error| failed(&error))?;
    for entry in fs_err::read_dir(&root).map_err(app::Error::File)?.flatten() {
        if entry.path().is_dir() && is_meant(&root, &entry.path()) {
            watcher
                .watch(&entry.path(), RecursiveMode::Recursive)
                .map_err(|error| failed(&error))?;
        }
    }
    if !each(None) {
        return Ok(());
    }
    loop {
        let Ok(first) = changes.recv() else { return Ok(()) };
        let mut file = meant(&root, first);
        while let Ok(event) = changes.recv_timeout(QUIET) {
            file = file.or_else(|| meant(&root, event));
        }
        if let Some(path) = file {
            let shown = path.strip_prefix(&root).unwrap_or(&path);
            if !each(Some(shown)) {
                return Ok(());
            }
        }
    }
}

/// The file of an event that is a change of something meant.
fn meant(root: &Path, event: notify::Result<notify::Event>) -> Option<PathBuf> {
    let event = event.ok()?;
    // A compiler opens every file.
    if matches!(event.kind, EventKind::Access(_)) {
        return None;
    }
    event.paths.into_iter().find(|path| is_meant(root, path))
}

/// Whether a path is a source, a test or a letter. Editors put aside files that begin with a dot or
/// end with `~`.
fn is_meant(root: &Path, path: &Path) -> bool {
    let Ok(inner) = path.strip_prefix(root) else { return false };
    let mut names = inner.components().map(|part| part.as_os_str().to_string_lossy());
    let Some(first) = names.next() else { return false };
    let last = inner.file_name().unwrap_or_default().to_string_lossy();
    let is_aside = last.starts_with('.') || last.ends_with('~');
    (is_source(&first) || first == "tests") && !is_aside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_build_writes_is_no_change() {
        let root = Path::new("/p");
        for path in [
            "build/plugin.wasm",
            "target/x",
            ".git/index",
            "Cargo.lock",
            "src/.lib.rs.swp",
            "src/lib.rs~",
            "",
        ] {
            assert!(!is_meant(root, &root.join(path)), "{path}");
        }
        for path in ["src/lib.rs", "plugin.toml", "tests/a.toml", "templates/a.de.hbs", "app.py"] {
            assert!(is_meant(root, &root.join(path)), "{path}");
        }
    }

    #[test]
    fn a_change_is_noticed_once_and_by_name() {
        let dir = tempfile::tempdir().unwrap();
        assert!(watch(dir.path(), &mut |_| false).is_err(), "no plugin here");
        fs_err::create_dir_all(dir.path().join("src")).unwrap();
        fs_err::write(dir.path().join("plugin.toml"), "").unwrap();
        let source = dir.path().join("src/lib.rs");
        let mut seen = Vec::new();
        watch(dir.path(), &mut |changed| {
            seen.push(changed.map(Path::to_owned));
            fs_err::create_dir_all(dir.path().join("build")).unwrap();
            fs_err::write(dir.path().join("build/plugin.wasm"), "x").unwrap();
            fs_err::write(&source, "one").unwrap();
            fs_err::write(&source, "two").unwrap();
            seen.len() < 2
        })
        .unwrap();
        assert_eq!(seen, [None, Some(PathBuf::from("src/lib.rs"))]);
    }
}
