//! Rows as a file that the importer reads back the same.

/// What a spreadsheet would take for the beginning of a formula.
const FORMULA: [char; 4] = ['=', '+', '-', '@'];

/// A file with these columns: UTF-8 with a byte order mark, `;` between fields, lines that end in CR
/// LF, as German spreadsheet programs write it.
///
/// A value that a spreadsheet would take for a formula gets an apostrophe before it, which
/// [`read`](super::read()) takes away again.
pub fn print<'a>(
    columns: impl IntoIterator<Item = &'a str>,
    rows: impl IntoIterator<Item = Vec<String>>,
) -> String {
    let mut text = String::from("\u{FEFF}");
    let mut line = |values: &[String]| {
        for (place, value) in values.iter().enumerate() {
            if place > 0 {
                text.push(';');
            }
            field(&mut text, value);
        }
        text.push_str("\r\n");
    };
    line(&columns.into_iter().map(str::to_owned).collect::<Vec<_>>());
    for row in rows {
        line(&row);
    }
    text
}

fn field(text: &mut String, value: &str) {
    let guard = if is_guardable(value) { "'" } else { "" };
    if value.contains([';', '"', '\n', '\r']) {
        text.push('"');
        text.push_str(guard);
        text.push_str(&value.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(guard);
        text.push_str(value);
    }
}

/// A value of a file without the apostrophe that guards it, where one does.
pub(super) fn unguarded(value: &str) -> &str {
    match value.strip_prefix('\'') {
        Some(rest) if is_guardable(rest) => rest,
        _ => value,
    }
}

/// Whether a value begins like a formula, or like a guarded one: what has an apostrophe of its own
/// gets another, so that exactly one can be taken away.
pub(super) fn is_guardable(value: &str) -> bool {
    value.trim_start_matches('\'').starts_with(FORMULA)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::form_schema::samples;
    use super::super::kind::{Kind, Records};
    use super::super::read::{one, read};
    use super::super::sample::{directory, ids};
    use super::*;
    use crate::domain::{FormKind, FormType};

    #[test]
    fn what_looks_like_a_formula_is_guarded_and_read_back() {
        let rows = ["=1+1", "'=1+1", "+49", "-", "@x", "'quoted'", "a=b"];
        let printed = print(["a", "b"], rows.map(|value| vec![value.to_owned(), String::new()]));
        let values: Vec<&str> =
            printed.lines().skip(1).map(|line| line.trim_end_matches(['\r', ';'])).collect();
        assert_eq!(values, ["'=1+1", "''=1+1", "'+49", "'-", "'@x", "'quoted'", "a=b"]);
        assert_eq!(values.into_iter().map(unguarded).collect::<Vec<_>>(), rows);
    }

    /// A row of a form: right values, and texts that are as nasty as texts can be.
    fn row(
        kind: FormKind,
        number: usize,
        texts: &[String],
        is_full: bool,
    ) -> Vec<(&'static str, String)> {
        let nasty = |place: usize| texts[(number + place) % texts.len()].trim().to_owned();
        let value = |(place, (name, right, _)): (usize, (&'static str, String, Vec<&str>))| {
            let field = &kind.form().fields[place];
            let value = match field.kind {
                FormType::Sign => format!("-{number}"),
                FormType::Text if !nasty(place).is_empty() => nasty(place),
                _ if is_full || field.required || field.name == "pupil" => right,
                _ => String::new(),
            };
            (name, value)
        };
        samples(kind).into_iter().enumerate().map(value).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        /// What is typed and what is printed and read back is the same record, of every form.
        #[test]
        fn records_of_every_form_that_are_printed_read_back_the_same(
            place in 0usize..19,
            texts in prop::collection::vec("[=+'@;|\"a-zÄ -]{1,30}", 1..5),
            full in prop::collection::vec(any::<bool>(), 1..4),
        ) {
            let kind = FormKind::all().nth(place).unwrap();
            let known = directory();
            let rows: Vec<_> = full
                .iter()
                .enumerate()
                .map(|(number, is_full)| row(kind, number, &texts, *is_full))
                .collect();
            let values = |records: Records| match records {
                Records::Entries(_, entries) => {
                    entries.into_iter().map(|entry| entry.values).collect::<Vec<_>>()
                }
                other => panic!("{other:?}"),
            };
            let mut typed = Vec::new();
            for row in &rows {
                let fields: Vec<_> =
                    row.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let read = one(Kind::Form(kind), &fields, &known, &mut ids());
                typed.extend(values(read.unwrap()));
            }
            let names = rows[0].iter().map(|(name, _)| *name);
            let lines = rows.iter().map(|row| row.iter().map(|(_, value)| value.clone()).collect());
            let printed = print(names, lines);
            let bytes = printed.as_bytes();
            let read = read(Kind::Form(kind), bytes, &known, &mut ids(), &mut |_| ());
            prop_assert_eq!(read.map(values), Ok(typed), "{}", printed);
        }

        /// Names as people write them, and as attackers do.
        #[test]
        fn texts_that_are_printed_read_back_the_same(
            names in prop::collection::vec("[=+'@;\"a-zÄ -]{1,30}", 1..8),
        ) {
            let names: Vec<String> = names
                .iter()
                .map(|name| name.trim().to_owned())
                .filter(|name| !name.is_empty())
                .collect();
            let rows = names.iter().enumerate().map(|(place, name)| {
                vec![format!("{}", 100_000 + place), name.clone(), "02".to_owned()]
            });
            let printed = print(["number", "name", "form"], rows);
            let (bytes, known) = (printed.as_bytes(), directory());
            let read = read(Kind::Schools, bytes, &known, &mut ids(), &mut |_| ());
            let Ok(Records::Schools(schools)) = read else { panic!("{read:?}") };
            let found: Vec<String> = schools.into_iter().map(|school| school.name).collect();
            prop_assert_eq!(found, names);
        }
    }
}
