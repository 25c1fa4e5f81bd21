//! Makes pages, texts and files of finished reports, and lists for the terminal.

mod block;
mod block_lines;
mod csv;
mod dictionary;
mod drawing;
mod drawn;
mod error;
mod error_words;
mod format;
mod grid;
mod html;
mod json;
mod letter_names;
mod letters;
mod list;
mod made_of;
mod markdown;
mod passport;
mod picture;

mod sheet;
mod sheet_page;
mod sign;
mod svg;
mod templates;
mod text;
mod words;
mod xlsx;
mod xlsx_blocks;
mod xlsx_book;
mod xlsx_chart;
mod xlsx_look;
mod xlsx_names;
mod xlsx_pack;
mod xlsx_sheet;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod sample_blocks;
#[cfg(test)]
mod sample_pictures;
#[cfg(test)]
mod sheet_tests;
#[cfg(test)]
mod xlsx_tests;

pub use csv::csv;
pub use dictionary::{DictionaryFormat, dictionary};
pub use error::Error;
pub use format::{day, line, number};
pub use html::{Renderer, report_view};
pub use json::json;
pub use letters::{Letter, LetterFacts, LetterTemplate, check_letter, letter, letter_name};
pub use list::{ListFormat, Value, list};
pub use sheet::{said as sheet_cell, sheet_csv, sheet_json, sheet_text};
pub use svg::drawing_markup;
pub use text::text;
pub use xlsx::xlsx;
pub use xlsx_sheet::{list_xlsx, sheet_xlsx};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Cell, Lang, Report};

    /// The report in every format and language, as one text.
    fn everywhere(report: &Report) -> String {
        let renderer = Renderer::new(None).unwrap();
        let mut all = json(report).unwrap();
        for lang in [Lang::De, Lang::En] {
            all += &renderer.html(report, lang).unwrap();
            all += &text(report, lang, Some(80), true);
            all += &String::from_utf8(csv(report, lang)).unwrap();
        }
        all
    }

    #[test]
    fn a_withheld_number_is_in_no_format() {
        let mut report = sample::small();
        let traces = ["73519", "73.519", "73,519"];
        report.sections[0].tables[0].rows[0].cells[0] = sample::shown(73_519, 0);
        let shown = everywhere(&report);
        assert!(traces.iter().all(|trace| shown.contains(trace)));
        report.sections[0].tables[0].rows[0].cells[0] = Cell::Withheld;
        let withheld = everywhere(&report);
        assert!(!traces.iter().any(|trace| withheld.contains(trace)));
    }
}
