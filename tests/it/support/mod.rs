//! What the integration tests share.

pub(crate) mod archive;
pub(crate) mod asking;
pub(crate) mod newsroom;
pub(crate) mod origin;
pub(crate) mod outlets;
pub(crate) mod program;
pub(crate) mod tls;
