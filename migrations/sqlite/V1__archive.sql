-- The archive. Times are whole seconds since 1970 (UTC), lists are JSON arrays.
-- The tables (named in the singular) are ours to change; what users rely on are the views (in the
-- plural) of V2__views.sql and articles_fts.

-- One value a key: `archive_id` (a UUID, minted when the archive is made), `revision` (counts the
-- commits that changed what readers see) and `daemon` (the owner of the last daemon's leases).
create table meta (
    key   text primary key,
    value text not null
) without rowid;

insert into meta (key, value) values
    ('revision', '0'),
    ('daemon', '0'),
    ('archive_id', lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-8' || substr(hex(randomblob(2)), 2)
        || '-b' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))));

create table feed (
    id             integer primary key,
    slug           text not null unique,
    url            text not null,
    local          integer not null,                -- 1: in allow_networks, no spacing
    title          text,                            -- as configured
    categories     text not null,
    language       text,
    cadence        text not null,                   -- the configured schedule, to notice that it was changed
    standing       text not null,                   -- enabled, disabled, removed (from the configuration)
    -- what the channel says of itself
    own_title      text,
    own_language   text,
    site           text,
    -- the last good answer
    etag           blob,
    last_modified  blob,
    body_digest    blob,
    -- how it is doing
    state          text not null default 'new',
    failures       integer not null default 0,
    last_poll_at   integer,
    last_status    integer,
    last_error     text,
    -- the schedule
    next_poll_at   integer,                         -- null: never
    next_why       text not null,
    interval_secs  integer,                         -- the adaptive estimate
    silence_until  integer,                         -- a Retry-After: even a poll by hand keeps it
    lease_token    integer,
    lease_owner    integer,                         -- the process that claimed it
    lease_until    integer
);

create index feed_by_due on feed (next_poll_at) where standing = 'enabled';

-- One row an entry, for ever. The long texts come last, so that a scan of the rest reads none.
create table entry (
    id             integer primary key autoincrement,  -- a number is never used twice
    feed_id        integer not null references feed (id),
    key            integer not null,                -- digest of the identity inside the feed
    story          integer references entry (id), -- the entry that leads its story; null: itself
    joined_why     text,
    sort_at        integer not null,                -- published, but at most an hour after first seen
    visible_at     integer not null,                -- when the merged feed may show it: not before its page, or 15 minutes
    published      integer,
    updated        integer,
    first_seen     integer not null,
    revision       integer not null default 1,
    revised_at     integer not null,
    changed        text not null default '[]',      -- the fields that this revision changed
    content_digest integer not null,
    url_key        integer,
    text_digest    integer,
    words          integer not null,
    guid           text,
    url            text,
    title          text not null,
    author         text not null,
    language       text,
    categories     text not null,
    dateline       text,
    image          text,
    enclosures     text not null,
    extraction     text not null,
    summary        text,                            -- null: the text is the summary
    text           text not null,
    html           text,                            -- null: says no more than the paragraphs of text
    unique (feed_id, key)
);

create index entry_by_newest on entry (sort_at, id) where story is null;
create index entry_by_url on entry (url_key) where url_key is not null;
create index entry_by_text on entry (text_digest) where text_digest is not null;
create index entry_by_story on entry (story) where story is not null;

-- Superseded versions. The newest one is in `entry`.
create table entry_revision (
    entry_id integer not null references entry (id),
    revision integer not null,
    seen     integer not null,
    changed  text not null,
    title    text not null,
    text     text not null,
    primary key (entry_id, revision)
) without rowid;

-- Pages still to be fetched. The row goes when the page is in or given up.
create table page (
    entry_id    integer primary key references entry (id),
    url         text not null,
    local       integer not null,
    due_at      integer not null,
    attempts    integer not null default 0,
    lease_token integer,
    lease_owner integer,
    lease_until integer
);

create index page_by_due on page (due_at, entry_id desc);

-- The log of polls, in the order of time; cut after `archive.polls`.
create table poll (
    id              integer primary key,
    feed_id         integer not null references feed (id),
    at              integer not null,
    status          integer,
    bytes           integer not null,
    elapsed_ms      integer not null,
    new             integer not null,
    changed         integer not null,
    sent_validators integer not null,
    next_why        text not null,
    error           text
);

-- Contentless, with the stock tokenizer and no option newer than SQLite 3.9, so that any sqlite3 can
-- query it. `folded` holds the folded forms of those words that folding changes: a search for a
-- folded word over all columns then finds every spelling, and a bare sqlite3 still finds raw words.
create virtual table articles_fts using fts5 (title, text, folded, content = '', tokenize = 'unicode61 remove_diacritics 2');

pragma application_id = 1380013897;                 -- "RAWI"
pragma user_version = 1;
