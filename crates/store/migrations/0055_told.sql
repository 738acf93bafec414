-- What a row told, by its columns: a file of an earlier day that comes later leaves it, and what was told again as it
-- is known leaves no other trace.
ALTER TABLE import_row ADD COLUMN told TEXT NOT NULL DEFAULT '';
