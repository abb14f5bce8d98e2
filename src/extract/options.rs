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
    /// CSS selectors of the body: the first that matches anything on the page counts. None: the
    /// general rules find it.
    pub body: Vec<String>,
    /// CSS selectors of what is taken out before.
    pub remove: Vec<String>,
    /// CSS selector of the link to the article's next page.
    pub next_page: Option<String>,
    /// The host that a rule pack has it for; None: it is a feed's own. It only names the rule.
    pub host: Option<String>,
}

impl Rule {
    /// The rule in words, as it stands in [`Extracted::rule`](crate::extract::Extracted::rule) of a
    /// body that it found.
    pub fn name(&self) -> String {
        match &self.host {
            Some(host) => format!("rule of pack for {host}"),
            None => "user's rule body".to_owned(),
        }
    }

    /// How that text begins where the rule names bodies, none is on the page, and the general rules
    /// found another.
    pub fn name_if_missed(&self) -> String {
        match &self.host {
            Some(_) => format!("{} matched nothing", self.name()),
            None => "user's rule matched nothing".to_owned(),
        }
    }
}
