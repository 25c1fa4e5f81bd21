//! Workbooks: every list and every report as a file that spreadsheet programs open, read back.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use crate::demo::city;
use crate::support::{COMPARISON, Workspace};

/// The worksheets of a workbook, each with its rows.
fn read(bytes: Vec<u8>) -> Vec<(String, Vec<Vec<Data>>)> {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).unwrap();
    let names = workbook.sheet_names();
    let rows = |name: String| {
        let range = workbook.worksheet_range(&name).unwrap();
        (name, range.rows().map(<[Data]>::to_vec).collect())
    };
    names.into_iter().map(rows).collect()
}

/// A list as a workbook in a file, which has one worksheet.
fn listed(workspace: &Workspace, line: &str) -> Vec<Vec<Data>> {
    let path = workspace.path("list.xlsx");
    let line = format!("{line} --format xlsx --out {}", path.to_str().unwrap());
    let ran = workspace.say(&line).success().saying(&["Written: ", "list.xlsx"]);
    assert_eq!(ran.stdout, "", "{line}");
    let mut sheets = read(fs_err::read(&path).unwrap());
    assert_eq!(sheets.len(), 1, "{line}");
    sheets.remove(0).1
}

#[test]
fn every_list_comes_as_a_workbook_of_the_same_rows() {
    let workspace = Workspace::example_with_comparison();
    for list in ["school list", "person pairs", "pupil list", "contact list", "code list"] {
        let rows = workspace.list(list);
        let sheet = listed(&workspace, list);
        assert_eq!(sheet.len(), rows.len() + 1, "{list}");
        for (cells, row) in sheet[1..].iter().zip(&rows) {
            // Keys have no order here, so the numbers are compared as a set.
            let values = || row.as_object().unwrap().values();
            assert_eq!(cells.len(), values().count(), "{list}");
            let mut expected: Vec<f64> = values().filter_map(serde_json::Value::as_f64).collect();
            let mut numbers: Vec<f64> = cells
                .iter()
                .filter_map(
                    |cell| if let Data::Float(number) = cell { Some(*number) } else { None },
                )
                .collect();
            expected.sort_by(f64::total_cmp);
            numbers.sort_by(f64::total_cmp);
            assert_eq!(numbers, expected, "{list}");
            let texts = values().filter_map(serde_json::Value::as_str);
            // A code stands there as its word, and a day as a day.
            let is_there = |text: &str| cells.iter().any(|cell| *cell == Data::String(text.into()));
            assert!(texts.filter(|text| is_there(text)).count() > 0, "{list}: {cells:?}");
        }
    }
    let days = listed(&workspace, "contact list --limit 3");
    assert!(days[1..].iter().all(|row| row.iter().any(|cell| matches!(cell, Data::DateTime(_)))));
}

#[test]
fn an_empty_list_is_a_workbook_with_headings_alone() {
    let workspace = Workspace::new();
    assert_eq!(listed(&workspace, "school list").len(), 1);
}

#[test]
fn a_list_in_any_form_can_go_to_a_file() {
    let workspace = Workspace::example();
    let path = workspace.path("schools.csv");
    let line = format!("school list --format csv --out {}", path.to_str().unwrap());
    assert_eq!(workspace.say(&line).success().stdout, "");
    let printed = workspace.say("school list --format csv").success().stdout;
    assert_eq!(fs_err::read_to_string(path).unwrap(), printed);
}

#[test]
fn a_report_is_the_same_workbook_each_time_and_goes_into_a_pipe() {
    let workspace = Workspace::example_with_comparison();
    workspace.say(&format!("report run {COMPARISON} --year 2025/26")).success();
    let id = workspace.list("report list")[0]["id"].as_str().unwrap().to_owned();
    let [first, second] = ["first", "second"].map(|name| {
        let path = workspace.path(&format!("{name}.xlsx"));
        let line = format!("report show {id} --format xlsx --out {}", path.to_str().unwrap());
        workspace.say(&line).success();
        fs_err::read(path).unwrap()
    });
    assert!(first == second);
    let piped = workspace.command(&["report", "show", &id, "--format", "xlsx"]).output().unwrap();
    assert!(piped.status.success() && piped.stdout == first);
}

#[test]
fn the_demo_writes_workbooks_whose_numbers_are_numbers() {
    let city = city();
    for name in ["report", "attendance", "records"] {
        let sheets = read(fs_err::read(city.dir.join(format!("{name}.xlsx"))).unwrap());
        assert!(sheets.len() >= 3, "{name}");
        let first = &sheets[0].1[0][0];
        assert!(matches!(first, Data::String(title) if !title.is_empty()), "{name}: {first:?}");
        let cells: Vec<&Data> = sheets.iter().flat_map(|(_, rows)| rows.iter().flatten()).collect();
        assert!(
            cells.iter().any(|cell| matches!(cell, Data::Float(_) | Data::DateTime(_))),
            "{name}"
        );
        // A number that is only a text could not be added up.
        let is_text = |cell: &&&Data| matches!(cell, Data::String(text) if text.contains(['.', ',']) && text.parse::<f64>().is_ok());
        assert_eq!(cells.iter().find(is_text), None, "{name}");
    }
}
