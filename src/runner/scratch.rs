//! The host's private folder: a link that makes the worker a `python3`, and one fresh folder a run.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, symlink};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::sys::wipe::wipe;

/// What the names of private folders begin with.
const PREFIX: &str = "pykata-";

/// A file that a host keeps locked as long as it lives.
const OWNER: &str = "owner";

/// The private folder; goes with its owner.
#[derive(Debug)]
pub(crate) struct Scratch {
    root: TempDir,
    /// Locked; the system unlocks it when this process ends, however it ends.
    _owner: File,
    count: u64,
}

impl Scratch {
    /// Makes the folder below `parent`, with its link to the worker, and takes away what killed hosts left there.
    pub(crate) fn new(parent: &Path, worker: &Path) -> io::Result<Self> {
        let root = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent)?;
        let owner = locked_owner(root.path())?;
        symlink(worker, root.path().join("python3"))?;
        let scratch = Self { root, _owner: owner, count: 0 };
        scratch.sweep(parent);
        Ok(scratch)
    }

    /// Takes away the folders of hosts that were killed. A failure costs room, not work.
    fn sweep(&self, parent: &Path) {
        let Ok(own) = fs::symlink_metadata(self.root.path()) else { return };
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            let named = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
            if named && is_left(&entry.path(), own.uid()) {
                let _ = wipe(&entry.path());
                let _ = fs::remove_dir(entry.path());
            }
        }
    }

    /// What a program's `sys.executable` is.
    pub(crate) fn python(&self) -> PathBuf {
        self.root.path().join("python3")
    }

    /// An empty folder for a run; `mounted` is where the worker mounts one itself.
    pub(crate) fn for_run(&mut self, mounted: Option<&str>) -> io::Result<RunFolder> {
        if let Some(path) = mounted {
            return Ok(RunFolder { scratch: path.into(), outer: None });
        }
        self.count += 1;
        let outer = self.root.path().join(format!("run-{}", self.count));
        let scratch = outer.join("scratch");
        DirBuilder::new().mode(0o700).create(&outer)?;
        DirBuilder::new().mode(0o700).create(&scratch)?;
        Ok(RunFolder { scratch, outer: Some(outer) })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left of it holds nobody's work.
        let _ = wipe(self.root.path());
        let _ = fs::remove_dir(self.root.path());
    }
}

/// Makes the owner's file. It has its name only once it is locked, lest another host takes the folder for left.
fn locked_owner(folder: &Path) -> io::Result<File> {
    let unnamed = folder.join("owner.new");
    let owner = File::create_new(&unnamed)?;
    // A file system that knows no locks refuses the other host's too, which then takes nothing for left.
    let _ = owner.lock();
    fs::rename(unnamed, folder.join(OWNER))?;
    Ok(owner)
}

/// Whether a folder is a host's of this user, and that host is gone.
fn is_left(folder: &Path, user: u32) -> bool {
    let ours = fs::symlink_metadata(folder).is_ok_and(|it| it.is_dir() && it.uid() == user);
    ours && File::open(folder.join(OWNER)).is_ok_and(|owner| owner.try_lock().is_ok())
}

/// The folder of one run; goes with its owner.
#[derive(Debug)]
pub(crate) struct RunFolder {
    scratch: PathBuf,
    /// The folder around it on the host's disk; one that is mounted goes with the run.
    outer: Option<PathBuf>,
}

impl RunFolder {
    pub(crate) fn path(&self) -> &Path {
        &self.scratch
    }

    /// Whether there is anything to remove.
    pub(crate) fn is_on_disk(&self) -> bool {
        self.outer.is_some()
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        if let Some(outer) = &self.outer {
            // The next run has a folder of its own in any case.
            let _ = wipe(outer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_killed_hosts_folder_goes_with_the_next_start_and_no_other_does() {
        let parent = tempfile::tempdir().unwrap();
        let alive = Scratch::new(parent.path(), Path::new("/worker")).unwrap();
        let left = parent.path().join("pykata-left");
        fs::create_dir_all(left.join("run-1/deep")).unwrap();
        fs::write(left.join(OWNER), "").unwrap();
        let nobodys = parent.path().join("pykata-nobodys");
        fs::create_dir(&nobodys).unwrap();
        symlink(&nobodys, parent.path().join("pykata-link")).unwrap();

        let next = Scratch::new(parent.path(), Path::new("/worker")).unwrap();
        assert!(!left.exists());
        assert!(alive.python().is_symlink() && next.python().is_symlink());
        assert!(nobodys.is_dir() && parent.path().join("pykata-link").is_symlink());
    }
}
