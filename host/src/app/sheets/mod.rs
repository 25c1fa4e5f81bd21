//! Sheets: reports that are the same for every municipality, made by the program itself.

mod absences;
mod family;
mod figures;
mod gaps;
mod my_day;
mod my_day_cases;
mod parts;
mod posts;
mod protection;
mod protection_words;
mod rating;
mod seen;
#[cfg(test)]
mod tests;

pub use absences::AbsenceSheet;
pub use figures::FigureSheet;
pub use gaps::GapSheet;
pub use my_day::DaySheet;
pub(super) use parts::{day, fact, table, text, whole, words};
pub use posts::PostSheet;
pub(super) use protection_words::CLASSES;
pub use rating::{Rating, Thresholds};
pub use seen::SeenOf;
pub(super) use seen::use_case_words;

use crate::domain::{HouseholdKey, Lang, PupilKey, SeenAs, Sheet};
use crate::render;
use crate::store::Reader;

use super::reports::ReportFormat;
use super::seen::{Cases, about_sheet};
use super::{Actor, App, Error, UseCase};

impl App {
    /// Notes whom a sheet shows: all whose codes stand on it.
    pub(super) fn saw_sheet(
        &self,
        actor: &Actor,
        use_case: UseCase,
        reader: &Reader<'_>,
        sheet: &Sheet,
    ) -> Result<(), Error> {
        let about = about_sheet(sheet, &reader.directory()?, &cases(reader)?);
        self.saw(actor, use_case, SeenAs::Sheet, about)
    }

    /// A sheet in the form asked for; a text is at most `width` columns wide where one is given.
    ///
    /// # Errors
    ///
    /// [`Error::Render`] for own templates that are not right.
    pub fn write_sheet(
        &self,
        sheet: &Sheet,
        format: ReportFormat,
        lang: Lang,
        width: Option<usize>,
    ) -> Result<Vec<u8>, Error> {
        Ok(match format {
            ReportFormat::Text => render::sheet_text(sheet, lang, width, false).into_bytes(),
            ReportFormat::Html => self.renderer()?.sheet(sheet, lang)?.into_bytes(),
            ReportFormat::Csv => render::sheet_csv(sheet, lang),
            ReportFormat::Xlsx => render::sheet_xlsx(sheet, lang)?,
            ReportFormat::Json => render::sheet_json(sheet)?.into_bytes(),
        })
    }
}

/// Whom support cases in sight are about, by their codes.
pub(super) fn cases(reader: &Reader<'_>) -> Result<Cases, Error> {
    let cases = parts::records(reader, "support-cases")?;
    let about = |case: parts::Record| {
        let pupil = case.link("pupil").map(PupilKey);
        let household = case.link("household").map(HouseholdKey);
        (case.text("code").to_owned(), (pupil, household))
    };
    Ok(cases.into_iter().map(about).collect())
}
