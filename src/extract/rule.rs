//! The user's selectors, read and matched.

use scraper::{ElementRef, Selector};

use crate::extract::error::Error;
use crate::extract::options::Rule;

/// Whether `selector` is one that [`Rule`] may hold.
///
/// # Errors
///
/// What is wrong with it, in words.
pub fn check_selector(selector: &str) -> Result<(), String> {
    Selector::parse(selector)
        .map(drop)
        .map_err(|error| error.to_string())
}

/// A user's rule, ready to be matched.
pub(super) struct Compiled {
    body: Option<Selector>,
    remove: Vec<Selector>,
    next: Option<Selector>,
}

impl Compiled {
    pub(super) fn new(rule: &Rule) -> Result<Self, Error> {
        let parse = |selector: &String| {
            Selector::parse(selector).map_err(|error| Error::BadSelector {
                selector: selector.clone(),
                message: error.to_string(),
            })
        };
        Ok(Self {
            body: rule.body.as_ref().map(parse).transpose()?,
            remove: rule.remove.iter().map(parse).collect::<Result<_, _>>()?,
            next: rule.next_page.as_ref().map(parse).transpose()?,
        })
    }

    pub(super) fn has_body(&self) -> bool {
        self.body.is_some()
    }

    pub(super) fn is_body(&self, element: &ElementRef<'_>) -> bool {
        self.body.as_ref().is_some_and(|body| body.matches(element))
    }

    pub(super) fn is_removed(&self, element: &ElementRef<'_>) -> bool {
        self.remove.iter().any(|remove| remove.matches(element))
    }

    pub(super) fn is_next(&self, element: &ElementRef<'_>) -> bool {
        self.next.as_ref().is_some_and(|next| next.matches(element))
    }
}
