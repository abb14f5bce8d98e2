//! A feed that never ends: how many new entries it may bring.
//!
//! The busiest outlets bring some hundred entries a day. One that brings thousands at each poll is
//! broken (it mints guids and addresses as it is asked) or means harm; it must not fill the disk, nor
//! push everybody else out of the merged feed.

use crate::model::Change;

/// New entries of one feed that are taken within a day, a first poll of everything it has included.
pub const MAX_NEW_A_DAY: usize = 5000;

/// Keeps as many new entries as the feed may still bring, if it brought `today` within a day; also
/// says how many were left out. Of what is known already nothing is left out.
pub fn within_a_day(mut changes: Vec<Change>, today: usize) -> (Vec<Change>, usize) {
    let mut left = MAX_NEW_A_DAY.saturating_sub(today);
    let before = changes.len();
    // The first ones stay, so that what joins one of them still finds it in its place.
    changes.retain(|change| {
        let fits = !matches!(change, Change::New { .. }) || left > 0;
        if matches!(change, Change::New { .. }) {
            left = left.saturating_sub(1);
        }
        fits
    });
    let refused = before - changes.len();
    (changes, refused)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Body, EntryId, Incoming, ParsedEntry, Sketch};

    fn incoming() -> Incoming {
        Incoming {
            is_again: false,
            said_digest: 1,
            entry: ParsedEntry::default(),
            key: 1,
            url_key: None,
            content_digest: 1,
            text_digest: None,
            sketch: Sketch::default(),
            muted: None,
            summary: None,
            body: Body::default(),
            extraction: "feed: summary",
        }
    }

    #[test]
    fn what_a_feed_brings_beyond_its_day_is_left_out_and_its_changes_are_not() {
        let changes = || {
            let new = || Change::New {
                incoming: incoming(),
                joins: None,
            };
            let changed = Change::Changed {
                id: EntryId(1),
                incoming: incoming(),
            };
            vec![new(), changed, new()]
        };
        let table = [
            (0, 3, 0),
            (MAX_NEW_A_DAY - 2, 3, 0),
            (MAX_NEW_A_DAY - 1, 2, 1),
            (MAX_NEW_A_DAY, 1, 2),
            (usize::MAX, 1, 2),
        ];
        for (today, kept, refused) in table {
            let (changes, left_out) = within_a_day(changes(), today);
            assert_eq!((changes.len(), left_out), (kept, refused), "{today}");
        }
    }
}
