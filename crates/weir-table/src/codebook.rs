//! Codes for the values of a column.

use std::fmt::Debug;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Date32Array, Float64Array, Int64Array};
use arrow_array::{TimestampMicrosecondArray, cast::AsArray};
use arrow_schema::DataType;
use rustc_hash::FxHashMap;

use crate::profile::ColumnProfile;
use crate::types::for_texts;

/// A column of the source with the codes of its values.
#[derive(Clone, Debug)]
pub struct CodedColumn {
    /// Index of the column in the source.
    pub column: usize,
    /// Its codes.
    pub codebook: Codebook,
}

/// How the values of one column become codes `0 .. n_codes()`.
///
/// Codes below the null code follow the order of the values. The last code always stands for
/// "no value". A value that the book does not know gets the null code: a book is made from a
/// profile of the same table, so this happens only if the file changed in between.
#[derive(Clone, Debug)]
pub enum Codebook {
    /// One code per distinct value.
    Values(Values),
    /// One code per range of an ordered column.
    Ranges(Ranges),
    /// One code per key of a value, such as its first characters, and one for all other keys.
    Keys(Keys),
    /// Everything is one value; for columns whose values are too many to tell apart.
    One,
}

/// One code per distinct value; see [`Codebook::Values`].
#[derive(Clone, Debug)]
pub struct Values {
    texts: FxHashMap<Box<str>, u16>,
    numbers: FxHashMap<u64, u16>,
    n: u16,
}

/// Ranges between cuts; see [`Codebook::Ranges`].
#[derive(Clone, Debug)]
pub struct Ranges {
    cuts: Vec<f64>,
    even: Option<(f64, f64)>,
}

/// What of a value its code stands for.
pub trait Key: Debug + Send + Sync {
    /// The key of a value in canonical text (see [`crate::ValueCount::value`]); `None` for a
    /// value that has none.
    fn key(&self, value: &str) -> Option<String>;
}

/// One code per key; see [`Codebook::Keys`].
#[derive(Clone, Debug)]
pub struct Keys {
    key: Arc<dyn Key>,
    codes: FxHashMap<Box<str>, u16>,
    other: u16,
}

impl Codebook {
    /// One code per key in `keys`, in their order, then one for values with another key or none.
    ///
    /// `keys` must have fewer than 65,534 entries, all different.
    pub fn of_keys(key: Arc<dyn Key>, keys: Vec<String>) -> Self {
        let other = u16::try_from(keys.len()).expect("books have fewer than 65,536 codes");
        let codes = keys.into_iter().zip(0..).map(|(key, code)| (key.into(), code)).collect();
        Self::Keys(Keys { key, codes, other })
    }

    /// One code per value of a profile that holds all of them.
    ///
    /// Returns `None` when the profile holds only a sample of the values.
    pub fn of_values(profile: &ColumnProfile) -> Option<Self> {
        if !profile.distinct_exact {
            return None;
        }
        let n = u16::try_from(profile.values.len()).ok()?;
        let mut texts = FxHashMap::default();
        let mut numbers = FxHashMap::default();
        for (code, value) in (0..n).zip(&profile.values) {
            match value.number {
                Some(number) => numbers.insert(bits(number), code),
                None => texts.insert(value.value.expose().as_str().into(), code),
            };
        }
        Some(Self::Values(Values { texts, numbers, n }))
    }

    /// Ranges `(-∞, cuts[0])`, `[cuts[0], cuts[1])`, … `[cuts[last], ∞)`.
    ///
    /// `cuts` must rise strictly and have fewer than 65,534 entries.
    pub fn of_cuts(cuts: Vec<f64>) -> Self {
        let even = match cuts.as_slice() {
            [first, .., last] => {
                let step = (last - first) / (cuts.len() - 1) as f64;
                let on_grid =
                    |(i, c): (usize, &f64)| (first + i as f64 * step - c).abs() < step * 1e-9;
                cuts.iter().enumerate().all(on_grid).then_some((*first, step))
            }
            _ => None,
        };
        Self::Ranges(Ranges { cuts, even })
    }

    /// Number of codes, the null code among them.
    pub fn n_codes(&self) -> usize {
        match self {
            Self::Values(values) => usize::from(values.n) + 1,
            Self::Ranges(ranges) => ranges.cuts.len() + 2,
            Self::Keys(keys) => usize::from(keys.other) + 2,
            Self::One => 2,
        }
    }

    /// The code of "no value".
    pub fn null_code(&self) -> u16 {
        u16::try_from(self.n_codes() - 1).expect("books have fewer than 65,536 codes")
    }

    /// The codes of an array in the physical type of its column.
    pub fn codes(&self, array: &ArrayRef) -> Vec<u16> {
        let mut codes = Vec::new();
        self.encode(array, &mut codes);
        codes
    }

    /// The codes of an array in the physical type of its column, appended to `out`.
    pub fn encode(&self, array: &ArrayRef, out: &mut Vec<u16>) {
        let null = self.null_code();
        out.reserve(array.len());
        match self {
            Self::One => out.extend((0..array.len()).map(|i| u16::from(array.is_null(i)))),
            Self::Ranges(ranges) => {
                for_numbers(array, |n| out.push(n.map_or(null, |n| ranges.code(n))));
            }
            Self::Keys(keys) => {
                // Neighbouring rows often have one value, and keys take work.
                let (mut last, mut code) = (String::new(), keys.code(""));
                for_texts(array, |text| match text {
                    None => out.push(null),
                    Some(text) => {
                        if text != last {
                            last.clear();
                            last.push_str(text);
                            code = keys.code(text);
                        }
                        out.push(code);
                    }
                });
            }
            Self::Values(values) => match array.data_type() {
                DataType::Utf8 => {
                    out.extend(array.as_string::<i32>().iter().map(|text| {
                        text.and_then(|t| values.texts.get(t).copied()).unwrap_or(null)
                    }))
                }
                DataType::Boolean => out.extend(array.as_boolean().iter().map(|value| {
                    let text = value.map(|v| if v { "true" } else { "false" });
                    text.and_then(|t| values.texts.get(t).copied()).unwrap_or(null)
                })),
                _ => for_numbers(array, |n| {
                    out.push(n.and_then(|n| values.numbers.get(&bits(n)).copied()).unwrap_or(null));
                }),
            },
        }
    }
}

impl Keys {
    /// The key of a value; `None` for a value that has none.
    pub fn key(&self, value: &str) -> Option<String> {
        self.key.key(value)
    }

    /// Whether a key has a code of its own.
    pub fn knows(&self, key: &str) -> bool {
        self.codes.contains_key(key)
    }

    fn code(&self, text: &str) -> u16 {
        let key = self.key(text);
        key.and_then(|key| self.codes.get(key.as_str()).copied()).unwrap_or(self.other)
    }
}

impl Ranges {
    /// The cuts, rising.
    pub fn cuts(&self) -> &[f64] {
        &self.cuts
    }

    fn code(&self, number: f64) -> u16 {
        let guess = match self.even {
            // One multiplication finds the neighbourhood; the comparisons below settle it, so
            // that rounding at a cut cannot differ from the general case.
            Some((first, step)) => {
                let at = ((number - first) / step).floor() + 1.0;
                at.clamp(0.0, self.cuts.len() as f64) as usize
            }
            None => self.cuts.partition_point(|cut| *cut <= number),
        };
        let mut at = guess;
        while at > 0 && self.cuts[at - 1] > number {
            at -= 1;
        }
        while at < self.cuts.len() && self.cuts[at] <= number {
            at += 1;
        }
        u16::try_from(at).expect("books have fewer than 65,536 codes")
    }
}

/// Calls `f` with each value of an ordered column as a number; see
/// [`crate::ValueCount::number`].
pub fn for_numbers(array: &ArrayRef, mut f: impl FnMut(Option<f64>)) {
    if let Some(ints) = array.as_any().downcast_ref::<Int64Array>() {
        ints.iter().for_each(|v| f(v.map(|v| v as f64)));
    } else if let Some(floats) = array.as_any().downcast_ref::<Float64Array>() {
        floats.iter().for_each(f);
    } else if let Some(dates) = array.as_any().downcast_ref::<Date32Array>() {
        dates.iter().for_each(|v| f(v.map(f64::from)));
    } else if let Some(times) = array.as_any().downcast_ref::<TimestampMicrosecondArray>() {
        times.iter().for_each(|v| f(v.map(|v| v as f64)));
    } else {
        (0..array.len()).for_each(|_| f(None));
    }
}

/// The bits by which equal numbers are equal: one zero, one not-a-number.
fn bits(number: f64) -> u64 {
    if number == 0.0 {
        0
    } else if number.is_nan() {
        f64::NAN.to_bits()
    } else {
        number.to_bits()
    }
}
