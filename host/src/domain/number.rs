//! Numbers of a report for calculating with, and as each language writes them.

use super::document::Number;
use super::words::Lang;

/// No shown number needs more digits after the decimal point.
const MOST_DECIMALS: u8 = 6;

/// Which way a number is rounded that lies between two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Towards {
    /// To the smaller one.
    Down,
    /// To the nearer one; from the middle away from zero.
    Nearest,
    /// To the larger one.
    Up,
}

impl Number {
    /// The number as floating point, for drawing and for statistics.
    #[expect(clippy::cast_precision_loss, reason = "15 digits are more than any picture shows")]
    pub fn value(self) -> f64 {
        self.units as f64 / power(self.decimals)
    }

    /// A floating point value with so many digits after the decimal point, at most six; `None`
    /// where it is no number or too large to be exact.
    pub fn rounded(value: f64, decimals: u8, towards: Towards) -> Option<Self> {
        let decimals = decimals.min(MOST_DECIMALS);
        let scaled = value * power(decimals);
        let scaled = match towards {
            Towards::Down => scaled.floor(),
            Towards::Nearest => scaled.round(),
            Towards::Up => scaled.ceil(),
        };
        #[expect(clippy::cast_possible_truncation, reason = "whole, and its size is checked")]
        (scaled.abs() < 9e15).then_some(Self { units: scaled as i64, decimals })
    }

    /// For reading: `-1.234,5` in German, `-1,234.5` in English.
    pub fn text(self, lang: Lang) -> String {
        self.written(lang, Some(lang.pick('.', ',')))
    }

    /// Without groups of three, as a spreadsheet reads it: `-1234,5` in German, `-1234.5` in
    /// English.
    pub fn bare_text(self, lang: Lang) -> String {
        self.written(lang, None)
    }

    fn written(self, lang: Lang, group: Option<char>) -> String {
        let decimals = usize::from(self.decimals);
        // One digit before the point at least.
        let digits = format!("{:0>width$}", self.units.unsigned_abs(), width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        let mut text = String::new();
        if self.units < 0 {
            text.push('-');
        }
        match group {
            Some(group) => text.push_str(&grouped(whole, group)),
            None => text.push_str(whole),
        }
        if decimals > 0 {
            text.push(lang.pick(',', '.'));
            text.push_str(fraction);
        }
        text
    }
}

fn power(decimals: u8) -> f64 {
    (0..decimals).fold(1.0, |power, _| power * 10.0)
}

/// Digits in groups of three, counted from the right.
fn grouped(digits: &str, group: char) -> String {
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(group);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_or_too_large_is_not_rounded() {
        for value in [f64::NAN, f64::INFINITY, -f64::INFINITY, 1e16] {
            assert_eq!(Number::rounded(value, 0, Towards::Nearest), None);
        }
        assert_eq!(Number::rounded(1e12, 6, Towards::Down), None);
    }

    #[test]
    fn limits_can_be_rounded_outwards() {
        let units = |value, rounding| Number::rounded(value, 1, rounding).map(|found| found.units);
        assert_eq!(units(28.57, Towards::Down), Some(285));
        assert_eq!(units(28.57, Towards::Nearest), Some(286));
        assert_eq!(units(28.52, Towards::Up), Some(286));
        assert_eq!(units(-0.01, Towards::Down), Some(-1));
        assert_eq!(units(3.0, Towards::Up), Some(30));
    }

    #[test]
    fn a_number_is_its_units_divided() {
        let value = |units, decimals| format!("{}", Number { units, decimals }.value());
        assert_eq!(value(286, 1), "28.6");
        assert_eq!(value(-5, 2), "-0.05");
        assert_eq!(value(0, 0), "0");
    }

    #[test]
    fn numbers_follow_the_language() {
        for (units, decimals, german, english) in [
            (0, 0, "0", "0"),
            (7, 1, "0,7", "0.7"),
            (-5, 2, "-0,05", "-0.05"),
            (999, 0, "999", "999"),
            (1_234, 0, "1.234", "1,234"),
            (1_234_567, 1, "123.456,7", "123,456.7"),
            (-1_234_567, 0, "-1.234.567", "-1,234,567"),
            (100, 2, "1,00", "1.00"),
            (i64::MIN, 0, "-9.223.372.036.854.775.808", "-9,223,372,036,854,775,808"),
        ] {
            let value = Number { units, decimals };
            assert_eq!(value.text(Lang::De), german);
            assert_eq!(value.text(Lang::En), english);
        }
    }

    #[test]
    fn numbers_for_a_spreadsheet_have_no_groups() {
        let value = Number { units: -1_234_567, decimals: 2 };
        assert_eq!(value.bare_text(Lang::De), "-12345,67");
        assert_eq!(value.bare_text(Lang::En), "-12345.67");
    }
}
