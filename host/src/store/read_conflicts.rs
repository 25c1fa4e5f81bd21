//! Days on which what was recorded of a pupil cannot all be true: kept, and shown with what counts.

use std::collections::BTreeMap;

use super::registers::registers;
use super::stays::stays;
use super::{AbsenceFilter, Error, Reader, columns};
use crate::domain::{
    AbsenceCodes, AbsenceConflict, AbsenceRefusal, AbsenceView, AttendanceFigures, Day, DayUnits,
    Period, PupilKey, Register, SchoolKey, Span, Text,
};

impl Reader<'_> {
    /// Every day of a pupil on which what was recorded does not, or not wholly, count: it adds up to
    /// more than the day has, or lies on a day that does not count. The newest first.
    ///
    /// What lies after the day on which a pupil's whereabouts became unknown is none of them: schools
    /// go on with such entries, and everybody knows that they do not count.
    ///
    /// # Errors
    ///
    /// As [`Reader::absences`].
    pub fn absence_conflicts(&self, filter: &AbsenceFilter) -> Result<Vec<AbsenceConflict>, Error> {
        let registers = registers(self.connection)?;
        let further = stays(self.connection)?;
        let sql = format!(
            "SELECT key, school, enrolled_from, enrolled_until, unknown_from, class FROM pupil
             WHERE {}",
            self.in_scope("school")
        );
        let mut known: BTreeMap<PupilKey, Facts<'_>> = BTreeMap::new();
        let rows = self.rows(&sql, |row| {
            let enrolled =
                Span { from: Day(row.get(2)?), until: row.get::<_, Option<i32>>(3)?.map(Day) };
            let unknown_from = row.get::<_, Option<i32>>(4)?.map(Day);
            let (pupil, school) = (PupilKey(row.get(0)?), SchoolKey(row.get(1)?));
            Ok((pupil, school, enrolled, unknown_from, row.get::<_, String>(5)?))
        })?;
        for (pupil, school, enrolled, unknown_from, class) in rows {
            let mut stays = vec![enrolled];
            stays.extend(further.get(&pupil).into_iter().flatten());
            let Some(register) = registers.get(&school) else { continue };
            known.insert(pupil, Facts { register, stays, unknown_from, class });
        }
        let codes = AbsenceCodes::new(self.code_lists());
        let mut days: BTreeMap<(Day, PupilKey), Vec<AbsenceView>> = BTreeMap::new();
        // From the oldest on, as they were recorded.
        for view in
            self.absences(&AbsenceFilter { limit: None, ..filter.clone() })?.into_iter().rev()
        {
            if view.absence.status != codes.late {
                days.entry((view.absence.day, view.absence.pupil)).or_default().push(view);
            }
        }
        let mut found = Vec::new();
        for ((day, pupil), views) in days.into_iter().rev() {
            let Some(facts) = known.get(&pupil) else { continue };
            if facts.is_lost(day) {
                continue;
            }
            let Some((why, counted)) = facts.conflict(day, &views, codes) else { continue };
            let AbsenceView { school, pupil, pupil_name, .. } = views[0].clone();
            let entries = views.into_iter().map(|view| view.absence).collect();
            found.push(AbsenceConflict { school, pupil, pupil_name, day, entries, why, counted });
        }
        found.truncate(filter.limit.unwrap_or(usize::MAX));
        Ok(found)
    }

    /// What a pupil could miss in each term of a period, and what they missed of it; the whole year
    /// first, then its halves. Nothing where no day counts: a school without a register rates nobody.
    /// Nor for a term in which the school changed its unit. Nothing for a pupil outside the scope.
    ///
    /// # Errors
    ///
    /// As [`Reader::absences`].
    pub fn attendance_figures(
        &self,
        pupil: PupilKey,
        period: Period,
    ) -> Result<Vec<AttendanceFigures>, Error> {
        if self.stays(pupil)?.is_empty() {
            return Ok(Vec::new());
        }
        Ok(columns::figures(self.connection, pupil, period)?)
    }
}

/// What the days of a pupil are judged by.
struct Facts<'a> {
    register: &'a Register,
    stays: Vec<Span>,
    unknown_from: Option<Day>,
    class: String,
}

impl Facts<'_> {
    /// Whether nobody knew on that day where the pupil was, who has not come back since.
    fn is_lost(&self, day: Day) -> bool {
        let came_back =
            |unknown: Day| self.stays.iter().any(|stay| unknown < stay.from && stay.contains(day));
        self.unknown_from.is_some_and(|unknown| unknown <= day && !came_back(unknown))
    }

    /// What is wrong with a day, and what is counted of it.
    fn conflict(
        &self,
        day: Day,
        views: &[AbsenceView],
        codes: AbsenceCodes,
    ) -> Option<(Text, DayUnits)> {
        let nothing = DayUnits::default();
        let attendance = match self.register.open_to(&self.stays, day) {
            Ok(attendance) if self.register.is_taken(day, &self.class) => attendance,
            Ok(_) => return Some((AbsenceRefusal::NotTaken(day).text(), nothing)),
            Err(refusal) => return Some((refusal.text(), nothing)),
        };
        let mut told = nothing;
        for view in views.iter().filter(|view| view.absence.unit == attendance.unit) {
            told.add(view.absence.status, i64::from(view.absence.amount), codes);
        }
        let units = attendance.units_per_day;
        let counted = told.cut_to(i64::from(units));
        if views.iter().any(|view| view.absence.unit != attendance.unit) {
            let why = Text::new(
                "in einer anderen Einheit, als die Schule an diesem Tag zählt",
                "in another unit than the school counts in on that day",
            );
            return Some((why, counted));
        }
        let sum = u32::try_from(told.sum()).unwrap_or(u32::MAX);
        let why = Text::new(
            format!("zusammen {sum} Einheiten, und der Schultag hat {units}"),
            format!("{sum} units in all, and the school day has {units}"),
        );
        (counted != told).then_some((why, counted))
    }
}
