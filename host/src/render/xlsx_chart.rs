//! Pictures of a workbook: charts of its own cells, each with words for those who cannot see it.

use rust_xlsxwriter::{
    Chart as Drawn, ChartDataLabel, ChartErrorBars, ChartErrorBarsType, ChartFont, ChartLine,
    ChartMarker, ChartMarkerType, ChartRange, ChartSolidFill, Color, Worksheet,
};

use crate::domain::{Lang, Number};

use super::Error;
use super::xlsx_book::{Field, Line, shortened_to};

/// Most letters of an alternative text.
const MOST_LETTERS: usize = 255;

const INK: Color = Color::RGB(0x002F_5D8C);
const WIDTH: u32 = 760;
/// A row of cells is so high, in pixels.
const ROW: u32 = 20;

/// How a chart draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A bar for each row, below each other as the rows are.
    Bars,
    /// A line over the rows.
    Line,
}

/// A chart.
#[derive(Debug)]
pub(super) struct Chart {
    pub(super) kind: Kind,
    pub(super) title: String,
    /// What it shows, in words.
    pub(super) description: String,
    pub(super) rows: Vec<ChartRow>,
    /// The column of the page's table that has exactly the numbers of the rows, from its first row on.
    pub(super) column: u16,
}

/// What is drawn of a row.
#[derive(Debug)]
pub(super) struct ChartRow {
    pub(super) label: String,
    /// The number, or the word in its place.
    pub(super) value: Result<Number, &'static str>,
    /// The limits of its interval.
    pub(super) interval: Option<[Number; 2]>,
}

impl Chart {
    /// Spreadsheet programs draw a word as if it were 0. Where there are words among the numbers, and
    /// where there are intervals, the chart needs lines of its own, in which the word stands beside
    /// the label.
    fn needs_lines(&self) -> bool {
        self.rows.iter().any(|row| row.value.is_err() || row.interval.is_some())
    }

    fn has_intervals(&self) -> bool {
        self.rows.iter().any(|row| row.interval.is_some())
    }

    /// The lines that it needs besides the table, the first of which is a heading.
    pub(super) fn lines(&self, lang: Lang) -> Vec<Line> {
        if !self.needs_lines() {
            return Vec::new();
        }
        let heading = lang.pick("Gezeichnete Zahlen", "Numbers drawn");
        let number = lang.pick("Zahl", "Number");
        let mut fields = vec![Field::Text(heading.into()), Field::Text(number.into())];
        if self.has_intervals() {
            let up = lang.pick("bis zur oberen Grenze", "to the upper limit");
            let down = lang.pick("bis zur unteren Grenze", "to the lower limit");
            fields.extend([up, down].map(|text| Field::Text(text.into())));
        }
        let line = |row: &ChartRow| {
            let (label, value) = match row.value {
                Ok(number) => (row.label.clone(), Field::Number(number)),
                Err(word) => (format!("{}: {word}", row.label), Field::Empty),
            };
            let mut fields = vec![Field::Text(label), value];
            if let (Ok(value), Some([low, high])) = (row.value, row.interval) {
                fields.extend([less(high, value), less(value, low)].map(Field::Number));
            }
            Line::Fields(fields)
        };
        std::iter::once(Line::Fields(fields)).chain(self.rows.iter().map(line)).collect()
    }
}

/// A difference with the decimals of the more exact number.
fn less(number: Number, other: Number) -> Number {
    let decimals = number.decimals.max(other.decimals);
    let units = |number: Number| {
        let more = 10_i64.checked_pow(u32::from(decimals - number.decimals)).unwrap_or(1);
        number.units.saturating_mul(more)
    };
    Number { units: units(number).saturating_sub(units(other)), decimals }
}

/// The next round number that is not smaller: 1, 2 or 5 times a power of ten.
fn round_above(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    let round = [1.0, 2.0, 5.0].map(|times| times * power);
    round.into_iter().find(|round| *round >= value).unwrap_or(10.0 * power)
}

/// Puts a chart on the worksheet `name` at `row`; `first_row` is that of its first number. Gives how
/// many rows it takes.
pub(super) fn insert(
    sheet: &mut Worksheet,
    row: u32,
    chart: &Chart,
    name: &str,
    first_row: u32,
) -> Result<u32, Error> {
    let count = u32::try_from(chart.rows.len()).unwrap_or(u32::MAX);
    if count == 0 {
        return Ok(0);
    }
    let last_row = first_row + count - 1;
    let column = if chart.needs_lines() { 1 } else { chart.column };
    let range = |column| ChartRange::new_from_range(name, first_row, column, last_row, column);
    let mut drawn = match chart.kind {
        Kind::Bars => Drawn::new_bar(),
        Kind::Line => Drawn::new_line(),
    };
    let series = drawn.add_series();
    series.set_name(chart.title.as_str());
    series.set_categories(&range(0)).set_values(&range(column));
    match chart.kind {
        Kind::Bars => {
            series.set_format(ChartSolidFill::new().set_color(INK)).set_gap(40);
        }
        Kind::Line => {
            series.set_format(ChartLine::new().set_color(INK).set_width(2));
            series.set_marker(ChartMarker::new().set_type(ChartMarkerType::Circle).set_size(6));
        }
    }
    if chart.has_intervals() {
        let ends = ChartErrorBarsType::Custom(range(2), range(3));
        // Along the bars, which lie.
        series.set_x_error_bars(ChartErrorBars::new().set_type(ends));
    } else {
        series.set_data_label(ChartDataLabel::new().show_value());
    }
    let height = match chart.kind {
        Kind::Bars => 110 + count.min(100) * 26,
        Kind::Line => 340,
    };
    drawn.title().set_name(chart.title.as_str()).set_font(ChartFont::new().set_size(12));
    drawn.legend().set_hidden();
    let is_negative = |row: &ChartRow| row.value.is_ok_and(|number| number.units < 0);
    let from_zero = !chart.rows.iter().any(is_negative);
    let values = match chart.kind {
        Kind::Bars => {
            // The first row on top, as in the table.
            drawn.y_axis().set_reverse();
            drawn.x_axis()
        }
        Kind::Line => drawn.y_axis(),
    };
    if from_zero {
        values.set_min(0);
        // Programs leave room for bars, and not for intervals.
        let ends = chart.rows.iter().filter_map(|row| row.interval).map(|[_, high]| high.value());
        if let Some(last) = ends.reduce(f64::max).filter(|last| *last > 0.0) {
            values.set_max(round_above(last));
        }
    }
    drawn.set_width(WIDTH).set_height(height);
    drawn.set_alt_text(shortened_to(
        &format!("{}: {}", chart.title, chart.description),
        MOST_LETTERS,
    ));
    sheet.insert_chart(row, 0, &drawn)?;
    Ok(height.div_ceil(ROW) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_keeps_the_decimals() {
        let number = |units, decimals| Number { units, decimals };
        assert_eq!(less(number(827, 1), number(805, 1)), number(22, 1));
        assert_eq!(less(number(9, 0), number(85, 1)), number(5, 1));
    }

    #[test]
    fn an_axis_ends_at_a_round_number_past_the_last_interval() {
        for (value, round) in [(2.3, 5.0), (4_055.0, 5_000.0), (51.0, 100.0), (2.0, 2.0)] {
            assert!((round_above(value) - round).abs() < 1e-9, "{value}");
        }
    }

    #[test]
    fn a_word_never_gets_into_a_drawing_as_zero() {
        let row = |value| ChartRow { label: "A".into(), value, interval: None };
        let mut chart = Chart {
            kind: Kind::Bars,
            title: "T".into(),
            description: "D".into(),
            rows: vec![row(Ok(Number { units: 0, decimals: 0 }))],
            column: 1,
        };
        assert_eq!(chart.lines(Lang::De), []);
        chart.rows.push(row(Err("unterdrückt")));
        let lines = chart.lines(Lang::De);
        let text = Field::Text("A: unterdrückt".into());
        assert_eq!(lines[2], Line::Fields(vec![text, Field::Empty]));
    }
}
