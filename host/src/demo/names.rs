//! Invented names: given names that are common all over Europe, and family names made from words
//! for plants, animals and paths, so that no name tells where a family comes from.

use super::random::Random;

/// Given names of pupils. They are drawn without regard to anything else about a pupil.
const GIVEN: [&str; 60] = [
    "Anna", "Ben", "Carla", "Clara", "David", "Elena", "Elias", "Emil", "Emma", "Eva", "Felix",
    "Finn", "Greta", "Hanna", "Helena", "Ida", "Jakob", "Jana", "Joel", "Jonas", "Julia", "Julian",
    "Karla", "Lara", "Laura", "Lea", "Lena", "Leo", "Lina", "Linus", "Luca", "Luisa", "Maja",
    "Marie", "Martin", "Mats", "Max", "Mia", "Mila", "Mira", "Nico", "Nina", "Noah", "Nora",
    "Oskar", "Paul", "Paula", "Philipp", "Robin", "Rosa", "Samuel", "Sara", "Simon", "Sofia",
    "Stella", "Theo", "Tim", "Toni", "Vera", "Viktor",
];

/// Given names of practitioners.
const GIVEN_OF_STAFF: [&str; 24] = [
    "Andrea",
    "Anja",
    "Birgit",
    "Christian",
    "Claudia",
    "Daniela",
    "Frank",
    "Georg",
    "Jutta",
    "Kai",
    "Katrin",
    "Lukas",
    "Marlene",
    "Martina",
    "Michael",
    "Peter",
    "Renate",
    "Sabine",
    "Silke",
    "Stefan",
    "Thomas",
    "Ulrike",
    "Vera",
    "Viktor",
];

/// The first halves of family names.
const FAMILY_FIRST: [&str; 24] = [
    "Ahorn", "Beeren", "Birken", "Distel", "Erlen", "Farn", "Ginster", "Hasel", "Heide",
    "Holunder", "Kiefern", "Klee", "Lärchen", "Linden", "Mohn", "Moos", "Nebel", "Regen", "Schilf",
    "Tannen", "Ulmen", "Weiden", "Wiesen", "Wolken",
];

/// The second halves of family names.
const FAMILY_SECOND: [&str; 12] = [
    "drossel", "falter", "fink", "hummel", "meise", "moor", "pfad", "quelle", "specht", "steg",
    "ufer", "weg",
];

/// The given name of a pupil.
pub(super) fn given(random: &mut Random) -> &'static str {
    random.pick(&GIVEN)
}

/// A family name; 288 are possible.
pub(super) fn family(random: &mut Random) -> String {
    let first = random.pick(&FAMILY_FIRST);
    let second = random.pick(&FAMILY_SECOND);
    format!("{first}{second}")
}

/// `count` different full names of practitioners.
pub(super) fn of_staff(random: &mut Random, count: usize) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(count);
    while names.len() < count {
        let name = format!("{} {}", random.pick(&GIVEN_OF_STAFF), family(random));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_stands_in_a_list_twice() {
        for list in [&GIVEN[..], &GIVEN_OF_STAFF, &FAMILY_FIRST, &FAMILY_SECOND] {
            let mut sorted = list.to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), list.len());
        }
    }

    #[test]
    fn names_of_staff_differ() {
        let mut names = of_staff(&mut Random::new(5, 0), 100);
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 100);
    }
}
