//! Who is responsible for a measure about absence, and who has to be heard before it.

use super::day::Day;

/// From this age on a pupil is heard too, in years.
const HEARD_FROM: u32 = 14;

/// The code in the list `authority` of the one who is responsible for schools of a form; `None` for
/// a form that is none of NRW's.
///
/// Source: §§ 88, 126 of the school act of NRW: the Schulamt for Grundschule and Hauptschule, the Bezirksregierung
/// for the others.
pub fn authority_of(school_form: &str) -> Option<&'static str> {
    match school_form {
        "02" | "04" => Some("school-office"),
        "10" | "14" | "15" | "20" => Some("district-government"),
        _ => None,
    }
}

/// Whether a pupil born on a day is old enough on another one to be heard beside the parents.
pub fn has_to_be_heard(born: Day, on: Day) -> bool {
    on.years_since(born).is_some_and(|age| age >= HEARD_FROM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primary_schools_go_to_the_school_office_and_intermediate_ones_to_the_district() {
        assert_eq!(authority_of("08"), None);
        assert_eq!(["02", "04"].map(authority_of), [Some("school-office"); 2]);
        let others = ["10", "14", "15", "20"].map(authority_of);
        assert_eq!(others, [Some("district-government"); 4]);
    }

    #[test]
    fn at_thirteen_the_parents_are_heard_and_from_fourteen_the_pupil_too() {
        let born = Day::of(2012, 3, 15).unwrap();
        assert!(!has_to_be_heard(born, Day::of(2025, 3, 15).unwrap()), "13 today");
        assert!(!has_to_be_heard(born, Day::of(2026, 3, 14).unwrap()), "14 tomorrow");
        assert!(has_to_be_heard(born, Day::of(2026, 3, 15).unwrap()), "14 today");
    }
}
