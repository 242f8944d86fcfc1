//! Letters that look like others: a name that holds one looks right and is another name.

/// Letters of other scripts beside the Latin ones that they are taken for (a choice from Unicode's "confusables").
const TWINS: [(char, char); 56] = [
    ('а', 'a'),
    ('е', 'e'),
    ('о', 'o'),
    ('р', 'p'),
    ('с', 'c'),
    ('у', 'y'),
    ('х', 'x'),
    ('і', 'i'),
    ('ј', 'j'),
    ('ѕ', 's'),
    ('ԁ', 'd'),
    ('һ', 'h'),
    ('ԛ', 'q'),
    ('ԝ', 'w'),
    ('ѵ', 'v'),
    ('ӏ', 'l'),
    ('ո', 'n'),
    ('ս', 'u'),
    ('օ', 'o'),
    ('ց', 'g'),
    ('А', 'A'),
    ('В', 'B'),
    ('Е', 'E'),
    ('К', 'K'),
    ('М', 'M'),
    ('Н', 'H'),
    ('О', 'O'),
    ('Р', 'P'),
    ('С', 'C'),
    ('Т', 'T'),
    ('У', 'Y'),
    ('Х', 'X'),
    ('І', 'I'),
    ('Ј', 'J'),
    ('Ѕ', 'S'),
    ('α', 'a'),
    ('ο', 'o'),
    ('ν', 'v'),
    ('ρ', 'p'),
    ('υ', 'u'),
    ('ι', 'i'),
    ('Α', 'A'),
    ('Β', 'B'),
    ('Ε', 'E'),
    ('Ζ', 'Z'),
    ('Η', 'H'),
    ('Ι', 'I'),
    ('Κ', 'K'),
    ('Μ', 'M'),
    ('Ν', 'N'),
    ('Ο', 'O'),
    ('Ρ', 'P'),
    ('Τ', 'T'),
    ('Υ', 'Y'),
    ('Χ', 'X'),
    ('ı', 'i'),
];

fn twin_of(letter: char) -> Option<char> {
    TWINS.iter().find(|(odd, _)| *odd == letter).map(|(_, plain)| *plain)
}

/// Names the first letter of a name that only looks like a Latin one: its place, its code point, its script. A name that
/// is written in the other script throughout is no disguise.
pub(super) fn odd_one(name: &str) -> Option<String> {
    if !name.chars().any(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let (place, letter) = name.chars().enumerate().find(|(_, c)| twin_of(*c).is_some())?;
    let script = match letter {
        '\u{370}'..='\u{3ff}' => "a Greek letter",
        '\u{400}'..='\u{52f}' => "a Cyrillic letter",
        '\u{530}'..='\u{58f}' => "an Armenian letter",
        _ => "another letter",
    };
    let plain = twin_of(letter)?;
    let code = u32::from(letter);
    Some(format!("letter {} is U+{code:04X}, {script} and not the Latin {plain},", place + 1))
}

/// A name in a text that is not this one and only looks like it.
pub(super) fn twin_in<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let names = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    let plain = |other: &str| other.chars().map(|c| twin_of(c).unwrap_or(c)).eq(name.chars());
    names.filter(|other| !other.is_ascii() && *other != name).find(|other| plain(other))
}
