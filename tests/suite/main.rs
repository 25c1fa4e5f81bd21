//! Tests of the whole program, seen from outside: one binary, a module for each feature.
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

mod absences;
mod attendance_figures;
mod audit;
mod backup;
mod command_line;
mod contacts;
mod corrections;
mod crash;
mod demo;
mod dictionary;
mod faults;
mod figures;
mod files;
mod grants;
mod guest;
mod kit;
mod layering;
mod letters;
mod life;
mod plugins;
mod privacy;
mod proofs;
mod readme;
mod reference;
mod schemas;
mod support;
mod tasks;
mod trust;
mod workflow_guest;
