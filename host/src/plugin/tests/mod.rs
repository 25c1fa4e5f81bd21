//! Tests of the whole module against guests written by hand.

mod admission;
mod guest;
mod hostile;
mod package;
mod running;
