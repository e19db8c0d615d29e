//! One signal to end, for several who wait for it.

use std::pin::Pin;

use tokio::sync::watch;

/// Tells a service to end.
pub type Stop = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Tells everybody who has a clone of it to end.
#[derive(Debug, Clone)]
pub struct Shutdown(watch::Receiver<bool>);

impl Shutdown {
    /// Passes `stop` on, from a task of the runtime that this is called in.
    pub fn at(stop: Stop) -> Shutdown {
        let (told, shutdown) = watch::channel(false);
        tokio::spawn(async move {
            stop.await;
            // Nobody waits any more, or everybody is told.
            let _ = told.send(true);
        });
        Shutdown(shutdown)
    }

    /// Whether it was told.
    pub fn is_here(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is.
    pub async fn wait(&mut self) {
        // Whoever would have told is gone: the same.
        let _ = self.0.wait_for(|ends| *ends).await;
    }
}
