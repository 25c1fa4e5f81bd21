//! What a plugin would report or propose, for `tridem plugin inspect`.

use crate::app::Descriptions;
use crate::domain::{Composition, Description, Lang, Severity, Workflow};

/// A section for each thing that the plugin can do, each after an empty line.
pub(super) fn lines(found: &Descriptions, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(description) = &found.metrics {
        tables(description, lang, &mut lines);
    }
    if let Some(composition) = &found.composition {
        checks(composition, lang, &mut lines);
    }
    if let Some(workflow) = &found.workflow {
        steps(workflow, lang, &mut lines);
    }
    lines
}

fn heading(text: &str, lines: &mut Vec<String>) {
    lines.push(String::new());
    lines.push(text.to_owned());
}

fn tables(description: &Description, lang: Lang, lines: &mut Vec<String>) {
    heading(lang.pick("Tabellen", "Tables"), lines);
    for table in &description.tables {
        let label = |place: &usize| description.measures[*place].label.get(lang);
        let measures: Vec<&str> = table.measures.iter().map(label).collect();
        lines.push(format!("  {}: {}", table.title.get(lang), measures.join(", ")));
    }
}

fn checks(composition: &Composition, lang: Lang, lines: &mut Vec<String>) {
    heading(lang.pick("Prüfungen", "Checks"), lines);
    if composition.checks.is_empty() {
        lines.push(
            lang.pick(
                "  keine; es schreibt einen eigenen Bericht",
                "  none; it writes a report of its own",
            )
            .to_owned(),
        );
    }
    for check in &composition.checks {
        let severity = match check.severity {
            Severity::Note => lang.pick("Hinweis", "note"),
            Severity::Warning => lang.pick("Warnung", "warning"),
            Severity::Mistake => lang.pick("Fehler", "mistake"),
        };
        lines.push(format!("  {} ({severity})", check.title.get(lang)));
    }
}

fn steps(workflow: &Workflow, lang: Lang, lines: &mut Vec<String>) {
    heading(lang.pick("Schritte", "Steps"), lines);
    for step in &workflow.steps {
        let label = step.label.get(lang);
        if step.templates.is_empty() {
            lines.push(format!("  {label}"));
        } else {
            let letters = lang.pick("Briefe", "letters");
            lines.push(format!("  {label} ({letters}: {})", step.templates.join(", ")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CheckSpec, Holds, Step, Text};

    #[test]
    fn a_plugin_is_shown_with_everything_it_can_do() {
        let check = |severity, title: &str| CheckSpec {
            id: title.to_lowercase(),
            title: Text::same(title),
            severity,
        };
        let step = |label: Text, templates: &[&str]| Step {
            id: "call".into(),
            label,
            holds: Holds::Month,
            templates: templates.iter().map(|name| (*name).to_owned()).collect(),
        };
        let mut found = Descriptions {
            metrics: None,
            composition: Some(Composition {
                phrases: Vec::new(),
                passages: Vec::new(),
                checks: vec![check(Severity::Mistake, "A"), check(Severity::Note, "B")],
            }),
            workflow: Some(Workflow {
                steps: vec![
                    step(Text::new("Eltern anrufen", "Call the parents"), &[]),
                    step(Text::new("Einladen", "Invite"), &["first", "second"]),
                ],
                reasons: Vec::new(),
            }),
        };
        assert_eq!(
            lines(&found, Lang::En),
            [
                "",
                "Checks",
                "  A (mistake)",
                "  B (note)",
                "",
                "Steps",
                "  Call the parents",
                "  Invite (letters: first, second)",
            ]
        );
        found.workflow = None;
        found.composition.as_mut().unwrap().checks.clear();
        assert_eq!(
            lines(&found, Lang::De),
            ["", "Prüfungen", "  keine; es schreibt einen eigenen Bericht"]
        );
        found.composition = None;
        assert!(lines(&found, Lang::De).is_empty());
    }
}
