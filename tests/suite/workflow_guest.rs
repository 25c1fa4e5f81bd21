//! A workflow written by hand: it proposes a call for every case with few contacts.

use std::collections::BTreeMap;

use tridem::plugin::{encode_component, pack};
use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::guest::{HEAP, IMAGE, Image, bytes, escaped};
use crate::support::{Workspace, root};

/// The id of the workflow.
pub(crate) const CALLER: &str = "org.example.caller";

/// The German letter of its step.
pub(crate) const LETTER: &str = "# Gespräch über {{given_name}}\n\nLiebe {{household}},\nwir hatten \
    {{facts.contacts}} Kontakte. {{reason}}\n";

/// Its package, of a version and with templates.
pub(crate) fn package(version: &str, templates: &[(&str, &str)]) -> Vec<u8> {
    let mut files = BTreeMap::from([("plugin.wasm".to_owned(), component(version))]);
    for (name, text) in templates {
        files.insert(format!("templates/{name}.hbs"), text.as_bytes().to_vec());
    }
    pack(&manifest(version), &files).unwrap()
}

/// Its manifest, of a version.
pub(crate) fn manifest(version: &str) -> String {
    format!(
        r#"id = "{CALLER}"
version = "{version}"
api = "1.0"
title = {{ de = "Anrufe", en = "Calls" }}
description = {{ de = "Schlägt Anrufe vor.", en = "Proposes calls." }}
licence = "EUPL-1.2"
authors = ["Example"]

[[request]]
dataset = "cases"
fields = ["contacts"]
purpose = {{ de = "Anrufe vorschlagen", en = "Proposing calls" }}

[parameters.most]
type = "integer"
default = 1000
title = {{ de = "Höchstens so viele Kontakte", en = "At most so many contacts" }}
"#
    )
}

/// Installs the workflow with letters in German and Arabic, grants what it asks for and enables it.
pub(crate) fn install(workspace: &Workspace) {
    let arabic = "مرحبا {{given_name}}";
    let package = package("1.0.0", &[("invitation.de", LETTER), ("invitation.ar", arabic)]);
    let file = workspace.file("caller.tridem", package);
    workspace.run(&["plugin", "install", &file]).success();
    workspace.run(&["plugin", "grant", CALLER, "--all"]).success();
    workspace.run(&["plugin", "enable", CALLER]).success();
}

/// The component. It keeps the day of the job and the parameter, and proposes for each row whose
/// first field is at most that: in three days, urgently, because of that field.
pub(crate) fn component(version: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
          (memory (export "memory") 64)
          (global $next (mut i32) (i32.const {HEAP}))
          (global $due (mut i32) (i32.const 0))
          (global $most (mut i32) (i32.const 0))
          (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
            (local $at i32)
            (global.set $next (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
            (local.set $at (global.get $next))
            (global.set $next (i32.add (global.get $next) (local.get $size)))
            (local.get $at))
          (func (export "tridem:plugin/propose@1.0.0#describe") (result i32) (i32.const {IMAGE}))
          (func (export "tridem:plugin/propose@1.0.0#begin")
            (param $today i32) (param i32 i32) (param $parameters i32) (param i32 i32 i32)
            (result i32)
            (global.set $due (i32.add (local.get $today) (i32.const 3)))
            (global.set $most (i32.wrap_i64 (i64.load offset=16 (local.get $parameters))))
            (i32.const 32))
          (func (export "tridem:plugin/propose@1.0.0#push")
            (param i32) (param $rows i32) (param $columns i32) (param i32) (result i32)
            (local $row i32) (local $to i32) (local $count i32) (local $values i32)
            (local.set $values (i32.load offset=4 (local.get $columns)))
            (local.set $to (i32.const 0x300000))
            (loop $each
              (if (i32.le_s
                    (i32.load (i32.add (local.get $values) (i32.shl (local.get $row) (i32.const 2))))
                    (global.get $most))
                (then
                  (i32.store (local.get $to) (local.get $row))
                  (i32.store offset=4 (local.get $to) (i32.const 0))
                  (i32.store8 offset=8 (local.get $to) (i32.const 1))
                  (i32.store offset=12 (local.get $to) (i32.const 0))
                  (i32.store offset=16 (local.get $to) (global.get $due))
                  (i32.store offset=20 (local.get $to) (i32.const 0))
                  (i32.store offset=24 (local.get $to) (i32.const 64))
                  (i32.store offset=28 (local.get $to) (i32.const 1))
                  (i32.store8 offset=32 (local.get $to) (i32.const 2))
                  (local.set $to (i32.add (local.get $to) (i32.const 36)))
                  (local.set $count (i32.add (local.get $count) (i32.const 1)))))
              (local.set $row (i32.add (local.get $row) (i32.const 1)))
              (br_if $each (i32.lt_u (local.get $row) (local.get $rows))))
            (i32.store (i32.const 16) (i32.const 0))
            (i32.store (i32.const 20) (i32.const 0x300000))
            (i32.store (i32.const 24) (local.get $count))
            (i32.const 16))
          (data (i32.const {IMAGE}) "{image}"))"#,
        image = escaped(&description(version)),
    );
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(root().join("schemas/wit/1.0")).unwrap();
    let world = resolve.select_world(&[package], Some("workflow-plugin")).unwrap();
    let mut module = wat::parse_str(text).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    encode_component(&module).unwrap()
}

/// A description as it lies in memory: one step, which holds for the half-year, and one reason.
fn description(version: &str) -> Vec<u8> {
    // The description itself comes first and has eight words.
    let mut image = Image(vec![0; 32]);
    let (id, version) = (image.text(CALLER), image.text(version));
    let label = [image.text("Eltern anrufen"), image.text("Call the parents")].concat();
    let invitation = image.text("invitation");
    let templates = image.list(&invitation);
    let half_year = vec![2];
    let step = [image.text("call"), label, half_year, templates].concat();
    let steps = image.list(&step);
    let reason = [image.text("Wenige Kontakte."), image.text("Few contacts.")].concat();
    let reasons = image.list(&reason);
    let words = [id, version, steps, reasons].concat();
    image.0[..32].copy_from_slice(&bytes(&words));
    image.0
}
