//! From a pack's files to a course, with a place for every fault.
