//! Bounds the depth of a syntax tree before there is one: walking and dropping a tree takes stack for each level.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, lexer};

/// How deep a tree may be. Python itself refuses brackets nested past 200; the rest is for chains (`a + b + …`).
pub(crate) const MAX_DEPTH: u32 = 500;

/// Whether the tree of a source may be too deep to walk; may say yes of an expression with some 500 operators.
/// Of a source with syntax errors it may say no where the parser, looking for the end of an error, nests what does
/// not belong together: whoever walks such a tree has to count as well.
pub(crate) fn too_deep(source: &str) -> bool {
    let mut tokens = lexer::lex(source, Mode::Module);
    let mut depth = Depth::default();
    loop {
        let kind = tokens.next_token();
        if kind == TokenKind::EndOfFile {
            return false;
        }
        depth.take(kind);
        if depth.total() > MAX_DEPTH {
            return true;
        }
    }
}

/// What may nest inside one pair of brackets.
#[derive(Default)]
struct Level {
    /// Operators, attributes, calls since the last comma.
    chain: u32,
    /// What goes on past a comma: the parameters of a `lambda`, the values of a `yield`.
    lasting: u32,
    /// Lambdas whose colon has not come: the parser looks for it in the lines that follow.
    headers: u32,
}

#[derive(Default)]
struct Depth {
    indents: u32,
    /// What stands in no brackets.
    outer: Level,
    /// One for each open bracket.
    inner: Vec<Level>,
}

impl Depth {
    /// Levels are few wherever the answer is no, so that adding them up is cheap.
    fn total(&self) -> u32 {
        let levels = self.inner.iter().chain([&self.outer]);
        self.indents + levels.map(|level| level.chain + level.lasting + 1).sum::<u32>()
    }

    fn take(&mut self, kind: TokenKind) {
        match kind {
            TokenKind::Indent => self.indents += 1,
            TokenKind::Dedent => self.indents = self.indents.saturating_sub(1),
            TokenKind::Newline => self.end_statement(),
            TokenKind::Semi if self.inner.is_empty() => self.end_statement(),
            TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Lbrace
            | TokenKind::FStringStart
            | TokenKind::TStringStart => {
                self.add();
                self.inner.push(Level::default());
            }
            TokenKind::Rpar
            | TokenKind::Rsqb
            | TokenKind::Rbrace
            | TokenKind::FStringEnd
            | TokenKind::TStringEnd => {
                let headers = self.inner.pop().map_or(0, |level| level.headers);
                self.last().headers += headers;
                self.last().lasting += headers;
            }
            TokenKind::Comma => self.last().chain = 0,
            TokenKind::Colon => self.last().headers = self.last().headers.saturating_sub(1),
            TokenKind::Lambda => {
                self.last().lasting += 1;
                self.last().headers += 1;
            }
            TokenKind::Yield => self.last().lasting += 1,
            kind if links(kind) => self.add(),
            _ => {}
        }
    }

    fn end_statement(&mut self) {
        let levels = self.inner.drain(..).chain([std::mem::take(&mut self.outer)]);
        let headers = levels.map(|level| level.headers).sum();
        self.outer = Level { chain: 0, lasting: headers, headers };
    }

    fn last(&mut self) -> &mut Level {
        self.inner.last_mut().unwrap_or(&mut self.outer)
    }

    fn add(&mut self) {
        self.last().chain += 1;
    }
}

/// Whether a token puts one node under another: all but names, literals and what separates.
fn links(kind: TokenKind) -> bool {
    !matches!(
        kind,
        TokenKind::Name
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::Complex
            | TokenKind::String
            | TokenKind::FStringMiddle
            | TokenKind::TStringMiddle
            | TokenKind::Comment
            | TokenKind::NonLogicalNewline
            | TokenKind::Equal
            | TokenKind::Colon
            | TokenKind::None
            | TokenKind::True
            | TokenKind::False
            | TokenKind::Ellipsis
            | TokenKind::Unknown
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_code_is_not_deep_however_long() {
        let rows: String = "    ('a', 1 + 2, f(x)[0].y),\n".repeat(2_000);
        assert!(!too_deep(&format!("rows = [\n{rows}]\n")));
        assert!(!too_deep(&"x = f(1) + 2\n".repeat(2_000)));
    }

    #[test]
    fn whatever_makes_a_deep_tree_is_seen() {
        for (piece, end) in [
            ("(", ""),
            ("[", ""),
            ("-", "1"),
            ("not ", "1"),
            ("1 + ", "1"),
            ("lambda a, b: ", "1"),
            ("x if y else ", "1"),
            ("await ", "x"),
            ("yield x, ", ""),
            ("type X = lambda \n", ""),
            ("{'a', ", ""),
            ("f('', ", ""),
            ("1 ** ", "1"),
        ] {
            assert!(too_deep(&(piece.repeat(5_000) + end)), "{piece}");
        }
        assert!(too_deep(&format!("x{}", ".y".repeat(5_000))));
        assert!(too_deep(&format!("x{}", "()".repeat(5_000))));
        assert!(too_deep(&format!("x{}", "[0]".repeat(5_000))));
        let blocks: String = (0..2_000).map(|n| " ".repeat(n) + "if x:\n").collect();
        assert!(too_deep(&blocks));
    }
}
