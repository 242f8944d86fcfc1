//! What was learnt: events that only ever add up, and the state that they add up to.
//!
//! Every instance of the program writes its own events; what is known is the union of them all. So the state
//! ([`Progress`]) may depend on nothing but the *set* of events: not on the order in which they are read, nor on how often
//! one of them is met. Files, clocks and random numbers are the store's business; here they are handed in.

mod digest;
mod event;
mod fold;
mod outlook;

pub use digest::{digest, starting_text};
pub use event::{
    Answered, Attempt, CheckResult, Event, EventId, PackMark, Rating, SEQUENCE_LIMIT, Scope, Seen,
    What,
};
pub use fold::{Completion, Progress, Rated, StepProgress};
pub use outlook::{Counts, LessonState, StepState};
