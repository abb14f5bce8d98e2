//! The world outside, on loopback: a web server that does as a test tells it and remembers what
//! it was asked.
//!
//! [`Origin::start`], then [`Origin::serve`] a [`Reply`] at a path (also later, while it runs),
//! then ask [`Origin::requests`] who came. No test sleeps: a reply waits for a [`Gate`] that the
//! test opens, and a test waits for a request by [`Origin::arrived`].
//!
//! It speaks HTTP/1.1 over bare sockets, as no server library will send garbage, break off or
//! never end; and runs on a thread of its own, so that a test may block on a child process.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rawi::clock::Clock;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;

/// A running server. It ends when it is dropped.
pub(crate) struct Origin {
    address: SocketAddr,
    world: Arc<World>,
    _stop: DropGuard,
}

/// One request that came.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// With its query.
    pub(crate) path: String,
    /// Names in lower case, values as they came, in their order.
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    /// What came behind the head.
    pub(crate) body: Vec<u8>,
    /// Its place among all requests to this server, from 0.
    pub(crate) order: usize,
}

impl Seen {
    /// The first header of this (lower-case) name, as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.header_bytes(name)
            .map(|value| std::str::from_utf8(value).expect("text"))
    }

    /// The first header of this (lower-case) name, as it came.
    pub(crate) fn header_bytes(&self, name: &str) -> Option<&[u8]> {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| &value[..])
    }
}

/// How long a request was at a server that keeps the time.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    /// Its place among all requests to this server, as in [`Seen`].
    pub(crate) order: usize,
    pub(crate) path: String,
    pub(crate) came: DateTime<Utc>,
    /// When its answer began to leave. None: it waits.
    pub(crate) left: Option<DateTime<Utc>>,
}

#[derive(Default)]
struct World {
    clock: OnceLock<Clock>,
    visits: Mutex<HashMap<usize, Visit>>,
    replies: Mutex<HashMap<String, Reply>>,
    seen: watch::Sender<Vec<Seen>>,
    in_flight: AtomicUsize,
    max_in_flight: AtomicUsize,
    connections: AtomicUsize,
    bytes_sent: AtomicU64,
}

impl Origin {
    /// Starts a server on a free port of 127.0.0.1 that answers 404 to everything.
    pub(crate) async fn start() -> Self {
        Self::start_at("127.0.0.1").await
    }

    /// Starts one on another loopback address, which is another host.
    pub(crate) async fn start_at(host: &str) -> Self {
        let listener = listen(host).await;
        let address = listener.local_addr().expect("address");
        let listener = listener.into_std().expect("listener");
        let world = Arc::new(World::default());
        let stop = CancellationToken::new();
        let (shared, stopped) = (Arc::clone(&world), stop.clone());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.expect("runtime").block_on(async {
                let listener = TcpListener::from_std(listener).expect("listener");
                stopped.run_until_cancelled(accept(listener, shared)).await;
            });
        });
        Self {
            address,
            world,
            _stop: stop.drop_guard(),
        }
    }

    /// The address of a path here.
    pub(crate) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.address)).expect("a path")
    }

    /// From now on, answers a path (with its query) so.
    pub(crate) fn serve(&self, path: &str, reply: Reply) {
        self.world
            .replies
            .lock()
            .unwrap()
            .insert(path.to_owned(), reply);
    }

    /// The requests to a path so far, in their order.
    pub(crate) fn requests(&self, path: &str) -> Vec<Seen> {
        self.all_requests()
            .into_iter()
            .filter(|seen| seen.path == path)
            .collect()
    }

    /// All requests so far, in their order.
    pub(crate) fn all_requests(&self) -> Vec<Seen> {
        self.world.seen.borrow().clone()
    }

    /// Waits until a path has been asked for `count` times.
    pub(crate) async fn arrived(&self, path: &str, count: usize) {
        let mut seen = self.world.seen.subscribe();
        let enough = |seen: &Vec<Seen>| seen.iter().filter(|s| s.path == path).count() >= count;
        seen.wait_for(enough).await.expect("the origin runs");
    }

    /// From now on, notes by this clock when requests come and leave.
    pub(crate) fn keep_time(&self, clock: Clock) {
        assert!(self.world.clock.set(clock).is_ok(), "one clock");
    }

    /// The visits since [`Origin::keep_time`], in the order in which they came.
    pub(crate) fn visits(&self) -> Vec<Visit> {
        let visits = self.world.visits.lock().unwrap();
        let mut visits: Vec<_> = visits.values().cloned().collect();
        visits.sort_unstable_by_key(|visit| visit.order);
        visits
    }

    /// The most requests that were under way at once.
    pub(crate) fn max_in_flight(&self) -> usize {
        self.world.max_in_flight.load(SeqCst)
    }

    /// Connections that were made so far.
    pub(crate) fn connections(&self) -> usize {
        self.world.connections.load(SeqCst)
    }

    /// Bytes written to clients so far.
    pub(crate) fn bytes_sent(&self) -> u64 {
        self.world.bytes_sent.load(SeqCst)
    }
}

/// A door that a reply waits at until the test opens it. Clones are the same door.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<watch::Sender<bool>>);

impl Gate {
    /// A closed one.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Lets all through, now and later.
    pub(crate) fn open(&self) {
        self.0.send_replace(true);
    }

    async fn pass(&self) {
        self.0
            .subscribe()
            .wait_for(|open| *open)
            .await
            .expect("the gate stands");
    }
}

/// How a path is answered.
#[derive(Clone)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    /// The body is the whole answer, head and all.
    raw: bool,
    gate: Option<Gate>,
    ending: Ending,
}

#[derive(Clone)]
enum Ending {
    Whole,
    /// After so many bytes of the body the connection is closed.
    CutAfter(usize),
    /// After so many bytes of the body the rest waits.
    StallAfter(usize, Gate),
    /// The body is repeated without end.
    Never,
    /// After the body, these bytes are repeated without end.
    Repeats(Vec<u8>),
    /// Each byte of the body comes so long after the one before.
    Drips(Duration),
}

impl Reply {
    /// 200 with a body.
    pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Self {
        let (headers, gate) = (Vec::new(), None);
        Self {
            status: 200,
            headers,
            body: body.into(),
            raw: false,
            gate,
            ending: Ending::Whole,
        }
    }

    /// A status; the body is empty.
    pub(crate) fn status(status: u16) -> Self {
        Self {
            status,
            ..Self::ok("")
        }
    }

    /// A redirect of this kind.
    pub(crate) fn redirect(status: u16, location: impl AsRef<str>) -> Self {
        Self::status(status).header("location", location.as_ref())
    }

    /// These bytes in place of an HTTP answer; then the connection is closed.
    pub(crate) fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            raw: true,
            ..Self::ok(bytes)
        }
    }

    /// Sets the body.
    pub(crate) fn body(self, body: impl Into<Vec<u8>>) -> Self {
        Self {
            body: body.into(),
            ..self
        }
    }

    /// Adds a header. A `content-length` stands in place of the right one.
    pub(crate) fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers
            .push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Sets the media type.
    pub(crate) fn content_type(self, value: &str) -> Self {
        self.header("content-type", value)
    }

    /// Sets the entity tag, quotes included; a request that names it is answered by 304.
    pub(crate) fn etag(self, value: impl AsRef<[u8]>) -> Self {
        self.header("etag", value)
    }

    /// Sets the date; a request that names it and no entity tag is answered by 304.
    pub(crate) fn last_modified(self, value: &str) -> Self {
        self.header("last-modified", value)
    }

    /// Compresses the body.
    pub(crate) fn gzip(mut self) -> Self {
        let mut encoder =
            flate2::read::GzEncoder::new(&self.body[..], flate2::Compression::default());
        let mut packed = Vec::new();
        std::io::Read::read_to_end(&mut encoder, &mut packed).expect("compress");
        self.body = packed;
        self.header("content-encoding", "gzip")
    }

    /// Waits for the gate before it says anything.
    pub(crate) fn behind(mut self, gate: &Gate) -> Self {
        self.gate = Some(gate.clone());
        self
    }

    /// Sends so many bytes of the body, then closes the connection.
    pub(crate) fn cut_after(self, bytes: usize) -> Self {
        Self {
            ending: Ending::CutAfter(bytes),
            ..self
        }
    }

    /// Sends so many bytes of the body, then waits for the gate.
    pub(crate) fn stall_after(self, bytes: usize, gate: &Gate) -> Self {
        Self {
            ending: Ending::StallAfter(bytes, gate.clone()),
            ..self
        }
    }

    /// Repeats the body for as long as anybody reads.
    pub(crate) fn endless(self) -> Self {
        Self {
            ending: Ending::Never,
            ..self
        }
    }

    /// Sends what it has, then these bytes again and again, for as long as anybody reads.
    pub(crate) fn then_endless(self, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            ending: Ending::Repeats(bytes.into()),
            ..self
        }
    }

    /// Sends the body byte by byte, this far apart.
    pub(crate) fn dripping(self, pause: Duration) -> Self {
        Self {
            ending: Ending::Drips(pause),
            ..self
        }
    }

    fn has(&self, name: &str) -> Option<&[u8]> {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| &value[..])
    }

    /// True if the request names what is here by its validators (RFC 9110 §13.2.2).
    fn is_known_to(&self, request: &Seen) -> bool {
        let same = |asked: Option<&[u8]>, ours| asked.is_some() && asked == self.has(ours);
        self.status == 200
            && match request.header_bytes("if-none-match") {
                Some(tag) => same(Some(tag), "etag"),
                None => same(request.header_bytes("if-modified-since"), "last-modified"),
            }
    }

    fn head(&self, not_modified: bool) -> Vec<u8> {
        let status = if not_modified { 304 } else { self.status };
        let mut head = format!("HTTP/1.1 {status} \r\n").into_bytes();
        for (name, value) in &self.headers {
            head.extend_from_slice(&[name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        let endless = matches!(self.ending, Ending::Never | Ending::Repeats(_));
        if status != 304 && !endless && self.has("content-length").is_none() {
            head.extend_from_slice(format!("content-length: {}\r\n", self.body.len()).as_bytes());
        }
        head.extend_from_slice(b"\r\n");
        head
    }
}

/// A listener whose connections hold little: what is counted as sent has nearly been read.
async fn listen(host: &str) -> TcpListener {
    let mut addresses = tokio::net::lookup_host((host, 0)).await.expect("a host");
    let address = addresses.next().expect("an address");
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    };
    let socket = socket.expect("socket");
    socket.set_send_buffer_size(64 << 10).expect("send buffer");
    socket.bind(address).expect("bind");
    socket.listen(1024).expect("listen")
}

async fn accept(listener: TcpListener, world: Arc<World>) {
    let mut conversations = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        world.connections.fetch_add(1, SeqCst);
        conversations.spawn(converse(stream, Arc::clone(&world)));
        while conversations.try_join_next().is_some() {}
    }
}

/// Answers one request after the other, until either side has had enough.
async fn converse(mut stream: TcpStream, world: Arc<World>) {
    while let Some(request) = hear(&mut stream, &world).await {
        let now = world.in_flight.fetch_add(1, SeqCst) + 1;
        world.max_in_flight.fetch_max(now, SeqCst);
        let reply = world.replies.lock().unwrap().get(&request.path).cloned();
        let reply = reply.unwrap_or_else(|| Reply::status(404));
        let more = answer(&mut stream, &world, &request, &reply).await;
        world.in_flight.fetch_sub(1, SeqCst);
        if more.is_none() {
            return;
        }
    }
}

/// Reads a request and remembers it.
async fn hear(stream: &mut TcpStream, world: &World) -> Option<Seen> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
        if !head[0].is_ascii_alphabetic() {
            // TLS at a door without it.
            let _ = stream.write_all(b"HTTP/1.1 400 \r\n\r\n").await;
            return None;
        }
    }
    let mut lines = head
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii_end);
    let first = String::from_utf8(lines.next()?.to_vec()).ok()?;
    let mut words = first.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let headers = lines
        .filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let name = String::from_utf8_lossy(&line[..colon]).to_ascii_lowercase();
            Some((name, line[colon + 1..].trim_ascii().to_vec()))
        })
        .collect();
    let mut seen = Seen {
        method,
        path,
        headers,
        body: Vec::new(),
        order: 0,
    };
    let length = seen.header("content-length").map(|n| n.parse().unwrap());
    seen.body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut seen.body).await.ok()?;
    world.seen.send_modify(|all| {
        seen.order = all.len();
        all.push(seen.clone());
    });
    if let Some(clock) = world.clock.get() {
        let visit = Visit {
            order: seen.order,
            path: seen.path.clone(),
            came: clock.now(),
            left: None,
        };
        world.visits.lock().unwrap().insert(seen.order, visit);
    }
    Some(seen)
}

/// Sends the reply. None: the connection is over.
async fn answer(
    stream: &mut TcpStream,
    world: &World,
    request: &Seen,
    reply: &Reply,
) -> Option<()> {
    if let Some(gate) = &reply.gate {
        gate.pass().await;
    }
    if let Some(clock) = world.clock.get()
        && let Some(visit) = world.visits.lock().unwrap().get_mut(&request.order)
    {
        visit.left = Some(clock.now());
    }
    if reply.raw {
        send_body(stream, world, reply).await;
        return None;
    }
    let not_modified = reply.is_known_to(request);
    send(stream, world, &reply.head(not_modified)).await?;
    if not_modified || request.method == "HEAD" {
        return Some(());
    }
    send_body(stream, world, reply).await
}

/// Sends what follows the head, as the reply says. None: the connection is over.
async fn send_body(stream: &mut TcpStream, world: &World, reply: &Reply) -> Option<()> {
    match &reply.ending {
        Ending::Whole => send(stream, world, &reply.body).await,
        Ending::CutAfter(bytes) => {
            send(stream, world, &reply.body[..*bytes]).await?;
            None
        }
        Ending::StallAfter(bytes, gate) => {
            send(stream, world, &reply.body[..*bytes]).await?;
            gate.pass().await;
            send(stream, world, &reply.body[*bytes..]).await
        }
        Ending::Never => loop {
            send(stream, world, &reply.body).await?;
        },
        Ending::Repeats(bytes) => {
            send(stream, world, &reply.body).await?;
            loop {
                send(stream, world, bytes).await?;
            }
        }
        Ending::Drips(pause) => {
            for byte in &reply.body {
                tokio::time::sleep(*pause).await;
                send(stream, world, std::slice::from_ref(byte)).await?;
            }
            Some(())
        }
    }
}

async fn send(stream: &mut TcpStream, world: &World, bytes: &[u8]) -> Option<()> {
    stream.write_all(bytes).await.ok()?;
    world.bytes_sent.fetch_add(bytes.len() as u64, SeqCst);
    Some(())
}
