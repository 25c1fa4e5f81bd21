//! `tridem contact correct` and `tridem contact history`.

use crate::app::{CorrectionForm, Error, Value, moment};

use super::lists::{FormatArgs, List};
use super::{Session, word};

/// Correct a contact. What it said before is kept, with the reason.
///
/// What you do not give stays as it is; an empty value empties the field; a list replaces the whole
/// list. The ids stay.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Its id, as the list shows it.
    id: String,
    /// Why, in one line. Everybody who sees the contact can read it, unless nothing but a private
    /// note has changed.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// The school number.
    #[arg(long, value_name = "NUMBER")]
    school: Option<String>,
    /// The kind; `tridem code list contact-kind` has all.
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// Who of the team took part; may be given several times. Replaces all who are named so far.
    #[arg(long, value_name = "CODE")]
    with: Option<Vec<String>>,
    /// How it ended; `tridem code list result` has all. Whether it was an attempt follows from it.
    #[arg(long, value_name = "RESULT")]
    result: Option<String>,
    /// The day.
    #[arg(long, value_name = "DAY")]
    day: Option<String>,
    /// The time, such as 14:30.
    #[arg(long, value_name = "HH:MM")]
    time: Option<String>,
    /// How long, in minutes.
    #[arg(long, value_name = "MINUTES")]
    minutes: Option<String>,
    /// A pupil it was about; may be given several times. Replaces all who are named so far.
    #[arg(long, value_name = "CODE")]
    pupil: Option<Vec<String>>,
    /// The household it was about.
    #[arg(long, value_name = "CODE")]
    household: Option<String>,
    /// How many people of the family or group were present.
    #[arg(long, value_name = "COUNT")]
    persons: Option<String>,
    /// A topic; may be given several times. Replaces all that are named so far.
    #[arg(long, value_name = "TOPIC")]
    topic: Option<Vec<String>>,
    /// What kind of consultation it was: first, follow-up or referral.
    #[arg(long, value_name = "KIND")]
    consultation: Option<String>,
    /// The language of the talk, such as de or tr.
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// Whether an interpreter helped.
    #[arg(long, value_name = "YES|NO")]
    interpreter: Option<String>,
    /// What is to happen next.
    #[arg(long, value_name = "TEXT")]
    next_step: Option<String>,
    /// By when.
    #[arg(long, value_name = "DAY")]
    next_due: Option<String>,
    /// The note that the whole team may read.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// The note that only your own profession may read; needs `--as`.
    #[arg(long, value_name = "TEXT")]
    private_note: Option<String>,
}

pub(super) fn correct(args: &Args, session: &mut Session) -> Result<(), Error> {
    let form = CorrectionForm {
        school: args.school.as_deref(),
        day: args.day.as_deref(),
        time: args.time.as_deref(),
        minutes: args.minutes.as_deref(),
        kind: args.kind.as_deref(),
        result: args.result.as_deref(),
        participants: args.with.as_deref(),
        pupils: args.pupil.as_deref(),
        household: args.household.as_deref(),
        persons: args.persons.as_deref(),
        topics: args.topic.as_deref(),
        consultation: args.consultation.as_deref(),
        language: args.language.as_deref(),
        interpreter: args.interpreter.as_deref(),
        next_due: args.next_due.as_deref(),
        next_step: args.next_step.as_deref(),
        shared_note: args.note.as_deref(),
        private_note: args.private_note.as_deref(),
    };
    let mut app = session.open()?;
    let changed = app.correct_contact(&session.actor, &args.id, &form, &args.reason)?;
    let lang = session.out.lang();
    let titles: Vec<String> =
        changed.iter().map(|field| field.title().get(lang).to_owned()).collect();
    let titles = titles.join(", ");
    session.out.line(format!("Berichtigt: {titles}"), format!("Corrected: {titles}"))?;
    let texts = [&args.note, &args.next_step].map(|text| text.as_deref().unwrap_or_default());
    word::warn(&app, &texts, session)
}

pub(super) fn history(id: &str, format: &FormatArgs, session: &mut Session) -> Result<(), Error> {
    let lang = session.out.lang();
    let app = session.open()?;
    let words = app.words(lang)?;
    let mut list = List::new(&[
        ("number", "Nr.", "no."),
        ("at", "berichtigt am", "corrected"),
        ("by", "von", "by"),
        ("reason", "Grund", "reason"),
        ("field", "Feld", "field"),
        ("before", "vorher", "before"),
        ("after", "nachher", "after"),
    ]);
    for row in app.contact_history(&session.actor, id, &words)? {
        list.row([
            Value::Integer(row.number.into()),
            Value::Text(moment(row.at)),
            Value::Text(row.by),
            Value::Text(row.reason.unwrap_or_else(|| words.closed())),
            Value::Code(row.field),
            row.before,
            row.after,
        ]);
    }
    app.settle_reads()?;
    session.out.list(&list, format.get())
}
