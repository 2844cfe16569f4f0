//! The sentences of a result, in both languages. They hold names and figures, never a cell value.

use weir_types::Bilingual;

use super::dependencies::Form;
use super::trajectories::Points;
use crate::signals::{percent, thousands};

/// Column names in a row: `` `a`, `b` and `c` ``.
pub(super) fn columns(names: &[String]) -> Bilingual {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    Bilingual::new(quoted.join("、"), quoted.join(" + "))
}

/// What was looked at, where it is not everything.
pub(super) fn seen(rows: u64, rows_seen: u64, share: f64, left_out: u64) -> Option<Bilingual> {
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    if share < 1.0 {
        let (rows, seen) = (thousands(rows), thousands(rows_seen));
        zh.push(format!(
            "只看了 {rows} 行中的 {seen} 行（抽样）；样本中唯一的人在全表中未必唯一，因此各项数字偏高而不偏低"
        ));
        en.push(format!(
            "a sample: {seen} of {rows} rows; who is alone in a sample need not be alone in the \
             table, so the figures are too high rather than too low"
        ));
    }
    if left_out > 0 {
        let n = thousands(left_out);
        zh.push(format!("另有 {n} 列未参与组合分析"));
        en.push(format!("{n} further columns were not looked at together with others"));
    }
    (!en.is_empty()).then(|| Bilingual::new(zh.join("；"), en.join("; ")))
}

/// A key, or nearly.
pub(super) fn key(names: &[String], distinct: u64, of: u64) -> Bilingual {
    let columns = columns(names);
    let (zh_verb, en_verb) = match names.len() {
        1 => ("", "tells"),
        _ => ("合在一起", "together tell"),
    };
    if distinct == of {
        let n = thousands(of);
        return Bilingual::new(
            format!("{}{zh_verb}区分全部 {n} 行（键）", columns.zh),
            format!("{} {en_verb} all {n} rows apart (a key)", columns.en),
        );
    }
    let (share, n) = (percent(distinct as f64 / of.max(1) as f64), thousands(of));
    Bilingual::new(
        format!("{}{zh_verb}在 {n} 行中有 {share} 的不同取值（近似键）", columns.zh),
        format!("{} {en_verb} {share} of {n} rows apart (a near-key)", columns.en),
    )
}

/// The same, where the number of values was estimated.
pub(super) fn estimated(say: &Bilingual) -> Bilingual {
    Bilingual::new(
        format!("{}（按全表估计）", say.zh),
        format!("{} (estimated over the whole table)", say.en),
    )
}

/// A set that singles people out.
pub(super) fn singles_out(names: &[String], singled: u64, people: u64, by_row: bool) -> Bilingual {
    let columns = columns(names);
    let (share, n) = (percent(singled as f64 / people.max(1) as f64), thousands(people));
    let (zh, en) = if by_row { ("行", "rows") } else { ("人", "people") };
    let verb = if names.len() == 1 { "singles" } else { "single" };
    Bilingual::new(
        format!("{}可唯一确定 {n} {zh}中的 {share}", columns.zh),
        format!("{} {verb} out {share} of {n} {en}", columns.en),
    )
}

/// How far the search for sets came.
pub(super) fn searched(
    columns: usize,
    complete_to: usize,
    stopped: bool,
    partly: bool,
) -> Bilingual {
    let n = complete_to;
    if columns == 0 {
        return Bilingual::new(
            "除标识符外没有取值不同的列，无组合可查",
            "beside identifiers no column has several values, so there is no set to look at",
        );
    }
    if stopped && !partly {
        return Bilingual::new(
            format!("不超过 {n} 列的组合已全部查过；因工作量上限未查更大的组合"),
            format!(
                "every set of at most {n} columns was looked at; larger ones were not, because the \
                 bound on the work was reached"
            ),
        );
    }
    if stopped {
        return Bilingual::new(
            format!("不超过 {n} 列的组合已全部查过；更大的组合因工作量上限只查了取值最多的一部分"),
            format!(
                "every set of at most {n} columns was looked at; of larger ones only those with \
                 most values, because the bound on the work was reached"
            ),
        );
    }
    Bilingual::new(
        format!("不超过 {n} 列的组合已全部查过"),
        format!("every set of at most {n} columns was looked at"),
    )
}

/// Whose rows these are.
pub(super) fn people(by: &[String], people: u64, several: u64, most: u64) -> Bilingual {
    let n = thousands(people);
    if by.is_empty() {
        let en = match people {
            1 => "the one row counts as a person".to_owned(),
            _ => format!("each of {n} rows counts as one person"),
        };
        return Bilingual::new(
            format!("没有表明每行属于谁的列；{n} 行各算一人"),
            format!("no column says whose row it is; {en}"),
        );
    }
    let columns = columns(by);
    if several == 0 {
        return Bilingual::new(
            format!("{}表明每行属于谁；{n} 人各一行", columns.zh),
            match people {
                1 => format!("{} says whose row it is; one person has the one row", columns.en),
                _ => format!("{} says whose row it is; {n} people have one row each", columns.en),
            },
        );
    }
    let (share, most) = (percent(several as f64 / people.max(1) as f64), thousands(most));
    Bilingual::new(
        format!("{}表明每行属于谁；{n} 人，其中 {share} 有多行，最多 {most} 行", columns.zh),
        format!(
            "{} says whose row it is; {n} people, {share} of them with several rows, {most} at \
             most",
            columns.en
        ),
    )
}

/// The same, for a column that no name and no shape gave away.
pub(super) fn found_people(say: &Bilingual) -> Bilingual {
    Bilingual::new(
        format!("{}（由取值发现：每个取值只对应一个出生日期、一个性别等）", say.zh),
        format!("{} (found by its values, which have one date of birth, one sex each)", say.en),
    )
}

/// A column that others tell, and what that means.
pub(super) fn dependency(
    from: &[String],
    to: &str,
    form: Form,
    violations: f64,
    of: u64,
) -> Bilingual {
    let columns = columns(from);
    let (from_zh, from_en) = (&columns.zh, &columns.en);
    let plural = from.len() > 1;
    let (zh, en) = match form {
        Form::Same => (
            format!("{from_zh}与`{to}`只有书写格式不同"),
            format!("{from_en} and `{to}` differ in format only"),
        ),
        Form::Mutual => (
            format!("{from_zh}与`{to}`一一对应"),
            format!("{from_en} and `{to}` tell each other, value by value"),
        ),
        Form::Function => (
            format!("{from_zh}决定`{to}`"),
            format!(
                "{from_en} {} `{to}`",
                if plural { "together determine" } else { "determines" }
            ),
        ),
        Form::Holds => {
            (format!("{from_zh}中含有`{to}`的内容"), format!("{from_en} holds what `{to}` says"))
        }
        Form::Age => (
            format!("{from_zh}与同一日期之差即`{to}`"),
            format!("{from_en} gives `{to}` on one day"),
        ),
    };
    let n = thousands(of);
    let share = percent(violations);
    let (but_zh, but_en) = match violations > 0.0 {
        true => (format!("（{n} 例中 {share} 不符）"), format!(" ({share} of {n} go against it)")),
        false => (format!("（{n} 例无一不符）"), format!(" (none of {n} goes against it)")),
    };
    let (then_zh, then_en) = match form {
        Form::Same | Form::Mutual => (
            "；保留其一，另一列的泛化即告失效".to_owned(),
            "; keeping one of them undoes generalising the other".to_owned(),
        ),
        _ => (
            format!("；保留{from_zh}会使`{to}`的泛化失效"),
            format!("; keeping {from_en} undoes generalising `{to}`"),
        ),
    };
    Bilingual::new(format!("{zh}{but_zh}{then_zh}"), format!("{en}{but_en}{then_en}"))
}

/// Where people were.
pub(super) fn trajectory(
    person: &[String],
    time: &str,
    place: &[String],
    people: u64,
    points: &[Points],
) -> Bilingual {
    let all: Vec<String> =
        person.iter().cloned().chain([time.to_owned()]).chain(place.iter().cloned()).collect();
    let (columns, n) = (columns(&all), thousands(people));
    // Four points are what the literature reports.
    let named = points.iter().rfind(|points| points.points <= 4);
    let (zh, en) = named.map_or_else(Default::default, |points| {
        let (k, share, tried) = (points.points, percent(points.share), thousands(points.tried));
        let noun = if k == 1 { "point singles" } else { "points single" };
        (
            format!("；{k} 个时空点可唯一确定所试 {tried} 人中的 {share}"),
            format!("; {k} {noun} out {share} of {tried} people who were tried"),
        )
    });
    Bilingual::new(
        format!("{}合在一起显示 {n} 人的行踪轨迹{zh}", columns.zh),
        format!("{} show the whereabouts of {n} people{en}", columns.en),
    )
}
