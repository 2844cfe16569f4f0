//! Histograms in which each row is a person of its own: what the search sees is in them already.

use weir_search::Table;
use weir_search::table::{People, Place, Sensitive, Tuples};
use weir_table::histogram::Packed;
use weir_table::{Histogram, histogram};

use super::{Columns, SearchTable, SensitiveColumn, column, count_population, number, pack};

/// The table of a histogram by rows.
pub(super) fn table(
    histogram: Histogram,
    columns: &Columns,
    population: Option<&Histogram>,
) -> SearchTable {
    let n_quasi = columns.quasi.len();
    let (mut tuples, mut counts, sensitive) = if columns.sensitive.is_empty() {
        let (packed, counts) = histogram.into_rows();
        (all(packed), counts.unwrap_or_default(), Vec::new())
    } else {
        let classes = Projected::new(&histogram, n_quasi);
        let sensitive = (n_quasi..).zip(&columns.sensitive);
        let sensitive = sensitive.map(|(at, column)| classes.sensitive(&histogram, at, column));
        let sensitive = sensitive.collect();
        let (tuples, counts) = classes.tuples(&histogram, n_quasi);
        (tuples, counts, sensitive)
    };
    let population = population.map(|p| count_population(p, &mut tuples, &mut counts));
    let sensitive = sensitive.into_iter().map(|column| filled_up(column, counts.len())).collect();
    let columns = columns.quasi.iter().map(column).collect();
    let table = Table { columns, tuples, people: People::Rows { counts, population }, sensitive };
    SearchTable { table, unit_of_record: None, rows_of: Vec::new() }
}

/// Tuples that the data lacks have no sensitive values.
fn filled_up(mut column: Sensitive, units: usize) -> Sensitive {
    let last = column.offsets.last().copied().unwrap_or(0);
    column.offsets.resize(units + 1, last);
    column
}

fn all(packed: Packed) -> Tuples {
    let place = |p: &histogram::Place| Place { word: p.word, shift: p.shift, bits: p.bits };
    Tuples { places: packed.places.iter().map(place).collect(), words: packed.words }
}

/// The tuples of a histogram that agree in their quasi-identifiers.
struct Projected {
    /// Tuples of the histogram, those of one tuple of the search side by side.
    order: Option<Vec<u32>>,
    /// Where each tuple of the search ends among them.
    ends: Vec<u32>,
}

impl Projected {
    fn new(histogram: &Histogram, n_quasi: usize) -> Self {
        let n = histogram.n_tuples();
        let end = |at: usize| u32::try_from(at).expect("fewer than 2^32 tuples");
        let packed = histogram.packed();
        let n_words = words_apart(packed, n_quasi);
        if let (true, Some(n_words)) = (packed.sorted, n_words) {
            let words = &packed.words[..n_words];
            let same = |at: usize| words.iter().all(|word| word[at - 1] == word[at]);
            let mut ends: Vec<u32> = (1..n).filter(|at| !same(*at)).map(end).collect();
            ends.extend((n > 0).then_some(end(n)));
            return Self { order: None, ends };
        }
        let (tuple_of, first_of) = number(&pack(histogram, n_quasi).words, n);
        let mut next = vec![0u32; first_of.len() + 1];
        tuple_of.iter().for_each(|tuple| next[*tuple as usize + 1] += 1);
        (0..first_of.len()).for_each(|tuple| next[tuple + 1] += next[tuple]);
        let mut order = vec![0; n];
        for (at, tuple) in tuple_of.iter().enumerate() {
            let slot = &mut next[*tuple as usize];
            order[*slot as usize] = end(at);
            *slot += 1;
        }
        next.pop();
        Self { order: Some(order), ends: next }
    }

    /// The tuples of the histogram by tuple of the search.
    fn members(&self) -> impl Iterator<Item = impl Iterator<Item = usize>> {
        let mut from = 0;
        self.ends.iter().map(move |end| {
            let members = std::mem::replace(&mut from, *end)..*end;
            let at = |at: u32| self.order.as_ref().map_or(at, |order| order[at as usize]);
            members.map(move |member| at(member) as usize)
        })
    }

    /// A sensitive column: each row counts once for its code.
    fn sensitive(&self, histogram: &Histogram, at: usize, column: &SensitiveColumn) -> Sensitive {
        let (codes, rows) = (histogram.codes(at), histogram.rows().unwrap_or_default());
        let mut out = super::empty(column);
        let mut own: Vec<(u16, u32)> = Vec::new();
        for members in self.members() {
            own.clear();
            own.extend(members.map(|tuple| (codes[tuple], rows[tuple])));
            own.sort_unstable();
            for same in own.chunk_by(|a, b| a.0 == b.0) {
                out.codes.push(same[0].0);
                out.people.push(same.iter().fold(0, |sum, (_, n)| sum.saturating_add(*n)));
            }
            let end = u32::try_from(out.codes.len()).expect("fewer than 2^32 sensitive values");
            out.offsets.push(end);
        }
        out
    }

    /// The tuples of the search with their rows.
    fn tuples(&self, histogram: &Histogram, n_quasi: usize) -> (Tuples, Vec<u32>) {
        let rows = histogram.rows().unwrap_or_default();
        let sum = |n: u32, tuple: usize| n.saturating_add(rows[tuple]);
        let counts = self.members().map(|members| members.fold(0, sum)).collect();
        let first: Vec<usize> = self.members().filter_map(|mut members| members.next()).collect();
        let mut tuples = pack(histogram, n_quasi);
        for word in &mut tuples.words {
            *word = first.iter().map(|first| word[*first]).collect();
        }
        (tuples, counts)
    }
}

/// How many words hold the first columns, if they hold nothing else.
fn words_apart(packed: &Packed, n_quasi: usize) -> Option<usize> {
    let words = n_quasi.checked_sub(1).map_or(0, |last| packed.places[last].word + 1);
    let next = packed.places.get(n_quasi).map_or(words, |place| place.word);
    (next == words).then_some(words)
}
