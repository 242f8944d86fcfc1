//! What is fuzzed: everything on the host's side that reads what a program or its init may have written. The bytes decide what
//! is sent, in which pieces, and whether the sender knows the ticket that an answer must bear.

use pykata::domain::run::{Answer, Outcome, Program, RunSpec};
use pykata::domain::value::Value;
use pykata::protocol::framing::{FrameReader, REPORT_MAX, TICKET_LEN, frame};
use pykata::protocol::messages::{End, Hello, Report, Usage, decode};
use pykata::runner::outcome::{Evidence, classify};
use pykata::runner::rehearsal::{Rehearsed, Reply, Script, rehearse};

/// A ticket that is not in any seed.
const TICKET: [u8; TICKET_LEN] =
    *b"\xf7\x1c\xd0\x93\x5e\x0a\xbb\x62\x81\x44\x27\xfe\x39\xc8\x16\xad";

/// What would be the right answer: a number that no seed has, and that chance does not find.
const RIGHT: &str = "740278251984610395837462519";

/// What a program says at its very end.
const LAST_WORD: &[u8] = br#"{"closed":{"stuck":null,"virtual_ns":1,"tasks":{"tasks_left":[],"cancelled":1,"most_tasks":2,"never_awaited":[]}}}"#;

/// Reads bytes as a stream of frames from a program, as one report, and as what init and zygote say.
pub(crate) fn reader(data: &[u8]) {
    let limit = [64, 4096, REPORT_MAX][usize::from(data.first().copied().unwrap_or(2)) % 3];
    let piece = usize::from(data.get(1).copied().unwrap_or(0)) + 1;
    let mut frames = FrameReader::new(limit);
    'stream: for piece in data.chunks(piece) {
        frames.push(piece);
        loop {
            match frames.next_frame() {
                Ok(Some(payload)) => {
                    assert!(payload.len() <= limit, "a frame is longer than its reader takes");
                    let report = Report::parse(&payload, TICKET);
                    assert!(
                        report.is_err() || payload.starts_with(&TICKET),
                        "a ticket was guessed"
                    );
                }
                Ok(None) => break,
                Err(_) => break 'stream,
            }
        }
    }
    let usage = decode::<Usage>(data).ok();
    let _ = decode::<Hello>(data);
    // Who knows the ticket still ends only as what was reported, and gives no answer but what was sent.
    let ticketed = [&TICKET, data].concat();
    let report = Report::parse(&ticketed, TICKET).ok();
    if let Some(Report::Value(value)) = &report {
        assert_ne!(*value, Value::Int(RIGHT.into()), "the right answer was found");
    }
    let end = match report {
        Some(Report::Finished(end)) => Some(end),
        _ => None,
    };
    let is_normal = end == Some(End::Normal);
    let ending = classify(&Evidence { end, released: true, usage, ..Evidence::default() });
    assert!(ending.outcome != Outcome::Normal || is_normal, "it ended well without a report");
}

/// Goes through a whole run with a program that answers by the bytes.
pub(crate) fn run(data: &[u8]) -> Rehearsed {
    let spec = RunSpec {
        program: Program::single("main.py", "pass\n"),
        calls: vec!["solve(3)".into(), "solve(4)".into()],
        ..RunSpec::default()
    };
    let mut player = Player { data, at: 0, knew_tickets: true };
    let seen = rehearse(&spec, &mut player).expect("the system grants a few sockets");
    let right = Answer::Value(Value::Int(RIGHT.into()));
    assert!(!seen.answers.contains(&right), "the right answer was found");
    assert_eq!(seen.answers.len(), spec.calls.len(), "there is an answer for each call");
    let is_normal = seen.ending.outcome == Outcome::Normal;
    assert!(player.knew_tickets || !is_normal, "it ended well without its tickets");
    seen
}

/// Takes its answers from bytes: for each, a byte that says how, one for its length, and the answer itself.
struct Player<'d> {
    data: &'d [u8],
    at: usize,
    /// Whether each answer bore its ticket.
    knew_tickets: bool,
}

impl Player<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = self.data.get(self.at).copied();
        self.at += 1;
        byte
    }

    fn piece(&mut self) -> Vec<u8> {
        let length = usize::from(self.byte().unwrap_or(0)) * 4;
        let rest = self.data.get(self.at..).unwrap_or_default();
        let piece = rest[..length.min(rest.len())].to_vec();
        self.at += length;
        piece
    }
}

impl Script for Player<'_> {
    fn answer(&mut self, payload: &[u8]) -> Reply {
        let ticket = &payload[..TICKET_LEN];
        let Some(how) = self.byte() else { return Reply { bytes: Vec::new(), ends: true } };
        let body = self.piece();
        let well_known: [&[u8]; 5] = [
            br#"{"finished":"normal"}"#,
            br#"{"value":{"t":"int","v":"0"}}"#,
            br#"{"finished":{"exit":3}}"#,
            LAST_WORD,
            &body,
        ];
        let body = well_known[usize::from(how >> 4) % 5];
        let mut payload = ticket.to_vec();
        payload.extend_from_slice(body);
        if how & 1 != 0 {
            payload[usize::from(how >> 1) % TICKET_LEN] ^= 0x80;
            self.knew_tickets = false;
        }
        let mut bytes = frame(&payload, REPORT_MAX).expect("a piece is short");
        // Twice, cut short, or with something before or after it. What is not whole would be waited for.
        let ends = match how & 0b1110 {
            0b0010 => {
                bytes.extend_from_within(..);
                false
            }
            0b0100 => {
                bytes.truncate(bytes.len() / 2);
                true
            }
            0b0110 => {
                bytes.push(0);
                true
            }
            0b1000 => {
                bytes.splice(0..0, *b"\x01\x00\x00\x00x");
                false
            }
            _ => false,
        };
        Reply { bytes, ends }
    }

    fn last_words(&mut self) -> Vec<u8> {
        match self.byte().unwrap_or(0) % 4 {
            0 | 1 => br#"{"status":0,"peak_bytes":1,"left":0,"excess":null,"error":null}"#.to_vec(),
            2 => br#"{"status":256,"peak_bytes":1,"left":0,"excess":null,"error":null}"#.to_vec(),
            _ => self.piece(),
        }
    }
}
