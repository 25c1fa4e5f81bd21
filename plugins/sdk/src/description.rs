//! What a metrics plugin says about itself before it sees any row.

use std::ops::RangeInclusive;

use crate::bindings::exports::tridem::plugin::classify;
use crate::bindings::tridem::plugin::types;

/// A text in German and in English, at most 200 bytes each, on one line.
///
/// A pair is German first; a single text is the same in both.
///
/// ```
/// use tridem_sdk::Text;
///
/// assert_eq!(Text::from(("Schule", "School")).en, "School");
/// assert_eq!(Text::from("min").de, "min");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// German.
    pub de: String,
    /// English.
    pub en: String,
}

impl From<(&str, &str)> for Text {
    fn from((de, en): (&str, &str)) -> Self {
        Self { de: de.to_owned(), en: en.to_owned() }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::from((text, text))
    }
}

impl From<Text> for types::Text {
    fn from(text: Text) -> Self {
        Self { de: text.de, en: text.en }
    }
}

/// Which labels a dimension has. A label index is a place among them.
#[derive(Debug, Clone)]
pub struct Labels(classify::Labels);

impl Labels {
    /// Labels of the plugin's own, at most 1,000.
    pub fn own<T: Into<Text>>(labels: impl IntoIterator<Item = T>) -> Self {
        let labels = labels.into_iter().map(|label| label.into().into()).collect();
        Self(classify::Labels::Own(labels))
    }

    /// A code list of the municipality, by the name that the data dictionary gives it. Some
    /// field granted to the plugin must use that list.
    pub fn codes(list: &str) -> Self {
        Self(classify::Labels::Codes(list.to_owned()))
    }

    /// The months of the period; see [`Months`](crate::Months).
    pub fn months() -> Self {
        Self(classify::Labels::Months)
    }
}

/// How a figure comes about and how it is written.
#[derive(Debug, Clone)]
pub struct Measure {
    figure: classify::Figure,
    unit: Option<Text>,
    scale: u8,
    decimals: u8,
    clip: RangeInclusive<i64>,
}

impl Measure {
    /// The number of rows counted of a dataset.
    pub fn count(dataset: &str) -> Self {
        Self::new(classify::Figure::Count(dataset.to_owned()))
    }

    /// The number of different persons or households among the rows counted. The field has the
    /// layout `indexes`; a row without a value in it counts for nobody.
    pub fn distinct(dataset: &str, field: &str) -> Self {
        let (dataset, field) = (dataset.to_owned(), field.to_owned());
        Self::new(classify::Figure::Distinct(classify::Distinct { dataset, field }))
    }

    /// The sum of one value for each row counted.
    ///
    /// The host moves a value outside `clip` to its nearer end, so that one mistyped row cannot
    /// stand out in a sum.
    pub fn sum(dataset: &str, clip: RangeInclusive<i64>) -> Self {
        Self { clip, ..Self::new(classify::Figure::Sum(dataset.to_owned())) }
    }

    /// The mean of one value for each row counted, clipped as in a [`sum`](Self::sum).
    pub fn mean(dataset: &str, clip: RangeInclusive<i64>) -> Self {
        Self { clip, ..Self::new(classify::Figure::Mean(dataset.to_owned())) }
    }

    /// The median of one value for each row counted, clipped as in a [`sum`](Self::sum).
    pub fn median(dataset: &str, clip: RangeInclusive<i64>) -> Self {
        Self { clip, ..Self::new(classify::Figure::Median(dataset.to_owned())) }
    }

    /// One count as a percentage of another that contains it, by their ids.
    pub fn share(part: &str, whole: &str) -> Self {
        let (part, whole) = (part.to_owned(), whole.to_owned());
        Self::new(classify::Figure::Share(classify::Share { part, whole }))
    }

    /// One figure for every `per` of another, by their ids: 100 for "per hundred", 60 to turn
    /// minutes below the line into hours. Both are counts, distinct counts or sums.
    pub fn ratio(numerator: &str, denominator: &str, per: u32) -> Self {
        let (numerator, denominator) = (numerator.to_owned(), denominator.to_owned());
        Self::new(classify::Figure::Ratio(classify::Ratio { numerator, denominator, per }))
    }

    /// What the numbers are in, such as `min`. The host writes `%` itself for shares.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<Text>) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// Says that values are whole multiples of one unit divided by ten to this power: 2 for
    /// cents of a unit of euros.
    #[must_use]
    pub fn scale(mut self, scale: u8) -> Self {
        self.scale = scale;
        self
    }

    /// How many digits are shown after the decimal point, 0 to 3.
    #[must_use]
    pub fn decimals(mut self, decimals: u8) -> Self {
        self.decimals = decimals;
        self
    }

    fn new(figure: classify::Figure) -> Self {
        Self { figure, unit: None, scale: 0, decimals: 0, clip: 0..=0 }
    }
}

/// A table of the report: a dimension for its rows, and measures for its columns.
#[derive(Debug, Clone)]
pub struct Table {
    rows: String,
    across: Option<String>,
    measures: Vec<String>,
}

impl Table {
    /// A table with a row for each label of a dimension and a column for each measure.
    pub fn of<'id>(rows: &str, measures: impl IntoIterator<Item = &'id str>) -> Self {
        let measures = measures.into_iter().map(str::to_owned).collect();
        Self { rows: rows.to_owned(), across: None, measures }
    }

    /// A table of one measure with a row for each label of one dimension and a column for each
    /// label of another.
    pub fn across(rows: &str, columns: &str, measure: &str) -> Self {
        Self { across: Some(columns.to_owned()), ..Self::of(rows, [measure]) }
    }
}

/// All that a metrics plugin says about itself.
///
/// Ids are lower-case letters, digits and hyphens, at most 40. The host checks the whole;
/// [`problems`](Self::problems) finds the same mistakes in a test.
///
/// ```
/// use tridem_sdk::{Description, Labels, Measure, Table};
///
/// let description = Description::new("org.example.visits", "1.0.0")
///     .dimension("school", ("Schule", "School"), Labels::codes("school"))
///     .measure("visits", ("Hausbesuche", "Home visits"), Measure::count("contacts"))
///     .measure("minutes", ("Dauer", "Duration"), Measure::sum("contacts", 0..=1440).unit("min"))
///     .table("overview", ("Überblick", "Overview"), Table::of("school", ["visits", "minutes"]));
/// assert!(description.problems().is_empty());
/// ```
#[derive(Debug, Clone)]
pub struct Description(pub(crate) classify::Description);

impl Description {
    /// A description with the id and version of the manifest, and nothing else yet.
    pub fn new(id: &str, version: &str) -> Self {
        Self(classify::Description {
            id: id.to_owned(),
            version: version.to_owned(),
            dimensions: Vec::new(),
            measures: Vec::new(),
            tables: Vec::new(),
        })
    }

    /// Adds a way to divide rows. At most 16.
    #[must_use]
    pub fn dimension(mut self, id: &str, label: impl Into<Text>, labels: Labels) -> Self {
        self.0.dimensions.push(classify::Dimension {
            id: id.to_owned(),
            label: label.into().into(),
            labels: labels.0,
        });
        self
    }

    /// Adds something to be counted or measured. At most 64.
    #[must_use]
    pub fn measure(mut self, id: &str, label: impl Into<Text>, measure: Measure) -> Self {
        self.0.measures.push(classify::Measure {
            id: id.to_owned(),
            label: label.into().into(),
            unit: measure.unit.map(Into::into),
            figure: measure.figure,
            scale: measure.scale,
            decimals: measure.decimals,
            least: *measure.clip.start(),
            most: *measure.clip.end(),
        });
        self
    }

    /// Adds a table. At most 16.
    #[must_use]
    pub fn table(mut self, id: &str, title: impl Into<Text>, table: Table) -> Self {
        self.0.tables.push(classify::Table {
            id: id.to_owned(),
            title: title.into().into(),
            rows: table.rows,
            across: table.across,
            measures: table.measures,
        });
        self
    }
}

/// The dataset whose rows a figure counts; `None` for one made from other figures.
pub(crate) fn dataset(figure: &classify::Figure) -> Option<&str> {
    match figure {
        classify::Figure::Count(dataset)
        | classify::Figure::Sum(dataset)
        | classify::Figure::Mean(dataset)
        | classify::Figure::Median(dataset) => Some(dataset),
        classify::Figure::Distinct(distinct) => Some(&distinct.dataset),
        classify::Figure::Share(_) | classify::Figure::Ratio(_) => None,
    }
}

/// Whether a figure needs one value for each row.
pub(crate) fn has_values(figure: &classify::Figure) -> bool {
    use classify::Figure::{Mean, Median, Sum};
    matches!(figure, Sum(_) | Mean(_) | Median(_))
}
