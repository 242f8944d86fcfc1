//! What was learnt: events that only ever add up, and the state that they add up to.
