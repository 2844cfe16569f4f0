//! `weir plan`.

use std::fmt::Write as _;

use weir_plan::assess::{RecipientAnswers, RecipientTable};
use weir_plan::options::{Amount, Choice};
use weir_release::{PlanOptions, Planned, plan};
use weir_types::{Bilingual, Lang, Route};

use crate::args::{Global, Plan};
use crate::clock::SystemClock;
use crate::commands::law::load;
use crate::commands::spill_dir;
use crate::exit::{Exit, Failure};
use crate::talk::{Talk, grid, print, print_json};

pub(crate) fn run(args: &Plan, global: &Global, talk: &Talk) -> Result<Exit, Failure> {
    let clock = SystemClock::new();
    if args.print_questions {
        let today = load::today()?;
        print(&RecipientAnswers::template(&RecipientTable::builtin(), talk.lang, today))?;
        return Ok(Exit::Done);
    }
    if args.print_costs {
        print(weir_plan::costs::builtin_text())?;
        return Ok(Exit::Done);
    }
    let Some(request) = &args.request else {
        return Err(Failure::input("no request is named", "name it: `weir plan REQUEST`"));
    };
    let temporary = spill_dir();
    let planned = plan(
        request,
        &PlanOptions {
            day: args.as_of,
            costs: args.costs.clone(),
            memory_bytes: global.memory,
            threads: global.threads,
            temporary: temporary.clone(),
            clock: &clock,
            progress: talk,
        },
    );
    // A folder that is not there is the usual case.
    let _ = std::fs::remove_dir_all(&temporary);
    let planned = planned?;
    let n = planned.options.options.len();
    if let Some(asked) = args.option.map(std::num::NonZeroUsize::get).filter(|asked| *asked > n) {
        let message = format!("there is no option {asked}; there are {n}");
        return Err(Failure::input(message, "leave --option out to see them all"));
    }
    if let Some(path) = &args.html {
        let html = weir_release::report::plan_page(&planned, talk.lang)
            .map_err(weir_release::ReleaseError::from)?;
        write(path, &html, "--html")?;
    }
    if let Some(path) = &args.underwriting {
        let page = weir_release::underwriting(&planned).ok_or_else(|| {
            Failure::input("no option is left to insure", "leave --underwriting out to see why")
        })?;
        write(path, &page.to_markdown(talk.lang), "--underwriting")?;
    }
    if global.json {
        print_json(&planned)?;
    } else {
        let shown = args.option.map(std::num::NonZeroUsize::get).or(planned.taken);
        print(&Page { planned: &planned, talk }.text(shown))?;
    }
    Ok(if planned.options.is_refused() { Exit::Refused } else { Exit::Done })
}

fn write(path: &std::path::Path, text: &str, option: &str) -> Result<(), Failure> {
    weir_release::replace_file(path, text.as_bytes()).map_err(|error| {
        let message = format!("cannot write `{}`: {}", path.display(), error.kind());
        Failure::input(message, format!("name another file with {option}"))
    })
}

/// The plan as people read it.
struct Page<'a> {
    planned: &'a Planned,
    talk: &'a Talk,
}

impl Page<'_> {
    /// All options in short, and one of them, by its number, in detail.
    fn text(&self, shown: Option<usize>) -> String {
        let mut out = self.head();
        self.options(&mut out);
        let all = &self.planned.options.options;
        let shown = shown.or_else(|| (!all.is_empty()).then_some(1));
        if let Some((number, choice)) = shown.and_then(|n| Some((n, all.get(n - 1)?))) {
            self.detail(&mut out, number, choice);
        }
        self.infeasible(&mut out);
        self.sensitivity(&mut out);
        self.assumptions(&mut out);
        self.questions(&mut out);
        out.push_str(self.talk.choose(
            "\n费用和概率多为估计，可用 --costs 或请求的 [plan] 替换；不是法律意见，也不承诺保费。\n",
            "\nCosts and chances are mostly estimates; replace them with --costs or in the request's \
             [plan].\nThis is not legal advice, and no premium is promised.\n",
        ));
        out
    }

    fn head(&self) -> String {
        let options = &self.planned.options;
        let (pack, day, costs) = (&options.pack, &options.as_of, &options.costs);
        let Amount { yuan, stated } = options.value;
        let value = self.yuan(yuan);
        let zh = self.talk.lang == Lang::Zh;
        let first = match (options.options.first(), zh) {
            (None, true) => "不予流通：没有可行的方案\n".to_owned(),
            (None, false) => "refused: no option is left\n".to_owned(),
            (Some(first), true) => {
                format!(
                    "最便宜的足够方案：{}，每年 {} 元\n",
                    self.name(first),
                    self.yuan(first.total)
                )
            }
            (Some(first), false) => format!(
                "cheapest that is sufficient: {}, {} yuan a year\n",
                self.name(first),
                self.yuan(first.total)
            ),
        };
        let rest = if zh {
            let stated = if stated { "请求写明" } else { "假定" };
            format!(
                "{day} 的法律，规则包 {pack}；费用表 {costs}；数据价值 {value} 元（{stated}）\n"
            )
        } else {
            let stated = if stated { "stated" } else { "assumed" };
            format!(
                "law of {day}, pack {pack}\ncosts {costs}; value of the data {value} yuan a year \
                 ({stated})\n"
            )
        };
        first + &rest + &self.recipient()
    }

    /// How far the recipient is trusted, and what of it follows.
    fn recipient(&self) -> String {
        let Some(found) = &self.planned.recipient else {
            return self
                .talk
                .choose(
                    "接收方未评估，按最差的 D 级计；--print-questions 写出问卷\n",
                    "recipient not assessed: counts as the worst band, D; --print-questions writes \
                     the questionnaire\n",
                )
                .to_owned();
        };
        let (band, points, of) = (found.band.name(), found.points, found.of);
        let (until, months) = (found.valid_until, found.supervision.audit_months);
        let mut out = match self.talk.lang {
            Lang::Zh => format!(
                "接收方 {band} 级（{points}/{of} 分），有效至 {until}；每 {months} 个月复查\n"
            ),
            Lang::En => format!(
                "recipient in band {band} ({points} of {of} points) until {until}; audited every \
                 {months} months\n"
            ),
        };
        if let Some(next) = &found.next {
            let (band, fewest) = (next.band.name(), next.fewest.join(", "));
            let _ = match self.talk.lang {
                Lang::Zh => writeln!(out, "  升到 {band} 级最少要改进：{fewest}"),
                Lang::En => {
                    writeln!(out, "  fewest answers that would bring band {band}: {fewest}")
                }
            };
        }
        for (zh, en, what) in [
            ("自动检查", "checked automatically", &found.supervision.automatic),
            ("须由人签字", "signed by people", &found.supervision.signed),
        ] {
            let what: Vec<&str> = what.iter().map(|text| self.talk.text(text)).collect();
            let separator = self.talk.choose("；", "; ");
            let _ = writeln!(out, "  {}: {}", self.talk.choose(zh, en), what.join(separator));
        }
        out
    }

    fn title(&self, out: &mut String, zh: &str, en: &str, n: usize) {
        let _ = writeln!(out, "\n{} ({n})", self.talk.choose(zh, en));
    }

    fn options(&self, out: &mut String) {
        let all = &self.planned.options.options;
        if all.is_empty() {
            return;
        }
        self.title(out, "可行方案，每年元", "Options, yuan a year", all.len());
        let heads = [
            ("", ""),
            ("方案", "option"),
            ("合计", "total"),
            ("路线", "route"),
            ("义务", "duties"),
            ("措施", "measures"),
            ("信息损失", "information"),
            ("剩余风险", "risk left"),
            ("", ""),
        ];
        let mut rows = vec![heads.map(|(zh, en)| self.talk.choose(zh, en).to_owned())];
        for (at, option) in all.iter().enumerate() {
            let mark = if self.planned.taken == Some(at + 1) { "*" } else { " " };
            let parts = &option.parts;
            let mut notes = Vec::new();
            if !option.built {
                notes.push(self.talk.choose("weir 不执行", "not carried out by weir"));
            }
            if !option.lost_is_measured {
                notes.push(self.talk.choose("信息损失为假定", "loss assumed"));
            }
            rows.push([
                format!("{mark}{}", at + 1),
                self.name(option),
                self.yuan(option.total),
                self.yuan(parts.route),
                self.yuan(parts.duties),
                self.yuan(parts.measures),
                self.yuan(parts.information),
                self.yuan(parts.risk),
                notes.join(self.talk.choose("；", "; ")),
            ]);
        }
        out.push_str(&grid(&rows));
        let stated = self.planned.options.value.stated;
        if self.planned.taken.is_some() && !stated {
            out.push_str(self.talk.choose(
                "请求没有写明数据价值，所以执行信息损失最小的可行方案；[plan] value = … 使各方案按费用取舍\n",
                "the request states no value of the data, so the allowed option that loses least is taken;\n\
                 with `value` in [plan] the cheapest is\n",
            ));
        }
        if self.planned.taken.is_some() {
            out.push_str(self.talk.choose(
                "* `weir release` 执行这一方案；用 --option N 换另一个\n",
                "* `weir release` takes this one; --option N takes another\n",
            ));
        }
    }

    fn detail(&self, out: &mut String, number: usize, choice: &Choice) {
        let name = self.name(choice);
        let _ = match self.talk.lang {
            Lang::Zh => writeln!(out, "\n方案 {number}：{name}"),
            Lang::En => writeln!(out, "\nOption {number}: {name}"),
        };
        self.tasks(out, choice);
        self.measures(out, choice);
        self.threats(out, choice);
        self.not_needed(out, choice);
        self.binding(out, choice);
    }

    fn tasks(&self, out: &mut String, choice: &Choice) {
        self.title(out, "须做", "To do for the law", choice.tasks.len());
        for task in &choice.tasks {
            let price = match task.shared {
                true => self.talk.choose("本来就做", "done anyway").to_owned(),
                false => self.money(task.yuan),
            };
            let _ = writeln!(out, "  {}  [{price}]", self.talk.text(&task.text));
            for rule in &task.rules {
                let _ = writeln!(
                    out,
                    "      {}  {} ({})",
                    rule.rule,
                    self.talk.text(&rule.article),
                    self.talk.text(&rule.certainty.label())
                );
            }
        }
        if !choice.unpriced.is_empty() {
            let rules = choice.unpriced.join(", ");
            let _ = match self.talk.lang {
                Lang::Zh => writeln!(out, "  费用未知：{rules}"),
                Lang::En => writeln!(out, "  cost not known: {rules}"),
            };
        }
    }

    fn measures(&self, out: &mut String, choice: &Choice) {
        self.title(out, "采取的措施", "Measures taken", choice.measures.len());
        for taken in &choice.measures {
            let rules: Vec<&str> = taken.required_by.iter().map(|r| r.rule.as_str()).collect();
            let why = match (taken.saves, rules.is_empty()) {
                (Some(saves), _) => match self.talk.lang {
                    Lang::Zh => format!("净省 {}", self.money(saves)),
                    Lang::En => format!("saves {} net", self.money(saves)),
                },
                (None, false) => match self.talk.lang {
                    Lang::Zh => format!("法律要求：{}", rules.join("、")),
                    Lang::En => format!("asked for by {}", rules.join(", ")),
                },
                (None, true) if taken.asked_by_band => self
                    .talk
                    .choose("接收方评估要求", "asked for by the recipient's band")
                    .to_owned(),
                (None, true) if !taken.needed_by.is_empty() => match self.talk.lang {
                    Lang::Zh => format!("以下措施需要它：{}", taken.needed_by.join("、")),
                    Lang::En => format!("needed by {}", taken.needed_by.join(", ")),
                },
                (None, true) => {
                    self.talk.choose("每次发布都有", "part of every release").to_owned()
                }
            };
            let text = self.talk.text(&taken.text);
            let _ = writeln!(out, "  {text}  [{}]  {why}", self.money(taken.yuan));
        }
        self.title(out, "不采取的措施", "Measures that are not worth it", choice.left_out.len());
        for left in &choice.left_out {
            let why = match (left.dearer, self.talk.lang) {
                (Some(dearer), Lang::Zh) => format!("会多花 {}", self.money(dearer)),
                (Some(dearer), Lang::En) => format!("would cost {} more", self.money(dearer)),
                (None, Lang::Zh) => "与其他措施不能并用".to_owned(),
                (None, Lang::En) => "does not go together with the others".to_owned(),
            };
            let text = self.talk.text(&left.text);
            let _ = writeln!(out, "  {text}  [{}]  {why}", self.money(left.yuan));
        }
    }

    fn threats(&self, out: &mut String, choice: &Choice) {
        self.title(out, "可能出的事", "What may go wrong", choice.threats.len());
        for threat in &choice.threats {
            let text = self.talk.text(&threat.text);
            let (bare, left) = (self.money(threat.bare), self.money(threat.left));
            let _ = writeln!(out, "  {text}  {bare} -> {left}");
        }
        let first = self.planned.options.options.first();
        let Some(curves) = self.planned.curves.as_ref().filter(|_| first == Some(choice)) else {
            return;
        };
        let short = |curve: &weir_plan::loss::LossCurve| self.money(curve.shortfall_95);
        let (bare, left) = (short(&curves.bare), short(&curves.left));
        let _ = match self.talk.lang {
            Lang::Zh => writeln!(out, "  最坏的 5% 的年份平均损失  {bare} -> {left}（模拟）"),
            Lang::En => {
                writeln!(out, "  mean loss of the worst 5 % of years  {bare} -> {left} (simulated)")
            }
        };
    }

    fn not_needed(&self, out: &mut String, choice: &Choice) {
        self.title(
            out,
            "不需要，及依据",
            "Not needed, and by which article",
            choice.not_needed.len(),
        );
        for spared in &choice.not_needed {
            let lifts: Vec<&str> = spared.lifts.iter().map(|rule| rule.rule.as_str()).collect();
            let _ = writeln!(
                out,
                "  {}\n      {} ({})  {}{}\n      {}{}",
                self.talk.text(&spared.text),
                self.talk.text(&spared.by.article),
                self.talk.text(&spared.by.certainty.label()),
                self.talk.choose("免除 ", "lifts "),
                lifts.join(", "),
                self.talk.choose("因为 ", "because "),
                self.talk.text(&spared.because),
            );
        }
    }

    fn binding(&self, out: &mut String, choice: &Choice) {
        self.title(
            out,
            "使它不能更便宜的",
            "What keeps it from being cheaper",
            choice.binding.len(),
        );
        for binding in &choice.binding {
            let text = self.talk.text(&binding.what);
            let _ = writeln!(out, "  {text}  {}", self.money(binding.saves));
        }
        for (step, zh, en) in [
            (choice.laxer, "放宽一步", "one step laxer"),
            (choice.stricter, "收紧一步", "one step stricter"),
        ] {
            let Some(step) = step else { continue };
            let sign = if step.dearer < 0.0 { "-" } else { "+" };
            let not = match step.allowed {
                true => "",
                false => self.talk.choose("（不允许）", " (not allowed)"),
            };
            let word = self.talk.choose(zh, en);
            let _ = writeln!(
                out,
                "  {word}, k = {}  {sign}{}{not}",
                step.k,
                self.money(step.dearer.abs())
            );
        }
    }

    fn infeasible(&self, out: &mut String) {
        let all = &self.planned.options.infeasible;
        if all.is_empty() {
            return;
        }
        self.title(out, "不可行", "Not feasible", all.len());
        for one in all {
            let _ = writeln!(out, "  {}", self.form(one.route, one.k));
            for reason in &one.reasons {
                let _ = writeln!(out, "      {}", self.talk.text(&reason.label()));
            }
        }
    }

    fn sensitivity(&self, out: &mut String) {
        let all = &self.planned.options.sensitivity;
        if all.is_empty() {
            return;
        }
        self.title(
            out,
            "若估计偏差 30%，最便宜的方案",
            "The cheapest option, were a figure wrong by 30 %",
            all.len(),
        );
        for one in all {
            let lower = self.form(one.lower.route, one.lower.k);
            let higher = self.form(one.higher.route, one.higher.k);
            let what = self.talk.text(&one.what);
            let _ = match (one.changes, self.talk.lang) {
                (false, Lang::Zh) => writeln!(out, "  {what}  不变"),
                (false, Lang::En) => writeln!(out, "  {what}  stays"),
                (true, Lang::Zh) => writeln!(out, "  {what}  低：{lower}；高：{higher}"),
                (true, Lang::En) => writeln!(out, "  {what}  lower: {lower}; higher: {higher}"),
            };
        }
    }

    fn assumptions(&self, out: &mut String) {
        let all = &self.planned.options.assumptions;
        self.title(out, "所依据的数值", "Figures that the plan rests on", all.len());
        let rows: Vec<[String; 4]> = all
            .iter()
            .map(|one| {
                [
                    format!("  {}", one.name),
                    format!("{} {}", one.value, self.talk.text(&one.unit)),
                    self.talk.text(&one.certainty.label()).to_owned(),
                    self.talk.text(&one.text).to_owned(),
                ]
            })
            .collect();
        out.push_str(&grid(&rows));
    }

    fn questions(&self, out: &mut String) {
        let all = &self.planned.options.questions;
        if all.is_empty() {
            return;
        }
        self.title(
            out,
            "待回答（写入请求的 [facts]）",
            "Questions (answer under [facts])",
            all.len(),
        );
        for question in all {
            let mark = if question.may_refuse { "!" } else { " " };
            let _ = writeln!(out, "{mark} {}  {}", question.fact, self.talk.text(&question.text));
        }
    }

    fn name(&self, option: &Choice) -> String {
        self.form(option.route, option.k)
    }

    fn form(&self, route: Route, k: Option<u64>) -> String {
        let label: Bilingual = route.label();
        let label = self.talk.text(&label);
        match (k, self.talk.lang) {
            (None, _) => label.to_owned(),
            (Some(k), Lang::Zh) => format!("{label}（k = {k}）"),
            (Some(k), Lang::En) => format!("{label}, k = {k}"),
        }
    }

    fn money(&self, yuan: f64) -> String {
        format!("{} {}", self.yuan(yuan), self.talk.choose("元", "yuan"))
    }

    /// Whole yuan with separators.
    fn yuan(&self, yuan: f64) -> String {
        let digits = format!("{:.0}", yuan.abs());
        let mut out = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        if yuan <= -0.5 { format!("-{out}") } else { out }
    }
}
