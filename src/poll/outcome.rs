//! What follows from how a poll went: the report to the archive, how the feed stands, when it is
//! polled next. Pure: what came and the time in, data out.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use crate::dedupe;
use crate::model::{
    Change, ChannelFacts, Damage, FeedClaim, FeedState, Hints, Incoming, Known, Moving, PollReport,
    Relocation, Rhythm, Validators,
};
use crate::poll::failure::{Class, Failure};
use crate::poll::poller::Plan;
use crate::poll::relocation;
use crate::poll::subscription::Subscription;
use crate::schedule::{self, Inputs, Outcome};
use crate::store::Decision;

/// What came of fetching and reading.
pub(super) enum Read {
    /// 304.
    NotModified,
    /// A body that is byte for byte the last one.
    Unchanged,
    /// A document that was read.
    Document(Box<Document>),
}

/// What is kept of an answer when its body has gone to be read.
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) bytes: u64,
    pub(super) body_digest: Option<Vec<u8>>,
    pub(super) moved_to: Option<Url>,
    pub(super) validators: Validators,
    pub(super) fresh_for: Option<Duration>,
    pub(super) retry_after: Option<DateTime<Utc>>,
}

/// A document that was read.
pub(super) struct Document {
    pub(super) channel: ChannelFacts,
    pub(super) hints: Hints,
    pub(super) incoming: Vec<Incoming>,
    pub(super) damage: Damage,
}

/// The document as it is known by this version: another one may well read it.
pub(super) fn document(body_digest: &[u8]) -> Vec<u8> {
    [env!("CARGO_PKG_VERSION").as_bytes(), b" ", body_digest].concat()
}

/// What the poll did to the feed. Validators and digest are kept only of a body that was read:
/// the next answer to those of a broken one would be a 304, and its entries lost for ever.
pub(super) fn report(
    claim: &FeedClaim,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
    answered: Option<&Answered>,
    read: &Result<Read, Failure>,
) -> PollReport {
    let failure = read.as_ref().err();
    let body_digest = answered.and_then(|answered| answered.body_digest.as_deref());
    let document = match read {
        Ok(Read::Document(document)) => Some(document),
        _ => None,
    };
    // Of a document that stops in the middle, the rest is still to be had.
    let is_whole = document.is_none_or(|document| !document.damage.is_cut_off);
    let validators =
        answered
            .filter(|_| failure.is_none() && is_whole)
            .map(|answered| match read {
                Ok(Read::NotModified) => claim.validators.renewed(answered.validators.clone()),
                _ => answered.validators.clone(),
            });
    PollReport {
        at,
        status: answered
            .map(|answered| answered.status)
            .or_else(|| failure.and_then(Failure::status)),
        bytes: answered.map_or(0, |answered| answered.bytes),
        elapsed: (now - at).to_std().unwrap_or_default(),
        sent_validators: !claim.validators.is_empty(),
        error: failure.map(ToString::to_string),
        answer: failure.and_then(Failure::answer).map(str::to_owned),
        failures: if failure.is_some() {
            claim.failures.saturating_add(1)
        } else {
            0
        },
        validators,
        body_digest: body_digest
            .filter(|_| document.is_some() && is_whole)
            .map(<[u8]>::to_vec),
        poison: body_digest
            .filter(|_| failure.is_some_and(|failure| failure.class() == Class::Quarantined))
            .map(self::document),
        channel: document.map(|document| document.channel.clone()),
        hints: document.map(|document| document.hints.clone()),
    }
}

/// How far apart two answers must lie that say that a feed is gone.
const GONE_TWICE_WITHIN: TimeDelta = TimeDelta::days(1);

/// What the failure means, if it is one. An address that a feed moved to may say that it is gone:
/// the configured one has not.
fn class(claim: &FeedClaim, read: &Result<Read, Failure>) -> Option<Class> {
    let class = read.as_ref().err()?.class();
    match class {
        Class::Gone if claim.moved_from.is_some() => Some(Class::Missing),
        class => Some(class),
    }
}

fn outcome(claim: &FeedClaim, at: DateTime<Utc>, read: &Result<Read, Failure>) -> Outcome {
    match read {
        Ok(Read::NotModified) => Outcome::NotModified,
        Ok(Read::Unchanged) => Outcome::Unchanged,
        // How many of them are new is known inside the transaction only.
        Ok(Read::Document(document)) => Outcome::Read {
            new: 0,
            total: document.incoming.len(),
        },
        Err(failure) => {
            let gone_before = claim.state == FeedState::Gone
                && claim
                    .last_poll
                    .is_some_and(|last| at - last >= GONE_TWICE_WITHIN);
            class(claim, read)
                .unwrap_or_else(|| failure.class())
                .outcome(gone_before)
        }
    }
}

/// How a poll ended, as far as the next one depends on it.
pub(super) struct Ended {
    now: DateTime<Utc>,
    /// None: it succeeded.
    class: Option<Class>,
    outcome: Outcome,
    /// The address to which all redirects led, all of them permanent.
    named: Option<Url>,
    /// There were entries before this poll.
    had_entries: bool,
    moving: Option<Moving>,
    /// It is asked at another address than the configured one.
    has_moved: bool,
    retry_after: Option<DateTime<Utc>>,
    fresh_for: Option<Duration>,
    failures: u32,
    interval: Option<Duration>,
    rhythm: Option<Rhythm>,
    hints: Hints,
}

impl Ended {
    /// From what came of a poll that began at `at` and has ended now, and what is reported of it.
    pub(super) fn new(
        claim: &FeedClaim,
        at: DateTime<Utc>,
        now: DateTime<Utc>,
        answered: Option<&Answered>,
        read: &Result<Read, Failure>,
        report: &PollReport,
    ) -> Self {
        let retry_after = match read.as_ref().map_err(Failure::class) {
            Err(Class::Throttled(until)) => until,
            _ => answered.and_then(|answered| answered.retry_after),
        };
        Self {
            now,
            class: class(claim, read),
            outcome: outcome(claim, at, read),
            named: answered.and_then(|answered| answered.moved_to.clone()),
            had_entries: claim.rhythm.is_some(),
            moving: claim.moving.clone(),
            has_moved: claim.moved_from.is_some(),
            retry_after,
            fresh_for: answered.and_then(|answered| answered.fresh_for),
            failures: report.failures,
            interval: claim.interval,
            rhythm: claim.rhythm,
            hints: report.hints.as_ref().unwrap_or(&claim.hints).clone(),
        }
    }

    /// The decision that the archive asks for inside its transaction.
    pub(super) fn decide(
        self,
        plan: &Plan,
        subscription: &Subscription,
        known: &Known,
        incoming: Vec<Incoming>,
    ) -> Decision {
        let total = incoming.len();
        let dates: Vec<_> = incoming
            .iter()
            .filter_map(|incoming| incoming.entry.published.or(incoming.entry.updated))
            .collect();
        let is_known = total == 0
            || !self.had_entries
            || known
                .same_key
                .iter()
                .chain(&known.same_entry)
                .any(Option::is_some);
        let changes = dedupe::decide(known, incoming);
        let (changes, refused) = dedupe::within_a_day(changes, known.new_today);
        let outcome = match self.outcome {
            Outcome::Read { .. } => {
                let new = changes
                    .iter()
                    .filter(|c| matches!(c, Change::New { .. }))
                    .count();
                Outcome::Read { new, total }
            }
            other => other,
        };
        let next = schedule::next_poll(&Inputs {
            now: self.now,
            cadence: &subscription.cadence,
            zone: subscription.zone.unwrap_or_default(),
            local: subscription.spec.local,
            options: &plan.schedule,
            outcome,
            retry_after: self.retry_after,
            fresh_for: self.fresh_for,
            hints: &self.hints,
            failures: self.failures,
            interval: self.interval,
            rhythm: self.rhythm,
            dates: &dates,
            jitter: fastrand::f64(),
        });
        let relocation = match self.class {
            None => relocation::after_answer(self.moving.as_ref(), self.named, is_known, self.now),
            Some(class) => relocation::after_failure(self.has_moved, self.failures, class),
        };
        let has_moved = self.has_moved || matches!(relocation, Relocation::Moved(_));
        let state = match self.class {
            Some(class) => class.state(),
            None if has_moved => FeedState::Moved,
            None if next.is_stale => FeedState::Stale,
            None => FeedState::Ok,
        };
        Decision {
            changes,
            next,
            state,
            relocation,
            refused,
        }
    }
}
