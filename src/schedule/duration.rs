//! Durations as users write and read them: `90s`, `15m`, `24h`, `7d`, `2w`.

use std::time::Duration;

use crate::schedule::error::Error;

const LONGEST: Duration = Duration::from_secs(36_500 * 86_400);

/// Reads one whole number with its unit: s, m, h, d or w. Zero is a duration.
///
/// # Errors
/// Another shape, or more than a hundred years.
pub fn parse_duration(text: &str) -> Result<Duration, Error> {
    let digits_end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, unit) = text.split_at(digits_end);
    let unit_secs: u64 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        "w" => 7 * 86_400,
        _ => return Err(Error::Duration(text.to_owned())),
    };
    if digits.is_empty() {
        return Err(Error::Duration(text.to_owned()));
    }
    // All that can be wrong with digits alone is that there are too many.
    let too_long = || Error::TooLong(text.to_owned());
    let count: u64 = digits.parse().map_err(|_| too_long())?;
    let duration = count
        .checked_mul(unit_secs)
        .map(Duration::from_secs)
        .ok_or_else(too_long)?;
    if duration > LONGEST {
        Err(too_long())
    } else {
        Ok(duration)
    }
}

/// Writes a duration in its two largest units, e.g. `1h 30m`; whole seconds, rounded down.
pub fn words(duration: Duration) -> String {
    const UNITS: [(u64, char); 4] = [(86_400, 'd'), (3600, 'h'), (60, 'm'), (1, 's')];
    let secs = duration.as_secs();
    let Some(first) = UNITS.iter().position(|(unit, _)| secs >= *unit) else {
        return "0s".to_owned();
    };
    let (unit, letter) = UNITS[first];
    let mut text = format!("{}{letter}", secs / unit);
    if let Some((smaller, letter)) = UNITS.get(first + 1) {
        let rest = secs % unit / smaller;
        if rest > 0 {
            text.push_str(&format!(" {rest}{letter}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_a_number_and_one_unit() {
        let cases = [
            ("90s", 90),
            ("15m", 900),
            ("24h", 86_400),
            ("7d", 604_800),
            ("2w", 1_209_600),
            ("0s", 0),
        ];
        for (text, secs) in cases {
            assert_eq!(
                parse_duration(text),
                Ok(Duration::from_secs(secs)),
                "{text}"
            );
        }
        for text in [
            "", "15", "m", "1.5h", "-1m", "1h30m", "15 m", " 15m", "15M", "١٥m", "1y",
        ] {
            assert_eq!(
                parse_duration(text),
                Err(Error::Duration(text.to_owned())),
                "{text}"
            );
        }
        for text in ["36501d", "99999999999999999999s", "18446744073709551615w"] {
            assert_eq!(
                parse_duration(text),
                Err(Error::TooLong(text.to_owned())),
                "{text}"
            );
        }
    }

    #[test]
    fn words_show_the_two_largest_units() {
        let cases = [
            (0, "0s"),
            (59, "59s"),
            (900, "15m"),
            (5400, "1h 30m"),
            (3601, "1h"),
            (86_400, "1d"),
            (129_600, "1d 12h"),
        ];
        for (secs, text) in cases {
            assert_eq!(words(Duration::from_secs(secs)), text);
        }
    }
}
