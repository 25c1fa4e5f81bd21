//! Reads the schools' registers: when they record absences, their days off and their half-years.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::Connection;

use super::calendars::calendar;
use super::reader::span;
use crate::domain::{Attendance, Day, Register, SchoolKey, SchoolYear};

/// The registers of all schools, also of those that have said nothing for one.
pub(super) fn registers(connection: &Connection) -> rusqlite::Result<HashMap<SchoolKey, Register>> {
    let mut registers: HashMap<SchoolKey, Register> = HashMap::new();
    let calendar = calendar(connection)?;
    let mut statement = connection.prepare_cached(
        "SELECT school.key, code.code FROM school
         LEFT JOIN code ON code.list = 'school-form' AND code.place = school.form",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let form: Option<String> = row.get(1)?;
        let register = Register::new(&form.unwrap_or_default(), Arc::clone(&calendar));
        registers.insert(SchoolKey(row.get(0)?), register);
    }
    let mut statement = connection.prepare_cached(
        "SELECT school, unit, units_per_day, first_day, last_day FROM attendance
         ORDER BY school, first_day",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let school = SchoolKey(row.get(0)?);
        let (unit, units_per_day) = (row.get(1)?, row.get(2)?);
        let attendance = Attendance { school, unit, units_per_day, span: span(row, 3)? };
        // Rows of a school that is not there cannot be: the schema refuses them.
        let Some(register) = registers.get_mut(&school) else { continue };
        register.attendance.push(attendance);
    }
    let mut statement = connection.prepare_cached("SELECT school, day FROM day_off")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let Some(register) = registers.get_mut(&SchoolKey(row.get(0)?)) else { continue };
        register.days_off.insert(Day(row.get(1)?));
    }
    let mut statement =
        connection.prepare_cached("SELECT school, year, second_begins FROM half_year")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let Some(register) = registers.get_mut(&SchoolKey(row.get(0)?)) else { continue };
        register.second_halves.insert(SchoolYear(row.get(1)?), Day(row.get(2)?));
    }
    let mut statement =
        connection.prepare_cached("SELECT school, day, class FROM day_not_taken")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let Some(register) = registers.get_mut(&SchoolKey(row.get(0)?)) else { continue };
        let not_taken = register.not_taken.entry(Day(row.get(1)?)).or_default();
        match row.get::<_, String>(2)? {
            class if class.is_empty() => not_taken.school = true,
            class => drop(not_taken.classes.insert(class)),
        }
    }
    Ok(registers)
}
