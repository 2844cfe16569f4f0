use super::*;

#[test]
fn the_chance_bound_separates_luck_from_structure() {
    assert!(chance_bound(4096, 4090, 1.0 / 11.0) < 1e-100);
    // One in eleven is what random digits give.
    assert!(chance_bound(4096, 372, 1.0 / 11.0) > 0.9);
    // Three of three may be luck; six of six are not.
    assert!(chance_bound(3, 3, 1.0 / 11.0) > SURPRISING);
    assert!(chance_bound(6, 6, 1.0 / 11.0) < SURPRISING);
    assert!((chance_bound(0, 0, 0.1) - 1.0).abs() < f64::EPSILON);
}

#[test]
fn full_width_text_is_folded() {
    assert_eq!(half_width("　１３８００１３８０００ "), "13800138000");
    assert_eq!(half_width("ＡＢ－１"), "AB-1");
}

#[test]
fn chinese_names_are_told_from_other_words() {
    for name in ["王伟", "欧阳修", "诸葛孔明", "李小龙", "阿卜杜·热合曼"] {
        assert!(is_chinese_name(name), "{name}");
    }
    for word in ["高血压", "江北区", "白内障手术", "糖尿病", "王", "Wang", "张家港市", ""]
    {
        assert!(!is_chinese_name(word), "{word}");
    }
}

#[test]
fn addresses_with_a_house_are_told_from_places() {
    for text in [
        "北京市海淀区中关村大街27号",
        "幸福路8号3栋2单元501室",
        "红旗村三号",
        "12 Elm Street",
        "Apt 3, 7 Old High Rd.",
    ] {
        assert!(is_house_address(text), "{text}");
    }
    for text in ["北京市海淀区", "海淀区", "21st", "2 nd test", "2型糖尿病", "Elm Street", ""]
    {
        assert!(!is_house_address(text), "{text}");
    }
}

#[test]
fn identifiers_are_found_inside_words() {
    for text in [
        "请联系13800138000。",
        "电话：+8613800138000",
        "证件11010519491231002X已核",
        "mail a@example.com, please",
    ] {
        assert!(holds_identifier(text), "{text}");
    }
    for text in ["订单20250131", "138001380001", "at 12:30 @home", "体温36.5", ""] {
        assert!(!holds_identifier(text), "{text}");
    }
}

#[test]
fn lists_hold_each_word_once() {
    for (what, list) in LISTS {
        let mut words: Vec<_> = list.split_whitespace().collect();
        let n = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), n, "{what:?}");
    }
    assert_eq!(vocabulary::ETHNIC_GROUPS.split_whitespace().count() + 1, 57);
}
