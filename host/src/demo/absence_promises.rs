//! Tests of what the invented city promises about absences, read from its files alone: possible and
//! missed units are worked out here a second time, as a report would.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::reading::{Read, Row, at, day, per_mille};
use crate::domain::{Calendar, Day, SchoolYear};

/// What a pupil's year comes to, in the units of their school.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    days: i64,
    possible: i64,
    excused: i64,
    unexcused: i64,
    open: i64,
}

impl Tally {
    fn missed(self) -> i64 {
        self.excused + self.unexcused + self.open
    }

    fn is_rated(self) -> bool {
        self.days >= 10
    }

    fn is_persistent(self) -> bool {
        self.is_rated() && 100 * self.missed() >= 10 * self.possible
    }

    fn is_severe(self) -> bool {
        self.is_rated() && 2 * self.missed() >= self.possible
    }
}

/// When a pupil was enrolled, and since when nobody knows where they are.
struct Stay {
    from: Day,
    until: Option<Day>,
    unknown_from: Option<Day>,
}

impl Stay {
    fn of(pupil: &Row) -> Self {
        let maybe = |column| Some(at(pupil, column)).filter(|text| !text.is_empty()).map(day);
        Self {
            from: day(at(pupil, "enrolled_from")),
            until: maybe("enrolled_until"),
            unknown_from: maybe("unknown_from"),
        }
    }

    fn is_enrolled(&self, on: Day) -> bool {
        self.from <= on && self.until.is_none_or(|last| on <= last)
    }

    fn is_there(&self, on: Day) -> bool {
        self.is_enrolled(on) && self.unknown_from.is_none_or(|since| on < since)
    }
}

/// A city with the school days on which each school recorded absences, and its absences by pupil.
struct Year {
    city: &'static Read,
    days: HashMap<&'static str, BTreeSet<Day>>,
    attendance: HashMap<&'static str, &'static Row>,
    absences: HashMap<&'static str, Vec<&'static Row>>,
}

impl Year {
    fn all() -> impl Iterator<Item = (u64, Self)> {
        Read::all().iter().map(|(seed, city)| (*seed, Self::of(city)))
    }

    fn of(city: &'static Read) -> Self {
        let attendance = city.by("attendance", "school");
        let days = attendance.iter().map(|(school, row)| {
            let off = city["days-off"].iter().filter(|off| off["school"] == *school);
            let off = off.map(|off| day(&off["day"])).collect();
            let year = Calendar::nrw().school_days(SchoolYear(2025).period(), &off);
            let from = day(&row["from"]);
            (*school, year.filter(|day| *day >= from).collect())
        });
        let days = days.collect();
        let mut absences: HashMap<&str, Vec<&Row>> = HashMap::new();
        for row in &city["absences"] {
            absences.entry(at(row, "pupil")).or_default().push(row);
        }
        Self { city, days, attendance, absences }
    }

    fn per_day(&self, pupil: &Row) -> i64 {
        self.attendance[at(pupil, "school")]["units_per_day"].parse().unwrap()
    }

    fn rows(&self, pupil: &Row) -> &[&'static Row] {
        self.absences.get(at(pupil, "code")).map_or(&[], Vec::as_slice)
    }

    /// Units of a row; `None` for a late arrival.
    fn units(&self, pupil: &Row, row: &Row) -> Option<i64> {
        match at(row, "amount") {
            _ if row["status"] == "late" => None,
            "" => Some(self.per_day(pupil)),
            amount => Some(amount.parse().unwrap()),
        }
    }

    fn tally(&self, pupil: &Row) -> Tally {
        let stay = Stay::of(pupil);
        let counts = |on: &Day| stay.is_there(*on);
        let days = self.days[at(pupil, "school")].iter().filter(|day| counts(day)).count();
        let days = i64::try_from(days).unwrap();
        let mut tally = Tally { days, possible: days * self.per_day(pupil), ..Tally::default() };
        for row in self.rows(pupil).iter().filter(|row| counts(&day(at(row, "day")))) {
            let units = self.units(pupil, row).unwrap_or_default();
            match at(row, "status") {
                "excused" => tally.excused += units,
                "unexcused" => tally.unexcused += units,
                "open" => tally.open += units,
                _ => {}
            }
        }
        tally
    }

    /// The pupils of a school whom nobody accompanies, with their tallies.
    fn unaccompanied(&self, school: &str) -> Vec<(&'static Row, Tally)> {
        let fits = |row: &&Row| row["school"] == school && row["household"].is_empty();
        self.city["pupils"].iter().filter(fits).map(|row| (row, self.tally(row))).collect()
    }
}

const NOTHING: Tally = Tally { days: 0, possible: 0, excused: 0, unexcused: 0, open: 0 };

#[test]
fn absences_are_on_recorded_school_days_of_enrolled_pupils() {
    for (seed, year) in Year::all() {
        let pupils = year.city.by("pupils", "code");
        for (code, rows) in &year.absences {
            let pupil = pupils[code];
            let stay = Stay::of(pupil);
            for row in rows {
                let on = day(at(row, "day"));
                assert!(year.days[at(pupil, "school")].contains(&on), "seed {seed}: {row:?}");
                assert!(stay.is_enrolled(on), "seed {seed}: {row:?}");
            }
        }
    }
}

#[test]
fn no_day_has_more_than_its_units_and_only_late_arrivals_have_minutes() {
    for (seed, year) in Year::all() {
        let pupils = year.city.by("pupils", "code");
        let mut full: HashMap<(&str, &str), i64> = HashMap::new();
        for row in &year.city["absences"] {
            let pupil = pupils[at(row, "pupil")];
            let (unit, amount) = (at(row, "unit"), at(row, "amount"));
            if let Some(units) = year.units(pupil, row) {
                assert_eq!(unit.is_empty(), amount.is_empty(), "seed {seed}: {row:?}");
                assert!(
                    unit.is_empty() || unit == year.attendance[at(pupil, "school")]["unit"],
                    "seed {seed}: {row:?}"
                );
                let day = full.entry((at(row, "pupil"), at(row, "day"))).or_default();
                *day += units;
                assert!(units > 0 && *day <= year.per_day(pupil), "seed {seed}: {row:?}");
            } else {
                assert!(matches!(unit, "" | "minute"), "seed {seed}: {row:?}");
                assert!((5..=60).contains(&amount.parse().unwrap()), "seed {seed}: {row:?}");
            }
        }
    }
}

#[test]
fn schools_record_in_different_units_and_two_have_an_early_half_year() {
    for (_, year) in Year::all() {
        let units: BTreeMap<&str, (&str, &str, &str)> = year
            .attendance
            .iter()
            .map(|(school, row)| {
                (*school, (at(row, "unit"), at(row, "units_per_day"), at(row, "from")))
            })
            .collect();
        assert_eq!(units.len(), 9);
        for (school, found) in units {
            let expected = match school {
                "990013" => ("day", "1", "2025-08-27"),
                "990016" => ("half-day", "2", "2026-02-01"),
                "990018" => ("lesson", "6", "2025-08-27"),
                _ => ("half-day", "2", "2025-08-27"),
            };
            assert_eq!(found, expected, "{school}");
        }
        for column in ["school_year", "second_half_begins"] {
            let expected = if column == "school_year" { "2025/26" } else { "2026-02-02" };
            assert_eq!(year.city.column("half-years", column), [expected; 2]);
        }
        assert_eq!(year.city.column("half-years", "school"), ["990017", "990018"]);
    }
}

#[test]
fn absences_are_plausible() {
    for (seed, year) in Year::all() {
        let rows = &year.city["absences"];
        assert!((17_000..=24_000).contains(&rows.len()), "seed {seed}: {}", rows.len());
        let status = |status| per_mille(rows, |row| row["status"] == status);
        let shares = [
            (status("excused"), 500..=650),
            (status("unexcused"), 80..=160),
            (status("open"), 70..=150),
            (status("on-leave"), 1..=20),
            (status("school-caused"), 80..=200),
            (status("late"), 50..=130),
        ];
        assert!(shares.iter().all(|(share, range)| range.contains(share)), "{seed}: {shares:?}");

        let tallies: Vec<Tally> =
            year.city["pupils"].iter().map(|pupil| year.tally(pupil)).collect();
        let rated: Vec<Tally> = tallies.into_iter().filter(|tally| tally.is_rated()).collect();
        let persistent = per_mille(&rated, |tally| tally.is_persistent());
        let severe = rated.iter().filter(|tally| tally.is_severe()).count();
        let never = per_mille(&rated, |tally| tally.missed() == 0);
        assert!((30..=80).contains(&persistent), "seed {seed}: {persistent}");
        assert!((3..=20).contains(&severe), "seed {seed}: {severe}");
        assert!((40..=160).contains(&never), "seed {seed}: {never}");
    }
}

/// A day that follows a missed one is missed far more often than a day as such.
#[test]
fn absences_are_clustered_as_sicknesses_are() {
    let (_, year) = Year::all().next().unwrap();
    let (mut missed, mut followed, mut days) = (0, 0, 0);
    for pupil in year.city["pupils"].iter().filter(|pupil| !year.tally(pupil).is_persistent()) {
        let sick = year.rows(pupil).iter().filter(|row| row["status"] == "excused");
        let sick: HashSet<Day> = sick.map(|row| day(at(row, "day"))).collect();
        let own: Vec<Day> = year.days[at(pupil, "school")].iter().copied().collect();
        days += own.len();
        missed += sick.len();
        followed += own
            .windows(2)
            .filter(|pair| sick.contains(&pair[0]) && sick.contains(&pair[1]))
            .count();
    }
    assert!(followed * days > 8 * missed * missed, "{followed} of {missed} in {days}");
}

#[test]
fn a_trip_takes_the_whole_class() {
    for (seed, year) in Year::all() {
        let pupils = year.city.by("pupils", "code");
        let mut trips: HashMap<(&str, &str, &str), HashSet<&str>> = HashMap::new();
        for row in year.city["absences"].iter().filter(|row| row["status"] == "school-caused") {
            let pupil = pupils[at(row, "pupil")];
            let class = (at(pupil, "school"), at(pupil, "class"), at(row, "day"));
            trips.entry(class).or_default().insert(at(row, "pupil"));
        }
        for ((school, class, on), travellers) in &trips {
            let classmates = year.city["pupils"].iter().filter(|row| {
                row["school"] == *school
                    && row["class"] == *class
                    && Stay::of(row).is_there(day(on))
            });
            let classmates: HashSet<&str> = classmates.map(|row| at(row, "code")).collect();
            assert_eq!(*travellers, classmates, "seed {seed}: {class} on {on}");
        }
        let classes: HashSet<(&str, &str)> =
            trips.keys().map(|(school, class, _)| (*school, *class)).collect();
        assert!((25..=60).contains(&classes.len()), "seed {seed}: {}", classes.len());
    }
}

#[test]
fn two_whole_grades_of_the_late_joiner_are_on_a_trip() {
    for (seed, year) in Year::all() {
        let of_school = year.city["pupils"].iter().filter(|row| row["school"] == "990016");
        for pupil in of_school.clone().filter(|row| ["03", "04"].contains(&at(row, "grade"))) {
            for on in ["04", "05", "06", "07", "08"].map(|on| format!("2026-05-{on}")) {
                let is_there = Stay::of(pupil).is_there(day(&on));
                let of_day: Vec<&str> = year
                    .rows(pupil)
                    .iter()
                    .filter(|row| row["day"] == on)
                    .map(|row| at(row, "status"))
                    .collect();
                let expected: &[&str] = if is_there { &["school-caused"] } else { &[] };
                assert_eq!(of_day, expected, "seed {seed}: {pupil:?} on {on}");
            }
        }
        let days: Vec<&str> =
            of_school.flat_map(|pupil| year.rows(pupil)).map(|row| at(row, "day")).collect();
        assert!(days.iter().all(|on| *on >= "2026-02-02"), "seed {seed}");
        assert!(days.len() > 500, "seed {seed}: {}", days.len());
    }
}

#[test]
fn one_pupil_missed_exactly_a_tenth_one_just_less_and_one_a_half() {
    for (seed, year) in Year::all() {
        let pupils = year.unaccompanied("990011");
        let tally = |excused, unexcused, open| {
            let arrived = pupils.iter().filter(|(row, _)| row["enrolled_from"] == "2025-08-29");
            let expected = Tally { days: 190, possible: 380, excused, unexcused, open };
            let found = arrived.map(|(_, tally)| *tally).find(|tally| *tally == expected);
            found.unwrap_or_else(|| panic!("seed {seed}: {expected:?}"))
        };
        let (tenth, less, half) = (tally(30, 4, 4), tally(37, 0, 0), tally(60, 100, 30));
        assert_eq!([tenth, less, half].map(Tally::missed), [38, 37, 190]);
        assert_eq!([tenth, less, half].map(Tally::is_persistent), [true, false, true]);
        assert_eq!([tenth, less, half].map(Tally::is_severe), [false, false, true]);

        let in_days = year.unaccompanied("990013");
        let year_of_192 = |excused| Tally { days: 192, possible: 192, excused, ..NOTHING };
        for (excused, is_persistent) in [(20, true), (19, false)] {
            let mut tallies = in_days.iter().map(|(_, tally)| *tally);
            let found = tallies.find(|tally| *tally == year_of_192(excused));
            assert_eq!(found.map(Tally::is_persistent), Some(is_persistent), "seed {seed}");
        }
    }
}

#[test]
fn one_pupil_has_open_absences_that_are_not_unexcused() {
    for (seed, year) in Year::all() {
        let expected = Tally { days: 192, possible: 384, unexcused: 2, open: 6, ..NOTHING };
        let pupils = year.unaccompanied("990014");
        assert!(pupils.iter().any(|(_, tally)| *tally == expected), "seed {seed}");
    }
}

/// From 2026-02-02 on there are 102 school days in 990014: 204 half-days, of which 22 were missed.
#[test]
fn one_pupil_arrived_in_the_middle_of_the_year() {
    for (seed, year) in Year::all() {
        let pupils = year.unaccompanied("990014");
        let expected = Tally { days: 102, possible: 204, excused: 10, unexcused: 12, ..NOTHING };
        let arrived = pupils
            .iter()
            .find(|(row, tally)| row["enrolled_from"] == "2026-02-02" && *tally == expected);
        let (_, tally) = arrived.unwrap_or_else(|| panic!("seed {seed}"));
        assert!(tally.is_persistent(), "more than a tenth of the time there");
        assert!(100 * tally.missed() < 10 * 384, "less than a tenth of the year");
    }
}

/// Until 2026-01-09 there were 75 school days in 990015: 3 in August, then 22, 12, 20, 15 and 3.
#[test]
fn what_follows_an_unregistered_departure_does_not_count() {
    for (seed, year) in Year::all() {
        let pupils = year.unaccompanied("990015");
        let gone = pupils.iter().find(|(row, _)| {
            row["unknown_from"] == "2026-01-12"
                && row["status"] == "whereabouts-unknown"
                && row["enrolled_until"].is_empty()
        });
        let (row, tally) = gone.unwrap_or_else(|| panic!("seed {seed}"));
        let expected = Tally { days: 75, possible: 150, excused: 6, ..NOTHING };
        assert_eq!(*tally, expected, "seed {seed}");
        let later = year.rows(row).iter().filter(|row| at(row, "day") >= "2026-01-12");
        let later: Vec<(&str, &str)> =
            later.map(|row| (at(row, "day"), at(row, "status"))).collect();
        assert_eq!(later.len(), 10, "seed {seed}");
        assert!(later.iter().all(|(_, status)| *status == "unexcused"), "seed {seed}");
        assert_eq!((later[0].0, later[9].0), ("2026-01-12", "2026-01-23"), "seed {seed}");
    }
}

#[test]
fn whoever_went_away_without_a_word_has_the_day_and_nobody_else_has() {
    for (seed, year) in Year::all() {
        for pupil in &year.city["pupils"] {
            let is_unknown = pupil["status"] == "whereabouts-unknown";
            let since = at(pupil, "unknown_from");
            assert_eq!(is_unknown, !since.is_empty(), "seed {seed}: {pupil:?}");
            if is_unknown {
                assert!(Stay::of(pupil).is_enrolled(day(since)), "seed {seed}: {pupil:?}");
            }
        }
    }
}

#[test]
fn one_pupil_of_eight_days_missed_all_of_them() {
    for (seed, year) in Year::all() {
        let pupils = year.unaccompanied("990017");
        let brief = pupils.iter().find(|(row, _)| {
            row["enrolled_from"] == "2026-03-02" && row["enrolled_until"] == "2026-03-11"
        });
        let (row, tally) = brief.unwrap_or_else(|| panic!("seed {seed}"));
        let expected = Tally { days: 8, possible: 16, unexcused: 10, open: 6, ..NOTHING };
        assert_eq!(*tally, expected, "seed {seed}");
        assert!(!tally.is_rated() && row["status"] == "moved", "seed {seed}");
    }
}

#[test]
fn one_pupil_has_no_entry_at_all() {
    for (seed, year) in Year::all() {
        let expected = Tally { days: 191, possible: 382, ..NOTHING };
        let pupils = year.unaccompanied("990012");
        let never =
            pupils.iter().any(|(row, tally)| *tally == expected && year.rows(row).is_empty());
        assert!(never, "seed {seed}");
    }
}

#[test]
fn sums_of_the_year_before_are_about_pupils_who_were_there() {
    for (seed, year) in Year::all() {
        let pupils = year.city.by("pupils", "code");
        let totals = &year.city["absence-totals"];
        let mut terms: HashMap<&str, Vec<&str>> = HashMap::new();
        for row in totals {
            let pupil = pupils[at(row, "pupil")];
            assert_eq!((at(pupil, "school"), at(row, "unit")), ("990018", "lesson"));
            assert_eq!(at(row, "school_year"), "2024/25");
            assert!(at(pupil, "enrolled_from") <= "2024-08-01", "seed {seed}: {pupil:?}");
            let [missed, unexcused] =
                ["missed", "unexcused"].map(|column| row[column].parse::<u16>().unwrap());
            assert!(unexcused <= missed, "seed {seed}: {row:?}");
            terms.entry(at(row, "pupil")).or_default().push(at(row, "term"));
        }
        assert!(terms.values().all(|terms| *terms == ["first-half", "second-half"]));
        assert!((24..=40).contains(&terms.len()), "seed {seed}: {}", terms.len());
        assert!(totals.iter().any(|row| row["missed"] == "0"), "seed {seed}: a true zero");
    }
}
