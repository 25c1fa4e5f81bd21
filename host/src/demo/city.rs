//! The invented city as a person would hand it in: CSV files in the order of their import.

use super::absences::{self, Absence};
use super::attendance::{EARLY_HALVES, recorded_from, unit};
use super::cast::Cast;
use super::contacts::{self, Contact};
use super::names;
use super::people::People;
use super::plan::{self, CITY, NAMESAKES, PAIRINGS, POSTS, SCHOOLS, STAFF, YEAR};
use super::random::Random;
use super::sheet::Sheet;
use super::totals::{self, Total};
use crate::domain::Day;

/// An invented city: six primary and three secondary schools, five mediators, about 2,000 pupils
/// of whom about 400 are accompanied, and the contacts and absences of the school year 2025/26.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct City {
    /// Its name, invented too.
    pub name: String,
    /// Its files, in the order in which they are to be imported.
    pub files: Vec<CityFile>,
}

/// A CSV file of the city: UTF-8, separated by commas, lines end in a line feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CityFile {
    /// The kind of import, such as `contacts`.
    pub kind: &'static str,
    /// The name of the file, such as `contacts.csv`.
    pub name: String,
    /// Everything in it.
    pub text: String,
}

impl City {
    /// Invents the city of a seed.
    ///
    /// The same seed gives the same bytes on every machine and in every version; another seed
    /// gives other people and contacts at the same schools. In every city:
    ///
    /// - one primary school joined on 2026-02-01, another recorded next to nothing in July;
    /// - one secondary school made three home visits to two households, one school wrote two
    ///   letters, and one had neither interpreting nor conflicts at all;
    /// - two mediators bear the same name;
    /// - a home visit met four people, and one family was not reached five times in a row.
    ///
    /// Schools count absences in half-days, but for 990013, which counts days, and 990018, which
    /// counts lessons. Every pupil has absences as they come, clustered in time as sicknesses are;
    /// whole classes go on trips. These pupils are not left to chance, and none is accompanied:
    ///
    /// - at 990011 three were enrolled from 2025-08-29, for 380 half-days: one missed 38, exactly a
    ///   tenth, one 37 and one 190, a half; at 990013 one missed 20 and one 19 of 192 days;
    /// - at 990014 one missed six half-days that are open and two that are unexcused, and another
    ///   arrived on 2026-02-02 and missed more than a tenth of the time from then on;
    /// - at 990015 one went away on 2026-01-12 without a word, and was entered as unexcused for ten
    ///   school days more, which must not count;
    /// - at 990017 one was enrolled for eight school days from 2026-03-02 and missed all of them;
    /// - at 990012 one has no entry at all.
    ///
    /// The late joiner records absences from 2026-02-01 on. Its grades 03 and 04 were all away from
    /// 2026-05-04 to 2026-05-08, on a trip.
    ///
    /// A school's enrolment is the number of its rows in `pupils.csv`. Its schools are therefore
    /// smaller than real ones, the secondary schools most of all.
    pub fn generate(seed: u64) -> Self {
        let schools = Schools::generate(seed);
        Self { name: CITY.to_owned(), files: schools.files }
    }
}

/// The nine schools with what else is invented from them.
#[derive(Debug)]
pub(super) struct Schools {
    pub(super) files: Vec<CityFile>,
    pub(super) people: People,
    pub(super) absences: Vec<Absence>,
    /// The school days of each school.
    pub(super) days: Vec<Vec<Day>>,
}

impl Schools {
    pub(super) fn generate(seed: u64) -> Self {
        let days = plan::school_days();
        let staff = staff_names(&mut Random::new(seed, 1));
        let mut people = People::generate(&mut Random::new(seed, 2), &days);
        let contacts = contacts::generate(&mut Random::new(seed, 3), &people, &days);
        let cast = Cast::choose(&mut people, &days);
        let absences = absences::generate(&mut Random::new(seed, 4), &people, &cast, &days);
        let totals = totals::generate(&mut Random::new(seed, 5), &people);
        let file = |kind: &'static str, text| CityFile { kind, name: format!("{kind}.csv"), text };
        let files = vec![
            file("schools", schools()),
            file("enrolments", enrolments(&people)),
            file("participation", participation()),
            file("days-off", days_off()),
            file("half-years", half_years()),
            file("attendance", attendance()),
            file("practitioners", practitioners(&staff)),
            file("assignments", assignments()),
            file("pairings", pairings()),
            file("households", households(&people)),
            file("pupils", pupils(&people)),
            file("absences", absence_rows(&absences)),
            file("absence-totals", absence_totals(&totals)),
            file("contacts", contact_rows(&contacts)),
        ];
        Self { files, people, absences, days }
    }
}

/// The names of the staff, all different but for the two namesakes.
fn staff_names(random: &mut Random) -> Vec<String> {
    let mut staff = names::of_staff(random, STAFF.len());
    let name = staff[NAMESAKES.0].clone();
    staff[NAMESAKES.1] = name;
    staff
}

/// The short sign of a pupil.
pub(super) fn pupil_code(place: usize) -> String {
    format!("P{:04}", place + 1)
}

/// The short sign of a household.
pub(super) fn household_code(place: usize) -> String {
    format!("H{:03}", place + 1)
}

fn schools() -> String {
    let mut sheet = Sheet::new(&["number", "name", "form"]);
    for school in &SCHOOLS {
        sheet.cell(school.number).cell(school.name).cell(school.form).end();
    }
    sheet.into_text()
}

fn enrolments(people: &People) -> String {
    let mut sheet = Sheet::new(&["school", "school_year", "pupils"]);
    for (place, school) in SCHOOLS.iter().enumerate() {
        let pupils = people.pupils.iter().filter(|pupil| pupil.school == place).count();
        sheet.cell(school.number).plain(YEAR).plain(pupils).end();
    }
    sheet.into_text()
}

fn participation() -> String {
    let mut sheet = Sheet::new(&["school", "from", "until"]);
    for school in &SCHOOLS {
        sheet.cell(school.number).cell(school.joined).cell("").end();
    }
    sheet.into_text()
}

fn days_off() -> String {
    let mut sheet = Sheet::new(&["school", "day", "reason"]);
    for school in &SCHOOLS {
        for (day, reason) in school.days_off {
            sheet.cell(school.number).cell(day).cell(reason).end();
        }
    }
    sheet.into_text()
}

fn half_years() -> String {
    let mut sheet = Sheet::new(&["school", "school_year", "second_half_begins"]);
    for (school, begins) in EARLY_HALVES {
        sheet.cell(SCHOOLS[school].number).plain(YEAR).cell(begins).end();
    }
    sheet.into_text()
}

fn attendance() -> String {
    let mut sheet = Sheet::new(&["school", "unit", "units_per_day", "from", "until"]);
    for (place, school) in SCHOOLS.iter().enumerate() {
        let unit = unit(place);
        let from = recorded_from(place);
        sheet.cell(school.number).cell(unit.code).plain(unit.per_day).plain(from).cell("").end();
    }
    sheet.into_text()
}

fn practitioners(names: &[String]) -> String {
    let mut sheet = Sheet::new(&["code", "name", "role"]);
    for ((code, role), name) in STAFF.iter().zip(names) {
        sheet.cell(code).cell(name).cell(role).end();
    }
    sheet.into_text()
}

fn assignments() -> String {
    let mut sheet = Sheet::new(&["practitioner", "school", "weekly_hours", "from", "until"]);
    for post in &POSTS {
        let (hours, rest) = (post.weekly_minutes / 60, post.weekly_minutes % 60);
        // All posts are in quarters of an hour, so two digits are exact.
        let hours = match rest {
            0 => hours.to_string(),
            _ => format!("{hours}.{:02}", rest * 100 / 60),
        };
        let school = SCHOOLS[post.school].number;
        sheet.cell(post.who).cell(school).cell(&hours).cell(post.from).cell(post.until).end();
    }
    sheet.into_text()
}

fn pairings() -> String {
    let mut sheet = Sheet::new(&["school", "members", "from", "until"]);
    for (school, members, from) in PAIRINGS {
        sheet.cell(SCHOOLS[school].number).list(members).cell(from).cell("").end();
    }
    sheet.into_text()
}

fn households(people: &People) -> String {
    let mut sheet = Sheet::new(&["code", "name"]);
    for (place, household) in people.households.iter().enumerate() {
        let name = format!("Familie {}", household.family_name);
        sheet.cell(&household_code(place)).cell(&name).end();
    }
    sheet.into_text()
}

fn pupils(people: &People) -> String {
    let mut sheet = Sheet::new(&[
        "code",
        "given_name",
        "family_name",
        "birth_day",
        "household",
        "school",
        "grade",
        "class",
        "status",
        "enrolled_from",
        "enrolled_until",
        "accompanied_from",
        "accompanied_until",
        "unknown_from",
    ]);
    for (place, pupil) in people.pupils.iter().enumerate() {
        sheet
            .cell(&pupil_code(place))
            .cell(pupil.given_name)
            .cell(&pupil.family_name)
            .plain(pupil.birth_day)
            .maybe(pupil.household.map(household_code))
            .cell(SCHOOLS[pupil.school].number)
            .cell(pupil.grade)
            .cell(&pupil.class)
            .cell(pupil.status)
            .plain(pupil.enrolled.from)
            .maybe(pupil.enrolled.until)
            .maybe(pupil.accompanied.map(|span| span.from))
            .maybe(pupil.accompanied.and_then(|span| span.until))
            .maybe(pupil.unknown_from)
            .end();
    }
    sheet.into_text()
}

fn absence_rows(absences: &[Absence]) -> String {
    let mut sheet = Sheet::new(&["pupil", "day", "status", "unit", "amount"]);
    // Absences come day by day, like contacts.
    let mut day: (Option<Day>, String) = (None, String::new());
    for absence in absences {
        if day.0 != Some(absence.day) {
            day = (Some(absence.day), absence.day.to_string());
        }
        sheet
            .cell(&pupil_code(absence.pupil))
            .cell(&day.1)
            .cell(absence.status)
            .cell(absence.amount.map_or("", |(unit, _)| unit))
            .maybe(absence.amount.map(|(_, amount)| amount))
            .end();
    }
    sheet.into_text()
}

fn absence_totals(totals: &[Total]) -> String {
    let mut sheet =
        Sheet::new(&["pupil", "school_year", "term", "unit", "missed", "unexcused", "source"]);
    for total in totals {
        sheet
            .cell(&pupil_code(total.pupil))
            .plain(total.year)
            .cell(total.term)
            .cell(total.unit)
            .plain(total.missed)
            .plain(total.unexcused)
            .cell("SchILD-NRW")
            .end();
    }
    sheet.into_text()
}

fn contact_rows(contacts: &[Contact]) -> String {
    let yes_or_no = |answer: bool| if answer { "yes" } else { "no" };
    let clock = |time: u16| format!("{:02}:{:02}", time / 60, time % 60);
    let mut sheet = Sheet::new(&[
        "school",
        "day",
        "time",
        "minutes",
        "kind",
        "result",
        "attempt",
        "participants",
        "pupils",
        "household",
        "persons",
        "topics",
        "consultation",
        "language",
        "interpreter",
        "next_due",
        "next_step",
        "shared_note",
        "private_note:social-work",
    ]);
    // Contacts come day by day; printing a day costs more than comparing it.
    let mut day: (Option<Day>, String) = (None, String::new());
    for contact in contacts {
        if day.0 != Some(contact.day) {
            day = (Some(contact.day), contact.day.to_string());
        }
        sheet
            .cell(SCHOOLS[contact.school].number)
            .cell(&day.1)
            .maybe(contact.time.map(clock))
            .plain(contact.minutes)
            .cell(contact.kind.code)
            .cell(contact.result)
            .cell(yes_or_no(contact.is_attempt()))
            .list(contact.participants.iter().map(|who| STAFF[*who].0))
            .list(contact.pupils.iter().map(|place| pupil_code(*place)))
            .maybe(contact.household.map(household_code))
            .plain(contact.persons)
            .list(&contact.topics)
            .cell(contact.consultation)
            .cell(contact.language)
            .cell(yes_or_no(contact.interpreter))
            .maybe(contact.next_due)
            .cell(contact.next_step)
            .cell(contact.shared_note)
            .cell(contact.private_note)
            .end();
    }
    sheet.into_text()
}
