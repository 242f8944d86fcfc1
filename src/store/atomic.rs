//! The file layer: the few calls that saving is made of, behind a trait so that tests can make each of them fail.
//!
//! No call here follows a link at the end of a path, and none reads what is not a regular file. What is learnt or drafted
//! is not known here.

use std::collections::hash_map::RandomState;
use std::ffi::OsString;
use std::fmt::Debug;
use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher as _, Hasher as _};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How old a temporary file of an owner that cannot be asked must be to be removed.
const STRAY_AGE: Duration = Duration::from_hours(24);

/// The calls that saving is made of.
pub trait Files: Debug + Send {
    /// Creates a file that only its owner can read, to be appended to; fails where anything of that name is.
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn Writing>>;
    /// Reads a regular file of at most `cap` bytes.
    fn read(&self, path: &Path, cap: u64) -> Result<Vec<u8>, ReadFault>;
    /// The names in a folder, in no order.
    fn list(&self, folder: &Path) -> io::Result<Vec<OsString>>;
    /// Whether this is a folder, and not a link to one.
    fn is_folder(&self, path: &Path) -> bool;
    /// When a file was last changed.
    fn modified(&self, path: &Path) -> io::Result<SystemTime>;
    /// Creates a folder that only its owner can enter.
    fn create_folder(&self, path: &Path) -> io::Result<()>;
    /// Moves a file, over another where there is one.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Gives a file a second name; fails where anything of that name is.
    fn link(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Brings the names of a folder to the disk.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;
}

/// A file that is being written.
pub trait Writing: Debug + Send {
    /// Writes some of the bytes, and says how many.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;
    /// Brings what was written to the disk. After a failure nothing may be written here again: the system may have
    /// dropped the data and forgotten the error.
    fn sync(&mut self) -> io::Result<()>;
}

/// Why a file was not read.
#[derive(Debug)]
pub enum ReadFault {
    /// There is none.
    Missing,
    /// It is a folder, a link, a pipe or a device.
    NotAFile,
    /// It is larger than the cap.
    TooLarge,
    /// The system refused.
    Io(io::Error),
}

/// The file system itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl Files for Disk {
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn Writing>> {
        let file = OpenOptions::new().append(true).create_new(true).mode(0o600).open(path)?;
        Ok(Box::new(Open(file)))
    }

    fn read(&self, path: &Path, cap: u64) -> Result<Vec<u8>, ReadFault> {
        // Looked at before it is opened, since opening a pipe would wait for a writer; and after, in case it was changed.
        let before = fs::symlink_metadata(path).map_err(ReadFault::from)?;
        if !before.is_file() {
            return Err(ReadFault::NotAFile);
        }
        if before.len() > cap {
            return Err(ReadFault::TooLarge);
        }
        let file = File::open(path).map_err(ReadFault::from)?;
        let opened = file.metadata().map_err(ReadFault::from)?;
        if !opened.is_file() || opened.ino() != before.ino() || opened.dev() != before.dev() {
            return Err(ReadFault::NotAFile);
        }
        let mut bytes = Vec::with_capacity(usize::try_from(opened.len().min(cap)).unwrap_or(0));
        file.take(cap + 1).read_to_end(&mut bytes).map_err(ReadFault::from)?;
        if bytes.len() as u64 > cap { Err(ReadFault::TooLarge) } else { Ok(bytes) }
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect()
    }

    fn is_folder(&self, path: &Path) -> bool {
        fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
    }

    fn modified(&self, path: &Path) -> io::Result<SystemTime> {
        fs::symlink_metadata(path)?.modified()
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        fs::DirBuilder::new().mode(0o700).create(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::hard_link(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        match File::open(path)?.sync_all() {
            // Some network file systems cannot, and say so in this way; there is nothing more to be done there.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
            other => other,
        }
    }
}

#[derive(Debug)]
struct Open(File);

impl Writing for Open {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        // Its size is brought to the disk too, as far as reading it back needs that. A close after it has nothing left to
        // report, not even on NFS.
        self.0.sync_data()
    }
}

impl From<io::Error> for ReadFault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::IsADirectory => Self::NotAFile,
            _ => Self::Io(error),
        }
    }
}

/// Writes all bytes in as few calls as the system lets it.
pub fn write_all(file: &mut dyn Writing, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match file.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(n) => bytes = bytes.get(n..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Makes sure of a folder and of those above it, each brought to the disk.
pub fn ensure_folder(files: &dyn Files, folder: &Path) -> io::Result<()> {
    if files.is_folder(folder) {
        return Ok(());
    }
    let Some(parent) = folder.parent() else { return Err(io::ErrorKind::NotFound.into()) };
    ensure_folder(files, parent)?;
    match files.create_folder(folder) {
        // Another instance was quicker; or the learner has put a link to a folder there, which is as good.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
        Ok(()) => files.sync_folder(parent),
    }
}

/// One instance of the program, named unlike any other: by host, process and a random number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    name: String,
    next: u64,
}

impl Instance {
    /// Makes up a name.
    #[must_use]
    pub fn new() -> Self {
        // Seeded by the system, which is as random as a name needs; a file of that name is never overwritten anyway.
        let random = RandomState::new().build_hasher().finish();
        Self { name: format!("{}-{}-{random:016x}", host(), std::process::id()), next: 0 }
    }

    /// `host-pid-random`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The next name for a temporary file in a folder.
    pub fn temporary(&mut self, folder: &Path) -> PathBuf {
        self.next += 1;
        folder.join(format!(".{}.{}.tmp", self.name, self.next))
    }
}

impl Default for Instance {
    fn default() -> Self {
        Self::new()
    }
}

fn host() -> String {
    let raw = fs::read_to_string("/proc/sys/kernel/hostname")
        .or_else(|_| fs::read_to_string("/etc/hostname"))
        .unwrap_or_default();
    let name: String = raw.trim().chars().filter(char::is_ascii_alphanumeric).take(24).collect();
    if name.is_empty() { "host".to_owned() } else { name.to_lowercase() }
}

/// The instance in the name of a temporary file; none if the file is not one of ours.
#[must_use]
pub fn owner_of_temporary(name: &str) -> Option<&str> {
    let (owner, number) = name.strip_prefix('.')?.strip_suffix(".tmp")?.rsplit_once('.')?;
    (is_instance(owner) && number.bytes().all(|b| b.is_ascii_digit())).then_some(owner)
}

/// Whether something is named as an instance is.
#[must_use]
pub fn is_instance(name: &str) -> bool {
    let mut parts = name.splitn(3, '-');
    let host = parts.next().is_some_and(|part| part.bytes().all(|b| b.is_ascii_alphanumeric()));
    let pid = parts.next().is_some_and(|part| part.parse::<u32>().is_ok());
    let random = parts
        .next()
        .is_some_and(|part| part.len() == 16 && part.bytes().all(|b| b.is_ascii_hexdigit()));
    host && pid && random
}

/// Whether the instance that left a file behind is surely gone: its process is not there on this host, or the file was
/// not touched for a day.
#[must_use]
pub fn is_stray(files: &dyn Files, path: &Path, owner: &str) -> bool {
    let mut parts = owner.splitn(3, '-');
    let here = parts.next() == Some(&*host());
    let pid = parts.next().and_then(|pid| pid.parse::<u32>().ok());
    if let Some(pid) = pid.filter(|_| here && Path::new("/proc/self").exists())
        && !Path::new(&format!("/proc/{pid}")).exists()
    {
        return true;
    }
    let age = files.modified(path).ok().and_then(|then| then.elapsed().ok());
    age.is_some_and(|age| age > STRAY_AGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_temporary_files_are_known_as_such() {
        let mut instance = Instance::new();
        let path = instance.temporary(Path::new("/x"));
        let name = path.file_name().unwrap().to_str().unwrap();
        assert_eq!(owner_of_temporary(name), Some(instance.name()));
        for other in
            [".a.tmp", "notes.tmp", ".host-1-2.3.tmp", ".swp", ".x-y-0123456789abcdef.1.tmp"]
        {
            assert_eq!(owner_of_temporary(other), None, "{other}");
        }
    }

    #[test]
    fn two_instances_in_one_process_have_two_names() {
        assert_ne!(Instance::new().name(), Instance::new().name());
    }

    #[test]
    fn what_is_not_a_regular_file_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/etc/hostname", &link).unwrap();
        assert!(matches!(Disk.read(&link, 100), Err(ReadFault::NotAFile)));
        assert!(matches!(Disk.read(folder.path(), 100), Err(ReadFault::NotAFile)));
        assert!(matches!(Disk.read(&folder.path().join("none"), 100), Err(ReadFault::Missing)));
    }
}
