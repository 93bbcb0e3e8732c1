//! One flag that ends every wait: nobody sleeps through a request to stop.

use schemas::{ErrorClass, SourceError};
use std::future::Future;
use std::time::Duration;
use tokio::sync::watch;

/// Shared by everything that waits for one source. Once requested it stays requested.
#[derive(Debug)]
pub struct Stop {
    flag: watch::Sender<bool>,
}

impl Default for Stop {
    fn default() -> Self {
        Self { flag: watch::Sender::new(false) }
    }
}

impl Stop {
    pub fn request(&self) {
        self.flag.send_replace(true);
    }

    pub fn is_requested(&self) -> bool {
        *self.flag.borrow()
    }

    /// Runs `work`, unless the stop comes first.
    pub async fn guard<T>(&self, work: impl Future<Output = T>) -> Result<T, SourceError> {
        let mut flag = self.flag.subscribe();
        tokio::select! {
            biased;
            _ = flag.wait_for(|requested| *requested) => Err(stopped()),
            value = work => Ok(value),
        }
    }

    pub async fn sleep(&self, duration: Duration) -> Result<(), SourceError> {
        self.guard(tokio::time::sleep(duration)).await
    }
}

fn stopped() -> SourceError {
    SourceError::new(ErrorClass::Stopped, "stopped", "the run was asked to stop")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[tokio::test(start_paused = true)]
    async fn a_stop_ends_a_wait_at_once_and_refuses_later_ones() {
        let stop = Arc::new(Stop::default());
        let waiting = tokio::spawn({
            let stop = stop.clone();
            async move { stop.sleep(Duration::from_secs(3_600)).await }
        });
        tokio::task::yield_now().await;
        let before = tokio::time::Instant::now();
        stop.request();
        let error = waiting.await.expect("the task lives").expect_err("was stopped");
        assert_eq!(error.class, ErrorClass::Stopped);
        assert!(before.elapsed() < Duration::from_secs(1));
        assert!(stop.sleep(Duration::ZERO).await.is_err());
    }
}
