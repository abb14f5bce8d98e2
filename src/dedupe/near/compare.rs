//! Two articles: different, related, or the same.
//!
//! The measure is the share of one text's shingles that the other has, twice: of the shorter text
//! (is it in the longer?) and of the longer (is there much beside it?). A copy that was shortened
//! or lengthened has a high share of the first kind and a lower one of the second. Then the
//! [`guards`] are asked, and inside one feed more is demanded: an
//! outlet seldom brings one article twice, but fills in the same form every day.

use std::fmt;

use crate::dedupe::near::guards;
use crate::dedupe::near::profile::Profile;
use crate::dedupe::near::sorted;

/// A text whose shingles are in the other by this share is the same article.
const CONTAINED: f32 = 0.6;
/// With a title that says so this share will do.
const CONTAINED_AND_TITLED: f32 = 0.45;
/// Share of the words of the poorer title that the other title needs, to say so.
const TITLE_AGREES: f32 = 0.45;
/// Below this share of the longer text, the shorter is one matter of several, or a paragraph of
/// background.
const COVERED: f32 = 0.25;
/// Below this one, the two must begin alike, or have like titles.
const WELL_COVERED: f32 = 0.5;
/// Share of the longer text's lead that the shorter needs, to begin alike.
const LEAD_AGREES: f32 = 0.15;

/// Texts of fewer words must be contained by [`SHORT_CONTAINED`].
const SHORT: usize = 25;
const SHORT_CONTAINED: f32 = 0.85;

/// What is demanded inside one feed.
const FEED_CONTAINED: f32 = 0.8;
const FEED_COVERED: f32 = 0.5;
const FEED_NAMES_CONTAINED: f32 = 0.9;

/// Related coverage of one event shares at least so much.
const RELATED_CONTAINED: f32 = 0.35;
const RELATED_COVERED: f32 = 0.2;

/// How alike two articles are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Likeness {
    /// Nothing links them.
    Different(Why),
    /// Coverage of the same event, by the score: the share of shingles that both have, 0 to 1.
    Related(f32),
    /// One article, by the score: the mean of what the shorter text has in the longer and the
    /// longer in the shorter, 0 to 1.
    Same(f32),
}

/// Why two articles that share something are different.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Too few words in a row are the same.
    LittleInCommon,
    /// The same is said with other numbers: prices, results, tables.
    OtherNumbers,
    /// The same is said of others: telegrams, appointments, warnings.
    OtherNames,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LittleInCommon => "little in common",
            Self::OtherNumbers => "the same words with other numbers",
            Self::OtherNames => "the same words about others",
        })
    }
}

/// Shares of shingles, 0 to 1.
#[derive(Debug, Clone, Copy)]
struct Shares {
    /// Of the shorter text, those in the longer.
    contained: f32,
    /// Of the longer text, those in the shorter.
    covered: f32,
}

/// Compares two articles; it does not matter which is `one`.
///
/// `same_feed` says whether one feed brought both.
pub fn compare(one: &Profile<'_>, other: &Profile<'_>, same_feed: bool) -> Likeness {
    let (shorter, longer) = if one.shingles().len() <= other.shingles().len() {
        (one, other)
    } else {
        (other, one)
    };
    if shorter.shingles().is_empty() {
        return bare(one, other);
    }
    let shared = sorted::shared(shorter.shingles(), longer.shingles());
    let shares = Shares {
        contained: share(shared, shorter.shingles().len()),
        covered: share(shared, longer.shingles().len()),
    };
    if shares.contained < RELATED_CONTAINED || shares.covered < RELATED_COVERED {
        return Likeness::Different(Why::LittleInCommon);
    }
    if guards::other_numbers(one, other, same_feed) {
        return Likeness::Different(Why::OtherNumbers);
    }
    if guards::other_names(one, other, shares.contained) {
        return Likeness::Different(Why::OtherNames);
    }
    if is_one_article(shorter, longer, shares)
        && (!same_feed || holds_in_a_feed(one, other, shares))
    {
        return Likeness::Same(f32::midpoint(shares.contained, shares.covered));
    }
    let all = shorter.shingles().len() + longer.shingles().len() - shared;
    Likeness::Related(share(shared, all))
}

/// Articles of which one has too few words for a shingle: the same to the letter, or different.
fn bare(one: &Profile<'_>, other: &Profile<'_>) -> Likeness {
    if one.reads_like(other) {
        Likeness::Same(1.0)
    } else {
        Likeness::Different(Why::LittleInCommon)
    }
}

fn is_one_article(shorter: &Profile<'_>, longer: &Profile<'_>, shares: Shares) -> bool {
    let title = title_agreement(shorter, longer);
    let contained = if shorter.length() < SHORT {
        SHORT_CONTAINED
    } else if title >= TITLE_AGREES {
        CONTAINED_AND_TITLED
    } else {
        CONTAINED
    };
    shares.contained >= contained
        && shares.covered >= COVERED
        && (shares.covered >= WELL_COVERED
            || title >= TITLE_AGREES
            || lead_agreement(shorter, longer) >= LEAD_AGREES)
}

fn holds_in_a_feed(one: &Profile<'_>, other: &Profile<'_>, shares: Shares) -> bool {
    let contained = if guards::names_differ(one, other) {
        FEED_NAMES_CONTAINED
    } else {
        FEED_CONTAINED
    };
    shares.contained >= contained && shares.covered >= FEED_COVERED
}

/// Share of the words of the poorer title that the other title has.
fn title_agreement(one: &Profile<'_>, other: &Profile<'_>) -> f32 {
    let (one, other) = (one.title_roots(), other.title_roots());
    share(sorted::shared(&one, &other), one.len().min(other.len()))
}

/// Share of the longer text's lead that the shorter text has; between texts of one length, the
/// better of both.
fn lead_agreement(shorter: &Profile<'_>, longer: &Profile<'_>) -> f32 {
    let of = |lead: &Profile<'_>, text: &Profile<'_>| {
        let lead = lead.lead();
        let missing = sorted::missing(&lead, text.shingles());
        share(lead.len() - missing, lead.len())
    };
    let agreement = of(longer, shorter);
    if shorter.shingles().len() == longer.shingles().len() {
        agreement.max(of(shorter, longer))
    } else {
        agreement
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of words are far below 2^24"
)]
fn share(part: usize, whole: usize) -> f32 {
    if whole == 0 {
        0.0
    } else {
        part as f32 / whole as f32
    }
}
