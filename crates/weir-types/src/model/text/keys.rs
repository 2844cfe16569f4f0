//! The models, their keys, and what a key may hold.

use toml::Value;

/// What a key may hold.
#[derive(Clone, Copy)]
pub(super) enum Holds {
    /// A number within these bounds, ends included; the words say so.
    Number(f64, f64, &'static str),
    /// A number above this and no more than that.
    Above(f64, f64, &'static str),
    /// A whole number from this.
    Whole(i64, &'static str),
    /// One of some words.
    Word(&'static [&'static str], &'static str),
    /// `true` or `false`.
    Flag,
    /// The name of a column.
    Column,
}

/// A key: name, what it holds, whether it may be left out.
pub(super) type Key = (&'static str, Holds, bool);

const COLUMN: Key = ("sensitive", Holds::Column, false);
const K: Key = ("k", Holds::Whole(1, "a whole number of at least 1"), false);
const L: Key = ("l", Holds::Whole(1, "a whole number of at least 1"), false);
const SHARE: Holds = Holds::Number(0.0, 1.0, "between 0 and 1");
const FRACTION: Holds = Holds::Above(0.0, 1.0, "above 0 and at most 1");
const POSITIVE: Holds = Holds::Above(0.0, f64::MAX, "above 0");
const NOT_NEGATIVE: Holds = Holds::Number(0.0, f64::MAX, "at least 0");

/// Privacy models and their keys.
pub(super) const MODELS: [(&str, &[Key]); 14] = [
    ("k-anonymity", &[K]),
    ("k-map", &[K, ("sampling_fraction", FRACTION, true)]),
    ("average-risk", &[("at_most", SHARE, false)]),
    (
        "population-uniqueness",
        &[
            ("at_most", SHARE, false),
            ("sampling_fraction", FRACTION, false),
            (
                "estimator",
                Holds::Word(
                    &["dankar", "pitman", "zayatz", "snb"],
                    "`dankar`, `pitman`, `zayatz` or `snb`",
                ),
                true,
            ),
        ],
    ),
    ("distinct-l-diversity", &[COLUMN, L]),
    ("entropy-l-diversity", &[COLUMN, ("l", Holds::Number(1.0, f64::MAX, "at least 1"), false)]),
    ("recursive-l-diversity", &[COLUMN, ("c", POSITIVE, false), L]),
    (
        "t-closeness",
        &[
            COLUMN,
            ("t", SHARE, false),
            (
                "distance",
                Holds::Word(
                    &["equal", "hierarchical", "ordered"],
                    "`equal`, `hierarchical` or `ordered`",
                ),
                true,
            ),
        ],
    ),
    ("delta-presence", &[("min", SHARE, false), ("max", SHARE, false)]),
    ("basic-beta-likeness", &[COLUMN, ("beta", POSITIVE, false)]),
    ("enhanced-beta-likeness", &[COLUMN, ("beta", POSITIVE, false)]),
    ("delta-disclosure", &[COLUMN, ("delta", POSITIVE, false)]),
    (
        "profitability",
        &[
            ("benefit", NOT_NEGATIVE, false),
            ("loss", NOT_NEGATIVE, false),
            ("gain", NOT_NEGATIVE, false),
            ("attempt", NOT_NEGATIVE, false),
            (
                "attack",
                Holds::Word(&["prosecutor", "journalist"], "`prosecutor` or `journalist`"),
                true,
            ),
            ("no_attack", Holds::Flag, true),
        ],
    ),
    (
        "differential-privacy",
        &[
            ("epsilon", POSITIVE, false),
            ("delta", Holds::Above(0.0, 1.0, "above 0 and at most 1"), false),
            ("epsilon_search", NOT_NEGATIVE, true),
            ("steps", Holds::Whole(0, "a whole number of at least 0"), true),
        ],
    ),
];

/// Quality models and their keys.
pub(super) const QUALITIES: [(&str, &[Key]); 7] = [
    ("loss", &[("suppression_factor", SHARE, true)]),
    ("non-uniform-entropy", &[("monotonic", Holds::Flag, true)]),
    ("discernibility", &[]),
    ("average-class-size", &[]),
    ("precision", &[]),
    ("granularity", &[]),
    ("ambiguity", &[]),
];

impl Holds {
    /// What the value must be, if it is not.
    pub(super) fn refuses(self, value: &Value) -> Option<&'static str> {
        let number = match value {
            Value::Integer(whole) => Some(*whole as f64),
            Value::Float(number) => Some(*number),
            _ => None,
        };
        let (holds, must) = match self {
            Self::Number(from, to, must) => (number.is_some_and(|n| n >= from && n <= to), must),
            Self::Above(from, to, must) => (number.is_some_and(|n| n > from && n <= to), must),
            Self::Whole(from, must) => (value.as_integer().is_some_and(|n| n >= from), must),
            Self::Word(all, must) => (value.as_str().is_some_and(|w| all.contains(&w)), must),
            Self::Flag => (value.is_bool(), "`true` or `false`"),
            Self::Column => (value.as_str().is_some_and(|name| !name.is_empty()), "a column"),
        };
        (!holds).then_some(must)
    }
}
