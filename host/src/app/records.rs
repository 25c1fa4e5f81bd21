//! Recording: single records typed in by hand, and the saving of whole files.

use crate::capture::{self, Kind, Records};
use crate::domain::{Code, Directory, Id, Text};
use crate::store::{Reader, Writer};

use super::workspace::{App, new_id, now, today};
use super::{Actor, Error, UseCase};

/// A contact as somebody types it in: texts as in the CSV format, empty where nothing was said.
#[derive(Debug, Clone, Copy)]
pub struct ContactForm<'a> {
    /// The school number.
    pub school: &'a str,
    /// The day; `None` for today.
    pub day: Option<&'a str>,
    /// The time.
    pub time: &'a str,
    /// Minutes.
    pub minutes: &'a str,
    /// A code of `contact-kind`.
    pub kind: &'a str,
    /// A code of `result`.
    pub result: &'a str,
    /// Codes of who took part, without the one who records it.
    pub participants: &'a [String],
    /// Codes of pupils.
    pub pupils: &'a [String],
    /// A household's code.
    pub household: &'a str,
    /// How many were present; `None` for 1, or 0 at an attempt.
    pub persons: Option<&'a str>,
    /// Codes of `topic`.
    pub topics: &'a [String],
    /// A code of `consultation`.
    pub consultation: &'a str,
    /// A code of `language`.
    pub language: &'a str,
    /// Whether an interpreter helped.
    pub interpreter: bool,
    /// By when the next step is due.
    pub next_due: &'a str,
    /// The next step.
    pub next_step: &'a str,
    /// The note for the team.
    pub shared_note: &'a str,
    /// The note for the profession of the one who records it.
    pub private_note: &'a str,
}

/// The lists whose codes the program computes with: one that it does not know would count for
/// nothing, and nobody would notice.
const FIXED_LISTS: [&str; 6] =
    ["team-form", "school-level", "school-form", "absence-status", "absence-unit", "term"];

impl App {
    /// Adds one record, given as the columns of its CSV format.
    ///
    /// # Errors
    ///
    /// [`Error::Mistakes`] with everything that is wrong; nothing is saved then.
    pub fn add(&mut self, actor: &Actor, kind: Kind, fields: &[(&str, &str)]) -> Result<(), Error> {
        self.permit(actor, UseCase::adding(kind))?;
        let records = self.one(actor, kind, fields)?;
        self.save(actor, &records, &mut |_| {})
    }

    /// Records one contact and gives its id.
    ///
    /// # Errors
    ///
    /// [`Error::Mistakes`] with everything that is wrong, [`Error::NobodysNote`] for a private note
    /// without a practitioner; nothing is saved then.
    pub fn add_contact(&mut self, actor: &Actor, form: &ContactForm<'_>) -> Result<Id, Error> {
        self.permit(actor, UseCase::ContactAdd)?;
        let records = self.contact_in(actor, form)?;
        let Records::Contacts(contacts) = &records else {
            unreachable!("contacts were asked for");
        };
        let id = contacts[0].id;
        self.save(actor, &records, &mut |_| {})?;
        Ok(id)
    }

    /// The one contact that a form says, read and checked.
    pub(super) fn contact_in(
        &self,
        actor: &Actor,
        form: &ContactForm<'_>,
    ) -> Result<Records, Error> {
        let mut participants = form.participants.to_vec();
        if let Some(code) = actor.practitioner()
            && !participants.iter().any(|found| found == code)
        {
            participants.insert(0, code.to_owned());
        }
        let today = today().to_string();
        let persons = form.persons.unwrap_or(if form.result == "reached" { "1" } else { "" });
        let (participants, pupils) = (participants.join("|"), form.pupils.join("|"));
        let topics = form.topics.join("|");
        let mut fields = vec![
            ("school", form.school),
            ("day", form.day.unwrap_or(&today)),
            ("time", form.time),
            ("minutes", form.minutes),
            ("kind", form.kind),
            ("result", form.result),
            ("participants", &participants),
            ("pupils", &pupils),
            ("household", form.household),
            ("persons", persons),
            ("topics", &topics),
            ("consultation", form.consultation),
            ("language", form.language),
            ("interpreter", if form.interpreter { "yes" } else { "no" }),
            ("next_due", form.next_due),
            ("next_step", form.next_step),
            ("shared_note", form.shared_note),
        ];
        let lane;
        if !form.private_note.is_empty() {
            lane = format!("private_note:{}", self.role_of(actor)?);
            fields.push((&lane, form.private_note));
        }
        self.one(actor, Kind::Contacts, &fields)
    }

    /// Adds a code at the end of a code list.
    ///
    /// # Errors
    ///
    /// When there is no such list, the list is full or the program's own, the code is there already
    /// or not made of lower-case letters, digits and hyphens, or a word is missing.
    pub fn add_code(
        &mut self,
        actor: &Actor,
        list: &str,
        code: &str,
        de: &str,
        en: &str,
    ) -> Result<(), Error> {
        self.permit(actor, UseCase::CodeAdd)?;
        if !self.code_lists()?.names().contains(&list) {
            return Err(Error::NoSuchList(list.to_owned()));
        }
        if FIXED_LISTS.contains(&list) {
            return Err(Error::FixedList(list.to_owned()));
        }
        let well_formed = !code.is_empty()
            && code.len() <= 40
            && code.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if !well_formed {
            return Err(Error::BadCode(code.to_owned()));
        }
        let words = Text::new(de.trim(), en.trim());
        if words.de.is_empty() || words.en.is_empty() {
            return Err(Error::EmptyName);
        }
        let mut writer = self.store.write(&actor.author())?;
        writer.add_code(list, &Code { code: code.to_owned(), de: words.de, en: words.en })?;
        Ok(writer.commit()?)
    }

    fn one(&self, actor: &Actor, kind: Kind, fields: &[(&str, &str)]) -> Result<Records, Error> {
        let scope = self.permit(actor, UseCase::adding(kind))?;
        let directory = directory_for(&self.store.read(&scope)?, kind)?;
        capture::one(kind, fields, &directory, &mut new_id).map_err(Error::Mistakes)
    }

    /// The code of the role that the actor has as a practitioner.
    fn role_of(&self, actor: &Actor) -> Result<String, Error> {
        let scope = self.permit(actor, UseCase::ContactAdd)?;
        let directory = self.store.read(&scope)?.directory()?;
        let role = role_in(&directory, actor)?;
        let roles = directory.codes.list("role");
        Ok(roles.at(role).map(|role| role.code.clone()).unwrap_or_default())
    }

    /// Saves records, all of them or none, and tells `progress` how many are written.
    pub(super) fn save(
        &mut self,
        actor: &Actor,
        records: &Records,
        progress: &mut dyn FnMut(usize),
    ) -> Result<(), Error> {
        let mut writer = self.store.write(&actor.author())?;
        write(&mut writer, records, progress)?;
        Ok(writer.commit()?)
    }
}

/// Everything that records of a kind may refer to.
pub(super) fn directory_for(reader: &Reader<'_>, kind: Kind) -> Result<Directory, Error> {
    Ok(match kind {
        Kind::Form(form) => reader.directory_for(form)?,
        _ => reader.directory()?,
    })
}

/// The role that the actor has as a practitioner: a place in the code list `role`.
pub(super) fn role_in(directory: &Directory, actor: &Actor) -> Result<u16, Error> {
    let code = actor.practitioner().ok_or(Error::NobodysNote)?;
    let known = directory.practitioners.get(code);
    Ok(known.ok_or_else(|| Error::NoSuchPractitioner(code.to_owned()))?.role)
}

/// Writes records into an open transaction.
pub(super) fn write(
    writer: &mut Writer<'_>,
    records: &Records,
    progress: &mut dyn FnMut(usize),
) -> Result<(), Error> {
    let recorded_at = now();
    match records {
        Records::Schools(list) => {
            each(list, progress, |school| writer.add_school(school).map(drop))?;
        }
        Records::Enrolments(list) => each(list, progress, |found| writer.set_enrolment(found))?,
        Records::Participation(list) => {
            each(list, progress, |found| writer.add_participation(found))?;
        }
        Records::DaysOff(list) => each(list, progress, |day| writer.add_day_off(day))?,
        Records::HalfYears(list) => each(list, progress, |half| writer.set_half_year(half))?,
        Records::Attendance(list) => each(list, progress, |time| writer.add_attendance(time))?,
        Records::DaysNotTaken(list) => each(list, progress, |day| writer.add_day_not_taken(day))?,
        Records::Stays(list) => each(list, progress, |stay| writer.add_stay(stay))?,
        Records::Practitioners(list) => {
            each(list, progress, |person| writer.add_practitioner(person).map(drop))?;
        }
        Records::Assignments(list) => each(list, progress, |post| writer.add_assignment(post))?,
        Records::Pairings(list) => {
            each(list, progress, |pairing| writer.add_pairing(pairing).map(drop))?;
        }
        Records::Households(list) => {
            each(list, progress, |found| writer.add_household(found).map(drop))?;
        }
        Records::Pupils(list) => each(list, progress, |pupil| writer.add_pupil(pupil).map(drop))?,
        Records::Absences(list) => {
            each(list, progress, |absence| writer.add_absence(absence, recorded_at))?;
        }
        Records::AbsenceTotals(list) => {
            each(list, progress, |total| writer.add_absence_total(total, recorded_at))?;
        }
        Records::Contacts(list) => {
            each(list, progress, |contact| writer.add_contact(contact, recorded_at).map(drop))?;
        }
        Records::Entries(_, list) => {
            each(list, progress, |entry| writer.add_entry(entry, recorded_at).map(drop))?;
        }
    }
    Ok(())
}

/// How many records are written between two calls of the progress function.
const PROGRESS_EVERY: usize = 1_000;

fn each<T>(
    records: &[T],
    progress: &mut dyn FnMut(usize),
    mut add: impl FnMut(&T) -> Result<(), crate::store::Error>,
) -> Result<(), Error> {
    for (done, record) in records.iter().enumerate() {
        if done % PROGRESS_EVERY == 0 {
            progress(done);
        }
        add(record).map_err(|error| match records.len() {
            1 => Error::Store(error),
            _ => Error::Record { number: done + 1, error: Box::new(error) },
        })?;
    }
    Ok(())
}
