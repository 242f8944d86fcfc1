//! From a document to rows of a width.
