//! The decision: what is known and what came, in; what is to be written, out.

use std::collections::HashMap;

use crate::model::poll::{Change, Incoming, Join, JoinTarget, Known};
use crate::model::story::JoinReason;

/// Says what is to be done with the entries of one poll, in their order. Entries that say what
/// they said before need nothing and are left out.
///
/// `known` answers for each entry of `incoming`, in the same order.
pub fn decide(known: &Known, incoming: Vec<Incoming>) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut new_texts: HashMap<i64, usize> = HashMap::new();
    for (n, incoming) in incoming.into_iter().enumerate() {
        if incoming.is_again {
            continue;
        }
        if let Some(same) = known.same_entry[n] {
            changes.push(Change::Renamed {
                id: same.id,
                key: incoming.key,
                guid: incoming.entry.guid.clone(),
            });
        }
        if let Some(same) = known.same_key[n].or(known.same_entry[n]) {
            if same.content_digest != incoming.content_digest {
                changes.push(Change::Changed {
                    id: same.id,
                    incoming,
                });
            }
            continue;
        }
        if known.is_forgotten[n] {
            continue;
        }
        let place = changes.len();
        let first_here = incoming
            .text_digest
            .map(|digest| *new_texts.entry(digest).or_insert(place));
        let same_text = known.same_text[n].map(JoinTarget::Known).or(first_here
            .filter(|first| *first != place)
            .map(JoinTarget::InThisPoll));
        let by_url = known.same_url[n].map(|story| Join {
            story: JoinTarget::Known(story),
            why: JoinReason::SameUrl,
        });
        let joins = by_url.or(same_text.map(|story| Join {
            story,
            why: JoinReason::SameText,
        }));
        changes.push(Change::New { incoming, joins });
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::entry::{EntryId, ParsedEntry};
    use crate::model::poll::{Body, KnownEntry};
    use crate::model::sketch::Sketch;

    fn incoming(key: i64, url_key: Option<i64>, text_digest: Option<i64>) -> Incoming {
        Incoming {
            is_again: false,
            said_digest: key,
            entry: ParsedEntry::default(),
            key,
            url_key,
            content_digest: key,
            text_digest,
            sketch: Sketch::default(),
            muted: None,
            summary: None,
            body: Body::default(),
            extraction: "feed: summary",
        }
    }

    fn nothing(entries: usize) -> Known {
        Known {
            same_key: vec![None; entries],
            same_entry: vec![None; entries],
            same_url: vec![None; entries],
            same_text: vec![None; entries],
            is_forgotten: vec![false; entries],
            new_today: 0,
        }
    }

    fn joins(changes: &[Change]) -> Vec<Option<Join>> {
        changes
            .iter()
            .map(|change| match change {
                Change::New { joins, .. } => *joins,
                Change::Changed { .. } | Change::Renamed { .. } => panic!("nothing was known"),
            })
            .collect()
    }

    #[test]
    fn what_says_the_same_needs_nothing_and_what_says_else_is_a_revision() {
        let mut known = nothing(2);
        known.same_key[0] = Some(KnownEntry {
            id: EntryId(7),
            content_digest: 1,
        });
        known.same_key[1] = Some(KnownEntry {
            id: EntryId(8),
            content_digest: 99,
        });
        let came = incoming(2, None, None);
        let changes = decide(&known, vec![incoming(1, None, None), came.clone()]);
        assert_eq!(
            changes,
            [Change::Changed {
                id: EntryId(8),
                incoming: came
            }]
        );
    }

    #[test]
    fn an_entry_under_another_guid_is_no_new_one() {
        let mut known = nothing(2);
        for (n, digest) in [(0, 1), (1, 99)] {
            known.same_entry[n] = Some(KnownEntry {
                id: EntryId(7 + i64::try_from(n).unwrap()),
                content_digest: digest,
            });
        }
        let came = incoming(2, Some(5), None);
        let changes = decide(&known, vec![incoming(1, Some(4), None), came.clone()]);
        let renamed = |id, key| Change::Renamed {
            id: EntryId(id),
            key,
            guid: None,
        };
        let changed = Change::Changed {
            id: EntryId(8),
            incoming: came,
        };
        assert_eq!(changes, [renamed(7, 1), renamed(8, 2), changed]);
    }

    #[test]
    fn the_address_joins_before_the_text() {
        let mut known = nothing(1);
        known.same_url[0] = Some(EntryId(3));
        known.same_text[0] = Some(EntryId(4));
        let joined = joins(&decide(&known, vec![incoming(1, Some(5), Some(6))]));
        let expected = Join {
            story: JoinTarget::Known(EntryId(3)),
            why: JoinReason::SameUrl,
        };
        assert_eq!(joined, [Some(expected)]);
    }

    #[test]
    fn copies_inside_one_document_join_the_first_of_them() {
        let came = vec![
            incoming(1, None, Some(9)),
            incoming(2, None, None),
            incoming(3, None, Some(9)),
        ];
        let expected = Join {
            story: JoinTarget::InThisPoll(0),
            why: JoinReason::SameText,
        };
        assert_eq!(
            joins(&decide(&nothing(3), came)),
            [None, None, Some(expected)]
        );
    }
}
