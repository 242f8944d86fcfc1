//! `pykata [LESSON]`: the tutor itself.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use super::failure::Failure;
use super::run::ClockName;
use super::{PackOption, SandboxOption, context, workers};
use crate::analysis::facts;
use crate::analysis::types::LessonTypes;
use crate::domain::course::{Pack, StepRef};
use crate::domain::lesson::{MANIFEST, Parsed, nearest};
use crate::domain::place::Place;
use crate::domain::problem::{Problem, Severity};
use crate::domain::run::{Clock, Limits, Observation, RunSpec};
use crate::runner::{Door, Execute, Reader, RunEvent, Supervisor};
use crate::store::folders::Folders;
use crate::store::state::Store;
use crate::store::watch::Watch;
use crate::store::{builtin, pack};
use crate::tui::driver::{self, ExitReason, TuiConfig, TuiError};
use crate::tui::engine::{ReadTypes, SharedPack, Tutor};
use crate::tui::jobs::{Answers, Engine, Stop, WatchPack};
use crate::tui::msg::Msg;
use crate::tui::theme::ThemeName;

/// What is said of a pack that takes the built-in one's id.
const KEPT_APART: &str =
    "This is not the built-in pack, though it takes its id: what you do here is kept apart.";

/// What `pykata` takes without a command.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Where to begin: a lesson (decorators/closures) or a step (decorators/closures#run-later)
    lesson: Option<String>,
    /// Use the pack in this folder instead of the built-in one
    #[arg(long = "pack", value_name = "DIR")]
    pack: Option<PathBuf>,
    /// The colors: auto, dark, light, high-contrast, color-blind, ansi or plain
    #[arg(long, value_name = "NAME", value_parser = theme_name)]
    theme: Option<ThemeName>,
    /// The clock of programs: virtual, on which waiting costs nothing, or real; what is measured stays on the virtual one
    #[arg(long, value_name = "CLOCK")]
    clock: Option<ClockName>,
    #[command(flatten)]
    sandbox: SandboxOption,
}

/// Opens the tutor where the reader stopped, or where it is told to.
pub(super) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let option = PackOption { dir: options.pack.clone() };
    let course = context::load_pack(&option)?;
    let start = options.lesson.as_deref().map(|name| start(&course, name)).transpose()?;
    let (store, notices) = Store::open(&Folders::from_env());
    let notice = notices.iter().find(|notice| !notice.is_quiet());
    let mark = context::mark(&option, &course);
    let (settings, faults) = context::settings_and_faults();
    let notice = notice.map(|notice| notice.sentence().to_string()).or_else(|| {
        let apart = mark.is_foreign() && mark.id() == builtin::BUILTIN_ID;
        apart.then(|| KEPT_APART.to_owned())
    });
    let notice = notice.or_else(|| faults.into_iter().next());
    let theme = options.theme.or_else(|| ThemeName::parse(settings.theme.as_deref()?));
    let clock = options.clock.map(Clock::from).or(settings.clock).unwrap_or_default();
    let limits = settings.limits();
    let lent_limits = limits.clone();
    let pack = Arc::new(course);
    let course = SharedPack::from(Arc::clone(&pack));
    let watch = options.pack.clone().map(|folder| watching(folder, course.clone()));
    let sandbox = options.sandbox;
    let types = Arc::new(LessonTypes::beside_this_program());
    let lent = Arc::clone(&types);
    let door = Door::default();
    let mut reader = Reader::new(door.clone());
    let config = TuiConfig {
        pack,
        mark,
        store,
        theme: context::theme(theme),
        start,
        limits,
        engine: Box::new(move || engine(course, sandbox, lent, door, (clock, lent_limits))),
        read: Box::new(move |text| reader.read(text)),
        types,
        watch,
        notice,
    };
    match driver::run(config) {
        Ok(ExitReason::Quit | ExitReason::HungUp) => Ok(ExitCode::SUCCESS),
        Ok(ExitReason::Signal(signal)) => {
            Ok(ExitCode::from(u8::try_from(128 + signal).unwrap_or(1)))
        }
        Err(error @ TuiError::NoTerminal) => Err(Failure::usage("no-terminal", error)),
        Err(error) => Err(Failure::unable("terminal", format_args!("{error:#}"))),
    }
}

/// The lesson or the step that a name means; a lesson begins where the reader stopped in it.
fn start(pack: &Pack, name: &str) -> Result<StepRef, Failure> {
    if name.contains('#') {
        let (lesson, step) = context::step(pack, name)?;
        return Ok(StepRef::new(&*lesson.id, &*step.id));
    }
    let lesson = context::lesson(pack, name).map_err(|failure| match meant_command(name) {
        Some(hint) => failure.hint(hint),
        None => failure,
    })?;
    Ok(StepRef::new(&*lesson.id, ""))
}

/// What to write instead, where somebody means a command and not a lesson.
fn meant_command(name: &str) -> Option<String> {
    let commands = super::command_names();
    if commands.iter().any(|command| command == name) {
        return Some(format!("options come after the command: `pykata {name} …`"));
    }
    if name == "help" {
        return Some("`pykata --help` names the commands".to_owned());
    }
    let near = nearest(name, commands.iter().map(String::as_str))?;
    Some(format!("did you mean the command `pykata {near}`? `pykata --help` names them all"))
}

/// Starts what runs programs. Without a worker the tutor still reads, and every run says what is missing.
fn engine(
    course: SharedPack,
    sandbox: SandboxOption,
    checker: Arc<LessonTypes>,
    door: Door,
    (clock, limits): (Clock, Limits),
) -> (Box<dyn Engine>, Stop) {
    let made = workers::config(sandbox).and_then(Supervisor::new);
    let types: ReadTypes = Box::new(move |typed| checker.check(typed));
    match made {
        Ok(supervisor) => {
            let mut supervisor = supervisor.with_door(door);
            let interrupter = supervisor.interrupter();
            // A failure to start is told by the run that needs it.
            let _ = supervisor.start();
            let clocked = Clocked { inner: supervisor, clock };
            let tutor = Tutor::new(clocked, course, limits, facts::facts, types);
            (Box::new(tutor), Arc::new(move || interrupter.interrupt()))
        }
        Err(error) => {
            door.shut();
            let broken = Broken(format!("failed to prepare the worker: {error}"));
            let tutor = Tutor::new(broken, course, limits, facts::facts, types);
            (Box::new(tutor), Arc::new(|| {}))
        }
    }
}

/// Reads a pack anew whenever its files change, and sends it, or what is wrong with it now. Without a way to watch them it
/// is shown as it was.
fn watching(folder: PathBuf, course: SharedPack) -> WatchPack {
    Box::new(move |answers: Answers| {
        let Ok(mut watch) = Watch::new(&folder) else { return };
        // What is wrong from the beginning keeps no later change from being shown.
        let mut known: Option<Vec<Problem>> = None;
        loop {
            let (errors, pack) = reread(&folder);
            // Lines move while one writes: the file and the sentence tell a fault.
            let is_known = |error: &Problem, known: &[Problem]| {
                let same = |one: &Problem| {
                    one.place.file == error.place.file && one.message == error.message
                };
                known.iter().any(same)
            };
            let new =
                known.as_ref().and_then(|known| errors.iter().find(|it| !is_known(it, known)));
            if let Some(Problem { place, message, .. }) = new {
                let text = format!("{place}: {message}. The text before is kept.");
                answers.send(Msg::Noticed(text));
            } else {
                known = Some(errors);
                if let Some(pack) = pack.filter(|pack| pack.hash != course.now().hash) {
                    course.set(Arc::clone(&pack));
                    answers.send(Msg::Reloaded(pack));
                }
            }
            if watch.wait().is_err() {
                return;
            }
        }
    })
}

/// What is wrong with the pack in a folder, and the pack where it can be read.
fn reread(folder: &Path) -> (Vec<Problem>, Option<Arc<Pack>>) {
    match pack::load_dir(folder) {
        Ok(Parsed { pack, mut problems }) => {
            problems.retain(|problem| problem.severity == Severity::Error);
            (problems, pack.map(Arc::new))
        }
        Err(error) => (vec![Problem::error(Place::new(MANIFEST, 1, 1), error.to_string())], None),
    }
}

/// Has programs run on the clock that the reader asked for; what is measured keeps the exact one.
struct Clocked {
    inner: Supervisor,
    clock: Clock,
}

impl Execute for Clocked {
    fn run(&mut self, spec: &RunSpec, watch: &mut dyn FnMut(RunEvent)) -> Observation {
        let keeps = spec.program.measure.is_some() || spec.program.clock == self.clock;
        if keeps || self.clock == Clock::Virtual {
            return self.inner.run(spec, watch);
        }
        let mut spec = spec.clone();
        spec.program.clock = self.clock;
        self.inner.run(&spec, watch)
    }
}

/// Stands for a worker that cannot be had.
struct Broken(String);

impl Execute for Broken {
    fn run(&mut self, _: &RunSpec, _: &mut dyn FnMut(RunEvent)) -> Observation {
        Observation::tutor_failed(&*self.0)
    }
}

fn theme_name(word: &str) -> Result<ThemeName, String> {
    ThemeName::parse(word).ok_or_else(|| {
        let words: Vec<_> = ThemeName::ALL.iter().map(|name| name.word()).collect();
        format!("there are {}", words.join(", "))
    })
}
