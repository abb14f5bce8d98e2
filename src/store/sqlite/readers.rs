//! A small pool of read-only connections.
//!
//! Reads run on tokio's blocking threads. A connection is borrowed for one read and never held
//! while a client is waited for, so that no reader keeps the WAL from being emptied.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::Semaphore;

use crate::store::error::{Doing, Error};
use crate::text::arabic;

/// Reads under way at once.
const READERS: usize = 4;

/// The pool; clones share it.
#[derive(Clone)]
pub(crate) struct Readers(Arc<Pool>);

struct Pool {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    permits: Semaphore,
}

impl Readers {
    /// A pool that opens its connections when they are first needed.
    pub(crate) fn new(path: &Path) -> Self {
        Self(Arc::new(Pool {
            path: path.to_owned(),
            idle: Mutex::new(Vec::new()),
            permits: Semaphore::new(READERS),
        }))
    }

    /// Runs `work` on one of the connections.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let _permit = self.0.permits.acquire().await.map_err(|_| Error::Closed)?;
        let pool = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || {
            let connection = pool.take()?;
            let done = work(&connection);
            pool.idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(connection);
            done
        })
        .await
        .map_err(|_| Error::Panicked(doing))?
    }
}

impl Pool {
    fn take(&self) -> Result<Connection, Error> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        idle.map_or_else(|| open_reader(&self.path), Ok)
    }
}

/// Opens a connection that cannot write, whatever it is told. It knows one function more than any
/// SQLite: `folded(text)`, the text in the spelling that all spellings share.
fn open_reader(path: &Path) -> Result<Connection, Error> {
    let pure = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    let connection = open_read_only(path)?;
    connection
        .execute_batch("pragma query_only = on; pragma cache_size = -2000;")
        .doing("open a reading connection")?;
    connection.set_prepared_statement_cache_capacity(32);
    connection
        .create_scalar_function("folded", 1, pure, |call| {
            let text = call.get_raw(0).as_str_or_null()?;
            Ok(text.map(|text| arabic::fold(text).into_owned()))
        })
        .doing("open a reading connection")?;
    Ok(connection)
}

/// Opens a connection to the file that cannot change it, but may write others (a backup).
pub(crate) fn open_read_only(path: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let failed = |source| Error::Open {
        path: path.to_owned(),
        source,
    };
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection
        .busy_timeout(Duration::from_secs(5))
        .map_err(failed)?;
    Ok(connection)
}
