//! What follows from what a reader has written down: by steps that a person could take, and by linear
//! programming over the smallest groups of rows that the report tells apart.

use std::collections::{BTreeMap, BTreeSet};

use microlp::{ComparisonOp, Error, LinearExpr, OptimizationDirection, Problem, Variable};

use super::fixture::{CONTACTS, HOUSEHOLDS, MINUTES, PUPILS, VISITS};
use super::reader::{Cut, MOST, Reader, What, Who};

/// The longest contact of the invented plugin.
const LONGEST: f64 = 480.0;
/// No month has more school days.
const DAYS: f64 = 23.0;

/// A sum of numbers, each times its coefficient, that is at most something.
struct Fact {
    terms: Vec<(usize, f64)>,
    most: f64,
}

/// What a reader knows of two reports, of which the second is about the rows of the first and more.
pub(super) struct PairSteps {
    steps: Steps,
    /// For each number its place in the first report, in the second, and that of what they differ by.
    places: [BTreeMap<What, usize>; 3],
}

impl PairSteps {
    /// Knows both reports, and that each number of the second is that of the first and a rest, which is
    /// made like the numbers themselves. Households are different ones in both, and have no such rest.
    pub(super) fn of(first: &Reader, second: &Reader) -> Self {
        let mut steps = Steps { places: BTreeMap::new(), ranges: Vec::new(), facts: Vec::new() };
        let mut places: [BTreeMap<What, usize>; 3] = Default::default();
        let own = [Steps::of(first), Steps::of(second)];
        for (place, found) in own.into_iter().enumerate() {
            let shift = steps.ranges.len();
            let shifted = |(place, times): &(usize, f64)| (place + shift, *times);
            let facts = found.facts.iter();
            steps.facts.extend(facts.map(|fact| Fact {
                terms: fact.terms.iter().map(shifted).collect(),
                most: fact.most,
            }));
            steps.ranges.extend(&found.ranges);
            places[place] =
                found.places.iter().map(|(what, place)| (what.clone(), place + shift)).collect();
        }
        let [one, two, rests] = &mut places;
        for (what, whole) in &*two {
            let Some(part) = one.get(what).filter(|_| what.measure != HOUSEHOLDS) else { continue };
            let rest = steps.ranges.len();
            steps.ranges.push((0.0, MOST));
            steps
                .facts
                .push(Fact { terms: vec![(*part, 1.0), (rest, 1.0), (*whole, -1.0)], most: 0.0 });
            steps
                .facts
                .push(Fact { terms: vec![(*part, -1.0), (rest, -1.0), (*whole, 1.0)], most: 0.0 });
            rests.insert(what.clone(), rest);
        }
        for (what, rest) in &*rests {
            if let Some(contacts) = rests.get(&what.by(CONTACTS)).filter(|_| what.measure == VISITS)
            {
                steps.facts.push(Fact { terms: vec![(*rest, 1.0), (*contacts, -1.0)], most: 0.0 });
            }
        }
        steps.narrow();
        Self { steps, places }
    }

    /// What a number can be: of the first report, of the second, or of what they differ by.
    pub(super) fn range(&self, of: usize, what: &What) -> Option<(f64, f64)> {
        self.places[of].get(what).map(|place| self.steps.ranges[*place])
    }

    /// The numbers of one of the three.
    pub(super) fn numbers(&self, of: usize) -> impl Iterator<Item = &What> {
        self.places[of].keys()
    }
}

/// Everything that a reader knows about numbers, to be narrowed down step by step.
pub(super) struct Steps {
    places: BTreeMap<What, usize>,
    ranges: Vec<(f64, f64)>,
    facts: Vec<Fact>,
}

impl Steps {
    pub(super) fn of(reader: &Reader) -> Self {
        let mut steps = Self { places: BTreeMap::new(), ranges: Vec::new(), facts: Vec::new() };
        for (what, range) in &reader.ranges {
            let place = steps.place(what);
            steps.ranges[place] = *range;
        }
        for (total, parts, has_more) in &reader.sums {
            let is_distinct = total.measure == HOUSEHOLDS;
            let total = steps.place(total);
            let parts: Vec<(usize, f64)> =
                parts.iter().map(|part| (steps.place(part), 1.0)).collect();
            if is_distinct {
                for part in &parts {
                    steps.at_most(part.0, total);
                }
            } else {
                let terms = [parts.clone(), vec![(total, -1.0)]].concat();
                steps.facts.push(Fact { terms, most: 0.0 });
            }
            if !has_more {
                let parts = parts.into_iter().map(|(part, _)| (part, -1.0));
                let terms = parts.chain([(total, 1.0)]).collect();
                steps.facts.push(Fact { terms, most: 0.0 });
            }
        }
        for between in &reader.between {
            let (above, below) = (steps.place(&between.above), steps.place(&between.below));
            steps.facts.extend([
                Fact { terms: vec![(above, 1.0), (below, -between.high)], most: 0.0 },
                Fact { terms: vec![(above, -1.0), (below, between.low)], most: 0.0 },
            ]);
        }
        steps.nest();
        for (school, days) in &reader.recorded {
            steps.recorded(school, *days, reader.is_complete);
        }
        steps
    }

    fn place(&mut self, what: &What) -> usize {
        let next = self.ranges.len();
        let place = *self.places.entry(what.clone()).or_insert(next);
        if place == next {
            self.ranges.push((0.0, MOST));
        }
        place
    }

    fn at_most(&mut self, low: usize, high: usize) {
        self.facts.push(Fact { terms: vec![(low, 1.0), (high, -1.0)], most: 0.0 });
    }

    /// Visits are contacts, every household has one, and none is longer than the longest. Rows with
    /// any label are among those whose label is not asked about.
    fn nest(&mut self) {
        let all: Vec<(What, usize)> =
            self.places.iter().map(|(what, place)| (what.clone(), *place)).collect();
        for (what, place) in all {
            if let Some(contacts) = self.places.get(&what.by(CONTACTS)).copied() {
                match what.measure {
                    VISITS | HOUSEHOLDS => self.at_most(place, contacts),
                    MINUTES => {
                        let terms = vec![(place, 1.0), (contacts, -LONGEST)];
                        self.facts.push(Fact { terms, most: 0.0 });
                    }
                    _ => {}
                }
            }
            for wider in [
                What { month: Cut::Free, ..what.clone() },
                What { kind: Cut::Free, ..what.clone() },
                What { month: Cut::Free, kind: Cut::Free, ..what.clone() },
            ] {
                if wider != what
                    && let Some(wider) = self.places.get(&wider).copied()
                {
                    self.at_most(place, wider);
                }
            }
        }
    }

    /// A day with a record has a contact, in its month.
    fn recorded(&mut self, school: &str, days: f64, has_months: bool) {
        let is_it = |what: &What| {
            what.measure == CONTACTS
                && what.who == Who::School(school.to_owned())
                && what.kind == Cut::Free
        };
        let mut months = Vec::new();
        let found: Vec<(What, usize)> = self
            .places
            .iter()
            .filter(|(what, _)| is_it(what))
            .map(|(what, place)| (what.clone(), *place))
            .collect();
        for (what, place) in found {
            match what.month {
                Cut::Free => self.facts.push(Fact { terms: vec![(place, -1.0)], most: -days }),
                Cut::Any => {}
                Cut::One(_) => {
                    let in_month = self.ranges.len();
                    self.ranges.push((0.0, DAYS));
                    self.at_most(in_month, place);
                    months.push((in_month, -1.0));
                }
            }
        }
        // Where some rows have no month, so may a day.
        if !months.is_empty() && has_months {
            self.facts.push(Fact { terms: months, most: -days });
        }
    }

    /// Takes each fact and each of its numbers in turn until nothing more can be concluded.
    pub(super) fn narrow(&mut self) {
        // Shares could narrow ranges by ever smaller fractions; whole numbers end that soon.
        for _ in 0..200 {
            let mut has_changed = false;
            for fact in &self.facts {
                let least = |(place, times): &(usize, f64)| {
                    let (low, high) = self.ranges[*place];
                    if *times > 0.0 { times * low } else { times * high }
                };
                let sum: f64 = fact.terms.iter().map(least).sum();
                for term in &fact.terms {
                    let (place, times) = *term;
                    let room = (fact.most - (sum - least(term))) / times;
                    let range = &self.ranges[place];
                    let narrowed = if times > 0.0 {
                        (range.0, range.1.min((room + 1e-6).floor()))
                    } else {
                        (range.0.max((room - 1e-6).ceil()), range.1)
                    };
                    if narrowed != *range {
                        assert!(
                            narrowed.0 <= narrowed.1,
                            "the truth is possible: {:?}",
                            self.named(fact)
                        );
                        self.ranges[place] = narrowed;
                        has_changed = true;
                        break;
                    }
                }
            }
            if !has_changed {
                return;
            }
        }
    }

    /// A fact in words, for the message of a failure.
    fn named(&self, fact: &Fact) -> Vec<String> {
        let name = |place: usize| self.places.iter().find(|(_, found)| **found == place);
        let term = |(place, times): &(usize, f64)| {
            let (name, range) = (name(*place).map(|(what, _)| what), self.ranges[*place]);
            format!("{times} x {name:?} {range:?}")
        };
        fact.terms.iter().map(term).chain([format!("at most {}", fact.most)]).collect()
    }

    pub(super) fn range(&self, what: &What) -> (f64, f64) {
        self.ranges[self.places[what]]
    }
}

/// What a linear program finds out about numbers of contacts and visits, from all that is shown.
///
/// Its unknowns are the contacts of each school, month and kind, visits and others apart. That all
/// totals agree, and that one number contains another, follows from that by itself.
pub(super) struct Programme<'a> {
    reader: &'a Reader,
    /// An earlier report about some of the same rows.
    earlier: Option<&'a Reader>,
    schools: Vec<String>,
    months: Vec<Cut>,
    kinds: Vec<Cut>,
}

impl<'a> Programme<'a> {
    pub(super) fn of(reader: &'a Reader) -> Self {
        let is_complete = reader.is_complete;
        let mut schools: Vec<String> = reader.schools.values().flatten().cloned().collect();
        // Rows of no school that is shown.
        schools.extend((!is_complete || schools.is_empty()).then(String::new));
        let labels = |cut: fn(&What) -> &Cut| -> Vec<Cut> {
            let is_one = |cut: &&Cut| matches!(cut, Cut::One(_));
            let found: BTreeSet<&Cut> = reader.ranges.keys().map(cut).filter(is_one).collect();
            let mut labels: Vec<Cut> = found.into_iter().cloned().collect();
            // Rows with no label.
            labels.extend((!is_complete || labels.is_empty()).then_some(Cut::Free));
            labels
        };
        let (months, kinds) = (labels(|what| &what.month), labels(|what| &what.kind));
        Self { reader, earlier: None, schools, months, kinds }
    }

    /// Reasons over two reports, of which the second is about the rows of the first and more.
    pub(super) fn of_pair(first: &'a Reader, second: &'a Reader) -> Self {
        let mut both = Self::of(second);
        let first_alone = Self::of(first);
        both.earlier = Some(first);
        for (mine, theirs) in
            [(&mut both.months, first_alone.months), (&mut both.kinds, first_alone.kinds)]
        {
            let new: Vec<Cut> = theirs.into_iter().filter(|cut| !mine.contains(cut)).collect();
            mine.extend(new);
        }
        both
    }

    /// The smallest and the largest value that a number can have.
    pub(super) fn range(&self, what: &What) -> (f64, f64) {
        let layers: &[usize] = if self.earlier.is_some() { &[0, 1] } else { &[0] };
        self.range_in(what, layers)
    }

    /// The same in the rows of the earlier report (0), or in those that came (1), or in both.
    pub(super) fn range_in(&self, what: &What, layers: &[usize]) -> (f64, f64) {
        let low = self.solve(what, layers, OptimizationDirection::Minimize);
        (low, self.solve(what, layers, OptimizationDirection::Maximize))
    }

    fn solve(&self, what: &What, layers: &[usize], direction: OptimizationDirection) -> f64 {
        let mut problem = Problem::new(direction);
        let many = self.schools.len() * self.months.len() * self.kinds.len() * 2;
        let goal: BTreeSet<usize> = self
            .atoms(what)
            .into_iter()
            .flat_map(|atom| layers.iter().map(move |layer| layer * many + atom))
            .collect();
        let unknowns: Vec<Variable> = (0..many * (1 + usize::from(self.earlier.is_some())))
            .map(|atom| problem.add_var(f64::from(u8::from(goal.contains(&atom))), (0.0, 1_000.0)))
            .collect();
        let pupils: Vec<Variable> =
            self.schools.iter().map(|_| problem.add_var(0.0, (0.0, 1_000.0))).collect();
        let terms = |what: &What, layers: usize| -> Option<Vec<Variable>> {
            match what.measure {
                CONTACTS | VISITS => Some(
                    self.atoms(what)
                        .into_iter()
                        .flat_map(|atom| (0..layers).map(move |layer| layer * many + atom))
                        .map(|atom| unknowns[atom])
                        .collect(),
                ),
                PUPILS => {
                    // The earlier report may be about fewer schools.
                    let reader = self.earlier.filter(|_| layers == 1).unwrap_or(self.reader);
                    let is_there = |it: &usize| {
                        reader.schools.values().any(|found| found.contains(&self.schools[*it]))
                    };
                    let whose = self.whose(&what.who).into_iter().filter(is_there);
                    Some(whose.map(|it| pupils[it]).collect())
                }
                _ => None,
            }
        };
        let mut say = |parts: &[(Vec<Variable>, f64)], operator, equals: f64| {
            let mut together: BTreeMap<usize, (Variable, f64)> = BTreeMap::new();
            for (variable, times) in
                parts.iter().flat_map(|(terms, times)| terms.iter().map(move |it| (*it, *times)))
            {
                together.entry(variable.idx()).or_insert((variable, 0.0)).1 += times;
            }
            let mut sum = LinearExpr::empty();
            let mut is_empty = true;
            for (variable, times) in together.into_values().filter(|(_, times)| *times != 0.0) {
                sum.add(variable, times);
                is_empty = false;
            }
            if !is_empty {
                problem.add_constraint(sum, operator, equals);
            }
        };
        let readers = match self.earlier {
            Some(first) => vec![(first, 1), (self.reader, 2)],
            None => vec![(self.reader, 1)],
        };
        let ranges = readers
            .iter()
            .flat_map(|(reader, layers)| reader.ranges.iter().map(|range| (range, *layers)));
        for ((what, (low, high)), layers) in ranges {
            let Some(terms) = terms(what, layers) else { continue };
            let parts = [(terms, 1.0)];
            if high - low < 0.5 {
                say(&parts, ComparisonOp::Eq, *low);
            } else {
                say(&parts, ComparisonOp::Ge, *low);
                if *high < MOST {
                    say(&parts, ComparisonOp::Le, *high);
                }
            }
        }
        let betweens = readers
            .iter()
            .flat_map(|(reader, layers)| reader.between.iter().map(|between| (between, *layers)));
        for (between, layers) in betweens {
            let (Some(above), Some(below)) =
                (terms(&between.above, layers), terms(&between.below, layers))
            else {
                continue;
            };
            let high = [(above.clone(), 1.0), (below.clone(), -between.high)];
            say(&high, ComparisonOp::Le, 0.0);
            say(&[(above, 1.0), (below, -between.low)], ComparisonOp::Ge, 0.0);
        }
        match problem.solve() {
            Ok(outcome) => outcome.into_solution().expect("no limit of time is set").objective(),
            Err(Error::Unbounded) => MOST,
            // The solver loses its way in some of the larger programmes; it has no answer then.
            Err(Error::Infeasible) if self.earlier.is_some() => f64::NAN,
            Err(error) => panic!("{error} for {what:?}"),
        }
    }

    /// The unknowns that a number adds up.
    fn atoms(&self, what: &What) -> Vec<usize> {
        let is_in = |cut: &Cut, label: &Cut| match cut {
            Cut::Free => true,
            Cut::Any => *label != Cut::Free,
            Cut::One(_) => cut == label,
        };
        let mut atoms = Vec::new();
        for school in self.whose(&what.who) {
            for (month, label) in self.months.iter().enumerate() {
                if !is_in(&what.month, label) {
                    continue;
                }
                for (kind, label) in self.kinds.iter().enumerate() {
                    if is_in(&what.kind, label) {
                        let place = (school * self.months.len() + month) * self.kinds.len() + kind;
                        atoms.push(place * 2);
                        atoms.extend((what.measure == CONTACTS).then_some(place * 2 + 1));
                    }
                }
            }
        }
        atoms
    }

    fn whose(&self, who: &Who) -> Vec<usize> {
        let is_in = |school: &String| match who {
            Who::All => true,
            Who::Level(level) => self.reader.schools[level].contains(school),
            Who::School(found) => found == school,
        };
        (0..self.schools.len()).filter(|place| is_in(&self.schools[*place])).collect()
    }
}
