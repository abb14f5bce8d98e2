//! What the section `[publish]` of feeds.toml sets.

use url::Url;

/// How the merged feeds look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Title of the merged feed "all".
    pub title: String,
    /// The most entries of one document.
    pub entries: usize,
    /// How much of an article a document carries.
    pub content: Content,
    /// A WebSub hub to name and ping.
    pub hub: Option<Url>,
}

/// How much of an article a document carries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Content {
    /// The whole article.
    #[default]
    Full,
    /// A few lines; the rest is at the outlet.
    Summary,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            title: "rawi".to_owned(),
            entries: 100,
            content: Content::Full,
            hub: None,
        }
    }
}
