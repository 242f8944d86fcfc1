//! Reads Python source: colours, syntax errors, syntax facts; asks the type checker's process.

mod depth;
pub mod facts;
pub mod syntax;
pub mod types;

/// What a piece of Python is, alike in lessons and in the editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the words are Python's own")]
pub enum SyntaxClass {
    Plain,
    Keyword,
    Constant,
    Number,
    String,
    Escape,
    Interpolation,
    Comment,
    Docstring,
    Function,
    Class,
    Builtin,
    Decorator,
    Parameter,
    Operator,
    Punctuation,
    Error,
}
