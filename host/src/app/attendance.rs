//! What tells which days count: corrected and removed absences, conflicts, returns, days not taken.

use crate::capture::LONGEST_TEXT;
use crate::domain::{Absence, AbsenceConflict, Day, Id, SeenAs};
use crate::store;

use super::absences::in_sight;
use super::lookups::{between, one_of};
use super::seen::about_codes;
use super::{AbsenceFilter, Actor, App, Error, Kind, UseCase};

/// What is to be different in an absence; `None` for what stays.
#[derive(Debug, Clone, Copy, Default)]
pub struct AbsenceForm<'a> {
    /// The day.
    pub day: Option<Day>,
    /// A code of `absence-status`.
    pub status: Option<&'a str>,
    /// How much, in the unit the school counts in; minutes of a late arrival.
    pub amount: Option<u16>,
}

impl App {
    /// Corrects an absence. What it said before is kept, with the reason.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchAbsence`], also for one out of sight; [`Error::BadReason`]; and those of the
    /// store where it does not fit its day, or nothing would change.
    pub fn correct_absence(
        &mut self,
        actor: &Actor,
        id: &str,
        form: &AbsenceForm<'_>,
        reason: &str,
    ) -> Result<(), Error> {
        let scope = self.permit(actor, UseCase::AbsenceChange)?;
        let reason = one_line(reason)?;
        let before = self.absence_in_sight(actor, id)?;
        let lists = self.code_lists()?;
        let place = |code: &str| {
            let place = lists.list("absence-status").place(code);
            place.ok_or_else(|| store::Error::UnknownCode {
                list: "absence-status".to_owned(),
                code: code.to_owned(),
            })
        };
        let status = form.status.map(place).transpose()?.unwrap_or(before.status);
        let day = form.day.unwrap_or(before.day);
        let mut corrected = Absence { day, status, ..before };
        corrected.amount = form.amount.unwrap_or(before.amount);
        if status != before.status || day != before.day {
            let codes = crate::domain::AbsenceCodes::new(&lists);
            let reader = self.store.read(&scope)?;
            let directory = reader.directory()?;
            let pupil = directory.pupils.values().find(|known| known.key == before.pupil);
            let register = pupil.and_then(|known| directory.registers.get(&known.school));
            if let Some(attendance) = register.and_then(|register| register.attendance_on(day)) {
                corrected.unit = attendance.unit_of(status, codes);
                if corrected.unit != before.unit && form.amount.is_none() {
                    corrected.amount = attendance.units_per_day;
                }
            }
        }
        let mut writer = self.store.write(&actor.author())?;
        writer.correct_absence(&corrected, reason)?;
        Ok(writer.commit()?)
    }

    /// Removes an absence that never was. What it said is kept, with the reason.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchAbsence`], also for one out of sight; [`Error::BadReason`].
    pub fn remove_absence(&mut self, actor: &Actor, id: &str, reason: &str) -> Result<(), Error> {
        self.permit(actor, UseCase::AbsenceChange)?;
        let reason = one_line(reason)?;
        let before = self.absence_in_sight(actor, id)?;
        let mut writer = self.store.write(&actor.author())?;
        writer.remove_absence(before.id, reason)?;
        Ok(writer.commit()?)
    }

    /// The days on which what was recorded does not, or not wholly, count; the newest first.
    ///
    /// # Errors
    ///
    /// As [`App::absences`].
    pub fn absence_conflicts(
        &self,
        actor: &Actor,
        filter: &AbsenceFilter<'_>,
    ) -> Result<Vec<AbsenceConflict>, Error> {
        let scope = self.permit(actor, UseCase::AbsenceRead)?;
        let reader = self.store.read(&scope)?;
        in_sight(&reader, filter.school, filter.pupil)?;
        let filter = store::AbsenceFilter {
            period: between(filter.from, filter.until)?,
            school: filter.school.map(str::to_owned),
            pupil: filter.pupil.map(str::to_owned),
            after: filter.after,
            limit: Some(filter.limit),
        };
        let found = reader.absence_conflicts(&filter)?;
        let codes = found.iter().map(|conflict| conflict.pupil.as_str());
        let about = about_codes(&reader.directory()?, codes);
        self.saw(actor, UseCase::AbsenceRead, SeenAs::List, about)?;
        Ok(found)
    }

    /// Notes the last day of a pupil at their school.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchPupil`], also for one out of sight; and those of the store where they have left
    /// already.
    pub fn end_stay(&mut self, actor: &Actor, pupil: &str, last: Day) -> Result<(), Error> {
        let scope = self.permit(actor, UseCase::PupilChange)?;
        let (key, _) = self.pupil_in_sight(&scope, pupil)?;
        let mut writer = self.store.write(&actor.author())?;
        writer.end_stay(key, last)?;
        Ok(writer.commit()?)
    }

    /// Notes that a pupil came back to their school.
    ///
    /// # Errors
    ///
    /// [`Error::Mistakes`] with everything that is wrong.
    pub fn add_stay(
        &mut self,
        actor: &Actor,
        pupil: &str,
        from: &str,
        until: &str,
    ) -> Result<(), Error> {
        self.permit(actor, UseCase::PupilChange)?;
        self.add(actor, Kind::Stays, &[("pupil", pupil), ("from", from), ("until", until)])
    }

    /// Ends the time in which a school records absences with its last day.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchSchool`], also for one out of sight; and those of the store where it does not
    /// record.
    pub fn end_attendance(&mut self, actor: &Actor, number: &str, last: Day) -> Result<(), Error> {
        let scope = self.permit(actor, UseCase::SchoolChange)?;
        let directory = self.store.read(&scope)?.directory()?;
        let known = directory.schools.get(number);
        let key = known.ok_or_else(|| Error::NoSuchSchool(number.to_owned()))?.key;
        let mut writer = self.store.write(&actor.author())?;
        writer.end_attendance(key, last)?;
        Ok(writer.commit()?)
    }

    /// The absence with an id, or the beginning of one that no other in sight has.
    fn absence_in_sight(&self, actor: &Actor, id: &str) -> Result<Absence, Error> {
        let reader = self.store.read(&self.permit(actor, UseCase::AbsenceChange)?)?;
        let all = reader.absences(&store::AbsenceFilter::default())?;
        let ids = all.iter().map(|view| view.absence.id);
        let found: Option<Id> = one_of(ids, id)?;
        let found = found.and_then(|id| all.iter().find(|view| view.absence.id == id));
        found.map(|view| view.absence).ok_or_else(|| Error::NoSuchAbsence(id.to_owned()))
    }
}

/// A reason in one line, as it is kept.
fn one_line(reason: &str) -> Result<&str, Error> {
    let reason = reason.trim();
    let is_one_line = !reason.chars().any(char::is_control);
    if reason.is_empty() || reason.chars().count() > LONGEST_TEXT || !is_one_line {
        return Err(Error::BadReason);
    }
    Ok(reason)
}
