//! Reads a TOML table through a table of its keys, which also makes the reference.
//!
//! A serde derive would stop at the first fault and could not say where it stands; this reads on. What the keys mean is
//! not known here.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::source::{At, Faults, Source, any_of};

/// What a key takes.
#[derive(Debug, Clone, Copy)]
pub(in crate::domain) enum Type {
    /// A string.
    Text,
    /// A whole number, both ends included.
    Integer { min: i64, max: i64 },
    /// A number greater than zero.
    Positive,
    /// A number that is zero or greater.
    NotNegative,
    /// `true` or `false`.
    Flag,
    /// A list of things of one type.
    List(&'static Type),
    /// A table.
    Table(&'static Keys),
    /// One of several types.
    Either(&'static [Type]),
}

/// One key of a table.
#[derive(Debug)]
pub(in crate::domain) struct Key {
    pub(in crate::domain) name: &'static str,
    pub(in crate::domain) takes: Type,
    pub(in crate::domain) required: bool,
    pub(in crate::domain) doc: &'static str,
}

impl Key {
    pub(in crate::domain) const fn new(name: &'static str, takes: Type, doc: &'static str) -> Self {
        Self { name, takes, required: false, doc }
    }

    pub(in crate::domain) const fn required(self) -> Self {
        Self { required: true, ..self }
    }
}

/// The keys of one kind of table.
#[derive(Debug)]
pub(in crate::domain) struct Keys {
    /// What the table is, with its article: "a check".
    pub(in crate::domain) what: &'static str,
    /// The keys, in groups that several kinds of table may share.
    pub(in crate::domain) groups: &'static [&'static [Key]],
}

impl Keys {
    pub(in crate::domain) fn all(&self) -> impl Iterator<Item = &'static Key> + use<> {
        self.groups.iter().flat_map(|group| group.iter())
    }

    fn find(&self, name: &str) -> Option<&'static Key> {
        self.all().find(|key| key.name == name)
    }
}

impl Type {
    /// What it is called in a sentence.
    pub(in crate::domain) fn name(self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Integer { min, max } => format!("a whole number from {min} to {max}"),
            Self::Positive => "a number greater than 0".to_owned(),
            Self::NotNegative => "a number, 0 or greater".to_owned(),
            Self::Flag => "`true` or `false`".to_owned(),
            Self::List(of) => format!("a list of {}", of.plural()),
            Self::Table(keys) => keys.what.to_owned(),
            Self::Either(types) => {
                types.iter().map(|one| one.name()).collect::<Vec<_>>().join(", or ")
            }
        }
    }

    fn plural(self) -> String {
        match self {
            Self::Text => "texts".to_owned(),
            Self::Table(keys) => format!("tables, each {}", keys.what),
            Self::Either(types) => {
                types.iter().map(|one| one.plural()).collect::<Vec<_>>().join(" or of ")
            }
            other => other.name(),
        }
    }

    /// Whether a value is of it; tables are looked into when they are read.
    fn holds(self, value: &DeValue<'_>) -> bool {
        match (self, value) {
            (Self::Text, DeValue::String(_))
            | (Self::Flag, DeValue::Boolean(_))
            | (Self::Table(_), DeValue::Table(_)) => true,
            (Self::Integer { min, max }, _) => {
                integer(value).is_some_and(|number| (min..=max).contains(&number))
            }
            (Self::Positive, _) => number(value).is_some_and(|number| number > 0.0),
            (Self::NotNegative, _) => number(value).is_some_and(|number| number >= 0.0),
            (Self::List(of), DeValue::Array(items)) => {
                items.iter().all(|item| of.holds(item.get_ref()))
            }
            (Self::Either(types), _) => types.iter().any(|one| one.holds(value)),
            _ => false,
        }
    }

    /// How the value could be written, where it is of another type than asked for.
    fn hint(self, key: &str, value: &DeValue<'_>) -> String {
        match (self, value) {
            (Self::Text, DeValue::Integer(number)) => format!("write `{key} = \"{number}\"`"),
            (Self::Text, DeValue::Float(number)) => format!("write `{key} = \"{number}\"`"),
            (Self::Text, DeValue::Boolean(true)) => format!("write `{key} = \"True\"`"),
            (Self::Text, DeValue::Boolean(false)) => format!("write `{key} = \"False\"`"),
            (Self::List(Self::Text), DeValue::String(text)) if text.len() < 60 => {
                format!("write `{key} = [\"{text}\"]`")
            }
            _ => format!("write {} after `{key} =`", self.name()),
        }
    }
}

fn integer(value: &DeValue<'_>) -> Option<i64> {
    let whole = value.as_integer()?;
    i64::from_str_radix(whole.as_str(), whole.radix()).ok()
}

fn number(value: &DeValue<'_>) -> Option<f64> {
    let number = match value {
        DeValue::Float(float) => float.as_str().parse().ok()?,
        // Every whole number that a person writes here is exact as a float.
        DeValue::Integer(whole) if whole.radix() == 10 => whole.as_str().parse().ok()?,
        _ => return None,
    };
    f64::is_finite(number).then_some(number)
}

/// Parses a TOML text; a syntax error is a fault at its place, and then there is no table.
///
/// The parser refuses values nested more than 80 deep.
pub(in crate::domain) fn parse_toml<'t>(
    source: &Source<'t>,
    faults: &mut Faults,
) -> Option<Spanned<DeTable<'t>>> {
    match DeTable::parse(source.text) {
        Ok(table) => Some(table),
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            let at = span.start;
            if error.message().contains("duplicate key") {
                let name: String = source.text.get(span).unwrap_or("").chars().take(60).collect();
                let hint = "a key stands once in its table: leave one of them out";
                faults.error(source, at, format!("`{name}` is there already"), hint);
            } else {
                let message = format!("this is not TOML: {}", error.message());
                let hint = "write `key = value`, texts in quotation marks, one key a line";
                faults.error(source, at, message, hint);
            }
            None
        }
    }
}

/// The entries of a table whose keys are known and whose values are of the right type.
pub(in crate::domain) struct Fields<'t, 'i> {
    /// Where the table stands.
    pub(in crate::domain) at: usize,
    /// Whether a key of it was refused, so that what seems to be missing may be there.
    pub(in crate::domain) flawed: bool,
    entries: Vec<(&'static str, usize, &'t Spanned<DeValue<'i>>)>,
}

impl<'t, 'i> Fields<'t, 'i> {
    /// Reads a table: an unknown key, a wrong type and a missing key are faults.
    pub(in crate::domain) fn read(
        source: &Source<'_>,
        table: &'t DeTable<'i>,
        at: usize,
        keys: &'static Keys,
        faults: &mut Faults,
    ) -> Self {
        let mut fields = Self { at, flawed: false, entries: Vec::new() };
        let before = faults.count();
        for (name, value) in table {
            fields.add(source, keys, (name.get_ref(), name.span().start), value, faults);
        }
        fields.flawed = faults.count() > before;
        fields.entries.sort_by_key(|(_, at, _)| *at);
        for key in keys.all().filter(|key| key.required) {
            if !table.keys().any(|name| name.get_ref() == key.name) {
                let (name, takes) = (key.name, key.takes.name());
                faults.error(
                    source,
                    at,
                    format!("{} needs the key `{name}`", keys.what),
                    format!("add `{name}`, {takes}: {}", key.doc),
                );
            }
        }
        fields
    }

    fn add(
        &mut self,
        source: &Source<'_>,
        keys: &'static Keys,
        (name, name_at): (&str, usize),
        value: &'t Spanned<DeValue<'i>>,
        faults: &mut Faults,
    ) {
        let Some(key) = keys.find(name) else {
            return unknown_key(source, keys, name, name_at, faults);
        };
        let value_at = value.span().start;
        if !key.takes.holds(value.get_ref()) {
            faults.error(
                source,
                value_at,
                format!("`{name}` takes {}", key.takes.name()),
                key.takes.hint(name, value.get_ref()),
            );
        } else if key.required
            && value.get_ref().as_str().is_some_and(|text| text.trim().is_empty())
        {
            faults.error(
                source,
                value_at,
                format!("`{name}` is empty"),
                format!("write {}", key.doc),
            );
        } else {
            self.entries.push((key.name, name_at, value));
        }
    }

    /// The names of the keys that are there, in the order of the text, with their places.
    pub(in crate::domain) fn names(
        &self,
    ) -> impl Iterator<Item = At<&'static str>> + use<'_, 't, 'i> {
        self.entries.iter().map(|(name, at, _)| At { value: *name, at: *at })
    }

    /// Whether a key is there.
    pub(in crate::domain) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A value of whatever type.
    pub(in crate::domain) fn get(&self, name: &str) -> Option<At<&'t DeValue<'i>>> {
        let (_, _, value) = self.entries.iter().find(|(key, _, _)| *key == name)?;
        Some(At { value: value.get_ref(), at: value.span().start })
    }

    /// A text.
    pub(in crate::domain) fn text(&self, name: &str) -> Option<At<&'t str>> {
        let value = self.get(name)?;
        value.value.as_str().map(|text| At { value: text, at: value.at })
    }

    /// A whole number.
    pub(in crate::domain) fn whole(&self, name: &str) -> Option<At<u32>> {
        let value = self.get(name)?;
        let number = u32::try_from(integer(value.value)?).ok()?;
        Some(At { value: number, at: value.at })
    }

    /// A whole number that may be less than zero.
    pub(in crate::domain) fn integer(&self, name: &str) -> Option<At<i64>> {
        let value = self.get(name)?;
        Some(At { value: integer(value.value)?, at: value.at })
    }

    /// A number.
    pub(in crate::domain) fn number(&self, name: &str) -> Option<f64> {
        number(self.get(name)?.value)
    }

    /// A flag.
    pub(in crate::domain) fn flag(&self, name: &str) -> Option<At<bool>> {
        let value = self.get(name)?;
        value.value.as_bool().map(|flag| At { value: flag, at: value.at })
    }

    /// The texts of a list, or the one text; nothing where the key is not there.
    pub(in crate::domain) fn texts(&self, name: &str) -> Vec<At<&'t str>> {
        self.items(name)
            .into_iter()
            .filter_map(|item| item.value.as_str().map(|text| At { value: text, at: item.at }))
            .collect()
    }

    /// The values of a list, or the one value; nothing where the key is not there.
    pub(in crate::domain) fn items(&self, name: &str) -> Vec<At<&'t DeValue<'i>>> {
        match self.get(name) {
            None => Vec::new(),
            Some(At { value: DeValue::Array(items), .. }) => items
                .iter()
                .map(|item| At { value: item.get_ref(), at: item.span().start })
                .collect(),
            Some(one) => vec![one],
        }
    }
}

fn unknown_key(
    source: &Source<'_>,
    keys: &'static Keys,
    name: &str,
    at: usize,
    faults: &mut Faults,
) {
    let known = || keys.all().map(|key| key.name);
    let hint = match faults.near(name, known()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write {}", any_of(known())),
    };
    let name: String = name.chars().take(60).collect();
    faults.error(source, at, format!("{} has no key `{name}`", keys.what), hint);
}
