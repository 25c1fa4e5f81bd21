//! Guests for tests of whole runs: what they write depends on the order of all that they are given.

use super::mixed::Mixed;
use crate::plugin::Interface;

/// The manifest of these guests.
pub(crate) const IN_ORDER: &str = r#"
id = "org.example.by-hand"
version = "1.0.0"
api = "1.0"
title = { de = "Von Hand", en = "By hand" }
description = { de = "Zählt Kontakte.", en = "Counts contacts." }
licence = "EUPL-1.2"
authors = ["Example"]

[[request]]
dataset = "contact_pupils"
fields = ["school"]
purpose = { de = "Zählen", en = "Counting" }

[[request]]
dataset = "contacts"
fields = ["kind", "contact_key", "school"]
purpose = { de = "Zählen", en = "Counting" }
"#;

/// The number of rows and 1,000 for each place of a first row's school, after 31 times what was there.
/// Where a column's values begin stands 4 bytes after the column, which has 20.
const PUSH: &str = "
    (local $codes i32)
    (local.set $codes (i32.load (i32.add (local.get $columns)
      (select (i32.const 4) (i32.const 44) (i32.eqz (local.get $dataset))))))
    (global.set $seen (i64.add (i64.mul (global.get $seen) (i64.const 31))
      (i64.extend_i32_u (i32.add (local.get $rows)
        (i32.mul (i32.const 1000) (i32.add (i32.const 1) (i32.load16_u (local.get $codes))))))))
    (if (local.get $dataset)
      (then (global.set $key (i64.load (i32.load offset=24 (local.get $columns))))))
    (i32.const 16)";

const SAVE: &str = "
    (i32.store (i32.const 804) (i32.const 816)) (i32.store (i32.const 808) (i32.const 16))
    (i64.store (i32.const 816) (global.get $seen)) (i64.store (i32.const 824) (global.get $key))
    (i32.const 800)";

/// 1,000,003 times what was there and what was saved.
const MERGE: &str = "
    (if (i32.ne (local.get $length) (i32.const 16)) (then unreachable))
    (global.set $seen (i64.add (i64.mul (global.get $seen) (i64.const 1000003))
      (i64.load (local.get $at))))
    (global.set $key (i64.load offset=8 (local.get $at)))
    (i32.const 16)";

/// A guest that writes what it has counted, and points at the first contact of the last batch.
pub(crate) fn counts_in_order() -> Vec<u8> {
    let mut guest = Mixed::good(&[Interface::Compose, Interface::Partial]);
    let (document, image) = guest.images.last().unwrap();
    let place = |wanted: i64| {
        let found = image.windows(8).position(|bytes| bytes == wanted.to_le_bytes()).unwrap();
        u64::from(*document) + found as u64
    };
    let finish = format!(
        "(i64.store (i32.const {}) (global.get $seen)) (i64.store (i32.const {}) (global.get $key))
         (i32.const {document})",
        place(0x1122_3344_5566_7788),
        place(-1)
    );
    guest.more = "(global $key (mut i64) (i64.const 0))".into();
    guest
        .with(Interface::Compose, "push", PUSH)
        .with(Interface::Compose, "finish", &finish)
        .with(Interface::Partial, "save", SAVE)
        .with(Interface::Partial, "merge", MERGE)
        .component()
}

/// A guest that points at a record that nobody has.
pub(crate) fn points_at_nothing() -> Vec<u8> {
    Mixed::good(&[Interface::Compose]).component()
}
