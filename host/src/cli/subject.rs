//! `tridem subject`: those whose data are kept, and what they may ask for.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::app::{Error, ListFormat, SubjectCopy, SubjectFacts, Value, moment};
use crate::domain::{Lang, RestrictionReason};

use super::Session;
use super::consent::shared;
use super::lists::{FormatArgs, List};

/// Those whose data are kept: what there is, giving it to them, and restricting its use.
///
/// A pupil, or a household with its children, by its code. For coordinators and data protection
/// officers.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Show what is kept about somebody: how much of what, since when and until when, restrictions,
    /// consents, and what was handed to others.
    Show {
        /// The code of the pupil or household.
        code: String,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Restrict the processing (Art. 18 GDPR): the data are kept and not used.
    ///
    /// They are in no list, sheet, task, letter and report any more, no plugin gets them, and they cannot
    /// be changed. Giving them to the person and lifting the restriction go on.
    Restrict {
        /// The code of the pupil, or of the household with all its children.
        code: String,
        /// Why: accuracy contested, unlawful, needed for claims, or an objection.
        #[arg(long, value_name = "REASON")]
        reason: RestrictionReason,
    },
    /// Lift a restriction. Tell the person before (Art. 18(3) GDPR).
    Unrestrict {
        /// The code of the pupil or household.
        code: String,
    },
    /// Write all that is kept about somebody into a folder (Art. 15 GDPR): a page and JSON.
    ///
    /// The page is in the family's language where that is German or English. Other people are not named,
    /// but free texts may name anybody: those that a person has to read before are listed.
    Export {
        /// The code of the pupil or household.
        code: String,
        /// The folder; it is made, and must be empty.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    #[command(flatten)]
    Erasure(super::subject_erasure::Command),
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    let mut app = session.open()?;
    let lang = session.out.lang();
    match command {
        Command::Erasure(command) => super::subject_erasure::run(command, &mut app, session),
        Command::Show { code, format } => {
            let facts = app.subject(&session.actor, code)?;
            app.settle_reads()?;
            if format.get().is_table() {
                session.out.print(&describe(&facts, lang))?;
            }
            let mut list = List::new(&[
                ("table", "Tabelle", "table"),
                ("what", "Was", "what"),
                ("rows", "Einträge", "rows"),
                ("since", "seit", "since"),
            ]);
            for (table, words, rows, since) in &facts.kept {
                list.row([
                    Value::Text((*table).to_owned()),
                    Value::Text(words.get(lang).to_owned()),
                    Value::Integer(i64::try_from(*rows).unwrap_or(i64::MAX)),
                    since.map_or(Value::None, Value::Day),
                ]);
            }
            session.out.list(&list, format.get())?;
            if format.get().is_table() && !facts.shared.is_empty() {
                session.out.list(&shared(&facts.shared), format.get())?;
            }
            Ok(())
        }
        Command::Restrict { code, reason } => {
            app.restrict(&session.actor, code, *reason)?;
            session.out.line(
                format!(
                    "Eingeschränkt: `{code}`. Die Daten werden aufbewahrt und nicht verwendet."
                ),
                format!("Restricted: `{code}`. The data are kept and not used."),
            )
        }
        Command::Unrestrict { code } => {
            app.unrestrict(&session.actor, code)?;
            session.out.line(
                format!("Die Einschränkung von `{code}` ist aufgehoben."),
                format!("The restriction of `{code}` is lifted."),
            )
        }
        Command::Export { code, out } => {
            let copy = app.export_subject(&session.actor, code, out, lang)?;
            tell(&copy, session)
        }
    }
}

/// Says what was written, and what a person has to read before it is handed over.
fn tell(copy: &SubjectCopy, session: &mut Session) -> Result<(), Error> {
    let lang = session.out.lang();
    session.out.line(
        format!("{} Einträge in {} und {}", copy.rows, copy.page.display(), copy.data.display()),
        format!("{} rows in {} and {}", copy.rows, copy.page.display(), copy.data.display()),
    )?;
    if copy.private_notes > 0 {
        let number = copy.private_notes;
        session.out.remark(
            format!(
                "Vertrauliche Notizen: {number}. Sie sind nur genannt; über sie entscheidet die \
                 Profession, die sie geschrieben hat."
            ),
            format!(
                "Private notes: {number}. They are only named; the profession that wrote them \
                 decides about them."
            ),
        );
    }
    if copy.texts.is_empty() {
        return Ok(());
    }
    let number = copy.texts.len();
    session.out.remark(
        format!(
            "Lesen Sie vor der Herausgabe diese Texte ({number}): In ihnen können andere Menschen \
             genannt sein."
        ),
        format!(
            "Before you hand it over, read these texts ({number}): they may name other people."
        ),
    );
    let mut list = List::new(&[
        ("table", "in", "in"),
        ("row", "Zeile", "row"),
        ("column", "Spalte", "column"),
    ]);
    for text in &copy.texts {
        list.row([
            Value::Text(text.table.get(lang).to_owned()),
            Value::Integer(i64::try_from(text.row).unwrap_or(i64::MAX)),
            Value::Text(text.column.get(lang).to_owned()),
        ]);
    }
    session.out.list(&list, ListFormat::Table)
}

/// The facts before the list.
fn describe(facts: &SubjectFacts, lang: Lang) -> String {
    let mut text = String::new();
    let mut line = |de: String, en: String| {
        let _ = writeln!(text, "{}", lang.pick(de, en));
    };
    let person = &facts.person;
    line(
        format!("{} ({})", person.name, person.code),
        format!("{} ({})", person.name, person.code),
    );
    if facts.is_restricted {
        line(
            "Eingeschränkt: Die Daten werden aufbewahrt und nicht verwendet.".into(),
            "Restricted: the data are kept and not used.".into(),
        );
    }
    for restriction in &facts.restrictions {
        let (since, reason) = (moment(restriction.since), restriction.reason.text());
        let (of_de, of_en) =
            if restriction.of_household { ("Haushalt", "household") } else { ("Kind", "pupil") };
        match restriction.lifted_at {
            None => line(
                format!("Einschränkung ({of_de}) seit {since}: {}", reason.de),
                format!("Restriction ({of_en}) since {since}: {}", reason.en),
            ),
            Some(at) => line(
                format!("Einschränkung ({of_de}) von {since} bis {}: {}", moment(at), reason.de),
                format!("Restriction ({of_en}) from {since} until {}: {}", moment(at), reason.en),
            ),
        }
    }
    for (consent, rests) in &facts.consents {
        let holds = |lang| rests.as_ref().map_or_else(String::new, |why| why.word(lang));
        let (de, en) = match rests {
            None => ("gilt".to_owned(), "holds".to_owned()),
            Some(_) => (
                format!("gilt nicht: {}", holds(Lang::De)),
                format!("does not hold: {}", holds(Lang::En)),
            ),
        };
        let (code, recipient) = (&consent.code, &consent.recipient);
        line(
            format!("Einwilligung `{code}` an {recipient}: {de}"),
            format!("Consent `{code}` to {recipient}: {en}"),
        );
    }
    match facts.kept_until {
        Some(day) => {
            line(format!("Aufbewahrt bis {}", day.german()), format!("Kept until {day}"));
        }
        None => line(
            "Aufbewahrt: noch ohne Ende, die Begleitung läuft oder ihr Ende ist nicht festgehalten"
                .into(),
            "Kept: no end yet, the support goes on or its end is not recorded".into(),
        ),
    }
    text.push('\n');
    text
}
