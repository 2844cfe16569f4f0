//! Numbers of countries outside Europe, and of the world. Separators are stripped before.

use super::digits::{all_equal, dot, exactly, number, remainder_97};
use super::europe::is_one_of_97;
use crate::lists::is_country_code;

/// Argentina: weights 5 4 3 2 7 6 5 4 3 2, modulo 11; 11 is written as 0, 10 as 9.
pub(crate) fn ar_cuit(text: &str) -> bool {
    exactly::<11>(text).is_some_and(|d| {
        let check = 11 - dot(&d, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
        d[10] == [check, 9, 0][check.saturating_sub(9) as usize]
    })
}

/// Australia, business number: the first digit less one, odd weights, divisible by 89.
pub(crate) fn au_abn(text: &str) -> bool {
    exactly::<11>(text).is_some_and(|mut d| {
        let sound = d[0] > 0;
        d[0] = d[0].saturating_sub(1);
        sound && dot(&d, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]).is_multiple_of(89)
    })
}

/// Australia, Medicare: weights 1 3 7 9, modulo 10, at the ninth place.
pub(crate) fn au_medicare(text: &str) -> bool {
    exactly::<10>(text).is_some_and(|d| dot(&d, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10 == d[8])
}

/// Australia, tax file number: nine digits divisible by 11 under the weights 1 4 3 7 5 8 6 9 10,
/// or eight under 10 7 8 4 6 3 5 1.
pub(crate) fn au_tfn(text: &str) -> bool {
    exactly::<9>(text).is_some_and(|d| {
        !all_equal(&d) && dot(&d, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11)
    }) || exactly::<8>(text)
        .is_some_and(|d| !all_equal(&d) && dot(&d, &[10, 7, 8, 4, 6, 3, 5, 1]).is_multiple_of(11))
}

/// Brazil, people: two check digits modulo 11.
pub(crate) fn br_cpf(text: &str) -> bool {
    exactly::<11>(text).is_some_and(|d| {
        let first = dot(&d, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10;
        let second = dot(&d, &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10;
        d[9] == first && d[10] == second && !all_equal(&d)
    })
}

/// Brazil, companies: two check digits modulo 11.
pub(crate) fn br_cnpj(text: &str) -> bool {
    exactly::<14>(text).is_some_and(|d| {
        let first = dot(&d, &[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10;
        let second = dot(&d, &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10;
        d[12] == first && d[13] == second && !all_equal(&d)
    })
}

/// Chile: weights 2 to 7 from the right, modulo 11; 11 is written as 0, 10 as K.
pub(crate) fn cl_rut(text: &str) -> bool {
    let Some((at, check)) = text.char_indices().next_back() else { return false };
    let body = &text[..at];
    if !(6..=8).contains(&body.len()) || !body.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let digits = body.chars().rev().filter_map(|c| c.to_digit(10));
    let sum: u32 = digits.zip((2..8).cycle()).map(|(digit, weight)| digit * weight).sum();
    let wanted = match 11 - sum % 11 {
        11 => Some('0'),
        10 => Some('K'),
        digit => char::from_digit(digit, 10),
    };
    wanted == Some(check.to_ascii_uppercase())
}

/// A trade item number of GS1 of 8, 12, 13 or 14 digits: weights 3 and 1 from the right.
pub(crate) fn ean(text: &str) -> bool {
    let digits = text.bytes().rev().map(|byte| char::from(byte).to_digit(10));
    let sum = digits
        .zip([1, 3].into_iter().cycle())
        .try_fold(0, |sum, (digit, weight)| digit.map(|digit| sum + digit * weight));
    matches!(text.len(), 8 | 12 | 13 | 14) && sum.is_some_and(|sum: u32| sum.is_multiple_of(10))
}

/// A book number of ten places: weights 10 to 1, modulo 11, with X for 10 (ISO 2108:1992).
pub(crate) fn isbn_10(text: &str) -> bool {
    let value = |(place, c): (usize, char)| match c {
        'X' if place == 9 => Some(10),
        c => c.to_digit(10),
    };
    let sum = text
        .chars()
        .enumerate()
        .zip((1..=10).rev())
        .try_fold(0, |sum, (at, weight)| value(at).map(|value| sum + value * weight));
    text.len() == 10 && sum.is_some_and(|sum: u32| sum.is_multiple_of(11))
}

/// An IBAN: the length of its country, and a remainder of 1 by 97 with the first four characters
/// at the end (ISO 13616-1).
pub(crate) fn iban(text: &str) -> bool {
    const LENGTHS: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 \
        CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 \
        IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 \
        MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 \
        SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20";
    let upper = text.to_ascii_uppercase();
    let Some((head, rest)) = upper.split_at_checked(4) else { return false };
    let known = LENGTHS
        .split_whitespace()
        .any(|country| head.starts_with(&country[..2]) && country[2..].parse() == Ok(upper.len()));
    known && is_one_of_97(rest.chars().chain(head.chars()))
}

/// India: the check digit of Verhoeff; numbers that read the same backwards are not issued.
pub(crate) fn in_aadhaar(text: &str) -> bool {
    text.len() == 12 && verhoeff(text) && !text.bytes().eq(text.bytes().rev())
}

/// Verhoeff 1969: the last digit, over the dihedral group of order ten.
pub(crate) fn verhoeff(text: &str) -> bool {
    // d(a, b) of the group: rotations below five, reflections above.
    let times = |a: u32, b: u32| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b) % 5,
        (false, true) => 5 + (a + 5 - b) % 5,
        (false, false) => (a + 5 - b) % 5,
    };
    const PERMUTATION: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let digits = text.chars().rev().enumerate();
    let sum = digits.into_iter().try_fold(0, |sum, (place, c)| {
        let digit = c.to_digit(10)?;
        let moved = (0..place % 8).fold(digit, |digit, _| PERMUTATION[digit as usize]);
        Some(times(sum, moved))
    });
    text.len() > 1 && sum == Some(0)
}

/// A security (ISO 6166): a country or X, and the Luhn digit with letters as 10 to 35.
pub(crate) fn isin(text: &str) -> bool {
    let country =
        text.get(..2).is_some_and(|c| is_country_code(c) || c.starts_with('X') || c == "EU");
    let digits: Option<String> =
        text.chars().map(|c| c.to_digit(36).map(|value| value.to_string())).collect();
    text.len() == 12 && country && digits.is_some_and(|digits| super::luhn(&digits))
}

/// Japan: weights 6 5 4 3 2 7 6 5 4 3 2, modulo 11; remainders of 0 and 1 are written as 0.
pub(crate) fn jp_my_number(text: &str) -> bool {
    exactly::<12>(text).is_some_and(|d| {
        let rest = dot(&d, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
        d[11] == if rest < 2 { 0 } else { 11 - rest } && !all_equal(&d)
    })
}

/// Korea: weights 2 to 9 and 2 to 5, modulo 11, then modulo 10. Numbers issued from October 2020
/// on need not have it.
pub(crate) fn kr_rrn(text: &str) -> bool {
    exactly::<13>(text)
        .is_some_and(|d| (11 - dot(&d, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10 == d[12])
}

/// A legal entity (ISO 17442): a remainder of 1 by 97.
pub(crate) fn lei(text: &str) -> bool {
    text.len() == 20 && is_one_of_97(text.chars())
}

/// Letters and digits with a remainder of 1 by 97 (ISO 7064 MOD 97-10).
pub(crate) fn mod_97(text: &str) -> bool {
    text.len() > 2 && remainder_97(text.chars()) == Some(1)
}

/// Mexico: values of a 37-letter alphabet by weights 18 to 2, modulo 10.
pub(crate) fn mx_curp(text: &str) -> bool {
    // Ñ stands between N and O, so that the letters from O on count one more.
    let value = |c: char| c.to_digit(36).map(|v| if c >= 'O' { v + 1 } else { v });
    let sum = (2..=18)
        .rev()
        .zip(text.chars())
        .try_fold(0, |sum, (weight, c)| value(c).map(|value| sum + value * weight));
    let last = text.chars().next_back().and_then(|c| c.to_digit(10));
    text.len() == 18 && sum.zip(last).is_some_and(|(sum, last)| (10 - sum % 10) % 10 == last)
}

/// The second line of a passport's machine-readable zone (ICAO Doc 9303 part 3, weights 7 3 1):
/// number, birth, expiry and the whole.
pub(crate) fn passport_mrz(text: &str) -> bool {
    let Some(line) = text.len().checked_sub(44).and_then(|at| text.get(at..)) else { return false };
    let value = |byte: u8| match byte {
        b'<' => Some(0),
        byte => char::from(byte).to_digit(36),
    };
    let bytes = line.as_bytes();
    let right = |parts: &[&[u8]], check: usize| {
        let sum = parts
            .iter()
            .copied()
            .flatten()
            .zip([7, 3, 1].into_iter().cycle())
            .try_fold(0, |sum, (byte, weight)| value(*byte).map(|value| sum + value * weight));
        sum.is_some_and(|sum| value(bytes[check]) == Some(sum % 10))
    };
    line.is_ascii()
        && right(&[&bytes[..9]], 9)
        && right(&[&bytes[13..19]], 19)
        && right(&[&bytes[21..27]], 27)
        && right(&[&bytes[..10], &bytes[13..20], &bytes[21..43]], 43)
}

/// Singapore: weights 2 7 6 5 4 3 2 and a letter of the series.
pub(crate) fn sg_nric(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() != 9 || !text.is_ascii() {
        return false;
    }
    let Some(d) = exactly::<7>(&text[1..8]) else { return false };
    let sum = dot(&d, &[2, 7, 6, 5, 4, 3, 2]);
    let (letters, extra): (&[u8; 11], u32) = match bytes[0] {
        b'S' => (b"JZIHGFEDCBA", 0),
        b'T' => (b"JZIHGFEDCBA", 4),
        b'F' => (b"XWUTRQPNMLK", 0),
        b'G' => (b"XWUTRQPNMLK", 4),
        b'M' => (b"XWUTRQPNJLK", 3),
        _ => return false,
    };
    letters[((sum + extra) % 11) as usize] == bytes[8]
}

/// Thailand: weights 13 to 2, modulo 11, then modulo 10.
pub(crate) fn th_id(text: &str) -> bool {
    exactly::<13>(text).is_some_and(|d| {
        (11 - dot(&d, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 10 == d[12]
    })
}

/// The United States, providers of care: the Luhn digit with 80840 before.
pub(crate) fn us_npi(text: &str) -> bool {
    text.len() == 10 && super::luhn(&format!("80840{text}"))
}

/// The United States, banks: weights 3 7 1, divisible by 10.
pub(crate) fn us_routing(text: &str) -> bool {
    exactly::<9>(text)
        .is_some_and(|d| dot(&d, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10) && number(&d) > 0)
}
