//! What the SQL of records of forms is made of. Every word in it is of our own description.

use rusqlite::types::Value;

use super::Reader;
use crate::domain::{Entered, FormField, FormKind, FormType, Schools, Visible};

/// Where the sign and the name of something are that a field refers to.
pub(super) struct Named {
    pub(super) table: &'static str,
    pub(super) sign: &'static str,
    /// An expression.
    pub(super) name: String,
}

/// Where to find what a field refers to; `None` for a field that is a value by itself.
pub(super) fn named(field: &FormField) -> Option<Named> {
    let of = |table, sign, name: &str| Some(Named { table, sign, name: name.to_owned() });
    match field.kind {
        FormType::School => of("school", "number", "name"),
        FormType::Practitioner => of("practitioner", "code", "name"),
        FormType::Pupil => of("pupil", "code", "trim(given_name || ' ' || family_name)"),
        FormType::Household => of("household", "code", "name"),
        FormType::Record => {
            let form = FormKind::of_name(&field.record)?.form();
            let name = ["name", "title"].into_iter().find_map(|name| form.field(name));
            of(&form.table, "code", name.map_or("''", FormField::column))
        }
        _ => None,
    }
}

/// The column with the last day of a record, where records of the form last.
pub(super) fn ended_by(kind: FormKind) -> Option<&'static str> {
    let until = kind.form().field("until").filter(|field| field.kind == FormType::Day);
    until.map(FormField::column)
}

/// A value as the database takes it. [`Entered::Earlier`] has to be looked up before.
pub(super) fn bound(value: &Entered) -> Value {
    match value {
        Entered::Missing | Entered::Earlier(_) => Value::Null,
        Entered::Text(text) => text.clone().into(),
        Entered::Day(day) => day.0.into(),
        Entered::Flag(flag) => (*flag).into(),
        Entered::Code(place) => (*place).into(),
        Entered::Set(set) => set.cast_signed().into(),
        Entered::Number(number) | Entered::Key(number) => (*number).into(),
    }
}

/// A condition that holds for those records of a form, in the table called `alias`, that the reader
/// may see.
///
/// Everything that a record is about has to be in sight: all of it where that is several things. Only
/// where it is about nothing of the kind, the form itself says who may see it.
pub(super) fn visible(reader: &Reader<'_>, kind: FormKind, alias: &str) -> String {
    if reader.scope.schools == Schools::All {
        return "TRUE".to_owned();
    }
    let (mut each, mut any) = (Vec::new(), Vec::new());
    for field in &kind.form().fields {
        let column = format!("{alias}.{}", field.column());
        // One more letter for each level, so that no table hides another of the same name.
        let inner = format!("{alias}t");
        let seen = match field.kind {
            FormType::School => reader.in_scope("key"),
            FormType::Pupil => reader.in_scope("school"),
            FormType::Household => reader.household_in_scope("home.key"),
            FormType::Record if is_about_somebody(&field.record) => {
                FormKind::of_name(&field.record)
                    .map_or("FALSE".to_owned(), |kind| visible(reader, kind, &inner))
            }
            _ => continue,
        };
        let table = named(field).map_or("", |named| named.table);
        let inner = if field.kind == FormType::Household { "home" } else { &inner };
        each.push(format!(
            "({column} IS NULL
              OR EXISTS (SELECT 1 FROM {table} AS {inner} WHERE {inner}.key = {column} AND {seen}))"
        ));
        any.push(format!("{column} IS NOT NULL"));
    }
    match (kind.visible, any.is_empty()) {
        (Visible::Open, true) => "TRUE".to_owned(),
        (Visible::Programme, true) => "FALSE".to_owned(),
        (Visible::Open, false) => each.join(" AND "),
        (Visible::Programme, false) => format!("({}) AND {}", any.join(" OR "), each.join(" AND ")),
    }
}

/// Whether records of a form are about a family or a school, or about one that is.
fn is_about_somebody(form: &str) -> bool {
    let Some(kind) = FormKind::of_name(form) else { return true };
    kind.form().fields.iter().any(|field| match field.kind {
        FormType::School | FormType::Pupil | FormType::Household => true,
        FormType::Record => field.record != form && is_about_somebody(&field.record),
        _ => false,
    })
}
