//! Words that column names are made of and that say nothing of what is held.

/// Short heads that survey files put before a name: a logarithm, a constructed or an imputed
/// form of the same thing (`linc`, `lnincome`, `xage`). What is left must be a whole known name
/// of at least three letters.
pub(super) const PREFIXES: &[&str] = &["x", "l", "ln", "log", "sqrt"];

/// Words after which a name only qualifies what stands before: `age_at_diagnosis` is an age.
pub(super) const QUALIFIERS: &[&str] = &["at", "of", "per", "by", "in", "for", "on", "from", "to"];

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
