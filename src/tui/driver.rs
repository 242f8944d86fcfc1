//! The one impure file of the screen: waits, reads, hands messages to the state, carries out its effects, draws.
//!
//! It sleeps without any timeout while nothing happens, takes all that is pending before it draws once, and writes a
//! frame in one piece.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use crossterm::{cursor, queue, terminal as screen};
use ratatui::backend::{Backend as _, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGSTOP, SIGTERM, SIGTSTP, SIGWINCH};

use super::app::App;
use super::effect::Effect;
use super::input::{Decoder, Input};
use super::jobs::{
    Answers, Colors, Programs, ReadText, Saver, StartEngine, Texts, Types, WatchPack,
};
use super::msg::{JobMsg, Msg};
use super::outside::{self, Outgoing};
use super::sweep::sweep;
use super::terminal::{self, Guard};
use super::theme::Theme;
use super::world::World;
use crate::analysis::types::LessonTypes;
use crate::domain::course::{Pack, StepRef};
use crate::domain::progress::{Counts, PackMark};
use crate::domain::run::Limits;
use crate::store::state::Store;

/// How long the rest of a key's sequence may take to come.
const SEQUENCE_TIME: Duration = Duration::from_millis(25);
/// How long a reader who quits is kept waiting for a slow disk.
const LAST_SAVE: Duration = Duration::from_secs(10);
/// The same where the terminal is gone or a signal asks for the end: it has to come within a second.
const HASTY_SAVE: Duration = Duration::from_millis(900);
/// How much is read from the terminal at once, in bytes.
const READ_BYTES: usize = 64 * 1024;

/// What the screen needs to begin.
pub struct TuiConfig {
    /// What is taught.
    pub pack: Arc<Pack>,
    /// What its progress hangs on.
    pub mark: PackMark,
    /// What is remembered.
    pub store: Store,
    /// How it looks.
    pub theme: Theme,
    /// The step to begin with; with an empty step the lesson, where the reader stopped in it; else the list of lessons.
    pub start: Option<StepRef>,
    /// What programs may use.
    pub limits: Limits,
    /// Starts what runs programs, after the first frame.
    pub engine: StartEngine,
    /// Asks what the running Python says of a text.
    pub read: ReadText,
    /// Checks types, once that is asked for.
    pub types: Arc<LessonTypes>,
    /// Watches the files of a pack that may change.
    pub watch: Option<WatchPack>,
    /// What is to be said at the beginning.
    pub notice: Option<String>,
}

/// Why the screen ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitReason {
    /// The reader quit.
    Quit,
    /// The terminal is gone.
    HungUp,
    /// This signal asked for it.
    Signal(i32),
}

/// Why there can be no screen.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    /// There is no terminal to draw on or to read from.
    #[error("the tutor needs a terminal; `pykata list` and `pykata show` work without one")]
    NoTerminal,
    /// The disk was too slow for the last save.
    #[error(
        "the last changes were not saved in time: the disk is slow or full; start pykata again and look at your code"
    )]
    Unsaved,
    /// The terminal does not do what is asked of it.
    #[error("failed to use the terminal")]
    Terminal(#[from] io::Error),
}

/// Runs the screen until the reader quits, with all that was typed saved.
pub fn run(config: TuiConfig) -> Result<ExitReason, TuiError> {
    if !io::stdout().is_terminal() {
        return Err(TuiError::NoTerminal);
    }
    let input = Tty::open()?;
    let guard = Guard::new()?;
    let mut driver = Driver::new(config, input)?;
    let reason = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| driver.run()));
    // The terminal is given back first: saving may take a moment.
    drop(guard);
    match reason {
        Ok(reason) => {
            let quit = matches!(reason, Ok(ExitReason::Quit));
            let saved = driver.close(if quit { LAST_SAVE } else { HASTY_SAVE });
            if quit && !saved { Err(TuiError::Unsaved) } else { Ok(reason?) }
        }
        Err(panic) => {
            // What was typed is saved as far as the state can still say what that is.
            let _ = terminal::contain(|| driver.update(Msg::Terminated));
            driver.close(HASTY_SAVE);
            std::panic::resume_unwind(panic)
        }
    }
}

/// What is read from.
enum Tty {
    Stdin(io::Stdin),
    File(File),
}

impl Tty {
    fn open() -> Result<Self, TuiError> {
        let stdin = io::stdin();
        if stdin.is_terminal() {
            return Ok(Self::Stdin(stdin));
        }
        File::open("/dev/tty").map(Self::File).map_err(|_| TuiError::NoTerminal)
    }

    fn fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Stdin(stdin) => stdin.as_fd(),
            Self::File(file) => file.as_fd(),
        }
    }
}

/// Signals as flags, with a pipe that wakes the loop.
struct Signals {
    resized: Arc<AtomicBool>,
    stopped: Arc<AtomicBool>,
    continued: Arc<AtomicBool>,
    ending: [(i32, Arc<AtomicBool>); 3],
    pipe: UnixStream,
    wake: UnixStream,
}

impl Signals {
    fn new() -> io::Result<Self> {
        let (pipe, wake) = UnixStream::pair()?;
        pipe.set_nonblocking(true)?;
        wake.set_nonblocking(true)?;
        let watch = |signal| -> io::Result<Arc<AtomicBool>> {
            let flag = Arc::new(AtomicBool::new(false));
            // The flag is set before the pipe is written: actions run in the order of their registration.
            signal_hook::flag::register(signal, Arc::clone(&flag))?;
            signal_hook::low_level::pipe::register(signal, wake.try_clone()?)?;
            Ok(flag)
        };
        Ok(Self {
            resized: watch(SIGWINCH)?,
            stopped: watch(SIGTSTP)?,
            continued: watch(SIGCONT)?,
            ending: [
                (SIGTERM, watch(SIGTERM)?),
                (SIGHUP, watch(SIGHUP)?),
                (SIGINT, watch(SIGINT)?),
            ],
            pipe,
            wake,
        })
    }

    fn drain(&self) {
        let mut bytes = [0; 256];
        while (&self.pipe).read(&mut bytes).is_ok_and(|read| read > 0) {}
    }
}

fn taken(flag: &AtomicBool) -> bool {
    flag.swap(false, Ordering::SeqCst)
}

struct Driver {
    app: App,
    input: Tty,
    decoder: Decoder,
    signals: Signals,
    answers: Answers,
    messages: Receiver<Msg>,
    programs: Option<Programs>,
    saver: Option<Saver>,
    colors: Option<Colors>,
    texts: Texts,
    checker: Arc<LessonTypes>,
    types: Option<Types>,
    engine: Option<StartEngine>,
    watch: Option<WatchPack>,
    began: Instant,
    shown: Buffer,
    cursor: Option<Position>,
    ended: Option<ExitReason>,
    /// Whether something happened that the frame may show.
    stale: bool,
    /// Effects that can wait until the first frame stands.
    deferred: Vec<Effect>,
}

impl Driver {
    fn new(config: TuiConfig, input: Tty) -> Result<Self, TuiError> {
        let signals = Signals::new()?;
        let wake = signals.wake.try_clone()?;
        let (answers, messages) = Answers::new(move || {
            // A full pipe wakes the loop as well as one more byte would.
            let _ = (&wake).write(&[0]);
        });
        let size = size()?;
        let world = World {
            progress: config.store.progress(&config.mark),
            counts: Counts::default(),
            pack: config.pack,
            is_foreign: config.mark.is_foreign(),
            theme: config.theme,
            size,
            now: Duration::ZERO,
            began_at: now_ms(),
            limits: config.limits,
            drafts: std::collections::HashMap::new(),
            saving: std::collections::HashMap::new(),
            ticket: 0,
        };
        let saver = Saver::start(config.store, config.mark, answers.clone());
        let (app, effects) = App::new(world, config.start.as_ref(), config.notice);
        let mut driver = Self {
            app,
            input,
            decoder: Decoder::default(),
            signals,
            texts: Texts::start(config.read, answers.clone()),
            answers,
            messages,
            programs: None,
            saver: Some(saver),
            colors: None,
            checker: config.types,
            types: None,
            engine: Some(config.engine),
            watch: config.watch,
            began: Instant::now(),
            shown: Buffer::empty(Rect::ZERO),
            cursor: None,
            ended: None,
            stale: false,
            deferred: Vec::new(),
        };
        // Only what the first frame shows is fetched before it.
        let (now, later) =
            effects.into_iter().partition(|effect| matches!(effect, Effect::LoadDraft(_)));
        driver.carry_out(now);
        driver.deferred.extend::<Vec<Effect>>(later);
        Ok(driver)
    }

    fn run(&mut self) -> io::Result<ExitReason> {
        self.draw()?;
        self.start_programs();
        if let Some(watch) = self.watch.take() {
            let answers = self.answers.clone();
            // It sleeps until files change, and ends with the program.
            std::thread::spawn(move || watch(answers));
        }
        let deferred = std::mem::take(&mut self.deferred);
        self.carry_out(deferred);
        while self.ended.is_none() {
            self.wait_and_take()?;
            if self.ended.is_none() && std::mem::take(&mut self.stale) {
                self.draw()?;
            }
        }
        Ok(self.ended.unwrap_or(ExitReason::Quit))
    }

    fn start_programs(&mut self) {
        if let Some(engine) = self.engine.take() {
            self.programs = Some(Programs::start(engine, self.answers.clone()));
        }
    }

    /// Sleeps until something happens, and takes all of it.
    fn wait_and_take(&mut self) -> io::Result<()> {
        let timeout = self.timeout().and_then(|time| Timespec::try_from(time).ok());
        let mut fds = [
            PollFd::from_borrowed_fd(self.input.fd(), PollFlags::IN),
            PollFd::new(&self.signals.pipe, PollFlags::IN),
        ];
        match poll(&mut fds, timeout.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let [tty, pipe] = fds.map(|fd| fd.revents());
        self.update(Msg::Clock(self.began.elapsed()));
        if !pipe.is_empty() {
            self.signals.drain();
        }
        self.take_signals()?;
        if tty.contains(PollFlags::IN) {
            self.read_input()?;
        } else if tty.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
            self.end(ExitReason::HungUp);
        } else if self.decoder.is_waiting() {
            let mut inputs = Vec::new();
            self.decoder.give_up(&mut inputs);
            self.take_inputs(inputs);
        }
        while let Ok(msg) = self.messages.try_recv() {
            self.update(msg);
        }
        Ok(())
    }

    fn timeout(&self) -> Option<Duration> {
        let deadline = self.app.next_deadline().map(|at| at.saturating_sub(self.began.elapsed()));
        let sequence = self.decoder.is_waiting().then_some(SEQUENCE_TIME);
        deadline.into_iter().chain(sequence).min()
    }

    fn read_input(&mut self) -> io::Result<()> {
        let mut bytes = vec![0; READ_BYTES];
        let read = match rustix::io::read(self.input.fd(), &mut bytes[..]) {
            Ok(0) | Err(rustix::io::Errno::IO) => {
                self.end(ExitReason::HungUp);
                return Ok(());
            }
            Ok(read) => read,
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let mut inputs = Vec::new();
        self.decoder.feed(&bytes[..read], &mut inputs);
        self.take_inputs(inputs);
        Ok(())
    }

    fn take_inputs(&mut self, inputs: Vec<Input>) {
        for input in inputs {
            self.update(match input {
                Input::Key(key) => Msg::Key(key),
                Input::Mouse(event) => Msg::Mouse(event),
                Input::Paste(text) => Msg::Paste(text),
            });
        }
    }

    fn take_signals(&mut self) -> io::Result<()> {
        let ending = self.signals.ending.iter().find(|(_, flag)| taken(flag));
        if let Some((signal, _)) = ending {
            let signal = *signal;
            self.end(ExitReason::Signal(signal));
            return Ok(());
        }
        if taken(&self.signals.stopped) {
            self.suspend()?;
        }
        // A terminal that goes away wakes its programs first, and can no longer be set up.
        if taken(&self.signals.continued) && self.resume().is_err() {
            self.end(ExitReason::HungUp);
            return Ok(());
        }
        if taken(&self.signals.resized) {
            let Size { width, height } = size()?;
            self.update(Msg::Resized(width, height));
        }
        Ok(())
    }

    /// Ends for a reason from outside, with all saved.
    fn end(&mut self, reason: ExitReason) {
        if self.ended.is_none() {
            self.update(Msg::Terminated);
            self.ended = Some(reason);
        }
    }

    fn suspend(&mut self) -> io::Result<()> {
        terminal::restore();
        signal_hook::low_level::raise(SIGSTOP)?;
        // Here it goes on, once it is woken.
        self.signals.continued.store(false, Ordering::SeqCst);
        self.resume()
    }

    fn resume(&mut self) -> io::Result<()> {
        terminal::restore();
        terminal::set_up()?;
        self.shown = Buffer::empty(Rect::ZERO);
        let Size { width, height } = size()?;
        self.update(Msg::Resized(width, height));
        Ok(())
    }

    /// Leaves the terminal to the reader's own editor until that has ended.
    fn edit_outside(&mut self, outgoing: &Outgoing) -> Msg {
        terminal::restore();
        let edited = outside::edit(outgoing);
        // What was pressed to end or suspend the editor was for the editor.
        for flag in [&self.signals.stopped, &self.signals.continued, &self.signals.ending[2].1] {
            flag.store(false, Ordering::SeqCst);
        }
        self.stale = true;
        if self.resume().is_err() {
            self.end(ExitReason::HungUp);
        }
        Msg::EditedOutside(edited)
    }

    fn update(&mut self, msg: Msg) {
        // Output is shown when its time has come, however often it comes; time alone changes something when it is due.
        self.stale |= match &msg {
            Msg::Job(JobMsg::Output(..)) => false,
            Msg::Clock(now) => self.app.next_deadline().is_some_and(|due| due <= *now),
            _ => true,
        };
        let effects = self.app.update(msg);
        self.carry_out(effects);
    }

    /// Carries effects out; what can be answered at once is answered before anything else happens.
    fn carry_out(&mut self, effects: Vec<Effect>) {
        let mut effects = VecDeque::from(effects);
        while let Some(effect) = effects.pop_front() {
            match effect {
                Effect::Start(ticket, work) => {
                    self.start_programs();
                    if let Some(programs) = &self.programs {
                        programs.submit(ticket, work);
                    }
                }
                Effect::StopRun => {
                    if let Some(programs) = &self.programs {
                        programs.stop();
                    }
                }
                Effect::LoadDraft(name) => {
                    let loaded = self.saver.as_ref().map(|saver| saver.load(&name));
                    let (text, said) = loaded.unwrap_or_default();
                    effects.extend(self.app.update(Msg::DraftLoaded(name.step, text)));
                    if let Some(said) = said {
                        effects.extend(self.app.update(Msg::Noticed(said)));
                    }
                }
                Effect::SaveDraft(name, text) => {
                    if let Some(saver) = &self.saver {
                        saver.save(name, text);
                    }
                }
                Effect::Append(what) => {
                    if let Some(saver) = &self.saver {
                        saver.append(what, now_ms());
                    }
                }
                Effect::Highlight(programs) => {
                    let answers = &self.answers;
                    let colors = self.colors.get_or_insert_with(|| Colors::start(answers.clone()));
                    colors.find(programs);
                }
                Effect::Compile(ticket, text) => self.texts.ask(ticket, text),
                Effect::Types(ask) => {
                    let start = || Types::start(Arc::clone(&self.checker), self.answers.clone());
                    self.types.get_or_insert_with(start).ask(ask);
                }
                // A terminal that takes no text for its clipboard passes over it.
                Effect::Copy(text) => drop(terminal::copy(&text)),
                Effect::EditOutside(outgoing) => {
                    let msg = self.edit_outside(&outgoing);
                    effects.extend(self.app.update(msg));
                }
                Effect::Suspend => self.signals.stopped.store(true, Ordering::SeqCst),
                Effect::Quit => self.ended = self.ended.or(Some(ExitReason::Quit)),
            }
        }
        if self.signals.stopped.load(Ordering::SeqCst) {
            // The loop takes it before it sleeps again.
            let _ = (&self.signals.wake).write(&[0]);
        }
    }

    /// Draws what has changed since the last frame, in one write; nothing where nothing has.
    fn draw(&mut self) -> io::Result<()> {
        let Size { width, height } = self.app.size();
        let area = Rect::new(0, 0, width, height);
        let mut next = Buffer::empty(area);
        let cursor = self.app.view(area, &mut next);
        sweep(&mut next);
        let fresh = self.shown.area != area;
        if fresh {
            self.shown = Buffer::empty(area);
        }
        let changes = self.shown.diff(&next);
        if !fresh && changes.is_empty() && cursor == self.cursor {
            return Ok(());
        }
        let mut frame = Vec::with_capacity(4096);
        queue!(frame, BeginSynchronizedUpdate, cursor::Hide)?;
        if fresh {
            queue!(frame, screen::Clear(screen::ClearType::All))?;
        }
        CrosstermBackend::new(&mut frame).draw(changes.into_iter())?;
        if let Some(at) = cursor {
            queue!(frame, cursor::MoveTo(at.x, at.y), cursor::Show)?;
        }
        queue!(frame, EndSynchronizedUpdate)?;
        self.shown = next;
        self.cursor = cursor;
        let mut out = io::stdout().lock();
        match out.write_all(&frame).and_then(|()| out.flush()) {
            // The terminal is gone: the next wait says so.
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error()) => {
                Ok(())
            }
            result => result,
        }
    }

    /// Saves what is to be saved, and ends the other programs.
    /// Saves what is left and ends the other programs; says whether all is saved.
    fn close(&mut self, patience: Duration) -> bool {
        let saved = self.saver.take().is_none_or(|saver| saver.close(patience));
        if let Some(programs) = self.programs.take() {
            programs.close();
        }
        saved
    }
}

fn size() -> io::Result<Size> {
    let size = rustix::termios::tcgetwinsize(io::stdout())?;
    // A terminal that does not know its size says nought.
    match (size.ws_col, size.ws_row) {
        (0, _) | (_, 0) => Ok(Size::new(80, 24)),
        (width, height) => Ok(Size::new(width, height)),
    }
}

/// The time of the day, in milliseconds since 1970.
fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
