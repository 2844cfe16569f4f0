//! The optimum that ARX 3.9.2 finds on the UCI Adult table, with its hierarchies.

use std::sync::Arc;

use weir_deidentify::{Columns, Hierarchy, Quasi, SearchTable, hierarchy, least_loss};
use weir_search::SearchOptions;
use weir_search::goal::{Goal, Model};
use weir_types::QualityModel;

use crate::table;

const DATA: &str = "../../../shared/data/anonymization/adult";

fn search(columns: &[&str], limit: f64, k: u64) -> Option<(f64, u64, bool)> {
    let profile = table::profile(&table::read(&format!("{DATA}/adult.csv"))?, ';');
    let mut hierarchies: Vec<(usize, Hierarchy)> = Vec::new();
    for name in columns {
        let at = profile.index_of(name).unwrap();
        let text = table::read(&format!("{DATA}/adult_hierarchy_{name}.csv"))?;
        hierarchies.push((at, hierarchy::from_file(&text, &profile.columns[at]).unwrap()));
    }
    let borrowed: Vec<(usize, &Hierarchy)> = hierarchies.iter().map(|(c, h)| (*c, h)).collect();
    let (histogram, _) = table::histogram(&profile, &borrowed, None);
    let hierarchies: Vec<Arc<Hierarchy>> =
        hierarchies.into_iter().map(|(_, h)| Arc::new(h)).collect();
    let quasi = |h: &Arc<Hierarchy>| Quasi { hierarchy: Arc::clone(h), weight: 1.0 };
    let columns = Columns { quasi: hierarchies.iter().map(quasi).collect(), sensitive: Vec::new() };
    let table = SearchTable::new(&histogram, &columns, None, false).unwrap();
    let goal = Goal {
        models: vec![Model { model: format!("{k}-anonymity").parse().unwrap(), sensitive: 0 }],
        quality: QualityModel::default(),
        suppress_at_most: limit,
    };
    let found = least_loss(&table, &hierarchies, &goal, &SearchOptions::PLAIN).unwrap();
    assert!((found.loss - found.score).abs() < 1e-9, "loss is what the search scores");
    Some((found.loss, found.rows_suppressed, found.searched.optimal))
}

const QUASI: [&str; 8] = [
    "sex",
    "age",
    "race",
    "marital-status",
    "education",
    "native-country",
    "workclass",
    "salary-class",
];

#[test]
fn the_loss_is_that_of_arx() {
    // `arx-expected.json`, cases q+k5+s0 and q+k5+s5: score, suppressed records.
    let cases = [(0.0, 0.542_210_825_407_941, 0), (0.05, 0.170_122_791_947_381_56, 1346)];
    for (limit, score, suppressed) in cases {
        let Some((loss, rows, optimal)) = search(&QUASI, limit, 5) else { return };
        assert!((loss - score).abs() < 1e-9, "limit {limit}: {loss} is not {score}");
        assert_eq!(rows, suppressed);
        assert!(optimal);
    }
}
