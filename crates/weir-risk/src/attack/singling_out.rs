//! Describing exactly one person.

use weir_types::attack::{SinglingOut, Unit};

use super::Scene;
use super::index::Index;
use super::interval::rate;
use super::targets::Draw;

impl Scene<'_> {
    /// By the known columns alone, and by all columns where there are secret ones.
    pub(super) fn single_out(&self, draw: &mut Draw) -> Vec<SinglingOut> {
        let n_known = self.options.known.len();
        let n_all = self.sides.released.n_columns();
        let mut results = vec![self.describe(n_known, draw)];
        if n_all > n_known {
            results.push(self.describe(n_all, draw));
        }
        results
    }

    /// Descriptions over the first columns.
    fn describe(&self, n_columns: usize, draw: &mut Draw) -> SinglingOut {
        let (original, released) = (self.sides.original, self.sides.released);
        let columns: Vec<usize> = (0..n_columns).collect();
        let by_label: Vec<&[Vec<u32>]> =
            self.meanings[..n_columns].iter().map(|m| m.of_label.as_slice()).collect();
        let mut descriptions = self.alone(n_columns);
        let alone = descriptions.len() as u64;
        draw.some(&mut descriptions, self.options.attempts);
        let index = Index::new(original, &columns);
        let shares: Vec<Vec<f64>> = columns.iter().map(|c| self.shares(*c)).collect();
        let people = original.records.people() as f64;
        let (mut hits, mut by_chance) = (0_u64, 0.0);
        for rows in &descriptions {
            let fit: u64 = match self.unit {
                Unit::Person => {
                    index.records(rows, &by_label).iter().map(|r| index.people(*r)).sum()
                }
                Unit::Row => rows.iter().map(|row| index.people_with(row, &by_label)).sum(),
            };
            hits += u64::from(fit == 1);
            let weight: f64 = rows
                .iter()
                .flat_map(|row| row.iter().zip(&shares))
                .map(|(label, shares)| shares[*label as usize])
                .product();
            by_chance += people * weight * (1.0 - weight).max(0.0).powf(people - 1.0);
        }
        let n = descriptions.len() as u64;
        let names = self.options.known.iter().chain(&self.options.secret);
        SinglingOut {
            columns: names.take(n_columns).cloned().collect(),
            alone: if n_columns == 0 { 0 } else { alone.min(released.records.people()) },
            rate: rate(hits as f64, n),
            baseline: if n == 0 { 0.0 } else { (by_chance / n as f64).clamp(0.0, 1.0) },
        }
    }

    /// The cells, by row, of each released person who is alone with them.
    fn alone(&self, n_columns: usize) -> Vec<Vec<Vec<u32>>> {
        let released = self.sides.released;
        let mut cells: Vec<(Vec<Vec<u32>>, u32)> = released
            .records
            .iter()
            .filter(|(_, people)| *people > 0)
            .map(|(members, people)| {
                let row = |row: &u32| released.rows[*row as usize][..n_columns].to_vec();
                let mut rows: Vec<Vec<u32>> = members.iter().map(row).collect();
                rows.sort_unstable();
                (rows, people)
            })
            .collect();
        cells.sort_unstable();
        cells
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|same| same.iter().map(|(_, people)| people).sum::<u32>() == 1)
            .map(|same| same[0].0.clone())
            .collect()
    }

    /// Share of the original's people whom each released label of a column fits.
    fn shares(&self, column: usize) -> Vec<f64> {
        let people = self.sides.original.people_by_code(column);
        let all = self.sides.original.records.people().max(1) as f64;
        let fit = |codes: &Vec<u32>| codes.iter().map(|code| people[*code as usize]).sum::<u64>();
        self.meanings[column].of_label.iter().map(|c| (fit(c) as f64 / all).min(1.0)).collect()
    }
}
