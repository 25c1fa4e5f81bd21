//! `tridem plugin keygen`, `sign`, `verify` and `trust`: who made a package, and whose word counts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::app::{self, App, Error, PackageProof, Passphrase, SignRequest, Value};
use crate::domain::{Code, Day, Lang, RevokedThing, Text, TrustPolicy, Verdict};

use super::Session;
use super::lists::{FormatArgs, List};

/// Make a pair of keys to sign packages with.
///
/// NAME.pub goes to those who check signatures. NAME.key stays secret, and is protected by a password
/// that is asked for twice. Both fit the tool `minisign`.
#[derive(clap::Args)]
pub(super) struct KeygenArgs {
    /// The name of both files, without an ending.
    #[arg(long, value_name = "NAME")]
    out: PathBuf,
    /// Do not protect the secret key, for machines: who has the file can sign.
    #[arg(long, conflicts_with = "password_file")]
    no_password: bool,
    /// A file with the password, instead of asking for it.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// Sign a package: its manifest, and with it every file.
///
/// The signature goes into the package. Signing the same twice does not give the same bytes.
#[derive(clap::Args)]
pub(super) struct SignArgs {
    /// The package.
    package: PathBuf,
    /// The file of the secret key.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Sign as the second besides the first, with another key.
    #[arg(long)]
    second: bool,
    /// An earlier package: its signature is taken over where it is by this key and the manifest is the
    /// same, which gives the same bytes.
    #[arg(long, value_name = "FILE")]
    like: Option<PathBuf>,
    /// Where to write the signed package, instead of in its place.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// A file with the password of the key, instead of asking for it.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// Say who signed a package and whether it may run over these records.
///
/// Exit code 0: it may; 1: it may not.
#[derive(clap::Args)]
pub(super) struct VerifyArgs {
    /// The package.
    package: PathBuf,
    /// Check with this public key alone, a file or a line in base64; that needs no records.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

/// Whose signatures on packages count, and what is revoked.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Show whose signatures count and what is revoked.
    List(FormatArgs),
    /// Let the signatures of a key count.
    Add {
        /// The public key: a file, or the line in base64.
        key: String,
        /// Whose it is.
        #[arg(long, value_name = "NAME")]
        owner: String,
        /// How the ids of the plugins begin that it may sign, such as org.example.
        #[arg(long, value_name = "ID")]
        prefix: String,
        /// The last day on which a package that it signed may be installed; what is installed by then
        /// goes on.
        #[arg(long, value_name = "DAY")]
        until: Day,
    },
    /// Let the signatures of a key count no more. What only it signed does not run any more.
    Remove {
        /// The key: its number, a file, or the line in base64.
        key: String,
    },
    /// Revoke a key or a package for good. What depends on it runs nowhere any more, not even over
    /// invented data.
    Revoke {
        /// A key (number, file, or line in base64), or the SHA-256 of a package or manifest.
        what: String,
        /// Why, in one line.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Say whether packages need the signatures of two keys.
    TwoSignatures {
        /// Whether there have to be two.
        state: State,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum State {
    /// Two different keys.
    On,
    /// One is enough.
    Off,
}

pub(super) fn keygen(args: &KeygenArgs, session: &mut Session) -> Result<(), Error> {
    let lang = session.out.lang();
    let password = match &args.password_file {
        _ if args.no_password => None,
        Some(file) => Some(Passphrase::read_file(file)?),
        None => {
            let first = ask(lang.pick("Neues Passwort: ", "New password: "))?;
            // Before it is typed once more, and not after.
            first.refuse_short()?;
            if ask(lang.pick("Noch einmal: ", "Once more: "))? != first {
                return Err(Error::PassphrasesDiffer);
            }
            Some(first)
        }
    };
    let made = app::generate_key_files(&args.out, password.as_ref())?;
    let (public, secret) = (made.public.display(), made.secret.display());
    session.out.line(
        format!("Schlüssel {}\nöffentlich: {public}\ngeheim: {secret}", made.key),
        format!("Key {}\npublic: {public}\nsecret: {secret}", made.key),
    )?;
    if args.no_password {
        session.out.remark(
            "Der geheime Schlüssel ist nicht geschützt: wer die Datei hat, kann signieren.",
            "The secret key is not protected: who has the file can sign.",
        );
    }
    Ok(())
}

pub(super) fn sign(args: &SignArgs, session: &mut Session) -> Result<(), Error> {
    let lang = session.out.lang();
    let request = SignRequest {
        package: &args.package,
        key: &args.key,
        second: args.second,
        like: args.like.as_deref(),
        out: args.out.as_deref(),
    };
    let signed = app::sign_package(&request, &mut || match &args.password_file {
        Some(file) => Passphrase::read_file(file),
        None => ask(lang.pick("Passwort: ", "Password: ")),
    })?;
    let (path, key, sha256) = (signed.path.display(), signed.key, signed.sha256);
    session.out.line(
        format!("Signiert mit dem Schlüssel {key}: {path} (SHA-256 {sha256})"),
        format!("Signed with the key {key}: {path} (SHA-256 {sha256})"),
    )
}

/// Asks on the terminal, without showing what is typed.
fn ask(question: &str) -> Result<Passphrase, Error> {
    let text = rpassword::prompt_password(question).map_err(Error::NoPassword)?;
    Ok(Passphrase::new(&text))
}

pub(super) fn verify(args: &VerifyArgs, session: &mut Session) -> Result<(), Error> {
    let lang = session.out.lang();
    let proof = match &args.key {
        Some(key) => app::prove_package(&args.package, key)?,
        None => session.open()?.prove_package(&args.package)?,
    };
    session.out.print(&proven(&proof, lang))?;
    if proof.may_run {
        return Ok(());
    }
    let file = || args.package.display().to_string();
    let plugin = proof.name.split(' ').next().filter(|id| !id.is_empty());
    Err(Error::Untrusted {
        plugin: plugin.map_or_else(file, str::to_owned),
        verdict: Box::new(proof.verdict),
        is_development: proof.is_development,
    })
}

/// What was found out about a package file, as lines of text.
fn proven(proof: &PackageProof, lang: Lang) -> String {
    let mut lines: Vec<String> =
        [&proof.name].into_iter().filter(|name| !name.is_empty()).cloned().collect();
    lines.extend(judged(&proof.verdict, lang));
    for (key, comment) in &proof.claims {
        lines.push(lang.pick(
            format!("Trägt eine Signatur mit dem Schlüssel {key}: {comment}"),
            format!("Carries a signature with the key {key}: {comment}"),
        ));
    }
    lines.push(format!(
        "{} {}",
        lang.pick("SHA-256 des Pakets:  ", "SHA-256, package: "),
        proof.sha256
    ));
    if !proof.manifest_sha256.is_empty() {
        let words = lang.pick("SHA-256 des Manifests:", "SHA-256, manifest:");
        lines.push(format!("{words} {}", proof.manifest_sha256));
    }
    lines.join("\n") + "\n"
}

/// The status, what it means, and who signed or what is wrong.
fn judged(verdict: &Verdict, lang: Lang) -> Vec<String> {
    let status = verdict.status;
    let mut lines = vec![format!(
        "{} {}. {}",
        lang.pick("Signatur:", "Signature:"),
        status.text().get(lang),
        status.explanation().get(lang)
    )];
    lines.extend(verdict.signers.iter().map(|signer| {
        let (key, owner, prefix) = (signer.key, &signer.owner, signer.prefix.as_str());
        lang.pick(
            format!("  von {owner}, Schlüssel {key}, für {prefix}"),
            format!("  by {owner}, key {key}, for {prefix}"),
        )
    }));
    lines.extend(verdict.flaws.iter().map(|flaw| format!("  {}", flaw.text().get(lang))));
    lines
}

/// What the signatures of an installed plugin come to, at the end of what is known of it.
pub(super) fn found(app: &App, sha256: &str, lang: Lang) -> Result<String, Error> {
    let signatures = app.signatures()?;
    let Some(verdict) = signatures.get(sha256) else { return Ok(String::new()) };
    Ok(format!("\n{}\n", judged(verdict, lang).join("\n")))
}

/// What a package file claims of who signed it. Without records nobody can say whether it counts.
pub(super) fn claimed(package: &Path, lang: Lang) -> Result<String, Error> {
    let claims = app::package_claims(package)?;
    let mut text = String::from("\n");
    if claims.is_empty() {
        text += lang.pick("Signatur: keine\n", "Signature: none\n");
    }
    for (key, _) in claims {
        text += &lang.pick(
            format!("Signatur: Schlüssel {key}; ob sie zählt, sagt `tridem plugin verify`\n"),
            format!("Signature: key {key}; `tridem plugin verify` says whether it counts\n"),
        );
    }
    Ok(text)
}

/// The status of an installed plugin for a list.
pub(super) fn status(signatures: &BTreeMap<String, Verdict>, sha256: &str) -> Value {
    let status = signatures.get(sha256).map(|verdict| verdict.status);
    status.map_or(Value::None, |status| code(status.code(), &status.text()))
}

fn code(code: &str, words: &Text) -> Value {
    Value::Code(Code { code: code.to_owned(), de: words.de.clone(), en: words.en.clone() })
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    match command {
        Command::List(format) => {
            let policy = session.open()?.trust()?;
            session.out.list(&listed(&policy), format.get())?;
            if policy.is_development {
                session.out.remark(
                    "Der Ordner ist für erfundene Daten: hier laufen auch Plugins ohne Signatur.",
                    "The folder is for invented data: plugins without a signature run here too.",
                );
            }
            Ok(())
        }
        Command::Add { key, owner, prefix, until } => {
            let trusted = session.open()?.trust_key(&session.actor, key, owner, prefix, *until)?;
            let (key, owner, prefix) = (trusted.key, &trusted.owner, trusted.prefix.as_str());
            session.out.line(
                format!(
                    "Anerkannt: Schlüssel {key} von {owner}, für {prefix}, bis {}",
                    until.german()
                ),
                format!("Trusted: key {key} of {owner}, for {prefix}, until {until}"),
            )
        }
        Command::Remove { key } => {
            let key = session.open()?.distrust_key(&session.actor, key)?;
            session.out.line(
                format!("Nicht mehr anerkannt: Schlüssel {key}"),
                format!("Not trusted any more: key {key}"),
            )
        }
        Command::Revoke { what, reason } => {
            for thing in session.open()?.revoke_trust(&session.actor, what, reason)? {
                let thing = name_of(thing);
                session.out.line(format!("Widerrufen: {thing}"), format!("Revoked: {thing}"))?;
            }
            Ok(())
        }
        Command::TwoSignatures { state } => {
            let two = *state == State::On;
            session.open()?.need_two_signatures(&session.actor, two)?;
            session.out.line(
                if two { "Nötig sind zwei Signaturen." } else { "Eine Signatur genügt." },
                if two { "Two signatures are needed." } else { "One signature is enough." },
            )
        }
    }
}

/// Whose signatures count and what is revoked, one a row.
fn listed(policy: &TrustPolicy) -> List {
    let mut list = List::new(&[
        ("kind", "Art", "kind"),
        ("name", "Schlüssel oder SHA-256", "key or SHA-256"),
        ("owner", "von", "owner"),
        ("prefix", "für", "for"),
        ("until", "bis", "until"),
        ("revoked_since", "widerrufen seit", "revoked since"),
        ("reason", "Grund", "reason"),
    ]);
    for trusted in &policy.keys {
        list.row([
            code("key", &Text::new("Schlüssel", "key")),
            Value::Text(trusted.key.to_string()),
            Value::Text(trusted.owner.clone()),
            Value::Text(trusted.prefix.as_str().to_owned()),
            Value::Day(trusted.until),
            Value::None,
            Value::None,
        ]);
    }
    for revocation in &policy.revocations {
        let kind = match revocation.thing {
            RevokedThing::Key(_) => {
                code("revoked-key", &Text::new("widerrufener Schlüssel", "revoked key"))
            }
            RevokedThing::Digest(_) => {
                code("revoked-package", &Text::new("widerrufenes Paket", "revoked package"))
            }
        };
        list.row([
            kind,
            Value::Text(name_of(revocation.thing)),
            Value::None,
            Value::None,
            Value::None,
            Value::Day(revocation.since),
            Value::Text(revocation.reason.clone()),
        ]);
    }
    if policy.needs_two {
        list.row([
            code("two-signatures", &Text::new("zwei Signaturen nötig", "two signatures needed")),
            Value::None,
            Value::None,
            Value::None,
            Value::None,
            Value::None,
            Value::None,
        ]);
    }
    list
}

fn name_of(thing: RevokedThing) -> String {
    match thing {
        RevokedThing::Key(key) => key.to_string(),
        RevokedThing::Digest(digest) => app::hex(&digest),
    }
}
