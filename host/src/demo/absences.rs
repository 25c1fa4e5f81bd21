//! Invents a year of absences: sicknesses that last some days, what nobody excused or cleared up, days
//! on leave, trips of whole classes, and late arrivals.

use super::attendance::{Unit, counted_days, recorded_days, recorded_from, unit};
use super::cast::{Cast, Stretch};
use super::people::{People, Pupil};
use super::plan::{SCHOOLS, day, weekday};
use super::random::Random;
use super::trips::Trips;
use crate::domain::{Day, Level};

/// A row of `absences.csv`.
#[derive(Debug)]
pub(super) struct Absence {
    /// A place in [`People::pupils`].
    pub(super) pupil: usize,
    pub(super) day: Day,
    /// A code of the list `absence-status`.
    pub(super) status: &'static str,
    /// A code of the list `absence-unit` and how much of it; `None` for the whole school day, and
    /// an empty unit where it goes without saying.
    pub(super) amount: Option<(&'static str, u16)>,
}

/// How much a pupil misses.
struct Habit {
    /// Of 1,000 pupils.
    weight: u16,
    /// Days in a whole school year, at least and at most.
    days: (u16, u16),
    /// How often a stretch is excused, unexcused and open, at a primary and at a secondary school.
    statuses: [[u16; 3]; 2],
}

const USUAL: [[u16; 3]; 2] = [[86, 5, 9], [74, 15, 11]];
const TROUBLED: [[u16; 3]; 2] = [[58, 22, 20], [42, 38, 20]];

/// From those who are hardly ever away to those who hardly ever come.
const HABITS: [Habit; 5] = [
    Habit { weight: 450, days: (0, 5), statuses: USUAL },
    Habit { weight: 400, days: (4, 11), statuses: USUAL },
    Habit { weight: 104, days: (10, 17), statuses: USUAL },
    Habit { weight: 41, days: (22, 46), statuses: TROUBLED },
    Habit { weight: 5, days: (105, 140), statuses: TROUBLED },
];

/// In the order of [`Habit::statuses`].
const STATUSES: [&str; 3] = ["excused", "unexcused", "open"];

/// School days in a whole year, to which [`Habit::days`] refer.
const WHOLE_YEAR: usize = 192;

/// School days that a sickness lasts, and how likely that is.
const LENGTHS: [(usize, u16); 8] =
    [(1, 38), (2, 24), (3, 15), (4, 8), (5, 8), (7, 3), (9, 3), (10, 1)];

/// How likely a sickness begins in a month, from January, in percent of the worst one.
const MONTHS: [u32; 12] = [90, 100, 80, 50, 45, 40, 30, 20, 45, 55, 75, 85];

/// How likely a sickness begins on a weekday, Monday first, in percent.
const WEEKDAYS: [u32; 5] = [100, 75, 70, 70, 85];

/// Every absence of the year, by school, day and pupil.
///
/// `days` are the school days of each school.
pub(super) fn generate(
    random: &mut Random,
    people: &People,
    cast: &Cast,
    days: &[Vec<Day>],
) -> Vec<Absence> {
    let mut absences = Vec::with_capacity(24_000);
    for (school, days) in days.iter().enumerate() {
        let first = absences.len();
        let recorded = &days[days.partition_point(|day| *day < recorded_from(school))..];
        let trips = Trips::plan(random, school, people, cast, recorded);
        for (place, pupil) in people.pupils.iter().enumerate() {
            if pupil.school != school {
                continue;
            }
            let script = cast.absences(place);
            let days = match script {
                Some(_) => recorded_days(pupil, days),
                None => counted_days(pupil, days),
            };
            let mut register = Register::new(random, place, pupil, days, &mut absences);
            register.travel(trips.of(&pupil.class));
            match script {
                Some(script) => register.follow(script),
                None => register.invent(),
            }
        }
        absences[first..].sort_by_key(|absence| (absence.day, absence.pupil));
    }
    absences
}

/// A pupil's page in the register, on which no day is filled twice.
struct Register<'a> {
    random: &'a mut Random,
    place: usize,
    pupil: &'a Pupil,
    unit: Unit,
    /// The school days on which something can be entered.
    days: &'a [Day],
    /// How many units of each are taken.
    taken: Vec<u16>,
    absences: &'a mut Vec<Absence>,
}

impl<'a> Register<'a> {
    fn new(
        random: &'a mut Random,
        place: usize,
        pupil: &'a Pupil,
        days: &'a [Day],
        absences: &'a mut Vec<Absence>,
    ) -> Self {
        let (unit, taken) = (unit(pupil.school), vec![0; days.len()]);
        Self { random, place, pupil, unit, days, taken, absences }
    }

    /// Enters the days on which the class is away.
    fn travel(&mut self, trip: &[Day]) {
        let is_gone = |day: Day| self.pupil.unknown_from.is_some_and(|since| since <= day);
        for day in trip.iter().filter(|day| !is_gone(**day)) {
            if let Ok(at) = self.days.binary_search(day) {
                self.enter(at, "school-caused", self.unit.per_day);
            }
        }
    }

    /// Enters what is written down for the pupil, on days that are still free.
    fn follow(&mut self, script: &[Stretch]) {
        for (status, units, from) in script {
            let mut left = *units;
            let begin = self.days.partition_point(|other| *other < day(from));
            for at in begin..self.days.len() {
                if left > 0 && self.taken[at] == 0 {
                    let units = left.min(self.unit.per_day);
                    self.enter(at, status, units);
                    left -= units;
                }
            }
            debug_assert_eq!(left, 0, "a year is long enough for what is written down");
        }
    }

    fn invent(&mut self) {
        if self.days.is_empty() {
            return;
        }
        let habit = &HABITS[self.random.weighted(&HABITS.map(|habit| habit.weight))];
        let whole = usize::from(self.random.between(habit.days.0, habit.days.1));
        let mut left = (whole * self.days.len() + WHOLE_YEAR / 2) / WHOLE_YEAR;
        // A page that is full up gives up in the end.
        for _ in 0..400 {
            if left == 0 {
                break;
            }
            left -= self.fall_sick(habit, left);
        }
        self.take_leave();
        self.come_late();
    }

    /// Enters a stretch of at most `most` days, and says how many were free.
    fn fall_sick(&mut self, habit: &Habit, most: usize) -> usize {
        let begin = self.random.place(self.days.len());
        let likely = MONTHS[self.days[begin].month().number() as usize - 1]
            * WEEKDAYS[weekday(self.days[begin])];
        if self.random.below(10_000) >= likely {
            return 0;
        }
        let length = LENGTHS[self.random.weighted(&LENGTHS.map(|(_, weight)| weight))].0.min(most);
        let level = usize::from(SCHOOLS[self.pupil.school].level() == Level::Secondary);
        let status = STATUSES[self.random.weighted(&habit.statuses[level])];
        // Who goes home in the middle of the day misses a part of it.
        let is_part = self.unit.per_day > 1 && self.random.percent(20);
        let mut entered = 0;
        for at in begin..self.days.len().min(begin + length) {
            if self.taken[at] > 0 {
                continue;
            }
            let per_day = self.unit.per_day;
            if at == begin && is_part {
                let units = self.random.between(1, per_day - 1);
                self.enter(at, status, units);
                // Some are missed in the morning, and are excused when somebody has called.
                if status != "excused" && self.random.percent(25) {
                    self.enter(at, "excused", per_day - units);
                }
            } else {
                self.enter(at, status, per_day);
            }
            entered += 1;
        }
        entered
    }

    /// Enters a day or two before a holiday or after it, now and then.
    fn take_leave(&mut self) {
        if !self.random.percent(5) {
            return;
        }
        let is_last = |at: &usize| self.days[*at].plus(4) < self.days[at + 1];
        let last: Vec<usize> = (0..self.days.len() - 1).filter(is_last).collect();
        if last.is_empty() {
            return;
        }
        let at = self.random.pick(&last);
        let at = if self.random.percent(70) { at } else { at + 1 };
        let length = 1 + usize::from(self.random.percent(35));
        for at in (at + 1).saturating_sub(length)..=at {
            if self.taken[at] == 0 {
                self.enter(at, "on-leave", self.unit.per_day);
            }
        }
    }

    /// Enters late arrivals, on days that are not missed.
    fn come_late(&mut self) {
        let (share, most) = match SCHOOLS[self.pupil.school].level() {
            Level::Primary => (22, 3),
            Level::Secondary => (34, 7),
        };
        if !self.random.percent(share) {
            return;
        }
        for _ in 0..self.random.between(1, most) {
            let at = self.random.place(self.days.len());
            let minutes = self.random.pick(&[5, 5, 10, 10, 15, 15, 20, 25, 30, 45, 60]);
            if self.taken[at] == 0 {
                // The day is not free any more for another late arrival.
                self.taken[at] = self.unit.per_day;
                let unit = if self.random.percent(50) { "minute" } else { "" };
                self.write(at, "late", Some((unit, minutes)));
            }
        }
    }

    /// Enters units of a day, which must still be free.
    fn enter(&mut self, at: usize, status: &'static str, units: u16) {
        self.taken[at] += units;
        debug_assert!(self.taken[at] <= self.unit.per_day, "a day is not filled twice");
        let is_whole = units == self.unit.per_day;
        let goes_without_saying = is_whole && !self.random.percent(10);
        self.write(at, status, (!goes_without_saying).then_some((self.unit.code, units)));
    }

    fn write(&mut self, at: usize, status: &'static str, amount: Option<(&'static str, u16)>) {
        let (pupil, day) = (self.place, self.days[at]);
        self.absences.push(Absence { pupil, day, status, amount });
    }
}
