//! Waits until something changes in a pack's folder, asleep all the while. What a change means is not known here.

use std::io;
use std::path::Path;

/// Watches a folder and those below it.
#[derive(Debug)]
pub struct Watch(imp::Watch);

impl Watch {
    /// Begins to watch. An error says that this system, or this folder, cannot be watched.
    pub fn new(folder: &Path) -> io::Result<Self> {
        imp::Watch::new(folder).map(Self)
    }

    /// Sleeps until something has changed and no more changes follow at once.
    pub fn wait(&mut self) -> io::Result<()> {
        self.0.wait()
    }
}

#[cfg(target_os = "linux")]
mod imp {
    use std::fs;
    use std::io;
    use std::mem::MaybeUninit;
    use std::os::fd::{AsFd as _, OwnedFd};
    use std::path::{Path, PathBuf};

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::fs::inotify::{self, CreateFlags, WatchFlags};

    /// How deep folders are watched; lessons stand one deep.
    const DEEPEST: usize = 3;

    /// The most folders that are watched.
    const MOST_FOLDERS: usize = 200;

    /// An editor writes, moves and removes in one go: a change is over when nothing has come for so long, in nanoseconds.
    const QUIET: Timespec = Timespec { tv_sec: 0, tv_nsec: 30_000_000 };

    /// However long changes go on, they are told after so many pieces of news.
    const MOST_NEWS: usize = 100;

    #[derive(Debug)]
    pub(super) struct Watch {
        events: OwnedFd,
        folder: PathBuf,
    }

    impl Watch {
        pub(super) fn new(folder: &Path) -> io::Result<Self> {
            let events = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
            // The folder itself may be a link: the user names it.
            let watch = Self { events, folder: fs::canonicalize(folder)? };
            watch.add(&watch.folder, 0, &mut 0)?;
            Ok(watch)
        }

        /// Watches a folder and those below it; one that is watched already stays so.
        fn add(&self, folder: &Path, depth: usize, count: &mut usize) -> io::Result<()> {
            let flags = WatchFlags::CLOSE_WRITE
                | WatchFlags::MOVE
                | WatchFlags::CREATE
                | WatchFlags::DELETE
                | WatchFlags::ONLYDIR
                | WatchFlags::DONT_FOLLOW;
            inotify::add_watch(&self.events, folder, flags)?;
            for entry in fs::read_dir(folder)?.flatten() {
                let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
                let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
                if is_folder && !hidden && depth < DEEPEST && *count < MOST_FOLDERS {
                    *count += 1;
                    // One that is gone by now needs no watch.
                    let _ = self.add(&entry.path(), depth + 1, count);
                }
            }
            Ok(())
        }

        pub(super) fn wait(&mut self) -> io::Result<()> {
            self.sleep(None)?;
            for _ in 0..MOST_NEWS {
                self.drain();
                if !self.sleep(Some(&QUIET))? {
                    break;
                }
            }
            self.drain();
            self.add(&self.folder, 0, &mut 0)
        }

        /// Whether something came before the time was over.
        fn sleep(&self, time: Option<&Timespec>) -> io::Result<bool> {
            loop {
                let mut fds = [PollFd::from_borrowed_fd(self.events.as_fd(), PollFlags::IN)];
                match poll(&mut fds, time) {
                    Ok(ready) => return Ok(ready > 0),
                    Err(rustix::io::Errno::INTR) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }

        fn drain(&self) {
            let mut room = [MaybeUninit::uninit(); 4096];
            let mut events = inotify::Reader::new(&self.events, &mut room);
            while events.next().is_ok() {}
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod imp {
    use std::io;
    use std::path::Path;

    #[derive(Debug)]
    pub(super) struct Watch;

    impl Watch {
        pub(super) fn new(_: &Path) -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        pub(super) fn wait(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::Unsupported.into())
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn changes_are_told_in_folders_that_came_later_too() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("one")).unwrap();
        let mut watch = Watch::new(dir.path()).unwrap();
        // Each of these would wait for ever if nothing were told.
        fs::write(dir.path().join("one/10-a.md"), "a").unwrap();
        watch.wait().unwrap();
        fs::create_dir(dir.path().join("two")).unwrap();
        watch.wait().unwrap();
        fs::write(dir.path().join("two/.new"), "b").unwrap();
        fs::rename(dir.path().join("two/.new"), dir.path().join("two/10-b.md")).unwrap();
        watch.wait().unwrap();
        fs::remove_file(dir.path().join("one/10-a.md")).unwrap();
        watch.wait().unwrap();
    }

    #[test]
    fn what_is_no_folder_cannot_be_watched() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Watch::new(&dir.path().join("none")).is_err());
    }
}
