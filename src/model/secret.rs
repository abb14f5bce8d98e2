//! Where a secret is kept: never in feeds.toml itself, and never in memory before it is needed.
//!
//! The one piece of plain data that reads a file, in [`Secret::read`]: the stages that use a
//! secret (fetch, serve) read it at that moment, so that a new password counts without a restart.
//! What was read is not kept here, so that no `Debug` output can hold it. The folder of
//! credentials is systemd's: `LoadCredential=` in systemd.exec(5).

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// The place of a password, a token or a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secret {
    /// A file that holds it and nothing else.
    File(PathBuf),
    /// The name of a credential that systemd passes (a file in `$CREDENTIALS_DIRECTORY`).
    Credential(String),
}

impl fmt::Display for Secret {
    /// Its place.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Credential(name) => write!(f, "credential {name}"),
        }
    }
}

impl Secret {
    /// Reads the secret. The line breaks at its end are no part of it.
    ///
    /// # Errors
    /// The file cannot be read, is not UTF-8 or is empty, or no credentials were passed to this
    /// process. The text names the file or the credential, never what is in it.
    pub fn read(&self) -> io::Result<String> {
        let folder = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
        self.read_with(folder.as_deref())
    }

    fn read_with(&self, credentials: Option<&Path>) -> io::Result<String> {
        let path = match (self, credentials) {
            (Self::File(path), _) => path.clone(),
            (Self::Credential(name), Some(folder)) => folder.join(name),
            (Self::Credential(name), None) => {
                return Err(io::Error::new(
                    io::ErrorKind::NotFound,
                    format!(
                        "credential {name}: $CREDENTIALS_DIRECTORY is not set; systemd sets it for \
                         a unit with LoadCredential={name}:FILE"
                    ),
                ));
            }
        };
        let named =
            |kind, what: String| io::Error::new(kind, format!("{}: {what}", path.display()));
        let mut text = std::fs::read_to_string(&path)
            .map_err(|error| named(error.kind(), error.to_string()))?;
        text.truncate(text.trim_end_matches(['\r', '\n']).len());
        if text.is_empty() {
            return Err(named(
                io::ErrorKind::InvalidData,
                "the secret is empty".to_owned(),
            ));
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with one file in it, gone at the end of the test.
    struct Folder(PathBuf);

    impl Folder {
        fn with(name: &str, content: &str, test: &str) -> Self {
            let folder = format!("rawi-secret-{}-{test}", std::process::id());
            let folder = std::env::temp_dir().join(folder);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(name), content).unwrap();
            Self(folder)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_secret_is_read_without_the_line_break_at_its_end() {
        let folder = Folder::with("token", " s3cret \r\n", "read");
        assert_eq!(
            Secret::File(folder.0.join("token")).read().unwrap(),
            " s3cret "
        );
        let credential = Secret::Credential("token".to_owned());
        assert_eq!(credential.read_with(Some(&folder.0)).unwrap(), " s3cret ");
    }

    #[test]
    fn what_is_missing_or_empty_is_named_in_the_error() {
        let folder = Folder::with("token", "\n", "missing");
        let empty = Secret::File(folder.0.join("token")).read().unwrap_err();
        assert!(
            empty.to_string().contains("token: the secret is empty"),
            "{empty}"
        );
        let absent = Secret::File(folder.0.join("nowhere")).read().unwrap_err();
        assert_eq!(absent.kind(), io::ErrorKind::NotFound);
        assert!(absent.to_string().contains("nowhere"), "{absent}");
        let unset = Secret::Credential("api".to_owned())
            .read_with(None)
            .unwrap_err();
        assert!(
            unset.to_string().contains("LoadCredential=api:FILE"),
            "{unset}"
        );
    }
}
