//! Checks: what must hold of a learner's program, as data, and the rules that judge it.

use super::clean::Clean;
use super::place::Place;

pub mod answer;
mod canonical;
mod catches;
pub mod compare;
pub mod ending;
pub mod generate;
pub mod judge;
pub mod lines;
pub mod literal;
pub mod measured;
pub mod mistakes;
pub mod plan;
mod raises;
pub mod source;
mod source_rules;
mod stdout;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;
pub mod typed;

/// One thing that must hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// What the learner reads as the thing asked for; unique in its step.
    pub name: Clean,
    /// Where it stands.
    pub place: Place,
    /// Whether only its name, verdict and kind of difference are shown.
    pub hidden: bool,
    /// Names of checks without which it is not looked at.
    pub need: Vec<String>,
    /// What it is worth, where that is said.
    pub worth: Option<Worth>,
    /// What it looks at.
    pub rule: Rule,
}

/// What a check is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Worth {
    /// So many points.
    pub points: u32,
    /// The row of the rubric that they count for, such as `failure paths`.
    pub criterion: Option<Clean>,
}

/// What a check looks at.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// Standard output.
    Stdout(Stdout),
    /// An expression, evaluated in the finished program's namespace.
    Call {
        /// The expression.
        call: String,
        /// What it must give.
        expect: Expect,
    },
    /// Several expressions, each with what it must give; each is a run of its own.
    Cases(Vec<Case>),
    /// What a call does and costs besides its value; without a call, what the whole program does.
    Measured {
        /// The expression.
        call: Option<String>,
        /// What must hold.
        want: measured::Want,
    },
    /// An expression that must give what the first solution gives, for generated inputs; each is a run of its own.
    Generate(generate::Generate),
    /// The learner's tests pass on the given code and fail on each of these variants of it, by id.
    Catches(Vec<String>),
    /// The text is made of these lines, each at most as often as it is given.
    Lines(Vec<String>),
    /// The syntax tree.
    Source(Vec<source::SourceRule>),
    /// The types.
    Types(typed::TypesRule),
}

/// What standard output must be.
#[derive(Debug, Clone, PartialEq)]
pub enum Stdout {
    /// So, but for white space at the ends of lines and of the text.
    Equals(String),
    /// These lines, in whatever order where `unordered`.
    Lines {
        /// The lines.
        lines: Vec<String>,
        /// Whether the order means nothing.
        unordered: bool,
    },
    /// Something in it matches a pattern (Rust `regex`, searched).
    Matches(String),
}

/// One of several calls.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The expression.
    pub call: String,
    /// What it must give.
    pub expect: Expect,
}

/// What a call must give.
#[derive(Debug, Clone, PartialEq)]
pub enum Expect {
    /// This value: a Python literal, exact in type.
    Equals(String),
    /// This number, or these numbers, within a tolerance.
    Approx {
        /// A Python literal.
        value: String,
        /// The largest difference, absolute or relative to the expected value, whichever is larger.
        tolerance: f64,
    },
    /// A value of this type, by name as `type(x).__name__` or its qualified name gives it.
    Type(String),
    /// What the first solution gives.
    SameAsSolution,
    /// An exception.
    Raises(Raises),
}

/// An exception that must be raised.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Raises {
    /// The type, or a base of it, by qualified name (built-ins bare).
    pub class: String,
    /// A pattern found in the message (Rust `regex`, searched).
    pub matches: Option<String>,
    /// The type of `__cause__`.
    pub cause: Option<String>,
    /// The type of `__context__`.
    pub context: Option<String>,
    /// A group's members, in whatever order.
    pub group: Option<Vec<Member>>,
    /// An expression: the exception is the very object that it gives after the call.
    pub same: Option<String>,
}

/// A member of an exception group.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The type, or a base of it, by qualified name (built-ins bare).
    pub class: String,
    /// Where it is a group itself, its members.
    pub group: Option<Vec<Member>>,
}

impl std::fmt::Display for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.class)?;
        let Some(group) = &self.group else { return Ok(()) };
        write!(f, "[{}]", Member::list(group))
    }
}

impl Member {
    /// How deep groups may nest.
    const DEEPEST: usize = 16;

    /// Reads `ValueError`, or `ExceptionGroup[OSError, TypeError]` for a group in the group; nothing where it is neither.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.matches('[').count() > Self::DEEPEST {
            return None;
        }
        let text = text.trim();
        let name = |text: &str| {
            let word = |part: &str| {
                part.starts_with(|c: char| c.is_alphabetic() || c == '_')
                    && part.chars().all(|c| c.is_alphanumeric() || c == '_')
            };
            text.split('.').all(word).then(|| text.to_owned())
        };
        let Some((class, rest)) = text.split_once('[') else {
            return Some(Self { class: name(text)?, group: None });
        };
        let inner = generate::split(rest.strip_suffix(']')?, ',')?;
        let group = inner.into_iter().map(Self::parse).collect::<Option<_>>()?;
        Some(Self { class: name(class)?, group: Some(group) })
    }

    fn list(members: &[Self]) -> String {
        members.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }
}
