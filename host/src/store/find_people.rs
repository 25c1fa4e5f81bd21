//! Finding somebody by their name, for who answers what people ask about their own data.

use crate::domain::{HouseholdKey, PupilKey};

use super::{Error, Reader};

/// Somebody who was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPerson {
    /// The pupil; `None` for a household.
    pub pupil: Option<PupilKey>,
    /// The household, or that of the pupil.
    pub household: Option<HouseholdKey>,
    /// The code.
    pub code: String,
    /// The name.
    pub name: String,
    /// The code of the pupil's household.
    pub family: Option<String>,
}

impl Reader<'_> {
    /// Every pupil and household in the scope whose name `fits`, restricted or not: a restriction
    /// takes nobody's right away to be told what is kept. At most `limit`, pupils first, by name.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn find_people(
        &self,
        fits: impl Fn(&str) -> bool,
        limit: usize,
    ) -> Result<Vec<FoundPerson>, Error> {
        let pupils = format!(
            "SELECT p.key, p.household, p.code, trim(p.given_name || ' ' || p.family_name), h.code
             FROM main.pupil AS p LEFT JOIN main.household AS h ON h.key = p.household
             WHERE {} ORDER BY p.family_name, p.given_name, p.code",
            self.in_scope("p.school")
        );
        let households = format!(
            "SELECT NULL, h.key, h.code, h.name, NULL FROM main.household AS h
             WHERE NOT EXISTS (SELECT 1 FROM main.pupil AS k WHERE k.household = h.key)
                OR EXISTS (SELECT 1 FROM main.pupil AS k WHERE k.household = h.key AND {})
             ORDER BY h.name, h.code",
            self.in_scope("k.school")
        );
        let mut found = Vec::new();
        for sql in [pupils, households] {
            let mut statement = self.connection.prepare_cached(&sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let name: String = row.get(3)?;
                if found.len() < limit && fits(&name) {
                    found.push(FoundPerson {
                        pupil: row.get::<_, Option<i64>>(0)?.map(PupilKey),
                        household: row.get::<_, Option<i64>>(1)?.map(HouseholdKey),
                        code: row.get(2)?,
                        name,
                        family: row.get(4)?,
                    });
                }
            }
        }
        Ok(found)
    }
}
