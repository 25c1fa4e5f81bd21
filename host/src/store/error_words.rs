//! What the store says in German when something went wrong.

use crate::domain::{ChainBreak, Lang, MOST_CODES};

use super::Error;
use super::columns;
use super::error::euros;
use super::passphrase::SHORTEST_PASSPHRASE;

impl Error {
    /// The message in German. Reasons of the system and of SQLite stay in their own words.
    #[expect(clippy::too_many_lines, reason = "one line for each thing that can go wrong")]
    pub fn german(&self) -> String {
        match self {
            Self::NotFound { path } => format!("unter `{}` liegt keine Datenbank", path.display()),
            Self::FileExists { path } | Self::BackupExists { path } => {
                format!("die Datei `{}` gibt es schon", path.display())
            }
            Self::Plain { path } => format!(
                "`{}` ist eine unverschlüsselte SQLite-Datei und keine verschlüsselte Datenbank",
                path.display()
            ),
            Self::WrongKey { path } => format!(
                "`{}` wurde mit einem anderen Schlüssel verschlüsselt oder ist beschädigt",
                path.display()
            ),
            Self::Foreign { path } => format!(
                "`{}` ist mit diesem Schlüssel verschlüsselt, aber keine Datenbank von Tridem",
                path.display()
            ),
            Self::TooNew { found, known } => format!(
                "die Datenbank hat die Version {found}, und dieses Tridem kennt nur Versionen bis \
                 {known}"
            ),
            Self::Busy => "ein anderes Programm schreibt gerade in die Datenbank".into(),
            Self::Damaged(reason) => format!("die Datenbank ist beschädigt: {reason}"),
            Self::KeyNotFound { path } => {
                format!("unter `{}` liegt kein Schlüssel zur Datenbank", path.display())
            }
            Self::KeyOpen { path, mode } => format!(
                "den Schlüssel zur Datenbank `{}` können auch andere lesen (Rechte {mode:03o})",
                path.display()
            ),
            Self::KeyForm => {
                "ein Schlüssel zur Datenbank besteht aus 64 Hexadezimalziffern, und das hier ist \
                 etwas anderes"
                    .into()
            }
            Self::KeyFile { path } => format!(
                "in `{}` steht kein Schlüssel zur Datenbank; er besteht aus 64 Hexadezimalziffern",
                path.display()
            ),
            Self::DerivationForm { path } => format!(
                "in `{}` steht nicht, wie der Schlüssel aus der Passphrase entsteht",
                path.display()
            ),
            Self::DerivationWeak { path } => format!(
                "`{}` verlangt weniger Aufwand, als ein sicherer Schlüssel braucht",
                path.display()
            ),
            Self::DerivationFailed(reason) => {
                format!("aus der Passphrase ließ sich kein Schlüssel machen: {reason}")
            }
            Self::PassphraseShort { length } => format!(
                "eine Passphrase hat mindestens {SHORTEST_PASSPHRASE} Zeichen, und diese hat {length}"
            ),
            Self::LogLeft { path } => {
                format!("neben `{}` liegt ein noch nicht übernommenes Protokoll", path.display())
            }
            Self::BackupBusy { path } => {
                format!("ein anderes Programm schreibt gerade `{}`", path.display())
            }
            Self::NotABackup { path } => {
                format!("`{}` ist keine Sicherung von Tridem, oder ihr Ende fehlt", path.display())
            }
            Self::OpenFiles { file, reason } => {
                format!("`{file}` der offenen Dateien lässt sich nicht einlesen: {reason}")
            }
            Self::BackupDamaged { path } => format!(
                "die Sicherung `{}` ist beschädigt: sie ist nicht mehr, wie sie geschrieben wurde",
                path.display()
            ),
            Self::Full => "auf dem Datenträger ist kein Platz mehr".into(),
            Self::NotWritten => "der Datenträger hat nicht angenommen, was zu schreiben war".into(),
            Self::Unconfirmed => {
                "der Datenträger hat nicht bestätigt, was geschrieben wurde".into()
            }
            Self::NotWritable => {
                "in die Datenbank oder in ihren Ordner lässt sich nicht schreiben".into()
            }
            Self::Random(_) => {
                "das System hat keine Zufallszahlen für einen neuen Schlüssel geliefert".into()
            }
            Self::NotOpened => {
                "ein versiegelter Text lässt sich nicht öffnen: der Schlüssel passt nicht, oder der \
                 Text wurde geändert"
                    .into()
            }
            Self::NotSealed => {
                "ein Text ließ sich nicht versiegeln: der öffentliche Schlüssel ist beschädigt"
                    .into()
            }
            Self::Lane(refusal) => refusal.text().de,
            Self::File(error) => error.to_string(),
            Self::Exists { what, code } => format!("{} `{code}` ist schon vorhanden", record(what)),
            Self::NoSuch { what, code } => format!("{} `{code}` gibt es nicht", record(what)),
            Self::Overlap { from, until } => {
                let until = until.map_or_else(
                    || "auf unbestimmte Zeit".to_owned(),
                    |last| format!("bis {}", last.german()),
                );
                format!("die Schule nimmt schon vom {} an {until} teil", from.german())
            }
            Self::AttendanceOverlap { from, until } => {
                let until = until.map_or_else(
                    || "auf unbestimmte Zeit".to_owned(),
                    |last| format!("bis {}", last.german()),
                );
                format!("die Schule erfasst schon vom {} an {until} Fehlzeiten", from.german())
            }
            Self::StayOverlap { from, until } => {
                let until = until.map_or_else(
                    || "auf unbestimmte Zeit".to_owned(),
                    |last| format!("bis {}", last.german()),
                );
                format!("das Kind ist schon vom {} an {until} an der Schule", from.german())
            }
            Self::StayEnded { on } => {
                format!("das Kind ist schon am {} von der Schule abgegangen", on.german())
            }
            Self::NotRecording { day } => {
                format!("die Schule erfasst nach dem {} keine Fehlzeiten", day.german())
            }
            Self::HalfYear { year, begins } => {
                format!("das zweite Halbjahr {year} kann nicht am {} beginnen", begins.german())
            }
            Self::Absence(refusal) => refusal.text().de,
            Self::Task(refusal) => refusal.text().de,
            Self::UnknownCode { list, code } => {
                format!("die Codeliste `{list}` hat keinen Code `{code}`")
            }
            Self::UnknownPlace { list, place } => {
                format!("die Codeliste `{list}` hat keinen Platz {place}")
            }
            Self::UnknownList { list } => format!("eine Codeliste `{list}` gibt es nicht"),
            Self::ListFull { list } => {
                format!("die Codeliste `{list}` ist voll: sie hat {MOST_CODES} Codes")
            }
            Self::Twice { what } => {
                format!("{} ist in einem Datensatz doppelt genannt", record(what))
            }
            Self::Empty { what } => format!("{} darf nicht leer sein", record(what)),
            Self::OverBudget { budget, left, over } => format!(
                "im Budget `{budget}` sind noch {} Euro, und dies ginge um {} Euro darüber hinaus",
                euros(*left, Lang::De),
                euros(*over, Lang::De)
            ),
            Self::Dangling { what } => {
                format!("{} verweist auf einen Datensatz, den es nicht gibt", record(what))
            }
            Self::Restricted => {
                "die Daten dieser Person dürfen zurzeit nur aufbewahrt werden".into()
            }
            Self::Refused { what, reason } => {
                format!("{} verletzt eine Regel der Datenbank: {reason}", record(what))
            }
            Self::WrittenInPart => {
                "ein Datensatz wurde nur zum Teil geschrieben, darum kann keine dieser Änderungen \
                 bestehen bleiben"
                    .into()
            }
            Self::Unaudited => {
                "etwas wurde geändert, ohne dass es im Protokoll steht, darum kann nichts davon \
                 bestehen bleiben"
                    .into()
            }
            Self::ReadUnaudited(cause) => format!(
                "was angezeigt werden sollte, wird nicht angezeigt, weil es nicht ins Protokoll \
                 geschrieben werden konnte: {}",
                cause.german()
            ),
            Self::Chain(found) => chain(found),
            Self::Held { holds: 1 } => "eine Sperre steht der Löschung entgegen".into(),
            Self::Held { holds } => format!("{holds} Sperren stehen der Löschung entgegen"),
            Self::NothingChanged => "die Berichtigung ändert nichts".into(),
            Self::Columns(error) => error.german(),
            Self::Sqlite(_) => "die Datenbank konnte nicht gelesen oder geschrieben werden".into(),
        }
    }

    /// The hint in German, where there is one.
    #[expect(clippy::too_many_lines, reason = "one line for each thing that can go wrong")]
    pub fn german_hint(&self) -> Option<String> {
        let hint = match self {
            Self::NotFound { .. } => {
                "prüfen Sie den Pfad, oder legen Sie mit `tridem init` eine neue Datenbank an"
                    .into()
            }
            Self::FileExists { .. } => {
                "überschrieben wird nie etwas; wählen Sie einen anderen Pfad, oder verschieben Sie \
                 die Datei"
                    .into()
            }
            Self::Plain { path } => format!(
                "Daten liegen hier nie unverschlüsselt; wenn in `{}` welche stehen, bringen Sie die \
                 Datei an einen sicheren Ort",
                path.display()
            ),
            Self::WrongKey { .. } => {
                "prüfen Sie, welcher Schlüssel dazugehört, oder spielen Sie eine Sicherung zurück"
                    .into()
            }
            Self::TooNew { .. } => "installieren Sie die neuere Version von Tridem".into(),
            Self::Busy => "warten Sie, bis es fertig ist, und versuchen Sie es noch einmal".into(),
            Self::Damaged(_) => {
                "spielen Sie die letzte Sicherung mit `tridem restore` in einen neuen Ordner zurück"
                    .into()
            }
            Self::KeyNotFound { .. } => {
                "ohne ihren Schlüssel lässt sich eine Datenbank nicht öffnen; suchen Sie die \
                 Sicherungskopie"
                    .into()
            }
            Self::KeyOpen { path, .. } => {
                format!("damit nur Sie ihn lesen können: `chmod 600 {}`", path.display())
            }
            Self::DerivationForm { .. } | Self::DerivationWeak { .. } => {
                "es ist nicht die Datei, die geschrieben wurde; jede Sicherung enthält die richtige"
                    .into()
            }
            Self::DerivationFailed(_) => {
                "es braucht 64 MiB Speicher; schließen Sie ein Programm".into()
            }
            Self::PassphraseShort { .. } => {
                "vier oder fünf Wörter, die nicht zusammengehören, merken sich leicht".into()
            }
            Self::LogLeft { .. } => {
                "der nächste Befehl, der die Daten öffnet, übernimmt es, etwa `tridem code list`"
                    .into()
            }
            Self::BackupExists { .. } => {
                "wählen Sie einen anderen Namen, oder ersetzen Sie die alte Sicherung mit \
                 `--replace`"
                    .into()
            }
            Self::BackupBusy { .. } => "warten Sie, bis es fertig ist".into(),
            Self::NotABackup { .. } => {
                "nennen Sie eine Datei, die `tridem backup` geschrieben hat, ganz kopiert".into()
            }
            Self::OpenFiles { .. } => {
                "kopieren Sie den Ordner noch einmal als Ganzes, oder geben Sie die Daten neu aus".into()
            }
            Self::BackupDamaged { .. } => {
                "kopieren Sie sie noch einmal vom Aufbewahrungsort, oder nehmen Sie eine ältere"
                    .into()
            }
            Self::Full => {
                "es wurde nichts geändert; schaffen Sie Platz, und versuchen Sie es noch einmal"
                    .into()
            }
            Self::NotWritten => {
                "es wurde nichts geändert; vielleicht ist Ihr Anteil am Datenträger verbraucht, oder \
                 er ist defekt: siehe `tridem doctor`"
                    .into()
            }
            Self::Unconfirmed => {
                "es ist ganz da oder gar nicht: sehen Sie nach, bevor Sie es noch einmal tun, und \
                 wechseln Sie den Datenträger, denn dieser geht vielleicht gerade kaputt"
                    .into()
            }
            Self::NotWritable => {
                "sehen Sie nach, wem der Ordner gehört; `tridem doctor` zeigt es".into()
            }
            Self::Overlap { .. } | Self::AttendanceOverlap { .. } => {
                "beenden Sie die frühere Zeit, bevor die neue beginnt".into()
            }
            Self::StayOverlap { .. } => {
                "beenden Sie die frühere Zeit mit `tridem pupil leave`".into()
            }
            Self::UnknownCode { list, .. } => {
                format!("die Codes dieser Liste zeigt `tridem code list {list}`")
            }
            Self::ReadUnaudited(cause) => return cause.german_hint(),
            Self::Chain(ChainBreak::Pruned { .. }) => {
                "ein Anker hat auch die Nummer seines Eintrags: siehe `tridem audit verify \
                 --anchors`"
                    .into()
            }
            Self::Chain(ChainBreak::Unexpected { .. }) => {
                "Einträge wurden abgeschnitten, das Protokoll wurde neu geschrieben, oder der \
                 Hashwert gehört zu anderen Daten; vergleichen Sie mit einer Sicherung"
                    .into()
            }
            Self::Chain(_) => {
                "jemand hat die Daten an diesem Programm vorbei geändert, oder sie sind beschädigt; \
                 lassen Sie sie, wie sie sind, und vergleichen Sie mit einer Sicherung"
                    .into()
            }
            Self::OverBudget { .. } => {
                "berichtigen Sie den Betrag, oder bestätigen Sie mit `--over-budget`, dass er \
                 überschritten werden darf"
                    .into()
            }
            Self::Held { .. } => {
                "es wurde nichts gelöscht; wer gesperrt ist und warum, zeigt `tridem subject holds`"
                    .into()
            }
            Self::Lane(refusal) => return refusal.hint(Lang::De),
            Self::Restricted => {
                "die Verarbeitung ist eingeschränkt (Art. 18 DSGVO): fragen Sie die Koordination \
                 oder den Datenschutz"
                    .into()
            }
            Self::NothingChanged => {
                "geben Sie einen Wert an, der nicht schon dasteht".into()
            }
            Self::Foreign { .. }
            | Self::StayEnded { .. }
            | Self::NotRecording { .. }
            | Self::KeyForm
            | Self::KeyFile { .. }
            | Self::Random(_)
            | Self::NotOpened
            | Self::NotSealed
            | Self::File(_)
            | Self::Exists { .. }
            | Self::NoSuch { .. }
            | Self::UnknownPlace { .. }
            | Self::UnknownList { .. }
            | Self::ListFull { .. }
            | Self::HalfYear { .. }
            | Self::Absence(_)
            | Self::Task(_)
            | Self::Twice { .. }
            | Self::Empty { .. }
            | Self::Dangling { .. }
            | Self::Refused { .. }
            | Self::WrittenInPart
            | Self::Unaudited
            | Self::Columns(_)
            | Self::Sqlite(_) => return None,
        };
        Some(hint)
    }
}

/// Why a chain is not whole, in German.
fn chain(found: &ChainBreak) -> String {
    match found {
        ChainBreak::Empty => {
            "das Protokoll ist leer, dabei ist das Anlegen der Daten sein erster Eintrag".into()
        }
        ChainBreak::Gap { expected, found } => format!(
            "das Protokoll ist bei Eintrag {found} gebrochen: hier müsste Eintrag {expected} stehen, \
             und der fehlt"
        ),
        ChainBreak::Link { seq } => format!(
            "das Protokoll ist bei Eintrag {seq} gebrochen: er schließt nicht an den davor an"
        ),
        ChainBreak::Content { seq } => format!(
            "das Protokoll ist bei Eintrag {seq} gebrochen: er enthält nicht, was geschrieben wurde"
        ),
        ChainBreak::Emptied { seq } => format!(
            "das Protokoll ist bei Eintrag {seq} gebrochen: sein Inhalt fehlt, und kein Eintrag sagt, \
             warum"
        ),
        ChainBreak::List { seq } => format!(
            "das Protokoll ist bei Eintrag {seq} gebrochen: die Liste geleerter Einträge ist nicht die, \
             die geschrieben wurde"
        ),
        ChainBreak::Unpruned { first } => format!(
            "das Protokoll beginnt bei Eintrag {first}, und kein Eintrag sagt, warum die davor fehlen"
        ),
        ChainBreak::Pruned { pruned } => format!(
            "kein Eintrag des Protokolls hat den erwarteten Hashwert; die Einträge 1 bis {pruned} wurden \
             nach Ablauf ihrer Frist gelöscht, und er kann der von einem davon gewesen sein"
        ),
        ChainBreak::Seen { seq } => format!(
            "um wen es beim Ansehen in Eintrag {seq} ging, steht nicht mehr so da, wie es geschrieben \
             wurde"
        ),
        ChainBreak::Unexpected { entries } => format!(
            "kein Eintrag des Protokolls hat den erwarteten Hashwert, obwohl alle {entries} in \
             Ordnung sind"
        ),
    }
}

impl columns::Error {
    /// The message in German.
    pub fn german(&self) -> String {
        match self {
            Self::Sqlite(_) => "die Daten konnten nicht gelesen werden".into(),
            Self::NoSuchDataset { dataset } => {
                format!("im Datenverzeichnis gibt es keinen Datenbestand `{dataset}`")
            }
            Self::NoSuchField { dataset, field } => {
                format!("der Datenbestand `{dataset}` hat kein Feld `{field}`")
            }
            Self::PrivateText { dataset, field } => format!(
                "das Feld `{dataset}.{field}` ist vertraulicher Text, den nie ein Plugin bekommt"
            ),
            Self::TooManySchools { count } => format!(
                "das Plugin sähe {count} Schulen, und höchstens 65.534 lassen sich unterscheiden; \
                 lesen Sie weniger Schulen auf einmal"
            ),
            Self::BadValue { dataset, field } => format!(
                "in den Daten steht ein Wert, den das Feld `{dataset}.{field}` nicht haben kann; \
                 ein anderes Programm hat die Datei geändert, oder sie ist beschädigt: spielen Sie \
                 eine Sicherung zurück"
            ),
        }
    }
}

/// The things that messages name, in English and in German.
const RECORDS: &[(&str, &str)] = &[
    ("a code", "ein Code"),
    ("a compiled plugin for", "ein übersetztes Plugin für"),
    ("a contact with the id", "ein Kontakt mit der Id"),
    ("a day off of this school on", "ein freier Tag dieser Schule am"),
    ("a grant of", "eine Erlaubnis für"),
    ("a household with the code", "ein Haushalt mit dem Kürzel"),
    ("a member", "ein Mitglied"),
    ("a number of pupils of this school for", "eine Schülerzahl dieser Schule für"),
    ("a pairing with the id", "ein Team mit der Id"),
    ("a part of the contact", "ein Teil des Kontakts"),
    ("a participant", "eine beteiligte Fachkraft"),
    ("a plugin", "ein Plugin"),
    ("a practitioner with the code", "eine Fachkraft mit dem Kürzel"),
    ("a private note", "eine vertrauliche Notiz"),
    ("a pupil", "ein Kind"),
    ("a pupil with the code", "ein Kind mit dem Kürzel"),
    ("a report with the id", "ein Bericht mit der Id"),
    ("a record with the code", "ein Eintrag mit dem Kürzel"),
    ("a recording of absences of this school from", "eine Erfassung dieser Schule ab"),
    ("a revocation of", "ein Widerruf von"),
    ("a school with the number", "eine Schule mit der Nummer"),
    ("a second half of this school for", "ein zweites Halbjahr dieser Schule für"),
    (
        "a sum of absences of this pupil and term for",
        "eine Summe von Fehlzeiten dieses Kindes und Abschnitts für",
    ),
    ("a time in the programme of this school from", "eine Programmzeit dieser Schule ab"),
    ("a trusted key of this prefix with the number", "ein Schlüssel für diesen Anfang, Nummer"),
    ("a trusted key", "ein anerkannter Schlüssel"),
    ("plugin package", "ein Plugin-Paket"),
    (
        "an assignment of this practitioner to this school from",
        "eine Zuweisung dieser Fachkraft an diese Schule ab",
    ),
    ("an absence with the id", "eine Fehlzeit mit der Id"),
    ("the absence", "die Fehlzeit"),
    ("an import of", "eine eingelesene Datei mit"),
    ("an open task for the step", "eine offene Aufgabe für den Schritt"),
    ("the accompaniment", "die Begleitung"),
    ("the assignment", "die Zuweisung"),
    ("the compiled plugin", "das übersetzte Plugin"),
    ("the calendar", "der Kalender"),
    ("the contact", "der Kontakt"),
    ("the correction", "die Berichtigung"),
    ("the day off", "der freie Tag"),
    ("the enrolment", "die Schülerzahl"),
    ("the grant", "die Erlaubnis"),
    ("the second half", "das Halbjahr"),
    ("the household", "der Haushalt"),
    ("the import", "die eingelesene Datei"),
    ("the list of participants", "die Liste der Beteiligten"),
    ("the name of the municipality", "der Name der Kommune"),
    ("the pairing", "das Team"),
    ("the participation", "die Teilnahme am Programm"),
    ("the plugin", "das Plugin"),
    ("the practitioner", "die Fachkraft"),
    ("the profession of a private note", "die Profession einer vertraulichen Notiz"),
    ("the pupil", "das Kind"),
    ("the recording of absences", "die Erfassung von Fehlzeiten"),
    ("the reason of a correction", "der Grund einer Berichtigung"),
    ("the report", "der Bericht"),
    ("the revocation", "der Widerruf"),
    ("a day not taken at this school on", "ein Tag ohne Erfassung dieser Schule am"),
    ("release with the id", "eine Freigabe mit der Id"),
    ("consent", "eine Einwilligung"),
    ("the reason of a release", "der Grund einer Freigabe"),
    ("a stay of this pupil from", "eine Zeit dieses Kindes an der Schule ab"),
    ("the day not taken", "der Tag ohne Erfassung"),
    ("the end of the assignment", "das Ende der Zuweisung"),
    ("the end of the stay", "das Ende der Zeit an der Schule"),
    ("the end of the team", "das Ende des Teams"),
    ("the stay", "die Zeit an der Schule"),
    ("the school", "die Schule"),
    ("the second member of a pairing", "das zweite Mitglied eines Teams"),
    ("the record", "der Eintrag"),
    ("the sum of absences", "die Summe der Fehlzeiten"),
    ("the trusted key", "der anerkannte Schlüssel"),
    ("the task", "die Aufgabe"),
];

/// The German for a thing that a message names. Test: `every_thing_a_message_names_has_a_german_word`.
fn record(what: &'static str) -> &'static str {
    RECORDS.iter().find(|(english, _)| *english == what).map_or(what, |(_, german)| german)
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use crate::domain::{AbsenceRefusal, Day, SchoolYear, TaskRefusal};

    use super::*;

    fn samples() -> Vec<Error> {
        let path = || PathBuf::from("x");
        let (list, code) = (|| "topic".to_owned(), || "c".to_owned());
        let from = Day::of(2025, 8, 1).unwrap();
        vec![
            Error::NotFound { path: path() },
            Error::FileExists { path: path() },
            Error::Plain { path: path() },
            Error::WrongKey { path: path() },
            Error::Foreign { path: path() },
            Error::TooNew { found: 9, known: 1 },
            Error::Busy,
            Error::Damaged("page 7".into()),
            Error::KeyNotFound { path: path() },
            Error::KeyOpen { path: path(), mode: 0o40 },
            Error::KeyForm,
            Error::KeyFile { path: path() },
            Error::DerivationForm { path: path() },
            Error::DerivationWeak { path: path() },
            Error::DerivationFailed("memory".into()),
            Error::PassphraseShort { length: 3 },
            Error::LogLeft { path: path() },
            Error::BackupExists { path: path() },
            Error::BackupBusy { path: path() },
            Error::NotABackup { path: path() },
            Error::BackupDamaged { path: path() },
            Error::OpenFiles { file: "f".into(), reason: "r".into() },
            Error::Full,
            Error::NotWritten,
            Error::Unconfirmed,
            Error::NotWritable,
            Error::Random(getrandom::Error::UNSUPPORTED),
            Error::NotOpened,
            Error::NotSealed,
            Error::Lane(super::super::LaneRefusal::Closed("teacher".into())),
            Error::Lane(super::super::LaneRefusal::Ended),
            Error::Exists { what: "a pupil with the code", code: code() },
            Error::NoSuch { what: "plugin package", code: code() },
            Error::Overlap { from, until: None },
            Error::Overlap { from, until: Some(from) },
            Error::AttendanceOverlap { from, until: None },
            Error::AttendanceOverlap { from, until: Some(from) },
            Error::HalfYear { year: SchoolYear(2025), begins: from },
            Error::Absence(AbsenceRefusal::NotEnrolled(from)),
            Error::Task(TaskRefusal::Closed),
            Error::Task(TaskRefusal::NothingToUndo),
            Error::UnknownCode { list: list(), code: code() },
            Error::UnknownPlace { list: "topic", place: 70 },
            Error::UnknownList { list: list() },
            Error::ListFull { list: list() },
            Error::Twice { what: "a member" },
            Error::Empty { what: "a private note" },
            Error::Dangling { what: "the contact" },
            Error::OverBudget { budget: code(), left: 12_050, over: 1 },
            Error::Refused { what: "the contact", reason: "CHECK".into() },
            Error::Restricted,
            Error::WrittenInPart,
            Error::Unaudited,
            Error::ReadUnaudited(Box::new(Error::Full)),
            Error::Chain(ChainBreak::Emptied { seq: 2 }),
            Error::Chain(ChainBreak::List { seq: 2 }),
            Error::Chain(ChainBreak::Unpruned { first: 2 }),
            Error::Chain(ChainBreak::Pruned { pruned: 2 }),
            Error::Chain(ChainBreak::Seen { seq: 2 }),
            Error::Chain(ChainBreak::Empty),
            Error::Chain(ChainBreak::Gap { expected: 2, found: 3 }),
            Error::Chain(ChainBreak::Link { seq: 2 }),
            Error::Chain(ChainBreak::Content { seq: 2 }),
            Error::Chain(ChainBreak::Unexpected { entries: 2 }),
            Error::Held { holds: 1 },
            Error::Held { holds: 2 },
            Error::NothingChanged,
            Error::Columns(columns::Error::NoSuchDataset { dataset: list() }),
            Error::Columns(columns::Error::NoSuchField { dataset: list(), field: code() }),
            Error::Columns(columns::Error::PrivateText { dataset: list(), field: code() }),
            Error::Columns(columns::Error::TooManySchools { count: 70_000 }),
            Error::Columns(columns::Error::BadValue { dataset: list(), field: code() }),
            Error::Columns(rusqlite::Error::InvalidQuery.into()),
            Error::Sqlite(rusqlite::Error::InvalidQuery),
        ]
    }

    #[test]
    fn every_message_and_hint_has_its_own_german() {
        for error in samples() {
            assert_ne!(error.german(), error.to_string());
            assert!(!error.german().ends_with('.'), "{}", error.german());
            assert_eq!(error.hint().is_some(), error.german_hint().is_some(), "{error}");
            assert!(error.hint().is_none() || error.hint() != error.german_hint(), "{error}");
        }
        let from = Day::of(2025, 8, 1).unwrap();
        assert_eq!(
            Error::Overlap { from, until: None }.german(),
            "die Schule nimmt schon vom 01.08.2025 an auf unbestimmte Zeit teil"
        );
    }

    /// What the system says of a file stays as it is.
    #[test]
    fn messages_of_the_system_stay() {
        let error = Error::File(fs_err::read("no/such/file").unwrap_err());
        assert_eq!(error.german(), error.to_string());
    }

    /// Looks for the things in the source: literals such as `"the contact"` and `("a pupil", ..)`.
    #[test]
    fn every_thing_a_message_names_has_a_german_word() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
        let mut seen = Vec::new();
        for entry in fs_err::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let is_ours = name.starts_with("write")
                || ["calendars.rs", "open.rs", "plugins.rs", "grants.rs", "trust.rs"]
                    .contains(&name);
            if !is_ours && name != "reports.rs" {
                continue;
            }
            let text = fs_err::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            for literal in code.split('"').skip(1).step_by(2) {
                let is_thing = ["a ", "an ", "the "].iter().any(|begin| literal.starts_with(begin));
                let is_plain = literal.bytes().all(|b| b.is_ascii_lowercase() || b == b' ');
                if is_thing && is_plain {
                    assert_ne!(record(Box::leak(literal.into())), literal, "in {name}");
                    seen.push(literal.to_owned());
                }
            }
        }
        assert!(seen.iter().any(|thing| thing == "the contact"), "{seen:?}");
        let gone = RECORDS.iter().find(|(english, _)| !seen.iter().any(|thing| thing == english));
        assert_eq!(gone.map(|(english, _)| *english), Some("plugin package"), "{seen:?}");
    }
}
