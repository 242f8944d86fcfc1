//! The files in a lesson's folder: what they are called, and how one takes the place of another without covering it.

use std::io;
use std::path::{Path, PathBuf};

use super::CAP;
use crate::store::atomic::{Files, ReadFault, is_instance, is_stray};
use crate::store::notice::{NoticeKind, reason};
use crate::store::state::clear_temporaries;

/// How many versions of a draft may stand side by side.
const BESIDE_CAP: u32 = 1000;

/// What a draft's file holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Missing,
    Text(String),
    /// It is no text that could be shown, for this reason.
    Damaged(NoticeKind),
}

/// The parts of `.<draft>.<instance>.<n>.taken`.
pub(super) struct Taken<'a> {
    pub(super) draft: &'a str,
    pub(super) instance: &'a str,
}

impl<'a> Taken<'a> {
    pub(super) fn parse(name: &'a str) -> Option<Self> {
        let (rest, number) = name.strip_prefix('.')?.strip_suffix(".taken")?.rsplit_once('.')?;
        let (draft, instance) = rest.rsplit_once('.')?;
        let ours = is_instance(instance) && number.parse::<u64>().is_ok();
        ours.then_some(Self { draft, instance })
    }
}

/// Undoes what killed programs left half done: temporary files go, taken drafts come back.
pub(in crate::store) fn recover(files: &dyn Files, data: &Path) {
    for lesson in lesson_folders(files, &data.join("drafts")) {
        clear_temporaries(files, &lesson);
        for name in names(files, &lesson) {
            let path = lesson.join(&name);
            if let Some(taken) = Taken::parse(&name)
                && is_stray(files, &path, taken.instance)
            {
                // What fails now is tried again at the next start; until then, loading finds the taken one.
                let _ = give_back(files, &path, &lesson, taken.draft);
            }
        }
    }
}

/// The folders three levels down: pack, track, lesson.
fn lesson_folders(files: &dyn Files, drafts: &Path) -> Vec<PathBuf> {
    let mut folders = vec![drafts.to_owned()];
    for _ in 0..3 {
        folders = folders
            .iter()
            .flat_map(|folder| names(files, folder).into_iter().map(|name| folder.join(name)))
            .filter(|path| files.is_folder(path))
            .collect();
    }
    folders
}

/// Brings a taken draft back to its place, or beside what stands there by now.
pub(super) fn give_back(
    files: &dyn Files,
    taken: &Path,
    folder: &Path,
    name: &str,
) -> io::Result<()> {
    let place = folder.join(name);
    match put(files, taken, &place) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        other => return other,
    }
    let text = find(files, taken);
    if matches!(text, Found::Text(_)) && text == find(files, &place) {
        return files.remove(taken);
    }
    put_beside(files, taken, folder, name, "other").map(drop)
}

/// Gives a file another name, where nothing of that name is.
pub(super) fn put(files: &dyn Files, from: &Path, to: &Path) -> io::Result<()> {
    match files.link(from, to) {
        Ok(()) => {
            // Left behind, the second name is cleared away at the next start.
            let _ = files.remove(from);
            Ok(())
        }
        // A folder, or a file system that has no second names: what is left is to look first.
        Err(error) if has_no_links(&error) => {
            if files.modified(to).is_ok() {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            files.rename(from, to)
        }
        Err(error) => Err(error),
    }
}

fn has_no_links(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied | io::ErrorKind::TooManyLinks
    )
}

/// Puts a file beside a draft as `<step>.<word>-<n>.py`, and says under which name.
pub(super) fn put_beside(
    files: &dyn Files,
    from: &Path,
    folder: &Path,
    name: &str,
    word: &str,
) -> io::Result<String> {
    let step = name.split('.').next().unwrap_or(name);
    for number in 1..BESIDE_CAP {
        let name = format!("{step}.{word}-{number}.py");
        match put(files, from, &folder.join(&name)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            other => return other.map(|()| name),
        }
    }
    Err(io::Error::other("too many versions stand side by side"))
}

/// The versions beside a draft, other than the one at `own`.
pub(super) fn others(files: &dyn Files, folder: &Path, first: &str, own: &Path) -> Vec<PathBuf> {
    let step = first.strip_suffix(".py").unwrap_or(first);
    let mut others: Vec<PathBuf> = names(files, folder)
        .into_iter()
        .filter(|name| {
            let number = name
                .strip_prefix(step)
                .and_then(|rest| rest.strip_prefix(".other-"))
                .and_then(|rest| rest.strip_suffix(".py"));
            name == first || number.is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
        })
        .map(|name| folder.join(name))
        .filter(|path| path != own)
        .collect();
    others.sort();
    others
}

pub(super) fn names(files: &dyn Files, folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = files
        .list(folder)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|name| name.into_string().ok())
        .collect();
    names.sort();
    names
}

pub(super) fn find(files: &dyn Files, path: &Path) -> Found {
    match files.read(path, CAP) {
        Err(ReadFault::Missing) => Found::Missing,
        Err(ReadFault::NotAFile) => Found::Damaged(NoticeKind::NotAFile),
        Err(ReadFault::TooLarge) => Found::Damaged(NoticeKind::TooLarge),
        Err(ReadFault::Io(error)) => Found::Damaged(NoticeKind::Unreadable(reason(&error))),
        Ok(bytes) => match String::from_utf8(bytes) {
            // No Python has a NUL in its source; a file system that lost its data often leaves them.
            Ok(text) if !text.contains('\0') => Found::Text(text),
            _ => Found::Damaged(NoticeKind::DamagedDraft),
        },
    }
}

pub(super) fn text_of(found: Found) -> Option<String> {
    match found {
        Found::Text(text) => Some(text),
        Found::Missing | Found::Damaged(_) => None,
    }
}

pub(super) fn beside(folder: &Path, name: &str, what: &str) -> PathBuf {
    folder.join(format!(".{name}.{what}"))
}

pub(super) fn absent_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
