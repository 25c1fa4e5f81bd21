//! Runs that use what earlier ones have counted come to the same as runs that count everything.

use std::path::PathBuf;
use std::sync::OnceLock;

use proptest::prelude::*;
use tempfile::TempDir;

use super::parts::Parts;
use super::plugins::Ready;
use super::runs::{Outcome, run};
use super::workspace::new_id;
use super::{Actor, App, GrantWish, KeySource};
use crate::domain::{
    Author, Coarsening, Code, Contact, Day, Household, HouseholdKey, Id, Period, Practitioner,
    PractitionerKey, Pupil, School, SchoolKey, SchoolYear, Scope, SettingValue, Span,
};
use crate::plugin::label_counts;
use crate::report::{Cube, Reducer};
use crate::store::Writer;

const PLUGIN: &str = "org.tridem.school-comparison";

/// Records with two schools, three households and a plugin that may read all it asks for.
pub(super) struct Town {
    _folder: TempDir,
    pub(super) app: App,
    schools: Vec<SchoolKey>,
    households: Vec<HouseholdKey>,
    team: [PractitionerKey; 2],
    contacts: Vec<Contact>,
    added: usize,
}

/// The folder that towns are copied from, so that the plugin is compiled once.
fn prepared() -> &'static TempDir {
    static PREPARED: OnceLock<TempDir> = OnceLock::new();
    PREPARED.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let key = KeySource::File(folder.path().join("tridem.key"));
        let actor = Actor::new("test".into(), None);
        App::init_for_development(&actor, folder.path(), &key, "Musterstadt").unwrap();
        let mut app = App::open(folder.path(), &key).unwrap();
        let package = PathBuf::from("../plugins/dist/school-comparison-1.0.1.tridem");
        app.install(&actor, &package).unwrap();
        app.grant(&actor, PLUGIN, None).unwrap();
        folder
    })
}

fn author() -> Author {
    Author::new("test", 0)
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub(super) fn year() -> Period {
    SchoolYear(2025).period()
}

fn written(is_counted: bool) -> Vec<(String, SettingValue)> {
    vec![("written_contacts".to_owned(), SettingValue::Flag(is_counted))]
}

impl Town {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["tridem.db", "tridem.key"] {
            fs_err::copy(prepared().path().join(name), folder.path().join(name)).unwrap();
        }
        let compiled = folder.path().join("compiled");
        fs_err::create_dir(&compiled).unwrap();
        for file in fs_err::read_dir(prepared().path().join("compiled")).unwrap() {
            let file = file.unwrap();
            fs_err::copy(file.path(), compiled.join(file.file_name())).unwrap();
        }
        let key = KeySource::File(folder.path().join("tridem.key"));
        let mut app = App::open(folder.path(), &key).unwrap();
        let mut writer = app.store.write(&author()).unwrap();
        let mut person = |code: &str, role: &str| {
            let (id, role) = (new_id(), role.to_owned());
            let person = Practitioner { id, code: code.to_owned(), name: code.to_owned(), role };
            writer.add_practitioner(&person).unwrap()
        };
        let team = [person("m", "mediation"), person("t", "teacher")];
        writer.commit().unwrap();
        let (schools, households, contacts) = (vec![], vec![], vec![]);
        let mut town = Self { _folder: folder, app, schools, households, team, contacts, added: 0 };
        (0..2).for_each(|_| town.add_school());
        (0..3).for_each(|_| town.add_household());
        town
    }

    fn write<T>(&mut self, change: impl FnOnce(&mut Writer<'_>, usize) -> T) -> T {
        self.added += 1;
        let mut writer = self.app.store.write(&author()).unwrap();
        let made = change(&mut writer, self.added);
        writer.commit().unwrap();
        made
    }

    fn add_school(&mut self) {
        let school = self.write(|writer, number| {
            // Later schools have lower numbers, so that they come first.
            let (number, form) = (format!("{}", 900_000 - number), "02".to_owned());
            let school = School { id: new_id(), name: number.clone(), number, form };
            let school = writer.add_school(&school).unwrap();
            let span = Span::new(day("2025-08-01"), None).unwrap();
            writer.add_participation(&crate::domain::Participation { school, span }).unwrap();
            school
        });
        self.schools.push(school);
    }

    fn add_household(&mut self) {
        let household = self.write(|writer, number| {
            let code = format!("h{number}");
            let name = String::new();
            writer.add_household(&Household { id: new_id(), code, name, language: None }).unwrap()
        });
        self.households.push(household);
    }

    fn add_pupil(&mut self) {
        let (school, household) = (self.schools[0], self.households[0]);
        self.write(|writer, number| {
            let pupil = Pupil {
                id: new_id(),
                code: format!("p{number}"),
                given_name: String::new(),
                family_name: String::new(),
                birth_day: None,
                household: Some(household),
                school,
                grade: "03".into(),
                class: String::new(),
                status: "active".into(),
                enrolled: Span::new(day("2025-08-01"), None).unwrap(),
                accompanied: Some(Span::new(day("2025-09-01"), None).unwrap()),
                unknown_from: None,
            };
            writer.add_pupil(&pupil).unwrap()
        });
    }

    fn add_code(&mut self, list: &str) {
        self.write(|writer, number| {
            let code = Code { code: format!("c{number}"), de: "Wort".into(), en: "word".into() };
            writer.add_code(list, &code).unwrap();
        });
    }

    fn contact(&self, id: Id, facts: Facts) -> Contact {
        Contact {
            id,
            school: self.schools[facts.school % self.schools.len()],
            day: day("2025-08-20").plus(facts.after),
            time: None,
            minutes: facts.minutes,
            kind: facts.kind,
            result: 0,
            attempt: facts.minutes == 0,
            consultation: None,
            language: None,
            interpreter: false,
            topics: 0,
            persons: 1,
            household: facts.household.map(|place| self.households[place % self.households.len()]),
            pupils: Vec::new(),
            participants: vec![(self.team[0], 0), (self.team[1], 1)],
            next_step: None,
            shared_note: None,
            private_notes: Vec::new(),
        }
    }

    fn add_contact(&mut self, facts: Facts) {
        let contact = self.contact(new_id(), facts);
        self.write(|writer, _| writer.add_contact(&contact, 0).unwrap());
        self.contacts.push(contact);
    }

    /// Makes one of the contacts what `facts` says: it may move to another school and month.
    fn correct_contact(&mut self, place: usize, facts: Facts) {
        if self.contacts.is_empty() {
            return;
        }
        let place = place % self.contacts.len();
        let corrected = self.contact(self.contacts[place].id, facts);
        if corrected == self.contacts[place] {
            return;
        }
        self.write(|writer, _| {
            writer.correct_contact(&corrected, &Scope::municipality(), "wrong").unwrap()
        });
        self.contacts[place] = corrected;
    }

    fn ready(&mut self) -> Ready {
        self.app.ready(PLUGIN).unwrap()
    }

    /// A run as a person asks for it.
    fn run(&mut self, period: Period, settings: Vec<(String, SettingValue)>) -> Figures {
        let plugin = self.ready();
        let outcome = self.app.run_plugin(&plugin, &Scope::municipality(), period, settings);
        figures(outcome.unwrap())
    }

    /// How many partitions a run would count anew, and the digest of its job.
    fn new_partials(
        &mut self,
        period: Period,
        settings: Vec<(String, SettingValue)>,
    ) -> ([u8; 32], usize) {
        let plugin = self.ready();
        let permit = self.app.granted_to(&plugin, &Scope::municipality(), period).unwrap();
        let reader = self.app.store.read(&permit.scope).unwrap();
        let (_, kept) = run(&reader, &plugin, &permit, period, settings, true).unwrap();
        (kept[0].0, kept[0].1.len())
    }

    /// A run that uses no partial result.
    fn whole(&mut self, period: Period) -> Figures {
        let plugin = self.ready();
        let permit = self.app.granted_to(&plugin, &Scope::municipality(), period).unwrap();
        let reader = self.app.store.read(&permit.scope).unwrap();
        let settings = written(true);
        figures(run(&reader, &plugin, &permit, period, settings, false).unwrap().0)
    }

    /// A run that knows no parts: one instance, one count, all rows from the records.
    fn plain(&mut self, period: Period) -> Cube {
        let plugin = self.ready();
        let permit = self.app.granted_to(&plugin, &Scope::municipality(), period).unwrap();
        let reader = self.app.store.read(&permit.scope).unwrap();
        let wanted = permit.wanted;
        let prepared =
            super::runs::prepare(&reader, &plugin, &wanted, period, written(true)).unwrap();
        let labels = label_counts(&prepared.description, &prepared.job);
        let mut counted = Reducer::new(prepared.plan.clone()).unwrap();
        let (manifest, description) = (&plugin.manifest, &prepared.description);
        let mut run = plugin.loaded.start(manifest, description, labels, &prepared.job).unwrap();
        let mut numbering = crate::store::Numbering::default();
        for (place, want) in wanted.iter().enumerate() {
            let request = super::runs::columns_request(manifest, want, period);
            let read = reader.columns(&mut numbering, &request, |batch| {
                let answer = run.push(place, &batch)?;
                counted.add(place, &batch, &answer)?;
                Ok::<_, super::Error>(())
            });
            read.unwrap();
        }
        counted.finish()
    }
}

/// All that must not depend on what was kept.
type Figures = (Cube, u64, [u8; 32]);

fn figures(outcome: Outcome) -> Figures {
    (outcome.cube, outcome.work.fuel, outcome.data)
}

#[derive(Debug, Clone, Copy)]
struct Facts {
    school: usize,
    /// Days after 20 August.
    after: i32,
    kind: u16,
    minutes: u16,
    household: Option<usize>,
}

#[derive(Debug, Clone, Copy)]
enum Change {
    Contact(Facts),
    Correction(usize, Facts),
    Household,
    Pupil,
    School,
    Code(&'static str),
}

fn facts() -> impl Strategy<Value = Facts> {
    let household = prop::option::weighted(0.8, 0usize..8);
    (0usize..4, -5i32..120, 0u16..5, 0u16..90, household).prop_map(
        |(school, after, kind, minutes, household)| Facts {
            school,
            after,
            kind,
            minutes,
            household,
        },
    )
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        12 => facts().prop_map(Change::Contact),
        6 => (0usize..40, facts()).prop_map(|(place, facts)| Change::Correction(place, facts)),
        1 => Just(Change::Household),
        1 => Just(Change::Pupil),
        1 => Just(Change::School),
        1 => prop_oneof![Just("contact-kind"), Just("role"), Just("topic")].prop_map(Change::Code),
    ]
}

const VISIT: Facts = Facts { school: 0, after: 20, kind: 0, minutes: 30, household: Some(0) };

/// Records with so many contacts at each of some schools. Schools come in the opposite order.
pub(super) fn town_with(contacts: &[usize]) -> Town {
    let mut town = Town::new();
    while town.schools.len() < contacts.len() {
        town.add_school();
    }
    for (school, many) in contacts.iter().enumerate() {
        for _ in 0..*many {
            town.add_contact(Facts { school, ..VISIT });
        }
    }
    town
}

/// Contacts in three months at two schools.
fn town() -> Town {
    let mut town = Town::new();
    for number in 0..24 {
        town.add_contact(Facts {
            school: usize::from(number % 2 == 0),
            after: 20 + number * 4,
            household: Some(usize::try_from(number).unwrap()),
            ..VISIT
        });
    }
    town
}

#[test]
fn after_one_more_contact_one_partition_is_counted() {
    let mut town = town();
    let first = town.run(year(), written(true));
    assert_eq!(town.new_partials(year(), written(true)).1, 0);
    assert_eq!(town.run(year(), written(true)), first);
    town.add_contact(VISIT);
    assert_eq!(town.new_partials(year(), written(true)).1, 1);
    let second = town.run(year(), written(true));
    assert_ne!(second.0, first.0);
    assert_ne!(second.2, first.2, "other data, another digest");
    assert_eq!(second, town.whole(year()));
    assert_eq!(town.new_partials(year(), written(true)).1, 0);
}

#[test]
fn other_periods_parameters_and_grants_share_nothing() {
    let mut town = town();
    town.run(year(), written(true));
    let shorter = Period { last: day("2025-12-30"), ..year() };
    let later = Period { first: day("2025-08-02"), ..year() };
    let (job, _) = town.new_partials(year(), written(true));
    let others = [(year(), false), (shorter, true), (later, true)];
    for (period, is_counted) in others {
        let (other, new) = town.new_partials(period, written(is_counted));
        assert_ne!(other, job);
        assert_eq!(new, 8, "{period} {is_counted}");
    }

    // A grant of other fields, or of fewer of those that are read.
    let plugin = town.ready();
    let wanted = town.app.granted_to(&plugin, &Scope::municipality(), year()).unwrap().wanted;
    let reader = town.app.store.read(&Scope::municipality()).unwrap();
    let prepared = super::runs::prepare(&reader, &plugin, &wanted, year(), written(true)).unwrap();
    let labels = label_counts(&prepared.description, &prepared.job);
    let parts = Parts::new(
        &reader,
        &plugin,
        &prepared.description,
        labels,
        &prepared.job,
        prepared.plan.clone(),
    )
    .unwrap();
    let all = super::runs::columns_request(&plugin.manifest, &wanted[0], year());
    let granted = wanted[0].granted;
    let fewer = crate::store::ColumnsRequest { fields: &all.fields[1..], ..all };
    assert_eq!(parts.digest(0, granted, &all).unwrap(), job);
    assert_ne!(parts.digest(0, granted - 1, &all).unwrap(), job);
    assert_ne!(parts.digest(0, granted, &fewer).unwrap(), job);
    assert_ne!(parts.digest(1, granted, &all).unwrap(), job);
}

/// Contacts of two schools as they are, and the same with days and minutes made coarser by hand.
fn exact_and_coarse() -> [Town; 2] {
    [false, true].map(|is_coarse| {
        let mut town = Town::new();
        for (number, household) in (0..12i32).zip(0..) {
            let exact = day("2025-09-03").plus(number * 9);
            let shown = if is_coarse { exact.month().period().first } else { exact };
            let minutes = 20 + u16::try_from(number).unwrap() * 3;
            town.add_contact(Facts {
                school: usize::from(number % 2 == 0),
                after: shown.0 - day("2025-08-20").0,
                minutes: if is_coarse { minutes / 10 * 10 } else { minutes },
                household: Some(household),
                ..VISIT
            });
        }
        town
    })
}

fn school_wish() -> GrantWish {
    // The number of the first school of a town.
    GrantWish { schools: vec!["899999".into()], ..GrantWish::default() }
}

#[test]
fn a_run_under_a_grant_of_one_school_is_a_run_over_that_school_and_shares_nothing() {
    let mut town = town();
    let all = town.run(year(), written(true));
    let (job, _) = town.new_partials(year(), written(true));
    let plugin = town.ready();
    let one = Scope::of_schools([town.schools[0]]);
    let alone = figures(town.app.run_plugin(&plugin, &one, year(), written(true)).unwrap());

    let actor = Actor::new("test".into(), None);
    town.app.grant_within(&actor, PLUGIN, None, &school_wish()).unwrap();
    let (other, new) = town.new_partials(year(), written(true));
    assert_ne!(other, job);
    assert_eq!(new, 4, "the months of one school, none of them known");
    assert_eq!(town.run(year(), written(true)), alone);
    assert_ne!(alone.0, all.0);
    let plugin = town.ready();
    let permit = town.app.granted_to(&plugin, &Scope::municipality(), year()).unwrap();
    let limits = permit.limits;
    assert!(limits[0].en.starts_with("These schools alone: 899999."), "{limits:?}");

    // Without limits again, what was counted at first is good again.
    town.app.grant(&actor, PLUGIN, None).unwrap();
    assert_eq!(town.new_partials(year(), written(true)), (job, 0));
    assert_eq!(town.run(year(), written(true)), all);
}

#[test]
fn a_plugin_that_sees_coarse_values_counts_as_if_they_had_been_recorded_so() {
    let [mut exact, mut coarse] = exact_and_coarse();
    let expected = coarse.run(year(), written(true)).0.without_marks();
    let before = exact.run(year(), written(true)).0.without_marks();
    assert_ne!(before, expected);
    let (job, _) = exact.new_partials(year(), written(true));
    let kinds = [("contacts.day", Coarsening::Month), ("contacts.minutes", Coarsening::Tens)];
    let coarse = kinds.map(|(field, kind)| (field.to_owned(), kind)).into();
    let wish = GrantWish { coarse, ..GrantWish::default() };
    exact.app.grant_within(&Actor::new("test".into(), None), PLUGIN, None, &wish).unwrap();
    assert_ne!(exact.new_partials(year(), written(true)).0, job);
    let seen = exact.run(year(), written(true)).0.without_marks();
    assert_eq!(seen, expected);
}

#[test]
fn a_damaged_partial_result_or_column_is_not_used() {
    let mut town = town();
    let first = town.run(year(), written(true));
    for bit in [0, 13, 64 * 8, 500 * 8 + 3, 1_000_001] {
        town.app.store.damage_kept(bit);
        assert_eq!(town.new_partials(year(), written(true)).1, 8, "bit {bit}");
        assert_eq!(town.run(year(), written(true)), first, "bit {bit}");
        assert_eq!(town.new_partials(year(), written(true)).1, 0, "bit {bit}");
    }
}

#[test]
fn a_run_goes_on_while_somebody_else_is_writing_and_keeps_nothing() {
    let mut town = town();
    let key = KeySource::File(town.app.dir.join("tridem.key"));
    let mut other = App::open(&town.app.dir, &key).unwrap();
    let writer = other.store.write(&author()).unwrap();
    let during = town.run(year(), written(true));
    assert_eq!(town.new_partials(year(), written(true)).1, 8);
    drop(writer);
    assert_eq!(town.run(year(), written(true)), during);
    assert_eq!(town.new_partials(year(), written(true)).1, 0);
}

#[test]
fn a_plugin_hears_of_a_job_without_a_contact() {
    let mut town = Town::new();
    let (cube, fuel, _) = town.run(year(), written(true));
    assert!(fuel > 0);
    assert_eq!(cube.without_marks(), town.plain(year()).without_marks());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn whatever_happened_before_the_figures_are_those_of_a_run_that_counts_everything(
        changes in prop::collection::vec((change(), prop::bool::weighted(0.4)), 1..25),
        cut in prop::option::of((0i32..100, 0i32..60)),
    ) {
        let mut town = Town::new();
        let period = cut.map_or(year(), |(first, days)| {
            let first = day("2025-08-20").plus(first);
            Period { first, last: first.plus(days) }
        });
        for (change, is_run) in changes {
            match change {
                Change::Contact(facts) => town.add_contact(facts),
                Change::Correction(place, facts) => town.correct_contact(place, facts),
                Change::Household => town.add_household(),
                Change::Pupil => town.add_pupil(),
                Change::School => town.add_school(),
                Change::Code(list) => town.add_code(list),
            }
            if is_run {
                let again = town.run(period, written(true));
                prop_assert_eq!(&again, &town.whole(period));
                prop_assert_eq!(again.0.without_marks(), town.plain(period).without_marks());
            }
        }
        let again = town.run(period, written(true));
        town.app.store.forget_kept();
        prop_assert_eq!(&town.whole(period), &again);
        prop_assert_eq!(&town.run(period, written(true)), &again);
        prop_assert_eq!(again.0.without_marks(), town.plain(period).without_marks());
    }
}
