//! Small things that the pages of this part share: days and names as they are shown, addresses, pages of
//! a list, and what is wrong with a form.

use chrono::Local;
use serde::Serialize;

use crate::app::Error;
use crate::domain::{Day, Lang};

use super::super::Failure;
use super::super::fields::Fields;
use super::super::form_words::in_a_form;
use super::super::visit::Visit;

/// How many rows a page of a list shows.
pub(super) const ROWS: usize = 50;

/// Today, where the server stands.
pub(super) fn today() -> Day {
    Day::from_date(Local::now().date_naive()).unwrap_or(Day(0))
}

/// A day as the language writes it.
pub(super) fn day(day: Day, lang: Lang) -> String {
    lang.pick(day.german(), day.to_string())
}

/// The first letters of names, so that a list on a screen in a corridor names nobody.
pub(in crate::web) fn initials(given: &str, family: &str) -> String {
    let letter = |name: &str| name.chars().next().map(|first| format!("{first}."));
    let letters: Vec<String> = [given, family].into_iter().filter_map(letter).collect();
    letters.join("\u{a0}")
}

/// A name out of its two parts, one of which may be empty.
pub(super) fn name(given: &str, family: &str) -> String {
    format!("{given} {family}").trim().to_owned()
}

/// A sign as a part of an address.
pub(super) fn segment(text: &str) -> String {
    let text: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    text.replace('+', "%20")
}

/// A path with what stands behind the `?`; fields without a value are left out.
pub(super) fn address(path: &str, fields: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Fields as a form would send them: what is known already is shown in the same form.
pub(super) fn filled<K: AsRef<str>, V: AsRef<str>>(
    pairs: impl IntoIterator<Item = (K, V)>,
) -> Fields {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    Fields::parse(query.finish().as_bytes())
}

/// Something to choose in a list, or a link to go to.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Choice {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) is_chosen: bool,
}

impl Choice {
    pub(super) fn new(code: &str, name: impl Into<String>, chosen: &str) -> Self {
        Self { code: code.to_owned(), name: name.into(), is_chosen: code == chosen }
    }
}

/// Which rows of how many a page shows, and the way to the others.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Pager {
    first: usize,
    last: usize,
    total: usize,
    previous: Option<String>,
    next: Option<String>,
}

impl Pager {
    /// The page that was asked for, from 1.
    pub(super) fn asked(text: &str) -> usize {
        text.parse().unwrap_or(1).clamp(1, 100_000)
    }

    /// `page` of `total` rows; `fields` are those of the address besides the page.
    pub(super) fn new(page: usize, total: usize, path: &str, fields: &[(&str, &str)]) -> Self {
        let skipped = (page - 1) * ROWS;
        let of = |page: usize| {
            let number = page.to_string();
            let mut all = fields.to_vec();
            if page > 1 {
                all.push(("page", &number));
            }
            address(path, &all)
        };
        Self {
            first: if total == 0 { 0 } else { skipped.min(total) + 1 },
            last: (skipped + ROWS).min(total),
            total,
            previous: (page > 1).then(|| of(page - 1)),
            next: (skipped + ROWS < total).then(|| of(page + 1)),
        }
    }
}

/// Something that is wrong with a form, with the id of the element that it is about.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Mistake {
    what: String,
    field: Option<String>,
}

impl Mistake {
    /// One that a page finds itself.
    pub(super) fn new(what: String, field: Option<&str>) -> Self {
        Self { what, field: field.map(str::to_owned) }
    }

    /// Whether it is about the field of that name.
    pub(super) fn is_about(&self, name: &str) -> bool {
        self.field.as_deref().and_then(|field| field.strip_prefix("f-")) == Some(name)
    }
}

/// What is wrong with a form, where whoever filled it in can mend it. `title` gives the word for a
/// field; its element has the id `f-NAME`.
///
/// # Errors
///
/// Everything else: who may not do it, what is not there, what is ours.
pub(super) fn refused(
    error: Error,
    visit: &Visit,
    title: impl Fn(&str) -> Option<String>,
) -> Result<Vec<Mistake>, Failure> {
    let lang = visit.lang();
    if let Error::Mistakes(mistakes) = &error {
        let said = |mistake: &crate::app::Mistake| {
            let reason = in_a_form(&mistake.reason, lang);
            let titled = mistake.field.as_deref().and_then(&title);
            Mistake {
                what: titled.map_or_else(|| reason.clone(), |word| format!("{word}: {reason}")),
                field: mistake.field.as_ref().map(|field| format!("f-{field}")),
            }
        };
        return Ok(mistakes.list.iter().map(said).collect());
    }
    let failure = Failure::from(error);
    if failure.status() != axum::http::StatusCode::UNPROCESSABLE_ENTITY {
        return Err(failure);
    }
    let told = failure.told();
    let what = told.what.get(lang);
    let what = match &told.hint {
        Some(hint) => format!("{what}. {}", hint.get(lang)),
        None => what.to_owned(),
    };
    Ok(vec![Mistake { what, field: None }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_and_names_become_addresses_and_initials() {
        assert_eq!(segment("p 1/ä?"), "p%201%2F%C3%A4%3F");
        assert_eq!(address("/a", &[("b", ""), ("c", "d e")]), "/a?c=d+e");
        assert_eq!(initials("Özgün", "Öz"), "Ö.\u{a0}Ö.");
        assert_eq!(initials("", "Öz"), "Ö.");
    }

    #[test]
    fn a_page_knows_its_rows_and_its_neighbours() {
        let page = Pager::new(2, 120, "/x", &[("q", "a")]);
        assert_eq!((page.first, page.last, page.total), (51, 100, 120));
        assert_eq!(page.previous.as_deref(), Some("/x?q=a"));
        assert_eq!(page.next.as_deref(), Some("/x?q=a&page=3"));
        let empty = Pager::new(1, 0, "/x", &[]);
        assert_eq!((empty.first, empty.last, empty.next), (0, 0, None));
    }
}
