//! Reads ```` ```toml checks ```` and ```` ```toml mistake=id ```` blocks.

use std::collections::BTreeMap;

use regex::RegexBuilder;
use toml::de::{DeTable, DeValue};

use super::super::check::source::{FactKind, SourceRule};
use super::super::check::{Case, Check, Expect, Raises, Rule, Stdout};
use super::super::clean::Clean;
use super::super::exercise::MistakeRules;
use super::keys::{Fields, parse_toml};
use super::nearest::nearest;
use super::source::{At, Faults, Source, any_of};
use super::tables::{CASE, CHECK, CHECKS, EXPECTATIONS, MISTAKE, NODE_KINDS, SOURCE, SUBJECTS};
use super::words::is_dotted_name;

/// The most checks of one step, and the most cases of one check.
const MOST: usize = 200;

/// The largest compiled size of a pattern, in bytes.
const PATTERN_SIZE: usize = 1 << 20;

/// Reads a block of checks; a check that is not right is a fault and left out.
pub(super) fn read_checks(source: &Source<'_>, faults: &mut Faults) -> Vec<Check> {
    let Some(table) = parse_toml(source, faults) else { return Vec::new() };
    let fields = Fields::read(source, table.get_ref(), 0, &CHECKS, faults);
    let items = fields.items("check");
    if let Some(first_beyond) = items.get(MOST) {
        let message = format!("a step has at most {MOST} checks");
        faults.error(source, first_beyond.at, message, "divide the step");
    }
    let mut names: BTreeMap<String, u32> = BTreeMap::new();
    let mut checks = Vec::new();
    for item in items.into_iter().take(MOST) {
        let Some(table) = item.value.as_table() else { continue };
        let mut reader = Reader { source, faults };
        checks.extend(reader.check(table, item.at, &mut names));
    }
    checks
}

/// Reads the rules that narrow a mistake. `checks` are those of its step.
pub(super) fn read_mistake_rules(
    source: &Source<'_>,
    checks: &[Check],
    faults: &mut Faults,
) -> MistakeRules {
    let Some(table) = parse_toml(source, faults) else { return MistakeRules::default() };
    let fields = Fields::read(source, table.get_ref(), 0, &MISTAKE, faults);
    let mut reader = Reader { source, faults };
    if let Some(name) = fields.text("check")
        && !checks.iter().any(|check| &*check.name == name.value)
    {
        reader.unknown_check(name, checks.iter().map(|check| check.name.as_str()));
    }
    let text = |key| fields.text(key).map(|text| text.value.to_owned());
    let exception = fields.text("exception").and_then(|name| reader.type_name(name));
    let source = reader.source_rules(&fields);
    MistakeRules { check: text("check"), got: text("got"), exception, source }
}

struct Reader<'s, 't> {
    source: &'s Source<'t>,
    faults: &'s mut Faults,
}

impl Reader<'_, '_> {
    fn error(&mut self, at: usize, message: impl AsRef<str>, hint: impl AsRef<str>) {
        self.faults.error(self.source, at, message, hint);
    }

    fn check(
        &mut self,
        table: &DeTable<'_>,
        at: usize,
        names: &mut BTreeMap<String, u32>,
    ) -> Option<Check> {
        let fields = Fields::read(self.source, table, at, &CHECK, self.faults);
        let rule = self.rule(&fields);
        let need = self.need(&fields, names);
        let name = fields.text("name")?;
        let clean = Clean::line(name.value);
        if let Some(line) = names.get(&*clean) {
            let message = format!("a check of this name stands on line {line} already");
            self.error(name.at, message, "give each check of a step its own name");
        }
        names.entry(clean.to_string()).or_insert_with(|| self.source.line(name.at));
        Some(Check {
            name: clean,
            place: self.source.place(at),
            hidden: fields.flag("hidden").is_some_and(|hidden| hidden.value),
            need,
            points: fields.whole("points").map(|points| points.value),
            rule: rule?,
        })
    }

    fn need(&mut self, fields: &Fields<'_, '_>, earlier: &BTreeMap<String, u32>) -> Vec<String> {
        let mut need = Vec::new();
        for name in fields.texts("need") {
            if earlier.contains_key(name.value) {
                need.push(name.value.to_owned());
            } else {
                self.unknown_check(name, earlier.keys().map(String::as_str));
            }
        }
        need
    }

    fn unknown_check<'n>(&mut self, name: At<&str>, known: impl Iterator<Item = &'n str>) {
        let hint = match nearest(name.value, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write the `name` of a check that stands before".to_owned(),
        };
        let shown: String = name.value.chars().take(80).collect();
        self.error(name.at, format!("no check before is called `{shown}`"), hint);
    }

    /// What a check looks at: exactly one subject, with what goes with it and nothing else.
    fn rule(&mut self, fields: &Fields<'_, '_>) -> Option<Rule> {
        let subject = self.exactly_one(fields, "a check", &SUBJECTS)?;
        self.refuse_strays(fields, subject);
        match subject {
            "stdout" => Some(Rule::Stdout(Stdout::Equals(fields.text("stdout")?.value.to_owned()))),
            "stdout-lines" => {
                let lines = fields.texts("stdout-lines");
                let lines = lines.iter().map(|line| line.value.to_owned()).collect();
                let unordered = fields.flag("unordered").is_some_and(|flag| flag.value);
                Some(Rule::Stdout(Stdout::Lines { lines, unordered }))
            }
            "stdout-matches" => {
                let pattern = self.pattern(fields.text("stdout-matches")?)?;
                Some(Rule::Stdout(Stdout::Matches(pattern)))
            }
            "call" => {
                let call = self.expression(fields.text("call")?)?;
                let expect = self.expect(fields, "a check with `call`")?;
                Some(Rule::Call { call, expect })
            }
            "cases" => self.cases(fields),
            _ => {
                let rules = self.source_rules(fields);
                (!rules.is_empty()).then_some(Rule::Source(rules))
            }
        }
    }

    /// The one key of several that a table bears; none and a second one are faults.
    fn exactly_one(
        &mut self,
        fields: &Fields<'_, '_>,
        what: &str,
        keys: &[&'static str],
    ) -> Option<&'static str> {
        let there: Vec<_> = fields.names().filter(|name| keys.contains(&name.value)).collect();
        match there.as_slice() {
            [] => {
                let hint = format!("add one of {}", any_of(keys.iter().copied()));
                self.error(fields.at, format!("{what} says what must hold"), hint);
                None
            }
            [one] => Some(one.value),
            [first, second, ..] => {
                let message =
                    format!("`{}` and `{}` cannot stand together", first.value, second.value);
                self.error(second.at, message, "make two checks of it");
                None
            }
        }
    }

    /// Refuses keys that mean nothing beside the subject.
    fn refuse_strays(&mut self, fields: &Fields<'_, '_>, subject: &str) {
        const EVERYWHERE: [&str; 4] = ["name", "hidden", "need", "points"];
        let strays: Vec<_> = fields
            .names()
            .filter(|name| name.value != subject && !EVERYWHERE.contains(&name.value))
            .filter(|name| match subject {
                "call" => name.value == "unordered",
                "cases" => name.value != "same-as-solution",
                "stdout-lines" => name.value != "unordered",
                _ => true,
            })
            .collect();
        for stray in strays {
            let message = format!("`{}` means nothing beside `{subject}`", stray.value);
            self.error(stray.at, message, "leave it out");
        }
    }

    fn expect(&mut self, fields: &Fields<'_, '_>, what: &str) -> Option<Expect> {
        let expectation = self.exactly_one(fields, what, &EXPECTATIONS)?;
        self.refuse_companions(fields, expectation);
        let text = || fields.text(expectation);
        match expectation {
            "equals" => Some(Expect::Equals(self.literal(text()?)?)),
            "approx" => {
                let tolerance = fields.number("tolerance").unwrap_or(1e-9);
                Some(Expect::Approx { value: self.literal(text()?)?, tolerance })
            }
            "type" => Some(Expect::Type(self.type_name(text()?)?)),
            "same-as-solution" => self.same_as_solution(fields),
            _ => self.raises(fields),
        }
    }

    /// Refuses keys that mean nothing beside the expectation.
    fn refuse_companions(&mut self, fields: &Fields<'_, '_>, expectation: &str) {
        const COMPANIONS: [(&str, &str); 5] = [
            ("tolerance", "approx"),
            ("match", "raises"),
            ("cause", "raises"),
            ("context", "raises"),
            ("group", "raises"),
        ];
        let strays: Vec<_> = fields
            .names()
            .filter_map(|name| {
                let (_, owner) = COMPANIONS.iter().find(|(key, _)| *key == name.value)?;
                (*owner != expectation).then_some((name, *owner))
            })
            .collect();
        for (stray, owner) in strays {
            let message = format!("`{}` means nothing without `{owner}`", stray.value);
            self.error(stray.at, message, format!("leave it out, or ask for `{owner}`"));
        }
    }

    fn same_as_solution(&mut self, fields: &Fields<'_, '_>) -> Option<Expect> {
        let flag = fields.flag("same-as-solution")?;
        if !flag.value {
            self.error(
                flag.at,
                "`same-as-solution` can only be `true`",
                "write `true`, or leave it out",
            );
            return None;
        }
        Some(Expect::SameAsSolution)
    }

    fn raises(&mut self, fields: &Fields<'_, '_>) -> Option<Expect> {
        let class = self.type_name(fields.text("raises")?);
        let matches = match fields.text("match") {
            Some(pattern) => Some(self.pattern(pattern)?),
            None => None,
        };
        let mut type_of = |key| fields.text(key).and_then(|name| self.type_name(name));
        let (cause, context) = (type_of("cause"), type_of("context"));
        let group = fields.has("group").then(|| {
            let names = fields.texts("group");
            names.into_iter().filter_map(|name| self.type_name(name)).collect()
        });
        Some(Expect::Raises(Raises { class: class?, matches, cause, context, group }))
    }

    fn cases(&mut self, fields: &Fields<'_, '_>) -> Option<Rule> {
        let items = fields.items("cases");
        if items.is_empty() || items.len() > MOST {
            let at = fields.get("cases")?.at;
            self.error(at, format!("`cases` holds 1 to {MOST} calls"), "write one to a line");
            return None;
        }
        let same = if fields.has("same-as-solution") {
            Some(self.same_as_solution(fields)?)
        } else {
            None
        };
        let before = self.faults.count();
        let cases: Vec<Case> =
            items.into_iter().filter_map(|item| self.case(&item, same.as_ref())).collect();
        (self.faults.count() == before).then_some(Rule::Cases(cases))
    }

    fn case(&mut self, item: &At<&DeValue<'_>>, same: Option<&Expect>) -> Option<Case> {
        if let Some(call) = item.value.as_str() {
            if same.is_none() {
                self.error(
                    item.at,
                    "this case does not say what it must give",
                    "add `same-as-solution = true` to the check, or write `{ call = \"…\", equals = \"…\" }`",
                );
            }
            let call = self.expression(At { value: call, at: item.at })?;
            return Some(Case { call, expect: same?.clone() });
        }
        let fields = Fields::read(self.source, item.value.as_table()?, item.at, &CASE, self.faults);
        let call = self.expression(fields.text("call")?);
        let own = fields.names().any(|name| EXPECTATIONS.contains(&name.value));
        let expect = match same {
            Some(same) if !own => {
                self.refuse_companions(&fields, "same-as-solution");
                Some(same.clone())
            }
            _ => self.expect(&fields, "a case"),
        };
        Some(Case { call: call?, expect: expect? })
    }

    fn expression(&mut self, text: At<&str>) -> Option<String> {
        if text.value.trim().is_empty() {
            self.error(text.at, "this call is empty", "write a Python expression");
            return None;
        }
        Some(text.value.to_owned())
    }

    /// A Python literal; whether it is one is for the room to say that reads literals.
    fn literal(&mut self, text: At<&str>) -> Option<String> {
        if text.value.trim().is_empty() {
            self.error(
                text.at,
                "this value is empty",
                "write a Python literal; an empty text is `\"''\"`",
            );
            return None;
        }
        Some(text.value.to_owned())
    }

    fn type_name(&mut self, text: At<&str>) -> Option<String> {
        if is_dotted_name(text.value) {
            return Some(text.value.to_owned());
        }
        let shown: String = text.value.chars().take(80).collect();
        self.error(
            text.at,
            format!("`{shown}` is not the name of a type"),
            "write such as `ValueError` or `asyncio.TimeoutError`, without parentheses",
        );
        None
    }

    fn pattern(&mut self, text: At<&str>) -> Option<String> {
        match RegexBuilder::new(text.value).size_limit(PATTERN_SIZE).build() {
            Ok(_) => Some(text.value.to_owned()),
            Err(error) => {
                let (message, hint) = wrong_with_pattern(&error);
                self.error(text.at, message, hint);
                None
            }
        }
    }

    fn source_rules(&mut self, fields: &Fields<'_, '_>) -> Vec<SourceRule> {
        let mut rules = Vec::new();
        for item in fields.items("source") {
            if let Some(table) = item.value.as_table() {
                rules.extend(self.source_table(table, item.at));
            }
        }
        rules
    }

    /// One table becomes one rule for each thing that it names; all must hold.
    fn source_table(&mut self, table: &DeTable<'_>, at: usize) -> Vec<SourceRule> {
        let fields = Fields::read(self.source, table, at, &SOURCE, self.faults);
        let (at_least, at_most) = (fields.whole("at-least"), fields.whole("at-most"));
        let within = fields.text("in").and_then(|name| self.name(name));
        let called = fields.flag("called");
        let mut rules = Vec::new();
        let mut wanted = 0;
        for (key, kind, has) in THINGS {
            for name in fields.texts(key) {
                let known = if kind == FactKind::Node { self.node(name) } else { self.name(name) };
                wanted += usize::from(has);
                let Some(name) = known else { continue };
                let called = called.filter(|_| kind == FactKind::Decorator).map(|flag| flag.value);
                let (least, most) = match (has, at_least, at_most) {
                    (false, _, _) => (0, Some(0)),
                    (true, None, None) => (1, None),
                    (true, least, most) => {
                        (least.map_or(0, |least| least.value), most.map(|most| most.value))
                    }
                };
                let within = within.clone();
                rules.push(SourceRule {
                    kind,
                    name,
                    called,
                    within,
                    at_least: least,
                    at_most: most,
                });
            }
        }
        self.check_source(&fields, wanted, rules.is_empty());
        rules
    }

    fn check_source(&mut self, fields: &Fields<'_, '_>, wanted: usize, empty: bool) {
        let things = THINGS.iter().map(|(key, _, _)| *key);
        if empty && !fields.names().any(|name| THINGS.iter().any(|(key, _, _)| *key == name.value))
        {
            let hint = format!("add one of {}", any_of(things));
            self.error(fields.at, "a source rule says what there must be, or must not be", hint);
        }
        for key in ["at-least", "at-most"] {
            if let Some(count) = fields.whole(key).filter(|_| wanted != 1) {
                let message = format!("`{key}` counts one thing that there must be");
                self.error(
                    count.at,
                    message,
                    "name one such thing beside it, and others in a table of their own",
                );
            }
        }
        if let (Some(least), Some(most)) = (fields.whole("at-least"), fields.whole("at-most"))
            && least.value > most.value
        {
            self.error(
                most.at,
                "`at-most` is less than `at-least`",
                "nothing could hold it; change one",
            );
        }
        let decorator = fields.has("decorator") || fields.has("lacks-decorator");
        if let Some(called) = fields.flag("called").filter(|_| !decorator) {
            self.error(
                called.at,
                "`called` means nothing without a decorator",
                "leave it out, or add `decorator`",
            );
        }
    }

    fn node(&mut self, name: At<&str>) -> Option<String> {
        if NODE_KINDS.contains(&name.value) {
            return Some(name.value.to_owned());
        }
        let hint = match nearest(name.value, NODE_KINDS) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write {}", any_of(NODE_KINDS)),
        };
        let shown: String = name.value.chars().take(60).collect();
        self.error(name.at, format!("there is no kind of node `{shown}`"), hint);
        None
    }

    fn name(&mut self, name: At<&str>) -> Option<String> {
        if is_dotted_name(name.value) {
            return Some(name.value.to_owned());
        }
        let shown: String = name.value.chars().take(80).collect();
        self.error(
            name.at,
            format!("`{shown}` is not a name"),
            "write a name or a dotted name, such as `functools.wraps`",
        );
        None
    }
}

/// The keys of a source rule that name something: the kind of fact, and whether there must be one.
const THINGS: [(&str, FactKind, bool); 14] = [
    ("has", FactKind::Node, true),
    ("lacks", FactKind::Node, false),
    ("calls", FactKind::Call, true),
    ("lacks-call", FactKind::Call, false),
    ("decorator", FactKind::Decorator, true),
    ("lacks-decorator", FactKind::Decorator, false),
    ("assigns", FactKind::Assignment, true),
    ("lacks-assign", FactKind::Assignment, false),
    ("imports", FactKind::Import, true),
    ("lacks-import", FactKind::Import, false),
    ("defines", FactKind::Definition, true),
    ("lacks-definition", FactKind::Definition, false),
    ("names", FactKind::Name, true),
    ("lacks-name", FactKind::Name, false),
];

/// What a pattern's error says, with the column in the pattern.
fn wrong_with_pattern(error: &regex::Error) -> (String, &'static str) {
    match error {
        regex::Error::CompiledTooBig(_) => (
            "this pattern grows too large".to_owned(),
            "repeat less: `{1,1000}` of a group that repeats is a million",
        ),
        other => {
            let text = other.to_string();
            let reason = text.lines().last().unwrap_or("").trim_start_matches("error: ").to_owned();
            // The error draws the pattern with a mark below, both after four spaces.
            let column = text
                .lines()
                .find(|line| line.contains('^') && line.trim_matches([' ', '^']).is_empty())
                .and_then(|line| line.find('^'))
                .map(|column| format!(" (column {} of the pattern)", column.saturating_sub(3)));
            (
                format!(
                    "this pattern is no regular expression: {reason}{}",
                    column.unwrap_or_default()
                ),
                "write a pattern of Rust's `regex`: no back-references, no look-around",
            )
        }
    }
}
