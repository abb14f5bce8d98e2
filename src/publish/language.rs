//! Language tags (BCP 47) and the direction that a language is written in.

/// Languages written from right to left, by primary subtag.
const RIGHT_TO_LEFT: [&str; 7] = ["ar", "fa", "ur", "he", "ps", "ckb", "ug"];

/// The tag if it is one that `xml:lang` may carry, with `-` where an outlet wrote `_`.
pub(super) fn tag(language: Option<&str>) -> Option<String> {
    let tag = language?.trim().replace('_', "-");
    let mut subtags = tag.split('-');
    let primary = subtags.next()?;
    let primary_holds =
        (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_alphabetic());
    let rest_holds =
        subtags.all(|s| (1..=8).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_alphanumeric()));
    (primary_holds && rest_holds).then_some(tag)
}

/// The tag that all of them share: the whole tag, else its primary subtag, else none.
pub(super) fn common<'a>(languages: impl Iterator<Item = Option<&'a str>>) -> Option<String> {
    let mut shared: Option<String> = None;
    for language in languages {
        let language = tag(language)?;
        shared = match shared {
            None => Some(language),
            Some(shared) if shared.eq_ignore_ascii_case(&language) => Some(shared),
            Some(shared) if primary(&shared) == primary(&language) => Some(primary(&shared)),
            Some(_) => return None,
        };
    }
    shared
}

/// The HTML with its language and direction said, for formats that have no other place for them.
/// Where the language is not known, the reader's program is asked to judge by the text.
pub(super) fn directed(html: &str, language: Option<&str>) -> String {
    match tag(language) {
        None => format!(r#"<div dir="auto">{html}</div>"#),
        Some(tag) if RIGHT_TO_LEFT.contains(&primary(&tag).as_str()) => {
            format!(r#"<div dir="rtl" lang="{tag}">{html}</div>"#)
        }
        Some(_) => html.to_owned(),
    }
}

fn primary(tag: &str) -> String {
    tag.split('-')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_one_or_it_is_none() {
        for (given, wanted) in [
            ("ar", Some("ar")),
            (" ar_JO ", Some("ar-JO")),
            ("zh-Hant-TW", Some("zh-Hant-TW")),
            ("", None),
            ("arabic", None),
            ("a", None),
            ("ar-", None),
            ("ar\" onload=\"x", None),
            ("عربي", None),
        ] {
            assert_eq!(tag(Some(given)).as_deref(), wanted, "{given}");
        }
    }

    #[test]
    fn a_channel_speaks_what_all_its_entries_speak() {
        let of = |tags: &[&'static str]| common(tags.iter().map(|t| Some(*t)));
        assert_eq!(of(&["ar", "AR"]).as_deref(), Some("ar"));
        assert_eq!(of(&["ar-JO", "ar-EG", "ar"]).as_deref(), Some("ar"));
        assert_eq!(of(&["ar", "en"]), None);
        assert_eq!(of(&[]), None);
        assert_eq!(common([Some("ar"), None].into_iter()), None);
    }

    #[test]
    fn direction_is_said_where_it_is_not_the_usual_one() {
        let wrapped = r#"<div dir="rtl" lang="ar-JO"><p>x</p></div>"#;
        assert_eq!(directed("<p>x</p>", Some("ar_JO")), wrapped);
        assert_eq!(directed("<p>x</p>", Some("en")), "<p>x</p>");
        assert_eq!(
            directed("<p>x</p>", None),
            r#"<div dir="auto"><p>x</p></div>"#
        );
    }
}
