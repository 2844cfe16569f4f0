//! Ordered work on all cores: one thread makes tasks, many do them, one takes the results in
//! order, and no more than a few are in flight.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Runs `work` on each task that `make` sends, and `take` on each result in the order of the
/// tasks.
///
/// The first error of any of the three ends the run and is returned; an error of a task is seen
/// only after all results before it were taken. So does a panic, which goes on in the caller: a
/// reader may give up on damaged bytes in this way.
pub(crate) fn run<Task, Out, E>(
    threads: NonZeroUsize,
    make: impl FnOnce(&mut dyn FnMut(Task) -> bool) -> Result<(), E> + Send,
    work: impl Fn(Task) -> Result<Out, E> + Sync,
    mut take: impl FnMut(Out) -> Result<(), E>,
) -> Result<(), E>
where
    Task: Send,
    Out: Send,
    E: Send,
{
    let in_flight = threads.get() * 2 + 1;
    // A token stands for a task that was made and not yet taken.
    let (token_in, token_out) = sync_channel::<()>(in_flight);
    let (task_in, task_out) = sync_channel::<(u64, Task)>(in_flight);
    let (done_in, done_out) = sync_channel::<(u64, Done<Out, E>)>(in_flight);
    let task_out = Mutex::new(task_out);
    thread::scope(|scope| {
        let maker = scope.spawn(move || {
            let mut next = 0;
            make(&mut |task| {
                let sent = token_in.send(()).is_ok() && task_in.send((next, task)).is_ok();
                next += 1;
                sent
            })
        });
        for _ in 0..threads.get() {
            let done_in = done_in.clone();
            let (work, task_out) = (&work, &task_out);
            scope.spawn(move || worker(task_out, &done_in, work));
        }
        drop(done_in);
        let taken = take_in_order(&done_out, &token_out, &mut take);
        // Dropping the ends makes the other threads stop at their next send.
        drop((done_out, token_out));
        let made = maker.join();
        match (taken, made) {
            (Ok(taken), Ok(made)) => taken.and(made),
            (Err(panic), _) | (_, Err(panic)) => resume_unwind(panic),
        }
    })
}

/// What became of a task: a worker that panics would otherwise leave the others waiting for its
/// result.
type Done<Out, E> = thread::Result<Result<Out, E>>;

fn worker<Task, Out, E>(
    tasks: &Mutex<Receiver<(u64, Task)>>,
    done: &SyncSender<(u64, Done<Out, E>)>,
    work: &impl Fn(Task) -> Result<Out, E>,
) {
    loop {
        let next = tasks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((at, task)) = next else { return };
        // Nothing that the task touches is used after a panic: the run ends with it.
        let result = catch_unwind(AssertUnwindSafe(|| work(task)));
        if done.send((at, result)).is_err() {
            return;
        }
    }
}

fn take_in_order<Out, E>(
    done: &Receiver<(u64, Done<Out, E>)>,
    tokens: &Receiver<()>,
    take: &mut impl FnMut(Out) -> Result<(), E>,
) -> thread::Result<Result<(), E>> {
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    for (at, result) in done {
        waiting.insert(at, result?);
        while let Some(result) = waiting.remove(&next) {
            if let Err(error) = result.and_then(&mut *take) {
                return Ok(Err(error));
            }
            next += 1;
            // The maker may be gone already; its tokens are still in the channel.
            let _ = tokens.recv();
        }
    }
    Ok(Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> NonZeroUsize {
        NonZeroUsize::new(2).unwrap()
    }

    #[test]
    fn results_come_in_order() {
        let mut seen = Vec::new();
        let make = |send: &mut dyn FnMut(u64) -> bool| {
            (0..200).for_each(|i| assert!(send(i)));
            Ok::<(), ()>(())
        };
        let work = |i: u64| {
            thread::sleep(std::time::Duration::from_micros(i * 37 % 500));
            Ok(i * i)
        };
        run(two(), make, work, |square| {
            seen.push(square);
            Ok(())
        })
        .unwrap();
        assert_eq!(seen, (0..200).map(|i| i * i).collect::<Vec<u64>>());
    }

    #[test]
    fn the_first_error_in_order_wins_and_nothing_hangs() {
        let mut taken = 0;
        let make = |send: &mut dyn FnMut(u64) -> bool| {
            let _ = (0..1000).all(&mut *send);
            Ok::<(), u64>(())
        };
        let work = |i: u64| if i % 10 == 7 { Err(i) } else { Ok(i) };
        let result = run(two(), make, work, |_| {
            taken += 1;
            Ok(())
        });
        assert_eq!(result, Err(7));
        assert_eq!(taken, 7);
    }

    /// A reader of a format may give up on damaged bytes with a panic; whoever waits for a result
    /// that never comes would wait for ever.
    #[test]
    fn a_panic_of_a_task_ends_the_run_and_nothing_hangs() {
        let make = |send: &mut dyn FnMut(u64) -> bool| {
            let _ = (0..1000).all(&mut *send);
            Ok::<(), ()>(())
        };
        let work = |i: u64| if i == 7 { resume_unwind(Box::new("gave up")) } else { Ok(i) };
        let run = || run(two(), make, work, |_| Ok(()));
        let panic = catch_unwind(AssertUnwindSafe(run)).unwrap_err();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"gave up"));
    }

    #[test]
    fn an_error_of_the_maker_is_reported() {
        let make = |send: &mut dyn FnMut(u64) -> bool| {
            send(1);
            Err("no more")
        };
        assert_eq!(run(two(), make, Ok, |_| Ok(())), Err("no more"));
    }
}
