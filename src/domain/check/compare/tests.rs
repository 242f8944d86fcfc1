//! Values that differ, and what is said of it.

use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, proptest};

use super::*;
use crate::domain::check::literal::parse;
use crate::domain::check::testing::{int, text};

fn read(literal: &str) -> Value {
    parse(literal).unwrap()
}

fn differ(expected: &str, got: &str) -> Option<Difference> {
    compare(&read(expected), &read(got))
}

fn found(expected: &str, got: &str) -> Difference {
    differ(expected, got).unwrap_or_else(|| panic!("{expected} and {got} are equal"))
}

/// Path, kind and notes in one line.
fn said(expected: &str, got: &str) -> String {
    words(&found(expected, got))
}

fn words(difference: &Difference) -> String {
    let notes: Vec<&str> = difference.notes.iter().map(Clean::as_str).collect();
    format!("{}|{:?}|{}", difference.path, difference.kind, notes.join("; "))
}

fn point(x: i64, more: &[(&str, i64)]) -> Value {
    let mut fields = vec![("x".to_owned(), int(x))];
    fields.extend(more.iter().map(|(name, value)| ((*name).to_owned(), int(*value))));
    Value::Object { class: "__main__.Point".into(), data: None, fields }
}

#[test]
fn equal_is_what_python_calls_equal_with_the_type_besides() {
    for (one, other) in [
        ("{1, 2, 3}", "{3, 2, 1}"),
        ("{'a': 1, 'b': 2}", "{'b': 2, 'a': 1}"),
        ("[nan, 0.0]", "[nan, -0.0]"),
        ("frozenset({(1,), (2,)})", "frozenset({(2,), (1,)})"),
        ("-0.0+1j", "1j"),
        ("{'a': {1: {2, 3}}}", "{'a': {1: {3, 2}}}"),
    ] {
        assert_eq!(differ(one, other), None, "{one} {other}");
    }
}

#[test]
fn types_are_exact_and_said_in_words() {
    assert_eq!(said("1", "1.0"), "|Type|the number is right, the type is `float`, not `int`");
    assert_eq!(said("1", "True"), "|Type|the number is right, the type is `bool`, not `int`");
    assert_eq!(
        said("[1, 2]", "(1, 2)"),
        "|Type|the items are right, the type is `tuple`, not `list`"
    );
    assert_eq!(
        said("{1, 2}", "[2, 1]"),
        "|Type|the items are right, the type is `list`, not `set`"
    );
    assert_eq!(said("42", "'42'"), "|Type|it reads right, but the type is `str`, not `int`");
    assert_eq!(said("'a'", "b'a'"), "|Type|the type is `bytes`, not `str`");
    assert_eq!(
        said("[1]", "None"),
        "|Type|the type is `NoneType`, not `list`; a function that ends without `return` gives `None`"
    );
}

#[test]
fn the_smallest_place_that_differs_is_named() {
    assert_eq!(
        said("[1, {'name': 'a'}, 3]", "[1, {'name': 'b'}, 3]"),
        "[1]['name']|Text|at [1]['name']: expected 'a', got 'b'"
    );
    assert_eq!(
        said("((1, 2), (3, 4))", "((1, 2), (3, 4.0))"),
        "[1][1]|Type|at [1][1]: expected 4, got 4.0; the number is right, the type is `float`, not `int`"
    );
}

#[test]
fn items_that_lack_or_are_too_many_are_named() {
    assert_eq!(said("[1, 2, 3]", "[1, 3]"), "[1]|Missing|it has 2 items, not 3; missing: 2");
    assert_eq!(said("[1]", "[1, 2, 3]"), "[1]|Extra|it has 3 items, not 1; too many: 2, 3");
    assert_eq!(said("[]", "[1]"), "[0]|Extra|it has 1 item, not 0; too many: 1");
    assert_eq!(
        said("[1, 2, 3]", "[9, 8]"),
        "[0]|Length|at [0]: expected 1, got 9; it has 2 items, not 3"
    );
    assert_eq!(said("{1, 2, 3}", "{1, 4}"), "|Value|missing: 2, 3; too many: 4");
}

#[test]
fn the_right_items_in_another_order_are_called_that() {
    assert_eq!(said("[1, 2, 3]", "[3, 2, 1]"), "|Order|the same items in another order");
    assert_eq!(
        said("{'k': ('a', 'b')}", "{'k': ('b', 'a')}"),
        "['k']|Order|at ['k']: expected ('a', 'b'), got ('b', 'a'); the same items in another order"
    );
}

#[test]
fn keys_are_compared_before_values() {
    assert_eq!(said("{'a': 1, 'b': 2}", "{'a': 0}"), "|Missing|keys that are missing: 'b'");
    assert_eq!(said("{1: 'x'}", "{'1': 'x'}"), "|Value|the key is '1' (str), not 1 (int)");
    assert_eq!(said("{1: 'x'}", "{True: 'x'}"), "|Value|the key is True (bool), not 1 (int)");
    assert_eq!(
        said("{'a': 1}", "{'b': 1, 'c': 2}"),
        "|Value|keys that are missing: 'a'; keys that are too many: 'b', 'c'"
    );
}

#[test]
fn texts_that_look_alike_are_told_apart() {
    assert_eq!(said("'cat'", r"'c\u0430t'"), "|Text|character 2 is `а` (U+0430), not `a` (U+0061)");
    assert_eq!(said("'done'", "'done '"), "|Text|only the end differs: a space is too many");
    let difference = found("'a'", r"'a\u200b'");
    assert_eq!(&*difference.got, r"'a\u200b'");
}

#[test]
fn objects_are_compared_by_class_and_attributes() {
    assert_eq!(compare(&point(1, &[]), &point(1, &[])), None);
    assert_eq!(
        words(&compare(&point(1, &[]), &point(2, &[])).unwrap()),
        ".x|Value|at .x: expected 1, got 2"
    );
    assert_eq!(
        words(&compare(&point(1, &[("y", 2)]), &point(1, &[])).unwrap()),
        "|Missing|the attribute `y` is missing"
    );
    let other = Value::Object { class: "__main__.Dot".into(), data: None, fields: vec![] };
    assert_eq!(
        words(&compare(&point(1, &[]), &other).unwrap()),
        "|Type|the type is `Dot`, not `Point`"
    );
}

fn member(name: &str, value: i64, place: i64) -> Value {
    let fields = vec![
        ("_value_".to_owned(), int(value)),
        ("_name_".to_owned(), text(name)),
        ("_sort_order_".to_owned(), int(place)),
    ];
    Value::Object { class: "__main__.Color".into(), data: None, fields }
}

#[test]
fn a_member_of_an_enum_is_its_name_and_its_value() {
    let found = compare(&member("RED", 1, 0), &member("BLUE", 2, 1)).unwrap();
    assert_eq!((&*found.expected, &*found.got), ("Color.RED", "Color.BLUE"));
    assert_eq!(words(&found), "|Value|", "what lies behind the name is no place to point to");
    let found = compare(&member("RED", 1, 0), &member("RED", 2, 0)).unwrap();
    assert_eq!(words(&found), ".value|Value|at .value: expected 1, got 2");
    assert_eq!(compare(&member("RED", 1, 0), &member("RED", 1, 3)), None, "wherever it stands");
}

#[test]
fn only_one_that_stands_inside_itself_is_said_in_words() {
    let own = Value::List(vec![int(1), Value::Cycle(1)]);
    let other = Value::List(vec![int(1), Value::List(vec![int(1)])]);
    let found = compare(&own, &other).unwrap();
    assert_eq!(
        words(&found),
        "[1]|Value|at [1]: expected <itself, 1 up>, got [1]; the value expected stands inside itself here"
    );
    let found = compare(&other, &own).unwrap();
    assert!(words(&found).ends_with("it stands inside itself here"));
}

#[test]
fn what_was_cut_equals_nothing() {
    let cut = Value::Cut { class: "list".into(), length: Some(1_000_000) };
    let difference = compare(&cut, &cut).unwrap();
    assert_eq!(difference.kind, DifferenceKind::Incomparable);
    assert!(difference.notes[0].ends_with("cannot be compared"));
}

#[test]
fn what_stands_inside_itself_in_the_same_place_is_equal() {
    let ring = |item| Value::List(vec![item, Value::Tuple(vec![Value::Cycle(2)])]);
    assert_eq!(compare(&ring(int(1)), &ring(int(1))), None);
    let difference = compare(&ring(int(1)), &ring(int(2))).unwrap();
    assert_eq!(&*difference.path, "[0]");
    let unrolled = Value::List(vec![int(1), Value::Tuple(vec![Value::List(vec![])])]);
    assert_eq!(&*compare(&ring(int(1)), &unrolled).unwrap().path, "[1][0]");
}

#[test]
fn bytes_are_told_apart_at_the_first_that_differs() {
    let bytes = |bytes: &[u8]| Value::Bytes(bytes.to_vec());
    let note = |a, b| compare(&bytes(a), &bytes(b)).unwrap().notes[0].to_string();
    assert_eq!(note(b"abc", b"abd"), "the byte at [2] is 0x64, not 0x63");
    assert_eq!(note(b"ab", b"abc"), "it goes on at [2]; it has 3 bytes, not 2");
    assert_eq!(note(b"ab", b"a"), "it ends before [1]; it has 1 byte, not 2");
}

#[test]
fn a_coroutine_or_a_function_in_place_of_a_value_gets_a_hint() {
    let coroutine =
        Value::Object { class: "builtins.coroutine".into(), data: None, fields: vec![] };
    let notes = compare(&int(1), &coroutine).unwrap().notes;
    assert_eq!(&*notes[1], "a coroutine has not run yet: it waits for an `await`");
    let function = Value::Named { kind: "function".into(), name: "__main__.f".into() };
    assert_eq!(&*compare(&int(1), &function).unwrap().got, "<function f>");
}

#[test]
fn a_long_value_is_shown_around_the_place() {
    let many: Vec<Value> = (0..2_000).map(int).collect();
    let mut other = many.clone();
    other[1_500] = int(-1);
    let difference = compare(&Value::List(many), &Value::List(other)).unwrap();
    assert!(
        difference.expected.starts_with("[… 1,499 before …, 1499, 1500, "),
        "{}",
        difference.expected
    );
    assert!(difference.got.starts_with("[… 1,499 before …, 1499, -1, "), "{}", difference.got);
    assert!(difference.got.chars().count() < 300);
    assert_eq!(&*difference.notes[0], "at [1500]: expected 1500, got -1");
}

#[test]
fn a_long_text_is_shown_around_its_first_difference() {
    let long = "x".repeat(3_000);
    let mut other = long.clone();
    other.replace_range(2_000..2_001, "y");
    let difference = compare(&text(&long), &text(&other)).unwrap();
    assert!(difference.got.starts_with("… 1,920 characters … 'xxx"), "{}", difference.got);
    assert!(difference.got.contains("xyx"));
    assert_eq!(&*difference.notes[0], "the first difference is at character 2001");
}

#[test]
fn a_difference_reads_line_by_line() {
    let lines = found("[1, 2]", "[2, 1]").lines();
    let shown: Vec<String> =
        lines.iter().map(|line| format!("{}: {}", line.label, line.text)).collect();
    assert_eq!(shown, ["expected: [1, 2]", "got: [2, 1]", "note: the same items in another order"]);
}

#[test]
fn numbers_within_the_tolerance_pass_wherever_they_stand() {
    let near =
        |expected: &str, got: &str, tolerance| approx(&read(expected), &read(got), tolerance);
    assert_eq!(near("1.0", "1.0000001", 1e-6), None);
    assert_eq!(near("1", "1.0", 1e-9), None);
    assert_eq!(near("[1.0, {'t': 2.0}]", "[1.05, {'t': 1.96}]", 0.1), None);
    assert_eq!(near("{0.1, 0.2}", "{0.2, 0.10000001}", 1e-6), None);
    assert_eq!(near("1e9", "1000000001", 1e-6), None);
    assert_eq!(near("nan", "nan", 0.0), None);
    assert_eq!(near("(inf, -inf)", "(inf, -inf)", 0.0), None);
    assert_eq!(near("1+2j", "1.01+2j", 0.1), None);
}

#[test]
fn numbers_past_the_tolerance_and_other_types_differ() {
    let near = |expected: &str, got: &str| approx(&read(expected), &read(got), 0.1);
    for (expected, got) in [
        ("1.0", "1.2"),
        ("inf", "1.0"),
        ("1.0", "inf"),
        ("1.0", "nan"),
        ("1", "True"),
        ("[1.0]", "(1.0,)"),
        ("'1'", "1"),
        ("1.0", "1+0j"),
        ("{0.5, 0.6}", "{0.5, 0.9}"),
    ] {
        assert!(near(expected, got).is_some(), "{expected} {got}");
    }
    let huge = format!("1{}", "0".repeat(400));
    assert!(near(&huge, &format!("2{}", "0".repeat(400))).is_some());
    let difference = near("[1.0]", "[2.0]").unwrap();
    assert_eq!(
        words(&difference),
        "[0]|Value|at [0]: expected 1.0, got 2.0; numbers may differ by 0.1"
    );
}

/// Values of every shape that can be compared.
fn values() -> impl Strategy<Value = Value> {
    crate::domain::check::literal::tests::literals().prop_recursive(2, 8, 3, |inner| {
        proptest::collection::vec(("[a-z]{1,3}", inner), 0..3).prop_map(|fields| Value::Object {
            class: "__main__.Thing".into(),
            data: Some(Box::new(Value::None)),
            fields: fields
                .into_iter()
                .enumerate()
                .map(|(index, (name, value))| (format!("{name}{index}"), value))
                .collect(),
        })
    })
}

proptest! {
    #[test]
    fn every_value_equals_itself(value in values()) {
        prop_assert_eq!(compare(&value, &value), None);
        prop_assert_eq!(approx(&value, &value, 0.0), None);
    }

    #[test]
    fn two_values_differ_in_both_directions_or_in_none(a in values(), b in values()) {
        prop_assert_eq!(compare(&a, &b).is_some(), compare(&b, &a).is_some());
    }

    #[test]
    fn a_difference_is_shown_within_bounds(a in values(), b in values()) {
        if let Some(difference) = compare(&a, &b) {
            prop_assert!(difference.expected.chars().count() < 5_000);
            prop_assert!(difference.notes.iter().all(|note| note.chars().count() < 2_000));
        }
    }
}
