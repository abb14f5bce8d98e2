//! The user's selectors, read and matched.

use scraper::{ElementRef, Html, Selector};

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
    bodies: Vec<Selector>,
    remove: Vec<Selector>,
    name: String,
    name_if_missed: String,
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
            bodies: rule.body.iter().map(parse).collect::<Result<_, _>>()?,
            remove: rule.remove.iter().map(parse).collect::<Result<_, _>>()?,
            name: rule.name(),
            name_if_missed: rule.name_if_missed(),
            next: rule.next_page.as_ref().map(parse).transpose()?,
        })
    }

    pub(super) fn has_body(&self) -> bool {
        !self.bodies.is_empty()
    }

    /// The first of the body's selectors that matches anything on the page.
    pub(super) fn body_on(&self, document: &Html) -> Option<&Selector> {
        let mut bodies = self.bodies.iter();
        bodies.find(|body| document.select(body).next().is_some())
    }

    pub(super) fn is_removed(&self, element: &ElementRef<'_>) -> bool {
        self.remove.iter().any(|remove| remove.matches(element))
    }

    /// What stands as the rule of a body that it found.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What stands before the rule that found a body in its place.
    pub(super) fn name_if_missed(&self) -> &str {
        &self.name_if_missed
    }

    /// Whether the element leads to the article's next page.
    pub(super) fn is_next(&self, element: &ElementRef<'_>) -> bool {
        self.next.as_ref().is_some_and(|next| next.matches(element))
    }
}
