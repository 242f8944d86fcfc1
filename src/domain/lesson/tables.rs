//! The tables of keys: everything that may be written in `pack.toml`, in front matter and in ```` ```toml ```` blocks.
//!
//! The parser reads through them and the reference in `docs/LESSON_FORMAT.md` is made from them, so that the two agree.

use super::keys::{Key, Keys, Type};

const TEXTS: Type = Type::List(&Type::Text);
const TEXT_OR_TEXTS: Type = Type::Either(&[Type::Text, TEXTS]);
const ANY_COUNT: Type = Type::Integer { min: 0, max: 10_000 };
const RANGE: &str = "the Python versions it is for, such as `>=3.12` or `>=3.11,<3.14`";

/// `pack.toml`.
pub(super) const PACK: Keys = Keys {
    what: "a pack",
    groups: &[&[
        Key::new("id", Type::Text, "what progress hangs on: small letters, digits and hyphens")
            .required(),
        Key::new("title", Type::Text, "what a reader calls it").required(),
        Key::new("version", Type::Text, "the pack's own version, such as `1.2.0`").required(),
        Key::new(
            "format",
            Type::Integer { min: 1, max: 1_000_000 },
            "the version of this format: 1",
        )
        .required(),
        Key::new("licence", Type::Text, "an SPDX expression, such as `CC-BY-4.0`").required(),
        Key::new("authors", TEXTS, "who wrote it").required(),
        Key::new("python", Type::Text, RANGE),
        Key::new(
            "track",
            Type::List(&Type::Table(&TRACK)),
            "the tracks in order, each a `[[track]]`",
        )
        .required(),
    ]],
};

/// A `[[track]]` of `pack.toml`.
pub(super) const TRACK: Keys = Keys {
    what: "a track",
    groups: &[&[
        Key::new("id", Type::Text, "the name of its folder").required(),
        Key::new("title", Type::Text, "what a reader calls it").required(),
        Key::new("summary", Type::Text, "what it is about, in one line").required(),
        Key::new("goal", Type::Text, "how \"after this track you can …\" goes on").required(),
    ]],
};

/// What the front matter of every file says.
const NAMED: [Key; 2] = [
    Key::new("title", Type::Text, "what a reader calls it; the `#` line repeats it").required(),
    Key::new("summary", Type::Text, "what it is about, in one or two sentences").required(),
];

/// The front matter of a lesson.
pub(super) const FRONT: Keys = Keys {
    what: "the front matter",
    groups: &[
        &NAMED,
        &[
            Key::new("objectives", TEXTS, "what a reader can do after it").required(),
            Key::new(
                "requires",
                TEXTS,
                "ids of the lessons that come before it, such as `decorators/first-class`",
            ),
            Key::new("minutes", Type::Integer { min: 1, max: 600 }, "how long it takes").required(),
            Key::new("python", Type::Text, RANGE),
            Key::new(
                "check-up",
                Type::Flag,
                "`true`: this lesson is its track's check-up, and what it asks settles other lessons",
            ),
            Key::new(
                "cheat-sheet",
                Type::Flag,
                "`true`: this is its track's cheat sheet, and `title` and `summary` are all that it says besides",
            ),
        ],
    ],
};

/// The front matter of a cheat sheet.
pub(super) const SHEET: Keys = Keys {
    what: "the front matter of a cheat sheet",
    groups: &[&NAMED, &[Key::new("cheat-sheet", Type::Flag, "`true`").required()]],
};

/// A ```` ```toml checks ```` block.
pub(super) const CHECKS: Keys = Keys {
    what: "a block of checks",
    groups: &[&[Key::new(
        "check",
        Type::List(&Type::Table(&CHECK)),
        "the checks in order, each a `[[check]]`",
    )
    .required()]],
};

/// What a check looks at; it bears exactly one of them, or a `call` or what is measured of the whole program.
pub(super) const SUBJECTS: [&str; 8] =
    ["stdout", "stdout-lines", "stdout-matches", "call", "cases", "source", "catches", "types"];

/// What a check asks of a call besides [`EXPECTATIONS`]; all but the last two also without one, of the whole program.
pub(super) const MEASURES: [&str; 6] =
    ["took", "peak-memory", "tasks", "warns", "lazy", "generate"];

/// How many of [`MEASURES`] stand without a call.
pub(super) const WHOLE: usize = 4;

/// What a call must give; it bears exactly one of them.
pub(super) const EXPECTATIONS: [&str; 5] =
    ["equals", "approx", "type", "same-as-solution", "raises"];

/// A `[[check]]`.
pub(super) const CHECK: Keys = Keys {
    what: "a check",
    groups: &[
        &[
            Key::new(
                "name",
                Type::Text,
                "what is asked for, as the learner reads it; unique in its step",
            )
            .required(),
            Key::new(
                "hidden",
                Type::Flag,
                "`true`: only name, verdict and kind of difference are shown",
            ),
            Key::new(
                "need",
                TEXT_OR_TEXTS,
                "names of earlier checks without which this one is not looked at",
            ),
            Key::new("points", Type::Integer { min: 0, max: 1_000 }, "what it is worth"),
            Key::new(
                "criterion",
                Type::Text,
                "with `points`: the row of the rubric that they count for, such as `failure paths`",
            ),
            Key::new(
                "stdout",
                Type::Text,
                "standard output is this, but for white space at the ends of lines and of the text",
            ),
            Key::new("stdout-lines", TEXTS, "standard output is these lines"),
            Key::new("unordered", Type::Flag, "with `stdout-lines`: `true`, in whatever order"),
            Key::new(
                "stdout-matches",
                Type::Text,
                "this pattern (Rust `regex`) is found in standard output",
            ),
            Key::new(
                "call",
                Type::Text,
                "an expression, evaluated in the finished program's namespace",
            ),
        ],
        &EXPECT,
        &[
            Key::new(
                "cases",
                Type::List(&Type::Either(&[Type::Text, Type::Table(&CASE)])),
                "several calls, each a run of its own; beside `same-as-solution = true` a bare expression is enough",
            ),
            Key::new(
                "source",
                Type::Either(&[Type::Table(&SOURCE), Type::List(&Type::Table(&SOURCE))]),
                "the syntax tree has, or lacks, something",
            ),
            Key::new(
                "took",
                Type::Either(&[Type::NotNegative, Type::Table(&SPAN)]),
                "the call takes so many seconds on the program's own clock; without `call`, the program does",
            ),
            Key::new(
                "peak-memory",
                Type::Integer { min: 1, max: 4_000_000_000 },
                "the call, or without it the program, has at most so many bytes of traced memory at once; leave it a factor of 20",
            ),
            Key::new(
                "tasks",
                Type::Table(&TASKS),
                "how many tasks there are, are left, are cancelled, in the call or in the program",
            ),
            Key::new(
                "warns",
                TEXT_OR_TEXTS,
                "the call, or the program, gives a warning of this category, or of each of these; `[]` is no warning at all",
            ),
            Key::new(
                "lazy",
                Type::Table(&LAZY),
                "the call, which names the iterator `source`, gives an iterator that draws no more from it than is asked for",
            ),
            Key::new(
                "generate",
                Type::List(&Type::Table(&INPUT)),
                "the call, in which `{name}` stands for an input, gives what the first solution gives, for generated inputs",
            ),
            Key::new(
                "runs",
                Type::Integer { min: 1, max: 100 },
                "with `generate`: how many inputs; 20 without it",
            ),
            Key::new(
                "catches",
                Type::Either(&[Type::Flag, TEXT_OR_TEXTS]),
                "the learner's tests pass on the given code and fail on these variants of it, by id; `true`: on all",
            ),
            Key::new(
                "types",
                Type::Either(&[Type::Flag, Type::Table(&TYPES)]),
                "`true`: the type checker finds nothing but what `# expect: rule` marks; else the type of an expression",
            ),
        ],
    ],
};

/// The `types` of a check, where it asks for one type.
pub(super) const TYPES: Keys = Keys {
    what: "a table of types",
    groups: &[&[
        Key::new("reveal", Type::Text, "an expression, as code after the learner's would write it")
            .required(),
        Key::new(
            "is",
            Type::Text,
            "its type, as the type checker writes it; `pykata lint` says how",
        )
        .required(),
    ]],
};

/// A `took` with bounds.
pub(super) const SPAN: Keys = Keys {
    what: "a span of seconds",
    groups: &[&[
        Key::new("at-least", Type::NotNegative, "the shortest"),
        Key::new("at-most", Type::NotNegative, "the longest"),
    ]],
};

/// The `tasks` of a check.
pub(super) const TASKS: Keys = Keys {
    what: "a table of tasks",
    groups: &[&[
        Key::new(
            "at-least",
            ANY_COUNT,
            "at one moment, there are at least so many tasks besides the main one",
        ),
        Key::new("at-most", ANY_COUNT, "there are never more tasks at once, besides the main one"),
        Key::new("left", ANY_COUNT, "so many are left running"),
        Key::new(
            "cancelled",
            ANY_COUNT,
            "so many end cancelled, those that `asyncio.run` cancels at its end among them",
        ),
        Key::new("never-awaited", ANY_COUNT, "so many coroutines are never awaited"),
    ]],
};

/// The `lazy` of a check.
pub(super) const LAZY: Keys = Keys {
    what: "a lazy check",
    groups: &[&[
        Key::new(
            "take",
            Type::Integer { min: 1, max: 10_000 },
            "how many items are taken from what the call gives",
        )
        .required(),
        Key::new(
            "drawn",
            ANY_COUNT,
            "how many may be drawn from the source for them; as many without it",
        ),
        Key::new(
            "before",
            ANY_COUNT,
            "how many may be drawn before the first is asked for; none without it",
        ),
        Key::new(
            "items",
            Type::Text,
            "a Python expression: what the source gives; the numbers from 0 on without it",
        ),
    ]],
};

/// One of the inputs of a `generate`.
pub(super) const INPUT: Keys = Keys {
    what: "an input",
    groups: &[&[
        Key::new("name", Type::Text, "the name that stands in braces in the call").required(),
        Key::new(
            "type",
            Type::Text,
            "`int`, `float`, `bool`, `str`, `bytes`, `None`, `list[…]`, `set[…]`, `dict[…, …]`, `tuple[…]`, `tuple[…, ...]`, or several with `|`",
        ),
        Key::new("min", BOUND, "the smallest number in it; -20 without it"),
        Key::new("max", BOUND, "the largest number in it; 20 without it"),
        Key::new(
            "longest",
            Type::Integer { min: 0, max: 100 },
            "the most items or characters; 8 without it",
        ),
        Key::new(
            "choices",
            Type::Text,
            "instead of `type`: a Python literal, a list of the values",
        ),
    ]],
};

const BOUND: Type = Type::Integer { min: -1_000_000_000, max: 1_000_000_000 };

const EXPECT: [Key; 11] = [
    Key::new("equals", Type::Text, "the call gives this value: a Python literal, exact in type"),
    Key::new("approx", Type::Text, "the call gives this number, or these: a Python literal"),
    Key::new(
        "tolerance",
        Type::Positive,
        "with `approx`: the largest difference, absolute or relative; 1e-9 without it",
    ),
    Key::new("type", Type::Text, "the call gives a value of this type, by name"),
    Key::new(
        "same-as-solution",
        Type::Flag,
        "`true`: the call gives what the first solution gives",
    ),
    Key::new(
        "raises",
        Type::Text,
        "the call raises this type or a subclass of it, by qualified name",
    ),
    Key::new(
        "match",
        Type::Text,
        "with `raises` or `warns`: this pattern (Rust `regex`) is found in the message",
    ),
    Key::new(
        "is",
        Type::Text,
        "with `raises`: the exception is the very object that this expression gives after the call",
    ),
    Key::new("cause", Type::Text, "with `raises`: the type of `__cause__`"),
    Key::new("context", Type::Text, "with `raises`: the type of `__context__`"),
    Key::new(
        "group",
        TEXTS,
        "with `raises`: the types of a group's members, in whatever order; a group in it is `ExceptionGroup[OSError, TypeError]`",
    ),
];

/// One of the `cases` of a check.
pub(super) const CASE: Keys = Keys {
    what: "a case",
    groups: &[
        &[Key::new(
            "call",
            Type::Text,
            "an expression, evaluated in the finished program's namespace",
        )
        .required()],
        &EXPECT,
    ],
};

/// A `source` of a check or of a mistake.
pub(super) const SOURCE: Keys = Keys {
    what: "a source rule",
    groups: &[&[
        Key::new("has", TEXT_OR_TEXTS, "there is a node of this kind"),
        Key::new("lacks", TEXT_OR_TEXTS, "there is none"),
        Key::new("calls", TEXT_OR_TEXTS, "there is a call of this name"),
        Key::new("lacks-call", TEXT_OR_TEXTS, "there is none"),
        Key::new("decorator", TEXT_OR_TEXTS, "there is this decorator"),
        Key::new("lacks-decorator", TEXT_OR_TEXTS, "there is none"),
        Key::new(
            "called",
            Type::Flag,
            "with `decorator` or `lacks-decorator`: only where it is called, or only where it is not",
        ),
        Key::new("assigns", TEXT_OR_TEXTS, "there is an assignment to this name or attribute"),
        Key::new("lacks-assign", TEXT_OR_TEXTS, "there is none"),
        Key::new("imports", TEXT_OR_TEXTS, "there is an import of this, by its full name"),
        Key::new("lacks-import", TEXT_OR_TEXTS, "there is none"),
        Key::new("defines", TEXT_OR_TEXTS, "there is a function or a class of this name"),
        Key::new("lacks-definition", TEXT_OR_TEXTS, "there is none"),
        Key::new("names", TEXT_OR_TEXTS, "this name or dotted name is used"),
        Key::new("lacks-name", TEXT_OR_TEXTS, "it is not"),
        Key::new("in", Type::Text, "only inside the function of this name"),
        Key::new("at-least", ANY_COUNT, "with one thing that there is: how many there must be"),
        Key::new(
            "at-most",
            ANY_COUNT,
            "with one thing that there is: how many there may be; alone, there may be none",
        ),
    ]],
};

/// A ```` ```toml mistake=id ```` block.
pub(super) const MISTAKE: Keys = Keys {
    what: "a mistake",
    groups: &[&[
        Key::new("check", Type::Text, "this check, by name, is among those that failed"),
        Key::new(
            "got",
            Type::Text,
            "that check, or the first that failed, got this: a Python literal",
        ),
        Key::new(
            "exception",
            Type::Text,
            "the program or a call ended in this exception, by type name",
        ),
        Key::new(
            "source",
            Type::Either(&[Type::Table(&SOURCE), Type::List(&Type::Table(&SOURCE))]),
            "the submission's syntax tree has, or lacks, something",
        ),
    ]],
};
