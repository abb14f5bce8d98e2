-- What the archived feed, its tombstones and the feed of corrections are made of.

-- The archived feed has a document for every 100 numbers of entries. A document whose entries changed
-- is published under another address: this counts the changes. New entries change none that is full.
create table archive_change (
    page    integer primary key,                    -- (entry.id - 1) / 100
    changes integer not null
);

create trigger entry_changed after update on entry
when old.revision is not new.revision or old.story is not new.story or old.muted is not new.muted
    or old.visible_at is not new.visible_at or old.extraction is not new.extraction
    or old.text_digest is not new.text_digest or old.image is not new.image
begin
    insert into archive_change (page, changes) values ((new.id - 1) / 100, 1)
        on conflict (page) do update set changes = changes + 1;
end;

create trigger entry_deleted after delete on entry
begin
    insert into archive_change (page, changes) values ((old.id - 1) / 100, 1)
        on conflict (page) do update set changes = changes + 1;
end;

-- Stories that merged feeds had shown when a person joined them to others.
create table gone (
    story integer primary key,
    at    integer not null
);

-- The newest corrections are found without walking through all entries.
create index entry_by_revised on entry (revised_at) where revision > 1;

pragma user_version = 9;
