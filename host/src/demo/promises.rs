//! Tests of what the invented city promises, read from its files alone, as an importer would.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sha2::{Digest, Sha256};

use super::City;
use super::rhythm::QUIET_CONTACTS;
use crate::domain::{Calendar, CodeLists, Day, SchoolYear, TeamForm, TeamRoles};

/// The seeds that promises are tried with.
const SEEDS: [u64; 6] = [0, 1, 2, 2025, 77_777, u64::MAX];

type Row = HashMap<String, String>;

/// A city with its files parsed.
struct Read(HashMap<&'static str, Vec<Row>>);

impl Read {
    fn city(seed: u64) -> Self {
        let parse = |text: &str| {
            csv::Reader::from_reader(text.as_bytes())
                .deserialize()
                .map(|row| row.expect("every row fits its header"))
                .collect()
        };
        let files = City::generate(seed).files;
        Self(files.iter().map(|file| (file.kind, parse(&file.text))).collect())
    }

    /// One column of a file.
    fn column(&self, kind: &str, name: &str) -> Vec<&str> {
        self.0[kind].iter().map(|row| row[name].as_str()).collect()
    }

    /// The rows of a file by a column that is a key in it.
    fn by(&self, kind: &str, key: &str) -> HashMap<&str, &Row> {
        let rows: HashMap<&str, &Row> =
            self.0[kind].iter().map(|row| (row[key].as_str(), row)).collect();
        assert_eq!(rows.len(), self.0[kind].len(), "`{key}` stands in `{kind}` twice");
        rows
    }

    fn contacts(&self) -> &[Row] {
        &self.0["contacts"]
    }

    /// The school days of each school from its joining on.
    fn school_days(&self) -> HashMap<&str, BTreeSet<Day>> {
        let days = |row| {
            let (school, from): (&str, Day) = (at(row, "school"), day(at(row, "from")));
            let off = self.0["days-off"].iter().filter(|off| off["school"] == school);
            let off = off.map(|off| day(&off["day"])).collect();
            let year = Calendar::nrw().school_days(SchoolYear(2025).period(), &off);
            (school, year.filter(|day| *day >= from).collect())
        };
        self.0["participation"].iter().map(days).collect()
    }

    /// How many contacts, attempts left out, a school has of a kind.
    fn reached(&self, school: &str, kind: &str) -> Vec<&Row> {
        let fits =
            |row: &&Row| row["school"] == school && row["kind"] == kind && row["attempt"] == "no";
        self.contacts().iter().filter(fits).collect()
    }

    /// The roles of those who took part in a contact, as a set.
    fn roles(&self, codes: &CodeLists) -> Vec<u64> {
        let staff = self.by("practitioners", "code");
        let bit = |code: &str| 1 << codes.list("role").place(&staff[code]["role"]).unwrap();
        let set = |row: &Row| list(row, "participants").map(bit).fold(0, |set, bit| set | bit);
        self.contacts().iter().map(set).collect()
    }
}

fn at<'a>(row: &'a Row, column: &str) -> &'a str {
    &row[column]
}

fn list<'a>(row: &'a Row, column: &str) -> impl Iterator<Item = &'a str> {
    row[column].split('|').filter(|part| !part.is_empty())
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// How much of `rows` fulfils something, in tenths of a percent.
fn per_mille<T>(rows: &[T], fits: impl Fn(&T) -> bool) -> usize {
    rows.iter().filter(|row| fits(row)).count() * 1000 / rows.len()
}

#[test]
fn another_seed_gives_another_city() {
    let (one, other) = (City::generate(1), City::generate(2));
    for kind in ["practitioners", "households", "pupils", "contacts"] {
        let text =
            |city: &City| city.files.iter().find(|file| file.kind == kind).unwrap().text.clone();
        assert_ne!(text(&one), text(&other), "{kind}");
    }
}

#[test]
fn one_seed_gives_one_city() {
    assert_eq!(City::generate(7), City::generate(7));
}

/// Reports, screenshots and other people's tests are made from this city. Whoever changes this
/// digest changes all of them.
#[test]
fn the_city_of_a_seed_stays_the_same_for_ever() {
    let mut digest = Sha256::new();
    for file in City::generate(2025).files {
        digest.update(file.name);
        digest.update(file.text);
    }
    let digest: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, "");
}

#[test]
fn files_come_in_the_order_of_their_import() {
    let city = City::generate(1);
    let kinds: Vec<&str> = city.files.iter().map(|file| file.kind).collect();
    assert_eq!(
        kinds,
        [
            "schools",
            "enrolments",
            "participation",
            "days-off",
            "practitioners",
            "assignments",
            "pairings",
            "households",
            "pupils",
            "contacts"
        ]
    );
    for file in &city.files {
        assert_eq!(file.name, format!("{}.csv", file.kind));
        assert!(file.text.ends_with('\n') && !file.text.contains('\r'));
    }
}

#[test]
fn sizes_are_as_promised() {
    for seed in SEEDS {
        let city = Read::city(seed);
        let forms = city.column("schools", "form");
        let roles = city.column("practitioners", "role");
        let count =
            |list: &[&str], value: &str| list.iter().filter(|other| **other == value).count();
        assert_eq!((forms.len(), count(&forms, "02")), (9, 6));
        assert_eq!((count(&roles, "mediation"), count(&roles, "social-work")), (5, 5));

        let accompanied = city.column("pupils", "accompanied_from");
        let accompanied = accompanied.iter().filter(|from| !from.is_empty()).count();
        assert!((1_900..=2_100).contains(&city.0["pupils"].len()), "seed {seed}");
        assert!((380..=420).contains(&accompanied), "seed {seed}: {accompanied}");
        assert!((270..=330).contains(&city.0["households"].len()), "seed {seed}");
        assert!((11_500..=12_500).contains(&city.contacts().len()), "seed {seed}");
    }
}

#[test]
fn enrolments_agree_with_the_pupils() {
    let city = Read::city(1);
    for row in &city.0["enrolments"] {
        let pupils = city
            .column("pupils", "school")
            .iter()
            .filter(|school| **school == row["school"])
            .count();
        assert_eq!(row["pupils"], pupils.to_string());
        assert_eq!(row["school_year"], "2025/26");
    }
    assert_eq!(city.0["enrolments"].len(), 9);
}

#[test]
fn contacts_are_on_school_days_of_schools_that_take_part() {
    for seed in SEEDS {
        let city = Read::city(seed);
        let days = city.school_days();
        for row in city.contacts() {
            let open = &days[at(row, "school")];
            assert!(open.contains(&day(&row["day"])), "seed {seed}: {row:?}");
            let due = at(row, "next_due");
            assert!(due.is_empty() || due > at(row, "day") && open.contains(&day(due)), "{row:?}");
        }
    }
}

#[test]
fn contacts_refer_to_people_who_were_there() {
    for seed in SEEDS {
        let city = Read::city(seed);
        let schools = city.by("schools", "number");
        let staff = city.by("practitioners", "code");
        let pupils = city.by("pupils", "code");
        let households = city.by("households", "code");
        let mut posts: HashMap<(&str, &str), Vec<&Row>> = HashMap::new();
        for row in &city.0["assignments"] {
            posts.entry((at(row, "practitioner"), at(row, "school"))).or_default().push(row);
        }
        let covers = |row: &Row, from: &str, until: &str, date: &str| {
            row[from].as_str() <= date && (row[until].is_empty() || date <= row[until].as_str())
        };
        for row in city.contacts() {
            let (date, school) = (at(row, "day"), at(row, "school"));
            assert!(schools.contains_key(school));
            let members: Vec<&str> = list(row, "participants").collect();
            assert!(!members.is_empty());
            assert_eq!(members.iter().collect::<HashSet<_>>().len(), members.len(), "{row:?}");
            for who in members {
                assert!(staff.contains_key(who));
                let held = posts.get(&(who, school)).is_some_and(|posts| {
                    posts.iter().any(|post| covers(post, "from", "until", date))
                });
                assert!(held, "{who} has no post at {school} on {date}");
            }
            for code in list(row, "pupils") {
                let pupil = pupils[code];
                assert_eq!(pupil["school"], school, "{row:?}");
                assert!(covers(pupil, "enrolled_from", "enrolled_until", date), "{row:?}");
                assert!(covers(pupil, "accompanied_from", "accompanied_until", date), "{row:?}");
                let household = at(row, "household");
                assert!(household.is_empty() || pupil["household"] == household);
            }
            let household = at(row, "household");
            assert!(household.is_empty() || households.contains_key(household));
        }
    }
}

#[test]
fn codes_are_those_of_the_code_lists() {
    let city = Read::city(1);
    let codes = CodeLists::new(CodeLists::seed());
    let columns = [
        ("schools", "form", "school-form"),
        ("practitioners", "role", "role"),
        ("pupils", "grade", "grade"),
        ("pupils", "status", "pupil-status"),
        ("contacts", "kind", "contact-kind"),
        ("contacts", "result", "result"),
        ("contacts", "topics", "topic"),
        ("contacts", "consultation", "consultation"),
        ("contacts", "language", "language"),
    ];
    for (kind, column, name) in columns {
        let known = codes.list(name);
        let mut seen = 0;
        for code in city.0[kind].iter().flat_map(|row| list(row, column)) {
            assert!(known.place(code).is_some(), "`{code}` is not in `{name}`");
            seen += 1;
        }
        assert!(seen > 0, "{column}");
    }
}

#[test]
fn attempts_have_nobody_and_contacts_have_somebody() {
    for row in Read::city(1).contacts() {
        let persons: u16 = row["persons"].parse().unwrap();
        let minutes: u16 = row["minutes"].parse().unwrap();
        assert_eq!(row["attempt"] == "yes", row["result"] != "reached");
        assert_eq!(row["attempt"] == "yes", persons == 0, "{row:?}");
        assert!((5..=120).contains(&minutes));
        if row["kind"] == "parent-cafe" {
            assert!((5..=20).contains(&persons));
            assert!(row["pupils"].is_empty() && row["household"].is_empty());
        } else {
            assert!(persons <= 6, "{row:?}");
        }
        assert!(list(row, "topics").count() <= 3);
    }
}

#[test]
fn shares_are_plausible() {
    let codes = CodeLists::new(CodeLists::seed());
    let team_roles = TeamRoles::new(&codes.list("role"));
    for seed in SEEDS {
        let city = Read::city(seed);
        let rows = city.contacts();
        let form = |form| per_mille(&city.roles(&codes), |roles| team_roles.form(*roles) == form);
        let reached = per_mille(rows, |row| row["attempt"] == "no");
        let one = per_mille(rows, |row| list(row, "pupils").count() == 1);
        let several = per_mille(rows, |row| list(row, "pupils").count() > 1);
        let nobody = per_mille(rows, |row| row["pupils"].is_empty() && row["household"].is_empty());
        let untimed = per_mille(rows, |row| row["time"].is_empty());
        let shares = [
            (form(TeamForm::Tandem), 500..=600),
            (form(TeamForm::Tridem), 150..=200),
            (reached, 800..=840),
            (one, 570..=640),
            (several, 30..=100),
            (nobody, 100..=220),
            (untimed, 0..=50),
        ];
        assert!(shares.iter().all(|(share, range)| range.contains(share)), "{seed}: {shares:?}");
    }
}

#[test]
fn schools_differ_but_not_wildly() {
    for seed in SEEDS {
        let city = Read::city(seed);
        for (form_is_primary, range) in [(true, 600..=900), (false, 350..=600)] {
            let schools =
                city.0["schools"].iter().filter(|row| (row["form"] == "02") == form_is_primary);
            // The late joiner has half a year.
            for school in schools.filter(|row| row["number"] != "990016") {
                let number = at(school, "number");
                let contacts = city
                    .column("contacts", "school")
                    .iter()
                    .filter(|other| **other == number)
                    .count();
                let pupils = city
                    .column("pupils", "school")
                    .iter()
                    .filter(|other| **other == number)
                    .count();
                let rate = contacts * 100 / pupils;
                assert!(range.contains(&rate), "seed {seed}: {number} has {rate} of 100");
            }
        }
    }
}

#[test]
fn nobody_is_in_two_places_at_once() {
    let minutes = |text: &str| {
        let (hours, minutes) = text.split_once(':').unwrap();
        hours.parse::<u16>().unwrap() * 60 + minutes.parse::<u16>().unwrap()
    };
    let city = Read::city(1);
    let mut diary: HashMap<(&str, &str), Vec<(u16, u16)>> = HashMap::new();
    for row in city.contacts().iter().filter(|row| !row["time"].is_empty()) {
        let begin = minutes(&row["time"]);
        let end = begin + row["minutes"].parse::<u16>().unwrap();
        assert!(begin >= 8 * 60 && end <= 19 * 60, "{row:?}");
        for who in list(row, "participants") {
            diary.entry((who, at(row, "day"))).or_default().push((begin, end));
        }
    }
    for ((who, date), mut entries) in diary {
        entries.sort_unstable();
        assert!(entries.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{who} on {date}");
    }
}

#[test]
fn the_first_consultation_of_a_household_is_its_only_first() {
    let city = Read::city(1);
    let pupils = city.by("pupils", "code");
    let mut advised = HashSet::new();
    let mut firsts = 0;
    for row in city.contacts().iter().filter(|row| !row["consultation"].is_empty()) {
        let of_pupil = list(row, "pupils").next().map_or("", |code| &pupils[code]["household"]);
        let household = [at(row, "household"), of_pupil].into_iter().max().unwrap();
        // Contacts of one day may have changed places, so a day is looked at as a whole.
        if row["consultation"] == "first" {
            assert!(advised.insert(household), "{row:?}");
            firsts += 1;
        }
    }
    assert!(firsts > 200);
}

#[test]
fn a_household_bears_one_name_and_siblings_differ() {
    let city = Read::city(1);
    let households = city.by("households", "code");
    let mut siblings: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for pupil in &city.0["pupils"] {
        assert_eq!(pupil["household"].is_empty(), pupil["accompanied_from"].is_empty());
        if let Some(household) = households.get(at(pupil, "household")) {
            assert_eq!(household["name"], format!("Familie {}", pupil["family_name"]));
            siblings.entry(at(pupil, "household")).or_default().push(pupil);
        }
    }
    assert_eq!(siblings.len(), households.len(), "every household has a child");
    assert!(siblings.values().any(|children| children.len() > 2));
    let schools = |children: &Vec<&Row>| {
        children.iter().map(|child| at(child, "school")).collect::<HashSet<_>>().len()
    };
    assert!(siblings.values().any(|children| schools(children) > 1));
    for children in siblings.values() {
        let names: HashSet<&str> = children.iter().map(|child| at(child, "given_name")).collect();
        assert_eq!(names.len(), children.len());
    }
}

#[test]
fn pupils_have_the_age_of_their_grade() {
    for pupil in &Read::city(1).0["pupils"] {
        let first_day = day("2025-09-30").0 - day(&pupil["birth_day"]).0;
        let grades = ["E1", "E2", "03", "04", "05", "06", "07", "08", "09", "10", "EF", "Q1", "Q2"];
        let grade = if pupil["grade"] == "E3" { "E2" } else { at(pupil, "grade") };
        let usual =
            6 + i32::try_from(grades.iter().position(|other| *other == grade).unwrap()).unwrap();
        let age = first_day * 4 / 1461;
        assert!((usual..=usual + 1).contains(&age), "{age} in {}", pupil["grade"]);
        let (from, until) = (at(pupil, "enrolled_from"), at(pupil, "enrolled_until"));
        assert!(until.is_empty() || from <= until);
        let (from, until) = (at(pupil, "accompanied_from"), at(pupil, "accompanied_until"));
        assert!(until.is_empty() || from <= until);
        assert!(from.is_empty() || from >= at(pupil, "enrolled_from"));
    }
}

#[test]
fn two_mediators_bear_one_name() {
    for seed in SEEDS {
        let city = Read::city(seed);
        let mut names = city.column("practitioners", "name");
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all - 1, "seed {seed}");
        let mediators = city.0["practitioners"].iter().filter(|row| row["role"] == "mediation");
        let of_mediators: HashSet<&str> = mediators.map(|row| at(row, "name")).collect();
        assert_eq!(of_mediators.len(), 4, "seed {seed}");
    }
}

#[test]
fn small_cells_and_true_zeros_are_there() {
    for seed in SEEDS {
        let city = Read::city(seed);
        let visits = city.reached("990019", "home-visit");
        let households: HashSet<&str> = visits.iter().map(|row| at(row, "household")).collect();
        assert_eq!((visits.len(), households.len()), (3, 2), "seed {seed}");
        assert_eq!(city.reached("990013", "letter").len(), 2, "seed {seed}");
        for kind in ["interpreting", "conflict"] {
            let of_kind = city.contacts().iter().filter(|row| row["kind"] == kind);
            let schools: HashSet<&str> = of_kind.map(|row| at(row, "school")).collect();
            assert!(!schools.contains("990015"), "seed {seed}");
            assert_eq!(schools.len(), 8, "seed {seed}: {kind}");
        }
    }
}

#[test]
fn the_late_joiner_has_nothing_before_february() {
    for seed in SEEDS {
        let city = Read::city(seed);
        let joined = city.by("participation", "school")["990016"]["from"].clone();
        assert_eq!(joined, "2026-02-01");
        let contacts = city.contacts().iter().filter(|row| row["school"] == "990016");
        let first = contacts.map(|row| at(row, "day")).min().unwrap();
        assert!(("2026-02-02"..="2026-02-20").contains(&first), "seed {seed}: {first}");
        let pupils = city.0["pupils"].iter().filter(|row| row["school"] == "990016");
        let since = pupils.map(|row| at(row, "accompanied_from")).filter(|from| !from.is_empty());
        assert!(since.clone().count() > 25 && since.min().unwrap() >= joined.as_str());
    }
}

#[test]
fn july_is_quiet_at_one_school() {
    for seed in SEEDS {
        let city = Read::city(seed);
        let july = |school: &str| {
            let fits = |row: &&Row| row["school"] == school && row["day"].starts_with("2026-07");
            city.contacts().iter().filter(fits).count()
        };
        assert_eq!(july("990014"), QUIET_CONTACTS, "seed {seed}");
        assert!(july("990011") > 30, "seed {seed}");
    }
}

#[test]
fn one_home_visit_meets_four_people() {
    for seed in SEEDS {
        let city = Read::city(seed);
        let mut visits = city.reached("990011", "home-visit").into_iter();
        let full = visits.find(|row| row["persons"] == "4" && !row["household"].is_empty());
        assert!(full.is_some(), "seed {seed}");
    }
}

#[test]
fn one_family_is_missed_five_times_in_a_row() {
    for seed in SEEDS {
        let city = Read::city(seed);
        let pupil = city.0["pupils"].iter().find(|row| {
            row["school"] == "990012"
                && row["status"] == "whereabouts-unknown"
                && row["enrolled_until"] == "2026-02-06"
                && !row["household"].is_empty()
        });
        let code = at(pupil.unwrap(), "code");
        let theirs =
            city.contacts().iter().filter(|row| list(row, "pupils").any(|own| own == code));
        let results: Vec<&str> = theirs.map(|row| at(row, "result")).collect();
        let missed = "not-reached";
        assert_eq!(
            results,
            ["reached", "reached", missed, missed, missed, missed, "moved-away"],
            "seed {seed}"
        );
    }
}

/// Transition is a matter of the fourth grade above all.
#[test]
fn transition_is_a_topic_of_the_fourth_grade() {
    let city = Read::city(1);
    let pupils = city.by("pupils", "code");
    let share = |grade: &str| {
        let rows: Vec<&Row> = city
            .contacts()
            .iter()
            .filter(|row| list(row, "pupils").any(|code| pupils[code]["grade"] == grade))
            .collect();
        per_mille(&rows, |row| list(row, "topics").any(|topic| topic == "transition"))
    };
    assert!(share("04") > 3 * share("03"));
}

/// Notes that one profession alone may read stand only where that profession took part.
#[test]
fn private_notes_are_by_social_workers_who_took_part() {
    let city = Read::city(1);
    let mut notes = 0;
    for row in city.contacts().iter().filter(|row| !row["private_note:social-work"].is_empty()) {
        assert!(list(row, "participants").any(|who| who.starts_with("SA")), "{row:?}");
        notes += 1;
    }
    assert!(notes > 300);
}
