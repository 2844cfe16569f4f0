//! Privacy models made ready to be asked of many classes.

use weir_types::PrivacyModel;
use weir_types::model::{Attack, Distance};

use crate::differential::{NoSample, Sample};
use crate::goal::Goal;
use crate::table::{People, Sensitive, Table};

mod diversity;
mod likeness;
mod profit;
mod records;
mod transport;
mod whole;

use profit::Profit;
use transport::Transport;
pub use whole::{Whole, n_suppressed};

/// People of one class by sensitive code.
#[derive(Clone, Copy, Debug)]
pub enum Values<'a> {
    /// A count for each code.
    Dense(&'a [u32]),
    /// Codes with their counts, each code once.
    Sparse(&'a [(u16, u32)]),
}

impl<'a> Values<'a> {
    /// Codes that people of the class have, with how many have each.
    pub fn iter(self) -> impl Iterator<Item = (usize, u32)> + 'a {
        let (dense, sparse) = match self {
            Self::Dense(counts) => (counts, &[][..]),
            Self::Sparse(pairs) => (&[][..], pairs),
        };
        let dense = dense.iter().copied().enumerate();
        dense.chain(sparse.iter().map(|(code, n)| (usize::from(*code), *n))).filter(|(_, n)| *n > 0)
    }

    /// Tells each code that people of the class have, with how many have it; codes that nobody has
    /// may be told too.
    fn each(self, mut tell: impl FnMut(usize, u32)) {
        match self {
            Self::Dense(counts) => counts.iter().enumerate().for_each(|(c, n)| tell(c, *n)),
            Self::Sparse(pairs) => pairs.iter().for_each(|(c, n)| tell(usize::from(*c), *n)),
        }
    }

    fn total(self) -> u64 {
        match self {
            Self::Dense(counts) => counts.iter().map(|n| u64::from(*n)).sum(),
            Self::Sparse(pairs) => pairs.iter().map(|(_, n)| u64::from(*n)).sum(),
        }
    }
}

/// An equivalence class as a model sees it.
#[derive(Clone, Copy, Debug)]
pub struct Class<'a> {
    /// People of the table.
    pub people: u64,
    /// People of the population, those of the table among them; 0 without a population table.
    pub population: u64,
    /// By sensitive column of the table.
    pub values: &'a [Values<'a>],
    /// Level and group of each quasi-identifier, row after row of a person; only profitability
    /// asks for it.
    pub cells: &'a [(usize, u32)],
}

/// The privacy models of a goal, ready to be asked of classes.
#[derive(Clone, Debug)]
pub struct Models {
    checks: Vec<Check>,
    whole: Vec<Whole>,
    least_people: u64,
    /// Whether a model asks for a least number of people.
    asks_people: bool,
    monotone: bool,
    asks_cells: bool,
    asks_values: Vec<bool>,
}

#[derive(Clone, Debug)]
struct Check {
    /// Index among the goal's models.
    model: usize,
    sensitive: usize,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Population(u64),
    Presence {
        min: f64,
        max: f64,
    },
    Distinct(u64),
    Entropy(f64),
    Recursive {
        c: f64,
        l: usize,
    },
    Transport(Transport),
    /// Greatest frequency of each code.
    AtMost(Vec<f64>),
    /// Greatest absolute binary logarithm of the ratio to each code's frequency.
    Ratio {
        delta: f64,
        whole: Vec<f64>,
    },
    Profit(Profit),
}

impl Models {
    /// The models of a goal on a table.
    pub fn new(table: &Table, goal: &Goal) -> Self {
        let mut models = Self {
            checks: Vec::new(),
            whole: Vec::new(),
            least_people: 1,
            asks_people: false,
            monotone: true,
            asks_cells: false,
            asks_values: vec![false; table.sensitive.len()],
        };
        for (at, asked) in goal.models.iter().enumerate() {
            models.add(table, at, &asked.model, asked.sensitive);
        }
        models
    }

    fn add(&mut self, table: &Table, at: usize, model: &PrivacyModel, sensitive: usize) {
        if let Some(whole) = Whole::of(model, table.n_people()) {
            self.whole.push(whole);
            return;
        }
        let kind = Kind::of(table, model, sensitive);
        // So many values need as many people only where nobody has several.
        let one_each = matches!(table.people, People::Rows { .. });
        let least_of_values = |kind: &Kind| kind.least_people().filter(|_| one_each);
        if let Some(least) = kind.as_ref().map_or_else(|| least_of(model), least_of_values) {
            self.least_people = self.least_people.max(least);
            self.asks_people = true;
        }
        let Some(kind) = kind else { return };
        if let Kind::Transport(transport) = &kind
            && one_each
        {
            // What follows from the distance; nobody asked for a number of people.
            self.least_people = self.least_people.max(transport.least_people());
        }
        self.monotone &= matches!(kind, Kind::Population(_) | Kind::Distinct(_));
        self.asks_cells |= matches!(kind, Kind::Profit(_));
        if model.sensitive().is_some() {
            self.asks_values[sensitive] = true;
        }
        self.checks.push(Check { model: at, sensitive, kind });
        self.checks.sort_by_key(|check| check.kind.price());
    }

    /// A class with fewer people fails.
    pub fn least_people(&self) -> u64 {
        self.least_people
    }

    /// Whether a class can only fail by its people: nothing but [`Models::least_people`] counts.
    pub fn only_people(&self) -> bool {
        self.checks.is_empty() && self.whole.is_empty()
    }

    /// Whether a class that meets the models still does when others are merged into it, so that
    /// generalising never suppresses more, and nothing but what fails by itself is suppressed.
    pub fn is_monotone(&self) -> bool {
        self.monotone && self.whole.is_empty()
    }

    /// Whether classes that meet the models always meet them when merged, so that where nothing may
    /// be suppressed every node above a feasible one is feasible.
    ///
    /// What a record pays may fall with merging; δ-disclosure does not speak of values that a
    /// class lacks; a class of the population alone, where it is passed over, takes a class that
    /// it is merged with below a least chance.
    pub fn is_convex(&self) -> bool {
        let convex = |check: &Check| match check.kind {
            Kind::Profit(_) | Kind::Ratio { .. } => false,
            Kind::Presence { min, .. } => min <= 0.0 || self.nobody_fails(),
            _ => true,
        };
        self.whole.is_empty() && self.checks.iter().all(convex)
    }

    /// Whether at least as many are suppressed at every node below: classes never meet less when
    /// merged, and the models that speak of all classes speak of their mean size.
    pub fn suppresses_less_above(&self) -> bool {
        self.monotone && self.whole.iter().all(|whole| matches!(whole, Whole::AverageRisk(_)))
    }

    /// Whether a class of the population that nobody of the table is in makes a node infeasible:
    /// such a class cannot be suppressed, and the chance of its people to be in the table is 0
    /// (Nergiz et al. 2007, definition 4.1: the bounds hold for all of the population).
    ///
    /// As in ARX, this is not asked where another model wants a least number of people: whoever
    /// finds no class of theirs cannot tell then whether it was empty or too small.
    pub fn nobody_fails(&self) -> bool {
        let floor = |check: &Check| matches!(check.kind, Kind::Presence { min, .. } if min > 0.0);
        !self.asks_people && self.checks.iter().any(floor)
    }

    /// Whether [`Class::values`] are asked for, by sensitive column.
    pub fn asks_values(&self) -> &[bool] {
        &self.asks_values
    }

    /// Whether [`Class::cells`] are asked for.
    pub fn asks_cells(&self) -> bool {
        self.asks_cells
    }

    /// What is asked of all classes together, after each class for itself.
    pub fn whole(&self) -> &[Whole] {
        &self.whole
    }

    /// Whether a class meets all models that speak of single classes.
    pub fn holds(&self, class: &Class<'_>) -> bool {
        class.people >= self.least_people && self.checks.iter().all(|check| check.holds(class))
    }

    /// The goal's model that a class fails; `None` when it fails by its people, or holds.
    pub fn fails(&self, class: &Class<'_>) -> Option<usize> {
        self.checks.iter().find(|check| !check.holds(class)).map(|check| check.model)
    }

    /// No specialisation keeps more of the class's people than this: all of them when the class
    /// holds.
    ///
    /// Every model but profitability is convex: classes that meet it meet it when merged. So the
    /// parts of this class that a specialisation keeps form, together, a class that meets it, and
    /// no larger such class can be cut out of this one.
    pub fn most_kept(&self, class: &Class<'_>) -> u64 {
        if class.people < self.least_people {
            return 0;
        }
        self.checks.iter().map(|check| check.most_kept(class)).min().unwrap_or(class.people)
    }
}

/// Least people that a model asks for that asks for nothing else.
fn least_of(model: &PrivacyModel) -> Option<u64> {
    match model {
        PrivacyModel::KAnonymity { k } => Some(k.get()),
        PrivacyModel::KMap { k, sampling_fraction: Some(fraction) } => {
            Some(whole::k_of_sample(k.get(), *fraction))
        }
        // A model that leaves nothing for a sample is met by no class.
        PrivacyModel::DifferentialPrivacy { .. } => {
            Some(sample_of(model).ok().flatten().map_or(u64::MAX, |sample| sample.k))
        }
        PrivacyModel::Profitability { gain, attempt, .. } => {
            Some(profit::deterring(*gain, *attempt))
        }
        // A model that this version does not know is met by no class.
        _ => Some(u64::MAX),
    }
}

/// What a differentially private model allows a sample; `None` of another model.
///
/// # Errors
/// It leaves nothing for one.
pub(crate) fn sample_of(model: &PrivacyModel) -> Result<Option<Sample>, NoSample> {
    match model {
        PrivacyModel::DifferentialPrivacy { epsilon, delta, epsilon_search, .. } => {
            Sample::of_model(*epsilon, *epsilon_search, *delta).map(Some)
        }
        _ => Ok(None),
    }
}

impl Kind {
    /// What a model asks of a class beyond a number of people, if it does.
    fn of(table: &Table, model: &PrivacyModel, sensitive: usize) -> Option<Self> {
        let column = || table.pooled(sensitive);
        let at_most = |most: &dyn Fn(f64) -> f64| {
            Self::AtMost(shares(&column()).into_iter().map(|p| p * (1.0 + most(p))).collect())
        };
        Some(match model {
            PrivacyModel::KMap { k, sampling_fraction: None } => Self::Population(k.get()),
            PrivacyModel::DistinctLDiversity { l, .. } => Self::Distinct(l.get()),
            PrivacyModel::EntropyLDiversity { l, .. } => Self::Entropy(l.ln()),
            PrivacyModel::RecursiveLDiversity { c, l, .. } => {
                Self::Recursive { c: *c, l: l.get() as usize }
            }
            PrivacyModel::TCloseness { t, distance, .. } => {
                Self::Transport(Transport::new(&column(), *t, *distance))
            }
            PrivacyModel::DeltaPresence { min, max } => Self::Presence { min: *min, max: *max },
            PrivacyModel::BasicBetaLikeness { beta, .. } => at_most(&|_| *beta),
            PrivacyModel::EnhancedBetaLikeness { beta, .. } => at_most(&|p| beta.min(-p.ln())),
            PrivacyModel::DeltaDisclosure { delta, .. } => {
                Self::Ratio { delta: *delta, whole: shares(&column()) }
            }
            PrivacyModel::Profitability { no_attack: false, .. } => {
                Self::Profit(Profit::new(table, model))
            }
            PrivacyModel::Profitability { attack: Attack::Journalist, gain, attempt, .. } => {
                Self::Population(profit::deterring(*gain, *attempt))
            }
            _ => return None,
        })
    }

    /// Least people of a class that can meet it, where that follows from the model alone.
    fn least_people(&self) -> Option<u64> {
        match self {
            Self::Distinct(l) => Some(*l),
            Self::Entropy(least) => Some((least.exp() - SLACK).ceil().max(1.0) as u64),
            Self::Recursive { l, .. } => Some(*l as u64),
            _ => None,
        }
    }

    /// Rank by what a check costs.
    fn price(&self) -> u8 {
        match self {
            Self::Population(_) | Self::Presence { .. } => 0,
            Self::Distinct(_) => 1,
            Self::AtMost(_) => 2,
            Self::Ratio { .. } => 3,
            Self::Recursive { .. } => 4,
            Self::Entropy(_) => 5,
            Self::Profit(_) => 6,
            Self::Transport(_) => 7,
        }
    }
}

impl Check {
    fn holds(&self, class: &Class<'_>) -> bool {
        let values = || class.values[self.sensitive];
        match &self.kind {
            Kind::Population(k) => class.population >= *k,
            Kind::Presence { min, max } => {
                let share = class.people as f64 / class.population.max(1) as f64;
                class.people > 0 && share >= *min && share <= *max
            }
            Kind::Distinct(l) => values().iter().count() as u64 >= *l,
            Kind::Entropy(least) => diversity::entropy(values()) >= *least - SLACK,
            Kind::Recursive { c, l } => diversity::recursive(values(), *c, *l),
            Kind::Transport(transport) => transport.distance(values()) <= transport.t() + SLACK,
            Kind::AtMost(most) => likeness::within(values(), most),
            Kind::Ratio { delta, whole } => likeness::ratio(values(), whole) < *delta,
            Kind::Profit(profit) => profit.pays(class),
        }
    }

    fn most_kept(&self, class: &Class<'_>) -> u64 {
        let values = || class.values[self.sensitive];
        // Pairs are at least people; where a person has several values, a share of the pairs says
        // nothing certain of the people.
        let pairs_are_people = || values().total() == class.people;
        if let Kind::Transport(transport) = &self.kind {
            // Which says that all can be kept where it holds.
            let counted = transport.is_of_trees() && pairs_are_people();
            return if counted { transport.most_kept(values()) } else { class.people };
        }
        if self.holds(class) {
            return class.people;
        }
        match &self.kind {
            Kind::Population(_) | Kind::Distinct(_) => 0,
            Kind::Presence { max, .. } => {
                class.people.min((class.population as f64 * max + SLACK) as u64)
            }
            Kind::Entropy(least) if pairs_are_people() => diversity::most_entropy(values(), *least),
            Kind::Recursive { c, l } if pairs_are_people() => {
                diversity::most_recursive(values(), *c, *l)
            }
            Kind::AtMost(most) if pairs_are_people() => likeness::most_within(values(), most),
            _ => class.people,
        }
    }
}

/// What rounding may add: a class at the threshold meets it.
const SLACK: f64 = 1e-12;

/// Frequency of each code in the table, by person–value pairs.
fn shares(column: &Sensitive) -> Vec<f64> {
    let mut pairs = vec![0_u64; column.n_codes];
    for (code, people) in column.codes.iter().zip(&column.people) {
        pairs[usize::from(*code)] += u64::from(*people);
    }
    let all = pairs.iter().sum::<u64>().max(1) as f64;
    pairs.into_iter().map(|n| n as f64 / all).collect()
}

/// The sensitive column of a model whose distance is by a hierarchy, where it has none.
pub(crate) fn lacks_hierarchy<'g>(table: &Table, goal: &'g Goal) -> Option<&'g str> {
    goal.models.iter().find_map(|asked| match &asked.model {
        PrivacyModel::TCloseness { sensitive, distance: Distance::Hierarchical, .. } => {
            let known = table.sensitive.get(asked.sensitive);
            known.is_none_or(|column| column.levels.is_empty()).then_some(sensitive.as_str())
        }
        _ => None,
    })
}

/// The ground distance of a t-closeness model.
fn partitions(column: &Sensitive, distance: Distance) -> Vec<Vec<u32>> {
    let identity = || (0..column.n_codes as u32).collect();
    match distance {
        Distance::Hierarchical if column.levels.len() > 1 => {
            column.levels[..column.levels.len() - 1].to_vec()
        }
        _ => vec![identity()],
    }
}

#[cfg(test)]
mod tests;
