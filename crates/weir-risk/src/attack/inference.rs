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

/// People by code of one secret column.
type Counts = Vec<u64>;

impl Scene<'_> {
    /// Linkage and inference on the targets, held against the control group.
    pub(super) fn try_targets(
        &self,
        targets: &[Target],
        fits: &[Meanings],
        control: &Option<Strangers>,
    ) -> (Linkage, Vec<Inference>) {
        let n_secret = self.options.secret.len();
        let overall: Vec<Counts> =
            (0..n_secret).map(|s| self.sides.released.people_by_code(self.secret(s))).collect();
        let mut told: Vec<Told> = (0..n_secret).map(|_| Told::default()).collect();
        let mut link = Linking::default();
        for target in targets {
            let found = self.candidates(target, fits);
            link.add(found.iter().map(|record| self.released.people(*record)).sum());
            let seen = if found.is_empty() { self.nearest(target, fits) } else { found.clone() };
            for (s, told) in told.iter_mut().enumerate() {
                let mut counts = self.counts(&seen, s);
                let right = |counts: &Counts| self.right(counts, &overall[s], target, s);
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

    fn counts(&self, records: &[u32], s: usize) -> Counts {
        let released: &Side = self.sides.released;
        let column = self.secret(s);
        let mut counts = vec![0; released.texts[column].len()];
        let mut codes = Vec::new();
        for record in records {
            released.codes_of(released.records.members(*record as usize), column, &mut codes);
            let people = self.released.people(*record);
            codes.iter().for_each(|code| counts[*code as usize] += people);
        }
        counts
    }

    /// Chance that the most frequent label is right of a target; those tied are drawn from. With
    /// nobody to look at, the most frequent label of the release is told.
    fn right(&self, counts: &Counts, overall: &Counts, target: &Target, s: usize) -> f64 {
        let counts = if counts.iter().all(|n| *n == 0) { overall } else { counts };
        let most = counts.iter().max().copied().unwrap_or(0);
        let labels = &self.meanings[self.secret(s)].of_label;
        let truth = &target.secrets[s];
        let (mut tied, mut right) = (0_u64, 0_u64);
        for (label, _) in counts.iter().enumerate().filter(|(_, n)| **n == most && most > 0) {
            tied += 1;
            let fits = |code: &u32| labels[label].binary_search(code).is_ok();
            right += u64::from(truth.iter().any(fits));
        }
        if tied == 0 { 0.0 } else { right as f64 / tied as f64 }
    }

    /// Takes the target out of the counts: one of each of its labels.
    fn take_out(&self, counts: &mut Counts, target: &Target, s: usize) {
        let meanings = &self.meanings[self.secret(s)];
        for code in &target.secrets[s] {
            let labels = meanings.of_value[*code as usize].iter().map(|label| *label as usize);
            // A value may have become one of several labels; the most frequent is the likeliest.
            if let Some(label) = labels.max_by_key(|label| (counts[*label], usize::MAX - label)) {
                counts[label] = counts[label].saturating_sub(1);
            }
        }
    }

    fn baseline(&self, overall: &Counts, targets: &[Target], s: usize) -> f64 {
        let nobody = vec![0; overall.len()];
        let right: f64 = targets.iter().map(|t| self.right(&nobody, overall, t, s)).sum();
        right / targets.len().max(1) as f64
    }

    /// Chances on people of the control group. Their values are held against the released labels
    /// in their own codes.
    fn strangers_told(&self, control: &Strangers, overall: &Counts, s: usize) -> (f64, u64) {
        let labels = &control.fits[self.secret(s)].of_label;
        let right = |target: &Target| {
            let found = self.candidates(target, &control.fits);
            let seen = if found.is_empty() { self.nearest(target, &control.fits) } else { found };
            let counts = self.counts(&seen, s);
            let counts = if counts.iter().all(|n| *n == 0) { overall } else { &counts };
            let most = counts.iter().max().copied().unwrap_or(0);
            let tied = counts.iter().enumerate().filter(|(_, n)| **n == most && most > 0);
            let (mut all, mut hits) = (0_u64, 0_u64);
            for (label, _) in tied {
                all += 1;
                let fits = |code: &u32| labels[label].binary_search(code).is_ok();
                hits += u64::from(target.secrets[s].iter().any(fits));
            }
            if all == 0 { 0.0 } else { hits as f64 / all as f64 }
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
