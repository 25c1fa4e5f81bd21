//! Whose data are kept: what there is about them, and that it may only be kept (Art. 18 GDPR).

use chrono::{DateTime, Datelike};

use crate::domain::{
    Consent, Day, KEPT_YEARS, NoConsent, RestrictionReason, Scope, SeenAs, Text, kept_until,
    schooling_ends,
};
use crate::store::{KeptTable, Person, Raw, Reader, Restriction, Sharing};

use super::seen::about_person;
use super::subject_words::described;
use super::workspace::{App, new_id, today};
use super::{Actor, Error, RightsError, UseCase};

/// What is kept about somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectFacts {
    /// Who.
    pub person: Person,
    /// Whether it may only be kept now.
    pub is_restricted: bool,
    /// Every restriction there was.
    pub restrictions: Vec<Restriction>,
    /// For each table with something in it: its words, how many rows, since when.
    pub kept: Vec<(&'static str, Text, usize, Option<Day>)>,
    /// The consents, and why one does not hold today.
    pub consents: Vec<(Consent, Option<NoConsent>)>,
    /// What was handed to others.
    pub shared: Vec<Sharing>,
    /// Until when it is kept; `None` while the family is accompanied.
    pub kept_until: Option<Day>,
}

impl App {
    /// What is kept about somebody, restricted or not.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`RightsError::NoSuchSubject`].
    pub fn subject(&self, actor: &Actor, code: &str) -> Result<SubjectFacts, Error> {
        let scope = self.permit(actor, UseCase::SubjectRead)?;
        let reader = self.store.read(&scope)?;
        let person = find(&reader, code)?;
        self.saw(actor, UseCase::SubjectRead, SeenAs::Detail, about_person(&person))?;
        let tables = reader.kept_of(&person)?;
        let mut kept = Vec::new();
        for table in tables.iter().filter(|table| !table.rows.is_empty()) {
            let words = described(table.table)
                .ok_or_else(|| RightsError::NoWords(table.table.to_owned()))?;
            kept.push((table.table, words.title, table.rows.len(), since(table)));
        }
        let rests = |consent: Consent| {
            let rests = consent.holds_on(today()).err();
            (consent, rests)
        };
        Ok(SubjectFacts {
            is_restricted: reader.is_restricted(&person)?,
            restrictions: reader.restrictions(&person)?,
            consents: reader.consents_kept(&person)?.into_iter().map(rests).collect(),
            shared: reader.sharings(Some(&person), None)?,
            kept_until: retention(&tables),
            kept,
            person,
        })
    }

    /// Says that somebody's data may only be kept from now on.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`RightsError::NoSuchSubject`]; [`Error::Store`] where it is so already.
    pub fn restrict(
        &mut self,
        actor: &Actor,
        code: &str,
        reason: RestrictionReason,
    ) -> Result<(), Error> {
        self.permit(actor, UseCase::SubjectRestrict)?;
        let person = find(&self.store.read(&Scope::municipality())?, code)?;
        let mut writer = self.store.write(&actor.author())?;
        writer.restrict(&person, reason, new_id())?;
        Ok(writer.commit()?)
    }

    /// Lifts the restriction. Whoever asked for it is told before (Art. 18(3)).
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`RightsError::NoSuchSubject`]; [`Error::Store`] where there is none.
    pub fn unrestrict(&mut self, actor: &Actor, code: &str) -> Result<(), Error> {
        self.permit(actor, UseCase::SubjectRestrict)?;
        let person = find(&self.store.read(&Scope::municipality())?, code)?;
        let mut writer = self.store.write(&actor.author())?;
        writer.lift_restriction(&person)?;
        Ok(writer.commit()?)
    }
}

/// The person with a code, restricted or not.
///
/// # Errors
///
/// [`RightsError::NoSuchSubject`].
pub(super) fn find(reader: &Reader<'_>, code: &str) -> Result<Person, Error> {
    Ok(reader.person(code)?.ok_or_else(|| RightsError::NoSuchSubject(code.to_owned()))?)
}

/// The day of a moment.
pub(super) fn day_of(seconds: i64) -> Option<Day> {
    let date = DateTime::from_timestamp(seconds, 0)?.date_naive();
    Day::of(date.year(), date.month(), date.day())
}

/// The day on which the first row of a table was recorded, where it says so.
fn since(table: &KeptTable) -> Option<Day> {
    ["recorded_at", "at", "since", "replaced_at"]
        .iter()
        .flat_map(|name| table.column(name))
        .filter_map(|raw| if let Raw::Number(at) = raw { Some(*at) } else { None })
        .min()
        .and_then(day_of)
}

fn days<'t>(
    tables: &'t [KeptTable],
    table: &'t str,
    column: &'t str,
) -> impl Iterator<Item = Option<Day>> + 't {
    tables.iter().filter(move |kept| kept.table == table).flat_map(move |kept| {
        kept.column(column).map(|raw| match raw {
            Raw::Number(day) => i32::try_from(*day).ok().map(Day),
            _ => None,
        })
    })
}

/// Until when the data are kept: so many years after the year in which both the support and compulsory
/// schooling are over. `None` while a case or the accompaniment goes on, or where nothing says when a
/// child was born.
pub(super) fn retention(tables: &[KeptTable]) -> Option<Day> {
    let closed: Option<Vec<Day>> = days(tables, "support_case", "closed").collect();
    let begun: Vec<Option<Day>> = days(tables, "pupil", "accompanied_from").collect();
    let ended: Vec<Option<Day>> = days(tables, "pupil", "accompanied_until").collect();
    if begun.iter().zip(&ended).any(|(from, until)| from.is_some() && until.is_none()) {
        return None;
    }
    let last = closed?.into_iter().chain(ended.into_iter().flatten()).max()?;
    let ends = days(tables, "pupil", "birth_day").flatten().map(schooling_ends).max()?;
    kept_until(last, ends, KEPT_YEARS)
}
