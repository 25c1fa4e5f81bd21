//! Made-up rows for any dataset: the same seed gives the same rows on every machine.

use std::sync::Arc;

use super::sheet::{Filling, Sheet, Value, shape_field};
use crate::demo::Random;
use crate::domain::{
    Code, CodeList, CodeLists, Dataset, Dictionary, Field, Form, Layout, Manifest, Period, Request,
    SchoolYear, ShapeField,
};

/// How many schools a made-up municipality has. One more is known and has no rows.
pub(super) const SCHOOLS: usize = 9;

/// How many records of each form that codes can be of.
const RECORDS: usize = 3;

/// The code lists of a made-up municipality: those of a new one, with some schools, teams and what
/// else codes can be records of.
pub(super) fn lists() -> CodeLists {
    let schools = (0..=SCHOOLS).map(|number| {
        let name = format!("Schule {}", number + 1);
        Code { code: format!("{}", 100_001 + number), de: name.clone(), en: name }
    });
    let schools = CodeList::new(schools.collect());
    let records = Form::all().iter().map(|form| {
        let code = |number: usize| {
            let name = |title: &str| format!("{title} {number}");
            Code {
                code: format!("{}-{number}", form.name),
                de: name(&form.title.de),
                en: name(&form.title.en),
            }
        };
        (form.name.clone(), CodeList::new((1..=RECORDS).map(code).collect()))
    });
    let own = [("school".to_owned(), schools)].into_iter().chain(records);
    CodeLists::new(CodeLists::seed().into_iter().chain(own))
}

/// A pseudonym: for the same seed and number always the same.
fn pseudonym(seed: u64, number: u64) -> u64 {
    let mut random = Random::new(seed, number);
    u64::from(random.below(u32::MAX)) << 32 | u64::from(random.below(u32::MAX))
}

/// Made-up rows for every dataset that a plugin asks for: all fields granted, `rows` rows of each;
/// of schools there are as many as there are schools.
pub(super) fn sheets(manifest: &Manifest, period: Period, rows: usize, seed: u64) -> Vec<Sheet> {
    let lists = lists();
    let requests = manifest.requests.iter().zip(0_u64..);
    requests
        .filter_map(|(request, number)| {
            let dataset = Dictionary::get().dataset(&request.dataset)?;
            Some(sheet(dataset, request, &lists, period, rows, seed.wrapping_add(number << 32)))
        })
        .collect()
}

fn sheet(
    dataset: &'static Dataset,
    request: &Request,
    lists: &CodeLists,
    period: Period,
    rows: usize,
    seed: u64,
) -> Sheet {
    let rows = if dataset.name == "schools" { rows.min(SCHOOLS) } else { rows };
    // Some eight rows for each person, or one where a row is a person.
    let is_person =
        dataset.name == "cases" || dataset.form().is_some_and(|form| form.subject == form.table);
    let persons = if is_person { rows } else { rows / 8 };
    let persons = u32::try_from(persons.max(1)).unwrap_or(u32::MAX);
    let (fields, granted) = fields(dataset, request, lists, persons);
    let mut sheet = Sheet::empty(dataset, fields, granted);
    let mut chance = Random::new(seed, 0);
    let known: Vec<&Field> =
        sheet.fields.iter().filter_map(|field| dataset.field(&field.name)).collect();
    let mut columns: Vec<Filling> = known.iter().map(|field| Filling::new(field.layout)).collect();
    let days = period.days().count();
    // Rows without a school stand last, as if they were those of one school more; and where none has
    // one, all are.
    let schools = match dataset.field("school") {
        Some(field) => SCHOOLS + usize::from(field.missing),
        None => 1,
    };
    for row in 0..rows {
        // Rows come by school, then by day: both grow along the rows of a school.
        let school = row * schools / rows.max(1);
        let first = (school * rows).div_ceil(schools);
        let of_school = ((school + 1) * rows).div_ceil(schools) - first;
        let day = (row - first) * days / of_school.max(1);
        let person =
            if is_person { u32::try_from(row).unwrap_or(u32::MAX) } else { chance.below(persons) };
        let at = At {
            row,
            school,
            day: period.first.0.saturating_add(i32::try_from(day).unwrap_or(0)),
            person,
            seed,
        };
        // Who is missing is missing in every field that tells of them.
        let nobody = chance.below(10) == 0;
        for ((column, field), shape) in columns.iter_mut().zip(&known).zip(&sheet.fields) {
            let about_person = matches!(field.layout, Layout::Indexes | Layout::Keys);
            let lot = chance.below(10) == 0;
            let is_missing = field.missing
                && match field.name.as_str() {
                    "school" => school == SCHOOLS,
                    _ if about_person => nobody,
                    _ => lot,
                };
            let is_day = dataset.day().is_some_and(|day| day.name == field.name);
            let value = if is_day {
                Value::Integer(at.day)
            } else {
                value(field, shape, &at, period, &mut chance)
            };
            column.push(if is_missing { None } else { Some(value) });
        }
    }
    sheet.columns = columns.into_iter().map(Filling::finish).collect();
    sheet.rows = rows;
    sheet.numbers = (0..rows).collect();
    sheet
}

/// The granted fields of a dataset, and how many of them the plugin sees.
pub(super) fn fields(
    dataset: &Dataset,
    request: &Request,
    lists: &CodeLists,
    persons: u32,
) -> (Vec<ShapeField>, usize) {
    let shape = |name: &str| {
        let field = dataset.field(name);
        let codes = field.and_then(|field| field.codes.as_deref()).map(|list| lists.list(list));
        let is_index = field.is_some_and(|field| field.layout == Layout::Indexes);
        shape_field(name, codes, if is_index { persons } else { 0 })
    };
    let mut fields: Vec<ShapeField> = request.all().map(shape).collect();
    let granted = fields.len();
    let subject = dataset.subject().map(|field| field.name.as_str());
    if let Some(subject) = subject.filter(|name| !fields.iter().any(|field| field.name == *name)) {
        fields.push(shape(subject));
    }
    (fields, granted)
}

/// What is known of a row before its values are made up.
struct At {
    row: usize,
    school: usize,
    day: i32,
    person: u32,
    seed: u64,
}

fn value(field: &Field, shape: &ShapeField, at: &At, period: Period, chance: &mut Random) -> Value {
    let codes = u32::try_from(shape.codes.codes().len()).unwrap_or(0);
    let small = |bound: u32, chance: &mut Random| chance.below(bound).cast_signed();
    match field.layout {
        Layout::Codes if field.codes.as_deref() == Some("school") => {
            Value::Code(u16::try_from(at.school).unwrap_or(0))
        }
        Layout::Codes => Value::Code(u16::try_from(chance.below(codes)).unwrap_or(0)),
        Layout::Flags => Value::Flag(chance.below(5) == 0),
        Layout::Integers => Value::Integer(match field.unit.as_deref() {
            // Others than the day of the row lie around the period, such as the next visit.
            Some("days since 1970-01-01") if field.name == "birth_day" => {
                period.last.0 - 2_200 - small(4_000, chance)
            }
            Some("days since 1970-01-01") => period.last.0 - 60 + small(90, chance),
            Some("year") => SchoolYear::of(period.first).0,
            Some("min") => 5 * small(25, chance),
            Some("persons" | "contacts" | "attempts" | "steps") => small(8, chance),
            Some("pupils") => 20 + small(400, chance),
            Some("years") => 6 + small(14, chance),
            // What can be missed is more than what was.
            Some("units") if field.name.starts_with("possible") => 120 + small(80, chance),
            Some("units") => small(4, chance) * small(10, chance),
            _ => small(120, chance),
        }),
        Layout::Longs => Value::Long(i64::from(small(100_000, chance))),
        Layout::Decimals => Value::Decimal(f64::from(small(1_000, chance)) / 8.0),
        Layout::Sets => {
            let codes = codes.min(64);
            let mut set = 0;
            for _ in 0..chance.below(4) {
                set |= 1_u64.checked_shl(small(codes, chance).unsigned_abs()).unwrap_or(0);
            }
            Value::Set(if codes == 0 { 0 } else { set })
        }
        Layout::Indexes => Value::Index(at.person),
        Layout::Keys => Value::Key(match field.name.as_str() {
            "pupil_key" | "household_key" => pseudonym(at.seed, at.person.into()),
            _ => pseudonym(at.seed, at.row as u64 | 1 << 40),
        }),
        Layout::Texts => Value::Text(format!("text {}", chance.below(100))),
    }
}

/// A list that has each code of another list under another name, and one more.
pub(super) fn unknown(list: &Arc<CodeList>) -> Arc<CodeList> {
    let code = |number: usize| {
        let code = format!("unknown-{number}");
        Code { code: code.clone(), de: code.clone(), en: code }
    };
    Arc::new(CodeList::new((0..list.codes().len().max(1)).map(code).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Day, Values};

    const MANIFEST: &str = r#"
        id = "org.example.all"
        version = "1.0.0"
        api = "1.0"
        title = { de = "Alles", en = "All" }
        description = { de = "Liest.", en = "Reads." }
        licence = "Apache-2.0"
        authors = ["Example"]
    "#;

    /// A manifest that asks for every field there is.
    fn greedy() -> Manifest {
        use std::fmt::Write as _;
        let mut text = MANIFEST.to_owned();
        for dataset in &Dictionary::get().datasets {
            let fields: Vec<&str> = dataset
                .fields
                .iter()
                .filter(|field| field.layout != Layout::Texts)
                .map(|field| field.name.as_str())
                .collect();
            write!(
                text,
                "[[request]]\ndataset = {:?}\nfields = {fields:?}\nidentity = true\n\
                 purpose = {{ de = \"Z\", en = \"C\" }}\n",
                dataset.name
            )
            .unwrap();
        }
        Manifest::parse(&text).unwrap()
    }

    #[test]
    fn rows_of_every_dataset_are_what_the_host_would_hand_over() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let period = Period::new(day("2025-08-01"), day("2026-07-31")).unwrap();
        let sheets = sheets(&greedy(), period, 1_000, 7);
        assert_eq!(sheets.len(), Dictionary::get().datasets.len());
        for sheet in &sheets {
            let name = &sheet.dataset.name;
            assert_eq!(sheet.rows, if name == "schools" { SCHOOLS } else { 1_000 }, "{name}");
            assert_eq!(sheet.sorted().numbers, sheet.numbers, "{name} comes by school and day");
            for (field, column) in sheet.fields.iter().zip(&sheet.columns) {
                assert_eq!(column.values.len(), sheet.rows);
                let is_within = match &column.values {
                    Values::Codes(codes) => {
                        codes.iter().all(|code| usize::from(*code) < field.codes.codes().len())
                    }
                    Values::Indexes(all) => all.iter().all(|index| *index < field.size),
                    Values::Sets(sets) => {
                        sets.iter().all(|set| *set < 1_u64 << field.codes.codes().len())
                    }
                    _ => true,
                };
                assert!(is_within, "{name}.{}", field.name);
                let missing = sheet.dataset.field(&field.name).unwrap().missing;
                // Nine schools are too few to say whether something is missing now and then.
                let missing = missing && (sheet.rows > SCHOOLS || !column.present.is_empty());
                assert_eq!(missing, !column.present.is_empty(), "{name}.{}", field.name);
            }
        }
        let again = super::sheets(&greedy(), period, 1_000, 7);
        let other = super::sheets(&greedy(), period, 1_000, 8);
        assert_eq!(again[1].columns, sheets[1].columns);
        assert_ne!(other[1].columns, sheets[1].columns);
    }
}
