//! What a stranger may send: nothing of it makes the parser panic, overflow its stack or take long.
//!
//! There is no clock in these tests: what would take quadratic time or a deep stack does not end within any patience.

use proptest::prelude::*;

use crate::domain::lesson::{MOST_BYTES, PackFiles, parse_lesson, parse_pack};

use super::example::TEXT;
use super::faults::{found, show};

const FRONT: &str =
    "+++\ntitle = \"T\"\nsummary = \"S\"\nobjectives = [\"O\"]\nminutes = 1\n+++\n\n# T\n\n";

fn lesson(body: &str) -> String {
    format!("{FRONT}{body}")
}

/// A quarter of a megabyte of one piece over and over: enough that squared it would not end.
fn much(piece: &str) -> String {
    lesson(&piece.repeat(MOST_BYTES / 4 / piece.len()))
}

#[test]
fn nesting_without_end_is_a_fault_or_text() {
    let deep = 100_000;
    for opening in ["> ", "- ", "1. ", "* > "] {
        let found = found(&lesson(&format!("{}x\n{}", opening.repeat(deep), "\n".repeat(deep))));
        assert_eq!(
            found[0],
            "t/10-whole.md:10:1 error: lists and quotes are nested too deep, so the lesson is not read → nest them at most 24 deep",
            "{opening:?}"
        );
    }
    for opening in ["[", "*", "**a ", "![", "`", "<", "~~", "_a ", "{", "((", "<b>"] {
        // Whatever is found, it ends.
        let _ = found(&lesson(&opening.repeat(deep)));
    }
    let emphasis = format!("{}x{}", "*a ".repeat(30), " a*".repeat(30));
    assert_eq!(
        found(&lesson(&emphasis)).first().map(String::as_str),
        Some(
            "t/10-whole.md:10:70 error: this is nested too deep → nest lists, quotes and emphasis at most 24 deep"
        )
    );
}

#[test]
fn lists_that_step_in_line_by_line_end() {
    let steps: String = (0..1_000).flat_map(|n| ["  ".repeat(n), "- a\n".to_owned()]).collect();
    let found = found(&lesson(&format!("{steps}{}", "\n".repeat(400_000))));
    assert!(found[0].contains("nested too deep"), "{found:?}");
}

#[test]
fn a_file_full_of_any_piece_ends() {
    for piece in [
        "## {#a .b c=d}\n",
        "### q {#x}\n",
        "```python run\n```\n",
        "```toml checks\n```\n",
        "```\n",
        "- [x] a\n",
        "> `a`: b\n\n",
        "<details><summary>Hint</summary>\n\n",
        "a|",
        "|a|b|\n|-|-|\n",
        "[a]: http://b\n",
        "![a](b)",
        "&amp;",
        "\u{202e}",
        "\u{1b}",
        "e\u{301}",
        "\\",
        "`a`",
    ] {
        let found = found(&much(piece));
        assert!(found.len() <= 201, "{piece:?} gives {} problems", found.len());
    }
}

#[test]
fn toml_without_end_ends() {
    let deep = "[".repeat(100_000);
    let front = format!("+++\ntitle = {deep}\n+++\n\n# T\n\nText.\n");
    assert!(found(&front)[0].starts_with("t/10-whole.md:2:"), "{:?}", found(&front)[0]);
    let tables = "[a.b.c.d.e]\n".repeat(50_000);
    assert!(found(&format!("+++\n{tables}+++\n\n# T\n"))[0].contains("is there already"));
    let checks = format!("check = [{}]", "{ name = \"a\", call = \"b\" },".repeat(20_000));
    let step = format!("## S {{#s .write}}\n\n```toml checks\n{checks}\n```\n");
    let found = found(&lesson(&step));
    assert!(found.iter().any(|line| line.contains("at most 200 checks")), "{found:?}");
    assert!(found.len() <= 201);
}

#[test]
fn a_huge_title_and_a_huge_word_are_only_text() {
    let word = "w".repeat(500_000);
    let (lesson, problems) =
        parse_lesson("a.md", "t/a", &lesson(&format!("## {word}\n\n{word}\n")));
    let lesson = lesson.unwrap();
    assert_eq!(lesson.steps[0].title.len(), 500_000);
    assert!(lesson.steps[0].id.len() <= 64);
    assert_eq!(problems.len(), 0);
}

#[test]
fn escapes_in_toml_reach_no_terminal() {
    let manifest = "id = \"p11\"\ntitle = \"Pwn \\u001b]0;title\\u0007 pack \\u009b2J\"\nversion = \"1\"\nformat = 1\nlicence = \"MIT\"\nauthors = [\"A\"]\n[[track]]\nid = \"one\"\ntitle = \"O\"\nsummary = \"S\"\ngoal = \"G\"\n";
    let mut files = PackFiles::default();
    files.add("one/10-a.md", lesson("Text.\n").into_bytes());
    files.add("pack.toml", manifest.as_bytes().to_vec());
    let pack = parse_pack(&files).pack.unwrap();
    assert_eq!(&*pack.title, "Pwn \\x1b]0;title\\x07 pack \\x9b2J");
}

#[test]
fn front_matter_that_never_ends_and_yaml_are_refused() {
    assert_eq!(
        found(
            "+++\ntitle = \"never closed\"\n\n# One\n\n```python {run=true timeout=1e9 network=yes}\nprint(1)\n"
        ),
        ["t/10-whole.md:1:1 error: this front matter is never closed → end it with a line `+++`"]
    );
    assert!(
        found("---\na: &a [x,x]\nb: &b [*a,*a]\n---\n# YAML\n")[0]
            .contains("YAML between `---` is not read")
    );
    for empty in ["", " ", "\n\n", "\u{feff}"] {
        assert!(found(empty)[0].starts_with("t/10-whole.md:1:1 error: this lesson is empty"));
    }
    assert!(found(FRONT).iter().any(|line| line.contains("this lesson has no text")));
}

#[test]
fn more_files_than_a_pack_may_have_are_refused() {
    let mut files = PackFiles::default();
    for number in 0..2_001 {
        files.add(format!("one/{number}-a.md"), &b""[..]);
    }
    files.add(
        "pack.toml",
        &b"id = \"p\"\ntitle = \"P\"\nversion = \"1\"\nformat = 1\nlicence = \"M\"\nauthors = []\ntrack = []\n"[..],
    );
    let parsed = parse_pack(&files);
    assert!(parsed.pack.is_none());
    assert_eq!(
        show(&parsed.problems[0]),
        "pack.toml:1:1 error: this pack has more than 2000 files, so none is read → divide it into several packs"
    );
}

#[test]
fn a_circle_through_two_thousand_lessons_is_found() {
    let mut files = PackFiles::default();
    for number in 0..1_999 {
        let next = (number + 1) % 1_999;
        let text = lesson("Text.\n").replacen(
            "minutes",
            &format!("requires = [\"one/l{next}\"]\nminutes"),
            1,
        );
        files.add(format!("one/{number}-l{number}.md"), text.into_bytes());
    }
    files.add(
        "pack.toml",
        &b"id = \"p\"\ntitle = \"P\"\nversion = \"1\"\nformat = 1\nlicence = \"M\"\nauthors = []\n[[track]]\nid = \"one\"\ntitle = \"O\"\nsummary = \"S\"\ngoal = \"G\"\n"[..],
    );
    let parsed = parse_pack(&files);
    assert_eq!(parsed.problems.len(), 1);
    assert!(parsed.problems[0].message.contains("in a circle"));
}

/// One change to a text that keeps it UTF-8: bytes taken out or doubled, lines swapped, a piece of syntax put in.
fn change(text: &str, (kind, at, length, other): (u8, usize, usize, usize)) -> String {
    const PIECES: [&str; 12] =
        ["```", "\n", "{#", "}", "\"", "+++\n", "## ", "- [ ] ", "<details>", "> ", "\t", "\u{9b}"];
    let floor = |mut at: usize| {
        at %= text.len() + 1;
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(at);
    let end = floor((start + length).min(text.len()));
    let (before, piece, after) = (&text[..start], &text[start..end], &text[end..]);
    match kind {
        0 => format!("{before}{after}"),
        1 => format!("{before}{piece}{piece}{after}"),
        2 => format!("{before}{}{piece}{after}", PIECES[other % PIECES.len()]),
        _ => {
            let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
            let count = lines.len();
            if count > 0 {
                lines.swap(at % count, other % count);
            }
            lines.concat()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_change_to_the_example_makes_the_parser_panic(
        changes in prop::collection::vec((0u8..4, 0usize..20_000, 0usize..60, 0usize..1_000), 1..8),
    ) {
        let text = changes.into_iter().fold(TEXT.to_owned(), |text, one| change(&text, one));
        let lines = u32::try_from(text.split('\n').count()).unwrap();
        let (lesson, problems) = parse_lesson("a/10-b.md", "a/b", &text);
        for problem in &problems {
            prop_assert!((1..=lines).contains(&problem.place.line), "{problem:?}");
        }
        if let Some(lesson) = lesson {
            let mut ids: Vec<_> = lesson.steps.iter().map(|step| &*step.id).collect();
            ids.sort_unstable();
            ids.dedup();
            prop_assert!(ids.len() == lesson.steps.len() || !problems.is_empty());
        }
    }

    #[test]
    fn no_text_at_all_makes_the_parser_panic(text in "(?s).{0,400}") {
        let _ = parse_lesson("a/10-b.md", "a/b", &text);
        let mut files = PackFiles::default();
        files.add("pack.toml", text.into_bytes());
        let _ = parse_pack(&files);
    }
}
