-- Lists of what was destroyed, kept outside, that were carried out again after a backup came back.
CREATE TABLE retention_replay (
  proof TEXT PRIMARY KEY,
  list BIGINT NOT NULL,
  replayed_at TEXT NOT NULL,
  rows BIGINT NOT NULL
)
