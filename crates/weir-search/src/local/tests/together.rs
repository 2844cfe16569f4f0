//! Models of all classes together.

use super::*;

/// Classes of one person each are what average risk allows where others are large.
#[test]
fn what_average_risk_leaves_to_spare_is_used() {
    let alone = (0..9_u16).map(|at| vec![at, at % 5, at % 2, 0]);
    let crowd = (0..91).map(|_| vec![8, 4, 1, 0]);
    let rows: Vec<Vec<u16>> = alone.chain(crowd).collect();
    let table = table(&DOMAINS, &rows);
    let risk = Model { model: PrivacyModel::AverageRisk { at_most: 0.1 }, sensitive: 0 };
    let goal = goal(vec![risk], QualityModel::Granularity, 0.0);
    let found = recode(&table, &goal, &LocalOptions::default()).unwrap();
    check(&table, &goal, &[], &found);
    assert!(found.figures.score < 1e-9, "{:?}", found.figures);
    assert_eq!(found.figures.smallest, 1);
}

/// Once everything is spent, some classes are still worth less than others would gain by a split.
#[test]
fn exchanges_gain_after_all_is_spent() {
    let mut state = 7_u64;
    let mut below = |end: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % end) as u16
    };
    let rows: Vec<Vec<u16>> = (0..400).map(|_| vec![below(9), below(5), below(2), 0]).collect();
    let table = table(&DOMAINS, &rows);
    let risk = Model { model: PrivacyModel::AverageRisk { at_most: 0.1 }, sensitive: 0 };
    let goal = goal(vec![risk], QualityModel::default(), 0.0);
    let rule = Rule::new(&table, &goal).unwrap().bare().unwrap();
    let units = Units::new(&table, false).unwrap();
    let axes = Axes::new(&table, &goal, &[]).unwrap();
    let options = LocalOptions::default();
    let mut work = Work {
        units: &units,
        axes: &axes,
        rule: &rule,
        goal: &goal,
        guide: Guide::new(&axes, &units, &goal),
        may_split: false,
        effort: Effort::of(units.len()),
        options: &options,
    };
    let (mut classes, _) = greedy::form(&work, &work.guide, None, options.visits);
    refine::gather(&work, &mut classes);
    refine::refine(&mut work, &mut classes);
    spare::spend(&work, &mut classes);
    work.settle(&mut classes);
    let spent = score::score(&classes, &goal);
    spare::exchange(&mut work, &mut classes);
    let exchanged = score::score(&classes, &goal);
    assert!(exchanged < spent * 0.995, "{exchanged} {spent}");
    assert!(rule.holds_together(&classes.sizes()));
    assert!(classes.suppressed() <= work.most());
}

/// With and without levels to start from, fewer people than average risk asks for have the answer
/// of the search: a table that tells nothing.
#[test]
fn few_people_are_told_nothing_of() {
    let rows: Vec<Vec<u16>> = (0..3_u16).map(|at| vec![at, at, at % 2, 0]).collect();
    let table = table(&DOMAINS, &rows);
    let risk = Model { model: PrivacyModel::AverageRisk { at_most: 0.1 }, sensitive: 0 };
    let goal = goal(vec![risk], QualityModel::Granularity, 0.0);
    let optimum = search(&table, &goal, &SearchOptions::PLAIN).unwrap();
    assert_eq!((optimum.classes, optimum.people_suppressed), (1, 0));
    for start in [None, Some(&optimum.levels[..])] {
        let found = recode(&table, &goal, &LocalOptions { start, ..LocalOptions::default() });
        let found = found.unwrap();
        check(&table, &goal, &[], &found);
        assert_eq!((found.figures.classes, found.figures.suppressed), (1, 0));
        assert!((found.figures.score - 1.0).abs() < 1e-9, "{:?}", found.figures);
    }
}
