//! A feed as the configuration orders it: what the archive keeps of it, and how it is polled.

use crate::extract::Mode;
use crate::fetch::Access;
use crate::model::FeedSpec;
use crate::schedule::{Cadence, Zone};

/// One `[[feed]]` of feeds.toml, typed, with the defaults of the sections filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Subscription {
    /// Name, address and labels: what the archive keeps, too.
    pub spec: FeedSpec,
    /// How often it is polled: its own `schedule`, else the default of `[schedule]`.
    pub cadence: Cadence,
    /// Its `timezone`: for dates that name no zone, and for a cron schedule. None: UTC.
    pub zone: Option<Zone>,
    /// How the pages of its entries are read.
    pub extract: Mode,
    /// Headers and credentials for its own origin.
    pub access: Access,
}
