//! What the doctor sees of files and folders: who may read them, what was left behind, how much
//! room there is.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::domain::Text;
use crate::store::Examination;

use super::doctor::{Finding, Level};
use super::keys::key_file;
use super::workspace::database;

/// With less room than this a backup of small records, or an import, may fail.
#[cfg(unix)]
const LITTLE_ROOM: u64 = 256 << 20;

/// Bytes in a page of the database; a whole file is a number of them.
const PAGE: u64 = 16_384;

/// Who may look into the folder and change what is in it.
#[cfg(unix)]
pub(super) fn folder(dir: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    let parts = [(dir.to_owned(), "folder"), (database(dir), "database"), (key_file(dir), "key")];
    for (path, topic) in parts {
        let Some(mode) = mode(&path) else { continue };
        let (is_written, is_read) = (mode & 0o022 != 0, mode & 0o055 != 0);
        // Others who may read the key are told of where it is used.
        if is_written || (is_read && topic != "key") {
            let level = if is_written { Level::Error } else { Level::Warning };
            let verb = |written, read| if is_written { written } else { read };
            let what = Text::new(
                format!(
                    "andere Benutzer dürfen {} (Rechte {mode:03o})",
                    verb("hier schreiben", "hier lesen")
                ),
                format!("other users may {} (mode {mode:03o})", verb("write here", "read here")),
            );
            let right = if topic == "folder" { "700" } else { "600" };
            let advice = format!("`chmod {right} {}`", path.display());
            findings.push(Finding::wrong(
                level,
                topic,
                &path,
                what,
                Text::new(advice.clone(), advice),
            ));
        }
    }
    if findings.is_empty() {
        let what = Text::new(
            "nur der Besitzer kommt an die Dateien",
            "only their owner gets at the files",
        );
        findings.push(Finding::fine("folder", dir, what));
    }
    findings
}

/// Elsewhere the folder of the user keeps others out.
#[cfg(not(unix))]
pub(super) fn folder(_: &Path) -> Vec<Finding> {
    Vec::new()
}

/// The rights of a file.
#[cfg(unix)]
fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    Some(fs_err::metadata(path).ok()?.permissions().mode() & 0o777)
}

/// A database that was cut off, which can be told without its key.
pub(super) fn length(path: &Path) -> Option<Finding> {
    let length = fs_err::metadata(path).ok()?.len();
    (length == 0 || length % PAGE != 0).then(|| {
        Finding::wrong(
            Level::Error,
            "database",
            path,
            Text::new(
                format!("die Datei hat {length} Bytes, und das sind keine ganzen Seiten"),
                format!("the file has {length} bytes, which are no whole pages"),
            ),
            Text::new(
                "sie wurde abgeschnitten; spielen Sie mit `tridem restore` die letzte Sicherung zurück",
                "it was cut off; restore the last backup with `tridem restore`",
            ),
        )
    })
}

/// What other programs, or ours when it was interrupted, have left behind.
pub(super) fn leftovers(dir: &Path, examination: Option<&Examination>) -> Vec<Finding> {
    let compiled = dir.join("compiled");
    let mut findings = Vec::new();
    for path in files(dir).into_iter().chain(files(&compiled)) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with("-journal") {
            findings.push(Finding::wrong(
                Level::Warning,
                "leftover",
                &path,
                Text::new(
                    "ein Rücknahmeprotokoll, das Tridem nicht anlegt",
                    "a rollback journal, which Tridem does not make",
                ),
                Text::new(
                    "ein anderes Programm hat die Datenbank geöffnet; löschen Sie nichts, und \
                     machen Sie zuerst eine Kopie des Ordners",
                    "another program has opened the database; delete nothing, and copy the folder \
                     first",
                ),
            ));
        } else if name.ends_with("-wal") && is_filled(&path) {
            findings.push(Finding {
                level: Level::Note,
                topic: "leftover",
                what: Text::new(
                    "ein Protokoll: Tridem läuft gerade, oder es wurde unterbrochen",
                    "a log: Tridem is running, or was interrupted",
                ),
                place: path.clone(),
                advice: Some(Text::new(
                    "löschen Sie es nicht, es gehört zu den Daten; der nächste Befehl übernimmt es",
                    "do not delete it, it is part of the records; the next command takes it in",
                )),
            });
        } else if name.ends_with(".part") {
            findings.push(Finding::wrong(
                Level::Warning,
                "leftover",
                &path,
                Text::new("eine angefangene Datei", "a file that was begun"),
                Text::new(
                    "löschen Sie sie, wenn Tridem gerade nicht läuft",
                    "delete it when Tridem is not running",
                ),
            ));
        } else if path.starts_with(&compiled) && is_strange(&path, examination) {
            findings.push(Finding::wrong(
                Level::Warning,
                "compiled",
                &path,
                Text::new(
                    "kein übersetztes Plugin, das die Daten kennen; es wird nie geladen",
                    "no compiled plugin that the records know; it is never loaded",
                ),
                Text::new(
                    "löschen Sie es; was fehlt, wird neu übersetzt",
                    "delete it; what is missing is compiled anew",
                ),
            ));
        }
    }
    findings
}

/// Whether a file among the compiled plugins is none that the records know. Without the records
/// only its name can tell.
fn is_strange(path: &Path, examination: Option<&Examination>) -> bool {
    if path.extension().is_none_or(|extension| extension != "cwasm") {
        return true;
    }
    let Some(examination) = examination else { return false };
    let Ok(bytes) = fs_err::read(path) else { return true };
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    !examination.compiled.contains(&digest)
}

fn is_filled(path: &Path) -> bool {
    fs_err::metadata(path).is_ok_and(|found| found.len() > 0)
}

/// The files of a folder, by name.
fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = fs_err::read_dir(dir).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.retain(|path| path.is_file());
    files.sort();
    files
}

/// How much room is left, held against what the database takes.
#[cfg(unix)]
pub(super) fn room(dir: &Path) -> Option<Finding> {
    let found = rustix::fs::statvfs(dir).ok()?;
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    let taken = fs_err::metadata(database(dir)).map_or(0, |found| found.len());
    Some(room_finding(dir, free, taken))
}

/// Elsewhere the standard library does not tell.
#[cfg(not(unix))]
pub(super) fn room(_: &Path) -> Option<Finding> {
    None
}

/// What is to be said of so many free bytes, where the database takes so many.
#[cfg(unix)]
fn room_finding(dir: &Path, free: u64, taken: u64) -> Finding {
    let mebibytes = free >> 20;
    let what = Text::new(
        format!("auf dem Datenträger sind {mebibytes} MiB frei"),
        format!("{mebibytes} MiB are free on the disk"),
    );
    // An import can grow the log as far as the database before it is taken in.
    let needed = LITTLE_ROOM.max(taken.saturating_mul(2));
    if free >= needed {
        return Finding::fine("room", dir, what);
    }
    let level = if free < LITTLE_ROOM / 16 { Level::Error } else { Level::Warning };
    let advice = Text::new(
        format!("schaffen Sie Platz: {} MiB sollten es sein", needed >> 20),
        format!("make room: it should be {} MiB", needed >> 20),
    );
    Finding::wrong(level, "room", dir, what, advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn little_room_is_a_warning_and_none_an_error() {
        let level = |free, taken| room_finding(Path::new("d"), free, taken).level;
        assert_eq!(level(0, 0), Level::Error);
        assert_eq!(level((16 << 20) - 1, 0), Level::Error);
        assert_eq!(level(16 << 20, 0), Level::Warning);
        assert_eq!(level((256 << 20) - 1, 0), Level::Warning);
        assert_eq!(level(256 << 20, 0), Level::Ok);
        // A database of 200 MiB needs 400.
        assert_eq!(level(399 << 20, 200 << 20), Level::Warning);
        assert_eq!(level(400 << 20, 200 << 20), Level::Ok);
    }
}
