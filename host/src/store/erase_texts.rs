//! Takes names of the erased out of what stays about others: shared contacts, and findings in reports.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Error;
use super::erase::{Erased, gone_people};
use crate::domain::Id;

/// What stands in place of a name.
const BLACKENED: &str = "[…]";

/// The texts of a contact and of its earlier versions that people wrote.
const TEXTS: [(&str, &str, &[&str]); 2] = [
    ("contact", "key", &["next_step", "shared_note"]),
    ("contact_version", "contact", &["reason", "next_step", "shared_note"]),
];

/// Contacts with pupils who stay: names of those who go are blackened in their texts, and an earlier
/// version that was about nobody else loses its texts. Private notes stay as they are, since only the
/// profession can read them; they are counted.
pub(super) fn take_out_of_shared(
    connection: &Connection,
    erased: &mut Erased,
) -> Result<(), Error> {
    let sets = gone_people();
    let (pupils, households) = (&sets.pupils, &sets.households);
    let staying = "NOT IN (SELECT key FROM temp.gone WHERE kind = 'contact')";
    let alone = format!(
        "contact {staying} AND NOT EXISTS (SELECT 1 FROM main.contact_version_pupil AS p
           WHERE p.contact = v.contact AND p.version = v.version AND p.pupil NOT IN {pupils})
         AND (v.household IN {households} OR EXISTS (SELECT 1 FROM main.contact_version_pupil AS p
           WHERE p.contact = v.contact AND p.version = v.version))"
    );
    connection.execute(
        &format!(
            "DELETE FROM main.private_note_version WHERE (contact, version) IN
               (SELECT contact, version FROM main.contact_version AS v WHERE {alone})"
        ),
        [],
    )?;
    connection.execute(
        &format!(
            "UPDATE main.contact_version AS v SET reason = '–', next_step = NULL, next_due = NULL,
               shared_note = NULL, household = NULL WHERE {alone}"
        ),
        [],
    )?;
    let mut shared = connection.prepare(&format!(
        "SELECT c.key, c.id FROM main.contact AS c WHERE c.key {staying} AND c.key IN (
           SELECT contact FROM main.contact_pupil WHERE pupil IN {pupils}
           UNION SELECT contact FROM main.contact_version_pupil WHERE pupil IN {pupils})
         ORDER BY c.key"
    ))?;
    let shared = shared.query_map([], |row| Ok((row.get(0)?, Id::from_bytes(row.get(1)?))))?;
    let shared: Vec<(i64, Id)> = shared.collect::<Result<_, _>>()?;
    for (contact, id) in &shared {
        let words = names(connection, *contact)?;
        for (table, key, columns) in TEXTS {
            for column in columns {
                erased.blackened +=
                    blacken_column(connection, table, key, column, *contact, &words)?;
            }
        }
        let notes: u32 = connection.query_row(
            "SELECT (SELECT count(*) FROM main.private_note WHERE contact = ?1)
               + (SELECT count(*) FROM main.private_note_version WHERE contact = ?1)",
            [contact],
            |row| row.get(0),
        )?;
        erased.notes_left += u64::from(notes);
        erased.shared.push(*id);
    }
    Ok(())
}

/// The names and signs of those who go, without those that somebody bears who stays in the contact.
fn names(connection: &Connection, contact: i64) -> Result<BTreeSet<String>, Error> {
    let sets = gone_people();
    let read = |sql: &str, has_contact: bool| -> Result<BTreeSet<String>, Error> {
        let mut statement = connection.prepare_cached(sql)?;
        let mut words = BTreeSet::new();
        let mut rows =
            if has_contact { statement.query([contact])? } else { statement.query([])? };
        while let Some(row) = rows.next()? {
            let (given, family, code): (String, String, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            words.extend(tokens(&given).chain(tokens(&family)));
            words.insert(code);
        }
        Ok(words)
    };
    let mut words = read(
        &format!(
            "SELECT given_name, family_name, code FROM main.pupil WHERE key IN {}
             UNION SELECT name, '', code FROM main.household WHERE key IN {}",
            sets.pupils, sets.households
        ),
        false,
    )?;
    let others = read(
        &format!(
            "SELECT p.given_name, p.family_name, p.code FROM main.contact_pupil AS cp
             JOIN main.pupil AS p ON p.key = cp.pupil
             WHERE cp.contact = ?1 AND p.key NOT IN {}",
            sets.pupils
        ),
        true,
    )?;
    words.retain(|word| !word.is_empty() && !others.contains(word));
    Ok(words)
}

/// The words of a name that are names by themselves: `von` and `der` are not.
fn tokens(name: &str) -> impl Iterator<Item = String> {
    name.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| word.chars().count() > 1)
        .filter(|word| word.chars().next().is_some_and(|letter| !letter.is_lowercase()))
        .map(str::to_owned)
}

fn blacken_column(
    connection: &Connection,
    table: &str,
    key: &str,
    column: &str,
    contact: i64,
    words: &BTreeSet<String>,
) -> Result<u64, Error> {
    let sql = format!(
        "SELECT DISTINCT {column} FROM main.{table} WHERE {key} = ?1 AND {column} IS NOT NULL"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let texts = statement.query_map([contact], |row| row.get(0))?;
    let texts: Vec<String> = texts.collect::<Result<_, _>>()?;
    let mut changed = 0;
    for text in texts {
        let Some(black) = blackened(&text, words) else { continue };
        let sql =
            format!("UPDATE main.{table} SET {column} = ?3 WHERE {key} = ?1 AND {column} = ?2");
        changed += connection.execute(&sql, params![contact, text, black])? as u64;
    }
    Ok(changed)
}

/// The text with every one of the words replaced, in any case and also in the genitive; `None` where
/// none is in it.
fn blackened(text: &str, words: &BTreeSet<String>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let (mut found, mut previous) = (false, ' ');
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let begins = !previous.is_alphanumeric();
        let length = words.iter().filter_map(|word| word_at(rest, word)).max();
        if let (true, Some(length)) = (begins, length) {
            out.push_str(BLACKENED);
            rest = &rest[length..];
            (previous, found) = ('a', true);
        } else {
            out.push(letter);
            rest = &rest[letter.len_utf8()..];
            previous = letter;
        }
    }
    found.then_some(out)
}

/// How many bytes at the beginning of a text are the word, as a word by itself.
fn word_at(text: &str, word: &str) -> Option<usize> {
    let mut letters = text.char_indices();
    for wanted in word.chars() {
        let (_, letter) = letters.next()?;
        if !letter.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
    }
    let end = letters.clone().next().map_or(text.len(), |(place, _)| place);
    let ends = |at: usize| !text[at..].chars().next().is_some_and(char::is_alphanumeric);
    let genitive = text[end..].starts_with('s').then_some(end + 1);
    [Some(end), genitive].into_iter().flatten().find(|at| ends(*at))
}

/// Takes findings about the erased out of reports that list records. All numbers stay as they were.
pub(super) fn take_out_of_reports(
    connection: &Connection,
    erased: &mut Erased,
) -> Result<(), Error> {
    let gone = references(connection)?;
    let sql = "SELECT key, document FROM report WHERE instr(document, '\"reference\"') > 0";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let found: Vec<(i64, String)> = found.collect::<Result<_, _>>()?;
    for (key, document) in found {
        let Ok(mut value) = serde_json::from_str::<Value>(&document) else { continue };
        if !without(&mut value, &gone) {
            continue;
        }
        let document = value.to_string();
        connection.execute("UPDATE report SET document = ?2 WHERE key = ?1", (key, &document))?;
        let sha256: [u8; 32] = Sha256::digest(&document).into();
        connection
            .execute("UPDATE report_run SET document = ?2 WHERE report = ?1", (key, sha256))?;
        erased.reports += 1;
    }
    Ok(())
}

/// By what findings name those who go: codes of pupils and households, ids of contacts and absences.
fn references(connection: &Connection) -> Result<BTreeSet<String>, Error> {
    let sets = gone_people();
    let mut gone = BTreeSet::new();
    for (table, set) in [("pupil", &sets.pupils), ("household", &sets.households)] {
        let sql = format!("SELECT code FROM main.{table} WHERE key IN {set}");
        let mut statement = connection.prepare_cached(&sql)?;
        for code in statement.query_map([], |row| row.get(0))? {
            gone.insert(code?);
        }
    }
    for table in ["contact", "absence", "absence_version"] {
        let condition = super::erase::doomed(table, "t");
        let mut statement =
            connection.prepare(&format!("SELECT t.id FROM main.{table} AS t WHERE {condition}"))?;
        for id in statement.query_map([], |row| row.get(0).map(Id::from_bytes))? {
            gone.insert(id?.to_string());
        }
    }
    Ok(gone)
}

/// Removes the found entries that name one of these, wherever in a document they stand. Gives whether
/// there were any.
fn without(value: &mut Value, gone: &BTreeSet<String>) -> bool {
    let names = |entry: &Value, field: &str| {
        entry.get(field).and_then(Value::as_str).is_some_and(|text| gone.contains(text))
    };
    let is_gone = |entry: &Value| {
        entry.get("dataset").is_some() && (names(entry, "reference") || names(entry, "pupil"))
    };
    match value {
        Value::Array(entries) => {
            let before = entries.len();
            entries.retain(|entry| !is_gone(entry));
            let mut changed = entries.len() != before;
            for entry in entries {
                changed |= without(entry, gone);
            }
            changed
        }
        Value::Object(fields) => {
            let mut changed = false;
            for field in fields.values_mut() {
                changed |= without(field, gone);
            }
            changed
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn words(words: &[&str]) -> BTreeSet<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn names_are_blackened_as_words_in_any_case_and_in_the_genitive() {
        let words = words(&["Mia", "Muster", "p-12", "Özgür"]);
        let black = |text: &str| blackened(text, &words);
        assert_eq!(black("Mias Mutter, MIA und mia."), Some("[…] Mutter, […] und […].".into()));
        assert_eq!(black("Familie Muster-Beispiel"), Some("Familie […]-Beispiel".into()));
        assert_eq!(black("siehe p-12, nicht p-123"), Some("siehe […], nicht p-123".into()));
        assert_eq!(black("ÖZGÜR kam"), Some("[…] kam".into()));
        for other in ["Miami", "Mustermann", "Amia", "", "ganz anders"] {
            assert_eq!(black(other), None, "{other}");
        }
    }

    #[test]
    fn particles_are_no_names() {
        let found: Vec<String> = tokens("Mia-Sophie von der Heide B.").collect();
        assert_eq!(found, ["Mia", "Sophie", "Heide"]);
    }

    #[test]
    fn findings_about_the_erased_go_and_all_else_stays() {
        let entry = |reference: &str| json!({ "dataset": "contacts", "reference": reference });
        let mut document = json!({
            "count": 3,
            "groups": [{ "records": [entry("p1"), entry("p2")] }, { "records": [] }],
            "reference": "p1",
        });
        assert!(!without(&mut document.clone(), &words(&["p9"])));
        assert!(without(&mut document, &words(&["p1"])));
        let left = json!({
            "count": 3,
            "groups": [{ "records": [entry("p2")] }, { "records": [] }],
            "reference": "p1",
        });
        assert_eq!(document, left);
    }
}
