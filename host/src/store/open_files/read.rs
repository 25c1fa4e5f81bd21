//! Makes new records from a folder of open files.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _};
use std::path::{Component, Path, PathBuf};

use chrono::NaiveDateTime;
use fs_err::{File, OpenOptions};
use rusqlite::Connection;
use rusqlite::types::Value;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::describe::{Description, Kind, Table};
use super::write::OpenManifest;
use crate::domain::{Action, Author, CodeLists, Day};
use crate::store::ledger::hex;
use crate::store::open::{APPLICATION, connect};
use crate::store::reader::code_lists;
use crate::store::{DatabaseKey, Error, Store, file_digest, migrate, newest_schema};

/// A folder whose files are as the manifest says.
#[derive(Debug)]
pub struct OpenImport {
    /// What the folder says of itself.
    pub manifest: OpenManifest,
    folder: PathBuf,
}

/// The number of a row by the table and its permanent id.
type Numbers = HashMap<String, HashMap<[u8; 16], i64>>;

impl OpenImport {
    /// Reads the manifest and checks the digest of every file.
    ///
    /// # Errors
    ///
    /// [`Error::OpenFiles`] with what is missing or is not as it was written; [`Error::TooNew`].
    pub fn check(folder: &Path) -> Result<Self, Error> {
        let wrong = |file: &str, reason: String| Error::OpenFiles { file: file.into(), reason };
        let path = folder.join("manifest.json");
        let text = match fs_err::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(wrong("manifest.json", "it is missing".into()));
            }
            text => text?,
        };
        let manifest: OpenManifest = serde_json::from_str(&text)
            .map_err(|error| wrong("manifest.json", error.to_string()))?;
        if manifest.format != "tridem-open" || manifest.version != 1 {
            return Err(wrong("manifest.json", "it is of another format or version".into()));
        }
        if manifest.schema > newest_schema() {
            return Err(Error::TooNew { found: manifest.schema, known: newest_schema() });
        }
        for file in &manifest.files {
            // No file outside of the folder is read, whatever the manifest says.
            let mut parts = Path::new(&file.file).components();
            if !parts.all(|part| matches!(part, Component::Normal(_))) {
                return Err(wrong(&file.file, "it lies elsewhere".into()));
            }
            match file_digest(&folder.join(&file.file)) {
                Ok(found) if hex(&found) == file.sha256 => {}
                Ok(_) => return Err(wrong(&file.file, "it is not as it was written".into())),
                Err(error) => return Err(wrong(&file.file, error.to_string())),
            }
        }
        Ok(Self { manifest, folder: folder.to_owned() })
    }
}

impl Store {
    /// Makes the new database `path` from open files; what was done is the last entry of the audit.
    ///
    /// # Errors
    ///
    /// [`Error::FileExists`]; [`Error::OpenFiles`] with the file and the line that does not fit. Then
    /// no file is left behind.
    pub fn import_open(
        import: &OpenImport,
        path: &Path,
        key: &DatabaseKey,
        author: &Author,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Self, Error> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        fs_err::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => Error::FileExists { path: path.into() },
            _ => Error::File(error),
        })?;
        let made = fill(import, path, key, author, progress);
        if made.is_err() {
            for suffix in ["", "-wal", "-shm", "-journal"] {
                let mut name = path.as_os_str().to_owned();
                name.push(suffix);
                // Most of them are not there; the first error is the one to tell.
                let _ = fs_err::remove_file(PathBuf::from(name));
            }
        }
        made
    }
}

fn fill(
    import: &OpenImport,
    path: &Path,
    key: &DatabaseKey,
    author: &Author,
    progress: &mut dyn FnMut(u64),
) -> Result<Store, Error> {
    let mut connection = connect(path, key)?;
    connection.pragma_update(None, "application_id", APPLICATION)?;
    migrate::run(&mut connection)?;
    let transaction = connection.transaction()?;
    let description = Description::of(&transaction)?;
    let numbers = numbers(import, &description)?;
    // Records for development are told so before the audit begins, and codes come before what is
    // written with them.
    let first = ["municipality", "development", "code"];
    let place = |table: &Table| first.iter().position(|name| *name == table.name).unwrap_or(9);
    let mut tables: Vec<&Table> = description.tables.iter().collect();
    tables.sort_by_key(|table| place(table));
    // The triggers that count keys and numbers run before the tables in which they count are read.
    let (last, tables): (Vec<&Table>, Vec<&Table>) = tables
        .into_iter()
        .partition(|table| ["key_floor", "numbering", "partition"].contains(&&*table.name));
    let all = description.tables.len() as u64;
    let mut codes = CodeLists::default();
    for (table, done) in tables.into_iter().chain(last).zip(0u64..) {
        table.read(import, &transaction, &codes, &numbers)?;
        if table.name == "code" {
            codes = code_lists(&transaction)?;
        }
        progress(done * 90 / all);
    }
    let dangling: Option<String> = transaction
        .prepare("SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1")?
        .query_map([], |row| row.get(0))?
        .next()
        .transpose()?;
    if let Some(table) = dangling {
        let reason = "a line refers to one that is not there".into();
        return Err(Error::OpenFiles { file: format!("{table}.jsonl"), reason });
    }
    transaction.commit()?;
    let mut store = Store::ready(connection)?;
    let mut writer = store.write(author)?;
    writer.note_open(Action::OpenImport, &import.manifest);
    writer.commit()?;
    store.prove()?;
    progress(100);
    Ok(store)
}

/// The numbers of all rows that have permanent ids.
fn numbers(import: &OpenImport, description: &Description) -> Result<Numbers, Error> {
    let mut numbers = Numbers::new();
    for table in &description.tables {
        let has = |name: &str| table.columns.iter().any(|(column, _)| column == name);
        if !(has("id") && has("key")) {
            continue;
        }
        let mut known = HashMap::new();
        table.lines(import, &mut |line| {
            let id = line.get("id").and_then(Json::as_str).and_then(|id| Uuid::parse_str(id).ok());
            let key = line.get("key").and_then(Json::as_i64);
            let (Some(id), Some(key)) = (id, key) else { return Err("it has no id".into()) };
            known.insert(*id.as_bytes(), key);
            Ok(())
        })?;
        numbers.insert(table.name.clone(), known);
    }
    Ok(numbers)
}

impl Table {
    /// Hands over the lines of the table's file, one after the other.
    fn lines(
        &self,
        import: &OpenImport,
        each: &mut dyn FnMut(&Json) -> Result<(), String>,
    ) -> Result<(), Error> {
        // A table that the writing version did not have is empty.
        let Some(file) = import.manifest.files.iter().find(|file| file.table == self.name) else {
            return Ok(());
        };
        let mut lines = BufReader::new(File::open(import.folder.join(&file.file))?);
        let (mut text, mut number) = (String::new(), 0u64);
        while lines.read_line(&mut text)? > 0 {
            number += 1;
            let read = serde_json::from_str(&text).map_err(|error| error.to_string());
            read.and_then(|line| each(&line)).map_err(|reason| Error::OpenFiles {
                file: file.file.clone(),
                reason: format!("line {number}: {reason}"),
            })?;
            text.clear();
        }
        if number != file.rows {
            let reason = format!("it has {number} lines, and the manifest says {}", file.rows);
            return Err(Error::OpenFiles { file: file.file.clone(), reason });
        }
        Ok(())
    }

    /// Takes in all lines of the table's file.
    fn read(
        &self,
        import: &OpenImport,
        connection: &Connection,
        codes: &CodeLists,
        numbers: &Numbers,
    ) -> Result<(), Error> {
        // What the steps of the schema put there.
        if ["key_floor", "numbering", "partition"].contains(&&*self.name) {
            connection.execute(&format!("DELETE FROM \"{}\"", self.name), [])?;
        }
        let names: Vec<String> =
            self.columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let marks: Vec<String> = (1..=names.len()).map(|number| format!("?{number}")).collect();
        let sql = format!(
            "INSERT INTO \"{}\" ({}) VALUES ({})",
            self.name,
            names.join(", "),
            marks.join(", ")
        );
        let mut statement = connection.prepare(&sql)?;
        self.lines(import, &mut |line| {
            let mut values = Vec::with_capacity(self.columns.len());
            for (column, kind) in &self.columns {
                let value = read(line.get(column), kind, codes, numbers, &import.folder);
                values.push(value.map_err(|reason| format!("`{column}` {reason}"))?);
            }
            // The cause tells the rule of the schema, and no value.
            statement
                .execute(rusqlite::params_from_iter(values))
                .map(|_| ())
                .map_err(|error| error.to_string())
        })
    }
}

/// A value as the database has it; else why not, without repeating it.
fn read(
    value: Option<&Json>,
    kind: &Kind,
    codes: &CodeLists,
    numbers: &Numbers,
    folder: &Path,
) -> Result<Value, String> {
    if *kind == Kind::New {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
        return Ok(Value::Blob(bytes.into()));
    }
    // A column that the writing version did not have is empty.
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(Value::Null) };
    let text = || value.as_str().ok_or_else(|| "is no text".to_owned());
    let number = || value.as_i64().ok_or_else(|| "is no whole number".to_owned());
    let place = |list: &str, code: &str| {
        let place = codes.list(list).place(code);
        place.map(i64::from).ok_or_else(|| format!("has a code that `{list}` has not"))
    };
    Ok(match kind {
        Kind::Text => Value::Text(text()?.to_owned()),
        Kind::Number | Kind::Ref(_, false) => Value::Integer(number()?),
        Kind::Flag => Value::Integer(value.as_bool().ok_or("is neither true nor false")?.into()),
        Kind::Day => {
            let day: Day = text()?.parse().map_err(|_| "is no day".to_owned())?;
            Value::Integer(day.0.into())
        }
        Kind::Moment => {
            let moment = NaiveDateTime::parse_from_str(text()?, "%Y-%m-%dT%H:%M:%SZ");
            Value::Integer(moment.map_err(|_| "is no moment".to_owned())?.and_utc().timestamp())
        }
        Kind::Id => Value::Blob(id(text()?)?.to_vec()),
        Kind::Ref(table, true) => {
            let known = numbers.get(table).and_then(|known| known.get(&id(text().ok()?).ok()?));
            Value::Integer(*known.ok_or_else(|| format!("names nothing in `{table}`"))?)
        }
        Kind::Bytes | Kind::New => Value::Blob(bytes(text()?)?),
        Kind::Package => Value::Blob(package(folder, text()?)?),
        Kind::Code(list) => Value::Integer(place(list, text()?)?),
        Kind::Set(list) => {
            let mut bits = 0u64;
            for code in value.as_array().ok_or("is no list")? {
                bits |= 1 << place(list, code.as_str().ok_or("holds something that is no code")?)?;
            }
            Value::Integer(bits.cast_signed())
        }
    })
}

fn id(text: &str) -> Result<[u8; 16], String> {
    Uuid::parse_str(text).map(Uuid::into_bytes).map_err(|_| "is no id".into())
}

fn bytes(text: &str) -> Result<Vec<u8>, String> {
    let no = || "is not hexadecimal".to_owned();
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return Err(no());
    }
    let pairs = (0..text.len()).step_by(2).map(|place| &text[place..place + 2]);
    pairs.map(|pair| u8::from_str_radix(pair, 16).map_err(|_| no())).collect()
}

/// A package, which bears its digest as its name.
fn package(folder: &Path, name: &str) -> Result<Vec<u8>, String> {
    /// More than any package may have.
    const MOST: u64 = 256 << 20;
    let digest = name.strip_prefix("packages/").and_then(|name| name.strip_suffix(".zip"));
    let digest = digest.filter(|it| it.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let digest = digest.ok_or("is no file of a package")?;
    let mut bytes = Vec::new();
    let read = File::open(folder.join(name)).and_then(|it| it.take(MOST).read_to_end(&mut bytes));
    read.map_err(|error| error.to_string())?;
    if hex(&Sha256::digest(&bytes)) == digest {
        Ok(bytes)
    } else {
        Err("names a package that is not as it was written".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{City, NOW, author, key};

    fn export(store: &Store, folder: &Path) -> OpenManifest {
        fs_err::create_dir(folder).unwrap();
        store.export_open(folder, NOW, &mut |_| {}).unwrap()
    }

    fn import(folder: &Path, path: &Path) -> Result<Store, Error> {
        let import = OpenImport::check(folder)?;
        Store::import_open(&import, path, &key(), &author(), &mut |_| {})
    }

    #[test]
    fn a_changed_file_a_missing_one_and_one_from_elsewhere_are_refused_and_nothing_is_left() {
        let city = City::new();
        let away = tempfile::tempdir().unwrap();
        let (folder, path) = (away.path().join("open"), away.path().join("new.db"));
        export(&city.store, &folder);
        let refuse = |named: &str| {
            let error = import(&folder, &path).map(|_| ()).unwrap_err();
            assert!(matches!(error, Error::OpenFiles { .. }), "{error}");
            assert!(error.to_string().contains(named), "{error}");
            assert!(!path.exists());
        };
        let pupils = folder.join("pupil.jsonl");
        let whole = fs_err::read_to_string(&pupils).unwrap();
        fs_err::write(&pupils, whole.replace("\"class\"", "\"Class\"")).unwrap();
        refuse("pupil.jsonl");
        fs_err::remove_file(&pupils).unwrap();
        refuse("pupil.jsonl");
        let manifest = fs_err::read_to_string(folder.join("manifest.json")).unwrap();

        // Whoever writes the digest anew is stopped by what stands in the line.
        let wrong = whole.replacen("\"grade\":\"", "\"grade\":\"no-", 1);
        fs_err::write(&pupils, &wrong).unwrap();
        let digest = |text: &str| hex(&Sha256::digest(text));
        let forged = manifest.replace(&digest(&whole), &digest(&wrong));
        fs_err::write(folder.join("manifest.json"), forged).unwrap();
        refuse("line 1");
        fs_err::write(&pupils, whole).unwrap();
        let elsewhere = manifest.replace("pupil.jsonl", "../pupil.jsonl");
        fs_err::write(folder.join("manifest.json"), elsewhere).unwrap();
        refuse("../pupil.jsonl");
        fs_err::remove_file(folder.join("manifest.json")).unwrap();
        refuse("manifest.json");
    }

    #[test]
    fn what_is_exported_imported_and_exported_again_is_the_same_but_for_the_entry_that_tells_it() {
        let city = City::new();
        let away = tempfile::tempdir().unwrap();
        let at = |name: &str| away.path().join(name);
        let one = export(&city.store, &at("one"));
        let store = import(&at("one"), &at("new.db")).unwrap();
        let two = export(&store, &at("two"));
        for (before, after) in one.files.iter().zip(&two.files) {
            if before.table == "audit" {
                let read =
                    |name: &str| fs_err::read_to_string(at(name).join("audit.jsonl")).unwrap();
                assert!(read("two").starts_with(&read("one")));
                assert_eq!(after.rows, before.rows + 1);
            } else {
                assert_eq!(before, after);
            }
        }
        let pupils = fs_err::read_to_string(at("one").join("pupil.jsonl")).unwrap();
        assert_eq!(pupils.lines().count(), 4);
        for line in pupils.lines() {
            let line: Json = serde_json::from_str(line).unwrap();
            let text = fs_err::read_to_string(at("one").join("schema/pupil.json")).unwrap();
            let schema: Json = serde_json::from_str(&text).unwrap();
            assert!(jsonschema::is_valid(&schema, &line), "{line}");
            assert_eq!(line["school"].as_str().unwrap().len(), 36, "by its permanent id");
        }
        // Private notes are told to be missing.
        assert!(one.left_out.iter().any(|it| it.what == "private_note"));
    }
}
