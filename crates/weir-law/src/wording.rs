//! Measured figures in the words of a rule, and the claim a permit may make.

use weir_types::risk::PeopleCountedBy;
use weir_types::verdict::{Certainty, Finding};
use weir_types::{Bilingual, Facts, Lang, Outcome, RiskReport, Sha256};

use crate::threshold::{Threshold, ThresholdSource, TotalRisk, r_max};

/// The words that a rule may put in braces, to be replaced by the figures of the release, and what
/// they are called where there is no release.
pub(crate) const PLACEHOLDERS: &[(&str, &str, &str)] = &[
    ("asked_k", "方案要求的人数", "the number that the plan asks for"),
    ("counted_by", "计数依据", "what people are counted by"),
    ("cut", "参考界限", "the cut"),
    ("environment", "使用环境", "the environment"),
    ("exposed_classes", "超阈值类占比", "the share of classes above τ"),
    ("formulas", "各标准的公式", "the formulas of the standards"),
    ("k", "阈值人数", "the threshold"),
    ("people", "测得人数", "people measured"),
    ("people_source", "来源人数", "people in the source"),
    ("r_avg", "R_avg", "R_avg"),
    ("r_max", "R_max", "R_max"),
    ("r_total", "R_total", "R_total"),
    ("relation", "双方关系", "the relation"),
    ("smallest_class", "最小等价类人数", "the smallest class"),
    ("tau", "阈值 τ", "τ of the threshold"),
    ("tau_measured", "测量所用的 τ", "τ of the measurement"),
    ("valid_until", "有效期届满之日", "the last valid day"),
];

/// The first word in braces of `text` that is no placeholder; the rest of the text where a brace
/// is not closed.
pub(crate) fn unknown_placeholder(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('{') {
        let Some((name, tail)) = after.split_once('}') else {
            return Some(after);
        };
        if !PLACEHOLDERS.iter().any(|(known, ..)| *known == name) {
            return Some(name);
        }
        rest = tail;
    }
    None
}

/// `text` with what each figure is called in its place, for a rule that is told without a release.
pub(crate) fn unfilled(text: &Bilingual) -> Bilingual {
    let (mut zh, mut en) = (text.zh.clone(), text.en.clone());
    for (name, called_zh, called_en) in PLACEHOLDERS {
        let brace = format!("{{{name}}}");
        zh = zh.replace(&brace, &format!("〔{called_zh}〕"));
        en = en.replace(&brace, &format!("[{called_en}]"));
    }
    Bilingual::new(zh, en)
}

/// What the words of rules and claims are filled with.
#[derive(Debug)]
pub(crate) struct Figures<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) risk: &'a RiskReport,
    pub(crate) asked_k: u64,
    pub(crate) threshold: &'a Threshold,
    pub(crate) total_risk: TotalRisk,
    pub(crate) data: Sha256,
    pub(crate) today: &'a str,
    pub(crate) valid_until: &'a str,
}

impl Figures<'_> {
    /// `text` with every placeholder replaced.
    pub(crate) fn fill(&self, text: &Bilingual) -> Bilingual {
        Bilingual::new(self.fill_in(&text.zh, Lang::Zh), self.fill_in(&text.en, Lang::En))
    }

    fn fill_in(&self, text: &str, lang: Lang) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, tail) = after.split_once('}').unwrap_or((after, ""));
            filled.push_str(before);
            filled.push_str(&self.value(name, lang));
            rest = tail;
        }
        filled.push_str(rest);
        filled
    }

    fn value(&self, name: &str, lang: Lang) -> String {
        match name {
            "asked_k" => self.asked_k.to_string(),
            "counted_by" => counted_by(self.risk.people_counted_by).in_lang(lang).to_owned(),
            "cut" => format!("{:.2}", self.total_risk.cut),
            "environment" => self.facts.environment.label().in_lang(lang).to_owned(),
            "exposed_classes" => format!("{:.4}", self.risk.exposed_classes),
            "formulas" => self.formulas(lang),
            "k" => self.threshold.k.to_string(),
            "people" => self.risk.people.to_string(),
            "people_source" => self.facts.people.to_string(),
            "r_avg" => format!("{:.4}", self.risk.class_mean),
            "r_max" => format!("{:.4}", r_max(self.risk)),
            "r_total" => format!("{:.4}", self.total_risk.value),
            "relation" => self.facts.relation.label().in_lang(lang).to_owned(),
            "smallest_class" => self.risk.smallest_class.to_string(),
            "tau" => format!("{:.4}", self.threshold.tau),
            "tau_measured" => format!("{:.4}", self.risk.tau),
            "valid_until" => self.valid_until.to_owned(),
            // INVARIANT: a pack with any other word in braces was refused when it was loaded.
            _ => String::new(),
        }
    }

    fn formulas(&self, lang: Lang) -> String {
        let sources = self.threshold.sources.iter();
        let each = sources.map(|s| match lang {
            Lang::Zh => format!("{}：{}，k ≥ {}", s.version, s.formula, s.k),
            Lang::En => format!("{}: {}, k ≥ {}", s.version, s.formula, s.k),
        });
        each.collect::<Vec<_>>().join(if lang == Lang::Zh { "；" } else { "; " })
    }

    /// The claim of a permit: for whom, in which environment, by which version of which standard,
    /// on which data, until when.
    pub(crate) fn claim(&self) -> Bilingual {
        let relation = self.facts.relation.label();
        let environment = self.facts.environment.label();
        let Self { data, today, valid_until, .. } = self;
        if !self.facts.personal_information {
            return Bilingual::new(
                format!(
                    "对摘要为 {data} 的数据，未发现也未声明个人信息，故对关系为“{}”的接收方、在“{}”环境中，不需要再识别风险阈值；{today} 判定，有效至 {valid_until}。",
                    relation.zh, environment.zh
                ),
                format!(
                    "no personal information was found or stated in the data with digest {data}, so no re-identification threshold is needed for a recipient by {} in the environment \"{}\"; decided on {today}, valid until {valid_until}",
                    relation.en, environment.en
                ),
            );
        }
        let smallest = self.risk.smallest_class;
        Bilingual::new(
            format!(
                "对关系为“{}”的接收方、在“{}”环境中，达到 {}；在摘要为 {data} 的数据上测得，最小等价类 {smallest} 人；{today} 判定，有效至 {valid_until}。",
                relation.zh,
                environment.zh,
                self.thresholds_met(Lang::Zh),
            ),
            format!(
                "meets {} for a recipient by {} in the environment \"{}\", measured on the data with digest {data}, smallest class {smallest} people; decided on {today}, valid until {valid_until}",
                self.thresholds_met(Lang::En),
                relation.en,
                environment.en,
            ),
        )
    }

    fn thresholds_met(&self, lang: Lang) -> String {
        let deciding = self.threshold.sources.iter().filter(|s| s.decides());
        let each = deciding.map(|ThresholdSource { standard, certainty, k, .. }| {
            let known = certainty_words(*certainty);
            match lang {
                Lang::Zh => format!("{}的阈值 k ≥ {k}（{}）", standard.zh, known.zh),
                Lang::En => format!("threshold k ≥ {k} of {} ({})", standard.en, known.en),
            }
        });
        each.collect::<Vec<_>>().join(if lang == Lang::Zh { "和" } else { " and " })
    }
}

/// The refusal in one sentence: all rules that refuse, and the reasons of the first prohibition
/// and the first threshold among them. Often the second is the cause of the first.
pub(crate) fn refusal(refusing: &[&Finding]) -> Bilingual {
    let rules = refusing.iter().map(|f| f.rule.as_str()).collect::<Vec<_>>();
    let first = |outcome: Outcome| refusing.iter().find(|f| f.outcome == outcome);
    let reasons = [first(Outcome::Prohibition), first(Outcome::Threshold)];
    let (mut zh, mut en) = (String::new(), String::new());
    for finding in reasons.into_iter().flatten() {
        zh.push_str(&finding.text.zh);
        zh.push_str(&finding.because.zh);
        en.push(' ');
        en.push_str(&finding.text.en);
        en.push(' ');
        en.push_str(&finding.because.en);
    }
    Bilingual::new(
        format!("不予放行（{}）：{zh}", rules.join("、")),
        format!("refused ({}):{en}", rules.join(", ")),
    )
}

/// How surely a text is known, in words.
pub(crate) fn certainty_words(certainty: Certainty) -> Bilingual {
    match certainty {
        Certainty::Seen => Bilingual::new("已读原文", "text read"),
        Certainty::SecondHand => Bilingual::new("据二手资料", "as known second-hand"),
        Certainty::Unverified => Bilingual::new("凭记忆，未核实", "from memory, unverified"),
    }
}

fn counted_by(way: PeopleCountedBy) -> Bilingual {
    match way {
        PeopleCountedBy::Column => {
            Bilingual::new("数据中的个人标识列", "a column of the released data")
        }
        PeopleCountedBy::Row => Bilingual::new("每行一人", "one person per row"),
        PeopleCountedBy::ProviderKey => {
            Bilingual::new("提供方留存的个人键", "a key that stays with the provider")
        }
    }
}
