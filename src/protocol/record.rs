//! The file through which a program's record comes: how large it is, what its head holds, and how its lines are read.
//!
//! An untrusted program wrote it. Whatever it holds, reading it gives a record: lines that are none are left out.

use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde_json::Value as Json;

use crate::domain::clean::Clean;
use crate::domain::record::{
    Awaited, Builder, Change, Code, CodeKind, Kind, Misfit, Record, Span, Swallowed, Task, TaskEnd,
    Worker,
};

/// The size of the file, in bytes: the most that a record may have. What is not written takes no memory.
pub const SIZE: usize = 4 * 1024 * 1024;

/// The size of its head, in bytes: three numbers of eight bytes, little-endian.
pub const HEAD: usize = 24;

/// The longest text in a record, in characters.
const TEXT: usize = 400;

/// Reads the file.
#[must_use]
pub fn read(bytes: &[u8]) -> Record {
    let number = |at: usize| {
        let found = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>());
        found.map_or(0, |bytes| u64::from_le_bytes(*bytes))
    };
    let text = bytes.get(HEAD..).unwrap_or_default();
    let used = usize::try_from(number(0)).unwrap_or(usize::MAX).min(text.len());
    let mut builder = Builder::default();
    for line in text[..used].split(|byte| *byte == b'\n') {
        if let Ok(Fields(fields)) = serde_json::from_slice(line) {
            // A line that does not fit is one that our own harness did not write.
            let _ = take(&mut builder, &Line { fields: &fields });
        }
    }
    builder.finish(number(8), number(16) != 0)
}

/// The fields of one line.
struct Fields(Vec<Json>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        struct Short;
        impl<'de> Visitor<'de> for Short {
            type Value = Fields;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a line of a record")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut fields: A) -> Result<Fields, A::Error> {
                let mut found = Vec::with_capacity(8);
                while let Some(field) = fields.next_element()? {
                    if found.len() == 16 {
                        return Err(de::Error::custom("too long"));
                    }
                    found.push(field);
                }
                Ok(Fields(found))
            }
        }
        source.deserialize_seq(Short)
    }
}

struct Line<'a> {
    fields: &'a [Json],
}

fn take(builder: &mut Builder, line: &Line<'_>) -> Result<(), Misfit> {
    let frame = || line.number(1);
    match line.fields.first().and_then(Json::as_str).ok_or(Misfit)? {
        "f" => {
            let (number, code) = line.code()?;
            builder.code(number, code);
        }
        "h" => builder.thread(line.text(2)?),
        "o" => builder.written(line.long(1)?),
        "t" => builder.time(line.long(1)?),
        "c" => {
            builder.call(frame()?, line.number(2)?, line.worker()?, line.changes(6))?;
        }
        "l" => builder.at(frame()?, line.number(2)?, Kind::Line, line.changes(3))?,
        "r" => builder.event(frame()?, Kind::Return(line.text(2)?), line.changes(3))?,
        "y" => builder.event(frame()?, Kind::Yield(line.text(2)?), line.changes(3))?,
        "w" => {
            let kind = Kind::Wait(line.awaited(builder)?, line.span(3)?);
            builder.event(frame()?, kind, line.changes(4))?;
        }
        "s" => builder.resume(frame()?, Kind::Resume(line.text(2).ok()), line.worker()?)?,
        "i" => builder.resume(frame()?, Kind::Throw(line.text(2)?), line.worker()?)?,
        "x" => builder.event(frame()?, Kind::Raise(line.text(2)?), Vec::new())?,
        "k" => builder.at(frame()?, line.number(2)?, Kind::Caught(line.text(3)?), Vec::new())?,
        "u" => builder.event(frame()?, Kind::Unwind(line.text(2)?), Vec::new())?,
        "g" => builder.event(frame()?, Kind::Dropped, Vec::new())?,
        "e" => {
            builder.event(frame()?, Kind::Enter(line.span(2)?), line.changes(3))?;
        }
        "z" => {
            let kind = Kind::Leave(line.span(2)?, line.text(3).ok());
            builder.event(frame()?, kind, Vec::new())?;
        }
        "p" => {
            let swallowed = line.fields.get(3).and_then(Json::as_bool).ok_or(Misfit)?;
            let swallowed = if swallowed { Swallowed::Yes } else { Swallowed::No };
            builder.event(frame()?, Kind::Left(line.span(2)?, swallowed), Vec::new())?;
        }
        "n" => {
            let (name, coroutine, maker) = (line.text(2)?, line.text(3)?, line.number(4)?);
            builder.task_made(frame()?, Task { name, coroutine, maker })?;
        }
        "a" => builder.task_named(frame()?, line.text(2)?)?,
        "d" => {
            let end = match line.fields.get(2).and_then(Json::as_str) {
                Some("result") => TaskEnd::Result,
                Some("exception") => TaskEnd::Exception,
                Some("cancelled") => TaskEnd::Cancelled,
                _ => return Err(Misfit),
            };
            builder.task_done(frame()?, Kind::TaskDone(frame()?, end, line.text(3)?))?;
        }
        _ => return Err(Misfit),
    }
    Ok(())
}

impl Line<'_> {
    fn long(&self, at: usize) -> Result<u64, Misfit> {
        self.fields.get(at).and_then(Json::as_u64).ok_or(Misfit)
    }

    fn number(&self, at: usize) -> Result<u32, Misfit> {
        u32::try_from(self.long(at)?).map_err(|_| Misfit)
    }

    fn text(&self, at: usize) -> Result<Clean, Misfit> {
        self.fields.get(at).and_then(Json::as_str).map(short).ok_or(Misfit)
    }

    fn code(&self) -> Result<(u32, Code), Misfit> {
        let kind = match self.fields.get(5).and_then(Json::as_str) {
            Some("m") => CodeKind::Module,
            Some("k") => CodeKind::ClassBody,
            Some("f") => CodeKind::Function,
            Some("g") => CodeKind::Generator,
            Some("c") => CodeKind::Coroutine,
            Some("a") => CodeKind::AsyncGenerator,
            _ => return Err(Misfit),
        };
        let (name, file, line) = (self.text(2)?, self.text(3)?, self.number(4)?);
        Ok((self.number(1)?, Code { name, file, line, kind }))
    }

    fn worker(&self) -> Result<Worker, Misfit> {
        Ok(Worker { parent: self.number(3)?, thread: self.number(4)?, task: self.number(5)? })
    }

    fn span(&self, at: usize) -> Result<Span, Misfit> {
        let numbers = self.fields.get(at).and_then(Json::as_array).ok_or(Misfit)?;
        let number = |at: usize| {
            let found = numbers.get(at).and_then(Json::as_u64);
            found.and_then(|found| u32::try_from(found).ok()).ok_or(Misfit)
        };
        Ok(Span {
            line: number(0)?,
            column: number(1)?,
            end_line: number(2)?,
            end_column: number(3)?,
        })
    }

    fn awaited(&self, builder: &Builder) -> Result<Awaited, Misfit> {
        Ok(match self.fields.get(2).and_then(Json::as_i64).ok_or(Misfit)? {
            -1 => Awaited::Turn,
            0 => Awaited::Other,
            task => {
                let task = u32::try_from(task).map_err(|_| Misfit)?;
                if !builder.knows_task(task) {
                    return Err(Misfit);
                }
                Awaited::Task(task)
            }
        })
    }

    fn changes(&self, at: usize) -> Vec<Change> {
        let fields = self.fields.get(at).and_then(Json::as_array);
        let pairs = fields.map(Vec::as_slice).unwrap_or_default().chunks_exact(2);
        let pairs = pairs.filter_map(|pair| {
            let name = short(pair[0].as_str()?);
            Some(Change { name, value: pair[1].as_str().map(short) })
        });
        pairs.collect()
    }
}

/// The beginning of a text, made harmless.
fn short(text: &str) -> Clean {
    let end = text.char_indices().nth(TEXT).map_or(text.len(), |(at, _)| at);
    Clean::line(&text[..end])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};

    use super::*;

    fn file(lines: &str) -> Vec<u8> {
        let mut bytes = (lines.len() as u64).to_le_bytes().to_vec();
        bytes.extend([0; 16]);
        bytes.extend(lines.as_bytes());
        bytes
    }

    const COURSE: &str = concat!(
        "[\"h\",1,\"MainThread\"]\n",
        "[\"f\",3,\"<module>\",\"main.py\",1,\"m\"]\n",
        "[\"t\",5]\n",
        "[\"c\",1,3,0,1,0,0]\n",
        "[\"l\",1,2,[\"x\",\"1\",\"y\",null]]\n",
        "[\"o\",7]\n",
        "[\"r\",1,\"None\",0]\n",
    );

    #[test]
    fn lines_become_events_that_know_where_they_are() {
        let record = read(&file(COURSE));
        let words: Vec<&str> = record.events.iter().map(|event| event.kind.word()).collect();
        assert_eq!(words, ["call", "line", "return"]);
        let line = &record.events[1];
        assert_eq!((line.line, line.thread, line.out, line.time_ns), (2, 1, 0, 5));
        assert_eq!(line.changes[0].value.as_deref(), Some("1"));
        assert_eq!(line.changes[1].value, None);
        assert_eq!(record.events[2].out, 7);
    }

    #[test]
    fn half_a_line_and_lines_that_do_not_fit_are_left_out() {
        let strange = "[\"l\",9,1,0]\n[\"c\",5,3,0,1,0,0]\n[\"?\"]\nnonsense\n[\"r\",1,\"No";
        let record = read(&file(&format!("{COURSE}{strange}")));
        assert_eq!(record.events.len(), 3);
    }

    #[test]
    fn text_is_cleaned_and_cut() {
        let long = "\\u001b[31m".to_owned() + &"x".repeat(5000);
        let record = read(&file(&format!("{COURSE}[\"y\",1,\"{long}\",0]\n")));
        let Kind::Yield(text) = &record.events[3].kind else { panic!("{record:?}") };
        assert!(text.len() < 500 && !text.contains('\u{1b}'), "{text}");
    }

    /// Something like a line of a record.
    fn line() -> impl Strategy<Value = String> {
        let number = prop_oneof![0u64..5, any::<u64>()];
        let field = prop_oneof![
            number.prop_map(|number| number.to_string()),
            Just("null".to_owned()),
            Just("\"x\"".to_owned()),
            Just("[1,2,3,4]".to_owned()),
            Just("[\"a\",\"1\",\"b\",null]".to_owned()),
            Just("-1".to_owned()),
            Just("true".to_owned()),
        ];
        let letter = prop::sample::select("fhotclrywsixkugezpnad".chars().collect::<Vec<_>>());
        (letter, prop::collection::vec(field, 0..8))
            .prop_map(|(letter, fields)| format!("[\"{letter}\",{}]\n", fields.join(",")))
    }

    proptest! {
        #[test]
        fn any_bytes_give_a_record(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let record = read(&bytes);
            let _ = record.moment(usize::MAX);
        }

        #[test]
        fn any_lines_give_a_record_whose_moments_can_be_seen(
            lines in prop::collection::vec(line(), 0..60),
        ) {
            let record = read(&file(&format!("{COURSE}{}", lines.concat())));
            for event in 0..record.events.len() {
                let _ = record.moment(event);
            }
        }
    }
}
