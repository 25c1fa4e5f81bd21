use std::collections::HashSet;

use microlp::{ComparisonOp, OptimizationDirection, Problem};
use proptest::prelude::*;

use super::*;
use crate::domain::{ComposedColumn, ComposedRow};

fn count(units: i64) -> Numeral {
    let base = u32::try_from(units.unsigned_abs()).unwrap();
    Numeral { units, decimals: 0, base: Some(base) }
}

/// A table of counts; its labels are phrases from `first` on, rows before columns.
fn table(rows: &[&[i64]], first: usize) -> ComposedBlock {
    let rows: Vec<Vec<Numeral>> =
        rows.iter().map(|row| row.iter().map(|units| count(*units)).collect()).collect();
    table_of(&rows, first)
}

fn table_of(rows: &[Vec<Numeral>], first: usize) -> ComposedBlock {
    let column = |place| ComposedColumn { label: Words::Phrase(first + 100 + place), unit: None };
    ComposedBlock::Table(ComposedTable {
        caption: Words::Phrase(0),
        columns: (0..rows.first().map_or(0, Vec::len)).map(column).collect(),
        rows: rows
            .iter()
            .enumerate()
            .map(|(place, row)| ComposedRow {
                label: Words::Phrase(first + place),
                cells: row.iter().map(|number| ComposedCell::Number(*number)).collect(),
            })
            .collect(),
    })
}

fn figure(units: i64) -> ComposedBlock {
    ComposedBlock::Figure { label: Words::Phrase(0), number: count(units), unit: None }
}

fn composed(blocks: Vec<ComposedBlock>) -> Composed {
    Composed { blocks }
}

/// For each block its rows with a dot for what is withheld.
fn shown(blocks: Vec<ComposedBlock>, smallest: u64) -> Vec<String> {
    let composed = composed(blocks);
    let hidden = withheld(&composed, smallest, &HashSet::new());
    let mut lines = Vec::new();
    for (block, found) in composed.blocks.iter().enumerate() {
        let sign = |row: usize, column: usize, number: Numeral| {
            let place = Place { block, row, column };
            if hidden.contains(&place) { "•".to_owned() } else { number.units.to_string() }
        };
        match found {
            ComposedBlock::Table(table) => {
                for (row, found) in table.rows.iter().enumerate() {
                    let cells = found.cells.iter().enumerate();
                    let cells = cells.map(|(column, cell)| match cell {
                        ComposedCell::Number(number) => sign(row, column, *number),
                        _ => "-".to_owned(),
                    });
                    lines.push(cells.collect::<Vec<_>>().join(" "));
                }
            }
            ComposedBlock::Figure { number, .. } => lines.push(sign(0, 0, *number)),
            _ => {}
        }
    }
    lines
}

#[test]
fn a_small_number_is_not_the_only_gap_of_its_column_nor_of_its_row() {
    let rows: [&[i64]; 4] = [&[2, 20], &[9, 30], &[14, 41], &[25, 91]];
    // 2 is small; 9 is the smallest beside it. In the rows of both the other number goes as well,
    // and in the second column 20 and 30 are two gaps already.
    assert_eq!(shown(vec![table(&rows, 0)], 3), ["• •", "• •", "14 41", "25 91"]);
}

#[test]
fn a_column_without_a_total_is_taken_to_have_a_known_one() {
    let rows: [&[i64]; 3] = [&[2], &[9], &[14]];
    assert_eq!(shown(vec![table(&rows, 0)], 3), ["•", "•", "14"]);
}

#[test]
fn a_subtotal_does_not_give_a_part_away() {
    // 2 + 9 = 11, 21 + 34 = 55, 66 in all. A gap anywhere but beside 2 would be of no use.
    let rows: [&[i64]; 7] = [&[2], &[9], &[11], &[21], &[34], &[55], &[66]];
    assert_eq!(shown(vec![table(&rows, 0)], 3), ["•", "•", "11", "21", "34", "55", "66"]);
    // 8 is the smallest, and of no use either.
    let rows: [&[i64]; 7] = [&[2], &[19], &[21], &[8], &[34], &[42], &[63]];
    assert_eq!(shown(vec![table(&rows, 0)], 3), ["•", "•", "21", "8", "34", "42", "63"]);
}

#[test]
fn two_small_numbers_that_must_both_be_one_take_a_third_along() {
    let rows: [&[i64]; 5] = [&[1], &[1], &[9], &[14], &[25]];
    assert_eq!(shown(vec![table(&rows, 0)], 3), ["•", "•", "•", "14", "25"]);
    // 2 + 2 could be 1 + 3, so a limit of 3 is kept, and one of 5 is not.
    let rows: [&[i64]; 4] = [&[2], &[2], &[14], &[18]];
    assert_eq!(shown(vec![table(&rows, 0)], 3), ["•", "•", "14", "18"]);
    assert_eq!(shown(vec![table(&rows, 0)], 5), ["•", "•", "•", "18"]);
}

#[test]
fn nothing_small_means_nothing_withheld_and_zeros_stay() {
    let rows: [&[i64]; 3] = [&[0, 9], &[5, 7], &[5, 16]];
    assert_eq!(shown(vec![table(&rows, 0)], 5), ["0 9", "5 7", "5 16"]);
    // 7 goes with 2, 8 with 7 in its row, and 9 with 8.
    let rows: [&[i64]; 3] = [&[0, 9], &[2, 0], &[7, 8]];
    assert_eq!(shown(vec![table(&rows, 0)], 5), ["0 •", "• 0", "• •"]);
}

#[test]
fn a_figure_with_the_same_number_goes_with_it() {
    let rows: [&[i64]; 4] = [&[2], &[9], &[14], &[25]];
    let blocks = vec![table(&rows, 0), figure(9), figure(25), figure(2)];
    assert_eq!(shown(blocks, 3), ["•", "•", "14", "25", "•", "25", "•"]);
}

#[test]
fn the_same_number_of_the_same_row_in_another_table_goes_with_it() {
    let one: [&[i64]; 4] = [&[2], &[9], &[14], &[25]];
    // The second table has the same rows, and so 9 again.
    let other: [&[i64]; 3] = [&[50], &[9], &[60]];
    let found = shown(vec![table(&one, 0), table(&other, 0)], 3);
    assert_eq!(found, ["•", "•", "14", "25", "•", "•", "60"]);
    // Of rows that are called otherwise, the same number is another one.
    let found = shown(vec![table(&one, 0), table(&other, 1_000)], 3);
    assert_eq!(found, ["•", "•", "14", "25", "50", "9", "60"]);
}

#[test]
fn the_sum_of_a_row_elsewhere_does_not_give_a_number_away() {
    let schools: [&[i64]; 4] = [&[2], &[13], &[14], &[29]];
    // The months of the school with 13.
    let months: [&[i64]; 1] = [&[6, 7]];
    // Somebody may know the sum of the months, whether or not they are shown: so 13 is known, and 14
    // goes as well.
    let found = shown(vec![table(&schools, 0), table(&months, 1_000)], 3);
    assert_eq!(found, ["•", "•", "•", "29", "• •"]);
}

#[test]
fn a_plain_whole_number_rests_on_no_more_than_it_counts() {
    let liar = Numeral { units: 3, decimals: 0, base: Some(900) };
    let share = Numeral { units: 305, decimals: 1, base: Some(900) };
    assert_eq!(persons(liar, None), Some(3));
    assert_eq!(persons(liar, Some(&Text::same("min"))), Some(900));
    assert_eq!(persons(share, None), Some(900));
    assert_eq!(persons(Numeral { units: 0, ..liar }, None), Some(900));
    assert_eq!(persons(Numeral { base: None, ..liar }, None), None);
}

#[test]
fn a_number_about_nobody_is_shown_whatever_it_is() {
    let about = |units| Numeral { units, decimals: 0, base: Some(0) };
    let rows = [vec![about(1), count(2)], vec![about(190), count(9)], vec![about(3), count(30)]];
    assert_eq!(shown(vec![table_of(&rows, 0)], 5), ["1 •", "190 •", "3 30"]);
}

#[test]
fn a_sum_of_nothing_over_few_persons_cannot_be_worked_out_either() {
    let nothing = Numeral { units: 0, decimals: 0, base: Some(2) };
    let rows = [vec![nothing], vec![count(8)], vec![count(9)], vec![count(17)]];
    assert_eq!(shown(vec![table_of(&rows, 0)], 5), ["•", "•", "9", "17"]);
}

#[test]
fn a_table_with_too_many_small_numbers_is_withheld_whole() {
    let rows: Vec<Vec<Numeral>> =
        (0..500).map(|row| vec![count(if row % 4 == 3 { 50 } else { 2 })]).collect();
    let hidden = withheld(&composed(vec![table_of(&rows, 0), figure(77)]), 5, &HashSet::new());
    assert_eq!(hidden.len(), 500);
}

/// All that somebody could work out of a table with its totals: for each withheld number the least
/// and the most that it can be. It shares nothing with the code that withholds.
fn ranges(table: &[Vec<i64>], is_hidden: &dyn Fn(usize, usize) -> bool) -> Vec<(i64, f64, f64)> {
    let (height, width) = (table.len(), table[0].len());
    let mut ranges = Vec::new();
    for row in 0..height {
        for column in 0..width {
            if !is_hidden(row, column) {
                continue;
            }
            let ends = [OptimizationDirection::Minimize, OptimizationDirection::Maximize];
            let [low, high] = ends.map(|direction| {
                let mut problem = Problem::new(direction);
                let mut unknown = BTreeMap::new();
                for (y, line) in table.iter().enumerate() {
                    for (x, value) in line.iter().enumerate() {
                        let goal = if (y, x) == (row, column) { 1.0 } else { 0.0 };
                        let value = f64::from(i32::try_from(*value).unwrap());
                        let range = if is_hidden(y, x) { (1.0, 10_000.0) } else { (value, value) };
                        unknown.insert((y, x), problem.add_var(goal, range));
                    }
                }
                for y in 0..height {
                    let parts = (0..width - 1).map(|x| (unknown[&(y, x)], 1.0));
                    let all: Vec<_> = parts.chain([(unknown[&(y, width - 1)], -1.0)]).collect();
                    problem.add_constraint(all.as_slice(), ComparisonOp::Eq, 0.0);
                }
                for x in 0..width {
                    let parts = (0..height - 1).map(|y| (unknown[&(y, x)], 1.0));
                    let all: Vec<_> = parts.chain([(unknown[&(height - 1, x)], -1.0)]).collect();
                    problem.add_constraint(all.as_slice(), ComparisonOp::Eq, 0.0);
                }
                let outcome = problem.solve().unwrap();
                outcome.into_solution().expect("no limit of time is set").objective()
            });
            ranges.push((table[row][column], low, high));
        }
    }
    ranges
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_small_number_can_be_worked_out_from_totals(
        inner in prop::collection::vec(prop::collection::vec(0i64..14, 3), 2..5),
        smallest in prop::sample::select(vec![3u64, 5]),
    ) {
        let mut whole: Vec<Vec<i64>> = inner
            .iter()
            .map(|row| row.iter().copied().chain([row.iter().sum()]).collect())
            .collect();
        let totals = (0..4).map(|column| whole.iter().map(|row| row[column]).sum()).collect();
        whole.push(totals);
        let rows: Vec<Vec<Numeral>> =
            whole.iter().map(|row| row.iter().map(|units| count(*units)).collect()).collect();
        let hidden = withheld(&composed(vec![table_of(&rows, 0)]), smallest, &HashSet::new());
        let is_hidden = |row, column| hidden.contains(&Place { block: 0, row, column });
        let limit = f64::from(u32::try_from(smallest).unwrap());
        for (row, line) in whole.iter().enumerate() {
            for (column, value) in line.iter().enumerate() {
                let is_small = (1..smallest).contains(&u64::try_from(*value).unwrap());
                prop_assert!(!is_small || is_hidden(row, column), "{whole:?}");
                prop_assert!(*value != 0 || !is_hidden(row, column), "{whole:?}");
            }
        }
        let is_all = whole.iter().flatten().filter(|value| **value > 0).count() == hidden.len();
        for (value, low, high) in ranges(&whole, &is_hidden) {
            if u64::try_from(value).unwrap() < smallest && !is_all {
                prop_assert!(high >= limit - 1e-6, "{value} in {low}..{high}: {whole:?} {hidden:?}");
                prop_assert!(high - low > 0.5, "{value} in {low}..{high}: {whole:?}");
            }
        }
    }
}
