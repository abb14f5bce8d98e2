//! The codings in which a document is sent (RFC 9110 §8.4, §12.5.3).

use std::io::Write;

use axum::http::{HeaderMap, header};
use flate2::Compression;
use flate2::write::GzEncoder;

/// Of 0 to 9: more costs several times as much for a few per cent.
const GZIP_LEVEL: u32 = 6;

/// Likewise, of 0 to 11, with the largest window that every client has.
const BROTLI_LEVEL: u32 = 5;
const BROTLI_WINDOW: u32 = 22;
const BROTLI_BUFFER_BYTES: usize = 1 << 16;

/// A coding that we write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// None.
    Identity,
    /// RFC 1952.
    Gzip,
    /// RFC 7932.
    Brotli,
}

impl Coding {
    /// All there are.
    pub(super) const EVERY: [Self; 3] = [Self::Identity, Self::Gzip, Self::Brotli];

    /// Its name in `Content-Encoding`; none for the bytes as they are.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }

    /// What tells its strong tag from those of the other codings.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Identity => "",
            Self::Gzip => "-gzip",
            Self::Brotli => "-br",
        }
    }

    /// The coding that the client likes best; of two that it likes equally, the smaller. One that
    /// refuses all that we have gets the bytes as they are, which nobody fails to read.
    pub(super) fn wanted(request: &HeaderMap) -> Self {
        let weight = |name: &str| {
            let (mut by_name, mut by_star) = (None, None);
            let values = request.get_all(header::ACCEPT_ENCODING).iter();
            for item in values
                .filter_map(|value| value.to_str().ok())
                .flat_map(|value| value.split(','))
            {
                let (coding, parameters) = item.split_once(';').unwrap_or((item, ""));
                let coding = coding.trim();
                let weight = parameters
                    .trim()
                    .strip_prefix("q=")
                    .map_or(Some(1.0), |q| q.trim().parse::<f32>().ok())
                    .unwrap_or(0.0);
                if coding.eq_ignore_ascii_case(name) {
                    by_name = Some(weight);
                } else if coding == "*" {
                    by_star = Some(weight);
                }
            }
            by_name.or(by_star).unwrap_or(0.0)
        };
        let (brotli, gzip) = (weight("br"), weight("gzip"));
        if brotli > 0.0 && brotli >= gzip {
            Self::Brotli
        } else if gzip > 0.0 {
            Self::Gzip
        } else {
            Self::Identity
        }
    }

    /// The bytes in this coding. The same bytes give the same on every machine.
    pub(super) fn encode(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Identity => bytes.to_vec(),
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::new(GZIP_LEVEL));
                encoder
                    .write_all(bytes)
                    .and_then(|()| encoder.finish())
                    .expect("invariant: writing to memory does not fail")
            }
            Self::Brotli => {
                let mut encoder = brotli::CompressorWriter::new(
                    Vec::new(),
                    BROTLI_BUFFER_BYTES,
                    BROTLI_LEVEL,
                    BROTLI_WINDOW,
                );
                encoder
                    .write_all(bytes)
                    .expect("invariant: writing to memory does not fail");
                encoder.into_inner()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_gets_the_coding_that_it_likes_best() {
        for (accepts, wanted) in [
            ("", Coding::Identity),
            ("gzip", Coding::Gzip),
            ("gzip, deflate, br", Coding::Brotli),
            ("GZIP;q=1.0, br;q=0.5", Coding::Gzip),
            ("br;q=0, gzip;q=0.1", Coding::Gzip),
            ("*", Coding::Brotli),
            ("br;q=0, *", Coding::Gzip),
            ("identity", Coding::Identity),
            ("gzip;q=0", Coding::Identity),
            ("gzip;q=many", Coding::Identity),
        ] {
            let mut request = HeaderMap::new();
            request.insert(header::ACCEPT_ENCODING, accepts.parse().unwrap());
            assert_eq!(Coding::wanted(&request), wanted, "{accepts}");
        }
    }

    #[test]
    fn every_coding_gives_the_bytes_back() {
        use std::io::Read;
        let text = "خبر ".repeat(10_000).into_bytes();
        let mut read = Vec::new();
        let zipped = Coding::Gzip.encode(&text);
        flate2::read::GzDecoder::new(&zipped[..])
            .read_to_end(&mut read)
            .unwrap();
        assert!(read == text && zipped.len() < text.len() / 50);
        read.clear();
        brotli::Decompressor::new(&Coding::Brotli.encode(&text)[..], 4096)
            .read_to_end(&mut read)
            .unwrap();
        assert!(read == text);
    }
}
