//! Tests of the whole module against guests written by hand.

mod admission;
mod describe;
mod descriptions;
mod documents;
mod guest;
mod hostile;
mod hostile_mixed;
mod in_order;
mod lowered;
mod mixed;
mod package;
mod proposals;
mod random;
mod running;
mod running_mixed;
mod seal;

pub(super) use guest::job;
pub(crate) use in_order::{IN_ORDER, counts_in_order, points_at_nothing};
