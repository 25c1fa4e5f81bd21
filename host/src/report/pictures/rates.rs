//! A share or rate of each school: a funnel where there are enough schools, else dots with intervals.

use super::super::frame::Facts;
use super::words::{self, Reason};
use super::{Base, backing, parts, schools, shown};
use crate::domain::{
    Backing, ControlLimits, Dot, Drawing, FunnelLimit, IntervalMethod, Number, Picture, RowKind,
    TAIL_95, TAIL_998, Table, Towards, rate_limits, share_limits,
};

/// A funnel of fewer schools shows nothing.
const LEAST_SCHOOLS: usize = 6;

/// At so many sizes the limits of a funnel are worked out.
const STEPS: u32 = 24;

/// The picture of the share or rate in a column; `None` where not two schools show it with an
/// interval.
pub(super) fn picture(table: &Table, column: usize, base: &Base, facts: &Facts) -> Option<Picture> {
    let dots: Vec<Dot> = parts(table)
        .map(|row| {
            let value = shown(row, column);
            let interval = backing(row, column).and_then(|backing| backing.interval);
            Dot {
                label: row.label.clone(),
                value,
                low: interval.map(|interval| interval.low),
                high: interval.map(|interval| interval.high),
                size: None,
                limits: None,
                is_signal: false,
            }
        })
        .collect();
    if dots.iter().filter(|dot| dot.low.is_some()).count() < 2 {
        return None;
    }
    let heading = &table.columns[column];
    let title = words::rates_title(&heading.label, &table.caption);
    let size = words::size(&base.measure.label, base.measure.unit.as_ref());
    let total = table.rows.iter().find(|row| row.kind == RowKind::Total);
    let overall = total.and_then(|row| shown(row, column));
    let funnel = funnel(table, column, base.per, &dots);
    let method = backings(table, column).find_map(|(_, backing)| backing.interval)?.method;
    let (description, notes, drawing) = match funnel {
        Ok(Funnel { dots, overall, limits }) => (
            words::funnel_description(&dots, overall, heading.unit.as_ref(), &size, schools(facts)),
            words::funnel_notes(method),
            Drawing::Funnel { dots, overall, limits, size },
        ),
        Err(reason) => (
            words::dots_description(&dots, overall, heading.unit.as_ref(), &reason),
            words::dots_notes(method),
            Drawing::IntervalDots { dots, overall },
        ),
    };
    Some(Picture {
        id: format!("{}.{}", table.id, heading.id),
        title,
        description,
        table: table.id.clone(),
        unit: heading.unit.clone(),
        drawing,
        notes,
    })
}

/// What the shown numbers of the schools were made from, by the place of the school.
fn backings(table: &Table, column: usize) -> impl Iterator<Item = (usize, Backing)> {
    parts(table).enumerate().filter_map(move |(place, row)| Some((place, backing(row, column)?)))
}

struct Funnel {
    dots: Vec<Dot>,
    overall: Number,
    limits: Vec<FunnelLimit>,
}

/// The funnel of a column, or why there is none.
fn funnel(table: &Table, column: usize, per: u32, dots: &[Dot]) -> Result<Funnel, Reason> {
    let counted: Vec<(usize, Backing)> = backings(table, column)
        .filter(|(_, backing)| backing.interval.is_some() && backing.denominator.value() > 0.0)
        .collect();
    if counted.len() < LEAST_SCHOOLS {
        return Err(Reason::TooFew(LEAST_SCHOOLS));
    }
    // Limits that were worked out from rounded counts would flag the rounding.
    let is_exact = |(place, backing): &(usize, Backing)| {
        let made = backing.numerator.value() / backing.denominator.value() * f64::from(per);
        let shown = dots[*place].value;
        shown.is_some_and(|shown| {
            Number::rounded(made, shown.decimals, Towards::Nearest)
                .is_some_and(|made| (made.units - shown.units).abs() <= 1)
        })
    };
    if !counted.iter().all(is_exact) {
        return Err(Reason::Rounded);
    }
    let total = table.rows.iter().find(|row| row.kind == RowKind::Total);
    let decimals = dots.iter().find_map(|dot| dot.value).map_or(0, |value| value.decimals);
    let funnel = Centre::of(total.and_then(|row| backing(row, column)), &counted, per, decimals);
    let funnel = funnel.ok_or(Reason::NoLimits)?;

    let mut dots = dots.to_vec();
    let mut outside = 0;
    for (place, backing) in &counted {
        let dot = &mut dots[*place];
        dot.size = Some(backing.denominator);
        dot.limits = funnel.limits_at(backing.denominator);
        let limits = funnel.cases(backing.denominator.value(), TAIL_998).ok_or(Reason::NoLimits)?;
        let cases = backing.numerator.value();
        dot.is_signal = cases < limits.low || cases > limits.high;
        outside += usize::from(dot.is_signal);
    }
    // Limits that half of the schools break are not the limits of what chance explains among them.
    if 2 * outside >= counted.len() {
        return Err(Reason::TooDifferent { outside, of: counted.len() });
    }
    let limits = funnel.curve(&counted);
    if limits.len() < 2 {
        return Err(Reason::NoLimits);
    }
    Ok(Funnel { dots, overall: funnel.overall, limits })
}

/// The middle of a funnel, and how its limits are worked out.
struct Centre {
    /// Cases for each one of the size.
    ratio: f64,
    /// The same as it is shown.
    overall: Number,
    method: IntervalMethod,
    per: u32,
    /// Digits of limits after the decimal point.
    decimals: u8,
}

impl Centre {
    /// From the total where it is shown, else from the schools that are.
    fn of(
        total: Option<Backing>,
        counted: &[(usize, Backing)],
        per: u32,
        decimals: u8,
    ) -> Option<Self> {
        let sum = |part: fn(&Backing) -> Number| -> f64 {
            counted.iter().map(|(_, backing)| part(backing).value()).sum()
        };
        let (above, below) = match total {
            Some(total) => (total.numerator.value(), total.denominator.value()),
            None => (sum(|backing| backing.numerator), sum(|backing| backing.denominator)),
        };
        let method = counted.first()?.1.interval?.method;
        let is_same = |(_, backing): &(usize, Backing)| {
            backing.interval.is_some_and(|interval| interval.method == method)
        };
        let ratio = above / below;
        let overall = Number::rounded(ratio * f64::from(per), decimals, Towards::Nearest)?;
        counted.iter().all(is_same).then_some(Self {
            ratio,
            overall,
            method,
            per,
            decimals: decimals.saturating_add(1),
        })
    }

    /// Between which numbers of cases chance alone leads at a size.
    fn cases(&self, size: f64, tail: f64) -> Option<ControlLimits> {
        match self.method {
            IntervalMethod::Wilson => {
                let whole = Number::rounded(size, 0, Towards::Nearest)?.units;
                share_limits(self.ratio, u32::try_from(whole).ok()?, tail)
            }
            IntervalMethod::Byar => rate_limits(self.ratio * size, tail),
        }
    }

    /// The same as numbers of the column.
    fn limits_at(&self, size: Number) -> Option<FunnelLimit> {
        let one = size.value();
        let per = f64::from(self.per);
        let down = |cases: f64| Number::rounded(cases / one * per, self.decimals, Towards::Down);
        let up = |cases: f64| Number::rounded(cases / one * per, self.decimals, Towards::Up);
        let (inner, outer) = (self.cases(one, TAIL_95)?, self.cases(one, TAIL_998)?);
        Some(FunnelLimit {
            size,
            low_95: down(inner.low)?,
            high_95: up(inner.high)?,
            low_998: down(outer.low)?,
            high_998: up(outer.high)?,
        })
    }

    /// Limits from a little below the smallest school to a little above the largest.
    fn curve(&self, counted: &[(usize, Backing)]) -> Vec<FunnelLimit> {
        let sizes = || counted.iter().map(|(_, backing)| backing.denominator);
        let decimals = sizes().map(|size| size.decimals).max().unwrap_or(0);
        let least = sizes().map(Number::value).fold(f64::INFINITY, f64::min) * 0.85;
        let most = sizes().map(Number::value).fold(0.0, f64::max) * 1.1;
        let mut found: Vec<FunnelLimit> = Vec::new();
        for step in 0..=STEPS {
            let size = least + (most - least) * f64::from(step) / f64::from(STEPS);
            let limit = Number::rounded(size, decimals, Towards::Nearest)
                .filter(|size| size.units > 0 && found.last().is_none_or(|last| last.size != *size))
                .and_then(|size| self.limits_at(size));
            found.extend(limit);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::pictures;
    use super::super::sample::{NAMES, description, facts, number, rates_table};
    use super::*;
    use crate::domain::{Cell, Lang};

    fn only(table: Table) -> Option<Picture> {
        let mut found = pictures(&[table], &description(), &facts());
        assert!(found.len() < 2);
        found.pop()
    }

    fn dots(picture: &Picture) -> &[Dot] {
        match &picture.drawing {
            Drawing::Funnel { dots, .. } | Drawing::IntervalDots { dots, .. } => dots,
            other @ Drawing::SmallMultiples { .. } => panic!("{other:?}"),
        }
    }

    fn is_funnel(picture: &Picture) -> bool {
        matches!(picture.drawing, Drawing::Funnel { .. })
    }

    /// Six schools with these parts of 100 each, and their total.
    fn six(parts: [i64; 6]) -> Table {
        let mut rows: Vec<(&str, i64, i64)> =
            NAMES.into_iter().zip(parts).map(|(name, part)| (name, part, 100)).collect();
        rows.push(("Zusammen", parts.iter().sum(), 600));
        rates_table("visit-share", &rows)
    }

    #[test]
    fn what_is_no_share_or_rate_or_has_no_interval_has_no_picture() {
        let mut table = six([30; 6]);
        table.columns[0].id = "contacts".into();
        assert_eq!(only(table), None);
        let mut table = six([30; 6]);
        for backing in table.rows.iter_mut().flat_map(|row| &mut row.backing).flatten() {
            backing.interval = None;
        }
        assert_eq!(only(table), None);
    }

    #[test]
    fn nothing_of_a_withheld_number_is_in_the_picture() {
        let mut table = six([30, 73, 30, 30, 30, 30]);
        let shown = serde_json::to_string(&only(table.clone()).unwrap()).unwrap();
        assert!(shown.contains("73"));
        // Even where a backing was left behind by mistake.
        table.rows[1].cells[0] = Cell::Withheld;
        table.rows[6].cells[0] = Cell::Withheld;
        let picture = only(table).unwrap();
        let text = serde_json::to_string(&picture).unwrap();
        assert!(!text.contains("73") && !text.contains("146") && !text.contains("36"), "{text}");
        assert_eq!(dots(&picture)[1].value, None);
        assert_eq!(dots(&picture)[1].low, None);
    }

    #[test]
    fn five_schools_make_no_funnel() {
        let mut table = six([30; 6]);
        table.rows[2].cells[0] = Cell::Withheld;
        let picture = only(table).unwrap();
        assert!(!is_funnel(&picture));
        assert!(picture.description.en.contains("need at least 6 schools"));
        assert!(picture.description.en.contains("One school is not in the picture"));
    }

    /// 180 of 600 are 30 %. Among 100 the limits at 0.1 % on each side are 17 and 45 or 46.
    #[test]
    fn six_schools_make_a_funnel_and_only_what_lies_far_outside_is_flagged() {
        // 41 is beyond the 95 % limit of 39 or 40, and not flagged.
        let picture = only(six([30, 41, 30, 26, 27, 26])).unwrap();
        assert!(is_funnel(&picture));
        assert!(dots(&picture).iter().all(|dot| !dot.is_signal));
        let limits = dots(&picture)[1].limits.unwrap();
        assert!(limits.high_95.value() < 41.0 && limits.high_998.value() > 41.0);
        for (lang, sentences) in [
            (
                Lang::De,
                [
                    "Keine Schule liegt außerhalb der 99,8-%-Grenzen.",
                    "Mit 9 Schulen liegt in 37 % der Fälle",
                ],
            ),
            (
                Lang::En,
                [
                    "No school lies outside the 99.8 % limits.",
                    "With 9 schools at least one lies outside the 95 % limits by chance in 37 % of",
                ],
            ),
        ] {
            let text = picture.description.get(lang);
            assert!(sentences.iter().all(|sentence| text.contains(sentence)), "{text}");
        }
        let picture = only(six([28, 50, 28, 24, 25, 25])).unwrap();
        let flagged: Vec<bool> = dots(&picture).iter().map(|dot| dot.is_signal).collect();
        assert_eq!(flagged, [false, true, false, false, false, false]);
        assert!(
            picture
                .description
                .de
                .contains("Eine Schule liegt außerhalb der 99,8-%-Grenzen: Birken (50,0\u{a0}%).")
        );
    }

    #[test]
    fn where_half_of_the_schools_break_the_limits_none_is_flagged() {
        let picture = only(six([5, 60, 30, 30, 5, 50])).unwrap();
        assert!(!is_funnel(&picture));
        assert!(dots(&picture).iter().all(|dot| !dot.is_signal));
        assert!(picture.description.en.contains("4 of 6 schools lie outside what chance alone"));
    }

    #[test]
    fn rounded_counts_make_no_funnel() {
        let mut table = six([30, 41, 30, 26, 27, 26]);
        for backing in table.rows.iter_mut().flat_map(|row| &mut row.backing).flatten() {
            backing.numerator.units = (backing.numerator.units + 2) / 5 * 5;
        }
        let picture = only(table).unwrap();
        assert!(!is_funnel(&picture));
        assert!(picture.description.de.contains("Die Anzahlen dahinter sind gerundet"));
    }

    #[test]
    fn a_rate_may_be_larger_than_its_base_and_limits_close_in_on_it() {
        let rows: Vec<(&str, i64, i64)> = NAMES
            .into_iter()
            .zip([(60, 20), (66, 22), (75, 25), (90, 30), (120, 40), (150, 50)])
            .map(|(name, (part, whole))| (name, part, whole))
            .collect();
        let picture = only(rates_table("rate", &rows)).unwrap();
        let Drawing::Funnel { overall, limits, size, .. } = &picture.drawing else { panic!() };
        assert_eq!(*overall, number(3_000, 1), "of the shown schools, as there is no total");
        assert_eq!(size.en, "pupils");
        assert!(limits.len() > 10);
        assert!(limits.is_sorted_by_key(|limit| limit.size.units));
        let width = |limit: &FunnelLimit| limit.high_998.units - limit.low_998.units;
        assert!(width(&limits[0]) > width(limits.last().unwrap()));
        // 60 are expected of 20: Poisson limits are about 60 -+ 3.09 * 7.75, so 36 to 84.
        let limits = dots(&picture)[0].limits.unwrap();
        assert!((limits.low_998.value() / 5.0 - 37.0).abs() < 1.5, "{limits:?}");
        assert!((limits.high_998.value() / 5.0 - 86.0).abs() < 1.5, "{limits:?}");
    }

    #[test]
    fn schools_stay_in_the_order_of_the_table() {
        let picture = only(six([50, 20, 40, 25, 35, 30])).unwrap();
        let names: Vec<&str> = dots(&picture).iter().map(|dot| dot.label.de.as_str()).collect();
        assert_eq!(names, NAMES);
    }

    #[test]
    fn a_report_stays_readable() {
        let mut table = six([30; 6]);
        table.columns = vec![table.columns[0].clone(); 9];
        for row in &mut table.rows {
            row.cells = vec![row.cells[0]; 9];
            row.backing = vec![row.backing[0]; 9];
        }
        assert_eq!(pictures(&[table], &description(), &facts()).len(), 6);
    }
}
