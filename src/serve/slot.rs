//! The place of one rendering: made again only when the archive has changed, and then once.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::{Mutex, watch};
use tracing::warn;

use crate::serve::error::Error;
use crate::serve::rendering::Rendering;

/// Holds the newest rendering of one feed in one format.
#[derive(Default)]
pub(super) struct Slot {
    current: watch::Sender<Option<Arc<Rendering>>>,
    /// Held by the one request that renders; the others wait for what it makes.
    at_work: Mutex<()>,
}

impl Slot {
    /// The rendering for this revision of the archive, made by `render` if the last one is not.
    ///
    /// Where making it fails, the last one is given: an old feed is better than none.
    ///
    /// # Errors
    ///
    /// Making it failed, and there is no older one.
    pub(super) async fn get(
        &self,
        revision: u64,
        now: DateTime<Utc>,
        render: impl AsyncFnOnce() -> Result<Rendering, Error>,
    ) -> Result<Arc<Rendering>, Error> {
        if let Some(fresh) = self.fresh(revision, now) {
            return Ok(fresh);
        }
        let _at_work = self.at_work.lock().await;
        if let Some(fresh) = self.fresh(revision, now) {
            return Ok(fresh);
        }
        let last = self.current.borrow().clone();
        match (render().await, last) {
            (Ok(mut rendering), last) => {
                rendering.follow(last.as_deref(), now);
                let rendering = Arc::new(rendering);
                self.current.send_replace(Some(Arc::clone(&rendering)));
                Ok(rendering)
            }
            (Err(error), Some(last)) => {
                let reason = error.with_cause();
                warn!(
                    reason,
                    "a merged feed could not be rendered: the last one is served"
                );
                Ok(last)
            }
            (Err(error), None) => {
                let reason = error.with_cause();
                warn!(
                    reason,
                    "a merged feed could not be rendered, and there is no older one"
                );
                Err(error)
            }
        }
    }

    /// The rendering, if nothing that it shows can have changed. A later revision than the one
    /// that was asked for will do: the archive has moved on since the request began.
    fn fresh(&self, revision: u64, now: DateTime<Utc>) -> Option<Arc<Rendering>> {
        let current = self.current.borrow();
        current
            .as_ref()
            .filter(|rendering| rendering.is_fresh(revision, now))
            .cloned()
    }
}
