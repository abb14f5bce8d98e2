//! Bodies: read up to a limit, counted after decompression; and the beginning of an error page as
//! a line of text.

use reqwest::Response;

/// The most of an error page that is read.
const ERROR_PAGE_BYTES: usize = 16 << 10;

/// The most of an error page that is kept, in characters.
const SNIPPET_CHARS: usize = 300;

/// Why a body was not read to its end.
#[derive(Debug)]
pub(super) enum Broken {
    /// It is larger than the limit.
    TooLarge,
    /// The connection or the decompression failed.
    Wire(reqwest::Error),
}

/// Reads the whole body, which may have at most `limit` bytes after decompression. One that
/// announces more is not read at all.
pub(super) async fn read(response: &mut Response, limit: u64) -> Result<Vec<u8>, Broken> {
    if response
        .content_length()
        .is_some_and(|announced| announced > limit)
    {
        return Err(Broken::TooLarge);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Broken::Wire)? {
        if (body.len() + chunk.len()) as u64 > limit {
            return Err(Broken::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Reads the first `limit` bytes of the body after decompression; the rest is left.
pub(super) async fn read_start(
    response: &mut Response,
    limit: usize,
) -> Result<Vec<u8>, reqwest::Error> {
    let mut body = Vec::new();
    while body.len() < limit
        && let Some(chunk) = response.chunk().await?
    {
        let room = limit - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    Ok(body)
}

/// The beginning of an error page in words; what cannot be read of it is left out.
pub(super) async fn read_snippet(response: &mut Response) -> String {
    let mut page = Vec::new();
    while page.len() < ERROR_PAGE_BYTES
        && let Ok(Some(chunk)) = response.chunk().await
    {
        let room = ERROR_PAGE_BYTES - page.len();
        page.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    snippet(&String::from_utf8_lossy(&page))
}

/// The first words of a page, without tags, scripts, styles and control characters.
fn snippet(page: &str) -> String {
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
    line.chars().take(SNIPPET_CHARS).collect()
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
    fn a_snippet_is_the_words_of_the_page_on_one_line() {
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
            assert_eq!(snippet(page), words, "{page:?}");
        }
    }

    #[test]
    fn a_snippet_is_cut_between_characters() {
        assert_eq!(snippet(&"خ".repeat(5000)), "خ".repeat(SNIPPET_CHARS));
    }
}
