//! What `pykata run` says of an exception, held to what Python itself says of the same file.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

use pykata::protocol::{PYTHON_PREFIX, PYTHON_SHORT};

use crate::support::Home;

/// The Python that the worker was built with, where there is a program of it beside its library.
fn python() -> Option<PathBuf> {
    let path = PathBuf::from(format!("{PYTHON_PREFIX}/bin/python{PYTHON_SHORT}"));
    path.exists().then_some(path)
}

/// Programs that end badly, each in its own way.
const PROGRAMS: [(&str, &str); 26] = [
    ("plain", "raise ValueError('no')\n"),
    (
        "functions",
        "def f(x):\n    return 1 / x\n\ndef g():\n    return [f(n) for n in (1, 0)]\n\ng()\n",
    ),
    ("several lines", "def f(*args):\n    return args[9]\n\nf(\n    1,\n    2,\n)\n"),
    ("no last line end", "x = 1\nx.y.z"),
    ("no message", "raise KeyError\n"),
    ("key", "{}['missing']\n"),
    ("suggestion", "price = 3\nprint(pirce)\n"),
    ("attribute", "import math\nmath.sqrtt(2)\n"),
    ("message of lines", "raise ValueError('one\\n  two\\n\\nthree')\n"),
    ("own class", "class Mine(Exception):\n    pass\n\nraise Mine('a', 1)\n"),
    (
        "nested class",
        "class A:\n    class B(Exception):\n        def __str__(self): return 'said'\nraise A.B\n",
    ),
    ("context", "try:\n    1 / 0\nexcept ZeroDivisionError:\n    {}['k']\n"),
    ("cause", "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError('k') from e\n"),
    (
        "hidden context",
        "try:\n    1 / 0\nexcept ZeroDivisionError:\n    raise KeyError('k') from None\n",
    ),
    (
        "chain of three",
        "try:\n    try:\n        1 / 0\n    except ZeroDivisionError as e:\n        raise KeyError('k') from e\n\
        except KeyError:\n    raise ValueError('v')\n",
    ),
    (
        "group",
        "def f():\n    raise TypeError('t')\nerrors = []\ntry:\n    f()\nexcept TypeError as e:\n    errors.append(e)\n\
        raise ExceptionGroup('several', [ValueError('v'), *errors, ExceptionGroup('inner', [KeyError('k')])])\n",
    ),
    (
        "task group",
        "import asyncio\nasync def fails():\n    raise ValueError('v')\nasync def main():\n    async with \
        asyncio.TaskGroup() as group:\n        group.create_task(fails())\nasyncio.run(main())\n",
    ),
    ("notes", "e = ValueError('v')\ne.add_note('first')\ne.add_note('two\\nlines')\nraise e\n"),
    ("library", "import json\njson.loads('{')\n"),
    ("executed text", "exec('def f():\\n    1 / 0\\nf()')\n"),
    ("syntax", "x = 1\ny = = 2\n"),
    ("unfinished", "def f(:\n    pass\n"),
    ("unclosed", "x = (1,\ny = 2\n"),
    ("exit with text", "import sys\nsys.exit('that is all')\n"),
    ("recursion", "def f(n):\n    return f(n + 1)\n\nf(0)\n"),
    ("wide letters", "def f():\n    漢字 = 'é'; return 漢字 / 0\nf()\n"),
];

#[test]
fn standard_error_is_what_python_prints_for_the_same_file() {
    let Some(python) = python() else { return };
    let home = Home::new();
    let mut faults = String::new();
    for (name, text) in PROGRAMS {
        home.write("program.py", text);
        let mut command = Command::new(&python);
        let command = command.args(["-I", "program.py"]).current_dir(home.path()).env_clear();
        let theirs = command.env("LANG", "C.UTF-8").output().unwrap();
        let theirs = String::from_utf8(theirs.stderr).unwrap();
        // Python shows a file as it was named, or by its whole path where its own machinery read it.
        let theirs = theirs.replace(&format!("{}/", home.path().display()), "");
        let ours = home.run(&["run", "program.py"]).ends(1).err;
        if ours != theirs {
            let _ = write!(faults, "--- {name}: python\n{theirs}--- {name}: pykata\n{ours}");
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}
