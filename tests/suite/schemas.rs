//! The published descriptions of formats, held against what the program takes and gives.

use std::fmt::Write as _;

use jsonschema::Validator;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tridem::domain::{
    Batch, Dictionary, Field, Layout, Manifest, SchoolYear, Scope, Sensitivity, Values,
};
use tridem::store::{ColumnsError, ColumnsRequest, Numbering};

use crate::demo::city;
use crate::privacy::store;
use crate::support::root;

/// A schema of `schemas/json`, itself checked.
pub(crate) fn validator(name: &str) -> Validator {
    let text = fs_err::read_to_string(root().join("schemas/json").join(name)).unwrap();
    let schema = serde_json::from_str(&text).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

/// Where a document does not fit.
pub(crate) fn complaints(validator: &Validator, document: &Value) -> Vec<String> {
    validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

#[test]
fn the_report_of_the_demo_fits_its_schema_and_a_spoilt_one_does_not() {
    let schema = validator("report-1.1.json");
    let bytes = fs_err::read(city().dir.join("report.json")).unwrap();
    let report: Value = serde_json::from_slice(&bytes).unwrap();
    for (place, wrong) in [
        ("/schema", json!("tridem-report/2.0")),
        ("/schema", json!("tridem-report/1.0")),
        ("/passport/rules", json!(["by feeling"])),
        ("/passport/grant_digest", json!("unknown")),
        ("/sections/0/tables/0/columns/0/passport/definition", json!(7)),
        ("/sections/0/tables/0/rows/0/cells/0", json!(12)),
        ("/passport/audience", json!("everybody")),
        ("/passport/smallest_shown", json!("five")),
    ] {
        let mut spoilt = report.clone();
        *spoilt.pointer_mut(place).unwrap() = wrong;
        assert!(!schema.is_valid(&spoilt), "{place}");
    }
    assert_eq!(complaints(&schema, &report), [""; 0]);
}

/// The manifest of the reference plugin, as its author wrote it.
fn reference_manifest() -> String {
    fs_err::read_to_string(root().join("plugins/school-comparison/plugin.toml")).unwrap()
}

/// Puts `value` where a JSON pointer shows, or takes away what is there.
fn change(document: &mut Value, place: &str, value: Option<Value>) {
    let (parent, key) = place.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap();
    match (parent, value) {
        (Value::Object(map), Some(value)) => drop(map.insert(key.to_owned(), value)),
        (Value::Object(map), None) => drop(map.remove(key).unwrap()),
        (Value::Array(list), Some(value)) => list[key.parse::<usize>().unwrap()] = value,
        _ => panic!("{place}"),
    }
}

#[test]
fn a_broken_manifest_fails_the_schema_and_the_program_alike() {
    let schema = validator("manifest-1.0.json");
    let good: Value = toml::from_str(&reference_manifest()).unwrap();
    let text = json!({ "de": "Tage", "en": "Days" });
    let parameter =
        |kind: &str, default: Value| json!({ "type": kind, "default": default, "title": text });
    for (place, value) in [
        ("/id", None),
        ("/id", Some(json!("school-comparison"))),
        ("/id", Some(json!("Org.tridem.school"))),
        ("/id", Some(json!("org.tridem.school-"))),
        ("/id", Some(json!("org.tridem.1st"))),
        ("/id", Some(json!(format!("org.example.{}", "a".repeat(100))))),
        ("/version", None),
        ("/version", Some(json!("1.0"))),
        ("/version", Some(json!("01.0.0"))),
        ("/version", Some(json!(1))),
        ("/api", None),
        ("/api", Some(json!("2.0"))),
        ("/title", Some(json!("School comparison"))),
        ("/title/en", None),
        ("/title/de", Some(json!(" "))),
        ("/title/fr", Some(json!("Comparaison"))),
        ("/description/en", Some(json!(""))),
        ("/licence", None),
        ("/authors", Some(json!("one person"))),
        ("/colour", Some(json!("red"))),
        ("/request", None),
        ("/request", Some(json!([]))),
        ("/request/0/fields", None),
        ("/request/0/fields", Some(json!([]))),
        ("/request/0/fields", Some(json!(["day", "day"]))),
        ("/request/0/fields", Some(json!(["Day"]))),
        ("/request/0/purpose", None),
        ("/request/0/purpose/de", Some(json!(""))),
        ("/request/0/identity", Some(json!("yes"))),
        ("/request/0/rows", Some(json!(100))),
        ("/parameters/days", Some(parameter("date", json!("2025-08-01")))),
        ("/parameters/days", Some(parameter("integer", json!("ten")))),
        ("/parameters/days", Some(parameter("integer", json!(1.5)))),
        ("/parameters/days", Some(parameter("number", json!("ten")))),
        ("/parameters/days", Some(parameter("boolean", json!(1)))),
        ("/parameters/days", Some(parameter("string", json!(true)))),
        ("/parameters/days", Some(json!({ "type": "integer", "title": text }))),
        ("/parameters/days", Some(json!({ "type": "integer", "default": 1 }))),
        ("/limits", Some(json!({ "memory_mib": -1 }))),
        ("/limits", Some(json!({ "fuel": 10 }))),
        ("/files", Some(json!({ "plugin.wasm": 1 }))),
    ] {
        let mut broken = good.clone();
        change(&mut broken, place, value.clone());
        assert!(!schema.is_valid(&broken), "{place} {value:?} fits the schema");
        let text = toml::to_string(&broken).unwrap();
        assert!(Manifest::parse(&text).is_err(), "{place} {value:?} is taken by the program");
    }
}

#[test]
fn a_right_manifest_fits_the_schema_and_the_program_alike() {
    let schema = validator("manifest-1.0.json");
    let good: Value = toml::from_str(&reference_manifest()).unwrap();
    let text = json!({ "de": "Tage", "en": "Days" });
    for (place, value) in [
        ("/title/en", json!("School comparison")),
        ("/id", json!("a.b.c")),
        ("/version", json!("0.0.1-rc.1+build.5")),
        ("/source", json!("https://example.org")),
        ("/request/0/optional", json!(["topics"])),
        ("/request/0/identity", json!(true)),
        ("/parameters", json!({})),
        (
            "/parameters/days",
            json!({ "type": "integer", "default": 10, "minimum": 1, "maximum": 365, "title": text }),
        ),
        ("/parameters/share", json!({ "type": "number", "default": 0.5, "title": text })),
        (
            "/parameters/form",
            json!({ "type": "string", "default": "a", "enum": ["a", "b"], "title": text }),
        ),
        ("/limits", json!({ "memory_mib": 16, "run_seconds": 10 })),
        ("/files", json!({ "plugin.wasm": "0".repeat(64) })),
    ] {
        let mut right = good.clone();
        change(&mut right, place, Some(value.clone()));
        assert_eq!(complaints(&schema, &right), [""; 0], "{place} {value}");
        let manifest = Manifest::parse(&toml::to_string(&right).unwrap()).unwrap();
        // And what the program writes of it fits as well.
        assert_eq!(
            complaints(&schema, &serde_json::to_value(&manifest).unwrap()),
            [""; 0],
            "{place}"
        );
    }
}

/// Fields of other datasets that tell of records of forms.
const OF_FORMS: [&str; 3] =
    ["cases.ladder_step", "cases.days_since_ladder_step", "cases.ladder_review"];

#[test]
fn every_field_of_the_dictionary_can_be_read_as_it_is_described() {
    let store = store(&city().dir);
    let scope = Scope::municipality();
    let reader = store.read(&scope).unwrap();
    let lists = reader.lists_for_reports().unwrap();
    for dataset in &Dictionary::get().datasets {
        let readable =
            dataset.fields.iter().filter(|field| field.sensitivity != Sensitivity::PrivateText);
        let fields: Vec<&Field> = readable.collect();
        let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        let request = ColumnsRequest {
            dataset: &dataset.name,
            fields: &names,
            period: SchoolYear(2025).period(),
            plugin: "org.example.all",
        };
        let shape = reader.shape(&request).unwrap();
        for (field, found) in fields.iter().zip(&shape.fields) {
            let place = format!("{}.{}", dataset.name, field.name);
            assert_eq!(found.name, field.name, "{place}");
            let list = field.codes.as_deref();
            assert!(
                list.is_none_or(|list| list == "school" || lists.names().contains(&list)),
                "{place}"
            );
            // The demo has no records of forms: they are tested with the store.
            if dataset.form().is_none() {
                assert_eq!(found.codes.codes().is_empty(), list.is_none(), "{place}");
                assert_eq!(found.size > 0, field.layout == Layout::Indexes, "{place}");
            }
        }
        let mut present = vec![0; fields.len()];
        let mut all = 0;
        let rows = reader.columns(&mut Numbering::default(), &request, |batch: Batch| {
            all += batch.rows;
            for ((field, column), present) in fields.iter().zip(&batch.columns).zip(&mut present) {
                let place = format!("{}.{}", dataset.name, field.name);
                assert_eq!(layout(&column.values), field.layout, "{place}");
                assert_eq!(column.values.len(), batch.rows, "{place}");
                *present += (0..batch.rows).filter(|row| column.is_present(*row)).count();
            }
            Ok::<_, ColumnsError>(())
        });
        assert_eq!(rows.unwrap(), all as u64);
        for (field, present) in fields.iter().zip(present) {
            let place = format!("{}.{}", dataset.name, field.name);
            let is_of_form = dataset.form().is_some() || OF_FORMS.contains(&place.as_str());
            assert!(present > 0 || is_of_form, "{place} is never there in the demo");
            assert!(field.missing || present == all, "{place} is missing, and must not be");
        }
    }
}

fn layout(values: &Values) -> Layout {
    match values {
        Values::Codes(_) => Layout::Codes,
        Values::Flags(_) => Layout::Flags,
        Values::Integers(_) => Layout::Integers,
        Values::Longs(_) => Layout::Longs,
        Values::Decimals(_) => Layout::Decimals,
        Values::Sets(_) => Layout::Sets,
        Values::Indexes(_) => Layout::Indexes,
        Values::Keys(_) => Layout::Keys,
        Values::Texts(_) => Layout::Texts,
    }
}

/// The same check as `schemas/wit/check.sh`, for those who only run the tests.
#[test]
fn no_published_interface_was_edited() {
    let wit = root().join("schemas/wit");
    let mut checked = Vec::new();
    for folder in fs_err::read_dir(&wit).unwrap().map(|entry| entry.unwrap().path()) {
        let Ok(sums) = fs_err::read_to_string(folder.join("SHA256SUMS")) else { continue };
        for line in sums.lines() {
            let (digest, name) = line.split_once("  ").unwrap();
            let bytes = fs_err::read(folder.join(name)).unwrap();
            let found = Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
                write!(text, "{byte:02x}").unwrap();
                text
            });
            assert_eq!(
                found, digest,
                "{name} was edited after it was published; add a new file instead"
            );
            checked.push(name.to_owned());
        }
    }
    for name in ["types.wit", "metrics.wit", "reporting.wit", "workflow.wit"] {
        assert!(checked.iter().any(|found| found == name), "{name} is not under SHA256SUMS");
    }
}
