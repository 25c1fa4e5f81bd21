//! Plugins that do their worst, through the whole program: each ends in a message, and harms nobody.

use std::path::{Path, PathBuf};

use tridem::plugin::{Engine, OperatorLimits};

use crate::attacker::Kind::{Document, Figures, Steps};
use crate::attacker::{Attacker, archive, composition, document, figures, proposal, raw, zipped};
use crate::guest::{SPY, forged, manifest};
use crate::lowered::Value;
use crate::support::{COMPARISON, Ran, Workspace};

/// An attack: what it is called, the package, and what the message has to say.
#[derive(Clone)]
struct Attack {
    name: String,
    package: Vec<u8>,
    says: Vec<String>,
}

fn attack(name: &str, package: Vec<u8>, says: &[&str]) -> Attack {
    let says = says.iter().map(|part| (*part).to_owned()).collect();
    Attack { name: name.to_owned(), package, says }
}

/// An attack by a guest of its own making.
fn by(name: &str, attacker: &Attacker, says: &[&str]) -> Attack {
    attack(name, attacker.package(), says)
}

/// The manifest of a package whose component does not matter.
fn plain() -> String {
    manifest("contacts", &["day"], &[], false)
}

const FOREVER: &str = "(loop $again (br $again)) unreachable";
const GROWS: &str = "(loop $again
    (br_if $again (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) unreachable";
const RECURSES: &str = "(call $deeper (i32.const 0))";
/// A function that calls itself; the addition afterwards keeps it from becoming a loop.
const DEEPER: &str = "(func $deeper (param i32) (result i32)
    (i32.add (i32.const 1) (call $deeper (i32.add (local.get 0) (i32.const 1)))))";

/// The four ways of using up what everybody needs, in one function.
fn greedy(kind: crate::attacker::Kind, function: &'static str) -> Vec<Attack> {
    let place = format!("`{function}`");
    let ways = [
        ("loops", FOREVER, ["was stopped in", "after 1 s"]),
        ("grows", GROWS, ["was stopped in", "more than 16 MiB of memory"]),
        ("recurses", RECURSES, ["was stopped in", "nested too deeply"]),
        ("crashes", "unreachable", ["crashed in", "unreachable"]),
    ];
    let attack = |(way, body, says): (&str, &str, [&str; 2])| {
        let attacker = Attacker::of(kind).with(DEEPER).doing(function, body);
        by(&format!("{kind:?} {way} in {place}"), &attacker, &[SPY, says[0], says[1], &place])
    };
    ways.map(attack).into()
}

/// Packages that are none, or say other than they are.
fn false_packages() -> Vec<Attack> {
    let component = Attacker::of(Figures).component();
    let with = |extra: (&str, &[u8])| archive(&plain(), &[("plugin.wasm", &component), extra]);
    let mut changed = forged(&plain(), &component);
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    let mut second =
        archive(&plain(), &[("plugin.wasm", &component), ("LICENSE", b"one"), ("LICENSF", b"two")]);
    rename(&mut second, b"LICENSF", b"LICENSE");
    let other = archive(&plain(), &[("plugin.wasm", &component)]);
    let other = exchanged(&other, &Attacker::of(Document).component());
    let zeros = vec![0; 33 << 20];
    let bomb = [("plugin.toml", &b""[..]), ("plugin.wasm", &zeros)];
    let bomb = zipped(&bomb, zip::CompressionMethod::Deflated);
    assert!(bomb.len() < 100_000);
    let limits = OperatorLimits::default();
    let native = Engine::new(limits).unwrap().admit(&component).unwrap().compiled().unwrap();
    let import =
        wat::parse_str(r#"(component (import "send" (func (param "to" string))))"#).unwrap();
    let packed = |component: &[u8]| forged(&plain(), component);
    let newer = plain().replace("api = \"1.0\"", "api = \"2.0\"");
    let over_the_screen = forged(&plain().replace("Curiosity", "\\u001b[2J"), &component);
    let no_manifest = raw(&[("plugin.toml", b"title = \"\x1b]0;owned\x07"), ("plugin.wasm", b"")]);
    vec![
        attack("no archive", b"not a package".to_vec(), &["cannot be read"]),
        attack("a changed byte", changed, &["error: "]),
        attack("a zip bomb", bomb, &["33554432 bytes"]),
        attack("a path that climbs out", with((CLIMBS, b"out")), &["climbs out of the package"]),
        attack("a path from the root", with(("/tridem-was-here", b"out")), &["does not begin in"]),
        attack("a file it may not have", with(("run.sh", b"rm")), &["`run.sh`", "may have"]),
        attack("a second file of a name", second, &["two files of the same name"]),
        attack("another component", other, &["`plugin.wasm`", "its digest differs"]),
        attack("another version of the interface", forged(&newer, &component), &["api `2.0`"]),
        attack("a title over the screen", over_the_screen, &["title has a line break or another"]),
        attack("a manifest over the screen", no_manifest, &["`plugin.toml` cannot be read"]),
        attack("machine code", packed(&native), &["compiled machine code"]),
        attack("a core module", packed(b"\0asm\x01\0\0\0"), &["core WebAssembly module"]),
        attack("a component with an import", packed(&import), &["imports code", "`send`"]),
        attack("no component", packed(b"rubbish"), &["not a valid WebAssembly component"]),
    ]
}

/// The package with another component, and the manifest as it was.
fn exchanged(package: &[u8], component: &[u8]) -> Vec<u8> {
    let package = tridem::plugin::Package::read(package, &OperatorLimits::default()).unwrap();
    raw(&[("plugin.toml", package.manifest_text.as_bytes()), ("plugin.wasm", component)])
}

/// A path that leads from anywhere below it to a file beside all folders of a test.
const CLIMBS: &str = "tests/../../../../../tridem-was-here";

/// Replaces a name by one of the same length, as no zip program does.
fn rename(bytes: &mut [u8], from: &[u8], to: &[u8]) {
    for at in 0..=bytes.len() - from.len() {
        if bytes[at..].starts_with(from) {
            bytes[at..at + to.len()].copy_from_slice(to);
        }
    }
}

/// Everything that goes wrong before any data is there: refused by `plugin install`.
fn refused() -> Vec<Attack> {
    let start =
        |body: &str| Attacker::of(Figures).with(&format!("(func $first {body}) (start $first)"));
    let not_text = "(i32.store8 (i32.load (i32.const 0x100000)) (i32.const 0xff))";
    let long = "x".repeat(201);
    let mut all = false_packages();
    all.extend([Figures, Document, Steps].into_iter().flat_map(|kind| greedy(kind, "describe")));
    all.extend([
        by("loops at its start", &start(FOREVER), &["was stopped in its start", "after 1 s"]),
        by("crashes at its start", &start("unreachable"), &["crashed in its start"]),
        by("more memory than allowed", &start("").with("(table 9000000 funcref)"), &["to start"]),
        by(
            "a text that is no text",
            &Attacker::of(Figures).spoiling("describe", not_text),
            &["utf-8"],
        ),
        by(
            "a label too long",
            &Attacker::of(Figures).described(figures(&long, [0, 1])),
            &["201 bytes"],
        ),
        by(
            "a label over the screen",
            &Attacker::of(Figures).described(figures("\u{1b}[2J", [0, 1])),
            &["cannot be shown"],
        ),
        by(
            "a phrase over the screen",
            &Attacker::of(Document).described(composition("a\u{202e}b")),
            &["cannot be shown"],
        ),
        by(
            "the least above the most",
            &Attacker::of(Figures).described(figures("x", [1, 0])),
            &["above the most"],
        ),
        by(
            "a gigabyte of labels",
            &Attacker::of(Figures)
                .spoiling("describe", "(i32.store (i32.const 0x100014) (i32.const 50000000))"),
            &["gave a wrong answer to `describe`"],
        ),
    ]);
    all
}

/// A megabyte of text, four thousand times over.
const GIGABYTE: &str = "(local $i i32)
    (loop $next
      (i32.store offset=0x200000 (i32.shl (local.get $i) (i32.const 3)) (i32.const 0x100000))
      (i32.store offset=0x200004 (i32.shl (local.get $i) (i32.const 3)) (i32.const 500000))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))
        (i32.const 4000))))
    (i32.store (i32.const 36) (i32.const 0x200000)) (i32.store (i32.const 40) (i32.const 4000))
    (i32.const 32)";

/// Everything that goes wrong with figures in a run: stopped by `report run`.
fn stopped() -> Vec<Attack> {
    let wrong = |name: &str, body: &str, says: &str| {
        let attacker = Attacker::of(Figures).spoiling("push", body);
        by(name, &attacker, &["gave a wrong answer to `push`", says])
    };
    let told = "(i32.store8 (i32.const 16) (i32.const 1))
        (i32.store (i32.const 20) (i32.const 0x300000)) (i32.store (i32.const 24) (i32.const 6))
        (i64.store (i32.const 0x300000) (i64.const 0x6d5b1b646572))";
    let unreadable = told.replace("0x6d5b1b646572", "0xff");
    let mut all = [greedy(Figures, "begin"), greedy(Figures, "push")].concat();
    all.extend([
        by("a gigabyte of output", &Attacker::of(Figures).doing("push", GIGABYTE), &[
            "returned more than 8388608 bytes from `push`",
        ]),
        wrong("a list longer than memory", "(i32.store (i32.const 68) (i32.const 1000000000))", ""),
        wrong("a list outside of memory", "(i32.store (i32.const 64) (i32.const -2))", "bounds"),
        wrong("a list that is not aligned", "(i32.store (i32.const 64) (i32.const 1))", "aligned"),
        wrong(
            "a label too many",
            "(i32.store (i32.const 68) (i32.add (local.get $rows) (i32.const 1)))",
            "labels of dimension 0 for",
        ),
        wrong("a dimension too few", "(i32.store (i32.const 40) (i32.const 0))", "0 dimensions"),
        wrong("a measure too few", "(i32.store (i32.const 48) (i32.const 1))", "1 measures instead"),
        wrong("a value too few", "(i32.store (i32.const 156) (i32.const 0))", "0 values instead"),
        wrong(
            "a label that there is not",
            "(i32.store16 (i32.const 0x300000) (i32.const 5))",
            "label 5 of dimension 0",
        ),
        wrong("a variant that there is not", "(i32.store8 (i32.const 32) (i32.const 7))", "discriminant"),
        wrong(
            "more counted than it was shown",
            "(i64.store (i32.const 0x320000) (i64.const -1))
             (i32.store (i32.const 128) (i32.const 0x320000)) (i32.store (i32.const 132) (i32.const 1))",
            "a bit past the last",
        ),
        wrong(
            "a count of its own",
            "(i32.store (i32.const 136) (i32.const 0x310000)) (i32.store (i32.const 140) (i32.const 1))",
            "1 values instead of 0",
        ),
        by("words that are no text", &Attacker::of(Figures).spoiling("begin", &unreadable), &["utf-8"]),
        by("words over the screen", &Attacker::of(Figures).spoiling("begin", told), &["reported: red"]),
    ]);
    all
}

/// Everything that goes wrong with documents in a run: stopped by `report run`.
fn stopped_documents() -> Vec<Attack> {
    let block = |place, value| document(vec![Value::case(place, value)]);
    let writes = |name: &str, answer: Value, says: &str| {
        let attacker = Attacker::of(Document).answering(answer);
        by(name, &attacker, &["gave a wrong answer to `finish`", says])
    };
    let own = |text: &str| Value::case(3, Value::text(text));
    let phrase = |place| Value::case(0, Value::Number(place));
    let finding = Value::Record([0, 0, 9, 1].map(Value::Number).into());
    let figure = |scale| {
        let number = [Value::Number(1), Value::Number(scale), Value::none()];
        Value::Record(vec![phrase(0), Value::Record(number.into()), Value::none()])
    };
    let picture = Value::Record(vec![
        Value::Number(3),
        Value::List(vec![Value::Number(0)]),
        Value::Case(0, None),
    ]);
    let mut all: Vec<Attack> = ["begin", "push", "finish", "save", "merge"]
        .into_iter()
        .flat_map(|function| greedy(Document, function))
        .collect();
    all.extend([
        writes("a phrase that there is not", block(1, phrase(7)), "phrase"),
        writes("words over the screen", block(1, own("\u{1b}[2J")), "cannot be shown"),
        writes("more words than allowed", block(1, own(&"x".repeat(201))), "201 bytes"),
        writes("a number too exact", block(5, figure(7)), "scale"),
        writes("a picture of no table", block(6, picture), "table"),
        writes("a record that there is not", block(7, Value::List(vec![finding])), "field"),
        writes(
            "more blocks than allowed",
            document((0..1_001).map(|_| Value::case(1, phrase(0))).collect()),
            "1001",
        ),
        by(
            "a document of a gigabyte",
            &Attacker::of(Document)
                .spoiling("finish", "(i32.store (i32.const 0x200008) (i32.const 20000000))"),
            &["gave a wrong answer to `finish`"],
        ),
    ]);
    all
}

/// Everything that goes wrong with proposals in a run: stopped by `task propose`.
fn stopped_proposals() -> Vec<Attack> {
    let says = |name: &str, attacker: Attacker, says: &str| {
        by(name, &attacker, &["gave a wrong answer to `push`", says])
    };
    let proposing = |row, step| Attacker::of(Steps).answering(proposal(row, step));
    let mut all = [greedy(Steps, "begin"), greedy(Steps, "push")].concat();
    all.extend([
        says("a case that there is not", proposing(999, 0), "row"),
        says("a step that there is not", proposing(0, 9), "step"),
        says("a proposal for no case", proposing(0, 0).reading("contacts"), "not `cases`"),
    ]);
    all
}

/// Records with a good plugin, and all that is looked at to see that an attack left nothing behind.
struct Arena {
    workspace: Workspace,
    /// What the good plugin says.
    good: String,
    /// Every file, and the length of those that are not the program's own.
    files: Vec<(PathBuf, u64)>,
}

impl Arena {
    fn new() -> Self {
        let workspace = Workspace::example_with_comparison();
        workspace.file("attack.tridem", "");
        for folder in ["home", "temporary"] {
            fs_err::create_dir(workspace.path(folder)).unwrap();
        }
        let mut arena = Self { workspace, good: String::new(), files: Vec::new() };
        arena.good = arena.good_run();
        arena.files = arena.listing();
        arena
    }

    /// Runs the program, with every folder it could think of in the folder that is looked at.
    fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = self.workspace.command(arguments);
        command.env("HOME", self.workspace.path("home"));
        command.env("TMPDIR", self.workspace.path("temporary"));
        // As on a terminal: otherwise what controls one would be taken out before it is looked at.
        command.env("CLICOLOR_FORCE", "1");
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let own = ["\u{1b}[1;31m", "\u{1b}[0m"];
        let stderr = own.iter().fold(text(output.stderr), |said, own| said.replace(own, ""));
        let code = output.status.code().unwrap_or(-1);
        Ran { code, stdout: text(output.stdout), stderr }
    }

    fn good_run(&self) -> String {
        let ran = self.run(&["report", "run", COMPARISON, "--year", "2025/26", "--format", "json"]);
        ran.success().stdout
    }

    fn listing(&self) -> Vec<(PathBuf, u64)> {
        let mut found = Vec::new();
        walk(&self.workspace.path(""), &mut found);
        // The attack itself; and what the program may write to.
        let records = self.workspace.path("records");
        for (path, length) in &mut found {
            if path.ends_with("attack.tridem") || path.starts_with(&records) {
                *length = 0;
            }
        }
        found.sort();
        found
    }

    /// The attack, as a file.
    fn file(&self, attack: &Attack) -> String {
        self.workspace.file("attack.tridem", &attack.package)
    }

    /// Installs the attack and grants it what it asks for.
    fn let_in(&self, attack: &Attack) {
        let file = self.file(attack);
        let installed = self.run(&["plugin", "install", &file]);
        assert_eq!(installed.code, 0, "{}: {}", attack.name, installed.stderr);
        self.run(&["plugin", "grant", SPY, "--all"]).success();
        self.run(&["plugin", "enable", SPY]).success();
    }

    /// It was refused, for this reason, in words that harm no terminal.
    fn was_stopped(attack: &Attack, ran: &Ran) {
        let Attack { name, says, .. } = attack;
        assert_eq!((ran.code, &*ran.stdout), (1, ""), "{name}: {}", ran.stderr);
        for part in says {
            assert!(ran.stderr.contains(part), "{name}: `{part}` in {}", ran.stderr);
        }
        assert!(ran.stderr.starts_with("error: "), "{name}: {}", ran.stderr);
        assert!(
            !ran.stderr.chars().any(|c| c.is_control() && c != '\n'),
            "{name}: {:?}",
            ran.stderr
        );
        assert!(!ran.stderr.contains("panicked"), "{name}: {}", ran.stderr);
    }

    /// Nothing is kept of it, and the good plugin runs as before.
    fn is_unharmed(&self, name: &str) {
        assert_eq!(self.listing(), self.files, "{name}: a file more or less");
        for above in self.workspace.path("").ancestors() {
            assert!(
                !above.join("tridem-was-here").exists(),
                "{name}: climbed to {}",
                above.display()
            );
        }
        assert!(self.good_run() == self.good, "{name}: the good plugin says something else");
        let listed = |line: &str| {
            let found = self.workspace.list(line);
            found.iter().any(|row| row.to_string().contains(SPY))
        };
        assert!(!listed("plugin list") && !listed("report list"), "{name}: something is kept");
    }

    /// Each attack is let in, runs, and is thrown out.
    fn stops(&self, attacks: &[Attack], command: &[&str]) {
        for attack in attacks {
            self.let_in(attack);
            Self::was_stopped(attack, &self.run(command));
            assert!(self.good_run() == self.good, "{}: beside it", attack.name);
            self.run(&["plugin", "remove", SPY]).success();
            self.is_unharmed(&attack.name);
        }
    }
}

fn walk(folder: &Path, found: &mut Vec<(PathBuf, u64)>) {
    for entry in fs_err::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, found);
        }
        found
            .push((path, if entry.path().is_file() { entry.metadata().unwrap().len() } else { 0 }));
    }
}

const REPORT: [&str; 5] = ["report", "run", SPY, "--year", "2025/26"];

#[test]
fn what_attacks_before_it_is_let_in_is_refused() {
    let arena = Arena::new();
    for attack in refused() {
        let file = arena.file(&attack);
        Arena::was_stopped(&attack, &arena.run(&["plugin", "inspect", &file]));
        Arena::was_stopped(&attack, &arena.run(&["plugin", "install", &file]));
        arena.is_unharmed(&attack.name);
    }
}

#[test]
fn figures_that_attack_are_stopped() {
    Arena::new().stops(&stopped(), &REPORT);
}

#[test]
fn documents_that_attack_are_stopped() {
    Arena::new().stops(&stopped_documents(), &REPORT);
}

#[test]
fn proposals_that_attack_are_stopped() {
    Arena::new().stops(&stopped_proposals(), &["task", "propose", SPY, "--year", "2025/26"]);
}

/// The cells of the row that stands for everything, in a report for the team.
fn cells(arena: &Arena) -> Vec<Option<i64>> {
    let mut command = REPORT.to_vec();
    command.extend(["--audience", "work", "--format", "json"]);
    let report: serde_json::Value =
        serde_json::from_str(&arena.run(&command).success().stdout).unwrap();
    let cells = report.pointer("/sections/0/tables/0/rows/0/cells").unwrap().as_array().unwrap();
    cells.iter().map(|cell| cell["units"].as_i64()).collect()
}

#[test]
fn words_that_attack_are_shown_as_words() {
    let arena = Arena::new();
    for word in
        ["<script>alert(1)</script>", "=1+1", "@SUM(A1)", "\"><img src=x onerror=1>", "{{x}}"]
    {
        let attacker = Attacker::of(Figures).described(figures(word, [0, 1]));
        arena.let_in(&by(word, &attacker, &[]));
        let shown = |format: &str| {
            let mut command = REPORT.to_vec();
            command.extend(["--audience", "work", "--format", format]);
            arena.run(&command).success().stdout
        };
        let page = shown("html");
        assert!(!page.contains("<script>alert") && !page.contains("<img"), "{word}: {page}");
        let escaped = word.replace('&', "&amp;").replace('<', "&lt;");
        let begin = escaped.split(['>', '"', '=']).find(|part| !part.is_empty()).unwrap();
        assert!(page.contains(begin), "{word} is not there: {page}");
        let sheet = shown("csv");
        let fields = sheet.split(['\n', ',']);
        let harmful = fields.filter(|field| {
            field.trim_start_matches('"').starts_with(['=', '@', '+', '-'])
                && field.contains(&word[..2])
        });
        assert_eq!(harmful.count(), 0, "{word}: {sheet}");
        if word.starts_with(['=', '@']) {
            assert!(sheet.contains(&format!("'{word}")), "{word}: {sheet}");
        }
        arena.run(&["plugin", "remove", SPY]).success();
    }
    assert_eq!(arena.good_run(), arena.good);
}

#[test]
fn values_without_measure_are_clipped_and_no_number_is_the_same_everywhere() {
    let arena = Arena::new();
    let worth = |value: &str| {
        format!(
            "(local $i i32)
             (loop $next
               (i64.store offset=0x310000 (i32.shl (local.get $i) (i32.const 3)) {value})
               (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))
                 (local.get $rows))))"
        )
    };
    let attacker = |value: &str, bounds| {
        let body = format!("{} {} (i32.const 32)", worth(value), crate::attacker::CLASSIFY);
        Attacker::of(Figures).described(figures("x", bounds)).doing("push", &body)
    };
    let mut seen = Vec::new();
    for (value, bounds) in [
        ("(i64.const 0x7fffffffffffffff)", [-5, 5]),
        ("(i64.const 0x8000000000000000)", [-5, 5]),
        // What no number is made of, and the sign of it, differs between processors.
        ("(i64.reinterpret_f64 (f64.div (f64.const 0) (f64.const 0)))", [-5, 5]),
        ("(i64.const 0x7fffffffffffffff)", [i64::MIN, i64::MAX]),
    ] {
        arena.let_in(&by(value, &attacker(value, bounds), &[]));
        seen.push(cells(&arena));
        arena.run(&["plugin", "remove", SPY]).success();
    }
    let [most, least, no_number, huge] = seen.try_into().unwrap();
    let rows = most[0].filter(|rows| *rows > 1);
    assert_eq!(most, [rows, rows.map(|rows| 5 * rows)]);
    assert_eq!(least, [rows, rows.map(|rows| -5 * rows)]);
    // It counts as a large number, on every machine.
    assert_eq!(no_number, most);
    // A sum past all numbers is not shown as another one.
    assert_eq!(huge, [rows, None]);
    assert_eq!(arena.good_run(), arena.good);
}
