//! The small part of Markdown that a plugin may write its longer texts in.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::error::{is_unprintable, words};

/// Bytes of a passage in one language.
const LONGEST_PASSAGE: usize = 4_000;

/// How many lists, and how much emphasis, may lie inside one another.
const DEEPEST: usize = 3;

/// Checks that a passage is made of paragraphs, lists, emphasis and code alone.
///
/// Whoever turns it into HTML with the options used here, none of them, can get nothing but `p`,
/// `ul`, `ol`, `li`, `em`, `strong` and `code`, without any attribute.
///
/// # Errors
///
/// The end of a sentence that begins with the passage's place.
pub(super) fn check_passage(text: &str) -> Result<(), String> {
    if text.len() > LONGEST_PASSAGE {
        return Err(format!("has {} bytes; at most {LONGEST_PASSAGE}", text.len()));
    }
    if text.trim().is_empty() {
        return Err("is empty".into());
    }
    let other = |what: &str| Err(format!("has {what}, which is not among the Markdown allowed"));
    if text.chars().any(|c| c != '\n' && is_unprintable(c)) {
        return other("a tab or another character that cannot be shown");
    }
    let parser = Parser::new_ext(text, Options::empty());
    // They leave no trace among the events.
    if parser.reference_definitions().iter().next().is_some() {
        return other("a link");
    }
    let (mut lists, mut emphasis) = (0_usize, 0_usize);
    for (event, range) in parser.into_offset_iter() {
        let source = text[range].trim_start();
        match event {
            Event::Start(Tag::List(None | Some(1))) => lists += 1,
            Event::Start(Tag::List(Some(_))) => return other("a list that does not begin with 1"),
            Event::End(TagEnd::List(_)) => lists -= 1,
            Event::Start(Tag::Item) if !is_item(source) => {
                return other("a list whose entries begin neither with `-` nor with `1.`");
            }
            Event::Start(Tag::Emphasis | Tag::Strong) if source.starts_with('*') => emphasis += 1,
            Event::Start(Tag::Emphasis | Tag::Strong) => return other("emphasis with `_`"),
            Event::End(TagEnd::Emphasis | TagEnd::Strong) => emphasis -= 1,
            Event::Start(Tag::Paragraph | Tag::Item)
            | Event::End(TagEnd::Paragraph | TagEnd::Item)
            | Event::SoftBreak => {}
            // What was written as `&#8238;` shows only here.
            Event::Text(shown) | Event::Code(shown) if !shown.chars().any(is_unprintable) => {}
            Event::Text(shown) | Event::Code(shown) => {
                return other(&format!("a character that cannot be shown in `{}`", words(&shown)));
            }
            Event::Start(tag) => return other(name(&tag)),
            Event::Html(_) | Event::InlineHtml(_) => return other("HTML"),
            Event::HardBreak => return other("a line break within a paragraph"),
            Event::Rule => return other("a line across"),
            _ => return other("something"),
        }
        if lists > DEEPEST || emphasis > DEEPEST {
            return Err(format!("has more than {DEEPEST} lists or emphases inside one another"));
        }
    }
    Ok(())
}

/// Whether an entry of a list begins as it may.
fn is_item(source: &str) -> bool {
    source.starts_with('-')
        || source.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with('.')
}

fn name(tag: &Tag<'_>) -> &'static str {
    match tag {
        Tag::Heading { .. } => "a heading",
        Tag::BlockQuote(_) => "a quotation",
        Tag::CodeBlock(_) => "a block of code",
        Tag::HtmlBlock => "HTML",
        Tag::Link { .. } => "a link",
        Tag::Image { .. } => "an image",
        _ => "something",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn everything_else_of_markdown_is_refused_by_its_name() {
        for (text, expected) in [
            ("", "is empty"),
            (" \n\n", "is empty"),
            ("# a", "a heading"),
            ("a\n===", "a heading"),
            ("> a", "a quotation"),
            ("    a", "a block of code"),
            ("```\na\n```", "a block of code"),
            ("<b>a</b>", "HTML"),
            ("<div>\na\n</div>", "HTML"),
            ("a <br> b", "HTML"),
            ("<!-- a -->", "HTML"),
            ("[a](https://example.org)", "a link"),
            ("[a][b]\n\n[b]: https://example.org", "a link"),
            ("a\n\n[b]: https://example.org", "a link"),
            ("<https://example.org>", "a link"),
            ("![a](b.png)", "an image"),
            ("a  \nb", "a line break within"),
            ("a\\\nb", "a line break within"),
            ("a\n\n---\n\nb", "a line across"),
            ("* a", "neither with `-`"),
            ("+ a", "neither with `-`"),
            ("1) a", "neither with `-`"),
            ("2. a", "does not begin with 1"),
            ("_a_", "emphasis with `_`"),
            ("__a__", "emphasis with `_`"),
            ("a\tb", "a tab"),
            ("a\u{202e}b", "cannot be shown"),
            ("a &#8238; b", "cannot be shown"),
            ("a &#27;[2J b", "cannot be shown"),
            ("- a\n  - b\n    - c\n      - d", "more than 3"),
            ("*a **b *c **d** c* b** a*", "more than 3"),
        ] {
            let found = check_passage(text);
            assert!(found.as_ref().is_err_and(|e| e.contains(expected)), "{text:?}: {found:?}");
        }
        assert!(check_passage(&"ä".repeat(2_001)).unwrap_err().contains("4002 bytes"));
        check_passage(&"ä".repeat(2_000)).unwrap();
    }

    #[test]
    fn the_part_that_is_allowed_is_taken() {
        for text in [
            "One paragraph\nof two lines.\n\nAnother with *emphasis*, **strong emphasis**, `code`.",
            "- one\n- two\n  1. a\n  2. b\n\n     - x",
            "1. one\n\n   with a second paragraph\n\n2. two",
            "5 > 3 & 2 < 4; 2 * 3 = 6; \\*no emphasis\\*; snake_case_word; [no link]; a &amp; b",
            "***both***",
        ] {
            assert_eq!(check_passage(text), Ok(()), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_answered(
            parts in proptest::collection::vec(
                prop_oneof![
                    "[ a-cä]{0,3}",
                    proptest::sample::select(vec![
                        "*", "**", "`", "- ", "1. ", "\n", "\n\n", "    ", "<", ">", "[", "](", ")", "!",
                        "&lt;", "\\", "# ", "---", "[a]: b", "_", "\u{1b}", "\u{202e}", "👍",
                    ]).prop_map(str::to_owned),
                ],
                0..20,
            ),
        ) {
            let text = parts.concat();
            let answer = check_passage(&text);
            if text.trim().is_empty() || text.contains(['\u{1b}', '\u{202e}']) {
                prop_assert!(answer.is_err(), "{text:?}");
            } else if !text.contains(|c: char| !matches!(c, 'a'..='c' | 'ä' | '👍' | '!')) {
                prop_assert_eq!(answer, Ok(()));
            }
        }
    }
}
