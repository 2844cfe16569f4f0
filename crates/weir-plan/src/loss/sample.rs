//! Random numbers of a scenario, and the losses that they make.
//!
//! Each year of each scenario has a place of its own in the stream of a ChaCha generator, and so
//! has the size of each event. A result is thus the same whichever year is computed first.

use rand::rngs::ChaCha12Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Poisson};

use super::ScenarioTerms;
use super::pert::PertSampler;

/// Where the random numbers of one scenario come from.
#[derive(Debug)]
pub(super) struct Streams {
    events: ChaCha12Rng,
    sizes: ChaCha12Rng,
}

/// Blocks of 64 bytes that the events of a year have for themselves.
// INVARIANT: 4,096 blocks hold 32,768 numbers. An event takes one, and so many events do not come
// where `MOST_EVENTS` are expected at most.
const BLOCKS_OF_YEAR: u64 = 1 << 12;

/// Blocks that the size of one event has for itself, and events that have some in a year.
const BLOCKS_OF_EVENT: u64 = 1 << 4;
const EVENTS_OF_YEAR: u64 = 1 << 14;

impl Streams {
    /// The streams of the scenario `id`, or of the `same_id`-th further one of that name.
    pub(super) fn new(seed: u64, id: &str, same_id: u64) -> Self {
        let mut key = [0; 32];
        let parts = [seed, fnv1a(id.as_bytes()), same_id];
        for (place, part) in key.chunks_exact_mut(8).zip(parts) {
            place.copy_from_slice(&part.to_le_bytes());
        }
        let mut sizes = ChaCha12Rng::from_seed(key);
        sizes.set_stream(1);
        Self { events: ChaCha12Rng::from_seed(key), sizes }
    }

    fn events_of(&mut self, year: u64) -> &mut ChaCha12Rng {
        self.events.set_block_pos(year * BLOCKS_OF_YEAR);
        &mut self.events
    }

    fn size_of(&mut self, year: u64, event: u64) -> &mut ChaCha12Rng {
        self.sizes.set_block_pos((year * EVENTS_OF_YEAR + event) * BLOCKS_OF_EVENT);
        &mut self.sizes
    }
}

/// Adds a scenario's loss of each year to `totals`.
pub(super) fn add_scenario(totals: &mut [f64], streams: Streams, terms: &ScenarioTerms) {
    let rate = terms.events_per_year.sampler();
    let sizes = Sizes {
        primary: terms.primary.sampler(),
        secondary_chance: terms.secondary_chance,
        secondary: terms.secondary.sampler(),
    };
    let events = |random: &mut ChaCha12Rng| {
        let rate = rate.draw(random);
        poisson(rate, random)
    };
    add_years(totals, streams, events, terms.vulnerability, |random| sizes.draw(random));
}

/// Adds to each year the sizes of its loss events: `events` draws the number of threat events,
/// each of which becomes a loss event with chance `vulnerability` and then costs what `size` draws.
pub(super) fn add_years(
    totals: &mut [f64],
    mut streams: Streams,
    events: impl Fn(&mut ChaCha12Rng) -> u64,
    vulnerability: f64,
    size: impl Fn(&mut ChaCha12Rng) -> f64,
) {
    for (year, total) in (0..).zip(totals) {
        let n_events = events(streams.events_of(year));
        for event in 0..n_events {
            if streams.events.random::<f64>() < vulnerability {
                *total += size(streams.size_of(year, event));
            }
        }
    }
}

/// A number of events, where `rate` are expected.
pub(super) fn poisson(rate: f64, random: &mut ChaCha12Rng) -> u64 {
    // A rate of 0 has no distribution in the crate, and no events.
    let counts = Poisson::new(rate).ok().map(|poisson| poisson.sample(random));
    counts.map_or(0, |n: f64| n as u64)
}

/// What one loss event costs.
#[derive(Debug)]
struct Sizes {
    primary: PertSampler,
    secondary_chance: f64,
    secondary: PertSampler,
}

impl Sizes {
    fn draw(&self, random: &mut ChaCha12Rng) -> f64 {
        // Drawn first, so that it does not depend on how many numbers the primary loss took.
        let has_secondary = random.random::<f64>() < self.secondary_chance;
        let primary = self.primary.draw(random);
        if has_secondary { primary + self.secondary.draw(random) } else { primary }
    }
}

/// FNV-1a of 64 bits (Fowler, Noll, Vo; RFC 9923). Tells names apart; protects nothing.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
