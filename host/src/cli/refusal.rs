//! What is said in German when the command line is wrong.

use std::error::Error as _;
use std::str::FromStr;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::app;
use crate::domain::{
    Action, Coarsening, DayError, FormKind, Lang, UnknownAction, UnknownCoarsening, UnknownForm,
};

/// The sentence for a refused command line, and what is right instead where that is known.
pub(super) fn german(error: &clap::Error) -> (String, Option<String>) {
    let say = |kind| context(error, kind);
    let arg = say(ContextKind::InvalidArg);
    let value = say(ContextKind::InvalidValue);
    let message = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => format!("nach `{arg}` fehlt der Wert"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let reason = reason(error).map(|reason| format!(": {reason}")).unwrap_or_default();
            format!("`{value}` passt nicht zu `{arg}`{reason}")
        }
        ErrorKind::UnknownArgument => format!("`{arg}` gehört nicht hierher"),
        ErrorKind::InvalidSubcommand => {
            format!("einen Befehl `{}` gibt es nicht", say(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingRequiredArgument => format!("es fehlt: `{arg}`"),
        ErrorKind::MissingSubcommand => "es fehlt ein Befehl".into(),
        ErrorKind::ArgumentConflict => {
            let prior = say(ContextKind::PriorArg);
            if prior == arg || prior.is_empty() {
                format!("`{arg}` darf nur einmal vorkommen")
            } else {
                format!("`{arg}` und `{prior}` schließen einander aus")
            }
        }
        ErrorKind::TooManyValues => format!("`{value}` ist zu viel für `{arg}`"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("`{arg}` braucht mehr Werte")
        }
        ErrorKind::NoEquals => format!("bei `{arg}` fehlt das Gleichheitszeichen"),
        ErrorKind::InvalidUtf8 => "die Befehlszeile ist kein Text in UTF-8".into(),
        _ => error.to_string(),
    };
    (message, hint(error))
}

/// What the person may have meant, or may choose from.
fn hint(error: &clap::Error) -> Option<String> {
    let near =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    for kind in near {
        let name = context(error, kind);
        if !name.is_empty() {
            return Some(format!("gemeint ist wohl `{name}`"));
        }
    }
    let values = context(error, ContextKind::ValidValue);
    if values.is_empty() { None } else { Some(format!("möglich sind: `{values}`")) }
}

/// Why a value was refused, where the program itself refused it.
fn reason(error: &clap::Error) -> Option<String> {
    let source = error.source()?;
    if let Some(day) = source.downcast_ref::<DayError>() {
        return Some(app::Error::Day(day.clone()).message(Lang::De));
    }
    if source.is::<std::num::ParseIntError>() {
        return Some("es muss eine ganze Zahl sein".into());
    }
    if context(error, ContextKind::InvalidArg).starts_with("--lang ") {
        return Some("möglich sind `de` und `en`".into());
    }
    if source.is::<<app::Kind as FromStr>::Err>() {
        let kinds: Vec<&str> = app::Kind::all().map(app::Kind::name).collect();
        let kinds = kinds.join("`, `");
        return Some(format!("möglich sind `{kinds}`"));
    }
    if source.is::<UnknownForm>() {
        return Some(format!("möglich sind {}", FormKind::names()));
    }
    if source.is::<UnknownAction>() {
        return Some(format!("möglich sind {}", Action::codes()));
    }
    if source.is::<UnknownCoarsening>() {
        let kinds = Coarsening::codes(&Coarsening::ALL);
        return Some(format!("schreiben Sie FELD=ART; als Art sind möglich {kinds}"));
    }
    if source.is::<app::NotAHash>() {
        return Some("ein Hashwert besteht aus 64 Hexadezimalziffern".into());
    }
    None
}

fn context(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("`, `"),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::{Cli, help};

    fn refused(line: &str) -> (String, Option<String>) {
        let command = help::speaking(Cli::command(), Lang::De);
        let line = ["tridem"].into_iter().chain(line.split_whitespace());
        german(&command.try_get_matches_from(line).unwrap_err())
    }

    #[test]
    fn what_is_wrong_is_said_in_german_with_what_is_right() {
        let table = [
            ("--lang de", "es fehlt ein Befehl"),
            ("contact lst", "einen Befehl `lst` gibt es nicht"),
            ("contact list --limt 3", "`--limt` gehört nicht hierher"),
            ("contact list --limit", "nach `--limit <ANZAHL>` fehlt der Wert"),
            ("school list --format pdf", "`pdf` passt nicht zu `--format <FORM>`"),
            ("code add topic x --de X", "es fehlt: `--en <WORT>`"),
            (
                "contact list --limit x",
                "`x` passt nicht zu `--limit <ANZAHL>`: es muss eine ganze Zahl sein",
            ),
            (
                "--lang fr school list",
                "`fr` passt nicht zu `--lang <SPRACHE>`: möglich sind `de` und `en`",
            ),
            (
                "contact list --from 3.5.",
                "`3.5.` passt nicht zu `--from <TAG>`: `3.5.` ist kein Tag; schreiben Sie \
                 JJJJ-MM-TT, zum Beispiel 2025-09-15",
            ),
            (
                "report run x --year 2025/26 --from 2025-09-01",
                "`--year <JAHR>` und `--from <TAG>` schließen einander aus",
            ),
            (
                "school list --format csv --format csv",
                "`--format <FORM>` darf nur einmal vorkommen",
            ),
        ];
        for (line, message) in table {
            assert_eq!(refused(line).0, message, "tridem {line}");
        }
        assert!(refused("audit list --action forget").0.contains("möglich sind `store.create`, "));
        let (message, _) = refused("audit verify --expect 12");
        assert!(message.ends_with("ein Hashwert besteht aus 64 Hexadezimalziffern"), "{message}");
        assert!(refused("import schulen x").0.contains("möglich sind `schools`, "));
        assert_eq!(refused("contact lst").1.unwrap(), "gemeint ist wohl `list`");
        assert_eq!(
            refused("school list --format pdf").1.unwrap(),
            "möglich sind: `table`, `json`, `csv`, `xlsx`"
        );
    }
}
