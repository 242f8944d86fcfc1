//! Work on threads of their own: programs, drafts and progress, colours, types. Each takes effects and answers with messages.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use super::effect::{DraftName, Ticket, TypesAsk, Work};
use super::msg::{JobMsg, Judged, Msg, TypesMsg};
use super::popups::RuleText;
use super::rows::highlight::Highlighter;
use super::terminal::contain;
use crate::analysis::types::LessonTypes;
use crate::domain::clean::Clean;
use crate::domain::compiled::Compiled;
use crate::domain::course::StepRef;
use crate::domain::progress::{PackMark, What};
use crate::domain::run::{Observation, Outcome, RunSpec};
use crate::runner::RunEvent;
use crate::store::notice::Notice;
use crate::store::state::Store;

/// How long the end of the program waits for the other programs to be ended.
const LAST_RUN: Duration = Duration::from_millis(300);
/// How long after a failed save the next one is tried.
const RETRY_AFTER: Duration = Duration::from_secs(10);

/// What carries out work that needs Python.
pub trait Engine {
    /// Carries out one run.
    fn run(&mut self, spec: &RunSpec, watch: &mut dyn FnMut(RunEvent)) -> Observation;

    /// Judges a text as the answer to a step; `is_stopped` says whether nobody waits for it any more.
    fn check(&mut self, step: &StepRef, text: &str, is_stopped: &dyn Fn() -> bool) -> Judged;
}

/// Ends the run that goes on, from any thread.
pub type Stop = Arc<dyn Fn() + Send + Sync>;

/// Starts what runs programs, on the thread that will own it.
pub type StartEngine = Box<dyn FnOnce() -> (Box<dyn Engine>, Stop) + Send>;

/// Waits for changes of the pack's files on a thread of its own, and sends what they say now.
pub type WatchPack = Box<dyn FnOnce(Answers) + Send>;

/// Where answers go: a channel, and a call that wakes the loop.
#[derive(Clone)]
pub struct Answers {
    sender: Sender<Msg>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Answers {
    /// Makes the way back, and its end.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> (Self, Receiver<Msg>) {
        let (sender, receiver) = channel();
        (Self { sender, wake: Arc::new(wake) }, receiver)
    }

    /// Sends an answer; once the loop is gone nobody waits for it.
    pub fn send(&self, msg: Msg) {
        if self.sender.send(msg).is_ok() {
            (self.wake)();
        }
    }
}

/// The one place where work waits: newer work takes it.
#[derive(Default)]
struct Slot {
    state: Mutex<SlotState>,
    changed: Condvar,
}

#[derive(Default)]
struct SlotState {
    waiting: Option<(Ticket, Work)>,
    /// The ticket of what is wanted; all else is stopped.
    wanted: Ticket,
    closed: bool,
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, SlotState> {
        // Whoever panicked with the lock held has left nothing half done: each change is one assignment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Option<(Ticket, Work)> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            if let Some(work) = state.waiting.take() {
                return Some(work);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// The thread that owns what runs programs.
pub struct Programs {
    slot: Arc<Slot>,
    stop: Arc<OnceLock<Stop>>,
    ended: Receiver<()>,
}

impl Programs {
    /// Starts the thread, which at once starts what runs programs.
    pub fn start(start: StartEngine, answers: Answers) -> Self {
        let (slot, stop) = (Arc::new(Slot::default()), Arc::new(OnceLock::new()));
        let (end, ended) = channel();
        let (work, told) = (Arc::clone(&slot), Arc::clone(&stop));
        thread::spawn(move || {
            let (mut engine, stop) = start();
            // The cell is fresh: nobody else sets it.
            let _ = told.set(stop);
            while let Some((ticket, work_item)) = work.next() {
                carry_out(&mut *engine, ticket, &work_item, &work, &answers);
            }
            drop(engine);
            let _ = end.send(());
        });
        Self { slot, stop, ended }
    }

    /// Does this next; what goes on is ended, what waits is forgotten.
    pub fn submit(&self, ticket: Ticket, work: Work) {
        let mut state = self.slot.lock();
        state.waiting = Some((ticket, work));
        state.wanted = ticket;
        drop(state);
        self.end_run();
        self.slot.changed.notify_one();
    }

    /// Ends what goes on; its answer still comes.
    pub fn stop(&self) {
        self.slot.lock().wanted = 0;
        self.end_run();
    }

    fn end_run(&self) {
        if let Some(stop) = self.stop.get() {
            stop();
        }
    }

    /// Ends everything, and waits a moment for it.
    pub fn close(self) {
        self.slot.lock().closed = true;
        self.end_run();
        self.slot.changed.notify_one();
        let _ = self.ended.recv_timeout(LAST_RUN);
    }
}

fn carry_out(engine: &mut dyn Engine, ticket: Ticket, work: &Work, slot: &Slot, answers: &Answers) {
    let is_stopped = || slot.lock().wanted != ticket;
    let answer = match work {
        // It was stopped before it began: an interruption would have found no run.
        Work::Run(_) if is_stopped() => JobMsg::Ran(ticket, Box::new(interrupted())),
        Work::Check { .. } if is_stopped() => {
            JobMsg::Judged(ticket, Box::new(unjudged(interrupted())))
        }
        Work::Run(spec) => {
            let mut watch = |event| {
                let RunEvent::Output(stream, bytes) = event;
                answers.send(Msg::Job(JobMsg::Output(ticket, stream, bytes)));
            };
            let run = contain(|| engine.run(spec, &mut watch));
            JobMsg::Ran(ticket, Box::new(run.unwrap_or_else(fault)))
        }
        Work::Check { step, text } => {
            let judged = contain(|| engine.check(step, text, &is_stopped));
            JobMsg::Judged(ticket, Box::new(judged.unwrap_or_else(|| unjudged(fault()))))
        }
    };
    answers.send(Msg::Job(answer));
}

/// What is known of a run that the learner stopped before it began.
fn interrupted() -> Observation {
    Observation { outcome: Outcome::Interrupted, note: None, ..Observation::tutor_failed("") }
}

/// A verdict without any: the run says why.
fn unjudged(run: Observation) -> Judged {
    Judged { passed: false, checks: Vec::new(), points: None, mistake: None, blame: None, run }
}

/// What is known of a run that our own fault has ended.
fn fault() -> Observation {
    Observation::tutor_failed("an internal fault; it is worth reporting")
}

/// Something to be kept.
enum Keep {
    Draft(DraftName, String),
    Progress(What, u64),
    Close(Sender<()>),
}

/// The thread that saves, and the store that it shares with whoever reads a draft.
pub struct Saver {
    store: Arc<Mutex<Store>>,
    pack: PackMark,
    queue: Sender<Keep>,
}

impl Saver {
    /// Starts the thread.
    pub fn start(store: Store, pack: PackMark, answers: Answers) -> Self {
        let (queue, receiver) = channel();
        let store = Arc::new(Mutex::new(store));
        let (shared, mark) = (Arc::clone(&store), pack.clone());
        thread::spawn(move || keep_all(&receiver, &shared, &mark, &answers));
        Self { store, pack, queue }
    }

    /// Reads a draft.
    ///
    /// With it comes what is to be said about it, in one text.
    pub fn load(&self, name: &DraftName) -> (Option<String>, Option<String>) {
        let draft = lock(&self.store).load_draft(&self.pack, &name.step, &name.starter);
        (draft.text, sentences(&draft.notices))
    }

    /// Saves a draft.
    pub fn save(&self, name: DraftName, text: String) {
        self.keep(Keep::Draft(name, text));
    }

    /// Keeps a piece of progress; `at` is in milliseconds since 1970.
    pub fn append(&self, what: What, at: u64) {
        self.keep(Keep::Progress(what, at));
    }

    fn keep(&self, keep: Keep) {
        // The thread ends only after `Close`, and nothing is sent after that.
        let _ = self.queue.send(keep);
    }

    /// Waits until all is saved, or for so long; says whether it is.
    pub fn close(self, patience: Duration) -> bool {
        let (done, is_done) = channel();
        self.keep(Keep::Close(done));
        is_done.recv_timeout(patience).is_ok()
    }
}

/// What is to be said to the reader, in one text.
fn sentences(notices: &[Notice]) -> Option<String> {
    let said = notices.iter().filter(|notice| !notice.is_quiet());
    let said: Vec<_> = said.map(|notice| notice.sentence().to_string()).collect();
    (!said.is_empty()).then(|| said.join(" "))
}

fn lock(store: &Mutex<Store>) -> MutexGuard<'_, Store> {
    // The store keeps in memory what it could not save, whatever happened in between.
    store.lock().unwrap_or_else(PoisonError::into_inner)
}

fn keep_all(queue: &Receiver<Keep>, store: &Mutex<Store>, pack: &PackMark, answers: &Answers) {
    let mut failing = false;
    loop {
        let next = if failing {
            queue
                .recv_timeout(RETRY_AFTER)
                .map_err(|error| error == std::sync::mpsc::RecvTimeoutError::Timeout)
        } else {
            queue.recv().map_err(|_| false)
        };
        let mut store = lock(store);
        match next {
            Ok(Keep::Draft(name, text)) => {
                // What went wrong is asked of the store below, with all that still waits.
                if let Ok(saved) = store.save_draft(pack, &name.step, &name.starter, &text) {
                    answers.send(Msg::DraftSaved(name.step));
                    if let Some(said) = sentences(saved.notice.as_slice()) {
                        answers.send(Msg::Noticed(said));
                    }
                }
            }
            Ok(Keep::Progress(what, at)) => {
                let _ = store.append(pack, what, at);
            }
            Ok(Keep::Close(done)) => {
                let _ = done.send(());
                return;
            }
            Err(true) => drop(store.retry()),
            Err(false) => return,
        }
        let trouble = store.trouble().map(|trouble| trouble.sentence().to_string());
        drop(store);
        let fails = trouble.is_some();
        match trouble {
            Some(why) if !failing => answers.send(Msg::SaveFailed(why)),
            None if failing => answers.send(Msg::SaveRecovered),
            _ => {}
        }
        failing = fails;
    }
}

/// The thread that finds colours.
pub struct Colors {
    queue: Sender<Vec<Clean>>,
}

impl Colors {
    /// Starts the thread, which loads the grammar.
    pub fn start(answers: Answers) -> Self {
        let (queue, receiver) = channel::<Vec<Clean>>();
        thread::spawn(move || {
            let highlighter = Highlighter::load();
            for programs in receiver {
                answers.send(Msg::Colored(highlighter.highlight_all(programs)));
            }
        });
        Self { queue }
    }

    /// Finds the colours of some programs.
    pub fn find(&self, programs: Vec<Clean>) {
        // Lessons are readable without colours, should the thread have died.
        let _ = self.queue.send(programs);
    }
}

/// Asks what the running Python says of a text, without running it; nothing where it says nothing.
pub type ReadText = Box<dyn FnMut(&str) -> Option<Compiled> + Send>;

/// The thread that asks what Python says of a text.
pub struct Texts {
    queue: Sender<(Ticket, String)>,
}

impl Texts {
    /// Starts the thread.
    pub fn start(mut read: ReadText, answers: Answers) -> Self {
        let (queue, receiver) = channel::<(Ticket, String)>();
        thread::spawn(move || {
            while let Ok(first) = receiver.recv() {
                let (ticket, text) = receiver.try_iter().last().unwrap_or(first);
                answers.send(Msg::Compiled(ticket, read(&text)));
            }
        });
        Self { queue }
    }

    /// Asks.
    pub fn ask(&self, ticket: Ticket, text: String) {
        // Our own parser marks errors too, should the thread have died.
        let _ = self.queue.send((ticket, text));
    }
}

/// The thread that asks the type checker.
pub struct Types {
    queue: Sender<TypesAsk>,
}

impl Types {
    /// Starts the thread; the checker itself is started by the first question.
    pub fn start(checker: Arc<LessonTypes>, answers: Answers) -> Self {
        let (queue, receiver) = channel();
        thread::spawn(move || {
            while let Ok(first) = receiver.recv() {
                for ask in newest(std::iter::once(first).chain(receiver.try_iter())) {
                    answers.send(Msg::Typed(answer(&checker, ask)));
                }
            }
        });
        Self { queue }
    }

    /// Asks.
    pub fn ask(&self, ask: TypesAsk) {
        // Exercises can be done without, should the thread have died.
        let _ = self.queue.send(ask);
    }
}

/// Of several questions the last one of each sort.
fn newest(asks: impl Iterator<Item = TypesAsk>) -> Vec<TypesAsk> {
    let mut kept: Vec<TypesAsk> = Vec::new();
    for ask in asks {
        kept.retain(|other| std::mem::discriminant(other) != std::mem::discriminant(&ask));
        kept.push(ask);
    }
    kept
}

fn answer(checker: &LessonTypes, ask: TypesAsk) -> TypesMsg {
    match ask {
        TypesAsk::Findings(ticket, typed) => TypesMsg::Findings(ticket, checker.check(&typed)),
        TypesAsk::Here(ticket, typed, at) => TypesMsg::Here(ticket, checker.type_at(&typed, at)),
        TypesAsk::Page(rule, found) => {
            let page = checker
                .page(&rule)
                .and_then(|page| page.ok_or_else(|| "there is no page on it".to_owned()));
            TypesMsg::Page(page.map(|page| RuleText { rule, found, text: page.text }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::run::Stream;

    /// Prints so many pieces.
    struct Echo(usize);

    impl Engine for Echo {
        fn run(&mut self, _: &RunSpec, watch: &mut dyn FnMut(RunEvent)) -> Observation {
            for _ in 0..self.0 {
                watch(RunEvent::Output(Stream::Stderr, b"x".into()));
            }
            Observation { outcome: Outcome::Normal, ..interrupted() }
        }

        fn check(&mut self, _: &StepRef, _: &str, _: &dyn Fn() -> bool) -> Judged {
            panic!("an engine that fails")
        }
    }

    fn ran(receiver: &Receiver<Msg>) -> (Ticket, Outcome) {
        match receiver.recv() {
            Ok(Msg::Job(JobMsg::Ran(ticket, run))) => (ticket, run.outcome),
            Ok(Msg::Job(JobMsg::Judged(ticket, judged))) => (ticket, judged.run.outcome),
            other => panic!("{other:?}"),
        }
    }

    /// Programs whose engine starts once the sender is used.
    fn held() -> (Programs, Receiver<Msg>, Sender<()>) {
        printing(0)
    }

    fn printing(pieces: usize) -> (Programs, Receiver<Msg>, Sender<()>) {
        let (answers, receiver) = Answers::new(|| {});
        let (go, wait) = channel::<()>();
        let start: StartEngine = Box::new(move || {
            let _ = wait.recv();
            (Box::new(Echo(pieces)) as Box<dyn Engine>, Arc::new(|| {}) as Stop)
        });
        (Programs::start(start, answers), receiver, go)
    }

    fn run() -> Work {
        Work::Run(Box::default())
    }

    #[test]
    fn of_work_that_waits_only_the_newest_is_done() {
        let (programs, receiver, go) = held();
        programs.submit(1, run());
        programs.submit(2, run());
        go.send(()).unwrap();
        assert_eq!(ran(&receiver), (2, Outcome::Normal));
        programs.close();
        assert!(receiver.try_recv().is_err());
    }

    #[test]
    fn what_a_program_prints_is_told_while_it_runs() {
        let (programs, receiver, go) = printing(3);
        go.send(()).unwrap();
        programs.submit(1, run());
        for _ in 0..3 {
            let told = JobMsg::Output(1, Stream::Stderr, b"x".into());
            assert_eq!(receiver.recv(), Ok(Msg::Job(told)));
        }
        assert_eq!(ran(&receiver), (1, Outcome::Normal));
    }

    #[test]
    fn what_is_stopped_before_it_begins_is_interrupted_and_not_run() {
        let (programs, receiver, go) = held();
        programs.submit(1, run());
        programs.stop();
        go.send(()).unwrap();
        assert_eq!(ran(&receiver), (1, Outcome::Interrupted));
    }

    #[test]
    fn of_questions_about_types_that_wait_the_newest_of_each_sort_is_asked() {
        let page = |rule: &str| TypesAsk::Page(Clean::line(rule), Clean::default());
        assert_eq!(newest([page("a"), page("b")].into_iter()), [page("b")]);
    }

    #[test]
    fn of_texts_that_wait_for_python_only_the_newest_is_read() {
        let (answers, receiver) = Answers::new(|| {});
        let (begun, has_begun) = channel();
        let (go, wait) = channel::<()>();
        let mut read = 0;
        let texts = Texts::start(
            Box::new(move |text| {
                read += 1;
                begun.send((read, text.to_owned())).unwrap();
                wait.recv().unwrap();
                None
            }),
            answers,
        );
        texts.ask(0, "0".into());
        assert_eq!(has_begun.recv(), Ok((1, "0".into())));
        // While that one is read, a storm of edits.
        (1..=200).for_each(|n| texts.ask(n, n.to_string()));
        go.send(()).unwrap();
        assert_eq!(has_begun.recv(), Ok((2, "200".into())));
        go.send(()).unwrap();
        let told = [receiver.recv(), receiver.recv()];
        assert_eq!(told, [0, 200].map(|ticket| Ok(Msg::Compiled(ticket, None))));
    }

    #[test]
    fn an_engine_that_fails_is_answered_for_and_goes_on() {
        let (programs, receiver, go) = held();
        go.send(()).unwrap();
        let step = StepRef::new("a/b", "c");
        programs.submit(1, Work::Check { step, text: String::new() });
        assert_eq!(ran(&receiver), (1, Outcome::TutorFailed));
        programs.submit(2, run());
        assert_eq!(ran(&receiver), (2, Outcome::Normal));
    }
}
