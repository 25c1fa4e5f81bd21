//! `AbsencePerStudent.csv` of WebUntis: events to what each pupil has missed on each day.

use std::collections::HashMap;

use super::super::mistake::Mistakes;
use super::draft::{Draft, Drafts, LeftOut};
use super::lines::{Lines, delimited, is_destroyed};
use super::source::SourceOptions;
use super::{dates, words};
use crate::domain::{AbsenceCodes, Attendance, Day, MOST_LATE_MINUTES, Text, Who};

/// What its drafts are: all that somebody has missed on a day, in lessons by status.
pub(super) const DAY: &str = "webuntis-day";

/// The name under which its ids are saved.
pub(super) const SYSTEM: &str = "webuntis";

/// How it writes days.
const FORMAT: &str = "dd.MM.yy";

/// The columns that are read. The first four must be there.
const COLUMNS: [&str; 12] = [
    "Schüler*innen",
    "Datum",
    "Fehlstd.",
    "Status",
    "Externe Id",
    "Klasse",
    "Fehlmin.",
    "Abwesenheitsgrund",
    "Abwesenheit zählt",
    "ENr",
    "Fach",
    "Lehrkraft",
];

/// The statuses that can be told from a row, in the order in which a full day is shared out, in doubt
/// for the child: the order of absences everywhere.
const STATUSES: [&str; 5] = ["school-caused", "on-leave", "excused", "open", "unexcused"];

/// What a row says of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Event {
    number: String,
    lesson: String,
    status: usize,
    lessons: u32,
    minutes: u32,
    is_late: bool,
}

/// Reads a file.
pub(super) fn read(bytes: &[u8], options: &SourceOptions) -> Result<Drafts, Mistakes> {
    let lines = delimited(bytes, None, 1)?;
    let [name, date, _, _] = lines.places([COLUMNS[0], COLUMNS[1], COLUMNS[2], COLUMNS[3]])?;
    let columns = COLUMNS.map(|column| lines.place(column));
    let mut drafts = Drafts {
        kind: DAY.to_owned(),
        system: SYSTEM.to_owned(),
        rows: lines.rows.len() + lines.misfits.len(),
        ignored: ignored(&lines),
        ..Drafts::default()
    };
    for (line, found) in &lines.misfits {
        let problem = Some((words::width(*found, lines.width), false));
        drafts.list.push(Draft { line: *line, problem, ..Draft::default() });
    }
    let mut days: HashMap<(Who, Day), usize> = HashMap::new();
    let mut gathered: Vec<(u64, Who, Day, Vec<Event>)> = Vec::new();
    for (line, record) in &lines.rows {
        let value = |place: Option<usize>| place.map_or("", |place| record[place].trim());
        let who = Who {
            external: value(columns[4]).to_owned(),
            family: record[name].trim().to_owned(),
            class: value(columns[5]).to_owned(),
            ..Who::default()
        };
        let event = event(|column| value(columns[column]));
        let event = match event {
            Ok(Some(event)) => event,
            Ok(None) => {
                drafts.leave_out(LeftOut::NotCounting);
                continue;
            }
            Err(text) => {
                drafts.list.push(kept(*line, who, record, &lines, (text, false)));
                continue;
            }
        };
        let Some(day) = dates::day(FORMAT, record[date].trim()) else {
            let text = words::not_a_day(record[date].trim(), FORMAT);
            drafts.list.push(kept(*line, who, record, &lines, (text, false)));
            continue;
        };
        if event.lessons == 0 && event.minutes == 0 {
            drafts.leave_out(LeftOut::Nothing);
            continue;
        }
        let place = *days.entry((who, day)).or_insert_with_key(|(who, day)| {
            gathered.push((*line, who.clone(), *day, Vec::new()));
            gathered.len() - 1
        });
        let events = &mut gathered[place].3;
        if !event.number.is_empty() && events.contains(&event) {
            drafts.leave_out(LeftOut::Repeated);
        } else {
            events.push(event);
        }
    }
    for (line, who, day, events) in gathered {
        let lessons = without_lessons(events, &mut drafts);
        let problem = is_destroyed(&who.family).then(|| (words::destroyed(&who.family), true));
        let fields = fields(day, &lessons, options);
        drafts.list.push(Draft { line, who: Some(who), fields, problem });
    }
    drafts.list.sort_by_key(|draft| draft.line);
    Ok(drafts)
}

fn ignored(lines: &Lines) -> Vec<String> {
    lines.names.iter().filter(|name| !COLUMNS.contains(&name.as_str())).cloned().collect()
}

/// A row that cannot be read, with what stood in the columns that are.
fn kept(
    line: u64,
    who: Who,
    record: &csv::StringRecord,
    lines: &Lines,
    problem: (Text, bool),
) -> Draft {
    let field = |column: &&str| {
        let place = lines.place(column)?;
        Some(((*column).to_owned(), record[place].trim().to_owned()))
    };
    let fields = COLUMNS.iter().skip(1).filter_map(field).collect();
    Draft { line, who: Some(who), fields, problem: Some(problem) }
}

/// What a row says; `None` where the absence does not count. `value` takes places in [`COLUMNS`].
fn event<'v>(value: impl Fn(usize) -> &'v str) -> Result<Option<Event>, Text> {
    match value(8).to_lowercase().as_str() {
        "" | "ja" | "true" | "j" | "1" => {}
        "nein" | "false" | "n" | "0" => return Ok(None),
        _ => return Err(words::counts(value(8))),
    }
    let reason = value(7).to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| reason.contains(word));
    let status = match value(3).to_lowercase().as_str() {
        _ if says(&["exkursion", "klassenfahrt", "schulveranstaltung", "wandertag"]) => 0,
        _ if says(&["beurlaub"]) => 1,
        "entsch." | "entschuldigt" | "attest" | "attest amtsarzt" => 2,
        "" | "offen" => 3,
        "nicht entsch." | "nicht entschuldigt" | "nicht akzep." => 4,
        _ => return Err(words::status(value(3))),
    };
    let (lessons, minutes) = (amount(value(2))?, amount(value(6))?);
    let is_late = says(&["verspätet", "verspätung", "zu spät"]) || lessons == 0;
    Ok(Some(Event {
        number: value(9).to_owned(),
        lesson: format!("{}{}", value(10), value(11)),
        status,
        lessons,
        minutes,
        is_late: is_late && minutes > 0,
    }))
}

/// A number of lessons or minutes; a lesson that was begun counts.
fn amount(text: &str) -> Result<u32, Text> {
    let (whole, part) = text.split_once([',', '.']).unwrap_or((text, ""));
    let digits = |text: &str| text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || (whole.is_empty() && !part.is_empty()) {
        return Err(words::not_a_number(text));
    }
    let begun = u32::from(part.bytes().any(|byte| byte != b'0'));
    Ok(whole.parse::<u32>().unwrap_or(0) + begun)
}

/// Newer files have a row for an event and one for each of its lessons. Where an event has its own
/// row, those of its lessons are left out.
fn without_lessons(events: Vec<Event>, drafts: &mut Drafts) -> Vec<Event> {
    let own: Vec<String> = events
        .iter()
        .filter(|event| event.lesson.is_empty() && !event.number.is_empty())
        .map(|event| event.number.clone())
        .collect();
    let is_kept = |event: &Event| event.lesson.is_empty() || !own.contains(&event.number);
    let all = events.len();
    let kept: Vec<Event> = events.into_iter().filter(is_kept).collect();
    for _ in kept.len()..all {
        drafts.leave_out(LeftOut::Lesson);
    }
    kept
}

/// A day as the fields of a draft, so that it can wait and be taken in later.
fn fields(day: Day, events: &[Event], options: &SourceOptions) -> Vec<(String, String)> {
    let mut fields = vec![("day".to_owned(), day.to_string())];
    for (place, status) in STATUSES.iter().enumerate() {
        let of = |event: &&Event| event.status == place && !event.is_late;
        let lessons: u32 = events.iter().filter(of).map(|event| event.lessons).sum();
        if lessons > 0 {
            fields.push(((*status).to_owned(), lessons.to_string()));
        }
    }
    let late: u32 = events.iter().filter(|event| event.is_late).map(|event| event.minutes).sum();
    if late > 0 {
        fields.push(("late".to_owned(), late.to_string()));
    }
    fields.push(("cap".to_owned(), options.cap.to_string()));
    fields.push(("lessons_per_day".to_owned(), options.lessons_per_day.to_string()));
    fields
}

/// What a day comes to at a school that records in its own unit: status and amount. Empty where it
/// is less than the school counts.
///
/// Lessons are added up to the bound of a day. A school that counts half-days has one half-day for
/// up to half of the lessons of a day, and two for more. A school that counts days has one for half
/// of the lessons or more. Late arrivals are minutes, and no absence.
pub(super) fn amounts(
    fields: &[(String, String)],
    attendance: &Attendance,
    codes: AbsenceCodes,
) -> Vec<(&'static str, u16)> {
    let number = |name: &str| -> u32 {
        let found = fields.iter().find(|(field, _)| field == name);
        found.and_then(|(_, value)| value.parse().ok()).unwrap_or(0)
    };
    let (cap, whole) = (number("cap"), number("lessons_per_day").max(1));
    let mut lessons_left = cap;
    let mut units_left = u32::from(attendance.units_per_day);
    let mut found = Vec::new();
    for status in STATUSES {
        let lessons = number(status).min(lessons_left);
        lessons_left -= lessons;
        let units = if attendance.unit == codes.lesson {
            lessons
        } else if attendance.unit == codes.half_day {
            (2 * lessons).div_ceil(whole)
        } else {
            u32::from(lessons > 0 && 2 * lessons >= whole)
        };
        let units = units.min(units_left);
        units_left -= units;
        if units > 0 {
            found.push((status, u16::try_from(units).unwrap_or(u16::MAX)));
        }
    }
    let late = number("late").min(u32::from(MOST_LATE_MINUTES));
    if late > 0 {
        found.push(("late", u16::try_from(late).unwrap_or(MOST_LATE_MINUTES)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CodeLists, SchoolKey, Span};

    const HEAD: &str = "Schüler*innen\tExterne Id\tKlasse\tDatum\tWochentag\tFehlstd.\tFehlmin.\t\
                        Abwesenheitsgrund\tText\tErledigt\tAbwesenheit zählt\tEntschuldigungstext\t\
                        Status\tFehltage";

    /// A row: id, day, lessons, minutes, reason, counts, status.
    fn row(cells: [&str; 7]) -> String {
        let [id, day, lessons, minutes, reason, counts, status] = cells;
        format!(
            "Muster Ada\t{id}\t3b\t{day}\tMo\t{lessons}\t{minutes}\t{reason}\tx\tja\t{counts}\t\t\
             {status}\t1\n"
        )
    }

    fn of(rows: &[String]) -> Drafts {
        read(format!("{HEAD}\n{}", rows.concat()).as_bytes(), &SourceOptions::default()).unwrap()
    }

    fn at(unit: u16, units_per_day: u16, fields: &[(String, String)]) -> Vec<(&'static str, u16)> {
        let codes = AbsenceCodes::new(&CodeLists::new(CodeLists::seed()));
        let span = Span { from: Day(0), until: None };
        let attendance = Attendance { school: SchoolKey(1), unit, units_per_day, span };
        amounts(fields, &attendance, codes)
    }

    #[test]
    fn an_excursion_of_24_hours_is_never_more_than_a_day() {
        let trip = |reason, counts, status| {
            let drafts = of(&[row(["7", "15.09.25", "24", "1440", reason, counts, status])]);
            drafts.list.first().map(|draft| at(2, 8, &draft.fields))
        };
        assert_eq!(trip("Exkursion", "nein", "entsch."), None, "it does not count");
        assert_eq!(trip("Exkursion", "ja", "entsch."), Some(vec![("school-caused", 8)]));
        assert_eq!(trip("Krankheit", "ja", "entsch."), Some(vec![("excused", 8)]));
        let six = of(&[row(["7", "15.09.25", "24", "0", "", "ja", "offen"])]);
        assert_eq!(at(2, 6, &six.list[0].fields), [("open", 6)], "no more than the school has");
    }

    #[test]
    fn rows_of_one_day_add_up_and_the_bound_cuts_no_excuse() {
        let drafts = of(&[
            row(["7", "15.09.25", "3", "135", "", "ja", "nicht entsch."]),
            row(["7", "15.09.25", "7", "315", "", "ja", "entsch."]),
            row(["7", "16.09.25", "2", "90", "", "ja", ""]),
            row(["8", "15.09.25", "1", "45", "", "ja", "Attest"]),
        ]);
        let found: Vec<_> = drafts.list.iter().map(|draft| at(2, 8, &draft.fields)).collect();
        assert_eq!(
            found,
            [vec![("excused", 7), ("unexcused", 1)], vec![("open", 2)], vec![("excused", 1)]]
        );
    }

    #[test]
    fn lessons_become_what_the_school_counts_in() {
        let lessons = |number: u32| {
            vec![
                ("open".to_owned(), number.to_string()),
                ("cap".to_owned(), "8".to_owned()),
                ("lessons_per_day".to_owned(), "6".to_owned()),
            ]
        };
        for (number, half_days, days) in [(1, 1, 0), (2, 1, 0), (3, 1, 1), (4, 2, 1), (8, 2, 1)] {
            let sum = |unit, units| -> u16 {
                at(unit, units, &lessons(number)).iter().map(|(_, amount)| amount).sum()
            };
            assert_eq!((sum(1, 2), sum(0, 1)), (half_days, days), "{number} lessons");
        }
    }

    #[test]
    fn a_late_arrival_is_minutes_and_no_absence() {
        let drafts = of(&[
            row(["7", "15.09.25", "0", "12", "", "ja", "nicht entsch."]),
            row(["7", "15.09.25", "1", "20", "Verspätung", "ja", "entsch."]),
            row(["7", "16.09.25", "0", "0", "", "ja", "entsch."]),
        ]);
        assert_eq!(at(2, 6, &drafts.list[0].fields), [("late", 32)]);
        assert_eq!(drafts.left_out[&LeftOut::Nothing], 1);
    }

    #[test]
    fn single_lessons_of_an_event_count_once() {
        let head = "Status\tENr\tFach\tLehrkraft\tFehlstd.\tDatum\tSchüler*innen\n";
        let file = format!(
            "{head}offen\t5\t\t\t2\t15.09.25\tA\noffen\t5\tM\tXY\t1\t15.09.25\tA\n\
             offen\t5\tD\tXY\t1\t15.09.25\tA\noffen\t6\tD\tXY\t1\t15.09.25\tA\n\
             offen\t6\tD\tXY\t1\t15.09.25\tA\n"
        );
        let drafts = read(file.as_bytes(), &SourceOptions::default()).unwrap();
        assert_eq!(at(2, 8, &drafts.list[0].fields), [("open", 3)]);
        assert_eq!(drafts.left_out[&LeftOut::Lesson], 2);
        assert_eq!(drafts.left_out[&LeftOut::Repeated], 1);
    }

    #[test]
    fn what_cannot_be_read_waits_with_its_reason() {
        let drafts = of(&[
            row(["7", "15.9.25", "1", "", "", "ja", ""]),
            row(["7", "15.09.25", "x", "", "", "ja", ""]),
            row(["7", "15.09.25", "1", "", "", "vielleicht", ""]),
            row(["7", "15.09.25", "1", "", "", "ja", "gelb"]),
            "A\tB\n".to_owned(),
        ]);
        assert!(drafts.list.iter().all(|draft| draft.problem.is_some()), "{drafts:?}");
        assert_eq!(drafts.list.iter().map(|draft| draft.line).collect::<Vec<_>>(), [2, 3, 4, 5, 6]);
        let lacking = read(b"Datum\tStatus\n", &SourceOptions::default()).unwrap_err();
        assert!(lacking.to_string().contains("`Fehlstd.`"), "{lacking}");
    }
}
