//! A small panel for each school with its months, its mean and its own limits.

use super::super::frame::Facts;
use super::{parts, shown, words};
use crate::domain::{
    Day, Drawing, History, LEAST_POINTS, Month, Number, Panel, Picture, Row, Table, Text, Towards,
    own_history,
};

/// Fewer months make no history.
const LEAST_MONTHS: usize = 3;

/// Whether the columns of a table, but for the total, are the months of the period.
pub(super) fn is_by_month(table: &Table, facts: &Facts) -> bool {
    let months = facts.period.months().map(|month| month.to_string());
    table.columns.iter().filter(|column| !column.total).map(|column| column.id.clone()).eq(months)
}

/// The picture of such a table; `None` for a few months, and where no school shows two of them.
pub(super) fn picture(table: &Table, facts: &Facts) -> Option<Picture> {
    let places: Vec<usize> =
        (0..table.columns.len()).filter(|place| !table.columns[*place].total).collect();
    if places.len() < LEAST_MONTHS {
        return None;
    }
    let labels: Vec<Text> =
        places.iter().map(|place| table.columns[*place].label.clone()).collect();
    let greyed: Vec<bool> =
        facts.period.months().map(|month| is_mostly_free(month, facts)).collect();
    let panels: Vec<Panel> = parts(table).map(|row| panel(row, &places, &greyed)).collect();
    let is_history = |panel: &Panel| panel.values.iter().flatten().count() >= 2;
    if !panels.iter().any(is_history) {
        return None;
    }
    Some(Picture {
        id: format!("{}.months", table.id),
        title: words::months_title(&table.caption),
        description: words::months_description(&panels, &labels, &greyed),
        table: table.id.clone(),
        unit: places.first().and_then(|place| table.columns[*place].unit.clone()),
        notes: words::months_notes(&panels),
        drawing: Drawing::SmallMultiples { panels, labels, greyed },
    })
}

/// Whether fewer than half of the weekdays of a month are school days of the period: most of it is
/// holidays, or lies outside of what was looked at.
fn is_mostly_free(month: Month, facts: &Facts) -> bool {
    let is_open = |day: &Day| facts.period.contains(*day) && facts.calendar.is_open(*day);
    let weekdays: Vec<Day> = month.period().days().filter(|day| day.is_weekday()).collect();
    2 * weekdays.iter().filter(|day| is_open(day)).count() < weekdays.len()
}

fn panel(row: &Row, places: &[usize], greyed: &[bool]) -> Panel {
    let values: Vec<Option<Number>> = places.iter().map(|place| shown(row, *place)).collect();
    Panel { label: row.label.clone(), history: history(&values, greyed), values }
}

/// Months that are mostly free are no part of it: they are low every year, so they would widen the
/// limits and lie outside of them.
fn history(values: &[Option<Number>], greyed: &[bool]) -> Option<History> {
    let counted: Vec<(usize, Number)> = values
        .iter()
        .zip(greyed)
        .enumerate()
        .filter(|(_, (_, is_grey))| !**is_grey)
        .filter_map(|(place, (value, _))| Some((place, (*value)?)))
        .collect();
    if counted.len() < LEAST_POINTS {
        return None;
    }
    let points: Vec<f64> = counted.iter().map(|(_, number)| number.value()).collect();
    let expected = own_history(&points)?;
    let decimals = counted.iter().map(|(_, number)| number.decimals).max()?.saturating_add(1);
    // Rounded outwards, so that what is called outside also is where the limits are read.
    let low = Number::rounded(expected.low, decimals, Towards::Down)?;
    let high = Number::rounded(expected.high, decimals, Towards::Up)?;
    let is_outside =
        |number: &Number| number.value() < low.value() || number.value() > high.value();
    let mean = Number::rounded(expected.mean, decimals, Towards::Nearest)?;
    let signals =
        counted.iter().filter(|(_, number)| is_outside(number)).map(|(place, _)| *place).collect();
    Some(History { mean, low, high, signals })
}

#[cfg(test)]
mod tests {
    use super::super::pictures;
    use super::super::sample::{facts, months_table, no_description, number};
    use super::*;
    use crate::domain::{Cell, Lang};

    fn only(table: Table) -> Option<Picture> {
        let mut found = pictures(&[table], &no_description(), &facts());
        assert!(found.len() < 2);
        found.pop()
    }

    fn panels(picture: &Picture) -> &[Panel] {
        match &picture.drawing {
            Drawing::SmallMultiples { panels, .. } => panels,
            other => panic!("{other:?}"),
        }
    }

    /// September to June 10 or 12 in turn, so the limits are 5.5 and 16.5; July and August less.
    const STEADY: [i64; 12] = [1, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 4];

    #[test]
    fn a_table_that_is_not_of_schools_or_not_of_all_months_has_no_picture() {
        let mut other = months_table(&[("Ahorn", &STEADY)]);
        other.rows[0].id = "100999".into();
        assert_eq!(only(other), None);
        let mut other = months_table(&[("Ahorn", &STEADY)]);
        other.columns[3].id = "2020-01".into();
        assert_eq!(only(other), None);
        let mut other = months_table(&[("Ahorn", &STEADY)]);
        other.rows[0].cells.fill(Cell::Withheld);
        assert_eq!(only(other), None);
    }

    #[test]
    fn fewer_than_ten_shown_months_have_no_limits() {
        let mut table = months_table(&[("Ahorn", &STEADY)]);
        table.rows[0].cells[4] = Cell::Withheld;
        table.rows[0].cells[8] = Cell::Withheld;
        let picture = only(table).unwrap();
        assert_eq!(panels(&picture)[0].history, None);
        assert!(picture.description.de.contains("Keine Schule zeigt zehn Monate"));
    }

    /// August 2025 has three school days, July 2026 thirteen of 23 weekdays.
    #[test]
    fn months_that_are_mostly_holidays_are_grey_and_do_not_count() {
        let picture = only(months_table(&[("Ahorn", &STEADY)])).unwrap();
        let Drawing::SmallMultiples { greyed, .. } = &picture.drawing else { panic!() };
        assert_eq!(greyed.iter().position(|grey| *grey), Some(0));
        assert_eq!(greyed.iter().filter(|grey| **grey).count(), 1);
        let history = panels(&picture)[0].history.as_ref().unwrap();
        // Eleven points with mean 114 / 11 and moving ranges 9 times 2 and once 8: 26 / 10 / 1.128.
        assert_eq!(history.mean, number(104, 1));
        assert_eq!(history.high, number(175, 1));
        assert_eq!(history.low, number(32, 1));
        assert_eq!(history.signals, [0; 0], "August would be outside");
    }

    #[test]
    fn a_month_outside_the_own_limits_is_named_and_a_gap_stays_one() {
        let mut values = STEADY;
        values[11] = 12;
        values[5] = 40;
        let mut calm = months_table(&[("Ahorn", &STEADY), ("Birken", &values)]);
        calm.rows[1].cells[2] = Cell::NotCollected;
        let picture = only(calm).unwrap();
        let [ahorn, birken] = panels(&picture) else { panic!() };
        assert_eq!(ahorn.history.as_ref().unwrap().signals, [0; 0]);
        assert_eq!(birken.history.as_ref().unwrap().signals, [5]);
        assert_eq!(birken.values[2], None);
        for (lang, sentence) in [
            (
                Lang::De,
                "Außerhalb der eigenen 99,8-%-Grenzen liegt 1 Monat: Birken im Jan 2026 (40).",
            ),
            (
                Lang::En,
                "1 month lies outside its school's own 99.8 % limits: Birken in Jan 2026 (40).",
            ),
        ] {
            let text = picture.description.get(lang);
            assert!(text.contains(sentence), "{text}");
        }
    }
}
