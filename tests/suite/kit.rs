//! Tests of `tridem plugin new`, `check`, `test`, `run`, `bench` and `pack`, with plugins that are built.

use std::path::PathBuf;

use tridem::plugin::{OperatorLimits, Package};

use crate::guest::{SPY, Telling, component, files, manifest};
use crate::support::{Ran, Workspace, comparison_package, root};

/// A folder with a reference plugin as its author has it after `plugin build`: manifest, component
/// and one test.
fn project(workspace: &Workspace) -> PathBuf {
    let folder = workspace.path("visits");
    let bytes = fs_err::read(comparison_package()).unwrap();
    let package = Package::read(&bytes, &OperatorLimits::default()).unwrap();
    for part in ["build", "tests"] {
        fs_err::create_dir_all(folder.join(part)).unwrap();
    }
    fs_err::write(folder.join("build/plugin.wasm"), package.component).unwrap();
    let manifest = root().join("plugins/school-comparison/plugin.toml");
    fs_err::copy(manifest, folder.join("plugin.toml")).unwrap();
    fs_err::write(folder.join("tests/small.toml"), FIXTURE).unwrap();
    folder
}

/// Three contacts of one school, of which one is an attempt and one a letter; two households.
const FIXTURE: &str = r#"
period = { first = 2025-09-01, last = 2025-09-30 }

[schools]
100001 = "primary"

[rows.contacts]
school = ["100001", "100001", "100001"]
day = [2025-09-02, 2025-09-03, 2025-09-04]
kind = ["home-visit", "home-visit", "letter"]
team_form = ["tandem", "tandem", "solo"]
attempt = [false, true, false]
minutes = [30, 0, 15]
persons = [2, 0, 1]
household = ["a", "a", "b"]

[rows.schools]
school = ["100001"]
accompanied = [10]
mediator_minutes = [600]
"#;

/// A run that printed what it found, and that something has to be put right.
fn unsound(ran: Ran) -> Ran {
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    ran
}

fn text(path: &std::path::Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_new_plugin_is_never_written_over_anything() {
    let workspace = Workspace::empty();
    let folder = workspace.path("visits");
    let ran = workspace.run(&["plugin", "new", text(&folder)]).success();
    assert!(ran.stderr.contains("Next: tridem plugin build "), "{}", ran.stderr);
    let manifest = folder.join("plugin.toml");
    fs_err::write(&manifest, "mine").unwrap();
    let ran = workspace.run(&["plugin", "new", text(&folder)]).refused();
    assert!(ran.stderr.contains("nothing is ever overwritten"), "{}", ran.stderr);
    assert_eq!(fs_err::read_to_string(manifest).unwrap(), "mine");
}

#[test]
fn what_was_not_built_is_said_to_be_built_first() {
    let workspace = Workspace::empty();
    let folder = workspace.path("visits");
    workspace.run(&["plugin", "new", text(&folder)]).success();
    for command in ["check", "test", "run", "bench", "pack"] {
        let ran = workspace.run(&["plugin", command, text(&folder)]).refused();
        assert!(ran.stderr.contains("has not been built"), "{command}: {}", ran.stderr);
        assert!(ran.stderr.contains("`tridem plugin build "), "{command}: {}", ran.stderr);
    }
}

#[test]
fn a_plugin_without_its_tools_is_told_how_to_get_them() {
    let workspace = Workspace::empty();
    let folder = project(&workspace);
    fs_err::write(folder.join("pyproject.toml"), "").unwrap();
    let ran = workspace.run(&["plugin", "build", text(&folder)]).refused();
    assert!(ran.stderr.contains("`componentize-py` is missing"), "{}", ran.stderr);
    assert!(ran.stderr.contains("pip install componentize-py"), "{}", ran.stderr);
}

#[test]
fn a_test_tells_the_cell_that_differs_and_can_be_written_down_anew() {
    let workspace = Workspace::empty();
    let folder = project(&workspace);
    let golden = folder.join("tests/small.golden.json");
    let ran = unsound(workspace.run(&["plugin", "test", text(&folder)]));
    assert!(ran.stdout.contains("small: nothing expected"), "{}", ran.stdout);
    assert!(!golden.exists());

    workspace.run(&["plugin", "test", text(&folder), "--update"]).success();
    let ran = workspace.run(&["plugin", "test", text(&folder)]).success();
    assert!(ran.stdout.contains("small: passed"), "{}", ran.stdout);
    assert!(ran.stderr.contains("Next: tridem plugin pack "), "{}", ran.stderr);
    // Two contacts, the attempt apart, with 45 minutes and two households.
    let expected: serde_json::Value =
        serde_json::from_str(&fs_err::read_to_string(&golden).unwrap()).unwrap();
    let cells = &expected["metrics"]["tables"][0]["rows"][0]["cells"];
    assert_eq!((&cells["contacts"], &cells["households"]), (&"2".into(), &"2".into()), "{cells}");

    let changed =
        FIXTURE.replace("household = [\"a\", \"a\", \"b\"]", "household = [\"a\", \"a\", \"a\"]");
    fs_err::write(folder.join("tests/small.toml"), changed).unwrap();
    let ran = unsound(workspace.run(&["plugin", "test", text(&folder)]));
    let cell = "rows / 100001 / cells / households: expected `2`, found `1`";
    assert!(ran.stdout.contains(cell), "{}", ran.stdout);
    assert!(ran.stderr.contains("1 of 1 test failed"), "{}", ran.stderr);
}

#[test]
fn mistakes_of_a_test_are_told_at_once() {
    let workspace = Workspace::empty();
    let folder = project(&workspace);
    let wrong = FIXTURE.replace("\"letter\"", "\"dance\"").replace("mediator_minutes", "minutes");
    fs_err::write(folder.join("tests/small.toml"), wrong).unwrap();
    let ran = workspace.run(&["plugin", "test", text(&folder)]).refused();
    for part in ["has no `dance`", "rows.schools.minutes", "has no column `mediator_minutes`"] {
        assert!(ran.stderr.contains(part), "{part} in {}", ran.stderr);
    }
}

#[test]
fn a_manifest_that_does_not_fit_the_code_is_put_on_its_line() {
    let workspace = Workspace::empty();
    let folder = project(&workspace);
    let manifest = folder.join("plugin.toml");
    let good = fs_err::read_to_string(&manifest).unwrap();
    fs_err::write(&manifest, good.replace("version = \"1.0.1\"", "version = \"1.0.2\"")).unwrap();
    let ran = unsound(workspace.run(&["plugin", "check", text(&folder)]));
    assert!(ran.stdout.contains("plugin.toml:2: its version is `1.0.1`"), "{}", ran.stdout);
    assert!(ran.stderr.contains("1 error has to be put right"), "{}", ran.stderr);

    fs_err::write(&manifest, good.replace("\"household\"]", "\"household\", \"colour\"]")).unwrap();
    let ran = unsound(workspace.run(&["plugin", "check", text(&folder)]));
    assert!(ran.stdout.contains("there is no field `contacts.colour`"), "{}", ran.stdout);
}

#[test]
fn a_field_that_is_asked_for_and_not_used_is_noticed() {
    let workspace = Workspace::empty();
    let folder = project(&workspace);
    let ran = workspace.run(&["plugin", "check", text(&folder)]).success();
    assert!(!ran.stdout.contains("seems to make nothing of it"), "{}", ran.stdout);
    let manifest = folder.join("plugin.toml");
    let more = fs_err::read_to_string(&manifest).unwrap().replace(
        "\"persons\", \"household\"]",
        "\"persons\", \"household\"]\noptional = [\"interpreter\"]",
    );
    fs_err::write(&manifest, more).unwrap();
    let ran = workspace.run(&["plugin", "check", text(&folder)]).success();
    let what = "It asks for `contacts.interpreter` and seems to make nothing of it";
    assert!(ran.stdout.contains(what), "{}", ran.stdout);
    assert!(ran.stdout.contains("plugin.toml:16: in 2000 made-up rows"), "{}", ran.stdout);
}

#[test]
fn a_plugin_that_gives_no_result_fails_nothing_but_its_check() {
    let workspace = Workspace::empty();
    let manifest = manifest("contacts", &["school"], &[], false);
    let package = tridem::plugin::pack(&manifest, &files(component("contacts", Telling::Fields)));
    let file = workspace.file("spy.tridem", package.unwrap());
    let ran = workspace.run(&["plugin", "check", &file]).success();
    assert!(ran.stdout.contains("With no rows it gives no result"), "{}", ran.stdout);
    assert!(ran.stdout.contains(&format!("for its author: with no rows: plugin `{SPY}` reported")));
}

#[test]
fn made_up_rows_are_the_same_for_a_seed() {
    let workspace = Workspace::empty();
    let package = comparison_package();
    let run = |more: &[&str]| {
        let all = [&["plugin", "run", text(&package), "--rows", "300"], more].concat();
        workspace.run(&all).success().stdout
    };
    let first = run(&[]);
    assert!(first.contains("working version"), "{first}");
    assert_eq!(run(&["--seed", "1"]), first);
    assert_ne!(run(&["--seed", "2"]), first);
    assert_ne!(run(&["--set", "written_contacts=false"]), first);
    let ran = workspace
        .run(&["plugin", "run", text(&package), "--set", "written_contacts=perhaps"])
        .refused();
    assert!(ran.stderr.contains("must be `true` or `false`"), "{}", ran.stderr);
}

#[test]
fn a_measurement_says_that_it_is_one_of_this_machine() {
    let workspace = Workspace::empty();
    let package = comparison_package();
    let ran = workspace.run(&["plugin", "bench", text(&package), "--rows", "500"]).success();
    assert!(ran.stderr.contains("Measured on this machine"), "{}", ran.stderr);
    assert!(ran.stdout.contains("million rows a second"), "{}", ran.stdout);
    // 500 contacts and nine schools, which is as many as a made-up city has.
    assert!(ran.stdout.contains("rows in a run                  509"), "{}", ran.stdout);
}

#[test]
fn a_package_goes_into_the_folder_build_under_its_id_and_version() {
    let workspace = Workspace::empty();
    let folder = project(&workspace);
    let ran = workspace.run(&["plugin", "pack", text(&folder)]).success();
    let package = folder.join("build/org.tridem.school-comparison-1.0.1.tridem");
    assert!(ran.stderr.contains("Next: tridem plugin sign "), "{}", ran.stderr);
    let bytes = fs_err::read(package).unwrap();
    let package = Package::read(&bytes, &OperatorLimits::default()).unwrap();
    assert_eq!(package.files.keys().collect::<Vec<_>>(), ["tests/small.toml"]);
}
