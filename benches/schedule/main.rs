//! What schedules cost and what they miss: two simulated days over 300 feeds, the same for all.
//!
//! `cargo bench --bench schedule` prints the table. It is the same at each run: all chance comes
//! from seeds. "Passed unseen" are entries that had left their document before a poll came.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod simulation;

use std::time::Duration;

use rawi::schedule::words;
use simulation::{Figures, Policy, run, world};

/// The table is over all of these worlds, so that no schedule is lucky.
const SEEDS: [u64; 5] = [1, 2, 3, 4, 5];

fn main() {
    let minutes = |count: u64| Duration::from_secs(count * 60);
    let policies = [
        ("fixed 15 min", Policy::Fixed(minutes(15))),
        ("fixed 30 min", Policy::Fixed(minutes(30))),
        (
            "fixed 60 min (Miniflux round_robin, FreshRSS, Nextcloud News)",
            Policy::Fixed(minutes(60)),
        ),
        (
            "Miniflux entry_frequency",
            Policy::EntryFrequency(minutes(60)),
        ),
        (
            "Miniflux entry_frequency, POLLING_FREQUENCY=5",
            Policy::EntryFrequency(minutes(5)),
        ),
        ("rawi, floor = \"15m\"", Policy::Adaptive(minutes(15))),
        ("rawi, floor = \"30m\"", Policy::Adaptive(minutes(30))),
        (
            "rawi, floor = \"60m\" (default)",
            Policy::Adaptive(minutes(60)),
        ),
    ];
    println!("300 feeds, 2 days, mean of {} worlds", SEEDS.len());
    println!(
        "| schedule | requests | of fixed 15 min | 304 | entries found | passed unseen | mean wait | turnovers |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    let mut yardstick = None;
    for (name, policy) in policies {
        let worlds = SEEDS.map(|seed| run(&world(seed, 1), policy, seed));
        let mean =
            |of: fn(&Figures) -> u64| worlds.iter().map(of).sum::<u64>() / SEEDS.len() as u64;
        let requests = mean(|figures| figures.requests);
        let yardstick = *yardstick.get_or_insert(requests);
        println!(
            "| {name} | {requests} | {} % | {} | {} | {} | {} | {} |",
            requests * 100 / yardstick,
            mean(|figures| figures.not_modified),
            mean(|figures| figures.seen),
            mean(|figures| figures.unseen),
            words(Duration::from_secs(mean(|figures| figures
                .mean_wait()
                .as_secs()))),
            mean(|figures| figures.turnovers),
        );
    }
}
