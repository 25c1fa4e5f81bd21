//! The application in the browser: the same use cases as on the command line, as pages.

mod admin;
mod api;
mod assets;
mod attendance;
mod certificate;
mod connect;
mod contact;
mod failure;
mod family;
mod fields;
mod form_words;
#[cfg(test)]
mod guard_tests;
mod hints;
mod home;
mod language;
mod limits;
mod lock;
mod log;
mod menu;
mod notice;
mod pages;
mod places;
mod pool;
mod report;
mod routes;
mod server;
mod session;
mod shell;
mod site;
#[cfg(test)]
mod stage;
mod visit;
mod words;

use failure::Failure;

pub use connect::qr_lines;
pub use log::LogLevel;
pub use server::{Listening, Network, ServeOrder, serve};
