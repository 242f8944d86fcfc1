//! Inputs that are generated from what an author declares, and made smaller once one fails.
//!
//! Pure: which inputs come hangs on a seed alone, and whoever carries out the runs says which of them failed.

use std::collections::{HashSet, VecDeque};

use super::canonical;
use super::literal;
use crate::domain::value::Value;

/// How many inputs are tried to make a failing one smaller.
const SHRINKS: usize = 60;

/// A call with inputs to fill in.
#[derive(Debug, Clone, PartialEq)]
pub struct Generate {
    /// The expression; `{name}` stands for an input.
    pub call: String,
    /// The inputs.
    pub inputs: Vec<Input>,
    /// How many times it is called.
    pub runs: u32,
}

/// One input.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// What it can be.
    pub shape: Shape,
}

/// What values an input takes.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// `None`.
    None,
    /// `False` or `True`.
    Bool,
    /// A whole number, both ends included.
    Int(i64, i64),
    /// A number with a fraction, both ends included.
    Float(f64, f64),
    /// A text of at most so many characters.
    Str(usize),
    /// Bytes, at most so many.
    Bytes(usize),
    /// A list of at most so many.
    List(Box<Shape>, usize),
    /// A set of at most so many.
    Set(Box<Shape>, usize),
    /// A tuple of at most so many.
    TupleOf(Box<Shape>, usize),
    /// A dict of at most so many.
    Dict(Box<Shape>, Box<Shape>, usize),
    /// A tuple of just these.
    Tuple(Vec<Shape>),
    /// One of several shapes.
    Either(Vec<Shape>),
    /// One of several values.
    Choice(Vec<Value>),
}

/// The limits that an author sets to a type.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// The smallest number.
    pub min: i64,
    /// The largest number.
    pub max: i64,
    /// The most items or characters.
    pub longest: usize,
}

impl Shape {
    /// Reads a type as an annotation writes it, such as `list[int]` or `str | None`; nothing where it is none of those.
    #[must_use]
    pub fn parse(text: &str, bounds: Bounds) -> Option<Self> {
        const DEEPEST: usize = 64;
        let text = text.trim();
        if text.matches('[').count() > DEEPEST {
            return None;
        }
        let parts = split(text, '|')?;
        if parts.len() > 1 {
            let shapes: Option<Vec<_>> =
                parts.iter().map(|part| Self::parse(part, bounds)).collect();
            return shapes.map(Self::Either);
        }
        let longest = bounds.longest;
        match text {
            "None" => return Some(Self::None),
            "bool" => return Some(Self::Bool),
            "int" => return Some(Self::Int(bounds.min, bounds.max)),
            #[expect(clippy::cast_precision_loss, reason = "bounds that people write are small")]
            "float" => return Some(Self::Float(bounds.min as f64, bounds.max as f64)),
            "str" => return Some(Self::Str(longest)),
            "bytes" => return Some(Self::Bytes(longest)),
            _ => {}
        }
        let (name, rest) = text.split_once('[')?;
        let inner = split(rest.strip_suffix(']')?, ',')?;
        let shape = |text: &str| Some(Box::new(Self::parse(text, bounds)?));
        match (name, inner.as_slice()) {
            ("list", [item]) => Some(Self::List(shape(item)?, longest)),
            ("set", [item]) => Some(Self::Set(shape(item)?, longest)),
            ("dict", [key, value]) => Some(Self::Dict(shape(key)?, shape(value)?, longest)),
            ("tuple", [item, dots]) if dots.trim() == "..." => {
                Some(Self::TupleOf(shape(item)?, longest))
            }
            ("tuple", items) => items
                .iter()
                .map(|item| Self::parse(item, bounds))
                .collect::<Option<_>>()
                .map(Self::Tuple),
            _ => None,
        }
    }

    fn draw(&self, chance: &mut Chance, size: usize) -> Value {
        match self {
            Self::None => Value::None,
            Self::Bool => Value::Bool(chance.below(2) == 1),
            Self::Int(min, max) => Value::Int(chance.whole(*min, *max, size).to_string()),
            Self::Float(min, max) => Value::Float(fraction(chance, *min, *max)),
            Self::Str(longest) => {
                const LETTERS: [char; 16] = [
                    'a', 'b', 'c', 'A', 'Z', 'x', 'y', '0', '1', '9', ' ', '_', '-', ',', '\n', 'é',
                ];
                let length = chance.below(size.min(*longest) + 1);
                Value::Str((0..length).map(|_| LETTERS[chance.below(LETTERS.len())]).collect())
            }
            Self::Bytes(longest) => {
                let length = chance.below(size.min(*longest) + 1);
                Value::Bytes((0..length).map(|_| chance.byte()).collect())
            }
            Self::List(item, longest) => Value::List(several(item, *longest, chance, size)),
            Self::TupleOf(item, longest) => Value::Tuple(several(item, *longest, chance, size)),
            Self::Set(item, longest) => Value::Set(distinct(several(item, *longest, chance, size))),
            Self::Dict(key, value, longest) => {
                let keys = distinct(several(key, *longest, chance, size));
                Value::Dict(keys.into_iter().map(|key| (key, value.draw(chance, size))).collect())
            }
            Self::Tuple(items) => {
                Value::Tuple(items.iter().map(|item| item.draw(chance, size)).collect())
            }
            Self::Either(shapes) => shapes[chance.below(shapes.len())].draw(chance, size),
            Self::Choice(values) => values[chance.below(values.len())].clone(),
        }
    }

    /// Values that are smaller than one that fails, the smallest first.
    fn smaller(&self, value: &Value) -> Vec<Value> {
        match (self, value) {
            (Self::Bool, Value::Bool(true)) => vec![Value::Bool(false)],
            (Self::Int(min, max), Value::Int(text)) => {
                let number: i64 = text.parse().unwrap_or(0);
                let least = 0.clamp(*min, *max);
                let mut next =
                    vec![least, least + (number - least) / 2, number - (number - least).signum()];
                next.retain(|other| *other != number);
                next.dedup();
                next.into_iter().map(|number| Value::Int(number.to_string())).collect()
            }
            (Self::Float(min, max), Value::Float(text)) => {
                let number: f64 = text.parse().unwrap_or(0.0);
                let next = [0_f64.clamp(*min, *max), number.trunc()];
                let next =
                    next.iter().filter(|other| (**other - number).abs() > 0.0 && **other >= *min);
                next.map(|number| Value::Float(format!("{number:?}"))).collect()
            }
            (Self::Str(_), Value::Str(text)) => {
                let letters: Vec<char> = text.chars().collect();
                let plain =
                    |letter: &char| (*letter != 'a').then_some(vec!['a']).unwrap_or_default();
                let shorter = shorter(&letters, plain);
                shorter
                    .into_iter()
                    .map(|letters| Value::Str(letters.into_iter().collect()))
                    .collect()
            }
            (Self::Bytes(_), Value::Bytes(bytes)) => {
                shorter(bytes, |byte| (*byte != 0).then_some(vec![0]).unwrap_or_default())
                    .into_iter()
                    .map(Value::Bytes)
                    .collect()
            }
            (Self::List(item, _), Value::List(items)) => {
                shorter(items, |one| item.smaller(one)).into_iter().map(Value::List).collect()
            }
            (Self::TupleOf(item, _), Value::Tuple(items)) => {
                shorter(items, |one| item.smaller(one)).into_iter().map(Value::Tuple).collect()
            }
            (Self::Set(item, _), Value::Set(items)) => shorter(items, |one| item.smaller(one))
                .into_iter()
                .map(|items| Value::Set(distinct(items)))
                .collect(),
            (Self::Dict(_, shape, _), Value::Dict(items)) => {
                let smaller = |(key, value): &(Value, Value)| {
                    shape.smaller(value).into_iter().map(|value| (key.clone(), value)).collect()
                };
                shorter(items, smaller).into_iter().map(Value::Dict).collect()
            }
            (Self::Tuple(shapes), Value::Tuple(items)) => {
                let places = shapes.iter().zip(items).enumerate();
                let each = places.flat_map(|(place, (shape, item))| {
                    shape.smaller(item).into_iter().map(move |item| replaced(items, place, item))
                });
                each.map(Value::Tuple).collect()
            }
            (Self::Either(shapes), _) => {
                let none = shapes.contains(&Self::None) && *value != Value::None;
                let inner = shapes.iter().flat_map(|shape| shape.smaller(value));
                none.then_some(Value::None).into_iter().chain(inner).collect()
            }
            (Self::Choice(values), _) => {
                let place = values.iter().position(|other| other == value).unwrap_or(0);
                values[..place].to_vec()
            }
            _ => Vec::new(),
        }
    }
}

/// Splits at a sign that stands outside of brackets; nothing where the brackets do not match.
pub(super) fn split(text: &str, sign: char) -> Option<Vec<&str>> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, c) in text.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.checked_sub(1)?,
            _ if c == sign && depth == 0 => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    (depth == 0).then_some(parts)
}

fn several(item: &Shape, longest: usize, chance: &mut Chance, size: usize) -> Vec<Value> {
    let length = chance.below(size.min(longest) + 1);
    (0..length).map(|_| item.draw(chance, size)).collect()
}

fn distinct(items: Vec<Value>) -> Vec<Value> {
    let mut seen = HashSet::new();
    items.into_iter().filter(|item| seen.insert(canonical::text(item))).collect()
}

fn fraction(chance: &mut Chance, min: f64, max: f64) -> String {
    // In quarters, which are exact: a sum in another order is then no other sum.
    let steps = ((max - min) * 4.0).clamp(0.0, 4_000_000.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "it lies between 0 and four million"
    )]
    let number = min + chance.below(steps as usize + 1) as f64 / 4.0;
    format!("{number:?}")
}

/// Nothing, the first alone, each half, each without one item, and each with one item made smaller.
fn shorter<T: Clone>(items: &[T], smaller: impl Fn(&T) -> Vec<T>) -> Vec<Vec<T>> {
    let mut next = Vec::new();
    if items.is_empty() {
        return next;
    }
    next.push(Vec::new());
    if items.len() > 2 {
        next.push(items[..1].to_vec());
    }
    if items.len() > 3 {
        next.push(items[..items.len() / 2].to_vec());
        next.push(items[items.len() / 2..].to_vec());
    }
    if items.len() > 1 {
        for place in 0..items.len() {
            let rest = items.iter().enumerate().filter(|(other, _)| *other != place);
            next.push(rest.map(|(_, item)| item.clone()).collect());
        }
    }
    for (place, item) in items.iter().enumerate() {
        next.extend(smaller(item).into_iter().map(|item| replaced(items, place, item)));
    }
    next
}

fn replaced<T: Clone>(items: &[T], place: usize, item: T) -> Vec<T> {
    let mut items = items.to_vec();
    items[place] = item;
    items
}

/// A source of numbers that hangs on a seed alone (splitmix64).
pub(super) struct Chance(u64);

impl Chance {
    /// Begins at a seed.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one, or 0.
    pub(super) fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % count.max(1) as u64).unwrap_or(0)
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    /// A whole number in a range, near its middle or 0 while inputs are small.
    fn whole(&mut self, min: i64, max: i64, size: usize) -> i64 {
        let size = i64::try_from(size).unwrap_or(i64::MAX).saturating_mul(4);
        let near = 0.clamp(min, max);
        let (low, high) = if self.below(4) == 0 {
            (min, max)
        } else {
            (min.max(near.saturating_sub(size)), max.min(near.saturating_add(size)))
        };
        let range = u64::try_from(i128::from(high) - i128::from(low)).unwrap_or(0);
        let offset = self.next() % range.saturating_add(1).max(1);
        i64::try_from(i128::from(low) + i128::from(offset)).unwrap_or(low)
    }
}

/// The search for an input that fails, and for a smaller one.
pub struct Search<'g> {
    generate: &'g Generate,
    chance: Chance,
    drawn: u32,
    current: Vec<Value>,
    /// The smallest that failed.
    failing: Option<Vec<Value>>,
    /// Smaller ones to try.
    queue: VecDeque<Vec<Value>>,
    left: usize,
    tried: HashSet<String>,
}

impl<'g> Search<'g> {
    /// Begins a search. Without `shrink`, it ends with the first input that fails.
    #[must_use]
    pub fn new(generate: &'g Generate, seed: u64, shrink: bool) -> Self {
        Self {
            generate,
            chance: Chance(seed),
            drawn: 0,
            current: Vec::new(),
            failing: None,
            queue: VecDeque::new(),
            left: if shrink { SHRINKS } else { 0 },
            tried: HashSet::new(),
        }
    }

    /// The next expression to be tried.
    pub fn next_call(&mut self) -> Option<String> {
        loop {
            let input = if self.failing.is_some() {
                self.left = self.left.checked_sub(1)?;
                self.queue.pop_front()?
            } else {
                self.draw()?
            };
            let call = self.call(&input);
            if self.tried.insert(call.clone()) {
                self.current = input;
                return Some(call);
            }
        }
    }

    /// Says whether the expression given last failed.
    pub fn tell(&mut self, failed: bool) {
        if failed {
            self.queue = self.smaller(&self.current).into();
            self.failing = Some(std::mem::take(&mut self.current));
        }
    }

    fn draw(&mut self) -> Option<Vec<Value>> {
        if self.drawn >= self.generate.runs {
            return None;
        }
        let size = usize::try_from(self.drawn).unwrap_or(0);
        self.drawn += 1;
        let inputs = self.generate.inputs.iter();
        Some(inputs.map(|input| input.shape.draw(&mut self.chance, size)).collect())
    }

    fn smaller(&self, input: &[Value]) -> Vec<Vec<Value>> {
        let places = self.generate.inputs.iter().zip(input).enumerate();
        let each = places.flat_map(|(place, (declared, value))| {
            declared
                .shape
                .smaller(value)
                .into_iter()
                .map(move |value| replaced(input, place, value))
        });
        each.collect()
    }

    fn call(&self, input: &[Value]) -> String {
        self.generate.filled(input.iter().map(literal::write))
    }
}

impl Generate {
    /// The expression with texts in the places of its inputs; what is filled in is not looked at again.
    fn filled(&self, texts: impl Iterator<Item = String>) -> String {
        let texts: Vec<(String, String)> =
            self.inputs.iter().map(|input| format!("{{{}}}", input.name)).zip(texts).collect();
        let (mut out, mut rest) = (String::new(), &*self.call);
        while let Some(at) = rest.find('{') {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            if let Some((mark, text)) = texts.iter().find(|(mark, _)| rest.starts_with(&**mark)) {
                out.push_str(text);
                rest = &rest[mark.len()..];
            } else {
                out.push('{');
                rest = &rest[1..];
            }
        }
        out + rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { min: -20, max: 20, longest: 8 };

    fn generate(call: &str, types: &[(&str, &str)]) -> Generate {
        let input = |(name, text): &(&str, &str)| Input {
            name: (*name).to_owned(),
            shape: Shape::parse(text, BOUNDS).unwrap(),
        };
        Generate { call: call.into(), inputs: types.iter().map(input).collect(), runs: 40 }
    }

    /// Goes through a search, and gives the last expression that failed with all that were tried.
    fn search(
        generate: &Generate,
        fails: impl Fn(&[Value]) -> bool,
    ) -> (Option<String>, Vec<String>) {
        let mut search = Search::new(generate, 7, true);
        let (mut last, mut tried) = (None, Vec::new());
        while let Some(call) = search.next_call() {
            let failed = fails(&search.current);
            if failed {
                last = Some(call.clone());
            }
            tried.push(call);
            search.tell(failed);
        }
        (last, tried)
    }

    #[test]
    fn the_same_seed_gives_the_same_inputs_and_another_gives_others() {
        let generate = generate("f({xs})", &[("xs", "list[int]")]);
        let calls = |seed| {
            let mut search = Search::new(&generate, seed, true);
            std::iter::from_fn(move || search.next_call()).collect::<Vec<_>>()
        };
        assert_eq!(calls(1), calls(1));
        assert_ne!(calls(1), calls(2));
        assert_eq!(calls(1)[0], "f([])", "the first is as small as can be");
    }

    #[test]
    fn every_type_makes_literals_that_are_read_back() {
        for text in [
            "int",
            "float",
            "bool",
            "str",
            "bytes",
            "None",
            "str | None",
            "list[tuple[int, str]]",
            "set[int]",
            "dict[str, list[float]]",
            "tuple[int, ...]",
            "tuple[bool, bytes]",
        ] {
            let generate = generate("{x}", &[("x", text)]);
            let (_, tried) = search(&generate, |_| false);
            for call in tried {
                assert!(call == "set()" || literal::parse(&call).is_ok(), "{text}: {call}");
            }
        }
    }

    #[test]
    fn what_is_no_type_is_refused() {
        for text in
            ["", "integer", "list", "list[", "list[int", "list]int[", "dict[int]", "list[int, int]"]
        {
            assert_eq!(Shape::parse(text, BOUNDS), None, "{text}");
        }
    }

    #[test]
    fn a_failing_list_is_made_as_small_as_it_can_be() {
        let generate = generate("f({xs}, {n})", &[("xs", "list[int]"), ("n", "int")]);
        let fails = |input: &[Value]| {
            let Value::List(items) = &input[0] else { return false };
            items.len() >= 2
        };
        let (found, _) = search(&generate, fails);
        assert_eq!(found.as_deref(), Some("f([0, 0], 0)"));
    }

    #[test]
    fn a_failing_number_comes_to_the_edge() {
        let generate = generate("f({n})", &[("n", "int")]);
        let at_least_5 = |input: &[Value]| matches!(&input[0], Value::Int(text) if text.parse::<i64>().unwrap() >= 5);
        assert_eq!(search(&generate, at_least_5).0.as_deref(), Some("f(5)"));
    }

    #[test]
    fn braces_that_name_no_input_stay_and_what_is_filled_in_is_no_input() {
        let generate = generate("f({s}, {'k': {n}})", &[("s", "str"), ("n", "int")]);
        let texts = ["'{n}'".to_owned(), "1".to_owned()];
        assert_eq!(generate.filled(texts.into_iter()), "f('{n}', {'k': 1})");
    }

    #[test]
    fn a_search_without_shrinking_ends_with_the_first_failure() {
        let generate = generate("f({n})", &[("n", "int")]);
        let mut search = Search::new(&generate, 7, false);
        search.next_call();
        search.tell(true);
        assert_eq!(search.next_call(), None);
    }
}
