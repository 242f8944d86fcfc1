//! What a program prints while it runs, of both streams in the order in which it came.

use crate::domain::printed::Printed;
use crate::domain::run::{Observation, Stream};
use crate::tui::panes::result::Piece;
use crate::tui::theme::Role;

/// The most that is shown while it runs, in bytes from the end.
const SHOWN: usize = 64 * 1024;

/// Output as it came.
#[derive(Debug, Default)]
pub struct Live {
    /// Each with all that came of one stream before the other had its turn.
    turns: Vec<(Stream, Vec<u8>)>,
    total: usize,
}

impl Live {
    /// Takes in what has come.
    pub fn push(&mut self, stream: Stream, bytes: Vec<u8>) {
        self.total += bytes.len();
        match self.turns.last_mut() {
            Some((last, turn)) if *last == stream => turn.extend(bytes),
            _ => self.turns.push((stream, bytes)),
        }
    }

    /// How much has come, in bytes.
    pub fn total(&self) -> usize {
        self.total
    }

    /// The newest of it.
    pub fn newest(&self) -> Vec<Piece> {
        let mut left = SHOWN;
        let mut pieces = Vec::new();
        for (stream, turn) in self.turns.iter().rev() {
            let from = turn.len().saturating_sub(left);
            // What is cut is cut before a line, where there is one.
            let line = turn[from..].iter().position(|byte| *byte == b'\n').map(|at| from + at + 1);
            let from = if from == 0 { 0 } else { line.unwrap_or(from) };
            pieces.push(Piece::Output(role(*stream), Printed::so_far(&turn[from..])));
            left = left.saturating_sub(turn.len());
            if left == 0 {
                break;
            }
        }
        pieces.reverse();
        pieces
    }

    /// All that a run printed, in order; nothing where that is not known, since some of it was not told.
    pub fn whole(&self, run: &Observation) -> Option<Vec<Piece>> {
        let all = run.stdout.total + run.stderr.total;
        let is_whole = all > 0 && self.total as u64 == all && run.stdout.tail.is_empty();
        let piece =
            |(stream, turn): &(Stream, Vec<u8>)| Piece::Output(role(*stream), Printed::of(turn));
        (is_whole && run.stderr.tail.is_empty()).then(|| self.turns.iter().map(piece).collect())
    }
}

fn role(stream: Stream) -> Role {
    match stream {
        Stream::Stdout => Role::Text,
        Stream::Stderr => Role::Warning,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::run::Captured;

    fn text(pieces: &[Piece]) -> Vec<(Role, String)> {
        let text = |piece: &Piece| match piece {
            Piece::Output(role, printed) => (*role, printed.text().to_string()),
            other => panic!("{other:?}"),
        };
        pieces.iter().map(text).collect()
    }

    fn captured(text: &str) -> Captured {
        Captured { head: text.into(), tail: Vec::new(), total: text.len() as u64 }
    }

    #[test]
    fn both_streams_are_shown_in_the_order_in_which_they_came() {
        let mut live = Live::default();
        live.push(Stream::Stdout, b"one ".into());
        live.push(Stream::Stdout, b"two\n".into());
        live.push(Stream::Stderr, b"no\n".into());
        live.push(Stream::Stdout, b"three\n".into());
        let shown = [(Role::Text, "one two\n"), (Role::Warning, "no\n"), (Role::Text, "three\n")];
        let shown = shown.map(|(role, text)| (role, text.to_owned()));
        assert_eq!(text(&live.newest()), shown);
        let run = Observation {
            stdout: captured("one two\nthree\n"),
            stderr: captured("no\n"),
            ..Observation::tutor_failed("")
        };
        assert_eq!(live.whole(&run).map(|pieces| text(&pieces)), Some(shown.to_vec()));
        let more = Observation { stdout: captured("one two\nthree\nfour\n"), ..run };
        assert_eq!(live.whole(&more), None);
    }

    #[test]
    fn of_a_flood_the_end_is_shown() {
        let mut live = Live::default();
        for n in 0..40_000 {
            live.push(Stream::Stdout, format!("{n}\n").into_bytes());
        }
        let shown = text(&live.newest()).remove(0).1;
        assert!(shown.len() <= SHOWN && shown.ends_with("39999\n"), "{}", shown.len());
        assert!(shown.lines().all(|line| line.parse::<u32>().is_ok()));
    }
}
