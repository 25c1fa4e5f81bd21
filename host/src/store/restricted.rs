//! Data that are kept and not used (Art. 18 GDPR): hidden from everybody who reads, and guarded from
//! everybody who writes.
//!
//! While a restriction is in force, a reader finds a view of the same name in front of each table with
//! rows of families; nobody who writes a query has to think of it. The rows themselves are there as
//! `main.table`, which only giving a person their own data and lifting the restriction ask for. A
//! writer has triggers that refuse a change of them. Where nothing is restricted there is neither, and
//! all of it costs one look into an empty table.
//!
//! A contact with several children of whom one is restricted stays usable for the others: it is
//! counted, it does not name that child, and its texts are left out, for they may speak of it. Such a
//! contact cannot be changed either. A household of which all children are restricted is restricted
//! with them.

use std::borrow::Cow;

use rusqlite::{Connection, OptionalExtension};

use super::Error;
use super::personal::{Personal, Sets, belonging, of_families};

/// What a trigger says; the store makes [`Error::Restricted`] of it.
pub(super) const REFUSAL: &str = "processing is restricted";

/// Tables that readers go on seeing: the audit and who looked at what name nobody, and a hold that
/// is not seen would not be heeded.
pub(super) const SEEN: &[&str] = &["audit", "seen_pupil", "seen_household", "legal_hold"];

/// Tables that go on being written: what a file brings waits instead of being lost, imports can be
/// looked after, a withdrawal counts at once, and a restriction can be lifted.
const WRITTEN: &[&str] = &[
    "audit",
    "restriction",
    "import_waiting",
    "import_row",
    "import_change",
    "entry_version",
    // Looking at what is restricted is noted more than anything else.
    "seen_pupil",
    "seen_household",
    // Who needs data for claims may ask for a hold as well.
    "legal_hold",
    // A draft ends after its time, whomever it is about; nobody sees it meanwhile.
    "draft",
    "draft_about",
    "submission",
    // A withdrawal ends what it allowed. Nothing can be released that is not seen.
    "note_release",
];

/// Whose data are restricted now, and which contacts they are in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Restricted {
    /// Pupils.
    pub(super) pupils: Vec<i64>,
    /// Households.
    pub(super) households: Vec<i64>,
    /// Contacts with nobody else.
    hidden: Vec<i64>,
    /// Contacts with others as well, or which were theirs before they were corrected.
    mixed: Vec<i64>,
}

fn list(keys: &[i64]) -> String {
    let keys: Vec<String> = keys.iter().map(i64::to_string).collect();
    format!("({})", keys.join(", "))
}

fn keys(connection: &Connection, sql: &str) -> Result<Vec<i64>, Error> {
    let mut statement = connection.prepare(sql)?;
    let keys = statement.query_map([], |row| row.get(0))?;
    Ok(keys.collect::<Result<_, _>>()?)
}

impl Restricted {
    /// Reads it; `None` where nothing is restricted.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub(super) fn read(connection: &Connection) -> Result<Option<Self>, Error> {
        let is_any: Option<i64> = connection
            .prepare_cached("SELECT 1 FROM main.restriction WHERE lifted_at IS NULL LIMIT 1")?
            .query_row([], |row| row.get(0))
            .optional()?;
        if is_any.is_none() {
            return Ok(None);
        }
        let pupils = keys(
            connection,
            "SELECT pupil FROM main.restriction WHERE lifted_at IS NULL AND pupil IS NOT NULL
             UNION SELECT p.key FROM main.pupil AS p JOIN main.restriction AS r
               ON r.household = p.household AND r.lifted_at IS NULL",
        )?;
        let theirs = list(&pupils);
        let households = keys(
            connection,
            &format!(
                "SELECT household FROM main.restriction
                 WHERE lifted_at IS NULL AND household IS NOT NULL
                 UNION SELECT household FROM main.pupil WHERE household IN
                   (SELECT household FROM main.pupil WHERE key IN {theirs})
                 GROUP BY household HAVING min(key IN {theirs})"
            ),
        )?;
        let homes = list(&households);
        let touched = format!(
            "SELECT contact FROM main.contact_pupil WHERE pupil IN {theirs}
             UNION SELECT key FROM main.contact WHERE household IN {homes}
             UNION SELECT contact FROM main.contact_version_pupil WHERE pupil IN {theirs}
             UNION SELECT contact FROM main.contact_version WHERE household IN {homes}"
        );
        let with_others = format!(
            "(EXISTS (SELECT 1 FROM main.contact_pupil AS cp
                WHERE cp.contact = c.key AND cp.pupil NOT IN {theirs})
              OR NOT (EXISTS (SELECT 1 FROM main.contact_pupil AS cp WHERE cp.contact = c.key)
                OR c.household IN {homes}))"
        );
        let of = |condition: &str| {
            let sql = format!(
                "SELECT c.key FROM main.contact AS c WHERE c.key IN ({touched})
                 AND ({with_others} IS {condition}) ORDER BY c.key"
            );
            keys(connection, &sql)
        };
        let (hidden, mixed) = (of("NOT TRUE")?, of("TRUE")?);
        Ok(Some(Self { pupils, households, hidden, mixed }))
    }

    fn sets(&self) -> Sets {
        Sets { pupils: list(&self.pupils), households: list(&self.households) }
    }

    /// What a reader sees of a table.
    fn view(&self, connection: &Connection, personal: &Personal) -> Result<String, Error> {
        let table = personal.table;
        let (hidden, mixed) = (list(&self.hidden), list(&self.mixed));
        let contact = if table == "contact" { "key" } else { "contact" };
        let kept = match table {
            "contact"
            | "contact_version"
            | "contact_participant"
            | "contact_version_participant" => format!("t.{contact} NOT IN {hidden}"),
            "private_note" | "private_note_version" | "note_release" => {
                format!("t.contact NOT IN {hidden} AND t.contact NOT IN {mixed}")
            }
            _ => format!("{} IS NOT TRUE", belonging(table, "t", &self.sets())),
        };
        let columns = match table {
            "contact" | "contact_version" => {
                let mut statement = connection.prepare_cached(
                    "SELECT name, \"notnull\" FROM pragma_table_info(?1, 'main')",
                )?;
                let columns = statement.query_map([table], |row| {
                    let (name, is_required): (String, bool) = (row.get(0)?, row.get(1)?);
                    Ok(if name == "household" {
                        format!("iif(t.household IN {}, NULL, t.household)", list(&self.households))
                            + " AS household"
                    } else if personal.texts.contains(&&*name) {
                        let nothing = if is_required { "'–'" } else { "NULL" };
                        format!("iif(t.{contact} IN {mixed}, {nothing}, t.{name}) AS {name}")
                    } else {
                        format!("t.{name}")
                    })
                })?;
                columns.collect::<Result<Vec<_>, _>>()?.join(", ")
            }
            _ => "*".to_owned(),
        };
        Ok(format!(
            "CREATE TEMP VIEW {table} AS SELECT {columns} FROM main.{table} AS t WHERE {kept}"
        ))
    }
}

/// Puts the views in front of the tables, within the transaction that `connection` is in. Gives
/// whether there are any. The end of a transaction that is not committed takes them away.
///
/// # Errors
///
/// [`Error::Sqlite`].
pub(super) fn hide(connection: &Connection) -> Result<bool, Error> {
    let Some(restricted) = Restricted::read(connection)? else { return Ok(false) };
    for personal in of_families().filter(|personal| !SEEN.contains(&personal.table)) {
        connection.execute_batch(&restricted.view(connection, personal)?)?;
    }
    Ok(true)
}

/// The same where they may be there already.
///
/// # Errors
///
/// [`Error::Sqlite`].
pub(super) fn hide_once(connection: &Connection) -> Result<(), Error> {
    if !is_hiding(connection)? {
        hide(connection)?;
    }
    Ok(())
}

/// Takes the views away, before something is written in the same transaction.
///
/// # Errors
///
/// [`Error::Sqlite`].
pub(super) fn show(connection: &Connection) -> Result<(), Error> {
    for personal in of_families().filter(|personal| !SEEN.contains(&personal.table)) {
        connection.execute_batch(&format!("DROP VIEW IF EXISTS temp.{}", personal.table))?;
    }
    Ok(())
}

/// Whether there are views in front of the tables.
fn is_hiding(connection: &Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM temp.sqlite_schema WHERE type = 'view' AND name = 'pupil'";
    let found = connection.prepare_cached(sql)?.query_row([], |_| Ok(())).optional()?;
    Ok(found.is_some())
}

/// A statement that says along which index of a table it goes, as it can be asked now: a view has no
/// index, and behind it `SQLite` finds the same one by itself.
///
/// # Errors
///
/// Those of `SQLite`.
pub(super) fn along<'a>(connection: &Connection, sql: &'a str) -> rusqlite::Result<Cow<'a, str>> {
    if !is_hiding(connection)? {
        return Ok(Cow::Borrowed(sql));
    }
    let mut words: Vec<&str> = sql.split_whitespace().collect();
    while let Some(place) = words.windows(2).position(|pair| pair == ["INDEXED", "BY"]) {
        words.drain(place..place + 3);
    }
    Ok(Cow::Owned(words.join(" ")))
}

/// Makes the triggers that refuse a change of what is restricted, as it is now. To be called when
/// somebody begins to write and whenever a restriction is put or lifted.
///
/// # Errors
///
/// [`Error::Sqlite`].
pub(super) fn guard(connection: &Connection) -> Result<(), Error> {
    let names = {
        let mut statement = connection.prepare_cached(
            "SELECT name FROM temp.sqlite_schema
             WHERE type = 'trigger' AND name LIKE 'restricted\\_%' ESCAPE '\\'",
        )?;
        let names = statement.query_map([], |row| row.get::<_, String>(0))?;
        names.collect::<Result<Vec<_>, _>>()?
    };
    for name in names {
        connection.execute_batch(&format!("DROP TRIGGER temp.{name}"))?;
    }
    let Some(restricted) = Restricted::read(connection)? else { return Ok(()) };
    let sets = restricted.sets();
    for Personal { table, .. } in
        of_families().filter(|personal| !WRITTEN.contains(&personal.table))
    {
        for (event, rows) in
            [("INSERT", &["NEW"][..]), ("UPDATE", &["OLD", "NEW"]), ("DELETE", &["OLD"])]
        {
            // A consent can be withdrawn whatever is restricted.
            // And notes are sealed anew when somebody loses the key to them: their text stays.
            if event == "UPDATE"
                && ["consent", "private_note", "private_note_version"].contains(table)
            {
                continue;
            }
            let touched: Vec<String> =
                rows.iter().map(|row| belonging(table, row, &sets)).collect();
            connection.execute_batch(&format!(
                "CREATE TEMP TRIGGER restricted_{table}_{event} BEFORE {event} ON main.{table}
                 WHEN {} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
                touched.join(" OR ")
            ))?;
        }
    }
    Ok(())
}

impl Restricted {
    /// All contacts that are hidden or not shown whole.
    pub(super) fn contacts(&self) -> impl Iterator<Item = i64> + '_ {
        self.hidden.iter().chain(&self.mixed).copied()
    }
}
