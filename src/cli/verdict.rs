//! How a verb ends: its exit code, or a complaint in words for people.

use std::fmt::Display;

/// How a verb ended.
pub(super) enum Verdict {
    /// 0.
    Done,
    /// 1: it ran, something failed, and that has been said.
    Failed,
    /// 78: the configuration is wrong, and how has been said.
    BadConfiguration,
}

/// Why a verb could not go on, in words for people.
pub(super) struct Complaint(pub(super) String);

impl<E: Display> From<E> for Complaint {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

pub(super) type Result<T = Verdict> = std::result::Result<T, Complaint>;
