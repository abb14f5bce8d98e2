//! What prefixes mean in one document.
//!
//! Scopes are not kept: no feed gives one prefix two meanings. A prefix that was never declared means
//! what it does by custom; [`Namespaces::undeclared`] is what the root has to say of it, since feed-rs
//! takes an unknown prefix for none.
//!
//! Source: Namespaces in XML 1.0.

use std::collections::HashMap;

use crate::parse::xml::dialect::Ns;

/// The prefixes of a document.
#[derive(Debug, Default)]
pub(crate) struct Namespaces<'a> {
    prefixes: HashMap<&'a str, Ns>,
    undeclared: String,
}

impl<'a> Namespaces<'a> {
    /// Takes note of a declaration.
    pub(crate) fn declare(&mut self, prefix: &'a str, ns: Ns) {
        self.prefixes.insert(prefix, ns);
    }

    /// What a prefix means.
    pub(crate) fn of(&mut self, prefix: &'a str) -> Ns {
        if let Some(ns) = self.prefixes.get(prefix) {
            return *ns;
        }
        let ns = Ns::of_prefix(prefix);
        if prefix != "xml" {
            self.prefixes.insert(prefix, ns);
            self.undeclared.push_str(&Ns::declaration(prefix));
        }
        ns
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
            assert_eq!(namespaces.of(prefix), ns, "{prefix}");
        }
        assert_eq!(
            namespaces.undeclared(),
            " xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:odd=\"urn:undeclared\""
        );
    }
}
