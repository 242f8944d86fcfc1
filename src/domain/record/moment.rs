//! Any moment of a run: a pure function of its record.

use super::{Awaited, Event, Kind, Record, Span, TaskEnd, index};
use crate::domain::clean::Clean;

/// What was the case right after an event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moment {
    /// The frames that were alive, the oldest first.
    pub frames: Vec<FrameState>,
    /// Every task that had been made.
    pub tasks: Vec<TaskState>,
    /// The frame at work; 0 where none is.
    pub frame: u32,
    /// The task at work; 0 outside of any.
    pub task: u32,
    /// The thread at work.
    pub thread: u32,
    /// How much had been written to standard output, in bytes.
    pub out: u64,
    /// The time, in nanoseconds since the start.
    pub time_ns: u64,
}

/// A frame at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameState {
    /// Its number.
    pub number: u32,
    /// The line that it stood at.
    pub line: u32,
    /// Its names with their values in a few words, in the order in which they were bound.
    pub names: Vec<(Clean, Clean)>,
    /// What it did.
    pub status: Status,
    /// The task that it last ran in; 0 for none.
    pub task: u32,
    /// The thread that it last ran in.
    pub thread: u32,
    /// The frame that called it or resumed it last.
    pub caller: u32,
    /// The contexts that it was in, the innermost last.
    pub contexts: Vec<Span>,
}

/// What a frame did at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It ran, or waited for what it had called.
    Running,
    /// It had yielded.
    Suspended,
    /// It awaited something.
    Waiting(Awaited, Span),
}

/// A task at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskState {
    /// Its number.
    pub number: u32,
    /// How it stood.
    pub status: TaskStatus,
}

/// How a task stood at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskStatus {
    /// It had not run yet.
    Made,
    /// It was at work, or could go on.
    Running,
    /// It waited: the frame that awaits, and what.
    Waiting(u32, Awaited, Span),
    /// It was done.
    Done(TaskEnd, Clean),
}

impl Record {
    /// What was the case right after the event with this index (the last one, where there is none such).
    #[must_use]
    pub fn moment(&self, event: usize) -> Moment {
        let mut moment = Moment::default();
        for each in self.events.iter().take(event.saturating_add(1)) {
            moment.follow(each);
        }
        moment
    }
}

impl Moment {
    /// Goes on by one event.
    pub fn follow(&mut self, event: &Event) {
        (self.out, self.time_ns) = (event.out, event.time_ns);
        match &event.kind {
            Kind::TaskMade(number) => {
                self.tasks.push(TaskState { number: *number, status: TaskStatus::Made });
                return;
            }
            Kind::TaskDone(number, end, text) => {
                self.set_task(*number, TaskStatus::Done(*end, text.clone()));
                return;
            }
            Kind::Call => self.frames.push(FrameState::new(event)),
            _ => {}
        }
        self.in_frame(event);
    }

    fn in_frame(&mut self, event: &Event) {
        let Some(place) = self.frames.iter().position(|frame| frame.number == event.frame) else {
            return;
        };
        self.frames[place].take(event);
        let caller = event.caller;
        (self.task, self.thread) = (event.task, event.thread);
        match &event.kind {
            Kind::Return(_) | Kind::Unwind(_) => {
                self.frames.remove(place);
                self.frame = caller;
            }
            Kind::Dropped => drop(self.frames.remove(place)),
            Kind::Yield(_) => self.frame = caller,
            Kind::Wait(what, span) => {
                self.frame = caller;
                // The innermost frame says it first, and those around it wait for the same.
                let status = TaskStatus::Waiting(event.frame, *what, *span);
                let index = index(event.task).filter(|index| *index < self.tasks.len());
                if let Some(index) = index
                    && self.tasks[index].status == TaskStatus::Running
                {
                    self.tasks[index].status = status;
                }
            }
            _ => {
                self.frame = event.frame;
                self.set_task(event.task, TaskStatus::Running);
            }
        }
    }

    fn set_task(&mut self, number: u32, status: TaskStatus) {
        let found = self.tasks.iter_mut().find(|task| task.number == number);
        if let Some(task) = found
            && !matches!(task.status, TaskStatus::Done(..))
        {
            task.status = status;
        }
    }
}

impl FrameState {
    fn new(event: &Event) -> Self {
        Self {
            number: event.frame,
            line: event.line,
            names: Vec::new(),
            status: Status::Running,
            task: event.task,
            thread: event.thread,
            caller: event.caller,
            contexts: Vec::new(),
        }
    }

    /// Takes in an event of its own.
    fn take(&mut self, event: &Event) {
        (self.line, self.task, self.thread) = (event.line, event.task, event.thread);
        self.caller = event.caller;
        for change in &event.changes {
            let place = self.names.iter().position(|(name, _)| *name == change.name);
            match (place, &change.value) {
                (Some(place), Some(value)) => self.names[place].1 = value.clone(),
                (Some(place), None) => drop(self.names.remove(place)),
                (None, Some(value)) => self.names.push((change.name.clone(), value.clone())),
                (None, None) => {}
            }
        }
        match &event.kind {
            Kind::Yield(_) => self.status = Status::Suspended,
            Kind::Wait(what, span) => self.status = Status::Waiting(*what, *span),
            Kind::Resume(_) | Kind::Throw(_) => self.status = Status::Running,
            Kind::Enter(span) => self.contexts.push(*span),
            Kind::Leave(span, _) => {
                if let Some(place) = self.contexts.iter().rposition(|own| own == span) {
                    self.contexts.truncate(place);
                }
            }
            _ => {}
        }
    }
}
