//! The host's private folder: a link that makes the worker a `python3`, and one fresh folder a run.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, symlink};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::sys::wipe::wipe;

/// The private folder; goes with its owner.
#[derive(Debug)]
pub(crate) struct Scratch {
    root: TempDir,
    count: u64,
}

impl Scratch {
    /// Makes the folder below `parent`, with its link to the worker.
    pub(crate) fn new(parent: &Path, worker: &Path) -> io::Result<Self> {
        let root = tempfile::Builder::new().prefix("pykata-").tempdir_in(parent)?;
        symlink(worker, root.path().join("python3"))?;
        Ok(Self { root, count: 0 })
    }

    /// What a program's `sys.executable` is.
    pub(crate) fn python(&self) -> PathBuf {
        self.root.path().join("python3")
    }

    /// Makes an empty folder for a run.
    pub(crate) fn for_run(&mut self) -> io::Result<RunFolder> {
        self.count += 1;
        let path = self.root.path().join(format!("run-{}", self.count));
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(RunFolder(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left of it holds nobody's work.
        let _ = wipe(self.root.path());
        let _ = fs::remove_dir(self.root.path());
    }
}

/// The folder of one run; goes with its owner.
#[derive(Debug)]
pub(crate) struct RunFolder(PathBuf);

impl RunFolder {
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        // The next run has a folder of its own in any case.
        let _ = wipe(&self.0);
    }
}
