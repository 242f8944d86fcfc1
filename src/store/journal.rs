//! Journals: files to which one instance of the program appends, and which every instance reads.
//!
//! `journal/<host>-<pid>-<random>.jsonl`: line 1 names the format, each further line is one event with a checksum over its
//! bytes. Nothing is ever overwritten, so that two instances, or two hosts on one network home, cannot harm each other,
//! and a file that is damaged keeps what is whole in it. What an event means is not known here.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::atomic::{Files, Instance, ReadFault, Writing, ensure_folder, write_all};
use super::notice::{Notice, NoticeKind, SaveError, Saving, reason};
use crate::domain::progress::{Event, SEQUENCE_LIMIT, digest};

/// The format that this program writes, and the newest that it reads.
pub const FORMAT: u64 = 1;

/// The largest journal that is read, in bytes.
pub const READ_CAP: u64 = 16 << 20;

/// From this size on a journal is not appended to any more, in bytes: so that no journal of ours comes near the cap.
const FULL: usize = 8 << 20;

const SUM: &[u8] = b"{\"sum\":\"";
const EVENT: &[u8] = b"\",\"event\":";
const DIGITS: usize = 16;

/// What one instance appends to.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    open: Option<OpenJournal>,
    /// How many files were made for it.
    made: u32,
}

#[derive(Debug)]
struct OpenJournal {
    path: PathBuf,
    file: Box<dyn Writing>,
    bytes: usize,
}

impl Journal {
    /// Appends events in one write, and returns when they are on the disk.
    ///
    /// After a failure the file is left behind, since its end is not known any more, and the next attempt makes a new
    /// one. Should an event thereby stand in two files, its id tells that it is one.
    pub(crate) fn append(
        &mut self,
        files: &dyn Files,
        instance: &Instance,
        folder: &Path,
        events: &[Event],
    ) -> Result<(), SaveError> {
        let lines: Vec<u8> = events.iter().flat_map(line).collect();
        match self.open.take().filter(|open| open.bytes < FULL) {
            Some(mut open) => {
                open.write(&lines).map_err(|error| failed(&open.path, &error))?;
                self.open = Some(open);
            }
            None => self.open = Some(self.begin(files, instance, folder, &lines)?),
        }
        Ok(())
    }

    /// Begins a file with its first events. If that fails nothing in it was acknowledged, and it is removed.
    fn begin(
        &mut self,
        files: &dyn Files,
        instance: &Instance,
        folder: &Path,
        lines: &[u8],
    ) -> Result<OpenJournal, SaveError> {
        ensure_folder(files, folder).map_err(|error| failed(folder, &error))?;
        self.made += 1;
        let path = folder.join(file_name(instance, self.made));
        let file = files.create_new(&path).map_err(|error| failed(&path, &error))?;
        let mut open = OpenJournal { path, file, bytes: 0 };
        let whole = [&header(), lines].concat();
        match open.write(&whole).and_then(|()| files.sync_folder(folder)) {
            Ok(()) => Ok(open),
            Err(error) => {
                let _ = files.remove(&open.path);
                Err(failed(&open.path, &error))
            }
        }
    }
}

impl OpenJournal {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        write_all(&mut *self.file, bytes)?;
        self.file.sync()?;
        self.bytes += bytes.len();
        Ok(())
    }
}

fn failed(path: &Path, error: &io::Error) -> SaveError {
    SaveError::new(Saving::Progress, path, error)
}

fn file_name(instance: &Instance, number: u32) -> String {
    match number {
        1 => format!("{}.jsonl", instance.name()),
        _ => format!("{}-{number}.jsonl", instance.name()),
    }
}

fn header() -> Vec<u8> {
    format!("{{\"format\":{FORMAT},\"program\":\"pykata {}\"}}\n", env!("CARGO_PKG_VERSION"))
        .into_bytes()
}

/// An event as a line: `{"sum":"16 hex digits","event":{…}}`, the sum over the bytes of the inner object.
fn line(event: &Event) -> Vec<u8> {
    let payload = serde_json::to_vec(event).expect("an event holds nothing that JSON cannot");
    let sum = digest(&payload);
    [SUM, sum.as_bytes(), EVENT, &payload, b"}\n"].concat()
}

/// Events as one journal: each once, in the order of their sequence.
pub(crate) fn written(events: &[Event]) -> Vec<u8> {
    let mut events: Vec<&Event> = events.iter().collect();
    events.sort_by(|a, b| (a.sequence, &a.id).cmp(&(b.sequence, &b.id)));
    events.dedup_by(|a, b| a.id == b.id);
    [header(), events.into_iter().flat_map(line).collect()].concat()
}

/// Reads the union of all journals in a folder; what is wrong with them becomes notices, in the order of their names.
pub(crate) fn read_all(files: &dyn Files, folder: &Path) -> (Vec<Event>, Vec<Notice>) {
    let (mut events, mut notices) = (Vec::new(), Vec::new());
    let mut names = match files.list(folder) {
        Ok(names) => names,
        Err(error) => {
            if error.kind() != io::ErrorKind::NotFound {
                let kind = NoticeKind::Unreadable(reason(&error));
                notices.push(Notice::new(kind, folder));
            }
            Vec::new()
        }
    };
    names.retain(is_journal);
    names.sort();
    for name in names {
        let path = folder.join(name);
        let (read, faults) = match files.read(&path, READ_CAP) {
            Ok(bytes) => parse(&bytes),
            Err(fault) => (Vec::new(), unread(&fault)),
        };
        events.extend(read);
        notices.extend(faults.into_iter().map(|kind| Notice::new(kind, &path)));
    }
    (events, notices)
}

fn is_journal(name: &OsString) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "jsonl")
}

fn unread(fault: &ReadFault) -> Vec<NoticeKind> {
    match fault {
        // Another program removed it since the folder was read.
        ReadFault::Missing => Vec::new(),
        ReadFault::NotAFile => vec![NoticeKind::NotAFile],
        ReadFault::TooLarge => vec![NoticeKind::TooLarge],
        ReadFault::Io(error) => vec![NoticeKind::Unreadable(reason(error))],
    }
}

#[derive(Deserialize)]
struct Header {
    format: u64,
}

/// Reads the whole events of a journal, and says what else is in it.
pub(crate) fn parse(bytes: &[u8]) -> (Vec<Event>, Vec<NoticeKind>) {
    let (mut events, mut faults) = (Vec::new(), Vec::new());
    if bytes.is_empty() {
        return (events, vec![NoticeKind::EmptyJournal]);
    }
    let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    // After the last line end stands nothing, or what was cut.
    let cut = lines.pop().is_some_and(|rest| !rest.is_empty());
    let Some((first, rest)) = lines.split_first() else {
        return (events, vec![NoticeKind::CutLine]);
    };
    let body = match serde_json::from_slice::<Header>(first) {
        Ok(Header { format }) if format > FORMAT => {
            return (events, vec![NoticeKind::NewerFormat(format)]);
        }
        Ok(Header { format: FORMAT }) => rest,
        _ => {
            faults.push(NoticeKind::DamagedHeader);
            // If its line end is what was lost, or the line itself, an event may stand there.
            if payload(first).is_some() { &lines[..] } else { rest }
        }
    };
    let (mut damaged, mut unknown) = (0, 0);
    for line in body {
        match payload(line).map(serde_json::from_slice::<Event>) {
            Some(Ok(event)) if event.sequence <= SEQUENCE_LIMIT => events.push(event),
            Some(Err(_)) => unknown += 1,
            _ => damaged += 1,
        }
    }
    faults.extend((damaged > 0).then_some(NoticeKind::DamagedLines(damaged)));
    faults.extend((unknown > 0).then_some(NoticeKind::UnknownEvents(unknown)));
    faults.extend(cut.then_some(NoticeKind::CutLine));
    (events, faults)
}

/// The bytes of a line's event, where its checksum is right.
fn payload(line: &[u8]) -> Option<&[u8]> {
    let (sum, rest) = line.strip_prefix(SUM)?.split_at_checked(DIGITS)?;
    let payload = rest.strip_prefix(EVENT)?.strip_suffix(b"}")?;
    (digest(payload).as_bytes() == sum).then_some(payload)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::course::StepRef;
    use crate::domain::progress::{EventId, PackMark, What};

    fn event(number: u64) -> Event {
        Event {
            sequence: number,
            id: EventId { instance: "host-1-00000000000000ff".to_owned(), number },
            at: 1_700_000_000_000,
            pack: PackMark { key: "pykata".to_owned(), hash: "1".to_owned() },
            what: What::Opened { step: StepRef::new("t/a", "one\n\"two\"") },
        }
    }

    fn journal(events: &[Event]) -> Vec<u8> {
        [header(), events.iter().flat_map(line).collect()].concat()
    }

    #[test]
    fn written_anew_each_event_stands_once_and_in_order() {
        let events = [event(2), event(1), event(2)];
        assert_eq!(written(&events), journal(&[event(1), event(2)]));
    }

    #[test]
    fn what_was_written_is_read() {
        let events = [event(1), event(2)];
        assert_eq!(parse(&journal(&events)), (events.to_vec(), vec![]));
    }

    #[test]
    fn every_line_is_json() {
        for line in journal(&[event(1)]).split(|b| *b == b'\n').filter(|line| !line.is_empty()) {
            assert!(serde_json::from_slice::<serde_json::Value>(line).is_ok());
        }
    }

    #[test]
    fn cut_at_any_length_a_journal_keeps_all_whole_events() {
        let events = [event(1), event(2), event(3)];
        let whole = journal(&events);
        let ends: Vec<usize> = whole
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b'\n')
            .map(|(place, _)| place + 1)
            .collect();
        for length in 0..=whole.len() {
            let lines = ends.iter().filter(|end| **end <= length).count();
            let (read, faults) = parse(&whole[..length]);
            assert_eq!(read, events[..lines.saturating_sub(1)], "cut at {length}");
            let expected = match length {
                0 => vec![NoticeKind::EmptyJournal],
                _ if ends.contains(&length) => vec![],
                _ => vec![NoticeKind::CutLine],
            };
            assert_eq!(faults, expected, "cut at {length}");
        }
    }

    #[test]
    fn with_any_byte_changed_a_journal_loses_one_event_at_most_and_says_so() {
        let events = [event(1), event(2), event(3)];
        let whole = journal(&events);
        let first_line = header().len();
        for place in first_line..whole.len() {
            for flip in [0x01, 0x20, 0x80] {
                let mut bytes = whole.clone();
                bytes[place] ^= flip;
                let (read, faults) = parse(&bytes);
                // A line end that is lost joins two lines.
                let lost = if whole[place] == b'\n' { 2 } else { 1 };
                assert!(read.len() + lost >= events.len(), "byte {place}");
                assert!(read.iter().all(|event| events.contains(event)), "byte {place}");
                assert_ne!(faults, [], "byte {place}");
            }
        }
    }

    #[test]
    fn a_damaged_first_line_costs_no_event() {
        let events = [event(1), event(2)];
        let mut bytes = journal(&events);
        bytes[0] = b'x';
        assert_eq!(parse(&bytes), (events.to_vec(), vec![NoticeKind::DamagedHeader]));
        let without = bytes[header().len()..].to_vec();
        assert_eq!(parse(&without), (events.to_vec(), vec![NoticeKind::DamagedHeader]));
    }

    #[test]
    fn of_a_newer_format_nothing_is_believed() {
        let bytes = [b"{\"format\":2}\n".to_vec(), line(&event(1))].concat();
        assert_eq!(parse(&bytes), (vec![], vec![NoticeKind::NewerFormat(2)]));
    }

    #[test]
    fn whole_events_of_unknown_kinds_are_counted_and_left_out() {
        let payload =
            br#"{"sequence":1,"id":"h-1-0.1","at":1,"pack":{"key":"p","hash":""},"kind":"flown"}"#;
        let sum = digest(payload);
        let strange = [SUM, sum.as_bytes(), EVENT, payload, b"}\n"].concat();
        let bytes = [header(), strange, line(&event(1))].concat();
        assert_eq!(parse(&bytes), (vec![event(1)], vec![NoticeKind::UnknownEvents(1)]));
    }

    #[test]
    fn a_sequence_number_beyond_belief_is_damage() {
        let mut huge = event(1);
        huge.sequence = u64::MAX;
        assert_eq!(parse(&journal(&[huge])), (vec![], vec![NoticeKind::DamagedLines(1)]));
    }

    #[test]
    fn garbage_and_deep_nesting_are_damage_and_nothing_worse() {
        let deep = [vec![b'['; 100_000], b"\n".to_vec()].concat();
        for garbage in [b"\xff\xfe\0\n\n\n".to_vec(), deep] {
            let (read, faults) = parse(&[header(), garbage.clone()].concat());
            assert_eq!(read, []);
            assert!(matches!(faults[..], [NoticeKind::DamagedLines(_)]));
            assert_eq!(parse(&garbage).1[0], NoticeKind::DamagedHeader);
        }
    }
}
