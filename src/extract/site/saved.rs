//! How digests stand in the saved JSON: as one string of hexadecimal digits.

/// Numbers of 16 bits, four digits each.
pub(super) mod short {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(numbers: &[u16], to: S) -> Result<S::Ok, S::Error> {
        let digits: String = numbers.iter().map(|n| format!("{n:04x}")).collect();
        to.serialize_str(&digits)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u16>, D::Error> {
        super::read(&String::deserialize(from)?, 4, |digits| {
            u16::from_str_radix(digits, 16)
        })
    }
}

/// Numbers of 40 bits, ten digits each.
pub(super) mod long {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(numbers: &[u64], to: S) -> Result<S::Ok, S::Error> {
        let digits: String = numbers.iter().map(|n| format!("{n:010x}")).collect();
        to.serialize_str(&digits)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u64>, D::Error> {
        super::read(&String::deserialize(from)?, 10, |digits| {
            u64::from_str_radix(digits, 16)
        })
    }
}

fn read<T, E: serde::de::Error>(
    digits: &str,
    width: usize,
    parse: impl Fn(&str) -> Result<T, std::num::ParseIntError>,
) -> Result<Vec<T>, E> {
    if !digits.len().is_multiple_of(width) || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(E::custom("not a row of digests"));
    }
    (0..digits.len())
        .step_by(width)
        .map(|at| parse(&digits[at..at + width]).map_err(E::custom))
        .collect()
}
