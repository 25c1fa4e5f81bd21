//! Guests that never end, or take what they can: how soon each is stopped, and what stays behind.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use tridem::domain::{Description, Job, Manifest};
use tridem::plugin::{Engine, Error, LoadedPlugin, OperatorLimits, encode_component};
use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::timing::say;

const MANIFEST: &str = r#"
id = "org.example.runaway"
version = "1.0.0"
api = "1.0"
title = { de = "Ohne Ende", en = "Without end" }
description = { de = "Endet nie.", en = "Never ends." }
licence = "EUPL-1.2"
authors = ["Example"]

[[request]]
dataset = "contacts"
fields = ["day"]
purpose = { de = "Keiner", en = "None" }
"#;

/// Ways of never ending.
const ENDLESS: [(&str, &str); 5] = [
    ("a loop", "(loop $again (br $again)) unreachable"),
    ("calls in a loop", "(loop $again (call $nothing) (br $again)) unreachable"),
    (
        "filling 60 MiB of memory in a loop",
        "(loop $again
           (memory.fill (i32.const 0) (i32.const 7) (i32.const 0x3c00000)) (br $again)) unreachable",
    ),
    (
        "copying 30 MiB of memory in a loop",
        "(loop $again
           (memory.copy (i32.const 0) (i32.const 0x1e00000) (i32.const 0x1e00000)) (br $again))
         unreachable",
    ),
    (
        "numbers that are none",
        "(local $x f64)
         (loop $again
           (local.set $x (f64.sqrt (f64.sub (local.get $x) (f64.const 1)))) (br $again)) unreachable",
    ),
];

/// Ways of ending badly.
const BAD: [(&str, &str); 6] = [
    ("loops", "(loop $again (br $again)) unreachable"),
    (
        "grows",
        "(loop $again
           (br_if $again (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) unreachable",
    ),
    ("recurses", "(call $deeper (i32.const 0))"),
    ("crashes", "unreachable"),
    ("reads past its memory", "(i32.load (i32.const -4))"),
    (
        "says four gigabytes",
        "(i32.store8 (i32.const 16) (i32.const 1)) (i32.store (i32.const 24) (i32.const -1))
         (i32.const 16)",
    ),
];

/// A component whose `begin` does `body`.
fn component(body: &str, pages: u32) -> Vec<u8> {
    let mut text = format!(
        r#"(module
          (memory (export "memory") {pages})
          (func $nothing)
          (func $deeper (param i32) (result i32)
            (i32.add (i32.const 1) (call $deeper (i32.add (local.get 0) (i32.const 1)))))
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))"#
    );
    for (function, parameters, body) in [
        ("describe", "", "unreachable"),
        ("begin", "(param i32 i32 i32 i32 i32 i32 i32)", body),
        ("push", "(param i32 i32 i32 i32)", "unreachable"),
    ] {
        write!(
            text,
            r#"(func (export "tridem:plugin/classify@1.0.0#{function}") {parameters} (result i32)
                 {body})"#
        )
        .expect("writing to a string cannot fail");
    }
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir("../schemas/wit/1.0").expect("the interface");
    let world = resolve.select_world(&[package], Some("metrics-plugin")).expect("a world");
    let mut module = wat::parse_str(text + ")").expect("a module");
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).expect("a module");
    encode_component(&module).expect("a module of that world")
}

/// The plugin begins, and does not live to tell.
fn begin(plugin: &LoadedPlugin, job: &Job) -> Result<(), Error> {
    let manifest = Manifest::parse(MANIFEST).expect("a manifest");
    let none = Description {
        id: manifest.id.clone(),
        version: manifest.version.to_string(),
        dimensions: Vec::new(),
        measures: Vec::new(),
        tables: Vec::new(),
    };
    plugin.start(&manifest, &none, Vec::new(), job).map(drop)
}

/// A job over nothing.
fn job(job: &Job) -> Job {
    Job { settings: Vec::new(), datasets: Vec::new(), ..job.clone() }
}

/// How long after its limit each is stopped.
pub(crate) fn stop(over: &Job) {
    let job = job(over);
    say("stopped by the clock after 300 ms: how much too late, at worst of 10");
    let limit = Duration::from_millis(300);
    let limits = OperatorLimits { fuel: u64::MAX, call: limit, ..OperatorLimits::default() };
    let engine = Engine::new(limits).expect("an engine for this machine");
    for (name, body) in ENDLESS {
        let plugin = engine.load_component(&component(body, 1_000)).expect("a plugin");
        let late = (0..10).map(|_| {
            let begun = Instant::now();
            let error = begin(&plugin, &job).expect_err("it never ends");
            assert!(matches!(error, Error::TooSlow { .. }), "{name}: {error}");
            begun.elapsed().saturating_sub(limit)
        });
        let late = late.max().unwrap_or_default();
        say(&format!("  {name}: {:.1} ms (target: at most 100)", late.as_secs_f64() * 1e3));
    }
    say("stopped by fuel or the clock, as the program is set up: how long it went on");
    let engine = Engine::new(OperatorLimits::default()).expect("an engine for this machine");
    for (name, body) in ENDLESS {
        let plugin = engine.load_component(&component(body, 1_000)).expect("a plugin");
        let begun = Instant::now();
        let error = begin(&plugin, &job).expect_err("it never ends");
        let by = if matches!(error, Error::OutOfFuel { .. }) { "fuel" } else { "the clock" };
        say(&format!("  {name}: by {by} after {:.2} s", begun.elapsed().as_secs_f64()));
    }
    say("stopped by fuel: time for so many units of work, less that for none");
    for fuel in [1_000_u64, 1_000_000, 100_000_000] {
        let limits = OperatorLimits { fuel, ..OperatorLimits::default() };
        let engine = Engine::new(limits).expect("an engine for this machine");
        let plugin = engine.load_component(&component(ENDLESS[0].1, 1)).expect("a plugin");
        let took = (0..10).map(|_| {
            let begun = Instant::now();
            let error = begin(&plugin, &job).expect_err("it never ends");
            assert!(matches!(error, Error::OutOfFuel { .. }), "{error}");
            begun.elapsed()
        });
        let took = took.max().unwrap_or_default();
        say(&format!("  {fuel} units: {:.2} ms at worst of 10", took.as_secs_f64() * 1e3));
    }
}

/// A thousand bad ends, each compiled anew, and the memory of the process after every hundred.
pub(crate) fn remain(over: &Job) {
    let job = job(over);
    let limits = OperatorLimits { fuel: 2_000_000, ..OperatorLimits::default() };
    let engine = Engine::new(limits).expect("an engine for this machine");
    say("1,000 runs that end badly, in six ways in turn, compiled anew each time: memory held");
    let mut held = Vec::new();
    for (run, (name, body)) in (1..=1_000).zip(BAD.iter().cycle()) {
        let plugin = engine.load_component(&component(body, 16)).expect("a plugin");
        assert!(begin(&plugin, &job).is_err(), "{name} went well");
        if run % 100 == 0 {
            held.push(resident());
            say(&format!("  after {run}: {} kB", held[held.len() - 1]));
        }
    }
    let (first, last) = (held[0], held[held.len() - 1]);
    say(&format!(
        "  => {} kB more after the last than after the first hundred (target: none)",
        last.saturating_sub(first)
    ));
}

/// The memory that this process holds, in kB; nothing where the system does not say.
fn resident() -> u64 {
    let status = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
