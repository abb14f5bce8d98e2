//! Times that other work on the machine does not lengthen, as Linux tells them.

use std::fs;
use std::time::{Duration, Instant};

/// A moment of a thread.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamp {
    at: Instant,
    /// How many times the thread has been given a processor.
    turns: u64,
}

impl Stamp {
    /// Before what is timed.
    pub(crate) fn start() -> Self {
        let turns = turns();
        let at = Instant::now();
        Self { at, turns }
    }

    /// Behind what is timed.
    pub(crate) fn end() -> Self {
        let at = Instant::now();
        let turns = turns();
        Self { at, turns }
    }

    /// Microseconds between two moments; none if the thread did not have its processor all the time.
    pub(crate) fn until(self, end: Self) -> Option<f64> {
        (self.turns == end.turns).then(|| (end.at - self.at).as_secs_f64() * 1e6)
    }
}

fn turns() -> u64 {
    schedule("/proc/thread-self/schedstat").2
}

/// Microseconds that the writer's thread has worked until now, when it is idle.
pub(crate) async fn writers_time() -> f64 {
    let thread = fs::read_dir("/proc/self/task")
        .unwrap()
        .map(|task| task.unwrap().path())
        .find(|task| {
            fs::read_to_string(task.join("comm")).is_ok_and(|name| name.trim() == "rawi-writer")
        })
        .unwrap();
    let statistics = thread.join("schedstat");
    let mut before = None;
    loop {
        let now = schedule(statistics.to_str().unwrap());
        if before == Some(now) {
            return now.0 as f64 / 1e3;
        }
        before = Some(now);
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Nanoseconds on a processor, nanoseconds waiting for one, and turns.
fn schedule(file: &str) -> (u64, u64, u64) {
    let text = fs::read_to_string(file).unwrap();
    let mut numbers = text
        .split_whitespace()
        .map(|number| number.parse().unwrap());
    let mut next = || numbers.next().unwrap();
    (next(), next(), next())
}
