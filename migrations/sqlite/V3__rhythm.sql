-- What the schedule knows of a feed: the hints of its document, which a 304 does not repeat, and the
-- rhythm of its entries. `turnovers` counts the polls that found every entry new, so that some may
-- have passed unseen; the view shows it.

alter table feed add column hints text;                         -- ttl, skipHours, skipDays, sy:*: a JSON object
alter table feed add column read_at integer;                    -- the last good answer
alter table feed add column newest_at integer;                  -- when the newest entry came
alter table feed add column gap_secs integer;                   -- the usual time between two entries
alter table feed add column half_secs integer;                  -- the time in which half a document may be new
alter table feed add column turnovers integer not null default 0;

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
       feed.turnovers
from feed;

pragma user_version = 3;
