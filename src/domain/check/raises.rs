//! Judges the exception that a call ended in.

use super::stdout::pattern;
use super::{Member, Raises};
use crate::domain::run::{Answer, Exception};
use crate::domain::value::is_named;

/// Why an answer is not the exception that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mismatch {
    /// What was asked for.
    pub(super) expected: String,
    /// What came.
    pub(super) got: String,
    /// More about it.
    pub(super) notes: Vec<String>,
    /// What may be said of a hidden check.
    pub(super) kind: &'static str,
}

/// Whether an answer is the exception asked for; an outer error names a fault of the pack. A missing answer is not one.
pub(super) fn check(rule: &Raises, answer: &Answer) -> Result<Option<Mismatch>, String> {
    let mismatch =
        |got: String, kind, notes| Some(Mismatch { expected: asked(rule), got, notes, kind });
    let exception = match answer {
        Answer::Raised(exception) => exception,
        Answer::Value(value) => {
            let got = format!("nothing was raised, it gave {}", value.display(80).as_str());
            return Ok(mismatch(got, "nothing was raised", Vec::new()));
        }
        Answer::Missing => {
            return Ok(mismatch("no answer".to_owned(), "no answer came", Vec::new()));
        }
    };
    let got = shown(exception);
    if !is_a(exception, &rule.class) {
        return Ok(mismatch(got, "another exception was raised", class_notes(rule, exception)));
    }
    if let Some(wanted) = &rule.matches
        && !pattern(wanted)?.is_match(&exception.message)
    {
        let note = "the type is right, the message is another".to_owned();
        return Ok(mismatch(got, "the message is another", vec![note]));
    }
    let links = [
        ("cause", "raise … from …", &rule.cause, &exception.cause),
        ("context", "raise inside except", &rule.context, &exception.context),
    ];
    for (link, how, wanted, came) in links {
        if let Some(wanted) = wanted
            && !came.as_deref().is_some_and(|exception| is_a(exception, wanted))
        {
            let has =
                came.as_deref().map_or("it has none".to_owned(), |e| format!("it is {}", shown(e)));
            let note = format!("`__{link}__` (set by `{how}`) should be a {wanted}; {has}");
            return Ok(mismatch(got, "another cause or context", vec![note]));
        }
    }
    let Some(members) = &rule.group else { return Ok(None) };
    let note = group_note(members, &exception.group);
    Ok(note.and_then(|note| mismatch(got, "other members in the group", vec![note])))
}

/// Whether an exception is of a type or of a subclass of it, by qualified name.
pub(super) fn is_a(exception: &Exception, class: &str) -> bool {
    is_named(&exception.class, class) || exception.bases.iter().any(|base| is_named(base, class))
}

fn shown(exception: &Exception) -> String {
    const MESSAGE: usize = 200;
    let headline = exception.headline();
    if headline.chars().count() <= MESSAGE {
        return headline;
    }
    let head: String = headline.chars().take(MESSAGE).collect();
    format!("{head} … {} more characters", headline.chars().count() - MESSAGE)
}

fn asked(rule: &Raises) -> String {
    let mut parts = vec![rule.class.clone()];
    parts.extend(rule.matches.as_ref().map(|text| format!("with a message that matches {text}")));
    parts.extend(rule.cause.as_ref().map(|cause| format!("from {cause}")));
    parts.extend(rule.context.as_ref().map(|context| format!("while handling {context}")));
    parts.extend(rule.group.as_ref().map(|all| format!("with the members {}", Member::list(all))));
    parts.join(" ")
}

fn class_notes(rule: &Raises, exception: &Exception) -> Vec<String> {
    let last = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    let mut notes = Vec::new();
    if last(&exception.class) == last(&rule.class) {
        notes.push("it is another class of the same name".to_owned());
    }
    if exception.group.iter().any(|member| is_a(member, &rule.class)) {
        notes.push(format!("a {} is in it, inside of a group", rule.class));
    }
    notes
}

/// What is wrong with a group's members: each wanted type needs a member of its own.
fn group_note(wanted: &[Member], members: &[Exception]) -> Option<String> {
    if members.is_empty() {
        return Some("it is no exception group, or an empty one".to_owned());
    }
    let mut taken: Vec<Option<usize>> = vec![None; members.len()];
    for (index, member) in wanted.iter().enumerate() {
        let mut tried = vec![false; members.len()];
        if !give(index, wanted, members, &mut taken, &mut tried) {
            return Some(format!("the group has no {member}, or too few: {}", list(members)));
        }
    }
    (wanted.len() < members.len()).then(|| {
        format!("the group has {} members, not {}: {}", members.len(), wanted.len(), list(members))
    })
}

/// Finds a member for a wanted type, moving others aside where they have another choice.
fn give(
    index: usize,
    wanted: &[Member],
    members: &[Exception],
    taken: &mut [Option<usize>],
    tried: &mut [bool],
) -> bool {
    for (place, member) in members.iter().enumerate() {
        if tried[place] || !fits(&wanted[index], member) {
            continue;
        }
        tried[place] = true;
        if taken[place].is_none_or(|owner| give(owner, wanted, members, taken, tried)) {
            taken[place] = Some(index);
            return true;
        }
    }
    false
}

/// Whether an exception is of a member's type and, where that is asked, has just its members.
fn fits(wanted: &Member, exception: &Exception) -> bool {
    is_a(exception, &wanted.class)
        && wanted.group.as_ref().is_none_or(|group| group_note(group, &exception.group).is_none())
}

/// The members by their types, groups with what is in them.
fn list(members: &[Exception]) -> String {
    let name = |member: &Exception| match &*member.group {
        [] => member.class.clone(),
        inner => format!("{}[{}]", member.class, list(inner)),
    };
    members.iter().map(name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::value::Value;

    fn exception(class: &str, bases: &[&str], message: &str) -> Exception {
        Exception {
            class: class.into(),
            bases: bases.iter().map(ToString::to_string).collect(),
            message: message.into(),
            frames: Vec::new(),
            traceback: String::new(),
            cause: None,
            context: None,
            group: Vec::new(),
        }
    }

    fn key_error() -> Exception {
        exception("KeyError", &["KeyError", "LookupError", "Exception"], "'x'")
    }

    fn raises(class: &str) -> Raises {
        Raises { class: class.into(), ..Raises::default() }
    }

    #[test]
    fn a_base_counts_and_a_sibling_does_not() {
        let answer = Answer::Raised(key_error());
        assert_eq!(check(&raises("LookupError"), &answer), Ok(None));
        let mismatch = check(&raises("IndexError"), &answer).unwrap().unwrap();
        assert_eq!((&*mismatch.expected, &*mismatch.got), ("IndexError", "KeyError: 'x'"));
    }

    #[test]
    fn a_class_of_the_program_may_be_named_with_or_without_its_module() {
        let late = exception("Late", &["__main__.Late", "Exception"], "");
        for name in ["Late", "__main__.Late"] {
            assert_eq!(check(&raises(name), &Answer::Raised(late.clone())), Ok(None), "{name}");
        }
    }

    #[test]
    fn a_class_of_the_program_is_not_one_of_pythons_of_the_same_name() {
        let bases = ["__main__.ValueError", "Exception"];
        let own = Answer::Raised(exception("__main__.ValueError", &bases, "x"));
        let mismatch = check(&raises("ValueError"), &own).unwrap().unwrap();
        assert_eq!(mismatch.got, "__main__.ValueError: x");
        assert_eq!(check(&raises("Exception"), &own), Ok(None));
    }

    #[test]
    fn a_value_instead_of_an_exception_is_shown() {
        let answer = Answer::Value(Value::Int("3".into()));
        let mismatch = check(&raises("ValueError"), &answer).unwrap().unwrap();
        assert_eq!(mismatch.got, "nothing was raised, it gave 3");
    }

    #[test]
    fn the_message_the_cause_and_the_context_are_looked_at() {
        let mut error = exception("ValueError", &["ValueError"], "bad port 99");
        let rule = Raises { matches: Some(r"port \d+".into()), ..raises("ValueError") };
        assert_eq!(check(&rule, &Answer::Raised(error.clone())), Ok(None));
        let rule = Raises { cause: Some("LookupError".into()), ..raises("ValueError") };
        let mismatch = check(&rule, &Answer::Raised(error.clone())).unwrap().unwrap();
        assert!(mismatch.notes[0].ends_with("should be a LookupError; it has none"));
        error.cause = Some(Box::new(key_error()));
        assert_eq!(check(&rule, &Answer::Raised(error)), Ok(None));
    }

    #[test]
    fn each_member_of_a_group_answers_for_one_type_only() {
        let mut group = exception("ExceptionGroup", &["ExceptionGroup", "Exception"], "two");
        group.group = vec![key_error(), exception("LookupError", &["LookupError"], "")];
        let rule = |members: &[&str]| Raises {
            group: Some(members.iter().map(|member| Member::parse(member).unwrap()).collect()),
            ..raises("ExceptionGroup")
        };
        let seen = Answer::Raised(group);
        // The first type takes the only member that the second could have, and has to make room.
        assert_eq!(check(&rule(&["LookupError", "KeyError"]), &seen), Ok(None));
        assert!(check(&rule(&["KeyError", "KeyError"]), &seen).unwrap().is_some());
        assert!(check(&rule(&["LookupError"]), &seen).unwrap().is_some());
    }

    #[test]
    fn a_group_in_a_group_has_its_own_members() {
        let group = |members| Exception { group: members, ..exception("ExceptionGroup", &[], "x") };
        let plain = |class| exception(class, &[], "");
        let nested =
            group(vec![plain("ValueError"), group(vec![plain("OSError"), plain("KeyError")])]);
        let asked = |members: &[&str]| Raises {
            group: Some(members.iter().map(|member| Member::parse(member).unwrap()).collect()),
            ..raises("ExceptionGroup")
        };
        let answer = Answer::Raised(nested);
        let right = ["ExceptionGroup[KeyError, OSError]", "ValueError"];
        assert_eq!(check(&asked(&right), &answer), Ok(None));
        let wrong = asked(&["ExceptionGroup[KeyError]", "ValueError"]);
        let mismatch = check(&wrong, &answer).unwrap().unwrap();
        assert_eq!(
            mismatch.notes,
            [
                "the group has no ExceptionGroup[KeyError], or too few: ValueError, ExceptionGroup[OSError, KeyError]"
            ]
        );
        for text in ["", "a b", "X[", "X[A", "X]", "X[]", "1X"] {
            assert_eq!(Member::parse(text), None, "{text}");
        }
    }
}
