//! What a run may read under its plugin's grants: columns, rows, and how exact.

use std::collections::BTreeSet;

use crate::domain::{
    Batch, Coarsening, Dataset, Dictionary, Grant, GrantedSchools, Lacking, Manifest, Period,
    Schools, Scope, Text, lacking, schools_of_all,
};

use super::plugins::Ready;
use super::workspace::today;
use super::{App, Error};

/// A dataset that a run reads.
pub(super) struct Wanted {
    pub(super) dataset: String,
    /// The granted fields, in the order of the manifest; then those that the host needs besides.
    pub(super) fields: Vec<&'static str>,
    /// How many of them the plugin sees.
    pub(super) granted: usize,
    /// Which of these it sees coarser than they are, by their place.
    pub(super) coarse: Vec<(usize, Coarsening)>,
}

impl Wanted {
    /// What the plugin sees of a batch, while `show` lasts: the granted columns, coarser where the
    /// grant says so. The batch itself is whole and exact before and after, for the host to count by.
    pub(super) fn shown<T>(&self, batch: &mut Batch, show: impl FnOnce(&Batch) -> T) -> T {
        let hosts = batch.columns.split_off(self.granted);
        let mut exact = Vec::with_capacity(self.coarse.len());
        for (place, kind) in &self.coarse {
            let column = &mut batch.columns[*place];
            exact.push(column.clone());
            kind.apply(column);
        }
        let shown = show(batch);
        for ((place, _), column) in self.coarse.iter().zip(exact) {
            batch.columns[*place] = column;
        }
        batch.columns.extend(hosts);
        shown
    }

    /// Leaves of a batch what [`shown`](Self::shown) shows of it, where the host counts nothing.
    pub(super) fn narrow(&self, batch: &mut Batch) {
        batch.columns.truncate(self.granted);
        for (place, kind) in &self.coarse {
            kind.apply(&mut batch.columns[*place]);
        }
    }
}

/// A run's permission to read.
pub(super) struct Permit {
    /// The datasets with their columns, in the order of the manifest.
    pub(super) wanted: Vec<Wanted>,
    /// What whoever runs it may see, narrowed to the schools that were granted.
    pub(super) scope: Scope,
    /// What is missing from the figures or inexact because of the grants, as sentences for the
    /// passport and the notes; empty where nothing is.
    pub(super) limits: Vec<Text>,
}

impl App {
    /// What a run of a plugin over a period may read, for one who may see `scope`. Nothing else may
    /// be read for a plugin.
    ///
    /// # Errors
    ///
    /// [`Error::NotGranted`] or [`Error::GrantExpired`] with every field that the plugin cannot do
    /// without; [`Error::OutsideGrant`] where the period goes beyond the granted days, and
    /// [`Error::NoSchoolGranted`] where no school was granted for all fields.
    pub(super) fn granted_to(
        &self,
        plugin: &Ready,
        scope: &Scope,
        period: Period,
    ) -> Result<Permit, Error> {
        refuse(plugin, period)?;
        let granted = schools_of_all(&plugin.grants);
        let mut limits = Vec::new();
        let mut scope = scope.clone();
        if let GrantedSchools::Only(numbers) = &granted {
            let mut named = Vec::new();
            let (mut keys, mut is_one_left_out) = (BTreeSet::new(), false);
            for (key, school, _) in self.store.read(&scope)?.schools()? {
                if numbers.contains(&school.number) {
                    keys.insert(key);
                    named.push(school.number);
                } else {
                    is_one_left_out = true;
                }
            }
            if keys.is_empty() {
                return Err(Error::NoSchoolGranted(plugin.manifest.id.clone()));
            }
            scope.schools = Schools::Only(keys);
            if is_one_left_out {
                limits.push(only_schools(&named));
            }
        }
        limits.extend(inexact(&plugin.grants));
        Ok(Permit { wanted: wanted(&plugin.manifest, &plugin.grants), scope, limits })
    }
}

/// Refuses a run that a field is missing for, or over days that were not granted.
fn refuse(plugin: &Ready, period: Period) -> Result<(), Error> {
    let outside = refuse_missing(plugin, period)?;
    if outside.is_empty() {
        return Ok(());
    }
    let days = outside.iter().map(|grant| &grant.terms);
    Err(Error::OutsideGrant {
        plugin: plugin.manifest.id.clone(),
        fields: outside.iter().map(Grant::name).collect(),
        first: days.clone().filter_map(|terms| terms.first).max(),
        last: days.filter_map(|terms| terms.last).min(),
        period,
    })
}

/// Refuses a plugin that a field is missing for today, whatever the days of a run.
///
/// # Errors
///
/// [`Error::NotGranted`] or [`Error::GrantExpired`] with every field that it cannot do without.
pub(super) fn refuse_ungranted(plugin: &Ready) -> Result<(), Error> {
    let today = today();
    refuse_missing(plugin, Period { first: today, last: today }).map(drop)
}

/// Refuses a plugin that a field is missing for. Gives the grants whose days do not cover `period`.
fn refuse_missing(plugin: &Ready, period: Period) -> Result<Vec<Grant>, Error> {
    let all: Vec<Grant> = plugin.grants.iter().chain(&plugin.expired).cloned().collect();
    let id = plugin.manifest.id.clone();
    let Lacking { never, expired, outside } =
        lacking(&plugin.manifest.requests, &all, period, today());
    if !expired.is_empty() {
        let days = expired.iter().filter_map(|grant| Some((grant.name(), grant.terms.until?)));
        return Err(Error::GrantExpired {
            fields: days.collect(),
            again: again(&id, &expired),
            never,
            plugin: id,
        });
    }
    if !never.is_empty() {
        return Err(Error::NotGranted { plugin: id, fields: never });
    }
    Ok(outside)
}

/// The command that grants again what is over, as far as it went; `None` where the fields went
/// differently far, so that it would take several.
fn again(plugin: &str, expired: &[Grant]) -> Option<String> {
    let mut words = vec!["tridem plugin grant".to_owned(), plugin.to_owned()];
    let mut coarse = Vec::new();
    let mut options = BTreeSet::new();
    for grant in expired {
        words.push(grant.name());
        let mut terms = grant.terms.clone();
        coarse.extend(
            terms.coarsening.take().map(|kind| format!("--coarse {}={kind}", grant.name())),
        );
        options.insert(terms.options(&grant.name()));
    }
    let mut options = options.into_iter();
    words.extend(options.next().filter(|shared| !shared.is_empty()));
    words.append(&mut coarse);
    options.next().is_none().then(|| words.join(" "))
}

/// Which fields of which datasets a run reads.
fn wanted(manifest: &Manifest, grants: &[Grant]) -> Vec<Wanted> {
    let mut all = Vec::new();
    for request in &manifest.requests {
        let name = &request.dataset;
        let dataset = Dictionary::get().dataset(name);
        let field = |name: &str| dataset.and_then(|dataset| dataset.field(name));
        let (mut fields, mut coarse): (Vec<&'static str>, _) = (Vec::new(), Vec::new());
        for asked in request.all() {
            let grant = grants.iter().find(|grant| grant.is_for(name, asked));
            let (Some(grant), Some(field)) = (grant, field(asked)) else { continue };
            coarse.extend(grant.terms.coarsening.map(|kind| (fields.len(), kind)));
            fields.push(&field.name);
        }
        let granted = fields.len();
        // The host counts the persons behind each figure, whether or not the plugin may see them.
        let subject = dataset.and_then(Dataset::subject).map(|field| field.name.as_str());
        fields.extend(subject.filter(|subject| !fields.contains(subject)));
        all.push(Wanted { dataset: name.clone(), fields, granted, coarse });
    }
    all
}

/// The schools that a report is about, where it is not about all.
fn only_schools(numbers: &[String]) -> Text {
    let numbers = numbers.join(", ");
    Text::new(
        format!(
            "Nur diese Schulen: {numbers}. Von anderen darf das Plugin nicht alles lesen, was es \
             braucht; sie fehlen auch in den Gesamtzahlen. Das ist keine Null."
        ),
        format!(
            "These schools alone: {numbers}. Of others the plugin may not read all that it needs; \
             they are missing from the totals as well. This is not a zero."
        ),
    )
}

/// The fields that a plugin sees coarser than they are, where there are any.
fn inexact(grants: &[Grant]) -> Option<Text> {
    let word = |grant: &Grant| {
        let kind = grant.terms.coarsening?.text();
        let dataset = Dictionary::get().dataset(&grant.dataset)?;
        let field = dataset.field(&grant.field)?;
        Some([
            format!("{} ({}): {}", field.title.de, dataset.title.de, kind.de),
            format!("{} ({}): {}", field.title.en, dataset.title.en, kind.en),
        ])
    };
    let (german, english): (Vec<_>, Vec<_>) =
        grants.iter().filter_map(word).map(|[de, en]| (de, en)).unzip();
    (!german.is_empty()).then(|| {
        Text::new(
            format!(
                "Das Plugin sieht diese Werte gröber, als sie erfasst sind: {}. Was daraus \
                 berechnet ist, ist entsprechend ungenau.",
                german.join("; ")
            ),
            format!(
                "The plugin sees these values coarser than they were recorded: {}. What is \
                 calculated from them is inexact accordingly.",
                english.join("; ")
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Column, GrantTerms, Values};

    fn grant(field: &str, terms: GrantTerms) -> Grant {
        Grant {
            dataset: "contacts".into(),
            field: field.into(),
            terms,
            purpose: None,
            granted_by: "koordination".into(),
            granted_at: 0,
            carried_from: None,
        }
    }

    fn coarse(kind: Coarsening) -> GrantTerms {
        GrantTerms { coarsening: Some(kind), ..GrantTerms::default() }
    }

    #[test]
    fn the_plugin_sees_no_column_of_the_host_and_the_host_sees_every_value_as_it_is() {
        let column = |values| Column { values, present: Vec::new() };
        let want = Wanted {
            dataset: "schools".into(),
            fields: vec!["accompanied", "mediator_minutes", "enrolment"],
            granted: 2,
            coarse: vec![(0, Coarsening::Fives)],
        };
        let mut batch = Batch {
            rows: 2,
            columns: [vec![4, 13], vec![61, 62], vec![7, 8]]
                .map(|values| column(Values::Integers(values)))
                .into(),
        };
        let whole = batch.clone();
        let seen = want.shown(&mut batch, Batch::clone);
        assert_eq!(
            seen.columns,
            [vec![0, 10], vec![61, 62]].map(|values| column(Values::Integers(values)))
        );
        assert_eq!(batch, whole);
    }

    #[test]
    fn the_command_that_grants_again_is_one_where_one_does() {
        let until = |terms: GrantTerms| GrantTerms { until: Some(crate::domain::Day(0)), ..terms };
        let one = grant("day", until(coarse(Coarsening::Month)));
        let other = grant("kind", until(GrantTerms::default()));
        assert_eq!(
            again("a.b.c", &[one.clone(), other]).unwrap(),
            "tridem plugin grant a.b.c contacts.day contacts.kind --coarse contacts.day=month"
        );
        let schools = GrantedSchools::Only(["990001".to_owned()].into());
        let narrow = grant("kind", until(GrantTerms { schools, ..GrantTerms::default() }));
        assert_eq!(again("a.b.c", &[one, narrow.clone()]), None);
        assert_eq!(
            again("a.b.c", &[narrow]).unwrap(),
            "tridem plugin grant a.b.c contacts.kind --school 990001"
        );
    }

    #[test]
    fn coarse_fields_are_named_where_there_are_any() {
        let exact = grant("kind", GrantTerms::default());
        assert_eq!(inexact(std::slice::from_ref(&exact)), None);
        let grants = [
            grant("day", coarse(Coarsening::Month)),
            exact,
            grant("minutes", coarse(Coarsening::Tens)),
        ];
        let said = inexact(&grants).unwrap();
        let list = "Day (Contacts): the month alone; Duration (Contacts): rounded down to tens.";
        assert!(said.en.contains(list), "{}", said.en);
    }
}
