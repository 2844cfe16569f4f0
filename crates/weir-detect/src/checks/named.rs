//! The checks that packs name.

use super::{europe, secrets, words, world};

/// A check of a text that has the shape of a type.
#[derive(Debug)]
pub(crate) struct Check {
    /// The name in packs.
    pub(crate) name: &'static str,
    pub(crate) run: fn(&str) -> bool,
    /// Share of random texts of the shape that pass.
    pub(crate) chance: f64,
    /// Whether it is one of check digits.
    pub(crate) digits: bool,
    /// Whether what is of the type passes it, but for what was spoilt.
    pub(crate) complete: bool,
}

/// The check of a name.
pub(crate) fn find(name: &str) -> Option<&'static Check> {
    ALL.iter().find(|check| check.name == name)
}

const fn digits(name: &'static str, run: fn(&str) -> bool, chance: f64) -> Check {
    Check { name, run, chance, digits: true, complete: true }
}

const fn other(name: &'static str, run: fn(&str) -> bool, chance: f64) -> Check {
    Check { name, run, chance, digits: false, complete: false }
}

const fn complete(name: &'static str, run: fn(&str) -> bool, chance: f64) -> Check {
    Check { name, run, chance, digits: false, complete: true }
}

/// Every check, in order of name.
pub(crate) const ALL: &[Check] = &[
    other("address", words::is_house_address, 0.05),
    digits("ar-cuit", world::ar_cuit, 0.1),
    digits("au-abn", world::au_abn, 1.0 / 89.0),
    digits("au-medicare", world::au_medicare, 0.1),
    digits("au-tfn", world::au_tfn, 1.0 / 11.0),
    digits("bank-card", super::bank_card, 0.1),
    digits("be-national-number", europe::be_national_number, 1.0 / 48.5),
    other("bic", secrets::bic, 0.37),
    digits("br-cnpj", world::br_cnpj, 0.01),
    digits("br-cpf", world::br_cpf, 0.01),
    digits("cl-rut", world::cl_rut, 1.0 / 11.0),
    digits("cn-disability-id", super::disability_id, 1.0 / 11.0),
    other("cn-division", words::is_division, 0.001),
    other("cn-division-code", super::division_code, 0.01),
    digits("cn-organisation-code", super::organisation_code, 1.0 / 11.0),
    digits("cn-permanent-resident", super::permanent_resident, 1.0 / 11.0),
    complete("cn-person-name", words::is_chinese_name, 0.3),
    other("cn-plate", super::plate_cn, 0.05),
    digits("cn-registration-number", super::registration_number, 0.1),
    digits("cn-resident-id", super::resident_id, 1.0 / 11.0),
    digits("cn-social-credit-code", super::social_credit_code, 1.0 / 31.0),
    digits("cn-student-id", super::student_id, 1.0 / 11.0),
    other("crypto-address", secrets::crypto_address, 0.05),
    digits("cz-rc", europe::cz_rc, 0.1),
    digits("de-steuer-id", europe::de_steuer_id, 0.0038),
    other("device-id", super::device_id, 0.05),
    other("digest", super::hex_digits, 0.01),
    digits("ean", world::ean, 0.1),
    other("email", super::email, 0.05),
    digits("es-dni", europe::es_dni, 1.0 / 23.0),
    digits("fi-hetu", europe::fi_hetu, 1.0 / 31.0),
    digits("fr-nir", europe::fr_nir, 0.01),
    digits("gb-nhs", europe::gb_nhs, 1.0 / 11.0),
    other("high-entropy", secrets::high_entropy, 0.02),
    digits("hk-id", super::hong_kong_id, 1.0 / 11.0),
    digits("iban", world::iban, 1.0 / 97.0),
    digits("iccid", super::iccid, 0.1),
    other("icd10", super::icd10_with_point, 0.05),
    digits("imei", super::imei, 0.1),
    digits("in-aadhaar", world::in_aadhaar, 0.1),
    other("ip", super::ip_address, 0.05),
    digits("isbn-10", world::isbn_10, 1.0 / 11.0),
    digits("isin", world::isin, 0.04),
    digits("it-codice-fiscale", europe::it_codice_fiscale, 1.0 / 26.0),
    digits("jp-my-number", world::jp_my_number, 0.1),
    digits("kr-rrn", world::kr_rrn, 0.1),
    other("latin-organisation", words::is_latin_organisation, 0.05),
    other("latin-person-name", words::is_latin_name, 0.2),
    digits("lei", world::lei, 1.0 / 97.0),
    digits("luhn", super::luhn, 0.1),
    digits("mod-11-10", super::mod_11_10, 0.1),
    digits("mod-97", world::mod_97, 1.0 / 97.0),
    digits("mx-curp", world::mx_curp, 0.1),
    digits("nl-bsn", europe::nl_bsn, 1.0 / 11.0),
    digits("no-fodselsnummer", europe::no_fodselsnummer, 1.0 / 121.0),
    other("occupation", words::is_occupation, 0.05),
    digits("passport-mrz", world::passport_mrz, 0.0001),
    digits("pl-pesel", europe::pl_pesel, 0.1),
    digits("pt-nif", europe::pt_nif, 0.1),
    digits("ro-cnp", europe::ro_cnp, 0.1),
    digits("ru-inn", europe::ru_inn, 0.01),
    digits("ru-snils", europe::ru_snils, 0.01),
    digits("se-personnummer", europe::se_personnummer, 0.1),
    digits("sg-nric", world::sg_nric, 1.0 / 26.0),
    digits("th-id", world::th_id, 0.1),
    digits("tr-tckimlik", europe::tr_tckimlik, 0.01),
    digits("tw-id", super::taiwan_id, 0.1),
    digits("us-npi", world::us_npi, 0.1),
    digits("us-routing", world::us_routing, 0.1),
    digits("verhoeff", world::verhoeff, 0.1),
    digits("vin", super::vin, 1.0 / 11.0),
    digits("za-id", super::luhn, 0.1),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_once() {
        assert!(ALL.windows(2).all(|pair| pair[0].name < pair[1].name));
    }
}
