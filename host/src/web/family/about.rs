//! The records about a pupil or a family, of all forms that tell of them.

use serde_json::{Value, json};

use crate::app::{Actor, App, EntryQuery, Error};
use crate::domain::{Day, EntryView, FormKind, Lang, Shown};

use super::parts::{day, segment};

/// Whom records are looked for.
pub(super) struct About {
    /// The children's signs.
    pub(super) pupils: Vec<String>,
    /// The household's sign.
    pub(super) household: Option<String>,
}

/// What was found.
#[derive(Default)]
pub(super) struct Records {
    cases: Vec<EntryView>,
    goals: Vec<EntryView>,
    /// Everything else, each with what it is.
    pub(super) others: Vec<(FormKind, EntryView)>,
}

/// The forms whose records name a pupil.
const OF_PUPILS: [&str; 2] = ["ladder-events", "transitions"];

/// The forms whose records belong to a support case, besides goals.
const OF_CASES: [&str; 4] = ["actions", "referrals", "interpreting", "consultations"];

impl Records {
    /// Reads them. Cases and goals that are open stand however old they are; of the others, those from a
    /// day on.
    ///
    /// # Errors
    ///
    /// Those of [`App::entries`].
    pub(super) fn read(
        app: &mut App,
        actor: &Actor,
        about: &About,
        from: Day,
    ) -> Result<Self, Error> {
        let mut found = Self::default();
        let of = |app: &App, form: &str, field: &str, sign: &str, from: Option<Day>| {
            let Some(kind) = FormKind::of_name(form) else { return Ok(Vec::new()) };
            let equal = [format!("{field}={sign}")];
            let query = EntryQuery { from, equal: &equal, ..EntryQuery::default() };
            app.entries(actor, kind, &query)
        };
        for pupil in &about.pupils {
            found.cases.extend(of(app, "support-cases", "pupil", pupil, None)?);
            for form in OF_PUPILS {
                found.add(form, of(app, form, "pupil", pupil, Some(from))?);
            }
        }
        if let Some(household) = &about.household {
            found.cases.extend(of(app, "support-cases", "household", household, None)?);
        }
        // A case can name both.
        found.cases.sort_by_key(|view| std::cmp::Reverse((view.day("opened"), view.key)));
        found.cases.dedup_by_key(|view| view.key);
        for case in found.cases.iter().map(|view| view.code().to_owned()).collect::<Vec<_>>() {
            found.goals.extend(of(app, "goals", "support_case", &case, None)?);
            for form in OF_CASES {
                found.add(form, of(app, form, "support_case", &case, Some(from))?);
            }
        }
        Ok(found)
    }

    fn add(&mut self, form: &str, views: Vec<EntryView>) {
        if let Some(kind) = FormKind::of_name(form) {
            self.others.extend(views.into_iter().map(|view| (kind, view)));
        }
    }

    /// The goals, those that are open first.
    pub(super) fn goals(&self, lang: Lang) -> Vec<Value> {
        let is_over = |view: &EntryView| {
            !matches!(view.said("state"), Shown::Code(code)
                if ["open", "partly-reached"].contains(&code.code.as_str()))
        };
        let mut goals: Vec<&EntryView> = self.goals.iter().collect();
        goals.sort_by_key(|view| (is_over(view), view.day("review")));
        let row = |view: &EntryView| {
            let number = |field: &str| view.said(field).word(lang);
            json!({
                "title": view.said("title").word(lang),
                "address": format!("/records/goals/{}", segment(view.code())),
                "topic": view.said("topic").word(lang),
                "state": view.said("state").word(lang),
                "baseline": number("baseline"),
                "target": number("target"),
                "reached": Some(number("reached")).filter(|text| !text.is_empty()),
                "review": view.day("review").map(|review| day(review, lang)),
            })
        };
        goals.into_iter().map(row).collect()
    }

    /// The support cases, the newest first.
    pub(super) fn cases(&self, lang: Lang) -> Vec<Value> {
        let row = |view: &EntryView| {
            let code = segment(view.code());
            json!({
                "code": view.code(),
                "address": format!("/records/support-cases/{code}"),
                "topics": view.said("topics").word(lang),
                "lead": view.said("lead").word(lang),
                "opened": view.day("opened").map(|opened| day(opened, lang)),
                "closed": view.day("closed").map(|closed| day(closed, lang)),
                "ending": view.said("ending").word(lang),
                "goal_new": format!("/records/goals/new?support_case={code}"),
                "action_new": format!("/records/actions/new?support_case={code}"),
                "referral_new": format!("/records/referrals/new?support_case={code}"),
            })
        };
        self.cases.iter().map(row).collect()
    }
}
