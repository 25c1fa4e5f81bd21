//! `tridem serve`: the application in the browser.

use crate::app::Error;
use crate::web::{self, ServeOrder};

use super::{Session, system_user};

/// The port where nobody names another.
pub(super) const PORT: u16 = 7423;

/// Serve the application to browsers on this machine, until Ctrl+C.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The port; 0 for any that is free.
    #[arg(long, default_value_t = PORT)]
    port: u16,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    here(args.port, session)
}

/// Serves the records of the session on this machine.
pub(super) fn here(port: u16, session: &mut Session) -> Result<(), Error> {
    let lang = session.out.lang();
    let dir = session.dir.clone();
    let key = session.keys.open(&dir, lang)?;
    let order = ServeOrder { dir: &dir, key, user: system_user(), port };
    let out = &mut session.out;
    web::serve(order, |address| {
        let port = address.port();
        out.remark(
            format!("Tridem läuft: http://localhost:{port}/ (beenden mit Strg+C)"),
            format!("Tridem is running: http://localhost:{port}/ (stop with Ctrl+C)"),
        );
    })
}
