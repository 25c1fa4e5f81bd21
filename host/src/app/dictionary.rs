//! The data dictionary for people: what plugins can ask for, and what it means.

use crate::domain::{CodeLists, Dataset, Dictionary, Lang};
use crate::render::{self, DictionaryFormat};

use super::Error;

/// The data dictionary that this program was built with, or one dataset of it, with the code lists
/// that every municipality starts with. It needs no records. A text for reading is at most `width`
/// columns wide where one is given.
///
/// # Errors
///
/// [`Error::NoSuchDataset`].
pub fn dictionary(
    dataset: Option<&str>,
    format: DictionaryFormat,
    lang: Lang,
    width: Option<usize>,
) -> Result<String, Error> {
    let dictionary = Dictionary::get();
    let datasets: Vec<&Dataset> = match dataset {
        None => dictionary.datasets.iter().collect(),
        Some(name) => {
            let none = || Error::NoSuchDataset(name.to_owned());
            vec![dictionary.dataset(name).ok_or_else(none)?]
        }
    };
    let lists = CodeLists::new(CodeLists::seed());
    Ok(render::dictionary(&dictionary.version, &datasets, &lists, format, lang, width)?)
}
