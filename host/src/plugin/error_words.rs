//! What the running of plugins says in German when something went wrong.
//!
//! The sentence is German; what is wrong inside a plugin, down to its types and its instructions,
//! stays in English, which is the language of the interface that its author works with.

use crate::domain::ManifestError;

use super::error::one_of;
use super::{Call, Error, Unusable};

impl Call {
    /// Where it was, as German sentences go on.
    fn german(self) -> &'static str {
        match self {
            Self::Start => "beim Start",
            Self::Describe => "in `describe`",
            Self::Begin => "in `begin`",
            Self::Push => "in `push`",
            Self::Save => "in `save`",
            Self::Merge => "in `merge`",
            Self::Finish => "in `finish`",
        }
    }
}

impl Unusable {
    fn german(&self) -> String {
        match self {
            Self::Missing => "es fehlt".into(),
            Self::Unreadable(reason) => format!("es lässt sich nicht lesen: {reason}"),
            Self::Changed => "es wurde nach dem Schreiben verändert".into(),
            Self::OtherEngine(reason) => format!("es passt nicht zu dieser Maschine: {reason}"),
        }
    }
}

impl Error {
    /// The message in German.
    #[expect(clippy::too_many_lines, reason = "one line for each thing that can go wrong")]
    pub fn german(&self) -> String {
        match self {
            Self::Engine(reason) => format!("Plugins lassen sich hier nicht ausführen: {reason}"),
            Self::TooLarge { what, limit } => {
                format!("{} hat mehr als die erlaubten {limit} Bytes", german(what))
            }
            Self::Precompiled => {
                "das ist übersetzter Maschinencode und kein Plugin; Maschinencode wird nie angenommen"
                    .into()
            }
            Self::CoreModule => {
                "das ist ein WebAssembly-Kernmodul und keine Komponente".into()
            }
            Self::Invalid(reason) => format!("das ist keine gültige WebAssembly-Komponente: {reason}"),
            Self::Imports { imports } => format!(
                "das Plugin verlangt Code von außen, und Plugins bekommen keinen: `{}`",
                imports.join("`, `")
            ),
            Self::NoExport { expected, exports } => {
                let found = match exports.as_slice() {
                    [] => "nichts".to_owned(),
                    names => format!("`{}`", names.join("`, `")),
                };
                let expected = one_of(expected, "oder");
                format!("das Plugin bietet {expected} nicht an; es bietet an: {found}")
            }
            Self::LaterInterface { exports } => format!(
                "das Plugin bietet an, was dieses Programm nicht kennt: `{}`",
                exports.join("`, `")
            ),
            Self::OtherKind { plugin, lacks } => format!(
                "das Plugin `{plugin}` kann das nicht: es bietet `{}` nicht an",
                lacks.name()
            ),
            Self::WrongType { function, reason } => format!(
                "`{function}` des Plugins hat nicht den Typ, den die Schnittstelle vorschreibt: {reason}"
            ),
            Self::NeedsTooMuch { what, needed, limit } => format!(
                "das Plugin braucht zum Start {needed} {}; erlaubt sind {limit}",
                german(what)
            ),
            Self::Compiled { path, reason } => format!(
                "das übersetzte Plugin `{}` ist nicht zu gebrauchen: {}",
                path.display(),
                reason.german()
            ),
            Self::NoWorld => {
                "das Modul sagt nicht, für welche Plugin-Schnittstelle es gebaut wurde".into()
            }
            Self::Encode(reason) => {
                format!("aus dem Modul lässt sich keine Komponente machen: {reason}")
            }
            Self::NotAPackage(reason) => format!("das Paket lässt sich nicht lesen: {reason}"),
            Self::TooManyFiles { found, most } => {
                format!("das Paket hat {found} Einträge; erlaubt sind höchstens {most}")
            }
            Self::FileName { name, reason } => {
                format!("das Paket hat einen Eintrag `{name}`, {}", german(reason))
            }
            Self::FileTwice { name: None } => {
                "das Paket hat zwei Dateien mit demselben Namen".into()
            }
            Self::FileTwice { name: Some(name) } => {
                format!("das Paket hat zwei Dateien mit demselben Namen, `{name}`")
            }
            Self::File { name, reason } => {
                format!("die Datei `{name}` des Pakets {}", german(reason))
            }
            Self::OtherForm => {
                "das Paket ist nicht so geschrieben, wie `tridem plugin pack` es schreibt, oder hat Bytes, \
                 die zu keiner Datei gehören"
                    .into()
            }
            Self::SecondFirst => "das Paket hat eine zweite Signatur und keine erste".into(),
            Self::NotAKey { what } => format!("das ist nicht {} des Werkzeugs `minisign`", german(what)),
            Self::WrongPassword => {
                "das Passwort öffnet den geheimen Schlüssel nicht, oder er ist beschädigt".into()
            }
            Self::Signing(reason) => format!("es ließ sich nicht signieren: {reason}"),
            Self::Manifest(error) => manifest(error),
            Self::Description { plugin, mistakes, .. } => format!(
                "das Plugin `{plugin}` beschreibt sich falsch:\n  - {}",
                mistakes.join("\n  - ")
            ),
            Self::OutOfFuel { plugin, call, limit } => format!(
                "das Plugin `{plugin}` wurde {} angehalten: es hat alle seine {limit} Rechenschritte \
                 verbraucht",
                call.german()
            ),
            Self::TooSlow { plugin, call, limit } => format!(
                "das Plugin `{plugin}` wurde {} nach {} s angehalten",
                call.german(),
                limit.as_secs_f32().to_string().replace('.', ",")
            ),
            Self::Memory { plugin, call, limit } => format!(
                "das Plugin `{plugin}` wurde {} angehalten: es braucht mehr als {} MiB Speicher",
                call.german(),
                limit >> 20
            ),
            Self::StackOverflow { plugin, call } => format!(
                "das Plugin `{plugin}` wurde {} angehalten: seine Aufrufe waren zu tief geschachtelt",
                call.german()
            ),
            Self::Crash { plugin, call, what } => {
                format!("das Plugin `{plugin}` ist {} abgestürzt: {what}", call.german())
            }
            Self::Output { plugin, call, limit, .. } => {
                format!("das Plugin `{plugin}` hat {} mehr als {limit} Bytes geliefert", call.german())
            }
            Self::Answer { plugin, call, what, .. } => {
                format!("das Plugin `{plugin}` hat {} falsch geantwortet: {what}", call.german())
            }
            Self::Guest { plugin, message } => format!("das Plugin `{plugin}` meldet: {message}"),
            Self::Ended { plugin } => format!(
                "das Plugin `{plugin}` ist gescheitert und nimmt in diesem Lauf keine Zeilen mehr an"
            ),
            Self::Over { plugin } => format!(
                "das Plugin `{plugin}` hat in diesem Lauf das Seine getan und nimmt nichts mehr an"
            ),
        }
    }

    /// The hint in German, where there is one.
    pub fn german_hint(&self) -> Option<String> {
        let hint = match self {
            Self::Compiled { .. } => "es wird aus seinem Paket neu übersetzt",
            Self::NotAPackage(_) => "ein Plugin-Paket ist eine Datei, die auf `.tridem` endet",
            Self::File { .. } => {
                "das Paket wurde beschädigt oder verändert; besorgen Sie es neu von seinem Autor"
            }
            Self::OtherForm => {
                "es wurde verändert oder mit einem anderen Programm gemacht; besorgen Sie es von seinem \
                 Autor"
            }
            Self::SecondFirst => "signieren Sie es ohne `--second`",
            Self::NotAKey { .. } => {
                "`tridem plugin keygen --out NAME` macht beide, NAME.key und NAME.pub"
            }
            Self::OutOfFuel { .. } | Self::TooSlow { .. } => {
                "bei einem kürzeren Zeitraum hat es weniger zu lesen"
            }
            Self::LaterInterface { .. } => {
                "es wurde für eine spätere Version dieses Programms gebaut"
            }
            Self::Engine(_)
            | Self::TooLarge { .. }
            | Self::Precompiled
            | Self::CoreModule
            | Self::Invalid(_)
            | Self::Imports { .. }
            | Self::NoExport { .. }
            | Self::OtherKind { .. }
            | Self::WrongType { .. }
            | Self::NeedsTooMuch { .. }
            | Self::NoWorld
            | Self::Encode(_)
            | Self::TooManyFiles { .. }
            | Self::FileName { .. }
            | Self::FileTwice { .. }
            | Self::WrongPassword
            | Self::Signing(_)
            | Self::Manifest(_)
            | Self::Description { .. }
            | Self::Memory { .. }
            | Self::StackOverflow { .. }
            | Self::Crash { .. }
            | Self::Output { .. }
            | Self::Answer { .. }
            | Self::Guest { .. }
            | Self::Ended { .. }
            | Self::Over { .. } => return None,
        };
        Some(hint.into())
    }
}

fn manifest(error: &ManifestError) -> String {
    match error {
        ManifestError::Toml(reason) => {
            format!("das Manifest `plugin.toml` lässt sich nicht lesen: {reason}")
        }
        ManifestError::Wrong(mistakes) => {
            format!("das Manifest `plugin.toml` ist falsch:\n  - {}", mistakes.join("\n  - "))
        }
    }
}

/// The fixed parts of messages, in English and in German.
const PARTS: &[(&str, &str)] = &[
    ("the component", "die Komponente"),
    ("the component, unfolded,", "die entfaltete Komponente"),
    ("the package", "das Paket"),
    ("the package, unpacked,", "das entpackte Paket"),
    ("memories", "Speicherbereiche"),
    ("tables", "Tabellen"),
    ("bytes of memory", "Bytes Speicher"),
    ("bytes of tables", "Bytes für Tabellen"),
    ("is missing", "fehlt"),
    ("is larger than 256 KiB", "ist größer als 256 KiB"),
    ("is not UTF-8 text", "ist kein Text in UTF-8"),
    ("comes in when it is signed", "kommt hinein, wenn es signiert wird"),
    ("a public key", "ein öffentlicher Schlüssel"),
    ("a secret key", "ein geheimer Schlüssel"),
    ("must come first", "muss an erster Stelle stehen"),
    ("is listed in the manifest and missing", "steht im Manifest und fehlt"),
    ("is not listed in the manifest", "steht nicht im Manifest"),
    (
        "is not the one that the manifest lists; its digest differs",
        "ist nicht die, die im Manifest steht; ihre Prüfsumme weicht ab",
    ),
    (
        "which is a link, a folder or another special file",
        "der eine Verknüpfung, ein Ordner oder eine Sonderdatei ist",
    ),
    ("which is not a file that a package may have", "den ein Paket als Datei nicht haben darf"),
    ("whose name is too long", "dessen Name zu lang ist"),
    ("whose name does not begin in the package", "dessen Name nicht im Paket beginnt"),
    ("whose name climbs out of the package", "dessen Name aus dem Paket hinausführt"),
    (
        "whose name has other than letters, digits, `.`, `_` and `-`",
        "dessen Name anderes enthält als Buchstaben, Ziffern, `.`, `_` und `-`",
    ),
];

/// The German for a fixed part of a message. Test: `every_fixed_part_of_a_message_is_translated`.
fn german(part: &'static str) -> &'static str {
    PARTS.iter().find(|(english, _)| *english == part).map_or(part, |(_, german)| german)
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::*;
    use crate::plugin::Interface;

    fn samples() -> Vec<Error> {
        let text = || "x".to_owned();
        let (plugin, call, interface) = (text, Call::Push, Interface::Propose);
        let compiled = |reason| Error::Compiled { path: "x".into(), reason };
        vec![
            Error::Engine(text()),
            Error::TooLarge { what: "the package", limit: 9 },
            Error::Precompiled,
            Error::CoreModule,
            Error::Invalid(text()),
            Error::Imports { imports: vec![text()] },
            Error::NoExport { expected: Interface::KINDS, exports: vec![] },
            Error::NoExport { expected: &[Interface::Compose], exports: vec![text()] },
            Error::LaterInterface { exports: vec![text()] },
            Error::OtherKind { plugin: plugin(), lacks: Interface::Classify },
            Error::WrongType { function: text(), reason: text() },
            Error::NeedsTooMuch { what: "tables", needed: 9, limit: 1 },
            compiled(Unusable::Missing),
            compiled(Unusable::Unreadable(text())),
            compiled(Unusable::Changed),
            compiled(Unusable::OtherEngine(text())),
            Error::NoWorld,
            Error::Encode(text()),
            Error::NotAPackage(text()),
            Error::TooManyFiles { found: 9, most: 1 },
            Error::FileName { name: text(), reason: "whose name is too long" },
            Error::FileTwice { name: None },
            Error::FileTwice { name: Some(text()) },
            Error::File { name: text(), reason: "is missing" },
            Error::OtherForm,
            Error::SecondFirst,
            Error::NotAKey { what: "a public key" },
            Error::WrongPassword,
            Error::Signing(text()),
            Error::Manifest(ManifestError::Toml(text())),
            Error::Manifest(ManifestError::Wrong(vec![text()])),
            Error::Description { plugin: plugin(), interface, mistakes: vec![text()] },
            Error::OutOfFuel { plugin: plugin(), call: Call::Start, limit: 9 },
            Error::TooSlow {
                plugin: plugin(),
                call: Call::Describe,
                limit: Duration::from_millis(1500),
            },
            Error::Memory { plugin: plugin(), call: Call::Begin, limit: 64 << 20 },
            Error::StackOverflow { plugin: plugin(), call: Call::Save },
            Error::Crash { plugin: plugin(), call, what: text() },
            Error::Output { plugin: plugin(), call: Call::Finish, interface, limit: 9 },
            Error::Answer { plugin: plugin(), call: Call::Merge, interface, what: text() },
            Error::Guest { plugin: plugin(), message: text() },
            Error::Ended { plugin: plugin() },
            Error::Over { plugin: plugin() },
        ]
    }

    #[test]
    fn every_message_and_hint_has_its_own_german() {
        for error in samples() {
            assert_ne!(error.german(), error.to_string());
            assert_eq!(error.hint().is_some(), error.german_hint().is_some(), "{error}");
            assert!(error.hint().is_none() || error.hint() != error.german_hint(), "{error}");
        }
        let limit = Duration::from_millis(1500);
        let slow = Error::TooSlow { plugin: "org.example.x".into(), call: Call::Push, limit };
        assert_eq!(
            slow.german(),
            "das Plugin `org.example.x` wurde in `push` nach 1,5 s angehalten"
        );
    }

    /// Looks for the parts in the source of what refuses packages and components.
    #[test]
    fn every_fixed_part_of_a_message_is_translated() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/plugin");
        let mut seen = String::new();
        for name in ["package.rs", "pack.rs", "admission.rs", "exports.rs", "sign.rs"] {
            let text = fs_err::read_to_string(folder.join(name)).unwrap();
            for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
                let begins = [
                    "what: \"",
                    "within(\"",
                    "reason: \"",
                    "wrong(\"",
                    "refuse(\"",
                    "Err(\"",
                    "name, \"",
                ];
                for part in begins.iter().filter_map(|begin| line.split(begin).nth(1)) {
                    let part = part.split('"').next().unwrap().to_owned();
                    let is_owned = line.contains(".into()") && line.contains("WrongType");
                    assert!(
                        is_owned || german(Box::leak(part.clone().into())) != part,
                        "{name}: {part}"
                    );
                }
            }
            seen.push_str(&text);
        }
        for (english, _) in PARTS {
            assert!(seen.contains(&format!("\"{english}\"")), "nobody says `{english}` any more");
        }
    }
}
