//! (to come)
mod options;
pub use options::Options;
