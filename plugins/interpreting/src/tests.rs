//! What counts as what, on a handful of bookings, added up by hand.

use tridem_sdk::testing::{Case, Outcome, Rows};
use tridem_sdk::{Metrics, Result, day};

use crate::Interpreting;

/// A booking as a test writes it: budget, month and day of 2025, language, mode, outcome, minutes,
/// cents.
type Booking = (&'static str, (i32, i32), &'static str, &'static str, &'static str, i32, i64);

const TOOK_PLACE: Booking = ("b-1", (9, 3), "uk", "on-site", "took-place", 60, 6_055);

fn run(bookings: &[Booking]) -> Result<Outcome> {
    let of = || bookings.iter();
    Case::new(day(2025, 8, 1), day(2026, 7, 31))
        .rows(
            Rows::of("interpreting")
                .codes("budget", of().map(|it| it.0))
                .integers("day", of().map(|it| day(2025, it.1.0, it.1.1)))
                .codes("language", of().map(|it| it.2))
                .codes("mode", of().map(|it| it.3))
                .codes("outcome", of().map(|it| it.4))
                .integers("minutes", of().map(|it| it.5))
                .longs("cost", of().map(|it| it.6)),
        )
        .rows(
            Rows::of("interpreter_budgets")
                .codes("budget", ["b-1", "b-2"])
                .longs("amount", [3_000_000_i64, 0]),
        )
        .run::<Interpreting>()
}

fn figures<const N: usize>(outcome: &Outcome, measures: [&str; N]) -> [Option<f64>; N] {
    measures.map(|measure| outcome.figure(measure, &[]))
}

#[test]
fn an_interpreter_who_was_not_there_interpreted_no_minute_but_may_cost_something() -> Result<()> {
    let cancelled = ("b-1", (9, 4), "uk", "phone", "cancelled", 45, 2_500);
    let nobody = ("b-1", (9, 5), "ti", "video", "nobody-found", 30, 0);
    let own = ("b-1", (9, 5), "ti", "video", "came-too-late", 30, 100);
    let outcome = run(&[TOOK_PLACE, cancelled, nobody, own])?;
    let counts = figures(&outcome, ["bookings", "took-place", "cancelled", "nobody-found"]);
    assert_eq!(counts, [4.0, 1.0, 1.0, 1.0].map(Some));
    // 60.55 + 25.00 + 1.00 euros, to the cent.
    assert_eq!(figures(&outcome, ["minutes", "cost"]), [60.0, 86.55].map(Some));
    assert_eq!(outcome.figure("nobody-found-share", &[]), Some(25.0));
    assert_eq!(outcome.figure("nobody-found-share", &[("language", "ti")]), Some(50.0));
    assert_eq!(outcome.figure("cost", &[("language", "uk"), ("month", "2025-09")]), Some(85.55));
    assert_eq!(
        outcome.figure("bookings", &[("mode", "video"), ("outcome", "took-place")]),
        Some(0.0)
    );
    Ok(())
}

#[test]
fn a_budget_of_thirty_thousand_euros_is_exact_to_the_cent() -> Result<()> {
    // A third of it in one booking; the other budget has no money, and so no share.
    let third = ("b-1", (10, 1), "fa", "on-site", "took-place", 120, 1_000_000);
    let outcome = run(&[third, TOOK_PLACE, ("b-2", (10, 1), "fa", "phone", "took-place", 5, 1)])?;
    let of = |measure, budget| outcome.figure(measure, &[("budget", budget)]);
    assert_eq!(of("granted", "b-1"), Some(30_000.0));
    assert_eq!(of("cost", "b-1"), Some(10_060.55));
    assert_eq!(of("spent-share", "b-1"), Some(10_060.55 * 100.0 / 30_000.0));
    assert_eq!(of("spent-share", "b-2"), None, "there was nothing to spend");
    Ok(())
}

#[test]
fn the_description_agrees_with_the_manifest() {
    let manifest = include_str!("../plugin.toml");
    assert!(manifest.contains("id = \"org.tridem.interpreting\""));
    assert!(manifest.contains(concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"")));
    assert_eq!(Interpreting::describe().problems(), [""; 0]);
}
