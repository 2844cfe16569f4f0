//! What the owner is asked, because the data cannot tell.

use serde::Serialize;
use weir_types::Bilingual;
use weir_types::verdict::Certainty;

use super::answers::{Answers, Basis, Choice, Reply, Status};
use super::pack::GradePack;
use super::{ColumnGrade, Subject};

/// A question for the owner of the data. [`Answers::answer`] records the answer under its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    /// The key under which the answer is recorded.
    pub key: &'static str,
    /// The question.
    pub text: Bilingual,
    /// Why it is asked and what it changes.
    pub because: Bilingual,
    /// What it rests on.
    pub article: Bilingual,
    /// How surely weir knows that.
    pub certainty: Certainty,
    /// What can be answered.
    pub asks: Asks,
}

/// What a question can be answered with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asks {
    /// One of some words.
    Choice(Vec<Choice>),
    /// A whole number.
    Number,
    /// A text.
    Text,
}

/// The questions that are open, the most important first. Answering one can open another; asked
/// again and again until none is left that was not shown before.
pub(super) fn open(
    subject: &Subject<'_>,
    answers: &Answers,
    pack: &GradePack,
    columns: &[ColumnGrade],
    children: &[String],
) -> Vec<Question> {
    let mut open = Vec::new();
    let told = matches!(answers.status, Status::Important | Status::Core);
    if answers.status == Status::Unknown {
        open.push(status(pack));
    }
    if told && answers.importance_basis.is_none() {
        open.push(basis(pack));
    }
    if told && answers.importance_by.is_none() {
        open.push(authority(pack));
    }
    if answers.state_secret == Reply::Unknown {
        open.push(state_secret(pack));
    }
    let personal = columns.iter().any(|column| column.personal);
    if !personal {
        return open;
    }
    if answers.obtained_in_duty == Reply::Unknown {
        open.push(in_duty(pack));
    }
    if answers.under_fourteen == Reply::Unknown && children.is_empty() {
        open.push(under_fourteen(pack));
    }
    let singles_out = subject.together.is_some_and(|t| !t.singling_out.sets.is_empty());
    if answers.combination_sensitive == Reply::Unknown && singles_out {
        open.push(combination(pack));
    }
    if answers.people_held.is_none() {
        open.push(people_held(pack));
    }
    open
}

fn question(
    pack: &GradePack,
    key: &'static str,
    (instrument, zh, en): (&str, &str, &str),
    text: Bilingual,
    because: Bilingual,
    asks: Asks,
) -> Question {
    let article = pack.cite(instrument, &Bilingual::new(zh, en));
    Question { key, text, because, article, certainty: Certainty::Seen, asks }
}

fn status(pack: &GradePack) -> Question {
    let text = Bilingual::new(
        "这些数据是否已被主管部门告知或公布为重要数据、核心数据，或已识别申报？",
        "Has an authority notified or published this data as important or core data, or was it \
         identified and declared?",
    );
    let because = Bilingual::new(
        "重要数据和核心数据以告知或公布为准，程序不作猜测；未回答则等级只在“属于一般数据”的前提下成立",
        "data is important or core by notice or publication, which no program can see; without an \
         answer the level holds only if the data is general",
    );
    let article = ("NDSMR", "第29条", "article 29");
    question(pack, "importance", article, text, because, Asks::Choice(Status::choices()))
}

fn basis(pack: &GradePack) -> Question {
    let text = Bilingual::new("依据是告知还是公布？", "Was that by notice or by publication?");
    let because = Bilingual::new(
        "凭据随结果记录，日后可核对",
        "the result records it, so that it can be checked later",
    );
    let article = ("NDSMR", "第29条", "article 29");
    question(pack, "importance_basis", article, text, because, Asks::Choice(Basis::choices()))
}

fn authority(pack: &GradePack) -> Question {
    let text = Bilingual::new("由哪个主管部门？", "By which authority?");
    let because = Bilingual::new(
        "凭据随结果记录，日后可核对",
        "the result records it, so that it can be checked later",
    );
    let article = ("NDSMR", "第29条", "article 29");
    question(pack, "importance_by", article, text, because, Asks::Text)
}

fn state_secret(pack: &GradePack) -> Question {
    let text = Bilingual::new(
        "其中是否含有国家秘密或工作秘密？",
        "Does it hold state secrets or work secrets?",
    );
    let because = Bilingual::new(
        "国家秘密适用保密法，不在本程序范围内",
        "state secrets are under secrecy law, which weir does not cover",
    );
    let choices = Asks::Choice(Reply::choices());
    question(pack, "state_secret", ("DSL", "第53条", "article 53"), text, because, choices)
}

fn in_duty(pack: &GradePack) -> Question {
    let text = Bilingual::new(
        "这些个人信息是否在履行职责或者提供服务过程中获得？",
        "Was this personal information obtained in performing a duty or providing a service?",
    );
    let because = Bilingual::new(
        "若是，非法提供的入罪数量减半",
        "if so, half as many records make their illegal provision a crime",
    );
    let choices = Asks::Choice(Reply::choices());
    question(pack, "obtained_in_duty", ("CRIM", "第5条", "article 5"), text, because, choices)
}

fn under_fourteen(pack: &GradePack) -> Question {
    let text = Bilingual::new(
        "其中是否有不满十四周岁未成年人的个人信息？",
        "Does it hold personal information of children under fourteen?",
    );
    let because = Bilingual::new(
        "未在年龄或出生日期中看到，但数据未必写明；若有，其全部个人信息均属敏感",
        "no age or date of birth shows any, which proves nothing; if it does, all their personal \
         information is sensitive",
    );
    let article = ("PIPL", "第28条", "article 28");
    question(pack, "under_fourteen", article, text, because, Asks::Choice(Reply::choices()))
}

fn combination(pack: &GradePack) -> Question {
    let text = Bilingual::new(
        "各列合在一起是否会达到敏感个人信息的危害程度？",
        "Do its columns, taken together, do the harm that sensitive personal information does?",
    );
    let because = Bilingual::new(
        "多项一般个人信息汇聚后也可能属于敏感个人信息（二手资料）；此表的列合在一起能唯一确定到人",
        "ordinary items can be sensitive together (second-hand), and columns of this table single \
         people out together",
    );
    let article = ("GBT45574", "第4章", "chapter 4");
    let choices = Asks::Choice(Reply::choices());
    let asked = question(pack, "combination_sensitive", article, text, because, choices);
    Question { certainty: Certainty::SecondHand, ..asked }
}

fn people_held(pack: &GradePack) -> Question {
    let text = Bilingual::new(
        "贵方总共处理多少人的个人信息？",
        "Of how many people do you process personal information in all?",
    );
    let because = Bilingual::new(
        "达到 1000 万人须另外履行重要数据处理者的部分义务",
        "from ten million on, some duties of processors of important data apply as well",
    );
    question(pack, "people_held", ("NDSMR", "第28条", "article 28"), text, because, Asks::Number)
}
