//! The words of signals. They hold shares and counts, never a cell value.

use weir_types::{Bilingual, Signal};

use crate::inside::Inside;

fn signal(test: &str, zh: String, en: String) -> Signal {
    Signal { test: test.to_owned(), saw: Bilingual { zh, en } }
}

/// The name was read by a word of the dictionary.
pub(crate) fn name(word: &str, label: &Bilingual) -> Signal {
    let word = word.trim_matches(['=', '*']);
    signal(
        "name",
        format!("列名含“{word}”，意为“{}”", label.zh),
        format!("the name has `{word}`, which reads as {}", label.en),
    )
}

/// What the owner wrote about the column was read by a word of the dictionary.
pub(crate) fn comment(word: &str, label: &Bilingual) -> Signal {
    let word = word.trim_matches(['=', '*']);
    signal(
        "comment",
        format!("列注释含“{word}”，意为“{}”", label.zh),
        format!("the comment on the column has `{word}`, which reads as {}", label.en),
    )
}

/// The name ends like that of an identifier.
pub(crate) fn id_like_name() -> Signal {
    signal(
        "name",
        "列名以编号一类的词结尾".to_owned(),
        "the name ends like that of an identifier".to_owned(),
    )
}

/// The values have a check digit.
pub(crate) fn checksum(share: f64, n: usize, chance: f64) -> Signal {
    let (share, chance, n) = (percent(share), percent(chance), thousands(n as u64));
    signal(
        "checksum",
        format!("形似的 {n} 个不同取值中 {share} 通过校验位；随机水平为 {chance}"),
        format!(
            "{share} of {n} distinct values of this shape pass the check digit; chance {chance}"
        ),
    )
}

/// The values have a shape.
pub(crate) fn pattern(share: f64, n: usize, chance: Option<f64>) -> Signal {
    let (share, n) = (percent(share), thousands(n as u64));
    let (zh, en) = chance.map(percent).map_or_else(Default::default, |chance| {
        (format!("；随机水平为 {chance}"), format!("; chance {chance}"))
    });
    signal(
        "pattern",
        format!("{n} 个不同取值中 {share} 符合其格式{zh}"),
        format!("{share} of {n} distinct values have its shape{en}"),
    )
}

/// How far the values bear out the name.
pub(crate) fn fits(share: f64, n: usize) -> Signal {
    let (share, n) = (percent(share), thousands(n as u64));
    signal(
        "pattern",
        format!("{n} 个不同取值中 {share} 与列名相符"),
        format!("{share} of {n} distinct values are what the name says"),
    )
}

/// The values are words of a closed list.
pub(crate) fn list(share: f64, n: usize, label: &Bilingual) -> Signal {
    let (share, n) = (percent(share), thousands(n as u64));
    signal(
        "dictionary",
        format!("{n} 个不同取值中 {share} 是表示{}的词", label.zh),
        format!("{share} of {n} distinct values are words for {}", label.en),
    )
}

/// The values are of a type, by words or a check that is none of digits.
pub(crate) fn known(share: f64, n: usize, label: &Bilingual) -> Signal {
    let (share, n) = (percent(share), thousands(n as u64));
    signal(
        "dictionary",
        format!("{n} 个不同取值中 {share} 可认作{}", label.zh),
        format!("{share} of {n} distinct values read as {}", label.en),
    )
}

/// The values are digests of another column, counted from 1. Its name is not shown: where a table
/// has no header, names are cells.
pub(crate) fn digest_of_column(function: &str, column: usize) -> Signal {
    signal(
        "context",
        format!("抽样行中的取值是第 {column} 列取值的 {function} 摘要，可对照还原"),
        format!(
            "in the rows of the sample the values are {function} digests of column number {column}: reversible"
        ),
    )
}

/// The values are digests of a small domain, all of which was tried.
pub(crate) fn digest_of_domain(function: &str, zh: &str, en: &str) -> Signal {
    signal(
        "context",
        format!("取值是{zh}的 {function} 摘要：值域很小，逐一试出即可还原"),
        format!(
            "the values are {function} digests of {en}, a small domain: reversible by trying all"
        ),
    )
}

/// The name says that the values are digests of a small domain.
pub(crate) fn digest_by_name(size: &str) -> Signal {
    signal(
        "context",
        format!("列名表明是小值域（约 {size} 种）的摘要：若未加密钥，逐一试出即可还原"),
        format!(
            "the name says digests of a small domain, about {size} values: reversible by trying all unless keyed"
        ),
    )
}

/// Values hold identifiers among other things.
pub(crate) fn identifiers_inside(share: f64, n: usize) -> Signal {
    let (share, n) = (percent(share), thousands(n as u64));
    signal(
        "pattern",
        format!("{n} 个不同取值中 {share} 含有身份证号、手机号或邮箱"),
        format!("{share} of {n} distinct values hold a resident number, mobile number or e-mail"),
    )
}

/// What the texts of a column hold, in what share of them, and how much of them was read.
pub(crate) fn inside_texts(zh: &str, en: &str, inside: &Inside, more: usize) -> Signal {
    let n = thousands(inside.values);
    let (n_zh, n_en) = match inside.of {
        of if of > inside.values => {
            let of = thousands(of);
            (format!("{of} 个不同文本中的 {n} 个"), format!("the {n} of {of}"))
        }
        _ => (format!("{n} 个不同文本"), n),
    };
    let (cut_zh, cut_en) = match inside.cut {
        0 => (String::new(), String::new()),
        cut => {
            let cut = thousands(cut);
            (format!("（其中 {cut} 个只读前 64 KiB）"), format!(", the first 64 KiB of {cut}"))
        }
    };
    let (and_zh, and_en) = match more {
        0 => (String::new(), String::new()),
        more => (format!("，另有 {more} 类"), format!(", and {more} kinds more")),
    };
    signal(
        "text",
        format!("通读 {n_zh}{cut_zh}：{zh}{and_zh}（占单元格的份额）"),
        format!("of the cells, by {n_en} distinct texts that were read{cut_en}: {en}{and_en}"),
    )
}

/// How many values there are.
pub(crate) fn cardinality(distinct: u64, exact: bool, rows: u64) -> Signal {
    let (value, row) = (one(distinct, "value", "values"), one(rows, "row", "rows"));
    let (n, rows) = (thousands(distinct), thousands(rows));
    let (zh, en) = if exact { ("", "") } else { ("约", "about ") };
    signal(
        "cardinality",
        format!("{rows} 行中有{zh} {n} 个不同取值"),
        format!("{en}{n} distinct {value} in {rows} {row}"),
    )
}

/// A statement about the type or the spread of the values.
pub(crate) fn stated(test: &str, zh: &str, en: &str) -> Signal {
    signal(test, zh.to_owned(), en.to_owned())
}

/// A share with at most one decimal, rounded down so that 100 % means all.
pub(crate) fn percent(share: f64) -> String {
    let tenths = (share * 1000.0 + 1e-6).floor() / 10.0;
    if (tenths - tenths.round()).abs() < 0.05 {
        format!("{tenths:.0} %")
    } else {
        format!("{tenths:.1} %")
    }
}

/// The word for one thing, or that for several.
pub(crate) const fn one<'a>(n: u64, one: &'a str, several: &'a str) -> &'a str {
    if n == 1 { one } else { several }
}

pub(crate) fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_readable_and_not_flattered() {
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(percent(0.9999), "99.9 %");
        assert_eq!(percent(1.0 / 11.0), "9 %");
        assert_eq!(percent(0.998), "99.8 %");
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(4096), "4,096");
        assert_eq!(thousands(12_345_678), "12,345,678");
    }
}
