//! The reader of literals against what Python's `ast.literal_eval` gives (3.11; the table was made with it).

use proptest::prelude::{Strategy, any, prop_assert_eq, prop_oneof, proptest};

use super::{float_repr, parse};
use crate::domain::check::compare::compare;
use crate::domain::value::Value;

/// A value as the table writes it.
fn tag(value: &Value) -> String {
    let all = |items: &[Value]| items.iter().map(tag).collect::<Vec<_>>();
    let hex =
        |points: &[u32]| points.iter().map(|p| format!("{p:x}")).collect::<Vec<_>>().join(" ");
    match value {
        Value::None | Value::Bool(_) | Value::Ellipsis => value.display(99).to_string(),
        Value::Int(text) => format!("int {text}"),
        Value::Float(text) => format!("float {text}"),
        Value::Complex(..) => format!("complex {}", value.display(99)),
        Value::Str(text) => {
            format!("str {}", hex(&text.chars().map(u32::from).collect::<Vec<_>>()))
        }
        Value::OddStr(points) => format!("str {}", hex(points)),
        Value::Bytes(bytes) => {
            let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("bytes {}", bytes.join(" "))
        }
        Value::List(items) => format!("list({})", all(items).join("; ")),
        Value::Tuple(items) => format!("tuple({})", all(items).join("; ")),
        Value::Set(items) => {
            let mut tags = all(items);
            tags.sort();
            format!("set({})", tags.join("; "))
        }
        Value::Dict(items) => {
            let pairs: Vec<String> =
                items.iter().map(|(key, value)| format!("{} = {}", tag(key), tag(value))).collect();
            format!("dict({})", pairs.join("; "))
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn literals_read_as_python_reads_them() {
    for (text, expected) in TABLE {
        let value = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(tag(&value), *expected, "{text}");
    }
}

#[test]
fn what_python_refuses_is_refused() {
    for text in REFUSED {
        assert!(parse(text).is_err(), "{text:?} was read as {:?}", parse(text));
    }
}

#[test]
fn a_few_values_beyond_literal_eval_can_be_written() {
    assert_eq!(parse("nan").unwrap(), Value::Float("nan".into()));
    assert_eq!(parse("-inf").unwrap(), Value::Float("-inf".into()));
    assert_eq!(parse("float('-Infinity')").unwrap(), Value::Float("-inf".into()));
    assert_eq!(parse("frozenset()").unwrap(), Value::Frozenset(vec![]));
    let one = Value::Int("1".into());
    assert_eq!(parse("frozenset({1})").unwrap(), Value::Frozenset(vec![one]));
    assert_eq!(parse("(nan-infj)").unwrap(), Value::Complex("nan".into(), "-inf".into()));
}

#[test]
fn a_fault_has_its_place_and_says_where_to_turn() {
    let error = parse("[1, Decimal('2')]").unwrap_err();
    assert_eq!(error.offset, 4);
    assert!(error.message.contains("`Decimal` is a name, not a literal"));
    assert!(error.message.contains("`same-as-solution`") && error.message.contains("`approx`"));
    assert_eq!(parse("[1, 2").unwrap_err().message, "`]` is missing at the end");
    assert_eq!(
        parse("{1: 'a', True: 'b'}").unwrap_err().message,
        "`True` stands twice as a key of this dict"
    );
    assert_eq!(parse("{[1]}").unwrap_err().message, "a list cannot stand in this set");
}

#[test]
fn deep_nesting_is_refused_and_not_a_crash() {
    let deep = "[".repeat(100_000);
    assert!(parse(&deep).unwrap_err().message.contains("deeper"));
    let most = "[".repeat(64) + &"]".repeat(64);
    assert!(parse(&most).is_ok());
}

#[test]
fn floats_are_written_as_python_writes_them() {
    let written =
        [1e15, 1e16, 1e22, 1e23, 1e-4, 1e-5, 1.5e-7, 5e-324, 1.797_693_134_862_315_7e308, 0.1];
    assert_eq!(
        written.map(float_repr),
        [
            "1000000000000000.0",
            "1e+16",
            "1e+22",
            "1e+23",
            "0.0001",
            "1e-05",
            "1.5e-07",
            "5e-324",
            "1.7976931348623157e+308",
            "0.1"
        ]
    );
}

/// Values that a literal can write, keys and members hashable and distinct.
pub(in crate::domain::check) fn literals() -> impl Strategy<Value = Value> {
    let float = || any::<f64>().prop_map(float_repr);
    let leaf = prop_oneof![
        proptest::strategy::Just(Value::None),
        proptest::strategy::Just(Value::Ellipsis),
        any::<bool>().prop_map(Value::Bool),
        any::<i128>().prop_map(|n| Value::Int(n.to_string())),
        float().prop_map(Value::Float),
        (float(), float()).prop_map(|(real, imaginary)| Value::Complex(real, imaginary)),
        any::<String>().prop_map(Value::Str),
        ".{0,8}['\"\\\\]{0,3}".prop_map(Value::Str),
        proptest::collection::vec(0xd800..0xdfff_u32, 1..4).prop_map(Value::OddStr),
        any::<Vec<u8>>().prop_map(Value::Bytes),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let many = || proptest::collection::vec(inner.clone(), 0..5);
        prop_oneof![
            many().prop_map(Value::List),
            many().prop_map(Value::Tuple),
            many().prop_map(|items| Value::Set(distinct(items))),
            many().prop_map(|items| Value::Frozenset(distinct(items))),
            (many(), many()).prop_map(|(keys, values)| {
                Value::Dict(distinct(keys).into_iter().zip(values).collect())
            }),
        ]
    })
}

fn distinct(items: Vec<Value>) -> Vec<Value> {
    let mut seen = std::collections::HashSet::new();
    let key = |item: &Value| crate::domain::check::canonical::hash_key(item);
    items.into_iter().filter(|item| key(item).is_some_and(|key| seen.insert(key))).collect()
}

proptest! {
    #[test]
    fn what_is_displayed_reads_back_as_the_same_value(value in literals()) {
        let shown = value.display(usize::MAX);
        let read = parse(&shown).map_err(|error| format!("{}: {error}", shown.as_str())).unwrap();
        prop_assert_eq!(compare(&value, &read), None);
        prop_assert_eq!(compare(&value, &value), None);
    }

    #[test]
    fn no_text_makes_the_reader_fail_otherwise_than_by_a_fault(text in any::<String>()) {
        let _ = parse(&text);
    }

    #[test]
    fn nor_does_a_text_of_its_own_letters(text in r#"[\[({})\],:'"\\\n0-9._ejxbrN+# -]{0,24}"#) {
        if let Err(fault) = parse(&text) {
            assert!(text.is_char_boundary(fault.offset), "{fault:?}");
        }
    }
}

const REFUSED: &[&str] = &[
    "",
    "x",
    "1+1",
    "1+x",
    "--1",
    "- -1",
    "-True",
    "-'a'",
    "f(1)",
    "f'a'",
    "1 2",
    "[1 2]",
    "[1,,2]",
    "(,)",
    "[1",
    "1]",
    "'a",
    "'a\nb'",
    "\"\"\"a",
    "{1:}",
    "{1:2,3}",
    "{1,2:3}",
    "{**{}}",
    "[*[]]",
    "[x for x in y]",
    "01",
    "0x",
    "1__0",
    "1_",
    "0b2",
    "1e",
    "1abc",
    "b'é'",
    "'a' b'b'",
    "'\\x4'",
    "'\\U00110000'",
    "lambda: 1",
    "a.b",
    "1 if 2 else 3",
    "not 1",
    "'a'+'b'",
    "{[]:1}",
    "{{}}",
    "1+2j+3j",
    "(1+2j)+1j",
    "2j+1",
    "-(1+2j)",
    "1+(2+3j)",
    "1\n2",
    "$",
    "[1;2]",
    "set([1])",
    "frozenset([1])",
    "float('1.5')",
    "10**5",
    "'\\N{DASH}'",
    "t'a'",
    "set",
    "float",
];

const TABLE: &[(&str, &str)] = &[
    ("None", "None"),
    ("True", "True"),
    ("False", "False"),
    ("...", "..."),
    ("0", "int 0"),
    ("00", "int 0"),
    ("7", "int 7"),
    ("-7", "int -7"),
    ("+7", "int 7"),
    ("-0", "int 0"),
    ("1_000_000", "int 1000000"),
    ("0xFF", "int 255"),
    ("0Xdead_BEEF", "int 3735928559"),
    ("0x_ff", "int 255"),
    ("0o17", "int 15"),
    ("0b1010_1", "int 21"),
    ("0xFFFFFFFFFFFFFFFFFFFFFFFF", "int 79228162514264337593543950335"),
    ("-0x123456789abcdef0123456789", "int -90144042682896311822508713865"),
    ("123456789012345678901234567890", "int 123456789012345678901234567890"),
    ("1.0", "float 1.0"),
    ("1.", "float 1.0"),
    (".5", "float 0.5"),
    ("-.5", "float -0.5"),
    ("-0.0", "float -0.0"),
    ("1e5", "float 100000.0"),
    ("1E5", "float 100000.0"),
    ("1e15", "float 1000000000000000.0"),
    ("1e16", "float 1e+16"),
    ("1e22", "float 1e+22"),
    ("1e23", "float 1e+23"),
    ("123456789012345680.0", "float 1.2345678901234568e+17"),
    ("0.0001", "float 0.0001"),
    ("0.00001", "float 1e-05"),
    ("1e-5", "float 1e-05"),
    ("1.5e-7", "float 1.5e-07"),
    ("1e-300", "float 1e-300"),
    ("5e-324", "float 5e-324"),
    ("1e400", "float inf"),
    ("-1e400", "float -inf"),
    ("1e308", "float 1e+308"),
    ("1_0.0_1e1_0", "float 100100000000.0"),
    ("3.141592653589793", "float 3.141592653589793"),
    ("0.1", "float 0.1"),
    ("2.5e+3", "float 2500.0"),
    ("012.5", "float 12.5"),
    ("1j", "complex 1j"),
    ("01j", "complex 1j"),
    ("1.5J", "complex 1.5j"),
    ("-2j", "complex (-0-2j)"),
    ("1e100j", "complex 1e+100j"),
    ("1+2j", "complex (1+2j)"),
    ("1-2j", "complex (1-2j)"),
    ("-1-2j", "complex (-1-2j)"),
    ("1.5+0j", "complex (1.5+0j)"),
    ("-0.0+1j", "complex 1j"),
    ("(1+2j)", "complex (1+2j)"),
    ("'a'", "str 61"),
    ("\"a\"", "str 61"),
    ("\"it's\"", "str 69 74 27 73"),
    ("'say \"hi\"'", "str 73 61 79 20 22 68 69 22"),
    ("'it\\'s \"x\"'", "str 69 74 27 73 20 22 78 22"),
    ("u'x'", "str 78"),
    ("U\"x\"", "str 78"),
    ("r'\\n'", "str 5c 6e"),
    ("R'a\\'b'", "str 61 5c 27 62"),
    ("'\\n\\t\\r\\\\\\a\\b\\f\\v\\0'", "str a 9 d 5c 7 8 c b 0"),
    ("'\\x41\\u00e9\\U0001F600'", "str 41 e9 1f600"),
    ("'\\101\\0\\12\\777'", "str 41 0 a 1ff"),
    ("'\\d\\ '", "str 5c 64 5c 20"),
    ("'\\ud800'", "str d800"),
    ("'a\\ud83d\\ude00'", "str 61 d83d de00"),
    ("'é\\u200b\\xa0'", "str e9 200b a0"),
    ("'a' 'b' \"c\"", "str 61 62 63"),
    ("'a' r'\\b'", "str 61 5c 62"),
    ("\"\"\"two\nlines\"\"\"", "str 74 77 6f a 6c 69 6e 65 73"),
    ("'''it's'''", "str 69 74 27 73"),
    ("\"\"\"a\"b\"\"\"", "str 61 22 62"),
    ("'a\\\nb'", "str 61 62"),
    ("b'ab\\x00\\xff'", "bytes 61 62 00 ff"),
    ("B\"\\101\"", "bytes 41"),
    ("rb'\\x00'", "bytes 5c 78 30 30"),
    ("bR'\\n'", "bytes 5c 6e"),
    ("b'a' b'b'", "bytes 61 62"),
    ("b''", "bytes "),
    ("''", "str "),
    ("()", "tuple()"),
    ("(1,)", "tuple(int 1)"),
    ("(1)", "int 1"),
    ("((1))", "int 1"),
    ("1,", "tuple(int 1)"),
    ("1, 2", "tuple(int 1; int 2)"),
    ("(1, 2,)", "tuple(int 1; int 2)"),
    ("(\n  1,  # one\n  2,\n)", "tuple(int 1; int 2)"),
    ("[]", "list()"),
    ("[1]", "list(int 1)"),
    ("[1, [2, [3]], (4,), ]", "list(int 1; list(int 2; list(int 3)); tuple(int 4))"),
    ("[-1, +1.5, 1+2j]", "list(int -1; float 1.5; complex (1+2j))"),
    ("{}", "dict()"),
    ("{'a': 1, 'b': [2]}", "dict(str 61 = int 1; str 62 = list(int 2))"),
    ("{'a': 1,}", "dict(str 61 = int 1)"),
    ("{1: {2: {3: None}}}", "dict(int 1 = dict(int 2 = dict(int 3 = None)))"),
    ("{(1, 2): 'x', b'k': ...}", "dict(tuple(int 1; int 2) = str 78; bytes 6b = ...)"),
    ("{1}", "set(int 1)"),
    ("{1, 2, 3,}", "set(int 1; int 2; int 3)"),
    ("{(1,), 'a', None}", "set(None; str 61; tuple(int 1))"),
    ("set()", "set()"),
    ("[set(), {1}]", "list(set(); set(int 1))"),
    (" 1 ", "int 1"),
    ("'a'  # comment", "str 61"),
];
