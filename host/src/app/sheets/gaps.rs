//! The gap report: what case workers have found missing in the system, for the steering group.

use std::collections::HashMap;

use crate::domain::{Audience, CodeLists, Day, Period, Sheet, SheetCell, SheetTable, Text};

use super::super::workspace::today;
use super::super::{Actor, App, Error, UseCase};
use super::parts::{
    Record, by_key, day, days_until, fact, linked, records, table, whole, with_unit, words,
};

/// Which gaps to report, and to whom.
#[derive(Debug, Clone, Copy)]
pub struct GapSheet {
    /// Only gaps raised in it; all without one.
    pub period: Option<Period>,
    /// The last meeting; the last one noted at a gap without one.
    pub since: Option<Day>,
    /// For whom it is.
    pub audience: Audience,
}

/// In these states nothing more is to come of a gap.
const CLOSED: [&str; 2] = ["fixed", "not-feasible"];

impl App {
    /// The gaps by area and state, the open ones from the one that has been open longest, and the new
    /// ones since the last meeting. Cases behind a gap are persons: small numbers are withheld as the
    /// audience demands, and no sum of them is formed that would give one away.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn gap_sheet(&self, actor: &Actor, asked: GapSheet) -> Result<Sheet, Error> {
        let scope = self.permit(actor, UseCase::SheetProgramme)?;
        let on = today();
        let reader = self.store.read(&scope)?;
        let codes = reader.code_lists();
        let teams = by_key(records(&reader, "teams")?);
        let mut gaps = records(&reader, "gaps")?;
        let met = asked.since.or_else(|| {
            gaps.iter().filter_map(|gap| gap.day("steering_day")).filter(|met| *met <= on).max()
        });
        gaps.retain(|gap| {
            let raised = gap.day("raised");
            asked.period.is_none_or(|period| raised.is_some_and(|raised| period.contains(raised)))
        });
        // By the day alone: the number of cases is no measure of how much a gap weighs.
        gaps.sort_by_key(|gap| (gap.day("raised"), gap.text("code").to_owned()));
        let is_closed = |gap: &&Record| CLOSED.contains(&gap.code_of("status", codes).as_str());
        let (closed, open): (Vec<&Record>, Vec<&Record>) = gaps.iter().partition(is_closed);
        let new: Vec<&Record> = gaps
            .iter()
            .filter(|gap| met.is_some_and(|met| gap.day("raised") > Some(met)))
            .collect();
        let rows = Rows { codes, teams: &teams, on, audience: asked.audience };
        let listed = |id, titles, none, gaps: &[&Record]| rows.table(id, titles, none, gaps);
        let tables = vec![
            overview(&gaps, codes),
            listed(
                "open",
                ("Offene Lücken, die älteste zuerst", "Open gaps, the oldest first"),
                ("Keine Lücke ist offen.", "No gap is open."),
                &open,
            ),
            listed(
                "new",
                ("Neu seit der letzten Sitzung", "New since the last meeting"),
                (
                    "Seit der letzten Sitzung kam keine dazu.",
                    "None has come since the last meeting.",
                ),
                &new,
            ),
            listed(
                "closed",
                ("Abgeschlossene Lücken", "Closed gaps"),
                ("Keine Lücke ist abgeschlossen.", "No gap is closed."),
                &closed,
            ),
        ];
        let audience = match asked.audience {
            Audience::Public => words("Fassung zur Weitergabe", "version to be passed on"),
            Audience::Administration => words("nur in der Verwaltung", "within the administration"),
            Audience::Work => {
                words("Arbeitsfassung, nicht weitergeben", "working version, not to be passed on")
            }
        };
        let none_noted = || words("keine festgehalten", "none noted");
        let mut facts = vec![fact("Stand", "As of", day(Some(on)))];
        if let Some(period) = asked.period {
            facts.push(fact("Gemeldet von", "Raised from", day(Some(period.first))));
            facts.push(fact("Gemeldet bis", "Raised until", day(Some(period.last))));
        }
        facts.push(fact(
            "Letzte Sitzung",
            "Last meeting",
            met.map_or_else(none_noted, SheetCell::Day),
        ));
        facts.push(fact("Bestimmt für", "Meant for", audience));
        Ok(Sheet {
            id: "gaps",
            title: Text::new(
                "Lückenbericht an die Lenkungsgruppe",
                "Gap report to the steering group",
            ),
            facts,
            remarks: remarks(asked.audience),
            tables,
        })
    }
}

fn remarks(audience: Audience) -> Vec<Text> {
    let least = audience.smallest_shown();
    let mut remarks = vec![Text::new(
        "Die Reihenfolge folgt dem Tag der Meldung. Sie ist keine Rangfolge.",
        "The order is that of the day on which a gap was raised. It is no ranking.",
    )];
    if least > 1 {
        remarks.push(Text::new(
            format!(
                "Weniger als {least} Fälle sind unterdrückt. Eine Summe der Fälle gibt es nicht: \
                     Ein Fall kann hinter mehreren Lücken stehen."
            ),
            format!(
                "Fewer than {least} cases are withheld. There is no sum of cases: one case may \
                     stand behind several gaps."
            ),
        ));
    }
    remarks
}

/// How many gaps there are by area and state. Gaps are no persons, so nothing is withheld.
fn overview(gaps: &[Record], codes: &CodeLists) -> SheetTable {
    let mut shown = table(
        "overview",
        ("Lücken nach Bereich und Stand", "Gaps by area and state"),
        ("Es ist keine Lücke gemeldet.", "No gap has been raised."),
        &[("area", "Bereich", "Area"), ("status", "Stand", "State"), ("gaps", "Lücken", "Gaps")],
    );
    let mut counts: HashMap<(Option<u16>, Option<u16>), i64> = HashMap::new();
    for gap in gaps {
        *counts.entry((gap.place("area"), gap.place("status"))).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_unstable();
    for ((area, status), count) in counts {
        shown.rows.push(vec![
            super::parts::code(codes, "gap-area", area),
            super::parts::code(codes, "gap-status", status),
            whole(count),
        ]);
    }
    shown
}

/// What the rows of gaps are made with.
struct Rows<'a> {
    codes: &'a CodeLists,
    teams: &'a HashMap<i64, Record>,
    on: Day,
    audience: Audience,
}

impl Rows<'_> {
    fn table(
        &self,
        id: &'static str,
        titles: (&str, &str),
        none: (&str, &str),
        gaps: &[&Record],
    ) -> SheetTable {
        let shown = table(
            id,
            titles,
            none,
            &[
                ("gap", "Kürzel", "Code"),
                ("title", "Lücke", "Gap"),
                ("area", "Bereich", "Area"),
                ("team", "Gemeldet von", "Raised by"),
                ("raised", "Gemeldet am", "Raised on"),
                ("age", "Seither", "Since then"),
                ("evidence", "Fälle", "Cases"),
                ("status", "Stand", "State"),
                ("decision", "Beschluss", "Decision"),
                ("responsible", "Zuständig", "Responsible"),
            ],
        );
        let mut shown = with_unit(shown, &["age"], "Tage", "days");
        shown.rows = gaps.iter().map(|gap| self.row(gap)).collect();
        shown
    }

    fn row(&self, gap: &Record) -> Vec<SheetCell> {
        let raised = gap.day("raised");
        vec![
            gap.written("code"),
            gap.written("title"),
            gap.word("area", self.codes),
            linked(self.teams, gap.link("team"), "name"),
            day(raised),
            raised.map_or(SheetCell::Empty, |raised| days_until(raised, Some(self.on))),
            persons(gap.number("evidence"), self.audience),
            gap.word("status", self.codes),
            gap.written("decision"),
            gap.written("responsible"),
        ]
    }
}

/// A number of persons, or that it must not be shown. A true zero is shown.
fn persons(number: Option<i64>, audience: Audience) -> SheetCell {
    match number {
        None => SheetCell::NotCollected,
        Some(0) => whole(0),
        Some(number) if number.unsigned_abs() < audience.smallest_shown() => SheetCell::Withheld,
        Some(number) => whole(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_of_cases_are_withheld_as_the_audience_demands() {
        let shown = |audience| -> String {
            let cells = (0..=6).map(|number| persons(Some(number), audience));
            cells.map(|cell| if cell == SheetCell::Withheld { '•' } else { 'n' }).collect()
        };
        assert_eq!(shown(Audience::Public), "n••••nn");
        assert_eq!(shown(Audience::Administration), "n••nnnn");
        assert_eq!(shown(Audience::Work), "nnnnnnn");
        assert_eq!(persons(Some(4), Audience::Administration), whole(4));
        assert_eq!(persons(None, Audience::Work), SheetCell::NotCollected);
    }
}
