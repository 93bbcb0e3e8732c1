//! Work on slices side by side, with results in the order of the slices.

use std::ops::Range;

/// Cuts `items` into pieces of `size`, works on them on up to `workers` threads, and answers the
/// results in order.
pub fn in_pieces<T: Sync, R: Send>(
    items: &[T],
    size: usize,
    workers: usize,
    work: impl Fn(&[T]) -> R + Sync,
) -> Vec<R> {
    in_ranges(items.len(), size, workers, |range| work(&items[range]))
}

/// The same for the numbers from 0 to `count`.
pub fn in_ranges<R: Send>(
    count: usize,
    size: usize,
    workers: usize,
    work: impl Fn(Range<usize>) -> R + Sync,
) -> Vec<R> {
    in_ranges_with(count, size, workers, || (), |(), range| work(range))
}

/// The same with what each thread keeps from one piece to the next.
pub fn in_ranges_with<S, R: Send>(
    count: usize,
    size: usize,
    workers: usize,
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, Range<usize>) -> R + Sync,
) -> Vec<R> {
    let size = size.max(1);
    let pieces = count.div_ceil(size);
    let piece = |at: usize| at * size..((at + 1) * size).min(count);
    if workers <= 1 || pieces <= 1 {
        let mut kept = start();
        return (0..pieces).map(|at| work(&mut kept, piece(at))).collect();
    }
    let next = std::sync::atomic::AtomicUsize::new(0);
    let done = std::sync::Mutex::new(Vec::with_capacity(pieces));
    let take = || {
        let mut kept = start();
        loop {
            let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            if at >= pieces {
                break;
            }
            let result = work(&mut kept, piece(at));
            done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((at, result));
        }
    };
    std::thread::scope(|scope| {
        // This thread is one of them.
        (1..workers.min(pieces)).for_each(|_| {
            scope.spawn(take);
        });
        take();
    });
    let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Works on each of `items`, which may be parts of something that is written, on up to `workers`
/// threads.
pub fn each<T: Send>(items: Vec<T>, workers: usize, work: impl Fn(T) + Sync) {
    let count = items.len();
    let items = std::sync::Mutex::new(items.into_iter());
    in_ranges(count, 1, workers, |_| {
        let next = items.lock().unwrap_or_else(std::sync::PoisonError::into_inner).next();
        next.into_iter().for_each(&work);
    });
}

/// Drops what many small allocations were made for, on up to `workers` threads.
pub fn drop_all<T: Send>(mut items: Vec<T>, workers: usize) {
    let share = items.len().div_ceil(workers.max(1));
    std::thread::scope(|scope| {
        while items.len() > share {
            let some = items.split_off(items.len() - share);
            scope.spawn(|| drop(some));
        }
        drop(items);
    });
}
