//! XPath expressions to CSS selectors, as far as the two say the same.
//!
//! [`to_css`] is pure. It reads the part of XPath 1.0 (w3.org/TR/xpath-10) that picks elements by
//! name, place and attributes: paths of `/` and `//`, `descendant::`, `*`, predicates of
//! `@name`, `=`, `contains`, `starts-with`, `and`, `or`, the usual spelling of "has this class"
//! with `concat`, unions, and an attribute at the end. All else is refused with the reason, for a
//! selector that matches something else is worse than none.

use crate::cli::rules::cursor::Cursor;

/// Selectors that one expression may grow to: `or` multiplies.
const MOST_SELECTORS: usize = 64;
/// How deep parentheses may be nested.
const MOST_DEPTH: usize = 16;

/// A selector, and the attribute that the expression picks of its elements, if it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Css {
    pub(super) selector: String,
    pub(super) attribute: Option<String>,
}

type Result<T> = std::result::Result<T, String>;

/// The CSS selector that picks the elements that `xpath` does.
///
/// # Errors
/// What of it CSS cannot say, or what is wrong with it, in words.
pub(super) fn to_css(xpath: &str) -> Result<Css> {
    let mut cursor = Cursor::new(xpath);
    let mut selectors: Vec<String> = Vec::new();
    let mut attributes: Vec<Option<String>> = Vec::new();
    loop {
        let (alternatives, attribute) = path(&mut cursor)?;
        selectors.extend(alternatives);
        attributes.push(attribute);
        if selectors.len() > MOST_SELECTORS {
            return Err("too many alternatives".to_owned());
        }
        if !cursor.eat("|") {
            break;
        }
    }
    if !cursor.is_empty() {
        return Err(cursor.unexpected());
    }
    let attribute = attributes.pop().flatten();
    if attributes.iter().any(|other| *other != attribute) {
        return Err("different attributes in one expression".to_owned());
    }
    Ok(Css {
        selector: selectors.join(", "),
        attribute,
    })
}

/// A location path, as selectors of which any may match.
fn path(cursor: &mut Cursor<'_>) -> Result<(Vec<String>, Option<String>)> {
    if cursor.starts("(") {
        return Err("parentheses around a path".to_owned());
    }
    let anywhere = cursor.eat(".//") || cursor.eat("//");
    if !anywhere && !cursor.eat("/") {
        return Err("a path that begins with neither / nor //".to_owned());
    }
    let mut selectors = vec![String::new()];
    let mut last_name = "";
    let mut separator = "";
    loop {
        if cursor.eat("@") {
            let attribute = attribute_name(cursor)?;
            // `//@href` picks attributes of whatever has them.
            if separator != " > " {
                return Err("an attribute without its element".to_owned());
            }
            return Ok((selectors, Some(attribute)));
        }
        if cursor.eat("descendant::") {
            separator = if separator.is_empty() { "" } else { " " };
        } else {
            cursor.eat("child::");
        }
        let (name, step) = step(cursor)?;
        if separator.is_empty() && !anywhere && name != "html" {
            return Err("a path from the root that does not begin with /html".to_owned());
        }
        // HTML has rows in a tbody only, whether it is written or not; XPath sees what is written.
        if (last_name, name, separator) == ("table", "tr", " > ") {
            separator = " > tbody > ";
        }
        selectors = product(&selectors, separator, &step)?;
        last_name = name;
        separator = if cursor.eat("//") {
            " "
        } else if cursor.eat("/") {
            " > "
        } else {
            return Ok((selectors, None));
        };
    }
}

/// Each of `left` with each of `right` behind it.
fn product(left: &[String], between: &str, right: &[String]) -> Result<Vec<String>> {
    if left.len() * right.len() > MOST_SELECTORS {
        return Err("too many alternatives".to_owned());
    }
    let pairs = left
        .iter()
        .flat_map(|left| right.iter().map(move |right| (left, right)));
    Ok(pairs
        .map(|(left, right)| format!("{left}{between}{right}"))
        .collect())
}

/// One step: the name of its elements, and its compound selectors.
fn step<'x>(cursor: &mut Cursor<'x>) -> Result<(&'x str, Vec<String>)> {
    if cursor.starts(".") {
        return Err("a step to the parent or to itself".to_owned());
    }
    let name = if cursor.eat("*") {
        "*"
    } else {
        let name = cursor.name();
        if name.is_empty() {
            return Err(cursor.unexpected());
        }
        if cursor.starts("::") {
            return Err(format!("the axis {name}"));
        }
        if cursor.starts("(") {
            return Err(format!("{name}()"));
        }
        if !is_plain(name) {
            return Err(format!("the name {name}"));
        }
        name
    };
    let mut alternatives = vec![String::new()];
    while cursor.eat("[") {
        let condition = either(cursor, 0)?;
        if !cursor.eat("]") {
            return Err(cursor.unexpected());
        }
        alternatives = product(&alternatives, "", &condition)?;
    }
    for suffix in &mut alternatives {
        if name != "*" || suffix.is_empty() {
            suffix.insert_str(0, name);
        }
    }
    Ok((name, alternatives))
}

fn either(cursor: &mut Cursor<'_>, depth: usize) -> Result<Vec<String>> {
    let mut alternatives = both(cursor, depth)?;
    while cursor.eat_word("or") {
        alternatives.extend(both(cursor, depth)?);
        if alternatives.len() > MOST_SELECTORS {
            return Err("too many alternatives".to_owned());
        }
    }
    Ok(alternatives)
}

fn both(cursor: &mut Cursor<'_>, depth: usize) -> Result<Vec<String>> {
    let mut alternatives = condition(cursor, depth)?;
    while cursor.eat_word("and") {
        let further = condition(cursor, depth)?;
        alternatives = product(&alternatives, "", &further)?;
    }
    Ok(alternatives)
}

fn condition(cursor: &mut Cursor<'_>, depth: usize) -> Result<Vec<String>> {
    if cursor.eat("(") {
        if depth == MOST_DEPTH {
            return Err("too many parentheses".to_owned());
        }
        let inner = either(cursor, depth + 1)?;
        if !cursor.eat(")") {
            return Err(cursor.unexpected());
        }
        return Ok(inner);
    }
    if cursor.eat("@") {
        let name = attribute_name(cursor)?;
        if !cursor.eat("=") {
            return Ok(vec![format!("[{name}]")]);
        }
        return Ok(vec![equals(&name, cursor.literal()?)]);
    }
    if cursor.starts_with_digit() {
        return Err("a position".to_owned());
    }
    if cursor.starts("'") || cursor.starts("\"") {
        return Err("a comparison that begins with a text".to_owned());
    }
    if cursor.starts(".") {
        return Err("a condition on the element's text or on others around it".to_owned());
    }
    let name = cursor.name();
    if name.is_empty() {
        return Err(cursor.unexpected());
    }
    match (name, cursor.eat("(")) {
        ("contains", true) => call(cursor, contains),
        ("starts-with", true) => call(cursor, |subject, text| match subject {
            Subject::Attribute(name) => Ok(format!("[{name}^={}]", quoted(text))),
            Subject::Words(_) => Err("starts-with() of words".to_owned()),
        }),
        ("position" | "last", true) => Err("a position".to_owned()),
        (name, true) => Err(format!("{name}()")),
        (name, false) => Err(format!("a condition on {name} inside of the element")),
    }
}

/// What a function looks into.
enum Subject {
    Attribute(String),
    /// The words of an attribute, with a space around each.
    Words(String),
}

/// The two arguments of `contains(` or `starts-with(`, and what `make` makes of them.
fn call(
    cursor: &mut Cursor<'_>,
    make: impl FnOnce(Subject, &str) -> Result<String>,
) -> Result<Vec<String>> {
    let subject = subject(cursor)?;
    if !cursor.eat(",") {
        return Err(cursor.unexpected());
    }
    let text = cursor.literal()?;
    if !cursor.eat(")") {
        return Err(cursor.unexpected());
    }
    if cursor.starts("=") || cursor.starts("!") {
        return Err(cursor.unexpected());
    }
    // Every value contains it, in XPath; none, in CSS.
    if text.is_empty() {
        return Err("a search for an empty text".to_owned());
    }
    Ok(vec![make(subject, text)?])
}

fn contains(subject: Subject, text: &str) -> Result<String> {
    let name = match subject {
        Subject::Attribute(name) => return Ok(format!("[{name}*={}]", quoted(text))),
        Subject::Words(name) => name,
    };
    let word = text
        .strip_prefix(' ')
        .and_then(|text| text.strip_suffix(' '));
    match word {
        Some(word) if !word.is_empty() && !word.contains(char::is_whitespace) => {
            if name == "class" && is_plain(word) {
                Ok(format!(".{word}"))
            } else {
                Ok(format!("[{name}~={}]", quoted(word)))
            }
        }
        _ => Err("a part of a word, or several".to_owned()),
    }
}

/// `@name`, or `concat(' ', @name, ' ')` with or without `normalize-space()` around the name.
fn subject(cursor: &mut Cursor<'_>) -> Result<Subject> {
    if cursor.eat("@") {
        return Ok(Subject::Attribute(attribute_name(cursor)?));
    }
    let name = cursor.name();
    if name != "concat" || !cursor.eat("(") {
        return Err(match name {
            "" => "a condition on the element's text or on others around it".to_owned(),
            name => format!("{name} in a function"),
        });
    }
    let space = |cursor: &mut Cursor<'_>| match cursor.literal()? {
        " " => Ok(()),
        _ => Err("concat() with more than spaces".to_owned()),
    };
    space(cursor)?;
    if !cursor.eat(",") {
        return Err(cursor.unexpected());
    }
    let normalized = cursor.eat_word("normalize-space");
    if normalized && !cursor.eat("(") || !cursor.eat("@") {
        return Err(cursor.unexpected());
    }
    let attribute = attribute_name(cursor)?;
    if normalized && !cursor.eat(")") || !cursor.eat(",") {
        return Err(cursor.unexpected());
    }
    space(cursor)?;
    if !cursor.eat(")") {
        return Err(cursor.unexpected());
    }
    Ok(Subject::Words(attribute))
}

fn attribute_name(cursor: &mut Cursor<'_>) -> Result<String> {
    let name = cursor.name();
    if is_plain(name) {
        Ok(name.to_owned())
    } else if name.is_empty() {
        Err(cursor.unexpected())
    } else {
        Err(format!("the attribute {name}"))
    }
}

fn equals(name: &str, value: &str) -> String {
    if name == "id" && is_plain(value) {
        format!("#{value}")
    } else {
        format!("[{name}={}]", quoted(value))
    }
}

/// Whether a name is one in CSS as it stands.
fn is_plain(name: &str) -> bool {
    let mut letters = name.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'))
}

/// A CSS string (w3.org/TR/css-syntax-3 §4.3.5).
pub(super) fn quoted(text: &str) -> String {
    let mut string = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => string.extend(['\\', letter]),
            letter if letter.is_control() => {
                string.push_str(&format!("\\{:x} ", u32::from(letter)));
            }
            letter => string.push(letter),
        }
    }
    string.push('"');
    string
}
