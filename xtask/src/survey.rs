//! Makes a large table of a household survey that never was, with hierarchies for its columns.
//!
//! The shape is that of the health surveys on which de-identification is measured: 1,193,504
//! rows, nine columns, nearly all rows different, hierarchies whose levels give a lattice of
//! 25,920 nodes. Every value is drawn from weights written here, so the table may be shared, and
//! says nothing about anybody. The same options give the same bytes on every machine.

#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::random::Random;

/// Names of the columns, in the order of the file.
const COLUMNS: [&str; 9] =
    ["year", "quarter", "region", "person", "age", "marital", "sex", "origin", "education"];

const FIRST_YEAR: usize = 1990;
const N_YEARS: usize = 20;
const N_PERSONS: usize = 25;
const N_AGES: usize = 86;
const N_ORIGINS: usize = 16;
const N_EDUCATIONS: usize = 26;
const REGIONS: [&str; 4] = ["NE", "MW", "SO", "WE"];
const MARITAL: [(&str, &str); 10] = [
    ("child", "single"),
    ("never", "single"),
    ("engaged", "single"),
    ("married", "couple"),
    ("absent", "couple"),
    ("partner", "couple"),
    ("apart", "alone"),
    ("divorced", "alone"),
    ("widowed", "alone"),
    ("unknown", "unknown"),
];

/// Bits of a random number that one value takes.
const DRAW_BITS: u32 = 12;

/// Text is handed to the file in pieces of about this many bytes.
const PIECE_BYTES: usize = 1 << 20;

/// What is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// Number of rows; the header is not counted.
    pub(crate) rows: u64,
    /// Chooses one of 2^64 tables.
    pub(crate) seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { rows: 1_193_504, seed: 1 }
    }
}

/// Writes `survey.csv` and a `survey_hierarchy_<column>.csv` for each column into a folder,
/// which is made where it is missing. Hierarchies have a row per value and a column per level,
/// with `;` between them and no header.
///
/// # Errors
///
/// When the folder or a file in it cannot be written.
pub(crate) fn write(options: Options, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (name, rows) in COLUMNS.iter().zip(hierarchies()) {
        let lines: Vec<String> = rows.iter().map(|row| row.join(";") + "\n").collect();
        fs::write(folder.join(format!("survey_hierarchy_{name}.csv")), lines.concat())?;
    }
    let mut file = File::create(folder.join("survey.csv"))?;
    table(options, &mut file)?;
    file.sync_all()
}

/// The table as text, in pieces.
fn table(options: Options, to: &mut impl Write) -> io::Result<()> {
    let labels: Vec<Vec<String>> = hierarchies()
        .into_iter()
        .map(|rows| rows.into_iter().map(|mut row| row.swap_remove(0)).collect())
        .collect();
    let survey = Survey::new();
    let mut random = Random::new(options.seed);
    let mut text = COLUMNS.join(",").into_bytes();
    text.push(b'\n');
    for _ in 0..options.rows {
        for (place, (code, labels)) in survey.row(&mut random).iter().zip(&labels).enumerate() {
            if place > 0 {
                text.push(b',');
            }
            text.extend_from_slice(labels[usize::from(*code)].as_bytes());
        }
        text.push(b'\n');
        if text.len() >= PIECE_BYTES {
            to.write_all(&text)?;
            text.clear();
        }
    }
    to.write_all(&text)
}

/// From what each row is drawn.
///
/// Marital status and education depend on the age, the person's number in the household on
/// whether it is a child's; the other columns stand alone.
struct Survey {
    year: Draw,
    quarter: Draw,
    region: Draw,
    person: [Draw; 2],
    age: Draw,
    /// By band of age.
    marital: [Draw; 4],
    sex: Draw,
    origin: Draw,
    /// By band of age.
    education: [Draw; 4],
}

impl Survey {
    fn new() -> Self {
        let falling = |n: usize, from: u32, to: u32| -> Vec<u32> {
            (0..n).map(|i| if i == 0 { from } else { (from >> i.min(31)).max(to) }).collect()
        };
        let ages: Vec<u32> = (0..N_AGES)
            .map(|age| match age {
                0..=17 => 150,
                18..=49 => 145,
                50..=64 => 100,
                65..=84 => 55,
                _ => 190,
            })
            .collect();
        let educations = |centre: usize, width: usize| -> Vec<u32> {
            (0..N_EDUCATIONS)
                .map(|i| if i.abs_diff(centre) <= width { 100 } else { 2 })
                .enumerate()
                .map(|(i, weight)| if i == centre { 9 * weight } else { weight })
                .collect()
        };
        Self {
            year: Draw::new(&[100; N_YEARS]),
            quarter: Draw::new(&[25, 26, 25, 24]),
            region: Draw::new(&[18, 23, 37, 22]),
            person: [
                Draw::new(&falling(N_PERSONS, 1000, 1)),
                Draw::new(
                    &[&[4, 40, 300, 280, 150, 80, 40], falling(18, 20, 1).as_slice()].concat(),
                ),
            ],
            age: Draw::new(&ages),
            marital: [
                Draw::new(&[990, 0, 0, 0, 0, 0, 0, 0, 0, 10]),
                Draw::new(&[0, 600, 50, 180, 10, 120, 15, 10, 1, 14]),
                Draw::new(&[0, 150, 10, 580, 12, 70, 30, 120, 15, 13]),
                Draw::new(&[0, 45, 2, 520, 15, 12, 12, 90, 290, 14]),
            ],
            sex: Draw::new(&[49, 51]),
            origin: Draw::new(&falling(N_ORIGINS, 2000, 6)),
            education: [
                Draw::new(&educations(4, 5)),
                Draw::new(&educations(15, 4)),
                Draw::new(&educations(14, 6)),
                Draw::new(&educations(11, 5)),
            ],
        }
    }

    /// The next row, as codes of [`hierarchies`].
    fn row(&self, random: &mut Random) -> [u8; COLUMNS.len()] {
        let (first, second) = (random.bits(), random.bits());
        let age = self.age.at(first);
        let band = match age {
            0..=17 => 0,
            18..=29 => 1,
            30..=64 => 2,
            _ => 3,
        };
        [
            self.year.at(first >> DRAW_BITS),
            self.quarter.at(first >> (2 * DRAW_BITS)),
            self.region.at(first >> (3 * DRAW_BITS)),
            self.person[usize::from(band == 0)].at(first >> (4 * DRAW_BITS)),
            age,
            self.marital[band].at(second),
            self.sex.at(second >> DRAW_BITS),
            self.origin.at(second >> (2 * DRAW_BITS)),
            self.education[band].at(second >> (3 * DRAW_BITS)),
        ]
    }
}

/// A value for each of the `2^DRAW_BITS` equally likely numbers.
struct Draw(Vec<u8>);

impl Draw {
    /// The values from 0, each as likely as its weight says, to one part in `2^DRAW_BITS`.
    fn new(weights: &[u32]) -> Self {
        let total: u64 = weights.iter().copied().map(u64::from).sum();
        let mut slots = Vec::with_capacity(1 << DRAW_BITS);
        let mut below = 0;
        for (value, weight) in (0..).zip(weights) {
            below += u64::from(*weight);
            let end = (below << DRAW_BITS) / total;
            slots.resize(usize::try_from(end).expect("a slot is below 2^DRAW_BITS"), value);
        }
        Self(slots)
    }

    /// The value of the lowest `DRAW_BITS` bits.
    fn at(&self, bits: u64) -> u8 {
        let slot = bits & ((1 << DRAW_BITS) - 1);
        self.0[usize::try_from(slot).expect("a slot is below 2^DRAW_BITS")]
    }
}

/// Column by column, the values with their labels at every level, the value itself first.
///
/// They have 6, 2, 3, 4, 5, 3, 2, 2 and 3 levels: 25,920 nodes.
fn hierarchies() -> [Vec<Vec<String>>; COLUMNS.len()] {
    let suppressed = || "*".to_owned();
    let levels = |n: usize, label: &dyn Fn(usize) -> Vec<String>| -> Vec<Vec<String>> {
        (0..n).map(|i| [label(i), vec![suppressed()]].concat()).collect()
    };
    [
        levels(N_YEARS, &|i| intervals(i, N_YEARS, FIRST_YEAR, &[1, 2, 4, 8, 16])),
        levels(4, &|i| vec![format!("Q{}", i + 1)]),
        levels(4, &|i| {
            vec![REGIONS[i].to_owned(), if i % 2 == 0 { "east" } else { "west" }.to_owned()]
        }),
        levels(N_PERSONS, &|i| intervals(i, N_PERSONS, 1, &[1, 3, 9])),
        levels(N_AGES, &|i| intervals(i, N_AGES, 0, &[1, 5, 10, 20])),
        levels(MARITAL.len(), &|i| vec![MARITAL[i].0.to_owned(), MARITAL[i].1.to_owned()]),
        levels(2, &|i| vec![["F", "M"][i].to_owned()]),
        levels(N_ORIGINS, &|i| vec![(100 + 10 * i).to_string()]),
        levels(N_EDUCATIONS, &|i| vec![(101 + 4 * i).to_string(), format!("stage {}", i / 5)]),
    ]
}

/// The intervals of the given widths that hold number `i` of `n`, counted from `first`.
fn intervals(i: usize, n: usize, first: usize, widths: &[usize]) -> Vec<String> {
    let interval = |width: &usize| {
        let from = i - i % width;
        let to = (from + width).min(n) - 1;
        if from == to {
            (first + from).to_string()
        } else {
            format!("{}-{}", first + from, first + to)
        }
    };
    widths.iter().map(interval).collect()
}
