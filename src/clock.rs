//! The one source of time.
//!
//! A [`Clock`] is the system's, or a manual one that a test holds. Pure code never sees it: it
//! takes `now` as an argument. Concrete, not a trait: there will be no third kind.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;

/// Tells the time and waits for it.
#[derive(Debug, Clone)]
pub struct Clock(Kind);

#[derive(Debug, Clone)]
enum Kind {
    System,
    Manual(Arc<watch::Sender<DateTime<Utc>>>),
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(Kind::System)
    }

    /// A clock that stands at `now` until [`Clock::advance`] moves it. Clones share the hand.
    pub fn manual(now: DateTime<Utc>) -> Self {
        Self(Kind::Manual(Arc::new(watch::Sender::new(now))))
    }

    /// The current time.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the system's time"
    )]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Kind::System => Utc::now(),
            Kind::Manual(hand) => *hand.borrow(),
        }
    }

    /// Moves a manual clock forward and wakes those who wait for it; the system's stays as it is.
    pub fn advance(&self, by: Duration) {
        if let Kind::Manual(hand) = &self.0 {
            hand.send_modify(|now| *now += by);
        }
    }

    /// Waits until the clock shows `deadline` or later.
    ///
    /// The system's clock is looked at again at least once a minute, so that a jump of the wall
    /// clock or a suspended machine delays nobody by more than that.
    pub async fn sleep_until(&self, deadline: DateTime<Utc>) {
        match &self.0 {
            Kind::System => loop {
                let Ok(left) = (deadline - self.now()).to_std() else {
                    return;
                };
                if left.is_zero() {
                    return;
                }
                tokio::time::sleep(left.min(Duration::from_secs(60))).await;
            },
            Kind::Manual(hand) => {
                let mut seen = hand.subscribe();
                // Err means that the sender is gone, and this clock holds it.
                let _ = seen.wait_for(|now| *now >= deadline).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_manual_clock_wakes_its_sleepers_when_it_is_advanced() {
        let clock = Clock::manual(DateTime::UNIX_EPOCH);
        let deadline = clock.now() + Duration::from_secs(60);
        let sleeper = clock.sleep_until(deadline);
        tokio::pin!(sleeper);
        tokio::select! {
            biased;
            () = &mut sleeper => panic!("woke before its time"),
            () = std::future::ready(()) => {}
        }
        clock.advance(Duration::from_secs(61));
        sleeper.await;
        assert!(clock.now() > deadline);
    }
}
