//! The one writing connection, on a thread of its own, with group commit.
//!
//! Work comes as closures over a bounded channel: a full channel makes callers wait, so nothing
//! piles up. The thread takes what waits into one transaction, each piece in a savepoint of its
//! own: a piece that fails is rolled back alone, and all are answered only after the commit, so an
//! answer means that the work is in the archive. One commit then serves many polls.
//!
//! Another process may hold the write lock (`rawi poll`, a person with `sqlite3`). This thread says
//! so once and goes on asking until it gets the lock or is told to stop.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use rusqlite::{Connection, ErrorCode};
use tokio::sync::{Notify, mpsc, oneshot};

use crate::store::error::{Doing, Error};

/// Pieces of work that may wait before callers do.
const QUEUE: usize = 64;
/// Pieces of work that share one transaction at most.
const GROUP: usize = 64;

/// A piece of work. Runs inside the transaction, if one could be begun; what it returns answers
/// the caller once the commit's fate is known.
type Job = Box<dyn FnOnce(Result<&Connection, ErrorCode>) -> Answer + Send>;
type Answer = Box<dyn FnOnce(Result<(), ErrorCode>) + Send>;

/// A handle to the writer; clones share it.
#[derive(Clone)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Job>,
    signs: Arc<Signs>,
}

/// What handles and thread tell each other beside the work.
#[derive(Default)]
struct Signs {
    /// To the thread: end soon.
    closing: AtomicBool,
    /// From the thread: it works, but another process holds the write lock.
    waiting: Notify,
}

impl Writer {
    /// A handle to no thread: every write is refused as [`Error::Closed`].
    pub(crate) fn closed() -> Self {
        let (jobs, _) = mpsc::channel(1);
        Self {
            jobs,
            signs: Arc::default(),
        }
    }

    /// Starts the thread. It ends by [`Writer::close`] or when all handles are gone, and then
    /// checkpoints.
    pub(crate) fn start(connection: Connection) -> (Self, JoinHandle<()>) {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let signs = Arc::new(Signs::default());
        let shared = Arc::clone(&signs);
        let thread = std::thread::Builder::new()
            .name("rawi-writer".to_owned())
            .spawn(move || serve(&connection, queue, &shared))
            .expect("invariant: a process that runs can start a thread");
        (Self { jobs, signs }, thread)
    }

    /// Runs `work` in a transaction and returns what it returned, once that is committed.
    ///
    /// # Errors
    /// What `work` returned; [`Error::Sqlite`] if the commit failed; [`Error::Closed`]. In each
    /// case nothing of `work` is in the archive.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, result) = oneshot::channel();
        let job: Job = Box::new(move |transaction| {
            let done = match transaction {
                Ok(connection) => in_savepoint(connection, doing, work),
                Err(code) => Err(commit_failed(code)),
            };
            Box::new(move |commit| {
                let whole = match commit {
                    Ok(()) => done,
                    Err(code) => done.and(Err(commit_failed(code))),
                };
                // Err means that the caller is gone; the work stands all the same.
                let _ = answer.send(whole);
            })
        });
        self.jobs.send(job).await.map_err(|_| Error::Closed)?;
        result.await.map_err(|_| Error::Closed)?
    }

    /// Answers when the thread finds that another process holds the write lock.
    pub(crate) async fn waits_for_lock(&self) {
        self.signs.waiting.notified().await;
    }

    /// From now on, work is refused that would have to wait for another process's write lock.
    pub(crate) fn stop_waiting(&self) {
        self.signs.closing.store(true, Ordering::Relaxed);
    }

    /// Ends the thread once what waits in the queue is done, and no longer waits for a write lock
    /// that another process holds.
    pub(crate) async fn close(&self) {
        self.stop_waiting();
        // Wakes the thread; Err means that it has ended already.
        let _ = self.write("close", |_| Ok(())).await;
    }
}

fn commit_failed(code: ErrorCode) -> Error {
    let source = rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error {
            code,
            extended_code: 0,
        },
        Some("the transaction could not be committed".to_owned()),
    );
    Error::Sqlite {
        doing: "commit",
        source,
    }
}

/// Runs `work` so that its failure, or its panic, undoes its own changes and no others.
fn in_savepoint<T>(
    connection: &Connection,
    doing: &'static str,
    work: impl FnOnce(&Connection) -> Result<T, Error>,
) -> Result<T, Error> {
    run(connection, "savepoint piece")?;
    // The connection holds no broken invariant of ours after a panic: the rollback restores it.
    let done = std::panic::catch_unwind(AssertUnwindSafe(|| work(connection)))
        .unwrap_or(Err(Error::Panicked(doing)));
    if done.is_err() {
        run(connection, "rollback to piece")?;
    }
    run(connection, "release piece")?;
    done
}

fn run(connection: &Connection, sql: &str) -> Result<(), Error> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute([]))
        .map(|_| ())
        .doing("group its writes")
}

fn serve(connection: &Connection, mut queue: mpsc::Receiver<Job>, signs: &Signs) {
    while let Some(first) = queue.blocking_recv() {
        let (answers, fate) = match begin(connection, signs) {
            Ok(()) => group(connection, first, &mut queue),
            Err(code) => (vec![first(Err(code))], Err(code)),
        };
        for answer in answers {
            answer(fate);
        }
        if signs.closing.load(Ordering::Relaxed) && queue.is_empty() {
            break;
        }
    }
    // Readers of the group still need the WAL, so it is emptied, not deleted (see `open_writer`).
    if let Err(error) = connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())) {
        tracing::debug!(%error, "the last checkpoint was not whole; the next start does the rest");
    }
}

/// Runs `first` and what else waits in the transaction that is open, and commits it.
fn group(
    connection: &Connection,
    first: Job,
    queue: &mut mpsc::Receiver<Job>,
) -> (Vec<Answer>, Result<(), ErrorCode>) {
    let mut answers = vec![first(Ok(connection))];
    while answers.len() < GROUP
        && let Ok(next) = queue.try_recv()
    {
        answers.push(next(Ok(connection)));
    }
    let fate = run_plain(connection, "commit");
    if fate.is_err() {
        // If this fails, too, the next `begin` says so.
        let _ = run_plain(connection, "rollback");
    }
    (answers, fate)
}

/// Takes the write lock, however long another process holds it.
fn begin(connection: &Connection, signs: &Signs) -> Result<(), ErrorCode> {
    let mut told = false;
    loop {
        match run_plain(connection, "begin immediate") {
            Err(ErrorCode::DatabaseBusy) if !signs.closing.load(Ordering::Relaxed) => {
                signs.waiting.notify_waiters();
                if !told {
                    told = true;
                    tracing::warn!(
                        "another process holds the archive's write lock; writes wait for it"
                    );
                }
            }
            done => return done,
        }
    }
}

fn run_plain(connection: &Connection, sql: &str) -> Result<(), ErrorCode> {
    let done = connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute([]));
    done.map(|_| ()).map_err(|error| {
        tracing::debug!(%error, sql, "the archive refused");
        error.sqlite_error_code().unwrap_or(ErrorCode::Unknown)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counter() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch("create table t (n integer unique)")
            .unwrap();
        connection
    }

    fn insert(n: i64) -> impl FnOnce(&Connection) -> Result<(), Error> + Send + 'static {
        move |c| {
            c.execute("insert into t values (?1)", [n])
                .map(|_| ())
                .doing("insert")
        }
    }

    #[tokio::test]
    async fn a_piece_that_fails_or_panics_takes_no_other_with_it() {
        let (writer, thread) = Writer::start(counter());
        let (a, b, c, d) = tokio::join!(
            writer.write("insert", insert(1)),
            writer.write("insert", insert(1)),
            writer.write("panic", |_| -> Result<(), Error> { panic!("poison") }),
            writer.write("insert", insert(2)),
        );
        assert!(a.is_ok() && d.is_ok());
        assert!(matches!(b, Err(Error::Sqlite { .. })));
        assert!(matches!(c, Err(Error::Panicked("panic"))));
        let count = writer
            .write("count", |c| {
                c.query_row("select count(*) from t", [], |r| r.get::<_, i64>(0))
                    .doing("count")
            })
            .await
            .unwrap();
        assert_eq!(count, 2);
        drop(writer);
        thread.join().unwrap();
    }
}
