//! What prefixes mean in one document.
//!
//! Scopes are not kept: no feed gives one prefix two meanings. A prefix that was never declared means
//! what it does by custom; [`Namespaces::undeclared`] is what the root has to say of it, since feed-rs
//! takes an unknown prefix for none.
//!
//! Source: Namespaces in XML 1.0.

use std::collections::HashMap;

use crate::parse::xml::dialect::Ns;

/// The most prefixes that the root declares because nobody else did: feed-rs refuses a tag with more
/// than 256.
const MAX_UNDECLARED: usize = 100;

/// The prefixes of a document.
#[derive(Debug, Default)]
pub(crate) struct Namespaces<'a> {
    prefixes: HashMap<&'a str, Ns>,
    undeclared: String,
    undeclared_prefixes: usize,
}

impl<'a> Namespaces<'a> {
    /// Takes note of a declaration.
    pub(crate) fn declare(&mut self, prefix: &'a str, ns: Ns) {
        self.prefixes.insert(prefix, ns);
    }

    /// What a prefix means. None if it was not declared and is one too many to be.
    pub(crate) fn of(&mut self, prefix: &'a str) -> Option<Ns> {
        if let Some(ns) = self.prefixes.get(prefix) {
            return Some(*ns);
        }
        let ns = Ns::of_prefix(prefix);
        if prefix != "xml" {
            if self.undeclared_prefixes == MAX_UNDECLARED {
                return None;
            }
            self.undeclared_prefixes += 1;
            self.prefixes.insert(prefix, ns);
            self.undeclared.push_str(&Ns::declaration(prefix));
        }
        Some(ns)
    }

    /// Declarations of the prefixes that have been used without one, each with a space before it.
    pub(crate) fn undeclared(self) -> String {
        self.undeclared
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_means_what_was_declared_else_what_is_custom() {
        let mut namespaces = Namespaces::default();
        namespaces.declare("m", Ns::Media);
        for (prefix, ns) in [
            ("m", Ns::Media),
            ("dc", Ns::Dc),
            ("dc", Ns::Dc),
            ("odd", Ns::Other),
            ("xml", Ns::Other),
        ] {
            assert_eq!(namespaces.of(prefix), Some(ns), "{prefix}");
        }
        assert_eq!(
            namespaces.undeclared(),
            " xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:odd=\"urn:undeclared\""
        );
    }

    #[test]
    fn only_so_many_prefixes_are_declared_for_a_document() {
        let prefixes: Vec<String> = (0..=MAX_UNDECLARED).map(|nth| format!("p{nth}")).collect();
        let mut namespaces = Namespaces::default();
        for prefix in &prefixes[..MAX_UNDECLARED] {
            assert_eq!(namespaces.of(prefix), Some(Ns::Other));
        }
        assert_eq!(namespaces.of(&prefixes[MAX_UNDECLARED]), None);
        assert_eq!(namespaces.of("p0"), Some(Ns::Other));
        assert_eq!(
            namespaces.undeclared().matches("xmlns:").count(),
            MAX_UNDECLARED
        );
    }
}
