//! `tridem audit`: who did what when, and whether nobody has meddled with it.

use std::path::PathBuf;

use crate::app::{
    AnchorCheck, AuditFilter, AuditHash, AuditPruning, Error, SeenOf, Value, hex, moment,
};
use crate::domain::{Action, ChainSummary, Code, Day, Lang};

use super::Session;
use super::lists::{FormatArgs, List};
use super::output::{counted, width};
use super::report::OutputArgs;

/// The audit: who did what when, with ids and codes and without names, as a chain of hashes.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Check that no entry was changed, removed, put in or moved, and say the newest hash.
    ///
    /// Write the hash down, print it or mail it to somebody who cannot write to the records. With
    /// `--expect` it shows later whether the end was cut off or everything was written anew, which
    /// the chain alone cannot tell. The exit code is 1 where the chain does not hold.
    Verify {
        /// A hash that was written down earlier: it must be that of an entry.
        #[arg(long, value_name = "HASH")]
        expect: Option<AuditHash>,
        /// A file of anchors, a line each: each must be that of an entry.
        #[arg(long, value_name = "FILE", conflicts_with = "expect")]
        anchors: Option<PathBuf>,
    },
    /// Give number and hash of the newest entry as a line to keep elsewhere.
    ///
    /// Print it, mail it, or have `--out` add it to a file on another disk. Whoever has the key of the
    /// records could write the whole audit anew; they cannot change what you keep elsewhere. The digits
    /// at the end find a letter that was mistyped. `tridem audit verify --anchors` holds the audit
    /// against all of them.
    Anchor {
        /// Add the line to this file as well; it has to lie outside the records.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Who has seen entries about a pupil or a family: when, who, and in what form.
    Seen(Box<SeenArgs>),
    /// Remove entries that are older than the audit is kept.
    ///
    /// The audit is kept for three years, and for one year whom a read was about. The chain goes on
    /// from the last entry that is gone; its number and hash stay.
    Prune {
        /// Remove entries from before this day (UTC); without it, of all that are past their time.
        #[arg(long, value_name = "DAY")]
        before: Option<Day>,
        /// Only say what would be removed.
        #[arg(long)]
        preview: bool,
    },
    /// List entries, newest first.
    List {
        /// From this day on (UTC).
        #[arg(long, value_name = "DAY")]
        from: Option<Day>,
        /// Up to this day, included (UTC).
        #[arg(long, alias = "to", value_name = "DAY")]
        until: Option<Day>,
        /// Only those of this actor: a practitioner's code, or such as account:NAME.
        #[arg(long, value_name = "ACTOR")]
        actor: Option<String>,
        /// Only those of this action, such as contact.add.
        #[arg(long, value_name = "ACTION")]
        action: Option<Action>,
        /// Leave out what was only looked at.
        #[arg(long)]
        without_reads: bool,
        /// At most so many.
        #[arg(long, default_value_t = 50, value_name = "COUNT")]
        limit: usize,
        #[command(flatten)]
        format: FormatArgs,
    },
}

/// About whom it is asked.
#[derive(clap::Args)]
pub(super) struct SeenArgs {
    /// The pupil's code.
    #[arg(required_unless_present = "household", conflicts_with = "household")]
    pupil: Option<String>,
    /// The code of a household, in place of a pupil.
    #[arg(long, value_name = "CODE")]
    household: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    let mut app = session.open()?;
    match command {
        Command::Verify { anchors: Some(path), .. } => {
            let checked = app.check_anchors(&session.actor, path)?;
            let text = describe_anchors(&checked, session.out.lang());
            session.out.print(&text)
        }
        Command::Anchor { out } => {
            let anchor = app.anchor_audit(&session.actor, out.as_deref())?;
            if let Some(path) = out {
                let path = path.display();
                session.out.remark(format!("Angefügt: {path}"), format!("Added: {path}"));
            }
            session.out.print(&format!("{anchor}\n"))
        }
        Command::Seen(args) => {
            let of = match (&args.pupil, &args.household) {
                (_, Some(code)) => SeenOf::Household(code),
                (pupil, None) => SeenOf::Pupil(pupil.as_deref().unwrap_or_default()),
            };
            let sheet = app.seen_sheet(&session.actor, of)?;
            app.settle_reads()?;
            let (format, lang) = (args.output.format(), session.out.lang());
            let bytes = app.write_sheet(&sheet, format, lang, width())?;
            args.output.put(&bytes, session)
        }
        Command::Prune { before, preview } => {
            let pruned = app.prune_audit(&session.actor, *before, *preview)?;
            let (de, en) = describe_pruning(&pruned, *preview);
            session.out.line(de, en)
        }
        Command::Verify { expect, .. } => {
            let summary = app.check_audit(&session.actor, *expect)?;
            let text = describe(&summary, session.out.lang());
            session.out.print(&text)
        }
        Command::List { from, until, actor, action, without_reads, limit, format } => {
            let filter = AuditFilter {
                from: *from,
                until: *until,
                actor: actor.as_deref(),
                action: *action,
                without_reads: *without_reads,
                limit: *limit,
            };
            let mut list = List::new(&[
                ("seq", "Nr.", "no."),
                ("at", "Zeit", "time"),
                ("actor", "Wer", "who"),
                ("action", "Was", "what"),
                ("subject", "Woran", "to what"),
                ("details", "Näheres", "details"),
            ]);
            for entry in app.audit(&session.actor, &filter)? {
                list.row([
                    Value::Integer(i64::try_from(entry.seq).unwrap_or(i64::MAX)),
                    Value::Text(moment(entry.at)),
                    Value::Text(entry.actor),
                    Value::Code(words(&entry.action)),
                    Value::Text(entry.subject),
                    Value::Text(if entry.details == "{}" { String::new() } else { entry.details }),
                ]);
            }
            session.out.list(&list, format.get())
        }
    }
}

/// An action with its words; with its code where it is one of a later version.
fn words(action: &str) -> Code {
    let known = action.parse().ok().map(Action::text);
    let (de, en) = known.map_or_else(|| (action.into(), action.into()), |text| (text.de, text.en));
    Code { code: action.to_owned(), de, en }
}

/// What there is to say of a chain that holds.
fn describe(summary: &ChainSummary, lang: Lang) -> String {
    let entries = usize::try_from(summary.entries).unwrap_or(usize::MAX);
    let (first, last) = (moment(summary.first_at), moment(summary.last_at));
    let mut lines = vec![lang.pick(
        format!("{}, ungebrochen, {first} bis {last}", counted(entries, "Eintrag", "Einträge")),
        format!("{}, unbroken, {first} to {last}", counted(entries, "entry", "entries")),
    )];
    if summary.pruned > 0 {
        let pruned = summary.pruned;
        lines.push(lang.pick(
            format!("Die Einträge 1 bis {pruned} wurden nach Ablauf ihrer Frist gelöscht."),
            format!("Entries 1 to {pruned} were pruned, their time being over."),
        ));
    }
    if summary.emptied > 0 {
        let emptied = summary.emptied;
        lines.push(lang.pick(
            format!("Ohne Inhalt, weil jemand gelöscht wurde: {emptied}."),
            format!("Emptied because somebody was erased: {emptied}."),
        ));
    }
    if summary.unindexed > 0 {
        let unindexed = summary.unindexed;
        lines.push(lang.pick(
            format!("Auch Menschen betroffen, die es nicht mehr gibt: {unindexed}-mal angesehen."),
            format!("Reads that were also about people who are gone: {unindexed}."),
        ));
    }
    if let Some(seq) = summary.expected {
        let after = summary.last - seq;
        lines.push(lang.pick(
            format!("Der erwartete Hashwert ist der von Eintrag {seq}; danach kamen {after}."),
            format!("The expected hash is that of entry {seq}; {after} came after it."),
        ));
    }
    for found in &summary.clock {
        let (seq, seconds) = (found.seq, found.seconds);
        lines.push(lang.pick(
            format!("Vor Eintrag {seq} wurde die Uhr um {seconds} s zurückgestellt."),
            format!("Before entry {seq} the clock was set back by {seconds} s."),
        ));
    }
    let head = hex(&summary.head);
    lines.push(lang.pick(format!("Hashwert: {head}"), format!("Head: {head}")));
    lines.join("\n") + "\n"
}

/// What there is to say of anchors that fit.
fn describe_anchors(checked: &AnchorCheck, lang: Lang) -> String {
    let mut text = describe(&checked.chain, lang);
    let fitting = checked.fitting;
    let mut line = |de: String, en: String| {
        text.push_str(&lang.pick(de, en));
        text.push('\n');
    };
    line(
        if fitting == 1 { "1 Anker stimmt.".into() } else { format!("{fitting} Anker stimmen.") },
        format!("{} in order.", counted(fitting, "anchor is", "anchors are")),
    );
    if checked.pruned > 0 {
        let pruned = checked.pruned;
        line(
            format!(
                "Zu Einträgen, die inzwischen gelöscht sind, und darum nicht zu prüfen: {pruned}."
            ),
            format!("Of entries that were pruned since, and so not to be checked: {pruned}."),
        );
    }
    if let Some((anchor, after)) = &checked.last {
        let (seq, day) = (anchor.seq, anchor.day);
        line(
            format!("Der neueste ist vom {}, Eintrag {seq}; danach kamen {after}.", day.german()),
            format!("The newest is of {day}, entry {seq}; {after} came after it."),
        );
    }
    text
}

/// What was pruned, or would be, in both languages.
fn describe_pruning(pruned: &AuditPruning, is_preview: bool) -> (String, String) {
    let AuditPruning { before, index_before, found } = pruned;
    if found.is_nothing() {
        return (
            format!("Nichts ist älter: keine Einträge von vor dem {}.", before.german()),
            format!("Nothing is older: no entries from before {before}."),
        );
    }
    let (entries, index) = (found.entries, found.index);
    let of_index = (
        format!("Angaben von vor dem {}, wen jemand angesehen hat: {index}", index_before.german()),
        format!("rows from before {index_before} that say whom somebody looked at: {index}"),
    );
    let of_entries = (
        format!("Einträge von vor dem {}: {entries}", before.german()),
        format!("entries from before {before}: {entries}"),
    );
    let (de, en) = if is_preview { ("Zu löschen", "To prune") } else { ("Gelöscht", "Pruned") };
    (
        format!("{de}. {}; {}.", of_entries.0, of_index.0),
        format!("{en}: {}; {}.", of_entries.1, of_index.1),
    )
}
