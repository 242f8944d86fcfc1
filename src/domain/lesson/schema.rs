//! JSON Schemas of the TOML that authors write, made from the tables which the parser reads through, for editors that
//! complete and check while one types. They are the files of `docs/schema/`.

use std::fmt::Write as _;

use super::keys::{Key, Keys, Type};
use super::tables::{CHECKS, FRONT, MISTAKE, PACK, SHEET};

/// Every schema, as the name of its file and its text.
#[must_use]
pub fn schemas() -> Vec<(&'static str, String)> {
    let schema = |keys: &Keys, title: &str| {
        let head = format!(
            "\"$schema\": \"http://json-schema.org/draft-07/schema#\",\n  \"title\": {},\n  ",
            quoted(title)
        );
        format!("{{\n  {head}{}\n}}\n", object(keys, 1))
    };
    vec![
        ("pack.schema.json", schema(&PACK, "pack.toml of a pykata pack")),
        ("front-matter.schema.json", schema(&FRONT, "The front matter of a lesson")),
        ("cheat-sheet.schema.json", schema(&SHEET, "The front matter of a cheat sheet")),
        ("checks.schema.json", schema(&CHECKS, "A block of checks")),
        ("mistake.schema.json", schema(&MISTAKE, "What narrows a mistake")),
    ]
}

/// The members that describe a table, at a depth, without the braces around them.
fn object(keys: &Keys, depth: usize) -> String {
    let known: Vec<&Key> = keys.all().collect();
    let properties: Vec<String> = known
        .iter()
        .map(|key| {
            let (indent, inner) = (spaces(depth + 1), spaces(depth + 2));
            format!(
                "{indent}{}: {{\n{inner}\"description\": {},\n{inner}{}\n{indent}}}",
                quoted(key.name),
                quoted(key.doc),
                value(key.takes, depth + 2)
            )
        })
        .collect();
    let required: Vec<String> =
        known.iter().filter(|key| key.required).map(|key| quoted(key.name)).collect();
    let indent = spaces(depth);
    format!(
        "\"type\": \"object\",\n{indent}\"additionalProperties\": false,\n{indent}\"required\": [{}],\n{indent}\"properties\": {{\n{}\n{indent}}}",
        required.join(", "),
        properties.join(",\n")
    )
}

/// The members that describe a value of a type.
fn value(takes: Type, depth: usize) -> String {
    let nested = |of: Type| {
        let (indent, inner) = (spaces(depth), spaces(depth + 1));
        format!("{{\n{inner}{}\n{indent}}}", value(of, depth + 1))
    };
    match takes {
        Type::Text => "\"type\": \"string\"".to_owned(),
        Type::Integer { min, max } => {
            format!("\"type\": \"integer\", \"minimum\": {min}, \"maximum\": {max}")
        }
        Type::Positive => "\"type\": \"number\", \"exclusiveMinimum\": 0".to_owned(),
        Type::NotNegative => "\"type\": \"number\", \"minimum\": 0".to_owned(),
        Type::Flag => "\"type\": \"boolean\"".to_owned(),
        Type::List(of) => format!("\"type\": \"array\", \"items\": {}", nested(*of)),
        Type::Table(keys) => object(keys, depth),
        Type::Either(types) => {
            let types: Vec<String> = types.iter().map(|one| nested(*one)).collect();
            format!("\"anyOf\": [{}]", types.join(", "))
        }
    }
}

fn spaces(depth: usize) -> String {
    "  ".repeat(depth)
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_as_json_has_it() {
        assert_eq!(quoted("a \"b\" \\ \n"), "\"a \\\"b\\\" \\\\ \\u000a\"");
    }

    #[test]
    fn every_key_that_the_parser_reads_is_in_a_schema_with_its_words() {
        let all: String = schemas().into_iter().map(|(_, text)| text).collect();
        for keys in [&PACK, &FRONT, &CHECKS, &MISTAKE] {
            for key in keys.all() {
                assert!(all.contains(&format!("{}: {{", quoted(key.name))), "{}", key.name);
                assert!(all.contains(&quoted(key.doc)), "{}", key.doc);
            }
        }
    }
}
