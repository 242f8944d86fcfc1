//! What a fenced block is: its first line, read through one table of forms.

use super::markdown::Fence;
use super::source::{At, Faults, Source, any_of};
use super::words::{Word, WordKind, is_dotted_name, is_id, slug, words};
use crate::domain::course::PythonRange;
use crate::domain::exercise::Trace;
use crate::domain::run::Clock;

/// One form that a fenced block can have.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) role: Role,
    /// The language, the first word.
    pub(super) language: &'static str,
    /// The second word; a form without one has none.
    pub(super) word: &'static str,
    /// Whether the second word takes a value, as in `mistake=id`.
    pub(super) valued: bool,
    /// The other words that it may bear.
    pub(super) options: &'static [&'static str],
    pub(super) doc: &'static str,
}

/// What a block is in its step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Code that is shown and not run.
    Shown,
    /// A form that nobody knows, which is a fault already.
    Unknown,
    Run,
    Output,
    Given,
    Starter,
    Probe,
    Variant,
    Solution,
    Distractors,
    Checks,
    Mistake,
    NotMistake,
    MistakeRules,
    File,
    Stdin,
}

const fn form(
    role: Role,
    language: &'static str,
    word: &'static str,
    options: &'static [&'static str],
    doc: &'static str,
) -> Form {
    Form { role, language, word, valued: false, options, doc }
}

const fn valued(role: Role, language: &'static str, word: &'static str, doc: &'static str) -> Form {
    Form { role, language, word, valued: true, options: &[], doc }
}

/// Every form but that of code which is only shown.
pub(super) const FORMS: [Form; 14] = [
    form(
        Role::Run,
        "python",
        "run",
        &["raises", "clock", "python", "trace", "id"],
        "an example: a program of its own, run, edited and run again",
    ),
    form(Role::Output, "output", "", &["python"], "what the example right before it prints"),
    form(Role::Given, "python", "given", &[], "code before the learner's own: shown, not editable"),
    form(
        Role::Starter,
        "python",
        "starter",
        &[],
        "what the learner begins with; `___` marks blanks in `.fill`; `.order` has none",
    ),
    form(
        Role::Probe,
        "python",
        "probe",
        &["hidden"],
        "code after the learner's own, which the checks look at",
    ),
    valued(
        Role::Variant,
        "python",
        "variant",
        "the given code, wrong in one way, for the learner's tests to catch; the id says in which, in words",
    ),
    form(
        Role::Solution,
        "python",
        "solution",
        &["title"],
        "the reference; a further one bears a title, and the paragraph after it says when it is better",
    ),
    form(Role::Distractors, "python", "distractors", &[], "lines that do not belong, for `.order`"),
    form(Role::Checks, "toml", "checks", &[], "the checks"),
    valued(Role::Mistake, "python", "mistake", "a wrong program that learners write"),
    valued(
        Role::NotMistake,
        "python",
        "not-mistake",
        "a look-alike that must not bring the mistake's message up",
    ),
    valued(Role::MistakeRules, "toml", "mistake", "what else must hold for the mistake's message"),
    valued(Role::File, "text", "file", "a file in the scratch folder"),
    form(Role::Stdin, "text", "stdin", &[], "what `input()` reads"),
];

/// The options, and what each means.
pub(super) const OPTIONS: [(&str, &str); 7] = [
    (
        "raises",
        "`raises=Type`: the exception that the example ends in; its last lines end the output",
    ),
    ("clock", "`clock=real`: the clock on the wall, where the virtual one would not do"),
    (
        "python",
        "`python=\">=3.12\"`: the versions that it is for; several outputs may stand for several ranges",
    ),
    (
        "trace",
        "`trace=calls`, `generators`, `contexts` or `tasks`: what of its course is worth watching",
    ),
    ("id", "`#id` or `id=…`: the example's id; without it, the step's id and a number"),
    ("hidden", "`hidden`: the learner may not see it"),
    ("title", "`title=\"…\"`: what a further solution is called"),
];

/// What the first line of a block says.
#[derive(Debug, Default)]
pub(super) struct Info<'t> {
    /// The language, the first word.
    pub(super) language: &'t str,
    /// The value of the second word: `id` in `mistake=id`.
    pub(super) value: Option<At<&'t str>>,
    pub(super) raises: Option<String>,
    pub(super) real_clock: bool,
    pub(super) python: Option<PythonRange>,
    pub(super) trace: Option<Trace>,
    pub(super) id: Option<At<&'t str>>,
    pub(super) hidden: bool,
    pub(super) title: Option<&'t str>,
}

/// Reads the first line of a block.
pub(super) fn read<'t>(
    source: &Source<'t>,
    fence: &Fence,
    faults: &mut Faults,
) -> (Role, Info<'t>) {
    let words = words(source, fence.info.clone(), faults);
    let mut info = Info::default();
    let Some((first, rest)) = words.split_first() else { return (Role::Shown, info) };
    info.language =
        source.text.get(first.at..).and_then(|t| t.split_whitespace().next()).unwrap_or("");
    let known = FORMS.iter().any(|form| form.language == info.language);
    let bare = FORMS.iter().find(|form| form.language == info.language && form.word.is_empty());
    if let Some(form) = bare {
        read_options(source, form, rest, &mut info, faults);
        return (form.role, info);
    }
    let Some((second, rest)) = rest.split_first() else { return (Role::Shown, info) };
    if !known {
        faults.error(
            source,
            second.at,
            format!("a `{}` block takes no options", info.language),
            "leave its language alone on the line",
        );
        return (Role::Unknown, info);
    }
    let Some(form) = find_form(source, info.language, second, faults) else {
        return (Role::Unknown, info);
    };
    if form.valued {
        info.value = value_of(source, form, second, faults);
    }
    read_options(source, form, rest, &mut info, faults);
    (form.role, info)
}

fn find_form(
    source: &Source<'_>,
    language: &str,
    word: &Word<'_>,
    faults: &mut Faults,
) -> Option<&'static Form> {
    let written = match word.kind {
        WordKind::Bare(word) | WordKind::Pair { key: word, .. } => word,
        WordKind::Id(_) | WordKind::Class(_) => "",
    };
    let forms = || FORMS.iter().filter(|form| form.language == language);
    let found = forms().find(|form| form.word == written);
    if found.is_none() {
        let hint = match faults.near(written, forms().map(|form| form.word)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("after `{language}`, write {}", any_of(forms().map(|form| form.word))),
        };
        let message = format!("a `{language}` block cannot be `{}`", spelled(source, word));
        faults.error(source, word.at, message, hint);
    }
    found
}

fn value_of<'t>(
    source: &Source<'_>,
    form: &Form,
    word: &Word<'t>,
    faults: &mut Faults,
) -> Option<At<&'t str>> {
    match word.kind {
        WordKind::Pair { value, value_at, .. } if !value.is_empty() => {
            Some(At { value, at: value_at })
        }
        _ => {
            let (word_name, what) =
                (form.word, if form.role == Role::File { "name" } else { "id" });
            faults.error(
                source,
                word.at,
                format!("`{word_name}` needs a value"),
                format!("write `{word_name}={what}`"),
            );
            None
        }
    }
}

fn read_options<'t>(
    source: &Source<'t>,
    form: &Form,
    words: &[Word<'t>],
    info: &mut Info<'t>,
    faults: &mut Faults,
) {
    let mut seen: Vec<&str> = Vec::new();
    for word in words {
        let (key, value) = match word.kind {
            WordKind::Id(id) => ("id", Some(At { value: id, at: word.at + 1 })),
            WordKind::Pair { key, value, value_at } => (key, Some(At { value, at: value_at })),
            WordKind::Bare(key) | WordKind::Class(key) => (key, None),
        };
        if !form.options.contains(&key) || matches!(word.kind, WordKind::Class(_)) {
            unknown_option(source, form, word, key, faults);
        } else if seen.contains(&key) {
            let message = format!("`{key}` stands twice on this line");
            faults.error(source, word.at, message, "leave one of them out");
        } else {
            seen.push(key);
            read_option(source, key, value, word.at, info, faults);
        }
    }
}

fn unknown_option(
    source: &Source<'_>,
    form: &Form,
    word: &Word<'_>,
    key: &str,
    faults: &mut Faults,
) {
    let name = if form.word.is_empty() { form.language } else { form.word };
    let hint = match faults.near(key, form.options.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if form.options.is_empty() => "leave it out".to_owned(),
        None => format!("it takes {}", any_of(form.options.iter().copied())),
    };
    let message = format!("`{name}` does not take `{}`", spelled(source, word));
    faults.error(source, word.at, message, hint);
}

fn read_option<'t>(
    source: &Source<'_>,
    key: &str,
    value: Option<At<&'t str>>,
    at: usize,
    info: &mut Info<'t>,
    faults: &mut Faults,
) {
    let Some(value) = value.filter(|value| !value.value.is_empty()) else {
        if key == "hidden" {
            info.hidden = true;
        } else {
            let message = format!("`{key}` needs a value");
            faults.error(source, at, message, format!("write `{key}=…`"));
        }
        return;
    };
    match key {
        "raises" if is_dotted_name(value.value) => info.raises = Some(value.value.to_owned()),
        "raises" => faults.error(
            source,
            value.at,
            format!("`{}` is not the name of a type", value.value),
            "write the type as the traceback's last line names it, such as `raises=ValueError`",
        ),
        "clock" => info.real_clock = read_clock(source, value, faults) == Clock::Real,
        "python" => info.python = read_python(source, value, faults),
        "trace" => info.trace = read_trace(source, value, faults),
        "id" => info.id = read_id(source, value, faults),
        "title" => info.title = Some(value.value),
        _ => faults.error(
            source,
            at,
            format!("`{key}` takes no value"),
            format!("write `{key}` alone"),
        ),
    }
}

fn read_trace(source: &Source<'_>, value: At<&str>, faults: &mut Faults) -> Option<Trace> {
    const TRACES: [(&str, Trace); 4] = [
        ("calls", Trace::Calls),
        ("generators", Trace::Generators),
        ("contexts", Trace::Contexts),
        ("tasks", Trace::Tasks),
    ];
    let found = TRACES.iter().find(|(name, _)| *name == value.value);
    if found.is_none() {
        faults.error(
            source,
            value.at,
            format!("nothing called `{}` can be traced", value.value),
            format!("write {}", any_of(TRACES.iter().map(|(name, _)| *name))),
        );
    }
    found.map(|(_, trace)| *trace)
}

/// Reads `real` or `virtual`.
pub(super) fn read_clock(source: &Source<'_>, value: At<&str>, faults: &mut Faults) -> Clock {
    match value.value {
        "real" => Clock::Real,
        "virtual" => Clock::Virtual,
        other => {
            let message = format!("there is no clock called `{other}`");
            faults.error(source, value.at, message, "write `clock=real`, or leave it out");
            Clock::Virtual
        }
    }
}

/// Reads a range of Python versions.
pub(super) fn read_python(
    source: &Source<'_>,
    value: At<&str>,
    faults: &mut Faults,
) -> Option<PythonRange> {
    let range = PythonRange::parse(value.value);
    if range.is_none() {
        faults.error(
            source,
            value.at,
            format!("`{}` is not a range of Python versions", value.value),
            "write such as `>=3.12`, `<3.13` or `>=3.11,<3.13`",
        );
    }
    range
}

/// Reads an id; one that is malformed is a fault.
pub(super) fn read_id<'t>(
    source: &Source<'_>,
    value: At<&'t str>,
    faults: &mut Faults,
) -> Option<At<&'t str>> {
    if is_id(value.value) {
        return Some(value);
    }
    let shown: String = value.value.chars().take(80).collect();
    let near = slug(value.value);
    let hint = if near.is_empty() {
        "write small letters, digits and hyphens, 64 at the most".to_owned()
    } else {
        format!("write `{near}`: small letters, digits and hyphens")
    };
    faults.error(source, value.at, format!("`{shown}` cannot be an id"), hint);
    None
}

/// A word as it is written, cut where it is long.
fn spelled(source: &Source<'_>, word: &Word<'_>) -> String {
    let rest = source.text.get(word.at..).unwrap_or("");
    rest.split_whitespace().next().unwrap_or("").chars().take(60).collect()
}
