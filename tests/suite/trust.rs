//! Who signed a package, and what that lets it do: over real records, and over invented ones.

use snapbox::{assert_data_eq, str};
use tridem::plugin::pack;

use crate::guest::{SPY, Telling, component, files, manifest};
use crate::support::{COMPARISON, Workspace, comparison_package, root};

const RUN: [&str; 5] = ["report", "run", COMPARISON, "--year", "2025/26"];

/// The number of the demo key.
const DEMO: &str = "675CFAC948D618B5";

fn comparison() -> String {
    comparison_package().to_str().unwrap().to_owned()
}

/// A package that nobody signed.
fn unsigned(workspace: &Workspace) -> String {
    let manifest = manifest("contacts", &["day"], &[], false);
    let package = pack(&manifest, &files(component("contacts", Telling::Fields))).unwrap();
    workspace.file("spy.tridem", package)
}

/// A new pair of keys without a password: the files of the public and the secret one.
fn keys(workspace: &Workspace, name: &str) -> (String, String) {
    workspace.run(&["plugin", "keygen", "--out", name, "--no-password"]).success();
    (format!("{name}.pub"), format!("{name}.key"))
}

fn add<'a>(key: &'a str, prefix: &'a str, until: &'a str) -> [&'a str; 10] {
    ["plugin", "trust", "add", key, "--owner", "Beispielwerk", "--prefix", prefix, "--until", until]
}

#[test]
fn over_real_records_nothing_runs_that_nobody_signed() {
    let workspace = Workspace::real();
    let file = unsigned(&workspace);
    workspace
        .run(&["plugin", "install", &file])
        .refused()
        .saying(&["plugin `org.example.spy` may not run here, unsigned", "init --development"]);
    let ran = workspace.run(&["plugin", "verify", &file]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stdout.contains("Signature: unsigned."), "{}", ran.stdout);
    // A good signature of somebody nobody here knows is worth no more.
    workspace.run(&["plugin", "install", &comparison()]).refused().saying(&[
        "invalid signature",
        &format!("nobody here knows the key {DEMO}"),
        "trust add",
    ]);
    assert_eq!(workspace.list("plugin list"), [0; 0]);

    let invented = Workspace::new();
    let file = unsigned(&invented);
    invented.run(&["plugin", "verify", &file]).success();
    invented.run(&["plugin", "install", &file]).success();
    invented.run(&["plugin", "install", &comparison()]).success();
    let statuses: Vec<_> =
        invented.list("plugin list").iter().map(|row| row["signature"].clone()).collect();
    assert_eq!(statuses, ["unsigned", "invalid"]);
}

#[test]
fn real_records_never_become_invented_ones() {
    let workspace = Workspace::real();
    workspace
        .run(&["init", "--municipality", "Musterstadt", "--development"])
        .refused()
        .saying(&["already"]);
    workspace.run(&["plugin", "install", &unsigned(&workspace)]).refused();
    let db = crate::demo::open(&workspace.path("records"));
    let error = db.execute("INSERT INTO development (only) VALUES (1)", []).unwrap_err();
    assert!(error.to_string().contains("cannot become"), "{error}");
}

#[test]
fn a_trusted_signature_lets_a_plugin_run_until_it_is_trusted_no_more() {
    let workspace = Workspace::real().trusting_the_demo_key().with_comparison();
    assert_eq!(workspace.list("plugin list")[0]["signature"], "signed");
    workspace.run(&RUN).success();
    workspace.say("plugin trust remove 0000000000000000").refused().saying(&["trust list"]);
    workspace.say(&format!("plugin trust remove {DEMO}")).success();
    workspace.say(&format!("plugin trust remove {DEMO}")).refused();
    assert_eq!(workspace.list("plugin trust list"), [0; 0]);
    workspace.run(&RUN).refused().saying(&[COMPARISON, "nobody here knows the key"]);
    // It is still there to be looked at.
    let looked = workspace.say(&format!("plugin inspect {COMPARISON}")).success().stdout;
    assert!(looked.contains("Signature: invalid signature."), "{looked}");
    let _ = workspace.trusting_the_demo_key().run(&RUN).success();
}

#[test]
fn a_key_counts_for_its_ids_and_until_its_day() {
    let workspace = Workspace::real();
    let key = root().join("plugins/demo.pub").to_str().unwrap().to_owned();
    for (prefix, word) in [("org", "two parts"), ("*", "`*`"), ("", "``")] {
        workspace.run(&add(&key, prefix, "2099-12-31")).refused().saying(&[word]);
    }
    workspace.run(&add("no-such-file", "org.tridem.", "2099-12-31")).refused();
    let secret = root().join("plugins/demo.key").to_str().unwrap().to_owned();
    workspace
        .run(&add(&secret, "org.tridem.", "2099-12-31"))
        .refused()
        .saying(&["not a public key"]);
    workspace.run(&add(&key, "org.tridem.", "someday")).misused();
    assert_eq!(workspace.list("plugin trust list"), [0; 0]);

    let install = ["plugin", "install", &comparison()].map(str::to_owned);
    let install = install.each_ref().map(String::as_str);
    workspace.run(&add(&key, "org.tridem-two.", "2099-12-31")).success();
    workspace.run(&install).refused().saying(&["may sign only what begins with `org.tridem-two.`"]);
    workspace.run(&add(&key, "org.tridem.", "2020-01-31")).success();
    workspace.run(&add(&key, "org.tridem", "2099-01-31")).refused().saying(&["already"]);
    workspace.run(&install).refused().saying(&["of Beispielwerk was good until 2020-01-31 only"]);
    // The line in base64 is as good as the file.
    let line = fs_err::read_to_string(&key).unwrap().lines().nth(1).unwrap().to_owned();
    workspace.run(&add(&line, "org.tridem.school-comparison", "2099-12-31")).success();
    workspace.run(&install).success();
    let rows = workspace.list("plugin trust list");
    assert_eq!(rows.len(), 3);
    assert_eq!(
        (&rows[0]["name"], &rows[0]["until"]),
        (&DEMO.into(), &"2099-12-31".into()),
        "{rows:?}"
    );
}

#[test]
fn a_revoked_key_stops_what_it_signed_for_good_even_over_invented_data() {
    for workspace in [Workspace::real(), Workspace::new()] {
        let workspace = workspace.trusting_the_demo_key().with_comparison();
        workspace.run(&RUN).success();
        let revoke = ["plugin", "trust", "revoke", DEMO, "--reason"];
        workspace.run(&[&revoke[..], &[" "]].concat()).refused();
        workspace.run(&[&revoke[..], &["Zaunkoenig"]].concat()).success();
        workspace.run(&[&revoke[..], &["again"]].concat()).refused().saying(&["already"]);
        workspace.run(&RUN).refused().saying(&["may not run here, revoked", "Zaunkoenig"]);
        assert_eq!(workspace.list("plugin list")[0]["signature"], "revoked");
        let looked = workspace.say(&format!("plugin inspect {COMPARISON}")).success().stdout;
        assert!(looked.contains("Signature: revoked."), "{looked}");
        workspace.say(&format!("plugin remove {COMPARISON}")).success();
        workspace.run(&["plugin", "install", &comparison()]).refused().saying(&["revoked"]);
        workspace.say(&format!("plugin trust remove {DEMO}")).success();
        let key = root().join("plugins/demo.pub");
        let key = key.to_str().unwrap();
        workspace.run(&add(key, "org.tridem.", "2099-12-31")).refused().saying(&["stays so"]);
        // Neither reasons nor owners are words for the audit.
        let audit = workspace.say("audit list --format json").success().stdout;
        assert!(audit.contains("trust.revoke") && audit.contains("trust.add"), "{audit}");
        assert!(!audit.contains("Zaunkoenig") && !audit.contains("Tridem Demo"), "{audit}");
    }
}

#[test]
fn a_revoked_package_does_not_come_back_with_another_signature() {
    let workspace = Workspace::new();
    let file = unsigned(&workspace);
    workspace.run(&["plugin", "install", &file]).success();
    let digest = workspace.list("plugin list")[0]["sha256"].as_str().unwrap().to_owned();
    let revoke = ["plugin", "trust", "revoke", &digest, "--reason", "wrong numbers"];
    let said = workspace.run(&revoke).success().stdout;
    assert_eq!(said.lines().count(), 2, "the package and its manifest: {said}");
    workspace
        .run(&["report", "run", SPY, "--year", "2025/26"])
        .refused()
        .saying(&["the package has been revoked", "wrong numbers"]);
    workspace.say(&format!("plugin remove {SPY}")).success();
    let (public, secret) = keys(&workspace, "mine");
    workspace.run(&add(&public, "org.example.", "2099-12-31")).success();
    workspace.run(&["plugin", "sign", &file, "--key", &secret]).success();
    workspace.run(&["plugin", "verify", &file, "--key", &public]).success();
    workspace.run(&["plugin", "install", &file]).refused().saying(&["revoked"]);
    assert_eq!(workspace.list("plugin trust list").len(), 3);
}

#[test]
fn two_signatures_are_those_of_two_keys() {
    let workspace = Workspace::real();
    let file = unsigned(&workspace);
    let [(first, first_secret), (second, second_secret)] =
        ["first", "second"].map(|name| keys(&workspace, name));
    for key in [&first, &second] {
        workspace.run(&add(key, "org.example.", "2099-12-31")).success();
    }
    workspace.say("plugin trust two-signatures maybe").misused();
    workspace.say("plugin trust two-signatures on").success();
    let sign = |secret: &str, second: &[&str]| {
        workspace.run(&[&["plugin", "sign", &file, "--key", secret], second].concat())
    };
    sign(&first_secret, &["--second"]).refused().saying(&["no first one"]);
    sign(&first_secret, &[]).success();
    let install = || workspace.run(&["plugin", "install", &file]);
    install().refused().saying(&["two signatures with different keys are needed"]);
    sign(&first_secret, &["--second"]).success();
    install().refused().saying(&["two signatures with different keys are needed"]);
    sign(&second_secret, &["--second"]).success();
    install().success();
    let looked = workspace.say(&format!("plugin inspect {SPY}")).success().stdout;
    assert_eq!(looked.matches("  by Beispielwerk, key ").count(), 2, "{looked}");
}

#[test]
fn a_rule_made_later_holds_for_what_is_installed() {
    let workspace = Workspace::real().trusting_the_demo_key().with_comparison();
    workspace.say("plugin trust two-signatures on").success();
    assert_eq!(workspace.list("plugin trust list")[1]["kind"], "two-signatures");
    workspace.run(&RUN).refused().saying(&["only one counts"]);
    workspace.say("plugin trust two-signatures off").success();
    workspace.run(&RUN).success();
}

#[test]
fn what_was_changed_after_it_was_signed_runs_nowhere() {
    let workspace = Workspace::new().trusting_the_demo_key();
    let good = fs_err::read(comparison_package()).unwrap();
    let place = good.windows(8).position(|part| part == b"contacts").unwrap();
    let mut changed = good.clone();
    changed[place] ^= 1;
    let appended = [&good[..], b"more"].concat();
    for bytes in [changed, appended] {
        let file = workspace.file("changed.tridem", bytes);
        for command in ["verify", "install"] {
            let ran = workspace.run(&["plugin", command, &file]);
            assert_eq!(ran.code, 1, "{}", ran.stdout);
            assert!(
                ran.stderr.starts_with("error: ") && !ran.stdout.contains("Signature: signed"),
                "{}",
                ran.stdout
            );
        }
    }
    // The signature of one package in another: its manifest is a different one.
    let (public, secret) = keys(&workspace, "mine");
    workspace.run(&add(&public, "org.example.", "2099-12-31")).success();
    let file = unsigned(&workspace);
    workspace.run(&["plugin", "sign", &file, "--key", &secret]).success();
    let limits = tridem::plugin::OperatorLimits::default();
    let read = |bytes: &[u8]| tridem::plugin::Package::read(bytes, &limits).unwrap();
    let signature = read(&fs_err::read(&file).unwrap()).signatures.remove(0);
    let other = manifest("contacts", &["day", "kind"], &[], false);
    let other = pack(&other, &files(component("contacts", Telling::Fields))).unwrap();
    let moved = read(&other).with_signature(tridem::plugin::Signer::First, signature).unwrap();
    let file = workspace.file("moved.tridem", moved);
    workspace
        .run(&["plugin", "install", &file])
        .refused()
        .saying(&["may not run here, modified", "is one of another manifest"]);
    let ran = workspace.run(&["plugin", "verify", &file]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("Signature: modified."), "{}", ran.stdout);
    assert_eq!(workspace.list("plugin list"), [0; 0]);
}

#[test]
fn a_package_says_who_signed_it() {
    let workspace = Workspace::real();
    let ran = workspace.run(&["plugin", "verify", &comparison()]);
    assert_eq!(ran.code, 1);
    let workspace = workspace.trusting_the_demo_key();
    assert_data_eq!(
        workspace.run(&["plugin", "verify", &comparison()]).success().stdout,
        str![[r"
org.tridem.school-comparison 1.0.1
Signature: signed. Those who may sign this plugin did, and no byte has changed since.
  by Tridem Demo, key 675CFAC948D618B5, for org.tridem.
Carries a signature with the key 675CFAC948D618B5: tridem org.tridem.school-comparison 1.0.1
SHA-256, package:  [..]
SHA-256, manifest: [..]

"]]
    );
    let german = workspace.in_german();
    let said = german.run(&["plugin", "verify", &comparison()]).success().stdout;
    assert!(said.contains("Signatur: signiert. Wer dieses Plugin signieren darf"), "{said}");
    // With a key at hand no records are needed.
    let nowhere = Workspace::empty();
    let key = root().join("plugins/demo.pub");
    nowhere.run(&["plugin", "verify", &comparison()]).refused().saying(&["no records"]);
    nowhere.run(&["plugin", "verify", &comparison(), "--key", key.to_str().unwrap()]).success();
    let (other, _) = keys(&nowhere, "other");
    let ran = nowhere.run(&["plugin", "verify", &comparison(), "--key", &other]);
    assert_eq!(ran.code, 1);
}

#[test]
fn keys_are_made_once_and_protected() {
    let workspace = Workspace::empty();
    let (public, secret) = keys(&workspace, "mine");
    let before = fs_err::read(workspace.path(&secret)).unwrap();
    workspace.say("plugin keygen --out mine --no-password").refused().saying(&["mine.key"]);
    assert_eq!(fs_err::read(workspace.path(&secret)).unwrap(), before);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode =
            |name: &str| fs_err::metadata(workspace.path(name)).unwrap().permissions().mode();
        assert_eq!((mode(&secret) & 0o777, mode(&public) & 0o777 & 0o022), (0o600, 0));
    }
    let password = |name: &str, text: &str| {
        let path = workspace.file(name, text);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let private = std::fs::Permissions::from_mode(0o600);
            fs_err::set_permissions(&path, private).unwrap();
        }
        path
    };
    let short = password("short", "short\n");
    let keygen = |file: &str| {
        workspace.run(&["plugin", "keygen", "--out", "locked", "--password-file", file])
    };
    keygen(&short).refused();
    let right = password("right", "a long enough password\n");
    keygen(&right).success();
    let file = unsigned(&workspace);
    let sign = |file_of_password: &str| {
        let key = ["--key", "locked.key", "--password-file", file_of_password];
        workspace.run(&[&["plugin", "sign", &file][..], &key].concat())
    };
    let wrong = password("wrong", "another long password\n");
    sign(&wrong).refused().saying(&["does not open the secret key"]);
    sign(&right).success();
    workspace.run(&["plugin", "verify", &file, "--key", "locked.pub"]).success();
    workspace
        .run(&["plugin", "sign", &file, "--key", "mine.pub"])
        .refused()
        .saying(&["not a secret key"]);
}

#[test]
fn a_signature_that_holds_is_kept_so_that_a_build_gives_the_same_bytes() {
    let workspace = Workspace::empty();
    let file = unsigned(&workspace);
    let (_, secret) = keys(&workspace, "mine");
    let (_, other) = keys(&workspace, "other");
    let sign = |key: &str, like: &str, out: &str| {
        let rest = ["--key", key, "--like", like, "--out", out];
        workspace.run(&[&["plugin", "sign", &file][..], &rest].concat()).success();
        fs_err::read(workspace.path(out)).unwrap()
    };
    let first = sign(&secret, "nowhere", "first.tridem");
    assert_ne!(sign(&secret, "nowhere", "second.tridem"), first);
    assert_eq!(sign(&secret, "first.tridem", "third.tridem"), first);
    assert_ne!(sign(&other, "first.tridem", "fourth.tridem"), first);
}

#[test]
fn trust_is_for_those_who_act_for_all_schools() {
    let workspace = Workspace::example();
    let key = root().join("plugins/demo.pub").to_str().unwrap().to_owned();
    let add = add(&key, "org.tridem.", "2099-12-31");
    workspace.run(&[&["--as", "sa1"][..], &add].concat()).refused().saying(&["`sa1`"]);
    for line in [
        format!("--as sa1 plugin trust remove {DEMO}"),
        format!("--as sa1 plugin trust revoke {DEMO} --reason x"),
        "--as sa1 plugin trust two-signatures on".to_owned(),
    ] {
        workspace.say(&line).refused().saying(&["`sa1`"]);
    }
    assert_eq!(workspace.list("plugin trust list"), [0; 0]);
}
