//! Runs what is fuzzed without a fuzzer: bytes that are right, changed at random, a bounded number of
//! times.
//!
//! `tests/fuzz/run SECONDS` does it for longer, and `cargo fuzz run package` in `tests/fuzz` with a
//! fuzzer that looks where it gets to, for those who have one.

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use tridem::plugin::{OperatorLimits, Package};

use crate::attacker::{Attacker, Kind, raw};
use crate::fuzzed::{self, DOCUMENT};
use crate::lowered::{Value, lowered};
use crate::support::root;

/// How many changed inputs each way in gets in every test run.
const FEW: u64 = 400;

/// The longest that one input may take. Compiling is slow in a build without optimisation.
const LONGEST: Duration = Duration::from_secs(30);

/// The most memory of a process that does nothing else, in kB as the system counts it.
const MOST_MEMORY: u64 = 1 << 20;

/// Numbers without a pattern, the same in every run (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % most.max(1) as u64).unwrap()
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// Numbers at which programs go wrong.
const CORNERS: [u64; 10] =
    [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff, u64::MAX];

/// Changes an input here and there, or cuts it, repeats a part, or puts in one of another.
fn changed(random: &mut Random, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = random.one_of(seeds).clone();
    for _ in 0..=random.below(4) {
        let (at, length) = (random.below(bytes.len()), 1 + random.below(32));
        let end = (at + length).min(bytes.len());
        match random.below(8) {
            _ if bytes.is_empty() => bytes.push(7),
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at] = *random.one_of(&[0, 1, 0x7f, 0x80, 0xff]),
            2 => drop(bytes.drain(at..end)),
            3 => bytes.splice(at..at, bytes[at..end].to_vec()).for_each(drop),
            4 => bytes.truncate(at),
            5 => {
                let other = random.one_of(seeds);
                let from = random.below(other.len());
                let part = other[from..(from + length).min(other.len())].to_vec();
                bytes.splice(at..end, part).for_each(drop);
            }
            // Numbers in binary formats tend to lie at places divisible by four.
            _ => {
                let (at, number) = (at & !3, random.one_of(&CORNERS).to_le_bytes());
                let wide = *random.one_of(&[1, 2, 4, 8]);
                let end = (at + wide).min(bytes.len());
                let wide = end - at;
                bytes[at..end].copy_from_slice(&number[..wide]);
            }
        }
    }
    bytes
}

/// Hands one way in everything that is right, and then what `make` makes of it.
fn fuzz(
    name: &str,
    target: fn(&[u8]),
    seeds: &[Vec<u8>],
    make: impl Fn(&mut Random, &[Vec<u8>]) -> Vec<u8>,
) {
    keep_seeds(name, seeds);
    let seconds = std::env::var("TRIDEM_FUZZ_SECONDS").ok();
    let alone = seconds.is_some();
    let seconds = seconds.map(|seconds| Duration::from_secs(seconds.parse().unwrap()));
    let begun = Instant::now();
    let mut tried = 0;
    while seconds.map_or(tried < FEW, |seconds| begun.elapsed() < seconds) {
        let input = match seeds.get(usize::try_from(tried).unwrap()) {
            Some(seed) => seed.clone(),
            // Each input has a number of its own, so that a failure can be looked at alone.
            None => make(&mut Random(tried), seeds),
        };
        let here = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| target(&input)));
        assert!(here.elapsed() < LONGEST, "{name} {tried} took {:?}", here.elapsed());
        if outcome.is_err() {
            let path = std::env::temp_dir().join(format!("tridem-fuzz-{name}-{tried}"));
            fs_err::write(&path, &input).unwrap();
            panic!("{name} {tried}: kept as {}", path.display());
        }
        tried += 1;
    }
    if alone {
        let used = memory();
        assert!(used < MOST_MEMORY, "{name}: {used} kB of memory");
        let took = begun.elapsed().as_secs();
        let _ =
            writeln!(std::io::stderr(), "{name}: {tried} inputs in {took} s, {used} kB of memory");
    }
}

/// The most memory that this process has had, in kB; nothing where the system does not say.
fn memory() -> u64 {
    let status = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}

/// Writes down what is right, for a fuzzer to begin with, where somebody asks for it.
fn keep_seeds(name: &str, seeds: &[Vec<u8>]) {
    let Some(folder) = std::env::var_os("TRIDEM_FUZZ_SEEDS") else { return };
    let folder = std::path::PathBuf::from(folder).join(name);
    fs_err::create_dir_all(&folder).unwrap();
    for (number, seed) in seeds.iter().enumerate() {
        fs_err::write(folder.join(number.to_string()), seed).unwrap();
    }
}

/// The released packages, taken apart.
fn released() -> Vec<Package> {
    let limits = OperatorLimits::default();
    let packages = crate::kept::kept().into_values();
    packages.map(|bytes| Package::read(&bytes, &limits).unwrap()).collect()
}

fn manifests() -> Vec<Vec<u8>> {
    released().into_iter().map(|package| package.manifest_text.into_bytes()).collect()
}

#[test]
fn package() {
    let small =
        [Kind::Figures, Kind::Document, Kind::Steps].map(|kind| Attacker::of(kind).package());
    let seeds: Vec<Vec<u8>> = crate::kept::kept().into_values().chain(small).collect();
    let manifests = manifests();
    let names = ["plugin.wasm", "LICENSE", "README.md", "tests/a", "tests/../b", "templates/a.hbs"];
    fuzz("package", fuzzed::package, &seeds, |random, seeds| {
        if random.below(3) > 0 {
            return changed(random, seeds);
        }
        // An archive that is well made, of what is not.
        let manifest = changed(random, &manifests);
        let content = changed(random, &manifests);
        let mut entries: Vec<(&str, &[u8])> = vec![("plugin.toml", &manifest)];
        for name in names {
            if random.below(2) == 0 {
                entries.push((name, &content));
            }
        }
        raw(&entries)
    });
}

#[test]
fn manifest() {
    let mut seeds = manifests();
    for plugin in ["attendance", "parent-contact", "record-check", "school-comparison"] {
        let path = root().join("plugins").join(plugin).join("plugin.toml");
        seeds.extend(fs_err::read(path).ok());
    }
    let lines: Vec<Vec<u8>> = seeds
        .iter()
        .flat_map(|seed| seed.split(|byte| *byte == b'\n').map(<[u8]>::to_vec))
        .filter(|line| !line.is_empty())
        .collect();
    fuzz("manifest", fuzzed::manifest, &seeds, |random, seeds| {
        if random.below(2) > 0 {
            return changed(random, seeds);
        }
        // Lines that are right, where they are not expected.
        let text = random.one_of(seeds).clone();
        let mut all: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
        for _ in 0..=random.below(3) {
            let (at, line): (_, &Vec<u8>) = (random.below(all.len()), random.one_of(&lines));
            match random.below(3) {
                0 => drop(all.remove(at)),
                1 => all.insert(at, line),
                _ => all[at] = line,
            }
        }
        all.join(&b'\n')
    });
}

#[test]
fn component() {
    let kinds = [Kind::Figures, Kind::Document, Kind::Steps];
    let seeds: Vec<Vec<u8>> = kinds
        .map(|kind| Attacker::of(kind).component())
        .into_iter()
        .chain([fuzzed::echo()])
        .collect();
    fuzz("component", fuzzed::component, &seeds, changed);
}

#[test]
fn document() {
    let image = |value: &Value| lowered("compose", "finish", value, DOCUMENT);
    let seeds: Vec<Vec<u8>> = documents().iter().map(image).collect();
    fuzz("document", fuzzed::document, &seeds, changed);
}

/// One document with every block, and one that is an error.
fn documents() -> [Value; 2] {
    let phrase = |place| Value::case(0, Value::Number(place));
    let number = |scale, base| Value::Record(vec![Value::Number(-125), Value::Number(scale), base]);
    let row = |label, cells| Value::Record(vec![label, Value::List(cells)]);
    let code = Value::case(1, Value::Record([0, 0, 1].map(Value::Number).into()));
    let column = |unit| Value::Record(vec![phrase(1), unit]);
    let some = |value| Value::case(1, Value::Number(value));
    let table = Value::Record(vec![
        phrase(1),
        Value::List(vec![column(some(2)), column(Value::none())]),
        Value::List(vec![
            row(code, vec![Value::case(0, number(1, some(5))), Value::Case(2, None)]),
            row(
                Value::case(2, Value::Number(1)),
                vec![Value::Case(2, None), Value::case(1, phrase(0))],
            ),
        ]),
    ]);
    let drawn = Value::List(vec![Value::Number(0)]);
    let finding = Value::Record([0, 0, 1, 77].map(Value::Number).into());
    let blocks = vec![
        Value::case(0, Value::Record(vec![Value::Number(2), phrase(1)])),
        Value::case(1, Value::case(3, Value::text("=1+1 <i>"))),
        Value::case(3, Value::List(vec![phrase(0), phrase(1)])),
        Value::case(4, table),
        Value::case(5, Value::Record(vec![phrase(0), number(0, some(0)), Value::none()])),
        Value::case(6, Value::Record(vec![Value::Number(0), drawn, Value::Case(1, None)])),
        Value::case(7, Value::List(vec![finding])),
    ];
    [Value::case(0, Value::List(blocks)), Value::case(1, Value::text("No."))]
}
