//! Every file that pykata reads or writes: packs, progress, drafts.

pub mod pack;
