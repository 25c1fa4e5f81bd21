//! Giving people their own data (Art. 15 GDPR): everything that is kept about them, in plain words, and
//! nothing of anybody else.
//!
//! Other children of a contact appear as a number, staff as their profession and not by name: the
//! recipients of data are told as offices, and the rights of others go before (Art. 15(4)). What people
//! wrote freely may name anybody; a machine cannot tell, so those texts are listed for a person to read
//! before anything is handed over. Private notes of a profession under secrecy are listed as existing;
//! that profession decides about them itself.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::domain::{Day, Lang, SeenAs, Sheet, SheetCell, Text};
use crate::store::{KeptTable, Person, Raw, Reader, Whose};

use super::seen::about_person;
use super::sheets::{fact, words};
use super::signing::write_new;
use super::subject::{find, retention};
use super::subject_values::{Own, words_of};
use super::subject_words::Means;
use super::workspace::{App, today};
use super::{Actor, Error, ReportFormat, RightsError, UseCase};

/// What `person.json` calls its form; `schemas/json/person-1.0.json` describes it.
const SCHEMA: &str = "tridem-person/1.0";

/// A text that somebody has to read before the data are handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextToRead {
    /// The table it is in.
    pub table: Text,
    /// The how-manieth row of it, from 1.
    pub row: usize,
    /// The column.
    pub column: Text,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectCopy {
    /// For reading.
    pub page: PathBuf,
    /// For machines.
    pub data: PathBuf,
    /// How many rows are in them.
    pub rows: usize,
    /// The language of the page.
    pub lang: Lang,
    /// The texts to read.
    pub texts: Vec<TextToRead>,
    /// How many private notes there are that are not in it.
    pub private_notes: usize,
}

impl App {
    /// Writes all that is kept about somebody into a folder, as a page in the family's language, where
    /// the program speaks it, and as JSON. Restricted or not. The audit notes it.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`RightsError::NoSuchSubject`]; [`RightsError::NotEmpty`];
    /// [`Error::File`].
    pub fn export_subject(
        &mut self,
        actor: &Actor,
        code: &str,
        folder: &Path,
        lang: Lang,
    ) -> Result<SubjectCopy, Error> {
        let scope = self.permit(actor, UseCase::SubjectExport)?;
        let is_used = fs_err::read_dir(folder).is_ok_and(|mut files| files.next().is_some());
        if is_used || folder.is_file() {
            return Err(RightsError::NotEmpty(folder.to_owned()).into());
        }
        let (person, sheet, document, texts, rows, private_notes, lang) = {
            let reader = self.store.read(&scope)?;
            let person = find(&reader, code)?;
            let lang = match person.language.as_deref() {
                Some("de") => Lang::De,
                Some("en") => Lang::En,
                _ => lang,
            };
            let tables = reader.kept_of(&person)?;
            let copy = Copy::new(&reader, &person, &tables)?;
            let texts = to_read(&tables)?;
            let rows = tables.iter().map(|table| table.rows.len()).sum();
            let private = tables.iter().filter(|table| table.table == "private_note");
            let private = private.map(|table| table.rows.len()).sum();
            let document = copy.json(&reader)?;
            (person, copy.sheet, document, texts, rows, private, lang)
        };
        let page = self.write_sheet(&sheet, ReportFormat::Html, lang, None)?;
        // Whoever opens the files sees them, so it is noted before there are any.
        self.saw(actor, UseCase::SubjectExport, SeenAs::Export, about_person(&person))?;
        self.settle_reads()?;
        fs_err::create_dir_all(folder).map_err(Error::File)?;
        let (page_path, data_path) = (folder.join("person.html"), folder.join("person.json"));
        write_new(&page_path, &String::from_utf8_lossy(&page), 0o600)?;
        write_new(&data_path, &document, 0o600)?;
        let mut writer = self.store.write(&actor.author())?;
        writer.note_subject_export(&person, rows, texts.len());
        writer.commit()?;
        Ok(SubjectCopy { page: page_path, data: data_path, rows, lang, texts, private_notes })
    }
}

/// The free texts that are in the copy.
fn to_read(tables: &[KeptTable]) -> Result<Vec<TextToRead>, Error> {
    let mut found = Vec::new();
    for table in tables {
        let words = words_of(table.table)?;
        for (place, name) in table.columns.iter().enumerate() {
            let shown = words.columns.iter().find(|column| column.name == name);
            let Some(column) = shown.filter(|column| column.means != Means::Nothing) else {
                continue;
            };
            if !table.texts.contains(&name.as_str()) {
                continue;
            }
            for (row, values) in table.rows.iter().enumerate() {
                if matches!(&values[place], Raw::Text(text) if !text.is_empty()) {
                    found.push(TextToRead {
                        table: words.title.clone(),
                        row: row + 1,
                        column: column.title.clone(),
                    });
                }
            }
        }
    }
    Ok(found)
}

/// The copy as a sheet, which is also what the JSON is made of.
struct Copy {
    sheet: Sheet,
    person: Person,
    kept_until: Option<Day>,
}

impl Copy {
    fn new(reader: &Reader<'_>, person: &Person, kept: &[KeptTable]) -> Result<Self, Error> {
        let own = Own::new(reader, person, kept);
        let mut tables = Vec::new();
        for table in kept.iter().filter(|table| !table.rows.is_empty()) {
            tables.push(own.table(table)?);
        }
        let kept_until = retention(kept);
        let until = match kept_until {
            Some(day) => SheetCell::Day(day),
            None => words(
                "noch nicht bestimmt: die Begleitung läuft, oder ihr Ende ist nicht festgehalten",
                "not certain yet: the support goes on, or its end is not recorded",
            ),
        };
        let restricted = if reader.is_restricted(person)? {
            words("ja, die Daten werden nur aufbewahrt", "yes, the data are kept and not used")
        } else {
            words("nein", "no")
        };
        let facts = vec![
            fact("Zu", "About", SheetCell::Text(format!("{} ({})", person.name, person.code))),
            fact("Verantwortlich", "Controller", SheetCell::Text(reader.municipality_name()?)),
            fact("Stand", "As of", SheetCell::Day(today())),
            fact("Eingeschränkt (Art. 18 DSGVO)", "Restricted (Art. 18 GDPR)", restricted),
            fact("Aufbewahrt bis", "Kept until", until),
        ];
        let sheet = Sheet {
            id: "person",
            title: Text::new("Auskunft nach Art. 15 DSGVO", "Your data (Art. 15 GDPR)"),
            facts,
            remarks: REMARKS.iter().map(|(de, en)| Text::new(*de, *en)).collect(),
            tables,
        };
        Ok(Self { sheet, person: person.clone(), kept_until })
    }

    fn json(&self, reader: &Reader<'_>) -> Result<String, Error> {
        let both = |text: &Text| json!({ "de": text.de, "en": text.en });
        let cell = |cell: &SheetCell| match cell {
            SheetCell::Empty | SheetCell::Withheld | SheetCell::NotCollected => Value::Null,
            SheetCell::Text(text) => json!(text),
            SheetCell::Words(text) => both(text),
            SheetCell::Number(number) if number.decimals == 0 => json!(number.units),
            SheetCell::Number(number) => json!(number.bare_text(Lang::En)),
            SheetCell::Day(day) => json!(day.to_string()),
        };
        let tables: Vec<Value> = self
            .sheet
            .tables
            .iter()
            .map(|table| {
                let columns: Vec<Value> = table
                    .columns
                    .iter()
                    .map(|column| json!({ "name": column.name, "title": both(&column.title) }))
                    .collect();
                let rows: Vec<Value> = table
                    .rows
                    .iter()
                    .map(|row| {
                        let names = table.columns.iter().map(|column| column.name.to_owned());
                        Value::Object(names.zip(row.iter().map(cell)).collect::<Map<_, _>>())
                    })
                    .collect();
                json!({
                    "id": table.id,
                    "title": both(&table.title),
                    "columns": columns,
                    "rows": rows,
                })
            })
            .collect();
        let document = json!({
            "schema": SCHEMA,
            "controller": reader.municipality_name()?,
            "as_of": today().to_string(),
            "subject": {
                "kind": match self.person.whose {
                    Whose::Pupil(_) => "pupil",
                    Whose::Household(_) => "household",
                },
                "id": self.person.id.to_string(),
                "code": self.person.code,
                "name": self.person.name,
            },
            "restricted": reader.is_restricted(&self.person)?,
            "kept_until": self.kept_until.map(|day| day.to_string()),
            "remarks": self.sheet.remarks.iter().map(both).collect::<Vec<_>>(),
            "tables": tables,
        });
        let mut text = serde_json::to_string_pretty(&document).map_err(Error::Document)?;
        text.push('\n');
        Ok(text)
    }
}

/// What Art. 15(1) asks to be told besides the data.
const REMARKS: &[(&str, &str)] = &[
    (
        "Wozu: Die Daten dienen der Begleitung der Familie und der Zusammenarbeit von Elternhaus und \
         Schule durch Bildungsmediation, Lehrkräfte und Schulsozialarbeit. Ausgewertet werden sie nur \
         als Zahlen, in denen niemand erkennbar ist.",
        "What for: the data serve to accompany the family and the partnership of home and school, by \
         education mediators, teachers and school social workers. They are evaluated as figures in which \
         nobody can be recognised.",
    ),
    (
        "Woher: von der Familie selbst, vom Team und aus den Unterlagen der Schule.",
        "Where from: from the family itself, from the team and from the school's files.",
    ),
    (
        "Wer sie erhält: das Team der Familie und die Koordination. Andere Stellen nur, wenn die Familie \
         eingewilligt hat; was weitergegeben wurde, steht unten.",
        "Who receives them: the family's team and the coordination. Other offices only where the family \
         has agreed; what was handed on stands below.",
    ),
    (
        "Ihre Rechte: Sie können verlangen, dass die Daten berichtigt, gelöscht oder nur noch aufbewahrt \
         werden, Sie können widersprechen, jede Einwilligung für die Zukunft widerrufen und sich bei der \
         Aufsichtsbehörde für den Datenschutz beschweren.",
        "Your rights: you can ask for the data to be corrected, erased or kept without being used; you can \
         object, withdraw any consent for the future, and complain to the supervisory authority for data \
         protection.",
    ),
    (
        "Das Programm entscheidet nichts über Sie: Regeln schlagen Aufgaben vor, und Menschen entscheiden.",
        "The program decides nothing about you: rules propose tasks, and people decide.",
    ),
    (
        "Andere Menschen sind nicht mit Namen genannt: Fachkräfte mit ihrem Beruf, andere Kinder als \
         Anzahl. Vertrauliche Notizen der Schulsozialarbeit sind nur gezählt; fragen Sie dort selbst \
         danach.",
        "Other people are not named: staff by their profession, other children as a number. Private notes \
         of the school social workers are only counted; ask them about these.",
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::subject_words::described;
    use super::*;

    /// Whoever adds a table or a column with people in it says in plain words what it is.
    #[test]
    fn every_field_that_is_kept_about_people_has_plain_words() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("city.tridem");
        let key = crate::store::DatabaseKey::generate().unwrap();
        let author = crate::domain::Author::new("account:tester", 0);
        let store = crate::store::Store::create(&path, &key, "Musterstadt", &author).unwrap();
        let reader = store.read(&crate::domain::Scope::municipality()).unwrap();
        let person = Person {
            whose: Whose::Pupil(crate::domain::PupilKey(1)),
            id: super::super::workspace::new_id(),
            code: "p".into(),
            name: "x".into(),
            household: None,
            language: None,
            pupils: vec![crate::domain::PupilKey(1)],
        };
        let tables = reader.kept_of(&person).unwrap();
        assert!(tables.len() > 20);
        for table in tables {
            let words = described(table.table).unwrap_or_else(|| panic!("{}", table.table));
            let described: BTreeSet<&str> =
                words.columns.iter().map(|column| column.name).collect();
            let kept: BTreeSet<&str> = table.columns.iter().map(String::as_str).collect();
            assert_eq!(described, kept, "{}", table.table);
            for column in words.columns.iter().filter(|column| column.means != Means::Nothing) {
                assert!(!column.title.de.is_empty() && !column.title.en.is_empty());
            }
            for text in table.texts {
                let column = words.columns.iter().find(|column| column.name == *text).unwrap();
                assert_ne!(column.means, Means::Nothing, "{}.{text}", table.table);
            }
        }
    }
}
