//! What operators see: log lines and metrics.
//!
//! [`log`] sets up tracing once; [`Metrics`] counts. Both know no more of the house than
//! [`crate::model`].

pub mod log;
mod metrics;

pub use metrics::{Article, Metrics};
