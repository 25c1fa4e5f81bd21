//! Figures that others reported, as they reported them, and what can be estimated from them.

use crate::domain::{CodeLists, Period, Sheet, SheetCell, SheetTable, Text};

use super::super::workspace::today;
use super::super::{Actor, App, Error, UseCase};
use super::parts::{Record, by_key, day, fact, records, table, whole, words};

/// Which figures to show.
#[derive(Debug, Clone, Copy)]
pub struct FigureSheet {
    /// Only those whose time overlaps it; all without one.
    pub period: Option<Period>,
    /// How many people are at least and at most present at a consultation; without it nothing is
    /// estimated.
    pub persons: Option<(u16, u16)>,
}

impl App {
    /// The figures that were reported, with their ranges and how they were come by, those that
    /// contradict each other side by side, and the person-contacts that can be estimated from a number
    /// of consultations. Nothing is ever added up over services.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn figure_sheet(&self, actor: &Actor, asked: FigureSheet) -> Result<Sheet, Error> {
        let scope = self.permit(actor, UseCase::SheetProgramme)?;
        let reader = self.store.read(&scope)?;
        let codes = reader.code_lists();
        let all = records(&reader, "reported-figures")?;
        let overlaps = |figure: &Record, period: Period| {
            figure.day("from").is_none_or(|from| from <= period.last)
                && figure.day("until").is_none_or(|until| period.first <= until)
        };
        let mut shown = all.clone();
        shown.retain(|figure| asked.period.is_none_or(|period| overlaps(figure, period)));
        shown.sort_by_key(|figure| (figure.place("service"), figure.day("from"), figure.key()));
        let mut facts = vec![fact("Stand", "As of", day(Some(today())))];
        if let Some(period) = asked.period {
            facts.push(fact("Von", "From", day(Some(period.first))));
            facts.push(fact("Bis", "Until", day(Some(period.last))));
        }
        let mut tables = vec![reported(&shown, codes), contradictions(&all, codes)];
        if let Some((least, most)) = asked.persons {
            facts.push(fact(
                "Annahme",
                "Assumption",
                words(
                    format!("{least} bis {most} Menschen je Beratung"),
                    format!("{least} to {most} people at each consultation"),
                ),
            ));
            tables.push(estimated(&shown, (least.into(), most.into()), codes));
        }
        Ok(Sheet {
            id: "figures",
            title: Text::new("Gemeldete Zahlen", "Reported figures"),
            facts,
            remarks: vec![Text::new(
                "Die Zahlen stehen so, wie sie gemeldet wurden. Verschiedene Angebote werden nie \
                 zusammengezählt. Personenkontakte sind keine Personen: Wer dreimal kommt, zählt dreimal.",
                "The figures stand as they were reported. Different services are never added up. \
                 Person-contacts are not persons: whoever comes three times counts three times.",
            )],
            tables,
        })
    }
}

/// The lower and the upper end of a figure, or what stands in their place.
fn range(figure: &Record, codes: &CodeLists) -> [SheetCell; 2] {
    match figure.code_of("value_kind", codes).as_str() {
        "withheld" => [SheetCell::Withheld, SheetCell::Withheld],
        "not-collected" => [SheetCell::NotCollected, SheetCell::NotCollected],
        _ => {
            let low = figure.number("low");
            let high = figure.number("high").or(low);
            [low, high].map(|end| end.map_or(SheetCell::Empty, whole))
        }
    }
}

fn reported(figures: &[Record], codes: &CodeLists) -> SheetTable {
    let mut shown = table(
        "reported",
        ("Gemeldete Zahlen", "Reported figures"),
        ("Für diesen Zeitraum ist keine Zahl gemeldet.", "No figure is reported for this period."),
        &[
            ("title", "Angabe", "Figure"),
            ("service", "Angebot", "Service"),
            ("low", "Von", "From"),
            ("high", "Bis", "To"),
            ("unit", "Einheit", "Unit"),
            ("value_kind", "Erhebung", "How"),
            ("source", "Quelle", "Source"),
            ("from", "Ab", "Since"),
            ("until", "Bis zum", "Until"),
        ],
    );
    for figure in figures {
        let [low, high] = range(figure, codes);
        shown.rows.push(vec![
            figure.written("title"),
            figure.word("service", codes),
            low,
            high,
            figure.word("unit", codes),
            figure.word("value_kind", codes),
            figure.written("source"),
            figure.dated("from"),
            figure.dated("until"),
        ]);
    }
    shown
}

/// Figures that contradict each other, the later one first, each with its source.
pub(super) fn contradictions(figures: &[Record], codes: &CodeLists) -> SheetTable {
    let mut shown = table(
        "contradictions",
        ("Quellen widersprechen sich", "Sources contradict each other"),
        (
            "Keine gemeldete Zahl widerspricht einer anderen.",
            "No reported figure contradicts another.",
        ),
        &[
            ("title", "Angabe", "Figure"),
            ("unit", "Einheit", "Unit"),
            ("low", "Von", "From"),
            ("high", "Bis", "To"),
            ("source", "Quelle", "Source"),
            ("other_title", "Andere Angabe", "Other figure"),
            ("other_low", "Von (andere)", "From (other)"),
            ("other_high", "Bis (andere)", "To (other)"),
            ("other_source", "Andere Quelle", "Other source"),
        ],
    );
    let known = by_key(figures.to_vec());
    for figure in figures {
        let Some(other) = figure.link("contradicts").and_then(|key| known.get(&key)) else {
            continue;
        };
        let ([low, high], [other_low, other_high]) = (range(figure, codes), range(other, codes));
        shown.rows.push(vec![
            figure.written("title"),
            figure.word("unit", codes),
            low,
            high,
            figure.written("source"),
            other.written("title"),
            other_low,
            other_high,
            other.written("source"),
        ]);
    }
    shown
}

/// Person-contacts from numbers of consultations: the fewest people at the lower end, the most at the
/// upper. It is an estimate, and the unit is never persons.
fn estimated(figures: &[Record], (least, most): (i64, i64), codes: &CodeLists) -> SheetTable {
    let mut shown = table(
        "estimated",
        ("Daraus geschätzte Personenkontakte", "Person-contacts estimated from them"),
        ("Es ist keine Zahl von Beratungen gemeldet.", "No number of consultations is reported."),
        &[
            ("title", "Angabe", "Figure"),
            ("service", "Angebot", "Service"),
            ("low", "Von", "From"),
            ("high", "Bis", "To"),
            ("unit", "Einheit", "Unit"),
            ("value_kind", "Erhebung", "How"),
        ],
    );
    for figure in figures.iter().filter(|figure| figure.is("unit", "consultations", codes)) {
        let [low, high] = match range(figure, codes) {
            [SheetCell::Number(low), SheetCell::Number(high)] => {
                [whole(low.units * least), whole(high.units * most)]
            }
            other => other,
        };
        shown.rows.push(vec![
            figure.written("title"),
            figure.word("service", codes),
            low,
            high,
            words("Personenkontakte", "person-contacts"),
            words("geschätzt", "estimated"),
        ]);
    }
    shown
}
