//! When a server that says that a feed has moved for good is believed.
//!
//! Captive portals, broken configurations and sold domains answer with permanent redirects, too. So
//! an address is followed from the start, but remembered only when it has been named by several
//! answers in a row over a day, each of which brought entries that are known already. The
//! configured address is never forgotten: should the new one fail, it is asked again.

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use crate::model::{Moving, Relocation};
use crate::poll::failure::Class;

/// Answers that must name the same address.
const ANSWERS: u32 = 3;
/// The time over which they must have done so.
const OVER: TimeDelta = TimeDelta::hours(24);
/// Failures in a row after which an address that a feed moved to is given up.
const FAILURES: u32 = 3;

/// What an answer means that brought the feed.
///
/// `named`: the address to which all its redirects led, if they were permanent ones. `is_known`: it
/// brought entries of the feed's own, or nothing new.
pub(super) fn after_answer(
    moving: Option<&Moving>,
    named: Option<Url>,
    is_known: bool,
    now: DateTime<Utc>,
) -> Relocation {
    let Some(to) = named.filter(|_| is_known) else {
        return match moving {
            Some(_) => Relocation::Withdrawn,
            None => Relocation::None,
        };
    };
    match moving {
        Some(moving) if moving.to == to => {
            let answers = moving.answers.saturating_add(1);
            if answers >= ANSWERS && now - moving.since >= OVER {
                return Relocation::Moved(to);
            }
            Relocation::Announced(Moving {
                answers,
                ..moving.clone()
            })
        }
        _ => Relocation::Announced(Moving {
            to,
            since: now,
            answers: 1,
        }),
    }
}

/// What a failure means, the last of so many in a row. A host that asks for silence has not failed.
pub(super) fn after_failure(has_moved: bool, failures: u32, class: Class) -> Relocation {
    if has_moved && failures >= FAILURES && !matches!(class, Class::Throttled(_)) {
        Relocation::Returned
    } else {
        Relocation::None
    }
}
