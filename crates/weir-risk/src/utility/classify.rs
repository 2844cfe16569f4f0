//! How well one column can be told from the others, with the test rows held out.
//!
//! Released rows do not say whose they are. What a held-out row became is found by its cells: the
//! released rows that fit it. Where every value has one label there is one such look or, if the
//! row was left out, none; where there are several, each is held out by its share of the rows.

use std::collections::BTreeMap;

use weir_types::utility::{Classification, Logistic, NotClassified};

use super::Target;
use super::bayes::Counts;
use super::categories::{Categories, Feature};
use super::logistic::{Examples, Model};
use crate::attack::index::Index;
use crate::attack::interval::rate;
use crate::attack::meaning::Meanings;
use crate::attack::targets::Draw;
use crate::attack::{HierarchyRows, Side};

/// Rows that are held out together: some rows of the original, equal in all columns.
struct Held {
    /// The row.
    row: u32,
    /// How many of them.
    rows: u64,
    /// The released rows that fit, with the share of each.
    looks: Vec<(u32, f64)>,
}

/// Successes by way of learning and trying.
#[derive(Default)]
struct Right {
    tried: u64,
    baseline: u64,
    before: u64,
    after: f64,
    learnt_from_release: u64,
    /// Rows that were not left out.
    released: u64,
    tried_on_release: f64,
    logistic_before: u64,
    logistic_after: f64,
}

/// What a step of learning weights may look at: cells of the rows that are learnt from, for each
/// class, and one more for each row. Where rows are more, they are drawn. As only categories that
/// a drawn row has get weights, these are no more.
const MOST_LOOKS: usize = 2_000_000;
/// Rows to learn weights from at most.
const MOST_LEARNT: usize = 20_000;
/// Where not even so many rows could be learnt from, no weights are.
const LEAST_LEARNT: usize = 500;

/// Rows that weights are learnt from at most; `None` where that is too few.
fn most_learnt(n_features: usize, n_classes: usize) -> Option<u64> {
    let most = MOST_LOOKS / ((n_features + 1) * n_classes);
    (most >= LEAST_LEARNT).then_some(most.min(MOST_LEARNT) as u64)
}

/// Tells the last of `columns` from the others.
pub(super) fn classify(
    before: &Side,
    after: &Side,
    columns: &[String],
    target: &Target,
    hierarchies: &BTreeMap<String, HierarchyRows>,
) -> Result<Classification, NotClassified> {
    let texts = before.texts.iter().zip(&after.texts).zip(columns);
    let meanings: Vec<Meanings> = texts
        .map(|((values, labels), name)| Meanings::of(values, labels, hierarchies.get(name), None))
        .collect();
    let categories = Categories::new(before, after, &meanings)?;
    let all: Vec<usize> = (0..columns.len()).collect();
    let index = Index::new(after, &all);
    let fits: Vec<&[Vec<u32>]> = meanings.iter().map(|m| m.of_value.as_slice()).collect();
    let released_rows = after.people_by_row();
    let looks = |row: u32| -> Vec<(u32, f64)> {
        let found = index.looks(&before.rows[row as usize], &fits);
        let rows = |look: &u32| released_rows[*look as usize] as f64;
        let all: f64 = found.iter().map(rows).sum();
        found.iter().map(|look| (*look, rows(look) / all.max(1.0))).collect()
    };
    let folds = held_out(before, target, looks)?;
    let scene = Scene { before, after, categories: &categories };
    let (originals, releases) = (scene.learn_originals(), scene.learn_release(&released_rows));
    let most_learnt = most_learnt(scene.n_features(), categories.classes.n);
    let mut draw = Draw::new(target.seed);
    let drawn = most_learnt.map(|most| {
        let originals = scene.some_originals(&mut draw, most);
        (originals, scene.some_releases(&released_rows, &mut draw, most))
    });
    let mut right = Right::default();
    for fold in &folds {
        scene.try_fold(fold, &originals, &releases, &mut right);
        if let Some((originals, release)) = &drawn {
            scene.try_logistic(fold, (originals, release), &releases, &mut right);
        }
    }
    let tried = right.tried;
    Ok(Classification {
        target: target.column.clone(),
        features: columns[..columns.len() - 1].to_vec(),
        classes: categories.classes.n as u64,
        folds: folds.len() as u64,
        seed: target.seed,
        baseline: rate(right.baseline as f64, tried),
        before: rate(right.before as f64, tried),
        after: rate(right.after, tried),
        learnt_from_release: rate(right.learnt_from_release as f64, tried),
        tried_on_release: rate(right.tried_on_release, right.released),
        logistic: most_learnt.map(|most_learnt| Logistic {
            before: rate(right.logistic_before as f64, tried),
            after: rate(right.logistic_after, tried),
            most_learnt,
        }),
    })
}

/// The rows that are held out, part by part.
fn held_out(
    before: &Side,
    target: &Target,
    looks: impl Fn(u32) -> Vec<(u32, f64)>,
) -> Result<Vec<Vec<Held>>, NotClassified> {
    let people = before.records.people();
    if people < 2 {
        return Err(NotClassified::TooFewRows);
    }
    let mut records: Vec<u32> = Vec::new();
    for (record, (_, n)) in (0..).zip(before.records.iter()) {
        records.extend(std::iter::repeat_n(record, n as usize));
    }
    let mut draw = Draw::new(target.seed);
    draw.some(&mut records, target.most_tested.max(2));
    draw.shuffle(&mut records);
    let n_folds = target.folds.clamp(2, records.len() as u64) as usize;
    let mut found: BTreeMap<u32, Vec<(u32, f64)>> = BTreeMap::new();
    let fold = |at: usize| {
        let mut rows: BTreeMap<u32, u64> = BTreeMap::new();
        for record in records.iter().skip(at).step_by(n_folds) {
            for row in before.records.members(*record as usize) {
                *rows.entry(*row).or_default() += 1;
            }
        }
        rows
    };
    let folds = (0..n_folds).map(|at| {
        let held = fold(at).into_iter().map(|(row, rows)| {
            let looks = found.entry(row).or_insert_with(|| looks(row)).clone();
            Held { row, rows, looks }
        });
        held.collect()
    });
    Ok(folds.collect())
}

/// The two tables as a classifier sees them.
struct Scene<'a> {
    before: &'a Side,
    after: &'a Side,
    categories: &'a Categories,
}

impl Scene<'_> {
    fn n_features(&self) -> usize {
        self.categories.features.len()
    }

    fn class_of_row(&self, row: u32) -> u32 {
        let code = self.before.rows[row as usize][self.n_features()];
        self.categories.classes.of_value[code as usize]
    }

    fn class_of_look(&self, look: u32) -> Option<u32> {
        let code = self.after.rows[look as usize][self.n_features()];
        self.categories.classes.of_label[code as usize]
    }

    fn no_originals(&self) -> Counts {
        let sizes = self.categories.features.iter().map(|feature| feature.n_values);
        Counts::new(self.categories.classes.n, sizes)
    }

    fn no_release(&self) -> Counts {
        let sizes = self.categories.features.iter().map(|feature| feature.n_labels);
        Counts::new(self.categories.classes.n, sizes)
    }

    fn add_row(&self, counts: &mut Counts, row: u32, rows: f64) {
        let cells = self.before.rows[row as usize].iter().zip(&self.categories.features);
        let categories = cells.map(|(code, feature)| feature.of_value[*code as usize]);
        counts.add(self.class_of_row(row), categories, rows);
    }

    fn add_look(&self, counts: &mut Counts, look: u32, rows: f64) {
        let Some(class) = self.class_of_look(look) else { return };
        let cells = self.after.rows[look as usize].iter().zip(&self.categories.features);
        let categories = cells.map(|(code, feature)| feature.of_label[*code as usize]);
        counts.add(class, categories, rows);
    }

    fn learn_originals(&self) -> Counts {
        let mut counts = self.no_originals();
        for (row, rows) in (0..).zip(self.before.people_by_row()) {
            self.add_row(&mut counts, row, rows as f64);
        }
        counts.finish()
    }

    fn learn_release(&self, rows_of: &[u64]) -> Counts {
        let mut counts = self.no_release();
        for (look, rows) in (0..).zip(rows_of) {
            self.add_look(&mut counts, look, *rows as f64);
        }
        counts.finish()
    }

    /// Holds a part out of both tables, and tries it.
    fn try_fold(&self, fold: &[Held], originals: &Counts, releases: &Counts, right: &mut Right) {
        let (mut own, mut own_release) = (self.no_originals(), self.no_release());
        for held in fold {
            self.add_row(&mut own, held.row, held.rows as f64);
            for (look, share) in &held.looks {
                self.add_look(&mut own_release, *look, held.rows as f64 * share);
            }
        }
        let (mut originals, mut releases) = (originals.clone(), releases.clone());
        originals.subtract(&own);
        releases.subtract(&own_release);
        let (guess, nothing) = (originals.most_frequent(), releases.most_frequent());
        for held in fold {
            let truth = self.class_of_row(held.row);
            let rows = held.rows;
            let hit = |class: u32| if class == truth { rows } else { 0 };
            right.tried += rows;
            right.baseline += hit(guess);
            right.before += hit(self.tell(&originals, held.row, |f| &f.plain_values));
            right.learnt_from_release +=
                hit(self.tell(&releases, held.row, |f| &f.value_as_labels));
            if held.looks.is_empty() {
                right.after += hit(nothing) as f64;
                continue;
            }
            right.released += rows;
            for (look, share) in &held.looks {
                let as_labels = self.tell_look(&releases, *look, |f| &f.plain_labels);
                let as_values = self.tell_look(&originals, *look, |f| &f.label_as_values);
                right.after += hit(as_labels) as f64 * share;
                right.tried_on_release += hit(as_values) as f64 * share;
            }
        }
    }

    /// Original rows to learn weights from.
    fn some_originals(&self, draw: &mut Draw, most: u64) -> Drawn {
        let sizes = self.categories.features.iter().map(|feature| feature.n_values);
        let mut some = Drawn::new(Examples::new(self.categories.classes.n, sizes));
        let mut rows: Vec<(u32, u64)> = (0..).zip(self.before.people_by_row()).collect();
        draw.some(&mut rows, most);
        for (row, times) in rows {
            let cells = self.before.rows[row as usize].iter().zip(&self.categories.features);
            let categories = cells.map(|(code, feature)| feature.of_value[*code as usize]);
            some.add((row, times), self.class_of_row(row), categories);
        }
        some
    }

    /// Released rows to learn weights from.
    fn some_releases(&self, rows_of: &[u64], draw: &mut Draw, most: u64) -> Drawn {
        let sizes = self.categories.features.iter().map(|feature| feature.n_labels);
        let mut some = Drawn::new(Examples::new(self.categories.classes.n, sizes));
        let mut looks: Vec<(u32, u64)> = (0..).zip(rows_of.iter().copied()).collect();
        draw.some(&mut looks, most);
        for (look, times) in looks {
            let Some(class) = self.class_of_look(look) else { continue };
            let cells = self.after.rows[look as usize].iter().zip(&self.categories.features);
            let categories = cells.map(|(code, feature)| feature.of_label[*code as usize]);
            some.add((look, times), class, categories);
        }
        some
    }

    /// Holds a part out of the rows that weights are learnt from, and tries it.
    fn try_logistic(
        &self,
        fold: &[Held],
        (originals, release): (&Drawn, &Drawn),
        releases: &Counts,
        right: &mut Right,
    ) {
        let before = originals.without(fold.iter().map(|held| (held.row, held.rows as f64)));
        let looks = |held: &Held| {
            let rows = held.rows as f64;
            held.looks.iter().map(move |(look, share)| (*look, rows * share)).collect::<Vec<_>>()
        };
        let after = release.without(fold.iter().flat_map(looks));
        let nothing = releases.most_frequent();
        for held in fold {
            let truth = self.class_of_row(held.row);
            let row = &self.before.rows[held.row as usize];
            if before.likeliest(self.cells(row, |f| &f.plain_values)) == truth {
                right.logistic_before += held.rows;
            }
            let hit = |class: u32, share: f64| if class == truth { share } else { 0.0 };
            let rows = held.rows as f64;
            right.logistic_after += match held.looks.as_slice() {
                [] => hit(nothing, rows),
                looks => {
                    let told = looks.iter().map(|(look, share)| {
                        let cells =
                            self.cells(&self.after.rows[*look as usize], |f| &f.plain_labels);
                        hit(after.likeliest(cells), rows * share)
                    });
                    told.sum()
                }
            };
        }
    }

    /// The class that is told of an original row.
    fn tell(&self, counts: &Counts, row: u32, cells: CellsOf) -> u32 {
        self.told(counts, &self.before.rows[row as usize], cells)
    }

    /// The class that is told of a released row.
    fn tell_look(&self, counts: &Counts, look: u32, cells: CellsOf) -> u32 {
        self.told(counts, &self.after.rows[look as usize], cells)
    }

    fn told(&self, counts: &Counts, codes: &[u32], cells: CellsOf) -> u32 {
        counts.likeliest(self.cells(codes, cells))
    }

    /// What the codes of a row are, feature by feature.
    fn cells<'s>(
        &'s self,
        codes: &'s [u32],
        cells: CellsOf,
    ) -> impl Iterator<Item = &'s [(u32, f64)]> {
        let features = codes.iter().zip(&self.categories.features);
        features.map(move |(code, f)| cells(f)[*code as usize].as_slice())
    }
}

/// Rows that weights are learnt from.
struct Drawn {
    examples: Examples,
    /// Row of the table to its place among the examples.
    places: BTreeMap<u32, usize>,
    /// How often each is there.
    times: Vec<f64>,
}

impl Drawn {
    fn new(examples: Examples) -> Self {
        Self { examples, places: BTreeMap::new(), times: Vec::new() }
    }

    fn add(&mut self, (row, times): (u32, u64), class: u32, cells: impl Iterator<Item = u32>) {
        self.places.insert(row, self.times.len());
        self.times.push(times as f64);
        self.examples.add(class, cells);
    }

    /// Learns from all but what is held out.
    fn without(&self, held: impl Iterator<Item = (u32, f64)>) -> Model<'_> {
        let mut times = self.times.clone();
        for (row, less) in held {
            if let Some(place) = self.places.get(&row) {
                times[*place] = (times[*place] - less).max(0.0);
            }
        }
        self.examples.learn(&times)
    }
}

/// What the codes of a feature are, as mixtures of the categories that were counted.
type CellsOf = fn(&Feature) -> &Vec<Vec<(u32, f64)>>;

#[cfg(test)]
mod tests;
