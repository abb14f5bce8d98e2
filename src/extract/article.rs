//! What is read of a page.

use url::Url;

use crate::extract::confidence::Confidence;

/// An article as a page has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extracted {
    /// The body without boilerplate, addresses absolute; not sanitised.
    pub html: String,
    /// The body as plain text: paragraphs separated by a blank line.
    pub text: String,
    /// Words of `text`.
    pub words: u32,
    /// The headline.
    pub title: Option<String>,
    /// Names of the authors.
    pub author: Vec<String>,
    /// When it was published, in the page's own words.
    pub published: Option<String>,
    /// When it was last changed, in the page's own words.
    pub modified: Option<String>,
    /// Whether it is written from right to left.
    pub rtl: bool,
    /// BCP 47 tag.
    pub language: Option<String>,
    /// The picture that the page puts forward.
    pub image: Option<Url>,
    /// Place, agency or outlet that opens the text, as written.
    pub dateline: Option<String>,
    /// The page's own address of itself.
    pub canonical: Option<Url>,
    /// The page's copy for AMP.
    pub amp: Option<Url>,
    /// Where the article goes on, on the same host; [`join`] makes one of its pages.
    pub next_page: Option<Url>,
    /// How sure it is that this is the article, and the whole of it; the reason is in `rule`.
    pub confidence: Confidence,
    /// What found the body, in words.
    pub rule: String,
}
