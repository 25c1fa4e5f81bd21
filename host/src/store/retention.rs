//! What is kept, how long, and what must not be erased: every record about people with its class.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, Row, params};
use serde_json::json;

use super::reader::day;
use super::{Error, Reader, Writer};
use crate::domain::{Action, Day, HouseholdKey, Id, Keeping, PupilKey, RetentionClass, SchoolYear};

/// One record, or the absences of a pupil in a school year, with how long it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetentionItem {
    /// Its class.
    pub class: RetentionClass,
    /// Its table.
    pub table: &'static str,
    /// Its row there; for absences the row of the pupil.
    pub key: i64,
    /// For absences the year in which the school year begins; else 0.
    pub part: i32,
    /// The pupils whom it is about, or who belong to the household that it is about.
    pub pupils: Vec<PupilKey>,
    /// The household that it is about.
    pub household: Option<HouseholdKey>,
    /// When it was closed; `None` while it is open.
    pub closed: Option<Day>,
    /// How long it is kept.
    pub keeping: Keeping,
}

/// What a hold is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldThing {
    /// A pupil, with all that is about them.
    Pupil(i64),
    /// A household, with its pupils.
    Household(i64),
    /// A support case, with those whom it is about.
    Case(i64),
}

/// A hold, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegalHold {
    /// Its permanent id.
    pub id: Id,
    /// `pupil`, `household` or `case`.
    pub kind: &'static str,
    /// The code of what is held.
    pub code: String,
    /// Why.
    pub reason: String,
    /// Since when, in seconds since 1970-01-01 UTC.
    pub at: i64,
    /// By whom, as in the audit.
    pub by: String,
}

/// A pupil, as far as it matters for how long something is kept.
#[derive(Debug, Default)]
struct Child {
    birth: Option<Day>,
    household: Option<i64>,
    /// The last day at the school; `None` where none is known.
    left: Option<Day>,
    accompanied: bool,
    accompanied_until: Option<Day>,
}

/// Everybody and what holds them.
struct People {
    children: BTreeMap<i64, Child>,
    homes: BTreeMap<i64, Vec<i64>>,
    supported: BTreeSet<i64>,
    supported_homes: BTreeSet<i64>,
    held: BTreeSet<i64>,
    held_homes: BTreeSet<i64>,
    held_cases: BTreeSet<i64>,
    /// Held as persons, because of a case of theirs.
    held_persons: BTreeSet<i64>,
    today: Day,
}

impl Reader<'_> {
    /// How many years each class is kept, in the order of [`RetentionClass::ALL`], and whether the
    /// municipality has chosen that.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read); so are those of every other function here.
    pub fn retention_years(&self) -> Result<Vec<(RetentionClass, u16, bool)>, Error> {
        years(self.connection)
    }

    /// Every record about people with how long it is kept, as of `today`: class by class, and in each
    /// by its row. It is the whole municipality's, whatever the scope.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn retention_items(&self, today: Day) -> Result<Vec<RetentionItem>, Error> {
        items(self.connection, today)
    }

    /// The holds, oldest first.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn legal_holds(&self) -> Result<Vec<LegalHold>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT h.id, p.code, d.code, c.code, h.reason, h.at, h.by FROM main.legal_hold AS h
             LEFT JOIN main.pupil AS p ON p.key = h.pupil
             LEFT JOIN main.household AS d ON d.key = h.household
             LEFT JOIN main.support_case AS c ON c.key = h.support_case ORDER BY h.key",
        )?;
        let rows = statement.query_map([], |row| {
            let codes: [Option<String>; 3] = [row.get(1)?, row.get(2)?, row.get(3)?];
            let kinds = ["pupil", "household", "case"];
            let found = kinds.into_iter().zip(codes).find_map(|(kind, code)| Some((kind, code?)));
            let (kind, code) = found.unwrap_or(("pupil", String::new()));
            let (id, reason) = (Id::from_bytes(row.get(0)?), row.get(4)?);
            Ok(LegalHold { id, kind, code, reason, at: row.get(5)?, by: row.get(6)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// After how many days without an answer of the archive something may be erased; `None` where an
    /// answer has to be waited for.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn archive_term(&self) -> Result<Option<u16>, Error> {
        let sql = "SELECT max(days) FROM archive_term";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }
}

impl Writer<'_> {
    /// Sets how many years a class is kept.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn set_retention_years(&mut self, class: RetentionClass, years: u16) -> Result<(), Error> {
        self.connection.execute(
            "INSERT INTO retention_years (class, years) VALUES (?1, ?2)
             ON CONFLICT (class) DO UPDATE SET years = excluded.years",
            params![class.code(), years],
        )?;
        self.note(Action::RetentionSet, class.code(), &json!({ "years": years }));
        Ok(())
    }

    /// Sets after how many days without an answer of the archive something may be erased; `None`: never.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn set_archive_term(&mut self, days: Option<u16>) -> Result<(), Error> {
        self.connection.execute("DELETE FROM archive_term", [])?;
        if let Some(days) = days {
            self.connection.execute("INSERT INTO archive_term VALUES (1, ?1)", [days])?;
        }
        self.note(Action::RetentionSet, "archive-term", &json!({ "days": days }));
        Ok(())
    }

    /// Holds something, so that nothing of it is erased.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] where it is held already; [`Error::Empty`] for the reason.
    pub fn hold(
        &mut self,
        id: Id,
        thing: HeldThing,
        reason: &str,
        code: &str,
    ) -> Result<(), Error> {
        if reason.trim().is_empty() {
            return Err(Error::Empty { what: "the reason of a hold" });
        }
        let (pupil, household, case) = match thing {
            HeldThing::Pupil(key) => (Some(key), None, None),
            HeldThing::Household(key) => (None, Some(key), None),
            HeldThing::Case(key) => (None, None, Some(key)),
        };
        let (at, by) = (self.ledger.author.at, self.ledger.author.code.clone());
        self.insert(
            "INSERT INTO legal_hold (id, pupil, household, support_case, reason, at, by)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![id.bytes(), pupil, household, case, reason.trim(), at, by],
            "a hold",
            || ("a hold on", code.to_owned()),
        )?;
        self.note(Action::HoldSet, id.to_string(), &json!({}));
        Ok(())
    }

    /// Takes a hold away. Gives whether there was one.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn release_hold(&mut self, id: Id) -> Result<bool, Error> {
        let removed =
            self.connection.execute("DELETE FROM legal_hold WHERE id = ?1", [id.bytes()])?;
        if removed > 0 {
            self.note(Action::HoldRelease, id.to_string(), &json!({}));
        }
        Ok(removed > 0)
    }
}

fn years(connection: &Connection) -> Result<Vec<(RetentionClass, u16, bool)>, Error> {
    let mut statement = connection.prepare_cached("SELECT class, years FROM retention_years")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let chosen: BTreeMap<String, u16> = rows.collect::<Result<_, _>>()?;
    let of = |class: &RetentionClass| match chosen.get(class.code()) {
        Some(years) => (*class, *years, true),
        None => (*class, class.years(), false),
    };
    Ok(RetentionClass::ALL.iter().map(of).collect())
}

/// Every record about people with how long it is kept.
pub(super) fn items(connection: &Connection, today: Day) -> Result<Vec<RetentionItem>, Error> {
    let people = People::read(connection, today)?;
    let years: BTreeMap<RetentionClass, u16> =
        years(connection)?.into_iter().map(|(class, years, _)| (class, years)).collect();
    let years = |class| years.get(&class).copied().unwrap_or_default();
    let mut found = Vec::new();
    let mut strongest: BTreeMap<i64, Keeping> = BTreeMap::new();
    let mut strongest_home: BTreeMap<i64, Keeping> = BTreeMap::new();
    for (class, table, sql) in SOURCES {
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let found_row = FoundRow::read(row)?;
            let item = people.item(*class, table, &found_row, years(*class));
            for pupil in &item.pupils {
                let entry = strongest.entry(pupil.0).or_insert(item.keeping);
                *entry = item.keeping.max(*entry);
            }
            if let Some(home) = item.household {
                let entry = strongest_home.entry(home.0).or_insert(item.keeping);
                *entry = item.keeping.max(*entry);
            }
            found.push(item);
        }
    }
    let class = RetentionClass::Person;
    for (key, child) in &people.children {
        let closed = child.left.filter(|_| !people.is_supported(*key, child));
        let closed = closed.map(|left| left.max(child.accompanied_until.unwrap_or(left)));
        let mut keeping = Keeping::of(closed, &[child.birth], years(class), today);
        if people.is_held(*key, child) || people.held_persons.contains(key) {
            keeping = Keeping::Held;
        }
        found.push(RetentionItem {
            class,
            table: "pupil",
            key: *key,
            part: 0,
            pupils: vec![PupilKey(*key)],
            household: child.household.map(HouseholdKey),
            closed,
            keeping: strongest.get(key).map_or(keeping, |other| keeping.max(*other)),
        });
    }
    let mut homes = connection.prepare_cached(
        "SELECT h.key FROM main.household AS h
         WHERE NOT EXISTS (SELECT 1 FROM main.pupil AS p WHERE p.household = h.key) ORDER BY h.key",
    )?;
    for key in homes.query_map([], |row| row.get::<_, i64>(0))? {
        let key = key?;
        // Nobody ever noted anything that says when it was over.
        let mut keeping = strongest_home.get(&key).copied().unwrap_or(Keeping::Forgotten);
        if people.held_homes.contains(&key) {
            keeping = Keeping::Held;
        }
        found.push(RetentionItem {
            class,
            table: "household",
            key,
            part: 0,
            pupils: Vec::new(),
            household: Some(HouseholdKey(key)),
            closed: None,
            keeping,
        });
    }
    Ok(found)
}

/// Where the records of a class are: key, part, the day it was closed (null while it is open), the
/// pupil, the household, and more pupils as a list. All names are those of the schema.
const SOURCES: &[(RetentionClass, &str, &str)] = &[
    (
        RetentionClass::Case,
        "support_case",
        "SELECT key, 0, closed, pupil, household, NULL FROM main.support_case
         WHERE pupil IS NOT NULL OR household IS NOT NULL ORDER BY key",
    ),
    (
        RetentionClass::Contact,
        "contact",
        "SELECT c.key, 0, c.day, NULL, c.household,
           (SELECT group_concat(cp.pupil) FROM main.contact_pupil AS cp WHERE cp.contact = c.key)
         FROM main.contact AS c
         WHERE c.household IS NOT NULL OR c.next_step IS NOT NULL OR c.shared_note IS NOT NULL
           OR EXISTS (SELECT 1 FROM main.contact_pupil AS cp WHERE cp.contact = c.key)
           OR EXISTS (SELECT 1 FROM main.private_note AS n WHERE n.contact = c.key)
           OR EXISTS (SELECT 1 FROM main.contact_version AS v WHERE v.contact = c.key)
         ORDER BY c.key",
    ),
    // A school year is told by the day seven months earlier: it begins on 1 August.
    (
        RetentionClass::Absence,
        "absence",
        "SELECT pupil, year, NULL, pupil, NULL, NULL FROM (
           SELECT pupil, CAST(strftime('%Y', day * 86400, 'unixepoch', 'start of month', '-7 months')
             AS INTEGER) AS year FROM main.absence
           UNION
           SELECT pupil, CAST(strftime('%Y', day * 86400, 'unixepoch', 'start of month', '-7 months')
             AS INTEGER) FROM main.absence_version
           UNION
           SELECT pupil, school_year FROM main.absence_total
         ) ORDER BY pupil, year",
    ),
    (
        RetentionClass::Measure,
        "ladder_event",
        "SELECT key, 0, day, pupil, NULL, NULL FROM main.ladder_event ORDER BY key",
    ),
    (
        RetentionClass::Transition,
        "transition",
        "SELECT key, 0, leaving, pupil, NULL, NULL FROM main.transition ORDER BY key",
    ),
    (
        RetentionClass::Consent,
        "consent",
        "SELECT key, 0, coalesce(withdrawn, expires, given), pupil, household, NULL
         FROM main.consent ORDER BY key",
    ),
    (
        RetentionClass::Task,
        "task",
        "SELECT key, 0, iif(state IN ('open', 'waiting'), NULL, state_day), pupil, NULL, NULL
         FROM main.task ORDER BY key",
    ),
    (
        RetentionClass::Waiting,
        "import_waiting",
        "SELECT w.key, 0, i.imported_at / 86400, NULL, NULL, NULL
         FROM main.import_waiting AS w JOIN main.import AS i ON i.key = w.import ORDER BY w.key",
    ),
];

/// A row of one of the [`SOURCES`].
struct FoundRow {
    key: i64,
    part: i32,
    closed: Option<Day>,
    pupil: Option<i64>,
    household: Option<i64>,
    pupils: Vec<i64>,
}

impl FoundRow {
    fn read(row: &Row<'_>) -> Result<Self, Error> {
        let list: Option<String> = row.get(5)?;
        let list = list.unwrap_or_default();
        let part: i32 = row.get(1)?;
        let closed: Option<i32> = row.get(2)?;
        // The last day of the school year of absences; the current one is not over.
        let closed = if part == 0 { closed.map(Day) } else { Some(SchoolYear(part).period().last) };
        Ok(Self {
            key: row.get(0)?,
            part,
            closed,
            pupil: row.get(3)?,
            household: row.get(4)?,
            pupils: list.split(',').filter_map(|key| key.parse().ok()).collect(),
        })
    }
}

/// The keys of a row, in the order of its statement.
type Keys = (Option<i64>, Option<i64>, Option<i64>);

impl People {
    fn read(connection: &Connection, today: Day) -> Result<Self, Error> {
        let mut people = Self {
            children: BTreeMap::new(),
            homes: BTreeMap::new(),
            supported: BTreeSet::new(),
            supported_homes: BTreeSet::new(),
            held: BTreeSet::new(),
            held_homes: BTreeSet::new(),
            held_cases: BTreeSet::new(),
            held_persons: BTreeSet::new(),
            today,
        };
        let mut statement = connection.prepare_cached(
            "SELECT p.key, p.birth_day, p.household, p.enrolled_until, p.accompanied_from,
               p.accompanied_until, p.unknown_from,
               (SELECT count(*) FROM main.stay AS s WHERE s.pupil = p.key AND s.last_day IS NULL),
               (SELECT max(last_day) FROM main.stay AS s WHERE s.pupil = p.key)
             FROM main.pupil AS p",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let key: i64 = row.get(0)?;
            let day = |place: usize| day(row, place);
            let is_there_again = row.get::<_, i64>(7)? > 0;
            let stayed = day(8)?;
            // Whose whereabouts are unknown is at no school any more.
            let left = day(3)?.or(day(6)?).filter(|_| !is_there_again);
            let child = Child {
                birth: day(1)?,
                household: row.get(2)?,
                left: left.map(|left| left.max(stayed.unwrap_or(left))),
                accompanied: day(4)?.is_some() && day(5)?.is_none_or(|until| until >= today),
                accompanied_until: day(5)?,
            };
            if let Some(home) = child.household {
                people.homes.entry(home).or_default().push(key);
            }
            people.children.insert(key, child);
        }
        let pairs = |sql: &str| -> Result<Vec<Keys>, Error> {
            let mut statement = connection.prepare_cached(sql)?;
            let rows =
                statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        for (pupil, home, _) in
            pairs("SELECT pupil, household, NULL FROM main.support_case WHERE closed IS NULL")?
        {
            people.supported.extend(pupil);
            people.supported_homes.extend(home.filter(|_| pupil.is_none()));
        }
        for (pupil, home, case) in
            pairs("SELECT pupil, household, support_case FROM main.legal_hold")?
        {
            people.held.extend(pupil);
            people.held_homes.extend(home);
            people.held_cases.extend(case);
        }
        for (pupil, home, _) in
            pairs("SELECT pupil, household, NULL FROM main.restriction WHERE lifted_at IS NULL")?
        {
            people.held.extend(pupil);
            people.held_homes.extend(home);
        }
        for (pupil, home, _) in pairs(
            "SELECT c.pupil, c.household, NULL FROM main.legal_hold AS h
             JOIN main.support_case AS c ON c.key = h.support_case",
        )? {
            people.held_persons.extend(pupil);
            let of_home = home.and_then(|home| people.homes.get(&home)).cloned();
            people.held_persons.extend(of_home.unwrap_or_default());
        }
        Ok(people)
    }

    /// Whether somebody is being supported: accompanied, or in an open case.
    fn is_supported(&self, key: i64, child: &Child) -> bool {
        child.accompanied
            || self.supported.contains(&key)
            || child.household.is_some_and(|home| self.supported_homes.contains(&home))
    }

    fn is_held(&self, key: i64, child: &Child) -> bool {
        self.held.contains(&key)
            || child.household.is_some_and(|home| self.held_homes.contains(&home))
    }

    fn item(
        &self,
        class: RetentionClass,
        table: &'static str,
        row: &FoundRow,
        years: u16,
    ) -> RetentionItem {
        let mut pupils: Vec<i64> = row.pupils.iter().copied().chain(row.pupil).collect();
        if let (true, Some(home)) = (pupils.is_empty(), row.household) {
            pupils = self.homes.get(&home).cloned().unwrap_or_default();
        }
        let children = || pupils.iter().filter_map(|key| Some((*key, self.children.get(key)?)));
        let births: Vec<Option<Day>> = children().map(|(_, child)| child.birth).collect();
        let is_supported = children().any(|(key, child)| self.is_supported(key, child))
            || row.household.is_some_and(|home| self.supported_homes.contains(&home));
        let is_held = children().any(|(key, child)| self.is_held(key, child))
            || row.household.is_some_and(|home| self.held_homes.contains(&home))
            || (class == RetentionClass::Case && self.held_cases.contains(&row.key));
        let closed = row.closed.filter(|_| !is_supported);
        let keeping =
            if is_held { Keeping::Held } else { Keeping::of(closed, &births, years, self.today) };
        RetentionItem {
            class,
            table,
            key: row.key,
            part: row.part,
            pupils: pupils.into_iter().map(PupilKey).collect(),
            household: row.household.map(HouseholdKey),
            closed,
            keeping,
        }
    }
}
