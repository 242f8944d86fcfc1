//! Values as data, whatever a learner's classes say about themselves.

use pykata::domain::value::Value;

use crate::support::value;

fn int(n: i64) -> Value {
    Value::Int(n.to_string())
}

fn text(s: &str) -> Value {
    Value::Str(s.into())
}

fn named(kind: &str, name: &str) -> Value {
    Value::Named { kind: kind.into(), name: name.into() }
}

fn object(class: &str, data: Option<Value>, fields: &[(&str, Value)]) -> Value {
    Value::Object {
        class: class.into(),
        data: data.map(Box::new),
        fields: fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
    }
}

#[test]
fn scalars_keep_their_types_apart() {
    let expected = vec![
        Value::None,
        Value::Bool(true),
        int(1),
        Value::Float("1.0".into()),
        Value::Complex("1.0".into(), "-0.0".into()),
        Value::Ellipsis,
        text("é\n\0"),
        Value::Bytes(vec![0, 255]),
    ];
    let seen = value("", "[None, True, 1, 1.0, complex(1, -0.0), ..., 'é\\n\\0', b'\\0\\xff']");
    assert_eq!(seen, Value::List(expected));
}

#[test]
fn a_class_of_the_program_that_calls_itself_pythons_own_does_not_become_it() {
    let made = "class generator:\n    __module__ = 'builtins'";
    let seen = value(made, "generator()");
    assert_eq!(seen, object("__main__.generator", None, &[]));
    assert!(!seen.is_of("generator"));
    assert!(value("", "(x for x in ())").is_of("generator"));
    assert!(value("", "range(3)").is_of("range"));
    assert!(value("class Late:\n    pass", "Late()").is_of("Late"));
    assert!(value("from decimal import Decimal", "Decimal(1)").is_of("Decimal"));
}

#[test]
fn odd_numbers_are_written_as_python_writes_them() {
    let float = |text: &str| Value::Float(text.into());
    let expected = ["nan", "inf", "-inf", "-0.0", "1e+100", "0.1"].map(float).to_vec();
    let seen = value("", "[float('nan'), float('inf'), -float('inf'), -0.0, 1e100, 0.1]");
    assert_eq!(seen, Value::List(expected));
}

#[test]
fn integers_past_the_digit_limit_are_whole_and_the_limit_stays() {
    let Value::Tuple(seen) = value("import sys", "(10 ** 5000, -1, sys.get_int_max_str_digits())")
    else {
        panic!("not a tuple")
    };
    assert_eq!(seen[0], Value::Int(format!("1{}", "0".repeat(5000))));
    assert_eq!(seen[1..], [int(-1), int(4300)]);
}

#[test]
fn an_integer_that_would_take_long_to_write_is_cut() {
    assert_eq!(
        value("", "1 << 10_000_000"),
        Value::Cut { class: "builtins.int".into(), length: None }
    );
}

#[test]
fn text_with_lone_surrogates_is_code_points() {
    assert_eq!(value("", "'a\\ud800'"), Value::OddStr(vec![0x61, 0xd800]));
}

#[test]
fn containers_hold_their_items_in_order() {
    let pairs = vec![(int(1), text("a")), (text("1"), Value::Tuple(vec![]))];
    assert_eq!(value("", "{1: 'a', '1': ()}"), Value::Dict(pairs));
    assert_eq!(value("", "{5}"), Value::Set(vec![int(5)]));
    assert_eq!(value("", "frozenset([5])"), Value::Frozenset(vec![int(5)]));
}

#[test]
fn classes_functions_and_modules_are_named() {
    let program = "import json\nclass A:\n    def m(self): pass\n    class B: pass\n";
    let expected = vec![
        named("class", "__main__.A.B"),
        named("method", "__main__.A.m"),
        named("function", "json.dumps"),
        named("builtin", "builtins.len"),
        named("module", "json"),
        named("class", "builtins.int"),
        named("builtin", "str.join"),
    ];
    let seen = value(program, "[A.B, A().m, json.dumps, len, json, int, str.join]");
    assert_eq!(seen, Value::List(expected));
}

#[test]
fn objects_show_their_attributes_and_their_slots() {
    let program = "class P:\n    __slots__ = ('x', 'unset')\n    def __init__(self): self.x = 1\n\
        class Q(P):\n    def __init__(self):\n        super().__init__()\n        self.y = [2]\n";
    let fields = [("x", int(1)), ("y", Value::List(vec![int(2)]))];
    assert_eq!(value(program, "Q()"), object("__main__.Q", None, &fields));
    let fields = [("x", int(1))];
    assert_eq!(
        value("import types\n", "types.SimpleNamespace(x=1)"),
        object("types.SimpleNamespace", None, &fields)
    );
}

#[test]
fn instances_of_subclasses_show_what_they_hold() {
    let program = "import collections, enum\nclass L(list): pass\n\
        class C(enum.IntEnum):\n    RED = 3\n";
    assert_eq!(
        value(program, "L([1])"),
        object("__main__.L", Some(Value::List(vec![int(1)])), &[])
    );
    let counter = Value::Dict(vec![(text("a"), int(2))]);
    assert_eq!(
        value(program, "collections.Counter('aa')"),
        object("collections.Counter", Some(counter), &[])
    );
    let Value::Object { class, data, .. } = value(program, "C.RED") else { panic!("no object") };
    assert_eq!((class.as_str(), data.as_deref()), ("__main__.C", Some(&int(3))));
    let range = [("start", int(0)), ("step", int(2)), ("stop", int(9))];
    let Value::Object { mut fields, .. } = value("", "range(0, 9, 2)") else { panic!("no object") };
    fields.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(fields, range.map(|(name, value)| (name.to_owned(), value)));
}

#[test]
fn an_exception_as_a_value_shows_its_arguments() {
    let expected = object("builtins.ValueError", None, &[("args", Value::Tuple(vec![int(1)]))]);
    assert_eq!(value("", "ValueError(1)"), expected);
}

#[test]
fn cycles_are_marked_by_how_far_up_they_lead() {
    let expected = Value::List(vec![Value::Cycle(1), Value::Tuple(vec![Value::Cycle(2)])]);
    assert_eq!(value("x = []\nx.append(x)\nx.append((x,))", "x"), expected);
    // The same thing twice is no cycle.
    let twice = Value::List(vec![Value::List(vec![]), Value::List(vec![])]);
    assert_eq!(value("y = []", "[y, y]"), twice);
}

#[test]
fn what_lies_too_deep_is_cut() {
    let mut seen = value("x = 0\nfor _ in range(100_000): x = [x]", "x");
    let mut depth = 0;
    while let Value::List(mut items) = seen {
        seen = items.remove(0);
        depth += 1;
    }
    assert_eq!(seen, Value::Cut { class: "builtins.list".into(), length: None });
    assert!(depth > 50, "{depth}");
}

#[test]
fn what_is_too_long_is_cut_whole_with_its_length() {
    let cut = |class: &str, length| Value::Cut { class: class.into(), length: Some(length) };
    assert_eq!(value("", "list(range(1_000_000))"), cut("builtins.list", 1_000_000));
    assert_eq!(value("", "'x' * 2_000_000"), cut("builtins.str", 2_000_000));
    assert_eq!(value("", "bytes(3_000_000)"), cut("builtins.bytes", 3_000_000));
}

/// A class every method of which would be seen if it were called.
const HOSTILE: &str = "\
calls = []
def trap(name):
    def method(*args):
        calls.append(name)
        raise SystemExit(name)
    return method
names = '''__eq__ __ne__ __hash__ __repr__ __str__ __len__ __iter__ __bool__ __int__ __index__ __float__
    __getattribute__ __getattr__ __dir__ __contains__ __getitem__ __reduce__ __reduce_ex__ __format__ __copy__
    keys items values copy __sizeof__ __instancecheck__ __subclasscheck__'''.split()
traps = {name: trap(name) for name in names}
traps['__class__'] = property(trap('__class__'))
traps['__dict__'] = property(trap('__dict__'))
meta = type('Meta', (type,), {**traps, '__module__': 'm'})
";

#[test]
fn describing_an_object_calls_none_of_its_methods() {
    let bases = [
        "object",
        "int",
        "float",
        "str",
        "bytes",
        "list",
        "tuple",
        "dict",
        "set",
        "frozenset",
        "Exception",
    ];
    for base in bases {
        let program = format!(
            "{HOSTILE}\nT = type.__new__(type, 'T', ({base},), dict(traps))\nx = {base}.__new__(T)\n"
        );
        let seen = value(&program, "[x, calls]");
        let Value::List(seen) = seen else { panic!("{base}: {seen:?}") };
        assert_eq!(seen[1], Value::List(vec![]), "{base}");
        let Value::Object { class, .. } = &seen[0] else { panic!("{base}: {seen:?}") };
        assert_eq!(class, "__main__.T");
    }
}

#[test]
fn describing_a_class_calls_nothing_of_its_metaclass() {
    let program =
        format!("{HOSTILE}\nT = type.__new__(meta, 'T', (), {{}})\nx = object.__new__(T)\n");
    let Value::List(seen) = value(&program, "[T, x, calls]") else { panic!("no list") };
    assert_eq!(seen[2], Value::List(vec![]));
    assert_eq!(seen[0], named("class", "__main__.T"));
}

#[test]
fn liars_are_described_by_what_they_are() {
    let program = "class Liar(int):\n    def __eq__(self, o): return True\n    __hash__ = int.__hash__\n    \
        def __repr__(self): return '14'\n\
        class L(list):\n    def __iter__(self): return iter([14])\n    def __len__(self): return 1\n";
    assert_eq!(value(program, "Liar(0)"), object("__main__.Liar", Some(int(0)), &[]));
    assert_eq!(
        value(program, "L([0])"),
        object("__main__.L", Some(Value::List(vec![int(0)])), &[])
    );
}
