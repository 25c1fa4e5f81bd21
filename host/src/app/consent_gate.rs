//! Consent as a gate: nothing about a family goes to another office unless it said so.
//!
//! Work inside the programme needs no consent and does not come here. What does: a referral that passes
//! data on, and a family sheet for somebody else. An interpreter's booking carries no name, and that a
//! place at another school was confirmed is recorded by whoever is told so; what goes to that school is
//! a sheet.

use std::collections::BTreeSet;

use crate::domain::{
    Code, CodeLists, Consent, Day, Entered, Entry, FormKind, NoConsent, Schools, SeenAs, Sheet,
    SheetCell, SheetTable, Text, gate,
};
use crate::store::{EntryFilter, Person, Reader, Sharing, Whose, Writer};

use super::seen::{about_consents, about_person};
use super::sheets::words;
use super::workspace::{App, new_id, today};
use super::{Actor, Error, RightsError, UseCase};

/// The states of a referral in which the other office has the family's data.
const PASSED_ON: [&str; 2] = ["accepted", "arrived"];

/// The purpose of a referral.
const REFERRAL: &str = "referral";

/// Parts of a family sheet that stay with the team, whoever gets the rest.
const TEAM_ONLY: [&str; 2] = ["tasks", "consents"];

/// The column of contacts with private notes, and with who else wrote one.
const PRIVATE: &str = "private";

/// A consent with what was handed on under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentStanding {
    /// The consent.
    pub consent: Consent,
    /// Why it does not hold today; `None` where it does.
    pub rests: Option<NoConsent>,
    /// What was handed on under it, oldest first.
    pub shared: Vec<Sharing>,
}

impl App {
    /// The consents about a family that the actor may see, all of them where no family is named.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`RightsError::NoSuchSubject`].
    pub fn consents(
        &self,
        actor: &Actor,
        about: Option<&str>,
    ) -> Result<Vec<ConsentStanding>, Error> {
        let scope = self.permit(actor, UseCase::ConsentRead)?;
        let reader = self.store.read(&scope)?;
        let person = about.map(|code| seen(&reader, code)).transpose()?;
        let found = standings(&reader, person.as_ref())?;
        let codes: Vec<&str> = found.iter().map(|it| it.consent.code.as_str()).collect();
        let about = about_consents(&reader, &codes)?;
        self.saw(actor, UseCase::ConsentRead, SeenAs::List, about)?;
        Ok(found)
    }

    /// One consent.
    ///
    /// # Errors
    ///
    /// [`RightsError::NoSuchConsent`], also for one out of sight.
    pub fn consent(&self, actor: &Actor, code: &str) -> Result<ConsentStanding, Error> {
        let scope = self.permit(actor, UseCase::ConsentRead)?;
        let reader = self.store.read(&scope)?;
        let found = standings(&reader, None)?
            .into_iter()
            .find(|standing| standing.consent.code == code)
            .ok_or_else(|| RightsError::NoSuchConsent(code.to_owned()))?;
        let about = about_consents(&reader, &[code])?;
        self.saw(actor, UseCase::ConsentRead, SeenAs::Detail, about)?;
        Ok(found)
    }

    /// Withdraws a consent from a day on, today where none is given: nothing is handed on under it any
    /// more. Gives what was handed on before, so that those who have it can be told.
    ///
    /// The consent of somebody whose data are restricted can be withdrawn too, by whoever works for all
    /// schools.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`RightsError::NoSuchConsent`]; [`Error::Store`] where it was withdrawn
    /// on that day already, or for a day before it was given.
    pub fn withdraw_consent(
        &mut self,
        actor: &Actor,
        code: &str,
        on: Option<Day>,
        reason: &str,
    ) -> Result<Vec<Sharing>, Error> {
        let scope = self.permit(actor, UseCase::ConsentWithdraw)?;
        let is_limited = scope.schools != Schools::All;
        let mut writer = self.store.write(&actor.author())?;
        let shared = {
            let reader = writer.read(&scope);
            let is_seen = visible(&reader)?.contains(code);
            if is_limited && !is_seen {
                return Err(RightsError::NoSuchConsent(code.to_owned()).into());
            }
            reader.sharings(None, Some(code))?
        };
        writer.withdraw_consent(code, on.unwrap_or_else(today), reason.trim())?;
        writer.commit()?;
        Ok(shared)
    }

    /// The consent on which something may be handed on today, or on another day.
    ///
    /// # Errors
    ///
    /// [`RightsError::NoConsent`] with the reason; [`RightsError::NoSuchSubject`];
    /// [`RightsError::NoSuchPurpose`].
    pub fn check_consent(
        &self,
        actor: &Actor,
        about: &str,
        purpose: &str,
        recipient: &str,
        on: Option<Day>,
    ) -> Result<Consent, Error> {
        let scope = self.permit(actor, UseCase::ConsentRead)?;
        let reader = self.store.read(&scope)?;
        let person = seen(&reader, about)?;
        self.saw(actor, UseCase::ConsentRead, SeenAs::Detail, about_person(&person))?;
        allowed(&reader, &person, purpose, recipient, on.unwrap_or_else(today))
    }

    /// The family sheet for another office: marked with the consent it rests on, without private notes,
    /// tasks and what was agreed with others. It is noted what was handed to whom.
    ///
    /// # Errors
    ///
    /// As [`App::family_sheet`] and [`App::check_consent`].
    pub fn family_sheet_for(
        &mut self,
        actor: &Actor,
        household: &str,
        recipient: &str,
        purpose: &str,
    ) -> Result<Sheet, Error> {
        let scope = self.permit(actor, UseCase::SheetFamily)?;
        let mut sheet = self.family_sheet(actor, household)?;
        let mut writer = self.store.write(&actor.author())?;
        let (person, consent, purpose_word) = {
            let reader = writer.read(&scope);
            let person = seen(&reader, household)?;
            let consent = allowed(&reader, &person, purpose, recipient, today())?;
            let word = word_of(reader.code_lists(), purpose);
            (person, consent, word)
        };
        note(&mut writer, &person, &consent, "family-sheet", "", recipient)?;
        writer.commit()?;
        sheet.tables.retain(|table| !TEAM_ONLY.contains(&table.id));
        leave_out_others(&mut sheet);
        for table in &mut sheet.tables {
            let private = table.columns.iter().position(|column| column.name == PRIVATE);
            if let Some(place) = private {
                table.columns.remove(place);
                for row in &mut table.rows {
                    row.remove(place);
                }
            }
        }
        for (title, cell) in &mut sheet.facts {
            if title.en == "Meant for" {
                *cell = SheetCell::Text(recipient.to_owned());
            }
        }
        let given = consent.given;
        sheet.facts.push((Text::new("Zweck", "Purpose"), SheetCell::Words(purpose_word)));
        sheet.facts.push((
            Text::new("Auf Grund von", "On the strength of"),
            words(
                format!("Einwilligung `{}` vom {}", consent.code, given.german()),
                format!("consent `{}` of {given}", consent.code),
            ),
        ));
        sheet.remarks = vec![Text::new(
            "Das Blatt ist nur für diesen Empfänger und diesen Zweck. Vertrauliche Notizen und interne \
             Aufgaben stehen nicht darin.",
            "The sheet is for this recipient and this purpose alone. Private notes and internal tasks are \
             not in it.",
        )];
        Ok(sheet)
    }
}

/// The consents of somebody, or all of them, as far as the reader sees them.
fn standings(reader: &Reader<'_>, person: Option<&Person>) -> Result<Vec<ConsentStanding>, Error> {
    let visible = visible(reader)?;
    let mut found = Vec::new();
    for consent in reader.consents(person)? {
        if !visible.contains(&consent.code) {
            continue;
        }
        let rests = consent.holds_on(today()).err();
        let shared = reader.sharings(None, Some(&consent.code))?;
        found.push(ConsentStanding { consent, rests, shared });
    }
    Ok(found)
}

/// Leaves out of the contacts what another family did not agree to: its children, and the texts of a
/// contact with both.
fn leave_out_others(sheet: &mut Sheet) {
    let place = |table: &SheetTable, name: &str| {
        table.columns.iter().position(|column| column.name == name)
    };
    let mut own: Vec<String> = Vec::new();
    if let Some(children) = sheet.tables.iter().find(|table| table.id == "children")
        && let Some(code) = place(children, "pupil")
    {
        own.extend(children.rows.iter().filter_map(|row| match &row[code] {
            SheetCell::Text(code) => Some(code.clone()),
            _ => None,
        }));
    }
    for table in sheet.tables.iter_mut().filter(|table| table.id == "contacts") {
        let Some(pupils) = place(table, "pupils") else { continue };
        let texts: Vec<usize> =
            ["note", "next"].iter().filter_map(|name| place(table, name)).collect();
        for row in &mut table.rows {
            let SheetCell::Text(named) = &row[pupils] else { continue };
            let all: Vec<&str> = named.split(", ").collect();
            let kept: Vec<&str> =
                all.iter().copied().filter(|code| own.iter().any(|one| one == code)).collect();
            if kept.len() == all.len() {
                continue;
            }
            let kept = kept.join(", ");
            row[pupils] = if kept.is_empty() { SheetCell::Empty } else { SheetCell::Text(kept) };
            for text in &texts {
                row[*text] = SheetCell::Empty;
            }
        }
    }
}

/// The signs of the consents that a reader sees.
fn visible(reader: &Reader<'_>) -> Result<BTreeSet<String>, Error> {
    let kind = FormKind::of_name("consents").expect("the forms have one of that name");
    let found = reader.entries(kind, &EntryFilter::default())?;
    Ok(found.iter().map(|view| view.code().to_owned()).collect())
}

/// The person with a code, where nothing about them is restricted.
fn seen(reader: &Reader<'_>, code: &str) -> Result<Person, Error> {
    let none = || RightsError::NoSuchSubject(code.to_owned());
    let person = reader.person(code)?.ok_or_else(none)?;
    if reader.is_restricted(&person)? {
        return Err(none().into());
    }
    Ok(person)
}

/// The word for a purpose.
fn word_of(codes: &CodeLists, purpose: &str) -> Text {
    let list = codes.list("consent-purpose");
    list.codes()
        .iter()
        .find(|code| code.code == purpose)
        .map_or_else(|| Text::same(purpose), Code::text)
}

/// The consent on which data of a person may be handed to `recipient`.
///
/// A recipient is the same one where it is written the same way, small or capital; the offices that
/// referrals go to are known by code and by both their names.
///
/// # Errors
///
/// [`RightsError::NoConsent`]; [`RightsError::NoSuchPurpose`].
pub(super) fn allowed(
    reader: &Reader<'_>,
    person: &Person,
    purpose: &str,
    recipient: &str,
    day: Day,
) -> Result<Consent, Error> {
    let codes = reader.code_lists();
    if codes.list("consent-purpose").place(purpose).is_none() {
        return Err(RightsError::NoSuchPurpose(purpose.to_owned()).into());
    }
    let plain = |text: &str| text.trim().to_lowercase();
    let mut names = vec![plain(recipient)];
    for office in codes.list("referral-target").codes() {
        let own = [plain(&office.code), plain(&office.de), plain(&office.en)];
        if own.contains(&names[0]) {
            names.extend(own);
        }
    }
    let consents = reader.consents(Some(person))?;
    let found = gate(&consents, purpose, |other| names.contains(&plain(other)), day);
    Ok(found.cloned().map_err(|why| RightsError::NoConsent {
        purpose: purpose.to_owned(),
        recipient: recipient.to_owned(),
        why,
    })?)
}

/// The consents that hold on a day, of all families that the reader sees: whatever rests on another one
/// is not allowed any more. Those of somebody whose data are restricted are not among them.
///
/// # Errors
///
/// Those of the store.
pub fn consents_in_force(reader: &Reader<'_>, day: Day) -> Result<Vec<Consent>, Error> {
    let mut all = reader.consents(None)?;
    all.retain(|consent| consent.holds_on(day).is_ok());
    Ok(all)
}

fn note(
    writer: &mut Writer<'_>,
    person: &Person,
    consent: &Consent,
    what: &str,
    record: &str,
    recipient: &str,
) -> Result<(), Error> {
    let (pupil, household) = match person.whose {
        Whose::Pupil(key) => (Some(key), None),
        Whose::Household(key) => (None, Some(key)),
    };
    let sharing = Sharing {
        consent: (consent.key, consent.code.clone()),
        pupil,
        household,
        what: what.to_owned(),
        record: record.to_owned(),
        purpose: consent.purpose.clone(),
        recipient: recipient.to_owned(),
        at: 0,
    };
    Ok(writer.note_sharing(&sharing, new_id())?)
}

/// A referral that passes data on, waiting to be noted once it is recorded.
pub(super) struct PassedOn {
    person: Person,
    consent: Consent,
    recipient: String,
    record: String,
}

/// Asks for the consent to a referral, where the record says that the other office has the family's
/// data now and did not have them before. What a file tells was done elsewhere and is not asked for.
///
/// # Errors
///
/// [`RightsError::NoConsent`].
pub(super) fn referral_gate(
    reader: &Reader<'_>,
    entry: &Entry,
    before: Option<&Entry>,
) -> Result<Option<PassedOn>, Error> {
    if entry.form.name != "referrals" {
        return Ok(None);
    }
    let codes = reader.code_lists();
    let states = codes.list("referral-state");
    let is_passed_on = |entry: &Entry| match entry.value("state") {
        Entered::Code(place) => {
            states.at(*place).is_some_and(|code| PASSED_ON.contains(&code.code.as_str()))
        }
        _ => false,
    };
    let is_as_before = before.is_some_and(|old| {
        is_passed_on(old)
            && old.value("target") == entry.value("target")
            && old.value("support_case") == entry.value("support_case")
    });
    if !is_passed_on(entry) || is_as_before {
        return Ok(None);
    }
    let (Entered::Code(target), Entered::Key(case)) =
        (entry.value("target"), entry.value("support_case"))
    else {
        return Ok(None);
    };
    let Some(person) = reader.person_of_case(*case)? else { return Ok(None) };
    let offices = codes.list("referral-target");
    let recipient = offices.at(*target).map_or("", |code| &code.de);
    let day = match (entry.value("state_day"), entry.value("day")) {
        (Entered::Day(day), _) | (_, Entered::Day(day)) => *day,
        _ => today(),
    };
    let consent = allowed(reader, &person, REFERRAL, recipient, day)?;
    let (recipient, record) = (recipient.to_owned(), entry.code().to_owned());
    Ok(Some(PassedOn { person, consent, recipient, record }))
}

impl PassedOn {
    /// Notes what was handed on.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub(super) fn note(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        let Self { person, consent, recipient, record } = self;
        note(writer, person, consent, "referral", record, recipient)
    }
}
