//! What the program says when something went wrong: the sentence in either language.

use crate::capture::LONGEST_TEXT;
use crate::domain::{Day, DayError, Lang, LifeRefusal, MOST_FAILURES};
use crate::plugin;
use crate::store::is_of_the_disk;

use super::error::{Error, ErrorKind, Resting, in_brackets};
use super::grant_words;

impl Error {
    /// Who can put it right.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Store(error) if error.is_internal() => ErrorKind::Internal,
            Self::Record { error, .. } if error.is_internal() => ErrorKind::Internal,
            Self::File(error) if is_of_the_disk(error) => ErrorKind::Internal,
            Self::Document(_)
            | Self::Unsettled
            | Self::Output(_)
            | Self::Listen(_)
            | Self::Report(_)
            | Self::Columns(_)
            | Self::Plugin(plugin::Error::Engine(_)) => ErrorKind::Internal,
            _ => ErrorKind::Input,
        }
    }

    /// The error as a sentence in `lang`. What is wrong inside a plugin or a template is told in
    /// English, their authors' language, and files are spoken of in the system's words.
    pub fn message(&self, lang: Lang) -> String {
        match (lang, self) {
            (Lang::De, error) => error.german(),
            (Lang::En, error) => error.to_string(),
        }
    }

    #[expect(clippy::too_many_lines, reason = "one line for each thing that can go wrong")]
    fn german(&self) -> String {
        match self {
            Self::NotThere(dir) => format!("in `{}` liegen keine Daten", dir.display()),
            Self::AlreadyThere(dir) => format!("in `{}` liegen schon Daten", dir.display()),
            Self::NotADemo(dir) => {
                format!("`{}` gibt es schon, und es stammt nicht von der Demo", dir.display())
            }
            Self::NotEmpty(dir) => format!(
                "`{}` ist nicht leer, und eine Sicherung wird nie über etwas zurückgespielt",
                dir.display()
            ),
            Self::WrongPassphrase(path) => format!(
                "die Passphrase öffnet `{}` nicht, oder die Datei ist beschädigt",
                path.display()
            ),
            Self::NoDerivation(path) => format!(
                "in `{}` steht nicht, wie aus einer Passphrase ein Schlüssel wird",
                path.display()
            ),
            Self::NoPassphrase(_) => {
                "es braucht eine Passphrase, und es gibt kein Terminal, um danach zu fragen".into()
            }
            Self::PassphrasesDiffer => "die beiden Passphrasen sind verschieden".into(),
            Self::TwoKeys => {
                "es sind ein Schlüssel und eine Passphrase angegeben, und Daten öffnet nur eines von \
                 beiden"
                    .into()
            }
            Self::Unsound { errors: 1 } => "ein Fehler ist zu beheben".into(),
            Self::Unsound { errors } => format!("{errors} Fehler sind zu beheben"),
            Self::EmptyName => "der Name ist leer".into(),
            Self::NotBegun(day) => {
                format!("der Zeitraum beginnt am {}, das erst noch kommt", day.german())
            }
            Self::NoPeriod => "es fehlt der Zeitraum".into(),
            Self::Mistakes(mistakes) => mistakes.say(Lang::De),
            Self::ImportedBefore { day, rows } => {
                let rows = if *rows == 1 { "einer Zeile".into() } else { format!("{rows} Zeilen") };
                let day = day.parse::<Day>().map_or_else(|_| day.clone(), Day::german);
                format!("genau diese Datei wurde schon am {day} mit {rows} eingelesen")
            }
            Self::NoSuchPractitioner(code) => format!("niemand hat das Kürzel `{code}`"),
            Self::NoSuchSchool(number) => {
                format!(
                    "eine Schule mit der Nummer `{number}` gibt es nicht oder Sie dürfen sie nicht sehen"
                )
            }
            Self::NoSuchPupil(code) => {
                format!(
                    "ein Kind mit dem Kürzel `{code}` gibt es nicht oder Sie dürfen es nicht sehen"
                )
            }
            Self::NoSuchHousehold(code) => {
                format!(
                    "einen Haushalt mit dem Kürzel `{code}` gibt es nicht oder Sie dürfen ihn nicht \
                     sehen"
                )
            }
            Self::NoSuchContact(id) => {
                format!("einen Kontakt `{id}` gibt es nicht oder Sie dürfen ihn nicht sehen")
            }
            Self::NothingOpen { pupil, day } => {
                format!("`{pupil}` hat am {} keine offene Fehlzeit", day.german())
            }
            Self::NoSuchAbsence(id) => {
                format!("eine Fehlzeit `{id}` gibt es nicht oder Sie dürfen sie nicht sehen")
            }
            Self::NoSuchLand(land) => {
                format!("für `{land}` ist kein Kalender mitgeliefert")
            }
            Self::BadCalendar(wrong) => {
                let mut lines = "der Kalender ist nicht zu verwenden:".to_owned();
                for text in wrong {
                    lines.extend(["\n  ", &text.de]);
                }
                lines
            }
            Self::NoSuchReport(id) => format!("einen Bericht `{id}` gibt es nicht"),
            Self::NotAReport { path, reason } => format!(
                "`{}` ist kein Bericht als JSON, wie diese Version ihn schreibt: {reason}",
                path.display()
            ),
            Self::PackageNotInstalled { plugin, sha256 } => format!(
                "das Paket, das den Bericht gemacht hat, `{plugin}` mit der SHA-256 {sha256}, ist \
                 nicht installiert"
            ),
            Self::ReportDiffers { number } => {
                let things =
                    if *number == 1 { "eine Angabe".into() } else { format!("{number} Angaben") };
                format!("der Bericht ist nicht das, was jetzt herauskommt: {things} anders")
            }
            Self::NoSuchList(name) => format!("eine Codeliste `{name}` gibt es nicht"),
            Self::NoSuchDataset(name) => format!("einen Datensatz `{name}` gibt es nicht"),
            Self::OperatorOnly(code) => {
                format!("`{code}` handelt für die eigenen Schulen, und dies betrifft alle")
            }
            Self::NoWorkingVersion(code) => {
                format!("`{code}` sieht Zahlen und keine Kinder, und eine Arbeitsfassung unterdrückt nichts")
            }
            Self::NotAllowed(denied) => denied.text().de,
            Self::InsideSchool(number) => format!(
                "die Fehlzeiten von `{number}` mit Namen sind für die, die an dieser Schule arbeiten"
            ),
            Self::NobodysDay => {
                "das Blatt zeigt den Tag eines Menschen, und es ist niemand genannt".into()
            }
            Self::Record { number, error } => format!("Datensatz {number}: {}", error.german()),
            Self::FixedList(name) => format!("die Codeliste `{name}` ist fest"),
            Self::NotWatchable(word) => format!(
                "auf `{word}` werden Notizen nicht durchgesehen: das ist kein Wort und keine Art von Wörtern"
            ),
            Self::BadCode(code) => format!("`{code}` taugt nicht als Code"),
            Self::Ambiguous(start) => {
                format!("`{start}` passt auf mehrere; geben Sie mehr Zeichen an")
            }
            Self::NobodysNote => {
                "eine vertrauliche Notiz gehört einer Profession, und es ist niemand genannt".into()
            }
            Self::NoteNeedsOne(role) => {
                format!(
                    "es gibt eine vertrauliche Notiz von `{role}`, also muss jemand mit dieser Rolle dabei gewesen sein"
                )
            }
            Self::BadReason => format!(
                "der Grund einer Berichtigung ist eine Zeile aus 1 bis {LONGEST_TEXT} Zeichen"
            ),
            Self::NoSuchPlugin(name) => format!("ein Plugin `{name}` ist nicht installiert"),
            Self::ReportsNothing { plugin } => format!(
                "das Plugin `{plugin}` macht keine Berichte: es schlägt nächste Schritte vor"
            ),
            Self::SeveralVersions { id, versions } => {
                format!("von `{id}` sind mehrere Versionen installiert: {}", versions.join(", "))
            }
            Self::NotRequested { plugin, field } => {
                format!("das Plugin `{plugin}` bittet nicht um `{field}`")
            }
            Self::NotGranted { plugin, fields } => format!(
                "das Plugin `{plugin}` braucht `{}`; das hat ihm niemand erlaubt",
                fields.join("`, `")
            ),
            Self::GrantExpired { plugin, fields, never, .. } => {
                grant_words::expired(plugin, fields, never, Lang::De)
            }
            Self::OutsideGrant { plugin, fields, first, last, period } => {
                grant_words::outside(plugin, fields, (*first, *last), *period, Lang::De)
            }
            Self::NoSchoolGranted(plugin) => format!(
                "es gibt keine Schule, von der das Plugin `{plugin}` alles lesen darf, was ihm erlaubt \
                 ist"
            ),
            Self::CoarseNotNamed(field) => {
                format!("`{field}` soll gröber werden und ist keines der Felder, die erlaubt werden")
            }
            Self::NoCoarserForm { field, kind, .. } => {
                format!("das Feld `{field}` gibt es nicht in der gröberen Form `{kind}`")
            }
            Self::GrantIsOver(day) => {
                format!("eine Erlaubnis bis zum {} wäre schon abgelaufen", day.german())
            }
            Self::NotInService(resting) => {
                let Resting { id, version, state, since, reason, last_report, .. } = &**resting;
                let last = last_report.as_ref().map_or_else(String::new, |at| {
                    format!("; sein letzter Bericht vom {at} bleibt")
                });
                format!(
                    "das Plugin `{id}@{version}` läuft nicht: es ist seit {since} {}{}{last}",
                    state.text().de,
                    in_brackets(&reason.de)
                )
            }
            Self::Life { id, version, refusal, reason, .. } => {
                let why = match refusal {
                    LifeRefusal::NotGranted => "ihm fehlen Felder, die es braucht".to_owned(),
                    LifeRefusal::NeedsAgain => "es ist in Quarantäne".to_owned(),
                    LifeRefusal::Already(state) => format!("es ist schon {}", state.text().de),
                    LifeRefusal::Idle(state) => {
                        format!("es ist {} und läuft nicht", state.text().de)
                    }
                };
                format!(
                    "am Plugin `{id}@{version}` wurde nichts geändert: {why}{}",
                    in_brackets(&reason.de)
                )
            }
            Self::Downgrade { id, from, to } => {
                format!("`{id}` {to} ist eine niedrigere Version als {from}, die im Dienst ist")
            }
            Self::SameVersion { id, version, installed } => format!(
                "`{id}` {version} ist dieselbe Version wie {installed}, die installiert ist"
            ),
            Self::NoPrevious(id) => {
                format!("vom Plugin `{id}` war vorher keine andere Version im Dienst")
            }
            Self::BadPluginReason => format!(
                "der Grund, ein Plugin auszuschalten, ist eine Zeile aus 1 bis {LONGEST_TEXT} Zeichen"
            ),
            Self::Quarantined { plugin, error, .. } => format!(
                "{}\n  es war sein Fehlschlag Nummer {MOST_FAILURES} hintereinander: `{plugin}` ist \
                 jetzt in Quarantäne",
                error.german()
            ),
            Self::OtherPlugin { old, new } => {
                format!("`{old}` und `{new}` sind nicht Versionen eines Plugins")
            }
            Self::NoSuchRun(id) => format!("einen Lauf oder Bericht `{id}` gibt es nicht"),
            Self::ReplayDiffers => {
                "was aufgezeichnet wurde, kommt nicht wieder so heraus".to_owned()
            }
            Self::PackageChanged(id) => {
                format!("das Paket des Plugins `{id}` ist nicht das installierte")
            }
            Self::Untrusted { plugin, verdict, .. } => format!(
                "das Plugin `{plugin}` darf hier nicht laufen, {}: {}",
                verdict.status.text().de,
                verdict.flaws_text().de
            ),
            Self::NoSuchKey(text) => format!(
                "`{text}` ist kein öffentlicher Schlüssel, und kein anerkannter hat diese Nummer"
            ),
            Self::KeyRevoked(key) => format!("der Schlüssel {key} ist widerrufen und bleibt es"),
            Self::BadPrefix(text) => format!("mit `{text}` beginnen keine Ids von Plugins"),
            Self::NoPassword(_) => {
                "der geheime Schlüssel hat ein Passwort, und es gibt kein Terminal, um danach zu fragen"
                    .into()
            }
            Self::Document(_) => "der gespeicherte Bericht ist beschädigt".into(),
            Self::Listen(_) => "der Server kann an seiner Adresse nicht lauschen".into(),
            Self::Output(_) => "das Ergebnis konnte nicht ausgegeben werden".into(),
            Self::PortTaken(port) => format!("ein anderes Programm benutzt den Port {port}"),
            Self::ServedAlready(at) => format!("diese Daten werden schon angeboten: {at}"),
            Self::Certificate(what) => format!("das Zertifikat ist nicht zu gebrauchen: {what}"),
            Self::BadHost(name) => {
                format!("`{name}` ist weder eine Adresse noch der Name eines Rechners")
            }
            Self::NotForTerminal => "eine Arbeitsmappe lässt sich nicht im Terminal zeigen".into(),
            Self::Day(error) => day(error),
            Self::Setting { name, reason } => format!("der Parameter `{name}` {}", reason.de),
            Self::File(error) => error.to_string(),
            Self::Store(error) => error.german(),
            Self::Columns(error) => error.german(),
            Self::Plugin(error) => error.german(),
            Self::Report(error) => error.german(),
            Self::Compose(error) => error.german(),
            Self::Publish(error) => error.message(Lang::De),
            Self::Render(error) => error.german(),
            Self::Kit(error) => error.german(),
            Self::Entry(error) => error.message(Lang::De),
            Self::Account(error) => error.german(),
            Self::Anchor(error) => error.german(),
            Self::Unsettled => {
                "was gelesen wurde, sollte angezeigt werden, bevor es im Protokoll stand".into()
            }
            Self::Rights(error) => error.message(Lang::De),
            Self::Task(error) => error.german(),
            Self::Erasure(error) => error.german(),
            Self::Recovery(error) => error.german(),
            Self::Import(error) => error.german(),
        }
    }

    /// One thing the author of a plugin can do, in English; `None` where nothing is wrong with a plugin.
    pub fn for_author(&self) -> Option<String> {
        match self {
            Self::Plugin(error) => error.for_author(),
            Self::Quarantined { error, .. } => error.for_author(),
            _ => None,
        }
    }
}

/// What is wrong with a day or a period, in German.
fn day(error: &DayError) -> String {
    match error {
        DayError::NotADay(text) => {
            format!("`{text}` ist kein Tag; schreiben Sie JJJJ-MM-TT, zum Beispiel 2025-09-15")
        }
        DayError::OutOfRange(text) => {
            format!("der Tag {text} liegt nicht in den Jahren 1900 bis 2199")
        }
        DayError::Backwards { first, last } => format!(
            "der Zeitraum endet am {}, bevor er am {} beginnt",
            last.german(),
            first.german()
        ),
        DayError::NotASchoolYear(text) => {
            format!("`{text}` ist kein Schuljahr; schreiben Sie es wie 2025/26")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use crate::domain::{Flaw, PluginState, Role, SignatureStatus, Text, Verdict};
    use crate::render;
    use crate::report;
    use crate::store;

    use super::*;
    use crate::app::{Denied, TaskError, UseCase};

    fn resting(state: PluginState, rollback: bool) -> Error {
        let text = || "x".to_owned();
        let (last_report, reason) = (Some(text()), Text::same("x"));
        let (id, version, since) = (text(), text(), text());
        let resting = Resting { id, version, state, since, reason, last_report, rollback };
        Error::NotInService(Box::new(resting))
    }

    fn unchanged(refusal: LifeRefusal) -> Error {
        let (id, version, reason) = ("x".to_owned(), "x".to_owned(), Text::same("x"));
        Error::Life { id, version, refusal, is_monitor: false, reason }
    }

    #[expect(clippy::too_many_lines, reason = "one line for each thing that can go wrong")]
    fn samples() -> Vec<Error> {
        let (text, path) = (|| "x".to_owned(), || PathBuf::from("x"));
        let broken = || serde_json::from_str::<u8>("x").unwrap_err();
        let (first, last) = (Day::of(2026, 2, 1).unwrap(), Day::of(2026, 1, 31).unwrap());
        let verdict = || {
            let flaws = vec![Flaw::NoSignature];
            Box::new(Verdict { status: SignatureStatus::Unsigned, signers: Vec::new(), flaws })
        };
        vec![
            Error::NotThere(path()),
            Error::AlreadyThere(path()),
            Error::NotADemo(path()),
            Error::NotEmpty(path()),
            Error::WrongPassphrase(path()),
            Error::NoDerivation(path()),
            Error::NoPassphrase(std::io::ErrorKind::NotFound.into()),
            Error::PassphrasesDiffer,
            Error::TwoKeys,
            Error::Unsound { errors: 1 },
            Error::Unsound { errors: 2 },
            Error::EmptyName,
            Error::NoPeriod,
            Error::Day(DayError::NotADay(text())),
            Error::Day(DayError::OutOfRange(text())),
            Error::Day(DayError::Backwards { first, last }),
            Error::Day(DayError::NotASchoolYear(text())),
            Error::ImportedBefore { day: text(), rows: 1 },
            Error::ImportedBefore { day: text(), rows: 7 },
            Error::NoSuchPractitioner(text()),
            Error::NoSuchSchool(text()),
            Error::NoSuchPupil(text()),
            Error::NoSuchAbsence(text()),
            Error::NoSuchLand(text()),
            Error::BadCalendar(vec![Text::new("falsch", "wrong")]),
            Error::NoSuchContact(text()),
            Error::NoSuchHousehold(text()),
            Error::Task(TaskError::BadReason),
            Error::NoSuchReport(text()),
            Error::NoSuchList(text()),
            Error::NoSuchDataset(text()),
            Error::FixedList(text()),
            Error::OperatorOnly(text()),
            Error::NoWorkingVersion(text()),
            Error::NotAllowed(Denied {
                who: text(),
                role: Role::Lead,
                use_case: UseCase::ContactRead,
            }),
            Error::InsideSchool(text()),
            Error::NobodysDay,
            Error::BadCode(text()),
            Error::NotWatchable(text()),
            Error::Ambiguous(text()),
            Error::NobodysNote,
            Error::NoteNeedsOne(text()),
            Error::BadReason,
            Error::NoSuchPlugin(text()),
            Error::ReportsNothing { plugin: text() },
            Error::SeveralVersions { id: text(), versions: vec![text()] },
            Error::NotRequested { plugin: text(), field: text() },
            Error::NotGranted { plugin: text(), fields: vec![text()] },
            Error::GrantExpired {
                plugin: text(),
                fields: vec![(text(), last)],
                never: vec![text()],
                again: Some(text()),
            },
            Error::OutsideGrant {
                plugin: text(),
                fields: vec![text()],
                first: None,
                last: Some(last),
                period: crate::domain::Period { first, last: first },
            },
            Error::NoSchoolGranted(text()),
            Error::CoarseNotNamed(text()),
            Error::NoCoarserForm {
                field: text(),
                kind: crate::domain::Coarsening::Month,
                fitting: Vec::new(),
            },
            Error::GrantIsOver(last),
            Error::PackageChanged(text()),
            resting(PluginState::Quarantined, true),
            resting(PluginState::Disabled, false),
            unchanged(LifeRefusal::NotGranted),
            unchanged(LifeRefusal::NeedsAgain),
            unchanged(LifeRefusal::Already(PluginState::Enabled)),
            unchanged(LifeRefusal::Idle(PluginState::Granted)),
            Error::Downgrade { id: text(), from: text(), to: text() },
            Error::SameVersion { id: text(), version: text(), installed: text() },
            Error::NoPrevious(text()),
            Error::BadPluginReason,
            Error::Quarantined {
                id: text(),
                plugin: text(),
                error: Box::new(Error::Plugin(plugin::Error::Precompiled)),
            },
            Error::OtherPlugin { old: text(), new: text() },
            Error::NoSuchRun(text()),
            Error::ReplayDiffers,
            Error::Untrusted { plugin: text(), verdict: verdict(), is_development: false },
            Error::NoSuchKey(text()),
            Error::KeyRevoked(text()),
            Error::BadPrefix(text()),
            Error::NoPassword(std::io::ErrorKind::NotFound.into()),
            Error::Setting { name: text(), reason: Text::new("fehlt", "is missing") },
            Error::Output(std::io::ErrorKind::StorageFull.into()),
            Error::Listen(std::io::ErrorKind::AddrInUse.into()),
            Error::PortTaken(7423),
            Error::ServedAlready("http://localhost:7423/".into()),
            Error::Certificate("x".into()),
            Error::BadHost("a b".into()),
            Error::NotForTerminal,
            Error::Document(broken()),
            Error::Store(store::Error::Busy),
            Error::Columns(store::ColumnsError::TooManySchools { count: 70_000 }),
            Error::Plugin(plugin::Error::Precompiled),
            Error::Plugin(plugin::Error::NotAPackage(text())),
            Error::Report(report::Error::TooManyCells { cells: 300_000 }),
            Error::Render(render::Error::Circle(vec![text(), text()])),
        ]
    }

    #[test]
    fn every_message_and_hint_has_its_own_german() {
        for error in samples() {
            let (german, english) = (error.message(Lang::De), error.message(Lang::En));
            assert_ne!(german, english);
            assert_eq!(english, error.to_string());
            let (german, english) = (error.hint(Lang::De), error.hint(Lang::En));
            assert_eq!(german.is_some(), english.is_some(), "{error}");
            assert!(german.is_none() || german != english, "{error}");
        }
    }

    #[test]
    fn german_sentences_write_days_as_germans_do() {
        let (first, last) = (Day::of(2026, 2, 1).unwrap(), Day::of(2026, 1, 31).unwrap());
        let error = Error::Day(DayError::Backwards { first, last });
        assert_eq!(
            error.message(Lang::De),
            "der Zeitraum endet am 31.01.2026, bevor er am 01.02.2026 beginnt"
        );
    }
}
