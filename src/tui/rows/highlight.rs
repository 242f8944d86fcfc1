//! The colours of Python in lessons, as data.
//!
//! Finding them takes milliseconds, so it is done off the screen's thread; rows are drawn plain until they are known.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::analysis::SyntaxClass;
use crate::domain::clean::Clean;

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its bytes in the line.
    pub range: Range<usize>,
    /// What it is.
    pub class: SyntaxClass,
}

/// The pieces of each line of a program, from left to right; what is plain is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Highlighted(Vec<Vec<Token>>);

impl Highlighted {
    /// The pieces of a line, counted from 0.
    #[must_use]
    pub fn line(&self, number: usize) -> &[Token] {
        self.0.get(number).map_or(&[], Vec::as_slice)
    }
}

/// The colours that are known, by the text that they belong to.
#[derive(Debug, Clone, Default)]
pub struct CodeColors {
    known: HashMap<Clean, Arc<Highlighted>>,
}

impl CodeColors {
    /// The most programs that are remembered.
    pub const CAPACITY: usize = 512;

    /// The colours of a program, where they are known.
    #[must_use]
    pub fn get(&self, code: &Clean) -> Option<Arc<Highlighted>> {
        self.known.get(code).cloned()
    }

    /// Remembers what a highlighter found.
    pub fn extend(&mut self, found: impl IntoIterator<Item = (Clean, Highlighted)>) {
        for (code, colors) in found {
            if self.known.len() >= Self::CAPACITY && !self.known.contains_key(&code) {
                self.known.clear();
            }
            self.known.insert(code, Arc::new(colors));
        }
    }
}
