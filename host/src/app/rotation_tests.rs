//! Tests of the change of the key.

use super::*;

fn actor() -> Actor {
    Actor::new("tester".into(), None)
}

fn scene() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("records");
    let key = KeySource::new(None, None, &dir);
    App::init(&actor(), &dir, &key, "Musterstadt").unwrap();
    (folder, dir)
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs_err::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm"))
        .collect();
    names.sort();
    names
}

fn copy(from: &Path, to: &Path) {
    fs_err::create_dir(to).unwrap();
    for name in names(from) {
        fs_err::copy(from.join(&name), to.join(&name)).unwrap();
    }
}

#[test]
fn a_practitioner_and_a_short_passphrase_and_records_in_use_change_nothing() {
    let (_folder, dir) = scene();
    let key = KeySource::new(None, None, &dir);
    let before = fs_err::read(dir.join("tridem.key")).unwrap();
    let app = App::open(&dir, &key).unwrap();
    let short = NewKey::Passphrase(Passphrase::new("zu kurz"));
    assert!(app.rotate_key(&actor(), &key, &short, &mut |_| {}).is_err());
    let other = App::open(&dir, &key).unwrap();
    let app = App::open(&dir, &key).unwrap();
    assert!(app.rotate_key(&actor(), &key, &NewKey::File, &mut |_| {}).is_err());
    drop(other);
    assert_eq!(names(&dir), ["tridem.db", "tridem.key"]);
    assert_eq!(fs_err::read(dir.join("tridem.key")).unwrap(), before);
    App::open(&dir, &key).unwrap();
}

/// What a change from one key file to another moves in a folder.
fn both(dir: &Path) -> Vec<Move> {
    let names = [("tridem.db", "tridem.db.old", true), ("tridem.key", "tridem.key.1", false)];
    let each = names.map(|(name, old, destroy)| Move {
        new: Some(dir.join(format!("{name}.new"))),
        name: dir.join(name),
        old: dir.join(old),
        destroy,
    });
    each.into()
}

#[test]
fn a_marker_knows_files_from_the_folder_of_the_records_and_others_by_their_whole_path() {
    let (inside, elsewhere) = (Path::new("/records"), Path::new("/stick"));
    for step in both(inside) {
        assert!(step.from(inside).name.is_relative());
        assert_eq!(step.from(elsewhere).name, step.name);
    }
}

/// Files that are nowhere to be seen may come back, with the disk that they lie on.
#[test]
fn a_marker_stays_until_the_files_it_tells_of_are_there() {
    let (folder, dir) = scene();
    let missing = both(&folder.path().join("elsewhere"));
    fs_err::create_dir(folder.path().join("elsewhere")).unwrap();
    drop(Marker { generation: 2, moves: missing }.write(&dir).unwrap());
    assert!(matches!(complete(&dir).unwrap_err(), Error::File(_)));
    assert!(is_marked(&dir));
}

/// Every number of the renames that the marker asks for may be done when the power goes.
#[test]
fn an_interrupted_change_is_completed_from_every_step() {
    let (folder, dir) = scene();
    let key = KeySource::new(None, None, &dir);
    let old = fs_err::read(dir.join("tridem.db")).unwrap();
    let old_key = fs_err::read(dir.join("tridem.key")).unwrap();
    let app = App::open(&dir, &key).unwrap();
    let done = app.rotate_key(&actor(), &key, &NewKey::File, &mut |_| {}).unwrap();
    assert_eq!(done.generation, 2);
    assert_eq!(names(&dir), ["tridem.db", "tridem.key", "tridem.key.1"]);
    let new = fs_err::read(dir.join("tridem.db")).unwrap();
    let new_key = fs_err::read(dir.join("tridem.key")).unwrap();
    assert_ne!(new_key, old_key);

    // Files by name after each step, from the marker to its end; `None` where it is not there.
    let all = [
        "tridem.db.new",
        "tridem.db",
        "tridem.db.old",
        "tridem.key.new",
        "tridem.key",
        "tridem.key.1",
    ];
    let (o, n, ok, nk): (&[u8], &[u8], &[u8], &[u8]) = (&old, &new, &old_key, &new_key);
    let steps: [[Option<&[u8]>; 6]; 7] = [
        [Some(n), Some(o), None, Some(nk), Some(ok), None],
        [Some(n), None, Some(o), Some(nk), Some(ok), None],
        [None, Some(n), Some(o), Some(nk), Some(ok), None],
        [None, Some(n), Some(o), Some(nk), None, Some(ok)],
        [None, Some(n), Some(o), None, Some(nk), Some(ok)],
        [None, Some(n), Some(&[0; 9]), None, Some(nk), Some(ok)],
        [None, Some(n), None, None, Some(nk), Some(ok)],
    ];
    for (number, step) in steps.iter().enumerate() {
        let at = folder.path().join(format!("step-{number}"));
        fs_err::create_dir(&at).unwrap();
        for (name, bytes) in all.iter().zip(step) {
            if let Some(bytes) = bytes {
                fs_err::write(at.join(name), bytes).unwrap();
                #[cfg(unix)]
                {
                    use std::os::unix::fs::PermissionsExt;
                    let mode = std::fs::Permissions::from_mode(0o600);
                    fs_err::set_permissions(at.join(name), mode).unwrap();
                }
            }
        }
        // From the folder of the records, which may have been moved since.
        drop(Marker { generation: 2, moves: both(Path::new("")) }.write(&at).unwrap());
        let source = KeySource::new(None, None, &at);
        let app = App::open(&at, &source).unwrap_or_else(|error| panic!("{number}: {error}"));
        assert_eq!(app.key_generations(&actor()).unwrap().len(), 2);
        drop(app);
        assert_eq!(names(&at), ["tridem.db", "tridem.key", "tridem.key.1"], "{number}");
    }
}

#[test]
fn before_the_marker_the_old_key_opens_and_what_was_begun_is_taken_away_by_the_next() {
    let (folder, dir) = scene();
    fs_err::write(dir.join("tridem.db.new"), "half a copy").unwrap();
    fs_err::write(dir.join("tridem.key.new"), "half a key").unwrap();
    fs_err::write(dir.join("tridem.rotation.part"), "half a marker").unwrap();
    let at = folder.path().join("again");
    copy(&dir, &at);
    let key = KeySource::new(None, None, &at);
    let app = App::open(&at, &key).unwrap();
    app.rotate_key(&actor(), &key, &NewKey::File, &mut |_| {}).unwrap();
    assert_eq!(names(&at), ["tridem.db", "tridem.key", "tridem.key.1"]);
    App::open(&at, &key).unwrap();
}

#[test]
fn a_change_that_is_going_on_is_not_completed_by_somebody_else() {
    let (_folder, dir) = scene();
    let file = Marker { generation: 2, moves: Vec::new() }.write(&dir).unwrap();
    let error = complete(&dir).unwrap_err();
    assert!(matches!(error, Error::Recovery(RecoveryError::Rotating)), "{error}");
    drop(file);
    assert_eq!(complete(&dir).unwrap(), Some(2));
    assert!(!is_marked(&dir));
}

#[test]
fn old_keys_go_only_with_a_newer_verified_backup_and_when_it_is_meant() {
    let (folder, dir) = scene();
    let key = KeySource::new(None, None, &dir);
    let mut app = App::open(&dir, &key).unwrap();
    let error = app.forget_old_keys(&actor(), &key, true).unwrap_err();
    assert!(matches!(error, Error::Recovery(RecoveryError::NoOldKey)), "{error}");
    let first = folder.path().join("first.backup");
    app.backup(&actor(), &first, false, &mut |_| {}).unwrap();
    app.rotate_key(&actor(), &key, &NewKey::File, &mut |_| {}).unwrap();
    fs_err::write(dir.join("tridem.key.99"), "letter").unwrap();

    let mut app = App::open(&dir, &key).unwrap();
    let error = app.forget_old_keys(&actor(), &key, true).unwrap_err();
    assert!(matches!(error, Error::Recovery(RecoveryError::NoBackupUnderKey)), "{error}");
    let second = folder.path().join("second.backup");
    app.backup(&actor(), &second, false, &mut |_| {}).unwrap();
    app.verify_backup(&actor(), &second, &mut |_| {}).unwrap();
    let error = app.forget_old_keys(&actor(), &key, false).unwrap_err();
    assert!(matches!(error, Error::Recovery(RecoveryError::NotConfirmed(1))), "{error}");
    assert!(dir.join("tridem.key.1").exists());

    let done = app.forget_old_keys(&actor(), &key, true).unwrap();
    assert_eq!(done.files, [dir.join("tridem.key.1")]);
    assert_eq!(names(&dir), ["last-backup.toml", "tridem.db", "tridem.key", "tridem.key.99"]);
    let error = app.verify_backup(&actor(), &first, &mut |_| {}).unwrap_err();
    assert!(error.to_string().contains("another key"), "{error}");
}
