//! Counts classified rows into cells. This is the one loop that sees every row of every run.

use super::cube::{Block, Cube, Persons};
use super::plan::{Base, Error, Grid, Plan, Subject};
use crate::domain::{Batch, Classified, Column, LEFT_OUT, Values};

/// Counts the rows of a run.
///
/// What it has counted does not depend on how the rows were cut into batches, and two reducers over
/// different rows can be put together with [`Reducer::merge`].
#[derive(Debug, Clone)]
pub struct Reducer {
    cube: Cube,
    /// For each dataset the number of its next row.
    next: Vec<u64>,
    /// For each dataset, for each dimension: whether it divides the rows, once that is known.
    divides: Vec<Vec<Option<bool>>>,
    /// For each dataset, the places of its measures.
    counted_over: Vec<Vec<usize>>,
    /// For each grid, where the rows of the current batch belong.
    places: Vec<Places>,
    marks: Vec<u64>,
}

/// Where the rows of a batch belong in a grid.
#[derive(Debug, Clone, Default)]
struct Places {
    /// The slot of each row.
    slots: Vec<u32>,
    /// Which rows belong anywhere, as a bitmap.
    kept: Vec<u64>,
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
        let places = vec![Places::default(); cube.grids.len()];
        Ok(Self { cube, next: vec![0; datasets], divides, counted_over, places, marks: Vec::new() })
    }

    /// Says which number the next row of a dataset has; without it, rows are numbered from 0.
    ///
    /// Numbers tell rows apart, so that cells which rest on the same rows are recognised. Reducers
    /// that are put together later must number their rows differently, and the same rows of a
    /// dataset in the same way.
    pub fn start_at(&mut self, dataset: usize, row: u64) {
        self.next[dataset] = row;
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
        self.marks.clear();
        self.marks.extend((0..batch.rows as u64).map(|row| mark(first.wrapping_add(row))));

        let mut is_placed = vec![false; self.places.len()];
        let mut rest = Vec::new();
        for block in self.cube.blocks.iter_mut().filter(|block| block.dataset == dataset) {
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
            let counted = match block.base {
                Base::Measure(_) => &measured.counted,
                Base::Rest { part, .. } => {
                    without(&measured.counted, &answer(part).counted, batch.rows, &mut rest);
                    &rest
                }
            };
            block.count(places, &self.marks, counted, &measured.values);
            block.count_persons(places, counted, batch);
        }
        Ok(())
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
        let (subject, wants_indexes) = match planned.subject {
            Subject::Indexes(place) => (place, true),
            Subject::Integers(place) => (place, false),
        };
        let columns = std::iter::once((subject, wants_indexes))
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
        for (mine, theirs) in self.cube.blocks.iter_mut().zip(&other.cube.blocks) {
            mine.merge(theirs);
        }
        Ok(())
    }

    /// What was counted.
    pub fn finish(self) -> Cube {
        self.cube
    }
}

impl Places {
    fn fill(&mut self, grid: Grid, rows: usize, classified: &Classified) {
        let stride = u32::try_from(grid.stride()).expect("fewer slots than MOST_CELLS");
        let every_row = u32::try_from(grid.height).expect("fewer slots than MOST_CELLS");
        let labels = |dimension: usize| {
            classified.labels.get(dimension).filter(|list| !list.is_empty()).map(Vec::as_slice)
        };
        let down = labels(grid.rows);
        let across = grid.across.and_then(labels);
        let every_column = if grid.across.is_some() { stride - 1 } else { 0 };

        self.slots.clear();
        self.kept.clear();
        self.kept.resize(rows.div_ceil(64), u64::MAX);
        if !rows.is_multiple_of(64) {
            self.kept[rows / 64] = (1 << (rows % 64)) - 1;
        }
        // One loop for each shape, so that none asks for each row which shape it is.
        let slot = |row: u16, column: u32| u32::from(row).wrapping_mul(stride).wrapping_add(column);
        match (down, across) {
            (Some(down), Some(across)) => {
                let pairs = down.iter().zip(across);
                self.slots.extend(pairs.map(|(row, column)| slot(*row, u32::from(*column))));
            }
            (Some(down), None) => {
                self.slots.extend(down.iter().map(|row| slot(*row, every_column)));
            }
            (None, Some(across)) => {
                let start = every_row * stride;
                self.slots.extend(across.iter().map(|column| start + u32::from(*column)));
            }
            (None, None) => self.slots.resize(rows, every_row * stride + every_column),
        }
        for labels in [down, across].into_iter().flatten() {
            for (kept, labels) in self.kept.iter_mut().zip(labels.chunks(64)) {
                let left_out = labels
                    .iter()
                    .rev()
                    .fold(0, |bits, label| bits << 1 | u64::from(*label == LEFT_OUT));
                *kept &= !left_out;
            }
        }
    }

    /// Calls `each` with every row that belongs somewhere and is in all of the bitmaps, and with
    /// its slot.
    #[inline]
    fn each(&self, bitmaps: [&[u64]; 2], mut each: impl FnMut(usize, usize)) {
        for (place, kept) in self.kept.iter().enumerate() {
            let mut word = *kept;
            for bitmap in bitmaps {
                if !bitmap.is_empty() {
                    word &= bitmap[place];
                }
            }
            let slots = &self.slots[place * 64..];
            if word == u64::MAX {
                // The usual case, and faster without looking for the next bit.
                for (bit, slot) in slots[..64].iter().enumerate() {
                    each(place * 64 + bit, *slot as usize);
                }
                continue;
            }
            while word != 0 {
                let bit = word.trailing_zeros() as usize;
                each(place * 64 + bit, slots[bit] as usize);
                word &= word - 1;
            }
        }
    }
}

impl Block {
    /// Counts rows, and their values where there are any.
    fn count(&mut self, places: &Places, marks: &[u64], counted: &[u64], values: &[i64]) {
        let slots = &mut self.totals;
        if !self.has_values {
            places.each([counted, &[]], |row, slot| {
                slots[slot].rows += 1;
                slots[slot].fingerprint = slots[slot].fingerprint.wrapping_add(marks[row]);
            });
            return;
        }
        let (least, most) = (self.least, self.most);
        places.each([counted, &[]], |row, slot| {
            slots[slot].rows += 1;
            slots[slot].fingerprint = slots[slot].fingerprint.wrapping_add(marks[row]);
            slots[slot].sum += i128::from(values[row].clamp(least, most));
        });
        let tallies = &mut self.tallies;
        if !tallies.is_empty() {
            places.each([counted, &[]], |row, slot| {
                tallies[slot].add(values[row].clamp(least, most).abs_diff(least));
            });
        }
    }

    /// Counts the persons behind the rows, and the field of a `distinct` measure.
    fn count_persons(&mut self, places: &Places, counted: &[u64], batch: &Batch) {
        match &mut self.persons {
            Persons::Different(sets) => insert(sets, places, counted, &batch.columns[self.subject]),
            Persons::Number(numbers) => {
                let column = &batch.columns[self.subject];
                if let Values::Integers(values) = &column.values {
                    places.each([counted, &column.present], |row, slot| {
                        numbers[slot] += u64::from(values[row].max(0).unsigned_abs());
                    });
                }
            }
        }
        if let Some((column, sets)) = &mut self.different {
            insert(sets, places, counted, &batch.columns[*column]);
        }
    }
}

#[inline]
fn insert(sets: &mut [super::set::Set], places: &Places, counted: &[u64], column: &Column) {
    if let Values::Indexes(indexes) = &column.values {
        places.each([counted, &column.present], |row, slot| sets[slot].insert(indexes[row]));
    }
}

/// The rows of `whole` that are not in `part`. An empty bitmap stands for all rows.
fn without(whole: &[u64], part: &[u64], rows: usize, rest: &mut Vec<u64>) {
    let word = |bitmap: &[u64], place: usize| bitmap.get(place).copied().unwrap_or(u64::MAX);
    rest.clear();
    rest.extend((0..rows.div_ceil(64)).map(|place| word(whole, place) & !word(part, place)));
}

/// Spreads a row's number over 64 bits, so that sums of different rows differ. This is the last
/// step of the generator `SplitMix64` (Steele, Lea and Flood, 2014).
fn mark(row: u64) -> u64 {
    let mixed = row.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ mixed >> 31
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Figure;
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
