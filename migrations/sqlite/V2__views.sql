-- What users rely on; docs/archive.md describes each column. Times are UTC ISO 8601 text.

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
       (select count(*) from entry where entry.feed_id = feed.id) as entries
from feed;

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
       coalesce(entry.summary, entry.text) as summary,
       entry.text,
       coalesce(entry.html,
                '<p>' || replace(replace(replace(replace(entry.text, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'),
                                 char(10) || char(10), '</p><p>') || '</p>') as html,
       entry.words,
       entry.image,
       entry.enclosures,
       entry.extraction,
       entry.story is null as lead
from entry
join feed on feed.id = entry.feed_id;

create view stories as
select lead.id,
       lead.title,
       lead.id as lead,
       strftime('%Y-%m-%dT%H:%M:%SZ', min(lead.first_seen,
           coalesce((select min(first_seen) from entry where story = lead.id), lead.first_seen)), 'unixepoch') as first_seen,
       strftime('%Y-%m-%dT%H:%M:%SZ', max(lead.first_seen,
           coalesce((select max(first_seen) from entry where story = lead.id), lead.first_seen)), 'unixepoch') as last_seen,
       (select count(distinct feed_id) from entry where id = lead.id or story = lead.id) as outlets,
       1 + (select count(*) from entry where story = lead.id) as articles
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
select id,
       revision,
       strftime('%Y-%m-%dT%H:%M:%SZ', revised_at, 'unixepoch'),
       title,
       text,
       changed
from entry;

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

pragma user_version = 2;
