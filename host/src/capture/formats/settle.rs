//! Rows of a source to records: who they are about, what is recorded already, what has to wait.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use csv::StringRecord;

use super::super::Kind;
use super::super::mistake::Mistakes;
use super::super::read::translated;
use super::draft::{Draft, Drafts, LeftOut, NewId, Reading};
use super::source::{Known, Source};
use super::{table, webuntis, words};
use crate::domain::{
    AbsenceCodes, Day, Id, KnownPupil, Lang, Match, NoMatch, PupilKey, RosterPupil, SchoolKey,
    Text, Waiting, Who,
};

/// Turns rows into records.
pub(super) fn settle(
    source: Source,
    drafts: Drafts,
    school: Option<SchoolKey>,
    known: Known<'_>,
    new_id: &mut dyn FnMut() -> Id,
) -> Result<Reading, Mistakes> {
    let mut work = Work::new(&drafts.kind, &drafts.system, known);
    let mut left_out = drafts.left_out;
    let mut matches: HashMap<Who, Result<(&RosterPupil, bool), NoMatch>> = HashMap::new();
    let makes_pupils = drafts.kind == Kind::Pupils.name();
    for draft in drafts.list {
        if let Some((reason, is_about_who)) = draft.problem.clone() {
            // An id that was saved before says who it is, whatever has become of the name.
            let who = draft.who.as_ref().filter(|_| is_about_who && !makes_pupils);
            let is_known =
                who.is_some_and(|who| known.roster.has_id(&drafts.system, &who.external));
            if !is_known {
                work.wait(draft, reason, is_about_who);
                continue;
            }
        }
        let Some(who) = draft.who.clone() else {
            work.take(draft, None);
            continue;
        };
        if makes_pupils && source == Source::Table {
            work.learn_of(&who, &draft);
            work.take(draft, None);
            continue;
        }
        let found = matches.entry(who.clone()).or_insert_with(|| {
            match known.roster.find(&drafts.system, &who, school) {
                Match::One { pupil, is_new } => Ok((pupil, is_new)),
                Match::Nobody(why) => Err(why),
            }
        });
        match *found {
            Ok((pupil, is_new)) => {
                if is_new {
                    work.learn(&who.external, &pupil.code);
                }
                if makes_pupils {
                    work.compare(pupil, &draft);
                    *left_out.entry(LeftOut::Already).or_default() += 1;
                } else {
                    work.take(draft, Some(pupil));
                }
            }
            Err(NoMatch::Unknown) if makes_pupils => work.enrol(draft, &who),
            Err(why) => work.wait(draft, why.text(), true),
        }
    }
    let found_people = matches.values().filter(|found| found.is_ok()).count();
    for (why, number) in std::mem::take(&mut work.left_out) {
        *left_out.entry(why).or_default() += number;
    }
    let reading = work.finish(new_id)?;
    let mut reading = Reading {
        rows: drafts.rows,
        matched: found_people,
        ignored: drafts.ignored,
        left_out: left_out.into_iter().collect(),
        ..reading
    };
    reading.waiting.sort_by_key(|waiting| waiting.line);
    if source == Source::Table {
        refuse_wrong_rows(&reading)?;
    }
    Ok(reading)
}

/// Takes in a row that waited, for the pupil whom a person has named. Where it cannot be taken in
/// all the same, it is among those that wait.
///
/// # Errors
///
/// Where the fields are none of their kind.
pub fn decide(
    system: &str,
    waiting: Waiting,
    code: &str,
    known: Known<'_>,
    new_id: &mut dyn FnMut() -> Id,
) -> Result<Reading, Mistakes> {
    let mut work = Work::new(&waiting.kind, system, known);
    let Some(pupil) = known.roster.of_code(code) else {
        work.wait(draft_of(waiting), NoMatch::Unknown.text(), true);
        return work.finish(new_id);
    };
    if !waiting.who.external.is_empty() && !known.roster.has_id(system, &waiting.who.external) {
        work.learn(&waiting.who.external, code);
    }
    if waiting.kind != Kind::Pupils.name() {
        work.take(draft_of(waiting), Some(pupil));
    }
    work.finish(new_id)
}

fn draft_of(waiting: Waiting) -> Draft {
    let Waiting { line, who, fields, .. } = waiting;
    Draft { line, who: Some(who), fields, problem: None }
}

/// In a table that somebody made, a row that is wrong in itself is theirs to put right: all of them
/// are told, and nothing is taken in.
fn refuse_wrong_rows(reading: &Reading) -> Result<(), Mistakes> {
    let mut mistakes = Mistakes::default();
    for waiting in reading.waiting.iter().filter(|waiting| !waiting.is_about_who) {
        mistakes.add(waiting.line, None, || waiting.reason.clone());
    }
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
}

/// A row of the kind that the records are of, and where it came from.
struct Ready {
    draft: usize,
    values: Vec<(String, String)>,
}

struct Work<'k> {
    kind: String,
    system: String,
    known: Known<'k>,
    codes: AbsenceCodes,
    by_key: HashMap<PupilKey, &'k KnownPupil>,
    drafts: Vec<Draft>,
    ready: Vec<Ready>,
    reading: Reading,
    ids: BTreeSet<NewId>,
    left_out: BTreeMap<LeftOut, usize>,
    days: HashMap<(PupilKey, Day), usize>,
    new_pupils: u32,
    new_people: BTreeSet<Who>,
}

impl<'k> Work<'k> {
    fn new(kind: &str, system: &str, known: Known<'k>) -> Self {
        let pupils = known.directory.pupils.values();
        Self {
            kind: kind.to_owned(),
            system: system.to_owned(),
            known,
            codes: AbsenceCodes::new(&known.directory.codes),
            by_key: pupils.map(|pupil| (pupil.key, pupil)).collect(),
            drafts: Vec::new(),
            ready: Vec::new(),
            reading: Reading::default(),
            ids: BTreeSet::new(),
            left_out: BTreeMap::new(),
            days: HashMap::new(),
            new_pupils: 0,
            new_people: BTreeSet::new(),
        }
    }

    fn wait(&mut self, draft: Draft, reason: Text, is_about_who: bool) {
        let Draft { line, who, fields, .. } = draft;
        let (who, kind) = (who.unwrap_or_default(), self.kind.clone());
        self.reading.waiting.push(Waiting { line, who, kind, fields, reason, is_about_who });
    }

    fn leave_out(&mut self, why: LeftOut) {
        *self.left_out.entry(why).or_default() += 1;
    }

    fn learn(&mut self, external: &str, code: &str) {
        self.ids.insert(NewId {
            system: self.system.clone(),
            value: external.to_owned(),
            code: code.to_owned(),
        });
    }

    /// The id of a pupil whom the row itself makes.
    fn learn_of(&mut self, who: &Who, draft: &Draft) {
        let code =
            draft.fields.iter().find(|(name, _)| name == "code").map(|(_, code)| code.clone());
        if let Some(code) = code
            && !who.external.is_empty()
        {
            self.learn(&who.external, &code);
        }
    }

    /// Notes what a file of pupils says otherwise than the records do. Nothing of it is changed: who
    /// changed class is for a person to say.
    fn compare(&mut self, pupil: &RosterPupil, draft: &Draft) {
        for (field, recorded) in [("class", &pupil.class), ("grade", &pupil.grade)] {
            let said = draft.fields.iter().find(|(name, _)| name == field);
            if let Some((_, said)) = said
                && said != recorded
            {
                let (recorded, said) = (recorded.clone(), said.clone());
                let text = Text::new(
                    format!("`{field}`: erfasst `{recorded}`, Datei `{said}`"),
                    format!("`{field}`: recorded `{recorded}`, file `{said}`"),
                );
                self.reading.differing.push((pupil.code.clone(), text));
            }
        }
    }

    /// Gives a new pupil a code that tells nothing about them: school and number.
    fn enrol(&mut self, mut draft: Draft, who: &Who) {
        if !self.new_people.insert(who.clone()) {
            return self.leave_out(LeftOut::Repeated);
        }
        let school = draft.fields.iter().find(|(name, _)| name == "school");
        let school = school.map_or_else(String::new, |(_, school)| school.clone());
        let code = loop {
            self.new_pupils += 1;
            let code = format!("{school}-{:04}", self.new_pupils);
            if !self.known.directory.pupils.contains_key(&code) {
                break code;
            }
        };
        if !who.external.is_empty() {
            self.learn(&who.external, &code);
        }
        draft.fields.insert(0, ("code".to_owned(), code));
        self.take(draft, None);
    }

    /// Gets a row ready whose pupil is known, or that needs none.
    fn take(&mut self, draft: Draft, pupil: Option<&RosterPupil>) {
        if self.kind == table::IDS {
            return;
        }
        if self.kind == webuntis::DAY {
            let Some(pupil) = pupil else {
                return self.wait(draft, NoMatch::Unknown.text(), true);
            };
            return self.take_day(draft, pupil);
        }
        let mut values = draft.fields.clone();
        if let Some(pupil) = pupil {
            values.retain(|(name, _)| name != "pupil");
            values.insert(0, ("pupil".to_owned(), pupil.code.clone()));
            if self.kind == Kind::AbsenceTotals.name() {
                match self.recorded_sum(pupil.key, &values) {
                    Some(true) => return self.leave_out(LeftOut::Already),
                    Some(false) => return self.wait(draft, words::other_sum(), false),
                    None => {}
                }
            }
        }
        self.push(draft, values);
    }

    fn push(&mut self, draft: Draft, values: Vec<(String, String)>) {
        self.drafts.push(draft);
        self.ready.push(Ready { draft: self.drafts.len() - 1, values });
    }

    /// Whether the very sum is recorded; `None` where there is none of that pupil and term.
    fn recorded_sum(&self, pupil: PupilKey, values: &[(String, String)]) -> Option<bool> {
        let value = |name: &str| {
            let found = values.iter().find(|(field, _)| field == name);
            found.map_or("", |(_, value)| value.as_str())
        };
        let codes = &self.known.directory.codes;
        let term = codes.list("term").place(value("term"))?;
        let unit = codes.list("absence-unit").place(value("unit"))?;
        let key = (pupil, value("school_year").parse().ok()?, term, unit);
        let (missed, unexcused) = self.known.recorded.totals.get(&key)?;
        let says = |name, number: &u32| value(name).parse() == Ok(*number);
        Some(says("missed", missed) && says("unexcused", unexcused))
    }

    /// What a pupil has missed on a day, in the unit of their school, held against what is recorded.
    fn take_day(&mut self, draft: Draft, pupil: &RosterPupil) {
        let day = draft.fields.iter().find(|(name, _)| name == "day");
        let day: Option<Day> = day.and_then(|(_, day)| day.parse().ok());
        let Some((day, stays)) = day.zip(self.by_key.get(&pupil.key).map(|it| it.stays())) else {
            return self.wait(draft, NoMatch::Unknown.text(), true);
        };
        let register = self.known.directory.registers.get(&pupil.school);
        let attendance = match register.map(|register| register.open_to(&stays, day)) {
            Some(Ok(attendance)) => attendance,
            Some(Err(refusal)) => return self.wait(draft, refusal.text(), false),
            None => return self.wait(draft, words::not_recorded(), false),
        };
        let amounts = webuntis::amounts(&draft.fields, &attendance, self.codes);
        if amounts.is_empty() {
            return self.leave_out(LeftOut::LessThanHalf);
        }
        if self.days.insert((pupil.key, day), 0).is_some() {
            return self.wait(draft, words::conflict(), false);
        }
        let statuses = self.known.directory.codes.list("absence-status");
        let found: BTreeSet<(u16, u16, u16)> = amounts
            .iter()
            .map(|(status, amount)| {
                let place = statuses.place(status).unwrap_or(u16::MAX);
                (place, attendance.unit_of(place, self.codes), *amount)
            })
            .collect();
        if let Some(recorded) = self.known.recorded.absences.get(&(pupil.key, day)) {
            let recorded: BTreeSet<_> = recorded.iter().copied().collect();
            if recorded == found {
                return self.leave_out(LeftOut::Already);
            }
            return match cleared_up(&recorded, &found, self.codes) {
                Some(status) => self.reading.settled.push((pupil.key, day, status)),
                None => self.wait(draft, words::conflict(), false),
            };
        }
        for (status, amount) in amounts {
            let values = [
                ("pupil", pupil.code.clone()),
                ("day", day.to_string()),
                ("status", status.to_owned()),
                ("amount", amount.to_string()),
            ];
            let values = values.map(|(name, value)| (name.to_owned(), value)).to_vec();
            self.push(draft.clone(), values);
        }
    }

    /// Has the kind read all rows that are ready.
    fn finish(mut self, new_id: &mut dyn FnMut() -> Id) -> Result<Reading, Mistakes> {
        let name = if self.kind == webuntis::DAY { Kind::Absences.name() } else { &self.kind };
        self.reading.ids = std::mem::take(&mut self.ids).into_iter().collect();
        if self.kind == table::IDS {
            return Ok(self.reading);
        }
        let kind: Kind = name.parse().map_err(|error: super::super::UnknownKind| {
            let text = error.to_string();
            super::lines::wrong(0, || Text::new(text.clone(), text))
        })?;
        let names: Vec<&str> = columns(&self.ready);
        let row = |ready: &Ready| {
            let value = |name: &&str| {
                let found = ready.values.iter().find(|(field, _)| field == name);
                found.map_or("", |(_, value)| value.as_str())
            };
            let record: StringRecord = names.iter().map(value).collect();
            (self.drafts[ready.draft].line, record)
        };
        if self.ready.is_empty() {
            return Ok(self.reading);
        }
        let rows = self.ready.iter().map(row).collect();
        let (records, refused) = translated(kind, &names, rows, self.known.directory, new_id)?;
        let mut refused_drafts = BTreeSet::new();
        for (place, mistakes) in refused {
            let draft = self.ready[place].draft;
            if refused_drafts.insert(draft) {
                let reason = reason(&mistakes);
                let draft = std::mem::take(&mut self.drafts[draft]);
                self.wait(draft, reason, false);
            }
        }
        self.reading.records = Some(records);
        Ok(self.reading)
    }
}

/// The status by which the file clears up what is open: the same amount, one status, nothing else.
fn cleared_up(
    recorded: &BTreeSet<(u16, u16, u16)>,
    found: &BTreeSet<(u16, u16, u16)>,
    codes: AbsenceCodes,
) -> Option<u16> {
    let late = |set: &BTreeSet<(u16, u16, u16)>| -> Vec<u16> {
        set.iter().filter(|one| one.0 == codes.late).map(|one| one.2).collect()
    };
    let absent = |set: &BTreeSet<(u16, u16, u16)>| -> Vec<(u16, u16, u16)> {
        set.iter().copied().filter(|one| one.0 != codes.late).collect()
    };
    let (before, after) = (absent(recorded), absent(found));
    let ([(open, unit, amount)], [(status, new_unit, new_amount)]) =
        (before.as_slice(), after.as_slice())
    else {
        return None;
    };
    let is_same = unit == new_unit && amount == new_amount && late(recorded) == late(found);
    (is_same && *open == codes.open && *status != codes.open).then_some(*status)
}

/// All fields that rows have, those of the first row first.
fn columns(ready: &[Ready]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in ready.iter().flat_map(|ready| &ready.values) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}

/// All that is wrong with a row in one text.
fn reason(mistakes: &Mistakes) -> Text {
    let say = |lang: Lang| {
        let all = mistakes.list.iter().map(|mistake| {
            let field = mistake.field.as_deref().map(|field| format!("`{field}`: "));
            format!("{}{}", field.unwrap_or_default(), mistake.reason.get(lang))
        });
        all.collect::<Vec<_>>().join("; ")
    };
    Text::new(say(Lang::De), say(Lang::En))
}
