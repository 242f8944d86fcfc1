//! Drafts: what a learner wrote, one file for each exercise, in a place where any editor finds it.
//!
//! `drafts/<pack>/<track>/<lesson>/<step>.py` holds the text and nothing else. Three files stand beside it, hidden:
//! `.<step>.py.1` is the version before it, `.<step>.py.starter` names the starting text that it grew from, and
//! `.<step>.py.deleted` is what was there when the learner started over.
//!
//! # How a draft is saved
//! A rename over the old file would be atomic, but it would also overwrite what another instance saved a moment ago. So
//! the old file is *taken* first, under a name of our own, and only then looked at; no two instances can take the same
//! one. The new text is *put* in its place by a call that fails if something is there again:
//!
//! 1. the text is written to a temporary file and brought to the disk;
//! 2. the draft is renamed to `.<step>.py.<instance>.<n>.taken`;
//! 3. if that is the text this instance knew, it becomes `.<step>.py.1`; else it is put back, and ours is put beside it
//!    as `<step>.other-<n>.py`;
//! 4. the temporary file is linked to the draft's name, and the folder is brought to the disk.
//!
//! Killed between 2 and 4, the program leaves no draft but the taken one or the version before it, and loading looks there.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::atomic::{Files, Instance};
use super::notice::{Notice, NoticeKind, SaveError, Saving, reason};
use crate::domain::course::StepRef;
use crate::domain::progress::{PackMark, digest};

mod beside;
mod save;

pub(super) use beside::recover;
use beside::{Found, Taken, absent_is_fine, beside, find, names, others, text_of};
use save::Save;

/// The longest draft, in bytes.
pub const CAP: u64 = 4 << 20;

/// The longest name that a pack may give to one of its parts, in bytes.
const NAME_CAP: usize = 100;

/// A draft as it was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// The text; none if the learner has not begun.
    pub text: Option<String>,
    /// Other versions of it, from other windows or machines.
    pub others: Vec<PathBuf>,
    /// What is to be said about it.
    pub notices: Vec<Notice>,
}

/// Where a draft was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The file.
    pub path: PathBuf,
    /// That it had to be saved beside another version, the first time.
    pub notice: Option<Notice>,
}

/// The drafts that this instance works on.
#[derive(Debug, Default)]
pub(crate) struct Drafts {
    held: BTreeMap<Key, Held>,
    unsaved: BTreeMap<Key, Unsaved>,
}

type Key = (String, StepRef);

/// What this instance knows of a draft's file.
#[derive(Debug, Clone, Default)]
struct Held {
    /// How the file is called; another name than at first once two versions stand side by side.
    name: String,
    /// The digest of what it held when this instance last read or wrote it.
    digest: Option<String>,
    /// The starting text that the file beside it names, as far as this instance wrote it.
    starter: Option<String>,
    /// Whether that is surely on the disk.
    durable: bool,
    /// Whether the learner has yet to be told that it stands beside another version.
    untold: bool,
}

#[derive(Debug, Clone)]
struct Unsaved {
    pack: PackMark,
    starter: String,
    text: String,
}

impl Drafts {
    pub(crate) fn load(
        &mut self,
        files: &dyn Files,
        data: Option<&Path>,
        pack: &PackMark,
        step: &StepRef,
        starter: &str,
    ) -> Draft {
        let mut draft = Draft::default();
        let key = (pack.key.clone(), step.clone());
        let found = data.map(|data| folder(data, pack, step));
        match found {
            Some(Err(error)) => {
                let kind = NoticeKind::Unreadable(reason(&error));
                draft.notices.push(Notice::new(kind, step.to_string()));
            }
            Some(Ok(folder)) => {
                let first = first_name(step);
                let held = self.held.entry(key.clone()).or_default();
                if held.name.is_empty() {
                    held.name.clone_from(&first);
                }
                let loading = Loading { files, folder: &folder, name: &held.name };
                let digest = loading.load(starter, &mut draft);
                // What others wrote they have brought to the disk; of what is ours, we know.
                held.durable |= held.digest != digest;
                held.digest = digest;
                let path = loading.path();
                draft.others = others(files, &folder, &first, &path);
                if !draft.others.is_empty() {
                    let kind = NoticeKind::OthersBeside(draft.others.len());
                    draft.notices.push(Notice::new(kind, path));
                }
            }
            None => {}
        }
        if let Some(unsaved) = self.unsaved.get(&key) {
            draft.text = Some(unsaved.text.clone());
        }
        draft
    }

    pub(crate) fn save(
        &mut self,
        files: &dyn Files,
        instance: &mut Instance,
        data: Result<&Path, SaveError>,
        pack: &PackMark,
        step: &StepRef,
        (starter, text): (&str, &str),
    ) -> Result<Saved, SaveError> {
        let key = (pack.key.clone(), step.clone());
        let result = data.and_then(|data| {
            let place = Path::new(&pack.key).join(&step.lesson).join(first_name(step));
            let folder = folder(data, pack, step).map_err(|error| failed(&place, &error))?;
            let held = self.held.entry(key.clone()).or_default();
            if held.name.is_empty() {
                held.name = first_name(step);
            }
            let mut save = Save { files, instance, folder: &folder, held };
            save.run(starter, text).map_err(|error| failed(&folder.join(&held.name), &error))
        });
        if result.is_ok() {
            self.unsaved.remove(&key);
        } else {
            let unsaved =
                Unsaved { pack: pack.clone(), starter: starter.to_owned(), text: text.to_owned() };
            self.unsaved.insert(key, unsaved);
        }
        result
    }

    pub(crate) fn delete(
        &mut self,
        files: &dyn Files,
        data: Option<&Path>,
        pack: &PackMark,
        step: &StepRef,
    ) -> Result<(), SaveError> {
        let key = (pack.key.clone(), step.clone());
        self.unsaved.remove(&key);
        let name = self.held.remove(&key).map_or_else(|| first_name(step), |held| held.name);
        let Some(Ok(folder)) = data.map(|data| folder(data, pack, step)) else { return Ok(()) };
        let path = folder.join(&name);
        let deleted = beside(&folder, &name, "deleted");
        // The version before it goes first: alone, it would be taken for the draft of a program that was killed.
        let previous = files.rename(&beside(&folder, &name, "1"), &deleted);
        let result = absent_is_fine(previous)
            .and_then(|()| absent_is_fine(files.rename(&path, &deleted)))
            .and_then(|()| absent_is_fine(files.remove(&beside(&folder, &name, "starter"))))
            .and_then(|()| absent_is_fine(files.sync_folder(&folder)));
        result.map_err(|error| failed(&path, &error))
    }

    /// What could not be saved: pack, step, digest of the starting text, text.
    pub(crate) fn unsaved(&self) -> Vec<(PackMark, StepRef, String, String)> {
        self.unsaved
            .iter()
            .map(|((_, step), draft)| {
                (draft.pack.clone(), step.clone(), draft.starter.clone(), draft.text.clone())
            })
            .collect()
    }
}

struct Loading<'a> {
    files: &'a dyn Files,
    folder: &'a Path,
    name: &'a str,
}

impl Loading<'_> {
    fn path(&self) -> PathBuf {
        self.folder.join(self.name)
    }

    /// Fills in the text and what is to be said of it; the answer is the digest of what stands in the file.
    fn load(&self, starter: &str, draft: &mut Draft) -> Option<String> {
        let path = self.path();
        let mut known = None;
        draft.text = match find(self.files, &path) {
            Found::Text(text) => {
                known = Some(digest(&text));
                Some(text)
            }
            Found::Missing => self.taken().or_else(|| self.previous()),
            Found::Damaged(kind) => {
                draft.notices.push(Notice::new(kind, &path));
                self.previous()
            }
        };
        let grew_from = find(self.files, &beside(self.folder, self.name, "starter"));
        if let (Some(_), Found::Text(other)) = (&draft.text, grew_from)
            && other.trim() != starter
        {
            draft.notices.push(Notice::new(NoticeKind::StarterChanged, &path));
        }
        known
    }

    fn previous(&self) -> Option<String> {
        text_of(find(self.files, &beside(self.folder, self.name, "1")))
    }

    /// The draft in the hands of an instance that is saving it, or was killed while it did.
    fn taken(&self) -> Option<String> {
        let mut names = names(self.files, self.folder);
        names.retain(|name| Taken::parse(name).is_some_and(|taken| taken.draft == self.name));
        names.iter().find_map(|name| text_of(find(self.files, &self.folder.join(name))))
    }
}

fn first_name(step: &StepRef) -> String {
    format!("{}.py", step.step)
}

/// The folder of a step's draft; an error if a pack gave names that would lead elsewhere.
fn folder(data: &Path, pack: &PackMark, step: &StepRef) -> io::Result<PathBuf> {
    let (track, lesson) = step.lesson.split_once('/').unwrap_or((&step.lesson, ""));
    let mut folder = data.join("drafts");
    for name in [&pack.key, track, lesson] {
        folder.push(checked(name)?);
    }
    checked(&step.step)?;
    Ok(folder)
}

/// Lets letters, digits, `-`, `_` and `@` through: names come from packs, and packs from strangers.
fn checked(name: &str) -> io::Result<&str> {
    let fine = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '@');
    if !name.is_empty() && name.len() <= NAME_CAP && name.chars().all(fine) {
        return Ok(name);
    }
    Err(io::Error::new(
        io::ErrorKind::InvalidFilename,
        format!("{name:?} cannot name a file: use at most {NAME_CAP} letters, digits, - and _"),
    ))
}

fn failed(path: &Path, error: &io::Error) -> SaveError {
    SaveError::new(Saving::Draft, path, error)
}
