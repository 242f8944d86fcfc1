//! The colours of Python source and its syntax errors, by ruff's parser.
//!
//! The whole text is read again after every edit: two thousand lines take less than a millisecond. Colours come from
//! the tokens, which the parser mends where a text is broken (`match = 1` is a name, an unclosed f-string ends at its
//! line), so that they stay put while something is half written. Knows nothing of editors and screens.

use std::ops::Range;

use ruff_python_ast::PySourceType;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::parse_unchecked_source;
use ruff_text_size::Ranged;

use crate::domain::place::LineIndex;

use super::SyntaxClass;
use super::depth::too_deep;

mod classes;

/// The longest text that is read, in bytes.
pub const LONGEST: usize = 4 * 1024 * 1024;

/// A piece of the text with a class of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The bytes that it covers.
    pub range: Range<usize>,
    /// What it is; never [`SyntaxClass::Plain`].
    pub class: SyntaxClass,
}

/// Something that Python could not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The bytes that it is about; may be empty.
    pub range: Range<usize>,
    /// The line, counted from 1.
    pub line: u32,
    /// The column, counted from 1, in characters.
    pub column: u32,
    /// What is wrong, in one line without a full stop.
    pub message: String,
}

/// What a text is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Syntax {
    /// Its coloured pieces, ascending and without overlap.
    pub spans: Vec<Span>,
    /// Its errors, in the order of the text.
    pub errors: Vec<SyntaxError>,
    /// Whether it was too long or too deeply nested to be read: then there are neither spans nor errors.
    pub unread: bool,
}

impl Syntax {
    /// The spans that touch a range of bytes.
    #[must_use]
    pub fn spans_in(&self, range: Range<usize>) -> &[Span] {
        let first = self.spans.partition_point(|span| span.range.end <= range.start);
        let last = self.spans.partition_point(|span| span.range.start < range.end);
        &self.spans[first..last.max(first)]
    }
}

/// Reads a text.
#[must_use]
pub fn parse(text: &str) -> Syntax {
    if !is_readable(text) {
        return Syntax { unread: true, ..Syntax::default() };
    }
    let parsed = parse_unchecked_source(text, PySourceType::Python);
    let spans = classes::classify(text, parsed.tokens());
    Syntax { spans, errors: errors(text, parsed.errors()), unread: false }
}

/// Whether a text is neither too long nor too deeply nested for a tree.
#[must_use]
pub fn is_readable(text: &str) -> bool {
    text.len() <= LONGEST && !too_deep(text)
}

fn opens(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Lbrace
            | TokenKind::FStringStart
            | TokenKind::TStringStart
    )
}

fn closes(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Rpar
            | TokenKind::Rsqb
            | TokenKind::Rbrace
            | TokenKind::FStringEnd
            | TokenKind::TStringEnd
    )
}

fn errors(text: &str, errors: &[ruff_python_parser::ParseError]) -> Vec<SyntaxError> {
    if errors.is_empty() {
        return Vec::new();
    }
    let index = LineIndex::new(text);
    let mut errors: Vec<SyntaxError> = errors
        .iter()
        .map(|error| {
            let range = error.range();
            let range =
                range.start().to_usize().min(text.len())..range.end().to_usize().min(text.len());
            let (line, column) = index.line_column(text, range.start);
            SyntaxError { range, line, column, message: error.error.to_string() }
        })
        .collect();
    errors.sort_by_key(|error| error.range.start);
    errors
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};

    use super::*;

    fn sound(text: &str) {
        let syntax = parse(text);
        let mut end = 0;
        for span in &syntax.spans {
            assert!(span.range.start >= end && span.range.end > span.range.start, "{span:?}");
            assert!(text.get(span.range.clone()).is_some(), "{span:?} cuts a character");
            assert!(span.class != SyntaxClass::Plain);
            end = span.range.end;
        }
        for error in &syntax.errors {
            assert!(text.get(error.range.clone()).is_some(), "{error:?} cuts a character");
        }
    }

    #[test]
    fn an_error_names_line_and_column() {
        let syntax = parse("x = 1\nif größe = 2:\n    pass\n");
        let error = &syntax.errors[0];
        assert_eq!((error.line, error.column), (2, 10), "{error:?}");
        assert!(!error.message.is_empty());
        assert!(parse("x = 1\n").errors.is_empty());
    }

    #[test]
    fn a_broken_line_leaves_the_colours_of_the_others() {
        let text = "def f(:\n    return 'a'\n";
        let syntax = parse(text);
        assert!(!syntax.errors.is_empty());
        let at = text.find("'a'").unwrap();
        let string = Span { range: at..at + 3, class: SyntaxClass::String };
        assert!(syntax.spans.contains(&string), "{:?}", syntax.spans);
    }

    #[test]
    fn deep_nesting_is_not_read_and_does_not_overflow() {
        let deep = 10_000;
        for text in [
            "(".repeat(deep),
            "[".repeat(deep) + &"]".repeat(deep),
            "{1:".repeat(deep),
            "x = ".to_owned() + &"not ".repeat(deep) + "1",
            "x = ".to_owned() + &"-".repeat(deep) + "1",
            "x = 1".to_owned() + &" + 1".repeat(deep),
            "x = a".to_owned() + &".b".repeat(deep),
            "x = a".to_owned() + &"()".repeat(deep),
            "x = ".to_owned() + &"1 if a else ".repeat(deep) + "1",
            "x = ".to_owned() + &"lambda: ".repeat(deep) + "1",
            "x = ".to_owned() + &"lambda a, b: ".repeat(deep) + "1",
            "x = ".to_owned() + &"f\"{".repeat(deep),
            "x = ".to_owned() + &"[0, ".repeat(deep),
            "match x:\n case ".to_owned() + &"[".repeat(deep),
            (0..2_000).map(|n| " ".repeat(n) + "if x:\n").collect(),
        ] {
            let start: String = text.chars().take(30).collect();
            assert!(parse(&text).unread, "{start}…");
        }
    }

    #[test]
    fn long_and_flat_programs_are_read() {
        for text in [
            "x = [".to_owned() + &"1, ".repeat(20_000) + "]",
            "x = {\n".to_owned() + &"    'a': f(b, c),\n".repeat(5_000) + "}\n",
            "call(a)(b)\n".repeat(10_000),
            "x = 1; ".repeat(5_000),
        ] {
            assert!(!parse(&text).unread);
        }
        assert!(parse(&"#".repeat(LONGEST + 1)).unread);
    }

    #[test]
    fn what_was_just_read_is_dropped_safely_on_a_small_stack() {
        // A bracket counts as two: for what it makes of what stands before it, and for its inside.
        let deep = crate::analysis::depth::MAX_DEPTH as usize / 2 - 10;
        let texts = ["(".repeat(deep), "[".repeat(deep), "-".repeat(deep), "{".repeat(deep)];
        let reader = std::thread::Builder::new().stack_size(512 * 1024).spawn(move || {
            for text in texts {
                assert!(!parse(&text).unread);
            }
        });
        reader.unwrap().join().unwrap();
    }

    #[test]
    fn spans_of_a_range_are_those_that_touch_it() {
        let text = "if a:\n    return 'x'\n";
        let syntax = parse(text);
        let line = syntax.spans_in(6..20);
        assert_eq!(line.first().unwrap().class, SyntaxClass::Keyword);
        assert!(line.iter().all(|span| span.range.start >= 6 && span.range.end <= 20));
        assert!(syntax.spans_in(text.len()..text.len()).is_empty());
    }

    proptest! {
        #[test]
        fn any_text_is_read_soundly(text in r#"([ -~\n\t]|"""|'''|f"|\{|\}|\\|é|😀|\u{0}|def |class |lambda |match |@|\n    ){0,60}"#) {
            sound(&text);
            prop_assert!(!parse(&text).unread);
        }

        #[test]
        fn any_characters_are_read_soundly(text in "\\PC{0,80}") {
            sound(&text);
        }
    }
}
