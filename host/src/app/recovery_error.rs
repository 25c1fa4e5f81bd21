//! What can go wrong with backups, keys and open files, and what the person can do about it.

use std::path::PathBuf;

use crate::domain::Lang;

/// Why nothing was backed up, brought back, exported or changed about the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecoveryError {
    /// Nobody has said when backups are made.
    #[error("there is no schedule of backups")]
    NoSchedule,
    /// The disk that backups go to is not there.
    #[error("the folder for backups, `{}`, is not there", .0.display())]
    FolderGone(PathBuf),
    /// Backups would be lost together with the records.
    #[error("the folder for backups, `{}`, lies in the folder of the records", .0.display())]
    FolderOfRecords(PathBuf),
    /// A backup was made and cannot be read back.
    #[error("the backup `{}` was written and cannot be read back: {reason}", path.display())]
    NotSound { path: PathBuf, reason: String },
    /// An interval that is none.
    #[error("`{0}` is no interval; use `day`, or a number of hours from 1 to 24")]
    BadInterval(String),
    /// A moment that is none.
    #[error("`{0}` is no moment; write it as `2026-11-20 12:00`")]
    BadMoment(String),
    /// No backup that old can be used.
    #[error("in `{}` is no sound backup of that time or before it that this key opens", .0.display())]
    NoneBefore(PathBuf),
    /// The old key is all that opens the backups there are.
    #[error("there is no verified backup under the key that the records have now")]
    NoBackupUnderKey,
    /// There is only one key.
    #[error("there is no older key")]
    NoOldKey,
    /// Making backups unreadable has to be meant.
    #[error("this makes {0} backups unreadable for ever, and it was not confirmed")]
    NotConfirmed(usize),
    /// A copy of the key opens something else.
    #[error("this copy of the key does not open the records")]
    OtherKey,
    /// A group of the sheet was read or typed wrongly.
    #[error("group {0} of the key is not as it stands on the sheet")]
    BadGroup(usize),
    /// The sheet has another number of groups.
    #[error("the key on the sheet has 16 groups of 6 characters, and {0} were given")]
    GroupCount(usize),
    /// A key that opens records with a passphrase cannot be checked by its digits.
    #[error("the records are opened with a passphrase, so there is no key to check")]
    IsPassphrase,
    /// Another process changes the key.
    #[error("the key of the records is being changed by another program")]
    Rotating,
    /// Files would be mixed with others.
    #[error("`{}` is there already", .0.display())]
    AlreadyThere(PathBuf),
}

impl RecoveryError {
    /// The message in German.
    pub fn german(&self) -> String {
        match self {
            Self::NoSchedule => "für Sicherungen gibt es keinen Plan".into(),
            Self::FolderGone(path) => {
                format!("den Ordner für Sicherungen, `{}`, gibt es nicht", path.display())
            }
            Self::FolderOfRecords(path) => {
                format!("der Ordner für Sicherungen, `{}`, liegt im Datenordner", path.display())
            }
            Self::NotSound { path, reason } => format!(
                "die Sicherung `{}` ist geschrieben, lässt sich aber nicht zurücklesen: {reason}",
                path.display()
            ),
            Self::BadInterval(text) => format!(
                "`{text}` ist kein Abstand; möglich sind `day` für täglich oder eine Zahl von \
                 Stunden von 1 bis 24"
            ),
            Self::BadMoment(text) => {
                format!("`{text}` ist kein Zeitpunkt; geschrieben wird er so: `2026-11-20 12:00`")
            }
            Self::NoneBefore(path) => format!(
                "in `{}` liegt keine unversehrte Sicherung von damals oder früher, die dieser \
                 Schlüssel öffnet",
                path.display()
            ),
            Self::NoBackupUnderKey => {
                "unter dem jetzigen Schlüssel der Daten gibt es keine geprüfte Sicherung".into()
            }
            Self::NoOldKey => "einen älteren Schlüssel gibt es nicht".into(),
            Self::NotConfirmed(number) => format!(
                "damit werden {number} Sicherungen für immer unlesbar, und das ist nicht bestätigt"
            ),
            Self::OtherKey => "diese Kopie des Schlüssels öffnet die Daten nicht".into(),
            Self::BadGroup(group) => {
                format!(
                    "die Gruppe {group} des Schlüssels ist nicht so, wie sie auf dem Blatt steht"
                )
            }
            Self::GroupCount(number) => format!(
                "der Schlüssel auf dem Blatt hat 16 Gruppen zu 6 Zeichen, angegeben sind {number}"
            ),
            Self::IsPassphrase => {
                "die Daten öffnet eine Passphrase, es gibt also keinen Schlüssel zu prüfen".into()
            }
            Self::Rotating => "ein anderes Programm wechselt gerade den Schlüssel der Daten".into(),
            Self::AlreadyThere(path) => format!("`{}` gibt es schon", path.display()),
        }
    }

    /// One thing the person can do next, where there is one.
    pub fn hint(&self, lang: Lang) -> Option<String> {
        let say = |de: &str, en: &str| Some(lang.pick(de, en).to_owned());
        match self {
            Self::NoSchedule => say(
                "legen Sie einen an mit `tridem backup schedule set --to ORDNER`",
                "make one with `tridem backup schedule set --to DIR`",
            ),
            Self::FolderGone(_) => say(
                "schließen Sie den Datenträger an, oder nennen Sie mit `tridem backup schedule set` \
                 einen anderen Ordner",
                "connect the disk, or name another folder with `tridem backup schedule set`",
            ),
            Self::FolderOfRecords(_) => say(
                "nehmen Sie einen Ordner auf einem anderen Datenträger",
                "take a folder on another disk",
            ),
            Self::NotSound { .. } => say(
                "sehen Sie nach dem Datenträger; ältere Sicherungen wurden nicht angerührt",
                "look after the disk; older backups were not touched",
            ),
            Self::NoneBefore(_) => say(
                "welche es gibt, zeigt `tridem backup list`; ein älterer Schlüssel öffnet ältere",
                "`tridem backup list` shows which there are; an older key opens older ones",
            ),
            Self::NoBackupUnderKey => say(
                "machen Sie erst eine mit `tridem backup DATEI` und prüfen Sie sie mit `tridem \
                 backup verify DATEI`",
                "make one first with `tridem backup FILE`, and check it with `tridem backup verify \
                 FILE`",
            ),
            Self::NotConfirmed(_) => say(
                "wenn Sie das wollen, wiederholen Sie den Befehl mit `--confirm`",
                "if you mean it, run the command again with `--confirm`",
            ),
            Self::OtherKey => say(
                "vielleicht gehört sie zu einem früheren Schlüssel; drucken Sie mit `tridem key \
                 print` ein neues Blatt",
                "it may belong to an earlier key; print a new sheet with `tridem key print`",
            ),
            Self::BadGroup(_) => say(
                "die letzten zwei Zeichen jeder Gruppe prüfen die vier davor; erlaubt sind 0-9 und a-f",
                "the last two characters of each group check the four before; 0-9 and a-f are allowed",
            ),
            Self::IsPassphrase => say(
                "prüfen Sie die Passphrase, indem Sie eine Sicherung prüfen: `tridem backup verify \
                 DATEI`",
                "check the passphrase by verifying a backup: `tridem backup verify FILE`",
            ),
            Self::Rotating => say("warten Sie, bis es fertig ist", "wait until it has finished"),
            Self::AlreadyThere(_) => say("nennen Sie einen neuen Ordner", "name a new folder"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_and_hint_has_its_own_german() {
        let (text, path) = (|| "x".to_owned(), || PathBuf::from("p"));
        for error in [
            RecoveryError::NoSchedule,
            RecoveryError::FolderGone(path()),
            RecoveryError::FolderOfRecords(path()),
            RecoveryError::NotSound { path: path(), reason: text() },
            RecoveryError::BadInterval(text()),
            RecoveryError::BadMoment(text()),
            RecoveryError::NoneBefore(path()),
            RecoveryError::NoBackupUnderKey,
            RecoveryError::NoOldKey,
            RecoveryError::NotConfirmed(2),
            RecoveryError::OtherKey,
            RecoveryError::BadGroup(3),
            RecoveryError::GroupCount(3),
            RecoveryError::IsPassphrase,
            RecoveryError::Rotating,
            RecoveryError::AlreadyThere(path()),
        ] {
            assert_ne!(error.german(), error.to_string());
            assert!(!error.german().ends_with('.') && !error.to_string().ends_with('.'));
            let (german, english) = (error.hint(Lang::De), error.hint(Lang::En));
            assert_eq!(german.is_some(), english.is_some(), "{error}");
            assert!(german.is_none() || german != english, "{error}");
        }
    }
}
