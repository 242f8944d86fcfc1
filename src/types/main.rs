//! `pykata-types`: the type checker in a process of its own, which can be killed: deep nesting overflows a stack, and some
//! texts take a minute.
//!
//! It is started by the host, talks on standard input alone, and opens no file once it has said hello. What ty is, is known
//! here and nowhere else.

mod checker;
mod database;

use std::env;
use std::io::{self, Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use pykata::protocol::BUILD_ID;
use pykata::protocol::framing::{self, FrameReader};
use pykata::protocol::messages;
use pykata::protocol::types::{Answer, FRAME_MAX, Hello, Question};
use pykata::sandbox::alone;

use crate::checker::Checker;

/// The stack of the thread that checks: a tree of the depth that the host lets through takes a twentieth of it.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// The memory that the process may have, in bytes; a lesson's text takes 30 MB.
const MEMORY_BYTES: u64 = 1024 * 1024 * 1024;

fn main() -> ExitCode {
    if env::args().nth(1).as_deref() != Some("--serve") {
        return refuse();
    }
    // Whatever goes wrong with the talk, the host sees its end and starts another.
    ExitCode::from(u8::from(serve().is_err()))
}

/// Answers questions until the host goes. This thread does nothing but listen, so that its end is the process's end even
/// while a text is being checked.
fn serve() -> io::Result<()> {
    let socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    alone::confine(MEMORY_BYTES)?;
    let (questions, asked) = mpsc::channel();
    let replies = socket.try_clone()?;
    thread::Builder::new()
        .name("checker".into())
        .stack_size(STACK_BYTES)
        .spawn(move || answer_all(&asked, &replies))?;
    send(&socket, &messages::encode(&Hello { build: BUILD_ID.into() }))?;
    let mut frames = FrameReader::new(FRAME_MAX);
    let mut bytes = vec![0; 64 * 1024];
    loop {
        while let Some(payload) = frames.next_frame().map_err(io::Error::other)? {
            let question: Question = messages::decode(&payload).map_err(io::Error::other)?;
            questions.send(question).map_err(io::Error::other)?;
        }
        match (&socket).read(&mut bytes)? {
            0 => return Ok(()),
            length => frames.push(&bytes[..length]),
        }
    }
}

fn answer_all(asked: &Receiver<Question>, replies: &UnixStream) {
    let mut checker = Checker::default();
    while let Ok(Question { id, ask }) = asked.recv() {
        let answer = Answer { id, said: checker.answer(&ask) };
        if send(replies, &messages::encode(&answer)).is_err() {
            return;
        }
    }
}

fn send(mut socket: &UnixStream, payload: &[u8]) -> io::Result<()> {
    socket.write_all(&framing::frame(payload, FRAME_MAX).map_err(io::Error::other)?)
}

#[expect(clippy::print_stderr, reason = "started by hand, its one answer goes to the terminal")]
fn refuse() -> ExitCode {
    eprintln!(
        "pykata-types checks types for pykata and is started by it; `pykata types FILE` asks it"
    );
    ExitCode::from(2)
}
