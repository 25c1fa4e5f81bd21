//! What a form sent: names with one value or several.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;

use super::Failure;

/// The fields of a form in the order in which the browser sent them.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The fields in the part of an address after the `?`, or in the body of a form.
    pub(super) fn parse(text: &[u8]) -> Self {
        // Browsers send line ends of texts as CR LF; records keep LF.
        let plain = |text: &str| text.replace("\r\n", "\n");
        let pairs = form_urlencoded::parse(text);
        Self(pairs.map(|(name, value)| (plain(&name), plain(&value))).collect())
    }

    /// The first value of a field, without spaces around it; empty where it was not sent.
    pub(super) fn one(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(found, _)| found == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// The same, `None` where it is empty.
    pub(super) fn some(&self, name: &str) -> Option<&str> {
        Some(self.one(name)).filter(|value| !value.is_empty())
    }

    /// Every value of a field that is not empty.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        let values = self.0.iter().filter(|(found, _)| found == name);
        values.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
    }

    /// Whether a box was ticked or a button pressed.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(found, _)| found == name)
    }

    /// Every field.
    pub(super) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}

/// From the address for GET, from the body for everything else.
impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        if request.method() == axum::http::Method::GET {
            return Ok(Self::parse(request.uri().query().unwrap_or_default().as_bytes()));
        }
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
            return Err(Failure::bad_request(
                "Das Formular kam in einer unbekannten Form an",
                "the form arrived in an unknown shape",
            ));
        }
        let body = Bytes::from_request(request, state).await.map_err(|_| {
            Failure::bad_request("Das Formular ist zu groß", "the form is too large")
        })?;
        Ok(Self::parse(&body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_values_and_line_ends_are_read_as_they_were_meant() {
        let fields = Fields::parse(b"pupil=a&pupil=&pupil=+b+&note=1%0D%0A2&plain=%C3%A4+%2B");
        assert_eq!(fields.all("pupil"), ["a", "b"]);
        assert_eq!(fields.one("note"), "1\n2");
        assert_eq!(fields.one("plain"), "ä +");
        assert_eq!(
            (fields.one("none"), fields.some("none"), fields.has("none")),
            ("", None, false)
        );
    }
}
