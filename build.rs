//! Finds the Python that the worker is linked with, and stamps both programs with one build id.
//!
//! Only `pykata-worker` gets a search path for libpython: the host must start where there is none, to say what is
//! missing. The build id changes with every source, so that a host never talks to a worker of another build.

#[path = "src/domain/lesson/fnv.rs"]
mod fnv;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, io};

use fnv::Fnv;

/// Asks a Python for its prefix, its full version and where its libraries may lie.
const QUESTION: &str = "import sys, sysconfig as s; v = s.get_config_var; print(sys.base_prefix); \
    print('%d.%d.%d' % sys.version_info[:3]); print(v('LIBDIR') or ''); print(v('LIBPL') or ''); \
    print('%s/%s' % (v('LIBDIR') or '', v('MULTIARCH') or ''))";

/// Compiles the files that are named after the first argument, and writes a tuple of their code to that one.
const COMPILE: &str = "import marshal, sys; marshal.dump(tuple(compile(open(part, encoding='utf-8').read(), '<pykata>', \
    'exec', optimize=0) for part in sys.argv[2:]), open(sys.argv[1], 'wb'))";

/// The parts of the harness, in the order in which they fill their one namespace.
const HARNESS: [&str; 13] = [
    "base", "values", "errors", "clock", "timing", "threads", "loop", "brief", "code", "record",
    "measure", "reading", "program",
];

/// The outline of the course (`src/store/builtin.rs`).
const OUTLINE: &str = "assets/course.jsonl";

const REMEDY: &str = "pykata needs CPython 3.11 to 3.14 with a shared libpython: install it (Debian, Ubuntu: \
    `apt install python3-dev`; Fedora: `dnf install python3-devel`; pyenv: \
    `PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install 3.13`), or name one with PYO3_PYTHON=/path/to/python3";

/// The Python to build against.
struct Python {
    program: String,
    prefix: String,
    version: String,
    lib_dir: PathBuf,
}

fn main() -> ExitCode {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src");
    // The built-in pack is compiled in, and new files of it would pass unseen otherwise.
    println!("cargo:rerun-if-changed=lessons");
    println!("cargo:rerun-if-changed={OUTLINE}");
    println!(
        "cargo:rustc-env=PYKATA_OUTLINE={}",
        if outline_is_fresh() { "fresh" } else { "stale" }
    );
    println!("cargo:rerun-if-changed=Cargo.lock");
    println!("cargo:rerun-if-env-changed=PYO3_PYTHON");
    match find_python().and_then(|python| compile_harness(&python).map(|()| python)) {
        Ok(python) => {
            announce(&python);
            ExitCode::SUCCESS
        }
        Err(why) => {
            println!("cargo::error={why}. {REMEDY}.");
            ExitCode::FAILURE
        }
    }
}

/// Hands the Python and the build id on to the compiler and the linker.
fn announce(python: &Python) {
    let mut parts = python.version.split('.');
    let short: Vec<_> = parts.by_ref().take(2).collect();
    println!("cargo:rustc-env=PYKATA_PYTHON_PREFIX={}", python.prefix);
    println!("cargo:rustc-env=PYKATA_PYTHON_VERSION={}", python.version);
    println!("cargo:rustc-env=PYKATA_PYTHON_SHORT={}", short.join("."));
    println!("cargo:rustc-env=PYKATA_BUILD_ID={:016x}", build_id(&python.version));
    let beside = if cfg!(target_os = "macos") { "@loader_path" } else { "$ORIGIN" };
    for path in [python.lib_dir.display().to_string(), format!("{beside}/../lib")] {
        println!("cargo::rustc-link-arg-bin=pykata-worker=-Wl,-rpath,{path}");
    }
}

/// Looks at the Python that pyo3 settled on: `PYO3_PYTHON`, or else `python3` on the path.
fn find_python() -> Result<Python, String> {
    let config = pyo3_build_config::get();
    let Some(program) = config.executable() else {
        return Err("the Python configuration names no python program to ask".into());
    };
    let answer = ask(program).map_err(|error| format!("{program} does not answer: {error}"))?;
    let mut lines = answer.lines().map(str::to_owned);
    let (Some(prefix), Some(version)) = (lines.next(), lines.next()) else {
        return Err(format!("{program} does not say where it lives"));
    };
    let minor = config.version().minor;
    if config.version().major != 3 || !(11..=14).contains(&minor) {
        return Err(format!("{program} is Python {version}"));
    }
    if !config.shared() {
        return Err(format!("{program} (Python {version}) was built without a shared libpython"));
    }
    let places = config.lib_dir().map(str::to_owned).into_iter().chain(lines).map(PathBuf::from);
    let name = config.lib_name().unwrap_or("python3");
    let lib_dir = find_library(places.collect(), name).ok_or_else(|| {
        format!("{program} (Python {version}) has no lib{name}.so to link with beside it")
    })?;
    Ok(Python { program: program.to_owned(), prefix, version, lib_dir })
}

/// Compiles the harness, so that no worker has to do it at its start.
fn compile_harness(python: &Python) -> Result<(), String> {
    let target = Path::new(&env::var_os("OUT_DIR").unwrap_or_default()).join("harness.bin");
    let parts = HARNESS.map(|part| format!("src/worker/harness/{part}.py"));
    let output = Command::new(&python.program)
        .args(["-I", "-S", "-c", COMPILE])
        .arg(target)
        .args(parts)
        .output()
        .map_err(|error| format!("{} does not start: {error}", python.program))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("the harness does not compile: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

fn ask(program: &str) -> io::Result<String> {
    let output = Command::new(program).args(["-I", "-S", "-c", QUESTION]).output()?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }
}

/// The first of the places that holds the library; a macOS framework is taken at its word.
fn find_library(places: Vec<PathBuf>, name: &str) -> Option<PathBuf> {
    if cfg!(target_os = "macos") {
        return places.into_iter().next();
    }
    let file = format!("lib{name}.so");
    places.into_iter().find(|place| place.join(&file).exists())
}

/// Whether the outline of the course was made of the lessons as they are: it bears their name.
fn outline_is_fresh() -> bool {
    let mut files = BTreeMap::new();
    read_visible(Path::new("lessons"), "", &mut files);
    let mut name = Fnv::new();
    for (path, bytes) in &files {
        name.write(path.as_bytes());
        name.write(bytes);
    }
    let outline = fs::read_to_string(OUTLINE).unwrap_or_default();
    let first = outline.lines().next().unwrap_or_default();
    first.contains(&format!("\"hash\":\"{}\"", name.name()))
}

/// Reads the files of a folder that are not hidden, by their paths in it with `/` between folders.
fn read_visible(folder: &Path, inside: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let (path, within) = (entry.path(), format!("{inside}{name}"));
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            read_visible(&path, &format!("{within}/"), files);
        } else {
            files.insert(within, fs::read(&path).unwrap_or_default());
        }
    }
}

/// A number that differs whenever a source, a dependency or the Python differs.
fn build_id(version: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    version.hash(&mut hasher);
    env::var_os("PROFILE").hash(&mut hasher);
    let mut files = vec![PathBuf::from("Cargo.lock"), PathBuf::from("build.rs")];
    collect(Path::new("src"), &mut files);
    files.sort();
    for file in files {
        file.hash(&mut hasher);
        fs::read(&file).unwrap_or_default().hash(&mut hasher);
    }
    hasher.finish()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "py") {
            files.push(path);
        }
    }
}
