//! A zygote as the host sees it: started, greeted, asked for processes, ended.

use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::error::WorkerError;
use super::sys;
use crate::protocol::framing::{self, FrameReader};
use crate::protocol::messages::{self, Hello, Ready, Request, Wanted};
use crate::protocol::{BUILD_ID, Level};

/// How long a zygote may take to start; it takes 50 ms, and some seconds on a machine that is very busy.
const START: Duration = Duration::from_secs(30);

/// How long a zygote may take to end everything below it before it is killed.
const FAREWELL: Duration = Duration::from_secs(1);

/// The longest message of a zygote, in bytes.
const HELLO_MAX: usize = 64 * 1024;

/// How much of a complaint about a bad start is kept, in bytes.
const COMPLAINT_MAX: u64 = 4 * 1024;

/// A running zygote.
#[derive(Debug)]
pub(crate) struct Zygote {
    child: Child,
    socket: UnixStream,
    ready: Ready,
}

impl Zygote {
    /// Starts one and waits until it is ready. `python` is the link that its programs start as `sys.executable`; `level` is
    /// the one that will do, if not the strongest.
    pub(crate) fn start(
        worker: &Path,
        python: &Path,
        hash_seed: u32,
        level: Option<Level>,
    ) -> Result<Self, WorkerError> {
        let (socket, its_end) =
            UnixStream::pair().map_err(WorkerError::system("make a socket for the worker"))?;
        // An exec, never a bare fork of the host: its memory holds answers. And nothing of its environment.
        let child = Command::new(worker)
            .arg("--zygote")
            .arg("--python")
            .arg(python)
            .args(["--hash-seed", &hash_seed.to_string()])
            .args(level.iter().flat_map(|level| ["--sandbox", level.word()]))
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("LANG", "C.UTF-8")
            .env("LC_ALL", "C.UTF-8")
            .env("HOME", "/nonexistent")
            .current_dir("/")
            .stdin(OwnedFd::from(its_end))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => WorkerError::Missing { path: worker.to_owned() },
                _ => WorkerError::System { what: "start the worker", source: error },
            })?;
        Starting { child, socket }.greet(worker)
    }

    /// What it says of itself.
    pub(crate) fn ready(&self) -> &Ready {
        &self.ready
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether it is there.
    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Becomes readable when it has gone: it says nothing after its greeting.
    pub(crate) fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }

    /// Another end of the way to it, for requests.
    pub(crate) fn way(&self) -> io::Result<UnixStream> {
        self.socket.try_clone()
    }

    /// Asks for a program.
    pub(crate) fn request(
        &self,
        request: Request,
        descriptors: &[BorrowedFd<'_>; 5],
    ) -> io::Result<()> {
        let payload = messages::encode(&Wanted::Program(request));
        let frame = framing::frame(&payload, HELLO_MAX).map_err(io::Error::other)?;
        sys::send_with_descriptors(&self.socket, &frame, descriptors)
    }
}

impl Drop for Zygote {
    fn drop(&mut self) {
        // The end of the socket has it end everything below it first.
        sys::resume(self.child.id());
        let _ = self.socket.shutdown(std::net::Shutdown::Write);
        let _ = self.socket.set_read_timeout(Some(FAREWELL));
        let _ = (&self.socket).read(&mut [0]);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A zygote that has not said hello yet.
struct Starting {
    child: Child,
    socket: UnixStream,
}

impl Starting {
    fn greet(mut self, worker: &Path) -> Result<Zygote, WorkerError> {
        match self.hello() {
            Ok(Some(Hello::Ready(ready))) if ready.build == BUILD_ID => {
                self.child.stderr = None;
                Ok(Zygote { child: self.child, socket: self.socket, ready })
            }
            Ok(Some(Hello::Ready(_))) => {
                self.end();
                Err(WorkerError::Stale { path: worker.to_owned() })
            }
            Ok(Some(Hello::Unfit(detail))) => {
                self.end();
                Err(WorkerError::PythonUnfit { detail })
            }
            Ok(Some(Hello::Refused(declined))) => {
                self.end();
                Err(WorkerError::Refused { level: declined.level, why: declined.why })
            }
            Ok(None) | Err(_) => {
                self.end();
                let detail = self.complaint();
                if detail.is_empty() {
                    Err(WorkerError::Silent { path: worker.to_owned() })
                } else {
                    Err(WorkerError::PythonUnfit { detail })
                }
            }
        }
    }

    /// Waits for the greeting; nothing where it goes without one.
    fn hello(&self) -> io::Result<Option<Hello>> {
        self.socket.set_read_timeout(Some(START))?;
        let mut reader = FrameReader::new(HELLO_MAX);
        let mut bytes = [0; 4096];
        loop {
            if let Some(payload) = reader.next_frame().map_err(io::Error::other)? {
                return messages::decode(&payload).map(Some).map_err(io::Error::other);
            }
            match (&self.socket).read(&mut bytes)? {
                0 => return Ok(None),
                length => reader.push(&bytes[..length]),
            }
        }
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// What it, or the loader in its place, wrote to standard error.
    fn complaint(&mut self) -> String {
        let mut text = Vec::new();
        if let Some(stderr) = self.child.stderr.take() {
            // What cannot be read is not told.
            let _ = stderr.take(COMPLAINT_MAX).read_to_end(&mut text);
        }
        String::from_utf8_lossy(&text).trim().to_owned()
    }
}
