//! Tests of the whole module against guests written by hand.

mod admission;
mod describe;
mod descriptions;
mod documents;
mod guest;
mod hostile;
mod hostile_mixed;
mod lowered;
mod mixed;
mod package;
mod proposals;
mod random;
mod running;
mod running_mixed;

pub(super) use guest::job;
