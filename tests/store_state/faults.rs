//! Every call to the file system fails once, or for good from there on: what was saved stays, what is new is either saved
//! or said to be not.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use pykata::store::atomic::{Disk, Files, ReadFault, Writing};
use pykata::store::folders::Folders;
use pykata::store::notice::SaveError;
use pykata::store::state::Store;

use crate::support::{
    STARTER, drafts_folder, files_below, open, opened, opened_steps, pack, step, text_of_draft,
};

/// How a call fails, and whether those after it do.
#[derive(Debug, Clone, Copy)]
struct Fault {
    call: usize,
    errno: i32,
    for_good: bool,
    /// Whether files can still be made, read, moved and removed, as on a full disk.
    full_disk: bool,
}

/// The disk, with a fault.
#[derive(Debug, Clone)]
struct Faulty {
    calls: Arc<AtomicUsize>,
    fault: Fault,
}

impl Faulty {
    fn new(fault: Fault) -> Self {
        Self { calls: Arc::default(), fault }
    }

    fn count(&self) -> io::Result<()> {
        if self.fault.full_disk { Ok(()) } else { self.count_write() }
    }

    fn count_write(&self) -> io::Result<()> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        if call == self.fault.call || (self.fault.for_good && call > self.fault.call) {
            return Err(io::Error::from_raw_os_error(self.fault.errno));
        }
        Ok(())
    }
}

impl Files for Faulty {
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn Writing>> {
        self.count()?;
        Ok(Box::new(FaultyFile { file: Disk.create_new(path)?, faults: self.clone() }))
    }

    fn read(&self, path: &Path, cap: u64) -> Result<Vec<u8>, ReadFault> {
        self.count().map_err(ReadFault::Io)?;
        Disk.read(path, cap)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        self.count().and_then(|()| Disk.list(folder))
    }

    fn is_folder(&self, path: &Path) -> bool {
        Disk.is_folder(path)
    }

    fn modified(&self, path: &Path) -> io::Result<SystemTime> {
        self.count().and_then(|()| Disk.modified(path))
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.count().and_then(|()| Disk.create_folder(path))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.count().and_then(|()| Disk.rename(from, to))
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.count().and_then(|()| Disk.link(from, to))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.count().and_then(|()| Disk.remove(path))
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.count().and_then(|()| Disk.sync_folder(path))
    }
}

#[derive(Debug)]
struct FaultyFile {
    file: Box<dyn Writing>,
    faults: Faulty,
}

impl Writing for FaultyFile {
    /// A full disk takes the half of what it is given before it refuses.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.faults.count_write() {
            Err(error) => {
                self.file.write(&bytes[..bytes.len() / 2])?;
                Err(error)
            }
            // Often short, as a write may be.
            Ok(()) if bytes.len() > 64 => self.file.write(&bytes[..bytes.len() - 64]),
            Ok(()) => self.file.write(bytes),
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        self.faults.count_write()?;
        self.file.sync()
    }
}

/// What a session with a fault said of its saves.
struct Said {
    event: Result<(), SaveError>,
    second: Result<(), SaveError>,
    draft: Result<(), SaveError>,
}

/// A folder in which an earlier session has saved something.
fn earlier() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = open(folder.path());
    store.append(&pack(), opened("old"), 0).unwrap();
    for text in ["older\n", "old\n"] {
        store.save_draft(&pack(), &step("draft"), STARTER, text).unwrap();
    }
    folder
}

fn session(folder: &Path, fault: Fault) -> (Said, Store, Faulty) {
    let faulty = Faulty::new(fault);
    let (mut store, _) = Store::open_on(Box::new(faulty.clone()), &Folders::below(folder));
    text_of_draft(&mut store, "draft");
    let said = Said {
        event: store.append(&pack(), opened("new"), 0).map(drop),
        draft: store.save_draft(&pack(), &step("draft"), STARTER, "new\n").map(drop),
        second: store.append(&pack(), opened("newer"), 0).map(drop),
    };
    (said, store, faulty)
}

/// How many calls a session makes when nothing fails.
fn calls() -> usize {
    let never = Fault { call: usize::MAX, errno: 5, for_good: false, full_disk: false };
    let folder = earlier();
    let (said, _, faulty) = session(folder.path(), never);
    assert!(said.event.is_ok() && said.draft.is_ok() && said.second.is_ok());
    faulty.calls.load(Ordering::Relaxed)
}

/// ENOSPC, EIO, EROFS, EDQUOT, ESTALE: by number, since these are what a file system answers.
const ERRNOS: [i32; 5] = [28, 5, 30, 122, 116];
/// What a file system without hard links answers to a link.
const EPERM: i32 = 1;

fn every_fault(for_good: bool, mut look: impl FnMut(Fault)) {
    let calls = calls();
    assert!(calls > 25, "{calls}");
    for call in 0..calls {
        for errno in [ERRNOS[call % ERRNOS.len()], EPERM] {
            look(Fault { call, errno, for_good, full_disk: false });
        }
    }
}

fn plain(error: &SaveError) {
    let sentence = error.sentence();
    assert!(sentence.contains("not saved") && sentence.ends_with('.'), "{sentence}");
    assert!(!sentence.contains("os error") && !sentence.contains("Err("), "{sentence}");
}

/// Old or new, and whole; new where that was promised.
fn look_after(folder: &Path, said: &Said, fault: Fault) {
    let (mut store, _) = open(folder);
    let known = opened_steps(store.events());
    assert!(known.contains(&"old"), "{fault:?}: {known:?}");
    let kept = |said: &Result<(), _>, id| said.is_err() || known.contains(&id);
    assert!(kept(&said.event, "new") && kept(&said.second, "newer"), "{fault:?}: {known:?}");
    let drafts = texts(folder);
    if said.draft.is_ok() {
        assert!(drafts.iter().any(|text| text == "new\n"), "{fault:?}: {drafts:?}");
    }
    let text = text_of_draft(&mut store, "draft");
    assert!(matches!(text.as_deref(), Some("old\n" | "new\n")), "{fault:?}: {text:?}");
    [&said.event, &said.second, &said.draft]
        .into_iter()
        .filter_map(|s| s.as_ref().err())
        .for_each(plain);
}

fn texts(folder: &Path) -> Vec<String> {
    let files = files_below(&drafts_folder(folder));
    files.iter().filter_map(|file| std::fs::read_to_string(file).ok()).collect()
}

#[test]
fn whichever_call_fails_once_everything_is_saved_in_the_end() {
    every_fault(false, |fault| {
        let folder = earlier();
        let (said, mut store, _) = session(folder.path(), fault);
        look_after(folder.path(), &said, fault);
        assert_eq!(text_of_draft(&mut store, "draft").as_deref(), Some("new\n"), "{fault:?}");
        let (_, trouble) = store.retry();
        assert_eq!((trouble, store.unsaved()), (None, 0), "{fault:?}");
        assert!(store.trouble().is_none(), "{fault:?}");
        drop(store);
        let (store, _) = open(folder.path());
        assert_eq!(opened_steps(store.events()), ["new", "newer", "old"], "{fault:?}");
        let drafts = texts(folder.path());
        assert!(drafts.iter().any(|text| text == "new\n"), "{fault:?}: {drafts:?}");
    });
}

#[test]
fn whichever_call_is_the_first_to_fail_for_good_the_old_or_the_new_state_is_whole() {
    every_fault(true, |fault| {
        let folder = earlier();
        let (said, mut store, _) = session(folder.path(), fault);
        if said.draft.is_err() {
            let text = text_of_draft(&mut store, "draft");
            assert_eq!(text.as_deref(), Some("new\n"), "{fault:?}");
        }
        let known = opened_steps(store.events());
        assert!(known.contains(&"new") && known.contains(&"newer"), "{fault:?}: {known:?}");
        drop(store);
        look_after(folder.path(), &said, fault);
    });
}

#[test]
fn a_disk_that_is_full_for_long_is_not_littered() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = open(folder.path());
    store.append(&pack(), opened("old"), 0).unwrap();
    drop(store);
    let before = files_below(folder.path());
    let fault = Fault { call: 0, errno: 28, for_good: true, full_disk: true };
    let faulty = Faulty::new(fault);
    let (mut store, _) = Store::open_on(Box::new(faulty), &Folders::below(folder.path()));
    for n in 0..20 {
        store.append(&pack(), opened(format!("n{n}")), 0).unwrap_err();
        store.save_draft(&pack(), &step("draft"), STARTER, &format!("{n}\n")).unwrap_err();
        assert!(store.retry().1.is_some());
    }
    assert_eq!(files_below(folder.path()), before);
    assert_eq!(store.unsaved(), 21);
}
