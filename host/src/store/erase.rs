//! Erases people: what is theirs goes, and what the programme did stays as a fact about nobody.
//!
//! Every table that the list of `personal` knows as belonging to families is either emptied of what
//! tells who it was, kept because nothing in it does, or loses its rows. Which of the three is said
//! below for the few tables of the first two kinds; all others lose them, also those that come later.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::personal::{Belongs, Sets, Tie, WITH_ID, belonging, of_families, personal};
use super::{Error, Writer};
use crate::domain::{FormKind, HouseholdKey, Id, PupilKey, SchoolYear};

/// Tables whose rows stay without anything that tells whom they are about, and the columns that are
/// emptied. Days, kinds, topics, minutes and money stay: they are what the programme answers for.
const EMPTIED: &[(&str, &str)] = &[
    (
        "contact",
        "id = randomblob(16), time = NULL, language = NULL, household = NULL, next_due = NULL,
         next_step = NULL, shared_note = NULL, recorded_at = day * 86400",
    ),
    (
        "support_case",
        "id = randomblob(16), code = 'x-' || lower(hex(randomblob(6))), pupil = NULL,
         household = NULL, lead = NULL, recorded_at = opened * 86400",
    ),
    (
        "interpreting",
        "id = randomblob(16), code = 'x-' || lower(hex(randomblob(6))), recorded_at = day * 86400",
    ),
    (
        "referral",
        "id = randomblob(16), code = 'x-' || lower(hex(randomblob(6))), recorded_at = day * 86400",
    ),
    ("consultation", "support_case = NULL"),
];

/// Tables that say of an emptied row only who of the staff was there.
const KEPT: &[&str] = &["contact_participant"];

/// Tables with a way of their own: earlier versions of records, and the audit.
const APART: &[&str] = &["entry_version", "audit"];

/// What is to be erased.
#[derive(Debug, Clone, Default)]
pub struct Doomed {
    /// These pupils, with everything about them.
    pub pupils: Vec<PupilKey>,
    /// These households, with everything about them. Their pupils have to be named as well.
    pub households: Vec<HouseholdKey>,
    /// Single records: table, row, and for absences the school year. See
    /// [`RetentionItem`](super::RetentionItem).
    pub records: Vec<(&'static str, i64, i32)>,
    /// Whether holds do not count: it was erased before, and came back with an old backup.
    pub is_again: bool,
}

/// What was erased.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erased {
    /// Pupils who are gone.
    pub pupils: u64,
    /// Households that are gone, also those that had no pupil left.
    pub households: u64,
    /// Rows that are gone, by table; tables without any are not in it.
    pub removed: BTreeMap<String, u64>,
    /// Rows that stay as facts about nobody, by table.
    pub emptied: BTreeMap<String, u64>,
    /// Contacts that stay because they are with other pupils too.
    pub shared: Vec<Id>,
    /// How many texts in those had a name in them, which was blackened.
    pub blackened: u64,
    /// How many private notes stand in those, which nobody but the profession can read.
    pub notes_left: u64,
    /// Reports out of which findings about the erased were taken.
    pub reports: u64,
    /// Entries of the audit whose content was taken out.
    pub audit: u64,
    /// By what the erased can be known again.
    pub signs: Vec<[u8; 32]>,
}

impl Writer<'_> {
    /// Erases people and records. Nothing is kept before the writer is committed, and the entry in the
    /// audit comes with the receipt, so a writer that is dropped shows what would go.
    ///
    /// # Errors
    ///
    /// [`Error::Held`] where something of it must not be erased.
    pub fn erase(&mut self, doomed: &Doomed) -> Result<Erased, Error> {
        self.written_in_part = true;
        let connection = self.connection;
        // References are looked at when all is gone, so that the order of tables does not matter.
        connection.execute_batch(
            "PRAGMA defer_foreign_keys = ON;
             CREATE TEMP TABLE IF NOT EXISTS gone (
               kind TEXT NOT NULL, key INTEGER NOT NULL, part INTEGER NOT NULL,
               first INTEGER, last INTEGER, PRIMARY KEY (kind, key, part)
             ) WITHOUT ROWID;
             DELETE FROM temp.gone;",
        )?;
        mark(connection, doomed)?;
        spread(connection)?;
        if doomed.is_again {
            // What was restricted when the backup was made was erased since, so somebody lifted it.
            connection.execute(
                &format!(
                    "DELETE FROM main.restriction WHERE pupil IN {people} OR household IN {homes}
                       OR household IN (SELECT household FROM main.pupil WHERE key IN {people})",
                    people = gone_people().pupils,
                    homes = gone_people().households
                ),
                [],
            )?;
            connection.execute(
                &format!(
                    "DELETE FROM main.legal_hold WHERE pupil IN {} OR household IN {}
                       OR support_case IN (SELECT key FROM temp.gone WHERE kind = 'support_case')",
                    gone_people().pupils,
                    gone_people().households
                ),
                [],
            )?;
            super::restricted::guard(connection)?;
        } else {
            refuse_held(connection)?;
        }
        let mut erased = Erased {
            pupils: count(connection, "pupil")?,
            households: count(connection, "household")?,
            signs: super::erasures::signs_of_gone(connection)?,
            ..Erased::default()
        };
        super::erase_texts::take_out_of_reports(connection, &mut erased)?;
        super::erase_texts::take_out_of_shared(connection, &mut erased)?;
        erased.audit = self.empty_audit_of_gone()?;
        forget_versions(connection, &mut erased)?;
        remove_and_empty(connection, &mut erased)?;
        // Numbers of pupils and households stand in them; they are made again from what is left.
        connection.execute_batch(
            "DELETE FROM partial; DELETE FROM chunk_column; DELETE FROM chunk; DROP TABLE temp.gone;",
        )?;
        self.registers = None;
        self.written_in_part = false;
        Ok(erased)
    }

    /// Takes the content out of the entries of the audit about those who go, and gives how many they
    /// were. Entries of the first format hold nothing but random ids, which lead nowhere afterwards.
    fn empty_audit_of_gone(&mut self) -> Result<u64, Error> {
        let mut ids = Vec::new();
        for table in WITH_ID {
            let sql = format!("SELECT t.id FROM main.{table} AS t WHERE {}", doomed(table, "t"));
            let mut statement = self.connection.prepare(&sql)?;
            for id in statement.query_map([], |row| row.get(0).map(Id::from_bytes))? {
                ids.push(id?);
            }
        }
        Ok(self.redact_audit(&ids)?.emptied)
    }
}

/// Puts what is named into the list of what goes.
fn mark(connection: &Connection, doomed: &Doomed) -> Result<(), Error> {
    let mut insert =
        connection.prepare_cached("INSERT OR IGNORE INTO temp.gone VALUES (?1, ?2, ?3, ?4, ?5)")?;
    let none: Option<i32> = None;
    for pupil in &doomed.pupils {
        insert.execute(params!["pupil", pupil.0, 0, none, none])?;
    }
    for household in &doomed.households {
        insert.execute(params!["household", household.0, 0, none, none])?;
    }
    for (table, key, part) in &doomed.records {
        let days = (*part != 0).then(|| SchoolYear(*part).period());
        let days = days.map(|days| (days.first.0, days.last.0)).unzip();
        insert.execute(params![table, key, part, days.0, days.1])?;
    }
    Ok(())
}

/// Adds what goes with it: households that have no pupil left, cases, and contacts with nobody else.
fn spread(connection: &Connection) -> Result<(), Error> {
    let sets = gone_people();
    let (pupils, households) = (&sets.pupils, &sets.households);
    connection.execute_batch(&format!(
        "INSERT OR IGNORE INTO temp.gone (kind, key, part)
         SELECT 'household', p.household, 0 FROM main.pupil AS p
         WHERE p.key IN {pupils} AND p.household IS NOT NULL AND NOT EXISTS (
           SELECT 1 FROM main.pupil AS o WHERE o.household = p.household AND o.key NOT IN {pupils});
         INSERT OR IGNORE INTO temp.gone (kind, key, part)
         SELECT 'support_case', key, 0 FROM main.support_case
         WHERE pupil IN {pupils} OR (pupil IS NULL AND household IN {households});
         INSERT OR IGNORE INTO temp.gone (kind, key, part)
         SELECT 'contact', c.key, 0 FROM main.contact AS c
         WHERE NOT EXISTS (SELECT 1 FROM main.contact_pupil AS cp
             WHERE cp.contact = c.key AND cp.pupil NOT IN {pupils})
           AND (c.household IN {households}
             OR EXISTS (SELECT 1 FROM main.contact_pupil AS cp WHERE cp.contact = c.key));"
    ))?;
    Ok(())
}

/// Those who go, as conditions of `personal` name them.
pub(super) fn gone_people() -> Sets {
    let set = |kind| format!("(SELECT key FROM temp.gone WHERE kind = '{kind}')");
    Sets { pupils: set("pupil"), households: set("household") }
}

fn refuse_held(connection: &Connection) -> Result<(), Error> {
    let holds: u32 = connection.query_row(
        "SELECT count(*) FROM main.legal_hold AS h
         LEFT JOIN main.support_case AS c ON c.key = h.support_case
         WHERE EXISTS (SELECT 1 FROM temp.gone AS g WHERE
           (g.kind = 'pupil' AND g.key IN (h.pupil, c.pupil))
           OR (g.kind = 'household' AND g.key IN (h.household, c.household))
           OR (g.kind = 'support_case' AND g.key = h.support_case)
           OR (g.kind = 'pupil' AND coalesce(h.household, iif(c.pupil IS NULL, c.household, NULL))
             = (SELECT p.household FROM main.pupil AS p WHERE p.key = g.key)))",
        [],
        |row| row.get(0),
    )?;
    if holds == 0 { Ok(()) } else { Err(Error::Held { holds: holds.into() }) }
}

fn count(connection: &Connection, kind: &str) -> Result<u64, Error> {
    let sql = "SELECT count(*) FROM temp.gone WHERE kind = ?1";
    Ok(connection.query_row(sql, [kind], |row| row.get::<_, u32>(0))?.into())
}

/// Earlier versions of records of forms: those of records that go are removed, and what another record
/// once said about somebody who goes is emptied, so that the numbers of its versions stay.
fn forget_versions(connection: &Connection, erased: &mut Erased) -> Result<(), Error> {
    let mut removed = 0;
    for form in FormKind::all() {
        if !of_families().any(|other| other.table == form.table) {
            continue;
        }
        let sql = format!(
            "DELETE FROM main.entry_version WHERE form = ?1
             AND record IN (SELECT t.key FROM main.{} AS t WHERE {})",
            form.table,
            doomed(&form.table, "t")
        );
        removed += connection.execute(&sql, [&form.name])?;
    }
    let sets = gone_people();
    let said = |field: &str, table: &str, set: &str| {
        format!(
            "json_extract(before, '$.{field}') IN
               (SELECT code FROM main.{table} WHERE key IN {set})"
        )
    };
    let cases = "(SELECT key FROM temp.gone WHERE kind = 'support_case')";
    let sql = format!(
        "UPDATE main.entry_version SET before = '{{}}', reason = '' WHERE {} OR {} OR {}",
        said("pupil", "pupil", &sets.pupils),
        said("household", "household", &sets.households),
        said("support_case", "support_case", cases)
    );
    let emptied = connection.execute(&sql, [])?;
    note(&mut erased.removed, "entry_version", removed);
    note(&mut erased.emptied, "entry_version", emptied);
    Ok(())
}

/// Goes through the tables, those first that are tied to others, so that these still say whose they
/// are.
fn remove_and_empty(connection: &Connection, erased: &mut Erased) -> Result<(), Error> {
    let mut tables: Vec<&str> = of_families().map(|personal| personal.table).collect();
    tables.retain(|table| !KEPT.contains(table) && !APART.contains(table));
    tables.sort_by_key(|table| Reverse(depth(table)));
    for table in tables {
        let condition = doomed(table, "t");
        if let Some((_, columns)) = EMPTIED.iter().find(|(name, _)| *name == table) {
            let sql = format!("UPDATE main.{table} AS t SET {columns} WHERE {condition}");
            note(&mut erased.emptied, table, connection.execute(&sql, [])?);
        } else {
            let sql = format!("DELETE FROM main.{table} AS t WHERE {condition}");
            note(&mut erased.removed, table, connection.execute(&sql, [])?);
        }
    }
    // What stays about others no longer says that it was in a household that goes.
    let households = gone_people().households;
    for table in ["contact", "contact_version", "support_case", "consent"] {
        let sql =
            format!("UPDATE main.{table} SET household = NULL WHERE household IN {households}");
        connection.execute(&sql, [])?;
    }
    Ok(())
}

fn note(counts: &mut BTreeMap<String, u64>, table: &str, rows: usize) {
    if rows > 0 {
        *counts.entry(table.to_owned()).or_default() += rows as u64;
    }
}

/// How many steps it is from a table to those who go.
fn depth(table: &str) -> u32 {
    match personal(table).map(|personal| personal.belongs) {
        Some(Belongs::Through(ties)) => {
            1 + ties.iter().map(|tie| depth(tie.table)).max().unwrap_or(0)
        }
        Some(Belongs::Unmatched) => 3,
        _ => 0,
    }
}

/// A condition that holds for the rows of a table, called `alias`, that go or are emptied.
///
/// Unlike `belonging`, it stops at contacts and cases: one with other pupils too is theirs, and stays.
pub(super) fn doomed(table: &str, alias: &str) -> String {
    let own = format!("{alias}.key IN (SELECT key FROM temp.gone WHERE kind = '{table}')");
    let year = |year: &str, pupil: &str| {
        format!(
            "EXISTS (SELECT 1 FROM temp.gone AS g WHERE g.kind = 'absence' AND g.key = {pupil}
               AND {year})"
        )
    };
    let pupil = format!("{alias}.pupil");
    match table {
        "pupil" | "household" | "contact" | "support_case" => own,
        "ladder_event" | "transition" | "consent" | "task" => {
            format!("({own} OR {})", tied(table, alias))
        }
        "absence" | "absence_version" => format!(
            "({} OR {})",
            tied(table, alias),
            year(&format!("{alias}.day BETWEEN g.first AND g.last"), &pupil)
        ),
        "absence_total" => format!(
            "({} OR {})",
            tied(table, alias),
            year(&format!("g.part = {alias}.school_year"), &pupil)
        ),
        "import_row" => format!(
            "({} OR ({alias}.name = 'absence_total' AND {}))",
            tied(table, alias),
            year(
                &format!("g.part = json_extract({alias}.row, '$[1]')"),
                &format!("json_extract({alias}.row, '$[0]')")
            )
        ),
        "import_waiting" => format!("({own} OR {})", belonging(table, alias, &gone_people())),
        "contact_pupil" | "contact_version_pupil" => format!(
            "({} OR {alias}.contact IN (SELECT key FROM temp.gone WHERE kind = 'contact'))",
            tied(table, alias)
        ),
        "contact_version" => {
            format!("{alias}.contact IN (SELECT key FROM temp.gone WHERE kind = 'contact')")
        }
        "archive_offered" => format!(
            "({} OR EXISTS (SELECT 1 FROM temp.gone AS g WHERE g.kind = {alias}.name
               AND g.key = {alias}.record AND g.part = {alias}.part))",
            tied(table, alias)
        ),
        _ => tied(table, alias),
    }
}

/// The same for a table whose ties alone say it.
fn tied(table: &str, alias: &str) -> String {
    let Some(Belongs::Through(ties)) = personal(table).map(|personal| personal.belongs) else {
        return "FALSE".to_owned();
    };
    let each: Vec<String> = ties.iter().map(|tie| through(tie, alias)).collect();
    format!("({})", each.join(" OR "))
}

fn through(tie: &Tie, alias: &str) -> String {
    let guard = tie
        .when
        .map_or_else(String::new, |(column, text)| format!("{alias}.{column} = '{text}' AND "));
    // One more letter for each level, so that no table hides another of the same name.
    let inner = format!("{alias}t");
    let same: Vec<String> = tie
        .own
        .iter()
        .zip(tie.other)
        .map(|(own, other)| match own.strip_prefix("json_extract(") {
            Some(rest) => format!("{inner}.{other} = json_extract({alias}.{rest}"),
            None => format!("{inner}.{other} = {alias}.{own}"),
        })
        .collect();
    format!(
        "({guard}EXISTS (SELECT 1 FROM main.{} AS {inner} WHERE {} AND {}))",
        tie.table,
        same.join(" AND "),
        doomed(tie.table, &inner)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::City;

    /// No table of families is forgotten: each has a rule that reads as SQL, and one that is emptied,
    /// kept or apart is a table that there is.
    #[test]
    fn every_table_of_families_has_a_rule_of_erasure() {
        let mut city = City::new();
        let pupil = city.pupils[0][0];
        let writer = city.store.write(&crate::store::fixture::author()).unwrap();
        let connection = writer.connection;
        connection.execute_batch("CREATE TEMP TABLE gone (kind, key, part, first, last)").unwrap();
        mark(connection, &Doomed { pupils: vec![pupil], ..Doomed::default() }).unwrap();
        for personal in of_families() {
            if APART.contains(&personal.table) {
                continue;
            }
            let condition = doomed(personal.table, "t");
            assert_ne!(condition, "FALSE", "`{}` is never erased", personal.table);
            let sql =
                format!("SELECT count(*) FROM main.{} AS t WHERE {condition}", personal.table);
            connection.query_row(&sql, [], |row| row.get::<_, i64>(0)).unwrap();
        }
        let named = EMPTIED.iter().map(|(table, _)| table).chain(KEPT).chain(APART);
        for table in named {
            assert!(of_families().any(|personal| personal.table == *table), "{table}");
        }
    }

    #[test]
    fn a_table_comes_before_those_that_say_whose_it_is() {
        for personal in of_families() {
            if let Belongs::Through(ties) = personal.belongs {
                for tie in ties {
                    assert!(depth(personal.table) > depth(tie.table), "{}", personal.table);
                }
            }
        }
    }
}
