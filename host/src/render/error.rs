//! What can go wrong when a report is made into a page, and what the person can do about it.

use std::io;

/// Why there is no page.
///
/// All but the last few come from a folder of own templates; those built in are tested.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder or a file in it is missing or unreadable. The message of `source` names it.
    #[error("could not read the folder of templates")]
    Read(#[from] io::Error),

    /// A file whose name is that of no template.
    #[error("there is no template called `{name}`, so `{file}` would never be used")]
    UnknownName { file: String, name: String },

    /// A template that cannot be parsed, or does what templates may not do.
    #[error("template `{file}`, line {line}: {reason}")]
    Template { file: String, line: usize, reason: String },

    /// Templates that include each other in a circle, which would never end.
    #[error("the templates include each other in a circle: `{}`", .0.join("` includes `"))]
    Circle(Vec<String>),

    /// A template that was read well, and failed on a report.
    #[error("template `{file}`, line {line}: {reason}")]
    Render { file: String, line: usize, reason: String },

    /// A template of a letter that cannot be used, or not for this task.
    #[error("letter template `{file}`, line {line}: {reason}")]
    Letter { file: String, line: usize, reason: String },

    /// The report cannot be written as JSON.
    #[error("the report cannot be written as JSON")]
    Json(#[from] serde_json::Error),

    /// A table with more rows than a worksheet holds.
    #[error("a table has {rows} rows, more than a worksheet holds (1,048,576)")]
    TooManyRows { rows: usize },

    /// The workbook cannot be written.
    #[error("the workbook cannot be written")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
}

impl Error {
    /// One thing the person can do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownName { .. } => Some(format!(
                "rename it to one of `{}`, or take it out of the folder",
                super::templates::NAMES.join("`, `")
            )),
            Self::Template { file, .. } | Self::Render { file, .. } => Some(format!(
                "mend the line, or take `{file}` out of the folder to use the template built in"
            )),
            Self::Circle(_) => Some("take one of these includes out".into()),
            Self::Letter { .. } => Some("the author of the plugin has to mend it".into()),
            Self::TooManyRows { .. } => {
                Some("choose fewer, or write it as CSV with `--format csv`".into())
            }
            Self::Read(_) | Self::Json(_) | Self::Workbook(_) => None,
        }
    }
}
