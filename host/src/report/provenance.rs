//! How the numbers of a table come about, in words: a passport for each column, notes for the table.

use super::assemble::Writer;
use super::plan::{PlannedDataset, Subject};
use super::publish::Sheet;
use crate::domain::{Cell, Dictionary, Figure, Measure, NumberPassport, Rounding, Row, Text};

impl Writer<'_> {
    /// How the numbers of a column come about.
    pub(super) fn number_passport(&self, sheet: &Sheet, place: usize) -> NumberPassport {
        let description = &self.cube.plan.description;
        let measure = self.measure(place);
        let label = |place: usize| counted(self.measure(place));
        let source = |place: usize| self.measure(place).figure.dataset().unwrap_or("").to_owned();
        let (numerator, denominator, of, base) = match measure.figure {
            Figure::Share { part, whole } => (label(part), Some(label(whole)), part, whole),
            Figure::Ratio { numerator, denominator, .. } => {
                (label(numerator), Some(label(denominator)), numerator, denominator)
            }
            _ => (counted(measure), None, place, place),
        };
        let (source, base_source) = (source(of), source(base));
        let mut exclusions = Vec::new();
        for place in if of == base { vec![of] } else { vec![of, base] } {
            for text in self.exclusions(sheet, place) {
                if !exclusions.contains(&text) {
                    exclusions.push(text);
                }
            }
        }
        NumberPassport {
            numerator,
            denominator,
            denominator_source: (base_source != source).then_some(base_source),
            source,
            exclusions,
            definition: format!("{}@{}#{}", description.id, description.version, measure.id),
        }
    }

    /// What a measure leaves out, as far as the host can know: which rows a plugin counts is its own
    /// affair.
    fn exclusions(&self, sheet: &Sheet, place: usize) -> Vec<Text> {
        let mut texts =
            vec![Text::new("Einträge außerhalb des Zeitraums", "Records outside the period")];
        let measure = self.measure(place);
        texts.push(if measure.figure.dataset() == Some("contacts") {
            Text::new(
                "Einträge, die die Auswertung nicht mitzählt, etwa Kontaktversuche; welche das \
                 sind, bestimmt sie selbst",
                "Records that the plugin does not count, such as attempts; which these are, it \
                 decides itself",
            )
        } else {
            Text::new(
                "Einträge, die die Auswertung nicht mitzählt; welche das sind, bestimmt sie selbst",
                "Records that the plugin does not count; which these are, it decides itself",
            )
        });
        let spec = &self.cube.plan.description.tables[sheet.frame.table];
        for dimension in [Some(spec.rows), spec.across].into_iter().flatten() {
            let label = &self.cube.plan.description.dimensions[dimension].label;
            texts.push(Text::new(
                format!(
                    "Einträge, die die Auswertung keiner Zeile oder Spalte von „{}“ zuordnet",
                    label.de
                ),
                format!("Records that the plugin puts into no row or column of “{}”", label.en),
            ));
        }
        if matches!(measure.figure, Figure::Distinct { .. }) {
            texts.push(Text::new(
                "Einträge, bei denen nicht angegeben ist, um wen es geht",
                "Records that do not say who they are about",
            ));
        }
        if measure.figure.has_values() {
            let limit = |value: i64| decimal(value, measure.scale);
            let (least, most) = (limit(measure.least), limit(measure.most));
            texts.push(Text::new(
                format!(
                    "Bei jedem einzelnen Wert das, was unter {} oder über {} liegt",
                    least.replace('.', ","),
                    most.replace('.', ",")
                ),
                format!("Of each single value, what is below {least} or above {most}"),
            ));
        }
        texts
    }

    /// Of which datasets of a table nothing is withheld, and why; `None` where there is none. A rate
    /// of one of them and of a dataset with persons is withheld as the latter.
    fn about_no_family(&self, measures: &[usize]) -> Option<Text> {
        let of = |place: usize| match self.measure(place).figure {
            Figure::Share { part, whole } => vec![part, whole],
            Figure::Ratio { numerator, denominator, .. } => vec![numerator, denominator],
            _ => vec![place],
        };
        let over: Vec<&str> = measures
            .iter()
            .flat_map(|place| of(*place))
            .filter_map(|place| self.measure(place).figure.dataset())
            .collect();
        let datasets = &self.cube.plan.datasets;
        let nobodys = datasets
            .iter()
            .filter(|found| found.subject == Subject::Nobody && over.contains(&&*found.name));
        let title = |found: &PlannedDataset| {
            let known = Dictionary::get().dataset(&found.name);
            known.map_or_else(|| Text::same(&found.name), |known| known.title.clone())
        };
        let titles: Vec<Text> = nobodys.map(title).collect();
        let list = |mark: [&str; 2], word: fn(&Text) -> &str| {
            let quoted =
                titles.iter().map(|title| format!("{}{}{}", mark[0], word(title), mark[1]));
            quoted.collect::<Vec<_>>().join(", ")
        };
        (!titles.is_empty()).then(|| {
            Text::new(
                format!(
                    "Einträge unter {} betreffen keine Familie. Darum wird von Zahlen, die nur auf \
                     ihnen beruhen, keine unterdrückt.",
                    list(["„", "“"], |title| &title.de)
                ),
                format!(
                    "Records of {} are about no family. So of numbers that rest on them alone, none \
                     is withheld.",
                    list(["“", "”"], |title| &title.en)
                ),
            )
        })
    }

    /// What a reader has to know about a table.
    pub(super) fn notes(&self, measures: &[usize], rows: &[Row], yields: bool) -> Vec<Text> {
        let has = |wanted: Cell| rows.iter().any(|row| row.cells.contains(&wanted));
        let figures = || measures.iter().map(|place| &self.measure(*place).figure);
        let mut notes = Vec::new();
        if has(Cell::Withheld) {
            let smallest = self.smallest_shown;
            notes.push(Text::new(
                format!(
                    "Unterdrückt: Die Zahl beruht auf weniger als {smallest} Personen oder \
                     Einträgen, oder aus ihr ließe sich eine solche Zahl errechnen."
                ),
                format!(
                    "Withheld: the number rests on fewer than {smallest} persons or records, or \
                     such a number could be worked out from it."
                ),
            ));
        }
        if yields {
            notes.push(Text::new(
                "Unterdrückt sind auch Zahlen, aus denen sich zusammen mit einem früher \
                 veröffentlichten Bericht eine solche Zahl errechnen ließe.",
                "Numbers are withheld as well from which such a number could be worked out together \
                 with a report published earlier.",
            ));
        }
        notes.extend(self.about_no_family(measures));
        if has(Cell::NotCollected) {
            notes.push(Text::new(
                "Nicht erhoben: Die Schule nahm in diesem Monat nicht am Programm teil. Das ist \
                 keine Null.",
                "Not collected: the school was not in the programme in that month. This is not a \
                 zero.",
            ));
        }
        if self.rounding == Rounding::Five && figures().any(is_rounded) {
            notes.push(Text::new(
                "Anzahlen und Summen sind auf Vielfache von 5 gerundet, jede für sich. Gerundete \
                 Zahlen ergeben zusammen darum nicht immer die gerundete Gesamtzahl.",
                "Numbers and sums are rounded to multiples of 5, each for itself. So rounded \
                 numbers do not always add up to the rounded total.",
            ));
        }
        if figures().any(|figure| matches!(figure, Figure::Share { .. } | Figure::Ratio { .. })) {
            notes.push(Text::new(
                "Anteile und Raten werden aus ungerundeten Zahlen berechnet.",
                "Shares and rates are calculated from unrounded numbers.",
            ));
        }
        let mut backed = rows.iter().flat_map(|row| &row.backing).flatten();
        if backed.any(|backing| backing.interval.is_some()) {
            notes.push(Text::new(
                "Grenzen von Anteilen (nach Wilson) und Raten (nach Byar): Zwischen ihnen liegt \
                 der wahre Wert in 95 von 100 Fällen, wenn allein der Zufall wirkt.",
                "Limits of shares (Wilson's) and rates (Byar's): the true value lies between them \
                 in 95 of 100 cases where chance alone is at work.",
            ));
        }
        let is_of_sums = |figure: &Figure| matches!(figure, Figure::Ratio { numerator, .. } if !self.is_counted(*numerator));
        if figures().any(is_of_sums) {
            notes.push(Text::new(
                "Für Raten aus Summen gibt es keine Grenzen: Ihre Einheiten, etwa Minuten, sind \
                 nicht unabhängig voneinander.",
                "Rates of sums have no limits: their units, such as minutes, are not independent \
                 of each other.",
            ));
        }
        if figures().any(|figure| matches!(figure, Figure::Distinct { .. })) {
            notes.push(Text::new(
                "Wer in mehreren Zeilen oder Spalten vorkommt, zählt in der Gesamtzahl nur einmal.",
                "Whoever is in several rows or columns counts only once in the total.",
            ));
        }
        notes
    }
}

/// Whether numbers of a figure are rounded where a report is.
pub(super) fn is_rounded(figure: &Figure) -> bool {
    matches!(figure, Figure::Count { .. } | Figure::Distinct { .. } | Figure::Sum { .. })
}

/// What a measure counts, as `Kontakte (Anzahl)`.
fn counted(measure: &Measure) -> Text {
    let kind = match measure.figure {
        Figure::Count { .. } => Text::new("Anzahl der Einträge", "number of records"),
        Figure::Distinct { .. } => {
            Text::new("Anzahl der Verschiedenen", "number of different ones")
        }
        Figure::Sum { .. } => Text::new("Summe", "sum"),
        Figure::Mean { .. } => Text::new("Mittelwert", "mean"),
        Figure::Median { .. } => Text::new("Median", "median"),
        Figure::Share { .. } => Text::new("Anteil", "share"),
        Figure::Ratio { .. } => Text::new("Rate", "rate"),
    };
    let unit = |word: fn(&Text) -> &str| {
        measure.unit.as_ref().map(|unit| format!(", {}", word(unit))).unwrap_or_default()
    };
    Text::new(
        format!("{} ({}{})", measure.label.de, kind.de, unit(|unit| &unit.de)),
        format!("{} ({}{})", measure.label.en, kind.en, unit(|unit| &unit.en)),
    )
}

/// A value with its decimal point.
fn decimal(value: i64, scale: u8) -> String {
    let (digits, scale) = (value.unsigned_abs().to_string(), usize::from(scale));
    let digits = format!("{digits:0>width$}", width = scale + 1);
    let (whole, rest) = digits.split_at(digits.len() - scale);
    let sign = if value < 0 { "-" } else { "" };
    if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_with_their_decimal_point() {
        assert_eq!(decimal(480, 0), "480");
        assert_eq!(decimal(-5, 2), "-0.05");
        assert_eq!(decimal(12_345, 2), "123.45");
    }
}
