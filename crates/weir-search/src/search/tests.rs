use std::num::NonZeroU64;

use weir_types::{PrivacyModel, QualityModel, model::Attack};

use super::{
    NoSolution, Reached, SearchOptions, Solution,
    engine::{End, coarser},
    list::List,
    prepare::Prepared,
    search,
    strict::Ladder,
    walk::Pace,
};
use crate::{
    Goal, Table,
    differential::NoSample,
    evaluate::{axis::Axis, bands::Width, measure::Scratch, shape::Shape},
    goal::Model,
    table::{Column, Level, People, Place, Tuples},
};

/// Numbers as if at random (Knuth's MMIX generator).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// Columns of eight values in pairs, fours and one; or of two values.
pub(super) fn table(seed: u64, columns: usize, rows: usize) -> Table {
    let mut dice = Dice(seed);
    let level = |size: u32| {
        let groups: Vec<u32> = (0..8).map(|code| code / size).collect();
        let loss = f64::from(size - 1) / 7.0;
        Level { loss: vec![loss; 8 / size as usize], groups }
    };
    let column =
        Column { levels: [1, 2, 4, 8].into_iter().map(level).collect(), domain: 8.0, weight: 1.0 };
    let mut words = vec![vec![0u16; rows]; columns];
    for row in 0..rows {
        let like = dice.below(6);
        for (at, word) in words.iter_mut().enumerate() {
            let own = dice.below(4) == 0;
            let code = if own { dice.below(8) } else { (like + at as u64) % 8 };
            word[row] = u16::try_from(code).unwrap();
        }
    }
    let places = (0..columns).map(|word| Place { word, shift: 0, bits: 3 }).collect();
    let counts = (0..rows).map(|_| 1 + u32::try_from(dice.below(2)).unwrap()).collect();
    Table {
        columns: vec![column; columns],
        tuples: Tuples { words, places },
        people: People::Rows { counts, population: None },
        sensitive: Vec::new(),
    }
}

pub(super) fn goal(k: u64, suppress_at_most: f64, quality: QualityModel) -> Goal {
    let model = PrivacyModel::KAnonymity { k: NonZeroU64::new(k).unwrap() };
    Goal { models: vec![Model { model, sensitive: 0 }], quality, suppress_at_most }
}

/// The best node found by splitting parts, and by walking through the list: as usual, and with a
/// table of its own for nearly every node.
fn each_way(table: &Table, goal: &Goal) -> [(f64, Vec<usize>, End); 3] {
    let prepared = Prepared::new(table, goal).unwrap();
    let price = prepared.price();
    let narrow = Pace { few_tuples: 0, nodes: 1, stale_after: 1, at_once: 3, tuples_at_once: 0 };
    [None, Some(Pace::USUAL), Some(narrow)].map(|pace| {
        let mut engine = prepared.engine(&price, &SearchOptions::PLAIN);
        let finest = prepared.given().collapse(&prepared.axes, &engine.floors);
        let coarse = coarser(&prepared.axes, &finest);
        let top = engine.top();
        engine.measure(&finest, &top);
        let end = match pace {
            None => engine.split(&finest, &coarse),
            Some(pace) => {
                let order = engine.order();
                let shape = Shape::new(&order, &engine.floors, &top);
                engine.walk(&finest, &coarse, &mut List::new(shape, &price), pace)
            }
        };
        let best = engine.best.unwrap();
        (best.score, best.levels, end)
    })
}

/// The best of all nodes, each of which is counted row by row.
fn plain(table: &Table, goal: &Goal) -> f64 {
    let prepared = Prepared::new(table, goal).unwrap();
    let price = prepared.price();
    let engine = prepared.engine(&price, &SearchOptions::PLAIN);
    let shape = Shape::new(&engine.order(), &vec![0; table.columns.len()], &engine.top());
    let scores = (0..shape.len).filter_map(|place| {
        let levels = shape.levels(place);
        let (measured, _) = prepared.given().flags(&prepared.axes, &levels, &engine.judge);
        (measured.suppressed <= engine.judge.limit).then(|| price.score(&levels, &measured))
    });
    scores.fold(f64::INFINITY, f64::min)
}

#[test]
fn bands_show_what_all_tuples_show() {
    let mut left = 0;
    for (seed, k) in [(0, 2), (1, 5), (2, 5), (3, 250)] {
        let table = table(seed, 5, 600);
        for (bands, limit) in [(1, 0.3), (8, 0.3), (8, 0.05), (64, 1.0), (64, 0.1), (4096, 0.3)] {
            let goal = goal(k, limit, QualityModel::default());
            let prepared = Prepared::new(&table, &goal).unwrap();
            let (axes, judge) = (&prepared.axes, prepared.judge());
            let floor = vec![0; axes.len()];
            let top: Vec<usize> = axes.iter().map(Axis::top).collect();
            let given = prepared.given();
            let sorted = given.regrouped(axes, &floor, Width { tuples: 1, bands }).unwrap();
            let shape = Shape::new(&[0, 1, 2, 3, 4], &floor, &top);
            let mut scratch = Scratch::default();
            for levels in (0..shape.len).map(|place| shape.levels(place)) {
                let found = sorted.measure(axes, &levels, &judge, &mut scratch);
                let (plain, _) = given.flags(axes, &levels, &judge);
                assert!(found.exact);
                assert_eq!(found.feasible, plain.suppressed <= judge.limit, "{levels:?}");
                assert_eq!(found.complete, found.feasible, "{levels:?}");
                if found.feasible {
                    assert_eq!(found.suppressed, plain.suppressed, "{levels:?}");
                    assert_eq!(found.classes, plain.classes, "{levels:?}");
                    assert_eq!(found.lost, plain.lost, "{levels:?}");
                } else {
                    let some = judge.limit + 1..=plain.suppressed;
                    assert!(some.contains(&found.owed), "{levels:?}");
                    left += u32::from(found.owed < plain.suppressed);
                }
            }
        }
    }
    assert!(left > 1000, "{left} nodes were left early");
}

#[test]
fn parts_and_lists_have_the_optimum_of_all_nodes() {
    for seed in 0..6 {
        let table = table(seed, 4, 150);
        for limit in [0.0, 0.03, 0.2, 1.0] {
            for quality in [QualityModel::default(), QualityModel::Granularity] {
                let goal = goal(3 + seed % 3, limit, quality);
                let least = plain(&table, &goal);
                let found = search(&table, &goal, &SearchOptions::PLAIN).unwrap();
                assert!(found.optimal);
                assert!((found.score - least).abs() < 1e-9, "{seed} {limit}: {}", found.score);
                for (score, levels, end) in each_way(&table, &goal) {
                    assert!(end.optimal);
                    assert!((score - least).abs() < 1e-9, "{seed} {limit}: {score} not {least}");
                    assert_eq!(levels, found.levels, "{seed} {limit}");
                }
            }
        }
    }
}

/// Threads change nothing of what is found, nor of what is told about the way to it.
#[test]
fn two_threads_find_what_one_does() {
    for seed in 0..3 {
        let table = table(seed, 7, 60_000);
        for limit in [0.05, 1.0] {
            let goal = goal(3 + seed * 4, limit, QualityModel::default());
            let prepared = Prepared::new(&table, &goal).unwrap();
            let price = prepared.price();
            let [one, two, three] = [1, 2, 3].map(|threads| {
                let options = SearchOptions { threads, ..SearchOptions::PLAIN };
                let mut engine = prepared.engine(&price, &options);
                let finest = prepared.given().collapse(&prepared.axes, &engine.floors);
                assert!(finest.effort() > 1 << 14, "several threads are worth while");
                let coarse = coarser(&prepared.axes, &finest);
                let top = engine.top();
                engine.measure(&finest, &top);
                let shape = Shape::new(&engine.order(), &engine.floors, &top);
                let mut list = List::new(shape, &price);
                let pace = Pace { tuples_at_once: 0, ..Pace::USUAL };
                let end = engine.walk(&finest, &coarse, &mut list, pace);
                assert!(end.optimal);
                prepared.solution(engine, end).unwrap()
            });
            assert_eq!(one, two, "{seed} {limit}");
            assert_eq!(one, three, "{seed} {limit}");
        }
    }
}

/// A node of a key of at most so much suppresses no more than the bound says.
#[test]
fn no_node_suppresses_more_than_its_key_allows() {
    let mut tight = [0; 2];
    for seed in 0..20 {
        let mut table = table(seed, 4, 60);
        let people = [table.people.clone(), people_of_rows(60, true), people_of_rows(60, false)];
        for ((at, weights), people) in
            (0..).zip(WEIGHTS).flat_map(|w| people.iter().map(move |p| (w, p)))
        {
            let columns = table.columns.iter_mut().zip(weights);
            columns.for_each(|(column, weight)| column.weight = weight);
            table.people = people.clone();
            for quality in QUALITIES {
                let goal = goal(2 + seed % 4, 1.0, quality);
                tight[at] += keys_allow_what_is_suppressed(&table, &goal);
            }
        }
    }
    assert!(tight.iter().all(|n| *n > 0), "{tight:?}: a bound that is never met may be too weak");
}

/// Of columns, of which the last but one may count for nothing.
const WEIGHTS: [[f64; 4]; 2] = [[1.0; 4], [0.25, 1.0, 0.0, 0.7]];

const QUALITIES: [QualityModel; 5] = [
    QualityModel::Loss { suppression_factor: 0.5 },
    QualityModel::Loss { suppression_factor: 0.1 },
    QualityModel::Loss { suppression_factor: 0.9 },
    QualityModel::Granularity,
    QualityModel::Precision,
];

/// People of up to three rows, of tables of as many tuples as rows.
fn people_of_rows(rows: u32, linked: bool) -> People {
    let mut offsets: Vec<u64> = vec![0];
    while offsets[offsets.len() - 1] < u64::from(rows) {
        let next = offsets[offsets.len() - 1] + offsets.len() as u64 % 3 + 1;
        offsets.push(next.min(u64::from(rows)));
    }
    let people = (1..offsets.len() as u32).map(|record| 1 + record % 2).collect();
    People::Records { offsets, members: (0..rows).collect(), people, linked }
}

/// Of the nodes of a lattice, all of which are held to it, how many suppress as much as their key
/// allows, and not all there is, which no bound can be above.
fn keys_allow_what_is_suppressed(table: &Table, goal: &Goal) -> u32 {
    let prepared = Prepared::new(table, goal).unwrap();
    let price = prepared.price();
    let top: Vec<usize> = prepared.axes.iter().map(Axis::top).collect();
    let columns: Vec<usize> = (0..top.len()).collect();
    let shape = Shape::new(&columns, &vec![0; top.len()], &top);
    let mut tight = 0;
    for place in 0..shape.len {
        let levels = shape.levels(place);
        let (measured, _) = prepared.given().flags(&prepared.axes, &levels, &prepared.judge());
        let key = price.key_of(&levels, &measured);
        let most = price.most_suppressed(&prepared.axes, price.margin(key));
        let linked = table.is_linked();
        let suppressed = measured.suppressed;
        assert!(suppressed <= most, "{:?} {linked} {levels:?}: {suppressed}, {most}", goal.quality);
        tight += u32::from(suppressed > 0 && suppressed == most && most < prepared.units);
    }
    tight
}

/// Nothing may be suppressed: whatever the tables are that a lattice is settled on, the best node
/// is found, and nothing that may be better is closed.
#[test]
fn tables_of_any_size_settle_a_lattice() {
    for seed in 0..200 {
        let table = table(seed, 3 + seed as usize % 2, 40 + seed as usize);
        let goal = goal(2 + seed % 3, 0.0, QualityModel::default());
        let prepared = Prepared::new(&table, &goal).unwrap();
        let price = prepared.price();
        let mut found: Vec<Vec<usize>> = Vec::new();
        for (cells, finer) in [(4096.0, 64.0), (1.0, 1.5), (2.0, 2.0), (8.0, 2.0), (8.0, 8.0)] {
            let mut engine = prepared.engine(&price, &SearchOptions::PLAIN);
            let given = prepared.given();
            let mut list = engine.strict_list(&given).expect("nothing may be suppressed");
            let end = engine.strict(&given, &mut list, Ladder { cells, finer }).unwrap();
            assert!(end.optimal);
            found.push(engine.best.unwrap().levels);
        }
        assert!(found.windows(2).all(|pair| pair[0] == pair[1]), "{seed}: {found:?}");
        if seed % 10 == 0 {
            let (least, best) = (plain(&table, &goal), &found[0]);
            let (measured, _) = prepared.given().flags(&prepared.axes, best, &prepared.judge());
            assert!((price.score(best, &measured) - least).abs() < 1e-9, "{seed}");
        }
    }
}

/// Thirty columns of four levels: 10^18 nodes.
fn large(budget: u64) -> Solution {
    let options = SearchOptions { budget, ..SearchOptions::PLAIN };
    search(&table(7, 30, 400), &goal(5, 0.1, QualityModel::default()), &options).unwrap()
}

#[test]
fn a_lattice_that_cannot_be_listed_is_searched_with_a_bound() {
    let little = large(100_000);
    let more = large(3_000_000);
    assert_eq!(little.lattice, 1 << 60);
    for found in [&little, &more] {
        assert!(!found.optimal);
        assert!(found.smallest_class >= 5);
        assert!(0.0 < found.lower_bound && found.lower_bound <= found.score);
    }
    assert!(more.score <= little.score);
    assert!(more.lower_bound >= little.lower_bound);
    assert!(more == large(3_000_000), "the same budget has the same result");
}

#[test]
fn a_search_that_is_stopped_has_a_solution_and_a_bound() {
    let table = table(3, 6, 400);
    for limit in [0.0, 0.1] {
        let goal = goal(5, limit, QualityModel::default());
        let whole = search(&table, &goal, &SearchOptions::PLAIN).unwrap();
        for budget in [0, 1_000, 10_000, 100_000] {
            let options = SearchOptions { budget, ..SearchOptions::PLAIN };
            let found = search(&table, &goal, &options).unwrap();
            assert!(found.smallest_class >= 5);
            assert!(found.score >= whole.score);
            assert!(found.lower_bound <= whole.score + 1e-9, "{limit} {budget}");
            assert!(found.optimal || found.lower_bound <= found.score);
        }
    }
}

/// What is asked for leaves no sample, or pays an adversary in a class of any size.
#[test]
fn a_model_that_no_class_meets_is_named() {
    let table = table(1, 2, 50);
    let refused = |model: PrivacyModel| {
        let mut goal = goal(2, 0.0, QualityModel::default());
        goal.models.push(Model { model, sensitive: 0 });
        search(&table, &goal, &SearchOptions::PLAIN).unwrap_err()
    };
    let private = PrivacyModel::DifferentialPrivacy {
        epsilon: 1.0,
        epsilon_search: 1.0,
        delta: 1e-6,
        steps: 0,
    };
    assert_eq!(refused(private), NoSolution::NoSample(NoSample::Epsilon));
    let profit = PrivacyModel::Profitability {
        benefit: 1200.0,
        loss: 300.0,
        gain: 300.0,
        attempt: 0.0,
        attack: Attack::Prosecutor,
        no_attack: true,
    };
    let endless = refused(profit.clone());
    assert_eq!(endless, NoSolution::NoClass { model: Box::new(profit) });
    let told = format!("{endless}; {}", endless.hint());
    assert!(told.contains("profitability") && !told.contains("18446744073709551615"), "{told}");
}

/// What a search told, from one call to the next.
fn told(table: &Table, goal: &Goal) -> (Solution, Vec<Reached>) {
    let told = std::sync::Mutex::new(Vec::new());
    let progress = |reached: &Reached| told.lock().unwrap().push(*reached);
    let options = SearchOptions { progress: &progress, budget: 3_000_000, ..SearchOptions::PLAIN };
    let found = search(table, goal, &options).unwrap();
    (found, told.into_inner().unwrap())
}

/// Nothing suppressed, a listed lattice, one that is too large to be listed.
#[test]
fn a_search_tells_how_far_it_is() {
    for (columns, rows, limit) in [(5, 3_000, 0.0), (7, 3_000, 0.1), (30, 400, 0.1)] {
        let (table, goal) = (table(7, columns, rows), goal(5, limit, QualityModel::default()));
        let (found, told) = told(&table, &goal);
        let tolerance = 1e-9 * found.score.max(1.0);
        assert!(told.len() > 3, "{columns}: {}", told.len());
        for reached in &told {
            assert_eq!(reached.lattice, found.lattice);
            assert!(reached.lower_bound <= found.score + tolerance, "{reached:?}");
            assert!(reached.best.is_none_or(|best| best >= found.score - tolerance));
            assert_eq!(reached.settled.is_none(), columns == 30, "{reached:?}");
            assert!(reached.settled.is_none_or(|settled| settled <= reached.lattice));
        }
        for pair in told.windows(2) {
            assert!(pair[0].measured <= pair[1].measured);
            assert!(pair[1].best.unwrap_or(f64::MAX) <= pair[0].best.unwrap_or(f64::MAX));
        }
        let (first, last) = (told[0], told[told.len() - 1]);
        assert!(last.measured > first.measured && last.best.is_some());
        assert!(last.settled >= first.settled && last.lower_bound >= first.lower_bound);
    }
}
