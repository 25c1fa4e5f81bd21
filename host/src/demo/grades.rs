//! The grades and classes of a school.

/// Most pupils in a class.
const LARGEST_CLASS: usize = 26;

/// A grade as pupils go through it.
#[derive(Debug)]
pub(super) struct Grade {
    /// The code in `grade`.
    pub(super) code: &'static str,
    /// What its classes are called, before their letter.
    class: &'static str,
    /// Years that most of its pupils have been at the school already.
    pub(super) years_at_school: i32,
    /// The age that most of its pupils have by 30 September.
    pub(super) age: i32,
}

const fn grade(code: &'static str, class: &'static str, years_at_school: i32, age: i32) -> Grade {
    Grade { code, class, years_at_school, age }
}

const PRIMARY: [Grade; 4] = [
    grade("E1", "1", 0, 6),
    grade("E2", "2", 1, 7),
    grade("03", "3", 2, 8),
    grade("04", "4", 3, 9),
];

/// Twice the lower grades and once the upper ones, which are half as large.
const SECONDARY: [Grade; 15] = [
    grade("05", "5", 0, 10),
    grade("06", "6", 1, 11),
    grade("07", "7", 2, 12),
    grade("08", "8", 3, 13),
    grade("09", "9", 4, 14),
    grade("10", "10", 5, 15),
    grade("05", "5", 0, 10),
    grade("06", "6", 1, 11),
    grade("07", "7", 2, 12),
    grade("08", "8", 3, 13),
    grade("09", "9", 4, 14),
    grade("10", "10", 5, 15),
    grade("EF", "EF", 6, 16),
    grade("Q1", "Q1", 7, 17),
    grade("Q2", "Q2", 8, 18),
];

/// The grades of a school form. They fill one after the other, in rounds, so one that stands here
/// twice becomes twice as large.
pub(super) fn of_form(form: &str) -> &'static [Grade] {
    match form {
        "02" => &PRIMARY,
        "15" => &SECONDARY,
        _ => &SECONDARY[..6],
    }
}

/// The class of a school's pupil of a number, counted from 0, when it has `size` pupils. All
/// classes of a grade are about equally large; the upper grades have none.
pub(super) fn class(grades: &[Grade], number: usize, size: usize) -> String {
    let (round, entry) = (number / grades.len(), number % grades.len());
    let Grade { code, class, age, .. } = grades[entry];
    if age > 15 {
        return class.to_owned();
    }
    let is_same = |other: &&Grade| other.code == code;
    let times = grades.iter().filter(is_same).count();
    let parallel = (size * times).div_ceil(grades.len()).div_ceil(LARGEST_CLASS).max(1);
    let earlier = round * times + grades[..entry].iter().filter(is_same).count();
    format!("{class}{}", ["a", "b", "c", "d"][earlier % parallel % 4])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_of_a_grade_are_equally_large() {
        let grades = of_form("15");
        let of = |name: &str| (0..388).filter(|number| class(grades, *number, 388) == name).count();
        assert_eq!((of("5a"), of("5b"), of("5c")), (26, 26, 0));
        assert_eq!((of("EF"), of("Q2")), (26, 25));
        let grades = of_form("02");
        let of = |name: &str| (0..208).filter(|number| class(grades, *number, 208) == name).count();
        assert_eq!((of("1a"), of("1b"), of("1c")), (26, 26, 0));
    }
}
