-- A row that is held, or was refused, names nobody yet: whom it may speak of stands in its candidates.
UPDATE import_row SET person = NULL WHERE effect IN ('held', 'refused') AND person IS NOT NULL;

-- Which list of a sender is the newest of its kind; rows that wait for somebody, and whom they may mean.
CREATE INDEX import_by_sender ON import (sender, kind);
CREATE INDEX import_row_open ON import_row (import, line) WHERE candidates <> ''
