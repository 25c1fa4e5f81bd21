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

use crate::domain::{
    Code, CodeLists, Day, Form, FormType, Lang, Number, SeenAs, Sheet, SheetCell, SheetColumn,
    SheetTable, Text,
};
use crate::store::{KeptTable, Person, Raw, Reader, Whose};

use super::seen::about_person;
use super::sheets::{fact, words};
use super::signing::write_new;
use super::subject::{day_of, find, retention};
use super::subject_words::{Column, Means, described};
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

fn words_of(table: &str) -> Result<super::subject_words::Described, Error> {
    Ok(described(table).ok_or_else(|| RightsError::NoWords(table.to_owned()))?)
}

/// The copy as a sheet, which is also what the JSON is made of.
struct Copy {
    sheet: Sheet,
    person: Person,
    kept_until: Option<Day>,
}

impl Copy {
    fn new(reader: &Reader<'_>, person: &Person, kept: &[KeptTable]) -> Result<Self, Error> {
        let own = Own::new(reader, person, kept)?;
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

/// What values are read with: the codes, and who the person is.
struct Own<'r> {
    reader: &'r Reader<'r>,
    codes: &'r CodeLists,
    person: &'r Person,
    /// The signs of the children and the household.
    signs: Vec<String>,
}

impl<'r> Own<'r> {
    fn new(reader: &'r Reader<'r>, person: &'r Person, kept: &[KeptTable]) -> Result<Self, Error> {
        let mut signs = vec![person.code.clone()];
        for table in kept.iter().filter(|table| ["pupil", "household"].contains(&table.table)) {
            signs.extend(table.column("code").filter_map(|raw| match raw {
                Raw::Text(code) => Some(code.clone()),
                _ => None,
            }));
        }
        Ok(Self { reader, codes: reader.code_lists(), person, signs })
    }

    fn table(&self, kept: &KeptTable) -> Result<SheetTable, Error> {
        let described = words_of(kept.table)?;
        let shown: Vec<(usize, &Column)> = described
            .columns
            .iter()
            .filter(|column| column.means != Means::Nothing)
            .filter_map(|column| {
                Some((kept.columns.iter().position(|name| name == column.name)?, column))
            })
            .collect();
        let form = kept.columns.iter().position(|name| name == "form");
        let mut rows = Vec::new();
        for row in &kept.rows {
            let form = form.and_then(|place| match &row[place] {
                Raw::Text(form) => Some(form.as_str()),
                _ => None,
            });
            let cells = shown.iter().map(|(place, column)| self.cell(&row[*place], column, form));
            rows.push(cells.collect::<Result<Vec<_>, Error>>()?);
        }
        let columns = shown
            .iter()
            .map(|(_, column)| SheetColumn {
                name: column.name,
                title: column.title.clone(),
                unit: None,
            })
            .collect();
        Ok(SheetTable {
            id: kept.table,
            title: described.title,
            columns,
            rows,
            none: Text::new("nichts", "nothing"),
        })
    }

    fn cell(&self, raw: &Raw, column: &Column, form: Option<&str>) -> Result<SheetCell, Error> {
        Ok(match (column.means, raw) {
            (_, Raw::Nothing | Raw::Bytes(_)) | (Means::Nothing, _) => SheetCell::Empty,
            (Means::Day, Raw::Number(day)) => {
                i32::try_from(*day).map_or(SheetCell::Empty, |day| SheetCell::Day(Day(day)))
            }
            (Means::Moment, Raw::Number(at)) => {
                day_of(*at).map_or(SheetCell::Empty, SheetCell::Day)
            }
            (Means::Clock, Raw::Number(minutes)) => {
                SheetCell::Text(format!("{:02}:{:02}", minutes / 60, minutes % 60))
            }
            (Means::Hundredths, Raw::Number(units)) => {
                SheetCell::Number(Number { units: *units, decimals: 2 })
            }
            (Means::Flag, Raw::Number(yes)) => match yes {
                0 => words("nein", "no"),
                _ => words("ja", "yes"),
            },
            (Means::Code(list), Raw::Number(place)) => {
                let place = u16::try_from(*place).unwrap_or(u16::MAX);
                let list = self.codes.list(list);
                list.at(place).map_or(SheetCell::Empty, |code| SheetCell::Words(code.text()))
            }
            (Means::Set(list), Raw::Number(set)) => {
                let list = self.codes.list(list);
                let words: Vec<Text> = (0..64u16)
                    .filter(|place| set >> place & 1 == 1)
                    .filter_map(|place| list.at(place).map(Code::text))
                    .collect();
                let (de, en): (Vec<_>, Vec<_>) =
                    words.into_iter().map(|text| (text.de, text.en)).unzip();
                SheetCell::Words(Text::new(de.join(", "), en.join(", ")))
            }
            (Means::Pupil, Raw::Number(key)) => {
                if self.person.pupils.iter().any(|own| own.0 == *key) {
                    self.child(*key)?
                } else {
                    words("ein anderes Kind", "another child")
                }
            }
            (Means::Household, Raw::Number(key)) => {
                if self.person.household.is_some_and(|own| own.0 == *key) {
                    words("dieser Haushalt", "this household")
                } else {
                    words("ein anderer Haushalt", "another household")
                }
            }
            (Means::Staff | Means::StaffCode, raw) => self.staff(raw)?,
            (Means::Record(table), Raw::Number(key)) => {
                self.reader.called(table, *key)?.map_or(SheetCell::Empty, SheetCell::Text)
            }
            (Means::Action, Raw::Text(code)) => {
                let known = crate::domain::Action::ALL.iter().find(|action| action.code() == code);
                SheetCell::Words(known.map_or_else(|| Text::same(code), |action| action.text()))
            }
            (Means::Json, Raw::Text(text)) => SheetCell::Text(self.flat(text)),
            (Means::Before, Raw::Text(text)) => self.before(text, form)?,
            (_, Raw::Number(units)) => SheetCell::Number(Number { units: *units, decimals: 0 }),
            (_, Raw::Text(text)) if text.is_empty() => SheetCell::Empty,
            (_, Raw::Text(text)) => SheetCell::Text(text.clone()),
        })
    }

    /// A child of the person.
    fn child(&self, key: i64) -> Result<SheetCell, Error> {
        Ok(match self.person.whose {
            Whose::Pupil(_) => SheetCell::Text(self.person.code.clone()),
            Whose::Household(_) => {
                self.reader.called("pupil", key)?.map_or(SheetCell::Empty, SheetCell::Text)
            }
        })
    }

    /// Somebody who works in the programme, by profession.
    fn staff(&self, raw: &Raw) -> Result<SheetCell, Error> {
        if let Some(place) = self.reader.profession(raw)? {
            let roles = self.codes.list("role");
            return Ok(roles
                .at(place)
                .map_or(SheetCell::Empty, |code| SheetCell::Words(code.text())));
        }
        Ok(match raw {
            Raw::Text(code) if code.starts_with("program:") => words("das Programm", "the program"),
            _ => words("Verwaltung des Programms", "administration of the programme"),
        })
    }

    /// What a record said before: the fields by their names. Others than the person are not named.
    fn before(&self, text: &str, form: Option<&str>) -> Result<SheetCell, Error> {
        let values: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
        let Some(form) = form.and_then(Form::of_name) else { return Ok(SheetCell::Empty) };
        let (mut de, mut en) = (Vec::new(), Vec::new());
        for field in &form.fields {
            let value = values.get(&field.name).and_then(Value::as_str).unwrap_or_default();
            if value.is_empty() {
                continue;
            }
            let said = match field.kind {
                FormType::Pupil | FormType::Household
                    if !self.signs.iter().any(|own| own == value) =>
                {
                    Text::new("jemand anderes", "somebody else")
                }
                FormType::Practitioner => match self.staff(&Raw::Text(value.to_owned()))? {
                    SheetCell::Words(words) => words,
                    _ => continue,
                },
                FormType::Code => {
                    let list = self.codes.list(&field.codes);
                    let code = list.codes().iter().find(|code| code.code == value);
                    code.map_or_else(|| Text::same(value), Code::text)
                }
                _ => Text::same(value),
            };
            de.push(format!("{}: {}", field.title.de, said.de));
            en.push(format!("{}: {}", field.title.en, said.en));
        }
        Ok(words(de.join("; "), en.join("; ")))
    }

    /// Values of JSON in a line, without what names staff or is a digest.
    fn flat(&self, text: &str) -> String {
        fn put(name: &str, value: &Value, parts: &mut Vec<String>) {
            const LEFT_OUT: [&str; 6] = ["to", "from", "before_owner", "sha256", "version", "id"];
            match value {
                Value::Null => {}
                Value::Object(map) => {
                    for (name, value) in map.iter().filter(|(n, _)| !LEFT_OUT.contains(&n.as_str()))
                    {
                        put(name, value, parts);
                    }
                }
                Value::Array(list) => list.iter().for_each(|value| put(name, value, parts)),
                Value::String(text) if text.is_empty() => {}
                Value::String(text) if name.is_empty() => parts.push(text.clone()),
                Value::String(text) => parts.push(format!("{name}: {text}")),
                other if name.is_empty() => parts.push(other.to_string()),
                other => parts.push(format!("{name}: {other}")),
            }
        }
        let mut parts = Vec::new();
        let value = serde_json::from_str(text).unwrap_or(Value::String(text.to_owned()));
        put("", &value, &mut parts);
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

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
