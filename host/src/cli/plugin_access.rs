//! `tridem plugin access`: what a plugin may read, why, who allowed it, and what it can never do. And
//! the options of `plugin grant` that say how far a grant goes.

use std::str::FromStr;

use serde_json::{Value, json};

use crate::app::{
    AccessField, DatasetAccess, Error, GrantWish, Granted, PluginAccess, PluginFacts, moment,
    one_line,
};
use crate::domain::{
    Coarsening, Day, Grant, GrantTerms, GrantedSchools, Lang, UnknownCoarsening, schools_of_all,
};

use super::Session;
use super::output::{counted, width};

/// The longest line, also where the terminal is wider: longer ones are hard to read.
const LINE: usize = 80;

/// How far a grant goes. Without any of these it goes without limits.
#[derive(clap::Args)]
pub(super) struct LimitArgs {
    /// The number of a school whose rows may be read, and no others; can be given several times.
    #[arg(long = "school", value_name = "NUMBER")]
    schools: Vec<String>,
    /// The first day that a run may look at.
    #[arg(long, value_name = "DAY")]
    from: Option<Day>,
    /// The last day that a run may look at, included.
    #[arg(long, value_name = "DAY")]
    to: Option<Day>,
    /// The last day on which the grant holds.
    #[arg(long, value_name = "DAY")]
    until: Option<Day>,
    /// A field that is shown coarser than it is, such as contacts.day=month; can be given several
    /// times. Days: month, school-year; birthdays also year, three-years; numbers: fives, tens.
    #[arg(long, value_name = "FIELD=KIND")]
    coarse: Vec<Coarse>,
}

impl LimitArgs {
    pub(super) fn wish(&self) -> GrantWish {
        GrantWish {
            schools: self.schools.clone(),
            first: self.from,
            last: self.to,
            until: self.until,
            coarse: self.coarse.iter().map(|it| (it.field.clone(), it.kind)).collect(),
        }
    }
}

/// A field and how it is made coarser.
#[derive(Debug, Clone)]
struct Coarse {
    field: String,
    kind: Coarsening,
}

impl FromStr for Coarse {
    type Err = UnknownCoarsening;

    fn from_str(text: &str) -> Result<Self, UnknownCoarsening> {
        let (field, kind) =
            text.split_once('=').ok_or_else(|| UnknownCoarsening(text.to_owned()))?;
        Ok(Self { field: field.to_owned(), kind: kind.parse()? })
    }
}

/// What to show, and how.
#[derive(clap::Args)]
pub(super) struct AccessArgs {
    /// The plugin's id, with @VERSION where several are installed.
    plugin: String,
    /// How to print it.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    /// Sentences for reading.
    Text,
    /// JSON, with permanent English keys.
    Json,
}

pub(super) fn run(args: &AccessArgs, session: &mut Session) -> Result<(), Error> {
    let access = session.open()?.plugin_access(&args.plugin)?;
    let text = match args.format {
        Format::Text => describe(&access, session.out.lang(), width().unwrap_or(LINE).min(LINE)),
        Format::Json => format!("{:#}\n", as_json(&access)),
    };
    session.out.print(&text)
}

/// Says after granting what whoever granted may not have meant.
pub(super) fn remark(granted: &Granted, wish: &GrantWish, session: &mut Session) {
    if !granted.wider.is_empty() {
        let fields = granted.wider.join(", ");
        session.out.remark(
            format!("Weiter als bisher: {fields}"),
            format!("Further than before: {fields}"),
        );
    }
    if !wish.schools.is_empty() {
        session.out.remark(
            "Wer einen Bericht über einige Schulen neben einem über alle liest, kann manche \
             unterdrückte Zahl errechnen. Geben Sie nur einen davon weiter.",
            "Whoever reads a report about some schools beside one about all can work out some \
             withheld numbers. Pass only one of them on.",
        );
    }
}

/// Says after installing what a plugin may read already, and what it has to be granted.
pub(super) fn remark_installed(facts: &PluginFacts, session: &mut Session) {
    let manifest = &facts.manifest;
    let name = format!("{}@{}", manifest.id, manifest.version);
    let (carried, new): (Vec<_>, Vec<_>) =
        facts.fields.iter().partition(|field| field.granted.is_some());
    if carried.is_empty() {
        let id = &manifest.id;
        session.out.remark(
            format!(
                "Noch darf es nichts lesen. Ansehen: `tridem plugin inspect {id}`; \
                 erlauben: `tridem plugin grant {id} --all`"
            ),
            format!(
                "It may read nothing yet. Look: `tridem plugin inspect {id}`; \
                 allow: `tridem plugin grant {id} --all`"
            ),
        );
        return;
    }
    let mut versions: Vec<&str> =
        carried.iter().filter_map(|field| field.carried_from.as_deref()).collect();
    versions.sort_unstable();
    versions.dedup();
    let versions = versions.join(", ");
    session.out.remark(
        format!(
            "Übernommen von {versions}: {}. Ansehen: `tridem plugin access {name}`",
            counted(carried.len(), "Erlaubnis", "Erlaubnisse")
        ),
        format!(
            "Carried over from {versions}: {}. Look: `tridem plugin access {name}`",
            counted(carried.len(), "grant", "grants")
        ),
    );
    if !new.is_empty() {
        let fields: Vec<String> =
            new.iter().map(|field| format!("{}.{}", field.dataset, field.name)).collect();
        let fields = fields.join(" ");
        session.out.remark(
            format!("Das muss jemand erlauben: `tridem plugin grant {name} {fields}`"),
            format!("Somebody has to allow the rest: `tridem plugin grant {name} {fields}`"),
        );
    }
}

/// Lines of at most so many letters.
struct Page {
    text: String,
    width: usize,
}

impl Page {
    /// A text from a column on, broken between words; the lines after the first go further in.
    fn put(&mut self, indent: usize, text: &str) {
        let (mut line, mut used) = (" ".repeat(indent), 0);
        for word in one_line(text).split_whitespace() {
            let length = word.chars().count();
            if used > 0 && line.chars().count() + 1 + length > self.width {
                self.text += line.trim_end();
                self.text.push('\n');
                line = " ".repeat(indent + 2);
                used = 0;
            }
            if used > 0 {
                line.push(' ');
            }
            line += word;
            used += 1;
        }
        self.text += line.trim_end();
        self.text.push('\n');
    }

    fn heading(&mut self, text: &str) {
        self.text.push('\n');
        self.put(0, text);
        self.text += &"=".repeat(text.chars().count().min(self.width));
        self.text.push('\n');
    }
}

/// The access of a plugin in plain words.
fn describe(access: &PluginAccess, lang: Lang, width: usize) -> String {
    let mut page = Page { text: String::new(), width };
    page.put(0, &format!("{} {}", access.id, access.version));
    page.put(0, access.title.get(lang));
    let today = day(access.today, lang);
    page.heading(
        &lang.pick(format!("Was es am {today} lesen darf"), format!("What it may read on {today}")),
    );
    datasets(&mut page, access, lang, true);
    let grants: Vec<Grant> = allowed(access).filter_map(|field| field.grant.clone()).collect();
    if let GrantedSchools::Only(numbers) = schools_of_all(&grants) {
        let numbers = numbers.into_iter().collect::<Vec<_>>().join(", ");
        let numbers = if numbers.is_empty() { lang.pick("keine", "none") } else { &numbers };
        page.text.push('\n');
        page.put(
            0,
            &lang.pick(
                format!(
                    "Ein Lauf liest nur Schulen, von denen jedes dieser Felder erlaubt ist: {numbers}."
                ),
                format!("A run reads those schools alone of which every field above is granted: {numbers}."),
            ),
        );
    }
    page.heading(
        lang.pick("Was es erbeten hat und nicht lesen darf", "What it asked for and may not read"),
    );
    datasets(&mut page, access, lang, false);
    page.heading(lang.pick("Was es niemals kann", "What it can never do"));
    never(&mut page, access, lang);
    page.text
}

fn allowed(access: &PluginAccess) -> impl Iterator<Item = &AccessField> {
    access.datasets.iter().flat_map(|dataset| &dataset.fields).filter(|field| field.is_allowed)
}

/// The datasets with those of their fields that may be read, or may not.
fn datasets(page: &mut Page, access: &PluginAccess, lang: Lang, is_allowed: bool) {
    let mut is_empty = true;
    for dataset in &access.datasets {
        let fields = || dataset.fields.iter().filter(|field| field.is_allowed == is_allowed);
        if fields().next().is_none() {
            continue;
        }
        is_empty = false;
        page.text.push('\n');
        page.put(0, &format!("{} ({})", dataset.title.get(lang), dataset.name));
        page.put(2, dataset.meaning.get(lang));
        page.put(2, &format!("{}: {}", lang.pick("Wozu", "What for"), dataset.purpose.get(lang)));
        fields().for_each(|field| put_field(page, dataset, field, lang));
    }
    if is_empty {
        page.text.push('\n');
        page.put(0, lang.pick("Nichts.", "Nothing."));
    }
}

fn put_field(page: &mut Page, dataset: &DatasetAccess, field: &AccessField, lang: Lang) {
    page.text.push('\n');
    let optional = if field.optional { lang.pick(", freiwillig", ", optional") } else { "" };
    let (title, name) = (field.title.get(lang), &field.name);
    let sensitivity = field.sensitivity.text();
    let sensitivity = sensitivity.get(lang);
    page.put(2, &format!("{title} ({}.{name}): {sensitivity}{optional}", dataset.name));
    page.put(4, field.meaning.get(lang));
    let Some(grant) = &field.grant else {
        page.put(4, lang.pick("Niemand hat es erlaubt.", "Nobody has granted it."));
        return;
    };
    if let Some(purpose) = grant.purpose.as_ref().filter(|read| **read != dataset.purpose) {
        let word = lang.pick("Erlaubt wozu", "Granted what for");
        page.put(4, &format!("{word}: {}", purpose.get(lang)));
    }
    page.put(4, &how_far(&grant.terms, lang));
    page.put(4, &who(grant, lang));
    if let (false, Some(last)) = (field.is_allowed, grant.terms.until) {
        let last = day(last, lang);
        page.put(
            4,
            &lang.pick(
                format!("Die Erlaubnis ist abgelaufen; der letzte Tag war der {last}."),
                format!("The grant has expired; its last day was {last}."),
            ),
        );
    }
}

/// As `Schools: 990001. Days: any. Values: exact.`
fn how_far(terms: &GrantTerms, lang: Lang) -> String {
    let schools = match &terms.schools {
        GrantedSchools::All => lang.pick("alle", "all").to_owned(),
        GrantedSchools::Only(numbers) if numbers.is_empty() => lang.pick("keine", "none").into(),
        GrantedSchools::Only(numbers) => {
            let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
            format!("{} {}", lang.pick("nur", "only"), numbers.join(", "))
        }
    };
    let days = match (terms.first, terms.last) {
        (None, None) => lang.pick("alle", "any").to_owned(),
        (Some(first), None) => {
            lang.pick(format!("ab {}", first.german()), format!("from {first} on"))
        }
        (None, Some(last)) => lang.pick(format!("bis {}", last.german()), format!("up to {last}")),
        (Some(first), Some(last)) => lang.pick(
            format!("{} bis {}", first.german(), last.german()),
            format!("{first} to {last}"),
        ),
    };
    let values = match terms.coarsening {
        None => lang.pick("genau", "exact").to_owned(),
        Some(kind) => kind.text().get(lang).to_owned(),
    };
    lang.pick(
        format!("Schulen: {schools}. Tage: {days}. Werte: {values}."),
        format!("Schools: {schools}. Days: {days}. Values: {values}."),
    )
}

/// As `Granted by koordination, 2026-07-20 14:05 UTC, until taken back.`
fn who(grant: &Grant, lang: Lang) -> String {
    let (by, at) = (&grant.granted_by, moment(grant.granted_at));
    let until = match grant.terms.until {
        None => lang.pick("bis auf Widerruf", "until it is taken back").to_owned(),
        Some(last) => format!("{} {}", lang.pick("bis", "until"), day(last, lang)),
    };
    let carried = grant.carried_from.as_ref().map_or_else(String::new, |version| {
        lang.pick(
            format!(" Für Version {version}, von dort übernommen."),
            format!(" For version {version}, carried over from there."),
        )
    });
    lang.pick(
        format!("Erlaubt von {by}, {at}, {until}.{carried}"),
        format!("Granted by {by}, {at}, {until}.{carried}"),
    )
}

/// What no plugin can do, with the evidence for this one.
fn never(page: &mut Page, access: &PluginAccess, lang: Lang) {
    let german = [
        "Es hat kein Netz, keine Dateien, keine Uhr, keinen Zufall und keine Umgebung, und es \
         erreicht kein anderes Plugin: Es kann nur rechnen, mit dem, was ihm gegeben wird.",
        "Namen, Adressen und vertrauliche Notizen sind keine Felder: Es kann nicht einmal um sie \
         bitten.",
        "Felder, die nicht erlaubt sind, bekommt es nicht zu sehen, auch nicht leer.",
    ];
    let english = [
        "It has no network, no files, no clock, no random numbers and no environment, and reaches \
         no other plugin: all it can do is compute, with what it is handed.",
        "Names, addresses and private notes are not fields at all: it cannot even ask for them.",
        "Fields that are not granted it does not get to see, not even empty.",
    ];
    page.text.push('\n');
    for sentence in lang.pick(german, english) {
        page.put(0, &format!("- {sentence}"));
    }
    page.text.push('\n');
    page.put(0, lang.pick("Der Beleg", "The evidence"));
    let imports = if access.imports.is_empty() {
        lang.pick("keine", "none").to_owned()
    } else {
        access.imports.join(", ")
    };
    page.put(2, &format!("{}: {imports}", lang.pick("Importe", "Imports")));
    page.put(
        2,
        &lang.pick(
            format!(
                "Nachgesehen hat soeben {}: Funktionen, Module, Komponenten und Ressourcen, auch \
                 innerhalb von Schnittstellen. Namen von Typen zählen nicht; hinter ihnen ist kein \
                 Code. Verbunden ist die Komponente mit nichts.",
                access.engine
            ),
            format!(
                "Looked for just now by {}: functions, modules, components and resources, also \
                 inside of interfaces. Names of types do not count; there is no code behind them. \
                 The component is linked with nothing.",
                access.engine
            ),
        ),
    );
    page.put(2, &format!("{} (SHA-256):", lang.pick("Komponente", "Component")));
    page.put(4, &access.component);
    let package = lang.pick(
        "Paket, an das die Erlaubnisse gebunden sind (SHA-256):",
        "Package, to which the grants are bound (SHA-256):",
    );
    page.put(2, package);
    page.put(4, &access.sha256);
}

fn day(day: Day, lang: Lang) -> String {
    lang.pick(day.german(), day.to_string())
}

/// The same for programs.
fn as_json(access: &PluginAccess) -> Value {
    let grant = |grant: &Grant| {
        let schools = match &grant.terms.schools {
            GrantedSchools::All => Value::Null,
            GrantedSchools::Only(numbers) => json!(numbers),
        };
        json!({
            "granted_by": grant.granted_by,
            "granted_at": moment(grant.granted_at),
            "carried_from": grant.carried_from,
            "purpose": grant.purpose,
            "schools": schools,
            "first_day": grant.terms.first,
            "last_day": grant.terms.last,
            "coarsening": grant.terms.coarsening.map(Coarsening::code),
            "until": grant.terms.until,
        })
    };
    let field = |field: &AccessField| {
        json!({
            "name": field.name,
            "title": field.title,
            "meaning": field.meaning,
            "sensitivity": field.sensitivity.text(),
            "optional": field.optional,
            "allowed": field.is_allowed,
            "grant": field.grant.as_ref().map(grant),
        })
    };
    let dataset = |dataset: &DatasetAccess| {
        json!({
            "name": dataset.name,
            "title": dataset.title,
            "meaning": dataset.meaning,
            "purpose": dataset.purpose,
            "fields": dataset.fields.iter().map(field).collect::<Vec<_>>(),
        })
    };
    json!({
        "id": access.id,
        "version": access.version,
        "title": access.title,
        "package_sha256": access.sha256,
        "day": access.today,
        "datasets": access.datasets.iter().map(dataset).collect::<Vec<_>>(),
        "imports": access.imports,
        "component_sha256": access.component,
        "engine": access.engine,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_field_with_a_coarsening_is_refused() {
        for wrong in ["contacts.day", "contacts.day=", "contacts.day=week", "=", ""] {
            assert!(wrong.parse::<Coarse>().is_err(), "{wrong}");
        }
        let right: Coarse = "contacts.day=school-year".parse().unwrap();
        assert_eq!((right.field.as_str(), right.kind), ("contacts.day", Coarsening::SchoolYear));
    }

    #[test]
    fn lines_are_broken_between_words_and_a_long_word_stays_whole() {
        let mut page = Page { text: String::new(), width: 12 };
        page.put(2, "eins zwei drei \u{1b}[2Jvier Donaudampfschifffahrt fünf");
        assert_eq!(
            page.text,
            "  eins zwei\n    drei\n    [2Jvier\n    Donaudampfschifffahrt\n    fünf\n"
        );
    }
}
