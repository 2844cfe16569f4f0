use proptest::prelude::*;

use super::super::mechanism::tests::words;
use super::*;
use crate::table::{Column, Level, Tuples};

/// Two columns of four values and three levels each: single values, pairs, all.
fn table(counts: &[u32; 16]) -> Table {
    let level = |groups: [u32; 4], loss: &[f64]| Level { groups: groups.into(), loss: loss.into() };
    let column = Column {
        levels: vec![
            level([0, 1, 2, 3], &[0.0; 4]),
            level([0, 0, 1, 1], &[1.0 / 3.0; 2]),
            level([0; 4], &[1.0]),
        ],
        domain: 4.0,
        weight: 1.0,
    };
    let present: Vec<u16> = (0..16).filter(|t| counts[usize::from(*t)] > 0).collect();
    let counts = present.iter().map(|t| counts[usize::from(*t)]).collect();
    let place = |shift| Place { word: 0, shift, bits: 2 };
    Table {
        columns: vec![column.clone(), column],
        tuples: Tuples { words: vec![present], places: vec![place(0), place(2)] },
        people: People::Rows { counts, population: None },
        sensitive: Vec::new(),
    }
}

fn scores(table: &Table, k: u64) -> Vec<(Vec<usize>, i128)> {
    let scorer = Scorer::new(table, k).unwrap();
    all(&[2, 2]).unwrap().into_iter().map(|l| (l.clone(), scorer.score(&l).unwrap())).collect()
}

#[test]
fn scores_are_the_shares_that_cells_cover() {
    let mut counts = [0; 16];
    (counts[0], counts[1], counts[5]) = (3, 1, 2);
    let whole = WHOLE as i128;
    let of = |k: u64, levels: &[usize]| {
        scores(&table(&counts), k).into_iter().find(|(l, _)| l == levels).unwrap().1
    };
    // Nobody is left out: a quarter for each cell of six people.
    assert_eq!(of(1, &[0, 0]), -6 * 2 * whole / 4);
    // Classes of 3, 1 and 2 people: one person is left out in full.
    assert_eq!(of(2, &[0, 0]), -(5 * 2 * whole / 4 + 2 * whole));
    // Halves in the first column: one class of six? no, 4 and 2, by the second column.
    assert_eq!(of(3, &[1, 0]), -(4 * (whole / 2 + whole / 4) + 2 * 2 * whole));
    assert_eq!(of(7, &[2, 2]), of(1, &[2, 2]));
    assert_eq!(of(1, &[2, 2]), -6 * 2 * whole);
}

proptest! {
    /// One person more changes no score by more than is stated: what the privacy hangs on.
    #[test]
    fn no_person_changes_a_score_by_more_than_the_sensitivity(
        counts in prop::array::uniform16(0_u32..6),
        who in 0_usize..16,
        k in 1_u64..9,
    ) {
        let before = table(&counts);
        let mut more = counts;
        more[who] += 1;
        let after = table(&more);
        let most = Scorer::new(&before, k).unwrap().sensitivity();
        for (a, b) in scores(&before, k).iter().zip(scores(&after, k)) {
            prop_assert!((a.1 - b.1).unsigned_abs() <= most, "{:?}", a.0);
        }
    }
}

/// The bound is reached, so that nothing smaller would do.
#[test]
fn the_sensitivity_is_reached_where_a_class_comes_to_be() {
    let mut counts = [0; 16];
    counts[0] = 4;
    let before = scores(&table(&counts), 5);
    counts[0] = 5;
    let after = scores(&table(&counts), 5);
    let gain = after[0].1 - before[0].1;
    let cells = 5 * 2 * (WHOLE as i128) / 4;
    assert_eq!(gain, 4 * 2 * WHOLE as i128 - cells);
}

const DRAWS: u32 = 6_000;

/// Levels are drawn in the ratio of the mechanism. 5 standard deviations on nine counts: a right
/// sampler fails with α below 6·10⁻⁶, and the seed is fixed.
#[test]
fn levels_are_drawn_in_the_ratio_of_the_mechanism() {
    let mut counts = [0; 16];
    (counts[0], counts[1], counts[5], counts[10]) = (9, 6, 4, 8);
    let table = table(&counts);
    let budget = Budget { epsilon: 2.0, steps: 0, k: 3 };
    let sensitivity = Scorer::new(&table, 3).unwrap().sensitivity() as f64;
    let scores = scores(&table, 3);
    let weight = |score: i128| (2.0 * score as f64 / (2.0 * sensitivity)).exp();
    let total: f64 = scores.iter().map(|(_, score)| weight(*score)).sum();
    let mut source = words(7);
    let mut seen: BTreeMap<Vec<usize>, u32> = BTreeMap::new();
    for _ in 0..DRAWS {
        let choice = choose_levels(&table, &budget, &mut source).unwrap();
        assert_eq!(choice.scored, 9);
        *seen.entry(choice.levels).or_default() += 1;
    }
    let chance = |of: f64| weight(scores[0].1) / total * of;
    assert!(chance(1.0) > 0.15, "the test tells the levels apart: {}", chance(1.0));
    for (levels, score) in &scores {
        let p = weight(*score) / total;
        let n = f64::from(DRAWS);
        let count = f64::from(seen.get(levels).copied().unwrap_or(0));
        let off = (count - n * p).abs() / (n * p * (1.0 - p)).sqrt();
        assert!(off <= 5.0, "{levels:?}: {count} for {}", n * p);
    }
}

/// With much of ε the walk finds the best combination; its draws all lie in the lattice.
#[test]
fn steps_go_down_from_the_top() {
    let mut counts = [0; 16];
    counts.iter_mut().for_each(|n| *n = 40);
    let table = table(&counts);
    let best = scores(&table, 5).into_iter().max_by_key(|(_, score)| *score).unwrap().0;
    assert_eq!(best, [0, 0]);
    let budget = Budget { epsilon: 500.0, steps: 4, k: 5 };
    let choice = choose_levels(&table, &budget, &mut words(3)).unwrap();
    assert_eq!(choice.levels, best);
    let one = Budget { epsilon: 500.0, steps: 1, k: 5 };
    let choice = choose_levels(&table, &one, &mut words(3)).unwrap();
    assert_eq!(choice.scored, 3);
    // More steps than there are combinations end by themselves.
    let many = Budget { epsilon: 1.0, steps: 100, k: 5 };
    assert_eq!(choose_levels(&table, &many, &mut words(3)).unwrap().scored, 9);
}

#[test]
fn what_cannot_be_chosen_is_refused() {
    let mut table = table(&[1; 16]);
    let budget = Budget { epsilon: 1.0, steps: 0, k: 2 };
    for epsilon in [0.0, -1.0, 1e-13, f64::INFINITY, f64::NAN] {
        let odd = Budget { epsilon, ..budget };
        assert_eq!(choose_levels(&table, &odd, &mut words(1)), Err(NoChoice::Epsilon));
    }
    assert!(matches!(all(&[9; 6]), Err(NoChoice::TooMany { combinations: 1_000_000, .. })));
    table.people =
        People::Records { offsets: vec![0, 1], members: vec![0], people: vec![1], linked: true };
    assert_eq!(choose_levels(&table, &budget, &mut words(1)), Err(NoChoice::Form));
}
