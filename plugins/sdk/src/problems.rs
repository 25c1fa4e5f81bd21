//! Finds the mistakes of a description that the host would refuse.

use std::collections::HashSet;

use crate::bindings::exports::tridem::plugin::classify::{Figure, Labels};
use crate::bindings::tridem::plugin::types;
use crate::description::{Description, dataset};

impl Description {
    /// Every mistake in it, in words; empty where there is none.
    ///
    /// Call it in a test: [`testing::Case::run`](crate::testing::Case::run) does.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        self.check_ids(&mut problems);
        self.check_texts(&mut problems);
        self.check_measures(&mut problems);
        self.check_tables(&mut problems);
        problems
    }

    fn check_ids(&self, problems: &mut Vec<String>) {
        let about = &self.0;
        let groups: [(&str, usize, Vec<&str>); 3] = [
            ("dimension", 16, about.dimensions.iter().map(|it| it.id.as_str()).collect()),
            ("measure", 64, about.measures.iter().map(|it| it.id.as_str()).collect()),
            ("table", 16, about.tables.iter().map(|it| it.id.as_str()).collect()),
        ];
        for (what, most, ids) in groups {
            check_ids(what, most, ids, problems);
        }
    }

    fn check_texts(&self, problems: &mut Vec<String>) {
        let about = &self.0;
        let mut texts: Vec<(&str, &types::Text)> = Vec::new();
        for dimension in &about.dimensions {
            texts.push((&dimension.id, &dimension.label));
            if let Labels::Own(labels) = &dimension.labels {
                if labels.len() > 1_000 {
                    problems.push(format!("dimension `{}` has over 1,000 labels", dimension.id));
                }
                texts.extend(labels.iter().map(|label| (dimension.id.as_str(), label)));
            }
        }
        for measure in &about.measures {
            texts.push((&measure.id, &measure.label));
            texts.extend(measure.unit.iter().map(|unit| (measure.id.as_str(), unit)));
        }
        texts.extend(about.tables.iter().map(|table| (table.id.as_str(), &table.title)));
        for (id, text) in texts {
            check_line(id, &text.de, &text.en, problems);
        }
    }

    fn check_measures(&self, problems: &mut Vec<String>) {
        for measure in &self.0.measures {
            let id = &measure.id;
            if measure.scale > 6 || measure.decimals > 3 {
                problems.push(format!("measure `{id}` has a scale over 6 or over 3 decimals"));
            }
            if measure.least > measure.most {
                problems.push(format!("measure `{id}` clips to an empty range"));
            }
            match &measure.figure {
                Figure::Share(share) => {
                    let [part, whole] = [&share.part, &share.whole].map(|id| self.figure(id));
                    let is_count =
                        |figure: Option<&Figure>| matches!(figure, Some(Figure::Count(_)));
                    if !is_count(part)
                        || !is_count(whole)
                        || part.and_then(dataset) != whole.and_then(dataset)
                    {
                        problems
                            .push(format!("`{id}` must be a share of two counts over one dataset"));
                    }
                }
                Figure::Ratio(ratio) => {
                    let is_total = |id| {
                        let total = self.figure(id);
                        matches!(
                            total,
                            Some(Figure::Count(_) | Figure::Distinct(_) | Figure::Sum(_))
                        )
                    };
                    if !is_total(&ratio.numerator) || !is_total(&ratio.denominator) {
                        problems.push(format!(
                            "`{id}` must be a ratio of counts, distinct counts or sums"
                        ));
                    }
                    if !(1..=1_000_000).contains(&ratio.per) {
                        problems.push(format!("ratio `{id}` must be per 1 to 1,000,000"));
                    }
                }
                _ => {}
            }
        }
    }

    fn check_tables(&self, problems: &mut Vec<String>) {
        let about = &self.0;
        for table in &about.tables {
            let id = &table.id;
            for dimension in std::iter::once(&table.rows).chain(&table.across) {
                if about.dimensions.iter().all(|found| found.id != *dimension) {
                    problems.push(format!("table `{id}`: there is no dimension `{dimension}`"));
                }
            }
            if table.across.as_ref() == Some(&table.rows) {
                problems.push(format!("table `{id}` has the same dimension for rows and columns"));
            }
            for measure in &table.measures {
                if self.figure(measure).is_none() {
                    problems.push(format!("table `{id}`: there is no measure `{measure}`"));
                }
            }
            let most = if table.across.is_some() { 1 } else { 16 };
            if !(1..=most).contains(&table.measures.len()) {
                problems.push(format!("table `{id}` must have 1 to {most} measures"));
            }
        }
    }

    fn figure(&self, id: &str) -> Option<&Figure> {
        let measure = self.0.measures.iter().find(|measure| measure.id == id)?;
        Some(&measure.figure)
    }
}

/// Checks ids that the host sees: their form, their number, and that each is there once.
pub(crate) fn check_ids<'id>(
    what: &str,
    most: usize,
    ids: impl IntoIterator<Item = &'id str>,
    problems: &mut Vec<String>,
) {
    let mut seen = HashSet::new();
    let mut count = 0;
    for id in ids {
        count += 1;
        let is_plain = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        if !(1..=40).contains(&id.len()) || !id.bytes().all(is_plain) {
            problems.push(format!(
                "the {what} id `{id}` must be 1 to 40 lower-case letters, digits and hyphens"
            ));
        }
        if !seen.insert(id) {
            problems.push(format!("there are two {what}s with the id `{id}`"));
        }
    }
    if count > most {
        problems.push(format!("there are more than {most} {what}s"));
    }
}

/// Checks a text of one line in both languages.
pub(crate) fn check_line(id: &str, de: &str, en: &str, problems: &mut Vec<String>) {
    for words in [de, en] {
        if words.trim().is_empty() || words.len() > 200 || words.contains(char::is_control) {
            problems
                .push(format!("the text `{words}` of `{id}` must be one line of 1 to 200 bytes"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Description, Labels, Measure, Table};

    #[test]
    fn all_mistakes_are_told_at_once() {
        let problems = Description::new("org.example.wrong", "1.0.0")
            .dimension("school", ("Schule", " "), Labels::codes("school"))
            .dimension("school", "again", Labels::months())
            .measure("Count", "a count", Measure::count("contacts"))
            .measure("sum", "a sum", Measure::sum("contacts", 0..=9).scale(7))
            .measure("share", "a share", Measure::share("sum", "Count"))
            .measure("ratio", "a ratio", Measure::ratio("sum", "share", 0))
            .table("one", "one", Table::of("schools", ["sum", "total"]))
            .table("two", ("zwei", "two\nlines"), Table::across("school", "school", "sum"))
            .table("three", "no measure", Table::of("school", []))
            .problems();
        for part in [
            "two dimensions with the id `school`",
            "measure id `Count`",
            "text ` ` of `school`",
            "text `two\nlines`",
            "`sum` has a scale",
            "`share` must be a share of two counts",
            "`ratio` must be a ratio of",
            "ratio `ratio` must be per",
            "no dimension `schools`",
            "no measure `total`",
            "table `two` has the same dimension",
            "table `three` must have 1 to 16",
        ] {
            assert!(problems.iter().any(|found| found.contains(part)), "{part} in {problems:#?}");
        }
        assert_eq!(problems.len(), 12, "{problems:#?}");
    }
}
