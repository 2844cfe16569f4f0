//! Held against all sets, and against a solver of linear programs that nobody here wrote.

use good_lp::{
    Expression, ProblemVariables, ResolutionError, Solution as _, SolverModel as _, constraint,
    microlp, variable,
};
use proptest::prelude::*;

use super::{Item, Problem, Stance, Unsolvable, solve};

fn all_sets(problem: &Problem) -> Option<(f64, Vec<bool>)> {
    let n = problem.items.len();
    let set = |bits: u32| (0..n).map(|at| bits >> at & 1 == 1).collect::<Vec<bool>>();
    (0..1_u32 << n)
        .filter_map(|bits| problem.value(&set(bits)).map(|value| (value, set(bits))))
        .min_by(|a, b| a.0.total_cmp(&b.0))
}

fn item(n_threats: usize, n: usize) -> impl Strategy<Value = Item> {
    let effect = prop_oneof![Just(0.0), 0.05_f64..0.9];
    (
        prop_oneof![Just(0.0), 1.0_f64..20_000.0],
        proptest::collection::vec(effect, n_threats),
        prop_oneof![6 => Just(Stance::Free), 1 => Just(Stance::Must), 1 => Just(Stance::Never)],
        proptest::collection::vec(0..n, 0..2),
        proptest::collection::vec(0..n, 0..2),
    )
        .prop_map(|(cost, effects, stance, requires, excludes)| Item {
            cost,
            effects,
            stance,
            requires,
            excludes,
        })
}

fn problem(loss: f64) -> impl Strategy<Value = Problem> {
    (1_usize..5, 1_usize..11).prop_flat_map(move |(threats, n)| {
        let ceiling = || proptest::option::weighted(0.4, 0.05_f64..1.0);
        (
            proptest::collection::vec(item(threats, n), n),
            proptest::collection::vec(0.2 * loss..loss, threats),
            proptest::collection::vec(ceiling(), threats),
            ceiling(),
            prop_oneof![Just(0.0), Just(0.05)],
        )
            .prop_map(move |(mut items, losses, shares, share, floor)| {
                for (at, item) in items.iter_mut().enumerate() {
                    // Prerequisites come earlier, so that there is no cycle; what is excluded is
                    // excluded from both sides, as the table of measures has it.
                    item.requires.retain(|r| *r < at);
                    let needed = item.requires.clone();
                    item.excludes.retain(|e| *e < at && !needed.contains(e));
                }
                let pairs: Vec<(usize, usize)> = (0..items.len())
                    .flat_map(|at| items[at].excludes.clone().into_iter().map(move |e| (e, at)))
                    .collect();
                for (other, at) in pairs {
                    items[other].excludes.push(at);
                }
                let all: f64 = losses.iter().sum();
                let ceilings =
                    losses.iter().zip(shares).map(|(loss, s)| s.map(|s| s * loss)).collect();
                Problem { items, ceilings, ceiling: share.map(|s| s * all), losses, floor }
            })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_cheapest_of_all_sets_is_found(problem in problem(100_000.0)) {
        match (solve(&problem), all_sets(&problem)) {
            (Ok(solved), Some((least, _))) => {
                prop_assert!((solved.total - least).abs() <= 1e-9 * least.max(1.0));
                prop_assert_eq!(problem.value(&solved.taken), Some(solved.total));
            }
            (Err(_), None) => {}
            (solved, sets) => prop_assert!(false, "{solved:?}, {sets:?}"),
        }
    }

    /// With next to nothing to lose, only the ceilings ask for measures, and these are linear in
    /// logarithms.
    #[test]
    fn ceilings_are_met_as_cheaply_as_an_integer_program_does(mut problem in problem(1e-6)) {
        problem.floor = 0.0;
        problem.ceiling = None;
        match (solve(&problem), cover(&problem)) {
            (Ok(solved), Ok(least)) => {
                let cost = solved.total - solved.left.iter().sum::<f64>();
                prop_assert!((cost - least).abs() <= 1e-4 * least.max(1.0), "{cost} {least}");
            }
            (Err(_), Err(ResolutionError::Infeasible)) => {}
            (solved, other) => prop_assert!(false, "{solved:?}, {other:?}"),
        }
    }
}

/// The least cost of meeting the ceilings of single losses, by microlp.
fn cover(problem: &Problem) -> Result<f64, ResolutionError> {
    let mut variables = ProblemVariables::new();
    let x: Vec<_> = problem.items.iter().map(|_| variables.add(variable().binary())).collect();
    let cost: Expression = x.iter().zip(&problem.items).map(|(x, item)| *x * item.cost).sum();
    let mut model = variables.minimise(cost.clone()).using(microlp);
    for (at, item) in problem.items.iter().enumerate() {
        match item.stance {
            Stance::Free => {}
            Stance::Must => model = model.with(constraint!(x[at] >= 1.0)),
            Stance::Never => model = model.with(constraint!(x[at] <= 0.0)),
        }
        for needed in &item.requires {
            model = model.with(constraint!(x[at] <= x[*needed]));
        }
        for other in &item.excludes {
            model = model.with(constraint!(x[at] + x[*other] <= 1.0));
        }
    }
    for (threat, ceiling) in problem.ceilings.iter().enumerate() {
        let Some(ceiling) = ceiling else { continue };
        let lowered: Expression = x
            .iter()
            .zip(&problem.items)
            .map(|(x, item)| *x * -(1.0 - item.effects[threat]).ln())
            .sum();
        let asked = (problem.losses[threat] / ceiling).ln();
        model = model.with(constraint!(lowered >= asked));
    }
    Ok(model.solve()?.eval(cost))
}

fn free(cost: f64, effects: Vec<f64>) -> Item {
    Item { cost, effects, stance: Stance::Free, requires: Vec::new(), excludes: Vec::new() }
}

fn plain(items: Vec<Item>, losses: Vec<f64>) -> Problem {
    let ceilings = vec![None; losses.len()];
    Problem { items, losses, ceilings, ceiling: None, floor: 0.0 }
}

#[test]
fn a_measure_is_taken_where_it_saves_more_than_it_costs() {
    let problem = plain(vec![free(9.0, vec![0.1]), free(11.0, vec![0.1])], vec![100.0]);
    let solved = solve(&problem).unwrap();
    assert_eq!(solved.taken, [true, false]);
    assert!((solved.total - 99.0).abs() < 1e-9 && (solved.left[0] - 90.0).abs() < 1e-9);
}

#[test]
fn what_has_to_be_taken_brings_what_it_needs() {
    let mut audit = free(5.0, vec![0.0]);
    audit.stance = Stance::Must;
    audit.requires = vec![1];
    let problem = plain(vec![audit, free(3.0, vec![0.0])], vec![1.0]);
    assert_eq!(solve(&problem).unwrap().taken, [true, true]);
}

#[test]
fn without_a_set_the_reason_is_given() {
    let mut problem = plain(vec![free(1.0, vec![0.5])], vec![100.0]);
    problem.ceilings = vec![Some(20.0)];
    let expected = Unsolvable::Ceiling { threat: Some(0), least: 50.0 };
    assert_eq!(solve(&problem), Err(expected));

    let mut a = free(1.0, vec![0.0]);
    a.stance = Stance::Must;
    let mut b = a.clone();
    a.excludes = vec![1];
    b.excludes = vec![0];
    assert_eq!(solve(&plain(vec![a, b], vec![1.0])), Err(Unsolvable::Exclude(0, 1)));
}

#[test]
fn forty_measures_are_settled_by_bounds() {
    let items = (0..40)
        .map(|at| {
            let effect = |threat: usize| 0.02 * f64::from((at * 7 + threat as u32 * 3) % 11);
            free(200.0 + 137.0 * f64::from(at % 13), (0..5).map(effect).collect())
        })
        .collect();
    let solved = solve(&plain(items, vec![30_000.0, 20_000.0, 10_000.0, 5_000.0, 2_000.0]));
    let nodes = solved.unwrap().nodes;
    assert!(nodes < 100_000, "{nodes}");
}
