//! Plugins that do their worst: each ends in a message, and the next plugin runs as if nothing was.

use std::time::{Duration, Instant};

use super::guest::{Guest, ID, batch, job, manifest, small};
use crate::plugin::sandbox::instantiate_any;
use crate::plugin::{Call, Engine, Error, OperatorLimits};

const FOREVER: &str = "(loop $again (br $again)) unreachable";

const GROWS: &str = "(loop $again
    (br_if $again (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) unreachable";

const RECURSES: &str = "(call $deeper (i32.const 0))";

/// A function that calls itself; the addition afterwards keeps it from becoming a loop.
const DEEPER: &str = "(func $deeper (param i32) (result i32)
    (i32.add (i32.const 1) (call $deeper (i32.add (local.get 0) (i32.const 1)))))";

/// Runs a guest and then a good one on the same engine.
fn failure(engine: &Engine, guest: &Guest) -> Error {
    let error = guest.run(engine).unwrap_err();
    assert!(error.to_string().contains(ID), "no name in: {error}");
    Guest::good().run(engine).unwrap();
    error
}

/// An engine that gives little fuel, so that loops end soon.
fn engine() -> Engine {
    Engine::new(small()).unwrap()
}

/// One guest for each export that does `body` in it.
fn each_export(body: &str, more: &str) -> [(Call, Guest); 3] {
    [
        (Call::Describe, Guest::describing(body)),
        (Call::Begin, Guest::beginning(body)),
        (Call::Push, Guest::pushing(body)),
    ]
    .map(|(call, guest)| (call, Guest { more: more.into(), ..guest }))
}

#[test]
fn a_plugin_that_never_ends_runs_out_of_fuel() {
    let engine = engine();
    for (expected, guest) in each_export(FOREVER, "") {
        let error = failure(&engine, &guest);
        assert!(matches!(error, Error::OutOfFuel { call, .. } if call == expected), "{error}");
    }
    let start = Guest { more: format!("(func $f {FOREVER}) (start $f)"), ..Guest::good() };
    let error = failure(&engine, &start);
    assert!(matches!(error, Error::OutOfFuel { call: Call::Start, .. }), "{error}");
}

#[test]
fn a_plugin_that_is_merely_slow_is_stopped_by_the_clock() {
    let limits = OperatorLimits { fuel: u64::MAX, call: Duration::from_millis(50), ..small() };
    let engine = Engine::new(limits).unwrap();
    for (expected, guest) in each_export(FOREVER, "") {
        let begun = Instant::now();
        let error = failure(&engine, &guest);
        assert!(
            matches!(error, Error::TooSlow { call, limit, .. }
                if call == expected && limit == Duration::from_millis(50)),
            "{error}"
        );
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
}

#[test]
fn the_time_of_a_run_is_that_of_all_its_calls() {
    // Each batch takes a moment; the loop ends after 20 million steps.
    let slow = "(local $i i32) (loop $next (br_if $next (i32.lt_u
        (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 20000000))))";
    let guest = Guest { more: format!("(func $slow {slow})"), ..Guest::spoiling("(call $slow)") };
    let limits = OperatorLimits { fuel: u64::MAX, ..small() };
    let engine = Engine::new(OperatorLimits { run: Duration::from_millis(100), ..limits }).unwrap();
    let plugin = engine.load_component(&guest.component()).unwrap();
    let manifest = manifest();
    let description = plugin.describe(&manifest).unwrap();
    let mut run = plugin.start(&manifest, &description, vec![5], &job()).unwrap();
    let error = (0..10_000).find_map(|_| run.push(0, &batch(3)).err()).unwrap();
    assert!(
        matches!(error, Error::TooSlow { limit, .. } if limit == Duration::from_millis(100)),
        "{error}"
    );
}

#[test]
fn memory_is_limited_and_not_taken_for_a_crash() {
    let engine = Engine::new(OperatorLimits::default()).unwrap();
    for (expected, guest) in each_export(GROWS, "") {
        let error = failure(&engine, &guest);
        assert!(
            matches!(error, Error::Memory { call, limit: 67_108_864, .. } if call == expected),
            "{error}"
        );
    }
    let all_at_once = Guest::pushing("(drop (memory.grow (i32.const 65535))) unreachable");
    assert!(matches!(failure(&engine, &all_at_once), Error::Memory { .. }));
    let table = "(table $t 1 funcref)";
    let by_table = Guest {
        more: table.into(),
        ..Guest::pushing("(drop (table.grow $t (ref.null func) (i32.const 9000000))) unreachable")
    };
    assert!(matches!(failure(&engine, &by_table), Error::Memory { .. }));
}

#[test]
fn a_maximum_of_the_plugins_own_is_no_failure() {
    let guest = Guest::spoiling(
        "(if (i32.ne (table.grow $t (ref.null func) (i32.const 2)) (i32.const -1))
           (then unreachable))
         (if (i32.eq (table.grow $t (ref.null func) (i32.const 1)) (i32.const -1))
           (then unreachable))",
    );
    let guest = Guest { more: "(table $t 1 2 funcref)".into(), ..guest };
    guest.run(&engine()).unwrap();
}

#[test]
fn memories_of_several_instances_are_added_up() {
    // Three times 30 MiB, each within the limit of 64 MiB.
    let component = wat::parse_str(
        "(component
           (core module $m (memory 480))
           (core instance (instantiate $m))
           (core instance (instantiate $m))
           (core instance (instantiate $m)))",
    )
    .unwrap();
    let engine = Engine::new(OperatorLimits::default()).unwrap();
    assert!(instantiate_any(&engine, &component).is_err_and(|e| e.contains("memory limit")));
    let roomy = OperatorLimits { memory_bytes: 96 << 20, ..OperatorLimits::default() };
    instantiate_any(&Engine::new(roomy).unwrap(), &component).unwrap();
}

#[test]
fn a_manifest_may_lower_the_memory() {
    let engine = Engine::new(OperatorLimits::default()).unwrap();
    let guest = Guest { pages: 200, ..Guest::good() };
    let plugin = engine.load_component(&guest.component()).unwrap();
    let mut manifest = manifest();
    plugin.describe(&manifest).unwrap();
    manifest.limits.memory_mib = Some(8);
    let error = plugin.describe(&manifest).unwrap_err();
    assert!(matches!(error, Error::Memory { call: Call::Start, limit: 8_388_608, .. }), "{error}");
}

#[test]
fn a_plugin_that_recurses_without_end_overflows_its_own_stack() {
    let engine = Engine::new(OperatorLimits::default()).unwrap();
    for (expected, guest) in each_export(RECURSES, DEEPER) {
        let error = failure(&engine, &guest);
        assert!(matches!(error, Error::StackOverflow { call, .. } if call == expected), "{error}");
    }
}

#[test]
fn a_crash_is_told_with_its_cause() {
    let engine = engine();
    for (expected, guest) in each_export("unreachable", "") {
        let error = failure(&engine, &guest);
        assert!(
            matches!(&error, Error::Crash { call, what, .. }
                if *call == expected && what.contains("unreachable")),
            "{error}"
        );
    }
    let division = Guest::pushing("(i32.div_u (i32.const 1) (i32.const 0))");
    assert!(failure(&engine, &division).to_string().contains("divide by zero"));
    let outside = Guest::pushing("(i32.load (i32.const -4))");
    assert!(failure(&engine, &outside).to_string().contains("out of bounds"));
    let start = Guest { more: "(func $f unreachable) (start $f)".into(), ..Guest::good() };
    assert!(matches!(failure(&engine, &start), Error::Crash { call: Call::Start, .. }));
}

#[test]
fn a_gigabyte_of_output_is_refused() {
    let engine = engine();
    // A list of labels that claims a thousand million rows.
    let huge = Guest::spoiling("(i32.store (i32.const 68) (i32.const 1000000000))");
    let error = failure(&engine, &huge);
    assert!(matches!(error, Error::Answer { call: Call::Push, .. }), "{error}");
    // Four thousand lists that are all the same megabyte of real memory.
    let same = "(local $i i32)
        (loop $next
          (i32.store offset=0x200000 (i32.shl (local.get $i) (i32.const 3)) (i32.const 0x100000))
          (i32.store offset=0x200004 (i32.shl (local.get $i) (i32.const 3)) (i32.const 500000))
          (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))
            (i32.const 4000))))
        (i32.store (i32.const 36) (i32.const 0x200000)) (i32.store (i32.const 40) (i32.const 4000))
        (i32.const 32)";
    let error = failure(&engine, &Guest::pushing(same));
    assert!(matches!(error, Error::Output { limit: 8_388_608, .. }), "{error}");
    // An error text of three megabytes a thousand times over would be as much.
    let text = "(i32.store8 (i32.const 16) (i32.const 1)) (i32.store (i32.const 20) (i32.const 0))
        (i32.store (i32.const 24) (i32.const -1)) (i32.const 16)";
    let error = failure(&engine, &Guest::beginning(text));
    assert!(matches!(error, Error::Answer { call: Call::Begin, .. }), "{error}");
}

#[test]
fn answers_that_do_not_fit_the_batch_are_refused() {
    let engine = engine();
    for (what, spoil, expected) in [
        ("a dimension too few", "(i32.store (i32.const 40) (i32.const 0))", "0 dimensions"),
        ("a label too few", "(i32.store (i32.const 68) (i32.const 2))", "2 labels of dimension 0"),
        (
            "a label out of range",
            "(i32.store16 (i32.load (i32.const 64)) (i32.const 5))",
            "label 5 of dimension 0",
        ),
        ("a measure too few", "(i32.store (i32.const 48) (i32.const 1))", "1 measures instead"),
        ("a value too few", "(i32.store (i32.const 156) (i32.const 2))", "2 values instead of 3"),
        (
            "values for a count",
            "(i32.store (i32.const 136) (i32.const 0)) (i32.store (i32.const 140) (i32.const 3))",
            "3 values instead of 0",
        ),
        (
            "a bitmap of two words",
            "(i32.store (i32.const 132) (i32.const 2))",
            "2 words instead of 1",
        ),
        (
            "a bit past the last row",
            "(i32.store (i32.const 128) (i32.const 0x200000))
             (i32.store (i32.const 132) (i32.const 1))
             (i64.store (i32.const 0x200000) (i64.const 8))",
            "a bit past the last of 3 rows",
        ),
        ("a list that is not aligned", "(i32.store (i32.const 64) (i32.const 1))", "not aligned"),
        ("a list outside of memory", "(i32.store (i32.const 64) (i32.const -2))", "out of bounds"),
        ("a variant that is not", "(i32.store8 (i32.const 32) (i32.const 7))", "discriminant"),
    ] {
        let error = failure(&engine, &Guest::spoiling(spoil));
        assert!(matches!(error, Error::Answer { call: Call::Push, .. }), "{what}: {error}");
        assert!(error.to_string().contains(expected), "{what}: {error}");
        assert!(error.for_author().is_some());
    }
}

#[test]
fn a_text_that_is_not_utf_8_is_refused() {
    // The id begins with a byte that begins no character.
    let guest = Guest::describing(
        "(i32.store8 (i32.load (i32.const 1024)) (i32.const 0xff)) (i32.const 1024)",
    );
    let error = failure(&engine(), &guest);
    assert!(matches!(error, Error::Answer { call: Call::Describe, .. }), "{error}");
    assert!(error.to_string().contains("utf-8"), "{error}");
}

#[test]
fn a_plugin_that_is_not_who_the_manifest_says_is_refused() {
    let engine = engine();
    let guest = Guest { id: "org.example.other".into(), ..Guest::good() };
    let error = failure(&engine, &guest);
    assert_eq!(
        error.to_string(),
        "plugin `org.example.by-hand` describes itself wrongly:\n  - its id is \
         `org.example.other`; the manifest says `org.example.by-hand`"
    );
    let guest = Guest { version: "1.0.1".into(), ..Guest::good() };
    assert!(failure(&engine, &guest).to_string().contains("its version is `1.0.1`"));
}

#[test]
fn a_plugins_own_words_are_one_short_line() {
    // Ten thousand times ESC, `[`, newline, bell.
    let words = "(local $i i32)
        (loop $next
          (i32.store offset=0x200000 (local.get $i) (i32.const 0x070a5b1b))
          (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 4)))
            (i32.const 40000))))
        (i32.store8 (i32.const 32) (i32.const 1)) (i32.store (i32.const 36) (i32.const 0x200000))
        (i32.store (i32.const 40) (i32.const 10000)) (i32.const 32)";
    let Error::Guest { message, .. } = failure(&engine(), &Guest::pushing(words)) else { panic!() };
    assert_eq!(message.chars().count(), 500);
    assert!(message.starts_with("[ [ [ ["), "{message}");
    assert!(!message.chars().any(char::is_control));
}

#[test]
fn after_a_failure_a_run_takes_no_more_rows() {
    let engine = engine();
    // Wrong at the first batch only, and by its answer alone: nothing trapped.
    let guest = Guest {
        more: "(global $calls (mut i32) (i32.const 0))".into(),
        ..Guest::spoiling(
            "(if (i32.eqz (global.get $calls))
               (then (i32.store (i32.const 40) (i32.const 0))))
             (global.set $calls (i32.const 1))",
        )
    };
    let plugin = engine.load_component(&guest.component()).unwrap();
    let manifest = manifest();
    let description = plugin.describe(&manifest).unwrap();
    let mut run = plugin.start(&manifest, &description, vec![5], &job()).unwrap();
    assert!(matches!(run.push(0, &batch(3)), Err(Error::Answer { .. })));
    assert!(matches!(run.push(0, &batch(3)), Err(Error::Ended { .. })));
}
