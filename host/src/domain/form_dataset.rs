//! What forms are to plugins: a dataset for each, whose fields follow from the types of the form's.
//!
//! A sign and a line of text are no field: signs are given by people and may tell a name, and words
//! about people go to no plugin. A record that other records name is a code of the list of its form. A practitioner is none either, since nobody's performance is measured.

use super::dictionary::{Dataset, Dictionary, Field, Layout, Sensitivity};
use super::form::{Form, FormField, FormType};
use super::words::Text;

/// The dictionary version that brought them all.
const SINCE: &str = "1.3";

/// The unit by which the data dictionary marks a day.
const DAYS: &str = "days since 1970-01-01";

/// The forms that codes can be records of. They are about no family, and every municipality has few.
const LISTED: [&str; 5] = ["providers", "teams", "sites", "fundings", "interpreter-budgets"];

/// The forms that say where a family stands rather than what happened on a day. As in `cases`, what
/// they say taken together tells one family from another.
const STANDINGS: [&str; 3] = ["support-cases", "transitions", "consents"];

/// The form that a dataset of this name has the records of.
pub(super) fn form(dataset: &str) -> Option<&'static Form> {
    Form::all().iter().find(|form| form.dataset && name(form) == dataset)
}

/// The datasets of all forms that plugins can read, in the order of the forms. Fields that other
/// datasets have as well are as in `known`.
pub(super) fn datasets(known: &Dictionary) -> Vec<Dataset> {
    let forms = Form::all().iter().filter(|form| form.dataset);
    forms.map(|form| dataset(form, known)).collect()
}

fn name(form: &Form) -> String {
    form.name.replace('-', "_")
}

fn dataset(form: &'static Form, known: &Dictionary) -> Dataset {
    let mut fields = Vec::new();
    for field in &form.fields {
        fields.extend(fields_of(form, field, known));
    }
    if form.subject == form.table {
        fields.push(own_index(&form.table));
    }
    // As in every other dataset, the school comes first.
    fields.sort_by_key(|field| field.name != "school");
    Dataset {
        name: name(form),
        subject: form.subject.clone(),
        since: SINCE.into(),
        title: form.title.clone(),
        meaning: meaning(form),
        fields,
    }
}

/// What one row is, and by which days it is found.
fn meaning(form: &Form) -> Text {
    let until = form.last_day().map(|field| &field.title);
    let from = form.field(&form.when).map(|field| &field.title);
    let days = match (from, until) {
        (Some(from), Some(until)) => Text::new(
            format!("von „{}“ bis „{}“ mindestens ein Tag im Zeitraum liegt", from.de, until.de),
            format!("has a day of the period from “{}” to “{}”", from.en, until.en),
        ),
        (Some(from), None) => Text::new(
            format!("„{}“ im Zeitraum liegt", from.de),
            format!("lies in the period by “{}”", from.en),
        ),
        (None, _) => Text::default(),
    };
    let Text { de, en } = &form.meaning;
    Text::new(
        format!("{de} Eine Zeile je Eintrag, bei dem {}.", days.de),
        format!("{en} One row for each record that {}.", days.en),
    )
}

/// The fields that plugins get for a field of a form.
fn fields_of(form: &Form, field: &FormField, known: &Dictionary) -> Vec<Field> {
    let plain = |layout| plain(form, field, layout);
    let as_in = |dataset: &str, name: &str| {
        let found = known.dataset(dataset).and_then(|dataset| dataset.field(name));
        let found = found.expect("test: the_dictionary_is_well_formed").clone();
        Field { since: SINCE.into(), missing: !field.required, ..found }
    };
    match field.kind {
        // The record itself, as those name it that refer to it.
        FormType::Sign if LISTED.contains(&form.name.as_str()) => {
            let referring = Form::all().iter().flat_map(|other| &other.fields);
            let name = referring.filter(|other| other.record == form.name).map(|other| &other.name);
            let named = name.map(|name| Field {
                name: name.clone(),
                codes: Some(form.name.clone()),
                title: form.title.clone(),
                meaning: form.meaning.clone(),
                ..plain(Layout::Codes)
            });
            named.take(1).collect()
        }
        FormType::Day => vec![Field { unit: Some(DAYS.into()), ..plain(Layout::Integers) }],
        FormType::Flag => vec![plain(Layout::Flags)],
        FormType::Code => {
            vec![of_language(
                form,
                Field { codes: Some(field.codes.clone()), ..plain(Layout::Codes) },
            )]
        }
        // A set may be empty, so it is never missing.
        FormType::Set => {
            vec![Field { codes: Some(field.codes.clone()), missing: false, ..plain(Layout::Sets) }]
        }
        FormType::Number => {
            vec![Field { unit: unit(&field.name).map(str::to_owned), ..plain(Layout::Integers) }]
        }
        FormType::Hundredths => vec![Field {
            unit: Some("1/100".into()),
            meaning: with(
                &field.meaning,
                "Für Plugins als ganze Hundertstel.",
                "Whole hundredths for plugins.",
            ),
            ..plain(Layout::Integers)
        }],
        FormType::Cents => vec![Field {
            unit: Some("ct".into()),
            meaning: with(&field.meaning, "Für Plugins in Cent.", "In cents for plugins."),
            ..plain(Layout::Longs)
        }],
        FormType::School => {
            vec![Field { codes: Some("school".into()), ..plain(Layout::Codes) }]
        }
        FormType::Pupil => [
            ("absences", "school"),
            ("cases", "form"),
            ("absences", "grade"),
            ("absences", "pupil"),
            ("absences", "pupil_key"),
        ]
        .map(|(dataset, name)| as_in(dataset, name))
        .into(),
        FormType::Household => {
            ["household", "household_key"].map(|name| as_in("contacts", name)).into()
        }
        FormType::Record if field.record == "support-cases" => {
            vec![
                Field {
                    missing: true,
                    meaning: Text::new(
                        "Die Schule des Kindes der Fallbegleitung; fehlt, wo sie einer ganzen Familie gilt.",
                        "The school of the support case's pupil; missing where it is for a whole family.",
                    ),
                    ..as_in("absences", "school")
                },
                Field { missing: !field.required, ..own_index("support_case") },
            ]
        }
        FormType::Record if LISTED.contains(&field.record.as_str()) => {
            vec![Field { codes: Some(field.record.clone()), ..plain(Layout::Codes) }]
        }
        // A record of any other form is one of a family's, and nothing to count by.
        FormType::Sign | FormType::Text | FormType::Practitioner | FormType::Record => Vec::new(),
    }
}

/// A field under its own name and with its own words.
fn plain(form: &Form, field: &FormField, layout: Layout) -> Field {
    let is_standing = STANDINGS.contains(&form.name.as_str());
    Field {
        name: field.name.clone(),
        layout,
        codes: None,
        unit: None,
        missing: !field.required,
        sensitivity: if is_standing { Sensitivity::Pseudonymous } else { Sensitivity::Open },
        grouping: true,
        since: SINCE.into(),
        title: field.title.clone(),
        meaning: field.meaning.clone(),
    }
}

/// A field whose codes are languages could tell who somebody is, and no table is divided by it, but
/// for the language that was booked of an interpreter.
fn of_language(form: &Form, field: Field) -> Field {
    if field.codes.as_deref() != Some("language") {
        return field;
    }
    let is_booked = form.name == "interpreting";
    let meaning = if is_booked {
        with(
            &field.meaning,
            "Sie ist die Leistung, die bestellt und bezahlt wurde, und kein Merkmal der Familie; \
             darum dürfen Tabellen nach ihr gegliedert werden. Zusammen mit anderen Angaben kann \
             sie trotzdem verraten, um wen es geht.",
            "It is the service that was ordered and paid for and no mark of the family, so tables \
             may be divided by it. Together with other facts it could still tell who it is about.",
        )
    } else {
        with(
            &field.meaning,
            "Sie ist kein Merkmal der Herkunft; Tabellen dürfen nicht nach ihr gegliedert werden.",
            "It is no mark of origin; no table may be divided by it.",
        )
    };
    Field { sensitivity: Sensitivity::Identity, grouping: is_booked, meaning, ..field }
}

/// The numbers by which the records of a form are counted.
fn own_index(table: &str) -> Field {
    let numbered = |title_de: &str, title_en: &str, de: &str, en: &str| {
        (
            Text::new(
                format!("{title_de} (Zählnummer)"),
                format!("{title_en} (number for counting)"),
            ),
            Text::new(
                format!("{de} beim Zählen innerhalb eines Laufs; keine bleibende Kennung."),
                format!("{en} when counting within one run; no lasting identifier."),
            ),
        )
    };
    let (title, meaning) = match table {
        "consultation" => numbered(
            "Beratung",
            "Consultation",
            "Unterscheidet Beratungen",
            "Tells consultations apart",
        ),
        // Several consents of one family are those of one family, and not of several.
        "consent" => numbered(
            "Einwilligende",
            "Who consents",
            "Unterscheidet die Kinder und Haushalte, um die es bei Einwilligungen geht,",
            "Tells the pupils and households apart whom consents are about",
        ),
        _ => numbered(
            "Fallbegleitung",
            "Support case",
            "Unterscheidet Fallbegleitungen",
            "Tells support cases apart",
        ),
    };
    Field {
        name: table.to_owned(),
        layout: Layout::Indexes,
        codes: None,
        unit: None,
        missing: false,
        sensitivity: Sensitivity::Pseudonymous,
        grouping: true,
        since: SINCE.into(),
        title,
        meaning,
    }
}

/// What the numbers of a field count.
fn unit(field: &str) -> Option<&'static str> {
    Some(match field {
        "minutes" => "min",
        "persons" | "heads" => "persons",
        "evidence" => "cases",
        "copies" => "copies",
        _ => return None,
    })
}

fn with(meaning: &Text, de: &str, en: &str) -> Text {
    Text::new(format!("{} {de}", meaning.de), format!("{} {en}", meaning.en))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(dataset: &str, name: &str) -> &'static Field {
        Dictionary::get().dataset(dataset).unwrap().field(name).unwrap()
    }

    #[test]
    fn every_form_for_plugins_is_a_dataset_with_its_subject() {
        let names: Vec<(&str, &str)> = Dictionary::get()
            .datasets
            .iter()
            .filter(|dataset| dataset.form().is_some())
            .map(|dataset| (dataset.name.as_str(), dataset.subject.as_str()))
            .collect();
        assert_eq!(
            names,
            [
                ("posts", ""),
                ("support_cases", "support_case"),
                ("goals", "support_case"),
                ("actions", "support_case"),
                ("referrals", "support_case"),
                ("ladder_events", "pupil"),
                ("transitions", "pupil"),
                ("gaps", "evidence"),
                ("group_activities", "persons"),
                ("interpreter_budgets", ""),
                ("interpreting", "support_case"),
                ("consents", "consent"),
                ("consultations", "consultation"),
                ("materials", ""),
            ]
        );
    }

    #[test]
    fn no_sign_no_words_and_no_practitioner_is_a_field() {
        for dataset in &Dictionary::get().datasets {
            let Some(form) = dataset.form() else { continue };
            let mut unused = Vec::new();
            for field in &form.fields {
                let none =
                    matches!(field.kind, FormType::Sign | FormType::Text | FormType::Practitioner);
                if none {
                    assert!(dataset.field(&field.name).is_none(), "{}.{}", form.name, field.name);
                } else if dataset.field(&field.name).is_none() {
                    unused.push(field.name.as_str());
                }
            }
            // An action serves a goal, and goals are numbered for nobody.
            let expected: &[&str] = if form.name == "actions" { &["goal"] } else { &[] };
            assert_eq!(unused, expected, "{}", form.name);
            for (place, field) in dataset.fields.iter().enumerate() {
                let twice = dataset.fields[..place].iter().any(|other| other.name == field.name);
                assert!(!twice, "{}.{} twice", dataset.name, field.name);
                assert_ne!(field.layout, Layout::Texts, "{}.{}", dataset.name, field.name);
            }
        }
    }

    #[test]
    fn only_a_booked_language_may_divide_a_table_and_it_still_has_to_be_granted() {
        for dataset in &Dictionary::get().datasets {
            for field in &dataset.fields {
                let is_one = field.layout == Layout::Codes;
                if is_one && field.codes.as_deref() == Some("language") {
                    let place = format!("{}.{}", dataset.name, field.name);
                    assert_eq!(field.sensitivity, Sensitivity::Identity, "{place}");
                    assert_eq!(field.grouping, dataset.name == "interpreting", "{place}");
                }
            }
        }
        assert!(field("interpreting", "language").meaning.en.contains("service"));
    }

    #[test]
    fn fields_are_laid_out_by_their_type_and_may_be_missing_where_nothing_is_required() {
        let facts = |dataset, name| {
            let found = field(dataset, name);
            let (codes, unit) = (found.codes.as_deref(), found.unit.as_deref());
            (found.layout, codes.or(unit).unwrap_or(""), found.missing)
        };
        assert_eq!(facts("posts", "team"), (Layout::Codes, "teams", false));
        assert_eq!(facts("posts", "passed_on_to"), (Layout::Codes, "providers", true));
        assert_eq!(facts("posts", "fte"), (Layout::Integers, "1/100", false));
        assert_eq!(facts("posts", "from"), (Layout::Integers, DAYS, false));
        assert_eq!(facts("posts", "until"), (Layout::Integers, DAYS, true));
        assert_eq!(facts("interpreting", "cost"), (Layout::Longs, "ct", false));
        assert_eq!(facts("interpreting", "budget"), (Layout::Codes, "interpreter-budgets", false));
        assert_eq!(
            facts("interpreter_budgets", "budget"),
            (Layout::Codes, "interpreter-budgets", false)
        );
        assert_eq!(facts("interpreting", "school"), (Layout::Codes, "school", true));
        assert_eq!(facts("interpreting", "support_case"), (Layout::Indexes, "", false));
        assert_eq!(facts("consultations", "support_case"), (Layout::Indexes, "", true));
        assert_eq!(facts("consultations", "topics"), (Layout::Sets, "topic", false));
        assert_eq!(facts("consultations", "interpreter"), (Layout::Flags, "", true));
        assert_eq!(facts("group_activities", "school"), (Layout::Codes, "school", true));
        assert_eq!(facts("support_cases", "pupil_key"), (Layout::Keys, "", true));
        assert_eq!(facts("support_cases", "household"), (Layout::Indexes, "", true));
        assert_eq!(facts("transitions", "pupil"), (Layout::Indexes, "", false));
        assert_eq!(facts("transitions", "grade"), (Layout::Codes, "grade", false));
        assert_eq!(facts("transitions", "form"), (Layout::Codes, "school-form", false));
        assert_eq!(
            Dictionary::get().dataset("transitions").unwrap().day().unwrap().name,
            "leaving"
        );
    }
}
