//! Has texts compiled, and not run, by a process of the worker, for what is shown while a program is written.
//!
//! It works beside the supervisor, which may be busy with a run: from that it has the way to the usual zygote alone.

use std::io::{self, Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::sys;
use crate::domain::compiled::Compiled;
use crate::protocol::framing::{self, FrameReader};
use crate::protocol::messages::{self, Wanted};
use crate::protocol::reading::{Answer, FRAME_MAX, Question, TEXT_MAX};

/// How long an answer may take; it takes half a millisecond, and the reader ends itself after two seconds of its own time.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest request to a zygote, in bytes.
const REQUEST_MAX: usize = 1024;

/// The way to the usual zygote, which the supervisor opens and shuts.
#[derive(Debug, Clone, Default)]
pub struct Door(Arc<Frame>);

#[derive(Debug, Default)]
struct Frame {
    way: Mutex<Way>,
    changed: Condvar,
}

#[derive(Debug, Default)]
enum Way {
    /// Nobody has tried to start a zygote.
    #[default]
    Unknown,
    Open(UnixStream),
    Shut,
}

impl Door {
    /// Says that there will be no zygote.
    pub fn shut(&self) {
        self.set(Way::Shut);
    }

    /// Gives a zygote's socket, or says that it cannot be had.
    pub(crate) fn open(&self, socket: io::Result<UnixStream>) {
        self.set(socket.map_or(Way::Shut, Way::Open));
    }

    fn set(&self, way: Way) {
        // One assignment is all that happens under the lock.
        *self.0.way.lock().unwrap_or_else(PoisonError::into_inner) = way;
        self.0.changed.notify_all();
    }

    /// Asks for a reader, once it is known whether there is a zygote.
    fn ask(&self) -> io::Result<UnixStream> {
        let mut way = self.0.way.lock().unwrap_or_else(PoisonError::into_inner);
        while matches!(*way, Way::Unknown) {
            way = self.0.changed.wait(way).unwrap_or_else(PoisonError::into_inner);
        }
        let Way::Open(zygote) = &*way else { return Err(io::ErrorKind::NotConnected.into()) };
        let (near, far) = UnixStream::pair()?;
        let request = messages::encode(&Wanted::Reader);
        let request = framing::frame(&request, REQUEST_MAX).map_err(io::Error::other)?;
        // The supervisor may ask for a program at the same moment: messages as short as these go in one piece.
        sys::send_with_descriptors(zygote, &request, &[far.as_fd()])?;
        Ok(near)
    }
}

/// Has texts compiled; its process is started by the first one, and again after one that ended it.
#[derive(Debug)]
pub struct Reader {
    door: Door,
    patience: Duration,
    talk: Option<Talk>,
    asked: u64,
}

impl Reader {
    /// One that works with the zygote behind a door.
    #[must_use]
    pub fn new(door: Door) -> Self {
        Self { door, patience: PATIENCE, talk: None, asked: 0 }
    }

    /// What the running Python says of a text; nothing where there is none, or where it can say neither yes nor no.
    ///
    /// Waits for the zygote's start, if that goes on.
    pub fn read(&mut self, text: &str) -> Option<Compiled> {
        if text.len() > TEXT_MAX {
            return None;
        }
        let mut talk = match self.talk.take() {
            Some(talk) => talk,
            None => Talk::new(self.door.ask().ok()?, self.patience).ok()?,
        };
        self.asked += 1;
        // What became of the process is not told: the next text gets another.
        let said = talk.ask(&Question { id: self.asked, text: text.to_owned() }).ok()?;
        self.talk = Some(talk);
        said
    }
}

/// A reader's process as the host sees it.
#[derive(Debug)]
struct Talk {
    socket: UnixStream,
    frames: FrameReader,
}

impl Talk {
    fn new(socket: UnixStream, patience: Duration) -> io::Result<Self> {
        socket.set_read_timeout(Some(patience))?;
        socket.set_write_timeout(Some(patience))?;
        Ok(Self { socket, frames: FrameReader::new(FRAME_MAX) })
    }

    /// Asks and waits. After an error the talk is of no more use.
    fn ask(&mut self, question: &Question) -> io::Result<Option<Compiled>> {
        let frame = framing::frame(&messages::encode(question), FRAME_MAX);
        self.socket.write_all(&frame.map_err(io::Error::other)?)?;
        let mut bytes = [0; 4096];
        loop {
            if let Some(payload) = self.frames.next_frame().map_err(io::Error::other)? {
                let answer: Answer = messages::decode(&payload).map_err(io::Error::other)?;
                let fits = answer.id == question.id;
                return if fits { Ok(answer.said) } else { Err(io::ErrorKind::InvalidData.into()) };
            }
            match self.socket.read(&mut bytes) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(length) => self.frames.push(&bytes[..length]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn talking(socket: UnixStream, patience: Duration) -> Reader {
        let talk = Some(Talk::new(socket, patience).unwrap());
        Reader { door: Door::default(), patience, talk, asked: 0 }
    }

    #[test]
    fn without_a_zygote_nothing_is_said_and_nobody_waits() {
        let door = Door::default();
        door.shut();
        assert_eq!(Reader::new(door).read("x = \n"), None);
    }

    #[test]
    fn a_text_waits_until_it_is_known_whether_there_is_a_zygote() {
        let door = Door::default();
        let mut reader = Reader::new(door.clone());
        let waiting = thread::spawn(move || reader.read("x = \n"));
        let (near, far) = UnixStream::pair().unwrap();
        drop(far);
        door.open(Ok(near));
        assert_eq!(waiting.join().unwrap(), None, "the zygote is gone");
    }

    #[test]
    fn an_answer_to_another_question_ends_the_talk() {
        let (near, mut far) = UnixStream::pair().unwrap();
        let answer = messages::encode(&Answer { id: 7, said: Some(Compiled::default()) });
        far.write_all(&framing::frame(&answer, FRAME_MAX).unwrap()).unwrap();
        let mut reader = talking(near, PATIENCE);
        assert_eq!(reader.read("x\n"), None);
        assert!(reader.talk.is_none());
    }

    #[test]
    fn a_process_that_does_not_answer_in_time_is_let_go() {
        let (near, mut far) = UnixStream::pair().unwrap();
        let mut reader = talking(near, Duration::from_millis(1));
        assert_eq!(reader.read("x\n"), None);
        let mut asked = Vec::new();
        far.read_to_end(&mut asked).unwrap();
        assert!(!asked.is_empty(), "it was asked, and its talk has ended");
    }
}
