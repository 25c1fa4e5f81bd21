//! The border: domain values become arguments of a plugin, and its answers are checked once.

use super::bindings::{answers, arguments};
use crate::domain::{
    Batch, Classified, Column, Day, Description, Dictionary, Job, LEFT_OUT, Labels, Measured,
    SettingValue, Shape, Values,
};

/// The number of labels of each dimension in a run.
///
/// A dimension over a code list has as many labels as the list has codes in the fields that were
/// granted; none where no field with the list was granted.
pub fn label_counts(description: &Description, job: &Job) -> Vec<u16> {
    let count = |labels: &Labels| match labels {
        Labels::Own(labels) => labels.len(),
        Labels::Months => job.period.months().count(),
        Labels::Codes(list) => codes_in(job, list),
    };
    let counts = description.dimensions.iter().map(|dimension| count(&dimension.labels));
    // Not even a code list of 65,535 codes or a period of 5,000 years goes past the bound, and
    // the last index stands for "left out".
    counts.map(|count| u16::try_from(count).unwrap_or(LEFT_OUT)).collect()
}

/// How many codes a list has, by the first granted field that uses it.
fn codes_in(job: &Job, list: &str) -> usize {
    let uses = |shape: &Shape, name: &str| {
        let dataset = Dictionary::get().dataset(&shape.dataset);
        let field = dataset.and_then(|dataset| dataset.field(name));
        field.is_some_and(|field| field.grouping && field.codes.as_deref() == Some(list))
    };
    let mut granted =
        job.datasets.iter().flat_map(|shape| shape.fields.iter().map(move |field| (shape, field)));
    granted
        .find(|(shape, field)| uses(shape, &field.name))
        .map_or(0, |(_, field)| field.codes.codes().len())
}

/// Hands `function` the job as the plugin's argument.
pub(super) fn with_job<T>(job: &Job, function: impl FnOnce(arguments::Job<'_>) -> T) -> T {
    let parameters: Vec<_> = job
        .settings
        .iter()
        .map(|(name, value)| arguments::Parameter { name, value: setting(value) })
        .collect();
    // Lists inside lists are borrowed, so each level has to live somewhere.
    let codes: Vec<Vec<Vec<&str>>> = job.datasets.iter().map(codes_of).collect();
    let fields: Vec<Vec<arguments::Field<'_>>> = job
        .datasets
        .iter()
        .zip(&codes)
        .map(|(shape, codes)| {
            let fields = shape.fields.iter().zip(codes);
            fields
                .map(|(field, codes)| arguments::Field {
                    name: &field.name,
                    codes,
                    size: field.size,
                })
                .collect()
        })
        .collect();
    let datasets: Vec<_> = job
        .datasets
        .iter()
        .zip(&fields)
        .map(|(shape, fields)| arguments::Dataset { name: &shape.dataset, fields })
        .collect();
    let Day(as_of) = job.as_of;
    let period = arguments::Period { first: job.period.first.0, last: job.period.last.0 };
    function(arguments::Job { as_of, period, parameters: &parameters, datasets: &datasets })
}

fn codes_of(shape: &Shape) -> Vec<Vec<&str>> {
    shape
        .fields
        .iter()
        .map(|field| field.codes.codes().iter().map(|code| &*code.code).collect())
        .collect()
}

fn setting(value: &SettingValue) -> arguments::Setting<'_> {
    match value {
        SettingValue::Flag(flag) => arguments::Setting::Flag(*flag),
        SettingValue::Integer(integer) => arguments::Setting::Integer(*integer),
        SettingValue::Number(number) => arguments::Setting::Number(*number),
        SettingValue::Text(text) => arguments::Setting::Text(text),
    }
}

/// Hands `function` a batch as the plugin's argument, without copying its values.
pub(super) fn with_batch<T>(
    dataset: u32,
    batch: &Batch,
    function: impl FnOnce(arguments::Batch<'_>) -> T,
) -> T {
    let texts: Vec<Vec<&str>> = batch.columns.iter().map(texts_of).collect();
    let columns: Vec<_> = batch
        .columns
        .iter()
        .zip(&texts)
        .map(|(column, texts)| arguments::Column {
            values: match &column.values {
                Values::Codes(values) => arguments::Values::Codes(values),
                Values::Flags(values) => arguments::Values::Flags(values),
                Values::Integers(values) => arguments::Values::Integers(values),
                Values::Longs(values) => arguments::Values::Longs(values),
                Values::Decimals(values) => arguments::Values::Decimals(values),
                Values::Sets(values) => arguments::Values::Sets(values),
                Values::Indexes(values) => arguments::Values::Indexes(values),
                Values::Keys(values) => arguments::Values::Keys(values),
                Values::Texts(_) => arguments::Values::Texts(texts),
            },
            present: &column.present,
        })
        .collect();
    let rows = u32::try_from(batch.rows).expect("a batch has at most 16,384 rows");
    function(arguments::Batch { dataset, rows, columns: &columns })
}

/// The texts of a column of texts; nothing of any other.
fn texts_of(column: &Column) -> Vec<&str> {
    match &column.values {
        Values::Texts(texts) => texts.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}

/// What an answer to a batch of one dataset must look like.
#[derive(Debug)]
pub(super) struct Expected<'a> {
    /// The number of labels of each dimension.
    pub(super) label_counts: &'a [u16],
    /// For each measure over the dataset, whether it has values.
    pub(super) has_values: &'a [bool],
    /// The rows of the batch.
    pub(super) rows: usize,
}

/// Checks an answer and takes it over. The values themselves are neither copied nor changed.
///
/// # Errors
///
/// The end of a sentence that says what is wrong.
pub(super) fn classified(
    found: answers::Classified,
    expected: &Expected<'_>,
) -> Result<Classified, String> {
    let rows = expected.rows;
    let dimensions = expected.label_counts.len();
    if found.labels.len() != dimensions {
        return Err(format!(
            "labels for {} dimensions instead of {dimensions}",
            found.labels.len()
        ));
    }
    for (place, (labels, count)) in found.labels.iter().zip(expected.label_counts).enumerate() {
        if !labels.is_empty() && labels.len() != rows {
            return Err(format!("{} labels of dimension {place} for {rows} rows", labels.len()));
        }
        if !are_labels(labels, *count) {
            let index = labels.iter().find(|label| **label >= *count && **label != LEFT_OUT);
            return Err(format!(
                "label {} of dimension {place}, which has {count} labels, counted from 0",
                index.copied().unwrap_or(LEFT_OUT)
            ));
        }
    }
    let measures = expected.has_values.len();
    if found.measures.len() != measures {
        return Err(format!(
            "{} measures instead of the {measures} over this dataset",
            found.measures.len()
        ));
    }
    for (place, (measured, has_values)) in
        found.measures.iter().zip(expected.has_values).enumerate()
    {
        check_bitmap(&measured.counted, rows).map_err(|reason| {
            format!("{reason} in `counted` of measure {place} of this dataset")
        })?;
        let needed = if *has_values { rows } else { 0 };
        if measured.values.len() != needed {
            return Err(format!(
                "{} values instead of {needed} for measure {place} of this dataset",
                measured.values.len()
            ));
        }
    }
    let measures = found.measures.into_iter();
    Ok(Classified {
        labels: found.labels,
        measures: measures
            .map(|measured| Measured { counted: measured.counted, values: measured.values })
            .collect(),
    })
}

/// Whether every index is below `count` or leaves its row out.
///
/// One above, "left out" wraps around to 0 and the others are 1 to `count`: one comparison for
/// both, in a loop without branches that the compiler makes wide.
fn are_labels(labels: &[u16], count: u16) -> bool {
    labels.iter().fold(0, |most: u16, label| most.max(label.wrapping_add(1))) <= count
}

/// Checks that a bitmap is empty or has one bit for each row and no other bit set.
fn check_bitmap(bitmap: &[u64], rows: usize) -> Result<(), String> {
    let Some(last) = bitmap.last() else { return Ok(()) };
    let needed = rows.div_ceil(64);
    if bitmap.len() != needed {
        return Err(format!("{} words instead of {needed} for {rows} rows", bitmap.len()));
    }
    let used = rows % 64;
    if used != 0 && last >> used != 0 {
        return Err(format!("a bit past the last of {rows} rows"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::is_set;

    /// An answer for `rows` rows: one dimension, a count and a sum.
    fn answer(rows: usize) -> answers::Classified {
        let measured = |values| answers::Measured { counted: Vec::new(), values };
        answers::Classified {
            labels: vec![vec![0; rows]],
            measures: vec![measured(Vec::new()), measured(vec![7; rows])],
        }
    }

    fn check(found: answers::Classified, rows: usize) -> Result<Classified, String> {
        classified(found, &Expected { label_counts: &[3], has_values: &[false, true], rows })
    }

    #[test]
    fn label_indexes_stand_for_a_label_or_leave_the_row_out() {
        let with = |label: u16| {
            let mut found = answer(70);
            found.labels[0][69] = label;
            check(found, 70)
        };
        assert!(with(2).is_ok());
        assert!(with(LEFT_OUT).is_ok());
        assert_eq!(
            with(3).unwrap_err(),
            "label 3 of dimension 0, which has 3 labels, counted from 0"
        );
        assert!(with(LEFT_OUT - 1).is_err());
    }

    #[test]
    fn the_largest_and_the_smallest_dimension_have_all_their_labels() {
        assert!(are_labels(&[0, LEFT_OUT - 1, LEFT_OUT], LEFT_OUT));
        assert!(are_labels(&[LEFT_OUT], 0));
        assert!(!are_labels(&[0], 0));
        assert!(are_labels(&[], 0));
    }

    #[test]
    fn lists_are_as_long_as_the_batch_or_empty_where_that_is_allowed() {
        let spoiled = |spoil: fn(&mut answers::Classified)| {
            let mut found = answer(70);
            spoil(&mut found);
            check(found, 70).is_err()
        };
        assert!(spoiled(|found| found.labels.clear()));
        assert!(spoiled(|found| found.labels.push(Vec::new())));
        assert!(spoiled(|found| found.labels[0].push(0)));
        assert!(spoiled(|found| found.measures.truncate(1)));
        assert!(spoiled(|found| found.measures[0].values = vec![1; 70]));
        assert!(spoiled(|found| found.measures[1].values.clear()));
        assert!(spoiled(|found| found.measures[1].values.truncate(69)));
        assert!(spoiled(|found| found.measures[0].counted = vec![1]));
        assert!(spoiled(|found| found.measures[0].counted = vec![1, 0, 0]));
        assert!(spoiled(|found| found.measures[0].counted = vec![0, 1 << 6]));
        assert!(!spoiled(|found| found.measures[0].counted = vec![u64::MAX, (1 << 6) - 1]));
        assert!(!spoiled(|found| found.labels[0].clear()));
        assert!(check(answer(70), 70).is_ok());
    }

    proptest! {
        #[test]
        fn a_bitmap_is_taken_exactly_when_it_says_nothing_of_other_rows(
            rows in 1_usize..200,
            bitmap in proptest::collection::vec(any::<u64>(), 1..5),
            shift in 0_u32..64,
        ) {
            let mut bitmap = bitmap;
            *bitmap.last_mut().unwrap() >>= shift;
            let bits = bitmap.len() * 64;
            let is_right = bitmap.len() == rows.div_ceil(64)
                && (rows..bits).all(|row| !is_set(&bitmap, row));
            prop_assert_eq!(check_bitmap(&bitmap, rows).is_ok(), is_right);
        }

        #[test]
        fn labels_are_taken_exactly_when_each_one_is(
            labels in proptest::collection::vec(prop_oneof![any::<u16>(), 0_u16..8], 0..40),
            count in prop_oneof![any::<u16>(), 0_u16..8],
        ) {
            let each = labels.iter().all(|label| *label < count || *label == LEFT_OUT);
            prop_assert_eq!(are_labels(&labels, count), each);
        }
    }

    #[test]
    fn labels_are_counted_by_what_was_granted() {
        let description = Description {
            id: String::new(),
            version: String::new(),
            dimensions: [
                Labels::Own(vec![crate::domain::Text::same("a"); 4]),
                Labels::Codes("contact-kind".into()),
                Labels::Codes("result".into()),
                Labels::Months,
            ]
            .map(|labels| crate::domain::Dimension {
                id: String::new(),
                label: crate::domain::Text::default(),
                labels,
            })
            .into(),
            measures: Vec::new(),
            tables: Vec::new(),
        };
        // Five kinds are granted, results are not, and the job is from 1 September to 8 November.
        assert_eq!(label_counts(&description, &super::super::tests::job()), [4, 5, 0, 3]);
    }

    #[test]
    fn a_job_and_a_batch_arrive_as_they_are() {
        let mut job = super::super::tests::job();
        job.settings = vec![
            ("days".into(), SettingValue::Integer(-3)),
            ("word".into(), SettingValue::Text("ä".into())),
        ];
        with_job(&job, |found| {
            assert_eq!(
                (found.as_of, found.period.first, found.period.last),
                (20_332, 20_332, 20_400)
            );
            assert!(matches!(found.parameters[0].value, arguments::Setting::Integer(-3)));
            assert!(matches!(found.parameters[1].value, arguments::Setting::Text("ä")));
            assert_eq!(found.datasets[0].name, "contacts");
            assert_eq!(found.datasets[0].fields[0].codes, ["a", "b", "c", "d", "e"]);
            assert!(found.datasets[0].fields[1].codes.is_empty());
        });
        let columns = [
            Values::Codes(vec![1]),
            Values::Flags(vec![1]),
            Values::Integers(vec![-1]),
            Values::Longs(vec![-1]),
            Values::Decimals(vec![0.5]),
            Values::Sets(vec![3]),
            Values::Indexes(vec![9]),
            Values::Keys(vec![u64::MAX]),
            Values::Texts(vec!["ß".into()]),
        ]
        .map(|values| Column { values, present: vec![1] });
        with_batch(4, &Batch { rows: 1, columns: columns.into() }, |found| {
            assert_eq!((found.dataset, found.rows, found.columns.len()), (4, 1, 9));
            let all = format!("{:?}", found.columns);
            for part in [
                "Codes([1])",
                "Flags([1])",
                "Integers([-1])",
                "Longs([-1])",
                "Decimals([0.5])",
                "Sets([3])",
                "Indexes([9])",
                "Keys([18446744073709551615])",
                "Texts([\"ß\"])",
            ] {
                assert!(all.contains(part), "{part} in {all}");
            }
            assert_eq!(found.columns[8].present, [1]);
        });
    }
}
