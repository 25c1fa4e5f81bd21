//! What the program has to say about a record: who should have been heard, how long it is kept.

use chrono::Datelike;

use crate::domain::{Day, EntryView, Text, has_to_be_heard, kept_until, schooling_ends};
use crate::store::Reader;

use super::Error;
use super::entries::is_yes;

/// How long a record is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// As long as it is open.
    WhileOpen,
    /// Nobody can say: the day of birth of somebody whom it is about is not known.
    BirthUnknown,
    /// Up to this day, included.
    Until {
        /// The day; `None` where it lies after the year 2199.
        day: Option<Day>,
        /// The year in which the record was closed.
        closed: i32,
        /// The year in which the schooling ends of the youngest whom it is about.
        schooling: i32,
        /// How many years come on top of the later of the two.
        years: u16,
    },
}

/// How long a support case is kept; `None` for other records.
pub(super) fn kept(
    reader: &Reader<'_>,
    view: &EntryView,
    years: u16,
) -> Result<Option<Kept>, Error> {
    if view.entry.form.name != "support-cases" {
        return Ok(None);
    }
    let Some(closed) = view.day("closed") else { return Ok(Some(Kept::WhileOpen)) };
    let births: Option<Vec<Day>> = reader.births_of(view)?.into_iter().collect();
    let schooling = births.unwrap_or_default().into_iter().map(schooling_ends).max();
    Ok(Some(match schooling {
        None => Kept::BirthUnknown,
        Some(schooling) => Kept::Until {
            day: kept_until(closed, schooling, years),
            closed: closed.date().year(),
            schooling,
            years,
        },
    }))
}

/// What should be known of a record. A hearing that did not take place is recorded all the same: what
/// happened is what has to be written down, and nobody can make a pupil come.
pub(super) fn remarks(reader: &Reader<'_>, view: &EntryView) -> Result<Vec<Text>, Error> {
    if view.entry.form.name != "ladder-events" || view.said("step").in_file() != "hearing" {
        return Ok(Vec::new());
    }
    let mut remarks = Vec::new();
    if !is_yes(view, "parents_heard") {
        remarks.push(Text::new(
            "Zu einer Anhörung gehören die Eltern; `parents_heard` sagt nicht, dass sie angehört wurden.",
            "A hearing is one of the parents; `parents_heard` does not say that they were heard.",
        ));
    }
    if is_yes(view, "pupil_heard") {
        return Ok(remarks);
    }
    let born = reader.births_of(view)?.first().copied().flatten();
    match (born, view.day("day")) {
        (Some(born), Some(day)) if !has_to_be_heard(born, day) => {}
        (Some(_), _) => remarks.push(Text::new(
            "Das Kind ist 14 oder älter und gehört selbst angehört; `pupil_heard` sagt nicht, dass das \
             geschah.",
            "The pupil is 14 or older and has to be heard too; `pupil_heard` does not say that this \
             was done.",
        )),
        (None, _) => remarks.push(Text::new(
            "Der Geburtstag des Kindes fehlt; ab 14 Jahren gehört es selbst angehört (`pupil_heard`).",
            "The pupil's day of birth is not known; from 14 on the pupil has to be heard too \
             (`pupil_heard`).",
        )),
    }
    Ok(remarks)
}
