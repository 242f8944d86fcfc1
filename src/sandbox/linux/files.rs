//! Landlock: which files a program may open, and whom it may signal.

use std::io;
use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset,
    RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetStatus, Scope,
};

use super::super::places::{Places, around};

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

/// Lets this process and all that it starts open nothing but `places` and the scratch folder; with `shared` also `/dev/shm`,
/// which must then be the run's own.
pub(super) fn confine(places: &Places, scratch: &Path, shared: bool) -> io::Result<()> {
    let all = AccessFs::from_all(NEWEST);
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(all)
        .and_then(|rules| rules.scope(Scope::from_all(NEWEST)))
        .and_then(Ruleset::create)
        .map_err(io::Error::other)?;
    let read = AccessFs::from_read(NEWEST);
    let read_only = AccessFs::ReadFile | AccessFs::ReadDir;
    let use_device = AccessFs::ReadFile | AccessFs::WriteFile;
    for path in &places.software {
        rules = allow(rules, path, read)?;
    }
    for path in Places::devices() {
        rules = allow(rules, path, use_device)?;
    }
    for path in Places::own_proc() {
        rules = allow(rules, &path, read_only)?;
    }
    // Sockets in a scratch folder are the program's own.
    rules = allow(rules, around(scratch), all)?;
    if shared {
        rules = allow(rules, Path::new("/dev/shm"), all)?;
    }
    let status = rules.restrict_self().map_err(io::Error::other)?;
    match status.ruleset {
        RulesetStatus::NotEnforced => Err(io::Error::other("the kernel has no Landlock")),
        RulesetStatus::FullyEnforced | RulesetStatus::PartiallyEnforced => Ok(()),
    }
}

/// Adds a rule; a path that is not there needs none.
fn allow(
    rules: RulesetCreated,
    path: &Path,
    access: BitFlags<AccessFs>,
) -> io::Result<RulesetCreated> {
    let Ok(place) = PathFd::new(path) else { return Ok(rules) };
    // What only means something for folders is refused in a rule for a file.
    let access = if path.is_dir() { access } else { access & AccessFs::from_file(NEWEST) };
    rules.add_rule(PathBeneath::new(place, access)).map_err(io::Error::other)
}
