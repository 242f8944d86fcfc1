//! The braces at the end of a heading: `{#id .kind key=value}`.

use super::blocks::{read_clock, read_id, read_python};
use super::markdown::Heading;
use super::source::{At, Faults, Source, any_of};
use super::words::{WordKind, is_id, words};
use crate::domain::course::{Kind, PythonRange};
use crate::domain::document::Inline;
use crate::domain::run::Clock;

/// The kinds that a step can be given, and what the learner does in it.
pub(super) const KINDS: [(Kind, &str); 10] = [
    (Kind::Write, "writes code from a stub"),
    (Kind::Fix, "mends a bug"),
    (Kind::Fill, "fills the blanks (`___`)"),
    (Kind::Refactor, "makes code better that works"),
    (Kind::Test, "writes tests for code that is given"),
    (Kind::Types, "adds or mends annotations until the type checker agrees"),
    (Kind::Order, "puts lines in order and indents them"),
    (Kind::Predict, "says what a program prints, then why, then sees it run"),
    (Kind::Choice, "picks answers to one or more questions"),
    (Kind::Cards, "explains, uncovers the key points, rates"),
];

/// The most lessons that one question settles.
const MOST_SETTLED: usize = 20;

/// What a step's braces may say besides its id and its kind.
pub(super) const ATTRIBUTES: [(&str, &str); 6] = [
    ("objective", "the objective that the step serves, counted from 1"),
    ("covers", "claims of the curriculum that it shows, such as `12,E2`"),
    ("continues", "the earlier code step whose last passing text this one starts from"),
    (
        "settles",
        "in a check-up, the lessons of the track that are settled where this is right at once, such as `first-class,closures`",
    ),
    ("clock", "`real`: a code step's program sees the clock on the wall"),
    ("python", "the Python versions that a code step's program runs on, such as `\">=3.12\"`"),
];

/// What the braces of a step say.
#[derive(Debug, Default)]
pub(super) struct Attributes<'t> {
    pub(super) id: Option<At<&'t str>>,
    pub(super) kind: Option<At<Kind>>,
    /// Whether the kind cannot be told.
    pub(super) unknown_kind: bool,
    pub(super) objective: Option<At<u32>>,
    pub(super) covers: Vec<String>,
    pub(super) continues: Option<At<&'t str>>,
    pub(super) settles: Vec<String>,
    pub(super) clock: Option<At<Clock>>,
    pub(super) python: Option<At<PythonRange>>,
}

/// Reads the braces of a step's heading.
pub(super) fn read_step<'t>(
    source: &Source<'t>,
    heading: &Heading,
    at: usize,
    faults: &mut Faults,
) -> Attributes<'t> {
    let unknown_kind = !check_closed(source, heading, at, faults);
    let mut attributes = Attributes { unknown_kind, ..Attributes::default() };
    let Some(range) = heading.attributes.clone() else { return attributes };
    let mut seen: Vec<&str> = Vec::new();
    for word in words(source, range, faults) {
        match word.kind {
            WordKind::Id(id) if attributes.id.is_none() => {
                attributes.id = read_id(source, At { value: id, at: word.at + 1 }, faults);
            }
            WordKind::Class(class) if attributes.kind.is_none() && !attributes.unknown_kind => {
                read_kind(source, At { value: class, at: word.at }, &mut attributes, faults);
            }
            WordKind::Id(_) | WordKind::Class(_) => faults.error(
                source,
                word.at,
                "a heading has one id and one kind",
                "leave the second one out",
            ),
            WordKind::Pair { key, .. } if seen.contains(&key) => {
                let message = format!("`{key}` stands twice in these braces");
                faults.error(source, word.at, message, "leave one of them out");
            }
            WordKind::Pair { key, value, value_at } => {
                seen.push(key);
                let value = At { value, at: value_at };
                read_pair(source, At { value: key, at: word.at }, value, &mut attributes, faults);
            }
            WordKind::Bare(word_text) => {
                let kind = KINDS.iter().any(|(kind, _)| kind.word() == word_text);
                attributes.unknown_kind |= kind;
                malformed(source, At { value: word_text, at: word.at }, faults);
            }
        }
    }
    attributes
}

/// Reads the braces of a question's or a card's heading: an id alone.
pub(super) fn read_question<'t>(
    source: &Source<'t>,
    heading: &Heading,
    at: usize,
    faults: &mut Faults,
) -> Option<At<&'t str>> {
    check_closed(source, heading, at, faults);
    let mut id = None;
    for word in words(source, heading.attributes.clone()?, faults) {
        match word.kind {
            WordKind::Id(text) if id.is_none() => {
                id = read_id(source, At { value: text, at: word.at + 1 }, faults);
            }
            _ => faults.error(
                source,
                word.at,
                "the braces of a question hold its id alone",
                "write `{#id}`",
            ),
        }
    }
    id
}

/// Whether no braces stand in a heading that were meant as attributes and are none.
fn check_closed(source: &Source<'_>, heading: &Heading, at: usize, faults: &mut Faults) -> bool {
    let plain = heading.text.0.iter().any(|inline| match inline {
        Inline::Text(text) => text.contains("{#") || text.contains("{."),
        _ => false,
    });
    if !plain {
        return true;
    }
    let line = source.text.get(at..).and_then(|text| text.lines().next()).unwrap_or("");
    let open = line.rfind("{#").or_else(|| line.rfind("{.")).unwrap_or(0);
    faults.error(
        source,
        at + open,
        "these braces are not closed at the end of the heading",
        "end the heading with them, such as `## Title {#id .write objective=1}`",
    );
    false
}

fn read_kind(
    source: &Source<'_>,
    class: At<&str>,
    attributes: &mut Attributes<'_>,
    faults: &mut Faults,
) {
    let name = class.value;
    if let Some((kind, _)) = KINDS.iter().find(|(kind, _)| kind.word() == name) {
        attributes.kind = Some(At { value: *kind, at: class.at });
    } else {
        attributes.unknown_kind = true;
        let known = || KINDS.iter().map(|(kind, _)| kind.word());
        let hint = match faults.near(name, known()) {
            Some(near) => format!("did you mean `.{near}`?"),
            None => format!("write {}, each with a dot before it", any_of(known())),
        };
        let name: String = name.chars().take(60).collect();
        faults.error(source, class.at, format!("there is no kind of step `.{name}`"), hint);
    }
}

fn read_pair<'t>(
    source: &Source<'_>,
    key: At<&str>,
    value: At<&'t str>,
    attributes: &mut Attributes<'t>,
    faults: &mut Faults,
) {
    match key.value {
        "objective" => match value.value.parse() {
            Ok(number) => attributes.objective = Some(At { value: number, at: value.at }),
            Err(_) => faults.error(
                source,
                value.at,
                "`objective` takes a number",
                "write the objective's place in the front matter's list, counted from 1",
            ),
        },
        "covers" => attributes.covers = read_covers(source, value, faults),
        "settles" => attributes.settles = read_settles(source, value, faults),
        "continues" => attributes.continues = read_id(source, value, faults),
        "clock" => {
            let clock = read_clock(source, value, faults);
            attributes.clock = Some(At { value: clock, at: key.at });
        }
        "python" => {
            attributes.python =
                read_python(source, value, faults).map(|range| At { value: range, at: key.at });
        }
        other => {
            let known = || ATTRIBUTES.iter().map(|(name, _)| *name);
            let hint = match faults.near(other, known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("write {}", any_of(known())),
            };
            let other: String = other.chars().take(60).collect();
            faults.error(source, key.at, format!("a step has no attribute `{other}`"), hint);
        }
    }
}

fn read_covers(source: &Source<'_>, value: At<&str>, faults: &mut Faults) -> Vec<String> {
    let parts: Vec<String> = value.value.split(',').map(|part| part.trim().to_owned()).collect();
    let wrong = |part: &String| part.is_empty() || !part.chars().all(|c| c.is_ascii_alphanumeric());
    if parts.iter().any(wrong) {
        faults.error(
            source,
            value.at,
            format!("`{}` is not a list of claims", value.value),
            "write numbers of claims with commas between, such as `covers=12,E2`",
        );
        return Vec::new();
    }
    parts
}

fn read_settles(source: &Source<'_>, value: At<&str>, faults: &mut Faults) -> Vec<String> {
    let parts: Vec<String> = value.value.split(',').map(|part| part.trim().to_owned()).collect();
    if parts.len() > MOST_SETTLED || parts.iter().any(|part| !is_id(part)) {
        let shown: String = value.value.chars().take(80).collect();
        let hint = format!(
            "write at most {MOST_SETTLED} names with commas between, such as `settles=first-class,closures`"
        );
        faults.error(source, value.at, format!("`{shown}` is no list of lessons"), hint);
        return Vec::new();
    }
    parts
}

fn malformed(source: &Source<'_>, word: At<&str>, faults: &mut Faults) {
    let (text, hint) = (word.value, "write `{#id .kind key=value}`".to_owned());
    let hint = if KINDS.iter().any(|(kind, _)| kind.word() == text) {
        format!("did you mean `.{text}`?")
    } else if is_id(text) {
        format!("did you mean `#{text}`?")
    } else {
        hint
    };
    let text: String = text.chars().take(60).collect();
    faults.error(source, word.at, format!("`{text}` is no attribute"), hint);
}
