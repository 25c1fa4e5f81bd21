//! The answer to a batch, put together by the names of dimensions and measures.

use std::rc::Rc;

use crate::bindings::exports::tridem::plugin::classify;
use crate::description::{Description, dataset, has_values};
use crate::error::{Error, Result};
use crate::mask::Mask;

/// What a plugin answers to a batch: where each row belongs, and what it is worth.
///
/// For each batch, every dimension of the description is answered with [`divide`](Self::divide)
/// or [`undivided`](Self::undivided), and every measure over the batch's dataset with
/// [`count`](Self::count) or [`values`](Self::values). What is forgotten, named wrongly or of
/// the wrong length ends the run with an error that names all of it; these methods themselves
/// never fail.
#[derive(Debug)]
pub struct Answer {
    description: Rc<Description>,
    dataset: String,
    rows: usize,
    labels: Vec<Option<Vec<u16>>>,
    measured: Vec<Option<classify::Measured>>,
    wrong: Vec<String>,
}

impl Answer {
    pub(crate) fn new(description: Rc<Description>, dataset: &str, rows: usize) -> Self {
        Self {
            labels: vec![None; description.0.dimensions.len()],
            measured: vec![None; description.0.measures.len()],
            description,
            dataset: dataset.to_owned(),
            rows,
            wrong: Vec::new(),
        }
    }

    /// Says to which label of a dimension each row belongs, by the label's index.
    /// [`LEFT_OUT`](crate::LEFT_OUT) keeps a row out of the tables that use the dimension.
    pub fn divide(&mut self, dimension: &str, labels: impl Into<Vec<u16>>) {
        let labels = labels.into();
        if labels.len() == self.rows {
            self.set_labels(dimension, labels);
        } else {
            self.complain(&["`", dimension, "` does not have one label for each row"]);
        }
    }

    /// Says that dimensions do not divide this dataset. Its rows then stand in every label, as
    /// the pupils of a school do for each month.
    pub fn undivided<'id>(&mut self, dimensions: impl IntoIterator<Item = &'id str>) {
        for dimension in dimensions {
            self.set_labels(dimension, Vec::new());
        }
    }

    /// Says which rows are counted, for a measure that is a count or a distinct count.
    pub fn count(&mut self, measure: &str, rows: &Mask) {
        self.measure(measure, rows, None);
    }

    /// Says which rows are counted and what each is worth, for a sum, a mean or a median. There
    /// is one value for each row of the batch, also for those not counted.
    pub fn values<T: Into<i64>>(
        &mut self,
        measure: &str,
        rows: &Mask,
        values: impl IntoIterator<Item = T>,
    ) {
        self.measure(measure, rows, Some(values.into_iter().map(Into::into).collect()));
    }

    /// The answer as the host reads it.
    pub(crate) fn finish(mut self) -> Result<classify::Classified> {
        let description = Rc::clone(&self.description);
        let mut labels = Vec::with_capacity(self.labels.len());
        for (given, dimension) in
            std::mem::take(&mut self.labels).into_iter().zip(&description.0.dimensions)
        {
            match given {
                Some(given) => labels.push(given),
                None => self.complain(&["dimension `", &dimension.id, "` is not answered"]),
            }
        }
        let mut measures = Vec::new();
        for (given, measure) in
            std::mem::take(&mut self.measured).into_iter().zip(&description.0.measures)
        {
            match given {
                Some(given) => measures.push(given),
                None if dataset(&measure.figure) == Some(&self.dataset) => {
                    self.complain(&["measure `", &measure.id, "` is not answered"]);
                }
                None => {}
            }
        }
        if self.wrong.is_empty() {
            return Ok(classify::Classified { labels, measures });
        }
        let wrong = self.wrong.join("; ");
        Err(Error::new(["the answer to `", &self.dataset, "` is wrong: ", &wrong].concat()))
    }

    fn set_labels(&mut self, id: &str, labels: Vec<u16>) {
        let place = self.description.0.dimensions.iter().position(|found| found.id == id);
        match place.map(|place| &mut self.labels[place]) {
            Some(slot @ None) => *slot = Some(labels),
            Some(Some(_)) => self.complain(&["dimension `", id, "` is answered twice"]),
            None => self.complain(&["there is no dimension `", id, "`"]),
        }
    }

    fn measure(&mut self, id: &str, rows: &Mask, values: Option<Vec<i64>>) {
        let description = Rc::clone(&self.description);
        let measures = &description.0.measures;
        let Some(place) = measures.iter().position(|found| found.id == id) else {
            return self.complain(&["there is no measure `", id, "`"]);
        };
        let figure = &measures[place].figure;
        if dataset(figure) != Some(&self.dataset) {
            self.complain(&["measure `", id, "` is not over this dataset"]);
        } else if has_values(figure) != values.is_some() {
            let wanted = if has_values(figure) { "needs values" } else { "takes no values" };
            self.complain(&["measure `", id, "` ", wanted]);
        } else if rows.rows() != self.rows
            || values.as_ref().is_some_and(|values| values.len() != self.rows)
        {
            self.complain(&["measure `", id, "` does not speak of each row"]);
        } else if self.measured[place].is_some() {
            self.complain(&["measure `", id, "` is answered twice"]);
        } else {
            let values = values.unwrap_or_default();
            self.measured[place] = Some(classify::Measured { counted: rows.to_words(), values });
        }
    }

    fn complain(&mut self, words: &[&str]) {
        self.wrong.push(words.concat());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Labels, Measure};

    fn answer() -> Answer {
        let description = Description::new("org.example.some", "1.0.0")
            .dimension("school", "school", Labels::codes("school"))
            .dimension("month", "month", Labels::months())
            .measure("rows", "rows", Measure::count("contacts"))
            .measure("pupils", "pupils", Measure::sum("schools", 0..=100))
            .measure("minutes", "minutes", Measure::sum("contacts", 0..=100));
        Answer::new(Rc::new(description), "contacts", 2)
    }

    #[test]
    fn every_mistake_of_an_answer_is_named() {
        let mut wrong = answer();
        wrong.divide("school", [1]);
        wrong.undivided(["month", "month", "week"]);
        wrong.count("minutes", &Mask::all(2));
        wrong.values("rows", &Mask::all(2), [1, 2]);
        wrong.values("pupils", &Mask::all(2), [1, 2]);
        wrong.count("rows", &Mask::all(3));
        let words = wrong.finish().expect_err("it is wrong").to_string();
        assert_eq!(
            words,
            "the answer to `contacts` is wrong: `school` does not have one label for each row; \
             dimension `month` is answered twice; there is no dimension `week`; \
             measure `minutes` needs values; measure `rows` takes no values; \
             measure `pupils` is not over this dataset; measure `rows` does not speak of each row; \
             dimension `school` is not answered; measure `rows` is not answered; \
             measure `minutes` is not answered"
        );
    }

    #[test]
    fn a_whole_answer_lists_the_measures_of_its_dataset_in_order() {
        let mut whole = answer();
        whole.values("minutes", &Mask::all(2), [30, 45]);
        whole.count("rows", &Mask::from_fn(2, |row| row == 1));
        whole.divide("school", [3, 4]);
        whole.undivided(["month"]);
        let classified = whole.finish().expect("it is whole");
        assert_eq!(classified.labels, [vec![3, 4], vec![]]);
        assert_eq!(classified.measures.len(), 2);
        assert_eq!(classified.measures[0].counted, [0b10]);
        assert_eq!(classified.measures[1].values, [30, 45]);
    }
}
