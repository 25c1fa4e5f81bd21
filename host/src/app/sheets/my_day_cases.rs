//! What of support cases belongs to one person's day: goals to review, actions that are due, and
//! consents that expire.

use std::collections::HashMap;

use crate::domain::{Day, PractitionerKey, PupilKey, SheetCell, SheetTable};
use crate::store::{self, Reader};

use super::super::Error;
use super::my_day::{due_words, end_of_week};
use super::parts::{Record, by_key, day, days_until, linked, records, table, text, with_unit};

/// The goals to review and the actions that are due up to the end of the week: those of cases that
/// this practitioner leads, and those for which they are responsible.
pub(super) fn agreed(
    reader: &Reader<'_>,
    me: PractitionerKey,
    on: Day,
) -> Result<[SheetTable; 2], Error> {
    let codes = reader.code_lists();
    let end = end_of_week(on);
    let cases = by_key(records(reader, "support-cases")?);
    let is_mine = |record: &Record| {
        let case = record.link("support_case").and_then(|case| cases.get(&case));
        case.is_some_and(|case| case.link("lead") == Some(me.0) && case.day("closed").is_none())
    };
    let is_due = |due: Option<Day>| due.filter(|due| *due <= end);
    let mut goals = table(
        "goals",
        ("Ziele zur Überprüfung", "Goals to review"),
        ("Diese Woche ist kein Ziel zu überprüfen.", "No goal is to be reviewed this week."),
        &[
            ("goal", "Ziel", "Goal"),
            ("case", "Fallbegleitung", "Support case"),
            ("review", "Überprüfung", "Review"),
            ("state", "Stand", "State"),
            ("baseline", "Ausgangswert", "Baseline"),
            ("target", "Zielwert", "Target"),
        ],
    );
    let mut found = records(reader, "goals")?;
    found.retain(|goal| {
        is_mine(goal) && ["open", "partly-reached"].contains(&goal.code_of("state", codes).as_str())
    });
    found.sort_by_key(|goal| (goal.day("review"), goal.key()));
    for goal in found {
        let Some(due) = is_due(goal.day("review")) else { continue };
        goals.rows.push(vec![
            goal.written("title"),
            linked(&cases, goal.link("support_case"), "code"),
            day(Some(due)),
            due_words(due, on),
            goal.counted("baseline"),
            goal.counted("target"),
        ]);
    }
    let mut actions = table(
        "actions",
        ("Maßnahmen", "Actions"),
        ("Diese Woche ist keine Maßnahme fällig.", "No action is due this week."),
        &[
            ("action", "Maßnahme", "Action"),
            ("case", "Fallbegleitung", "Support case"),
            ("due", "Fällig", "Due"),
            ("state", "Stand", "State"),
        ],
    );
    let mut found = records(reader, "actions")?;
    found.retain(|action| {
        let responsible = action.link("responsible");
        let is_mine = responsible.map_or_else(|| is_mine(action), |who| who == me.0);
        is_mine && action.is("state", "open", codes)
    });
    found.sort_by_key(|action| (action.day("due"), action.key()));
    for action in found {
        let Some(due) = is_due(action.day("due")) else { continue };
        actions.rows.push(vec![
            action.written("title"),
            linked(&cases, action.link("support_case"), "code"),
            day(Some(due)),
            due_words(due, on),
        ]);
    }
    Ok([goals, actions])
}

/// The consents of families in sight that end within `warn` days or have ended without anybody noting
/// so.
pub(super) fn expiring(reader: &Reader<'_>, on: Day, warn: u16) -> Result<SheetTable, Error> {
    let codes = reader.code_lists();
    let shown = table(
        "consents",
        ("Einwilligungen, die ablaufen", "Consents that expire"),
        ("Keine Einwilligung läuft demnächst ab.", "No consent expires soon."),
        &[
            ("family", "Familie", "Family"),
            ("purpose", "Zweck", "Purpose"),
            ("recipient", "Empfänger", "Recipient"),
            ("expires", "Gilt bis", "Valid until"),
            ("days", "Noch", "Left"),
        ],
    );
    let mut shown = with_unit(shown, &["days"], "Tage", "days");
    let owners = Owners::read(reader)?;
    let mut found = records(reader, "consents")?;
    found.retain(|consent| consent.is("state", "granted", codes));
    found.sort_by_key(|consent| (consent.day("expires"), consent.key()));
    let end = on.plus(i32::from(warn));
    for consent in found {
        let Some(expires) = consent.day("expires").filter(|expires| *expires <= end) else {
            continue;
        };
        shown.rows.push(vec![
            owners.of(&consent),
            consent.word("purpose", codes),
            consent.written("recipient"),
            day(Some(expires)),
            days_until(on, Some(expires)),
        ]);
    }
    Ok(shown)
}

/// The signs of pupils and households by their rows.
pub(super) struct Owners {
    pupils: HashMap<i64, String>,
    households: HashMap<i64, String>,
}

impl Owners {
    pub(super) fn read(reader: &Reader<'_>) -> Result<Self, Error> {
        let pupils = reader.pupils(&store::PupilFilter::default())?;
        let name = |view: store::PupilView| {
            let PupilKey(key) = view.key;
            let name = format!("{} {}", view.pupil.given_name, view.pupil.family_name);
            (key, format!("{} ({})", name.trim(), view.pupil.code))
        };
        let households = reader.directory()?.households;
        Ok(Self {
            pupils: pupils.into_iter().map(name).collect(),
            households: households.into_iter().map(|(code, key)| (key.0, code)).collect(),
        })
    }

    /// The pupil that a record is about, or the household.
    pub(super) fn of(&self, record: &Record) -> SheetCell {
        let pupil = record.link("pupil").and_then(|key| self.pupils.get(&key));
        let household = record.link("household").and_then(|key| self.households.get(&key));
        pupil.or(household).map_or(SheetCell::Empty, text)
    }
}
