//! The messages themselves. Three pairs speak: host and zygote, host and init, host and program.
//!
//! Nothing that a check expects has a place in any of them.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::framing::TICKET_LEN;
use crate::domain::measure::Figures;
use crate::domain::run::{Exception, Level, Program, TaskFigures, Waiting};
use crate::domain::value::Value;

/// Writes a message as JSON.
#[must_use]
pub fn encode(message: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(message).expect("messages are plain data with text for keys")
}

/// Reads a message.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Malformed> {
    serde_json::from_slice(bytes).map_err(|error| Malformed::Content(error.to_string()))
}

/// What a zygote says once, before anything is asked of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hello {
    /// It waits for requests.
    Ready(Ready),
    /// It cannot serve: the sentence says why.
    Unfit(String),
    /// The level that was asked for is not granted here.
    Refused(Declined),
}

/// What a zygote says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// Its [`super::BUILD_ID`].
    pub build: String,
    /// Its Python, as `3.11.7`.
    pub python: String,
    /// What its sandbox covers.
    pub level: Level,
    /// Where each run has its scratch folder mounted, which then goes with the run; otherwise the host makes one.
    #[serde(default)]
    pub scratch: Option<String>,
    /// What a probe in that sandbox tried.
    #[serde(default)]
    pub tried: Vec<Tried>,
    /// The stronger levels that were not granted.
    #[serde(default)]
    pub declined: Vec<Declined>,
}

/// A level that a system does not grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declined {
    /// Which.
    pub level: Level,
    /// Why, a fragment.
    pub why: String,
}

/// An act that a probe tried from inside a sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// Which.
    pub act: Act,
    /// Whether it was refused.
    pub refused: bool,
}

/// What a learner's program has no business to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Read a file of the user's.
    ReadFiles,
    /// Write to one.
    WriteFiles,
    /// Change the mode of one.
    ChangeFiles,
    /// Connect to a port outside.
    Network,
    /// Connect to a socket in the file system, as desktops and daemons have them.
    PathSockets,
    /// Connect to a socket with an abstract name.
    AbstractSockets,
    /// Signal a process outside.
    Signals,
    /// Read the memory of one.
    Memory,
    /// Make namespaces.
    Namespaces,
    /// Have memory that no limit of a process counts.
    HiddenMemory,
    /// Use the user's keyrings.
    Keyrings,
    /// Fill the disk.
    FillDisk,
}

impl Act {
    /// What is done, as in "could …".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::ReadFiles => "read your files",
            Self::WriteFiles => "write to your files",
            Self::ChangeFiles => "change the modes and times of your files",
            Self::Network => "reach the network",
            Self::PathSockets => "talk to services on this machine",
            Self::AbstractSockets => "talk to your desktop's services",
            Self::Signals => "signal your other programs",
            Self::Memory => "read the memory of your other programs",
            Self::Namespaces => "make namespaces",
            Self::HiddenMemory => "use memory that no limit counts",
            Self::Keyrings => "use your keyrings",
            Self::FillDisk => "fill the disk with files",
        }
    }
}

/// What a zygote is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wanted {
    /// A program.
    Program(Request),
    /// A process that compiles texts and runs none; one descriptor comes with it, its end of the talk about them.
    Reader,
}

/// Asks a zygote for a program. Five descriptors come with it: the write ends of standard output and error, then the
/// program's end of its talk with the host, then init's end of its own, then the file of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The run's scratch folder; it exists and is empty, or it is where the zygote said that it mounts one. The folder around
    /// it is the run's own too and holds nothing else, so that a program may remove even the one in which it stands.
    pub scratch: String,
    /// What the run may use.
    pub limits: Caps,
}

/// The limits that are set inside the run's own processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caps {
    /// Address space of a process, in bytes.
    pub memory_bytes: u64,
    /// The longest file, in bytes.
    pub file_bytes: u64,
    /// Threads and processes counted together.
    pub tasks: u32,
}

/// Tells init to end the whole tree. The end of the stream tells it the same.
pub const KILL: u8 = b'K';

/// Tells init to interrupt the program, as Ctrl-C does.
pub const INTERRUPT: u8 = b'I';

/// Tells init that the program, parked until now, has something to run: from here on init looks after it.
pub const GO: u8 = b'G';

/// What init says once, when nothing of the run is left.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// How the program ended, as `wait` gives it; nothing where it was never started.
    pub status: Option<i32>,
    /// The largest resident size of a process, in bytes.
    pub peak_bytes: u64,
    /// Processes that were killed after the program's own end.
    pub left: u32,
    /// What it was ended for having more of than allowed.
    pub excess: Option<Excess>,
    /// Why no program could be started.
    pub error: Option<String>,
}

/// What init keeps count of, because the kernel does not count it for a tree of processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Excess {
    /// Threads and processes.
    Tasks,
    /// Resident memory of all processes together.
    Memory,
    /// Files in the scratch folder.
    Files,
}

/// What the host sends to a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToProgram<'a> {
    /// Run these units. Comes first, once.
    Start(&'a Program),
    /// Evaluate this expression. Comes when everything before was answered.
    Call(&'a str),
    /// Shut down, and say what is known only then.
    End,
}

impl ToProgram<'_> {
    /// The payload of its frame: the ticket, a letter, a body (JSON for a start, otherwise plain text).
    #[must_use]
    pub fn payload(&self, ticket: [u8; TICKET_LEN]) -> Vec<u8> {
        let (letter, body) = match self {
            Self::Start(program) => (b'S', encode(program)),
            Self::Call(expression) => (b'C', expression.as_bytes().to_vec()),
            Self::End => (b'E', Vec::new()),
        };
        let mut payload = Vec::with_capacity(TICKET_LEN + 1 + body.len());
        payload.extend_from_slice(&ticket);
        payload.push(letter);
        payload.extend_from_slice(&body);
        payload
    }
}

/// What a program sends to the host; in its frame the ticket of what it answers stands before it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Report {
    /// Comes before the answer to a start: this came out of a unit, and is about to be asked for its text, which may
    /// take forever.
    Raising(Exception),
    /// Answers a start: the units came to an end.
    Finished(End),
    /// Answers a call: it has a value.
    Value(Value),
    /// Answers a call: it raised.
    Raised(Exception),
    /// Answers a call that is measured.
    Measured {
        /// What it gave.
        answer: Given,
        /// What was measured of it.
        figures: Box<Figures>,
    },
    /// Answers a start or a call: our own part of the program failed.
    Failed(String),
    /// Answers an end, and is the last word.
    Closed(Closing),
}

/// What a measured call gave.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Given {
    /// A value.
    Value(Value),
    /// An exception.
    Raised(Exception),
}

/// What is known of a program at its very end.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Closing {
    /// The time on its own clock, in nanoseconds, where that is virtual.
    pub virtual_ns: Option<u64>,
    /// Its asyncio tasks.
    pub tasks: TaskFigures,
    /// That its threads came to a standstill after its units had ended.
    pub stuck: Option<Stuck>,
}

/// A standstill: nothing in the program can go on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Stuck {
    /// Of which kind.
    pub why: Standstill,
    /// What the program was told.
    pub exception: Exception,
    /// Who waits for what.
    pub waiting: Vec<Waiting>,
}

/// The kinds of standstill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standstill {
    /// Everything waits for something that cannot come.
    Deadlock,
    /// It sleeps for more years than a run has.
    Asleep,
}

/// How the units came to an end.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// The last one ran to its last line.
    Normal,
    /// `SystemExit` came out of one; the code is what the operating system is told.
    Exit(i32),
    /// Another exception came out of one.
    Raised {
        /// The exception.
        exception: Exception,
        /// Which limit is behind it, where one is.
        limit: Option<Shortage>,
    },
    /// It came to a standstill, whatever it made of being told.
    Stuck(Stuck),
}

/// What ran short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shortage {
    /// Memory.
    Memory,
    /// Threads or processes.
    Tasks,
}

/// Why a frame from a program is no report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It does not bring back the ticket that is out.
    #[error("it does not answer what was asked")]
    Ticket,
    /// It is not a report.
    #[error("it is not a report: {0}")]
    Content(String),
}

impl Report {
    /// Reads a frame's payload, which must bear the ticket.
    pub fn parse(payload: &[u8], ticket: [u8; TICKET_LEN]) -> Result<Self, Malformed> {
        let (head, body) = payload.split_first_chunk::<TICKET_LEN>().ok_or(Malformed::Ticket)?;
        if *head != ticket {
            return Err(Malformed::Ticket);
        }
        decode(body)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::*;

    const TICKET: [u8; TICKET_LEN] = [7; TICKET_LEN];

    fn parse(json: &str) -> Result<Report, Malformed> {
        Report::parse(&[&TICKET, json.as_bytes()].concat(), TICKET)
    }

    #[test]
    fn a_report_with_its_ticket_is_read() {
        assert_eq!(parse(r#"{"finished":"normal"}"#), Ok(Report::Finished(End::Normal)));
        assert_eq!(parse(r#"{"finished":{"exit":3}}"#), Ok(Report::Finished(End::Exit(3))));
        let value = parse(r#"{"value":{"t":"dict","v":[[{"t":"int","v":"1"},{"t":"none"}]]}}"#);
        let pair = (Value::Int("1".into()), Value::None);
        assert_eq!(value, Ok(Report::Value(Value::Dict(vec![pair]))));
    }

    #[test]
    fn a_last_word_and_a_standstill_are_read() {
        let tasks = r#"{"tasks_left":[],"cancelled":1,"most_tasks":2,"never_awaited":[]}"#;
        let closed = format!(r#"{{"closed":{{"stuck":null,"virtual_ns":1,"tasks":{tasks}}}}}"#);
        let Ok(Report::Closed(closing)) = parse(&closed) else { panic!("{closed}") };
        assert_eq!((closing.virtual_ns, closing.tasks.cancelled), (Some(1), 1));
        let exception = r#"{"type":"Deadlock","bases":[],"message":"","frames":[],"traceback":"","cause":null,"context":null,"group":[]}"#;
        let waiting = r#"[{"name":"Task-2","file":null,"line":null,"function":null,"code":null}]"#;
        let stuck = format!(
            r#"{{"finished":{{"stuck":{{"why":"deadlock","exception":{exception},"waiting":{waiting}}}}}}}"#
        );
        let Ok(Report::Finished(End::Stuck(stuck))) = parse(&stuck) else { panic!("{stuck}") };
        assert_eq!((stuck.why, &*stuck.waiting[0].name), (Standstill::Deadlock, "Task-2"));
    }

    #[test]
    fn another_ticket_is_refused_whatever_it_says() {
        let payload = [&[8; TICKET_LEN], br#"{"finished":"normal"}"#.as_slice()].concat();
        assert_eq!(Report::parse(&payload, TICKET), Err(Malformed::Ticket));
        assert_eq!(Report::parse(b"short", TICKET), Err(Malformed::Ticket));
    }

    #[test]
    fn two_reports_in_one_frame_are_refused() {
        let twice = parse(r#"{"finished":"normal"}{"finished":"normal"}"#);
        assert!(matches!(twice, Err(Malformed::Content(_))));
    }

    #[test]
    fn nesting_without_end_is_refused_and_overflows_nothing() {
        let deep = format!("{}{}", r#"{"value":"#, r#"{"t":"list","v":["#.repeat(100_000));
        assert!(matches!(parse(&deep), Err(Malformed::Content(_))));
    }

    proptest! {
        #[test]
        fn random_bytes_never_bear_the_ticket(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(Report::parse(&bytes, [0x5a; TICKET_LEN]), Err(Malformed::Ticket));
        }
    }
}
