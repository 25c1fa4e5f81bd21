//! What can be done next, for somebody at a page: where a hint names a command, the page that does it.

use crate::domain::Text;

/// Commands as hints name them, and what is told instead. Of two that fit the longer one stands first.
#[rustfmt::skip]
const PAGES: [(&str, &str, &str); 33] = [
    ("account unlock", "früher geht es nur, wenn die Systemverwaltung das Konto unter „Konten“ entsperrt", "it goes sooner only where an administrator unlocks the account under “Accounts”"),
    ("account totp", "das steht auf der Seite „Konto“ unter „Zweiter Faktor“", "that is on the page “Account” under “Second factor”"),
    ("account add", "ein weiteres Konto legen Sie unter „Konten“ an", "add another account under “Accounts”"),
    ("account", "alle Konten stehen unter „Konten“", "all accounts are under “Accounts”"),
    ("absence", "Fehlzeiten stehen unter „Fehlzeiten“", "absences are under “Attendance”"),
    ("audit", "das Protokoll steht unter „Protokoll“", "the audit is under “Audit”"),
    ("backup", "Sicherungen stehen unter „Sicherungen“", "backups are under “Backups”"),
    ("calendar", "der Kalender wird unter „Schulen“ gewählt", "the calendar is chosen under “Schools”"),
    ("code", "alle Listen stehen unter „Codelisten“", "all lists are under “Code lists”"),
    ("consent", "Einwilligungen stehen unter „Einwilligungen“", "consents are under “Consents”"),
    ("contact", "Kontakte stehen unter „Kontakte“", "contacts are under “Contacts”"),
    ("emergency", "einen Notfallzugriff öffnen Sie auf der Seite „Notfallzugriff öffnen“", "an emergency access is opened on the page “Open emergency access”"),
    ("household", "Familien stehen unter „Familien“", "families are under “Families”"),
    ("import queue", "was auf eine Entscheidung wartet, steht unter „Dateien einlesen“", "what waits for a decision is under “Import files”"),
    ("import", "Importe stehen unter „Dateien einlesen“", "imports are under “Import files”"),
    ("key print", "das Schlüsselblatt öffnen Sie unter „Sicherungen“", "the key sheet is opened under “Backups”"),
    ("person", "Fachkräfte und ihre Kürzel stehen unter „Fachkräfte“", "practitioners and their codes are under “Staff”"),
    ("plugin trust", "anerkannte Schlüssel stehen unter „Vertrauen“", "trusted keys are under “Trust”"),
    ("plugin grant", "erlauben oder ablehnen können Sie Felder auf der Seite des Plugins", "fields are granted or refused on the page of the plugin"),
    ("plugin enable", "einschalten können Sie es auf der Seite des Plugins", "it is enabled on the page of the plugin"),
    ("plugin runs", "was geschah, steht bei den Läufen des Plugins", "what happened is among the runs of the plugin"),
    ("plugin rollback", "zur Version davor kommen Sie auf der Seite des Plugins", "the version before is on the page of the plugin"),
    ("plugin", "wie die Plugins stehen, zeigt die Seite „Plugins“", "the page “Plugins” shows how they stand"),
    ("pupil", "Kinder stehen unter „Kinder“", "pupils are under “Pupils”"),
    ("record", "Einträge und ihre Felder stehen unter „Einträge“", "records and their fields are under “Records”"),
    ("report", "die Berichte stehen unter „Berichte“", "the reports are under “Reports”"),
    ("retention", "Fristen und Angebote stehen unter „Aufbewahren und löschen“", "terms and offers are under “Keep and erase”"),
    ("school", "alle Schulen stehen unter „Schulen“", "all schools are under “Schools”"),
    ("subject holds", "Sperren stehen unter „Aufbewahren und löschen“", "holds are under “Keep and erase”"),
    ("subject", "Personen stehen unter „Auskunft und Rechte“", "people are under “Access and rights”"),
    ("task", "Aufgaben stehen unter „Aufgaben“", "tasks are under “Tasks”"),
    ("word", "alle Wörter stehen unter „Beobachtete Wörter“", "all words are under “Watched words”"),
    ("roles", "was jede Rolle darf, steht unter „Rollen“", "what each role may do is under “Roles”"),
];

/// A hint for a page: as it is where it names neither a command nor an option; the page for the command
/// where there is one; else none, since nobody at a page can follow it.
pub(super) fn on_a_page(hint: Text) -> Option<Text> {
    let Some(command) = command(&hint.de) else {
        return (!hint.de.contains("`--")).then_some(hint);
    };
    let fits = |name: &str| {
        command.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let (_, de, en) = PAGES.iter().find(|(name, ..)| fits(name))?;
    Some(Text::new(*de, *en))
}

/// The first command that a hint names, without the program and the folder: `school list`.
fn command(hint: &str) -> Option<&str> {
    let (_, rest) = hint.split_once("`tridem ")?;
    let command = rest.split('`').next().unwrap_or_default();
    let Some(options) = command.strip_prefix("--dir ") else { return Some(command) };
    Some(options.split_once(' ').map_or("", |(_, command)| command))
}

#[cfg(test)]
mod tests {
    use crate::app::Error;
    use crate::domain::Lang;

    use super::*;

    #[test]
    fn nobody_at_a_page_is_told_to_type_a_command() {
        for (hint, page) in [
            ("alle Schulen zeigt `tridem school list`", Some("„Schulen“")),
            ("entfernen: `tridem --dir x plugin remove de.x.y`", Some("„Plugins“")),
            (
                "öffnen mit `tridem plugin runs x`; davor: `tridem plugin rollback x`",
                Some("Läufen"),
            ),
            ("bauen mit `tridem schooling`", None),
            ("nennen Sie es mit `--practitioner`", None),
            ("warten Sie einen Moment", Some("warten Sie")),
        ] {
            let told = on_a_page(Text::same(hint));
            assert_eq!(told.is_some(), page.is_some(), "{hint}");
            if let (Some(told), Some(page)) = (told, page) {
                assert!(told.de.contains(page) && !told.de.contains("`tridem"), "{told:?}");
            }
        }
    }

    #[test]
    fn each_page_of_a_hint_is_called_as_in_the_menu() {
        let quoted = |text: &str, marks: [char; 2]| {
            let rest = text.split_once(marks[0]).map(|(_, rest)| rest);
            rest.and_then(|rest| rest.split_once(marks[1])).map(|(name, _)| name.to_owned())
        };
        let own = ["Konto", "Zweiter Faktor", "Account", "Second factor"];
        let words = include_str!("words/shell.toml").to_owned() + include_str!("words/family.toml");
        for (command, de, en) in PAGES {
            for (text, marks) in [(de, ['„', '“']), (en, ['“', '”'])] {
                let Some(name) = quoted(text, marks) else { continue };
                let is_known = words.contains(&format!("\"{name}\"")) || own.contains(&&*name);
                assert!(is_known, "{command}: no page is called {name}");
            }
        }
    }

    #[test]
    fn a_refusal_tells_the_page() {
        let failure = super::super::Failure::from(Error::NoSuchSchool("990099".into()));
        let hint = failure.told().hint.as_ref().map(|hint| hint.get(Lang::En).to_owned());
        assert_eq!(hint.as_deref(), Some("all schools are under “Schools”"));
    }
}
