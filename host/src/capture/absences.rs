//! Rows to absences and late arrivals, and to sums of absences without days.

use std::collections::HashMap;

use super::conflict::{self, Noun};
use super::header::Header;
use super::once::Once;
use super::row::{Reported, Row};
use crate::domain::{
    Absence, AbsenceCodes, AbsenceRefusal, AbsenceTotal, Day, Directory, Id, KnownPupil,
    MOST_LATE_MINUTES, PupilKey, Register,
};

/// The most that somebody can have missed in a year: 366 days of twelve lessons, rounded up.
const MOST_MISSED: u32 = 5_000;

/// Reads rows of absences. Without an amount the whole school day was missed. Those of one day that
/// contradict each other are a mistake, unless conflicts are to be kept; what one row alone says must
/// be possible in any case.
pub(super) fn absence(
    header: &Header,
    directory: &Directory,
    new_id: &mut dyn FnMut() -> Id,
    keeps_conflicts: bool,
) -> impl FnMut(&mut Row<'_, '_>) -> Result<Absence, Reported> {
    let [pupil, day, status] = ["pupil", "day", "status"].map(|name| header.field(name));
    let [unit, amount] = ["unit", "amount"].map(|name| header.field(name));
    let statuses = directory.codes.list("absence-status");
    let units = directory.codes.list("absence-unit");
    let codes = AbsenceCodes::new(&directory.codes);
    let nothing = Register::default();
    let mut missed: HashMap<(PupilKey, Day), u32> = HashMap::new();
    move |row| {
        let known = row.known(pupil, Noun::Pupil, &directory.pupils);
        let date = row.day(day);
        let found = row.code(status, "absence-status", &statuses);
        let counted_in = row.optional_code(unit, "absence-unit", &units);
        let number = row.optional_number(amount, &(1..=u32::from(MOST_LATE_MINUTES)));
        if found == Ok(codes.late) && number == Ok(None) {
            row.wrong(amount, conflict::late_without_minutes);
            return Err(Reported);
        }
        let (known, date) = (known?, date?);
        let KnownPupil { key, school, class, .. } = known;
        let register = directory.registers.get(school).unwrap_or(&nothing);
        let attendance = register
            .open_to(&known.stays(), date)
            .map_err(|refusal| row.wrong(day, || refusal.text()))?;
        if !keeps_conflicts && !register.is_taken(date, class) {
            return Err(row.wrong(day, || AbsenceRefusal::NotTaken(date).text()));
        }
        let (found, counted_in, number) = (found?, counted_in?, number?);
        let absence = Absence {
            id: new_id(),
            pupil: *key,
            day: date,
            status: found,
            unit: counted_in.unwrap_or_else(|| attendance.unit_of(found, codes)),
            amount: number.unwrap_or(attendance.units_per_day),
        };
        let of_the_day = missed.entry((*key, date)).or_default();
        let before = if keeps_conflicts { 0 } else { *of_the_day };
        let fits = attendance.check(&absence, before, &directory.codes);
        fits.map_err(|refusal| {
            let field = if matches!(refusal, AbsenceRefusal::Unit { .. }) { unit } else { amount };
            row.wrong(field, || refusal.text())
        })?;
        if found != codes.late {
            *of_the_day += u32::from(absence.amount);
        }
        Ok(absence)
    }
}

/// Reads rows of sums. A pupil has one for a term and a unit.
pub(super) fn total(
    header: &Header,
    directory: &Directory,
) -> impl FnMut(&mut Row<'_, '_>) -> Result<AbsenceTotal, Reported> {
    let [pupil, year, term, unit] =
        ["pupil", "school_year", "term", "unit"].map(|name| header.field(name));
    let [missed, unexcused, source] =
        ["missed", "unexcused", "source"].map(|name| header.field(name));
    let excused = header.field("excused");
    let terms = directory.codes.list("term");
    let units = directory.codes.list("absence-unit");
    let codes = AbsenceCodes::new(&directory.codes);
    let mut once = Once::new();
    move |row| {
        let known = row.known(pupil, Noun::Pupil, &directory.pupils);
        let found = row.school_year(year);
        let place = row.code(term, "term", &terms);
        let counted_in = row.code(unit, "absence-unit", &units).and_then(|place| {
            let is_minute = place == codes.minute;
            if is_minute { Err(row.wrong(unit, conflict::minutes_are_no_unit)) } else { Ok(place) }
        });
        let all = row.number(missed, &(0..=MOST_MISSED));
        let without = row.number(unexcused, &(0..=MOST_MISSED));
        if let (Ok(all), Ok(without)) = (all, without)
            && without > all
        {
            return Err(row.wrong(unexcused, || conflict::more_unexcused_than_missed(all)));
        }
        let with = row.optional_number(excused, &(0..=MOST_MISSED));
        let from = row.text(source);
        let (key, found, place, counted_in) = (known?.key, found?, place?, counted_in?);
        let value = row.value(pupil);
        row.once(pupil, (key, found, place, counted_in), value, &mut once)?;
        Ok(AbsenceTotal {
            pupil: key,
            year: found,
            term: place,
            unit: counted_in,
            missed: all?,
            unexcused: without?,
            excused: with?,
            source: from?,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::super::kind::{Kind, Records};
    use super::super::sample::{mistakes, places, records};
    use crate::domain::{Absence, SchoolYear};

    fn absences(text: &str) -> Vec<Absence> {
        match records(Kind::Absences, text) {
            Ok(Records::Absences(absences)) => absences,
            other => panic!("no absences: {other:?}"),
        }
    }

    /// School 990001 records six lessons from 2025-08-27 to 2026-01-31 and half-days from 2026-02-01
    /// on, and is free on 2026-02-16. Its pupils are enrolled since 2024-08-01.
    #[test]
    fn every_mistake_of_absences_is_told_with_line_and_column() {
        let text = "pupil,day,status,unit,amount\n\
                    p9,2025-09-31,truant,hour,0\n\
                    p1,2024-07-31,open,,\n\
                    p1,2025-09-13,open,,\n\
                    p1,2026-02-16,open,,\n\
                    p1,2025-07-11,open,,\n\
                    p1,2025-09-15,open,half-day,1\n\
                    p1,2025-09-15,late,lesson,1\n\
                    p1,2025-09-15,late,,\n\
                    p1,2025-09-15,excused,minute,5\n\
                    p1,2025-09-15,excused,,7\n\
                    p1,2025-09-16,excused,lesson,4\n\
                    p1,2025-09-16,open,,\n\
                    p1,2026-03-02,late,,481\n";
        let said = mistakes(Kind::Absences, text);
        let said: Vec<_> =
            said.iter().map(|(line, field, why)| (*line, &**field, &**why)).collect();
        assert_eq!(
            said,
            [
                (2, "pupil", "there is no pupil with the code `p9`; import pupils first"),
                (2, "day", "`2025-09-31` is not a day; write it as 2025-09-15 or 15.09.2025"),
                (
                    2,
                    "status",
                    "`truant` is not in the list `absence-status`; allowed are `excused`, \
                     `unexcused`, `open`, `on-leave`, `school-caused`, `late`"
                ),
                (
                    2,
                    "unit",
                    "`hour` is not in the list `absence-unit`; allowed are `day`, `half-day`, \
                     `lesson`, `minute`"
                ),
                (2, "amount", "`0` is not a whole number from 1 to 480"),
                (3, "day", "the pupil is not enrolled at the school on 2024-07-31"),
                (4, "day", "2025-09-13 is no school day at this school"),
                (5, "day", "2026-02-16 is no school day at this school"),
                (
                    6,
                    "day",
                    "the school records no absences on 2025-07-11; import `attendance` first"
                ),
                (7, "unit", "the unit to count in is `lesson` (lesson) here"),
                (8, "unit", "the unit to count in is `minute` (minute) here"),
                (9, "amount", "a late arrival needs its minutes; fill them in"),
                (10, "unit", "the unit to count in is `lesson` (lesson) here"),
                (11, "amount", "that makes 7 units missed on 2025-09-15, and the school day has 6"),
                (
                    13,
                    "amount",
                    "that makes 10 units missed on 2025-09-16, and the school day has 6"
                ),
                (14, "amount", "`481` is not a whole number from 1 to 480"),
            ]
        );
    }

    #[test]
    fn a_school_that_does_not_record_has_no_absences() {
        let text = "pupil,day,status\np5,2025-09-15,open\n";
        let said = mistakes(Kind::Absences, text);
        assert_eq!((said[0].0, &*said[0].1), (2, "day"));
        assert!(said[0].2.contains("import `attendance` first"), "{said:?}");
    }

    #[test]
    fn without_an_amount_the_whole_school_day_was_missed() {
        let text = "pupil,day,status,unit,amount\np1,2025-09-15,open,,\np1,02.03.2026,excused,,\n\
                    p2,2025-09-15,unexcused,lesson,2\np2,2025-09-15,on-leave,,4\n\
                    p2,2025-09-15,late,,12\np2,2025-09-16,late,minute,480\n";
        let told = absences(text).into_iter().map(|one| (one.pupil.0, one.unit, one.amount));
        let expected = [(31, 2, 6), (31, 1, 2), (32, 2, 2), (32, 2, 4), (32, 3, 12), (32, 3, 480)];
        assert_eq!(told.collect::<Vec<_>>(), expected);
        let short = absences("status,pupil,day\nopen,p1,2025-09-15\n");
        assert_eq!((short[0].status, short[0].unit, short[0].amount), (2, 2, 6));
    }

    #[test]
    fn a_pupil_has_one_sum_for_a_term_and_a_unit() {
        let text = "pupil,school_year,term,unit,missed,unexcused,source\n\
                    p1,2025/26,first-half,lesson,24,25,\n\
                    p1,2025/26,first-half,minute,24,2,\n\
                    p1,2025/26,quarter,lesson,24,2,\n\
                    p1,2024/25,first-half,lesson,5001,,\n\
                    p1,2025/26,first-half,lesson,24,6,SchILD\n\
                    p1,2025/26,first-half,lesson,24,6,SchILD\n\
                    p1,2025/26,year,lesson,24,6,\n\
                    p1,2025/26,first-half,day,4,1,\n";
        let expected = [
            (2, "unexcused"),
            (3, "unit"),
            (4, "term"),
            (5, "missed"),
            (5, "unexcused"),
            (7, "pupil"),
        ];
        assert_eq!(
            places(Kind::AbsenceTotals, text),
            expected.map(|(line, field)| (line, field.to_owned()))
        );
        let text =
            "pupil,school_year,term,unit,missed,unexcused\np1,2025/26,second-half,lesson,0,0\n";
        let Ok(Records::AbsenceTotals(found)) = records(Kind::AbsenceTotals, text) else {
            panic!("a sound file")
        };
        let total = &found[0];
        assert_eq!((total.year, total.term, total.unit), (SchoolYear(2025), 2, 2));
        assert_eq!((total.missed, &*total.source), (0, ""));
    }

    #[test]
    fn whereabouts_become_unknown_after_the_enrolment() {
        let file = |day: &str| {
            format!(
                "code,family_name,school,grade,status,enrolled_from,unknown_from\n\
                 p9,X,990001,03,whereabouts-unknown,2025-08-27,{day}\n"
            )
        };
        let said = mistakes(Kind::Pupils, &file("2025-08-26"));
        assert_eq!((said[0].0, &*said[0].1), (2, "unknown_from"));
        for (value, expected) in [("", None), ("2026-01-12", Some("2026-01-12"))] {
            let Ok(Records::Pupils(pupils)) = records(Kind::Pupils, &file(value)) else {
                panic!("a sound file")
            };
            assert_eq!(pupils[0].unknown_from, expected.map(|day| day.parse().unwrap()));
        }
    }

    /// A year of a whole city: far from what a person waits for.
    #[test]
    fn twenty_thousand_absences_are_read_at_once() {
        let mut text = String::from("pupil,day,status,unit,amount\n");
        for row in 0..20_000 {
            let (pupil, day) = (row % 4 + 1, row / 4 % 5 + 15);
            writeln!(text, "p{pupil},2025-09-{day},late,minute,{}", row % 480 + 1).unwrap();
        }
        let start = std::time::Instant::now();
        assert_eq!(absences(&text).len(), 20_000);
        // Hundredths of a second in fact; the bound is for a busy machine without optimisation.
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    }
}
