//! What was expected of each program and what was seen, for people: kept as a file, and summed up.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use pykata::domain::run::Level;

/// How a program ended at a level, and how that compares.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) file: String,
    pub(crate) level: Level,
    pub(crate) expected: String,
    pub(crate) seen: String,
    /// `as expected`, `allowed: …`, `skipped: …` or `FAILED: …`.
    pub(crate) verdict: String,
    pub(crate) wall_ms: f64,
}

/// The rows so far.
#[derive(Debug, Default)]
pub(crate) struct Table(Mutex<Vec<Row>>);

impl Table {
    pub(crate) fn add(&self, row: Row) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(row);
    }

    /// Writes the table down and says where it is, and how many programs ended how at which level.
    pub(crate) fn tell(&self) {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if rows.is_empty() {
            return;
        }
        rows.sort_by(|a, b| (&a.file, b.level).cmp(&(&b.file, a.level)));
        let mut text = "program\tlevel\texpected\tseen\tms\tverdict\n".to_owned();
        let mut counts: BTreeMap<(Level, &str), usize> = BTreeMap::new();
        for row in &rows {
            let Row { file, level, expected, seen, verdict, wall_ms } = row;
            let level_word = level.word();
            let _ =
                writeln!(text, "{file}\t{level_word}\t{expected}\t{seen}\t{wall_ms:.0}\t{verdict}");
            let kind = verdict.split(':').next().unwrap_or_default();
            *counts.entry((*level, kind)).or_default() += 1;
        }
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile.tsv");
        fs::write(&path, text).expect("the build's temporary folder can be written to");
        println!("hostile programs, level by level ({}):", path.display());
        for ((level, kind), count) in counts.iter().rev() {
            println!("  {:<12} {count:>4} {kind}", level.word());
        }
        println!();
    }
}
