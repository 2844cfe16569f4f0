use super::*;

/// A release by local recoding may have a label for every row, of which few are drawn.
#[test]
fn labels_that_no_drawn_row_has_get_no_weight() {
    let (n_labels, n_classes) = (1_000_000, 100);
    let mut examples = Examples::new(n_classes, [n_labels, n_labels].into_iter());
    for row in 0..400_u32 {
        examples.add(row % 2, [row * 2_000, 7].into_iter());
    }
    assert_eq!(examples.n_weights(), (400 + 1 + 1) * n_classes);
    let model = examples.learn(&[1.0; 400]);
    let told = |label: u32| {
        let cells = [[(label, 1.0)], [(7, 1.0)]];
        model.likeliest(cells.iter().map(<[_; 1]>::as_slice))
    };
    assert_eq!((told(0), told(2_000)), (0, 1));
    assert_eq!(told(1), told(3), "what is not known says nothing");
}

#[test]
fn no_more_is_learnt_than_a_step_may_look_at() {
    for (n_features, n_classes) in [(1, 2), (9, 2), (20, 10), (38, 100), (1_999, 2)] {
        let most = most_learnt(n_features, n_classes).unwrap() as usize;
        assert!(((n_features + 1) * most + 1) * n_classes <= MOST_LOOKS + n_classes);
        assert!((LEAST_LEARNT..=MOST_LEARNT).contains(&most));
    }
    assert_eq!(most_learnt(40, 100), None);
    assert_eq!(most_learnt(5_000, 2), None);
}
