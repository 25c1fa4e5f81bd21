//! The rhythm of a year: how many contacts each school day has, and at what hour they begin.

use super::contacts::Contact;
use super::plan::{QUIET_MONTH, SCHOOLS, STAFF, day, present, weekday};
use super::random::Random;
use crate::domain::Day;

/// When the first contact of a day may begin, in minutes after midnight.
const MORNING: u16 = 8 * 60;

/// When the last contact of a day must be over.
const EVENING: u16 = 19 * 60;

/// How many minutes later than usual a contact may begin when everybody is busy.
const LEEWAY: u16 = 30;

/// How busy the weekdays are, Monday first.
const WEEKDAYS: [u64; 5] = [11, 11, 12, 11, 8];

/// How busy a day with a mediator is, compared with one without.
const WITH_MEDIATOR: u64 = 6;

/// How busy the months are, from January, in percent.
const MONTHS: [u64; 12] = [105, 105, 110, 100, 100, 95, 65, 60, 110, 105, 115, 90];

/// Contacts at the quiet school in the quiet month.
pub(super) const QUIET_CONTACTS: usize = 3;

/// How many contacts a school has on each of its days. They add up to what the plan says, give or
/// take two in a hundred.
pub(super) fn counts(random: &mut Random, school: usize, days: &[Day]) -> Vec<u32> {
    let plan = &SCHOOLS[school];
    let joined = day(plan.joined);
    let is_silent = |day: &Day| plan.is_quiet && day.month().to_string() == QUIET_MONTH;
    let mut weights: Vec<u64> = Vec::with_capacity(days.len());
    for day in days {
        let noise = u64::from(random.between(60, 140));
        // Now and then everybody is at a training, or nobody writes anything down.
        let is_blank = random.percent(3);
        weights.push(if *day < joined || is_silent(day) || is_blank {
            0
        } else {
            let is_mediator_there = present(school, "mediation", *day).next().is_some();
            let mediator = if is_mediator_there { WITH_MEDIATOR } else { 1 };
            WEEKDAYS[weekday(*day)] * MONTHS[day.month().number() as usize - 1] * mediator * noise
        });
    }
    // One illness a year leaves a gap of a week or more.
    let since = days.partition_point(|day| *day < joined);
    let gap = since + random.place(days.len() - since - 40);
    let length = usize::from(random.between(5, 8));
    weights[gap..gap + length].fill(0);

    let total = plan.contacts - plan.contacts / 50 + random.below(plan.contacts / 25 + 1);
    let mut counts = shares(total, &weights);
    let silent = (0..days.len()).filter(|place| is_silent(&days[*place]));
    for place in silent.step_by(3).take(QUIET_CONTACTS) {
        counts[place] = 1;
    }
    counts
}

/// Divides `total` by `weights`, so that the shares are whole and add up to it.
fn shares(total: u32, weights: &[u64]) -> Vec<u32> {
    let sum = weights.iter().sum::<u64>().max(1);
    let (mut seen, mut given) = (0, 0);
    let share = |weight: &u64| {
        seen += weight;
        let due = u64::from(total) * seen / sum;
        let share = due - given;
        given = due;
        u32::try_from(share).expect("a share is no more than the total")
    };
    weights.iter().map(share).collect()
}

/// When each practitioner is busy on a day, at whatever school: beginnings and ends, in minutes
/// after midnight, in no particular order.
#[derive(Debug, Default)]
pub(super) struct Diary([Vec<(u16, u16)>; STAFF.len()]);

impl Diary {
    /// Forgets the day.
    pub(super) fn clear(&mut self) {
        self.0.iter_mut().for_each(Vec::clear);
    }

    /// The first time from `wish` on at which everybody of a team is free for `minutes`.
    fn free(&self, team: &[usize], wish: u16, minutes: u16) -> u16 {
        let mut begin = wish;
        loop {
            let overlaps = |entry: &&(u16, u16)| begin < entry.1 && entry.0 < begin + minutes;
            let mut entries = team.iter().flat_map(|who| &self.0[*who]);
            match entries.find(overlaps) {
                Some((_, end)) => begin = *end,
                None => return begin,
            }
        }
    }
}

/// Gives the contacts of one school day their hours and puts them in order: each at the time wished
/// for or, where somebody of its team is busy then, later or else earlier that day. Nobody is in
/// two places at once.
///
/// Where there is no such hour between [`MORNING`] and [`EVENING`] that suits the kind of contact,
/// nobody noted it.
pub(super) fn arrange(contacts: &mut [Contact], diary: &mut Diary) {
    // What must be in school hours comes first.
    contacts.sort_by_key(|contact| (contact.kind.begins.1, contact.time));
    for contact in &mut *contacts {
        let latest = (contact.kind.begins.1 + LEEWAY).min(EVENING - contact.minutes);
        let team = &contact.participants;
        let wishes = [contact.time.unwrap_or(MORNING), contact.kind.begins.0, MORNING];
        let begins = wishes.map(|wish| diary.free(team, wish, contact.minutes));
        contact.time = begins.into_iter().find(|begin| *begin <= latest);
        if let Some(begin) = contact.time {
            for who in team {
                diary.0[*who].push((begin, begin + contact.minutes));
            }
        }
    }
    contacts.sort_by_key(|contact| contact.time.unwrap_or(EVENING));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_whole_and_add_up() {
        assert_eq!(shares(10, &[1, 0, 1, 2]), [2, 0, 3, 5]);
        assert_eq!(shares(1, &[1, 1, 1]), [0, 0, 1]);
        assert_eq!(shares(5, &[0, 0]), [0, 0]);
    }
}
