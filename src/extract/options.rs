//! What the key `extract` of a feed sets.

/// How the article behind an entry is read from its page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Mode {
    /// By the general rules.
    #[default]
    Auto,
    /// Not at all: pages are not fetched, the feed's own text stands.
    Never,
    /// By the user's own rule.
    Rule(Rule),
}

/// Where a user says the article is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rule {
    /// CSS selector of the body. None: the general rules find it.
    pub body: Option<String>,
    /// CSS selectors of what is taken out before.
    pub remove: Vec<String>,
    /// CSS selector of the link to the article's next page.
    pub next_page: Option<String>,
}
