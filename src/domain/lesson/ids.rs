//! The ids of one lesson, each of which stands for one thing.

use std::collections::HashMap;

use super::source::{Faults, Source};

/// The ids that are taken, each with the line that took it.
#[derive(Debug, Default)]
pub(super) struct Ids(HashMap<String, u32>);

impl Ids {
    /// Takes an id for what stands at a byte offset; one that is taken already is a fault.
    pub(super) fn take(&mut self, source: &Source<'_>, id: &str, at: usize, faults: &mut Faults) {
        if let Some(line) = self.0.get(id) {
            let message = format!("the id `{id}` is taken by line {line}");
            faults.error(
                source,
                at,
                message,
                "write `{#another-id}`: progress and drafts hang on it",
            );
        } else {
            self.0.insert(id.to_owned(), source.line(at));
        }
    }
}
