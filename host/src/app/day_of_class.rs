//! A class on a day: who is in it, what was recorded of them, and whether anybody took the register.
//!
//! That nobody is recorded as absent does not mean that all were present: a day on which nobody took
//! the register says nothing. Only a class's day that somebody saved as a whole tells who was there.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use crate::domain::{
    About, AbsenceView, Attendance, Code, Day, Directory, Id, Period, PupilKey, Register, SeenAs,
    Span, Text,
};
use crate::store::{self, ClassDayTaken, PupilFilter, Reader};

use super::lookups::coded_at;
use super::plugins::hex;
use super::workspace::{App, today};
use super::{Actor, Error, UseCase};

/// How many school days before the one asked about are shown beside each name.
const DAYS_BEFORE: usize = 5;

/// How far back these are looked for: longer than any holidays.
const FARTHEST: i32 = 70;

/// Who took the register of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassTaken {
    /// In seconds since 1970-01-01 UTC.
    pub at: i64,
    /// Their code, as in the audit.
    pub by: String,
    /// Their name, where it is a practitioner.
    pub name: Option<String>,
}

/// How it stands with a class's day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayState {
    /// Somebody saved the class as a whole.
    Taken(ClassTaken),
    /// Somebody said that the register was not kept.
    NotTaken,
    /// There are single absences, and nobody has said anything about the others.
    Some,
    /// Nobody has said anything.
    Unsaid,
}

/// The classes of a school on a day.
#[derive(Debug, Clone)]
pub struct ClassList {
    /// The day.
    pub day: Day,
    /// Why nothing is recorded on it; `None` where it is.
    pub closed: Option<Text>,
    /// By name; the one without a name is that of pupils without a class.
    pub classes: Vec<ClassOf>,
    /// The school days around it: the one before and the one after, which is never in the future.
    pub around: (Option<Day>, Option<Day>),
}

/// A class.
#[derive(Debug, Clone)]
pub struct ClassOf {
    /// Its name.
    pub class: String,
    /// How many pupils of the records are in it on the day.
    pub pupils: usize,
    /// How it stands.
    pub state: DayState,
}

/// A class on a day.
#[derive(Debug, Clone)]
pub struct ClassDay {
    /// The class.
    pub class: String,
    /// The day.
    pub day: Day,
    /// Why nothing is recorded on it; `None` where it is.
    pub closed: Option<Text>,
    /// The word for the unit of the school, and how many of them the day has.
    pub unit: Option<(Code, u16)>,
    /// How it stands.
    pub state: DayState,
    /// The pupils, by name.
    pub pupils: Vec<PupilDay>,
    /// The school days before, oldest first.
    pub before: Vec<BeforeDay>,
    /// School days since the one that was taken last, of which nobody has said anything.
    pub gaps: Vec<Day>,
    /// The school days around it: the one before and the one after, which is never in the future.
    pub around: (Option<Day>, Option<Day>),
    /// Stands for what is recorded: whoever saves a class says what they had seen.
    pub seen: String,
}

/// A school day before the one asked about.
#[derive(Debug, Clone)]
pub struct BeforeDay {
    /// The day.
    pub day: Day,
    /// How it stands.
    pub state: DayState,
}

/// A pupil of a class on a day.
#[derive(Debug, Clone)]
pub struct PupilDay {
    /// Their row.
    pub(super) key: PupilKey,
    /// Their code.
    pub code: String,
    /// Their name, the family name first.
    pub name: String,
    /// Whether nobody knows where they are: no day counts for them.
    pub is_unknown: bool,
    /// What is recorded of them on the day.
    pub entries: Vec<DayEntry>,
    /// What is recorded of them on each of the days before; `None` where they were not at the school.
    pub before: Vec<Option<Vec<DayEntry>>>,
}

/// An absence or a late arrival of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayEntry {
    /// Its id.
    pub id: Id,
    /// Its status.
    pub status: Code,
    /// The place of the status.
    pub(super) place: u16,
    /// Its unit.
    pub unit: Code,
    /// How much.
    pub amount: u16,
}

impl App {
    /// The classes of a school, and how it stands with each of them on a day.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchSchool`], also for one out of sight.
    pub fn classes(&self, actor: &Actor, number: &str, day: Day) -> Result<ClassList, Error> {
        let scope = self.permit(actor, UseCase::AbsenceRead)?;
        let reader = self.store.read(&scope)?;
        let at = Place::find(&reader, number)?;
        let mut sizes: HashMap<&str, usize> = HashMap::new();
        for known in at.directory.pupils.values().filter(|known| known.school == at.key) {
            if known.stays().iter().any(|stay| stay.contains(day)) {
                *sizes.entry(known.class.as_str()).or_default() += 1;
            }
        }
        let names: Vec<&str> = sizes.keys().copied().collect();
        let taken = reader.class_days_taken(number, &names, &[day])?;
        let period = Period::new(day, day)?;
        let with_entries: HashSet<PupilKey> =
            absences(&reader, number, period)?.iter().map(|view| view.absence.pupil).collect();
        let mut some: HashSet<&str> = HashSet::new();
        for known in at.directory.pupils.values() {
            if with_entries.contains(&known.key) {
                some.insert(&known.class);
            }
        }
        let mut classes: Vec<ClassOf> = sizes
            .iter()
            .map(|(class, pupils)| ClassOf {
                class: (*class).to_owned(),
                pupils: *pupils,
                state: at.state(class, day, &taken, some.contains(class)),
            })
            .collect();
        classes.sort_by_key(|found| natural(&found.class));
        let closed = at.closed(&reader, day)?;
        let around = (at.days_before(day).pop(), at.day_after(day));
        Ok(ClassList { day, closed, classes, around })
    }

    /// A class on a day.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchSchool`], also for one out of sight.
    pub fn class_day(
        &self,
        actor: &Actor,
        number: &str,
        class: &str,
        day: Day,
    ) -> Result<ClassDay, Error> {
        let scope = self.permit(actor, UseCase::AbsenceRead)?;
        let found = read_class_day(&self.store.read(&scope)?, number, class, day)?;
        let about = About::pupils(found.pupils.iter().map(|pupil| (pupil.key, None)));
        self.saw(actor, UseCase::AbsenceRead, SeenAs::List, about)?;
        Ok(found)
    }
}

/// Names of classes as people sort them: 2a before 10a.
fn natural(class: &str) -> (u32, String) {
    let digits: String = class.chars().take_while(char::is_ascii_digit).collect();
    (digits.parse().unwrap_or(u32::MAX), class.to_owned())
}

/// A school with what is asked about its days.
pub(super) struct Place {
    pub(super) key: crate::domain::SchoolKey,
    pub(super) directory: Directory,
    register: Register,
}

impl Place {
    pub(super) fn find(reader: &Reader<'_>, number: &str) -> Result<Self, Error> {
        let directory = reader.directory()?;
        let known = directory.schools.get(number);
        let key = known.ok_or_else(|| Error::NoSuchSchool(number.to_owned()))?.key;
        let register = directory.registers.get(&key).cloned().unwrap_or_default();
        Ok(Self { key, directory, register })
    }

    pub(super) fn attendance_on(&self, day: Day) -> Option<Attendance> {
        self.register.attendance_on(day).copied()
    }

    /// Why nothing is recorded on a day, as a sentence without a full stop.
    pub(super) fn closed(&self, reader: &Reader<'_>, day: Day) -> Result<Option<Text>, Error> {
        if day > today() {
            return Ok(Some(Text::new("Der Tag kommt erst noch", "This day is still to come")));
        }
        if let Some(why) = self.register.calendar.why_closed(day) {
            return Ok(Some(Text::new(
                format!("Kein Schultag: {}", why.de),
                format!("No school day: {}", why.en),
            )));
        }
        if self.register.days_off.contains(&day) {
            let own = reader.days_off(self.key)?;
            let reason = own.into_iter().find(|off| off.day == day).map(|off| off.reason);
            let reason = reason.filter(|reason| !reason.is_empty());
            let (de, en) = reason.map_or_else(
                || ("beweglicher Ferientag".to_owned(), "movable day off".to_owned()),
                |reason| (reason.clone(), reason),
            );
            return Ok(Some(Text::new(
                format!("Freier Tag der Schule: {de}"),
                format!("Day off of the school: {en}"),
            )));
        }
        if self.attendance_on(day).is_none() {
            return Ok(Some(Text::new(
                "Die Schule erfasst an diesem Tag keine Fehlzeiten",
                "The school records no absences on this day",
            )));
        }
        if self.register.not_taken.get(&day).is_some_and(|found| found.school) {
            return Ok(Some(Text::new(
                "An diesem Tag wurde an der ganzen Schule nicht erfasst",
                "On this day no register was kept in the whole school",
            )));
        }
        Ok(None)
    }

    fn state(
        &self,
        class: &str,
        day: Day,
        taken: &HashMap<(String, Day), ClassDayTaken>,
        has_entries: bool,
    ) -> DayState {
        if !self.register.is_taken(day, class) {
            return DayState::NotTaken;
        }
        match taken.get(&(class.to_owned(), day)) {
            Some(found) => {
                let known = self.directory.practitioners.get(&found.by);
                let name = known.map(|known| known.name.clone());
                DayState::Taken(ClassTaken { at: found.at, by: found.by.clone(), name })
            }
            None if has_entries => DayState::Some,
            None => DayState::Unsaid,
        }
    }

    /// The school days before `day`, oldest first.
    fn days_before(&self, day: Day) -> Vec<Day> {
        let days = (1..=FARTHEST).map(|back| day.plus(-back));
        let mut days: Vec<Day> =
            days.filter(|day| self.register.is_school_day(*day)).take(DAYS_BEFORE).collect();
        days.reverse();
        days
    }

    fn day_after(&self, day: Day) -> Option<Day> {
        let days = (1..=FARTHEST).map(|on| day.plus(on)).take_while(|day| *day <= today());
        days.into_iter().find(|day| self.register.is_school_day(*day))
    }
}

fn absences(reader: &Reader<'_>, number: &str, period: Period) -> Result<Vec<AbsenceView>, Error> {
    Ok(reader.absences(&store::AbsenceFilter {
        period: Some(period),
        school: Some(number.to_owned()),
        ..store::AbsenceFilter::default()
    })?)
}

/// A class on a day, as far as `reader` sees it.
pub(super) fn read_class_day(
    reader: &Reader<'_>,
    number: &str,
    class: &str,
    day: Day,
) -> Result<ClassDay, Error> {
    let at = Place::find(reader, number)?;
    let codes = reader.code_lists();
    let before_days = at.days_before(day);
    let first = before_days.first().copied().unwrap_or(day);
    let mut entries: HashMap<(PupilKey, Day), Vec<DayEntry>> = HashMap::new();
    for AbsenceView { absence, .. } in absences(reader, number, Period::new(first, day)?)? {
        entries.entry((absence.pupil, absence.day)).or_default().push(DayEntry {
            id: absence.id,
            status: coded_at(codes, "absence-status", absence.status),
            place: absence.status,
            unit: coded_at(codes, "absence-unit", absence.unit),
            amount: absence.amount,
        });
    }
    let filter = PupilFilter { school: Some(number.to_owned()), ..PupilFilter::default() };
    let mut pupils = Vec::new();
    for view in reader.pupils(&filter)? {
        let pupil = view.pupil;
        let known = at.directory.pupils.get(&pupil.code);
        let stays = known.map(crate::domain::KnownPupil::stays).unwrap_or_default();
        let is_here = |day: Day| stays.iter().any(|stay| stay.contains(day));
        if pupil.class != class || !is_here(day) {
            continue;
        }
        let of = |day: Day| entries.get(&(view.key, day)).cloned().unwrap_or_default();
        let names = [&pupil.family_name, &pupil.given_name].map(String::as_str);
        let names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
        pupils.push(PupilDay {
            key: view.key,
            name: names.join(", "),
            code: pupil.code,
            is_unknown: is_unknown(pupil.unknown_from, &stays, day),
            entries: of(day),
            before: before_days.iter().map(|day| is_here(*day).then(|| of(*day))).collect(),
        });
    }
    pupils.sort_by_cached_key(|pupil| (pupil.name.to_lowercase(), pupil.code.clone()));
    let mut days = before_days.clone();
    days.push(day);
    let taken = reader.class_days_taken(number, &[class], &days)?;
    let has_entries = |day: Day| pupils.iter().any(|pupil| entries.contains_key(&(pupil.key, day)));
    let before = before_days.iter().map(|day| BeforeDay {
        day: *day,
        state: at.state(class, *day, &taken, has_entries(*day)),
    });
    let before: Vec<BeforeDay> = before.collect();
    let state = at.state(class, day, &taken, has_entries(day));
    Ok(ClassDay {
        class: class.to_owned(),
        day,
        closed: at.closed(reader, day)?,
        unit: at
            .attendance_on(day)
            .map(|found| (coded_at(codes, "absence-unit", found.unit), found.units_per_day)),
        gaps: gaps(&at, &before),
        around: (before_days.last().copied(), at.day_after(day)),
        seen: seen(&pupils, &state),
        state,
        pupils,
        before,
    })
}

/// Whether nobody knows on a day where a pupil is, who has not come back since.
fn is_unknown(from: Option<Day>, stays: &[Span], day: Day) -> bool {
    let came_back =
        |unknown: Day| stays.iter().any(|stay| unknown < stay.from && stay.contains(day));
    from.is_some_and(|unknown| unknown <= day && !came_back(unknown))
}

/// The days since the last one that was taken, on which the school records and nobody said anything.
/// Where none was taken lately, the class is recorded elsewhere, and nothing is missing here.
fn gaps(at: &Place, before: &[BeforeDay]) -> Vec<Day> {
    let last = before.iter().rposition(|found| matches!(found.state, DayState::Taken(_)));
    let Some(last) = last else { return Vec::new() };
    let open = before[last + 1..]
        .iter()
        .filter(|found| found.state == DayState::Unsaid && at.attendance_on(found.day).is_some());
    open.map(|found| found.day).collect()
}

/// A digest of what is recorded of a class's day.
fn seen(pupils: &[PupilDay], state: &DayState) -> String {
    let mut hasher = Sha256::new();
    let mut entries: Vec<String> = pupils
        .iter()
        .flat_map(|pupil| &pupil.entries)
        .map(|entry| format!("{} {} {}\n", entry.id, entry.place, entry.amount))
        .collect();
    entries.sort_unstable();
    hasher.update(entries.concat());
    if let DayState::Taken(taken) = state {
        hasher.update(format!("{} {}", taken.at, taken.by));
    }
    hex(&hasher.finalize()[..12])
}
