//! What is told of utility and of other options, where they were asked for.

use weir_release::deidentify::Deidentified;
use weir_types::QualityModel;
use weir_types::attack::Rate;
use weir_types::choices::{Choice, Choices};
use weir_types::utility::{ColumnUtility, NotClassified, UtilityReport};

use crate::talk::{Talk, grid};

/// Everything that was measured beside the risk; empty where nothing was.
pub(super) fn text(done: &Deidentified, talk: &Talk) -> String {
    let mut out = String::new();
    if let Some(utility) = &done.utility {
        out.push_str(&columns(utility, talk));
        out.push_str(&accuracy(utility, talk));
    }
    if let Some(choices) = &done.choices {
        out.push_str(&steps(choices, talk));
        out.push_str(&by_k(choices, talk));
    }
    out
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// Five digits that count.
fn figure(value: f64) -> String {
    let before_point = value.abs().max(1.0).log10() as usize + 1;
    format!("{value:.*}", 5_usize.saturating_sub(before_point))
}

/// Per column what is left of it, and its figures side by side.
fn columns(utility: &UtilityReport, talk: &Talk) -> String {
    let head = [
        talk.choose("列", "column"),
        talk.choose("细节", "detail"),
        talk.choose("信息", "information"),
        talk.choose("取值", "values"),
        talk.choose("平均", "mean"),
        talk.choose("标准差", "std. dev."),
        talk.choose("中位", "median"),
    ];
    let mut rows = vec![head.map(str::to_owned)];
    let figures = |column: &ColumnUtility| -> [String; 3] {
        let (Some(before), Some(after)) = (&column.before.numbers, &column.after.numbers) else {
            return ["-"; 3].map(str::to_owned);
        };
        [
            (before.mean, after.mean),
            (before.deviation, after.deviation),
            (before.median, after.median),
        ]
        .map(|(before, after)| format!("{} -> {}", figure(before), figure(after)))
    };
    for column in &utility.columns {
        let [mean, deviation, median] = figures(column);
        rows.push([
            column.column.clone(),
            percent(column.kept),
            percent(column.information),
            format!("{} -> {}", column.before.distinct, column.after.distinct),
            mean,
            deviation,
            median,
        ]);
    }
    format!("\n{}", grid(&rows))
}

fn accuracy(utility: &UtilityReport, talk: &Talk) -> String {
    if let Some(why) = utility.not_classified {
        let why = not_classified(why, talk);
        return format!("\n{}: {why}\n", talk.choose("未测准确率", "accuracy not measured"));
    }
    let Some(found) = &utility.classification else { return String::new() };
    let mut rows = vec![[
        format!("{} {}", talk.choose("判断列", "telling"), found.target),
        talk.choose("准确率", "accuracy").to_owned(),
        talk.choose("95% 区间", "95 % interval").to_owned(),
    ]];
    let mut row = |name: &str, rate: &Rate| {
        let interval = format!("{} - {}", percent(rate.low), percent(rate.high));
        rows.push([name.to_owned(), percent(rate.value), interval]);
    };
    row(talk.choose("基线（最常见值）", "baseline, most frequent value"), &found.baseline);
    row(talk.choose("之前", "before"), &found.before);
    row(talk.choose("之后", "after"), &found.after);
    row(
        talk.choose("以发布学习，在原始上试验", "learnt from the release, tried on the original"),
        &found.learnt_from_release,
    );
    row(
        talk.choose("以原始学习，在发布上试验", "learnt from the original, tried on the release"),
        &found.tried_on_release,
    );
    if let Some(logistic) = &found.logistic {
        row(talk.choose("之前，逻辑回归", "before, logistic regression"), &logistic.before);
        row(talk.choose("之后，逻辑回归", "after, logistic regression"), &logistic.after);
    }
    format!("\n{}", grid(&rows))
}

fn not_classified(why: NotClassified, talk: &Talk) -> &'static str {
    let (zh, en) = match why {
        NotClassified::NotReleased => ("目标列未发布", "the target is not released"),
        NotClassified::MixedLabels => ("目标列的标签互相重叠", "labels of the target overlap"),
        NotClassified::TooManyClasses => ("目标列取值过多", "the target has too many values"),
        NotClassified::NoFeatures => ("没有发布其他列", "no other column is released"),
        NotClassified::TooFewRows => ("行数过少", "there are too few rows"),
        _ => ("数据大于计划使用的内存", "the tables are larger than the memory planned for"),
    };
    match talk.lang {
        weir_types::Lang::Zh => zh,
        weir_types::Lang::En => en,
    }
}

/// What is kept, where a score is a share that is lost; else the score.
fn kept(choices: &Choices, score: f64) -> String {
    match choices.quality {
        QualityModel::Loss { .. } | QualityModel::Precision | QualityModel::Granularity => {
            percent(1.0 - score)
        }
        _ => figure(score),
    }
}

fn steps(choices: &Choices, talk: &Talk) -> String {
    let head = [
        talk.choose("改动", "change"),
        talk.choose("保留", "kept"),
        talk.choose("剔除", "left out"),
        talk.choose("风险", "risk"),
        talk.choose("可行", "feasible"),
    ];
    let mut rows = vec![head.map(str::to_owned)];
    let mut row = |name: String, choice: &Choice| {
        rows.push([
            name,
            kept(choices, choice.score),
            percent(choice.suppressed_share),
            format!("{:.2} %", choice.risk * 100.0),
            if choice.feasible { talk.choose("是", "yes") } else { talk.choose("否", "no") }
                .to_owned(),
        ]);
    };
    row(talk.choose("所选组合", "as it is").to_owned(), &choices.chosen);
    for (at, column) in choices.columns.iter().enumerate() {
        if let Some(choice) = &choices.finer[at] {
            row(format!("{column} {}", talk.choose("细一层", "one level finer")), choice);
        }
        if let Some(choice) = &choices.coarser[at] {
            row(format!("{column} {}", talk.choose("粗一层", "one level coarser")), choice);
        }
    }
    format!("\n{}", grid(&rows))
}

fn by_k(choices: &Choices, talk: &Talk) -> String {
    if choices.by_k.is_empty() {
        return String::new();
    }
    let head = [
        "k",
        talk.choose("保留", "kept"),
        talk.choose("剔除", "left out"),
        talk.choose("风险", "risk"),
    ];
    let mut rows = vec![head.map(str::to_owned)];
    for at in &choices.by_k {
        rows.push(match &at.found {
            Some(found) => [
                at.k.to_string(),
                kept(choices, found.score),
                percent(found.suppressed_share),
                format!("{:.2} %", found.risk * 100.0),
            ],
            None => {
                let none = talk.choose("无可行组合", "not feasible");
                [at.k.to_string(), none.to_owned(), "-".to_owned(), "-".to_owned()]
            }
        });
    }
    format!("\n{}", grid(&rows))
}
