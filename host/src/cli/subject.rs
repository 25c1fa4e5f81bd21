//! `tridem subject`: what a person may ask for about their own data.

use crate::app::Error;

use super::{Session, subject_erasure};

/// What a person may ask for: their data erased, or kept from being erased.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    #[command(flatten)]
    Erasure(subject_erasure::Command),
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    match command {
        Command::Erasure(command) => subject_erasure::run(command, session),
    }
}
