use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::num::NonZeroU64;

use proptest::prelude::*;
use weir_search::{Goal, Models, Table, Values};
use weir_table::{Beside, Limits, PeopleBy, read_back_with};
use weir_types::model::{Attack, Distance, Estimator, QualityModel};
use weir_types::risk::{PeopleCountedBy, SensitiveFigures};

use super::*;

/// Class and sensitive value of each row.
type Rows = Vec<(usize, String)>;

/// What is measured beside the rows.
#[derive(Default)]
struct Besides {
    models: Vec<PrivacyModel>,
    population: Option<Vec<usize>>,
    tree: Option<ValueTree>,
    source: Option<Distribution>,
    weigh: bool,
}

fn report(rows: &Rows, besides: &Besides) -> RiskReport {
    let dir = tempfile::tempdir().unwrap();
    let mut text = "class,value\n".to_owned();
    rows.iter().for_each(|(class, value)| writeln!(text, "{class},{value}").unwrap());
    let file = dir.path().join("released.csv");
    fs::write(&file, text).unwrap();
    let mut population = Vec::new();
    if let Some(classes) = &besides.population {
        let mut text = "class\n".to_owned();
        classes.iter().for_each(|class| writeln!(text, "{class}").unwrap());
        population.push(dir.path().join("population.csv"));
        fs::write(&population[0], text).unwrap();
    }
    let beside = Beside {
        sensitive: &["value".to_owned()],
        population: &population,
        // Class 0 tells nothing, class 9 nearly all.
        weigh: besides.weigh.then_some(&|_, cell| cell.unwrap().parse::<f64>().unwrap() / 10.0),
    };
    let limits = Limits::new(dir.path().join("spill"));
    let quasi = ["class".to_owned()];
    let read = read_back_with(&[file], &quasi, PeopleBy::Row, &beside, &limits).unwrap();
    let options = MeasureOptions {
        quasi_identifiers: quasi.to_vec(),
        person: None,
        people_counted_by: PeopleCountedBy::Row,
        tau: 0.2,
    };
    let one = |tree: &ValueTree| BTreeMap::from([("value".to_owned(), tree.clone())]);
    let hierarchies = besides.tree.as_ref().map(one);
    let source =
        besides.source.as_ref().map(|of| BTreeMap::from([("value".to_owned(), of.clone())]));
    let asked = ModelOptions {
        models: &besides.models,
        hierarchies: hierarchies.as_ref(),
        source: source.as_ref(),
        people: None,
    };
    measure_with(read, &options, &asked).unwrap()
}

fn figures(rows: &Rows) -> SensitiveFigures {
    report(rows, &Besides::default()).sensitive.pop().unwrap()
}

fn rows(classes: &[&[&str]]) -> Rows {
    let of = |(at, values): (usize, &&[&str])| {
        values.iter().map(move |value| (at, (*value).to_owned())).collect::<Vec<_>>()
    };
    classes.iter().enumerate().flat_map(of).collect()
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

fn nonzero(n: u64) -> NonZeroU64 {
    NonZeroU64::new(n).unwrap()
}

fn value() -> String {
    "value".to_owned()
}

/// Machanavajjhala et al. (2007), figures 2 and 3: the 4-anonymous inpatient table, in which
/// everybody of the third class has cancer, and the 3-diverse one.
#[test]
fn inpatients_are_as_diverse_as_published() {
    let (heart, viral, cancer) = ("heart disease", "viral infection", "cancer");
    let anonymous = figures(&rows(&[
        &[heart, heart, viral, viral],
        &[cancer, heart, viral, viral],
        &[cancer, cancer, cancer, cancer],
    ]));
    assert_eq!((anonymous.distinct_l, anonymous.values), (1, 3));
    assert!(near(anonymous.entropy_l, 1.0));
    assert_eq!((anonymous.recursive_c_2, anonymous.recursive_c_3), (None, None));
    let diverse = figures(&rows(&[
        &[heart, viral, cancer, cancer],
        &[cancer, heart, viral, viral],
        &[heart, viral, cancer, cancer],
    ]));
    assert_eq!(diverse.distinct_l, 3);
    // Two quarters and a half: 1.5 bits.
    assert!(near(diverse.entropy_l, 2.0_f64.powf(1.5)));
    assert_eq!((diverse.recursive_c_2, diverse.recursive_c_3), (Some(1.0), Some(2.0)));
}

/// Li et al. (2007), section 4.3 and table 5. Salaries are in thousands.
#[test]
fn salaries_are_as_close_as_published() {
    let diverse = figures(&rows(&[&["3", "4", "5"], &["6", "11", "8"], &["7", "9", "10"]]));
    // "D[P1, Q] = 0.375" for the first class of the 3-diverse table.
    assert!(near(diverse.t_ordered.unwrap(), 0.375));
    let close = figures(&rows(&[&["3", "5", "9"], &["6", "11", "8"], &["4", "7", "10"]]));
    // "0.167-closeness w.r.t. Salary".
    assert!(near(close.t_ordered.unwrap(), 1.0 / 6.0));
}

/// Distances in the hierarchy of diseases of Li et al. (2007), section 4.2: flu to bronchitis
/// 1/3, to pulmonary embolism 2/3, to stomach cancer 3/3.
#[test]
fn diseases_are_as_far_apart_as_published() {
    let row = |labels: [&str; 4]| labels.map(str::to_owned).to_vec();
    let tree = ValueTree::new([
        row(["flu", "respiratory infection", "respiratory", "*"]),
        row(["bronchitis", "respiratory infection", "respiratory", "*"]),
        row(["pulmonary embolism", "vascular lung disease", "respiratory", "*"]),
        row(["stomach cancer", "stomach disease", "digestive", "*"]),
    ]);
    for (other, distance) in
        [("bronchitis", 1.0), ("pulmonary embolism", 2.0), ("stomach cancer", 3.0), ("?", 3.0)]
    {
        // Half of the table has to be moved from one disease to the other.
        let besides = Besides { tree: Some(tree.clone()), ..Besides::default() };
        let report = report(&rows(&[&["flu"], &[other]]), &besides);
        assert!(near(report.sensitive[0].t_hierarchical.unwrap(), distance / 3.0 / 2.0));
    }
}

#[test]
fn a_hierarchy_without_one_root_gets_one() {
    let flat = ValueTree::new([vec!["a".to_owned()], vec!["b".to_owned()]]);
    let besides = Besides { tree: Some(flat), ..Besides::default() };
    let of = report(&rows(&[&["a", "a"], &["b", "a"]]), &besides).sensitive.pop().unwrap();
    assert!(near(of.t_hierarchical.unwrap(), of.t_equal));
}

#[test]
fn missing_values_are_a_value() {
    let of = figures(&rows(&[&["", "flu"], &["flu", "flu"]]));
    assert_eq!((of.values, of.distinct_l), (2, 1));
    assert!(near(of.t_equal, 0.25));
    assert_eq!(of.t_ordered, None);
}

#[test]
fn one_class_is_the_table() {
    let of = figures(&rows(&[&["1", "2", "2"]]));
    assert_eq!((of.t_equal, of.t_ordered), (0.0, Some(0.0)));
    assert_eq!((of.beta, of.beta_enhanced, of.delta_disclosure), (Some(0.0), Some(0.0), Some(0.0)));
}

#[test]
fn a_value_that_the_source_lacks_is_an_endless_gain() {
    let source = Distribution(BTreeMap::from([(Some("flu".to_owned()), 3)]));
    let besides = Besides {
        source: Some(source),
        models: vec![PrivacyModel::BasicBetaLikeness { sensitive: value(), beta: 9.0 }],
        ..Besides::default()
    };
    let report = report(&rows(&[&["flu"], &["gout"]]), &besides);
    let of = &report.sensitive[0];
    assert_eq!((of.against, of.beta, of.delta_disclosure), (Against::Source, None, None));
    assert!(near(of.t_equal, 1.0));
    let model = &report.models[0];
    assert_eq!((model.met, model.figure, model.classes_failing), (Some(false), None, Some(1)));
    // Figures without an end stay readable.
    let text = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<RiskReport>(&text).unwrap(), report);
}

#[test]
fn models_say_why_they_were_not_measured() {
    let t = |distance| PrivacyModel::TCloseness { sensitive: value(), t: 0.5, distance };
    let models = vec![
        PrivacyModel::DifferentialPrivacy {
            epsilon: 1.0,
            delta: 0.1,
            epsilon_search: 0.0,
            steps: 0,
        },
        PrivacyModel::DeltaPresence { min: 0.0, max: 1.0 },
        t(Distance::Hierarchical),
        PrivacyModel::DistinctLDiversity { sensitive: "other".to_owned(), l: nonzero(2) },
        profit(Attack::Prosecutor, false),
    ];
    let report = report(&rows(&[&["a", "b"]]), &Besides { models, ..Besides::default() });
    let why: Vec<_> = report.models.iter().map(|m| (m.met, m.unmeasured)).collect();
    let expected = [
        Unmeasured::NotInTheBytes,
        Unmeasured::NeedsPopulation,
        Unmeasured::NeedsHierarchy,
        Unmeasured::NeedsColumn,
        Unmeasured::NeedsInformation,
    ];
    assert_eq!(why, expected.map(|why| (None, Some(why))));
}

fn profit(attack: Attack, no_attack: bool) -> PrivacyModel {
    PrivacyModel::Profitability {
        benefit: 10.0,
        loss: 12.0,
        gain: 10.0,
        attempt: 4.0,
        attack,
        no_attack,
    }
}

#[test]
fn populations_and_payouts_are_counted_by_hand() {
    // Class 1 has two people of four, class 9 three of three.
    let rows = [(1, "a"), (1, "b"), (9, "a"), (9, "a"), (9, "b")];
    let rows: Rows = rows.map(|(class, value)| (class, value.to_owned())).to_vec();
    let besides = Besides {
        models: vec![
            PrivacyModel::KMap { k: nonzero(4), sampling_fraction: None },
            PrivacyModel::DeltaPresence { min: 0.1, max: 0.9 },
            PrivacyModel::DeltaPresence { min: 0.6, max: 1.0 },
            profit(Attack::Prosecutor, false),
            profit(Attack::Journalist, true),
            profit(Attack::Prosecutor, true),
        ],
        population: Some(vec![1, 1, 1, 1, 9, 9, 9, 5]),
        weigh: true,
        ..Besides::default()
    };
    let report = report(&rows, &besides);
    let told = |at: usize| {
        let model = &report.models[at];
        (model.met.unwrap(), model.figure.unwrap(), model.classes_failing.unwrap())
    };
    assert_eq!(told(0), (false, 3.0, 1));
    assert_eq!(told(1), (false, 1.0, 1));
    assert_eq!(told(2), (false, 0.5, 1));
    // Class 1: an attempt pays (10/2 > 4), so 10·0.1 - 12/2. Class 9: it does not (10/3 < 4).
    assert_eq!(told(3), (false, -5.0, 1));
    // Against the population, 10/4 and 10/3 are both below 4.
    let (met, figure, failing) = told(4);
    assert!(met && near(figure, 10.0 / 3.0 - 4.0) && failing == 0);
    assert_eq!(told(5), (false, 1.0, 1));
}

#[test]
fn sizes_tell_the_rest() {
    let besides = Besides {
        models: vec![
            PrivacyModel::KAnonymity { k: nonzero(3) },
            PrivacyModel::AverageRisk { at_most: 0.4 },
            PrivacyModel::KMap { k: nonzero(3), sampling_fraction: Some(1.0) },
            PrivacyModel::PopulationUniqueness {
                at_most: 0.1,
                sampling_fraction: 1.0,
                estimator: Estimator::Zayatz,
            },
            PrivacyModel::PopulationUniqueness {
                at_most: 0.9,
                sampling_fraction: 0.01,
                estimator: Estimator::Pitman,
            },
        ],
        ..Besides::default()
    };
    let report = report(&rows(&[&["a"], &["a", "b"], &["a", "a", "b"]]), &besides);
    let of = |at: usize| &report.models[at];
    assert_eq!((of(0).met, of(0).figure, of(0).classes_failing), (Some(false), Some(1.0), Some(2)));
    assert_eq!((of(1).met, of(1).figure, of(1).classes_failing), (Some(false), Some(0.5), None));
    assert_eq!((of(2).met, of(2).threshold), (Some(false), Some(3.0)));
    assert!(near(of(3).figure.unwrap(), 1.0 / 6.0));
    let lonely = self::report(&rows(&[&["a"], &["b"]]), &besides);
    assert_eq!(lonely.models[4].unmeasured, Some(Unmeasured::NoEstimate));
    assert_eq!(lonely.models[4].met, Some(false));
}

/// Leaving people out does not make the population smaller: the estimate starts from the people
/// of the source where they are told, as the search has it.
#[test]
fn an_estimate_starts_from_the_people_of_the_source() {
    let model = PrivacyModel::PopulationUniqueness {
        at_most: 0.1,
        sampling_fraction: 0.5,
        estimator: Estimator::Zayatz,
    };
    let sizes = [1, 1, 1, 2, 2, 3, 4];
    let share = |people| of_sizes(&model, &sizes, people).unwrap();
    let plain = |population| {
        population_uniqueness(&[(1, 3), (2, 2), (3, 1), (4, 1)], population, Estimator::Zayatz)
    };
    assert_eq!(share(None).figure, plain(28.0));
    assert_eq!(share(Some(101)).figure, plain(202.0));
    assert!(share(Some(101)).figure < share(None).figure);
    assert_eq!((share(None).source_people, share(Some(101)).source_people), (None, Some(101)));
}

/// Figures by the naive formulas, over all values of the table.
struct Naive {
    shares: Vec<f64>,
    classes: Vec<Vec<f64>>,
    counts: Vec<Vec<u64>>,
}

impl Naive {
    /// `rows` of numbers; codes are in the order of the numbers.
    fn new(rows: &[(usize, usize)], source: Option<&[u64]>, values: &[usize]) -> Self {
        let count = |wanted: &dyn Fn(usize) -> bool| -> Vec<u64> {
            let of = |value: &usize| {
                rows.iter().filter(|(c, v)| wanted(*c) && v == value).count() as u64
            };
            values.iter().map(of).collect()
        };
        let share = |counts: &Vec<u64>| -> Vec<f64> {
            let all: u64 = counts.iter().sum();
            counts.iter().map(|n| *n as f64 / all as f64).collect()
        };
        let ids: std::collections::BTreeSet<usize> = rows.iter().map(|row| row.0).collect();
        let counts: Vec<Vec<u64>> = ids.iter().map(|id| count(&|class| class == *id)).collect();
        let whole = source.map_or_else(|| count(&|_| true), <[u64]>::to_vec);
        Self { shares: share(&whole), classes: counts.iter().map(share).collect(), counts }
    }

    fn greatest(&self, of: impl Fn(&[f64], &[f64]) -> f64) -> f64 {
        self.classes.iter().map(|q| of(q, &self.shares)).fold(f64::NEG_INFINITY, f64::max)
    }

    /// Half the sum of differences over groups of values.
    fn variation(&self, group: impl Fn(usize) -> usize) -> impl Fn(&[f64], &[f64]) -> f64 {
        move |q, p| {
            let mut groups: BTreeMap<usize, f64> = BTreeMap::new();
            for at in 0..q.len() {
                *groups.entry(group(at)).or_default() += q[at] - p[at];
            }
            groups.values().map(|d| d.abs()).sum::<f64>() / 2.0
        }
    }
}

fn ordered(q: &[f64], p: &[f64]) -> f64 {
    let mut sum = 0.0;
    let each = q.iter().zip(p).map(|(q, p)| {
        sum += q - p;
        f64::abs(sum)
    });
    each.sum::<f64>() / (q.len() - 1).max(1) as f64
}

fn falling(counts: &[u64]) -> Vec<f64> {
    let mut counts: Vec<f64> = counts.iter().map(|n| *n as f64).collect();
    counts.sort_by(|a, b| b.total_cmp(a));
    counts
}

/// Values 0 to 7 in pairs, fours and all.
fn pairs_and_fours() -> ValueTree {
    let row =
        |n: usize| vec![n.to_string(), format!("p{}", n / 2), format!("f{}", n / 4), "*".into()];
    ValueTree::new((0..8).map(row))
}

fn some(figure: Option<f64>, expected: f64) -> bool {
    match figure {
        Some(figure) => near(figure, expected),
        None => !expected.is_finite(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn figures_are_those_of_the_naive_formulas(
        rows in prop::collection::vec((0_usize..5, 0_usize..8), 1..60),
        source in prop::option::of(prop::array::uniform8(1_u64..9)),
    ) {
        let values: Vec<usize> = (0..8)
            .filter(|v| source.is_some() || rows.iter().any(|row| row.1 == *v))
            .collect();
        let naive = Naive::new(&rows, source.as_ref().map(<[u64; 8]>::as_slice), &values);
        let besides = Besides {
            tree: Some(pairs_and_fours()),
            source: source.map(|counts| {
                Distribution((0_u64..).map(|v| Some(v.to_string())).zip(counts).collect())
            }),
            ..Besides::default()
        };
        let named: Rows = rows.iter().map(|(c, v)| (*c, v.to_string())).collect();
        let of = report(&named, &besides).sensitive.pop().unwrap();

        prop_assert!(near(of.t_equal, naive.greatest(naive.variation(|at| at))));
        prop_assert!(some(of.t_ordered, naive.greatest(ordered)));
        let level = |step: usize| naive.variation({
            let values = values.clone();
            move |at| values[at] / step
        });
        let (one, two, four) = (level(1), level(2), level(4));
        let tree = naive.greatest(|q, p| (one(q, p) + two(q, p) + four(q, p)) / 3.0);
        prop_assert!(some(of.t_hierarchical, tree));

        let each = |f: &dyn Fn(f64, f64) -> f64, q: &[f64], p: &[f64]| {
            let of = |(q, p): (&f64, &f64)| if *q > 0.0 { f(*q, *p) } else { 0.0 };
            q.iter().zip(p).map(of).fold(0.0, f64::max)
        };
        prop_assert!(some(of.beta, naive.greatest(|q, p| each(&|q, p| (q - p) / p, q, p))));
        let enhanced = |q: f64, p: f64| {
            let gain = (q - p) / p;
            if gain > -p.ln() + 1e-9 { f64::INFINITY } else { gain }
        };
        prop_assert!(some(of.beta_enhanced, naive.greatest(|q, p| each(&enhanced, q, p))));
        let bits = |q: f64, p: f64| (q / p).log2().abs();
        prop_assert!(some(of.delta_disclosure, naive.greatest(|q, p| each(&bits, q, p))));

        let counts = || naive.counts.iter().map(|counts| falling(counts));
        let distinct = counts().map(|c| c.iter().filter(|n| **n > 0.0).count()).min();
        prop_assert_eq!(of.distinct_l as usize, distinct.unwrap());
        for (figure, l) in [(of.recursive_c_2, 2), (of.recursive_c_3, 3)] {
            let of = |c: Vec<f64>| {
                let tail: f64 = c.iter().skip(l - 1).sum();
                if tail > 0.0 { c[0] / tail } else { f64::INFINITY }
            };
            prop_assert!(some(figure, counts().map(of).fold(0.0, f64::max)));
        }
        let perplexity = naive.classes.iter().map(|q| {
            q.iter().filter(|q| **q > 0.0).map(|q| q.powf(-q)).product::<f64>()
        });
        prop_assert!(near(of.entropy_l, perplexity.fold(f64::INFINITY, f64::min)));
    }

    /// What the search promises of a class, the judge finds, for every model that both can ask of
    /// single classes.
    #[test]
    fn the_judge_agrees_with_the_search(
        rows in prop::collection::vec((0_usize..4, 0_usize..8), 1..40),
        t in 0.0_f64..1.0, l in 1_u64..5, c in 0.2_f64..4.0, beta in 0.1_f64..4.0,
    ) {
        let closeness = |distance| PrivacyModel::TCloseness { sensitive: value(), t, distance };
        let models = vec![
            PrivacyModel::KAnonymity { k: nonzero(l) },
            PrivacyModel::DistinctLDiversity { sensitive: value(), l: nonzero(l) },
            PrivacyModel::EntropyLDiversity { sensitive: value(), l: l as f64 },
            PrivacyModel::RecursiveLDiversity { sensitive: value(), c, l: nonzero(l) },
            closeness(Distance::Equal),
            closeness(Distance::Ordered),
            closeness(Distance::Hierarchical),
            PrivacyModel::BasicBetaLikeness { sensitive: value(), beta },
            PrivacyModel::EnhancedBetaLikeness { sensitive: value(), beta },
            PrivacyModel::DeltaDisclosure { sensitive: value(), delta: beta },
            PrivacyModel::KMap { k: nonzero(2 * l), sampling_fraction: Some(t.max(0.01)) },
        ];
        let named: Rows = rows.iter().map(|(class, value)| (*class, value.to_string())).collect();
        let besides = Besides {
            models: models.clone(),
            tree: Some(pairs_and_fours()),
            ..Besides::default()
        };
        let found = report(&named, &besides).models;
        for (model, found) in models.into_iter().zip(found) {
            let failing = promised(&rows, &model);
            prop_assert_eq!(found.classes_failing, Some(failing), "{:?}", found);
        }
    }
}

/// Classes that fail a model, by the search's account.
fn promised(rows: &[(usize, usize)], model: &PrivacyModel) -> u64 {
    let counts = |class: usize| {
        let of = |value| rows.iter().filter(|row| **row == (class, value)).count() as u32;
        (0..8).map(of).collect::<Vec<u32>>()
    };
    let classes: Vec<Vec<u32>> =
        (0..4).map(counts).filter(|of| of.iter().sum::<u32>() > 0).collect();
    let table = searched(&classes);
    let goal = Goal {
        models: vec![weir_search::goal::Model { model: model.clone(), sensitive: 0 }],
        quality: QualityModel::default(),
        suppress_at_most: 0.0,
    };
    let models = Models::new(&table, &goal);
    let holds = |counts: &Vec<u32>| {
        models.holds(&weir_search::Class {
            people: counts.iter().map(|n| u64::from(*n)).sum(),
            population: 0,
            values: &[Values::Dense(counts)],
            cells: &[],
        })
    };
    classes.iter().filter(|counts| !holds(counts)).count() as u64
}

/// A table of the search with these classes as its tuples.
fn searched(classes: &[Vec<u32>]) -> Table {
    use weir_search::table::{People, Sensitive, Tuples};
    let mut sensitive = Sensitive {
        n_codes: 8,
        offsets: vec![0],
        levels: vec![
            (0..8).collect(),
            (0..8).map(|v| v / 2).collect(),
            (0..8).map(|v| v / 4).collect(),
            vec![0; 8],
        ],
        order: (0..8).collect(),
        ..Sensitive::default()
    };
    for counts in classes {
        for (code, n) in (0..).zip(counts).filter(|(_, n)| **n > 0) {
            sensitive.codes.push(code);
            sensitive.people.push(*n);
        }
        sensitive.offsets.push(sensitive.codes.len() as u32);
    }
    let counts = classes.iter().map(|counts| counts.iter().sum()).collect();
    Table {
        columns: Vec::new(),
        tuples: Tuples::default(),
        people: People::Rows { counts, population: None },
        sensitive: vec![sensitive],
    }
}
