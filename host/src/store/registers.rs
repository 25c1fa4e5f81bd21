//! Reads the schools' registers: when they record absences, their days off and their half-years.

use std::collections::HashMap;

use rusqlite::Connection;

use super::reader::span;
use crate::domain::{Attendance, Day, Register, SchoolKey, SchoolYear};

/// The registers of all schools that have said anything for one.
pub(super) fn registers(connection: &Connection) -> rusqlite::Result<HashMap<SchoolKey, Register>> {
    let mut registers: HashMap<SchoolKey, Register> = HashMap::new();
    let mut statement = connection.prepare_cached(
        "SELECT school, unit, units_per_day, first_day, last_day FROM attendance
         ORDER BY school, first_day",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let school = SchoolKey(row.get(0)?);
        let (unit, units_per_day) = (row.get(1)?, row.get(2)?);
        let attendance = Attendance { school, unit, units_per_day, span: span(row, 3)? };
        registers.entry(school).or_default().attendance.push(attendance);
    }
    let mut statement = connection.prepare_cached("SELECT school, day FROM day_off")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let register = registers.entry(SchoolKey(row.get(0)?)).or_default();
        register.days_off.insert(Day(row.get(1)?));
    }
    let mut statement =
        connection.prepare_cached("SELECT school, year, second_begins FROM half_year")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let register = registers.entry(SchoolKey(row.get(0)?)).or_default();
        register.second_halves.insert(SchoolYear(row.get(1)?), Day(row.get(2)?));
    }
    Ok(registers)
}
