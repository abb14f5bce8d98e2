//! Where a feed is asked, and what becomes of that when its server says that it has moved.

use chrono::{DateTime, Utc};
use url::Url;

/// An address to which all redirects of the last answers led, each of them a permanent one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moving {
    /// That address.
    pub to: Url,
    /// When it was named first.
    pub since: DateTime<Utc>,
    /// Answers that named it, one after the other.
    pub answers: u32,
}

/// What one poll means for the address that its feed is asked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Relocation {
    /// Nothing: what is stored stays.
    #[default]
    None,
    /// The server names another address; it is believed when it has done so for long enough.
    Announced(Moving),
    /// No other address is named any more.
    Withdrawn,
    /// The feed is asked at this address from now on.
    Moved(Url),
    /// The address that it moved to fails: it is asked at the configured one again.
    Returned,
}
