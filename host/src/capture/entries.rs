//! Rows to records of a form, whichever form it is: the form says what stands in each column.

use std::collections::HashMap;
use std::sync::Arc;

use csv::StringRecord;

use super::conflict::{self, Noun};
use super::entry_checks::Checks;
use super::header::{Field, Header};
use super::mistake::Mistakes;
use super::once::Once;
use super::row::{Reported, Row};
use crate::domain::{
    CodeList, Directory, Entered, Entry, FormField, FormKind, FormType, Id, MOST_CODES,
};

/// One column of a file, with all that is needed to read it.
struct Column {
    field: &'static FormField,
    place: Field<'static>,
    codes: Arc<CodeList>,
}

/// The records that stood in earlier lines of the same file, by sign.
type Earlier = HashMap<String, Id>;

/// Reads rows of a form. A record may refer to those that are known, and where a form refers to
/// itself, to those in earlier lines.
pub(super) fn entry(
    kind: FormKind,
    header: &Header,
    directory: &Directory,
    new_id: &mut dyn FnMut() -> Id,
) -> impl FnMut(&mut Row<'_, '_>) -> Result<Entry, Reported> {
    let form = kind.form();
    let column = |field: &'static FormField| {
        let codes = directory.codes.list(&field.codes);
        Column { field, place: header.field(&field.name), codes }
    };
    let columns: Vec<Column> = form.fields.iter().map(column).collect();
    let mut checks = Checks::new(kind, header, directory);
    let mut once = Once::new();
    let mut earlier = Earlier::new();
    move |row| {
        let id = new_id();
        let mut reader = Reader { kind, directory, once: &mut once, earlier: &mut earlier, id };
        let mut values = Vec::with_capacity(columns.len());
        let mut is_wrong = false;
        for column in &columns {
            // Every value is looked at, also after a wrong one.
            let value = reader.value(row, column);
            is_wrong |= value.is_err();
            values.push(value.unwrap_or(Entered::Missing));
        }
        if is_wrong {
            return Err(Reported);
        }
        let mut entry = Entry { id, form, values };
        checks.check(row, &mut entry)?;
        Ok(entry)
    }
}

/// Reads the values of one row.
struct Reader<'a> {
    kind: FormKind,
    directory: &'a Directory,
    once: &'a mut Once<String>,
    earlier: &'a mut Earlier,
    id: Id,
}

impl Reader<'_> {
    fn value(&mut self, row: &mut Row<'_, '_>, column: &Column) -> Result<Entered, Reported> {
        let Column { field, place, codes } = column;
        let place = *place;
        if field.kind == FormType::Set {
            return set(row, place, field, codes);
        }
        if row.value(place).is_empty() {
            if !field.required {
                return Ok(Entered::Missing);
            }
            if place.place.is_some()
                && let Some(reason) = conflict::missing_in(&self.kind.name, &field.name)
            {
                return Err(row.wrong(place, || reason));
            }
        }
        let key = |key: i64| Entered::Key(key);
        let known = self.directory;
        match field.kind {
            FormType::Sign => self.sign(row, place),
            FormType::Text => row.required_text(place).map(Entered::Text),
            FormType::Day => row.day(place).map(Entered::Day),
            FormType::Flag => row
                .required(place)
                .and_then(|_| Ok(row.yes_or_no(place)?.map_or(Entered::Missing, Entered::Flag))),
            FormType::Code => row.code(place, &field.codes, codes).map(Entered::Code),
            FormType::Number => {
                let bound = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
                let range = bound(field.least)..=bound(field.most);
                row.number::<u32>(place, &range).map(|number| Entered::Number(number.into()))
            }
            FormType::Hundredths | FormType::Cents => {
                row.hundredths(place, field.least..=field.most).map(Entered::Number)
            }
            FormType::School => {
                row.known(place, Noun::School, &known.schools).map(|found| key(found.key.0))
            }
            FormType::Practitioner => row
                .known(place, Noun::Practitioner, &known.practitioners)
                .map(|found| key(found.key.0)),
            FormType::Pupil => {
                row.known(place, Noun::Pupil, &known.pupils).map(|found| key(found.key.0))
            }
            FormType::Household => {
                row.known(place, Noun::Household, &known.households).map(|found| key(found.0))
            }
            FormType::Record => self.record(row, place, field),
            FormType::Set => unreachable!("read above"),
        }
    }

    fn sign(&mut self, row: &mut Row<'_, '_>, place: Field<'_>) -> Result<Entered, Reported> {
        let none = HashMap::new();
        let known = self.directory.entries.get(self.kind.form().name.as_str()).unwrap_or(&none);
        let sign = row.new_sign(place, Noun::Record(self.kind), known, self.once)?;
        self.earlier.insert(sign.clone(), self.id);
        Ok(Entered::Text(sign))
    }

    fn record(
        &self,
        row: &mut Row<'_, '_>,
        place: Field<'_>,
        field: &FormField,
    ) -> Result<Entered, Reported> {
        let none = HashMap::new();
        let known = self.directory.entries.get(field.record.as_str()).unwrap_or(&none);
        let sign = row.required(place)?;
        if field.record == self.kind.name
            && !known.contains_key(sign)
            && let Some(id) = self.earlier.get(sign).filter(|id| **id != self.id)
        {
            return Ok(Entered::Earlier(*id));
        }
        let kind = FormKind::of_name(&field.record).unwrap_or(self.kind);
        row.known_as(place, sign, Noun::Record(kind), known).map(|key| Entered::Key(*key))
    }
}

/// Reads one value of a form, to look for: the field at that place, which may be empty whatever the
/// form says. It refers to records that are known.
///
/// # Errors
///
/// The mistake, in the field and without a line.
pub fn value(
    kind: FormKind,
    place: usize,
    text: &str,
    directory: &Directory,
) -> Result<Entered, Mistakes> {
    let Some(field) = kind.form().fields.get(place) else { return Ok(Entered::Missing) };
    let text = text.trim();
    if text.is_empty() && field.kind != FormType::Set {
        return Ok(Entered::Missing);
    }
    if field.kind == FormType::Sign {
        return Ok(Entered::Text(text.to_owned()));
    }
    let record = StringRecord::from(vec![text]);
    let mut mistakes = Mistakes::default();
    let mut row = Row { record: &record, line: 0, mistakes: &mut mistakes };
    let column = Column {
        field,
        place: Field { name: &field.name, place: Some(0) },
        codes: directory.codes.list(&field.codes),
    };
    let (once, earlier) = (&mut Once::new(), &mut Earlier::new());
    let id = Id::from_bytes([0; 16]);
    let read = Reader { kind, directory, once, earlier, id }.value(&mut row, &column);
    read.map_err(|Reported| mistakes)
}

/// Codes separated by `|`; none where the field is empty.
fn set(
    row: &mut Row<'_, '_>,
    place: Field<'_>,
    field: &FormField,
    codes: &CodeList,
) -> Result<Entered, Reported> {
    let places = row.list(place, |row, code| row.code_of(place, code, &field.codes, codes))?;
    let bit = |place: u16| if usize::from(place) < MOST_CODES { 1 << place } else { 0 };
    Ok(Entered::Set(places.into_iter().fold(0, |set, place| set | bit(place))))
}

#[cfg(test)]
mod tests {
    use super::super::kind::{Kind, Records};
    use super::super::read::read;
    use super::super::sample::{directory, ids, mistakes, records};
    use super::*;

    fn kind(name: &str) -> Kind {
        name.parse().unwrap()
    }

    fn entries(name: &str, text: &str) -> Vec<Entry> {
        match records(kind(name), text) {
            Ok(Records::Entries(_, entries)) => entries,
            other => panic!("no records: {other:?}"),
        }
    }

    fn said(name: &str, text: &str) -> Vec<(u64, String, String)> {
        mistakes(kind(name), text)
    }

    #[test]
    fn every_mistake_of_a_record_is_told_with_line_and_column() {
        let text = "code,team,role,fte,state,heads,from,until\n\
                    p 1,t9,boss,0.655,filled,51,2025-13-01,\n\
                    po-1,te-1,mediation,50.01,filled,1,2025-09-01,31.08.2025\n\
                    po-1,te-1,mediation,0,filled,x,2025-09-01,31.08.2025\n\
                    po-2,te-1,mediation,0.5,filled,1,2025-09-01,31.08.2025\n";
        let found = said("posts", text);
        let found: Vec<_> =
            found.iter().map(|(line, field, why)| (*line, field.as_str(), why.as_str())).collect();
        let hundredths = |value: &str| {
            format!(
                "`{value}` is not a number from 0.01 to 50.00 with at most two digits after the \
                 point, such as 12.50 or 12,50"
            )
        };
        assert_eq!(
            found,
            [
                (
                    2,
                    "code",
                    "`p 1` cannot be a code; use 1 to 32 letters without accents, digits, `-`, `_` \
                     and `.`"
                ),
                (2, "team", "there is no record with the code `t9`; import teams first"),
                (2, "role", found[2].2),
                (2, "fte", &hundredths("0.655")),
                (2, "heads", "`51` is not a whole number from 0 to 50"),
                (2, "from", "`2025-13-01` is not a day; write it as 2025-09-15 or 15.09.2025"),
                (3, "fte", &hundredths("50.01")),
                (4, "code", "`po-1` is already in line 3; remove one of the two rows"),
                (4, "fte", &hundredths("0")),
                (4, "heads", "`x` is not a whole number from 0 to 50"),
                (5, "until", "2025-08-31 lies before `from` on 2025-09-01"),
            ]
        );
    }

    #[test]
    fn posts_are_added_up_exactly() {
        let shares = ["0.30", "0,75", "0.75", "1", "0,5", "0.65", "0.65", "0.65", "1.75"];
        let rows = shares.iter().enumerate().map(|(place, share)| {
            format!("po-{place};te-1;mediation;{share};filled;1;2025-09-01\n")
        });
        let text = format!("code;team;role;fte;state;heads;from\n{}", rows.collect::<String>());
        let sum: i64 = entries("posts", &text)
            .iter()
            .map(|entry| match entry.value("fte") {
                Entered::Number(hundredths) => *hundredths,
                other => panic!("{other:?}"),
            })
            .sum();
        assert_eq!(sum, 700, "7.00 posts");
    }

    #[test]
    fn a_budget_is_kept_in_cents() {
        let text = "code;name;service;amount;from;until\n\
                    b-1;Dolmetschen;school-mediation;30000,00;01.01.2026;31.12.2026\n\
                    b-2;Dolmetschen;school-mediation;30000.5;2026-01-01;2026-12-31\n";
        let found = entries("interpreter-budgets", text);
        assert_eq!(found[0].value("amount"), &Entered::Number(3_000_000));
        assert_eq!(found[1].value("amount"), &Entered::Number(3_000_050));
        assert_eq!(found[0].code(), "b-1");
        let wrong = "code;name;service;amount;from;until\n\
                     b-1;Dolmetschen;school-mediation;30.000,00;01.01.2026;31.12.2026\n";
        assert_eq!(said("interpreter-budgets", wrong)[0].1, "amount");
    }

    #[test]
    fn sets_flags_and_references_are_read() {
        let text = "code,household,topics,eligibility,opened\n\
                    sc-9,h1,learning| language,newly-arrived,2025-09-15\n\
                    sc-10,h2,,comparable,15.09.2025\n";
        let found = entries("support-cases", text);
        let topics_known = directory().codes.list("topic");
        let Entered::Set(topics) = found[0].value("topics") else { panic!("a set") };
        let mut said = topics_known.of_set(*topics);
        said.sort_unstable();
        assert_eq!(said, ["language", "learning"]);
        assert_eq!(found[1].value("topics"), &Entered::Set(0));
        assert_eq!(found[0].value("household"), &Entered::Key(21));
        assert_eq!(found[0].value("pupil"), &Entered::Missing);
        assert_eq!(found[0].value("opened"), found[1].value("opened"));
    }

    #[test]
    fn a_record_refers_to_earlier_ones_of_its_own_file_and_to_no_later_ones() {
        let head = "code,title,service,unit,low,high,value_kind,source,contradicts,from\n";
        let row = |code: &str, low, high, other: &str| {
            format!("{code},x,culture-mediation,staff,{low},{high},counted,y,{other},2025-01-01\n")
        };
        let text = format!("{head}{}{}", row("f-1", 4, "", ""), row("f-2", 6, "7", "f-1"));
        let found = entries("reported-figures", &text);
        assert_eq!(found[1].value("contradicts"), &Entered::Earlier(found[0].id));
        let text = format!(
            "{head}{}{}{}",
            row("f-1", 4, "3", ""),
            row("f-2", 6, "7", "f-3"),
            row("f-3", 6, "7", "f-3")
        );
        let found = said("reported-figures", &text);
        let places: Vec<_> = found.iter().map(|(line, field, _)| (*line, field.as_str())).collect();
        assert_eq!(places, [(2, "high"), (3, "contradicts"), (4, "contradicts")]);
    }

    #[test]
    fn a_case_is_about_a_pupil_or_a_household() {
        let text = "code,eligibility,opened,closed\nsc-9,newly-arrived,2025-09-15,2025-09-14\n";
        let found = said("support-cases", text);
        let places: Vec<_> = found.iter().map(|(line, field, _)| (*line, field.as_str())).collect();
        assert_eq!(places, [(2, "pupil"), (2, "closed")]);
        assert_eq!(found[0].2, "at least one of `pupil` and `household` is needed");
    }

    #[test]
    fn interpreting_without_a_case_is_refused_in_plain_words() {
        let text = "code,support_case,budget,day,language,mode,outcome,minutes,cost\n\
                    in-1,,b-7,2026-02-03,ar,on-site,took-place,60,80.00\n";
        let found = said("interpreting", text);
        assert_eq!(
            found[0].2,
            "interpreting is always booked for a support case; give its code, or open the case first"
        );
    }

    /// The sample has a budget `b-7` of which 120.50 EUR are left.
    #[test]
    fn no_booking_goes_beyond_its_budget() {
        let head = "code,support_case,budget,day,language,mode,outcome,minutes,cost\n";
        let row = |code: &str, cost: &str| {
            format!("{code},sc-1,b-7,2026-02-03,ar,on-site,took-place,60,{cost}\n")
        };
        let text =
            format!("{head}{}{}{}", row("in-1", "80"), row("in-2", "40.51"), row("in-3", "40.50"));
        let found = said("interpreting", &text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].0, found[0].1.as_str()), (3, "cost"));
        assert_eq!(
            found[0].2,
            "40.51 EUR are more than the 40.50 EUR that are left of the budget `b-7`; correct it, or \
             confirm it with `--over-budget`"
        );
        let fits = format!("{head}{}{}", row("in-1", "80"), row("in-3", "40.50"));
        assert_eq!(entries("interpreting", &fits).len(), 2);
        let mut confirmed = directory();
        confirmed.budgets_left.clear();
        let read = read(kind("interpreting"), text.as_bytes(), &confirmed, &mut ids(), &mut |_| ());
        assert_eq!(read.unwrap().len(), 3);
    }

    /// Pupil `p1` goes to a primary school, `p5` to a Realschule.
    #[test]
    fn measures_go_to_the_authority_of_the_school_form() {
        let head = "code,pupil,step,day,authority\n";
        let right = format!("{head}l-1,p1,fine,2026-02-03,\nl-2,p5,fine,2026-02-03,\n");
        let authorities = directory().codes.list("authority");
        let place = |code| Entered::Code(authorities.place(code).unwrap());
        let found = entries("ladder-events", &right);
        assert_eq!(found[0].value("authority"), &place("school-office"));
        assert_eq!(found[1].value("authority"), &place("district-government"));
        let wrong = format!(
            "{head}l-1,p1,fine,2026-02-03,district-government\n\
             l-2,p5,fine,2026-02-03,district-government\nl-3,p5,fine,2026-02-03,school-office\n"
        );
        let found = said("ladder-events", &wrong);
        let places: Vec<_> = found.iter().map(|(line, field, _)| (*line, field.as_str())).collect();
        assert_eq!(places, [(2, "authority"), (4, "authority")]);
        assert_eq!(
            found[1].2,
            "for a school of the form `10`, `district-government` is responsible; leave it empty or \
             correct it"
        );
    }
}
