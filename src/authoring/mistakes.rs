//! Whether a mistake's message says only what its rules have established: a false message is worse than none.

use crate::domain::document::{Block, Document, Inline, Inlines};
use crate::domain::exercise::Mistake;
use crate::domain::problem::Problem;
use crate::domain::run::Exception;

/// Words that make a construct of a piece of code which begins with one.
const CONSTRUCTS: [&str; 20] = [
    "async", "await", "yield", "with", "lambda", "global", "nonlocal", "for", "while", "try",
    "except", "finally", "raise", "return", "def", "class", "if", "assert", "match", "import",
];

/// A message that names a construct, of a mistake that does not look whether it is there.
pub(super) fn unestablished(mistake: &Mistake) -> Option<Problem> {
    if !mistake.rules.source.is_empty() {
        return None;
    }
    let construct = named(&mistake.message)?;
    let message = format!(
        "the message of `{}` names `{construct}`, and no rule looks at how the code is written",
        mistake.id
    );
    let hint = format!(
        "add ```toml mistake={} with a `source` rule: a program that fails alike may be written otherwise",
        mistake.id
    );
    Some(Problem::error(mistake.place.clone(), message).hint(hint))
}

/// A mistake that every program makes which ends in one exception before it is looked at.
pub(super) fn too_broad(mistake: &Mistake, ended_in: Option<&Exception>) -> Option<Problem> {
    let exception = ended_in.filter(|_| mistake.rules.source.is_empty())?;
    let message = format!(
        "the wrong program of `{}` ends in {} before the first check, so that any other that does gets its message",
        mistake.id, exception.class
    );
    Some(
        Problem::warning(mistake.program.place.clone(), message)
            .hint("narrow it by a `source` rule that says what the program did"),
    )
}

/// The first piece of code in a message that is a construct rather than a name: `yield`, `with open(…)`, `@cache`.
fn named(message: &Document) -> Option<String> {
    message.0.iter().find_map(in_block)
}

fn in_block(block: &Block) -> Option<String> {
    match block {
        Block::Paragraph(text) => in_line(text),
        Block::List { items, .. } => {
            items.iter().find_map(|item| item.blocks.iter().find_map(in_block))
        }
        Block::Quote { blocks, .. } => blocks.iter().find_map(in_block),
        _ => None,
    }
}

fn in_line(Inlines(inlines): &Inlines) -> Option<String> {
    inlines.iter().find_map(|inline| match inline {
        Inline::Code(code) => {
            let word = code.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("");
            (code.starts_with('@') || CONSTRUCTS.contains(&word)).then(|| code.to_string())
        }
        Inline::Strong(text)
        | Inline::Emphasis(text)
        | Inline::Struck(text)
        | Inline::Link { text, .. } => in_line(text),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clean::Clean;

    fn message(code: &str) -> Document {
        let inlines = vec![Inline::Text(Clean::line("You ")), Inline::Code(Clean::line(code))];
        Document(vec![Block::Paragraph(Inlines(inlines))])
    }

    #[test]
    fn keywords_and_decorators_are_constructs_and_names_are_not() {
        for code in ["yield", "with open(path)", "@cache", "async def", "return x"] {
            assert_eq!(named(&message(code)).as_deref(), Some(code));
        }
        for code in ["iter", "withdraw()", "returned", "None", "list[int]", "__exit__"] {
            assert_eq!(named(&message(code)), None, "{code}");
        }
    }
}
