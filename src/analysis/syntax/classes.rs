//! From ruff's tokens to the classes of the theme. Reads no tree: tokens survive a broken text better.

use std::ops::Range;

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::Ranged;

use super::{Span, closes, opens};
use crate::analysis::SyntaxClass;

/// The spans of a text whose tokens are given.
pub(super) fn classify(text: &str, tokens: &[Token]) -> Vec<Span> {
    let mut reader = Reader { text, spans: Vec::with_capacity(tokens.len()), ..Reader::default() };
    let mut rest = tokens.iter().copied().filter(|t| t.kind() != TokenKind::NonLogicalNewline);
    let mut current = rest.next();
    while let Some(token) = current {
        // Comments stand between two tokens without parting them.
        let mut next = rest.next();
        while let Some(comment) = next.filter(|t| t.kind() == TokenKind::Comment) {
            if token.kind() == TokenKind::Comment {
                break;
            }
            reader.comments.push(range(comment));
            next = rest.next();
        }
        reader.read(token, next.map(|t| t.kind()));
        current = next;
    }
    reader.spans
}

/// What an open bracket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nest {
    Bracket,
    /// The parameters of a `def`.
    Parameters,
    /// Between `lambda` and its colon.
    Lambda,
    /// Inside the quotes of an f-string, or in a format specification.
    Text,
    /// Inside the braces of an f-string.
    Interpolation,
}

#[derive(Debug, Default)]
struct Reader<'a> {
    text: &'a str,
    spans: Vec<Span>,
    comments: Vec<Range<usize>>,
    nests: Vec<Nest>,
    /// The last token that was no comment.
    previous: Option<TokenKind>,
    /// Between `def` and the bracket of its parameters, at this nesting.
    defines: Option<usize>,
    /// In the name of a decorator.
    decorates: bool,
}

impl Reader<'_> {
    fn read(&mut self, token: Token, next: Option<TokenKind>) {
        let kind = token.kind();
        self.enter(kind);
        match self.class(token, next) {
            Some(SyntaxClass::String) => self.string(token, SyntaxClass::String),
            Some(SyntaxClass::Docstring) => self.string(token, SyntaxClass::Docstring),
            Some(class) => self.push(range(token), class),
            None => {}
        }
        self.leave(kind);
        for comment in std::mem::take(&mut self.comments) {
            self.push(comment, SyntaxClass::Comment);
        }
        if kind != TokenKind::Comment {
            self.previous = Some(kind);
        }
    }

    /// What a token opens begins before it.
    fn enter(&mut self, kind: TokenKind) {
        match kind {
            TokenKind::Newline => {
                self.nests.clear();
                self.defines = None;
                self.decorates = false;
            }
            TokenKind::At if self.starts_statement() => self.decorates = true,
            TokenKind::Lpar | TokenKind::Lsqb => {
                self.decorates = false;
                let parameters = kind == TokenKind::Lpar && self.defines == Some(self.nests.len());
                self.nests.push(if parameters { Nest::Parameters } else { Nest::Bracket });
                if parameters {
                    self.defines = None;
                }
            }
            TokenKind::Lbrace => {
                let inside = self.nests.last() == Some(&Nest::Text);
                self.nests.push(if inside { Nest::Interpolation } else { Nest::Bracket });
            }
            TokenKind::FStringStart | TokenKind::TStringStart => self.nests.push(Nest::Text),
            TokenKind::Lambda => self.nests.push(Nest::Lambda),
            TokenKind::Def => self.defines = Some(self.nests.len()),
            _ => {}
        }
    }

    /// What a token closes ends after it.
    fn leave(&mut self, kind: TokenKind) {
        match kind {
            TokenKind::Colon if self.nests.last() == Some(&Nest::Lambda) => {
                self.nests.pop();
            }
            TokenKind::Colon if self.nests.last() == Some(&Nest::Interpolation) => {
                self.nests.push(Nest::Text);
            }
            TokenKind::Rbrace if self.nests.last() == Some(&Nest::Text) => {
                self.nests.truncate(self.nests.len().saturating_sub(2));
            }
            kind if closes(kind) => while self.nests.pop() == Some(Nest::Lambda) {},
            _ => {}
        }
    }

    fn class(&self, token: Token, next: Option<TokenKind>) -> Option<SyntaxClass> {
        let kind = token.kind();
        Some(match kind {
            TokenKind::Name => return self.name(token, next),
            TokenKind::Int | TokenKind::Float | TokenKind::Complex => SyntaxClass::Number,
            TokenKind::String if self.starts_statement() && ends_statement(next) => {
                SyntaxClass::Docstring
            }
            TokenKind::String
            | TokenKind::FStringStart
            | TokenKind::FStringMiddle
            | TokenKind::FStringEnd
            | TokenKind::TStringStart
            | TokenKind::TStringMiddle
            | TokenKind::TStringEnd => SyntaxClass::String,
            TokenKind::Comment => SyntaxClass::Comment,
            TokenKind::True | TokenKind::False | TokenKind::None | TokenKind::Ellipsis => {
                SyntaxClass::Constant
            }
            TokenKind::At | TokenKind::Dot if self.decorates => SyntaxClass::Decorator,
            TokenKind::Lbrace | TokenKind::Rbrace | TokenKind::Exclamation | TokenKind::Colon
                if self.is_interpolating() =>
            {
                SyntaxClass::Interpolation
            }
            TokenKind::Unknown => SyntaxClass::Error,
            kind if kind.is_keyword() => SyntaxClass::Keyword,
            kind if opens(kind) || closes(kind) => SyntaxClass::Punctuation,
            TokenKind::Comma
            | TokenKind::Colon
            | TokenKind::Semi
            | TokenKind::Dot
            | TokenKind::Rarrow => SyntaxClass::Punctuation,
            kind if kind.is_operator() => SyntaxClass::Operator,
            _ => return None,
        })
    }

    fn name(&self, token: Token, next: Option<TokenKind>) -> Option<SyntaxClass> {
        let name = &self.text[range(token)];
        let calls = next == Some(TokenKind::Lpar);
        Some(match self.previous {
            _ if self.decorates => SyntaxClass::Decorator,
            Some(TokenKind::Def) => SyntaxClass::Function,
            Some(TokenKind::Class) => SyntaxClass::Class,
            _ if self.is_parameter(next) => SyntaxClass::Parameter,
            Some(TokenKind::Dot) if !calls => return None,
            Some(TokenKind::Dot) => SyntaxClass::Function,
            _ if is_builtin(name) => SyntaxClass::Builtin,
            _ if calls && name.starts_with(char::is_uppercase) => SyntaxClass::Class,
            _ if calls => SyntaxClass::Function,
            _ => return None,
        })
    }

    /// A name in the list of a `def` or a `lambda`, or before the `=` of an argument.
    fn is_parameter(&self, next: Option<TokenKind>) -> bool {
        let begins_item = matches!(
            self.previous,
            Some(
                TokenKind::Lpar
                    | TokenKind::Comma
                    | TokenKind::Star
                    | TokenKind::DoubleStar
                    | TokenKind::Lambda
            )
        );
        begins_item
            && match self.nests.last() {
                Some(Nest::Parameters | Nest::Lambda) => true,
                Some(Nest::Bracket) => next == Some(TokenKind::Equal),
                _ => false,
            }
    }

    /// Whether a brace, `!` or `:` belongs to an f-string rather than to an expression in it.
    fn is_interpolating(&self) -> bool {
        matches!(self.nests.last(), Some(Nest::Interpolation | Nest::Text))
    }

    fn starts_statement(&self) -> bool {
        self.nests.is_empty()
            && matches!(
                self.previous,
                None | Some(
                    TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent | TokenKind::Semi
                )
            )
    }

    /// A string with its escapes set apart.
    fn string(&mut self, token: Token, class: SyntaxClass) {
        let whole = range(token);
        let is_raw = token.string_flags().is_some_and(|f| {
            use ruff_python_ast::StringFlags;
            f.prefix().is_raw()
        });
        let text = &self.text[whole.clone()];
        let mut done = whole.start;
        if !is_raw && text.contains('\\') {
            for escape in escapes(text) {
                let escape = whole.start + escape.start..whole.start + escape.end;
                self.push(done..escape.start, class);
                done = escape.end;
                self.push(escape, SyntaxClass::Escape);
            }
        }
        self.push(done..whole.end, class);
    }

    fn push(&mut self, range: Range<usize>, class: SyntaxClass) {
        let range = range.start.max(self.spans.last().map_or(0, |s| s.range.end))..range.end;
        if range.start < range.end && self.text.get(range.clone()).is_some() {
            self.spans.push(Span { range, class });
        }
    }
}

fn range(token: Token) -> Range<usize> {
    token.range().start().to_usize()..token.range().end().to_usize()
}

fn ends_statement(next: Option<TokenKind>) -> bool {
    matches!(next, None | Some(TokenKind::Newline | TokenKind::EndOfFile | TokenKind::Semi))
}

/// The escapes of a string that is not raw: `\n`, `\x41`, `\N{DASH}`, `\` at a line's end.
fn escapes(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find('\\').map(|n| from + n) {
        let rest = &text[at + 1..];
        let length = match rest.chars().next() {
            Some('x') => 1 + digits(&rest[1..], 2, 16),
            Some('u') => 1 + digits(&rest[1..], 4, 16),
            Some('U') => 1 + digits(&rest[1..], 8, 16),
            Some('N') if rest[1..].starts_with('{') => rest.find('}').map_or(1, |end| end + 1),
            Some('0'..='7') => digits(rest, 3, 8),
            Some(c) => c.len_utf8(),
            None => 0,
        };
        from = at + 1 + length;
        found.push(at..from);
    }
    found
}

fn digits(text: &str, most: usize, radix: u32) -> usize {
    text.chars().take(most).take_while(|c| c.is_digit(radix)).count()
}

/// The names that Python defines everywhere, sorted.
const BUILTINS: &[&str] = &[
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "BaseException",
    "BaseExceptionGroup",
    "BlockingIOError",
    "BrokenPipeError",
    "BufferError",
    "BytesWarning",
    "ChildProcessError",
    "ConnectionAbortedError",
    "ConnectionError",
    "ConnectionRefusedError",
    "ConnectionResetError",
    "DeprecationWarning",
    "EOFError",
    "Ellipsis",
    "EncodingWarning",
    "EnvironmentError",
    "Exception",
    "ExceptionGroup",
    "FileExistsError",
    "FileNotFoundError",
    "FloatingPointError",
    "FutureWarning",
    "GeneratorExit",
    "IOError",
    "ImportError",
    "ImportWarning",
    "IndentationError",
    "IndexError",
    "InterruptedError",
    "IsADirectoryError",
    "KeyError",
    "KeyboardInterrupt",
    "LookupError",
    "MemoryError",
    "ModuleNotFoundError",
    "NameError",
    "NotADirectoryError",
    "NotImplemented",
    "NotImplementedError",
    "OSError",
    "OverflowError",
    "PendingDeprecationWarning",
    "PermissionError",
    "ProcessLookupError",
    "PythonFinalizationError",
    "RecursionError",
    "ReferenceError",
    "ResourceWarning",
    "RuntimeError",
    "RuntimeWarning",
    "StopAsyncIteration",
    "StopIteration",
    "SyntaxError",
    "SyntaxWarning",
    "SystemError",
    "SystemExit",
    "TabError",
    "TimeoutError",
    "TypeError",
    "UnboundLocalError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "UnicodeError",
    "UnicodeTranslateError",
    "UnicodeWarning",
    "UserWarning",
    "ValueError",
    "Warning",
    "ZeroDivisionError",
    "__build_class__",
    "__debug__",
    "__doc__",
    "__import__",
    "__loader__",
    "__name__",
    "__package__",
    "__spec__",
    "abs",
    "aiter",
    "all",
    "anext",
    "any",
    "ascii",
    "bin",
    "bool",
    "breakpoint",
    "bytearray",
    "bytes",
    "callable",
    "chr",
    "classmethod",
    "compile",
    "complex",
    "copyright",
    "credits",
    "delattr",
    "dict",
    "dir",
    "divmod",
    "enumerate",
    "eval",
    "exec",
    "exit",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "help",
    "hex",
    "id",
    "input",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "license",
    "list",
    "locals",
    "map",
    "max",
    "memoryview",
    "min",
    "next",
    "object",
    "oct",
    "open",
    "ord",
    "pow",
    "print",
    "property",
    "quit",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "setattr",
    "slice",
    "sorted",
    "staticmethod",
    "str",
    "sum",
    "super",
    "tuple",
    "type",
    "vars",
    "zip",
];

/// Where the names with each first letter begin in [`BUILTINS`]: most names of a program are told apart by one look.
const INITIALS: [usize; 129] = {
    let mut starts = [0; 129];
    let (mut initial, mut at) = (0, 0);
    while initial < 129 {
        while at < BUILTINS.len() && (BUILTINS[at].as_bytes()[0] as usize) < initial {
            at += 1;
        }
        starts[initial] = at;
        initial += 1;
    }
    starts
};

fn is_builtin(name: &str) -> bool {
    let Some(initial) = name.bytes().next().filter(u8::is_ascii).map(usize::from) else {
        return false;
    };
    BUILTINS[INITIALS[initial]..INITIALS[initial + 1]].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::{BUILTINS, SyntaxClass, is_builtin};

    /// The classes of the pieces of a text, as `piece=Class` words.
    fn classes(text: &str) -> Vec<(String, SyntaxClass)> {
        let piece = |span: super::Span| (text[span.range].to_owned(), span.class);
        parse(text).spans.into_iter().map(piece).collect()
    }

    fn class_of(text: &str, piece: &str) -> SyntaxClass {
        let found = classes(text).into_iter().find(|(p, _)| p == piece);
        found.map_or(SyntaxClass::Plain, |(_, class)| class)
    }

    #[test]
    fn builtins_are_sorted_and_found() {
        assert!(BUILTINS.is_sorted());
        assert!(BUILTINS.iter().all(|name| is_builtin(name)));
        assert!(!["", "a", "zipp", "Zip", "ä", "\u{7f}"].into_iter().any(is_builtin));
    }

    #[test]
    fn definitions_are_told_from_uses() {
        let text = "@app.route('/x')\nasync def go[T](first: T, *, key=len, **rest) -> T:\n    return other(first)\nclass Box(Base): ...\n";
        for (piece, class) in [
            ("@", SyntaxClass::Decorator),
            ("app", SyntaxClass::Decorator),
            ("route", SyntaxClass::Decorator),
            ("'/x'", SyntaxClass::String),
            ("async", SyntaxClass::Keyword),
            ("go", SyntaxClass::Function),
            ("T", SyntaxClass::Plain),
            ("first", SyntaxClass::Parameter),
            ("key", SyntaxClass::Parameter),
            ("len", SyntaxClass::Builtin),
            ("rest", SyntaxClass::Parameter),
            ("other", SyntaxClass::Function),
            ("Box", SyntaxClass::Class),
            ("Base", SyntaxClass::Plain),
            ("...", SyntaxClass::Constant),
        ] {
            assert_eq!(class_of(text, piece), class, "{piece}");
        }
    }

    #[test]
    fn soft_keywords_are_keywords_where_they_act() {
        assert_eq!(class_of("match x:\n    case 1: pass\n", "match"), SyntaxClass::Keyword);
        assert_eq!(class_of("match = 1\n", "match"), SyntaxClass::Plain);
        assert_eq!(class_of("type A = int\n", "type"), SyntaxClass::Keyword);
        assert_eq!(class_of("type(x)\n", "type"), SyntaxClass::Builtin);
    }

    #[test]
    fn f_strings_are_taken_apart() {
        let text = "f\"a{x!r:>{w}}b{d[\"k\"]}\\n\" + {1: 2}";
        assert_eq!(class_of(text, "f\""), SyntaxClass::String);
        assert_eq!(class_of(text, "\"k\""), SyntaxClass::String);
        assert_eq!(class_of(text, "\\n"), SyntaxClass::Escape);
        let braces: Vec<SyntaxClass> =
            classes(text).into_iter().filter(|(p, _)| p == "{" || p == "}").map(|c| c.1).collect();
        let mut expected = vec![SyntaxClass::Interpolation; 6];
        expected.extend([SyntaxClass::Punctuation; 2]);
        assert_eq!(braces, expected);
    }

    #[test]
    fn a_string_alone_is_a_docstring() {
        let text = "'''module'''\ndef f():\n    \"doc\"\n    return \"value\"\n";
        assert_eq!(class_of(text, "'''module'''"), SyntaxClass::Docstring);
        assert_eq!(class_of(text, "\"doc\""), SyntaxClass::Docstring);
        assert_eq!(class_of(text, "\"value\""), SyntaxClass::String);
    }

    #[test]
    fn escapes_are_set_apart_unless_the_string_is_raw() {
        let found: Vec<String> = classes(r"'\x41b\N{DASH}\777\'' + r'\n'")
            .into_iter()
            .filter(|(_, class)| *class == SyntaxClass::Escape)
            .map(|(piece, _)| piece)
            .collect();
        assert_eq!(found, [r"\x41", r"\N{DASH}", r"\777", r"\'"]);
    }

    #[test]
    fn arguments_and_lambdas_name_their_parameters() {
        let text = "f(a=1, b=lambda c, *d: c, e=[g == 2])";
        for name in ["a", "b", "c", "d", "e"] {
            assert_eq!(class_of(text, name), SyntaxClass::Parameter, "{name}");
        }
        assert_eq!(class_of(text, "g"), SyntaxClass::Plain);
    }

    #[test]
    fn comments_do_not_part_what_they_stand_between() {
        let text = "def f(\n    a,  # first\n    b,\n):  # end\n    pass\n";
        assert_eq!(class_of(text, "b"), SyntaxClass::Parameter);
        assert_eq!(class_of(text, "# first"), SyntaxClass::Comment);
        assert_eq!(class_of(text, "# end"), SyntaxClass::Comment);
    }
}
