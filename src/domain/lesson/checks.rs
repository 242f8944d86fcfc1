//! Reads ```` ```toml checks ```` and ```` ```toml mistake=id ```` blocks.

use std::collections::BTreeMap;

use regex::RegexBuilder;
use toml::de::{DeTable, DeValue};

use super::keys::{Fields, parse_toml};
use super::source::{At, Faults, MOST_PATTERNS, Source, any_of};
use super::tables::{CASE, CHECK, CHECKS, EXPECTATIONS, MEASURES, MISTAKE, SUBJECTS, WHOLE};
use super::words::is_dotted_name;
use crate::domain::check::{Case, Check, Expect, Member, Raises, Rule, Stdout, Worth};
use crate::domain::clean::Clean;
use crate::domain::exercise::MistakeRules;

/// The most checks of one step, and the most cases of one check.
const MOST: usize = 200;

/// The largest compiled size of a pattern, in bytes.
const PATTERN_SIZE: usize = 1 << 18;

/// What was read of a block of checks.
#[derive(Default)]
pub(super) struct Checks {
    pub(super) checks: Vec<Check>,
    /// The names of all, those of checks that were left out among them; nothing where one may be missing.
    pub(super) names: Option<Vec<String>>,
}

/// Reads a block of checks; a check that is not right is a fault and left out.
pub(super) fn read_checks(source: &Source<'_>, variants: &[String], faults: &mut Faults) -> Checks {
    let Some(table) = parse_toml(source, faults) else { return Checks::default() };
    let fields = Fields::read(source, table.get_ref(), 0, &CHECKS, faults);
    let items = fields.items("check");
    if let Some(first_beyond) = items.get(MOST) {
        let message = format!("a step has at most {MOST} checks");
        faults.error(source, first_beyond.at, message, "divide the step");
    }
    let mut names: BTreeMap<String, u32> = BTreeMap::new();
    let mut checks = Vec::new();
    let mut all_named = !fields.flawed;
    for item in items.into_iter().take(MOST) {
        let Some(table) = item.value.as_table() else { continue };
        let mut reader = Reader { variants: variants.to_vec(), source, faults };
        checks.extend(reader.check(table, item.at, &mut names, &mut all_named));
    }
    Checks { checks, names: all_named.then(|| names.into_keys().collect()) }
}

/// Reads the rules that narrow a mistake. `names` are those of its step's checks.
pub(super) fn read_mistake_rules(
    source: &Source<'_>,
    names: Option<&[String]>,
    faults: &mut Faults,
) -> MistakeRules {
    let Some(table) = parse_toml(source, faults) else { return MistakeRules::default() };
    let fields = Fields::read(source, table.get_ref(), 0, &MISTAKE, faults);
    let mut reader = Reader { variants: Vec::new(), source, faults };
    if let (Some(name), Some(names)) = (fields.text("check"), names)
        && !names.iter().any(|known| known == name.value)
    {
        let known = names.iter().map(String::as_str);
        reader.unknown_check(name, "no check of this step is called", known);
    }
    let text = |key| fields.text(key).map(|text| text.value.to_owned());
    let exception = fields.text("exception").and_then(|name| reader.type_name(name));
    let source = reader.source_rules(&fields);
    MistakeRules { check: text("check"), got: text("got"), exception, source }
}

/// Reads the tables of one block.
pub(super) struct Reader<'s, 't> {
    /// The ids of the step's variants.
    pub(super) variants: Vec<String>,
    pub(super) source: &'s Source<'t>,
    pub(super) faults: &'s mut Faults,
}

impl Reader<'_, '_> {
    pub(super) fn error(&mut self, at: usize, message: impl AsRef<str>, hint: impl AsRef<str>) {
        self.faults.error(self.source, at, message, hint);
    }

    fn check(
        &mut self,
        table: &DeTable<'_>,
        at: usize,
        names: &mut BTreeMap<String, u32>,
        all_named: &mut bool,
    ) -> Option<Check> {
        let fields = Fields::read(self.source, table, at, &CHECK, self.faults);
        let rule = self.rule(&fields);
        let need = self.need(&fields, names, *all_named);
        *all_named &= fields.has("name");
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
            worth: self.worth(&fields),
            rule: rule?,
        })
    }

    fn need(
        &mut self,
        fields: &Fields<'_, '_>,
        earlier: &BTreeMap<String, u32>,
        all_named: bool,
    ) -> Vec<String> {
        let mut need = Vec::new();
        for name in fields.texts("need") {
            if earlier.contains_key(name.value) {
                need.push(name.value.to_owned());
            } else if all_named {
                self.unknown_check(
                    name,
                    "no check before is called",
                    earlier.keys().map(String::as_str),
                );
            }
        }
        need
    }

    fn unknown_check<'n>(
        &mut self,
        name: At<&str>,
        message: &str,
        known: impl Iterator<Item = &'n str>,
    ) {
        let hint = match self.faults.near(name.value, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write the `name` of one".to_owned(),
        };
        let shown: String = name.value.chars().take(80).collect();
        self.error(name.at, format!("{message} `{shown}`"), hint);
    }

    /// What a check looks at: exactly one subject, with what goes with it and nothing else.
    fn rule(&mut self, fields: &Fields<'_, '_>) -> Option<Rule> {
        let subject = self.subject(fields)?;
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
            "call" if MEASURES.iter().any(|key| fields.has(key)) => self.measured_call(fields),
            "took" | "peak-memory" | "tasks" | "warns" => {
                self.refuse_companions(fields, subject);
                Some(Rule::Measured { call: None, want: self.want(fields, subject)? })
            }
            "catches" => self.catches(fields),
            "types" => Some(Rule::Types(self.types(fields)?)),
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

    fn subject(&mut self, fields: &Fields<'_, '_>) -> Option<&'static str> {
        let measures = if fields.has("call") { &[][..] } else { &MEASURES[..WHOLE] };
        let subjects: Vec<_> = SUBJECTS.iter().chain(measures).copied().collect();
        let needing = fields.names().find(|name| MEASURES[WHOLE..].contains(&name.value));
        match needing.filter(|_| !fields.names().any(|name| subjects.contains(&name.value))) {
            Some(key) => {
                self.error(key.at, format!("`{}` needs a `call`", key.value), "add one");
                None
            }
            None => self.exactly_one(fields, "a check", &subjects),
        }
    }

    /// The one key of several that a table bears; none and a second one are faults.
    pub(super) fn exactly_one(
        &mut self,
        fields: &Fields<'_, '_>,
        what: &str,
        keys: &[&'static str],
    ) -> Option<&'static str> {
        let there: Vec<_> = fields.names().filter(|name| keys.contains(&name.value)).collect();
        match there.as_slice() {
            [] if fields.flawed => None,
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

    fn worth(&mut self, fields: &Fields<'_, '_>) -> Option<Worth> {
        let (points, criterion) = (fields.whole("points"), fields.text("criterion"));
        if let (None, Some(criterion)) = (&points, &criterion) {
            let message = "a `criterion` says what points count for, and this check has none";
            self.error(criterion.at, message, "write `points = 1`, or leave it out");
        }
        let criterion = criterion.map(|criterion| Clean::line(criterion.value));
        Some(Worth { points: points?.value, criterion })
    }

    /// Refuses keys that mean nothing beside the subject.
    fn refuse_strays(&mut self, fields: &Fields<'_, '_>, subject: &str) {
        const EVERYWHERE: [&str; 5] = ["name", "hidden", "need", "points", "criterion"];
        let strays: Vec<_> = fields
            .names()
            .filter(|name| name.value != subject && !EVERYWHERE.contains(&name.value))
            .filter(|name| match subject {
                "call" => name.value == "unordered",
                "cases" => name.value != "same-as-solution",
                "warns" => name.value != "match",
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
    pub(super) fn refuse_companions(&mut self, fields: &Fields<'_, '_>, expectation: &str) {
        const COMPANIONS: [(&str, &[&str]); 7] = [
            ("tolerance", &["approx"]),
            ("match", &["raises", "warns"]),
            ("is", &["raises"]),
            ("cause", &["raises"]),
            ("context", &["raises"]),
            ("group", &["raises"]),
            ("runs", &["generate"]),
        ];
        let strays: Vec<_> = fields
            .names()
            .filter_map(|name| {
                let (_, owners) = COMPANIONS.iter().find(|(key, _)| *key == name.value)?;
                (!owners.contains(&expectation)).then_some((name, owners[0]))
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
            names.into_iter().filter_map(|name| self.member(name)).collect()
        });
        let same = match fields.text("is") {
            Some(text) => Some(self.expression(text)?),
            None => None,
        };
        Some(Expect::Raises(Raises { class: class?, matches, cause, context, group, same }))
    }

    fn member(&mut self, text: At<&str>) -> Option<Member> {
        let member = Member::parse(text.value);
        if member.is_none() {
            let shown: String = text.value.chars().take(80).collect();
            self.error(
                text.at,
                format!("`{shown}` is no member of a group"),
                "write such as `ValueError`, or `ExceptionGroup[OSError, TypeError]` for a group in the group",
            );
        }
        member
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

    pub(super) fn expression(&mut self, text: At<&str>) -> Option<String> {
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

    pub(super) fn type_name(&mut self, text: At<&str>) -> Option<String> {
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

    pub(super) fn pattern(&mut self, text: At<&str>) -> Option<String> {
        if !self.faults.may_compile() {
            let message = format!("a lesson has at most {MOST_PATTERNS} patterns");
            self.error(text.at, message, "ask for the same by `stdout` or by `call`");
            return None;
        }
        match RegexBuilder::new(text.value).size_limit(PATTERN_SIZE).build() {
            Ok(_) => Some(text.value.to_owned()),
            Err(error) => {
                let (message, hint) = wrong_with_pattern(&error);
                self.error(text.at, message, hint);
                None
            }
        }
    }

    pub(super) fn name(&mut self, name: At<&str>) -> Option<String> {
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
