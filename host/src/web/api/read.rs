//! What a program sends: the parts of an address and JSON, and nothing else than what is described.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;

use crate::app::{App, Error};
use crate::domain::{Day, Id, Text};

use super::super::Failure;

/// The most bytes that a program may send: a long note is a few thousand.
const LARGEST: usize = 64 * 1024;

/// What stands behind the `?` of an address.
pub(super) struct Asked<T>(pub(super) T);

/// The part of an address that names something.
pub(super) struct Named(String);

/// The JSON in the body of a request.
pub(super) struct Sent<T>(pub(super) T);

impl Named {
    /// The permanent id that it is. Use cases take the beginning of one as well, as people type it; a
    /// program is to name the whole.
    pub(super) fn id(&self) -> Result<Id, Failure> {
        self.0.parse().map_err(|_| Failure::not_found())
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let found = Query::try_from_uri(&parts.uri);
        let Query(asked) = found.map_err(|wrong| misread(&wrong))?;
        Ok(Self(asked))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let found = Path::from_request_parts(parts, state).await;
        let Path(name) = found.map_err(|_| Failure::not_found())?;
        Ok(Self(name))
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            let what = Text::new("Erwartet wird JSON", "JSON is expected");
            return Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json", what));
        }
        let too_large = || {
            let what = Text::new("Das ist zu viel auf einmal", "this is too much at once");
            Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", what)
        };
        let body = Bytes::from_request(request, state).await.map_err(|_| too_large())?;
        if body.len() > LARGEST {
            return Err(too_large());
        }
        Ok(Self(serde_json::from_slice(&body).map_err(|wrong| misread(&wrong))?))
    }
}

/// What was sent is not what is described. Names of fields and places come from the reader.
fn misread(wrong: &dyn std::fmt::Display) -> Failure {
    Failure::bad_request(
        format!("So kann die Anfrage nicht gelesen werden: {wrong}"),
        format!("the request cannot be read like this: {wrong}"),
    )
}

/// Something in the request that names nothing, or nothing that fits.
pub(super) fn unfit(field: &str, value: &str) -> Failure {
    let value: String = value.chars().take(80).collect();
    let what = Text::new(
        format!("`{value}` passt nicht in das Feld `{field}`"),
        format!("`{value}` does not fit the field `{field}`"),
    );
    Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "unfit", what)
}

/// A day, as `2026-11-22`.
pub(super) fn day(field: &str, text: Option<&str>) -> Result<Option<Day>, Failure> {
    text.map(|text| text.parse().map_err(|_| unfit(field, text))).transpose()
}

/// A permanent id.
pub(super) fn id(field: &str, text: Option<&str>) -> Result<Option<Id>, Failure> {
    text.map(|text| text.parse().map_err(|_| unfit(field, text))).transpose()
}

/// The place of a code in a list; `None` for one that the list does not have.
pub(super) fn place(app: &App, list: &str, code: &str) -> Result<Option<u16>, Error> {
    let found = app.codes(Some(list))?.iter().position(|(_, found)| found.code == code);
    Ok(found.and_then(|place| u16::try_from(place).ok()))
}

/// A part of a list, and what to ask for as `after` to get the next one: `None` where nothing comes
/// after it.
///
/// # Errors
///
/// Where nothing in the list has the key that is asked for as `after`: it may have gone since, and to
/// begin anew without a word would never end.
pub(super) fn part<T>(
    all: Vec<T>,
    after: Option<&str>,
    limit: usize,
    key: impl Fn(&T) -> String,
) -> Result<(Vec<T>, Option<String>), Failure> {
    let first = match after {
        None => 0,
        Some(after) => match all.iter().position(|entry| key(entry) == after) {
            Some(place) => place + 1,
            None => return Err(unfit("after", after)),
        },
    };
    let has_more = all.len() > first + limit;
    let some: Vec<T> = all.into_iter().skip(first).take(limit).collect();
    let next = some.last().filter(|_| has_more).map(key);
    Ok((some, next))
}

/// How many are given at once.
pub(super) fn page_size(asked: Option<u16>) -> Result<usize, Failure> {
    match asked {
        None => Ok(50),
        Some(limit @ 1..=200) => Ok(limit.into()),
        Some(other) => Err(unfit("limit", &other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_list_are_the_list() {
        let all: Vec<u32> = (0..7).collect();
        let mut after = None;
        let mut seen = Vec::new();
        loop {
            let (some, next) = part(all.clone(), after.as_deref(), 3, ToString::to_string).unwrap();
            assert!(some.len() <= 3);
            seen.extend(some);
            match next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, all);
        assert!(part(all, Some("7"), 3, ToString::to_string).is_err());
    }
}
