//! Tables of text with their hierarchies, read plainly, and what the search sees of them.
//!
//! Shared by the tests and by the example `deidentify`. Made for clarity; `weir-table` and
//! `weir-deidentify` do this for files of any size.

use std::{
    collections::BTreeMap,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use weir_search::table::{Column, Level, People, Place, Sensitive, Table, Tuples};

/// A column of text: its different values in order, and which of them each row has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    pub(crate) name: String,
    pub(crate) values: Vec<String>,
    pub(crate) codes: Vec<u32>,
}

/// A table of text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plain {
    pub(crate) columns: Vec<Text>,
}

/// A hierarchy: one row a value, one cell a level, finest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hierarchy {
    pub(crate) rows: Vec<Vec<String>>,
}

/// Why a table cannot be had.
#[derive(Debug)]
pub(crate) enum PlainError {
    /// A file cannot be read.
    File(PathBuf, io::Error),
    /// A row has another number of cells than the first: file, row number.
    Ragged(PathBuf, usize),
    /// A column that is asked for is not there.
    NoColumn(String),
    /// A hierarchy lacks a value: column, row number of the first that has it.
    NoValue(String, usize),
    /// A column has more than 65,535 values.
    TooMany(String),
}

impl fmt::Display for PlainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, error) => write!(f, "cannot read `{}`: {error}", path.display()),
            Self::Ragged(path, row) => {
                write!(f, "row {row} of `{}` is longer or shorter than the first", path.display())
            }
            Self::NoColumn(column) => write!(f, "no column `{column}`"),
            Self::NoValue(column, row) => {
                write!(f, "the hierarchy of `{column}` lacks the value of row {row}")
            }
            Self::TooMany(column) => write!(f, "`{column}` has more than 65,535 values"),
        }
    }
}

impl Plain {
    /// Reads a CSV file with a header. The separator is `;`, or `,` where the first line has no
    /// `;`. There is no quoting.
    pub(crate) fn read(path: &Path) -> Result<Self, PlainError> {
        let text = text_of(path)?;
        let separator = separator_of(&text);
        let mut lines = text.lines();
        let header: Vec<_> = lines.next().unwrap_or_default().split(separator).collect();
        let mut found: Vec<BTreeMap<&str, u32>> = vec![BTreeMap::new(); header.len()];
        let mut codes: Vec<Vec<u32>> = vec![Vec::new(); header.len()];
        for (row, line) in lines.enumerate() {
            let mut cells = line.split(separator);
            for (found, codes) in found.iter_mut().zip(&mut codes) {
                let cell =
                    cells.next().ok_or_else(|| PlainError::Ragged(path.to_owned(), row + 1))?;
                let next = small(found.len());
                codes.push(*found.entry(cell).or_insert(next));
            }
            if cells.next().is_some() {
                return Err(PlainError::Ragged(path.to_owned(), row + 1));
            }
        }
        let columns = header.iter().zip(found).zip(codes);
        Ok(Self {
            columns: columns.map(|((name, found), codes)| sorted(name, &found, codes)).collect(),
        })
    }

    /// A table of rows of cells, under a header.
    pub(crate) fn of_rows(header: &[String], rows: &[Vec<String>]) -> Self {
        let columns = header.iter().enumerate().map(|(c, name)| {
            let mut found = BTreeMap::new();
            let codes = rows.iter().map(|row| {
                let next = small(found.len());
                *found.entry(row[c].as_str()).or_insert(next)
            });
            let codes = codes.collect();
            sorted(name, &found, codes)
        });
        Self { columns: columns.collect() }
    }

    /// Number of rows.
    pub(crate) fn n_rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.codes.len())
    }

    /// The column of a name.
    pub(crate) fn column(&self, name: &str) -> Result<&Text, PlainError> {
        let found = self.columns.iter().find(|column| column.name == name);
        found.ok_or_else(|| PlainError::NoColumn(name.to_owned()))
    }

    /// The table as CSV with `;`.
    pub(crate) fn csv(&self) -> String {
        let names: Vec<_> = self.columns.iter().map(|column| column.name.as_str()).collect();
        let mut text = names.join(";") + "\n";
        for row in 0..self.n_rows() {
            let cells: Vec<_> = self.columns.iter().map(|column| column.cell(row)).collect();
            text += &(cells.join(";") + "\n");
        }
        text
    }
}

impl Text {
    /// The text of a row.
    pub(crate) fn cell(&self, row: usize) -> &str {
        &self.values[self.codes[row] as usize]
    }

    /// What the search sees of a quasi-identifier.
    fn levels(&self, hierarchy: &Hierarchy, weight: f64) -> Result<Column, PlainError> {
        let place = self.places(hierarchy)?;
        let domain = hierarchy.rows.len();
        let n_levels = hierarchy.rows.first().map_or(0, Vec::len);
        let mut levels = Vec::new();
        for level in 0..n_levels {
            let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
            for row in &hierarchy.rows {
                *sizes.entry(&row[level]).or_default() += 1;
            }
            let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
            let mut groups = Vec::new();
            let mut loss = Vec::new();
            for &row in &place {
                let label = hierarchy.rows[row][level].as_str();
                let next = small(numbers.len());
                groups.push(*numbers.entry(label).or_insert_with(|| {
                    loss.push(share(sizes[label], domain));
                    next
                }));
            }
            // No value: a group of its own, but where a single group is left.
            if level > 0 && loss.len() == 1 {
                groups.push(0);
            } else {
                groups.push(small(loss.len()));
                loss.push(0.0);
            }
            levels.push(Level { groups, loss });
        }
        Ok(Column { levels, domain: float(domain), weight })
    }

    /// Which row of the hierarchy each value is in.
    fn places(&self, hierarchy: &Hierarchy) -> Result<Vec<usize>, PlainError> {
        let rows: BTreeMap<&str, usize> = hierarchy
            .rows
            .iter()
            .enumerate()
            .map(|(row, cells)| (cells[0].as_str(), row))
            .collect();
        let place = |(code, value): (usize, &String)| {
            let found = rows.get(value.as_str()).copied();
            found.ok_or_else(|| {
                let row = self.codes.iter().position(|&c| c as usize == code);
                PlainError::NoValue(self.name.clone(), row.map_or(0, |row| row + 1))
            })
        };
        self.values.iter().enumerate().map(place).collect()
    }

    /// Level, then code to group.
    fn groups(&self, hierarchy: &Hierarchy) -> Result<Vec<Vec<u32>>, PlainError> {
        let levels = self.levels(hierarchy, 1.0)?.levels;
        let without_null = |mut level: Level| {
            level.groups.pop();
            level.groups
        };
        Ok(levels.into_iter().map(without_null).collect())
    }
}

impl Hierarchy {
    /// Reads a hierarchy in ARX's form: no header, separators as of [`Plain::read`].
    pub(crate) fn read(path: &Path) -> Result<Self, PlainError> {
        let text = text_of(path)?;
        let separator = separator_of(&text);
        let rows: Vec<Vec<String>> =
            text.lines().map(|line| line.split(separator).map(str::to_owned).collect()).collect();
        match rows.iter().position(|row| row.len() != rows[0].len()) {
            Some(row) => Err(PlainError::Ragged(path.to_owned(), row + 1)),
            None => Ok(Self { rows }),
        }
    }

    /// The hierarchy as CSV with `;`.
    pub(crate) fn csv(&self) -> String {
        self.rows.iter().map(|row| row.join(";") + "\n").collect()
    }
}

/// What a table is counted by.
#[derive(Clone, Debug, Default)]
pub(crate) struct Roles {
    /// Quasi-identifiers: column, hierarchy, weight.
    pub(crate) quasi: Vec<(String, Hierarchy, f64)>,
    /// Sensitive columns, with a hierarchy where one is known.
    pub(crate) sensitive: Vec<(String, Option<Hierarchy>)>,
    /// Rows that are released; the rest is the population they are from.
    pub(crate) subset: Option<Vec<bool>>,
}

/// What the search sees of a table whose rows are people.
pub(crate) fn table(plain: &Plain, roles: &Roles) -> Result<Table, PlainError> {
    let mut columns = Vec::new();
    let mut codes = Vec::new();
    for (name, hierarchy, weight) in &roles.quasi {
        let text = plain.column(name)?;
        if text.values.len() > 0xffff {
            return Err(PlainError::TooMany(name.clone()));
        }
        columns.push(text.levels(hierarchy, *weight)?);
        codes.push(text.codes.as_slice());
    }
    let places = places(&columns);
    let n_words = places.iter().map(|place| place.word + 1).max().unwrap_or(0);
    let mut words = vec![vec![0_u16; plain.n_rows()]; n_words];
    for (place, codes) in places.iter().zip(&codes) {
        for (word, code) in words[place.word].iter_mut().zip(*codes) {
            *word |= (code << place.shift) as u16;
        }
    }
    let mut rows: Vec<u32> = (0..small(plain.n_rows())).collect();
    let same = |a: u32, b: u32| words.iter().all(|word| word[a as usize] == word[b as usize]);
    rows.sort_unstable_by(|&a, &b| {
        let of = |row: u32| words.iter().map(move |word| word[row as usize]);
        of(a).cmp(of(b)).then(a.cmp(&b))
    });
    let tuples: Vec<&[u32]> = rows.chunk_by(|&a, &b| same(a, b)).collect();
    let released = |row: u32| roles.subset.as_ref().is_none_or(|subset| subset[row as usize]);
    let count = |rows: &&[u32]| small(rows.iter().filter(|&&row| released(row)).count());
    let counts = tuples.iter().map(count).collect();
    let all = tuples.iter().map(|rows| small(rows.len())).collect();
    let population = roles.subset.is_some().then_some(all);
    let sensitive = roles.sensitive.iter().map(|(name, hierarchy)| {
        histogram(plain.column(name)?, hierarchy.as_ref(), &tuples, &released)
    });
    let sensitive = sensitive.collect::<Result<_, _>>()?;
    let picked = |word: &Vec<u16>| tuples.iter().map(|rows| word[rows[0] as usize]).collect();
    let words = words.iter().map(picked).collect();
    Ok(Table {
        columns,
        tuples: Tuples { words, places },
        people: People::Rows { counts, population },
        sensitive,
    })
}

/// The sensitive codes of each tuple.
fn histogram(
    text: &Text,
    hierarchy: Option<&Hierarchy>,
    tuples: &[&[u32]],
    released: &dyn Fn(u32) -> bool,
) -> Result<Sensitive, PlainError> {
    let mut sensitive =
        Sensitive { n_codes: text.values.len(), offsets: vec![0], ..Sensitive::default() };
    for rows in tuples {
        let mut people: BTreeMap<u32, u32> = BTreeMap::new();
        for &row in rows.iter().filter(|&&row| released(row)) {
            *people.entry(text.codes[row as usize]).or_default() += 1;
        }
        sensitive.codes.extend(people.keys().map(|&code| code as u16));
        sensitive.people.extend(people.values());
        sensitive.offsets.push(small(sensitive.codes.len()));
    }
    if let Some(hierarchy) = hierarchy {
        sensitive.levels = text.groups(hierarchy)?;
    }
    sensitive.order = vec![1; text.values.len()];
    Ok(sensitive)
}

/// Columns to words of up to 12 bits, in order; wider columns have a word of their own.
fn places(columns: &[Column]) -> Vec<Place> {
    let mut word = 0;
    let mut used = 0;
    let place = |column: &Column| {
        let codes = column.levels[0].groups.len();
        let bits = usize::BITS - (codes - 1).leading_zeros();
        let bits = bits.max(1);
        if used > 0 && used + bits > 12 {
            word += 1;
            used = 0;
        }
        let place = Place { word, shift: used, bits };
        used += bits;
        place
    };
    columns.iter().map(place).collect()
}

/// A column whose codes follow the order of its values.
fn sorted(name: &str, found: &BTreeMap<&str, u32>, codes: Vec<u32>) -> Text {
    let mut rank = vec![0; found.len()];
    for (place, &code) in found.values().enumerate() {
        rank[code as usize] = small(place);
    }
    let values = found.keys().map(|&value| value.to_owned()).collect();
    let codes = codes.into_iter().map(|code| rank[code as usize]).collect();
    Text { name: name.to_owned(), values, codes }
}

/// The share of the domain that `values` cover beyond a single value.
fn share(values: usize, domain: usize) -> f64 {
    if domain <= 1 { 0.0 } else { float(values - 1) / float(domain - 1) }
}

fn text_of(path: &Path) -> Result<String, PlainError> {
    fs::read_to_string(path).map_err(|error| PlainError::File(path.to_owned(), error))
}

fn separator_of(text: &str) -> char {
    let first = text.lines().next().unwrap_or_default();
    if first.contains(',') && !first.contains(';') { ',' } else { ';' }
}

fn small(n: usize) -> u32 {
    u32::try_from(n).expect("tables of tests have fewer than 2^32 rows")
}

fn float(n: usize) -> f64 {
    f64::from(small(n))
}
