//! The data dictionary: which datasets and fields a plugin can ask for, and what they mean.

use std::sync::OnceLock;

use serde::Deserialize;

use super::form::Form;
use super::form_dataset;
use super::words::Text;

/// The one list, as it is documented.
const SOURCE: &str = include_str!("../../../schemas/dictionary.toml");

/// How the values of a field are laid out; see `values` in `schemas/wit/1.0/types.wit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// Places in a code list.
    Codes,
    /// 0 for no, 1 for yes.
    Flags,
    /// Whole numbers and days, 32 bits.
    Integers,
    /// Whole numbers, 64 bits.
    Longs,
    /// Floating point.
    Decimals,
    /// Sets over a code list of at most 64 codes.
    Sets,
    /// Persons or households numbered for one run.
    Indexes,
    /// Pseudonyms of persons or households.
    Keys,
    /// Text.
    Texts,
}

impl Layout {
    /// All of them, in the order of `values` in `schemas/wit/1.0/types.wit`.
    pub const ALL: [Self; 9] = [
        Self::Codes,
        Self::Flags,
        Self::Integers,
        Self::Longs,
        Self::Decimals,
        Self::Sets,
        Self::Indexes,
        Self::Keys,
        Self::Texts,
    ];

    /// Its permanent name, as the dictionary and the plugin interface have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Codes => "codes",
            Self::Flags => "flags",
            Self::Integers => "integers",
            Self::Longs => "longs",
            Self::Decimals => "decimals",
            Self::Sets => "sets",
            Self::Indexes => "indexes",
            Self::Keys => "keys",
            Self::Texts => "texts",
        }
    }

    /// What its values are.
    pub fn meaning(self) -> Text {
        match self {
            Self::Codes => Text::new("Stellen in einer Codeliste", "places in a code list"),
            Self::Flags => Text::new("0 für nein, 1 für ja", "0 for no, 1 for yes"),
            Self::Integers => {
                Text::new("ganze Zahlen und Tage, 32 Bit", "whole numbers and days, 32 bits")
            }
            Self::Longs => Text::new("ganze Zahlen, 64 Bit", "whole numbers, 64 bits"),
            Self::Decimals => Text::new("Gleitkommazahlen, 64 Bit", "floating point, 64 bits"),
            Self::Sets => Text::new(
                "Mengen von Codes einer Liste, ein Bit je Stelle",
                "sets of the codes of a list, one bit for each place",
            ),
            Self::Indexes => Text::new(
                "Nummern, unter denen Menschen oder Haushalte in einem Lauf gezählt werden",
                "numbers under which persons or households are counted in one run",
            ),
            Self::Keys => Text::new(
                "Pseudonyme, in jedem Lauf eines Plugins gleich und für jedes Plugin andere",
                "pseudonyms, the same in every run of a plugin and different for every plugin",
            ),
            Self::Texts => Text::new("Text", "text"),
        }
    }
}

/// How much a field tells about one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sensitivity {
    /// Nothing.
    Open,
    /// Tells persons apart without naming them.
    Pseudonymous,
    /// Could tell who somebody is, together with other facts.
    Identity,
    /// Words about people: never handed to a plugin.
    PrivateText,
}

impl Sensitivity {
    /// All of them, the least first.
    pub const ALL: [Self; 4] = [Self::Open, Self::Pseudonymous, Self::Identity, Self::PrivateText];

    /// Its permanent name, as the dictionary has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Pseudonymous => "pseudonymous",
            Self::Identity => "identity",
            Self::PrivateText => "private-text",
        }
    }

    /// What that means for whoever allows a plugin to read the field.
    pub fn meaning(self) -> Text {
        match self {
            Self::Open => Text::new(
                "sagt über einen einzelnen Menschen nichts",
                "tells nothing about one person",
            ),
            Self::Pseudonymous => Text::new(
                "unterscheidet Menschen, ohne sie zu nennen",
                "tells persons apart without naming them",
            ),
            Self::Identity => Text::new(
                "kann zusammen mit anderen Angaben verraten, wer jemand ist",
                "could tell who somebody is, together with other facts",
            ),
            Self::PrivateText => Text::new(
                "Worte über Menschen; wird nie an ein Plugin gegeben",
                "words about people; never handed to a plugin",
            ),
        }
    }

    /// The word for the grant question.
    pub fn text(self) -> Text {
        match self {
            Self::Open => Text::new("offen", "open"),
            Self::Pseudonymous => Text::new("pseudonym", "pseudonymous"),
            Self::Identity => Text::new("personenbezogen", "identifying"),
            Self::PrivateText => Text::new("vertraulicher Text", "private text"),
        }
    }
}

/// One field of a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its permanent name.
    pub name: String,
    /// How its values are laid out.
    #[serde(rename = "type")]
    pub layout: Layout,
    /// The code list, for codes and sets.
    pub codes: Option<String>,
    /// What its numbers count.
    pub unit: Option<String>,
    /// Whether a row may have no value.
    #[serde(default)]
    pub missing: bool,
    /// How much it tells about one person.
    pub sensitivity: Sensitivity,
    /// Whether a table may be divided by its codes.
    #[serde(default = "yes")]
    pub grouping: bool,
    /// The dictionary version that brought it.
    pub since: String,
    /// Its word in the interface.
    pub title: Text,
    /// What it means.
    pub meaning: Text,
}

fn yes() -> bool {
    true
}

/// A dataset: rows of one grain.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dataset {
    /// Its permanent name.
    pub name: String,
    /// The field by which the persons behind a figure are counted: one laid out as `indexes`, or a
    /// number of persons. Empty where a row is about no family, so that nothing is withheld.
    #[serde(default)]
    pub subject: String,
    /// The dictionary version that brought it.
    pub since: String,
    /// Its word in the interface.
    pub title: Text,
    /// What one row is.
    pub meaning: Text,
    /// Its fields.
    #[serde(rename = "field")]
    pub fields: Vec<Field>,
}

impl Dataset {
    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The field by which persons are counted; `None` where a row is about no family.
    pub fn subject(&self) -> Option<&Field> {
        // A subject that is no field would leave persons without protection, so a test looks for
        // every one: `the_dictionary_is_well_formed`.
        self.field(&self.subject)
    }

    /// The form whose records its rows are; `None` for a dataset that the dictionary spells out.
    pub fn form(&self) -> Option<&'static Form> {
        form_dataset::form(&self.name)
    }

    /// The field whose day puts the rows of a school in order; `None` where none does.
    pub fn day(&self) -> Option<&Field> {
        self.field(self.form().map_or("day", |form| form.when.as_str()))
    }
}

/// The data dictionary.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dictionary {
    /// Its version.
    pub version: String,
    /// All datasets.
    #[serde(rename = "dataset")]
    pub datasets: Vec<Dataset>,
}

impl Dictionary {
    /// The dictionary this program was built with: what `dictionary.toml` has, then a dataset for
    /// each form that plugins can read.
    #[expect(
        clippy::missing_panics_doc,
        reason = "the dictionary is built in, and a test reads it"
    )]
    pub fn get() -> &'static Self {
        static DICTIONARY: OnceLock<Dictionary> = OnceLock::new();
        DICTIONARY.get_or_init(|| {
            let mut dictionary: Self =
                toml::from_str(SOURCE).expect("test: the_dictionary_is_well_formed");
            let of_forms = form_dataset::datasets(&dictionary);
            dictionary.datasets.extend(of_forms);
            dictionary
        })
    }

    /// The dataset of that name.
    pub fn dataset(&self, name: &str) -> Option<&Dataset> {
        self.datasets.iter().find(|dataset| dataset.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::code::CodeLists;

    #[test]
    fn names_are_those_that_the_dictionary_is_written_in() {
        #[derive(Deserialize)]
        struct Both {
            layout: Layout,
            sensitivity: Sensitivity,
        }
        let read = |layout: &str, sensitivity: &str| -> Both {
            let source = format!("layout = '{layout}'\nsensitivity = '{sensitivity}'");
            toml::from_str(&source).unwrap()
        };
        for layout in Layout::ALL {
            assert_eq!(read(layout.name(), "open").layout, layout);
        }
        for sensitivity in Sensitivity::ALL {
            assert_eq!(read("codes", sensitivity.name()).sensitivity, sensitivity);
        }
    }

    #[test]
    fn the_dictionary_is_well_formed() {
        let seed = CodeLists::seed();
        let dictionary = Dictionary::get();
        for dataset in &dictionary.datasets {
            let subject = dataset.subject();
            assert_eq!(subject.is_none(), dataset.subject.is_empty(), "{}", dataset.name);
            assert!(
                subject.is_none_or(|subject| {
                    matches!(subject.layout, Layout::Indexes | Layout::Integers)
                }),
                "{}",
                dataset.name
            );
            for field in &dataset.fields {
                let place = format!("{}.{}", dataset.name, field.name);
                let coded = matches!(field.layout, Layout::Codes | Layout::Sets);
                assert_eq!(coded, field.codes.is_some(), "{place}");
                if let Some(codes) = &field.codes {
                    let is_form = Form::of_name(codes).is_some();
                    let is_seeded = seed.iter().any(|(name, _)| name == codes);
                    assert!(!(is_form && is_seeded), "{place}: {codes} is a form and a list");
                    let known = codes == "school" || is_form || is_seeded;
                    assert!(known, "{place}: no code list {codes}");
                }
                let private = field.layout == Layout::Texts;
                assert_eq!(private, field.sensitivity == Sensitivity::PrivateText, "{place}");
            }
        }
    }
}
