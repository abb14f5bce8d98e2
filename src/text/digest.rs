//! Short fingerprints that are stored, and so must be the same on every machine and version.

use sha2::{Digest, Sha256};

/// The first 16 bytes of SHA-256 over `bytes`: to notice that a body is the same as the last.
pub fn body(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes)[..16].to_vec()
}

/// The first 8 bytes of SHA-256 over the parts, each closed by a byte that UTF-8 never holds, so
/// that moving text from one part to the next gives another digest.
pub fn parts<'a>(parts: impl IntoIterator<Item = &'a str>) -> i64 {
    /// Words are hashed many at a time: an update costs more than a word.
    const AT_ONCE: usize = 4096;
    let mut hasher = Sha256::new();
    let mut ahead = Vec::with_capacity(AT_ONCE);
    for part in parts {
        ahead.extend_from_slice(part.as_bytes());
        ahead.push(0xff);
        if ahead.len() >= AT_ONCE {
            hasher.update(&ahead);
            ahead.clear();
        }
    }
    hasher.update(&ahead);
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize()[..8]);
    i64::from_be_bytes(first)
}

/// A UUID of version 8 (RFC 9562 §5.8) from the first 16 bytes of SHA-256 over the parts, each
/// closed as in [`parts`]: the same parts name the same thing on every machine, for ever.
pub fn uuid<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0xff]);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hasher.finalize()[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = format!("{:032x}", u128::from_be_bytes(bytes));
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_border_between_parts_counts() {
        assert_ne!(parts(["ab", "c"]), parts(["a", "bc"]));
        assert_eq!(parts(["ab", "c"]), parts(["ab", "c"]));
    }

    #[test]
    fn digests_never_change_between_versions() {
        assert_eq!(parts(["rawi"]), -3_835_108_420_196_069_663);
    }

    #[test]
    fn a_uuid_says_its_version_and_variant_and_never_changes() {
        assert_eq!(
            uuid(["archive", "1"]),
            "f5d36aec-2845-8d06-9452-91bb46b35db3"
        );
        assert_ne!(uuid(["archive", "1"]), uuid(["archive1", ""]));
        for n in 0..100 {
            let id = uuid([n.to_string().as_str()]);
            assert_eq!(id.len(), 36);
            assert_eq!(&id[14..15], "8", "{id}");
            assert!(matches!(&id[19..20], "8" | "9" | "a" | "b"), "{id}");
        }
    }
}
