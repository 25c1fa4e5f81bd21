//! Correcting contacts, and telling what they said before.

use std::collections::HashSet;

use crate::capture::{self, Kind, LONGEST_TEXT, Records};
use crate::domain::{
    About, Code, CodeLists, Contact, ContactField, ContactView, Directory, PrivateNote, PupilKey,
    Scope, SeenAs, Text,
};
use crate::render::Value;

use super::authorization::permit_by;
use super::records::role_in;
use super::workspace::today;
use super::{Actor, App, Error, UseCase, Words};

/// What is to be different in a contact: texts as in the CSV format, `None` for what stays, empty
/// for what is to be empty. A list replaces the whole list.
#[derive(Debug, Clone, Copy, Default)]
pub struct CorrectionForm<'a> {
    /// The school number.
    pub school: Option<&'a str>,
    /// The day.
    pub day: Option<&'a str>,
    /// The time.
    pub time: Option<&'a str>,
    /// Minutes.
    pub minutes: Option<&'a str>,
    /// A code of `contact-kind`.
    pub kind: Option<&'a str>,
    /// A code of `result`.
    pub result: Option<&'a str>,
    /// Codes of all who took part.
    pub participants: Option<&'a [String]>,
    /// Codes of pupils.
    pub pupils: Option<&'a [String]>,
    /// A household's code.
    pub household: Option<&'a str>,
    /// How many were present.
    pub persons: Option<&'a str>,
    /// Codes of `topic`.
    pub topics: Option<&'a [String]>,
    /// A code of `consultation`.
    pub consultation: Option<&'a str>,
    /// A code of `language`.
    pub language: Option<&'a str>,
    /// Whether an interpreter helped: yes or no.
    pub interpreter: Option<&'a str>,
    /// By when the next step is due.
    pub next_due: Option<&'a str>,
    /// The next step.
    pub next_step: Option<&'a str>,
    /// The note for the team.
    pub shared_note: Option<&'a str>,
    /// The note for the profession of the one who corrects it.
    pub private_note: Option<&'a str>,
}

/// One field that a correction changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    /// The number of the correction, from 1.
    pub number: u32,
    /// When, in seconds since 1970-01-01 UTC.
    pub at: i64,
    /// By whom, as in the audit.
    pub by: String,
    /// Why; `None` where one may not read it.
    pub reason: Option<String>,
    /// The field.
    pub field: Code,
    /// What it said before.
    pub before: Value,
    /// What it says since.
    pub after: Value,
}

impl App {
    /// Corrects a contact and gives the fields that changed. What it said before is kept.
    ///
    /// Nobody else can change it meanwhile: it is read and written in one transaction.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchContact`] for one that the actor may not see; [`Error::BadReason`];
    /// [`Error::Mistakes`]; [`Error::NobodysNote`] for a private note without a practitioner;
    /// [`Error::NoteNeedsOne`]; [`Error::Store`] where nothing would change.
    pub fn correct_contact(
        &mut self,
        actor: &Actor,
        id: &str,
        form: &CorrectionForm<'_>,
        reason: &str,
    ) -> Result<Vec<ContactField>, Error> {
        self.permit(actor, UseCase::ContactCorrect)?;
        let none = || Error::NoSuchContact(id.to_owned());
        let reason = reason.trim();
        let is_one_line = !reason.chars().any(char::is_control);
        if reason.is_empty() || reason.chars().count() > LONGEST_TEXT || !is_one_line {
            return Err(Error::BadReason);
        }
        let full_id = id.parse().map_err(|_| none())?;
        let mut writer = self.store.write(&actor.author())?;
        let everything = Scope::municipality();
        let scope = permit_by(&writer.read(&everything), actor, UseCase::ContactCorrect, today())?;
        let reader = writer.read(&scope);
        let seen = reader.contact(full_id)?.ok_or_else(none)?;
        let whole = writer.read(&everything).contact(full_id)?.ok_or_else(none)?;
        let correction = Correction { actor, form, directory: reader.directory()?, seen, whole };
        drop(reader);
        let corrected = correction.apply()?;
        let changed = writer.correct_contact(&corrected, &scope, reason)?;
        writer.commit()?;
        Ok(changed)
    }

    /// What a contact said before, correction by correction, field by field.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchContact`] for one that the actor may not see.
    pub fn contact_history(
        &self,
        actor: &Actor,
        id: &str,
        words: &Words,
    ) -> Result<Vec<HistoryRow>, Error> {
        let scope = self.permit(actor, UseCase::ContactRead)?;
        let none = || Error::NoSuchContact(id.to_owned());
        let full_id = id.parse().map_err(|_| none())?;
        let history = self.store.read(&scope)?.contact_history(full_id)?.ok_or_else(none)?;
        let before = history.versions.iter().filter_map(|version| version.view.as_ref());
        let about = About::contacts(before.chain([&history.now]));
        self.saw(actor, UseCase::ContactRead, SeenAs::Detail, about)?;
        let mut rows = Vec::new();
        for (place, version) in history.versions.iter().enumerate() {
            let later = history.versions.get(place + 1);
            let after = later.map_or(Some(&history.now), |later| later.view.as_ref());
            let row = |field: Code, before, after| HistoryRow {
                number: version.version,
                at: version.replaced_at,
                by: version.replaced_by.clone(),
                reason: version.reason.clone(),
                field,
                before,
                after,
            };
            for field in &version.changed {
                let said = |view: Option<&ContactView>| match view {
                    Some(view) => words.field(view, *field),
                    None => Value::Text(words.another_school()),
                };
                rows.push(row(words.title(*field), said(version.view.as_ref()), said(after)));
            }
            for profession in &version.closed_changes {
                let field = words.title(ContactField::PrivateNote(*profession));
                let closed = || Value::Text(words.closed());
                rows.push(row(field, closed(), closed()));
            }
        }
        Ok(rows)
    }
}

/// A correction with all that is needed to apply it.
struct Correction<'a> {
    actor: &'a Actor,
    form: &'a CorrectionForm<'a>,
    directory: Directory,
    /// The contact as the actor sees it.
    seen: ContactView,
    /// The same with the pupils and the household that the actor does not see, which stay.
    whole: ContactView,
}

impl Correction<'_> {
    /// The contact as it is to be, with the private notes of the actor's lanes.
    fn apply(&self) -> Result<Contact, Error> {
        let Self { form, directory, seen, whole, .. } = self;
        let (old, roles) = (&seen.contact, directory.codes.list("role"));
        let mut fields = self.fields();
        let lane;
        let own = form.private_note.map(|_| role_in(directory, self.actor)).transpose()?;
        if let (Some(role), Some(text)) = (own, form.private_note) {
            let role = roles.at(role).map_or("", |role| &role.code);
            lane = format!("private_note:{role}");
            fields.push((&lane, text.to_owned()));
        }
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let records = capture::one(Kind::Contacts, &fields, directory, &mut || old.id);
        let Records::Contacts(mut contacts) = records.map_err(Error::Mistakes)? else {
            unreachable!("contacts were asked for");
        };
        let mut new = contacts.remove(0);

        // Who stays keeps the role they had then, whatever they are today.
        for (practitioner, role) in &mut new.participants {
            let then = old.participants.iter().find(|(known, _)| known == practitioner);
            *role = then.map_or(*role, |(_, then)| *then);
        }
        let is_seen: HashSet<PupilKey> = old.pupils.iter().copied().collect();
        if form.pupils.is_none() {
            new.pupils.clone_from(&whole.contact.pupils);
        } else {
            let hidden = whole.contact.pupils.iter().filter(|pupil| !is_seen.contains(pupil));
            new.pupils.extend(hidden);
        }
        let hidden = whole.contact.household.filter(|_| old.household.is_none());
        new.household = match (form.household.map(str::trim), form.pupils) {
            (None, None) => whole.contact.household,
            (None, Some(_)) => hidden.or(new.household),
            (Some(""), _) => hidden,
            (Some(_), _) => new.household,
        };
        let given = std::mem::take(&mut new.private_notes);
        new.private_notes.clone_from(&old.private_notes);
        if let Some(role) = own {
            new.private_notes.retain(|note| note.profession != role);
            new.private_notes.extend(given);
        }

        let notes = new.private_notes.iter().map(|note: &PrivateNote| note.profession);
        for profession in notes.chain(seen.closed_lanes.iter().copied()) {
            if !new.participants.iter().any(|(_, role)| *role == profession) {
                let role = roles.at(profession).map(|role| role.code.clone());
                return Err(Error::NoteNeedsOne(role.unwrap_or_default()));
            }
        }
        Ok(new)
    }

    /// The columns of the CSV format: what was given, and for the rest what the contact says.
    fn fields(&self) -> Vec<(&'static str, String)> {
        let Self { form, seen, .. } = self;
        let old = &seen.contact;
        let code = |list, place: Option<u16>| code(&self.directory.codes, list, place);
        let or = |given: Option<&str>, old: String| given.map_or(old, str::to_owned);
        let list = |given: Option<&[String]>, old: Vec<&str>| match given {
            Some(given) => {
                let given: Vec<&str> = given.iter().map(String::as_str).collect();
                given.join("|")
            }
            None => old.join("|"),
        };
        let signs = |people: &'_ [(String, String)]| -> Vec<String> {
            people.iter().map(|(code, _)| code.clone()).collect()
        };
        let (participants, pupils) = (signs(&seen.participants), signs(&seen.pupils));
        let topics = self.directory.codes.list("topic");
        let step = old.next_step.as_ref();
        let due = step.and_then(|step| step.due).map(|day| day.to_string());
        let is_about = form.pupils.is_some() || form.household.is_some();
        let persons = match (form.persons, form.result) {
            (Some(persons), _) => persons.to_owned(),
            (None, Some("reached")) => old.persons.max(1).to_string(),
            (None, Some(_)) => String::new(),
            (None, None) => old.persons.to_string(),
        };
        // Whether it was an attempt follows from a new result, as it does for a new contact.
        let attempt = match form.result {
            Some(_) => "",
            None if old.attempt => "yes",
            None => "no",
        };
        vec![
            ("school", or(form.school, seen.school.clone())),
            ("day", or(form.day, old.day.to_string())),
            ("time", or(form.time, old.time.map(clock).unwrap_or_default())),
            ("minutes", or(form.minutes, old.minutes.to_string())),
            ("kind", or(form.kind, code("contact-kind", Some(old.kind)))),
            ("result", or(form.result, code("result", Some(old.result)))),
            ("attempt", attempt.to_owned()),
            ("participants", list(form.participants, borrowed(&participants))),
            // Nobody has to justify today what is not corrected: families move on.
            ("pupils", if is_about { list(form.pupils, borrowed(&pupils)) } else { String::new() }),
            ("household", or(form.household, String::new())),
            ("persons", persons),
            ("topics", list(form.topics, topics.of_set(old.topics))),
            ("consultation", or(form.consultation, code("consultation", old.consultation))),
            ("language", or(form.language, code("language", old.language))),
            ("interpreter", or(form.interpreter, yes_or_no(old.interpreter).to_owned())),
            ("next_due", or(form.next_due, due.unwrap_or_default())),
            (
                "next_step",
                or(form.next_step, step.map_or_else(String::new, |step| step.text.clone())),
            ),
            ("shared_note", or(form.shared_note, old.shared_note.clone().unwrap_or_default())),
        ]
    }
}

fn borrowed(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

fn code(lists: &CodeLists, list: &str, place: Option<u16>) -> String {
    let found = place.and_then(|place| lists.list(list).at(place).map(|code| code.code.clone()));
    found.unwrap_or_default()
}

fn yes_or_no(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}

/// Yes or no with its words.
fn said(value: bool) -> Code {
    let (de, en) = if value { ("ja", "yes") } else { ("nein", "no") };
    Code { code: yes_or_no(value).into(), de: de.into(), en: en.into() }
}

/// Minutes after midnight as `14:30`.
fn clock(time: u16) -> String {
    format!("{:02}:{:02}", time / 60, time % 60)
}

impl Words {
    /// A field of a contact with its words; with the role where it is a private note.
    fn title(&self, field: ContactField) -> Code {
        let (name, Text { de, en }) = (field.name(), field.title());
        match field {
            ContactField::PrivateNote(profession) => {
                let role = self.role_code(profession);
                Code {
                    code: format!("{name}:{}", role.code),
                    de: format!("{de} ({})", role.de),
                    en: format!("{en} ({})", role.en),
                }
            }
            _ => Code { code: name.to_owned(), de, en },
        }
    }

    /// What a field of a contact says.
    fn field(&self, view: &ContactView, field: ContactField) -> Value {
        let contact = &view.contact;
        let text = |text: &str| match text {
            "" => Value::None,
            text => Value::Text(text.to_owned()),
        };
        let signs = |people: &[(String, String)]| {
            Value::List(people.iter().map(|(code, _)| code.clone()).collect())
        };
        let step = contact.next_step.as_ref();
        match field {
            ContactField::School => text(&view.school),
            ContactField::Day => Value::Day(contact.day),
            ContactField::Time => contact.time.map_or(Value::None, |time| Value::Text(clock(time))),
            ContactField::Minutes => Value::Integer(contact.minutes.into()),
            ContactField::Kind => Value::Code(self.kind(contact)),
            ContactField::Result => Value::Code(self.result(contact)),
            ContactField::Attempt => Value::Code(said(contact.attempt)),
            ContactField::Participants => signs(&view.participants),
            ContactField::Pupils => signs(&view.pupils),
            ContactField::Household => text(view.household.as_deref().unwrap_or_default()),
            ContactField::Persons => Value::Integer(contact.persons.into()),
            ContactField::Topics => text(&self.topics(contact)),
            ContactField::Consultation => text(&self.consultation(contact)),
            ContactField::Language => text(&self.language(contact)),
            ContactField::Interpreter => Value::Code(said(contact.interpreter)),
            ContactField::NextDue => step.and_then(|step| step.due).map_or(Value::None, Value::Day),
            ContactField::NextStep => text(step.map_or("", |step| &step.text)),
            ContactField::SharedNote => text(contact.shared_note.as_deref().unwrap_or_default()),
            ContactField::PrivateNote(role) => text(contact.note_of(role).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_they_are_read() {
        assert_eq!(
            (clock(0), clock(605), clock(1439)),
            ("00:00".into(), "10:05".into(), "23:59".into())
        );
    }
}
