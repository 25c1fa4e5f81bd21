//! Looks at a folder of records from outside, says what is wrong and what to do, and changes nothing.
//!
//! It must say most where least works: so it opens nothing through [`App`](super::App), and what
//! cannot be looked at is itself a finding.

use std::path::{Path, PathBuf};

use crate::domain::{Code, Lang, Text};
use crate::store::{self, Anchored, Examination, Store, newest_schema};

use super::backup::{Remembered, records};
use super::keys::{KeySource, derivation_file, key_file};
use super::workspace::{database, moment, now, today};
use super::{Error, doctor_files, doctor_keys};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Looked into, and as it should be.
    Ok,
    /// Good to know.
    Note,
    /// It works now, and something can come of it.
    Warning,
    /// The records cannot be used, or are not safe.
    Error,
}

/// One thing that was looked into.
#[derive(Debug, Clone)]
pub struct Finding {
    /// How much it matters.
    pub level: Level,
    /// What it is about; permanent.
    pub topic: &'static str,
    /// What was found.
    pub what: Text,
    /// The file or folder it is about.
    pub place: PathBuf,
    /// What to do; `None` where nothing has to be done.
    pub advice: Option<Text>,
}

impl Level {
    /// The permanent code and the words.
    pub fn code(self) -> Code {
        let (code, de, en) = match self {
            Self::Ok => ("ok", "in Ordnung", "ok"),
            Self::Note => ("note", "Hinweis", "note"),
            Self::Warning => ("warning", "Warnung", "warning"),
            Self::Error => ("error", "Fehler", "error"),
        };
        Code { code: code.into(), de: de.into(), en: en.into() }
    }
}

impl Finding {
    /// Nothing to do.
    pub(super) fn fine(topic: &'static str, place: &Path, what: Text) -> Self {
        Self { level: Level::Ok, topic, what, place: place.to_owned(), advice: None }
    }

    /// Something to do.
    pub(super) fn wrong(
        level: Level,
        topic: &'static str,
        place: &Path,
        what: Text,
        advice: Text,
    ) -> Self {
        Self { level, topic, what, place: place.to_owned(), advice: Some(advice) }
    }

    /// An error in the words it has everywhere.
    fn of(topic: &'static str, place: &Path, error: &Error) -> Self {
        let advice = |lang| error.hint(lang);
        let advice = advice(Lang::De).zip(advice(Lang::En));
        let restore = || {
            (
                "spielen Sie mit `tridem restore` die letzte Sicherung zurück".to_owned(),
                "restore the last backup with `tridem restore`".to_owned(),
            )
        };
        let (de, en) = advice.unwrap_or_else(restore);
        let what = Text::new(error.message(Lang::De), error.message(Lang::En));
        Self::wrong(Level::Error, topic, place, what, Text::new(de, en))
    }
}

/// Everything that can be found out about `dir` with that key, the most important last. `key` is
/// an error where none could be had, for instance because nobody was there to type a passphrase.
pub fn doctor(dir: &Path, key: Result<KeySource, Error>) -> Vec<Finding> {
    if !dir.is_dir() {
        return vec![Finding::of("folder", dir, &Error::NotThere(dir.to_owned()))];
    }
    let mut findings = doctor_files::folder(dir);
    findings.extend(key_findings(dir));
    let examined = examine(dir, key, &mut findings);
    if let Some(examination) = &examined {
        findings.extend(clock(dir, examination));
        findings.extend(calendar(dir, examination));
        findings.extend(anchor(dir, examination));
        findings.extend(doctor_keys::confirmed(dir, examination));
    }
    findings.extend(doctor_keys::marked(dir));
    findings.extend(doctor_files::leftovers(dir, examined.as_ref()));
    findings.extend(doctor_files::room(dir));
    findings.push(last_backup(dir, examined.as_ref()));
    findings.sort_by_key(|finding| finding.level);
    findings
}

/// Two ways to a key in one folder: only one of them can be the right one.
fn key_findings(dir: &Path) -> Option<Finding> {
    let key = key_file(dir);
    (key.exists() && derivation_file(dir).exists()).then(|| {
        Finding::wrong(
            Level::Warning,
            "key",
            &key,
            Text::new(
                "im Ordner liegen ein Schlüssel und die Datei zu einer Passphrase; gefragt wird \
                 nach der Passphrase",
                "the folder has a key and the file of a passphrase; the passphrase is asked for",
            ),
            Text::new(
                "bringen Sie weg, was nicht dazugehört; mit `--key-file` lässt sich der Schlüssel \
                 versuchen",
                "move away what does not belong; `--key-file` tries the key",
            ),
        )
    })
}

/// Looks at the key and the database.
fn examine(
    dir: &Path,
    key: Result<KeySource, Error>,
    findings: &mut Vec<Finding>,
) -> Option<Examination> {
    let path = database(dir);
    if !path.exists() {
        let missing = store::Error::NotFound { path: path.clone() };
        findings.push(Finding::of("database", &path, &missing.into()));
        // Without records, what is wrong with the key is not the question.
        return None;
    }
    findings.extend(doctor_files::length(&path));
    let place = match &key {
        Ok(KeySource::File(file)) => file.clone(),
        Ok(KeySource::Text(_)) => PathBuf::from("TRIDEM_KEY"),
        Ok(KeySource::Passphrase(_)) | Err(_) => derivation_file(dir),
    };
    let lock = match key.and_then(|key| key.read(dir)) {
        Ok(lock) => lock,
        Err(error) => {
            findings.push(Finding::of("key", &place, &error));
            return None;
        }
    };
    let examination = match Store::examine(&path, &lock.key) {
        Ok(examination) => examination,
        Err(error) => {
            let is_log = matches!(error, store::Error::LogLeft { .. });
            let error = lock.explain(error);
            let mut finding = Finding::of("database", &path, &error);
            if is_log {
                finding.level = Level::Warning;
            }
            findings.push(finding);
            return None;
        }
    };
    let what = Text::new("der Schlüssel passt", "the key fits");
    findings.push(Finding::fine("key", &place, what));
    let (found, newest) = (examination.schema, newest_schema());
    if found < newest {
        findings.push(Finding {
            level: Level::Note,
            topic: "schema",
            what: Text::new(
                format!("die Daten haben die Version {found}, und die neueste ist {newest}"),
                format!("the records have version {found}, and the newest is {newest}"),
            ),
            place: path.clone(),
            advice: Some(Text::new(
                "der nächste Befehl stellt sie um; machen Sie vorher eine Kopie des Ordners",
                "the next command brings them up to date; copy the folder first",
            )),
        });
    }
    findings.push(match &examination.proof {
        Ok(proof) => {
            let count = |lang: Lang| {
                let records = records(&proof.holdings);
                let told = records.iter().filter(|(_, rows)| *rows > 0);
                let told = told.map(|(kind, rows)| format!("{rows} {}", kind.get(lang)));
                told.collect::<Vec<_>>().join(", ")
            };
            let de = format!("jede Seite ist unverändert; {}", count(Lang::De));
            let en = format!("every page is as it was written; {}", count(Lang::En));
            Finding::fine("database", &path, Text::new(de, en))
        }
        Err(error) => {
            let what = Text::new(error.german(), error.to_string());
            let advice = Text::new(
                "bewahren Sie den Ordner auf, wie er ist, und spielen Sie mit `tridem restore` die \
                 letzte Sicherung in einen neuen zurück",
                "keep the folder as it is, and restore the last backup into a new one with \
                 `tridem restore`",
            );
            Finding::wrong(Level::Error, "database", &path, what, advice)
        }
    });
    Some(examination)
}

/// A clock that was set back makes records look older than those before them.
fn clock(dir: &Path, examination: &Examination) -> Option<Finding> {
    let last = examination.proof.as_ref().ok()?.holdings.last_change?;
    let now = now();
    (last > now + 60).then(|| {
        let (last, now) = (moment(last), moment(now));
        Finding::wrong(
            Level::Warning,
            "clock",
            &database(dir),
            Text::new(
                format!("die Uhr zeigt {now}, und zuletzt geändert wurde am {last}"),
                format!("the clock says {now}, and the last change was on {last}"),
            ),
            Text::new(
                "stellen Sie die Uhr dieses Rechners, bevor Sie etwas festhalten",
                "set this machine's clock before you record anything",
            ),
        )
    })
}

/// Whether the calendar of school days reaches far enough.
fn calendar(dir: &Path, examination: &Examination) -> Option<Finding> {
    /// Holidays should be known two months ahead.
    const AHEAD: i32 = 60;
    let calendar = examination.calendar.as_ref()?;
    let (place, last) = (database(dir), calendar.known().last);
    let name = calendar.name();
    let what = Text::new(
        format!("Schultage zählen nach {}, bekannt bis {}", name.de, last.german()),
        format!("school days go by {}, known until {last}", name.en),
    );
    Some(if last < today().plus(AHEAD) {
        let advice = Text::new(
            "nehmen Sie mit `tridem calendar use DATEI` einen Kalender mit späteren Schuljahren",
            "take a calendar with later school years by `tridem calendar use FILE`",
        );
        Finding::wrong(Level::Warning, "calendar", &place, what, advice)
    } else {
        Finding::fine("calendar", &place, what)
    })
}

/// How long nobody outside has known what the audit says.
fn anchor(dir: &Path, examination: &Examination) -> Option<Finding> {
    const MONTH: i64 = 30 * 86_400;
    let (at, what) = match examination.anchored? {
        Anchored::At(at) => {
            let day = moment(at);
            let de = format!("das Protokoll wurde zuletzt am {day} verankert");
            (at, Text::new(de, format!("the audit was last anchored on {day}")))
        }
        Anchored::Never(at) => {
            (at, Text::new("das Protokoll wurde nie verankert", "the audit was never anchored"))
        }
    };
    let advice = Text::new(
        "verankern Sie es mit `tridem audit anchor`, und bewahren Sie die Zeile außerhalb dieses \
         Rechners auf",
        "anchor it with `tridem audit anchor`, and keep the line away from this machine",
    );
    (now() - at > MONTH)
        .then(|| Finding::wrong(Level::Warning, "anchor", &database(dir), what, advice))
}

/// How old the last backup is, held against the last change.
fn last_backup(dir: &Path, examination: Option<&Examination>) -> Finding {
    const DAY: i64 = 86_400;
    let advice = || {
        Text::new(
            "machen Sie eine mit `tridem backup DATEI`, auf einem anderen Datenträger",
            "make one with `tridem backup FILE`, on another disk",
        )
    };
    let Some(last) = Remembered::read(dir) else {
        let what = Text::new("von einer Sicherung ist nichts bekannt", "no backup is known of");
        return Finding::wrong(Level::Warning, "backup", dir, what, advice());
    };
    let made = moment(last.made_at);
    let proof = examination.and_then(|found| found.proof.as_ref().ok());
    let change = proof.and_then(|proof| proof.holdings.last_change);
    let age = now() - last.made_at;
    let is_old = age > 7 * DAY && change.is_none_or(|at| at > last.made_at);
    // One from the future would count as new for as long as the clock was ahead.
    if is_old || age < -DAY {
        let what = Text::new(
            format!("die letzte Sicherung ist vom {made}"),
            format!("the last backup is of {made}"),
        );
        return Finding::wrong(Level::Warning, "backup", &last.file, what, advice());
    }
    let mut finding = Finding::fine(
        "backup",
        &last.file,
        Text::new(format!("gesichert am {made}"), format!("backed up on {made}")),
    );
    if !last.file.exists() {
        finding.level = Level::Note;
        finding.advice = Some(Text::new(
            "die Datei liegt nicht mehr dort; sehen Sie nach, ob Sie wissen, wo sie ist",
            "the file is not there any more; make sure that you know where it is",
        ));
    }
    finding
}
