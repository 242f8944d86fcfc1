//! Limits and layers around a learner's program; knows nothing of Python.
//!
//! README.md beside this file says what each level covers and why. What is here runs in the zygote and in the processes
//! forked from it, each of one thread until the program's own code runs, so that it may allocate after a fork.

pub mod alone;
pub mod fds;
mod folder;
pub mod init;
pub mod levels;
pub mod limits;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;
pub mod places;
pub mod signals;
pub mod tree;
