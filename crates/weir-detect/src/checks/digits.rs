//! Digits and weighted sums.

/// The digits of a text of exactly `N` decimal digits.
pub(super) fn exactly<const N: usize>(text: &str) -> Option<[u32; N]> {
    let bytes: &[u8; N] = text.as_bytes().try_into().ok()?;
    let mut digits = [0; N];
    for (digit, byte) in digits.iter_mut().zip(bytes) {
        *digit = char::from(*byte).to_digit(10)?;
    }
    Some(digits)
}

/// The sum of digits by weights; the shorter of the two decides how many.
pub(super) fn dot(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// The number that digits write.
pub(super) fn number(digits: &[u32]) -> u64 {
    digits.iter().fold(0, |sum, digit| sum * 10 + u64::from(*digit))
}

/// Whether all digits are the same: such numbers pass many checks and belong to nobody.
pub(super) fn all_equal(digits: &[u32]) -> bool {
    digits.windows(2).all(|pair| pair[0] == pair[1])
}

/// The remainder of a number of any length by 97, letters counting 10 to 35 (ISO 7064 MOD 97-10).
pub(super) fn remainder_97(characters: impl Iterator<Item = char>) -> Option<u32> {
    characters.into_iter().try_fold(0, |rest, c| {
        let value = c.to_digit(36)?;
        Some((rest * if value > 9 { 100 } else { 10 } + value) % 97)
    })
}
