//! Who has seen entries about a child or a family, on a sheet.

use crate::domain::{About, Role, Seen, SeenAs, Sheet, SheetCell, SheetTable, Text};

use super::super::workspace::{moment, today};
use super::super::{Actor, App, Error, UseCase};
use super::parts::{day, fact, table, text, words};

/// About whom it is asked who has seen entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeenOf<'a> {
    /// The pupil with this code, and the household they live in.
    Pupil(&'a str),
    /// The household with this code, and the pupils who live in it.
    Household(&'a str),
}

impl App {
    /// Who has seen entries about a pupil or a household, as far back as it is kept. Who looked
    /// stands there by role and code, and by name where `actor` may see who works here.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`Error::NoSuchPupil`], [`Error::NoSuchHousehold`].
    pub fn seen_sheet(&self, actor: &Actor, of: SeenOf<'_>) -> Result<Sheet, Error> {
        let scope = self.permit(actor, UseCase::AuditSeen)?;
        let names = self.permit(actor, UseCase::StaffRead).is_ok();
        let reader = self.store.read(&scope)?;
        let directory = reader.directory()?;
        let (about, seen, who) = match of {
            SeenOf::Pupil(code) => {
                let known = directory.pupils.get(code);
                let key = known.ok_or_else(|| Error::NoSuchPupil(code.to_owned()))?.key;
                let fact = fact("Kind", "Pupil", text(code));
                (About::pupils([(key, None)]), reader.seen_of_pupil(key)?, fact)
            }
            SeenOf::Household(code) => {
                let none = || Error::NoSuchHousehold(code.to_owned());
                let key = *directory.households.get(code).ok_or_else(none)?;
                let fact = fact("Haushalt", "Household", text(code));
                (About::households([key]), reader.seen_of_household(key)?, fact)
            }
        };
        let practitioners = if names { reader.practitioners()? } else { Vec::new() };
        let name = |code: &str| {
            let known = practitioners.iter().find(|known| known.code == code);
            known.map_or_else(String::new, |known| known.name.clone())
        };
        let sheet = Sheet {
            id: "seen",
            title: Text::new("Wer hat Einträge gesehen?", "Who has seen entries?"),
            facts: vec![
                who,
                fact("Stand", "As of", day(Some(today()))),
                fact(
                    "Bestimmt für",
                    "Meant for",
                    words(
                        "nur für Koordination und Datenschutz",
                        "coordination and data protection",
                    ),
                ),
            ],
            remarks: vec![Text::new(
                "Das Verzeichnis reicht ein Jahr zurück. Auswertungen und Berichte ohne einzelne Kinder \
                 stehen nicht darin.",
                "This goes back one year. Reports and figures without single children are not in it.",
            )],
            tables: vec![looks(&seen, &of, name)],
        };
        drop(reader);
        self.saw(actor, UseCase::AuditSeen, SeenAs::Sheet, about)?;
        Ok(sheet)
    }
}

fn looks(seen: &[Seen], of: &SeenOf<'_>, name: impl Fn(&str) -> String) -> SheetTable {
    let mut shown = table(
        "looks",
        ("Gesehen", "Seen"),
        ("Niemand hat Einträge gesehen.", "Nobody has seen entries."),
        &[
            ("at", "Zeit", "Time"),
            ("role", "Rolle", "Role"),
            ("who", "Wer", "Who"),
            ("name", "Name", "Name"),
            ("what", "Wobei", "In what"),
            ("as", "In welcher Form", "In what form"),
            ("about", "Zu wem", "About"),
            ("emergency", "Notfallzugriff", "Emergency access"),
        ],
    );
    let own = match of {
        SeenOf::Pupil(_) => |look: &Seen| look.of_pupil,
        SeenOf::Household(_) => |look: &Seen| !look.of_pupil,
    };
    for look in seen {
        let about = match (of, own(look)) {
            (SeenOf::Pupil(_), true) => words("zum Kind", "the pupil"),
            (SeenOf::Pupil(_), false) => words("zu seinem Haushalt", "their household"),
            (SeenOf::Household(_), true) => words("zum Haushalt", "the household"),
            (SeenOf::Household(_), false) => words("zu einem Kind darin", "a pupil in it"),
        };
        shown.rows.push(vec![
            text(moment(look.at)),
            role_words(&look.role),
            text(&look.actor),
            text(name(&look.actor)),
            use_case_words(&look.use_case),
            look.kind.map_or(SheetCell::Empty, |kind| SheetCell::Words(kind.text())),
            about,
            if look.emergency { words("ja", "yes") } else { words("nein", "no") },
        ]);
    }
    shown
}

/// What somebody was when they looked.
fn role_words(code: &str) -> SheetCell {
    match code.parse::<Role>() {
        Ok(role) => SheetCell::Words(role.text()),
        Err(_) if code.is_empty() => words("Betrieb des Rechners", "operator of the machine"),
        Err(_) => text(code),
    }
}

/// The words of a use case; its code where it is one of a later version.
pub(in super::super) fn use_case_words(code: &str) -> SheetCell {
    let known = UseCase::ALL.iter().find(|use_case| use_case.code() == code);
    known.map_or_else(|| text(code), |use_case| SheetCell::Words(use_case.text()))
}
