//! The committed package of the reference plugin is what its source says.

use school_comparison::SchoolComparison;
use tridem::domain::{
    Batch, Code, CodeList, Column, Day, Description, Figure, Job, Labels, Period, SettingValue,
    Shape, ShapeField, Values,
};
use tridem::plugin::{Engine, OperatorLimits, Package, label_counts};
use tridem_sdk::testing::{Case, Outcome, Rows};

use crate::support::{comparison_package, root};

fn package() -> Package {
    let bytes = fs_err::read(comparison_package()).unwrap();
    Package::read(&bytes, &OperatorLimits::default()).unwrap()
}

#[test]
fn it_is_small_and_imports_no_function() {
    assert!(fs_err::metadata(comparison_package()).unwrap().len() < 1 << 20);
    let component = package().component;
    let mut imports = Vec::new();
    let mut depth = 0;
    for payload in wasmparser::Parser::new(0).parse_all(&component) {
        match payload.unwrap() {
            wasmparser::Payload::ComponentSection { .. }
            | wasmparser::Payload::ModuleSection { .. } => depth += 1,
            wasmparser::Payload::End(_) => depth -= 1,
            wasmparser::Payload::ComponentImportSection(section) if depth == 0 => {
                imports
                    .extend(section.into_iter().map(|import| import.unwrap().name.name.to_owned()));
            }
            // A core module that needs something from outside would name it here.
            wasmparser::Payload::ImportSection(_) => panic!("its module imports code"),
            _ => {}
        }
    }
    // Types alone: what the host and the plugin talk about.
    assert_eq!(imports, ["tridem:plugin/types@1.0.0"]);
    assert!(Engine::new(OperatorLimits::default()).unwrap().admit(&component).is_ok());
}

#[test]
fn its_manifest_is_the_one_beside_its_source() {
    let package = package();
    let folder = root().join("plugins/school-comparison");
    let source = fs_err::read_to_string(folder.join("plugin.toml")).unwrap();
    let table = |text: &str| toml::from_str::<toml::Table>(text).unwrap();
    let mut packed = table(&package.manifest_text);
    let files = packed.remove("files").unwrap();
    assert_eq!(packed, table(&source));
    let names: Vec<&String> = files.as_table().unwrap().keys().collect();
    assert_eq!(names, ["LICENSE", "README.md", "plugin.wasm"]);
    for name in ["LICENSE", "README.md"] {
        assert_eq!(package.files[name], fs_err::read(folder.join(name)).unwrap(), "{name}");
    }
}

/// A contact of the fixture.
struct Contact {
    school: &'static str,
    day: i32,
    kind: &'static str,
    form: &'static str,
    attempt: bool,
    minutes: i32,
    persons: i32,
    household: Option<u32>,
}

const SCHOOLS: [&str; 3] = ["990001", "990002", "990003"];
const KINDS: [&str; 5] = ["home-visit", "phone", "message", "letter", "parent-talk"];
const FORMS: [&str; 3] = ["tandem", "tridem", "solo"];
/// 2025-08-01, and the year from there.
const FIRST: i32 = 20_301;
const DAYS: i32 = 365;

/// Contacts without a pattern, the same in every run.
fn contacts() -> Vec<Contact> {
    let mut state = 7_u64;
    let mut below = |most: u32| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(state >> 33).unwrap() % most
    };
    let mut contact = |_| Contact {
        school: SCHOOLS[below(3) as usize],
        day: FIRST + below(365).cast_signed(),
        kind: KINDS[below(5) as usize],
        form: FORMS[below(3) as usize],
        attempt: below(4) == 0,
        minutes: below(1_500).cast_signed(),
        persons: below(6).cast_signed(),
        household: (below(3) > 0).then_some(0).map(|_| below(40)),
    };
    (0..600).map(&mut contact).collect()
}

/// Pupils accompanied and minutes of mediation at each school; nobody works at the last.
const FACTS: [(i32, i32); 3] = [(25, 7_200), (40, 12_345), (3, 0)];

fn native(contacts: &[Contact], written: bool) -> Outcome {
    let rows = || contacts.iter();
    Case::new(FIRST, FIRST + DAYS - 1)
        .flag("written_contacts", written)
        .rows(
            Rows::of("contacts")
                .codes("school", rows().map(|it| it.school))
                .integers("day", rows().map(|it| it.day))
                .codes("kind", rows().map(|it| it.kind))
                .codes("team_form", rows().map(|it| it.form))
                .flags("attempt", rows().map(|it| it.attempt))
                .integers("minutes", rows().map(|it| it.minutes))
                .integers("persons", rows().map(|it| it.persons))
                .indexes("household", rows().map(|it| it.household)),
        )
        .rows(
            Rows::of("schools")
                .codes("school", SCHOOLS)
                .integers("accompanied", FACTS.map(|it| it.0))
                .integers("mediator_minutes", FACTS.map(|it| it.1)),
        )
        .run::<SchoolComparison>()
        .unwrap()
}

/// The packaged component's answers, counted in the plainest way.
struct Packaged {
    description: Description,
    /// For each measure the rows counted: their labels, and the value or person.
    facts: Vec<Vec<(Vec<Option<u16>>, i64)>>,
}

/// A field with codes in an order of its own: what the plugin makes of them must not hang on it.
fn field(name: &str, codes: &[&str]) -> ShapeField {
    let code = |code: &&str| Code { code: (*code).into(), de: "x".into(), en: "x".into() };
    ShapeField {
        name: name.into(),
        codes: CodeList::new(codes.iter().rev().map(code).collect()).into(),
        size: if name == "household" { 40 } else { 0 },
    }
}

fn place(codes: &[&str], code: &str) -> u16 {
    let place = codes.iter().rev().position(|found| *found == code).unwrap();
    u16::try_from(place).unwrap()
}

fn packaged(contacts: &[Contact], written: bool) -> Packaged {
    let package = package();
    let plugin =
        Engine::new(OperatorLimits::default()).unwrap().load_component(&package.component).unwrap();
    let description = plugin.describe(&package.manifest).unwrap();
    let plain = |name: &str| field(name, &[]);
    let job = Job {
        as_of: Day(FIRST + DAYS - 1),
        period: Period::new(Day(FIRST), Day(FIRST + DAYS - 1)).unwrap(),
        settings: vec![("written_contacts".into(), SettingValue::Flag(written))],
        datasets: vec![
            Shape {
                dataset: "contacts".into(),
                fields: vec![
                    field("school", &SCHOOLS),
                    plain("day"),
                    field("kind", &KINDS),
                    field("team_form", &FORMS),
                    plain("attempt"),
                    plain("minutes"),
                    plain("persons"),
                    plain("household"),
                ],
            },
            Shape {
                dataset: "schools".into(),
                fields: vec![
                    field("school", &SCHOOLS),
                    plain("accompanied"),
                    plain("mediator_minutes"),
                ],
            },
        ],
    };
    let mut run = plugin
        .start(&package.manifest, &description, label_counts(&description, &job), &job)
        .unwrap();
    let facts = description.measures.iter().map(|_| Vec::new()).collect();
    let mut packaged = Packaged { description, facts };
    for contacts in contacts.chunks(130) {
        let persons: Vec<Option<u32>> = contacts.iter().map(|it| it.household).collect();
        packaged.add("contacts", &run.push(0, &batch(contacts)).unwrap(), &persons);
    }
    let all = |values| Column { values, present: Vec::new() };
    let schools = Batch {
        rows: 3,
        columns: vec![
            all(Values::Codes(SCHOOLS.map(|school| place(&SCHOOLS, school)).into())),
            all(Values::Integers(FACTS.map(|it| it.0).into())),
            all(Values::Integers(FACTS.map(|it| it.1).into())),
        ],
    };
    packaged.add("schools", &run.push(1, &schools).unwrap(), &[None; 3]);
    packaged
}

fn batch(contacts: &[Contact]) -> Batch {
    let mut present = vec![0_u64; contacts.len().div_ceil(64)];
    for (row, _) in contacts.iter().enumerate().filter(|(_, it)| it.household.is_some()) {
        present[row / 64] |= 1 << (row % 64);
    }
    let all = |values| Column { values, present: Vec::new() };
    let rows = || contacts.iter();
    Batch {
        rows: contacts.len(),
        columns: vec![
            all(Values::Codes(rows().map(|it| place(&SCHOOLS, it.school)).collect())),
            all(Values::Integers(rows().map(|it| it.day).collect())),
            all(Values::Codes(rows().map(|it| place(&KINDS, it.kind)).collect())),
            all(Values::Codes(rows().map(|it| place(&FORMS, it.form)).collect())),
            all(Values::Flags(rows().map(|it| it.attempt.into()).collect())),
            all(Values::Integers(rows().map(|it| it.minutes).collect())),
            all(Values::Integers(rows().map(|it| it.persons).collect())),
            Column {
                values: Values::Indexes(rows().map(|it| it.household.unwrap_or(0)).collect()),
                present,
            },
        ],
    }
}

impl Packaged {
    fn add(&mut self, dataset: &str, answer: &tridem::domain::Classified, persons: &[Option<u32>]) {
        for (measured, measure) in
            answer.measures.iter().zip(self.description.counted_over(dataset))
        {
            let spec = &self.description.measures[measure];
            for row in
                (0..persons.len()).filter(|row| tridem::domain::is_set(&measured.counted, *row))
            {
                let value = match spec.figure {
                    Figure::Distinct { .. } => persons[row].map(i64::from),
                    Figure::Sum { .. } => Some(measured.values[row].clamp(spec.least, spec.most)),
                    _ => Some(1),
                };
                let labels = answer.labels.iter().map(|labels| labels.get(row).copied()).collect();
                self.facts[measure].extend(value.map(|value| (labels, value)));
            }
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "the fixture adds up small numbers")]
    fn figure(&self, measure: usize, wanted: &[(usize, u16)]) -> Option<f64> {
        let is_meant = |labels: &[Option<u16>]| {
            wanted.iter().all(|(place, label)| labels[*place].is_none_or(|found| found == *label))
        };
        let mut values: Vec<i64> = self.facts[measure]
            .iter()
            .filter(|(labels, _)| is_meant(labels))
            .map(|(_, value)| *value)
            .collect();
        let quotient = |above: usize, below: usize, per: u32| {
            let below = self.figure(below, wanted).filter(|below| *below != 0.0)?;
            Some(self.figure(above, wanted)? * f64::from(per) / below)
        };
        match self.description.measures[measure].figure {
            Figure::Count { .. } => Some(values.len() as f64),
            Figure::Sum { .. } => Some(values.iter().sum::<i64>() as f64),
            Figure::Distinct { .. } => {
                values.sort_unstable();
                values.dedup();
                Some(values.len() as f64)
            }
            Figure::Share { part, whole } => quotient(part, whole, 100),
            Figure::Ratio { numerator, denominator, per } => quotient(numerator, denominator, per),
            ref other => panic!("the reference plugin has no {other:?}"),
        }
    }

    /// Every label of a dimension: how the SDK's tests name it, and its index here.
    fn labels(&self, dimension: usize) -> Vec<(String, u16)> {
        let codes = |codes: &[&str]| {
            codes.iter().map(|code| ((*code).to_owned(), place(codes, code))).collect()
        };
        match &self.description.dimensions[dimension].labels {
            Labels::Codes(list) if list == "school" => codes(&SCHOOLS),
            Labels::Codes(list) if list == "contact-kind" => codes(&KINDS),
            Labels::Months => {
                let month = |place: u16| (2025 + (place + 7) / 12, (place + 7) % 12 + 1);
                (0..12)
                    .map(|place| (format!("{}-{:02}", month(place).0, month(place).1), place))
                    .collect()
            }
            other => panic!("the reference plugin has no {other:?}"),
        }
    }
}

/// The package was built from this source: both give the same figures for every measure, over all
/// rows, for each label, and for each pair of labels.
#[test]
fn it_computes_what_its_source_computes() {
    let contacts = contacts();
    for written in [true, false] {
        let (native, packaged) = (native(&contacts, written), packaged(&contacts, written));
        let dimensions = &packaged.description.dimensions;
        let mut cells: Vec<Vec<(usize, (String, u16))>> = vec![Vec::new()];
        for first in 0..dimensions.len() {
            for label in packaged.labels(first) {
                cells.push(vec![(first, label.clone())]);
                for second in first + 1..dimensions.len() {
                    let pair = |other| vec![(first, label.clone()), (second, other)];
                    cells.extend(packaged.labels(second).into_iter().map(pair));
                }
            }
        }
        let mut shown = 0;
        for cell in &cells {
            let names: Vec<(&str, &str)> = cell
                .iter()
                .map(|(at, (name, _))| (dimensions[*at].id.as_str(), name.as_str()))
                .collect();
            let indexes: Vec<(usize, u16)> =
                cell.iter().map(|(at, (_, index))| (*at, *index)).collect();
            for (measure, spec) in packaged.description.measures.iter().enumerate() {
                let expected = native.figure(&spec.id, &names);
                assert_eq!(packaged.figure(measure, &indexes), expected, "{} {names:?}", spec.id);
                shown += usize::from(expected.is_some_and(|figure| figure != 0.0));
            }
        }
        assert!(shown > 1_000, "the fixture gives figures to compare: {shown}");
    }
}
