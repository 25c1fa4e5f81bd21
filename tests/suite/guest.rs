//! A plugin written by hand that gives away what it was shown, and packages nobody should take.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use sha2::{Digest, Sha256};
use tridem::plugin::{encode_component, pack};
use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::support::{Ran, Workspace, root};

/// The id of the spy.
pub(crate) const SPY: &str = "org.example.spy";

/// Where the description lies in the spy's memory, where its arguments are put, and where it
/// writes what it gives away.
pub(crate) const IMAGE: u32 = 1_024;
pub(crate) const HEAP: u32 = 0x1_0000;

/// What a spy gives away, as the error text that a plugin may answer with.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Telling {
    /// The names of all fields it is told of when it begins.
    Fields,
    /// How many columns the first batch has.
    Columns,
}

/// Installs a spy that asks for fields of `dataset`, grants `granted` and runs it over the year.
/// Gives what it told.
pub(crate) fn spy(
    workspace: &Workspace,
    dataset: &str,
    fields: &[&str],
    optional: &[&str],
    granted: &[&str],
    telling: Telling,
) -> String {
    let manifest = manifest(dataset, fields, optional, true);
    let package = pack(&manifest, &files(component(dataset, telling))).unwrap();
    let path = workspace.file("spy.tridem", package);
    workspace.run(&["plugin", "install", &path]).success();
    let names: Vec<String> = granted.iter().map(|field| format!("{dataset}.{field}")).collect();
    let mut grant = vec!["plugin", "grant", SPY];
    grant.extend(names.iter().map(String::as_str));
    workspace.run(&grant).success();
    workspace.run(&["plugin", "enable", SPY]).success();
    let ran: Ran = workspace.run(&["report", "run", SPY, "--year", "2025/26"]).refused();
    workspace.run(&["plugin", "remove", SPY]).success();
    let told = ran.stderr.split_once("reported: ").unwrap().1;
    told.trim().to_owned()
}

/// A manifest that asks for fields of one dataset.
pub(crate) fn manifest(
    dataset: &str,
    fields: &[&str],
    optional: &[&str],
    identity: bool,
) -> String {
    format!(
        r#"id = "{SPY}"
version = "1.0.0"
api = "1.0"
title = {{ de = "Neugier", en = "Curiosity" }}
description = {{ de = "Zählt Zeilen.", en = "Counts rows." }}
licence = "EUPL-1.2"
authors = ["Example"]

[[request]]
dataset = "{dataset}"
fields = {fields:?}
optional = {optional:?}
identity = {identity}
purpose = {{ de = "Zählen", en = "Counting" }}
"#
    )
}

/// The files of a package besides its manifest.
pub(crate) fn files(component: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    BTreeMap::from([("plugin.wasm".to_owned(), component)])
}

/// A package past all checks of the packer, whose digests are right.
pub(crate) fn forged(manifest: &str, component: &[u8]) -> Vec<u8> {
    let mut text = format!("{manifest}\n[files]\n\"plugin.wasm\" = \"");
    for byte in Sha256::digest(component) {
        write!(text, "{byte:02x}").unwrap();
    }
    text.push_str("\"\n");
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644);
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [("plugin.toml", text.as_bytes()), ("plugin.wasm", component)] {
        archive.start_file(name, options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Collects the names of all fields of all datasets, each followed by a blank.
const TELL_FIELDS: &str = r"
    (local $to i32) (local $field i32) (local $end i32) (local $last i32)
    (local.set $to (i32.const 0x300000))
    (local.set $last (i32.add (local.get $datasets) (i32.mul (local.get $count) (i32.const 16))))
    (loop $each
      (local.set $field (i32.load offset=8 (local.get $datasets)))
      (local.set $end (i32.add (local.get $field)
        (i32.mul (i32.load offset=12 (local.get $datasets)) (i32.const 20))))
      (loop $fields
        (memory.copy (local.get $to)
          (i32.load (local.get $field)) (i32.load offset=4 (local.get $field)))
        (local.set $to (i32.add (local.get $to) (i32.load offset=4 (local.get $field))))
        (i32.store8 (local.get $to) (i32.const 32))
        (local.set $to (i32.add (local.get $to) (i32.const 1)))
        (br_if $fields (i32.lt_u
          (local.tee $field (i32.add (local.get $field) (i32.const 20))) (local.get $end))))
      (br_if $each (i32.lt_u
        (local.tee $datasets (i32.add (local.get $datasets) (i32.const 16))) (local.get $last))))
    (i32.store (i32.const 16) (i32.const 1))
    (i32.store (i32.const 20) (i32.const 0x300000))
    (i32.store (i32.const 24) (i32.sub (local.get $to) (i32.const 0x300000)))
    (i32.const 16)";

/// The number of columns as one digit.
const TELL_COLUMNS: &str = r"
    (i32.store8 (i32.const 0x300000) (i32.add (i32.const 48) (local.get $columns)))
    (i32.store (i32.const 32) (i32.const 1))
    (i32.store (i32.const 36) (i32.const 0x300000))
    (i32.store (i32.const 40) (i32.const 1))
    (i32.const 32)";

/// The spy's component.
pub(crate) fn component(dataset: &str, telling: Telling) -> Vec<u8> {
    component_of("1.0.0", dataset, telling)
}

/// The component of a version of the spy.
pub(crate) fn component_of(version: &str, dataset: &str, telling: Telling) -> Vec<u8> {
    let begin = if telling == Telling::Fields { TELL_FIELDS } else { "(i32.const 16)" };
    assemble(&description(version, dataset), begin, TELL_COLUMNS)
}

/// Crashes where the period is a single day.
const CRASH_ON_ONE_DAY: &str = r"
    (if (i32.eq (local.get $from) (local.get $until)) (then unreachable))
    (i32.const 16)";

/// Puts every row into every month; `counted` says for each whether it counts.
const CLASSIFY: &str = r"
    (i32.store (i32.const 32) (i32.const 0))
    (i32.store (i32.const 36) (i32.const 0x300000))
    (i32.store (i32.const 40) (i32.const 1))
    (i32.store (i32.const 44) (i32.const 0x300100))
    (i32.store (i32.const 48) (i32.const 1))
    COUNTED
    (i32.const 32)";

/// Says that no row counts.
const COUNT_NONE: &str = r"
    (i32.store (i32.const 0x300100) (i32.const 0x310000))
    (i32.store (i32.const 0x300104)
      (i32.shr_u (i32.add (local.get $rows) (i32.const 63)) (i32.const 6)))";

/// A package that counts contacts, or none of them, and crashes over a single day.
pub(crate) fn counter(version: &str, counts: bool) -> Vec<u8> {
    let push = CLASSIFY.replace("COUNTED", if counts { "" } else { COUNT_NONE });
    let component = assemble(&description(version, "contacts"), CRASH_ON_ONE_DAY, &push);
    let manifest = manifest("contacts", &["day"], &["kind"], false);
    let version = format!("version = \"{version}\"");
    pack(&manifest.replace("version = \"1.0.0\"", &version), &files(component)).unwrap()
}

/// A component with this description and these bodies of `begin` and `push`.
fn assemble(description: &[u8], begin: &str, push: &str) -> Vec<u8> {
    let image = escaped(description);
    let text = format!(
        r#"(module
          (memory (export "memory") 64)
          (global $next (mut i32) (i32.const {HEAP}))
          (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
            (local $at i32)
            (global.set $next (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
            (local.set $at (global.get $next))
            (global.set $next (i32.add (global.get $next) (local.get $size)))
            (local.get $at))
          (func (export "tridem:plugin/classify@1.0.0#describe") (result i32) (i32.const {IMAGE}))
          (func (export "tridem:plugin/classify@1.0.0#begin")
            (param i32) (param $from i32) (param $until i32) (param i32 i32)
            (param $datasets i32) (param $count i32) (result i32)
            {begin})
          (func (export "tridem:plugin/classify@1.0.0#push")
            (param i32) (param $rows i32) (param i32) (param $columns i32) (result i32)
            {push})
          (data (i32.const {IMAGE}) "{image}"))"#
    );
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(root().join("schemas/wit/1.0")).unwrap();
    let world = resolve.select_world(&[package], Some("metrics-plugin")).unwrap();
    let mut module = wat::parse_str(text).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    encode_component(&module).unwrap()
}

/// The component of a plugin that knows one step, one check, and never proposes nor writes anything:
/// every other function fails. It says that it is the spy.
pub(crate) fn advisor(interfaces: &[&str]) -> Vec<u8> {
    let mut steps = Image(vec![0; 32]);
    let (id, version) = (steps.text(SPY), steps.text("1.0.0"));
    let label = [steps.text("Eltern anrufen"), steps.text("Call the parents")].concat();
    let invite = steps.text("invite");
    let templates = steps.list(&invite);
    let step = [steps.text("call"), label, vec![0], templates].concat();
    let words = [id, version, steps.list(&step), vec![0, 0]].concat();
    steps.0[..32].copy_from_slice(&bytes(&words));

    let mut checks = Image(vec![0; 40]);
    let (id, version) = (checks.text(SPY), checks.text("1.0.0"));
    let title = [checks.text("Ohne Ergebnis"), checks.text("Without result")].concat();
    let check = [checks.text("no-result"), title, vec![2]].concat();
    let words = [id, version, vec![0; 4], checks.list(&check)].concat();
    checks.0[..40].copy_from_slice(&bytes(&words));

    let mut text = String::from(
        r#"(module (memory (export "memory") 1)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)"#,
    );
    let mut world = String::from("package example:advisor; world advisor {");
    for interface in interfaces {
        let name = format!("tridem:plugin/{interface}@1.0.0");
        let image = if *interface == "compose" { &checks.0 } else { &steps.0 };
        let image = image.iter().fold(String::new(), |mut text, byte| {
            write!(text, "\\{byte:02x}").unwrap();
            text
        });
        write!(
            text,
            r#"(func (export "{name}#describe") (result i32)
                 (memory.init ${interface} (i32.const {IMAGE}) (i32.const 0)
                   (i32.const {length})) (i32.const {IMAGE}))
               (func (export "{name}#begin") (param i32 i32 i32 i32 i32 i32 i32) (result i32)
                 unreachable)
               (func (export "{name}#push") (param i32 i32 i32 i32) (result i32) unreachable)
               (data ${interface} "{image}")"#,
            length = image.len() / 3
        )
        .unwrap();
        if *interface == "compose" {
            write!(text, r#"(func (export "{name}#finish") (result i32) unreachable)"#).unwrap();
        }
        write!(world, "export {name};").unwrap();
    }
    let mut resolve = Resolve::default();
    resolve.push_dir(root().join("schemas/wit/1.0")).unwrap();
    let package = resolve.push_str("advisor.wit", &(world + "}")).unwrap();
    let world = resolve.select_world(&[package], Some("advisor")).unwrap();
    let mut module = wat::parse_str(text + ")").unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    encode_component(&module).unwrap()
}

/// A description as it lies in memory from `IMAGE` on: rows by month, counted.
fn description(version: &str, dataset: &str) -> Vec<u8> {
    // The description itself comes first and has ten words.
    let mut image = Image(vec![0; 40]);
    let (id, version) = (image.text(SPY), image.text(version));
    let label = [image.text("Zeilen"), image.text("Rows")].concat();
    let month = image.text("month");
    let dimension = [month.clone(), label.clone(), vec![2, 0, 0]].concat();
    let dimensions = image.list(&dimension);
    let rows = image.text("rows");
    let mut measure = [rows.clone(), label.clone(), vec![0; 6], image.text(dataset)].concat();
    // The rest of the figure, scale and decimals, least and most.
    measure.extend([0; 8]);
    let measures = image.list(&measure);
    let shown = image.list(&rows);
    let table = [image.text("months"), label, month, vec![0; 3], shown].concat();
    let tables = image.list(&table);
    let words = [id, version, dimensions, measures, tables].concat();
    image.0[..40].copy_from_slice(&bytes(&words));
    image.0
}

/// Bytes as a text of the WebAssembly format writes them.
pub(crate) fn escaped(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "\\{byte:02x}").unwrap();
        text
    })
}

/// Memory being filled from `IMAGE` on.
pub(crate) struct Image(pub(crate) Vec<u8>);

impl Image {
    /// Address and length of a text.
    pub(crate) fn text(&mut self, text: &str) -> Vec<u32> {
        let at = self.put(text.as_bytes());
        vec![at, u32::try_from(text.len()).unwrap()]
    }

    /// Address and length of a list with one record.
    pub(crate) fn list(&mut self, words: &[u32]) -> Vec<u32> {
        vec![self.put(&bytes(words)), 1]
    }

    fn put(&mut self, bytes: &[u8]) -> u32 {
        self.0.resize(self.0.len().next_multiple_of(8), 0);
        let at = IMAGE + u32::try_from(self.0.len()).unwrap();
        self.0.extend_from_slice(bytes);
        at
    }
}

/// Words as they lie in memory.
pub(crate) fn bytes(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}
