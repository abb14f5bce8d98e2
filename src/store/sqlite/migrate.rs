//! Opening the archive file: the engine's version, the file's kind, its schema.
//!
//! Migrations are numbered SQL files (`migrations/sqlite`), run by refinery; those that are missing
//! run in one transaction, so that a start that is killed leaves the old schema or the new one.
//! Each file ends by setting `user_version` to its own number. A file of a newer rawi or of
//! another program is refused before anything is written to it.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, FileControl};

use crate::store::error::Error;
use crate::store::sqlite::fulltext;
use crate::store::sqlite::readers::open_read_only;

/// `RAWI` in ASCII: stands in the file's header (`pragma application_id`).
const APPLICATION_ID: i32 = 0x5241_5749;

/// The first SQLite in which two processes that checkpoint at once lose no commits
/// (<https://sqlite.org/wal.html#walresetbug>).
const SQLITE_NEEDED: &str = "3.51.3";
const SQLITE_NEEDED_NUMBER: i32 = 3_051_003;

/// How long SQLite itself waits for another process's lock; the writer's thread asks again after it.
const BUSY_TIMEOUT: Duration = Duration::from_millis(500);

refinery::embed_migrations!("migrations/sqlite");

/// The version of the SQLite that is linked, e.g. `3.54.1`.
pub(crate) fn sqlite_version() -> &'static str {
    rusqlite::version()
}

/// Opens the archive for writing, making or migrating it first.
///
/// # Errors
/// [`Error::SqliteTooOld`], [`Error::Foreign`], [`Error::Newer`] before anything is written;
/// [`Error::Open`], [`Error::Migrate`].
pub(crate) fn open_writer(path: &Path) -> Result<Connection, Error> {
    if rusqlite::version_number() < SQLITE_NEEDED_NUMBER {
        return Err(Error::SqliteTooOld {
            found: sqlite_version(),
            needed: SQLITE_NEEDED,
        });
    }
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(|source| Error::Folder {
            path: folder.to_owned(),
            source,
        })?;
    }
    let mut connection = Connection::open(path).map_err(|source| Error::Open {
        path: path.to_owned(),
        source,
    })?;
    let failed = |source| Error::Open {
        path: path.to_owned(),
        source,
    };
    connection.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
    let found = schema_version(&connection, path)?;
    if found == 0 {
        // Takes effect only before the first table: pages that become free go back to the system.
        connection
            .execute_batch("pragma auto_vacuum = incremental")
            .map_err(failed)?;
    }
    configure(&connection).map_err(failed)?;
    if found < newest_version() {
        migrate(&mut connection, path)?;
    }
    connection
        .execute_batch("pragma foreign_keys = on")
        .map_err(failed)?;
    fulltext::refill(&mut connection)?;
    Ok(connection)
}

/// Opens the archive for reading alone: nothing is made, migrated or locked.
///
/// # Errors
/// [`Error::Absent`], [`Error::Older`], [`Error::Newer`], [`Error::Foreign`], [`Error::Open`].
pub(crate) fn open_to_read(path: &Path) -> Result<Connection, Error> {
    if !path.exists() {
        return Err(Error::Absent(path.to_owned()));
    }
    let connection = open_read_only(path)?;
    if schema_version(&connection, path)? < newest_version() {
        return Err(Error::Older(path.to_owned()));
    }
    Ok(connection)
}

/// The schema's version in the file; 0 for a new one.
fn schema_version(connection: &Connection, path: &Path) -> Result<i32, Error> {
    let number = |sql: &str| -> Result<i32, Error> {
        connection
            .query_row(sql, [], |row| row.get(0))
            .map_err(|source| Error::Open {
                path: path.to_owned(),
                source,
            })
    };
    if number("pragma application_id")? != APPLICATION_ID {
        // A first start that was cut short leaves the migrator's empty table at most.
        let others = number(
            "select count(*) from sqlite_schema where tbl_name <> 'refinery_schema_history'",
        )?;
        return if others == 0 {
            Ok(0)
        } else {
            Err(Error::Foreign(path.to_owned()))
        };
    }
    let found = number("pragma user_version")?;
    let known = newest_version();
    if found > known {
        return Err(Error::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    Ok(found)
}

/// The newest migration that this program has.
fn newest_version() -> i32 {
    migrations::runner()
        .get_migrations()
        .iter()
        .map(|m| m.version())
        .max()
        .unwrap_or(0)
}

/// Sets what holds for the writing connection, with foreign keys still off: migrations make tables
/// anew that others refer to.
fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "pragma journal_mode = wal;
         pragma synchronous = normal;
         pragma foreign_keys = off;
         pragma journal_size_limit = 67108864;
         pragma cache_size = -8000;
         pragma temp_store = memory;",
    )?;
    // The WAL stays when the last connection closes: a reader of the group, who may not make one,
    // would find the archive unreadable otherwise ("attempt to write a readonly database").
    connection.file_control(rusqlite::MAIN_DB.into(), FileControl::PersistWal(&mut 1))?;
    connection.set_prepared_statement_cache_capacity(64);
    // Statements are planned once, whatever is bound to them.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

fn migrate(connection: &mut Connection, path: &Path) -> Result<(), Error> {
    let report = migrations::runner()
        .set_grouped(true)
        .run(connection)
        .map_err(|error| Error::Migrate {
            path: path.to_owned(),
            reason: error.to_string(),
        })?;
    tracing::info!(
        migrations = report.applied_migrations().len(),
        path = %path.display(),
        "the archive's schema is up to date"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_linked_sqlite_has_no_wal_reset_bug() {
        assert!(
            rusqlite::version_number() >= SQLITE_NEEDED_NUMBER,
            "linked {}",
            sqlite_version()
        );
    }

    #[test]
    fn an_archive_of_every_older_schema_is_brought_forward_with_what_it_holds() {
        for older in 2..newest_version() {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("rawi.db");
            let mut connection = Connection::open(&path).unwrap();
            migrations::runner()
                .set_target(refinery::Target::Version(older))
                .run(&mut connection)
                .unwrap();
            connection
                .execute_batch(
                    "pragma foreign_keys = off;
                     insert into feed (slug, url, local, categories, cadence, standing, next_poll_at, next_why, state)
                         values ('haq', 'https://haq.example/feed', 0, '[]', 'adaptive', 'enabled', 60, 'test', 'failing');
                     insert into page (entry_id, url, local, due_at) values (1, 'https://haq.example/1', 0, 60);",
                )
                .unwrap();
            if older < 7 {
                connection
                    .execute_batch(
                        "insert into entry (id, feed_id, key, sort_at, visible_at, first_seen, revised_at, content_digest,
                             words, title, author, categories, enclosures, extraction, text, html)
                         values (1, 1, 5, 60, 60, 60, 60, 7, 2, 'عنوان', '[]', '[]', '[]', 'feed: content', 'نص كامل',
                             '<p>نص <b>كامل</b></p>');",
                    )
                    .unwrap();
            }
            drop(connection);

            let connection = open_writer(&path).unwrap();
            if older < 7 {
                let text: String = connection
                    .query_row(
                        "select title || ': ' || text || lead || html from articles where id = 1",
                        [],
                        |row| row.get(0),
                    )
                    .unwrap();
                assert_eq!(text, "عنوان: نص كامل1<p>نص <b>كامل</b></p>", "{older}");
            }
            let read =
                |sql: &str| -> String { connection.query_row(sql, [], |row| row.get(0)).unwrap() };
            let feed = "select slug || ' ' || state || ' ' || next_poll || ' ' || turnovers || ' ' || entries from feeds";
            assert_eq!(
                read(feed),
                format!("haq failing 1970-01-01T00:01:00Z 0 {}", u8::from(older < 7)),
                "{older}"
            );
            assert_eq!(
                read("select url || suspect from page"),
                "https://haq.example/10"
            );
            assert_eq!(
                schema_version(&connection, &path).unwrap(),
                newest_version()
            );
        }
    }
}
