//! Persons, as feeds write them into one text.
//!
//! RSS wants `desk@outlet.example (Name)`; feeds write names, addresses, both in any order and any
//! brackets.

use url::Url;

use crate::model::Person;
use crate::text::plain;
use crate::text::url::absolute;

/// The most bytes of persons that each entry takes over from its feed.
const MAX_INHERITED_BYTES: usize = 4096;

/// The person whom a plain text of one line names; none if it names nobody.
pub(super) fn of_text(text: &str) -> Option<Person> {
    let text = plain::line(text);
    let is_separator = |c: char| c.is_whitespace() || "()<>[]{}،,;\"'«»".contains(c);
    let email = text
        .split(is_separator)
        .map(|word| word.trim_end_matches('.'))
        .find(|word| is_email(word));
    let (name, email) = match email {
        Some(email) => {
            let rest = text.replacen(email, "", 1);
            let bare = email.strip_prefix("mailto:").unwrap_or(email);
            (rest, Some(bare.to_owned()))
        }
        None => (text.clone(), None),
    };
    let mut name = name;
    for empty in ["()", "<>", "[]", "{}", "\"\"", "«»"] {
        name = name.replace(empty, " ");
    }
    let name = plain::line(&name);
    let name = name.trim_matches(|c: char| c.is_whitespace() || ",;:،-|".contains(c));
    let name = [('(', ')'), ('<', '>'), ('[', ']'), ('"', '"')]
        .into_iter()
        .find_map(|(open, close)| {
            let inside = name.strip_prefix(open)?.strip_suffix(close)?;
            (!inside.contains([open, close])).then_some(inside)
        })
        .unwrap_or(name)
        .trim();
    let person = Person {
        name: Some(name.to_owned()).filter(|name| !name.is_empty()),
        email,
        url: None,
    };
    (person.name.is_some() || person.email.is_some()).then_some(person)
}

/// The person of an element with a child for each part (RFC 4287 §3.2).
pub(super) fn of_parts(
    name: Option<&str>,
    email: Option<&str>,
    uri: Option<&str>,
    base: &Url,
) -> Option<Person> {
    let line = |text: Option<&str>| text.map(plain::line).filter(|text| !text.is_empty());
    let mut person = line(name)
        .and_then(|name| of_text(&name))
        .unwrap_or_default();
    person.email = line(email).or(person.email);
    person.url = uri.and_then(|uri| absolute(uri, base));
    (person != Person::default()).then_some(person)
}

/// Those of a feed's persons that its entries are said to be by where they name nobody: all, if that
/// does not repeat a text out of proportion.
pub(super) fn inherited(persons: &[Person]) -> &[Person] {
    let mut left = MAX_INHERITED_BYTES;
    let fits = |person: &&Person| {
        let texts = [&person.name, &person.email].into_iter().flatten();
        let address = person.url.as_ref().map_or(0, |url| url.as_str().len());
        let rest = left.checked_sub(address + texts.map(String::len).sum::<usize>());
        left = rest.unwrap_or_default();
        rest.is_some()
    };
    &persons[..persons.iter().take_while(fits).count()]
}

fn is_email(word: &str) -> bool {
    let Some((user, host)) = word.split_once('@') else {
        return false;
    };
    !user.is_empty()
        && host.contains('.')
        && !host.contains('@')
        && !host.ends_with('.')
        && word.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_address_are_told_apart_in_any_order() {
        for (text, name, email) in [
            (
                "desk@news.example (ليلى)",
                Some("ليلى"),
                Some("desk@news.example"),
            ),
            (
                "Sami <sami@news.example>",
                Some("Sami"),
                Some("sami@news.example"),
            ),
            (
                "سامي، sami@news.example",
                Some("سامي"),
                Some("sami@news.example"),
            ),
            ("mailto:a@b.example", None, Some("a@b.example")),
            (
                "Anna (Editor) <a@b.example>",
                Some("Anna (Editor)"),
                Some("a@b.example"),
            ),
            ("(Anna)", Some("Anna"), None),
            ("@anna", Some("@anna"), None),
            (
                "a@b.example, Anna & Co.",
                Some("Anna & Co."),
                Some("a@b.example"),
            ),
        ] {
            let person = of_text(text).unwrap();
            assert_eq!(
                (person.name.as_deref(), person.email.as_deref()),
                (name, email),
                "{text}"
            );
        }
        assert_eq!(of_text(" () "), None);
    }
    #[test]
    fn entries_take_over_as_many_persons_as_keep_the_document_in_proportion() {
        let persons = ["Anna", "Sami"].map(Person::named);
        assert_eq!(inherited(&persons), persons);
        let long = Person::named(&"x".repeat(MAX_INHERITED_BYTES));
        let [anna, sami] = persons;
        let persons = [anna, long, sami];
        assert_eq!(inherited(&persons), &persons[..1]);
    }
}
