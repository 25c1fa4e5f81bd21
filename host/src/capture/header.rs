//! The header line: which column stands where, found once for all rows.

use csv::StringRecord;

use super::kind::{Kind, PRIVATE_NOTE};
use super::mistake::Mistakes;
use super::reason;
use crate::domain::CodeList;

/// The most columns of a file, known or not. Contacts can have 18 and one for each of 64 roles; what
/// has many more is some other file, and not worth a mistake for each column.
const MOST_COLUMNS: usize = 200;

/// The longest name of a column that is told apart, in characters.
const LONGEST_NAME: usize = 80;

/// A column of this file: its name and place, or no place where the file does not have it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<'h> {
    /// Its name in the header line.
    pub(super) name: &'h str,
    /// Its place in each row.
    pub(super) place: Option<usize>,
}

/// The columns of one file.
#[derive(Debug)]
pub(super) struct Header {
    kind: Kind,
    names: Vec<String>,
    /// Places of private notes with the roles (places in the list `role`) that they belong to.
    lanes: Vec<(usize, u16)>,
}

impl Header {
    /// Reads a header line. `None` where no column of it is known, so that reading on is no use.
    pub(super) fn new(
        kind: Kind,
        line: u64,
        record: &StringRecord,
        roles: &CodeList,
        mistakes: &mut Mistakes,
    ) -> Option<Self> {
        if record.len() > MOST_COLUMNS {
            mistakes.add(line, None, || reason::too_many_columns(record.len(), MOST_COLUMNS));
            return None;
        }
        let name = |name: &str| reason::one_line(name.trim(), LONGEST_NAME);
        let names: Vec<String> = record.iter().map(name).collect();
        let mut lanes = Vec::new();
        let mut known = 0;
        for (place, name) in names.iter().enumerate() {
            if name.is_empty() {
                mistakes.add(line, None, || reason::unnamed_column(place + 1));
            } else if names[..place].contains(name) {
                mistakes.add(line, Some(name), || reason::repeated_column(name));
            } else if let Some(role) = lane(kind, name) {
                match roles.place(role) {
                    Some(profession) => lanes.push((place, profession)),
                    None => mistakes.add(line, Some(name), || reason::unknown_lane(role, roles)),
                }
            } else if kind.columns().iter().any(|column| column.name == name) {
                known += 1;
            } else {
                mistakes.add(line, Some(name), || reason::unknown_column(name, kind));
            }
        }
        for column in kind.columns().iter().filter(|column| column.required) {
            if !names.iter().any(|name| name == column.name) {
                mistakes.add(line, Some(column.name), || reason::missing_column(column.name));
            }
        }
        (known > 0).then_some(Self { kind, names, lanes })
    }

    /// How many fields each row must have.
    pub(super) fn width(&self) -> usize {
        self.names.len()
    }

    /// The name of the column at a place.
    pub(super) fn name(&self, place: usize) -> &str {
        &self.names[place]
    }

    /// The column of that name.
    ///
    /// # Panics
    ///
    /// Where the kind has no such column. Test: `every_kind_reads_a_file_of_all_its_columns`.
    pub(super) fn field(&self, name: &'static str) -> Field<'static> {
        let is_known = self.kind.columns().iter().any(|column| column.name == name);
        assert!(is_known, "`{}` has no column `{name}`", self.kind);
        Field { name, place: self.names.iter().position(|found| found == name) }
    }

    /// The columns of private notes, with the role that each belongs to.
    pub(super) fn lanes(&self) -> Vec<(Field<'_>, u16)> {
        let field = |place: usize| Field { name: &self.names[place], place: Some(place) };
        self.lanes.iter().map(|(place, profession)| (field(*place), *profession)).collect()
    }
}

/// The role in the name of a column of private notes.
fn lane(kind: Kind, name: &str) -> Option<&str> {
    name.strip_prefix(PRIVATE_NOTE).filter(|_| kind == Kind::Contacts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CodeLists;

    fn header(kind: Kind, names: &[&str]) -> (Option<Header>, Vec<(Option<String>, String)>) {
        let lists = CodeLists::new(CodeLists::seed());
        let mut mistakes = Mistakes::default();
        let record = StringRecord::from(names.to_vec());
        let header = Header::new(kind, 1, &record, &lists.list("role"), &mut mistakes);
        (header, mistakes.list.into_iter().map(|one| (one.field, one.reason.en)).collect())
    }

    #[test]
    fn everything_that_is_wrong_with_a_header_is_said_at_once() {
        let (header, mistakes) = header(Kind::Schools, &["numbr", "form", "", "form", "colour"]);
        assert!(header.is_some());
        let said: Vec<&str> = mistakes.iter().map(|(_, reason)| reason.as_str()).collect();
        assert_eq!(
            said,
            [
                "there is no column `numbr`; did you mean `number`?",
                "column 3 has no name; name it or remove it",
                "the column `form` is there twice; remove one of them",
                "there is no column `colour`; known columns are `number`, `name`, `form`",
                "the column `number` is missing; add it to the header line",
                "the column `name` is missing; add it to the header line",
            ]
        );
    }

    #[test]
    fn a_header_without_any_known_column_is_no_header() {
        assert!(header(Kind::Schools, &["1", "2", "3"]).0.is_none());
    }

    #[test]
    fn some_other_file_is_refused_in_few_words() {
        let names: Vec<String> = (0..100_000).map(|place| format!("column{place}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (found, mistakes) = header(Kind::Schools, &names);
        assert!(found.is_none());
        assert_eq!(mistakes.len(), 1);
        let (_, mistakes) = header(Kind::Schools, &["\u{1b}[2J", "number", "name", "form"]);
        assert_eq!(mistakes[0].0.as_deref(), Some(" [2J"));
    }

    #[test]
    fn private_notes_belong_to_a_role_and_to_contacts() {
        let names = ["private_note:teacher", "private_note:teecher", "school"];
        let (found, mistakes) = header(Kind::Contacts, &names);
        let lanes = found.unwrap();
        assert_eq!(lanes.lanes().len(), 1);
        assert_eq!(lanes.lanes()[0].1, 1);
        assert!(mistakes[0].1.contains("allowed are `mediation`, `teacher`"), "{mistakes:?}");
        let (_, mistakes) = header(Kind::Households, &["code", "private_note:teacher"]);
        assert_eq!(mistakes.len(), 1);
    }

    #[test]
    fn order_is_free_and_optional_columns_may_be_left_out() {
        let (found, mistakes) = header(Kind::Pairings, &["from", " members ", "school"]);
        assert_eq!(mistakes, []);
        let found = found.unwrap();
        assert_eq!(found.field("members").place, Some(1));
        assert_eq!(found.field("until").place, None);
    }
}
