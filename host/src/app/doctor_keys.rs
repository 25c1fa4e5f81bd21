//! What the doctor sees of keys and backups: whether anybody made sure of them lately.

use std::path::Path;

use crate::domain::Text;
use crate::store::Examination;

use super::doctor::{Finding, Level};
use super::keys::{derivation_file, key_file, needs_passphrase};
use super::rotation::is_marked;
use super::workspace::{moment, now};

/// A year and a few days, so that a yearly check is not late by a day.
const YEAR: i64 = 370 * 86_400;

/// A change of the key that was interrupted.
pub(super) fn marked(dir: &Path) -> Option<Finding> {
    is_marked(dir).then(|| {
        Finding::wrong(
            Level::Warning,
            "key",
            &dir.join("tridem.rotation"),
            Text::new(
                "ein Wechsel des Schlüssels wurde unterbrochen; es gilt schon der neue",
                "a change of the key was interrupted; the new one counts already",
            ),
            Text::new(
                "der nächste Befehl, der die Daten öffnet, schließt ihn ab, zum Beispiel `tridem code \
                 list`",
                "the next command that opens the records completes it, such as `tridem code list`",
            ),
        )
    })
}

/// Whether a copy of the key was made sure of within a year, and when a backup was last read back.
pub(super) fn confirmed(dir: &Path, examination: &Examination) -> Vec<Finding> {
    let Some((checked, verified)) = examination.confirmed else { return Vec::new() };
    let mut findings = Vec::new();
    // A passphrase is typed every time, so there is no copy that nobody has looked at.
    if !needs_passphrase(dir) {
        findings.push(key_copy(dir, checked));
    }
    if let Some(at) = verified {
        let at = moment(at);
        let what = Text::new(
            format!("zuletzt zurückgelesen wurde eine Sicherung am {at}"),
            format!("a backup was last read back on {at}"),
        );
        findings.push(Finding::fine("backup", dir, what));
    }
    findings
}

fn key_copy(dir: &Path, checked: Option<i64>) -> Finding {
    let advice = || {
        Text::new(
            "drucken Sie mit `tridem key print` ein Blatt für den Tresor, und prüfen Sie es mit `tridem \
             key check --typed`",
            "print a sheet for the safe with `tridem key print`, and check it with `tridem key check \
             --typed`",
        )
    };
    let place = if key_file(dir).exists() { key_file(dir) } else { derivation_file(dir) };
    let wrong = |what| Finding::wrong(Level::Warning, "key", &place, what, advice());
    match checked {
        None => wrong(Text::new(
            "dass es eine Kopie des Schlüssels gibt, hat noch niemand geprüft",
            "nobody has ever checked that there is a copy of the key",
        )),
        Some(at) if now() - at > YEAR => {
            let at = moment(at);
            wrong(Text::new(
                format!("eine Kopie des Schlüssels wurde zuletzt am {at} geprüft"),
                format!("a copy of the key was last checked on {at}"),
            ))
        }
        Some(at) => {
            let at = moment(at);
            let what = Text::new(
                format!("eine Kopie des Schlüssels wurde am {at} geprüft"),
                format!("a copy of the key was checked on {at}"),
            );
            Finding::fine("key", &place, what)
        }
    }
}
