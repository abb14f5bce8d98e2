//! HTML in, and the one door to HTML that leaves.
//!
//! [`sanitize`] alone makes a [`SafeHtml`], and only that is ever published. [`to_text`] and
//! [`to_line`] read HTML as plain text with a scanner that is linear in its input, because every
//! entry of every poll passes through them. [`too_deep`] is the gate before any tree is built:
//! html5ever is quadratic in nesting and in the attributes of one tag. [`absolute_links`] makes HTML
//! out of a feed independent of where it stood. [`first_words`] says what came in place of what was
//! wanted.
//!
//! Nothing here fails or panics: whatever comes in, something plain comes out.
//!
//! Source: the tokenizer of the HTML standard (html.spec.whatwg.org, 13.2.5), read leniently where
//! the standard would throw text away.

// scan.rs cuts HTML into tokens; gate.rs, links.rs, paragraphs.rs, plain.rs use it; sanitize.rs is ammonia's only caller.
mod first_words;
mod gate;
mod links;
mod paragraphs;
mod plain;
mod sanitize;
mod scan;
#[cfg(test)]
mod tests;

pub use first_words::first_words;
pub use gate::{Reason, too_deep};
pub use links::absolute_links;
pub use paragraphs::only_paragraphs;
pub use plain::{escape, paragraphs_to_html, to_line, to_text};
pub use sanitize::{SafeHtml, sanitize};
