//! A look at a document before the parser gets it.

/// The deepest nesting that is parsed. feed-rs recurses in nested `itunes:category`, and a stack
/// that overflows takes the whole program down.
const MAX_DEPTH: usize = 256;

/// How far from its start a document must have shown what it is.
const HEAD_BYTES: usize = 4096;

/// The document without byte order mark, leading white space and XML declaration: it has been
/// decoded already, and what the declaration says of its charset is no longer true.
pub(crate) fn without_declaration(text: &str) -> &str {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let Some(rest) = text.strip_prefix("<?xml") else {
        return text;
    };
    rest.split_once("?>")
        .map_or(text, |(_, rest)| rest.trim_start())
}

/// Whether the document is an HTML page.
pub(crate) fn is_page(document: &str) -> bool {
    let head = head(document).to_ascii_lowercase();
    let feed = ["<rss", "<feed", "<rdf:rdf", "<rdf", "<channel"]
        .iter()
        .filter_map(|t| head.find(t))
        .min();
    let page = ["<!doctype html", "<html", "<head", "<body"]
        .iter()
        .filter_map(|t| head.find(t))
        .min();
    page.is_some_and(|page| feed.is_none_or(|feed| page < feed))
}

fn head(document: &str) -> &str {
    let mut end = document.len().min(HEAD_BYTES);
    while !document.is_char_boundary(end) {
        end -= 1;
    }
    &document[..end]
}

/// Counts open elements, without a tree: `Err` with the depth where it passes the limit.
///
/// CDATA and comments are skipped; end tags that match nothing only make the count smaller.
pub(crate) fn check_depth(document: &str) -> Result<(), usize> {
    let mut depth = 0_usize;
    let mut rest = document;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let end = if rest.starts_with("![CDATA[") {
            rest.find("]]>")
        } else if rest.starts_with("!--") {
            rest.find("-->")
        } else {
            let end = rest.find('>');
            match (rest.as_bytes().first(), end) {
                (Some(b'/'), _) => depth = depth.saturating_sub(1),
                (Some(b'?' | b'!'), _) | (_, None) => {}
                (_, Some(end)) if rest[..end].ends_with('/') => {}
                (Some(first), _) if first.is_ascii_alphabetic() || *first == b'_' => depth += 1,
                _ => {}
            }
            end
        };
        if depth > MAX_DEPTH {
            return Err(depth);
        }
        rest = &rest[end.unwrap_or(rest.len())..];
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_goes_and_what_only_looks_like_one_stays() {
        for (text, expected) in [
            (
                "\u{feff} <?xml version=\"1.0\" encoding=\"windows-1256\"?>\n<rss/>",
                "<rss/>",
            ),
            ("<rss/>", "<rss/>"),
            ("<?xml version", "<?xml version"),
        ] {
            assert_eq!(without_declaration(text), expected);
        }
    }

    #[test]
    fn a_page_is_told_from_a_feed_that_speaks_of_pages() {
        assert!(is_page("<!DOCTYPE html><html><head>"));
        assert!(is_page("<!-- made by x --><HTML>"));
        assert!(!is_page("<rss><channel><title><![CDATA[<html>]]></title>"));
        assert!(!is_page(
            "{\"version\":\"https://jsonfeed.org/version/1.1\"}"
        ));
    }

    #[test]
    fn nesting_is_counted_outside_of_cdata_and_comments() {
        let deep = "<itunes:category text=\"a\">".repeat(300);
        assert!(check_depth(&format!("<rss>{deep}</rss>")).is_err());
        let harmless = format!(
            "<rss><![CDATA[{0}]]><!--{0}-->{1}</rss>",
            "<p>".repeat(300),
            "<a/>".repeat(300)
        );
        assert_eq!(check_depth(&harmless), Ok(()));
    }
}
