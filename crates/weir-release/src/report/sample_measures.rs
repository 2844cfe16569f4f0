//! Attacks, utility and choices for the sample release, with invented figures.

use weir_types::QualityModel;
use weir_types::attack::{
    Advantage, AttackReport, Attacks, Control, Inference, Linkage, Rate, SinglingOut, Unit, Unread,
};
use weir_types::choices::{AtK, Choice, Choices, FoundAtK, Recoded};
use weir_types::utility::{
    Classification, ColumnUtility, Logistic, Numbers, Shares, Summary, UtilityReport,
};

fn rate(value: f64) -> Rate {
    Rate { attempts: 500, value, low: (value - 0.04).max(0.0), high: (value + 0.04).min(1.0) }
}

pub(super) fn attacks() -> Attacks {
    let told = |column: &str, value: f64, control: f64| Inference {
        column: column.to_owned(),
        rate: rate(value),
        control: rate(control),
        baseline: 0.3,
        advantage: Advantage {
            value: value - control,
            low: value - control - 0.03,
            high: value - control + 0.03,
        },
    };
    let report = AttackReport {
        unit: Unit::Person,
        known: vec!["xage".to_owned(), "income".to_owned()],
        people: 5_912,
        released: 5_704,
        control: Control::StayedOut,
        seed: 1,
        singling_out: vec![
            SinglingOut {
                columns: vec!["xage".to_owned(), "income".to_owned()],
                alone: 0,
                rate: Rate { attempts: 0, value: 0.0, low: 0.0, high: 1.0 },
                baseline: 0.0,
            },
            SinglingOut {
                columns: vec!["xage".to_owned(), "income".to_owned(), "mhi".to_owned()],
                alone: 4_120,
                rate: rate(0.71),
                baseline: 0.3,
            },
        ],
        linkage: Linkage {
            rate: rate(0.03),
            baseline: 0.000_17,
            unique: rate(0.0),
            control_unique: rate(0.0),
            none: 0.04,
            fewest: 5,
        },
        inference: vec![told("mhi", 0.41, 0.4), told("disea", 0.62, 0.3)],
        unread: vec![Unread { column: "income".to_owned(), labels: 2 }],
    };
    Attacks::Tried { report: Box::new(report) }
}

pub(super) fn utility() -> UtilityReport {
    let numbers = |mean: f64, intervals: u64| Numbers {
        count: 19_402,
        intervals,
        mean,
        deviation: 16.77,
        low: 0.4,
        quartile_1: 11.2,
        median: 24.0,
        quartile_3: 36.5,
        high: 63.1,
    };
    let summary = |distinct: u64, numbers: Option<Numbers>, top: &[(&str, f64)]| Summary {
        values: 19_402,
        missing: 12,
        distinct,
        numbers,
        shares: Shares {
            top: top.iter().map(|(value, share)| ((*value).to_owned(), *share)).collect(),
            others: 3,
            others_share: 0.012,
        },
    };
    let column = |column: &str, kept: f64, before: Summary, after: Summary| ColumnUtility {
        column: column.to_owned(),
        kept,
        information: kept / 2.0,
        before,
        after,
    };
    UtilityReport {
        rows_before: 20_190,
        rows_after: 19_402,
        least_rows: 25,
        columns: vec![
            column(
                "xage",
                0.62,
                summary(1_204, Some(numbers(25.7, 0)), &[]),
                summary(4, Some(numbers(25.5, 19_402)), &[("[0,20)", 0.42), ("[20,40)", 0.36)]),
            ),
            column(
                "site",
                0.96,
                summary(6, Some(numbers(3.2, 0)), &[("1", 0.2), ("2", 0.18)]),
                summary(6, Some(numbers(3.2, 0)), &[("1", 0.21), ("2", 0.18)]),
            ),
            column(
                "income",
                0.2,
                summary(2_861, Some(numbers(8_900.0, 0)), &[]),
                summary(1, None, &[("*", 1.0)]),
            ),
        ],
        classification: Some(Classification {
            target: "plan".to_owned(),
            features: vec!["xage".to_owned(), "site".to_owned()],
            classes: 4,
            folds: 10,
            seed: 1,
            baseline: rate(0.5),
            before: rate(0.71),
            after: rate(0.66),
            learnt_from_release: rate(0.65),
            tried_on_release: rate(0.64),
            logistic: Some(Logistic { before: rate(0.73), after: rate(0.67), most_learnt: 20_000 }),
        }),
        not_classified: None,
    }
}

pub(super) fn choices() -> Choices {
    let choice = |levels: [usize; 2], score: f64, share: f64, risk: f64| Choice {
        levels: levels.to_vec(),
        score,
        feasible: share <= 0.05,
        suppressed: (share * 5_912.0) as u64,
        suppressed_share: share,
        classes: (risk * 5_700.0) as u64,
        smallest_class: 5,
        risk,
    };
    let others = (0..40).map(|n| {
        let n = f64::from(n);
        choice([2, 1], 0.3 + n / 80.0, (0.2 - n / 100.0).max(0.0), 0.4 * (0.9_f64).powf(n))
    });
    let at = |k: u64, score: f64| AtK {
        k,
        found: Some(FoundAtK {
            score,
            suppressed_share: 0.04,
            risk: 1.0 / (3.0 * k as f64),
            optimal: k < 50,
        }),
    };
    Choices {
        quality: QualityModel::default(),
        columns: vec!["xage".to_owned(), "income".to_owned()],
        levels: vec![5, 4],
        chosen: choice([2, 2], 0.347, 0.035, 0.056),
        recoded: Some(Recoded { score: 0.28, risk: 0.061 }),
        finer: vec![Some(choice([1, 2], 0.3, 0.12, 0.11)), Some(choice([2, 1], 0.29, 0.09, 0.08))],
        coarser: vec![Some(choice([3, 2], 0.45, 0.01, 0.03)), None],
        others: others.collect(),
        by_k: vec![at(2, 0.2), at(5, 0.347), at(50, 0.6), AtK { k: 100, found: None }],
    }
}
