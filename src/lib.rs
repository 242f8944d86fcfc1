//! The map of pykata, an interactive terminal tutor for Python's advanced features.
//!
//! | room | is |
//! | --- | --- |
//! | [`domain`] | what is taught, what must hold, what was learnt; pure data and rules |
//! | [`protocol`] | what the programs say to each other |
//! | [`sandbox`] | limits around a learner's program; knows nothing of Python |
//! | [`runner`] | starts, feeds, limits and ends the other programs |
//! | [`analysis`] | reads Python source: colours, errors, syntax facts; asks the type checker |
//! | [`store`] | every file: packs, progress, drafts |
//! | [`tui`] | the screen |
//! | [`authoring`] | proves packs |
//! | [`cli`] | one file a command |
//!
//! Three programs are made of them: `pykata` (`src/main.rs`), the host; `pykata-worker` (`src/worker/`), which alone is
//! linked with Python; and `pykata-types` (`src/types/`), which alone is linked with the type checker. Who may use whom is
//! written down in, and held by, `tests/layers.rs`.

pub mod analysis;
pub mod authoring;
pub mod cli;
pub mod domain;
pub mod protocol;
pub mod runner;
pub mod sandbox;
pub mod store;
pub mod tui;
