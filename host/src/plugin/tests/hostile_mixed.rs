//! Reporting and workflow plugins that do their worst: each ends in a message, and the next plugin
//! runs as if nothing was.

use std::time::{Duration, Instant};

use super::guest::{Guest, ID, manifest, small};
use super::lowered::Value;
use super::mixed::{Mixed, batch, composition, job, workflow};
use crate::plugin::Interface::{Compose, Partial, Propose};
use crate::plugin::{Call, Engine, Error, Interface, OperatorLimits};

const FOREVER: &str = "(loop $again (br $again)) unreachable";

const GROWS: &str = "(loop $again
    (br_if $again (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) unreachable";

/// A function that calls itself; the addition afterwards keeps it from becoming a loop.
const DEEPER: &str = "(func $deeper (param i32) (result i32)
    (i32.add (i32.const 1) (call $deeper (i32.add (local.get 0) (i32.const 1)))))";

/// Every function besides those of `classify`, which `hostile.rs` has.
const EACH: [(Interface, &str, Call); 9] = [
    (Compose, "describe", Call::Describe),
    (Compose, "begin", Call::Begin),
    (Compose, "push", Call::Push),
    (Compose, "finish", Call::Finish),
    (Partial, "save", Call::Save),
    (Partial, "merge", Call::Merge),
    (Propose, "describe", Call::Describe),
    (Propose, "begin", Call::Begin),
    (Propose, "push", Call::Push),
];

fn good() -> Mixed {
    Mixed::good(&[Compose, Partial, Propose])
}

fn engine() -> Engine {
    Engine::new(small()).unwrap()
}

/// Runs a guest that fails.
fn error_of(engine: &Engine, guest: &Mixed) -> Error {
    let error = guest.run(engine).unwrap_err();
    assert!(error.to_string().contains(ID), "no name in: {error}");
    error
}

/// Runs a guest and then good ones on the same engine.
fn failure(engine: &Engine, guest: &Mixed) -> Error {
    let error = error_of(engine, guest);
    good().run(engine).unwrap();
    Guest::good().run(engine).unwrap();
    error
}

/// Does `body` in each function in turn, and then runs good guests on the same engine.
fn each_function(engine: &Engine, body: &str, more: &str, is_right: impl Fn(&Error, Call) -> bool) {
    for (interface, function, call) in EACH {
        let guest = Mixed { more: more.into(), ..good().with(interface, function, body) };
        let error = error_of(engine, &guest);
        assert!(is_right(&error, call), "{interface:?} {function}: {error:?}");
    }
    good().run(engine).unwrap();
    Guest::good().run(engine).unwrap();
}

#[test]
fn a_plugin_that_never_ends_runs_out_of_fuel() {
    each_function(
        &engine(),
        FOREVER,
        "",
        |error, expected| matches!(error, Error::OutOfFuel { call, .. } if *call == expected),
    );
    let start = Mixed { more: format!("(func $f {FOREVER}) (start $f)"), ..good() };
    let error = failure(&engine(), &start);
    assert!(matches!(error, Error::OutOfFuel { call: Call::Start, .. }), "{error}");
}

#[test]
fn a_plugin_that_is_merely_slow_is_stopped_by_the_clock() {
    let limits = OperatorLimits { fuel: u64::MAX, call: Duration::from_millis(50), ..small() };
    let begun = Instant::now();
    each_function(
        &Engine::new(limits).unwrap(),
        FOREVER,
        "",
        |error, expected| matches!(error, Error::TooSlow { call, .. } if *call == expected),
    );
    assert!(begun.elapsed() < Duration::from_mins(1));
}

#[test]
fn memory_is_limited_and_not_taken_for_a_crash() {
    let engine = Engine::new(OperatorLimits::default()).unwrap();
    each_function(
        &engine,
        GROWS,
        "",
        |error, expected| matches!(error, Error::Memory { call, limit: 67_108_864, .. } if *call == expected),
    );
}

#[test]
fn a_plugin_that_recurses_without_end_overflows_its_own_stack() {
    let engine = Engine::new(OperatorLimits::default()).unwrap();
    each_function(
        &engine,
        "(call $deeper (i32.const 0))",
        DEEPER,
        |error, expected| matches!(error, Error::StackOverflow { call, .. } if *call == expected),
    );
}

#[test]
fn a_crash_is_told_with_its_cause() {
    each_function(&engine(), "unreachable", "", |error, expected| {
        matches!(error, Error::Crash { call, what, .. }
            if *call == expected && what.contains("unreachable"))
    });
}

#[test]
fn an_answer_outside_of_memory_is_refused_with_the_file_that_says_how_it_should_be() {
    let engine = engine();
    for (interface, function, call) in EACH {
        let guest = good().with(interface, function, "(i32.const 0x7ffffff0)");
        let error = error_of(&engine, &guest);
        assert!(matches!(&error, Error::Answer { call: found, .. } if *found == call), "{error}");
        assert!(error.for_author().unwrap().contains(interface.file()), "{error}");
    }
}

#[test]
fn a_plugins_own_words_end_the_run() {
    // Every function but `describe` can say what is wrong: here with an escape and a line break.
    let says = "(i32.store8 (i32.const 820) (i32.const 1))
        (i32.store (i32.const 824) (i32.const 840)) (i32.store (i32.const 828) (i32.const 4))
        (i32.store (i32.const 840) (i32.const 0x790a1b78)) (i32.const 820)";
    let engine = engine();
    for (interface, function, _) in EACH.into_iter().filter(|(_, name, _)| *name != "describe") {
        let guest = good().with(interface, function, says);
        let Error::Guest { plugin, message } = error_of(&engine, &guest) else {
            panic!("{interface:?} {function}")
        };
        assert_eq!((plugin.as_str(), message.as_str()), (ID, "x y"));
    }
}

#[test]
fn a_text_that_is_not_utf_8_is_refused() {
    // Each id begins with a byte that begins no character.
    for (interface, at) in [(Compose, 0x2000), (Propose, 0x5000)] {
        let guest = good().with(
            interface,
            "describe",
            &format!("(i32.store8 (i32.load (i32.const {at})) (i32.const 0xff)) (i32.const {at})"),
        );
        let error = failure(&engine(), &guest);
        assert!(matches!(error, Error::Answer { call: Call::Describe, .. }), "{error}");
        assert!(error.to_string().contains("utf-8"), "{error}");
    }
}

/// Points the list at 0x300000 to four thousand records of `size` bytes, each of which holds at
/// `list` the same list, `length` long.
fn the_same_list_often(size: u32, list: u32, length: u32) -> String {
    format!(
        "(local $i i32)
         (loop $next
           (i32.store (i32.add (i32.const {}) (i32.mul (local.get $i) (i32.const {size})))
             (i32.const 0x100000))
           (i32.store (i32.add (i32.const {}) (i32.mul (local.get $i) (i32.const {size})))
             (i32.const {length}))
           (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))
             (i32.const 4000))))",
        0x30_0000 + list,
        0x30_0004 + list
    )
}

#[test]
fn a_gigabyte_of_output_is_refused() {
    let engine = engine();
    let too_much = |guest: &Mixed, expected: Call, bytes: usize| {
        let error = failure(&engine, guest);
        assert!(
            matches!(error, Error::Output { call, limit, .. } if call == expected && limit == bytes),
            "{error}"
        );
    };
    // A list of bytes that is nearly all of the memory, allowed once and not twice.
    let guest = good().with(
        Partial,
        "save",
        "(i32.store (i32.const 804) (i32.const 0)) (i32.store (i32.const 808) (i32.const 8388609))
         (i32.const 800)",
    );
    too_much(&Mixed { pages: 200, ..guest }, Call::Save, 8 << 20);
    // A thousand million blocks, and a thousand million bytes of text, are not even there.
    for (at, call, interface, function) in
        [(0x3004, Call::Finish, Compose, "finish"), (0x6004, Call::Push, Propose, "push")]
    {
        let body = format!(
            "(i32.store8 (i32.const {0}) (i32.const 0))
             (i32.store (i32.const {1}) (i32.const 1000000000)) (i32.const {0})",
            at - 4,
            at + 4
        );
        let error = failure(&engine, &good().with(interface, function, &body));
        assert!(matches!(error, Error::Answer { call: found, .. } if found == call), "{error}");
    }
    // Four thousand lists of ten thousand entries that are all the same real memory.
    let mut kinds = the_same_list_often(BLOCK, PAYLOAD, 10_000);
    kinds = kinds.replacen(
        "(loop $next",
        &format!(
            "(loop $next
               (i32.store8 (i32.add (i32.const 0x300000) (i32.mul (local.get $i) (i32.const {BLOCK})))
                 (i32.const 3))"
        ),
        1,
    );
    let body = format!(
        "{kinds} (i32.store8 (i32.const 0x3000) (i32.const 0))
         (i32.store (i32.const 0x3004) (i32.const 0x300000))
         (i32.store (i32.const 0x3008) (i32.const 4000)) (i32.const 0x3000)"
    );
    too_much(&good().with(Compose, "finish", &body), Call::Finish, 32 << 20);
    // The same with proposals, each of which shows fifty thousand fields.
    let lists = the_same_list_often(PROPOSAL, BECAUSE, 50_000);
    let body = format!(
        "{lists} (i32.store8 (i32.const 0x6000) (i32.const 0))
         (i32.store (i32.const 0x6004) (i32.const 0x300000))
         (i32.store (i32.const 0x6008) (i32.const 4000)) (i32.const 0x6000)"
    );
    too_much(&good().with(Propose, "push", &body), Call::Push, 8 << 20);
}

/// Bytes of a block in a guest's memory, and where the list of an entries block lies in it.
const BLOCK: u32 = 56;
const PAYLOAD: u32 = 8;

/// Bytes of a proposal, and where its list of fields lies in it.
const PROPOSAL: u32 = 36;
const BECAUSE: u32 = 24;

#[test]
fn eight_mebibytes_can_be_saved_and_merged_and_not_a_byte_more() {
    let saving = |bytes: u32| {
        let body = format!(
            "(i32.store (i32.const 804) (i32.const 0x10000))
             (i32.store (i32.const 808) (i32.const {bytes})) (i32.const 800)"
        );
        // As much may be merged, whatever it is.
        let guest = good().with(Partial, "save", &body).with(Partial, "merge", "(i32.const 16)");
        Mixed { pages: 300, ..guest }
    };
    // Also where the operator lets plugins return more.
    let roomy = OperatorLimits { output_bytes: 64 << 20, ..small() };
    for engine in [engine(), Engine::new(roomy).unwrap()] {
        saving(8 << 20).run(&engine).unwrap();
        let error = failure(&engine, &saving((8 << 20) + 1));
        assert!(
            matches!(error, Error::Output { call: Call::Save, limit: 8_388_608, .. }),
            "{error}"
        );
    }
    // A guest without room for what it is to merge is no danger to the host.
    let plugin = engine().load_component(&good().component()).unwrap();
    let manifest = manifest();
    let composition = plugin.describe_composition(&manifest).unwrap();
    let mut run = plugin.compose(&manifest, &composition, &job(), Duration::ZERO).unwrap();
    let error = run.merge(&vec![0; 8 << 20]).unwrap_err();
    assert!(matches!(error, Error::Answer { call: Call::Merge, .. }), "{error}");
    assert!(matches!(run.finish(), Err(Error::Ended { .. })));
}

#[test]
fn what_was_saved_by_another_plugin_is_the_plugins_affair() {
    // The good guest takes eight bytes and crashes at anything else.
    let plugin = engine().load_component(&good().component()).unwrap();
    let manifest = manifest();
    let composition = plugin.describe_composition(&manifest).unwrap();
    for strange in [&b""[..], b"strange"] {
        let mut run = plugin.compose(&manifest, &composition, &job(), Duration::ZERO).unwrap();
        let error = run.merge(strange).unwrap_err();
        assert!(matches!(error, Error::Crash { call: Call::Merge, .. }), "{error}");
        assert!(matches!(run.push(0, &batch(1)), Err(Error::Ended { .. })));
    }
}

#[test]
fn merging_brings_fuel_for_what_is_merged() {
    // Looks at each byte, some ten units of work for each; the operator gives 1,000 for 64 bytes.
    let body = "(local $i i32)
        (loop $next
          (global.set $seen (i64.add (global.get $seen)
            (i64.load8_u (i32.add (local.get $at) (local.get $i)))))
          (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))
            (local.get $length))))
        (i32.const 16)";
    let guest = Mixed { pages: 200, ..good().with(Partial, "merge", body) };
    let merge = |limits| {
        let plugin = Engine::new(limits).unwrap().load_component(&guest.component()).unwrap();
        let manifest = manifest();
        let composition = plugin.describe_composition(&manifest).unwrap();
        let mut run = plugin.compose(&manifest, &composition, &job(), Duration::ZERO).unwrap();
        run.merge(&vec![1; 1 << 20])
    };
    merge(small()).unwrap();
    let little = OperatorLimits { fuel_per_row: 1, ..small() };
    assert!(matches!(merge(little), Err(Error::OutOfFuel { call: Call::Merge, .. })));
}

#[test]
fn a_document_that_breaks_a_rule_ends_the_run() {
    let engine = engine();
    let block = |block| Value::case(0, Value::List(vec![block]));
    let phrase = |place| Value::case(0, Value::Number(place));
    let cell = Value::Case(2, None);
    let table = |columns: usize, cells: usize| {
        let column = Value::Record(vec![phrase(0), Value::none()]);
        let row = Value::Record(vec![phrase(0), Value::List(vec![cell.clone(); cells])]);
        let (columns, rows) = (Value::List(vec![column; columns]), Value::List(vec![row]));
        block(Value::case(4, Value::Record(vec![phrase(0), columns, rows])))
    };
    let scale = Value::Record(vec![Value::Number(1), Value::Number(19), Value::none()]);
    for (what, document, expected) in [
        ("a ragged row", table(2, 1), "1 cells for 2 columns"),
        ("too many columns", table(33, 33), "33 columns; at most 32"),
        ("a phrase that is not", block(Value::case(1, phrase(3))), "the phrase 3 of 3"),
        (
            "a lying scale",
            block(Value::case(5, Value::Record(vec![phrase(0), scale, Value::none()]))),
            "the scale 19; at most 6",
        ),
        (
            "words that turn around",
            block(Value::case(1, Value::case(3, Value::text("\u{202e}nrut")))),
            "cannot be shown",
        ),
        (
            "too many blocks",
            Value::case(0, Value::List(vec![Value::case(2, Value::Number(0)); 1_001])),
            "1001 blocks; at most 1000",
        ),
    ] {
        let error = failure(&engine, &good().answering(Compose, "finish", &document));
        assert!(error.to_string().contains(expected), "{what}: {error}");
        assert!(
            matches!(error, Error::Answer { call: Call::Finish, interface: Compose, .. }),
            "{what}: {error}"
        );
    }
    // After a wrong document the run has failed; it is not merely over.
    let plugin = engine
        .load_component(&good().answering(Compose, "finish", &table(2, 1)).component())
        .unwrap();
    let manifest = manifest();
    let composition = plugin.describe_composition(&manifest).unwrap();
    let mut run = plugin.compose(&manifest, &composition, &job(), Duration::ZERO).unwrap();
    assert!(matches!(run.finish(), Err(Error::Answer { .. })));
    assert!(matches!(run.finish(), Err(Error::Ended { .. })));
}

#[test]
fn proposals_that_break_a_rule_end_the_run() {
    let engine = engine();
    // The prepared proposal is spoilt in place: its row, step, due day and number.
    for (what, spoil, expected) in [
        (
            "a row that is not",
            "(i32.store (i32.load (i32.const 0x6004)) (i32.const 3))",
            "row 3 of 3",
        ),
        (
            "a step that is not",
            "(i32.store offset=4 (i32.load (i32.const 0x6004)) (i32.const 2))",
            "step 2 of 2",
        ),
        (
            "the same twice",
            "(memory.copy (i32.const 0x300000) (i32.load (i32.const 0x6004)) (i32.const 36))
             (memory.copy (i32.const 0x300024) (i32.load (i32.const 0x6004)) (i32.const 36))
             (i32.store (i32.const 0x6004) (i32.const 0x300000))
             (i32.store (i32.const 0x6008) (i32.const 2))",
            "two proposals for row 1 with step 1",
        ),
    ] {
        let guest = good().with(Propose, "push", &format!("{spoil} (i32.const 0x6000)"));
        let error = failure(&engine, &guest);
        assert!(
            matches!(error, Error::Answer { call: Call::Push, interface: Propose, .. }),
            "{what}: {error}"
        );
        assert!(error.to_string().contains(expected), "{what}: {error}");
    }
    // Proposals for contacts, which come second.
    let everywhere = good().with(Propose, "push", "(i32.const 0x6000)");
    let error = failure(&engine, &everywhere);
    assert!(error.to_string().contains("a dataset that is not `cases`"), "{error}");
}

#[test]
fn a_wrong_description_ends_with_all_its_mistakes() {
    let engine = engine();
    let spoilt = |value: Value, place: usize, with: Value| {
        let Value::Record(mut fields) = value else { panic!() };
        fields[place] = with;
        Value::Record(fields)
    };
    let texts = |texts: &[&str]| Value::List(texts.iter().map(|text| Value::both(text)).collect());
    for (interface, value, expected) in [
        (Compose, spoilt(composition(), 0, Value::text("org.example.x")), "its id is"),
        (Compose, spoilt(composition(), 1, Value::text("2.0.0")), "its version is"),
        (Compose, spoilt(composition(), 2, texts(&["a\nb"])), "phrase 0"),
        (
            Compose,
            spoilt(composition(), 3, texts(&["<script>alert(1)</script>"])),
            "HTML, which is not among the Markdown allowed",
        ),
        (Propose, spoilt(workflow(), 0, Value::text("org.example.x")), "its id is"),
        (Propose, spoilt(workflow(), 3, texts(&["", "x"])), "reason 0"),
    ] {
        let error = failure(&engine, &good().answering(interface, "describe", &value));
        assert!(
            matches!(error, Error::Description { interface: found, .. } if found == interface),
            "{error}"
        );
        assert!(error.to_string().contains(expected), "{error}");
    }
}
