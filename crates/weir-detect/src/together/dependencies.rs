//! Columns that tell others, and so undo what is done to those.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;
use weir_table::parallel;
use weir_types::{Bilingual, Finding, Role};

use super::coded::Coded;
use super::options::Options;
use super::people::Counted;
use super::words;

mod content;
pub(super) mod evidence;

use evidence::{Classes, Evidence, Rows, evidence};

/// Dependencies that are listed at most.
const MOST_LISTED: usize = 200;
/// Least agreement of columns that differ in format only, above that of columns which know nothing
/// of each other (Cohen's kappa).
const FORMAT_ABOVE_CHANCE: f64 = 0.9;
/// Rows on which pairs are tried first.
const FIRST_LOOK: usize = 16_384;
/// Columns that are tried as one of two that tell a third together.
const MOST_IN_PAIRS: usize = 20;

/// A column that others tell.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Dependency {
    /// The columns that tell it.
    pub from: Vec<String>,
    /// The column that is told.
    pub to: String,
    /// How.
    pub form: Form,
    /// Share of `of` that go against it, 0 to 1.
    pub violations: f64,
    /// What speaks for or against it: rows, or different values of people, that share their
    /// value with another person; for what a value holds, rows with both values.
    pub of: u64,
    /// The consequence, for people.
    pub say: Bilingual,
}

/// How a column tells another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Form {
    /// The two hold the same up to blanks, punctuation, width and case.
    Same,
    /// Each value of one goes with one value of the other, both ways.
    Mutual,
    /// One value of the other for each value, but not the other way round.
    Function,
    /// The value holds the other one, as a resident number holds a date of birth (GB 11643).
    Holds,
    /// The ages that follow from dates of birth on one day.
    Age,
}

/// Finds the dependencies between columns.
///
/// A function is judged by pairs of people with one value of `from`: how much more often they
/// have one value of `to` than any two people have, `(A - G) / (1 - G)`, must be at least 0.9
/// (for large tables this is Goodman and Kruskal's tau); and at most `options.most_violations`
/// of the evidence may differ from the most frequent value of its class (g3 of Kivinen and
/// Mannila 1995). Classes of one person are no evidence: what is unique tells everything.
///
/// Two columns together are tried where neither tells the third alone, the third is a quasi-
/// identifier or sensitive, among the twenty columns with fewest values.
pub(super) fn find(
    coded: &Coded,
    findings: &[Finding],
    people: &Counted,
    options: &Options,
) -> Vec<Dependency> {
    let finder = Finder::new(coded, findings, people, options);
    let mut found = content::find(coded, findings);
    let same: Vec<(usize, usize)> = finder.same();
    for (a, b) in &same {
        found.push(finder.dependency(&[*a], *b, Form::Same, finder.format_evidence(*a, *b)));
    }
    let functions = finder.functions(&same);
    // What is known to be held is not told again as a function.
    let held = |from: usize, to: usize, found: &[Dependency]| {
        let (from, to) = (finder.name(from), finder.name(to));
        found.iter().any(|d| d.from == [from.as_str()] && d.to == to)
    };
    for ((a, b), evidence) in &functions {
        let back = functions.contains_key(&(*b, *a));
        match (back, a < b) {
            (false, _) if held(*a, *b, &found) => {}
            (false, _) => found.push(finder.dependency(&[*a], *b, Form::Function, *evidence)),
            (true, true) => found.push(finder.dependency(&[*a], *b, Form::Mutual, *evidence)),
            (true, false) => {}
        }
    }
    for ((a, b, to), evidence) in finder.pairs(&same, &functions) {
        found.push(finder.dependency(&[a, b], to, Form::Function, evidence));
    }
    found.sort_by(|a, b| {
        let order = |d: &Dependency| (d.from.len(), d.form, Reverse(d.of));
        order(a).cmp(&order(b)).then_with(|| (&a.from, &a.to).cmp(&(&b.from, &b.to)))
    });
    found.truncate(MOST_LISTED);
    found
}

/// By place among the coded columns: what tells and what is told.
type Functions = BTreeMap<(usize, usize), Evidence>;

struct Finder<'a> {
    coded: &'a Coded,
    findings: &'a [Finding],
    options: &'a Options,
    /// Columns with several values that do not say whose row it is.
    columns: Vec<usize>,
    all: Rows<'a>,
    first: Rows<'a>,
}

impl<'a> Finder<'a> {
    fn new(
        coded: &'a Coded,
        findings: &'a [Finding],
        people: &'a Counted,
        options: &'a Options,
    ) -> Self {
        let columns = (0..coded.columns().len())
            .filter(|at| coded.columns()[*at].distinct() > 1 && !people.columns.contains(at))
            .collect();
        let person = people.person.as_deref();
        Self {
            coded,
            findings,
            options,
            columns,
            all: Rows::new(coded, person, coded.kept()),
            first: Rows::new(coded, person, FIRST_LOOK),
        }
    }

    fn name(&self, at: usize) -> String {
        self.findings[self.coded.columns()[at].column].column.clone()
    }

    fn dependency(&self, from: &[usize], to: usize, form: Form, evidence: Evidence) -> Dependency {
        let names: Vec<String> = from.iter().map(|at| self.name(*at)).collect();
        let (to, of, violations) = (self.name(to), evidence.of, evidence.violations());
        let say = words::dependency(&names, &to, form, violations, of);
        Dependency { from: names, to, form, violations, of, say }
    }

    /// Whether the first rows are all rows.
    fn few(&self) -> bool {
        self.coded.kept() <= FIRST_LOOK
    }

    /// Pairs of columns that are equal but for their format, the earlier one first.
    fn same(&self) -> Vec<(usize, usize)> {
        let mut same = Vec::new();
        for (at, a) in self.columns.iter().enumerate() {
            for b in &self.columns[at + 1..] {
                let evidence = self.format_evidence(*a, *b);
                if evidence.of > 1 && evidence.violations() <= self.options.most_violations {
                    same.push((*a, *b));
                }
            }
        }
        same
    }

    /// Rows in which both columns have a value, and those in which it is the same but for format;
    /// nothing where columns that know nothing of each other would agree as often.
    fn format_evidence(&self, a: usize, b: usize) -> Evidence {
        let (a, b) = (&self.coded.columns()[a], &self.coded.columns()[b]);
        let (least, most) = (a.distinct().min(b.distinct()), a.distinct().max(b.distinct()));
        let mut evidence = Evidence::default();
        if least * 20 < most * 19 {
            return evidence;
        }
        let mut counts = [vec![0_u64; a.n()], vec![0_u64; b.n()]];
        let all = self.coded.weights().iter().sum::<u64>() as f64;
        for (row, weight) in self.coded.weights().iter().enumerate() {
            let codes = [a.codes[row], b.codes[row]];
            let (x, y) = (a.form(codes[0]), b.form(codes[1]));
            if x != 0 && y != 0 {
                evidence.of += weight;
                evidence.agree += u64::from(x == y) * weight;
                for (counts, code) in counts.iter_mut().zip(codes) {
                    counts[code as usize] += weight;
                }
            }
            // More rows differ than may of all rows: the rest cannot mend it.
            if (evidence.of - evidence.agree) as f64 > self.options.most_violations * all {
                return Evidence::default();
            }
        }
        let mut forms: BTreeMap<u64, [u64; 2]> = BTreeMap::new();
        for (side, column) in [a, b].into_iter().enumerate() {
            for (code, count) in (0..).zip(&counts[side]) {
                forms.entry(column.form(code)).or_default()[side] += count;
            }
        }
        let n = evidence.of.max(1) as f64;
        let chance: f64 = forms.values().map(|[x, y]| *x as f64 / n * (*y as f64 / n)).sum();
        let above = (evidence.agree as f64 / n - chance) / (1.0 - chance).max(f64::EPSILON);
        if above < FORMAT_ABOVE_CHANCE { Evidence::default() } else { evidence }
    }

    fn functions(&self, same: &[(usize, usize)]) -> Functions {
        let of = |a: &usize| {
            let from = &self.coded.columns()[*a];
            let known = |b: usize| same.contains(&(*a, b)) || same.contains(&(b, *a));
            let open = self.columns.iter().copied().filter(|b| b != a && !known(*b)).collect();
            let found = self.told_by(|rows| rows.by(from), true, open);
            found.into_iter().map(|(b, evidence)| ((*a, b), evidence)).collect::<Vec<_>>()
        };
        parallel::map(&self.columns, of).into_iter().flatten().collect()
    }

    /// Those of `open` that are functions of the columns that part rows into classes. `fine` are
    /// columns whose classes may be too small to be judged by the first rows.
    fn told_by(
        &self,
        part: impl Fn(&Rows<'_>) -> Classes,
        fine: bool,
        mut open: Vec<usize>,
    ) -> Vec<(usize, Evidence)> {
        let column = |at: usize| &self.coded.columns()[at];
        let first = part(&self.first);
        open.retain(|to| evidence(&self.first, &first, column(*to)).may_hold(fine || self.few()));
        if open.is_empty() {
            return Vec::new();
        }
        let all = part(&self.all);
        if !all.may_be_evidence(self.coded) {
            return Vec::new();
        }
        let each = open.into_iter().map(|to| (to, evidence(&self.all, &all, column(to))));
        each.filter(|(_, evidence)| evidence.holds(self.options.most_violations)).collect()
    }

    /// Two columns that tell a third together.
    fn pairs(
        &self,
        same: &[(usize, usize)],
        functions: &Functions,
    ) -> Vec<((usize, usize, usize), Evidence)> {
        let tells = |a: usize, b: usize| {
            functions.contains_key(&(a, b)) || same.contains(&(a, b)) || same.contains(&(b, a))
        };
        let role = |at: usize| self.findings[self.coded.columns()[at].column].role;
        let worth = |at: &usize| matches!(role(*at), Role::QuasiIdentifier | Role::Sensitive);
        let mut columns: Vec<usize> =
            self.columns.iter().copied().filter(|at| role(*at) != Role::Identifier).collect();
        columns.sort_by_key(|at| (self.coded.columns()[*at].distinct(), *at));
        columns.truncate(MOST_IN_PAIRS);
        columns.sort_unstable();
        let mut pairs = Vec::new();
        for (at, a) in columns.iter().enumerate() {
            let others = columns[at + 1..].iter().filter(|b| !tells(*a, **b) && !tells(**b, *a));
            pairs.extend(others.map(|b| (*a, *b)));
        }
        let of = |(a, b): &(usize, usize)| {
            let [from, with] = [*a, *b].map(|at| &self.coded.columns()[at]);
            let open = columns.iter().copied().filter(worth);
            let open = open.filter(|to| to != a && to != b && !tells(*a, *to) && !tells(*b, *to));
            let found = self.told_by(|rows| rows.by_two(from, with), false, open.collect());
            found.into_iter().map(|(to, evidence)| ((*a, *b, to), evidence)).collect::<Vec<_>>()
        };
        parallel::map(&pairs, of).into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests;
