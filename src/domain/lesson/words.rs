//! The words of an info string or of a heading's braces: `#id`, `.class`, `key=value`, `key="quoted value"`, `bare`.
//!
//! What the words mean is not known here.

use super::source::{Faults, Source};

/// One word, and the byte offset where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word<'t> {
    pub(super) at: usize,
    pub(super) kind: WordKind<'t>,
}

/// The shape of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WordKind<'t> {
    /// `#id`.
    Id(&'t str),
    /// `.class`.
    Class(&'t str),
    /// `key=value`.
    Pair { key: &'t str, value: &'t str, value_at: usize },
    /// Anything else.
    Bare(&'t str),
}

/// The longest id, in characters.
pub(super) const LONGEST_ID: usize = 64;

/// Whether a text can be an id: small letters, digits and hyphens, beginning with a letter or a digit.
#[must_use]
pub fn is_id(text: &str) -> bool {
    text.len() <= LONGEST_ID
        && text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// The id that a title gives: its letters and digits, with hyphens between; empty where it has none of them.
pub(super) fn slug(title: &str) -> String {
    let mut id = String::new();
    for c in title.chars() {
        if id.len() >= LONGEST_ID {
            break;
        }
        if c.is_ascii_alphanumeric() {
            id.push(c.to_ascii_lowercase());
        } else if !id.is_empty() && !id.ends_with('-') && c != '\'' && c != '’' {
            id.push('-');
        }
    }
    id.truncate(id.trim_end_matches('-').len());
    id
}

/// Whether a text is a Python name, with dots between its parts; one before it stands for any object.
pub(super) fn is_dotted_name(text: &str) -> bool {
    text.len() <= 200
        && text.strip_prefix('.').unwrap_or(text).split('.').all(|part| {
            part.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && part.chars().all(|c| c.is_alphanumeric() || c == '_')
        })
}

/// Reads the words of a range of the source; a quote that is not closed is a fault.
pub(super) fn words<'t>(
    source: &Source<'t>,
    range: std::ops::Range<usize>,
    faults: &mut Faults,
) -> Vec<Word<'t>> {
    let Some(text) = source.text.get(range.clone()) else { return Vec::new() };
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let at = range.end - rest.len();
        let (word, length) = one_word(source, rest, at, faults);
        words.push(word);
        rest = rest.get(length..).unwrap_or("").trim_start();
    }
    words
}

fn one_word<'t>(
    source: &Source<'_>,
    rest: &'t str,
    at: usize,
    faults: &mut Faults,
) -> (Word<'t>, usize) {
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let bare = &rest[..end];
    let Some((key, value)) = bare.split_once('=').filter(|(key, _)| !key.is_empty()) else {
        return (Word { at, kind: shape(bare) }, end);
    };
    let value_at = at + key.len() + 1;
    let Some(quoted) = value.starts_with('"').then(|| &rest[key.len() + 2..]) else {
        return (Word { at, kind: WordKind::Pair { key, value, value_at } }, end);
    };
    let value_at = value_at + 1;
    let closed = quoted.find('"');
    if closed.is_none() {
        faults.error(
            source,
            value_at - 1,
            format!("the value of `{key}` has no closing quotation mark"),
            "end the value with \"",
        );
    }
    let value = &quoted[..closed.unwrap_or(quoted.len())];
    let length = key.len() + 2 + value.len() + usize::from(closed.is_some());
    (Word { at, kind: WordKind::Pair { key, value, value_at } }, length)
}

fn shape(bare: &str) -> WordKind<'_> {
    if let Some(id) = bare.strip_prefix('#') {
        WordKind::Id(id)
    } else if let Some(class) = bare.strip_prefix('.') {
        WordKind::Class(class)
    } else {
        WordKind::Bare(bare)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<Word<'_>>, usize) {
        let source = Source::new("a.md".into(), text);
        let mut faults = Faults::default();
        let words = words(&source, 0..text.len(), &mut faults);
        (words, faults.count())
    }

    #[test]
    fn words_of_every_shape_are_told_apart_with_their_offsets() {
        let (words, faults) = read(r#"run #one .fix a=b python=">=3.11, <3.13" end"#);
        let kinds: Vec<_> = words.iter().map(|word| (word.at, word.kind)).collect();
        assert_eq!(
            kinds,
            [
                (0, WordKind::Bare("run")),
                (4, WordKind::Id("one")),
                (9, WordKind::Class("fix")),
                (14, WordKind::Pair { key: "a", value: "b", value_at: 16 }),
                (18, WordKind::Pair { key: "python", value: ">=3.11, <3.13", value_at: 26 }),
                (41, WordKind::Bare("end")),
            ]
        );
        assert_eq!(faults, 0);
    }

    #[test]
    fn an_open_quote_is_a_fault_and_takes_the_rest() {
        let (words, faults) = read("title=\"a b");
        assert_eq!(words[0].kind, WordKind::Pair { key: "title", value: "a b", value_at: 7 });
        assert_eq!((words.len(), faults), (1, 1));
    }

    #[test]
    fn ids_have_small_letters_digits_and_hyphens() {
        assert!(is_id("keep-name-2") && is_id("2-views"));
        assert!(!is_id("") && !is_id("a.b") && !is_id("-a") && !is_id("A") && !is_id("a_b"));
        assert!(!is_id(&"a".repeat(65)));
    }

    #[test]
    fn a_slug_is_an_id() {
        assert_eq!(slug("What does `it` say, about itself?"), "what-does-it-say-about-itself");
        assert_eq!(slug("Don't"), "dont");
        assert_eq!(slug("שלום"), "");
        assert!(is_id(&slug(&"word ".repeat(100))));
    }
}
