use proptest::prelude::*;
use weir_table::{Codebook, Records};
use weir_types::Bilingual;

use super::*;
use crate::hierarchy::Draft;

/// Eight values in levels of 8, 4, 2 and 1 groups.
fn halves() -> Hierarchy {
    let book = Codebook::of_cuts((1..8).map(f64::from).collect());
    let drafts = [1u32, 2, 4].map(|width| Draft {
        groups: (0..8).map(|code| code / width).collect(),
        labels: (0..8 / width).map(|g| g.to_string()).collect(),
        loss: vec![f64::from(width - 1) / 7.0; 8 / width as usize],
        meaning: Bilingual::default(),
        exact: width == 1,
    });
    Hierarchy::build(book, drafts.into())
}

/// People as lists of rows, a row as two codes (8 is "no value").
type People = Vec<Vec<(u16, u16)>>;

fn histogram(people: &People) -> Histogram {
    let mut tuples: Vec<(u16, u16)> = people.iter().flatten().copied().collect();
    tuples.sort_unstable();
    tuples.dedup();
    let mut records: Vec<Vec<u32>> = people
        .iter()
        .map(|rows| {
            let place = |row| tuples.binary_search(row).unwrap() as u32;
            let mut members: Vec<u32> = rows.iter().map(place).collect();
            members.sort_unstable();
            members
        })
        .collect();
    records.sort_unstable();
    let pairs: Vec<(&[u32], u32)> = records
        .chunk_by(|a, b| a == b)
        .map(|same| (same[0].as_slice(), u32::try_from(same.len()).unwrap()))
        .collect();
    let codes = vec![tuples.iter().map(|t| t.0).collect(), tuples.iter().map(|t| t.1).collect()];
    Histogram::new(vec![9, 9], codes, Records::from_pairs(tuples.len(), pairs))
}

/// What a node suppresses, told without hashes: people and rows, and the total loss.
fn plainly(people: &People, levels: [usize; 2], k: u64, linked: bool) -> (u64, u64, f64) {
    let h = halves();
    let group = |row: &(u16, u16)| {
        (h.groups(levels[0])[usize::from(row.0)], h.groups(levels[1])[usize::from(row.1)])
    };
    let (mut hit, mut rows_out, mut lost, mut all) = (0, 0, [0.0, 0.0], 0);
    let whole = |rows: &[(u16, u16)]| {
        let mut looks: Vec<(u32, u32)> = rows.iter().map(group).collect();
        looks.sort_unstable();
        looks
    };
    for rows in people {
        let mut any = false;
        for row in rows {
            let class = if linked {
                people.iter().filter(|other| whole(other) == whole(rows)).count()
            } else {
                people.iter().filter(|o| o.iter().any(|r| group(r) == group(row))).count()
            };
            all += 1;
            let out = (class as u64) < k;
            any |= out;
            rows_out += u64::from(out);
            let (a, b) = group(row);
            lost[0] += if out { 1.0 } else { h.cell_loss(levels[0], a) };
            lost[1] += if out { 1.0 } else { h.cell_loss(levels[1], b) };
        }
        hit += u64::from(any);
    }
    let losses = lost.map(|l| l / f64::from(all));
    (hit, rows_out, crate::loss::total(&losses, &[1.0, 1.0]))
}

fn people() -> impl Strategy<Value = People> {
    let row = (0u16..9, 0u16..9);
    prop::collection::vec(prop::collection::vec(row, 1..4), 4..40)
}

proptest! {
    #[test]
    fn the_optimum_is_that_of_trying_all(
        people in people(),
        k in 1u64..5,
        linked in any::<bool>(),
        limit in prop::sample::select(vec![0.0, 0.1, 0.3, 1.0]),
    ) {
        let hierarchies = [halves(), halves()];
        let options =
            SearchOptions { k, linked, suppression_limit: limit, weights: vec![1.0, 1.0] };
        let table = histogram(&people);
        let rows: u64 = people.iter().map(|p| p.len() as u64).sum();
        let mut best: Option<f64> = None;
        for node in 0..16 {
            let (hit, out, loss) = plainly(&people, [node / 4, node % 4], k, linked);
            let share = if linked {
                hit as f64 / people.len() as f64
            } else {
                out as f64 / rows as f64
            };
            if share <= limit + 1e-9 {
                best = Some(best.map_or(loss, |b: f64| b.min(loss)));
            }
        }
        match (least_loss(&table, &hierarchies, &options), best) {
            (Ok(found), Some(best)) => {
                let levels = [found.levels[0], found.levels[1]];
                let (hit, out, loss) = plainly(&people, levels, k, linked);
                prop_assert!(found.searched.optimal);
                prop_assert!((found.loss - best).abs() < 1e-9, "{} {best}", found.loss);
                prop_assert!((found.loss - loss).abs() < 1e-9);
                prop_assert_eq!((found.people_suppressed, found.rows_suppressed), (hit, out));
            }
            (Err(SearchError::Infeasible { .. }), None) => {}
            (found, best) => prop_assert!(false, "{found:?} {best:?}"),
        }
    }

    #[test]
    fn going_up_never_suppresses_more(people in people(), k in 1u64..6, linked in any::<bool>()) {
        let hierarchies = [halves(), halves()];
        let options =
            SearchOptions { k, linked, suppression_limit: 1.0, weights: vec![1.0, 1.0] };
        let table = histogram(&people);
        let counted = Counted::of(&table, &hierarchies, &options);
        let base = counted.base(&[1, 2]);
        for node in 0..16usize {
            let levels = [node / 4, node % 4];
            let here = counted.measure(&base, &levels);
            for column in 0..2 {
                let mut above = levels;
                above[column] += 1;
                if above[column] < 4 {
                    let above = counted.measure(&base, &above);
                    prop_assert!(counted.people_hit(&above) <= counted.people_hit(&here));
                    prop_assert!(above.rows <= here.rows);
                    for (above, here) in above.cost.iter().zip(&here.cost) {
                        prop_assert!(*above <= *here + 1e-12);
                    }
                }
            }
        }
    }

    #[test]
    fn climbing_alone_ends_feasible_and_no_better_than_the_optimum(
        people in people(),
        linked in any::<bool>(),
    ) {
        let hierarchies = [halves(), halves()];
        let options =
            SearchOptions { k: 2, linked, suppression_limit: 0.3, weights: vec![1.0, 1.0] };
        let table = histogram(&people);
        if let Ok(best) = least_loss(&table, &hierarchies, &options) {
            let counted = Counted::of(&table, &hierarchies, &options);
            let mut search = Search::new(&counted, vec![0, 0], vec![3, 3]);
            search.climb_down();
            search.trade();
            let levels = &search.best.levels;
            prop_assert!(counted.measure(&counted.base(levels), levels).feasible);
            prop_assert!(search.best.loss >= best.loss - 1e-9);
        }
    }
}

#[test]
fn five_rows_of_one_person_are_one_person() {
    let people: People = vec![vec![(1, 1); 5], vec![(6, 1)], vec![(6, 1)]];
    let table = histogram(&people);
    let hierarchies = [halves(), halves()];
    let options =
        |linked| SearchOptions { k: 2, linked, suppression_limit: 0.0, weights: vec![1.0, 1.0] };
    let found = least_loss(&table, &hierarchies, &options(false)).unwrap();
    assert_eq!(found.levels, [3, 0], "the five rows alone are no class of two");
    let error = least_loss(&table, &hierarchies, &options(true)).unwrap_err();
    assert!(matches!(error, SearchError::Infeasible { linked: true, .. }));
    assert!(NoSolution::from(error).hint().contains("token"));
}

#[test]
fn fewer_people_than_k_are_refused() {
    let people: People = vec![vec![(1, 1); 50], vec![(1, 1); 50]];
    let options =
        SearchOptions { k: 3, linked: false, suppression_limit: 1.0, weights: vec![1.0, 1.0] };
    let error = least_loss(&histogram(&people), &[halves(), halves()], &options).unwrap_err();
    assert_eq!(error, SearchError::TooFewPeople { people: 2, k: 3 });
}

#[test]
fn a_table_without_quasi_identifiers_is_one_class() {
    let table = Histogram::new(vec![], vec![], Records::from_counts(&[7]));
    let options = SearchOptions { k: 5, linked: false, suppression_limit: 0.0, weights: vec![] };
    let found = least_loss(&table, &[], &options).unwrap();
    assert_eq!((found.rows_suppressed, found.levels.len()), (0, 0));
    assert!(found.searched.optimal);
}

/// Until the search of this module goes: `weir_search` does the same over records.
fn both(
    people: &People,
    k: u64,
    linked: bool,
    limit: f64,
) -> [Result<weir_search::Solution, NoSolution>; 2] {
    let hierarchies = [Arc::new(halves()), Arc::new(halves())];
    let quasi = |h: &Arc<Hierarchy>| crate::Quasi { hierarchy: Arc::clone(h), weight: 1.0 };
    let quasi = hierarchies.iter().map(quasi).collect();
    let columns = crate::Columns { quasi, sensitive: Vec::new() };
    let table = SearchTable::new(&histogram(people), &columns, None, linked).unwrap();
    let model = format!("{k}-anonymity").parse().unwrap();
    let goal = Goal {
        models: vec![weir_search::goal::Model { model, sensitive: 0 }],
        quality: QualityModel::default(),
        suppress_at_most: limit,
    };
    let plain = &weir_search::SearchOptions::PLAIN;
    [search(&table, &hierarchies, &goal), weir_search::search(&table.table, &goal, plain)]
}

proptest! {
    #[test]
    fn both_searches_over_records_find_the_same(
        people in people(),
        k in 1u64..5,
        linked in any::<bool>(),
        limit in prop::sample::select(vec![0.0, 0.1, 0.3, 1.0]),
    ) {
        // Records of one row each are rows, which are searched elsewhere.
        prop_assume!(people.iter().any(|rows| rows.len() > 1));
        match both(&people, k, linked, limit) {
            [Ok(old), Ok(new)] => {
                prop_assert!(old.optimal && new.optimal);
                prop_assert!((old.score - new.score).abs() < 1e-9, "{} {}", old.score, new.score);
                if old.levels == new.levels {
                    let figures = |s: &weir_search::Solution| {
                        [s.people_suppressed, s.rows_suppressed, s.classes, s.smallest_class]
                    };
                    prop_assert_eq!(figures(&old), figures(&new));
                    prop_assert_eq!(old.suppressed, new.suppressed);
                }
            }
            [Err(old), Err(new)] => {
                let kind = std::mem::discriminant;
                prop_assert!(kind(&old) == kind(&new), "{old:?} {new:?}");
            }
            [old, new] => prop_assert!(false, "{old:?} {new:?}"),
        }
    }
}
