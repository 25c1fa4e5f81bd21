//! Tries the SDK with small plugins, by the harness that authors use.

use super::{Case, Outcome, Rows};
use crate::{
    Answer, Batch, Codes, Description, Error, Integers, Job, Labels, Mask, Measure, Metrics,
    Period, Result, Table, fields,
};

fields! {
    struct Talks for "talks" {
        place: codes,
        minutes: integers,
        topics: optional sets,
    }
}

/// Talks by place and length.
struct Length {
    health: Option<u16>,
    long: i32,
}

impl Metrics for Length {
    fn describe() -> Description {
        let over = || Measure::count("talks");
        Description::new("org.example.length", "1.0.0")
            .dimension("place", "place", Labels::codes("place"))
            .dimension("length", "length", Labels::own(["short", "long"]))
            .measure("talks", "talks", over())
            .measure("health", "health", over())
            .measure("health-share", "share", Measure::share("health", "talks"))
            .measure("persons", "persons", Measure::distinct("talks", "person"))
            .measure("mean", "mean", Measure::mean("talks", 0..=100).scale(1))
            .measure("median", "median", Measure::median("talks", 0..=100))
            .table("table", "table", Table::across("place", "length", "talks"))
    }

    fn begin(job: &Job) -> Result<Self> {
        let long = i32::try_from(job.integer("long")?).map_err(|_| "`long` is too long")?;
        Ok(Self { health: job.code("talks", "topics", "health"), long })
    }

    fn push(&mut self, batch: &Batch, answer: &mut Answer) -> Result<()> {
        if let Some(talks) = Talks::of(batch)? {
            let all = Mask::all(batch.rows());
            let timed = talks.minutes.present();
            let health = talks.topics.map_or(Mask::none(batch.rows()), |it| it.have(self.health));
            answer.divide("place", talks.place.labels());
            answer.divide("length", talks.minutes.labels_with(|it| u16::from(it >= self.long)));
            answer.count("talks", &all);
            answer.count("health", &health);
            answer.count("persons", &all);
            answer.values("mean", &timed, talks.minutes);
            answer.values("median", &timed, talks.minutes);
        }
        Ok(())
    }
}

fn talks() -> Rows {
    Rows::of("talks")
        .codes("place", [Some("school"), Some("home"), None, Some("home")])
        .integers("minutes", [Some(10), Some(200), Some(40), None])
        .sets("topics", [vec!["health", "work"], vec!["work"], vec!["health"], vec![]])
        .indexes("person", [Some(0), Some(1), Some(0), None])
}

fn case() -> Case {
    Case::new(0, 30).integer("long", 30)
}

fn run() -> Result<Outcome> {
    case().rows(talks()).run::<Length>()
}

fn complaint(case: &Case) -> String {
    case.run::<Length>().expect_err("the case is wrong").to_string()
}

#[test]
fn a_field_that_is_missing_or_of_another_layout_is_named() {
    let missing = Rows::of("talks").codes("place", ["home"]);
    assert_eq!(
        complaint(&case().rows(missing.clone())),
        "field `talks.minutes` was not granted; request it"
    );
    let other = missing.longs("minutes", [7]);
    assert_eq!(complaint(&case().rows(other)), "field `talks.minutes` does not hold `integers`");
}

#[test]
fn a_parameter_that_is_missing_or_of_another_type_is_named() {
    let period = Case::new(0, 30);
    assert_eq!(complaint(&period), "the manifest has no parameter `long`");
    assert_eq!(
        complaint(&period.clone().flag("long", true)),
        "parameter `long` is not of the type `integer` in the manifest"
    );
    assert_eq!(complaint(&period.integer("long", i64::MAX)), "`long` is too long");
}

#[test]
fn missing_values_stand_under_no_label_and_count_for_nobody() -> Result<()> {
    let outcome = run()?;
    let figure = |measure, labels: &[(&str, &str)]| outcome.figure(measure, labels);
    assert_eq!(figure("talks", &[]), Some(4.0));
    assert_eq!(figure("talks", &[("place", "school")]), Some(1.0), "not the row without a place");
    assert_eq!(figure("talks", &[("length", "short")]), Some(1.0), "not the row without minutes");
    assert_eq!(figure("talks", &[("place", "home"), ("length", "long")]), Some(1.0));
    assert_eq!(figure("persons", &[]), Some(2.0));
    assert_eq!(figure("persons", &[("place", "home")]), Some(1.0));
    Ok(())
}

#[test]
fn figures_are_clipped_scaled_and_divided_as_the_host_does() -> Result<()> {
    let outcome = run()?;
    // 10, 40 and 200, which is clipped to 100: 150 tenths by three, and the one in the middle.
    assert_eq!(outcome.figure("mean", &[]), Some(5.0));
    assert_eq!(outcome.figure("median", &[]), Some(40.0));
    assert_eq!(outcome.figure("median", &[("length", "long")]), Some(70.0));
    assert_eq!(outcome.figure("mean", &[("place", "work")]), None);
    assert_eq!(outcome.figure("health-share", &[]), Some(50.0));
    assert_eq!(outcome.figure("health-share", &[("place", "work")]), None);
    Ok(())
}

#[test]
fn a_plugin_can_do_without_optional_fields() {
    let rows = Rows::of("talks").codes("place", ["home"]).integers("minutes", [5]);
    // The description counts persons all the same, which is the author's mistake, not the reader's.
    assert!(complaint(&case().rows(rows.clone())).contains("`talks.person` must be there"));
    let outcome = case().rows(rows.indexes("person", [0])).run::<Length>();
    assert_eq!(outcome.map(|outcome| outcome.figure("health", &[])), Ok(Some(0.0)));
}

#[test]
#[should_panic(expected = "`length` has no label `longest`")]
fn a_misspelt_label_is_not_taken_for_an_empty_one() {
    let outcome = run().expect("the case is whole");
    outcome.figure("talks", &[("length", "longest")]);
}

/// Counts only the first row of each batch.
struct Forgetful;

impl Metrics for Forgetful {
    fn describe() -> Description {
        Description::new("org.example.forgetful", "1.0.0")
            .dimension("place", "place", Labels::codes("place"))
            .measure("talks", "talks", Measure::count("talks"))
            .table("table", "table", Table::of("place", ["talks"]))
    }

    fn begin(_: &Job) -> Result<Self> {
        Ok(Self)
    }

    fn push(&mut self, batch: &Batch, answer: &mut Answer) -> Result<()> {
        answer.divide("place", batch.column::<Codes>("place")?.labels());
        answer.count("talks", &Mask::from_fn(batch.rows(), |row| row == 0));
        Ok(())
    }
}

#[test]
fn an_answer_that_hangs_on_the_batch_is_found_out() {
    let outcome = Case::new(0, 30).rows(talks()).run::<Forgetful>();
    let words = "the answers hang on how the rows are cut into batches";
    assert_eq!(outcome.err(), Some(Error::new(words)));
}

/// Looks at what a job tells, and answers nothing.
struct Curious;

impl Metrics for Curious {
    fn describe() -> Description {
        Description::new("org.example.curious", "1.0.0")
    }

    fn begin(job: &Job) -> Result<Self> {
        assert_eq!((job.as_of(), job.period()), (40, Period { first: 0, last: 30 }));
        assert_eq!(job.text("word")?, "yes");
        assert!((job.number("factor")? - 0.5).abs() < 1e-9);
        assert_eq!(job.codes("talks", "place"), ["school", "home", "health", "work"]);
        assert_eq!(job.code("talks", "place", "moon"), None);
        assert_eq!(job.size("talks", "person"), 2);
        assert!(job.is_granted("talks", "minutes") && !job.is_granted("talks", "name"));
        Ok(Self)
    }

    fn push(&mut self, batch: &Batch, _: &mut Answer) -> Result<()> {
        let minutes = batch.column::<Integers>("minutes")?;
        assert_eq!(minutes.len(), batch.rows());
        assert!((0..batch.rows()).all(|row| minutes.get(row).is_some() || minutes[row] == 0));
        Ok(())
    }
}

#[test]
fn a_job_tells_what_was_granted_and_set() -> Result<()> {
    let case = Case::new(0, 30).as_of(40).text("word", "yes").number("factor", 0.5);
    case.rows(talks()).run::<Curious>()?;
    Ok(())
}
