//! Type packs: the descriptions of types, as TOML.
//!
//! The types that weir comes with are packs as well; `docs/types.md` describes every key.

mod error;
mod raw;

use std::ops::Range;

use regex_automata::nfa::thompson;
use weir_types::{Bilingual, Role};

use crate::catalogue::{Category, Forms};
use crate::checks::named::{self, Check};
use crate::lists::List;

pub use error::{Fault, PackError};

/// A pack of types that was read and checked.
#[derive(Debug)]
pub struct Pack {
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) types: Vec<TypeSpec>,
}

/// One type of a pack.
#[derive(Clone, Debug)]
pub(crate) struct TypeSpec {
    pub(crate) key: String,
    pub(crate) label: Bilingual,
    pub(crate) role: Role,
    pub(crate) category: Category,
    pub(crate) sensitive: bool,
    pub(crate) forms: Forms,
    /// Words of column names.
    pub(crate) names: Vec<String>,
    /// Patterns of whole values.
    pub(crate) patterns: Vec<String>,
    /// What a value looks like at least, for its column's name to be believed.
    pub(crate) loose: Option<String>,
    /// Characters that the check passes over.
    pub(crate) strip: String,
    pub(crate) check: Option<&'static Check>,
    /// Words in lower case that are values of the type.
    pub(crate) dictionary: Vec<String>,
    pub(crate) lists: Vec<List>,
    /// Ends of values.
    pub(crate) ends: Vec<String>,
    /// Characters of a value.
    pub(crate) length: Range<usize>,
    /// Share of random texts that pass: of those that fit a pattern where there is a check, of
    /// all of the length otherwise.
    pub(crate) chance: Option<f64>,
    /// How sure a column whose values all fit is of the type.
    pub(crate) confidence: Option<f64>,
    /// Whether the values outweigh a name that says otherwise.
    pub(crate) decides: bool,
    /// How sure it is where values have the shape and the check is no better than chance.
    pub(crate) unchecked: f64,
    /// Least share of values that must fit.
    pub(crate) least_share: f64,
    /// Least share of those of the shape that must pass the check.
    pub(crate) least_pass: f64,
    /// Least number of distinct values that must fit.
    pub(crate) least_values: usize,
    /// Distinct values beyond which a name is doubted.
    pub(crate) at_most_distinct: Option<u64>,
    /// Numbers outside of which a name is doubted.
    pub(crate) range: Option<(f64, f64)>,
    /// Rank among the candidates for the person key.
    pub(crate) person_key: Option<u8>,
    pub(crate) bears_out: Vec<String>,
    pub(crate) reads_as: Option<String>,
    pub(crate) masked: Option<String>,
    pub(crate) file: String,
    pub(crate) line: usize,
}

impl Pack {
    /// Reads a pack. `file` is the name that errors carry.
    ///
    /// Patterns are of the syntax of the `regex` crate, which has no look-around and no back
    /// references, so that matching takes time linear in the value whatever the pattern; the size
    /// of what a pattern compiles to is limited.
    ///
    /// # Errors
    ///
    /// The first fault, with its line: what is no TOML, an unknown key, a bad pattern, an unknown
    /// check or list, an example that does not match or a counterexample that does.
    pub fn parse(text: &str, file: &str) -> Result<Self, PackError> {
        raw::read(text, file, raw::Author::User)
    }

    /// The name that the pack gives itself.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The keys of its types, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.types.iter().map(|spec| spec.key.as_str())
    }

    /// The packs that weir comes with, in order.
    pub fn builtin() -> Vec<Self> {
        const TEXTS: [(&str, &str); 6] = [
            ("china.toml", include_str!("../packs/china.toml")),
            ("world.toml", include_str!("../packs/world.toml")),
            ("masked.toml", include_str!("../packs/masked.toml")),
            ("network.toml", include_str!("../packs/network.toml")),
            ("health.toml", include_str!("../packs/health.toml")),
            ("people.toml", include_str!("../packs/people.toml")),
        ];
        let read = |(file, text)| raw::read(text, file, raw::Author::Weir);
        TEXTS.map(read).map(|pack| pack.expect("tests read the packs")).into()
    }
}

impl TypeSpec {
    /// All patterns, those that stand for ends of values included; the first `self.patterns.len()`
    /// are the pack's own.
    pub(crate) fn all_patterns(&self) -> Vec<String> {
        let mut patterns = self.patterns.clone();
        if !self.ends.is_empty() {
            let ends: Vec<String> = self.ends.iter().map(|end| regex_syntax::escape(end)).collect();
            patterns
                .push(format!("[\\p{{Han}}A-Za-z0-9（）()、，,·.+/\\- ]*(?:{})", ends.join("|")));
        }
        patterns
    }

    /// Whether a text of the pattern passes the check, if there is one.
    pub(crate) fn passes(&self, text: &str, scratch: &mut String) -> bool {
        let Some(check) = self.check else { return true };
        let strip = self.strip.as_bytes();
        if strip.is_empty() || !text.bytes().any(|byte| strip.contains(&byte)) {
            return (check.run)(text);
        }
        scratch.clear();
        scratch.extend(text.chars().filter(|c| !self.strip.contains(*c)));
        (check.run)(scratch)
    }

    /// The share of random texts that pass.
    pub(crate) fn chance(&self) -> f64 {
        const WITHOUT_A_CHECK: f64 = 0.001;
        self.chance.or(self.check.map(|check| check.chance)).unwrap_or(WITHOUT_A_CHECK)
    }

    /// Whether it is told by words, not by what each value is made of.
    pub(crate) fn is_words(&self) -> bool {
        !(self.dictionary.is_empty() && self.lists.is_empty() && self.ends.is_empty())
    }

    /// Whether it is told by check digits, not by shape alone.
    pub(crate) fn is_checked(&self) -> bool {
        self.check.is_some_and(|check| check.digits) && self.confidence.is_none()
    }
}

/// Limits on what a pattern may compile to.
pub(crate) fn compiler() -> thompson::Config {
    const BYTES: usize = 4 << 20;
    thompson::Config::new()
        .nfa_size_limit(Some(BYTES))
        .which_captures(thompson::WhichCaptures::None)
}

/// The names of checks that a pack can use, with what each is.
pub fn check_names() -> impl Iterator<Item = &'static str> {
    named::ALL.iter().map(|check| check.name)
}

#[cfg(test)]
mod tests;
