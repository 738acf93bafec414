-- What the council alone reads of a file, and which rows no register would make usable: those its sender is
-- told of. What stood mixed with the sender's own sentences until now goes over to the council.
ALTER TABLE import ADD COLUMN council TEXT NOT NULL DEFAULT '[]';
ALTER TABLE import ADD COLUMN rows_unreadable BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_row ADD COLUMN unreadable BIGINT NOT NULL DEFAULT 0;
UPDATE import SET council = notes, notes = '[]' WHERE notes LIKE '%so perhaps gone: person %';
UPDATE import SET council = '["' || REPLACE(REPLACE(message, '\', '\\'), '"', '\"') || '"' || CASE WHEN council = '[]' THEN ']' ELSE ',' || SUBSTR(council, 2) END, message = NULL WHERE message LIKE '%no consent stands on that day%' OR message LIKE '%the pupil or the parent has said no%'
