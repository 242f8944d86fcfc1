//! What a person may set: one TOML text, read through one table of its keys, which also makes the reference.

use std::fmt::Write as _;
use std::sync::Arc;

use toml::de::DeTable;

use super::lesson::keys::{Fields, Key, Keys, Type, parse_toml};
use super::lesson::reference::keys;
use super::lesson::source::{At, Faults, Source};
use super::problem::Problem;
use super::run::{Clock, Limits};

/// The name of the file in the folder of settings.
pub const FILE: &str = "config.toml";

const MIB: u64 = 1024 * 1024;

const SETTINGS: Keys = Keys {
    what: "the settings file",
    groups: &[&[
        Key::new(
            "theme",
            Type::Text,
            "the colors: `auto`, `dark`, `light`, `high-contrast`, `color-blind`, `ansi` (the terminal's own sixteen) or `plain`; `auto` without it",
        ),
        Key::new(
            "clock",
            Type::Text,
            "the clock of programs: `virtual`, on which waiting costs nothing, or `real`; `virtual` without it",
        ),
        Key::new("limits", Type::Table(&LIMITS), "what a program may use, as `[limits]`"),
    ]],
};

const LIMITS: Keys = Keys {
    what: "`[limits]`",
    groups: &[&[
        Key::new(
            "wall",
            Type::Integer { min: 1, max: 3600 },
            "the most real time of a run, in seconds; 5 without it",
        ),
        Key::new(
            "memory",
            Type::Integer { min: 16, max: 1_048_576 },
            "the most memory of a process, in MiB; 512 without it",
        ),
        Key::new(
            "tasks",
            Type::Integer { min: 1, max: 4096 },
            "the most tasks, threads and processes at once; 64 without it",
        ),
    ]],
};

/// What a person has set; what is left out is as usual.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The colors, by name.
    pub theme: Option<String>,
    /// The clock of programs.
    pub clock: Option<Clock>,
    /// The most real time of a run, in seconds.
    pub wall: Option<u32>,
    /// The most memory of a process, in MiB.
    pub memory: Option<u32>,
    /// The most tasks, threads and processes at once.
    pub tasks: Option<u32>,
}

impl Settings {
    /// Reads a text. What is wrong in it is told with its place and left out; the rest counts. `themes` are the names of
    /// themes that there are.
    #[must_use]
    pub fn read(file: &str, text: &str, themes: &[&str]) -> (Self, Vec<Problem>) {
        let source = Source::new(Arc::from(file), text);
        let mut faults = Faults::default();
        let Some(table) = parse_toml(&source, &mut faults) else {
            return (Self::default(), faults.into_problems());
        };
        let fields = Fields::read(&source, table.get_ref(), 0, &SETTINGS, &mut faults);
        let mut word = |key: &str, words: &[&str]| {
            let At { value, at } = fields.text(key)?;
            if words.contains(&value) {
                return Some(value.to_owned());
            }
            let hint = match faults.near(value, words.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("write `{}`", words.join("`, or `")),
            };
            faults.error(&source, at, format!("`{key}` cannot be {value:?}"), hint);
            None
        };
        let theme = word("theme", themes);
        let clock = word("clock", &["virtual", "real"]);
        let clock = clock.map(|word| if word == "real" { Clock::Real } else { Clock::Virtual });
        let empty = DeTable::new();
        let (limits, at) = match fields.get("limits") {
            Some(At { value, at }) => (value.as_table().unwrap_or(&empty), at),
            None => (&empty, 0),
        };
        let limits = Fields::read(&source, limits, at, &LIMITS, &mut faults);
        let whole = |key: &str| limits.whole(key).map(|at| at.value);
        let settings = Self {
            theme,
            clock,
            wall: whole("wall"),
            memory: whole("memory"),
            tasks: whole("tasks"),
        };
        (settings, faults.into_problems())
    }

    /// What programs may use.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let usual = Limits::default();
        Limits {
            wall_ms: self.wall.map_or(usual.wall_ms, |seconds| u64::from(seconds) * 1000),
            memory_bytes: self.memory.map_or(usual.memory_bytes, |mib| u64::from(mib) * MIB),
            tasks: self.tasks.unwrap_or(usual.tasks),
            ..usual
        }
    }

    /// All that can be set and what is in force, as a file to begin with: what is as usual is a comment.
    #[must_use]
    pub fn written(&self) -> String {
        let limits = self.limits();
        let mut out = String::from("# Settings of pykata. A line without its `#` counts.\n");
        let quoted = |word: &str| format!("\"{word}\"");
        let clock = self.clock.map_or("virtual", |clock| match clock {
            Clock::Real => "real",
            Clock::Virtual => "virtual",
        });
        let top = [
            (quoted(self.theme.as_deref().unwrap_or("auto")), self.theme.is_some()),
            (quoted(clock), self.clock.is_some()),
        ];
        let inner = [
            ((limits.wall_ms / 1000).to_string(), self.wall.is_some()),
            ((limits.memory_bytes / MIB).to_string(), self.memory.is_some()),
            (limits.tasks.to_string(), self.tasks.is_some()),
        ];
        write_keys(&mut out, &SETTINGS, &top);
        out.push_str("\n[limits]\n");
        write_keys(&mut out, &LIMITS, &inner);
        out
    }
}

fn write_keys(out: &mut String, keys: &Keys, values: &[(String, bool)]) {
    let scalars = keys.all().filter(|key| !matches!(key.takes, Type::Table(_)));
    for (key, (value, set)) in scalars.zip(values) {
        let mark = if *set { "" } else { "# " };
        let doc = key.doc.replace('`', "");
        let _ = write!(out, "\n# {doc}\n{mark}{} = {value}\n", key.name);
    }
}

/// The parts of the reference, as name and Markdown.
#[must_use]
pub fn parts() -> Vec<(&'static str, String)> {
    vec![("settings", keys(&SETTINGS)), ("limits", keys(&LIMITS))]
}

#[cfg(test)]
mod tests {
    use super::*;

    const THEMES: &[&str] = &["auto", "dark"];

    fn problems(text: &str) -> Vec<String> {
        let (_, problems) = Settings::read("config.toml", text, THEMES);
        problems.iter().map(|it| format!("{}: {}", it.place, it.message)).collect()
    }

    #[test]
    fn all_that_can_be_set_is_read_and_the_rest_is_as_usual() {
        let text =
            "theme = \"dark\"\nclock = \"real\"\n[limits]\nwall = 10\nmemory = 64\ntasks = 8\n";
        let (settings, problems) = Settings::read("config.toml", text, THEMES);
        assert_eq!(problems, []);
        assert_eq!((settings.theme.as_deref(), settings.clock), (Some("dark"), Some(Clock::Real)));
        let limits = settings.limits();
        assert_eq!((limits.wall_ms, limits.memory_bytes, limits.tasks), (10_000, 64 * MIB, 8));
        let (none, problems) = Settings::read("config.toml", "", THEMES);
        assert_eq!(
            (none.limits(), none, problems),
            (Limits::default(), Settings::default(), vec![])
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_the_rest_counts() {
        let text = "them = 1\nclock = \"reel\"\n[limits]\nwall = 0\ntasks = 9\n";
        assert_eq!(
            problems(text),
            [
                "config.toml:1:1: the settings file has no key `them`",
                "config.toml:2:9: `clock` cannot be \"reel\"",
                "config.toml:4:8: `wall` takes a whole number from 1 to 3600",
            ]
        );
        let (settings, problems) = Settings::read("config.toml", text, THEMES);
        assert_eq!(settings.tasks, Some(9));
        let hints: Vec<_> = problems.iter().filter_map(|it| it.hint.as_deref()).collect();
        assert_eq!(hints[..2], ["did you mean `theme`?", "did you mean `real`?"]);
    }

    #[test]
    fn what_is_no_toml_is_one_problem() {
        assert_eq!(problems("theme = \n").len(), 1);
    }

    #[test]
    fn what_is_written_reads_back_as_it_was() {
        let set = Settings {
            theme: Some("dark".to_owned()),
            clock: Some(Clock::Real),
            wall: Some(7),
            memory: None,
            tasks: Some(3),
        };
        for settings in [Settings::default(), set] {
            let (read, problems) = Settings::read("config.toml", &settings.written(), THEMES);
            assert_eq!((read, problems), (settings, vec![]));
        }
    }
}
