//! Names of classes, as packs write them and programs bear them.

use super::short_name;

/// The module of the program itself.
const OWN: &str = "__main__.";

/// Python's own classes that a pack may name without their module, sorted.
const PYTHONS: &[&str] = &[
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "BaseException",
    "BaseExceptionGroup",
    "BlockingIOError",
    "BrokenPipeError",
    "BufferError",
    "BytesWarning",
    "ChildProcessError",
    "ConnectionAbortedError",
    "ConnectionError",
    "ConnectionRefusedError",
    "ConnectionResetError",
    "DeprecationWarning",
    "EOFError",
    "EncodingWarning",
    "Exception",
    "ExceptionGroup",
    "FileExistsError",
    "FileNotFoundError",
    "FloatingPointError",
    "FutureWarning",
    "GeneratorExit",
    "ImportError",
    "ImportWarning",
    "IndentationError",
    "IndexError",
    "InterruptedError",
    "IsADirectoryError",
    "KeyError",
    "KeyboardInterrupt",
    "LookupError",
    "MemoryError",
    "ModuleNotFoundError",
    "NameError",
    "NoneType",
    "NotADirectoryError",
    "NotImplementedError",
    "OSError",
    "OverflowError",
    "PendingDeprecationWarning",
    "PermissionError",
    "ProcessLookupError",
    "PythonFinalizationError",
    "RecursionError",
    "ReferenceError",
    "ResourceWarning",
    "RuntimeError",
    "RuntimeWarning",
    "StopAsyncIteration",
    "StopIteration",
    "SyntaxError",
    "SyntaxWarning",
    "SystemError",
    "SystemExit",
    "TabError",
    "TimeoutError",
    "TypeError",
    "UnboundLocalError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "UnicodeError",
    "UnicodeTranslateError",
    "UnicodeWarning",
    "UserWarning",
    "ValueError",
    "Warning",
    "ZeroDivisionError",
    "async_generator",
    "bool",
    "builtin_function_or_method",
    "bytearray",
    "bytes",
    "classmethod",
    "complex",
    "coroutine",
    "dict",
    "ellipsis",
    "enumerate",
    "filter",
    "float",
    "frozenset",
    "function",
    "generator",
    "int",
    "list",
    "list_iterator",
    "map",
    "memoryview",
    "method",
    "module",
    "object",
    "property",
    "range",
    "range_iterator",
    "reversed",
    "set",
    "slice",
    "staticmethod",
    "str",
    "super",
    "tuple",
    "type",
    "zip",
];

/// Whether a class, by qualified name, is the one that a pack names. A class of the program's own is never one of
/// Python's, even where it bears its name.
#[must_use]
pub fn is_named(class: &str, wanted: &str) -> bool {
    let name = short_name(wanted);
    let shadows = class.starts_with(OWN) && !wanted.starts_with(OWN);
    short_name(class) == name && !(shadows && PYTHONS.binary_search(&name).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_named_with_or_without_its_module() {
        for class in ["Late", "__main__.Late", "builtins.Late"] {
            assert!(is_named(class, "Late"));
        }
        assert!(is_named("__main__.Late", "__main__.Late"));
        assert!(is_named("decimal.Decimal", "decimal.Decimal"));
        assert!(!is_named("decimal.Decimal", "Late"));
    }

    #[test]
    fn a_class_of_the_program_is_none_of_pythons() {
        assert!(is_named("builtins.generator", "generator") && is_named("generator", "generator"));
        assert!(!is_named("__main__.generator", "generator"));
        assert!(!is_named("__main__.ValueError", "builtins.ValueError"));
        assert!(is_named("__main__.generator", "__main__.generator"));
    }

    #[test]
    fn the_names_are_sorted() {
        assert!(PYTHONS.is_sorted());
    }
}
