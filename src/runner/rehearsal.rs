//! Runs without processes: the host's side is the real one, and a script plays program and init. For what must hold whatever a
//! program sends, tried more often than processes could be started.

use std::io::{self, Read as _, Write as _};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

use super::interrupt::Interruptions;
use super::outcome::{self, Ending};
use super::running::{Ends, Running};
use super::sys::{self, Watched};
use crate::domain::run::{Answer, RunSpec};
use crate::protocol::framing::{FrameReader, REQUEST_MAX};
use crate::protocol::messages::KILL;

/// How long a script may wait for the host: it answers at once, and the run has a limit of its own.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a program does when a frame has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// What it sends, byte for byte.
    pub bytes: Vec<u8>,
    /// Whether it ends then.
    pub ends: bool,
}

/// What plays program and init.
pub trait Script: Send {
    /// What the program does when a frame with this payload has come.
    fn answer(&mut self, payload: &[u8]) -> Reply;

    /// What init says, byte for byte, when the program has ended or the host has it ended.
    fn last_words(&mut self) -> Vec<u8>;
}

/// What the host makes of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Rehearsed {
    /// How it ended.
    pub ending: Ending,
    /// One for each call, in order.
    pub answers: Vec<Answer>,
}

/// Goes through with a run whose program and init are played by a script.
pub fn rehearse(spec: &RunSpec, script: &mut dyn Script) -> io::Result<Rehearsed> {
    let (out, _its_out) = sys::output_pipe()?;
    let (err, _its_err) = sys::output_pipe()?;
    let (talk, its_talk) = UnixStream::pair()?;
    let (control, its_control) = UnixStream::pair()?;
    let (zygote, _its_zygote) = UnixStream::pair()?;
    talk.set_nonblocking(true)?;
    control.set_nonblocking(true)?;
    let (interruptions, _interrupter) = Interruptions::new()?;
    let over = thread::scope(|scope| {
        let stage = Stage { talk: its_talk, control: its_control };
        scope.spawn(move || stage.play(script));
        let mut silent = |_| {};
        let ends = Ends { out, err, talk, control };
        let run = Running::new(spec, ends, Instant::now(), &mut silent)?;
        run.finish(zygote.as_fd(), &interruptions)
    })?;
    Ok(Rehearsed { ending: outcome::classify(&over.evidence), answers: over.answers })
}

/// The far ends of a run's streams.
struct Stage {
    talk: UnixStream,
    control: UnixStream,
}

impl Stage {
    /// Answers frames until the script or the host ends it. A host that is gone ends it too.
    fn play(mut self, script: &mut dyn Script) {
        let _ = self.answer_all(script);
        let _ = self.talk.shutdown(std::net::Shutdown::Both);
        let _ = self.control.write_all(&script.last_words());
    }

    fn answer_all(&mut self, script: &mut dyn Script) -> io::Result<()> {
        let mut reader = FrameReader::new(REQUEST_MAX);
        let mut bytes = [0; 4096];
        loop {
            let mut watched =
                [Watched::new(self.control.as_fd(), false), Watched::new(self.talk.as_fd(), false)];
            sys::poll(&mut watched, PATIENCE)?;
            let [told, asked] = [watched[0].readable, watched[1].readable];
            if told {
                let length = self.control.read(&mut bytes)?;
                if length == 0 || bytes[..length].contains(&KILL) {
                    return Ok(());
                }
            }
            if asked {
                let length = self.talk.read(&mut bytes)?;
                reader.push(&bytes[..length]);
                while let Some(payload) = reader.next_frame().map_err(io::Error::other)? {
                    let reply = script.answer(&payload);
                    self.talk.write_all(&reply.bytes)?;
                    if reply.ends {
                        return Ok(());
                    }
                }
                if length == 0 {
                    return Ok(());
                }
            }
            if !told && !asked {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::run::{Outcome, Program};
    use crate::domain::value::Value;
    use crate::protocol::framing::{REPORT_MAX, TICKET_LEN, frame};

    /// Answers a start and one call as a program does, and ends when it is told to; init says how.
    struct Honest {
        status: i32,
    }

    impl Script for Honest {
        fn answer(&mut self, payload: &[u8]) -> Reply {
            let (ticket, rest) = payload.split_at(TICKET_LEN);
            let body: &[u8] = match rest[0] {
                b'S' => br#"{"finished":"normal"}"#,
                b'C' => br#"{"value":{"t":"int","v":"14"}}"#,
                _ => return Reply { bytes: Vec::new(), ends: true },
            };
            let bytes = frame(&[ticket, body].concat(), REPORT_MAX).unwrap();
            Reply { bytes, ends: false }
        }

        fn last_words(&mut self) -> Vec<u8> {
            let usage = crate::protocol::messages::Usage {
                status: Some(self.status),
                ..Default::default()
            };
            crate::protocol::messages::encode(&usage)
        }
    }

    #[test]
    fn a_script_that_answers_as_a_program_does_ends_as_one() {
        let spec = RunSpec {
            program: Program::single("main.py", "pass\n"),
            calls: vec!["solve(3)".into()],
            ..RunSpec::default()
        };
        let seen = rehearse(&spec, &mut Honest { status: 0 }).unwrap();
        assert_eq!(seen.ending.outcome, Outcome::Normal);
        assert_eq!(seen.answers, [Answer::Value(Value::Int("14".into()))]);
        let killed = rehearse(&spec, &mut Honest { status: 9 }).unwrap();
        assert_eq!((killed.ending.outcome, killed.ending.signal), (Outcome::Crash, Some(9)));
    }
}
