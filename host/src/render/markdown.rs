//! The small part of Markdown that plugins may write: as markup for a page, and as lines of text.
//!
//! What comes out as markup are paragraphs, lists, emphasis and code, without any attribute. All else
//! that a text may hold is text: HTML stands there as it was written, a link as its words.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::format;
use super::svg::escaped;

/// A text as markup, in which every word is escaped.
pub(super) fn markup(text: &str) -> String {
    let mut out = String::new();
    for event in Parser::new_ext(text, Options::empty()) {
        match event {
            Event::Start(tag) => out.push_str(begin(&tag)),
            Event::End(tag) => out.push_str(end(tag)),
            Event::Code(code) => {
                out.push_str("<code>");
                out.push_str(&escaped(&format::line(&code)));
                out.push_str("</code>");
            }
            Event::SoftBreak | Event::HardBreak => out.push(' '),
            other => out.push_str(&escaped(&unsteered(&said(other)))),
        }
    }
    out
}

fn begin(tag: &Tag<'_>) -> &'static str {
    match tag {
        Tag::Paragraph | Tag::Heading { .. } | Tag::CodeBlock(_) | Tag::HtmlBlock => "<p>",
        Tag::List(None) => "<ul>",
        Tag::List(Some(_)) => "<ol>",
        Tag::Item => "<li>",
        Tag::Emphasis => "<em>",
        Tag::Strong => "<strong>",
        _ => "",
    }
}

fn end(tag: TagEnd) -> &'static str {
    match tag {
        TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::HtmlBlock => "</p>\n",
        TagEnd::List(false) => "</ul>\n",
        TagEnd::List(true) => "</ol>\n",
        TagEnd::Item => "</li>\n",
        TagEnd::Emphasis => "</em>",
        TagEnd::Strong => "</strong>",
        _ => "",
    }
}

/// The words of an event that is no markup here.
fn said(event: Event<'_>) -> String {
    match event {
        Event::Text(text)
        | Event::Html(text)
        | Event::InlineHtml(text)
        | Event::InlineMath(text)
        | Event::DisplayMath(text)
        | Event::FootnoteReference(text) => text.into_string(),
        _ => String::new(),
    }
}

/// A text without characters that steer, with the blanks at its ends: they part words here.
fn unsteered(text: &str) -> String {
    let line = format::line(text);
    let blank = |is_blank: bool| if is_blank { " " } else { "" };
    if line.is_empty() {
        return blank(!text.is_empty()).to_owned();
    }
    let (first, last) =
        (text.starts_with(char::is_whitespace), text.ends_with(char::is_whitespace));
    format!("{}{line}{}", blank(first), blank(last))
}

/// A text as paragraphs of plain words; entries of a list begin with their dash or number.
pub(super) fn lines(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    // The number of the next entry of each list that is open; none for a list with dashes.
    let mut lists: Vec<Option<u64>> = Vec::new();
    for event in Parser::new_ext(text, Options::empty()) {
        let line = match event {
            Event::Start(Tag::List(first)) => {
                lists.push(first);
                String::new()
            }
            Event::End(TagEnd::List(_)) => {
                lists.pop();
                String::new()
            }
            Event::Start(Tag::Item) => {
                let indent = "  ".repeat(lists.len().saturating_sub(1));
                match lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{indent}{}. ", *number - 1)
                    }
                    _ => format!("{indent}- "),
                }
            }
            Event::End(TagEnd::Item | TagEnd::Paragraph | TagEnd::Heading(_)) => String::new(),
            Event::SoftBreak | Event::HardBreak => {
                add(&mut lines, " ");
                continue;
            }
            Event::Code(code) => {
                add(&mut lines, &format::line(&code));
                continue;
            }
            other => {
                add(&mut lines, &unsteered(&said(other)));
                continue;
            }
        };
        // An entry begins with what comes next, be it in a paragraph or not.
        let has_words = |line: &String| !line.trim().is_empty();
        match lines.last_mut() {
            Some(last) if !has_words(last) => *last = line,
            _ => lines.push(line),
        }
    }
    lines.retain(|line| !line.trim().is_empty());
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

fn add(lines: &mut [String], words: &str) {
    if let Some(last) = lines.last_mut() {
        last.push_str(words);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn html_links_and_images_become_words() {
        assert_eq!(
            markup("<script>alert(1)</script>"),
            "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"
        );
        assert_eq!(markup("a <b onload=x>b</b>"), "<p>a &lt;b onload&#x3D;x&gt;b&lt;/b&gt;</p>\n");
        assert_eq!(markup("[a](javascript:x) ![b](c.png)"), "<p>a b</p>\n");
        assert_eq!(markup("`<i>`"), "<p><code>&lt;i&gt;</code></p>\n");
    }

    #[test]
    fn paragraphs_lists_emphasis_and_code_are_markup() {
        assert_eq!(
            markup("One *two* **three**\n`four`.\n\n- a\n- b\n\n1. c"),
            "<p>One <em>two</em> <strong>three</strong> <code>four</code>.</p>\n\
             <ul><li>a</li>\n<li>b</li>\n</ul>\n<ol><li>c</li>\n</ol>\n"
        );
    }

    #[test]
    fn plain_words_keep_the_lines_of_lists() {
        assert_eq!(
            lines("One *two*\nthree.\n\n- a `b`\n- c\n  1. d\n  2. e\n\nEnd"),
            ["One two three.", "- a b", "- c", "  1. d", "  2. e", "End"]
        );
        assert_eq!(lines("- a\n\n- b"), ["- a", "- b"]);
        assert_eq!(lines(""), [""; 0]);
    }

    proptest! {
        #[test]
        fn nothing_else_ever_becomes_markup(
            text in "([a-z<>&\"'*_`#!\\[\\]()\\-=:/ \n]|<script>|<b>|onload=|\\* |1\\. ){0,60}"
        ) {
            let mut markup = markup(&text);
            for tag in ["p", "ul", "ol", "li", "em", "strong", "code"] {
                markup = markup.replace(&format!("<{tag}>"), "").replace(&format!("</{tag}>"), "");
            }
            prop_assert!(!markup.contains(['<', '>', '"', '\'', '=']), "{markup:?} of {text:?}");
        }

        #[test]
        fn any_text_has_lines_that_cannot_steer_a_terminal(text in any::<String>()) {
            for line in lines(&text) {
                prop_assert!(!line.chars().any(char::is_control), "{line:?}");
            }
        }
    }
}
