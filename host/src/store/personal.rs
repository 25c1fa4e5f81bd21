//! How the rows of every table belong to people: the one list that giving out, restricting and
//! erasing the data of a person go by.

use rusqlite::Connection;
#[cfg(test)]
use rusqlite::types::Value;

use super::Error;
use crate::domain::{HouseholdKey, PupilKey};

/// How a row of a table belongs to pupils and households.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Belongs {
    /// It is a pupil.
    Pupil,
    /// It is a household.
    Household,
    /// It belongs to whomever a row belongs to that it is tied to.
    Through(&'static [Tie]),
    /// Its `subject` begins with the id of a row that belongs to people.
    ByIds,
    /// It is a row of a file that nobody has matched yet: it belongs to whoever bears the same name
    /// and birthday, or is known by the same id of the other system.
    Unmatched,
    /// It is about people who work in the programme, and no family.
    Staff,
    /// It was made from other rows, and can be thrown away and made again.
    Cache,
    /// It is about nobody.
    Nobody,
}

/// A tie from a table to another one: rows that agree in these columns belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tie {
    /// Columns of the table itself, or places in JSON that stands in one of them.
    pub(super) own: &'static [&'static str],
    /// The other table.
    pub(super) table: &'static str,
    /// Its columns, in the same order.
    pub(super) other: &'static [&'static str],
    /// The tie is there only for rows with this text in this column.
    pub(super) when: Option<(&'static str, &'static str)>,
}

/// One table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Personal {
    pub(super) table: &'static str,
    pub(super) belongs: Belongs,
    /// Columns in which people wrote what they wanted: they may name anybody.
    pub(super) texts: &'static [&'static str],
    /// Columns with the key of somebody who works in the programme. Tests hold that none is missing.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the tests of the list"))]
    pub(super) staff: &'static [&'static str],
}

const fn tie(
    own: &'static [&'static str],
    table: &'static str,
    other: &'static [&'static str],
) -> Tie {
    Tie { own, table, other, when: None }
}

const fn when(column: &'static str, text: &'static str, tie: Tie) -> Tie {
    Tie { when: Some((column, text)), ..tie }
}

const TO_PUPIL: Tie = tie(&["pupil"], "pupil", &["key"]);
const TO_HOUSEHOLD: Tie = tie(&["household"], "household", &["key"]);
const TO_CONTACT: Tie = tie(&["contact"], "contact", &["key"]);
const TO_CASE: Tie = tie(&["support_case"], "support_case", &["key"]);
const TO_VERSION: Tie = tie(&["contact", "version"], "contact_version", &["contact", "version"]);

/// An earlier version of a record of the form: it belongs to whomever the record belongs to now.
const fn of_form(form: &'static str, table: &'static str) -> Tie {
    when("form", form, tie(&["record"], table, &["key"]))
}

/// Earlier versions of records. What stands in one as JSON may name a pupil whom the record, once
/// corrected, is not about any more.
pub(super) const VERSIONS: &[Tie] = &[
    tie(&["json_extract(before, '$.pupil')"], "pupil", &["code"]),
    tie(&["json_extract(before, '$.household')"], "household", &["code"]),
    tie(&["json_extract(before, '$.support_case')"], "support_case", &["code"]),
    of_form("support-cases", "support_case"),
    of_form("goals", "goal"),
    of_form("actions", "case_action"),
    of_form("referrals", "referral"),
    of_form("ladder-events", "ladder_event"),
    of_form("transitions", "transition"),
    of_form("consents", "consent"),
    of_form("interpreting", "interpreting"),
    of_form("consultations", "consultation"),
];

/// Rows without a key of their own that an import remembers whole, as JSON: the pupil stands first.
const REMEMBERED: &[Tie] = &[
    when("name", "absence_total", tie(&["json_extract(row, '$[0]')"], "pupil", &["key"])),
    when("name", "stay", tie(&["json_extract(row, '$[0]')"], "pupil", &["key"])),
];

/// Rows that were offered to the archive, by their keys; absences by the pupil.
const OFFERED: &[Tie] = &[
    when("name", "support_case", tie(&["record"], "support_case", &["key"])),
    when("name", "contact", tie(&["record"], "contact", &["key"])),
    when("name", "absence", tie(&["record"], "pupil", &["key"])),
    when("name", "ladder_event", tie(&["record"], "ladder_event", &["key"])),
    when("name", "transition", tie(&["record"], "transition", &["key"])),
    when("name", "consent", tie(&["record"], "consent", &["key"])),
    when("name", "task", tie(&["record"], "task", &["key"])),
    when("name", "import_waiting", tie(&["record"], "import_waiting", &["key"])),
    when("name", "pupil", tie(&["record"], "pupil", &["key"])),
    when("name", "household", tie(&["record"], "household", &["key"])),
];

const fn table(table: &'static str, belongs: Belongs) -> Personal {
    Personal { table, belongs, texts: &[], staff: &[] }
}

const fn with_texts(personal: Personal, texts: &'static [&'static str]) -> Personal {
    Personal { texts, ..personal }
}

const fn with_staff(personal: Personal, staff: &'static [&'static str]) -> Personal {
    Personal { staff, ..personal }
}

/// Every table there is. Test: `no_table_is_missing`.
#[rustfmt::skip]
pub(super) const TABLES: &[Personal] = &{
    use Belongs::{ByIds, Cache, Household, Nobody, Pupil, Staff, Through, Unmatched};
    [
        // Who they are.
        table("pupil", Pupil),
        table("household", Household),
        table("stay", Through(&[TO_PUPIL])),
        table("external_id", Through(&[TO_PUPIL])),
        // Contacts. Whom a contact is with is one row for each child, and each row is that child's.
        with_texts(
            table("contact", Through(&[tie(&["key"], "contact_pupil", &["contact"]), TO_HOUSEHOLD])),
            &["next_step", "shared_note"],
        ),
        table("contact_pupil", Through(&[TO_PUPIL])),
        with_staff(table("contact_participant", Through(&[TO_CONTACT])), &["practitioner"]),
        // Sealed: the profession alone can open them.
        with_texts(table("private_note", Through(&[TO_CONTACT])), &["sealed"]),
        with_texts(table("note_release", Through(&[TO_CONTACT])), &["reason", "sealed"]),
        with_texts(
            table("contact_version", Through(&[
                TO_CONTACT,
                tie(&["contact", "version"], "contact_version_pupil", &["contact", "version"]),
                TO_HOUSEHOLD,
            ])),
            &["reason", "next_step", "shared_note"],
        ),
        table("contact_version_pupil", Through(&[TO_PUPIL])),
        with_staff(
            table("contact_version_participant", Through(&[TO_VERSION])),
            &["practitioner"],
        ),
        with_texts(table("private_note_version", Through(&[TO_VERSION])), &["sealed"]),
        // Absences.
        table("absence", Through(&[TO_PUPIL])),
        table("absence_total", Through(&[TO_PUPIL])),
        with_texts(table("absence_version", Through(&[TO_PUPIL])), &["reason"]),
        // Cases and what hangs on them, and the other records of forms.
        with_staff(table("support_case", Through(&[TO_PUPIL, TO_HOUSEHOLD])), &["lead"]),
        with_texts(table("goal", Through(&[TO_CASE])), &["title"]),
        with_staff(
            with_texts(table("case_action", Through(&[TO_CASE])), &["title"]),
            &["responsible"],
        ),
        table("referral", Through(&[TO_CASE])),
        table("interpreting", Through(&[TO_CASE])),
        table("consultation", Through(&[TO_CASE])),
        table("ladder_event", Through(&[TO_PUPIL])),
        with_texts(table("transition", Through(&[TO_PUPIL])), &["target_school"]),
        with_texts(table("consent", Through(&[TO_PUPIL, TO_HOUSEHOLD])), &["recipient"]),
        with_texts(table("entry_version", Through(VERSIONS)), &["reason", "before"]),
        // What they asked for, and what was handed to others.
        table("restriction", Through(&[TO_PUPIL, TO_HOUSEHOLD])),
        with_texts(
            table("sharing", Through(&[
                TO_PUPIL,
                TO_HOUSEHOLD,
                tie(&["consent"], "consent", &["key"]),
            ])),
            &["recipient"],
        ),
        // Tasks. The contact that did a task is the same child's, so the pupil alone says whose it is.
        with_staff(
            with_texts(table("task", Through(&[TO_PUPIL])), &["because"]),
            &["owner"],
        ),
        with_texts(
            table("task_event", Through(&[tie(&["task"], "task", &["key"])])),
            &["event"],
        ),
        // Files that were taken in.
        with_texts(table("import_waiting", Unmatched), &["fields", "decision"]),
        with_texts(table("import_row", Through(REMEMBERED)), &["row"]),
        table("import_change", Through(&[
            tie(&["absence"], "absence", &["key"]),
            tie(&["absence"], "absence_version", &["absence"]),
        ])),
        with_texts(table("import", Nobody), &["undo_reason"]),
        table("import_range", Nobody),
        table("import_mapping", Nobody),
        // What somebody is typing, sealed to their account, and what was sent already.
        with_texts(
            table("draft", Through(&[tie(
                &["account", "place"],
                "draft_about",
                &["account", "place"],
            )])),
            &["sealed"],
        ),
        table("draft_about", Through(&[TO_PUPIL, TO_HOUSEHOLD])),
        table("submission", Through(&[TO_CONTACT])),
        // Who did what. There is no name in it; ids of rows are.
        table("audit", ByIds),
        // People who work in the programme.
        table("practitioner", Staff),
        with_staff(table("assignment", Staff), &["practitioner"]),
        with_staff(table("pairing_member", Staff), &["practitioner"]),
        table("pairing", Nobody),
        with_staff(table("lane_member", Staff), &["practitioner"]),
        with_staff(table("account", Staff), &["practitioner"]),
        table("account_spare_code", Staff),
        table("session", Staff),
        table("token", Staff),
        table("sign_in_try", Staff),
        with_texts(table("emergency_access", Staff), &["reason"]),
        table("moment_seen", Nobody),
        // Made from the records.
        table("pupil_met", Cache),
        table("chunk", Cache),
        table("chunk_column", Cache),
        table("partial", Cache),
        // About nobody.
        // Erasure: receipts name nobody, and a sign is a keyed hash of an id that is gone.
        table("seen_pupil", Through(&[TO_PUPIL])),
        table("seen_household", Through(&[TO_HOUSEHOLD])),
        table("audit_emptied", Nobody),
        table("audit_checkpoint", Nobody),
        table("retention_years", Nobody),
        table("archive_term", Nobody),
        with_texts(table("legal_hold", Through(&[TO_PUPIL, TO_HOUSEHOLD, TO_CASE])), &["reason"]),
        table("archive_offer", Nobody),
        table("archive_offered", Through(OFFERED)),
        table("erasure", Nobody),
        table("erased", Nobody),
        table("municipality", Nobody),
        table("code", Nobody),
        table("watched_word", Nobody),
        table("backup_schedule", Nobody),
        table("backup", Nobody),
        table("key_generation", Nobody),
        table("key_check", Nobody),
        table("lane", Nobody),
        table("upkeep", Nobody),
        table("school", Nobody),
        table("enrolment", Nobody),
        table("participation", Nobody),
        table("day_off", Nobody),
        table("attendance", Nobody),
        table("half_year", Nobody),
        table("calendar", Nobody),
        table("day_not_taken", Nobody),
        table("partition", Nobody),
        table("numbering", Nobody),
        table("key_floor", Nobody),
        table("plugin", Nobody),
        table("plugin_grant", Nobody),
        table("plugin_grant_school", Nobody),
        table("plugin_state", Nobody),
        table("plugin_service", Nobody),
        table("plugin_run", Nobody),
        table("compiled", Nobody),
        // Reports hold what is left after small numbers are withheld, and no rows.
        table("report", Nobody),
        table("report_run", Nobody),
        with_texts(table("published", Nobody), &["reason"]),
        table("development", Nobody),
        table("trusted_key", Nobody),
        table("revocation", Nobody),
        table("two_signatures", Nobody),
        table("provider", Nobody),
        table("team", Nobody),
        table("site", Nobody),
        table("funding", Nobody),
        table("post", Nobody),
        with_texts(table("gap", Nobody), &["title", "decision", "responsible"]),
        table("group_activity", Nobody),
        table("interpreter_budget", Nobody),
        with_texts(table("material", Nobody), &["title"]),
        with_texts(table("reported_figure", Nobody), &["title", "source"]),
    ]
};

/// What the list says about a table.
pub(super) fn personal(table: &str) -> Option<&'static Personal> {
    TABLES.iter().find(|personal| personal.table == table)
}

/// Tables with rows that belong to families, in the order of the list.
pub(super) fn of_families() -> impl Iterator<Item = &'static Personal> {
    TABLES.iter().filter(|personal| {
        !matches!(personal.belongs, Belongs::Staff | Belongs::Cache | Belongs::Nobody)
    })
}

/// Whose rows are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subject {
    /// These children.
    pub pupils: Vec<PupilKey>,
    /// These households themselves.
    pub households: Vec<HouseholdKey>,
}

impl Subject {
    /// A child, and of its household nothing.
    pub fn pupil(pupil: PupilKey) -> Self {
        Self { pupils: vec![pupil], households: Vec::new() }
    }

    /// A household with all children in it.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub(super) fn household(
        connection: &Connection,
        household: HouseholdKey,
    ) -> Result<Self, Error> {
        let mut statement = connection
            .prepare_cached("SELECT key FROM main.pupil WHERE household = ?1 ORDER BY key")?;
        let pupils = statement.query_map([household.0], |row| row.get(0).map(PupilKey))?;
        Ok(Self { pupils: pupils.collect::<Result<_, _>>()?, households: vec![household] })
    }

    /// The keys as SQL says them: lists in brackets, which may be empty.
    pub(super) fn sets(&self) -> Sets {
        let list = |keys: Vec<String>| format!("({})", keys.join(", "));
        Sets {
            pupils: list(self.pupils.iter().map(|key| key.0.to_string()).collect()),
            households: list(self.households.iter().map(|key| key.0.to_string()).collect()),
        }
    }
}

/// Keys of pupils and of households as SQL: lists or queries, each in brackets.
#[derive(Debug, Clone)]
pub(super) struct Sets {
    pub(super) pupils: String,
    pub(super) households: String,
}

/// A condition that holds for the rows of a table, called `alias`, that belong to somebody in `sets`.
///
/// Tables are named with `main.`, so that nothing that hides rows from readers hides any from it.
pub(super) fn belonging(table: &str, alias: &str, sets: &Sets) -> String {
    let Some(personal) = personal(table) else { return "FALSE".to_owned() };
    match personal.belongs {
        Belongs::Pupil => format!("{alias}.key IN {}", sets.pupils),
        Belongs::Household => format!("{alias}.key IN {}", sets.households),
        Belongs::Through(ties) => {
            let each: Vec<String> = ties.iter().map(|tie| tied(tie, alias, sets)).collect();
            format!("({})", each.join(" OR "))
        }
        Belongs::ByIds => {
            let with_id = of_families().filter(|other| WITH_ID.contains(&other.table));
            let each: Vec<String> = with_id
                .map(|other| {
                    format!(
                        "substr({alias}.subject, 1, 36) IN (SELECT {} FROM main.{} AS o WHERE {})",
                        uuid("o.id"),
                        other.table,
                        belonging(other.table, "o", sets)
                    )
                })
                .collect();
            format!("({})", each.join(" OR "))
        }
        Belongs::Unmatched => format!(
            "(EXISTS (SELECT 1 FROM main.external_id AS e WHERE e.system = {alias}.system
                AND e.value = {alias}.external AND e.pupil IN {pupils})
              OR EXISTS (SELECT 1 FROM main.pupil AS p WHERE p.key IN {pupils}
                AND p.family_name = {alias}.family COLLATE NOCASE
                AND p.given_name = {alias}.given COLLATE NOCASE
                AND (p.birth_day IS NULL OR {alias}.birth IS NULL OR p.birth_day = {alias}.birth)))",
            pupils = sets.pupils
        ),
        Belongs::Staff | Belongs::Cache | Belongs::Nobody => "FALSE".to_owned(),
    }
}

/// Tables whose rows have a permanent id, which is what the audit calls them by.
pub(super) const WITH_ID: &[&str] = &[
    "pupil",
    "household",
    "legal_hold",
    "contact",
    "note_release",
    "absence",
    "absence_version",
    "task",
    "support_case",
    "goal",
    "case_action",
    "referral",
    "interpreting",
    "consultation",
    "ladder_event",
    "transition",
    "consent",
    "restriction",
    "sharing",
];

/// A column with sixteen bytes as ids are written.
fn uuid(column: &str) -> String {
    let hex = format!("lower(hex({column}))");
    let part = |from: u8, length: u8| format!("substr({hex}, {from}, {length})");
    [part(1, 8), part(9, 4), part(13, 4), part(17, 4), part(21, 12)].join(" || '-' || ")
}

fn tied(tie: &Tie, alias: &str, sets: &Sets) -> String {
    let guard = tie
        .when
        .map_or_else(String::new, |(column, text)| format!("{alias}.{column} = '{text}' AND "));
    let own = |column: &str| match column.strip_prefix("json_extract(") {
        Some(rest) => format!("json_extract({alias}.{rest}"),
        None => format!("{alias}.{column}"),
    };
    let direct = match (tie.table, tie.other) {
        ("pupil", ["key"]) => Some(&sets.pupils),
        ("household", ["key"]) => Some(&sets.households),
        _ => None,
    };
    if let (Some(set), [column]) = (direct, tie.own) {
        return format!("({guard}{} IN {set})", own(column));
    }
    // One more letter for each level, so that no table hides another of the same name.
    let inner = format!("{alias}t");
    let same: Vec<String> = tie
        .own
        .iter()
        .zip(tie.other)
        .map(|(column, other)| format!("{inner}.{other} = {}", own(column)))
        .collect();
    format!(
        "({guard}EXISTS (SELECT 1 FROM main.{} AS {inner} WHERE {} AND {}))",
        tie.table,
        same.join(" AND "),
        belonging(tie.table, &inner, sets)
    )
}

/// The columns by which a row of a table is told from all others, in their order.
///
/// # Errors
///
/// [`Error::Sqlite`].
pub(super) fn key_columns(connection: &Connection, table: &str) -> Result<Vec<String>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT name FROM pragma_table_info(?1, 'main') WHERE pk > 0 ORDER BY pk",
    )?;
    let names = statement.query_map([table], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

/// The keys of all rows of a table that belong to `subject`: for each row the values of
/// [`key_columns`], in order.
///
/// # Errors
///
/// [`Error::Sqlite`].
#[cfg(test)]
pub(super) fn rows_of(
    connection: &Connection,
    table: &str,
    subject: &Subject,
) -> Result<Vec<Vec<Value>>, Error> {
    let columns = key_columns(connection, table)?;
    let sql = format!(
        "SELECT {columns} FROM main.{table} AS t WHERE {} ORDER BY {columns}",
        belonging(table, "t", &subject.sets()),
        columns = columns.join(", "),
    );
    let mut statement = connection.prepare(&sql)?;
    let rows = statement.query_map([], |row| {
        (0..columns.len()).map(|index| row.get(index)).collect::<Result<Vec<Value>, _>>()
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
