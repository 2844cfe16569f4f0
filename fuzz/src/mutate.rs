//! Seeded mutations for the smoke run on stable Rust.
//!
//! This is no replacement for coverage-guided fuzzing; it keeps the corpora alive and finds the
//! shallow faults in each run of CI, the same ones each time.

/// SplitMix64 (Steele, Lea and Flood 2014), good enough to pick bytes with.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A sequence that depends on the seed alone.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`; 0 when `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        let n = u64::try_from(n).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % n).unwrap_or(0)
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }
}

/// Bytes that mean something to one parser or another.
const TELLING: &[&[u8]] = &[
    b"\"",
    b"\"\"",
    b"\n",
    b"\r\n",
    b"\r",
    b",",
    b";",
    b"\t",
    b"|",
    b"\0",
    b"=",
    b"[",
    b"]",
    b"[[",
    b"+",
    b" ",
    b"-",
    b"0",
    b"99999999999999999999",
    b"1e999",
    b"nan",
    b"*",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\x81\x30\x81\x30",
    b"\xf0\x9f\x92\xa7",
    b"\xe2\x80\x94 ",
    b"{",
    b"}",
    b"null",
];

/// Changes one bit of one byte; the result always differs.
pub fn flip(seed: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    let at = random.below(bytes.len());
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << random.below(8);
    }
    bytes
}

/// Makes one to four changes: bits, bytes, pieces cut out, doubled, cut off, put in from another
/// seed or from a list of telling bytes.
pub fn mutate(seed: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        let end = at + random.below((bytes.len() - at).min(64) + 1);
        match random.below(7) {
            0 => bytes = flip(&bytes, random),
            1 => bytes.insert(at, random.byte()),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            4 => bytes.truncate(at),
            5 => {
                let from = random.below(other.len() + 1);
                let to = from + random.below((other.len() - from).min(256) + 1);
                bytes.splice(at..at, other[from..to].iter().copied());
            }
            _ => {
                let piece = TELLING[random.below(TELLING.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flip_changes_exactly_one_byte() {
        let seed = [0_u8; 40];
        let mut random = Random::new(1);
        for _ in 0..200 {
            let flipped = flip(&seed, &mut random);
            assert_eq!(flipped.iter().filter(|b| **b != 0).count(), 1);
        }
    }

    #[test]
    fn a_seed_gives_the_same_mutations_again() {
        let run = |seed| {
            let mut random = Random::new(seed);
            (0..100).map(|_| mutate(b"abc,def\n", b"xyz", &mut random)).collect::<Vec<_>>()
        };
        assert_eq!(run(5), run(5));
        assert_ne!(run(5), run(6));
    }
}
