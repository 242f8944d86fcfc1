//! Takes the words out of comments, so that none of them silences the type checker; every place stays what it was.

use ruff_python_ast::PySourceType;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::parse_unchecked_source;
use ruff_text_size::Ranged as _;

/// The text with white space in the place of what its comments say, character by character.
pub(super) fn without_words(text: &str) -> String {
    let parsed = parse_unchecked_source(text, PySourceType::Python);
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for token in parsed.tokens().iter().filter(|token| token.kind() == TokenKind::Comment) {
        let (start, end) = (token.start().to_usize(), token.end().to_usize());
        out.push_str(&text[copied..start]);
        out.extend(text[start..end].chars().map(|c| if c == '#' { '#' } else { ' ' }));
        copied = end;
    }
    out.push_str(&text[copied..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_say_nothing_and_texts_keep_what_looks_like_one() {
        let text = "x = '# ty: ignore'  # ty: ignore[übel]\n# type: ignore\ny = 1 # a # b\n";
        let bare = "x = '# ty: ignore'  #                 \n#             \ny = 1 #   #  \n";
        assert_eq!(without_words(text), bare);
    }

    #[test]
    fn a_text_that_cannot_be_read_keeps_its_length() {
        let text = "def f(:\n  '''# x\n(# y\n";
        assert_eq!(without_words(text).chars().count(), text.chars().count());
    }
}
