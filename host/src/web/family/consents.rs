//! Consents: whether they hold today, what was handed on under them, and withdrawing one.

use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::app::{ConsentStanding, UseCase, moment};
use crate::domain::Day;

use super::super::fields::Fields;
use super::super::visit::{Answer, Visit};
use super::parts::{Choice, Mistake, Pager, ROWS, day, refused, segment, today};
use super::pupils::consents as rows;

/// The list, of all families in sight or of one.
pub(super) async fn list(visit: Visit, fields: Fields) -> Answer {
    let lang = visit.lang();
    let about = fields.some("about").map(str::to_owned);
    let asked = about.clone();
    let (mut found, words) = visit
        .ask(move |app, actor| Ok((app.consents(actor, asked.as_deref())?, app.words(lang)?)))
        .await?;
    let state = fields.one("state");
    found.retain(|it| match state {
        "holds" => it.rests.is_none(),
        "rests" => it.rests.is_some(),
        _ => true,
    });
    found.sort_by_key(|it| std::cmp::Reverse((it.consent.given, it.consent.key)));
    let page = Pager::asked(fields.one("page"));
    let about = about.unwrap_or_default();
    let pairs = [("about", &*about), ("state", state)];
    let pager = Pager::new(page, found.len(), "/consents", &pairs);
    let shown: Vec<ConsentStanding> =
        found.into_iter().skip((page - 1) * ROWS).take(ROWS).collect();
    let states =
        [("", "family.all-consents"), ("holds", "family.holding"), ("rests", "family.resting")];
    let states: Vec<Choice> =
        states.into_iter().map(|(code, key)| Choice::new(code, visit.say(key), state)).collect();
    visit.page(
        "family-consents",
        &json!({
            "rows": rows(&visit, &shown, &words),
            "about": about,
            "states": states,
            "pager": pager,
            "may_add": visit.may(UseCase::FamilyRecordChange),
        }),
    )
}

pub(super) async fn page(visit: Visit, Path(code): Path<String>) -> Answer {
    show(&visit, &code, &Fields::default(), Vec::new()).await
}

async fn show(visit: &Visit, code: &str, typed: &Fields, mistakes: Vec<Mistake>) -> Answer {
    let lang = visit.lang();
    let asked = code.to_owned();
    let (found, words) =
        visit.ask(move |app, actor| Ok((app.consent(actor, &asked)?, app.words(lang)?))).await?;
    let shared: Vec<Value> = found
        .shared
        .iter()
        .map(|sharing| {
            json!({
                "at": moment(sharing.at),
                "what": visit.say(match sharing.what.as_str() {
                    "family-sheet" => "family.shared-sheet",
                    _ => "family.shared-referral",
                }),
                "record": sharing.record,
                "recipient": sharing.recipient,
            })
        })
        .collect();
    let status =
        if mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let consent = &found.consent;
    let on = typed.some("on").map_or_else(|| today().to_string(), str::to_owned);
    let view = json!({
        "mistakes": mistakes,
        "row": rows(visit, std::slice::from_ref(&found), &words).first(),
        "code": consent.code,
        "sign": segment(&consent.code),
        "of_pupil": consent.of_pupil,
        "withdrawn": consent.withdrawn.map(|withdrawn| day(withdrawn, lang)),
        "shared": shared,
        "may_withdraw": visit.may(UseCase::ConsentWithdraw) && consent.withdrawn.is_none(),
        "record": visit.may(UseCase::FamilyRecordRead)
            .then(|| format!("/records/consents/{}", segment(&consent.code))),
        "on": on,
        "reason": typed.one("reason"),
    });
    visit.page_with(status, "family-consent", &view)
}

/// Withdraws a consent: from the day on nothing is handed on under it.
pub(super) async fn withdraw(visit: Visit, Path(code): Path<String>, fields: Fields) -> Answer {
    let Ok(on) = fields.one("on").parse::<Day>() else {
        let mistakes = vec![Mistake::new(visit.say("family.no-day"), Some("on"))];
        return show(&visit, &code, &fields, mistakes).await;
    };
    let sign = code.clone();
    let consent = visit.ask(move |app, actor| Ok(app.consent(actor, &sign)?.consent)).await?;
    if on < consent.given {
        let given = day(consent.given, visit.lang());
        let what = visit.say_with("family.before-given", &[given]);
        return show(&visit, &code, &fields, vec![Mistake::new(what, Some("on"))]).await;
    }
    let (asked, sign) = (fields.clone(), code.clone());
    let withdrawn = visit
        .ask(move |app, actor| {
            Ok(app.withdraw_consent(actor, &sign, Some(on), asked.one("reason")))
        })
        .await?;
    match withdrawn {
        Ok(shared) => {
            let said = visit.say_with("family.withdrawn", &[shared.len().to_string()]);
            visit.done(&format!("/consents/{}", segment(&code)), &said)
        }
        Err(error) => {
            let mistakes = refused(error, &visit, |_| None)?;
            show(&visit, &code, &fields, mistakes).await
        }
    }
}
