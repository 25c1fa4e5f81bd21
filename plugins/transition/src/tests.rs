//! What counts as what, on a handful of pupils, counted by hand.

use tridem_sdk::testing::{Case, Outcome, Rows};
use tridem_sdk::{Metrics, Result, day};

use crate::Transition;

/// A pupil as a test writes it: school, recommendation, state, form, after class 5, after class 6.
type Pupil = (
    &'static str,
    Option<&'static str>,
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
    Option<&'static str>,
);

/// Confirmed at a comprehensive school, still there after class 5; of class 6 nothing is recorded.
const PUPIL: Pupil = ("100001", Some("realschule"), "confirmed", Some("15"), Some("yes"), None);

fn run(pupils: &[Pupil]) -> Result<Outcome> {
    let of = || pupils.iter();
    Case::new(day(2025, 8, 1), day(2026, 7, 31))
        .rows(
            Rows::of("transitions")
                .codes("school", of().map(|it| it.0))
                .codes("recommendation", of().map(|it| it.1))
                .codes("state", of().map(|it| it.2))
                .codes("target_form", of().map(|it| it.3))
                .codes("after_05", of().map(|it| it.4))
                .codes("after_06", of().map(|it| it.5)),
        )
        .run::<Transition>()
}

fn figures<const N: usize>(outcome: &Outcome, measures: [&str; N]) -> [Option<f64>; N] {
    measures.map(|measure| outcome.figure(measure, &[]))
}

#[test]
fn the_share_of_confirmed_places_has_every_pupil_below_the_line() -> Result<()> {
    // Three of eight: an application, an open case, a refusal and a move are no confirmed place.
    let with = |state| Pupil::from((PUPIL.0, PUPIL.1, state, None, None, None));
    let pupils = [
        PUPIL,
        PUPIL,
        PUPIL,
        with("applied"),
        with("open"),
        with("refused"),
        with("left-town"),
        with("left-town"),
    ];
    let outcome = run(&pupils)?;
    let found =
        figures(&outcome, ["leaving", "confirmed", "applied", "open", "refused", "left-town"]);
    assert_eq!(found, [8.0, 3.0, 1.0, 1.0, 1.0, 2.0].map(Some));
    assert_eq!(outcome.figure("confirmed-share", &[]), Some(37.5));
    assert_eq!(run(&[])?.figure("confirmed-share", &[("form", "Realschule")]), None);
    Ok(())
}

#[test]
fn not_known_is_not_no_and_nothing_recorded_is_neither() -> Result<()> {
    let after = |five, six| Pupil::from((PUPIL.0, PUPIL.1, PUPIL.2, PUPIL.3, five, six));
    let pupils = [
        after(Some("yes"), Some("yes")),
        after(Some("yes"), Some("no")),
        after(Some("no"), Some("unknown")),
        after(Some("unknown"), None),
        after(None, None),
    ];
    let outcome = run(&pupils)?;
    let after_05 = ["there-05", "gone-05", "unknown-05", "not-recorded-05"];
    assert_eq!(figures(&outcome, after_05), [2.0, 1.0, 1.0, 1.0].map(Some));
    let after_06 = ["there-06", "gone-06", "unknown-06", "not-recorded-06"];
    assert_eq!(figures(&outcome, after_06), [1.0, 1.0, 1.0, 2.0].map(Some));
    // Two of the three of whom it is known, and one of two.
    let shares = figures(&outcome, ["there-share-05", "there-share-06"]);
    assert_eq!(shares, [200.0 / 3.0, 50.0].map(Some));
    assert_eq!(figures(&run(&[after(Some("unknown"), None)])?, ["there-share-05"]), [None]);
    Ok(())
}

#[test]
fn every_pupil_stands_under_a_recommendation_and_a_form() -> Result<()> {
    let pupils = [
        PUPIL,
        ("100001", Some("gymnasium"), "confirmed", Some("20"), None, None),
        ("100002", Some("none"), "confirmed", Some("04"), None, None),
        ("100002", Some("waldorf"), "confirmed", Some("99"), None, None),
        ("100002", None, "open", None, None, None),
    ];
    let outcome = run(&pupils)?;
    let leaving = |labels: &[(&str, &str)]| outcome.figure("leaving", labels);
    assert_eq!(
        leaving(&[("recommendation", "Realschule"), ("form", "comprehensive school")]),
        Some(1.0)
    );
    assert_eq!(leaving(&[("recommendation", "Realschule"), ("form", "Gymnasium")]), Some(0.0));
    // To have no recommendation is something else than to have none on record.
    assert_eq!(leaving(&[("recommendation", "no recommendation")]), Some(1.0));
    assert_eq!(leaving(&[("recommendation", "not recorded"), ("form", "not recorded")]), Some(1.0));
    assert_eq!(leaving(&[("recommendation", "another"), ("form", "another")]), Some(1.0));
    assert_eq!(leaving(&[("school", "100002")]), Some(3.0));
    let all = ["Hauptschule", "Realschule", "Sekundarschule", "comprehensive school", "Gymnasium"];
    let forms = all.into_iter().chain(["another", "not recorded"]);
    let sum: f64 = forms.filter_map(|form| leaving(&[("form", form)])).sum();
    assert_eq!(Some(sum), leaving(&[]), "nobody is lost between the columns");
    Ok(())
}

#[test]
fn the_description_agrees_with_the_manifest() {
    let manifest = include_str!("../plugin.toml");
    assert!(manifest.contains("id = \"org.tridem.transition\""));
    assert!(manifest.contains(concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"")));
    assert_eq!(Transition::describe().problems(), [""; 0]);
}
