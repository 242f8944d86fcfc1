//! Limits around a learner's program; knows nothing of Python.
