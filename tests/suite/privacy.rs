//! What nobody may see: fields that were not granted, private text, names.

use std::collections::BTreeSet;
use std::path::Path;

use tridem::domain::{Batch, Dictionary, SchoolYear, Scope, Sensitivity};
use tridem::plugin::{OperatorLimits, Package, pack};
use tridem::store::{ColumnsError, ColumnsRequest, DatabaseKey, Numbering, Store};

use crate::demo::city;
use crate::guest::{SPY, Telling, component, files, forged, manifest, spy};
use crate::support::{COMPARISON, Workspace};

/// Opens records through the library.
pub(crate) fn store(dir: &Path) -> Store {
    let key = DatabaseKey::read_file(&dir.join("tridem.key")).unwrap();
    Store::open(&dir.join("tridem.db"), &key).unwrap()
}

/// Both ways of seeing what reaches a plugin: the names it is told and the columns it is handed.
#[track_caller]
fn sees(dataset: &str, optional: &str, granted: &[&str], names: &str) {
    let workspace = Workspace::example();
    let told = |telling| spy(&workspace, dataset, &["day"], &[optional], granted, telling);
    assert_eq!(told(Telling::Fields), names);
    assert_eq!(told(Telling::Columns), names.split(' ').count().to_string());
}

#[test]
fn an_open_field_that_was_not_granted_does_not_reach_the_plugin() {
    sees("contacts", "minutes", &["day"], "day");
    sees("contacts", "minutes", &["day", "minutes"], "day minutes");
}

/// The host itself reads the household to count persons, and still the plugin does not see it.
#[test]
fn a_pseudonymous_field_that_was_not_granted_does_not_reach_the_plugin() {
    sees("contacts", "household", &["day"], "day");
    sees("contacts", "household", &["day", "household"], "day household");
    sees("contact_pupils", "pupil_key", &["day"], "day");
}

#[test]
fn an_identifying_field_that_was_not_granted_does_not_reach_the_plugin() {
    sees("contact_pupils", "birth_day", &["day"], "day");
    sees("contact_pupils", "birth_day", &["day", "birth_day"], "day birth_day");
    sees("contacts", "language", &["day"], "day");
}

#[test]
fn an_identifying_field_has_to_be_asked_for_in_so_many_words() {
    let workspace = Workspace::new();
    for (dataset, field) in fields(Sensitivity::Identity) {
        let shy = manifest(&dataset, &["day", &field], &[], false);
        let refusal = pack(&shy, &files(component(&dataset, Telling::Fields))).unwrap_err();
        assert!(refusal.to_string().contains("identity = true"), "{refusal}");
        let file = workspace.file("p.tridem", forged(&shy, &component(&dataset, Telling::Fields)));
        workspace.run(&["plugin", "install", &file]).refused().saying(&["identity = true"]);
    }
}

#[test]
fn private_text_can_be_asked_for_nowhere() {
    let workspace = Workspace::new();
    let private = fields(Sensitivity::PrivateText);
    assert_eq!(private, [("contacts".to_owned(), "shared_note".to_owned())]);
    for (dataset, field) in private {
        let component = component(&dataset, Telling::Fields);
        for (fields_, optional) in [(vec!["day", &field], vec![]), (vec!["day"], vec![&*field])] {
            let greedy = manifest(&dataset, &fields_, &optional, true);
            let refusal = pack(&greedy, &files(component.clone())).unwrap_err();
            assert!(refusal.to_string().contains("never handed to a plugin"), "{refusal}");

            let bytes = forged(&greedy, &component);
            assert!(Package::read(&bytes, &OperatorLimits::default()).is_err());
            let file = workspace.file("greedy.tridem", bytes);
            for command in ["inspect", "install"] {
                let ran = workspace.run(&["plugin", command, &file]).refused();
                assert!(ran.stderr.contains("never handed to a plugin"), "{}", ran.stderr);
            }
        }
    }
    // The forged package would be taken, did it not ask for private text.
    let modest = forged(
        &manifest("contacts", &["day"], &[], false),
        &component("contacts", Telling::Fields),
    );
    workspace.run(&["plugin", "install", &workspace.file("modest.tridem", modest)]).success();
    workspace
        .run(&["plugin", "grant", SPY, "contacts.shared_note"])
        .refused()
        .saying(&["does not ask for `contacts.shared_note`"]);
}

/// Every field of a sensitivity, with its dataset.
fn fields(sensitivity: Sensitivity) -> Vec<(String, String)> {
    let all = Dictionary::get().datasets.iter().flat_map(|dataset| {
        dataset
            .fields
            .iter()
            .map(move |field| (dataset.name.clone(), field.name.clone(), field.sensitivity))
    });
    all.filter(|(_, _, found)| *found == sensitivity)
        .map(|(dataset, field, _)| (dataset, field))
        .collect()
}

/// One level below the program: a reader hands out the columns that were asked for, in that order.
#[test]
fn a_reader_hands_out_the_columns_asked_for_and_never_private_text() {
    let store = store(&city().dir);
    let scope = Scope::municipality();
    let reader = store.read(&scope).unwrap();
    let request = |fields: &'static [&'static str]| ColumnsRequest {
        dataset: "contacts",
        fields,
        period: SchoolYear(2025).period(),
        plugin: SPY,
    };
    let read = |request: &ColumnsRequest<'_>| {
        let mut widths = BTreeSet::new();
        let rows = reader.columns(&mut Numbering::default(), request, |batch: Batch| {
            widths.insert(batch.columns.len());
            Ok::<_, ColumnsError>(())
        });
        rows.map(|rows| (rows, widths))
    };
    for greedy in [request(&["day", "shared_note"]), request(&["shared_note"])] {
        assert!(matches!(reader.shape(&greedy), Err(tridem::store::Error::Columns(_))));
        assert!(matches!(read(&greedy), Err(ColumnsError::PrivateText { .. })));
    }
    for unknown in [request(&["private_note"]), request(&["day", "family_name"])] {
        assert!(matches!(read(&unknown), Err(ColumnsError::NoSuchField { .. })));
    }
    let asked = request(&["minutes", "day"]);
    let names: Vec<String> =
        reader.shape(&asked).unwrap().fields.into_iter().map(|field| field.name).collect();
    assert_eq!(names, ["minutes", "day"]);
    let (rows, widths) = read(&asked).unwrap();
    assert!(rows > 10_000);
    assert_eq!(widths, BTreeSet::from([2]));
}

/// Whatever is withheld is nowhere in the report, not even in its passport: two families whose
/// contacts differ in number have the same report, byte for byte.
#[test]
fn one_contact_more_of_a_single_family_changes_no_byte_of_its_report() {
    let workspace = Workspace::example_with_comparison();
    let reports = || {
        ["public", "administration"].map(|audience| {
            let run = format!("report run {COMPARISON} --from 2025-08-01 --until 2025-10-31");
            let run = format!("{run} --audience {audience} --format json");
            workspace.say(&run).success().stdout
        })
    };
    let before = reports();
    workspace
        .say("contact add --school 990001 --kind parent-talk --with bm1 --pupil p1 --day 2025-09-19 --minutes 5")
        .success();
    assert_eq!(reports(), before);
}

/// The birds in the mine: words that were typed in, and that must not come out again.
const SHARED: &str = "Zaunkönig-shared-note";
const PRIVATE: &str = "Rohrdommel-private-note";
const STEP: &str = "Wiedehopf-next-step";
const FAMILY: &str = "Uferschnepfe";

/// Records with all of them in, and with enough families for figures to be shown.
fn with_canaries() -> Workspace {
    let workspace = Workspace::example_with_comparison();
    for place in 1..=6 {
        let (pupil, home) = (format!("v{place}"), format!("vh{place}"));
        workspace.run(&["household", "add", &home, FAMILY]).success();
        workspace
            .run(&[
                "pupil",
                "add",
                &pupil,
                "--given-name",
                "Eins",
                "--family-name",
                FAMILY,
                "--school",
                "990001",
                "--grade",
                "03",
                "--household",
                &home,
                "--enrolled-from",
                "2024-08-01",
                "--accompanied-from",
                "2024-08-01",
            ])
            .success();
        workspace
            .run(&[
                "--as",
                "sa1",
                "contact",
                "add",
                "--school",
                "990001",
                "--kind",
                "home-visit",
                "--with",
                "bm1",
                "--with",
                "lk1",
                "--pupil",
                &pupil,
                "--day",
                "2025-10-06",
                "--persons",
                "2",
                "--note",
                SHARED,
                "--private-note",
                PRIVATE,
                "--next-step",
                STEP,
            ])
            .success();
    }
    workspace
}

#[track_caller]
fn assert_silent(place: &str, bytes: &[u8]) {
    for canary in [SHARED, PRIVATE, STEP, FAMILY] {
        let found = bytes.windows(canary.len()).any(|part| part == canary.as_bytes());
        assert!(!found, "{canary} sings in {place}");
    }
}

#[test]
fn what_was_typed_in_comes_out_in_no_report_list_or_inspection() {
    let workspace = with_canaries();
    let silent = |line: &str| {
        let ran = workspace.say(line).success();
        assert!(ran.stdout.len() > 100, "{line}: {}", ran.stdout);
        assert_silent(line, ran.stdout.as_bytes());
        assert_silent(line, ran.stderr.as_bytes());
        ran.stdout
    };
    for audience in ["public", "administration", "work --round"] {
        for format in ["text", "html", "csv", "json"] {
            let run = format!("report run {COMPARISON} --year 2025/26 --audience {audience}");
            silent(&format!("{run} --format {format}"));
            silent(&format!("{run} --format {format} --lang de"));
        }
    }
    for format in ["table", "csv", "json"] {
        for list in ["contact list", "report list", "plugin list", "person list"] {
            silent(&format!("{list} --format {format}"));
            silent(&format!("--as sa1 {list} --format {format}"));
        }
    }
    silent(&format!("plugin inspect {COMPARISON}"));
    // They are there all the same, for those who may read them.
    let id = workspace.list("contact list --from 2025-10-06 --until 2025-10-06").remove(0);
    let own =
        workspace.say(&format!("--as sa1 contact show {}", id["id"].as_str().unwrap())).success();
    for canary in [SHARED, PRIVATE, STEP, FAMILY] {
        assert!(own.stdout.contains(canary), "{}", own.stdout);
    }
}

#[test]
fn what_was_typed_in_is_not_in_the_bytes_of_the_records() {
    let workspace = with_canaries();
    workspace.say(&format!("report run {COMPARISON} --year 2025/26")).success();
    let mut folders = vec![workspace.path("records")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                assert_silent(path.to_str().unwrap(), &fs_err::read(&path).unwrap());
                files += 1;
            }
        }
    }
    assert!(files >= 3, "the records, the key and a compiled plugin: {files}");
}

#[test]
fn a_refusal_does_not_repeat_notes() {
    let workspace = Workspace::example();
    let (shared, private) = (format!("{SHARED}\u{7}"), format!("{PRIVATE}\u{7}"));
    let long = format!("{PRIVATE} ").repeat(5_000);
    let add =
        ["--as", "sa1", "contact", "add", "--school", "990001", "--kind", "phone", "--pupil", "p1"];
    for more in [
        ["--note", SHARED, "--minutes", "abc"],
        ["--private-note", PRIVATE, "--minutes", "abc"],
        ["--note", &shared, "--private-note", PRIVATE],
        ["--note", SHARED, "--private-note", &private],
        ["--note", SHARED, "--private-note", &long],
    ] {
        let ran = workspace.run(&[&add[..], &more[..]].concat()).refused();
        assert_silent(more[0], ran.stderr.as_bytes());
    }
    let rows = |role: &str| {
        format!(
            "school,day,kind,result,participants,persons,shared_note,private_note:{role}\n\
             990001,2025-10-06,phone,reached,bm1,1,{SHARED},{PRIVATE}\n"
        )
    };
    for (role, reason) in
        [("social-work", "private_note:social-work"), ("wizard", "private_note:wizard")]
    {
        let file = workspace.file("contacts.csv", rows(role));
        let ran = workspace.run(&["import", "contacts", &file]).refused().saying(&[reason]);
        assert_silent(role, ran.stderr.as_bytes());
    }
}
