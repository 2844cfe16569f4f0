//! Whom the adversary aims at.

use weir_types::attack::Unit;

use super::Scene;
use super::meaning::Meanings;
use super::side::Side;

/// A person (or a row) that is aimed at.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// What is known: codes of the known columns, by row.
    pub(super) rows: Vec<Vec<u32>>,
    /// What is to be told: the different codes of each secret column, in the codes of the side
    /// that the truth was read from.
    pub(super) secrets: Vec<Vec<u32>>,
}

/// People who are not in the original, with what their values may have become.
pub(super) struct Strangers {
    pub(super) targets: Vec<Target>,
    pub(super) fits: Vec<Meanings>,
    /// Whether their secrets are known, so that inference can be checked on them.
    pub(super) with_secrets: bool,
}

impl Scene<'_> {
    /// Targets drawn from the people of a side: all of them where they are few.
    pub(super) fn people_of(&self, side: &Side, draw: &mut Draw) -> Vec<Target> {
        let all = side.records.people();
        let attempts = self.options.attempts;
        let mut ends = Vec::with_capacity(side.records.len());
        let mut sum = 0;
        for (_, people) in side.records.iter() {
            sum += u64::from(people);
            ends.push(sum);
        }
        let person_at = |person: u64, draw: &mut Draw| {
            let record = ends.partition_point(|end| *end <= person);
            self.target(side, side.records.members(record), draw)
        };
        if all <= attempts {
            return (0..all).map(|person| person_at(person, draw)).collect();
        }
        (0..attempts)
            .map(|_| {
                let person = draw.below(all);
                person_at(person, draw)
            })
            .collect()
    }

    fn target(&self, side: &Side, members: &[u32], draw: &mut Draw) -> Target {
        let n_known = self.options.known.len();
        // Where the release does not tie rows, one row of the person is looked for at a time.
        let members = match self.unit {
            Unit::Person => members,
            Unit::Row => {
                let at = draw.below(members.len() as u64) as usize;
                &members[at..=at]
            }
        };
        let rows = members.iter().map(|row| side.rows[*row as usize][..n_known].to_vec());
        let mut codes = Vec::new();
        let secrets = (n_known..side.n_columns()).map(|column| {
            side.codes_of(members, column, &mut codes);
            codes.clone()
        });
        Target { rows: rows.collect(), secrets: secrets.collect() }
    }

    /// People of an auxiliary table: those of the original, with its secrets, and the others.
    pub(super) fn known_from(
        &self,
        auxiliary: &Side,
        draw: &mut Draw,
    ) -> (Vec<Target>, Vec<Target>) {
        let original = self.sides.original;
        let (mut shared, mut others) = (Vec::new(), Vec::new());
        for (person, record) in &auxiliary.people {
            let known = self.target(auxiliary, auxiliary.records.members(*record as usize), draw);
            match original.record_of(*person) {
                None => others.push(known),
                Some(record) => {
                    let whole = self.target(original, original.records.members(record), draw);
                    shared.push(Target { rows: known.rows, secrets: whole.secrets });
                }
            }
        }
        for targets in [&mut shared, &mut others] {
            draw.some(targets, self.options.attempts);
        }
        (shared, others)
    }

    /// The control group: a table, or those of the auxiliary table who are not in the original.
    pub(super) fn control(
        &self,
        draw: &mut Draw,
        strangers: Option<Vec<Target>>,
        fits: &[Meanings],
    ) -> Option<Strangers> {
        if let Some(control) = self.sides.control {
            return Some(Strangers {
                targets: self.people_of(control, draw),
                fits: self.meanings_of(control),
                with_secrets: true,
            });
        }
        let targets = strangers?;
        Some(Strangers { targets, fits: fits.to_vec(), with_secrets: false })
    }
}

/// Draws by a seed: SplitMix64 (Steele, Lea and Flood 2014), enough to choose targets.
#[derive(Debug)]
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`, which is above 0.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(n)) >> 64) as u64
    }

    /// Leaves at most `most` of the items, any of them with the same chance.
    pub(crate) fn some<T>(&mut self, items: &mut Vec<T>, most: u64) {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        if items.len() <= most {
            return;
        }
        for at in 0..most {
            let other = at + self.below((items.len() - at) as u64) as usize;
            items.swap(at, other);
        }
        items.truncate(most);
    }

    /// Puts the items in an order of which any is as likely (Fisher and Yates 1938).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            let other = self.below(at as u64 + 1) as usize;
            items.swap(at, other);
        }
    }
}
