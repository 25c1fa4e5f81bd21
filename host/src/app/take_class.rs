//! Taking the register of a class: one form, one transaction, and history for what is corrected.

use crate::capture::{Mistake, Mistakes};
use crate::domain::{Absence, AbsenceCodes, AbsenceRefusal, Day, Scope, Text};
use crate::store::{self, Writer};

use super::day_of_class::{ClassDay, DayState, Place, PupilDay, read_class_day};
use super::workspace::{App, new_id, now};
use super::{Actor, Error, UseCase};

/// What the register says of a pupil.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// They were there all day, in time.
    Present,
    /// What is recorded already is right.
    Keep,
    /// They missed something or came late: a code of `absence-status`, and how much of the school's
    /// unit. Without an amount it is the whole day; a late arrival needs its minutes.
    Missed(String, Option<u16>),
}

/// A line of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassLine {
    /// The pupil's code.
    pub pupil: String,
    /// What it says.
    pub mark: Mark,
}

/// A class's day to be saved.
#[derive(Debug, Clone, Copy)]
pub struct TakeOrder<'a> {
    /// The school's number.
    pub school: &'a str,
    /// The class.
    pub class: &'a str,
    /// The day.
    pub day: Day,
    /// A line for every pupil.
    pub lines: &'a [ClassLine],
    /// Days before of which to note that the register was not kept.
    pub not_taken: &'a [Day],
    /// Why something recorded is corrected; it is kept with what it said before.
    pub reason: &'a str,
    /// What [`ClassDay::seen`] was when the form was opened.
    pub seen: &'a str,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TakeOutcome {
    /// The day is taken.
    Saved {
        /// Pupils who were there, late ones among them.
        present: usize,
        /// Pupils who missed the day or a part of it.
        missing: usize,
    },
    /// Nothing is recorded on this day, and why.
    Closed(Text),
    /// Somebody else has recorded something since the form was opened. Nothing was saved.
    Changed,
    /// Lines that cannot be; each is about the pupil whose code is the field. Nothing was saved.
    Mistakes(Mistakes),
}

impl App {
    /// Saves a class's day as a whole: adds what is new, corrects with a reason what was recorded
    /// otherwise, and notes that the day was taken. The same a second time changes nothing.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchSchool`] and [`Error::NoSuchPupil`], also for those out of sight;
    /// [`Error::BadReason`]; those of the store.
    pub fn take_attendance(
        &mut self,
        actor: &Actor,
        order: &TakeOrder<'_>,
    ) -> Result<TakeOutcome, Error> {
        let scope = self.permit(actor, UseCase::AbsenceChange)?;
        let mut writer = self.store.write(&actor.author())?;
        let outcome = take(&mut writer, &scope, order)?;
        if matches!(outcome, TakeOutcome::Saved { .. }) {
            writer.commit()?;
        }
        Ok(outcome)
    }
}

fn take(
    writer: &mut Writer<'_>,
    scope: &Scope,
    order: &TakeOrder<'_>,
) -> Result<TakeOutcome, Error> {
    let reader = writer.read(scope);
    let at = Place::find(&reader, order.school)?;
    let found = read_class_day(&reader, order.school, order.class, order.day)?;
    let codes = AbsenceCodes::new(reader.code_lists());
    let statuses = reader.code_lists().list("absence-status");
    drop(reader);
    if let Some(why) = found.closed {
        return Ok(TakeOutcome::Closed(why));
    }
    let Some(attendance) = at.attendance_on(order.day) else {
        return Err(store::Error::Absence(AbsenceRefusal::NotRecorded(order.day)).into());
    };
    let mut plan = Vec::new();
    let mut mistakes = Mistakes::default();
    for line in order.lines {
        let pupil = found.pupils.iter().find(|pupil| pupil.code == line.pupil);
        let pupil = pupil.ok_or_else(|| Error::NoSuchPupil(line.pupil.clone()))?;
        let wanted = match &line.mark {
            Mark::Keep => continue,
            Mark::Present => None,
            Mark::Missed(status, amount) => {
                let place = statuses.place(status).ok_or_else(|| store::Error::UnknownCode {
                    list: "absence-status".to_owned(),
                    code: status.clone(),
                })?;
                let whole = if place == codes.late { None } else { Some(attendance.units_per_day) };
                let Some(amount) = amount.or(whole) else {
                    add(&mut mistakes, &line.pupil, AbsenceRefusal::Late.text());
                    continue;
                };
                let unit = attendance.unit_of(place, codes);
                Some((place, unit, amount))
            }
        };
        let is_so = match (wanted, pupil.entries.as_slice()) {
            (None, []) => true,
            (Some((place, _, amount)), [only]) => (only.place, only.amount) == (place, amount),
            _ => false,
        };
        if !is_so {
            plan.push((pupil, wanted));
        }
    }
    if !mistakes.is_empty() {
        return Ok(TakeOutcome::Mistakes(mistakes));
    }
    let is_taken = matches!(found.state, DayState::Taken(_));
    let missing_lines = found
        .pupils
        .iter()
        .any(|pupil| !pupil.is_unknown && !order.lines.iter().any(|line| line.pupil == pupil.code));
    if missing_lines || (!plan.is_empty() && found.seen != order.seen) {
        return Ok(TakeOutcome::Changed);
    }
    if plan.is_empty() && is_taken {
        return Ok(counted(&found, order));
    }
    // The note that the class was not taken goes first: on such a day nothing can be recorded.
    writer.take_class_day(at.key, order.class, order.day)?;
    for (pupil, wanted) in plan {
        if let Err(error) = carry_out(writer, pupil, wanted, order) {
            match error {
                store::Error::Absence(refusal) => add(&mut mistakes, &pupil.code, refusal.text()),
                error => return Err(error.into()),
            }
        }
    }
    if !mistakes.is_empty() {
        return Ok(TakeOutcome::Mistakes(mistakes));
    }
    let skipped: Vec<Day> =
        order.not_taken.iter().copied().filter(|day| found.gaps.contains(day)).collect();
    writer.skip_class_days(at.key, order.class, &skipped)?;
    Ok(counted(&found, order))
}

/// Brings what is recorded of a pupil on the day to what is wanted.
fn carry_out(
    writer: &mut Writer<'_>,
    pupil: &PupilDay,
    wanted: Option<(u16, u16, u16)>,
    order: &TakeOrder<'_>,
) -> Result<(), store::Error> {
    let (first, others) = match wanted {
        Some(_) if !pupil.entries.is_empty() => (pupil.entries.first(), &pupil.entries[1..]),
        _ => (None, pupil.entries.as_slice()),
    };
    for entry in others {
        writer.remove_absence(entry.id, order.reason)?;
    }
    let Some((status, unit, amount)) = wanted else { return Ok(()) };
    let id = first.map_or_else(new_id, |entry| entry.id);
    let absence = Absence { id, pupil: pupil.key, day: order.day, status, unit, amount };
    match first {
        Some(entry) if (entry.place, entry.amount) == (status, amount) => Ok(()),
        Some(_) => writer.correct_absence(&absence, order.reason),
        None => writer.add_absence(&absence, now()),
    }
}

fn add(mistakes: &mut Mistakes, pupil: &str, reason: Text) {
    mistakes.list.push(Mistake { line: 0, field: Some(pupil.to_owned()), reason });
}

/// How many are there and how many are not, by what the lines say.
fn counted(found: &ClassDay, order: &TakeOrder<'_>) -> TakeOutcome {
    let is_missing = |line: &ClassLine| match &line.mark {
        Mark::Present => false,
        Mark::Missed(status, _) => status != "late",
        Mark::Keep => {
            let pupil = found.pupils.iter().find(|pupil| pupil.code == line.pupil);
            pupil.is_some_and(|it| it.entries.iter().any(|entry| entry.status.code != "late"))
        }
    };
    let missing = order.lines.iter().filter(|line| is_missing(line)).count();
    TakeOutcome::Saved { present: order.lines.len() - missing, missing }
}
