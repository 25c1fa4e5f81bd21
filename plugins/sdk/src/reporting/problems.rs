//! Finds the mistakes of a composition that the host would refuse.

use super::composition::Composition;
use crate::problems::{check_ids, check_line};

impl Composition {
    /// Every mistake in it, in words; empty where there is none. The host also refuses passages with
    /// other Markdown than is allowed; `tridem plugin check` tells.
    ///
    /// Call it in a test: [`testing::Case::compose`](crate::testing::Case::compose) does.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        check_ids("check", 64, self.checks.iter().map(|(id, ..)| id.as_str()), &mut problems);
        let groups = [("phrase", 1_000, &self.phrases), ("passage", 100, &self.passages)];
        for (what, most, list) in groups {
            if list.len() > most {
                problems.push(format!("there are more than {most} {what}s"));
            }
            for (place, (id, _)) in list.iter().enumerate() {
                if list[..place].iter().any(|(before, _)| before == id) {
                    problems.push(format!("there are two {what}s with the id `{id}`"));
                }
            }
        }
        for (id, text) in &self.phrases {
            check_line(id, &text.de, &text.en, &mut problems);
        }
        for (id, title, _) in &self.checks {
            check_line(id, &title.de, &title.en, &mut problems);
        }
        for (id, text) in &self.passages {
            for words in [&text.de, &text.en] {
                if words.trim().is_empty() || words.len() > 4_000 {
                    problems.push(format!("the passage `{id}` must have 1 to 4,000 bytes"));
                }
            }
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Composition, Severity};

    #[test]
    fn all_mistakes_are_told_at_once() {
        let problems = Composition::new("org.example.wrong", "1.0.0")
            .phrase("title", ("Titel", " "))
            .phrase("title", "again")
            .passage("about", " ")
            .check("No Time", "two\nlines", Severity::Note)
            .problems();
        for part in [
            "two phrases with the id `title`",
            "text ` ` of `title`",
            "passage `about` must have",
            "check id `No Time`",
            "text `two\nlines`",
        ] {
            assert!(problems.iter().any(|found| found.contains(part)), "{part} in {problems:#?}");
        }
    }
}
