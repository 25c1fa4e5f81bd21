//! What is the same in every invented city: its nine schools, who is posted where, and the days on
//! which schools are open.

use std::collections::BTreeSet;

use crate::domain::{Calendar, Day, Level, Period, SchoolYear};

/// The city, invented like everything here.
pub(super) const CITY: &str = "Musterstadt an der Murmel";

/// The school year that the records are about.
pub(super) const YEAR: SchoolYear = SchoolYear(2025);

/// The month in which the quiet school records very little.
pub(super) const QUIET_MONTH: &str = "2026-07";

/// A school of the city.
#[derive(Debug)]
pub(super) struct School {
    /// Its number, invented too.
    pub(super) number: &'static str,
    pub(super) name: &'static str,
    pub(super) form: &'static str,
    /// Pupils, before the seed adds or takes a few.
    pub(super) pupils: u16,
    /// How many of them are accompanied.
    pub(super) accompanied: u16,
    /// Contacts and attempts in the year.
    pub(super) contacts: u32,
    /// Since when it takes part.
    pub(super) joined: &'static str,
    /// The days it set free itself, with the reason.
    pub(super) days_off: &'static [(&'static str, &'static str)],
    /// The weekday of its parent café, every other week; 0 is Monday.
    pub(super) cafe: usize,
    /// Kinds of contact that chance never gives this school: it has none of them, or the few that
    /// `scenes` writes.
    pub(super) without: &'static [&'static str],
    /// Whether its people record only three contacts in the quiet month.
    pub(super) is_quiet: bool,
}

impl School {
    pub(super) fn level(&self) -> Level {
        Level::of_form(self.form)
    }
}

const CARNIVAL: (&str, &str) = ("2026-02-16", "Rosenmontag");
const AFTER_CARNIVAL: (&str, &str) = ("2026-02-17", "Veilchendienstag");
const AFTER_ASCENSION: (&str, &str) = ("2026-05-15", "Tag nach Christi Himmelfahrt");
const AFTER_CORPUS_CHRISTI: (&str, &str) = ("2026-06-05", "Tag nach Fronleichnam");
const BEFORE_UNITY_DAY: (&str, &str) = ("2025-10-02", "beweglicher Ferientag");
const BEFORE_MAY_DAY: (&str, &str) = ("2026-04-30", "Tag vor dem 1. Mai");
const AFTER_CHRISTMAS: (&str, &str) = ("2026-01-07", "beweglicher Ferientag");

/// The nine schools. Their order is their place everywhere in this module.
pub(super) const SCHOOLS: [School; 9] = [
    School {
        number: "990011",
        name: "Grundschule am Lindenhof",
        form: "02",
        pupils: 196,
        accompanied: 44,
        contacts: 1560,
        joined: "2020-08-01",
        days_off: &[CARNIVAL, AFTER_ASCENSION, AFTER_CORPUS_CHRISTI],
        cafe: 2,
        without: &[],
        is_quiet: false,
    },
    School {
        number: "990012",
        name: "Grundschule Sieben Eichen",
        form: "02",
        pupils: 172,
        accompanied: 40,
        contacts: 1330,
        joined: "2020-08-01",
        days_off: &[CARNIVAL, AFTER_CARNIVAL, AFTER_ASCENSION, AFTER_CORPUS_CHRISTI],
        cafe: 1,
        without: &[],
        is_quiet: false,
    },
    School {
        number: "990013",
        name: "Grundschule am Krummen Steg",
        form: "02",
        pupils: 186,
        accompanied: 39,
        contacts: 1480,
        joined: "2021-08-01",
        days_off: &[BEFORE_UNITY_DAY, CARNIVAL, AFTER_ASCENSION],
        cafe: 0,
        without: &["letter"],
        is_quiet: false,
    },
    School {
        number: "990014",
        name: "Grundschule an der Wassermühle",
        form: "02",
        pupils: 164,
        accompanied: 37,
        contacts: 1290,
        joined: "2022-08-01",
        days_off: &[CARNIVAL, BEFORE_MAY_DAY, AFTER_CORPUS_CHRISTI],
        cafe: 3,
        without: &[],
        is_quiet: true,
    },
    School {
        number: "990015",
        name: "Grundschule Holunderweg",
        form: "02",
        pupils: 208,
        accompanied: 42,
        contacts: 1430,
        joined: "2023-02-01",
        days_off: &[CARNIVAL, AFTER_CARNIVAL, AFTER_ASCENSION],
        cafe: 1,
        without: &["interpreting", "conflict"],
        is_quiet: false,
    },
    // The late joiner.
    School {
        number: "990016",
        name: "Grundschule am Hasenwäldchen",
        form: "02",
        pupils: 162,
        accompanied: 30,
        contacts: 610,
        joined: "2026-02-01",
        days_off: &[AFTER_CHRISTMAS, CARNIVAL, AFTER_ASCENSION, AFTER_CORPUS_CHRISTI],
        cafe: 2,
        without: &[],
        is_quiet: false,
    },
    School {
        number: "990017",
        name: "Realschule am Sternwartenplatz",
        form: "10",
        pupils: 288,
        accompanied: 48,
        contacts: 1430,
        joined: "2020-08-01",
        days_off: &[CARNIVAL, BEFORE_MAY_DAY, AFTER_ASCENSION, AFTER_CORPUS_CHRISTI],
        cafe: 0,
        without: &[],
        is_quiet: false,
    },
    School {
        number: "990018",
        name: "Gesamtschule an der Drehbrücke",
        form: "15",
        pupils: 388,
        accompanied: 72,
        contacts: 1870,
        joined: "2021-08-01",
        days_off: &[BEFORE_UNITY_DAY, CARNIVAL, AFTER_CORPUS_CHRISTI],
        cafe: 3,
        without: &[],
        is_quiet: false,
    },
    School {
        number: "990019",
        name: "Hauptschule am Nussbaum",
        form: "04",
        pupils: 236,
        accompanied: 48,
        contacts: 1000,
        joined: "2024-08-01",
        days_off: &[CARNIVAL, AFTER_CARNIVAL, AFTER_ASCENSION],
        cafe: 3,
        without: &["home-visit"],
        is_quiet: false,
    },
];

/// Codes of the practitioners with their roles. Their order is their place everywhere.
pub(super) const STAFF: [(&str, &str); 26] = [
    ("BM01", "mediation"),
    ("BM02", "mediation"),
    ("BM03", "mediation"),
    ("BM04", "mediation"),
    ("BM05", "mediation"),
    ("LK01", "teacher"),
    ("LK02", "teacher"),
    ("LK03", "teacher"),
    ("LK04", "teacher"),
    ("LK05", "teacher"),
    ("LK06", "teacher"),
    ("LK07", "teacher"),
    ("LK08", "teacher"),
    ("LK09", "teacher"),
    ("LK10", "teacher"),
    ("LK11", "teacher"),
    ("LK12", "teacher"),
    ("LK13", "teacher"),
    ("SA01", "social-work"),
    ("SA02", "social-work"),
    ("SA03", "social-work"),
    ("SA04", "social-work"),
    ("SA05", "social-work"),
    ("SL01", "head"),
    ("SL02", "head"),
    ("SL03", "head"),
];

/// The two mediators who bear one name.
pub(super) const NAMESAKES: (usize, usize) = (1, 3);

/// Someone's post at a school.
#[derive(Debug)]
pub(super) struct Post {
    /// A code of [`STAFF`].
    pub(super) who: &'static str,
    /// A place in [`SCHOOLS`].
    pub(super) school: usize,
    pub(super) weekly_minutes: u32,
    /// The weekdays on which they work there, Monday first.
    pub(super) weekdays: [bool; 5],
    pub(super) from: &'static str,
    /// Last day; empty for until further notice.
    pub(super) until: &'static str,
}

impl Post {
    /// The place of its holder in [`STAFF`].
    pub(super) fn holder(&self) -> usize {
        let place = STAFF.iter().position(|(code, _)| *code == self.who);
        place.expect("test: posts_name_people_and_schools_of_the_plan")
    }

    /// Whether its holder works at the school on `day`.
    pub(super) fn is_there(&self, day: Day) -> bool {
        let ended = !self.until.is_empty() && self::day(self.until) < day;
        self.weekdays[weekday(day)] && self::day(self.from) <= day && !ended
    }
}

const DAILY: [bool; 5] = [true; 5];

/// The weekdays marked with a 1, Monday first.
const fn on(days: [u8; 5]) -> [bool; 5] {
    [days[0] == 1, days[1] == 1, days[2] == 1, days[3] == 1, days[4] == 1]
}

const fn post(
    who: &'static str,
    school: usize,
    weekly_minutes: u32,
    weekdays: [bool; 5],
    from: &'static str,
) -> Post {
    Post { who, school, weekly_minutes, weekdays, from, until: "" }
}

/// Every post. Each of the five mediators has 39 hours a week on every day of the year.
pub(super) const POSTS: [Post; 35] = [
    post("BM01", 0, 1170, on([1, 0, 1, 0, 1]), "2020-08-01"),
    post("BM01", 1, 1170, on([0, 1, 0, 1, 1]), "2020-08-01"),
    post("BM02", 2, 1215, on([1, 1, 0, 0, 1]), "2022-08-01"),
    post("BM02", 3, 1125, on([0, 0, 1, 1, 1]), "2022-08-01"),
    post("BM03", 4, 975, on([1, 1, 0, 0, 1]), "2023-02-01"),
    Post { until: "2026-01-31", ..post("BM03", 8, 1365, on([0, 0, 1, 1, 1]), "2024-08-01") },
    post("BM03", 8, 675, on([0, 0, 0, 1, 1]), "2026-02-01"),
    post("BM03", 5, 690, on([0, 0, 1, 1, 0]), "2026-02-01"),
    post("BM04", 6, 1560, on([1, 1, 0, 1, 1]), "2020-08-01"),
    post("BM04", 0, 780, on([0, 0, 1, 1, 0]), "2024-08-01"),
    post("BM05", 7, 2340, DAILY, "2021-08-01"),
    post("LK01", 0, 540, DAILY, "2020-08-01"),
    post("LK02", 0, 480, DAILY, "2023-08-01"),
    post("LK03", 1, 735, DAILY, "2020-08-01"),
    post("LK04", 2, 840, DAILY, "2021-08-01"),
    post("LK05", 3, 390, DAILY, "2022-08-01"),
    post("LK06", 3, 375, DAILY, "2025-08-01"),
    post("LK07", 4, 795, DAILY, "2023-02-01"),
    post("LK08", 5, 780, DAILY, "2026-02-01"),
    post("LK09", 6, 390, DAILY, "2020-08-01"),
    post("LK10", 6, 390, DAILY, "2024-08-01"),
    post("LK11", 7, 480, DAILY, "2021-08-01"),
    post("LK12", 7, 510, DAILY, "2021-08-01"),
    post("LK13", 8, 510, DAILY, "2024-08-01"),
    post("SA01", 0, 1170, DAILY, "2021-02-01"),
    post("SA01", 1, 1170, DAILY, "2021-02-01"),
    post("SA02", 2, 1185, DAILY, "2021-08-01"),
    post("SA02", 3, 1155, DAILY, "2022-08-01"),
    post("SA03", 6, 2340, DAILY, "2020-08-01"),
    post("SA04", 7, 2340, DAILY, "2021-08-01"),
    post("SA05", 8, 1545, DAILY, "2024-08-01"),
    post("SA05", 4, 795, DAILY, "2024-08-01"),
    post("SL01", 2, 60, DAILY, "2021-08-01"),
    post("SL02", 6, 60, DAILY, "2020-08-01"),
    post("SL03", 7, 60, DAILY, "2021-08-01"),
];

/// The fixed teams: school, members, first day.
pub(super) const PAIRINGS: [(usize, &[&str], &str); 13] = [
    (0, &["BM01", "LK01", "SA01"], "2021-02-01"),
    (0, &["BM04", "LK02"], "2024-08-01"),
    (1, &["BM01", "LK03", "SA01"], "2021-02-01"),
    (2, &["BM02", "LK04", "SA02"], "2022-08-01"),
    (3, &["BM02", "LK05", "SA02"], "2022-08-01"),
    (3, &["BM02", "LK06"], "2025-08-01"),
    (4, &["BM03", "LK07", "SA05"], "2024-08-01"),
    (5, &["BM03", "LK08"], "2026-02-01"),
    (6, &["BM04", "LK09", "SA03"], "2020-08-01"),
    (6, &["BM04", "LK10"], "2024-08-01"),
    (7, &["BM05", "LK11", "SA04"], "2021-08-01"),
    (7, &["BM05", "LK12"], "2021-08-01"),
    (8, &["BM03", "LK13", "SA05"], "2024-08-01"),
];

/// A day of the plan.
pub(super) fn day(text: &str) -> Day {
    text.parse().expect("test: every_day_of_the_plan_is_a_day")
}

/// 0 for Monday to 4 for Friday; a day without school counts as Friday.
pub(super) fn weekday(day: Day) -> usize {
    // Day 0, 1970-01-01, was a Thursday.
    usize::try_from((day.0 + 3).rem_euclid(7)).map_or(4, |place| place.min(4))
}

/// Those of a role who work at a school on a day, as places in [`STAFF`].
pub(super) fn present(school: usize, role: &'static str, day: Day) -> impl Iterator<Item = usize> {
    let is_here = move |post: &&Post| {
        post.school == school && STAFF[post.holder()].1 == role && post.is_there(day)
    };
    POSTS.iter().filter(is_here).map(Post::holder)
}

/// The school days of each school in the year, oldest first, whether it takes part yet or not.
pub(super) fn school_days() -> Vec<Vec<Day>> {
    let days = |school: &School| {
        let off: BTreeSet<Day> = school.days_off.iter().map(|(text, _)| day(text)).collect();
        Calendar::nrw().school_days(YEAR.period(), &off).collect()
    };
    SCHOOLS.iter().map(days).collect()
}

/// From the first day of school to the last.
pub(super) fn year() -> Period {
    Period { first: day("2025-08-27"), last: day("2026-07-17") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_the_plan_is_a_day() {
        let calendar = Calendar::nrw();
        for school in &SCHOOLS {
            assert!(day(school.joined) < year().last);
            assert!((3..=4).contains(&school.days_off.len()));
            for (off, reason) in school.days_off {
                assert!(calendar.is_open(day(off)), "{off} is free without being set free");
                assert!(!reason.is_empty());
            }
        }
        for post in &POSTS {
            assert!(post.until.is_empty() || day(post.from) < day(post.until));
        }
        assert!(PAIRINGS.iter().all(|(_, _, from)| day(from) < year().last));
    }

    #[test]
    fn the_year_runs_from_the_first_school_day_to_the_last() {
        let all: Vec<Day> = Calendar::nrw().school_days(YEAR.period(), &BTreeSet::new()).collect();
        assert_eq!((all.first(), all.last()), (Some(&year().first), Some(&year().last)));
    }

    #[test]
    fn posts_name_people_and_schools_of_the_plan() {
        for post in &POSTS {
            assert!(post.holder() < STAFF.len() && post.school < SCHOOLS.len());
            assert!(day(post.from) >= day(SCHOOLS[post.school].joined), "{post:?}");
        }
        for (school, members, from) in PAIRINGS {
            assert!(members.len() >= 2);
            for member in members {
                let mut posts = POSTS.iter().filter(|post| post.school == school);
                assert!(
                    posts.any(|post| post.who == *member && day(post.from) <= day(from)),
                    "{member} is paired at school {school} without a post there"
                );
            }
        }
    }

    #[test]
    fn every_mediator_has_39_hours_before_and_after_the_late_joiner() {
        for date in ["2025-09-01", "2026-01-31", "2026-02-01", "2026-07-17"].map(day) {
            for (code, _) in &STAFF[..5] {
                let is_held = |post: &&Post| {
                    post.who == *code
                        && day(post.from) <= date
                        && (post.until.is_empty() || date <= day(post.until))
                };
                let minutes: u32 =
                    POSTS.iter().filter(is_held).map(|post| post.weekly_minutes).sum();
                assert_eq!(minutes, 39 * 60, "{code} on {date}");
            }
        }
    }

    #[test]
    fn weekdays_count_from_monday() {
        assert_eq!(weekday(day("2025-09-01")), 0);
        assert_eq!(weekday(day("2025-09-05")), 4);
    }
}
