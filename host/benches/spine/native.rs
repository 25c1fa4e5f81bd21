//! The same in plain Rust: what somebody would write who needed these figures and no plugin.

use tridem::domain::{Batch, Classified, CodeList, Measured, Month, Values, is_set};

use crate::scene::{Scene, period};

/// What the plugin looks up when a run begins.
pub(crate) struct Codes {
    home_visit: u16,
    tandem: u16,
    tridem: u16,
    kinds: usize,
    schools: usize,
    households: u32,
    first_day: i32,
    /// The month of each day of the period.
    months: Vec<u16>,
}

impl Codes {
    pub(crate) fn new(scene: &Scene) -> Self {
        let shape = &scene.job.datasets[0];
        let field = |name| &shape.fields[shape.place(name).expect("the plugin reads it")];
        let list = |name| -> &CodeList { &field(name).codes };
        let place = |name, code| list(name).place(code).expect("a code of the seed");
        let all: Vec<Month> = period().months().collect();
        let month = |month| all.iter().position(|found| *found == month).expect("of the period");
        Self {
            home_visit: place("kind", "home-visit"),
            tandem: place("team_form", "tandem"),
            tridem: place("team_form", "tridem"),
            kinds: list("kind").codes().len(),
            schools: list("school").codes().len(),
            households: field("household").size,
            first_day: period().first.0,
            months: period()
                .days()
                .map(|day| u16::try_from(month(day.month())).expect("twelve months"))
                .collect(),
        }
    }

    fn month(&self, day: i32) -> u16 {
        self.months[(day - self.first_day).cast_unsigned() as usize]
    }
}

/// The columns of a batch of contacts, in the order of the plugin's manifest.
struct Contacts<'a> {
    school: &'a [u16],
    day: &'a [i32],
    kind: &'a [u16],
    team_form: &'a [u16],
    attempt: &'a [u8],
    minutes: &'a [i32],
    persons: &'a [i32],
    household: &'a [u32],
    has_household: &'a [u64],
}

impl<'a> Contacts<'a> {
    fn of(batch: &'a Batch) -> Self {
        let codes = |place: usize| match &batch.columns[place].values {
            Values::Codes(values) => values.as_slice(),
            other => unreachable!("codes are not laid out like {other:?}"),
        };
        let integers = |place: usize| match &batch.columns[place].values {
            Values::Integers(values) => values.as_slice(),
            other => unreachable!("integers are not laid out like {other:?}"),
        };
        let (Values::Flags(attempt), Values::Indexes(household)) =
            (&batch.columns[4].values, &batch.columns[7].values)
        else {
            unreachable!("the manifest has `attempt` and `household` there");
        };
        Self {
            school: codes(0),
            day: integers(1),
            kind: codes(2),
            team_form: codes(3),
            attempt,
            minutes: integers(5),
            persons: integers(6),
            household,
            has_household: &batch.columns[7].present,
        }
    }
}

/// The rows whose value is one that is meant, as a bitmap: first a byte for each, which the compiler
/// turns into vector code, then a bit, by the multiplication that `plugins/sdk/src/mask.rs` explains.
fn mask<T: Copy>(values: &[T], is_meant: impl Fn(T) -> bool) -> Vec<u64> {
    let word = |values: &[T]| {
        let mut bytes = [0; 64];
        for (byte, value) in bytes.iter_mut().zip(values) {
            *byte = u8::from(is_meant(*value));
        }
        let (eights, _) = bytes.as_chunks::<8>();
        eights.iter().rev().fold(0, |word, eight| {
            let product = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080);
            word << 8 | product >> 56
        })
    };
    values.chunks(64).map(word).collect()
}

/// Classifies a batch of contacts as the plugin does, into the same answer.
pub(crate) fn classify(codes: &Codes, batch: &Batch) -> Classified {
    let rows = Contacts::of(batch);
    let attempts = mask(rows.attempt, |attempt| attempt == 1);
    let contacts = mask(rows.attempt, |attempt| attempt == 0);
    let both = |mask: &[u64]| -> Vec<u64> {
        mask.iter().zip(&contacts).map(|(one, other)| one & other).collect()
    };
    let home_visits = both(&mask(rows.kind, |kind| kind == codes.home_visit));
    let tandem = both(&mask(rows.team_form, |form| form == codes.tandem));
    let tridem = both(&mask(rows.team_form, |form| form == codes.tridem));
    let households = match rows.has_household {
        [] => contacts.clone(),
        present => both(present),
    };
    let count = |counted| Measured { counted, values: Vec::new() };
    let sum = |values: &[i32]| Measured {
        counted: contacts.clone(),
        values: values.iter().map(|value| i64::from(*value)).collect(),
    };
    Classified {
        labels: vec![
            rows.school.to_vec(),
            rows.day.iter().map(|day| codes.month(*day)).collect(),
            rows.kind.to_vec(),
        ],
        // In the order of the description.
        measures: vec![
            count(contacts.clone()),
            count(attempts),
            sum(rows.persons),
            count(households),
            sum(rows.minutes),
            count(tandem),
            count(tridem),
            count(home_visits),
        ],
    }
}

/// Some rows and the households behind them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) rows: u64,
    households: Vec<u64>,
}

impl Group {
    fn new(households: u32) -> Self {
        Self { rows: 0, households: vec![0; households.div_ceil(64) as usize] }
    }

    fn add(&mut self, household: Option<u32>) {
        self.rows += 1;
        if let Some(household) = household {
            self.households[household as usize / 64] |= 1 << (household % 64);
        }
    }

    pub(crate) fn households(&self) -> u64 {
        self.households.iter().map(|word| u64::from(word.count_ones())).sum()
    }
}

/// The figures of one school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SchoolFigures {
    pub(crate) contacts: Group,
    pub(crate) attempts: Group,
    pub(crate) persons: u64,
    pub(crate) minutes: u64,
    pub(crate) home_visits: Group,
    pub(crate) tandem: Group,
    pub(crate) tridem: Group,
    /// The other parts of the two shares, whose households have to be known to withhold any of it.
    pub(crate) not_tandem: Group,
    pub(crate) not_tridem: Group,
    pub(crate) months: Vec<Group>,
    pub(crate) kinds: Vec<Group>,
}

/// Every figure of the plugin's tables, and the households behind each.
pub(crate) struct Figures {
    codes: Codes,
    pub(crate) schools: Vec<SchoolFigures>,
}

impl Figures {
    pub(crate) fn new(codes: Codes) -> Self {
        let group = || Group::new(codes.households);
        let months = period().months().count();
        let school = || SchoolFigures {
            contacts: group(),
            attempts: group(),
            persons: 0,
            minutes: 0,
            home_visits: group(),
            tandem: group(),
            tridem: group(),
            not_tandem: group(),
            not_tridem: group(),
            months: vec![group(); months],
            kinds: vec![group(); codes.kinds],
        };
        let schools = (0..codes.schools).map(|_| school()).collect();
        Self { codes, schools }
    }

    /// Counts a batch of contacts.
    pub(crate) fn add(&mut self, batch: &Batch) {
        let (codes, rows) = (&self.codes, Contacts::of(batch));
        for row in 0..batch.rows {
            let school = &mut self.schools[usize::from(rows.school[row])];
            let household = is_set(rows.has_household, row).then(|| rows.household[row]);
            if rows.attempt[row] == 1 {
                school.attempts.add(household);
                continue;
            }
            school.contacts.add(household);
            school.persons += u64::from(rows.persons[row].cast_unsigned());
            school.minutes += u64::from(rows.minutes[row].cast_unsigned());
            if rows.kind[row] == codes.home_visit {
                school.home_visits.add(household);
            }
            let form = rows.team_form[row];
            let is_tandem = form == codes.tandem;
            if is_tandem { &mut school.tandem } else { &mut school.not_tandem }.add(household);
            let is_tridem = form == codes.tridem;
            if is_tridem { &mut school.tridem } else { &mut school.not_tridem }.add(household);
            school.months[usize::from(codes.month(rows.day[row]))].add(household);
            school.kinds[usize::from(rows.kind[row])].add(household);
        }
    }
}
