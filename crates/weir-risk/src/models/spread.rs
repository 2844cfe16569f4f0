//! Sensitive values within classes: diversity, closeness, likeness, disclosure.

use weir_table::{ClassValues, TableError};
use weir_types::PrivacyModel;
use weir_types::model::Distance;
use weir_types::risk::{Against, MeasuredModel, SensitiveFigures, Unmeasured};

use super::tree::{Tree, ValueTree};
use super::{Distribution, ROUNDING, finite, order};

/// Measures a sensitive column: its figures, and the models that speak of it.
pub(super) fn measure(
    values: ClassValues,
    source: Option<&Distribution>,
    hierarchy: Option<&ValueTree>,
    mut asked: Vec<&mut MeasuredModel>,
) -> Result<SensitiveFigures, TableError> {
    let whole = Whole::new(&values, source, hierarchy);
    let (column, n_values) = (values.column().to_owned(), values.labels().len() as u64);
    let mut worst = Worst::new();
    let mut failing = vec![0_u64; asked.len()];
    // What recursive diversity is asked of; its figure depends on the model's l.
    let mut recursive = vec![0.0_f64; asked.len()];
    values.for_each_class(|counts| {
        let class = Class::new(counts, &whole);
        worst.see(&class);
        for (at, measured) in asked.iter().enumerate() {
            failing[at] += u64::from(!class.meets(&measured.model));
            if let PrivacyModel::RecursiveLDiversity { l, .. } = &measured.model {
                recursive[at] = recursive[at].max(class.recursive(l.get()));
            }
        }
    })?;
    for (at, measured) in asked.iter_mut().enumerate() {
        if lacks_hierarchy(&measured.model, &whole) {
            measured.unmeasured = Some(Unmeasured::NeedsHierarchy);
            continue;
        }
        let Some((figure, threshold)) = worst.figure(&measured.model, recursive[at]) else {
            measured.unmeasured = Some(Unmeasured::UnknownModel);
            continue;
        };
        measured.met = Some(failing[at] == 0);
        measured.figure = finite(figure);
        measured.threshold = Some(threshold);
        measured.classes_failing = Some(failing[at]);
        measured.against = compares(&measured.model).then_some(whole.against);
        measured.unmeasured = None;
    }
    Ok(worst.figures(column, n_values, &whole))
}

fn lacks_hierarchy(model: &PrivacyModel, whole: &Whole) -> bool {
    let distance = Distance::Hierarchical;
    whole.tree.is_none()
        && matches!(model, PrivacyModel::TCloseness { distance: asked, .. } if *asked == distance)
}

/// Whether a model compares classes with the table.
fn compares(model: &PrivacyModel) -> bool {
    matches!(
        model,
        PrivacyModel::TCloseness { .. }
            | PrivacyModel::BasicBetaLikeness { .. }
            | PrivacyModel::EnhancedBetaLikeness { .. }
            | PrivacyModel::DeltaDisclosure { .. }
    )
}

/// What classes are compared with.
struct Whole {
    against: Against,
    /// Share of each code.
    shares: Vec<f64>,
    /// Code to its place in the order of the values, from 0.
    ranks: Vec<u32>,
    /// Share of the values up to each rank, and running sums of these shares: `sums[r]` is the
    /// sum over the ranks below `r`.
    up_to: Vec<f64>,
    sums: Vec<f64>,
    /// Whether the order is more than that of the texts.
    ordered: bool,
    tree: Option<Tree>,
}

impl Whole {
    fn new(
        values: &ClassValues,
        source: Option<&Distribution>,
        hierarchy: Option<&ValueTree>,
    ) -> Self {
        let mut labels: Vec<Option<&str>> =
            values.labels().iter().map(|label| label.expose().as_deref()).collect();
        let mut counts = values.whole().to_vec();
        if let Some(Distribution(source)) = source {
            let of = |label: &Option<&str>| source.get(&label.map(str::to_owned)).copied();
            counts = labels.iter().map(|label| of(label).unwrap_or(0)).collect();
            let released: std::collections::BTreeSet<_> = labels.iter().copied().collect();
            for (label, count) in source {
                if !released.contains(&label.as_deref()) {
                    labels.push(label.as_deref());
                    counts.push(*count);
                }
            }
        }
        let all = counts.iter().sum::<u64>().max(1) as f64;
        let shares: Vec<f64> = counts.iter().map(|n| *n as f64 / all).collect();
        let mut ranks = vec![0; labels.len()];
        let (mut up_to, mut sums) = (Vec::with_capacity(labels.len()), vec![0.0]);
        let (mut up, mut sum) = (0_u64, 0.0);
        for (rank, code) in (0..).zip(order::ranked(&labels)) {
            ranks[code] = rank;
            up += counts[code];
            up_to.push(up as f64 / all);
            sum += up as f64 / all;
            sums.push(sum);
        }
        Self {
            against: if source.is_some() { Against::Source } else { Against::Released },
            ordered: order::is_natural(labels.iter().copied()),
            tree: hierarchy.map(|tree| tree.over(&labels, &shares)),
            shares,
            ranks,
            up_to,
            sums,
        }
    }

    /// Sum of `|share - up_to|` over the ranks from `from` to before `to`.
    fn off(&self, share: f64, from: usize, to: usize) -> f64 {
        let turn = from + self.up_to[from..to].partition_point(|up_to| *up_to < share);
        let below = share * (turn - from) as f64 - (self.sums[turn] - self.sums[from]);
        below + (self.sums[to] - self.sums[turn]) - share * (to - turn) as f64
    }
}

/// The values of one class.
struct Class<'a> {
    /// Pairs of the class.
    pairs: u64,
    /// Pairs by value, the most frequent first.
    falling: Vec<u32>,
    /// Codes, rising, with their shares of the class.
    shares: Vec<(u32, f64)>,
    whole: &'a Whole,
}

impl<'a> Class<'a> {
    fn new(counts: &[(u32, u32)], whole: &'a Whole) -> Self {
        let pairs: u64 = counts.iter().map(|(_, n)| u64::from(*n)).sum();
        let mut falling: Vec<u32> = counts.iter().map(|(_, n)| *n).collect();
        falling.sort_unstable_by_key(|n| std::cmp::Reverse(*n));
        let share = |(code, n): &(u32, u32)| (*code, f64::from(*n) / pairs as f64);
        Self { pairs, falling, shares: counts.iter().map(share).collect(), whole }
    }

    /// `e` to the entropy: Definition 4.1 of Machanavajjhala et al., "ℓ-diversity", ACM TKDD
    /// 1(1), 2007, asks that the entropy is at least `ln l`.
    fn entropy(&self) -> f64 {
        let sum: f64 = self
            .falling
            .iter()
            .map(|n| f64::from(*n) / self.pairs as f64)
            .map(|q| -q * q.ln())
            .sum();
        sum.max(0.0).exp()
    }

    /// Pairs from the `l`-th most frequent value on.
    fn tail(&self, l: u64) -> f64 {
        let from = usize::try_from(l.max(1) - 1).unwrap_or(usize::MAX);
        self.falling.iter().skip(from).map(|n| f64::from(*n)).sum()
    }

    /// `r_1 / (r_l + … + r_m)`, which Definition 4.2 of the same asks to be below `c`; infinite
    /// where there are fewer than `l` values.
    fn recursive(&self, l: u64) -> f64 {
        let tail = self.tail(l);
        // A sum of nothing is -0, and would divide to -∞.
        if tail > 0.0 { f64::from(self.falling[0]) / tail } else { f64::INFINITY }
    }

    /// Half the sum of the differences.
    fn equal_distance(&self) -> f64 {
        self.shares.iter().map(|(code, q)| (q - self.share(*code)).max(0.0)).sum()
    }

    /// Li et al. (ICDE 2007), section 4.2: the mean, over the cuts between neighbours in the
    /// order, of what has to pass the cut.
    fn ordered_distance(&self) -> f64 {
        let values = self.whole.up_to.len();
        if values < 2 {
            return 0.0;
        }
        let mut ranked: Vec<(usize, f64)> = self
            .shares
            .iter()
            .map(|(code, q)| (self.whole.ranks[*code as usize] as usize, *q))
            .collect();
        ranked.sort_unstable_by_key(|(rank, _)| *rank);
        let (mut off, mut from, mut up_to) = (0.0, 0, 0.0);
        for (rank, q) in ranked {
            off += self.whole.off(up_to, from, rank);
            (from, up_to) = (rank, up_to + q);
        }
        // Past the last rank everything has arrived; that "cut" is 0 on both sides.
        off += self.whole.off(up_to, from, values - 1);
        (off / (values - 1) as f64).max(0.0)
    }

    fn tree_distance(&self) -> Option<f64> {
        self.whole.tree.as_ref().map(|tree| tree.distance(&self.shares))
    }

    /// Greatest relative gain `(q - p) / p`: Definition 2 of Cao and Karras, "Publishing
    /// microdata with a robust privacy guarantee", PVLDB 5(11), 2012.
    fn gain(&self) -> f64 {
        self.gains().map(|(_, gain)| gain).fold(0.0, f64::max)
    }

    /// The same, or infinite where a gain is above `-ln p`: Definition 3.
    fn enhanced_gain(&self) -> f64 {
        let bounded = self.gains().all(|(p, gain)| gain <= -p.ln() + ROUNDING);
        if bounded { self.gain() } else { f64::INFINITY }
    }

    /// Share in the table and relative gain of each value of the class.
    fn gains(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.shares.iter().map(|(code, q)| {
            let p = self.share(*code);
            (p, (q - p) / p)
        })
    }

    /// Greatest `|log2(q / p)|` over the values of the class: Definition 3 of Brickell and
    /// Shmatikov, "The cost of privacy", KDD 2008, taken, as ARX takes it, in bits and over the
    /// values that occur.
    fn disclosure(&self) -> f64 {
        let one = |(code, q): &(u32, f64)| (q / self.share(*code)).log2().abs();
        self.shares.iter().map(one).fold(0.0, f64::max)
    }

    fn share(&self, code: u32) -> f64 {
        self.whole.shares[code as usize]
    }

    fn meets(&self, model: &PrivacyModel) -> bool {
        let at_most = |figure: f64, bound: f64| figure <= bound * (1.0 + ROUNDING) + ROUNDING;
        match model {
            PrivacyModel::DistinctLDiversity { l, .. } => self.falling.len() as u64 >= l.get(),
            PrivacyModel::EntropyLDiversity { l, .. } => self.entropy() >= l * (1.0 - ROUNDING),
            PrivacyModel::RecursiveLDiversity { c, l, .. } => {
                f64::from(self.falling[0]) < c * self.tail(l.get())
            }
            PrivacyModel::TCloseness { t, distance, .. } => match distance {
                Distance::Equal => at_most(self.equal_distance(), *t),
                Distance::Ordered => at_most(self.ordered_distance(), *t),
                Distance::Hierarchical => self.tree_distance().is_some_and(|d| at_most(d, *t)),
            },
            PrivacyModel::BasicBetaLikeness { beta, .. } => at_most(self.gain(), *beta),
            PrivacyModel::EnhancedBetaLikeness { beta, .. } => at_most(self.enhanced_gain(), *beta),
            PrivacyModel::DeltaDisclosure { delta, .. } => at_most(self.disclosure(), *delta),
            _ => false,
        }
    }
}

/// The figures of the worst class so far.
struct Worst {
    distinct: u64,
    entropy: f64,
    recursive: [f64; 2],
    equal: f64,
    ordered: f64,
    tree: f64,
    gain: f64,
    enhanced: f64,
    disclosure: f64,
}

impl Worst {
    fn new() -> Self {
        Self {
            distinct: u64::MAX,
            entropy: f64::INFINITY,
            recursive: [0.0; 2],
            equal: 0.0,
            ordered: 0.0,
            tree: 0.0,
            gain: 0.0,
            enhanced: 0.0,
            disclosure: 0.0,
        }
    }

    fn see(&mut self, class: &Class<'_>) {
        let raise = |worst: &mut f64, figure: f64| *worst = worst.max(figure);
        self.distinct = self.distinct.min(class.falling.len() as u64);
        self.entropy = self.entropy.min(class.entropy());
        raise(&mut self.recursive[0], class.recursive(2));
        raise(&mut self.recursive[1], class.recursive(3));
        raise(&mut self.equal, class.equal_distance());
        raise(&mut self.ordered, class.ordered_distance());
        raise(&mut self.tree, class.tree_distance().unwrap_or(0.0));
        raise(&mut self.gain, class.gain());
        raise(&mut self.enhanced, class.enhanced_gain());
        raise(&mut self.disclosure, class.disclosure());
    }

    /// The figure that a model is held against, and the model's threshold.
    fn figure(&self, model: &PrivacyModel, recursive: f64) -> Option<(f64, f64)> {
        Some(match model {
            PrivacyModel::DistinctLDiversity { l, .. } => {
                (if self.distinct == u64::MAX { 0.0 } else { self.distinct as f64 }, l.get() as f64)
            }
            PrivacyModel::EntropyLDiversity { l, .. } => (self.entropy, *l),
            PrivacyModel::RecursiveLDiversity { c, .. } => (recursive, *c),
            PrivacyModel::TCloseness { t, distance: Distance::Equal, .. } => (self.equal, *t),
            PrivacyModel::TCloseness { t, distance: Distance::Ordered, .. } => (self.ordered, *t),
            PrivacyModel::TCloseness { t, .. } => (self.tree, *t),
            PrivacyModel::BasicBetaLikeness { beta, .. } => (self.gain, *beta),
            PrivacyModel::EnhancedBetaLikeness { beta, .. } => (self.enhanced, *beta),
            PrivacyModel::DeltaDisclosure { delta, .. } => (self.disclosure, *delta),
            _ => return None,
        })
    }

    fn figures(&self, column: String, values: u64, whole: &Whole) -> SensitiveFigures {
        // A table without rows has no class, and no figure of one.
        let some = values > 0;
        SensitiveFigures {
            column,
            values,
            against: whole.against,
            distinct_l: if some { self.distinct } else { 0 },
            entropy_l: if some { self.entropy } else { 0.0 },
            recursive_c_2: finite(self.recursive[0]),
            recursive_c_3: finite(self.recursive[1]),
            t_equal: self.equal,
            t_ordered: whole.ordered.then_some(self.ordered),
            t_hierarchical: whole.tree.as_ref().map(|_| self.tree),
            beta: finite(self.gain),
            beta_enhanced: finite(self.enhanced),
            delta_disclosure: finite(self.disclosure),
        }
    }
}
