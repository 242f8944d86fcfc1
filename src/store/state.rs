//! What the program remembers: the one door to journals and drafts.
//!
//! Opening never fails, and no failure to save loses what is in memory. Something counts as saved when the call that saves
//! it returns `Ok`: it is then on the disk. Every such call waits for the disk, so the screen calls it from a thread of
//! its own.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use super::atomic::{Disk, Files, Instance, ensure_folder, is_stray, owner_of_temporary};
use super::drafts::{Draft, Drafts, Saved};
use super::folders::{Folders, NoFolder};
use super::journal::{self, Journal};
use super::notice::{Notice, NoticeKind, SaveError, Saving};
use crate::domain::course::StepRef;
use crate::domain::progress::{
    Event, EventId, PackMark, Progress, SEQUENCE_LIMIT, Scope, Seen, What,
};

/// How many events are written at once, at the most.
const BATCH: usize = 1000;

/// What an import came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// How many events were not known before.
    pub new: usize,
    /// How many whole events there were.
    pub whole: usize,
    /// What else there was.
    pub faults: Vec<NoticeKind>,
}

/// What the program remembers.
#[derive(Debug)]
pub struct Store {
    files: Box<dyn Files>,
    data: Result<PathBuf, NoFolder>,
    instance: Instance,
    events: Vec<Event>,
    /// How many of the last `events` are not on the disk.
    pending: usize,
    sequence: u64,
    number: u64,
    journal: Journal,
    drafts: Drafts,
    trouble: Option<SaveError>,
}

impl Store {
    /// Reads what is remembered. Where nothing can be saved it works in memory, and a notice says so.
    #[must_use]
    pub fn open(folders: &Folders) -> (Self, Vec<Notice>) {
        Self::open_on(Box::new(Disk), folders)
    }

    /// Reads what is remembered through another file layer.
    #[must_use]
    pub fn open_on(files: Box<dyn Files>, folders: &Folders) -> (Self, Vec<Notice>) {
        let mut store = Self {
            files,
            data: folders.data.clone(),
            instance: Instance::new(),
            events: Vec::new(),
            pending: 0,
            sequence: 0,
            number: 0,
            journal: Journal::default(),
            drafts: Drafts::default(),
            trouble: None,
        };
        let mut notices = store.reload();
        if let Err(error) = store.try_saving() {
            let kind = NoticeKind::NotSaving(error.reason.clone());
            notices.insert(0, Notice::new(kind, &error.path));
            store.trouble = Some(error);
        }
        (store, notices)
    }

    /// Reads the journals again, for what other instances have written since.
    pub fn reload(&mut self) -> Vec<Notice> {
        let Ok(data) = &self.data else { return Vec::new() };
        let (mut events, notices) = journal::read_all(&*self.files, &journal_folder(data));
        events.extend_from_slice(&self.events[self.events.len() - self.pending..]);
        let known = events.iter().map(|event| event.sequence).max().unwrap_or(0);
        self.sequence = self.sequence.max(known);
        self.events = events;
        notices
    }

    /// Remembers that something happened, at a time in milliseconds since 1970.
    ///
    /// An error means that it is not on the disk. It is remembered all the same as long as the program runs, and is saved
    /// with the next event or by [`Store::retry`].
    pub fn append(&mut self, pack: &PackMark, what: What, at: u64) -> Result<Event, SaveError> {
        self.sequence = (self.sequence + 1).min(SEQUENCE_LIMIT);
        self.number += 1;
        let id = EventId { instance: self.instance.name().to_owned(), number: self.number };
        let event = Event { sequence: self.sequence, id, at, pack: pack.clone(), what };
        self.events.push(event.clone());
        self.pending += 1;
        self.save_events().map(|()| event)
    }

    /// Forgets what was learnt of some steps: an event that names all that is known of them now.
    pub fn reset(&mut self, pack: &PackMark, scope: Scope, at: u64) -> Result<Event, SaveError> {
        let mut seen = Seen::new();
        for event in &self.events {
            let within = event.step().is_some_and(|step| scope.holds(step));
            if within && event.pack.key == pack.key {
                let last = seen.entry(event.id.instance.clone()).or_default();
                *last = event.id.number.max(*last);
            }
        }
        self.append(pack, What::Reset { scope, seen }, at)
    }

    /// All that is known of what was done, as one file, for [`Store::import`] on another machine. Drafts are not in it.
    #[must_use]
    pub fn export(&self) -> Vec<u8> {
        journal::written(&self.events)
    }

    /// Adds what another machine exported to what is known here. What is known already is passed over, so that any order
    /// and any repetition of imports comes to the same.
    ///
    /// An error means that what came is not on the disk.
    pub fn import(&mut self, bytes: &[u8]) -> Result<Imported, SaveError> {
        let (came, faults) = journal::parse(bytes);
        let mut known: HashSet<EventId> =
            self.events.iter().map(|event| event.id.clone()).collect();
        let whole = came.len();
        let new: Vec<Event> =
            came.into_iter().filter(|event| known.insert(event.id.clone())).collect();
        let imported = Imported { new: new.len(), whole, faults };
        let last = new.iter().map(|event| event.sequence).max().unwrap_or(0);
        self.sequence = self.sequence.max(last);
        self.pending += new.len();
        self.events.extend(new);
        self.save_events().map(|()| imported)
    }

    /// Every event that is known, in no order and perhaps more than once.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// What is known of a reader's way through a pack.
    #[must_use]
    pub fn progress(&self, pack: &PackMark) -> Progress {
        Progress::fold(&pack.key, &self.events)
    }

    /// Other packs of the same id that progress is kept for: the reader is told that this one's is kept apart.
    #[must_use]
    pub fn kept_apart(&self, pack: &PackMark) -> Vec<&str> {
        let mut keys: Vec<&str> = self
            .events
            .iter()
            .filter(|event| event.pack.key != pack.key && event.pack.id() == pack.id())
            .map(|event| &*event.pack.key)
            .collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Reads the draft of a step whose starting text has this digest.
    pub fn load_draft(&mut self, pack: &PackMark, step: &StepRef, starter: &str) -> Draft {
        let data = self.data.as_deref().ok();
        self.drafts.load(&*self.files, data, pack, step, starter)
    }

    /// Saves the draft of a step whose starting text has this digest.
    ///
    /// An error means that it is not on the disk. It is kept in memory as long as the program runs, and is saved by
    /// [`Store::retry`].
    pub fn save_draft(
        &mut self,
        pack: &PackMark,
        step: &StepRef,
        starter: &str,
        text: &str,
    ) -> Result<Saved, SaveError> {
        let data = self.data.as_deref().map_err(|none| nowhere(Saving::Draft, none));
        let result =
            self.drafts.save(&*self.files, &mut self.instance, data, pack, step, (starter, text));
        self.note(result)
    }

    /// Puts the draft of a step aside, so that the learner starts over. One deleted version is kept beside.
    pub fn delete_draft(&mut self, pack: &PackMark, step: &StepRef) -> Result<(), SaveError> {
        let data = self.data.as_deref().ok();
        let result = self.drafts.delete(&*self.files, data, pack, step);
        self.note(result)
    }

    /// Tries again to save everything that is in memory alone: where drafts went, and what is still in the way.
    pub fn retry(&mut self) -> (Vec<Saved>, Option<SaveError>) {
        let mut trouble = self.save_events().err();
        let mut saved = Vec::new();
        for (pack, step, starter, text) in self.drafts.unsaved() {
            match self.save_draft(&pack, &step, &starter, &text) {
                Ok(done) => saved.push(done),
                Err(error) => trouble = Some(error),
            }
        }
        (saved, trouble)
    }

    /// Why the last thing that was to be saved is not; none while all is well.
    #[must_use]
    pub fn trouble(&self) -> Option<&SaveError> {
        self.trouble.as_ref()
    }

    /// How many events and drafts are in memory alone.
    #[must_use]
    pub fn unsaved(&self) -> usize {
        self.pending + self.drafts.unsaved().len()
    }

    fn save_events(&mut self) -> Result<(), SaveError> {
        let result = self.write_events();
        self.note(result)
    }

    fn write_events(&mut self) -> Result<(), SaveError> {
        let data = self.data.as_deref().map_err(|none| nowhere(Saving::Progress, none))?;
        let folder = journal_folder(data);
        while self.pending > 0 {
            let pending = &self.events[self.events.len() - self.pending..];
            let batch = &pending[..pending.len().min(BATCH)];
            self.journal.append(&*self.files, &self.instance, &folder, batch)?;
            self.pending -= batch.len();
        }
        Ok(())
    }

    fn note<T>(&mut self, result: Result<T, SaveError>) -> Result<T, SaveError> {
        match &result {
            Err(error) => self.trouble = Some(error.clone()),
            // One thing that was saved says nothing of what still waits.
            Ok(_) if self.unsaved() == 0 => self.trouble = None,
            Ok(_) => {}
        }
        result
    }

    /// Finds out whether anything can be saved, and clears away what killed programs left.
    fn try_saving(&mut self) -> Result<(), SaveError> {
        let data = self.data.as_deref().map_err(|none| nowhere(Saving::Progress, none))?;
        let folder = journal_folder(data);
        let failed = |path: &Path, error| SaveError::new(Saving::Progress, path, &error);
        ensure_folder(&*self.files, &folder).map_err(|error| failed(&folder, error))?;
        clear_temporaries(&*self.files, &folder);
        super::drafts::recover(&*self.files, data);
        let probe = self.instance.temporary(&folder);
        drop(self.files.create_new(&probe).map_err(|error| failed(&folder, error))?);
        self.files.remove(&probe).map_err(|error| failed(&folder, error))
    }
}

fn journal_folder(data: &Path) -> PathBuf {
    data.join("journal")
}

fn nowhere(what: Saving, none: &NoFolder) -> SaveError {
    let path = match none {
        NoFolder::NoHome => PathBuf::from("~/.local/share/pykata"),
        NoFolder::HomeMissing(home) => home.clone(),
    };
    SaveError { what, path, reason: none.to_string(), kind: io::ErrorKind::NotFound }
}

/// Removes temporary files whose owners are gone; what cannot be removed harms nobody.
pub(super) fn clear_temporaries(files: &dyn Files, folder: &Path) {
    for name in files.list(folder).unwrap_or_default() {
        let path = folder.join(&name);
        if let Some(owner) = name.to_str().and_then(owner_of_temporary)
            && is_stray(files, &path, owner)
        {
            let _ = files.remove(&path);
        }
    }
}
