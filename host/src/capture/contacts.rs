//! Rows to contacts: the one kind that comes in hundreds of thousands.

use std::sync::Arc;

use super::header::{Field, Header};
use super::reason::{self, Noun};
use super::row::{Reported, Row};
use crate::domain::{
    CodeList, Contact, Day, Directory, HouseholdKey, Id, MOST_MINUTES, MOST_PERSONS, NextStep,
    PractitionerKey, PrivateNote, PupilKey,
};

/// Reads rows of contacts.
pub(super) struct Contacts<'a> {
    directory: &'a Directory,
    new_id: &'a mut dyn FnMut() -> Id,
    fields: Fields,
    lanes: Vec<(Field<'a>, u16)>,
    lists: Lists,
    /// The places of the two results that say by themselves whether it was an attempt.
    reached: Option<u16>,
    not_reached: Option<u16>,
}

struct Fields {
    school: Field<'static>,
    day: Field<'static>,
    time: Field<'static>,
    minutes: Field<'static>,
    kind: Field<'static>,
    result: Field<'static>,
    attempt: Field<'static>,
    participants: Field<'static>,
    pupils: Field<'static>,
    household: Field<'static>,
    persons: Field<'static>,
    topics: Field<'static>,
    consultation: Field<'static>,
    language: Field<'static>,
    interpreter: Field<'static>,
    next_due: Field<'static>,
    next_step: Field<'static>,
    shared_note: Field<'static>,
}

struct Lists {
    kind: Arc<CodeList>,
    result: Arc<CodeList>,
    topic: Arc<CodeList>,
    consultation: Arc<CodeList>,
    language: Arc<CodeList>,
    role: Arc<CodeList>,
}

type Participants = Vec<(PractitionerKey, u16)>;

impl<'a> Contacts<'a> {
    pub(super) fn new(
        header: &'a Header,
        directory: &'a Directory,
        new_id: &'a mut dyn FnMut() -> Id,
    ) -> Self {
        let field = |name| header.field(name);
        let fields = Fields {
            school: field("school"),
            day: field("day"),
            time: field("time"),
            minutes: field("minutes"),
            kind: field("kind"),
            result: field("result"),
            attempt: field("attempt"),
            participants: field("participants"),
            pupils: field("pupils"),
            household: field("household"),
            persons: field("persons"),
            topics: field("topics"),
            consultation: field("consultation"),
            language: field("language"),
            interpreter: field("interpreter"),
            next_due: field("next_due"),
            next_step: field("next_step"),
            shared_note: field("shared_note"),
        };
        let list = |name| directory.codes.list(name);
        let lists = Lists {
            kind: list("contact-kind"),
            result: list("result"),
            topic: list("topic"),
            consultation: list("consultation"),
            language: list("language"),
            role: list("role"),
        };
        let (reached, not_reached) =
            (lists.result.place("reached"), lists.result.place("not-reached"));
        let lanes = header.lanes();
        Self { directory, new_id, fields, lanes, lists, reached, not_reached }
    }

    /// One row. Everything is looked at before the first mistake ends it.
    pub(super) fn row(&mut self, row: &mut Row<'_, '_>) -> Result<Contact, Reported> {
        let Fields { school, day, time, minutes, kind, .. } = self.fields;
        let Fields { consultation, language, interpreter, shared_note, .. } = self.fields;
        let school = row.known(school, Noun::School, &self.directory.schools);
        let day = row.day(day);
        let time = row.time(time);
        let minutes = row.number(minutes, &(0..=u32::from(MOST_MINUTES)));
        let kind = row.code(kind, "contact-kind", &self.lists.kind);
        let outcome = self.outcome(row);
        let consultation =
            row.optional_code(consultation, "consultation", &self.lists.consultation);
        let language = row.optional_code(language, "language", &self.lists.language);
        let interpreter = row.yes_or_no(interpreter);
        let topics = self.topics(row);
        let participants = self.participants(row);
        let about = self.about(row);
        let next_step = self.next_step(row, day);
        let shared_note = row.note(shared_note);
        let private_notes = self.private_notes(row, participants.as_ref().ok());
        let (result, attempt, persons) = outcome?;
        let (household, pupils) = about?;
        Ok(Contact {
            school: school?.key,
            day: day?,
            time: time?,
            minutes: minutes?,
            kind: kind?,
            result,
            attempt,
            consultation: consultation?,
            language: language?,
            interpreter: interpreter?.unwrap_or(false),
            topics: topics?,
            persons,
            household,
            pupils,
            participants: participants?,
            next_step: next_step?,
            shared_note: shared_note?,
            private_notes: private_notes?,
            id: (self.new_id)(),
        })
    }

    /// Result, attempt and persons present, which must fit together.
    fn outcome(&self, row: &mut Row<'_, '_>) -> Result<(u16, bool, u16), Reported> {
        let Fields { result, attempt, persons, .. } = self.fields;
        let found = row.code(result, "result", &self.lists.result);
        let said = row.yes_or_no(attempt);
        let present: Result<u16, _> = match row.value(persons) {
            "" => Ok(0),
            _ => row.number(persons, &(0..=u32::from(MOST_PERSONS))),
        };
        let is_attempt = match (found, said?) {
            (Ok(result), Some(true)) if Some(result) == self.reached => {
                Err(row.wrong(attempt, reason::reached_and_attempt))
            }
            (Ok(result), Some(false)) if Some(result) == self.not_reached => {
                Err(row.wrong(attempt, reason::not_reached_and_no_attempt))
            }
            (_, Some(said)) => Ok(said),
            (result, None) => result.map(|result| Some(result) != self.reached),
        }?;
        match (is_attempt, present?) {
            (true, 1..) => Err(row.wrong(persons, reason::present_at_attempt)),
            (false, 0) => Err(row.wrong(persons, reason::nobody_present)),
            (_, present) => Ok((found?, is_attempt, present)),
        }
    }

    fn topics(&self, row: &mut Row<'_, '_>) -> Result<u64, Reported> {
        let field = self.fields.topics;
        let topics =
            row.list(field, |row, code| row.code_of(field, code, "topic", &self.lists.topic))?;
        // A list has at most 64 codes, so every place is a bit.
        Ok(topics.iter().fold(0, |set, place| set | 1 << place))
    }

    fn participants(&self, row: &mut Row<'_, '_>) -> Result<Participants, Reported> {
        let field = self.fields.participants;
        row.required(field)?;
        row.list(field, |row, code| {
            let known = &self.directory.practitioners;
            let known = row.known_as(field, code, Noun::Practitioner, known)?;
            Ok((known.key, known.role))
        })
    }

    /// The household and the pupils that it was about.
    ///
    /// Pupils of several households may be named together, as in a case conference. Where they all
    /// share one and none is named, it is theirs. A household that is named must be that of one
    /// pupil at least, unless there are pupils whose household nobody knows, or none at all.
    fn about(
        &self,
        row: &mut Row<'_, '_>,
    ) -> Result<(Option<HouseholdKey>, Vec<PupilKey>), Reported> {
        let (field, directory) = (self.fields.pupils, self.directory);
        let mut households = Vec::new();
        let pupils = row.list(field, |row, code| {
            let known = row.known_as(field, code, Noun::Pupil, &directory.pupils)?;
            households.push(known.household);
            Ok(known.key)
        });
        let field = self.fields.household;
        let sign = row.value(field);
        if sign.is_empty() {
            let first = households.first().copied().flatten();
            let shared = first.filter(|_| households.iter().all(|home| *home == first));
            return Ok((shared, pupils?));
        }
        let household = *row.known(field, Noun::Household, &directory.households)?;
        let pupils = pupils?;
        let fits = |home: &Option<HouseholdKey>| home.is_none_or(|home| home == household);
        if pupils.is_empty() || households.iter().any(fits) {
            Ok((Some(household), pupils))
        } else {
            Err(row.wrong(field, || reason::household_of_no_pupil(sign)))
        }
    }

    fn next_step(
        &self,
        row: &mut Row<'_, '_>,
        day: Result<Day, Reported>,
    ) -> Result<Option<NextStep>, Reported> {
        let field = self.fields.next_due;
        let due = row.optional_day(field);
        let text = row.text(self.fields.next_step);
        if let (Ok(Some(due)), Ok(day)) = (due, day)
            && due < day
        {
            return Err(row.wrong(field, || reason::due_before(day)));
        }
        let step = NextStep { due: due?, text: text? };
        Ok((step.due.is_some() || !step.text.is_empty()).then_some(step))
    }

    /// Private notes. Each needs a participant of its profession; whether there is one is asked only
    /// where the participants are known.
    fn private_notes(
        &self,
        row: &mut Row<'_, '_>,
        participants: Option<&Participants>,
    ) -> Result<Vec<PrivateNote>, Reported> {
        let mut notes = Vec::new();
        let mut outcome = Ok(());
        for (field, profession) in &self.lanes {
            let (field, profession) = (*field, *profession);
            match row.note(field) {
                Err(reported) => outcome = Err(reported),
                Ok(None) => {}
                Ok(Some(text)) => {
                    let is_theirs = |(_, role): &(PractitionerKey, u16)| *role == profession;
                    if participants.is_some_and(|present| !present.iter().any(is_theirs)) {
                        let role = self.lists.role.at(profession).map_or("", |role| &role.code);
                        outcome = Err(row.wrong(field, || reason::nobody_of_role(role)));
                    }
                    notes.push(PrivateNote { profession, text });
                }
            }
        }
        outcome.map(|()| notes)
    }
}
