//! Everything in open formats: out into a folder, and from such a folder into new records.

use std::path::{Path, PathBuf};

use crate::domain::{Action, Scope, SeenAs};
use crate::store::{DatabaseKey, Derivation, OpenImport, OpenManifest, Store};

use super::keys::{KeySource, derivation_file};
use super::recovery_error::RecoveryError;
use super::workspace::{App, Made, database, make_private, now};
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
        let database = database(dir);
        if database.exists() {
            return Err(Error::AlreadyThere(dir.to_owned()));
        }
        if let KeySource::Passphrase(passphrase) = key {
            passphrase.refuse_short()?;
        }
        let import = OpenImport::check(from)?;
        let folders = make_private(dir)?;
        let mut made = Made { key_file: None, derivation_file: None };
        let mut fill = |made: &mut Made| -> Result<(), Error> {
            let key = match key {
                KeySource::File(path) if !path.exists() => {
                    let new = DatabaseKey::generate()?;
                    new.write_file(path)?;
                    made.key_file = Some(path.clone());
                    new
                }
                KeySource::Passphrase(_) => {
                    let path = derivation_file(dir);
                    let derivation = Derivation::generate()?;
                    derivation.write_file(&path)?;
                    made.derivation_file = Some(path);
                    key.read_with(|| Ok(derivation))?.key.clone()
                }
                KeySource::File(_) | KeySource::Text(_) => key.read(dir)?.key.clone(),
            };
            let store = Store::import_open(&import, &database, &key, &actor.author(), progress)?;
            store.read(&Scope::municipality())?;
            Ok(())
        };
        if let Err(error) = fill(&mut made) {
            // A key that opens nothing would only be taken for one that does.
            for path in [made.key_file, made.derivation_file].into_iter().flatten() {
                let _ = fs_err::remove_file(path);
            }
            for folder in folders.iter().rev() {
                let _ = fs_err::remove_dir(folder);
            }
            return Err(error);
        }
        if let KeySource::File(path) = key {
            made.key_file = Some(path.clone());
        }
        Ok((made, import.manifest))
    }
}
