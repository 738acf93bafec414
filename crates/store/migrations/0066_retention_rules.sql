-- Rules of retention as they were put forward, word for word. The newest that somebody agreed to are in force. Where
-- there are none, those that Waymark comes with are. Those that were declined wait no more.
CREATE TABLE retention_rules (
  id BIGINT PRIMARY KEY,
  text TEXT NOT NULL,
  made_at TEXT NOT NULL,
  made_by BIGINT NOT NULL,
  agreed_at TEXT,
  agreed_by BIGINT,
  declined_at TEXT,
  declined_by BIGINT
)
