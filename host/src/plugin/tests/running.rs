//! What a well-behaved plugin gets and gives.

use super::guest::{Guest, batch, job, manifest, run, small};
use crate::domain::Labels;
use crate::plugin::{Engine, Error, OperatorLimits, label_counts};

#[test]
fn a_plugin_describes_itself_and_classifies_rows() {
    let engine = Engine::new(OperatorLimits::default()).unwrap();
    let plugin = engine.load_component(&Guest::good().component()).unwrap();
    let manifest = manifest();

    let description = plugin.describe(&manifest).unwrap();
    assert_eq!(description.dimensions[0].labels, Labels::Codes("contact-kind".into()));
    assert_eq!(description.measures[1].most, 1_440);
    assert_eq!(description.tables[0].measures, [0, 1]);

    let counts = label_counts(&description, &job());
    assert_eq!(counts, [5]);
    let mut run = plugin.start(&manifest, &description, counts, &job()).unwrap();
    let first = run.push(0, &batch(3)).unwrap();
    assert_eq!(first.labels, [[0, 1, 2]]);
    assert!(first.measures[0].counted.is_empty() && first.measures[0].values.is_empty());
    assert_eq!(first.measures[1].values, [10, 11, 12]);
    let full = run.push(0, &batch(16_384)).unwrap();
    assert_eq!(full.labels[0].len(), 16_384);
    assert_eq!(full.measures[1].values[16_383], 16_393);
}

#[test]
fn the_same_run_uses_the_same_fuel() {
    let engine = Engine::new(OperatorLimits::default()).unwrap();
    let component = Guest::good().component();
    let plugin = engine.load_component(&component).unwrap();
    let first = run(&plugin).unwrap();
    assert!(first > 0);
    assert_eq!(run(&plugin).unwrap(), first);
    // Neither the operator's limits nor another engine of the same kind change it.
    let other = Engine::new(small()).unwrap().load_component(&component).unwrap();
    assert_eq!(run(&other).unwrap(), first);
}

#[test]
fn what_a_start_costs_is_not_counted() {
    let engine = Engine::new(OperatorLimits::default()).unwrap();
    let plain = Guest::good();
    let work = "(func $work (local $i i32) (loop $next (br_if $next
        (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000)))))
        (start $work)";
    let busy = Guest { more: work.into(), ..plain.clone() };
    let fuel = |guest: &Guest| run(&engine.load_component(&guest.component()).unwrap()).unwrap();
    assert_eq!(fuel(&busy), fuel(&plain));
}

#[test]
fn more_rows_bring_more_fuel() {
    // Some 20 units a row are needed; 10 are not enough, however few rows there are.
    let limits = OperatorLimits { fuel: 500, fuel_per_row: 10, ..OperatorLimits::default() };
    let run = |limits| {
        let engine = Engine::new(limits).unwrap();
        let plugin = engine.load_component(&Guest::good().component()).unwrap();
        let manifest = manifest();
        let description = plugin.describe(&manifest)?;
        let mut run = plugin.start(&manifest, &description, vec![5], &job())?;
        run.push(0, &batch(10_000)).map(drop)
    };
    assert!(run(limits).is_err());
    run(OperatorLimits { fuel_per_row: 100, ..limits }).unwrap();
}

#[test]
fn parts_of_a_run_share_its_time_and_its_fuel() {
    let limits = OperatorLimits { fuel: 1_000_000, fuel_per_row: 10, ..OperatorLimits::default() };
    let plugin = Engine::new(limits).unwrap().load_component(&Guest::good().component()).unwrap();
    let manifest = manifest();
    let description = plugin.describe(&manifest).unwrap();
    let start = |spent| plugin.start_after(&manifest, &description, vec![5], &job(), spent);
    assert!(matches!(start(limits.run), Err(Error::TooSlow { .. })), "no time is left");
    let run = start(limits.run / 2).unwrap();
    assert!(run.time_spent() > limits.run / 2);

    let too_much = plugin.check_fuel(&manifest, 1_000_051, 5);
    assert!(matches!(too_much, Err(Error::OutOfFuel { limit: 1_000_050, .. })));
    plugin.check_fuel(&manifest, 1_000_050, 5).unwrap();
}

#[test]
fn nothing_lives_on_from_one_run_to_the_next() {
    // Counts its batches in a global and fails at the second.
    let push = format!(
        "(global.set $calls (i32.add (global.get $calls) (i32.const 1)))
         (if (i32.gt_u (global.get $calls) (i32.const 1)) (then unreachable)) {}",
        "(i32.store (i32.const 44) (i32.const 128)) (i32.store (i32.const 48) (i32.const 2))"
    );
    let guest =
        Guest { more: "(global $calls (mut i32) (i32.const 0))".into(), ..Guest::spoiling(&push) };
    let engine = Engine::new(OperatorLimits::default()).unwrap();
    let plugin = engine.load_component(&guest.component()).unwrap();
    run(&plugin).unwrap();
    run(&plugin).unwrap();
}
