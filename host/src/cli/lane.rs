//! `tridem lane`: who of a profession can open its private notes, and to whom it shows one.

use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::app::{App, Error, ReleaseBy, Value, Words, moment};
use crate::domain::{Code, ContactView, Lang, Release, ReleaseGround};

use super::Session;
use super::lists::{FormatArgs, List};
use super::output::counted;

/// Private notes: who of a profession can open them, and releases to another profession.
///
/// The private notes of each profession are sealed with a key of its own. Where there are no
/// accounts, the key lies with the records, and whoever opens those can act as anybody. Once a
/// profession is closed, its members alone have the key.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// List the professions, and who can open their private notes.
    List(FormatArgs),
    /// Close the private notes of your profession to all but those of it who have an account.
    ///
    /// A key on paper is shown once: print it and lock it away. It is the only way back when
    /// everybody of the profession has lost their password. The first of a profession who signs in
    /// closes its notes by that.
    Close,
    /// Let a colleague of your profession open its private notes.
    Admit {
        /// The code of the practitioner. They have an account and have chosen their own password.
        code: String,
    },
    /// Take the private notes of your profession away from a colleague; all of them are sealed anew.
    ///
    /// What somebody has read they know, and they could open an old backup with what they had.
    Dismiss {
        /// The code of the practitioner.
        code: String,
    },
    /// Open the private notes of your profession again, with the key on paper.
    Recover {
        /// The file with the key on paper; without it, it is asked for.
        #[arg(long, value_name = "FILE")]
        recovery_file: Option<PathBuf>,
    },
    /// Show the private note that your profession has about a contact to another profession.
    ///
    /// That takes a consent of the family, or the law has to say so. The other profession sees the
    /// note as it is now, by whom it was released, when and why.
    #[command(group(clap::ArgGroup::new("allowed").required(true).args(["consent", "ground"])))]
    Release {
        /// The id of the contact.
        contact: String,
        /// The profession that is to see it; `tridem code list role` has all.
        #[arg(long, value_name = "ROLE")]
        to: String,
        /// The code of the consent that allows it. It is granted, holds today, names the profession
        /// as recipient and is of the family of the contact.
        #[arg(long, value_name = "CODE")]
        consent: Option<String>,
        /// What the law says instead: danger-to-child (section 4 KKG), duty-to-report (section 138
        /// StGB), necessity (section 34 StGB); `tridem code list release-ground` has all.
        #[arg(long, value_name = "TERM")]
        ground: Option<String>,
        /// Why, in one line. Both professions can read it.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Take a release back. A consent that is withdrawn does it by itself.
    Revoke {
        /// The id of the release, as `tridem contact show` has it.
        id: String,
    },
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    let mut app = session.open()?;
    let actor = &session.actor;
    match command {
        Command::List(format) => {
            let mut list = List::new(&[
                ("role", "Profession", "profession"),
                ("closed", "Verschlossen", "closed"),
                ("members", "Zugang", "access"),
                ("notes", "Kontakte mit Notiz", "contacts with a note"),
                ("readable", "Von Ihnen lesbar", "readable by you"),
            ]);
            for lane in app.lanes(actor)? {
                list.row([
                    Value::Code(lane.role),
                    lane.closed_at.map_or(Value::None, |at| Value::Text(moment(at))),
                    Value::List(lane.members),
                    Value::Integer(i64::try_from(lane.notes).unwrap_or(i64::MAX)),
                    Value::Code(said(lane.is_readable)),
                ]);
            }
            session.out.list(&list, format.get())
        }
        Command::Close => {
            let key = app.close_lane(actor)?;
            session.out.line(
                "Die vertraulichen Notizen Ihrer Profession sind verschlossen.",
                "The private notes of your profession are closed.",
            )?;
            show_once(&key, session);
            Ok(())
        }
        Command::Admit { code } => {
            app.admit_to_lane(actor, code)?;
            session.out.line(
                format!("`{code}` kann die vertraulichen Notizen Ihrer Profession öffnen."),
                format!("`{code}` can open the private notes of your profession."),
            )
        }
        Command::Dismiss { code } => {
            let texts = usize::try_from(app.dismiss_from_lane(actor, code)?).unwrap_or(usize::MAX);
            session.out.line(
                format!(
                    "`{code}` kann sie nicht mehr öffnen; {} neu versiegelt.",
                    counted(texts, "Text", "Texte")
                ),
                format!(
                    "`{code}` cannot open them any more; {} sealed anew.",
                    counted(texts, "text", "texts")
                ),
            )
        }
        Command::Recover { recovery_file } => {
            let text = if let Some(file) = recovery_file {
                fs_err::read_to_string(file).map_err(Error::File)?
            } else {
                let question = session.out.lang().pick("Schlüssel vom Papier: ", "Key on paper: ");
                rpassword::prompt_password(question).map_err(Error::NoPassphrase)?
            };
            let text = Zeroizing::new(text);
            app.recover_lane(actor, &text)?;
            session.out.line(
                "Sie können die vertraulichen Notizen Ihrer Profession wieder öffnen.",
                "You can open the private notes of your profession again.",
            )
        }
        Command::Release { contact, to, consent, ground, reason } => {
            let by = match (consent, ground) {
                (Some(code), _) => ReleaseBy::Consent(code),
                (None, ground) => ReleaseBy::Law(ground.as_deref().unwrap_or_default()),
            };
            let id = app.release_note(actor, contact, to, by, reason)?;
            session.out.line(format!("Freigegeben: {id}"), format!("Released: {id}"))
        }
        Command::Revoke { id } => {
            app.revoke_release(actor, id)?;
            session.out.line("Die Freigabe ist zurückgenommen.", "The release is taken back.")
        }
    }
}

fn said(is_so: bool) -> Code {
    let (code, de, en) = if is_so { ("yes", "ja", "yes") } else { ("no", "nein", "no") };
    Code { code: code.into(), de: de.into(), en: en.into() }
}

/// Closes the notes of whoever has just signed in, where they are the first of their profession.
pub(super) fn close_at_sign_in(app: &mut App, session: &mut Session) -> Result<(), Error> {
    if let Some(key) = app.close_open_lane(&session.actor)? {
        session.out.remark(
            "Sie sind die erste Person Ihrer Profession mit einem eigenen Passwort. Deren \
             vertrauliche Notizen sind von jetzt an verschlossen.",
            "You are the first of your profession with a password of your own. Its private notes \
             are closed from now on.",
        );
        show_once(&key, session);
    }
    Ok(())
}

/// Shows the key on paper, to the terminal and not into a pipe.
fn show_once(key: &str, session: &mut Session) {
    let groups: Vec<&str> = key.split_whitespace().collect();
    let lines: Vec<String> =
        groups.chunks(6).map(|line| format!("    {}", line.join(" "))).collect();
    let key = Zeroizing::new(lines.join("\n"));
    session.out.remark(
        format!(
            "Der Schlüssel für das Papier wird nur jetzt gezeigt. Drucken Sie ihn aus, und schließen \
             Sie ihn weg; er öffnet alle vertraulichen Notizen Ihrer Profession:\n\n{}\n",
            *key
        ),
        format!(
            "The key on paper is shown now and never again. Print it and lock it away; it opens all \
             private notes of your profession:\n\n{}\n",
            *key
        ),
    );
}

/// The releases of the notes of a contact, as lines for the sheet of the contact.
pub(super) fn releases(view: &ContactView, words: &Words, lang: Lang) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    for release in &view.releases {
        lines.push((lang.pick("Freigabe", "Release").to_owned(), about(release, words, lang)));
        if let Some(text) = &release.text {
            let from = words.role(release.profession);
            lines.push((lang.pick(format!("Notiz {from}"), format!("Note {from}")), text.clone()));
        }
    }
    lines
}

fn about(release: &Release, words: &Words, lang: Lang) -> String {
    let (from, to) = (words.role(release.profession), words.role(release.recipient));
    let ground = match &release.ground {
        ReleaseGround::Consent(code) => {
            lang.pick(format!("Einwilligung {code}"), format!("consent {code}"))
        }
        ReleaseGround::Law(place) => words.code("release-ground", *place).word(lang).to_owned(),
    };
    let Release { id, reason, released_by, released_at, .. } = release;
    let at = moment(*released_at);
    let mut text = lang.pick(
        format!("{from} an {to}, {at}, {released_by}, {ground}: {reason} ({id})"),
        format!("{from} to {to}, {at}, {released_by}, {ground}: {reason} ({id})"),
    );
    if let Some((at, by)) = &release.ended {
        let at = moment(*at);
        text += &lang.pick(format!("; beendet {at}, {by}"), format!("; ended {at}, {by}"));
    } else if !release.is_active {
        text += lang.pick("; Einwilligung abgelaufen", "; consent has run out");
    }
    text
}
