//! `SchuelerLernabschnittsdaten.dat` and `SchuelerBasisdaten.dat` of SchILD-NRW.

use super::super::mistake::Mistakes;
use super::draft::{Draft, Drafts, LeftOut};
use super::lines::{Lines, allowed, is_destroyed};
use super::source::SourceOptions;
use super::{dates, words};
use crate::domain::{SchoolYear, Text, Who};

/// The name under which its ids are saved.
pub(super) const SYSTEM: &str = "schild";

/// How it writes days.
const FORMAT: &str = "dd.MM.yyyy";

const WHO: [&str; 3] = ["Nachname", "Vorname", "Geburtsdatum"];

/// The column of the pupil's id in other programs, where the school has had it put into the file.
const EXTERNAL: &str = "Externe ID-Nr";

/// All columns of sums that are read.
const TERMS: [&str; 9] = [
    "Nachname",
    "Vorname",
    "Geburtsdatum",
    "Jahr",
    "Abschnitt",
    "SummeFehlstd",
    "SummeFehlstd_unentschuldigt",
    "Klasse",
    EXTERNAL,
];

/// All columns of pupils that are read. Religion, nationality and whatever else the file has are not
/// among them, and must never be. Test: `the_columns_that_are_read_tell_nothing_that_nobody_needs`.
const PUPILS: [&str; 8] = [
    "Nachname",
    "Vorname",
    "Geburtsdatum",
    "Status",
    "Jahrgang",
    "Klasse",
    "Aufnahmedatum",
    EXTERNAL,
];

/// Reads sums per half-year. They have no days and no possible lessons, so they stay sums.
pub(super) fn terms(bytes: &[u8], options: &SourceOptions) -> Result<Drafts, Mistakes> {
    let lines = allowed(bytes, &TERMS)?;
    let who = lines.places(WHO)?;
    let [year, term, all, without] =
        lines.places(["Jahr", "Abschnitt", "SummeFehlstd", "SummeFehlstd_unentschuldigt"])?;
    let mut drafts = begun("absence-totals", &lines);
    for (line, record) in &lines.rows {
        let value = |place: usize| record[place].trim();
        let sums = [value(all), value(without)];
        let zero = if options.empty_is_zero { "0" } else { "" };
        let [missed, unexcused] = sums.map(|sum| if sum.is_empty() { zero } else { sum });
        if missed.is_empty() && unexcused.is_empty() {
            drafts.leave_out(LeftOut::EmptySum);
            continue;
        }
        let half = match value(term) {
            "1" => "first-half",
            "2" => "second-half",
            _ => "",
        };
        let number = value(year).parse().ok().filter(|year| (1990..2100).contains(year));
        let shown =
            number.map_or_else(|| value(year).to_owned(), |year| SchoolYear(year).to_string());
        let fields = [
            ("school_year", shown.as_str()),
            ("term", if half.is_empty() { value(term) } else { half }),
            ("unit", "lesson"),
            ("missed", missed),
            ("unexcused", unexcused),
            ("source", "SchILD-NRW"),
        ];
        let mut draft = draft(*line, &lines, record, who, &fields);
        if draft.problem.is_none() {
            draft.problem = if half.is_empty() {
                Some((words::half_year(value(term)), false))
            } else if unexcused.is_empty() {
                Some((words::no_unexcused(), false))
            } else {
                None
            };
        }
        drafts.list.push(draft);
    }
    drafts.list.sort_by_key(|draft| draft.line);
    Ok(drafts)
}

/// Reads pupils of one school.
pub(super) fn pupils(bytes: &[u8], school: &str) -> Result<Drafts, Mistakes> {
    let lines = allowed(bytes, &PUPILS)?;
    let who = lines.places(WHO)?;
    let [status, grade, class, admitted] =
        lines.places(["Status", "Jahrgang", "Klasse", "Aufnahmedatum"])?;
    let mut drafts = begun("pupils", &lines);
    for (line, record) in &lines.rows {
        let value = |place: usize| record[place].trim();
        // 2 goes to the school, 3 is on leave from it; all others have left or not yet come.
        if !matches!(value(status), "2" | "3") {
            drafts.leave_out(LeftOut::NotActive);
            continue;
        }
        let admission = dates::day(FORMAT, value(admitted));
        let birth = dates::day(FORMAT, value(who[2]));
        let [admission_day, birth_day] =
            [admission, birth].map(|day| day.map_or_else(String::new, |day| day.to_string()));
        let fields = [
            ("given_name", value(who[1])),
            ("family_name", value(who[0])),
            ("birth_day", birth_day.as_str()),
            ("school", school),
            ("grade", value(grade)),
            ("class", value(class)),
            ("status", "active"),
            ("enrolled_from", admission_day.as_str()),
        ];
        let mut draft = draft(*line, &lines, record, who, &fields);
        if draft.problem.is_none() && admission.is_none() {
            draft.problem = Some((words::not_a_day(value(admitted), FORMAT), false));
        }
        drafts.list.push(draft);
    }
    drafts.list.sort_by_key(|draft| draft.line);
    Ok(drafts)
}

fn begun(kind: &str, lines: &Lines) -> Drafts {
    let misfit = |(line, found): &(u64, usize)| Draft {
        line: *line,
        problem: Some((words::width(*found, lines.width), false)),
        ..Draft::default()
    };
    Drafts {
        kind: kind.to_owned(),
        system: SYSTEM.to_owned(),
        list: lines.misfits.iter().map(misfit).collect(),
        rows: lines.rows.len() + lines.misfits.len(),
        ignored: lines.unread.clone(),
        ..Drafts::default()
    }
}

fn draft(
    line: u64,
    lines: &Lines,
    record: &csv::StringRecord,
    [family, given, birth]: [usize; 3],
    fields: &[(&str, &str)],
) -> Draft {
    let value = |name| lines.place(name).map_or("", |place| record[place].trim()).to_owned();
    let written = record[birth].trim();
    let day = dates::day(FORMAT, written);
    let who = Who {
        external: value(EXTERNAL),
        family: record[family].trim().to_owned(),
        given: record[given].trim().to_owned(),
        birth: day,
        class: value("Klasse"),
    };
    let problem: Option<(Text, bool)> =
        if let Some(name) = [&who.family, &who.given].into_iter().find(|name| is_destroyed(name)) {
            Some((words::destroyed(name), true))
        } else if day.is_none() && !written.is_empty() {
            Some((words::not_a_day(written, FORMAT), true))
        } else {
            None
        };
    let fields = fields
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Draft { line, who: Some(who), fields, problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_that_are_read_tell_nothing_that_nobody_needs() {
        for column in PUPILS.iter().chain(&TERMS) {
            let column = column.to_lowercase();
            for word in
                ["konfession", "relig", "staatsang", "aussiedl", "herkunft", "förder", "ort"]
            {
                assert!(!column.contains(word), "{column}");
            }
        }
    }

    #[test]
    fn sums_are_read_in_either_width_and_an_empty_one_is_no_zero() {
        let file = "Nachname|Vorname|Geburtsdatum|Jahr|Abschnitt|Klasse|SummeFehlstd|\
                    SummeFehlstd_unentschuldigt|Zeugnisart\n\
                    Muster|Ada|12.04.2015|2025|1|3b|24|6|x\n\
                    Muster|Ada|12.04.2015|2025|2|3b|||x\n\
                    Muster|Ada|12.04.2015|2025|3|3b|5|0|x\n\
                    Muster|Ada|12.04.2015|2025|2|3b|5||x\n\
                    B\u{FFFD}ra|Ada|12.04.2015|2025|2|3b|5|1|x\n";
        let drafts = terms(file.as_bytes(), &SourceOptions::default()).unwrap();
        let lines: Vec<_> = drafts
            .list
            .iter()
            .map(|draft| (draft.line, draft.problem.as_ref().map(|problem| problem.1)))
            .collect();
        assert_eq!(lines, [(2, None), (4, Some(false)), (5, Some(false)), (6, Some(true))]);
        assert_eq!(drafts.left_out[&LeftOut::EmptySum], 1);
        assert_eq!(drafts.ignored, ["Zeugnisart"]);
        let told = &drafts.list[0];
        assert_eq!(told.fields[0], ("school_year".to_owned(), "2025/26".to_owned()));
        assert_eq!(told.who.as_ref().unwrap().birth, "2015-04-12".parse().ok());
        let zero = SourceOptions { empty_is_zero: true, ..SourceOptions::default() };
        let drafts = terms(file.as_bytes(), &zero).unwrap();
        assert_eq!((drafts.list.len(), drafts.left_out.len()), (5, 0));
        assert_eq!(drafts.list[1].fields[3], ("missed".to_owned(), "0".to_owned()));
    }

    #[test]
    fn religion_and_nationality_are_never_held() {
        let file = "Nachname|Vorname|Geburtsdatum|Status|1. Staatsang.|Konfession|Aufnahmedatum|\
                    Jahrgang|Klasse\n\
                    Muster|Ada|12.04.2015|2|CANARY|CANARY|01.08.2022|03|3b\n\
                    Muster|Ben|12.04.2015|9|CANARY|CANARY|01.08.2022|03|3b\n\
                    Muster|Cem|12.04.2015|2|CANARY|CANARY||03|3b|CANARY\n";
        let drafts = pupils(file.as_bytes(), "990001").unwrap();
        assert!(!format!("{drafts:?}").contains("CANARY"), "{drafts:?}");
        assert_eq!(drafts.left_out[&LeftOut::NotActive], 1);
        assert_eq!(drafts.list.len(), 2);
        assert!(drafts.list[1].problem.is_some(), "a row of another width");
    }
}
