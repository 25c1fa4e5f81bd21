//! Invents the pupils of nine schools, and the households of those who are accompanied.

use super::grades;
use super::names;
use super::plan::{SCHOOLS, YEAR, day, year};
use super::random::Random;
use crate::domain::{Day, Level, Span};

/// Households of each school that `scenes` may rely on: one child, accompanied from the first
/// possible day of the year to its end.
pub(super) const STEADY: usize = 3;

/// The school and the last day of the family that moves away without a word, whose household is
/// the first steady one of that school.
pub(super) const VANISHING: (usize, &str) = (1, "2026-02-06");

/// The status of a pupil who went away without a word.
pub(super) const WHEREABOUTS_UNKNOWN: &str = "whereabouts-unknown";

/// Languages that talks with a household may be held in besides German. Chosen by chance alone.
pub(super) const LANGUAGES: [&str; 16] = [
    "ar", "bg", "en", "es", "fa", "fr", "it", "ku", "pl", "ro", "ru", "sq", "sr", "ti", "tr", "uk",
];

/// A pupil.
#[derive(Debug)]
pub(super) struct Pupil {
    pub(super) given_name: &'static str,
    pub(super) family_name: String,
    pub(super) birth_day: Day,
    /// A place in [`People::households`]. The programme knows the households of accompanied pupils
    /// and of nobody else, so the others have none.
    pub(super) household: Option<usize>,
    /// A place in [`SCHOOLS`].
    pub(super) school: usize,
    pub(super) grade: &'static str,
    pub(super) class: String,
    pub(super) status: &'static str,
    pub(super) enrolled: Span,
    pub(super) accompanied: Option<Span>,
    /// From when on nobody knows where they are.
    pub(super) unknown_from: Option<Day>,
}

impl Pupil {
    /// Whether the programme accompanied them on `day`.
    pub(super) fn is_accompanied_on(&self, day: Day) -> bool {
        let covers = |span: &Span| span.from <= day && span.until.is_none_or(|last| day <= last);
        covers(&self.enrolled) && self.accompanied.as_ref().is_some_and(covers)
    }
}

/// A household of accompanied pupils.
#[derive(Debug)]
pub(super) struct Household {
    pub(super) family_name: String,
    /// The language that talks with it are held in. It becomes part of contacts alone.
    pub(super) language: &'static str,
    /// Places in [`People::pupils`].
    pub(super) pupils: Vec<usize>,
}

/// Pupils and households of the whole city. A place in a list is a person's sign in this module.
#[derive(Debug, Default)]
pub(super) struct People {
    pub(super) pupils: Vec<Pupil>,
    pub(super) households: Vec<Household>,
    /// For each school, the places of its steady households.
    pub(super) steady: Vec<Vec<usize>>,
}

impl People {
    /// Invents them.
    ///
    /// `days` are the school days of each school. Enrolments and endings in the middle of the year
    /// fall on them.
    pub(super) fn generate(random: &mut Random, days: &[Vec<Day>]) -> Self {
        let mut people = Self::default();
        for (place, days) in days.iter().enumerate() {
            let first = people.pupils.len();
            people.enrol(random, place, days);
            people.accompany(random, place, first, days);
            people.take_leave(random, place, first, days);
        }
        let (school, last) = VANISHING;
        let vanishing = people.households[people.steady[school][0]].pupils[0];
        let pupil = &mut people.pupils[vanishing];
        pupil.status = WHEREABOUTS_UNKNOWN;
        pupil.enrolled.until = Some(day(last));
        pupil.accompanied = pupil.accompanied.map(|span| Span { until: Some(day(last)), ..span });
        // A school ends the enrolment on the day on which it finds out that nobody is there.
        for pupil in &mut people.pupils {
            if pupil.status == WHEREABOUTS_UNKNOWN {
                pupil.unknown_from = pupil.enrolled.until;
            }
        }
        people
    }

    /// Fills a school with pupils of all its grades.
    fn enrol(&mut self, random: &mut Random, place: usize, days: &[Day]) {
        let school = &SCHOOLS[place];
        let grades = grades::of_form(school.form);
        let size = usize::from(random.between(school.pupils - 4, school.pupils + 4));
        for number in 0..size {
            let grade = &grades[number % grades.len()];
            let is_slow = grade.code == "E2" && random.percent(6);
            let is_older = is_slow || random.percent(10);
            let born = YEAR.0 - grade.age - i32::from(is_older) - 1;
            let begin = Day::of(YEAR.0 - grade.years_at_school - i32::from(is_slow), 8, 1)
                .expect("every year has an August");
            let enrolled =
                if random.percent(6) { days[random.place(days.len() - 30)] } else { begin };
            self.pupils.push(Pupil {
                given_name: names::given(random),
                family_name: names::family(random),
                // Whoever turns six by 30 September begins school in that year.
                birth_day: Day::of(born, 10, 1)
                    .expect("every year has an October")
                    .plus(i32::from(random.between(0, 364))),
                household: None,
                school: place,
                grade: if is_slow { "E3" } else { grade.code },
                class: grades::class(grades, number, size),
                status: "active",
                enrolled: Span { from: enrolled, until: None },
                accompanied: None,
                unknown_from: None,
            });
        }
    }

    /// Chooses the school's accompanied pupils, sibling by sibling, and gives them households.
    fn accompany(&mut self, random: &mut Random, place: usize, first: usize, days: &[Day]) {
        let school = &SCHOOLS[place];
        let joined = day(school.joined);
        let mut free: Vec<usize> = (first..self.pupils.len()).collect();
        random.shuffle(&mut free);
        let mut left = usize::from(random.between(school.accompanied - 1, school.accompanied + 1));
        let mut steady = Vec::with_capacity(STEADY);
        let elders = self.households.len();
        while left > 0 {
            let is_steady = steady.len() < STEADY;
            let wanted = if is_steady { 1 } else { [1, 2, 3][random.weighted(&[72, 21, 7])] };
            let siblings = self.take_siblings(&mut free, wanted.min(left), is_steady);
            left -= siblings.len();
            // A family may have a younger child at a primary school already.
            let is_known = school.level() == Level::Secondary && !is_steady && random.percent(10);
            let household = if is_known {
                self.known_household(random, elders)
            } else {
                let language = if random.percent(50) { "de" } else { random.pick(&LANGUAGES) };
                self.households.push(Household {
                    family_name: names::family(random),
                    language,
                    pupils: Vec::new(),
                });
                self.households.len() - 1
            };
            if is_steady {
                steady.push(household);
            }
            for pupil in siblings {
                let from = if is_steady {
                    joined.max(self.pupils[pupil].enrolled.from)
                } else {
                    accompanied_from(random, self.pupils[pupil].enrolled.from, joined, days)
                };
                self.settle(random, pupil, household, from);
            }
        }
        self.steady.push(steady);
    }

    /// Takes pupils of different grades, who can be siblings without being twins. A steady pupil
    /// has been at the school since the year began.
    fn take_siblings(&self, free: &mut Vec<usize>, wanted: usize, is_steady: bool) -> Vec<usize> {
        let mut siblings: Vec<usize> = Vec::with_capacity(wanted);
        while siblings.len() < wanted {
            let fits = |place: &usize| {
                let pupil = &self.pupils[*place];
                let is_in_time = !is_steady || pupil.enrolled.from <= year().first;
                is_in_time && siblings.iter().all(|other| self.pupils[*other].grade != pupil.grade)
            };
            let Some(next) = free.iter().rposition(fits) else { break };
            siblings.push(free.remove(next));
        }
        siblings
    }

    /// A household of a primary school that is none of the steady ones.
    fn known_household(&self, random: &mut Random, elders: usize) -> usize {
        loop {
            let household = random.place(elders);
            let school = self.pupils[self.households[household].pupils[0]].school;
            let is_primary = SCHOOLS[school].level() == Level::Primary;
            if is_primary && !self.steady[school].contains(&household) {
                return household;
            }
        }
    }

    /// Puts a pupil into a household, under its name and with a given name of their own.
    fn settle(&mut self, random: &mut Random, pupil: usize, household: usize, from: Day) {
        let siblings = &self.households[household].pupils;
        let is_taken =
            |name: &str| siblings.iter().any(|other| self.pupils[*other].given_name == name);
        let mut given_name = self.pupils[pupil].given_name;
        while is_taken(given_name) {
            given_name = names::given(random);
        }
        let family_name = self.households[household].family_name.clone();
        self.households[household].pupils.push(pupil);
        let pupil = &mut self.pupils[pupil];
        pupil.given_name = given_name;
        pupil.family_name = family_name;
        pupil.household = Some(household);
        pupil.accompanied = Some(Span { from, until: None });
        if pupil.grade == "04" && random.percent(60) {
            pupil.status = "transition";
        }
    }

    /// Lets a few pupils leave the school, and a few families need no company any more.
    fn take_leave(&mut self, random: &mut Random, place: usize, first: usize, days: &[Day]) {
        for pupil in first..self.pupils.len() {
            let pupil = &mut self.pupils[pupil];
            let is_steady = pupil.household.is_some_and(|own| self.steady[place].contains(&own));
            if is_steady {
                continue;
            }
            let since = pupil.accompanied.map_or(pupil.enrolled.from, |span| span.from);
            // Whoever leaves has been there for six weeks of school at least.
            let later = &days[days.partition_point(|day| *day < since)..];
            let Some(later) = later.get(30..).filter(|days| !days.is_empty()) else { continue };
            let last = random.pick(later);
            let leaves_school = random.percent(3);
            if leaves_school {
                let ends = ["moved", "left", WHEREABOUTS_UNKNOWN];
                pupil.status = ends[random.weighted(&[60, 30, 10])];
                pupil.enrolled.until = Some(last);
            }
            if leaves_school || random.percent(7) {
                pupil.accompanied =
                    pupil.accompanied.map(|span| Span { until: Some(last), ..span });
            }
        }
    }
}

/// Since when a pupil is accompanied: since both they and the programme are at the school, or since
/// some day of the first half of the time that is left of the year.
fn accompanied_from(random: &mut Random, enrolled: Day, joined: Day, days: &[Day]) -> Day {
    let possible = enrolled.max(joined);
    if random.percent(65) {
        return possible;
    }
    let later = &days[days.partition_point(|day| *day < possible)..];
    if later.len() < 4 { possible } else { later[random.place(later.len() / 2)] }
}
