//! The built program, run as people run it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitStatus, Output, Stdio};

use tempfile::TempDir;

/// Work that waits for a process or a socket, off the threads that serve the origin.
pub(crate) async fn off<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

/// A folder with a configuration, in which `rawi` is run.
pub(crate) struct Desk {
    pub(crate) folder: TempDir,
}

impl Desk {
    /// A desk whose configuration lets loopback be fetched and serves on a free port.
    pub(crate) fn new(feeds: &str) -> Self {
        let desk = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        desk.configure(feeds);
        desk
    }

    /// Writes the configuration anew.
    pub(crate) fn configure(&self, feeds: &str) {
        let text = format!(
            "[fetch]\nallow_networks = [\"127.0.0.0/8\"]\n[serve]\nlisten = \"127.0.0.1:0\"\n{feeds}"
        );
        std::fs::write(self.config(), text).unwrap();
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.folder.path().join("feeds.toml")
    }

    pub(crate) fn archive(&self) -> PathBuf {
        self.folder.path().join("rawi.db")
    }

    /// A verb, to be run as a test likes.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rawi"));
        command.current_dir(self.folder.path()).args(arguments);
        command
            .env_remove("NOTIFY_SOCKET")
            .env_remove("JOURNAL_STREAM")
            .stdin(Stdio::null());
        command
    }

    /// Runs a verb to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a verb to its end with these variables in its environment.
    pub(crate) fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        let mut command = self.command(arguments);
        command.envs(environment.iter().copied()).output().unwrap()
    }

    /// Runs a verb that must succeed, and gives what it printed.
    pub(crate) fn print(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "rawi {arguments:?}: {stderr}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Starts the daemon and returns when it says that it is up.
    pub(crate) fn daemon(&self) -> Daemon {
        let mut child = self
            .command(&["--color", "never", "run"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let mut daemon = Daemon {
            child,
            log,
            address: String::new(),
        };
        let line = daemon.read_until("is up:");
        let address = line.rsplit("address=").next().unwrap_or_default();
        daemon.address = address
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned();
        daemon
    }
}

/// A daemon that runs.
pub(crate) struct Daemon {
    child: Child,
    log: BufReader<ChildStderr>,
    pub(crate) address: String,
}

impl Daemon {
    /// Reads its log until a line holds `words`, and gives that line.
    pub(crate) fn read_until(&mut self, words: &str) -> String {
        let mut all = String::new();
        loop {
            let mut line = String::new();
            let read = self.log.read_line(&mut line).unwrap();
            assert!(
                read > 0,
                "the daemon ended before it said `{words}`:\n{all}"
            );
            if line.contains(words) {
                return line;
            }
            all.push_str(&line);
        }
    }

    /// The variables that its process was started with.
    #[cfg(target_os = "linux")]
    pub(crate) fn environment(&self) -> String {
        let path = format!("/proc/{}/environ", self.child.id());
        std::fs::read_to_string(path).unwrap().replace('\0', "\n")
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &pid])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Waits for its end.
    pub(crate) fn wait(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// Ends it as a crash does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// A value that a query gives on an archive, read as a stranger would: with another connection.
pub(crate) fn query<T: rusqlite::types::FromSql>(archive: &Path, sql: &str) -> T {
    let connection = rusqlite::Connection::open(archive).unwrap();
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}
