//! Random numbers that are the same on every machine and in every year.
//!
//! The generator is written out here, because a library may change its streams with a new
//! version, and then the committed examples could not be made again. It is xoshiro256** seeded
//! by SplitMix64 (Blackman and Vigna, *Scrambled linear pseudorandom number generators*, 2021).
//! Fit for examples; never for keys.

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub(crate) struct Random([u64; 4]);

impl Random {
    /// The stream that belongs to a seed.
    pub(crate) fn new(seed: u64) -> Self {
        let mut state = seed;
        Self(std::array::from_fn(|_| split_mix(&mut state)))
    }

    /// The next 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        let s = &mut self.0;
        let result = s[1].wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// A whole number from 0 to `end`, without `end`. Zero when `end` is zero.
    ///
    /// The product is not corrected for its bias, which is below `end` in 2^64.
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        let product = (u128::from(self.bits()) * u128::from(end)) >> 64;
        u32::try_from(product).expect("a product with a fraction of one is below its other factor")
    }

    /// Whether something happens that happens `n` times in a thousand.
    pub(crate) fn per_mille(&mut self, n: u32) -> bool {
        self.below(1000) < n
    }

    /// One of several, each equally likely.
    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.index(of.len())]
    }

    /// One of several, each as likely as its weight says.
    pub(crate) fn weighted<'a, T>(&mut self, of: &'a [(u32, T)]) -> &'a T {
        let mut left = self.below(of.iter().map(|(weight, _)| weight).sum());
        for (weight, item) in of {
            if left < *weight {
                return item;
            }
            left -= weight;
        }
        &of[of.len() - 1].1
    }

    /// A place in a list, the first ones far more likely, as sizes of firms and towns are.
    pub(crate) fn skewed(&mut self, len: usize) -> usize {
        let once = self.index(len);
        self.index(once + 1)
    }

    fn index(&mut self, len: usize) -> usize {
        self.below(u32::try_from(len).expect("the lists here are short")) as usize
    }
}

fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_streams_are_those_of_the_paper() {
        let mut state = 1_234_567;
        let first: [u64; 3] = std::array::from_fn(|_| split_mix(&mut state));
        assert_eq!(
            first,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
        let mut random = Random([1, 2, 3, 4]);
        let first: [u64; 4] = std::array::from_fn(|_| random.bits());
        assert_eq!(first, [11_520, 0, 1_509_978_240, 1_215_971_899_390_074_240]);
    }

    #[test]
    fn every_number_below_the_end_occurs_about_equally_often() {
        // 100,000 draws of six: the count of each has a standard deviation of 118, so a right
        // generator leaves five of them with a probability below one in a hundred thousand.
        let mut random = Random::new(1);
        let mut counts = [0_i64; 6];
        for _ in 0..100_000 {
            counts[random.below(6) as usize] += 1;
        }
        assert!(counts.iter().all(|count| (count - 16_667).abs() < 590), "{counts:?}");
    }

    #[test]
    fn weights_are_kept() {
        let mut random = Random::new(2);
        let of = [(0, 'a'), (3, 'b'), (1, 'c')];
        let drawn: Vec<char> = (0..4000).map(|_| *random.weighted(&of)).collect();
        let count = |c| drawn.iter().filter(|d| **d == c).count();
        assert_eq!(count('a'), 0);
        assert!((2850..3150).contains(&count('b')), "{}", count('b'));
    }
}
