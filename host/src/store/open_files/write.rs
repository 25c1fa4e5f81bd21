//! Writes all records to a folder of open files.

use std::fmt::Write as _;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use chrono::DateTime;
use fs_err::{File, OpenOptions};
use rusqlite::types::ValueRef;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::describe::{Description, Kind, Table};
use crate::domain::{Action, CodeLists, Day, Id, Scope, Text};
use crate::store::ledger::hex;
use crate::store::{Error, Reader, Store, Writer, newest_schema};

/// What the folder holds; the file `manifest.json` in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenManifest {
    /// Always `tridem-open`.
    pub format: String,
    /// The version of the format.
    pub version: u32,
    /// The version of the program that wrote it.
    pub program: String,
    /// How many steps the schema of the records had.
    pub schema: u32,
    /// When, in seconds since 1970-01-01 UTC.
    pub exported_at: i64,
    /// The files, in the order of reading.
    pub files: Vec<OpenFile>,
    /// What is not in it.
    pub left_out: Vec<LeftOut>,
}

/// A file of the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenFile {
    /// Its path in the folder.
    pub file: String,
    /// The table; empty for a package.
    pub table: String,
    /// How many lines.
    pub rows: u64,
    /// The SHA-256 in hexadecimal.
    pub sha256: String,
}

/// A table that is not in the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The table, or a column of it.
    pub what: String,
    /// How many rows it has.
    pub rows: u64,
    /// Why, in German and in English.
    pub reason_de: String,
    /// The same in English.
    pub reason_en: String,
}

impl Store {
    /// Writes everything to `folder`, which must be there and empty, from one snapshot. `progress` is
    /// told per cent.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] where a table is not described; [`Error::Full`]; [`Error::File`]. What was
    /// written is for the caller to remove.
    pub fn export_open(
        &self,
        folder: &Path,
        now: i64,
        progress: &mut dyn FnMut(u64),
    ) -> Result<OpenManifest, Error> {
        let reader = self.read(&Scope::municipality())?;
        let description = Description::of(reader.connection)?;
        fs_err::create_dir(folder.join("schema"))?;
        let (mut files, mut left_out) = (Vec::new(), Vec::new());
        let all = description.tables.len() as u64;
        for (table, done) in description.tables.iter().zip(0u64..) {
            files.push(table.write(&reader, folder, &mut files_of_packages(folder))?);
            let schema = serde_json::to_string_pretty(&table.schema()).map_err(json_error)? + "\n";
            let mut file = new_file(&folder.join(format!("schema/{}.json", table.name)))?;
            file.write_all(schema.as_bytes())?;
            file.sync_all()?;
            for (column, _) in table.columns.iter().filter(|(_, kind)| *kind == Kind::New) {
                let reason = Text::new(
                    "ein Geheimnis dieser Daten; beim Einlesen wird es neu gemacht",
                    "a secret of these records; it is made anew when they are imported",
                );
                left_out.push(leave_out(format!("{}.{column}", table.name), 1, reason));
            }
            progress(done * 100 / all);
        }
        for (name, reason) in description.left_out {
            let sql = format!("SELECT count(*) FROM \"{name}\"");
            let rows: i64 = reader.connection.query_row(&sql, [], |row| row.get(0))?;
            left_out.push(leave_out(name, rows.unsigned_abs(), reason));
        }
        let manifest = OpenManifest {
            format: "tridem-open".into(),
            version: 1,
            program: env!("CARGO_PKG_VERSION").into(),
            schema: newest_schema(),
            exported_at: now,
            files,
            left_out,
        };
        let text = serde_json::to_string_pretty(&manifest).map_err(json_error)? + "\n";
        // Last, so that a folder without it is known to be half a one.
        let mut file = new_file(&folder.join("manifest.json"))?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        progress(100);
        Ok(manifest)
    }
}

impl Writer<'_> {
    /// Notes in the audit that everything was exported, or that the records were made so.
    pub fn note_open(&mut self, action: Action, manifest: &OpenManifest) {
        let rows: u64 = manifest.files.iter().map(|file| file.rows).sum();
        let details = json!({ "files": manifest.files.len(), "rows": rows });
        self.note(action, manifest.digest(), &details);
    }
}

impl OpenManifest {
    /// A digest of all files.
    pub fn digest(&self) -> String {
        let mut digest = Sha256::new();
        for file in &self.files {
            digest.update(format!("{}  {}\n", file.sha256, file.file));
        }
        hex(&digest.finalize())
    }
}

fn leave_out(what: String, rows: u64, reason: Text) -> LeftOut {
    LeftOut { what, rows, reason_de: reason.de, reason_en: reason.en }
}

/// Writes a package beside the tables and gives its path in the folder.
fn files_of_packages(folder: &Path) -> impl FnMut(&[u8]) -> Result<String, Error> {
    let folder = folder.to_owned();
    move |bytes: &[u8]| {
        let name = format!("packages/{}.zip", hex(&Sha256::digest(bytes)));
        if !folder.join("packages").is_dir() {
            fs_err::create_dir(folder.join("packages"))?;
        }
        let mut file = new_file(&folder.join(&name))?;
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(name)
    }
}

type Packages<'a> = &'a mut dyn FnMut(&[u8]) -> Result<String, Error>;

impl Table {
    /// Writes all rows, one a line.
    fn write(
        &self,
        reader: &Reader<'_>,
        folder: &Path,
        packages: Packages<'_>,
    ) -> Result<OpenFile, Error> {
        let name = format!("{}.jsonl", self.name);
        let mut file = BufWriter::new(new_file(&folder.join(&name))?);
        let (mut digest, mut rows) = (Sha256::new(), 0);
        let columns: Vec<&(String, Kind)> =
            self.columns.iter().filter(|(_, kind)| *kind != Kind::New).collect();
        let expressions: Vec<String> = columns
            .iter()
            .map(|(column, kind)| match kind {
                Kind::Ref(table, true) => format!(
                    "(SELECT \"{table}\".id FROM \"{table}\" WHERE \"{table}\".key = one.\"{column}\")"
                ),
                _ => format!("one.\"{column}\""),
            })
            .collect();
        let order: Vec<String> = self.order.iter().map(|name| format!("one.\"{name}\"")).collect();
        let sql = format!(
            "SELECT {} FROM \"{}\" AS one ORDER BY {}",
            expressions.join(", "),
            self.name,
            order.join(", ")
        );
        let mut statement = reader.connection.prepare(&sql)?;
        let mut found = statement.query([])?;
        while let Some(row) = found.next()? {
            // Written by hand, so that the columns keep their order.
            let mut line = String::from("{");
            for (place, (column, kind)) in columns.iter().enumerate() {
                let value = written(row.get_ref(place)?, kind, reader.code_lists(), packages)
                    .map_err(|error| named(error, &self.name, column))?;
                let comma = if place == 0 { "" } else { "," };
                let _ = write!(line, "{comma}{}:{value}", Json::from(column.as_str()));
            }
            line.push_str("}\n");
            digest.update(&line);
            file.write_all(line.as_bytes())?;
            rows += 1;
        }
        let file = file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(OpenFile { file: name, table: self.name.clone(), rows, sha256: hex(&digest.finalize()) })
    }
}

/// A value as it is written.
fn written(
    value: ValueRef<'_>,
    kind: &Kind,
    codes: &CodeLists,
    packages: Packages<'_>,
) -> Result<Json, Error> {
    let strange = || Error::Damaged("a value that cannot be".into());
    let number = || value.as_i64().map_err(|_| strange());
    if value == ValueRef::Null {
        return Ok(Json::Null);
    }
    Ok(match kind {
        Kind::Text => Json::from(value.as_str().map_err(|_| strange())?),
        Kind::Number | Kind::Ref(_, false) => Json::from(number()?),
        Kind::Flag => Json::from(number()? != 0),
        Kind::Day => {
            let day = i32::try_from(number()?).map_err(|_| strange())?;
            Json::from(Day::of_number(day).ok_or_else(strange)?.to_string())
        }
        Kind::Moment => {
            let moment = DateTime::from_timestamp(number()?, 0).ok_or_else(strange)?;
            Json::from(moment.format("%Y-%m-%dT%H:%M:%SZ").to_string())
        }
        Kind::Id | Kind::Ref(_, true) => {
            let bytes = value.as_blob().map_err(|_| strange())?;
            Json::from(Id::from_bytes(bytes.try_into().map_err(|_| strange())?).to_string())
        }
        Kind::Bytes | Kind::New => Json::from(hex(value.as_blob().map_err(|_| strange())?)),
        Kind::Package => Json::from(packages(value.as_blob().map_err(|_| strange())?)?),
        Kind::Code(list) => {
            let place = usize::try_from(number()?).map_err(|_| strange())?;
            let known = codes.list(list);
            let code = known.codes().get(place).ok_or_else(strange)?;
            Json::from(code.code.as_str())
        }
        Kind::Set(list) => {
            let bits = number()?.cast_unsigned();
            let known = codes.list(list);
            let known = known.codes();
            if known.len() < 64 && bits >> known.len() != 0 {
                return Err(strange());
            }
            let is_in = |place: usize| bits >> place & 1 == 1;
            let found = known.iter().enumerate().filter(|(place, _)| is_in(*place));
            found.map(|(_, code)| Json::from(code.code.as_str())).collect()
        }
    })
}

/// Says which column it was, and never what stands in it.
fn named(error: Error, table: &str, column: &str) -> Error {
    match error {
        Error::Damaged(what) => Error::Damaged(format!("{what}, in `{table}.{column}`")),
        error => error,
    }
}

pub(super) fn json_error(error: serde_json::Error) -> Error {
    Error::File(std::io::Error::other(error))
}

/// A file for its owner alone.
fn new_file(path: &Path) -> Result<File, Error> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    fs_err::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok(options.open(path)?)
}
