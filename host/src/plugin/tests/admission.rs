//! What is not let in.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::guest::{Guest, component_in_world, component_of, module, run, small};
use super::mixed::Mixed;
use crate::plugin::{Engine, Error, Interface, OperatorLimits, Unusable, encode_component};

fn engine() -> Engine {
    Engine::new(OperatorLimits::default()).unwrap()
}

fn refusal(component: &[u8]) -> Error {
    engine().admit(component).unwrap_err()
}

#[test]
fn a_plugin_that_imports_code_is_refused_with_all_it_imports() {
    let component = wat::parse_str(
        r#"(component
          (import "wasi:cli/environment@0.2.0" (instance
            (export "get-arguments" (func (result (list string))))))
          (import "example:types/shapes@1.0.0" (instance
            (type $t (record (field "side" u32)))
            (export "square" (type (eq $t)))))
          (import "wasi:io/streams@0.2.0" (instance
            (export "input-stream" (type (sub resource)))
            (export "nested" (instance (export "read" (func))))))
          (import "now" (func (result u64)))
          (import "engine" (core module)))"#,
    )
    .unwrap();
    let Error::Imports { imports } = refusal(&component) else { panic!() };
    assert_eq!(
        imports,
        [
            "wasi:cli/environment@0.2.0#get-arguments",
            "wasi:io/streams@0.2.0#input-stream",
            "wasi:io/streams@0.2.0#nested#read",
            "now",
            "engine",
        ]
    );
    let error = refusal(&component);
    assert!(error.to_string().contains("`wasi:io/streams@0.2.0#nested#read`, `now`"), "{error}");
    assert!(error.for_author().unwrap().contains("imports no functions"));
}

#[test]
fn machine_code_is_refused_whatever_it_does() {
    let engine = engine();
    let compiled = engine.compile(&Guest::good().component()).unwrap();
    assert!(matches!(engine.admit(&compiled), Err(Error::Precompiled)));
}

#[test]
fn a_core_module_is_refused_with_a_way_out() {
    let error = refusal(&module(&Guest::good().text()));
    assert!(matches!(error, Error::CoreModule));
    assert!(error.for_author().unwrap().contains("tridem plugin build"));
}

#[test]
fn what_is_no_component_is_refused() {
    for bytes in [&b""[..], b"PK\x03\x04", b"(component)", b"\0asm\x0d\0\x01\0rubbish"] {
        assert!(matches!(refusal(bytes), Error::Invalid(_)), "{bytes:?}");
    }
    let mut cut = Guest::good().component();
    cut.truncate(cut.len() / 2);
    assert!(matches!(refusal(&cut), Error::Invalid(_)));
}

#[test]
fn what_is_too_large_is_not_even_looked_at() {
    let engine = Engine::new(OperatorLimits { package_bytes: 10, ..small() }).unwrap();
    assert!(matches!(engine.admit(&[0; 11]), Err(Error::TooLarge { limit: 10, .. })));
}

#[test]
fn a_plugin_without_the_interface_is_told_what_it_has() {
    let other = component_of(
        "package example:other; world other { export run: func(); }",
        r#"(module (func (export "run")))"#,
    );
    let error = refusal(&other);
    assert_eq!(
        error.to_string(),
        "the plugin does not export `tridem:plugin/classify@1.0.0`, `tridem:plugin/compose@1.0.0` \
         or `tridem:plugin/propose@1.0.0`; it exports `run`"
    );
    let help = error.for_author().unwrap();
    for world in ["metrics-plugin", "reporting-plugin", "workflow-plugin"] {
        assert!(help.contains(world), "{help}");
    }
    let nothing = wat::parse_str("(component)").unwrap();
    assert!(refusal(&nothing).to_string().ends_with("it exports nothing"));
}

#[test]
fn a_plugin_for_a_later_interface_is_refused() {
    let newer = component_of(
        "package tridem:plugin@1.1.0;
         interface classify { describe: func(); }
         world newer { export classify; }",
        r#"(module (func (export "tridem:plugin/classify@1.1.0#describe")))"#,
    );
    let error = refusal(&newer);
    let Error::LaterInterface { exports } = &error else { panic!("{error}") };
    assert_eq!(exports, &["tridem:plugin/classify@1.1.0"]);
    assert!(error.hint().unwrap().contains("later version"));
    // Also beside one that is known: what it would do with the other, nobody here can tell.
    let later = "interface forecast { look: func(); }
        world later { export classify; export forecast; }";
    let both = component_in_world(&(interface_files() + later), "later");
    let Error::LaterInterface { exports } = refusal(&both) else { panic!() };
    assert_eq!(exports, ["tridem:plugin/forecast@1.0.0"]);
    // Types alone are nothing to call.
    let harmless = "world typed { export types; export classify; }";
    let component = component_in_world(&(interface_files() + harmless), "typed");
    engine().admit(&component).unwrap();
}

#[test]
fn parts_of_a_document_need_one_that_is_whole() {
    for (mix, exports) in [
        (&[Interface::Partial][..], vec!["tridem:plugin/partial@1.0.0"]),
        (
            &[Interface::Partial, Interface::Propose],
            vec!["tridem:plugin/partial@1.0.0", "tridem:plugin/propose@1.0.0"],
        ),
    ] {
        let Error::NoExport { expected, exports: found } = refusal(&Mixed::good(mix).component())
        else {
            panic!()
        };
        assert!(expected.contains(&Interface::Compose));
        assert_eq!(found, exports);
    }
}

/// All interface files as one.
fn interface_files() -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas/wit/1.0");
    let mut all = String::from("package tridem:plugin@1.0.0;\n");
    for file in ["types", "metrics", "reporting", "workflow"] {
        let text = fs_err::read_to_string(format!("{folder}/{file}.wit")).unwrap();
        all.push_str(text.split_once(";\n").unwrap().1);
    }
    all
}

/// The interface files with another function in the place of one.
fn with_other_type(interface: &str, function: &str) -> String {
    let all = interface_files();
    let (before, rest) = all.split_once(&format!("interface {interface} {{")).unwrap();
    let (types, rest) = rest.split_once(&format!("    {function}: func")).unwrap();
    let (_, rest) = rest.split_once(";\n").unwrap();
    format!("{before}interface {interface} {{{types}    {function}: func() -> char;\n{rest}")
}

#[test]
fn every_function_of_every_interface_is_as_it_is_written_down() {
    let other = |interface: &str, function: &str| {
        let world = match interface {
            "classify" => "metrics-plugin",
            "compose" => "reporting-plugin",
            "partial" => "partial-reporting-plugin",
            _ => "workflow-plugin",
        };
        component_in_world(&with_other_type(interface, function), world)
    };
    for (interface, function) in [
        ("classify", "describe"),
        ("classify", "begin"),
        ("classify", "push"),
        ("compose", "describe"),
        ("compose", "begin"),
        ("compose", "push"),
        ("compose", "finish"),
        ("partial", "save"),
        ("partial", "merge"),
        ("propose", "describe"),
        ("propose", "begin"),
        ("propose", "push"),
    ] {
        let error = refusal(&other(interface, function));
        let Error::WrongType { function: found, .. } = &error else { panic!("{error}") };
        assert_eq!(*found, format!("tridem:plugin/{interface}@1.0.0#{function}"));
    }
    // A function that is not there at all, and an interface that is none.
    let less = component_of(
        "package tridem:plugin@1.0.0;
         interface classify { begin: func(); }
         world other { export classify; }",
        r#"(module (func (export "tridem:plugin/classify@1.0.0#begin")))"#,
    );
    let Error::WrongType { function, reason } = refusal(&less) else { panic!() };
    assert!(function.ends_with("#describe") && reason == "it is not a function");
}

#[test]
fn a_plugin_that_needs_too_much_to_start_is_refused() {
    let greedy = Guest { pages: 1_025, ..Guest::good() };
    let error = refusal(&greedy.component());
    assert!(
        matches!(error, Error::NeedsTooMuch { needed: 67_174_400, limit: 67_108_864, .. }),
        "{error}"
    );
    let tables = Guest { more: "(table 9000000 funcref)".into(), ..Guest::good() };
    assert!(matches!(refusal(&tables.component()), Error::NeedsTooMuch { .. }));
    assert!(engine().admit(&Guest { pages: 1_024, ..Guest::good() }.component()).is_ok());
}

#[test]
fn features_that_are_switched_off_are_refused() {
    for more in ["(memory 1)", "(memory i64 1)", "(memory 1 1 shared)"] {
        let text = format!("(component (core module (memory 1) {more}))");
        assert!(matches!(refusal(&wat::parse_str(text).unwrap()), Error::Invalid(_)), "{more}");
    }
    let relaxed = "(component (core module (func (param v128 v128) (result v128)
        (i8x16.relaxed_swizzle (local.get 0) (local.get 1)))))";
    assert!(matches!(refusal(&wat::parse_str(relaxed).unwrap()), Error::Invalid(_)));
}

#[test]
fn only_modules_prepared_for_an_interface_become_components() {
    let plain = wat::parse_str("(module)").unwrap();
    assert!(matches!(encode_component(&plain), Err(Error::NoWorld)));
    let component = Guest::good().component();
    assert!(matches!(encode_component(&component), Err(Error::Encode(_))));
    let Err(Error::Encode(lacks)) = encode_component(&module("(module)")) else { panic!() };
    assert!(lacks.contains("describe"), "{lacks}");
    let text = Guest::good().text();
    let clock = "(module (import \"wasi_snapshot_preview1\" \"clock_time_get\" (func))";
    let clock = text.replacen("(module", clock, 1);
    let Err(Error::Encode(imports)) = encode_component(&module(&clock)) else { panic!() };
    assert!(imports.contains("wasi_snapshot_preview1"), "{imports}");
}

#[test]
fn a_compiled_plugin_is_loaded_only_without_any_doubt() {
    let engine = engine();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plugin.compiled");
    let why = |sha256: &[u8; 32]| match engine.load(&path, sha256) {
        Err(error @ Error::Compiled { .. }) => {
            assert!(error.wants_recompiling());
            let Error::Compiled { reason, .. } = error else { panic!() };
            reason
        }
        other => panic!("{other:?}"),
    };
    let compiled = engine.compile(&Guest::good().component()).unwrap();
    let sha256: [u8; 32] = Sha256::digest(&compiled).into();
    assert_eq!(why(&sha256), Unusable::Missing);

    let mut changed = compiled.clone();
    *changed.last_mut().unwrap() ^= 1;
    fs_err::write(&path, &changed).unwrap();
    assert_eq!(why(&sha256), Unusable::Changed);

    // Well known to us, and yet nothing that this engine made: no component at all, and code of
    // an engine with other settings.
    let component = Guest::good().component();
    fs_err::write(&path, &component).unwrap();
    assert!(matches!(why(&Sha256::digest(&component).into()), Unusable::OtherEngine(_)));
    let other = wasmtime::Engine::default().precompile_component(&component).unwrap();
    fs_err::write(&path, &other).unwrap();
    assert!(matches!(why(&Sha256::digest(&other).into()), Unusable::OtherEngine(_)));

    fs_err::write(&path, &compiled).unwrap();
    let loaded = run(&engine.load(&path, &sha256).unwrap()).unwrap();
    assert_eq!(loaded, run(&engine.load_component(&component).unwrap()).unwrap());
}

/// A component of some hundred bytes that unfolds to two to the power of `depth` instances.
fn unfolding(depth: usize) -> String {
    let mut text = String::from(
        "(component $root (component $c0 (core module $m) (core instance (instantiate $m)))",
    );
    for level in 0..depth {
        let next = level + 1;
        write!(
            text,
            "(component $c{next} (alias outer $root $c{level} (component $inner))
               (instance (instantiate $inner)) (instance (instantiate $inner)))"
        )
        .unwrap();
    }
    text + &format!("(instance $all (instantiate $c{depth})))")
}

#[test]
fn a_component_that_unfolds_without_measure_is_refused_before_it_is_compiled() {
    let small = wat::parse_str(unfolding(4)).unwrap();
    assert!(matches!(refusal(&small), Error::NoExport { .. }));
    // Compiling this one would take longer than anyone can wait.
    for depth in [30, 60, 90] {
        let large = wat::parse_str(unfolding(depth)).unwrap();
        assert!(large.len() < 10_000);
        assert!(matches!(refusal(&large), Error::TooLarge { .. }));
    }
    // The same by way of a component that is handed on, or taken out of an instance.
    let handed = r#"(component
        (component $c (import "c" (component $inner)) (instance (instantiate $inner)))
        (component $d)
        (instance (instantiate $c (with "c" (component $d)))))"#;
    let taken = r#"(component
        (component $c (component $d) (export "d" (component $d)))
        (instance $i (instantiate $c))
        (alias export $i "d" (component $e))
        (instance (instantiate $e)))"#;
    for text in [handed, taken] {
        let error = refusal(&wat::parse_str(text).unwrap());
        assert!(error.to_string().contains("cannot be counted"), "{error}");
    }
}
