//! The calendar of school days: choosing, checking and showing one, and the days of a school by it.

use std::path::Path;
use std::sync::Arc;

use crate::domain::{Calendar, Day, Period, SchoolYear, Scope, Text};

use super::workspace::today;
use super::{Actor, App, Error, UseCase};

/// A calendar that can be used.
#[derive(Debug, Clone)]
pub struct CalendarChoice {
    /// What it says.
    pub calendar: Arc<Calendar>,
    /// The text of the file; `None` for one that comes with the program.
    text: Option<String>,
}

impl CalendarChoice {
    /// That of a Land, as it comes with the program.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchLand`].
    pub fn of_land(land: &str) -> Result<Self, Error> {
        let calendar = Calendar::built_in(&land.to_ascii_uppercase());
        let calendar = calendar.ok_or_else(|| Error::NoSuchLand(land.to_owned()))?;
        Ok(Self { calendar: Arc::clone(calendar), text: None })
    }

    /// That in a file.
    ///
    /// # Errors
    ///
    /// [`Error::File`]; [`Error::BadCalendar`] with everything that is wrong in it.
    pub fn of_file(path: &Path) -> Result<Self, Error> {
        let text = fs_err::read_to_string(path).map_err(Error::File)?;
        let calendar = Calendar::parse(&text).map_err(Error::BadCalendar)?;
        Ok(Self { calendar: Arc::new(calendar), text: Some(text) })
    }

    /// Whether it is the one that records have without any choice.
    pub fn is_default(&self) -> bool {
        self.text.is_none() && self.calendar.land() == Calendar::nrw().land()
    }
}

/// A school year of one school.
#[derive(Debug, Clone)]
pub struct SchoolDays {
    /// The school days.
    pub days: usize,
    /// Of them in the first half-year.
    pub first_half: usize,
    /// The first day of the second half-year.
    pub second_half_begins: Day,
    /// Whether the school has set it itself.
    pub is_own_half: bool,
    /// Every weekday without school with the reason, oldest first.
    pub free: Vec<(Day, Text)>,
    /// The days for which the calendar lists no holidays.
    pub unknown: Vec<Period>,
}

impl App {
    /// The calendar by which school days are counted, and whether it is a file of one's own.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn calendar(&self) -> Result<(Arc<Calendar>, bool), Error> {
        let reader = self.store.read(&Scope::municipality())?;
        Ok((reader.calendar()?, reader.has_own_calendar()?))
    }

    /// Counts school days by another calendar from now on, also those of the past.
    ///
    /// # Errors
    ///
    /// For a practitioner, and those of the store.
    pub fn use_calendar(&mut self, actor: &Actor, choice: &CalendarChoice) -> Result<(), Error> {
        self.permit(actor, UseCase::CalendarUse)?;
        let mut writer = self.store.write(&actor.author())?;
        writer.use_calendar(choice.calendar.land(), choice.text.as_deref())?;
        Ok(writer.commit()?)
    }

    /// The days of `period` of which the calendar knows no holidays: figures that rest on school days
    /// cannot be relied on there.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn unknown_days(&self, period: Period) -> Result<Vec<Period>, Error> {
        Ok(self.calendar()?.0.unknown_in(period))
    }

    /// The school days of a school in a school year; without one, in that of today.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchSchool`], also for one out of sight.
    pub fn school_days(
        &self,
        actor: &Actor,
        number: &str,
        year: Option<SchoolYear>,
    ) -> Result<(SchoolYear, SchoolDays), Error> {
        let scope = self.permit(actor, UseCase::SchoolRead)?;
        let year = year.unwrap_or_else(|| SchoolYear::of(today()));
        let own = self.school(actor, number)?.days_off;
        let reader = self.store.read(&scope)?;
        let directory = reader.directory()?;
        let known = directory.schools.get(number);
        let none = || Error::NoSuchSchool(number.to_owned());
        let register = known.and_then(|known| directory.registers.get(&known.key));
        let register = register.ok_or_else(none)?;
        let second_half_begins = register.terms(year).second_begins;
        let calendar = &register.calendar;
        let open: Vec<Day> = calendar.school_days(year.period(), &register.days_off).collect();
        let why = |day: Day| {
            let own = own.iter().find(|(off, _)| *off == day).map(|(_, reason)| match reason {
                reason if reason.is_empty() => {
                    Text::new("beweglicher Ferientag", "movable day off")
                }
                reason => Text::new(reason.clone(), reason.clone()),
            });
            calendar.why_closed(day).or(own)
        };
        let weekdays = year.period().days().filter(|day| day.is_weekday());
        let free = weekdays.filter_map(|day| Some((day, why(day)?)));
        let days = SchoolDays {
            days: open.len(),
            first_half: open.partition_point(|day| *day < second_half_begins),
            second_half_begins,
            is_own_half: register.second_halves.contains_key(&year),
            free: free.collect(),
            unknown: calendar.unknown_in(year.period()),
        };
        Ok((year, days))
    }
}
