//! Years in the spellings of dates.

/// The year that a spelled date holds: the first four digits together from 1800 to 2099.
pub(crate) fn year_in(text: &str) -> Option<i32> {
    text.as_bytes().windows(4).find_map(|digits| {
        let year = std::str::from_utf8(digits).ok()?.parse().ok()?;
        (1800..2100).contains(&year).then_some(year)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_found_in_every_spelling() {
        for text in ["1969-01-05", "5/1/1969", "19690105", "1969年1月5日", "Jan 5, 1969"] {
            assert_eq!(year_in(text), Some(1969), "{text}");
        }
        assert_eq!(year_in("05/01/69"), None);
    }
}
