//! What is to be counted: the description of a plugin together with the datasets of a run.

use crate::domain::{Description, Figure};

/// Most cells that are kept for all tables and measures together. At about 100 bytes for each,
/// persons not included, that is 25 MiB.
pub const MOST_CELLS: usize = 250_000;

/// Why figures could not be counted.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The plan does not say how many labels each dimension has.
    #[error("the plugin has {dimensions} dimensions, but labels were counted for {counted}")]
    Labels { dimensions: usize, counted: usize },

    /// A measure counts over a dataset that the run does not read.
    #[error("measure `{measure}` counts over dataset `{dataset}`, which this run does not read")]
    NoDataset { measure: String, dataset: String },

    /// The field of a `distinct` measure has no column.
    #[error("measure `{measure}` counts by a field that is not among the columns of its dataset")]
    NoField { measure: String },

    /// A share or ratio of figures that are no plain numbers of their own.
    #[error("measure `{measure}` is made from `{other}`, which cannot be a part of it")]
    NotAPart { measure: String, other: String },

    /// The part and the whole of a share come from different datasets.
    #[error("measure `{measure}` is a share of two figures that count over different datasets")]
    NotAShare { measure: String },

    /// The smallest value is larger than the largest.
    #[error("measure `{measure}` allows no value: its smallest is larger than its largest")]
    NoValues { measure: String },

    /// One dimension makes both the rows and the columns.
    #[error("table `{table}` has the same dimension for its rows and its columns")]
    SameDimension { table: String },

    /// A table with columns and more or less than one measure.
    #[error("table `{table}` is divided into columns, so it needs exactly one measure")]
    NotOneMeasure { table: String },

    /// The tables are too large.
    #[error("the tables have {cells} cells, more than the {MOST_CELLS} allowed")]
    TooManyCells { cells: usize },

    /// A column of a batch is not laid out as the plan says.
    #[error("column {column} of dataset `{dataset}` does not hold the values that are counted")]
    Layout { dataset: String, column: usize },

    /// A dimension divides some batches of a dataset and others not.
    #[error("dimension `{dimension}` divides only some of the rows of dataset `{dataset}`")]
    Divided { dataset: String, dimension: String },

    /// Two counts of different plans were to be put together.
    #[error("the two counts to be put together were made to different plans")]
    OtherPlan,
}

impl Error {
    /// One thing the person can do next; `None` where only the plugin's author can.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::TooManyCells { .. } => Some("a shorter period has fewer months to show".into()),
            Self::NoDataset { dataset, .. } => {
                Some(format!("grant the plugin a field of dataset `{dataset}`"))
            }
            _ => None,
        }
    }
}

/// The column by which the persons behind a figure are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Each different index is one person. A row without one adds nobody.
    Indexes(usize),
    /// The value is a number of persons.
    Integers(usize),
    /// Its rows are about no family, so nobody stands behind a figure and nothing is withheld.
    Nobody,
}

impl Subject {
    /// The column that tells who or how many they are.
    pub(super) fn column(self) -> Option<usize> {
        match self {
            Self::Indexes(column) | Self::Integers(column) => Some(column),
            Self::Nobody => None,
        }
    }
}

/// A dataset of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedDataset {
    /// Its name.
    pub name: String,
    /// How persons are counted in it.
    pub subject: Subject,
    /// For each `distinct` measure over it, by its place in the description, the column place of
    /// its field.
    pub distinct: Vec<(usize, usize)>,
}

/// What is to be counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What the plugin says about itself.
    pub description: Description,
    /// How many labels each dimension has.
    pub labels: Vec<usize>,
    /// The datasets of the run, in its order.
    pub datasets: Vec<PlannedDataset>,
}

/// Which rows of a dataset a block of cells counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Base {
    /// Those of a measure.
    Measure(usize),
    /// Those of the whole of a share that are not in its part. They are never printed, but a
    /// reader can work them out, so they have to be known.
    Rest { part: usize, whole: usize },
}

impl Base {
    /// The measure that names the dataset.
    pub(super) fn measure(self) -> usize {
        match self {
            Self::Measure(place) | Self::Rest { whole: place, .. } => place,
        }
    }
}

/// A way to divide rows into cells: a row label by a column label.
///
/// After the last label of each dimension there is one slot more, for rows of datasets that the
/// dimension does not divide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grid {
    /// The dimension of the rows.
    pub(super) rows: usize,
    /// The dimension of the columns.
    pub(super) across: Option<usize>,
    /// How many row labels.
    pub(super) height: usize,
    /// How many column labels; 1 without a dimension.
    pub(super) width: usize,
}

impl Grid {
    /// Slots in a row of the grid.
    pub(super) fn stride(self) -> usize {
        if self.across.is_some() { self.width + 1 } else { 1 }
    }

    /// Slots in all.
    pub(super) fn slots(self) -> usize {
        (self.height + 1).saturating_mul(self.stride())
    }
}

impl Plan {
    /// Checks that the reducer can rely on the plan.
    pub(super) fn check(&self) -> Result<(), Error> {
        let Description { dimensions, measures, tables, .. } = &self.description;
        if dimensions.len() != self.labels.len() {
            let (dimensions, counted) = (dimensions.len(), self.labels.len());
            return Err(Error::Labels { dimensions, counted });
        }
        for place in 0..measures.len() {
            self.check_measure(place)?;
        }
        for table in tables {
            if table.across == Some(table.rows) {
                return Err(Error::SameDimension { table: table.id.clone() });
            }
            if table.across.is_some() && table.measures.len() != 1 {
                return Err(Error::NotOneMeasure { table: table.id.clone() });
            }
        }
        let count = |grid: Grid, bases: usize| grid.slots().saturating_mul(bases);
        let cells = (0..tables.len())
            .map(|table| count(self.grid(table), self.bases(table).len()))
            .fold(0, usize::saturating_add);
        if cells > MOST_CELLS { Err(Error::TooManyCells { cells }) } else { Ok(()) }
    }

    fn check_measure(&self, place: usize) -> Result<(), Error> {
        let measures = &self.description.measures;
        let measure = &measures[place];
        let id = || measure.id.clone();
        if measure.figure.has_values() && measure.least > measure.most {
            return Err(Error::NoValues { measure: id() });
        }
        if let Some(name) = measure.figure.dataset() {
            let Some(dataset) = self.datasets.iter().find(|dataset| dataset.name == name) else {
                return Err(Error::NoDataset { measure: id(), dataset: name.to_owned() });
            };
            let is_distinct = matches!(measure.figure, Figure::Distinct { .. });
            if is_distinct && !dataset.distinct.iter().any(|(known, _)| *known == place) {
                return Err(Error::NoField { measure: id() });
            }
        }
        let not_a_part =
            |other: usize| Error::NotAPart { measure: id(), other: measures[other].id.clone() };
        match measure.figure {
            Figure::Share { part, whole } => {
                for other in [part, whole] {
                    if !matches!(measures[other].figure, Figure::Count { .. }) {
                        return Err(not_a_part(other));
                    }
                }
                if measures[part].figure.dataset() != measures[whole].figure.dataset() {
                    return Err(Error::NotAShare { measure: id() });
                }
            }
            Figure::Ratio { numerator, denominator, .. } => {
                for other in [numerator, denominator] {
                    let figure = &measures[other].figure;
                    let is_plain = matches!(
                        figure,
                        Figure::Count { .. } | Figure::Distinct { .. } | Figure::Sum { .. }
                    );
                    if !is_plain {
                        return Err(not_a_part(other));
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// How a table divides rows.
    pub(super) fn grid(&self, table: usize) -> Grid {
        let table = &self.description.tables[table];
        let labels = |dimension: usize| self.labels[dimension];
        let width = table.across.map_or(1, labels);
        Grid { rows: table.rows, across: table.across, height: labels(table.rows), width }
    }

    /// What has to be counted for a table, each once: its own measures, and what shares and ratios
    /// are made from.
    pub(super) fn bases(&self, table: usize) -> Vec<Base> {
        let mut bases = Vec::new();
        for place in &self.description.tables[table].measures {
            match self.description.measures[*place].figure {
                Figure::Share { part, whole } => bases.extend([
                    Base::Measure(part),
                    Base::Measure(whole),
                    Base::Rest { part, whole },
                ]),
                Figure::Ratio { numerator, denominator, .. } => {
                    bases.extend([Base::Measure(numerator), Base::Measure(denominator)]);
                }
                _ => bases.push(Base::Measure(*place)),
            }
        }
        bases.sort_unstable();
        bases.dedup();
        bases
    }

    /// The place of the dataset that a base counts over.
    pub(super) fn dataset_of(&self, base: Base) -> usize {
        let name = self.description.measures[base.measure()].figure.dataset();
        let is_it = |dataset: &PlannedDataset| Some(dataset.name.as_str()) == name;
        self.datasets.iter().position(is_it).expect("checked when the reducer was made")
    }
}
