//! Bodies: read up to a limit, counted after decompression; of an error page the beginning alone.

use reqwest::Response;

/// The most of an error page that is read.
const ERROR_PAGE_BYTES: usize = 16 << 10;

/// Why a body was not read to its end.
#[derive(Debug)]
pub(super) enum Broken {
    /// It is larger than the limit.
    TooLarge,
    /// The connection or the decompression failed.
    Wire(reqwest::Error),
}

/// Reads the whole body, which may have at most `limit` bytes after decompression. One that
/// announces more is not read at all.
pub(super) async fn read(response: &mut Response, limit: u64) -> Result<Vec<u8>, Broken> {
    if response
        .content_length()
        .is_some_and(|announced| announced > limit)
    {
        return Err(Broken::TooLarge);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Broken::Wire)? {
        if (body.len() + chunk.len()) as u64 > limit {
            return Err(Broken::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Reads the first `limit` bytes of the body after decompression; the rest is left.
pub(super) async fn read_start(
    response: &mut Response,
    limit: usize,
) -> Result<Vec<u8>, reqwest::Error> {
    let mut body = Vec::new();
    while body.len() < limit
        && let Some(chunk) = response.chunk().await?
    {
        let room = limit - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    Ok(body)
}

/// The beginning of an error page; what cannot be read of it is left out.
pub(super) async fn read_error_page(response: &mut Response) -> Vec<u8> {
    let mut page = Vec::new();
    while page.len() < ERROR_PAGE_BYTES
        && let Ok(Some(chunk)) = response.chunk().await
    {
        let room = ERROR_PAGE_BYTES - page.len();
        page.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    page
}
