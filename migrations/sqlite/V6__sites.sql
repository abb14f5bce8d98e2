-- What was learned of the pages of a host: its template, and where its articles stand. Small (some
-- KiB of JSON), renewed as pages come; what is cut by hand is learned anew.
create table site (
    host       text primary key,
    learned    text not null,                       -- JSON
    updated_at integer not null
) without rowid;

-- Counts how often something was forgotten by hand, for those who have it in mind.
insert into meta (key, value) values ('sites_forgotten', '0');

-- When the pages of a feed were last seen to have a new design.
alter table feed add column redesigned_at integer;

drop view feeds;

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

pragma user_version = 6;
