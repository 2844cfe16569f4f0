//! National numbers of Europe. Separators are stripped before.

use super::digits::{all_equal, dot, exactly, number, remainder_97};

/// Belgium: nine digits and 97 less their remainder by 97; of people born from 2000 on a 2 is put
/// before the nine digits.
pub(crate) fn be_national_number(text: &str) -> bool {
    exactly::<11>(text).is_some_and(|d| {
        let (body, check) = (number(&d[..9]), number(&d[9..]));
        [body, body + 2_000_000_000].iter().any(|body| 97 - body % 97 == check)
    })
}

/// Czechia and Slovakia: ten digits divisible by 11; a remainder of 10 was once written as 0.
pub(crate) fn cz_rc(text: &str) -> bool {
    exactly::<10>(text)
        .is_some_and(|d| number(&d).is_multiple_of(11) || (number(&d[..9]) % 11 == 10 && d[9] == 0))
}

/// Germany: ISO 7064 MOD 11,10; of the first ten digits exactly one occurs two or three times.
pub(crate) fn de_steuer_id(text: &str) -> bool {
    let Some(d) = exactly::<11>(text) else { return false };
    let mut times = [0_u8; 10];
    d[..10].iter().for_each(|digit| times[*digit as usize] += 1);
    let repeated = times.iter().filter(|times| **times > 1).count();
    d[0] != 0 && repeated == 1 && times.iter().all(|t| *t <= 3) && super::mod_11_10(text)
}

/// Spain: the letter of the number's remainder by 23 (DNI, or NIE with X, Y, Z for 0, 1, 2).
pub(crate) fn es_dni(text: &str) -> bool {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let upper = text.to_ascii_uppercase();
    let Some((body, letter)) = upper.split_at_checked(8) else { return false };
    let body = match body.as_bytes()[0] {
        b'X' => format!("0{}", &body[1..]),
        b'Y' => format!("1{}", &body[1..]),
        b'Z' => format!("2{}", &body[1..]),
        _ => body.to_owned(),
    };
    exactly::<8>(&body).is_some_and(|d| letter.as_bytes() == [LETTERS[(number(&d) % 23) as usize]])
}

/// Finland: day, month, year and number as one number, its remainder by 31 as a character.
pub(crate) fn fi_hetu(text: &str) -> bool {
    const CHARACTERS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let bytes = text.as_bytes();
    let plain = text.is_ascii() && matches!(bytes.len(), 10 | 11);
    // The sign for the century may have been stripped.
    plain
        && exactly::<9>(&format!("{}{}", &text[..6], &text[bytes.len() - 4..bytes.len() - 1]))
            .is_some_and(|d| {
                CHARACTERS[(number(&d) % 31) as usize]
                    == bytes[bytes.len() - 1].to_ascii_uppercase()
            })
}

/// France: 97 less the remainder of 13 digits by 97; 2A and 2B of Corsica count as 19 and 18.
pub(crate) fn fr_nir(text: &str) -> bool {
    let plain = text.replacen("2A", "19", 1).replacen("2B", "18", 1);
    exactly::<15>(&plain).is_some_and(|d| 97 - number(&d[..13]) % 97 == number(&d[13..]))
}

/// England: weights 10 to 2, modulo 11; a check digit of 10 is not issued.
pub(crate) fn gb_nhs(text: &str) -> bool {
    exactly::<10>(text).is_some_and(|d| {
        let check = 11 - dot(&d, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        !all_equal(&d) && d[9] == check % 11
    })
}

/// Italy: two tables for odd and even places, modulo 26 (decree of 12 March 1974).
pub(crate) fn it_codice_fiscale(text: &str) -> bool {
    const ODD: [u32; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23,
    ];
    let bytes = text.to_ascii_uppercase().into_bytes();
    if bytes.len() != 16 || !bytes.iter().all(u8::is_ascii_alphanumeric) {
        return false;
    }
    let value = |byte: u8| if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' };
    let sum: u32 = (0..15)
        .map(|place| {
            let value = value(bytes[place]);
            if place % 2 == 0 { ODD[usize::from(value)] } else { u32::from(value) }
        })
        .sum();
    bytes[15].is_ascii_uppercase() && sum % 26 == u32::from(value(bytes[15]))
}

/// The Netherlands: the eleven test with −1 for the last digit.
pub(crate) fn nl_bsn(text: &str) -> bool {
    exactly::<9>(text).is_some_and(|d| {
        let sum = dot(&d, &[9, 8, 7, 6, 5, 4, 3, 2]);
        !all_equal(&d) && sum % 11 == d[8] % 11
    })
}

/// Norway: two check digits modulo 11; neither may be 10.
pub(crate) fn no_fodselsnummer(text: &str) -> bool {
    exactly::<11>(text).is_some_and(|d| {
        let first = 11 - dot(&d, &[3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11;
        let second = 11 - dot(&d, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
        d[9] == first % 11 && d[10] == second % 11 && first != 10 && second != 10
    })
}

/// Poland: weights 1 3 7 9, modulo 10.
pub(crate) fn pl_pesel(text: &str) -> bool {
    exactly::<11>(text).is_some_and(|d| {
        let sum = dot(&d, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]);
        sum.is_multiple_of(10) && !all_equal(&d)
    })
}

/// Portugal: weights 9 to 2, modulo 11; 10 and 11 are written as 0.
pub(crate) fn pt_nif(text: &str) -> bool {
    exactly::<9>(text).is_some_and(|d| {
        let check = 11 - dot(&d, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        d[8] == if check > 9 { 0 } else { check }
    })
}

/// Romania: weights 2 7 9 1 4 6 3 5 8 2 7 9, modulo 11; 10 is written as 1.
pub(crate) fn ro_cnp(text: &str) -> bool {
    exactly::<13>(text).is_some_and(|d| {
        let check = dot(&d, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
        d[12] == if check == 10 { 1 } else { check }
    })
}

/// Russia, a person: two check digits, each modulo 11 and then modulo 10.
pub(crate) fn ru_inn(text: &str) -> bool {
    exactly::<12>(text).is_some_and(|d| {
        let first = dot(&d, &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
        let second = dot(&d, &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
        d[10] == first && d[11] == second && !all_equal(&d)
    })
}

/// Russia: weights 9 to 1, modulo 101; 100 is written as 00.
pub(crate) fn ru_snils(text: &str) -> bool {
    exactly::<11>(text).is_some_and(|d| {
        let sum = dot(&d, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100;
        u64::from(sum) == number(&d[9..]) && !all_equal(&d)
    })
}

/// Sweden: the Luhn digit of the last ten digits.
pub(crate) fn se_personnummer(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let start = digits.len().saturating_sub(10);
    digits.len() - start == 10 && super::luhn(&digits[start..])
}

/// Turkey: the tenth digit from the sums of odd and even places, the eleventh from all.
pub(crate) fn tr_tckimlik(text: &str) -> bool {
    exactly::<11>(text).is_some_and(|d| {
        let odd = dot(&d, &[1, 0, 1, 0, 1, 0, 1, 0, 1]);
        let even = dot(&d, &[0, 1, 0, 1, 0, 1, 0, 1]);
        let tenth = (odd * 7 + 100 - even) % 10;
        d[9] == tenth && d[10] == d[..10].iter().sum::<u32>() % 10
    })
}

/// The number of letters and digits whose remainder by 97 is 1.
pub(crate) fn is_one_of_97(characters: impl Iterator<Item = char>) -> bool {
    remainder_97(characters) == Some(1)
}
