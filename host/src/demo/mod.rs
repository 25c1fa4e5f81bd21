//! An invented city with nine schools and one school year of records, generated from a seed: for
//! trying things out and for tests. Nobody in it exists.

#[cfg(test)]
mod absence_promises;
mod absences;
mod attendance;
#[cfg(test)]
mod case_promises;
mod cast;
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
mod totals;
#[cfg(test)]
mod traps;
mod trips;

pub use city::{City, CityFile};
pub use random::Random;
