//! Finding a person's rows, and telling a value from those who fit.

use weir_types::attack::{Inference, Linkage};

use super::interval::{between, paired, rate};
use super::meaning::Meanings;
use super::targets::{Strangers, Target};
use super::{Scene, Side};

/// What telling the values of one column came to.
#[derive(Default)]
struct Told {
    /// Chance on the target, and had the target stayed out.
    pairs: Vec<(f64, f64)>,
}

/// People by label of one secret column, labels rising; only those that somebody has.
type Counts = Vec<(u32, u64)>;

impl Scene<'_> {
    /// Linkage and inference on the targets, held against the control group.
    pub(super) fn try_targets(
        &self,
        targets: &[Target],
        fits: &[Meanings],
        control: &Option<Strangers>,
    ) -> (Linkage, Vec<Inference>) {
        let n_secret = self.options.secret.len();
        let overall: Vec<Vec<u32>> = (0..n_secret).map(|s| self.most_of_all(s)).collect();
        let mut told: Vec<Told> = (0..n_secret).map(|_| Told::default()).collect();
        let mut link = Linking::default();
        for target in targets {
            let found = self.candidates(target, fits);
            link.add(found.iter().map(|record| self.released.people(*record)).sum());
            let seen = if found.is_empty() { self.nearest(target, fits) } else { found.clone() };
            for (s, told) in told.iter_mut().enumerate() {
                let mut counts = self.counts(&seen, s);
                let labels = &self.meanings[self.secret(s)].of_label;
                let truth = &target.secrets[s];
                let right = |counts: &Counts| right(&most(counts, &overall[s]), labels, truth);
                let with = right(&counts);
                if !found.is_empty() {
                    self.take_out(&mut counts, target, s);
                }
                told.pairs.push((with, right(&counts)));
            }
        }
        let strangers = control.as_ref();
        let baselines = |s: usize| self.baseline(&overall[s], targets, s);
        let inference = told
            .into_iter()
            .enumerate()
            .map(|(s, told)| {
                let against = strangers.filter(|c| c.with_secrets);
                let against = against.map(|c| self.strangers_told(c, &overall[s], s));
                self.inferred(s, &told, against, baselines(s))
            })
            .collect();
        (link.result(self, strangers), inference)
    }

    /// The column of a secret.
    fn secret(&self, s: usize) -> usize {
        self.options.known.len() + s
    }

    /// The most frequent labels of the release.
    fn most_of_all(&self, s: usize) -> Vec<u32> {
        let people = self.sides.released.people_by_code(self.secret(s));
        let counts: Counts = (0..).zip(people).filter(|(_, n)| *n > 0).collect();
        most(&counts, &[])
    }

    fn counts(&self, records: &[u32], s: usize) -> Counts {
        let released: &Side = self.sides.released;
        let column = self.secret(s);
        let mut pairs: Counts = Vec::new();
        let mut codes = Vec::new();
        for record in records {
            released.codes_of(released.records.members(*record as usize), column, &mut codes);
            let people = self.released.people(*record);
            pairs.extend(codes.iter().map(|code| (*code, people)));
        }
        pairs.sort_unstable();
        pairs.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        pairs
    }

    /// Takes the target out of the counts: one of each of its labels.
    fn take_out(&self, counts: &mut Counts, target: &Target, s: usize) {
        let meanings = &self.meanings[self.secret(s)];
        for code in &target.secrets[s] {
            let labels = &meanings.of_value[*code as usize];
            let place = |label: &u32| counts.binary_search_by_key(label, |(label, _)| *label).ok();
            // A value may have become one of several labels; the most frequent is the likeliest,
            // of equal ones the first.
            let places = labels.iter().filter_map(place);
            if let Some(at) = places.max_by_key(|at| (counts[*at].1, usize::MAX - at)) {
                counts[at].1 = counts[at].1.saturating_sub(1);
            }
        }
    }

    fn baseline(&self, overall: &[u32], targets: &[Target], s: usize) -> f64 {
        let labels = &self.meanings[self.secret(s)].of_label;
        let right: f64 = targets.iter().map(|t| right(overall, labels, &t.secrets[s])).sum();
        right / targets.len().max(1) as f64
    }

    /// Chances on people of the control group. Their values are held against the released labels
    /// in their own codes.
    fn strangers_told(&self, control: &Strangers, overall: &[u32], s: usize) -> (f64, u64) {
        let labels = &control.fits[self.secret(s)].of_label;
        let right = |target: &Target| {
            let found = self.candidates(target, &control.fits);
            let seen = if found.is_empty() { self.nearest(target, &control.fits) } else { found };
            right(&most(&self.counts(&seen, s), overall), labels, &target.secrets[s])
        };
        (control.targets.iter().map(right).sum(), control.targets.len() as u64)
    }

    fn inferred(
        &self,
        s: usize,
        told: &Told,
        against: Option<(f64, u64)>,
        baseline: f64,
    ) -> Inference {
        let n = told.pairs.len() as u64;
        let with = rate(told.pairs.iter().map(|(with, _)| with).sum(), n);
        let (control, advantage) = match against {
            Some((sum, people)) => {
                let control = rate(sum, people);
                (control, between(&with, &control))
            }
            None => {
                let control = rate(told.pairs.iter().map(|(_, without)| without).sum(), n);
                (control, paired(&told.pairs))
            }
        };
        Inference {
            column: self.options.secret[s].clone(),
            rate: with,
            control,
            baseline,
            advantage,
        }
    }
}

/// The most frequent labels; with nobody to look at, those given.
fn most(counts: &[(u32, u64)], otherwise: &[u32]) -> Vec<u32> {
    match counts.iter().map(|(_, people)| *people).max() {
        Some(most) if most > 0 => {
            let tied = counts.iter().filter(|(_, people)| *people == most);
            tied.map(|(label, _)| *label).collect()
        }
        _ => otherwise.to_vec(),
    }
}

/// Chance that a label is right which is drawn from those that are tied.
fn right(tied: &[u32], labels: &[Vec<u32>], truth: &[u32]) -> f64 {
    let fits = |label: &&u32| {
        let fits = &labels[**label as usize];
        truth.iter().any(|code| fits.binary_search(code).is_ok())
    };
    if tied.is_empty() { 0.0 } else { tied.iter().filter(fits).count() as f64 / tied.len() as f64 }
}

/// What linking came to.
#[derive(Default)]
struct Linking {
    n: u64,
    chance: f64,
    unique: u64,
    /// Targets whom exactly one other would fit, had they stayed out.
    others_unique: u64,
    none: u64,
    fewest: Option<u64>,
}

impl Linking {
    fn add(&mut self, fitting: u64) {
        self.n += 1;
        match fitting {
            0 => self.none += 1,
            n => {
                self.chance += 1.0 / n as f64;
                self.fewest = Some(self.fewest.map_or(n, |fewest| fewest.min(n)));
            }
        }
        self.unique += u64::from(fitting == 1);
        self.others_unique += u64::from(fitting == 2);
    }

    fn result(&self, scene: &Scene<'_>, strangers: Option<&Strangers>) -> Linkage {
        let control_unique = match strangers {
            None => rate(self.others_unique as f64, self.n),
            Some(control) => {
                let fitting = |target: &Target| -> u64 {
                    let found = scene.candidates(target, &control.fits);
                    found.iter().map(|record| scene.released.people(*record)).sum()
                };
                let unique = control.targets.iter().filter(|t| fitting(t) == 1).count();
                rate(unique as f64, control.targets.len() as u64)
            }
        };
        Linkage {
            rate: rate(self.chance, self.n),
            baseline: 1.0 / scene.sides.released.records.people().max(1) as f64,
            unique: rate(self.unique as f64, self.n),
            control_unique,
            none: self.none as f64 / self.n.max(1) as f64,
            fewest: self.fewest.unwrap_or(0),
        }
    }
}
