//! The search against brute force, on small tables from a seed: every privacy model, every pair of
//! them, every quality model, several limits, with and without weights.
//!
//! `WEIR_SEEDS` says how many tables each pair of models is tried on; 1 unless it is set.

use std::{collections::BTreeMap, env, slice};

use weir_search::{
    Goal, NoSolution, SearchOptions, Solution, goal::Model, search, search::choices, table::Table,
};
use weir_types::{PrivacyModel, QualityModel};

use super::{
    brute::{Brute, Outcome, Quasi},
    made::{self, Made, Random, Shape},
    plain::{self, Hierarchy, Plain},
    question::Question,
};

/// One of each privacy model, loose enough to be met now and then.
const MODELS: [&str; 23] = [
    "k:3",
    "kmap:4",
    "kmap-fraction:5:0.5",
    "avg:0.3",
    "pu:0.05:ZAYATZ:0.2",
    "pu:0.05:PITMAN:0.1",
    "pu:0.1:SNB:0.5",
    "pu:0.1:DANKAR:0.3",
    "ld:2@s",
    "le:1.7@s",
    "lr:2:2@s",
    "te:0.3@s",
    "th:0.3@t",
    "to:0.2@s",
    "d:0:0.6",
    "d:0.1:0.6",
    "bb:1.5@s",
    "be:2@t",
    "dd:1.5@s",
    "profit:prosecutor",
    "profit:journalist",
    "profit:prosecutor-no-attack",
    "dp:2:0.1",
];

const QUALITIES: [QualityModel; 10] = [
    QualityModel::Loss { suppression_factor: 0.5 },
    QualityModel::Loss { suppression_factor: 0.1 },
    QualityModel::Loss { suppression_factor: 0.8 },
    QualityModel::Granularity,
    QualityModel::NonUniformEntropy { monotonic: false },
    QualityModel::NonUniformEntropy { monotonic: true },
    QualityModel::Precision,
    QualityModel::Discernibility,
    QualityModel::AverageClassSize,
    QualityModel::Ambiguity,
];

const LIMITS: [f64; 5] = [0.0, 0.05, 0.2, 0.5, 1.0];
const WEIGHTS: [f64; 4] = [1.0, 0.5, 0.25, 0.0];

/// A small table, whose whole lattice can be measured row by row.
fn small(seed: u64) -> Made {
    let shapes = [
        Shape::Balanced,
        Shape::Unbalanced,
        Shape::Lacking,
        Shape::Skewed,
        Shape::Scattered,
        Shape::Split,
        Shape::Flat,
    ];
    let mut random = Random(seed);
    let shape = shapes[random.below(shapes.len())];
    let n_columns = random.between(2, 4);
    let n_rows = random.between(8, 160);
    let mut names: Vec<_> = ('a'..='d').take(n_columns).map(String::from).collect();
    names.extend(["s".to_owned(), "t".to_owned()]);
    // Of few levels, so that there are not too many nodes.
    let few = |random: &mut Random, name: &String| loop {
        let tree = made::tree(shape, name, random);
        if tree.rows[0].len() < 5 && tree.rows.len() < 16 {
            return tree;
        }
    };
    let trees: Vec<_> = names.iter().map(|name| few(&mut random, name)).collect();
    let rows = made::rows(shape, &trees, n_rows, &mut random);
    let plain = Plain::of_rows(&names, &rows);
    let subset = (0..n_rows).map(|_| random.below(3) == 0).collect();
    Made { plain, hierarchies: names.into_iter().zip(trees).collect(), subset }
}

/// A question to a small table, for the search and for brute force.
struct Case {
    made: Made,
    hierarchies: BTreeMap<String, Hierarchy>,
    models: Vec<Model>,
    quality: QualityModel,
    limit: f64,
    weights: Vec<f64>,
}

impl Case {
    fn new(seed: u64, models: &[&str], quality: QualityModel) -> Self {
        let made = small(seed);
        let hierarchies = made.hierarchies.iter().cloned().collect();
        let mut random = Random(seed);
        let limit = LIMITS[random.below(LIMITS.len())];
        let weighted = random.below(3) == 0;
        let weight = |random: &mut Random| WEIGHTS[random.below(WEIGHTS.len())];
        let weights = (0..made.plain.columns.len())
            .map(|_| if weighted { weight(&mut random) } else { 1.0 })
            .collect();
        let models = models.iter().map(|model| asked(model)).collect();
        Self { made, hierarchies, models, quality, limit, weights }
    }

    fn has_population(&self) -> bool {
        let needs = |asked: &Model| asked.model.needs_population();
        self.models.iter().any(needs)
    }

    /// The quasi-identifiers and their weights; `s` and `t` are sensitive.
    fn quasi(&self) -> impl Iterator<Item = (&str, f64)> {
        let names = self.made.plain.columns.iter().map(|column| column.name.as_str());
        names.zip(self.weights.iter().copied()).filter(|(name, _)| !["s", "t"].contains(name))
    }

    fn table(&self) -> Table {
        let hierarchy = |name: &str| self.hierarchies[name].clone();
        let roles = plain::Roles {
            quasi: self.quasi().map(|(name, w)| (name.to_owned(), hierarchy(name), w)).collect(),
            sensitive: ["s", "t"].map(|name| (name.to_owned(), Some(hierarchy(name)))).into(),
            subset: self.has_population().then(|| self.made.subset.clone()),
        };
        plain::table(&self.made.plain, &roles).unwrap()
    }

    fn goal(&self) -> Goal {
        Goal { models: self.models.clone(), quality: self.quality, suppress_at_most: self.limit }
    }

    fn brute(&self) -> Brute<'_> {
        let quasi = self.quasi().map(|(name, weight)| {
            Quasi::new(self.made.plain.column(name).unwrap(), &self.hierarchies[name], weight)
        });
        let has_population = self.has_population();
        let all = vec![true; self.made.subset.len()];
        Brute {
            quasi: quasi.collect(),
            plain: &self.made.plain,
            hierarchies: &self.hierarchies,
            released: if has_population { self.made.subset.clone() } else { all },
            has_population,
            models: self.models.iter().map(|asked| asked.model.clone()).collect(),
            quality: self.quality,
            limit: self.limit,
        }
    }

    /// Compares the search with every node of the lattice; says whether there is a solution.
    fn compare(&self, what: &str) -> bool {
        let brute = self.brute();
        let found = search(&self.table(), &self.goal(), &SearchOptions::PLAIN);
        let nodes: Vec<(Vec<usize>, Outcome)> = lattice(&brute.tops())
            .into_iter()
            .map(|levels| {
                let outcome = brute.node(&levels);
                (levels, outcome)
            })
            .collect();
        let feasible = || nodes.iter().filter(|(_, outcome)| outcome.feasible);
        let least = feasible().map(|(_, outcome)| outcome.score).min_by(f64::total_cmp);
        match (found, least) {
            (Ok(found), Some(least)) => {
                let own = nodes.iter().find(|(levels, _)| *levels == found.levels);
                self.agrees(&found, &own.unwrap().1, least, what);
                true
            }
            (Err(NoSolution::Infeasible { .. } | NoSolution::Empty), None) => false,
            (Err(NoSolution::TooFewPeople { .. } | NoSolution::Empty), _) => {
                assert!(feasible().all(|(_, outcome)| outcome.classes == 0), "{what}");
                false
            }
            (found, least) => panic!("{what}: {least:?}, and {found:?}"),
        }
    }

    fn agrees(&self, found: &Solution, own: &Outcome, least: f64, what: &str) {
        let told = || format!("{what}: {least}, {own:?}, and {found:?}");
        // The search cuts the costs of columns after ten decimals.
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-8 * a.abs().max(0.1);
        assert!(found.optimal && own.feasible, "{}", told());
        assert!(near(found.score, least) && near(found.score, own.score), "{}", told());
        let counts = (found.rows_suppressed as usize, found.classes as usize);
        assert_eq!(counts, (own.suppressed, own.classes), "{}", told());
        assert_eq!(found.smallest_class as usize, own.smallest, "{}", told());
    }
}

/// A model in the words of [`Question`], and two kinds that these do not have.
fn asked(text: &str) -> Model {
    let parts: Vec<&str> = text.split(':').collect();
    let number = |at: usize| parts[at].parse::<f64>().unwrap();
    let model = match parts[0] {
        "kmap-fraction" => {
            PrivacyModel::KMap { k: parts[1].parse().unwrap(), sampling_fraction: Some(number(2)) }
        }
        "dp" => PrivacyModel::DifferentialPrivacy {
            epsilon: number(1),
            delta: number(2),
            epsilon_search: 0.0,
            steps: 0,
        },
        _ => {
            let question = Question::of(&format!("models={text} cost=10,40,30,6"));
            question.goal().unwrap().models.remove(0).model
        }
    };
    let sensitive = usize::from(model.sensitive() == Some("t"));
    Model { model, sensitive }
}

fn lattice(tops: &[usize]) -> Vec<Vec<usize>> {
    let mut nodes = vec![Vec::new()];
    for top in tops {
        let with =
            |node: Vec<usize>| (0..=*top).map(move |level| [node.as_slice(), &[level]].concat());
        nodes = nodes.into_iter().flat_map(with).collect();
    }
    nodes
}

fn seeds() -> u64 {
    env::var("WEIR_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(1)
}

#[test]
fn the_optimum_is_that_of_brute_force_for_every_model_and_quality() {
    let mut solved = 0;
    for round in 0..seeds() {
        for (m, model) in MODELS.iter().enumerate() {
            for (q, quality) in QUALITIES.iter().enumerate() {
                let seed = round * 10_000 + (m * QUALITIES.len() + q) as u64;
                let what = format!("seed {seed}: {model}, {quality:?}");
                solved += usize::from(Case::new(seed, &[model], *quality).compare(&what));
            }
        }
    }
    assert!(solved > 100, "{solved} have a solution");
}

#[test]
fn the_optimum_is_that_of_brute_force_for_every_pair_of_models() {
    let mut solved = 0;
    for round in 0..seeds() {
        let mut seed = 1_000_000 + round * 10_000;
        for (at, first) in MODELS.iter().enumerate() {
            for second in &MODELS[at + 1..] {
                let quality = QUALITIES[seed as usize % QUALITIES.len()];
                let what = format!("seed {seed}: {first}, {second}, {quality:?}");
                solved += usize::from(Case::new(seed, &[first, second], quality).compare(&what));
                seed += 1;
            }
        }
    }
    assert!(solved > 80, "{solved} have a solution");
}

/// Nodes are measured on tables that were rolled up before; brute force groups rows anew.
#[test]
fn rolling_up_is_grouping_anew_and_classes_only_grow() {
    for seed in 2_000_000..2_000_020 + 20 * seeds() {
        let case = Case { limit: 1.0, ..Case::new(seed, &["k:1"], QualityModel::default()) };
        let brute = case.brute();
        let nodes = lattice(&brute.tops());
        let measured = choices(&case.table(), &case.goal(), &nodes).unwrap();
        for (levels, node) in nodes.iter().zip(&measured) {
            let plain = brute.node(levels);
            let counted = (node.classes as usize, node.smallest_class as usize);
            assert_eq!(counted, (plain.classes, plain.smallest), "seed {seed}: {levels:?}");
            for above in nodes.iter().zip(&measured).filter(|(above, _)| covers(above, levels)) {
                assert!(above.1.smallest_class >= node.smallest_class, "seed {seed}: {levels:?}");
                assert!(above.1.classes <= node.classes, "seed {seed}: {levels:?}");
            }
        }
        let alone = choices(&case.table(), &case.goal(), slice::from_ref(&nodes[0])).unwrap();
        assert_eq!(alone[0].classes, measured[0].classes, "seed {seed}");
    }
}

/// Whether a node is at or above another.
fn covers(above: &[usize], below: &[usize]) -> bool {
    above.iter().zip(below).all(|(above, below)| above >= below)
}
