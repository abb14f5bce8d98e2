//! Signals: SIGTERM and SIGINT stop, SIGHUP reloads.

use std::io;
use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// The exit code after a second signal: 128 and the number of SIGTERM.
const IMPATIENT: i32 = 143;

/// What the outside asks of a running daemon. Tests hold the ends themselves.
#[derive(Debug, Clone, Default)]
pub struct Requests {
    /// Stop, in order.
    pub stop: CancellationToken,
    /// Read the configuration again.
    pub reload: Arc<Notify>,
}

/// Listens to the process's signals until the process ends.
///
/// # Errors
/// If the system refuses to deliver them.
pub fn listen(requests: Requests) -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(async move {
        loop {
            tokio::select! {
                () = received(&mut terminate) => stop(&requests),
                () = received(&mut interrupt) => stop(&requests),
                () = received(&mut hangup) => requests.reload.notify_one(),
            }
        }
    })
}

async fn received(signal: &mut Signal) {
    // None: no more signals can come; then this never answers, and the daemon runs on.
    if signal.recv().await.is_none() {
        std::future::pending::<()>().await;
    }
}

fn stop(requests: &Requests) {
    if requests.stop.is_cancelled() {
        tracing::warn!("a second signal: ending at once; what was under way is due again");
        std::process::exit(IMPATIENT);
    }
    tracing::info!("stopping");
    requests.stop.cancel();
}
