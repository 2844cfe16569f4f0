//! Everything a column can be recognised as, with its words and its usual role.

use weir_types::{Bilingual, Role};

/// What a column holds. The order is that of [`TABLE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    ResidentId,
    HongKongId,
    TaiwanId,
    Passport,
    IdentityDocument,
    PersonId,
    MedicalRecord,
    InsuranceNumber,
    PersonName,
    Mobile,
    Phone,
    Email,
    SocialAccount,
    Address,
    BankCard,
    FinancialAccount,
    Imei,
    SimId,
    Oaid,
    Idfa,
    DeviceId,
    Mac,
    Ip,
    Plate,
    Vin,
    HouseholdId,
    Biometric,
    RecordId,
    RowNumber,
    UniqueCode,
    MixedIdentifiers,
    FreeText,
    SocialCreditCode,
    OrganisationCode,
    Employer,
    Institution,
    Age,
    AgeGroup,
    BirthDate,
    Sex,
    Ethnicity,
    Race,
    Nationality,
    MaritalStatus,
    Education,
    Occupation,
    PoliticalStatus,
    HukouType,
    Income,
    FamilySize,
    Household,
    Postcode,
    Division,
    Place,
    Region,
    Location,
    EventDate,
    EventYear,
    Diagnosis,
    MentalHealth,
    Health,
    Medication,
    CareCount,
    CareCost,
    Amount,
    Credit,
    Religion,
    Sexuality,
    CriminalRecord,
    InsuranceTerms,
    Constant,
    Unrecognised,
}

/// Kinds of content that a semantic can be stored as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Forms(u8);

impl Forms {
    /// Text.
    pub(crate) const TEXT: Self = Self(1);
    /// Whole numbers.
    pub(crate) const WHOLE: Self = Self(2);
    /// Numbers with a fraction.
    pub(crate) const FRACTION: Self = Self(4);
    /// Dates, with or without a time of day.
    pub(crate) const DATE: Self = Self(8);
    /// Two states: true and false, 0 and 1, 是 and 否.
    pub(crate) const FLAG: Self = Self(16);
    /// Nothing at all: every cell is empty, so that nothing speaks against any reading.
    pub(crate) const EMPTY: Self = Self(31);

    const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the two have a form in common.
    pub(crate) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl What {
    fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    /// The stable key.
    pub(crate) fn key(self) -> &'static str {
        self.row().1
    }

    /// The words for people.
    pub(crate) fn label(self) -> Bilingual {
        Bilingual::new(self.row().2, self.row().3)
    }

    /// The role such a column usually plays.
    pub(crate) fn role(self) -> Role {
        self.row().4
    }

    /// The forms it comes in.
    pub(crate) fn forms(self) -> Forms {
        self.row().5
    }

    /// Whether it is sensitive personal information by its nature (PIPL article 28).
    ///
    /// A resident number is not: GB/T 45574-2025 no longer lists the number under "specific
    /// identity".
    pub(crate) fn sensitive_pi(self) -> bool {
        self.row().6
    }
}

type Row = (What, &'static str, &'static str, &'static str, Role, Forms, bool);

const T: Forms = Forms::TEXT;
const TW: Forms = Forms::TEXT.or(Forms::WHOLE);
const TWB: Forms = TW.or(Forms::FLAG);
const TWF: Forms = TW.or(Forms::FRACTION);
const TWFB: Forms = TWF.or(Forms::FLAG);
const TWD: Forms = TW.or(Forms::DATE);
const ANY: Forms = Forms::EMPTY;

use Role::{Identifier as I, Other as O, QuasiIdentifier as Q, Sensitive as S};

/// One row per [`What`], in its order: key, words, role, forms, sensitive by PIPL article 28.
///
/// Roles follow GB/T 42460-2023 Annexes A (direct identifiers) and B (quasi-identifiers).
#[rustfmt::skip]
pub(crate) const TABLE: &[Row] = &[
    (What::ResidentId, "cn-resident-id", "居民身份证号", "resident identity number", I, TW, false),
    (What::HongKongId, "hk-id", "香港身份证号", "Hong Kong identity card number", I, T, false),
    (What::TaiwanId, "tw-id", "台湾身份证号", "Taiwan identity card number", I, T, false),
    (What::Passport, "cn-passport", "护照号", "passport number", I, TW, false),
    (What::IdentityDocument, "identity-document", "证件号码", "number of an identity document", I, TW, false),
    (What::PersonId, "person-id", "人员编号", "person identifier", I, TW, false),
    (What::MedicalRecord, "medical-record-number", "病历号", "medical record number", I, TW, false),
    (What::InsuranceNumber, "insurance-number", "社保或医保号", "insurance number", I, TW, false),
    (What::PersonName, "person-name", "姓名", "name of a person", I, T, false),
    (What::Mobile, "cn-mobile", "手机号", "mobile number", I, TW, false),
    (What::Phone, "phone", "电话号码", "telephone number", I, TW, false),
    (What::Email, "email", "电子邮箱", "e-mail address", I, T, false),
    (What::SocialAccount, "social-account", "社交账号", "account of an online service", I, TW, false),
    (What::Address, "address", "详细地址", "address down to the house", I, T, false),
    (What::BankCard, "cn-bank-card", "银行卡号", "bank card number", I, TW, true),
    (What::FinancialAccount, "financial-account", "金融账号", "financial account number", I, TW, true),
    (What::Imei, "imei", "设备 IMEI", "IMEI of a device", I, TW, false),
    (What::SimId, "sim-id", "SIM 卡标识", "identifier of a SIM card", I, TW, false),
    (What::Oaid, "oaid", "设备 OAID", "OAID of a device", I, TW, false),
    (What::Idfa, "idfa", "设备广告标识", "advertising identifier of a device", I, TW, false),
    (What::DeviceId, "device-id", "设备标识", "device identifier", I, TW, false),
    (What::Mac, "mac", "MAC 地址", "MAC address", I, T, false),
    (What::Ip, "ip", "IP 地址", "IP address", I, TW, false),
    (What::Plate, "cn-plate", "车牌号", "vehicle licence plate", I, T, false),
    (What::Vin, "vin", "车辆识别代号", "vehicle identification number", I, TW, false),
    (What::HouseholdId, "household-id", "户号", "household identifier", I, TW, false),
    (What::Biometric, "biometric", "生物识别信息", "biometric data", I, TWF, true),
    (What::RecordId, "record-id", "记录编号", "record identifier", I, TW, false),
    (What::RowNumber, "row-number", "行号", "row number", I, TW, false),
    (What::UniqueCode, "unique-code", "近乎唯一的编码", "near-unique code", I, TW, false),
    (What::MixedIdentifiers, "mixed-identifiers", "夹有标识符的内容", "content that holds identifiers", I, TW, false),
    (What::FreeText, "free-text", "自由文本", "free text", I, T, false),
    (What::SocialCreditCode, "cn-social-credit-code", "统一社会信用代码", "unified social credit code", Q, TW, false),
    (What::OrganisationCode, "cn-organisation-code", "组织机构代码", "organisation code", Q, TW, false),
    (What::Employer, "employer", "工作单位", "employer", Q, TW, false),
    (What::Institution, "institution", "服务机构", "institution or department", Q, TW, false),
    (What::Age, "age", "年龄", "age", Q, TWF, false),
    (What::AgeGroup, "age-group", "年龄组", "age group", Q, TWFB, false),
    (What::BirthDate, "birth-date", "出生日期", "date of birth", Q, TWD, false),
    (What::Sex, "sex", "性别", "sex", Q, TWFB, false),
    (What::Ethnicity, "ethnicity", "民族", "ethnicity", Q, TWFB, false),
    (What::Race, "race", "种族", "race", Q, TWFB, false),
    (What::Nationality, "nationality", "国籍", "nationality", Q, TWB, false),
    (What::MaritalStatus, "marital-status", "婚姻状况", "marital status", Q, TWB, false),
    (What::Education, "education", "教育程度", "education", Q, TWFB, false),
    (What::Occupation, "occupation", "职业", "occupation", Q, TWB, false),
    (What::PoliticalStatus, "political-status", "政治面貌", "political status", Q, TWB, false),
    (What::HukouType, "hukou-type", "户口性质", "household registration type", Q, TWB, false),
    (What::Income, "income", "收入", "income", Q, TWFB, false),
    (What::FamilySize, "family-size", "家庭人口数", "family size", Q, TWFB, false),
    (What::Household, "household", "家庭情况", "household situation", Q, TWFB, false),
    (What::Postcode, "postcode", "邮政编码", "postcode", Q, TW, false),
    (What::Division, "division", "行政区划", "administrative division", Q, TW, false),
    (What::Place, "place", "地点", "place without house number", Q, TW, false),
    (What::Region, "region", "地区或地点", "region or site", Q, TWFB, false),
    (What::Location, "location", "位置坐标", "geographic position", Q, TWF, true),
    (What::EventDate, "event-date", "事件日期", "date of an event", Q, TWD, false),
    (What::EventYear, "event-year", "年度", "year", Q, TWD, false),
    (What::Diagnosis, "diagnosis", "诊断", "diagnosis", S, TWFB, true),
    (What::MentalHealth, "mental-health", "心理健康", "mental health", S, TWFB, true),
    (What::Health, "health", "健康状况", "state of health", S, TWFB, true),
    (What::Medication, "medication", "用药与治疗", "medication or treatment", S, TWFB, true),
    (What::CareCount, "care-count", "就医次数", "use of care", S, TWFB, true),
    (What::CareCost, "care-cost", "医疗费用", "cost of care", S, TWF, true),
    (What::Amount, "amount", "金额", "amount of money", S, TWF, false),
    (What::Credit, "credit", "信贷与资产", "credit or assets", S, TWFB, false),
    (What::Religion, "religion", "宗教信仰", "religion", S, TWB, true),
    (What::Sexuality, "sexuality", "性取向", "sexual orientation", S, TWB, true),
    (What::CriminalRecord, "criminal-record", "违法犯罪记录", "criminal record", S, TWB, true),
    (What::InsuranceTerms, "insurance-terms", "保险条款", "terms of an insurance", O, TWFB, false),
    (What::Constant, "constant", "固定值", "constant", O, ANY, false),
    (What::Unrecognised, "unrecognised", "未识别", "unrecognised", O, ANY, false),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_table_follows_the_enum() {
        assert_eq!(TABLE.len(), What::Unrecognised as usize + 1);
        for (place, row) in TABLE.iter().enumerate() {
            assert_eq!(row.0 as usize, place, "{}", row.1);
        }
        let keys: BTreeSet<_> = TABLE.iter().map(|row| row.1).collect();
        assert_eq!(keys.len(), TABLE.len());
    }
}
