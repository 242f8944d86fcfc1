//! Landlock: which files a program may open, and whom it may signal.

use std::io;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset,
    RulesetAttr, RulesetCreatedAttr, RulesetStatus, Scope,
};

use super::super::places::{Places, SETTINGS_FOLDER, around};

/// The newest interface that we know; the kernel grants of it what it has.
const NEWEST: ABI = ABI::V9;

/// The interface that scopes signals and abstract sockets.
const SCOPES: i32 = 6;

/// The version of the kernel's Landlock; nothing where it has none, or has it switched off.
#[expect(unsafe_code, reason = "the crate hides the number, and the doctor wants it")]
pub(super) fn version() -> Option<i32> {
    const VERSION: u32 = 1;
    // SAFETY: with this flag the call takes nothing and gives a number.
    let version = unsafe {
        libc::syscall(libc::SYS_landlock_create_ruleset, std::ptr::null::<u8>(), 0usize, VERSION)
    };
    i32::try_from(version).ok().filter(|version| *version > 0)
}

/// Whether the kernel's Landlock keeps signals inside.
pub(super) fn scopes_signals() -> bool {
    version().is_some_and(|version| version >= SCOPES)
}

/// Lets this process and all that it starts open nothing at all.
pub(super) fn confine_to_nothing() -> io::Result<()> {
    let ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))
        .and_then(|rules| rules.scope(Scope::from_all(NEWEST)))
        .and_then(Ruleset::create)
        .map_err(io::Error::other)?;
    ruleset.restrict_self().map(|_| ()).map_err(io::Error::other)
}

/// What a program may open, worked out once for all runs.
#[derive(Debug)]
pub(super) struct Rules(Vec<(PathBuf, BitFlags<AccessFs>)>);

impl Rules {
    /// The rules for a tree of the zygote's own, or for the machine's.
    pub(super) fn new(places: &Places, own_tree: bool) -> Self {
        let read = AccessFs::from_read(NEWEST);
        let all = AccessFs::from_all(NEWEST);
        let read_only = AccessFs::ReadFile | AccessFs::ReadDir;
        let device = AccessFs::ReadFile | AccessFs::WriteFile;
        let for_kind = |path: &Path, access: BitFlags<AccessFs>| {
            // What only means something for folders is refused in a rule for a file.
            let access = if path.is_dir() { access } else { access & AccessFs::from_file(NEWEST) };
            (path.to_owned(), access)
        };
        let mut rules: Vec<_> = places.software.iter().map(|path| for_kind(path, read)).collect();
        rules.extend(Places::devices().map(|path| (path.to_owned(), device)));
        if own_tree {
            // Nothing else is in these folders.
            rules.push((SETTINGS_FOLDER.into(), read_only));
            rules.push(("/dev/shm".into(), all));
            rules.push(("/dev/pts".into(), device | AccessFs::ReadDir | AccessFs::IoctlDev));
        } else {
            rules.extend(places.settings.iter().map(|path| for_kind(path, read_only)));
        }
        rules.extend(Places::own_proc().map(|path| for_kind(&path, read_only)));
        Self(rules)
    }

    /// Lets this process and all that it starts open nothing but what the rules say, and the folder around a scratch folder.
    pub(super) fn confine(&self, scratch: &Path) -> io::Result<()> {
        let all = AccessFs::from_all(NEWEST);
        let mut ruleset = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(all)
            .and_then(|rules| rules.scope(Scope::from_all(NEWEST)))
            .and_then(Ruleset::create)
            .map_err(io::Error::other)?;
        // Sockets in a scratch folder are the program's own.
        let own = (around(scratch).to_owned(), all);
        for (path, access) in self.0.iter().chain([&own]) {
            // What is not there needs no rule.
            if let Ok(place) = PathFd::new(path) {
                let rule = PathBeneath::new(place, *access);
                ruleset = ruleset.add_rule(rule).map_err(io::Error::other)?;
            }
        }
        let status = ruleset.restrict_self().map_err(io::Error::other)?;
        match status.ruleset {
            RulesetStatus::NotEnforced => Err(io::Error::other("the kernel has no Landlock")),
            RulesetStatus::FullyEnforced | RulesetStatus::PartiallyEnforced => Ok(()),
        }
    }
}
