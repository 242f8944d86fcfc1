//! Starts, feeds, limits and ends the other programs.
