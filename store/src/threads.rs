//! Pieces of work that do not depend on each other, on several threads.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Calls `work` with every piece, each once and in no certain order, on up to `workers` threads with
/// a state each; answers the states, or an error, after which no piece is begun.
pub fn on_threads<P: Sync, S: Send, E: Send>(
    pieces: &[P],
    workers: usize,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &P) -> Result<(), E> + Sync,
) -> Result<Vec<S>, E> {
    let next = AtomicUsize::new(0);
    let one = || {
        let mut state = state();
        while let Some(piece) = pieces.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(&mut state, piece).inspect_err(|_| next.store(pieces.len(), Ordering::Relaxed))?;
        }
        Ok(state)
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers.max(1)).map(|_| scope.spawn(one)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_is_done_once_whatever_the_number_of_threads() {
        let pieces: Vec<u32> = (0..100).collect();
        for workers in [0, 1, 3, 200] {
            let done = on_threads(&pieces, workers, Vec::new, |done, piece| {
                done.push(*piece);
                Ok::<_, ()>(())
            });
            let mut done: Vec<u32> = done.expect("no error").into_iter().flatten().collect();
            done.sort_unstable();
            assert_eq!(done, pieces, "{workers}");
        }
    }

    #[test]
    fn after_an_error_no_piece_is_begun() {
        let begun = AtomicUsize::new(0);
        let failed = on_threads(
            &[1, 2, 3, 4],
            1,
            || (),
            |(), piece| {
                begun.fetch_add(1, Ordering::Relaxed);
                if *piece == 2 { Err("two") } else { Ok(()) }
            },
        );
        assert_eq!((failed.err(), begun.into_inner()), (Some("two"), 2));
    }
}
