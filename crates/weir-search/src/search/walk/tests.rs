use weir_types::QualityModel;

use super::{Engine, List, Open, Pace, Tables};
use crate::evaluate::shape::Shape;
use crate::search::{
    SearchOptions,
    engine::coarser,
    prepare::Prepared,
    tests::{goal, table},
};

/// Of seven columns, all nodes are open that are ten steps or more below the top, some thousand of
/// which have no open one above. Tells what `see` sees of them, the first of which is to be
/// measured.
fn with_many_peaks<T>(
    options: &SearchOptions<'_>,
    see: impl FnOnce(&mut Engine<'_>, &mut Open<'_>, &mut Tables<'_, '_>) -> T,
) -> T {
    let goal = goal(3, 0.1, QualityModel::default());
    let table = table(1, 7, 2_000);
    let prepared = Prepared::new(&table, &goal).unwrap();
    let price = prepared.price();
    let mut engine = prepared.engine(&price, options);
    let finest = prepared.given().collapse(&prepared.axes, &engine.floors);
    let coarse = coarser(&prepared.axes, &finest);
    let shape = Shape::new(&engine.order(), &[0; 7], &engine.top());
    let mut list = List::new(shape, &price);
    let below = |place: usize| (0..7).map(|c| list.shape.digit(place, c)).sum::<usize>();
    let closed: Vec<usize> = (0..list.len()).filter(|place| below(*place) < 10).collect();
    closed.into_iter().for_each(|place| list.close(place));
    let mut open = Open::new(&mut list);
    open.count(f64::MAX, 0);
    see(&mut engine, &mut open, &mut Tables { finest: &finest, coarse: &coarse, own: Vec::new() })
}

#[test]
fn of_many_peaks_those_above_most_are_kept() {
    with_many_peaks(&SearchOptions::PLAIN, |_, open, _| {
        let peaks = (0..open.list.len() as u32).filter(|place| {
            let steps = open.levels(*place).into_iter().map(|level| 3 - level);
            steps.sum::<usize>() == 10
        });
        let mut below: Vec<u32> = peaks.map(|place| open.below(place)).collect();
        assert!(below.len() > 1024);
        below.sort_unstable_by_key(|n| std::cmp::Reverse(*n));
        let kept: Vec<u32> = open.peaks.iter().map(|place| open.below(*place)).collect();
        assert_eq!(kept, below[..1024]);
    });
}

#[test]
fn going_over_peaks_is_counted_and_can_be_stopped() {
    let pace = Pace { few_tuples: 0, nodes: 1, ..Pace::USUAL };
    let visited_and_made = |stop: &(dyn Fn() -> bool + Sync), budget: u64| {
        let options = SearchOptions { stop, budget, ..SearchOptions::PLAIN };
        with_many_peaks(&options, |engine, open, tables| {
            let place = open.peaks[0];
            engine.narrow(open, tables, &[place], pace);
            (engine.visited, tables.own.len())
        })
    };
    let (visited, made) = visited_and_made(&|| false, u64::MAX);
    assert_eq!(made, 1);
    let own = with_many_peaks(&SearchOptions::PLAIN, |_, _, tables| tables.finest.work() * 2);
    assert!(visited > own + 1_000, "{visited}, of them {own} to make the table");
    assert_eq!(visited_and_made(&|| true, u64::MAX), (0, 0));
    let (visited, made) = visited_and_made(&|| false, 1_500);
    assert!(visited < 1_500 + 1024 && made == 0, "{visited}, {made} tables");
}
