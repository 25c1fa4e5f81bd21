//! Drafts of letters: a package's template, filled in, as a page to print and as plain text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use handlebars::{Handlebars, RenderErrorReason, no_escape};
use serde::Serialize;

use crate::domain::{Day, Dictionary, Fact, FactValue, Field, Lang, Layout, Text};

use super::letter_names::Names;
use super::templates::parse;
use super::{Error, format};

/// The page around a letter.
const PAGE: &str = include_str!("templates/letter.hbs");

/// Most bytes of a template. A letter of ten pages has some 30,000.
const MOST_BYTES: usize = 64 * 1024;

/// What every letter may say besides the reason and facts, in the order of messages.
pub(super) const NAMES: [&str; 9] = [
    "given_name",
    "family_name",
    "class",
    "school",
    "household",
    "municipality",
    "practitioner",
    "date",
    "due",
];

/// Languages that are written from right to left, by the first part of their tags. Kurdish is not
/// among them: as `ku` it is Kurmanji, in Latin letters.
const RIGHT_TO_LEFT: [&str; 10] = ["ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"];

/// A template of a letter in one language, out of a package.
///
/// It is plain text with `{{name}}` for values and `{{#if name}}`, `{{#unless name}}` and `{{else}}`
/// around what depends on one. Lines end where they end in the template; an empty one begins a
/// paragraph, a line that begins with `# ` is the subject, and lines that begin with `- ` are a list.
/// Nothing in it is markup, so that no letter can load anything from anywhere when it is opened.
#[derive(Debug, Clone, Copy)]
pub struct LetterTemplate<'a> {
    /// The file in the package, such as `templates/invitation.tr.hbs`.
    pub file: &'a str,
    /// What the steps of the plugin call it.
    pub name: &'a str,
    /// The tag of its language.
    pub language: &'a str,
    /// The template itself.
    pub source: &'a str,
}

/// What a letter may say. The plugin sees none of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterFacts {
    /// The pupil's given names.
    pub given_name: String,
    /// The pupil's family name.
    pub family_name: String,
    /// The pupil's class; may be empty.
    pub class: String,
    /// The name of the school.
    pub school: String,
    /// What the team calls the household; may be empty.
    pub household: String,
    /// The name of the municipality.
    pub municipality: String,
    /// The name of the one whose task it is; may be empty.
    pub practitioner: String,
    /// The day of the letter.
    pub date: Day,
    /// The day by which the family is asked to answer: the one on which the task is due, or one to come.
    pub due: Day,
    /// Why, which letters in German and English may say.
    pub reason: Text,
    /// The facts behind it, of which letters may say the numbers.
    pub because: Vec<Fact>,
}

/// A letter that was drafted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// A page to print.
    pub html: String,
    /// The same as plain text.
    pub text: String,
}

/// Name and language of a template file `templates/NAME.LANGUAGE.hbs`; `None` for a name that does
/// not say both.
pub fn letter_name(file: &str) -> Option<(&str, &str)> {
    let (name, language) =
        file.strip_prefix("templates/")?.strip_suffix(".hbs")?.rsplit_once('.')?;
    let is_word = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
    };
    (is_word(name) && is_word(language)).then_some((name, language))
}

/// Checks a template: that it can be read, names nothing but what a letter may say, and can be filled
/// in.
///
/// # Errors
///
/// [`Error::Letter`] with file and line.
pub fn check_letter(template: &LetterTemplate<'_>) -> Result<(), Error> {
    let sample = || "x".to_owned();
    let fact = |field: &Field| Fact { field: field.name.clone(), value: FactValue::Integer(1) };
    let facts = LetterFacts {
        given_name: sample(),
        family_name: sample(),
        class: sample(),
        school: sample(),
        household: sample(),
        municipality: sample(),
        practitioner: sample(),
        date: Day(0),
        due: Day(0),
        reason: Text::same("x"),
        because: numbers().map(fact).collect(),
    };
    letter(template, &facts, Lang::De).map(drop)
}

/// Drafts a letter. `note` is the language of the note on the screen that it is a draft.
///
/// # Errors
///
/// Those of [`check_letter`], and where it says a fact that is not among those behind the reason.
pub fn letter(
    template: &LetterTemplate<'_>,
    facts: &LetterFacts,
    note: Lang,
) -> Result<Letter, Error> {
    let filled = fill(template, facts)?;
    let (subject, blocks) = blocks(&filled);
    if blocks.is_empty() {
        return Err(wrong(template, 1, "there is nothing in it but a subject"));
    }
    let who = format!("{} {}", facts.given_name, facts.family_name);
    let recipient = if facts.household.is_empty() { &who } else { &facts.household };
    let lines = |lines: [&str; 3]| -> Vec<String> {
        lines.into_iter().map(format::line).filter(|line| !line.is_empty()).collect()
    };
    let page = Page {
        lang: template.language,
        dir: if is_right_to_left(template.language) { "rtl" } else { "ltr" },
        title: subject.clone().unwrap_or_else(|| template.name.to_owned()),
        note_lang: note.tag(),
        draft: note.pick(
            "Entwurf: bitte lesen, bevor er jemanden erreicht. Diese Zeile wird nicht gedruckt.",
            "A draft: please read it before it reaches anybody. This line is not printed.",
        ),
        sender: lines([&facts.municipality, &facts.school, &facts.practitioner]),
        address: lines([recipient, "", ""]),
        date: facts.date.german(),
        subject: subject.unwrap_or_default(),
        blocks,
    };
    let mut handlebars = Handlebars::new();
    handlebars.set_strict_mode(true);
    let html = handlebars
        .render_template(PAGE, &page)
        .map_err(|error| wrong(template, 1, &error.to_string()))?;
    Ok(Letter { html, text: page.text() })
}

/// Whether a language is written from right to left.
fn is_right_to_left(language: &str) -> bool {
    let first = language.split('-').next().unwrap_or_default();
    RIGHT_TO_LEFT.contains(&first)
}

/// The fields of a case that are numbers, which letters may say.
pub(super) fn numbers() -> impl Iterator<Item = &'static Field> {
    let cases = Dictionary::get().dataset("cases").into_iter();
    let fields = cases.flat_map(|dataset| &dataset.fields);
    fields.filter(|field| matches!(field.layout, Layout::Integers | Layout::Longs))
}

/// The text of a template with its values.
fn fill(template: &LetterTemplate<'_>, facts: &LetterFacts) -> Result<String, Error> {
    if template.source.len() > MOST_BYTES {
        return Err(wrong(template, 1, "a letter has at most 64 KiB"));
    }
    let parsed = parse("letter", template.source, template.file).map_err(|error| match error {
        Error::Template { file, line, reason } => Error::Letter { file, line, reason },
        other => other,
    })?;
    Names::new(template).visit(&parsed)?;
    let mut handlebars = Handlebars::new();
    handlebars.set_strict_mode(true);
    // What comes out is plain text; the page escapes it.
    handlebars.register_escape_fn(no_escape);
    handlebars.register_template("letter", parsed);
    handlebars.render("letter", &values(template.language, facts)).map_err(|error| {
        let reason = match error.reason() {
            RenderErrorReason::MissingVariable(Some(path)) => {
                format!("the proposal does not say `{path}`; put `{{{{#if {path}}}}}` around it")
            }
            other => other.to_string(),
        };
        wrong(template, error.line_no.unwrap_or(1), &reason)
    })
}

/// What the names in a template stand for. Each is one line.
fn values(language: &str, facts: &LetterFacts) -> serde_json::Value {
    let value = |text: &str| {
        let text = format::line(text);
        // Names in Latin letters keep their own direction, and do not turn the text around them.
        if is_right_to_left(language) && !text.is_empty() {
            format!("\u{2068}{text}\u{2069}")
        } else {
            text
        }
    };
    let day = |day: Day| value(&if language == "en" { day.to_string() } else { day.german() });
    let mut values: BTreeMap<&str, serde_json::Value> = BTreeMap::new();
    let texts = [
        value(&facts.given_name),
        value(&facts.family_name),
        value(&facts.class),
        value(&facts.school),
        value(&facts.household),
        value(&facts.municipality),
        value(&facts.practitioner),
        day(facts.date),
        day(facts.due),
    ];
    values.extend(NAMES.into_iter().zip(texts.map(Into::into)));
    if let Some(reason) = reason_in(language, &facts.reason) {
        values.insert("reason", value(reason).into());
    }
    let number = |field: &'static Field| {
        let fact = facts.because.iter().find(|fact| fact.field == field.name)?;
        let FactValue::Integer(number) = fact.value else { return None };
        let is_day = field.unit.as_deref() == Some("days since 1970-01-01");
        let text = match i32::try_from(number) {
            Ok(number) if is_day => day(Day(number)),
            _ => value(&number.to_string()),
        };
        Some((field.name.as_str(), text))
    };
    let numbers: BTreeMap<&str, String> = numbers().filter_map(number).collect();
    values.insert("facts", serde_json::json!(numbers));
    serde_json::json!(values)
}

/// The reason in a language that the program speaks.
pub(super) fn reason_in<'a>(language: &str, reason: &'a Text) -> Option<&'a str> {
    match language {
        "de" => Some(&reason.de),
        "en" => Some(&reason.en),
        _ => None,
    }
}

pub(super) fn wrong(template: &LetterTemplate<'_>, line: usize, reason: &str) -> Error {
    Error::Letter { file: template.file.to_owned(), line, reason: reason.to_owned() }
}

/// What the page gets.
#[derive(Debug, Serialize)]
struct Page<'a> {
    lang: &'a str,
    dir: &'static str,
    title: String,
    note_lang: &'static str,
    draft: &'static str,
    sender: Vec<String>,
    address: Vec<String>,
    date: String,
    subject: String,
    blocks: Vec<Block>,
}

/// A paragraph or a list.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Block {
    is_list: bool,
    lines: Vec<String>,
}

impl Page<'_> {
    fn text(&self) -> String {
        let mut text = String::new();
        for lines in [&self.sender, &self.address] {
            let _ = writeln!(text, "{}\n", lines.join("\n"));
        }
        let _ = writeln!(text, "{}\n", self.date);
        if !self.subject.is_empty() {
            let _ = writeln!(text, "{}\n", self.subject);
        }
        let block = |block: &Block| {
            let sign = if block.is_list { "- " } else { "" };
            let line = |line: &String| format!("{sign}{line}\n");
            block.lines.iter().map(line).collect::<String>()
        };
        let blocks: Vec<String> = self.blocks.iter().map(block).collect();
        text + &blocks.join("\n")
    }
}

/// The subject, and the paragraphs and lists of a text.
fn blocks(text: &str) -> (Option<String>, Vec<Block>) {
    let mut subject = None;
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_new = true;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            is_new = true;
            continue;
        }
        if let (None, Some(words)) = (&subject, line.strip_prefix("# ")) {
            subject = Some(words.trim().to_owned());
            is_new = true;
            continue;
        }
        let (is_list, words) = match line.strip_prefix("- ") {
            Some(words) => (true, words.trim()),
            None => (false, line),
        };
        match blocks.last_mut() {
            Some(last) if !is_new && last.is_list == is_list => last.lines.push(words.to_owned()),
            _ => blocks.push(Block { is_list, lines: vec![words.to_owned()] }),
        }
        is_new = false;
    }
    (subject, blocks)
}

#[cfg(test)]
mod tests {
    use snapbox::{assert_data_eq, str};

    use super::*;

    fn facts() -> LetterFacts {
        LetterFacts {
            given_name: "Alex".into(),
            family_name: "Muster".into(),
            class: "3b".into(),
            school: "Grundschule am Anger".into(),
            household: "Familie Muster".into(),
            municipality: "Musterstadt".into(),
            practitioner: "Sam Beispiel".into(),
            date: "2026-11-22".parse().unwrap(),
            due: "2026-12-01".parse().unwrap(),
            reason: Text::new("Lange kein Kontakt.", "No contact for long."),
            because: vec![
                Fact { field: "days_since_contact".into(), value: FactValue::Integer(23) },
                Fact { field: "next_due".into(), value: FactValue::Integer(20_771) },
                Fact { field: "age".into(), value: FactValue::Missing },
                Fact { field: "attempts".into(), value: FactValue::Integer(0) },
            ],
        }
    }

    fn template<'a>(language: &'a str, source: &'a str) -> LetterTemplate<'a> {
        LetterTemplate { file: "templates/call.xx.hbs", name: "call", language, source }
    }

    fn draft(language: &str, source: &str) -> Letter {
        letter(&template(language, source), &facts(), Lang::De).unwrap()
    }

    /// The message for a template, without the file.
    fn refusal(language: &str, source: &str) -> String {
        let error = check_letter(&template(language, source)).unwrap_err();
        assert!(matches!(error, Error::Letter { .. }) && error.hint().is_some());
        error.to_string().replace("letter template `templates/call.xx.hbs`, ", "")
    }

    #[test]
    fn what_a_letter_may_not_say_is_refused_with_its_line() {
        for (source, message) in [
            (
                "a\n{{birth_day}}",
                "line 2: a letter has no value `birth_day`; it has `given_name`, ",
            ),
            ("\n\n{{#if note}}x{{/if}}", "line 3: a letter has no value `note`"),
            ("a\n{{#if class}}\n{{else if x}}\n{{/if}}", "line 1: a letter has no value `x`"),
            ("{{#if class}}a{{else}}\n{{x}}{{/if}}", "line 2: a letter has no value `x`"),
            ("{{facts.pupil}}", "line 1: a letter has no value `facts.pupil`"),
            ("{{facts.school}}", "line 1: a letter has no value `facts.school`"),
            ("{{this}}", "line 1: a letter has no value `this`"),
            ("{{@root.class}}", "line 1: a letter has no value `@root.class`"),
            ("{{facts}}", "line 1: a letter has no value `facts`"),
            ("\n{{{class}}}", "line 2: a letter is plain text; use two braces and no `&`"),
            ("\n{{&class}}", "line 2: a letter is plain text; use two braces and no `&`"),
            ("\n{{> call}}", "line 2: a letter includes no other template"),
            ("{{#> call}}{{/call}}", "line 1: a letter includes no other template"),
            (
                "{{#*inline \"a\"}}{{/inline}}",
                "line 1: a letter has values, `if` and `unless`, and",
            ),
            ("{{log class}}", "line 1: a letter calls nothing; only `if` and `unless` are there"),
            ("{{lookup this \"class\"}}", "line 1: a letter calls nothing"),
            ("{{#each facts}}x{{/each}}", "line 1: a letter has no blocks but `if` and `unless`"),
            ("{{#with facts}}x{{/with}}", "line 1: a letter has no blocks but `if` and `unless`"),
            ("{{#if (eq class \"a\")}}x{{/if}}", "line 1: only names of values can stand here"),
            ("{{#if class}}", "line 1: this is not handlebars"),
            ("# Betreff\n\n", "line 1: there is nothing in it but a subject"),
            ("", "line 1: there is nothing in it but a subject"),
        ] {
            let found = refusal("de", source);
            assert!(found.starts_with(message), "{source}: {found}");
        }
        assert_eq!(
            refusal("tr", "\n{{reason}}"),
            "line 2: a letter in this language has no `reason`: reasons are in German and English"
        );
        assert!(refusal("de", &"a".repeat(MOST_BYTES + 1)).contains("64 KiB"));
        assert!(refusal("de", &"{{#if class}}".repeat(500)).contains("more than 400"));
    }

    const GERMAN: &str = "# Einladung: {{given_name}} {{family_name}}, {{class}}\n\nLiebe \
        {{household}},\nseit {{facts.days_since_contact}} Schultagen haben wir uns nicht gesprochen.\
        \n\n- Grund: {{reason}}\n- bis {{due}}\n{{#if facts.age}}- {{facts.age}}\n{{/if}}\n\
        {{#if facts.attempts}}Versuche: {{facts.attempts}}{{/if}}\n\n{{practitioner}}\n";

    #[test]
    fn a_letter_as_plain_text() {
        assert_data_eq!(
            draft("de", GERMAN).text,
            str![[r"
Musterstadt
Grundschule am Anger
Sam Beispiel

Familie Muster

22.11.2026

Einladung: Alex Muster, 3b

Liebe Familie Muster,
seit 23 Schultagen haben wir uns nicht gesprochen.

- Grund: Lange kein Kontakt.
- bis 01.12.2026

Versuche: 0

Sam Beispiel

"]]
        );
    }

    #[test]
    fn a_letter_as_a_page() {
        let page = draft("de", GERMAN).html;
        for part in [
            "<html lang=\"de\" dir=\"ltr\">",
            "<title>Einladung: Alex Muster, 3b</title>",
            "<h1>Einladung: Alex Muster, 3b</h1>",
            "<p class=\"sender\">Musterstadt<br>Grundschule am Anger<br>Sam Beispiel</p>",
            "<p class=\"address\">Familie Muster</p>",
            "<li>bis 01.12.2026</li>",
            "<p>Liebe Familie Muster,<br>",
            "content=\"default-src 'none'; style-src 'unsafe-inline'\"",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
    }

    #[test]
    fn whatever_is_said_is_text_and_no_markup() {
        let mut facts = facts();
        facts.given_name = "<script>alert(1)</script>".into();
        facts.household = "\"><img src=x>\n\n# x".into();
        facts.school = "{{practitioner}} & Söhne".into();
        let source = "<b>{{given_name}}</b> {{household}} {{school}}";
        let found = letter(&template("de", source), &facts, Lang::En).unwrap();
        for markup in ["<script", "<img", "<b>"] {
            assert!(!found.html.contains(markup), "{markup} in {}", found.html);
        }
        assert!(found.html.contains("&lt;b&gt;&lt;script&gt;"), "{}", found.html);
        assert!(found.html.contains("{{practitioner}} &amp; Söhne"), "{}", found.html);
        assert!(!found.html.contains("<h1>"), "a name makes no subject");
        assert!(found.text.contains("<b><script>alert(1)</script></b> \"><img src=x>  # x"));
    }

    #[test]
    fn languages_from_right_to_left_say_so_and_keep_names_apart() {
        let found = draft("ar", "مرحبا {{given_name}}، {{due}}");
        assert!(found.html.contains("<html lang=\"ar\" dir=\"rtl\">"));
        assert!(found.html.contains("<header lang=\"de\" dir=\"ltr\">"));
        assert!(found.text.contains("مرحبا \u{2068}Alex\u{2069}، \u{2068}01.12.2026\u{2069}"));
        for (language, expected) in
            [("fa", true), ("ps", true), ("ar-SY", true), ("ku", false), ("tr", false), ("", false)]
        {
            assert_eq!(is_right_to_left(language), expected, "{language}");
        }
        assert!(draft("tr", "Merhaba {{given_name}}").text.ends_with("Merhaba Alex\n"));
    }

    #[test]
    fn days_are_written_as_the_language_does() {
        assert!(
            draft("en", "{{due}} {{reason}}").text.ends_with("2026-12-01 No contact for long.\n")
        );
        assert!(draft("ro", "{{facts.next_due}}").text.ends_with("14.11.2026\n"));
    }

    #[test]
    fn a_fact_that_the_proposal_does_not_say_is_an_error_and_not_a_gap() {
        let source = "ok\nfehlte {{facts.missed_unexcused}} Tage";
        check_letter(&template("de", source)).unwrap();
        let error = letter(&template("de", source), &facts(), Lang::De).unwrap_err();
        assert_eq!(
            error.to_string(),
            "letter template `templates/call.xx.hbs`, line 2: the proposal does not say \
             `facts.missed_unexcused`; put `{{#if facts.missed_unexcused}}` around it"
        );
        let guarded = "ok{{#if facts.missed_unexcused}} {{facts.missed_unexcused}}{{/if}}";
        assert!(draft("de", guarded).text.ends_with("\nok\n"));
    }

    #[test]
    fn file_names_say_template_and_language() {
        let expected = Some(("call-again", "tr"));
        assert_eq!(letter_name("templates/call-again.tr.hbs"), expected);
        assert_eq!(letter_name("templates/call.ar-sy.hbs"), Some(("call", "ar-sy")));
        for wrong in [
            "templates/call.hbs",
            "templates/.de.hbs",
            "templates/Call.de.hbs",
            "templates/a.b.de.hbs",
            "templates/call.de.html",
            "tests/call.de.hbs",
        ] {
            assert_eq!(letter_name(wrong), None, "{wrong}");
        }
    }
}
