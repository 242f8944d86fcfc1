//! The pack that is compiled into the program.
//!
//! It has its *outline* beside it, so that the tutor need not read fifty lessons to show that there are fifty: a line of JSON
//! for the pack, and one for each lesson. `PYKATA_BLESS=1 cargo test --test course` writes it anew. The build knows whether
//! it belongs to these lessons (`build.rs`); one that does not is passed over, and everything is read at once.

use std::path::Path;
use std::sync::Arc;

use include_dir::{Dir, include_dir};

use crate::domain::course::{Lesson, Pack};
use crate::domain::lesson::{PackFiles, Parsed, parse_lesson, parse_pack};

/// The id of the pack that is compiled into the program.
pub const BUILTIN_ID: &str = "pykata";

/// Where the outline stands in the project.
pub const OUTLINE: &str = "assets/course.jsonl";

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/lessons");
const WRITTEN: &str = include_str!("../../assets/course.jsonl");

/// Parses the pack, with everything that is wrong with it.
#[must_use]
pub fn parsed() -> Parsed {
    parse_pack(&files())
}

/// The pack; each of its lessons is read when it is looked at.
#[must_use]
pub fn course() -> Pack {
    if outline_is_fresh()
        && let Some(pack) = read_outline(WRITTEN)
    {
        return pack;
    }
    parsed().pack.expect("a test proves the pack to be whole")
}

/// Whether the outline was made of these lessons.
#[must_use]
pub fn outline_is_fresh() -> bool {
    env!("PYKATA_OUTLINE") == "fresh"
}

/// The files of the pack.
#[must_use]
pub fn files() -> PackFiles {
    let mut files = PackFiles::default();
    add(&FILES, &mut files);
    files
}

/// Writes a pack's outline.
///
/// # Panics
///
/// Never: a pack holds nothing that JSON cannot say.
#[must_use]
pub fn outline(pack: &Pack) -> String {
    let text = |it: serde_json::Result<String>| it.expect("a pack is plain data") + "\n";
    let lessons = pack.lessons().map(|lesson| text(serde_json::to_string(lesson)));
    text(serde_json::to_string(pack)) + &lessons.collect::<String>()
}

fn read_outline(text: &str) -> Option<Pack> {
    let (first, lessons) = text.split_once('\n')?;
    let mut pack: Pack = serde_json::from_str(first).ok()?;
    for line in lessons.lines() {
        let lesson: Lesson = serde_json::from_str(line).ok()?;
        let track = pack.tracks.iter_mut().find(|track| track.id == lesson.track())?;
        track.lessons.push(with_text(lesson));
    }
    Some(pack)
}

fn with_text(lesson: Lesson) -> Lesson {
    let (file, id) = (Arc::clone(&lesson.file), lesson.id.clone());
    let steps = lesson.steps.read_later(Box::new(move || {
        let text = FILES.get_file(&*file).and_then(|file| file.contents_utf8()).unwrap_or("");
        let (lesson, _) = parse_lesson(&file, &id, text);
        lesson.map_or_else(Vec::new, |lesson| lesson.steps.to_vec())
    }));
    Lesson { steps, ..lesson }
}

fn add(dir: &Dir<'static>, files: &mut PackFiles) {
    for file in dir.files() {
        if let Some(path) = visible(file.path()) {
            files.add(path, file.contents());
        }
    }
    for folder in dir.dirs() {
        if let Some(path) = visible(folder.path()) {
            files.folders.insert(path.to_owned());
            add(folder, files);
        }
    }
}

/// The path of what is not hidden.
fn visible(path: &Path) -> Option<&str> {
    let text = path.to_str()?;
    (!text.rsplit('/').next().is_some_and(|name| name.starts_with('.'))).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::problem::{Problem, Severity};
    use crate::store::pack::load_dir;

    fn errors(parsed: &Parsed) -> Vec<String> {
        let said = |it: &Problem| format!("{} {}", it.place, it.message);
        parsed.problems.iter().map(said).collect()
    }

    #[test]
    fn the_built_in_pack_has_its_tracks_and_no_error() {
        let parsed = parsed();
        let wrong: Vec<_> =
            parsed.problems.iter().filter(|problem| problem.severity == Severity::Error).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        let pack = parsed.pack.unwrap();
        assert_eq!(pack.id, BUILTIN_ID);
        let titles: Vec<_> = pack.tracks.iter().map(|track| (&*track.id, &*track.title)).collect();
        assert_eq!(
            titles,
            [
                ("decorators", "Decorators"),
                ("generators", "Generators"),
                ("contexts", "Context managers"),
                ("asyncio", "Asyncio"),
                ("typing", "Typing"),
                ("caching", "Caching and lifetime"),
                ("capstones", "Capstones"),
            ]
        );
    }

    #[test]
    fn what_is_read_later_is_what_is_read_at_once() {
        let pack = parsed().pack.unwrap();
        let later = read_outline(&outline(&pack)).unwrap();
        assert_eq!(later, pack);
    }

    #[test]
    fn an_outline_that_is_none_is_passed_over() {
        assert_eq!(read_outline(""), None);
        let text = outline(&parsed().pack.unwrap());
        assert_eq!(read_outline(&text[..text.len() / 2]), None);
    }

    #[test]
    fn the_built_in_pack_is_the_same_from_its_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons");
        let loaded = load_dir(&folder).unwrap();
        assert_eq!(loaded.pack, parsed().pack);
        assert_eq!(errors(&loaded), errors(&parsed()));
    }
}
