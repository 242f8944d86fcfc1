//! The format's own lesson, fault by fault, and what a stranger may send.

mod cheat_sheet;
mod check_up;
mod example;
mod faults;
mod hostile;
mod order;
mod pack;
mod whole;
