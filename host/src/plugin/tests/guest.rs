//! Guests written by hand in WebAssembly text, so that they can do what no compiler would let them.

use std::fmt::Write as _;
use std::sync::Arc;

use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::abi::{AbiVariant, WasmType};
use wit_parser::{Resolve, WorldItem};

use crate::domain::{
    Batch, Code, CodeList, Column, Day, Job, Manifest, Period, Shape, ShapeField, Values,
};
use crate::plugin::{Engine, Error, LoadedPlugin, OperatorLimits, encode_component};

pub(super) const ID: &str = "org.example.by-hand";

pub(super) const MANIFEST: &str = r#"
id = "org.example.by-hand"
version = "1.0.0"
api = "1.0"
title = { de = "Von Hand", en = "By hand" }
description = { de = "Zählt Kontakte.", en = "Counts contacts." }
licence = "EUPL-1.2"
authors = ["Example"]

[[request]]
dataset = "contacts"
fields = ["kind", "minutes"]
purpose = { de = "Zählen", en = "Counting" }
"#;

/// Where the description lies in the guest's memory, where its arguments are put, and where it
/// writes values.
const IMAGE: u32 = 1_024;
const HEAP: u32 = 0x1_0000;
const VALUES: u32 = 0x30_0000;

/// A guest: the bodies of its functions and what else is in its module.
#[derive(Clone)]
pub(super) struct Guest {
    pub(super) id: String,
    pub(super) version: String,
    pub(super) describe: String,
    pub(super) begin: String,
    pub(super) push: String,
    pub(super) more: String,
    pub(super) pages: u32,
}

/// Puts the kind of each contact in its label list as it came, and its minutes in the values.
pub(super) const PUSH: &str = r"
    (local $row i32)
    (i32.store (i32.const 36) (i32.const 64)) (i32.store (i32.const 40) (i32.const 1))
    (i32.store (i32.const 44) (i32.const 128)) (i32.store (i32.const 48) (i32.const 2))
    (i32.store (i32.const 64) (i32.load offset=4 (local.get $columns)))
    (i32.store (i32.const 68) (i32.load offset=8 (local.get $columns)))
    (i32.store (i32.const 152) (i32.const 0x300000))
    (i32.store (i32.const 156) (local.get $rows))
    (loop $next
      (i64.store offset=0x300000
        (i32.shl (local.get $row) (i32.const 3))
        (i64.extend_i32_s (i32.load (i32.add (i32.load offset=24 (local.get $columns))
          (i32.shl (local.get $row) (i32.const 2))))))
      (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1)))
        (local.get $rows))))
    (i32.const 32)";

impl Guest {
    /// A guest that does what it should.
    pub(super) fn good() -> Self {
        Self {
            id: ID.into(),
            version: "1.0.0".into(),
            describe: format!("(i32.const {IMAGE})"),
            begin: "(i32.const 16)".into(),
            push: PUSH.into(),
            more: String::new(),
            pages: 64,
        }
    }

    /// A guest that answers `describe` like this.
    pub(super) fn describing(body: &str) -> Self {
        Self { describe: body.into(), ..Self::good() }
    }

    /// A guest that answers `begin` like this.
    pub(super) fn beginning(body: &str) -> Self {
        Self { begin: body.into(), ..Self::good() }
    }

    /// A guest that answers `push` like this.
    pub(super) fn pushing(body: &str) -> Self {
        Self { push: body.into(), ..Self::good() }
    }

    /// A guest that answers `push` as it should, but for what `body` changes afterwards.
    pub(super) fn spoiling(body: &str) -> Self {
        let push = PUSH.strip_suffix("(i32.const 32)").unwrap();
        Self::pushing(&format!("{push} {body} (i32.const 32)"))
    }

    /// Its core module, as text.
    pub(super) fn text(&self) -> String {
        let Self { describe, begin, push, more, pages, .. } = self;
        let mut image = String::new();
        for byte in description(&self.id, &self.version) {
            write!(image, "\\{byte:02x}").unwrap();
        }
        format!(
            r#"(module
              (memory (export "memory") {pages})
              (global $next (mut i32) (i32.const {HEAP}))
              (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
                (local $at i32)
                (global.set $next
                  (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
                (local.set $at (global.get $next))
                (global.set $next (i32.add (global.get $next) (local.get $size)))
                (local.get $at))
              (func (export "tridem:plugin/classify@1.0.0#describe") (result i32) {describe})
              (func (export "tridem:plugin/classify@1.0.0#begin")
                (param i32 i32 i32 i32 i32 i32 i32) (result i32) {begin})
              (func (export "tridem:plugin/classify@1.0.0#push")
                (param $dataset i32) (param $rows i32) (param $columns i32) (param $count i32)
                (result i32) {push})
              (func (export "cabi_post_tridem:plugin/classify@1.0.0#push") (param i32)
                (global.set $next (i32.const {HEAP})))
              {more}
              (data (i32.const {IMAGE}) "{image}"))"#
        )
    }

    /// Its component.
    pub(super) fn component(&self) -> Vec<u8> {
        encode_component(&module(&self.text())).unwrap()
    }

    /// Runs it: describe, begin and one batch.
    pub(super) fn run(&self, engine: &Engine) -> Result<(), Error> {
        run(&engine.load_component(&self.component())?).map(drop)
    }
}

/// A core module from text, prepared for the interface.
pub(super) fn module(text: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas/wit/1.0");
    let (package, _) = resolve.push_dir(folder).unwrap();
    let world = resolve.select_world(&[package], Some("metrics-plugin")).unwrap();
    let mut module = wat::parse_str(text).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    module
}

/// A core module from text, prepared for another interface, as a component.
pub(super) fn component_of(wit: &str, text: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("other.wit", wit).unwrap();
    let world = resolve.select_world(&[package], None).unwrap();
    let mut module = wat::parse_str(text).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    encode_component(&module).unwrap()
}

/// A component for a world of some interface files, whose functions all fail.
pub(super) fn component_in_world(wit: &str, world: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("other.wit", wit).unwrap();
    let world = resolve.select_world(&[package], Some(world)).unwrap();
    let mut text = String::from(
        r#"(module (memory (export "memory") 1)
           (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)"#,
    );
    for (key, item) in &resolve.worlds[world].exports {
        let WorldItem::Interface { id, .. } = item else { panic!() };
        let interface = resolve.name_world_key(key);
        for (name, function) in &resolve.interfaces[*id].functions {
            let signature = resolve.wasm_signature(AbiVariant::GuestExport, function);
            let types = |types: &[WasmType]| {
                types.iter().fold(String::new(), |all, found| {
                    all + match found {
                        WasmType::I64 | WasmType::PointerOrI64 => "i64 ",
                        WasmType::F32 => "f32 ",
                        WasmType::F64 => "f64 ",
                        WasmType::I32 | WasmType::Pointer | WasmType::Length => "i32 ",
                    }
                })
            };
            let (parameters, results) = (types(&signature.params), types(&signature.results));
            write!(
                text,
                r#"(func (export "{interface}#{name}") (param {parameters}) (result {results})
                   unreachable)"#
            )
            .unwrap();
        }
    }
    let mut module = wat::parse_str(text + ")").unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    encode_component(&module).unwrap()
}

pub(super) fn manifest() -> Manifest {
    Manifest::parse(MANIFEST).unwrap()
}

/// A job over contacts of five kinds.
pub(in crate::plugin) fn job() -> Job {
    let code = |code: &str| Code { code: code.into(), de: code.into(), en: code.into() };
    let kinds = CodeList::new(["a", "b", "c", "d", "e"].map(code).into());
    let field = |name: &str, codes: &CodeList| ShapeField {
        name: name.into(),
        codes: Arc::new(codes.clone()),
        size: 0,
    };
    Job {
        as_of: Day(20_332),
        period: Period::new(Day(20_332), Day(20_400)).unwrap(),
        settings: Vec::new(),
        datasets: vec![Shape {
            dataset: "contacts".into(),
            fields: vec![field("kind", &kinds), field("minutes", &CodeList::default())],
        }],
    }
}

/// Contacts of kinds 0 to 4 in turn, of 10, 11, 12, ... minutes.
pub(super) fn batch(rows: usize) -> Batch {
    let kinds = (0..rows).map(|row| u16::try_from(row % 5).unwrap()).collect();
    let minutes = (0..rows).map(|row| i32::try_from(10 + row).unwrap()).collect();
    let column = |values| Column { values, present: Vec::new() };
    Batch { rows, columns: vec![column(Values::Codes(kinds)), column(Values::Integers(minutes))] }
}

/// Describes, begins and pushes three rows; gives the fuel used.
pub(super) fn run(plugin: &LoadedPlugin) -> Result<u64, Error> {
    let manifest = manifest();
    let description = plugin.describe(&manifest)?;
    let mut run = plugin.start(&manifest, &description, vec![5], &job())?;
    run.push(0, &batch(3))?;
    Ok(run.fuel_used())
}

/// Limits small enough to reach in a moment.
pub(super) fn small() -> OperatorLimits {
    OperatorLimits { fuel: 3_000_000, fuel_per_row: 1_000, ..OperatorLimits::default() }
}

/// A description as it lies in memory from `IMAGE` on: one dimension over the kinds of contacts,
/// the number of contacts and the sum of their minutes, one table.
pub(super) fn description(id: &str, version: &str) -> Vec<u8> {
    // The description itself comes first and has ten words.
    let mut image = Image(vec![0; 40]);
    let id = image.text(id);
    let version = image.text(version);
    let label = [image.text("Art"), image.text("Kind")].concat();

    let mut dimension = [image.text("kind"), label.clone()].concat();
    dimension.push(1); // codes
    dimension.extend(image.text("contact-kind"));
    let dimensions = image.list(&dimension, 1);

    let mut measures = Vec::new();
    for (id, figure) in [("contacts", 0), ("minutes", 2)] {
        measures.extend(image.text(id));
        measures.extend(&label);
        measures.extend([0; 5]); // no unit
        measures.push(figure);
        measures.extend(image.text("contacts"));
        measures.extend([0; 3]);
        measures.push(0); // scale and decimals
        measures.extend([0, 0, 1_440, 0]); // least and most
    }
    let measures = image.list(&measures, 2);

    let mut table = [image.text("by-kind"), label].concat();
    table.extend(image.text("kind"));
    table.extend([0; 3]); // nothing across
    let shown = [image.text("contacts"), image.text("minutes")].concat();
    table.extend(image.list(&shown, 2));
    let tables = image.list(&table, 1);

    let words = [id, version, dimensions, measures, tables].concat();
    image.0[..40].copy_from_slice(&bytes(&words));
    image.0
}

/// Memory being filled from `IMAGE` on.
struct Image(Vec<u8>);

impl Image {
    /// Address and length of a text.
    fn text(&mut self, text: &str) -> Vec<u32> {
        let at = self.put(text.as_bytes());
        vec![at, u32::try_from(text.len()).unwrap()]
    }

    /// Address and length of a list of records.
    fn list(&mut self, words: &[u32], length: u32) -> Vec<u32> {
        vec![self.put(&bytes(words)), length]
    }

    fn put(&mut self, bytes: &[u8]) -> u32 {
        self.0.resize(self.0.len().next_multiple_of(8), 0);
        let at = IMAGE + u32::try_from(self.0.len()).unwrap();
        self.0.extend_from_slice(bytes);
        at
    }
}

fn bytes(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

const _: () = assert!(HEAP < VALUES);
