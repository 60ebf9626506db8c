//! One piece of work a file, spread over the processor's cores.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Neighbours in the list lie in one folder; taking several at once keeps two threads out of each other's way.
const TOGETHER: usize = 32;
/// More threads than this do not read one disk faster.
const MOST_THREADS: usize = 8;

/// Works on every item and returns what came of it, in the order of the items. Each thread has its own `scratch`.
pub(super) fn spread<T: Sync, S, R: Send>(
    items: &[T],
    scratch: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &T) -> Option<R> + Sync,
) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(MOST_THREADS);
    let threads = threads.min(items.len().div_ceil(TOGETHER));
    let next = AtomicUsize::new(0);
    let run = || {
        let mut own = scratch();
        let mut done = Vec::new();
        loop {
            let start = next.fetch_add(TOGETHER, Ordering::Relaxed);
            let Some(some) = items.get(start..(start + TOGETHER).min(items.len())).filter(|some| !some.is_empty())
            else {
                return done;
            };
            let worked = some.iter().enumerate().filter_map(|(at, item)| Some((start + at, work(&mut own, item)?)));
            done.extend(worked);
        }
    };
    if threads <= 1 {
        return run().into_iter().map(|(_, result)| result).collect();
    }
    let mut all = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        let mut all = run();
        for other in others {
            match other.join() {
                Ok(done) => all.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    all.sort_unstable_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_worked_on_once_and_results_keep_the_order() {
        for count in [0, 1, 31, 32, 33, 1000] {
            let items: Vec<usize> = (0..count).collect();
            let odd = spread(&items, || (), |(), item| (item % 2 == 1).then_some(item * 10));
            let expected: Vec<usize> = items.iter().filter(|item| *item % 2 == 1).map(|item| item * 10).collect();
            assert_eq!(odd, expected, "{count}");
        }
    }
}
