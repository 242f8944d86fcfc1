//! What the engine finds. Each case marks its lines with `# expect: rule`; `# missed:` stands where other checkers, and later
//! versions of the engine, find something and this one does not.

use std::fs;
use std::path::{Path, PathBuf};

use pykata::domain::types::expected::expected;
use pykata::domain::types::{Spot, Weight};

use crate::support::{checker, findings, lines, source};

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/types/cases");
    let entries = fs::read_dir(folder).expect("the cases are in the source");
    let mut paths: Vec<_> =
        entries.map(|entry| entry.expect("they can be listed").path()).collect();
    paths.sort();
    paths
}

#[test]
fn each_case_has_the_findings_that_its_lines_expect_and_no_others() {
    let mut checker = checker();
    let (mut marked, mut missed) = (0, 0);
    for path in cases() {
        let text = fs::read_to_string(&path).expect("a case is readable");
        let found = checker.findings(&source(14, &text)).expect("the checker answers");
        let wanted: Vec<_> = expected(&text).into_iter().map(|one| (one.line, one.rule)).collect();
        let mut found = lines(&found);
        found.sort();
        let mut sorted = wanted.clone();
        sorted.sort();
        assert_eq!(found, sorted, "{}", path.display());
        marked += text.matches("# expect:").count();
        missed += text.matches("# missed:").count();
    }
    // One of the marked lines is a consequence of the line before it.
    assert_eq!((marked, missed), (67, 2));
}

#[test]
fn reveal_type_answers_with_the_type_and_needs_no_import() {
    let text = "import asyncio, contextlib\n\
        def twice[**P, R](f: 'Callable[P, R]') -> 'Callable[P, list[R]]':\n    raise NotImplementedError\n\
        from collections.abc import Callable, Iterator\n\
        @twice\ndef f(a: int, *, b: str) -> bytes:\n    return b''\n\
        async def g() -> int:\n    return 1\n\
        @contextlib.contextmanager\ndef h(n: int) -> Iterator[int]:\n    yield n\n\
        reveal_type(f)\nreveal_type(f(1, b=''))\nreveal_type(g())\nreveal_type(h(1))\nreveal_type([n for n in range(3)])\n";
    let found = findings(text);
    assert!(found.iter().all(|one| one.weight == Weight::Info), "{found:#?}");
    let types: Vec<_> =
        found.iter().map(|one| one.revealed.as_deref().map(str::to_owned)).collect();
    let expected = [
        "(a: int, *, b: str) -> list[bytes]",
        "list[bytes]",
        "CoroutineType[Any, Any, int]",
        "_GeneratorContextManager[int, None, None]",
        "list[int]",
    ];
    assert_eq!(types, expected.map(|shown| Some(shown.to_owned())));
}

#[test]
fn a_text_is_checked_for_the_version_that_is_named() {
    let generic = "def first[T](xs: list[T]) -> T:\n    return xs[0]\n";
    let default = "class Box[T = int]:\n    pass\n";
    let branch = "import sys\nx: int = '' if sys.version_info >= (3, 12) else 1\n";
    let mut checker = checker();
    let mut rules = |minor, text: &str| {
        let found = checker.findings(&source(minor, text)).expect("the checker answers");
        found.iter().map(|one| one.rule.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(rules(11, generic), ["invalid-syntax"]);
    assert!(rules(12, generic).is_empty());
    assert_eq!(rules(12, default), ["invalid-syntax"]);
    assert!(rules(13, default).is_empty());
    assert!(rules(11, branch).is_empty());
    assert_eq!(rules(12, branch), ["invalid-assignment"]);
}

#[test]
fn columns_count_characters_and_the_type_at_a_place_is_of_the_innermost_expression() {
    let text = "é = 'é'; y: int = é\nz = [len(é)]\n";
    let found = findings(text);
    let stretch = found[0].stretch;
    assert_eq!((stretch.start.column, stretch.end.column), (19, 20));
    let mut checker = checker();
    let mut at = |line, column| {
        let here = checker.type_at(&source(13, text), Spot { line, column });
        here.expect("the checker answers").map(|here| here.shown.to_string())
    };
    assert_eq!(at(2, 10).as_deref(), Some("Literal[\"é\"]"));
    assert_eq!(at(2, 12).as_deref(), Some("Literal[1]"));
    assert_eq!(at(3, 1), None);
}

#[test]
fn ignore_comments_count_where_they_may() {
    let text = "x: int = ''  # type: ignore\n";
    assert!(findings(text).is_empty());
    let strict = pykata::analysis::types::Source { ignores: false, ..source(13, text) };
    assert_eq!(checker().findings(&strict).expect("the checker answers").len(), 1);
}

#[test]
fn each_rule_has_a_page_and_the_rules_that_the_cases_use_are_among_them() {
    let mut checker = checker();
    let rules = checker.rules().expect("the checker answers");
    // The one is switched off, and the other is of the parser.
    let mut known = rules.clone();
    known.retain(|rule| rule != "undefined-reveal");
    known.push("invalid-syntax".into());
    known.sort();
    assert_eq!(known, pykata::domain::types::rules::RULES);
    for path in cases() {
        let text = fs::read_to_string(&path).expect("a case is readable");
        for one in expected(&text) {
            assert!(rules.contains(&one.rule), "{}: {}", path.display(), one.rule);
        }
    }
    let page = checker.page("invalid-assignment").expect("the checker answers").unwrap();
    assert_eq!(&*page.rule, "invalid-assignment");
    assert!(page.text.contains("## What it does") && !page.summary.is_empty());
    assert_eq!(checker.page("no-such-rule").expect("the checker answers"), None);
}
