//! The words of a builder text, and the same from a table.

use toml::Value;

use super::BuilderError;

/// A key with what it holds: lists of items, one list for each level.
pub(super) struct Key {
    pub(super) name: String,
    pub(super) levels: Vec<Vec<String>>,
}

/// One word of a text: a name, a key with its value, or a lone `/`.
pub(super) enum Word {
    Name(String),
    Key(Key),
    NextLevel,
}

/// Most bytes of a builder text, so that no list is longer than somebody means.
const LONGEST: usize = 1 << 20;

/// Splits a text into words at blanks. Within a value, commas (`,` or `，`) part items and `/`
/// parts levels; both, and blanks, stand for themselves in quotes.
pub(super) fn words(text: &str) -> Result<Vec<Word>, BuilderError> {
    if text.len() > LONGEST {
        return Err(BuilderError::TooLong { most: LONGEST });
    }
    let mut words = Vec::new();
    let mut chars = text.chars().peekable();
    loop {
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        if chars.peek().is_none() {
            return Ok(words);
        }
        words.push(word(&mut chars)?);
    }
}

fn word(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<Word, BuilderError> {
    let mut key: Option<String> = None;
    let mut levels = vec![Vec::new()];
    let mut item = String::new();
    let mut quoted = false;
    while let Some(c) = chars.next_if(|c| !c.is_whitespace()) {
        match (c, &key) {
            ('"' | '\'', _) => {
                quoted = true;
                loop {
                    match chars.next() {
                        Some(end) if end == c => break,
                        Some(inner) => item.push(inner),
                        None => return Err(BuilderError::Syntax { part: format!("{c}{item}") }),
                    }
                }
            }
            ('=', None) => key = Some(std::mem::take(&mut item)),
            (',' | '，', Some(_)) => {
                push(&mut levels, &mut item, &mut quoted);
            }
            ('/', Some(_)) => {
                push(&mut levels, &mut item, &mut quoted);
                levels.push(Vec::new());
            }
            (c, _) => item.push(c),
        }
    }
    let Some(name) = key else {
        return Ok(if item == "/" { Word::NextLevel } else { Word::Name(item) });
    };
    push(&mut levels, &mut item, &mut quoted);
    if name.is_empty() || levels.iter().any(Vec::is_empty) {
        return Err(BuilderError::Syntax { part: format!("{name}=") });
    }
    Ok(Word::Key(Key { name, levels }))
}

/// Ends an item; what is empty and not quoted is none.
fn push(levels: &mut [Vec<String>], item: &mut String, quoted: &mut bool) {
    let item = std::mem::take(item);
    if !item.is_empty() || std::mem::take(quoted) {
        levels.last_mut().expect("there is always one level").push(item);
    }
    *quoted = false;
}

/// A value of a table as the lists that a text would give.
pub(super) fn lists(name: &str, value: Value) -> Result<Key, BuilderError> {
    let wrong = |value: &Value| BuilderError::Syntax { part: format!("{name} = {value}") };
    let item = |value: Value| match value {
        Value::String(text) => Ok(text),
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => {
            Ok(value.to_string())
        }
        Value::Array(_) | Value::Table(_) => Err(wrong(&value)),
    };
    let list = |value: Value| match value {
        Value::Array(items) => items.into_iter().map(item).collect::<Result<Vec<_>, _>>(),
        single => Ok(vec![item(single)?]),
    };
    let nested = |items: &[Value]| items.iter().any(Value::is_array);
    let levels = match value {
        Value::Array(items) if nested(&items) => {
            items.into_iter().map(list).collect::<Result<Vec<_>, _>>()?
        }
        other => vec![list(other)?],
    };
    if levels.iter().any(Vec::is_empty) {
        return Err(BuilderError::Syntax { part: format!("{name} = []") });
    }
    Ok(Key { name: name.to_owned(), levels })
}

/// An item as a text shows it, in quotes where it needs them.
pub(super) fn quoted(item: &str) -> String {
    let plain = !item.is_empty()
        && !item.contains(|c: char| {
            c.is_whitespace() || matches!(c, ',' | '，' | '/' | '=' | '"' | '\'')
        });
    match item.contains('"') {
        _ if plain => item.to_owned(),
        // A text cannot hold both kinds of quotes in one item; pieces of both kinds can.
        true => item.split('"').map(|p| format!("\"{p}\"")).collect::<Vec<_>>().join("'\"'"),
        false => format!("\"{item}\""),
    }
}
