//! How sure a body is, from what speaks for it and against it.

/// How sure it is that a body is the article, and the whole of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Something speaks against it: few words, a rival nearly as good, names that had to be ignored.
    Low,
    /// It stands out by its text alone.
    Fair,
    /// A second source says the same: the user's rule, the feed's or JSON-LD's own text, the
    /// element's name.
    High,
}

impl Confidence {
    /// In a word, as it is shown and stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Fair => "fair",
            Self::High => "high",
        }
    }
}

/// What is known of a body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evidence {
    pub(super) words: u32,
    /// The share of its words that the feed's text has, if that is the whole of an article.
    pub(super) fed: Option<f64>,
    /// The same of JSON-LD.
    pub(super) told: Option<f64>,
    /// Its element is named as a body.
    pub(super) named: bool,
    /// By how much its element's score exceeds that of the best one elsewhere.
    pub(super) lead: f64,
    /// Whether what looks like the frame of the page had to be left in.
    pub(super) light: bool,
}

/// A body of fewer words may be a notice, a caption, a wall.
const FEW: u32 = 60;

/// A rival by less than this factor makes the choice doubtful.
const LEAD: f64 = 1.3;

impl Evidence {
    /// The confidence, and what speaks for it or against it.
    pub(super) fn weigh(&self) -> (Confidence, Option<&'static str>) {
        let covers = |share: Option<f64>| share.is_some_and(|share| share > 0.7);
        if covers(self.fed) {
            (Confidence::High, Some("as the feed has it"))
        } else if covers(self.told) {
            (Confidence::High, Some("as JSON-LD has it"))
        } else if self.light {
            (Confidence::Low, Some("among what looks like the frame"))
        } else if self.words < FEW {
            (Confidence::Low, Some("short"))
        } else if self.lead < LEAD {
            (Confidence::Low, Some("one of two"))
        } else if self.named {
            (Confidence::High, None)
        } else {
            (Confidence::Fair, None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_source_outweighs_what_speaks_against_a_body() {
        let plain = Evidence {
            words: 300,
            fed: None,
            told: None,
            named: false,
            lead: 5.0,
            light: false,
        };
        let of = |evidence: Evidence| evidence.weigh().0;
        assert_eq!(of(plain), Confidence::Fair);
        assert_eq!(
            of(Evidence {
                named: true,
                ..plain
            }),
            Confidence::High
        );
        assert_eq!(
            of(Evidence {
                words: 20,
                named: true,
                ..plain
            }),
            Confidence::Low
        );
        assert_eq!(
            of(Evidence {
                lead: 1.1,
                named: true,
                ..plain
            }),
            Confidence::Low
        );
        assert_eq!(
            of(Evidence {
                lead: 1.1,
                told: Some(0.9),
                ..plain
            }),
            Confidence::High
        );
        assert_eq!(
            of(Evidence {
                light: true,
                fed: Some(0.8),
                ..plain
            }),
            Confidence::High
        );
    }
}
