-- Stories by likeness, corrections by hand, filters, what retention deleted; and the long texts in a
-- table of their own, so that counting, sorting and walking through entries reads no text.

drop view articles;
drop view stories;
drop view revisions;
drop view feeds;
drop view polls;

-- One row an entry, for ever (unless `archive.retention` says otherwise).
create table entry_narrow (
    id             integer primary key autoincrement,  -- a number is never used twice
    feed_id        integer not null references feed (id),
    key            integer not null,                -- digest of the identity inside the feed
    story          integer references entry (id),   -- the entry that leads its story; null: itself
    joined_why     text,                            -- the rule that joined it
    joined_to      integer,                         -- the entry that it was found alike, of that story
    joined_score   real,                            -- how alike, 0 to 1
    by_hand        integer not null default 0,      -- 1: a person said where it belongs, for ever
    event          integer,                         -- of a lead: the story that opened the coverage of its event; null: itself
    muted          text,                            -- why its feed's own filters keep it out of merged feeds
    sort_at        integer not null,                -- published, but at most an hour after first seen
    visible_at     integer not null,                -- when the merged feed may show it: not before its page, or 15 minutes
    published      integer,
    updated        integer,
    first_seen     integer not null,
    revision       integer not null default 1,
    revised_at     integer not null,
    changed        text not null default '[]',      -- the fields that this revision changed
    said_digest    integer,                         -- of all that the outlet wrote, byte for byte
    content_digest integer not null,                -- of what counts of it
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
    unique (feed_id, key)
);

insert into entry_narrow (id, feed_id, key, story, joined_why, sort_at, visible_at, published, updated, first_seen,
        revision, revised_at, changed, content_digest, url_key, text_digest, words, guid, url, title, author, language,
        categories, dateline, image, enclosures, extraction)
    select id, feed_id, key, story, joined_why, sort_at, visible_at, published, updated, first_seen,
        revision, revised_at, changed, content_digest, url_key, text_digest, words, guid, url, title, author, language,
        categories, dateline, image, enclosures, extraction
    from entry order by id;

-- The long texts of an entry.
create table body (
    entry_id integer primary key references entry (id),
    summary  text,                                  -- null: the text is the summary
    text     text not null,
    html     text                                   -- null: says no more than the paragraphs of text
                                                    -- U+0001 and a list: woven (see the view `articles`)
);

insert into body (entry_id, summary, text, html) select id, summary, text, html from entry order by id;

drop table entry;
alter table entry_narrow rename to entry;

create index entry_by_newest on entry (sort_at, id);
create index entry_by_url on entry (url_key) where url_key is not null;
create index entry_by_story on entry (story) where story is not null;
create index entry_by_event on entry (event) where event is not null;

-- What equal texts and near duplicates are looked for by: the digest of each text and the smallest
-- hashes of its word shingles, only for as long as `dedupe.window` lasts, so that it stays small. A text that changed has a further row.
create table sketch (
    id       integer primary key,
    entry_id integer not null,
    seen_at  integer not null,                      -- when the entry was first seen
    text_digest integer,                            -- of the normalised text: the same one is the same text
    hashes   blob not null                          -- four bytes each, ascending
);

create index sketch_by_text on sketch (text_digest) where text_digest is not null;

insert into sketch (entry_id, seen_at, text_digest, hashes)
    select id, first_seen, text_digest, x'' from entry
    where text_digest is not null and first_seen > unixepoch() - 30 * 86400
    order by id;

-- Identities of entries that retention deleted: they do not come back as new.
create table forgotten (
    feed_id integer not null,
    key     integer not null,
    primary key (feed_id, key)
) without rowid;

-- The filters that `entry.muted` was last derived from.
alter table feed add column filters text;

create view feeds as
select feed.slug,
       feed.url,
       coalesce(feed.title, feed.own_title, feed.slug) as title,
       feed.categories,
       coalesce(feed.language, feed.own_language) as language,
       case feed.standing when 'enabled' then feed.state else feed.standing end as state,
       strftime('%Y-%m-%dT%H:%M:%SZ', feed.last_poll_at, 'unixepoch') as last_poll,
       case feed.standing when 'enabled' then strftime('%Y-%m-%dT%H:%M:%SZ', feed.next_poll_at, 'unixepoch') end as next_poll,
       feed.next_why,
       feed.last_status,
       feed.last_error,
       (select count(*) from entry where entry.feed_id = feed.id) as entries,
       feed.turnovers,
       strftime('%Y-%m-%dT%H:%M:%SZ', feed.state_since, 'unixepoch') as state_since,
       feed.last_answer,
       feed.moved_to,
       strftime('%Y-%m-%dT%H:%M:%SZ', feed.redesigned_at, 'unixepoch') as redesigned
from feed;

-- The left join lets SQLite leave the texts alone where a query names none of them. In a list that html
-- is woven of, a pair is a run of the text's bytes: where it starts, counted from 1, and how long it is.
create view articles as
select entry.id,
       coalesce(entry.story, entry.id) as story,
       feed.slug as feed,
       coalesce(feed.title, feed.own_title, feed.slug) as outlet,
       entry.guid,
       entry.url,
       entry.title,
       (select group_concat(value, ', ') from json_each(entry.author)) as author,
       coalesce(entry.language, feed.language, feed.own_language) as language,
       entry.categories,
       strftime('%Y-%m-%dT%H:%M:%SZ', coalesce(entry.published, entry.first_seen), 'unixepoch') as published,
       strftime('%Y-%m-%dT%H:%M:%SZ', coalesce(entry.updated, entry.published, entry.first_seen), 'unixepoch') as updated,
       strftime('%Y-%m-%dT%H:%M:%SZ', entry.first_seen, 'unixepoch') as first_seen,
       entry.dateline,
       coalesce(body.summary, body.text) as summary,
       body.text,
       case when body.html is null
            then '<p>' || replace(replace(replace(replace(body.text, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'),
                                  char(10) || char(10), '</p><p>') || '</p>'
            when unicode(body.html) = 1
            then (select group_concat(
                             case type
                                 when 'array' then cast(substr(cast(body.text as blob), value ->> 0, value ->> 1) as text)
                                 else value end, '')
                  from (select type, value from json_each(substr(body.html, 2)) order by rowid))
            else body.html end as html,
       entry.words,
       entry.image,
       entry.enclosures,
       entry.extraction,
       entry.muted is null and (entry.story is null or (
           (select lead.muted from entry as lead where lead.id = entry.story) is not null
           and not exists (select 1 from entry as other
                           where other.story = entry.story and other.id < entry.id and other.muted is null))) as lead,
       entry.joined_why,
       round(entry.joined_score, 3) as joined_score,
       entry.muted
from entry
join feed on feed.id = entry.feed_id
left join body on body.entry_id = entry.id;

create view stories as
select lead.id,
       lead.title,
       case when lead.muted is null then lead.id
            else coalesce((select min(id) from entry where story = lead.id and muted is null), lead.id) end as lead,
       strftime('%Y-%m-%dT%H:%M:%SZ', min(lead.first_seen,
           coalesce((select min(first_seen) from entry where story = lead.id), lead.first_seen)), 'unixepoch') as first_seen,
       strftime('%Y-%m-%dT%H:%M:%SZ', max(lead.first_seen,
           coalesce((select max(first_seen) from entry where story = lead.id), lead.first_seen)), 'unixepoch') as last_seen,
       (select count(distinct coalesce(feed.title, feed.own_title, feed.slug))
        from entry cross join feed on feed.id = entry.feed_id
        where entry.id = lead.id or entry.story = lead.id) as outlets,
       1 + (select count(*) from entry where story = lead.id) as articles,
       coalesce(lead.event, lead.id) as event
from entry as lead
where lead.story is null;

create view revisions as
select entry_id as article,
       revision,
       strftime('%Y-%m-%dT%H:%M:%SZ', seen, 'unixepoch') as seen,
       title,
       text,
       changed
from entry_revision
union all
select entry.id,
       entry.revision,
       strftime('%Y-%m-%dT%H:%M:%SZ', entry.revised_at, 'unixepoch'),
       entry.title,
       body.text,
       entry.changed
from entry
left join body on body.entry_id = entry.id;

create view polls as
select feed.slug as feed,
       strftime('%Y-%m-%dT%H:%M:%SZ', poll.at, 'unixepoch') as at,
       poll.status,
       poll.bytes,
       poll.elapsed_ms,
       poll.new,
       poll.changed,
       poll.sent_validators,
       poll.next_why,
       poll.error
from poll
join feed on feed.id = poll.feed_id;

pragma user_version = 7;
