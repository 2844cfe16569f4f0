//! Attacks and accuracies as they are shown: shares with their intervals, and what they mean.

use serde::Serialize;
use weir_types::Bilingual;
use weir_types::attack::{AttackReport, Attacks, Control, NotTried, Rate, Unit};
use weir_types::utility::{Classification, NotClassified};

use super::format::{number, percent};

/// A share with its interval, drawn on a line from nothing to all.
#[derive(Debug, Serialize)]
pub(super) struct Share {
    pub(super) value: f64,
    pub(super) low: f64,
    pub(super) high: f64,
    /// Places on the line, in percent.
    pub(super) at: f64,
    pub(super) from: f64,
    pub(super) width: f64,
    /// Where the share that it is held against stands, in percent.
    pub(super) against: Option<f64>,
}

impl Share {
    fn new(rate: &Rate, against: Option<f64>) -> Self {
        let place = |share: f64| (share.clamp(0.0, 1.0) * 10_000.0).round() / 100.0;
        Self {
            value: rate.value,
            low: rate.low,
            high: rate.high,
            at: place(rate.value),
            from: place(rate.low),
            width: place(rate.high) - place(rate.low),
            against: against.map(place),
        }
    }
}

/// One attack that was tried.
#[derive(Debug, Serialize)]
pub(super) struct Trial {
    pub(super) what: Bilingual,
    /// The column that is told, where one is.
    pub(super) column: Option<String>,
    /// None where there was nothing to try.
    pub(super) share: Option<Share>,
    pub(super) against: Option<f64>,
    pub(super) against_what: Bilingual,
    /// Whether the release gives something away by this measure.
    pub(super) gives_away: bool,
    pub(super) meaning: Bilingual,
}

/// The attacks on a release.
#[derive(Debug, Serialize)]
pub(super) struct Tried {
    /// Why nothing was tried.
    pub(super) not_tried: Option<Bilingual>,
    pub(super) known: Vec<String>,
    pub(super) unit: Bilingual,
    pub(super) control: Bilingual,
    pub(super) attempts: u64,
    pub(super) seed: u64,
    pub(super) trials: Vec<Trial>,
    pub(super) n_giving_away: usize,
    pub(super) unread: Vec<Unread>,
}

/// A column with labels that were not understood.
#[derive(Debug, Serialize)]
pub(super) struct Unread {
    pub(super) column: String,
    pub(super) labels: u64,
}

impl Tried {
    pub(super) fn new(attacks: &Attacks) -> Self {
        match attacks {
            Attacks::Tried { report } => Self::of(report),
            Attacks::NotTried { reason } => Self {
                not_tried: Some(why_not(*reason)),
                known: Vec::new(),
                unit: Bilingual::default(),
                control: Bilingual::default(),
                attempts: 0,
                seed: 0,
                trials: Vec::new(),
                n_giving_away: 0,
                unread: Vec::new(),
            },
        }
    }

    fn of(report: &AttackReport) -> Self {
        let mut trials = singling_out(report);
        trials.extend(linkage(report));
        trials.extend(inference(report));
        Self {
            not_tried: None,
            known: report.known.clone(),
            unit: match report.unit {
                Unit::Row => Bilingual::new("逐行查找", "rows are sought one by one"),
                Unit::Person => Bilingual::new(
                    "同一人的全部行一并查找",
                    "all rows of a person are sought together",
                ),
            },
            control: match report.control {
                Control::StayedOut => Bilingual::new(
                    "目标本人未进入数据时",
                    "each target, had they stayed out of the data",
                ),
                Control::Table { people } => Bilingual::new(
                    format!("对照表中的 {} 人", number(people)),
                    format!("{} people of a control table", number(people)),
                ),
            },
            attempts: report.linkage.rate.attempts,
            seed: report.seed,
            n_giving_away: trials.iter().filter(|trial| trial.gives_away).count(),
            trials,
            unread: report
                .unread
                .iter()
                .map(|unread| Unread { column: unread.column.clone(), labels: unread.labels })
                .collect(),
        }
    }
}

fn why_not(reason: NotTried) -> Bilingual {
    match reason {
        NotTried::SwitchedOff => {
            Bilingual::new("按请求未试验攻击。", "No attacks were tried, as the request says.")
        }
        NotTried::NothingKnown => Bilingual::new(
            "发布的列中没有准标识符，攻击者没有可用以查找某人的已知列，因此未试验。",
            "No quasi-identifier was released, so an intruder knows nothing to look people up by; \
             no attacks were tried.",
        ),
        NotTried::NothingReleased => Bilingual::new(
            "没有发布任何行，因此无从攻击。",
            "No row was released, so there is nothing to attack.",
        ),
        _ => Bilingual::new(
            "数据大于计划使用的内存，未试验攻击；可加大 --memory 后用 weir attack 单独试验。",
            "The tables are larger than the memory that was planned for, so no attacks were tried; \
             run `weir attack` with more --memory.",
        ),
    }
}

fn singling_out(report: &AttackReport) -> Vec<Trial> {
    let of = |(at, tried): (usize, &weir_types::attack::SinglingOut)| {
        let what = if at == 0 {
            Bilingual::new("单独识别：按已知列", "Singling out, by the known columns")
        } else {
            Bilingual::new(
                "单独识别：按已知列和敏感列",
                "Singling out, by sensitive columns as well",
            )
        };
        let alone = number(tried.alone);
        let nobody = tried.rate.attempts == 0;
        let gives_away = !nobody && tried.rate.low > tried.baseline;
        let meaning = if nobody {
            Bilingual::new(
                "发布数据中没有独一无二者，无从描述出单独一人。",
                "Nobody is alone in the release, so no description of a single person can be \
                 taken from it.",
            )
        } else if gives_away {
            Bilingual::new(
                format!(
                    "发布数据中 {alone} 个独一无二者的取值，作为描述往往恰好符合原始数据中的一人。"
                ),
                format!(
                    "The cells of the {alone} who are alone in the release often describe exactly \
                     one person of the original."
                ),
            )
        } else {
            Bilingual::new(
                format!(
                    "发布数据中有 {alone} 个独一无二者，但其取值作为描述并不比凭空描述更常符合单独一人。"
                ),
                format!(
                    "{alone} are alone in the release, but their cells describe exactly one person \
                     no more often than a description made up without it."
                ),
            )
        };
        Trial {
            what,
            column: None,
            share: (!nobody).then(|| Share::new(&tried.rate, Some(tried.baseline))),
            against: (!nobody).then_some(tried.baseline),
            against_what: Bilingual::new("凭空描述", "a description made up"),
            gives_away,
            meaning,
        }
    };
    report.singling_out.iter().enumerate().map(of).collect()
}

fn linkage(report: &AttackReport) -> [Trial; 2] {
    let linkage = &report.linkage;
    let fewest = number(linkage.fewest);
    let picked = Trial {
        what: Bilingual::new("链接：选中本人的行", "Linkage: the right one is picked"),
        column: None,
        share: Some(Share::new(&linkage.rate, Some(linkage.baseline))),
        against: Some(linkage.baseline),
        against_what: Bilingual::new("不看取值随机选", "a pick without looking"),
        gives_away: linkage.fewest == 1,
        meaning: match linkage.fewest {
            0 => Bilingual::new("没有目标与任何发布的行相符。", "No released row fits any target."),
            1 => Bilingual::new(
                "有的目标只与一行相符，可被直接找到。",
                "Some targets fit a single row and are found outright.",
            ),
            _ => Bilingual::new(
                format!("与目标相符的至少有 {fewest} 个；攻击者只能在其中猜一个。"),
                format!(
                    "At least {fewest} fit whenever any does; an intruder can only guess among \
                     them."
                ),
            ),
        },
    };
    let control = &linkage.control_unique;
    let gives_away = linkage.unique.low > control.high;
    let unique = Trial {
        what: Bilingual::new("链接：恰好一行相符", "Linkage: exactly one fits"),
        column: None,
        share: Some(Share::new(&linkage.unique, Some(control.value))),
        against: Some(control.value),
        against_what: Bilingual::new("不在数据中的人（误认）", "people not in the data, wrongly"),
        gives_away,
        meaning: if gives_away {
            Bilingual::new(
                "恰好一行相符时，多半就是本人。",
                "Where exactly one fits, it is mostly the right one.",
            )
        } else if linkage.unique.value <= 0.0 {
            Bilingual::new(
                "没有目标恰好与一行相符。",
                "There was no target whom exactly one row fits.",
            )
        } else {
            Bilingual::new(
                "恰好一行相符并不说明就是本人：不在数据中的人同样会遇到。",
                "That exactly one fits does not say that it is the right one: it happens to people \
                 who are not in the data as well.",
            )
        },
    };
    [picked, unique]
}

fn inference(report: &AttackReport) -> Vec<Trial> {
    let of = |told: &weir_types::attack::Inference| {
        let gives_away = told.advantage.low > 0.0;
        let signed = |share: f64| {
            if share < 0.0 { format!("−{}", percent(-share)) } else { percent(share) }
        };
        let [value, low, high] =
            [told.advantage.value, told.advantage.low, told.advantage.high].map(signed);
        Trial {
            what: Bilingual::new("推断", "Inference of"),
            column: Some(told.column.clone()),
            share: Some(Share::new(&told.rate, Some(told.control.value))),
            against: Some(told.control.value),
            against_what: Bilingual::new("不在数据中的人", "people not in the data"),
            gives_away,
            meaning: if gives_away {
                Bilingual::new(
                    format!("进入数据使本人更易被猜中：增量 {value}（95% 区间 {low} 至 {high}）。"),
                    format!(
                        "Being in the data makes a person easier to tell: by {value} of what could \
                         be added (95% interval {low} to {high})."
                    ),
                )
            } else {
                Bilingual::new(
                    format!(
                        "未见与不在数据中的人有差别：增量 {value}（95% 区间 {low} 至 {high}）。"
                    ),
                    format!(
                        "No difference from people who are not in the data was seen: {value} of \
                         what could be added (95% interval {low} to {high})."
                    ),
                )
            },
        }
    };
    report.inference.iter().map(of).collect()
}

/// The accuracies of a classification.
#[derive(Debug, Serialize)]
pub(super) struct Told<'a> {
    pub(super) found: &'a Classification,
    pub(super) relative: Option<f64>,
    pub(super) rows: Vec<Accuracy>,
}

/// One of them.
#[derive(Debug, Serialize)]
pub(super) struct Accuracy {
    pub(super) what: Bilingual,
    pub(super) note: Bilingual,
    pub(super) share: Share,
}

impl<'a> Told<'a> {
    pub(super) fn new(found: &'a Classification) -> Self {
        let against = Some(found.baseline.value);
        let row = |zh: &str, en: &str, note: (&str, &str), rate: &Rate| Accuracy {
            what: Bilingual::new(zh, en),
            note: Bilingual::new(note.0, note.1),
            share: Share::new(rate, against),
        };
        let mut rows = vec![
            row(
                "基线",
                "Baseline",
                ("一律猜最常见值（ZeroR）", "the most frequent value, always (ZeroR)"),
                &found.baseline,
            ),
            row(
                "之前",
                "Before",
                (
                    "以原始行学习，在原始行上试验",
                    "learnt from original rows, tried on original rows",
                ),
                &found.before,
            ),
            row(
                "之后",
                "After",
                (
                    "以发布行学习，在发布行上试验",
                    "learnt from released rows, tried on released rows",
                ),
                &found.after,
            ),
            row(
                "发布 → 原始",
                "Release → original",
                (
                    "以发布行学习，在原始行上试验",
                    "learnt from released rows, tried on original rows",
                ),
                &found.learnt_from_release,
            ),
            row(
                "原始 → 发布",
                "Original → release",
                (
                    "以原始行学习，在发布行上试验",
                    "learnt from original rows, tried on released rows",
                ),
                &found.tried_on_release,
            ),
        ];
        if let Some(logistic) = &found.logistic {
            let note =
                ("逻辑回归，学习与试验同“之前”", "logistic regression, learnt and tried as before");
            rows.push(row("之前（逻辑回归）", "Before, logistic", note, &logistic.before));
            let note =
                ("逻辑回归，学习与试验同“之后”", "logistic regression, learnt and tried as after");
            rows.push(row("之后（逻辑回归）", "After, logistic", note, &logistic.after));
        }
        Self { found, relative: found.relative(), rows }
    }
}

/// Why there are none.
pub(super) fn not_classified(why: NotClassified) -> Bilingual {
    match why {
        NotClassified::NotReleased => {
            Bilingual::new("目标列未发布", "the target column was not released")
        }
        NotClassified::MixedLabels => Bilingual::new(
            "目标列的发布标签互相重叠",
            "released labels of the target column overlap",
        ),
        NotClassified::TooManyClasses => {
            Bilingual::new("目标列的取值过多", "the target column has too many values")
        }
        NotClassified::NoFeatures => {
            Bilingual::new("没有发布其他列", "no other column was released")
        }
        NotClassified::TooFewRows => Bilingual::new("行数过少", "there are too few rows"),
        _ => Bilingual::new(
            "数据大于计划使用的内存",
            "the tables are larger than the memory that was planned for",
        ),
    }
}
