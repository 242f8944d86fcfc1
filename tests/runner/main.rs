//! Drives the real worker, as the host does: programs in, observations out.

mod ends;
mod support;
