//! What can be wrong with a schedule, a duration or a zone that a user wrote.

/// Why a text of the user's is no schedule. The wording may change; match on the variant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text has none of the shapes of a schedule.
    #[error(
        "`{0}` is no schedule; write \"adaptive\", a duration such as \"15m\", five-field cron \
         such as \"*/15 6-23 * * *\", or \"@hourly\""
    )]
    Schedule(String),
    /// The text is no number with a unit.
    #[error("`{0}` is no duration; write a whole number and s, m, h, d or w, such as \"15m\"")]
    Duration(String),
    /// The duration is longer than a century.
    #[error("`{0}` is too long a duration; the longest is \"36500d\"")]
    TooLong(String),
    /// A schedule of no length would poll without end.
    #[error("a schedule of `{0}` would poll without a pause")]
    Zero(String),
    /// A cron line has a number of fields other than five.
    #[error(
        "`{line}` has {count} fields, but cron has five: minute, hour, day of the month, month, \
         day of the week{}",
        if *count == 6 { " (there is no field for seconds or years)" } else { "" }
    )]
    CronFields {
        /// The line as written.
        line: String,
        /// How many fields it has.
        count: usize,
    },
    /// A field of a cron line cannot be read.
    #[error("`{value}` in the {field} field of cron: {reason}")]
    CronField {
        /// Which field, in words.
        field: &'static str,
        /// The part of it that is wrong.
        value: String,
        /// What is wrong, and what may be written.
        reason: String,
    },
    /// A nickname that is unknown, or means nothing for a feed.
    #[error(
        "`{0}` is no nickname that a feed can have; there are @hourly, @daily, @midnight, \
         @weekly, @monthly, @yearly and @annually"
    )]
    Nickname(String),
    /// The date does not exist in any year.
    #[error("`{0}` never comes: no month that it names has such a day")]
    Never(String),
    /// Not in the tz database.
    #[error("`{0}` is no time zone of the tz database; they look like \"Asia/Amman\"")]
    Zone(String),
}
