//! Words that column names are made of and that say nothing of what is held.

/// Short heads that survey files put before a name: a logarithm, a constructed or an imputed
/// form of the same thing (`linc`, `lnincome`, `xage`). What is left must be a whole known name
/// of at least three letters.
pub(super) const PREFIXES: &[&str] = &["x", "l", "ln", "log", "sqrt"];

/// Words after which a name only qualifies what stands before: `age_at_diagnosis` is an age.
pub(super) const QUALIFIERS: &[&str] = &["at", "of", "per", "by", "in", "for", "on", "from", "to"];

/// Last words of names of figures: they are about what stands before, and hold none of it.
pub(super) const FIGURES: &[&str] = &[
    "count",
    "counts",
    "cnt",
    "length",
    "len",
    "ratio",
    "rate",
    "version",
    "percentage",
    "数量",
    "个数",
    "次数",
    "人数",
    "件数",
    "条数",
    "长度",
    "比例",
    "占比",
    "比率",
    "版本",
    "版本号",
];

/// Last words of names of kinds, makes and states: a column of them holds no identifiers.
pub(super) const KINDS: &[&str] = &[
    "type",
    "types",
    "kind",
    "category",
    "class",
    "model",
    "brand",
    "os",
    "status",
    "state",
    "verified",
    "flag",
    "level",
    "tier",
    "vendor",
    "provider",
    "carrier",
    "operator",
    "manufacturer",
    "method",
    "format",
    "类型",
    "类别",
    "种类",
    "型号",
    "机型",
    "品牌",
    "状态",
    "等级",
    "级别",
    "运营商",
    "服务商",
    "厂商",
    "网点",
    "方式",
    "格式",
];

/// The word of [`FIGURES`] or [`KINDS`] that a Chinese name ends in.
pub(super) fn end_of(name: &str) -> Option<&str> {
    let listed = FIGURES.iter().chain(KINDS).filter(|word| !word.is_ascii());
    let longest = listed.filter(|word| name.ends_with(**word)).max_by_key(|word| word.len());
    longest.map(|word| &name[name.len() - word.len()..])
}

/// Last words of names of identifiers of something.
pub(super) const ID_WORDS: &[&str] =
    &["id", "ids", "no", "nr", "number", "code", "key", "uuid", "guid", "identifier"];

/// Ends of Chinese names of identifiers of something.
pub(super) const ID_ENDS: &[&str] = &["号", "号码", "编号", "编码", "代码", "标识", "标识符", "id"];

/// Words for somebody beside the person whose row it is.
pub(super) const OTHERS: &[&str] = &[
    "doctor",
    "physician",
    "nurse",
    "father",
    "mother",
    "parent",
    "spouse",
    "guardian",
    "contact",
    "owner",
    "agent",
    "seller",
    "医生",
    "医师",
    "护士",
    "父亲",
    "母亲",
    "配偶",
    "监护",
    "联系人",
    "户主",
    "法定代表",
    "法人代表",
    "负责人",
    "经办",
    "收件人",
    "收货人",
];
