//! Taking back a whole import, where nothing refers to what it made and nothing of it was changed.

use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::imports::{columns, digest, row_json};
use super::{Error, Writer};
use crate::domain::Action;

/// Rows that belong to a row and go with it: the table, the part, and the column that refers.
const PARTS: [(&str, &str, &str); 5] = [
    ("contact", "contact_participant", "contact"),
    ("contact", "contact_pupil", "contact"),
    ("contact", "private_note", "contact"),
    ("pairing", "pairing_member", "pairing"),
    ("pupil", "external_id", "pupil"),
];

/// What is kept of a school for speed, and can go with it.
const OF_SCHOOLS: [&str; 4] = ["partial", "chunk_column", "chunk", "partition"];

/// Something that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// The import is of an earlier version, which did not note what it made.
    NotNoted,
    /// Rows of this table were changed or removed since.
    Changed { table: String },
    /// Rows of `by` refer to rows of `table`.
    Referred { table: String, by: String, rows: u64 },
    /// Absences were recorded in the time for which the import said how.
    Recorded { rows: u64 },
}

/// Rows with keys that an import made.
struct Range {
    table: String,
    first: i64,
    last: i64,
    columns: Vec<String>,
    sha256: [u8; 32],
}

impl Writer<'_> {
    /// What stands in the way of taking an import back.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn undo_obstacles(&self, import: i64) -> Result<Vec<Obstacle>, Error> {
        let ranges = self.ranges(import)?;
        let rows = self.plain_rows(import)?;
        let mut found = Vec::new();
        let is_noted: bool = self.connection.query_row(
            "SELECT taken_by <> '' FROM import WHERE key = ?1",
            [import],
            |row| row.get(0),
        )?;
        if !is_noted {
            return Ok(vec![Obstacle::NotNoted]);
        }
        for range in &ranges {
            let Range { table, first, last, columns, sha256 } = range;
            if digest(self.connection, table, columns, *first, *last)? != *sha256 {
                found.push(Obstacle::Changed { table: table.clone() });
            }
            for (child, column) in self.references(table)? {
                let is_part = PARTS.iter().any(|(_, part, _)| *part == child)
                    || OF_SCHOOLS.contains(&&*child);
                if is_part && PARTS.iter().all(|(whole, part, _)| *part != child || whole == table)
                {
                    continue;
                }
                let own = ranges.iter().filter(|other| other.table == child);
                let own: String = own.fold(String::new(), |sql, other| {
                    format!("{sql} AND NOT key BETWEEN {} AND {}", other.first, other.last)
                });
                let sql = format!(
                    "SELECT count(*) FROM \"{child}\" WHERE \"{column}\" BETWEEN ?1 AND ?2{own}"
                );
                let rows: i64 = self.connection.query_row(&sql, (first, last), |row| row.get(0))?;
                if rows > 0 {
                    let (table, rows) = (table.clone(), rows.unsigned_abs());
                    found.push(Obstacle::Referred { table, by: child, rows });
                }
            }
        }
        for (table, row) in &rows {
            let is_there =
                format!("SELECT count(*) FROM \"{table}\" WHERE {} = ?1", self.json(table)?);
            let there: i64 = self.connection.query_row(&is_there, [row], |row| row.get(0))?;
            let changed = Obstacle::Changed { table: table.clone() };
            if there == 0 && !found.contains(&changed) {
                found.push(changed);
            }
        }
        let recorded = self.recorded_under(import)?;
        if recorded > 0 {
            found.push(Obstacle::Recorded { rows: recorded });
        }
        let changed: i64 = self.connection.query_row(
            "SELECT count(*) FROM import_change AS c LEFT JOIN absence AS a ON a.key = c.absence
             WHERE c.import = ?1 AND a.status IS NOT c.after",
            [import],
            |row| row.get(0),
        )?;
        let changed_absences = Obstacle::Changed { table: "absence".to_owned() };
        if changed > 0 && !found.contains(&changed_absences) {
            found.push(changed_absences);
        }
        Ok(found)
    }

    /// Takes an import back: removes what it made, and opens what it cleared up. To be asked for
    /// obstacles before; `reason` stays in the list of imports.
    ///
    /// Keys of contacts and absences are never given again, and reports over removed contacts are
    /// made anew.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`], also where something refers to it after all; nothing is removed then.
    pub fn undo_import(&mut self, import: i64, reason: &str, now: i64) -> Result<u64, Error> {
        let mut removed = 0;
        let connection = self.connection;
        connection.execute("DELETE FROM external_id WHERE import = ?1", [import])?;
        connection.execute("DELETE FROM import_waiting WHERE import = ?1", [import])?;
        for range in self.ranges(import)? {
            let Range { table, first, last, .. } = range;
            for (_, part, column) in PARTS.iter().filter(|(whole, ..)| *whole == table) {
                let sql = format!("DELETE FROM \"{part}\" WHERE \"{column}\" BETWEEN ?1 AND ?2");
                connection.execute(&sql, (first, last))?;
            }
            if table == "school" {
                for cache in OF_SCHOOLS {
                    let sql = format!("DELETE FROM \"{cache}\" WHERE school BETWEEN ?1 AND ?2");
                    connection.execute(&sql, (first, last))?;
                }
            }
            let sql = format!("DELETE FROM \"{table}\" WHERE key BETWEEN ?1 AND ?2");
            removed += connection.execute(&sql, (first, last))?;
        }
        for (table, row) in self.plain_rows(import)? {
            let sql = format!("DELETE FROM \"{table}\" WHERE {} = ?1", self.json(&table)?);
            removed += connection.execute(&sql, [row])?;
        }
        let opened = connection.execute(
            "UPDATE absence SET status = c.before FROM import_change AS c
             WHERE c.import = ?1 AND c.absence = absence.key",
            [import],
        )?;
        let (by, kind) = (self.ledger.author.code.clone(), self.kind_of(import)?);
        for table in ["import_range", "import_row", "import_change"] {
            connection.execute(&format!("DELETE FROM {table} WHERE import = ?1"), [import])?;
        }
        connection.execute(
            "UPDATE import SET undone_at = ?2, undone_by = ?3, undo_reason = ?4 WHERE key = ?1",
            params![import, now, by, reason],
        )?;
        self.registers = None;
        let details = json!({ "import": import, "removed": removed, "opened": opened });
        self.note(Action::ImportUndo, kind, &details);
        Ok(removed as u64)
    }

    fn kind_of(&self, import: i64) -> Result<String, Error> {
        let sql = "SELECT kind FROM import WHERE key = ?1";
        Ok(self.connection.query_row(sql, [import], |row| row.get(0))?)
    }

    fn ranges(&self, import: i64) -> Result<Vec<Range>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT name, first, last, columns, sha256 FROM import_range WHERE import = ?1
             ORDER BY first DESC",
        )?;
        let ranges = statement.query_map([import], |row| {
            let columns: String = row.get(3)?;
            Ok(Range {
                table: row.get(0)?,
                first: row.get(1)?,
                last: row.get(2)?,
                columns: serde_json::from_str(&columns).unwrap_or_default(),
                sha256: row.get(4)?,
            })
        })?;
        Ok(ranges.collect::<Result<_, _>>()?)
    }

    fn plain_rows(&self, import: i64) -> Result<Vec<(String, String)>, Error> {
        let sql = "SELECT name, row FROM import_row WHERE import = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([import], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A row of a table without keys as JSON, for a condition.
    fn json(&self, table: &str) -> Result<String, Error> {
        Ok(row_json(&columns(self.connection, table)?, ""))
    }

    /// Which tables refer to a table by its key, and by which column.
    fn references(&self, table: &str) -> Result<Vec<(String, String)>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT s.name, f.\"from\" FROM sqlite_schema AS s,
               pragma_foreign_key_list(s.name) AS f
             WHERE s.type = 'table' AND f.\"table\" = ?1 ORDER BY s.name",
        )?;
        let found = statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// How many absences lie in times of recording that an import made.
    fn recorded_under(&self, import: i64) -> Result<u64, Error> {
        let rows: Option<i64> = self
            .connection
            .prepare_cached(
                "SELECT count(*) FROM attendance AS t JOIN absence AS a ON a.school = t.school
                   AND a.day >= t.first_day AND (t.last_day IS NULL OR a.day <= t.last_day)
                 WHERE EXISTS (SELECT 1 FROM import_row AS r WHERE r.import = ?1
                   AND r.name = 'attendance' AND json_extract(r.row, '$[0]') = t.school
                   AND json_extract(r.row, '$[3]') = t.first_day)",
            )?
            .query_row([import], |row| row.get(0))
            .optional()?;
        Ok(rows.unwrap_or(0).unsigned_abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Scope;
    use crate::store::fixture::{City, NOW, absence, attendance, author};

    /// Imports a contact, and two absences at a school that counts lessons.
    fn import(city: &mut City) -> i64 {
        let contact = city.contact(0);
        let [pupil, _] = city.pupils[0];
        let mut writer = city.store.write(&author()).unwrap();
        let marks = writer.begin_import().unwrap();
        writer.add_contact(&contact, NOW).unwrap();
        for day in ["2025-10-06", "2025-10-07"] {
            writer.add_absence(&absence(pupil, day, 2, 2, 3), NOW).unwrap();
        }
        let import = writer.record_import("absences", &[7; 32], "a.csv", 3, NOW).unwrap();
        writer.end_import(import, &marks).unwrap();
        writer.commit().unwrap();
        import
    }

    fn keys(city: &City, table: &str) -> Vec<i64> {
        let sql = format!("SELECT key FROM {table} ORDER BY key");
        let mut statement = city.store.connection.prepare(&sql).unwrap();
        let keys = statement.query_map([], |row| row.get(0)).unwrap();
        keys.collect::<Result<_, _>>().unwrap()
    }

    fn version(city: &City) -> i64 {
        let sql = "SELECT coalesce(sum(version), 0) FROM partition";
        city.store.connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    fn recording() -> City {
        let mut city = City::new();
        let mut writer = city.store.write(&author()).unwrap();
        writer.add_attendance(&attendance(city.schools[0], 2, 6, "2025-09-01")).unwrap();
        writer.commit().unwrap();
        city
    }

    /// Pseudonyms are made from keys. What was made of a contact that was taken back must never mean
    /// another one, and what was counted with it is counted anew.
    #[test]
    fn a_key_is_never_given_twice() {
        let mut city = recording();
        let first = import(&mut city);
        assert_eq!((keys(&city, "contact"), keys(&city, "absence")), (vec![1], vec![1, 2]));
        let before = version(&city);
        let mut writer = city.store.write(&author()).unwrap();
        assert_eq!(writer.undo_obstacles(first).unwrap(), []);
        assert_eq!(writer.undo_import(first, "wrong school", NOW).unwrap(), 3);
        writer.commit().unwrap();
        assert!(version(&city) > before, "a report over that month is made anew");
        assert!(keys(&city, "contact").is_empty() && keys(&city, "absence").is_empty());
        import(&mut city);
        assert_eq!((keys(&city, "contact"), keys(&city, "absence")), (vec![2], vec![3, 4]));
        for (table, key) in [("contact", 1), ("absence", 2)] {
            let columns = columns(&city.store.connection, table).unwrap();
            let others: Vec<_> = columns
                .iter()
                .map(|column| match column.as_str() {
                    "key" => key.to_string(),
                    "id" => "randomblob(16)".to_owned(),
                    other => other.to_owned(),
                })
                .collect();
            let sql =
                format!("INSERT INTO {table} SELECT {} FROM {table} LIMIT 1", others.join(", "));
            let refused = city.store.connection.execute(&sql, []).unwrap_err();
            assert!(refused.to_string().contains("cannot be given again"), "{refused}");
        }
    }

    #[test]
    fn what_was_changed_or_is_referred_to_stands_in_the_way() {
        let mut city = recording();
        let import = import(&mut city);
        let [pupil, _] = city.pupils[0];
        let mut writer = city.store.write(&author()).unwrap();
        let day = "2025-10-06".parse().unwrap();
        let excused = writer.place("absence-status", "excused").unwrap();
        writer.settle_absence(pupil, day, excused).unwrap();
        let obstacles = writer.undo_obstacles(import).unwrap();
        assert_eq!(obstacles, [Obstacle::Changed { table: "absence".into() }]);
        drop(writer);

        let execute = |city: &City, sql: &str| city.store.connection.execute(sql, []).unwrap();
        execute(&city, "UPDATE import SET taken_by = ''");
        let writer = city.store.write(&author()).unwrap();
        assert_eq!(writer.undo_obstacles(import).unwrap(), [Obstacle::NotNoted]);
        drop(writer);
        assert_eq!(city.store.read(&Scope::municipality()).unwrap().imports().unwrap().len(), 1);
    }
}
