-- What is kept of pages for the sake of their hosts.

-- What makes the next fetch of a page conditional. Written and renewed together with the text that
-- came with it; no row where the text is the feed's own or the page named no validators.
create table page_validators (
    entry_id      integer primary key references entry (id),
    url_digest    integer not null,                 -- of the address that they belong to
    etag          blob,
    last_modified blob
);

-- How many pages each public host was asked for on a day (UTC). Days that are over are cut.
create table page_host (
    host  text not null,
    day   text not null,                            -- YYYY-MM-DD
    pages integer not null,
    primary key (host, day)
) without rowid;

pragma user_version = 4;
