use proptest::prelude::*;

use super::report::Windows;
use super::*;

/// What a text holds, as `key:written`.
fn found(text: &str) -> Vec<String> {
    let spans = TextScanner::new().spans(text);
    spans.iter().map(|span| format!("{}:{}", span.kind.key(), &text[span.range.clone()])).collect()
}

fn finds(text: &str, wanted: &str) {
    assert!(found(text).iter().any(|found| found == wanted), "{text}: {:?}", found(text));
}

fn silent(text: &str) {
    assert_eq!(found(text), [""; 0], "{text}");
}

#[test]
fn numbers_of_people_in_every_spelling() {
    for (text, wanted) in [
        ("身份证号11010519491231002X，已登记", "cn-resident-id:11010519491231002X"),
        ("证件：110105 19491231 002X。", "cn-resident-id:110105 19491231 002X"),
        (
            "１１０１０５１９４９１２３１００２Ｘ",
            "cn-resident-id:１１０１０５１９４９１２３１００２Ｘ",
        ),
        ("请拨13812345678联系", "cn-mobile:13812345678"),
        ("请拨138-1234-5678联系", "cn-mobile:138-1234-5678"),
        ("+86 138 1234 5678", "cn-mobile:+86 138 1234 5678"),
        ("tel13812345678", "cn-mobile:13812345678"),
        ("(010) 62785001", "phone:(010) 62785001"),
        ("座机010-62785001转8012", "phone:010-62785001转8012"),
        ("call 379-458-8202x4392 now", "phone:379-458-8202x4392"),
        ("+44(0)161 4960224", "phone:+44(0)161 4960224"),
        ("028 9018 0083", "phone:028 9018 0083"),
        ("卡号 6222 0212 3456 7890 128", "cn-bank-card:6222 0212 3456 7890 128"),
        ("4111-1111-1111-1111", "cn-bank-card:4111-1111-1111-1111"),
        ("SSN 135-65-7278.", "us-ssn:135-65-7278"),
        ("NI number ZZ 34 49 88 T", "gb-nino:ZZ 34 49 88 T"),
        ("his number is AB 123456 C", "gb-nino:AB 123456 C"),
        ("号码 AB 123456 C。", "gb-nino:AB 123456 C"),
        ("it is AB 123456 C  and no other", "gb-nino:AB 123456 C"),
        ("IBAN GB82 WEST 1234 5698 7654 32, please", "iban:GB82 WEST 1234 5698 7654 32"),
        ("持护照E12345678入境", "cn-passport:E12345678"),
        ("香港身份证A123456(3)", "hk-id:A123456(3)"),
        ("A123456789", "tw-id:A123456789"),
        ("车牌京A·12345", "cn-plate:京A·12345"),
        ("渝H-21668", "cn-plate:渝H-21668"),
        ("粤BD12345已出场", "cn-plate:粤BD12345"),
        ("生于1990年1月2日，", "birth-date:1990年1月2日"),
        ("1990-01-02出生", "birth-date:1990-01-02"),
        ("DOB: 02/01/1990", "birth-date:02/01/1990"),
        ("病历号：ZY20230001", "medical-record-number:ZY20230001"),
        ("微信号：abc_def99", "social-account:abc_def99"),
        ("QQ：12345678", "social-account:12345678"),
    ] {
        finds(text, wanted);
    }
}

#[test]
fn addresses_of_machines_keys_and_places() {
    for (text, wanted) in [
        ("邮箱wang.lei@example.com.cn，", "email:wang.lei@example.com.cn"),
        ("见https://example.com/a/b。", "url:https://example.com/a/b"),
        ("来自192.168.1.20的请求", "ip:192.168.1.20"),
        (
            "from 2cd6:6a72:1c20:5729:822e:e60e:999f:975c",
            "ip:2cd6:6a72:1c20:5729:822e:e60e:999f:975c",
        ),
        ("mac e6:a8:b1:47:3a:80.", "mac:e6:a8:b1:47:3a:80"),
        (
            "OAID: 1fe9a970-efbb-29e0-0bdd-f5dbbf751ab5",
            "device-id:1fe9a970-efbb-29e0-0bdd-f5dbbf751ab5",
        ),
        ("密码：Abc@12345，请保密", "credential:Abc@12345"),
        ("password=hunter22;", "credential:hunter22"),
        ("key AKIAIOSFODNN7EXAMPL9 used", "credential:AKIAIOSFODNN7EXAMPL9"),
        ("位于39.9042, 116.4074附近", "location:39.9042, 116.4074"),
        ("统一社会信用代码91350100M000100Y43", "cn-social-credit-code:91350100M000100Y43"),
        ("http://a.cn/x?phone=13812345678", "cn-mobile:13812345678"),
    ] {
        finds(text, wanted);
    }
}

#[test]
fn a_street_may_have_the_name_of_a_place() {
    finds("地址：湖南省拉萨县萧山兰州路Y座。", "address:湖南省拉萨县萧山兰州路Y座");
    finds("现住云县丰都郑州大道8号，", "address:云县丰都郑州大道8号");
    finds("现住河南省郑州市金水区，", "division:河南省郑州市金水区");
}

#[test]
fn lookalikes_are_passed_over() {
    for text in [
        "订单号13812345678已发货",
        "order number 13812345678 shipped",
        "ORD-13812345678",
        "SN13812345678",
        "金额13812345678元",
        "共13,812,345,678元",
        "耗时13812345678.25",
        "时间戳1690000000000",
        "版本1.2.3.4",
        "build 10.0.19041.1",
        "价格12.5, 30.2",
        "110105194912310021",
        "4111111111111112",
        "2023-01-02 12:30:45",
        "password is required",
        "logo@2x.png",
        "123-45-67890",
        "GB82 WEST 1234 5698 7654 33",
        "",
    ] {
        silent(text);
    }
}

/// Every sentence of the file holds what is marked in it, and nothing else.
#[test]
fn sentences_of_a_hospital_a_bank_and_a_court() {
    let lines = include_str!("tests/sentences.txt").lines();
    let sentences = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut count = 0;
    for marked in sentences {
        let (mut text, mut wanted) = (String::new(), Vec::new());
        for part in marked.split('<') {
            let Some((mark, rest)) = part.split_once('>') else {
                text.push_str(part);
                continue;
            };
            let (_, written) = mark.split_once(':').expect("a mark is `<key:text>`");
            text.push_str(written);
            text.push_str(rest);
            wanted.push(mark.to_owned());
        }
        assert_eq!(found(&text), wanted, "{text}");
        count += 1;
    }
    assert!(count >= 60, "{count} sentences");
}

#[test]
fn spans_are_in_order_without_overlaps() {
    let text = "电话13812345678、邮箱13812345678@139.com、卡4111111111111111。".repeat(3);
    let spans = TextScanner::new().spans(&text);
    assert_eq!(spans.len(), 9);
    assert!(spans.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
}

#[test]
fn a_report_counts_lines_and_never_depends_on_the_reader() {
    struct Slow<'t>(&'t [u8], usize);
    impl std::io::Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let n = self.1.min(self.0.len()).min(buffer.len());
            buffer[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }
    let text = "电话13812345678\n\n没有\nx 13912345678 与 a@example.com\n13712345678";
    let report = inspect_reader(text.as_bytes()).unwrap();
    assert_eq!((report.lines, report.lines_with_findings), (5, 3));
    let mobile = report.kind(Kind::Mobile).unwrap();
    assert_eq!((mobile.spans, mobile.lines), (3, 3));
    let places: Vec<_> = mobile.places.iter().map(|place| (place.line, place.column)).collect();
    assert_eq!(places, [(1, 7), (4, 3), (5, 1)]);
    assert_eq!(inspect_reader(Slow(text.as_bytes(), 3)).unwrap(), report);
}

#[test]
fn long_texts_are_read_in_windows() {
    let line = "这里写着一些无关的文字。电话13812345678，谢谢。\n";
    let text = line.repeat(20_000);
    let report = inspect_reader(text.as_bytes()).unwrap();
    assert_eq!((report.bytes, report.lines), (text.len() as u64, 20_000));
    assert_eq!(report.kind(Kind::Mobile).unwrap().lines, 20_000);
    // One line that is longer than several windows.
    let one = text.replace('\n', " ");
    let report = inspect_reader(one.as_bytes()).unwrap();
    let mobile = report.kind(Kind::Mobile).unwrap();
    assert_eq!((report.lines, mobile.spans, mobile.lines), (1, 20_000, 1));
    let width = line.len() as u64;
    let columns: Vec<_> = mobile.places.iter().map(|place| place.column / width).collect();
    assert_eq!(columns, (0..20).collect::<Vec<_>>());
}

#[test]
fn lines_may_be_in_several_encodings() {
    let mut bytes = "电话13812345678\n".as_bytes().to_vec();
    bytes.extend(encoding_rs::GB18030.encode("身份证：11010519491231002X。\n").0.iter());
    bytes.extend(b"\xFF\xFF 13912345678\n\xFF");
    let report = inspect_reader(&bytes[..]).unwrap();
    assert_eq!((report.lines, report.lines_gb18030, report.lines_undecoded), (4, 1, 2));
    assert_eq!(report.kind(Kind::Mobile).unwrap().lines, 2);
    assert_eq!(report.kind(Kind::ResidentId).unwrap().places, [LineRef { line: 2, column: 13 }]);
}

/// Bytes that continue a character without an end, in more than one window.
#[test]
fn bytes_that_are_no_text_are_read_to_their_end() {
    for n in [256 << 10, 600 << 10, 1300 << 10] {
        let report = inspect_reader(&vec![0x80; n][..]).unwrap();
        assert_eq!(report.lines, 1);
        let mixed = [&b"13800138000 "[..], &vec![0xBF; n], b" 13800138000\n"].concat();
        assert_eq!(inspect_reader(&mixed[..]).unwrap().lines, 1);
    }
}

/// Lines of many sorts: labels and what they announce on the next line, names alone and in
/// sentences, keys of many lines, empty lines, other encodings.
fn lines() -> impl Strategy<Value = Vec<u8>> {
    let text = prop::sample::select(vec![
        "电话：\n13812345678\n",
        "患者王晓梅，身份证号\n11010519491231002X，住\n",
        "李建国\n",
        "dear John Smith,\ncall 028 9018 0083\n",
        "12 Elm Street\nBoston, MA 02110\n",
        "password: hunter22\n",
        "订单号\n13812345678\n",
        "\n",
        "\r\n",
        "北京市朝阳区建国路93号院5号楼1203室\n",
        "x\n",
        "这一行里没有什么要找的东西，只是很长很长的一段话，为了让窗口的边界落在各种地方。\n",
    ]);
    let key = (1..80_usize).prop_map(|lines| {
        let body =
            "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n".repeat(lines);
        format!("-----BEGIN PRIVATE KEY-----\n{body}-----END PRIVATE KEY-----\n").into_bytes()
    });
    let foreign = prop::sample::select(vec!["联系人：张伟\n", "手机\n", "13912345678\n"])
        .prop_map(|text| encoding_rs::GB18030.encode(text).0.into_owned());
    prop_oneof![
        12 => text.prop_map(|text| text.as_bytes().to_vec()),
        1 => key,
        2 => foreign,
        1 => prop::collection::vec(any::<u8>(), 0..40),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// A report is the same wherever the windows end that a text is read in.
    #[test]
    fn a_report_does_not_depend_on_where_windows_end(
        parts in prop::collection::vec(lines(), 300..900),
        sizes in prop::collection::vec(32_768_usize..60_000, 2),
    ) {
        let text = parts.concat();
        let whole = Windows { size: 8 << 20, overlap: 8 << 10 }.inspect(&text[..]).unwrap();
        for size in sizes {
            let cut = Windows { size, overlap: 8 << 10 }.inspect(&text[..]).unwrap();
            prop_assert_eq!(&cut, &whole, "windows of {} bytes", size);
        }
    }
}
