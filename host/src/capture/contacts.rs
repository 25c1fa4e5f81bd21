//! Rows to contacts: the one kind that comes in hundreds of thousands.

use std::sync::Arc;

use super::conflict::{self, Noun};
use super::header::{Field, Header};
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
                Err(row.wrong(attempt, conflict::reached_and_attempt))
            }
            (Ok(result), Some(false)) if Some(result) == self.not_reached => {
                Err(row.wrong(attempt, conflict::not_reached_and_no_attempt))
            }
            (_, Some(said)) => Ok(said),
            (result, None) => result.map(|result| Some(result) != self.reached),
        }?;
        match (is_attempt, present?) {
            (true, 1..) => Err(row.wrong(persons, conflict::present_at_attempt)),
            (false, 0) => Err(row.wrong(persons, conflict::nobody_present)),
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
            Err(row.wrong(field, || conflict::household_of_no_pupil(sign)))
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
            return Err(row.wrong(field, || conflict::due_before(day)));
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
                        outcome = Err(row.wrong(field, || conflict::nobody_of_role(role)));
                    }
                    notes.push(PrivateNote { profession, text });
                }
            }
        }
        outcome.map(|()| notes)
    }
}

#[cfg(test)]
mod tests {
    use super::super::kind::Kind;
    use super::super::sample::{contacts, mistakes, places};
    use crate::domain::{
        Day, HouseholdKey, LONGEST_NOTE, PractitionerKey, PrivateNote, PupilKey, SchoolKey,
    };

    /// A file with the columns that every contact has, and these besides.
    fn file(columns: &str, rows: &[&str]) -> String {
        let mut text = format!("school,day,minutes,kind,result,participants,{columns}\n");
        for row in rows {
            text.push_str("990001,2025-09-15,30,phone,");
            text.push_str(row);
            text.push('\n');
        }
        text
    }

    /// The column and reason of the only mistake of a row.
    fn wrong(columns: &str, row: &str) -> (String, String) {
        let mut found = mistakes(Kind::Contacts, &file(columns, &[row]));
        assert_eq!(found.len(), 1, "{found:?}");
        let (line, field, reason) = found.remove(0);
        assert_eq!(line, 2);
        (field, reason)
    }

    #[test]
    fn whether_it_was_an_attempt_follows_from_the_result_unless_it_is_said() {
        assert_eq!(wrong("attempt,persons", "reached,m1,yes,").0, "attempt");
        assert_eq!(wrong("attempt,persons", "not-reached,m1,no,2").0, "attempt");
        assert_eq!(wrong("attempt,persons", "declined,m1,maybe,2").0, "attempt");
        let rows = ["reached,m1,,1", "not-reached,m1,,", "declined,m1,,0", "declined,m1,nein,2"];
        let found = contacts(&file("attempt,persons", &rows));
        let outcome: Vec<_> = found.iter().map(|one| (one.attempt, one.persons)).collect();
        assert_eq!(outcome, [(false, 1), (true, 0), (true, 0), (false, 2)]);
    }

    #[test]
    fn persons_are_counted_when_reached_and_absent_at_an_attempt() {
        for row in ["reached,m1,", "reached,m1,0"] {
            let (field, reason) = wrong("persons", row);
            assert_eq!(field, "persons");
            assert!(reason.starts_with("where somebody was reached"), "{reason}");
        }
        assert!(wrong("persons", "not-reached,m1,1").1.starts_with("nobody is present"));
        assert!(wrong("persons", "reached,m1,501").1.ends_with("whole number from 0 to 500"));
        assert_eq!(contacts(&file("persons", &["reached,m1,500"]))[0].persons, 500);
    }

    #[test]
    fn people_and_topics_are_listed_once() {
        assert_eq!(wrong("persons", "reached,m1|m1,1").0, "participants");
        assert_eq!(wrong("persons", "reached,,1").0, "participants");
        assert_eq!(wrong("persons,pupils", "reached,m1,1,p1|p1").0, "pupils");
        assert_eq!(wrong("persons,topics", "reached,m1,1,work|work").0, "topics");
        let (field, reason) = wrong("persons,pupils", "reached,m1,1,p1|p17");
        assert_eq!(field, "pupils");
        assert_eq!(reason, "there is no pupil with the code `p17`; import pupils first");
        let text = file("persons,topics", &["reached,m2|s1,1,attendance|language"]);
        let found = &contacts(&text)[0];
        assert_eq!(found.topics, 0b101);
        assert_eq!(found.participants, [(PractitionerKey(12), 0), (PractitionerKey(14), 2)]);
    }

    #[test]
    fn a_household_is_that_of_a_pupil() {
        let columns = "persons,pupils,household";
        assert_eq!(wrong(columns, "reached,m1,1,p1|p2,h2").0, "household");
        assert_eq!(wrong(columns, "reached,m1,1,p1,h9").0, "household");
        let rows = [
            ("reached,m1,1,,", None),
            ("reached,m1,1,,h2", Some(22)),
            ("reached,m1,1,p1|p2,", Some(21)),
            ("reached,m1,1,p1|p3,", None),
            ("reached,m1,1,p1|p4,", None),
            ("reached,m1,1,p1|p3,h2", Some(22)),
            ("reached,m1,1,p4,h1", Some(21)),
        ];
        for (row, household) in rows {
            let found = &contacts(&file(columns, &[row]))[0];
            assert_eq!(found.household, household.map(HouseholdKey), "{row}");
        }
        let found = &contacts(&file(columns, &["reached,m1,1,p3|p1,"]))[0];
        assert_eq!(found.pupils, [PupilKey(33), PupilKey(31)]);
    }

    #[test]
    fn the_next_step_comes_after_the_contact() {
        let columns = "persons,next_due,next_step";
        assert_eq!(wrong(columns, "reached,m1,1,14.09.2025,call").0, "next_due");
        let found = contacts(&file(
            columns,
            &["reached,m1,1,2025-09-15,", "reached,m1,1,,call", "reached,m1,1,,"],
        ));
        let steps: Vec<_> = found.into_iter().map(|one| one.next_step).collect();
        assert_eq!(steps[0].as_ref().unwrap().due, Day::of(2025, 9, 15));
        assert_eq!(steps[1].as_ref().unwrap().text, "call");
        assert_eq!(steps[2], None);
    }

    #[test]
    fn a_private_note_needs_somebody_of_its_profession() {
        let columns = "persons,private_note:social-work,private_note:teacher";
        let (field, reason) = wrong(columns, "reached,m1|t1,1,a secret word,");
        assert_eq!(field, "private_note:social-work");
        assert!(!reason.contains("secret"), "{reason}");
        let found = contacts(&file(columns, &["reached,m1|s1,1,word,", "reached,m1|s1,1,,"]));
        assert_eq!(found[0].private_notes, [PrivateNote { profession: 2, text: "word".into() }]);
        assert_eq!(found[1].private_notes, []);
    }

    #[test]
    fn notes_may_be_long_and_have_lines_but_no_other_controls() {
        let note = |text: &str| file("persons,shared_note", &[&format!("reached,m1,1,\"{text}\"")]);
        let long = "ü".repeat(LONGEST_NOTE / 2);
        assert_eq!(places(Kind::Contacts, &note(&format!("{long}x"))).len(), 1);
        assert_eq!(places(Kind::Contacts, &note("be\u{7}ll")).len(), 1);
        assert_eq!(places(Kind::Contacts, &note("B\u{FFFD}ra")).len(), 1);
        let read = |text: &str| contacts(&note(text)).remove(0).shared_note;
        assert_eq!(read(&long), Some(long.clone()));
        assert_eq!(read(" \n a\r\n\tb\"\" \n"), Some("a\n\tb\"".into()));
        assert_eq!(read("  "), None);
    }

    #[test]
    fn everything_wrong_with_a_contact_is_said_at_once() {
        let text = "school,day,time,minutes,kind,result,attempt,participants,pupils,household,\
                    persons,topics,consultation,language,interpreter,next_due,next_step,\
                    shared_note,private_note:teacher\n\
                    1,2,3,4000,5,6,7,8,9,10,11x,12,13,14,15,16,\u{1},\u{2},\u{3}\n";
        let fields: Vec<_> =
            mistakes(Kind::Contacts, text).into_iter().map(|(_, field, _)| field).collect();
        let mut columns: Vec<_> =
            Kind::Contacts.columns().iter().map(|column| column.name.to_owned()).collect();
        columns.push("private_note:teacher".into());
        let mut sorted = fields.clone();
        sorted.sort_unstable();
        columns.sort_unstable();
        assert_eq!(sorted, columns, "each column once");
    }

    #[test]
    fn a_full_row_becomes_a_full_contact() {
        let text = "school;day;time;minutes;kind;result;participants;pupils;persons;consultation;\
                    language;interpreter\n990002;15.09.2025;09:30;1440;home-visit;reached;m1|t1;p3;\
                    4;first;ar;ja\n";
        let found = &contacts(text)[0];
        assert_eq!((found.school, found.time, found.minutes), (SchoolKey(2), Some(570), 1440));
        assert_eq!((found.kind, found.result, found.persons), (0, 0, 4));
        assert_eq!((found.consultation, found.language), (Some(0), Some(1)));
        assert!(found.interpreter);
        assert_eq!(found.household, Some(HouseholdKey(22)));
    }
}
