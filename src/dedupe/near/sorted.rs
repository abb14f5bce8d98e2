//! Sets as sorted lists, each member once: counting by merging, nothing allocated.

use std::cmp::Ordering;

/// How many members two sets share.
pub(super) fn shared(one: &[u32], other: &[u32]) -> usize {
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while let (Some(left), Some(right)) = (one.get(i), other.get(j)) {
        // Without branches: which of the two is smaller cannot be foretold.
        shared += usize::from(left == right);
        i += usize::from(left <= right);
        j += usize::from(right <= left);
    }
    shared
}

/// How many members of `set` are not in `other`.
pub(super) fn missing(set: &[u32], other: &[u32]) -> usize {
    set.len() - shared_by_search(set, other)
}

/// [`shared`], where `few` is much the shorter.
fn shared_by_search(few: &[u32], many: &[u32]) -> usize {
    few.iter().filter(|member| has(many, **member)).count()
}

/// Whether `member` is in `set`.
pub(super) fn has(set: &[u32], member: u32) -> bool {
    set.binary_search(&member).is_ok()
}

/// Calls `meet` for each key that both lists of (key, value) hold, with the values of either.
pub(super) fn meet<'a>(
    mut one: &'a [(u32, u32)],
    mut other: &'a [(u32, u32)],
    mut meet: impl FnMut(&'a [(u32, u32)], &'a [(u32, u32)]),
) {
    while let (Some(&(left, _)), Some(&(right, _))) = (one.first(), other.first()) {
        match left.cmp(&right) {
            Ordering::Less => one = &one[1..],
            Ordering::Greater => other = &other[1..],
            Ordering::Equal => {
                let (here, rest) = one.split_at(run(one, left));
                let (there, others) = other.split_at(run(other, left));
                meet(here, there);
                (one, other) = (rest, others);
            }
        }
    }
}

fn run(list: &[(u32, u32)], key: u32) -> usize {
    list.iter().take_while(|(other, _)| *other == key).count()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn counting_is_that_of_sets(one: BTreeSet<u8>, other: BTreeSet<u8>) {
            let list = |set: &BTreeSet<u8>| set.iter().copied().map(u32::from).collect::<Vec<_>>();
            let both = one.intersection(&other).count();
            prop_assert_eq!(shared(&list(&one), &list(&other)), both);
            prop_assert_eq!(missing(&list(&one), &list(&other)), one.len() - both);
        }
    }

    #[test]
    fn lists_meet_at_the_keys_of_both() {
        let (one, other) = (
            [(1, 5), (2, 6), (2, 7), (9, 1)],
            [(0, 1), (2, 8), (9, 1), (9, 2)],
        );
        let mut met = Vec::new();
        meet(&one, &other, |here, there| {
            met.push((here.len(), there.len()));
        });
        assert_eq!(met, [(2, 1), (1, 2)]);
    }
}
