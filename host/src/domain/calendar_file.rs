//! Calendar files: what may stand in one, and what cannot be right in it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::calendar::{Calendar, CalendarYear, HolidayRule, Holidays, PublicHoliday};
use super::day::{Day, Period, SchoolYear};
use super::term::Terms;
use super::words::Text;

/// The longest holidays: none in any Land has eight weeks.
const LONGEST: i32 = 56;

/// How many weekdays of school a year has; outside of this something was typed wrong.
const SCHOOL_DAYS: std::ops::RangeInclusive<usize> = 170..=215;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    land: String,
    name: Text,
    summer_before_first_year: Period,
    public_holidays: Vec<ListedPublic>,
    year: Vec<Year>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedPublic {
    name: Text,
    on: Option<String>,
    after_easter: Option<i32>,
    from_year: Option<i32>,
    until_year: Option<i32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Year {
    #[serde(rename = "school_year")]
    name: String,
    second_half_begins: Day,
    #[serde(default)]
    second_half_by_form: BTreeMap<String, Day>,
    #[serde(default)]
    to_compare: bool,
    holidays: Vec<ListedHolidays>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedHolidays {
    name: Text,
    first: Day,
    last: Day,
}

/// Reads a calendar file and tells everything that is wrong with it.
pub(super) fn parse(source: &str) -> Result<Calendar, Vec<Text>> {
    let file: File = toml::from_str(source).map_err(|error| {
        let told = error.to_string().trim().to_owned();
        vec![Text::new(
            format!("die Datei ist nicht lesbar: {told}"),
            format!("it cannot be read: {told}"),
        )]
    })?;
    let mut wrong = Vec::new();
    if file.land.len() != 2 || !file.land.bytes().all(|byte| byte.is_ascii_uppercase()) {
        wrong.push(Text::new(
            format!("`land` ist `{}` und müssten zwei Großbuchstaben sein, wie NW", file.land),
            format!("`land` is `{}` and has to be two capital letters, such as NW", file.land),
        ));
    }
    let public = file.public_holidays.into_iter().filter_map(|found| public(found, &mut wrong));
    let public: Vec<PublicHoliday> = public.collect();
    if public.is_empty() {
        wrong.push(Text::new("es fehlen die Feiertage", "there are no public holidays"));
    }
    let mut holidays = vec![Holidays {
        name: Text::new("Sommerferien", "summer holidays"),
        period: file.summer_before_first_year,
    }];
    let mut years = BTreeMap::new();
    for listed in file.year {
        let Some((year, facts, found)) = school_year(listed, &mut wrong) else { continue };
        if let Some(last) = years.keys().next_back()
            && *last != SchoolYear(year.0 - 1)
        {
            wrong.push(Text::new(
                format!("das Schuljahr {year} folgt nicht auf {last}"),
                format!("the school year {year} does not follow {last}"),
            ));
        }
        years.insert(year, facts);
        holidays.extend(found);
    }
    let Some(first_year) = years.keys().next().copied() else {
        wrong.push(Text::new("es fehlen die Schuljahre", "there are no school years"));
        return Err(wrong);
    };
    holidays.sort_by_key(|found| found.period.first);
    check_holidays(&holidays, first_year, &mut wrong);
    let known = Period {
        first: holidays[0].period.first,
        last: holidays.last().map_or(holidays[0].period.last, |found| found.period.last),
    };
    let (land, name) = (file.land, file.name);
    let calendar = Calendar { land, name, holidays, public, years, known };
    if wrong.is_empty() {
        check_years(&calendar, &mut wrong);
    }
    if wrong.is_empty() { Ok(calendar) } else { Err(wrong) }
}

fn public(found: ListedPublic, wrong: &mut Vec<Text>) -> Option<PublicHoliday> {
    let ListedPublic { name, on, after_easter, from_year, until_year } = found;
    let rule = match (&on, after_easter) {
        (Some(text), None) => fixed(text),
        (None, Some(days)) if (-60..=70).contains(&days) => Some(HolidayRule::AfterEaster(days)),
        _ => None,
    };
    if rule.is_none() {
        wrong.push(Text::new(
            format!(
                "der Feiertag „{}“ braucht `on` (MM-TT) oder `after_easter` (-60 bis 70)",
                name.de
            ),
            format!(
                "the public holiday “{}” needs `on` (MM-DD) or `after_easter` (-60 to 70)",
                name.en
            ),
        ));
    }
    Some(PublicHoliday { name, rule: rule?, from_year, until_year })
}

/// A month and a day of it, such as `10-31`.
fn fixed(text: &str) -> Option<HolidayRule> {
    let (month, day) = text.split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    // A leap year, so that 29 February is one.
    Day::of(2024, month, day).map(|_| HolidayRule::Fixed(month, day))
}

fn school_year(
    listed: Year,
    wrong: &mut Vec<Text>,
) -> Option<(SchoolYear, CalendarYear, Vec<Holidays>)> {
    let Ok(year) = listed.name.parse::<SchoolYear>() else {
        let name = listed.name;
        wrong.push(Text::new(
            format!("`{name}` ist kein Schuljahr wie 2025/26"),
            format!("`{name}` is no school year such as 2025/26"),
        ));
        return None;
    };
    let halves = listed.second_half_by_form.values().chain([&listed.second_half_begins]);
    for begins in halves {
        if !(Terms { year, second_begins: *begins }).is_possible() {
            wrong.push(Text::new(
                format!("das zweite Halbjahr {year} kann nicht am {} beginnen", begins.german()),
                format!("the second half of {year} cannot begin on {begins}"),
            ));
        }
    }
    let mut holidays = Vec::new();
    for ListedHolidays { name, first, last } in listed.holidays {
        // Summer holidays begin in July at the latest in most Länder, and in August in the south.
        let is_of_year = SchoolYear::of(first.plus(-14)) == year || SchoolYear::of(first) == year;
        match Period::new(first, last) {
            Ok(period) if is_of_year && last.0 - first.0 < LONGEST => {
                holidays.push(Holidays { name, period });
            }
            _ => wrong.push(Text::new(
                format!(
                    "{year}, {}: {} bis {} kann nicht sein",
                    name.de,
                    first.german(),
                    last.german()
                ),
                format!("{year}, {}: {first} to {last} cannot be", name.en),
            )),
        }
    }
    let facts = CalendarYear {
        second_half_begins: listed.second_half_begins,
        by_form: listed.second_half_by_form,
        to_compare: listed.to_compare,
    };
    Some((year, facts, holidays))
}

/// No two holidays share a day, and the first ones are the summer before the first year.
fn check_holidays(holidays: &[Holidays], first_year: SchoolYear, wrong: &mut Vec<Text>) {
    for pair in holidays.windows(2) {
        if pair[1].period.first <= pair[0].period.last {
            let (de, en) = (&pair[1].name.de, &pair[1].name.en);
            let day = pair[1].period.first;
            wrong.push(Text::new(
                format!("{de} ab {} überschneiden sich mit anderen Ferien", day.german()),
                format!("{en} from {day} overlap with other holidays"),
            ));
        }
    }
    let summer = holidays[0].period;
    let begins = first_year.period().first;
    if summer.first > begins || summer.last < begins.plus(-14) || summer.last.0 - begins.0 > LONGEST
    {
        wrong.push(Text::new(
            format!("`summer_before_first_year` sind nicht die Sommerferien vor {first_year}"),
            format!("`summer_before_first_year` are not the summer holidays before {first_year}"),
        ));
    }
}

/// A year that is known to its end has a plausible number of school days.
fn check_years(calendar: &Calendar, wrong: &mut Vec<Text>) {
    let none = std::collections::BTreeSet::new();
    for (year, _) in calendar.years() {
        if calendar.known().last < year.period().last {
            continue;
        }
        let days = calendar.school_days(year.period(), &none).count();
        if !SCHOOL_DAYS.contains(&days) {
            wrong.push(Text::new(
                format!("{year} hätte {days} Schultage; fehlen Ferien, oder sind es zu viele?"),
                format!("{year} would have {days} school days; are holidays missing, or too many?"),
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = r#"
        land = "XX"
        name = { de = "Muster", en = "Sample" }
        summer_before_first_year = { first = "2025-07-14", last = "2025-08-26" }
        public_holidays = [{ name = { de = "Neujahr", en = "New Year" }, on = "01-01" }]
        [[year]]
        school_year = "2025/26"
        second_half_begins = "2026-02-09"
        second_half_by_form = { "20" = "2026-02-02" }
        holidays = [
          { name = { de = "H", en = "A" }, first = "2025-10-13", last = "2025-11-15" },
          { name = { de = "S", en = "S" }, first = "2026-07-20", last = "2026-09-01" },
        ]
    "#;

    fn told(from: &str, to: &str) -> Vec<String> {
        assert!(SOUND.contains(from), "{from}");
        let wrong = parse(&SOUND.replace(from, to)).unwrap_err();
        assert!(wrong.iter().all(|text| !text.de.is_empty()));
        wrong.into_iter().map(|text| text.en).collect()
    }

    #[test]
    fn what_cannot_be_is_told() {
        for (from, to, expected) in [
            ("\"XX\"", "\"nrw\"", "`land` is `nrw`"),
            ("on = \"01-01\"", "on = \"02-30\"", "needs `on` (MM-DD)"),
            ("on = \"01-01\"", "on = \"01-01\", after_easter = 1", "needs `on` (MM-DD)"),
            ("on = \"01-01\"", "after_easter = 99", "needs `on` (MM-DD)"),
            ("\"2025/26\"", "\"2025\"", "`2025` is no school year"),
            ("\"2026-02-09\"", "\"2026-08-09\"", "cannot begin on 2026-08-09"),
            ("\"2026-02-02\"", "\"2024-02-02\"", "cannot begin on 2024-02-02"),
            ("\"2025-11-15\"", "\"2025-10-05\"", "2025-10-13 to 2025-10-05 cannot be"),
            ("\"2025-11-15\"", "\"2025-12-25\"", "2025-10-13 to 2025-12-25 cannot be"),
            ("first = \"2025-10-13\"", "first = \"2025-08-20\"", "cannot be"),
            ("first = \"2025-10-13\"", "first = \"2025-09-01\"", "cannot be"),
            (
                "\"2025-07-14\", last = \"2025-08-26\"",
                "\"2024-07-14\", last = \"2024-08-26\"",
                "are not the summer",
            ),
            ("\"2026-07-20\"", "\"2026-07-33\"", "it cannot be read"),
            ("holidays = [", "holydays = [", "it cannot be read"),
        ] {
            let told = told(from, to);
            assert!(told.iter().any(|text| text.contains(expected)), "{to}: {told:?}");
        }
        let long = told(
            "first = \"2026-07-20\", last = \"2026-09-01\"",
            "first = \"2026-06-20\", last = \"2026-09-01\"",
        );
        assert!(long[0].contains("cannot be"), "{long:?}");
        let overlap = told(
            "first = \"2025-10-13\"",
            "first = \"2025-08-26\", last = \"2025-08-27\" }, { name = { de = \"H\", en = \"A\" }, first = \"2025-10-13\"",
        );
        assert!(overlap[0].contains("overlap"), "{overlap:?}");
    }

    /// The holidays that are left make a year of more school days than any has.
    #[test]
    fn a_year_without_its_holidays_is_told() {
        let days = told("2025-10-13\", last = \"2025-11-15", "2025-10-13\", last = \"2025-10-13");
        assert!(days[0].contains("school days; are holidays missing"), "{days:?}");
    }

    #[test]
    fn a_form_may_have_its_own_half_year() {
        let calendar = parse(SOUND).unwrap();
        let begins = |form| calendar.second_half_begins(SchoolYear(2025), form).to_string();
        assert_eq!((begins("20"), begins("02")), ("2026-02-02".into(), "2026-02-09".into()));
        assert_eq!(calendar.known().last.to_string(), "2026-09-01");
    }
}
