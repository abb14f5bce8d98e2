//! Why a text of feeds.toml could not be changed.

/// A change that was not made; the text stays as it is. The wording may change.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The text is no TOML: the user mends it first.
    #[error("the file has a syntax error; mend it first: {0}")]
    Syntax(#[source] Box<toml_edit::TomlError>),
    /// The key `feed` holds something else than a list of feeds.
    #[error("the key `feed` is no list of feeds; write each as [[feed]]")]
    NotAList,
    /// A feed of that name is there already.
    #[error("there is a feed `{0}` already")]
    Taken(String),
    /// No feed has this name.
    #[error("no feed is named `{0}`")]
    NoSuchFeed(String),
    /// A channel picks the feed by its name, and would be broken without it.
    #[error("the channel `{channel}` names `{feed}` among its feeds; take it out there first")]
    NamedByChannel {
        /// The feed that was to go.
        feed: String,
        /// The channel that names it.
        channel: String,
    },
}
