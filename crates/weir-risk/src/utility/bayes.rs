//! Naive Bayes over categories.
//!
//! Maron, Automatic indexing: an experimental inquiry, J. ACM 8(3) (1961); with Laplace's rule of
//! succession, as `CategoricalNB` of scikit-learn has it with `alpha=1`.

/// How often each category goes with each class.
#[derive(Clone, Debug)]
pub(super) struct Counts {
    n_classes: usize,
    /// By class.
    classes: Vec<f64>,
    /// Feature, then category and class.
    cells: Vec<Vec<f64>>,
    /// Categories by feature that Laplace's rule counts on: those that were seen at all.
    seen: Vec<f64>,
}

impl Counts {
    /// Nothing counted yet.
    pub(super) fn new(n_classes: usize, sizes: impl Iterator<Item = usize>) -> Self {
        let cells = sizes.map(|size| vec![0.0; size * n_classes]).collect();
        Self { n_classes, classes: vec![0.0; n_classes], cells, seen: Vec::new() }
    }

    /// All rows of a table have been counted.
    pub(super) fn finish(mut self) -> Self {
        let seen = |cells: &Vec<f64>| {
            let categories = cells.chunks(self.n_classes.max(1));
            categories.filter(|category| category.iter().any(|rows| *rows > 0.0)).count() as f64
        };
        self.seen = self.cells.iter().map(seen).collect();
        self
    }

    /// Counts `rows` rows more; less where that is below 0.
    pub(super) fn add(&mut self, class: u32, categories: impl Iterator<Item = u32>, rows: f64) {
        self.classes[class as usize] += rows;
        for (cells, category) in self.cells.iter_mut().zip(categories) {
            cells[category as usize * self.n_classes + class as usize] += rows;
        }
    }

    /// Counts the rows of another less.
    pub(super) fn subtract(&mut self, other: &Self) {
        let less = |own: &mut [f64], other: &[f64]| {
            own.iter_mut().zip(other).for_each(|(own, other)| *own = (*own - other).max(0.0));
        };
        less(&mut self.classes, &other.classes);
        self.cells.iter_mut().zip(&other.cells).for_each(|(own, other)| less(own, other));
    }

    /// The most frequent class; the first of those tied.
    pub(super) fn most_frequent(&self) -> u32 {
        first_of_most(self.classes.iter().copied())
    }

    /// The likeliest class of a row whose cells are known as mixtures of categories: `cells` gives
    /// the categories of each feature with their chances. A feature without any tells nothing.
    pub(super) fn likeliest<'a>(&self, cells: impl Iterator<Item = &'a [(u32, f64)]>) -> u32 {
        let mut scores: Vec<f64> = self.classes.iter().map(|n| n.ln()).collect();
        for (feature, mixture) in cells.enumerate().filter(|(_, mixture)| !mixture.is_empty()) {
            let (own, size) = (&self.cells[feature], self.seen[feature]);
            for (class, score) in scores.iter_mut().enumerate() {
                let count = |category: u32| own[category as usize * self.n_classes + class];
                let of = self.classes[class] + size;
                let chance: f64 =
                    mixture.iter().map(|(category, p)| p * (count(*category) + 1.0) / of).sum();
                *score += chance.ln();
            }
        }
        first_of_most(scores.into_iter())
    }
}

/// A class that was not seen scores minus infinity.
pub(super) fn first_of_most(scores: impl Iterator<Item = f64>) -> u32 {
    let mut best = (0, f64::NEG_INFINITY);
    for (class, score) in (0..).zip(scores) {
        if score > best.1 {
            best = (class, score);
        }
    }
    best.0
}
