//! The colours of Python in lessons, as data.
//!
//! A [`Highlighter`] finds them with a grammar of the project's own. The first lines cost it milliseconds, so it is meant
//! to live on another thread than the screen; rows are drawn plain until [`CodeColors`] holds what it found. It knows
//! meanings, not looks.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use syntect::dumps;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxSet};

use crate::analysis::SyntaxClass;
use crate::domain::clean::Clean;

/// The grammar, as the engine keeps it.
const GRAMMAR: &[u8] = include_bytes!("../../../assets/python.packdump");

/// What a scope says, by its beginning; the first that fits counts. Scopes that are not here say nothing.
const CLASSES: [(&str, SyntaxClass); 16] = [
    ("comment", SyntaxClass::Comment),
    ("string.docstring", SyntaxClass::Docstring),
    ("string", SyntaxClass::String),
    ("constant.character.escape", SyntaxClass::Escape),
    ("constant.numeric", SyntaxClass::Number),
    ("constant.language", SyntaxClass::Constant),
    ("keyword.operator", SyntaxClass::Operator),
    ("keyword", SyntaxClass::Keyword),
    ("entity.name.function", SyntaxClass::Function),
    ("entity.name.class", SyntaxClass::Class),
    ("entity.name.decorator", SyntaxClass::Decorator),
    ("support", SyntaxClass::Builtin),
    ("variable.parameter", SyntaxClass::Parameter),
    ("punctuation.interpolation", SyntaxClass::Interpolation),
    ("punctuation", SyntaxClass::Punctuation),
    // Stands inside a string, and is none.
    ("meta.interpolation", SyntaxClass::Plain),
];

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its bytes in the line.
    pub range: Range<usize>,
    /// What it is.
    pub class: SyntaxClass,
}

/// The pieces of each line of a program, from left to right; what is plain is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Highlighted(Vec<Vec<Token>>);

impl Highlighted {
    /// The pieces of a line, counted from 0.
    #[must_use]
    pub fn line(&self, number: usize) -> &[Token] {
        self.0.get(number).map_or(&[], Vec::as_slice)
    }
}

/// The colours that are known, by the text that they belong to.
#[derive(Debug, Clone, Default)]
pub struct CodeColors {
    known: HashMap<Clean, Arc<Highlighted>>,
}

impl CodeColors {
    /// The most programs that are remembered.
    pub const CAPACITY: usize = 512;

    /// The colours of a program, where they are known.
    #[must_use]
    pub fn get(&self, code: &Clean) -> Option<Arc<Highlighted>> {
        self.known.get(code).cloned()
    }

    /// Remembers what a highlighter found.
    pub fn extend(&mut self, found: impl IntoIterator<Item = (Clean, Highlighted)>) {
        for (code, colors) in found {
            if self.known.len() >= Self::CAPACITY && !self.known.contains_key(&code) {
                self.known.clear();
            }
            self.known.insert(code, Arc::new(colors));
        }
    }
}

/// Finds the colours of Python.
#[derive(Debug, Clone)]
pub struct Highlighter {
    syntaxes: SyntaxSet,
    classes: Vec<(Scope, SyntaxClass)>,
}

impl Highlighter {
    /// Loads the grammar, in a fraction of a millisecond; its patterns are made ready as they are met.
    #[must_use]
    pub fn load() -> Self {
        let syntaxes = dumps::from_reader(GRAMMAR)
            .expect("the dump is made of the grammar, and a test holds it against it");
        Self::with(syntaxes)
    }

    fn with(syntaxes: SyntaxSet) -> Self {
        let scope =
            |text| Scope::new(text).expect("the scopes of the table have few and short parts");
        let classes = CLASSES.map(|(text, class)| (scope(text), class)).into();
        Self { syntaxes, classes }
    }

    /// Finds the colours of a program.
    #[must_use]
    pub fn highlight(&self, code: &str) -> Highlighted {
        let Some(syntax) = self.syntaxes.find_syntax_by_name("Python") else {
            return Highlighted::default();
        };
        let mut state = ParseState::new(syntax);
        let mut stack = ScopeStack::new();
        let mut line_with_end = String::new();
        let lines = code.lines().map(|line| {
            line_with_end.clear();
            line_with_end.push_str(line);
            line_with_end.push('\n');
            self.line(&line_with_end, &mut state, &mut stack)
        });
        Highlighted(lines.collect())
    }

    /// Finds the colours of several programs: the work of a thread, as data.
    #[must_use]
    pub fn highlight_all(&self, programs: Vec<Clean>) -> Vec<(Clean, Highlighted)> {
        let color = |code: Clean| {
            let found = self.highlight(&code);
            (code, found)
        };
        programs.into_iter().map(color).collect()
    }

    fn line(&self, line: &str, state: &mut ParseState, stack: &mut ScopeStack) -> Vec<Token> {
        let mut tokens = Vec::new();
        // A line that the engine gives up on stays plain.
        let Ok(changes) = state.parse_line(line, &self.syntaxes) else { return tokens };
        let length = line.len() - 1;
        let mut start = 0;
        for (at, change) in changes {
            self.push(start..at.min(length), stack, &mut tokens);
            start = at;
            if stack.apply(&change).is_err() {
                return tokens;
            }
        }
        self.push(start..length, stack, &mut tokens);
        tokens
    }

    fn push(&self, range: Range<usize>, stack: &ScopeStack, tokens: &mut Vec<Token>) {
        if range.is_empty() {
            return;
        }
        let class = self.class(stack);
        match tokens.last_mut() {
            _ if class == SyntaxClass::Plain => {}
            Some(last) if last.class == class && last.range.end == range.start => {
                last.range.end = range.end;
            }
            _ => tokens.push(Token { range, class }),
        }
    }

    /// What the innermost scope says that says anything.
    fn class(&self, stack: &ScopeStack) -> SyntaxClass {
        let said = |scope: &Scope| {
            let fits = |entry: &&(Scope, SyntaxClass)| entry.0.is_prefix_of(*scope);
            self.classes.iter().find(fits).map(|(_, class)| *class)
        };
        stack.as_slice().iter().rev().find_map(said).unwrap_or(SyntaxClass::Plain)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use syntect::parsing::{SyntaxDefinition, SyntaxSetBuilder};

    use super::*;

    const SOURCE: &str = include_str!("../../../assets/python.sublime-syntax");

    fn built() -> SyntaxSet {
        let mut builder = SyntaxSetBuilder::new();
        builder.add(SyntaxDefinition::load_from_str(SOURCE, true, None).unwrap());
        builder.build()
    }

    #[test]
    fn the_dump_is_the_grammar_that_stands_beside_it() {
        if std::env::var_os("PYKATA_BLESS").is_some() {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/python.packdump");
            dumps::dump_to_file(&built(), path).unwrap();
            return;
        }
        assert!(
            dumps::dump_binary(&built()) == GRAMMAR,
            "assets/python.packdump is not what assets/python.sublime-syntax makes; write it anew with \
             `PYKATA_BLESS=1 cargo test --lib highlight`"
        );
    }

    fn mark(class: SyntaxClass) -> char {
        match class {
            SyntaxClass::Plain => ' ',
            SyntaxClass::Keyword => 'k',
            SyntaxClass::Constant => 'c',
            SyntaxClass::Number => 'n',
            SyntaxClass::String => 's',
            SyntaxClass::Escape => 'e',
            SyntaxClass::Interpolation => 'i',
            SyntaxClass::Comment => '#',
            SyntaxClass::Docstring => 'd',
            SyntaxClass::Function => 'f',
            SyntaxClass::Class => 't',
            SyntaxClass::Builtin => 'b',
            SyntaxClass::Decorator => '@',
            SyntaxClass::Parameter => 'p',
            SyntaxClass::Operator => '=',
            SyntaxClass::Punctuation => '.',
            SyntaxClass::Error => '!',
        }
    }

    /// The program with a line of marks below each of its lines.
    fn marked(code: &str) -> String {
        let found = Highlighter::load().highlight(code);
        let mut out = String::new();
        for (number, line) in code.lines().enumerate() {
            let mut marks = vec![' '; line.len()];
            for token in found.line(number) {
                marks[token.range.clone()].fill(mark(token.class));
            }
            let marks: String = marks.into_iter().collect();
            let _ = writeln!(out, "{line}\n{}", marks.trim_end());
        }
        out
    }

    /// Checks a program whose lines stand above their marks.
    fn assert_marks(expected: &str) {
        let expected = expected.trim_start_matches('\n');
        let program: Vec<&str> = expected.lines().step_by(2).collect();
        assert_eq!(marked(&program.join("\n")), expected);
    }

    #[test]
    fn soft_keywords_are_keywords_only_where_they_head_a_statement() {
        assert_marks(
            r#"
match command.split():
kkkkk        .     ...
    case [x, *rest] if x:
    kkkk . . =    . kk  .
        pass
        kkkk
    case {"k": v, **kw} | None as z:
    kkkk .sss.  . ==  . = cccc kk  .
        pass
        kkkk
    case (
    kkkk .
        1 | 2
        n = n
    ):
    ..
        pass
        kkkk
    case _:
    kkkk  .
        pass
        kkkk
match (
kkkkk .
    a, b
     .
):
..
    case -1: pass
    kkkk =n. kkkk
match = re.match(p, s)
      =   .     . .  .
match(x)
     . .
case = 3
     = n
match[0] = {1: 2}
     .n. = .n. n.
match.x = 2
     .  = n
"#,
        );
    }

    #[test]
    fn type_parameters_and_type_statements_are_read() {
        assert_marks(
            r"
type Alias[K, V] = dict[K, list[V]]
kkkk ttttt.t. t. = bbbb. . bbbb. ..
type Plain = int
kkkk ttttt = bbb
def f[T: (int, str), *Ts, **P](x: T, *, k: int = 1) -> T:
kkk f.t= .bbb. bbb.. =tt. ==t..p.  . =. p. bbb = n. ==  .
    return x
    kkkkkk
class Box[T = int](Base, metaclass=M):
kkkkk ttt.t = bbb..    .          = ..
    x: T
     .
",
        );
    }

    #[test]
    fn definitions_name_functions_classes_and_parameters() {
        assert_marks(
            r"
def f(
kkk f.
    a: dict[str, int] = {},
    p. bbbb.bbb. bbb. = ...
    b: 'T' = None,  # c
    p. sss = cccc.  ###
    *args: int, **kwargs: P.kwargs
    =pppp. bbb. ==pppppp.  .
) -> int:
. == bbb.
    return 1 @ 2
    kkkkkk n = n
def g(a, /, b, *, c): ...
kkk f.p. =. p. =. p.. ccc
async def h(cb: Callable[[int], str] = lambda x: x, y=(1, 2)): yield from x
kkkkk kkk f.pp.         ..bbb.. bbb. = kkkkkk  .  . p=.n. n... kkkkk kkkk
",
        );
    }

    #[test]
    fn decorators_are_one_piece_up_to_their_call() {
        assert_marks(
            r"
@app.route('/x')[0].y
@@@@@@@@@@.ssss..n..
@functools.wraps(view)
@@@@@@@@@@@@@@@@.    .
@property
@@@@@@@@@
def f(): pass
kkk f... kkkk
",
        );
    }

    #[test]
    fn a_string_that_is_a_statement_is_a_docstring() {
        assert_marks(
            r#"
"""About it."""
ddddddddddddddd
def f():
kkk f...
    """Do it.
    ddddddddd


    >>> f("x")
dddddddddddddd
    \n"""
ddddeeddd
    print("""
    bbbbb.sss
    not this
ssssssssssss
    """)
sssssss.
"#,
        );
    }

    #[test]
    fn interpolations_nest_with_any_quotes() {
        assert_marks(
            r#"
x = f"{d["key"]} {y!r:>{w}.{p}}" + z
  = ssi .sssss.isi iiisi isi ii  =
q = f'{f"{a + {b: 1}[b]}" + f"{c:0{w}d}"}' + z
  = ssissi  = . . n.. .is = ssi isi isi is =
x = f"{val=} {(lambda v: v + 1)(2)!s:^10} {{no}}" + z
  = ssi   =isi.kkkkkk  .   = n..n.iiisssi ee  ee  =
x = f"""
  = ssss
{
i
  user['name']
      .ssssss.
}
i
""" + z
sss =
x = t"hi {name}" + z
  = sssssi    is =
r = rf"\d{x}" + fr'''{y:%Y-%m}'''
  = sssssi is = sssssi isssssi
"#,
        );
    }

    #[test]
    fn escapes_are_those_that_python_knows_and_raw_strings_have_none() {
        assert_marks(
            r#"
s = b"\x00a\q" r"\d" + R'\'' + rb"""x""" + "a\
  = sseeeessss sssss = sssss = sssssssss = sse
b" + 'c\n'
sssssssees
"#,
        );
    }

    #[test]
    fn a_string_without_an_end_ends_with_its_line() {
        assert_marks(
            r#"
x = "unterminated
  = sssssssssssss
y = 1
  = n
"#,
        );
    }

    #[test]
    fn builtins_are_no_attributes_and_no_names_of_arguments() {
        assert_marks(
            r#"
print(len(a), type=list, end="")
bbbbb.bbb. ..     =bbbb.    =ss.
obj.list.print = self.id
   .    .      =     .
raise MyError("x") from ValueError
kkkkk        .sss. kkkk bbbbbbbbbb
"#,
        );
    }

    #[test]
    fn keywords_of_all_kinds_are_keywords() {
        assert_marks(
            r"
r = [x async for x in aiter() if await ok(x)]
  = .  kkkkk kkk   kk bbbbb.. kk kkkkk   . ..
async with (open(a) as f, open(b) as g):
kkkkk kkkk .bbbb. . kk  . bbbb. . kk  ..
    x = not a and b in c is d
      = kkk   kkk   kk   kk
try:
kkk.
    pass
    kkkk
except* ValueError as eg:
kkkkkk= bbbbbbbbbb kk   .
    ...
    ccc
if (n := None) is True:
kk .  == cccc. kk cccc.
    yield
    kkkkk
",
        );
    }

    #[test]
    fn numbers_are_read_in_every_base() {
        assert_marks(
            r"
x = 1_000 + 0x_ff + 1e3j + 0b_1 + .5 + 1. + x1.y2
  = nnnnn = nnnnn = nnnn = nnnn = nn = nn =   .
",
        );
    }

    #[test]
    fn colours_are_found_by_the_text_that_they_belong_to() {
        let (one, other) = (Clean::text("x = 1\n"), Clean::text("pass\n"));
        let mut colors = CodeColors::default();
        colors.extend(Highlighter::load().highlight_all(vec![one.clone()]));
        let found = colors.get(&one).unwrap();
        assert_eq!(found.line(0).last(), Some(&Token { range: 4..5, class: SyntaxClass::Number }));
        assert_eq!(colors.get(&other), None);
        assert_eq!(found.line(1), []);
    }

    #[test]
    fn a_highlighter_can_be_sent_to_another_thread() {
        fn sent<T: Send + 'static>(value: T) -> T {
            value
        }
        assert_eq!(sent(Highlighter::load()).highlight("pass").line(0).len(), 1);
    }
}
