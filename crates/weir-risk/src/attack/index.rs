//! From what is known of a person to the people who fit it.

use rustc_hash::FxHashMap;

use super::side::Side;

/// An index over some columns of a side.
pub(crate) struct Index<'a> {
    side: &'a Side,
    /// Distinct cells over the indexed columns.
    looks: Vec<Box<[u32]>>,
    /// Indexed column, then code, to looks.
    postings: Vec<Vec<Vec<u32>>>,
    /// Look to records that have it, rising.
    records: Vec<Vec<u32>>,
    /// Row of the side to look.
    of_row: Vec<u32>,
}

/// What fits a cell: the codes of the other side, by indexed column and code.
pub(crate) type Fits<'a> = [&'a [Vec<u32>]];

impl<'a> Index<'a> {
    /// Over the given columns.
    pub(crate) fn new(side: &'a Side, columns: &[usize]) -> Self {
        let mut ids: FxHashMap<Box<[u32]>, u32> = FxHashMap::default();
        let mut looks: Vec<Box<[u32]>> = Vec::new();
        let of_row: Vec<u32> = side
            .rows
            .iter()
            .map(|row| {
                let look: Box<[u32]> = columns.iter().map(|c| row[*c]).collect();
                let next = u32::try_from(looks.len()).expect("fewer looks than rows");
                *ids.entry(look).or_insert_with_key(|look| {
                    looks.push(look.clone());
                    next
                })
            })
            .collect();
        let mut postings: Vec<Vec<Vec<u32>>> =
            columns.iter().map(|c| vec![Vec::new(); side.texts[*c].len()]).collect();
        for (at, look) in (0..).zip(&looks) {
            for (codes, code) in postings.iter_mut().zip(look.as_ref()) {
                codes[*code as usize].push(at);
            }
        }
        let mut records: Vec<Vec<u32>> = vec![Vec::new(); looks.len()];
        for (record, (members, people)) in (0..).zip(side.records.iter()) {
            for row in members.iter().filter(|_| people > 0) {
                let of = &mut records[of_row[*row as usize] as usize];
                if of.last() != Some(&record) {
                    of.push(record);
                }
            }
        }
        Self { side, looks, postings, records, of_row }
    }

    /// The looks that fit a row of the other side: every cell is among what its cell fits.
    /// `row` holds the codes of the indexed columns, `fits` what each code of a column fits.
    pub(crate) fn looks(&self, row: &[u32], fits: &Fits<'_>) -> Vec<u32> {
        let allowed: Vec<&[u32]> =
            row.iter().zip(fits).map(|(code, fits)| fits[*code as usize].as_slice()).collect();
        let cost = |column: usize| -> usize {
            allowed[column].iter().map(|code| self.postings[column][*code as usize].len()).sum()
        };
        let Some(first) = (0..allowed.len()).min_by_key(|column| cost(*column)) else {
            return (0..).take(self.looks.len()).collect();
        };
        let lists = allowed[first].iter().map(|code| &self.postings[first][*code as usize]);
        let mut found: Vec<u32> = lists
            .flatten()
            .copied()
            .filter(|look| {
                let cells = self.looks[*look as usize].iter().zip(&allowed);
                cells.into_iter().all(|(code, allowed)| allowed.binary_search(code).is_ok())
            })
            .collect();
        found.sort_unstable();
        found
    }

    /// The records that fit a record of the other side: as many rows, and each row fits one of
    /// its own.
    pub(crate) fn records(&self, rows: &[Vec<u32>], fits: &Fits<'_>) -> Vec<u32> {
        let looks: Vec<Vec<u32>> = rows.iter().map(|row| self.looks(row, fits)).collect();
        let Some(fewest) = looks.iter().min_by_key(|looks| looks.len()) else {
            return Vec::new();
        };
        let mut found: Vec<u32> =
            fewest.iter().flat_map(|look| &self.records[*look as usize]).copied().collect();
        found.sort_unstable();
        found.dedup();
        found.retain(|record| {
            let members = self.side.records.members(*record as usize);
            members.len() == looks.len() && self.match_rows(members, &looks)
        });
        found
    }

    /// Whether the rows of a record can be given out so that each look list gets one.
    fn match_rows(&self, members: &[u32], looks: &[Vec<u32>]) -> bool {
        let fits = |list: usize, member: usize| {
            looks[list].binary_search(&self.of_row[members[member] as usize]).is_ok()
        };
        if let [_] = looks {
            return fits(0, 0);
        }
        let mut given: Vec<Option<usize>> = vec![None; members.len()];
        (0..looks.len()).all(|list| {
            let mut tried = vec![false; members.len()];
            give(list, &fits, &mut given, &mut tried)
        })
    }

    /// The different people of whom at least one row fits.
    pub(crate) fn people_with(&self, row: &[u32], fits: &Fits<'_>) -> u64 {
        let looks = self.looks(row, fits);
        let mut records: Vec<u32> =
            looks.iter().flat_map(|look| &self.records[*look as usize]).copied().collect();
        records.sort_unstable();
        records.dedup();
        records.iter().map(|record| self.people(*record)).sum()
    }

    /// Number of distinct looks.
    pub(crate) fn n_looks(&self) -> usize {
        self.looks.len()
    }

    /// The cells of a look over the indexed columns.
    pub(crate) fn look(&self, look: usize) -> &[u32] {
        &self.looks[look]
    }

    /// The records that have a row of a look.
    pub(crate) fn records_of_look(&self, look: u32) -> &[u32] {
        &self.records[look as usize]
    }

    /// People of a record.
    pub(crate) fn people(&self, record: u32) -> u64 {
        u64::from(self.side.records.people_of(record as usize))
    }
}

/// An augmenting path of a bipartite matching (Kuhn 1955).
fn give(
    list: usize,
    fits: &dyn Fn(usize, usize) -> bool,
    given: &mut [Option<usize>],
    tried: &mut [bool],
) -> bool {
    for member in 0..given.len() {
        if tried[member] || !fits(list, member) {
            continue;
        }
        tried[member] = true;
        let free = match given[member] {
            None => true,
            Some(other) => give(other, fits, given, tried),
        };
        if free {
            given[member] = Some(list);
            return true;
        }
    }
    false
}
