//! Files that come as bytes and not from this machine's disk: the same imports, without a file.

use std::path::Path;

use super::incoming::{SourceOrder, SourceOutcome};
use super::incoming_error::ImportError;
use super::workspace::App;
use super::{Actor, Error, ImportOptions, Kind, UseCase};

/// The largest file that is taken from a browser.
pub const LARGEST_UPLOAD: u64 = 20 * 1024 * 1024;

impl App {
    /// As [`App::incoming`], for the bytes of a file that is called `order.path`. Nothing is read from
    /// the disk; a mapping is one that is saved.
    ///
    /// # Errors
    ///
    /// As [`App::incoming`].
    pub fn incoming_upload(
        &mut self,
        actor: &Actor,
        order: &SourceOrder<'_>,
        bytes: &[u8],
        take: bool,
    ) -> Result<SourceOutcome, Error> {
        self.permit(actor, UseCase::ImportSource)?;
        refuse_large(bytes)?;
        if let Some(name) = order.mapping
            && !self.mappings()?.iter().any(|(saved, _)| saved == name)
        {
            return Err(ImportError::NoSuchMapping(name.to_owned()).into());
        }
        self.incoming_bytes(actor, order, bytes, &order.path.to_string_lossy(), take)
    }

    /// As [`App::import`], for the bytes of a file that is called `name`.
    ///
    /// # Errors
    ///
    /// As [`App::import`].
    pub fn import_upload(
        &mut self,
        actor: &Actor,
        kind: Kind,
        bytes: &[u8],
        name: &Path,
        options: ImportOptions,
    ) -> Result<usize, Error> {
        self.permit(actor, UseCase::ImportFile)?;
        self.permit(actor, UseCase::adding(kind))?;
        refuse_large(bytes)?;
        self.import_bytes(actor, kind, bytes, &name.to_string_lossy(), options, &mut |_| {})
    }
}

impl Kind {
    /// What importing records of this kind is, besides [`UseCase::ImportFile`].
    pub fn use_case(self) -> UseCase {
        UseCase::adding(self)
    }
}

fn refuse_large(bytes: &[u8]) -> Result<(), Error> {
    if bytes.len() as u64 > LARGEST_UPLOAD {
        return Err(ImportError::TooLarge(LARGEST_UPLOAD).into());
    }
    Ok(())
}
