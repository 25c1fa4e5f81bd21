//! The posts: how much of them is planned, vacant and filled, what pays for them, and what ends soon.

use std::collections::{BTreeMap, HashMap};

use crate::domain::{CodeLists, Day, Sheet, SheetCell, SheetTable, Text};

use super::super::workspace::today;
use super::super::{Actor, App, Error, UseCase};
use super::figures::contradictions;
use super::parts::{
    Record, by_key, code, day, days_until, fact, hundredths, linked, records, table, text, whole,
    with_unit, words,
};

/// Of which day, and how long before its end a post is told of.
#[derive(Debug, Clone, Copy)]
pub struct PostSheet {
    /// The day; today without one.
    pub day: Option<Day>,
    /// How many days before its end.
    pub warn: u16,
}

/// Posts in each state, and the heads on those that are filled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Shares {
    /// In hundredths of a full-time post.
    planned: i64,
    vacant: i64,
    filled: i64,
    heads: i64,
}

impl Shares {
    fn add(&mut self, post: &Record, codes: &CodeLists) {
        let share = post.number("fte").unwrap_or_default();
        match post.code_of("state", codes).as_str() {
            "planned" => self.planned += share,
            "vacant" => self.vacant += share,
            _ => self.filled += share,
        }
        self.heads += post.number("heads").unwrap_or_default();
    }

    fn cells(self) -> [SheetCell; 4] {
        let shares = [self.planned, self.vacant, self.filled].map(hundredths);
        let [planned, vacant, filled] = shares;
        [planned, vacant, filled, whole(self.heads)]
    }
}

impl App {
    /// The posts of a day by building block, team and service, with fundings, posts that end soon,
    /// posts passed on, and figures that contradict each other.
    ///
    /// Different services are never added up: a sum stands within one service and nowhere else.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn post_sheet(&self, actor: &Actor, asked: PostSheet) -> Result<Sheet, Error> {
        let scope = self.permit(actor, UseCase::SheetPosts)?;
        let on = asked.day.unwrap_or_else(today);
        let reader = self.store.read(&scope)?;
        let codes = reader.code_lists();
        let teams = by_key(records(&reader, "teams")?);
        let providers = by_key(records(&reader, "providers")?);
        let fundings = records(&reader, "fundings")?;
        let mut posts = records(&reader, "posts")?;
        posts.retain(|post| post.holds_on(on));
        posts.sort_by_key(|post| post.text("code").to_owned());
        let paid = by_key(fundings.clone());
        let tables = vec![
            by_team(&posts, &teams, codes),
            by_service(&posts, &teams, codes),
            funding_table(&fundings, on),
            ending(&posts, &teams, &paid, on, asked.warn),
            passed_on(&posts, &teams, &providers),
            contradictions(&records(&reader, "reported-figures")?, codes),
        ];
        let mut facts = vec![fact("Stichtag", "As of", day(Some(on)))];
        facts.push(fact(
            "Warnung vor Ende",
            "Warning before the end",
            words(format!("{} Tage", asked.warn), format!("{} days", asked.warn)),
        ));
        Ok(Sheet {
            id: "posts",
            title: Text::new("Stellen und Förderung", "Posts and fundings"),
            facts,
            remarks: vec![Text::new(
                "Stellenanteile sind keine Köpfe. Verschiedene Angebote werden nie zusammengezählt: Es \
                 gibt keine Gesamtsumme.",
                "Shares of posts are not heads. Different services are never added up: there is no \
                 grand total.",
            )],
            tables,
        })
    }
}

fn by_team(posts: &[Record], teams: &HashMap<i64, Record>, codes: &CodeLists) -> SheetTable {
    let shown = table(
        "teams",
        ("Stellen nach Baustein und Team", "Posts by building block and team"),
        NO_POSTS,
        &[
            ("team", "Team", "Team"),
            ("building_block", "Baustein", "Building block"),
            ("service", "Angebot", "Service"),
            ("planned", "Geplant", "Planned"),
            ("vacant", "Unbesetzt", "Vacant"),
            ("filled", "Besetzt", "Filled"),
            ("heads", "Köpfe", "Heads"),
        ],
    );
    let mut shown = with_unit(shown, &SHARES, "VZÄ", "FTE");
    let mut sums: BTreeMap<(Option<u16>, String, Option<i64>), Shares> = BTreeMap::new();
    for post in posts {
        let team = post.link("team");
        let name = team.and_then(|team| teams.get(&team)).map_or("", |team| team.text("name"));
        let key = (post.place("building_block"), name.to_owned(), team);
        sums.entry(key).or_default().add(post, codes);
    }
    for ((block, name, team), shares) in sums {
        let service = team.and_then(|team| teams.get(&team));
        let head = [
            text(name),
            block.map_or_else(
                || words("ohne", "none"),
                |block| code(codes, "building-block", Some(block)),
            ),
            service.map_or(SheetCell::Empty, |team| team.word("service", codes)),
        ];
        shown.rows.push(head.into_iter().chain(shares.cells()).collect());
    }
    shown
}

const NO_POSTS: (&str, &str) =
    ("An diesem Tag gibt es keine Stellen.", "There are no posts on this day.");
const SHARES: [&str; 3] = ["planned", "vacant", "filled"];

fn by_service(posts: &[Record], teams: &HashMap<i64, Record>, codes: &CodeLists) -> SheetTable {
    let shown = table(
        "services",
        ("Stellen nach Angebot", "Posts by service"),
        NO_POSTS,
        &[
            ("service", "Angebot", "Service"),
            ("planned", "Geplant", "Planned"),
            ("vacant", "Unbesetzt", "Vacant"),
            ("filled", "Besetzt", "Filled"),
            ("heads", "Köpfe", "Heads"),
        ],
    );
    let mut shown = with_unit(shown, &SHARES, "VZÄ", "FTE");
    let mut sums: BTreeMap<Option<u16>, Shares> = BTreeMap::new();
    for post in posts {
        let team = post.link("team").and_then(|team| teams.get(&team));
        let service = team.and_then(|team| team.place("service"));
        sums.entry(service).or_default().add(post, codes);
    }
    for (service, shares) in sums {
        let head = [code(codes, "service", service)];
        shown.rows.push(head.into_iter().chain(shares.cells()).collect());
    }
    shown
}

fn funding_table(fundings: &[Record], on: Day) -> SheetTable {
    let shown = table(
        "fundings",
        ("Förderungen", "Fundings"),
        ("Es ist keine Förderung festgehalten.", "No funding is recorded."),
        &[
            ("funding", "Kürzel", "Code"),
            ("name", "Bezeichnung", "Name"),
            ("funder", "Mittelgeber", "Funder"),
            ("amount", "Betrag", "Amount"),
            ("from", "Ab", "From"),
            ("until", "Bis", "Until"),
            ("days", "Noch", "Left"),
        ],
    );
    let shown = with_unit(shown, &["amount"], "€", "EUR");
    let mut shown = with_unit(shown, &["days"], "Tage", "days");
    let mut listed: Vec<&Record> = fundings.iter().collect();
    listed.sort_by_key(|funding| {
        (funding.day("until").is_none(), funding.day("until"), funding.text("code"))
    });
    for funding in listed {
        let until = funding.day("until");
        let left = match until {
            Some(until) if until < on => words("beendet", "over"),
            until => days_until(on, until),
        };
        shown.rows.push(vec![
            funding.written("code"),
            funding.written("name"),
            funding.written("funder"),
            funding.number("amount").map_or(SheetCell::NotCollected, hundredths),
            funding.dated("from"),
            until.map_or_else(|| words("unbefristet", "no end"), SheetCell::Day),
            left,
        ]);
    }
    shown
}

fn ending(
    posts: &[Record],
    teams: &HashMap<i64, Record>,
    fundings: &HashMap<i64, Record>,
    on: Day,
    warn: u16,
) -> SheetTable {
    let shown = table(
        "ending",
        ("Befristete Stellen, die bald enden", "Posts that end soon"),
        ("Keine Stelle endet demnächst.", "No post ends soon."),
        &[
            ("post", "Stelle", "Post"),
            ("team", "Team", "Team"),
            ("fte", "Anteil", "Share"),
            ("until", "Befristet bis", "Limited to"),
            ("days", "Noch", "Left"),
            ("funding", "Förderung", "Funding"),
            ("funding_until", "Förderung bis", "Funding until"),
        ],
    );
    let shown = with_unit(shown, &["fte"], "VZÄ", "FTE");
    let mut shown = with_unit(shown, &["days"], "Tage", "days");
    let end = on.plus(i32::from(warn));
    let mut soon: Vec<(Day, &Record)> = posts
        .iter()
        .filter_map(|post| Some((post.day("until").filter(|until| *until <= end)?, post)))
        .collect();
    soon.sort_by_key(|(until, post)| (*until, post.text("code")));
    for (until, post) in soon {
        let funding = post.link("funding");
        let paid_until = funding.and_then(|key| fundings.get(&key)).and_then(|it| it.day("until"));
        shown.rows.push(vec![
            post.written("code"),
            linked(teams, post.link("team"), "name"),
            post.in_hundredths("fte"),
            day(Some(until)),
            days_until(on, Some(until)),
            linked(fundings, funding, "name"),
            day(paid_until),
        ]);
    }
    shown
}

fn passed_on(
    posts: &[Record],
    teams: &HashMap<i64, Record>,
    providers: &HashMap<i64, Record>,
) -> SheetTable {
    let shown = table(
        "passed-on",
        ("Weitergeleitete Stellen", "Posts passed on"),
        ("Keine Stelle ist weitergeleitet.", "No post has been passed on."),
        &[
            ("post", "Stelle", "Post"),
            ("team", "Team", "Team"),
            ("fte", "Anteil", "Share"),
            ("heads", "Köpfe", "Heads"),
            ("provider", "Weitergeleitet an", "Passed on to"),
        ],
    );
    let mut shown = with_unit(shown, &["fte"], "VZÄ", "FTE");
    for post in posts.iter().filter(|post| post.link("passed_on_to").is_some()) {
        shown.rows.push(vec![
            post.written("code"),
            linked(teams, post.link("team"), "name"),
            post.in_hundredths("fte"),
            post.counted("heads"),
            linked(providers, post.link("passed_on_to"), "name"),
        ]);
    }
    shown
}
