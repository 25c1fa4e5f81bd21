//! Makes pages, texts and files of finished reports, and lists for the terminal.

mod csv;
mod error;
mod format;
mod grid;
mod html;
mod json;
mod list;
mod passport;
mod sign;
mod templates;
mod text;
mod words;

#[cfg(test)]
mod sample;

pub use csv::csv;
pub use error::Error;
pub use format::{day, number};
pub use html::Renderer;
pub use json::json;
pub use list::{ListFormat, Value, list};
pub use text::text;
