//! People with several rows: the search held against trying every node, told without hashes.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use weir_search::{
    Class, Goal, Models, NoSolution, Quality, SearchOptions, Solution, Table, Values,
    goal::Model,
    model::n_suppressed,
    quality, search,
    table::{Column, Level, People, Place, Sensitive, Tuples},
};
use weir_types::QualityModel;

/// Codes of the three quasi-identifiers and of the sensitive column.
type Row = ([u16; 3], u16);
type Persons = Vec<Vec<Row>>;

const SENSITIVE: usize = 4;

/// Widths of the groups, level by level; the values follow each other. The last code is "no
/// value", which stands alone but at the top.
fn columns() -> Vec<Column> {
    let column = |values: u32, widths: &[u32], weight: f64| {
        let level = |width: u32| {
            let groups = values.div_ceil(width);
            let last = if groups == 1 { 0 } else { groups };
            let loss = f64::from(width.min(values) - 1) / f64::from(values - 1);
            let mut level = Level {
                groups: (0..values).map(|code| code / width).chain([last]).collect(),
                loss: vec![loss; groups as usize],
            };
            if groups > 1 {
                level.loss.push(0.0);
            }
            level
        };
        let levels = widths.iter().map(|width| level(*width)).collect();
        Column { levels, domain: f64::from(values), weight }
    };
    vec![column(6, &[1, 2, 6], 1.0), column(4, &[1, 2, 4], 2.0), column(2, &[1, 2], 1.0)]
}

fn nodes() -> Vec<Vec<usize>> {
    (0..18).map(|node| vec![node / 6, node / 2 % 3, node % 2]).collect()
}

/// What the search sees of persons.
fn table(persons: &Persons, linked: bool) -> Table {
    let looks: BTreeSet<[u16; 3]> = persons.iter().flatten().map(|row| row.0).collect();
    let tuples: Vec<[u16; 3]> = looks.into_iter().collect();
    let tuple = |look: &[u16; 3]| u32::try_from(tuples.binary_search(look).unwrap()).unwrap();
    let word = |look: &[u16; 3]| look[0] | look[1] << 3 | look[2] << 6;
    let words = vec![tuples.iter().map(word).collect()];
    let places =
        [(0, 3), (3, 3), (6, 2)].map(|(shift, bits)| Place { word: 0, shift, bits }).to_vec();
    // Linked persons are told apart by their looks alone, others by each row with its value.
    let mut records: BTreeMap<Vec<(u32, u16)>, Vec<&Vec<Row>>> = BTreeMap::new();
    for person in persons {
        let value = |row: &Row| if linked { 0 } else { row.1 };
        let mut rows: Vec<_> = person.iter().map(|row| (tuple(&row.0), value(row))).collect();
        rows.sort_unstable();
        records.entry(rows).or_default().push(person);
    }
    let (mut offsets, mut members, mut people) = (vec![0], Vec::new(), Vec::new());
    let mut sensitive = Sensitive {
        n_codes: SENSITIVE,
        offsets: vec![0],
        levels: vec![vec![0, 1, 2, 3], vec![0, 0, 1, 1], vec![0; 4]],
        order: vec![1; SENSITIVE],
        ..Sensitive::default()
    };
    for (rows, persons) in &records {
        members.extend(rows.iter().map(|row| row.0));
        offsets.push(members.len() as u64);
        people.push(u32::try_from(persons.len()).unwrap());
        let mut unit = |codes: BTreeMap<u16, u32>| {
            sensitive.codes.extend(codes.keys());
            sensitive.people.extend(codes.values());
            sensitive.offsets.push(u32::try_from(sensitive.codes.len()).unwrap());
        };
        if linked {
            let mut codes = BTreeMap::new();
            for person in persons {
                for code in person.iter().map(|row| row.1).collect::<BTreeSet<_>>() {
                    *codes.entry(code).or_default() += 1;
                }
            }
            unit(codes);
        } else {
            let n = u32::try_from(persons.len()).unwrap();
            rows.iter().for_each(|row| unit(BTreeMap::from([(row.1, n)])));
        }
    }
    Table {
        columns: columns(),
        tuples: Tuples { words, places },
        people: People::Records { offsets, members, people, linked },
        sensitive: vec![sensitive],
    }
}

/// The models of a goal over the person–value pairs of all persons.
fn models(persons: &Persons, goal: &Goal) -> Models {
    let mut pairs = vec![0; SENSITIVE];
    for person in persons {
        for code in person.iter().map(|row| row.1).collect::<BTreeSet<_>>() {
            pairs[usize::from(code)] += 1;
        }
    }
    let mut table = table(&vec![vec![([0; 3], 0)]; persons.len()], true);
    table.sensitive[0] = Sensitive {
        offsets: vec![0, SENSITIVE as u32],
        codes: (0..SENSITIVE as u16).collect(),
        people: pairs,
        ..table.sensitive[0].clone()
    };
    Models::new(&table, goal)
}

/// What a node does, told plainly.
#[derive(Debug, PartialEq)]
struct Plainly {
    /// Persons or rows over what there is of them.
    share: f64,
    score: f64,
    people: u64,
    rows: u64,
    classes: u64,
    smallest: u64,
}

/// The persons of a class, each with the rows that are in it.
type InClass<'a> = Vec<(usize, Vec<&'a Row>)>;

fn plainly(persons: &Persons, goal: &Goal, levels: &[usize], linked: bool) -> Plainly {
    let columns = columns();
    let look = |row: &Row| -> Vec<u32> {
        (0..3).map(|c| columns[c].levels[levels[c]].groups[usize::from(row.0[c])]).collect()
    };
    let mut classes: BTreeMap<Vec<Vec<u32>>, InClass<'_>> = BTreeMap::new();
    for (at, person) in persons.iter().enumerate() {
        if linked {
            let mut whole: Vec<_> = person.iter().map(look).collect();
            whole.sort_unstable();
            classes.entry(whole).or_default().push((at, person.iter().collect()));
            continue;
        }
        for row in person {
            let class = classes.entry(vec![look(row)]).or_default();
            match class.last_mut() {
                Some((last, rows)) if *last == at => rows.push(row),
                _ => class.push((at, vec![row])),
            }
        }
    }
    let models = models(persons, goal);
    let holds = |looks: &Vec<Vec<u32>>, class: &InClass<'_>| {
        let mut counts = vec![0; SENSITIVE];
        for (_, rows) in class {
            for code in rows.iter().map(|row| row.1).collect::<BTreeSet<_>>() {
                counts[usize::from(code)] += 1;
            }
        }
        let cells = looks.iter().flat_map(|look| levels.iter().copied().zip(look.iter().copied()));
        models.holds(&Class {
            people: class.len() as u64,
            population: 0,
            values: &[Values::Dense(&counts)],
            cells: &cells.collect::<Vec<_>>(),
        })
    };
    let (mut kept, mut out): (Vec<_>, Vec<_>) =
        classes.iter().partition(|(looks, class)| holds(looks, class));
    suppress_small(persons, goal, (levels, linked), &mut kept, &mut out);
    let rows_out: Vec<&Row> =
        out.iter().flat_map(|(_, class)| class.iter().flat_map(|(_, rows)| rows.clone())).collect();
    let hit: BTreeSet<usize> =
        out.iter().flat_map(|(_, class)| class.iter().map(|(at, _)| *at)).collect();
    let n_rows: usize = persons.iter().map(Vec::len).sum();
    let (part, all) = if linked { (hit.len(), persons.len()) } else { (rows_out.len(), n_rows) };
    Plainly {
        share: part as f64 / all as f64,
        score: score(persons, goal.quality, levels, &kept, &rows_out),
        people: hit.len() as u64,
        rows: rows_out.len() as u64,
        classes: kept.len() as u64,
        smallest: kept.iter().map(|(_, class)| class.len() as u64).min().unwrap_or(0),
    }
}

type Classes<'a> = Vec<(&'a Vec<Vec<u32>>, &'a InClass<'a>)>;

/// The smallest go until all that speak of the whole hold; of one size, those that lose least.
fn suppress_small<'a>(
    persons: &Persons,
    goal: &Goal,
    (levels, linked): (&[usize], bool),
    kept: &mut Classes<'a>,
    out: &mut Classes<'a>,
) {
    let (models, columns) = (models(persons, goal), columns());
    let units_out = |out: &[(&Vec<Vec<u32>>, &InClass<'_>)]| -> u64 {
        let rows = |class: &InClass<'_>| class.iter().map(|(_, rows)| rows.len()).sum::<usize>();
        out.iter().map(|(_, class)| if linked { class.len() } else { rows(class) } as u64).sum()
    };
    let n_rows: usize = persons.iter().map(Vec::len).sum();
    let units = if linked { persons.len() } else { n_rows };
    let limit = (goal.suppress_at_most * units as f64 + 1e-6) as u64;
    if (linked || levels.iter().zip(&columns).any(|(level, c)| level + 1 < c.levels.len()))
        && !models.whole().is_empty()
    {
        let mut sizes: BTreeMap<u64, u64> = BTreeMap::new();
        kept.iter().for_each(|(_, class)| *sizes.entry(class.len() as u64).or_default() += 1);
        let sizes: Vec<_> = sizes.into_iter().collect();
        let most = limit.saturating_sub(units_out(out));
        let gone = n_suppressed(models.whole(), &sizes, most);
        let quality = quality_of(persons, goal.quality);
        let order = |(looks, class): &(&Vec<Vec<u32>>, &InClass<'_>)| {
            let units = units_out(&[(looks, class)]) as f64;
            let loss = looks.iter().map(|look| {
                let cells = look.iter().zip(levels).zip(&columns);
                let cells = cells.map(|((g, l), c)| (c.levels[*l].loss[*g as usize], c.domain));
                quality.of_class(units, cells)
            });
            loss.sum::<f64>()
        };
        // Groups come in their order, so that looks do as cells do.
        kept.sort_by(|a, b| {
            (a.1.len().cmp(&b.1.len())).then(order(a).total_cmp(&order(b))).then(a.0.cmp(b.0))
        });
        out.extend(kept.drain(..usize::try_from(gone).unwrap()));
    }
}

fn quality_of(persons: &Persons, model: QualityModel) -> Quality {
    let columns = columns();
    let mut rows: Vec<Vec<u64>> =
        columns.iter().map(|column| vec![0; column.levels[0].groups.len()]).collect();
    for row in persons.iter().flatten() {
        (0..3).for_each(|c| rows[c][usize::from(row.0[c])] += 1);
    }
    Quality::new(model, &columns, &rows)
}

fn score(
    persons: &Persons,
    model: QualityModel,
    levels: &[usize],
    kept: &[(&Vec<Vec<u32>>, &InClass<'_>)],
    out: &[&Row],
) -> f64 {
    let columns = columns();
    let quality = quality_of(persons, model);
    let group =
        |c: usize, row: &Row| columns[c].levels[levels[c]].groups[usize::from(row.0[c])] as usize;
    if quality.is_of_cells() || quality.asks_suppressed() {
        let costs = (0..3).map(|c| {
            let mut lost = vec![0_u64; columns[c].levels[levels[c]].loss.len()];
            out.iter().for_each(|row| lost[group(c, row)] += 1);
            let more = if quality.asks_suppressed() {
                quality.entropy_of_suppressed(lost)
            } else {
                lost.iter().zip(quality.add(c, levels[c])).map(|(n, add)| *n as f64 * add).sum()
            };
            quality.rounded(quality.base(c, levels[c]) + more)
        });
        return quality.score(costs);
    }
    let in_class =
        |class: &InClass<'_>| class.iter().map(|(_, rows)| rows.len()).sum::<usize>() as f64;
    let inputs = |row: &&Row| {
        quality.inputs((0..3).map(|c| columns[c].levels[levels[c]].loss[group(c, row)]))
    };
    let rows_kept = kept.iter().flat_map(|(_, class)| class.iter().flat_map(|(_, rows)| rows));
    quality.score_of_classes(&quality::Classes {
        kept: kept.len() as u64,
        squares: kept.iter().map(|(_, class)| in_class(class).powi(2)).sum(),
        suppressed: out.len() as u64,
        inputs: rows_kept.map(inputs).sum(),
    })
}

fn model(text: &str) -> Model {
    Model { model: text.parse().unwrap(), sensitive: 0 }
}

fn persons(rows: std::ops::Range<usize>) -> impl Strategy<Value = Persons> {
    let row = ((0u16..7, 0u16..5, 0u16..3).prop_map(|(a, b, c)| [a, b, c]), 0u16..4);
    prop::collection::vec(prop::collection::vec(row, rows), 4..50)
}

const MODELS: [&str; 15] = [
    "2-anonymity",
    "4-anonymity",
    "6-map sampling_fraction=0.5",
    "average-risk at_most=0.3",
    "population-uniqueness at_most=0.2 sampling_fraction=0.3 estimator=zayatz",
    "2-diversity of s",
    "entropy-l-diversity l=2 of s",
    "recursive-l-diversity c=2 l=2 of s",
    "0.3-closeness of s",
    "0.2-closeness distance=hierarchical of s",
    "0.25-closeness distance=ordered of s",
    "basic-beta-likeness beta=1 of s",
    "enhanced-beta-likeness beta=1.2 of s",
    "delta-disclosure delta=1.5 of s",
    "profitability benefit=310 loss=300 gain=300 attempt=4",
];

const QUALITIES: [&str; 9] = [
    "loss",
    "loss suppression_factor=0.3",
    "non-uniform-entropy",
    "non-uniform-entropy monotonic=true",
    "discernibility",
    "average-class-size",
    "precision",
    "granularity",
    "ambiguity",
];

fn goal() -> impl Strategy<Value = Goal> {
    let models = prop::sample::subsequence(MODELS.to_vec(), 0..4);
    let limit = prop::sample::select(vec![0.0, 0.1, 0.3, 1.0]);
    let quality = prop::sample::select(QUALITIES.to_vec());
    (models, limit, quality).prop_map(|(models, limit, quality)| Goal {
        models: models.into_iter().map(model).collect(),
        quality: quality.parse().unwrap(),
        suppress_at_most: limit,
    })
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

fn counts(found: &Solution) -> [u64; 4] {
    [found.people_suppressed, found.rows_suppressed, found.classes, found.smallest_class]
}

/// Persons or rows that the flags of a solution name.
fn flagged(table: &Table, found: &Solution) -> u64 {
    let weighed = |units: &[u32]| {
        let units = units.iter().zip(&found.suppressed).filter(|(_, out)| **out);
        units.map(|(n, _)| u64::from(*n)).sum()
    };
    match &table.people {
        People::Records { people, linked: true, .. } => weighed(people),
        _ => weighed(&table.rows_of_tuples()),
    }
}

/// The same table with its tuples and records in another order.
fn turned(table: &Table) -> Table {
    let mut turned = table.clone();
    let People::Records { offsets, members, people, linked } = &table.people else {
        panic!("records")
    };
    let n = u32::try_from(table.tuples.words[0].len()).unwrap();
    turned.tuples.words[0].reverse();
    let (mut ends, mut all, mut own) = (vec![0], Vec::new(), Vec::new());
    let sensitive = &mut turned.sensitive[0];
    let (codes, counts) = (&table.sensitive[0].codes, &table.sensitive[0].people);
    (sensitive.codes, sensitive.people, sensitive.offsets) = (Vec::new(), Vec::new(), vec![0]);
    for record in (0..people.len()).rev() {
        let range = offsets[record] as usize..offsets[record + 1] as usize;
        all.extend(members[range.clone()].iter().rev().map(|tuple| n - 1 - tuple));
        ends.push(all.len() as u64);
        own.push(people[record]);
        for unit in if *linked { (record..record + 1).rev() } else { range.rev() } {
            let range = table.sensitive[0].offsets[unit] as usize
                ..table.sensitive[0].offsets[unit + 1] as usize;
            sensitive.codes.extend(&codes[range.clone()]);
            sensitive.people.extend(&counts[range]);
            sensitive.offsets.push(u32::try_from(sensitive.codes.len()).unwrap());
        }
    }
    turned.people = People::Records { offsets: ends, members: all, people: own, linked: *linked };
    turned
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_optimum_is_that_of_trying_all(
        persons in persons(1..5),
        goal in goal(),
        linked in any::<bool>(),
    ) {
        let all: Vec<(Vec<usize>, Plainly)> = nodes()
            .into_iter()
            .map(|levels| (levels.clone(), plainly(&persons, &goal, &levels, linked)))
            .collect();
        let within = |told: &Plainly| told.share <= goal.suppress_at_most + 1e-9;
        let best = all.iter().map(|(_, told)| told).filter(|told| within(told));
        let best = best.map(|told| told.score).min_by(f64::total_cmp);
        let table = table(&persons, linked);
        match (search(&table, &goal, &SearchOptions::PLAIN), best) {
            (Ok(found), Some(best)) => {
                let (_, told) = all.iter().find(|(levels, _)| *levels == found.levels).unwrap();
                prop_assert!(found.optimal && within(told), "{told:?}");
                prop_assert!(near(found.score, best), "{} {best}", found.score);
                prop_assert!(near(found.score, told.score), "{} {}", found.score, told.score);
                let all = [told.people, told.rows, told.classes, told.smallest];
                prop_assert_eq!(counts(&found), all);
                prop_assert_eq!(
                    flagged(&table, &found),
                    if linked { told.people } else { told.rows }
                );
                let again = search(&turned(&table), &goal, &SearchOptions::PLAIN).unwrap();
                prop_assert_eq!(&again.levels, &found.levels);
                prop_assert_eq!(counts(&again), counts(&found));
            }
            (Err(NoSolution::Infeasible { share, linked: said, .. }), None) => {
                // What would have to go if it might.
                let free = Goal { suppress_at_most: 1.0, ..goal.clone() };
                let top = plainly(&persons, &free, &nodes()[17], linked);
                prop_assert!(said == linked && near(share, top.share), "{share} {}", top.share);
            }
            (Err(NoSolution::TooFewPeople { people, least }), _) => {
                prop_assert!(people < least && people == persons.len() as u64);
            }
            (found, best) => prop_assert!(false, "{found:?} {best:?}"),
        }
    }

    #[test]
    fn one_row_a_person_is_a_table_of_rows(
        persons in persons(1..2),
        goal in goal(),
        linked in any::<bool>(),
    ) {
        let records = table(&persons, linked);
        // Tuples are in order, and so are linked records of one row.
        let mut rows = table(&persons, true);
        rows.people =
            People::Rows { counts: rows.rows_of_tuples().into_owned(), population: None };
        let plain = search(&rows, &goal, &SearchOptions::PLAIN);
        match (search(&records, &goal, &SearchOptions::PLAIN), plain) {
            (Ok(found), Ok(plain)) => {
                prop_assert_eq!(&found.levels, &plain.levels);
                prop_assert!(near(found.score, plain.score));
                prop_assert_eq!(counts(&found), counts(&plain));
                prop_assert_eq!(&found.suppressed, &plain.suppressed);
                prop_assert!(near(found.lower_bound, plain.lower_bound));
            }
            (Err(NoSolution::Infeasible { .. }), Err(NoSolution::Infeasible { .. })) => {}
            (found, plain) => prop_assert_eq!(found.unwrap_err(), plain.unwrap_err()),
        }
    }
}

#[test]
fn a_value_in_several_rows_counts_once() {
    // One person with five rows of value 0, and one with one row of value 1.
    let persons = vec![vec![([1, 1, 1], 0); 5], vec![([1, 1, 1], 1)]];
    for linked in [true, false] {
        let pooled = table(&persons, linked).pooled(0).into_owned();
        let mut pairs = [0; SENSITIVE];
        pooled.codes.iter().zip(&pooled.people).for_each(|(c, n)| pairs[usize::from(*c)] += n);
        assert_eq!(pairs, [1, 1, 0, 0], "linked {linked}");
    }
    let goal = Goal {
        models: vec![model("0-closeness of s"), model("2-diversity of s")],
        quality: QualityModel::default(),
        suppress_at_most: 0.0,
    };
    let found = search(&table(&persons, false), &goal, &SearchOptions::PLAIN).unwrap();
    assert_eq!((found.levels, found.smallest_class), (vec![0, 0, 0], 2));
    let refused = search(&table(&persons, true), &goal, &SearchOptions::PLAIN);
    let Err(NoSolution::Infeasible { share, linked: true, .. }) = refused else {
        panic!("people of five rows and of one differ: {refused:?}")
    };
    assert!((share - 1.0).abs() < 1e-12);
}

#[test]
fn a_search_that_is_stopped_has_something_and_a_bound() {
    let row = |n: u16| ([n % 7, n / 7 % 5, n % 3], n % 4);
    let person = |n: u16| (0..=n % 4).map(|at| row(n.wrapping_mul(31) / 5 + at)).collect();
    let persons: Persons = (0..200).map(person).collect();
    let goal = Goal {
        models: vec![model("3-anonymity"), model("entropy-l-diversity l=2 of s")],
        quality: QualityModel::default(),
        suppress_at_most: 0.2,
    };
    for linked in [true, false] {
        let table = table(&persons, linked);
        let best = search(&table, &goal, &SearchOptions::PLAIN).unwrap();
        let budget = SearchOptions { budget: 1, ..SearchOptions::PLAIN };
        let found = search(&table, &goal, &budget).unwrap();
        assert!(best.optimal && !found.optimal);
        assert!(found.score >= best.score && found.lower_bound <= best.score);
        let stop = SearchOptions { stop: &|| true, ..SearchOptions::PLAIN };
        assert_eq!(search(&table, &goal, &stop).unwrap().levels, found.levels);
    }
}
