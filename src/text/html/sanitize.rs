//! The one place that makes HTML fit to leave.
//!
//! An allow list (ammonia): what carries meaning for a reader stays, everything else goes. Links
//! are absolute or gone. Text that the gate refuses is passed on as escaped paragraphs.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use url::Url;

use crate::text::html::gate::too_deep;
use crate::text::html::plain::{paragraphs_to_html, to_text};

/// HTML that went through [`sanitize`]: the only kind that is published.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[rustfmt::skip]
const TAGS: [&str; 58] = [
    "a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "center", "cite", "code", "col",
    "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q",
    "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "u", "ul",
];

/// These go with all that is in them; other tags go alone.
#[rustfmt::skip]
const WITH_CONTENT: [&str; 21] = [
    "script", "style", "noscript", "template", "head", "title", "svg", "math", "iframe", "object",
    "embed", "applet", "video", "audio", "canvas", "textarea", "select", "button", "noembed",
    "noframes", "dialog",
];

#[rustfmt::skip]
const ATTRIBUTES: [(&str, &[&str]); 9] = [
    ("a", &["href", "hreflang"]),
    ("img", &["src", "alt", "width", "height"]),
    ("ol", &["start", "reversed"]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("td", &["colspan", "rowspan"]),
    ("th", &["colspan", "rowspan", "scope"]),
    ("del", &["datetime"]),
    ("ins", &["datetime"]),
];

thread_local! {
    /// What relative links are resolved against in the call under way on this thread: the filter
    /// is part of the builder, which all calls share because it is costly to make.
    static BASE: RefCell<Option<Url>> = const { RefCell::new(None) };
}

static BUILDER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    let attributes: HashMap<&str, HashSet<&str>> = ATTRIBUTES
        .iter()
        .map(|(tag, names)| (*tag, names.iter().copied().collect()))
        .collect();
    builder
        .tags(HashSet::from(TAGS))
        .clean_content_tags(HashSet::from(WITH_CONTENT))
        .tag_attributes(attributes)
        .generic_attributes(HashSet::from(["dir", "lang", "title"]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .link_rel(Some("noopener noreferrer nofollow"))
        .strip_comments(true)
        // The filter below resolves or drops what is relative.
        .url_relative(UrlRelative::PassThrough)
        .attribute_filter(filter);
    builder
});

/// Reduces `html` to what is safe to show on any page: text structure, links, pictures.
///
/// Relative addresses are resolved against `base`, or dropped where there is none.
pub fn sanitize(html: &str, base: Option<&Url>) -> SafeHtml {
    let html = html.trim();
    let html = html.strip_prefix("<![CDATA[").unwrap_or(html);
    let html = html.strip_suffix("]]>").unwrap_or(html).trim();
    if !html.contains(['<', '&', '>', '\u{a0}', '\0', '\r']) {
        return SafeHtml(html.to_owned());
    }
    if too_deep(html).is_some() {
        return SafeHtml(paragraphs_to_html(&to_text(html)));
    }
    BASE.set(base.cloned());
    let clean = BUILDER.clean(html).to_string();
    BASE.set(None);
    // Written out as it is, a carriage return would be read back as a line feed.
    SafeHtml(clean.trim().replace('\r', "\n"))
}

fn filter<'u>(tag: &str, attribute: &str, value: &'u str) -> Option<Cow<'u, str>> {
    match (tag, attribute) {
        ("a", "href") | ("img", "src") => {
            let value = value.trim();
            let url = BASE.with_borrow(|base| match base {
                Some(base) => base.join(value).ok(),
                None => Url::parse(value).ok(),
            })?;
            let allowed = match url.scheme() {
                "http" | "https" => true,
                "mailto" => tag == "a",
                _ => false,
            };
            allowed.then(|| Cow::Owned(url.into()))
        }
        (_, "dir") => {
            let known = ["rtl", "ltr", "auto"]
                .iter()
                .find(|dir| value.eq_ignore_ascii_case(dir));
            known.map(|&dir| Cow::Borrowed(dir))
        }
        (_, "width" | "height" | "colspan" | "rowspan" | "span" | "start") => {
            let number = value.parse::<u16>().is_ok();
            number.then_some(Cow::Borrowed(value))
        }
        _ => Some(Cow::Borrowed(value)),
    }
}
