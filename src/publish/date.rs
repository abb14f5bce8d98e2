//! Points in time as the formats write them: always UTC, always four digits for the year.

use chrono::{DateTime, Utc};

/// 0001-01-01 and 9999-12-31, in seconds: RFC 3339 and RFC 822 can say nothing beyond.
const SAYABLE: (i64, i64) = (-62_135_596_800, 253_402_300_799);

/// The same second with `nanos` of fraction, pulled into the years that can be said.
pub(super) fn with_fraction(at: DateTime<Utc>, nanos: u32) -> DateTime<Utc> {
    let seconds = at.timestamp().clamp(SAYABLE.0, SAYABLE.1);
    DateTime::from_timestamp(seconds, nanos).unwrap_or_default()
}

/// RFC 3339, with the fraction if there is one.
pub(super) fn rfc3339(at: DateTime<Utc>) -> String {
    let at = with_fraction(at, at.timestamp_subsec_nanos() % 1_000_000_000);
    let format = if at.timestamp_subsec_nanos() == 0 {
        "%Y-%m-%dT%H:%M:%SZ"
    } else {
        "%Y-%m-%dT%H:%M:%S%.9fZ"
    };
    at.format(format).to_string()
}

/// RFC 3339, to the second.
pub(super) fn rfc3339_seconds(at: DateTime<Utc>) -> String {
    rfc3339(with_fraction(at, 0))
}

/// RFC 822 with the year of RFC 1123, to the second.
pub(super) fn rfc822(at: DateTime<Utc>) -> String {
    with_fraction(at, 0)
        .format("%a, %d %b %Y %H:%M:%S +0000")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_said_in_utc_to_the_second_or_finer() {
        let at = DateTime::from_timestamp(1_767_225_600, 0).unwrap();
        assert_eq!(rfc3339(at), "2026-01-01T00:00:00Z");
        assert_eq!(rfc822(at), "Thu, 01 Jan 2026 00:00:00 +0000");
        assert_eq!(
            rfc3339(with_fraction(at, 7)),
            "2026-01-01T00:00:00.000000007Z"
        );
        assert_eq!(
            rfc3339_seconds(with_fraction(at, 7)),
            "2026-01-01T00:00:00Z"
        );
    }

    #[test]
    fn years_that_cannot_be_said_are_pulled_in() {
        assert_eq!(
            rfc3339(DateTime::<Utc>::MAX_UTC),
            "9999-12-31T23:59:59.999999999Z"
        );
        assert_eq!(
            rfc822(DateTime::<Utc>::MIN_UTC),
            "Mon, 01 Jan 0001 00:00:00 +0000"
        );
    }
}
