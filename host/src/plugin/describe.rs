//! Checks what a plugin tells about itself and turns names into places.

use super::bindings::answers;
use super::error::{Error, words};
use super::exports::Interface;
use super::rules::Mistakes;
use crate::domain::{
    Description, Dictionary, Dimension, Field, Figure, Labels, Layout, Manifest, Measure, TableSpec,
};

/// Limits of `schemas/wit/1.0/metrics.wit`.
const MOST_DIMENSIONS: usize = 16;
const MOST_LABELS: usize = 1_000;
const MOST_MEASURES: usize = 64;
const MOST_TABLES: usize = 16;
const MOST_COLUMNS: usize = 16;
const MOST_SCALE: u8 = 6;
const MOST_DECIMALS: u8 = 3;
const MOST_PER: u32 = 1_000_000;

/// Converts a description and checks all of it against the interface, the manifest and the data
/// dictionary.
///
/// # Errors
///
/// [`Error::Description`], with every mistake that was found, up to twenty.
pub(super) fn description(
    found: answers::Description,
    manifest: &Manifest,
) -> Result<Description, Error> {
    let mut check = Check { manifest, mistakes: Mistakes::default() };
    let description = check.description(found);
    check.mistakes.finish(manifest, Interface::Classify)?;
    Ok(description)
}

/// A description being read. What is wrong is noted and replaced by a stand-in, so that the rest
/// can still be read; with any mistake noted, nothing of the result is used.
struct Check<'a> {
    manifest: &'a Manifest,
    mistakes: Mistakes,
}

impl Check<'_> {
    fn description(&mut self, found: answers::Description) -> Description {
        let version = self.manifest.version.to_string();
        self.mistakes.itself(&found.id, &found.version, self.manifest);
        self.mistakes.count("dimensions", found.dimensions.len(), MOST_DIMENSIONS);
        self.mistakes.count("measures", found.measures.len(), MOST_MEASURES);
        self.mistakes.count("tables", found.tables.len(), MOST_TABLES);
        if !self.mistakes.is_empty() {
            // With a list too long, reading on would only repeat it.
            return Description {
                id: String::new(),
                version,
                dimensions: Vec::new(),
                measures: Vec::new(),
                tables: Vec::new(),
            };
        }
        self.mistakes.ids("dimension", found.dimensions.iter().map(|dimension| &*dimension.id));
        self.mistakes.ids("measure", found.measures.iter().map(|measure| &*measure.id));
        self.mistakes.ids("table", found.tables.iter().map(|table| &*table.id));

        let tables = found.tables.iter().map(|table| self.table(table, &found)).collect();
        let figures: Vec<Figure> =
            found.measures.iter().map(|measure| self.figure(measure, &found.measures)).collect();
        let measures =
            found.measures.into_iter().zip(figures).map(|pair| self.measure(pair)).collect();
        let dimensions =
            found.dimensions.into_iter().map(|dimension| self.dimension(dimension)).collect();
        Description { id: found.id, version, dimensions, measures, tables }
    }

    fn dimension(&mut self, found: answers::Dimension) -> Dimension {
        let place = format!("dimension `{}`", words(&found.id));
        let label = self.mistakes.text(&place, "label", found.label);
        let labels = match found.labels {
            answers::Labels::Months => Labels::Months,
            answers::Labels::Codes(list) => {
                if !self.may_divide_by(&list) {
                    self.mistakes.wrong(format!(
                        "{place} uses the code list `{}`; no requested field has codes of that \
                         list by which tables may be divided",
                        words(&list)
                    ));
                }
                Labels::Codes(list)
            }
            answers::Labels::Own(labels) if labels.len() > MOST_LABELS => {
                self.mistakes.count(&format!("labels of {place}"), labels.len(), MOST_LABELS);
                Labels::Own(Vec::new())
            }
            answers::Labels::Own(labels) => Labels::Own(
                labels
                    .into_iter()
                    .map(|label| self.mistakes.text(&place, "a label", label))
                    .collect(),
            ),
        };
        Dimension { id: found.id, label, labels }
    }

    fn measure(&mut self, (found, figure): (answers::Measure, Figure)) -> Measure {
        let place = format!("measure `{}`", words(&found.id));
        let label = self.mistakes.text(&place, "label", found.label);
        let unit = found.unit.map(|unit| self.mistakes.text(&place, "unit", unit));
        if found.scale > MOST_SCALE {
            self.mistakes
                .wrong(format!("{place} has the scale {}; at most {MOST_SCALE}", found.scale));
        }
        if found.decimals > MOST_DECIMALS {
            self.mistakes
                .wrong(format!("{place} has {} decimals; at most {MOST_DECIMALS}", found.decimals));
        }
        // The other figures have no values to clip, and the interface ignores their bounds.
        if figure.has_values() && found.least > found.most {
            self.mistakes.wrong(format!(
                "{place} has the least value {} above the most, {}",
                found.least, found.most
            ));
        }
        Measure {
            id: found.id,
            label,
            unit,
            figure,
            scale: found.scale,
            decimals: found.decimals,
            least: found.least,
            most: found.most,
        }
    }

    fn figure(&mut self, measure: &answers::Measure, all: &[answers::Measure]) -> Figure {
        let place = format!("measure `{}`", words(&measure.id));
        match &measure.figure {
            answers::Figure::Count(name) => Figure::Count { dataset: self.dataset(&place, name) },
            answers::Figure::Sum(name) => Figure::Sum { dataset: self.dataset(&place, name) },
            answers::Figure::Mean(name) => Figure::Mean { dataset: self.dataset(&place, name) },
            answers::Figure::Median(name) => Figure::Median { dataset: self.dataset(&place, name) },
            answers::Figure::Distinct(distinct) => {
                let dataset = self.dataset(&place, &distinct.dataset);
                self.index_field(&place, &dataset, &distinct.field);
                Figure::Distinct { dataset, field: distinct.field.clone() }
            }
            answers::Figure::Share(share) => {
                let part = self.other(&place, &share.part, all);
                let whole = self.other(&place, &share.whole, all);
                if let (Some(part), Some(whole)) = (part, whole) {
                    let (part, whole) = (&all[part].figure, &all[whole].figure);
                    let is_share = matches!(
                        (part, whole),
                        (answers::Figure::Count(part), answers::Figure::Count(whole))
                            if part == whole
                    );
                    if !is_share {
                        self.mistakes.wrong(format!(
                            "{place} is a share, which is made of two counts over one dataset"
                        ));
                    }
                }
                Figure::Share { part: part.unwrap_or(0), whole: whole.unwrap_or(0) }
            }
            answers::Figure::Ratio(ratio) => {
                let numerator = self.other(&place, &ratio.numerator, all);
                let denominator = self.other(&place, &ratio.denominator, all);
                let adds_up = |at: Option<usize>| {
                    at.is_none_or(|at| {
                        matches!(
                            all[at].figure,
                            answers::Figure::Count(_)
                                | answers::Figure::Distinct(_)
                                | answers::Figure::Sum(_)
                        )
                    })
                };
                if !adds_up(numerator) || !adds_up(denominator) {
                    self.mistakes.wrong(format!(
                        "{place} is a ratio, which is made of figures that are `count`, \
                         `distinct` or `sum`"
                    ));
                }
                if ratio.per == 0 || ratio.per > MOST_PER {
                    self.mistakes
                        .wrong(format!("{place} is for every {}; 1 to {MOST_PER}", ratio.per));
                }
                Figure::Ratio {
                    numerator: numerator.unwrap_or(0),
                    denominator: denominator.unwrap_or(0),
                    per: ratio.per,
                }
            }
        }
    }

    fn table(&mut self, found: &answers::Table, all: &answers::Description) -> TableSpec {
        let place = format!("table `{}`", words(&found.id));
        let title = self.mistakes.text(&place, "title", found.title.clone());
        let rows = self.divides(&place, &found.rows, &all.dimensions);
        let across = found.across.as_ref().map(|id| self.divides(&place, id, &all.dimensions));
        if found.across.as_ref() == Some(&found.rows) {
            self.mistakes.wrong(format!("{place} has the same dimension for rows and columns"));
        }
        match (found.measures.len(), across) {
            (0, _) => self.mistakes.wrong(format!("{place} has no measure")),
            (1, _) => {}
            (some, Some(_)) => self.mistakes.wrong(format!(
                "{place} has a dimension across and {some} measures; it can have one"
            )),
            (some, None) => {
                self.mistakes.count(&format!("measures in {place}"), some, MOST_COLUMNS);
            }
        }
        let shown = found.measures.iter().take(MOST_COLUMNS);
        let measures = shown.map(|id| self.other(&place, id, &all.measures).unwrap_or(0)).collect();
        TableSpec { id: found.id.clone(), title, rows, across, measures }
    }

    /// The place of a measure; none, and a mistake, where there is no such.
    fn other(&mut self, place: &str, id: &str, all: &[answers::Measure]) -> Option<usize> {
        let found = all.iter().position(|measure| measure.id == id);
        if found.is_none() {
            self.mistakes
                .wrong(format!("{place} names the measure `{}`, which there is not", words(id)));
        }
        found
    }

    fn divides(&mut self, place: &str, id: &str, all: &[answers::Dimension]) -> usize {
        let found = all.iter().position(|dimension| dimension.id == id);
        if found.is_none() {
            self.mistakes
                .wrong(format!("{place} names the dimension `{}`, which there is not", words(id)));
        }
        found.unwrap_or(0)
    }

    fn dataset(&mut self, place: &str, name: &str) -> String {
        if self.manifest.request(name).is_none() {
            self.mistakes.wrong(format!(
                "{place} is over the dataset `{}`, which the manifest does not request",
                words(name)
            ));
        }
        name.to_owned()
    }

    /// Checks that persons can be told apart by a field.
    fn index_field(&mut self, place: &str, dataset: &str, field: &str) {
        let Some(request) = self.manifest.request(dataset) else { return };
        if !request.all().any(|requested| requested == field) {
            self.mistakes.wrong(format!(
                "{place} tells persons apart by `{dataset}.{}`, which the manifest does not \
                 request",
                words(field)
            ));
            return;
        }
        let known = Dictionary::get().dataset(dataset).and_then(|dataset| dataset.field(field));
        if known.is_none_or(|field| field.layout != Layout::Indexes) {
            self.mistakes.wrong(format!(
                "{place} tells persons apart by `{dataset}.{field}`, whose values are not `indexes`"
            ));
        }
    }

    /// Whether some requested field uses a code list by which tables may be divided. A plugin that
    /// also asks for a field with the same codes by which none may be divided could divide by that
    /// one instead, so it may by neither: a booked language is no way to the language of a talk.
    fn may_divide_by(&self, list: &str) -> bool {
        let fields = self.manifest.requests.iter().flat_map(|request| {
            let dataset = Dictionary::get().dataset(&request.dataset);
            request.all().filter_map(move |name| dataset?.field(name))
        });
        let has_list = |field: &&Field| field.codes.as_deref() == Some(list);
        let users: Vec<&Field> = fields.filter(has_list).collect();
        !users.is_empty() && users.iter().all(|field| field.grouping)
    }
}
