//! Invented municipalities, generated from a seed: a city with nine schools and one school year of
//! records, a district and a city region. For trying things out and for tests; nobody in them exists.

#[cfg(test)]
mod absence_promises;
mod absences;
mod attendance;
#[cfg(test)]
mod case_promises;
mod cast;
mod city;
mod consulting;
mod contacts;
mod forms;
mod grades;
mod interpreting;
mod kinds;
mod laternenbrueck;
mod musterstadt;
mod names;
mod notes;
mod people;
mod place;
mod plan;
#[cfg(test)]
mod promises;
mod random;
#[cfg(test)]
mod reading;
mod rhythm;
mod scenes;
mod sheet;
mod support;
mod totals;
#[cfg(test)]
mod traps;
mod trips;
mod wolkenrain;
mod working;

pub use city::{City, CityFile};
pub use place::Place;
pub use random::Random;
