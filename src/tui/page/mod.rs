//! The pages: the list of lessons, and a step of a lesson; around them the bars at the top and the bottom.

mod bench;
mod cards;
pub mod chrome;
mod exercise;
pub mod home;
mod layout;
mod outcome;
pub mod parts;
pub mod prose;
mod question;
mod reading;
mod runner;
pub mod step;
