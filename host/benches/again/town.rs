//! A folder of records with as many contacts as are asked for, in one school year.

use std::collections::BTreeSet;
use std::path::Path;

use tridem::app::{Actor, App, KeySource};
use tridem::domain::{
    Author, Calendar, Contact, Day, Household, HouseholdKey, Id, Participation, Practitioner,
    PractitionerKey, School, SchoolKey, SchoolYear, Span,
};
use tridem::store::{DatabaseKey, Store, Writer};

const SCHOOLS: usize = 9;
const HOUSEHOLDS: usize = 6_000;
/// Contacts that are written in one transaction.
const AT_ONCE: usize = 100_000;

/// What contacts are made from.
pub(crate) struct Town {
    schools: Vec<SchoolKey>,
    households: Vec<HouseholdKey>,
    team: [PractitionerKey; 3],
    days: Vec<Day>,
    state: u64,
    ids: u128,
}

pub(crate) fn actor() -> Actor {
    Actor::new("bench".into(), None)
}

pub(crate) fn open(dir: &Path) -> App {
    App::open(dir, &key(dir)).expect("a folder of records")
}

fn key(dir: &Path) -> KeySource {
    KeySource::File(dir.join("tridem.key"))
}

fn store(dir: &Path) -> Store {
    let key = DatabaseKey::read_file(&dir.join("tridem.key")).expect("a key");
    Store::open(&dir.join("tridem.db"), &key).expect("a database")
}

impl Town {
    /// Makes a folder with so many contacts and the reference plugin, which may read all it asks for.
    ///
    /// Contacts come in no order of days, or, `by_day`, as they happen: millions of them are written
    /// sooner, since not every page of the index changes again and again.
    pub(crate) fn build(dir: &Path, contacts: usize, by_day: bool) -> Self {
        App::init_for_development(&actor(), dir, &key(dir), "Musterstadt").expect("a new folder");
        let package = Path::new("../plugins/dist/school-comparison-1.0.1.tridem");
        let mut app = open(dir);
        app.install(&actor(), package).expect("a whole package");
        app.grant(&actor(), crate::PLUGIN, None).expect("fields it asks for");
        drop(app);

        let mut store = store(dir);
        let mut writer = store.write(&Author::new("bench", 0)).expect("nobody else writes");
        let mut town = Self::people(&mut writer);
        writer.commit().expect("room for a few people");
        let mut left = contacts;
        while left > 0 {
            let now = left.min(AT_ONCE);
            let mut writer = store.write(&Author::new("bench", 0)).expect("nobody else writes");
            for number in contacts - left..contacts - left + now {
                let day = by_day.then(|| town.days[number * town.days.len() / contacts]);
                town.add(&mut writer, day);
            }
            writer.commit().expect("room for the contacts");
            left -= now;
        }
        town
    }

    fn people(writer: &mut Writer<'_>) -> Self {
        let none = BTreeSet::new();
        let days = Calendar::nrw().school_days(SchoolYear(2025).period(), &none).collect();
        let mut ids = 1 << 64;
        let mut id = || {
            ids += 1;
            Id::from_bytes(u128::to_be_bytes(ids))
        };
        let schools = (0..SCHOOLS).map(|number| {
            let (id, number) = (id(), format!("{}", 100_001 + number));
            let school = School { id, name: number.clone(), number, form: "02".into() };
            let school = writer.add_school(&school).expect("a school");
            let span = Span::new(SchoolYear(2025).period().first, None).expect("a span");
            writer.add_participation(&Participation { school, span }).expect("a participation");
            school
        });
        let schools = schools.collect();
        let households = (0..HOUSEHOLDS).map(|number| {
            let (code, name) = (number.to_string(), String::new());
            let household = Household { id: id(), code, name, language: None };
            writer.add_household(&household).expect("a household")
        });
        let households = households.collect();
        let team = ["mediation", "teacher", "social-work"].map(|role| {
            let (id, role) = (id(), role.to_owned());
            let person = Practitioner { id, code: role.clone(), name: role.clone(), role };
            writer.add_practitioner(&person).expect("a practitioner")
        });
        Self { schools, households, team, days, state: 0x9E37_79B9_7F4A_7C15, ids: 1 << 80 }
    }

    fn random(&mut self, below: usize) -> usize {
        // xorshift64*: the same rows every time, without another dependency.
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let number = self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11;
        usize::try_from(number).expect("64 bits") % below
    }

    fn small(&mut self, below: u16) -> u16 {
        u16::try_from(self.random(below.into())).expect("less than `below`")
    }

    fn add(&mut self, writer: &mut Writer<'_>, on: Option<Day>) {
        let is_attempt = self.random(100) < 15;
        let participants = [0, 1, 2].map(|role| (self.team[usize::from(role)], role));
        let team = 1 + self.random(3);
        let (school, day) = (self.random(SCHOOLS), self.random(self.days.len()));
        let household = self.random(HOUSEHOLDS);
        let (has_household, household) = (self.random(100) < 85, self.households[household]);
        self.ids += 1;
        let contact = Contact {
            id: Id::from_bytes(self.ids.to_be_bytes()),
            school: self.schools[school],
            day: on.unwrap_or(self.days[day]),
            time: None,
            minutes: self.small(24) * 5,
            kind: self.small(14),
            result: u16::from(is_attempt),
            attempt: is_attempt,
            consultation: (self.random(100) < 40).then(|| self.small(3)),
            language: (self.random(100) < 60).then(|| self.small(22)),
            interpreter: self.random(100) < 20,
            topics: 1 << self.random(18),
            persons: if is_attempt { 0 } else { self.small(5) + 1 },
            household: has_household.then_some(household),
            pupils: Vec::new(),
            participants: participants[..team].to_vec(),
            next_step: None,
            shared_note: None,
            private_notes: Vec::new(),
        };
        writer.add_contact(&contact, 0).expect("a contact that fits");
    }

    /// Writes one more contact, as another program would.
    pub(crate) fn add_one(&mut self, dir: &Path) {
        let mut store = store(dir);
        let mut writer = store.write(&Author::new("bench", 0)).expect("nobody else writes");
        self.add(&mut writer, None);
        writer.commit().expect("room for a contact");
    }
}
