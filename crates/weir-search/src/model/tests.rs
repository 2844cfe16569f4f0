use super::*;

fn column(counts: &[u32]) -> Sensitive {
    Sensitive {
        n_codes: counts.len(),
        offsets: vec![0, counts.len() as u32],
        codes: (0..counts.len() as u16).collect(),
        people: counts.to_vec(),
        ..Sensitive::default()
    }
}

/// Li et al. 2007, example 1: nine salaries, 3k to 11k; classes {3k,4k,5k} and {6k,8k,11k} are at
/// 0.375 and 0.167.
#[test]
fn ordered_distance_is_that_of_the_paper() {
    let transport = Transport::new(&column(&[1; 9]), 0.2, Distance::Ordered);
    let distance = |salaries: [usize; 3]| {
        let mut counts = [0; 9];
        salaries.into_iter().for_each(|s| counts[s - 3] = 1);
        transport.distance(Values::Dense(&counts))
    };
    assert!((distance([3, 4, 5]) - 0.375).abs() < 1e-12);
    assert!((distance([6, 8, 11]) - 1.0 / 6.0).abs() < 1e-12);
}

#[test]
fn recursive_diversity_is_that_of_the_definition() {
    let holds =
        |counts: &[u32], c: f64, l: usize| diversity::recursive(Values::Dense(counts), c, l);
    assert!(!holds(&[4, 1], 4.0, 2), "4 < 4 * 1 is false");
    assert!(holds(&[3, 1], 4.0, 2));
    assert!(!holds(&[3, 1], 4.0, 3), "too few values");
}

#[test]
fn what_can_be_kept_is_never_less_than_what_some_part_keeps() {
    let whole = column(&[30, 20, 10]);
    let mut tree = whole.clone();
    tree.levels = vec![vec![0, 1, 2], vec![0, 0, 1], vec![0, 0, 0]];
    let kinds = [
        Kind::Transport(Transport::new(&whole, 0.15, Distance::Equal)),
        Kind::Transport(Transport::new(&tree, 0.15, Distance::Hierarchical)),
        Kind::Transport(Transport::new(&whole, 0.15, Distance::Ordered)),
        Kind::Recursive { c: 1.5, l: 2 },
        Kind::Entropy(2.5_f64.ln()),
        Kind::AtMost(shares(&whole).into_iter().map(|p| p * 1.3).collect()),
    ];
    for kind in kinds {
        let check = Check { model: 0, sensitive: 0, kind };
        let class = |counts: &[u32]| {
            check.holds(&Class {
                people: counts.iter().map(|n| u64::from(*n)).sum(),
                population: 0,
                values: &[Values::Dense(counts)],
                cells: &[],
            })
        };
        for counts in [[9_u32, 1, 1], [1, 8, 2], [0, 4, 7], [5, 5, 0]] {
            let people: u64 = counts.iter().map(|n| u64::from(*n)).sum();
            let most = check.most_kept(&Class {
                people,
                population: 0,
                values: &[Values::Dense(&counts)],
                cells: &[],
            });
            let mut best = 0;
            for a in 0..=counts[0] {
                for b in 0..=counts[1] {
                    for c in 0..=counts[2] {
                        if class(&[a, b, c]) && a + b + c > 0 {
                            best = best.max(u64::from(a + b + c));
                        }
                    }
                }
            }
            assert!(most >= best, "{check:?} {counts:?}: {most} < {best}");
        }
    }
}
