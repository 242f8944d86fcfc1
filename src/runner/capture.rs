//! Keeps the head and the tail of an output stream, and counts the rest.

use std::collections::VecDeque;

use crate::domain::run::Captured;

/// An output stream while it flows.
#[derive(Debug)]
pub struct Capture {
    head: Vec<u8>,
    head_room: usize,
    tail: VecDeque<u8>,
    tail_room: usize,
    total: u64,
}

impl Capture {
    /// Keeps at most `kept` bytes, half of them from the beginning.
    #[must_use]
    pub fn new(kept: u64) -> Self {
        let kept = usize::try_from(kept).unwrap_or(usize::MAX);
        let head_room = kept.div_ceil(2);
        let tail_room = kept - head_room;
        Self { head: Vec::new(), head_room, tail: VecDeque::new(), tail_room, total: 0 }
    }

    /// Takes in what has come.
    pub fn push(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        let (first, rest) = bytes.split_at(bytes.len().min(self.head_room - self.head.len()));
        self.head.extend_from_slice(first);
        let rest = &rest[rest.len().saturating_sub(self.tail_room)..];
        let over = (self.tail.len() + rest.len()).saturating_sub(self.tail_room);
        self.tail.drain(..over);
        self.tail.extend(rest);
    }

    /// How many bytes have come in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// What is kept.
    #[must_use]
    pub fn finish(mut self) -> Captured {
        let mut tail = Vec::from(self.tail);
        if self.total == (self.head.len() + tail.len()) as u64 {
            self.head.append(&mut tail);
        }
        Captured { head: self.head, tail, total: self.total }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::*;

    fn capture(kept: u64, pieces: &[&[u8]]) -> Captured {
        let mut capture = Capture::new(kept);
        for piece in pieces {
            capture.push(piece);
        }
        capture.finish()
    }

    #[test]
    fn what_fits_is_all_head() {
        let seen = capture(6, &[b"abc", b"def"]);
        assert_eq!(
            (seen.head.as_slice(), seen.tail.as_slice(), seen.total),
            (&b"abcdef"[..], &b""[..], 6)
        );
    }

    #[test]
    fn what_does_not_fit_leaves_both_ends_and_the_count() {
        let seen = capture(6, &[b"abcd", b"efgh"]);
        assert_eq!((seen.head.as_slice(), seen.tail.as_slice()), (&b"abc"[..], &b"fgh"[..]));
        assert_eq!(seen.dropped(), 2);
    }

    proptest! {
        #[test]
        fn ends_and_count_are_right_however_it_is_cut(
            bytes in proptest::collection::vec(any::<u8>(), 0..100), kept in 0u64..60, cut in 1usize..20,
        ) {
            let pieces: Vec<&[u8]> = bytes.chunks(cut).collect();
            let seen = capture(kept, &pieces);
            prop_assert_eq!(seen.total, bytes.len() as u64);
            prop_assert_eq!(seen.dropped(), (bytes.len() as u64).saturating_sub(kept));
            prop_assert_eq!(&bytes[..seen.head.len()], seen.head.as_slice());
            prop_assert_eq!(&bytes[bytes.len() - seen.tail.len()..], seen.tail.as_slice());
        }
    }
}
