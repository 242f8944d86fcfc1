//! Reads Python source: colours, syntax errors, syntax facts.
