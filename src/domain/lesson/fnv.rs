//! A name for the content of files, which the build makes as well: this file stands alone.

/// FNV-1a of 128 bits over words of eight bytes: an identity, and no proof against somebody who wants two packs to have one
/// name.
///
/// After Fowler, Noll and Vo, <https://datatracker.ietf.org/doc/html/rfc9923>.
pub(crate) struct Fnv(u128);

impl Fnv {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

    pub(crate) fn new() -> Self {
        Self(Self::OFFSET)
    }

    /// Takes a length and the bytes, so that what one field ends with cannot begin the next.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.word(bytes.len() as u64);
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.word(u64::from_le_bytes(word));
        }
    }

    fn word(&mut self, word: u64) {
        self.0 = (self.0 ^ u128::from(word)).wrapping_mul(Self::PRIME);
    }

    /// The name, as 32 hex digits.
    pub(crate) fn name(&self) -> String {
        format!("{:032x}", self.0)
    }
}
