//! Components that nobody wrote: each is admitted or refused, and what is admitted keeps to its limits.
//!
//! The seeds are fixed, so a failure names the one to look at. More of them than the few hundred that
//! every test run takes: `TRIDEM_RANDOM_COMPONENTS=100000 cargo test -p tridem --lib random`.

use std::time::{Duration, Instant};

use arbitrary::Unstructured;
use wasm_encoder::{InstanceSection, ModuleArg, RawSection};
use wasm_smith::{Component, Config, Module};
use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use super::guest::{Guest, ID, manifest, run, small};
use crate::plugin::{Engine, Error, OperatorLimits, encode_component};

/// The longest that one may take, on a busy machine and compiled without optimisation. Something
/// that hangs takes for ever, so the bound is generous.
const LONGEST: Duration = Duration::from_secs(30);

/// How many of each sort, where nobody wants more.
const FEW: u64 = 150;

fn seeds() -> std::ops::Range<u64> {
    let wanted = std::env::var("TRIDEM_RANDOM_COMPONENTS").ok();
    0..wanted.map_or(FEW, |wanted| wanted.parse().expect("a number of components"))
}

/// Bytes without a pattern, the same for the same seed (splitmix64).
fn noise(seed: u64, words: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x2545_f491_4f6c_dd1d);
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    (0..words).flat_map(|_| next().to_le_bytes()).collect()
}

/// An engine that stops everything soon.
fn engine() -> Engine {
    let second = Duration::from_secs(1);
    Engine::new(OperatorLimits { fuel: 200_000, call: second, run: second, ..small() }).unwrap()
}

/// Admits or refuses, in time. Says whether it was admitted.
fn judged(engine: &Engine, seed: u64, component: &[u8]) -> bool {
    let begun = Instant::now();
    let admitted = engine.admit(component).map(drop);
    assert!(begun.elapsed() < LONGEST, "seed {seed} took {:?}", begun.elapsed());
    if let Err(error) = &admitted {
        // Whatever is said of it can be shown: on few lines, without control characters.
        let text = error.to_string();
        assert!(text.lines().count() < 5 && text.len() < 100_000, "seed {seed}: {text}");
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "seed {seed}: {text:?}");
    }
    admitted.is_ok()
}

#[test]
fn a_random_component_is_refused_and_nothing_else_happens() {
    let engine = engine();
    let mut made = 0;
    for seed in seeds() {
        let noise = noise(seed, 1_024);
        // Noise may run out in the middle of something; then there is no component.
        let config = Config { max_memory32_bytes: 1 << 24, ..Config::default() };
        let Ok(component) = Component::new(config, &mut Unstructured::new(&noise)) else {
            continue;
        };
        made += 1;
        assert!(!judged(&engine, seed, &component.to_bytes()), "seed {seed} is a plugin");
    }
    assert!(made > seeds().end / 10, "only {made} components");
}

/// What the host's engine has switched on, as far as the generator can be told.
fn plain() -> Config {
    Config {
        max_imports: 0,
        allow_start_export: true,
        exceptions_enabled: false,
        gc_enabled: false,
        memory64_enabled: false,
        reference_types_enabled: false,
        relaxed_simd_enabled: false,
        threads_enabled: false,
        max_memories: 1,
        max_memory32_bytes: 1 << 22,
        max_tables: 1,
        max_table_elements: 10_000,
        ..Config::default()
    }
}

#[test]
fn a_random_module_wrapped_as_a_component_is_no_plugin() {
    let engine = engine();
    let (mut made, mut valid) = (0, 0);
    for seed in seeds() {
        let noise = noise(!seed, 512);
        let Ok(module) = Module::new(plain(), &mut Unstructured::new(&noise)) else { continue };
        made += 1;
        let bytes = module.to_bytes();
        assert!(!judged(&engine, seed, &bytes), "seed {seed}: a core module was taken");
        let mut component = wasm_encoder::Component::new();
        // The binary of a module is what a module section holds.
        component.section(&RawSection { id: 1, data: &bytes });
        let mut instances = InstanceSection::new();
        instances.instantiate(0, std::iter::empty::<(&str, ModuleArg)>());
        component.section(&instances);
        let error = engine.admit(&component.finish()).map(drop).unwrap_err();
        // The generator knows some instructions that the host's engine has switched off.
        assert!(
            matches!(
                error,
                Error::NoExport { .. } | Error::NeedsTooMuch { .. } | Error::Invalid(_)
            ),
            "seed {seed}: {error}"
        );
        valid += u64::from(!matches!(error, Error::Invalid(_)));
    }
    assert!(made > seeds().end / 10 && valid > made / 10, "only {valid} of {made} modules");
}

/// Random functions under the names of the interface, in a component as a compiler would make it.
fn random_plugin(noise: &[u8]) -> Option<Vec<u8>> {
    let shape = wat::parse_str(Guest::good().text()).unwrap();
    let config = Config { exports: Some(shape), ..plain() };
    let mut module = Module::new(config, &mut Unstructured::new(noise)).ok()?.to_bytes();
    let mut resolve = Resolve::default();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas/wit/1.0");
    let (package, _) = resolve.push_dir(folder).unwrap();
    let world = resolve.select_world(&[package], Some("metrics-plugin")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    encode_component(&module).ok()
}

#[test]
fn what_has_the_interface_and_random_code_is_run_within_its_limits() {
    let engine = engine();
    let (mut admitted, mut stopped) = (0, 0);
    for seed in seeds() {
        let Some(component) = random_plugin(&noise(seed ^ 0x00ff_ff00, 1_024)) else { continue };
        if !judged(&engine, seed, &component) {
            continue;
        }
        admitted += 1;
        let begun = Instant::now();
        let ran = run(&engine.load_component(&component).unwrap());
        assert!(begun.elapsed() < LONGEST, "seed {seed} took {:?}", begun.elapsed());
        // No description comes about by chance, so each one ends in a message with its name.
        let error = ran.unwrap_err();
        assert!(error.to_string().contains(ID), "seed {seed}: {error}");
        stopped += u32::from(matches!(
            error,
            Error::OutOfFuel { .. } | Error::Crash { .. } | Error::StackOverflow { .. }
        ));
        assert!(manifest().id == ID && !error.to_string().contains('\u{1b}'));
    }
    assert!(admitted > seeds().end / 10, "only {admitted} were admitted");
    assert!(stopped > 0, "not one was stopped by its limits or crashed");
    Guest::good().run(&Engine::new(small()).unwrap()).unwrap();
}
