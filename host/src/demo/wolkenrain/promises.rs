//! Tests of what the district promises, read from its files alone.

use crate::demo::Place;
use crate::demo::reading::{Read, at, hundredths, posts};

#[test]
fn posts_over_nine_towns_are_exactly_seven() {
    let (_, district) = &Read::places(Place::Wolkenrain)[0];
    let shares: Vec<&str> =
        district.rows("posts", "building_block", "2").iter().map(|row| at(row, "fte")).collect();
    let expected = ["0.30", "0.75", "0.75", "1.00", "0.50", "0.65", "0.65", "0.65", "1.75"];
    assert_eq!(shares, expected);
    assert_eq!(shares.iter().map(|share| hundredths(share)).sum::<i64>(), 700);
    assert_eq!(posts(district, "ABH", "2026-01-01").0, 150, "1.5 posts of building block III");
}

#[test]
fn two_sources_contradict_each_other_and_both_stay() {
    let (_, district) = &Read::places(Place::Wolkenrain)[0];
    let figures = district.by("reported-figures", "code");
    let (four, five) = (figures["Z2"], figures["Z3"]);
    assert_eq!((at(four, "low"), at(five, "low")), ("4", "5"));
    assert_eq!((at(four, "unit"), at(five, "unit")), ("staff", "staff"));
    assert_eq!(at(five, "contradicts"), "Z2");
    assert_ne!(four["source"], five["source"]);
    assert!(district.rows("posts", "team", "KO").is_empty(), "no record decides who is right");
}

#[test]
fn every_town_has_its_own_consultations() {
    for (seed, district) in Read::places(Place::Wolkenrain) {
        let number = |site| district.rows("consultations", "site", site).len();
        let towns = ["S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9"].map(number);
        assert_eq!(towns, [34, 96, 88, 127, 61, 83, 79, 72, 214], "seed {seed}");
        assert!(district["consultations"].iter().all(|row| row["team"][2..] == row["site"][1..]));
    }
}
