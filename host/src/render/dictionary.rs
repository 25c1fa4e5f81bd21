//! The data dictionary for reading: as a page, as text, as a list of fields, and for programs.

use std::collections::BTreeSet;

use handlebars::{
    Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason,
};
use serde::Serialize;
use serde_json::json;

use crate::domain::{Code, CodeLists, Dataset, Field, Form, Lang, Layout, Sensitivity, Text};

use super::list::{ListFormat, Value, list};
use super::templates::built_in_style;
use super::{Error, grid, text};

/// The list whose codes are the municipality's own schools.
const SCHOOLS: &str = "school";

/// How the dictionary is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DictionaryFormat {
    /// For the terminal.
    Text,
    /// A page that needs nothing else.
    Html,
    /// For programs, in both languages.
    Json,
    /// For a spreadsheet, one row for each field.
    Csv,
}

/// Some datasets of the dictionary, with the code lists that their fields use out of `lists`.
///
/// A text is at most `width` columns wide where one is given.
///
/// # Errors
///
/// [`Error::Render`] where the page does not fit its template.
pub fn dictionary(
    version: &str,
    datasets: &[&Dataset],
    lists: &CodeLists,
    format: DictionaryFormat,
    lang: Lang,
    width: Option<usize>,
) -> Result<String, Error> {
    match format {
        DictionaryFormat::Text => Ok(as_text(version, datasets, lists, lang, width)),
        DictionaryFormat::Html => page(&Page::of(version, datasets, lists, lang)),
        DictionaryFormat::Json => Ok(as_json(version, datasets, lists)),
        DictionaryFormat::Csv => Ok(fields(datasets, lang)),
    }
}

/// The names of the code lists that fields of these datasets use, but for those of a run.
fn used<'a>(datasets: &[&'a Dataset]) -> BTreeSet<&'a str> {
    let fields = datasets.iter().flat_map(|dataset| &dataset.fields);
    let is_fixed = |name: &&str| *name != SCHOOLS && Form::of_name(name).is_none();
    fields.filter_map(|field| field.codes.as_deref()).filter(is_fixed).collect()
}

/// What the codes of a list are that every run has others of; `None` for a list of the municipality.
fn of_the_run(list: &str, lang: Lang) -> Option<String> {
    let words = Words::of(lang);
    if list == SCHOOLS {
        return Some(words.own_schools.to_owned());
    }
    let form = Form::of_name(list)?;
    Some(format!("{} ({})", words.own_records, form.title.get(lang)))
}

/// What the numbers of a field count, in words. Test: `every_unit_has_a_german_word`.
fn unit(unit: &str, lang: Lang) -> String {
    let german = match unit {
        "attempts" => "Versuche",
        "1/100" => "Hundertstel",
        "cases" => "Fälle",
        "contacts" => "Kontakte",
        "copies" => "Exemplare",
        "ct" => "Cent",
        "days" => "Tage",
        "days since 1970-01-01" => "Tage seit dem 01.01.1970",
        "persons" => "Personen",
        "pupils" => "Kinder",
        "school days" => "Schultage",
        "steps" => "Schritte",
        "units" => "Einheiten",
        "year" => "Jahr",
        "years" => "Jahre",
        other => other,
    };
    lang.pick(german, unit).to_owned()
}

/// The words of the page and the text.
#[derive(Debug, Clone, Copy, Serialize)]
struct Words {
    title: &'static str,
    version: &'static str,
    lead: &'static str,
    skip: &'static str,
    contents: &'static str,
    counted_by: &'static str,
    about_nobody: &'static str,
    since: &'static str,
    field: &'static str,
    kind: &'static str,
    protection: &'static str,
    may_miss: &'static str,
    meaning: &'static str,
    yes: &'static str,
    no: &'static str,
    may_be_missing: &'static str,
    no_grouping: &'static str,
    kinds: &'static str,
    protections: &'static str,
    lists: &'static str,
    lists_grow: &'static str,
    own_schools: &'static str,
    own_records: &'static str,
    code: &'static str,
    word: &'static str,
}

static GERMAN: Words = Words {
    title: "Datenverzeichnis",
    version: "Fassung",
    lead: "Worum ein Plugin bitten kann. Es bekommt nur die Felder, die ein Mensch ihm erlaubt hat; \
           Namen und Notizen sind keine Felder, um die es bitten kann.",
    skip: "Zum Inhalt springen",
    contents: "Inhalt",
    counted_by: "Menschen hinter einer Zahl werden gezählt über",
    about_nobody: "Seine Zeilen betreffen keine Familie, darum wird von ihm nichts unterdrückt",
    since: "seit",
    field: "Feld",
    kind: "Art",
    protection: "Schutz",
    may_miss: "Kann fehlen",
    meaning: "Bedeutung",
    yes: "ja",
    no: "nein",
    may_be_missing: "kann fehlen",
    no_grouping: "keine Tabelle darf danach geteilt werden",
    kinds: "Arten von Feldern",
    protections: "Schutz",
    lists: "Codelisten",
    lists_grow: "Damit beginnt jede Kommune. Die meisten Listen kann sie ergänzen: Ein Plugin findet \
                 die Codes eines Laufs in dessen Auftrag.",
    own_schools: "die Schulen des Laufs, nach Schulnummer",
    own_records: "die Kürzel der Einträge",
    code: "Code",
    word: "Wort",
};

static ENGLISH: Words = Words {
    title: "Data dictionary",
    version: "version",
    lead: "What a plugin can ask for. It gets only the fields that a person has allowed it; names \
           and notes are no fields that it could ask for.",
    skip: "Skip to the content",
    contents: "Contents",
    counted_by: "Persons behind a figure are counted by",
    about_nobody: "Its rows are about no family, so nothing of it is withheld",
    since: "since",
    field: "Field",
    kind: "Type",
    protection: "Protection",
    may_miss: "May be missing",
    meaning: "Meaning",
    yes: "yes",
    no: "no",
    may_be_missing: "may be missing",
    no_grouping: "no table may be divided by it",
    kinds: "Types of fields",
    protections: "Protection",
    lists: "Code lists",
    lists_grow: "Every municipality starts with these. It can add to most of them: a plugin finds \
                 the codes of a run in its job.",
    own_schools: "the schools of the run, by number",
    own_records: "the codes of the records",
    code: "Code",
    word: "Word",
};

impl Words {
    fn of(lang: Lang) -> &'static Self {
        lang.pick(&GERMAN, &ENGLISH)
    }
}

fn as_text(
    version: &str,
    datasets: &[&Dataset],
    lists: &CodeLists,
    lang: Lang,
    width: Option<usize>,
) -> String {
    let words = Words::of(lang);
    let paragraph = |text: String| grid::paragraph(text, width);
    let heading = |text: &str, under| text::title(text, under, width, false);
    let mut parts = vec![
        heading(&format!("{}, {} {version}", words.title, words.version), '═'),
        paragraph(words.lead.to_owned()),
    ];
    for dataset in datasets {
        parts.push(heading(&format!("{} – {}", dataset.name, dataset.title.get(lang)), '─'));
        let persons = match dataset.subject() {
            Some(field) => format!("{} `{}`", words.counted_by, field.name),
            None => words.about_nobody.to_owned(),
        };
        let (meaning, since) = (dataset.meaning.get(lang), &dataset.since);
        parts.push(paragraph(format!("{meaning} {persons}; {} {since}.", words.since)));
        let described = dataset.fields.iter().map(|field| {
            let said = format!("{}: {}", field.title.get(lang), field.meaning.get(lang));
            [field.name.clone(), format!("{said}\n{}", facts(field, dataset, lang))]
        });
        parts.push(grid::pairs(described.collect(), width));
    }
    let fields = || datasets.iter().flat_map(|dataset| &dataset.fields);
    let layouts = Layout::ALL.into_iter();
    let layouts = layouts.filter(|layout| fields().any(|field| field.layout == *layout));
    let pairs = layouts.map(|layout| [layout.name().into(), layout.meaning().get(lang).into()]);
    parts.push(heading(words.kinds, '─'));
    parts.push(grid::pairs(pairs.collect(), width));
    let pairs = Sensitivity::ALL.into_iter().map(|sensitivity| {
        [sensitivity.text().get(lang).into(), sensitivity.meaning().get(lang).into()]
    });
    parts.push(heading(words.protections, '─'));
    parts.push(grid::pairs(pairs.collect(), width));
    let used = used(datasets);
    if !used.is_empty() {
        parts.push(heading(words.lists, '─'));
        parts.push(paragraph(words.lists_grow.to_owned()));
        let codes = used.into_iter().map(|name| {
            let list = lists.list(name);
            let codes = list.codes().iter();
            let codes = codes.map(|code| format!("{} ({})", code.code, code.word(lang)));
            [name.to_owned(), codes.collect::<Vec<_>>().join(", ")]
        });
        parts.push(grid::pairs(codes.collect(), width));
    }
    parts.join("\n\n") + "\n"
}

/// What there is to know of a field besides its meaning, on one line.
fn facts(field: &Field, dataset: &Dataset, lang: Lang) -> String {
    let words = Words::of(lang);
    let own = field.codes.as_deref().and_then(|list| of_the_run(list, lang));
    let mut facts =
        vec![match (own.as_deref().or(field.codes.as_deref()), field.unit.as_deref()) {
            (Some(codes), _) => format!("{}: {codes}", field.layout.name()),
            (None, Some(count)) => format!("{}: {}", field.layout.name(), unit(count, lang)),
            (None, None) => field.layout.name().to_owned(),
        }];
    facts.push(field.sensitivity.text().get(lang).to_owned());
    facts.extend(field.missing.then(|| words.may_be_missing.to_owned()));
    facts.extend((!field.grouping).then(|| words.no_grouping.to_owned()));
    let is_later = field.since != dataset.since;
    facts.extend(is_later.then(|| format!("{} {}", words.since, field.since)));
    format!("[{}]", facts.join(" · "))
}

fn as_json(version: &str, datasets: &[&Dataset], lists: &CodeLists) -> String {
    /// In the order in which it is written.
    #[derive(Serialize)]
    struct FieldFacts<'a> {
        name: &'a str,
        r#type: &'static str,
        codes: Option<&'a str>,
        unit: Option<&'a str>,
        missing: bool,
        sensitivity: &'static str,
        grouping: bool,
        since: &'a str,
        title: &'a Text,
        meaning: &'a Text,
    }
    #[derive(Serialize)]
    struct DatasetFacts<'a> {
        name: &'a str,
        subject: Option<&'a str>,
        since: &'a str,
        title: &'a Text,
        meaning: &'a Text,
        fields: Vec<FieldFacts<'a>>,
    }
    #[derive(Serialize)]
    struct Facts<'a> {
        version: &'a str,
        datasets: Vec<DatasetFacts<'a>>,
        code_lists: Vec<serde_json::Value>,
    }
    fn facts(field: &Field) -> FieldFacts<'_> {
        FieldFacts {
            name: &field.name,
            r#type: field.layout.name(),
            codes: field.codes.as_deref(),
            unit: field.unit.as_deref(),
            missing: field.missing,
            sensitivity: field.sensitivity.name(),
            grouping: field.grouping,
            since: &field.since,
            title: &field.title,
            meaning: &field.meaning,
        }
    }
    let dataset_facts = datasets.iter().map(|dataset| DatasetFacts {
        name: &dataset.name,
        subject: dataset.subject().map(|field| field.name.as_str()),
        since: &dataset.since,
        title: &dataset.title,
        meaning: &dataset.meaning,
        fields: dataset.fields.iter().map(facts).collect(),
    });
    let code_lists = used(datasets).into_iter().map(|name| {
        let list = lists.list(name);
        let code = |code: &Code| json!({ "code": code.code, "de": code.de, "en": code.en });
        json!({ "name": name, "codes": list.codes().iter().map(code).collect::<Vec<_>>() })
    });
    let all =
        Facts { version, datasets: dataset_facts.collect(), code_lists: code_lists.collect() };
    let mut text = serde_json::to_string_pretty(&all).expect("keys are texts and values plain");
    text.push('\n');
    text
}

/// One row for each field.
fn fields(datasets: &[&Dataset], lang: Lang) -> String {
    let words = Words::of(lang);
    let headers = [
        ("dataset", Text::new("Datensatz", "Dataset")),
        ("field", Text::same(words.field)),
        ("type", Text::same(words.kind)),
        ("codes", Text::new("Codeliste", "Code list")),
        ("unit", Text::new("Einheit", "Unit")),
        ("missing", Text::same(words.may_miss)),
        ("sensitivity", Text::same(words.protection)),
        ("since", Text::new("Seit", "Since")),
        ("title", Text::new("Titel", "Title")),
        ("meaning", Text::same(words.meaning)),
    ];
    let value = |text: Option<String>| text.map_or(Value::None, Value::Text);
    let rows = datasets.iter().flat_map(|dataset| {
        dataset.fields.iter().map(move |field| {
            vec![
                Value::Text(dataset.name.clone()),
                Value::Text(field.name.clone()),
                Value::Text(field.layout.name().to_owned()),
                value(field.codes.clone()),
                value(field.unit.as_deref().map(|count| unit(count, lang))),
                Value::Text(if field.missing { words.yes } else { words.no }.to_owned()),
                Value::Text(field.sensitivity.text().get(lang).to_owned()),
                Value::Text(field.since.clone()),
                Value::Text(field.title.get(lang).to_owned()),
                Value::Text(field.meaning.get(lang).to_owned()),
            ]
        })
    });
    list(&headers, &rows.collect::<Vec<_>>(), ListFormat::Csv, lang, None)
}

/// What `dictionary.hbs` gets.
#[derive(Debug, Serialize)]
struct Page {
    lang: &'static str,
    version: String,
    datasets: Vec<DatasetView>,
    layouts: Vec<[String; 2]>,
    sensitivities: Vec<[String; 2]>,
    lists: Vec<ListView>,
    words: Words,
}

#[derive(Debug, Serialize)]
struct DatasetView {
    name: String,
    title: String,
    meaning: String,
    /// `None` where its rows are about no family.
    subject: Option<String>,
    since: String,
    fields: Vec<FieldView>,
}

#[derive(Debug, Serialize)]
struct FieldView {
    name: String,
    title: String,
    meaning: String,
    layout: &'static str,
    /// The code list on the page.
    list: Option<String>,
    /// What stands beside the type.
    of: Option<String>,
    sensitivity: String,
    missing: bool,
    /// What else holds.
    note: Option<&'static str>,
    /// Where it came later than its dataset.
    since: Option<String>,
}

#[derive(Debug, Serialize)]
struct ListView {
    name: String,
    /// Code and word.
    codes: Vec<[String; 2]>,
}

impl Page {
    fn of(version: &str, datasets: &[&Dataset], lists: &CodeLists, lang: Lang) -> Self {
        let words = *Words::of(lang);
        let field = |dataset: &Dataset, field: &Field| {
            let own = field.codes.as_deref().and_then(|list| of_the_run(list, lang));
            let count = field.unit.as_deref().map(|count| unit(count, lang));
            FieldView {
                name: field.name.clone(),
                title: field.title.get(lang).to_owned(),
                meaning: field.meaning.get(lang).to_owned(),
                layout: field.layout.name(),
                list: field.codes.clone().filter(|_| own.is_none()),
                of: own.or(count),
                sensitivity: field.sensitivity.text().get(lang).to_owned(),
                missing: field.missing,
                note: (!field.grouping).then_some(words.no_grouping),
                since: (field.since != dataset.since).then(|| field.since.clone()),
            }
        };
        let view = |dataset: &&Dataset| DatasetView {
            name: dataset.name.clone(),
            title: dataset.title.get(lang).to_owned(),
            meaning: dataset.meaning.get(lang).to_owned(),
            subject: dataset.subject().map(|field| field.name.clone()),
            since: dataset.since.clone(),
            fields: dataset.fields.iter().map(|found| field(dataset, found)).collect(),
        };
        let list = |name: &str| {
            let list = lists.list(name);
            let code = |code: &Code| [code.code.clone(), code.word(lang).to_owned()];
            ListView { name: name.to_owned(), codes: list.codes().iter().map(code).collect() }
        };
        let explained =
            |name: &str, meaning: &Text| [name.to_owned(), meaning.get(lang).to_owned()];
        Self {
            lang: lang.tag(),
            version: version.to_owned(),
            datasets: datasets.iter().map(view).collect(),
            layouts: Layout::ALL.map(|layout| explained(layout.name(), &layout.meaning())).into(),
            sensitivities: Sensitivity::ALL
                .map(|found| explained(found.text().get(lang), &found.meaning()))
                .into(),
            lists: used(datasets).into_iter().map(list).collect(),
            words,
        }
    }
}

/// Fills the template. It is ours alone: there is nothing in it that somebody would want otherwise.
fn page(page: &Page) -> Result<String, Error> {
    const FILE: &str = "dictionary.hbs (built in)";
    let mut handlebars = Handlebars::new();
    handlebars.set_strict_mode(true);
    // The one text that is not escaped; it is ours.
    let write_style = |_: &Helper<'_>,
                       _: &Handlebars<'_>,
                       _: &Context,
                       _: &mut RenderContext<'_, '_>,
                       out: &mut dyn Output|
     -> HelperResult {
        out.write(built_in_style())?;
        Ok(out.write(include_str!("templates/dictionary.css"))?)
    };
    handlebars.register_helper("style", Box::new(write_style));
    let template = include_str!("templates/dictionary.hbs");
    handlebars.render_template(template, page).map_err(|error| Error::Render {
        file: FILE.to_owned(),
        line: error.line_no.unwrap_or(1),
        reason: match error.reason() {
            RenderErrorReason::MissingVariable(Some(path)) => {
                format!("there is no value `{path}` here")
            }
            other => other.to_string(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Dictionary;

    fn whole(format: DictionaryFormat, lang: Lang) -> String {
        let all = Dictionary::get();
        let datasets: Vec<&Dataset> = all.datasets.iter().collect();
        let lists = CodeLists::new(CodeLists::seed());
        dictionary(&all.version, &datasets, &lists, format, lang, Some(80)).unwrap()
    }

    /// Without blanks, which a text has others of, and as pages write what has a meaning in them.
    fn bare(text: &str) -> String {
        let text = text.replace("&quot;", "\"").replace("&#x27;", "'").replace("&#x3D;", "=");
        text.replace("&#x60;", "`").split_whitespace().collect()
    }

    #[test]
    fn every_unit_has_a_german_word() {
        for dataset in &Dictionary::get().datasets {
            for count in dataset.fields.iter().filter_map(|field| field.unit.as_deref()) {
                let german = unit(count, Lang::De);
                assert!(german != count || count == "min", "`{count}` has no German word");
                assert_eq!(unit(count, Lang::En), count);
            }
        }
    }

    #[test]
    fn every_field_stands_in_every_form_with_its_meaning() {
        use DictionaryFormat::{Csv, Html, Json};
        for lang in [Lang::De, Lang::En] {
            for format in [Html, Json, Csv] {
                let found = bare(&whole(format, lang));
                for dataset in &Dictionary::get().datasets {
                    for field in &dataset.fields {
                        let place = format!("{}.{} in {format:?}", dataset.name, field.name);
                        assert!(found.contains(&field.name), "{place}");
                        assert!(found.contains(&bare(field.meaning.get(lang))), "{place}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_text_tells_the_fields_of_the_datasets_asked_for_and_the_lists_they_use() {
        let all = Dictionary::get();
        let cases = all.dataset("cases").unwrap();
        let lists = CodeLists::new(CodeLists::seed());
        let text = |width| {
            let format = DictionaryFormat::Text;
            dictionary(&all.version, &[cases], &lists, format, Lang::En, width).unwrap()
        };
        let wide = text(None);
        for part in [
            "cases – Cases",
            "days_since_contact      Days since contact: School days of the pupil's school since",
            "[integers: school days · pseudonymous · may be missing]",
            "[codes: the schools of the run, by number · open]",
            "pupil-status  active (active), ",
        ] {
            assert!(wide.contains(part), "`{part}` in\n{wide}");
        }
        assert!(!wide.contains("contact-kind"), "a list that nothing here uses");
        assert!(!wide.contains("mediator_minutes"), "a field of another dataset");
        let narrow = text(Some(60));
        assert!(narrow.lines().all(|line| line.chars().count() <= 60), "{narrow}");
    }

    #[test]
    fn a_page_stands_alone_and_its_links_lead_somewhere() {
        for lang in [Lang::De, Lang::En] {
            let page = whole(DictionaryFormat::Html, lang);
            assert!(!page.contains("<script") && !page.contains("http"), "{lang}");
            let parts = |mark: &'static str| {
                page.split(mark).skip(1).map(|rest| rest.split('"').next().unwrap())
            };
            let anchors: Vec<&str> = parts(" id=\"").collect();
            let unique: BTreeSet<&str> = anchors.iter().copied().collect();
            assert_eq!(unique.len(), anchors.len(), "an anchor stands twice");
            for link in parts("href=\"#") {
                assert!(unique.contains(link), "`{link}` leads nowhere");
            }
        }
    }

    #[test]
    fn programs_get_both_languages_and_permanent_names() {
        let english = whole(DictionaryFormat::Json, Lang::En);
        assert_eq!(english, whole(DictionaryFormat::Json, Lang::De));
        let read: serde_json::Value = serde_json::from_str(&english).unwrap();
        let datasets = read["datasets"].as_array().unwrap();
        let names: Vec<&str> = datasets.iter().filter_map(|found| found["name"].as_str()).collect();
        let known: Vec<&str> =
            Dictionary::get().datasets.iter().map(|dataset| dataset.name.as_str()).collect();
        assert_eq!(names, known);
        let cases = datasets.iter().find(|found| found["name"] == "cases").unwrap();
        let fields = cases["fields"].as_array().unwrap();
        let age = fields.iter().find(|found| found["name"] == "age").unwrap();
        assert_eq!((&age["type"], &age["missing"]), (&json!("integers"), &json!(true)));
        assert_eq!(age["sensitivity"], "pseudonymous");
        assert_eq!(age["title"], json!({ "de": "Alter", "en": "Age" }));
        let lists = read["code_lists"].as_array().unwrap();
        let statuses = lists.iter().find(|list| list["name"] == "pupil-status").unwrap();
        assert_eq!(
            statuses["codes"][0],
            json!({ "code": "active", "de": "aktiv", "en": "active" })
        );
    }
}
