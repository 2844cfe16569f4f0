//! Shapes and check digits of identifiers, one function each.
//!
//! Every function takes the plain form: half-width characters, no blanks. Separators are
//! accepted only where a function says so. A `true` says that the text is well formed, never
//! that it was issued to anybody; a check digit passes by chance as often as its doc line says.

mod digits;
mod europe;
pub(crate) mod named;
mod secrets;
pub(crate) mod words;
mod world;

pub(crate) use world::iban;

/// A resident identity number: 18 characters whose date exists and whose check character is
/// right (GB 11643-1999, ISO 7064 MOD 11-2), or the old form of 15 digits with a date that
/// exists.
///
/// Any division code is taken, because retired ones are still in people's numbers. Of random 18
/// digits with a date, one in eleven passes.
pub fn resident_id(text: &str) -> bool {
    resident_id_15(text) || (resident_id_shape(text) && resident_id_check(text))
}

/// Whether a text looks like a resident number of 18 characters, whatever its check character.
pub fn resident_id_shape(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 18
        && matches!(bytes[0], b'1'..=b'9')
        && bytes[..17].iter().all(u8::is_ascii_digit)
        && matches!(bytes[17], b'0'..=b'9' | b'X' | b'x')
        && (1800..2100).contains(&number(&bytes[6..10]))
        && is_date(number(&bytes[6..10]), number(&bytes[10..12]), number(&bytes[12..14]))
}

/// The old resident number of 15 digits, which has no check digit: a division, a date of the
/// twentieth century, a sequence number. Of random 15 digits, one in 27 passes.
pub fn resident_id_15(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 15
        && matches!(bytes[0], b'1'..=b'9')
        && bytes.iter().all(u8::is_ascii_digit)
        && is_date(1900 + number(&bytes[6..8]), number(&bytes[8..10]), number(&bytes[10..12]))
}

pub(crate) fn resident_id_check(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let bytes = text.as_bytes();
    let sum = weighted(&bytes[..17], &WEIGHTS, digit);
    sum.is_some_and(|sum| b"10X98765432"[(sum % 11) as usize] == bytes[17].to_ascii_uppercase())
}

/// A unified social credit code of 18 characters (GB 32100-2015, modulo 31). Of random texts of
/// its alphabet and shape, one in 31 passes.
pub fn social_credit_code(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    let bytes = text.as_bytes();
    social_credit_code_shape(text)
        && weighted(&bytes[..17], &WEIGHTS, credit_value)
            .is_some_and(|sum| credit_value(bytes[17]) == Some((31 - sum % 31) % 31))
}

/// Whether a text looks like a unified social credit code, whatever its check character.
pub fn social_credit_code_shape(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 18
        && bytes.iter().all(|byte| credit_value(*byte).is_some())
        && bytes[2..8].iter().all(u8::is_ascii_digit)
}

/// The place of a character in the alphabet of GB 32100, which leaves out I, O, S, V and Z.
fn credit_value(byte: u8) -> Option<u32> {
    const NONE: u8 = u8::MAX;
    const VALUES: [u8; 256] = {
        const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
        let mut values = [NONE; 256];
        let mut place = 0;
        while place < ALPHABET.len() {
            values[ALPHABET[place] as usize] = place as u8;
            values[ALPHABET[place].to_ascii_lowercase() as usize] = place as u8;
            place += 1;
        }
        values
    };
    match VALUES[usize::from(byte)] {
        NONE => None,
        value => Some(u32::from(value)),
    }
}

/// An organisation code of nine characters (GB 11714-1997, modulo 11), with or without a hyphen
/// before the last. Of random texts of its shape, one in eleven passes.
pub fn organisation_code(text: &str) -> bool {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    if !organisation_code_shape(text) {
        return false;
    }
    let bytes = text.as_bytes();
    let check = match weighted(&bytes[..8], &WEIGHTS, alphanumeric).map(|sum| 11 - sum % 11) {
        Some(10) => b'X',
        Some(11) => b'0',
        Some(value) => b'0' + u8::try_from(value).unwrap_or(0),
        None => return false,
    };
    bytes[bytes.len() - 1].eq_ignore_ascii_case(&check)
}

/// Whether a text looks like an organisation code, whatever its check character.
pub fn organisation_code_shape(text: &str) -> bool {
    let (body, check) = match text.as_bytes() {
        [body @ .., b'-', check] | [body @ .., check] => (body, *check),
        [] => return false,
    };
    body.len() == 8
        && body.iter().all(u8::is_ascii_alphanumeric)
        && matches!(check, b'0'..=b'9' | b'X' | b'x')
}

/// The check digit of ISO/IEC 7812-1 Annex B ("Luhn") over at least two digits. Of random
/// digits, one text in ten passes.
pub fn luhn(text: &str) -> bool {
    /// The sum of the digits of twice a digit.
    const DOUBLED: [u32; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
    let mut sum = 0;
    for (place, byte) in text.bytes().rev().enumerate() {
        let value = byte.wrapping_sub(b'0');
        let Some(doubled) = DOUBLED.get(usize::from(value)) else { return false };
        sum += if place % 2 == 0 { u32::from(value) } else { *doubled };
    }
    text.len() > 1 && sum.is_multiple_of(10)
}

/// A payment card: 13 to 19 digits with a known issuer prefix and a right Luhn digit.
pub fn bank_card(text: &str) -> bool {
    bank_card_shape(text) && luhn(text)
}

/// Whether a text has the length and the issuer prefix of a payment card: UnionPay, Visa,
/// Mastercard, JCB, American Express, and the older prefixes of Chinese banks that begin with 9.
pub fn bank_card_shape(text: &str) -> bool {
    let bytes = text.as_bytes();
    if !(13..=19).contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_digit) {
        return false;
    }
    match number(&bytes[..4]) {
        6000..=6299 | 9000..=9999 => bytes.len() >= 16,
        5100..=5599 | 2221..=2720 | 3528..=3589 => bytes.len() == 16,
        3400..=3499 | 3700..=3799 => bytes.len() == 15,
        4000..=4999 => matches!(bytes.len(), 13 | 16 | 19),
        _ => false,
    }
}

/// An IMEI of 15 digits with a right Luhn digit (3GPP TS 23.003 Annex B).
pub fn imei(text: &str) -> bool {
    imei_shape(text) && luhn(text)
}

/// Whether a text has the 15 digits of an IMEI, whatever the last one.
pub fn imei_shape(text: &str) -> bool {
    text.len() == 15 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A mobile number of mainland China: 11 digits beginning with 13 to 19, after an optional
/// `+86`, `86` or `0086`; hyphens may group the digits. It has no check digit: of random 11
/// digits without a leading zero, one in 13 fits.
pub fn mobile_cn(text: &str) -> bool {
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    let digits = ["+86", "0086", "86"]
        .iter()
        .find_map(|prefix| digits.strip_prefix(prefix).filter(|rest| rest.len() == 11))
        .unwrap_or(&digits);
    let bytes = digits.as_bytes();
    bytes.len() == 11
        && bytes[0] == b'1'
        && matches!(bytes[1], b'3'..=b'9')
        && bytes.iter().all(u8::is_ascii_digit)
}

/// A fixed-line number of mainland China: area code with its leading zero, then 7 or 8 digits.
pub fn landline_cn(text: &str) -> bool {
    let digits = match text.split_once('-') {
        Some((area, rest)) if (3..=4).contains(&area.len()) => format!("{area}{rest}"),
        Some(_) => return false,
        None => text.to_owned(),
    };
    let bytes = digits.as_bytes();
    (10..=12).contains(&bytes.len())
        && bytes[0] == b'0'
        && matches!(bytes[1], b'1'..=b'9')
        && bytes.iter().all(u8::is_ascii_digit)
}

/// An e-mail address as people write them: a local part of dot-separated words, `@`, and a
/// domain of at least two labels. Quoted local parts and address literals are not taken.
pub fn email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let sign = |c: char| matches!(c, '!' | '#'..='\'' | '*' | '+' | '-' | '/' | '=' | '?' | '^'..='`' | '{'..='~');
    let word = |c: char| c.is_alphanumeric() || sign(c);
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    local.split('.').all(|part| !part.is_empty() && part.chars().all(word))
        && domain.split('.').count() > 1
        && domain.split('.').all(label)
        && domain.rsplit('.').next().is_some_and(|top| !top.bytes().all(|b| b.is_ascii_digit()))
}

/// A UUID in the form of RFC 9562: 8-4-4-4-12 hexadecimal digits. OAID and IDFA are written so.
pub fn uuid(text: &str) -> bool {
    const HYPHENS: [usize; 4] = [8, 13, 18, 23];
    let fits = |(place, byte): (usize, u8)| {
        if HYPHENS.contains(&place) { byte == b'-' } else { byte.is_ascii_hexdigit() }
    };
    text.len() == 36 && text.bytes().enumerate().all(fits)
}

/// 16, 32, 40 or 64 hexadecimal digits that are not all decimal: the usual lengths of Android
/// identifiers and of hashed ones.
pub fn hex_id(text: &str) -> bool {
    matches!(text.len(), 16 | 32 | 40 | 64)
        && hex(text)
        && text.bytes().any(|byte| !byte.is_ascii_digit())
}

/// A MAC address: six pairs of hexadecimal digits joined by `:` or `-`, or three groups of four
/// joined by `.`.
pub fn mac(text: &str) -> bool {
    let joined = |separator: char, groups: usize, length: usize| {
        text.split(separator).count() == groups
            && text.split(separator).all(|group| group.len() == length && hex(group))
    };
    joined(':', 6, 2) || joined('-', 6, 2) || joined('.', 3, 4)
}

/// An IPv4 address in four decimal parts, or an IPv6 address.
pub fn ip(text: &str) -> bool {
    text.parse::<std::net::IpAddr>().is_ok()
}

/// A vehicle identification number of 17 characters with a right check character at the ninth
/// place (GB 16735-2019, ISO 3779). Of random texts of its shape, one in eleven passes.
pub fn vin(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let value = |byte: u8| match byte.to_ascii_uppercase() {
        byte @ b'0'..=b'9' => digit(byte),
        byte @ b'A'..=b'H' => Some(u32::from(byte - b'A') + 1),
        byte @ b'J'..=b'R' => Some(u32::from(byte - b'J') + 1),
        byte @ b'S'..=b'Z' => Some(u32::from(byte - b'S') + 2),
        _ => None,
    };
    let bytes = text.as_bytes();
    vin_shape(text)
        && weighted(bytes, &WEIGHTS, value)
            .is_some_and(|sum| b"0123456789X"[(sum % 11) as usize] == bytes[8].to_ascii_uppercase())
}

/// Whether a text has the length and the alphabet of a VIN (no I, O, Q), a digit or an X at the
/// ninth place, and a letter in it.
pub fn vin_shape(text: &str) -> bool {
    text.len() == 17
        && matches!(text.as_bytes()[8], b'0'..=b'9' | b'X' | b'x')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() && !b"IOQioq".contains(&b))
        && text.bytes().any(|b| b.is_ascii_alphabetic())
}

/// What vehicle plates begin with (GA 36-2018).
pub(crate) const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤川青藏琼宁";

/// A vehicle licence plate of mainland China (GA 36-2018), with or without a dot, a hyphen or a blank: ordinary
/// (five places), new-energy (six places), and those that end in a word such as 学 or 警.
pub fn plate_cn(text: &str) -> bool {
    if is_special_plate(text) {
        return true;
    }
    /// Letters of cars on new energy: small ones have one first, large ones last.
    const ENERGIES: &str = "DABCEFGHJK";
    let all_digits = |places: &[char]| places.iter().all(char::is_ascii_digit);
    let mut places = text.chars();
    let province = places.next().is_some_and(|c| PROVINCES.contains(c));
    let plain = |c: char| c.is_ascii_digit() || (c.is_ascii_uppercase() && c != 'I' && c != 'O');
    let authority = places.next().is_some_and(|c| plain(c) && c.is_ascii_uppercase());
    let rest: Vec<char> = places.filter(|c| !"·.•- ".contains(*c)).collect();
    let fits = match rest.as_slice() {
        [body @ .., last] if rest.len() == 5 => {
            body.iter().all(|c| plain(*c)) && (plain(*last) || "挂学警港澳使领".contains(*last))
        }
        [first, second, tail @ ..] if rest.len() == 6 => {
            let small = ENERGIES.contains(*first) && plain(*second) && all_digits(tail);
            small
                || matches!(rest.split_last(), Some((last, body)) if ENERGIES.contains(*last) && all_digits(body))
        }
        _ => false,
    };
    province && authority && fits
}

/// A plate of an embassy, of the armed police (WJ) or of the army (two letters of those in use).
fn is_special_plate(text: &str) -> bool {
    const ARMY: &str = "VA VB VC VD VE VF VG VH VK VL VM VN VO VP VR VS VT VU VV VX VY KA KB KC KD KE KF KG KH \
        KJ KK KL KM KN KO KP KR KS KU KV KW KX KY BA BB BC BD BE BF BG BH BJ BK BL BM BN BP";
    let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
    let bare: String = text.chars().filter(|c| !"·.•- ".contains(*c)).collect();
    let embassy = bare.strip_prefix('使').or_else(|| bare.strip_suffix('使'));
    let police =
        bare.strip_prefix("WJ").map(|rest| rest.trim_start_matches(|c: char| !c.is_ascii()));
    embassy.is_some_and(|rest| digits(rest, 6))
        || police.is_some_and(|rest| {
            (5..=6).contains(&rest.len())
                && rest.bytes().skip(1).take(4).all(|b| b.is_ascii_digit())
        })
        || bare.split_at_checked(2).is_some_and(|(head, rest)| {
            ARMY.split_whitespace().any(|army| army == head) && digits(rest, 5)
        })
}

/// A Hong Kong identity card number, the check character with or without brackets (modulo 11).
/// Of random texts of its shape, one in eleven passes.
pub fn hong_kong_id(text: &str) -> bool {
    const WEIGHTS: [u32; 8] = [9, 8, 7, 6, 5, 4, 3, 2];
    const SPACE: u32 = 36;
    if !hong_kong_id_shape(text) {
        return false;
    }
    let bytes: Vec<u8> = text.bytes().filter(u8::is_ascii_alphanumeric).collect();
    let (body, check) = bytes.split_at(bytes.len() - 1);
    let one_letter = if body.len() == 7 { SPACE * WEIGHTS[0] } else { 0 };
    weighted(body, &WEIGHTS[8 - body.len()..], alphanumeric)
        .zip(alphanumeric(check[0]))
        .is_some_and(|(sum, check)| (one_letter + sum + check) % 11 == 0)
}

/// Whether a text looks like a Hong Kong identity card number, whatever its check character.
pub fn hong_kong_id_shape(text: &str) -> bool {
    let bare = text.strip_suffix(')').map_or_else(
        || (!text.contains('(')).then(|| text.to_owned()),
        |open| open.split_once('(').map(|(body, check)| format!("{body}{check}")),
    );
    let Some(bare) = bare else { return false };
    let letters = bare.bytes().take_while(u8::is_ascii_uppercase).count();
    let bytes = bare.as_bytes();
    (1..=2).contains(&letters)
        && bytes.len() == letters + 7
        && bytes[letters..letters + 6].iter().all(u8::is_ascii_digit)
        && matches!(bytes[letters + 6], b'0'..=b'9' | b'A')
}

/// A Taiwan identity card number: a letter, nine digits (modulo 10). Of random texts of its
/// shape, one in ten passes.
pub fn taiwan_id(text: &str) -> bool {
    // The letters in the order of their codes, the first of which is 10.
    const LETTERS: &[u8; 26] = b"ABCDEFGHJKLMNPQRSTUVXYWZIO";
    const WEIGHTS: [u32; 9] = [8, 7, 6, 5, 4, 3, 2, 1, 1];
    let bytes = text.as_bytes();
    if !taiwan_id_shape(text) {
        return false;
    }
    let code = LETTERS.iter().position(|c| *c == bytes[0]).and_then(|p| u32::try_from(p + 10).ok());
    code.zip(weighted(&bytes[1..], &WEIGHTS, digit))
        .is_some_and(|(code, sum)| (code / 10 + code % 10 * 9 + sum) % 10 == 0)
}

/// Whether a text looks like a Taiwan identity card number, whatever its check digit.
pub fn taiwan_id_shape(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10
        && bytes[0].is_ascii_uppercase()
        && matches!(bytes[1], b'1' | b'2' | b'8' | b'9')
        && bytes[1..].iter().all(u8::is_ascii_digit)
}

/// A Chinese passport: a letter or two, then digits, nine characters in all. Many codes look
/// like this, so it means something only where the column's name says so.
pub fn passport_cn(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().all(u8::is_ascii_digit);
    match bytes.first().map(u8::to_ascii_uppercase) {
        Some(b'E') if bytes.len() == 9 => bytes[1].is_ascii_alphanumeric() && digits(2),
        Some(b'G' | b'H' | b'K' | b'M') if bytes.len() == 9 => {
            digits(2) && (bytes[1].is_ascii_digit() || bytes[1].eq_ignore_ascii_case(&b'A'))
        }
        Some(b'D' | b'S' | b'P') if (8..=9).contains(&bytes.len()) => {
            (bytes[1].is_ascii_digit() || bytes[1].eq_ignore_ascii_case(&b'E')) && digits(2)
        }
        _ => false,
    }
}

/// A code of the International Classification of Diseases, tenth revision, as China writes it:
/// a letter, two digits, and up to six more places after a point.
pub fn icd10(text: &str) -> bool {
    let (category, rest) = text.split_once('.').unwrap_or((text, "0"));
    let bytes = category.as_bytes();
    bytes.len() == 3
        && bytes[0].is_ascii_uppercase()
        && bytes[1].is_ascii_digit()
        && bytes[2].is_ascii_alphanumeric()
        && (1..=7).contains(&rest.len())
        && rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'*'))
}

/// An ICD-10 code with a point: of three characters alone many other codes consist.
pub(crate) fn icd10_with_point(text: &str) -> bool {
    text.contains('.') && icd10(text)
}

/// A resident number with a digit for the kind and one for the degree of a disability, and a mark
/// where the certificate was issued again.
pub(crate) fn disability_id(text: &str) -> bool {
    text.get(..18).is_some_and(|number| resident_id_shape(number) && resident_id_check(number))
}

/// A letter and a resident number.
pub(crate) fn student_id(text: &str) -> bool {
    text.get(1..).is_some_and(|number| resident_id_shape(number) && resident_id_check(number))
}

/// A permanent residence number of 18 digits with a right check character.
pub(crate) fn permanent_resident(text: &str) -> bool {
    resident_id_shape(text) && resident_id_check(text)
}

/// A code of GB/T 2260 of six digits, or one with the digits of town and village behind it.
pub(crate) fn division_code(text: &str) -> bool {
    text.get(..6).is_some_and(crate::lists::is_division_code)
}

/// The check digit of ISO 7064 MOD 11,10 over at least two digits.
pub(crate) fn mod_11_10(text: &str) -> bool {
    let rest = text.bytes().try_fold(10, |product, byte| {
        let sum = (digit(byte)? + product) % 10;
        Some(if sum == 0 { 10 } else { sum } * 2 % 11)
    });
    // After the last digit the sum is 1, and so the product 2.
    text.len() > 1 && rest == Some(2)
}

/// A registration number of 15 digits (GS 15-2006, ISO 7064 MOD 11,10).
pub(crate) fn registration_number(text: &str) -> bool {
    text.len() == 15 && mod_11_10(text)
}

/// The identifier of a SIM card (ITU-T E.118): 89, then a right Luhn digit; a filling F is passed
/// over.
pub(crate) fn iccid(text: &str) -> bool {
    let text = text.trim_end_matches(['F', 'f']);
    (18..=20).contains(&text.len()) && luhn(text)
}

/// A UUID, or 16 hexadecimal digits that are not all decimal.
pub(crate) fn device_id(text: &str) -> bool {
    text.len() == 36 && uuid(text) || text.len() != 36 && hex_id(text)
}

/// Hexadecimal digits that are not all decimal.
pub(crate) fn hex_digits(text: &str) -> bool {
    hex(text) && text.bytes().any(|byte| !byte.is_ascii_digit())
}

/// A network address, with a port or a prefix length or without. Numbers of versions look like
/// IPv4 addresses, so that the first part has to be 10 or above 31, which few main versions are,
/// and one part to have three digits.
pub(crate) fn ip_address(text: &str) -> bool {
    const ABOVE_MAIN_VERSIONS: u8 = 31;
    const THREE_DIGITS: u8 = 100;
    let bare = text.split('/').next().unwrap_or(text);
    if bare.contains(':') && bare.parse::<std::net::Ipv6Addr>().is_ok() {
        return true;
    }
    let bare = bare.split(':').next().unwrap_or(bare);
    bare.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| {
        let [first, ..] = ip.octets();
        (first == 10 || first > ABOVE_MAIN_VERSIONS)
            && ip.octets().iter().any(|part| *part >= THREE_DIGITS)
    })
}

/// Whether a day exists in the Gregorian calendar.
fn is_date(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

fn weighted(text: &[u8], weights: &[u32], value: impl Fn(u8) -> Option<u32>) -> Option<u32> {
    text.iter().zip(weights).try_fold(0, |sum, (byte, weight)| Some(sum + value(*byte)? * weight))
}

fn digit(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(10)
}

/// 0 to 9, then A = 10 to Z = 35.
fn alphanumeric(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(36)
}

/// The number that ASCII digits write; other bytes count as zero.
fn number(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |sum, byte| sum * 10 + digit(*byte).unwrap_or(0))
}

fn hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod chances;
#[cfg(test)]
mod tests;
