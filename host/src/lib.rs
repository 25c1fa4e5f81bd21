//! Tridem: records the work of school mediators, and runs a municipality's own rules over it as
//! sandboxed WebAssembly plugins.
//!
//! Modules are layers; imports point down and neighbours never see each other:
//!
//! ```text
//!                       cli
//!                       web
//!                       app
//! capture   store   plugin   report   render   demo
//!                     domain
//! ```

pub mod app;
pub mod capture;
pub mod cli;
pub mod demo;
pub mod domain;
pub mod plugin;
pub mod render;
pub mod report;
pub mod store;
pub mod web;
