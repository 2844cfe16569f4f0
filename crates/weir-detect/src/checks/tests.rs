use proptest::prelude::*;

use super::*;

/// Published samples and hand-computed ones; the second list differs in the check character,
/// the date or the shape.
fn holds(check: fn(&str) -> bool, right: &[&str], wrong: &[&str]) {
    for text in right {
        assert!(check(text), "{text} should pass");
    }
    for text in wrong.iter().chain(&["", "x", "省", "0"]) {
        assert!(!check(text), "{text} should fail");
    }
}

#[test]
fn resident_numbers() {
    holds(
        resident_id,
        &["11010519491231002X", "11010519491231002x", "440524188001010014", "110105491231002"],
        &[
            "110105194912310021",
            "11010519490231002X",
            "11010519490229002X",
            "01010519491231002X",
            "110105491331002",
            "11010517991231002X",
            "1101051949123100２X",
        ],
    );
    assert!(resident_id_shape("110105194912310021"));
}

#[test]
fn organisations() {
    holds(
        social_credit_code,
        &["91350100M000100Y43", "91350100m000100y43"],
        &["91350100M000100Y44", "9135O100M000100Y43", "91350100M000100Y4"],
    );
    holds(
        organisation_code,
        &["D2143569-X", "D2143569X"],
        &["D2143569-1", "D214356-X", "-", "-X", "D2143569--X"],
    );
}

#[test]
fn cards_and_devices() {
    holds(luhn, &["4111111111111111", "79927398713", "00"], &["4111111111111112", "4111-1111"]);
    holds(
        bank_card,
        &["4111111111111111", "5555555555554444", "378282246310005", "6222020000000000000"],
        &["4111111111111112", "79927398713", "1111111111111117"],
    );
    holds(imei, &["490154203237518"], &["490154203237519", "49015420323751", "49015420323751A"]);
    holds(
        uuid,
        &["f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "00000000-0000-0000-0000-000000000000"],
        &["f81d4fae7dec11d0a76500a0c91e6bf6", "g81d4fae-7dec-11d0-a765-00a0c91e6bf6"],
    );
    holds(
        hex_id,
        &["9774d56d682e549c", "d41d8cd98f00b204e9800998ecf8427e"],
        &["1234567812345678", "9774d56d682e549g"],
    );
    holds(
        mac,
        &["00:1A:2b:3c:4D:5e", "00-1A-2b-3c-4D-5e", "001a.2b3c.4d5e"],
        &["00:1A:2b:3c:4D", "00:1A:2b:3c:4D:5g", "001A2b3c4D5e"],
    );
    holds(ip, &["192.0.2.1", "2001:db8::1"], &["192.0.2.256", "1.2.3", "2001:db8"]);
}

#[test]
fn vehicles() {
    holds(
        vin,
        &["1M8GDM9AXKP042788", "1HGCM82633A004352"],
        &["1M8GDM9A1KP042788", "1M8GDM9AXKP04278", "IM8GDM9AXKP042788"],
    );
    holds(
        plate_cn,
        &["京A12345", "京A·12345", "粤BD12345", "粤B12345D", "沪A1234学"],
        &["京I12345", "A12345", "京A1234", "京A123456", "京A1234I", "京A1B2C3D", "京ABCDEFG"],
    );
}

#[test]
fn ways_to_reach_a_person() {
    holds(
        mobile_cn,
        &["13800138000", "+8613800138000", "138-0013-8000", "8619912345678"],
        &["12800138000", "1380013800", "138001380000", "03800138000"],
    );
    holds(landline_cn, &["010-62785001", "02162785001", "0755-8888888"], &["62785001", "1-234"]);
    holds(
        email,
        &["a@example.com", "first.last+tag@mail.example.cn", "张三@例子.公司"],
        &["a@b", "a.@example.com", "@example.com", "a@example..com", "a b@example.com", "a@1.2"],
    );
}

#[test]
fn numbers_of_other_places() {
    holds(
        hong_kong_id,
        &["A123456(3)", "A1234563", "AB987654(3)"],
        &["A123456(4)", "a123456(3)", "A123456(3", "A12345(3)", "(3)", ")", "A()"],
    );
    holds(taiwan_id, &["A123456789"], &["A123456788", "A323456789", "1123456789"]);
    holds(passport_cn, &["E12345678", "EA1234567", "G12345678", "PE1234567"], &["A12345678", "E"]);
    holds(
        icd10,
        &["I10", "E11.900", "C34.100x003"],
        &["M8140/3", "i10", "I1", "E11.", "E11.12345678"],
    );
}

proptest! {
    #[test]
    fn no_text_makes_a_check_panic(text in any::<String>(), ascii in "[ -~]{0,20}") {
        let checks = [
            resident_id, resident_id_shape, social_credit_code, organisation_code, luhn, bank_card,
            imei, mobile_cn, landline_cn, email, uuid, hex_id, mac, ip, vin, plate_cn,
            hong_kong_id, taiwan_id, passport_cn, icd10,
        ];
        let named = named::ALL.iter().map(|check| check.run);
        for check in checks.into_iter().chain(named) {
            check(&text);
            check(&ascii);
        }
    }

    /// Both codes find every change of one digit (the moduli are prime and no weight is 0).
    #[test]
    fn one_wrong_digit_is_found(place in 0_usize..17, other in 0_u8..10) {
        let mut text = *b"11010519491231002X";
        let original = text[place];
        text[place] = b'0' + other;
        let text = String::from_utf8(text.to_vec()).unwrap();
        prop_assert_eq!(resident_id(&text), original == b'0' + other);
    }

    #[test]
    fn luhn_has_one_check_digit(body in "[0-9]{14}") {
        let n = (0..10).filter(|last| luhn(&format!("{body}{last}"))).count();
        prop_assert_eq!(n, 1);
    }
}
