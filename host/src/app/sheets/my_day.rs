//! One person's day: what is due, what was agreed, whom they met, and whom nobody has met for long.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::domain::{
    ContactView, Day, Directory, HouseholdKey, Period, PupilKey, Sheet, SheetCell, SheetTable,
    TaskBucket, Text,
};
use crate::store::{self, Reader};

use super::super::emergency::told;
use super::super::unseen::{UnseenPupil, unseen_pupils};
use super::super::workspace::today;
use super::super::{Actor, App, Error, UseCase};
use super::my_day_cases::{agreed, expiring};
use super::parts::{code, day, fact, set, table, text, whole, with_unit, words};

/// Whose day it is follows from who asks; this is which one.
#[derive(Debug, Clone, Copy)]
pub struct DaySheet {
    /// The day; today without one.
    pub day: Option<Day>,
    /// Pupils are listed who had no contact for so many school days.
    pub unseen: u16,
    /// What expires within so many days is told.
    pub warn: u16,
}

/// How long a next step is looked for that was agreed: a school year and the holidays after it.
const STEPS_BACK: i32 = 400;

impl App {
    /// What a practitioner has to do on a day and in the rest of the week, and what they did on it.
    ///
    /// # Errors
    ///
    /// [`Error::NobodysDay`] where nobody is named; [`Error::NoSuchPractitioner`].
    pub fn my_day(&self, actor: &Actor, asked: DaySheet) -> Result<Sheet, Error> {
        let scope = self.permit(actor, UseCase::SheetDay)?;
        let me = actor.practitioner().ok_or(Error::NobodysDay)?;
        let on = asked.day.unwrap_or_else(today);
        let reader = self.store.read(&scope)?;
        let directory = reader.directory()?;
        let none = || Error::NoSuchPractitioner(me.to_owned());
        let known = directory.practitioners.get(me).ok_or_else(none)?;
        let mine = store::ContactFilter {
            period: Some(Period::new(on.plus(-STEPS_BACK), on)?),
            practitioner: Some(me.to_owned()),
            ..store::ContactFilter::default()
        };
        let mine = reader.contacts(&mine)?;
        let case_tables = agreed(&reader, known.key, on)?;
        let mut tables = vec![
            tasks(&reader, me, on)?,
            next_steps(&reader, &mine, on)?,
            contacts(&reader, &mine, on),
        ];
        tables.extend(case_tables);
        tables.push(expiring(&reader, on, asked.warn)?);
        tables.push(unseen(&reader, &directory, on, asked.unseen)?);
        let sheet = Sheet {
            id: "my-day",
            title: Text::new("Mein Tag", "My day"),
            facts: vec![
                fact("Für", "For", text(format!("{} ({me})", known.name))),
                fact("Tag", "Day", day(Some(on))),
                fact(
                    "Bestimmt für",
                    "Meant for",
                    words("nur für diese Fachkraft", "this person alone"),
                ),
            ],
            remarks: told(&reader)?,
            tables,
        };
        self.saw_sheet(actor, UseCase::SheetDay, &reader, &sheet)?;
        Ok(sheet)
    }
}

/// The last day of the week of a day.
pub(super) fn end_of_week(on: Day) -> Day {
    let monday = (1..=7).map(|days| on.plus(days)).find(|day| day.is_monday());
    monday.map_or(on, |monday| monday.plus(-1))
}

/// In which words a day that something is due lies.
pub(super) fn due_words(due: Day, on: Day) -> SheetCell {
    match due {
        due if due < on => words("überfällig", "overdue"),
        due if due == on => words("heute", "today"),
        _ => words("diese Woche", "this week"),
    }
}

fn tasks(reader: &Reader<'_>, me: &str, on: Day) -> Result<SheetTable, Error> {
    let mut shown = table(
        "tasks",
        ("Aufgaben", "Tasks"),
        ("Diese Woche ist keine Aufgabe fällig.", "No task is due this week."),
        &[
            ("task", "Aufgabe", "Task"),
            ("pupil", "Kind", "Pupil"),
            ("name", "Name", "Name"),
            ("class", "Klasse", "Class"),
            ("school", "Schule", "School"),
            ("due", "Fällig", "Due"),
            ("state", "Stand", "State"),
            ("owner", "Bei", "With"),
        ],
    );
    let filter = store::TaskFilter { open: true, ..store::TaskFilter::default() };
    let mut found = reader.tasks(&filter)?;
    // What nobody has taken over could be theirs.
    found.retain(|view| view.owner.as_ref().is_none_or(|(code, _)| code == me));
    found.sort_by_key(|view| {
        (view.task.said.due, Reverse(view.task.said.priority), view.pupil.clone())
    });
    for view in found {
        let bucket = view.task.bucket(on);
        if !matches!(bucket, TaskBucket::Overdue | TaskBucket::Today | TaskBucket::ThisWeek) {
            continue;
        }
        let said = &view.task.said;
        let name = format!("{} {}", view.given_name, view.family_name);
        let nobody = || words("noch niemandem", "nobody yet");
        shown.rows.push(vec![
            SheetCell::Words(said.label.clone()),
            text(&view.pupil),
            text(name.trim()),
            text(&view.class),
            text(&view.school),
            day(Some(said.due)),
            SheetCell::Words(bucket.text()),
            view.owner.map_or_else(nobody, |(code, _)| text(code)),
        ]);
    }
    Ok(shown)
}

/// What was agreed in contacts as the next step and is due. With the next contact with the same
/// family a step is taken to be done: nobody ticks them off.
fn next_steps(reader: &Reader<'_>, mine: &[ContactView], on: Day) -> Result<SheetTable, Error> {
    let mut shown = table(
        "next-steps",
        ("Nächste Schritte aus Kontakten", "Next steps from contacts"),
        ("Kein nächster Schritt ist fällig.", "No next step is due."),
        &[
            ("step", "Schritt", "Step"),
            ("with", "Mit", "With"),
            ("due", "Fällig", "Due"),
            ("state", "Stand", "State"),
            ("contact", "Kontakt vom", "Contact of"),
            ("kind", "Art", "Kind"),
        ],
    );
    let codes = reader.code_lists();
    let end = end_of_week(on);
    let met = last_met(reader, mine, on)?;
    let mut found: Vec<(Day, &ContactView)> = mine
        .iter()
        .filter_map(|view| Some((view.contact.next_step.as_ref()?.due?, view)))
        .filter(|(due, view)| *due <= end && !is_done(view, &met, on, *due))
        .collect();
    found.sort_by_key(|(due, view)| (*due, view.contact.day, view.key.0));
    for (due, view) in found {
        let step = view.contact.next_step.as_ref().map_or("", |step| step.text.as_str());
        shown.rows.push(vec![
            if step.is_empty() { words("(ohne Text)", "(no text)") } else { text(step) },
            about(view),
            day(Some(due)),
            due_words(due, on),
            day(Some(view.contact.day)),
            code(codes, "contact-kind", Some(view.contact.kind)),
        ]);
    }
    Ok(shown)
}

/// The last day on which anybody met a pupil or a household of these contacts.
struct LastMet {
    pupils: HashMap<PupilKey, Day>,
    households: HashMap<HouseholdKey, Day>,
}

fn last_met(reader: &Reader<'_>, mine: &[ContactView], on: Day) -> Result<LastMet, Error> {
    let mut met = LastMet { pupils: HashMap::new(), households: HashMap::new() };
    let first = mine.iter().map(|view| view.contact.day).min().unwrap_or(on);
    let filter = store::ContactFilter {
        period: Some(Period::new(first, on)?),
        ..store::ContactFilter::default()
    };
    let has_step = mine.iter().any(|view| view.contact.next_step.is_some());
    let all = if has_step { reader.contacts(&filter)? } else { Vec::new() };
    // An attempt has done nothing yet.
    for view in all.into_iter().filter(|view| !view.contact.attempt) {
        let contact = view.contact;
        for pupil in contact.pupils {
            let last = met.pupils.entry(pupil).or_insert(contact.day);
            *last = contact.day.max(*last);
        }
        if let Some(household) = contact.household {
            let last = met.households.entry(household).or_insert(contact.day);
            *last = contact.day.max(*last);
        }
    }
    Ok(met)
}

fn is_done(view: &ContactView, met: &LastMet, on: Day, due: Day) -> bool {
    let contact = &view.contact;
    let is_later = |day: Option<&Day>| day.is_some_and(|day| *day > contact.day);
    if contact.pupils.is_empty() && contact.household.is_none() {
        // It is about no family, so nothing shows whether it was done. After a week it is left out.
        return due < on.plus(-7);
    }
    contact.pupils.iter().any(|pupil| is_later(met.pupils.get(pupil)))
        || contact.household.is_some_and(|household| is_later(met.households.get(&household)))
}

/// Whom a contact was about: pupils by name, or the household.
fn about(view: &ContactView) -> SheetCell {
    let names: Vec<String> =
        view.pupils.iter().map(|(code, name)| format!("{name} ({code})")).collect();
    match (&names[..], &view.household) {
        ([], Some(household)) => text(household),
        ([], None) => SheetCell::Empty,
        _ => text(names.join(", ")),
    }
}

fn contacts(reader: &Reader<'_>, mine: &[ContactView], on: Day) -> SheetTable {
    let shown = table(
        "contacts",
        ("Kontakte des Tages", "Contacts of the day"),
        ("Für diesen Tag ist kein Kontakt eingetragen.", "No contact is recorded for this day."),
        &[
            ("time", "Uhrzeit", "Time"),
            ("kind", "Art", "Kind"),
            ("with", "Mit", "With"),
            ("school", "Schule", "School"),
            ("result", "Ergebnis", "Result"),
            ("topics", "Themen", "Topics"),
            ("minutes", "Dauer", "Duration"),
        ],
    );
    let mut shown = with_unit(shown, &["minutes"], "min", "min");
    let codes = reader.code_lists();
    let mut today: Vec<&ContactView> = mine.iter().filter(|view| view.contact.day == on).collect();
    today.sort_by_key(|view| (view.contact.time.unwrap_or(u16::MAX), view.key.0));
    for view in today {
        let contact = &view.contact;
        let time = contact.time.map(|time| format!("{:02}:{:02}", time / 60, time % 60));
        shown.rows.push(vec![
            text(time.unwrap_or_else(|| "–".to_owned())),
            code(codes, "contact-kind", Some(contact.kind)),
            about(view),
            text(&view.school),
            code(codes, "result", Some(contact.result)),
            set(codes, "topic", contact.topics),
            whole(contact.minutes),
        ]);
    }
    shown
}

/// Pupils of the programme without a contact for so many school days. An attempt is no contact.
fn unseen(
    reader: &Reader<'_>,
    directory: &Directory,
    on: Day,
    least: u16,
) -> Result<SheetTable, Error> {
    let shown = table(
        "unseen",
        ("Wen haben wir lange nicht gesehen?", "Whom have we not seen for long?"),
        (
            "Mit jedem Kind des Programms gab es in letzter Zeit Kontakt.",
            "There was a contact with every pupil of the programme lately.",
        ),
        &[
            ("pupil", "Kind", "Pupil"),
            ("name", "Name", "Name"),
            ("class", "Klasse", "Class"),
            ("school", "Schule", "School"),
            ("status", "Status", "Status"),
            ("last", "Letzter Kontakt", "Last contact"),
            ("school_days", "Seither", "Since then"),
        ],
    );
    let mut shown = with_unit(shown, &["school_days"], "Schultage", "school days");
    for UnseenPupil { facts, last, school_days } in unseen_pupils(reader, directory, on, least)? {
        let pupil = &facts.pupil;
        let name = format!("{} {}", pupil.given_name, pupil.family_name);
        let days = i64::try_from(school_days).unwrap_or(i64::MAX);
        shown.rows.push(vec![
            text(&pupil.code),
            text(name.trim()),
            text(&pupil.class),
            text(&facts.school),
            SheetCell::Words(facts.status.text()),
            last.map_or_else(|| words("noch keiner", "none yet"), SheetCell::Day),
            whole(days),
        ]);
    }
    Ok(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_week_ends_on_its_sunday() {
        for (on, end) in [
            ("2026-03-02", "2026-03-08"),
            ("2026-03-05", "2026-03-08"),
            ("2026-03-08", "2026-03-08"),
        ] {
            assert_eq!(end_of_week(of(on)), of(end), "{on}");
        }
    }
}
