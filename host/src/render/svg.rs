//! Drawings as SVG inside a page: shapes and texts with classes, no script, no style of their own.
//!
//! Every text and attribute is escaped where it is written, and nothing else writes markup.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

/// A drawing of a size in its own units, which a page shows at one CSS pixel or a little more each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Svg {
    pub(super) width: f64,
    pub(super) height: f64,
    /// What it is called and what it says; `None` for decoration, which a screen reader passes over.
    pub(super) words: Option<SvgWords>,
    pub(super) marks: Vec<Mark>,
}

/// The words of a drawing for somebody who cannot see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SvgWords {
    /// Unique in the page; the ids of title and description begin with it.
    pub(super) id: String,
    pub(super) title: String,
    pub(super) description: String,
}

/// A place in a drawing.
pub(super) type Point = (f64, f64);

/// Where a text stands to its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// Something drawn. The class says how it looks, in the style sheet of the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "mark", rename_all = "lowercase")]
pub(super) enum Mark {
    /// Lines from point to point.
    Line { class: String, points: Vec<Point> },
    /// A box.
    Area { class: String, at: Point, width: f64, height: f64 },
    /// A round dot.
    Dot { class: String, at: Point, radius: f64 },
    /// A square that stands on its corner.
    Diamond { class: String, at: Point, radius: f64 },
    /// A text; `full` where it is shortened. One of the class `halo` gets white below it.
    Label { class: String, at: Point, anchor: Anchor, text: String, full: Option<String> },
}

impl Mark {
    pub(super) fn line(class: &str, points: impl Into<Vec<Point>>) -> Self {
        Self::Line { class: class.into(), points: points.into() }
    }

    pub(super) fn dot(class: &str, at: Point, radius: f64) -> Self {
        Self::Dot { class: class.into(), at, radius }
    }

    pub(super) fn diamond(class: &str, at: Point, radius: f64) -> Self {
        Self::Diamond { class: class.into(), at, radius }
    }

    pub(super) fn label(class: &str, at: Point, anchor: Anchor, text: impl Into<String>) -> Self {
        Self::Label { class: class.into(), at, anchor, text: text.into(), full: None }
    }
}

impl Svg {
    /// The drawing as an element for a page.
    pub(super) fn markup(&self) -> String {
        let mut out = String::new();
        self.write(&mut out).expect("a string takes every text");
        out
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        write!(out, "<svg viewBox=\"0 0 {} {}\"", plain(self.width), plain(self.height))?;
        match &self.words {
            None => out.push_str(" aria-hidden=\"true\" focusable=\"false\">"),
            Some(words) => {
                let id = escaped(&words.id);
                write!(out, " role=\"img\" aria-labelledby=\"{id}-title {id}-text\">")?;
                write!(out, "<title id=\"{id}-title\">{}</title>", escaped(&words.title))?;
                write!(out, "<desc id=\"{id}-text\">{}</desc>", escaped(&words.description))?;
            }
        }
        for mark in &self.marks {
            write_mark(mark, out)?;
        }
        out.push_str("</svg>");
        Ok(())
    }
}

/// A drawing as a view of a report holds it, as markup for a page; `None` for what is none. Every text
/// in it is escaped on the way.
pub fn drawing_markup(drawing: &serde_json::Value) -> Option<String> {
    Svg::deserialize(drawing).ok().map(|drawing| drawing.markup())
}

fn write_mark(mark: &Mark, out: &mut String) -> std::fmt::Result {
    match mark {
        Mark::Line { class, points } => {
            write!(out, "<polyline class=\"{}\" points=\"{}\"/>", escaped(class), list(points))
        }
        Mark::Area { class, at: (x, y), width, height } => write!(
            out,
            "<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
            escaped(class),
            plain(*x),
            plain(*y),
            plain(*width),
            plain(*height)
        ),
        Mark::Dot { class, at: (x, y), radius } => write!(
            out,
            "<circle class=\"{}\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
            escaped(class),
            plain(*x),
            plain(*y),
            plain(*radius)
        ),
        Mark::Diamond { class, at: (x, y), radius } => {
            let corners = [(*x, y - radius), (x + radius, *y), (*x, y + radius), (x - radius, *y)];
            write!(out, "<polygon class=\"{}\" points=\"{}\"/>", escaped(class), list(&corners))
        }
        Mark::Label { class, at: (x, y), anchor, text, full } => {
            // White below the letters keeps them legible where they cross a line.
            if class.split(' ').any(|word| word == "halo") {
                let under = format!("{} under", class.replace("halo", ""));
                let anchor = *anchor;
                let full = None;
                let text = text.clone();
                write_mark(&Mark::Label { class: under, at: (*x, *y), anchor, text, full }, out)?;
            }
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            write!(
                out,
                "<text class=\"{}\" x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\">",
                escaped(class),
                plain(*x),
                plain(*y)
            )?;
            if let Some(full) = full {
                write!(out, "<title>{}</title>", escaped(full))?;
            }
            write!(out, "{}</text>", escaped(text))
        }
    }
}

fn list(points: &[Point]) -> String {
    let point = |(x, y): &Point| format!("{},{}", plain(*x), plain(*y));
    points.iter().map(point).collect::<Vec<_>>().join(" ")
}

/// A tenth of a unit is finer than a screen shows; -0 and what is no number become 0.
fn plain(value: f64) -> String {
    let tenths = (value * 10.0).round();
    let value = if tenths.is_finite() && tenths != 0.0 { tenths / 10.0 } else { 0.0 };
    value.to_string()
}

/// A text that is only text, inside an element and inside quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#x27;"),
            '`' => safe.push_str("&#x60;"),
            '=' => safe.push_str("&#x3D;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use snapbox::{assert_data_eq, str};

    use super::*;

    #[test]
    fn no_text_and_no_class_is_markup() {
        let evil = "</svg><script>alert(\"x\")</script>' onload=x `&";
        let words = SvgWords { id: evil.into(), title: evil.into(), description: evil.to_owned() };
        let at = (1.0, 2.0);
        let marks = vec![
            Mark::line(evil, [at, at]),
            Mark::Area { class: evil.into(), at, width: 1.0, height: 1.0 },
            Mark::dot(evil, at, 1.0),
            Mark::diamond(evil, at, 1.0),
            Mark::Label {
                class: evil.into(),
                at,
                anchor: Anchor::End,
                text: evil.into(),
                full: Some(evil.into()),
            },
        ];
        let markup = Svg { width: 10.0, height: 10.0, words: Some(words), marks }.markup();
        assert!(!markup.contains("<script") && !markup.contains("onload=x"));
        assert_eq!(markup.matches("</svg>").count(), 1);
        assert_eq!(markup.matches("&lt;script&gt;alert(&quot;x&quot;)").count(), 13);
    }

    #[test]
    fn a_drawing_has_its_words_or_is_passed_over() {
        let words = SvgWords { id: "a".into(), title: "T".into(), description: "D".into() };
        let marks = vec![Mark::dot("dot", (1.25, -0.0), 4.0)];
        let mut svg = Svg { width: 10.0, height: 5.5, words: Some(words), marks };
        assert_data_eq!(
            svg.markup(),
            str![[
                r#"<svg viewBox="0 0 10 5.5" role="img" aria-labelledby="a-title a-text"><title id="a-title">T</title><desc id="a-text">D</desc><circle class="dot" cx="1.3" cy="0" r="4"/></svg>"#
            ]]
        );
        svg.words = None;
        assert!(svg.markup().starts_with(
            "<svg viewBox=\"0 0 10 5.5\" aria-hidden=\"true\" focusable=\"false\"><circle"
        ));
    }
}
