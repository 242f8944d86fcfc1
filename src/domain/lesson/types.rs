//! Reads what checks ask of types, and the marks in code that say which findings are to come.

use toml::de::DeValue;

use super::checks::Reader;
use super::code::CodeParts;
use super::keys::Fields;
use super::source::At;
use super::step::StepReader;
use super::tables::TYPES;
use crate::domain::check::typed::TypesRule;
use crate::domain::check::{Check, Rule};
use crate::domain::course::Kind;
use crate::domain::exercise::Code;
use crate::domain::problem::Problem;
use crate::domain::types::expected::expected;
use crate::domain::types::rules::RULES;

impl Reader<'_, '_> {
    /// What a check asks under `types`.
    pub(super) fn types(&mut self, fields: &Fields<'_, '_>) -> Option<TypesRule> {
        let value = fields.get("types")?;
        let table = match value.value {
            DeValue::Boolean(true) => return Some(TypesRule::Agree),
            DeValue::Table(table) => table,
            _ => {
                let hint = "write `true`, or such as `{ reveal = \"total([1])\", is = \"int\" }`";
                self.error(value.at, "`types` can only be `true`", hint);
                return None;
            }
        };
        let fields = Fields::read(self.source, table, value.at, &TYPES, self.faults);
        let expression = fields.text("reveal").and_then(|text| self.one_line(text));
        let shown = fields.text("is").and_then(|text| self.one_line(text));
        Some(TypesRule::Reveal { expression: expression?, shown: shown? })
    }

    fn one_line(&mut self, text: At<&str>) -> Option<String> {
        let trimmed = text.value.trim();
        if trimmed.contains(['\n', '\r', '#']) {
            let message = "this stands on one line and has no comment";
            self.error(text.at, message, "write it on one line, without `#`");
            return None;
        }
        Some(trimmed.to_owned())
    }
}

impl StepReader<'_, '_> {
    /// What goes with checks of types: they are there where the kind asks for them, and marks name rules that exist.
    pub(super) fn require_types(
        &mut self,
        parts: &CodeParts,
        kind: Kind,
        checks: Option<&[Check]>,
    ) {
        let Some(checks) = checks else { return };
        let typed = checks.iter().any(|check| matches!(check.rule, Rule::Types(_)));
        if kind == Kind::Types && !typed && !checks.is_empty() {
            let hint = "add a `[[check]]` with `types = true`";
            self.missing(self.opening.at, "a `.types` step needs a check of types", hint);
        }
        if !typed {
            return;
        }
        let starter = parts.starter.as_ref().map(|starter| &starter.value);
        let probe = parts.probe.as_ref().map(|probe| &probe.code);
        for code in [parts.given.as_ref(), starter, probe].into_iter().flatten() {
            self.marks(code);
        }
    }

    fn marks(&mut self, code: &Code) {
        for mark in expected(&code.text) {
            if RULES.contains(&&*mark.rule) {
                continue;
            }
            let hint = match self.faults.near(&mark.rule, RULES.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`pykata types FILE` names the rule of each finding".to_owned(),
            };
            let mut place = code.place.clone();
            place.line = place.line.saturating_add(mark.line - 1);
            let shown: String = mark.rule.chars().take(60).collect();
            let message = format!("the type checker has no rule `{shown}`");
            self.faults.push(Problem::error(place, message).hint(hint));
        }
    }
}
