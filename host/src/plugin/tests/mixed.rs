//! Guests that export any mix of the interfaces, written by hand like those of `guest.rs`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use super::guest::{ID, manifest};
use super::lowered::{Value, lowered};
use crate::domain::{
    Batch, Code, CodeList, Column, Composed, Job, Proposal, Shape, ShapeField, Values,
};
use crate::plugin::{Engine, Error, Interface, LoadedPlugin, encode_component};

/// Where the answers lie in the guest's memory, and where its arguments are put.
const COMPOSITION: u32 = 0x2000;
const DOCUMENT: u32 = 0x3000;
const WORKFLOW: u32 = 0x5000;
const PROPOSALS: u32 = 0x6000;
const HEAP: u32 = 0x1_0000;

/// A number that stands for the one that the guest counts, to be found in an image.
const COUNTED: i64 = 0x1122_3344_5566_7788;

/// The functions of all interfaces, and how they are called.
const FUNCTIONS: [(Interface, &str, &str); 12] = [
    (Interface::Classify, "describe", ""),
    (Interface::Classify, "begin", BEGIN),
    (Interface::Classify, "push", PUSH),
    (Interface::Compose, "describe", ""),
    (Interface::Compose, "begin", BEGIN),
    (Interface::Compose, "push", PUSH),
    (Interface::Compose, "finish", ""),
    (Interface::Partial, "save", ""),
    (Interface::Partial, "merge", "(param $at i32) (param $length i32)"),
    (Interface::Propose, "describe", ""),
    (Interface::Propose, "begin", BEGIN),
    (Interface::Propose, "push", PUSH),
];
const BEGIN: &str = "(param i32 i32 i32 i32 i32 i32 i32)";
const PUSH: &str = "(param $dataset i32) (param $rows i32) (param $columns i32) (param $count i32)";

/// A guest: the bodies of its functions and what else is in its module.
#[derive(Clone)]
pub(super) struct Mixed {
    pub(super) interfaces: Vec<Interface>,
    pub(super) bodies: BTreeMap<&'static str, BTreeMap<&'static str, String>>,
    pub(super) images: Vec<(u32, Vec<u8>)>,
    pub(super) more: String,
    pub(super) pages: u32,
}

impl Mixed {
    /// A guest that does what it should. It counts the rows that it is given, also where they are
    /// saved and merged, and writes the number into its document; it proposes one step for row 1.
    pub(super) fn good(interfaces: &[Interface]) -> Self {
        let document = lowered("compose", "finish", &document(), DOCUMENT);
        let counted = document.windows(8).position(|bytes| bytes == COUNTED.to_le_bytes()).unwrap();
        let mut guest = Self {
            interfaces: interfaces.to_vec(),
            bodies: BTreeMap::new(),
            images: vec![
                (1_024, super::guest::description(ID, "1.0.0")),
                (COMPOSITION, lowered("compose", "describe", &composition(), COMPOSITION)),
                (WORKFLOW, lowered("propose", "describe", &workflow(), WORKFLOW)),
                (PROPOSALS, lowered("propose", "push", &proposals(), PROPOSALS)),
            ],
            more: String::new(),
            pages: 64,
        };
        guest.images.push((DOCUMENT, document));
        let finish = format!(
            "(i64.store (i32.const {}) (global.get $seen)) (i32.const {DOCUMENT})",
            u64::from(DOCUMENT) + counted as u64
        );
        let push_cases = format!(
            "(if (result i32) (i32.eqz (local.get $dataset))
               (then (i32.const {PROPOSALS}))
               (else (i32.const 16)))"
        );
        for (interface, function, body) in [
            (Interface::Classify, "describe", "(i32.const 1024)"),
            (Interface::Classify, "begin", "(i32.const 16)"),
            (Interface::Classify, "push", super::guest::PUSH),
            (Interface::Compose, "describe", &format!("(i32.const {COMPOSITION})")),
            (Interface::Compose, "begin", "(i32.const 16)"),
            (
                Interface::Compose,
                "push",
                "(global.set $seen (i64.add (global.get $seen) (i64.extend_i32_u (local.get $rows))))
                 (i32.const 16)",
            ),
            (Interface::Compose, "finish", &finish),
            (
                Interface::Partial,
                "save",
                "(i32.store (i32.const 804) (i32.const 816)) (i32.store (i32.const 808) (i32.const 8))
                 (i64.store (i32.const 816) (global.get $seen)) (i32.const 800)",
            ),
            (
                Interface::Partial,
                "merge",
                "(if (i32.ne (local.get $length) (i32.const 8)) (then unreachable))
                 (global.set $seen (i64.add (global.get $seen) (i64.load (local.get $at))))
                 (i32.const 16)",
            ),
            (Interface::Propose, "describe", &format!("(i32.const {WORKFLOW})")),
            (Interface::Propose, "begin", "(i32.const 16)"),
            (Interface::Propose, "push", &push_cases),
        ] {
            guest = guest.with(interface, function, body);
        }
        guest
    }

    /// This guest, with another body of a function.
    pub(super) fn with(mut self, interface: Interface, function: &'static str, body: &str) -> Self {
        self.bodies.entry(interface.name()).or_default().insert(function, body.to_owned());
        self
    }

    /// This guest, with another answer of a function that takes nothing.
    pub(super) fn answering(
        mut self,
        interface: Interface,
        function: &'static str,
        value: &Value,
    ) -> Self {
        let short = interface.name().split(['/', '@']).nth(1).unwrap();
        let at = 0x20_0000;
        self.images.push((at, lowered(short, function, value, at)));
        self.with(interface, function, &format!("(i32.const {at})"))
    }

    /// Its component.
    pub(super) fn component(&self) -> Vec<u8> {
        let mut text = format!(
            r#"(module
              (memory (export "memory") {})
              (global $next (mut i32) (i32.const {HEAP}))
              (global $seen (mut i64) (i64.const 0))
              (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
                (local $at i32)
                (global.set $next
                  (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
                (local.set $at (global.get $next))
                (global.set $next (i32.add (global.get $next) (local.get $size)))
                (local.get $at)) {}"#,
            self.pages, self.more
        );
        for (interface, function, parameters) in FUNCTIONS {
            if self.interfaces.contains(&interface) {
                let name = interface.name();
                let body = &self.bodies[name][function];
                write!(
                    text,
                    r#"(func (export "{name}#{function}") {parameters} (result i32) {body})"#
                )
                .unwrap();
            }
        }
        for (at, bytes) in &self.images {
            let mut image = String::new();
            for byte in bytes {
                write!(image, "\\{byte:02x}").unwrap();
            }
            write!(text, r#"(data (i32.const {at}) "{image}")"#).unwrap();
        }
        let exports = self
            .interfaces
            .iter()
            .fold(String::new(), |all, interface| all + &format!("export {};", interface.name()));
        let world = format!("package example:mixed; world mixed {{ {exports} }}");
        let mut resolve = Resolve::default();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas/wit/1.0");
        resolve.push_dir(folder).unwrap();
        let package = resolve.push_str("mixed.wit", &world).unwrap();
        let world = resolve.select_world(&[package], Some("mixed")).unwrap();
        let mut module = wat::parse_str(text + ")").unwrap();
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
        encode_component(&module).unwrap()
    }

    /// Calls everything that it exports, as far as it goes.
    pub(super) fn run(&self, engine: &Engine) -> Result<Outcome, Error> {
        run(&engine.load_component(&self.component())?)
    }
}

/// What a guest gave.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Outcome {
    pub(super) document: Option<Composed>,
    pub(super) proposals: Vec<Proposal>,
}

/// Calls every function of what a plugin exports: three rows of each dataset, saved and merged where
/// it can be.
pub(super) fn run(plugin: &LoadedPlugin) -> Result<Outcome, Error> {
    let (manifest, job, kinds) = (manifest(), job(), plugin.kinds());
    let descriptions = plugin.describe_all(&manifest)?;
    let mut outcome = Outcome::default();
    if let Some(composition) = &descriptions.composition {
        let start = || plugin.compose(&manifest, composition, &job, Duration::ZERO);
        let mut part = start()?;
        part.push(0, &batch(3))?;
        let mut whole = start()?;
        if kinds.partial {
            whole.merge(&part.save()?)?;
        }
        whole.push(1, &batch(3))?;
        outcome.document = Some(whole.finish()?);
    }
    if let Some(workflow) = &descriptions.workflow {
        let mut run = plugin.propose(&manifest, workflow, &job)?;
        outcome.proposals = run.push(0, &batch(3))?;
        assert!(run.push(1, &batch(3))?.is_empty());
    }
    Ok(outcome)
}

/// A job over cases and contacts.
pub(super) fn job() -> Job {
    let codes = ["a", "b"].map(|code| Code { code: code.into(), de: code.into(), en: code.into() });
    let codes = Arc::new(CodeList::new(codes.into()));
    let none = Arc::new(CodeList::default());
    let shape = |dataset: &str, fields: [(&str, &Arc<CodeList>); 2]| Shape {
        dataset: dataset.into(),
        fields: fields
            .map(|(name, codes)| ShapeField { name: name.into(), codes: codes.clone(), size: 0 })
            .into(),
    };
    let datasets = vec![
        shape("cases", [("status", &codes), ("days_since_contact", &none)]),
        shape("contacts", [("kind", &codes), ("contact_key", &none)]),
    ];
    Job { datasets, ..super::job() }
}

/// Rows that fit none of the fields, which a guest that only counts them does not mind.
pub(super) fn batch(rows: usize) -> Batch {
    let column = |values| Column { values, present: Vec::new() };
    Batch {
        rows,
        columns: vec![column(Values::Codes(vec![0; rows])), column(Values::Keys(vec![7; rows]))],
    }
}

/// Three phrases, one passage, one check.
pub(super) fn composition() -> Value {
    Value::Record(vec![
        Value::text(ID),
        Value::text("1.0.0"),
        Value::List(["Rows <b>", "Records", "min"].map(Value::both).into()),
        Value::List(vec![Value::both("Only *counted*.")]),
        Value::List(vec![Value::Record(vec![
            Value::text("odd"),
            Value::both("Odd"),
            Value::Case(1, None),
        ])]),
    ])
}

/// One of each block. The figure stands for the number of rows.
fn document() -> Value {
    let phrase = |place| Value::case(0, Value::Number(place));
    let number =
        |value, scale, base| Value::Record(vec![Value::Number(value), Value::Number(scale), base]);
    let some = |value| Value::case(1, Value::Number(value));
    let code = Value::case(1, Value::Record([1, 0, 1].map(Value::Number).into()));
    let own = Value::case(3, Value::text("=1+1 <i>"));
    let column = |unit| Value::Record(vec![phrase(1), unit]);
    let row = |label, cells| Value::Record(vec![label, Value::List(cells)]);
    let table = Value::Record(vec![
        phrase(1),
        Value::List(vec![column(some(2)), column(Value::none())]),
        Value::List(vec![
            row(code, vec![Value::case(0, number(-125, 1, some(5))), Value::Case(2, None)]),
            row(
                Value::case(2, Value::Number(2)),
                vec![Value::Case(2, None), Value::case(1, phrase(0))],
            ),
        ]),
    ]);
    let picture = Value::Record(vec![
        Value::Number(0),
        Value::List(vec![Value::Number(0)]),
        Value::Case(1, None),
    ]);
    let finding = Value::Record(vec![
        Value::Number(0),
        Value::Number(1),
        Value::Number(1),
        Value::Number(-1), // the largest key
    ]);
    let figure = Value::Record(vec![phrase(0), number(COUNTED, 0, some(0)), Value::none()]);
    let blocks = vec![
        Value::case(0, Value::Record(vec![Value::Number(2), phrase(1)])),
        Value::case(1, own),
        Value::case(2, Value::Number(0)),
        Value::case(3, Value::List(vec![phrase(0), phrase(1)])),
        Value::case(4, table),
        Value::case(5, figure),
        Value::case(6, picture),
        Value::case(7, Value::List(vec![finding])),
    ];
    Value::case(0, Value::List(blocks))
}

/// Two steps, the second with two templates, and two reasons.
pub(super) fn workflow() -> Value {
    let step = |id, holds, templates: &[&str]| {
        Value::Record(vec![
            Value::text(id),
            Value::both("Do it"),
            Value::Case(holds, None),
            Value::List(templates.iter().map(|name| Value::text(name)).collect()),
        ])
    };
    Value::Record(vec![
        Value::text(ID),
        Value::text("1.0.0"),
        Value::List(vec![step("call", 3, &[]), step("invite", 1, &["first", "second"])]),
        Value::List(["Because", "Since"].map(Value::both).into()),
    ])
}

/// For row 1 an invitation by the second template.
fn proposals() -> Value {
    let proposal = Value::Record(vec![
        Value::Number(1),
        Value::Number(1),
        Value::case(1, Value::Number(1)),
        Value::Number(20_331),
        Value::Number(1),
        Value::List(vec![Value::Number(1), Value::Number(0)]),
        Value::Case(2, None),
    ]);
    Value::case(0, Value::List(vec![proposal]))
}
