//! The rhythm of a year: how many contacts each school day has, and at what hour they begin.

use super::contacts::Contact;
use super::plan::{QUIET_MONTH, SCHOOLS, STAFF, day, present, weekday};
use super::random::Random;
use crate::domain::Day;

/// When the last contact of a day must be over, in minutes after midnight. The hour of what would
/// end later was "not noted".
const EVENING: u16 = 19 * 60;

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

/// Gives the contacts of one school day their hours, in the order in which they were wished for:
/// each begins as soon as its whole team is free.
///
/// `busy` says until when each practitioner is busy, in minutes after midnight, at whatever school;
/// so nobody is in two places at once.
pub(super) fn arrange(contacts: &mut [Contact], busy: &mut [u16; STAFF.len()]) {
    contacts.sort_by_key(|contact| contact.time);
    for contact in &mut *contacts {
        let wish = contact.time.unwrap_or_default();
        let begin = contact.participants.iter().map(|who| busy[*who]).fold(wish, u16::max);
        let end = begin + contact.minutes;
        contact.time = (end <= EVENING).then_some(begin);
        if end <= EVENING {
            for who in &contact.participants {
                busy[*who] = end;
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
