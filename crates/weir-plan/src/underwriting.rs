//! What an underwriter needs to look at a risk: its curve with and without the controls, the
//! controls with the digests of their evidence, the assumptions, the data.
//!
//! An export of figures that the caller has. It promises no premium, and says so in each form.

use std::fmt::Write;

use serde::Serialize;
use weir_law::Day;
use weir_types::verdict::Certainty;
use weir_types::{Bilingual, Lang, Sha256};

use crate::assess::Band;
use crate::loss::{Exceedance, LossCurve};

/// The export: what was put in, and that no premium is promised.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Underwriting {
    note: Bilingual,
    #[serde(flatten)]
    facts: UnderwritingFacts,
}

/// What the export tells.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnderwritingFacts {
    /// The day for which it holds.
    pub day: Day,
    /// Who hands the data over.
    pub provider: String,
    /// Who receives it.
    pub recipient: String,
    /// The recipient's band and the last day for which it holds, where it was assessed.
    pub band: Option<(Band, Day)>,
    /// What the data holds, by class of record.
    pub records: Vec<RecordClass>,
    /// Losses of a year without the controls.
    pub without_controls: LossCurve,
    /// Losses of a year with them, simulated with the same seed.
    pub with_controls: LossCurve,
    /// The controls.
    pub controls: Vec<Control>,
    /// What the figures rest on.
    pub assumptions: Vec<Assumption>,
}

/// A class of records and how many people they are of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordClass {
    /// The class, such as health records.
    pub class: Bilingual,
    /// Number of people.
    pub people: u64,
}

/// A control that is in place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Control {
    /// Its name in the planner's table.
    pub id: String,
    /// The name for people.
    pub name: Bilingual,
    /// Digest of the file that shows it; `None` where nothing does.
    pub evidence: Option<Sha256>,
}

/// A figure that was assumed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Assumption {
    /// What is assumed.
    pub text: Bilingual,
    /// The figure, with its unit.
    pub value: Bilingual,
    /// Where it comes from.
    pub source: String,
    /// How surely it is known.
    pub certainty: Certainty,
}

impl Underwriting {
    /// The export of these facts.
    pub fn new(facts: UnderwritingFacts) -> Self {
        let note = Bilingual::new(
            "本材料供核保参考：数字来自所列假设和模拟，不构成报价，也不承诺任何保费或承保。",
            "For an underwriter to look at: the figures come from the assumptions below and a \
             simulation. This is no quotation; no premium is promised, and no cover.",
        );
        Self { note, facts }
    }

    /// What it tells.
    pub fn facts(&self) -> &UnderwritingFacts {
        &self.facts
    }

    /// A page of Markdown in one language.
    pub fn to_markdown(&self, lang: Lang) -> String {
        let mut page = Page { text: String::new(), lang };
        let facts = &self.facts;
        page.line(&format!("# {}\n", page.say("承保参考材料", "Material for underwriting")));
        page.line(&format!("{}\n", cell(self.note.in_lang(lang))));
        for (zh, en, value) in [
            ("日期", "day", facts.day.to_string()),
            ("提供方", "provider", facts.provider.clone()),
            ("接收方", "recipient", facts.recipient.clone()),
            (
                "接收方分档（weir 默认，非官方评级）",
                "band (weir's own, no official rating)",
                page.band(facts.band),
            ),
        ] {
            page.line(&format!("- {}: {}", page.say(zh, en), cell(&value)));
        }
        page.heading("数据", "Data");
        page.row(&[page.say("信息类别", "class of record"), page.say("人数", "people")]);
        page.row(&["---", "---:"]);
        for record in &facts.records {
            page.row(&[record.class.in_lang(lang), &record.people.to_string()]);
        }
        page.losses(&facts.without_controls, &facts.with_controls);
        page.heading("控制措施", "Controls");
        page.row(&[page.say("措施", "control"), page.say("证据（SHA-256）", "evidence (SHA-256)")]);
        page.row(&["---", "---"]);
        for control in &facts.controls {
            let evidence = control.evidence.map(|digest| digest.to_string());
            let none = page.say("无证据", "no evidence").to_owned();
            page.row(&[control.name.in_lang(lang), &evidence.unwrap_or(none)]);
        }
        page.heading("假设", "Assumptions");
        let head = [
            ("假设", "assumption"),
            ("数值", "figure"),
            ("来源", "source"),
            ("确信程度", "certainty"),
        ];
        page.row(&head.map(|(zh, en)| page.say(zh, en)));
        page.row(&["---"; 4]);
        for each in &facts.assumptions {
            let certainty = each.certainty.label();
            page.row(&[
                each.text.in_lang(lang),
                each.value.in_lang(lang),
                &each.source,
                certainty.in_lang(lang),
            ]);
        }
        page.text
    }
}

/// A page that is being written.
struct Page {
    text: String,
    lang: Lang,
}

impl Page {
    fn say(&self, zh: &'static str, en: &'static str) -> &'static str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{line}");
    }

    fn heading(&mut self, zh: &'static str, en: &'static str) {
        let heading = self.say(zh, en);
        self.line(&format!("\n## {heading}\n"));
    }

    fn row(&mut self, cells: &[&str]) {
        let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
        self.line(&format!("| {} |", cells.join(" | ")));
    }

    fn band(&self, band: Option<(Band, Day)>) -> String {
        match band {
            None => self.say("未评估", "not assessed").to_owned(),
            Some((band, until)) => {
                format!("{} ({} {until})", band.name(), self.say("有效至", "valid until"))
            }
        }
    }

    /// Both curves, with figures of the same kind side by side.
    fn losses(&mut self, without: &LossCurve, with: &LossCurve) {
        self.heading("一年损失（元）", "Loss of a year (yuan)");
        let head = [
            ("指标", "figure"),
            ("无控制措施", "without controls"),
            ("有控制措施", "with controls"),
        ];
        let head = head.map(|(zh, en)| self.say(zh, en));
        self.row(&head);
        self.row(&["---", "---:", "---:"]);
        let yuan = |value: f64| format!("{value:.0}");
        for (zh, en, of) in [
            ("均值", "mean", (|c| c.mean) as fn(&LossCurve) -> f64),
            ("均值的标准误", "standard error of the mean", |c| c.mean_error),
            ("标准差", "standard deviation", |c| c.standard_deviation),
            ("最差5%年份的均值", "mean of the worst 5 % of years", |c| c.shortfall_95),
            ("最差年份", "worst year", |c| c.largest),
        ] {
            self.row(&[self.say(zh, en), &yuan(of(without)), &yuan(of(with))]);
        }
        for (a, b) in without.quantiles.iter().zip(&with.quantiles) {
            let share =
                format!("{} % {}", 100.0 * a.share, self.say("年份不超过", "of years not above"));
            self.row(&[&share, &yuan(a.loss), &yuan(b.loss)]);
        }
        let years = self.say("模拟年数和种子", "simulated years and seed");
        let simulated = |c: &LossCurve| format!("{} / {}", c.years, c.seed);
        self.row(&[years, &simulated(without), &simulated(with)]);
        self.line("");
        let head = [
            ("一年损失超过（元）", "loss of a year above (yuan)"),
            ("无控制措施的概率", "chance without controls"),
            ("有控制措施的概率", "chance with controls"),
        ];
        let head = head.map(|(zh, en)| self.say(zh, en));
        self.row(&head);
        self.row(&["---:", "---:", "---:"]);
        let grids = without.exceedance.iter().chain(&with.exceedance);
        let mut losses: Vec<f64> = grids.map(|point| point.loss).collect();
        losses.sort_by(f64::total_cmp);
        losses.dedup_by(|a, b| (*a - *b).abs() < SAME_LOSS);
        for loss in losses {
            let chance = |curve| format!("{:.4}", chance_above(curve, loss));
            self.row(&[&yuan(loss), &chance(without), &chance(with)]);
        }
    }
}

/// Points of two curves that lie nearer than this, in yuan, are at one loss.
const SAME_LOSS: f64 = 0.5;

/// Chance of a loss above one of the points of this curve or of another one on the same grid.
fn chance_above(curve: &LossCurve, loss: f64) -> f64 {
    let same = |point: &&Exceedance| (point.loss - loss).abs() < SAME_LOSS;
    match curve.exceedance.iter().find(same) {
        Some(point) => point.chance,
        // Below the first point, every year with a loss is above.
        None if curve.exceedance.first().is_some_and(|first| loss < first.loss) => {
            1.0 - curve.without_loss
        }
        None => 0.0,
    }
}

/// Text that stays inside one cell or line of Markdown.
fn cell(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;");
    escaped.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::{Pert, Scenario, ScenarioTerms, simulate};

    fn curve(vulnerability: f64) -> LossCurve {
        curve_of(1.0, vulnerability)
    }

    fn curve_of(events: f64, vulnerability: f64) -> LossCurve {
        let terms = ScenarioTerms {
            id: "leak".to_owned(),
            events_per_year: Pert::fixed(events).unwrap(),
            vulnerability,
            primary: Pert::new(1e4, 3e4, 2e5).unwrap(),
            secondary_chance: 0.0,
            secondary: Pert::fixed(0.0).unwrap(),
            secondary_ceiling: None,
        };
        simulate(&[Scenario::new(terms).unwrap()], 1_000, 5)
    }

    fn export() -> Underwriting {
        let control = |id: &str, evidence| Control {
            id: id.to_owned(),
            name: Bilingual::new("加密", "encryption | at rest\nand in transit"),
            evidence,
        };
        Underwriting::new(UnderwritingFacts {
            day: "2026-11-25".parse().unwrap(),
            provider: "P".to_owned(),
            recipient: "R".to_owned(),
            band: Some((Band::B, "2027-02-01".parse().unwrap())),
            records: vec![RecordClass { class: Bilingual::new("健康", "health"), people: 5_912 }],
            without_controls: curve(0.5),
            with_controls: curve(0.1),
            controls: vec![control("encryption", Some(Sha256([0xab; 32]))), control("x", None)],
            assumptions: vec![Assumption {
                text: Bilingual::new("泄露频率", "leaks a year"),
                value: Bilingual::new("1 次/年", "1 a year"),
                source: "an estimate".to_owned(),
                certainty: Certainty::Unverified,
            }],
        })
    }

    #[test]
    fn a_page_holds_every_fact_in_its_language() {
        let (zh, en) = (export().to_markdown(Lang::Zh), export().to_markdown(Lang::En));
        let mean = format!("| mean | {:.0} | {:.0} |", curve(0.5).mean, curve(0.1).mean);
        for wanted in [
            "no premium is promised",
            "band (weir's own, no official rating): B (valid until 2027-02-01)",
            "| health | 5912 |",
            &format!("| encryption \\| at rest and in transit | {} |", "ab".repeat(32)),
            "| encryption \\| at rest and in transit | no evidence |",
            "| leaks a year | 1 a year | an estimate | unverified |",
            &mean,
            "| simulated years and seed | 1000 / 5 | 1000 / 5 |",
        ] {
            assert!(en.contains(wanted), "{wanted}\n{en}");
        }
        for wanted in
            ["不承诺任何保费", "| 健康 | 5912 |", "| 泄露频率 | 1 次/年 | an estimate | 未核实 |"]
        {
            assert!(zh.contains(wanted), "{wanted}");
        }
    }

    #[test]
    fn chances_of_both_curves_stand_beside_the_same_amount() {
        let page = export().to_markdown(Lang::En);
        let (without, with) = (curve(0.5), curve(0.1));
        let losses = without.exceedance.iter().chain(&with.exceedance).map(|point| point.loss);
        for loss in losses {
            let [before, after] = [&without, &with].map(|curve| chance_above(curve, loss));
            let row = format!("| {loss:.0} | {before:.4} | {after:.4} |");
            assert!(page.contains(&row), "{row}");
        }
    }

    #[test]
    fn a_loss_below_the_least_of_a_curve_is_above_in_every_year_with_one() {
        let often = curve_of(30.0, 1.0);
        let first = often.exceedance.first().unwrap().loss;
        let below = chance_above(&often, first / 10.0);
        assert!((below - (1.0 - often.without_loss)).abs() < 1e-12, "{below}");
        assert!(chance_above(&often, first) <= below);
        assert!(chance_above(&often, 1e14).abs() < 1e-12);
    }

    #[test]
    fn units_are_in_the_language_of_the_page() {
        assert!(export().to_markdown(Lang::Zh).contains("1 次/年"));
        assert!(export().to_markdown(Lang::En).contains("1 a year"));
    }

    #[test]
    fn the_encoded_form_says_that_no_premium_is_promised() {
        let json: serde_json::Value = serde_json::to_value(export()).unwrap();
        assert!(json["note"]["en"].as_str().unwrap().contains("no premium is promised"));
        assert_eq!(json["records"][0]["people"], 5_912);
        assert_eq!(json["controls"][1]["evidence"], serde_json::Value::Null);
    }
}
