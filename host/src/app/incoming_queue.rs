//! Rows of files that wait: grouped by who they are about, decided by a person.

use std::collections::BTreeMap;

use crate::capture;
use crate::domain::{About, Scope, SeenAs, Text, Who};
use crate::store::{WaitingDecision, WaitingRow};

use super::incoming::{Held, write_reading};
use super::incoming_error::ImportError;
use super::incoming_undo::check_reason;
use super::workspace::{App, new_id, now};
use super::{Actor, Error, UseCase};

/// All rows that wait for the same answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuePerson {
    /// The first of them, by which the group is named.
    pub row: i64,
    /// The import.
    pub import: i64,
    /// How many rows there are.
    pub rows: usize,
    /// The line of the first in the file.
    pub line: u64,
    /// Who they are about, as the file says it.
    pub who: Who,
    /// What is missing.
    pub reason: Text,
    /// Whether it is known whom they are about that is missing.
    pub is_about_who: bool,
}

/// What to do with rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueDecision<'a> {
    /// They are about the pupil of this code.
    Pupil(&'a str),
    /// They are left out, for this reason.
    Skip(&'a str),
}

/// What became of rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueDone {
    /// Rows that do not wait any more.
    pub decided: usize,
    /// Records that were made.
    pub records: usize,
    /// Ids that the next file is matched by.
    pub ids: usize,
}

impl App {
    /// What waits, grouped: rows of one import about the same person for the same reason.
    ///
    /// # Errors
    ///
    /// [`Error::OperatorOnly`]; those of the store.
    pub fn queue(&self, actor: &Actor, import: Option<i64>) -> Result<Vec<QueuePerson>, Error> {
        self.permit(actor, UseCase::ImportManage)?;
        let people = self.waiting_people(import)?;
        self.saw(actor, UseCase::ImportManage, SeenAs::List, About::records(people.len()))?;
        Ok(people)
    }

    fn waiting_people(&self, import: Option<i64>) -> Result<Vec<QueuePerson>, Error> {
        let rows = self.store.read(&Scope::municipality())?.waiting(import)?;
        let mut groups: BTreeMap<(i64, Who, String), QueuePerson> = BTreeMap::new();
        for WaitingRow { key, import, row, .. } in rows {
            let is_person = row.is_about_who && row.who != Who::default();
            // What is wrong with a row is its own; whom it is about is the same for all of theirs.
            let own = if is_person { String::new() } else { format!("{key}") };
            let group = (import, row.who.clone(), own);
            let person = groups.entry(group).or_insert_with(|| QueuePerson {
                row: key,
                import,
                rows: 0,
                line: row.line,
                who: row.who,
                reason: row.reason,
                is_about_who: row.is_about_who,
            });
            person.rows += 1;
        }
        let mut people: Vec<QueuePerson> = groups.into_values().collect();
        people.sort_by_key(|person| person.row);
        Ok(people)
    }

    /// One row that waits, with all that is known of it.
    ///
    /// # Errors
    ///
    /// [`Error::OperatorOnly`]; [`ImportError::NoSuchRow`].
    pub fn queue_row(&self, actor: &Actor, key: i64) -> Result<WaitingRow, Error> {
        self.permit(actor, UseCase::ImportManage)?;
        let row = self.waiting_row(key)?;
        self.saw(actor, UseCase::ImportManage, SeenAs::Detail, About::records(1))?;
        Ok(row)
    }

    fn waiting_row(&self, key: i64) -> Result<WaitingRow, Error> {
        let rows = self.store.read(&Scope::municipality())?.waiting(None)?;
        let found = rows.into_iter().find(|row| row.key == key);
        Ok(found.ok_or(ImportError::NoSuchRow(key))?)
    }

    /// Decides about a row, and with it about all rows of the same import about the same person.
    /// Where the file has an id for that person, it is saved, and the next file is matched by it.
    ///
    /// # Errors
    ///
    /// [`Error::OperatorOnly`]; [`Error::NoSuchPupil`]; [`ImportError`].
    pub fn decide_row(
        &mut self,
        actor: &Actor,
        key: i64,
        decision: QueueDecision<'_>,
    ) -> Result<QueueDone, Error> {
        self.permit(actor, UseCase::ImportManage)?;
        let first = self.waiting_row(key)?;
        let groups = self.waiting_people(Some(first.import))?;
        let rows = self.store.read(&Scope::municipality())?.waiting(Some(first.import))?;
        let is_group = first.row.is_about_who && groups.iter().any(|it| it.who == first.row.who);
        let is_same = |row: &WaitingRow| {
            row.key == key
                || (is_group
                    && row.row.is_about_who
                    && first.row.who != Who::default()
                    && row.row.who == first.row.who)
        };
        let rows: Vec<WaitingRow> = rows.into_iter().filter(is_same).collect();
        match decision {
            QueueDecision::Skip(reason) => {
                let reason = check_reason(reason)?;
                let keys: Vec<i64> = rows.iter().map(|row| row.key).collect();
                let mut writer = self.store.write(&actor.author())?;
                writer.decide_waiting(&keys, WaitingDecision::Skipped(reason), now())?;
                writer.commit()?;
                Ok(QueueDone { decided: keys.len(), ..QueueDone::default() })
            }
            QueueDecision::Pupil(code) => {
                if !first.row.is_about_who {
                    return Err(ImportError::NotAboutWho(first.row.reason).into());
                }
                let (done, left) = self.take_waiting(actor, rows, |_, _| Some(code.to_owned()))?;
                match left {
                    Some(why) if done.decided == 0 => Err(ImportError::NotTaken(why).into()),
                    _ => Ok(done),
                }
            }
        }
    }

    /// Tries all rows again whose pupil is known by now, or that were waiting for something else.
    ///
    /// # Errors
    ///
    /// [`Error::OperatorOnly`]; those of the store.
    pub fn retry_queue(&mut self, actor: &Actor) -> Result<QueueDone, Error> {
        self.permit(actor, UseCase::ImportManage)?;
        let rows = self.store.read(&Scope::municipality())?.waiting(None)?;
        let find =
            |held: &Held, row: &WaitingRow| match held.roster.find(&row.system, &row.row.who, None)
            {
                crate::domain::Match::One { pupil, .. } => Some(pupil.code.clone()),
                crate::domain::Match::Nobody(_) => None,
            };
        Ok(self.take_waiting(actor, rows, find)?.0)
    }

    /// Takes in rows for the pupils that `code` names, and says of one of those left what is missing.
    fn take_waiting(
        &mut self,
        actor: &Actor,
        rows: Vec<WaitingRow>,
        code: impl Fn(&Held, &WaitingRow) -> Option<String>,
    ) -> Result<(QueueDone, Option<Text>), Error> {
        let mut writer = self.store.write(&actor.author())?;
        let mut held = Held::read(&writer.read(&Scope::municipality()))?;
        let (mut done, mut left) = (QueueDone::default(), None);
        let mut per_import: BTreeMap<i64, Vec<WaitingRow>> = BTreeMap::new();
        for row in rows {
            per_import.entry(row.import).or_default().push(row);
        }
        for (import, rows) in per_import {
            let marks = writer.begin_import()?;
            let mut taken = Vec::new();
            for row in rows {
                let Some(code) = code(&held, &row) else { continue };
                if held.roster.of_code(&code).is_none() {
                    return Err(Error::NoSuchPupil(code));
                }
                let reading =
                    capture::decide(&row.system, row.row, &code, held.known(), &mut new_id)
                        .map_err(Error::Mistakes)?;
                if let Some(waiting) = reading.waiting.first() {
                    writer.keep_waiting(row.key, &waiting.reason, waiting.is_about_who)?;
                    left = Some(waiting.reason.clone());
                    continue;
                }
                write_reading(&mut writer, &reading, Some(import))?;
                done.records += reading.records();
                done.ids += reading.ids.len();
                if !reading.ids.is_empty() {
                    held = Held::read(&writer.read(&Scope::municipality()))?;
                }
                taken.push(row.key);
            }
            writer.end_import(import, &marks)?;
            done.decided += taken.len();
            writer.decide_waiting(&taken, WaitingDecision::Taken, now())?;
        }
        writer.commit()?;
        Ok((done, left))
    }
}
