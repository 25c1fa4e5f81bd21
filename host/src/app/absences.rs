//! Looking up absences: lists, sums that were taken over, and what one pupil has missed.

use crate::domain::{
    About, AbsenceConflict, AbsenceRefusal, AbsenceTotalView, AbsenceView, AttendanceFigures, Code,
    Day, Id, Period, PupilKey, SchoolYear, Scope, SeenAs, Span,
};
use crate::store;

use super::lookups::{between, coded_at, pupil_facts};
use super::seen::about_pupils;
use super::workspace::{App, today};
use super::{Actor, Error, PupilFacts, UseCase};

/// Which absences to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct AbsenceFilter<'a> {
    /// Only those at this school.
    pub school: Option<&'a str>,
    /// Only those of this pupil.
    pub pupil: Option<&'a str>,
    /// From this day on.
    pub from: Option<Day>,
    /// Up to this day, included.
    pub until: Option<Day>,
    /// Only those that come after this one in the list; none where it is not in sight.
    pub after: Option<Id>,
    /// At most so many, newest first.
    pub limit: usize,
}

/// A pupil with what they missed in a school year.
#[derive(Debug, Clone)]
pub struct PupilDetails {
    /// The pupil.
    pub facts: PupilFacts,
    /// The school year.
    pub year: SchoolYear,
    /// What was recorded in it by status and unit, in the order of the code lists. What lies after
    /// the day on which their whereabouts became unknown is not in it.
    pub absences: Vec<AbsenceSum>,
    /// The sums that were taken over, of all years. They stand for themselves: nothing is added.
    pub totals: Vec<AbsenceTotalView>,
    /// The times at the school: that of the enrolment, then each return.
    pub stays: Vec<Span>,
    /// What they could miss and missed in the school year, up to today, in the whole of it and in
    /// its halves.
    pub figures: Vec<AttendanceFigures>,
    /// Whether the school has said for any day of the year that it records absences. Where it has
    /// not, nothing is rated.
    pub is_recorded: bool,
    /// The days of the year on which what was recorded does not, or not wholly, count.
    pub conflicts: Vec<AbsenceConflict>,
}

/// Absences of one status in one unit, added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsenceSum {
    /// The status with its words.
    pub status: Code,
    /// The unit with its words.
    pub unit: Code,
    /// How much in all.
    pub amount: u32,
}

impl App {
    /// Absences and late arrivals, newest first.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchSchool`] and [`Error::NoSuchPupil`], also for those out of sight;
    /// [`Error::Day`] for a period the wrong way round.
    pub fn absences(
        &self,
        actor: &Actor,
        filter: &AbsenceFilter<'_>,
    ) -> Result<Vec<AbsenceView>, Error> {
        let scope = self.permit(actor, UseCase::AbsenceRead)?;
        let reader = self.store.read(&scope)?;
        in_sight(&reader, filter.school, filter.pupil)?;
        let period = between(filter.from, filter.until)?;
        let filter = store::AbsenceFilter {
            period,
            school: filter.school.map(str::to_owned),
            pupil: filter.pupil.map(str::to_owned),
            after: filter.after,
            limit: Some(filter.limit),
        };
        let found = reader.absences(&filter)?;
        let about = About::pupils(found.iter().map(|view| (view.absence.pupil, None)));
        self.saw(actor, UseCase::AbsenceRead, SeenAs::List, about)?;
        Ok(found)
    }

    /// Clears up a pupil's open absence of a day, with the code of its status.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchPupil`], also for those out of sight; [`Error::NothingOpen`]; and those of the
    /// store for a status that says nothing about an absence.
    pub fn settle_absence(
        &mut self,
        actor: &Actor,
        pupil: &str,
        day: Day,
        status: &str,
    ) -> Result<(), Error> {
        let scope = self.permit(actor, UseCase::AbsenceChange)?;
        let (key, _) = self.pupil_in_sight(&scope, pupil)?;
        let list = self.code_lists()?.list("absence-status");
        let unknown = || store::Error::UnknownCode {
            list: "absence-status".to_owned(),
            code: status.to_owned(),
        };
        let place = list.place(status).ok_or_else(unknown)?;
        let mut writer = self.store.write(&actor.author())?;
        if writer.settle_absence(key, day, place)? == 0 {
            return Err(Error::NothingOpen { pupil: pupil.to_owned(), day });
        }
        Ok(writer.commit()?)
    }

    /// Notes from when on nobody knows where a pupil is; `None` where they are back.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchPupil`], also for those out of sight; [`AbsenceRefusal::NotEnrolled`] for a day
    /// outside the enrolment.
    pub fn set_unknown(
        &mut self,
        actor: &Actor,
        pupil: &str,
        from: Option<Day>,
    ) -> Result<(), Error> {
        let scope = self.permit(actor, UseCase::PupilChange)?;
        let (key, stays) = self.pupil_in_sight(&scope, pupil)?;
        let is_enrolled = |day: &Day| stays.iter().any(|stay| stay.contains(*day));
        if let Some(day) = from.filter(|day| !is_enrolled(day)) {
            return Err(store::Error::Absence(AbsenceRefusal::NotEnrolled(day)).into());
        }
        let mut writer = self.store.write(&actor.author())?;
        writer.set_unknown(key, from)?;
        Ok(writer.commit()?)
    }

    pub(super) fn pupil_in_sight(
        &self,
        scope: &Scope,
        code: &str,
    ) -> Result<(PupilKey, Vec<Span>), Error> {
        let reader = self.store.read(scope)?;
        let directory = reader.directory()?;
        let known = directory.pupils.get(code).map(|known| (known.key, known.stays()));
        known.ok_or_else(|| Error::NoSuchPupil(code.to_owned()))
    }

    /// The sums of absences that were taken over, by school, pupil, year and term.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchSchool`] and [`Error::NoSuchPupil`], also for those out of sight.
    pub fn absence_totals(
        &self,
        actor: &Actor,
        school: Option<&str>,
        pupil: Option<&str>,
    ) -> Result<Vec<AbsenceTotalView>, Error> {
        let scope = self.permit(actor, UseCase::AbsenceRead)?;
        let reader = self.store.read(&scope)?;
        in_sight(&reader, school, pupil)?;
        let found = reader.absence_totals(school, pupil)?;
        let about = About::pupils(found.iter().map(|view| (view.total.pupil, None)));
        self.saw(actor, UseCase::AbsenceRead, SeenAs::List, about)?;
        Ok(found)
    }

    /// One pupil with what they missed in a school year; without one, in that of today.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchPupil`], also for one out of sight.
    pub fn pupil(
        &self,
        actor: &Actor,
        code: &str,
        year: Option<SchoolYear>,
    ) -> Result<PupilDetails, Error> {
        let scope = self.permit(actor, UseCase::PupilRead)?;
        let reader = self.store.read(&scope)?;
        let all = reader.pupils(&store::PupilFilter::default())?;
        let found = all.into_iter().find(|found| found.pupil.code == code);
        let view = found.ok_or_else(|| Error::NoSuchPupil(code.to_owned()))?;
        self.saw(actor, UseCase::PupilRead, SeenAs::Detail, about_pupils([&view]))?;
        let facts = pupil_facts(view, reader.code_lists());
        let year = year.unwrap_or_else(|| SchoolYear::of(today()));
        let filter = store::AbsenceFilter {
            period: Some(year.period()),
            pupil: Some(code.to_owned()),
            ..store::AbsenceFilter::default()
        };
        let (_, stays) = self.pupil_in_sight(&scope, code)?;
        let mut sums: Vec<((u16, u16), u32)> = Vec::new();
        for view in reader.absences(&filter)? {
            let absence = view.absence;
            let returned = |unknown: Day| {
                stays.iter().any(|stay| unknown < stay.from && stay.contains(absence.day))
            };
            let unknown = facts.pupil.unknown_from;
            if unknown.is_some_and(|unknown| unknown <= absence.day && !returned(unknown)) {
                continue;
            }
            let key = (absence.status, absence.unit);
            let amount = u32::from(absence.amount);
            match sums.iter_mut().find(|(found, _)| *found == key) {
                Some((_, sum)) => *sum += amount,
                None => sums.push((key, amount)),
            }
        }
        sums.sort_unstable();
        let codes = reader.code_lists();
        let absences = sums.into_iter().map(|((status, unit), amount)| AbsenceSum {
            status: coded_at(codes, "absence-status", status),
            unit: coded_at(codes, "absence-unit", unit),
            amount,
        });
        let absences = absences.collect();
        let totals = reader.absence_totals(None, Some(code))?;
        let directory = reader.directory()?;
        let known =
            directory.pupils.get(code).ok_or_else(|| Error::NoSuchPupil(code.to_owned()))?;
        let so_far = Period::new(year.period().first, year.period().last.min(today()));
        let figures = match so_far {
            Ok(so_far) => reader.attendance_figures(known.key, so_far)?,
            // The year has not begun.
            Err(_) => Vec::new(),
        };
        let register = directory.registers.get(&known.school);
        let is_recorded = register.is_some_and(|register| {
            let mut times = register.attendance.iter();
            times.any(|time| time.span.within(year.period()).is_some())
        });
        let conflicts = reader.absence_conflicts(&filter)?;
        Ok(PupilDetails { facts, year, absences, totals, stays, figures, is_recorded, conflicts })
    }
}

/// Refuses a school or a pupil that is not there, or not for this reader to see.
pub(super) fn in_sight(
    reader: &store::Reader<'_>,
    school: Option<&str>,
    pupil: Option<&str>,
) -> Result<(), Error> {
    let directory = reader.directory()?;
    if let Some(number) = school.filter(|number| !directory.schools.contains_key(*number)) {
        return Err(Error::NoSuchSchool(number.to_owned()));
    }
    if let Some(code) = pupil.filter(|code| !directory.pupils.contains_key(*code)) {
        return Err(Error::NoSuchPupil(code.to_owned()));
    }
    Ok(())
}
