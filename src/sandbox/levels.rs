//! Which level a zygote's programs run at, decided by trying.
//!
//! A level counts only when a process that was set up for it, the very way a program is, was refused every act that the level
//! promises to refuse.

use std::io;
use std::path::{Path, PathBuf};

use libc::pid_t;

#[cfg(target_os = "linux")]
use super::linux::Layers;
#[cfg(not(target_os = "linux"))]
use super::other::Layers;
use super::places::Places;
use crate::protocol::Level;
use crate::protocol::messages::{Act, Caps, Declined, Tried};

/// The levels, the strongest first.
const LEVELS: [Level; 3] = [Level::Full, Level::Confined, Level::LimitsOnly];

/// What is put on each run of a zygote.
#[derive(Debug)]
pub struct Sandbox {
    level: Level,
    layers: Layers,
    mounted_scratch: Option<PathBuf>,
    /// What a probe tried, and what came of it.
    pub tried: Vec<Tried>,
    /// The stronger levels that this system does not grant, and why.
    pub declined: Vec<Declined>,
}

impl Sandbox {
    /// Takes the strongest level that holds, or the one that is wanted and no other, and puts this process, which is to be a
    /// zygote and must have one thread, into its namespaces. `meanwhile` is called while a child tries each level, so that
    /// this process need not wait for it idly.
    pub fn set_up(
        wanted: Option<Level>,
        places: &Places,
        meanwhile: &mut dyn FnMut(),
    ) -> Result<Self, Declined> {
        let mut declined = Vec::new();
        for level in LEVELS.into_iter().filter(|level| wanted.is_none_or(|only| only == *level)) {
            match try_level(level, places, meanwhile) {
                Ok((layers, tried)) => {
                    let mounted_scratch = (level == Level::Full).then(|| places.mounted_scratch());
                    return Ok(Self { level, layers, mounted_scratch, tried, declined });
                }
                Err(why) => declined.push(Declined { level, why }),
            }
        }
        let nothing = || Declined { level: Level::LimitsOnly, why: "no level is left".into() };
        Err(declined.into_iter().next().unwrap_or_else(nothing))
    }

    /// The level.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level
    }

    /// Forks the process that is to be a run's init; 0 in that. This process must have one thread.
    pub fn fork_init(&self) -> io::Result<pid_t> {
        self.layers.fork_init()
    }

    /// Furnishes a run, in its init.
    pub fn furnish(&self, scratch: &Path, caps: &Caps) -> io::Result<()> {
        self.layers.furnish(scratch, caps)
    }

    /// Puts limits and layers on this process, which is to be the program; `init` is its parent.
    pub fn confine(&self, scratch: &Path, caps: &Caps, init: pid_t) -> io::Result<()> {
        self.layers.confine(scratch, caps, init)
    }

    /// Where each run has its scratch folder mounted, a file system of its own that ends a program which fills it. Without
    /// one the host makes a folder, and init has to look after it.
    #[must_use]
    pub fn mounted_scratch(&self) -> Option<&Path> {
        self.mounted_scratch.as_deref()
    }
}

/// Puts this process into a level, if that holds.
fn try_level(
    level: Level,
    places: &Places,
    meanwhile: &mut dyn FnMut(),
) -> Result<(Layers, Vec<Tried>), String> {
    let layers = Layers::prepare(level, places).map_err(|why| why.to_string())?;
    let tried = layers.probe(meanwhile).map_err(|why| why.to_string())?;
    if let Some(open) = tried.iter().find(|tried| !tried.refused && promises(level, tried.act)) {
        return Err(format!("a probe that was set up for it could still {}", open.act.words()));
    }
    layers.enter().map_err(|why| why.to_string())?;
    Ok((layers, tried))
}

/// Whether a level promises that an act is refused.
fn promises(level: Level, act: Act) -> bool {
    match level {
        Level::Full => true,
        // Without mounts the folder has no end of its own; init looks after it.
        Level::Confined => act != Act::FillDisk,
        Level::LimitsOnly => false,
    }
}
