//! Words for the closed vocabularies of `weir-types`; a new variant must get its words here.

use weir_types::plan::LinkForm;
use weir_types::risk::PeopleCountedBy;
use weir_types::verdict::Certainty;
use weir_types::{Aggregate, Bilingual, ColumnType, PrivacyModel, QualityModel, Role, Treatment};

use super::format::{number, percent};

pub(super) fn role(role: Role) -> Bilingual {
    match role {
        Role::Identifier => Bilingual::new("直接标识符", "identifier"),
        Role::QuasiIdentifier => Bilingual::new("准标识符", "quasi-identifier"),
        Role::Sensitive => Bilingual::new("敏感属性", "sensitive"),
        Role::Other => Bilingual::new("其他", "other"),
    }
}

pub(super) fn column_type(ty: ColumnType) -> Bilingual {
    let zh = match ty {
        ColumnType::Boolean => "是否",
        ColumnType::Integer => "整数",
        ColumnType::Float => "小数",
        ColumnType::Date => "日期",
        ColumnType::Timestamp => "时间",
        ColumnType::Text => "文本",
    };
    Bilingual::new(zh, ty.name())
}

/// What was done, in a few words.
pub(super) fn treatment(treatment: &Treatment) -> Bilingual {
    match treatment {
        Treatment::Drop => Bilingual::new("不发布", "left out"),
        Treatment::Keep => Bilingual::new("原样发布", "kept as it is"),
        Treatment::Token => Bilingual::new("换成令牌", "replaced by a token"),
        Treatment::Generalise { level: 0, .. } => Bilingual::new("精确值发布", "kept exact"),
        Treatment::Generalise { .. } => Bilingual::new("泛化", "generalised"),
        Treatment::Recode { .. } => Bilingual::new("逐类泛化", "generalised class by class"),
        Treatment::Aggregate { .. } => Bilingual::new("类内汇总", "one value for each class"),
        Treatment::Derive { .. } => Bilingual::new("部分发布", "kept in part"),
    }
}

/// The rest of it; empty where the few words say all.
pub(super) fn treatment_detail(treatment: &Treatment) -> Bilingual {
    match treatment {
        Treatment::Drop | Treatment::Keep | Treatment::Generalise { level: 0, .. } => {
            Bilingual::default()
        }
        Treatment::Token => Bilingual::new(
            "同一值在本次发布中对应同一令牌；生成令牌的密钥随本次发布销毁",
            "the same value has the same token within this release; the key that made it is destroyed with the release",
        ),
        Treatment::Generalise { meaning, .. } => meaning.clone(),
        Treatment::Recode { finest, coarsest, levels } => {
            let top = levels.saturating_sub(1);
            Bilingual::new(
                format!("单元格为 {finest} 至 {coarsest} 级（最高 {top} 级）"),
                format!("cells of levels {finest} to {coarsest}, {top} being the highest"),
            )
        }
        Treatment::Aggregate { by } => aggregate(*by),
        Treatment::Derive { of, kept } => Bilingual::new(
            format!("仅在 {of} 的发布值已能说明它时保留（{} 的行）", percent(*kept)),
            format!(
                "kept only where the released value of {of} already tells it ({} of the rows)",
                percent(*kept)
            ),
        ),
    }
}

/// What the values of a class become together.
fn aggregate(by: Aggregate) -> Bilingual {
    match by {
        Aggregate::Mean => Bilingual::new("等价类的平均值", "the mean of its class"),
        Aggregate::Median => Bilingual::new("等价类的中位数", "the median of its class"),
        Aggregate::Mode => Bilingual::new("等价类的众数", "the most frequent value of its class"),
        Aggregate::Set => Bilingual::new("等价类的取值集合", "all values of its class"),
        Aggregate::Interval => Bilingual::new(
            "等价类的最小值与最大值",
            "the least and the greatest value of its class",
        ),
    }
}

/// How one column tells another: the verb between their two names.
pub(super) fn link(form: LinkForm) -> Bilingual {
    match form {
        LinkForm::Determines => Bilingual::new("决定", "determines"),
        LinkForm::Monotone => Bilingual::new("单调对应", "rises or falls with"),
        LinkForm::Steps => Bilingual::new("分段反映", "splits the range of"),
        LinkForm::Coarsens => Bilingual::new("归并自", "is a coarser form of"),
    }
}

pub(super) fn counted_by(way: PeopleCountedBy) -> Bilingual {
    match way {
        PeopleCountedBy::Column => Bilingual::new(
            "按数据中的一列区分不同的人；持有数据者可以重新计数。",
            "People are told apart by a column of the data; whoever holds the data can count again.",
        ),
        PeopleCountedBy::Row => Bilingual::new(
            "一行算一人：数据中没有把多行归于同一人的依据。",
            "Each row counts as one person: nothing in the data ties rows to one another.",
        ),
        PeopleCountedBy::ProviderKey => Bilingual::new(
            "按提供方留存、未发布的键区分不同的人；只有提供方能够重新计数。持有数据者可以核对：没有一类的行数少于所述人数。",
            "People are told apart by a key that the provider keeps and does not release, so only the provider can count again. The holder of the data can check that no class has fewer rows than people stated.",
        ),
    }
}

pub(super) fn certainty(certainty: Certainty) -> Bilingual {
    certainty.label()
}

/// A band of class sizes.
pub(super) fn band(from: u64, to: u64) -> String {
    /// Where the last band of the risk measures begins; it has no end of its own.
    const LAST: u64 = 1000;
    if from == LAST {
        return format!("≥ {}", number(from));
    }
    if from == to { number(from) } else { format!("{}–{}", number(from), number(to)) }
}

/// What a privacy model asks of every class.
pub(super) fn model(model: &PrivacyModel) -> Bilingual {
    let (zh, en) = match model {
        PrivacyModel::KAnonymity { k } => (format!("至少 {k} 人"), format!("at least {k} people")),
        PrivacyModel::KMap { k, .. } => (
            format!("与总体中至少 {k} 人相符"),
            format!("matches at least {k} people of the population"),
        ),
        PrivacyModel::AverageRisk { at_most } => (
            format!("平均重标识风险不超过 {at_most}"),
            format!("mean re-identification risk at most {at_most}"),
        ),
        PrivacyModel::PopulationUniqueness { at_most, .. } => (
            format!("估计的总体唯一者占比不超过 {at_most}"),
            format!("estimated share of people unique in the population at most {at_most}"),
        ),
        PrivacyModel::DistinctLDiversity { sensitive, l } => (
            format!("`{sensitive}` 至少有 {l} 种取值"),
            format!("at least {l} different values of `{sensitive}`"),
        ),
        PrivacyModel::EntropyLDiversity { sensitive, l } => (
            format!("`{sensitive}` 的熵不低于 ln {l}"),
            format!("entropy of `{sensitive}` at least ln {l}"),
        ),
        PrivacyModel::RecursiveLDiversity { sensitive, c, l } => (
            format!("`{sensitive}` 满足递归 ({c}, {l})-多样性"),
            format!("recursive ({c}, {l})-diversity of `{sensitive}`"),
        ),
        PrivacyModel::TCloseness { sensitive, t, .. } => (
            format!("`{sensitive}` 的分布与全表相距不超过 {t}"),
            format!("`{sensitive}` distributed as in the table, within {t}"),
        ),
        other => (other.to_string(), other.to_string()),
    };
    Bilingual::new(zh, en)
}

/// What a release makes as small as possible.
pub(super) fn quality(quality: &QualityModel) -> Bilingual {
    match quality {
        QualityModel::Loss { .. } => Bilingual::new("信息损失", "loss"),
        QualityModel::NonUniformEntropy { .. } => Bilingual::new("非均匀熵", "non-uniform entropy"),
        QualityModel::Discernibility => Bilingual::new("可辨识度", "discernibility"),
        QualityModel::AverageClassSize => Bilingual::new("平均类大小", "average class size"),
        QualityModel::Precision => Bilingual::new("精度", "precision"),
        QualityModel::Granularity => Bilingual::new("粒度", "granularity"),
        QualityModel::Ambiguity => Bilingual::new("歧义度", "ambiguity"),
        other => Bilingual::new(other.name(), other.name()),
    }
}
