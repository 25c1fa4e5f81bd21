//! The schemas of import files of forms, made from the forms, and values to try them with.

use serde_json::{Map, Value, json};
use snapbox::{Assert, Data};

use super::kind::Kind;
use super::schema::{CODES, DAYS, FLAGS, LINES, SCHOOLS, SIGNS, path};
use crate::domain::{FormField, FormKind, FormType, Text};

/// The schema of the files of a form.
fn schema(kind: FormKind) -> Value {
    let form = kind.form();
    let both = |text: &Text| format!("de: {} en: {}", text.de, text.en);
    let rows = Text::new(
        format!(
            "{} Eine Zeile je Eintrag. Werte stehen hier so, wie sie in der CSV-Datei stehen, ohne \
             Leerraum davor und danach.",
            form.meaning.de
        ),
        format!(
            "{} One row for each record. Values stand here as they stand in the CSV file, without \
             white space around them.",
            form.meaning.en
        ),
    );
    let property = |field: &FormField| {
        let (hint, pattern) = told(field);
        let description = Text::new(
            format!("{} {}", field.meaning.de, hint.de).trim().to_owned(),
            format!("{} {}", field.meaning.en, hint.en).trim().to_owned(),
        );
        let pattern = match (field.required || pattern.is_empty(), field.kind) {
            (true, FormType::Set) | (false, _) => format!("^({pattern})?$"),
            (true, _) => format!("^({pattern})$"),
        };
        let property =
            json!({ "description": both(&description), "type": "string", "pattern": pattern });
        (field.name.clone(), property)
    };
    let properties: Map<String, Value> = form.fields.iter().map(property).collect();
    let required = Kind::Form(kind).columns().iter().filter(|column| column.required);
    let required: Vec<&str> = required.map(|column| column.name).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("https://example.org/tridem/schemas/json/import/{}.json", form.name),
        "title": both(&form.title),
        "description": both(&rows),
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// What a field's type asks for, in words and as a pattern.
fn told(field: &FormField) -> (Text, &'static str) {
    const SIGN: &str = r"[A-Za-z0-9._-]{1,32}";
    let known = |de: &str, en: &str| {
        (Text::new(format!("{de} muss es schon geben."), format!("{en} has to be known.")), SIGN)
    };
    match field.kind {
        FormType::Sign => (
            Text::new(
                "1 bis 32 Buchstaben ohne Umlaute, Ziffern, -, _ und Punkt.",
                "1 to 32 letters without accents, digits, -, _ and full stops.",
            ),
            SIGN,
        ),
        FormType::Text => (Text::same(""), r"[^\x00-\x1F\x7F-\x9F\uFFFD]{1,200}"),
        FormType::Day => (
            Text::new("Als 2025-09-15 oder 15.09.2025.", "As 2025-09-15 or 15.09.2025."),
            r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}\.[0-9]{2}\.[0-9]{4}",
        ),
        FormType::Flag => (
            Text::new("Ja oder nein; leer: nicht bekannt.", "Yes or no; empty: not known."),
            "[Yy][Ee][Ss]|[Nn][Oo]|[Jj][Aa]|[Nn][Ee][Ii][Nn]|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[01]",
        ),
        FormType::Code => {
            let list = &field.codes;
            let text = Text::new(
                format!("Ein Code der Liste {list}."),
                format!("A code of the list {list}."),
            );
            (text, r"[^|\s]+")
        }
        FormType::Set => {
            let list = &field.codes;
            let text = Text::new(
                format!("Codes der Liste {list}, getrennt durch |."),
                format!("Codes of the list {list}, separated by |."),
            );
            (text, r"[^|\s]+(\s*\|\s*[^|\s]+)*")
        }
        FormType::Number => {
            let (least, most) = (field.least, field.most);
            let text =
                Text::new(format!("{least} bis {most}."), format!("From {least} to {most}."));
            (text, "[0-9]+")
        }
        FormType::Hundredths | FormType::Cents => (
            Text::new("Etwa 12,50 oder 12.50.", "Such as 12.50 or 12,50."),
            "[0-9]+([.,][0-9]{1,2})?",
        ),
        FormType::School => (
            Text::new(
                "Die sechsstellige Nummer einer Schule, die es schon gibt.",
                "The number of six digits of a school that is known.",
            ),
            "[0-9]{6}",
        ),
        FormType::Practitioner => known("Das Kürzel der Fachkraft", "The practitioner's code"),
        FormType::Pupil => known("Das Kürzel des Kindes", "The pupil's code"),
        FormType::Household => known("Das Kürzel des Haushalts", "The household's code"),
        FormType::Record => {
            let (de, en) = ("Das Kürzel aus", "The code of the");
            let name = &field.record;
            let text = Text::new(
                format!("{de} {name} muss es schon geben."),
                format!("{en} {name} has to be known."),
            );
            (text, SIGN)
        }
    }
}

/// A value for each column that the sample municipality takes, and values whose form is wrong.
pub(super) fn samples(kind: FormKind) -> Vec<(&'static str, String, Vec<&'static str>)> {
    let mut codes = crate::domain::CodeLists::seed();
    let sample = |field: &'static FormField| {
        let list = codes.iter_mut().find(|(name, _)| *name == field.codes).map(|(_, list)| list);
        let code = |place: u16| list.as_ref().map_or("", |list| &list.at(place).unwrap().code);
        let (right, wrong): (String, &[&str]) = match field.kind {
            FormType::Sign => ("x_9.a-b".into(), SIGNS),
            FormType::Text => ("Umlaute, \"Zeichen\"; usw.".into(), LINES),
            FormType::Day => ("15.09.2025".into(), DAYS),
            FormType::Flag => ("Ja".into(), FLAGS),
            FormType::Code => (code(0).into(), CODES),
            FormType::Set => (format!("{}| {}", code(0), code(1)), &["a|", "two words", "|"]),
            FormType::Number => (field.most.to_string(), &["-1", "1.5", "many"]),
            FormType::Hundredths | FormType::Cents => {
                ("12,50".into(), &["12.", ",5", "1.000", "-1", "twelve"])
            }
            FormType::School => ("990001".into(), SCHOOLS),
            FormType::Practitioner => ("m1".into(), SIGNS),
            FormType::Pupil => ("p1".into(), SIGNS),
            FormType::Household => ("h1".into(), SIGNS),
            FormType::Record => {
                let known = super::sample::directory();
                let known = known.entries.get(field.record.as_str());
                (known.unwrap().keys().next().unwrap().clone(), SIGNS)
            }
        };
        let mut wrong: Vec<&str> = wrong.to_vec();
        wrong.retain(|value| field.required || !value.is_empty());
        if field.required && field.kind != FormType::Set && !wrong.contains(&"") {
            wrong.push("");
        }
        (field.name.as_str(), right, wrong)
    };
    kind.form().fields.iter().map(sample).collect()
}

/// `SNAPSHOTS=overwrite` writes them anew.
#[test]
fn the_schemas_of_forms_are_what_the_forms_say() {
    let assert =
        Assert::new().action_env(snapbox::assert::DEFAULT_ACTION_ENV).normalize_paths(false);
    for kind in FormKind::all() {
        let text = serde_json::to_string_pretty(&schema(kind)).unwrap() + "\n";
        assert.eq(
            text,
            Data::read_from(&path(Kind::Form(kind)), Some(snapbox::data::DataFormat::Text)),
        );
    }
}
