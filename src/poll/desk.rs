//! The desk at which documents are read: on threads that may block, as much at once as there is
//! memory for, each within its time.
//!
//! A thread cannot be stopped from outside. One that takes too long is left to itself and gives up
//! its place, so that hostile documents can hold back no others; what it was reading is not read
//! again ([`Failure::TooSlow`](crate::poll::Failure::TooSlow)).

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::poll::failure::Failure;

/// The time for one document. Real ones take milliseconds.
const LIMIT: Duration = Duration::from_secs(10);

/// Reading takes some times the memory of the document: so many MiB of documents are read at once.
const PLACES: u32 = 8;

/// Where documents are read. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    places: Arc<Semaphore>,
    limit: Duration,
}

impl Desk {
    pub(super) fn new() -> Self {
        Self::within(LIMIT)
    }

    fn within(limit: Duration) -> Self {
        Self {
            places: Arc::new(Semaphore::new(PLACES as usize)),
            limit,
        }
    }

    /// A place for a document of so many bytes.
    pub(super) async fn place(&self, bytes: usize) -> Place<'_> {
        let mebibytes = u32::try_from(bytes >> 20).unwrap_or(PLACES);
        self.take((mebibytes + 1).min(PLACES)).await
    }

    /// The whole desk, for a document that may end the process: nothing else is read meanwhile.
    pub(super) async fn alone(&self) -> Place<'_> {
        self.take(PLACES).await
    }

    async fn take(&self, places: u32) -> Place<'_> {
        Place {
            // Err means that it was closed, which nobody does.
            _places: self.places.acquire_many(places).await.ok(),
            limit: self.limit,
        }
    }
}

/// The right to read one document.
#[derive(Debug)]
pub(super) struct Place<'a> {
    _places: Option<SemaphorePermit<'a>>,
    limit: Duration,
}

impl Place<'_> {
    /// Reads.
    ///
    /// # Errors
    /// [`Failure::Panicked`] and [`Failure::TooSlow`].
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        match timeout(self.limit, tokio::task::spawn_blocking(work)).await {
            Ok(Ok(read)) => Ok(read),
            Ok(Err(_)) => Err(Failure::Panicked),
            Err(_) => Err(Failure::TooSlow { limit: self.limit }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn a_document_that_takes_too_long_or_panics_gives_its_place_to_the_next() {
        let desk = Desk::within(Duration::from_millis(20));
        let (end, ended) = mpsc::channel::<()>();
        let stuck = desk.alone().await.read(move || ended.recv()).await;
        assert!(matches!(stuck, Err(Failure::TooSlow { .. })));
        let desk = Desk {
            limit: LIMIT,
            ..desk
        };
        let panicked = desk.alone().await.read(|| panic!("hostile")).await;
        assert!(matches!(panicked, Err(Failure::Panicked)));
        assert_eq!(desk.alone().await.read(|| 7).await.unwrap(), 7);
        drop(end);
    }

    #[tokio::test]
    async fn large_documents_are_read_one_after_the_other_and_small_ones_together() {
        let desk = Desk::new();
        let large = desk.place(5 << 20).await;
        assert_eq!(desk.places.available_permits(), 2);
        let small = desk.place(100).await;
        assert_eq!(desk.places.available_permits(), 1);
        drop((large, small));
        let _beyond_any_cap = desk.place(usize::MAX).await;
        assert_eq!(desk.places.available_permits(), 0);
    }
}
