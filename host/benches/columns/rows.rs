//! The other way: rusqlite's rows, one value after the other, into the same columns.

use rusqlite::{Connection, Statement, params};
use tridem::domain::{BATCH_ROWS, Batch, CodeLists, Column, SchoolYear, TeamRoles, Values};

use crate::data::SCHOOLS;

/// The same columns by `rows.next()` and `row.get(..)`, over the same index. All eleven are read
/// from the row; the sink reads ten, as it knows the school from the query.
pub(crate) fn by_rows_each(connection: &Connection, each: &mut (dyn FnMut(Batch) + Send)) {
    let roles = CodeLists::seed().into_iter().find(|(name, _)| name == "role").expect("a list").1;
    let roles = TeamRoles::new(&roles);
    let sql = "SELECT school, day, kind, roles, result, attempt, topics, minutes, persons,
                      consultation, household
               FROM contact INDEXED BY contact_columns
               WHERE school = ?1 AND day BETWEEN ?2 AND ?3";
    let mut statement = connection.prepare(sql).expect("the schema has these columns");
    let mut reader = RowReader { roles, numbers: Vec::new(), numbered: 0, open: Open::default() };
    for school in 1..=SCHOOLS {
        reader.school(&mut statement, school, each).expect("the database is whole");
    }
    if !reader.open.days.is_empty() {
        each(reader.open.close());
    }
}

/// What the batch being filled holds.
#[derive(Default)]
struct Open {
    schools: Vec<u16>,
    days: Vec<i32>,
    kinds: Vec<u16>,
    forms: Vec<u16>,
    results: Vec<u16>,
    attempts: Vec<u8>,
    topics: Vec<u64>,
    minutes: Vec<i32>,
    persons: Vec<i32>,
    consultations: Vec<u16>,
    has_consultation: Vec<u64>,
    households: Vec<u32>,
    has_household: Vec<u64>,
}

impl Open {
    fn new() -> Self {
        let bits = || vec![0; BATCH_ROWS / 64];
        Self {
            schools: Vec::with_capacity(BATCH_ROWS),
            days: Vec::with_capacity(BATCH_ROWS),
            kinds: Vec::with_capacity(BATCH_ROWS),
            forms: Vec::with_capacity(BATCH_ROWS),
            results: Vec::with_capacity(BATCH_ROWS),
            attempts: Vec::with_capacity(BATCH_ROWS),
            topics: Vec::with_capacity(BATCH_ROWS),
            minutes: Vec::with_capacity(BATCH_ROWS),
            persons: Vec::with_capacity(BATCH_ROWS),
            consultations: Vec::with_capacity(BATCH_ROWS),
            has_consultation: bits(),
            households: Vec::with_capacity(BATCH_ROWS),
            has_household: bits(),
        }
    }

    fn close(&mut self) -> Batch {
        let mut full = std::mem::replace(self, Self::new());
        let rows = full.days.len();
        full.has_consultation.truncate(rows.div_ceil(64));
        full.has_household.truncate(rows.div_ceil(64));
        let column = |values| Column { values, present: Vec::new() };
        let columns = vec![
            column(Values::Codes(full.schools)),
            column(Values::Integers(full.days)),
            column(Values::Codes(full.kinds)),
            column(Values::Codes(full.forms)),
            column(Values::Codes(full.results)),
            column(Values::Flags(full.attempts)),
            column(Values::Sets(full.topics)),
            column(Values::Integers(full.minutes)),
            column(Values::Integers(full.persons)),
            Column { values: Values::Codes(full.consultations), present: full.has_consultation },
            Column { values: Values::Indexes(full.households), present: full.has_household },
        ];
        Batch { rows, columns }
    }
}

struct RowReader {
    roles: TeamRoles,
    numbers: Vec<Option<u32>>,
    numbered: u32,
    open: Open,
}

impl RowReader {
    fn school(
        &mut self,
        statement: &mut Statement<'_>,
        school: i64,
        each: &mut (dyn FnMut(Batch) + Send),
    ) -> rusqlite::Result<()> {
        let period = SchoolYear(2025).period();
        let mut rows = statement.query(params![school, period.first.0, period.last.0])?;
        while let Some(row) = rows.next()? {
            if self.open.days.capacity() == 0 {
                self.open = Open::new();
            }
            let open = &mut self.open;
            let at = open.days.len();
            open.schools.push(row.get::<_, u16>(0)? - 1);
            open.days.push(row.get(1)?);
            open.kinds.push(row.get(2)?);
            open.forms.push(self.roles.form(row.get::<_, i64>(3)?.cast_unsigned()).place());
            open.results.push(row.get(4)?);
            open.attempts.push(row.get(5)?);
            open.topics.push(row.get::<_, i64>(6)?.cast_unsigned());
            open.minutes.push(row.get(7)?);
            open.persons.push(row.get(8)?);
            let consultation: Option<u16> = row.get(9)?;
            open.consultations.push(consultation.unwrap_or(0));
            open.has_consultation[at / 64] |= u64::from(consultation.is_some()) << (at % 64);
            let household: Option<u32> = row.get(10)?;
            let number = household.map_or(0, |key| {
                let key = key as usize;
                if self.numbers.len() <= key {
                    self.numbers.resize(key + 1, None);
                }
                *self.numbers[key].get_or_insert_with(|| {
                    self.numbered += 1;
                    self.numbered - 1
                })
            });
            open.households.push(number);
            open.has_household[at / 64] |= u64::from(household.is_some()) << (at % 64);
            if at + 1 == BATCH_ROWS {
                each(open.close());
            }
        }
        Ok(())
    }
}
