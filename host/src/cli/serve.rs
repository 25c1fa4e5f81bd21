//! `tridem serve`: the application in the browser.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;

use crate::app::{App, Error};
use crate::web::{self, Listening, LogLevel, Network, ServeOrder};

use super::{Session, system_user};

/// The port where nobody names another.
pub(super) const PORT: u16 = 7423;

/// Serve the application to browsers, until Ctrl+C.
///
/// Without further options only browsers on this machine reach it. With `--lan` those in the local
/// network do, and then over TLS alone: with a certificate of Tridem's own, whose authority tablets
/// have to trust once, or with one that your municipality has made.
///
/// Where there are no records yet, it asks for the name of the municipality and makes them; the
/// first page then leads through the rest.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The port; 0 for any that is free.
    #[arg(long, default_value_t = PORT, value_name = "PORT")]
    port: u16,
    /// Serve the local network under this address or name of this machine; several can be named, and
    /// the first is the one that people type.
    #[arg(long, value_name = "ADDRESS")]
    lan: Vec<String>,
    /// The certificate, and those between it and its authority, as PEM; without it, Tridem's own.
    #[arg(long, value_name = "FILE", requires = "lan", requires = "private_key")]
    certificate: Option<PathBuf>,
    /// The private key of the certificate, as PEM.
    #[arg(long, value_name = "FILE", requires = "certificate")]
    private_key: Option<PathBuf>,
    /// Make Tridem's own authority and certificate anew. Every tablet has to trust the new one.
    #[arg(long, requires = "lan", conflicts_with = "certificate")]
    new_certificate: bool,
    /// Make the records first, for a municipality of this name, where there are none yet.
    #[arg(long, value_name = "NAME")]
    init: Option<String>,
    /// What is written to standard error, as lines of JSON without names; without it, every request,
    /// and only problems where that is a terminal.
    #[arg(long, value_enum, value_name = "WHAT")]
    log: Option<Log>,
}

/// What is written down.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Log {
    /// Every request, and what goes wrong.
    Requests,
    /// Only what goes wrong.
    Problems,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    if !session.dir.join("tridem.db").exists() {
        make(args, session)?;
    }
    let certificate = args.certificate.clone().zip(args.private_key.clone());
    let anew = args.new_certificate;
    let network =
        (!args.lan.is_empty()).then(|| Network { names: args.lan.clone(), certificate, anew });
    serve(args.port, network, args.log, session)
}

/// Serves the records of the session on this machine.
pub(super) fn here(port: u16, session: &mut Session) -> Result<(), Error> {
    serve(port, None, None, session)
}

fn serve(
    port: u16,
    network: Option<Network>,
    log: Option<Log>,
    session: &mut Session,
) -> Result<(), Error> {
    let lang = session.out.lang();
    let dir = session.dir.clone();
    let key = session.keys.open(&dir, lang)?;
    let log = match log {
        Some(Log::Problems) => LogLevel::Problems,
        // Whoever watches a terminal wants to see what is wrong, and not each click.
        None if std::io::stderr().is_terminal() => LogLevel::Problems,
        Some(Log::Requests) | None => LogLevel::Requests,
    };
    let order = ServeOrder { dir: &dir, key, user: system_user(), port, network, log };
    web::serve(order, |listening| tell(listening, session))
}

/// Says where the server is, and what is to be done there.
fn tell(listening: &Listening, session: &mut Session) {
    let Listening { address, authority, setup } = listening;
    let out = &mut session.out;
    out.remark(
        format!("Tridem läuft: {address} (beenden mit Strg+C)"),
        format!("Tridem is running: {address} (stop with Ctrl+C)"),
    );
    if address.starts_with("https:") {
        let picture = web::qr_lines(address);
        out.remark(&picture, &picture);
    }
    if let Some((fingerprint, file)) = authority {
        let file = file.display();
        out.remark(
            format!(
                "Tablets müssen dieser Zertifizierungsstelle einmal vertrauen: {file}, oder \
                 {address}ca\nFingerabdruck (SHA-256): {fingerprint}"
            ),
            format!(
                "Tablets have to trust this authority once: {file}, or {address}ca\nFingerprint \
                 (SHA-256): {fingerprint}"
            ),
        );
    }
    if let Some(setup) = setup {
        out.remark(
            format!("Noch hat niemand ein Konto. Einrichten, mit einem Code für einmal:\n{setup}"),
            format!("Nobody has an account yet. Set up, with a code for one time:\n{setup}"),
        );
    }
}

/// Makes the records, for the municipality that was named or that the person names now.
fn make(args: &Args, session: &mut Session) -> Result<(), Error> {
    let name = match &args.init {
        Some(name) => name.clone(),
        None if std::io::stdin().is_terminal() => {
            let dir = session.dir.display().to_string();
            session.out.remark(
                format!("In {dir} liegen noch keine Daten. Sie werden jetzt angelegt.\nName der Kommune: "),
                format!("There are no records in {dir} yet. They are made now.\nName of the municipality: "),
            );
            let _ = std::io::stderr().flush();
            let mut name = String::new();
            std::io::stdin().lock().read_line(&mut name).map_err(Error::NoPassphrase)?;
            name.trim().to_owned()
        }
        None => return Err(Error::NotThere(session.dir.clone())),
    };
    let key = session.keys.make(&session.dir, session.out.lang(), false)?;
    let made = App::init(&session.actor, &session.dir, &key, &name)?;
    if let Some(file) = made.key_file {
        let file = file.display();
        session.out.remark(
            format!(
                "Angelegt. Der Schlüssel der Daten ist {file}: ohne ihn sind sie verloren. Bewahren Sie \
                 eine Kopie getrennt davon auf."
            ),
            format!(
                "Made. The key of the records is {file}: without it they are lost. Keep a copy of it \
                 apart from them."
            ),
        );
    }
    Ok(())
}
