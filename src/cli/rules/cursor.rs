//! The tokens of an XPath expression, eaten one by one. White space between them is skipped.

/// What is left to read.
pub(super) struct Cursor<'x> {
    rest: &'x str,
}

impl<'x> Cursor<'x> {
    pub(super) fn new(text: &'x str) -> Self {
        Self { rest: text }
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
    }

    pub(super) fn is_empty(&mut self) -> bool {
        self.skip_space();
        self.rest.is_empty()
    }

    pub(super) fn starts(&mut self, token: &str) -> bool {
        self.skip_space();
        self.rest.starts_with(token)
    }

    pub(super) fn starts_with_digit(&mut self) -> bool {
        self.skip_space();
        self.rest
            .starts_with(|letter: char| letter.is_ascii_digit())
    }

    pub(super) fn eat(&mut self, token: &str) -> bool {
        self.skip_space();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Eats a name if it is `word`.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        self.skip_space();
        let before = self.rest;
        let is = self.name() == word;
        if !is {
            self.rest = before;
        }
        is
    }

    /// Eats a name; it may be empty. A colon that is not one of `::` belongs to it.
    pub(super) fn name(&mut self) -> &'x str {
        self.skip_space();
        let mut end = 0;
        for (at, letter) in self.rest.char_indices() {
            let colon = letter == ':' && !self.rest[at + 1..].starts_with(':');
            let colon = colon && !self.rest[..at].ends_with(':');
            let in_name = letter.is_alphanumeric() || matches!(letter, '-' | '_') || colon;
            let inside = letter == '.' && at > 0;
            if !(in_name || inside) {
                break;
            }
            end = at + letter.len_utf8();
        }
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        name
    }

    /// Eats a text in quotes of either kind; nothing is escaped in it.
    pub(super) fn literal(&mut self) -> Result<&'x str, String> {
        self.skip_space();
        let quote = self.rest.chars().next();
        let Some(quote @ ('\'' | '"')) = quote else {
            return Err(self.unexpected());
        };
        let Some((text, rest)) = self.rest[1..].split_once(quote) else {
            return Err("a text without its end".to_owned());
        };
        self.rest = rest;
        Ok(text)
    }

    /// What stands where something else should.
    pub(super) fn unexpected(&mut self) -> String {
        self.skip_space();
        match self.rest.chars().next() {
            Some(letter) => format!("{letter:?} where it was not expected"),
            None => "its end is missing".to_owned(),
        }
    }
}
