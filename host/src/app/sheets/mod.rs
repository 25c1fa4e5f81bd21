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
#[cfg(test)]
mod tests;

pub use absences::AbsenceSheet;
pub use figures::FigureSheet;
pub use gaps::GapSheet;
pub use my_day::DaySheet;
pub(super) use parts::{fact, words};
pub use posts::PostSheet;
pub use rating::{Rating, Thresholds};

use crate::domain::{Lang, Sheet};
use crate::render;

use super::reports::ReportFormat;
use super::{App, Error};

impl App {
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
