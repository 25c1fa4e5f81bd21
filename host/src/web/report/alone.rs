//! Pages that the program made without the application around them, and files to keep: reports and sheets.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::app::ReportFormat;

/// The forms in which reports and sheets are handed out, each with the ending of its files.
pub(super) const FORMATS: [(ReportFormat, &str); 5] = [
    (ReportFormat::Html, "html"),
    (ReportFormat::Xlsx, "xlsx"),
    (ReportFormat::Csv, "csv"),
    (ReportFormat::Json, "json"),
    (ReportFormat::Text, "txt"),
];

/// A page that has its style inside. The browser is told to take exactly this style and nothing else:
/// whatever a plugin might have smuggled into a text stays text.
pub(super) fn page(html: Vec<u8>) -> Response {
    let policy = policy(&String::from_utf8_lossy(&html));
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (headers, html).into_response()
}

/// What a page may do, by the SHA-256 of its first style sheet; all texts in it are escaped, so there is
/// no other.
fn policy(html: &str) -> String {
    let style = html.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>"));
    let style = style.map_or_else(
        || "'none'".to_owned(),
        |(style, _)| format!("'sha256-{}'", base64(&Sha256::digest(style))),
    );
    format!(
        "default-src 'none'; style-src {style}; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
}

/// A file to keep. Its name is made of ids and days and names nobody.
pub(super) fn file(bytes: Vec<u8>, format: ReportFormat, name: &str) -> Response {
    let (kind, ending) = match format {
        ReportFormat::Html => ("text/html; charset=utf-8", "html"),
        ReportFormat::Xlsx => {
            ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
        }
        ReportFormat::Csv => ("text/csv; charset=utf-8", "csv"),
        ReportFormat::Json => ("application/json", "json"),
        ReportFormat::Text => ("text/plain; charset=utf-8", "txt"),
    };
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '-' }
    };
    let name: String = name.chars().map(plain).collect();
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{ending}\"")),
    ];
    (headers, bytes).into_response()
}

/// Bytes in base64, as a content policy names a digest.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let byte = |place: usize| u32::from(three.get(place).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= three.len() { digit.into() } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
            ("\u{3ff}\u{7ff}?", "z7/fvz8="),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn a_page_may_use_its_own_style_and_nothing_else() {
        let told = policy("<title>x</title><style>\nb{}\n</style><p>&lt;style&gt;</p>");
        let digest = base64(&Sha256::digest("\nb{}\n"));
        assert!(told.contains(&format!("style-src 'sha256-{digest}';")), "{told}");
        assert!(!told.contains("unsafe") && !told.contains("script-src"));
        assert!(policy("<p>").contains("style-src 'none'"));
    }

    #[test]
    fn a_file_name_is_made_of_plain_letters() {
        let response = file(Vec::new(), ReportFormat::Csv, "a\"b\r\nc/ä-1");
        let name = response.headers()[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert_eq!(name, "attachment; filename=\"a-b--c---1.csv\"");
    }
}
