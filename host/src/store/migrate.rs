//! Brings a database to the newest schema, all steps or none.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use serde_json::json;

use super::Error;
use super::ledger::append_one;
use super::reseal::seal_plain_notes;
use crate::domain::{Action, Author};

/// Every step ever released, oldest first. Files are added, never edited.
const STEPS: &[&str] = &[
    include_str!("../../../schemas/sql/0001_records.sql"),
    include_str!("../../../schemas/sql/0002_attendance.sql"),
    include_str!("../../../schemas/sql/0003_audit.sql"),
    include_str!("../../../schemas/sql/0004_partitions.sql"),
    include_str!("../../../schemas/sql/0005_report_run.sql"),
    include_str!("../../../schemas/sql/0006_trust.sql"),
    include_str!("../../../schemas/sql/0007_grants.sql"),
    include_str!("../../../schemas/sql/0008_life.sql"),
    include_str!("../../../schemas/sql/0009_tasks.sql"),
    include_str!("../../../schemas/sql/0010_field.sql"),
    include_str!("../../../schemas/sql/0011_attendance.sql"),
    include_str!("../../../schemas/sql/0012_imports.sql"),
    include_str!("../../../schemas/sql/0013_accounts.sql"),
    include_str!("../../../schemas/sql/0014_lanes.sql"),
    include_str!("../../../schemas/sql/0015_rights.sql"),
    include_str!("../../../schemas/sql/0016_erasure.sql"),
    include_str!("../../../schemas/sql/0017_audit.sql"),
    include_str!("../../../schemas/sql/0018_published.sql"),
    include_str!("../../../schemas/sql/0019_backup.sql"),
    include_str!("../../../schemas/sql/0020_words.sql"),
    include_str!("../../../schemas/sql/0021_drafts.sql"),
    include_str!("../../../schemas/sql/0022_tokens.sql"),
    include_str!("../../../schemas/sql/0023_steps.sql"),
];

/// Runs the steps that `connection` has not had. Foreign keys must not be switched on yet: a step
/// may have to build a table anew, and all references are checked at the end.
///
/// # Errors
///
/// [`Error::TooNew`]; [`Error::Damaged`] where a record refers to one that is not there.
pub(super) fn run(connection: &mut Connection) -> Result<(), Error> {
    run_steps(connection, STEPS)
}

/// The newest schema that this program knows.
pub(super) fn known() -> u32 {
    u32::try_from(STEPS.len()).expect("nobody writes so many steps")
}

/// The steps up to one, for tests that start from an earlier schema.
#[cfg(test)]
pub(super) fn run_first(connection: &mut Connection, steps: usize) -> Result<(), Error> {
    run_steps(connection, &STEPS[..steps])
}

/// One step, counted from 1.
#[cfg(test)]
pub(super) fn step(number: usize) -> &'static str {
    STEPS[number - 1]
}

fn run_steps(connection: &mut Connection, steps: &[&str]) -> Result<(), Error> {
    let known = u32::try_from(steps.len()).expect("nobody writes so many steps");
    if version(connection, known)? == known {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Asked again: another process may have been faster before the lock was ours.
    let done = version(&transaction, known)?;
    for (_, sql) in (0..).zip(steps).filter(|(number, _)| *number >= done) {
        transaction.execute_batch(sql)?;
    }
    seal_plain_notes(&transaction)?;
    let dangling = transaction
        .prepare("SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1")?
        .query_map([], |row| row.get::<_, String>(0))?
        .next()
        .transpose()?;
    if let Some(table) = dangling {
        return Err(Error::Damaged(format!(
            "a row of the table `{table}` refers to one that does not exist"
        )));
    }
    transaction.pragma_update(None, "user_version", known)?;
    note(&transaction, done, known)?;
    Ok(transaction.commit()?)
}

/// Notes in the audit that records were brought to a newer schema. A database that is just being
/// made has no municipality yet, and its making is the first entry.
fn note(connection: &Connection, from: u32, to: u32) -> Result<(), Error> {
    let exists = |table: &str| {
        let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1)";
        connection.query_row(sql, [table], |row| row.get::<_, bool>(0))
    };
    if !exists("audit")? || !exists("municipality")? {
        return Ok(());
    }
    // The clock of SQLite, since nobody hands one to those who only open the records.
    let now: Option<i64> = connection
        .query_row("SELECT unixepoch() FROM municipality", [], |row| row.get(0))
        .optional()?;
    let Some(now) = now else { return Ok(()) };
    let details = json!({ "from": from, "to": to });
    append_one(connection, &Author::program(now), Action::StoreMigrate, "", &details)
}

/// How many steps it has had.
fn version(connection: &Connection, known: u32) -> Result<u32, Error> {
    let found = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known {
        return Err(Error::TooNew { found, known });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Code, CodeLists};

    const FIRST: &str = "CREATE TABLE a (key INTEGER PRIMARY KEY) STRICT;
        CREATE TABLE b (a INTEGER REFERENCES a (key)) STRICT;";

    fn empty() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        connection
    }

    fn tables(connection: &Connection) -> i64 {
        let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table'";
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_step_that_fails_undoes_those_before_it() {
        let mut connection = empty();
        let steps = [FIRST, "CREATE TABLE c (key INTEGER) STRICT; CREATE TABLE a (x INTEGER);"];
        assert!(run_steps(&mut connection, &steps).is_err());
        assert_eq!(tables(&connection), 0);
        assert_eq!(version(&connection, 2).unwrap(), 0);
    }

    #[test]
    fn a_step_that_breaks_a_reference_is_undone() {
        let mut connection = empty();
        run_steps(&mut connection, &[FIRST]).unwrap();
        let steps = [FIRST, "INSERT INTO b (a) VALUES (7);"];
        let error = run_steps(&mut connection, &steps).unwrap_err();
        assert!(error.to_string().contains("table `b`"), "{error}");
        let rows: i64 =
            connection.query_row("SELECT count(*) FROM b", [], |row| row.get(0)).unwrap();
        assert_eq!((rows, version(&connection, 2).unwrap()), (0, 1));
    }

    #[test]
    fn a_newer_database_is_left_alone() {
        let mut connection = empty();
        connection.pragma_update(None, "user_version", 2).unwrap();
        let error = run_steps(&mut connection, &[FIRST]).unwrap_err();
        assert!(matches!(error, Error::TooNew { found: 2, known: 1 }), "{error}");
        assert_eq!(tables(&connection), 0);
    }

    /// New records get all lists from the seed; those of an earlier version get them from the step.
    #[test]
    fn the_step_for_attendance_brings_its_code_lists_to_records_that_lack_them() {
        let added = |has_municipality: bool| {
            let mut connection = empty();
            run_steps(&mut connection, &STEPS[..1]).unwrap();
            let sql = "INSERT INTO municipality VALUES (1, zeroblob(16), 'X', zeroblob(32), 0)";
            if has_municipality {
                connection.execute(sql, []).unwrap();
            }
            run_steps(&mut connection, &STEPS[..2]).unwrap();
            let mut statement =
                connection.prepare("SELECT list, code, de, en FROM code ORDER BY list, place");
            let rows = statement.as_mut().unwrap().query_map([], |row| {
                Ok([row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
            });
            rows.unwrap().map(Result::unwrap).collect::<Vec<_>>()
        };
        assert_eq!(added(false), [[""; 4]; 0]);
        let mut expected = Vec::new();
        for (name, list) in CodeLists::seed() {
            if ["absence-status", "absence-unit", "term"].contains(&&*name) {
                let row = |code: &Code| {
                    [name.clone(), code.code.clone(), code.de.clone(), code.en.clone()]
                };
                expected.extend(list.codes().iter().map(row));
            }
        }
        assert_eq!(added(true), expected);
    }

    /// Of three plugins one was granted and used in two versions, one was never used, one never granted.
    #[test]
    fn the_step_for_the_life_of_plugins_keeps_in_service_what_was_used() {
        let mut connection = empty();
        let before = STEPS.iter().position(|step| step.starts_with("-- 0008")).unwrap();
        run_steps(&mut connection, &STEPS[..before]).unwrap();
        connection
            .execute_batch(
                "INSERT INTO plugin (sha256, id, version, package, installed_at) VALUES
                   (CAST('a1' || hex(zeroblob(15)) AS BLOB), 'a', '1', x'', 10),
                   (CAST('a2' || hex(zeroblob(15)) AS BLOB), 'a', '2', x'', 10),
                   (CAST('a3' || hex(zeroblob(15)) AS BLOB), 'a', '3', x'', 11),
                   (CAST('b1' || hex(zeroblob(15)) AS BLOB), 'b', '1', x'', 10),
                   (CAST('c1' || hex(zeroblob(15)) AS BLOB), 'c', '1', x'', 10);
                 INSERT INTO plugin_grant
                   (sha256, dataset, field, granted_by, granted_at, all_schools, is_revoked)
                   SELECT sha256, 'd', 'f', 'x', 0, 1, 0 FROM plugin WHERE id <> 'c';
                 INSERT INTO report
                   SELECT NULL, randomblob(16), id, version, 0, 1, 'public', 'x', 0, '{}' FROM plugin
                   WHERE (id, version) IN (VALUES ('a', '1'), ('a', '2'), ('c', '1'));",
            )
            .unwrap();
        run_steps(&mut connection, STEPS).unwrap();
        let sql = "SELECT plugin.id, plugin.version, state, current = sha256
                   FROM plugin_state JOIN plugin USING (sha256) JOIN plugin_service USING (id)";
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
            .unwrap();
        let rows: Vec<(String, String, String, bool)> = rows.map(Result::unwrap).collect();
        assert_eq!(rows, [("a".into(), "2".into(), "enabled".into(), true)]);
    }

    #[test]
    fn only_the_missing_steps_run() {
        let mut connection = empty();
        run_steps(&mut connection, &[FIRST]).unwrap();
        run_steps(&mut connection, &[FIRST]).unwrap();
        let steps = [FIRST, "CREATE TABLE c (key INTEGER) STRICT;"];
        run_steps(&mut connection, &steps).unwrap();
        assert_eq!((tables(&connection), version(&connection, 2).unwrap()), (3, 2));
    }

    #[test]
    fn bringing_records_up_to_date_is_the_first_entry_of_those_that_had_no_audit() {
        let mut connection = empty();
        run_steps(&mut connection, &STEPS[..1]).unwrap();
        let city = "INSERT INTO municipality VALUES (1, zeroblob(16), 'x', zeroblob(32), 0)";
        connection.execute(city, []).unwrap();
        run(&mut connection).unwrap();
        run(&mut connection).unwrap();
        let mut statement =
            connection.prepare("SELECT seq, actor, action, details FROM audit").unwrap();
        let rows =
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)));
        let rows: Vec<(u32, String, String, String)> = rows.unwrap().map(Result::unwrap).collect();
        let details = format!("{{\"from\":1,\"to\":{}}}", STEPS.len());
        assert_eq!(rows, [(1, "program:tridem".into(), "store.migrate".into(), details)]);
    }
}
