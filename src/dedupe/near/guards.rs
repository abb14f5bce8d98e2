//! What parts two texts that are alike: other numbers, other names.
//!
//! Much that is published is a template: weather, prices, prayer times, results, telegrams of
//! congratulation. Two of a kind share most of their words, and what they share is worth nothing.
//! What tells them from copies of one article is *where* they differ:
//!
//! - [`other_numbers`]: in the same place, between the same words, stands another number. Copies
//!   add, drop and round numbers, but do not put others into the same sentence.
//! - [`other_names`]: each has words that its own title and its own text are about, and of which
//!   the other knows nothing. An edited title alone is no such sign, as long as the text has its
//!   words: one text or the other does, in copies.
//!
//! Neither needs to know how common a word is.

use crate::dedupe::near::profile::{Numbers, Profile};
use crate::dedupe::near::sorted;

/// So many places with other numbers part two texts: a correction changes one.
const PLACES: usize = 2;
/// In texts of fewer words one is enough: there is hardly more to tell them by.
const FEW_WORDS: usize = 60;
/// Texts with so many numbers each are largely made of them.
const MANY_NUMBERS: usize = 3;

/// Texts longer than this are not filled-in forms: both may name what the other does not.
const LONGEST_FORM: usize = 160;
/// Where so much of the shorter text is in the other, the words that differ are synonyms.
const SYNONYMS: f32 = 0.85;
/// In shorter texts a name more or less changes too little of the text for that to be told.
const NAME_WEIGHS_LITTLE: usize = 80;

/// Numbers that stand in the same places of two texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Places {
    /// Distinct numbers that are the same in both.
    same: usize,
    /// Distinct numbers in whose place the other has one that this text has nowhere.
    other: usize,
}

/// Compares the numbers of two texts place by place.
pub(super) fn places(one: &Numbers, other: &Numbers) -> Places {
    let mut same = Vec::new();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    sorted::meet(&one.slots, &other.slots, |here, there| {
        let values = |slots: &[(u32, u32)]| slots.iter().map(|slot| slot.1).collect::<Vec<_>>();
        let (here, there) = (values(here), values(there));
        let common = here.iter().filter(|value| sorted::has(&there, **value));
        let before = same.len();
        same.extend(common);
        if same.len() > before {
            return;
        }
        let unknown = |values: &[u32], to: &Numbers| {
            let values = values.iter().copied();
            values
                .filter(|value| !sorted::has(&to.all, *value))
                .collect::<Vec<_>>()
        };
        let (here, there) = (unknown(&here, other), unknown(&there, one));
        if !here.is_empty() && !there.is_empty() {
            ours.extend(here);
            theirs.extend(there);
        }
    });
    for list in [&mut same, &mut ours, &mut theirs] {
        list.sort_unstable();
        list.dedup();
    }
    Places {
        same: same.len(),
        other: ours.len().min(theirs.len()),
    }
}

/// Whether two texts say the same of other numbers.
pub(super) fn other_numbers(one: &Profile<'_>, other: &Profile<'_>, same_feed: bool) -> bool {
    let length = one.length().min(other.length());
    let (one, other) = (one.numbers(), other.numbers());
    if one.slots.is_empty() || other.slots.is_empty() {
        return false;
    }
    let places = places(one, other);
    if places.other == 0 {
        return false;
    }
    if same_feed && places.other >= places.same {
        return true;
    }
    let needed = if length < FEW_WORDS { 1 } else { PLACES };
    places.other >= needed && places.other > places.same
        || mostly_new(one, other) && mostly_new(other, one)
}

/// Whether of many numbers most are unknown to the other text.
fn mostly_new(one: &Numbers, other: &Numbers) -> bool {
    let new = sorted::missing(&one.undated, &other.all);
    one.undated.len() >= MANY_NUMBERS && new * 2 > one.undated.len()
}

/// Whether two texts, of which the shorter is in the longer by `contained`, are about others.
pub(super) fn other_names(one: &Profile<'_>, other: &Profile<'_>, contained: f32) -> bool {
    let length = one.length().min(other.length());
    let may_be_a_form = length < LONGEST_FORM;
    let may_be_synonyms = length >= NAME_WEIGHS_LITTLE && contained >= SYNONYMS;
    may_be_a_form && !may_be_synonyms && names_differ(one, other)
}

/// Whether each is about something of which the other knows nothing.
pub(super) fn names_differ(one: &Profile<'_>, other: &Profile<'_>) -> bool {
    let (one, other) = (one.names(), other.names());
    sorted::missing(&one.theme, &other.roots) > 0 && sorted::missing(&other.theme, &one.roots) > 0
}
