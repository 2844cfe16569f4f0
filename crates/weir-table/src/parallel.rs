//! Work side by side, with results that do not depend on the number of threads.

use std::thread;

/// Maps on the threads of the machine; results are in the order of the items.
pub fn map<T: Sync, R: Send>(items: &[T], f: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(items.len()).max(1);
    if threads == 1 {
        return items.iter().map(f).collect();
    }
    let f = &f;
    let mut slots: Vec<Vec<R>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|at| scope.spawn(move || items.iter().skip(at).step_by(threads).map(f).collect()))
            .collect();
        workers.into_iter().map(|w| w.join().expect("the mapped function does not panic")).collect()
    });
    let mut turns: Vec<_> = slots.iter_mut().map(|slot| slot.drain(..)).collect();
    (0..items.len()).filter_map(|at| turns[at % threads].next()).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_are_in_order() {
        let items: Vec<usize> = (0..17).collect();
        assert_eq!(super::map(&items, |n| n * 2), (0..17).map(|n| n * 2).collect::<Vec<_>>());
        assert!(super::map(&[], |n: &usize| *n).is_empty());
    }
}
