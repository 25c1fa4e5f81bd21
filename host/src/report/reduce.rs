//! Counts classified rows into cells. This is the one loop that sees every row of every run.

use super::count::insert;
use super::cube::{Block, Cube};
use super::part::Part;
use super::plan::{Base, Error, Plan, Subject};
use super::rows::{Marks, Places, both, without};
use super::spread::Shares;
use crate::domain::{Batch, Classified, Values};

/// Counts the rows of a run.
///
/// What it has counted does not depend on how the rows were cut into batches, and two reducers over
/// different rows can be put together with [`Reducer::merge`].
#[derive(Debug, Clone)]
pub struct Reducer {
    cube: Cube,
    /// For each dataset the number of its next row.
    next: Vec<u64>,
    /// For each dataset the shares of its persons.
    shares: Vec<Shares>,
    /// For each dataset, for each dimension: whether it divides the rows, once that is known.
    divides: Vec<Vec<Option<bool>>>,
    /// For each dataset, the places of its measures.
    counted_over: Vec<Vec<usize>>,
    /// For each block, the one that has its persons: itself, or one before it in the same grid that
    /// has counted the very same persons so far. Contacts, their minutes and the people present all
    /// rest on the same households, which are then collected once.
    persons_of: Vec<usize>,
    /// The same before anything is counted.
    first_persons_of: Vec<usize>,
    /// For each grid, where the rows of the current batch belong.
    places: Vec<Places>,
    marks: Marks,
    /// For each block, the rows of the current batch that it counts.
    counted: Vec<Vec<u64>>,
    /// For each block, those of them that have a person.
    personal: Vec<Vec<u64>>,
}

impl Reducer {
    /// A reducer that has counted nothing.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the plan; see [`Error`].
    pub fn new(plan: Plan) -> Result<Self, Error> {
        plan.check()?;
        let counted_over = plan
            .datasets
            .iter()
            .map(|dataset| plan.description.counted_over(&dataset.name))
            .collect();
        let datasets = plan.datasets.len();
        let divides = vec![vec![None; plan.labels.len()]; datasets];
        let cube = Cube::new(plan);
        // Nothing was counted yet, so all of a grid and dataset have counted the same.
        let kind = |block: &Block| (block.grid, block.dataset);
        let first = |block| cube.blocks.iter().position(|other| kind(other) == kind(block));
        let persons_of: Vec<usize> = cube.blocks.iter().filter_map(first).collect();
        Ok(Self {
            next: vec![0; datasets],
            shares: vec![Shares::default(); datasets],
            divides,
            counted_over,
            first_persons_of: persons_of.clone(),
            persons_of,
            places: vec![Places::default(); cube.grids.len()],
            marks: Marks::default(),
            counted: vec![Vec::new(); cube.blocks.len()],
            personal: vec![Vec::new(); cube.blocks.len()],
            cube,
        })
    }

    /// Says which number the next row of a dataset has; without it, rows are numbered from 0.
    ///
    /// Numbers tell rows apart, so that cells which rest on the same rows are recognised. Reducers
    /// that are put together later must number their rows differently, and the same rows of a
    /// dataset in the same way.
    pub fn start_at(&mut self, dataset: usize, row: u64) {
        self.next[dataset] = row;
    }

    /// Says to which share of all persons each index of a dataset belongs; without it, indexes are taken
    /// for keys that count from 1. See [`share_of`](super::share_of).
    pub fn shares(&mut self, dataset: usize, shares: Vec<u8>) {
        self.shares[dataset] = Shares::new(shares);
    }

    /// Counts the rows of a batch of the dataset at place `dataset` of the plan.
    ///
    /// # Errors
    ///
    /// [`Error::Layout`] and [`Error::Divided`]; then nothing of the batch was counted.
    ///
    /// # Panics
    ///
    /// Where a list of the answer is shorter than the batch, or a label is past the last: the
    /// answer must have been checked.
    pub fn add(
        &mut self,
        dataset: usize,
        batch: &Batch,
        classified: &Classified,
    ) -> Result<(), Error> {
        self.check(dataset, batch, classified)?;
        let first = self.next[dataset];
        self.next[dataset] = first.wrapping_add(batch.rows as u64);
        self.marks.fill(first, batch.rows);

        let mut is_placed = vec![false; self.places.len()];
        for (place, block) in self.cube.blocks.iter_mut().enumerate() {
            if block.dataset != dataset {
                continue;
            }
            let places = &mut self.places[block.grid];
            if !is_placed[block.grid] {
                places.fill(self.cube.grids[block.grid], batch.rows, classified);
                is_placed[block.grid] = true;
            }
            let answer = |measure: usize| {
                let place = self.counted_over[dataset].iter().position(|found| *found == measure);
                &classified.measures[place.expect("every base counts over its dataset")]
            };
            let measured = answer(block.base.measure());
            let counted = &mut self.counted[place];
            both(places.kept(), &measured.counted, counted);
            if let Base::Rest { part, .. } = block.base {
                without(counted, &answer(part).counted);
            }
            block.count(places, counted, &self.marks, &measured.values);
            if let Some((column, sets)) = &mut block.different {
                let (column, mut present) = (&batch.columns[*column], Vec::new());
                both(counted, &column.present, &mut present);
                insert(sets, places, &present, column);
            }
            if let Some(subject) = block.subject {
                let column = &batch.columns[subject];
                both(counted, &column.present, &mut self.personal[place]);
                let shares = &self.shares[dataset];
                block.spread(places, &self.personal[place], column, &measured.values, shares);
            }
        }
        self.count_persons(dataset, batch);
        Ok(())
    }

    /// Counts the persons behind the rows of a batch, for blocks with the same persons once.
    fn count_persons(&mut self, dataset: usize, batch: &Batch) {
        let before = self.persons_of.clone();
        for place in 0..before.len() {
            let owner = before[place];
            let block = &self.cube.blocks[place];
            let is_ours = block.dataset == dataset && block.subject.is_some();
            if !is_ours || self.personal[place] == self.personal[owner] {
                continue;
            }
            // Here their ways part. Another one may have left the same owner for the same rows.
            let goes_along = |other: &usize| {
                before[*other] == owner
                    && self.persons_of[*other] == *other
                    && self.personal[*other] == self.personal[place]
            };
            let other = (owner + 1..place).find(goes_along);
            self.persons_of[place] = other.unwrap_or(place);
            if other.is_none() {
                let reached = self.places[self.cube.blocks[place].grid].reached();
                let (before, from) = self.cube.blocks.split_at_mut(place);
                from[0].persons.copy(&before[owner].persons, reached);
            }
        }
        for (place, block) in self.cube.blocks.iter_mut().enumerate() {
            if let Some(subject) = block.subject
                && block.dataset == dataset
                && self.persons_of[place] == place
            {
                let places = &self.places[block.grid];
                let shares = &self.shares[dataset];
                let column = &batch.columns[subject];
                block.count_persons(places, &self.personal[place], column, shares);
            }
        }
    }

    /// Gives every block its own persons.
    fn settle(&mut self) {
        for (place, owner) in self.persons_of.iter_mut().enumerate() {
            if *owner != place {
                self.cube.blocks[place].persons = self.cube.blocks[*owner].persons.clone();
                *owner = place;
            }
        }
    }

    fn check(
        &mut self,
        dataset: usize,
        batch: &Batch,
        classified: &Classified,
    ) -> Result<(), Error> {
        let planned = &self.cube.plan.datasets[dataset];
        let is_laid_out = |place: usize, wants_indexes: bool| {
            batch.columns.get(place).is_some_and(|column| match &column.values {
                Values::Indexes(_) => wants_indexes,
                Values::Integers(_) => !wants_indexes,
                _ => false,
            })
        };
        let is_indexes = matches!(planned.subject, Subject::Indexes(_));
        let columns = planned
            .subject
            .column()
            .map(|place| (place, is_indexes))
            .into_iter()
            .chain(planned.distinct.iter().map(|(_, place)| (*place, true)));
        for (column, wants_indexes) in columns {
            if !is_laid_out(column, wants_indexes) {
                return Err(Error::Layout { dataset: planned.name.clone(), column });
            }
        }
        let known = &self.divides[dataset];
        for (dimension, labels) in classified.labels.iter().enumerate() {
            if known[dimension].is_some_and(|divides| divides == labels.is_empty()) {
                return Err(self.divided(dataset, dimension));
            }
        }
        for (known, labels) in self.divides[dataset].iter_mut().zip(&classified.labels) {
            *known = Some(!labels.is_empty());
        }
        Ok(())
    }

    fn divided(&self, dataset: usize, dimension: usize) -> Error {
        let plan = &self.cube.plan;
        Error::Divided {
            dataset: plan.datasets[dataset].name.clone(),
            dimension: plan.description.dimensions[dimension].id.clone(),
        }
    }

    /// Adds what another reducer has counted over other rows; see [`Reducer::start_at`].
    ///
    /// # Errors
    ///
    /// [`Error::OtherPlan`], and [`Error::Divided`]; then nothing was added.
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        if self.cube.plan != other.cube.plan {
            return Err(Error::OtherPlan);
        }
        for dataset in 0..self.next.len() {
            for dimension in 0..self.divides[dataset].len() {
                let (mine, theirs) =
                    (self.divides[dataset][dimension], other.divides[dataset][dimension]);
                if mine.zip(theirs).is_some_and(|(mine, theirs)| mine != theirs) {
                    return Err(self.divided(dataset, dimension));
                }
            }
        }
        for (mine, theirs) in self.divides.iter_mut().flatten().zip(other.divides.iter().flatten())
        {
            *mine = mine.or(*theirs);
        }
        for (mine, theirs) in self.next.iter_mut().zip(&other.next) {
            *mine = (*mine).max(*theirs);
        }
        let mut other = other.clone();
        other.settle();
        self.settle();
        for (mine, theirs) in self.cube.blocks.iter_mut().zip(&other.cube.blocks) {
            mine.merge(theirs);
        }
        Ok(())
    }

    /// Takes out what was counted of a dataset since the last time, so that the next rows are
    /// counted from nothing. Nothing of another dataset may have been counted meanwhile.
    ///
    /// It takes as long as there are cells between the first and the last that were counted in,
    /// whatever else there is in the plan.
    pub fn take(&mut self, dataset: usize) -> Part {
        let mut blocks = Vec::new();
        for (place, block) in self.cube.blocks.iter_mut().enumerate() {
            if block.dataset == dataset {
                let owner = self.persons_of[place];
                blocks.push(block.take(self.places[block.grid].reached(), owner));
            }
        }
        self.places.iter_mut().for_each(Places::forget);
        self.persons_of.clone_from(&self.first_persons_of);
        let divides =
            std::mem::replace(&mut self.divides[dataset], vec![None; self.cube.plan.labels.len()]);
        Part { dataset, divides, blocks }
    }

    /// Adds what another reducer of the same plan has counted and given out with
    /// [`Reducer::take`], over rows that are numbered differently from all others.
    ///
    /// # Errors
    ///
    /// [`Error::OtherPlan`] where it cannot be of the same plan, and [`Error::Divided`]; then
    /// nothing was added.
    pub fn absorb(&mut self, part: &Part) -> Result<(), Error> {
        let dataset = part.dataset;
        let mine = self.cube.blocks.iter().filter(|block| block.dataset == dataset);
        let (mut is_fitting, mut blocks) = (true, part.blocks.iter());
        for block in mine {
            is_fitting &= blocks.next().is_some_and(|found| found.fits(block, &self.cube.blocks));
        }
        let known = self.divides.get(dataset).map_or(0, Vec::len);
        if !is_fitting || blocks.next().is_some() || part.divides.len() != known {
            return Err(Error::OtherPlan);
        }
        for (dimension, theirs) in part.divides.iter().enumerate() {
            let mine = self.divides[dataset][dimension];
            if mine.zip(*theirs).is_some_and(|(mine, theirs)| mine != theirs) {
                return Err(self.divided(dataset, dimension));
            }
        }
        for (mine, theirs) in self.divides[dataset].iter_mut().zip(&part.divides) {
            *mine = mine.or(*theirs);
        }
        self.settle();
        let places: Vec<usize> = (0..self.cube.blocks.len())
            .filter(|place| self.cube.blocks[*place].dataset == dataset)
            .collect();
        for (place, found) in places.iter().zip(&part.blocks) {
            let owner = places.iter().position(|other| *other == found.persons_of);
            let persons = owner.map(|owner| &part.blocks[owner].persons);
            self.cube.blocks[*place].absorb(found, persons);
        }
        Ok(())
    }

    /// What was counted.
    pub fn finish(mut self) -> Cube {
        self.settle();
        self.cube
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Figure;
    use crate::report::cube::Quantity;
    use crate::report::fixture::{
        CONTACTS, Contact, GUESTS, HOUSEHOLDS, MEDIAN, MINUTES, NO_MONTH, OF_CONTACTS, OF_SCHOOLS,
        PUPILS, VISIT_SHARE, VISITS, batch, contact, contacts, cube, many_tables, plan, schools,
    };

    fn refused(change: impl FnOnce(&mut Plan)) -> String {
        let mut plan = many_tables(3);
        change(&mut plan);
        Reducer::new(plan).unwrap_err().to_string()
    }

    #[test]
    fn plans_that_do_not_fit_are_refused() {
        assert_eq!(
            refused(|plan| _ = plan.datasets.remove(0)),
            "measure `pupils` counts over dataset `schools`, which this run does not read"
        );
        assert_eq!(
            refused(|plan| plan.datasets[OF_CONTACTS].distinct.clear()),
            "measure `households` counts by a field that is not among the columns of its dataset"
        );
        assert_eq!(
            refused(|plan| plan.description.tables[1].across = Some(0)),
            "table `months` has the same dimension for its rows and its columns"
        );
        assert_eq!(
            refused(|plan| plan.description.tables[1].measures.push(0)),
            "table `months` is divided into columns, so it needs exactly one measure"
        );
        assert_eq!(
            refused(|plan| plan.description.measures[MINUTES].least = 481),
            "measure `minutes` allows no value: its smallest is larger than its largest"
        );
        let share = |part| Figure::Share { part, whole: CONTACTS };
        assert_eq!(
            refused(|plan| plan.description.measures[VISIT_SHARE].figure = share(MEDIAN)),
            "measure `visit-share` is made from `median`, which cannot be a part of it"
        );
        assert_eq!(
            refused(|plan| {
                plan.description.measures[PUPILS].figure =
                    Figure::Count { dataset: "schools".into() };
                plan.description.measures[VISIT_SHARE].figure = share(PUPILS);
            }),
            "measure `visit-share` is a share of two figures that count over different datasets"
        );
        assert_eq!(
            refused(|plan| plan.labels = vec![1_000, 1_000, 14]),
            "the tables have 3030057 cells, more than the 250000 allowed"
        );
        assert_eq!(
            refused(|plan| _ = plan.labels.pop()),
            "the plugin has 3 dimensions, but labels were counted for 2"
        );
    }

    #[test]
    fn a_batch_that_does_not_fit_is_refused_and_not_counted() {
        let mut reducer = Reducer::new(plan(3)).unwrap();
        let (rows, classified) = batch(&contacts(0, 3));
        let mut keys = rows.clone();
        keys.columns[0].values = Values::Keys(vec![0; 3]);
        assert_eq!(
            reducer.add(OF_CONTACTS, &keys, &classified).unwrap_err().to_string(),
            "column 0 of dataset `contacts` does not hold the values that are counted"
        );
        reducer.add(OF_CONTACTS, &rows, &classified).unwrap();
        let mut undivided = classified.clone();
        undivided.labels[0].clear();
        assert_eq!(
            reducer.add(OF_CONTACTS, &rows, &undivided).unwrap_err().to_string(),
            "dimension `school` divides only some of the rows of dataset `contacts`"
        );
        assert_eq!(reducer.merge(&Reducer::new(plan(4)).unwrap()), Err(Error::OtherPlan));
        assert_eq!(reducer.finish(), cube(plan(3), &[], &contacts(0, 3)));
    }

    /// Three schools: the second has five contacts with four households, one without any.
    fn sample() -> Vec<Contact> {
        let visit = Contact { is_visit: true, minutes: 900, guest: 1, ..contact(1, 7) };
        let mut rows = contacts(0, 70);
        rows.extend([
            visit,
            Contact { minutes: 20, month: 1, ..contact(1, 7) },
            Contact { minutes: -5, month: NO_MONTH, ..contact(1, 8) },
            Contact { household: None, ..contact(1, 0) },
            Contact { guest: 2, ..contact(1, 90_000) },
        ]);
        rows
    }

    #[test]
    fn each_cell_counts_its_own_rows() {
        let cube = cube(plan(3), &[40, 20, 0], &sample());
        let at = |measure, rows: &[usize]| cube.quantity(0, Base::Measure(measure), rows, &[0]);
        let contacts = at(CONTACTS, &[1]);
        assert_eq!((contacts.rows, contacts.persons), (5, 3));
        assert_eq!((at(VISITS, &[1]).rows, at(VISITS, &[1]).persons), (1, 1));
        assert_eq!(at(HOUSEHOLDS, &[1]).different, 3);
        // Guests 1, 7, 8, 0 and 2.
        assert_eq!(at(GUESTS, &[1]).different, 5);
        // 900 is clipped to 480 and -5 to 0: 480 + 20 + 0 + 30 + 30.
        assert_eq!(at(MINUTES, &[1]).sum, 560);
        assert_eq!(at(MEDIAN, &[1]).middle, Some((30, 30)));
        assert_eq!((at(PUPILS, &[1]).persons, at(PUPILS, &[1]).rows), (20, 1));
        // Both schools: 70 + 5 contacts; households 7 and 8 are known to both; 70 * 30 + 560 minutes.
        assert_eq!((at(CONTACTS, &[0, 1]).rows, at(CONTACTS, &[0, 1]).persons), (75, 71));
        assert_eq!(at(MINUTES, &[0, 1, 2]).sum, 2_660);
        assert_eq!(at(CONTACTS, &[2]).rows, 0);
        let rest = Base::Rest { part: VISITS, whole: CONTACTS };
        assert_eq!((cube.quantity(0, rest, &[1], &[0]).rows), 4);
    }

    #[test]
    fn a_row_left_out_of_a_dimension_is_missing_where_the_dimension_is_used() {
        let cube = cube(many_tables(3), &[40, 20, 0], &sample());
        let months = |columns: &[usize]| cube.quantity(1, Base::Measure(CONTACTS), &[1], columns);
        assert_eq!(months(&[0]).rows, 3);
        assert_eq!(months(&[1]).rows, 1);
        assert_eq!(months(&[0, 1, 2, 3]).rows, 4);
        let kinds = cube.quantity(2, Base::Measure(CONTACTS), &[1], &[0]);
        assert_eq!(kinds.rows, 5);
        let overview = cube.quantity(0, Base::Measure(CONTACTS), &[1], &[0]);
        assert_eq!(kinds.fingerprint, overview.fingerprint);
        assert_ne!(months(&[0, 1, 2, 3]).fingerprint, overview.fingerprint);
    }

    #[test]
    fn rows_that_a_dimension_does_not_divide_stand_in_every_label_once() {
        let cube = cube(many_tables(3), &[40, 20, 0], &sample());
        let pupils = |columns: &[usize]| cube.quantity(3, Base::Measure(PUPILS), &[1], columns);
        assert_eq!(pupils(&[0]).sum, 20);
        assert_eq!(pupils(&[3]).sum, 20);
        assert_eq!(pupils(&[0, 1, 2, 3]).sum, 20);
        assert_eq!(pupils(&[0]).fingerprint, pupils(&[0, 1, 2, 3]).fingerprint);
    }

    /// The persons behind contacts and visits are collected once while all contacts are visits.
    #[test]
    fn measures_with_the_same_rows_at_first_part_when_their_rows_differ() {
        let visits = contacts(0, 70).into_iter().map(|row| Contact { is_visit: true, ..row });
        let visits: Vec<Contact> = visits.collect();
        let mut reducer = Reducer::new(many_tables(3)).unwrap();
        for rows in [&visits[..], &contacts(1, 5), &visits[..3]] {
            let (batch, classified) = batch(rows);
            reducer.add(OF_CONTACTS, &batch, &classified).unwrap();
        }
        let cube = reducer.finish();
        let persons = |base| {
            let at = |school| cube.quantity(0, base, &[school], &[0]).persons;
            (at(0), at(1), cube.quantity(0, base, &[0, 1], &[0]).persons)
        };
        assert_eq!(persons(Base::Measure(CONTACTS)), (70, 5, 75));
        assert_eq!(persons(Base::Measure(MINUTES)), (70, 5, 75));
        assert_eq!(persons(Base::Measure(VISITS)), (70, 0, 70));
        assert_eq!(persons(Base::Rest { part: VISITS, whole: CONTACTS }), (0, 5, 5));
    }

    /// Rows that come school by school are added up 64 at a time, others one by one.
    #[test]
    fn rows_in_order_and_in_no_order_come_to_the_same_figures() {
        let row = |number: u32| Contact {
            kind: u16::try_from(number % 3).unwrap(),
            month: u16::try_from(number % 150 / 50).unwrap(),
            household: (!number.is_multiple_of(7)).then_some(number % 90),
            minutes: i64::from(number % 700) - 20,
            is_visit: number.is_multiple_of(5),
            ..contact(u16::try_from(number / 150).unwrap(), number)
        };
        let in_order: Vec<Contact> = (0..450).map(row).collect();
        // 450 and 7 have no common divisor.
        let in_no_order: Vec<Contact> = (0..450).map(|place| row(place * 7 % 450)).collect();
        let cubes = [&in_order, &in_no_order].map(|rows| cube(many_tables(3), &[], rows));
        let measures = [CONTACTS, VISITS, HOUSEHOLDS, MINUTES, MEDIAN, GUESTS].map(Base::Measure);
        let rest = Base::Rest { part: VISITS, whole: CONTACTS };
        for base in measures.into_iter().chain([rest]) {
            for school in 0..3 {
                let [one, other] = cubes.each_ref().map(|cube| Quantity {
                    fingerprint: 0,
                    ..cube.quantity(0, base, &[school], &[0])
                });
                assert_eq!(one, other, "{base:?} of school {school}");
            }
        }
        for cube in &cubes {
            for school in 0..3 {
                let count = |table, columns: &[usize]| {
                    cube.quantity(table, Base::Measure(CONTACTS), &[school], columns)
                };
                let overview = count(0, &[0]);
                // Of 90 households, 60 have two contacts. 30 have one, and of these every seventh
                // is not theirs: 63, 70, 77, 84; 210 to 238; 364 to 385.
                assert_eq!((overview.rows, overview.persons), (150, [86, 85, 86][school]));
                assert_eq!(count(1, &[0, 1, 2]), overview);
                assert_eq!(count(2, &[0, 1, 2]), overview);
            }
        }
    }

    #[test]
    fn rows_numbered_apart_can_be_put_together() {
        let rows = sample();
        let mut reducers = [0..40, 40..rows.len()].map(|range| {
            let mut reducer = Reducer::new(many_tables(3)).unwrap();
            reducer.start_at(OF_CONTACTS, range.start as u64);
            let (batch, classified) = batch(&rows[range]);
            reducer.add(OF_CONTACTS, &batch, &classified).unwrap();
            reducer
        });
        let (batch, classified) = schools(&[40, 20, 0]);
        reducers[0].add(OF_SCHOOLS, &batch, &classified).unwrap();
        let [mut one, other] = reducers;
        one.merge(&other).unwrap();
        assert_eq!(one.finish(), cube(many_tables(3), &[40, 20, 0], &rows));
    }
}
