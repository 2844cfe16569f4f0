use std::collections::BTreeSet;

use proptest::prelude::*;
use weir_table::ValueCount;
use weir_types::{ColumnType, Redacted};

use super::*;
use crate::hierarchy::{from_file, to_file};

fn texts(values: &[&str]) -> ColumnProfile {
    let mut values = values.to_vec();
    values.sort_unstable();
    let values: Vec<ValueCount> = values
        .iter()
        .map(|v| ValueCount { value: Redacted::new((*v).to_owned()), number: None, count: 10 })
        .collect();
    profile(ColumnType::Text, values)
}

fn numbers(ty: ColumnType, values: impl IntoIterator<Item = f64>) -> ColumnProfile {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    let values = values
        .into_iter()
        .map(|n| ValueCount { value: Redacted::new(n.to_string()), number: Some(n), count: 3 })
        .collect();
    profile(ty, values)
}

fn integers(values: impl IntoIterator<Item = i64>) -> ColumnProfile {
    numbers(ColumnType::Integer, values.into_iter().map(|n| n as f64))
}

fn profile(ty: ColumnType, values: Vec<ValueCount>) -> ColumnProfile {
    ColumnProfile {
        name: "c".to_owned(),
        ty,
        nulls: 1,
        distinct: values.len() as u64,
        distinct_exact: true,
        min: values.first().and_then(|v| v.number),
        max: values.last().and_then(|v| v.number),
        values,
        longest: 12,
    }
}

/// The same column with more values than the profile lists.
fn sampled(mut profile: ColumnProfile) -> ColumnProfile {
    profile.distinct_exact = false;
    profile.distinct = 3_000_000;
    profile
}

fn made(text: &str, profile: &ColumnProfile) -> Hierarchy {
    let hierarchy =
        build(&text.parse().unwrap(), profile, 5, "").unwrap_or_else(|e| panic!("{text}: {e}"));
    check(&hierarchy);
    hierarchy
}

fn refused(text: &str, profile: &ColumnProfile) -> HierarchyError {
    let error = build(&text.parse().unwrap(), profile, 5, "").unwrap_err();
    assert!(!error.hint().is_empty());
    error
}

/// Nested, every code in a group, labels of a level all different, loss between 0 and 1 and
/// never falling, one group at the top.
fn check(hierarchy: &Hierarchy) {
    let n = hierarchy.codebook().n_codes();
    for level in 0..hierarchy.levels() {
        let groups = hierarchy.groups(level);
        assert_eq!(groups.len(), n);
        let n_groups = hierarchy.n_groups(level);
        let labels: BTreeSet<_> = (0..).take(n_groups).map(|g| hierarchy.label(level, g)).collect();
        assert_eq!(labels.len(), n_groups, "labels of level {level} repeat");
        for code in 0..n {
            assert!((groups[code] as usize) < n_groups);
            let loss = hierarchy.cell_loss(level, groups[code]);
            assert!((0.0..=1.0).contains(&loss));
            if level > 0 {
                let below = hierarchy.groups(level - 1);
                assert!(hierarchy.cell_loss(level - 1, below[code]) <= loss + 1e-12);
                let mate = below.iter().position(|g| *g == below[code]).unwrap();
                assert_eq!(groups[mate], groups[code], "level {level} splits a group");
            }
        }
    }
    assert_eq!(labels(hierarchy, hierarchy.levels() - 1), ["*"]);
}

fn labels(hierarchy: &Hierarchy, level: usize) -> Vec<String> {
    let groups = (0..).take(hierarchy.n_groups(level));
    groups.filter_map(|g| hierarchy.label(level, g)).map(str::to_owned).collect()
}

/// The label of a value, level by level.
fn chain(hierarchy: &Hierarchy, profile: &ColumnProfile, value: &str) -> Vec<String> {
    let code = profile.values.iter().position(|v| v.value.expose() == value).unwrap();
    let label = |level| hierarchy.label(level, hierarchy.groups(level)[code]).unwrap().to_owned();
    (0..hierarchy.levels()).map(label).collect()
}

#[test]
fn intervals_have_widths_and_ends() {
    let ages = integers(0..=100);
    let hierarchy = made("intervals width=5 by=10,20 from=0 to=90", &ages);
    assert_eq!(chain(&hierarchy, &ages, "17"), ["17", "[15,20)", "[10,20)", "[0,20)", "*"]);
    assert_eq!(chain(&hierarchy, &ages, "93"), ["93", "≥90", "≥90", "≥90", "*"]);
    assert_eq!(chain(&hierarchy, &ages, "85"), ["85", "[85,90)", "[80,90)", "[80,90)", "*"]);
    assert_eq!(
        labels(&hierarchy, 3),
        ["[0,20)", "[20,40)", "[40,60)", "[60,80)", "[80,90)", "≥90"]
    );
    // A range that the bound cuts short joins its neighbour.
    let snapped = made("intervals width=5 by=10,20 from=0 to=90 snap=true", &ages);
    assert_eq!(labels(&snapped, 3), ["[0,20)", "[20,40)", "[40,60)", "[60,90)", "≥90"]);
    let both = made("intervals width=40 at=0 from=10 to=90 snap=true", &ages);
    assert_eq!(labels(&both, 1), ["<10", "[10,90)", "≥90"]);
}

#[test]
fn decimals_print_as_people_write_them() {
    let column = numbers(ColumnType::Float, (0..40).map(|n| f64::from(n) / 20.0));
    let hierarchy = made("intervals width=0.1 by=0.5", &column);
    assert_eq!(chain(&hierarchy, &column, "0.35"), ["0.35", "[0.3,0.4)", "[0,0.5)", "*"]);
    let more = made("intervals width=0.1 by=0.5", &sampled(column));
    assert_eq!(labels(&more, 0)[..2], ["[0,0.1)", "[0.1,0.2)"]);
    assert!(!more.is_exact(0));
}

#[test]
fn cuts_and_bounds_name_their_ends() {
    let ages = integers(0..=100);
    let hierarchy = made("cuts at=18,30,65/18,65", &ages);
    assert_eq!(labels(&hierarchy, 1), ["<18", "[18,30)", "[30,65)", "≥65"]);
    assert_eq!(labels(&hierarchy, 2), ["<18", "[18,65)", "≥65"]);
    let sample = made("cuts at=18,30,65/18,65", &sampled(ages.clone()));
    assert_eq!(labels(&sample, 0), ["<18", "[18,30)", "[30,65)", "≥65"]);
    let bounds = made("bounds from=15 to=90", &ages);
    assert_eq!(bounds.levels(), 3);
    assert_eq!(chain(&bounds, &ages, "3"), ["3", "<15", "*"]);
    assert_eq!(chain(&bounds, &ages, "40"), ["40", "40", "*"]);
    assert_eq!(chain(&bounds, &ages, "90"), ["90", "≥90", "*"]);
}

#[test]
fn dates_go_by_the_units_asked_for() {
    let days = numbers(ColumnType::Date, (19_300..19_900).map(f64::from));
    let hierarchy = made("dates by=week,month,quarter,half-year,year,5-years,decade", &days);
    // 2023-05-31 was a Wednesday: its week is cut where May ends.
    assert_eq!(
        chain(&hierarchy, &days, "19508"),
        [
            "19508",
            "2023-05-29/2023-05-31",
            "2023-05",
            "2023-Q2",
            "2023-H1",
            "2023",
            "2020-2024",
            "2020-2029",
            "*"
        ]
        .into_iter()
        .filter(|l| *l != "2020-2029")
        .collect::<Vec<_>>()
    );
    let weeks = made("dates by=week", &days);
    assert_eq!(chain(&weeks, &days, "19508")[1], "2023-05-29/2023-06-04");
    let many = made("dates by=week,month", &sampled(days));
    assert_eq!(many.levels(), 3);
    assert_eq!(labels(&many, 0)[1], "2022-11-07/2022-11-13");
    let times = numbers(ColumnType::Timestamp, (0..50).map(|n| f64::from(n) * 9e9));
    assert_eq!(labels(&made("dates by=day,year", &times), 1)[0], "1970-01-01");
}

#[test]
fn dates_in_words_and_of_less_than_a_day_are_dates() {
    let column = texts(&[
        "2023年5月1日",
        "2023-05-11",
        "2023-05-20",
        "二〇二三年五月十一日",
        "2023年06月",
        "二零二三年",
        "20230531",
        "1987",
    ]);
    let hierarchy = made("dates by=day,month,year", &column);
    assert_eq!(
        chain(&hierarchy, &column, "二〇二三年五月十一日")[1..],
        ["2023-05-11", "2023-05", "2023", "*"]
    );
    assert_eq!(chain(&hierarchy, &column, "2023年06月")[1..], ["2023-06", "2023-06", "2023", "*"]);
    assert_eq!(chain(&hierarchy, &column, "二零二三年")[1..], ["2023", "2023", "2023", "*"]);
    assert_eq!(chain(&hierarchy, &column, "20230531")[2], "2023-05");
    let months = integers([202_301, 202_302, 202_412]);
    assert_eq!(chain(&made("dates by=month,year", &months), &months, "202412")[1..], ["2024", "*"]);
    let wrong = refused("dates", &texts(&["2023-05-01", "2023-02-30", "soon", "十十月"]));
    assert_eq!(wrong.to_string(), "3 values of column `c` cannot be read as dates");
    assert!(!format!("{wrong:?}").contains("soon"));
}

#[test]
fn prefixes_and_masks_keep_a_part() {
    let column = texts(&["440305", "440306", "440100", "110105"]);
    let prefixes = made("prefixes lengths=4,2", &column);
    assert_eq!(chain(&prefixes, &column, "440305"), ["440305", "4403*", "44*", "*"]);
    let mask = made("mask hide=2,4", &column);
    assert_eq!(chain(&mask, &column, "440305"), ["440305", "4403**", "44****", "*"]);
    let left = made("mask hide=4 from=left", &column);
    assert_eq!(chain(&left, &column, "440305"), ["440305", "****05", "*"]);
    assert_eq!(made("mask", &column).levels(), 5, "levels that join nothing are left out");
    let short = texts(&["1", "12", "123", "129", "南山区"]);
    let masked = made("mask hide=2,3", &short);
    assert_eq!(chain(&masked, &short, "12")[1], "**", "the length of a value is shown");
    assert_eq!(chain(&masked, &short, "南山区")[1], "南**");
    let codes = integers([10_081, 10_082, 518_000]);
    assert_eq!(chain(&made("prefixes lengths=3 digits=6", &codes), &codes, "10081")[1], "010*");
    // Millions of values are coded by what is left of them.
    let phones: Vec<String> = (0..4096).map(|n| format!("1380{:07}", n * 2000)).collect();
    let phones = texts(&phones.iter().map(String::as_str).collect::<Vec<_>>());
    let many = made("prefixes lengths=7,3", &sampled(phones));
    assert!(!many.is_exact(0) && many.levels() == 3);
    assert_eq!(labels(&many, 1), ["138*", "*"]);
}

#[test]
fn orders_and_groups_take_neighbours_and_names() {
    let column = texts(&["小学", "初中", "高中", "大学", "博士"]);
    let order = made("order values=小学,初中,高中,大学,博士 by=2,4", &column);
    assert_eq!(chain(&order, &column, "初中"), ["初中", "[小学,初中]", "[小学,大学]", "*"]);
    assert_eq!(chain(&order, &column, "博士"), ["博士", "博士", "博士", "*"]);
    let lacks = refused("order values=小学,初中,高中", &column);
    assert!(
        matches!(&lacks, HierarchyError::MissingValues { missing: 2, values, .. } if values.len() == 2)
    );
    let groups = made("groups 基础=小学,初中,高中 / 全部=基础,大学", &column);
    assert_eq!(chain(&groups, &column, "高中"), ["高中", "基础", "全部", "*"]);
    assert_eq!(chain(&groups, &column, "大学"), ["大学", "大学", "全部", "*"]);
    assert_eq!(chain(&groups, &column, "博士"), ["博士", "博士", "博士", "*"]);
    let unknown = refused("groups 基础=小学 / 全部=基楚", &column);
    assert!(matches!(unknown, HierarchyError::UnknownGroup { level: 2, .. }));
}

#[test]
fn rare_values_are_joined() {
    let mut column = texts(&["(other)", "a", "b", "c", "d"]);
    for (value, count) in column.values.iter_mut().zip([1, 500, 400, 30, 2]) {
        value.count = count;
    }
    let hierarchy = made("frequency at_least=1%,5%", &column);
    assert_eq!(labels(&hierarchy, 1), ["((other))", "a", "b", "c"]);
    assert_eq!(labels(&hierarchy, 2), ["((other))", "a", "b"]);
}

#[test]
fn divisions_come_from_codes_names_and_addresses() {
    let column = texts(&[
        "440305",
        "110105",
        "4403",
        "350000",
        "419001",
        "广东省深圳市南山区科技园路1号",
        "深圳",
        "深圳市南山区",
        "北京市海淀区中关村大街5号",
        "上海",
        "湖北省仙桃市",
        "内蒙古自治区呼和浩特市新城区",
        "新疆乌鲁木齐",
        "吉林省吉林市船营区",
        "香港特别行政区",
        "广东 广州 天河区",
        "海南藏族自治州共和县",
    ]);
    let hierarchy = made("divisions", &column);
    let three = |value: &str| chain(&hierarchy, &column, value)[1..4].join(" ");
    assert_eq!(three("440305"), "广东省深圳市440305 广东省深圳市 广东省");
    assert_eq!(three("110105"), "北京市110105 北京市 北京市");
    assert_eq!(three("4403"), "广东省深圳市 广东省深圳市 广东省");
    assert_eq!(three("350000"), "福建省 福建省 福建省");
    assert_eq!(three("419001"), "河南省省直辖县级行政区划419001 河南省省直辖县级行政区划 河南省");
    assert_eq!(three("广东省深圳市南山区科技园路1号"), "广东省深圳市南山区 广东省深圳市 广东省");
    assert_eq!(three("深圳市南山区"), "广东省深圳市南山区 广东省深圳市 广东省");
    assert_eq!(three("深圳"), "广东省深圳市 广东省深圳市 广东省");
    assert_eq!(three("北京市海淀区中关村大街5号"), "北京市海淀区 北京市 北京市");
    assert_eq!(three("湖北省仙桃市"), "湖北省仙桃市 湖北省仙桃市 湖北省");
    assert_eq!(
        three("内蒙古自治区呼和浩特市新城区"),
        "内蒙古自治区呼和浩特市新城区 内蒙古自治区呼和浩特市 内蒙古自治区"
    );
    assert_eq!(
        three("新疆乌鲁木齐"),
        "新疆维吾尔自治区乌鲁木齐市 新疆维吾尔自治区乌鲁木齐市 新疆维吾尔自治区"
    );
    assert_eq!(three("吉林省吉林市船营区"), "吉林省吉林市船营区 吉林省吉林市 吉林省");
    assert_eq!(three("广东 广州 天河区"), "广东省广州市天河区 广东省广州市 广东省");
    assert_eq!(
        three("海南藏族自治州共和县"),
        "青海省海南藏族自治州共和县 青海省海南藏族自治州 青海省"
    );
    let wrong = refused("divisions", &texts(&["440305", "990000", "火星"]));
    assert!(matches!(wrong, HierarchyError::Unfit { unfit: 2, .. }));
}

#[test]
fn columns_of_another_type_or_of_too_many_values_are_refused() {
    let words = texts(&["a", "b"]);
    let wrong = refused("intervals width=5", &words);
    assert_eq!(wrong.to_string(), "`intervals` needs numbers, and column `c` holds text");
    assert!(matches!(refused("cuts at=1", &words), HierarchyError::WrongType { .. }));
    assert!(matches!(refused("bounds to=1", &words), HierarchyError::WrongType { .. }));
    let flags = profile(ColumnType::Boolean, Vec::new());
    assert!(matches!(refused("dates", &flags), HierarchyError::WrongType { .. }));
    let many = sampled(words);
    for text in ["order values=a,b", "groups g=a", "frequency"] {
        assert!(matches!(refused(text, &many), HierarchyError::TooManyValues { .. }), "{text}");
    }
    let wide = sampled(integers([0, 1 << 40]));
    let narrow = refused("intervals width=1", &wide);
    assert!(matches!(narrow, HierarchyError::TooManyGroups { .. }));
    let far = numbers(ColumnType::Float, [-1e300, 1e300]);
    assert!(matches!(refused("intervals width=1", &far), HierarchyError::TooManyGroups { .. }));
    assert!(matches!(
        refused("dates by=day", &sampled(numbers(ColumnType::Date, [0.0, 9e5]))),
        HierarchyError::TooManyGroups { .. }
    ));
}

#[test]
fn empty_columns_and_single_values_have_hierarchies() {
    let builders = [
        "automatic",
        "intervals width=5 by=10",
        "intervals width=5 from=90 to=95 snap=true",
        "cuts at=1,2",
        "dates",
        "prefixes lengths=2",
        "mask",
        "groups a=7",
        "bounds from=15",
        "frequency",
        "order values=7",
    ];
    for text in builders {
        let empty = made(text, &texts(&[]));
        assert_eq!(
            empty.label(0, empty.groups(0)[0]),
            if empty.levels() == 1 { Some("*") } else { None }
        );
        if text != "dates" {
            made(text, &integers([7]));
        }
    }
}

#[test]
fn files_that_are_written_read_back_the_same() {
    let columns = [
        ("intervals width=5 by=10,20 to=90", integers(0..100)),
        ("automatic", integers(0..100)),
        ("dates by=week,month", numbers(ColumnType::Date, (0..300).map(f64::from))),
        ("divisions", texts(&["440305", "440306", "110105", "深圳"])),
        ("mask", texts(&["a;b", "\"q\"", " lead", "x\ny", "ta\tb", "\u{feff}bom", "c,d"])),
        ("groups \"a;b\"=x,y", texts(&["x", "y", "z"])),
        ("automatic", texts(&["only"])),
    ];
    for (text, profile) in columns {
        let hierarchy = made(text, &profile);
        let file = to_file(&hierarchy, &profile).unwrap();
        let back = from_file(&file, &profile).unwrap();
        assert_eq!(back.levels(), hierarchy.levels(), "{text}");
        for level in 0..back.levels() {
            assert_eq!(back.groups(level), hierarchy.groups(level), "{text}, level {level}");
            assert_eq!(labels(&back, level), labels(&hierarchy, level), "{text}, level {level}");
            for group in (0..).take(back.n_groups(level)) {
                let (a, b) = (back.cell_loss(level, group), hierarchy.cell_loss(level, group));
                assert!((a - b).abs() < 1e-12, "{text}, level {level}: {a} and {b}");
            }
        }
    }
    let many = sampled(integers(0..100));
    let ranges = made("intervals width=5", &many);
    assert!(matches!(to_file(&ranges, &many), Err(HierarchyError::TooManyValues { .. })));
}

#[test]
fn automatic_hierarchies_go_with_what_a_column_holds() {
    let auto = |semantic: &str, profile: &ColumnProfile| {
        let hierarchy = automatic_for(profile, 5, semantic);
        check(&hierarchy);
        hierarchy
    };
    let codes = integers([440_305, 440_306, 440_105, 110_105]);
    assert_eq!(labels(&auto("division", &codes), 1), ["北京市", "广东省广州市", "广东省深圳市"]);
    let places = texts(&["广东省深圳市", "深圳市南山区", "上海市"]);
    assert_eq!(labels(&auto("place", &places), 1), ["上海市", "广东省深圳市"]);
    let posts = texts(&["518000", "518057", "510000", "100080"]);
    assert_eq!(labels(&auto("postcode", &posts), 1), ["1000*", "5100*", "5180*"]);
    let written: Vec<String> =
        (1..=28).map(|d| format!("二〇二三年五月{}日", ["一", "二"][d % 2])).collect();
    let written: BTreeSet<&str> = written.iter().map(String::as_str).collect();
    let written = texts(&written.into_iter().collect::<Vec<_>>());
    assert_eq!(chain(&auto("", &written), &written, "二〇二三年五月一日")[1], "2023-05");
    let icd: Vec<String> =
        (10..60).map(|n| format!("{}{}.{}", ["I", "J"][n % 2], n, n % 10)).collect();
    let icd = texts(&icd.iter().map(String::as_str).collect::<Vec<_>>());
    let hierarchy = auto("", &icd);
    assert!(hierarchy.levels() > 2, "{}", hierarchy.levels());
    let addresses: Vec<String> =
        (0..4096).map(|n| format!("广东省深圳市南山区科技路{n}号")).collect();
    let addresses = texts(&addresses.iter().map(String::as_str).collect::<Vec<_>>());
    let hierarchy = auto("address", &sampled(addresses.clone()));
    assert_eq!(labels(&hierarchy, 0), ["广东省深圳市南山区", "*"]);
    assert_eq!(auto("", &sampled(addresses)).levels(), 1, "nothing is known of it");
}

proptest! {
    #[test]
    fn intervals_nest_and_cover(
        values in prop::collection::vec(-2000i64..2000, 0..300),
        width in 1u32..40,
        by in prop::collection::vec(2u32..5, 0..3),
        from in prop::option::of(-1000i32..0),
        to in prop::option::of(1i32..1000),
        at in prop::option::of(-50i32..50),
        scale in prop::sample::select(vec![1.0, 0.1, 0.25, 1000.0]),
        snap in any::<bool>(),
        few in any::<bool>(),
    ) {
        let scaled = |n: f64| n * scale;
        let mut widths = vec![scaled(f64::from(width))];
        for times in by {
            widths.push(widths[widths.len() - 1] * f64::from(times));
        }
        let builder = Builder::Intervals(weir_types::hierarchy::Intervals {
            width: widths[0],
            by: widths[1..].to_vec(),
            from: from.map(|n| scaled(f64::from(n))),
            to: to.map(|n| scaled(f64::from(n))),
            at: at.map(|n| scaled(f64::from(n))),
            snap,
        });
        let mut column = numbers(ColumnType::Float, values.iter().map(|n| scaled(*n as f64)));
        column.distinct_exact = few;
        let hierarchy = build(&builder, &column, 5, "").unwrap();
        check(&hierarchy);
        if few && !values.is_empty() {
            let back = from_file(&to_file(&hierarchy, &column).unwrap(), &column).unwrap();
            prop_assert_eq!(back.levels(), hierarchy.levels());
        }
    }

    #[test]
    fn texts_nest_and_cover(
        values in prop::collection::btree_set("[0-9a-c一二年月;\" ]{1,7}", 0..60),
        hide in prop::collection::btree_set(1usize..8, 0..4),
        few in any::<bool>(),
        left in any::<bool>(),
    ) {
        let mut column = texts(&values.iter().map(String::as_str).collect::<Vec<_>>());
        column.distinct_exact = few;
        let falling: Vec<usize> = hide.iter().rev().copied().collect();
        let from = if left { weir_types::hierarchy::Side::Left } else { weir_types::hierarchy::Side::Right };
        let hide = hide.into_iter().collect();
        for builder in [
            Builder::Mask { hide, from, digits: Some(5) },
            Builder::Prefixes { lengths: falling, digits: None },
        ] {
            match build(&builder, &column, 5, "") {
                Ok(hierarchy) => check(&hierarchy),
                // Without levels, or values that are all `*`, nothing can be coded by.
                Err(e) => prop_assert!(!few, "{e}"),
            }
        }
        for semantic in ["", "division", "address", "postcode", "birth-date"] {
            check(&automatic_for(&column, 5, semantic));
        }
    }
}
