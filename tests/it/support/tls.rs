//! A server that speaks TLS, asks for a client's certificate, and remembers what it was shown.
//!
//! It is trusted by whoever trusts the authority of `tls/`, as a program does that is run with
//! `SSL_CERT_FILE`. Every request gets the same answer.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, Stream};
use url::Url;

/// A running server; it ends with the process.
pub(crate) struct TlsServer {
    address: SocketAddr,
    shown: Arc<Mutex<Vec<Shown>>>,
}

/// The certificate that a client showed, if any.
type Shown = Option<CertificateDer<'static>>;

impl TlsServer {
    /// Starts one on a free port of 127.0.0.1 that gives this answer, head and all.
    pub(crate) fn start(answer: Arc<str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shown = Arc::<Mutex<Vec<Shown>>>::default();
        let (config, memory) = (Arc::new(config()), Arc::clone(&shown));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if let Some(certificate) = converse(stream.unwrap(), &config, &answer) {
                    memory.lock().unwrap().push(certificate);
                }
            }
        });
        Self { address, shown }
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("https://{}{path}", self.address)).unwrap()
    }

    /// What came with each request so far.
    pub(crate) fn shown(&self) -> Vec<Shown> {
        self.shown.lock().unwrap().clone()
    }

    /// The certificate of this name.
    pub(crate) fn certificate(name: &str) -> CertificateDer<'static> {
        CertificateDer::from_pem_slice(pem(name).as_bytes()).unwrap()
    }
}

/// A file of `tls/`.
pub(crate) fn pem(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/support/tls");
    std::fs::read_to_string(folder.join(format!("{name}.pem"))).unwrap()
}

fn config() -> ServerConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(TlsServer::certificate("authority")).unwrap();
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .allow_unauthenticated()
            .build()
            .unwrap();
    let key = PrivateKeyDer::from_pem_slice(pem("server").as_bytes()).unwrap();
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![TlsServer::certificate("server")], key)
        .unwrap()
}

/// Hears the head of one request and answers it. None: no request came.
fn converse(mut tcp: TcpStream, config: &Arc<ServerConfig>, answer: &str) -> Option<Shown> {
    let mut tls = ServerConnection::new(Arc::clone(config)).unwrap();
    let mut stream = Stream::new(&mut tls, &mut tcp);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    stream.write_all(answer.as_bytes()).ok()?;
    let certificate = tls.peer_certificates().map(|chain| chain[0].clone());
    tls.send_close_notify();
    let _ = tls.complete_io(&mut tcp);
    Some(certificate)
}
