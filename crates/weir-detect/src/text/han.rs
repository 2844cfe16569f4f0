//! What a Han character can begin, as one table that every character of a text passes.

use std::sync::OnceLock;

use super::lexicon::Lexicon;
use super::terms::Terms;

/// For each character of the basic plane, the readers that may begin at it.
#[derive(Debug)]
pub(super) struct Beginnings(Box<[Begins; 1 << 16]>);

/// Readers that may begin at a character.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Begins(u8);

impl Begins {
    /// A province on vehicle plates.
    pub(super) const PROVINCE: Self = Self(1);
    /// The end of the name of a street.
    pub(super) const STREET: Self = Self(2);
    /// A word of the lists.
    pub(super) const TERM: Self = Self(4);
    /// A surname, of one character or of two.
    pub(super) const SURNAME: Self = Self(8);

    #[inline]
    pub(super) fn nothing(self) -> bool {
        self.0 == 0
    }

    #[inline]
    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl Beginnings {
    /// That of the lists that weir comes with.
    pub(super) fn builtin() -> &'static Self {
        static TABLE: OnceLock<Beginnings> = OnceLock::new();
        TABLE.get_or_init(|| Self::of(Lexicon::builtin(), Terms::builtin()))
    }

    fn of(lexicon: &Lexicon, terms: &Terms) -> Self {
        let mut table = Box::new([Begins::default(); 1 << 16]);
        let mut add = |unit: u16, begins: Begins| table[usize::from(unit)].0 |= begins.0;
        let unit = |c: char| u16::try_from(u32::from(c)).unwrap_or(0);
        crate::checks::PROVINCES.chars().for_each(|c| add(unit(c), Begins::PROVINCE));
        super::places::STREET_ENDS.chars().for_each(|c| add(unit(c), Begins::STREET));
        terms.firsts().for_each(|c| add(c, Begins::TERM));
        lexicon.surnames().for_each(|c| add(c, Begins::SURNAME));
        Self(table)
    }

    /// What may begin at a character.
    #[inline]
    pub(super) fn at(&self, unit: u16) -> Begins {
        self.0[usize::from(unit)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_begin_what_the_lists_say() {
        let at = |c: char| Beginnings::builtin().at(u16::try_from(u32::from(c)).unwrap());
        assert!(at('京').has(Begins::PROVINCE) && at('路').has(Begins::STREET));
        assert!(at('电').has(Begins::TERM) && at('王').has(Begins::SURNAME));
        assert!(at('欧').has(Begins::SURNAME) && at('很').nothing());
    }
}
