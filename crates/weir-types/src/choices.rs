//! Other combinations of levels that could have been released, for comparing.

use serde::{Deserialize, Serialize};

use crate::model::QualityModel;

/// Combinations of levels beside the one that was taken, measured on the counts of the source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choices {
    /// What scores are measured by; lower is better.
    pub quality: QualityModel,
    /// The quasi-identifiers that levels belong to, in order.
    pub columns: Vec<String>,
    /// Number of levels of each column.
    pub levels: Vec<usize>,
    /// The combination that was taken.
    pub chosen: Choice,
    /// The released classes, where they were recoded one by one after it.
    pub recoded: Option<Recoded>,
    /// By column, the combination with that column one level finer, where it has a finer level.
    pub finer: Vec<Option<Choice>>,
    /// By column, the combination with that column one level coarser, where it has one.
    pub coarser: Vec<Option<Choice>>,
    /// A sample of all others: some that the search measured, some drawn from the whole lattice.
    pub others: Vec<Choice>,
    /// The same search for other least sizes of a class, where that was asked for.
    pub by_k: Vec<AtK>,
}

/// One combination of levels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Level of each column.
    pub levels: Vec<usize>,
    /// By the quality model, with what it leaves out; lower is better.
    pub score: f64,
    /// Whether it leaves out no more than may be.
    pub feasible: bool,
    /// People it leaves out; where rows are not linked, rows.
    pub suppressed: u64,
    /// Share (0 to 1) of the people, or rows, that it leaves out.
    pub suppressed_share: f64,
    /// Classes it keeps.
    pub classes: u64,
    /// People in the smallest of them; 0 where none is kept.
    pub smallest_class: u64,
    /// Mean chance to be right about a person who is kept: classes over people.
    pub risk: f64,
}

/// What recoding class by class came to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recoded {
    /// By the quality model; lower is better.
    pub score: f64,
    /// Mean chance to be right about a person who is kept.
    pub risk: f64,
}

/// A search for another least size of a class, all else being the same.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtK {
    /// Least number of people in a class.
    pub k: u64,
    /// What was found; `None` where nothing meets the models within the limit.
    pub found: Option<FoundAtK>,
}

/// The best combination for another least size of a class.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FoundAtK {
    /// By the quality model; lower is better.
    pub score: f64,
    /// Share (0 to 1) of the rows that are left out.
    pub suppressed_share: f64,
    /// Mean chance to be right about a person who is kept.
    pub risk: f64,
    /// Whether the score is proved to be the lowest.
    pub optimal: bool,
}

impl Choices {
    /// All combinations of single levels, the one that was taken first.
    pub fn all(&self) -> impl Iterator<Item = &Choice> {
        let near = self.finer.iter().chain(&self.coarser).flatten();
        std::iter::once(&self.chosen).chain(near).chain(&self.others)
    }

    /// The feasible combinations that no feasible one beats in both score and risk, by rising
    /// risk.
    pub fn front(&self) -> Vec<&Choice> {
        let mut feasible: Vec<&Choice> = self.all().filter(|choice| choice.feasible).collect();
        feasible.sort_by(|a, b| a.risk.total_cmp(&b.risk).then(a.score.total_cmp(&b.score)));
        let mut least = f64::INFINITY;
        feasible.retain(|choice| {
            let better = choice.score < least;
            least = least.min(choice.score);
            better
        });
        feasible
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(score: f64, risk: f64, feasible: bool) -> Choice {
        Choice {
            levels: vec![0],
            score,
            feasible,
            suppressed: 0,
            suppressed_share: 0.0,
            classes: 1,
            smallest_class: 5,
            risk,
        }
    }

    #[test]
    fn the_front_holds_what_nothing_feasible_beats() {
        let choices = Choices {
            quality: QualityModel::default(),
            columns: vec!["age".to_owned()],
            levels: vec![3],
            chosen: choice(0.3, 0.1, true),
            recoded: None,
            finer: vec![Some(choice(0.1, 0.4, false))],
            coarser: vec![Some(choice(0.5, 0.05, true))],
            others: vec![choice(0.6, 0.05, true), choice(0.4, 0.2, true), choice(0.3, 0.12, true)],
            by_k: Vec::new(),
        };
        let front: Vec<(f64, f64)> = choices.front().iter().map(|c| (c.risk, c.score)).collect();
        assert_eq!(front, [(0.05, 0.5), (0.1, 0.3)]);
    }
}
