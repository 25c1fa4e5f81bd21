//! What the records around contacts tell of a pupil: steps of the ladder, support, a transition.

use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use super::{Asked, Error, lists};
use crate::domain::{Day, Period};
use crate::store::reader::day;

/// The latest step that the school took because of absences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LadderStep {
    /// A place in the list `ladder-step`.
    pub(super) step: i64,
    pub(super) day: Day,
    pub(super) review: Option<Day>,
}

/// Looks things up pupil by pupil, along the indexes that lead from a pupil to their records. What is
/// not asked for is not looked up.
pub(super) struct Support<'connection> {
    period: Period,
    /// A place in the list `action-state`; `None` where the municipality has no such code.
    done: Option<u16>,
    ladder: Option<CachedStatement<'connection>>,
    steps: Option<CachedStatement<'connection>>,
    transition: Option<CachedStatement<'connection>>,
}

impl<'connection> Support<'connection> {
    /// # Errors
    ///
    /// [`Error::Sqlite`]; so is that of all functions here.
    pub(super) fn new(
        connection: &'connection Connection,
        asked: &Asked<'_>,
    ) -> Result<Self, Error> {
        let prepared = |fields: &[&str], sql: &str| {
            let is_asked = fields.iter().any(|field| asked.has(field));
            is_asked.then(|| connection.prepare_cached(sql)).transpose()
        };
        let of_ladder = ["ladder_step", "days_since_ladder_step", "ladder_review"];
        Ok(Self {
            period: asked.period,
            done: lists::codes(connection, "action-state")?.place("done"),
            ladder: prepared(&of_ladder, LADDER)?,
            steps: prepared(&["supportive_steps"], STEPS)?,
            transition: prepared(&["in_transition"], TRANSITION)?,
        })
    }

    /// The latest step up to the end of the period; of those of one day what was recorded last.
    pub(super) fn ladder(&mut self, pupil: i64) -> Result<Option<LadderStep>, Error> {
        let Some(statement) = &mut self.ladder else { return Ok(None) };
        let found = statement.query_row(params![pupil, self.period.last.0], |row| {
            Ok(LadderStep { step: row.get(0)?, day: Day(row.get(1)?), review: day(row, 2)? })
        });
        Ok(found.optional()?)
    }

    /// The actions that were done and the referrals in the period, in support cases of the pupil.
    pub(super) fn steps(&mut self, pupil: i64) -> Result<i64, Error> {
        let Some(statement) = &mut self.steps else { return Ok(0) };
        let Period { first, last } = self.period;
        Ok(statement.query_row(params![pupil, first.0, last.0, self.done], |row| row.get(0))?)
    }

    /// Whether a transition of the pupil lies in the period.
    pub(super) fn in_transition(&mut self, pupil: i64) -> Result<bool, Error> {
        let Some(statement) = &mut self.transition else { return Ok(false) };
        let Period { first, last } = self.period;
        Ok(statement.query_row(params![pupil, first.0, last.0], |row| row.get(0))?)
    }
}

const LADDER: &str = "SELECT step, day, review FROM ladder_event
    WHERE pupil = ?1 AND day <= ?2 ORDER BY day DESC, key DESC LIMIT 1";

const STEPS: &str = "SELECT
    (SELECT count(*) FROM support_case
        JOIN case_action ON case_action.support_case = support_case.key
        WHERE support_case.pupil = ?1 AND case_action.state = ?4
          AND case_action.done BETWEEN ?2 AND ?3)
    + (SELECT count(*) FROM support_case
        JOIN referral ON referral.support_case = support_case.key
        WHERE support_case.pupil = ?1 AND referral.day BETWEEN ?2 AND ?3)";

const TRANSITION: &str = "SELECT EXISTS (SELECT 1 FROM transition
    WHERE pupil = ?1 AND leaving BETWEEN ?2 AND ?3)";
