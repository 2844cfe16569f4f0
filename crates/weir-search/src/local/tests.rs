use std::cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proptest::prelude::*;
use weir_types::model::{Attack, Distance, Estimator};
use weir_types::{PrivacyModel, QualityModel};

use super::*;
use crate::goal::Model;
use crate::model::{Class, Models, Values};
use crate::search::{SearchOptions, search};
use crate::table::{Column, Level, People, Place, Sensitive, Tuples};

mod together;

/// A column of `domain` codes whose groups double in width from level to level.
fn column(domain: u32) -> Column {
    let mut levels = Vec::new();
    let mut width = 1;
    loop {
        let groups: Vec<u32> = (0..domain).map(|code| code / width).collect();
        let n_groups = (domain - 1) / width + 1;
        let size = |group: u32| groups.iter().filter(|g| **g == group).count() as f64;
        let loss = |group| (size(group) - 1.0) / (f64::from(domain) - 1.0).max(1.0);
        levels.push(Level { loss: (0..n_groups).map(loss).collect(), groups });
        if n_groups == 1 {
            return Column { levels, domain: f64::from(domain), weight: 1.0 };
        }
        width *= 2;
    }
}

/// Rows of codes, the last of which is sensitive, as a table in which each row is a person.
fn table(domains: &[u32], rows: &[Vec<u16>]) -> Table {
    let mut units: BTreeMap<Vec<u16>, BTreeMap<u16, u32>> = BTreeMap::new();
    for row in rows {
        let (value, tuple) = row.split_last().unwrap();
        *units.entry(tuple.to_vec()).or_default().entry(*value).or_default() += 1;
    }
    let tuples: Vec<Vec<u16>> = units.keys().cloned().collect();
    let mut sensitive = Sensitive {
        n_codes: 4,
        offsets: vec![0],
        order: vec![1; 4],
        levels: vec![vec![0, 1, 2, 3], vec![0, 0, 1, 1], vec![0; 4]],
        ..Sensitive::default()
    };
    for values in units.values() {
        sensitive.codes.extend(values.keys());
        sensitive.people.extend(values.values());
        sensitive.offsets.push(sensitive.codes.len() as u32);
    }
    let counts: Vec<u32> = units.values().map(|values| values.values().sum()).collect();
    let population = counts.iter().enumerate().map(|(at, n)| n + at as u32 % 3).collect();
    Table {
        columns: domains.iter().copied().map(column).collect(),
        tuples: pack(domains.len(), &tuples),
        people: People::Rows { counts, population: Some(population) },
        sensitive: vec![sensitive],
    }
}

/// One word per column.
fn pack(n_columns: usize, tuples: &[Vec<u16>]) -> Tuples {
    Tuples {
        words: (0..n_columns).map(|at| tuples.iter().map(|tuple| tuple[at]).collect()).collect(),
        places: (0..n_columns).map(|word| Place { word, shift: 0, bits: 16 }).collect(),
    }
}

fn k_anonymity(k: u64) -> Model {
    Model { model: PrivacyModel::KAnonymity { k: k.try_into().unwrap() }, sensitive: 0 }
}

fn goal(models: Vec<Model>, quality: QualityModel, suppress_at_most: f64) -> Goal {
    Goal { models, quality, suppress_at_most }
}

/// Codes that a cell may stand for.
fn codes(column: &Column, places: Option<&Vec<u32>>, cell: Cell) -> Vec<usize> {
    let all = 0..column.levels[0].groups.len();
    match cell {
        Cell::Group { level, group } => {
            all.filter(|&code| column.levels[usize::from(level)].groups[code] == group).collect()
        }
        Cell::Level { .. } => all.collect(),
        Cell::Range { from, to } => {
            let places = places.expect("only columns with places are released as ranges");
            let range = places[from as usize]..=places[to as usize];
            all.filter(|&code| range.contains(&places[code])).collect()
        }
    }
}

/// Checks a recoding against the table by plain means, and gives the mean loss of each column.
fn check(table: &Table, goal: &Goal, places: &[Option<Vec<u32>>], found: &Recoding) -> Vec<f64> {
    let People::Rows { counts, population: Some(population) } = &table.people else { panic!() };
    let all: u64 = counts.iter().map(|n| u64::from(*n)).sum();
    let mut classes: BTreeMap<&Region, Regrouped> = BTreeMap::new();
    let mut losses = vec![0.0; table.columns.len()];
    let mut suppressed = 0;
    for (unit, region) in found.of_unit.iter().enumerate() {
        let Some(region) = region else {
            suppressed += u64::from(counts[unit]);
            losses.iter_mut().for_each(|loss| *loss += f64::from(counts[unit]));
            continue;
        };
        let region = &found.regions[*region as usize];
        let class = classes.entry(region).or_default();
        class.people += u64::from(counts[unit]);
        class.population += u64::from(population[unit]);
        let sensitive = &table.sensitive[0];
        for at in sensitive.offsets[unit]..sensitive.offsets[unit + 1] {
            let code = usize::from(sensitive.codes[at as usize]);
            class.values[code] += sensitive.people[at as usize];
        }
        for (at, column) in table.columns.iter().enumerate() {
            let cell = region.cells[at];
            let covered = codes(column, places.get(at).and_then(Option::as_ref), cell);
            assert!(covered.contains(&usize::from(table.tuples.words[at][unit])), "{cell:?}");
            let share = (covered.len() as f64 - 1.0) / (column.domain - 1.0).max(1.0);
            losses[at] += share * f64::from(counts[unit]);
        }
    }
    let models = Models::new(table, goal);
    let mut sizes: BTreeMap<u64, u64> = BTreeMap::new();
    for (region, class) in &classes {
        let cell = |(cell, column): (&Cell, &Column)| match *cell {
            Cell::Group { level, group } => (usize::from(level), group),
            _ => (column.levels.len() - 1, 0),
        };
        let cells: Vec<_> = region.cells.iter().zip(&table.columns).map(cell).collect();
        let values = [Values::Dense(&class.values)];
        let &Regrouped { people, population, .. } = class;
        let class = Class { people, population, values: &values, cells: &cells };
        assert!(models.holds(&class), "{people} people, {values:?}");
        *sizes.entry(people).or_default() += 1;
    }
    let sizes: Vec<(u64, u64)> = sizes.into_iter().collect();
    // Where all cells are those that stand for everything, models of all classes are not asked.
    let is_top = |(cell, column): (&Cell, &Column)| match *cell {
        Cell::Group { level, .. } => usize::from(level) + 1 == column.levels.len(),
        _ => false,
    };
    let tells_nothing = |region: &&Region| region.cells.iter().zip(&table.columns).all(is_top);
    let is_asked = !classes.keys().all(tells_nothing);
    let together = models.whole().iter().all(|model| model.holds(&sizes));
    assert!(!is_asked || together, "{sizes:?}");
    assert_eq!(classes.len(), found.regions.len(), "two regions are alike");
    assert_eq!(found.figures.suppressed, suppressed);
    assert_eq!(found.figures.classes, found.regions.len());
    assert_eq!(found.figures.smallest, sizes.first().map_or(0, |size| size.0));
    assert!(suppressed as f64 <= goal.suppress_at_most * all as f64 + 1e-9);
    losses.iter().map(|loss| loss / all as f64).collect()
}

/// A class as it is counted from the released regions.
#[derive(Default)]
struct Regrouped {
    people: u64,
    population: u64,
    values: [u32; 4],
}

/// The score of full-domain generalisation that suppresses classes that fail, or `None` where
/// that is more than the goal allows.
fn full_domain_score(table: &Table, goal: &Goal, levels: &[usize]) -> Option<f64> {
    let People::Rows { counts, .. } = &table.people else { panic!("rows only") };
    let mut classes: BTreeMap<Vec<u32>, (u64, Vec<u32>, f64)> = BTreeMap::new();
    let (mut all, mut lost) = (0_u64, 0);
    for (unit, people) in counts.iter().enumerate() {
        let mut key = Vec::new();
        let mut loss = 0.0;
        for (at, column) in table.columns.iter().enumerate() {
            let level = &column.levels[levels[at]];
            let group = level.groups[usize::from(table.tuples.words[at][unit])];
            loss += level.loss[group as usize] / table.columns.len() as f64;
            key.push(group);
        }
        let class = classes.entry(key).or_insert((0, vec![0; 4], loss));
        class.0 += u64::from(*people);
        all += u64::from(*people);
        let sensitive = &table.sensitive[0];
        for at in sensitive.offsets[unit]..sensitive.offsets[unit + 1] {
            class.1[usize::from(sensitive.codes[at as usize])] += sensitive.people[at as usize];
        }
    }
    let models = Models::new(table, goal);
    let mut score = 0.0;
    for (people, values, loss) in classes.values() {
        let values = [Values::Dense(values)];
        let class = Class { people: *people, population: 0, values: &values, cells: &[] };
        let kept = models.holds(&class);
        lost += if kept { 0 } else { *people };
        score += *people as f64 * if kept { *loss } else { 1.0 };
    }
    (lost as f64 <= goal.suppress_at_most * all as f64 + 1e-9).then_some(score / all as f64)
}

fn models() -> impl Strategy<Value = Vec<Model>> {
    let sensitive = || "s".to_owned();
    let model = |model| Model { model, sensitive: 0 };
    let l = 2_u64.try_into().unwrap();
    let closeness =
        |distance| PrivacyModel::TCloseness { sensitive: sensitive(), t: 0.3, distance };
    let unique = |estimator| PrivacyModel::PopulationUniqueness {
        at_most: 0.05,
        sampling_fraction: 0.3,
        estimator,
    };
    let profit = |no_attack| PrivacyModel::Profitability {
        benefit: 10.0,
        loss: 30.0,
        gain: 10.0,
        attempt: 2.0,
        attack: Attack::Prosecutor,
        no_attack,
    };
    let all = vec![
        PrivacyModel::DistinctLDiversity { sensitive: sensitive(), l },
        PrivacyModel::EntropyLDiversity { sensitive: sensitive(), l: 1.8 },
        PrivacyModel::RecursiveLDiversity { sensitive: sensitive(), c: 2.0, l },
        closeness(Distance::Equal),
        closeness(Distance::Ordered),
        closeness(Distance::Hierarchical),
        PrivacyModel::BasicBetaLikeness { sensitive: sensitive(), beta: 1.0 },
        PrivacyModel::EnhancedBetaLikeness { sensitive: sensitive(), beta: 1.0 },
        PrivacyModel::DeltaDisclosure { sensitive: sensitive(), delta: 1.5 },
        PrivacyModel::AverageRisk { at_most: 0.25 },
        unique(Estimator::Pitman),
        unique(Estimator::Zayatz),
        unique(Estimator::Snb),
        unique(Estimator::Dankar),
        PrivacyModel::KMap { k: 4.try_into().unwrap(), sampling_fraction: None },
        PrivacyModel::KMap { k: 4.try_into().unwrap(), sampling_fraction: Some(0.3) },
        PrivacyModel::DeltaPresence { min: 0.2, max: 0.8 },
        profit(false),
        profit(true),
    ];
    (1_u64..5, prop::sample::subsequence(all, 0..=2)).prop_map(move |(k, more)| {
        [k_anonymity(k)].into_iter().chain(more.into_iter().map(model)).collect()
    })
}

fn qualities() -> impl Strategy<Value = QualityModel> {
    prop_oneof![
        Just(QualityModel::default()),
        Just(QualityModel::Loss { suppression_factor: 0.1 }),
        Just(QualityModel::Granularity),
        Just(QualityModel::NonUniformEntropy { monotonic: false }),
        Just(QualityModel::Precision),
        Just(QualityModel::Discernibility),
        Just(QualityModel::AverageClassSize),
        Just(QualityModel::Ambiguity),
    ]
}

fn rows() -> impl Strategy<Value = Vec<Vec<u16>>> {
    let row = (0_u16..9, 0_u16..5, 0_u16..2, 0_u16..4).prop_map(|(a, b, c, s)| vec![a, b, c, s]);
    prop::collection::vec(row, 1..120)
}

const DOMAINS: [u32; 3] = [9, 5, 2];

fn places() -> Vec<Option<Vec<u32>>> {
    vec![Some((0..9).collect()), None, None]
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(120)
    })]

    #[test]
    fn classes_hold_and_regions_cover(
        rows in rows(),
        models in models(),
        quality in qualities(),
        limit in prop_oneof![Just(0.0), Just(0.1), Just(1.0)],
        method in prop_oneof![Just(Method::Finest), Just(Method::Strict), Just(Method::Relaxed)],
        ranges in any::<bool>(),
    ) {
        let table = table(&DOMAINS, &rows);
        let goal = goal(models, quality, limit);
        let places = if ranges { places() } else { Vec::new() };
        let options = LocalOptions { places: &places, method, ..LocalOptions::default() };
        match recode(&table, &goal, &options) {
            Ok(found) => {
                check(&table, &goal, &places, &found);
                prop_assert_eq!(&recode(&table, &goal, &options).unwrap(), &found);
            }
            Err(error) => {
                let too_many = matches!(error, LocalError::TooManySuppressed { .. });
                prop_assert!(too_many && limit < 1.0, "{}", error);
            }
        }
    }

    #[test]
    fn never_worse_than_the_full_domain_optimum(
        rows in rows(),
        models in models(),
        quality in qualities(),
        limit in prop_oneof![Just(0.0), Just(0.2), Just(1.0)],
    ) {
        let table = table(&DOMAINS, &rows);
        let goal = goal(models, quality, limit);
        let Ok(optimum) = search(&table, &goal, &SearchOptions::PLAIN) else { return Ok(()) };
        let options = LocalOptions { start: Some(&optimum.levels), ..LocalOptions::default() };
        let found = recode(&table, &goal, &options).unwrap();
        check(&table, &goal, &[], &found);
        let plain = found.full_domain.unwrap();
        prop_assert!(found.figures.score <= plain.score + 1e-9);
        prop_assert_eq!(plain.suppressed, optimum.people_suppressed);
        prop_assert_eq!(plain.classes as u64, optimum.classes);
        prop_assert_eq!(plain.smallest, optimum.smallest_class);
    }

    #[test]
    fn levels_that_are_not_the_optimum_are_a_start_as_well(
        rows in rows(),
        k in 1_u64..5,
        limit in prop_oneof![Just(0.0), Just(0.2), Just(1.0)],
        levels in (0_usize..5, 0_usize..4, 0_usize..2),
    ) {
        let table = table(&DOMAINS, &rows);
        let goal = goal(vec![k_anonymity(k)], QualityModel::Granularity, limit);
        let start = [levels.0, levels.1, levels.2];
        let options = LocalOptions { start: Some(&start), ..LocalOptions::default() };
        let plain = full_domain_score(&table, &goal, &start);
        match recode(&table, &goal, &options) {
            Ok(found) => {
                let losses = check(&table, &goal, &[], &found);
                let score = losses.iter().sum::<f64>() / losses.len() as f64;
                prop_assert!((score - found.figures.score).abs() < 1e-8);
                prop_assert!(plain.is_none_or(|plain| score <= plain + 1e-9));
                prop_assert_eq!(plain.is_some(), found.full_domain.is_some());
            }
            Err(error) => prop_assert!(plain.is_none(), "{}", error),
        }
    }

    #[test]
    fn what_is_found_is_valid_whenever_it_is_stopped(
        rows in rows(),
        models in models(),
        limit in prop_oneof![Just(0.0), Just(0.2), Just(1.0)],
        after in 0_u32..400,
    ) {
        let table = table(&DOMAINS, &rows);
        let goal = goal(models, QualityModel::default(), limit);
        let Ok(optimum) = search(&table, &goal, &SearchOptions::PLAIN) else { return Ok(()) };
        let asked = cell::Cell::new(0_u32);
        let stop = || {
            asked.set(asked.get() + 1);
            asked.get() > after
        };
        let start = Some(&optimum.levels[..]);
        let options = LocalOptions { start, stop: &stop, ..LocalOptions::default() };
        let found = recode(&table, &goal, &options).unwrap();
        check(&table, &goal, &[], &found);
        prop_assert!(found.figures.score <= found.full_domain.unwrap().score + 1e-9);
    }

    #[test]
    fn refining_never_costs(rows in rows(), k in 1_u64..5) {
        let table = table(&DOMAINS, &rows);
        let goal = goal(vec![k_anonymity(k)], QualityModel::Granularity, 1.0);
        let plain = LocalOptions { refine: false, ..LocalOptions::default() };
        let formed = recode(&table, &goal, &plain).unwrap();
        let refined = recode(&table, &goal, &LocalOptions::default()).unwrap();
        prop_assert!(refined.figures.score <= formed.figures.score + 1e-9);
    }

    #[test]
    fn records_of_a_class_look_alike(
        records in prop::collection::vec(prop::collection::vec((0_u16..4, 0_u16..3), 1..4), 1..60),
        k in 1_u64..4,
    ) {
        let table = linked(&records);
        let goal = goal(vec![k_anonymity(k)], QualityModel::default(), 1.0);
        let found = recode(&table, &goal, &LocalOptions::default()).unwrap();
        let People::Records { offsets, members, people, .. } = &table.people else { panic!() };
        let mut classes: BTreeMap<u32, (u64, BTreeSet<Look>)> = BTreeMap::new();
        for (unit, region) in found.of_unit.iter().enumerate() {
            let Some(region) = region else { continue };
            let rows = &members[offsets[unit] as usize..offsets[unit + 1] as usize];
            let mut look: Look = rows.iter().map(|&row| {
                let cells = found.regions[*region as usize].cells.iter().enumerate();
                cells.map(|(at, cell)| {
                    let Cell::Level { level } = cell else { panic!("{cell:?}") };
                    let code = table.tuples.words[at][row as usize];
                    table.columns[at].levels[usize::from(*level)].groups[usize::from(code)]
                }).collect()
            }).collect();
            look.sort();
            let class = classes.entry(*region).or_default();
            class.0 += u64::from(people[unit]);
            class.1.insert(look);
        }
        for (people, looks) in classes.values() {
            prop_assert!(*people >= k && looks.len() == 1);
        }
    }
}

/// The generalised rows of a record, sorted.
type Look = Vec<Vec<u32>>;

/// Persons with several linked rows.
fn linked(records: &[Vec<(u16, u16)>]) -> Table {
    let mut tuples: Vec<Vec<u16>> =
        records.iter().flatten().map(|row| vec![row.0, row.1]).collect();
    tuples.sort();
    tuples.dedup();
    let mut units: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
    for record in records {
        let at = |row: &(u16, u16)| tuples.binary_search(&vec![row.0, row.1]).unwrap() as u32;
        let mut record: Vec<u32> = record.iter().map(at).collect();
        record.sort_unstable();
        *units.entry(record).or_default() += 1;
    }
    let mut offsets = vec![0];
    let mut members = Vec::new();
    for record in units.keys() {
        members.extend(record);
        offsets.push(members.len() as u64);
    }
    let people = units.values().copied().collect();
    Table {
        columns: vec![column(4), column(3)],
        tuples: pack(2, &tuples),
        people: People::Records { offsets, members, people, linked: true },
        sensitive: Vec::new(),
    }
}

#[test]
fn what_cannot_be_right_is_refused() {
    let mut table = linked(&[vec![(0, 0), (1, 1)], vec![(2, 2)]]);
    if let People::Records { linked, .. } = &mut table.people {
        *linked = false;
    }
    let plain = goal(vec![k_anonymity(2)], QualityModel::default(), 1.0);
    let options = LocalOptions::default();
    assert_eq!(recode(&table, &plain, &options), Err(LocalError::NotLinked));

    let table = super::tests::table(&DOMAINS, &[vec![0, 0, 0, 0], vec![1, 1, 1, 1]]);
    let private = PrivacyModel::DifferentialPrivacy {
        epsilon: 1.0,
        delta: 1e-6,
        epsilon_search: 0.0,
        steps: 0,
    };
    let private = goal(vec![Model { model: private, sensitive: 0 }], QualityModel::default(), 1.0);
    let refused = Err(LocalError::Model { model: "differential privacy" });
    assert_eq!(recode(&table, &private, &options), refused);

    let three = goal(vec![k_anonymity(3)], QualityModel::default(), 0.5);
    let refused = Err(LocalError::TooManySuppressed { suppressed: 2, most: 1 });
    assert_eq!(recode(&table, &three, &options), refused);

    let options = LocalOptions { start: Some(&[0, 0]), ..options };
    assert!(matches!(recode(&table, &plain, &options), Err(LocalError::Options { .. })));
}

#[test]
fn a_lattice_too_large_to_enumerate() {
    let domains = [8_u32; 24];
    let mut state = 1_u64;
    let mut code = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % 8) as u16
    };
    let rows: Vec<Vec<u16>> =
        (0..300).map(|_| (0..24).map(|_| code()).chain([0]).collect()).collect();
    let table = table(&domains, &rows);
    let goal = goal(vec![k_anonymity(3)], QualityModel::default(), 0.0);
    let options = LocalOptions { visits: 1_000_000, ..LocalOptions::default() };
    let found = recode(&table, &goal, &options).unwrap();
    check(&table, &goal, &[], &found);
    assert!(found.figures.classes > 50, "{:?}", found.figures);
}

/// The table that the figures for ARX were measured on; they are 0.906 and 4 suppressed.
#[test]
fn adult_keeps_more_than_the_peer() {
    let Some(table) = adult() else {
        eprintln!("skipped: no Adult table beside the repository");
        return;
    };
    let goal = goal(vec![k_anonymity(5)], QualityModel::default(), 1.0);
    let options = LocalOptions { refine: false, ..LocalOptions::default() };
    let formed = recode(&table, &goal, &options).unwrap();
    check(&table, &goal, &[], &formed);
    assert!(formed.figures.granularity > 0.94, "{:?}", formed.figures);
    assert!(formed.figures.suppressed <= 4, "{:?}", formed.figures);
    let refined = recode(&table, &goal, &LocalOptions::default()).unwrap();
    check(&table, &goal, &[], &refined);
    assert!(refined.figures.granularity > formed.figures.granularity, "{:?}", refined.figures);
    assert!(refined.figures.suppressed <= 4, "{:?}", refined.figures);
}

fn adult() -> Option<Table> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("../../../shared/data/anonymization/adult");
    let rows = std::fs::read_to_string(folder.join("adult.csv")).ok()?;
    let mut lines = rows.lines();
    let names: Vec<&str> = lines.next()?.split(';').collect();
    let mut columns = Vec::new();
    let mut codes: Vec<BTreeMap<String, u16>> = Vec::new();
    for name in &names {
        let file = folder.join(format!("adult_hierarchy_{name}.csv"));
        let (column, codebook) = hierarchy(&std::fs::read_to_string(file).ok()?);
        columns.push(column);
        codes.push(codebook);
    }
    let mut units: BTreeMap<Vec<u16>, u32> = BTreeMap::new();
    for line in lines {
        let tuple = line.split(';').zip(&codes).map(|(value, codes)| codes[value]).collect();
        *units.entry(tuple).or_default() += 1;
    }
    let tuples: Vec<Vec<u16>> = units.keys().cloned().collect();
    let one_each =
        |n: u32| Sensitive { n_codes: 1, offsets: (0..=n).collect(), ..Sensitive::default() };
    let mut sensitive = one_each(tuples.len() as u32);
    sensitive.codes = vec![0; tuples.len()];
    sensitive.people = units.values().copied().collect();
    Some(Table {
        tuples: pack(columns.len(), &tuples),
        columns,
        people: People::Rows {
            population: Some(units.values().copied().collect()),
            counts: units.into_values().collect(),
        },
        sensitive: vec![sensitive],
    })
}

fn hierarchy(text: &str) -> (Column, BTreeMap<String, u16>) {
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(';').collect()).collect();
    let domain = rows.len() as f64;
    let levels = (0..rows[0].len()).map(|level| {
        let mut names: BTreeMap<&str, u32> = BTreeMap::new();
        let mut sizes: Vec<f64> = Vec::new();
        let mut groups = Vec::new();
        for row in &rows {
            let next = names.len() as u32;
            let group = *names.entry(row[level]).or_insert(next);
            sizes.resize(names.len(), 0.0);
            sizes[group as usize] += 1.0;
            groups.push(group);
        }
        let loss = sizes.iter().map(|size| (size - 1.0) / (domain - 1.0)).collect();
        Level { groups, loss }
    });
    let levels = levels.collect();
    let codes = rows.iter().enumerate().map(|(at, row)| (row[0].to_owned(), at as u16));
    (Column { levels, domain, weight: 1.0 }, codes.collect())
}

/// An attempt costs nothing, so that it pays in a class of any size.
#[test]
fn a_model_that_no_class_meets_is_refused() {
    let table = table(&DOMAINS, &[vec![0, 0, 0, 0], vec![1, 1, 1, 1]]);
    let model = PrivacyModel::Profitability {
        benefit: 1200.0,
        loss: 300.0,
        gain: 300.0,
        attempt: 0.0,
        attack: Attack::Prosecutor,
        no_attack: true,
    };
    let goal = goal(vec![Model { model, sensitive: 0 }], QualityModel::default(), 0.5);
    let found = recode(&table, &goal, &LocalOptions::default());
    assert_eq!(found, Err(LocalError::TooManySuppressed { suppressed: 2, most: 1 }));
}
