//! Where an article belongs: the decision that the archive asks for when no exact key joins it.

use crate::dedupe::near::{Candidate, Choice, Profile, choose};
use crate::model::story::{Alike, Arrival, NearJoin, Placement};

/// Says which story an article joins, or which it shares its event with, from those whose sketches
/// have something in common with its own.
pub fn place(came: &Arrival<'_>, alikes: &[Alike]) -> Placement {
    let came = Profile::of(came.title, came.text);
    let candidates: Vec<_> = alikes
        .iter()
        .map(|alike| Candidate {
            story: alike.story,
            story_size: alike.story_size,
            same_feed: alike.same_feed,
            title: &alike.title,
            text: &alike.text,
        })
        .collect();
    match choose(&came, &candidates) {
        Choice::Same { story, with, score } => Placement {
            joins: Some(NearJoin {
                story,
                to: alikes[with].entry,
                score: score.into(),
            }),
            event: None,
        },
        Choice::Related { story, .. } => Placement {
            joins: None,
            event: Some(story),
        },
        Choice::Alone => Placement::default(),
    }
}
