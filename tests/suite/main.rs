//! Tests of the whole program, seen from outside: one binary, a module for each feature.
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

mod absences;
mod accounts;
mod attacker;
mod attendance_figures;
mod attendance_traps;
mod audit;
mod backup;
mod boundaries;
mod cities;
mod cities_apart;
mod command_line;
mod contacts;
mod corrections;
mod crash;
mod demo;
mod dictionary;
mod disk;
mod erasure;
mod examples;
mod failing;
mod faults;
mod figures;
mod files;
mod formats;
mod fuzz;
#[expect(unreachable_pub, reason = "it is also a crate of its own")]
#[path = "../fuzz/src/lib.rs"]
mod fuzzed;
mod grants;
mod guest;
mod hostile;
mod kept;
mod kit;
mod layering;
mod leaks;
mod letters;
mod life;
#[path = "../../host/src/plugin/tests/lowered.rs"]
mod lowered;
mod pages;
mod papers;
mod plugins;
mod privacy;
mod proofs;
mod published;
mod readme;
mod records;
mod recovery;
mod reference;
mod reference_field;
mod rights;
mod scenarios;
mod schemas;
mod seen;
mod sheets;
mod shim;
mod support;
mod tasks;
mod together;
mod torn;
mod trust;
mod words;
mod workbooks;
mod workflow_guest;
