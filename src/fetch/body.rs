//! Bodies: read up to a limit, counted on the wire and after decompression; of an error page the
//! beginning alone.
//!
//! All bodies that are held at once are bounded, too: a small one is free, and one that grows
//! large needs one of the few [`Places`], which it keeps until nobody needs its bytes any longer.

use std::io;
use std::ops::Deref;
use std::sync::Arc;

use reqwest::Response;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::fetch::encoding::{AHEAD, Decoded, Encoding, TooMuch};

/// Up to here a body needs no place.
const SMALL_BYTES: usize = 256 << 10;

/// Large bodies that are held at once.
const LARGE_BODIES: usize = 4;

/// The most of an error page that is read.
const ERROR_PAGE_BYTES: usize = 16 << 10;

/// Why a body was not read to its end.
#[derive(Debug)]
pub(super) enum Broken {
    /// It is larger than the limit, or its wire is.
    TooLarge,
    /// The connection or the decompression failed.
    Wire(io::Error),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        if is_too_much(&error) {
            Self::TooLarge
        } else {
            Self::Wire(error)
        }
    }
}

fn is_too_much(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<TooMuch>())
}

/// The decompressed body of an answer. A large one holds a place until it is dropped, and few
/// large ones are held at once: let go of it as soon as it has been read.
#[derive(Clone)]
pub struct Body {
    bytes: Vec<u8>,
    _place: Option<Arc<OwnedSemaphorePermit>>,
}

impl Deref for Body {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Body({} bytes)", self.bytes.len())
    }
}

impl PartialEq for Body {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Body {}

/// The places of large bodies. Clones are the same places.
#[derive(Debug, Clone)]
pub(super) struct Places(Arc<Semaphore>);

impl Default for Places {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(LARGE_BODIES)))
    }
}

impl Places {
    /// Waits for a place.
    async fn take(&self) -> Option<Arc<OwnedSemaphorePermit>> {
        // The semaphore is never closed; if it were, nothing would be bounded by it.
        let place = Arc::clone(&self.0).acquire_owned().await;
        place.ok().map(Arc::new)
    }
}

/// Reads the whole body, which may have at most `limit` bytes after decompression and little more
/// on the wire. One that announces more is not read at all. Waits for a place where it grows large.
pub(super) async fn read(
    response: Response,
    encoding: Encoding,
    limit: u64,
    places: &Places,
) -> Result<Body, Broken> {
    let wire_limit = match encoding {
        Encoding::Identity => limit,
        _ => limit.saturating_add(AHEAD),
    };
    let announced = response.content_length();
    if announced.is_some_and(|announced| announced > wire_limit) {
        return Err(Broken::TooLarge);
    }
    let mut body = Decoded::open(response, encoding).await?;
    // One byte more than may be tells a body that ends at its limit from one that does not.
    let most = usize::try_from(limit)
        .unwrap_or(usize::MAX)
        .saturating_add(1);
    let mut place = if body.has_large_window() {
        places.take().await
    } else {
        None
    };
    let mut bytes = Vec::new();
    grow(&mut body, &mut bytes, most.min(SMALL_BYTES)).await?;
    if bytes.len() == SMALL_BYTES {
        if place.is_none() {
            place = places.take().await;
        }
        grow(&mut body, &mut bytes, most).await?;
    }
    if bytes.len() >= most {
        return Err(Broken::TooLarge);
    }
    bytes.shrink_to_fit();
    // Whatever its window was, a small body needs no place.
    let _place = place.filter(|_| bytes.len() >= SMALL_BYTES);
    Ok(Body { bytes, _place })
}

/// Reads on until there are `most` bytes or no more come. What is claimed of a length is not
/// believed: memory is taken for what has come, twice as much each time and never more than `most`.
async fn grow(body: &mut Decoded, bytes: &mut Vec<u8>, most: usize) -> io::Result<()> {
    const FIRST: usize = 16 << 10;
    while bytes.len() < most {
        if bytes.len() == bytes.capacity() {
            let more = bytes.len().max(FIRST).min(most - bytes.len());
            bytes.reserve_exact(more);
        }
        if body.read(bytes, most - bytes.len()).await? == 0 {
            break;
        }
    }
    Ok(())
}

/// Reads the first `limit` bytes of the body after decompression; the rest is left.
pub(super) async fn read_start(
    response: Response,
    encoding: Encoding,
    limit: usize,
    places: &Places,
) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    match read_start_into(&mut start, response, encoding, limit, places).await {
        // More than that would not have been read of it anyway.
        Err(error) if !is_too_much(&error) => Err(error),
        _ => Ok(start),
    }
}

async fn read_start_into(
    start: &mut Vec<u8>,
    response: Response,
    encoding: Encoding,
    limit: usize,
    places: &Places,
) -> io::Result<()> {
    let mut body = Decoded::open(response, encoding).await?;
    let _place = if body.has_large_window() {
        places.take().await
    } else {
        None
    };
    grow(&mut body, start, limit).await
}

/// The beginning of an error page; what cannot be read of it is left out.
pub(super) async fn read_error_page(
    response: Response,
    encoding: Encoding,
    places: &Places,
) -> Vec<u8> {
    let mut page = Vec::new();
    // What came before it broke off may be the reason itself.
    let _ = read_start_into(&mut page, response, encoding, ERROR_PAGE_BYTES, places).await;
    page
}
