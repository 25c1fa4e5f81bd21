//! A report as JSON, for programs.

use crate::domain::Report;

use super::Error;

/// A report as JSON with both languages, as `schemas/json/report-1.1.json` describes it, or
/// `schemas/json/report-1.2.json` where a plugin composed a part of it.
///
/// Keys always come in the same order, so equal reports are equal texts. Ends in a line feed.
///
/// # Errors
///
/// [`Error::Json`].
pub fn json(report: &Report) -> Result<String, Error> {
    let mut text = serde_json::to_string_pretty(report)?;
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use crate::domain::{Cell, Number, Report, Text};
    use crate::render::{sample, sample_blocks};

    fn validator() -> jsonschema::Validator {
        validator_of(include_str!("../../../schemas/json/report-1.1.json"))
    }

    fn validator_of(text: &str) -> jsonschema::Validator {
        let schema = serde_json::from_str(text).unwrap();
        jsonschema::draft202012::meta::validate(&schema).unwrap();
        jsonschema::draft202012::new(&schema).unwrap()
    }

    fn printed(report: &Report) -> Value {
        serde_json::from_str(&super::json(report).unwrap()).unwrap()
    }

    #[test]
    fn documents_of_another_form_do_not_fit_the_schema() {
        let schema = validator();
        let good = printed(&sample::small());
        for (place, value) in [
            ("/schema", json!("tridem-report/1.0")),
            ("/title", json!("only one language")),
            ("/title/fr", json!("a third language")),
            ("/extra", json!(1)),
            ("/sections/0/tables/0/rows/0/kind", json!("sum")),
            ("/sections/0/tables/0/rows/1/cells/0/units", json!(3)),
            ("/sections/0/tables/0/rows/0/cells/0/state", json!("withheld")),
            ("/sections/0/tables/0/rows/0/cells/0/state", json!("hidden")),
            ("/sections/0/tables/0/rows/0/cells/0/units", json!(1.5)),
            ("/sections/0/tables/0/rows/0/cells/0/decimals", json!(-1)),
            ("/sections/0/tables/0/rows/0/cells/0", json!(7)),
            ("/passport/as_of", json!("01.08.2025")),
            ("/passport/audience", json!("press")),
            ("/passport/package_sha256", json!("abc")),
            ("/passport/fuel", json!(1)),
            ("/passport/rounding", json!("ten")),
            ("/passport/rules", json!([])),
            ("/passport/data_digest", json!("abc")),
            ("/passport/rows", json!(1)),
            ("/sections/0/tables/0/columns/0/passport", json!(null)),
            ("/sections/0/tables/0/columns/0/passport/definition", json!("contacts")),
            ("/sections/0/tables/0/columns/0/passport/rows", json!(1)),
            ("/sections/0/tables/0/rows/0/backing", json!([])),
            ("/sections/0/tables/0/rows/0/backing/2/interval/method", json!("guess")),
            ("/sections/0/tables/0/rows/0/backing/2/numerator", json!(3)),
            ("/sections/0/tables/0/rows/0/coverage/recorded", json!(-1)),
            ("/sections/0/pictures", json!(["bars"])),
            ("/passport/sources/0/rows", json!(1)),
            ("/passport/settings/0/value", json!({ "a": 1 })),
        ] {
            let mut broken = good.clone();
            let (parent, key) = place.rsplit_once('/').unwrap();
            match broken.pointer_mut(parent).unwrap() {
                Value::Object(object) => drop(object.insert(key.to_owned(), value)),
                Value::Array(array) => array[key.parse::<usize>().unwrap()] = value,
                other => panic!("nothing to break in {other}"),
            }
            assert!(!schema.is_valid(&broken), "{place}");
        }
    }

    #[test]
    fn nothing_of_a_document_may_be_missing() {
        let schema = validator();
        let good = printed(&sample::small());
        for place in [
            "",
            "/title",
            "/passport",
            "/passport/sources/0",
            "/passport/period",
            "/passport/settings/0",
            "/sections/0",
            "/sections/0/tables/0",
            "/sections/0/tables/0/columns/0",
            // The first row has a backing and a coverage, which may be missing.
            "/sections/0/tables/0/rows/1",
            "/sections/0/tables/0/columns/0/passport",
            "/sections/0/tables/0/rows/0/backing/2/interval",
            "/sections/0/tables/0/rows/0/backing/2/numerator",
            "/sections/0/tables/0/rows/0/coverage",
            "/sections/0/tables/0/rows/0/cells/0",
        ] {
            let keys: Vec<String> =
                good.pointer(place).unwrap().as_object().unwrap().keys().cloned().collect();
            for key in keys {
                let mut broken = good.clone();
                broken.pointer_mut(place).unwrap().as_object_mut().unwrap().remove(&key);
                assert!(!schema.is_valid(&broken), "{place}/{key}");
            }
        }
    }

    #[test]
    fn pictures_fit_their_schema_and_spoilt_ones_do_not() {
        let schema = validator();
        let good = printed(&crate::render::sample_pictures::pictured());
        assert!(schema.is_valid(&good), "{:?}", schema.iter_errors(&good).next());
        for place in [
            "/sections/0/pictures/0/drawing/limits/0/size",
            "/sections/0/pictures/0/drawing/dots/0/is_signal",
            "/sections/0/pictures/1/drawing/panels/0/history/mean",
            "/sections/1/pictures/0/drawing/dots/0/value",
            "/sections/1/pictures/0/drawing/kind",
            "/sections/1/pictures/0/description",
        ] {
            let mut spoilt = good.clone();
            *spoilt.pointer_mut(place).unwrap() = json!("other");
            assert!(!schema.is_valid(&spoilt), "{place}");
        }
        let text = super::json(&crate::render::sample_pictures::pictured()).unwrap();
        let read: Report = serde_json::from_str(&text).unwrap();
        assert_eq!(read, crate::render::sample_pictures::pictured());
    }

    #[test]
    fn a_report_fits_the_schema_and_ends_in_a_line_feed() {
        let report = sample::small();
        let errors: Vec<String> =
            validator().iter_errors(&printed(&report)).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        let text = super::json(&report).unwrap();
        assert!(text.starts_with("{\n  \"schema\": \"tridem-report/1.1\",\n  \"title\": {"));
        assert!(text.ends_with("}\n"));
    }

    #[test]
    fn a_composed_report_fits_its_schema_and_spoilt_ones_do_not() {
        let schema = validator_of(include_str!("../../../schemas/json/report-1.2.json"));
        let report = sample_blocks::composed();
        let good = printed(&report);
        let errors: Vec<String> =
            schema.iter_errors(&good).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        assert!(!validator().is_valid(&good), "1.1 has no blocks");
        assert!(!schema.is_valid(&printed(&sample::small())), "1.2 is for composed reports");
        let read: Report = serde_json::from_str(&super::json(&report).unwrap()).unwrap();
        assert_eq!(read, report);
        for (place, value) in [
            ("/blocks/0/level", json!(4)),
            ("/blocks/0/kind", json!("title")),
            ("/blocks/0/text", json!("one language")),
            ("/blocks/3/rows/0/cells/0/units", json!(1.5)),
            ("/blocks/3/rows/0/cells/0/base", json!(3)),
            ("/blocks/3/rows/1/cells/0/state", json!("shown")),
            ("/blocks/3/id", json!("schools")),
            ("/blocks/5/drawing", json!("pie")),
            ("/blocks/6/checks/0/severity", json!("fatal")),
            ("/blocks/6/checks/0/records/0/name", json!("x")),
            ("/blocks/6/checks/0/records", json!([])),
            ("/passport/audience", json!("public")),
            ("/blocks", json!([])),
        ] {
            let mut broken = good.clone();
            let (parent, key) = place.rsplit_once('/').unwrap();
            match broken.pointer_mut(parent).unwrap() {
                Value::Object(object) => drop(object.insert(key.to_owned(), value)),
                other => panic!("nothing to break in {other} at {place}"),
            }
            assert!(!schema.is_valid(&broken), "{place}");
        }
    }

    fn cell() -> impl Strategy<Value = Cell> {
        prop_oneof![
            (any::<i64>(), 0..=6_u8)
                .prop_map(|(units, decimals)| Cell::Shown(Number { units, decimals })),
            Just(Cell::RoundsToZero),
            Just(Cell::Withheld),
            Just(Cell::NotCollected),
            Just(Cell::Undefined),
        ]
    }

    proptest! {
        #[test]
        fn what_is_printed_parses_back_and_fits_the_schema(
            cells in proptest::collection::vec(cell(), 0..6),
            de in any::<String>(),
            en in any::<String>(),
        ) {
            let mut report = sample::small();
            report.title = Text { de, en };
            report.sections[0].tables[0].rows[0].cells = cells;
            let text = super::json(&report).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Report>(&text).unwrap(), &report);
            prop_assert!(validator().is_valid(&printed(&report)));
        }
    }
}
