//! Frames: a length of four bytes, little-endian, then that many bytes. Knows nothing of what they hold.
//!
//! A reader is given bytes as they come, from a program that may send anything; what it holds is bounded.

use thiserror::Error;

/// The longest frame that a program may send, in bytes.
pub const REPORT_MAX: usize = 4 * 1024 * 1024;

/// The longest frame that a program is sent, in bytes.
pub const REQUEST_MAX: usize = 64 * 1024 * 1024;

/// How long the ticket is that a frame to a program brings and its answer returns, in bytes.
pub const TICKET_LEN: usize = 16;

const HEAD: usize = 4;

/// A frame that is longer than its reader takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a frame of {length} bytes, where {limit} are allowed")]
pub struct TooLong {
    /// What its head says.
    pub length: usize,
    /// What is allowed.
    pub limit: usize,
}

/// Puts a frame together; fails where the payload is longer than `limit`.
pub fn frame(payload: &[u8], limit: usize) -> Result<Vec<u8>, TooLong> {
    let length = payload.len();
    let head = u32::try_from(length).ok().filter(|_| length <= limit);
    let head = head.ok_or(TooLong { length, limit })?;
    let mut bytes = Vec::with_capacity(HEAD + length);
    bytes.extend_from_slice(&head.to_le_bytes());
    bytes.extend_from_slice(payload);
    Ok(bytes)
}

/// Takes frames out of a stream of bytes.
#[derive(Debug)]
pub struct FrameReader {
    limit: usize,
    bytes: Vec<u8>,
}

impl FrameReader {
    /// Makes a reader that takes frames of at most `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { limit, bytes: Vec::new() }
    }

    /// Takes in what has come.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole frame, if there is one. After an error the stream is lost: nothing says where a frame begins.
    pub fn next_frame(&mut self) -> Result<Option<Vec<u8>>, TooLong> {
        let Some(head) = self.bytes.first_chunk::<HEAD>() else { return Ok(None) };
        let length = usize::try_from(u32::from_le_bytes(*head)).unwrap_or(usize::MAX);
        if length > self.limit {
            return Err(TooLong { length, limit: self.limit });
        }
        if self.bytes.len() < HEAD + length {
            return Ok(None);
        }
        let rest = self.bytes.split_off(HEAD + length);
        let mut whole = std::mem::replace(&mut self.bytes, rest);
        whole.drain(..HEAD);
        Ok(Some(whole))
    }

    /// Whether bytes are left over that make no whole frame.
    #[must_use]
    pub fn has_rest(&self) -> bool {
        !self.bytes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::*;

    proptest! {
        #[test]
        fn frames_survive_being_cut_anywhere(
            payloads in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..50), 0..8),
            cut in 1usize..7,
        ) {
            let stream: Vec<u8> =
                payloads.iter().flat_map(|p| frame(p, REPORT_MAX).unwrap()).collect();
            let mut reader = FrameReader::new(REPORT_MAX);
            let mut seen = Vec::new();
            for piece in stream.chunks(cut) {
                reader.push(piece);
                while let Some(found) = reader.next_frame().unwrap() {
                    seen.push(found);
                }
            }
            prop_assert_eq!(seen, payloads);
            prop_assert!(!reader.has_rest());
        }

        #[test]
        fn garbage_gives_bounded_frames_or_an_error(
            pieces in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 0..20),
        ) {
            let mut reader = FrameReader::new(64);
            'pieces: for piece in pieces {
                reader.push(&piece);
                loop {
                    match reader.next_frame() {
                        Ok(Some(found)) => prop_assert!(found.len() <= 64),
                        Ok(None) => break,
                        Err(error) => {
                            prop_assert!(error.length > 64);
                            break 'pieces;
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_head_that_promises_too_much_is_refused_before_the_bytes_come() {
        let mut reader = FrameReader::new(100);
        reader.push(&101u32.to_le_bytes());
        assert_eq!(reader.next_frame(), Err(TooLong { length: 101, limit: 100 }));
    }

    #[test]
    fn a_payload_over_the_limit_makes_no_frame() {
        assert_eq!(frame(&[0; 11], 10), Err(TooLong { length: 11, limit: 10 }));
    }
}
