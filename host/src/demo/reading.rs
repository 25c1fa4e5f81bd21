//! Reads the files of an invented city for the tests.

use std::collections::{BTreeSet, HashMap};
use std::ops::Index;
use std::sync::OnceLock;

use super::City;
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
