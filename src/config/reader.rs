//! Typed access to a TOML document that notes every fault and goes on.
//!
//! A [`Section`] is one table. Its readers answer `None` for what is absent and for what is wrong,
//! the latter once it is noted in the [`Report`]; so callers fill in a default and read on, and
//! only [`Report::finish`] says whether the whole holds. Each reader also marks its key as known:
//! whatever nobody asked for by the time of [`Section::finish`] is unknown. An [`Item`] is a value
//! with its place, for checks that need more than the value.

use std::cell::{Cell, RefCell};
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

use toml::de::{DeTable, DeValue, Error};

use crate::config::faults::{Fault, Faults, Place, Warning};

/// The text of a file.
pub(super) fn text_of(path: &Path, bytes: Vec<u8>) -> Result<String, Faults> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = &error.as_bytes()[..valid];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        let message = "this line is not UTF-8; save the file as UTF-8".to_owned();
        Faults::of_line(path, line, message)
    })
}

/// Collects what is found in one text.
pub(super) struct Report<'a> {
    path: Arc<str>,
    text: &'a str,
    line_starts: Vec<usize>,
    /// Where the table starts in which the text stops being TOML: what the parser makes of it from
    /// there on says nothing of what the user meant.
    broken_from: Cell<Option<usize>>,
    faults: RefCell<Vec<Fault>>,
    warnings: RefCell<Vec<Warning>>,
    /// Those of files that the text names; they follow its own.
    faults_elsewhere: RefCell<Vec<Fault>>,
    warnings_elsewhere: RefCell<Vec<Warning>>,
}

impl<'a> Report<'a> {
    pub(super) fn new(path: &Path, text: &'a str) -> Self {
        let line_ends = text.match_indices('\n').map(|(end, _)| end + 1);
        Self {
            path: path.to_string_lossy().into(),
            text,
            line_starts: std::iter::once(0).chain(line_ends).collect(),
            broken_from: Cell::default(),
            faults: RefCell::default(),
            warnings: RefCell::default(),
            faults_elsewhere: RefCell::default(),
            warnings_elsewhere: RefCell::default(),
        }
    }

    /// Notes what the TOML parser found.
    pub(super) fn syntax(&self, errors: &[Error]) {
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            self.fault(at, "", format!("not TOML: {}", error.message()));
        }
        // A key that stands twice leaves the rest as it is.
        let breaking = errors
            .iter()
            .filter(|error| error.message() != "duplicate key");
        let first = breaking
            .map(|error| error.span().map_or(0, |span| span.start))
            .min();
        self.broken_from.set(first.map(|at| {
            let before = &self.text[..self.text.floor_char_boundary(at)];
            before.rfind("\n[").unwrap_or(0)
        }));
    }

    /// True if part of the text could not be read at all.
    pub(super) fn is_broken(&self) -> bool {
        self.broken_from.get().is_some()
    }

    fn fault(&self, at: usize, key: &str, message: String) {
        if self.broken_from.get().is_some_and(|broken| at >= broken) {
            return;
        }
        self.faults.borrow_mut().push(Fault {
            place: self.place(at, key),
            message,
        });
    }

    fn warn(&self, at: usize, key: &str, message: String) {
        self.warnings.borrow_mut().push(Warning {
            place: self.place(at, key),
            message,
        });
    }

    fn place(&self, at: usize, key: &str) -> Place {
        let at = self.text.floor_char_boundary(at);
        let line = self.line_starts.partition_point(|start| *start <= at);
        let start = self.line_starts[line - 1];
        let column = self.text[start..at].chars().count() + 1;
        Place {
            path: Arc::clone(&self.path),
            line,
            column,
            key: key.to_owned(),
        }
    }

    /// The warnings, or all faults.
    pub(super) fn finish(self) -> Result<Vec<Warning>, Faults> {
        let order = |place: &Place| (place.line, place.column);
        let mut faults = self.faults.into_inner();
        faults.sort_by_key(|fault| order(&fault.place));
        faults.append(&mut self.faults_elsewhere.into_inner());
        if !faults.is_empty() {
            return Err(Faults::new(faults));
        }
        let mut warnings = self.warnings.into_inner();
        warnings.sort_by_key(|warning| order(&warning.place));
        warnings.append(&mut self.warnings_elsewhere.into_inner());
        Ok(warnings)
    }
}

/// A value, and where it stands.
pub(super) struct Item<'r, T> {
    pub(super) value: T,
    at: usize,
    key: String,
    report: &'r Report<'r>,
}

impl<'r, T> Item<'r, T> {
    pub(super) fn fault(&self, message: impl Into<String>) {
        self.report.fault(self.at, &self.key, message.into());
    }

    pub(super) fn warn(&self, message: impl Into<String>) {
        self.report.warn(self.at, &self.key, message.into());
    }

    /// Takes what another file gave that this value names; its faults are noted with their own
    /// places.
    pub(super) fn adopt<U>(&self, read: Result<(U, Vec<Warning>), Faults>) -> Option<U> {
        match read {
            Ok((value, mut warnings)) => {
                let mut noted = self.report.warnings_elsewhere.borrow_mut();
                noted.append(&mut warnings);
                Some(value)
            }
            Err(faults) => {
                let mut noted = self.report.faults_elsewhere.borrow_mut();
                noted.extend(faults.iter().cloned());
                None
            }
        }
    }

    /// Says that this version reads the key and does nothing with it.
    pub(super) fn has_no_effect_yet(&self) {
        self.warn("has no effect yet");
    }

    /// The line that it stands in.
    pub(super) fn line(&self) -> usize {
        self.report.place(self.at, "").line
    }

    /// The same place with what `read` makes of the value; its error is noted.
    pub(super) fn read<U, E: Display>(
        self,
        read: impl FnOnce(&T) -> Result<U, E>,
    ) -> Option<Item<'r, U>> {
        match read(&self.value) {
            Ok(value) => Some(Item {
                value,
                at: self.at,
                key: self.key,
                report: self.report,
            }),
            Err(error) => {
                self.fault(error.to_string());
                None
            }
        }
    }
}

impl<'r> Item<'r, &'r DeValue<'r>> {
    /// Notes that the value has another type than `expected` (a noun with its article).
    pub(super) fn wrong_type(&self, expected: &str) {
        let found = match self.value {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a float",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "an array",
            DeValue::Table(_) => "a table",
        };
        self.fault(format!("must be {expected}, but is {found}"));
    }

    /// The table that the value is, if it is one.
    pub(super) fn as_section(&self) -> Option<Section<'r>> {
        self.value.as_table().map(|table| Section {
            report: self.report,
            table: Some(table),
            name: self.key.clone(),
            at: self.at,
            asked: Vec::new(),
        })
    }

    fn string(self, expected: &str) -> Option<Item<'r, &'r str>> {
        let Some(value) = self.value.as_str() else {
            self.wrong_type(expected);
            return None;
        };
        Some(Item {
            value,
            at: self.at,
            key: self.key,
            report: self.report,
        })
    }
}

/// A table of the document; one that is absent answers like an empty one.
pub(super) struct Section<'r> {
    report: &'r Report<'r>,
    table: Option<&'r DeTable<'r>>,
    /// The path of its key; empty for the root.
    name: String,
    at: usize,
    asked: Vec<&'static str>,
}

impl<'r> Section<'r> {
    pub(super) fn root(report: &'r Report<'r>, table: &'r DeTable<'r>) -> Self {
        Self {
            report,
            table: Some(table),
            name: String::new(),
            at: 0,
            asked: Vec::new(),
        }
    }

    /// A fault of the section as a whole.
    pub(super) fn fault(&self, message: impl Into<String>) {
        self.report.fault(self.at, &self.name, message.into());
    }

    /// The line that it begins in.
    pub(super) fn line(&self) -> usize {
        self.report.place(self.at, "").line
    }

    /// True if there is a value at `key`, right or wrong.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.is_some_and(|table| table.contains_key(key))
    }

    /// True if the table holds nothing, or is not there.
    pub(super) fn is_empty(&self) -> bool {
        self.table.is_none_or(|table| table.is_empty())
    }

    /// Whatever stands at `key`.
    pub(super) fn item(&mut self, key: &'static str) -> Option<Item<'r, &'r DeValue<'r>>> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        let value = self.table?.get(key)?;
        let (at, key) = (value.span().start, self.path_of(key));
        Some(Item {
            value: value.get_ref(),
            at,
            key,
            report: self.report,
        })
    }

    /// A string that `read` makes something of; `expected` says what, with its article.
    pub(super) fn parsed<T, E: Display>(
        &mut self,
        key: &'static str,
        expected: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<Item<'r, T>> {
        self.item(key)?.string(expected)?.read(|text| read(text))
    }

    /// Like [`parsed`](Self::parsed); an empty string stands for an absent key.
    pub(super) fn optional<T, E: Display>(
        &mut self,
        key: &'static str,
        expected: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<Item<'r, T>> {
        let item = self.item(key)?.string(expected)?;
        if item.value.is_empty() {
            None
        } else {
            item.read(|text| read(text))
        }
    }

    /// Like [`parsed`](Self::parsed); the absence of the key is a fault.
    pub(super) fn required<T, E: Display>(
        &mut self,
        key: &'static str,
        expected: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<Item<'r, T>> {
        if !self.has(key) {
            self.asked.push(key);
            self.fault(format!("the key `{key}` is missing: {expected}"));
            return None;
        }
        self.parsed(key, expected, read)
    }

    pub(super) fn boolean(&mut self, key: &'static str) -> Option<Item<'r, bool>> {
        let item = self.item(key)?;
        let Some(value) = item.value.as_bool() else {
            item.wrong_type("true or false");
            return None;
        };
        Some(Item {
            value,
            at: item.at,
            key: item.key,
            report: item.report,
        })
    }

    /// A whole number within bounds.
    pub(super) fn count(
        &mut self,
        key: &'static str,
        bounds: RangeInclusive<usize>,
    ) -> Option<usize> {
        let item = self.item(key)?;
        let expected = format!("a whole number from {} to {}", bounds.start(), bounds.end());
        let Some(integer) = item.value.as_integer() else {
            item.wrong_type(&expected);
            return None;
        };
        let value = usize::from_str_radix(integer.as_str(), integer.radix()).ok();
        let value = value.filter(|value| bounds.contains(value));
        if value.is_none() {
            item.fault(format!("must be {expected}"));
        }
        value
    }

    /// An array of strings, each of which `read` makes something of.
    pub(super) fn list<T, E: Display>(
        &mut self,
        key: &'static str,
        expected: &str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Option<Item<'r, Vec<Item<'r, T>>>> {
        let item = self.item(key)?;
        let Some(array) = item.value.as_array() else {
            item.wrong_type(&format!("an array, each {expected}"));
            return None;
        };
        let elements = array.iter().filter_map(|element| {
            let (at, key) = (element.span().start, item.key.clone());
            let element = Item {
                value: element.get_ref(),
                at,
                key,
                report: item.report,
            };
            element.string(expected)?.read(|text| read(text))
        });
        let value = elements.collect();
        Some(Item {
            value,
            at: item.at,
            key: item.key,
            report: item.report,
        })
    }

    /// Like [`values`](Self::values), but a string may stand for the array of it alone.
    pub(super) fn one_or_more<T, E: Display>(
        &mut self,
        key: &'static str,
        expected: &str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Vec<T> {
        let is_text = |table: &DeTable<'_>| table.get(key).is_some_and(|v| v.get_ref().is_str());
        if self.table.is_some_and(is_text) {
            let one = self.parsed(key, expected, read);
            one.into_iter().map(|item| item.value).collect()
        } else {
            self.values(key, expected, read)
        }
    }

    /// Like [`list`](Self::list), without the places.
    pub(super) fn values<T, E: Display>(
        &mut self,
        key: &'static str,
        expected: &str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Vec<T> {
        let items = self
            .list(key, expected, read)
            .map(|list| list.value)
            .unwrap_or_default();
        items.into_iter().map(|item| item.value).collect()
    }

    /// The table `[key]`, as an empty one if it is absent.
    pub(super) fn section(&mut self, key: &'static str) -> Section<'r> {
        let absent = Section {
            report: self.report,
            table: None,
            name: key.to_owned(),
            at: 0,
            asked: vec![],
        };
        let Some(item) = self.item(key) else {
            return absent;
        };
        item.as_section().unwrap_or_else(|| {
            item.wrong_type(&format!("a section, written [{key}]"));
            absent
        })
    }

    /// All tables `[[key]]`.
    pub(super) fn sections(&mut self, key: &'static str) -> Vec<Section<'r>> {
        let Some(item) = self.item(key) else {
            return Vec::new();
        };
        let expected = format!("a list of tables, each written [[{}]]", self.path_of(key));
        let Some(array) = item.value.as_array() else {
            item.wrong_type(&expected);
            return Vec::new();
        };
        let tables = array.iter().filter_map(|element| {
            let (at, key) = (element.span().start, item.key.clone());
            let element = Item {
                value: element.get_ref(),
                at,
                key,
                report: item.report,
            };
            if element.value.as_table().is_none() {
                element.wrong_type(&expected);
            }
            element.as_section()
        });
        tables.collect()
    }

    /// Every key with its string, for tables whose keys are the user's own.
    pub(super) fn entries(&self) -> Vec<(Item<'r, &'r str>, Item<'r, &'r str>)> {
        let entries = self
            .table
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| {
                let path = self.path_of(name.get_ref());
                let at = value.span().start;
                let value = Item {
                    value: value.get_ref(),
                    at,
                    key: path.clone(),
                    report: self.report,
                };
                let at = name.span().start;
                let name = Item {
                    value: name.get_ref().as_ref(),
                    at,
                    key: path,
                    report: self.report,
                };
                Some((name, value.string("a string")?))
            });
        entries.collect()
    }

    /// Notes every key that nobody asked for, with the nearest that somebody did.
    pub(super) fn finish(self) {
        for name in self.table.into_iter().flatten().map(|(name, _)| name) {
            let key = name.get_ref().as_ref();
            if self.asked.contains(&key) {
                continue;
            }
            let message = match nearest(key, self.asked.iter().copied()) {
                Some(known) => format!("unknown key; did you mean `{known}`?"),
                None => format!("unknown key; there are {}", self.asked.join(", ")),
            };
            self.report
                .fault(name.span().start, &self.path_of(key), message);
        }
    }

    fn path_of(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.name)
        }
    }
}

/// The candidate that `text` was probably meant to be.
pub(super) fn nearest<'c>(
    text: &str,
    candidates: impl Iterator<Item = &'c str>,
) -> Option<&'c str> {
    let text = text.to_lowercase();
    let near = candidates.filter_map(|candidate| {
        let distance = strsim::damerau_levenshtein(&text, &candidate.to_lowercase());
        (distance <= candidate.chars().count().div_ceil(3)).then_some((distance, candidate))
    });
    near.min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
