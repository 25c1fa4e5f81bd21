//! What a person allowed a plugin to read: fields, each with its rows, how exact, and until when.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::coarsening::Coarsening;
use super::day::{Day, Period};
use super::manifest::Request;
use super::words::Text;

/// The schools whose rows may be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum GrantedSchools {
    /// Every school, also those added later.
    #[default]
    All,
    /// Those with these numbers; none where there is no number.
    Only(BTreeSet<String>),
}

impl GrantedSchools {
    /// The schools that both name.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::All, some) | (some, Self::All) => some.clone(),
            (Self::Only(one), Self::Only(other)) => Self::Only(one & other),
        }
    }

    /// Whether all of these are among `others`.
    pub fn are_within(&self, others: &Self) -> bool {
        match (self, others) {
            (_, Self::All) => true,
            (Self::All, Self::Only(_)) => false,
            (Self::Only(one), Self::Only(other)) => one.is_subset(other),
        }
    }
}

/// How far a grant goes: which rows, how exact, and until when. The default has no limits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GrantTerms {
    /// Whose rows.
    pub schools: GrantedSchools,
    /// The first day that a run may look at; `None` for any.
    pub first: Option<Day>,
    /// The last day that a run may look at, included; `None` for any.
    pub last: Option<Day>,
    /// What is left of the values; `None` for all of them.
    pub coarsening: Option<Coarsening>,
    /// The last day on which it holds; `None` until it is taken back.
    pub until: Option<Day>,
}

impl GrantTerms {
    /// Whether it holds on a day.
    pub fn hold_on(&self, day: Day) -> bool {
        self.until.is_none_or(|until| day <= until)
    }

    /// Whether a run over a period stays within the days.
    pub fn cover(&self, period: Period) -> bool {
        self.first.is_none_or(|first| first <= period.first)
            && self.last.is_none_or(|last| period.last <= last)
    }

    /// Whether these let a plugin see anything that `before` does not: more schools, more days, more
    /// exact values, or the same for longer.
    pub fn widen(&self, before: &Self) -> bool {
        let earlier = before.first.is_some_and(|limit| self.first.is_none_or(|it| it < limit));
        let later = |it: Option<Day>, limit: Option<Day>| {
            limit.is_some_and(|limit| it.is_none_or(|it| it > limit))
        };
        let exacter = match self.coarsening {
            None => before.coarsening.is_some(),
            Some(kind) => !kind.shows_no_more_than(before.coarsening),
        };
        !self.schools.are_within(&before.schools)
            || earlier
            || later(self.last, before.last)
            || later(self.until, before.until)
            || exacter
    }

    /// The options of `plugin grant` that set these terms for `field`, but for the day of expiry;
    /// empty without limits.
    pub fn options(&self, field: &str) -> String {
        let mut words = Vec::new();
        if let GrantedSchools::Only(numbers) = &self.schools {
            words.extend(numbers.iter().map(|number| format!("--school {number}")));
        }
        words.extend(self.first.map(|day| format!("--from {day}")));
        words.extend(self.last.map(|day| format!("--to {day}")));
        words.extend(self.coarsening.map(|kind| format!("--coarse {field}={kind}")));
        words.join(" ")
    }
}

/// A field that a package may read, because a person said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The dataset.
    pub dataset: String,
    /// The field.
    pub field: String,
    /// How far it goes.
    pub terms: GrantTerms,
    /// What for, as it was read by the one who granted it; `None` where it was granted before that
    /// was kept. The package to which the grant is bound says it still.
    pub purpose: Option<Text>,
    /// Who said so.
    pub granted_by: String,
    /// When, in seconds since 1970-01-01 UTC.
    pub granted_at: i64,
    /// The version of the plugin for which it was granted, where that was another one.
    pub carried_from: Option<String>,
}

impl Grant {
    /// As `contacts.minutes`.
    pub fn name(&self) -> String {
        format!("{}.{}", self.dataset, self.field)
    }

    /// The line of it in [`grant_lines`], with its end.
    pub fn line(&self) -> String {
        let mut line = self.name();
        let GrantTerms { schools, first, last, coarsening, .. } = &self.terms;
        if let GrantedSchools::Only(numbers) = schools {
            let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
            let _ = write!(line, " schools={}", numbers.join(","));
        }
        for (word, day) in [("from", first), ("to", last)] {
            if let Some(day) = day {
                let _ = write!(line, " {word}={day}");
            }
        }
        if let Some(kind) = coarsening {
            let _ = write!(line, " coarse={kind}");
        }
        line + "\n"
    }

    /// Whether it is for a field.
    pub fn is_for(&self, dataset: &str, field: &str) -> bool {
        self.dataset == dataset && self.field == field
    }
}

/// The grants as the lines that go into digests: sorted, one for each, `DATASET.FIELD` and then only
/// what limits it: ` schools=NUMBER,NUMBER`, ` from=DAY`, ` to=DAY`, ` coarse=KIND`. Who granted it,
/// when, and until when changes no figure and is not in them.
pub fn grant_lines(grants: &[Grant]) -> String {
    let mut lines: Vec<String> = grants.iter().map(Grant::line).collect();
    lines.sort_unstable();
    lines.dedup();
    lines.concat()
}

/// The fields for which `after` lets a plugin see more than `before`, as `contacts.minutes`. None
/// where `after` is no widening of `before`.
pub fn widened(before: &[Grant], after: &[Grant]) -> Vec<String> {
    let is_wider = |grant: &&Grant| {
        let same = before.iter().find(|it| it.is_for(&grant.dataset, &grant.field));
        same.is_none_or(|same| grant.terms.widen(&same.terms))
    };
    after.iter().filter(is_wider).map(Grant::name).collect()
}

/// What keeps a plugin from a run. It may run where all of it is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lacking {
    /// Necessary fields that nobody has granted.
    pub never: Vec<String>,
    /// Necessary fields whose grant is over.
    pub expired: Vec<Grant>,
    /// Granted fields whose days do not cover the period, also those it could do without: a report
    /// over part of what was asked for would look whole.
    pub outside: Vec<Grant>,
}

/// What is missing for a run over a period on the day `today`.
pub fn lacking(requests: &[Request], grants: &[Grant], period: Period, today: Day) -> Lacking {
    let mut lacking = Lacking::default();
    for request in requests {
        for field in request.all() {
            let needed = request.fields.iter().any(|it| it == field);
            match grants.iter().find(|grant| grant.is_for(&request.dataset, field)) {
                None if needed => lacking.never.push(format!("{}.{field}", request.dataset)),
                Some(grant) if !grant.terms.hold_on(today) => {
                    lacking.expired.extend(needed.then(|| grant.clone()));
                }
                Some(grant) if !grant.terms.cover(period) => lacking.outside.push(grant.clone()),
                _ => {}
            }
        }
    }
    lacking
}

/// The schools whose rows a run may read: those that every one of `grants` names. A school that is
/// granted for one dataset and not for another would look like one in which nothing happened, so it
/// is left out as a whole.
pub fn schools_of_all(grants: &[Grant]) -> GrantedSchools {
    let both = |schools: GrantedSchools, grant: &Grant| schools.and(&grant.terms.schools);
    grants.iter().fold(GrantedSchools::All, both)
}

/// Whether a request of another version of a plugin needs no more than `now` did: for a field of the
/// same dataset, for the same purpose to the letter, and not newly for data that could tell who
/// somebody is. `purpose` is what was read at granting.
pub fn needs_no_more(then: &Request, purpose: &Text, now: &Request, field: &str) -> bool {
    then.dataset == now.dataset
        && then.all().any(|it| it == field)
        && now.all().any(|it| it == field)
        && *purpose == now.purpose
        && (then.identity || !now.identity)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn only(numbers: &[&str]) -> GrantedSchools {
        GrantedSchools::Only(numbers.iter().map(|number| (*number).to_owned()).collect())
    }

    fn grant(field: &str, terms: GrantTerms) -> Grant {
        Grant {
            dataset: "contacts".into(),
            field: field.into(),
            terms,
            purpose: None,
            granted_by: "koordination".into(),
            granted_at: 0,
            carried_from: None,
        }
    }

    fn request(fields: &[&str], optional: &[&str]) -> Request {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Request {
            dataset: "contacts".into(),
            fields: list(fields),
            optional: list(optional),
            identity: false,
            purpose: Text::new("Zählen", "Counting"),
        }
    }

    fn limited() -> GrantTerms {
        GrantTerms {
            schools: only(&["990001", "990002"]),
            first: Some(day("2025-08-01")),
            last: Some(day("2026-07-31")),
            coarsening: Some(Coarsening::Month),
            until: Some(day("2026-12-31")),
        }
    }

    #[test]
    fn whatever_lets_more_be_seen_is_a_widening() {
        let limited = limited();
        for wider in [
            GrantTerms::default(),
            GrantTerms { schools: GrantedSchools::All, ..limited.clone() },
            GrantTerms { schools: only(&["990003"]), ..limited.clone() },
            GrantTerms { first: None, ..limited.clone() },
            GrantTerms { first: Some(day("2025-07-31")), ..limited.clone() },
            GrantTerms { last: Some(day("2026-08-01")), ..limited.clone() },
            GrantTerms { until: None, ..limited.clone() },
            GrantTerms { coarsening: None, ..limited.clone() },
            GrantTerms { coarsening: Some(Coarsening::Fives), ..limited.clone() },
        ] {
            assert!(wider.widen(&limited), "{wider:?}");
            assert_eq!(
                widened(&[grant("day", limited.clone())], &[grant("day", wider)]),
                ["contacts.day"]
            );
        }
        assert_eq!(
            widened(&[grant("day", limited.clone())], &[grant("kind", limited)]),
            ["contacts.kind"]
        );
    }

    #[test]
    fn the_same_and_less_is_none() {
        let limited = limited();
        for narrower in [
            limited.clone(),
            GrantTerms { schools: only(&[]), ..limited.clone() },
            GrantTerms { schools: only(&["990002"]), ..limited.clone() },
            GrantTerms { first: Some(day("2025-08-02")), ..limited.clone() },
            GrantTerms { until: Some(day("2026-12-30")), ..limited.clone() },
            GrantTerms { coarsening: Some(Coarsening::SchoolYear), ..limited.clone() },
        ] {
            assert!(!narrower.widen(&limited), "{narrower:?}");
            assert!(!narrower.widen(&GrantTerms::default()), "{narrower:?}");
        }
        assert_eq!(widened(&[grant("day", limited)], &[]), [""; 0]);
    }

    #[test]
    fn nothing_runs_without_every_necessary_field_on_the_day_over_the_days() {
        let period = Period::new(day("2025-08-01"), day("2025-12-31")).unwrap();
        let requests = [request(&["day", "kind"], &["minutes"])];
        let (open, none) = (GrantTerms::default(), Lacking::default());
        let found = |grants: &[Grant], today: &str| lacking(&requests, grants, period, day(today));
        let never = found(&[grant("day", open.clone())], "2026-01-01");
        assert_eq!(never, Lacking { never: vec!["contacts.kind".into()], ..none.clone() });

        let until = GrantTerms { until: Some(day("2026-07-31")), ..open.clone() };
        let grants = [grant("day", until.clone()), grant("kind", open.clone())];
        assert_eq!(found(&grants, "2026-07-31"), none);
        let expired = found(&grants, "2026-08-01");
        assert_eq!(expired.expired, [grant("day", until.clone())]);
        assert!(expired.never.is_empty() && expired.outside.is_empty());

        // It can do without minutes, so their grant may be over, but not for other days.
        let mut grants = vec![grant("day", open.clone()), grant("kind", open.clone())];
        grants.push(grant("minutes", until));
        assert_eq!(found(&grants, "2026-08-01"), none);
        let short = GrantTerms { first: Some(day("2025-08-02")), ..open };
        grants[2] = grant("minutes", short.clone());
        assert_eq!(found(&grants, "2026-08-01").outside, [grant("minutes", short)]);
    }

    #[test]
    fn a_school_counts_where_every_grant_names_it() {
        let some = |numbers: &[&str]| {
            grant("day", GrantTerms { schools: only(numbers), ..GrantTerms::default() })
        };
        let all = grant("kind", GrantTerms::default());
        assert_eq!(schools_of_all(&[]), GrantedSchools::All);
        assert_eq!(schools_of_all(&[all.clone(), some(&["1", "2"])]), only(&["1", "2"]));
        assert_eq!(schools_of_all(&[some(&["1", "2"]), all, some(&["2", "3"])]), only(&["2"]));
        assert_eq!(schools_of_all(&[some(&["1"]), some(&["2"])]), only(&[]));
    }

    #[test]
    fn another_purpose_more_identity_or_another_field_needs_more() {
        let then = request(&["day"], &["minutes"]);
        let same = |now: &Request, field: &str| needs_no_more(&then, &then.purpose, now, field);
        assert!(!same(&request(&["day", "kind"], &[]), "kind"));
        assert!(!same(&Request { identity: true, ..then.clone() }, "day"));
        let other = Text::new("Zählen", "Counting pupils");
        assert!(!same(&Request { purpose: other.clone(), ..then.clone() }, "day"));
        assert!(!needs_no_more(&then, &other, &then, "day"), "what was read counts");
        assert!(!same(&Request { dataset: "absences".into(), ..then.clone() }, "day"));
        assert!(same(&request(&["day", "minutes"], &[]), "minutes"));
        let bold = Request { identity: true, ..then.clone() };
        assert!(needs_no_more(&bold, &then.purpose, &then, "day"));
    }

    #[test]
    fn lines_of_grants_say_what_limits_them_and_nothing_else() {
        let grants = [grant("minutes", limited()), grant("day", GrantTerms::default())];
        assert_eq!(
            grant_lines(&grants),
            "contacts.day\ncontacts.minutes schools=990001,990002 from=2025-08-01 to=2026-07-31 \
             coarse=month\n"
        );
        let mut later = grants.clone();
        later[0].terms.until = None;
        later[1].granted_by = "jemand".into();
        assert_eq!(grant_lines(&later), grant_lines(&grants));
    }

    #[test]
    fn options_are_those_of_the_command_line() {
        assert_eq!(GrantTerms::default().options("contacts.day"), "");
        assert_eq!(
            limited().options("contacts.day"),
            "--school 990001 --school 990002 --from 2025-08-01 --to 2026-07-31 \
             --coarse contacts.day=month"
        );
    }

    fn terms() -> impl Strategy<Value = GrantTerms> {
        let days = || prop::option::of((20_000i32..20_010).prop_map(Day));
        let schools = prop_oneof![
            1 => Just(GrantedSchools::All),
            3 => prop::collection::btree_set("[1-4]", 0..4).prop_map(GrantedSchools::Only),
        ];
        let kind = prop::option::of(prop::sample::select(&Coarsening::ALL[..]));
        (schools, days(), days(), kind, days()).prop_map(
            |(schools, first, last, coarsening, until)| GrantTerms {
                schools,
                first,
                last,
                coarsening,
                until,
            },
        )
    }

    proptest! {
        /// What is no widening covers no period, names no school and holds on no day that the other
        /// does not.
        #[test]
        fn what_is_no_widening_lets_nothing_more_be_seen(
            one in terms(), other in terms(), first in 19_998i32..20_012, days in 0i32..4,
        ) {
            prop_assert!(!one.widen(&one));
            if !one.widen(&other) {
                let period = Period { first: Day(first), last: Day(first + days) };
                prop_assert!(one.cover(period) <= other.cover(period));
                prop_assert!(one.hold_on(Day(first)) <= other.hold_on(Day(first)));
                prop_assert!(one.schools.are_within(&other.schools));
            }
        }

        #[test]
        fn less_than_less_is_less(one in terms(), two in terms(), three in terms()) {
            if !one.widen(&two) && !two.widen(&three) {
                prop_assert!(!one.widen(&three));
            }
        }
    }
}
