//! What there is to see: the tables of the report and their words.

use tridem_sdk::{Description, Labels, Measure, Table};

use crate::topic_id;
use How::{Count, Distinct, Minutes, Persons, Rate, Share, Units};

/// Most units that one pupil can miss in a school year: 250 days of 16 lessons.
const MOST_UNITS: i64 = 4_000;

/// The topics of work at schools, with their words. Whatever else was talked about stands under
/// [`OTHER_TOPIC`].
pub(crate) const TOPICS: [(&str, (&str, &str)); 10] = [
    ("attendance", ("Schulbesuch", "Attendance")),
    ("learning", ("Lernen", "Learning")),
    ("language", ("Sprache", "Language")),
    ("transition", ("Übergang", "Transition")),
    ("enrolment", ("Einschulung", "Enrolment")),
    ("behaviour", ("Verhalten/Konflikt", "Behaviour, conflict")),
    ("discrimination", ("Diskriminierung", "Discrimination")),
    ("health", ("Gesundheit", "Health")),
    ("participation", ("Elternmitwirkung", "Parent participation")),
    ("benefits", ("Leistungen (BuT)", "Benefits")),
];

/// Contacts about a topic without a column of its own.
pub(crate) const OTHER_TOPIC: &str = "topic-another";

/// Contacts for which no topic is on record.
pub(crate) const NO_TOPIC: &str = "topic-none";

/// How a figure comes about. The words stand in lists below, because a list is a fraction of the size
/// of the calls it stands for.
#[derive(Clone, Copy)]
enum How {
    /// Rows of a dataset.
    Count(&'static str),
    /// Different persons or households of a field.
    Distinct(&'static str, &'static str),
    /// Minutes of the rows of a dataset.
    Minutes(&'static str),
    /// Persons present at the rows of a dataset.
    Persons(&'static str),
    /// Units of pupils and terms.
    Units,
    /// A sum as a percentage of another.
    Rate(&'static str, &'static str),
    /// A part of a whole.
    Share(&'static str, &'static str),
}

type Words = (&'static str, &'static str);

const CONTACTS: How = Count("contacts");
const CASES: How = Count("support_cases");
const TERMS: How = Count("pupil_terms");

const MEASURES: [(&str, Words, How); 35] = [
    ("contacts", ("Kontakte", "Contacts"), CONTACTS),
    ("attempts", ("Versuche", "Attempts"), CONTACTS),
    ("home-visits", ("Hausbesuche", "Home visits"), CONTACTS),
    ("households", ("Erreichte Familien", "Families reached"), Distinct("contacts", "household")),
    ("person-contacts", ("Personenkontakte", "Person-contacts"), Persons("contacts")),
    ("minutes", ("Kontaktzeit", "Contact time"), Minutes("contacts")),
    ("solo", ("Allein", "Solo"), CONTACTS),
    ("tandem", ("Tandem", "Tandem"), CONTACTS),
    ("tridem", ("Tridem", "Tridem"), CONTACTS),
    ("tandem-share", ("Anteil Tandem", "Tandem share"), Share("tandem", "contacts")),
    ("tridem-share", ("Anteil Tridem", "Tridem share"), Share("tridem", "contacts")),
    (OTHER_TOPIC, ("Anderes Thema", "Another topic"), CONTACTS),
    (NO_TOPIC, ("Ohne Thema", "No topic"), CONTACTS),
    ("activities", ("Gruppenangebote", "Group activities"), Count("group_activities")),
    ("activity-minutes", ("Dauer", "Duration"), Minutes("group_activities")),
    (
        "activity-counted",
        ("Personenkontakte, gezählt", "Person-contacts, counted"),
        Persons("group_activities"),
    ),
    (
        "activity-estimated",
        ("Personenkontakte, geschätzt", "Person-contacts, estimated"),
        Persons("group_activities"),
    ),
    ("cases", ("Fallbegleitungen", "Support cases"), CASES),
    ("cases-begun", ("Davon im Zeitraum begonnen", "Of these begun in the period"), CASES),
    ("cases-closed", ("Davon beendet", "Of these closed"), CASES),
    ("cases-running", ("Am letzten Tag laufend", "Running on the last day"), CASES),
    ("goals", ("Vereinbarte Ziele", "Goals agreed on"), Count("goals")),
    ("transitions", ("Übergänge", "Transitions"), Count("transitions")),
    ("pupils", ("Bewertete Kinder", "Pupils rated"), Distinct("pupil_terms", "pupil")),
    ("rated", ("Bewertete Kinder je Halbjahr", "Pupils rated by half-year"), TERMS),
    (
        "too-short",
        ("Zu kurz angemeldete Kinder", "Pupils enrolled too briefly"),
        Distinct("pupil_terms", "pupil"),
    ),
    ("persistent", ("Hohe Fehlzeiten", "Persistent absence"), TERMS),
    ("possible", ("Mögliche Einheiten", "Possible units"), Units),
    ("missed", ("Gefehlte Einheiten", "Units missed"), Units),
    ("unexcused", ("Unentschuldigte Einheiten", "Unexcused units"), Units),
    ("open", ("Offene Einheiten", "Open units"), Units),
    ("missed-rate", ("Fehlquote", "Absence rate"), Rate("missed", "possible")),
    (
        "unexcused-rate",
        ("Unentschuldigte Fehlquote", "Unexcused absence rate"),
        Rate("unexcused", "possible"),
    ),
    ("open-share", ("Davon offen", "Open share of absence"), Rate("open", "missed")),
    (
        "persistent-share",
        ("Anteil mit hohen Fehlzeiten", "Persistent absence share"),
        Share("persistent", "rated"),
    ),
];

/// Dimensions that are code lists, each with its list.
const LISTS: [(&str, Words, &str); 5] = [
    ("school", ("Schule", "School"), "school"),
    ("kind", ("Art", "Kind"), "contact-kind"),
    ("goal-state", ("Stand", "State"), "goal-state"),
    ("transition-state", ("Stand", "State"), "transition-state"),
    ("term", ("Halbjahr", "Half-year"), "term"),
];

/// Tables with a row for each school and a column for each measure.
const BY_SCHOOL: [(&str, Words, &[&str]); 4] = [
    (
        "overview",
        ("Überblick", "Overview"),
        &["contacts", "attempts", "home-visits", "households", "person-contacts", "minutes"],
    ),
    (
        "forms",
        ("Teamformen", "Team forms"),
        &["contacts", "solo", "tandem", "tridem", "tandem-share", "tridem-share"],
    ),
    (
        "activities",
        ("Gruppenangebote", "Group activities"),
        &["activities", "activity-minutes", "activity-counted", "activity-estimated"],
    ),
    (
        "cases",
        ("Fallbegleitungen", "Support cases"),
        &["cases", "cases-begun", "cases-closed", "cases-running"],
    ),
];

/// Tables of one measure: the dimension of the rows, that of the columns, the measure.
const ACROSS: [(&str, Words, [&str; 3]); 11] = [
    ("kinds", ("Kontakte nach Art", "Contacts by kind"), ["school", "kind", "contacts"]),
    ("months", ("Kontakte nach Monat", "Contacts by month"), ["school", "month", "contacts"]),
    (
        "kinds-months",
        ("Kontakte nach Art und Monat", "Contacts by kind and month"),
        ["kind", "month", "contacts"],
    ),
    ("goals", ("Ziele nach Stand", "Goals by state"), ["school", "goal-state", "goals"]),
    (
        "transitions",
        ("Übergänge nach Klasse 5", "Transitions to class 5"),
        ["school", "transition-state", "transitions"],
    ),
    (
        "pupils",
        ("Bewertete Kinder nach Halbjahr", "Pupils rated by half-year"),
        ["school", "term", "pupils"],
    ),
    (
        "too-short",
        ("Zu kurz angemeldete Kinder nach Halbjahr", "Pupils enrolled too briefly by half-year"),
        ["school", "term", "too-short"],
    ),
    (
        "missed",
        ("Fehlquote nach Halbjahr", "Absence rate by half-year"),
        ["school", "term", "missed-rate"],
    ),
    (
        "unexcused",
        ("Unentschuldigte Fehlquote nach Halbjahr", "Unexcused absence rate by half-year"),
        ["school", "term", "unexcused-rate"],
    ),
    (
        "open",
        ("Offener Anteil der Fehlzeiten nach Halbjahr", "Open share of absence by half-year"),
        ["school", "term", "open-share"],
    ),
    (
        "persistent",
        ("Anteil mit hohen Fehlzeiten nach Halbjahr", "Persistent absence share by half-year"),
        ["school", "term", "persistent-share"],
    ),
];

pub(crate) fn describe() -> Description {
    let mut description = Description::new("org.tridem.half-year", env!("CARGO_PKG_VERSION"))
        .dimension("month", ("Monat", "Month"), Labels::months());
    for (id, words, list) in LISTS {
        description = description.dimension(id, words, Labels::codes(list));
    }
    for (id, words, how) in MEASURES {
        description = description.measure(id, words, measure(how));
    }
    let mut topics = Vec::new();
    for (topic, words) in TOPICS {
        let id = topic_id(topic);
        description = description.measure(&id, words, measure(CONTACTS));
        topics.push(id);
    }
    for (id, words, measures) in BY_SCHOOL {
        description = description.table(id, words, Table::of("school", measures.iter().copied()));
    }
    let topics = topics.iter().map(String::as_str).chain([OTHER_TOPIC, NO_TOPIC]);
    let topics = Table::of("school", topics);
    description =
        description.table("topics", ("Themen der Kontakte", "Topics of contacts"), topics);
    for (id, words, [rows, columns, measure]) in ACROSS {
        description = description.table(id, words, Table::across(rows, columns, measure));
    }
    description
}

fn measure(how: How) -> Measure {
    match how {
        Count(dataset) => Measure::count(dataset),
        Distinct(dataset, field) => Measure::distinct(dataset, field),
        Minutes(dataset) => Measure::sum(dataset, 0..=1440).unit("min"),
        Persons(dataset) => Measure::sum(dataset, 0..=500),
        Units => Measure::sum("pupil_terms", 0..=MOST_UNITS),
        Rate(above, below) => Measure::ratio(above, below, 100).unit("%").decimals(1),
        Share(part, whole) => Measure::share(part, whole).decimals(1),
    }
}
