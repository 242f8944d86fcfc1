//! Proves packs.
