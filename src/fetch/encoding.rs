//! Content encodings: which one a body has, and the reader that undoes it over a counted wire.
//!
//! The HTTP library hands out the bytes as they come, so that both are counted: what came over the
//! wire, here, and what it decodes to, by whoever reads. One without the other leaves a hole: a
//! bomb is small on the wire, and a million empty gzip members decode to nothing. One encoding is
//! undone, never a row of them: the bytes between two would be counted by nobody.
//!
//! Sources: RFC 9110 §8.4 (encodings), RFC 9659 (the window of zstd), RFC 1950 to 1952.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll};

use async_compression::tokio::bufread::{
    BrotliDecoder, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder,
};
use async_compression::zstd::DParameter;
use futures_core::Stream;
use reqwest::Response;
use reqwest::header::HeaderValue;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt};
use tokio_util::io::StreamReader;

/// What is asked for: the encodings that can be undone.
pub(super) const ACCEPTED: HeaderValue = HeaderValue::from_static("zstd,gzip,deflate,br");

/// How many bytes of the wire may have decoded to nothing yet. A decoder holds back one block, of
/// 128 KiB at most, and headers and checksums are some bytes a member.
pub(super) const AHEAD: u64 = 1 << 20;

/// The largest window of zstd, as a power of two: 8 MiB, what every decoder of the web must take
/// and none needs to exceed. The library's own limit is 128 MiB, allocated for the asking.
const ZSTD_WINDOW_LOG: u32 = 23;

/// How a body is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Not at all.
    Identity,
    /// RFC 1952; may have several members.
    Gzip,
    /// Zlib by the standard, the bare stream by some servers.
    Deflate,
    /// RFC 7932.
    Brotli,
    /// RFC 8878; may have several frames.
    Zstd,
}

impl Encoding {
    /// The encoding of this name, in any case.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "identity" => Self::Identity,
            "gzip" | "x-gzip" => Self::Gzip,
            "deflate" => Self::Deflate,
            "br" => Self::Brotli,
            "zstd" => Self::Zstd,
            _ => return None,
        })
    }
}

/// More bytes came over the wire than may; travels inside [`io::Error`].
#[derive(Debug, thiserror::Error)]
#[error("much comes over the wire and decodes to nothing")]
pub(super) struct TooMuch;

/// A decoded body, read piece by piece.
///
/// No encoding makes a body longer than its text by more than a little, so the wire may be ahead of
/// what has been decoded by [`AHEAD`] and no more: then the next of it is the error [`TooMuch`].
/// What the HTTP library reports is a [`reqwest::Error`] inside the [`io::Error`].
pub(super) struct Decoded {
    reader: Pin<Box<dyn AsyncRead + Send>>,
    left: Arc<AtomicU64>,
    has_large_window: bool,
}

impl Decoded {
    /// Waits for the beginning of the body.
    pub(super) async fn open(response: Response, encoding: Encoding) -> io::Result<Self> {
        let left = Arc::new(AtomicU64::new(AHEAD));
        let wire = StreamReader::new(Wire {
            body: Box::pin(response.bytes_stream()),
            left: Arc::clone(&left),
        });
        let mut wire = Box::pin(wire);
        let start = wire.fill_buf().await?;
        let is_zlib = is_zlib(start);
        let has_large_window = encoding == Encoding::Brotli && is_large_brotli(start);
        // Nothing is nothing, however it is said to be encoded.
        let encoding = if start.is_empty() {
            Encoding::Identity
        } else {
            encoding
        };
        let reader: Pin<Box<dyn AsyncRead + Send>> = match encoding {
            Encoding::Identity => wire,
            Encoding::Gzip => {
                let mut decoder = GzipDecoder::new(wire);
                decoder.multiple_members(true);
                Box::pin(decoder)
            }
            Encoding::Deflate if is_zlib => Box::pin(ZlibDecoder::new(wire)),
            Encoding::Deflate => Box::pin(DeflateDecoder::new(wire)),
            Encoding::Brotli => Box::pin(BrotliDecoder::new(wire)),
            Encoding::Zstd => {
                let window = DParameter::window_log_max(ZSTD_WINDOW_LOG);
                let mut decoder = ZstdDecoder::with_params(wire, &[window]);
                decoder.multiple_members(true);
                Box::pin(decoder)
            }
        };
        Ok(Self {
            reader,
            left,
            has_large_window,
        })
    }

    /// True if the first read takes more memory than a small body.
    pub(super) fn has_large_window(&self) -> bool {
        self.has_large_window
    }

    /// Adds at most `most` bytes that come next to `bytes`, and at most what these have room for;
    /// returns how many, 0 at the end.
    pub(super) async fn read(&mut self, bytes: &mut Vec<u8>, most: usize) -> io::Result<usize> {
        let mut next = (&mut self.reader).take(most as u64);
        let count = next.read_buf(bytes).await?;
        self.left.fetch_add(count as u64, Relaxed);
        Ok(count)
    }
}

/// True if the stream begins with the header of zlib. A bare one does so only if its first block is
/// stored and the bits that fill up its first byte are not zero, as every writer leaves them.
fn is_zlib(start: &[u8]) -> bool {
    start.first().is_some_and(|method| method & 0x0f == 8)
}

/// True if the stream of Brotli has a window of 8 or 16 MiB, which is filled before anything comes
/// out of it (RFC 7932 §9.1). Encoders choose 4 MiB and less unless they are told to, or the text is
/// longer.
fn is_large_brotli(start: &[u8]) -> bool {
    start
        .first()
        .is_some_and(|bits| bits & 1 == 1 && (bits >> 1) & 0b111 >= 6)
}

/// The chunks of a body as they come, as long as any are left to it.
struct Wire<S> {
    body: Pin<Box<S>>,
    left: Arc<AtomicU64>,
}

impl<S, B> Stream for Wire<S>
where
    S: Stream<Item = Result<B, reqwest::Error>>,
    B: AsRef<[u8]>,
{
    type Item = io::Result<B>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.body.as_mut().poll_next(cx).map(|next| {
            next.map(|chunk| {
                let chunk = chunk.map_err(io::Error::other)?;
                // A chunk that crosses the limit is handed out: it may decode to something.
                let left = self.left.load(Relaxed);
                if left == 0 && !chunk.as_ref().is_empty() {
                    return Err(io::Error::other(TooMuch));
                }
                let left = left.saturating_sub(chunk.as_ref().len() as u64);
                self.left.store(left, Relaxed);
                Ok(chunk)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_window_of_brotli_is_told_by_its_first_byte() {
        // Windows of 16, 10, 17, 18, 22, 23 and 24 bits.
        let firsts = [0x00, 0x21, 0x01, 0x03, 0x0b, 0x0d, 0x0f];
        let large = firsts.map(|first| is_large_brotli(&[first]));
        assert_eq!(large, [false, false, false, false, false, true, true]);
        assert!(!is_large_brotli(&[]));
    }

    #[test]
    fn zlib_is_told_from_a_bare_stream_by_its_first_byte() {
        // 0x78: zlib with its usual window. 0x4b, 0x03, 0x05, 0x01: fixed, dynamic, stored blocks.
        let table: [(&[u8], bool); 7] = [
            (b"\x78\x9c", true),
            (b"\x78\x01", true),
            (b"\x18\x19", true),
            (b"\x4b\x04", false),
            (b"\x05\xc1", false),
            (b"\x01\x05", false),
            (b"", false),
        ];
        for (start, zlib) in table {
            assert_eq!(is_zlib(start), zlib, "{start:x?}");
        }
    }
}
