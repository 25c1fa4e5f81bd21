//! The parts of a run: each is classified by an instance of its own, and counted once.

use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::domain::{
    Batch, CodeList, Dataset, Description, Dictionary, Job, SettingValue, Values, grant_lines,
};
use crate::plugin::Run;
use crate::report::{Cube, PART_LAYOUT, Part, Plan, Reducer, share_of};
use crate::store::{
    ColumnsRequest, KeptPartial, Numbering, Partition, PartitionRows, Reader, RunWork,
};

use super::Error;
use super::granted::Wanted;
use super::plugins::Ready;

/// Most bytes of new partial results that wait for the end of a run. What is more is not kept;
/// the next run counts that alone.
const MOST_WAITING: usize = 64 << 20;

/// Goes into the digest of a job. It gets another number when the same job, with the same plugin,
/// comes to count the same rows differently.
const DEFINITION: &str = "org.tridem partial 1";

/// Counts the parts of one run.
pub(super) struct Parts<'a> {
    reader: &'a Reader<'a>,
    plugin: &'a Ready,
    description: &'a Description,
    labels: Vec<u16>,
    job: &'a Job,
    numbering: Numbering,
    counting: Counting,
    /// What the digest of the data is made from.
    transcript: Vec<u8>,
}

/// What the rows of one part are counted with, and where the figures go.
struct Counting {
    /// Counts the rows of one part and is then empty again.
    part: Reducer,
    all: Reducer,
    fuel: u64,
    rows: u64,
    time: Duration,
}

/// What is known of a part besides its figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct PartFacts {
    fuel: u64,
    rows: u64,
    /// Of its rows.
    data: [u8; 32],
}

/// For each dataset the share of all persons that each of its numbers of persons belongs to, where that
/// does not follow from the number: so the same person is in the same share in every run.
fn shares(reader: &Reader<'_>, plan: &Plan) -> Result<Vec<(usize, Vec<u8>)>, Error> {
    let mut shares = Vec::new();
    for (place, planned) in plan.datasets.iter().enumerate() {
        let subject = Dictionary::get().dataset(&planned.name).and_then(Dataset::subject);
        let Some(subject) = subject else { continue };
        if let Some(keys) = reader.keys_behind(&subject.name)? {
            shares
                .push((place, keys.into_iter().map(|key| share_of(key.unsigned_abs())).collect()));
        }
    }
    Ok(shares)
}

impl<'a> Parts<'a> {
    pub(super) fn new(
        reader: &'a Reader<'a>,
        plugin: &'a Ready,
        description: &'a Description,
        labels: Vec<u16>,
        job: &'a Job,
        plan: Plan,
    ) -> Result<Self, Error> {
        let shares = shares(reader, &plan)?;
        let reducer = |plan: Plan| -> Result<Reducer, Error> {
            let mut reducer = Reducer::new(plan)?;
            for (dataset, shares) in &shares {
                reducer.shares(*dataset, shares.clone());
            }
            Ok(reducer)
        };
        let counting = Counting {
            part: reducer(plan.clone())?,
            all: reducer(plan)?,
            fuel: 0,
            rows: 0,
            time: Duration::ZERO,
        };
        let (numbering, mut transcript) = (Numbering::default(), Vec::new());
        put(&mut transcript, &job.period.first.0.to_le_bytes());
        put(&mut transcript, &job.period.last.0.to_le_bytes());
        Ok(Self { reader, plugin, description, labels, job, numbering, counting, transcript })
    }

    /// Counts a dataset as one part, on an instance that sees nothing else. So no figure over a
    /// dataset about no family, of which nothing is withheld, can carry out what the plugin has read
    /// in another.
    pub(super) fn dataset(
        &mut self,
        place: usize,
        want: &Wanted,
        request: &ColumnsRequest<'_>,
    ) -> Result<(), Error> {
        let mut run = self.begin(self.counting.time)?;
        let mut data = Sha256::new();
        let counting = &mut self.counting;
        let rows = self.reader.columns(&mut self.numbering, request, |batch| {
            digest_batch(&mut data, &batch);
            counting.push(&mut run, place, want, batch)
        })?;
        let part = counting.part.take(place);
        counting.all.absorb(&part)?;
        counting.time = run.time_spent();
        counting.end(PartFacts { fuel: run.fuel_used(), rows, data: [0; 32] });
        put_request(&mut self.transcript, request);
        put(&mut self.transcript, &data.finalize());
        Ok(())
    }

    /// Counts each partition of the contacts as a part, or takes what was counted of it before.
    /// Gives what is new, with the digest of the job.
    pub(super) fn partitions(
        &mut self,
        place: usize,
        want: &Wanted,
        request: &ColumnsRequest<'_>,
        may_reuse: bool,
    ) -> Result<([u8; 32], Vec<KeptPartial>), Error> {
        let job = self.digest(place, want.granted, request)?;
        let partitions = self.reader.partitions(request.period)?;
        let mut facts = vec![None; partitions.len()];
        let mut missing = Vec::new();
        for (partition, known) in partitions.iter().zip(&mut facts) {
            let kept = if may_reuse { self.reader.partial(&job, partition)? } else { None };
            let kept = kept.and_then(|bytes| read(&bytes));
            match kept.map(|(facts, part)| (facts, self.counting.all.absorb(&part))) {
                Some((facts, Ok(()))) => *known = Some(facts),
                // It is of another plan, so it is none of ours.
                None | Some((_, Err(crate::report::Error::OtherPlan))) => missing.push(*partition),
                Some((_, Err(error))) => return Err(error.into()),
            }
        }
        let mut kept = Vec::new();
        let mut new = vec![None; missing.len()];
        self.count(place, want, request, &missing, &mut new, &mut kept)?;

        let mut new = new.into_iter().flatten();
        put_request(&mut self.transcript, request);
        let mut rows = 0;
        for (partition, known) in partitions.iter().zip(facts) {
            let known = known.or_else(|| new.next()).expect("every partition was counted");
            self.counting.end(known);
            rows += known.rows;
            // A month that has no contact any more is like one that never had any.
            if known.rows > 0 {
                put(&mut self.transcript, &partition.school.0.to_le_bytes());
                put(&mut self.transcript, &partition.month.0.to_le_bytes());
                put(&mut self.transcript, &known.data);
            }
        }
        if rows == 0 {
            // A plugin is told of the job also where there is nothing to count.
            let run = self.begin(self.counting.time)?;
            self.counting.fuel += run.fuel_used();
        }
        Ok((job, kept))
    }

    /// Counts partitions and puts what is known of each in `facts`.
    fn count(
        &mut self,
        place: usize,
        want: &Wanted,
        request: &ColumnsRequest<'_>,
        missing: &[Partition],
        facts: &mut [Option<PartFacts>],
        kept: &mut Vec<KeptPartial>,
    ) -> Result<(), Error> {
        if missing.is_empty() {
            return Ok(());
        }
        let (plugin, description, labels, job) =
            (self.plugin, self.description, &self.labels, self.job);
        let counting = &mut self.counting;
        let mut waiting = 0;
        let each = |number: usize, rows: PartitionRows<'_>| -> Result<(), Error> {
            let partition = missing[number];
            let mut found = PartFacts { fuel: 0, rows: rows.rows() as u64, data: rows.digest() };
            counting.part.start_at(place, partition.first_row());
            if found.rows > 0 {
                let mut run = start(plugin, description, labels, job, counting.time)?;
                rows.batches(|batch| counting.push(&mut run, place, want, batch))?;
                found.fuel = run.fuel_used();
                counting.time = run.time_spent();
            }
            let part = counting.part.take(place);
            counting.all.absorb(&part)?;
            if waiting < MOST_WAITING {
                let bytes = write(&found, &part);
                waiting += bytes.len();
                kept.push(KeptPartial { partition, bytes });
            }
            facts[number] = Some(found);
            Ok(())
        };
        self.reader.columns_by_partition(&mut self.numbering, request, missing, each)
    }

    fn begin(&self, spent: Duration) -> Result<Run, Error> {
        start(self.plugin, self.description, &self.labels, self.job, spent)
    }

    /// A digest of all that the figures of a partition depend on besides its contacts.
    pub(super) fn digest(
        &self,
        place: usize,
        granted: usize,
        request: &ColumnsRequest<'_>,
    ) -> Result<[u8; 32], Error> {
        let mut text = Vec::new();
        let plugin = self.plugin;
        for part in [DEFINITION, env!("CARGO_PKG_VERSION"), &plugin.engine] {
            put(&mut text, part.as_bytes());
        }
        put(&mut text, &[PART_LAYOUT]);
        put(&mut text, &plugin.sha256);
        // Whose rows, which days, and how exact the values were that the plugin saw.
        put(&mut text, grant_lines(&plugin.grants).as_bytes());
        put(&mut text, &self.reader.numbering_epoch()?.to_le_bytes());
        put(&mut text, &(place as u64).to_le_bytes());
        put(&mut text, &(granted as u64).to_le_bytes());
        put_request(&mut text, request);
        let Job { as_of, period, settings, datasets } = self.job;
        for day in [as_of, &period.first, &period.last] {
            put(&mut text, &day.0.to_le_bytes());
        }
        put(&mut text, &(settings.len() as u64).to_le_bytes());
        for (name, value) in settings {
            put(&mut text, name.as_bytes());
            put_value(&mut text, value);
        }
        for shape in datasets {
            put(&mut text, shape.dataset.as_bytes());
            put(&mut text, &(shape.fields.len() as u64).to_le_bytes());
            for field in &shape.fields {
                put(&mut text, field.name.as_bytes());
                put(&mut text, &field.size.to_le_bytes());
                put_codes(&mut text, &field.codes);
            }
        }
        // Team forms follow from roles.
        put_codes(&mut text, &self.reader.code_lists().list("role"));
        self.labels.iter().for_each(|count| put(&mut text, &count.to_le_bytes()));
        Ok(Sha256::digest(&text).into())
    }

    /// The figures, what they took and the digest of the data.
    pub(super) fn finish(self) -> Result<(Cube, RunWork, [u8; 32]), Error> {
        let Counting { all, fuel, rows, time, .. } = self.counting;
        let loaded = &self.plugin.loaded;
        loaded.check_fuel(&self.plugin.manifest, fuel, rows)?;
        let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let work = RunWork { fuel, allowed: loaded.allowed_fuel(rows), rows, ms };
        Ok((all.finish(), work, self.reader.seal(&self.transcript)?))
    }
}

impl Counting {
    /// Has a batch classified and counts it.
    fn push(
        &mut self,
        run: &mut Run,
        dataset: usize,
        want: &Wanted,
        mut batch: Batch,
    ) -> Result<(), Error> {
        let classified = want.shown(&mut batch, |seen| run.push(dataset, seen))?;
        Ok(self.part.add(dataset, &batch, &classified)?)
    }

    fn end(&mut self, facts: PartFacts) {
        self.fuel = self.fuel.saturating_add(facts.fuel);
        self.rows += facts.rows;
    }
}

fn start(
    plugin: &Ready,
    description: &Description,
    labels: &[u16],
    job: &Job,
    spent: Duration,
) -> Result<Run, Error> {
    Ok(plugin.loaded.start_after(&plugin.manifest, description, labels.to_vec(), job, spent)?)
}

/// A part with what is known of it, to be kept.
fn write(facts: &PartFacts, part: &Part) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend(facts.fuel.to_le_bytes());
    bytes.extend(facts.rows.to_le_bytes());
    bytes.extend(facts.data);
    bytes.extend(part.to_bytes());
    bytes
}

/// What was written; `None` where the bytes are something else.
fn read(bytes: &[u8]) -> Option<(PartFacts, Part)> {
    let (fuel, bytes) = bytes.split_first_chunk()?;
    let (rows, bytes) = bytes.split_first_chunk()?;
    let (data, bytes) = bytes.split_first_chunk()?;
    let (fuel, rows) = (u64::from_le_bytes(*fuel), u64::from_le_bytes(*rows));
    Some((PartFacts { fuel, rows, data: *data }, Part::from_bytes(bytes)?))
}

/// Adds bytes with their number, so that no two lists of them look the same.
pub(super) fn put(text: &mut Vec<u8>, bytes: &[u8]) {
    text.extend((bytes.len() as u64).to_le_bytes());
    text.extend(bytes);
}

pub(super) fn put_request(text: &mut Vec<u8>, request: &ColumnsRequest<'_>) {
    put(text, request.dataset.as_bytes());
    put(text, &(request.fields.len() as u64).to_le_bytes());
    request.fields.iter().for_each(|field| put(text, field.as_bytes()));
}

fn put_codes(text: &mut Vec<u8>, codes: &CodeList) {
    put(text, &(codes.codes().len() as u64).to_le_bytes());
    for code in codes.codes() {
        for part in [&code.code, &code.de, &code.en] {
            put(text, part.as_bytes());
        }
    }
}

fn put_value(text: &mut Vec<u8>, value: &SettingValue) {
    match value {
        SettingValue::Flag(flag) => put(text, &[0, u8::from(*flag)]),
        SettingValue::Integer(number) => {
            put(text, &[1]);
            put(text, &number.to_le_bytes());
        }
        SettingValue::Number(number) => {
            put(text, &[2]);
            put(text, &number.to_bits().to_le_bytes());
        }
        SettingValue::Text(value) => {
            put(text, &[3]);
            put(text, value.as_bytes());
        }
    }
}

/// Adds the rows of a batch to a digest.
pub(super) fn digest_batch(digest: &mut Sha256, batch: &Batch) {
    digest.update((batch.rows as u64).to_le_bytes());
    for column in &batch.columns {
        let mut bytes = Vec::with_capacity(batch.rows * 8);
        match &column.values {
            Values::Codes(values) => bytes.extend(values.iter().flat_map(|v| v.to_le_bytes())),
            Values::Flags(values) => bytes.extend(values),
            Values::Integers(values) => bytes.extend(values.iter().flat_map(|v| v.to_le_bytes())),
            Values::Longs(values) => bytes.extend(values.iter().flat_map(|v| v.to_le_bytes())),
            Values::Decimals(values) => bytes.extend(values.iter().flat_map(|v| v.to_le_bytes())),
            Values::Sets(values) | Values::Keys(values) => {
                bytes.extend(values.iter().flat_map(|v| v.to_le_bytes()));
            }
            Values::Indexes(values) => bytes.extend(values.iter().flat_map(|v| v.to_le_bytes())),
            Values::Texts(values) => values.iter().for_each(|v| put(&mut bytes, v.as_bytes())),
        }
        bytes.extend(column.present.iter().flat_map(|word| word.to_le_bytes()));
        digest.update((bytes.len() as u64).to_le_bytes());
        digest.update(bytes);
    }
}
