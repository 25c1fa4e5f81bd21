//! What is done with bytes that nobody can foresee: for each way in, a function that takes any.
//!
//! None of them may panic, take long, take much memory, or write anything. What is refused has to be
//! refused in words that can be shown; what is accepted has to be accepted the same way twice.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tridem::domain::{Code, CodeList, Composition, Day, Job, Manifest, Period, Shape, ShapeField};
use tridem::plugin::{Engine, LoadedPlugin, OperatorLimits, Package, encode_component};
use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// Where a document lies in the memory of the guest that hands it on.
pub const DOCUMENT: u32 = 0x2_0000;

/// The guest that hands a document on, and its manifest.
const ECHO: &str = "org.example.echo";

/// Limits that are reached soon.
pub fn limits() -> OperatorLimits {
    let second = Duration::from_secs(1);
    let mut limits = OperatorLimits::default();
    (limits.package_bytes, limits.memory_bytes) = (4 << 20, 8 << 20);
    (limits.fuel, limits.call, limits.run) = (1_000_000, second, second);
    (limits.output_bytes, limits.document_bytes) = (1 << 20, 2 << 20);
    limits
}

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::new(limits()).expect("an engine for this machine"))
}

/// Text that a person may see: bounded, and without anything that moves a cursor.
fn showable(text: &str) {
    assert!(text.len() < 200_000, "{} bytes of message", text.len());
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
}

/// A package file.
pub fn package(data: &[u8]) {
    match Package::read(data, &limits()) {
        Ok(package) => {
            assert!(Package::read(data, &limits()).is_ok_and(|again| again == package));
            let unpacked: usize = package.files.values().map(Vec::len).sum();
            assert!(unpacked + package.component.len() <= 4 << 20);
            for name in package.files.keys() {
                assert!(!name.contains("..") && !name.starts_with('/'), "{name}");
            }
        }
        Err(error) => {
            showable(&error.to_string());
            showable(&error.german());
        }
    }
}

/// A manifest: what is read, written down and read again is the same.
pub fn manifest(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Manifest::parse(text) {
        Ok(manifest) => {
            // A number that is none equals nothing, itself included.
            let Ok(written) = toml::to_string(&manifest) else { return };
            let again = Manifest::parse(&written).expect("what was read can be read again");
            assert_eq!(format!("{again:?}"), format!("{manifest:?}"));
        }
        Err(error) => showable(&error.to_string()),
    }
}

/// A component, and what it says of itself where it is admitted.
pub fn component(data: &[u8]) {
    let admitted = match engine().admit(data) {
        Ok(admitted) => admitted,
        Err(error) => return showable(&error.to_string()),
    };
    let plugin = admitted.into_plugin();
    assert!(plugin.imports().is_empty());
    let manifest = Manifest::parse(&manifest_of("contacts")).expect("a manifest");
    if let Err(error) = plugin.describe_all(&manifest) {
        showable(&error.to_string());
    }
}

/// A document as it lies in a guest's memory, from [`DOCUMENT`] on, with whatever its pointers point at.
pub fn document(data: &[u8]) {
    static SCENE: OnceLock<(LoadedPlugin, Manifest, Composition)> = OnceLock::new();
    let (plugin, manifest, composition) = SCENE.get_or_init(|| {
        let admitted = engine().admit(&echo()).expect("a plugin");
        let (plugin, manifest) =
            (admitted.into_plugin(), Manifest::parse(&manifest_of("contacts")));
        let manifest = manifest.expect("a manifest");
        let composition = plugin.describe_composition(&manifest).expect("a description");
        (plugin, manifest, composition)
    });
    let written = || {
        let mut run = plugin.compose(manifest, composition, &job(), Duration::ZERO)?;
        run.merge(data)?;
        run.finish()
    };
    match (written(), written()) {
        (Ok(one), Ok(other)) => assert_eq!(one, other),
        (Err(one), Err(other)) => {
            showable(&one.to_string());
            assert_eq!(one.to_string(), other.to_string());
        }
        (one, other) => panic!("{one:?} and then {other:?}"),
    }
}

fn manifest_of(dataset: &str) -> String {
    format!(
        r#"id = "{ECHO}"
version = "1.0.0"
api = "1.0"
title = {{ de = "Echo", en = "Echo" }}
description = {{ de = "Echo.", en = "Echo." }}
licence = "EUPL-1.2"
authors = ["Example"]

[[request]]
dataset = "{dataset}"
fields = ["kind", "contact_key"]
purpose = {{ de = "Echo", en = "Echo" }}
"#
    )
}

/// A job over contacts of two kinds.
fn job() -> Job {
    let code = |code: &str| Code { code: code.into(), de: code.into(), en: code.into() };
    let field = |name: &str, codes: Vec<Code>| ShapeField {
        name: name.into(),
        codes: Arc::new(CodeList::new(codes)),
        size: 0,
    };
    let fields = vec![field("kind", ["a", "b"].map(code).into()), field("contact_key", Vec::new())];
    Job {
        as_of: Day(20_400),
        period: Period::new(Day(20_332), Day(20_400)).expect("a period"),
        settings: Vec::new(),
        datasets: vec![Shape { dataset: "contacts".into(), fields }],
    }
}

/// A guest whose document is what it was told to merge: three phrases, one check, no passage.
pub fn echo() -> Vec<u8> {
    let list = |words: &[u32]| {
        let bytes = words.iter().flat_map(|word| word.to_le_bytes());
        bytes.fold(String::new(), |text, byte| text + &format!("\\{byte:02x}"))
    };
    // Texts, phrases, the check and the description, each at an address of its own.
    let (text_at, odd) = ([2069, 4, 2069, 4], [2073, 3]);
    let phrases = list(&text_at.repeat(3));
    let check = list(&[&odd[..], &text_at, &[1]].concat());
    let description = list(&[2048, 16, 2064, 5, 3072, 3, 0, 0, 3328, 1]);
    let compose = "tridem:plugin/compose@1.0.0";
    let partial = "tridem:plugin/partial@1.0.0";
    let text = format!(
        r#"(module
          (memory (export "memory") 64)
          (global $next (mut i32) (i32.const 0x10000))
          (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
            (local $at i32)
            (global.set $next (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
            (local.set $at (global.get $next))
            (global.set $next (i32.add (global.get $next) (local.get $size)))
            (local.get $at))
          (func (export "{compose}#describe") (result i32) (i32.const 4096))
          (func (export "{compose}#begin") (param i32 i32 i32 i32 i32 i32 i32) (result i32)
            (global.set $next (i32.const {DOCUMENT})) (i32.const 16))
          (func (export "{compose}#push") (param i32 i32 i32 i32) (result i32) (i32.const 16))
          (func (export "{compose}#finish") (result i32) (i32.const {DOCUMENT}))
          (func (export "{partial}#save") (result i32) (i32.const 16))
          (func (export "{partial}#merge") (param i32 i32) (result i32) (i32.const 16))
          (data (i32.const 2048) "{ECHO}1.0.0Wordodd")
          (data (i32.const 3072) "{phrases}")
          (data (i32.const 3328) "{check}")
          (data (i32.const 4096) "{description}"))"#
    );
    let mut interface = String::from("package tridem:plugin@1.0.0;\n");
    for file in [
        include_str!("../../../schemas/wit/1.0/types.wit"),
        include_str!("../../../schemas/wit/1.0/reporting.wit"),
    ] {
        interface.push_str(file.split_once(";\n").expect("a package line").1);
    }
    let mut resolve = Resolve::default();
    let package = resolve.push_str("interface.wit", &interface).expect("the interface");
    let world =
        resolve.select_world(&[package], Some("partial-reporting-plugin")).expect("a world");
    let mut module = wat::parse_str(text).expect("a module");
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)
        .expect("a module without metadata");
    encode_component(&module).expect("a module of that world")
}
