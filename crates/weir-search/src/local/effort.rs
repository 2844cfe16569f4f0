//! How hard is tried, by the size of the table.
//!
//! Every step looks at a fixed number of things for each unit. These numbers fall with the units,
//! so that small tables are gone through thoroughly and large ones in a time that grows about as
//! their units do.

/// Numbers of things that are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Effort {
    /// Rounds of refining; later ones find next to nothing.
    pub(super) rounds: usize,
    /// Sequences of columns by which classes are sorted.
    pub(super) sequences: usize,
    /// Classes looked at on each side of a unit in every order.
    pub(super) reach: usize,
    /// Members of a class that is dissolved, or whose units move, at most.
    pub(super) small: usize,
    /// Members of two classes that are divided anew, at most.
    pub(super) pair: usize,
    /// Classes that a class is divided anew with.
    pub(super) partners: usize,
    /// Visits of a unit that trials of other weights may take.
    pub(super) trials: u64,
    /// Starts that are refined.
    pub(super) starts: usize,
    /// Times that classes are dissolved for others that are split, where a model of all classes
    /// leaves something to spare.
    pub(super) exchanges: usize,
}

/// Looks at neighbours that are spread over the units of a table.
const LOOKS: usize = 240_000;

impl Effort {
    pub(super) fn of(units: usize) -> Self {
        let share = LOOKS / units.max(1);
        Self {
            rounds: (share / 3).clamp(2, 12),
            sequences: share.clamp(6, 24),
            reach: share.clamp(6, 32),
            small: (28 + share).clamp(32, 64),
            pair: (8 + share).clamp(14, 36),
            partners: (share / 6).clamp(1, 5),
            trials: 12_000_000,
            starts: (share / 40).clamp(1, 4),
            exchanges: (share / 4).clamp(2, 24),
        }
    }
}
