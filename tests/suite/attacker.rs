//! Guests written by hand in which every function can be spoilt, and packages that nobody would make.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use sha2::{Digest, Sha256};
use tridem::plugin::{encode_component, pack};
use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::guest::{SPY, files, manifest};
use crate::lowered::{Value, lowered};
use crate::support::root;

/// Where a guest's arguments are put, and where what it says of itself and what it answers lie.
const HEAP: u32 = 0x1_0000;
const DESCRIPTION: u32 = 0x10_0000;
const ANSWER: u32 = 0x20_0000;

/// What a guest makes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// Figures: contacts counted, and a sum.
    Figures,
    /// A document of its own, also in parts.
    Document,
    /// Proposals for cases.
    Steps,
}

impl Kind {
    /// Its interface, and for each function of it the parameters, the body and the address of the
    /// answer.
    fn functions(self) -> Vec<(&'static str, &'static str, &'static str, &'static str, u32)> {
        const BEGIN: &str = "(param i32 i32 i32 i32 i32 i32 i32)";
        const PUSH: &str =
            "(param $dataset i32) (param $rows i32) (param $columns i32) (param $count i32)";
        let (interface, pushed, body) = match self {
            Self::Figures => ("classify", 32, CLASSIFY),
            Self::Document => ("compose", 16, ""),
            Self::Steps => ("propose", ANSWER, ""),
        };
        let mut functions = vec![
            (interface, "describe", "", "", DESCRIPTION),
            (interface, "begin", BEGIN, "", 16),
            (interface, "push", PUSH, body, pushed),
        ];
        if self == Self::Document {
            functions.extend([
                (interface, "finish", "", "", ANSWER),
                ("partial", "save", "", "", 800),
                ("partial", "merge", "(param i32 i32)", "", 16),
            ]);
        }
        functions
    }
}

/// Every row in the first label and counted, each worth what lies at 0x310000: nothing.
pub(crate) const CLASSIFY: &str = "
    (i32.store (i32.const 36) (i32.const 64)) (i32.store (i32.const 40) (i32.const 1))
    (i32.store (i32.const 44) (i32.const 128)) (i32.store (i32.const 48) (i32.const 2))
    (i32.store (i32.const 64) (i32.const 0x300000)) (i32.store (i32.const 68) (local.get $rows))
    (i32.store (i32.const 152) (i32.const 0x310000)) (i32.store (i32.const 156) (local.get $rows))";

/// A guest, good but for what was spoilt.
pub(crate) struct Attacker {
    kind: Kind,
    /// Instead of the whole function, and before it gives its answer.
    instead: BTreeMap<&'static str, String>,
    before: BTreeMap<&'static str, String>,
    more: String,
    description: Value,
    answer: Value,
    dataset: &'static str,
}

impl Attacker {
    /// A guest that does what it should.
    pub(crate) fn of(kind: Kind) -> Self {
        Self {
            kind,
            instead: BTreeMap::new(),
            before: BTreeMap::new(),
            more: String::new(),
            description: match kind {
                Kind::Figures => figures("Rows", [0, 1]),
                Kind::Document => composition("Rows"),
                Kind::Steps => workflow(),
            },
            answer: match kind {
                Kind::Figures => Value::none(),
                Kind::Document => document(vec![Value::case(1, Value::case(0, Value::Number(0)))]),
                Kind::Steps => Value::case(0, Value::List(Vec::new())),
            },
            dataset: if kind == Kind::Steps { "cases" } else { "contacts" },
        }
    }

    /// This guest, with another body of a function.
    pub(crate) fn doing(mut self, function: &'static str, body: &str) -> Self {
        self.instead.insert(function, body.to_owned());
        self
    }

    /// This guest, changing its answer before it gives it.
    pub(crate) fn spoiling(mut self, function: &'static str, body: &str) -> Self {
        self.before.insert(function, body.to_owned());
        self
    }

    /// This guest, with more in its module.
    pub(crate) fn with(mut self, more: &str) -> Self {
        self.more.push_str(more);
        self
    }

    /// This guest, saying something else of itself.
    pub(crate) fn described(mut self, description: Value) -> Self {
        self.description = description;
        self
    }

    /// This guest, with another document or other proposals.
    pub(crate) fn answering(mut self, answer: Value) -> Self {
        self.answer = answer;
        self
    }

    /// This guest, reading another dataset.
    pub(crate) fn reading(mut self, dataset: &'static str) -> Self {
        self.dataset = dataset;
        self
    }

    /// Its component.
    pub(crate) fn component(&self) -> Vec<u8> {
        let mut text = format!(
            r#"(module
              (memory (export "memory") 64)
              (global $next (mut i32) (i32.const {HEAP}))
              (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
                (local $at i32)
                (global.set $next
                  (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
                (local.set $at (global.get $next))
                (global.set $next (i32.add (global.get $next) (local.get $size)))
                (local.get $at)) {}"#,
            self.more
        );
        let functions = self.kind.functions();
        let mut world = String::from("package example:attacker; world attacker {");
        let mut exported = "";
        for (interface, function, parameters, body, address) in &functions {
            let interface_name = format!("tridem:plugin/{interface}@1.0.0");
            if exported != *interface {
                write!(world, "export {interface_name};").unwrap();
                exported = interface;
            }
            let before = self.before.get(function).map_or("", String::as_str);
            let good = format!("{body} {before} (i32.const {address})");
            let body = self.instead.get(function).unwrap_or(&good);
            write!(
                text,
                r#"(func (export "{interface_name}#{function}") {parameters} (result i32) {body})"#
            )
            .unwrap();
        }
        let interface = functions[0].0;
        let mut image = |function, value, at| {
            let bytes = lowered(interface, function, value, at);
            let bytes =
                bytes.iter().fold(String::new(), |text, byte| text + &format!("\\{byte:02x}"));
            write!(text, r#"(data (i32.const {at}) "{bytes}")"#).unwrap();
        };
        image("describe", &self.description, DESCRIPTION);
        match self.kind {
            Kind::Figures => {}
            Kind::Document => image("finish", &self.answer, ANSWER),
            Kind::Steps => image("push", &self.answer, ANSWER),
        }
        let mut resolve = Resolve::default();
        resolve.push_dir(root().join("schemas/wit/1.0")).unwrap();
        let package = resolve.push_str("attacker.wit", &(world + "}")).unwrap();
        let world = resolve.select_world(&[package], Some("attacker")).unwrap();
        let mut module = wat::parse_str(text + ")").unwrap();
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
        encode_component(&module).unwrap()
    }

    /// Its manifest. A run may take a second, so that nobody waits for a loop.
    pub(crate) fn manifest(&self) -> String {
        let field = if self.dataset == "cases" { "contacts" } else { "day" };
        let limits = "\n[limits]\nrun_seconds = 1\nmemory_mib = 16\n";
        let mut text = manifest(self.dataset, &[field], &[], false);
        if self.kind == Kind::Steps && self.dataset != "cases" {
            // Without cases nothing can be proposed, and nobody would ask.
            let (_, request) = text.split_once("[[request]]").unwrap();
            let cases = request.replace(self.dataset, "cases").replace("\"day\"", "\"contacts\"");
            text = format!("{text}\n[[request]]{cases}");
        }
        text + limits
    }

    /// Its package.
    pub(crate) fn package(&self) -> Vec<u8> {
        pack(&self.manifest(), &files(self.component())).unwrap()
    }
}

/// A description of figures with this label everywhere. Each row is worth something between `least`
/// and `most`.
pub(crate) fn figures(label: &str, [least, most]: [i64; 2]) -> Value {
    let label = || Value::both(label);
    let all = |id| vec![Value::text(id), label()];
    let measure = |id, figure| {
        let figure = Value::case(figure, Value::text("contacts"));
        let rest = [0, 0, least, most].map(Value::Number);
        Value::Record([all(id), vec![Value::none(), figure], rest.into()].concat())
    };
    let own = Value::case(0, Value::List(vec![label()]));
    let dimension = Value::Record([all("all"), vec![own]].concat());
    let shown = Value::List(["rows", "worth"].map(Value::text).into());
    let table = [all("table"), vec![Value::text("all"), Value::none(), shown]].concat();
    Value::Record(vec![
        Value::text(SPY),
        Value::text("1.0.0"),
        Value::List(vec![dimension]),
        Value::List(vec![measure("rows", 0), measure("worth", 2)]),
        Value::List(vec![Value::Record(table)]),
    ])
}

/// A description of a document with one phrase and one check.
pub(crate) fn composition(phrase: &str) -> Value {
    let check = vec![Value::text("odd"), Value::both(phrase), Value::Case(1, None)];
    Value::Record(vec![
        Value::text(SPY),
        Value::text("1.0.0"),
        Value::List(vec![Value::both(phrase)]),
        Value::List(Vec::new()),
        Value::List(vec![Value::Record(check)]),
    ])
}

/// A document of these blocks.
pub(crate) fn document(blocks: Vec<Value>) -> Value {
    Value::case(0, Value::List(blocks))
}

/// A description of one step and one reason.
fn workflow() -> Value {
    let nothing = Value::List(Vec::new());
    let step = vec![Value::text("call"), Value::both("Call"), Value::Case(0, None), nothing];
    Value::Record(vec![
        Value::text(SPY),
        Value::text("1.0.0"),
        Value::List(vec![Value::Record(step)]),
        Value::List(vec![Value::both("Because.")]),
    ])
}

/// An answer with one proposal, for a row and a step.
pub(crate) fn proposal(row: i64, step: i64) -> Value {
    let mut proposal = [row, step].map(Value::Number).to_vec();
    proposal.extend([Value::none(), Value::Number(20_400), Value::Number(0)]);
    proposal.extend([Value::List(Vec::new()), Value::Case(1, None)]);
    Value::case(0, Value::List(vec![Value::Record(proposal)]))
}

/// An archive of a manifest and these files, each listed with its digest, past all checks of the
/// packer.
pub(crate) fn archive(manifest: &str, entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut text = format!("{manifest}\n[files]\n");
    for (name, bytes) in entries {
        let digest = Sha256::digest(bytes);
        let digest = digest.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        writeln!(text, "\"{name}\" = \"{digest}\"").unwrap();
    }
    raw(&[&[("plugin.toml", text.as_bytes())], entries].concat())
}

/// An archive of these files, in the one form that packages have.
pub(crate) fn raw(entries: &[(&str, &[u8])]) -> Vec<u8> {
    zipped(entries, zip::CompressionMethod::Stored)
}

/// An archive of these files.
pub(crate) fn zipped(entries: &[(&str, &[u8])], method: zip::CompressionMethod) -> Vec<u8> {
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(method)
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644);
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        archive.start_file(*name, options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}
