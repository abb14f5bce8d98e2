//! The document, before feed-rs sees it: made well-formed, made harmless, and read for what feed-rs drops.
//!
//! [`survey`] is asked first, and [`repair`] only if a document is not well-formed; then survey once
//! more. Both walk along [`scan`]. What means what is in [`dialect`] (namespaces, names) and
//! [`fields`] (elements); what is done about it in [`references`], [`construct`] and [`guard`], as
//! [`edits`] of a text that is borrowed as long as there are none; what is to be remembered in
//! [`notes`]. [`xhtml`] makes HTML of a text in elements.
//!
//! Nothing here knows feed-rs's model or ours.

pub(crate) mod attributes;
pub(crate) mod construct;
pub(crate) mod dialect;
pub(crate) mod edits;
pub(crate) mod fields;
pub(crate) mod frame;
pub(crate) mod guard;
pub(crate) mod namespaces;
pub(crate) mod notes;
pub(crate) mod references;
pub(crate) mod repair;
pub(crate) mod scan;
pub(crate) mod survey;
pub(crate) mod xhtml;
