//! Descriptions: each rule of the interface, broken once.

use crate::domain::{Description, Figure, Labels, Manifest};
use crate::plugin::bindings::{answers, arguments};
use crate::plugin::describe::description;
use crate::plugin::error::Error;

fn manifest() -> Manifest {
    Manifest::parse(
        r#"
        id = "org.example.described"
        version = "2.0.0"
        api = "1.0"
        title = { de = "Beschrieben", en = "Described" }
        description = { de = "Zählt.", en = "Counts." }
        licence = "EUPL-1.2"
        authors = ["Example"]

        [[request]]
        dataset = "contacts"
        fields = ["kind", "minutes", "topics"]
        optional = ["household", "language"]
        identity = true
        purpose = { de = "Zählen", en = "Counting" }

        [[request]]
        dataset = "schools"
        fields = ["school", "enrolment"]
        purpose = { de = "Vergleichen", en = "Comparing" }
        "#,
    )
    .unwrap()
}

fn text(text: &str) -> arguments::Text {
    arguments::Text { de: text.into(), en: text.into() }
}

fn dimension(id: &str, labels: answers::Labels) -> answers::Dimension {
    answers::Dimension { id: id.into(), label: text("label"), labels }
}

fn measure(id: &str, figure: answers::Figure) -> answers::Measure {
    let (scale, decimals, least, most) = (0, 0, 0, 100);
    let label = text("label");
    answers::Measure { id: id.into(), label, unit: None, figure, scale, decimals, least, most }
}

fn table(id: &str, across: Option<&str>, measures: &[&str]) -> answers::Table {
    answers::Table {
        id: id.into(),
        title: text("title"),
        rows: "school".into(),
        across: across.map(str::to_owned),
        measures: measures.iter().map(|id| (*id).to_owned()).collect(),
    }
}

fn good() -> answers::Description {
    use answers::{Distinct, Figure, Labels, Ratio, Share};
    let contacts = || "contacts".to_owned();
    answers::Description {
        id: "org.example.described".into(),
        version: "2.0.0".into(),
        dimensions: vec![
            dimension("school", Labels::Codes("school".into())),
            dimension("topic", Labels::Codes("topic".into())),
            dimension("month", Labels::Months),
            dimension("length", Labels::Own(vec![text("short"), text("long")])),
        ],
        measures: vec![
            // Named before they are described: the order is the plugin's affair.
            measure(
                "per-pupil",
                Figure::Ratio(Ratio {
                    numerator: "visits".into(),
                    denominator: "pupils".into(),
                    per: 100,
                }),
            ),
            measure(
                "visit-share",
                Figure::Share(Share { part: "visits".into(), whole: "all".into() }),
            ),
            measure("all", Figure::Count(contacts())),
            measure("visits", Figure::Count(contacts())),
            measure("pupils", Figure::Sum("schools".into())),
            measure("mean", Figure::Mean(contacts())),
            measure(
                "households",
                Figure::Distinct(Distinct { dataset: contacts(), field: "household".into() }),
            ),
        ],
        tables: vec![
            table("by-school", None, &["all", "visits", "visit-share", "per-pupil"]),
            table("by-month", Some("month"), &["households"]),
        ],
    }
}

/// The mistakes that a description has once `spoil` was done to it.
fn mistakes(spoil: impl FnOnce(&mut answers::Description)) -> Vec<String> {
    let mut found = good();
    spoil(&mut found);
    match description(found, &manifest()) {
        Ok(_) => Vec::new(),
        Err(Error::Description { mistakes, plugin, .. }) => {
            assert_eq!(plugin, "org.example.described");
            mistakes
        }
        Err(other) => panic!("{other}"),
    }
}

/// Checks that there is one mistake, with these words.
#[track_caller]
fn one(words: &str, spoil: impl FnOnce(&mut answers::Description)) {
    let found = mistakes(spoil);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains(words), "{found:?}");
}

#[test]
fn names_become_places() {
    let Description { measures, tables, dimensions, .. } =
        description(good(), &manifest()).unwrap();
    assert_eq!(dimensions[1].labels, Labels::Codes("topic".into()));
    assert_eq!(measures[0].figure, Figure::Ratio { numerator: 3, denominator: 4, per: 100 });
    assert_eq!(measures[1].figure, Figure::Share { part: 3, whole: 2 });
    assert_eq!(tables[0].measures, [2, 3, 1, 0]);
    assert_eq!((tables[1].rows, tables[1].across), (0, Some(2)));
}

#[test]
fn it_is_who_the_manifest_says() {
    one("its id is `x`", |found| found.id = "x".into());
    one("its version is `2.0.1`", |found| found.version = "2.0.1".into());
}

#[test]
fn there_are_not_too_many_of_anything() {
    one("17 dimensions; at most 16", |found| {
        found.dimensions = vec![found.dimensions[0].clone(); 17];
    });
    one("65 measures; at most 64", |found| found.measures = vec![found.measures[2].clone(); 65]);
    one("17 tables; at most 16", |found| found.tables = vec![found.tables[0].clone(); 17]);
    let labels = |many| {
        move |found: &mut answers::Description| {
            found.dimensions[3].labels = answers::Labels::Own(vec![text("x"); many]);
        }
    };
    one("1001 labels of dimension `length`; at most 1000", labels(1_001));
    assert!(mistakes(labels(1_000)).is_empty());
    one("17 measures in table `by-school`", |found| {
        found.tables[0].measures = vec!["all".into(); 17];
    });
    one("table `by-school` has no measure", |found| found.tables[0].measures.clear());
}

#[test]
fn ids_are_well_formed_and_unique() {
    for id in ["", "Upper", "under_score", "ä", "a b", "a\nb", &"x".repeat(41)] {
        one("lower-case letters", |found| found.tables[0].id = id.into());
    }
    assert!(mistakes(|found| found.tables[0].id = "x".repeat(40)).is_empty());
    one("two tables have the id `by-month`", |found| found.tables[0].id = "by-month".into());
    one("two dimensions have the id `month`", |found| found.dimensions[3].id = "month".into());
    one("two measures have the id `all`", |found| found.measures[5].id = "all".into());
}

#[test]
fn texts_are_short_lines_in_both_languages() {
    one("label in German has 201 bytes", |found| found.dimensions[0].label.de = "x".repeat(201));
    assert!(mistakes(|found| found.dimensions[0].label.de = "x".repeat(200)).is_empty());
    one("label in English is empty", |found| found.measures[0].label.en = " ".into());
    one("title in German has a line break", |found| found.tables[0].title.de = "a\nb".into());
    one("unit in German has", |found| {
        found.measures[2].unit = Some(arguments::Text { de: "\u{202e}".into(), en: "x".into() });
    });
    one("dimension `length`: a label in English", |found| {
        found.dimensions[3].labels =
            answers::Labels::Own(vec![arguments::Text { de: "x".into(), en: "\u{1b}[2J".into() }]);
    });
}

#[test]
fn numbers_are_within_their_bounds() {
    one("has the scale 7", |found| found.measures[5].scale = 7);
    one("has 4 decimals", |found| found.measures[0].decimals = 4);
    one("least value 101 above the most, 100", |found| found.measures[5].least = 101);
    // The bounds of a count are ignored.
    assert!(mistakes(|found| found.measures[2].least = 101).is_empty());
}

#[test]
fn code_lists_are_requested_and_may_divide_tables() {
    let codes = |list: &str| {
        let labels = answers::Labels::Codes(list.into());
        move |found: &mut answers::Description| found.dimensions[1].labels = labels
    };
    one("uses the code list `result`", codes("result"));
    one("uses the code list `nothing`", codes("nothing"));
    // Requested, but no table may be divided by it.
    one("uses the code list `language`", codes("language"));
    assert!(mistakes(codes("contact-kind")).is_empty());
}

#[test]
fn a_booked_language_divides_tables_and_is_no_way_to_the_language_of_a_talk() {
    let by_language = |beside: &str| {
        let manifest = format!(
            r#"
            id = "org.example.described"
            version = "2.0.0"
            api = "1.0"
            title = {{ de = "Beschrieben", en = "Described" }}
            description = {{ de = "Zählt.", en = "Counts." }}
            licence = "EUPL-1.2"
            authors = ["Example"]

            [[request]]
            dataset = "interpreting"
            fields = ["language"]
            identity = true
            purpose = {{ de = "Zählen", en = "Counting" }}

            {beside}
            "#
        );
        let found = answers::Description {
            id: "org.example.described".into(),
            version: "2.0.0".into(),
            dimensions: vec![dimension("language", answers::Labels::Codes("language".into()))],
            measures: vec![measure("all", answers::Figure::Count("interpreting".into()))],
            tables: vec![answers::Table {
                rows: "language".into(),
                ..table("by-language", None, &["all"])
            }],
        };
        description(found, &Manifest::parse(&manifest).unwrap())
    };
    let talks = |optional: &str| {
        format!(
            r#"
            [[request]]
            dataset = "contacts"
            fields = ["kind"]
            optional = [{optional}]
            identity = true
            purpose = {{ de = "Zählen", en = "Counting" }}
            "#
        )
    };
    assert!(by_language(&talks("\"language\"")).is_err());
    assert!(by_language(&talks("")).is_ok());
    assert!(by_language("").is_ok());
}

#[test]
fn datasets_and_fields_are_requested() {
    one("is over the dataset `absences`", |found| {
        found.measures[5].figure = answers::Figure::Mean("absences".into());
    });
    let distinct = |dataset: &str, field: &str| {
        let figure = answers::Distinct { dataset: dataset.into(), field: field.into() };
        move |found: &mut answers::Description| {
            found.measures[6].figure = answers::Figure::Distinct(figure);
        }
    };
    one("does not request", distinct("contacts", "household_key"));
    one("whose values are not `indexes`", distinct("contacts", "minutes"));
    one("is over the dataset `contact_pupils`", distinct("contact_pupils", "pupil"));
}

#[test]
fn shares_and_ratios_are_made_of_the_right_figures() {
    let share = |part: &str, whole: &str| {
        let figure = answers::Share { part: part.into(), whole: whole.into() };
        move |found: &mut answers::Description| {
            found.measures[1].figure = answers::Figure::Share(figure);
        }
    };
    one("two counts over one dataset", share("visits", "pupils"));
    one("two counts over one dataset", share("households", "all"));
    one("two counts over one dataset", share("visit-share", "all"));
    one("names the measure `none`", share("none", "all"));
    one("two counts over one dataset", |found| {
        found.measures[2].figure = answers::Figure::Count("schools".into());
    });
    let ratio = |numerator: &str, denominator: &str, per: u32| {
        let (numerator, denominator) = (numerator.into(), denominator.into());
        let figure = answers::Ratio { numerator, denominator, per };
        move |found: &mut answers::Description| {
            found.measures[0].figure = answers::Figure::Ratio(figure);
        }
    };
    one("`count`, `distinct` or `sum`", ratio("mean", "all", 1));
    one("`count`, `distinct` or `sum`", ratio("per-pupil", "all", 1));
    one("`count`, `distinct` or `sum`", ratio("all", "visit-share", 1));
    one("for every 0", ratio("all", "pupils", 0));
    one("for every 1000001", ratio("all", "pupils", 1_000_001));
    assert!(mistakes(ratio("households", "pupils", 1_000_000)).is_empty());
}

#[test]
fn tables_name_what_there_is() {
    one("names the dimension `nowhere`", |found| found.tables[0].rows = "nowhere".into());
    one("names the dimension `nowhere`", |found| {
        found.tables[1].across = Some("nowhere".into());
    });
    one("names the measure `nothing`", |found| found.tables[0].measures.push("nothing".into()));
    one("the same dimension for rows and columns", |found| {
        found.tables[1].across = Some("school".into());
    });
    one("a dimension across and 2 measures", |found| {
        found.tables[1].measures.push("all".into());
    });
}

#[test]
fn all_mistakes_are_told_up_to_twenty() {
    let found = mistakes(|found| {
        found.measures[0].scale = 9;
        found.tables[0].rows = "nowhere".into();
        found.dimensions[0].label.de.clear();
    });
    assert_eq!(found.len(), 3);
    let found = mistakes(|found| {
        found.dimensions[3].labels = answers::Labels::Own(vec![text("\n"); 500]);
    });
    assert_eq!(found.len(), 21);
    assert_eq!(found[20], "and 980 more");
}
