//! Puts a record together, row by row; what does not fit together is refused, so that a finished one holds no wrong
//! number.

use std::collections::HashMap;

use super::{Change, Code, Event, Frame, Kind, Record, Task, index};
use crate::domain::clean::Clean;

/// A row that does not fit to what came before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a row that does not fit to those before it")]
pub struct Misfit;

/// What is known of a frame while a record is put together.
#[derive(Debug, Clone, Copy, Default)]
struct Now {
    line: u32,
    caller: u32,
    depth: u32,
    task: u32,
    thread: u32,
}

/// A record in the making.
#[derive(Debug, Default)]
pub struct Builder {
    record: Record,
    /// Where each piece of code is in the record.
    codes: HashMap<u32, usize>,
    now: Vec<Now>,
    out: u64,
    time_ns: u64,
}

/// Who is at work where a frame begins or goes on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Worker {
    /// The frame that called or resumed it.
    pub parent: u32,
    /// The thread.
    pub thread: u32,
    /// The task.
    pub task: u32,
}

impl Builder {
    /// A piece of code is known from now on, by the number that its program gives it.
    pub fn code(&mut self, number: u32, code: Code) {
        self.codes.insert(number, self.record.codes.len());
        self.record.codes.push(code);
    }

    /// Whether there is a task of this number.
    #[must_use]
    pub fn knows_task(&self, number: u32) -> bool {
        self.record.task(number).is_some()
    }

    /// A thread is known from now on.
    pub fn thread(&mut self, name: Clean) {
        self.record.threads.push(name);
    }

    /// So much was written.
    pub fn written(&mut self, bytes: u64) {
        self.out = self.out.max(bytes);
    }

    /// So late it is.
    pub fn time(&mut self, nanoseconds: u64) {
        self.time_ns = self.time_ns.max(nanoseconds);
    }

    /// A frame begins with the number that is next.
    pub fn call(
        &mut self,
        number: u32,
        code: u32,
        worker: Worker,
        changes: Vec<Change>,
    ) -> Result<(), Misfit> {
        let code = *self.codes.get(&code).ok_or(Misfit)?;
        let line = self.record.codes[code].line;
        let next = u32::try_from(self.record.frames.len() + 1).map_err(|_| Misfit)?;
        if number != next {
            return Err(Misfit);
        }
        self.fits(worker)?;
        self.record.frames.push(Frame { code, parent: worker.parent });
        self.now.push(Now { line, ..self.now_of(worker) });
        self.event(number, Kind::Call, changes)
    }

    /// A frame goes on.
    pub fn resume(&mut self, frame: u32, kind: Kind, worker: Worker) -> Result<(), Misfit> {
        self.fits(worker)?;
        let known = self.now_of(worker);
        let now = index(frame).and_then(|index| self.now.get_mut(index)).ok_or(Misfit)?;
        *now = Now { line: now.line, ..known };
        self.event(frame, kind, Vec::new())
    }

    /// A frame is about to run a line, or has come to it.
    pub fn at(
        &mut self,
        frame: u32,
        line: u32,
        kind: Kind,
        changes: Vec<Change>,
    ) -> Result<(), Misfit> {
        index(frame).and_then(|index| self.now.get_mut(index)).ok_or(Misfit)?.line = line;
        self.event(frame, kind, changes)
    }

    /// Something happens in a frame.
    pub fn event(&mut self, frame: u32, kind: Kind, changes: Vec<Change>) -> Result<(), Misfit> {
        let now = *index(frame).and_then(|index| self.now.get(index)).ok_or(Misfit)?;
        self.push(frame, now, kind, changes);
        Ok(())
    }

    /// A task is made, with the number that is next.
    pub fn task_made(&mut self, number: u32, task: Task) -> Result<(), Misfit> {
        if index(number) != Some(self.record.tasks.len()) {
            return Err(Misfit);
        }
        let maker = task.maker;
        if maker != 0 && self.record.frame(maker).is_none() {
            return Err(Misfit);
        }
        self.record.tasks.push(task);
        self.of_task(maker, Kind::TaskMade(number));
        Ok(())
    }

    /// A task got another name.
    pub fn task_named(&mut self, number: u32, name: Clean) -> Result<(), Misfit> {
        let place = index(number).and_then(|index| self.record.tasks.get_mut(index));
        place.ok_or(Misfit)?.name = name;
        Ok(())
    }

    /// Something is said of a task that exists.
    pub fn task_done(&mut self, number: u32, kind: Kind) -> Result<(), Misfit> {
        self.record.task(number).ok_or(Misfit)?;
        self.of_task(0, kind);
        Ok(())
    }

    fn of_task(&mut self, frame: u32, kind: Kind) {
        let now = index(frame).and_then(|index| self.now.get(index)).copied().unwrap_or_default();
        self.push(frame, now, kind, Vec::new());
    }

    fn push(&mut self, frame: u32, now: Now, kind: Kind, changes: Vec<Change>) {
        let Now { line, caller, depth, task, thread } = now;
        let (out, time_ns) = (self.out, self.time_ns);
        let event = Event { kind, frame, line, caller, depth, task, thread, out, time_ns, changes };
        self.record.events.push(event);
    }

    fn now_of(&self, worker: Worker) -> Now {
        let Worker { parent, thread, task } = worker;
        let below = index(parent).and_then(|index| self.now.get(index));
        let depth = below.map_or(0, |below| below.depth.saturating_add(1));
        Now { line: 0, caller: parent, depth, task, thread }
    }

    fn fits(&self, worker: Worker) -> Result<(), Misfit> {
        let Worker { parent, thread, task } = worker;
        let known = |number, count| index(number).is_none_or(|index| index < count);
        let fits = known(parent, self.record.frames.len())
            && known(task, self.record.tasks.len())
            && known(thread, self.record.threads.len());
        fits.then_some(()).ok_or(Misfit)
    }

    /// The record, with what is known of the events that are not in it.
    #[must_use]
    pub fn finish(mut self, left_out: u64, more_left_out: bool) -> Record {
        self.record.left_out = left_out;
        self.record.more_left_out = more_left_out;
        self.record
    }
}
