//! Backups and their schedule, and the sheet with the key for the safe.

use std::path::{Path, PathBuf};

use crate::app::{KnownBackup, SheetForm, UseCase, parse_every};
use crate::domain::{Every, Keep};

use super::super::Failure;
use super::super::fields::Fields;
use super::super::routes::{Guard, Routes};
use super::super::visit::{Answer, Visit};
use super::shown::{Cell, Form, Page, Table, moment, problem};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/backups", Guard::May(UseCase::BackupList), list)
        .post("/backups/now", Guard::May(UseCase::BackupMake), now)
        .post("/backups/verify", Guard::May(UseCase::BackupMake), verify)
        .post("/backups/schedule", Guard::May(UseCase::BackupPlan), schedule)
        .post("/backups/schedule-off", Guard::May(UseCase::BackupPlan), schedule_off)
        .get("/key-sheet", Guard::May(UseCase::KeyChange), key)
        .post("/key-sheet", Guard::May(UseCase::KeyChange), show_key)
        .post("/key-sheet/check", Guard::May(UseCase::KeyChange), check_key)
}

/// How a backup stands.
fn state(backup: &KnownBackup) -> &'static str {
    let kept = &backup.kept;
    match (kept.removed_at, backup.is_there, kept.failed_at) {
        (Some(_), ..) => "admin.backup-removed",
        (None, false, _) => "admin.backup-gone",
        (None, true, Some(_)) if !kept.is_verified() => "admin.backup-damaged",
        (None, true, _) if kept.is_verified() => "admin.backup-verified",
        (None, true, _) => "admin.backup-there",
    }
}

async fn list(visit: Visit) -> Answer {
    page(&visit, &Fields::default(), None).await?.show(&visit)
}

#[expect(clippy::too_many_lines, reason = "one line for each thing on the page")]
async fn page(visit: &Visit, fields: &Fields, wrong: Option<&str>) -> Result<Page, Failure> {
    let lang = visit.lang();
    let (plan, mut backups) =
        visit.ask(|app, actor| Ok((app.backup_schedule(actor)?, app.backups(actor)?))).await?;
    backups.reverse();
    let said = match &plan {
        None => visit.say("admin.plan-none"),
        Some(plan) => {
            let Keep { daily, weekly, monthly } = plan.keep;
            let every = match plan.every {
                Every::Day => visit.say("admin.every-day"),
                Every::Hours(hours) => visit.say_with("admin.every-hours", &[hours.to_string()]),
            };
            let kept = [daily, weekly, monthly].map(|number| number.to_string());
            visit.say_with("admin.plan-is", &[&[every, plan.folder.clone()], &kept[..]].concat())
        }
    };
    let rows = backups.iter().map(|backup| {
        let kept = &backup.kept;
        vec![
            Cell::text(moment(kept.made_at, lang)),
            Cell::text(visit.say(state(backup))),
            Cell::text(kept.path.clone()),
            Cell::number(kept.bytes.div_ceil(1024)),
            Cell::text(kept.verified_at.map(|at| moment(at, lang)).unwrap_or_default()),
            Cell::text(visit.say(if kept.is_scheduled { "admin.yes" } else { "admin.no" })),
        ]
    });
    let table = Table {
        caption: visit.say("admin.backups"),
        heads: vec![
            visit.say("admin.time"),
            visit.say("admin.state"),
            visit.say("admin.file"),
            visit.say("admin.kilobytes"),
            visit.say("admin.verified"),
            visit.say("admin.by-plan"),
        ],
        rows: rows.collect(),
        none: visit.say("admin.backups-none"),
    };
    let there: Vec<(String, String)> = backups
        .iter()
        .filter(|backup| backup.is_there && backup.kept.removed_at.is_none())
        .map(|backup| {
            let label = format!("{} – {}", moment(backup.kept.made_at, lang), backup.kept.path);
            (backup.kept.path.clone(), label)
        })
        .collect();
    let (may_make, may_plan) = (visit.may(UseCase::BackupMake), visit.may(UseCase::BackupPlan));
    let mut page = Page::new(visit.say("admin.backups")).refused(wrong).text(said);
    if plan.is_some() {
        page = page.text(visit.say("admin.plan-timer"));
    }
    let folder = plan.as_ref().map(|plan| plan.folder.clone()).unwrap_or_default();
    let keep = plan.as_ref().map_or(Keep { daily: 7, weekly: 4, monthly: 12 }, |plan| plan.keep);
    let every = match plan.as_ref().map(|plan| plan.every) {
        Some(Every::Hours(hours)) => format!("{hours}h"),
        _ => "day".to_owned(),
    };
    let intervals = [("day", "admin.every-day"), ("1h", "admin.every-1"), ("6h", "admin.every-6")]
        .map(|(code, key)| (code.to_owned(), visit.say(key)));
    if visit.may(UseCase::KeyChange) {
        page = page.links(vec![("/key-sheet".to_owned(), visit.say("admin.key-sheet"))]);
    }
    Ok(page
        .form_if(may_make, || {
            Form::post("now", "/backups/now", visit.say("admin.backup-now"))
                .heading(visit.say("admin.backup-now"))
                .note(visit.say("admin.backup-now-why"))
                .field("folder", "text", visit.say("admin.backup-folder"))
                .hint(visit.say("admin.backup-folder-hint"))
                .value(fields.some("folder").unwrap_or(&folder))
                .required()
        })
        .table(table)
        .form_if(may_make && !there.is_empty(), || {
            Form::post("verify", "/backups/verify", visit.say("admin.verify"))
                .heading(visit.say("admin.verify"))
                .note(visit.say("admin.verify-why"))
                .select("file", visit.say("admin.file"), there, fields.one("file"))
                .quiet()
        })
        .form_if(may_plan, || {
            Form::post("plan", "/backups/schedule", visit.say("admin.save"))
                .heading(visit.say("admin.plan"))
                .field("to", "text", visit.say("admin.backup-folder"))
                .hint(visit.say("admin.backup-folder-hint"))
                .value(fields.some("to").unwrap_or(&folder))
                .required()
                .select("every", visit.say("admin.every"), intervals, &every)
                .field("daily", "number", visit.say("admin.keep-daily"))
                .value(keep.daily.to_string())
                .field("weekly", "number", visit.say("admin.keep-weekly"))
                .value(keep.weekly.to_string())
                .field("monthly", "number", visit.say("admin.keep-monthly"))
                .value(keep.monthly.to_string())
                .quiet()
        })
        .form_if(may_plan && plan.is_some(), || {
            Form::post("off", "/backups/schedule-off", visit.say("admin.plan-off"))
                .heading(visit.say("admin.plan-off"))
                .note(visit.say("admin.plan-off-why"))
                .quiet()
        }))
}

async fn settled(
    visit: &Visit,
    fields: &Fields,
    done: Result<(), Failure>,
    said: String,
) -> Answer {
    match done {
        Ok(()) => visit.done("/backups", &said),
        Err(failure) => {
            let what = problem(visit, failure)?;
            page(visit, fields, Some(&what)).await?.show(visit)
        }
    }
}

async fn now(visit: Visit, fields: Fields) -> Answer {
    let folder = PathBuf::from(fields.one("folder"));
    if !folder.is_absolute() || !folder.is_dir() {
        let what = visit.say("admin.backup-no-folder");
        return page(&visit, &fields, Some(&what)).await?.show(&visit);
    }
    let name = chrono::Local::now().format("tridem-%Y-%m-%d-%H%M%S.backup").to_string();
    let done = visit.ask_long(move |app, actor| {
        let file = folder.join(name);
        app.backup(actor, &file, false, &mut |_| {})?;
        // A backup that nobody has read back is none.
        app.verify_backup(actor, &file, &mut |_| {}).map(drop)
    });
    let done = done.await;
    settled(&visit, &fields, done, visit.say("admin.backup-done")).await
}

async fn verify(visit: Visit, fields: Fields) -> Answer {
    let file = fields.one("file").to_owned();
    let done = visit.ask_long(move |app, actor| {
        // Only those that were made of these records: a form names no other file of this machine.
        let is_known = app.backups(actor)?.iter().any(|backup| backup.kept.path == file);
        let file = if is_known { file } else { String::new() };
        app.verify_backup(actor, Path::new(&file), &mut |_| {}).map(drop)
    });
    let done = done.await;
    settled(&visit, &fields, done, visit.say("admin.backup-sound")).await
}

async fn schedule(visit: Visit, fields: Fields) -> Answer {
    let number = |name: &str, least: u32| {
        fields.one(name).parse::<u32>().ok().filter(|number| (least..=1000).contains(number))
    };
    let (daily, weekly, monthly) = (number("daily", 1), number("weekly", 0), number("monthly", 0));
    let (Some(daily), Some(weekly), Some(monthly)) = (daily, weekly, monthly) else {
        let what = visit.say("admin.no-number");
        return page(&visit, &fields, Some(&what)).await?.show(&visit);
    };
    let (to, every) = (PathBuf::from(fields.one("to")), fields.one("every").to_owned());
    let done = visit.ask(move |app, actor| {
        let keep = Keep { daily, weekly, monthly };
        app.set_backup_schedule(actor, Some((&to, parse_every(&every)?, keep)))
    });
    let done = done.await;
    settled(&visit, &fields, done, visit.say("admin.saved")).await
}

async fn schedule_off(visit: Visit, fields: Fields) -> Answer {
    let done = visit.ask(|app, actor| app.set_backup_schedule(actor, None)).await;
    settled(&visit, &fields, done, visit.say("admin.saved")).await
}

async fn key(visit: Visit) -> Answer {
    key_page(&visit, None).show(&visit)
}

fn key_page(visit: &Visit, wrong: Option<&str>) -> Page {
    let mut page = Page::new(visit.say("admin.key-sheet"));
    if let Some(what) = wrong {
        page = page.mistake(what, Some("check-groups"));
    }
    page.text(visit.say("admin.key-sheet-why"))
        .form(Form::post("show", "/key-sheet", visit.say("admin.key-sheet-show")))
        .form(
            Form::post("check", "/key-sheet/check", visit.say("admin.key-check"))
                .heading(visit.say("admin.key-check"))
                .note(visit.say("admin.key-check-why"))
                .field("groups", "area", visit.say("admin.key-groups"))
                .required()
                .quiet(),
        )
}

/// The sheet itself. Whoever sees it can open the records anywhere, so no link leads to it.
async fn show_key(visit: Visit) -> Answer {
    let lang = visit.lang();
    let sheet = visit.ask(move |app, actor| app.key_sheet(actor, SheetForm::Text, lang)).await?;
    Page::new(visit.say("admin.key-sheet"))
        .warning(visit.say("admin.key-sheet-print"))
        .plain(sheet.text.as_str().to_owned())
        .links(vec![("/setup/steps".to_owned(), visit.say("admin.printed-go-on"))])
        .show(&visit)
}

async fn check_key(visit: Visit, fields: Fields) -> Answer {
    visit.guest.site.limits.signs_in(visit.guest.peer, visit.actor.name())?;
    let groups = fields.one("groups").to_owned();
    match visit.ask(move |app, actor| app.check_typed_key(actor, &groups)).await {
        Ok(()) => visit.done("/key-sheet", &visit.say("admin.key-checked")),
        Err(failure) => {
            let what = problem(&visit, failure)?;
            key_page(&visit, Some(&what)).show(&visit)
        }
    }
}
