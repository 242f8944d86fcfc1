//! Rules over the syntax tree: the `source` of a check or of a mistake.

use toml::de::DeTable;

use crate::domain::check::source::{FactKind, NODES, SourceRule};

use super::checks::Reader;
use super::keys::Fields;
use super::source::{At, any_of};
use super::tables::SOURCE;

/// The keys of a source rule that name something: the kind of fact, and whether there must be one.
const THINGS: [(&str, FactKind, bool); 14] = [
    ("has", FactKind::Node, true),
    ("lacks", FactKind::Node, false),
    ("calls", FactKind::Call, true),
    ("lacks-call", FactKind::Call, false),
    ("decorator", FactKind::Decorator, true),
    ("lacks-decorator", FactKind::Decorator, false),
    ("assigns", FactKind::Assignment, true),
    ("lacks-assign", FactKind::Assignment, false),
    ("imports", FactKind::Import, true),
    ("lacks-import", FactKind::Import, false),
    ("defines", FactKind::Definition, true),
    ("lacks-definition", FactKind::Definition, false),
    ("names", FactKind::Name, true),
    ("lacks-name", FactKind::Name, false),
];

impl Reader<'_, '_> {
    /// The rules of a `source`, one table or several; all must hold.
    pub(super) fn source_rules(&mut self, fields: &Fields<'_, '_>) -> Vec<SourceRule> {
        let mut rules = Vec::new();
        for item in fields.items("source") {
            if let Some(table) = item.value.as_table() {
                rules.extend(self.source_table(table, item.at));
            }
        }
        rules
    }

    /// One table becomes one rule for each thing that it names; all must hold.
    fn source_table(&mut self, table: &DeTable<'_>, at: usize) -> Vec<SourceRule> {
        let fields = Fields::read(self.source, table, at, &SOURCE, self.faults);
        let (at_least, at_most) = (fields.whole("at-least"), fields.whole("at-most"));
        let within = fields.text("in").and_then(|name| self.name(name));
        let called = fields.flag("called");
        let mut rules = Vec::new();
        let mut wanted = 0;
        for (key, kind, has) in THINGS {
            for name in fields.texts(key) {
                let known = if kind == FactKind::Node { self.node(name) } else { self.name(name) };
                wanted += usize::from(has);
                let Some(name) = known else { continue };
                let called = called.filter(|_| kind == FactKind::Decorator).map(|flag| flag.value);
                let (least, most) = match (has, at_least, at_most) {
                    (false, _, _) => (0, Some(0)),
                    (true, None, None) => (1, None),
                    (true, least, most) => {
                        (least.map_or(0, |least| least.value), most.map(|most| most.value))
                    }
                };
                let within = within.clone();
                rules.push(SourceRule {
                    kind,
                    name,
                    called,
                    within,
                    at_least: least,
                    at_most: most,
                });
            }
        }
        self.check_source(&fields, wanted, rules.is_empty());
        rules
    }

    fn check_source(&mut self, fields: &Fields<'_, '_>, wanted: usize, empty: bool) {
        let things = THINGS.iter().map(|(key, _, _)| *key);
        if empty
            && !fields.flawed
            && !fields.names().any(|name| THINGS.iter().any(|(key, _, _)| *key == name.value))
        {
            let hint = format!("add one of {}", any_of(things));
            self.error(fields.at, "a source rule says what there must be, or must not be", hint);
        }
        for key in ["at-least", "at-most"] {
            if let Some(count) = fields.whole(key).filter(|_| wanted != 1 && !fields.flawed) {
                let message = format!("`{key}` counts one thing that there must be");
                self.error(
                    count.at,
                    message,
                    "name one such thing beside it, and others in a table of their own",
                );
            }
        }
        if let (Some(least), Some(most)) = (fields.whole("at-least"), fields.whole("at-most"))
            && least.value > most.value
        {
            self.error(
                most.at,
                "`at-most` is less than `at-least`",
                "nothing could hold it; change one",
            );
        }
        let decorator = fields.has("decorator") || fields.has("lacks-decorator");
        if let Some(called) = fields.flag("called").filter(|_| !decorator) {
            self.error(
                called.at,
                "`called` means nothing without a decorator",
                "leave it out, or add `decorator`",
            );
        }
    }

    fn node(&mut self, name: At<&str>) -> Option<String> {
        if NODES.contains(&name.value) {
            return Some(name.value.to_owned());
        }
        let hint = match self.faults.near(name.value, NODES.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write {}", any_of(NODES.iter().copied())),
        };
        let shown: String = name.value.chars().take(60).collect();
        self.error(name.at, format!("there is no kind of node `{shown}`"), hint);
        None
    }
}
