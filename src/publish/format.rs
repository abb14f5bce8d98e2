//! The three formats: their names in addresses, their media types.

/// How long a reader may keep a document before it asks again, in seconds. RSS says it as `ttl`,
/// HTTP as `max-age`.
pub const MAX_AGE_SECS: u32 = 300;

/// A format of the merged feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Atom 1.0.
    Atom,
    /// RSS 2.0.
    Rss,
    /// JSON Feed 1.1.
    Json,
}

impl Format {
    /// All there are, in the order in which they are offered.
    pub const EVERY: [Self; 3] = [Self::Atom, Self::Rss, Self::Json];

    /// What an address of this format ends with, without the dot; also its name in `--format`.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Atom => "atom",
            Self::Rss => "rss",
            Self::Json => "json",
        }
    }

    /// The format whose addresses end so.
    pub fn from_extension(extension: &str) -> Option<Self> {
        Self::EVERY
            .into_iter()
            .find(|format| format.extension() == extension)
    }

    /// The media type, without parameters.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml",
            Self::Rss => "application/rss+xml",
            Self::Json => "application/feed+json",
        }
    }

    /// The value of `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Rss => "application/rss+xml; charset=utf-8",
            Self::Json => "application/feed+json; charset=utf-8",
        }
    }
}
