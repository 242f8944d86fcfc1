//! What a program may see of the file system: one list, from which the namespace's tree is built and Landlock's rules are
//! made, so that the two never differ.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders of the system's own software, of which each that exists may be read and run.
const SYSTEM: &[&str] = &[
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/etc/alternatives",
    "/nix/store",
    "/gnu/store",
    "/sys/devices/system/cpu",
];

/// What the system's settings lie in, in a tree of a run's own.
pub const SETTINGS_FOLDER: &str = "/etc";

/// The system's settings that a standard library looks at. None names a user or holds a secret.
const SETTINGS: &[&str] = &[
    "/etc/gai.conf",
    "/etc/host.conf",
    "/etc/hosts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/nsswitch.conf",
    "/etc/os-release",
    "/etc/protocols",
    "/etc/services",
];

/// Devices that hold nothing.
const DEVICES: &[&str] = &["/dev/full", "/dev/null", "/dev/random", "/dev/urandom", "/dev/zero"];

/// What the program sees of `/proc`: of itself alone, and no more of itself than programs ask for.
const OWN_PROC: &[&str] =
    &["cmdline", "comm", "fd", "fdinfo", "limits", "maps", "stat", "statm", "status", "task"];

/// What a program may see, by path.
#[derive(Debug, Clone)]
pub struct Places {
    /// Read and run.
    pub software: Vec<PathBuf>,
    /// Read.
    pub settings: Vec<PathBuf>,
    /// The host's private folder, in which scratch folders lie, and the link that makes the worker a `python3`.
    pub private: PathBuf,
}

impl Places {
    /// The system's software and settings, a Python's home, the worker itself, and the host's private folder: what there is of
    /// them.
    #[must_use]
    pub fn new(home: &Path, worker: &Path, private: &Path) -> Self {
        let own = [home.to_owned(), worker.to_owned()];
        let mut software: Vec<PathBuf> = Vec::new();
        for path in SYSTEM.iter().map(PathBuf::from).chain(own).chain(loaded_libraries()) {
            // What lies in a folder that is there already needs no mention.
            if path.exists() && !software.iter().any(|known| path.starts_with(known)) {
                software.push(path);
            }
        }
        let settings = SETTINGS.iter().map(PathBuf::from).filter(|path| path.exists()).collect();
        Self { software, settings, private: private.to_owned() }
    }

    /// The devices, read and written.
    pub fn devices() -> impl Iterator<Item = &'static Path> {
        DEVICES.iter().map(Path::new).filter(|path| path.exists())
    }

    /// The entries of `/proc/self` that a program may read.
    pub fn own_proc() -> impl Iterator<Item = PathBuf> {
        OWN_PROC.iter().map(|name| Path::new("/proc/self").join(name))
    }

    /// Where a run's scratch folder is mounted in a tree of its own.
    #[must_use]
    pub fn mounted_scratch(&self) -> PathBuf {
        self.private.join("run/scratch")
    }
}

/// The folders of the libraries that this process was loaded with: another may need their neighbours.
fn loaded_libraries() -> Vec<PathBuf> {
    let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
    let files = maps.lines().filter_map(|line| line.find('/').map(|at| Path::new(&line[at..])));
    let libraries = files.filter(|file| file.to_string_lossy().contains(".so"));
    libraries.filter_map(Path::parent).map(Path::to_owned).collect()
}

/// The folder around a scratch folder, the run's own like it.
#[must_use]
pub fn around(scratch: &Path) -> &Path {
    scratch.parent().unwrap_or(scratch)
}
