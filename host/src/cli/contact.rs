//! `tridem contact`: record a contact or an attempt at one, and look at what was recorded.

use crate::app::{ContactFilter, ContactForm, Error, Value};
use crate::domain::{ContactView, Day, Lang};

use super::lane;
use super::lists::{FormatArgs, List};
use super::school::show as show_day;
use super::{Session, correction, word};

/// Contacts with pupils, families, teachers and offices, and attempts at them.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Record a contact.
    Add(Box<AddArgs>),
    /// List contacts, newest first.
    List {
        /// Only those of this school.
        #[arg(long, value_name = "NUMBER")]
        school: Option<String>,
        /// Only those about this pupil.
        #[arg(long, value_name = "CODE")]
        pupil: Option<String>,
        /// Only those in which this practitioner took part.
        #[arg(long, value_name = "CODE")]
        with: Option<String>,
        /// From this day on.
        #[arg(long, value_name = "DAY")]
        from: Option<Day>,
        /// Up to this day, included.
        #[arg(long, value_name = "DAY")]
        until: Option<Day>,
        /// At most so many.
        #[arg(long, default_value_t = 50, value_name = "COUNT")]
        limit: usize,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Show one contact with its notes.
    Show {
        /// Its id, as the list shows it.
        id: String,
    },
    /// Correct a contact. What it said before is kept, with the reason.
    Correct(Box<correction::Args>),
    /// Show what a contact said before it was corrected, field by field.
    History {
        /// Its id, as the list shows it.
        id: String,
        #[command(flatten)]
        format: FormatArgs,
    },
}

/// A new contact. Only the school, the kind and who took part have to be given.
#[derive(clap::Args)]
pub(super) struct AddArgs {
    /// The school number.
    #[arg(long, value_name = "NUMBER")]
    school: String,
    /// The kind, such as home-visit, parent-talk or phone; `tridem code list contact-kind` has all.
    #[arg(long, value_name = "KIND")]
    kind: String,
    /// Who of the team took part; may be given several times. With `--as` you are always among them.
    #[arg(long, value_name = "CODE")]
    with: Vec<String>,
    /// How it ended: reached, not-reached, postponed and so on.
    #[arg(long, default_value = "reached", value_name = "RESULT")]
    result: String,
    /// The day; without it, today.
    #[arg(long, value_name = "DAY")]
    day: Option<String>,
    /// The time, such as 14:30.
    #[arg(long, default_value = "", value_name = "HH:MM")]
    time: String,
    /// How long, in minutes.
    #[arg(long, default_value = "0", value_name = "MINUTES")]
    minutes: String,
    /// A pupil it was about; may be given several times.
    #[arg(long, value_name = "CODE")]
    pupil: Vec<String>,
    /// The household it was about; without it, the one the pupils share.
    #[arg(long, default_value = "", value_name = "CODE")]
    household: String,
    /// How many people of the family or group were present; without it, 1, and 0 at an attempt.
    #[arg(long, value_name = "COUNT")]
    persons: Option<String>,
    /// A topic; may be given several times. `tridem code list topic` has them all.
    #[arg(long, value_name = "TOPIC")]
    topic: Vec<String>,
    /// What kind of consultation it was: first, follow-up or referral.
    #[arg(long, default_value = "", value_name = "KIND")]
    consultation: String,
    /// The language of the talk, such as de or tr.
    #[arg(long, default_value = "", value_name = "LANGUAGE")]
    language: String,
    /// An interpreter helped.
    #[arg(long)]
    interpreter: bool,
    /// What is to happen next.
    #[arg(long, default_value = "", value_name = "TEXT")]
    next_step: String,
    /// By when.
    #[arg(long, default_value = "", value_name = "DAY")]
    next_due: String,
    /// A note that the whole team may read.
    #[arg(long, default_value = "", value_name = "TEXT")]
    note: String,
    /// A note that only your own profession may read; needs `--as`.
    #[arg(long, default_value = "", value_name = "TEXT")]
    private_note: String,
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    let lang = session.out.lang();
    match command {
        Command::Add(args) => {
            let form = ContactForm {
                school: &args.school,
                day: args.day.as_deref(),
                time: &args.time,
                minutes: &args.minutes,
                kind: &args.kind,
                result: &args.result,
                participants: &args.with,
                pupils: &args.pupil,
                household: &args.household,
                persons: args.persons.as_deref(),
                topics: &args.topic,
                consultation: &args.consultation,
                language: &args.language,
                interpreter: args.interpreter,
                next_due: &args.next_due,
                next_step: &args.next_step,
                shared_note: &args.note,
                private_note: &args.private_note,
            };
            let mut app = session.open()?;
            let id = app.add_contact(&session.actor, &form)?;
            session.out.line(format!("Gespeichert: {id}"), format!("Saved: {id}"))?;
            word::warn(&app, &[&args.note, &args.next_step], session)
        }
        Command::List { school, pupil, with, from, until, limit, format } => {
            let filter = ContactFilter {
                school: school.as_deref(),
                pupil: pupil.as_deref(),
                practitioner: with.as_deref(),
                from: *from,
                until: *until,
                limit: *limit,
            };
            let app = session.open()?;
            let found = app.contacts(&session.actor, &filter)?;
            app.settle_reads()?;
            let words = app.words(lang)?;
            let mut list = List::new(&[
                ("id", "Id", "id"),
                ("day", "Tag", "day"),
                ("school", "Schule", "school"),
                ("kind", "Art", "kind"),
                ("result", "Ergebnis", "result"),
                ("team", "Team", "team"),
                ("participants", "Beteiligte", "participants"),
                ("pupils", "Kinder", "pupils"),
                ("minutes", "Minuten", "minutes"),
                ("persons", "Personen", "persons"),
            ]);
            for view in &found {
                let contact = &view.contact;
                list.row([
                    Value::Text(contact.id.to_string()),
                    Value::Day(contact.day),
                    Value::Text(view.school.clone()),
                    Value::Code(words.kind(contact)),
                    Value::Code(words.result(contact)),
                    Value::Code(words.team_form(contact)),
                    Value::List(codes(&view.participants)),
                    Value::List(codes(&view.pupils)),
                    Value::Integer(i64::from(contact.minutes)),
                    Value::Integer(i64::from(contact.persons)),
                ]);
            }
            session.out.list(&list, format.get())
        }
        Command::Show { id } => {
            let app = session.open()?;
            let view = app.contact(&session.actor, id)?;
            app.settle_reads()?;
            let text = describe(&view, &app, lang)?;
            session.out.print(&text)
        }
        Command::Correct(args) => correction::correct(args, session),
        Command::History { id, format } => correction::history(id, format, session),
    }
}

fn codes(people: &[(String, String)]) -> Vec<String> {
    people.iter().map(|(code, _)| code.clone()).collect()
}

/// One contact as lines of text.
fn describe(view: &ContactView, app: &crate::app::App, lang: Lang) -> Result<String, Error> {
    let words = app.words(lang)?;
    let contact = &view.contact;
    let names = |people: &[(String, String)]| {
        people.iter().map(|(code, name)| format!("{name} ({code})")).collect::<Vec<_>>().join(", ")
    };
    let mut lines = Vec::new();
    let mut line = |de: &str, en: &str, value: String| {
        if !value.is_empty() {
            lines.push(format!("{:<16} {value}", format!("{}:", lang.pick(de, en))));
        }
    };
    line("Id", "Id", contact.id.to_string());
    let time =
        contact.time.map_or_else(String::new, |time| format!(" {:02}:{:02}", time / 60, time % 60));
    line("Tag", "Day", show_day(contact.day, lang) + &time);
    line("Schule", "School", format!("{} {}", view.school, view.school_name));
    line("Art", "Kind", words.kind(contact).word(lang).to_owned());
    line("Ergebnis", "Result", words.result(contact).word(lang).to_owned());
    line(
        "Team",
        "Team",
        format!("{}: {}", words.team_form(contact).word(lang), names(&view.participants)),
    );
    line("Kinder", "Pupils", names(&view.pupils));
    line("Haushalt", "Household", view.household.clone().unwrap_or_default());
    line("Dauer", "Duration", format!("{} min", contact.minutes));
    line("Anwesende", "Persons present", contact.persons.to_string());
    line("Themen", "Topics", words.topics(contact));
    line("Beratung", "Consultation", words.consultation(contact));
    line("Sprache", "Language", words.language(contact));
    if contact.interpreter {
        line("Dolmetschung", "Interpreter", lang.pick("ja", "yes").to_owned());
    }
    if let Some(step) = &contact.next_step {
        let due = step.due.map_or_else(String::new, |day| show_day(day, lang) + " ");
        line("Nächster Schritt", "Next step", (due + &step.text).trim_end().to_owned());
    }
    line("Notiz", "Note", contact.shared_note.clone().unwrap_or_default());
    for note in &contact.private_notes {
        let role = words.role(note.profession);
        line(&format!("Nur {role}"), &format!("Only {role}"), note.text.clone());
    }
    for profession in &view.closed_lanes {
        let role = words.role(*profession);
        line(
            "Vertraulich",
            "Private",
            lang.pick(
                format!("Es gibt einen Eintrag der Profession {role}, den nur sie lesen kann."),
                format!("There is an entry by {role} that only this profession can read."),
            ),
        );
    }
    for (label, text) in lane::releases(view, &words, lang) {
        line(&label, &label, text);
    }
    Ok(lines.join("\n") + "\n")
}
