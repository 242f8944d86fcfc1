//! The layers of Linux: namespaces with a tree of their own, Landlock, seccomp, no capabilities.

mod files;
mod filter;
mod namespaces;
mod privileges;
mod probe;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use libc::pid_t;

use self::files::Rules;
use self::filter::{Filter, Gaps};
use self::probe::Outside;
use super::limits;
use super::places::{Places, around};
use crate::protocol::Level;
use crate::protocol::messages::{Caps, Tried};

/// What a probe's run is granted.
const PROBE_CAPS: Caps = Caps { memory_bytes: 1 << 30, file_bytes: 1 << 20, tasks: 8 };

/// A step that failed, and why.
#[derive(Debug)]
pub(super) struct Step {
    what: String,
}

impl Step {
    /// Names a step whose call the system refused.
    fn at(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |error| Self { what: format!("failed to {what}: {error}") }
    }

    fn said(what: String) -> Self {
        Self { what }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

/// What is put on each run of a zygote.
#[derive(Debug)]
pub(super) struct Layers {
    level: Level,
    places: Places,
    rules: Rules,
    filter: Option<Filter>,
    /// Whether signals need a filter that knows each run's init.
    guards_init: bool,
    protected: Vec<i32>,
}

impl Layers {
    /// Prepares a level's layers; nothing is put on yet.
    pub(super) fn prepare(level: Level, places: &Places) -> Result<Self, Step> {
        let protected = vec![own_pid(), std::os::unix::process::parent_id().cast_signed()];
        let filter = match level {
            Level::LimitsOnly => None,
            Level::Full => Some(Filter::compile(None)),
            Level::Confined => Some(Filter::compile(Some(&Gaps { protected: protected.clone() }))),
        };
        let filter = filter.transpose().map_err(Step::at("compile a system call filter"))?;
        let rules = Rules::new(places, level == Level::Full);
        if level > Level::LimitsOnly && files::version().is_none() {
            return Err(Step::said("the kernel has no Landlock, or has it switched off".into()));
        }
        let guards_init = level == Level::Confined && !files::scopes_signals();
        Ok(Self { level, places: places.clone(), rules, filter, guards_init, protected })
    }

    /// Puts this process into the namespaces of its level. It must have one thread.
    pub(super) fn enter(&self) -> Result<(), Step> {
        if self.level == Level::Full { namespaces::enter(&self.places) } else { Ok(()) }
    }

    /// Forks the process that is to be a run's init.
    pub(super) fn fork_init(&self) -> io::Result<pid_t> {
        let spaces = if self.level == Level::Full { libc::CLONE_NEWPID } else { 0 };
        fork(spaces)
    }

    /// Furnishes a run, in its init: mounts, then no more powers.
    pub(super) fn furnish(&self, scratch: &Path, caps: &Caps) -> io::Result<()> {
        if self.level == Level::Full {
            namespaces::furnish(scratch, caps)?;
        }
        privileges::give_up()
    }

    /// Confines this process, which is to be the program; `init` is its parent.
    pub(super) fn confine(&self, scratch: &Path, caps: &Caps, init: pid_t) -> io::Result<()> {
        limits::apply(caps)?;
        privileges::give_up()?;
        let Some(filter) = &self.filter else { return Ok(()) };
        if self.level == Level::Full {
            limits::bound_tasks(caps.tasks)?;
        }
        self.rules.confine(scratch)?;
        if self.guards_init {
            let protected = self.protected.iter().copied().chain([init]).collect();
            return Filter::compile(Some(&Gaps { protected }))?.apply();
        }
        filter.apply()
    }

    /// Tries, in a child, what its programs must not be able to do; `meanwhile` is called while that goes on.
    pub(super) fn probe(&self, meanwhile: &mut dyn FnMut()) -> Result<Vec<Tried>, Step> {
        let private = &self.places.private;
        let outside = Outside::new(private).map_err(Step::at("prepare a probe"))?;
        let own = private.join("probe-run/scratch");
        let _ = std::fs::create_dir_all(&own);
        let set_up = || self.become_program(&own);
        let found = probe::probe(&outside, PROBE_CAPS.file_bytes, set_up, meanwhile);
        let _ = std::fs::remove_dir(&own).and_then(|()| std::fs::remove_dir(around(&own)));
        found
    }

    /// Goes the way of a program, from a zygote's beginning to the moment before it runs.
    fn become_program(&self, own: &Path) -> Result<PathBuf, Step> {
        self.enter()?;
        let scratch =
            if self.level == Level::Full { self.places.mounted_scratch() } else { own.to_owned() };
        probe::go_on_in_child(|| self.fork_init()).map_err(Step::at("fork an init"))?;
        self.furnish(&scratch, &PROBE_CAPS).map_err(Step::at("furnish a run"))?;
        let init = own_pid();
        probe::go_on_in_child(|| fork(0)).map_err(Step::at("fork a program"))?;
        self.confine(&scratch, &PROBE_CAPS, init).map_err(Step::at("confine a program"))?;
        Ok(scratch)
    }
}

/// Takes from this process, as far as the kernel lets, every file, every socket but those it has, every capability, and its
/// parent as a target of signals.
pub(super) fn shut_in() {
    let protected = vec![std::os::unix::process::parent_id().cast_signed()];
    let _ = privileges::give_up();
    let _ = files::confine_to_nothing();
    let _ = Filter::compile(Some(&Gaps { protected })).and_then(|filter| filter.apply());
}

fn own_pid() -> pid_t {
    std::process::id().cast_signed()
}

/// Forks, into new namespaces if any; this process must have one thread.
#[expect(unsafe_code, reason = "std forks only to start another program")]
fn fork(spaces: libc::c_int) -> io::Result<pid_t> {
    let flags = libc::c_long::from(libc::SIGCHLD | spaces);
    // SAFETY: without a stack of its own the child goes on with a copy of this one, as after a fork; there is one thread.
    let pid = unsafe {
        if spaces == 0 {
            libc::c_long::from(libc::fork())
        } else {
            libc::syscall(libc::SYS_clone, flags, 0, 0, 0, 0)
        }
    };
    match pid_t::try_from(pid) {
        Ok(pid) if pid >= 0 => Ok(pid),
        _ => Err(io::Error::last_os_error()),
    }
}
