//! The beginning of a page in words, for people who look into why something failed.

/// The most that is kept, in characters.
const FIRST_WORDS_CHARS: usize = 300;

/// The first words of a page, its title among them, on one line: what a person needs to see of an answer
/// that was not the one wanted.
///
/// Scripts, styles, control characters and what would turn the text around it are left out.
pub fn first_words(page: &str) -> String {
    let mut words = String::new();
    let mut rest = page;
    while let Some((text, markup)) = rest.split_once('<') {
        words.push_str(text);
        words.push(' ');
        rest = after_tag(markup);
    }
    words.push_str(rest);
    let mut line = String::new();
    for word in words.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().filter(|c| !turns_the_line(*c)));
    }
    line.chars().take(FIRST_WORDS_CHARS).collect()
}

/// What follows a tag, and the content of scripts and styles.
fn after_tag(markup: &str) -> &str {
    for (name, end) in [("script", "</script"), ("style", "</style"), ("!--", "-->")] {
        if markup
            .get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
        {
            let close = markup
                .to_ascii_lowercase()
                .find(end)
                .unwrap_or(markup.len());
            return after_bracket(&markup[close..]);
        }
    }
    after_bracket(markup)
}

fn after_bracket(markup: &str) -> &str {
    markup.split_once('>').map_or("", |(_, after)| after)
}

/// Embeddings, overrides and isolates: a quotation must not turn the text around it.
fn turns_the_line(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_page_are_put_on_one_line() {
        let table = [
            ("", ""),
            (
                "Too many requests\r\n\x1b[31mslow\x07 down",
                "Too many requests [31mslow down",
            ),
            (
                "<html><head><title>غير متاح</title></head><p>حاول لاحقا",
                "غير متاح حاول لاحقا",
            ),
            (
                "<STYLE>b{}</STYLE>a<script>if (1<2) x()</script><!-- <b> -->b",
                "a b",
            ),
            ("a\u{202e}b <unclosed", "ab"),
            ("{\"error\": \"quota\"}", "{\"error\": \"quota\"}"),
        ];
        for (page, words) in table {
            assert_eq!(first_words(page), words, "{page:?}");
        }
    }

    #[test]
    fn they_are_cut_between_characters() {
        assert_eq!(
            first_words(&"خ".repeat(5000)),
            "خ".repeat(FIRST_WORDS_CHARS)
        );
    }
}
