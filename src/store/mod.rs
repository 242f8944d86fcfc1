//! Every file that pykata reads or writes: packs, progress, drafts.

pub mod atomic;
pub mod builtin;
pub mod drafts;
pub mod folders;
pub mod journal;
pub mod notice;
pub mod pack;
pub mod proofs;
pub mod settings;
pub mod state;
pub mod watch;
