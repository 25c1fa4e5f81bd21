//! Invents interpreting that was booked for support cases, within its budgets.

use super::city::CityFile;
use super::forms::{Records, euros};
use super::random::Random;
use super::support::Case;
use crate::domain::Day;

/// A budget for interpreting.
pub(super) struct Budget {
    pub(super) code: &'static str,
    pub(super) first: Day,
    pub(super) last: Day,
    /// What may be spent at most, in cents.
    pub(super) left: u32,
}

/// What a minute of interpreting costs, in cents, and what the way to a place costs besides.
const A_MINUTE: u16 = 110;
const THE_WAY: u16 = 1_500;

/// Books interpreting for the cases whose talks are not in German, up to `wanted` times and never
/// beyond what a budget has left.
pub(super) fn interpret(
    random: &mut Random,
    cases: &[Case],
    days: &[Day],
    budgets: &mut [Budget],
    wanted: usize,
) -> CityFile {
    let foreign: Vec<&Case> = cases.iter().filter(|case| case.language != "de").collect();
    let mut bookings: Vec<(Day, &Case)> = Vec::with_capacity(wanted);
    while bookings.len() < wanted {
        let (day, case) = (random.pick(days), foreign[random.place(foreign.len())]);
        if case.is_open(day) {
            bookings.push((day, case));
        }
    }
    bookings.sort_by(|one, other| (one.0, &one.1.code).cmp(&(other.0, &other.1.code)));
    let mut records = Records::of("interpreting");
    let mut number = 0;
    for (day, case) in bookings {
        let mode = ["on-site", "phone", "video"][random.weighted(&[55, 28, 17])];
        let outcome = ["took-place", "cancelled", "nobody-found"][random.weighted(&[84, 9, 7])];
        let booked = 15 * random.between(2, 6);
        let minutes = if outcome == "took-place" { booked } else { 0 };
        let way = if mode == "on-site" && minutes > 0 { THE_WAY } else { 0 };
        let cost = u32::from(minutes * A_MINUTE + way);
        let is_current = |budget: &&mut Budget| budget.first <= day && day <= budget.last;
        let Some(budget) = budgets.iter_mut().find(is_current) else { continue };
        let Some(left) = budget.left.checked_sub(cost) else { continue };
        budget.left = left;
        number += 1;
        records.add(&[
            ("code", &format_args!("D{number:04}")),
            ("support_case", &case.code),
            ("budget", &budget.code),
            ("day", &day),
            ("language", &case.language),
            ("mode", &mode),
            ("outcome", &outcome),
            ("minutes", &minutes),
            ("cost", &euros(cost)),
        ]);
    }
    records.file()
}
