//! What commands need of their surroundings: a pack, a theme, the terminal's width, a file's text.

use std::env;
use std::io::{Read as _, Write as _};
use std::path::Path;

use super::PackOption;
use super::failure::Failure;
use crate::domain::clean::Clean;
use crate::domain::course::{Lesson, Pack, Step, StepRef};
use crate::domain::document::Document;
use crate::domain::explain::not_utf8;
use crate::domain::lesson::{self as domain_lesson, MANIFEST};
use crate::domain::problem::{Problem, Severity};
use crate::domain::progress::PackMark;
use crate::domain::settings::Settings;
use crate::store::folders::Folders;
use crate::store::pack::{self, PackError};
use crate::store::{builtin, settings};
use crate::tui::rows::print::to_text;
use crate::tui::rows::{LayoutContext, PROSE_COLUMNS, lay_out};
use crate::tui::theme::{Terminal, Theme, ThemeName};

/// The largest text that is read from a file to be looked at, in bytes.
const LARGEST_TEXT: u64 = 1024 * 1024;

/// The largest program that is read from a file to be run, in bytes.
const LARGEST_PROGRAM: u64 = 20 * 1024 * 1024;

/// The largest of those that go to Python byte by byte, which takes a multiple of the room.
const LARGEST_ENCODED: u64 = 8 * 1024 * 1024;

/// Reads the pack that a command is about. Faults that leave it readable are lint's business.
pub(super) fn load_pack(option: &PackOption) -> Result<Pack, Failure> {
    if option.dir.is_none() {
        return Ok(builtin::course());
    }
    let parsed = parsed_pack(option)?;
    parsed.pack.ok_or_else(|| unfit_pack(option, &parsed.problems))
}

/// Reads a pack with its problems.
pub(super) fn parsed_pack(option: &PackOption) -> Result<domain_lesson::Parsed, Failure> {
    match &option.dir {
        None => Ok(builtin::parsed()),
        Some(dir) => pack::load_dir(dir).map_err(|error| {
            let why = match &error {
                PackError::Unreadable { source, .. } => source.to_string(),
                PackError::NotAFolder { .. } => "it is not a folder".to_owned(),
            };
            Failure::usage("pack", format_args!("cannot read the pack {}: {why}", dir.display()))
                .hint("name the folder that holds pack.toml")
        }),
    }
}

/// What the progress in a pack hangs on.
pub(super) fn mark(option: &PackOption, course: &Pack) -> PackMark {
    match &option.dir {
        None => PackMark::builtin(course),
        Some(_) => PackMark::folder(course, &builtin::course()),
    }
}

fn unfit_pack(option: &PackOption, problems: &[Problem]) -> Failure {
    let (name, proof) = match &option.dir {
        Some(dir) => (format!("{}", dir.display()), format!("pykata lint {}", dir.display())),
        None => ("of this program".to_owned(), "pykata lint".to_owned()),
    };
    // A folder that is no pack at all is told by its manifest, whatever else lies in it.
    let mut errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
    let first = errors.clone().find(|problem| &*problem.place.file == MANIFEST).or(errors.next());
    let why = first
        .map_or_else(String::new, |problem| format!(": {}: {}", problem.place, problem.message));
    Failure::usage("pack", format_args!("cannot open the pack {name}{why}"))
        .hint(format_args!("`{proof}` lists every fault"))
}

/// Finds a lesson by its id, or by its name alone where that is unique.
pub(super) fn lesson<'a>(pack: &'a Pack, id: &str) -> Result<&'a Lesson, Failure> {
    let named: Vec<_> =
        pack.lessons().filter(|lesson| lesson.id == id || lesson.name() == id).collect();
    match named[..] {
        [lesson] => Ok(lesson),
        [] => Err(Failure::usage("unknown-lesson", format_args!("there is no lesson {id:?}"))
            .hint(other_lesson(pack, id))),
        _ => {
            let ids: Vec<&str> = named.iter().map(|lesson| &*lesson.id).collect();
            let message = format_args!("several lessons are called {id:?}");
            Err(Failure::usage("unknown-lesson", message)
                .hint(format_args!("name one of them: {}", ids.join(", "))))
        }
    }
}

/// What to name instead of a lesson that is not there.
fn other_lesson(pack: &Pack, id: &str) -> String {
    let all = "`pykata list` names them all";
    if let Some(track) = pack.tracks.iter().find(|track| track.id == id) {
        let ids: Vec<&str> = track.lessons.iter().map(|lesson| &*lesson.id).collect();
        return format!("{id} is a track without a cheat sheet; its lessons: {}", ids.join(", "));
    }
    let near = domain_lesson::nearest(id, pack.lessons().map(|lesson| &*lesson.id)).or_else(|| {
        let name = domain_lesson::nearest(id, pack.lessons().map(Lesson::name))?;
        pack.lessons().find(|lesson| lesson.name() == name).map(|lesson| &*lesson.id)
    });
    did_you_mean(near, all)
}

/// Finds a step by its name, `track/lesson#step`.
pub(super) fn step<'a>(pack: &'a Pack, name: &str) -> Result<(&'a Lesson, &'a Step), Failure> {
    let Some(wanted) = StepRef::parse(name) else {
        return Err(Failure::usage("unknown-step", format_args!("{name:?} names no step"))
            .hint("a step is written track/lesson#step, as in decorators/closures#counters"));
    };
    let lesson = lesson(pack, &wanted.lesson)?;
    let step = lesson.step(&wanted.step).ok_or_else(|| {
        let ids = lesson.steps.iter().map(|step| &*step.id);
        Failure::usage(
            "unknown-step",
            format_args!("the lesson {} has no step {:?}", lesson.id, wanted.step),
        )
        .hint(did_you_mean(
            domain_lesson::nearest(&wanted.step, ids),
            "`pykata list --steps` names them all",
        ))
    })?;
    Ok((lesson, step))
}

fn did_you_mean(near: Option<&str>, otherwise: &str) -> String {
    near.map_or_else(|| otherwise.to_owned(), |near| format!("did you mean {near:?}? {otherwise}"))
}

/// A program as its file holds it.
pub(super) struct Source {
    /// What can be read of it.
    pub(super) text: String,
    /// Its bytes, where they are not UTF-8, or where its first lines may say that they are to be read otherwise.
    pub(super) bytes: Option<Vec<u8>>,
}

/// Reads a program for Python, which decides on its encoding; from standard input for `-`.
pub(super) fn read_source(path: &Path) -> Result<Source, Failure> {
    let bytes = read_bytes(path, LARGEST_PROGRAM)?;
    let mut head = bytes.splitn(3, |byte| *byte == b'\n').take(2);
    let may_tell = head.any(|line| line.windows(6).any(|word| word == b"coding"));
    let source = match String::from_utf8(bytes) {
        Ok(text) => Source { bytes: may_tell.then(|| text.clone().into_bytes()), text },
        Err(error) => {
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            Source { text, bytes: Some(error.into_bytes()) }
        }
    };
    is_within(path, source.bytes.as_ref().map_or(0, Vec::len), LARGEST_ENCODED)?;
    Ok(source)
}

/// Reads a text that must be UTF-8 from a file, or from standard input for `-`.
pub(super) fn read_program(path: &Path) -> Result<String, Failure> {
    String::from_utf8(read_bytes(path, LARGEST_TEXT)?).map_err(|error| {
        let why = not_utf8(error.as_bytes()).unwrap_or_default();
        unreadable(path, &"it is not UTF-8").hint(why)
    })
}

fn unreadable(path: &Path, why: &dyn std::fmt::Display) -> Failure {
    Failure::usage("unreadable", format_args!("cannot read {}: {why}", path.display()))
}

/// Reads a file of at most so many bytes, or standard input for `-`.
pub(super) fn read_bytes(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(most + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| unreadable(path, &error))?;
    is_within(path, bytes.len(), most)?;
    Ok(bytes)
}

fn is_within(path: &Path, length: usize, most: u64) -> Result<(), Failure> {
    if length as u64 <= most {
        return Ok(());
    }
    Err(unreadable(path, &format_args!("it is larger than {} MiB", most / (1024 * 1024))))
}

/// The settings of whoever asks. What is wrong with them is told, and comes with them for those who have another place
/// to tell it.
pub(super) fn settings_and_faults() -> (Settings, Vec<String>) {
    let themes: Vec<_> = ThemeName::ALL.iter().map(|name| name.word()).collect();
    settings::read(&Folders::from_env(), &themes)
}

/// The settings of whoever asks; what is wrong with them is said on standard error.
pub(super) fn settings() -> Settings {
    let (settings, faults) = settings_and_faults();
    for fault in faults {
        // Nobody is left to tell where standard error is closed.
        let _ = writeln!(std::io::stderr().lock(), "pykata: {}", Clean::line(fault));
    }
    settings
}

/// The theme for this terminal, by the name that an option gives, or `auto`.
pub(super) fn theme(name: Option<ThemeName>) -> Theme {
    let variable = |name: &str| env::var(name).ok();
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| variable(name).filter(|value| !value.is_empty()));
    let terminal = Terminal {
        no_color: variable("NO_COLOR"),
        term: variable("TERM"),
        colorterm: variable("COLORTERM"),
        term_program: variable("TERM_PROGRAM"),
        locale,
    };
    Theme::detect(name.unwrap_or_default(), &terminal)
}

/// How many columns standard output has, where it is a terminal.
pub(super) fn terminal_width() -> Option<u16> {
    crate::tui::terminal_width()
}

/// A document as plain text, set to the usual width.
pub(super) fn plain(document: &Document) -> String {
    let theme = Theme::plain();
    let context = LayoutContext::new(PROSE_COLUMNS, &theme).without_margin();
    to_text(&lay_out(document, &context), false).trim_end().to_owned()
}
