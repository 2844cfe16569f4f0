//! A release to make reports of: the shape of the claims example, shortened, with invented figures.

use weir_law::RulePack;
use weir_types::attack::Attacks;
use weir_types::choices::Choices;
use weir_types::plan::{Link, LinkForm, Searched};
use weir_types::risk::{ClassBand, PeopleCountedBy};
use weir_types::utility::UtilityReport;
use weir_types::verdict::{self, Certainty};
use weir_types::{
    Bilingual, ColumnPlan, ColumnType, Decision, Environment, Facts, Finding, Importance, Kind,
    Lang, Outcome, Plan, PrivacyModel, QualityModel, Relation, Request, RiskReport, Role, Sha256,
    Signal, Treatment,
};

use super::{Bar, ColumnHistogram, ReportInput, sample_measures};

/// Owns what [`ReportInput`] borrows.
#[derive(Debug)]
pub(super) struct Sample {
    pub(super) request: Request,
    pub(super) findings: Vec<Finding>,
    pub(super) plan: Plan,
    pub(super) risk_before: RiskReport,
    pub(super) risk: RiskReport,
    pub(super) facts: Facts,
    pub(super) decision: Decision,
    pub(super) sources: Vec<(String, Sha256)>,
    pub(super) data: Vec<(String, Sha256, u64)>,
    pub(super) histograms: Vec<ColumnHistogram>,
    pub(super) attacks: Option<Attacks>,
    pub(super) utility: Option<UtilityReport>,
    pub(super) choices: Option<Choices>,
    pub(super) signer: Option<String>,
    pub(super) lang: Lang,
}

impl Sample {
    /// A release that goes out.
    pub(super) fn permitted(lang: Lang) -> Self {
        let request = Request::parse(REQUEST).unwrap();
        let plan = plan();
        Self {
            facts: facts(&request, plan.people),
            request,
            findings: COLUMNS.iter().map(finding).collect(),
            risk_before: risk(&plan, BEFORE, (20_190, 5_912, 5_907)),
            risk: risk(&plan, AFTER, (19_402, 5_704, 318)),
            plan,
            decision: decision(true),
            sources: vec![("randhie.csv".to_owned(), Sha256([0x3c; 32]))],
            data: vec![("data/part-00000.parquet".to_owned(), Sha256([0xa7; 32]), 812_345)],
            histograms: histograms(),
            attacks: Some(sample_measures::attacks()),
            utility: Some(sample_measures::utility()),
            choices: Some(sample_measures::choices()),
            signer: Some("5f0e".repeat(16)),
            lang,
        }
    }

    /// The same with a class that is too small.
    pub(super) fn refused(lang: Lang) -> Self {
        let plan = plan();
        Self {
            risk: risk(&plan, STILL_SMALL, (19_402, 5_704, 1_020)),
            decision: decision(false),
            data: Vec::new(),
            signer: None,
            ..Self::permitted(lang)
        }
    }

    pub(super) fn input(&self) -> ReportInput<'_> {
        ReportInput {
            release: "8f2c41d07be64a5f93a0c1d2e3f40516",
            time: "2026-11-23T09:15:02Z",
            tool: "weir 0.1.0",
            request: &self.request,
            findings: &self.findings,
            plan: &self.plan,
            risk_before: &self.risk_before,
            risk: &self.risk,
            attacks: self.attacks.as_ref(),
            utility: self.utility.as_ref(),
            choices: self.choices.as_ref(),
            facts: &self.facts,
            decision: &self.decision,
            sources: &self.sources,
            data: &self.data,
            histograms: &self.histograms,
            signer: self.signer.as_deref(),
            lang: self.lang,
        }
    }
}

const REQUEST: &str = r#"
[data]
path = "randhie.csv"
kind = "personal"
person = "zper"

[parties]
provider = "Harbour Mutual Health Insurance"
recipient = "Northgate University, School of Public Health"
relation = "provide"
environment = "controlled"

[purpose]
text = "research on how cost sharing changes the use of care"

[conditions]
retention = "3 years"

[columns.num]
role = "quasi-identifier"
note = "family size is known to neighbours"
"#;

type Row = (&'static str, ColumnType, Role, &'static str, &'static str, f64, u64);

const COLUMNS: [Row; 12] = [
    ("zper", ColumnType::Integer, Role::Identifier, "个人编号", "person number", 0.97, 5_912),
    ("year", ColumnType::Integer, Role::Other, "年度", "year of the study", 0.8, 5),
    ("xage", ColumnType::Float, Role::QuasiIdentifier, "年龄", "age", 0.92, 1_204),
    ("female", ColumnType::Boolean, Role::QuasiIdentifier, "性别", "sex", 0.95, 2),
    ("site", ColumnType::Integer, Role::QuasiIdentifier, "地区", "region", 0.71, 6),
    ("income", ColumnType::Float, Role::QuasiIdentifier, "收入", "income", 0.9, 2_861),
    (
        "linc",
        ColumnType::Float,
        Role::QuasiIdentifier,
        "收入的对数",
        "logarithm of income",
        0.7,
        2_861,
    ),
    ("num", ColumnType::Integer, Role::QuasiIdentifier, "家庭人数", "family size", 1.0, 14),
    ("child", ColumnType::Boolean, Role::QuasiIdentifier, "未成年", "child", 0.83, 2),
    (
        "disea",
        ColumnType::Float,
        Role::Sensitive,
        "慢性病数",
        "count of chronic diseases",
        0.88,
        124,
    ),
    ("mdvis", ColumnType::Integer, Role::Sensitive, "就诊次数", "visits to a physician", 0.64, 65),
    ("就诊科室", ColumnType::Text, Role::Sensitive, "科室", "department", 0.86, 23),
];

fn finding(&(column, ty, role, zh, en, confidence, distinct): &Row) -> Finding {
    let signal = |test: &str, zh: &str, en: &str| Signal {
        test: test.to_owned(),
        saw: Bilingual::new(zh, en),
    };
    let mut signals = vec![signal("name", "列名符合词表", "the name is in the vocabulary")];
    if column == "num" {
        signals = vec![signal("request", "由申请指定", "stated in the request")];
    } else if ty == ColumnType::Float {
        signals.push(signal(
            "type",
            "有小数的数值，分布连续",
            "numbers with a fraction, continuous",
        ));
    }
    Finding {
        column: column.to_owned(),
        ty,
        semantic: en.replace(' ', "-"),
        label: Bilingual::new(zh, en),
        role,
        confidence,
        sensitive_pi: role == Role::Sensitive,
        person_key: column == "zper",
        signals,
        distinct,
        distinct_exact: distinct < 2_000,
        nulls: if column == "disea" { 41 } else { 0 },
    }
}

fn plan() -> Plan {
    let known = Bilingual::new(
        "熟人可知，故参与等价类",
        "an acquaintance can know it, so it forms classes",
    );
    let ranges = |level, levels, zh: &str, en: &str| Treatment::Generalise {
        level,
        levels,
        meaning: Bilingual::new(zh, en),
    };
    let treat = |column: &str| match column {
        "zper" => (
            Treatment::Token,
            Bilingual::new("保留同一人五年记录的关联", "five years of one person stay together"),
            1.0,
        ),
        "xage" => (ranges(3, 6, "以 20 为一组", "ranges of 20"), known.clone(), 0.31),
        "female" => (ranges(0, 2, "精确值", "exact value"), known.clone(), 0.0),
        "site" => (ranges(1, 2, "全部合并", "all values joined"), known.clone(), 1.0),
        "income" => (ranges(4, 7, "以 10000 为一组", "ranges of 10000"), known.clone(), 0.42),
        "num" => (ranges(2, 4, "以 5 为一组", "ranges of 5"), known.clone(), 0.38),
        "linc" => (
            Treatment::Drop,
            Bilingual::new(
                "income 的函数；放行它会撤销对 income 的泛化",
                "a function of income; releasing it would undo generalising income",
            ),
            1.0,
        ),
        "child" => (
            Treatment::Derive { of: "xage".to_owned(), kept: 0.873 },
            Bilingual::new("由 xage 分段得出", "a step of xage"),
            0.127,
        ),
        _ => (
            Treatment::Keep,
            Bilingual::new("不能帮助识别个人", "does not help to identify anybody"),
            0.0,
        ),
    };
    let columns = COLUMNS.iter().map(|&(column, ty, role, ..)| {
        let (treatment, reason, loss) = treat(column);
        ColumnPlan { column: column.to_owned(), ty, role, treatment, reason, loss }
    });
    let link = |column: &str, of: &str, form, strength| Link {
        column: column.to_owned(),
        of: of.to_owned(),
        form,
        strength,
    };
    Plan {
        columns: columns.collect(),
        person: Some("zper".to_owned()),
        linked: true,
        k: 5,
        links: vec![
            link("linc", "income", LinkForm::Determines, 0.93),
            link("child", "xage", LinkForm::Steps, 1.0),
        ],
        people: 5_912,
        rows: 20_190,
        people_suppressed: 208,
        rows_suppressed: 788,
        suppression_limit: 0.05,
        loss: 0.347,
        models: vec![
            PrivacyModel::KAnonymity { k: 5.try_into().unwrap() },
            "3-diversity of disea".parse().unwrap(),
        ],
        preset: RulePack::builtin()
            .presets()
            .iter()
            .find(|preset| preset.name == "gbt-42460-2023-controlled")
            .cloned(),
        quality: Some(QualityModel::default()),
        score: Some(0.347),
        lower_bound: Some(0.347),
        sampling: None,
        full_domain_score: None,
        searched: Searched { measured: 612, of: 672, optimal: true },
    }
}

const BEFORE: &[(u64, u64, u64, u64)] = &[(1, 1, 5_902, 5_902), (2, 2, 5, 10)];
const AFTER: &[(u64, u64, u64, u64)] = &[
    (5, 9, 162, 1_102),
    (10, 19, 98, 1_361),
    (20, 49, 41, 1_260),
    (50, 99, 12, 861),
    (100, 199, 5, 1_120),
];
const STILL_SMALL: &[(u64, u64, u64, u64)] = &[
    (1, 1, 214, 214),
    (2, 2, 120, 240),
    (3, 4, 160, 548),
    (5, 9, 290, 1_930),
    (10, 19, 160, 1_702),
    (20, 49, 76, 1_070),
];

fn risk(
    plan: &Plan,
    bands: &[(u64, u64, u64, u64)],
    (rows, people, classes): (u64, u64, u64),
) -> RiskReport {
    let smallest = bands.first().map_or(0, |band| band.0);
    let unique: u64 = bands.iter().filter(|band| band.0 == 1).map(|band| band.3).sum();
    let exposed: u64 = bands.iter().filter(|band| band.1 < 5).map(|band| band.3).sum();
    let share = |part: u64, whole: u64| part as f64 / whole as f64;
    RiskReport {
        quasi_identifiers: ["xage", "female", "site", "income", "num", "child"]
            .map(str::to_owned)
            .to_vec(),
        person: plan.person.clone(),
        people_counted_by: PeopleCountedBy::Column,
        rows,
        people,
        classes,
        smallest_class: smallest,
        largest_class: bands.last().map_or(0, |band| band.1),
        unique_people: unique,
        uniqueness: share(unique, people),
        prosecutor_max: 1.0 / smallest as f64,
        prosecutor_mean: share(classes, people),
        journalist_max: 1.0 / smallest as f64,
        marketer: share(classes, people),
        class_mean: share(classes, people) * 1.6_f64.min(people as f64 / classes as f64),
        tau: 0.2,
        exposed_classes: share(exposed, people),
        exposed_people: share(exposed, people),
        histogram: bands
            .iter()
            .map(|&(from, to, classes, people)| ClassBand { from, to, classes, people })
            .collect(),
        models: Vec::new(),
        sensitive: Vec::new(),
    }
}

fn facts(request: &Request, people: u64) -> Facts {
    Facts {
        kind: Kind::Personal,
        relation: Relation::Provide,
        environment: Environment::Controlled,
        importance: Importance::Unknown,
        personal_information: true,
        sensitive: true,
        direct_identifiers_released: false,
        legal_basis: request.purpose.legal_basis.is_some(),
        reidentification_ban: true,
        retention: true,
        purpose: true,
        people,
        stated: std::collections::BTreeMap::default(),
    }
}

type RuleRow = (
    &'static str,
    [&'static str; 2],
    Outcome,
    bool,
    [&'static str; 2],
    [&'static str; 2],
    Certainty,
);

const RULES: [RuleRow; 7] = [
    (
        "GBT42460-D",
        ["GB/T 42460-2023 附录 D", "GB/T 42460-2023, Annex D"],
        Outcome::Threshold,
        true,
        [
            "每个等价类的人数须达到阈值。",
            "Every class must have as many people as the threshold asks for.",
        ],
        [
            "最小等价类 5 人；受控共享的阈值为 k ≥ 5。",
            "The smallest class has 5 people; controlled sharing asks for k ≥ 5.",
        ],
        Certainty::SecondHand,
    ),
    (
        "GBT42460-total",
        ["GB/T 42460-2023 附录 D", "GB/T 42460-2023, Annex D"],
        Outcome::Threshold,
        false,
        [
            "总风险 R_total 应低于可接受值 0.05。",
            "The total risk R_total should be under the acceptable value 0.05.",
        ],
        ["R_total 为 0.0891。", "R_total is 0.0891."],
        Certainty::Unverified,
    ),
    (
        "NDSMR-12",
        [
            "网络数据安全管理条例 第十二条",
            "Network Data Security Management Regulations, article 12",
        ],
        Outcome::Duty,
        false,
        [
            "与接收方以合同约定目的、方式、范围和安全保护义务，并监督其履行；记录至少保存三年。",
            "Agree with the recipient by contract on purpose, means, scope and safeguards, supervise it, and keep records for at least three years.",
        ],
        [
            "数据提供给另一处理者；weir 看不到合同。",
            "Data goes to another processor; weir cannot see a contract.",
        ],
        Certainty::Seen,
    ),
    (
        "PLAN-reid",
        ["匿名化标准（草案）", "anonymisation standard (draft)"],
        Outcome::Duty,
        true,
        ["接收方承诺不重标识个人。", "The recipient undertakes not to re-identify anybody."],
        ["申请中已写明禁止重标识。", "The request bans re-identification."],
        Certainty::SecondHand,
    ),
    (
        "PIPL-51",
        ["个人信息保护法 第五十一条", "PIPL, article 51"],
        Outcome::Duty,
        true,
        ["采取去标识化等安全技术措施。", "Take technical safeguards such as de-identification."],
        ["所有直接标识符均已替换或不放行。", "Every direct identifier is replaced or left out."],
        Certainty::Seen,
    ),
    (
        "PIPL-23-x",
        [
            "个人信息保护法 第四、七十三条（对第二十三条）",
            "PIPL, articles 4 and 73 (on article 23)",
        ],
        Outcome::Exemption,
        true,
        [
            "不必逐人告知并取得单独同意。",
            "Notice to each person and separate consent are not needed.",
        ],
        [
            "阈值成立期间，对此接收方在此环境中按个人信息之外处理；此读法有争议。",
            "While the threshold holds, the data is treated as outside personal information for this recipient in this environment; the reading is contested.",
        ],
        Certainty::Seen,
    ),
    (
        "PIPL-55-x",
        ["个人信息保护法 第四、五十五条", "PIPL, articles 4 and 55"],
        Outcome::Exemption,
        true,
        [
            "不必为本次提供另做个人信息保护影响评估。",
            "No separate impact assessment is needed for this provision.",
        ],
        ["同上。", "For the same reason."],
        Certainty::Unverified,
    ),
];

fn decision(permitted: bool) -> Decision {
    let digest = "a7".repeat(32);
    let two = |[zh, en]: [&str; 2]| Bilingual::new(zh, en);
    let mut findings: Vec<verdict::Finding> = RULES
        .iter()
        .map(|&(rule, article, outcome, met, text, because, certainty)| verdict::Finding {
            rule: rule.to_owned(),
            article: two(article),
            outcome,
            met,
            text: two(text),
            because: two(because),
            certainty,
        })
        .collect();
    let summary = if permitted {
        Bilingual::new(
            format!(
                "对关系为“向他人提供”的接收方、在“受控共享”环境中，达到 GB/T 42460-2023 附录 D 的阈值 k ≥ 5（据二手资料）；在摘要为 {digest} 的数据上测得，最小等价类 5 人；2026-11-23 判定，有效至 2027-11-23。"
            ),
            format!(
                "meets threshold k ≥ 5 of GB/T 42460-2023, Annex D (as known second-hand) for a recipient by provision to another processor in the environment \"controlled sharing\", measured on the data with digest {digest}, smallest class 5 people; decided on 2026-11-23, valid until 2027-11-23"
            ),
        )
    } else {
        findings[0].met = false;
        findings[0].because = two([
            "最小等价类 1 人；受控共享的阈值为 k ≥ 5。",
            "The smallest class has 1 person; controlled sharing asks for k ≥ 5.",
        ]);
        Bilingual::new(
            "不予放行（GBT42460-D）：每个等价类的人数须达到阈值。最小等价类 1 人；受控共享的阈值为 k ≥ 5。",
            "refused (GBT42460-D): Every class must have as many people as the threshold asks for. The smallest class has 1 person; controlled sharing asks for k ≥ 5.",
        )
    };
    Decision {
        permitted,
        pack: "cn-2026 0.1.0".to_owned(),
        as_of: "2026-11-23".to_owned(),
        findings,
        summary,
        valid_until: if permitted { "2027-11-23" } else { "2026-11-23" }.to_owned(),
        questions: Vec::new(),
    }
}

fn histograms() -> Vec<ColumnHistogram> {
    let bars = |bars: &[(&str, u64)]| -> Vec<Bar> {
        bars.iter().map(|&(label, rows)| Bar { label: label.to_owned(), rows }).collect()
    };
    let of = |column: &str, before: &[(&str, u64)], after: &[(&str, u64)]| ColumnHistogram {
        column: column.to_owned(),
        before: bars(before),
        after: bars(after),
    };
    vec![
        of(
            "xage",
            &[
                ("<5", 1989),
                ("[5,10)", 2350),
                ("[10,15)", 2369),
                ("[15,20)", 2124),
                ("[20,25)", 1535),
                ("[25,30)", 2042),
                ("[30,35)", 1951),
                ("[35,40)", 1505),
                ("[40,45)", 1068),
                ("[45,50)", 946),
                ("[50,55)", 980),
                ("[55,60)", 891),
                ("≥60", 440),
            ],
            &[("<20", 8510), ("[20,40)", 6702), ("≥40", 4190)],
        ),
        of(
            "income",
            &[
                ("<2500", 1866),
                ("[2500,5000)", 2774),
                ("[5000,7500)", 4309),
                ("[7500,10000)", 5442),
                ("[10000,12500)", 3140),
                ("[12500,15000)", 1782),
                ("[15000,17500)", 525),
                ("[17500,20000)", 246),
                ("≥20000", 106),
            ],
            &[("<10000", 13_922), ("≥10000", 5_480)],
        ),
        of("female", &[("0", 9751), ("1", 10_439)], &[("0", 9380), ("1", 10_022)]),
        of(
            "num",
            &[
                ("1", 1783),
                ("2", 2742),
                ("3", 3384),
                ("4", 5504),
                ("5", 3495),
                ("6", 1608),
                ("7", 861),
                ("8", 456),
                ("≥9", 357),
            ],
            &[("<5", 12_920), ("[5,10)", 6_482)],
        ),
        of("linc", &[("<6", 820), ("[6,8)", 3_320), ("[8,9)", 9_210), ("≥9", 6_840)], &[]),
        of(
            "就诊科室",
            &[
                ("内科", 7_320),
                ("儿科", 4_105),
                ("妇产科", 2_890),
                ("骨科", 1_960),
                ("眼科", 1_204),
                ("other (18 values)", 2_711),
            ],
            &[
                ("内科", 7_050),
                ("儿科", 3_940),
                ("妇产科", 2_771),
                ("骨科", 1_880),
                ("眼科", 1_160),
                ("other (18 values)", 2_601),
            ],
        ),
    ]
}
