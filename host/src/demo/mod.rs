//! An invented city with nine schools and one school year of records, generated from a seed: for
//! trying things out and for tests. Nobody in it exists.

mod city;
mod contacts;
mod grades;
mod kinds;
mod names;
mod notes;
mod people;
mod plan;
#[cfg(test)]
mod promises;
mod random;
#[cfg(test)]
mod reading;
mod rhythm;
mod scenes;
mod sheet;
#[cfg(test)]
mod traps;

pub use city::{City, CityFile};
