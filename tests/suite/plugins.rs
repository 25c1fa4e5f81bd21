//! Plugins from package to report: looked at, installed, granted, run, revoked, removed.

use snapbox::{assert_data_eq, str};

use crate::guest::{SPY, Telling, advisor, component, files, forged, manifest};
use crate::support::{COMPARISON, Workspace, comparison_package};

const RUN: [&str; 5] = ["report", "run", COMPARISON, "--year", "2025/26"];

/// The package of the reference plugin.
fn package() -> Vec<u8> {
    fs_err::read(comparison_package()).unwrap()
}

#[test]
fn what_is_no_whole_package_is_refused_and_not_kept() {
    let workspace = Workspace::new();
    let good = package();
    let changed = |place: usize| {
        let mut bytes = good.clone();
        bytes[place] ^= 1;
        bytes
    };
    let half = good.len() / 2;
    for (name, bytes) in [
        ("empty", Vec::new()),
        ("text", b"not a package\n".to_vec()),
        ("truncated", good[..half].to_vec()),
        ("changed in the middle", changed(half)),
        ("changed near its begin", changed(100)),
        ("changed near its end", changed(good.len() - 30)),
        ("a bare component", component("contacts", Telling::Fields)),
    ] {
        let file = workspace.file("plugin.tridem", bytes);
        for command in ["inspect", "install"] {
            let ran = workspace.run(&["plugin", command, &file]);
            assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{name}: {}", ran.stderr);
            assert!(ran.stderr.starts_with("error: "), "{name}: {}", ran.stderr);
        }
    }
    workspace.say("plugin install nowhere.tridem").refused().saying(&["`nowhere.tridem`"]);
    assert_eq!(workspace.list("plugin list"), [0; 0]);
}

/// Not one byte of a package can be changed unnoticed: what the archive does not check, it does.
#[test]
fn no_changed_byte_makes_another_package_of_the_same_name() {
    let limits = tridem::plugin::OperatorLimits::default();
    let good = package();
    let whole = tridem::plugin::Package::read(&good, &limits).unwrap();
    for place in (0..good.len()).step_by(211) {
        let mut bytes = good.clone();
        bytes[place] ^= 0x10;
        // Dates and the like carry nothing; whatever is read has to be the same.
        if let Ok(read) = tridem::plugin::Package::read(&bytes, &limits) {
            assert_eq!((&read.manifest, &read.files), (&whole.manifest, &whole.files), "{place}");
            assert!(read.component == whole.component && read.sha256 != whole.sha256, "{place}");
        }
    }
}

#[test]
fn a_plugin_that_imports_functions_is_refused_with_all_it_imports() {
    let workspace = Workspace::new();
    let component = wat::parse_str(
        r#"(component
          (import "wasi:clocks/wall-clock@0.2.0" (instance (export "now" (func (result u64)))))
          (import "send" (func (param "to" string))))"#,
    )
    .unwrap();
    let manifest = manifest("contacts", &["day"], &[], false);
    let package = tridem::plugin::pack(&manifest, &files(component)).unwrap();
    let file = workspace.file("plugin.tridem", package);
    for command in ["inspect", "install"] {
        workspace.run(&["plugin", command, &file]).refused().saying(&[
            "imports code",
            "`wasi:clocks/wall-clock@0.2.0#now`",
            "`send`",
        ]);
    }
    assert_eq!(workspace.list("plugin list"), [0; 0]);
}

#[test]
fn a_plugin_that_says_it_is_another_is_refused() {
    let workspace = Workspace::new();
    let component = component("contacts", Telling::Fields);
    let other = manifest("contacts", &["day"], &[], false).replace(SPY, "org.example.harmless");
    let file = workspace.file("plugin.tridem", forged(&other, &component));
    workspace.run(&["plugin", "install", &file]).refused().saying(&["org.example.harmless", SPY]);
}

#[test]
fn a_plugin_is_looked_at_before_and_after_it_is_installed() {
    let workspace = Workspace::empty();
    let file = comparison_package();
    // Looking into a file needs no records.
    let looked = workspace.run(&["plugin", "inspect", file.to_str().unwrap()]).success().stdout;
    assert_data_eq!(
        &looked,
        str![[r"
org.tridem.school-comparison 1.0.1
School comparison, tandem and tridem
Contacts, households reached and time [..]

Licence:   Apache-2.0
By:        The Tridem authors
SHA-256:   [..]
Imports:   none. It can do nothing but compute: no network, no files, no clock, no random numbers.
At most:   20000 numbers a report and 100000 new ones a year that leave the team

Reads contacts: To count contacts, [..]
  [ ] contacts.school: School (open)
  [ ] contacts.day: Day (open)
  [ ] contacts.kind: Kind (open)
  [ ] contacts.team_form: Team form (open)
  [ ] contacts.attempt: Attempt (open)
  [ ] contacts.minutes: Duration (open)
  [ ] contacts.persons: Persons present (open)
  [ ] contacts.household: Household (number for counting) (pseudonymous)

Reads schools: To make schools of different sizes comparable: [..]
  [ ] schools.school: School (open)
  [ ] schools.accompanied: Accompanied pupils (open)
  [ ] schools.mediator_minutes: Mediator time (open)

Parameters
  written_contacts: Count messages and letters as contacts (default: true)

Tables
  Overview: Contacts, [..]
  Rates: Accompanied pupils, [..]
  Contacts by month: Contacts
  Contacts by kind: Contacts

Signature: key 675CFAC948D618B5; `tridem plugin verify` says whether it counts

"]]
    );
    let installed = Workspace::real().trusting_the_demo_key().with_comparison();
    let looked_again = installed.say(&format!("plugin inspect {COMPARISON}")).success().stdout;
    let state = looked_again.lines().find(|line| line.starts_with("State:")).unwrap();
    assert!(state.starts_with("State:     enabled, since "), "{state}");
    let looked_again = looked_again.replace(&format!("{state}\n"), "");
    let (facts, claim) = looked.split_once("Signature: ").unwrap();
    assert!(claim.starts_with("key"), "{claim}");
    let (facts_again, verdict) = looked_again.split_once("Signature: ").unwrap();
    assert_eq!(facts_again, facts.replace("[ ]", "[x]"));
    assert_data_eq!(
        verdict,
        str![[r"
signed. Those who may sign this plugin did, and no byte has changed since.
  by Tridem Demo, key 675CFAC948D618B5, for org.tridem.

"]]
    );
    installed
        .say("plugin inspect org.example.other")
        .refused()
        .saying(&["there is no plugin", "plugin list"]);
}

/// The sections of what `plugin inspect` says in which the plugin itself is heard.
fn own_words(workspace: &Workspace, file: &str, lang: &str) -> String {
    let said = workspace.run(&["--lang", lang, "plugin", "inspect", file]).success().stdout;
    let (_, said) = said.split_once("contacts.day").unwrap();
    said.split_once("\n\n").unwrap().1.to_owned()
}

#[test]
fn plugins_of_every_kind_are_looked_at_and_installed() {
    let workspace = Workspace::new();
    let package = |interfaces: &[&str]| {
        let manifest = manifest("contacts", &["day"], &[], false);
        let mut files = files(advisor(interfaces));
        files.insert("templates/invite.de.hbs".into(), b"Liebe {{household}}".to_vec());
        let package = tridem::plugin::pack(&manifest, &files).unwrap();
        workspace.file("advisor.tridem", package)
    };
    let reporting = package(&["compose"]);
    assert_eq!(
        own_words(&workspace, &reporting, "en"),
        "Checks\n  Without result (mistake)\n\nSignature: none\n"
    );
    workspace.run(&["plugin", "install", &reporting]).success();
    workspace.run(&["plugin", "remove", SPY]).success();

    let both = package(&["compose", "propose"]);
    assert_eq!(
        own_words(&workspace, &both, "de"),
        "Prüfungen\n  Ohne Ergebnis (Fehler)\n\nSchritte\n  Eltern anrufen (Briefe: invite)\n\n\
         Signatur: keine\n"
    );

    let workflow = package(&["propose"]);
    assert_eq!(
        own_words(&workspace, &workflow, "en"),
        "Steps\n  Call the parents (letters: invite)\n\nSignature: none\n"
    );
    workspace.run(&["plugin", "install", &workflow]).success();
    assert_eq!(workspace.list("plugin list").len(), 1);
    workspace.run(&["plugin", "grant", SPY, "--all"]).success();
    workspace.run(&["plugin", "enable", SPY]).success();
    workspace.run(&["report", "run", SPY, "--year", "2025/26"]).refused().saying(&[
        "makes no reports: it proposes what should be done next",
        &format!("tridem task propose {SPY}"),
    ]);
}

#[test]
fn one_version_is_installed_once() {
    let workspace = Workspace::new().with_comparison();
    workspace
        .run(&["plugin", "install", comparison_package().to_str().unwrap()])
        .refused()
        .saying(&["there is already a plugin `org.tridem.school-comparison 1.0.1`"]);
    let plugins = workspace.list("plugin list");
    assert_eq!(plugins.len(), 1);
    assert_eq!(plugins[0]["id"], COMPARISON);
    assert_eq!(
        (&plugins[0]["fields_granted"], &plugins[0]["fields_requested"]),
        (&11.into(), &11.into())
    );
    assert_eq!(plugins[0]["sha256"].as_str().unwrap().len(), 64);
}

#[test]
fn nothing_runs_without_a_grant_and_the_hint_is_the_way_to_it() {
    let workspace = Workspace::example();
    workspace.run(&RUN).refused().saying(&["there is no plugin"]);
    workspace.run(&["plugin", "install", comparison_package().to_str().unwrap()]).success();
    workspace.say(&format!("plugin grant {COMPARISON} schools.school contacts.day")).success();
    let ran = workspace.run(&RUN).refused().saying(&["needs `contacts.school`, `contacts.kind`"]);
    let hint = ran.stderr.split("run `tridem ").nth(1).unwrap().split('`').next().unwrap();
    assert!(hint.starts_with("plugin grant") && !hint.contains("contacts.day"), "{hint}");
    workspace.say(hint).success();
    workspace.run(&RUN).refused().saying(&["does not run: it is granted since", "plugin enable"]);
    workspace.say(&format!("plugin enable {COMPARISON}")).success();
    workspace.run(&RUN).success();

    workspace.say(&format!("plugin revoke {COMPARISON} contacts.household")).success();
    workspace.run(&RUN).refused().saying(&["needs `contacts.household`, which nobody has granted"]);
    workspace.say(&format!("plugin revoke {COMPARISON} --all")).success();
    assert_eq!(workspace.list("plugin list")[0]["fields_granted"], 0);
}

#[test]
fn what_was_not_asked_for_cannot_be_granted_and_nothing_else_is_with_it() {
    let workspace = Workspace::new();
    workspace.run(&["plugin", "install", comparison_package().to_str().unwrap()]).success();
    for field in ["contacts.topics", "contacts.shared_note", "pupils.name", "contacts", ""] {
        for command in ["grant", "revoke"] {
            workspace
                .run(&["plugin", command, COMPARISON, "contacts.day", field])
                .refused()
                .saying(&[&format!("does not ask for `{field}`"), "plugin inspect"]);
        }
    }
    assert_eq!(workspace.list("plugin list")[0]["fields_granted"], 0);
}

#[test]
fn a_removed_plugin_is_gone_with_its_grants_and_its_reports_stay() {
    let workspace = Workspace::example_with_comparison();
    workspace.run(&RUN).success();
    workspace.say("plugin remove org.example.other").refused().saying(&["there is no plugin"]);
    workspace.say(&format!("plugin remove {COMPARISON}@9.9.9")).refused();
    workspace.say(&format!("plugin remove {COMPARISON}")).success();
    assert_eq!(workspace.list("plugin list"), [0; 0]);
    workspace.run(&RUN).refused();
    let report = workspace.list("report list").remove(0);
    workspace.say(&format!("report show {}", report["id"].as_str().unwrap())).success();

    workspace.run(&["plugin", "install", comparison_package().to_str().unwrap()]).success();
    assert_eq!(workspace.list("plugin list")[0]["fields_granted"], 0, "a grant does not come back");
}

#[test]
fn a_parameter_must_exist_and_fit() {
    let workspace = Workspace::example_with_comparison();
    for (setting, reason) in [
        ("ranking=true", "`ranking` is not one of the plugin's: `written_contacts`"),
        ("written_contacts=maybe", "`written_contacts` must be `true` or `false`"),
        ("written_contacts=1", "`written_contacts` must be `true` or `false`"),
        ("written_contacts=", "`written_contacts` must be `true` or `false`"),
        ("written_contacts", "`written_contacts` has no value; write it as NAME=VALUE"),
    ] {
        let mut words = RUN.to_vec();
        words.extend(["--set", setting]);
        workspace.run(&words).refused().saying(&[reason]);
    }
    assert_eq!(
        workspace.list("report list"),
        [0; 0],
        "no report is kept of a run that was refused"
    );
    let mut words = RUN.to_vec();
    words.extend(["--set", "written_contacts=false"]);
    let report = workspace.run(&words).success().stdout;
    assert!(report.contains("Count messages and letters as contacts: no"), "{report}");
}

#[test]
fn a_damaged_compiled_plugin_is_compiled_again_without_a_word() {
    let workspace = Workspace::example_with_comparison();
    let run = || {
        let mut words = RUN.to_vec();
        words.extend(["--format", "json"]);
        let ran = workspace.run(&words).success();
        assert!(
            ran.stderr.starts_with("report ") && ran.stderr.lines().count() == 1,
            "{}",
            ran.stderr
        );
        ran.stdout
    };
    let first = run();
    let folder = workspace.path("records/compiled");
    let files: Vec<_> =
        fs_err::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let [file] = files.as_slice() else { panic!("{files:?}") };
    let compiled = fs_err::read(file).unwrap();

    let mut changed = compiled.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    let cut = compiled[..middle].to_vec();
    for bytes in [changed, cut, Vec::new(), b"rubbish".to_vec()] {
        fs_err::write(file, &bytes).unwrap();
        assert_eq!(run(), first);
        assert_ne!(fs_err::read(file).unwrap(), bytes, "the file was written anew");
        assert_eq!(run(), first);
    }
    fs_err::remove_dir_all(&folder).unwrap();
    assert_eq!(run(), first);
}
