//! One run as a state machine: what comes in moves it on, until init says that nothing of the run is left.
//!
//! ```text
//! Units ──finished──▶ Calls ──last answer──▶ Ending ──closed──▶ Closed ──init's report──▶ (over)
//!   └───────finished, without calls or not normally───▲  └──────────init's report───────────▲
//! ```
//! Besides, each state may be left through a kill: for time, for output, for garbage, on request. Then only init's report is
//! waited for; where that stays away, the zygote goes too.

use std::collections::VecDeque;
use std::io::{self, PipeReader, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use super::RunEvent;
use super::capture::Capture;
use super::interrupt::Interruptions;
use super::outcome::{Evidence, Kill};
use super::sys::{self, Watched};
use crate::domain::run::{Answer, Captured, RunSpec, Stream};
use crate::protocol::framing::{self, FrameReader, REPORT_MAX, REQUEST_MAX, TICKET_LEN};
use crate::protocol::messages::{self, End, GO, Given, INTERRUPT, KILL, Report, ToProgram};

/// How long init may take to end a tree before the zygote is ended over its head.
const KILL_GRACE: Duration = Duration::from_millis(1500);

/// How long a program may take to end itself after an interruption.
const INTERRUPT_GRACE: Duration = Duration::from_millis(500);

/// How long output may gather before it is read.
const REST: Duration = Duration::from_millis(1);

/// How lately a program must have written to count as one that is still writing.
const STILL_WRITING: Duration = Duration::from_millis(100);

/// How much of a stream is read before the others and the clock have their turn, in bytes.
const TURN: usize = 256 * 1024;

/// How much is read at once, in bytes.
const CHUNK: usize = 16 * 1024;

/// The longest report of init, in bytes.
const USAGE_MAX: usize = 64 * 1024;

/// The host's ends of a run's streams.
#[derive(Debug)]
pub(crate) struct Ends {
    pub(crate) out: PipeReader,
    pub(crate) err: PipeReader,
    pub(crate) talk: UnixStream,
    pub(crate) control: UnixStream,
}

impl Ends {
    /// Whether nothing has been said yet: a program that is parked says nothing, and its init only that it has ended.
    pub(crate) fn are_quiet(&self) -> bool {
        let would_block = |socket: &mut dyn Read| {
            socket.read(&mut [0]).is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
        };
        would_block(&mut &self.control) && would_block(&mut &self.talk)
    }
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Its units run.
    Units,
    /// So many calls are answered, and the next one is out.
    Calls,
    /// It was told that there is no more.
    Ending,
    /// It has said its last word.
    Closed,
}

/// What is left of a run when it is over.
#[derive(Debug)]
pub(crate) struct Over {
    pub(crate) evidence: Evidence,
    pub(crate) answers: Vec<Answer>,
    pub(crate) stdout: Captured,
    pub(crate) stderr: Captured,
    /// Whether init said nothing, so that the zygote must go: it ends whatever init left.
    pub(crate) stuck: bool,
    /// Whether nothing was seen of it at all.
    pub(crate) unseen: bool,
}

struct Output {
    pipe: PipeReader,
    stream: Stream,
    capture: Capture,
    open: bool,
}

pub(crate) struct Running<'a> {
    spec: &'a RunSpec,
    watch: &'a mut dyn FnMut(RunEvent),
    outputs: [Output; 2],
    talk: UnixStream,
    talk_open: bool,
    to_program: VecDeque<u8>,
    reader: FrameReader,
    ticket: [u8; TICKET_LEN],
    control: UnixStream,
    control_open: bool,
    usage: Vec<u8>,
    phase: Phase,
    evidence: Evidence,
    answers: Vec<Answer>,
    written: u64,
    last_output: Option<Instant>,
    /// Whether the last output came in a small piece.
    trickling: bool,
    deadline: Instant,
    /// When an interruption was passed on.
    interrupted: Option<Instant>,
    /// When it was killed.
    killed: Option<Instant>,
}

impl<'a> Running<'a> {
    /// Begins: the program is asked to start its units. `now` is when the run was asked for.
    pub(crate) fn new(
        spec: &'a RunSpec,
        ends: Ends,
        now: Instant,
        watch: &'a mut dyn FnMut(RunEvent),
    ) -> io::Result<Self> {
        let kept = spec.limits.output_kept_bytes;
        let output =
            |pipe, stream| Output { pipe, stream, capture: Capture::new(kept), open: true };
        let mut run = Self {
            spec,
            watch,
            outputs: [output(ends.out, Stream::Stdout), output(ends.err, Stream::Stderr)],
            talk: ends.talk,
            talk_open: true,
            to_program: VecDeque::new(),
            reader: FrameReader::new(REPORT_MAX),
            ticket: [0; TICKET_LEN],
            control: ends.control,
            control_open: true,
            usage: Vec::new(),
            phase: Phase::Units,
            evidence: Evidence::default(),
            answers: Vec::new(),
            written: 0,
            last_output: None,
            trickling: false,
            deadline: now + Duration::from_millis(spec.limits.wall_ms),
            interrupted: None,
            killed: None,
        };
        run.command(GO);
        run.tell(&ToProgram::Start(&spec.program))?;
        Ok(run)
    }

    /// Goes through with it. `zygote` becomes readable when the zygote is gone.
    pub(crate) fn finish(
        mut self,
        zygote: BorrowedFd<'_>,
        interruptions: &Interruptions,
    ) -> io::Result<Over> {
        while self.control_open {
            if self.killed.is_some_and(|when| when.elapsed() >= KILL_GRACE) {
                break;
            }
            let [zygote_gone, asked_to_stop] = self.wait(zygote, interruptions)?;
            if zygote_gone && self.killed.is_none() {
                self.kill(Kill::Broken("the worker died during the run".into()));
            }
            if asked_to_stop {
                self.interrupt(interruptions.take());
            }
            self.write_on();
            if !self.is_resting() {
                self.read_outputs();
            }
            self.read_talk()?;
            self.read_control();
            self.look_at_clock();
        }
        Ok(self.over())
    }

    /// Waits for whatever comes first. Says whether the zygote is gone, and whether someone asked for an end.
    fn wait(&self, zygote: BorrowedFd<'_>, interruptions: &Interruptions) -> io::Result<[bool; 2]> {
        let mut watched = vec![
            Watched::new(interruptions.as_fd(), false),
            Watched::new(self.control.as_fd(), false),
        ];
        if self.killed.is_none() {
            watched.push(Watched::new(zygote, false));
        }
        if self.talk_open {
            watched.push(Watched::new(self.talk.as_fd(), !self.to_program.is_empty()));
        }
        let resting = self.is_resting();
        for output in self.outputs.iter().filter(|output| output.open && !resting) {
            watched.push(Watched::new(output.pipe.as_fd(), false));
        }
        let patience = self.patience();
        sys::poll(&mut watched, if resting { patience.min(REST) } else { patience })?;
        let zygote_gone = self.killed.is_none() && watched[2].readable;
        Ok([zygote_gone, watched[0].readable])
    }

    /// Whether output may gather for a moment. A program that prints line by line would otherwise wake us for each, and
    /// the two would take turns on the processor; one that fills the pipe gets no rest.
    fn is_resting(&self) -> bool {
        self.trickling && self.last_output.is_some_and(|when| when.elapsed() < REST)
    }

    /// How long there is to wait before the clock has something to say.
    fn patience(&self) -> Duration {
        let until = match (self.killed, self.interrupted) {
            (Some(when), _) => when + KILL_GRACE,
            (None, Some(when)) => self.deadline.min(when + INTERRUPT_GRACE),
            (None, None) => self.deadline,
        };
        until.saturating_duration_since(Instant::now())
    }

    fn look_at_clock(&mut self) {
        if self.interrupted.is_some_and(|when| when.elapsed() >= INTERRUPT_GRACE) {
            self.kill(Kill::Interrupt);
        } else if Instant::now() >= self.deadline {
            self.kill(if self.is_flooding() { Kill::Output } else { Kill::Timeout });
        }
    }

    /// Whether the program was still writing just now, far past what is kept: then its time went into its output.
    fn is_flooding(&self) -> bool {
        let kept = self.spec.limits.output_kept_bytes;
        let too_much = self.outputs.iter().any(|output| output.capture.total() > kept);
        too_much && self.last_output.is_some_and(|when| when.elapsed() < STILL_WRITING)
    }

    fn interrupt(&mut self, times: usize) {
        if times == 0 {
            return;
        }
        self.evidence.interrupted = true;
        if self.interrupted.is_some() || times > 1 {
            self.kill(Kill::Interrupt);
        } else {
            self.interrupted = Some(Instant::now());
            self.command(INTERRUPT);
        }
    }

    /// Has init end the tree; the first reason counts.
    fn kill(&mut self, why: Kill) {
        if self.killed.is_none() && self.control_open {
            self.killed = Some(Instant::now());
            self.evidence.killed = Some(why);
            self.command(KILL);
        }
    }

    fn command(&mut self, byte: u8) {
        // An init that is gone is noticed where its report is read.
        let _ = self.control.write(&[byte]);
    }

    /// Sends a frame with a fresh ticket, which its answer must bring back.
    fn tell(&mut self, what: &ToProgram<'_>) -> io::Result<()> {
        self.ticket = sys::random_bytes()?;
        let payload = what.payload(self.ticket);
        self.to_program.extend(framing::frame(&payload, REQUEST_MAX).map_err(io::Error::other)?);
        self.write_on();
        Ok(())
    }

    fn write_on(&mut self) {
        while !self.to_program.is_empty() && self.talk_open {
            match self.talk.write(self.to_program.as_slices().0) {
                Ok(written) => drop(self.to_program.drain(..written)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // One that has gone is noticed where it is read from.
                Err(_) => return,
            }
        }
    }

    fn read_outputs(&mut self) {
        let before = self.written;
        for index in 0..self.outputs.len() {
            self.read_output(index, TURN);
        }
        if self.written > before {
            self.last_output = Some(Instant::now());
            self.trickling = self.written - before < CHUNK as u64;
        }
        if self.written > self.spec.limits.output_bytes {
            self.kill(Kill::Output);
        }
    }

    /// Reads what one stream has, but no more than a turn's worth.
    fn read_output(&mut self, index: usize, turn: usize) {
        let output = &mut self.outputs[index];
        let mut bytes = [0; CHUNK];
        let mut seen = 0;
        while output.open && seen < turn {
            let length = match output.pipe.read(&mut bytes) {
                Ok(0) => {
                    output.open = false;
                    return;
                }
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => return,
            };
            seen += length;
            self.written += length as u64;
            if self.phase == Phase::Calls {
                continue;
            }
            let told = self.spec.limits.output_told_bytes.saturating_sub(output.capture.total());
            let shown = length.min(usize::try_from(told).unwrap_or(usize::MAX));
            output.capture.push(&bytes[..length]);
            if shown > 0 {
                (self.watch)(RunEvent::Output(output.stream, bytes[..shown].to_vec()));
            }
        }
    }

    /// Reads all that the program wrote before it reported: it waits now, and what it wrote is in the pipes.
    fn drain_outputs(&mut self) {
        // More than a pipe can hold means that someone goes on writing; that belongs to what comes next.
        const PIPE_MAX: usize = 1024 * 1024;
        for index in 0..self.outputs.len() {
            self.read_output(index, PIPE_MAX);
        }
    }

    fn read_talk(&mut self) -> io::Result<()> {
        let mut bytes = [0; CHUNK];
        while self.talk_open && self.killed.is_none() {
            match self.talk.read(&mut bytes) {
                Ok(0) => self.talk_open = false,
                Ok(length) => self.reader.push(&bytes[..length]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(_) => self.talk_open = false,
            }
            self.take_frames()?;
        }
        Ok(())
    }

    fn take_frames(&mut self) -> io::Result<()> {
        while self.killed.is_none() {
            match self.reader.next_frame() {
                Ok(None) => return Ok(()),
                Err(error) => self.kill(Kill::Garbage(error.to_string())),
                Ok(Some(_)) if self.phase == Phase::Closed => {
                    self.kill(Kill::Garbage("it says more than it was asked".into()));
                }
                Ok(Some(payload)) => match Report::parse(&payload, self.ticket) {
                    Ok(report) => self.on_report(report)?,
                    Err(error) => self.kill(Kill::Garbage(error.to_string())),
                },
            }
        }
        Ok(())
    }

    fn on_report(&mut self, report: Report) -> io::Result<()> {
        self.drain_outputs();
        match (self.phase, report) {
            (Phase::Units, Report::Raising(exception)) if self.evidence.raising.is_none() => {
                self.evidence.raising = Some(exception);
                Ok(())
            }
            (Phase::Units, Report::Finished(end)) => {
                let answers = end == End::Normal;
                self.evidence.end = Some(end);
                self.next_call(answers)
            }
            (Phase::Units | Phase::Calls, Report::Failed(why)) => {
                self.evidence.failed = Some(why);
                self.next_call(false)
            }
            (Phase::Ending, Report::Closed(closing)) => {
                self.phase = Phase::Closed;
                self.evidence.closing = Some(closing);
                Ok(())
            }
            (Phase::Calls, Report::Value(value)) => {
                self.answers.push(Answer::Value(value));
                self.next_call(true)
            }
            (Phase::Calls, Report::Raised(exception)) => {
                self.answers.push(Answer::Raised(exception));
                self.next_call(true)
            }
            (Phase::Calls, Report::Measured { answer, figures })
                if self.spec.program.measure.is_some() =>
            {
                self.answers.push(match answer {
                    Given::Value(value) => Answer::Value(value),
                    Given::Raised(exception) => Answer::Raised(exception),
                });
                self.evidence.figures = Some(figures);
                self.next_call(true)
            }
            _ => {
                self.kill(Kill::Garbage("it answers what it was not asked".into()));
                Ok(())
            }
        }
    }

    /// Sends the next call, if there is one and the program can answer.
    fn next_call(&mut self, answers: bool) -> io::Result<()> {
        let spec = self.spec;
        if let Some(call) = spec.calls.get(self.answers.len()).filter(|_| answers) {
            self.phase = Phase::Calls;
            return self.tell(&ToProgram::Call(call));
        }
        self.phase = Phase::Ending;
        self.evidence.released = true;
        self.tell(&ToProgram::End)
    }

    /// Reads init's report; with its end the run is over.
    fn read_control(&mut self) {
        let mut bytes = [0; 1024];
        loop {
            match self.control.read(&mut bytes) {
                Ok(length) if length > 0 && self.usage.len() < USAGE_MAX => {
                    self.usage.extend_from_slice(&bytes[..length]);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Ok(_) | Err(_) => {
                    self.control_open = false;
                    return;
                }
            }
        }
    }

    fn over(mut self) -> Over {
        // Init has seen to it that nobody writes any more; what is in the pipes is all there will be.
        self.drain_outputs();
        // Whoever says something after the last answer, and be it in dying, did not say it for us.
        if self.read_talk().is_err() {
            self.evidence.killed.get_or_insert(Kill::Broken("no randomness to be had".into()));
        }
        if self.evidence.killed.is_none() && self.reader.has_rest() {
            self.evidence.killed = Some(Kill::Garbage("a frame that is not whole".into()));
        }
        self.evidence.usage = messages::decode(&self.usage).ok();
        self.answers.resize(self.spec.calls.len(), Answer::Missing);
        let unseen = self.written == 0 && self.evidence.end.is_none();
        let [out, err] = self.outputs;
        Over {
            stuck: self.evidence.usage.is_none(),
            unseen,
            evidence: self.evidence,
            answers: self.answers,
            stdout: out.capture.finish(),
            stderr: err.capture.finish(),
        }
    }
}
