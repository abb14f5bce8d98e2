//! Content encodings: which one a body has, and the reader that undoes it over a counted wire.
//!
//! The HTTP library hands out the bytes as they come, so that both are counted: what came over the
//! wire, here by [`Wire`], and what it decodes to, by whoever reads. One without the other leaves
//! a hole: a bomb is small on the wire, and a million empty gzip members decode to nothing. One
//! encoding is undone, never a row of them: the bytes between two would be counted by nobody.
//!
//! Sources: RFC 9110 §8.4 (encodings), RFC 9659 (the window of zstd), RFC 1950 to 1952.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use async_compression::tokio::bufread::{
    BrotliDecoder, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder,
};
use async_compression::zstd::DParameter;
use futures_core::Stream;
use reqwest::Response;
use reqwest::header::HeaderValue;
use tokio::io::{AsyncBufReadExt, AsyncRead};
use tokio_util::io::StreamReader;

/// What is asked for: the encodings that can be undone.
pub(super) const ACCEPTED: HeaderValue = HeaderValue::from_static("zstd,gzip,deflate,br");

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
#[error("the body is larger than it may be")]
pub(super) struct TooMuch;

/// The decoded body. Where more than `limit` bytes have come over the wire, the next of them are
/// the error [`TooMuch`]; what the HTTP library reports is a [`reqwest::Error`] inside the
/// [`io::Error`].
pub(super) async fn decoded(
    response: Response,
    encoding: Encoding,
    limit: u64,
) -> io::Result<Pin<Box<dyn AsyncRead + Send>>> {
    let wire = StreamReader::new(Wire {
        body: Box::pin(response.bytes_stream()),
        left: limit,
    });
    let mut wire = Box::pin(wire);
    let start = wire.fill_buf().await?;
    // Nothing is nothing, however it is said to be encoded.
    if start.is_empty() {
        return Ok(wire);
    }
    let is_zlib = is_zlib(start);
    Ok(match encoding {
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
    })
}

/// True if the stream begins with the header of zlib. A bare one does so only if its first block is
/// stored and the bits that fill up its first byte are not zero, as every writer leaves them.
fn is_zlib(start: &[u8]) -> bool {
    start.first().is_some_and(|method| method & 0x0f == 8)
}

/// The chunks of a body as they come, up to a limit.
struct Wire<S> {
    body: Pin<Box<S>>,
    left: u64,
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
                let bytes = chunk.as_ref().len() as u64;
                // A chunk that crosses the limit is handed out: who wants the beginning gets it.
                if self.left == 0 && bytes > 0 {
                    return Err(io::Error::other(TooMuch));
                }
                self.left = self.left.saturating_sub(bytes);
                Ok(chunk)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
