-- A file is kept in parts, so that nobody has to hold it whole. How it was read is kept as sentences.

CREATE TABLE import_part (
  import BIGINT NOT NULL REFERENCES import (id),
  part BIGINT NOT NULL,
  content BYTEA NOT NULL,
  PRIMARY KEY (import, part)
);
INSERT INTO import_part (import, part, content) SELECT import, 0, content FROM import_file;
DROP TABLE import_file;

ALTER TABLE import ADD COLUMN notes TEXT NOT NULL DEFAULT '[]';
