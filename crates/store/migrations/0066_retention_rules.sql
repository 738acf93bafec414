-- Rules of retention as they were put forward, word for word. The newest that somebody agreed to are in force. Where
-- there are none, those that Waymark comes with are. Those that were declined wait no more. How much was due by them is
-- counted on the day they are put forward.
CREATE TABLE retention_rules (
  id BIGINT PRIMARY KEY,
  text TEXT NOT NULL,
  due BIGINT NOT NULL,
  made_at TEXT NOT NULL,
  made_by BIGINT NOT NULL,
  agreed_at TEXT,
  agreed_by BIGINT,
  declined_at TEXT,
  declined_by BIGINT
)
