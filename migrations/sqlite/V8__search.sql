-- Full-text search in any form of a word. Contentless, with the stock tokenizer and no option newer
-- than SQLite 3.9, so that any sqlite3 can query it.
--
-- `text` and `title` hold the words as written, `text_stems` and `title_stems` the folded stems of all
-- words of a text or title in the same order (src/text/arabic), or nothing where they would repeat
-- the words as written. `text` comes first because the index spends two bytes less on each word of
-- the first column.
--
-- It is filled anew from the entries when the archive is next opened: `search_refill` is the last one
-- done, and goes when all are.
drop table articles_fts;

create virtual table articles_fts using fts5 (text, title, text_stems, title_stems, content = '', tokenize = 'unicode61 remove_diacritics 2');

insert into meta (key, value) select 'search_refill', '0' where exists (select 1 from entry);

pragma user_version = 8;
