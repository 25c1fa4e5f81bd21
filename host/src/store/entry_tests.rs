//! Records of forms in the store: who sees them, what is kept of them, and what money allows.

use super::fixture::{City, NOW, author, day, household, new_id};
use super::{AuditFilter, EntryFilter, Error, Reader};
use crate::domain::{Entered, Entry, Form, FormKind, FormType, Period};

fn kind(name: &str) -> FormKind {
    FormKind::of_name(name).unwrap()
}

/// A record with these values; every other required field has the least that it can have.
fn entry(name: &str, code: &str, given: &[(&str, Entered)]) -> Entry {
    let form: &'static Form = kind(name).form();
    let value = |field: &crate::domain::FormField| {
        if let Some((_, value)) = given.iter().find(|(name, _)| *name == field.name) {
            return value.clone();
        }
        match field.kind {
            FormType::Sign => Entered::Text(code.to_owned()),
            FormType::Set => Entered::Set(0),
            _ if !field.required => Entered::Missing,
            FormType::Text => Entered::Text("Text".into()),
            FormType::Day => Entered::Day(day("2025-10-06")),
            FormType::Code => Entered::Code(0),
            FormType::Number | FormType::Hundredths | FormType::Cents => {
                Entered::Number(field.least)
            }
            other => panic!("{name}.{} needs a {other:?}", field.name),
        }
    };
    Entry { id: new_id(), form, values: form.fields.iter().map(value).collect() }
}

fn add(city: &mut City, entry: &Entry) -> i64 {
    let mut writer = city.store.write(&author()).unwrap();
    let key = writer.add_entry(entry, NOW).unwrap();
    writer.commit().unwrap();
    key
}

fn codes(reader: &Reader<'_>, name: &str) -> Vec<String> {
    let found = reader.entries(kind(name), &EntryFilter::default()).unwrap();
    let mut codes: Vec<String> = found.iter().map(|view| view.code().to_owned()).collect();
    codes.sort_unstable();
    codes
}

#[test]
fn every_form_has_its_table() {
    let city = City::new();
    for kind in FormKind::all() {
        let sql = format!("SELECT name, \"notnull\" FROM pragma_table_info('{}')", kind.table);
        let rows = city.all().rows(&sql, |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let mut expected = vec![("key".to_owned(), false), ("id".to_owned(), true)];
        for field in &kind.fields {
            expected
                .push((field.column().to_owned(), field.required || field.kind == FormType::Set));
        }
        expected.push(("recorded_at".to_owned(), true));
        assert_eq!(rows, expected, "{}", kind.name);
        assert_eq!(codes(&city.all(), &kind.name), [""; 0], "{}", kind.name);
        assert_eq!(codes(&city.only(0), &kind.name), [""; 0], "{}", kind.name);
    }
}

#[test]
fn a_record_is_seen_by_whoever_sees_what_it_is_about_and_by_nobody_else() {
    let mut city = City::new();
    let key = |key: i64| Entered::Key(key);
    let (pupils, households, schools) = (city.pupils, city.households, city.schools);
    for school in 0..2 {
        let pupil = key(pupils[school][0].0);
        let case = entry("support-cases", &format!("c{school}"), &[("pupil", pupil.clone())]);
        let case = add(&mut city, &case);
        let home = key(households[school].0);
        add(&mut city, &entry("consents", &format!("h{school}"), &[("household", home)]));
        let goal = [("support_case", key(case))];
        let goal_key = add(&mut city, &entry("goals", &format!("g{school}"), &goal));
        let action = [("support_case", key(case)), ("goal", key(goal_key))];
        add(&mut city, &entry("actions", &format!("a{school}"), &action));
        let code = format!("s{school}");
        add(&mut city, &entry("group-activities", &code, &[("school", key(schools[school].0))]));
        add(&mut city, &entry("consultations", &code, &[("support_case", key(case))]));
        add(&mut city, &entry("transitions", &code, &[("pupil", pupil)]));
    }
    // About somebody of one school and somebody of the other.
    let both = [("pupil", key(city.pupils[0][0].0)), ("household", key(city.households[1].0))];
    add(&mut city, &entry("support-cases", "both", &both));
    add(&mut city, &entry("group-activities", "open", &[]));
    add(&mut city, &entry("consultations", "programme", &[]));
    add(&mut city, &entry("gaps", "open", &[]));

    let nobody = city.store.read(&crate::domain::Scope::of_schools([])).unwrap();
    for (name, of_nobody, of_first, of_second, all) in [
        ("support-cases", &[] as &[&str], &["c0"] as &[&str], &["c1"] as &[&str], 3),
        ("consents", &[], &["h0"], &["h1"], 2),
        ("goals", &[], &["g0"], &["g1"], 2),
        ("actions", &[], &["a0"], &["a1"], 2),
        ("transitions", &[], &["s0"], &["s1"], 2),
        ("consultations", &[], &["s0"], &["s1"], 3),
        ("group-activities", &["open"], &["open", "s0"], &["open", "s1"], 3),
        ("gaps", &["open"], &["open"], &["open"], 1),
    ] {
        assert_eq!(codes(&nobody, name), of_nobody, "{name}");
        assert_eq!(codes(&city.only(0), name), of_first, "{name}");
        assert_eq!(codes(&city.only(1), name), of_second, "{name}");
        assert_eq!(codes(&city.all(), name).len(), all, "{name}");
    }
    let known = city.only(1).directory_for(kind("goals")).unwrap();
    let known: Vec<&String> = known.entries["support-cases"].keys().collect();
    assert_eq!(known, ["c1"], "nobody can refer to what they do not see");
    assert!(city.only(1).entry(kind("goals"), "g0").unwrap().is_none());
}

#[test]
fn what_is_written_is_read_with_signs_and_words() {
    let mut city = City::new();
    let pupil = city.pupils[0][0];
    let case = entry(
        "support-cases",
        "fb-1",
        &[
            ("pupil", Entered::Key(pupil.0)),
            ("lead", Entered::Key(city.mediators[0].0)),
            ("topics", Entered::Set(0b101)),
            ("eligibility", Entered::Code(1)),
        ],
    );
    add(&mut city, &case);
    let view = city.all().entry(kind("support-cases"), "fb-1").unwrap().unwrap();
    assert_eq!(view.entry, case);
    let said: Vec<String> = view.in_file().map(|(_, said)| said).collect();
    let expected =
        ["fb-1", "p00", "", "", "m0", "comparable", "attendance|language", "2025-10-06", "", ""];
    assert_eq!(said, expected);
    assert_eq!(view.recorded_at, NOW);
    let error = {
        let mut writer = city.store.write(&author()).unwrap();
        let again = entry("support-cases", "fb-1", &[("pupil", Entered::Key(pupil.0))]);
        writer.add_entry(&again, NOW).unwrap_err()
    };
    assert_eq!(error.to_string(), "there is already a record with the code `fb-1`");
}

#[test]
fn a_period_counts_the_days_in_between_where_records_last() {
    let mut city = City::new();
    let span = |from: &str, until: Option<&str>| {
        let until = until.map_or(Entered::Missing, |until| Entered::Day(day(until)));
        [("from", Entered::Day(day(from))), ("until", until)]
    };
    add(&mut city, &entry("providers", "over", &span("2024-01-01", Some("2024-12-31"))));
    add(&mut city, &entry("providers", "last-day", &span("2024-01-01", Some("2025-01-01"))));
    add(&mut city, &entry("providers", "open", &span("2024-01-01", None)));
    add(&mut city, &entry("providers", "later", &span("2026-01-01", None)));
    let on = |code: &str, on: &str| entry("gaps", code, &[("raised", Entered::Day(day(on)))]);
    add(&mut city, &on("before", "2024-12-31"));
    add(&mut city, &on("in", "2025-01-01"));
    let period = Period::new(day("2025-01-01"), day("2025-12-31")).unwrap();
    let filter = EntryFilter { period: Some(period), ..EntryFilter::default() };
    let found = |name: &str| -> Vec<String> {
        let found = city.all().entries(kind(name), &filter).unwrap();
        found.iter().map(|view| view.code().to_owned()).collect()
    };
    assert_eq!(found("providers"), ["open", "last-day"]);
    assert_eq!(found("gaps"), ["in"]);
}

#[test]
fn values_are_looked_for() {
    let mut city = City::new();
    let place = |field: &str| kind("materials").place(field).unwrap();
    let topics = [("languages", Entered::Set(0b110)), ("topic", Entered::Code(2))];
    add(&mut city, &entry("materials", "ma-1", &topics));
    add(&mut city, &entry("materials", "ma-9", &[("languages", Entered::Set(0b10))]));
    let found = |equal: Vec<(usize, Entered)>| -> Vec<String> {
        let filter = EntryFilter { equal, ..EntryFilter::default() };
        let found = city.all().entries(kind("materials"), &filter).unwrap();
        found.iter().map(|view| view.code().to_owned()).collect()
    };
    assert_eq!(found(vec![(place("languages"), Entered::Set(0b10))]), ["ma-9", "ma-1"]);
    assert_eq!(found(vec![(place("languages"), Entered::Set(0b100))]), ["ma-1"]);
    assert_eq!(found(vec![(place("languages"), Entered::Set(0))]), [""; 0]);
    assert_eq!(found(vec![(place("topic"), Entered::Missing)]), ["ma-9"]);
    assert_eq!(found(vec![(place("topic"), Entered::Code(2))]), ["ma-1"]);
    let reader = city.all();
    assert_eq!(reader.next_sign(kind("materials")).unwrap(), "ma-10");
    assert_eq!(reader.next_sign(kind("gaps")).unwrap(), "lu-1");
}

#[test]
fn a_change_keeps_what_was_there_and_says_so_without_values() {
    let mut city = City::new();
    let mut goal = entry("gaps", "lu-1", &[("title", Entered::Text("Geheimer Titel".into()))]);
    add(&mut city, &goal);
    let mut writer = city.store.write(&author()).unwrap();
    assert!(matches!(writer.change_entry(&goal, "x"), Err(Error::NothingChanged)));
    drop(writer);
    let status = kind("gaps").place("status").unwrap();
    for (place, reason) in [(1, "gesichtet"), (2, "")] {
        goal.values[status] = Entered::Code(place);
        let mut writer = city.store.write(&author()).unwrap();
        assert_eq!(writer.change_entry(&goal, reason).unwrap(), ["status"]);
        writer.commit().unwrap();
    }
    let reader = city.all();
    let view = reader.entry(kind("gaps"), "lu-1").unwrap().unwrap();
    assert_eq!(view.entry, goal);
    let versions = reader.entry_versions(&view).unwrap();
    let told: Vec<_> = versions
        .iter()
        .map(|it| (it.number, it.reason.as_str(), it.before[status].as_str(), it.by.as_str()))
        .collect();
    let by = "account:tester";
    assert_eq!(told, [(1, "gesichtet", "reported", by), (2, "", "examined", by)]);
    let audit = reader.audit(&AuditFilter::default()).unwrap();
    let told: Vec<_> = audit
        .iter()
        .filter(|entry| entry.action.starts_with("record."))
        .map(|entry| (entry.action.as_str(), entry.details.as_str()))
        .collect();
    let change = |version: u32| {
        format!("{{\"fields\":[\"status\"],\"form\":\"gaps\",\"version\":{version}}}")
    };
    let (second, first) = (change(3), change(2));
    let mut expected = vec![
        ("record.add", "{\"form\":\"gaps\"}"),
        ("record.change", &first),
        ("record.change", &second),
    ];
    if told[0].0 == "record.change" {
        expected.reverse();
    }
    assert_eq!(told, expected);
}

/// A budget of 30,000.00 EUR and a case to book for.
fn with_budget() -> (City, [(&'static str, Entered); 2]) {
    let mut city = City::new();
    let amount = [("amount", Entered::Number(3_000_000))];
    let budget = add(&mut city, &entry("interpreter-budgets", "db-1", &amount));
    let pupil = [("pupil", Entered::Key(city.pupils[0][0].0))];
    let case = add(&mut city, &entry("support-cases", "fb-1", &pupil));
    (city, [("support_case", Entered::Key(case)), ("budget", Entered::Key(budget))])
}

fn booking(code: &str, base: &[(&'static str, Entered); 2], cents: i64) -> Entry {
    let [case, budget] = base.clone();
    entry("interpreting", code, &[case, budget, ("cost", Entered::Number(cents))])
}

#[test]
fn a_booking_without_a_case_is_refused() {
    let (mut city, base) = with_budget();
    let mut booking = booking("do-1", &base, 100);
    booking.values[kind("interpreting").place("support_case").unwrap()] = Entered::Missing;
    let mut writer = city.store.write(&author()).unwrap();
    assert!(matches!(writer.add_entry(&booking, NOW), Err(Error::Refused { .. })));
}

#[test]
fn the_sum_of_bookings_never_exceeds_the_budget_silently() {
    let (mut city, base) = with_budget();
    add(&mut city, &booking("do-1", &base, 2_999_900));
    let mut writer = city.store.write(&author()).unwrap();
    let error = writer.add_entry(&booking("do-2", &base, 101), NOW).unwrap_err();
    assert!(matches!(&error, Error::OverBudget { left: 100, over: 1, .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        "the budget `db-1` has 1.00 EUR left, and this would go 0.01 EUR beyond it"
    );
    drop(writer);
    add(&mut city, &booking("do-2", &base, 100));
    add(&mut city, &booking("do-3", &base, 0));
    assert_eq!(city.all().directory_for(kind("interpreting")).unwrap().budgets_left.len(), 1);

    // A booking may not become dearer, nor the budget smaller.
    let dearer = Entry { id: city.id("interpreting", "do-2"), ..booking("do-2", &base, 101) };
    let mut writer = city.store.write(&author()).unwrap();
    let error = writer.change_entry(&dearer, "").unwrap_err();
    assert!(matches!(error, Error::OverBudget { left: 100, over: 1, .. }), "{error:?}");
    drop(writer);
    let cheaper = Entry { id: city.id("interpreting", "do-2"), ..booking("do-2", &base, 99) };
    let mut writer = city.store.write(&author()).unwrap();
    writer.change_entry(&cheaper, "").unwrap();
    writer.commit().unwrap();
    let amount = |cents| [("amount", Entered::Number(cents))];
    let budget = entry("interpreter-budgets", "db-1", &amount(2_999_998));
    let budget = Entry { id: city.id("interpreter-budgets", "db-1"), ..budget };
    let mut writer = city.store.write(&author()).unwrap();
    let error = writer.change_entry(&budget, "").unwrap_err();
    assert!(matches!(error, Error::OverBudget { over: 1, .. }), "{error:?}");
    drop(writer);

    // Who says so may exceed it, and the audit tells by how much.
    let mut writer = city.store.write(&author()).unwrap();
    writer.allow_over_budget();
    writer.add_entry(&booking("do-4", &base, 51), NOW).unwrap();
    writer.commit().unwrap();
    let audit = city.all().audit(&AuditFilter::default()).unwrap();
    let over = "{\"form\":\"interpreting\",\"over_budget_cents\":50}";
    assert_eq!(audit.iter().filter(|entry| entry.details == over).count(), 1);
}

#[test]
fn the_youngest_of_a_household_says_how_long_a_case_is_kept() {
    let (mut city, _) = with_budget();
    let empty = household("h-new");
    let mut writer = city.store.write(&author()).unwrap();
    let empty = writer.add_household(&empty).unwrap();
    writer.commit().unwrap();
    let home = |key: i64| [("household", Entered::Key(key))];
    let households = city.households;
    add(&mut city, &entry("support-cases", "fb-2", &home(households[0].0)));
    add(&mut city, &entry("support-cases", "fb-3", &home(empty.0)));
    let births = |code: &str| {
        let reader = city.all();
        let case = reader.entry(kind("support-cases"), code).unwrap().unwrap();
        reader.births_of(&case).unwrap()
    };
    let born = Some(day("2016-03-01"));
    assert_eq!(births("fb-1"), [born]);
    assert_eq!(births("fb-2"), [born, born]);
    assert_eq!(births("fb-3"), []);
}

impl City {
    fn id(&self, form: &str, code: &str) -> crate::domain::Id {
        self.all().entry(kind(form), code).unwrap().unwrap().entry.id
    }
}
