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

use super::atomic::{Files, Instance, ReadFault, ensure_folder, is_instance, is_stray, write_all};
use super::notice::{Notice, NoticeKind, SaveError, Saving, reason};
use super::state::clear_temporaries;
use crate::domain::course::StepRef;
use crate::domain::progress::{PackMark, digest};

/// The longest draft, in bytes.
pub const CAP: u64 = 4 << 20;

/// The longest name that a pack may give to one of its parts, in bytes.
const NAME_CAP: usize = 100;

/// How many versions of a draft may stand side by side.
const BESIDE_CAP: u32 = 1000;

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
}

#[derive(Debug, Clone)]
struct Unsaved {
    pack: PackMark,
    starter: String,
    text: String,
}

/// What a draft's file holds.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    Missing,
    Text(String),
    Damaged,
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
                held.digest = loading.load(starter, &mut draft);
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
            Found::Damaged => {
                draft.notices.push(Notice::new(NoticeKind::DamagedDraft, &path));
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

/// One save, from the text in memory to the file on the disk.
struct Save<'a> {
    files: &'a dyn Files,
    instance: &'a mut Instance,
    folder: &'a Path,
    held: &'a mut Held,
}

impl Save<'_> {
    fn run(&mut self, starter: &str, text: &str) -> io::Result<Saved> {
        if text.len() as u64 > CAP {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!("it is longer than {} MiB", CAP >> 20),
            ));
        }
        ensure_folder(self.files, self.folder)?;
        self.name_starter(starter)?;
        let mut notice = None;
        if !self.stands_already(text) {
            let temporary = self.write_temporary(text)?;
            let placed = self.replace(&temporary);
            if placed.is_err() {
                let _ = self.files.remove(&temporary);
            }
            notice = placed?.then(|| Notice::new(NoticeKind::SavedBeside, self.path()));
            self.files.sync_folder(self.folder)?;
        }
        self.held.digest = Some(digest(text));
        Ok(Saved { path: self.path(), notice })
    }

    fn path(&self) -> PathBuf {
        self.folder.join(&self.held.name)
    }

    fn beside(&self, what: &str) -> PathBuf {
        beside(self.folder, &self.held.name, what)
    }

    /// Whether this very text is in the file, and this instance knows that it is on the disk.
    fn stands_already(&self, text: &str) -> bool {
        self.held.digest.as_ref().is_some_and(|known| *known == digest(text))
            && matches!(find(self.files, &self.path()), Found::Text(found) if found == text)
    }

    /// Writes down which starting text the draft grows from, unless that is known.
    fn name_starter(&mut self, starter: &str) -> io::Result<()> {
        if self.held.starter.as_deref() == Some(starter) {
            return Ok(());
        }
        let path = self.beside("starter");
        let line = format!("{starter}\n");
        if find(self.files, &path) != Found::Text(line.clone()) {
            let temporary = self.write_temporary(&line)?;
            if let Err(error) = self.files.rename(&temporary, &path) {
                let _ = self.files.remove(&temporary);
                return Err(error);
            }
        }
        self.held.starter = Some(starter.to_owned());
        Ok(())
    }

    fn write_temporary(&mut self, text: &str) -> io::Result<PathBuf> {
        let path = self.instance.temporary(self.folder);
        let mut file = self.files.create_new(&path)?;
        match write_all(&mut *file, text.as_bytes()).and_then(|()| file.sync()) {
            Ok(()) => Ok(path),
            Err(error) => {
                drop(file);
                let _ = self.files.remove(&path);
                Err(error)
            }
        }
    }

    /// Brings a whole temporary file to the draft's place, or beside it; the answer is whether beside.
    fn replace(&mut self, temporary: &Path) -> io::Result<bool> {
        if self.clear_place()? {
            match put(self.files, temporary, &self.path()) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                other => return other.map(|()| false),
            }
        }
        // Another instance's text stands there. From now on this instance has a file of its own.
        let name = put_beside(self.files, temporary, self.folder, &self.held.name, "other")?;
        *self.held = Held { name, digest: None, starter: None };
        Ok(true)
    }

    /// Takes away the version that this instance knew; the answer is whether the place is free, or another's.
    fn clear_place(&mut self) -> io::Result<bool> {
        let taken = self.taken_name();
        match self.files.rename(&self.path(), &taken) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            other => other?,
        }
        let cleared = match find(self.files, &taken) {
            Found::Text(text) if self.held.digest.as_ref() == Some(&digest(&text)) => {
                self.files.rename(&taken, &self.beside("1")).map(|()| true)
            }
            Found::Text(_) => self.give_back(&taken).map(|()| false),
            Found::Missing => Err(io::ErrorKind::NotFound.into()),
            Found::Damaged => {
                put_beside(self.files, &taken, self.folder, &self.held.name, "damaged")
                    .map(|_| true)
            }
        };
        if cleared.is_err() {
            let _ = self.give_back(&taken);
        }
        cleared
    }

    fn give_back(&self, taken: &Path) -> io::Result<()> {
        give_back(self.files, taken, self.folder, &self.held.name)
    }

    fn taken_name(&mut self) -> PathBuf {
        let temporary = self.instance.temporary(self.folder);
        // `.<instance>.<n>.tmp`
        let own = temporary.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        self.folder.join(format!(".{}{own}.taken", self.held.name))
    }
}

/// The parts of `.<draft>.<instance>.<n>.taken`.
struct Taken<'a> {
    draft: &'a str,
    instance: &'a str,
}

impl<'a> Taken<'a> {
    fn parse(name: &'a str) -> Option<Self> {
        let (rest, number) = name.strip_prefix('.')?.strip_suffix(".taken")?.rsplit_once('.')?;
        let (draft, instance) = rest.rsplit_once('.')?;
        let ours = is_instance(instance) && number.parse::<u64>().is_ok();
        ours.then_some(Self { draft, instance })
    }
}

/// Undoes what killed programs left half done: temporary files go, taken drafts come back.
pub(crate) fn recover(files: &dyn Files, data: &Path) {
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
fn give_back(files: &dyn Files, taken: &Path, folder: &Path, name: &str) -> io::Result<()> {
    let place = folder.join(name);
    match put(files, taken, &place) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        other => return other,
    }
    let text = find(files, taken);
    if text != Found::Damaged && text == find(files, &place) {
        return files.remove(taken);
    }
    put_beside(files, taken, folder, name, "other").map(drop)
}

/// Gives a file another name, where nothing of that name is.
fn put(files: &dyn Files, from: &Path, to: &Path) -> io::Result<()> {
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
fn put_beside(
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
fn others(files: &dyn Files, folder: &Path, first: &str, own: &Path) -> Vec<PathBuf> {
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

fn names(files: &dyn Files, folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = files
        .list(folder)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|name| name.into_string().ok())
        .collect();
    names.sort();
    names
}

fn find(files: &dyn Files, path: &Path) -> Found {
    match files.read(path, CAP) {
        Err(ReadFault::Missing) => Found::Missing,
        Err(_) => Found::Damaged,
        Ok(bytes) => match String::from_utf8(bytes) {
            // No Python has a NUL in its source; a file system that lost its data often leaves them.
            Ok(text) if !text.contains('\0') => Found::Text(text),
            _ => Found::Damaged,
        },
    }
}

fn text_of(found: Found) -> Option<String> {
    match found {
        Found::Text(text) => Some(text),
        Found::Missing | Found::Damaged => None,
    }
}

fn first_name(step: &StepRef) -> String {
    format!("{}.py", step.step)
}

fn beside(folder: &Path, name: &str, what: &str) -> PathBuf {
    folder.join(format!(".{name}.{what}"))
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

fn absent_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn failed(path: &Path, error: &io::Error) -> SaveError {
    SaveError::new(Saving::Draft, path, error)
}
