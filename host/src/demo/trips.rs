//! Trips of whole classes: days away from lessons for the school's own reasons.

use std::collections::BTreeMap;

use super::cast::{Cast, TRAVELLING, TRIP};
use super::people::People;
use super::plan::day;
use super::random::Random;
use crate::domain::Day;

/// When classes travel.
const SEASONS: [(&str, &str); 2] = [("2025-09-15", "2025-10-10"), ("2026-05-04", "2026-07-03")];

/// School days that a trip takes, and how likely that is.
const LENGTHS: [(usize, u16); 3] = [(1, 45), (3, 35), (5, 20)];

/// How many classes of a hundred travel in the year.
const TRAVELLERS: u32 = 50;

/// The school days that each class of a school is away.
#[derive(Debug)]
pub(super) struct Trips<'a>(BTreeMap<&'a str, &'a [Day]>);

impl<'a> Trips<'a> {
    /// Plans the trips of a school on `days`, its school days with a record.
    pub(super) fn plan(
        random: &mut Random,
        school: usize,
        people: &'a People,
        cast: &Cast,
        days: &'a [Day],
    ) -> Self {
        let pupils = || people.pupils.iter().filter(|pupil| pupil.school == school);
        let classes: BTreeMap<&str, &str> =
            pupils().map(|pupil| (pupil.class.as_str(), pupil.grade)).collect();
        let mut trips = BTreeMap::new();
        for class in classes.keys() {
            let lengths = LENGTHS.map(|(_, weight)| weight);
            let length = LENGTHS[random.weighted(&lengths)].0;
            let (first, last) = random.pick(&SEASONS);
            let travels = random.percent(TRAVELLERS);
            // A trip does not last over a weekend or a day off.
            let is_one_week = |trip: &&[Day]| {
                day(first) <= trip[0]
                    && trip[length - 1] <= day(last)
                    && trip.windows(2).all(|pair| pair[0].plus(1) == pair[1])
            };
            let possible: Vec<&[Day]> = days.windows(length).filter(is_one_week).collect();
            if travels && !possible.is_empty() && !cast.stays_home(people, school, class) {
                trips.insert(*class, random.pick(&possible));
            }
        }
        if school == TRAVELLING.0 {
            let first = days.partition_point(|other| *other < day(TRIP));
            for pupil in pupils().filter(|pupil| TRAVELLING.1.contains(&pupil.grade)) {
                trips.insert(&pupil.class, &days[first..first + 5]);
            }
        }
        Self(trips)
    }

    /// When a class is away.
    pub(super) fn of(&self, class: &str) -> &'a [Day] {
        self.0.get(class).copied().unwrap_or_default()
    }
}
