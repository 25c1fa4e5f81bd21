//! Tests of the whole module against guests written by hand.

mod admission;
mod describe;
mod guest;
mod hostile;
mod package;
mod running;
mod seal;

pub(super) use guest::job;
