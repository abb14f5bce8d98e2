//! `rawi run`: the daemon in the foreground.

use tokio::net::TcpListener;

use crate::cli::args::Arguments;
use crate::cli::config;
use crate::cli::verdict::{Result, Verdict};
use crate::clock::Clock;
use crate::daemon::{self, Error, Requests, signals};

/// Runs until a signal stops it.
pub(super) async fn run(arguments: &Arguments) -> Result {
    // First of all, so that a stop finds somebody to hear it at any moment.
    let requests = Requests::default();
    let listening = signals::listen(requests.clone()).map_err(Error::Signals)?;
    let Some(config) = config::load(arguments) else {
        return Ok(Verdict::BadConfiguration);
    };
    let address = config.serve.listen;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|source| Error::Listen { address, source })?;
    let daemon = daemon::run(config, listener, Clock::system(), requests, || {
        config::load(arguments)
    });
    tokio::select! {
        ended = daemon => ended?,
        () = listening => {}
    }
    Ok(Verdict::Done)
}
