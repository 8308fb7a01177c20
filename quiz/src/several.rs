//! Work that can be shared, on as many cores as there are.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// More threads than this take longer to start than they save.
const MOST: usize = 4;

/// Does the same with each of them, several at once. What comes out stands in their order.
pub(crate) fn map<I: Sync, O: Send>(items: &[I], work: impl Fn(&I) -> O + Sync) -> Vec<O> {
    let next = AtomicUsize::new(0);
    // Whoever is free takes the next one.
    let some = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return done };
            done.push((at, work(item)));
        }
    };
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let helpers = cores.min(MOST).min(items.len()).saturating_sub(1);
    let mut all = thread::scope(|scope| {
        let start = |_| thread::Builder::new().spawn_scoped(scope, some).ok();
        // Where no thread may be started, this one does everything.
        let helpers: Vec<_> = (0..helpers).map_while(start).collect();
        let mut all = some();
        for helper in helpers {
            match helper.join() {
                Ok(done) => all.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    all.sort_unstable_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, done)| done).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn everything_once_and_in_order() {
        for n in [0, 1, 2, 1000] {
            let items: Vec<u64> = (0..n).collect();
            let squares: Vec<u64> = items.iter().map(|i| i * i).collect();
            assert_eq!(super::map(&items, |i| i * i), squares);
        }
    }

    #[test]
    #[should_panic(expected = "seven")]
    fn a_panic_is_not_lost() {
        super::map(&[1, 7, 3], |&i| assert_ne!(i, 7, "seven"));
    }
}
