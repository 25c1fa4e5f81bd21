//! Reads the files of an invented city for the tests.

use std::collections::{BTreeSet, HashMap};
use std::ops::Index;
use std::sync::OnceLock;

use super::{City, CityFile, Place};
use crate::domain::{Calendar, CodeLists, Day, SchoolYear};

/// The seeds that promises are tried with.
const SEEDS: [u64; 4] = [1, 0, 2025, u64::MAX];

/// A row by the names of its columns.
pub(super) type Row = HashMap<String, String>;

/// A city with its files parsed.
pub(super) struct Read(HashMap<&'static str, Vec<Row>>);

impl Read {
    /// The city of seed 1.
    pub(super) fn one() -> &'static Self {
        &Self::all()[0].1
    }

    /// The cities of all [`SEEDS`], read once for all tests.
    pub(super) fn all() -> &'static [(u64, Self)] {
        static CITIES: OnceLock<Vec<(u64, Read)>> = OnceLock::new();
        CITIES.get_or_init(|| SEEDS.map(|seed| (seed, Self::city(seed))).into())
    }

    fn city(seed: u64) -> Self {
        Self::files(&City::generate(seed).files)
    }

    /// An invented municipality for each of [`SEEDS`], read once for all tests.
    pub(super) fn places(place: Place) -> &'static [(u64, Self)] {
        static PLACES: [OnceLock<Vec<(u64, Read)>>; 3] = [const { OnceLock::new() }; 3];
        let found = Place::ALL.iter().position(|other| *other == place).expect("one of all");
        PLACES[found].get_or_init(|| {
            SEEDS.map(|seed| (seed, Self::files(&place.generate(seed).files))).into()
        })
    }

    /// Files, those of one kind together.
    fn files(files: &[CityFile]) -> Self {
        let mut kinds: HashMap<&'static str, Vec<Row>> = HashMap::new();
        for file in files {
            let rows = csv::Reader::from_reader(file.text.as_bytes())
                .into_deserialize()
                .map(|row| row.expect("every row fits its header"));
            kinds.entry(file.kind).or_default().extend(rows);
        }
        Self(kinds)
    }

    /// The rows of a file in whose `column` stands `value`.
    pub(super) fn rows(&self, kind: &str, column: &str, value: &str) -> Vec<&Row> {
        self.0[kind].iter().filter(|row| row[column] == value).collect()
    }

    /// One column of a file.
    pub(super) fn column(&self, kind: &str, name: &str) -> Vec<&str> {
        self.0[kind].iter().map(|row| row[name].as_str()).collect()
    }

    /// The rows of a file by a column that is a key in it.
    pub(super) fn by(&self, kind: &str, key: &str) -> HashMap<&str, &Row> {
        let rows: HashMap<&str, &Row> =
            self.0[kind].iter().map(|row| (row[key].as_str(), row)).collect();
        assert_eq!(rows.len(), self.0[kind].len(), "`{key}` stands in `{kind}` twice");
        rows
    }

    pub(super) fn contacts(&self) -> &[Row] {
        &self.0["contacts"]
    }

    /// The school days of each school from its joining on.
    pub(super) fn school_days(&self) -> HashMap<&str, BTreeSet<Day>> {
        let days = |row| {
            let (school, from): (&str, Day) = (at(row, "school"), day(at(row, "from")));
            let off = self.0["days-off"].iter().filter(|off| off["school"] == school);
            let off = off.map(|off| day(&off["day"])).collect();
            let year = Calendar::nrw().school_days(SchoolYear(2025).period(), &off);
            (school, year.filter(|day| *day >= from).collect())
        };
        self.0["participation"].iter().map(days).collect()
    }

    /// The contacts, attempts left out, that a school has of a kind.
    pub(super) fn reached(&self, school: &str, kind: &str) -> Vec<&Row> {
        let fits =
            |row: &&Row| row["school"] == school && row["kind"] == kind && row["attempt"] == "no";
        self.contacts().iter().filter(fits).collect()
    }

    /// The roles of those who took part in a contact, as a set.
    pub(super) fn roles(&self, codes: &CodeLists) -> Vec<u64> {
        let staff = self.by("practitioners", "code");
        let bit = |code: &str| 1 << codes.list("role").place(&staff[code]["role"]).unwrap();
        let set = |row: &Row| list(row, "participants").map(bit).fold(0, |set, bit| set | bit);
        self.contacts().iter().map(set).collect()
    }
}

pub(super) fn at<'a>(row: &'a Row, column: &str) -> &'a str {
    &row[column]
}

pub(super) fn list<'a>(row: &'a Row, column: &str) -> impl Iterator<Item = &'a str> {
    row[column].split('|').filter(|part| !part.is_empty())
}

pub(super) fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// How much of `rows` fulfils something, in tenths of a percent.
pub(super) fn per_mille<T>(rows: &[T], fits: impl Fn(&T) -> bool) -> usize {
    rows.iter().filter(|row| fits(row)).count() * 1000 / rows.len()
}

impl Index<&str> for Read {
    type Output = Vec<Row>;

    /// The rows of a file, by its kind.
    fn index(&self, kind: &str) -> &Vec<Row> {
        &self.0[kind]
    }
}

/// A decimal number in hundredths.
pub(super) fn hundredths(text: &str) -> i64 {
    let (whole, part) = text.split_once('.').expect("a decimal point");
    assert_eq!(part.len(), 2, "{text}");
    whole.parse::<i64>().expect("a number") * 100 + part.parse::<i64>().expect("a number")
}

/// Whether a row with `from` and `until` holds on a day.
pub(super) fn holds(row: &Row, on: &str) -> bool {
    at(row, "from") <= on && (row["until"].is_empty() || on <= at(row, "until"))
}

/// The posts of a team on a day: shares in hundredths, and heads.
pub(super) fn posts(city: &Read, team: &str, on: &str) -> (i64, i64) {
    let posts = city.rows("posts", "team", team);
    let held: Vec<&&Row> = posts.iter().filter(|row| holds(row, on)).collect();
    (
        held.iter().map(|row| hundredths(at(row, "fte"))).sum(),
        held.iter().map(|row| row["heads"].parse::<i64>().expect("a number")).sum(),
    )
}
