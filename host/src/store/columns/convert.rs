//! Turns blocks of plain numbers into the columns of a batch, each in its own layout, and checks
//! every value once.

use rusqlite::Connection;

use super::forms::NO_SCHOOL;
use super::{Asked, Error, Numbering, Person, lists};
use crate::domain::{Batch, Column, Field, Layout, RecordKind, TeamRoles, Values};
use crate::store::sink::{Block, MISSING};

/// What a field's numbers mean.
enum Meaning {
    /// The group of the row.
    School,
    /// A set of roles, from which the team form follows.
    TeamForm(TeamRoles),
    /// Places in a list of so many codes.
    Codes(usize),
    Flags,
    Integers,
    Longs,
    /// Sets of codes that have a bit here.
    Sets(u64),
    /// Keys of persons, to be numbered.
    Indexes(Person),
    /// Keys of persons or records, to be replaced by pseudonyms.
    Keys(RecordKind),
}

/// Some rows as plain numbers.
pub(super) struct Rows<'a> {
    pub(super) count: usize,
    /// Which schools the rows belong to: a school's place, and the row after its last one.
    pub(super) groups: &'a [(u16, usize)],
    /// The numbers of the fields of [`Asked::read_fields`].
    pub(super) columns: Vec<&'a [i64]>,
}

impl<'a> Rows<'a> {
    /// The rows of a block, whose groups are schools and which has the fields at `places`.
    pub(super) fn of_block(block: &'a Block, places: &[usize]) -> Self {
        let columns = places.iter().map(|place| block.column(*place)).collect();
        Self { count: block.rows, groups: &block.groups, columns }
    }
}

/// How the blocks of one request become batches.
pub(super) struct Converter {
    dataset: &'static str,
    columns: Vec<(&'static Field, Meaning)>,
}

impl Converter {
    /// Learns what the fields of a request mean.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`], and [`Error::NoSuchField`] for a layout that no dataset has so far.
    pub(super) fn new(connection: &Connection, asked: &Asked<'_>) -> Result<Self, Error> {
        let column = |field: &&'static Field| Ok((*field, meaning(connection, asked, field)?));
        let columns = asked.fields.iter().map(column).collect::<Result<_, Error>>()?;
        Ok(Self { dataset: &asked.dataset.name, columns })
    }

    /// The batch of some rows, which come with the numbers of the fields of [`Asked::read_fields`].
    ///
    /// # Errors
    ///
    /// [`Error::BadValue`] for a value that its field cannot have.
    pub(super) fn convert(&self, rows: &Rows<'_>, numbering: &Numbering) -> Result<Batch, Error> {
        let mut read = rows.columns.iter().copied();
        let mut columns = Vec::with_capacity(self.columns.len());
        for (field, meaning) in &self.columns {
            let numbers = match meaning {
                Meaning::School => &[],
                _ => read.next().unwrap_or_default(),
            };
            let is_missing = |number: i64| field.missing && number == MISSING;
            let values = match meaning {
                Meaning::School => match schools(rows) {
                    (_, Some(_)) if !field.missing => None,
                    (codes, present) => {
                        let present = present.unwrap_or_default();
                        columns.push(Column { values: Values::Codes(codes), present });
                        continue;
                    }
                },
                Meaning::TeamForm(roles) => {
                    let form = |roles_of: &i64| roles.form(roles_of.cast_unsigned()).place();
                    Some(Values::Codes(numbers.iter().map(form).collect()))
                }
                Meaning::Codes(count) => narrow(numbers, is_missing, |number| {
                    u16::try_from(number).ok().filter(|code| usize::from(*code) < *count)
                })
                .map(Values::Codes),
                Meaning::Flags => narrow(numbers, is_missing, |number| {
                    u8::try_from(number).ok().filter(|flag| *flag <= 1)
                })
                .map(Values::Flags),
                Meaning::Integers => {
                    narrow(numbers, is_missing, |number| i32::try_from(number).ok())
                        .map(Values::Integers)
                }
                Meaning::Longs => narrow(numbers, is_missing, Some).map(Values::Longs),
                Meaning::Sets(known) => narrow(numbers, is_missing, |number| {
                    Some(number.cast_unsigned()).filter(|set| set & !known == 0)
                })
                .map(Values::Sets),
                Meaning::Indexes(person) => {
                    numbering.numbers(*person, numbers, is_missing).map(Values::Indexes)
                }
                Meaning::Keys(kind) => {
                    numbering.pseudonyms(*kind, numbers, is_missing).map(Values::Keys)
                }
            };
            let values = values.ok_or_else(|| Error::BadValue {
                dataset: self.dataset.to_owned(),
                field: field.name.clone(),
            })?;
            let present = if field.missing { presence(numbers) } else { Vec::new() };
            columns.push(Column { values, present });
        }
        Ok(Batch { rows: rows.count, columns })
    }
}

fn meaning(
    connection: &Connection,
    asked: &Asked<'_>,
    field: &'static Field,
) -> Result<Meaning, Error> {
    let known = |list: &Option<String>| match list {
        Some(list) => lists::codes(connection, list).map(|codes| codes.codes().len()),
        None => Ok(0),
    };
    let unknown =
        || Error::NoSuchField { dataset: asked.dataset.name.clone(), field: field.name.clone() };
    Ok(match (field.name.as_str(), field.layout) {
        ("school", _) => Meaning::School,
        ("team_form", _) => Meaning::TeamForm(TeamRoles::new(&lists::codes(connection, "role")?)),
        (_, Layout::Codes) => Meaning::Codes(known(&field.codes)?),
        (_, Layout::Flags) => Meaning::Flags,
        (_, Layout::Integers) => Meaning::Integers,
        (_, Layout::Longs) => Meaning::Longs,
        (_, Layout::Sets) => Meaning::Sets(match known(&field.codes)? {
            0 => 0,
            count => u64::MAX >> (64 - count.min(64)),
        }),
        (name, Layout::Indexes) => Meaning::Indexes(Person::of(name).ok_or_else(unknown)?),
        (name, Layout::Keys) => Meaning::Keys(RecordKind::of_field(name).ok_or_else(unknown)?),
        (_, Layout::Decimals | Layout::Texts) => return Err(unknown()),
    })
}

/// The school of each row, 0 for a row without one; and the bitmap of the rows that have one, where
/// not all do.
fn schools(rows: &Rows<'_>) -> (Vec<u16>, Option<Vec<u64>>) {
    let mut schools = Vec::with_capacity(rows.count);
    let mut lacking = None;
    for (school, end) in rows.groups {
        if *school == NO_SCHOOL {
            let present = lacking.get_or_insert_with(|| vec![u64::MAX; rows.count.div_ceil(64)]);
            (schools.len()..*end).for_each(|row| present[row / 64] &= !(1 << (row % 64)));
        }
        schools.resize(*end, if *school == NO_SCHOOL { 0 } else { *school });
    }
    if let Some(present) = &mut lacking
        && !rows.count.is_multiple_of(64)
        && let Some(last) = present.last_mut()
    {
        // Bits past the last row are 0, as they are in every bitmap.
        *last &= (1 << (rows.count % 64)) - 1;
    }
    (schools, lacking)
}

/// All `numbers` in a narrower type, 0 for those missing; `None` where one of them does not fit.
///
/// It looks at every number before it gives up: without a way out the loop is a few instructions
/// for several numbers at once.
fn narrow<T: Default>(
    numbers: &[i64],
    is_missing: impl Fn(i64) -> bool,
    fit: impl Fn(i64) -> Option<T>,
) -> Option<Vec<T>> {
    let mut all_fit = true;
    let mut convert = |number: &i64| {
        let fitted = if is_missing(*number) { Some(T::default()) } else { fit(*number) };
        all_fit &= fitted.is_some();
        fitted.unwrap_or_default()
    };
    let values = numbers.iter().map(&mut convert).collect();
    all_fit.then_some(values)
}

/// The bitmap of the values that are there; empty where all are.
fn presence(numbers: &[i64]) -> Vec<u64> {
    if !numbers.contains(&MISSING) {
        return Vec::new();
    }
    let word = |rows: &[i64]| {
        let bits = rows.iter().enumerate();
        bits.fold(0, |word, (row, number)| word | u64::from(*number != MISSING) << row)
    };
    numbers.chunks(64).map(word).collect()
}
