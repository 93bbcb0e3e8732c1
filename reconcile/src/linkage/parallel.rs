//! Work on slices side by side, with results in the order of the slices.

/// Cuts `items` into pieces of `size`, works on them on up to `workers` threads, and answers the
/// results in order.
pub fn in_pieces<T: Sync, R: Send>(
    items: &[T],
    size: usize,
    workers: usize,
    work: impl Fn(&[T]) -> R + Sync,
) -> Vec<R> {
    let pieces: Vec<&[T]> = items.chunks(size.max(1)).collect();
    if workers <= 1 || pieces.len() <= 1 {
        return pieces.into_iter().map(work).collect();
    }
    let next = std::sync::atomic::AtomicUsize::new(0);
    let done = std::sync::Mutex::new(Vec::with_capacity(pieces.len()));
    std::thread::scope(|scope| {
        for _ in 0..workers.min(pieces.len()) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(piece) = pieces.get(at) else { break };
                    let result = work(piece);
                    done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((at, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
