//! Reads the checks that measure a call, those with generated inputs, and those of the learner's own tests.

use toml::de::{DeTable, DeValue};

use super::checks::Reader;
use super::keys::Fields;
use super::source::At;
use super::tables::{EXPECTATIONS, INPUT, LAZY, MEASURES, SPAN, TASKS};
use crate::domain::check::generate::{Bounds, Generate, Input, Shape};
use crate::domain::check::measured::{Lazy, Span, Tasks, Want, Warns};
use crate::domain::check::{Rule, literal};
use crate::domain::value::Value;

/// How many inputs are generated where nothing else is said.
const RUNS: u32 = 20;
/// The most inputs of one call.
const MOST_INPUTS: usize = 20;

impl Reader<'_, '_> {
    /// A call with one of [`MEASURES`].
    pub(super) fn measured_call(&mut self, fields: &Fields<'_, '_>) -> Option<Rule> {
        let call = self.expression(fields.text("call")?);
        let keys: Vec<_> = EXPECTATIONS.iter().chain(&MEASURES).copied().collect();
        let what = self.exactly_one(fields, "a check with `call`", &keys)?;
        self.refuse_companions(fields, what);
        if what == "generate" {
            return self.generate(fields, call?);
        }
        if what == "lazy" {
            self.names_source(fields);
        }
        let want = self.want(fields, what)?;
        Some(Rule::Measured { call: Some(call?), want })
    }

    fn names_source(&mut self, fields: &Fields<'_, '_>) {
        if let Some(call) = fields.text("call").filter(|call| !call.value.contains("source")) {
            let hint = "write `source` where the learner's code gets its input: `call = \"evens(source)\"`";
            self.error(call.at, "this call does not name the `source` that is counted", hint);
        }
    }

    /// What is asked under one of [`MEASURES`] but `generate`.
    pub(super) fn want(&mut self, fields: &Fields<'_, '_>, what: &str) -> Option<Want> {
        match what {
            "took" => self.took(fields),
            "peak-memory" => Some(Want::PeakMemory(fields.whole("peak-memory")?.value)),
            "tasks" => self.tasks(fields),
            "warns" => {
                let names = fields.texts("warns");
                let wanted = names.len();
                let classes: Vec<_> =
                    names.into_iter().filter_map(|name| self.type_name(name)).collect();
                let matches = match fields.text("match") {
                    Some(pattern) => Some(self.pattern(pattern)?),
                    None => None,
                };
                (classes.len() == wanted).then_some(Want::Warns(Warns { classes, matches }))
            }
            _ => self.lazy(fields),
        }
    }

    fn table<'t, 'i>(
        &mut self,
        fields: &Fields<'t, 'i>,
        name: &str,
        keys: &'static super::keys::Keys,
    ) -> Option<Fields<'t, 'i>> {
        let value = fields.get(name)?;
        let table: &'t DeTable<'i> = value.value.as_table()?;
        let before = self.faults.count();
        let inner = Fields::read(self.source, table, value.at, keys, self.faults);
        (self.faults.count() == before).then_some(inner)
    }

    fn took(&mut self, fields: &Fields<'_, '_>) -> Option<Want> {
        if let Some(exact) = fields.number("took") {
            return Some(Want::Took(Span { at_least: exact, at_most: Some(exact) }));
        }
        let inner = self.table(fields, "took", &SPAN)?;
        self.some_key(&inner, "`took` says how long", "add `at-least` or `at-most`")?;
        let (at_least, at_most) = (inner.number("at-least"), inner.number("at-most"));
        self.in_order(&inner, at_most.is_some_and(|most| at_least.unwrap_or(0.0) > most))?;
        Some(Want::Took(Span { at_least: at_least.unwrap_or(0.0), at_most }))
    }

    fn tasks(&mut self, fields: &Fields<'_, '_>) -> Option<Want> {
        let inner = self.table(fields, "tasks", &TASKS)?;
        self.some_key(&inner, "`tasks` says what there must be", "add such as `left = 0`")?;
        let count = |key| inner.whole(key).map(|count| count.value);
        let tasks = Tasks {
            at_least: count("at-least"),
            at_most: count("at-most"),
            left: count("left"),
            cancelled: count("cancelled"),
            never_awaited: count("never-awaited"),
        };
        let crossed = tasks.at_least.zip(tasks.at_most).is_some_and(|(least, most)| least > most);
        self.in_order(&inner, crossed)?;
        Some(Want::Tasks(tasks))
    }

    fn some_key(&mut self, fields: &Fields<'_, '_>, message: &str, hint: &str) -> Option<()> {
        let some = fields.names().next().is_some();
        if !some {
            self.error(fields.at, message, hint);
        }
        some.then_some(())
    }

    fn in_order(&mut self, fields: &Fields<'_, '_>, crossed: bool) -> Option<()> {
        if crossed {
            let at = fields.get("at-most").map_or(fields.at, |most| most.at);
            let hint = "nothing could hold it; change one";
            self.error(at, "`at-most` is less than `at-least`", hint);
        }
        (!crossed).then_some(())
    }

    fn lazy(&mut self, fields: &Fields<'_, '_>) -> Option<Want> {
        let inner = self.table(fields, "lazy", &LAZY)?;
        let count = |key| inner.whole(key).map(|count| count.value);
        let take = count("take")?;
        let items = match inner.text("items") {
            Some(text) => Some(self.expression(text)?),
            None => None,
        };
        let (drawn, before) = (count("drawn").unwrap_or(take), count("before").unwrap_or(0));
        if before > drawn {
            let at = inner.get("before").map_or(inner.at, |before| before.at);
            let hint = "say in `drawn` how many may be drawn in all";
            self.error(at, "`before` is more than `drawn`", hint);
            return None;
        }
        Some(Want::Lazy(Lazy { items, take, drawn, before }))
    }

    fn generate(&mut self, fields: &Fields<'_, '_>, call: String) -> Option<Rule> {
        let items = fields.items("generate");
        let (at, wanted) = (fields.get("generate")?.at, items.len());
        if wanted == 0 || wanted > MOST_INPUTS {
            let message = format!("`generate` holds 1 to {MOST_INPUTS} inputs");
            self.error(at, message, "write `{ name = \"xs\", type = \"list[int]\" }`");
            return None;
        }
        let mut inputs: Vec<Input> = Vec::new();
        for item in items {
            let Some(input) = item.value.as_table().and_then(|t| self.input(t, item.at)) else {
                continue;
            };
            if !call.contains(&format!("{{{}}}", input.name)) {
                let message = format!("the call does not hold `{{{}}}`", input.name);
                self.error(item.at, message, "write the input's name in braces where it belongs");
            } else if inputs.iter().any(|other| other.name == input.name) {
                let message = format!("there is an input `{}` already", input.name);
                self.error(item.at, message, "give each its own name");
            } else {
                inputs.push(input);
            }
        }
        let runs = fields.whole("runs").map_or(RUNS, |runs| runs.value);
        (inputs.len() == wanted).then_some(Rule::Generate(Generate { call, inputs, runs }))
    }

    fn input(&mut self, table: &DeTable<'_>, at: usize) -> Option<Input> {
        let before = self.faults.count();
        let fields = Fields::read(self.source, table, at, &INPUT, self.faults);
        if self.faults.count() > before {
            return None;
        }
        let name = fields.text("name")?;
        let is_word = |text: &str| {
            !text.starts_with(|c: char| c.is_ascii_digit())
                && text.chars().all(|c| c.is_alphanumeric() || c == '_')
        };
        if !is_word(name.value) {
            let hint = "write a name such as `items`, without braces";
            self.error(name.at, "this is not a name", hint);
            return None;
        }
        let shape = match self.exactly_one(&fields, "an input", &["type", "choices"])? {
            "type" => self.shape(&fields)?,
            _ => self.choices(&fields)?,
        };
        Some(Input { name: name.value.to_owned(), shape })
    }

    fn shape(&mut self, fields: &Fields<'_, '_>) -> Option<Shape> {
        let text = fields.text("type")?;
        let bound = |key, usual| fields.integer(key).map_or(usual, |bound: At<i64>| bound.value);
        let longest = fields.whole("longest").map_or(8, |longest| longest.value);
        let (mut min, mut max) = (bound("min", -20), bound("max", 20));
        // One bound that lies past the usual other one moves it.
        match (fields.has("min"), fields.has("max")) {
            (true, false) => max = max.max(min.saturating_add(40)),
            (false, true) => min = min.min(max.saturating_sub(40)),
            _ => {}
        }
        if min > max {
            self.error(text.at, "`min` is greater than `max`", "exchange the two");
            return None;
        }
        let longest = usize::try_from(longest).unwrap_or(8);
        let shape = Shape::parse(text.value, Bounds { min, max, longest });
        if shape.is_none() {
            let shown: String = text.value.chars().take(80).collect();
            self.error(
                text.at,
                format!("values of type `{shown}` cannot be generated"),
                "write such as `int`, `str | None`, `list[int]`, `dict[str, float]`, or list the values in `choices`",
            );
        }
        shape
    }

    fn choices(&mut self, fields: &Fields<'_, '_>) -> Option<Shape> {
        let text = fields.text("choices")?;
        for key in ["min", "max", "longest"] {
            if let Some(stray) = fields.get(key) {
                let message = format!("`{key}` means nothing beside `choices`");
                self.error(stray.at, message, "leave it out");
            }
        }
        match literal::parse(text.value) {
            Ok(Value::List(items)) if !items.is_empty() => Some(Shape::Choice(items)),
            Ok(_) => {
                self.error(
                    text.at,
                    "`choices` is no list with values",
                    "write such as `[1, 'a', None]`",
                );
                None
            }
            Err(error) => {
                let message = format!("`choices` is no Python literal: {}", error.message);
                self.error(text.at, message, "write such as `[1, 'a', None]`");
                None
            }
        }
    }

    /// Whether there are variants of these names is for the step to say.
    pub(super) fn catches(&mut self, fields: &Fields<'_, '_>) -> Option<Rule> {
        let value = fields.get("catches")?;
        let known = self.variants.clone();
        if known.is_empty() {
            let hint = "add ```python given with the right code, and ```python variant=id for each wrong one";
            self.error(value.at, "this step has no variants of its given code to be caught", hint);
            return None;
        }
        match value.value {
            DeValue::Boolean(true) => return Some(Rule::Catches(known)),
            DeValue::Boolean(false) => {
                self.error(
                    value.at,
                    "`catches` can only be `true`",
                    "write `true`, or ids of variants",
                );
                return None;
            }
            _ => {}
        }
        let mut ids = Vec::new();
        for id in fields.texts("catches") {
            if known.iter().any(|other| other == id.value) {
                ids.push(id.value.to_owned());
                continue;
            }
            let shown: String = id.value.chars().take(60).collect();
            let hint = match self.faults.near(id.value, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write the id of a `variant` block".to_owned(),
            };
            self.error(id.at, format!("this step has no variant `{shown}`"), hint);
        }
        (!ids.is_empty()).then_some(Rule::Catches(ids))
    }
}
