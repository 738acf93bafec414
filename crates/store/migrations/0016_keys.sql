-- Data keys, each wrapped by a master key that is kept outside the database.
CREATE TABLE data_key (
  id BIGINT PRIMARY KEY,
  wrapped TEXT NOT NULL,
  made_at TEXT NOT NULL
)
