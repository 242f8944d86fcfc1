//! Every file that pykata reads or writes: packs, progress, drafts.
