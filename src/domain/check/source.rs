//! Facts about a syntax tree, and rules over them. Who reads the tree is not known here.

use std::collections::BTreeMap;

/// One fact about a piece of Python source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is about.
    pub kind: FactKind,
    /// The name: a node's kind, or a dotted name as it is written, import aliases resolved (`functools.wraps`).
    pub name: String,
    /// For a decorator: whether it is called.
    pub called: bool,
    /// The functions that it stands in, the innermost last.
    pub within: Vec<String>,
    /// The line, from 1.
    pub line: u32,
}

/// What a fact is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FactKind {
    /// A kind of node, one of [`NODES`].
    Node,
    /// A call of a name; of a method of what has no name itself (`f().close()`), the fact's name is `.close`.
    Call,
    /// A decorator.
    Decorator,
    /// Whatever binds a name or an attribute: assignments, loops, `with … as`, `:=`, patterns. Of `a.b.c` the fact's
    /// name is `c`; `a[b] = c` binds nothing.
    Assignment,
    /// An import, by the full name of what is imported.
    Import,
    /// A function or a class that is defined.
    Definition,
    /// A name or a dotted name that is used, read or written; `a.b` also uses `a`.
    Name,
}

/// The kinds of node, as rules name them. `nested-def` is a function right inside another; it is a `def` or an
/// `async-def` besides; so is a `return-in-finally` a `return`: it swallows what was raised.
pub const NODES: &[&str] = &[
    "yield",
    "yield-from",
    "with",
    "async-with",
    "lambda",
    "def",
    "async-def",
    "class",
    "for",
    "async-for",
    "while",
    "try",
    "raise",
    "return",
    "await",
    "global",
    "nonlocal",
    "match",
    "assert",
    "list-comprehension",
    "set-comprehension",
    "dict-comprehension",
    "generator-expression",
    "nested-def",
    "return-in-finally",
];

/// What is known of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyntaxFacts {
    /// In the order of the source.
    pub facts: Vec<Fact>,
    /// The first syntax error: its line and what is wrong. The facts are then what could be read.
    pub error: Option<(u32, String)>,
    /// What the names that imports bind stand for: `wraps` for `functools.wraps`.
    pub aliases: BTreeMap<String, String>,
}

impl SyntaxFacts {
    /// The facts of a text that runs after another one, whose imports it uses. What an import binds under a name without
    /// dots is known by that name as well.
    #[must_use]
    pub fn after(mut self, given: &Self) -> Self {
        let used = |kind| matches!(kind, FactKind::Call | FactKind::Decorator | FactKind::Name);
        let mut facts = Vec::with_capacity(self.facts.len());
        for mut fact in self.facts {
            let (first, rest) = fact.name.split_at(fact.name.find('.').unwrap_or(fact.name.len()));
            let full = given.aliases.get(first).filter(|_| !self.aliases.contains_key(first));
            match full.filter(|_| used(fact.kind)).map(|full| format!("{full}{rest}")) {
                Some(full) if rest.is_empty() => {
                    facts.push(fact.clone());
                    facts.push(Fact { name: full, ..fact });
                }
                Some(full) => {
                    fact.name = full;
                    facts.push(fact);
                }
                None => facts.push(fact),
            }
        }
        self.facts = facts;
        self
    }
}

/// Something that a syntax tree must have or lack. All that is said in one rule is about one kind of thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRule {
    /// What is looked for.
    pub kind: FactKind,
    /// By which name. `.close` is any dotted name that ends so; an imported module covers what is imported from it.
    pub name: String,
    /// For a decorator: only where it is called, or only where it is not.
    pub called: Option<bool>,
    /// Only inside the function of this name.
    pub within: Option<String>,
    /// How many there must be at the least; 1 for "has", 0 for "lacks".
    pub at_least: u32,
    /// How many there may be at the most; 0 for "lacks".
    pub at_most: Option<u32>,
}
