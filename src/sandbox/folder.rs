//! How much a run's files take where no file system of their own ends them: those in its scratch folder, and those that have
//! no name any more and are still open.
//!
//! The walk goes by names relative to where it stands, so that no path is too long for it, and looks at so many entries at most:
//! it has to keep up with a program that makes them.

use std::collections::HashSet;
use std::env;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use libc::pid_t;

/// How many entries one look takes in.
const ENTRIES: usize = 20_000;

/// What `st_blocks` counts in, in bytes.
const BLOCK: u64 = 512;

/// The bytes that a folder and the nameless open files of some processes take on disk. Changes this process's working folder.
#[must_use]
pub(super) fn taken(folder: &Path, processes: &[pid_t]) -> u64 {
    let Ok(own) = fs::metadata(folder) else { return 0 };
    let nameless: u64 = nameless(processes, own.dev());
    nameless + if env::set_current_dir(folder).is_ok() { walk() } else { 0 }
}

/// Adds up what is below the working folder. What changes underfoot is counted or not, as it happens.
fn walk() -> u64 {
    let mut sum = 0;
    let mut left = ENTRIES;
    // For each level: the folders that are still to be entered.
    let mut open: Vec<Vec<OsString>> = vec![list(&mut sum, &mut left)];
    while let Some(level) = open.last_mut() {
        match level.pop() {
            Some(name) if left > 0 => {
                if env::set_current_dir(&name).is_ok() {
                    open.push(list(&mut sum, &mut left));
                }
            }
            _ => {
                open.pop();
                if env::set_current_dir("..").is_err() {
                    break;
                }
            }
        }
    }
    sum
}

/// Adds the entries of the working folder, and gives the folders among them.
fn list(sum: &mut u64, left: &mut usize) -> Vec<OsString> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(".").into_iter().flatten().flatten() {
        if *left == 0 {
            break;
        }
        *left -= 1;
        let Ok(about) = entry.metadata() else { continue };
        *sum += size(&about);
        if about.is_dir() {
            folders.push(entry.file_name());
        }
    }
    folders
}

/// What files take that some process has open on a device and that no folder names.
fn nameless(processes: &[pid_t], device: u64) -> u64 {
    let mut seen = HashSet::new();
    let mut sum = 0;
    for pid in processes {
        let folder = PathBuf::from(format!("/proc/{pid}/fd"));
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let Ok(about) = fs::metadata(entry.path()) else { continue };
            if about.is_file()
                && about.nlink() == 0
                && about.dev() == device
                && seen.insert(about.ino())
            {
                sum += size(&about);
            }
        }
    }
    sum
}

fn size(about: &Metadata) -> u64 {
    about.blocks() * BLOCK
}
