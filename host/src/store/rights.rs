//! What people ask for: restrictions, consents as they are recorded, and what was handed to others.

use rusqlite::{OptionalExtension, Row, params};
use serde_json::json;

use super::reader::{code_at, day, id};
use super::restricted::{Restricted, guard};
use super::{Error, Reader, Subject, Writer};
use crate::domain::{
    Action, Consent, ConsentState, Day, Entered, ExternalId, FormKind, HouseholdKey, Id, PupilKey,
    RestrictionReason, RosterPupil, SchoolKey, Scope,
};

/// Of whom somebody asks something: a child, or a household with its children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// A child, and what is recorded of its household as a whole.
    Pupil(PupilKey),
    /// A household.
    Household(HouseholdKey),
}

/// Somebody whom the records are about, restricted or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub whose: Whose,
    /// The permanent id.
    pub id: Id,
    /// The short sign.
    pub code: String,
    /// The name, as it is recorded.
    pub name: String,
    /// The household they live in, or are.
    pub household: Option<HouseholdKey>,
    /// The language that letters to the family are written in, a code.
    pub language: Option<String>,
    /// The children: the child itself, or those of the household.
    pub pupils: Vec<PupilKey>,
}

impl Person {
    /// Whose rows are theirs alone.
    pub fn subject(&self) -> Subject {
        let households = match self.whose {
            Whose::Pupil(_) => Vec::new(),
            Whose::Household(key) => vec![key],
        };
        Subject { pupils: self.pupils.clone(), households }
    }
}

/// A restriction, in force or lifted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restriction {
    /// Whether it is that of the household.
    pub of_household: bool,
    /// Why.
    pub reason: RestrictionReason,
    /// Since when, in seconds since 1970-01-01 UTC.
    pub since: i64,
    /// By whom, as in the audit.
    pub by: String,
    /// When it was lifted; `None` while it is in force.
    pub lifted_at: Option<i64>,
}

/// Something that was handed to another office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sharing {
    /// The consent it rested on: its row and its sign.
    pub consent: (i64, String),
    /// Whose data: a child's or a household's.
    pub pupil: Option<PupilKey>,
    pub household: Option<HouseholdKey>,
    /// `family-sheet`, `referral`, `transition` or `interpreting`.
    pub what: String,
    /// The short sign of the record, where there is one.
    pub record: String,
    /// A code of `consent-purpose`.
    pub purpose: String,
    /// The office.
    pub recipient: String,
    /// When, in seconds since 1970-01-01 UTC; what is new gets the writer's moment.
    pub at: i64,
}

impl Reader<'_> {
    /// The child or household with that short sign, restricted or not, as far as the scope allows. A
    /// sign of both is the child's.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read); so are those of all others here.
    pub fn person(&self, code: &str) -> Result<Option<Person>, Error> {
        let languages = self.code_lists().list("language");
        let language = |row: &Row<'_>, column: usize| -> rusqlite::Result<Option<String>> {
            let place: Option<u16> = row.get(column)?;
            Ok(place.map(|place| code_at(&languages, place)))
        };
        let sql = format!(
            "SELECT p.key, p.id, trim(p.given_name || ' ' || p.family_name), p.household, h.language
             FROM main.pupil AS p LEFT JOIN main.household AS h ON h.key = p.household
             WHERE p.code = ?1 AND {}",
            self.in_scope("p.school")
        );
        let pupil = self.connection.prepare_cached(&sql)?.query_row([code], |row| {
            let key = PupilKey(row.get(0)?);
            Ok(Person {
                whose: Whose::Pupil(key),
                id: id(row, 1)?,
                code: code.to_owned(),
                name: row.get(2)?,
                household: row.get::<_, Option<i64>>(3)?.map(HouseholdKey),
                language: language(row, 4)?,
                pupils: vec![key],
            })
        });
        if let Some(pupil) = pupil.optional()? {
            return Ok(Some(pupil));
        }
        // A household is seen by whoever sees a child in it, restricted or not.
        let sql = format!(
            "SELECT h.key, h.id, h.name, h.language FROM main.household AS h WHERE h.code = ?1
             AND (NOT EXISTS (SELECT 1 FROM main.pupil AS k WHERE k.household = h.key)
               OR EXISTS (SELECT 1 FROM main.pupil AS k WHERE k.household = h.key AND {}))",
            self.in_scope("k.school")
        );
        let household = self.connection.prepare_cached(&sql)?.query_row([code], |row| {
            let key = HouseholdKey(row.get(0)?);
            Ok(Person {
                whose: Whose::Household(key),
                id: id(row, 1)?,
                code: code.to_owned(),
                name: row.get(2)?,
                household: Some(key),
                language: language(row, 3)?,
                pupils: Vec::new(),
            })
        });
        let Some(mut household) = household.optional()? else { return Ok(None) };
        if let Whose::Household(key) = household.whose {
            household.pupils = Subject::household(self.connection, key)?.pupils;
        }
        Ok(Some(household))
    }

    /// Those whose data may only be kept, with their ids in other systems, whoever may be seen: so that
    /// what a file says of them is recognised and makes nobody new.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn restricted_roster(&self) -> Result<(Vec<RosterPupil>, Vec<ExternalId>), Error> {
        let Some(restricted) = Restricted::read(self.connection)? else {
            return Ok((Vec::new(), Vec::new()));
        };
        let keys = json!(restricted.pupils).to_string();
        let grades = self.code_lists().list("grade");
        let mut statement = self.connection.prepare_cached(
            "SELECT key, code, given_name, family_name, birth_day, school, class, grade
             FROM main.pupil WHERE key IN (SELECT value FROM json_each(?1)) ORDER BY key",
        )?;
        let pupils = statement.query_map([&keys], |row| {
            Ok(RosterPupil {
                key: PupilKey(row.get(0)?),
                code: row.get(1)?,
                given: row.get(2)?,
                family: row.get(3)?,
                birth: day(row, 4)?,
                school: SchoolKey(row.get(5)?),
                class: row.get(6)?,
                grade: code_at(&grades, row.get(7)?),
            })
        })?;
        let mut statement = self.connection.prepare_cached(
            "SELECT system, value, pupil FROM main.external_id
             WHERE pupil IN (SELECT value FROM json_each(?1))",
        )?;
        let ids = statement.query_map([&keys], |row| {
            Ok(ExternalId { system: row.get(0)?, value: row.get(1)?, pupil: PupilKey(row.get(2)?) })
        })?;
        Ok((pupils.collect::<Result<_, _>>()?, ids.collect::<Result<_, _>>()?))
    }

    /// Whom a support case is about, where the reader sees it: the child, or else the household.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn person_of_case(&self, case: i64) -> Result<Option<Person>, Error> {
        let code: Option<String> = self
            .connection
            .prepare_cached(
                "SELECT coalesce(p.code, h.code) FROM support_case AS c
                 LEFT JOIN pupil AS p ON p.key = c.pupil
                 LEFT JOIN household AS h ON h.key = c.household WHERE c.key = ?1",
            )?
            .query_row([case], |row| row.get(0))
            .optional()?
            .flatten();
        code.map_or(Ok(None), |code| self.person(&code))
    }

    /// Whether a person's data are restricted now.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn is_restricted(&self, person: &Person) -> Result<bool, Error> {
        let Some(restricted) = Restricted::read(self.connection)? else { return Ok(false) };
        Ok(match person.whose {
            Whose::Pupil(key) => restricted.pupils.contains(&key.0),
            Whose::Household(key) => restricted.households.contains(&key.0),
        })
    }

    /// The restrictions of a person, of its household and of the children in it, oldest first.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn restrictions(&self, person: &Person) -> Result<Vec<Restriction>, Error> {
        let Subject { pupils, .. } = person.subject();
        let pupils: Vec<i64> = pupils.iter().map(|key| key.0).collect();
        let list = json!(pupils).to_string();
        let mut statement = self.connection.prepare_cached(
            "SELECT household IS NOT NULL, ground, since, by, lifted_at FROM main.restriction
             WHERE household IS ?1 AND ?1 IS NOT NULL
               OR pupil IN (SELECT value FROM json_each(?2))
             ORDER BY since, key",
        )?;
        let found =
            statement.query_map(params![person.household.map(|key| key.0), list], |row| {
                let reason: String = row.get(1)?;
                Ok(Restriction {
                    of_household: row.get(0)?,
                    reason: reason.parse().unwrap_or(RestrictionReason::Objection),
                    since: row.get(2)?,
                    by: row.get(3)?,
                    lifted_at: row.get(4)?,
                })
            })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// The consents about a child or its household, or about a household; all of them where nobody is
    /// named. In the order in which they were recorded, as far as they are seen.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn consents(&self, person: Option<&Person>) -> Result<Vec<Consent>, Error> {
        self.consents_in("consent", person)
    }

    /// The same, restricted or not: for giving a person their own data.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn consents_kept(&self, person: &Person) -> Result<Vec<Consent>, Error> {
        self.consents_in("main.consent", Some(person))
    }

    fn consents_in(
        &self,
        table: &'static str,
        person: Option<&Person>,
    ) -> Result<Vec<Consent>, Error> {
        let about = match person {
            None => "TRUE".to_owned(),
            Some(person) => {
                let sets = person.subject().sets();
                let home = person.household.map_or("NULL".to_owned(), |key| key.0.to_string());
                format!("(c.pupil IN {} OR c.pupil IS NULL AND c.household = {home})", sets.pupils)
            }
        };
        let (purposes, states) =
            (self.code_lists().list("consent-purpose"), self.code_lists().list("consent"));
        self.rows(
            &format!(
                "SELECT c.key, c.code, c.pupil IS NOT NULL, c.purpose, c.recipient, c.state, c.given,
                   c.expires, c.withdrawn
                 FROM {table} AS c WHERE {about} ORDER BY c.key"
            ),
            |row| {
                Ok(Consent {
                    key: row.get(0)?,
                    code: row.get(1)?,
                    of_pupil: row.get(2)?,
                    purpose: code_at(&purposes, row.get(3)?),
                    recipient: row.get(4)?,
                    state: ConsentState::of_code(&code_at(&states, row.get(5)?)),
                    given: Day(row.get(6)?),
                    expires: day(row, 7)?,
                    withdrawn: day(row, 8)?,
                })
            },
        )
    }

    /// What was handed to others: of a person, or under a consent with that sign. Oldest first,
    /// restricted or not.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn sharings(
        &self,
        person: Option<&Person>,
        consent: Option<&str>,
    ) -> Result<Vec<Sharing>, Error> {
        let purposes = self.code_lists().list("consent-purpose");
        let about = match person {
            None => "TRUE".to_owned(),
            Some(person) => {
                let sets = person.subject().sets();
                let home = person.household.map_or("NULL".to_owned(), |key| key.0.to_string());
                format!("(s.pupil IN {} OR s.pupil IS NULL AND s.household = {home})", sets.pupils)
            }
        };
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT s.consent, c.code, s.pupil, s.household, s.what, s.record, s.purpose,
               s.recipient, s.at
             FROM main.sharing AS s JOIN main.consent AS c ON c.key = s.consent
             WHERE {about} AND (?1 IS NULL OR c.code = ?1) ORDER BY s.at, s.key"
        ))?;
        let found = statement.query_map([consent], |row| {
            Ok(Sharing {
                consent: (row.get(0)?, row.get(1)?),
                pupil: row.get::<_, Option<i64>>(2)?.map(PupilKey),
                household: row.get::<_, Option<i64>>(3)?.map(HouseholdKey),
                what: row.get(4)?,
                record: row.get(5)?,
                purpose: code_at(&purposes, row.get(6)?),
                recipient: row.get(7)?,
                at: row.get(8)?,
            })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }
}

impl Writer<'_> {
    /// Restricts the processing of a person's data from now on. Reports are counted anew without them.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] where they are restricted already.
    pub fn restrict(
        &mut self,
        person: &Person,
        reason: RestrictionReason,
        new_id: Id,
    ) -> Result<(), Error> {
        let (pupil, household) = match person.whose {
            Whose::Pupil(key) => (Some(key.0), None),
            Whose::Household(key) => (None, Some(key.0)),
        };
        let (at, by) = (self.ledger.author.at, self.ledger.author.code.clone());
        self.insert(
            "INSERT INTO restriction (id, pupil, household, ground, since, by)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![new_id.bytes(), pupil, household, reason.code(), at, by],
            "the restriction",
            || ("a restriction of", person.code.clone()),
        )?;
        self.count_anew()?;
        let details = json!({ "reason": reason.code() });
        self.note(Action::SubjectRestrict, person.id.to_string(), &details);
        guard(self.connection)
    }

    /// Lifts the restriction of a person's data. That of the household lasts when the child's is
    /// lifted, and the other way round.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuch`] where there is none in force.
    pub fn lift_restriction(&mut self, person: &Person) -> Result<(), Error> {
        let (pupil, household) = match person.whose {
            Whose::Pupil(key) => (Some(key.0), None),
            Whose::Household(key) => (None, Some(key.0)),
        };
        let (at, by) = (self.ledger.author.at, self.ledger.author.code.clone());
        // While it is in force, so that whatever it hid is counted anew.
        self.count_anew()?;
        let lifted = self.connection.execute(
            "UPDATE restriction SET lifted_at = ?3, lifted_by = ?4
             WHERE pupil IS ?1 AND household IS ?2 AND lifted_at IS NULL",
            params![pupil, household, at, by],
        )?;
        if lifted == 0 {
            return Err(Error::NoSuch { what: "restriction of", code: person.code.clone() });
        }
        self.note(Action::SubjectUnrestrict, person.id.to_string(), &json!({}));
        guard(self.connection)
    }

    /// Makes nothing that was counted with or without restricted rows be used again: the partitions of
    /// their contacts get new versions, and persons are numbered anew.
    fn count_anew(&self) -> Result<(), Error> {
        let Some(restricted) = Restricted::read(self.connection)? else { return Ok(()) };
        let keys = json!(restricted.contacts().collect::<Vec<_>>()).to_string();
        self.connection.execute(
            "INSERT INTO partition (school, month, version)
             SELECT DISTINCT school,
               CAST(strftime('%Y', day * 86400, 'unixepoch') AS INTEGER) * 12
                 + CAST(strftime('%m', day * 86400, 'unixepoch') AS INTEGER) - 1,
               1
             FROM contact WHERE key IN (SELECT value FROM json_each(?1))
             ON CONFLICT (school, month) DO UPDATE SET version = version + 1",
            [keys],
        )?;
        self.connection.execute("UPDATE numbering SET epoch = epoch + 1", [])?;
        Ok(())
    }

    /// Notes that data were handed to another office.
    ///
    /// # Errors
    ///
    /// [`Error::Restricted`]; [`Error::Dangling`].
    pub fn note_sharing(&mut self, sharing: &Sharing, new_id: Id) -> Result<(), Error> {
        let purpose = self.place("consent-purpose", &sharing.purpose)?;
        let (at, by) = (self.ledger.author.at, self.ledger.author.code.clone());
        self.insert(
            "INSERT INTO sharing
               (id, consent, pupil, household, what, record, purpose, recipient, at, by)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                new_id.bytes(),
                sharing.consent.0,
                sharing.pupil.map(|key| key.0),
                sharing.household.map(|key| key.0),
                sharing.what,
                sharing.record,
                purpose,
                sharing.recipient,
                at,
                by,
            ],
            "the note of what was handed on",
            || ("a note with the id", new_id.to_string()),
        )?;
        let details = json!({ "what": sharing.what, "purpose": sharing.purpose });
        self.note(Action::DataShare, new_id.to_string(), &details);
        Ok(())
    }

    /// Withdraws a consent from a day on, restricted or not: whoever gave it is heard at once.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuch`]; [`Error::NothingChanged`] where it was withdrawn on that day already;
    /// [`Error::Refused`] for a day before it was given.
    pub fn withdraw_consent(&mut self, code: &str, on: Day, reason: &str) -> Result<(), Error> {
        let none = || Error::NoSuch { what: "consent", code: code.to_owned() };
        let kind = FormKind::of_name("consents").ok_or_else(none)?;
        let sql = "SELECT 1 FROM consent WHERE code = ?1";
        let is_there = self.connection.prepare_cached(sql)?.query_row([code], |_| Ok(()));
        is_there.optional()?.ok_or_else(none)?;
        let view = self.read_all(&Scope::municipality()).entry(kind, code)?.ok_or_else(none)?;
        let withdrawn = self.place("consent", "withdrawn")?;
        let mut changed = view.entry;
        for (name, value) in [("state", Entered::Code(withdrawn)), ("withdrawn", Entered::Day(on))]
        {
            if let Some(place) = kind.form().place(name) {
                changed.values[place] = value;
            }
        }
        self.change_entry(&changed, reason)?;
        Ok(())
    }

    /// Notes that a person's data were given out to them, with how many rows.
    pub fn note_subject_export(&mut self, person: &Person, rows: usize, texts: usize) {
        let details = json!({ "rows": rows, "texts": texts });
        self.note(Action::SubjectExport, person.id.to_string(), &details);
    }
}
