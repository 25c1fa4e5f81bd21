//! The page one begins at: for each role what matters first.

use serde::Serialize;

use crate::app::{Actor, App, Error, UseCase};
use crate::domain::{Lang, TaskBucket};

use super::contact::{KeptDraft, Row, clock, draft_link, rows};
use super::family::waiting;
use super::routes::{Guard, Routes};
use super::visit::{Answer, Visit};

/// How many of one's last contacts are shown.
const LAST: usize = 5;

/// For how many days an emergency access is told to those whose records were open.
const TOLD_DAYS: i64 = 30;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/", Guard::SignedIn, home)
}

/// Somewhere to go on.
#[derive(Debug, Serialize)]
struct Door {
    address: &'static str,
    title: String,
    text: String,
}

#[derive(Debug, Serialize)]
struct Emergency {
    account: String,
    school: String,
    from: String,
    until: String,
    reason: String,
    is_open: bool,
}

#[derive(Debug, Serialize)]
struct View {
    may_add: bool,
    may_correct: bool,
    drafts: Vec<KeptDraft>,
    rows: Vec<Row>,
    has_rows: bool,
    tasks: Option<Tasks>,
    emergencies: Vec<Emergency>,
    doors: Vec<Door>,
}

#[derive(Debug, Serialize)]
struct Tasks {
    overdue: usize,
    today: usize,
    week: usize,
}

/// What a role finds here besides contacts: the address, the use case, the title and a sentence.
type Offer = (&'static str, UseCase, &'static str, &'static str);

const DOORS: [Offer; 10] = [
    ("/attendance", UseCase::AbsenceChange, "shell.menu-attendance", "contact.door-attendance"),
    ("/pupils", UseCase::PupilRead, "shell.menu-pupils", "contact.door-pupils"),
    ("/compare", UseCase::ReportRun, "shell.menu-compare", "contact.door-compare"),
    ("/reports", UseCase::ReportRead, "shell.menu-reports-list", "contact.door-reports"),
    ("/subjects", UseCase::SubjectRead, "shell.menu-subjects", "contact.door-subjects"),
    ("/audit", UseCase::AuditRead, "shell.menu-audit", "contact.door-audit"),
    ("/accounts", UseCase::AccountManage, "shell.menu-accounts", "contact.door-accounts"),
    ("/setup/steps", UseCase::AccountManage, "admin.steps", "contact.door-steps"),
    ("/backups", UseCase::BackupList, "shell.menu-backups", "contact.door-backups"),
    ("/plugins", UseCase::PluginManage, "shell.menu-plugins", "contact.door-plugins"),
];

async fn home(visit: Visit) -> Answer {
    let lang = visit.lang();
    let may = May {
        add: visit.may(UseCase::ContactAdd),
        read: visit.may(UseCase::ContactRead),
        tasks: visit.may(UseCase::TaskRead),
        emergencies: visit.may(UseCase::EmergencyRead),
    };
    let doors = DOORS
        .into_iter()
        .filter(|(_, use_case, ..)| visit.may(*use_case))
        .map(|(address, _, title, text)| Door {
            address,
            title: visit.say(title),
            text: visit.say(text),
        })
        .collect();
    let may_correct = visit.may(UseCase::ContactCorrect);
    let mut view = visit.ask(move |app, actor| view(app, actor, may, lang)).await?;
    view.doors = doors;
    view.may_correct = may_correct;
    visit.page("home", &view)
}

/// What is shown to a role.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each says of itself what the page shows")]
struct May {
    add: bool,
    read: bool,
    tasks: bool,
    emergencies: bool,
}

fn view(app: &mut App, actor: &Actor, may: May, lang: Lang) -> Result<View, Error> {
    let drafts = if may.add { app.kept_drafts(actor)? } else { Vec::new() };
    let last = if may.read { app.last_contacts(actor, LAST)? } else { Vec::new() };
    let rows = rows(&last, &app.words(lang)?, lang);
    Ok(View {
        may_add: may.add,
        may_correct: false,
        drafts: drafts.iter().filter_map(|(place, at)| draft_link(place, *at, lang)).collect(),
        has_rows: !rows.is_empty(),
        rows,
        tasks: if may.tasks { Some(tasks(app, actor)?) } else { None },
        emergencies: if may.emergencies { emergencies(app, actor, lang)? } else { Vec::new() },
        doors: Vec::new(),
    })
}

/// How much waits in the inbox as it opens: the counts equal the lists that they lead to.
fn tasks(app: &App, actor: &Actor) -> Result<Tasks, Error> {
    let waiting = waiting(app, actor)?;
    let count = |wanted| waiting.iter().filter(|bucket| **bucket == wanted).count();
    Ok(Tasks {
        overdue: count(TaskBucket::Overdue),
        today: count(TaskBucket::Today),
        week: count(TaskBucket::ThisWeek),
    })
}

/// Those of late, so that whoever's records were open learns of it without asking.
fn emergencies(app: &App, actor: &Actor, lang: Lang) -> Result<Vec<Emergency>, Error> {
    let mut all = app.emergencies(actor)?;
    let newest = all.iter().map(|facts| facts.access.opened_at).max().unwrap_or(0);
    let since = newest.max(chrono::Utc::now().timestamp()) - TOLD_DAYS * 86_400;
    all.retain(|facts| facts.access.opened_at > since);
    Ok(all
        .into_iter()
        .map(|facts| Emergency {
            account: facts.access.account,
            school: facts.access.school_number,
            from: clock(facts.access.opened_at, lang),
            until: clock(facts.access.closed_at.unwrap_or(facts.access.ends_at), lang),
            reason: facts.access.reason,
            is_open: facts.is_open,
        })
        .collect())
}
