//! How cells of a workbook look: few looks, none of which carries a meaning by itself.

use std::collections::HashMap;

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use crate::domain::Lang;

/// Dark enough on white and on the grey of the headings for weak eyes.
const QUIET: Color = Color::RGB(0x0059_5959);
const GREY: Color = Color::RGB(0x00ED_EFF2);
const INK: Color = Color::RGB(0x001F_3A5F);

/// What a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Look {
    /// The title of a page.
    Title,
    /// A heading on a page.
    Section,
    /// A short line.
    Quiet,
    /// Sentences.
    Sentence,
    /// The heading of a column.
    Heading { is_right: bool },
    /// Words in a table.
    Text { is_total: bool },
    /// The word in place of a number.
    Sign { is_total: bool, is_left: bool },
    /// A number.
    Number { decimals: u8, is_total: bool, is_left: bool },
    /// A day.
    Day { is_total: bool, is_left: bool },
    /// A text that leads to another page.
    Link,
}

/// The looks of a workbook, each made once.
pub(super) struct Looks {
    lang: Lang,
    made: HashMap<Look, Format>,
}

impl Looks {
    pub(super) fn new(lang: Lang) -> Self {
        Self { lang, made: HashMap::new() }
    }

    pub(super) fn of(&mut self, look: Look) -> &Format {
        let lang = self.lang;
        self.made.entry(look).or_insert_with(|| made(look, lang))
    }
}

fn made(look: Look, lang: Lang) -> Format {
    let plain = Format::new().set_align(FormatAlign::Top);
    match look {
        Look::Title => plain.set_bold().set_font_size(16).set_font_color(INK),
        Look::Section => plain.set_bold().set_font_size(12).set_font_color(INK),
        Look::Quiet => plain.set_font_color(QUIET),
        Look::Sentence => plain.set_align(FormatAlign::Left).set_text_wrap(),
        Look::Heading { is_right } => {
            let side = if is_right { FormatAlign::Right } else { FormatAlign::Left };
            let look = Format::new().set_bold().set_text_wrap().set_background_color(GREY);
            let look = look.set_align(FormatAlign::Bottom).set_align(side);
            look.set_border_bottom(FormatBorder::Thin)
        }
        Look::Text { is_total } => {
            total(plain.set_align(FormatAlign::Left).set_text_wrap(), is_total)
        }
        Look::Sign { is_total, is_left } => {
            let look = plain.set_align(side(is_left)).set_italic().set_font_color(QUIET);
            total(look, is_total)
        }
        Look::Number { decimals, is_total, is_left } => {
            let decimals = usize::from(decimals);
            let point = if decimals > 0 { "." } else { "" };
            let format = format!("#,##0{point}{}", "0".repeat(decimals));
            total(plain.set_align(side(is_left)).set_num_format(format), is_total)
        }
        Look::Day { is_total, is_left } => {
            let format = lang.pick("dd\\.mm\\.yyyy", "yyyy\\-mm\\-dd");
            let side = if is_left { FormatAlign::Left } else { FormatAlign::Center };
            total(plain.set_align(side).set_num_format(format), is_total)
        }
        Look::Link => Format::new().set_hyperlink().set_align(FormatAlign::Top).set_text_wrap(),
    }
}

fn side(is_left: bool) -> FormatAlign {
    if is_left { FormatAlign::Left } else { FormatAlign::Right }
}

/// Sums are bold and have a line above them.
fn total(look: Format, is_total: bool) -> Format {
    if is_total { look.set_bold().set_border_top(FormatBorder::Thin) } else { look }
}
