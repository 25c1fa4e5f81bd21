//! Whom nobody has met for long.

use serde_json::json;

use super::super::fields::Fields;
use super::super::visit::{Answer, Visit};
use super::parts::{Choice, address, day, name, segment};

/// After how many school days somebody is missed where nobody says: three weeks of school.
const DAYS: u16 = 15;

pub(super) async fn page(visit: Visit, fields: Fields) -> Answer {
    let lang = visit.lang();
    let days = fields.one("days").parse().unwrap_or(DAYS).clamp(1, 400);
    let school = fields.one("school").to_owned();
    let (found, schools) = visit
        .ask_slow(move |app, actor| Ok((app.unseen(actor, None, days)?, app.schools(actor)?)))
        .await?;
    let names: std::collections::HashMap<_, _> = schools
        .iter()
        .map(|found| (found.school.number.clone(), found.school.name.clone()))
        .collect();
    let rows: Vec<_> = found
        .iter()
        .filter(|it| school.is_empty() || it.facts.school == school)
        .map(|it| {
            let (facts, pupil) = (&it.facts, &it.facts.pupil);
            let contact = [("pupil", &*pupil.code), ("school", &*facts.school)];
            json!({
                "name": name(&pupil.given_name, &pupil.family_name),
                "code": pupil.code,
                "address": format!("/pupils/{}", segment(&pupil.code)),
                "class": pupil.class,
                "school": names.get(&facts.school).unwrap_or(&facts.school),
                "status": facts.status.word(lang),
                "last": it.last.map(|last| day(last, lang)),
                "school_days": it.school_days,
                "contact": address("/contacts/new", &contact),
            })
        })
        .collect();
    let schools: Vec<Choice> = schools
        .iter()
        .map(|found| Choice::new(&found.school.number, &*found.school.name, &school))
        .collect();
    visit.page(
        "family-unseen",
        &json!({ "count": rows.len(), "rows": rows, "days": days, "schools": schools }),
    )
}
