//! The checker's process: started, greeted, asked one question at a time, ended.

use std::io::{self, Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::TypesError;
use crate::protocol::BUILD_ID;
use crate::protocol::framing::{self, FrameReader};
use crate::protocol::messages;
use crate::protocol::types::{Answer, FRAME_MAX, Hello, Question, Said};

/// How long it may take to start; it takes 4 ms.
const START: Duration = Duration::from_secs(30);

/// A process that answers no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    /// The time was up.
    TookTooLong,
    /// It went away, or said what cannot be understood.
    Ended,
}

/// A running checker.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    socket: UnixStream,
    frames: FrameReader,
}

impl Process {
    /// Starts one and waits for its greeting.
    pub(super) fn start(program: &Path) -> Result<Self, TypesError> {
        let refused = |what| move |source| TypesError::System { what, source };
        let (socket, its_end) =
            UnixStream::pair().map_err(refused("make a socket for the type checker"))?;
        let child = Command::new(program)
            .arg("--serve")
            .env_clear()
            .current_dir("/")
            .stdin(OwnedFd::from(its_end))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => TypesError::Missing { path: program.to_owned() },
                _ => refused("start the type checker")(error),
            })?;
        let mut process = Self { child, socket, frames: FrameReader::new(FRAME_MAX) };
        let hello = process.receive(Instant::now() + START).ok();
        let hello = hello.and_then(|payload| messages::decode::<Hello>(&payload).ok());
        match hello {
            Some(hello) if hello.build == BUILD_ID => Ok(process),
            Some(_) => Err(TypesError::Stale { path: program.to_owned() }),
            None => Err(TypesError::Silent { path: program.to_owned() }),
        }
    }

    /// Its process id.
    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether it is there.
    pub(super) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Asks, and waits for the answer. After an error it is of no more use.
    pub(super) fn ask(&mut self, question: &Question, patience: Duration) -> Result<Said, Lost> {
        let until = Instant::now() + patience;
        let frame = framing::frame(&messages::encode(question), FRAME_MAX);
        let frame = frame.map_err(|_| Lost::Ended)?;
        self.socket.write_all(&frame).map_err(|_| Lost::Ended)?;
        let answer: Answer = messages::decode(&self.receive(until)?).map_err(|_| Lost::Ended)?;
        if answer.id == question.id { Ok(answer.said) } else { Err(Lost::Ended) }
    }

    /// Waits for a frame.
    fn receive(&mut self, until: Instant) -> Result<Vec<u8>, Lost> {
        let mut bytes = [0; 16 * 1024];
        loop {
            if let Some(payload) = self.frames.next_frame().map_err(|_| Lost::Ended)? {
                return Ok(payload);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Lost::TookTooLong);
            }
            self.socket.set_read_timeout(Some(left)).map_err(|_| Lost::Ended)?;
            match self.socket.read(&mut bytes) {
                Ok(0) => return Err(Lost::Ended),
                Ok(length) => self.frames.push(&bytes[..length]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    return Err(Lost::TookTooLong);
                }
                Err(_) => return Err(Lost::Ended),
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
