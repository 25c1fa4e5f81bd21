//! What binds several values of a record: the checks of its form, and rules of the field.

use std::collections::HashMap;
use std::sync::Arc;

use super::conflict;
use super::header::{Field, Header};
use super::row::{Reported, Row};
use crate::domain::{
    Check, CodeList, Directory, Entered, Entry, FormKind, Rule, SchoolKey, authority_of,
};

/// The checks of one file.
pub(super) struct Checks {
    rules: Vec<(Rule, Vec<(usize, Field<'static>)>)>,
    ladder: Option<Ladder>,
    budget: Option<Budget>,
}

impl Checks {
    pub(super) fn new(kind: FormKind, header: &Header, directory: &Directory) -> Self {
        let form = kind.form();
        let field = |name: &'static String| {
            form.place(name).map(|place| (place, header.field(name.as_str())))
        };
        let fields =
            |check: &'static Check| (check.rule, check.fields.iter().filter_map(field).collect());
        Self {
            rules: form.checks.iter().map(fields).collect(),
            ladder: (form.name == "ladder-events").then(|| Ladder::new(header, directory)),
            budget: (form.name == "interpreting").then(|| Budget {
                cost: header.field("cost"),
                from: header.field("budget"),
                left: directory.budgets_left.clone(),
            }),
        }
    }

    /// Looks at a record whose values are right each by itself, and fills in what follows from them.
    pub(super) fn check(
        &mut self,
        row: &mut Row<'_, '_>,
        entry: &mut Entry,
    ) -> Result<(), Reported> {
        let mut outcome = Ok(());
        for (rule, fields) in &self.rules {
            let checked = check(*rule, fields, row, entry);
            outcome = outcome.and(checked);
        }
        if let Some(ladder) = &self.ladder {
            outcome = outcome.and(ladder.check(row, entry));
        }
        // What a wrong row would have cost is left for the others.
        outcome?;
        self.budget.as_mut().map_or(Ok(()), |budget| budget.check(row, entry))
    }
}

fn check(
    rule: Rule,
    fields: &[(usize, Field<'static>)],
    row: &mut Row<'_, '_>,
    entry: &Entry,
) -> Result<(), Reported> {
    let value = |place: usize| &entry.values[place];
    match (rule, fields) {
        (Rule::OneOf, [(_, first), ..]) => {
            if fields.iter().any(|(place, _)| *value(*place) != Entered::Missing) {
                return Ok(());
            }
            let names: Vec<&str> = fields.iter().map(|(_, field)| field.name).collect();
            Err(row.wrong(*first, || conflict::none_of(&names)))
        }
        (Rule::Order, [(one, first), (other, second)]) => match (value(*one), value(*other)) {
            (Entered::Day(from), Entered::Day(until)) if until < from => {
                Err(row.wrong(*second, || conflict::day_before(*until, first.name, *from)))
            }
            _ => Ok(()),
        },
        (Rule::OrderNumbers, [(one, first), (other, second)]) => {
            match (value(*one), value(*other)) {
                (Entered::Number(low), Entered::Number(high)) if high < low => {
                    Err(row.wrong(*second, || conflict::number_below(*high, first.name, *low)))
                }
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// Which authority a measure about absence goes to: that of the form of the pupil's school.
struct Ladder {
    pupil: Field<'static>,
    authority: Field<'static>,
    authorities: Arc<CodeList>,
    /// The place of the authority in the record.
    place: Option<usize>,
    forms: HashMap<i64, String>,
}

impl Ladder {
    fn new(header: &Header, directory: &Directory) -> Self {
        let forms: HashMap<SchoolKey, &str> =
            directory.schools.values().map(|school| (school.key, school.form.as_str())).collect();
        let form = |pupil: &crate::domain::KnownPupil| {
            forms.get(&pupil.school).map(|form| (pupil.key.0, (*form).to_owned()))
        };
        Self {
            pupil: header.field("pupil"),
            authority: header.field("authority"),
            authorities: directory.codes.list("authority"),
            place: FormKind::of_name("ladder-events").and_then(|kind| kind.place("authority")),
            forms: directory.pupils.values().filter_map(form).collect(),
        }
    }

    fn check(&self, row: &mut Row<'_, '_>, entry: &mut Entry) -> Result<(), Reported> {
        let Entered::Key(pupil) = entry.value(self.pupil.name) else { return Ok(()) };
        let Some(form) = self.forms.get(pupil) else { return Ok(()) };
        let responsible = authority_of(form);
        let place = responsible.and_then(|code| self.authorities.place(code));
        let (Some(responsible), Some(expected)) = (responsible, place) else { return Ok(()) };
        match (self.place.map(|place| &mut entry.values[place]), expected) {
            (Some(missing @ Entered::Missing), expected) => *missing = Entered::Code(expected),
            (Some(Entered::Code(given)), expected) if *given != expected => {
                return Err(
                    row.wrong(self.authority, || conflict::wrong_authority(form, responsible))
                );
            }
            _ => {}
        }
        Ok(())
    }
}

/// What is left of the budgets after the rows so far.
struct Budget {
    cost: Field<'static>,
    from: Field<'static>,
    left: HashMap<i64, i64>,
}

impl Budget {
    fn check(&mut self, row: &mut Row<'_, '_>, entry: &Entry) -> Result<(), Reported> {
        let (Entered::Key(budget), Entered::Number(cost)) =
            (entry.value(self.from.name), entry.value(self.cost.name))
        else {
            return Ok(());
        };
        let Some(left) = self.left.get_mut(budget) else { return Ok(()) };
        // A booking that costs nothing is no reason to look at a budget that is used up already.
        if *cost > 0 && *cost > *left {
            let sign = row.value(self.from);
            let left = *left;
            return Err(row.wrong(self.cost, || conflict::beyond_budget(sign, *cost, left)));
        }
        *left -= cost;
        Ok(())
    }
}
