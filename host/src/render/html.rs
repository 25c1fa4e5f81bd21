//! A report as one HTML page that needs nothing else: no script, no other file, no network.

use std::collections::BTreeMap;
use std::path::Path;

use handlebars::{
    Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderError,
    RenderErrorReason,
};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Backing, Coverage, Lang, Number, Report, Row, RowKind, Section, Sheet, Source, Table,
};

use super::block::{self, BlockView, HeadingView};
use super::made_of::{MadeOf, made_of};
use super::passport::{self, Entry};
use super::picture::PictureView;
use super::sheet_page::{self, SheetPage};
use super::sign::{self, Explained, Sign};
use super::svg::Svg;
use super::templates::Templates;
use super::words::{self, Words};
use super::{Error, format, markdown};

/// From this many columns on a table is set closer, and its report printed on paper turned on its
/// side.
pub(super) const WIDE_COLUMNS: usize = 7;

/// From this many rows on a table may be divided between sheets of paper, with its headings on each.
pub(super) const LONG_ROWS: usize = 20;

/// Makes pages from templates, which it reads and checks once.
///
/// A folder of own templates may have `report.hbs` (the page), `_table.hbs`, `_picture.hbs` and
/// `_block.hbs`, `_passport.hbs` (parts of it) and `style.css`; what it lacks is built in. Templates are handlebars in strict
/// mode: a value that does not exist is an error, not an empty text. They always escape; `{{{`
/// is refused. `{{drawing}}` draws a drawing, and escapes every text in it; `{{passage}}` makes markup
/// of a plugin's Markdown, and escapes all that is no paragraph, list, emphasis or code. They get the page as this file describes it, with `words` in its language.
#[derive(Debug)]
pub struct Renderer {
    handlebars: Handlebars<'static>,
    files: BTreeMap<&'static str, String>,
}

impl Renderer {
    /// A renderer with the templates of the folder `overrides`, and those built in where it has
    /// none.
    ///
    /// # Errors
    ///
    /// All of [`Error`] but [`Error::Render`] and [`Error::Json`].
    pub fn new(overrides: Option<&Path>) -> Result<Self, Error> {
        let templates = Templates::load(overrides)?;
        let mut handlebars = Handlebars::new();
        handlebars.set_strict_mode(true);
        for (name, template) in templates.parsed {
            handlebars.register_template(name, template);
        }
        // The one text that is not escaped: it was checked, and never comes from a plugin.
        let style = templates.style;
        let write_style = move |_: &Helper<'_>,
                                _: &Handlebars<'_>,
                                _: &Context,
                                _: &mut RenderContext<'_, '_>,
                                out: &mut dyn Output|
              -> HelperResult { Ok(out.write(&style)?) };
        handlebars.register_helper("style", Box::new(write_style));
        sheet_page::register(&mut handlebars);
        handlebars.register_helper("drawing", Box::new(draw));
        handlebars.register_helper("passage", Box::new(write_passage));
        Ok(Self { handlebars, files: templates.files })
    }

    /// The page of a report.
    ///
    /// # Errors
    ///
    /// [`Error::Render`] where an own template asks for what the page does not have.
    pub fn html(&self, report: &Report, lang: Lang) -> Result<String, Error> {
        self.handlebars
            .render("report", &Page::of(report, lang))
            .map_err(|error| self.explain(&error))
    }

    /// The page of a sheet. Its template is built in; the style sheet is the one of reports.
    ///
    /// # Errors
    ///
    /// [`Error::Render`] where the page does not fit its template.
    pub fn sheet(&self, sheet: &Sheet, lang: Lang) -> Result<String, Error> {
        self.handlebars
            .render("sheet", &SheetPage::of(sheet, lang))
            .map_err(|error| self.explain(&error))
    }

    fn explain(&self, error: &RenderError) -> Error {
        let name = error.template_name.as_deref().unwrap_or("report");
        let file = self.files.get(name).cloned().unwrap_or_else(|| name.to_owned());
        let reason = match error.reason() {
            RenderErrorReason::MissingVariable(Some(path)) => {
                format!("there is no value `{path}` here")
            }
            other => other.to_string(),
        };
        Error::Render { file, line: error.line_no.unwrap_or(1), reason }
    }
}

/// Writes a drawing, whose texts are escaped on the way: whatever a template passes, no other markup
/// comes of it.
fn draw(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let drawing = helper.param(0).map(|drawing| Svg::deserialize(drawing.value()));
    let Some(Ok(drawing)) = drawing else {
        return Err(RenderErrorReason::Other("`drawing` draws drawings only".into()).into());
    };
    Ok(out.write(&drawing.markup())?)
}

/// Writes a plugin's longer text as markup, of which only what Markdown makes is any.
fn write_passage(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let Some(text) = helper.param(0).and_then(|text| text.value().as_str()) else {
        return Err(RenderErrorReason::Other("`passage` writes passages only".into()).into());
    };
    Ok(out.write(&markdown::markup(text))?)
}

/// What the page of a report shows, for a page of another kind: texts, tables and drawings in one
/// language, with everything withheld gone already. [`drawing_markup`](super::drawing_markup) makes
/// markup of a drawing in it.
pub fn report_view(report: &Report, lang: Lang) -> serde_json::Value {
    serde_json::to_value(Page::of(report, lang)).unwrap_or_default()
}

/// What `report.hbs` gets.
#[derive(Debug, Serialize)]
struct Page {
    lang: &'static str,
    title: String,
    municipality: String,
    period: String,
    audience: String,
    wide: bool,
    sections: Vec<SectionView>,
    blocks: Vec<BlockView>,
    /// Its headings of the first level.
    headings: Vec<HeadingView>,
    has_contents: bool,
    legend: Vec<Explained>,
    passport: Vec<Entry>,
    words: &'static Words,
}

#[derive(Debug, Serialize)]
struct SectionView {
    /// For links inside the page: the plugin's own ids need not be unique in it.
    anchor: String,
    title: String,
    tables: Vec<TableView>,
}

/// What `_table.hbs` gets.
#[derive(Debug, Serialize)]
pub(super) struct TableView {
    pub(super) anchor: String,
    /// The anchor of its section: two sections may have tables with the same caption.
    pub(super) section: String,
    pub(super) caption: String,
    pub(super) corner: String,
    pub(super) columns: Vec<ColumnView>,
    /// The columns and the one with the row labels.
    pub(super) width: usize,
    pub(super) dense: bool,
    pub(super) long: bool,
    pub(super) has_coverage: bool,
    pub(super) rows: Vec<RowView>,
    pub(super) notes: Vec<String>,
    pub(super) passports: Vec<MadeOf>,
    pub(super) pictures: Vec<PictureView>,
}

#[derive(Debug, Serialize)]
pub(super) struct ColumnView {
    pub(super) label: String,
    pub(super) unit: Option<String>,
    pub(super) total: bool,
    /// Whether it shows words alone.
    pub(super) words: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct RowView {
    pub(super) label: String,
    pub(super) total: bool,
    pub(super) coverage: Option<CoverageView>,
    pub(super) cells: Vec<CellView>,
}

#[derive(Debug, Serialize)]
pub(super) struct CoverageView {
    /// In place of the first number, where that is withheld.
    sign: Option<Sign>,
    text: String,
}

#[derive(Debug, Serialize)]
pub(super) struct CellView {
    /// The number; empty where there is a sign.
    pub(super) text: String,
    pub(super) sign: Option<Sign>,
    pub(super) interval: Option<IntervalView>,
    /// Whether it stands in a column that adds up others.
    pub(super) total: bool,
    /// Whether the text is words.
    pub(super) words: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct IntervalView {
    text: String,
    /// For a screen reader.
    spoken: String,
}

impl Page {
    fn of(report: &Report, lang: Lang) -> Self {
        let passport = &report.passport;
        let tables = report.sections.iter().flat_map(|section| &section.tables);
        let sections = report.sections.iter().enumerate();
        let widths = tables.map(|table| table.columns.len()).chain(block::widths(&report.blocks));
        let blocks = block::views(&report.blocks, lang);
        let headings = block::contents(&blocks);
        Self {
            lang: lang.tag(),
            title: format::line(report.title.get(lang)),
            municipality: format::line(&report.municipality),
            period: format::period(passport.period, lang),
            audience: words::meant_for(passport.audience, lang).to_owned(),
            wide: widths.max() >= Some(WIDE_COLUMNS),
            sections: sections
                .map(|(place, each)| SectionView::of(each, place, &passport.sources, lang))
                .collect(),
            has_contents: report.sections.len() + headings.len() > 1,
            blocks,
            headings,
            legend: sign::legend(report, lang),
            passport: passport::entries(passport, lang),
            words: Words::of(lang),
        }
    }
}

impl SectionView {
    fn of(section: &Section, place: usize, sources: &[Source], lang: Lang) -> Self {
        let anchor = format!("section-{}", place + 1);
        let table = |(place, table): (usize, &Table)| {
            let mut view = TableView::of(table, &anchor, place, sources, lang);
            let pictures = section.pictures.iter().filter(|picture| picture.table == table.id);
            let view_of = |(place, picture)| {
                let own = format!("{}-picture-{}", view.anchor, place + 1);
                PictureView::of(picture, own, (&view.section, &view.anchor), &table.caption, lang)
            };
            view.pictures = pictures.enumerate().map(view_of).collect();
            view
        };
        Self {
            title: format::line(section.title.get(lang)),
            tables: section.tables.iter().enumerate().map(table).collect(),
            anchor,
        }
    }
}

impl TableView {
    fn of(table: &Table, section: &str, place: usize, sources: &[Source], lang: Lang) -> Self {
        let has_coverage = table.rows.iter().any(|row| row.coverage.is_some());
        let columns = table.columns.iter().map(|column| ColumnView {
            label: format::line(column.label.get(lang)),
            unit: format::unit(column, lang),
            total: column.total,
            words: false,
        });
        Self {
            anchor: format!("{section}-{}", place + 1),
            section: section.to_owned(),
            caption: format::line(table.caption.get(lang)),
            corner: format::line(table.corner.get(lang)),
            columns: columns.collect(),
            width: table.columns.len() + 1 + usize::from(has_coverage),
            dense: table.columns.len() >= WIDE_COLUMNS,
            long: table.rows.len() >= LONG_ROWS,
            rows: table.rows.iter().map(|row| RowView::of(row, table, lang)).collect(),
            notes: table.notes.iter().map(|note| format::line(note.get(lang))).collect(),
            passports: made_of(table, sources, lang),
            pictures: Vec::new(),
            has_coverage,
        }
    }
}

impl RowView {
    fn of(row: &Row, table: &Table, lang: Lang) -> Self {
        let cells = row.cells.iter().enumerate().map(|(place, cell)| {
            let (text, sign) = match Sign::or_number(*cell, lang) {
                Ok(number) => (format::number(number, lang), None),
                Err(sign) => (String::new(), Some(sign)),
            };
            let total = table.columns.get(place).is_some_and(|column| column.total);
            let backing = row.backing.get(place).copied().flatten().filter(|_| sign.is_none());
            let interval = backing.and_then(|backing| IntervalView::of(backing, lang));
            CellView { text, sign, interval, total, words: false }
        });
        Self {
            label: format::line(row.label.get(lang)),
            total: row.kind == RowKind::Total,
            coverage: row.coverage.map(|coverage| CoverageView::of(coverage, lang)),
            cells: cells.collect(),
        }
    }
}

impl IntervalView {
    fn of(backing: Backing, lang: Lang) -> Option<Self> {
        let interval = backing.interval?;
        let (low, high) = (interval.low.text(lang), interval.high.text(lang));
        let spoken = words::interval(&low, &high, lang);
        Some(Self { text: format!("{low}–{high}"), spoken })
    }
}

impl CoverageView {
    fn of(coverage: Coverage, lang: Lang) -> Self {
        let text = |days: u32| Number { units: days.into(), decimals: 0 }.text(lang);
        let possible = text(coverage.possible);
        let recorded = coverage.recorded.map(text);
        Self {
            sign: recorded.is_none().then(|| Sign::withheld(lang)),
            text: words::coverage(recorded.as_deref(), &possible, lang),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Block, BlockCell, Cell, Drawing, Text};
    use crate::render::{sample, sample_blocks, sample_pictures};

    fn page(report: &Report, lang: Lang) -> String {
        Renderer::new(None).unwrap().html(report, lang).unwrap()
    }

    /// A renderer with one own template.
    fn own(name: &str, text: &str) -> (tempfile::TempDir, Result<Renderer, Error>) {
        let folder = tempfile::tempdir().unwrap();
        fs_err::write(folder.path().join(name), text).unwrap();
        let renderer = Renderer::new(Some(folder.path()));
        (folder, renderer)
    }

    #[test]
    fn a_value_that_does_not_exist_is_an_error_with_file_and_line() {
        for (name, text) in [
            ("report.hbs", "<p>\n{{titel}}</p>"),
            ("_passport.hbs", "\n{{#each entries}}{{/each}}"),
            ("_table.hbs", "\n{{caption.de}}"),
        ] {
            let (folder, renderer) = own(name, text);
            let error = renderer.unwrap().html(&sample::small(), Lang::De).unwrap_err();
            let path = folder.path().join(name);
            let start = format!("template `{}`, line 2: there is no value `", path.display());
            assert!(error.to_string().starts_with(&start), "{error}");
            assert!(error.hint().unwrap().contains("take"));
        }
    }

    #[test]
    fn a_composed_report_is_a_page_with_headings_tables_pictures_and_findings() {
        let mut report = sample_blocks::composed();
        let one = page(&report, Lang::De);
        assert!(!one.contains("<nav"), "one heading needs no contents");
        report.blocks.push(Block::Heading { level: 1, text: Text::new("Anhang", "Appendix") });
        let page = page(&report, Lang::De);
        for part in [
            "<li><a href=\"#block-1\">Prüfung</a></li>",
            "<li><a href=\"#block-10\">Anhang</a></li>",
            "<h2 class=\"block\" id=\"block-1\">Prüfung</h2>",
            "<h3 class=\"block\" id=\"block-8\">Mehr</h3>",
            "<p>Was <em>auffällt</em>:</p>\n<ul><li>dies</li>\n<li><code>das</code></li>\n</ul>",
            "<caption><span id=\"table-1\">Dauer nach Schule</span></caption>",
            "<th scope=\"col\" class=\"words\">Urteil</th>",
            "<td class=\"number\">1.234,5</td>",
            "<td class=\"words\">gut</td>",
            "<td class=\"number sign withheld\">",
            "<dt>Schultage</dt>",
            "187 <span class=\"unit\">Tage</span>",
            "<rect class=\"bar\"",
            "<a href=\"#table-1\">Zahlen: Tabelle „Dauer nach Schule“</a>",
            "Ufer; Nord nicht gezeigt",
            "<span class=\"severity mistake\">Fehler</span> Liegt in der Zukunft",
            "(2 gefunden)",
            "<code>0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b</code>",
            "<td>P7</td>",
            "15.09.2025",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
        assert!(!page.contains("Dieser Bericht enthält keine Tabellen"));
    }

    #[test]
    fn words_of_a_composed_report_are_never_markup() {
        let evil = Text::same("</style><script>alert(\"x\")</script>' onload=x `");
        let mut table = sample_blocks::table();
        table.caption = evil.clone();
        table.columns[0].label = evil.clone();
        table.columns[0].unit = Some(evil.clone());
        table.rows[0].label = evil.clone();
        table.rows[0].cells[1] = BlockCell::Words { words: evil.clone() };
        let mut report = sample_blocks::composed();
        let Block::Findings { checks } = &mut report.blocks[6] else { panic!() };
        checks[0].title = evil.clone();
        checks[0].records[0].reference.clone_from(&evil.de);
        checks[0].records[0].schools = vec![evil.de.clone()];
        report.blocks[3] = Block::Table(table);
        report.blocks.extend([
            Block::Heading { level: 3, text: evil.clone() },
            Block::Paragraph { text: evil.clone() },
            Block::Passage { markdown: evil.clone() },
            Block::Entries { entries: vec![evil.clone()] },
            Block::Figure { label: evil.clone(), cell: sample::shown(1, 0), unit: Some(evil) },
        ]);
        for lang in [Lang::De, Lang::En] {
            let page = page(&report, lang);
            assert!(!page.contains("<script"), "{page}");
            assert!(!page.contains("onload=x"), "{page}");
            assert!(page.matches("&lt;script&gt;").count() > 15);
        }
    }

    #[test]
    fn text_of_a_plugin_is_never_markup() {
        let evil = "</style><script>alert(\"x\")</script>' onload=x `";
        let text = Text::same(evil);
        let mut report = sample::small();
        report.title = text.clone();
        report.municipality = evil.into();
        report.sections[0].id = evil.into();
        report.sections[0].title = text.clone();
        let table = &mut report.sections[0].tables[0];
        table.id = evil.into();
        table.caption = text.clone();
        table.corner = text.clone();
        table.columns[0].id = evil.into();
        table.columns[0].label = text.clone();
        table.columns[0].unit = Some(text.clone());
        table.rows[0].label = text.clone();
        table.rows[0].id = evil.into();
        table.notes = vec![text.clone()];
        let passport = &mut report.passport;
        passport.plugin = evil.into();
        passport.plugin_title = text.clone();
        passport.plugin_version = evil.into();
        passport.package_sha256 = evil.into();
        passport.software = evil.into();
        passport.engine = evil.into();
        passport.sources[0].title = text.clone();
        passport.sources[0].field_titles[0] = text.clone();
        passport.settings[0].title = text;
        passport.settings[0].value = evil.into();
        let page = page(&report, Lang::De);
        assert!(!page.contains("<script"));
        assert!(!page.contains("' onload"));
        assert!(!page.contains("onload=x"));
        assert_eq!(page.matches("</style>").count(), 1);
        assert!(page.matches("&lt;script&gt;alert(&quot;x&quot;)").count() >= 18);
    }

    #[test]
    fn a_withheld_cell_holds_its_sign_and_its_word_only() {
        let mut report = sample::small();
        let table = &mut report.sections[0].tables[0];
        table.columns.truncate(1);
        table.rows.truncate(2);
        for row in &mut table.rows {
            row.cells.truncate(1);
        }
        table.rows[0].cells[0] = Cell::Shown(crate::domain::Number { units: 73_519, decimals: 0 });
        assert_eq!(page(&report, Lang::De).matches("73.519").count(), 1);
        report.sections[0].tables[0].rows[0].cells[0] = Cell::Withheld;
        let german = page(&report, Lang::De);
        assert!(!german.contains("73.519") && !german.contains("73519"));
        let cell = "<td class=\"number sign withheld\"><span class=\"mark\" aria-hidden=\"true\" \
                    title=\"unterdrückt\">•</span><span class=\"spoken\">unterdrückt</span></td>";
        assert_eq!(german.matches(cell).count(), 2);
        assert!(page(&report, Lang::En).contains("<span class=\"spoken\">withheld</span>"));
    }

    #[test]
    fn each_state_has_its_word_and_a_true_zero_stays() {
        let page = page(&sample::small(), Lang::En);
        assert!(page.contains("<td class=\"number\">0</td>"));
        for word in ["withheld", "not collected", "undefined"] {
            assert!(page.contains(&format!("<span class=\"spoken\">{word}</span>")), "{word}");
        }
        assert!(page.contains("<th scope=\"row\">Schule am Anger</th>"));
        assert!(page.contains("<html lang=\"en\">"));
    }

    #[test]
    fn the_page_needs_nothing_from_elsewhere() {
        for lang in [Lang::De, Lang::En] {
            let page = page(&sample::small(), lang);
            for other in ["<script", "<link", "<img", "@import", "url(", "http:", "https:", "//"] {
                assert!(!page.contains(other), "{other}");
            }
        }
    }

    #[test]
    fn a_report_without_tables_or_rows_says_so() {
        let mut report = sample::small();
        report.sections[0].tables[0].rows.clear();
        assert!(page(&report, Lang::De).contains("Für diesen Zeitraum liegt nichts vor."));
        report.sections.clear();
        let page = page(&report, Lang::De);
        assert!(page.contains("Dieser Bericht enthält keine Tabellen."));
        assert!(!page.contains("Zeichen in den Tabellen"));
    }

    #[test]
    fn own_templates_take_the_place_of_ours() {
        let (_folder, renderer) = own("_table.hbs", "<b>{{caption}}</b>");
        let page = renderer.unwrap().html(&sample::small(), Lang::De).unwrap();
        assert!(page.contains("<b>Kontakte nach Schule</b>"));
        assert!(!page.contains("<table"));
        assert!(page.contains("Herkunft der Zahlen"));
        let (_folder, renderer) = own("style.css", "p > a { color: \"{{red\" }");
        let page = renderer.unwrap().html(&sample::small(), Lang::De).unwrap();
        assert!(page.contains("p > a { color: \"{{red\" }"));
    }

    #[test]
    fn only_wide_tables_turn_the_paper() {
        let mut report = sample::small();
        assert!(page(&report, Lang::De).contains("<body>"));
        let table = &mut report.sections[0].tables[0];
        table.columns = vec![table.columns[0].clone(); WIDE_COLUMNS];
        assert!(page(&report, Lang::De).contains("<body class=\"wide\">"));
    }

    #[test]
    fn a_name_in_a_picture_is_never_markup() {
        let mut report = sample_pictures::pictured();
        let evil = "</title></svg><script>x</script>\" onload=\"x";
        for picture in report.sections.iter_mut().flat_map(|section| &mut section.pictures) {
            let text = Text::same(evil);
            picture.id = evil.into();
            picture.title = text.clone();
            picture.description = text.clone();
            picture.unit = Some(text.clone());
            picture.notes = vec![text.clone()];
            match &mut picture.drawing {
                Drawing::SmallMultiples { panels, labels, .. } => {
                    panels[1].label = text.clone();
                    labels.fill(text);
                }
                Drawing::IntervalDots { dots, .. } => dots[0].label = text,
                Drawing::Funnel { dots, size, .. } => {
                    dots[1].label = text.clone();
                    *size = text;
                }
            }
        }
        let page = page(&report, Lang::De);
        assert!(!page.contains("<script") && !page.contains("onload=\"x"));
        assert_eq!(page.matches("</svg>").count(), page.matches("<svg").count());
        assert!(page.matches("&lt;script&gt;").count() >= 20);
    }

    #[test]
    fn each_drawing_has_its_words_and_each_link_its_target() {
        for lang in [Lang::De, Lang::En] {
            let page = page(&sample_pictures::pictured(), lang);
            let quoted = |start: &str| -> Vec<String> {
                let parts = page.split(start).skip(1);
                parts.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
            };
            let ids = quoted(" id=\"");
            for (place, id) in ids.iter().enumerate() {
                assert!(!ids[..place].contains(id), "{id} twice");
            }
            let mut named = quoted("aria-labelledby=\"");
            assert!(named.len() > 12);
            named.extend(quoted("href=\"#"));
            for id in named.iter().flat_map(|names| names.split(' ')) {
                assert!(ids.iter().any(|known| known == id), "{id} is nowhere");
            }
            // Six panels, a funnel and dots have words; every other drawing is decoration.
            assert_eq!(page.matches("<svg ").count(), page.matches("role=\"img\"").count() + 13);
            assert_eq!(page.matches("role=\"img\"").count(), 8);
            assert!(!page.contains(" style=") && !page.contains("<script"));
        }
    }

    #[test]
    fn an_interval_a_coverage_and_a_passport_stand_with_the_numbers() {
        let page = page(&sample_pictures::pictured(), Lang::De);
        assert!(page.contains(
            "<td class=\"number\">42,7 <span class=\"interval\" aria-hidden=\"true\">\
             (38,6–46,8)</span><span class=\"spoken\">, 95-Prozent-Intervall 38,6 bis 46,8</span></td>"
        ));
        assert!(page.contains("<td class=\"coverage\">61 von 78 Schultagen</td>"));
        assert!(
            page.contains("<span class=\"spoken\">unterdrückt</span></span> von 78 Schultagen")
        );
        assert!(page.contains("<span class=\"term\">Nenner:</span> Kontakte</dd>"));
        assert!(page.contains("<span class=\"term\">Einheit:</span> %</dd>"));
    }

    #[test]
    fn a_withheld_number_has_no_interval_even_where_one_was_left_behind() {
        let mut report = sample_pictures::pictured();
        report.sections[0].tables[0].rows[1].cells[1] = Cell::Withheld;
        report.sections[0].pictures.clear();
        let page = page(&report, Lang::De);
        assert!(!page.contains("38,6–46,8") && !page.contains("42,7"));
    }

    #[test]
    fn a_template_cannot_draw_what_is_no_drawing() {
        let (_folder, renderer) = own("_picture.hbs", "\n{{drawing title}}");
        let error = renderer.unwrap().html(&sample_pictures::pictured(), Lang::De).unwrap_err();
        assert!(error.to_string().contains("line 2: "), "{error}");
        assert!(error.to_string().contains("`drawing` draws drawings only"), "{error}");
    }
}
