//! What can stand in a text.

use weir_types::Bilingual;

/// A kind of content found inside free text. Keys and words are those of the column detector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A resident identity number of 18 or 15 characters.
    ResidentId,
    /// A Hong Kong identity card number.
    HongKongId,
    /// A Taiwan identity card number.
    TaiwanId,
    /// A passport, named as one.
    Passport,
    /// A travel permit between the mainland and Hong Kong, Macao or Taiwan, named as one.
    TravelPermit,
    /// A certificate of military service.
    MilitaryId,
    /// A United States social security number.
    UsSsn,
    /// A United Kingdom national insurance number.
    GbNino,
    /// A number that an organisation gives to a person, named as one.
    PersonId,
    /// A medical record number, named as one.
    MedicalRecord,
    /// A social or medical insurance number, named as one.
    InsuranceNumber,
    /// A name of a person in Chinese characters.
    PersonName,
    /// A name of a person in Latin letters.
    LatinName,
    /// A mobile number of mainland China.
    Mobile,
    /// Another telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// An account of an online service, named as one.
    SocialAccount,
    /// An address down to the street, the village or the house.
    Address,
    /// Two or more administrative divisions in a row, or one that is named as somebody's.
    Division,
    /// A payment card.
    BankCard,
    /// An IBAN.
    Iban,
    /// A financial account, named as one.
    FinancialAccount,
    /// An IMEI, named as one.
    Imei,
    /// An IMSI or ICCID.
    SimId,
    /// An identifier of a device, named as one: OAID, IDFA, Android identifier, MEID, serial.
    DeviceId,
    /// A MAC address.
    Mac,
    /// An IPv4 or IPv6 address.
    Ip,
    /// A vehicle licence plate of mainland China.
    Plate,
    /// A vehicle identification number.
    Vin,
    /// A web address.
    Url,
    /// A password, key or token.
    Credential,
    /// A pair of coordinates.
    Location,
    /// A unified social credit code.
    SocialCreditCode,
    /// The name of an organisation.
    Organisation,
    /// A date of birth, named as one.
    BirthDate,
    /// An ethnic group.
    Ethnicity,
    /// A religion, as somebody's.
    Religion,
    /// A marital status.
    MaritalStatus,
    /// A political status.
    PoliticalStatus,
    /// A blood group.
    BloodType,
    /// A diagnosis.
    Diagnosis,
    /// A drug.
    Medication,
}

impl Kind {
    /// All kinds, in the order in which they are reported.
    pub const ALL: &[Self] = &ALL;

    /// The stable key, the same as that of a column of such content.
    pub fn key(self) -> &'static str {
        ROWS[self as usize].1
    }

    /// The words for people.
    pub fn label(self) -> Bilingual {
        let row = &ROWS[self as usize];
        Bilingual::new(row.2, row.3)
    }

    /// Whether it names one person or device by itself, so that it has to be taken out of a text
    /// that is released.
    pub fn is_identifier(self) -> bool {
        ROWS[self as usize].4 == Weight::Identifies
    }

    /// Whether it is sensitive personal information by its nature (PIPL article 28).
    pub fn sensitive_pi(self) -> bool {
        matches!(
            self,
            Self::BankCard
                | Self::Iban
                | Self::FinancialAccount
                | Self::Location
                | Self::Religion
                | Self::BloodType
                | Self::Diagnosis
                | Self::Medication
        )
    }

    /// Which of two overlapping spans of the same confidence is kept: the greater.
    pub(super) fn rank(self) -> u8 {
        match self {
            Self::Url | Self::Division => 0,
            Self::Organisation | Self::LatinName | Self::PersonName => 1,
            Self::Phone | Self::BankCard => 2,
            _ => 3,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weight {
    Identifies,
    Describes,
}

use Weight::{Describes as D, Identifies as I};

/// One row per [`Kind`], in its order: key, words, what it does.
#[rustfmt::skip]
const ROWS: [(Kind, &str, &str, &str, Weight); 42] = [
    (Kind::ResidentId, "cn-resident-id", "居民身份证号", "resident identity number", I),
    (Kind::HongKongId, "hk-id", "香港身份证号", "Hong Kong identity card number", I),
    (Kind::TaiwanId, "tw-id", "台湾身份证号", "Taiwan identity card number", I),
    (Kind::Passport, "cn-passport", "护照号", "passport number", I),
    (Kind::TravelPermit, "cn-travel-permit", "往来通行证号", "travel permit number", I),
    (Kind::MilitaryId, "cn-military-id", "军人证件号", "number of a military certificate", I),
    (Kind::UsSsn, "us-ssn", "美国社会安全号", "US social security number", I),
    (Kind::GbNino, "gb-nino", "英国国民保险号", "UK national insurance number", I),
    (Kind::PersonId, "person-id", "人员编号", "person identifier", I),
    (Kind::MedicalRecord, "medical-record-number", "病历号", "medical record number", I),
    (Kind::InsuranceNumber, "insurance-number", "社保或医保号", "insurance number", I),
    (Kind::PersonName, "person-name", "姓名", "name of a person", I),
    (Kind::LatinName, "person-name-latin", "外文姓名", "name of a person in Latin letters", I),
    (Kind::Mobile, "cn-mobile", "手机号", "mobile number", I),
    (Kind::Phone, "phone", "电话号码", "telephone number", I),
    (Kind::Email, "email", "电子邮箱", "e-mail address", I),
    (Kind::SocialAccount, "social-account", "社交账号", "account of an online service", I),
    (Kind::Address, "address", "详细地址", "address down to street or house", I),
    (Kind::Division, "division", "行政区划", "administrative division", D),
    (Kind::BankCard, "cn-bank-card", "银行卡号", "bank card number", I),
    (Kind::Iban, "iban", "国际银行账号", "IBAN", I),
    (Kind::FinancialAccount, "financial-account", "金融账号", "financial account number", I),
    (Kind::Imei, "imei", "设备 IMEI", "IMEI of a device", I),
    (Kind::SimId, "sim-id", "SIM 卡标识", "identifier of a SIM card", I),
    (Kind::DeviceId, "device-id", "设备标识", "device identifier", I),
    (Kind::Mac, "mac", "MAC 地址", "MAC address", I),
    (Kind::Ip, "ip", "IP 地址", "IP address", I),
    (Kind::Plate, "cn-plate", "车牌号", "vehicle licence plate", I),
    (Kind::Vin, "vin", "车辆识别代号", "vehicle identification number", I),
    (Kind::Url, "url", "网址", "web address", D),
    (Kind::Credential, "credential", "口令或密钥", "password or key", I),
    (Kind::Location, "location", "位置坐标", "geographic position", I),
    (Kind::SocialCreditCode, "cn-social-credit-code", "统一社会信用代码", "unified social credit code", D),
    (Kind::Organisation, "organisation-name", "单位名称", "name of an organisation", D),
    (Kind::BirthDate, "birth-date", "出生日期", "date of birth", D),
    (Kind::Ethnicity, "ethnicity", "民族", "ethnicity", D),
    (Kind::Religion, "religion", "宗教信仰", "religion", D),
    (Kind::MaritalStatus, "marital-status", "婚姻状况", "marital status", D),
    (Kind::PoliticalStatus, "political-status", "政治面貌", "political status", D),
    (Kind::BloodType, "blood-type", "血型", "blood group", D),
    (Kind::Diagnosis, "diagnosis", "诊断", "diagnosis", D),
    (Kind::Medication, "medication", "用药与治疗", "medication or treatment", D),
];

const ALL: [Kind; ROWS.len()] = {
    let mut all = [Kind::ResidentId; ROWS.len()];
    let mut place = 0;
    while place < ROWS.len() {
        all[place] = ROWS[place].0;
        place += 1;
    }
    all
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_follow_the_enum_and_keys_differ() {
        let keys: std::collections::BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.key()).collect();
        assert_eq!(keys.len(), Kind::ALL.len());
        for (place, kind) in Kind::ALL.iter().enumerate() {
            assert_eq!(*kind as usize, place, "{}", kind.key());
        }
    }
}
