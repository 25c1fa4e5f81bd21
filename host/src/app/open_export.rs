//! Everything in open formats: out into a folder, and from such a folder into new records.

use std::path::{Path, PathBuf};

use crate::domain::{Action, Scope, SeenAs};
use crate::store::{OpenImport, OpenManifest, Store};

use super::keys::KeySource;
use super::recovery_error::RecoveryError;
use super::workspace::{App, Made, database, make_private, make_records, now};
use super::{Actor, Error, UseCase};

impl App {
    /// Writes all records to a new folder of open files, which are not encrypted. The folder has
    /// another name until all of it is written. `progress` is told per cent.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`RecoveryError::AlreadyThere`]; where the disk is full. Then nothing is
    /// left behind.
    pub fn export_all(
        &mut self,
        actor: &Actor,
        folder: &Path,
        progress: &mut dyn FnMut(u64),
    ) -> Result<OpenManifest, Error> {
        self.permit(actor, UseCase::ExportAll)?;
        let mut name = folder.as_os_str().to_owned();
        name.push(".part");
        let part = PathBuf::from(name);
        for path in [folder, &part] {
            if path.symlink_metadata().is_ok() {
                return Err(RecoveryError::AlreadyThere(path.to_owned()).into());
            }
        }
        // Whoever opens the files sees everybody, so it is noted before there are any.
        let everybody = self.store.read(&Scope::municipality())?.about_everybody()?;
        self.saw(actor, UseCase::ExportAll, SeenAs::Export, everybody)?;
        self.settle_reads()?;
        make_private(&part)?;
        let written = self.store.export_open(&part, now(), progress).map_err(Error::from);
        let written = written.and_then(|manifest| {
            fs_err::rename(&part, folder).map_err(Error::File)?;
            Ok(manifest)
        });
        let manifest = written.inspect_err(|_| {
            // The first error is the one to tell.
            let _ = fs_err::remove_dir_all(&part);
        })?;
        let mut writer = self.store.write(&actor.author())?;
        writer.note_open(Action::OpenExport, &manifest);
        writer.commit()?;
        Ok(manifest)
    }

    /// Makes a new folder of records, `dir`, from open files. `progress` is told per cent.
    ///
    /// # Errors
    ///
    /// [`Error::OperatorOnly`]; [`Error::AlreadyThere`] and [`Error::NotEmpty`]; where a file is
    /// missing, changed or does not fit. Then nothing is left behind.
    pub fn import_all(
        actor: &Actor,
        from: &Path,
        dir: &Path,
        key: &KeySource,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(Made, OpenManifest), Error> {
        actor.for_all_schools()?;
        if database(dir).exists() {
            return Err(Error::AlreadyThere(dir.to_owned()));
        }
        let import = OpenImport::check(from)?;
        let made = make_records(dir, key, |database, key| {
            let store = Store::import_open(&import, database, key, &actor.author(), progress)?;
            store.read(&Scope::municipality())?;
            Ok(())
        })?;
        Ok((made, import.manifest))
    }
}
