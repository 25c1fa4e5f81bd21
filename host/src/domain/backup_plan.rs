//! When the next backup is due, and which of the old ones may go.
//!
//! The clock is asked as little as possible, because clocks go wrong: backups are taken in the order in
//! which they were made, days are counted only where there is a backup, and what bears a time that has
//! not come yet is left alone.

use std::collections::BTreeSet;

use chrono::Datelike;

use super::day::Day;

/// A backup of the schedule whose file should be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedBackup {
    /// What it is known by; a later backup has a larger one.
    pub key: i64,
    /// When it was made, in seconds since 1970-01-01 UTC, as the clock stood.
    pub made_at: i64,
    /// The day of it, where the person sits.
    pub day: Day,
    /// Whether it was read back and found sound.
    pub is_verified: bool,
}

/// How many backups are kept: the last one of so many days, weeks and months that have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Days; at least 1.
    pub daily: u32,
    /// Weeks, which begin on Monday.
    pub weekly: u32,
    /// Months.
    pub monthly: u32,
}

/// How often a backup is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// Once on every day.
    Day,
    /// Every so many hours.
    Hours(u32),
}

/// What may go, and why nothing may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thinning {
    /// The keys of those that may go, oldest first.
    Remove(Vec<i64>),
    /// The clock is not to be believed, so nothing goes.
    ClockInDoubt,
}

/// By how many seconds a clock may lie behind the last backup without being doubted.
const PATIENCE: i64 = 300;

/// After a longer gap than this between two backups nothing is thinned out: either nobody was there, and
/// then there is no hurry, or the clock has jumped ahead.
const LONG_GAP: i64 = 45 * 86_400;

/// Whether a backup is due. `made` are the times and days of those there are, in any order.
///
/// What bears a later time than `now` does not count: with a clock that was once far ahead backups would
/// otherwise stop until that day. An hourly backup is due a tenth early, so that a timer that fires a
/// few seconds early skips none.
pub fn is_due(every: Every, made: &[PlannedBackup], now: i64, today: Day) -> bool {
    let past = made.iter().filter(|backup| backup.made_at <= now && backup.is_verified);
    let Some(last) = past.max_by_key(|backup| (backup.made_at, backup.key)) else { return true };
    match every {
        Every::Day => last.day < today,
        Every::Hours(hours) => {
            now.saturating_sub(last.made_at) >= i64::from(hours) * 3_600 * 9 / 10
        }
    }
}

/// Which backups may go.
///
/// Only verified ones take the place of a day, a week or a month, and only verified ones are removed:
/// what was found to be damaged is for a person to look at. The newest verified one never goes.
pub fn thin_out(keep: Keep, backups: &[PlannedBackup], now: i64) -> Thinning {
    let mut verified: Vec<&PlannedBackup> =
        backups.iter().filter(|backup| backup.is_verified).collect();
    verified.sort_unstable_by_key(|backup| std::cmp::Reverse(backup.key));
    let is_past = |backup: &PlannedBackup| backup.made_at <= now;
    // Made last, and not at this time: the clock was set back since.
    let Some(newest) = verified.first() else { return Thinning::Remove(Vec::new()) };
    if newest.made_at > now.saturating_add(PATIENCE) {
        return Thinning::ClockInDoubt;
    }
    verified.retain(|backup| is_past(backup));
    if let [last, before, ..] = verified[..]
        && (last.made_at.saturating_sub(before.made_at) > LONG_GAP
            || last.made_at.saturating_add(PATIENCE) < before.made_at)
    {
        return Thinning::ClockInDoubt;
    }
    let mut kept: BTreeSet<i64> = verified.first().map(|backup| backup.key).into_iter().collect();
    for (places, unit) in
        [(keep.daily, day_of as fn(Day) -> i64), (keep.weekly, week_of), (keep.monthly, month_of)]
    {
        let mut taken = BTreeSet::new();
        for backup in &verified {
            let unit = unit(backup.day);
            if !taken.contains(&unit) && taken.len() < places as usize {
                taken.insert(unit);
                kept.insert(backup.key);
            }
        }
    }
    let mut gone: Vec<i64> = verified.iter().map(|backup| backup.key).collect();
    gone.retain(|key| !kept.contains(key));
    gone.sort_unstable();
    Thinning::Remove(gone)
}

fn day_of(day: Day) -> i64 {
    day.0.into()
}

/// 1970-01-01 was a Thursday, so the first Monday is three days before it.
fn week_of(day: Day) -> i64 {
    (i64::from(day.0) + 3).div_euclid(7)
}

fn month_of(day: Day) -> i64 {
    let date = day.date();
    i64::from(date.year()) * 12 + i64::from(date.month0())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAY: i64 = 86_400;
    const KEEP: Keep = Keep { daily: 7, weekly: 4, monthly: 12 };

    fn at(key: i64, text: &str) -> PlannedBackup {
        let day: Day = text.parse().unwrap();
        PlannedBackup { key, made_at: i64::from(day.0) * DAY + 7_200, day, is_verified: true }
    }

    /// One on each of so many days, beginning with 2025-09-01, a Monday.
    fn daily(days: i64) -> Vec<PlannedBackup> {
        let first: Day = "2025-09-01".parse().unwrap();
        let one = |number: i64| {
            let day = first.plus(i32::try_from(number).unwrap());
            let made_at = i64::from(day.0) * DAY + 7_200;
            PlannedBackup { key: number + 1, made_at, day, is_verified: true }
        };
        (0..days).map(one).collect()
    }

    fn kept(keep: Keep, backups: &[PlannedBackup], now: i64) -> Vec<String> {
        let Thinning::Remove(gone) = thin_out(keep, backups, now) else { panic!("the clock") };
        let left = backups.iter().filter(|backup| !gone.contains(&backup.key));
        left.map(|backup| backup.day.to_string()).collect()
    }

    #[test]
    fn a_clock_that_was_set_back_removes_nothing_and_backups_go_on() {
        let backups = daily(100);
        let now = backups[50].made_at;
        assert_eq!(thin_out(KEEP, &backups, now), Thinning::ClockInDoubt);
        assert_eq!(thin_out(KEEP, &backups, 0), Thinning::ClockInDoubt);
        assert!(is_due(Every::Day, &backups, 0, Day(0)));
        // The first one under the wrong clock is older than the one before it.
        let wrong = PlannedBackup { key: 101, made_at: 60, day: Day(0), is_verified: true };
        let with = [&backups[..], &[wrong]].concat();
        let removed = thin_out(Keep { daily: 1, weekly: 0, monthly: 0 }, &with, 120);
        assert_eq!(removed, Thinning::Remove(vec![]), "all others are still to come");
        assert_eq!(thin_out(KEEP, &with, now + 60 * DAY), Thinning::ClockInDoubt);
    }

    #[test]
    fn a_clock_far_ahead_removes_nothing_and_its_backup_stops_no_other() {
        let mut backups = daily(100);
        let far = at(101, "2099-01-01");
        let now = backups[99].made_at + DAY;
        backups.push(far.clone());
        assert_eq!(thin_out(KEEP, &backups, far.made_at), Thinning::ClockInDoubt);
        // The clock is right again: the one from the future takes no place and is not removed.
        assert!(is_due(Every::Day, &backups, now, backups[99].day.plus(1)));
        let mut next = backups[99].clone();
        (next.key, next.made_at, next.day) = (102, now, next.day.plus(1));
        backups.push(next);
        let Thinning::Remove(gone) = thin_out(KEEP, &backups, now) else { panic!() };
        assert!(!gone.is_empty() && !gone.contains(&101) && !gone.contains(&102));
    }

    #[test]
    fn what_is_damaged_takes_no_place_and_is_never_removed() {
        let mut backups = daily(3);
        backups[2].is_verified = false;
        let now = backups[2].made_at;
        let one = Keep { daily: 1, weekly: 0, monthly: 0 };
        assert_eq!(kept(one, &backups, now), ["2025-09-02", "2025-09-03"]);
        assert!(is_due(Every::Day, &backups, now, backups[2].day), "the sound one is of yesterday");
    }

    #[test]
    fn a_backup_of_today_is_enough_and_one_of_yesterday_evening_is_not() {
        let today: Day = "2026-03-02".parse().unwrap();
        let mut last = at(1, "2026-03-01");
        last.made_at += 70_000;
        let now = i64::from(today.0) * DAY + 60;
        assert!(is_due(Every::Day, &[], now, today));
        assert!(is_due(Every::Day, &[last.clone()], now, today));
        last.day = today;
        assert!(!is_due(Every::Day, &[last], now, today));
    }

    #[test]
    fn an_hourly_backup_comes_a_little_early_rather_than_not_at_all() {
        let last = at(1, "2026-03-02");
        let due = |seconds| {
            is_due(Every::Hours(6), std::slice::from_ref(&last), last.made_at + seconds, last.day)
        };
        assert!(!due(0) && !due(5 * 3_600) && !due(19_439));
        assert!(due(19_440) && due(6 * 3_600 - 5));
    }

    /// Counted by hand on a calendar: 2025-09-01 to 2025-12-09, a Tuesday.
    #[test]
    fn the_last_of_seven_days_four_weeks_and_twelve_months_stay() {
        let backups = daily(100);
        assert_eq!(
            kept(KEEP, &backups, backups[99].made_at),
            [
                "2025-09-30",
                "2025-10-31",
                "2025-11-23",
                "2025-11-30",
                "2025-12-03",
                "2025-12-04",
                "2025-12-05",
                "2025-12-06",
                "2025-12-07",
                "2025-12-08",
                "2025-12-09",
            ]
        );
    }

    fn some() -> impl Strategy<Value = Vec<PlannedBackup>> {
        let one = (0i64..4_000, 0i64..DAY, proptest::bool::weighted(0.8));
        proptest::collection::vec(one, 0..60).prop_map(|list| {
            let number = |(key, (days, seconds, is_verified)): (i64, (i64, i64, bool))| {
                let day = Day(i32::try_from(18_000 + days).unwrap());
                let made_at = (18_000 + days) * DAY + seconds;
                PlannedBackup { key, made_at, day, is_verified }
            };
            (1..).zip(list).map(number).collect()
        })
    }

    proptest! {
        #[test]
        fn whatever_the_clock_says_the_newest_sound_one_and_what_is_to_come_stay(
            backups in some(),
            now in 0i64..3_000_000_000,
            daily in 1u32..5, weekly in 0u32..4, monthly in 0u32..4,
        ) {
            let keep = Keep { daily, weekly, monthly };
            let Thinning::Remove(gone) = thin_out(keep, &backups, now) else { return Ok(()) };
            let newest = backups.iter().filter(|it| it.is_verified).map(|it| it.key).max();
            prop_assert!(newest.is_none_or(|newest| !gone.contains(&newest)));
            for backup in backups.iter().filter(|backup| gone.contains(&backup.key)) {
                prop_assert!(backup.is_verified && backup.made_at <= now);
            }
            // Thinning out what is left removes nothing more.
            let left: Vec<_> =
                backups.iter().filter(|it| !gone.contains(&it.key)).cloned().collect();
            let again = thin_out(keep, &left, now);
            prop_assert!(matches!(again, Thinning::ClockInDoubt) || again == Thinning::Remove(vec![]));
        }

        /// In the order of the clock, every one of the last days has its last backup.
        #[test]
        fn the_last_days_keep_their_last_backup(count in 1i64..200, daily in 1u32..20) {
            let backups = self::daily(count);
            let now = backups.last().unwrap().made_at;
            let keep = Keep { daily, weekly: 0, monthly: 0 };
            let left = kept(keep, &backups, now).len();
            prop_assert_eq!(left, usize::try_from(count).unwrap().min(daily as usize));
        }
    }
}
