//! What is counted, code by code.

/// Something for each code of a list, and for no code. Lists are short, so a place is kept for each.
pub(crate) struct ByCode<T> {
    known: Vec<Option<T>>,
    missing: Option<T>,
}

impl<T> Default for ByCode<T> {
    fn default() -> Self {
        Self { known: Vec::new(), missing: None }
    }
}

impl<T: Default> ByCode<T> {
    /// That of a code, which is there from then on.
    pub(crate) fn at(&mut self, code: Option<u16>) -> &mut T {
        let place = match code {
            None => &mut self.missing,
            Some(code) => {
                let code = usize::from(code);
                while self.known.len() <= code {
                    self.known.push(None);
                }
                &mut self.known[code]
            }
        };
        place.get_or_insert_default()
    }

    /// That of a code, where there is one.
    pub(crate) fn get(&self, code: u16) -> Option<&T> {
        self.known.get(usize::from(code))?.as_ref()
    }

    /// What there is, in the order of the codes, and last what has none.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Option<u16>, &T)> {
        let known = (0_u16..).zip(&self.known).map(|(code, found)| (Some(code), found));
        let all = known.chain([(None, &self.missing)]);
        all.filter_map(|(code, found)| Some((code, found.as_ref()?)))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

/// Posts in hundredths: planned, vacant, filled and all, and the heads on them.
#[derive(Default)]
pub(crate) struct Share {
    pub(crate) states: [i64; 3],
    pub(crate) all: i64,
    pub(crate) heads: i64,
}

impl Share {
    pub(crate) fn add(&mut self, state: Option<usize>, fte: i64, heads: i64) {
        if let Some(state) = state {
            self.states[state] += fte;
        }
        self.all += fte;
        self.heads += heads;
    }
}

/// Consultations or activities and the persons present at them, who are not different persons.
#[derive(Default)]
pub(crate) struct Persons {
    pub(crate) rows: i64,
    pub(crate) counted: i64,
    pub(crate) counted_rows: i64,
    pub(crate) estimated: i64,
    pub(crate) estimated_rows: i64,
}

impl Persons {
    pub(crate) fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.counted += other.counted;
        self.counted_rows += other.counted_rows;
        self.estimated += other.estimated;
        self.estimated_rows += other.estimated_rows;
    }
}

/// Group activities of a kind.
#[derive(Default)]
pub(crate) struct Activity {
    pub(crate) persons: Persons,
    pub(crate) minutes: i64,
}

/// All that is counted of one service, and of no other with it.
#[derive(Default)]
pub(crate) struct Service {
    pub(crate) all: Persons,
    pub(crate) kinds: ByCode<Persons>,
    pub(crate) sites: ByCode<Persons>,
    /// At each site the consultations of those who are newly arrived, of those in a comparable
    /// situation, and of all others.
    pub(crate) eligible: ByCode<[i64; 3]>,
    /// Whether it is told of any of them.
    pub(crate) tells_eligibility: bool,
    pub(crate) topics: ByCode<Persons>,
    pub(crate) referred: ByCode<Persons>,
    pub(crate) activities: ByCode<Activity>,
}

/// An interpreter budget, in cents.
pub(crate) struct Budget {
    pub(crate) code: u16,
    pub(crate) service: u16,
    pub(crate) granted: i64,
    /// Whether all that was spent of it lies in the period.
    pub(crate) is_whole: bool,
}

/// Money spent, in cents, and the support cases that it was spent for.
#[derive(Default)]
pub(crate) struct Held {
    pub(crate) cents: i64,
    cases: Vec<u32>,
}

impl Held {
    pub(crate) fn add(&mut self, cents: i64, case: u32) {
        self.cents += cents;
        if cents > 0 && !self.cases.contains(&case) {
            self.cases.push(case);
        }
    }

    /// How many different support cases.
    pub(crate) fn cases(&self) -> u32 {
        u32::try_from(self.cases.len()).unwrap_or(u32::MAX)
    }
}
