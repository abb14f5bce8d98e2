-- How a feed stands, with the evidence; where it is asked since it moved; and the documents that a
-- process died over.

alter table feed add column state_since integer;                -- the first poll that left this state
alter table feed add column last_answer text;                   -- the first words of an answer that brought no feed

-- A server that names another address for good is believed when it has done so for long enough.
alter table feed add column moving_to text;                     -- the address that it names
alter table feed add column moving_since integer;
alter table feed add column moving_answers integer not null default 0;
alter table feed add column moved_to text;                      -- where the feed is asked in place of `url`
alter table feed add column merged_into text;                   -- the feed (slug) that is asked there already

-- A feed or a page that was under way when a process died is suspect: it is read alone, and marked
-- while it is. The one whose mark is left by the next death is read no more.
alter table feed add column suspect integer not null default 0;
alter table feed add column reading blob;                       -- the document that is being read
alter table feed add column poison blob;                        -- the document that is read no more
alter table page add column suspect integer not null default 0; -- 1: suspect, 2: read no more
alter table page add column reading integer not null default 0;

-- What a feed has brought of late is asked at each of its polls.
create index poll_by_feed on poll (feed_id, at);

-- Public hosts that asked to be left alone, until when. What is over is cut.
create table host_pause (
    host  text primary key,
    until integer not null
) without rowid;

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
       feed.moved_to
from feed;

pragma user_version = 5;
