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
        if rows % 64 > 0 {
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
