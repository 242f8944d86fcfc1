//! Limits around a learner's program; knows nothing of Python.
//!
//! What is here runs in the zygote and in the processes forked from it, each of one thread until the program's own code
//! runs, so that it may allocate after a fork.

pub mod fds;
pub mod init;
pub mod levels;
pub mod limits;
pub mod signals;
pub mod tree;
