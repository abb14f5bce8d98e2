//! Short fingerprints that are stored, and so must be the same on every machine and version.

use sha2::{Digest, Sha256};

/// The first 16 bytes of SHA-256 over `bytes`: to notice that a body is the same as the last.
pub fn body(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes)[..16].to_vec()
}

/// The first 8 bytes of SHA-256 over the parts, each closed by a byte that UTF-8 never holds, so
/// that moving text from one part to the next gives another digest.
pub fn parts<'a>(parts: impl IntoIterator<Item = &'a str>) -> i64 {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0xff]);
    }
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize()[..8]);
    i64::from_be_bytes(first)
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
        assert_eq!(parts(["rawi"]), -6_033_190_133_390_384_346);
    }
}
