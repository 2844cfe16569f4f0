//! The sentences of a grade, in both languages.

use weir_types::Bilingual;
use weir_types::verdict::Certainty;

use super::answers::{Answers, Status};
use super::pack::{Class, Classed, GradePack};
use crate::signals::{one, thousands};

/// How sure weir is, as a word behind a statement; nothing for what was read.
fn mark(certainty: Certainty) -> Bilingual {
    if certainty == Certainty::Seen {
        return Bilingual::default();
    }
    let label = certainty.label();
    Bilingual::new(format!("（{}）", label.zh), format!(" ({})", label.en))
}

/// Names of columns; of very many the first.
fn names(columns: &[String]) -> Bilingual {
    const NAMED: usize = 30;
    let quoted: Vec<String> = columns.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    let (mut zh, mut en) = (quoted.join("、"), quoted.join(", "));
    if columns.len() > NAMED {
        let more = thousands((columns.len() - NAMED) as u64);
        zh.push_str(&format!(" 等另外 {more} 列"));
        en.push_str(&format!(" and {more} more"));
    }
    Bilingual::new(zh, en)
}

pub(super) fn column(
    level: &Bilingual,
    class: &Class,
    certainty: Certainty,
    classed: Classed,
    flagged: bool,
) -> Bilingual {
    let (label, mark) = (class.label(), mark(certainty));
    let (zh, en) = match classed {
        Classed::Whereabouts => {
            ("；与人员、时间合在一起即为行踪", "; with person and time it shows whereabouts")
        }
        _ if flagged => ("；其类型标明为敏感", "; its type is marked as sensitive"),
        Classed::ByCategory => (
            "；类型未列明，按类别归类",
            "; its type is not listed, so it is classed by its category",
        ),
        Classed::ByRole => {
            ("；类型未列明，按角色归类", "; its type is not listed, so it is classed by its role")
        }
        Classed::Listed => ("", ""),
    };
    let source = match class.source() {
        "" => String::new(),
        source => format!("; {source}"),
    };
    Bilingual::new(
        format!("{}{}：{}{zh}", level.zh, mark.zh, label.zh),
        format!("{}{}: {}{en}{source}", level.en, mark.en, label.en),
    )
}

pub(super) fn view(
    label: &Bilingual,
    sensitive: bool,
    article: &Bilingual,
    certainty: Certainty,
) -> Bilingual {
    let mark = mark(certainty);
    let (zh, en) = match sensitive {
        true => ("敏感", "sensitive"),
        false => ("非敏感", "not sensitive"),
    };
    Bilingual::new(
        format!("{zh}：{}（{}）{}", label.zh, article.zh, mark.zh),
        format!("{en}: {} ({}){}", label.en, article.en, mark.en),
    )
}

pub(super) fn flagged() -> Bilingual {
    let mark = mark(Certainty::Unverified);
    Bilingual::new(
        format!("敏感：其类型标明为敏感，未见于所列标准类别{}", mark.zh),
        format!(
            "sensitive: its type is marked as sensitive, in no class that weir lists{}",
            mark.en
        ),
    )
}

pub(super) fn table(
    answers: &Answers,
    level: &Bilingual,
    certainty: Certainty,
    by: &[String],
    combined: bool,
) -> Bilingual {
    let (mark, by) = (mark(certainty), names(by));
    let by = match (combined, by.en.is_empty()) {
        (_, true) => Bilingual::default(),
        (true, _) => Bilingual::new(
            format!("；{}合在一起能唯一确定到人", by.zh),
            format!("; {} single people out together", by.en),
        ),
        (false, _) => Bilingual::new(
            format!("；由 {} 决定（就高从严）", by.zh),
            format!("; by {}, the highest governs", by.en),
        ),
    };
    let authority = answers.importance_by.as_deref().unwrap_or_default();
    let basis = answers.importance_basis.map(|basis| basis.label()).unwrap_or_default();
    let told = |zh: &str, en: &str| {
        Bilingual::new(
            format!(
                "{zh}（{}：{authority}）；其内容本身：{}{}{}",
                basis.zh, level.zh, mark.zh, by.zh
            ),
            format!(
                "{en} ({}: {authority}); its content: {}{}{}",
                basis.en, level.en, mark.en, by.en
            ),
        )
    };
    match answers.status {
        Status::Core => told("核心数据", "core data"),
        Status::Important => told("重要数据", "important data"),
        Status::General => Bilingual::new(
            format!("{}{}{}", level.zh, mark.zh, by.zh),
            format!("{}{}{}", level.en, mark.en, by.en),
        ),
        Status::Declared => Bilingual::new(
            format!("已申报为重要数据，待告知或公布；在此之前：{}{}{}", level.zh, mark.zh, by.zh),
            format!(
                "declared as important, no notice or publication yet; until then: {}{}{}",
                level.en, mark.en, by.en
            ),
        ),
        Status::Unknown => Bilingual::new(
            format!(
                "是否属于重要数据或核心数据尚未回答；若属于一般数据：{}{}{}",
                level.zh, mark.zh, by.zh
            ),
            format!(
                "whether it is important or core data was not answered; if it is general data: \
                 {}{}{}",
                level.en, mark.en, by.en
            ),
        ),
    }
}

pub(super) fn table_article(pack: &GradePack, answers: &Answers) -> Bilingual {
    match answers.status {
        Status::Core => pack.cite("DSL", &Bilingual::new("第21条", "article 21")),
        Status::Important | Status::Declared => {
            pack.cite("NDSMR", &Bilingual::new("第29条", "article 29"))
        }
        Status::General | Status::Unknown => {
            pack.cite("GBT43697", &Bilingual::new("附录H", "Annex H"))
        }
    }
}

pub(super) fn sensitive(
    name: &Bilingual,
    columns: &[String],
    not: &[String],
    children: bool,
    combined: bool,
) -> Bilingual {
    let (listed, not) = (names(columns), names(not));
    let (mut zh, mut en) = match columns.is_empty() {
        true => (
            format!("{}：未发现其列举的敏感个人信息", name.zh),
            format!("{}: none of the kinds it lists was found", name.en),
        ),
        false => (format!("{}：{}", name.zh, listed.zh), format!("{}: {}", name.en, listed.en)),
    };
    if !not.en.is_empty() {
        zh.push_str(&format!("；不计入：{}", not.zh));
        en.push_str(&format!("; not counted: {}", not.en));
    }
    if children {
        zh.push_str("；不满十四周岁未成年人的全部个人信息均属敏感（个人信息保护法第28条）");
        en.push_str(
            "; all personal information of children under fourteen is sensitive (PIPL article 28)",
        );
    }
    if combined {
        zh.push_str("；据回答，各列合在一起属敏感");
        en.push_str("; by answer, the columns are sensitive when taken together");
    }
    Bilingual::new(zh, en)
}

/// People and records against a threshold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    pub(super) people: u64,
    pub(super) records: u64,
    pub(super) threshold: u64,
    pub(super) halved: bool,
}

pub(super) fn records(
    label: &Bilingual,
    columns: &[String],
    of: &Counted,
    certainty: Certainty,
) -> Bilingual {
    let (mark, by) = (mark(certainty), names(columns));
    let (person, record) =
        (one(of.people, "person", "people"), one(of.records, "record", "records"));
    let [people, records, threshold] = [of.people, of.records, of.threshold].map(thousands);
    let (half_zh, half_en) = match of.halved {
        true => ("（履职或服务中获得，减半）", ", half because obtained in duty or service"),
        false => ("", ""),
    };
    let tenfold = of.records.max(of.people) >= of.threshold.saturating_mul(10);
    let (zh, en) = match (of.records.max(of.people) >= of.threshold, tenfold) {
        (false, _) => ("未达到", "below it"),
        (true, false) => {
            ("已达到：非法提供即可能构成犯罪", "reached: illegal provision can be a crime")
        }
        (true, true) => (
            "已达到十倍：非法提供可能属于情节特别严重",
            "ten times reached: illegal provision can be especially serious",
        ),
    };
    Bilingual::new(
        format!(
            "{}（{}）：{people} 人、{records} 条；入罪数量 {threshold} 条{half_zh}{}；{zh}",
            label.zh, by.zh, mark.zh
        ),
        format!(
            "{} ({}): {people} {person}, {records} {record}; the number is \
             {threshold}{half_en}{}; {en}",
            label.en, by.en, mark.en
        ),
    )
}

pub(super) fn state_secret() -> Bilingual {
    Bilingual::new(
        "据回答含有国家秘密或工作秘密：适用保密法，不应由本程序处理",
        "by answer it holds state or work secrets: secrecy law governs, and weir must not handle it",
    )
}

pub(super) fn declared() -> Bilingual {
    Bilingual::new(
        "已申报而未被告知或公布为重要数据的，出境时无需按重要数据申报；在得到答复之前，宜按重要数据保护（weir 的建议，非法律规定）",
        "what was declared and not notified or published needs no export assessment as important \
         data; until the answer comes, protect it as important (weir's advice, not law)",
    )
}

pub(super) fn ten_million(people: u64) -> Bilingual {
    let n = thousands(people);
    Bilingual::new(
        format!("涉及 {n} 人：达到 1000 万人，另须遵守对重要数据处理者的第30条、第32条"),
        format!(
            "{n} people: from ten million on, articles 30 and 32 for processors of important data apply as well"
        ),
    )
}

pub(super) fn one_million(people: u64) -> Bilingual {
    let n = thousands(people);
    Bilingual::new(
        format!("涉及 {n} 人：达到 100 万人，须指定个人信息保护负责人（数量标准未经核实）"),
        format!(
            "{n} people: from one million on, a person in charge of personal information is named (the number is unverified)"
        ),
    )
}

pub(super) fn children(columns: &[String]) -> Bilingual {
    let by = names(columns);
    Bilingual::new(
        format!("{}中有不满十四周岁的人：其个人信息属敏感，须取得监护人同意并制定专门规则", by.zh),
        format!(
            "{} shows people under fourteen: their personal information is sensitive, and needs a guardian's consent and rules of its own",
            by.en
        ),
    )
}
