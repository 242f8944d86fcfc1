//! Holds rules against the facts of a syntax tree, and says what lacks or is too much.

use super::source::{Fact, FactKind, SourceRule, SyntaxFacts};

/// What is wrong by a rule, in one sentence without a full stop; nothing where it holds.
pub(super) fn unmet(rule: &SourceRule, facts: &SyntaxFacts) -> Option<String> {
    let found: Vec<&Fact> = facts.facts.iter().filter(|fact| matches(rule, fact)).collect();
    let count = u32::try_from(found.len()).unwrap_or(u32::MAX);
    let place = rule.within.as_ref().map_or(String::new(), |name| format!(" inside `{name}`"));
    if count < rule.at_least {
        return Some(match count {
            0 => format!("there is no {}{place}{}", what(rule), near(rule, facts)),
            _ => format!(
                "at least {} of {}{place} are asked for, not {count}",
                rule.at_least,
                what(rule)
            ),
        });
    }
    match rule.at_most {
        Some(0) if count > 0 => {
            Some(format!("there should be no {}{place}; {}", what(rule), seen(&found)))
        }
        Some(most) if count > most => Some(format!(
            "at most {most} of {}{place} may stand here, not {count}; {}",
            what(rule),
            seen(&found)
        )),
        _ => None,
    }
}

/// Whether all rules hold.
pub(super) fn hold(rules: &[SourceRule], facts: &SyntaxFacts) -> bool {
    rules.iter().all(|rule| unmet(rule, facts).is_none())
}

fn matches(rule: &SourceRule, fact: &Fact) -> bool {
    fact.kind == rule.kind
        && named(rule, &fact.name)
        && rule.called.is_none_or(|called| called == fact.called)
        && rule.within.as_ref().is_none_or(|within| fact.within.contains(within))
}

/// A name that begins with a dot is a last part (`.append`); an imported module covers what is imported from it.
fn named(rule: &SourceRule, name: &str) -> bool {
    if name == rule.name {
        return true;
    }
    if rule.name.starts_with('.') {
        return name.ends_with(&rule.name);
    }
    rule.kind == FactKind::Import
        && name.strip_prefix(&rule.name).is_some_and(|rest| rest.starts_with('.'))
}

fn what(rule: &SourceRule) -> String {
    let name = &rule.name;
    match rule.kind {
        FactKind::Node => format!("`{}`", name.replace('-', " ")),
        FactKind::Call => format!("call of `{name}`"),
        FactKind::Decorator => match rule.called {
            None => format!("decorator `@{name}`"),
            Some(true) => format!("decorator `@{name}(…)` with parentheses"),
            Some(false) => format!("decorator `@{name}` without parentheses"),
        },
        FactKind::Assignment => format!("assignment to `{name}`"),
        FactKind::Import => format!("import of `{name}`"),
        FactKind::Definition => format!("definition of `{name}`"),
        FactKind::Name => format!("use of `{name}`"),
    }
}

fn seen(found: &[&Fact]) -> String {
    let mut lines: Vec<u32> = found.iter().map(|fact| fact.line).collect();
    lines.dedup();
    match &*lines {
        [line] => format!("there is one in line {line}"),
        lines => {
            let words: Vec<String> = lines.iter().take(5).map(ToString::to_string).collect();
            format!("there are some in lines {}", words.join(", "))
        }
    }
}

/// Where the thing stands after all: outside of the function, or called otherwise.
fn near(rule: &SourceRule, facts: &SyntaxFacts) -> String {
    let looser =
        [SourceRule { within: None, ..rule.clone() }, SourceRule { called: None, ..rule.clone() }];
    let places = ["outside of it", "written otherwise"];
    looser
        .iter()
        .zip(places)
        .filter(|(looser, _)| *looser != rule)
        .find_map(|(looser, place)| {
            let fact = facts.facts.iter().find(|fact| matches(looser, fact))?;
            Some(format!("; there is one in line {}, {place}", fact.line))
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(kind: FactKind, name: &str, within: &[&str], line: u32) -> Fact {
        let within = within.iter().map(ToString::to_string).collect();
        Fact { kind, name: name.into(), called: false, within, line }
    }

    fn facts() -> SyntaxFacts {
        SyntaxFacts {
            facts: vec![
                fact(FactKind::Node, "yield", &["numbers"], 3),
                fact(FactKind::Node, "yield", &["numbers", "inner"], 5),
                fact(FactKind::Decorator, "functools.wraps", &["outer"], 8),
                fact(FactKind::Call, "items.append", &[], 9),
                fact(FactKind::Import, "functools.wraps", &[], 1),
            ],
            ..SyntaxFacts::default()
        }
    }

    fn rule(kind: FactKind, name: &str) -> SourceRule {
        SourceRule {
            kind,
            name: name.into(),
            called: None,
            within: None,
            at_least: 1,
            at_most: None,
        }
    }

    #[test]
    fn what_is_there_is_found_and_what_lacks_is_said() {
        assert_eq!(unmet(&rule(FactKind::Node, "yield"), &facts()), None);
        assert_eq!(
            unmet(&rule(FactKind::Node, "async-with"), &facts()).unwrap(),
            "there is no `async with`"
        );
    }

    #[test]
    fn what_must_lack_is_named_with_its_lines() {
        let none = SourceRule { at_least: 0, at_most: Some(0), ..rule(FactKind::Node, "yield") };
        assert_eq!(
            unmet(&none, &facts()).unwrap(),
            "there should be no `yield`; there are some in lines 3, 5"
        );
        let one = SourceRule { at_most: Some(1), ..none };
        assert!(
            unmet(&one, &facts())
                .unwrap()
                .starts_with("at most 1 of `yield` may stand here, not 2")
        );
    }

    #[test]
    fn a_rule_may_ask_for_a_function_and_says_where_else_it_stands() {
        let inside = SourceRule { within: Some("inner".into()), ..rule(FactKind::Node, "yield") };
        assert_eq!(unmet(&inside, &facts()), None);
        let inside = SourceRule { within: Some("other".into()), ..rule(FactKind::Node, "yield") };
        assert_eq!(
            unmet(&inside, &facts()).unwrap(),
            "there is no `yield` inside `other`; there is one in line 3, outside of it"
        );
    }

    #[test]
    fn a_decorator_with_and_without_parentheses_are_two_things() {
        let bare = rule(FactKind::Decorator, "functools.wraps");
        assert!(hold(&[SourceRule { called: Some(false), ..bare.clone() }], &facts()));
        assert_eq!(
            unmet(&SourceRule { called: Some(true), ..bare }, &facts()).unwrap(),
            "there is no decorator `@functools.wraps(…)` with parentheses; there is one in line 8, written otherwise"
        );
    }

    #[test]
    fn a_dot_asks_for_a_method_and_a_module_covers_its_names() {
        assert_eq!(unmet(&rule(FactKind::Call, ".append"), &facts()), None);
        assert!(unmet(&rule(FactKind::Call, "append"), &facts()).is_some());
        assert_eq!(unmet(&rule(FactKind::Import, "functools"), &facts()), None);
        assert!(unmet(&rule(FactKind::Import, "func"), &facts()).is_some());
    }
}
