//! Connections: accepted up to a limit, given a time to ask, and closed when it is time to stop.
//!
//! Every connection is a task of one set that [`run`] owns: none outlives it.

use std::io;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use crate::serve::error::Error;
use crate::serve::routes::router;
use crate::serve::state::State;

/// The most connections at once; others wait in the system's queue.
const MAX_CONNECTIONS: usize = 1024;

/// How long a client may take for the header of a request, and stay silent between two.
const HEADER_WITHIN: Duration = Duration::from_secs(15);

/// The most bytes of a request's header.
const MAX_HEADER_BYTES: usize = 16 << 10;

/// How long requests under way may take to end once it is time to stop.
const GRACE: Duration = Duration::from_secs(1);

/// How long to wait after the system refused a connection for want of resources.
const BREATH: Duration = Duration::from_secs(1);

/// Serves until `shutdown` is cancelled; then answers what is under way within a short grace and
/// drops the rest.
///
/// # Errors
///
/// The listener is not a working socket.
pub async fn run(
    listener: TcpListener,
    state: State,
    shutdown: CancellationToken,
) -> Result<(), Error> {
    let address = listener.local_addr().map_err(Error::Listener)?;
    info!(%address, "serving");
    serve(listener, router(state), shutdown, GRACE).await;
    Ok(())
}

async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: CancellationToken,
    grace: Duration,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = shutdown.cancelled() => break,
            Some(ended) = connections.join_next() => {
                if let Err(error) = ended {
                    error!(%error, "answering a request panicked; only its connection is lost");
                }
            }
            accepted = listener.accept(), if connections.len() < MAX_CONNECTIONS => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(converse(stream, router.clone(), shutdown.clone()));
                }
                Err(error) if is_the_clients(&error) => debug!(%error, "a connection was lost"),
                Err(error) => {
                    warn!(%error, "cannot accept connections; trying again in a second");
                    tokio::select! {
                        () = shutdown.cancelled() => {}
                        () = sleep(BREATH) => {}
                    }
                }
            },
        }
    }
    // A socket that still listens would take connections that nobody answers.
    drop(listener);
    let all = async { while connections.join_next().await.is_some() {} };
    if timeout(grace, all).await.is_err() {
        debug!(
            connections = connections.len(),
            "dropping connections that did not end in time"
        );
        connections.shutdown().await;
    }
}

async fn converse(stream: TcpStream, router: Router, shutdown: CancellationToken) {
    // Answers leave in one piece: waiting for more to send only delays them.
    let _ = stream.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_WITHIN)
        .max_header_size(MAX_HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        debug!(%error, "a connection ended badly");
    }
}

fn is_the_clients(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn a_half_open_connection_does_not_hold_the_stop() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let router = Router::new().route("/", get(async || "here"));
        let server = serve(
            listener,
            router,
            shutdown.clone(),
            Duration::from_millis(20),
        );
        let client = async {
            let mut half_open = TcpStream::connect(address).await.unwrap();
            half_open
                .write_all(b"GET / HTTP/1.1\r\nHost: a")
                .await
                .unwrap();
            let mut whole = TcpStream::connect(address).await.unwrap();
            whole
                .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                .await
                .unwrap();
            let mut answer = vec![0; 15];
            whole.read_exact(&mut answer).await.unwrap();
            assert_eq!(answer, b"HTTP/1.1 200 OK");
            shutdown.cancel();
            // Held open until the server has gone.
            (half_open, whole)
        };
        let ended = timeout(Duration::from_secs(10), async {
            tokio::join!(server, client)
        })
        .await;
        let ((), (mut half_open, _whole)) = ended.expect("the server did not stop");
        let mut rest = Vec::new();
        let _ = half_open.read_to_end(&mut rest).await;
        assert!(rest.is_empty(), "half a request got an answer");
    }

    #[tokio::test]
    async fn an_answer_under_way_is_given_to_its_end_when_the_server_stops() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let stop = shutdown.clone();
        // The stop comes while the handler is at work.
        let slow = async move || {
            stop.cancel();
            tokio::task::yield_now().await;
            "the whole answer"
        };
        let server = serve(
            listener,
            Router::new().route("/", get(slow)),
            shutdown,
            Duration::from_secs(10),
        );
        let client = async {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream
                .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                .await
                .unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            answer
        };
        let ((), answer) = tokio::join!(server, client);
        assert!(answer.ends_with("the whole answer"), "{answer}");
    }
}
