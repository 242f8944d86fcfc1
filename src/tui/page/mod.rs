//! The pages: the list of lessons, and a step of a lesson; around them the bars at the top and the bottom.

pub mod bench;
pub mod cards;
pub mod chrome;
mod compiling;
pub mod ending;
pub mod exercise;
pub mod home;
pub mod layout;
pub mod live;
pub mod outcome;
pub mod question;
pub mod reading;
pub mod runner;
pub mod step;
