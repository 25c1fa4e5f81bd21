//! Why a dataset could not be read.

/// What went wrong while a dataset was read for a plugin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The store could not be read.
    #[error("could not read the records")]
    Sqlite(#[from] rusqlite::Error),

    /// The data dictionary has no dataset of that name.
    #[error("there is no dataset `{dataset}` in the data dictionary")]
    NoSuchDataset { dataset: String },

    /// The dataset has no field of that name.
    #[error("dataset `{dataset}` has no field `{field}`")]
    NoSuchField { dataset: String, field: String },

    /// Words about people were asked for.
    #[error("field `{dataset}.{field}` is private text, which is never handed to a plugin")]
    PrivateText { dataset: String, field: String },

    /// More schools than a plugin can tell apart.
    #[error(
        "the plugin would see {count} schools, and at most 65,534 can be told apart; \
         read fewer schools at a time"
    )]
    TooManySchools { count: usize },

    /// A record that no writer of the store would have let in.
    #[error(
        "the store holds a value that field `{dataset}.{field}` cannot have; \
         the file was changed by another program or is damaged, so go back to a backup"
    )]
    BadValue { dataset: String, field: String },
}
